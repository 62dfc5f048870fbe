"""What changed on the pages: badges, sentences, the list of versions and the feeds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from uuid import UUID
from xml.etree import ElementTree as ET

import msgspec
import pytest

from quarterdeck.changes.pages import MOST_OF_A_VERSION, NO_LAST_CHANGES, LastChange, LastChanges, OneVersion
from quarterdeck.model.change import Cause, Held
from quarterdeck.model.source import Source
from quarterdeck.model.values import Word
from quarterdeck.reports.changed_page import MOST_OF_EARLIER, MOST_OPEN, changed_of, feed, page, row
from quarterdeck.reports.pages import report_pages, site_of
from tests.changes.histories import usd
from tests.figures.builders import AS_OF, JADA
from tests.reports.portfolios import ordinary
from tests.reports.samples import HOSTILE, Golden, a_briefing
from tests.reports.test_changed import HIGH, LOW, SENTENCES, a_change

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.change import Change

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SITE = site_of(a_briefing(*ordinary()))
OWN = f"reports/entities/{JADA}.md"

BADGES = [
    (a_change("finding", "new", after=HIGH), "new"),
    (a_change("finding", "reopened", after=HIGH), "new"),
    (a_change("finding", "seen", after=HIGH), "added"),
    (a_change("finding", "unseen", before=HIGH), "moved"),
    (a_change("finding", "accepted", before=HIGH, after=HIGH), "moved"),
    (a_change("finding", "unaccepted", before=HIGH, after=HIGH), "worse"),
    (a_change("finding", "resolved", before=LOW), "resolved"),
    (a_change("finding", "worse", before=LOW, after=HIGH), "worse"),
    (a_change("figure", "moved", before=LOW, after=HIGH), "moved"),
    (a_change("figure", "unknown", before=LOW), "worse"),
    (a_change("action", "new"), "added"),
    (a_change("action", "done"), "resolved"),
    (a_change("action", "dropped"), "moved"),
    (a_change("action", "overdue", after=HIGH, with_time=True), "time"),
    (a_change("milestone", "met"), "better"),
    (a_change("coverage", "lost"), "worse"),
    (a_change("entity", "new"), "added"),
    (a_change("entity", "resolved"), "moved"),
    (a_change("gap", "new"), "new"),
]


@pytest.mark.parametrize(("change", "badge"), BADGES)
def test_a_badge_for_each_kind_of_change(change: Change, badge: str) -> None:
    assert row(change, SITE, OWN).kind == badge


@pytest.mark.parametrize(("change", "_sentence"), SENTENCES)
def test_every_change_has_a_line(change: Change, _sentence: str) -> None:
    made = row(change, SITE, "index.md")
    assert change.what == "problem" or change.title in str(made.text)
    assert "{" not in str(made.text)


def test_a_finding_says_its_weight_and_what_is_at_stake_beside_the_sentence() -> None:
    found = a_change("finding", "new", after=HIGH, money=Decimal(1200))
    made = row(found, SITE, OWN)
    assert (made.text, made.note, made.href) == ("Checkout", "high, $1,200 a month", "#findings")
    again = row(a_change("finding", "reopened", after=HIGH), SITE, "reports/cto.md")
    assert (again.text, again.note) == ("Jada: Checkout", "back again, high")
    assert again.href == "../entities/jada/#findings"


def test_a_minus_stays_with_its_number() -> None:
    less = a_change("figure", "worse", before=Held(usd(5)), after=Held(usd(-7)), unit="money")
    assert str(row(less, SITE, OWN).text).endswith("→ \u2212\u2060$7")


@pytest.mark.parametrize("entity", ["", "gone"])
def test_what_has_no_page_has_no_link(entity: str) -> None:
    assert row(a_change("finding", "new", after=HIGH, entity=entity), SITE, "index.md").href == ""


def versions(*totals: int) -> tuple[OneVersion, ...]:
    """Versions of as many findings each, newest first."""
    return tuple(
        OneVersion(
            date(2026, 11, 22 - at),
            total,
            tuple(
                a_change("finding", "new", f"Step {number}", id=str(number), after=HIGH, roles=("cto",))
                for number in range(total)
            ),
            f"{at}" * 40,
        )
        for at, total in enumerate(totals)
    )


def test_the_page_lists_versions_newest_first(snapshot: SnapshotAssertion) -> None:
    told = LastChanges(versions=versions(2, MOST_OF_EARLIER + 3))
    assert page(SITE, told).body == snapshot(extension_class=Golden)


def test_the_first_report_says_that_changes_start_with_the_next() -> None:
    body = page(SITE, NO_LAST_CHANGES).body
    assert "This is the first report; changes start with the next." in body
    assert "qd-changes" not in body


def test_two_versions_of_one_day_and_commit_have_two_anchors() -> None:
    one = versions(1)[0]
    body = page(SITE, LastChanges(versions=(one, one))).body
    assert "{#v-2026-11-22-0000000}" in body
    assert "{#v-2026-11-22-0000000-2}" in body


def test_a_report_prints_its_own_last_change_and_where_all_stand() -> None:
    many = versions(7)[0]
    last = LastChanges(pages={"reports/cto.md": LastChange(many.on, 7, many.rows[:5])})
    bodies = {one.path: one.body for one in report_pages(SITE.briefing, last=last)}
    assert "Jada: Step 4" in bodies["reports/cto.md"]
    assert '<a href="../changes/">All 7 changes</a>' in bodies["reports/cto.md"]
    assert "as in the first report" not in bodies["reports/cto.md"]
    assert "This page is as in the first report" in bodies["reports/cfo.md"]


def test_all_that_is_kept_of_a_version_stands_on_the_page_folded_by_business() -> None:
    (many,) = versions(MOST_OPEN + 3)
    told = LastChanges(versions=(msgspec.structs.replace(many, total=900),))
    body = page(SITE, told).body
    assert all(f"Step {at}<" in body for at in range(MOST_OPEN + 3))
    opened, _, folded = body.partition('<details class="qd-more"><summary>3 more, by business')
    assert "Jada: Step 0" in opened
    assert "Jada: " not in folded
    assert "And 877 more of less weight." in body
    since = msgspec.structs.replace(many, total=900, since=date(2026, 11, 14), since_commit="b" * 40)
    named = "which quarterdeck changes 2026-11-14-bbbbbbb 2026-11-22-0000000 lists."
    assert named in page(SITE, LastChanges(versions=(since,))).body


@pytest.mark.parametrize(
    ("timed", "is_mixed", "words"),
    [
        (0, False, "brought 4 changes.</p>"),
        (1, False, "brought 3 changes, and 1 that time alone brought.</p>"),
        (4, False, "brought 4 changes, all with time alone: no file was edited to bring them.</p>"),
        (
            0,
            True,
            "brought 4 changes. What time alone brought since 14 Nov 2026 is not told apart: the files",
        ),
    ],
)
def test_the_page_says_what_time_alone_brought(timed: int, is_mixed: bool, words: str) -> None:  # noqa: FBT001 - a row
    one = msgspec.structs.replace(versions(4)[0], timed=timed, is_mixed=is_mixed, since=date(2026, 11, 14))
    assert words in page(SITE, LastChanges(versions=(one,))).body.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("timed", "is_mixed", "words"),
    [(0, False, ""), (1, False, ""), (2, False, "Time alone brought them."), (0, True, "is not told apart")],
)
def test_a_report_says_what_time_alone_brought(timed: int, is_mixed: bool, words: str) -> None:  # noqa: FBT001 - a row
    (one,) = versions(2)
    last = LastChange(one.on, 2, one.rows, one.commit, timed, is_mixed)
    told = changed_of(SITE, LastChanges(pages={OWN: last}, versions=(one,)))[OWN]
    assert words in told.note
    assert bool(told.note) == bool(words)
    assert told.href == "../../changes/#v-2026-11-22-0000000"


def test_that_nobody_can_tell_times_part_stands_on_the_report() -> None:
    (one,) = versions(2)
    last = LastChanges(pages={"reports/cto.md": LastChange(one.on, 2, one.rows, is_mixed=True)})
    (body,) = [each.body for each in report_pages(SITE.briefing, last=last) if each.path == "reports/cto.md"]
    assert '<p class="qd-note">What time alone brought is not told apart: the files of' in body


def test_a_figure_says_why_it_moved() -> None:
    why = Cause(entity=JADA, title="Variable cost", unit="money", before=usd(180), after=usd(380))
    less = a_change("figure", "worse", before=Held(usd(5)), after=Held(usd(-7)), unit="money", causes=(why,))
    assert row(less, SITE, OWN).note.replace("\u00a0", " ") == "because of Variable cost $180 → $380"
    edited = msgspec.structs.replace(less, causes=(), sources=(Source("a.md", 3),), commits=("b" * 40,))
    assert row(edited, SITE, OWN).note == "a.md:3"


def test_an_entry_of_a_feed_stays_as_it_is_when_less_is_kept_of_its_version() -> None:
    (many,) = versions(MOST_OF_A_VERSION + 5)
    less = msgspec.structs.replace(many, rows=many.rows[:MOST_OF_A_VERSION])
    assert feed(SITE.briefing, "cto", (many,)) == feed(SITE.briefing, "cto", (less,))


@pytest.mark.parametrize(
    ("more", "title", "last"), [(0, "40 changes", "Step 39"), (5, "of most weight", "45 changes")]
)
def test_an_entry_of_a_feed_says_where_it_tells_a_part(more: int, title: str, last: str) -> None:
    root = ET.fromstring(feed(SITE.briefing, "cto", versions(MOST_OF_A_VERSION + more)))  # noqa: S314 - our own
    assert title in root.findtext(f"{ATOM}entry/{ATOM}title", "").replace("\u00a0", " ")
    lines = [one.text or "" for one in root.iter(f"{XHTML}li")]
    assert len(lines) == MOST_OF_A_VERSION + bool(more)
    assert last in lines[-1].replace("\u00a0", " ")


def test_a_feed_has_what_readers_of_feeds_need() -> None:
    """RFC 4287: id, title, updated and author; a link and a content for each entry, in its order of versions."""
    root = ET.fromstring(feed(SITE.briefing, "cto", versions(2, 1)))  # noqa: S314 - our own
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == SITE.briefing.name
    for one in (root, *root.findall(f"{ATOM}entry")):
        assert UUID(one.findtext(f"{ATOM}id", "")).version == 5
        assert one.findtext(f"{ATOM}title")
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated", "")).tzinfo
        (link,) = one.findall(f"{ATOM}link")
        assert (link.attrib["rel"], link.attrib["type"]) == ("alternate", "text/html")
        there = urljoin("https://q.example/latest/feeds/cto.xml", link.attrib["href"])
        assert there == "https://q.example/latest/reports/cto/"
    for one in root.iter(f"{ATOM}content"):
        assert one.attrib == {"type": "xhtml"}
        assert [part.tag for part in one] == [f"{XHTML}div"]


def test_a_feed_has_an_entry_for_each_version_that_changed_something_for_its_role() -> None:
    told = versions(2, 1)
    root = ET.fromstring(feed(SITE.briefing, "cto", told))  # noqa: S314 - our own
    entries = root.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}updated") for one in entries] == [
        "2026-11-22T00:00:00Z",
        "2026-11-21T00:00:00Z",
    ]
    assert root.findtext(f"{ATOM}updated") == "2026-11-22T00:00:00Z"
    lines = [one.text for one in entries[0].iter(f"{XHTML}li")]
    assert lines == ["New: Jada: Step 0 (high)", "New: Jada: Step 1 (high)"]
    ids = [one.text for one in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    assert feed(SITE.briefing, "cto", told) == feed(SITE.briefing, "cto", told)
    assert feed(SITE.briefing, "cfo", told) == feed(SITE.briefing, "cfo", ())


def test_an_entry_of_a_feed_keeps_its_id_when_versions_come_after_it() -> None:
    newer, older = versions(1, 1)
    before = ET.fromstring(feed(SITE.briefing, "cto", (older,)))  # noqa: S314 - our own
    after = ET.fromstring(feed(SITE.briefing, "cto", (newer, older)))  # noqa: S314 - our own
    assert before.findtext(f"{ATOM}entry/{ATOM}id") in {one.text for one in after.iter(f"{ATOM}id")}


def test_words_of_people_are_text_on_page_and_feed() -> None:
    bad = a_change("finding", "new", HOSTILE, after=Held(Word("high")), roles=("cto",))
    told = LastChanges(versions=(OneVersion(AS_OF, 1, (bad,)),))
    made = page(SITE, told)
    assert "<script" not in made.body
    assert "<img" not in made.body
    for one in made.downloads:
        assert ET.fromstring(one.text) is not None  # noqa: S314 - our own
