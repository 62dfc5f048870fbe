"""How sure revenue is, by the books: shares to the cent, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.values import Money, Ratio
from tests.figures.builders import usd
from tests.figures.test_cash import a_business, books

AS_OF = date(2026, 11, 23)
BOOKS = """
option "operating_currency" "USD"
2026-01-01 open Assets:JADA:Bank:Checking
2026-01-01 open Assets:JADA:Processor:Stripe
2026-01-01 open Assets:JADA:Receivable
2026-01-01 open Liabilities:JADA:CustomerDeposits
2026-01-01 open Income:JADA:Charter
2026-01-01 open Income:JADA:Retainers
2026-01-01 open Income:JADA:Refunds
2026-01-01 open Equity:JADA:Opening
2026-08-31 * "Opening" ""
  Assets:JADA:Bank:Checking  1000.00 USD
  Equity:JADA:Opening
2026-09-05 * "Marina Club" "retainer"
  client: "marina-club"
  Assets:JADA:Bank:Checking   400.00 USD
  Income:JADA:Retainers      -400.00 USD
2026-09-20 * "Sister" "sail" #intercompany
  Assets:JADA:Bank:Checking   100.00 USD
  Income:JADA:Charter        -100.00 USD
2026-10-01 * "Guest A" "deposit"
  Assets:JADA:Processor:Stripe          500.00 USD
  Liabilities:JADA:CustomerDeposits    -500.00 USD
2026-10-02 * "Guest A" "half of the deposit back"
  Liabilities:JADA:CustomerDeposits     250.00 USD
  Assets:JADA:Processor:Stripe         -250.00 USD
2026-10-08 * "guest b" "sail"
  Assets:JADA:Receivable      320.00 USD
  Income:JADA:Charter        -320.00 USD
2026-10-09 * "Guest B" "credit note"
  Income:JADA:Refunds          20.00 USD
  Assets:JADA:Receivable      -20.00 USD
2026-10-30 * "Guest C" "sail"
  Assets:JADA:Bank:Checking   100.00 USD
  Income:JADA:Charter        -100.00 USD
2026-11-10 * "Guest D" "the month that runs"
  Assets:JADA:Bank:Checking   900.00 USD
  Income:JADA:Charter        -900.00 USD
"""


def found(text: str = BOOKS) -> dict[tuple[str, str], Figure]:
    facts = Facts([a_business()], AS_OF, ledger=books(text))
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


@pytest.mark.parametrize(
    ("figure", "entity", "expected"),
    [
        ("recurring_year", "jada", usd("400.00")),
        ("recurring_share", "jada", Ratio(Decimal(400) / 900)),
        ("refunds_year", "jada", usd("270.00")),
        ("refunds_share", "jada", Ratio(Decimal(270) / 900)),
        ("deposits_share", "jada", Ratio(Decimal(250) / 2500)),
        # 400 of the client, 320 less 20 of the guest, 100: the sister is no payer
        ("payer_top_share", "jada", Ratio(Decimal(400) / 800)),
        ("payer_hhi", "jada", Decimal("4062.5")),
        ("recurring_outside", "", usd("400.00")),
        ("recurring_share", "", Ratio(Decimal(400) / 800)),
        ("deposits_share", "", Ratio(Decimal(250) / 2500)),
        ("payer_hhi", "", Decimal("4062.5")),
    ],
)
def test_quality_of_revenue(figure: str, entity: str, expected: object) -> None:
    assert found()[entity, figure].value == expected


def test_each_share_names_what_it_is_of() -> None:
    figures = found()
    for code in ("recurring_share", "refunds_share", "deposits_share"):
        one = figures["jada", code]
        assert one.sources
        assert [given.name for given in one.inputs] == ["part", "whole"]
        assert all(("jada", given.figure) in figures for given in one.inputs)
    assert figures["jada", "payer_hhi"].formula == "F-G4"
    assert "3 payers" in figures["jada", "payer_hhi"].note


def test_without_revenue_there_is_no_share() -> None:
    nothing = (
        "\n".join(BOOKS.split("\n")[:13])
        + "\n"
        + '2026-09-05 * "Move" ""\n'
        + (
            "  Assets:JADA:Processor:Stripe  10.00 USD\n  Assets:JADA:Bank:Checking  -10.00 USD\n"
            '2026-10-05 * "Move" ""\n'
            "  Assets:JADA:Processor:Stripe  10.00 USD\n  Assets:JADA:Bank:Checking  -10.00 USD\n"
        )
    )
    figures = found(nothing)
    share = figures["jada", "recurring_share"].value
    assert isinstance(share, Missing)
    assert share.state == "not_applicable"
    assert ("jada", "payer_hhi") not in figures


def test_without_books_there_is_none() -> None:
    assert not {name for _, name in found("")} & {
        "recurring_share",
        "refunds_year",
        "deposits_share",
        "payer_hhi",
    }


def test_money_is_money() -> None:
    assert isinstance(found()["", "refunds_year"].value, Money)
