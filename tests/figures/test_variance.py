"""Actual against plan: month, quarter and year, price and volume, the running month and the year's outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.figure import Missing
from quarterdeck.model.values import UNKNOWN, Money
from tests.figures.builders import a_booking, a_handoff, an_entity, day, usd
from tests.figures.planning import budget, found, in_plan, of_jada, plain, sold, steady

if TYPE_CHECKING:
    from decimal import Decimal

    from quarterdeck.model.columns import Row

OCTOBER = {"2026-09": "8000", "2026-10": "18400"}
SLIP = "Expenses:JADA:Fixed:Slip"


@pytest.mark.parametrize(
    ("case", "rows", "books", "figure", "value", "note"),
    [
        (
            "far below",
            [in_plan("2026-10", "21000")],
            sold(OCTOBER),
            "variance_revenue:2026-10",
            "-2600.00",
            "flagged, note required",
        ),
        (
            "far below, and explained",
            [in_plan("2026-10", "21000", note="two weekends of storm")],
            sold(OCTOBER),
            "variance_revenue:2026-10",
            "-2600.00",
            "flagged",
        ),
        (
            "far above",
            [in_plan("2026-10", "9000")],
            sold(OCTOBER),
            "variance_revenue:2026-10",
            "9400.00",
            "flagged",
        ),
        (
            "nearly on plan",
            [in_plan("2026-10", "18000")],
            sold(OCTOBER),
            "variance_revenue:2026-10",
            "400.00",
            "",
        ),
        (
            "costs above their plan, below the limit",
            [in_plan("2026-10", "1200", "fixed")],
            sold({"2026-10": "-1320"}, account=SLIP),
            "variance_fixed:2026-10",
            "120.00",
            "",
        ),
        (
            "costs against a twelfth of their year",
            [in_plan("2026", "14400", "fixed")],
            sold({"2026-10": "-1320"}, account=SLIP),
            "variance_fixed:2026-10",
            "120.00",
            "fixed costs have no season: equal months",
        ),
        (
            "costs far above their plan",
            [in_plan("2026-10", "1000", "fixed")],
            sold({"2026-10": "-1320"}, account=SLIP),
            "variance_fixed:2026-10",
            "320.00",
            "flagged, note required",
        ),
        (
            "costs far below their plan",
            [in_plan("2026-10", "2000", "fixed")],
            sold({"2026-10": "-1320"}, account=SLIP),
            "variance_fixed:2026-10",
            "-680.00",
            "flagged",
        ),
        ("a budget alone", [], sold(OCTOBER) + budget("18000.00"), "variance_revenue:2026-10", "400.00", ""),
        (
            "the plan before the budget",
            [in_plan("2026-10", "18000")],
            sold(OCTOBER) + budget("21000.00"),
            "variance_revenue:2026-10",
            "400.00",
            "ledger/main.beancount budgets 21,000.00; the plan counts, for it names the month",
        ),
        ("no plan", [], sold(OCTOBER), "variance_revenue:2026-10", "not_known plan", ""),
        (
            "a plan that is not known",
            [in_plan("2026-10", UNKNOWN)],
            sold(OCTOBER),
            "variance_revenue:2026-10",
            "not_known plan",
            "",
        ),
        (
            "a plan alone",
            [in_plan("2026-10", "5")],
            "",
            "variance_revenue:2026-10",
            "not_known ledger_months",
            "",
        ),
        (
            "a plan of 0",
            [in_plan("2026-10", "0")],
            sold(OCTOBER),
            "variance_share_revenue:2026-10",
            "not_applicable",
            "",
        ),
        (
            "a quarter to its last full month",
            [in_plan("2026-10", "18000")],
            sold(OCTOBER),
            "variance_revenue:2026-Q4",
            "400.00",
            "",
        ),
        (
            "a year of the months that have both",
            [in_plan("2026-09", "8100"), in_plan("2026-10", "18000")],
            sold(OCTOBER),
            "variance_revenue:2026",
            "300.00",
            "2 of 10 months have books and a plan",
        ),
        (
            "nothing spent and nothing planned",
            [],
            sold(OCTOBER),
            "variance_variable:2026-10",
            "no figure",
            "",
        ),
    ],
)
def test_a_variance(case: str, rows: list[Row], books: str, figure: str, value: str, note: str) -> None:
    made = of_jada(rows, books).get(figure)
    assert plain(made) == value, case
    assert (made.note if made else "") == note, case


def test_a_quarter_that_is_over() -> None:
    rows = [in_plan(f"2026-{at:02}", "100") for at in (7, 8, 9)]
    figures = of_jada(rows, sold(steady("90", "2026-07", 3)), as_of="2026-10-15")
    assert plain(figures["variance_revenue:2026-Q3"]) == "-30.00"
    assert [one.figure for one in figures["actual_revenue:2026-Q3"].inputs] == [
        "revenue:2026-07",
        "revenue:2026-08",
        "revenue:2026-09",
    ]


# ── price and volume (F-V2) ──────────────────────────────────────────────────────────────────────────────────

PLANNED = [in_plan("2026-10", "1900"), in_plan("2026-10", "2", "bookings")]
PARTS = [
    in_plan("2026-10", "1000"),
    in_plan("2026-10", "900", needs=("x-1",)),
    in_plan("2026-10", "1", "bookings"),
    in_plan("2026-10", "1", "bookings", needs=("x-1",)),
]
CHEAP = [a_booking(f"b-{at}", gross=usd(905)) for at in range(3)]


@pytest.mark.parametrize(
    ("case", "rows", "price", "volume"),
    [
        ("one more, and cheaper", [*PLANNED, *CHEAP], "-135.00", "950.00"),
        ("a plan in parts", [*PARTS, *CHEAP], "-135.00", "950.00"),
        ("jobs beside bookings", [*PLANNED, in_plan("2026-10", "9", "jobs"), *CHEAP], "-135.00", "950.00"),
        ("no number planned", [PLANNED[0], a_booking()], "no figure", "no figure"),
        ("a number of 0", [PLANNED[0], in_plan("2026-10", "0", "bookings"), a_booking()], "no figure", "no figure"),
        ("no revenue planned", [PLANNED[1], a_booking()], "no figure", "no figure"),
        ("a price not known", [*PLANNED, a_booking(gross=UNKNOWN)], "no figure", "no figure"),
        ("nothing sold", PLANNED, "no figure", "no figure"),
    ],
)  # fmt: skip
def test_price_and_volume(case: str, rows: list[Row], price: str, volume: str) -> None:
    figures = of_jada(rows)
    assert plain(figures.get("price_effect:2026-10")) == price, case
    assert plain(figures.get("volume_effect:2026-10")) == volume, case


# ── the running month (F-V3) ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "rows", "as_of", "to_date", "difference", "note"),
    [
        (
            "by days",
            [in_plan("2026-11", "12000")],
            "2026-11-14",
            "5600.00",
            "-3600.00",
            "MTD, by days elapsed",
        ),
        (
            "by service dates",
            [
                in_plan("2026-11", "12000"),
                in_plan("2026-11", "4", "bookings"),
                *(a_booking(f"b-{at}", service_date=day(f"2026-11-0{at}")) for at in (1, 2, 3)),
            ],
            "2026-11-14",
            "9000.00",
            "-7000.00",
            "MTD, by service dates",
        ),
        ("no plan", [], "2026-11-14", "not_known plan", "not_known plan", ""),
        ("a month that is over", [in_plan("2026-11", "12000")], "2026-11-30", "no figure", "no figure", ""),
    ],
)
def test_the_running_month(
    case: str, rows: list[Row], as_of: str, to_date: str, difference: str, note: str
) -> None:
    figures = of_jada(rows, sold({"2026-10": "100", "2026-11": "2000"}), as_of=as_of)
    plan = figures.get("plan_to_date:2026-11")
    assert plain(plan) == to_date, case
    assert plain(figures.get("variance_to_date:2026-11")) == difference, case
    assert (plan.note if plan else "") == note, case


def test_what_comes_after_the_day_is_not_so_far() -> None:
    figures = of_jada([in_plan("2026-11", "10")], sold({"2026-10": "1", "2026-11": "2"}), as_of="2026-11-09")
    assert plain(figures["revenue_so_far:2026-11"]) == "0.00"


# ── the year (F-V4) ──────────────────────────────────────────────────────────────────────────────────────────

REST = [in_plan("2026-11", "9000"), in_plan("2026-12", "9000")]


@pytest.mark.parametrize(
    ("case", "rows", "months", "with_plan", "with_pace", "note"),
    [
        ("ten months", REST, steady("1000", "2026-01", 10), "28000.00", "12000.00", ""),
        (
            "books that begin in September",
            REST,
            OCTOBER,
            "44400.00",
            "not_known",
            "the books hold 2 of 10 months of 2026",
        ),
        (
            "a month without a plan",
            REST[:1],
            steady("1000", "2026-01", 10),
            "not_known plan",
            "not_known plan",
            "",
        ),
    ],
)
def test_the_year(
    case: str, rows: list[Row], months: dict[str, str], with_plan: str, with_pace: str, note: str
) -> None:
    figures = of_jada(rows, sold(months))
    assert plain(figures["outlook_plan:2026"]) == with_plan, case
    assert plain(figures["outlook_pace:2026"]) == with_pace, case
    assert figures["outlook_plan:2026"].note == note, case


# ── the portfolio ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_business_without_books_is_in_no_total() -> None:
    other = a_handoff(an_entity("other"), in_plan("2026-10", "500", entity="other"))
    whole = found([in_plan("2026-10", "18000")], sold(OCTOBER), others=[other])[
        "", "variance_revenue:2026-10"
    ]
    assert (plain(whole), whole.known, whole.wanted) == ("400.00", 1, 2)
    assert [(one.figure, one.entity) for one in whole.inputs][:2] == [
        ("actual_revenue:2026-10", ""),
        ("planned_revenue:2026-10", ""),
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.decimals("0", "100000", places=2),
    st.lists(st.decimals("1", "100000", places=2), min_size=1, max_size=10),
)
def test_months_of_a_variance_add_up(plan: Decimal, sales: list[Decimal]) -> None:
    months = list(steady("0", "2026-01", 10))[-len(sales) :]
    rows = [in_plan(one, str(plan)) for one in months]
    figures = of_jada(rows, sold({one: str(amount) for one, amount in zip(months, sales, strict=True)}))
    year = figures["variance_revenue:2026"].value
    assert isinstance(year, Money)
    assert year.amount == sum(sales) - plan * len(sales)


def test_a_forecast_that_nobody_kept_has_no_error() -> None:
    figures = found(PLANNED)
    for name in ("forecast_error_receipts", "forecast_error_payments"):
        assert figures["", name].value == Missing(
            needs=("history",), reason="no earlier forecast is kept to compare with"
        )
        assert figures["", name].formula == "F-C4"
