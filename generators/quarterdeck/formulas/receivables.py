"""What customers owe: since when, for how many days of billing, and what of it may never come."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from quarterdeck.formulas.registry import formula
from quarterdeck.model.assumed import LOSS_RATES
from quarterdeck.model.figure import Missing

Bucket = Literal["current", "1-30", "31-60", "61-90", "90+"]
BUCKETS: tuple[Bucket, ...] = ("current", "1-30", "31-60", "61-90", "90+")
FiveAmounts = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]
"""One for each bucket."""

_BUCKET_UP_TO: tuple[tuple[int, Bucket], ...] = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"))


def due_date(due: date | None, issued: date | None, terms_days: int | None) -> date | None:
    """The day on which an invoice is due: as stated, else issued + terms, else issued."""
    if due is not None or issued is None:
        return due
    return issued + timedelta(days=terms_days or 0)


def _age_notes(due: date | None, issued: date | None, terms_days: int | None) -> Iterator[str]:
    if due is None and issued is not None:
        if terms_days is None:
            yield "marked: no terms are stated, so it counts from the day of the invoice"
        else:
            yield f"due {terms_days} days after the day of the invoice"


@formula(
    "F-L5",
    "Age of a receivable",
    unit="days",
    working="""
        due = issued + terms_days where due is not stated
        days late = as_of - due
    """,
    notes=_age_notes,
)
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
    Example: `{"due": null, "as_of": "2026-10-31", "issued": "2026-09-01", "terms_days": 30}` gives `"1-30"`.
    Example: `{"due": null, "as_of": "2026-10-31"}` gives `"not_known"`.
    """
    owed_on = due_date(due, issued, terms_days)
    if owed_on is None:
        return Missing(needs=("invoices",), reason="neither due nor issued is stated")
    late = (as_of - owed_on).days
    return next((bucket for up_to, bucket in _BUCKET_UP_TO if late <= up_to), "90+")


def _nothing_billed(ar: Decimal, revenue: Decimal) -> Iterator[str]:
    if not revenue and ar:
        yield "no billing in the period: what is owed is older than it"


@formula(
    "F-L6",
    "Days sales outstanding",
    unit="days",
    working="dso = ar ÷ revenue × days",
    notes=_nothing_billed,
)
def dso(ar: Decimal, revenue: Decimal, days: int) -> Decimal | Missing:
    """How many days of billing are still to be paid.

    Args:
        ar: Money owed by customers at the end of the period.
        revenue: Money billed in the period.
        days: Days of the period.

    Returns:
        Days; n/a where nothing was billed in the period.

    Example: `{"ar": 9400, "revenue": 28200, "days": 92}` gives `30.7`.
    Example: `{"ar": 9400, "revenue": 0, "days": 92}` gives `"not_applicable"`.
    """
    if not revenue:
        return Missing("not_applicable", reason="no billing in the period")
    return ar / revenue * days


@formula(
    "F-L7",
    "Days sales outstanding, counted back",
    unit="days",
    working="""
        ar - billed of each of months, newest first, while something is left
        days = whole months in days + the part of the last one
    """,
)
def dso_count_back(ar: Decimal, months: Sequence[tuple[Decimal, int]]) -> Decimal | Missing:
    """How many days of the newest billing make up what is owed; truer than F-L6 where billing is lumpy.

    Args:
        ar: Money owed by customers.
        months: Money billed and days of each month, the newest first; a month without billing counts its days.

    Returns:
        Days, 0 where nothing is owed; longer than the history where all of it is less than what is owed.

    Example: `{"ar": 9400, "months": [[6200, 31], [4800, 30]]}` gives `51.0`.
    Example: `{"ar": 9400, "months": [[6200, 31]]}` gives `"beyond_history"`.
    Example: `{"ar": 0, "months": []}` gives `0`.
    """
    left, days = ar, Decimal(0)
    if left <= 0:
        return days
    for billed, length in months:
        if billed >= left:
            return days + left / billed * length
        left, days = left - billed, days + length
    return Missing("beyond_history", reason="more is owed than was billed in all of the months")


