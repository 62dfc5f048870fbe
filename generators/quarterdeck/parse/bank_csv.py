"""Reads the CSV file of a bank into the lines of a statement; whatever is in doubt refuses the file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.statement import Closing, Profile, Statement, StatementLine
from quarterdeck.parse.bank_balance import Chain, Row, chain
from quarterdeck.parse.bank_columns import SIDES, UNSETTLED, Table, find_table
from quarterdeck.parse.bank_ids import again
from quarterdeck.parse.bank_text import clean, refused
from quarterdeck.parse.bank_values import (
    Mark,
    Torn,
    Undecided,
    date_order,
    decimal_mark,
    read_amount,
    read_day,
)
from quarterdeck.parse.markdown import ROW_LIMIT
from quarterdeck.parse.refusal import Refusal, quoted
from quarterdeck.text.decode import Text

_BALANCE_WORDS = ("balance", "saldo", "kontostand")
_TOLD = 40
_AMOUNTS = ("amount", "debit", "credit", "balance")

Cells: TypeAlias = Mapping[str, str]


class Understood(msgspec.Struct, frozen=True):
    """A statement, and the profile with everything that its columns decided."""

    statement: Statement
    profile: Profile


def parse_bank_csv(
    text: Text, profile: Profile, *, is_card: bool = False
) -> Understood | tuple[Problem, ...]:
    """Read a CSV file by a profile.

    Args:
        text: What `decode_statement` gave.
        profile: Which column is what.
        is_card: Whether the account is a liability, of which a purchase makes more.

    Returns:
        The statement, or every problem of the file in order of line: then nothing of it may be imported.
    """
    table = find_table(text.text, text.path, profile)
    if isinstance(table, Problem):
        return (table,)
    return _Reader(text.path, profile, table, is_card=is_card).read()


class _Reader:
    """Reads one table; problems gather as it goes."""

    def __init__(self, path: str, profile: Profile, table: Table, *, is_card: bool) -> None:
        self.path = path
        self.profile = profile
        self.table = table
        self.is_card = is_card
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.lines = list(self._settled())

    def read(self) -> Understood | tuple[Problem, ...]:
        decided = self._decided()
        if decided is None:
            return self._refused()
        rows = [row for line, cells in self.lines if (row := self._row(line, cells, decided))]
        rows = self._once(rows)
        currency = self._currency()
        if not self.problems and not any(not row.is_balance for row in rows):
            self._refuse(0, "no-lines", "the table holds no payment", "Export a span that holds some.")
        if self.problems:
            return self._refused()
        found = chain(rows, is_card=self.is_card, reversed_in_profile=decided.reversed)
        self._tell_breaks(found)
        if self.problems:
            return self._refused()
        self._tell_sign(found)
        last = found.lines[-1].date
        closing = None if found.closing is None else Closing(last, found.closing)
        statement = Statement(self.path, found.lines, closing, currency, tuple(self.notes))
        is_reversed = found.is_reversed if self.is_card or found.is_reversed else decided.reversed
        return Understood(statement, msgspec.structs.replace(decided, reversed=is_reversed))

    def _refused(self) -> tuple[Problem, ...]:
        found = sorted(self.problems)
        if len(found) > _TOLD:
            last = found[_TOLD]
            what = f"{len(found) - _TOLD} more lines from here on cannot be read"
            rest = refused(
                self.path, last.line, "more", what, "Mend the ones above first; often one cause has many."
            )
            found = [*found[:_TOLD], rest]
        return tuple(found)

    def _refuse(self, line: int, code: str, what: str, mend: str) -> None:
        self.problems.append(refused(self.path, line, code, what, mend))

    def _settled(self) -> Iterator[tuple[int, Cells]]:
        """The cells of each line by field; what is pending, and what is too wide, is left out."""
        if len(self.table.rows) > ROW_LIMIT:
            what = f"the file has {len(self.table.rows):,} lines; at most {ROW_LIMIT:,} are read"
            self._refuse(0, "too-many-rows", what, "Export a shorter span, such as one year.")
            return
        pending = 0
        for line, cells in self.table.rows:
            if any(cells[self.table.width :]):
                what = f"this line has {len(cells)} cells, the headings {self.table.width}"
                self._refuse(line, "ragged-row", what, "Put quotes around a cell that holds the separator.")
                continue
            fields = {field: cells[at] if at < len(cells) else "" for field, at in self.table.columns.items()}
            if fields.get("status", "").casefold() in UNSETTLED:
                pending += 1
                continue
            yield line, fields
        if pending:
            self.notes.append(f"{pending} not settled yet (pending, failed or cancelled): left out.")

    def _decided(self) -> Profile | None:
        """The profile with the order of dates and the sign of cents that the columns show."""
        order = self.profile.date_order or date_order([cells["date"] for _, cells in self.lines])
        mark = self.profile.decimal or decimal_mark(self._amount_cells())
        if isinstance(order, Undecided | Torn):
            self._open_question(order, [line for line, _ in self.lines], "date")
        if isinstance(mark, Undecided | Torn):
            lines = [line for line, cells in self.lines for field in _AMOUNTS if field in cells]
            self._open_question(mark, lines, "decimal")
        if isinstance(order, Undecided | Torn) or isinstance(mark, Undecided | Torn):
            return None
        return msgspec.structs.replace(self.profile, date_order=order, decimal=mark)

    def _amount_cells(self) -> list[str]:
        return [cells[field] for _, cells in self.lines for field in _AMOUNTS if field in cells]

    def _open_question(self, found: Undecided | Torn, lines: Sequence[int], kind: str) -> None:
        line = lines[found.row]
        where = f"banks.{self.profile.name} in portfolio.yml"
        if isinstance(found, Torn):
            what = f"{quoted(found.example)} and {quoted(found.other)} cannot be written in one way"
            mend = "Download the file again; it seems to be put together from two."
        elif kind == "date":
            what = f"{quoted(found.example)} can be month/day or day/month, and no other line tells which"
            mend = f"Set date_order: mdy or date_order: dmy under {where}."
        else:
            what = f"{quoted(found.example)} can have thousands or cents, and no other line tells which"
            mend = f'Set decimal: "." or decimal: "," under {where}.'
        self._refuse(line, f"open-{kind}", what, mend)

    def _row(self, line: int, cells: Cells, decided: Profile) -> Row | None:
        assert decided.date_order  # noqa: S101 - `_decided` fills both
        day = read_day(cells["date"], decided.date_order)
        if isinstance(day, Refusal):
            self._refuse(line, day.code, day.what, day.mend)
            return None
        mark = decided.decimal or "."
        balance = self._number(line, cells.get("balance", ""), mark, "balance")
        payee, memo = clean(cells["description"]), clean(cells.get("memo", ""))
        if self._is_balance_line(cells, payee):
            return Row(StatementLine(day, Decimal(0), payee, balance=balance, line=line), is_balance=True)
        amount = self._amount(line, cells, mark)
        if amount is None:
            return None
        payee, memo = (payee, memo if memo != payee else "") if payee else (memo, "")
        bank_id = " ".join(cells.get("id", "").split())
        return Row(StatementLine(day, amount, payee, memo, bank_id, balance, line))

    def _is_balance_line(self, cells: Cells, payee: str) -> bool:
        has_amount = any(cells.get(field) for field in ("amount", "debit", "credit"))
        words = payee.casefold()
        return not has_amount and bool(cells.get("balance")) and any(one in words for one in _BALANCE_WORDS)

    def _number(self, line: int, text: str, mark: Mark, field: str) -> Decimal | None:
        """A number of a cell; None where the cell is empty, or is refused."""
        if not text:
            return None
        value = read_amount(text, mark)
        if isinstance(value, Refusal):
            self._refuse(line, value.code, f"{field}: {value.what}", value.mend)
            return None
        return value

    def _amount(self, line: int, cells: Cells, mark: Mark) -> Decimal | None:
        before = len(self.problems)
        if "amount" in cells:
            value = self._number(line, cells["amount"], mark, "amount")
            value = self._on_its_side(line, value, cells) if value is not None else None
        else:
            value = self._of_two(line, cells, mark)
        if value is None and len(self.problems) == before:
            what = "this line has no amount"
            self._refuse(
                line, "no-amount", what, "Delete the line if it is no payment, or fill in its amount."
            )
        return value

    def _on_its_side(self, line: int, value: Decimal, cells: Cells) -> Decimal | None:
        if "side" not in cells:
            return value
        side = SIDES.get(cells["side"].casefold())
        if side is None:
            what = f"{quoted(cells['side'])} is neither debit nor credit"
            self._refuse(
                line,
                "no-side",
                what,
                "Correct the cell, or take side: out of the bank's part of portfolio.yml.",
            )
            return None
        return value * side

    def _of_two(self, line: int, cells: Cells, mark: Mark) -> Decimal | None:
        out = self._number(line, cells["debit"], mark, "debit")
        into = self._number(line, cells["credit"], mark, "credit")
        if out and into:
            what = "this line has a debit and a credit"
            self._refuse(line, "two-amounts", what, "Leave the one that is meant.")
            return None
        if out is None and into is None:
            return None
        out = out or Decimal(0)
        return (into or Decimal(0)) + (out if self._debits_are_negative else -out)

    @property
    def _debits_are_negative(self) -> bool:
        """Whether the column for money out has a minus before each amount."""
        cells = [cells["debit"] for _, cells in self.lines if cells["debit"].strip("0., ")]
        return bool(cells) and all(any(sign in cell for sign in "-\u2212(") for cell in cells)

    def _once(self, rows: Sequence[Row]) -> list[Row]:
        """Rows without those that the file holds twice by the bank's own id."""
        mend = f"Take id: out of banks.{self.profile.name} in portfolio.yml; it is no id of single payments."
        found = again((row.line for row in rows), self.path, mend)
        self.notes += found.notes
        self.problems += found.problems
        return [row for row in rows if row.line.line not in found.lines]

    def _currency(self) -> str:
        found: dict[str, int] = {}
        for line, cells in self.lines:
            if code := cells.get("currency", "").upper():
                found.setdefault(code, line)
        for code, line in list(found.items())[1:]:
            what = f"{quoted(code)} is another currency than {next(iter(found))} above"
            self._refuse(
                line, "two-currencies", what, "Export each currency by itself; it is an account of its own."
            )
        return next(iter(found), "")

    def _tell_breaks(self, found: Chain) -> None:
        for one in found.breaks:
            what = f"the balance is {one.found:,}, but {one.expected:,} follows from the line before"
            mend = (
                "A line is missing, is there twice or was changed: download the file again; or take balance: out of"
                f" banks.{self.profile.name} in portfolio.yml if that column is no running balance."
            )
            self._refuse(one.line, "balance-breaks", what, mend)

    def _tell_sign(self, found: Chain) -> None:
        if found.is_reversed and not self.profile.reversed:
            by = "purchases and payments show it" if self.is_card else "the running balance shows it"
            self.notes.append(f"Money out has no minus in this file; {by}.")
        elif self.profile.reversed and not found.is_reversed:
            self.notes.append(
                "reversed: yes in portfolio.yml is not followed: the running balance shows otherwise."
            )


def days_of(lines: Sequence[StatementLine]) -> tuple[date, date]:
    """The first and the last day of some lines."""
    days = [one.date for one in lines]
    return min(days), max(days)
