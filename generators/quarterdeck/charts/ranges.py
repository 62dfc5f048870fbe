"""Charts of what may be: from a low to a high number, and how far a number moves either way."""

from collections.abc import Iterable
from decimal import Decimal

from quarterdeck.charts.frame import (
    COLOURS,
    LETTER,
    LIGHTER,
    SHORT,
    Layer,
    Row,
    cut,
    domain,
    length,
    longest,
    mark,
    pixel,
    token,
    whole,
)
from quarterdeck.charts.rows import Rows, rows_of
from quarterdeck.charts.spec import Ranges, Scale, Tornado

_ROOM = 52
"""Pixels for a number beside a bar."""
_LEAST_WORDS = 8
"""Letters, below which a note says nothing."""
_CHANGE: dict[Scale, str] = {"money": "+$.3~s", "ratio": "+.1~%", "count": "+.3~s"}


def ranges(chart: Ranges, width: int, *, is_narrow: bool) -> Layer:
    """Light bars from end to end, both ends in numbers, and the expected one as a strong stroke."""
    lines = rows_of([one.label for one in chart.ranges], width, is_narrow=is_narrow)
    drawn: list[Row] = []
    strokes: list[Row] = []
    ends: list[tuple[int, Decimal, bool]] = []
    for at, one in enumerate(chart.ranges):
        if one.low is None or one.high is None:
            continue
        row = {"y": lines.top(at), "y2": lines.foot(at), "c": COLOURS[one.group]}
        drawn.append({**row, "b": one.low, "v": one.high})
        strokes += [{**row, "v": edge} for edge in (one.low, one.high)]
        if one.base is not None:
            strokes.append({**row, "v": one.base, "y": lines.top(at) - 3, "y2": lines.foot(at) + 3})
        ends += [(at, one.low, False), (at, one.high, True)]
    x = _across(lines, (one for _, one, _ in ends), is_two_sided=False)
    bar = {"x": x, "x2": {"field": "b"}, "y": pixel("y"), "y2": {"field": "y2"}, "color": token("c")}
    stroke = {"x": x, "y": pixel("y"), "y2": {"field": "y2"}, "color": token("c")}
    layers = [
        lines.names(),
        _zero(lines, x),
        mark("rect", drawn, bar, opacity=LIGHTER),
        mark("rule", strokes, stroke, strokeWidth=3),
        *_numbers(ends, x, lines, SHORT[chart.scale]),
    ]
    return whole(chart, lines.frame, layers)


def tornado(chart: Tornado, width: int, *, is_narrow: bool) -> Layer:
    """Bars from the middle, the longest first; where both go one way the longer goes on behind the shorter."""
    notes = [one.note for one in chart.sways]
    lines = rows_of([one.label for one in chart.sways], width, is_narrow=is_narrow)
    drawn: list[Row] = []
    ends: list[tuple[int, Decimal, bool]] = []
    for at, one in enumerate(chart.sways):
        sides = [
            (move, colour) for move, colour in ((one.less, "@c2"), (one.more, "@c1")) if move is not None
        ]
        feet = {True: Decimal(0), False: Decimal(0)}
        for move, colour in sorted(sides, key=lambda side: abs(side[0])):
            foot, feet[move > 0] = feet[move > 0], move
            drawn.append({"b": foot, "v": move, "y": lines.top(at), "y2": lines.foot(at), "c": colour})
        moves = (Decimal(0), *(move for move, _ in sides))
        ends += [(at, far, far > 0) for far in (min(moves), max(moves)) if far]
    x = _across(lines, (one for _, one, _ in ends), is_two_sided=True, room=_note_room(notes, lines))
    bar = {"x": x, "x2": {"field": "b"}, "y": pixel("y"), "y2": {"field": "y2"}, "color": token("c")}
    layers = [
        lines.names(),
        mark("rect", drawn, bar),
        _zero(lines, x),
        *_numbers(ends, x, lines, _CHANGE[chart.scale]),
        _said(notes, lines),
    ]
    return whole(chart, lines.frame, layers)


def _zero(lines: Rows, x: Row) -> Layer:
    """A line at nothing, beside each bar alone, so that it crosses no word."""
    rows: list[Row] = [
        {"v": Decimal(0), "y": lines.top(at) - 3, "y2": lines.foot(at) + 3} for at in range(len(lines.labels))
    ]
    return mark("rule", rows, {"x": x, "y": pixel("y"), "y2": {"field": "y2"}}, color="@edge")


def _across(lines: Rows, ends: Iterable[Decimal], *, is_two_sided: bool, room: int = 0) -> Row:
    """The scale from zero, with room for numbers at the ends of the bars, and for notes at the right."""
    low, high = domain(ends)
    if is_two_sided:
        high = max(-low, high)
        low = -high
    reach = max(_ROOM + 40, lines.frame.width - _ROOM - room)
    scale = {"domain": [low, high], "range": [_ROOM, reach], "nice": False}
    return {"field": "v", "type": "quantitative", "scale": scale, "axis": None}


def _numbers(ends: Iterable[tuple[int, Decimal, bool]], x: Row, lines: Rows, form: str) -> list[Layer]:
    """The numbers at the ends: left of a left one, right of a right one."""
    said: dict[bool, list[Row]] = {False: [], True: []}
    for at, amount, is_right in ends:
        said[is_right].append({"v": amount, "y": lines.top(at) + 11})
    where = {
        "x": x,
        "y": pixel("y"),
        "text": {"field": "v", "type": "quantitative", "format": form},
    }
    return [
        mark("text", said[False], where, align="right", dx=-6, color="@ink"),
        mark("text", said[True], where, align="left", dx=6, color="@ink"),
    ]


def _note_room(notes: Iterable[str], lines: Rows) -> int:
    """Pixels for the longest note; none on a phone, where notes stand over the bars."""
    return 0 if lines.frame.is_narrow else min(240, int(longest(notes) * LETTER) + 12)


def _said(notes: list[str], lines: Rows) -> Layer:
    """What moves, at the right end of each row; on a phone over its bar, in the room that its name leaves."""
    narrow = lines.frame.is_narrow
    rows: list[Row] = []
    for at, (label, note) in enumerate(zip(lines.labels, notes, strict=True)):
        room = int(lines.frame.width / LETTER) - length(label) - 2 if narrow else 34
        if note and room >= _LEAST_WORDS:
            rows.append({"y": lines.top(at) + (-5 if narrow else 11), "t": cut(note, room)})
    where = {"x": {"value": lines.frame.width}, "y": pixel("y"), "text": {"field": "t"}}
    return mark("text", rows, where, align="right", color="@ink2")
