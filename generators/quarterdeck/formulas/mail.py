"""What a mailing list can earn, honestly."""

from decimal import ROUND_CEILING, Decimal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing

SUPPORTED_UP_TO = Decimal("0.03")
"""Share of everyone delivered that may be expected to buy; more is not supported by list benchmarks."""


class Blast(msgspec.Struct, frozen=True):
    """What a series of mailings brings; fractions are kept, whole orders are printed."""

    delivered_first: Decimal
    orders: Decimal
    revenue: Decimal


class Claim(msgspec.Struct, frozen=True):
    """What must be true for a stated target."""

    orders: int
    rate: Decimal | Missing
    supported: bool | Missing


def mailable(list_size: int, suppressed: int, unsourced: int = 0) -> int:
    """The addresses that may be mailed, the first term of F-Q1: size less those who must not be mailed."""
    return max(0, list_size - suppressed - unsourced)


@formula("F-Q1", "Mailing to the list", unit="money")
def blast(  # noqa: PLR0913 - the model has these inputs, and each is printed on its own line
    *,
    list_size: int,
    suppressed: int,
    bounce: Decimal,
    click: Decimal,
    order: Decimal,
    aov: Decimal,
    sends: int,
    decay: Decimal = Decimal(1),
    unsub: Decimal = Decimal(0),
    complaint: Decimal = Decimal(0),
    cap: Decimal | None = None,
) -> Blast:
    """What one or more mailings to a list bring. Opens are left out: privacy proxies inflate them.

    Args:
        list_size: Addresses on the list.
        suppressed: Addresses that must not be mailed.
        bounce: Ratio of the first send that does not arrive.
        click: Ratio of those delivered who click.
        order: Ratio of those who click and order.
        aov: Money of one order.
        sends: How many mailings.
        decay: Factor on clicks from one mailing to the next.
        unsub: Ratio that unsubscribes after each.
        complaint: Ratio that complains after each.
        cap: Most revenue that there is room for.

    Returns:
        delivered_first: Count, mailable x (1 - bounce).
        orders: Count over all mailings, not capped.
        revenue: Money, orders x aov, not above the cap.

    Example: `{"list_size": 3676, "suppressed": 276, "bounce": 0.03, "click": 0.01, "order": 0.02, "aov": 190,
    "sends": 3, "decay": 0.8, "unsub": 0.003, "complaint": 0.0003}` gives
    `{"delivered_first": 3298, "orders": 1.60, "revenue": 304.93}`.
    """
    reached = mailable(list_size, suppressed) * (1 - bounce)
    first, orders, clicking = reached, Decimal(0), click
    for _ in range(sends):
        orders += reached * clicking * order
        reached *= 1 - unsub - complaint
        clicking *= decay
    revenue = orders * aov
    return Blast(first, orders, revenue if cap is None else min(revenue, cap))


def orders_needed(target: Decimal, aov: Decimal) -> int:
    """Whole orders that a target takes: the first term of F-Q2."""
    return int((target / aov).to_integral_value(ROUND_CEILING))


@formula("F-Q2", "What must be true for a claim", unit="count")
def claim(target: Decimal, aov: Decimal, delivered: Decimal) -> Claim | Missing:
    """How many of those delivered must buy for a target to come true.

    Args:
        target: Money claimed.
        aov: Money of one order, above 0.
        delivered: Count of messages that arrive.

    Returns:
        orders: Count, target / aov rounded up.
        rate: Ratio, orders / delivered; n/a where nothing is delivered.
        supported: Whether the rate is at most 3%, what list benchmarks support.
        n/a where an order brings nothing.

    Example: `{"target": 10000, "aov": 190, "delivered": 3298}` gives
    `{"orders": 53, "rate": 0.0161, "supported": true}`.
    Example: `{"target": 50000, "aov": 190, "delivered": 3298}` gives
    `{"orders": 264, "rate": 0.0800, "supported": false}`.
    """
    if aov <= 0:
        return Missing("not_applicable", reason="an order brings nothing")
    orders = orders_needed(target, aov)
    if delivered <= 0:
        nobody = Missing("not_applicable", reason="nothing is delivered")
        return Claim(orders, nobody, nobody)
    rate = orders / delivered
    return Claim(orders, rate, rate <= SUPPORTED_UP_TO)
