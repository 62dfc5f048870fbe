"""Formulas that split money over days, months and parts."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Annotated

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Cadence

CENT = Decimal("0.01")
SHORTEST_PACE_DAYS = 7
"""Before that many days a month's pace says nothing."""
FX_MAX_AGE_DAYS = 7
YEAR = 12
LEAST_MONTHS = 3
"""Full months from which an average or a year made of them means something."""

Month = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
"""A calendar month as text: `2026-10`."""

_WEEK = dt.timedelta(days=7)
_MONTHS_BETWEEN: dict[Cadence, int] = {"monthly": 1, "quarterly": 3, "annual": YEAR}


def to_cents(amount: Decimal) -> Decimal:
    """Round half up to the cent, as a final figure is printed; never a negative zero."""
    return amount.quantize(CENT, ROUND_HALF_UP) + 0


def due_days(first: dt.date, cadence: Cadence, until: dt.date) -> Iterator[dt.date]:
    """The days on which something falls due, up to a day; the 31st is the last day of shorter months."""
    step, day = 0, first
    while day <= until:
        yield day
        step += 1
        if cadence == "one-time":
            return
        weekly = cadence == "weekly"
        day = first + _WEEK * step if weekly else months_after(first, _MONTHS_BETWEEN[cadence] * step)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, YEAR)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _whole_at_most(days_active: int, days_in_period: int) -> Iterator[str]:
    if days_active > days_in_period:
        yield f"{days_active} active days in a period of {days_in_period}: the whole amount"


@formula(
    "F-P1",
    "Prorated amount",
    unit="money",
    working="part = amount × days_active ÷ days_in_period",
    notes=_whole_at_most,
)
def prorate(amount: Decimal, days_active: int, days_in_period: int) -> Decimal:
    """The part of a period's amount that falls on its active days.

    Args:
        amount: Money for the whole period.
        days_active: Days that count, both ends included.
        days_in_period: Days of the period, at least 1.

    Returns:
        Money: amount x days_active / days_in_period. No active day gives 0; more active days than the period
        has give the whole amount, and whoever counted the days has a finding to raise.

    Example: `{"amount": 1850, "days_active": 12, "days_in_period": 30}` gives `740.00`.
    """
    return amount * max(0, min(days_active, days_in_period)) / days_in_period


