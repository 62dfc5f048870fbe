"""What clients brought by the books, beside what was billed, with sums worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.agency import figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.ledger import Ledger
from quarterdeck.model.services import Client, Invoice, TimeEntry
from quarterdeck.model.values import Money, Ratio
from quarterdeck.parse.ledger import parse_ledger
from tests.figures.builders import a_handoff, a_row, an_entity, day, month, usd
from tests.figures.quickdump import plain

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure

AS_OF = date(2026, 10, 31)
BOOKS = """
2025-10-01 open Assets:S:Bank:Checking
2025-10-01 open Assets:S:Receivable
2025-10-01 open Income:S:Retainers
2025-10-01 open Expenses:S:Supplies
2025-10-15 * "Alpha" "Before the twelve months"
  client: "alpha"
  Assets:S:Bank:Checking   999 USD
  Income:S:Retainers
2026-01-10 * "Somebody" "Named by its client"
  client: "Alpha"
  Assets:S:Bank:Checking   3000 USD
  Income:S:Retainers
2026-01-12 * "Shop" "Licence"
  client: "alpha"
  Expenses:S:Supplies   40 USD
  Assets:S:Bank:Checking
2026-02-10 * "Somebody else" "Named by its invoice"
  invoice: "I-7"
  Assets:S:Receivable   1000 USD
  Income:S:Retainers
2026-03-10 * "Gamma" "Named by who paid"
  Assets:S:Bank:Checking   1000 USD
  Income:S:Retainers
2026-04-10 * "Sister" "Related"
  client: "sister"
  Assets:S:Bank:Checking   500 USD
  Income:S:Retainers
2026-05-10 * "Stranger" "Nobody we know"
  Assets:S:Bank:Checking   50 USD
  Income:S:Retainers
"""


def a_client(name: str, **columns: object) -> Client:
    return a_row(Client, "studio", 40, **({"client": name, "billing_model": "retainer"} | columns))


CLIENTS = (
    a_client("alpha", mrr=usd(250), pass_through=usd(1200), direct_cost=usd(300)),
    a_client("beta", mrr=usd(80)),
    a_client("gamma", mrr=usd(80)),
    a_client("sister", related_party=True),
)
BILLS = (
    a_row(Invoice, "studio", 40, id="I-6", ref="alpha", issued=day("2026-01-05"), amount=usd(2800)),
    a_row(Invoice, "studio", 40, id="I-7", ref="beta", issued=day("2026-02-05"), amount=usd(1000)),
)
HOURS = a_row(
    TimeEntry, "studio", 40, client="alpha", month=month("2026-01"), hours=usd(20).amount, cost_rate=usd(30)
)


def of_studio(books: str, *rows: Row, part: bool = False) -> dict[str, Figure]:
    ledger, problems = parse_ledger({"ledger/main.beancount": books.encode()}) if books else (Ledger(), ())
    assert problems == ()
    fleet = an_entity("fleet", "agency", ledger="S" if part else "F")
    studio = an_entity("studio", "agency", part_of="fleet", **({} if part else {"ledger": "S"}))
    facts = Facts([a_handoff(fleet), a_handoff(studio, *rows)], AS_OF, ledger=ledger)
    return {one.id: one for one in figures(facts, studio, "USD")}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("client_earned:alpha", "3000.00"),
        ("client_earned:beta", "1000.00"),
        ("client_earned:gamma", "1000.00"),
        ("client_earned:sister", "500.00"),
        ("earned_unnamed", "50.00"),
        ("client_billed:alpha", "2800.00"),
        ("client_earned_gap:alpha", "200.00"),
        ("client_earned_gap:gamma", "1000.00"),
        ("client_spent:alpha", "40.00"),
        ("effective_rate:alpha", "145.00"),  # (3,000 - 1,200 / 12) / 20
        ("client_fees:alpha", "3000.00"),
        ("client_labour:alpha", "600.00"),  # 20 x 30
        ("client_left:alpha", "2000.00"),  # 2,900 - 600 - 300
        ("client_margin:alpha", "0.6897"),  # 2,000 / 2,900
        ("top_earned_share", "0.6"),  # 3,000 of 5,000
        ("hhi_earned", "4400"),  # 60 squared + 20 squared + 20 squared
        ("hhi_earned_all", "3719"),  # with 500 of the sister
    ],
)
@pytest.mark.parametrize("part", [False, True], ids=["own books", "books of the whole"])
def test_by_hand(code: str, value: str, *, part: bool) -> None:
    figure = of_studio(BOOKS, *CLIENTS, *BILLS, HOURS, part=part)[code]
    shown = figure.value
    number = shown.amount if isinstance(shown, Money) else shown.value if isinstance(shown, Ratio) else shown
    assert isinstance(number, Decimal)
    assert f"{number:.4g}" == f"{Decimal(value):.4g}"


def test_no_difference_no_line() -> None:
    found = of_studio(BOOKS, *CLIENTS, *BILLS, HOURS)
    assert "client_earned_gap:beta" not in found
    assert "client_billed:alpha" not in of_studio(BOOKS, *CLIENTS, HOURS)


def test_the_rate_says_where_its_fees_are_from() -> None:
    rate = of_studio(BOOKS, *CLIENTS, *BILLS, HOURS)["effective_rate:alpha"]
    assert rate.note == "fees as earned in the books"
    assert rate.sources[0].path == "ledger/main.beancount"


def test_without_books_the_lists_speak() -> None:
    found = of_studio("", *CLIENTS, *BILLS, HOURS)
    assert "client_earned:alpha" not in found
    assert "hhi_earned" not in found
    assert plain(found["effective_rate:alpha"]) == "7.50"  # (250 - 100) / 20


def test_books_that_name_no_client_say_nothing_of_them() -> None:
    silent = BOOKS.split("2025-10-15", maxsplit=1)[0]
    assert "client_earned:alpha" not in of_studio(silent, *CLIENTS, *BILLS)
