"""Decides which versions are kept: the newest, the last of each month, pinned ones, and always the current one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from quarterdeck.model.versions import Version
from quarterdeck.publish.inventory import Inventory

LEFT_ALONE: Final = timedelta(days=1)
"""How long what a run began is left to it (F-152)."""


class Pruning(msgspec.Struct, frozen=True):
    """What is to be removed, and what is kept for which reason."""

    versions: tuple[str, ...]
    """Oldest first."""
    leftovers: tuple[str, ...]
    """Of runs that were cut short; readers never had them, or have them no more."""
    kept: Mapping[str, str]
    """Version -> why, newest first."""

    @property
    def removed(self) -> tuple[str, ...]:
        """All that goes."""
        return (*self.versions, *self.leftovers)


def pruning(inventory: Inventory, keep: int, now: datetime) -> Pruning:
    """Apply the policy.

    Args:
        inventory: What the store holds.
        keep: How many of the newest versions stay.
        now: With its zone; what was begun less than a day ago may be somebody's who is at work.
    """
    newest = inventory.state.newest
    given = {inventory.state.latest, newest.version if newest else ""}
    kept = why_kept(inventory.versions, given, keep)
    known = (
        inventory.manifests.keys() - kept
    )  # what was finished while the inventory was taken has none there
    return Pruning(
        tuple(one.version for one in reversed(inventory.versions) if one.version in known),
        tuple(one for one in inventory.leftovers if now - inventory.claimed_at[one] > LEFT_ALONE),
        kept,
    )


def why_kept(versions: Iterable[Version], given: Iterable[str], keep: int) -> dict[str, str]:
    """Which versions stay, newest first, each with its strongest reason, in words that follow a number.

    Args:
        versions: In any order, each once.
        given: What readers are given without asking, and the newest that they ever were.
        keep: How many of the newest stay.
    """
    ordered = sorted(versions, key=lambda one: one.order, reverse=True)
    current = frozenset(given)
    ends: dict[date, str] = {}
    for one in ordered:
        ends.setdefault(one.properties.moment.as_of.replace(day=1), one.version)
    reasons = {}
    for place, one in enumerate(ordered):
        if one.version in current or one.aliases:
            reasons[one.version] = "current"
        elif one.properties.pinned:
            reasons[one.version] = "pinned"
        elif place < keep:
            reasons[one.version] = "of the newest"
        elif ends[one.properties.moment.as_of.replace(day=1)] == one.version:
            reasons[one.version] = "last of a month"
    return reasons
