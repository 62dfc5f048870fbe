"""The record that a published version leaves: what changed since the one before keeps its day, page by page."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.history import Earlier, PastPage, path_of
from quarterdeck.parse.history import parse_history
from quarterdeck.publish.records import record_bytes
from tests.records import COMMIT, a_record, some_records

TODAY = date(2026, 11, 23)
VERSION = f"{TODAY}-{COMMIT[:7]}"
THEN = date(2026, 11, 15)

PAGES: list[tuple[str, tuple[PastPage, ...], dict[str, str], list[tuple[str, date]]]] = [
    ("the first version", (), {"all/index.html": "a1"}, [("all/index.html", TODAY)]),
    (
        "the same content",
        (PastPage("all/index.html", THEN, "a1"),),
        {"all/index.html": "a1"},
        [("all/index.html", THEN)],
    ),
    (
        "other content",
        (PastPage("all/index.html", THEN, "a1"),),
        {"all/index.html": "b2"},
        [("all/index.html", TODAY)],
    ),
    (
        "the content of another audience's page",
        (PastPage("board/index.html", THEN, "a1"),),
        {"all/index.html": "a1"},
        [("all/index.html", TODAY)],
    ),
    (
        "one page gone, one new, in order of path",
        (PastPage("all/b/index.html", THEN, "b"), PastPage("all/gone/index.html", THEN, "g")),
        {"all/c/index.html": "c", "all/b/index.html": "b"},
        [("all/b/index.html", THEN), ("all/c/index.html", TODAY)],
    ),
]


def a_briefing() -> Briefing:
    return Briefing(name="Fleet", as_of=TODAY, currency="USD", timezone="UTC", commit=COMMIT)


@pytest.mark.parametrize(("case", "had", "pages", "days"), PAGES, ids=[one[0] for one in PAGES])
def test_a_page_keeps_the_day_of_its_last_change(
    case: str, had: tuple[PastPage, ...], pages: dict[str, str], days: list[tuple[str, date]]
) -> None:
    before = a_record(1, pages=had) if had else None
    data = record_bytes(a_briefing(), VERSION, 1763900000, pages, before)
    (made,), problems = parse_history({path_of(VERSION): data})
    assert problems == []
    assert (made.version, made.commit, made.committed_at) == (VERSION, COMMIT, 1763900000)
    assert not made.is_backfill
    assert [(one.path, one.changed_on) for one in made.pages] == days, case
    assert {one.path: one.content for one in made.pages} == pages


@given(some_records)
def test_any_record_before_leaves_a_record_that_can_be_read(before: Earlier) -> None:
    pages = {one.path: one.content for one in before.pages} | {"all/index.html": "f" * 64}
    data = record_bytes(a_briefing(), VERSION, 0, pages, before)
    (made,), problems = parse_history({path_of(VERSION): data})
    assert problems == []
    assert {one.path: one.content for one in made.pages} == pages
    assert record_bytes(a_briefing(), VERSION, 0, dict(reversed(pages.items())), before) == data
