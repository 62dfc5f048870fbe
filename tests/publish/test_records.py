"""The record that a published version leaves: what changed since the one before keeps its day, page by page."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.history import Earlier, PastPage, encode_record, path_of
from quarterdeck.parse.history import parse_history
from quarterdeck.publish.records import newest_record, record_bytes
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


def files(*records: Earlier) -> dict[str, bytes]:
    return {one.path: encode_record(one) for one in records}


def named(weeks_ago: int, suffix: str, **fields: object) -> Earlier:
    one = a_record(weeks_ago)
    return a_record(weeks_ago, version=one.version + suffix, **fields)


NEWEST: list[tuple[str, tuple[Earlier, ...], str | None]] = [
    ("none yet", (), None),
    ("the last day", (a_record(2), a_record(0), a_record(1)), a_record(0).version),
    (
        "what was worked out later was never given",
        (a_record(1), a_record(0, is_backfill=True)),
        a_record(1).version,
    ),
    ("a day after this version's own", (a_record(1), a_record(-3)), a_record(1).version),
    (
        "the tenth of a day and commit",
        (named(0, ".9"), named(0, ".10"), a_record(0)),
        f"{a_record(0).version}.10",
    ),
    (
        "of one day the later commit",
        (
            a_record(0, committed_at=9, version="2026-11-22-0000000", commit="0" * 40),
            a_record(0, committed_at=7),
        ),
        "2026-11-22-0000000",
    ),
]


@pytest.mark.parametrize(("case", "records", "version"), NEWEST, ids=[one[0] for one in NEWEST])
def test_the_newest_version_that_readers_were_given(
    case: str, records: tuple[Earlier, ...], version: str | None
) -> None:
    found = newest_record(files(*records), TODAY)
    assert (found.version if found else None) == version, case


def test_a_damaged_record_is_no_version_before() -> None:
    sound = a_record(1)
    broken = {a_record(0).path: b"{"}
    assert newest_record({**files(sound), **broken}, TODAY) == sound


@given(some_records)
def test_any_record_before_leaves_a_record_that_can_be_read(before: Earlier) -> None:
    pages = {one.path: one.content for one in before.pages} | {"all/index.html": "f" * 64}
    data = record_bytes(a_briefing(), VERSION, 0, pages, before)
    (made,), problems = parse_history({path_of(VERSION): data})
    assert problems == []
    assert {one.path: one.content for one in made.pages} == pages
    assert record_bytes(a_briefing(), VERSION, 0, dict(reversed(pages.items())), before) == data
