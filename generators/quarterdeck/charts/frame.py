"""What the drawings of all forms share: margins, scales, words and marks in Vega-Lite."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from unicodedata import east_asian_width

import msgspec

from quarterdeck.charts.spec import MOST_SERIES, Chart, Scale, Threshold

WIDE, NARROW = 880, 350
"""Both widths in which each chart is drawn; a style rule shows the one that fits."""
MAIL = 420
"""The width of a mail's only picture."""

Row = Mapping[str, object]
Layer = dict[str, object]

COLOURS: Final = tuple(f"@c{number}" for number in range(1, MOST_SERIES + 1))
_SIGNS = {"USD": ["$", ""], "EUR": ["€", ""], "GBP": ["£", ""]}
AXIS: Final[dict[Scale, str]] = {"money": "$~s", "ratio": "~%", "count": "~s"}
EXACT: Final[dict[Scale, str]] = {"money": "$,.0f", "ratio": ".0%", "count": ",~f"}
SHORT: Final[dict[Scale, str]] = {"money": "$.3~s", "ratio": ".0%", "count": ".3~s"}
SHORTEST: Final[dict[Scale, str]] = {"money": "$.2~s", "ratio": ".0%", "count": ".2~s"}
LETTER = 6.8
"""Width of an average letter of 12 px."""
LEFT, RIGHT, TOP, BOTTOM = 54, 8, 18, 26
LIGHTER = 0.35
DASH = [5, 4]


class Frame(msgspec.Struct, frozen=True):
    """The space inside the margins."""

    width: int
    height: int
    left: int = LEFT
    bottom: int = BOTTOM
    is_narrow: bool = False


def frame_of(width: int, *, is_narrow: bool) -> Frame:
    """The space of an upright chart."""
    return Frame(width - LEFT - RIGHT, 180 if is_narrow else 220, LEFT, BOTTOM, is_narrow)


def whole(chart: Chart, frame: Frame, layers: Iterable[Layer]) -> Layer:
    """The finished specification: layers that have data, the margins, and how numbers are printed."""
    sample = [word_at("SAMPLE", frame.width, -6, align="right")] if chart.is_sample else []
    money = _SIGNS.get(chart.currency, ["", f" {chart.currency}"])
    number = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": money}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": None,
        "autosize": "none",
        "padding": {"left": frame.left, "top": TOP, "right": RIGHT, "bottom": frame.bottom},
        "width": frame.width,
        "height": frame.height,
        "config": {
            "view": {"stroke": None},
            "locale": {"number": number},
            "text": {"fontSize": 12, "baseline": "alphabetic"},
            "scale": {"round": True},
        },
        "layer": [one for one in (*layers, *sample) if one["data"] != {"values": []}],
    }


def mark(kind: str, rows: Sequence[Row], encoding: Row, **style: object) -> Layer:
    """One layer: marks of one kind, one for each row."""
    return {"data": {"values": list(rows)}, "mark": {"type": kind, **style}, "encoding": encoding}


def places_across(count: int, gap: float) -> Row:
    """Places side by side, `gap` of each left free."""
    scale = {"domain": list(range(count)), "paddingInner": gap, "paddingOuter": gap / 2}
    return {"x": {"field": "i", "type": "ordinal", "axis": None, "scale": scale}}


def scale_up(scale: Scale, values: Iterable[Decimal], *, is_nice: bool = True) -> Row:
    """The upright scale and its axis; a nice one ends at round numbers."""
    low, high = domain(values)
    axis = axis_of(scale)
    return {
        "y": {
            "field": "v",
            "type": "quantitative",
            "scale": {"domain": [low, high], "nice": 4 if is_nice else False},
            "axis": axis,
        }
    }


