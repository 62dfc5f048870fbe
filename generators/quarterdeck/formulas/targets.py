"""What each month must bring."""

# definitions are written with the signs of arithmetic

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.formulas.break_even import units_to_cover
from quarterdeck.formulas.periods import YEAR, allocate
from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing

_EQUAL = (Decimal(1),) * YEAR


class Needed(msgspec.Struct, frozen=True):
    """What a target takes."""

    bookings: int
    leads: int | Missing


def _equal_months(index: Sequence[Decimal] | None) -> Iterator[str]:
    if not index:
        yield "no seasonality index: equal months"


@formula(
    "F-T1",
    "Targets by season",
    unit="money",
    working="each month = annual × its index ÷ Σ index, in cents that add up to annual",
    notes=_equal_months,
)
def seasonal_targets(annual: Decimal, index: Sequence[Decimal] | None) -> tuple[Decimal, ...] | Missing:
    """A year's target spread over its months.

    Args:
        annual: Money, the target of the year.
        index: Weight of each month (F-P6), in any unit; null or empty where the season is not known.

    Returns:
        Money of each month in the order of the index, in cents that add up to the target. Without an index
        twelve equal months; n/a where the index adds up to 0.

    Example: `{"annual": 120000, "index": [5, 5, 7, 8, 10, 13, 14, 14, 10, 7, 4, 3]}` gives
    `[6000.00, 6000.00, 8400.00, 9600.00, 12000.00, 15600.00, 16800.00, 16800.00, 12000.00, 8400.00, 4800.00,
    3600.00]`.
    Example: `{"annual": 100, "index": null}` gives
    `[8.34, 8.34, 8.34, 8.34, 8.33, 8.33, 8.33, 8.33, 8.33, 8.33, 8.33, 8.33]`.
    """
    return allocate(annual, index or _EQUAL)


@formula(
    "F-T2",
    "Catch-up targets",
    unit="money",
    working="each month left = (annual − ytd) × its index ÷ Σ index, in cents that add up",
)
def catch_up(annual: Decimal, ytd: Decimal, index: Sequence[Decimal]) -> tuple[Decimal, ...] | Missing:
    """What the months left must bring to reach a year's target.

    Args:
        annual: Money, the target of the year.
        ytd: Money of the year so far.
        index: Weight of each month left.

    Returns:
        Money of each month left, in cents that add up to what is missing. Target met where nothing is; n/a
        where the index adds up to 0.

    Example: `{"annual": 120000, "ytd": 97500, "index": [7, 4, 3]}` gives `[11250.00, 6428.57, 4821.43]`.
    Example: `{"annual": 120000, "ytd": 120000, "index": [7, 4, 3]}` gives `"target_met"`.
    """
    left = annual - ytd
    if left <= 0:
        return Missing("target_met", reason="the year's target is reached")
    return allocate(left, index)


@formula(
    "F-T3",
    "Bookings and leads for a target",
    unit="count",
    working="""
    bookings = ⌈target ÷ aov⌉
    leads = ⌈bookings ÷ close⌉
    """,
)
def needed(target: Decimal, aov: Decimal, close: Decimal | None) -> Needed | Missing:
    """How many bookings reach a target, and how many leads they take.

    Args:
        target: Money to be reached.
        aov: Money of an average booking.
        close: Ratio of leads that become a booking; null where it is not known.

    Returns:
        bookings: Count, rounded up.
        leads: Count, rounded up; not known without a close rate, n/a where no lead is won.
        n/a where an average booking brings nothing.

    Example: `{"target": 11250, "aov": 905, "close": 0.22}` gives `{"bookings": 13, "leads": 60}`.
    Example: `{"target": 11250, "aov": 905, "close": null}` gives `{"bookings": 13, "leads": "not_known"}`.
    """
    if aov <= 0:
        return Missing("not_applicable", reason="an average booking brings nothing")
    bookings = units_to_cover(target, aov)
    return Needed(bookings, _leads(bookings, close))


def _leads(bookings: int, close: Decimal | None) -> int | Missing:
    if close is None:
        return Missing(reason="the share of leads that book is not known")
    if close <= 0:
        return Missing("not_applicable", reason="no lead is won")
    return units_to_cover(Decimal(bookings), close)
