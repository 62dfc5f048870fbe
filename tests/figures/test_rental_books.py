"""What a rented house earns by its books, checked against sums made by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.rental_books import figures
from quarterdeck.model.books import Loan
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Lease, Property
from quarterdeck.model.ledger import Ledger
from quarterdeck.model.values import UNKNOWN, Money, Ratio
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.reading import read_handoffs
from tests.figures.builders import a_handoff, a_row, an_entity, day, usd
from tests.figures.quickdump import plain

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row

ROOT = Path(__file__).parents[2]
SAMPLE = "3028-51st-st"
TWO_MONTHS = """
2026-01-01 open Assets:H:Bank:Checking
2026-01-01 open Income:H:Rent
2026-01-01 open Expenses:H:Fixed:Repairs
2026-01-01 open Expenses:H:Fixed:Gate
  tax-line: "Schedule E 7"
2026-09-02 * "T" "Rent"
  Assets:H:Bank:Checking   1000 USD
  Income:H:Rent
2026-10-02 * "T" "Rent"
  Assets:H:Bank:Checking   1000 USD
  Income:H:Rent
2026-10-05 * "P" "Drain"
  Expenses:H:Fixed:Repairs   100 USD
  Assets:H:Bank:Checking
2026-10-06 * "P" "New roof" #capex
  Expenses:H:Fixed:Repairs   700 USD
  Assets:H:Bank:Checking
2026-10-07 * "P" "Gate"
  Expenses:H:Fixed:Gate   50 USD
  Assets:H:Bank:Checking
"""


def books_of(text: str) -> Ledger:
    ledger, problems = parse_ledger({"ledger/main.beancount": text.encode()}) if text else (Ledger(), ())
    assert problems == ()
    return ledger


def of_house(text: str, *rows: Row) -> dict[str, Figure]:
    house = an_entity("house", "rental", ledger="H")
    facts = Facts([a_handoff(house, *rows)], date(2026, 10, 31), ledger=books_of(text))
    return {one.id: one for one in figures(facts, house, "USD")}


def amount(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Money), figure
    return figure.value.amount


def test_no_books() -> None:
    assert set(of_house("")) == {
        "house_value", "cash_invested", "loans_owed", "loan_to_value", "rent_ceiling",
    }  # fmt: skip


def test_two_months_say_how_long_they_are() -> None:
    found = of_house(TWO_MONTHS)
    assert found["noi_year"].label == "NOI of 2 months"
    assert amount(found["noi_year"]) == Decimal(1850)
    assert amount(found["noi_month"]) == Decimal(850)
    assert isinstance(found["cap_rate"].value, Missing)
    assert found["cap_rate"].value.reason == "2 of 12 months of books"
    assert isinstance(found["dscr"].value, Missing)
    assert found["dscr"].value.state == "not_applicable"
    assert amount(found["schedule_e:7"]) == Decimal(50)


YEAR_ACCOUNTS = """
2025-10-01 open Assets:H:Bank:Checking
2025-10-01 open Assets:H:Bank:Reserve
  purpose: "reserve"
2025-10-01 open Liabilities:H:Loan
2025-10-01 open Equity:H:Opening
2025-10-01 open Income:H:Rent
2025-10-01 open Income:H:Laundry
2025-10-01 open Expenses:H:Fixed:Repairs
2025-10-01 open Expenses:H:Fixed:Insurance
2025-10-01 open Expenses:H:Fixed:PropertyTax
2025-10-01 open Expenses:H:Interest
2025-10-31 * "Opening" "Brought forward"
  Assets:H:Bank:Reserve   5000 USD
  Equity:H:Opening
2026-04-10 * "County" "Tax"
  Expenses:H:Fixed:PropertyTax   3000 USD
  Assets:H:Bank:Checking
2026-06-05 * "P" "Drain"
  unit: "b"
  Expenses:H:Fixed:Repairs   100 USD
  Assets:H:Bank:Checking
2026-06-06 * "P" "New roof" #capex
  Expenses:H:Fixed:Repairs   700 USD
  Assets:H:Bank:Checking
2026-06-07 * "Coins" "Laundry"
  Income:H:Laundry   -60 USD
  Assets:H:Bank:Checking
"""
MONTHS = (*((2025, month) for month in (11, 12)), *((2026, month) for month in range(1, 11)))


def a_rent(year: int, month: int, unit: str, rent: int) -> str:
    return f"""
{year}-{month:02}-05 * "T" "Rent"
  unit: "{unit}"
  service-date: {year}-{month:02}-01
  Assets:H:Bank:Checking   {rent} USD
  Income:H:Rent
