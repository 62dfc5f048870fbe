"""What must be sold before anything is earned: by the books, by what is written, and with gaps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.kpis import kpi_states
from quarterdeck.model.books import Cost, Loan, PlanLine
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import UNKNOWN, Money, Ratio
from quarterdeck.parse.ledger import MAIN, parse_ledger
from tests.figures.builders import (
    AS_OF,
    JADA,
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    an_offer,
    facts_of,
    month,
    share,
    some_facts,
    usd,
)
from tests.figures.quickdump import by_id, plain

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure

SLIP = a_row(Cost, item="Slip", amount=usd(9600), cadence="monthly", nature="fixed")
SAIL = an_offer(price=usd(950), variable_cost=usd(410))
SOLD = tuple(a_booking(f"b-{at}", offer="Sunset sail", gross=usd(950)) for at in range(4))


def sailing(*rows: Row, **fields: object) -> dict[str, Figure]:
    """The figures of a boat without books."""
    return by_id(facts_of(*rows, entity=msgspec.structs.replace(an_entity(), **fields)), JADA)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("break_even_ratio", "0.568"),
        ("break_even_revenue", "16888.89"),
        ("break_even_units", "18"),
        ("break_even_units_week", "4.154"),
        ("capacity_share", "0.75"),
        ("cash_break_even", "16888.89"),
        ("margin_of_safety", "-3.444"),
        ("unit_price", "950.00"),
        ("unit_cost", "410.00"),
        ("units_sold", "4"),
        ("break_even_units:price-up", "16"),
        ("break_even_units:price-down", "22"),
        ("break_even_units:cost-up", "20"),
        ("break_even_units:cost-down", "17"),
        ("break_even_revenue:price-up", "15798.43"),
        ("break_even_revenue:cost-up", "18276.55"),
        ("target_profit", "not_known plan"),
        ("target_units", "not_known plan"),
    ],
)
def test_as_written(figure: str, value: str) -> None:
    assert plain(sailing(SLIP, SAIL, *SOLD, capacity_per_month=Decimal(24))[figure]) == value


def test_the_kpi_is_measured_by_it() -> None:
    facts = facts_of(SLIP, SAIL, *SOLD)
    states = kpi_states(facts, figures=all_figures(facts, currency="USD"))
    assert [one.value for one in states if one.kpi == "break_even_units"] == ["18"]


def test_the_reader_is_told_what_it_rests_on() -> None:
    found = sailing(SLIP, SAIL, *SOLD)
    assert found["break_even_revenue"].note == "from offers, bookings and costs as written"
    assert SAIL.source in found["break_even_revenue"].sources
    assert SLIP.source in found["break_even_revenue"].sources


@pytest.mark.parametrize(
    ("case", "rows", "revenue", "units"),
    [
        ("good", (SLIP, SAIL, *SOLD), "16888.89", "18"),
        (
            "each sale loses money",
            (SLIP, msgspec.structs.replace(SAIL, variable_cost=usd(975)), *SOLD),
            "no_break_even",
            "no_break_even",
        ),
        (
            "a sale leaves nothing",
            (SLIP, msgspec.structs.replace(SAIL, variable_cost=usd(950)), *SOLD),
            "no_break_even",
            "no_break_even",
        ),
        (
            "it is given away",
            (SLIP, msgspec.structs.replace(SAIL, price=usd(0)), a_booking(offer="Sunset sail", gross=usd(0))),
            "not_known",
            "no_break_even",
        ),
        (
            "cost of a sale unknown",
            (SLIP, msgspec.structs.replace(SAIL, variable_cost=UNKNOWN), *SOLD),
            "not_known variable_cost",
            None,
        ),
        ("fixed costs unknown", (SAIL, *SOLD), "not_known costs", "not_known costs"),
        ("nothing sold", (SLIP, SAIL), "not_known bookings offers", None),
        (
            "sold before the year",
            (SLIP, SAIL, a_booking(offer="Sunset sail", service_date=AS_OF.replace(2024))),
            "not_known bookings offers",
            None,
        ),
        ("no fixed costs at all", (a_row(Cost, item="Crew", nature="variable"), SAIL, *SOLD), "0.00", "0"),
    ],
)
def test_every_state_is_carried(case: str, rows: tuple[Row, ...], revenue: str, units: str | None) -> None:
    found = sailing(*rows)
    assert plain(found["break_even_revenue"]) == revenue, case
    shown = found.get("break_even_units")
    assert (plain(shown) if shown else None) == units, case


def test_a_loss_on_each_sale_is_said() -> None:
    found = sailing(SLIP, msgspec.structs.replace(SAIL, variable_cost=usd(975)), *SOLD)
    value = found["break_even_units"].value
    assert isinstance(value, Missing)
    assert value.reason == "each sale loses $25.00"


def test_offers_count_as_they_were_sold_and_the_rest_is_named() -> None:
    platter = an_offer("Platter", price=usd(350), variable_cost=usd(210))
    photos = an_offer("Photos", price=usd(150), variable_cost=UNKNOWN)
    found = sailing(
        SLIP,
        SAIL,
        platter,
        photos,
        *SOLD,
        a_booking("p-1", offer="Platter", gross=usd(700)),
        a_booking("p-2", offer="Photos", gross=usd(150)),
    )
    # 4 × 950 and two platters in one sale: 4,500 sold, of which 4 × 410 and 2 × 210 are cost
    assert plain(found["break_even_ratio"]) == "0.542"
    assert plain(found["units_sold"]) == "5"
    assert found["break_even_ratio"].note.endswith("without Photos, whose cost is not known")


@pytest.mark.parametrize(
    ("case", "loan", "revenue"),
    [
        ("a loan", {"payment": usd(1150)}, "18912.04"),
        ("a payment that nobody knows", {"payment": UNKNOWN}, "not_known loans"),
    ],
)
def test_lenders_are_paid_out_of_sales(case: str, loan: dict[str, object], revenue: str) -> None:
    row = msgspec.structs.replace(
        a_row(Loan, lender="Bank", balance=usd(38000), rate=share("0.0775")), **loan
    )
    assert plain(sailing(SLIP, SAIL, *SOLD, row)["cash_break_even"]) == revenue, case


@pytest.mark.parametrize(
    ("case", "fields", "value"),
    [
        ("enough", {"capacity_per_month": Decimal(24)}, "0.75"),
        ("too little", {"capacity_per_month": Decimal(12)}, "1.5"),
        ("none", {"capacity_per_month": Decimal(0)}, "not_applicable"),
        ("not known", {}, "not_known capacity_per_month"),
        ("concerts count events, and sell tickets", {"kind": "concert"}, None),
    ],
)
def test_share_of_the_capacity(case: str, fields: dict[str, object], value: str | None) -> None:
    found = sailing(SLIP, SAIL, *SOLD, **fields).get("capacity_share")
    assert (plain(found) if found else None) == value, case
    if value == "1.5":
        assert found is not None
        assert "cannot break even at full capacity" in found.note


def test_the_planned_profit_is_earned_by_so_many_sales() -> None:
    lines = {"revenue": 12000, "variable": 5000, "fixed": 4000}
    plan = [
        msgspec.structs.replace(a_row(PlanLine, month=month("2026-12"), amount=usd(amount)), line=line)
        for line, amount in lines.items()
    ]
    found = sailing(SLIP, SAIL, *SOLD, *plan)
    assert plain(found["target_profit"]) == "3000.00"
    assert plain(found["target_units"]) == "24"
    assert plain(sailing(SLIP, SAIL, *SOLD, *plan[:2])["target_profit"]) == "not_known plan"
    part = msgspec.structs.replace(plan[0], amount=usd(500), needs=("x-1",))
    assert plain(sailing(SLIP, SAIL, *SOLD, *plan, part)["target_profit"]) == "3500.00"


BOOKS = """
2026-01-01 open Assets:JADA:Bank:Checking USD
2026-01-01 open Income:JADA:Charter USD
2026-01-01 open Expenses:JADA:Variable:Crew USD
2026-01-01 open Expenses:JADA:Fixed:Slip USD
2026-01-01 open Expenses:JADA:Fixed:Depreciation USD
2026-01-01 open Assets:JADA:AccumDepreciation USD
2026-01-01 open Expenses:JADA:Odd USD
2026-10-05 * "Sailed"
  Assets:JADA:Bank:Checking    950.00 USD
  Income:JADA:Charter
