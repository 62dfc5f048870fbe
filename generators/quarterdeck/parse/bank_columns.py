"""Which column of a bank's table holds what: by the profile, or guessed from the headings."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.statement import Delimiter, Profile
from quarterdeck.parse.bank_text import refused
from quarterdeck.parse.refusal import quoted
from quarterdeck.text.nearest import nearest

DELIMITERS: tuple[Delimiter, ...] = (",", ";", "tab", "|")
_SEARCHED = 60
_SAMPLE = 200
_NOT_LETTERS = re.compile(r"[^\w#]+|_")
_IN_BRACKETS = re.compile(r"\([^)]*\)")

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("posting date", "posted date", "post date", "date posted", "booking date", "buchungstag"),
        *("buchungsdatum", "date", "transaction date", "trans date", "transaction posted date", "datum"),
        *("completed date", "created", "created utc", "value date", "valuta", "date of transaction"),
    ),
    "amount": (
        *("net", "amount", "transaction amount", "betrag", "umsatz", "value", "amount usd", "betrag eur"),
        *("net amount", "amount gbp", "paid", "gross"),
    ),
    "debit": (
        *(
            "debit",
            "debits",
            "debit amount",
            "amount debit",
            "withdrawal",
            "withdrawals",
            "withdrawal amount",
        ),
        *("money out", "paid out", "out", "soll", "belastung", "debit usd", "payments"),
    ),
    "credit": (
        *("credit", "credits", "credit amount", "amount credit", "deposit", "deposits", "deposit amount"),
        *("money in", "paid in", "in", "haben", "gutschrift", "credit usd", "receipts"),
    ),
    "description": (
        *("payee", "name", "merchant", "merchant name", "beguenstigter zahlungspflichtiger"),
        *("beguenstigter auftraggeber", "auftraggeber empfänger", "auftraggeber empfaenger", "counter party"),
        *("name zahlungsbeteiligter", "description", "transaction description", "details", "narrative"),
        *("original description", "transaction details", "transaction", "text", "buchungstext", "memo"),
        *("verwendungszweck", "reference", "type"),
    ),
    "memo": (
        *("memo", "verwendungszweck", "notes", "note", "description", "reference", "extended details"),
        *("subject", "narrative", "buchungstext", "type"),
    ),
    "balance": (
        *("balance", "running balance", "running bal", "account balance", "balance after", "saldo"),
        *("kontostand", "saldo nach buchung", "closing balance", "ledger balance"),
    ),
    "id": (
        *("transaction id", "fitid", "fit id", "balance transaction id", "id", "transaction number"),
        *("transaction reference", "bank id", "unique id", "transaction unique id"),
    ),
    "currency": ("currency", "currency code", "waehrung", "währung"),
    "side": (
        *("transaction type", "debit credit", "credit debit", "credit or debit", "dr cr", "cr dr", "type"),
        *("soll haben", "s h", "indicator", "credit debit indicator", "debit credit indicator", "details"),
    ),
    "status": ("status", "state", "info"),
}
"""Headings that banks use, the better ones first, as `_plain` writes them."""

SIDES: Mapping[str, int] = {
    **dict.fromkeys(("debit", "dr", "d", "s", "soll", "withdrawal"), -1),
    **dict.fromkeys(("credit", "cr", "c", "h", "haben", "deposit"), 1),
}
"""What stands in a column that says on which side an amount is."""
UNSETTLED = frozenset(
    (
        *("pending", "processing", "in transit", "in_transit", "authorized", "authorised", "vorgemerkt"),
        *("umsatz vorgemerkt", "failed", "canceled", "cancelled", "denied", "declined", "on hold", "held"),
    )
)
"""States of a line that moved no money yet."""


class Table(msgspec.Struct, frozen=True):
    """The rows of a bank's table below its headings."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Line of the file and cells, stripped."""
    columns: Mapping[str, int]
    """Field of the profile -> position of its column."""
    width: int


def records(
    text: str, delimiter: Delimiter
) -> tuple[list[tuple[int, tuple[str, ...]]], tuple[int, str] | None]:
    """Lines with their cells; and the line from which on it is no CSV, with the reason."""
    sign = "\t" if delimiter == "tab" else delimiter
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    found: list[tuple[int, tuple[str, ...]]] = []
    begins = 1
    try:
        for cells in reader:
            stripped = tuple([cell.replace("\u00a0", " ").replace("\u202f", " ").strip() for cell in cells])
            if any(stripped):
                found.append((begins, stripped))
            begins = reader.line_num + 1
    except csv.Error as error:
        return found, (begins, str(error))
    return found, None


def find_table(text: str, path: str, profile: Profile) -> Table | Problem:
    """The table that a profile describes."""
    delimiters = (profile.delimiter,) if profile.delimiter else DELIMITERS
    best: Problem | None = None
    for delimiter in delimiters:
        lines, broken = records(text, delimiter)
        lines = [(line, cells) for line, cells in lines if line > profile.skip]
        found = _below_headings(lines, path, profile)
        if isinstance(found, Table) and broken:
            mend = "Download the file again; a quotation mark is left open on this line or misplaced."
            return refused(path, broken[0], "bad-csv", f"no valid CSV from here on: {broken[1]}", mend)
        if isinstance(found, Table):
            return found
        best = best or found
    return best or refused(path, 0, "no-table", "the file is empty", "Download it again.")


