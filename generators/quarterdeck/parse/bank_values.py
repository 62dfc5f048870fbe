"""Reads dates and amounts as banks write them: the whole column decides what one cell leaves open."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from quarterdeck.model.columns import Column, Field
from quarterdeck.model.statement import DateOrder
from quarterdeck.parse.dates import FIRST_YEAR, LAST_YEAR, read_date
from quarterdeck.parse.refusal import Refusal, quoted

Mark: TypeAlias = Literal[".", ","]

_TIME = re.compile(r"^(\S{6,10})[T ]\s*\d{1,2}:\d\d.*$")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)", re.ASCII)
_DAY = Field("date", Column("Day of a bank's line"), "date")
_MONTHS = 12

_LONGEST = 40
_AMOUNT = re.compile(
    r"(?P<open>\()?(?P<sign>[-+\u2212]?) ?(?:US\$|CA\$|AU\$|[A-Z]{3}|[$€£¥])? ?(?P<inner>[-+\u2212]?)"
    r"(?P<number>[0-9.,'\u2019 ]*[0-9][.,]?)(?P<trailing>[-\u2212]?)(?P<close>\))?"
    r" ?(?:[A-Z]{3}|[$€£¥])? ?(?P<side>CR|DR|Cr|Dr|S|H)?"
)
_GROUPS = {
    ".": re.compile(
        r"(?:[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]{1,3}(?:[ '\u2019][0-9]{3})+|[0-9]+)?(?:\.[0-9]{0,8})?"
    ),
    ",": re.compile(r"(?:[0-9]{1,3}(?:[. '\u2019][0-9]{3})+|[0-9]+)?(?:,[0-9]{0,8})?"),
}
_MINUS = frozenset("-\u2212")
_THOUSAND = 3
_MOST_DIGITS = 15


class Undecided(msgspec.Struct, frozen=True):
    """A column that can be read in two ways."""

    example: str
    row: int
    """Position in the column."""


class Torn(msgspec.Struct, frozen=True):
    """A column of which two cells cannot be read in one way."""

    example: str
    row: int
    other: str


def date_order(cells: Sequence[str]) -> DateOrder | Undecided | Torn:
    """The order of day, month and year of a column, from the cells that leave no choice."""
    found: dict[DateOrder, int] = {}
    first_numbers = -1
    for row, cell in enumerate(cells):
        match = _NUMBERS.fullmatch(without_time(cell))
        if match is None:
            continue
        first_numbers = row if first_numbers < 0 else first_numbers
        if int(match[1]) > _MONTHS >= int(match[2]):
            found.setdefault("dmy", row)
        elif int(match[2]) > _MONTHS >= int(match[1]):
            found.setdefault("mdy", row)
    if len(found) > 1:
        early, late = sorted(found.values())
        return Torn(cells[late], late, cells[early])
    if found:
        return next(iter(found))
    if first_numbers < 0:
        return "ymd"
    return "dmy" if "." in cells[first_numbers] else Undecided(cells[first_numbers], first_numbers)


def read_day(text: str, order: DateOrder) -> date | Refusal:
    """Read one day, in the order of its column where it is written in numbers."""
    bare = without_time(text)
    if match := _YEAR_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
        return _day(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _NUMBERS.fullmatch(bare):
        year = int(match[3]) + (2000 if len(match[3]) < 4 else 0)  # noqa: PLR2004 - two digits of a year
        first, second = int(match[1]), int(match[2])
        return _day(year, first, second, text) if order == "mdy" else _day(year, second, first, text)
    found = read_date(bare, _DAY, "")
    if isinstance(found, date):
        return found
    return _no_day(text)


def _day(year: int, month: int, day: int, text: str) -> date | Refusal:
    try:
        found = date(year, month, day)
    except ValueError:
        return _no_day(text)
    return found if FIRST_YEAR <= year <= LAST_YEAR else _no_day(text)


def _no_day(text: str) -> Refusal:
    if not text:
        return Refusal("there is no date", "Delete the line if it is no payment, or fill it in.", "bad-date")
    mend = "Write it as 2026-12-05, or correct date_order: in the bank's part of portfolio.yml."
    return Refusal(f"{quoted(text)} is no day of the calendar", mend, "bad-date")


def without_time(text: str) -> str:
    """A date without the time of day behind it."""
    match = _TIME.match(text)
    return match[1].rstrip(",") if match else text


def decimal_mark(cells: Iterable[str]) -> Mark | Undecided | Torn:
    """The sign before the cents in a column, from the cells that leave no choice."""
    found: dict[Mark, tuple[int, str]] = {}
    open_cell: Undecided | None = None
    for row, cell in enumerate(cells):
        match = _AMOUNT.fullmatch(cell) if len(cell) <= _LONGEST else None
        mark = _mark(match["number"]) if match else None
        if mark == "?":
            open_cell = open_cell or Undecided(cell, row)
        elif mark == "." or mark == ",":  # noqa: PLR1714 - `in` does not narrow the type
            found.setdefault(mark, (row, cell))
    if len(found) > 1:
        (_, early), (row, late) = sorted(found.values())
        return Torn(late, row, early)
    if found:
        return next(iter(found))
    return open_cell or "."


def _mark(number: str) -> Mark | Literal["?"] | None:
    """Which sign stands before the cents: "?" where it may as well stand between thousands, None for neither."""
    point, comma = number.rfind("."), number.rfind(",")
    if point < 0 and comma < 0:
        return None
    last: Mark = "." if point > comma else ","
    if point >= 0 and comma >= 0:
        return last
    if number.count(last) > 1:
        return "," if last == "." else "."
    before, _, after = number.partition(last)
    if len(after) == _THOUSAND and before.isdigit() and len(before) <= _THOUSAND and before != "0":
        return "?"
    return last


def read_amount(text: str, mark: Mark) -> Decimal | Refusal:
    """Read one amount: a sign before or behind, brackets or DR for minus, thousands in groups, a currency."""
    match = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or bool(match["open"]) != bool(match["close"]):
        return _no_amount(text)
    number = match["number"].strip()
    groups = _GROUPS[mark].fullmatch(number)
    digits = re.sub(rf"[^0-9{re.escape(mark)}]", "", number).replace(mark, ".")
    if groups is None or len(digits.replace(".", "")) > _MOST_DIGITS:
        return _no_amount(text)
    minus = [
        match["sign"] in _MINUS,
        match["inner"] in _MINUS,
        match["trailing"] in _MINUS,
        bool(match["open"]),
        match["side"] in {"DR", "Dr", "S"},
    ]
    if sum(minus) > 1:
        return _no_amount(text)
    value = Decimal(digits)
    return -value if any(minus) and value else value


def _no_amount(text: str) -> Refusal:
    mend = "Correct the amount, or set decimal: in the bank's part of portfolio.yml."
    return Refusal(f"{quoted(text)} is no amount", mend, "bad-amount")
