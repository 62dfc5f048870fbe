"""Reads `data/<entity>/<table>.csv` and merges its rows into those of the handoff."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import msgspec

from quarterdeck.model.columns import Row, fields_of
from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.model.tables import TABLE_BY_NAME, TABLE_OF_RECORD, Table
from quarterdeck.model.values import Blank, Money, MoneyRange, Period, Ratio
from quarterdeck.parse.markdown import COLUMN_LIMIT, ROW_LIMIT, Cell
from quarterdeck.parse.tables import Grid, Reading, key_of, part_of, read_rows
from quarterdeck.secrets.detectors import find
from quarterdeck.text.decode import decode
from quarterdeck.text.nearest import nearest

_FORMULA = re.compile(r"[=+@\-]")
_PLAIN_START = re.compile(r"[+-]?[$\u20ac\u00a3]?[.\d]|-$|--")
_NOT_KNOWN = frozenset(("absent", "unknown"))


def read_csv(data: bytes, path: str, reading: Reading) -> list[Row]:
    """Read one CSV file into the records of the table that it is named after; problems go to `reading`.

    A file that is refused (not UTF-8, too large, a secret in it) yields no rows and a problem that is marked
    so; a line with more or fewer cells than the header costs that line.
    """
    name = PurePosixPath(path).stem
    table = TABLE_BY_NAME.get(name)
    if table is None:
        near = nearest(name, TABLE_BY_NAME)
        mend = f"Rename it to {near}.csv." if near else "Name it after a table, such as bookings.csv."
        reading.problem((0, 0), "unknown-table", f'no table is named "{name}"', mend, path=path)
        return []
    text = decode(data, path)
    if isinstance(text, Problem):
        reading.problems.append(msgspec.structs.replace(text, entity=reading.entity, rule="R-DAT-09"))
        return []
    reading.problems += (msgspec.structs.replace(one, entity=reading.entity) for one in text.warnings)
    if secrets := secret_problems(text.text, path, reading.entity):
        reading.problems += secrets
        return []
    lines = _lines(text.text, path, table, reading)
    return _rows(lines, path, table, reading) if lines else []


def secret_problems(text: str, path: str, entity: str) -> list[Problem]:
    """One refusing problem for each secret in a text, with its place and never its value (F-105)."""
    mend = "Delete it here, and have it replaced where it is used: it stands in the history of the file."
    return [
        Problem(
            path,
            hit.line,
            hit.column,
            "secret",
            f"a secret stands here ({hit.detector.replace('_', ' ')})",
            mend,
            Severity.CRITICAL,
            refused=True,
            rule="R-DAT-09",
            entity=entity,
        )
        for hit in find(text)
    ]


def _lines(text: str, path: str, table: Table, reading: Reading) -> list[tuple[int, list[str]]]:
    """The records with the line on which each begins; what the CSV grammar refuses ends the list."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                lines.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        what = f"not valid CSV from here on: {error}"
        mend = 'Put cells that hold a comma or a quote in quotes, and write a quote inside them twice: "".'
        reading.problem((begins, 1), "bad-csv", what, mend, rule="R-DAT-02", table=table.name, path=path)
    return lines


def _rows(lines: list[tuple[int, list[str]]], path: str, table: Table, reading: Reading) -> list[Row]:
    (first, header), *records = lines
    width = len(header)
    if len(records) > ROW_LIMIT or width > COLUMN_LIMIT:
        _report_size(len(records), width, (path, table), reading)
    rows = []
    for line, cells in records[:ROW_LIMIT]:
        if len(cells) != width:
            what = f"this line has {len(cells)} cells, the header has {width}; the line is left out"
            mend = "Put cells that hold a comma in quotes, or add the commas that are missing."
            reading.problem((line, 1), "ragged-row", what, mend, rule="R-DAT-02", table=table.name, path=path)
            continue
        rows.append(tuple(Cell(neutral(cell), line) for cell in cells[:COLUMN_LIMIT]))
    names = tuple(Cell(name, first) for name in header[:COLUMN_LIMIT])
    return read_rows(table, Grid(names, rows, _place, path, "csv"), reading)


def _report_size(count: int, width: int, file: tuple[str, Table], reading: Reading) -> None:
    path, table = file
    if count > ROW_LIMIT:
        what = f"{count - ROW_LIMIT:,} more rows were not read; a table has at most {ROW_LIMIT:,}"
        mend = "Leave out what is older than the reports look back."
        reading.problem((1, 1), "too-many-rows", what, mend, rule="R-DAT-02", table=table.name, path=path)
    if width > COLUMN_LIMIT:
        what = f"{width - COLUMN_LIMIT:,} more columns were not read; a table has at most {COLUMN_LIMIT}"
        mend = "Export only the columns of the table."
        reading.problem((1, 1), "too-many-columns", what, mend, rule="R-DAT-02", table=table.name, path=path)


