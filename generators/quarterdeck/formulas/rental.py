"""Leases and rents."""

import calendar
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import MonthToMonth


@formula("F-N14", "Lease days left", unit="days")
def lease_days_left(
    lease_end: date | MonthToMonth, as_of: date, notice_days: int | None = None
) -> int | Missing:
    """Days until a lease ends.

    Args:
        lease_end: Last day of the lease, or month to month.
        as_of: Day of the report.
        notice_days: Days of notice, which is all that a lease from month to month has left.

    Returns:
        Days, negative for a lease that has ended; not known month to month without a notice period.

    Example: `{"lease_end": "2027-01-31", "as_of": "2026-11-23"}` gives `69`.
    """
    if isinstance(lease_end, date):
        return (lease_end - as_of).days
    if notice_days is None:
        return Missing(reason="month to month without a stated notice period")
    return notice_days


@formula("F-N16", "Loss to lease", unit="ratio")
def loss_to_lease(market: Decimal, contract: Decimal) -> Decimal | Missing:
    """How far the rents in the leases are below the market.

    Args:
        market: Money a month that new tenants would pay.
        contract: Money a month in the leases of the same units.

    Returns:
        Ratio of the market rent, negative where leases are above it; n/a where the market rent is 0.

    Example: `{"market": 2800, "contract": 2600}` gives `0.071`.
    """
    if not market:
        return Missing("not_applicable", reason="the market rent is 0")
    return (market - contract) / market


def occupancy(occupied: int, units: int) -> Decimal | Missing:
    """The share of units that have a tenant; n/a without units."""
    return Decimal(occupied) / units if units else Missing("not_applicable", reason="no units")


def rent_days_late(paid_through: date, due_day: int, as_of: date) -> int:
    """Days since the first rent after `paid_through` was due; 0 while it is not.

    A due day that a month does not have is its last day.
    """
    unpaid_from = paid_through + timedelta(days=1)
    last_day = calendar.monthrange(unpaid_from.year, unpaid_from.month)[1]
    due = max(unpaid_from, unpaid_from.replace(day=min(due_day, last_day)))
    return max(0, (as_of - due).days)
