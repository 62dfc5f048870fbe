"""Money of another currency: counted at a fresh price of the books, else apart and said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.exchange import Exchange, by_currency, excluding, plain
from quarterdeck.model.books import Loan
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.ledger import Entry, Posting, Price
from quarterdeck.model.sales import Lead
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, MoneyRange
from tests.figures.builders import a_row, an_entity, day, facts_of, usd
from tests.figures.test_cash import a_business, books

D = Decimal
AS_OF = date(2026, 11, 23)


def eur(amount: str | int) -> Money:
    return Money(D(amount), "EUR")


def a_price(on: str, worth: str, currency: str = "EUR", base: str = "USD", line: int = 7) -> Price:
    return Price(currency, day(on), Money(D(worth), base), Source("ledger/a.beancount", line, "ledger"))


def an_exchange(*prices: Price, as_of: date = AS_OF) -> Exchange:
    return Exchange(prices, as_of, 7)


@pytest.mark.parametrize(
    ("case", "prices", "on", "expected"),
    [
        ("same day", [a_price("2026-11-20", "1.08")], "2026-11-20", "1.08"),
        (
            "nearest earlier",
            [a_price("2026-11-14", "1.05"), a_price("2026-11-18", "1.07")],
            "2026-11-20",
            "1.07",
        ),
        (
            "never a later one",
            [a_price("2026-11-18", "1.07"), a_price("2026-11-21", "9")],
            "2026-11-20",
            "1.07",
        ),
        ("seven days old", [a_price("2026-11-13", "1.06")], "2026-11-20", "1.06"),
        ("eight days old", [a_price("2026-11-12", "1.06")], "2026-11-20", None),
        ("none", [], "2026-11-20", None),
        ("later alone", [a_price("2026-11-21", "1.06")], "2026-11-20", None),
        ("of another currency", [a_price("2026-11-20", "1.27", "GBP")], "2026-11-20", None),
        ("in another currency", [a_price("2026-11-20", "0.85", "EUR", "GBP")], "2026-11-20", None),
        ("the other way round", [a_price("2026-11-20", "0.92", "USD", "EUR")], "2026-11-20", None),
        (
            "two of one day",
            [a_price("2026-11-20", "1.08"), a_price("2026-11-20", "1.09")],
            "2026-11-20",
            "1.09",
        ),
        ("a day to come", [a_price("2026-11-20", "1.08")], "2027-03-01", "1.08"),
    ],
)
def test_the_price_of_a_day(case: str, prices: list[Price], on: str, expected: str | None) -> None:
    found = an_exchange(*prices).price("EUR", day(on), "USD")
    assert isinstance(found, Missing) is (expected is None), case
    if isinstance(found, Price):
        assert found.worth.amount == D(expected or 0), case


def test_a_sum_names_its_prices_and_what_it_leaves_out() -> None:
    amounts = [
        (usd(100), AS_OF),
        (eur(140), AS_OF),
        (eur("10.50"), AS_OF),
        (Money(D(1200), "GBP"), AS_OF),
        (eur(5), day("2026-06-01")),
    ]
    found = an_exchange(a_price("2026-11-20", "1.0920", line=676)).together(amounts, "USD")
    assert found.amount == D(100) + D("152.88") + D("11.47")
    assert found.apart == (eur(5), Money(D(1200), "GBP"))
    assert found.note == (
        "EUR 150.50 at 1.0920, the price of 2026-11-20 in ledger/a.beancount:676;"
        " excludes EUR 5: no price on or before 2026-06-01;"
        " excludes GBP 1,200: no price on or before 2026-11-23"
    )
    assert [one.line for one in found.sources] == [676]
    assert excluding(found.apart) == ", excludes EUR 5 and GBP 1,200"


@given(st.lists(st.tuples(st.decimals(-(10**6), 10**6, places=2), st.sampled_from(["USD", "EUR", "GBP"]))))
def test_nothing_is_lost_between_the_sum_and_what_is_apart(amounts: list[tuple[Decimal, str]]) -> None:
    given_ = [(Money(amount, currency), AS_OF) for amount, currency in amounts]
    found = an_exchange(a_price("2026-11-20", "1.5")).together(given_, "USD")
    sums = {one.currency: one.amount for one in by_currency(money for money, _ in given_)}
    assert abs(found.amount - sums.get("USD", D(0)) - sums.get("EUR", D(0)) * D("1.5")) <= D("0.005") * len(
        amounts
    )
    assert {one.currency: one.amount for one in found.apart} == {
        name: amount for name, amount in sums.items() if name == "GBP"
    }


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1200", "EUR 1,200"), ("1200.5", "EUR 1,200.50"), ("-3", "EUR -3"), ("0.004", "EUR 0")],
)
def test_plain_money(amount: str, expected: str) -> None:
    assert plain(eur(amount)) == expected


def test_an_entry_counts_in_the_currency_where_it_can() -> None:
    postings = (
        Posting("Expenses:JADA:Variable:Supplies", eur(110)),
        Posting("Assets:JADA:Cash:Euro", eur(-110)),
    )
    entry = Entry(AS_OF, "a", 1, "", "", postings)
    counted = an_exchange(a_price("2026-11-20", "1.1")).entry(entry, "USD")
    assert [one.balance for one in counted.postings] == [usd("121.0"), usd("-121.0")]
    assert [one.units for one in counted.postings] == [eur(110), eur(-110)]
    assert an_exchange().entry(entry, "USD") == entry


BOOKS = """
option "operating_currency" "USD"
2026-01-01 open Assets:JADA:Bank:Checking
2026-01-01 open Assets:JADA:Cash:Euro
2026-01-01 open Expenses:JADA:Variable:Supplies
2026-01-01 open Equity:JADA:Opening
2026-01-05 * "Opening" ""
  Assets:JADA:Bank:Checking  1000.00 USD
  Equity:JADA:Opening
