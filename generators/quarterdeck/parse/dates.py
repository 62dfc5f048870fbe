"""Reads days and periods; what could be two days is refused."""

import re
from datetime import date

from quarterdeck.model.columns import Field
from quarterdeck.model.values import MONTHS, Blank, MonthToMonth, Period, month_of
from quarterdeck.parse.refusal import Refusal, blank, quoted

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years outside are slips of the pen, and would overflow what is counted from them."""

_ISO_LENGTH = 10
_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
_NAME = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WORDS = (
    re.compile(rf"(?:[A-Za-z]{{3,9}},? )?{_NAME} {_DAY},? (?P<year>\d{{4}})", re.ASCII),
    re.compile(rf"(?:[A-Za-z]{{3,9}},? )?{_DAY}\.? {_NAME},? (?P<year>\d{{4}})", re.ASCII),
)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_ISO_LIKE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_MONTH_YEAR = re.compile(r"(?P<month>[A-Za-z]{3,9})\.? (?P<year>\d{4})", re.ASCII)
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)|[Qq](?P<quarter>[1-4])|[Ww](?P<week>\d\d?)))?"
    r"|[Qq](?P<first>[1-4]) (?P<of>\d{4})",
    re.ASCII,
)
_DATE_MEND = "Write it as 2026-12-05."
_PERIOD_MEND = "Write it as 2026-12, 2026-Q4, 2026, 2026-W49 or 2026-12-05."


def read_date(text: str, _field: Field, _currency: str) -> date | Blank | Refusal:
    """Read one day: `2026-12-05`, `Dec 5, 2026` or `5 Dec 2026`; `12/05/2026` is refused."""
    if len(text) == _ISO_LENGTH and text[4] == "-" and text[7] == "-":
        try:
            return _sane(date.fromisoformat(text), text)
        except ValueError:
            return _no_day(text)
    if found := blank(text):
        return found
    if text.lower() == "none":
        return Blank("n/a")
    for pattern in _WORDS:
        if match := pattern.fullmatch(text):
            month = _month(match["month"])
            return _day(int(match["year"]), month, int(match["day"]), text) if month else _no_day(text)
    return _refused_day(text)


def read_date_or_mtm(text: str, field: Field, currency: str) -> date | MonthToMonth | Blank | Refusal:
    """Read one day, or `mtm` for a lease from month to month."""
    if text.lower().replace("-", " ") in {"mtm", "m2m", "month to month"}:
        return MonthToMonth()
    return read_date(text, field, currency)


def read_period(text: str, field: Field, currency: str) -> Period | Blank | Refusal:
    """Read a month, quarter, year, ISO week or single day."""
    if match := _PERIOD.fullmatch(text):
        return _period(match, text)
    if match := _MONTH_YEAR.fullmatch(text):
        month = _month(match["month"])
        return _span(text, int(match["year"]), month) if month else _no_period(text)
    day = read_date(text, field, currency)
    if isinstance(day, date):
        return Period(day, day, day.isoformat())
    return day if isinstance(day, Blank) or day.is_impossible else _refused_period(text, day)


def _month(name: str) -> int | None:
    number = _NUMBERS.get(name[:3].lower())
    if number is None or not (MONTHS[number - 1].lower().startswith(name.lower()) or name.lower() == "sept"):
        return None
    return number


def _day(year: int, month: int, day: int, text: str) -> date | Refusal:
    try:
        return _sane(date(year, month, day), text)
    except ValueError:
        return _no_day(text)


def _sane(day: date, text: str) -> date | Refusal:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else _no_year(text)


def _no_year(text: str) -> Refusal:
    mend = f"Write a year from {FIRST_YEAR} to {LAST_YEAR}."
    return Refusal(f"{quoted(text)} is out of time", mend, "impossible", is_impossible=True)


def _no_day(text: str) -> Refusal:
    return Refusal(f"{quoted(text)} is no day of the calendar", _DATE_MEND, "bad-date")


def _refused_day(text: str) -> Refusal:
    """Say what the day may have been meant to be."""
    if match := _SLASHED.fullmatch(text):
        return _slashed(text, int(match[1]), int(match[2]), int(match[3]))
    if match := _YEAR_FIRST.fullmatch(text) or _ISO_LIKE.fullmatch(text):
        mend = f"Write {match[1]}-{int(match[2]):02}-{int(match[3]):02}."
        return Refusal(f"{quoted(text)} is not written as a date", mend, "bad-date")
    if _PERIOD.fullmatch(text) or _MONTH_YEAR.fullmatch(text):
        return Refusal(f"{quoted(text)} names no single day", "Write the day too: 2026-12-05.", "bad-date")
    return Refusal(f"{quoted(text)} is no date", _DATE_MEND, "bad-date")


def _slashed(text: str, first: int, second: int, year: int) -> Refusal:
    year += 2000 if year < 100 else 0  # noqa: PLR2004  # two digits of a year
    months = ("", *MONTHS)
    if not (1 <= first <= 12 and 1 <= second <= 12):  # noqa: PLR2004  # months of a year
        return Refusal(f"{quoted(text)} is not written as a date", _DATE_MEND, "bad-date")
    what = f"{quoted(text)} can be {first} {months[second]} or {second} {months[first]}"
    if first == second:
        what = f"{quoted(text)} is not written as a date"
    return Refusal(what, f"Write {year}-{first:02}-{second:02}.", "bad-date")


def _no_period(text: str) -> Refusal:
    return Refusal(f"{quoted(text)} is no period", _PERIOD_MEND, "bad-period")


def _refused_period(text: str, day: Refusal) -> Refusal:
    is_day = _SLASHED.fullmatch(text) or _YEAR_FIRST.fullmatch(text) or _ISO_LIKE.fullmatch(text)
    return day if is_day else _no_period(text)


def _period(match: re.Match[str], text: str) -> Period | Refusal:
    year = int(match["year"] or match["of"])
    if quarter := match["quarter"] or match["first"]:
        return _quarter(text, year, int(quarter))
    if match["month"]:
        return _span(text, year, int(match["month"]))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _no_year(text)
    if match["week"]:
        return _week(text, year, int(match["week"]))
    return Period(date(year, 1, 1), date(year, 12, 31), f"{year}")


def _span(text: str, year: int, month: int) -> Period | Refusal:
    if not 1 <= month <= 12:  # noqa: PLR2004  # months of a year
        return _no_period(text)
    return month_of(date(year, month, 1)) if FIRST_YEAR <= year <= LAST_YEAR else _no_year(text)


def _quarter(text: str, year: int, quarter: int) -> Period | Refusal:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _no_year(text)
    last = month_of(date(year, quarter * 3, 1))
    return Period(date(year, quarter * 3 - 2, 1), last.end, f"{year}-Q{quarter}")


def _week(text: str, year: int, week: int) -> Period | Refusal:
    try:
        start, end = (date.fromisocalendar(year, week, day) for day in (1, 7))
    except ValueError:
        return _no_period(text)
    return Period(start, end, f"{year}-W{week:02}")
