"""What moved cash, and how long it lasts."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.cash import (
    CashMonth,
    average,
    cash_classes,
    cash_movements,
    class_of,
    gross_burn,
    movement,
    net_burn,
    runway,
    seasonal_runway,
    zero_cash_date,
    zero_revenue_runway,
)
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.model.figure import Missing
from quarterdeck.model.journal import is_cash
from quarterdeck.model.ledger import Entry, Posting
from quarterdeck.model.values import Money

D = Decimal
DAY = dt.date(2026, 10, 15)
SAMPLE = (Path(__file__).parents[1] / "data/ledger/sample-9-6.beancount").read_text(encoding="utf-8")

ACCOUNTS = [
    f"{root}:{component}:{group}"
    for component in ("JADA", "QDN")
    for root, group in (
        ("Assets", "Bank:Checking"),
        ("Assets", "Cash:Till"),
        ("Assets", "Receivable"),
        ("Assets", "Fixed:Vessel"),
        ("Assets", "DueFrom:QDN"),
        ("Liabilities", "Loan:Boat"),
        ("Liabilities", "SecurityDeposits"),
        ("Liabilities", "DueTo:JADA"),
        ("Equity", "Owner"),
        ("Income", "Charter"),
        ("Expenses", "Interest"),
        ("Expenses", "Fixed:Slip"),
    )
]


def entry(*postings: tuple[str, str], tags: tuple[str, ...] = (), day: dt.date = DAY) -> Entry:
    lines = tuple(Posting(account, Money(D(amount), "USD")) for account, amount in postings)
    return Entry(day, "ledger/main.beancount", 1, "", "", lines, tags)


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("Income:JADA:Charter", "operating"),
        ("Expenses:JADA:Variable:Captain", "operating"),
        ("Expenses:JADA:Interest", "debt"),
        ("Liabilities:JADA:Loan:Boat", "debt"),
        ("Liabilities:JADA:CustomerDeposits", "operating"),
        ("Liabilities:JADA:CreditCard:Visa", "operating"),
        ("Assets:JADA:Processor:Stripe", "operating"),
        ("Assets:JADA:Fixed:Vessel", "investing"),
        ("Expenses:JADA:Fixed:Slip", "operating"),
        ("Equity:JADA:Owner", "owner"),
        ("Equity:JADA:Opening", "owner"),
        ("Equity:JADA:Retained", "operating"),
        ("Liabilities:R3028:SecurityDeposits", "held"),
        ("Assets:DC:DueFrom:JADA", "intercompany"),
        ("Liabilities:DC:DueTo:JADA", "intercompany"),
    ],
)
def test_class_of_an_account(account: str, expected: str) -> None:
    assert class_of(account) == expected


def test_cash_is_banks_and_tills() -> None:
    assert is_cash("Assets:JADA:Bank:Checking")
    assert is_cash("Assets:JADA:Cash")
    assert not is_cash("Assets:JADA:Processor:Stripe")
    assert not is_cash("Liabilities:JADA:Bank:Checking")


BANK, TILL = "Assets:JADA:Bank:Checking", "Assets:JADA:Cash:Till"


@pytest.mark.parametrize(
    ("case", "postings", "expected"),
    [
        ("no cash", (("Assets:JADA:Receivable", "90"), ("Income:JADA:Charter", "-90")), {}),
        ("transfer", ((BANK, "-90"), (TILL, "90")), {}),
        (
            "loan payment",
            ((BANK, "-765.96"), ("Expenses:JADA:Interest", "245.42"), ("Liabilities:JADA:Loan:B", "520.54")),
            {"debt": "-765.96"},
        ),
        (
            "one entry, three classes",
            ((BANK, "-100"), (TILL, "-20"), ("Expenses:JADA:Fixed:Slip", "70"), ("Equity:JADA:Owner", "50")),
            {"operating": "-70", "owner": "-50"},
        ),
        (
            "paid for a sister, with what she owes",
            ((BANK, "-30"), ("Assets:JADA:DueFrom:QDN", "30")),
            {"intercompany": "-30"},
        ),
        (
            "paid for a sister, in one entry",
            ((BANK, "-30"), ("Expenses:JADA:Fixed:Slip", "10"), ("Expenses:QDN:Fixed:Tools", "20")),
            {"operating": "-10", "intercompany": "-20"},
        ),
        (
            "both books in one entry",
            (
                (BANK, "-30"),
                ("Assets:JADA:DueFrom:QDN", "30"),
                ("Expenses:QDN:Fixed:Tools", "30"),
                ("Liabilities:QDN:DueTo:JADA", "-30"),
            ),
            {"intercompany": "-30"},
        ),
        ("cash to a sister's bank", ((BANK, "-30"), ("Assets:QDN:Bank:A", "30")), {"intercompany": "-30"}),
        (
            "within a tolerance",
            ((BANK, "-30.004"), ("Equity:JADA:Owner", "30")),
            {"owner": "-30", "operating": "-.004"},
        ),
    ],
)
def test_movement(case: str, postings: tuple[tuple[str, str], ...], expected: dict[str, str]) -> None:
    wanted = {name: D(amount) for name, amount in expected.items()}
    assert movement(entry(*postings), "jada", "USD") == wanted, case


def test_movement_counts_what_a_posting_weighs() -> None:
    euros = Posting("Assets:JADA:Cash:Euro", Money(D(100), "EUR"), Money(D(108), "USD"))
    paid = Entry(DAY, "", 1, "", "", (euros, Posting(BANK, Money(D(-110), "USD")), _fee()))
    assert movement(paid, "JADA", "USD") == {"operating": D(-2)}
    assert movement(paid, "JADA", "EUR") == {}


def _fee() -> Posting:
    return Posting("Expenses:JADA:Fixed:Bank", Money(D(2), "USD"))


def test_october_of_the_sample_books() -> None:
    result = cash_classes(SAMPLE, "jada", "2026-10")
    assert isinstance(result, CashMonth)
    moved = {name: getattr(result, name) for name in result.__struct_fields__ if getattr(result, name)}
    assert moved == {
        "operating_in": D("2489.26"),
        "operating_out": D("2800.00"),
        "debt_out": D("765.96"),
        "one_time_out": D("600.00"),
        "owner_out": D("500.00"),
        "cash_change": D("-1576.70"),
    }


def test_burn_of_the_sample_books() -> None:
    inputs = json.dumps({"ledger": SAMPLE, "entity": "JADA", "month": "2026-10"})
    assert BY_ID["F-B1"].compute(inputs) == D("2965.96")
    assert BY_ID["F-B2"].compute(inputs) == D("476.70")


def test_opening_balances_are_the_owners_and_what_they_brought() -> None:
    result = cash_classes(SAMPLE, "JADA", "2026-09")
    assert isinstance(result, CashMonth)
    assert result.cash_change == D(9800)
    assert (result.owner_in, result.debt_in, result.investing_out) == (D(20900), D(38000), D(52000))


@pytest.mark.parametrize(
    ("entity", "month"), [("QDN", "2026-10"), ("JADA", "2026-08"), ("JADA", "2026-11"), ("", "2026-10")]
)
def test_months_without_books_are_not_known(entity: str, month: str) -> None:
    assert isinstance(cash_classes(SAMPLE, entity, month), Missing)


def test_other_currencies_are_named() -> None:
    ledger = (
        "2026-01-01 open Assets:JADA:Bank:A\n2026-01-01 open Assets:JADA:Cash:Euro\n"
        "2026-01-01 open Income:JADA:Charter\n"
        '2026-10-01 * "a"\n  Assets:JADA:Bank:A  10.00 USD\n  Income:JADA:Charter\n'
        '2026-10-02 * "b"\n  Assets:JADA:Bank:A  10.00 USD\n  Income:JADA:Charter\n'
        '2026-10-03 * "c"\n  Assets:JADA:Cash:Euro  7.00 EUR\n  Income:JADA:Charter\n'
    )
    inputs = json.dumps({"ledger": ledger, "entity": "JADA", "month": "2026-10"})
    _, result, notes = BY_ID["1.7"].worked(inputs)
    assert isinstance(result, CashMonth)
    assert result.cash_change == D(20)
    assert notes == ("only USD; cash in EUR is left out",)


def test_burn_edges() -> None:
    assert isinstance(average([]), Missing)
    assert average([D(1), D(2), D(3), D(4)]) == D(3)
    assert runway(D(0), D(0)) == Missing("depleted", reason="no cash is available")
    assert isinstance(zero_cash_date(DAY, D(10), D(0)), Missing)
    assert zero_cash_date(dt.date.max, D(1), D(1)) == Missing(
        "beyond_horizon", reason="later than any calendar reaches"
    )
    assert zero_cash_date(DAY, D("30.4375"), D("30.4375")) == dt.date(2026, 11, 14)
    assert isinstance(zero_revenue_runway(D(10), D(0)), Missing)


def test_notes_say_how_far_an_average_holds() -> None:
    assert BY_ID["F-B3"].worked('{"months": [1, 2]}')[2] == ("low confidence (2 of 3 months)",)
    assert BY_ID["F-B3"].worked('{"months": [1, 2, 3]}')[2] == ()
    assert BY_ID["F-B1"].worked('{"op_out": 3, "debt_service": 0, "one_time": 1}')[2] == (
        "1.00 tagged one-time left out",
    )


def test_seasonal_runway_edges() -> None:
    year = [D(-10)] * 12
    assert seasonal_runway(D(25), year) == D("2.5")
    assert seasonal_runway(D(20), year) == D(2)
    assert seasonal_runway(D(120), year) == Missing(
        "beyond_horizon", reason="cash lasts through all 12 months"
    )
    assert isinstance(seasonal_runway(D(-1), year), Missing)


amounts = st.decimals("-100000", "100000", places=2)
postings = st.lists(st.tuples(st.sampled_from(ACCOUNTS), amounts), min_size=1, max_size=6)


def balanced(lines: list[tuple[str, Decimal]], last: str, tag: bool) -> Entry:  # noqa: FBT001 - drawn by hypothesis
    rest = -sum((amount for _, amount in lines), D(0))
    tags = ("one-time",) if tag else ()
    return entry(*((name, str(amount)) for name, amount in [*lines, (last, rest)]), tags=tags)


entries = st.lists(st.builds(balanced, postings, st.sampled_from(ACCOUNTS), st.booleans()), max_size=6)


@given(entries, st.sampled_from(["JADA", "QDN"]))
def test_classes_explain_every_movement_of_cash(books: list[Entry], component: str) -> None:
    change = sum(
        (
            posting.units.amount
            for one in books
            for posting in one.postings
            if is_cash(posting.account) and f":{component}:" in posting.account
        ),
        D(0),
    )
    result = cash_movements(books, component, "USD", DAY, DAY)
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    received = sum((amount for name, amount in fields.items() if name.endswith("_in")), D(0))
    spent = sum((amount for name, amount in fields.items() if name.endswith("_out")), -result.one_time_out)
    assert result.cash_change == change == received - spent
    assert all(amount >= 0 for name, amount in fields.items() if name != "cash_change")
    assert result.one_time_out <= result.operating_out


@given(entries)
def test_what_sisters_pay_each_other_leaves_the_cash_of_both_together(books: list[Entry]) -> None:
    both = [cash_movements(books, one, "USD", DAY, DAY) for one in ("JADA", "QDN")]
    change = sum((one.cash_change for one in both), D(0))
    assert change == sum(
        (posting.units.amount for one in books for posting in one.postings if is_cash(posting.account)),
        D(0),
    )


@given(amounts, amounts, amounts, amounts)
def test_net_burn_is_what_leaves_less_what_comes(
    out: Decimal, debt: Decimal, once: Decimal, received: Decimal
) -> None:
    assert net_burn(gross_burn(out, debt, once), received) + received + once == out + debt
