"""The sample's books agree with its statements and with its tables."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.journal import Journal, Journals
from quarterdeck.model.sales import Booking
from quarterdeck.model.values import Money, month_of
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.portfolio import find_ledger
from quarterdeck.reading import Reading, read_handoffs, with_books
from tests.sites import AS_OF, ROOT

if TYPE_CHECKING:
    from quarterdeck.model.ledger import Ledger

TODAY = date.fromisoformat(AS_OF)
TABLES_BEGIN = date(2025, 11, 1)
TO_COME = {"confirmed", "hold"}
"""Statuses of a booking whose service is owed, be its day ahead or just gone."""


@pytest.fixture(scope="module")
def reading() -> Reading:
    files, problems = find_ledger(ROOT)
    assert problems == []
    return with_books(read_handoffs(ROOT), *parse_ledger(files))


@pytest.fixture(scope="module")
def ledger(reading: Reading) -> Ledger:
    return reading.ledger


def held(ledger: Ledger, account: str, day: str = AS_OF) -> Decimal:
    when = date.fromisoformat(day)
    return journal_of(ledger, account.split(":")[1]).balance([account], when, "USD")


def journal_of(ledger: Ledger, component: str) -> Journal:
    return Journals(ledger, TODAY).of(component)


@pytest.mark.parametrize(
    ("account", "day", "amount"),
    [
        ("Assets:JADA:Bank:Checking", "2026-10-31", "8223.30"),
        ("Assets:QOS:Bank", "2026-10-31", "4118.20"),
        ("Assets:QDN:Bank:Checking", "2026-09-30", "3906.55"),
        ("Assets:DC:Bank:Checking", "2026-10-31", "2744.10"),
        ("Assets:R3028:Bank:Checking", "2026-10-31", "7960.40"),
        ("Assets:R3028:Bank:Deposits", "2026-10-31", "9500.00"),
        ("Assets:EYD:Bank", "2026-09-30", "3312.75"),
        ("Liabilities:JADA:Loan:Boat", "2026-10-25", "-37479.46"),
    ],
)
def test_the_books_hold_what_the_statements_say(ledger: Ledger, account: str, day: str, amount: str) -> None:
    assert held(ledger, account, day) == Decimal(amount)


def test_exactly_one_entry_does_not_balance_and_one_assertion_fails(reading: Reading) -> None:
    codes = [one.code for one in reading.problems if one.path.startswith("ledger/")]
    assert sorted(codes) == ["balance-fails", "unbalanced"]
    assert len([one for one in reading.ledger.assertions if not one.holds]) == 1
    assert all(one.entity for one in reading.problems if one.path.startswith("ledger/"))


def bookings(reading: Reading, component: str) -> list[Booking]:
    (handoff,) = [one for one in reading.handoffs if one.entity.component == component]
    return [row for row in handoff.rows if isinstance(row, Booking)]


@pytest.mark.parametrize(
    ("component", "amount"), [("JADA", "4926.50"), ("QOS", "2320.00"), ("QDN", "600.00")]
)
def test_deposits_held_are_what_was_paid_for_services_owed(
    reading: Reading, component: str, amount: str
) -> None:
    paid = [
        row.paid.amount
        for row in bookings(reading, component)
        if row.status in TO_COME and isinstance(row.paid, Money)
    ]
    assert -held(reading.ledger, f"Liabilities:{component}:CustomerDeposits") == Decimal(amount) == sum(paid)


def cells(handoff: str, heading: str) -> list[dict[str, str]]:
    """The rows of a table of a handoff, from its text."""
    text = (ROOT / "handoffs" / f"{handoff}.md").read_text().split(f"\n## {heading}\n", 1)[1]
    lines = [line.strip("| ") for line in text.split("\n## ", 1)[0].splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rows]


def amount_of(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", "") or 0)


def test_gift_cards_are_what_the_table_leaves_open(ledger: Ledger) -> None:
    rows = [row for row in cells("jada", "Gift cards") if row["Status"] == "open"]
    left = [amount_of(row["Face"]) - amount_of(row["Redeemed"]) for row in rows]
    assert -held(ledger, "Liabilities:JADA:GiftCards") == Decimal("800.00") == sum(left)


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / f"{name}.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("component", "folder", "over"),
    [("DC", "dc-client-portfolio", "10.00"), ("EYD", "expert-yacht-delivery", "0")],
)
def test_receivables_are_the_open_invoices(ledger: Ledger, component: str, folder: str, over: str) -> None:
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in table(f"{folder}/payments"):
        paid[row["invoice"]] += amount_of(row["amount"])
    left = [
        amount_of(row["amount"]) + amount_of(row["tax"]) - amount_of(row["write_off"]) - paid[row["id"]]
        for row in table(f"{folder}/invoices")
        if row["status"] not in {"draft", "void", "paid", "written-off"}
    ]
    assert held(ledger, f"Assets:{component}:Receivable") == sum(left) + Decimal(over)


@pytest.mark.parametrize("component", ["JADA", "QOS", "QDN"])
def test_revenue_by_month_is_that_of_the_bookings(reading: Reading, component: str) -> None:
    journal = journal_of(reading.ledger, component)
    by_month: dict[date, Decimal] = defaultdict(Decimal)
    for row in bookings(reading, component):
        earned = {"completed": row.gross, "no-show": row.paid}.get(str(row.status))
        if isinstance(row.service_date, date) and isinstance(earned, Money):
            by_month[month_of(row.service_date).start] += earned.amount
    accounts = [one for one in journal.used if one.startswith("Income:") and not one.endswith(":Forfeited")]
    months = [month for month in journal.full_months(TODAY) if month.start >= TABLES_BEGIN]
    assert len(months) == 12
    assert {month.start: -journal.of_month(accounts, month, "USD") for month in months} == {
        month.start: by_month[month.start] for month in months
    }
