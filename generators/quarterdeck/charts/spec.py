"""What a chart shows, one frozen type per form; words in it are data and are printed as they stand."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

Scale = Literal["money", "ratio", "count"]
"""What the numbers of a chart are: money of one currency, shares such as 0.25, or plain counts."""

MOST_SERIES = 5
"""As many colours as there are; whoever has more series adds the smallest up."""


class Series(msgspec.Struct, frozen=True):
    """One row of numbers under a name."""

    label: str
    values: tuple[Decimal | None, ...]
    """One for each place of the chart; None is a gap and never zero."""


class Threshold(msgspec.Struct, frozen=True):
    """A limit across the chart, with its words: `floor $5,000`."""

    value: Decimal
    words: str


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What every chart has."""

    id: str
    """Its anchor behind `chart-`, unique on a page: `weeks`."""
    reading: str
    """The finding, as one sentence computed from the numbers."""
    about: str
    """What is shown, and in which unit."""
    scale: Scale = "money"
    currency: str = "USD"
    is_sample: bool = False
    """Prints SAMPLE into the picture."""


class Bars(Form, frozen=True, kw_only=True):
    """Bars from zero: stacked, or the series of a place side by side."""

    labels: tuple[str, ...]
    """The places, in order."""
    series: tuple[Series, ...]
    is_stacked: bool = True
    is_horizontal: bool = False
    """With a row for each place; `net`, `thresholds` and `partial` are for upright bars alone."""
    notes: tuple[str, ...] = ()
    """Words at the end of each horizontal bar."""
    net: Series | None = None
    """A line over the bars."""
    partial: tuple[int, ...] = ()
    """Places that are not over yet: lighter, with a dashed outline."""
    thresholds: tuple[Threshold, ...] = ()


class Lines(Form, frozen=True, kw_only=True):
    """Lines over evenly spaced places; the first is the subject, the others are its contrast."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    thresholds: tuple[Threshold, ...] = ()
    forecast_from: int | None = None
    """The place from which on the subject is dashed, being a forecast."""
    marked: int | None = None
    """The one place at which the subject has a dot and its number."""


class Step(msgspec.Struct, frozen=True):
    """One bar of a waterfall: a change, or where the sum stands."""

    label: str
    amount: Decimal | None
    is_total: bool = False


class Waterfall(Form, frozen=True, kw_only=True):
    """From one total to another; behind an unknown change nothing is drawn until the next total."""

    steps: tuple[Step, ...]


class Span(msgspec.Struct, frozen=True):
    """One bar of a timeline, with both of its days in it; either may be missing, then it is not drawn."""

    label: str
    start: date | None
    end: date | None
    group: int = 0
    """Whose it is, by its place in `groups`."""


class Timeline(Form, frozen=True, kw_only=True):
    """Bars over days, the first on top."""

    spans: tuple[Span, ...]
    today: date
    groups: tuple[str, ...] = ()


class Funnel(Form, frozen=True, kw_only=True):
    """How many are left after each step."""

    labels: tuple[str, ...]
    values: tuple[Decimal | None, ...]


class Range(msgspec.Struct, frozen=True):
    """Between which numbers a thing lies; without one of its ends it is not drawn."""

    label: str
    low: Decimal | None
    base: Decimal | None
    """The one that is expected; None where none is."""
    high: Decimal | None
    group: int = 0
    """What it is, by its place in `groups`."""


class Ranges(Form, frozen=True, kw_only=True):
    """A bar for each thing from its low to its high number, on one scale from zero."""

    ranges: tuple[Range, ...]
    groups: tuple[str, ...] = ()


class Sway(msgspec.Struct, frozen=True):
    """How far a number moves either way, as a change from where it is now; its sides may be one."""

    label: str
    less: Decimal | None
    more: Decimal | None
    note: str = ""


class Tornado(Form, frozen=True, kw_only=True):
    """Two bars for each thing, from the middle to where it moves; whoever makes it sorts the longest first."""

    sways: tuple[Sway, ...]
    sides: tuple[str, str]
    """What makes it move: `a tenth less`, `a tenth more`."""


class Point(msgspec.Struct, frozen=True):
    """A named thing between two scales; without one of its numbers it has no place."""

    label: str
    """What stands beside it, a few signs long; points that share a label leave all but one empty."""
    x: Decimal | None
    y: Decimal | None
    size: Decimal | None = None
    name: str = ""
    """What the label stands for, as the grey line and the table say it."""


class Scatter(Form, frozen=True, kw_only=True):
    """Points in four quarters; `scale` is that of the upright axis."""

    points: tuple[Point, ...]
    x_title: str
    y_title: str
    x_scale: Scale = "count"
    x_split: Decimal | None = None
    y_split: Decimal | None = None


class Part(msgspec.Struct, frozen=True):
    """How many conditions of a step are met, open and not known."""

    label: str
    met: int
    open: int
    unknown: int


class Progress(Form, frozen=True, kw_only=True):
    """How far each step is; what is not known stands apart."""

    parts: tuple[Part, ...]


Chart = Bars | Lines | Waterfall | Timeline | Funnel | Ranges | Tornado | Scatter | Progress
