"""Actual against plan."""

# definitions are written with the signs of arithmetic

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.formulas.periods import LEAST_MONTHS
from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.assumed import DEFAULTS
from quarterdeck.model.figure import Missing


class Variance(msgspec.Struct, frozen=True):
    """A difference from plan and whether somebody must explain it."""

    var: Amount
    pct: Decimal | Missing
    favourable: bool
    flag: bool


class PriceVolume(msgspec.Struct, frozen=True):
    """How much of a difference in revenue is price, and how much is volume."""

    price: Amount
    volume: Amount
    total: Amount


class Outlook(msgspec.Struct, frozen=True):
    """What a year comes to, twice."""

    with_plan: Amount
    with_pace: Amount | Missing


@formula(
    "F-V1",
    "Variance from plan",
    unit="money",
    working="""
    var = actual − plan
    pct = var ÷ |plan|
    flag: |var| ≥ the larger of flag_from and flag_share × |plan|
    """,
)
def variance(
    actual: Decimal,
    plan: Decimal,
    kind: Literal["income", "expense"],
    flag_from: Decimal = DEFAULTS.variance_flag.absolute,
    flag_share: Decimal = DEFAULTS.variance_flag.ratio,
) -> Variance:
    """How far the actual amount is from the planned one.

    Args:
        actual: Money of the period.
        plan: Money planned for it; a missing plan is no plan of 0, so do not call without one.
        kind: Whether more is better (income) or worse (expense).
        flag_from: Money, `thresholds.variance_flag.abs`.
        flag_share: Ratio of the plan, `thresholds.variance_flag.pct`.

    Returns:
        var: Money, actual - plan.
        pct: The same as a ratio of the plan's size; n/a where the plan is 0.
        favourable: Income not below plan, or expense not above it.
        flag: Whether it reaches both `flag_from` and `flag_share` of the plan; 250 and 10% unless set.

    Example: `{"actual": 18400, "plan": 21000, "kind": "income"}` gives
    `{"var": -2600.00, "pct": -0.124, "favourable": false, "flag": true}`.
    Example: `{"actual": 1320, "plan": 1200, "kind": "expense"}` gives
    `{"var": 120.00, "pct": 0.100, "favourable": false, "flag": false}`.
    """
    var = actual - plan
    return Variance(
        var=var,
        pct=var / abs(plan) if plan else Missing("not_applicable", reason="the plan is 0"),
        favourable=var >= 0 if kind == "income" else var <= 0,
        flag=abs(var) >= max(flag_from, flag_share * abs(plan)),
    )


@formula(
    "F-V2",
    "Price and volume",
    unit="money",
    working="""
    price = (actual_price − plan_price) × actual_units
    volume = (actual_units − plan_units) × plan_price
    total = price + volume
    """,
)
def price_volume(
    actual_price: Decimal, actual_units: Decimal, plan_price: Decimal, plan_units: Decimal
) -> PriceVolume:
    """How much of a difference in revenue comes from the price, and how much from the number sold.

    Args:
        actual_price: Money of one unit as sold, on average.
        actual_units: Count of units sold.
        plan_price: Money of one unit as planned.
        plan_units: Count of units planned.

    Returns:
        price: Money that the other price made, on the units sold.
        volume: Money that the other number made, at the planned price.
        total: Money, both together: the whole difference in revenue. A small one may hide two large ones.
        Not known where an input is not.

    Example: `{"actual_price": 905, "actual_units": 21, "plan_price": 950, "plan_units": 20}` gives
    `{"price": -945.00, "volume": 950.00, "total": 5.00}`.
    Example: `{"actual_price": 905, "actual_units": null, "plan_price": 950, "plan_units": 20}` gives
    `"not_known"`.
    """
    price = (actual_price - plan_price) * actual_units
    volume = (actual_units - plan_units) * plan_price
    return PriceVolume(price, volume, price + volume)


def _month_to_date(done_dates: int | None, planned_dates: int | None) -> Iterator[str]:
    by = "service dates" if done_dates is not None and planned_dates else "days elapsed"
    yield f"MTD, by {by}"


@formula(
    "F-V3",
    "Plan of a month to date",
    unit="money",
    working="""
    to date = plan × done_dates ÷ planned_dates
    without service dates: plan × elapsed_days ÷ days_in_month
    """,
    notes=_month_to_date,
)
def plan_to_date(
    plan: Decimal,
    elapsed_days: int,
    days_in_month: int,
    done_dates: int | None = None,
    planned_dates: int | None = None,
) -> Decimal | Missing:
    """The part of a month's plan that should have come by now.

    Args:
        plan: Money planned for the month.
        elapsed_days: Days of it that are over.
        days_in_month: Days that it has.
        done_dates: Count of service dates of the month that are completed, where known.
        planned_dates: Count of service dates planned for the month, where known.

    Returns:
        Money: the plan by service dates where both counts are known, else by days; never more than the plan.
        n/a for a month without days.

    Example: `{"plan": 12000, "elapsed_days": 14, "days_in_month": 30}` gives `5600.00`.
    Example: `{"plan": 12000, "elapsed_days": 14, "days_in_month": 30, "done_dates": 9,
    "planned_dates": 12}` gives `9000.00`.
    Example: `{"plan": 12000, "elapsed_days": 14, "days_in_month": 0}` gives `"not_applicable"`.
    """
    done, of = elapsed_days, days_in_month
    if done_dates is not None and planned_dates:
        done, of = done_dates, planned_dates
    if of <= 0:
        return Missing("not_applicable", reason="the month has no days")
    return plan * min(done, of) / of


@formula(
    "F-V4",
    "Outlook for the full year",
    unit="money",
    working="""
    with_plan = Σ actual + Σ plan_rest
    with_pace = Σ actual + mean of actual × months left
    """,
)
def full_year(actual: Sequence[Decimal], plan_rest: Sequence[Decimal]) -> Outlook:
    """What the year comes to: if the rest goes as planned, and if it goes as it went.

    Args:
        actual: Money of each full month of the year so far.
        plan_rest: Money planned for each month left.

    Returns:
        with_plan: Money of the months so far and the plan of the rest.
        with_pace: Money of the months so far and their mean for each month left; not known before three
            full months.

    Example: `{"actual": [8000, 9500, 7000, 10500], "plan_rest": [9000, 9000]}` gives
    `{"with_plan": 53000.00, "with_pace": 52500.00}`.
    Example: `{"actual": [8000, 9500], "plan_rest": [9000]}` gives
    `{"with_plan": 26500.00, "with_pace": "not_known"}`.
    """
    so_far = sum(actual, Decimal(0))
    with_plan = so_far + sum(plan_rest, Decimal(0))
    if len(actual) < LEAST_MONTHS:
        return Outlook(with_plan, Missing(reason=f"{len(actual)} full months are too few for a pace"))
    return Outlook(with_plan, so_far + so_far * len(plan_rest) / len(actual))
