"""Turns the tables of a page into values for files: exact numbers with their units, never what is printed of them."""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from markupsafe import Markup

from quarterdeck.model.figure import STATE_WORDS, Figure, Missing, Unit
from quarterdeck.model.sheet import Head, Sheet, Value
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Day, Money, MoneyRange, Period, Ratio, Word
from quarterdeck.reports.components import (
    STATE_TITLES,
    Cell,
    Column,
    Grid,
    GridCell,
    Table,
    TableRow,
    Text,
    badge,
    cell_of,
)
from quarterdeck.reports.words import Printable

_MOST_PLACES = 3
_UNITS = frozenset({"months", "days", "hours"})
"""Units of figures that a head names; counts and scores have none."""
_TAG = re.compile(r"<[^>]*>")

_EMPTY = Value()
_ACRONYMS = {"Dso": "DSO", "Kpis": "KPIs", "Mrr": "MRR"}

_Columns = list[tuple[Head, tuple[Value, ...]]]


def sheet(table: Table, title: str) -> Sheet:
    """A table as values: beside a column stand its units where they differ, and what the page says in grey.

    Tables of figures have a last column of their sources, unless there is one already.
    """
    rows = (*table.rows, *((table.total,) if table.total else ()))
    across = list(zip_longest(*(row.cells for row in rows), fillvalue=""))
    columns: _Columns = []
    for column, things in zip_longest(table.columns, across, fillvalue=()):
        if isinstance(column, Column):
            columns += _column(column, [cell_of(thing) for thing in things])
    if all(column.key != "source" for column in table.columns):
        columns += _sources(rows)
    heads, cells = zip(*columns, strict=True) if columns else ((), ())
    values = tuple(zip(*cells, strict=True)) if rows else ()
    return Sheet(title, tuple(heads), values, has_total=table.total is not None)


def sheet_of_grid(grid: Grid, title: str) -> Sheet:
    """A matrix of words, a line for each of its rows, with the group that a row belongs to in front."""
    rows = [("", row) for row in ([grid.summary] if grid.summary else [])]
    rows += [(group.title, row) for group in grid.groups for row in group.rows]
    has_groups = any(group for group, _ in rows)
    columns = [Column("row", grid.corner)]
    columns += [Column(f"c{at}", name) for at, name in enumerate(grid.columns, start=1)]
    cells = [TableRow((row.title, *map(_word, row.cells))) for _, row in rows]
    if has_groups:
        columns.insert(0, Column("group", "Group"))
        cells = [TableRow((group, *one.cells)) for (group, _), one in zip(rows, cells, strict=True)]
    return sheet(Table(tuple(columns), tuple(cells)), title)


def plain(text: Text) -> str:
    """Text or finished HTML as words: spaces and hyphens that only lay it out become plain ones, or go."""
    if text.isascii() and text.isalnum():
        return str(text)
    words = html.unescape(_TAG.sub("", text)) if isinstance(text, Markup) else text
    return " ".join(words.replace("\u00ad", "").split())


def _word(cell: GridCell) -> Cell:
    return Cell(cell.word, cell.note)


def _column(column: Column, cells: Sequence[Cell]) -> _Columns:
    """The values of a column; beside it their units, where one word at its head cannot say them, and its notes."""
    values = tuple(map(_value_of, cells))
    units = {one.unit for one in values if one.kind == "number" or one.unit}
    unit = units.pop() if len(units) == 1 else ""
    title = plain(column.title)
    found: _Columns = [(Head(column.key, title, unit), values)]
    if units:
        found.append((Head(f"{column.key}-unit", f"{title}, unit"), tuple(Value(one.unit) for one in values)))
    notes = tuple(map(_note, cells))
    if any(one.text for one in notes):
        found.append((Head(f"{column.key}-note", f"{title}, note"), notes))
    return found


def _value_of(cell: Cell) -> Value:
    found = value(cell.value)
    if cell.state and found.kind == "text":
        return Value(": ".join(part for part in (STATE_TITLES[cell.state], found.text) if part))
    return found


def value(thing: Figure | Printable) -> Value:
    """One value, exact; empty where it is not known, for an empty cell enters no sum of a spreadsheet."""
    match thing:
        case str() | Missing() | Blank() | Period() | Word():  # most cells, so asked first
            return Value(_words(thing))
        case Figure(value=Decimal() as amount, unit=unit):
            return _in_unit(amount, unit)
        case Figure(value=content):
            return value(content)
        case Money(amount, currency):
            return Value(f"{amount:f}", "number", currency)
        case MoneyRange(low, high):
            return Value(f"{low.amount:f} to {high.amount:f}", unit=low.currency)
        case Ratio(share):
            return _in_unit(share, "ratio")
        case Day(date=on) | (date() as on):
            return Value(on.isoformat(), "day")
        case Decimal() | int():
            return _in_unit(Decimal(thing), "count")


def _in_unit(amount: Decimal, unit: Unit) -> Value:
    if unit == "date":
        return value(date.fromordinal(int(amount)))
    return Value(f"{amount:f}", "number", "share" if unit == "ratio" else unit if unit in _UNITS else "")


def _words(thing: Missing | Blank | Period | Word | str) -> str:
    match thing:
        case Missing(state):
            return "" if state == "not_known" else STATE_WORDS[state]
        case Blank(why):
            return why if why in ("n/a", "not tracked") else ""
        case Period(name=name):
            return name
        case Word(text=said):
            return plain(said)
        case _:
            return plain(thing)


def _note(cell: Cell) -> Value:
    """What stands beneath a value, and what it is: `at least`, `assumed`."""
    if not (cell.note or isinstance(cell.value, Figure)):
        return _EMPTY
    said = [plain(cell.note)]
    if isinstance(cell.value, Figure) and cell.value.is_known:
        said = ["at least" if cell.value.is_partial else "", badge(cell.value), *said]
    return Value("; ".join(part for part in said if part))


def _sources(rows: Sequence[TableRow]) -> _Columns:
    found = tuple(Value("; ".join(_places(row))) for row in rows)
    return [(Head("source", "Source"), found)] if any(one.text for one in found) else []


def _places(row: TableRow) -> Iterator[str]:
    """Formulas and places of the figures of a row, of very many the first."""
    figures = [cell.value for cell in map(cell_of, row.cells) if isinstance(cell.value, Figure)]
    yield from dict.fromkeys(f"formula {one.formula}" for one in figures if one.formula)
    places = list(dict.fromkeys(place(source) for one in figures for source in one.sources))
    listed = places if len(places) <= _MOST_PLACES + 1 else places[:_MOST_PLACES]
    yield from listed
    if len(places) > len(listed):
        yield f"and {len(places) - len(listed)} more"


def place(source: Source) -> str:
    """`handoffs/jada.md:14`."""
    return f"{source.path}:{source.line}" if source.line else source.path


def titled(key: str) -> str:
    """The words of a key: `cash_months` is `Cash months`."""
    words = re.sub("[-_]+", " ", key).strip()
    words = f"{words[:1].upper()}{words[1:]}"
    return _ACRONYMS.get(words, words)
