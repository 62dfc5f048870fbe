"""The page of one business: an ordinary one, an empty one, an awkward one, and the layout of every table."""

import csv
import io
from datetime import date
from decimal import Decimal
from importlib.resources import files

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.model.books import PlanLine
from quarterdeck.model.columns import fields_of
from quarterdeck.model.page import Page
from quarterdeck.model.sales import Channel, Offer
from quarterdeck.model.services import Client
from quarterdeck.model.tables import TABLES
from quarterdeck.model.values import UNKNOWN, Blank, MonthToMonth
from quarterdeck.reports import entity
from quarterdeck.reports.components import Cell
from quarterdeck.reports.entity_tables import MOST_ROWS, plan_table
from quarterdeck.reports.records import LAYOUTS, newest_first, printable, record_table
from quarterdeck.reports.subjects import SUBJECTS
from tests.figures.builders import REFUSED, a_booking, a_handoff, a_kpi, a_row, an_entity, day, share, usd
from tests.reports.portfolios import awkward, empty, ordinary, planned
from tests.reports.samples import HOSTILE, Golden, a_site, anchors, lead

ANCHORS = {
    "top",
    "in-short",
    "changed",
    "findings",
    "tasks",
    "kpis",
    "about",
    "not-known",
    "assumptions",
    "sources",
}
CASES = {
    "ordinary": (ordinary(), "jada"),
    "part": (ordinary(), "crew"),
    "empty": (empty(), "newboat"),
    "awkward": (awkward(), "jada"),
}


def page_of(case: str) -> Page:
    handoffs, name = CASES[case]
    site = a_site(*handoffs)
    return entity.page(site, site.briefing.entity(name))


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = page_of(case)
    assert page.section == "Businesses"
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_section_is_there(case: str) -> None:
    assert anchors(page_of(case)) >= ANCHORS


def test_every_table_and_every_text_has_its_section() -> None:
    found = anchors(page_of("ordinary"))
    tables = {"assets", "offers", "bookings", "channels", "pipeline", "funnel", "costs", "plan"}
    assert found >= tables | {"compliance", "options", "loans", "statements", "parts"}
    assert found >= {"summary", "stated-gaps", "decisions", "questions", "tech", "notes"}


def test_the_lead_prints_sales_and_what_is_critical() -> None:
    text = lead(page_of("ordinary"))
    assert text == "Jada wrote down $720 of October sales, $180 under plan; 4 findings are critical."


def test_a_part_names_its_business_in_the_lead() -> None:
    assert lead(page_of("part")).startswith("Crew tool is part of Jada and sells nothing of its own;")


def test_an_empty_handoff_says_so_and_shows_five_fields() -> None:
    page = page_of("empty")
    assert lead(page).startswith("Nothing is written down yet of newboat: none of ")
    start = page.body[page.body.index('class="qd-start"') : page.body.index("qd-two")]
    assert start.count('class="qd-gap"') == 5


def test_what_is_dangerous_stays_text() -> None:
    body = page_of("awkward").body
    assert "<img" not in body
    assert "{{" not in body
    assert "<b>b" not in body
    assert HOSTILE not in body


def test_a_long_table_shows_its_newest_rows_and_keeps_all_in_the_csv() -> None:
    page = page_of("awkward")
    section = page.body[page.body.index("{#bookings}") : page.body.index("{#stated-gaps}")]
    assert section.count('<tr role="row">') == MOST_ROWS + 1
    assert "5\u00a0more rows are in the CSV" in section
    file = next(one for one in page.downloads if one.path == "reports/entities/jada-bookings.csv")
    assert len(list(csv.reader(io.StringIO(file.text)))) == 46


def test_a_column_that_nobody_knows_is_printed_under_its_table() -> None:
    body = page_of("awkward").body
    assert "Also written, in the column “Crew &#123;&#123; x &#125;&#125;”" in body
    assert "=HYPERLINK(1)" in body


def test_a_value_that_was_not_understood_says_so() -> None:
    assert "“12/05/2026” was not understood" in page_of("awkward").body


def test_tasks_keep_their_anchor_notes_and_parts() -> None:
    body = page_of("ordinary").body
    tasks = body[body.index("{#tasks}") : body.index("{#kpis}")]
    assert all(f'id="t-jada-{number}"' in tasks for number in range(1, 9))
    first = tasks[tasks.index('id="t-jada-1"') : tasks.index('id="t-jada-3"')]
    assert "The survey asks about the through-hulls." in first
    assert 'id="t-jada-2"' in first
    assert "7\u00a0days late" in first
    assert "waits for yard until 7\u00a0Dec" in tasks
    assert "../crew/#t-crew-1" in tasks


def test_a_need_that_is_no_task_is_no_link() -> None:
    tasks = page_of("awkward").body
    assert "needs NOBODY-1," in tasks


def test_subjects_lead_to_role_pages_that_the_audience_reads() -> None:
    assert 'href="../../cfo/#debt"' in page_of("ordinary").body
    site = a_site(*ordinary())
    narrow = type(site)(msgspec.structs.replace(site.briefing, roles=("cmo",)))
    assert "../../cfo/" not in entity.page(narrow, narrow.briefing.entity("jada")).body


