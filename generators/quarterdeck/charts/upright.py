"""Charts whose numbers stand upright: bars, lines, waterfalls, points."""

from collections.abc import Sequence
from decimal import Decimal

from quarterdeck.charts.frame import (
    COLOURS,
    DASH,
    EXACT,
    LIGHTER,
    SHORT,
    SHORTEST,
    Frame,
    Layer,
    Row,
    channel_of,
    domain,
    limits,
    mark,
    place_names,
    places_across,
    ruled,
    scale_up,
    staggered_names,
    token,
    whole,
)
from quarterdeck.charts.spec import MOST_SERIES, Bars, Lines, Series, Waterfall

_NEAR_FOOT = Decimal("0.18")
"""Share of the height that a number needs between its point and the names of the places, or a limit."""


def upright(chart: Bars, frame: Frame) -> Layer:
    """Bars beside each other, with limits and a net line."""
    rows = stacked(chart) if chart.is_stacked else paired(chart)
    values = [Decimal(str(row[end])) for row in rows for end in "vb"]
    values += [one for one in chart.net.values if one is not None] if chart.net else []
    up = scale_up(chart.scale, [*values, *(one.value for one in chart.thresholds)])
    pair = {} if chart.is_stacked else {"xOffset": {"field": "j", "type": "ordinal"}}
    along = {**places_across(len(chart.labels), 0.58 if chart.is_stacked else 0.3), **pair}
    layers = [
        mark(
            "bar",
            [row for row in rows if row["i"] not in chart.partial],
            {**along, **up, "y2": {"field": "b"}, "color": token("c")},
        ),
        mark(
            "bar",
            [row for row in rows if row["i"] in chart.partial and row["v"] != row["b"]],
            {**along, **up, "y2": {"field": "b"}, "fill": token("c"), "stroke": token("c")},
            fillOpacity=LIGHTER,
            strokeDash=[3, 2],
            strokeWidth=1,
        ),
        ruled(Decimal(0), up, "@edge"),
    ]
    if chart.net:
        layers += _line(chart.net, places_across(len(chart.labels), 0.58), up, "@ink", 2)
    return whole(chart, frame, [*layers, *limits(chart.thresholds, up), place_names(chart.labels, frame)])


def stacked(chart: Bars) -> list[Row]:
    """Ends of the parts of each bar: what is above zero on what is above, what is below beneath."""
    rows: list[Row] = []
    for at in range(len(chart.labels)):
        tops = {True: Decimal(0), False: Decimal(0)}
        for colour, one in zip(COLOURS, chart.series, strict=False):
            amount = one.values[at]
            if amount is not None:
                foot = tops[amount >= 0]
                tops[amount >= 0] += amount
                rows.append({"i": at, "b": foot, "v": foot + amount, "c": colour})
    return rows


def paired(chart: Bars) -> list[Row]:
    """Both ends of each bar, and its place beside the others."""
    return [
        {"i": at, "j": beside, "b": Decimal(0), "v": amount, "c": COLOURS[beside]}
        for beside, one in enumerate(chart.series[:MOST_SERIES])
        for at, amount in enumerate(one.values)
        if amount is not None
    ]


def lines(chart: Lines, frame: Frame) -> Layer:
    """Lines with their limits; the subject on top."""
    known = [one for series in chart.series for one in series.values if one is not None]
    up = scale_up(chart.scale, [*known, *(one.value for one in chart.thresholds)])
    across = places_across(len(chart.labels), 0)
    layers = [ruled(Decimal(0), up, "@edge")]
    for at, (colour, one) in reversed([*enumerate(zip(COLOURS, chart.series, strict=False))]):
        if at:
            layers += _line(one, across, up, colour, 1.8, dash=DASH)
            continue
        start = len(one.values) if chart.forecast_from is None else chart.forecast_from
        past = (*one.values[: start + 1], *([None] * (len(one.values) - start - 1)))
        ahead = (*([None] * start), *one.values[start:])
        layers += _line(Series(one.label, past), across, up, colour, 2.6)
        if any(value is not None for value in ahead[start + 1 :]):
            layers += _line(Series(one.label, ahead), across, up, colour, 2.6, dash=DASH)
    layers += limits(chart.thresholds, up)
    layers += _dot(chart, across, up, domain(known))
    return whole(chart, frame, [*layers, place_names(chart.labels, frame)])


