"""Small pieces that tables of several reports are made of: grey lines, sums with gaps, raw values, odd columns."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import msgspec
from markupsafe import Markup

from quarterdeck.model.columns import Row, fields_of
from quarterdeck.model.figure import Figure, Missing, Unit
from quarterdeck.model.finding import Gap
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money, MonthToMonth
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.escape import escaped
from quarterdeck.reports.sheets import place
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import NBSP, Printable, day, value

if TYPE_CHECKING:
    from quarterdeck.model.page import Download

_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})
_BLANK_LINES = re.compile(r"\n\s*\n")

T = TypeVar("T")
R = TypeVar("R", bound=Row)


class ExtraColumn(msgspec.Struct, frozen=True):
    """A column that no field table knows, with its cells as written."""

    header: str
    cells: tuple[tuple[str, str], ...]
    """What names the row, and the cell."""


class Lines(msgspec.Struct, frozen=True):
    """The rows of one record as a page lists them."""

    table: Table
    sources: tuple[Source, ...]
    """The first of them in each file; the caption leads there."""
    extra: tuple[ExtraColumn, ...] = ()
    count: int = 0


def written(html: str) -> Markup:
    """Text that people wrote, which the parser has sanitised, as it enters a page: no brace, no blank line."""
    return Markup(_BLANK_LINES.sub("\n", html.strip()).translate(_BRACES))  # noqa: S704 - sanitised when parsed


def known(thing: T | Blank) -> T | None:
    """What is written in a cell, or None."""
    return None if isinstance(thing, Blank) else thing


def on(thing: object) -> date | None:
    """The day in a cell, or None."""
    return thing if isinstance(thing, date) else None


def text(thing: object) -> str:
    """The words in a cell; empty where there are none."""
    return thing if isinstance(thing, str) else ""


def decimal(thing: object) -> Decimal | None:
    """The number in a cell, or None; a yes is no number."""
    if isinstance(thing, Decimal):
        return thing
    return Decimal(thing) if isinstance(thing, int) and not isinstance(thing, bool) else None


def said(label: str, thing: object, after: str = "") -> str:
    """`label value after` where something is written, else nothing: parts of a grey line."""
    words = _words(thing)
    return NBSP.join(part for part in (label, words, after) if part) if words else ""


def grey(*parts: str) -> str:
    """Join the parts of a grey line that are there."""
    return " · ".join(part for part in parts if part)


def unbroken(code: str) -> Markup:
    """Print a code that no line end parts: R-CTO-17."""
    return Markup(f'<span class="qd-code">{escaped(code)}</span>')  # noqa: S704 - escaped right here


def yes_no(thing: object) -> str:
    """Print a flag: yes, no, not known or n/a."""
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    return value(thing) if isinstance(thing, Blank) else ""


def _words(thing: object) -> str:
    match thing:
        case None | Blank():
            return ""
        case bool():
            return "yes" if thing else "no"
        case MonthToMonth():
            return "month to month"
        case date():
            return day(thing)
        case tuple():
            return ", ".join(_words(part) for part in thing)
        case str() | int():
            return str(thing)
        case _:
            return value(thing)  # type: ignore[arg-type]  # what is left are values of the model


def total(
    name: str,
    entity: str,
    label: str,
    amounts: Iterable[tuple[Money | Blank, Source]],
    *,
    formula: str = "",
    needs: str = "",
) -> Figure:
    """A sum of what is written, `at least` where a member is not known; not known where none is."""
    members = list(amounts)
    there = [(amount, source) for amount, source in members if isinstance(amount, Money)]
    currencies = {amount.currency for amount, _ in there}
    content: Money | Missing = Missing(needs=(needs,) if needs else ())
    if len(currencies) == 1:
        content = Money(sum((amount.amount for amount, _ in there), Decimal(0)), currencies.pop())
    return Figure(
        id=name,
        entity=entity,
        label=label,
        value=content,
        unit="money",
        formula=formula,
        sources=tuple(dict.fromkeys(source for _, source in there)),
        known=len(there),
        wanted=len(members),
    )


def unknown(name: str, entity: str, label: str, unit: Unit, *needs: str) -> Figure:
    """A figure that nothing written down can give."""
    return Figure(id=name, entity=entity, label=label, value=Missing(needs=needs), unit=unit)


def figure_or_unknown(report: Report, name: str, entity: str, label: str, unit: Unit = "money") -> Figure:
    """The briefing's figure, or one that says not known where the briefing has none."""
    return report.site.briefing.find(name, entity) or unknown(name, entity, label, unit)