2026-10-05 * "Crew"
  Assets:JADA:Bank:Checking   -410.00 USD
  Expenses:JADA:Variable:Crew
2026-10-06 * "Slip"
  Assets:JADA:Bank:Checking   -200.00 USD
  Expenses:JADA:Fixed:Slip
2026-10-31 * "Depreciation"
  Assets:JADA:AccumDepreciation   -70.00 USD
  Expenses:JADA:Fixed:Depreciation
2026-10-31 * "Odd"
  Assets:JADA:Bank:Checking   -{odd} USD
  Expenses:JADA:Odd
"""


def booked(odd: str = "0.00", *rows: Row, as_of: date = AS_OF) -> dict[tuple[str, str], Figure]:
    ledger, problems = parse_ledger({MAIN: BOOKS.format(odd=odd).encode()})
    assert not problems
    facts = Facts([a_handoff(an_entity(), *rows)], as_of, ledger=ledger)
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


@pytest.mark.parametrize("entity", [JADA, ""])
@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("break_even_ratio", "0.568"),
        ("break_even_revenue", "475.00"),
        ("margin_of_safety", "0.5"),
        ("operating_leverage", "2"),
        ("cash_break_even", "351.85"),
        ("break_even_revenue:price-up", "444.33"),
        ("unclassified_share", "0"),
    ],
)
def test_by_the_books(entity: str, figure: str, value: str) -> None:
    assert plain(booked()[entity, figure]) == value


def test_a_part_without_costs_of_its_own_has_no_break_even() -> None:
    facts = some_facts(a_handoff(an_entity(part_of="qos")), a_handoff(an_entity("qos")))
    made = {(one.entity, one.id) for one in all_figures(facts, currency="USD")}
    assert ("qos", "break_even_revenue") in made
    assert (JADA, "break_even_revenue") not in made


def test_of_books_that_ended_a_year_ago_their_last_month_counts() -> None:
    found = booked("0.00", a_booking(gross=usd(950)), as_of=AS_OF.replace(year=2027))
    assert (plain(found[JADA, "break_even_ratio"]), plain(found[JADA, "units_sold"])) == ("0.568", "1")


def test_sales_are_counted_in_the_months_of_the_books() -> None:
    sale = a_booking(gross=usd(950))
    before = a_booking("b-0", gross=usd(950), service_date=AS_OF.replace(month=3))
    found = booked("0.00", sale, before)
    assert (plain(found[JADA, "units_sold"]), plain(found[JADA, "break_even_units"])) == ("1", "1")
    assert ("", "break_even_units") not in found  # businesses sell unlike things


@pytest.mark.parametrize(
    ("case", "odd", "revenue"),
    [("a tenth is in no class", "75.55", "475.00"), ("more is", "75.56", "not_known")],
)
def test_costs_of_no_class_hide_the_break_even(case: str, odd: str, revenue: str) -> None:
    figure = booked(odd)[JADA, "break_even_revenue"]
    assert plain(figure) == revenue, case
    if isinstance(figure.value, Missing):
        assert figure.value.reason == "10.0% of the costs are in no class: book them below Fixed or Variable"


def test_the_portfolio_weighs_what_its_businesses_sold() -> None:
    haul = an_offer("Haul", "qdn", price=usd(400), variable_cost=usd(300))
    facts = some_facts(
        a_handoff(an_entity(), SLIP, SAIL, *SOLD),
        a_handoff(
            an_entity("qdn", "hauling"),
            haul,
            a_booking("h", "qdn", offer="Haul", gross=usd(400)),
            msgspec.structs.replace(SLIP, entity="qdn", amount=usd(400)),
        ),
        a_handoff(an_entity("tug"), an_offer(entity="tug"), a_booking("t", "tug", offer="Sunset sail")),
    )
    found = by_id(facts)
    assert plain(found["break_even_ratio"]) == "0.538"  # 4 × 540 and 100 of 4,200 sold
    assert (
        plain(found["break_even_revenue"]) == "18584.07"
    )  # 10,000 of fixed costs; those of the tug are not known


@given(
    st.decimals("0", "50000", places=2),
    st.decimals("1", "5000", places=2),
    st.decimals("0", "5000", places=2),
)
def test_break_even_revenue_leaves_the_fixed_cost(fixed: Decimal, price: Decimal, cost: Decimal) -> None:
    found = sailing(
        msgspec.structs.replace(SLIP, amount=usd(str(fixed))),
        msgspec.structs.replace(SAIL, price=usd(str(price)), variable_cost=usd(str(cost))),
        a_booking(offer="Sunset sail", gross=usd(str(price))),
    )
    revenue, ratio = found["break_even_revenue"].value, found["break_even_ratio"].value
    if price > cost:
        assert isinstance(revenue, Money)
        assert isinstance(ratio, Ratio)
        assert abs(revenue.amount * ratio.value - fixed) <= Decimal("0.01")
    else:
        assert isinstance(revenue, Missing)
        assert revenue.state == "no_break_even"