def test_the_handoff_can_be_edited() -> None:
    assert "https://github.com/example/portfolio/edit/main/handoffs/jada.md" in page_of("ordinary").body


def test_a_business_that_rests_has_no_kpis() -> None:
    site = a_site(*ordinary())
    body = entity.page(site, site.briefing.entity("hauler")).body
    assert "No KPI is asked of a business that is paused." in body


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_layout_of_a_table_prints_every_field_once(table: object) -> None:
    schema = next(one for one in TABLES if one is table)
    printed = [name for layout in LAYOUTS[schema.name] for name in layout.fields]
    assert sorted(printed) == sorted(field.name for field in fields_of(schema.record))


def test_every_table_has_its_words() -> None:
    assert {table.name for table in TABLES} - set(SUBJECTS) == {"kpis"}


def test_every_subject_leads_to_an_anchor_that_is_there() -> None:
    places = [(page, anchor) for one in SUBJECTS.values() for page, anchor in (*one.elsewhere, *one.in_audit)]
    lost = [(page, anchor) for page, anchor in places if f'"{anchor}"' not in template(page)]
    assert lost == []


def template(page: str) -> str:
    return (files("quarterdeck.reports") / "templates" / f"{page}.md.j2").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (UNKNOWN, Cell(UNKNOWN, "per sailing")),
        (Blank("n/a", "gift"), Cell(Blank("n/a", "gift"), "gift · per sailing")),
        (REFUSED, Cell("not known", "“12/05/2026” was not understood", "bad")),
        (usd(720), Cell(usd(720), "per sailing")),
    ],
)
def test_a_cell_says_what_is_known(cell: object, expected: Cell) -> None:
    row = a_row(Offer, offer="Sunset sail", price=cell, unit="sailing")
    assert record_table("offers", [row]).rows[0].cells[1] == expected


def test_an_estimate_is_marked() -> None:
    row = msgspec.structs.replace(a_row(Offer, offer="Sail", price=usd(720)), estimates=("price",))
    assert record_table("offers", [row]).rows[0].cells[1] == Cell(usd(720), "estimate")


def test_empty_columns_are_dropped() -> None:
    row = a_row(Offer, offer="Sunset sail", price=usd(720))
    assert [column.key for column in record_table("offers", [row]).columns] == ["offer", "price"]


def test_flags_are_words_and_money_of_zero_is_no_note() -> None:
    client = a_row(Client, client="bakery", billing_model="retainer", related_party=False, auto_renew=True)
    channel = a_row(Channel, channel="phone", state="active", fee_pct=share("0.029"), fee_fix=usd(0))
    assert record_table("clients", [client]).rows[0].cells[0] == Cell("bakery", "")
    assert record_table("clients", [client]).rows[0].cells[2] == Cell("", "renews by itself")
    assert record_table("channels", [channel]).rows[0].cells[2] == Cell("", "fee 2.9%")


@pytest.mark.parametrize(
    ("content", "expected"),
    [(True, "yes"), (False, "no"), (("a", "b"), "a, b"), (MonthToMonth(), "month to month"), (3, 3)],
)
def test_what_a_cell_prints(content: object, expected: object) -> None:
    assert printable(content) == expected


def test_rows_are_sorted_by_their_day() -> None:
    days = (day("2026-01-02"), UNKNOWN, day("2026-03-01"))
    rows = [a_booking(str(index), service_date=one) for index, one in enumerate(days)]
    assert [row.id for row in newest_first(rows) if hasattr(row, "id")] == ["2", "0", "1"]


def test_the_plan_is_months_against_lines_and_counts_are_no_money() -> None:
    table = plan_table([planned("2026-10", "revenue", 900), planned("2026-11", "bookings", 3, note="quiet")])
    assert [column.title for column in table.columns] == ["Month", "Revenue", "Bookings"]
    assert [row.cells for row in table.rows] == [
        (Cell("2026-11", "quiet"), Cell(""), Cell(Decimal(3))),
        (Cell("2026-10", ""), Cell(usd(900)), Cell("")),
    ]


def test_the_parts_of_a_target_are_one_amount_of_the_plan() -> None:
    part = msgspec.structs.replace(planned("2026-10", "revenue", 600), needs=("x-1",))
    table = plan_table([planned("2026-10", "revenue", 900), part])
    assert [row.cells for row in table.rows] == [(Cell("2026-10", "needs x-1"), Cell(usd(1500)))]


def test_a_plan_without_a_month_is_kept() -> None:
    table = plan_table([a_row(PlanLine, amount=usd(5))])
    assert table.rows[0].cells[0] == Cell("without a month", "")


def test_an_expired_kpi_is_stale_with_its_age() -> None:
    handoff = a_handoff(an_entity(), a_kpi("sailings", "2026-01", "4"))
    site = a_site(handoff)
    body = entity.page(site, site.briefing.entity("jada")).body
    assert "10 months old" in body.replace("\u00a0", " ")


def test_the_page_of_a_date_is_the_day_of_its_newest_input() -> None:
    assert date(2026, 11, 20).isoformat() in page_of("ordinary").body
