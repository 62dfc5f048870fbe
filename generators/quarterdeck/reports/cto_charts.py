"""Charts of engineering: how many are left after each step to an order, and which action gains most for its size."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import takewhile

from quarterdeck.charts.spec import Funnel, Point, Scatter
from quarterdeck.model.action import Action
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.values import Blank
from quarterdeck.reports.charts import MOST
from quarterdeck.reports.cto_funnel import STEPS, lost
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, number, percent

_TENTH = Decimal("0.1")
_FEWEST = 3
"""Actions of which one can stand out."""
_NEAR = 6
"""Points of one size that lie closer share a label, or their labels would lie on each other."""


def funnels(report: Report) -> tuple[Funnel, ...]:
    """A funnel for each business whose visitors somebody counted; the page has room for two other charts."""
    found = (funnel(report, one.entity) for one in report.entities)
    return tuple(one for one in found if one is not None)[: MOST - 2]


def funnel(report: Report, entity: str) -> Funnel | None:
    """The steps of one business as far as visitors were counted; None where nobody counted them."""
    rows = report.site.briefing.of(FunnelStep, entity)
    steps = sorted(
        (row for row in rows if row.step in STEPS and not _is_elsewhere(row)),
        key=lambda row: STEPS.index(str(row.step)),
    )
    measured = [(row, gone) for row in steps if (gone := lost(row)) is not None]
    if not measured:
        return None
    first, *others = takewhile(lambda row: _count(row) is not None, steps[steps.index(measured[0][0]) :])
    worst, share = max(measured, key=lambda one: one[1])
    words = f"{counted(_count(first) or 0, 'visitor')} reach {_name(first)}"
    if others:
        words += f", {number(_count(others[-1]) or 0)} come as far as {_name(others[-1])}"
    if share:
        words += f"; most leave at {_name(worst)}, {percent(share)}"
    return Funnel(
        id=f"funnel-{entity}",
        reading=f"{report.site.titles[entity]}: {words}.",
        about="Visitors who reach each step in 30 days; a step that does not work by itself says so",
        scale="count",
        is_sample=report.site.briefing.is_sample,
        labels=tuple(_label(row) for row in steps),
        values=tuple(_count(row) for row in steps),
    )


def _is_elsewhere(row: FunnelStep) -> bool:
    """Whether the business has no such step."""
    return isinstance(row.state, Blank) and row.state.why == "n/a"


def _name(row: FunnelStep) -> str:
    return str(row.step).replace("-", " ")


def _label(row: FunnelStep) -> str:
    """`Payment`, or `Waiver: manual`."""
    state = "not known" if isinstance(row.state, Blank) else row.state
    return _name(row).capitalize() + ("" if state == "works" else f": {state}")


def _count(row: FunnelStep) -> Decimal | None:
    return Decimal(row.visitors) if isinstance(row.visitors, int) else None


def quadrant(report: Report, actions: Sequence[Action]) -> Scatter | None:
    """What each of the first actions gains, over its size; those that lie close share a label, from the top down."""
    if len(actions) < _FEWEST:
        return None
    best = max(
        range(len(actions)), key=lambda at: (Decimal(_gain(actions[at])) / actions[at].factors.size, -at)
    )
    factors = actions[best].factors
    return Scatter(
        id="quadrant",
        reading=f"Number {best + 1} gains most for its size: {_gain(actions[best])} at a size of {factors.size}.",
        about="Value, time and risk, by size; numbers are places in the list, top down; lines the average",
        scale="count",
        is_sample=report.site.briefing.is_sample,
        points=tuple(_points(actions)),
        x_title="size",
        y_title="value, time and risk",
        x_split=_average(one.factors.size for one in actions),
        y_split=_average(map(_gain, actions)),
    )


def _points(actions: Sequence[Action]) -> Iterator[Point]:
    """A point for each spot, the highest of each size first; only the first of those that lie close has a label."""
    spots: dict[tuple[int, int], list[str]] = {}
    for place, one in enumerate(actions, start=1):
        spots.setdefault((one.factors.size, -_gain(one)), []).append(str(place))
    close: list[list[tuple[int, int]]] = []
    for spot in sorted(spots):
        size, depth = close[-1][-1] if close else (0, 0)
        if size == spot[0] and spot[1] - depth < _NEAR:
            close[-1].append(spot)
        else:
            close.append([spot])
    for group in close:
        label = ", ".join(place for spot in group for place in spots[spot])
        for at, (size, depth) in enumerate(group):
            yield Point("" if at else label, Decimal(size), Decimal(-depth))


def _gain(action: Action) -> int:
    return action.factors.value + action.factors.time + action.factors.risk


def _average(numbers: Iterable[int]) -> Decimal:
    found = tuple(numbers)
    return (Decimal(sum(found)) / len(found)).quantize(_TENTH)
