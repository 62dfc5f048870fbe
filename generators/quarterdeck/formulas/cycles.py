"""Needs that run in a circle, and which of them to ignore so that something can be first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

Edge = tuple[int, int]
"""Who needs, and what is needed, by place in the order."""


def ignored(order: Sequence[str], needs: Mapping[str, Iterable[str]]) -> set[tuple[str, str]]:
    """The needs to ignore: of every circle the one for its member that comes last in an order.

    Let the members join one by one in that order. A need is the one to ignore of some circle just when its two
    ends first reach each other as the one needed joins: the circle then holds nobody who comes later.

    Args:
        order: Every member; whose need is to be ignored first stands last.
        needs: What each member needs; all of that are members.

    Returns:
        Pairs of who needs and what is needed.
    """
    place = {node: at for at, node in enumerate(order)}
    edges = [(place[one], place[needed]) for one in order for needed in needs[one]]
    found = {edge for edge, joined in _joined(len(order), edges) if joined == edge[1]}
    return {(order[one], order[needed]) for one, needed in found}


def _joined(count: int, edges: list[Edge]) -> Iterator[tuple[Edge, int]]:
    """Each need, and at whose joining its two ends first reach each other; `count` where they never do.

    All needs are asked at once whether that happens in the first half of the order, and so on in each half. What
    reaches each other by the first half stands together as one member in the second.
    """
    work = [(0, count, [(edge, edge) for edge in edges])]
    while work:
        first, last, here = work.pop()
        if first == last:
            yield from ((edge, first) for edge, _ in here)
            continue
        middle = (first + last) // 2
        group = _groups([ends for edge, ends in here if max(edge) <= middle])
        by_middle, later = [], []
        for edge, (one, needed) in here:
            ends = group.get(one, one), group.get(needed, needed)
            if ends[0] == ends[1] and max(edge) <= middle:
                by_middle.append((edge, (one, needed)))
            else:
                later.append((edge, ends))
        work += [(first, middle, by_middle), (middle + 1, last, later)]


def _groups(edges: Iterable[Edge]) -> dict[int, int]:
    """For each end of an edge one member that stands for all that reach it and that it reaches (Kosaraju)."""
    after: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for one, needed in edges:
        after.setdefault(one, []).append(needed)
        after.setdefault(needed, [])
        before.setdefault(needed, []).append(one)
    group: dict[int, int] = {}
    for first in reversed(_finished(after)):
        stack = [first]
        while stack:
            node = stack.pop()
            if node not in group:
                group[node] = first
                stack += before.get(node, [])
    return group


def _finished(after: Mapping[int, Sequence[int]]) -> list[int]:
    """Every member after all that it leads to, as far as circles allow."""
    seen: set[int] = set()
    done: list[int] = []
    for first in after:
        if first in seen:
            continue
        seen.add(first)
        stack = [(first, iter(after[first]))]
        while stack:
            node, ways = stack[-1]
            following = next((one for one in ways if one not in seen), None)
            if following is None:
                stack.pop()
                done.append(node)
            else:
                seen.add(following)
                stack.append((following, iter(after[following])))
    return done
