"""Cash, burn, runway and profit of books: to the cent, with the way back to every entry."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from quarterdeck.figures.cash import classed, figures
from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.exchange import Exchange, exchange_of
from quarterdeck.figures.profit import BRIDGE
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.ledger import Entry, Ledger, Lines, Posting
from quarterdeck.model.values import Day, Money
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.reading import read_handoffs

ROOT = Path(__file__).parents[2]
OCTOBER = date(2026, 10, 31)


def a_business(name: str = "jada") -> Handoff:
    text = f"---\nname: {name.title()}\nkind: charter\nledger: {name.upper()}\nbilling_model: per-booking\n---\n\n# X\n"
    found = parse_handoff(text.encode(), f"handoffs/{name}.md")
    assert isinstance(found, Handoff)
    return found


def books(text: str) -> Ledger:
    ledger, problems = parse_ledger({"ledger/main.beancount": text.encode()})
    assert problems == ()
    return ledger


def figures_by_id(ledger: Ledger, as_of: date = OCTOBER, *names: str) -> dict[tuple[str, str], Figure]:
    facts = Facts([a_business(name) for name in names or ("jada",)], as_of, ledger=ledger)
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


def amount(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Money), figure
    return figure.value.amount


@pytest.fixture(scope="module")
def october() -> dict[tuple[str, str], Figure]:
    """The example of the books, October 2026."""
    return figures_by_id(
        books((ROOT / "tests/data/ledger/sample-9-6.beancount").read_text()), date(2026, 11, 1)
    )


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("operating_in:2026-10", "2489.26"),
        ("operating_out:2026-10", "2800.00"),
        ("debt_out:2026-10", "765.96"),
        ("one_time_out:2026-10", "600.00"),
        ("owner_out:2026-10", "500.00"),
        ("cash_change:2026-10", "-1576.70"),
        ("gross_burn:2026-10", "2965.96"),
        ("net_burn:2026-10", "476.70"),
        ("cash_available", "8223.30"),
        ("deposits_owed", "1010.00"),
        ("cash_in_transit", "0.00"),
        ("revenue:2026-10", "3420.00"),
        ("profit:2026-10", "533.84"),
    ],
)
def test_october_to_the_cent(figure: str, expected: str, october: dict[tuple[str, str], Figure]) -> None:
    assert amount(october["jada", figure]) == Decimal(expected)
    assert october["", figure].value == october["jada", figure].value


def test_october_runway(october: dict[tuple[str, str], Figure]) -> None:
    runway = october["jada", "runway_months"]
    assert runway.value == Decimal("8223.30") / Decimal("476.70")
    assert "low confidence (1 of 3 months)" in runway.note
    assert [one.figure for one in runway.inputs] == ["cash_available", "net_burn"]
    ends = october["jada", "zero_cash_date"].value
    assert isinstance(ends, Day)
    assert ends.date > OCTOBER


def test_profit_and_cash_are_explained_line_by_line(october: dict[tuple[str, str], Figure]) -> None:
    lines = {
        key[1].rpartition(":")[2]: amount(one)
        for key, one in october.items()
        if key[1].startswith("bridge:") and key[0]
    }
    assert lines == {
        "CustomerDeposits": Decimal("-1390.00"),
        "GiftCards": Decimal("300.00"),
        "Loan": Decimal("-520.54"),
        "Owner": Decimal("-500.00"),
    }
    assert Decimal("533.84") + sum(lines.values()) == Decimal("-1576.70")


HELD = """
option "operating_currency" "USD"
2026-01-01 open Assets:JADA:Bank:Checking
2026-01-01 open Assets:JADA:Bank:Tax
  purpose: "sales-tax"
2026-01-01 open Assets:JADA:Bank:Bond
  restricted: TRUE
2026-01-01 open Liabilities:JADA:SalesTax
2026-01-01 open Liabilities:JADA:CrewTips
2026-01-01 open Equity:JADA:Opening
2026-09-30 * "Opening" ""
  Assets:JADA:Bank:Checking  1000.00 USD
  Assets:JADA:Bank:Tax         80.00 USD
  Assets:JADA:Bank:Bond       500.00 USD
  Liabilities:JADA:SalesTax  -120.00 USD
  Liabilities:JADA:CrewTips   -30.00 USD
  Equity:JADA:Opening
"""


def test_restricted_cash_counts_an_account_and_its_debt_once() -> None:
    found = figures_by_id(books(HELD))
    assert amount(found["jada", "cash_total"]) == 1580
    assert amount(found["jada", "cash_restricted"]) == 120 + 500 + 30
    assert amount(found["jada", "cash_available"]) == 930


def test_an_opening_is_no_month() -> None:
    found = figures_by_id(books(HELD))
    assert ("jada", "net_burn:2026-09") not in found
    burn = found["jada", "net_burn"].value
    assert isinstance(burn, Missing)
    assert burn.needs == ("ledger_months",)


def test_without_books_nothing_is_guessed() -> None:
    found = figures_by_id(Ledger())
    for name in ("cash_available", "net_burn", "runway_months"):
        value = found["jada", name].value
        assert isinstance(value, Missing)
        assert value.state == "not_known"
        assert value.needs


BETWEEN = """
option "operating_currency" "USD"
2026-01-01 open Assets:DC:DueFrom:JADA
2026-01-01 open Income:DC:Hosting
2026-01-01 open Liabilities:JADA:DueTo:DC
2026-01-01 open Expenses:JADA:Fixed:Hosting
2026-10-05 * "Hosting" "October" #intercompany
  Assets:DC:DueFrom:JADA  40.00 USD
  Income:DC:Hosting
