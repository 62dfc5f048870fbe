"""What the cloud costs, and what is paid for and serves nothing."""

from typing import Literal

from quarterdeck.model.observed import NOT_READ, Cost, Observed, Resource


class CloudCost(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """What one service, or all that carries one tag, cost in one month."""

    month: str
    """`2026-11`; the one in which the evidence was taken is not over."""
    by: Literal["service", "tag"]
    name: str
    """The service, or the tag's value; an empty one for what has no tag of a business."""
    amount: Cost = NOT_READ


class IdleResource(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is paid for and serves nothing, of a sort that has no record of its own."""

    what: str
    """What it is: `unattached disk`."""
