"""What holds for every text: the parser answers, its lines exist, and it answers the same twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.handoff import Handoff
from quarterdeck.parse.handoff import parse_handoff

PIECES = st.sampled_from(
    [
        "---\n",
        "entity: acme\n",
        "name: ",
        "# ",
        "## Assets\n",
        "## Jobs\n",
        "## To do\n",
        "## Gaps\n",
        "| Asset | Value | Type |\n|---|---|---|\n",
        "| Id | Date | Gross | Paid |\n|-|-|-|-|\n",
        "| Q-1 | 2026-10-07 | $1,2 | ~5 |\n",
        "- [ ] ",
        "  - ",
        "> ",
        "```\n",
        "<!--",
        "-->",
        "<b",
        "{{ x }}",
        "![a](data:x)",
        "[l](../../x)",
        "#A-1 ",
        "due:",
        "2026-12-05 ",
        "é🚚",
        "\r\n",
        "\x00",
        "\u202e",
        "\t",
        "\\|",
        "\n",
        "\n\n",
        "a: &a [*a]\n",
        "*",
        "`",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join)


def check(data: bytes) -> None:
    first = parse_handoff(data, "handoffs/acme.md")
    assert parse_handoff(data, "handoffs/acme.md") == first
    lines = data.count(b"\n") + data.count(b"\r") + 1
    problems = first.problems if isinstance(first, Handoff) else first
    assert all(0 <= problem.line <= lines for problem in problems)
    assert all(problem.what and problem.mend for problem in problems)
    if isinstance(first, Handoff):
        assert not any(problem.refused for problem in problems)
        assert all(1 <= row.source.line <= lines for row in first.rows)
        assert all(1 <= task.source.line <= lines for task in first.tasks)
        assert not any("{" in prose.html or "<script" in prose.html for prose in first.prose)
    else:
        assert any(problem.refused for problem in problems)


@given(TEXTS)
@settings(max_examples=300)
def test_any_text_is_answered(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    check(data)


@given(TEXTS, st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_csv_is_answered(text: str, csv: bytes) -> None:
    files = {"data/acme/bookings.csv": b"id,gross,offer\n" + csv}
    first = parse_handoff(text.encode("utf-8", "surrogatepass"), "handoffs/acme.md", csv_files=files)
    assert parse_handoff(text.encode("utf-8", "surrogatepass"), "handoffs/acme.md", csv_files=files) == first