2026-10-05 * "DC" "Hosting" #intercompany
  Expenses:JADA:Fixed:Hosting  40.00 USD
  Liabilities:JADA:DueTo:DC
2026-10-09 * "Client" "Work"
  Assets:DC:DueFrom:JADA  0.00 USD
  Income:DC:Hosting      -0.00 USD
"""


def test_sister_businesses_earn_nothing_from_each_other() -> None:
    found = figures_by_id(books(BETWEEN), OCTOBER, "dc", "jada")
    assert amount(found["dc", "revenue:2026-10"]) == 40
    assert amount(found["", "all_revenue:2026-10"]) == 40
    assert amount(found["", "revenue:2026-10"]) == 0
    assert amount(found["", "fixed:2026-10"]) == 0
    assert amount(found["", "profit:2026-10"]) == 0


@pytest.fixture(scope="module")
def sample() -> Facts:
    reading = read_handoffs(ROOT)
    files = {f"ledger/{file.name}": file.read_bytes() for file in sorted((ROOT / "ledger").iterdir())}
    return Facts(reading.handoffs, date(2026, 11, 23), ledger=parse_ledger(files)[0])


def _months(found: dict[str, Figure]) -> Iterator[str]:
    return (name.partition(":")[2] for name in found if name.startswith("cash_change:"))


def test_classes_explain_every_change_of_cash(sample: Facts) -> None:
    looked = 0
    for entity in sample.entities:
        journal = sample.journal(entity)
        found = {one.id: one for one in figures(sample, entity, "USD")}
        for month in _months(found):
            day = date.fromisoformat(f"{month}-01")
            signs = {"in": 1, "out": -1}
            explained = sum(
                signs[name.partition(":")[0].rpartition("_")[2]] * amount(one)
                for name, one in found.items()
                if name.endswith(month)
                and name.partition("_")[0]
                in {"operating", "debt", "investing", "owner", "held", "intercompany"}
            )
            assert explained == amount(found[f"cash_change:{month}"])
            end = day.replace(day=28).toordinal() + 4
            last = date.fromordinal(end).replace(day=1).toordinal() - 1
            until = min(date.fromordinal(last), sample.as_of)
            moved = journal.balance(journal.cash_accounts, until, "USD") - journal.balance(
                journal.cash_accounts, date.fromordinal(day.toordinal() - 1), "USD"
            )
            if len(journal.currencies(journal.cash_accounts)) == 1:
                assert moved == explained
            looked += 1
    assert looked > 6 * 12


def test_profit_and_its_bridge_make_the_change_of_cash(sample: Facts) -> None:
    found = {(one.entity, one.id): one for one in all_figures(sample, currency="USD")}
    exchange = exchange_of(sample)
    looked = 0
    for (entity, name), profit in found.items():
        kind, _, month = name.partition(":")
        if entity and kind == "profit":
            journal = sample.journal(sample.handoff(entity).entity)
            bridge = [
                amount(one)
                for (owner, code), one in found.items()
                if owner == entity and code.startswith(f"bridge:{month}:")
            ]
            moved = sum(
                exchange.converted(posting.balance, entry.date, "USD").amount
                for entry in journal.entries
                if f"{entry.date:%Y-%m}" == month
                for posting in entry.postings
                if posting.account in journal.cash_accounts
            )
            assert amount(profit) + sum(bridge) == round(moved, 2)
            looked += 1
    assert looked > 6 * 12
    assert BRIDGE


def _counted(exchange: Exchange, lines: Lines, entry: Entry, posting: Posting, currency: str) -> Money:
    """A posting as its figure counts it: in a balance at the price of that day, else of the entry's."""
    day = lines.end if lines.end and not lines.start else entry.date
    return exchange.converted(posting.units, day, currency)


def test_figures_of_the_books_are_the_sums_of_their_lines(sample: Facts) -> None:
    exchange = exchange_of(sample)
    looked = 0
    for one in all_figures(sample, currency="USD"):
        for lines in one.lines:
            if lines.part:  # followed entry by entry where figures are explained
                continue
            journal = sample.journals.of(lines.component)
            if lines.cash_class:
                total = sum(
                    (
                        moved
                        for entry in journal.within(lines.start, lines.end)
                        for name, moved in classed(exchange.entry(entry, "USD"), lines.component, "USD")
                        if name == lines.cash_class
                    ),
                    Decimal(0),
                )
            else:
                currency = one.value.currency if isinstance(one.value, Money) else "USD"
                total = lines.sign * sum(
                    (
                        money.amount
                        for entry, posting in journal.lines(lines)
                        if (money := _counted(exchange, lines, entry, posting, currency)).currency == currency
                    ),
                    Decimal(0),
                )
            if len(one.lines) == 1:
                assert round(total, 2) == amount(one), one.id
                looked += 1
    assert looked > 500
