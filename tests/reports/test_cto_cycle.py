"""How repositories change, which habits are missing, and one secret that opens several doors."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from quarterdeck.model.repositories import Deploy, FoundSecret, Ignored, Repository
from quarterdeck.reports import cto
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, cell_of
from quarterdeck.reports.cto_cycle import cycle, shared_secrets
from quarterdeck.reports.skeleton import Site
from quarterdeck.reports.words import value
from tests.audits import REFUSED, seen
from tests.figures.builders import AS_OF
from tests.reports.test_audits import briefed, report_of

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen
    from quarterdeck.reports.components import Table
    from quarterdeck.reports.cto_cycle import Cycle

NOON = datetime.combine(AS_OF, time(12), UTC)


def _cycle(*observed: Seen) -> Cycle | None:
    report = report_of(briefed(*observed))
    return cycle(report, Tables(report))


def _words(table: Table | None) -> list[list[str]]:
    assert table is not None
    cells = [[cell_of(cell) for cell in row.cells] for row in table.rows]
    return [
        [_plain(" / ".join(filter(None, (value(one.value), str(one.note))))) for one in row] for row in cells
    ]


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _deploys(count: int, failed: int) -> list[Deploy]:
    return [
        seen(
            Deploy,
            repo="site",
            commit=NOON - timedelta(days=number + 1, hours=4),
            deployed=NOON - timedelta(days=number + 1),
            failed=number < failed,
            told_by="tags",
        )
        for number in range(count)
    ]


SITE = seen(
    Repository,
    name="site",
    last_commit=AS_OF - timedelta(days=2),
    commits_90d=12,
    active_days_90d=5,
    authors_90d=2,
    has_tests=True,
    has_ci=False,
    has_remote=True,
    unpushed=0,
    uncommitted=0,
    hot_spots=("app.py (7 times)",),
    env_files=(".env",),
)


def test_without_a_repository_there_is_no_section() -> None:
    assert _cycle() is None


def test_a_repository_says_when_how_often_and_how_safely() -> None:
    found = _cycle(SITE, *_deploys(6, 1))
    assert found is not None
    assert _plain(found.reading) == "12 commits in 90 days in 1 repository."
    assert _words(found.repositories) == [
        [
            "site / Jada",
            "21 Nov 2026",
            "12 / on 5 days · 2 people",
            "0.5 a week / 4.0 h from commit · 16.7% failed · told by tags",
            "tests / no CI",
        ]
    ]
    assert _words(found.hot_spots) == [["site", "app.py (7 times)"]]


def test_few_releases_give_no_rate() -> None:
    found = _cycle(SITE, *_deploys(4, 4))
    assert found is not None
    assert _words(found.repositories)[0][3] == "4 known / last 22 Nov"


def test_what_was_not_read_is_not_known() -> None:
    found = _cycle(seen(Repository, name="tool", last_commit=REFUSED))
    assert found is not None
    assert _words(found.repositories)[0][1:] == [
        "not known",
        "not known",
        "not known / none recognised",
        "not known",
    ]


def test_work_on_no_remote_and_sleep_are_said_first() -> None:
    found = _cycle(seen(Repository, name="tool", commits_90d=0, has_remote=False, uncommitted=0))
    assert found is not None
    said = "0 commits in 90 days in 1 repository; 1 slept; 1 holds work that is on no remote."
    assert _plain(found.reading) == said


def test_each_missing_habit_has_its_places_and_one_next_step() -> None:
    found = _cycle(SITE, seen(Repository, name="tool", env_files=(".env",)))
    assert found is not None
    rows = {row[0].rpartition(" / ")[2]: row[1:] for row in _words(found.lacking)}
    assert rows["high, REPO-21"][0] == "site, tool"
    assert rows["high, REPO-21"][1].startswith("Take it out of the index")


def test_one_secret_of_two_businesses_has_one_line() -> None:
    both = [
        seen(
            FoundSecret,
            place=place,
            path="pay.js",
            detector="stripe_live_secret",
            fingerprint="0a1b2c3d4e5f",
            entity=entity,
        )
        for place, entity in (("site", "jada"), ("shop", "qos"))
    ]
    report = report_of(briefed(*both))
    (row,) = _words(shared_secrets(report, Tables(report)))
    assert row[0] == "0a1b2c3d4e5f / its fingerprint"
    assert "2 places" in row[1]
    assert row[2] == "Jada, Qos"


def test_a_secret_of_one_place_opens_one_door() -> None:
    one = seen(
        FoundSecret, place="site", path="pay.js", detector="stripe_live_secret", fingerprint="0a1b2c3d4e5f"
    )
    report = report_of(briefed(one))
    assert shared_secrets(report, Tables(report)) is None


def test_a_secret_that_a_comment_answers_for_is_listed_and_an_incomplete_one_is_not() -> None:
    answered = seen(
        FoundSecret,
        place="site",
        path="pay.js",
        detector="stripe_test_secret",
        code="SEC-03",
        ignored=Ignored("a <b>test</b> account", "lee", AS_OF),
    )
    lacking = seen(
        FoundSecret, place="site", path="old.js", detector="x", ignored=Ignored("a test", "", AS_OF)
    )
    page = cto.page(Site(briefed(answered, lacking))).body
    section = page[page.index("Accepted risks") :]
    assert "site:pay.js" in section
    assert "SEC-03" in section
    assert "a &lt;b&gt;test&lt;/b&gt; account" in section
    assert "old.js" not in section


def test_a_link_leads_to_the_business() -> None:
    found = _cycle(SITE)
    assert found is not None
    first = found.repositories.rows[0].cells[0]
    assert isinstance(first, Cell)
    assert first.href.endswith("jada/")
