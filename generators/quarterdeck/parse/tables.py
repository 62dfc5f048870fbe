"""Rows of text to records: which column means what, what each cell says, and what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from quarterdeck.model.books import Kpi
from quarterdeck.model.columns import Field, Row, fields_of
from quarterdeck.model.errors import Problem
from quarterdeck.model.holdings import Compliance, Lease, Property
from quarterdeck.model.sales import Booking, Campaign, FunnelStep, GiftCard, Lead
from quarterdeck.model.services import Client, Delivery, Invoice
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source, SourceKind
from quarterdeck.model.tables import TABLE_OF_RECORD, Table
from quarterdeck.model.values import UNKNOWN, Blank, Cadence, Period, Ratio
from quarterdeck.parse.amounts import Paced
from quarterdeck.parse.columns import match_headers, names_of
from quarterdeck.parse.markdown import Cell, Item
from quarterdeck.parse.refusal import Refusal, quoted
from quarterdeck.parse.special import CADENCE_OF, SPECIAL
from quarterdeck.parse.values import NUMERIC, READERS, Reader

_PAIR = 2
_NAME_SIGNS = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"\s+[-\u2013\u2014]\s+|\s*\u2014\s*|:\s+")

_SPANS: dict[type[Row], tuple[tuple[str, str], ...]] = {
    Booking: (("service_date", "service_end"),),
    GiftCard: (("sold_on", "expires"),),
    Lead: (("opened_on", "closed_on"),),
    Client: (("contract_start", "contract_end"),),
    Delivery: (("start", "end"),),
    Invoice: (("period_start", "period_end"), ("issued", "due")),
    Lease: (("lease_start", "lease_end"),),
}
"""Pairs of days of which the second cannot come before the first."""

_AT_MOST: dict[type[Row], tuple[tuple[str, str], ...]] = {
    FunnelStep: (("completions", "visitors"),),
    Campaign: (("delivered", "sent"), ("hard_bounces", "sent"), ("unsubs", "sent"), ("complaints", "sent")),
}
"""Pairs of counts of which the first cannot be more than the second."""

_PARTS_OF_A_WHOLE = frozenset({"cancel_rate", "close_rate", "occupancy", "repeat_rate", "utilisation"})
"""KPIs of which more than 100% cannot be."""

_NEVER_BLANK = frozenset(("absent", "unknown"))


class Reading:
    """One handoff while it is read: where it stands, what is known, and the problems that were found."""

    def __init__(self, path: str, entity: str, currency: str = "USD") -> None:
        """Start without problems."""
        self.path = path
        self.entity = entity
        self.currency = currency
        self.is_active = True
        self.problems: list[Problem] = []
        self.spellings: dict[str, str] = {}
        """Ids in lower case -> as first written, so that `q-118` and `Q-118` are one and the same."""

    def spell(self, written: str) -> str:
        """The id in the spelling of its first occurrence."""
        return self.spellings.setdefault(written.lower(), written)

    def problem(  # noqa: PLR0913  # a problem has many parts
        self,
        place: tuple[int, int],
        code: str,
        what: str,
        mend: str,
        *,
        severity: Severity = Severity.MEDIUM,
        rule: str = "",
        table: str = "",
        field: str = "",
        path: str = "",
        row: str = "",
    ) -> None:
        """Add a problem of this handoff, or of the CSV file at `path`."""
        where = path or self.path
        self.problems.append(
            Problem(
                where,
                *place,
                code,
                what,
                mend,
                severity,
                rule=rule,
                entity=self.entity,
                table=table,
                field=field,
                row=row,
            )
        )


class Grid(msgspec.Struct, frozen=True):
    """A table as text: a header, rows of as many cells, and where they stand."""

    header: tuple[Cell, ...]
    rows: Sequence[tuple[Cell, ...]]
    place: Callable[[int], tuple[int, int]]
    """From the `at` of a cell to its line and column."""
    path: str
    kind: SourceKind = "handoff"
    heading: str = ""
    """The heading above it in the words of the writer."""


def read_rows(table: Table, grid: Grid, reading: Reading) -> list[Row]:
    """Read the rows of a grid into records of the table, in order; rows of empty cells are skipped.

    A cell that is refused becomes a blank with one problem and costs nothing else; a column that nobody
    knows is kept in `extra`. Problems go to `reading`.
    """
    reader = _RowReader(table, grid, reading)
    reader.check_columns()
    return [reader.read(cells) for cells in grid.rows if any(cell.text for cell in cells)]


class _ColumnReader(msgspec.Struct, frozen=True):
    """How one column of one table is read."""

    index: int
    name: str
    field: Field
    read: Reader
    is_id: bool
    is_numeric: bool


class _Plan(msgspec.Struct, frozen=True):
    """How rows under one header become records."""

    columns: tuple[_ColumnReader, ...]
    others: tuple[tuple[int, str], ...]
    """Place and text of the headers that mean no column."""
    required: tuple[Field, ...]
    """Columns that are there, or can be filled from another, and have to say something in each row."""
    missing: tuple[Field, ...]


@lru_cache(maxsize=1024)
def _plan(record: type[Row], headers: tuple[str, ...]) -> _Plan:
    fields = match_headers(record, headers)
    columns = tuple(
        _ColumnReader(
            index,
            field.name,
            field,
            SPECIAL.get((record, field.name)) or READERS[field.grammar],
            field.grammar in {"id", "ids"},
            field.grammar in NUMERIC,
        )
        for index, field in enumerate(fields)
        if field
    )
    there = {column.name for column in columns}
    there |= {CADENCE_OF[record, name] for name in there if (record, name) in CADENCE_OF}
    needed = [field for field in fields_of(record) if field.column.required]
    return _Plan(
        columns,
        tuple((index, headers[index]) for index, field in enumerate(fields) if field is None),
        tuple(field for field in needed if field.name in there),
        tuple(field for field in needed if field.name not in there),
    )


class _RowReader:
    """Reads the rows of one grid."""

    def __init__(self, table: Table, grid: Grid, reading: Reading) -> None:
        self.table = table
        self.record = table.record
        self.grid = grid
        self.reading = reading
        plan = _plan(table.record, tuple(cell.text for cell in grid.header))
        self.columns, self.others = plan.columns, plan.others
        self.required, self.missing = plan.required, plan.missing
        self.memos: list[dict[str, object]] = [{} for _ in plan.columns]
        """What each column's texts were read as; most tables say the same few things many times."""

    def check_columns(self) -> None:
        """Report columns that nobody knows, and required ones that are not there."""
        for index, header in self.others:
            if header:
                self._report_other(self.grid.header[index], header)
        if not self.reading.is_active or not self.grid.rows:
            return
        for field in self.missing:
            self._problem(
                self.grid.header[0],
                ("missing-value", "R-DAT-01"),
                f"{self.table.heading} has no column {field.header}",
                f"Add a column {field.header}: {_lower_first(field.column.help)}.",
                field,
            )

    def _report_other(self, cell: Cell, header: str) -> None:
        names = names_of(self.record)
        match = names.find(header)
        if match:
            what = f"{quoted(header)} is a second column for {match[0].header}"
            mend = "It is shown as written; name it differently if it means something else."
        else:
            near = names.nearest(header)
            what = (
                f"{self.table.heading} has no column {quoted(header)} that is known; it is shown as written"
            )
            mend = f'Did you mean "{near.capitalize()}"?' if near else "Nothing has to be done."
        place = self.grid.place(cell.at)
        severity = Severity.LOW if "Did" in mend or match else Severity.INFO
        self.reading.problem(
            place, "unknown-column", what, mend, severity=severity, table=self.table.name, path=self.grid.path
        )

    def read(self, cells: tuple[Cell, ...]) -> Row:
        """One record."""
        before = len(self.reading.problems)
        values, estimates = self._values(cells)
        self._check_spans(values, cells)
        self._check_counts(values, cells)
        if self.reading.is_active:
            self._check_required(values, cells)
        if len(self.reading.problems) > before:
            self._name_row(before, values)
        if self.others:
            values["extra"] = tuple(
                (name, cells[index].text) for index, name in self.others if cells[index].text
            )
        if estimates:
            values["estimates"] = tuple(estimates)
        source = Source(self.grid.path, self.grid.place(cells[0].at)[0], self.grid.kind, self.grid.heading)
        return self.record(entity=self.reading.entity, source=source, **values)  # type: ignore[arg-type]  # typed by the field table

    def _name_row(self, before: int, values: dict[str, object]) -> None:
        """Say of the problems from `before` on in which row they are."""
        keys = (values.get(name, UNKNOWN) for name in self.table.key)
        row = " ".join(
            key.name if isinstance(key, Period) else str(key) for key in keys if not isinstance(key, Blank)
        )
        problems = self.reading.problems
        problems[before:] = [msgspec.structs.replace(one, row=row) for one in problems[before:]]

    def _values(self, cells: tuple[Cell, ...]) -> tuple[dict[str, object], list[str]]:
        """What the cells say, by attribute, and the attributes that are estimates."""
        values: dict[str, object] = {}
        estimates = []
        paced = []
        for column, memo in zip(self.columns, self.memos, strict=True):
            text = cells[column.index].text
            if not text:
                values[column.name] = UNKNOWN
                continue
            if column.is_numeric and text[0] == "~":
                text = text[1:].lstrip()
                estimates.append(column.name)
            value = memo.get(text)
            if value is None:
                value = self._value(text, column, cells)
                if type(value) is not Blank:  # each refusal is a problem of its own
                    memo[text] = value
            if type(value) is Paced:
                paced.append((column, value.cadence))
                value = value.money
            values[column.name] = value
        for column, cadence in paced:
            self._settle(column, cadence, values, cells)
        return values, estimates

    def _value(self, text: str, column: _ColumnReader, cells: tuple[Cell, ...]) -> object:
        value = column.read(text, column.field, self.reading.currency)
        if type(value) is Refusal:
            return self._refuse(value, column, cells)
        return self._spell(value) if column.is_id else value

    def _spell(self, value: object) -> object:
        if isinstance(value, str):
            return self.reading.spell(value)
        return tuple(map(self.reading.spell, value)) if isinstance(value, tuple) else value

    def _refuse(self, refusal: Refusal, column: _ColumnReader, cells: tuple[Cell, ...]) -> Blank:
        cell = cells[column.index]
        rule = "R-DAT-06" if refusal.is_impossible else "R-DAT-02"
        what = f"{column.field.header.lower()}: {refusal.what}"
        self._problem(cell, (refusal.code, rule), what, refusal.mend, column.field)
        return Blank("refused", cell.text)

    def _settle(
        self, column: _ColumnReader, cadence: Cadence, values: dict[str, object], cells: tuple[Cell, ...]
    ) -> None:
        """Let the span in an amount fill the column beside it; where both are written, that column wins."""
        target = CADENCE_OF[self.record, column.name]
        beside = values.get(target)
        if beside is None or isinstance(beside, Blank):
            values[target] = cadence
        elif beside != cadence:
            header = target.replace("_", " ")
            written = quoted(cells[column.index].text)
            what = f"{column.field.header.lower()}: {written} is {cadence}, but {header} says {beside}"
            mend = f"{header.capitalize()} is used; write the amount alone, or correct it."
            self._problem(cells[column.index], ("conflict", "R-DAT-03"), what, mend, column.field)

    def _check_spans(self, values: dict[str, object], cells: tuple[Cell, ...]) -> None:
        for first, last in _SPANS.get(self.record, ()):
            start, end = values.get(first), values.get(last)
            if isinstance(start, date) and isinstance(end, date) and end < start:
                column = next(column for column in self.columns if column.name == last)
                what = f"{column.field.header.lower()}: {end} is before {first.replace('_', ' ')} {start}"
                mend = "Correct one of the two dates."
                self._problem(cells[column.index], ("impossible", "R-DAT-06"), what, mend, column.field)
                values[last] = Blank("refused", cells[column.index].text)

    def _check_counts(self, values: dict[str, object], cells: tuple[Cell, ...]) -> None:
        for part, whole in _AT_MOST.get(self.record, ()):
            few, many = values.get(part), values.get(whole)
            if isinstance(few, int) and isinstance(many, int) and few > many:
                column = next(column for column in self.columns if column.name == part)
                what = f"{column.field.header.lower()}: {few:,} is more than {whole}, {many:,}"
                mend = "Correct one of the two numbers."
                self._problem(cells[column.index], ("impossible", "R-DAT-06"), what, mend, column.field)
                values[part] = Blank("refused", cells[column.index].text)

        self._check_whole(values, cells)

    def _check_whole(self, values: dict[str, object], cells: tuple[Cell, ...]) -> None:
        value = values.get("value")
        is_part = self.record is Kpi and values.get("kpi") in _PARTS_OF_A_WHOLE
        if is_part and isinstance(value, Ratio) and value.value > 1:
            column = next(column for column in self.columns if column.name == "value")
            what = f"{values['kpi']}: {quoted(cells[column.index].text)} is over 100%"
            mend = "Write a share from 0% to 100%."
            self._problem(cells[column.index], ("impossible", "R-DAT-06"), what, mend, column.field)
            values["value"] = Blank("refused", cells[column.index].text)

    def _check_required(self, values: dict[str, object], cells: tuple[Cell, ...]) -> None:
        for field in self.required:
            value = values.get(field.name, UNKNOWN)
            if type(value) is not Blank or value.why not in _NEVER_BLANK:
                continue
            if _may_be_blank(self.record, field.name, values):
                continue
            index = next((column.index for column in self.columns if column.name == field.name), 0)
            row = next((cell.text for cell in cells if cell.text), "")
            what = f"{field.header.lower()} of {quoted(row)} is not known"
            mend = f"Write it under {field.header}: {_lower_first(field.column.help)}."
            self._problem(cells[index], ("missing-value", "R-DAT-01"), what, mend, field)

    def _problem(
        self, cell: Cell, code_and_rule: tuple[str, str], what: str, mend: str, field: Field
    ) -> None:
        code, rule = code_and_rule
        place = self.grid.place(cell.at)
        table, path = self.table.name, self.grid.path
        self.reading.problem(place, code, what, mend, rule=rule, table=table, field=field.name, path=path)


