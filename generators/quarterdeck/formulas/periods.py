"""Formulas that split money over days and parts."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing

CENT = Decimal("0.01")
SHORTEST_PACE_DAYS = 7
"""Before that many days a month's pace says nothing."""


def to_cents(amount: Decimal) -> Decimal:
    """Round half up to the cent, as a final figure is printed; never a negative zero."""
    return amount.quantize(CENT, ROUND_HALF_UP) + 0


@formula("F-P1", "Prorated amount", unit="money")
def prorate(amount: Decimal, days_active: int, days_in_period: int) -> Decimal:
    """The part of a period's amount that falls on its active days.

    Args:
        amount: Money for the whole period.
        days_active: Days that count, both ends included.
        days_in_period: Days of the period, at least 1.

    Returns:
        Money: amount x days_active / days_in_period. No active day gives 0; more active days than the period
        has give the whole amount, and whoever counted the days has a finding to raise.

    Example: `{"amount": 1850, "days_active": 12, "days_in_period": 30}` gives `740.00`.
    """
    return amount * max(0, min(days_active, days_in_period)) / days_in_period


@formula("F-P2", "Amount split into parts", unit="money")
def allocate(total: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...] | Missing:
    """Split an amount by weights into cents that add up to it.

    Args:
        total: Money to split, positive or negative.
        weights: One for each part, none below 0.

    Returns:
        Money for each part, in the order of the weights: each share is cut to the cent, and the cents left
        over go to the largest fractions (equal ones: first listed). Weights that add up to 0 give n/a.

    Example: `{"total": 100, "weights": [1, 1, 1]}` gives `[33.34, 33.33, 33.33]`.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return Missing("not_applicable", reason="the weights add up to 0")
    cents = to_cents(abs(total)) * 100
    exact = [cents * weight / whole for weight in weights]
    shares = [one.to_integral_value(ROUND_FLOOR) for one in exact]
    left_over = int(cents - sum(shares, Decimal(0)))
    by_fraction = sorted(range(len(exact)), key=lambda at: shares[at] - exact[at])
    for at in by_fraction[:left_over]:
        shares[at] += 1
    sign = -1 if total < 0 else 1
    return tuple(share * CENT * sign + 0 for share in shares)


@formula("F-P4", "Pace of the month", unit="money")
def pace(mtd: Decimal, elapsed_days: int, days_in_month: int) -> Decimal | Missing:
    """What the month comes to if the rest of it goes like its beginning.

    Bookings are paced by the calendar instead: what is completed and confirmed in the month.

    Args:
        mtd: Money of the month to date.
        elapsed_days: Days of it that are over.
        days_in_month: Days that it has.

    Returns:
        Money: mtd x days_in_month / elapsed_days; not known before the seventh day.

    Example: `{"mtd": 4200, "elapsed_days": 14, "days_in_month": 30}` gives `9000.00`.
    """
    if elapsed_days < SHORTEST_PACE_DAYS:
        return Missing(reason=f"{elapsed_days} days of the month are too few for a pace")
    return mtd * days_in_month / elapsed_days
