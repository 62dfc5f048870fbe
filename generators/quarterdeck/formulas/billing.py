"""What was earned, billed and paid."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Literal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.assumed import DEFAULTS
from quarterdeck.model.figure import Missing

RateType = Literal["per-day", "per-nm", "flat"]
Bucket = Literal["current", "1-30", "31-60", "61-90", "90+"]
BUCKETS: tuple[Bucket, ...] = ("current", "1-30", "31-60", "61-90", "90+")

_BUCKET_UP_TO: tuple[tuple[int, Bucket], ...] = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"))


class Delivered(msgspec.Struct, frozen=True):
    """One delivery as F-L2 looks at it."""

    id: str
    status: Literal["planned", "in-progress", "completed", "cancelled"]
    invoiced: bool
    """Whether a live invoice (not a draft, not void) is for it."""
    expected: Decimal


class Unbilled(msgspec.Struct, frozen=True):
    """Work that was done and never billed."""

    unbilled: Decimal
    ids: tuple[str, ...]


class BillDifference(msgspec.Struct, frozen=True):
    """How far a bill is from what was agreed."""

    diff: Decimal
    """Negative: over-billed."""
    counts: bool


@formula("F-L1", "Expected bill", unit="money")
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


@formula("F-L2", "Unbilled work", unit="money")
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


@formula("F-L3", "Under- or over-billed", unit="money")
def bill_difference(
    expected: Decimal,
    invoiced: Decimal,
    counts_from: Decimal = DEFAULTS.bill_tolerance.absolute,
    counts_share: Decimal = DEFAULTS.bill_tolerance.ratio,
) -> BillDifference:
    """How far the invoices of a delivery are from what it should be billed.

    Args:
        expected: Money by F-L1.
        invoiced: Money of its live invoices.
        counts_from: Money, `thresholds.bill_tolerance.abs`.
        counts_share: Ratio of the expected bill, `thresholds.bill_tolerance.pct`.

    Returns:
        diff: Money, expected - invoiced; negative where too much was billed, which is a finding too.
        counts: Whether it reaches both `counts_from` and `counts_share` of the expected bill; 25 and 1% unless set.

    Example: `{"expected": 5430, "invoiced": 5050}` gives `{"diff": 380.00, "counts": true}`.
    Example: `{"expected": 5430, "invoiced": 5480}` gives `{"diff": -50.00, "counts": false}`.
    """
    diff = expected - invoiced
    return BillDifference(diff, abs(diff) >= max(counts_from, counts_share * expected))


@formula("F-L4", "Open balance", unit="money")
def open_balance(invoice: Decimal, payments: Sequence[Decimal], write_offs: Decimal) -> Decimal:
    """What is still owed on an invoice.

    Args:
        invoice: Money that it asks for.
        payments: Money received for it.
        write_offs: Money given up.

    Returns:
        Money; negative is credit that we owe.

    Example: `{"invoice": 3800, "payments": [800, 2800], "write_offs": 200}` gives `0.00`.
    """
    return invoice - sum(payments, Decimal(0)) - write_offs


def due_date(due: date | None, issued: date | None, terms_days: int | None) -> date | None:
    """The day on which an invoice is due: as stated, else issued + terms, else issued."""
    if due is not None or issued is None:
        return due
    return issued + timedelta(days=terms_days or 0)


@formula("F-L5", "Age of a receivable", unit="days")
def aging(
    due: date | None, as_of: date, issued: date | None = None, terms_days: int | None = None
) -> Bucket | Missing:
    """The bucket of an invoice by days past due.

    Args:
        due: Day on which it is due; null where none is stated.
        as_of: Day of the report.
        issued: Day of the invoice, which stands in for a missing due date.
        terms_days: Days to pay after it, if stated.

    Returns:
        `current` up to the due day itself, then `1-30`, `31-60`, `61-90`, `90+`; not known without any date.

    Example: `{"due": "2026-10-01", "as_of": "2026-10-31"}` gives `"1-30"`.
    Example: `{"due": "2026-09-30", "as_of": "2026-10-31"}` gives `"31-60"`.
    Example: `{"due": "2026-10-31", "as_of": "2026-10-31"}` gives `"current"`.
    """
    owed_on = due_date(due, issued, terms_days)
    if owed_on is None:
        return Missing(needs=("invoices",), reason="neither due nor issued is stated")
    late = (as_of - owed_on).days
    return next((bucket for up_to, bucket in _BUCKET_UP_TO if late <= up_to), "90+")


@formula("F-L6", "Days sales outstanding", unit="days")
def dso(ar: Decimal, revenue: Decimal, days: int) -> Decimal | Missing:
    """How many days of billing are still to be paid.

    Args:
        ar: Money owed by customers at the end of the period.
        revenue: Money billed in the period.
        days: Days of the period.

    Returns:
        Days; n/a where nothing was billed in the period.

    Example: `{"ar": 9400, "revenue": 28200, "days": 92}` gives `30.7`.
    """
    if not revenue:
        return Missing("not_applicable", reason="no billing in the period")
    return ar / revenue * days


@formula("F-L9", "Billing lag", unit="days")
def billing_lag(deliveries: Sequence[tuple[date, date]]) -> Decimal | Missing:
    """Days between the end of the work and its invoice.

    Args:
        deliveries: Last day and day of the invoice of each.

    Returns:
        Days, the median; negative where bills go out ahead. n/a without an invoiced delivery.

    Example: `{"deliveries": [["2026-09-25", "2026-10-08"], ["2026-08-10", "2026-08-13"],
    ["2026-09-03", "2026-09-26"]]}` gives `13`.
    """
    if not deliveries:
        return Missing("not_applicable", reason="no delivery was invoiced")
    return Decimal(median(Decimal((issued - end).days) for end, issued in deliveries))


@formula("F-L14", "Expense recovery", unit="ratio")
def expense_recovery(invoiced: Decimal, paid: Decimal) -> Decimal | Missing:
    """The share of expenses paid for customers that was invoiced to them.

    Args:
        invoiced: Money of expenses inside invoices.
        paid: Money of those expenses that we paid.

    Returns:
        Ratio; n/a where there were no expenses.

    Example: `{"invoiced": 1180, "paid": 1380}` gives `0.855`.
    """
    return invoiced / paid if paid else Missing("not_applicable", reason="no expenses to recover")