def _may_be_blank(record: type[Row], field: str, values: dict[str, object]) -> bool:
    """Whether a required cell is not asked for in this row."""
    if record is Compliance:
        return field == "expires" and (
            values.get("type") == "restore-test" or "restore" in str(values.get("item")).lower()
        )
    if record is Campaign:
        return field == "sent" and values.get("status") == "planned"
    return record is Lease and field not in {"unit", "status"} and values.get("status") == "vacant"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def compared(name: str) -> str:
    """A name as names are told apart: without case and punctuation."""
    return _NAME_SIGNS.sub("", name).lower() or name


def key_of(row: Row) -> tuple[object, ...] | None:
    """What names the row in its table, names without case and punctuation; None where a part is blank."""
    table = TABLE_OF_RECORD[type(row)]
    key: list[object] = []
    for name in table.key:
        value = getattr(row, name)
        if isinstance(value, Blank):
            return None
        if isinstance(value, str):
            value = compared(value)
        key.append(value.name if isinstance(value, Period) else value)
    return tuple(key)


def part_of(row: Row) -> frozenset[str]:
    """Which part of its name the row is, where its table splits one; empty for a whole, and for the rest."""
    split_by = TABLE_OF_RECORD[type(row)].split_by
    ids = getattr(row, split_by) if split_by else ()
    return frozenset() if isinstance(ids, Blank) else frozenset(one.casefold() for one in ids)


