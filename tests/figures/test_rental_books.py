"""What a rented house earns by its books, checked against sums made by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from quarterdeck.figures.rental_books import figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.ledger import Ledger
from quarterdeck.model.values import Money
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.portfolio import read_handoffs
from tests.figures.builders import a_handoff, an_entity

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


def of_house(text: str) -> dict[str, Figure]:
    ledger, problems = parse_ledger({"ledger/main.beancount": text.encode()}) if text else (Ledger(), ())
    assert problems == ()
    house = an_entity("house", "rental", ledger="H")
    facts = Facts([a_handoff(house)], date(2026, 10, 31), ledger=ledger)
    return {one.id: one for one in figures(facts, house, "USD")}


def amount(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Money), figure
    return figure.value.amount


def test_no_books() -> None:
    assert of_house("") == {}


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
