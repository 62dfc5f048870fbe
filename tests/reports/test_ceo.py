"""The CEO page: its nine sections for an ordinary, an empty and an awkward portfolio."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.model.briefing import Accepted
from quarterdeck.model.handoff import Task
from quarterdeck.model.severity import Severity
from quarterdeck.reports import ceo
from quarterdeck.reports.agenda import MOST_LINES, Agenda, Week, agenda
from quarterdeck.reports.chains import blockers, chains
from quarterdeck.reports.skeleton import Report, Site
from tests.figures.builders import AS_OF, a_handoff, a_task, day
from tests.reports.portfolios import awkward, empty, ordinary
from tests.reports.samples import Golden, a_site, anchors, lead

ANCHORS = {
    "top",
    "in-short",
    "changed",
    "portfolio",
    "decisions",
    "shortfalls",
    "connections",
    "agenda",
    "missing-kpis",
    "assets",
    "trend",
    "findings",
    "not-known",
    "assumptions",
    "sources",
}
CASES = {"ordinary": ordinary(), "empty": empty(), "awkward": awkward(), "nothing": ()}


def report_of(site: Site) -> Report:
    return Report(site, "reports/ceo.md", "CEO", "ceo", site.briefing.entities, "All", role="ceo")


def _texts(week: Week) -> list[str]:
    return [*(str(row.text) for row in week.open_rows), *(row.text for row in week.more)]


def agenda_of(*tasks: Task) -> Agenda:
    return agenda(report_of(a_site(a_handoff(tasks=tasks))))


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = ceo.page(a_site(*CASES[case]))
    assert page.path == "reports/ceo.md"
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_section_is_there(case: str) -> None:
    assert anchors(ceo.page(a_site(*CASES[case]))) >= ANCHORS


def test_the_lead_says_that_we_are_not_safe_and_that_runway_is_not_known() -> None:
    site = a_site(*ordinary())
    text = lead(ceo.page(site))
    critical = [one for one in site.open_findings if one.severity is Severity.CRITICAL]
    owners = len({one.entity for one in critical})
    assert text.startswith(
        f"We are not safe: {len(critical)} findings are critical, in {owners} of 4 businesses."
    )
    assert "How long our cash lasts is not known" in text
    assert "$8,223" in text


def test_an_empty_portfolio_says_so_and_names_five_fields() -> None:
    page = ceo.page(a_site(*empty()))
    assert lead(page).startswith("Nothing is known yet of this business. 5 fields tell most:")


def test_shortfalls_name_the_owner_of_the_task_that_mends_them() -> None:
    body = ceo.page(a_site(*ordinary())).body
    section = body[body.index("{#shortfalls}") : body.index("{#connections}")]
    assert "cannot take payment online" in section
    assert "in work as JADA-3" in section
    assert '<span class="qd-grey">Lee</span>' in section


def test_a_field_that_is_missing_is_no_shortfall() -> None:
    body = ceo.page(a_site(*ordinary())).body
    assert "R-DAT-01" not in body[body.index("{#shortfalls}") : body.index("{#connections}")]


def test_a_chain_leads_from_its_cause_to_the_numbers_that_move_without_codes() -> None:
    found = chains(report_of(a_site(*ordinary())))
    payment = next(steps for steps in found if "payment online" in str(steps[0].text))
    assert [step.role for step in payment] == ["CTO", "CFO", "CMO", "CFO", "CFO"]
    assert payment[1].text == "Targets rest on phone sales alone"
    assert payment[1].href == "../cfo/"
    assert str(payment[3].text).startswith("The $2,400 that Jada plans for December 2026 rests on what")


def test_findings_of_one_rule_share_a_chain() -> None:
    found = chains(report_of(a_site(*ordinary())))
    assert len({steps[0].text for steps in found}) == len(found)


def test_the_task_that_most_wait_for_comes_first() -> None:
    tasks = (
        a_task("A", needs=("C",)),
        a_task("B", needs=("A",)),
        a_task("C"),
        a_task("D", needs=("D", "GONE")),
        a_task("E", state="done", needs=("B",)),
    )
    found = blockers(report_of(a_site(a_handoff(tasks=tasks))))
    assert [(one.task.id, one.waiting) for one in found] == [("C", ("A", "B")), ("A", ("B",)), ("D", ())]


def test_a_circle_of_needs_ends() -> None:
    tasks = (a_task("A", needs=("B",)), a_task("B", needs=("A",)))
    found = blockers(report_of(a_site(a_handoff(tasks=tasks))))
    assert [(one.task.id, one.waiting) for one in found] == [("A", ("B",)), ("B", ("A",))]


@pytest.mark.parametrize(
    ("case", "task", "key"),
    [
        ("late", a_task(due=AS_OF - timedelta(days=1), effort="XS"), "week-0"),
        ("due today is next week's", a_task(due=AS_OF, effort="XS"), "week-1"),
        ("without a day", a_task(effort="XS"), "week-1"),
    ],
)
def test_the_agenda_puts_each_task_into_the_week_with_room(case: str, task: Task, key: str) -> None:
    weeks = agenda_of(task).weeks
    texts = {week.key: _texts(week) for week in weeks}
    assert [name for name, rows in texts.items() if task.text in rows] == [key], case


def test_the_four_weeks_stand_there_even_without_a_task() -> None:
    assert [week.key for week in agenda_of().weeks] == [f"week-{index}" for index in range(1, 5)]


def test_what_has_no_room_says_why() -> None:
    found = agenda_of(a_task(owner="sam", effort="XXL"))
    assert [(one.text, one.owner, one.note) for one in found.left] == [
        ("Ask the insurer", "Sam", "no week of its owner has room for 80\N{NO-BREAK SPACE}hours")
    ]


def test_only_the_first_lines_stand_open() -> None:
    tasks = [a_task(f"A-{at:02}", effort_hours=Decimal(2), owner=f"p{at}") for at in range(MOST_LINES + 3)]
    week = next(one for one in agenda_of(*tasks).weeks if one.key == "week-1")
    assert len(week.open_rows) + len(week.more) > MOST_LINES >= len(week.open_rows)


def test_what_is_done_dropped_or_for_someday_is_no_agenda() -> None:
    tasks = (a_task("A", state="done"), a_task("B", state="dropped"), a_task("C", is_someday=True))
    found = agenda_of(*tasks)
    rows = [text for week in found.weeks for text in _texts(week)]
    assert not found.open
    assert "Ask the insurer" not in rows


def test_what_waits_for_others_stands_apart() -> None:
    found = agenda_of(a_task("A", state="waiting", until=day("2026-12-07")))
    assert [one.task.id for one in found.waiting] == ["A"]
    assert found.open == 0


def test_decisions_are_tasks_requests_sales_past_their_day_and_ending_acceptances() -> None:
    accepted = Accepted("R-CEO-02", "jada", "tender", day("2026-12-31"), "the yard is closed", "pat")
    body = ceo.page(a_site(*ordinary(), accepted=[accepted])).body
    section = body[body.index("{#decisions}") : body.index("{#shortfalls}")]
    now, later = section.split("<details", maxsplit=1)
    assert "New rigging, or sell her first" in now
    assert "Approve “New listing photos”?" in now
    assert "Go on with retreat, or give it up?" in now
    assert "Live on with tender?" in now
    assert "Approve “Standing rigging”?" in later


def test_uninsured_assets_are_counted() -> None:
    body = ceo.page(a_site(*ordinary())).body
    section = body[body.index("{#assets}") : body.index("{#trend}")]
    assert "1 of 1 vessels, vehicles, trailers and buildings has no cover" in section


def test_the_first_report_says_that_the_trend_begins() -> None:
    body = ceo.page(a_site(*ordinary())).body
    assert "No earlier version is kept, so nothing can be compared yet" in body[body.index("{#trend}") :]


def test_csv_files_stand_beside_the_page() -> None:
    page = ceo.page(a_site(*ordinary()))
    assert {one.path for one in page.downloads} >= {
        "reports/ceo-portfolio.csv",
        "reports/ceo-assets.csv",
        "reports/ceo-decisions.csv",
    }


def test_a_role_that_nobody_reads_is_not_linked() -> None:
    site = a_site(*ordinary())
    narrow = Site(msgspec.structs.replace(site.briefing, roles=("ceo",)))
    assert "../cfo/" not in ceo.page(narrow).body
