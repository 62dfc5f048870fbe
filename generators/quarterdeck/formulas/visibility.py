"""Where customers can find and book us."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing
from quarterdeck.model.sales import ChannelState

STATE_POINTS: dict[ChannelState, int] = {
    "absent": 0,
    "planned": 0,
    "unclaimed": 1,
    "claimed": 2,
    "complete": 3,
    "bookable": 4,
    "active": 5,
}
BOOKABLE = STATE_POINTS["bookable"]
ACTIVE = STATE_POINTS["active"]
ACTIVE_WITHIN_DAYS = 90
Points = Annotated[int, msgspec.Meta(ge=0, le=5)]


class Visibility(msgspec.Struct, frozen=True):
    """The index and the share of the weight that it rests on."""

    index: Decimal
    known: Decimal


def channel_points(state: ChannelState, last_review: date | None, as_of: date) -> int:
    """Points of one channel: active means bookable with a review or post in the last 90 days.

    A dated review decides between bookable and active; without a date the state stands as written.
    """
    points = STATE_POINTS[state]
    if points < BOOKABLE or last_review is None:
        return points
    return ACTIVE if (as_of - last_review).days <= ACTIVE_WITHIN_DAYS else BOOKABLE


def _known_part(result: Visibility | Missing) -> Iterator[str]:
    if isinstance(result, Visibility) and result.known < 1:
        yield f"known {result.known:.0%}: channels of unknown state are in neither sum"


@formula(
    "F-Q11",
    "Visibility",
    unit="ratio",
    working="""
        index = Σ weight × state ÷ 5 of known channels ÷ Σ weight of known channels
        known = Σ weight of known channels ÷ Σ weight of channels
    """,
    notes=_known_part,
)
def visibility(channels: Sequence[tuple[Decimal, Points | None]]) -> Visibility | Missing:
    """How visible and bookable we are where customers look.

    Args:
        channels: For each channel its weight and its points: absent or planned 0, unclaimed 1, claimed 2,
            complete 3, bookable 4, active 5; null where the state is not known.

    Returns:
        index: Ratio, the weighted sum of points / 5 over the weight of the known channels.
        known: Ratio, the known weight over all weight.
        Not known where no state is known.

    Example: `{"channels": [[3, 4], [3, 2], [2, 0], [1, null], [1, 5]]}` gives
    `{"index": 0.511, "known": 0.9}`.
    Example: `{"channels": [[3, null]]}` gives `"not_known"`.
    """
    whole = sum((weight for weight, _ in channels), Decimal(0))
    known = sum((weight for weight, points in channels if points is not None), Decimal(0))
    if not known:
        return Missing(needs=("channels",))
    earned = sum((weight * points for weight, points in channels if points is not None), Decimal(0))
    return Visibility(earned / (ACTIVE * known), known / whole)
