"""What the open leads are worth."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from quarterdeck.formulas.registry import formula

STALE_AFTER_DAYS = 30
STALE_FACTOR = Decimal("0.5")


Item = tuple[Decimal | tuple[Decimal, Decimal], Decimal, bool]
"""Value or its two ends, chance, and whether it is stale."""


def _ranges(items: Sequence[Item]) -> Iterator[str]:
    ranges = [value for value, _, _ in items if isinstance(value, tuple)]
    if ranges:
        low, high = (sum((one[end] for one in ranges), Decimal(0)) for end in (0, 1))
        yield f"ranges count with their middle: {low} to {high}"
    stale = sum(is_stale for _, _, is_stale in items)
    if stale:
        yield f"{stale} of {len(items)} untouched for {STALE_AFTER_DAYS} days count with half their chance"


@formula(
    "F-Q13",
    "Weighted pipeline",
    unit="money",
    working="""
        value = (low + high) ÷ 2 of a range
        probability ÷ 2 where stale
        weighted = Σ value × probability of items
    """,
    notes=_ranges,
)
def weighted(items: Sequence[Item]) -> Decimal:
    """The value of open leads, each by its chance.

    Args:
        items: For each lead its value (one amount, or the low and high end of a range), the chance of winning
            it as a ratio, and whether nobody touched it for 30 days.

    Returns:
        Money: the sum of value x chance; a range counts with its middle, a stale lead with half its chance.
        No leads give 0.

    Example: `{"items": [[4800, 0.8, false], [12000, 0.35, false], [2500, 0.2, true]]}` gives `8290.00`.
    Example: `{"items": [[["9000", "12000"], 0.05, false]]}` gives `525.00`.
    """
    return sum(
        (
            _middle(value) * probability * (STALE_FACTOR if stale else 1)
            for value, probability, stale in items
        ),
        Decimal(0),
    )


def _middle(value: Decimal | tuple[Decimal, Decimal]) -> Decimal:
    return (value[0] + value[1]) / 2 if isinstance(value, tuple) else value