def _line(
    series: Series, across: Row, up: Row, colour: str, width: float, dash: Sequence[int] = ()
) -> list[Layer]:
    """A line with gaps, and dots for the places that have no neighbour."""
    rows: list[Row] = [{"i": at, "v": amount} for at, amount in enumerate(series.values)]
    known = [amount is not None for amount in (None, *series.values, None)]
    alone = [
        row
        for at, row in enumerate(rows)
        if known[at + 1] and not known[at] and not known[at + 2] and row["v"] is not None
    ]
    style = {"strokeDash": list(dash)} if dash else {}
    drawn = mark(
        "line",
        rows,
        {**across, **up},
        color=colour,
        strokeWidth=width,
        strokeJoin="round",
        invalid="break-paths-show-path-domains",
        **style,
    )
    dots = mark("point", alone, {**across, **up}, color=colour, filled=True, opacity=1, size=36)
    return [drawn, dots] if alone else [drawn]


def _dot(chart: Lines, across: Row, up: Row, ends: tuple[Decimal, Decimal]) -> list[Layer]:
    """The marked place of the subject, with its number beneath it, or above where a line is in its way."""
    amount = chart.series[0].values[chart.marked] if chart.series and chart.marked is not None else None
    if amount is None or chart.marked is None:
        return []
    rows: list[Row] = [{"i": chart.marked, "v": amount}]
    last = len(chart.labels) - 1
    align = "right" if 4 * chart.marked > 3 * last else "left"
    room = (ends[1] - ends[0]) * _NEAR_FOOT
    lines_there = (ends[0], *(one.value for one in chart.thresholds))
    below = -12 if any(0 <= amount - line <= room for line in lines_there) else 18
    words = {"text": {"field": "v", "type": "quantitative", "format": EXACT[chart.scale]}}
    return [
        mark("point", rows, {**across, **up}, color="@c1", filled=True, opacity=1, size=70),
        mark("text", rows, {**across, **up, **words}, dy=below, align=align, fontWeight=660, color="@ink"),
    ]


def waterfall(chart: Waterfall, frame: Frame) -> Layer:
    """Changes from total to total, the amount on each."""
    rows: list[Row] = []
    level: Decimal | None = Decimal(0)
    for at, step in enumerate(chart.steps):
        if step.is_total:
            level = step.amount
            foot = Decimal(0)
        else:
            foot = level if level is not None else Decimal(0)
            level = None if level is None or step.amount is None else level + step.amount
        if level is None or step.amount is None:
            continue
        colour = "@c5" if step.is_total else "@c1" if step.amount >= 0 else "@c2"
        top = max(foot, level)
        rows.append({"i": at, "b": foot, "v": level, "c": colour, "top": top, "n": step.amount})
    up = scale_up(chart.scale, [Decimal(str(row[end])) for row in rows for end in "vb"])
    across = places_across(len(chart.steps), 0.3)
    number = {"field": "n", "type": "quantitative"}
    above = {**across, "y": {**channel_of(up), "field": "top"}}
    totals = {**number, "format": (SHORT if frame.is_narrow else EXACT)[chart.scale]}
    changes = {**number, "format": SHORTEST[chart.scale] if frame.is_narrow else EXACT[chart.scale]}
    layers = [
        mark("bar", rows, {**across, **up, "y2": {"field": "b"}, "color": token("c")}),
        ruled(Decimal(0), up, "@edge"),
        mark(
            "text", [one for one in rows if one["c"] == "@c5"], {**above, "text": totals}, dy=-7, color="@ink"
        ),
        mark(
            "text",
            [one for one in rows if one["c"] != "@c5"],
            {**above, "text": changes},
            dy=-7,
            color="@ink",
        ),
        *staggered_names([step.label for step in chart.steps], frame),
    ]
    return whole(chart, frame, layers)
