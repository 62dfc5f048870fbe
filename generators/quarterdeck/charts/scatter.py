"""Points between two scales, each with a label that lies on no other."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import sqrt
from typing import NamedTuple

from quarterdeck.charts.frame import (
    DASH,
    LETTER,
    Frame,
    Layer,
    Row,
    axis_of,
    cut,
    domain,
    length,
    mark,
    pixel,
    ruled,
    scale_up,
    whole,
    word_at,
)
from quarterdeck.charts.spec import Point, Scatter

_LEAST, _MORE = 60, 540
"""Area of the smallest point in pixels, and how much larger the largest is."""
_LINE = 13
"""Height of a label."""
_ASIDE = Decimal("0.2")
"""How much further than the last point both scales go, and half of it below the first where that is negative."""


class Spot(NamedTuple):
    """Where a point is, in pixels from the upper left corner, and how far it reaches."""

    label: str
    x: float
    y: float
    reach: float


class Box(NamedTuple):
    """A part of the picture in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether both share any of it."""
        is_beside = self.right <= other.left or other.right <= self.left
        return not (is_beside or self.bottom <= other.top or other.bottom <= self.top)


def scatter(chart: Scatter, frame: Frame) -> Layer:
    """Points by size with their labels, and the lines that part the quarters."""
    there = [one for one in chart.points if one.x is not None and one.y is not None]
    xs, ys = _reach(there, chart.x_split, chart.y_split)
    up = scale_up(chart.scale, ys, is_nice=False)
    axis = {**axis_of(chart.x_scale), "grid": False, "labelAlign": "center", "labelOverlap": True}
    across = {"x": {"field": "x", "type": "quantitative", "scale": {"domain": [*domain(xs)]}, "axis": axis}}
    largest = max((abs(one.size) for one in there if one.size), default=Decimal(1))
    areas = [_LEAST if one.size is None else _LEAST + round(_MORE * abs(one.size) / largest) for one in there]
    rows: list[Row] = [{"x": one.x, "v": one.y, "n": area} for one, area in zip(there, areas, strict=True)]
    spots = [
        Spot(
            cut(one.label, 28),
            _share(one.x, xs) * frame.width,
            (1 - _share(one.y, ys)) * frame.height,
            sqrt(area / 3.14),
        )
        for one, area in zip(there, areas, strict=True)
    ]
    labels: list[Row] = [{"x": x, "y": y, "t": spot.label} for spot, x, y in _labels(spots, frame)]
    said = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "t"}}
    round_ = {"size": {"field": "n", "type": "quantitative", "scale": None}}
    splits = [] if chart.y_split is None else [ruled(chart.y_split, up, "@edge", dash=DASH)]
    if chart.x_split is not None:
        splits.append(mark("rule", [{"x": chart.x_split}], across, color="@edge", strokeDash=DASH))
    layers = [
        *splits,
        mark("point", rows, {**across, **up, **round_}, color="@c1", filled=True, opacity=0.75),
        mark("text", labels, said, color="@ink"),
        word_at(chart.y_title, 0, -6, align="left"),
        word_at(chart.x_title, frame.width, frame.height + 38, align="right"),
    ]
    return whole(chart, frame, layers)


def _reach(
    points: Sequence[Point], x_split: Decimal | None, y_split: Decimal | None
) -> tuple[list[Decimal], list[Decimal]]:
    """What both scales must hold: every point, the splits, and a little more beyond the last."""
    found = []
    for values in ([one.x for one in points] + [x_split], [one.y for one in points] + [y_split]):
        low, high = domain(one for one in values if one is not None)
        margin = (high - low) * _ASIDE
        found.append([low - margin / 2 if low < 0 else low, high + margin])
    return found[0], found[1]


def _share(value: Decimal | None, ends: Sequence[Decimal]) -> float:
    low, high = domain(ends)
    return float(((value or Decimal(0)) - low) / (high - low))


def _labels(spots: Sequence[Spot], frame: Frame) -> Iterator[tuple[Spot, int, int]]:
    """Middle and foot of each label: the first place around its point that is free, else free of labels."""
    points = [
        Box(one.x - one.reach, one.y - one.reach, one.x + one.reach, one.y + one.reach) for one in spots
    ]
    labels: list[Box] = []
    for at, spot in enumerate(spots):
        if not spot.label:
            continue
        inside = [place for place in _around(spot) if place.left >= 0 and place.right <= frame.width]
        clear = [place for place in inside if not any(map(place.meets, labels))]
        others = [*points[:at], *points[at + 1 :]]
        free = (place for place in clear if not any(map(place.meets, others)))
        box = next(free, (clear or inside or [*_around(spot)])[0])
        labels.append(box)
        yield spot, round((box.left + box.right) / 2), round(box.bottom - 2)


def _around(spot: Spot) -> Iterator[Box]:
    """Above, beside, below and on the slant; then the same once more, a line further away."""
    width = length(spot.label) * LETTER + 2
    for away in (spot.reach + 3, spot.reach + _LINE):
        aside, down = away + width / 2, away + _LINE / 2
        slant = (away / 2 + width / 2, away / 2 + _LINE / 2)
        for x, y in (
            (0.0, -down),
            (aside, 0.0),
            (-aside, 0.0),
            (0.0, down),
            *((right * slant[0], below * slant[1]) for below in (-1, 1) for right in (1, -1)),
        ):
            middle, level = spot.x + x, spot.y + y
            yield Box(middle - width / 2, level - _LINE / 2, middle + width / 2, level + _LINE / 2)
