"""Values that people write: money, spans of time, and the ways of not knowing."""

import datetime as dt
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

Cadence = Literal["weekly", "monthly", "quarterly", "annual", "one-time"]

PER_MONTH: dict[Cadence, Decimal] = {
    "weekly": Decimal(52) / 12,
    "monthly": Decimal(1),
    "quarterly": Decimal(1) / 3,
    "annual": Decimal(1) / 12,
}
"""How often each cadence falls into one month; one-time falls into none (F-G1)."""


class CurrencyMismatchError(ValueError):
    """Two currencies met in one sum."""

    def __init__(self, left: str, right: str) -> None:
        """Name both."""
        super().__init__(f"{left} and {right} cannot be added; convert one first")


class Money(msgspec.Struct, frozen=True, tag="money", gc=False):
    """An exact amount in one currency; adding two currencies is an error."""

    amount: Decimal
    currency: str
    """ISO 4217 code, upper case."""

    def __add__(self, other: "Money") -> "Money":
        """Add exactly.

        Raises:
            CurrencyMismatchError: The currencies differ.
        """
        if other.currency != self.currency:
            raise CurrencyMismatchError(self.currency, other.currency)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract exactly; raises as addition does."""
        return self + Money(-other.amount, other.currency)

    def __neg__(self) -> "Money":
        """The same amount owed the other way."""
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        """Scale exactly, without rounding."""
        return Money(self.amount * factor, self.currency)


class MoneyRange(msgspec.Struct, frozen=True, tag="range"):
    """Money that somebody knows only between two ends, both of one currency."""

    low: Money
    high: Money

    @property
    def middle(self) -> Money:
        """Half way between the ends."""
        return (self.low + self.high) * Decimal("0.5")


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A day as a result, such as the one on which money runs out."""

    date: dt.date


class Word(msgspec.Struct, frozen=True, tag="word"):
    """What is said of a thing where no number tells it: `no DMARC record`."""

    text: str


class Blank(msgspec.Struct, frozen=True, tag="blank", omit_defaults=True):
    """A cell without a value, and why: never zero, never a default."""

    why: Literal["absent", "unknown", "n/a", "not tracked", "refused"] = "absent"
    """`absent`: no such column or key. `unknown`: written as empty or `?`. `refused`: not understood."""
    text: str = ""
    """The reason given with n/a, or the text that was refused."""


ABSENT = Blank()
UNKNOWN = Blank("unknown")


class Period(msgspec.Struct, frozen=True, tag="period", order=True):
    """A named stretch of whole days: a month, quarter, year, ISO week or single day."""

    start: date
    end: date
    """Last day, included."""
    name: str
    """As people write it: `2026-10`, `2026-Q4`, `2026`, `2026-W41`, `2026-10-31`."""


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Their names in English, whatever the locale."""


@lru_cache(maxsize=4_096)
def month_of(day: date) -> Period:
    """The calendar month that holds a day."""
    first = day.replace(day=1)
    within_next = first + timedelta(days=31)
    return Period(first, within_next - timedelta(days=within_next.day), f"{day:%Y-%m}")


class MonthToMonth(msgspec.Struct, frozen=True, tag="mtm"):
    """The end of a lease that runs from month to month."""


class Ratio(msgspec.Struct, frozen=True, tag="ratio", omit_defaults=True):
    """A share such as 0.25; keeps both counts where it was written as `5 of 31`."""

    value: Decimal
    part: Decimal | None = None
    whole: Decimal | None = None
