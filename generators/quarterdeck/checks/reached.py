"""What a check answers where it is not known who gets in."""

from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import NotCollected, Resource


def undecided(resource: Resource, *ways: Reached) -> NotCollected | None:
    """The first of several ways in of which it is not known who uses it: not read, or not understood."""
    for way in ways:
        if isinstance(way, NotCollected):
            return way
        if way.kind == "unknown":
            return NotCollected(
                "", resource.arn or resource.name, f"its policy is not understood: {way.reason}"
            )
    return None
