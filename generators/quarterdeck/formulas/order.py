"""In which order to do what is to be done, when some of it needs other parts of it first."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from heapq import heapify, heappop, heappush

import msgspec

from quarterdeck.formulas.cycles import ignored
from quarterdeck.formulas.registry import formula

Item = tuple[Decimal, tuple[str, ...]]
"""Own score, and the ids of what it needs."""

Needs = Mapping[str, tuple[str, ...]]
Rank = tuple[object, ...]


class Order(msgspec.Struct, frozen=True):
    """What to do first, and how urgent each is for its own sake or that of others."""

    order: tuple[str, ...]
    effective: dict[str, Decimal]


def _circles(items: Mapping[str, Item]) -> Iterator[str]:
    for one, needed in circular(items):
        yield f"needs run in a circle: that of {one} for {needed} is ignored"


@formula(
    "5.4",
    "Order of work",
    unit="score",
    working="""
        effective = highest of the own score and of effective of all that need it
        order = again and again the highest of those whose needs are all taken
    """,
    notes=_circles,
)
def order(items: Mapping[str, Item], pinned: Sequence[str] = ()) -> Order:
    """Put what is urgent first, and before it what it needs.

    Args:
        items: By id the own score and the ids of what it needs; what is not among the items counts as done.
        pinned: Ids that precede all others whatever their score, together with all that they need.

    Returns:
        order: Ids; among those whose needs are taken the pinned first, then by effective score, by own score, by id.
        effective: By id the highest of its own score and the scores of all that need it, at whatever distance.
        Of needs in a circle the one for the item with the lowest own score is ignored, of equal ones the last id.

    Example: `{"items": {"A": [9.6, ["C"]], "B": [7.0, []], "C": [2.4, []], "D": [5.1, ["B"]],
    "E": [1.2, ["A"]]}}` gives
    `{"order": ["C", "A", "B", "D", "E"], "effective": {"A": 9.6, "B": 7.0, "C": 9.6, "D": 5.1, "E": 1.2}}`.
    Example: `{"items": {"A": [3, []], "B": [1, ["C"]], "C": [2, ["B"]]}, "pinned": ["B"]}` gives
    `{"order": ["C", "B", "A"], "effective": {"A": 3, "B": 1, "C": 2}}`.
    """
    return order_by(items, pinned, lambda one: (one,))


def order_by(items: Mapping[str, Item], pinned: Collection[str], ties: Callable[[str], Rank]) -> Order:
    """Compute 5.4 with other ties: what of equal scores comes first has the lower of these."""
    needs = _open_needs(items)
    before = _dependents_first(needs)
    effective = {one: own for one, (own, _) in items.items()}
    is_pinned = set(pinned)
    for one in before:
        for needed in needs[one]:
            effective[needed] = max(effective[needed], effective[one])
            if one in is_pinned:
                is_pinned.add(needed)
    ranks: dict[str, Rank] = {
        one: (one not in is_pinned, -effective[one], -own, *ties(one)) for one, (own, _) in items.items()
    }
    return Order(tuple(_taken(needs, ranks)), effective)


def circular(items: Mapping[str, Item]) -> tuple[tuple[str, str], ...]:
    """Who needs, and what is needed, of each need that is ignored because it runs in a circle; by id."""
    return tuple(sorted(_circular(_known_needs(items), items)))


def _known_needs(items: Mapping[str, Item]) -> Needs:
    return {
        one: tuple(dict.fromkeys(needed for needed in needs if needed in items))
        for one, (_, needs) in items.items()
    }


def _circular(needs: Needs, items: Mapping[str, Item]) -> set[tuple[str, str]]:
    return ignored(sorted(items, key=lambda one: (-items[one][0], one)), needs)


def _open_needs(items: Mapping[str, Item]) -> Needs:
    """What each item needs of the others, without circles."""
    needs = _known_needs(items)
    out = _circular(needs, items)
    return {
        one: tuple(needed for needed in wanted if (one, needed) not in out) for one, wanted in needs.items()
    }


def _dependents_first(needs: Needs) -> list[str]:
    """Every item after all that need it."""
    waiting = dict.fromkeys(needs, 0)
    for wanted in needs.values():
        for needed in wanted:
            waiting[needed] += 1
    found = [one for one, count in waiting.items() if not count]
    for one in found:
        for needed in needs[one]:
            waiting[needed] -= 1
            if not waiting[needed]:
                found.append(needed)
    return found


def _taken(needs: Needs, ranks: Mapping[str, Rank]) -> Iterator[str]:
    """Again and again the one of lowest rank among those whose needs are all taken."""
    missing = {one: len(wanted) for one, wanted in needs.items()}
    dependents = _reversed(needs)
    free = [(ranks[one], one) for one, count in missing.items() if not count]
    heapify(free)
    while free:
        _, one = heappop(free)
        yield one
        for other in dependents[one]:
            missing[other] -= 1
            if not missing[other]:
                heappush(free, (ranks[other], other))


def _reversed(needs: Needs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {one: [] for one in needs}
    for one, wanted in needs.items():
        for needed in wanted:
            found[needed].append(one)
    return found
