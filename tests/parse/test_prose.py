"""Text under headings as HTML, from `data/prose.md`."""

from __future__ import annotations

import pytest

from quarterdeck.model.handoff import Handoff
from quarterdeck.parse.handoff import parse_handoff
from tests.parse.cases import cases


def parse(text: str) -> Handoff:
    handoff = parse_handoff(text.encode(), "handoffs/acme.md")
    assert isinstance(handoff, Handoff)
    return handoff


@pytest.mark.parametrize(("title", "text", "expected"), cases("prose"))
def test_prose(title: str, text: str, expected: str) -> None:
    handoff = parse(f"## Summary\n{text}\n")
    lines = [prose.html for prose in handoff.prose]
    lines += sorted((f"! {one.code} {one.what}" for one in handoff.problems), key=str.lower)
    assert "\n".join(lines) == expected, title


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain words", "plain words"),
        ("5 > 4 & {{ x }}", "5 &gt; 4 &amp; &#123;&#123; x &#125;&#125;"),
        ("**bold** <script>x</script>", "<strong>bold</strong>"),
        ("two\n  lines", "two\nlines"),
        ("a\n\n  b", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_bullets_are_one_line_of_html(text: str, html: str) -> None:
    (bullet,) = parse(f"## Gaps\n- {text}\n").bullets
    assert bullet.html == html


def test_bullets_inside_bullets_are_bullets_of_their_own() -> None:
    bullets = parse(
        "## Known gaps\n- No key\n  - nor a lock\n\n## Decisions\n1. Sell\n\n## Questions\n- Why?\n"
    ).bullets
    assert [(one.section, one.text, one.source.line) for one in bullets] == [
        ("gaps", "No key", 2),
        ("gaps", "nor a lock", 3),
        ("decisions", "Sell", 6),
        ("questions", "Why?", 9),
    ]


def test_prose_knows_its_section() -> None:
    prose = parse("Above.\n\n# Acme\nTitle.\n\n## Tech\nOne *server*.\n\n- a\n- b\n\n## Diary\nNote.\n").prose
    assert [(one.section, one.heading, one.text, one.source.line) for one in prose] == [
        ("notes", "", "Above.", 1),
        ("notes", "Acme", "Title.", 3),
        ("tech", "Tech", "One server.\na\nb", 6),
        ("notes", "Diary", "Note.", 12),
    ]
