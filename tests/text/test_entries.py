"""An entry that is put into a file of settings adds itself and changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.text.entries import scalar, with_entry
from quarterdeck.text.nodes import Mapping, Scalar
from quarterdeck.text.yaml import read_yaml

PRINTED = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text
)
KEYS = st.sampled_from(["people", "peoples", "name", "mail", "x"])
NAMES = st.sampled_from(["mia", "pat", "reyes"])
LINES = ["lee:", "  name: Lee", "  roles: [ceo]"]
LEE = {"name": "Lee", "roles": ["ceo"]}


@given(PRINTED)
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    node, problems = read_yaml(f"a: {scalar(text)}\n", "")
    assert problems == []
    assert isinstance(node, Mapping)
    value = node.get("a")
    assert isinstance(value, Scalar)
    assert value.text == text
    assert yaml.safe_load(f"a: {scalar(text)}\n") == {"a": text}, "other programs read text, too"


@st.composite
def files(draw: st.DrawFn) -> str:
    """Settings with comments, blank lines and people at any indent."""
    lines: list[str] = []
    for key in draw(st.lists(KEYS, unique=True)):
        lines += draw(st.lists(st.sampled_from(["", "# note", "  # far note"]), max_size=2))
        if key != "people":
            lines.append(f"{key}: {draw(PRINTED.map(scalar))}")
            continue
        lines.append(f"people:{draw(st.sampled_from(['', ' ', '  # who']))}")
        indent = " " * draw(st.integers(1, 5))
        for name in draw(st.lists(NAMES, unique=True)):
            lines += [f"{indent}{name}:", f"{indent}  name: {draw(PRINTED.map(scalar))}"]
            lines += draw(st.lists(st.sampled_from(["", f"{indent}# note", "# note"]), max_size=2))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(lines) + draw(st.sampled_from(["", end]))


@given(files())
def test_it_adds_itself_and_nothing_else(text: str) -> None:
    after = with_entry(text, "people", "lee", LINES, heading="Who reads.")
    assert after is not None
    before: dict[str, Any] = yaml.safe_load(text) or {}
    expected = {**before, "people": {**(before.get("people") or {}), "lee": LEE}}
    assert yaml.safe_load(after) == expected
    if people := before.get("people"):
        assert list(yaml.safe_load(after)["people"]) == [*people, "lee"], "behind those that are there"
    left = iter(after.splitlines())
    assert all(line in left for line in text.splitlines() if line.strip()), "every line stays, in its order"


@pytest.mark.parametrize(
    "text",
    [
        "people: {mia: {name: Mia}}\n",
        "people: [mia]\n",
        "people:\n- mia\n",
        "people: mia\n",
        "people:\n  lee:\n    name: Other\n",
        "people:\n  mia: [\n",
        "note: |\n  people:\npeople: {}\n",
        "- a\n- b\n",
        "just words\n",
        "name: A\n---\nname: B\n",
    ],
)
def test_where_it_cannot_be_put_in_safely_it_is_not(text: str) -> None:
    assert with_entry(text, "people", "lee", LINES, heading="Who reads.") is None