@formula(
    "F-P2",
    "Amount split into parts",
    unit="money",
    working="""
    each part = total × its weight ÷ Σ weights, cut to the cent
    cents left over go to the largest fractions
    """,
)
def allocate(total: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...] | Missing:
    """Split an amount by weights into cents that add up to it.

    Args:
        total: Money to split, positive or negative.
        weights: One for each part, none below 0.

    Returns:
        Money for each part, in the order of the weights: each share is cut to the cent, and the cents left
        over go to the largest fractions (equal ones: first listed). Weights that add up to 0 give n/a.

    Example: `{"total": 100, "weights": [1, 1, 1]}` gives `[33.34, 33.33, 33.33]`.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        return Missing("not_applicable", reason="the weights add up to 0")
    cents = to_cents(abs(total)) * 100
    exact = [cents * weight / whole for weight in weights]
    shares = [one.to_integral_value(ROUND_FLOOR) for one in exact]
    left_over = int(cents - sum(shares, Decimal(0)))
    by_fraction = sorted(range(len(exact)), key=lambda at: shares[at] - exact[at])
    for at in by_fraction[:left_over]:
        shares[at] += 1
    sign = -1 if total < 0 else 1
    return tuple(share * CENT * sign + 0 for share in shares)


@formula("F-P3", "Amount in the base currency", unit="money", working="converted = amount × newest of prices")
def fx(
    amount: Decimal,
    date: dt.date,
    prices: Sequence[tuple[dt.date, Decimal]],
    max_age_days: int = FX_MAX_AGE_DAYS,
) -> Decimal | Missing:
    """An amount of another currency, converted.

    Args:
        amount: Money of the other currency.
        date: Day for which it is converted: of the balance, or of the transaction.
        prices: Day and worth of one unit in the base currency, in any order.
        max_age_days: Days for which a price holds, `assumptions.fx_max_age_days`.

    Returns:
        Money of the base currency, at the newest price of that day or before; not known where there is none
        or it is older than `max_age_days`: the amount is then shown as it is.

    Example: `{"amount": 1200, "date": "2026-10-31", "prices": [["2026-10-20", 1.07], ["2026-10-30", 1.08],
    ["2026-11-01", 1.09]]}` gives `1296.00`.
    Example: `{"amount": 1200, "date": "2026-10-31", "prices": [["2026-10-23", 1.07]]}` gives `"not_known"`.
    """
    known = [(day, rate) for day, rate in prices if day <= date]
    if not known:
        return Missing(reason=f"no price on or before {date}")
    day, rate = max(known, key=lambda one: one[0])
    if (date - day).days > max_age_days:
        return Missing(reason=f"the newest price, of {day}, is older than {max_age_days} days on {date}")
    return amount * rate


@formula(
    "F-P4",
    "Pace of the month",
    unit="money",
    working="pace = mtd × days_in_month ÷ elapsed_days",
)
def pace(mtd: Decimal, elapsed_days: int, days_in_month: int) -> Decimal | Missing:
    """What the month comes to if the rest of it goes like its beginning.

    Bookings are paced by the calendar instead: what is completed and confirmed in the month.

    Args:
        mtd: Money of the month to date.
        elapsed_days: Days of it that are over.
        days_in_month: Days that it has.

    Returns:
        Money: mtd x days_in_month / elapsed_days; not known before the seventh day.

    Example: `{"mtd": 4200, "elapsed_days": 14, "days_in_month": 30}` gives `9000.00`.
    """
    if elapsed_days < SHORTEST_PACE_DAYS:
        return Missing(reason=f"{elapsed_days} days of the month are too few for a pace")
    return mtd * days_in_month / elapsed_days


def _season_unknown(months: Sequence[Decimal]) -> Iterator[str]:
    if LEAST_MONTHS <= len(months) < YEAR:
        yield f"annualised from {len(months)} months, season unknown"


@formula(
    "F-P5",
    "A year from full months",
    unit="money",
    working="year = Σ newest 12 of months × 12 ÷ their count",
    notes=_season_unknown,
)
def annualise(months: Sequence[Decimal]) -> Decimal | Missing:
    """What a year comes to if it goes like the last full months.

    Args:
        months: Money of each full month, oldest first; of more than twelve the newest twelve count.

    Returns:
        Money a year; not known from less than three months. From less than twelve it says nothing of the
        season.

    Example: `{"months": [8000, 9500, 7000, 10500, 9000]}` gives `105600.00`.
    Example: `{"months": [8000, 9500]}` gives `"not_known"`.
    """
    newest = months[-YEAR:]
    if len(newest) < LEAST_MONTHS:
        return Missing(reason=f"{len(newest)} full months are too few for a year")
    return sum(newest, Decimal(0)) * YEAR / len(newest)


def _years_averaged(months: Sequence[tuple[Month, Decimal]]) -> Iterator[str]:
    if len(months) >= 2 * YEAR:
        yield f"the same months of {len(months)} months are averaged"


@formula(
    "F-P6",
    "Seasonality index",
    unit="score",
    working="share = amount of that one ÷ Σ amounts × 100",
    notes=_years_averaged,
)
def seasonality(months: Sequence[tuple[Month, Decimal]]) -> tuple[Decimal, ...] | Missing:
    """How a year's revenue is spread over its months.

    Args:
        months: Month and money of each full month, oldest first. The newest twelve count; from 24 on, every
            month counts with the mean of its years.

    Returns:
        Twelve shares of 100, January to December. Not known before each month was seen once (use the plan, or
        equal months, and say so); n/a without revenue.

    Example: `{"months": [["2025-11", 4000], ["2025-12", 3000], ["2026-01", 5000], ["2026-02", 5000],
    ["2026-03", 7000], ["2026-04", 8000], ["2026-05", 10000], ["2026-06", 13000], ["2026-07", 14000],
    ["2026-08", 14000], ["2026-09", 10000], ["2026-10", 7000]]}` gives
    `[5, 5, 7, 8, 10, 13, 14, 14, 10, 7, 4, 3]`.
    Example: `{"months": [["2026-09", 10000], ["2026-10", 7000]]}` gives `"not_known"`.
    """
    counted = months if len(months) >= 2 * YEAR else months[-YEAR:]
    seen: defaultdict[str, list[Decimal]] = defaultdict(list)
    for month, amount in counted:
        seen[month[-2:]].append(amount)
    if len(seen) < YEAR:
        return Missing(reason=f"{len(seen)} of 12 months of the year are known")
    means = [sum(seen[month], Decimal(0)) / len(seen[month]) for month in sorted(seen)]
    whole = sum(means, Decimal(0))
    if whole <= 0:
        return Missing("not_applicable", reason="no revenue in these months")
    return tuple(mean / whole * 100 for mean in means)