"""


def a_year() -> str:
    """Twelve months: A rose from 960 to 1,000 in March and owes October; B stood empty in March and April."""
    text = YEAR_ACCOUNTS
    for year, month in MONTHS:
        is_early = (year, month) < (2026, 3)
        if (year, month) != (2026, 10):
            text += a_rent(year, month, "a", 960 if is_early else 1000)
        if month not in {3, 4}:
            text += a_rent(year, month, "b", 900 if is_early else 950)
        text += f"""
{year}-{month:02}-20 * "Insurer" "Policy"
  Expenses:H:Fixed:Insurance   50 USD
  Assets:H:Bank:Checking
{year}-{month:02}-25 * "Lender" "Payment"
  Expenses:H:Interest   400 USD
  Liabilities:H:Loan   100 USD
  Assets:H:Bank:Checking   -500 USD
"""
    return text


def a_lease(unit: str, rent: int, start: str, **columns: object) -> Lease:
    known = {"unit": unit, "rent": usd(rent), "lease_start": day(start), "status": "occupied"}
    return a_row(Lease, "house", 40, **(known | columns))


LEASES = (
    a_lease("a", 1000, "2024-01-01", last_increase=day("2026-03-01"), market_rent=usd(1100)),
    a_lease("b", 950, "2026-05-01"),
)
PROPERTY = a_row(
    Property,
    "house",
    value=usd(300_000),
    value_date=day("2026-01-01"),
    cash_invested=usd(70_000),
    building_basis=usd(330_000),
    in_service_date=day("2019-07-15"),
)
LOAN = a_row(Loan, "house", lender="Bank", balance=usd(90_000))


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("rent_year", "20140.00"),  # A: 4 x 960 + 7 x 1,000; B: 4 x 900 + 6 x 950
        ("opex_year", "3700.00"),  # 3,000 + 100 + 12 x 50, without the roof
        ("noi_year", "16500.00"),  # 20,140 + 60 - 3,700
        ("noi_unit", "8250.00"),
        ("noi_month", "900.00"),  # 950 - 50
        ("gpr", "24600.00"),  # 12 x (1,100 + 950)
        ("egi", "20200.00"),  # 24,600 - 4,460 + 60
        ("debt_service", "6000.00"),  # 12 x 500
        ("dscr", "2.75"),  # 16,500 / 6,000
        ("cap_rate", "0.055"),  # 16,500 / 300,000
        ("cash_on_cash", "0.15"),  # 10,500 / 70,000
        ("expense_ratio", "0.183"),  # 3,700 / 20,200
        ("break_even_occupancy", "0.392"),  # (3,700 + 6,000 - 60) / 24,600
        ("rent_multiplier", "12.2"),  # 300,000 / 24,600
        ("reserve_months", "6.19"),  # 5,000 / (9,700 / 12)
        ("loan_to_value", "0.3"),
        ("vacancy_rent", "0.181"),  # 1 - 20,140 / 24,600
        ("vacancy_days", "0.0836"),  # 61 / 730
        ("days_empty", "61"),  # March and April of B
        ("days_let", "669"),
        ("rent_due:2025-11", "1860.00"),  # 960 + 900 as booked
        ("rent_due:2026-04", "1000.00"),  # B is empty
        ("rent_due:2026-10", "1950.00"),
        ("rent_received:2026-10", "950.00"),
        ("rent_short:2026-10", "1000.00"),
        ("collection_rate", "0.487"),  # 950 / 1,950
        ("schedule_e:3", "16480.00"),  # A: 2 x 960 + 7 x 1,000; B: 2 x 900 + 6 x 950; 60 of coins
        ("schedule_e:9", "500.00"),
        ("schedule_e:12", "4000.00"),
        ("schedule_e:14", "100.00"),  # the roof is capital work
        ("schedule_e:16", "3000.00"),
        ("schedule_e:18", "10000.00"),  # 330,000 / 27.5 x 10 / 12
        ("depreciation_year", "12000.00"),
        ("schedule_e:20", "17600.00"),
        ("schedule_e:21", "-1120.00"),
    ],
)
def test_a_year_by_hand(code: str, value: str) -> None:
    figure = of_house(a_year(), *LEASES, PROPERTY, LOAN)[code]
    shown = figure.value
    if isinstance(shown, Money):
        assert f"{shown.amount:.2f}" == value
    else:
        number = shown.value if isinstance(shown, Ratio) else shown
        assert isinstance(number, Decimal)
        assert f"{number:.3g}" == f"{Decimal(value):.3g}"


def test_a_past_rent_that_nothing_tells_is_not_known() -> None:
    silent = a_year().replace('unit: "a"', 'unit: ""')
    found = of_house(silent, *LEASES)
    due = found["rent_due:2025-11"]
    assert (plain(due), due.known, due.wanted) == ("900.00", 1, 2)
    assert found["rent_due:2026-04"].known == 1
    assert found["rent_due:2025-11"].note.startswith("1 of 2 units as booked")


def test_days_that_nothing_tells_are_left_out() -> None:
    silent = a_year().replace('unit: "b"', 'unit: ""')
    found = of_house(silent, *LEASES)
    assert (plain(found["days_empty"]), found["days_let"].known, found["days_let"].wanted) == ("0", 18, 24)
    assert "6 of 24 months of units are not known" in found["vacancy_days"].note
    unknown = of_house(silent, a_lease("b", 950, "2026-05-01", lease_start=UNKNOWN))
    assert plain(unknown["vacancy_days"]) == "not_known rent_roll"
    assert plain(unknown["vacancy_rent"]) != "not_known rent_roll"


def test_a_unit_let_anew_takes_each_rent_for_its_days() -> None:
    before = a_lease("b", 930, "2024-01-01", status="vacant", moved_out=day("2026-03-10"))
    after = a_lease("b", 900, "2026-04-16")
    found = of_house(a_year(), before, after)
    due = [plain(found[f"rent_due:2026-{month:02}"]) for month in (2, 3, 4, 5)]
    assert due == ["930.00", "300.00", "450.00", "900.00"]
    assert plain(found["days_empty"]) == "36"
    assert plain(found["gpr_month"]) == "900.00"
    assert found["noi_unit"].value == found["noi_year"].value


def test_an_empty_unit_and_what_its_turn_cost() -> None:
    gone = a_lease("b", 950, "2024-01-01", status="vacant", moved_out=day("2026-05-31"))
    found = of_house(a_year(), gone)
    assert plain(found["days_empty"]) == "153"
    assert plain(found["turn_cost:b"]) == "100.00"
    assert plain(found["rent_due:2026-06"]) == "0.00"


def test_rent_that_was_billed_and_not_paid() -> None:
    books = """
