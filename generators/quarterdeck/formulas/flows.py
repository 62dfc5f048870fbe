"""Dated money: what is still to come, and the weeks that it falls into."""

import datetime as dt
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.formulas.periods import CENT, YEAR, allocate, due_days, to_cents
from quarterdeck.formulas.registry import Amount
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Blank, Cadence, Money

WEEKS = 13
WEEKS_A_YEAR = 52
_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)
_ZERO = Decimal(0)


class Flow(msgspec.Struct, frozen=True):
    """One amount that is expected."""

    day: date | None
    """None: an amount a month without a day, spread over all weeks in equal parts."""
    amount: Decimal
    """Positive for a receipt, negative for a payment."""
    id: str
    """Of the row that it comes from."""
    what: str
    """Name of its table: `invoices`."""


class Excluded(msgspec.Struct, frozen=True):
    """One row that is not counted, and why."""

    id: str
    reason: str
    amount: Amount | Missing


Item = Flow | Excluded


class Horizon(msgspec.Struct, frozen=True):
    """The weeks that a forecast looks at; they run from Monday to Sunday."""

    as_of: date
    """Only what is dated after it counts."""
    weeks: int = WEEKS
    currency: str = "USD"

    @property
    def tomorrow(self) -> date:
        """The first day that counts."""
        return self.as_of + _DAY

    @property
    def start(self) -> date:
        """The Monday of week 1, the week that holds the first day."""
        return self.tomorrow - dt.timedelta(days=self.tomorrow.weekday())

    @property
    def end(self) -> date:
        """The last Sunday."""
        return self.monday(self.weeks + 1) - _DAY

    def monday(self, week: int) -> date:
        """The first day of a week, counted from 1."""
        return self.start + _WEEK * (week - 1)

    def since(self, day: date) -> "Horizon":
        """From another first day to the same end."""
        earlier = Horizon(day - _DAY, self.weeks, self.currency)
        return Horizon(day - _DAY, ((self.end - earlier.start).days + 1) // 7, self.currency)

    def week_of(self, day: date) -> int | None:
        """The week of a day, counted from 1; None for one that does not count."""
        return (day - self.start).days // 7 + 1 if self.as_of < day <= self.end else None

    def holds(self, day: date) -> bool:
        """Whether a day counts."""
        return self.as_of < day <= self.end

    def days(self, first: date, cadence: Cadence) -> Iterator[date]:
        """The days that count, of something that falls due in a rhythm."""
        return (day for day in due_days(first, cadence, self.end) if day > self.as_of)

    def days_of_month(self, day: int) -> Iterator[date]:
        """That day of each month, or the last one of a shorter month, where it counts."""
        january = date(self.as_of.year, 1, 31)
        for one in due_days(january, "monthly", self.end + _WEEK * 5):
            due = one.replace(day=min(day, one.day))
            if self.holds(due):
                yield due


def weekly(flows: Iterable[Flow], horizon: Horizon) -> tuple[tuple[Decimal, Decimal], ...]:
    """Receipts and payments of each week, both 0 or more.

    What has no day is spread: a month's amount comes to twelve over 52 of it each week, in cents that add up.
    """
    weeks = [[_ZERO, _ZERO] for _ in range(horizon.weeks)]
    for flow in flows:
        side = flow.amount < 0
        if flow.day is None:
            for week, part in zip(weeks, _spread(abs(flow.amount), horizon.weeks), strict=True):
                week[side] += part
        elif (number := horizon.week_of(flow.day)) is not None:
            weeks[number - 1][side] += abs(flow.amount)
    return tuple((receipts, payments) for receipts, payments in weeks)


def _spread(a_month: Decimal, weeks: int) -> tuple[Decimal, ...]:
    whole = to_cents(a_month * YEAR * weeks / WEEKS_A_YEAR)
    parts = allocate(whole, [CENT] * weeks)
    return () if isinstance(parts, Missing) else parts


def amount_of(value: object, horizon: Horizon) -> Decimal | str:
    """An amount in the currency of the forecast, or why there is none."""
    match value:
        case Money(amount=amount, currency=currency):
            return (
                amount
                if currency == horizon.currency
                else f"{to_cents(amount):,} {currency} is not converted"
            )
        case _:
            return "amount not known"


def named(*cells: str | Blank) -> str:
    """The first of some cells that says something; it names the row."""
    return next((cell for cell in cells if isinstance(cell, str) and cell), "no name")


def excluded(code: str, reason: str, amount: Decimal | str = "") -> Excluded:
    """A row that is not counted; a reason in the place of the amount says why there is none."""
    known = amount if isinstance(amount, Decimal) else Missing(reason=amount or reason)
    return Excluded(code, reason, known)