def axis_of(scale: Scale) -> Row:
    """Three to five lines across, their numbers short; no line along it."""
    return {
        "title": None,
        "labelExpr": f"format(datum.value, '{AXIS[scale]}')",
        "domain": False,
        "ticks": False,
        "tickCount": 4,
        "labelFontSize": 12,
        "labelColor": "@ink2",
        "labelPadding": 8,
        "gridColor": "@grid",
        "tickMinStep": 0.05 if scale == "ratio" else 1,
    }


def domain(values: Iterable[Decimal]) -> tuple[Decimal, Decimal]:
    """From the least to the most, zero always with them."""
    both = [Decimal(0), *values]
    low, high = min(both), max(both)
    return (low, high) if low < high else (Decimal(0), Decimal(1))


def ruled(value: Decimal, up: Row, colour: str, dash: Sequence[int] = ()) -> Layer:
    """A line across at one number."""
    style = {"strokeDash": list(dash)} if dash else {}
    return mark("rule", [{"v": value}], dict(up), color=colour, **style)


def limits(thresholds: Sequence[Threshold], up: Row) -> list[Layer]:
    """Dashed red lines, each with its words above its left end."""
    found = []
    for one in thresholds:
        words: list[Row] = [{"v": one.value, "t": cut(one.words, 40)}]
        where = {**up, "x": {"value": 0}, "text": {"field": "t"}}
        found.append(ruled(one.value, up, "@bad", DASH))
        found.append(mark("text", words, where, align="left", dy=-5, color="@bad"))
    return found


def place_names(labels: Sequence[str], frame: Frame) -> Layer:
    """The names of the places; every other one or fewer where they would touch."""
    step = frame.width / max(1, len(labels))
    every = max(1, -(-int(longest(labels) * LETTER + 8) // max(1, int(step))))
    most = max(2, int(step * every / LETTER))
    rows: list[Row] = [{"i": at, "t": cut(label, most)} for at, label in enumerate(labels) if at % every == 0]
    return _under(rows, len(labels), frame)


def staggered_names(labels: Sequence[str], frame: Frame) -> list[Layer]:
    """The names of all places, on a phone in two lines by turns."""
    lines = 2 if frame.is_narrow else 1
    most = max(2, int(lines * frame.width / max(1, len(labels)) / LETTER) - 1)
    rows: list[Row] = [{"i": at, "t": cut(label, most)} for at, label in enumerate(labels)]
    return [_under(rows[line::lines], len(labels), frame, 9 + 15 * line) for line in range(lines)]


def _under(rows: Sequence[Row], count: int, frame: Frame, below: int = 9) -> Layer:
    where = {**places_across(count, 0), "y": {"value": frame.height}, "text": {"field": "t"}}
    return mark("text", rows, where, baseline="top", dy=below, color="@ink2")


def word_at(text: str, x: int, y: int, *, align: str) -> Layer:
    """A few words at a place in pixels."""
    where = {"x": {"value": x}, "y": {"value": y}, "text": {"field": "t"}}
    return mark("text", [{"t": cut(text, 60)}], where, align=align, color="@ink2")


def token(field: str) -> Row:
    """A colour that stands in the data."""
    return {"field": field, "type": "nominal", "scale": None}


def pixel(field: str) -> Row:
    """A place in pixels that stands in the data."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def channel_of(up: Row, channel: str = "y") -> Row:
    """One channel of an encoding, to be changed."""
    channel_ = up[channel]
    return channel_ if isinstance(channel_, Mapping) else {}


def length(text: str) -> int:
    """Letters of a text, wide ones twice."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def longest(texts: Iterable[str]) -> int:
    """Letters of the longest text; 0 where there is none."""
    return max((length(text) for text in texts), default=0)


def cut(text: str, most: int) -> str:
    """One line of signs that print, so many letters at most, with a mark where more was.

    A text that begins like a token of colour gets a space in front, so that it is none.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    line = f" {line}" if line.startswith("@") else line
    if length(line) <= most:
        return line
    kept = ""
    for sign in line:
        if length(kept + sign) >= most:
            break
        kept += sign
    return kept.rstrip() + "…"
