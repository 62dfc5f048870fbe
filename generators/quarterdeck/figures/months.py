"""Whole months before a day, as figures look back on them."""

from collections.abc import Iterator
from datetime import date, timedelta

from quarterdeck.model.values import MONTHS, Period, month_of

_NBSP = "\N{NO-BREAK SPACE}"


def last_full_month(as_of: date) -> Period:
    """The newest calendar month that ended on or before a day."""
    return month_of((as_of + timedelta(days=1)).replace(day=1) - timedelta(days=1))


def months_to(last: Period, count: int) -> tuple[Period, ...]:
    """So many months in a row, oldest first, the last one included."""
    return tuple(reversed([month for month, _ in zip(_backwards(last), range(count), strict=False)]))


def span_of(months: tuple[Period, ...]) -> Period:
    """The days from the first to the last of some months."""
    return Period(months[0].start, months[-1].end, f"{months[0].name} to {months[-1].name}")


def year_of(as_of: date) -> Period:
    """The calendar year up to the day of the report."""
    return Period(date(as_of.year, 1, 1), as_of, f"{as_of.year} to date")


def horizon(as_of: date) -> tuple[Period, ...]:
    """This month, the rest of its year, and at least twelve months from here."""
    this = Period(as_of.replace(day=1), as_of, "")
    last = max((as_of.year, 12), (as_of.year + 1, as_of.month))
    count = (last[0] - this.start.year) * 12 + last[1] - this.start.month + 1
    end = last_full_month(date(last[0] + last[1] // 12, last[1] % 12 + 1, 1))
    return months_to(end, count)


def month_name(month: Period) -> str:
    """The name of a month without its year: `October`."""
    return MONTHS[month.start.month - 1]


def on(day: date, as_of: date | None = None) -> str:
    """Print `22 Nov`, with its year unless that is the year of `as_of`: `18 Mar 2025`."""
    words = f"{day.day}{_NBSP}{month_name(month_of(day))[:3]}"
    return words if as_of is not None and day.year == as_of.year else f"{words}{_NBSP}{day.year}"


def holds(period: Period, day: date) -> bool:
    """Whether a day lies in a period."""
    return period.start <= day <= period.end


def _backwards(month: Period) -> Iterator[Period]:
    while True:
        yield month
        month = month_of(month.start - timedelta(days=1))