@formula(
    "F-L10",
    "Days to pay",
    unit="days",
    working="days to pay = Σ amount × days ÷ Σ amount",
)
def days_to_pay(invoices: Sequence[tuple[Decimal, int]]) -> Decimal | Missing:
    """How long customers take to pay, large amounts counting more.

    Args:
        invoices: Money paid, and days from the invoice to the payment.

    Returns:
        Days; n/a where nothing was paid.

    Example: `{"invoices": [[2850, 41], [1400, 22], [3900, 58]]}` gives `45.9`.
    Example: `{"invoices": []}` gives `"not_applicable"`.
    """
    paid = sum((amount for amount, _ in invoices), Decimal(0))
    if not paid:
        return Missing("not_applicable", reason="nothing was paid")
    return sum((amount * days for amount, days in invoices), Decimal(0)) / paid


def _rates_assumed(rates: FiveAmounts) -> Iterator[str]:
    if rates == LOSS_RATES:
        yield "assumption: 1, 2, 5, 15 and 40% are lost, until there are twelve months of our own"


@formula(
    "F-L11",
    "Expected loss",
    unit="money",
    working="loss = Σ buckets × rates, one by one",
    notes=_rates_assumed,
)
def expected_loss(buckets: FiveAmounts, rates: FiveAmounts = LOSS_RATES) -> Decimal:
    """What of the money owed will probably never come.

    Args:
        buckets: Money owed by age, as F-L5 sorts it: not yet due first, over 90 days last.
        rates: Ratio that is lost of each, from at least twelve months of our own; else an assumption.

    Returns:
        Money.

    Example: `{"buckets": [5000, 2000, 1000, 800, 600]}` gives `500.00`.
    Example: `{"buckets": [5000, 2000, 1000, 800, 600], "rates": [0, 0, 0, 0, 1]}` gives `600.00`.
    """
    return sum((owed * rate for owed, rate in zip(buckets, rates, strict=True)), Decimal(0))


@formula(
    "F-L12",
    "Late fee",
    unit="money",
    working="fee = balance × monthly × 12 ÷ 365 × (days_late - grace)",
    notes=lambda: ("could be charged, if the contract says so",),
)
def late_fee(balance: Decimal, monthly: Decimal, days_late: int, grace: int) -> Decimal:
    """What could be charged for paying late; only where the contract says so.

    Args:
        balance: Money that is overdue.
        monthly: Ratio a month.
        days_late: Days past due.
        grace: Days past due that cost nothing.

    Returns:
        Money; 0 within the days of grace, or where nothing is owed.

    Example: `{"balance": 2850, "monthly": 0.015, "days_late": 37, "grace": 0}` gives `52.00`.
    Example: `{"balance": 2850, "monthly": 0.015, "days_late": 10, "grace": 10}` gives `0.00`.
    """
    return max(Decimal(0), balance) * monthly * 12 * max(0, days_late - grace) / 365


@formula(
    "F-L13",
    "Collection effectiveness",
    unit="ratio",
    working="effectiveness = (opening + billed - closing) ÷ (opening + billed - closing_current)",
)
def collection_effectiveness(
    opening: Decimal, billed: Decimal, closing: Decimal, closing_current: Decimal
) -> Decimal | Missing:
    """The share of what could be collected in a period that was.

    Args:
        opening: Money owed at the beginning.
        billed: Money billed in the period.
        closing: Money owed at the end.
        closing_current: Of it, money not yet due.

    Returns:
        Ratio; n/a where nothing was to be collected.

    Example: `{"opening": 8000, "billed": 12000, "closing": 9400, "closing_current": 4100}` gives `0.667`.
    Example: `{"opening": 0, "billed": 4100, "closing": 4100, "closing_current": 4100}` gives `"not_applicable"`.
    """
    due = opening + billed - closing_current
    if not due:
        return Missing("not_applicable", reason="nothing was to be collected")
    return (opening + billed - closing) / due
