"""Every page says what changed on it last and when; a page on which nothing changed says what it said before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.changes.pages import (
    MOST_OF_A_VERSION,
    MOST_OF_THE_NEWEST,
    MOST_ROWS,
    MOST_VERSIONS,
    NO_LAST_CHANGES,
    LastChanges,
    Scope,
    affected,
    decode,
    encode,
    last_changes,
)
from quarterdeck.model.change import Changes, Compared
from quarterdeck.reports.changed import page_names, scopes
from quarterdeck.reports.pages import report_pages
from tests.changes.histories import a_figure, a_finding, a_state, compared, usd
from tests.figures.builders import AS_OF, JADA, an_entity
from tests.reports.portfolios import ordinary
from tests.reports.samples import a_briefing

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing

HOME = Scope("index.md", is_short=True)
CFO = Scope("reports/cfo.md", role="cfo")
CTO = Scope("reports/cto.md", role="cto")
BOAT = Scope("reports/entities/jada.md", entity=JADA)
SURE = Scope("reports/sure/contradictions.md", whats=("contradiction",))
ALL = (HOME, CFO, CTO, BOAT, SURE)


def a_day(cash: int, on: date = AS_OF, *subjects: str) -> Briefing:
    found = tuple(a_finding(one, roles=("cto",)) for one in subjects)
    return a_state(a_figure("cash_available", usd(cash)), findings=found, as_of=on, commit=f"{on:%m%d}")


def test_a_page_shows_what_its_reader_reads() -> None:
    shown = affected(compared(a_day(9000), a_day(5000, AS_OF, "checkout")), ALL)
    assert {path: [one.what for one in rows] for path, rows in shown.items()} == {
        "index.md": ["figure", "finding"],
        "reports/cfo.md": ["figure"],
        "reports/cto.md": ["finding"],
        "reports/entities/jada.md": ["figure", "finding"],
    }


def test_a_page_keeps_its_last_change_until_it_changes_again() -> None:
    first, second, third = (AS_OF + timedelta(days=at) for at in (1, 2, 3))
    one = last_changes(compared(a_day(9000), a_day(5000, first)), ALL, None)
    two = last_changes(compared(a_day(5000, first), a_day(5000, second, "checkout")), ALL, one)
    three = last_changes(compared(a_day(5000, second, "checkout"), a_day(5000, third, "checkout")), ALL, two)
    assert {path: entry.on for path, entry in two.pages.items()} == {
        "index.md": second,
        "reports/cfo.md": first,
        "reports/cto.md": second,
        "reports/entities/jada.md": second,
    }
    assert two.pages["reports/cfo.md"] == one.pages["reports/cfo.md"]
    assert three == two, "a version in which nothing changed"
    assert two.pages["reports/cto.md"].commit == f"{second:%m%d}"


def test_the_first_version_has_no_last_change() -> None:
    assert last_changes(Changes(currency="USD", after=Compared(AS_OF)), ALL, None).pages == {}


def test_of_many_changes_the_first_are_kept_and_all_counted() -> None:
    many = [f"step-{at}" for at in range(9)]
    found = compared(a_day(9000), a_day(9000, AS_OF, *many))
    entry = last_changes(found, ALL, None).pages["reports/cto.md"]
    assert (entry.total, len(entry.rows)) == (9, MOST_ROWS)
    assert entry.rows == found.changes[:MOST_ROWS]


def test_a_page_that_is_no_more_leaves_the_file_and_a_renamed_one_takes_its_entry_along() -> None:
    one = last_changes(compared(a_day(9000), a_day(5000)), ALL, None)
    renamed = msgspec.structs.replace(
        BOAT, path="reports/entities/yawl.md", entity="yawl", formerly=BOAT.path
    )
    two = last_changes(compared(a_day(5000), a_day(5000)), (HOME, renamed), one)
    assert sorted(two.pages) == ["index.md", "reports/entities/yawl.md"]
    assert two.pages[renamed.path] == one.pages[BOAT.path]


def test_versions_that_brought_anything_are_listed_newest_first_and_no_more_than_thirty() -> None:
    last, on = NO_LAST_CHANGES, AS_OF
    for at in range(MOST_VERSIONS + 3):
        on = AS_OF + timedelta(days=at)
        cash = (9000, 5000) if at % 2 else (5000, 9000)
        found = compared(a_day(cash[0], on - timedelta(days=1)), a_day(cash[1], on))
        last = last_changes(found, ALL, last)
    assert len(last.versions) == MOST_VERSIONS
    days = [one.on for one in last.versions]
    assert days == sorted(days, reverse=True)
    assert last.versions[0].commit == f"{on:%m%d}"
    same = last_changes(compared(a_day(5000, on), a_day(5000, on + timedelta(days=1))), ALL, last)
    assert same.versions == last.versions, "a version that changed nothing"


def test_a_version_tells_what_some_page_shows_and_counts_what_it_does_not_keep() -> None:
    many = [f"step-{at}" for at in range(MOST_OF_THE_NEWEST + 2)]
    found = compared(a_day(9000), a_day(5000, AS_OF, *many))
    last = last_changes(found, (CTO,), None)
    one = last.versions[0]
    assert (one.total, len(one.rows)) == (len(many), MOST_OF_THE_NEWEST)
    assert {each.what for each in one.rows} == {"finding"}
    assert not any(each.sources or each.commits for each in one.rows)
    _, former = last_changes(compared(a_day(5000), a_day(5000, AS_OF, "x")), (CTO,), last).versions
    assert (former.total, former.rows) == (one.total, one.rows[:MOST_OF_A_VERSION]), "less is kept of it"


def test_what_time_alone_brought_is_counted() -> None:
    """Of a page and of a version; where nobody can tell, that is told."""
    before, after = a_day(9000), a_day(5000, AS_OF + timedelta(days=8), "checkout")
    aged = compared(before, after, a_day(5000, AS_OF + timedelta(days=8)))
    last = last_changes(aged, ALL, None)
    assert last.pages["reports/cfo.md"].timed == last.pages["reports/cfo.md"].total > 0
    assert last.pages["reports/cto.md"].timed == 0
    (one,) = last.versions
    assert one.timed == last.pages["reports/cfo.md"].total
    assert one.rows[0].what == "finding", "what was edited stands first"
    assert (one.since, one.is_mixed) == (AS_OF, False)
    mixed = last_changes(compared(before, after), ALL, None)
    assert mixed.versions[0].is_mixed
    assert all(each.is_mixed for each in mixed.pages.values())
    less = last.of_businesses({JADA})
    assert [each.timed for each in less.versions] == [sum(each.with_time for each in less.versions[0].rows)]


def test_F070_what_is_carried_over_for_fewer_businesses_tells_of_no_other() -> None:
    made = last_changes(compared(a_day(9000), a_day(5000, AS_OF, "checkout")), ALL, None)
    assert made.of_businesses({JADA}) == made
    assert made.of_businesses(set()) == LastChanges()
    whole = a_figure("cash_available", usd(9000), entity="")
    less = msgspec.structs.replace(whole, value=usd(5000))
    totals = last_changes(compared(a_state(whole), a_state(less)), (HOME, CFO), None)
    assert totals.pages
    assert totals.of_businesses({JADA}) == LastChanges()


def test_the_file_reads_back_as_it_was_written() -> None:
    made = last_changes(compared(a_day(9000), a_day(5000, AS_OF, "checkout")), ALL, None)
    data = encode(made)
    assert decode(data) == made
    assert encode(decode(data)) == data
    with pytest.raises(msgspec.ValidationError):
        decode(b'{"pages": 7}')
    assert decode(encode(LastChanges())) == LastChanges()


def test_every_page_of_changes_is_a_page_of_the_site() -> None:
    briefing = a_briefing(*ordinary())
    there = {page.path for page in report_pages(briefing)}
    listed = scopes(briefing, {"yawl": JADA})
    assert {one.path for one in listed} <= there
    without = {path for path in there if path not in {one.path for one in listed}}
    without -= {"reports/board.md"}
    assert without == {"reports/cfo-plan.md", "reports/sure/assumptions.md", "reports/changes.md"}
    boat = next(one for one in listed if one.entity == JADA)
    assert boat.formerly == "reports/entities/yawl.md"


def test_pages_are_named_as_people_call_them() -> None:
    paths = ["index.md", "reports/cfo.md", "reports/entities/jada.md", "reports/audits/house.md"]
    names = {JADA: an_entity().title, "house": "The House"}
    assert page_names(paths, names) == "Home, CFO, Jada and audit of The House"
    assert page_names(["reports/sure/not-known.md"], {}) == "Not known"