def without_duplicates(rows: Iterable[Row], reading: Reading) -> list[Row]:
    """Keep the first row of each key, with every part of it, and report the others (R-DAT-07)."""
    first: dict[tuple[object, ...], Row] = {}
    kept = []
    for row in rows:
        key = key_of(row)
        earlier = first.setdefault((type(row), part_of(row), *key), row) if key is not None else row
        if earlier is row:
            kept.append(row)
            continue
        table = TABLE_OF_RECORD[type(row)]
        named = " ".join(str(part) for part in _shown_key(row, table))
        reading.problem(
            (row.source.line, 1),
            "duplicate-id",
            f"{named} stands twice in {table.heading}, in lines {earlier.source.line} and {row.source.line};"
            f" line {earlier.source.line} is used",
            f"Delete one of them, or write what its part rests on under {table.split_by.capitalize()}."
            if table.split_by
            else "Give one of them another name, or delete it.",
            rule="R-DAT-07",
            table=table.name,
            field=table.key[0],
            path=row.source.path,
            row=named,
        )
    return kept


def _shown_key(row: Row, table: Table) -> list[object]:
    values = (getattr(row, name) for name in table.key)
    return [value.name if isinstance(value, Period) else value for value in values]


def grid_of_list(table: Table, items: Sequence[Item], grid: Grid) -> Grid | None:
    """Read bullets `Item - value` as a table of two columns; None where they are no such list.

    Args:
        table: Only one with `list_columns`, or the property table, whose bullets are `key: value`.
        items: The bullets.
        grid: Gives path, place and heading; its cells are ignored.
    """
    pairs = [_pair(item) for item in items]
    known = [pair for pair in pairs if pair is not None]
    if not known:
        return None
    if table.record is Property:
        return msgspec.structs.replace(
            grid, header=tuple(left for left, _ in known), rows=[tuple(right for _, right in known)]
        )
    if table.list_columns is None:
        return None
    at = items[0].start
    header = tuple(Cell(name, at) for name in table.list_columns)
    rows = [
        pair or (Cell(item.text, item.content), Cell("", item.content))
        for item, pair in zip(items, pairs, strict=True)
    ]
    return msgspec.structs.replace(grid, header=header, rows=rows)


def _pair(item: Item) -> tuple[Cell, Cell] | None:
    match = _BETWEEN.search(item.text)
    if match is None:
        return None
    offset = len(item.text[: match.end()].encode())
    return (
        Cell(item.text[: match.start()].strip(), item.content),
        Cell(item.text[match.end() :].strip(), item.content + offset),
    )


def turned(grid: Grid) -> Grid:
    """A property table of two columns, key and value, with its keys as header; any other as it is."""
    if len(grid.header) != _PAIR:
        return grid
    first, second = match_headers(Property, tuple(cell.text for cell in grid.header))
    if first and second:
        return grid
    pairs = [grid.header, *grid.rows] if first else list(grid.rows)
    if not pairs:
        return grid
    header = tuple(row[0] for row in pairs)
    return msgspec.structs.replace(grid, header=header, rows=[tuple(row[1] for row in pairs)])
