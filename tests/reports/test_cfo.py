"""The CFO page: ordinary, of nothing known, and with names that want to break it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.months import horizon
from quarterdeck.model.books import Cost, Loan
from quarterdeck.reports import cfo, cfo_cash
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.skeleton import Report
from tests.figures.builders import a_handoff, a_row, an_unknown_entity, day, share, usd
from tests.figures.planning import in_plan
from tests.reports.samples import Golden, a_site, anchors, lead
from tests.reports.trading import awkward, boat, trading

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.handoff import Handoff

PLAN = {
    "break-even",
    "unit-economics",
    "capital",
    "debt",
    "targets",
    "variance",
    "revenue-quality",
}
"""On both pages: a line on the first, the tables on the second."""
SECTIONS = PLAN | {
    "in-short",
    "cash",
    "burn",
    "runway",
    "weeks",
    "plan",
    "findings",
    "not-known",
    "assumptions",
    "sources",
}


def a_report(*handoffs: Handoff) -> Report:
    site = a_site(*handoffs)
    return Report(site, "reports/cfo.md", "CFO", "cfo", site.briefing.entities, "All businesses", role="cfo")


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    page = cfo.page(a_site(*trading()))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith("How long our cash lasts is not known, because no books are kept yet.")
    assert "The bank statements show at least $11,536" in lead(page)
    assert page.body == snapshot(extension_class=Golden)


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = cfo.page(a_site(a_handoff(an_unknown_entity())))
    assert anchors(page) >= SECTIONS
    assert "nothing about money is written down yet. Start with" in lead(page)
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    page = cfo.page(a_site(*awkward()))
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("name", ["ordinary", "nothing", "awkward"])
def test_plan(name: str, snapshot: SnapshotAssertion) -> None:
    handoffs = {"ordinary": trading(), "nothing": (a_handoff(an_unknown_entity()),), "awkward": awkward()}
    page = cfo.plan_page(a_site(*handoffs[name]))
    assert anchors(page) >= PLAN | {"sources"}
    assert "<img src=x" not in page.body
    assert lead(page)
    assert page.body == snapshot(extension_class=Golden)


def test_each_line_leads_to_its_section() -> None:
    body = cfo.page(a_site(*trading())).body
    assert set(re.findall(r'href="../cfo-plan/#([a-z-]+)"', body)) >= PLAN


def test_equal_briefings_give_equal_pages() -> None:
    assert cfo.page(a_site(*trading())) == cfo.page(a_site(*trading()))


@pytest.mark.parametrize(
    ("case", "first", "cadence", "days"),
    [
        (
            "monthly on the 31st",
            "2026-08-31",
            "monthly",
            ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"],
        ),
        ("weekly", "2027-02-10", "weekly", ["2027-02-10", "2027-02-17", "2027-02-24"]),
        ("once and past", "2026-11-01", "one-time", []),
        ("today is over", "2026-11-23", "one-time", []),
        ("yearly", "2025-12-09", "annual", ["2026-12-09"]),
    ],
)
def test_days_on_which_a_cost_falls_due(case: str, first: str, cadence: str, days: list[str]) -> None:
    cost = a_row(Cost, item="Slip", amount=usd(10), cadence=cadence, next_due=day(first))
    dues = cfo_cash.payments(a_report(a_handoff(None, cost)))
    assert [one.on for one in dues] == [day(one) for one in days], case


def test_weeks_begin_with_the_one_that_holds_tomorrow() -> None:
    weeks = cfo_cash.weeks(a_report(boat()), Tables(a_report(boat())))
    assert weeks.worst is not None
    assert weeks.worst.monday == date(2027, 1, 18)
    assert [one.what for one in weeks.worst.items] == ["Haul-out"]


def test_principal_of_twelve_months() -> None:
    loan = a_row(Loan, lender="Bank", balance=usd(38000), rate=share("0.0775"), payment=usd("765.96"))
    body = cfo.plan_page(a_site(a_handoff(None, loan))).body
    assert "$6,473" in body  # 38,000 less 31,526.70 of the worked example, each interest rounded to cents


@pytest.mark.parametrize(
    ("case", "as_of", "first", "last", "count"),
    [
        ("in November: to November of next year", "2026-11-23", "2026-11", "2027-11", 13),
        ("in January: the whole year is inside", "2027-01-04", "2027-01", "2028-01", 13),
        ("in December", "2026-12-31", "2026-12", "2027-12", 13),
    ],
)
def test_horizon_of_targets(case: str, as_of: str, first: str, last: str, count: int) -> None:
    months = horizon(day(as_of))
    assert [months[0].name, months[-1].name, len(months)] == [first, last, count], case


def test_a_target_names_what_it_waits_for() -> None:
    body = cfo.plan_page(a_site(*trading())).body
    assert "JADA-1, open, due 4\u00a0Dec\u00a02026; R-QDN-99, no finding open; lead retreat, verbal" in body
    assert "NOBODY-1, not found in any handoff" in body


def test_a_target_says_how_much_of_it_rests_on_what() -> None:
    rows = [in_plan("2026-12", "2400"), in_plan("2026-12", "3600", needs=("R-QDN-99", "NOBODY-1"))]
    body = cfo.page(a_site(a_handoff(None, *rows))).body
    words = re.sub(r"<[^>]+>", "", body)
    assert "plans $6,000 for December 2026; of it $3,600 rests on something that is not there yet" in words
    assert "Supported by today\u2019s process: $2,400" in words


def test_a_year_by_equal_months_says_so() -> None:
    body = cfo.plan_page(a_site(a_handoff(None, in_plan("2027", "1200")))).body
    assert "The season of Jada is not known before twelve full months of books: equal months." in body