def _place(line: int) -> tuple[int, int]:
    return line, 1


def neutral(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula, with an apostrophe before it (F-053).

    Signed numbers and amounts stay as they are, for they are read as numbers.
    """
    if cell and _FORMULA.match(cell) and not _PLAIN_START.match(cell):
        return f"'{cell}"
    return cell


def merge(written: Sequence[Row], exported: Sequence[Row], reading: Reading) -> list[Row]:
    """Join the rows of handoff and CSV by their keys.

    A CSV row takes the place of a handoff row with its key; cells that only the handoff knows are kept, cells
    that differ are reported once a row (R-DAT-03). Of a name that either splits into parts, the parts of the CSV
    are all that count.
    """
    theirs, mine = _by_key(exported), _by_key(written)
    used: set[int] = set()
    rows: list[Row] = []
    for row in written:
        key = _typed_key(row)
        others = theirs.get(key, []) if key is not None else []
        is_whole = len(others) == 1 and len(mine.get(key, ())) == 1
        other = next((one for one in others if is_whole or part_of(one) == part_of(row)), None)
        if other is not None:
            used.add(id(other))
            rows.append(_joined(row, other, reading))
        elif others:
            _split_otherwise(row, others[0], reading)
        else:
            rows.append(row)
    return [*rows, *(row for row in exported if id(row) not in used)]


_Key = tuple[type[Row], tuple[object, ...]]


def _typed_key(row: Row) -> _Key | None:
    key = key_of(row)
    return None if key is None else (type(row), key)


def _by_key(rows: Iterable[Row]) -> dict[_Key | None, list[Row]]:
    found: dict[_Key | None, list[Row]] = {}
    for row in rows:
        found.setdefault(_typed_key(row), []).append(row)
    return found


def _split_otherwise(row: Row, export: Row, reading: Reading) -> None:
    """Report a part that the handoff alone has, and that is left out: beside the CSV's it would count twice."""
    table = TABLE_OF_RECORD[type(row)]
    reading.problem(
        (row.source.line, 1),
        "conflict",
        f"{_named(row, table)} is split into other parts than in {export.source.path} line"
        f" {export.source.line}; the CSV is used",
        "Keep the parts in one of them, and delete the rows of the other.",
        rule="R-DAT-03",
        table=table.name,
        field=table.split_by,
        path=row.source.path,
        row=_named(row, table),
    )


def _named(row: Row, table: Table) -> str:
    return " ".join(str(_shown(getattr(row, name))) for name in table.key)


def _joined(row: Row, export: Row, reading: Reading) -> Row:
    table = TABLE_OF_RECORD[type(row)]
    kept: dict[str, object] = {}
    differing: list[str] = []
    field_name = ""
    for field in fields_of(type(row)):
        mine, theirs = getattr(row, field.name), getattr(export, field.name)
        if isinstance(theirs, Blank) and theirs.why in _NOT_KNOWN:
            if not (isinstance(mine, Blank) and mine.why in _NOT_KNOWN):
                kept[field.name] = mine
        elif mine != theirs and not isinstance(mine, Blank) and field.name not in table.key:
            differing.append(f"{field.header} ({_shown(mine)} here, {_shown(theirs)} there)")
            field_name = field_name or field.name
    if differing:
        names = _named(row, table)
        reading.problem(
            (row.source.line, 1),
            "conflict",
            f"{names} differs from {export.source.path} line {export.source.line} in {', '.join(differing)};"
            " the CSV is used",
            "Correct one of them, or delete this row.",
            rule="R-DAT-03",
            table=table.name,
            field=field_name,
            row=names,
        )
    extra = export.extra or row.extra
    return msgspec.structs.replace(export, **kept, extra=extra)


def _shown(value: object) -> object:
    """A value as a person would write it."""
    match value:
        case Period(name=name):
            return name
        case Money(amount=amount, currency=currency):
            return f"{amount} {currency}"
        case MoneyRange(low=low, high=high):
            return f"{_shown(low)} to {_shown(high)}"
        case Ratio(value=share):
            return f"{(share * 100).normalize():f}%"
        case Blank(why=why):
            return why
        case tuple():
            return ", ".join(str(_shown(one)) for one in value)
    return value
