"""What was earned, what was billed for it, and what leaked away in between."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Literal

import msgspec

from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.assumed import DEFAULTS, Limit
from quarterdeck.model.figure import Missing

RateType = Literal["per-day", "per-nm", "flat"]


class Delivered(msgspec.Struct, frozen=True):
    """One delivery as F-L2 looks at it."""

    id: str
    status: Literal["planned", "in-progress", "completed", "cancelled"]
    invoiced: bool
    """Whether a live invoice (not a draft, not void) is for it."""
    expected: Decimal


class Unbilled(msgspec.Struct, frozen=True):
    """Work that was done and never billed."""

    unbilled: Amount
    ids: tuple[str, ...]


class BillDifference(msgspec.Struct, frozen=True):
    """How far a bill is from what was agreed."""

    diff: Amount
    """Negative: over-billed."""
    counts: bool


def _bill_notes(rate_type: RateType, quantity: Decimal | None, result: Decimal | Missing) -> Iterator[str]:
    if rate_type == "per-day" and quantity is None and isinstance(result, Decimal):
        yield "marked as an estimate: the days between start and end, both included"


@formula(
    "F-L1",
    "Expected bill",
    unit="money",
    working="""
        rate + expenses × (1 + markup) where flat
        bill = rate × quantity + expenses × (1 + markup)
    """,
    notes=_bill_notes,
)
def expected_bill(
    *,
    rate_type: RateType,
    rate: Decimal,
    quantity: Decimal | None,
    expenses: Decimal,
    markup: Decimal = Decimal(0),
    start: date | None = None,
    end: date | None = None,
) -> Decimal | Missing:
    """What the customer of a delivery should be billed.

    Args:
        rate_type: What the rate is for: per-day, per-nm or flat.
        rate: Money for one day, one mile or the whole.
        quantity: Days or nautical miles; null where they are not known, not looked at where flat.
        expenses: Money that the customer pays back.
        markup: Ratio on top of the expenses.
        start: First day; with `end` it stands in for days that are not known, and the bill is an estimate.
        end: Last day, included.

    Returns:
        Money: rate x quantity (flat: the rate) + expenses x (1 + markup); not known without a quantity.

    Example: `{"rate_type": "per-day", "rate": 450, "quantity": 9, "expenses": 1380}` gives `5430.00`.
    Example: `{"rate_type": "per-nm", "rate": 4.50, "quantity": null, "expenses": 0}` gives `"not_known"`.
    """
    if rate_type == "flat":
        quantity = Decimal(1)
    elif quantity is None and rate_type == "per-day" and start and end:
        quantity = Decimal((end - start).days + 1)
    if quantity is None:
        return Missing(needs=("delivery_quantity",))
    return rate * quantity + expenses * (1 + markup)


@formula(
    "F-L2",
    "Unbilled work",
    unit="money",
    working="unbilled = Σ expected of deliveries that are completed and not invoiced",
)
def unbilled(deliveries: Sequence[Delivered]) -> Unbilled:
    """Completed deliveries without a live invoice. A deposit that came in does not make them billed.

    Args:
        deliveries: Each with its id, status, whether a live invoice is for it, and its expected bill (F-L1).

    Returns:
        unbilled: Money, the sum of their expected bills.
        ids: Which they are, in the order given.

    Example: `{"deliveries": [{"id": "yd-43", "status": "completed", "invoiced": false, "expected": 4580},
    {"id": "yd-44", "status": "completed", "invoiced": true, "expected": 2850},
    {"id": "yd-45", "status": "planned", "invoiced": false, "expected": 900}]}` gives
    `{"unbilled": 4580.00, "ids": ["yd-43"]}`.
    """
    found = [one for one in deliveries if one.status == "completed" and not one.invoiced]
    return Unbilled(sum((one.expected for one in found), Decimal(0)), tuple(one.id for one in found))


@formula(
    "F-L3",
    "Under- or over-billed",
    unit="money",
    working="""
        diff = expected - invoiced
        counts = abs(diff) >= 25 and abs(diff) >= expected × 1%
    """,
)
def bill_difference(expected: Decimal, invoiced: Decimal) -> BillDifference:
    """How far the invoices of a delivery are from what it should be billed.

    Args:
        expected: Money by F-L1.
        invoiced: Money of its live invoices.

    Returns:
        diff: Money, expected - invoiced; negative where too much was billed, which is a finding too.
        counts: Whether it reaches both 25 and 1% of the expected bill; pages take `thresholds.bill_tolerance`.

    Example: `{"expected": 5430, "invoiced": 5050}` gives `{"diff": 380.00, "counts": true}`.
    Example: `{"expected": 5430, "invoiced": 5480}` gives `{"diff": -50.00, "counts": false}`.
    """
    return bill_difference_from(expected, invoiced, DEFAULTS.bill_tolerance)


def bill_difference_from(expected: Decimal, invoiced: Decimal, tolerance: Limit) -> BillDifference:
    """Compute F-L3 with another tolerance."""
    diff = expected - invoiced
    return BillDifference(diff, abs(diff) >= max(tolerance.absolute, tolerance.ratio * expected))


@formula("F-L4", "Open balance", unit="money", working="open = invoice - Σ payments - write_offs")
def open_balance(invoice: Decimal, payments: Sequence[Decimal], write_offs: Decimal) -> Decimal:
    """What is still owed on an invoice.

    Args:
        invoice: Money that it asks for.
        payments: Money received for it.
        write_offs: Money given up.

    Returns:
        Money; negative is credit that we owe.

    Example: `{"invoice": 3800, "payments": [800, 2800], "write_offs": 200}` gives `0.00`.
    Example: `{"invoice": 3800, "payments": [4000], "write_offs": 0}` gives `-200.00`.
    """
    return invoice - sum(payments, Decimal(0)) - write_offs


@formula(
    "F-L8",
    "Leakage",
    unit="ratio",
    working="share = (unbilled + under + writeoff) ÷ expected",
)
def leakage(expected: Decimal, unbilled: Decimal, under: Decimal, writeoff: Decimal) -> Decimal | Missing:
    """The share of what should have been billed that never reached a bill, or was given up without a word.

    Args:
        expected: Money that the work of the period should have been billed.
        unbilled: Money of work without an invoice.
        under: Money billed too little.
        writeoff: Money written off without an explanation.

    Returns:
        Ratio; n/a where nothing was to be billed.

    Example: `{"expected": 31500, "unbilled": 2850, "under": 640, "writeoff": 200}` gives `0.117`.
    Example: `{"expected": 0, "unbilled": 0, "under": 0, "writeoff": 0}` gives `"not_applicable"`.
    """
    if not expected:
        return Missing("not_applicable", reason="nothing was to be billed")
    return (unbilled + under + writeoff) / expected


@formula("F-L9", "Billing lag", unit="days", working="lag = median of issued - end of deliveries")
def billing_lag(deliveries: Sequence[tuple[date, date]]) -> Decimal | Missing:
    """Days between the end of the work and its invoice.

    Args:
        deliveries: Last day and day of the invoice of each.

    Returns:
        Days, the median; negative where bills go out ahead. n/a without an invoiced delivery.

    Example: `{"deliveries": [["2026-09-25", "2026-10-08"], ["2026-08-10", "2026-08-13"],
    ["2026-09-03", "2026-09-26"]]}` gives `13`.
    Example: `{"deliveries": [["2026-09-25", "2026-09-20"]]}` gives `-5`.
    Example: `{"deliveries": []}` gives `"not_applicable"`.
    """
    if not deliveries:
        return Missing("not_applicable", reason="no delivery was invoiced")
    return Decimal(median(Decimal((issued - end).days) for end, issued in deliveries))


@formula("F-L14", "Expense recovery", unit="ratio", working="share = invoiced ÷ paid")
def expense_recovery(invoiced: Decimal, paid: Decimal) -> Decimal | Missing:
    """The share of expenses paid for customers that was invoiced to them.

    Args:
        invoiced: Money of expenses inside invoices.
        paid: Money of those expenses that we paid.

    Returns:
        Ratio; n/a where there were no expenses.

    Example: `{"invoiced": 1180, "paid": 1380}` gives `0.855`.
    Example: `{"invoiced": 0, "paid": 0}` gives `"not_applicable"`.
    """
    return invoiced / paid if paid else Missing("not_applicable", reason="no expenses to recover")
