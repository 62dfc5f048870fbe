"""The order of work: needs, pins and circles, by example, by brute force, and at size."""

from decimal import Decimal
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.order import Item, circular, order, order_by

D = Decimal
IDS = "ABCDEF"

scores = st.integers(0, 4).map(D)
plans = st.dictionaries(
    st.sampled_from(IDS),
    st.tuples(scores, st.lists(st.sampled_from(IDS + "Z"), max_size=4).map(tuple)),
)


def plan(text: str) -> dict[str, Item]:
    """Read `A9>C B7`: A has 9 points and needs C."""
    items = {}
    for word in text.split():
        head, _, needs = word.partition(">")
        items[head[0]] = (D(head[1:]), tuple(needs))
    return items


@pytest.mark.parametrize(
    ("case", "text", "pinned", "expected"),
    [
        ("nothing to do", "", "", ""),
        ("by score, then by id", "B5 A5 C7", "", "CAB"),
        ("the example", "A9.6>C B7 C2.4 D5.1>B E1.2>A", "", "CABDE"),
        ("equal effective scores go by the own one", "A9>C B9 C2", "", "BCA"),
        ("what is done already is not waited for", "A9>Z B7", "", "AB"),
        ("pinned first", "A9 B7 C1", "C", "CAB"),
        ("what a pinned one needs is pinned", "A9 B7 C1>D D0>E E0", "C", "EDCAB"),
        ("pinned ones among themselves by score", "A9 B7 C8", "BC", "CBA"),
        ("a pin of something else", "A9 B7", "Z", "AB"),
        ("a circle: the need for the lowest is ignored", "A9>B B3>A", "", "AB"),
        ("a circle of equals: the need for the last is ignored", "A5>B B5>A", "", "AB"),
        ("who needs itself", "A5>A B7", "", "BA"),
        ("a circle that something needs", "A1>B B5>C C3>B D9>A", "", "BADC"),
        ("two circles with one member in common", "A5>B B4>AC C3>B", "", "ABC"),
        ("the same need twice", "A5>BB B1", "", "BA"),
    ],
)
def test_order(case: str, text: str, pinned: str, expected: str) -> None:
    assert "".join(order(plan(text), tuple(pinned)).order) == expected, case


def test_circles_are_told() -> None:
    assert circular(plan("A9>B B3>A C1>C")) == (("A", "B"), ("C", "C"))
    said = BY_ID["5.4"].worked('{"items": {"A": [9, ["B"]], "B": [3, ["A"]]}}')[2]
    assert said == ("needs run in a circle: that of A for B is ignored",)
    assert BY_ID["5.4"].worked('{"items": {"A": [9, ["B"]], "B": [3, []]}}')[2] == ()


def test_other_ties() -> None:
    later = {"A": 2, "B": 1}
    assert order_by(plan("A5 B5"), (), lambda one: (later[one], one)).order == ("B", "A")


def circles(items: dict[str, Item]) -> set[tuple[str, ...]]:
    """Every circle of needs without repeats, from whichever member."""
    found: set[tuple[str, ...]] = set()
    paths: list[tuple[str, ...]] = [(one,) for one in items]
    while paths:
        path = paths.pop()
        for needed in items[path[-1]][1]:
            if needed == path[0]:
                found.add(path)
            elif needed in items and needed not in path:
                paths.append((*path, needed))
    return found


def weakest(items: dict[str, Item], circle: tuple[str, ...]) -> tuple[str, str]:
    """The need of a circle for the one with the lowest own score, of equal ones the last."""
    pairs = [*pairwise(circle), (circle[-1], circle[0])]
    return max(pairs, key=lambda pair: (-items[pair[1]][0], pair[1]))


@given(plans)
def test_of_every_circle_the_need_for_the_lowest_is_ignored_and_no_other(items: dict[str, Item]) -> None:
    assert set(circular(items)) == {weakest(items, one) for one in circles(items)}


@given(plans, st.lists(st.sampled_from(IDS)))
def test_order_respects_needs(items: dict[str, Item], pinned: list[str]) -> None:
    result = order(items, tuple(pinned))
    assert sorted(result.order) == sorted(items)
    place = {one: at for at, one in enumerate(result.order)}
    open_needs = {
        (one, needed) for one, (_, needs) in items.items() for needed in needs if needed in items
    } - set(circular(items))
    assert all(place[needed] < place[one] for one, needed in open_needs)
    assert all(result.effective[needed] >= result.effective[one] for one, needed in open_needs)
    assert all(result.effective[one] >= own for one, (own, _) in items.items())


@pytest.mark.parametrize("back", [0, 1, 2])
def test_ten_thousand_items_in_one_chain_or_in_circles(back: int) -> None:
    count = 10_000
    items = {
        f"{at:05}": (D(at % 97), tuple(f"{(at + step) % count:05}" for step in (1, -back) if step))
        for at in range(count)
    }
    started = perf_counter()
    assert len(order(items).order) == count
    assert perf_counter() - started < 20