def _below_headings(
    lines: Sequence[tuple[int, tuple[str, ...]]], path: str, profile: Profile
) -> Table | Problem:
    wanted = {field: getattr(profile, field) for field in _HEADINGS if getattr(profile, field)}
    if all(name.isdigit() for name in wanted.values()):
        width = max((len(cells) for _, cells in lines), default=0)
        return Table(tuple(lines), {field: int(name) - 1 for field, name in wanted.items()}, width)
    missing: tuple[int, list[str], tuple[str, ...]] | None = None
    for line, cells in lines[:_SEARCHED]:
        places = {_plain(cell): at for at, cell in reversed(list(enumerate(cells))) if cell}
        places |= {cell: at for at, cell in reversed(list(enumerate(cells))) if cell}
        at_hand = {field: places.get(name, places.get(_plain(name))) for field, name in wanted.items()}
        columns = {field: at for field, at in at_hand.items() if at is not None}
        lacking = [name for field, name in wanted.items() if field not in columns]
        if not lacking:
            rows = tuple((number, row) for number, row in lines if number > line)
            return Table(rows, columns, len(cells))
        if missing is None or len(lacking) < len(missing[1]):
            missing = (line, lacking, cells)
    if missing is None:
        return refused(path, 0, "no-table", "the file holds no lines", "Download it again.")
    return _no_column(path, profile, *missing)


def _no_column(path: str, profile: Profile, line: int, lacking: list[str], cells: tuple[str, ...]) -> Problem:
    near = nearest(lacking[0], cells)
    hint = f"Did you mean {quoted(near)}? " if near else ""
    what = f"no column is headed {quoted(lacking[0])}, as banks.{profile.name} in portfolio.yml says"
    shown = ", ".join(quoted(cell) for cell in cells[:12] if cell)
    return refused(path, line, "no-column", what, f"{hint}Headings here: {shown}.")


def guess_profile(text: str, name: str = "bank") -> Profile | None:
    """The profile that the headings suggest; None where no line of the file looks like headings."""
    best: tuple[int, Profile] | None = None
    for delimiter in DELIMITERS:
        lines, _ = records(text, delimiter)
        for at, (_, cells) in enumerate(lines[:_SEARCHED]):
            columns = _guessed_columns(cells, [row for _, row in lines[at + 1 : at + 1 + _SAMPLE]])
            if columns is None:
                continue
            if best is None or len(columns) > best[0]:
                best = (
                    len(columns),
                    msgspec.convert({"name": name, "delimiter": delimiter, **columns}, Profile),
                )
            break
    return best[1] if best else None


def _guessed_columns(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str] | None:
    plain = {_plain(cell): at for at, cell in reversed(list(enumerate(cells))) if cell}
    found: dict[str, str] = {}

    def take(field: str, *, taken_too: bool = False) -> str:
        for heading in _HEADINGS[field]:
            at = plain.get(heading)
            if at is not None and (taken_too or cells[at] not in found.values()) and _fits(field, at, rows):
                found[field] = cells[at]
                return cells[at]
        return ""

    for field in ("date", "debit", "credit"):
        take(field)
    if not ("debit" in found and "credit" in found):
        found.pop("debit", None)
        found.pop("credit", None)
        take("amount")
        if "amount" in found and not any(
            "-" in one or "(" in one for one in _column(found["amount"], cells, rows)
        ):
            take("side", taken_too=False)
    if "date" not in found or not ("amount" in found or "debit" in found) or not take("description"):
        return None
    for field in ("memo", "balance", "id", "currency", "status"):
        take(field)
    return found


def _column(heading: str, cells: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    at = list(cells).index(heading)
    return [row[at] for row in rows if len(row) > at]


def _fits(field: str, at: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells below a heading are what the heading says, where that can be told."""
    below = [row[at] for row in rows if len(row) > at and row[at]]
    match field:
        case "id":
            return bool(below) and len(set(below)) == len(below) >= len(rows) - _without_amount(rows)
        case "side":
            return bool(below) and all(cell.casefold() in SIDES for cell in below)
        case "currency":
            return bool(below) and all(len(cell) == 3 and cell.isalpha() for cell in below)  # noqa: PLR2004
        case "description" | "amount" | "balance":
            return bool(below) or not rows
    return True


def _without_amount(rows: Iterable[Sequence[str]]) -> int:
    """Rows that are too short to be lines of the table."""
    longest = max((len(row) for row in rows), default=0)
    return sum(len(row) < longest for row in rows)


def _plain(heading: str) -> str:
    """A heading without case, signs and what stands in brackets."""
    bare = _IN_BRACKETS.sub(" ", heading.casefold())
    return " ".join(_NOT_LETTERS.sub(" ", bare).split()) or " ".join(heading.casefold().split())
