"""Writes the tables of a page as one workbook (XLSX); the same bytes for the same tables."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from quarterdeck.model.sheet import Sheet, Value
from quarterdeck.reports.words import SAMPLE

if TYPE_CHECKING:
    import xlsxwriter  # type: ignore[import-untyped]

_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's own date has no zone, and this one tells nothing
_FIRST: Final = "Contents"
_LONGEST_NAME: Final = 31
_LONGEST_TEXT: Final = 32_767
"""Signs that a cell holds."""
_WIDEST: Final = 48
_EXACT: Final = 10**15
"""From here on a spreadsheet rounds; such a number is written as text."""
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it the days of a workbook are not those of the calendar."""
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]+")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£"}
_SHOWN: Final = {"share": "0.0%", "months": "0.0", "days": "0.0", "hours": "0.0"}
"""Unit -> how its numbers are shown; they stay exact beneath."""


class Book(msgspec.Struct, frozen=True):
    """What a workbook is made of."""

    title: str
    """Of the page."""
    portfolio: str
    sheets: tuple[Sheet, ...]
    is_sample: bool = False


def workbook(book: Book) -> bytes:
    """A sheet that says what it is, then one for each table, in order; text is only ever text (F-053)."""
    import xlsxwriter  # noqa: PLC0415 - a build alone writes workbooks

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    made.set_properties({"title": _text(book.title), "created": _MADE})
    writer = _Writer(made)
    names = list(sheet_names(book.sheets))
    writer.about(book, names)
    for name, sheet in zip(names, book.sheets, strict=True):
        writer.table(name, sheet)
    made.close()
    return out.getvalue()


def sheet_names(sheets: Sequence[Sheet]) -> Iterator[str]:
    """A name for each that no two share, of what names of sheets may hold."""
    taken = {_FIRST.casefold(), "history"}  # the second is the spreadsheet's own
    for sheet in sheets:
        plain = " ".join(_NOT_IN_NAMES.sub(" ", sheet.title).split()) or "Table"
        name, count = plain[:_LONGEST_NAME].strip(), 1
        while name.casefold() in taken:
            count += 1
            end = f" {count}"
            name = plain[: _LONGEST_NAME - len(end)].strip() + end
        taken.add(name.casefold())
        yield name


class _Writer:
    """Writes cells, with one format for each look."""

    def __init__(self, made: "xlsxwriter.Workbook") -> None:
        self._made = made
        self._formats: dict[tuple[str, bool], Any] = {}

    def about(self, book: Book, names: Sequence[str]) -> None:
        """What the workbook is, and where its tables stand."""
        sheet = self._made.add_worksheet(_FIRST)
        sheet.set_column(0, 0, _WIDEST)
        said = [f"{book.portfolio}: {book.title}", *([SAMPLE] if book.is_sample else [])]
        said.append("Each table of the page is a sheet. An empty cell is not known; that is not zero.")
        for row, words in enumerate(said):
            sheet.write_string(row, 0, _text(words), self._format("", bold=not row))
        for row, name in enumerate(names, start=len(said) + 1):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)

    def table(self, name: str, table: Sheet) -> None:
        """One table: a head that stays in sight, then its rows, with the total bold."""
        sheet = self._made.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for at, head in enumerate(table.heads):
            words = f"{head.title or head.key} ({head.unit})" if head.unit else head.title or head.key
            sheet.write_string(0, at, _text(words), self._format("", bold=True))
            longest = max(len(words), *(len(row[at].text) for row in table.rows), 0)
            sheet.set_column(at, at, min(_WIDEST, longest + 2))
        for number, row in enumerate(table.rows, start=1):
            is_total = table.has_total and number == len(table.rows)
            for at, value in enumerate(row):
                self._cell(sheet, number, at, value, bold=is_total)

    def _cell(self, sheet: Any, row: int, column: int, value: Value, *, bold: bool) -> None:  # noqa: ANN401 - untyped
        match value.kind:
            case "number" if abs(number := float(value.text)) < _EXACT:
                sheet.write_number(row, column, number, self._format(_shown(value.unit), bold=bold))
            case "day" if (on := date.fromisoformat(value.text)) >= _FIRST_DAY:
                sheet.write_datetime(row, column, on, self._format("yyyy-mm-dd", bold=bold))
            case _ if value.text:
                sheet.write_string(row, column, _text(value.text), self._format("", bold=bold))
            case _:
                pass

    def _format(self, shown: str, *, bold: bool) -> Any:  # noqa: ANN401 - untyped
        """The format of a look; None for a plain cell."""
        if not (shown or bold):
            return None
        if (shown, bold) not in self._formats:
            looks: Mapping[str, object] = {"bold": bold} | ({"num_format": shown} if shown else {})
            self._formats[shown, bold] = self._made.add_format(looks)
        return self._formats[shown, bold]


def _shown(unit: str) -> str:
    """How a spreadsheet shows numbers of a unit; money with its currency and cents."""
    if _CURRENCY.fullmatch(unit):
        sign = _SIGNS.get(unit)
        return f'"{sign}"#,##0.00;-"{sign}"#,##0.00' if sign else f'#,##0.00 "{unit}"'
    return _SHOWN.get(unit, "")


def _text(words: str) -> str:
    return words[:_LONGEST_TEXT]
