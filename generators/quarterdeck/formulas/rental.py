"""Rents, what a rented property brings in a year, and its leases."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import MonthToMonth

CapStatus = Literal["covered", "exempt", "unsure"]
ScheduleLine = Annotated[int, msgspec.Meta(ge=5, le=19)]
MonthOfYear = Annotated[int, msgspec.Meta(ge=1, le=12)]
LeaseEnd = Annotated[str, msgspec.Meta(pattern=r"^(mtm|\d{4}-\d{2}-\d{2})$")]

MONTHS_PER_YEAR = 12
_HALF_MONTHS_PER_YEAR = 24
_HALF_MONTHS_OF_A_LIFE = 660
"""27.5 years; counted in half months the parts of the first and the last year are whole numbers."""

CAP_BASE = Decimal("0.05")
CAP_MOST = Decimal("0.10")


class Vacancy(msgspec.Struct, frozen=True):
    """Days without a tenant, and rent that did not come in for any reason."""

    physical: Decimal | Missing
    economic: Decimal | Missing


def _none(reason: str) -> Missing:
    return Missing("not_applicable", reason=reason)


@formula("F-N1", "Gross potential rent", unit="money", working="gpr = Σ rents × 12")
def gross_potential_rent(rents: Sequence[Decimal]) -> Decimal:
    """What all units would bring in a year if none stood empty.

    Args:
        rents: Money a month of each unit at the market; the rent of its lease, marked, where that is not known.

    Returns:
        Money a year.

    Example: `{"rents": [2800]}` gives `33600.00`.
    Example: `{"rents": []}` gives `0.00`.
    """
    return sum(rents, Decimal(0)) * MONTHS_PER_YEAR


@formula("F-N2", "Effective gross income", unit="money", working="egi = gpr - vacancy_loss + other")
def effective_gross_income(gpr: Decimal, vacancy_loss: Decimal, other: Decimal) -> Decimal:
    """What a property really brings.

    Args:
        gpr: Gross potential rent, money.
        vacancy_loss: Money lost to empty units and to tenants who did not pay.
        other: Money from laundry, parking and the like.

    Returns:
        Money over the same period.

    Example: `{"gpr": 33600, "vacancy_loss": 1400, "other": 300}` gives `32500.00`.
    Example: `{"gpr": 33600, "vacancy_loss": null, "other": 300}` gives `"not_known"`.
    """
    return gpr - vacancy_loss + other


@formula(
    "F-N3",
    "Net operating income",
    unit="money",
    working="""
        egi = gpr - vacancy_loss + other
        noi = egi - opex
    """,
)
def net_operating_income(gpr: Decimal, vacancy_loss: Decimal, other: Decimal, opex: Decimal) -> Decimal:
    """What a property leaves after the cost of running it.

    Args:
        gpr: Gross potential rent, money.
        vacancy_loss: Money lost to empty units and to tenants who did not pay.
        other: Money from elsewhere.
        opex: Money for property tax, insurance, management, repairs, the owners' association, and utilities that
            the owner pays; without mortgage, depreciation, income tax, capital work, and what the owner draws.

    Returns:
        Money over the same period; negative where running it costs more than it brings.

    Example: `{"gpr": 33600, "vacancy_loss": 1400, "other": 300, "opex": 10850}` gives `21650.00`.
    Example: `{"gpr": 0, "vacancy_loss": 0, "other": 0, "opex": 400}` gives `-400.00`.
    """
    return effective_gross_income(gpr, vacancy_loss, other) - opex


@formula("F-N4", "Cap rate", unit="ratio", working="rate = noi ÷ value")
def cap_rate(
    noi: Decimal, value: Decimal, value_date: date | None = None, as_of: date | None = None
) -> Decimal | Missing:
    """Net operating income against what the property is worth today, which the price once paid does not tell.

    Args:
        noi: Money a year.
        value: Money that it is worth.
        value_date: Day of that value.
        as_of: Day of the report; without both days whoever asks has looked at the age.

    Returns:
        Ratio; not known where the value is older than 12 months or only one of the days is given, n/a where it is 0.

    Example: `{"noi": 21650, "value": 640000}` gives `0.0338`.
    Example: `{"noi": 21650, "value": 640000, "value_date": "2025-10-30", "as_of": "2026-10-31"}` gives
    `"not_known"`.
    """
    if (value_date is None) is not (as_of is None):
        return Missing(reason="the age of the value is not known")
    if value_date and as_of and value_date < _year_before(as_of):
        return Missing(reason="the value is older than 12 months")
    return noi / value if value else _none("the value is 0")


def _year_before(day: date) -> date:
    last_day = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last_day))


@formula("F-N5", "Debt service coverage", unit="ratio", working="dscr = noi ÷ debt_service")
def debt_service_coverage(noi: Decimal, debt_service: Decimal) -> Decimal | Missing:
    """How many times the property earns what its loans take.

    Args:
        noi: Money a year.
        debt_service: Principal and interest of a year.

    Returns:
        Times; n/a without debt. Lenders commonly want 1.20 to 1.25.

    Example: `{"noi": 21650, "debt_service": 19800}` gives `1.09`.
    Example: `{"noi": 21650, "debt_service": 0}` gives `"not_applicable"`.
    """
    return noi / debt_service if debt_service else _none("no debt")


@formula("F-N6", "Cash on cash", unit="ratio", working="return = (noi - debt_service) ÷ invested")
def cash_on_cash(noi: Decimal, debt_service: Decimal, invested: Decimal) -> Decimal | Missing:
    """A year's cash against the own money put in.

    Args:
        noi: Money a year.
        debt_service: Principal and interest of a year.
        invested: Own money put in.

    Returns:
        Ratio a year, negative where cash is added; n/a where nothing was put in.

    Example: `{"noi": 21650, "debt_service": 19800, "invested": 150000}` gives `0.0123`.
    Example: `{"noi": 21650, "debt_service": 19800, "invested": 0}` gives `"not_applicable"`.
    """
    return (noi - debt_service) / invested if invested else _none("no own money was put in")


@formula(
    "F-N7",
    "Vacancy",
    unit="ratio",
    working="""
        physical = vacant_days ÷ available_days
        economic = 1 - collected ÷ gpr
    """,
)
def vacancy(vacant_days: int, available_days: int, collected: Decimal, gpr: Decimal) -> Vacancy:
    """What stands empty, and what does not come in.

    Args:
        vacant_days: Days without a tenant, over all units.
        available_days: Days of the period, over all units.
        collected: Money of rents that came in.
        gpr: Gross potential rent of the same period.

    Returns:
        physical: Ratio of days; n/a without days.
        economic: Ratio of rent, those who do not pay among it; n/a without rent to be had.

    Example: `{"vacant_days": 28, "available_days": 365, "collected": 30800, "gpr": 33600}` gives
    `{"physical": 0.077, "economic": 0.083}`.
    Example: `{"vacant_days": 0, "available_days": 0, "collected": 0, "gpr": 0}` gives
    `{"physical": "not_applicable", "economic": "not_applicable"}`.
    """
    return Vacancy(
        Decimal(vacant_days) / available_days if available_days else _none("no days"),
        1 - collected / gpr if gpr else _none("no rent to be had"),
    )


def _full_and_losing(result: Decimal | Missing) -> Iterator[str]:
    if isinstance(result, Decimal) and result > 1:
        yield "above 100%: it loses money even when full"


@formula(
    "F-N8",
    "Break-even occupancy",
    unit="ratio",
    working="occupancy = (opex + debt_service - other) ÷ gpr",
    notes=_full_and_losing,
)
def break_even_occupancy(
    opex: Decimal, debt_service: Decimal, gpr: Decimal, other: Decimal
) -> Decimal | Missing:
    """How much of the rent must come in so that a property pays for itself.

    Args:
        opex: Money a year for running it.
        debt_service: Principal and interest of a year.
        gpr: Gross potential rent of a year.
        other: Money a year from elsewhere.

    Returns:
        Ratio; above 1 it loses money when full. n/a without rent to be had.

    Example: `{"opex": 10850, "debt_service": 19800, "gpr": 33600, "other": 300}` gives `0.903`.
    Example: `{"opex": 10850, "debt_service": 19800, "gpr": 0, "other": 300}` gives `"not_applicable"`.
    """
    return (opex + debt_service - other) / gpr if gpr else _none("no rent to be had")


@formula("F-N9", "Expense ratio", unit="ratio", working="ratio = opex ÷ egi")
def expense_ratio(opex: Decimal, egi: Decimal) -> Decimal | Missing:
    """What running a property takes of what it brings.

    Args:
        opex: Money for running it.
        egi: Effective gross income of the same period.

    Returns:
        Ratio; n/a where it brings nothing.

    Example: `{"opex": 10850, "egi": 32500}` gives `0.334`.
    Example: `{"opex": 10850, "egi": 0}` gives `"not_applicable"`.
    """
    return opex / egi if egi > 0 else _none("it brings nothing")


@formula("F-N10", "Gross rent multiplier", unit="ratio", working="multiplier = value ÷ gpr")
def gross_rent_multiplier(value: Decimal, gpr: Decimal) -> Decimal | Missing:
    """How many years of full rent a property is worth.

    Args:
        value: Money that it is worth.
        gpr: Gross potential rent of a year.

    Returns:
        Times; n/a without rent to be had.

    Example: `{"value": 640000, "gpr": 33600}` gives `19.0`.
    Example: `{"value": 640000, "gpr": 0}` gives `"not_applicable"`.
    """
    return value / gpr if gpr else _none("no rent to be had")


@formula(
    "F-N11",
    "Depreciation, tax view",
    unit="money",
    working="""
        a whole year = basis ÷ 27.5
        year 1 = basis ÷ 27.5 × (12 - month + 0.5) ÷ 12
        the last year = the rest of basis
    """,
    notes=lambda: ("formula: tables of the IRS round each year and differ by a few dollars",),
)
def residential_depreciation(basis: Decimal, month: MonthOfYear, year: int) -> Decimal:
    """What of a residential building's cost may be deducted in one year: 27.5 years, from the middle of a month.

    Args:
        basis: Money that the building cost, without the land.
        month: Month in which it was put in service, 1 to 12.
        year: 1 for the year in which that was, 2 for the next.

    Returns:
        Money of that year. The rest falls into the 28th year, the 29th where service began in July or later; years
        before and after give 0. Not known where it is not known when service began.

    Example: `{"basis": 330000, "month": 7, "year": 1}` gives `5500.00`.
    Example: `{"basis": 330000, "month": 7, "year": 2}` gives `12000.00`.
    Example: `{"basis": 330000, "month": 7, "year": 29}` gives `500.00`.
    Example: `{"basis": 330000, "month": null, "year": 2}` gives `"not_known"`.

    Source: IRS Publications 527 and 946.
    """
    first = 2 * (MONTHS_PER_YEAR - month) + 1
    if year <= 1:
        used = first if year == 1 else 0
    else:
        left = _HALF_MONTHS_OF_A_LIFE - first - _HALF_MONTHS_PER_YEAR * (year - 2)
        used = max(0, min(_HALF_MONTHS_PER_YEAR, left))
    return basis * used / _HALF_MONTHS_OF_A_LIFE


@formula("F-N12", "Schedule E net", unit="money", working="net = rents - Σ lines")
def schedule_e_net(rents: Decimal, lines: Mapping[ScheduleLine, Decimal]) -> Decimal:
    """What a property earns on Part I of Schedule E: a preview for whoever prepares the return.

    Args:
        rents: Line 3, money; a deposit only where it was kept.
        lines: Money by number of the line, 5 to 19, depreciation on 18 among them.

    Returns:
        Money of line 21; negative is a loss.

    Example: `{"rents": 30800, "lines": {"9": 1200, "12": 9400, "14": 1850, "16": 6100, "18": 12000}}` gives
    `250.00`.
    Example: `{"rents": 30800, "lines": {}}` gives `30800.00`.

    Source: IRS Publication 527.
    """
    return rents - sum(lines.values(), Decimal(0))


@formula(
    "F-N13",
    "Reserve",
    unit="months",
    working="months = reserve ÷ ((opex + debt_service) ÷ 12)",
)
def reserve_months(reserve: Decimal, opex: Decimal, debt_service: Decimal) -> Decimal | Missing:
    """How long the reserve pays for a property without rent.

    Args:
        reserve: Money set aside for it.
        opex: Money a year for running it.
        debt_service: Principal and interest of a year.

    Returns:
        Months; n/a where it costs nothing.

    Example: `{"reserve": 9000, "opex": 10850, "debt_service": 19800}` gives `3.5`.
    Example: `{"reserve": 9000, "opex": 0, "debt_service": 0}` gives `"not_applicable"`.
    """
    a_year = opex + debt_service
    return reserve * MONTHS_PER_YEAR / a_year if a_year else _none("it costs nothing")


@formula(
    "F-N14",
    "Lease days left",
    unit="days",
    working="""
        days = lease_end - as_of
        days = notice_days from month to month
    """,
)
def lease_days(lease_end: LeaseEnd, as_of: date, notice_days: int | None = None) -> int | Missing:
    """Days until a lease ends.

    Args:
        lease_end: Last day of the lease, or `mtm` for month to month.
        as_of: Day of the report.
        notice_days: Days of notice, which is all that a lease from month to month has left.

    Returns:
        Days, negative for a lease that has ended; not known month to month without a notice period.

    Example: `{"lease_end": "2027-01-31", "as_of": "2026-11-23"}` gives `69`.
    Example: `{"lease_end": "mtm", "as_of": "2026-11-23", "notice_days": 30}` gives `30`.
    Example: `{"lease_end": "mtm", "as_of": "2026-11-23"}` gives `"not_known"`.
    """
    end = MonthToMonth() if lease_end == "mtm" else msgspec.convert(lease_end, date)
    return lease_days_left(end, as_of, notice_days)


def lease_days_left(
    lease_end: date | MonthToMonth, as_of: date, notice_days: int | None = None
) -> int | Missing:
    """Compute F-N14 for a lease as it was read."""
    if isinstance(lease_end, date):
        return (lease_end - as_of).days
    if notice_days is None:
        return Missing(reason="month to month without a stated notice period")
    return notice_days


@formula("F-N15", "Loan to value", unit="ratio", working="share = loan ÷ value")
def loan_to_value(loan: Decimal, value: Decimal) -> Decimal | Missing:
    """What is owed on a property against what it is worth.

    Args:
        loan: Money owed on it.
        value: Money that it is worth.

    Returns:
        Ratio; n/a where the value is 0.

    Example: `{"loan": 245000, "value": 640000}` gives `0.383`.
    Example: `{"loan": 245000, "value": 0}` gives `"not_applicable"`.
    """
    return loan / value if value else _none("the value is 0")


@formula("F-N16", "Loss to lease", unit="ratio", working="loss = (market - contract) ÷ market")
def loss_to_lease(market: Decimal, contract: Decimal) -> Decimal | Missing:
    """How far the rents in the leases are below the market.

    Args:
        market: Money a month that new tenants would pay.
        contract: Money a month in the leases of the same units.

    Returns:
        Ratio of the market rent, negative where leases are above it; n/a where the market rent is 0.

    Example: `{"market": 2800, "contract": 2600}` gives `0.071`.
    Example: `{"market": 0, "contract": 2600}` gives `"not_applicable"`.
    """
    return (market - contract) / market if market else _none("the market rent is 0")


def _ceiling_notes(status: CapStatus) -> Iterator[str]:
    match status:
        case "exempt":
            yield "the notice that it is exempt must be on file"
        case "unsure":
            yield "a question for an adviser: is the unit covered?"


@formula(
    "F-N17",
    "Rent-increase ceiling",
    unit="ratio",
    working="ceiling = 5% + cpi, at most 10%",
    notes=_ceiling_notes,
)
def rent_ceiling(cpi: Decimal | None, status: CapStatus) -> Decimal | Missing:
    """The most by which the rent of a covered unit in California may rise in twelve months.

    Args:
        cpi: Ratio by which local consumer prices rose in a year; null where not known.
        status: `covered`, `exempt` (with the notice on file), or `unsure`.

    Returns:
        Ratio; n/a where exempt, not known where unsure or without the rise of prices.

    Example: `{"cpi": 0.038, "status": "covered"}` gives `0.088`.
    Example: `{"cpi": 0.07, "status": "covered"}` gives `0.100`.
    Example: `{"cpi": 0.038, "status": "exempt"}` gives `"not_applicable"`.
    Example: `{"cpi": 0.038, "status": "unsure"}` gives `"not_known"`.

    Source: California Civil Code 1947.12.
    """
    match status:
        case "exempt":
            return _none("the unit is exempt")
        case "unsure":
            return Missing(reason="nobody knows whether the unit is covered")
        case "covered":
            return Missing(reason="cpi not known") if cpi is None else min(CAP_BASE + cpi, CAP_MOST)


def occupancy(occupied: int, units: int) -> Decimal | Missing:
    """The share of units that have a tenant; n/a without units."""
    return Decimal(occupied) / units if units else _none("no units")


def rent_days_late(paid_through: date, due_day: int, as_of: date) -> int:
    """Days since the first rent after `paid_through` was due; 0 while it is not.

    A due day that a month does not have is its last day.
    """
    unpaid_from = paid_through + timedelta(days=1)
    last_day = calendar.monthrange(unpaid_from.year, unpaid_from.month)[1]
    due = max(unpaid_from, unpaid_from.replace(day=min(due_day, last_day)))
    return max(0, (as_of - due).days)