2026-09-01 open Assets:H:Bank:Checking
2026-09-01 open Assets:H:Receivable
2026-09-01 open Income:H:Rent
2026-09-01 * "T" "Rent of September"
  unit: "a"
  Assets:H:Receivable   1000 USD
  Income:H:Rent
2026-10-02 * "T" "Paid in part"
  unit: "a"
  Assets:H:Bank:Checking   400 USD
  Assets:H:Receivable
"""
    found = of_house(books, a_lease("a", 1100, "2024-01-01"))
    assert [plain(found[f"{code}:2026-09"]) for code in ("rent_due", "rent_received")] == ["1000.00", "0.00"]
    assert plain(found["rent_received:2026-10"]) == "400.00"


def test_the_first_year_counts_half_months() -> None:
    house = a_row(Property, "house", building_basis=usd(330_000), in_service_date=day("2026-07-15"))
    found = of_house(a_year(), house)
    assert (plain(found["depreciation_year"]), plain(found["schedule_e:18"])) == ("5500.00", "3500.00")
    assert found["schedule_e:18"].note.startswith("7 of 11 half months")
    bare = of_house(a_year())
    assert (plain(bare["schedule_e:18"]), plain(bare["schedule_e:21"])) == ("not_known property",) * 2


@pytest.fixture(scope="module")
def sample() -> Facts:
    ledger, _ = parse_ledger(
        {f"ledger/{one.name}": one.read_bytes() for one in (ROOT / "ledger").glob("*.beancount")}
    )
    return Facts(read_handoffs(ROOT).handoffs, date(2026, 11, 23), ledger=ledger)


def test_the_sample_house_to_the_cent(sample: Facts) -> None:
    entity = sample.handoff(SAMPLE).entity
    found = {one.id: one for one in figures(sample, entity, "USD")}
    noi = Decimal(0)
    for entry in sample.ledger.entries:
        if date(2025, 11, 1) <= entry.date <= date(2026, 10, 31):
            for one in entry.postings:
                is_cost = (
                    one.account.startswith("Expenses:R3028:Fixed:") and "Depreciation" not in one.account
                )
                if is_cost or one.account.startswith("Income:R3028:"):
                    noi -= one.units.amount
    assert amount(found["noi_year"]) == noi
    assert amount(found["egi"]) - amount(found["opex_year"]) == noi
