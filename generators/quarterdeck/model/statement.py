"""A bank's statement: how its columns are read, its lines, and the balance it ends with."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

DateOrder = Literal["ymd", "mdy", "dmy"]
Delimiter = Literal[",", ";", "tab", "|"]
Encoding = Literal["utf-8", "utf-16", "windows-1252"]


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the CSV files of one bank are read; a column is its heading, or its number from 1 where there is none."""

    name: str
    date: str
    description: str
    amount: str = ""
    debit: str = ""
    credit: str = ""
    balance: str = ""
    id: str = ""
    memo: str = ""
    currency: str = ""
    side: str = ""
    """Column with debit or credit beside an amount that has no sign."""
    status: str = ""
    """Column that says of a line that it is still pending."""
    account: str = ""
    date_order: DateOrder | None = None
    """None: the column decides."""
    decimal: Literal[".", ","] | None = None
    """None: the column decides."""
    delimiter: Delimiter | None = None
    skip: int = 0
    """Lines above the table."""
    reversed: bool | None = None
    """Whether money out is written without a minus; the running balance knows better. None: not known."""
    encoding: Encoding | None = None


class StatementLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One movement as the bank tells it; money out of the account is negative, on a card a purchase is."""

    date: date
    amount: Decimal
    payee: str
    memo: str = ""
    bank_id: str = ""
    """What the bank calls it; empty where it has no name."""
    balance: Decimal | None = None
    """What the account holds after it."""
    line: int = 0
    """Of the file, from 1."""


class Closing(msgspec.Struct, frozen=True):
    """What the account held at the end of a day."""

    date: date
    amount: Decimal


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file of a bank, understood."""

    path: str
    lines: tuple[StatementLine, ...]
    """In the order in which they happened."""
    closing: Closing | None = None
    currency: str = ""
    """As the file says; empty where it does not."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how it was read, a sentence each."""

    @property
    def opening(self) -> Decimal | None:
        """What the account held before the first line; None where the file tells no balance."""
        if self.closing is None:
            return None
        until = self.closing.date
        return self.closing.amount - sum((one.amount for one in self.lines if one.date <= until), Decimal(0))

    def balance_at(self, day: date) -> Decimal | None:
        """What the account held at the end of a day that the file covers; None for any other."""
        opening = self.opening
        if opening is None or not self.lines or not self.lines[0].date <= day <= self.last:
            return None
        return opening + sum((one.amount for one in self.lines if one.date <= day), Decimal(0))

    @property
    def last(self) -> date:
        """The last day that the file speaks of."""
        days = [one.date for one in self.lines[-1:]]
        return max([*days, *([self.closing.date] if self.closing else [])])