def gap_of(report: Report, entity: str, *keys: str) -> Gap | None:
    """The first gap of these keys that the briefing holds for an entity."""
    gaps = {gap.key: gap for gap in report.site.briefing.only(entity).gaps}
    return next((gaps[key] for key in keys if key in gaps), None)


def no_file(what: str, why: str, step: str, entity: str = "") -> Gap:
    """A gap that no line in a file would close: what is not known, why, and what will bring it, as sentences."""
    return Gap(key="", entity=entity, what=what, why=why, add=step, path="")


def first_places(rows: Iterable[Row]) -> tuple[Source, ...]:
    """The place of the first row of each file, in order of appearance."""
    places: dict[str, Source] = {}
    for row in rows:
        places.setdefault(row.source.path, row.source)
    return tuple(places.values())


def extras(rows: Sequence[R], name: Callable[[R], str]) -> tuple[ExtraColumn, ...]:
    """The columns that no field table knows, in order of first appearance; empty cells are left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        for header, cell in row.extra:
            if cell.strip():
                found.setdefault(header, []).append((name(row), cell))
    return tuple(ExtraColumn(header, tuple(cells)) for header, cells in found.items())


class Tables:
    """The tables of one page; each link to a CSV holds every column of its rows, also those that are not shown."""

    def __init__(self, report: Report) -> None:
        """Collect the downloads of this report."""
        self.report = report
        self.downloads: list[Download] = []

    def lines(
        self,
        key: str,
        columns: Sequence[Column],
        rows: Sequence[R],
        cells: Callable[[R], TableRow],
        name: Callable[[R], str],
        *,
        last: TableRow | None = None,
        label: str = "",
    ) -> Lines | None:
        """One table of records, or None where there are none."""
        if not rows:
            return None
        linked, download = self.report.with_csv(key, raw(rows))
        self.downloads.append(download)
        shown = Table(tuple(columns), tuple(map(cells, rows)), total=last, csv=linked.csv, label=label)
        return Lines(shown, first_places(rows), extras(rows, name), len(rows))

    def plain(self, key: str, table: Table) -> Table:
        """A table that is no list of records, with its link."""
        linked, download = self.report.with_csv(key, table)
        self.downloads.append(download)
        return linked


def raw(rows: Sequence[Row]) -> Table:
    """Every column of the rows that holds anything, with the business and the place of each row, as raw values."""
    fields = [
        field
        for field in fields_of(type(rows[0]))
        if any(not isinstance(getattr(row, field.name), Blank) for row in rows)
    ]
    columns = [Column("entity", "Business")]
    columns += [Column(field.name.rstrip("_"), field.header) for field in fields]
    columns.append(Column("source", "Source"))
    return Table(
        tuple(columns),
        tuple(
            TableRow((row.entity, *(_raw(getattr(row, field.name)) for field in fields), place(row.source)))
            for row in rows
        ),
    )


def _raw(thing: object) -> Printable:
    return _words(thing) if isinstance(thing, (bool, tuple, MonthToMonth)) else thing  # type: ignore[return-value]  # cells hold values


def name_of(thing: object, otherwise: str = "without a name") -> str:
    """What names a row, as written."""
    return text(thing) or otherwise


def plain_cell(thing: object, note: str = "") -> Cell:
    """A cell of words, flags and counts; a day stays a day, so that it sorts as one."""
    if isinstance(thing, date):
        return Cell(thing, note)
    shown = _words(thing) or (value(thing) if isinstance(thing, Blank) else "")
    return Cell(shown or value(Blank()), note)