2026-08-20 price EUR 1.0900 USD
2026-08-21 * "Exchange" ""
  Assets:JADA:Cash:Euro       250.00 EUR @ 1.0900 USD
  Assets:JADA:Bank:Checking  -272.50 USD
2026-08-25 * "Shop" "paid in notes"
  Expenses:JADA:Variable:Supplies  110.00 EUR
  Assets:JADA:Cash:Euro           -110.00 EUR
"""


def of_books(more: str = "") -> dict[str, Figure]:
    facts = Facts([a_business()], AS_OF, ledger=books(BOOKS + more))
    return {one.id: one for one in all_figures(facts, currency="USD") if one.entity == "jada"}


@pytest.mark.parametrize(
    ("case", "more", "total", "label", "note"),
    [
        (
            "fresh",
            "2026-11-20 price EUR 1.10 USD\n",
            "881.50",
            "Bank and cash",
            "EUR 140 at 1.10, the price of 2026-11-20 in ledger/main.beancount:17",
        ),
        (
            "old",
            "",
            "727.50",
            "Bank and cash, excludes EUR 140",
            "excludes EUR 140: the newest price, of 2026-08-20, is older than 7 days on 2026-11-23",
        ),
    ],
)
def test_cash_of_two_currencies(case: str, more: str, total: str, label: str, note: str) -> None:
    found = of_books(more)
    cash, own = found["cash_total"], found["cash_held:EUR"]
    assert (cash.value, cash.label, cash.note) == (usd(total), label, note), case
    assert (own.value, own.note) == (eur("140.00"), note), case
    assert cash.apart == (() if more else (eur("140.00"),)), case
    assert found["cash_available"].value == usd(total), case
    assert note in found["cash_available"].note, case
    if more:
        assert 17 in [one.line for one in cash.sources]


def test_flows_count_at_the_price_of_their_day() -> None:
    found = of_books()
    assert found["operating_out:2026-08"].value == usd("119.90")
    assert found["cash_change:2026-08"].value == usd("-119.90")
    assert found["variable:2026-08"].value == usd("119.90")
    assert "EUR 110 at 1.0900, the price of 2026-08-20" in found["variable:2026-08"].note
    assert "bridge:2026-08:Other" not in found


PRICES = "2026-11-20 price EUR 1.10 USD\n2026-10-12 price EUR 1.20 USD\n"


@pytest.mark.parametrize(
    ("case", "ledger", "amount", "label"),
    [
        ("priced by the day of the balance", PRICES, "1120.00", "Debt"),
        ("no price", "", "1000.00", "Debt, excludes EUR 100"),
    ],
)
def test_stated_sums(case: str, ledger: str, amount: str, label: str) -> None:
    rows = [
        a_row(Loan, lender="A", balance=usd(1000), balance_date=day("2026-10-14")),
        a_row(Loan, lender="B", balance=eur(100), balance_date=day("2026-10-14")),
    ]
    facts = facts_of(*rows, as_of=AS_OF)
    priced = Facts(facts.handoffs, AS_OF, ledger=books(ledger))
    debt = next(
        one for one in all_figures(priced, currency="USD") if one.id == "debt" and one.entity == "jada"
    )
    assert (debt.value, debt.label, debt.known, debt.wanted) == (
        usd(amount),
        label,
        2 if ledger else 1,
        2 if ledger else 1,
    ), case


@pytest.mark.parametrize(
    ("ledger", "total", "label"),
    [(PRICES, "2220.00", "Assets"), ("", "2000.00", "Assets, excludes EUR 200")],
)
def test_a_portfolio_of_two_currencies(ledger: str, total: str, label: str) -> None:
    ours = facts_of(a_row(Loan, "jada", lender="A", balance=usd(2000)), as_of=AS_OF)
    theirs = facts_of(
        a_row(Loan, "nizza", lender="B", balance=eur(200)),
        entity=an_entity("nizza", currency="EUR"),
        as_of=AS_OF,
    )
    facts = Facts([*ours.handoffs, *theirs.handoffs], AS_OF, ledger=books(ledger))
    found = {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}
    whole = found["", "debt"]
    assert found["nizza", "debt"].value == eur("200.00")
    assert (whole.value, whole.label) == (usd(total), label.replace("Assets", "Debt"))
    assert whole.apart == (() if ledger else (eur("200.00"),))


def test_the_pipeline_counts_what_a_price_allows() -> None:
    rows = [
        a_row(Lead, lead="a", value=usd(100), stage="proposal"),
        a_row(Lead, lead="b", value=MoneyRange(eur(100), eur(200)), stage="proposal"),
    ]
    facts = facts_of(*rows, as_of=AS_OF)
    apart, counted = (
        {one.id: one for one in all_figures(Facts(facts.handoffs, AS_OF, ledger=books(text)), currency="USD")}
        for text in ("", PRICES)
    )
    assert (apart["pipeline_open"].value, apart["pipeline_open"].apart) == (usd(100), (eur("150.0"),))
    assert counted["pipeline_open"].value == MoneyRange(usd("210.00"), usd("320.00"))
