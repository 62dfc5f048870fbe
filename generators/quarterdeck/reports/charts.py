"""Charts on pages: the picture's place, what its colours are, and the numbers behind it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from quarterdeck.charts.render import drawings
from quarterdeck.charts.spec import (
    Bars,
    Chart,
    Funnel,
    Lines,
    Ranges,
    Scale,
    Scatter,
    Series,
    Timeline,
    Tornado,
    Waterfall,
)
from quarterdeck.model.values import UNKNOWN, Blank, Money, Ratio
from quarterdeck.reports import components
from quarterdeck.reports.components import Cell, Column, Key, Table, TableRow, slug
from quarterdeck.reports.words import Printable, value

if TYPE_CHECKING:
    from quarterdeck.model.page import Drawing

MOST = 6
"""Charts on one page."""
_MOST_LINES = 8
"""Rows of a chart in a mail of plain text."""


class TooManyChartsError(ValueError):
    """A page asks for more charts than anybody looks at; a defect of ours."""

    def __init__(self, key: str) -> None:
        """Name the one that is too many."""
        super().__init__(f"{key} is chart number {MOST + 1} of its page")


class Charts:
    """The charts of one page, at most six."""

    def __init__(self) -> None:
        """Collect their drawings."""
        self.drawings: list[Drawing] = []

    def add(self, chart: Chart | None, *, has_table: bool = False) -> components.Chart | None:
        """Give a chart its place on the page.

        Args:
            chart: None where its numbers are not known; then nothing is shown.
            has_table: Whether a table with the same numbers follows on the page.

        Raises:
            TooManyChartsError: Six are there already.
        """
        if chart is None:
            return None
        if len(self.drawings) >= 2 * MOST:
            raise TooManyChartsError(chart.id)
        self.drawings += drawings(chart)
        wide, narrow = (Markup(one.mark) for one in self.drawings[-2:])  # noqa: S704 - an id of ours
        return components.Chart(
            key=chart.id,
            caption=chart.reading,
            about=chart.about,
            wide=wide,
            narrow=narrow,
            keys=tuple(_keys(chart)),
            numbers=None if has_table else numbers(chart),
        )


def _keys(chart: Chart) -> Iterator[Key]:
    """What each colour is, where there is more than one."""
    match chart:
        case Bars(series=series, net=net) if len(series) > 1 or net:
            yield from (Key(one.label, colour) for colour, one in enumerate(series, start=1))
            if net:
                yield Key(net.label, 0, "line")
        case Lines(series=series) if len(series) > 1:
            for colour, one in enumerate(series, start=1):
                yield Key(one.label, colour, "dash" if colour > 1 else "line")
        case Timeline(groups=groups) | Ranges(groups=groups) if len(groups) > 1:
            yield from (Key(one, colour) for colour, one in enumerate(groups, start=1))
        case Tornado(sides=(less, more)):
            yield from (Key(less, 2), Key(more, 1))
        case Scatter(points=points):
            yield from (Key(f"{one.label} {one.name}", 0, "word") for one in points if one.name)
        case _:
            pass


def numbers(chart: Chart) -> Table:
    """The table behind a chart: a row for each place, with everything that is drawn there."""
    heads, rows = _rows(chart)
    first, *others = heads
    columns = (
        Column("place", first),
        *(
            Column(f"{at}-{slug(title)}" if title else f"{at}", title, is_number=True)
            for at, title in enumerate(others, start=1)
        ),
    )
    return Table(columns, tuple(TableRow(tuple(map(Cell, row))) for row in rows), is_sortable=False)


def lines(chart: Chart) -> tuple[str, ...]:
    """The same as text, for mail without pictures: at most eight lines, then how many more there are."""
    _, rows = _rows(chart)
    said = [f"{value(first)}: {', '.join(map(value, others))}" for first, *others in rows]
    if len(said) <= _MOST_LINES:
        return tuple(said)
    return (*said[: _MOST_LINES - 1], f"and {len(said) - _MOST_LINES + 1} more")


Rows = tuple[tuple[str, ...], list[tuple[Printable, ...]]]


def _rows(chart: Chart) -> Rows:
    """Heads of the columns, and the rows beneath them."""
    match chart:
        case Bars(labels=labels, series=series, net=net):
            found = _with_notes(_by_place(chart, labels, (*series, *((net,) if net else ()))), chart.notes)
        case Lines(labels=labels, series=series):
            found = _by_place(chart, labels, series)
        case Waterfall(steps=steps):
            found = ("", "Amount"), [(one.label, _printed(chart, one.amount)) for one in steps]
        case Timeline(spans=spans):
            found = ("", "From", "To"), [(one.label, _day(one.start), _day(one.end)) for one in spans]
        case Funnel(labels=labels, values=values):
            found = _by_place(chart, labels, (Series("How many", values),))
        case Ranges(ranges=ranges):
            found = (
                ("", "Low", "Expected", "High"),
                [
                    (
                        one.label,
                        _printed(chart, one.low),
                        Blank("n/a") if one.base is None else _printed(chart, one.base),
                        _printed(chart, one.high),
                    )
                    for one in ranges
                ],
            )
        case Tornado(sways=sways, sides=sides):
            found = (
                ("", "What moves", *sides),
                [(one.label, one.note, *(_printed(chart, n) for n in (one.less, one.more))) for one in sways],
            )
        case Scatter(points=points):
            found = (
                ("", chart.x_title, chart.y_title),
                [
                    (
                        f"{one.label} {one.name}".strip(),
                        _amount(one.x, chart.x_scale, chart.currency),
                        _printed(chart, one.y),
                    )
                    for one in points
                ],
            )
        case _:
            found = (
                ("", "Met", "Open", "Not known"),
                [(one.label, one.met, one.open, one.unknown) for one in chart.parts],
            )
    return found


def _with_notes(found: Rows, notes: tuple[str, ...]) -> Rows:
    heads, rows = found
    if not notes:
        return found
    return (*heads, ""), [(*row, note) for row, note in zip(rows, notes, strict=True)]


def _by_place(chart: Chart, labels: tuple[str, ...], series: tuple[Series, ...]) -> Rows:
    return ("", *(one.label for one in series)), [
        (label, *(_printed(chart, one.values[at]) for one in series)) for at, label in enumerate(labels)
    ]


def _printed(chart: Chart, amount: Decimal | None) -> Printable:
    return _amount(amount, chart.scale, chart.currency)


def _amount(amount: Decimal | None, scale: Scale, currency: str) -> Printable:
    if amount is None:
        return UNKNOWN
    return Money(amount, currency) if scale == "money" else Ratio(amount) if scale == "ratio" else amount


def _day(day: date | None) -> Printable:
    return day or UNKNOWN
