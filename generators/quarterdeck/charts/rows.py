"""Charts with a row for each thing: lying bars, progress, timelines."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.charts.frame import (
    BOTTOM,
    COLOURS,
    DASH,
    LETTER,
    RIGHT,
    SHORT,
    Frame,
    Layer,
    Row,
    cut,
    domain,
    longest,
    mark,
    pixel,
    token,
    whole,
)
from quarterdeck.charts.spec import MOST_SERIES, Bars, Progress, Span, Timeline
from quarterdeck.charts.upright import paired, stacked
from quarterdeck.rules.words import month_short, on

_WEEK = timedelta(days=7)
_YEAR = 365
"""Days, above which a date under a timeline needs its year."""


class Rows(msgspec.Struct, frozen=True):
    """Rows beneath each other: on a phone the name stands over its bar, else before it."""

    labels: Sequence[str]
    frame: Frame
    height: int

    def top(self, at: int) -> int:
        """Upper edge of the bar of a row."""
        return at * self.height + (18 if self.frame.is_narrow else 5)

    def foot(self, at: int) -> int:
        """Lower edge of it."""
        return self.top(at) + 14

    def names(self, beside: int = 0) -> Layer:
        """The words of all rows; on a phone so many letters are left free at their right."""
        narrow = self.frame.is_narrow
        most = int(self.frame.width / LETTER) - beside - 1 if narrow else int((self.frame.left - 10) / LETTER)
        rows: list[Row] = [
            {"y": self.top(at) + (-5 if narrow else 11), "t": cut(label, most)}
            for at, label in enumerate(self.labels)
        ]
        where = {"x": {"value": 0 if narrow else -10}, "y": pixel("y"), "text": {"field": "t"}}
        return mark("text", rows, where, align="left" if narrow else "right", color="@ink")


def rows_of(labels: Sequence[str], width: int, *, is_narrow: bool, bottom: int = 4) -> Rows:
    """Room for so many rows, as wide as the longest name leaves it."""
    left = 2 if is_narrow else min(320, int(longest(labels) * LETTER) + 14)
    height = 40 if is_narrow else 24
    frame = Frame(width - left - RIGHT, max(1, len(labels)) * height, left, bottom, is_narrow)
    return Rows(labels, frame, height)


def lying(chart: Bars, width: int, *, is_narrow: bool) -> Layer:
    """Bars that lie, each with its number and note."""
    lines = rows_of(chart.labels, width, is_narrow=is_narrow)
    room = 62 if is_narrow else 70 + int(longest(chart.notes) * LETTER)
    bars = stacked(chart) if chart.is_stacked else paired(chart)
    drawn: list[Row] = []
    for bar in bars:
        at, beside = int(str(bar["i"])), int(str(bar.get("j", 0)))
        thick = 14 if chart.is_stacked else 14 // max(1, len(chart.series))
        y = lines.top(at) + beside * thick
        drawn.append({**bar, "y": y, "y2": y + thick})
    values = [Decimal(str(row[end])) for row in bars for end in "vb"]
    low, high = domain(values)
    reach = max(40, lines.frame.width - min(room, lines.frame.width // 2))
    scale = {"domain": [low, high], "range": [0, reach], "nice": False}
    x = {"field": "v", "type": "quantitative", "scale": scale, "axis": None}
    where = {"x": x, "x2": {"field": "b"}, "y": pixel("y"), "y2": {"field": "y2"}}
    said: list[Row] = []
    for at in range(len(chart.labels)):
        mine = [row for row in drawn if row["i"] == at]
        if mine:
            total = sum((Decimal(str(row["v"])) - Decimal(str(row["b"])) for row in mine), Decimal(0))
            end = max(Decimal(str(row[side])) for row in mine for side in "vb")
            said.append({"i": at, "v": end, "n": total, "y": lines.top(at) + 11})
    number = {"text": {"field": "n", "type": "quantitative", "format": SHORT[chart.scale]}}
    layers = [
        lines.names(longest(chart.notes)),
        mark("rect", drawn, {**where, "color": token("c")}),
        mark("text", said, {"x": x, "y": pixel("y"), **number}, align="left", dx=6, color="@ink"),
        _notes(chart.notes, said, x, lines),
    ]
    return whole(chart, lines.frame, layers)


def _notes(notes: Sequence[str], said: Sequence[Row], x: Row, lines: Rows) -> Layer:
    """Words behind the numbers of the bars; on a phone over them, at the right."""
    is_narrow = lines.frame.is_narrow
    rows: list[Row] = [
        {**row, "y": int(str(row["y"])) - (16 if is_narrow else 0), "t": cut(note, 40)}
        for at, note in enumerate(notes)
        for row in said
        if row["i"] == at
    ]
    where = {"x": {"value": lines.frame.width} if is_narrow else x, "y": pixel("y"), "text": {"field": "t"}}
    style = {"align": "right"} if is_narrow else {"align": "left", "dx": 56}
    return mark("text", rows, where, color="@ink2", **style)


def progress(chart: Progress, width: int, *, is_narrow: bool) -> Layer:
    """A bar of cells: met full, open empty, not known dashed; `5 of 8` at its end."""
    lines = rows_of([one.label for one in chart.parts], width, is_narrow=is_narrow)
    most = max((one.met + one.open + one.unknown for one in chart.parts), default=1) or 1
    cell = (lines.frame.width - 70) // most
    rows: dict[str, list[Row]] = {"met": [], "open": [], "unknown": []}
    said: list[Row] = []
    for at, part in enumerate(chart.parts):
        states = ["met"] * part.met + ["open"] * part.open + ["unknown"] * part.unknown
        for place, state in enumerate(states):
            left = place * cell
            rows[state].append({"x": left, "x2": left + cell - 3, "y": lines.top(at), "y2": lines.foot(at)})
        said.append(
            {"x": len(states) * cell + 6, "y": lines.top(at) + 11, "t": f"{part.met} of {len(states)}"}
        )
    where = {"x": pixel("x"), "x2": {"field": "x2"}, "y": pixel("y"), "y2": {"field": "y2"}}
    words = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "t"}}
    layers = [
        lines.names(),
        mark("rect", rows["met"], where, color="@c1"),
        mark("rect", rows["open"], where, fill=None, stroke="@edge"),
        mark("rect", rows["unknown"], where, fill=None, stroke="@edge", strokeDash=[2, 2]),
        mark("text", said, words, align="left", color="@ink"),
    ]
    return whole(chart, lines.frame, layers)


def timeline(chart: Timeline, width: int, *, is_narrow: bool) -> Layer:
    """Bars over days, and a line for each Monday."""
    spans = [one for one in chart.spans if one.start is not None and one.end is not None]
    lines = rows_of([one.label for one in spans], width, is_narrow=is_narrow, bottom=BOTTOM)
    days = [day for one in spans for day in (one.start, one.end) if day is not None] + [chart.today]
    first, last = min(days), max(days) + timedelta(days=1)
    frame = lines.frame

    def across(day: date) -> int:
        return round(frame.width * (day - first).days / max(1, (last - first).days))

    drawn: list[Row] = [
        _stretch(one, at, lines, across(_day(one.start)), across(_after(one))) for at, one in enumerate(spans)
    ]
    where = {"x": pixel("x"), "x2": {"field": "x2"}, "y": pixel("y"), "y2": {"field": "y2"}}
    ticks = _ticks(first, last, 5 if is_narrow else 10)
    is_long = (last - first).days > _YEAR
    grid: list[Row] = [
        {"x": across(day), "t": month_short(day) if is_long else on(day, day)} for day in ticks
    ]
    named_days = [one for one in grid if int(str(one["x"])) < frame.width - (56 if is_long else 36)]
    today: list[Row] = [{"x": across(chart.today)}] if chart.today > first else []
    tall = {"x": pixel("x"), "y": {"value": 0}, "y2": {"value": frame.height}}
    named = {"x": pixel("x"), "y": {"value": frame.height}, "text": {"field": "t"}}
    layers = [
        mark("rule", grid, tall, color="@grid"),
        mark("text", named_days, named, baseline="top", dy=8, align="left", color="@ink2"),
        mark("rule", today, tall, color="@bad", strokeDash=DASH),
        mark("rect", drawn, {**where, "color": token("c")}),
        lines.names(),
    ]
    return whole(chart, frame, layers)


def _stretch(span: Span, at: int, lines: Rows, start: int, end: int) -> Row:
    colour = COLOURS[min(span.group, MOST_SERIES - 1)]
    return {"x": start, "x2": max(end, start + 4), "y": lines.top(at), "y2": lines.foot(at), "c": colour}


def _day(day: date | None) -> date:
    return day or date.max


def _after(span: Span) -> date:
    """The day behind the last one."""
    return _day(span.end) + timedelta(days=1)


def _ticks(first: date, last: date, most: int) -> list[date]:
    """Mondays, every so many that there are few enough."""
    monday = first + timedelta(days=-first.weekday() % 7)
    step = -(-((last - monday).days // 7 + 1) // most)
    found = []
    while monday < last:
        found.append(monday)
        monday += _WEEK * max(1, step)
    return found
