"""Leases of the rental audit: who lives where, who is late, which lease ends next."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from quarterdeck.figures.rental import LET, due_day, rent_late
from quarterdeck.formulas.rental import lease_days_left
from quarterdeck.model.books import Cost, Policy
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Lease
from quarterdeck.model.source import Source
from quarterdeck.model.values import ABSENT, Blank, Money, MonthToMonth
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    name_of,
    on,
    plain_cell,
    said,
    text,
    total,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.rental_money import cost_words
from quarterdeck.reports.rental_upkeep import return_by
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, value

RENEWAL_NOTICE = 90
SOON = 30


class Late(msgspec.Struct, frozen=True):
    """One tenant who is behind."""

    unit: str
    tenant: str
    days: int
    through: date
    rent: Money | Blank
    source: Source


class Ending(msgspec.Struct, frozen=True):
    """The next lease to end."""

    unit: str
    on: date
    days: int
    renewal: str


class Empty(msgspec.Struct, frozen=True):
    """A unit that stands empty."""

    unit: str
    since: date | None
    days: int
    rent: Money | Blank
    costs: str
    """What is written for making it ready, or nothing."""


def late_tenants(leases: Sequence[Lease], as_of: date) -> tuple[Late, ...]:
    """Let units whose next rent was due, the one that waits longest first."""
    found = [
        Late(
            name_of(lease.unit),
            name_of(lease.tenant),
            days,
            lease.paid_through,
            lease.rent,
            lease.source,
        )
        for lease in leases
        if (days := rent_late(lease, as_of)) and isinstance(lease.paid_through, date)
    ]
    return tuple(sorted(found, key=lambda one: (-one.days, one.unit)))


def next_ending(leases: Sequence[Lease], as_of: date) -> Ending | None:
    """The next let unit whose lease has a last day."""
    dated = [
        Ending(name_of(lease.unit), lease.lease_end, (lease.lease_end - as_of).days, _renewal(lease))
        for lease in leases
        if lease.status in LET and isinstance(lease.lease_end, date)
    ]
    return min(dated, key=lambda one: (one.on, one.unit), default=None)


def _renewal(lease: Lease) -> str:
    return f"renewal {lease.renewal}" if isinstance(lease.renewal, str) else "no renewal written"


def empty_units(report: Report, entity: Entity, leases: Sequence[Lease]) -> tuple[Empty, ...]:
    """Units that stand empty, with what is written for making them ready."""
    briefing = report.site.briefing
    found = []
    for lease in leases:
        if lease.status == "vacant":
            since = on(lease.moved_out)
            bills = [row for row in briefing.of(Cost, entity.entity) if row.needed_by == lease.unit]
            spent = ", ".join(f"{name_of(row.item)} {cost_words(row)}" for row in bills)
            days = (briefing.as_of - since).days if since else 0
            rent = lease.market_rent if isinstance(lease.market_rent, Money) else lease.rent
            found.append(Empty(name_of(lease.unit), since, days, rent, spent))
    return tuple(found)


def roll_lines(report: Report, leases: Sequence[Lease], tables: Tables) -> Lines | None:
    """The rent roll with its totals."""
    as_of = report.site.briefing.as_of
    columns = (
        Column("unit", "Unit"),
        Column("state", "State"),
        Column("rent", "Rent a month", is_number=True),
        Column("through", "Paid through"),
        Column("end", "Lease"),
        Column("deposit", "Deposit", is_number=True),
        Column("next", "Next date"),
    )

    def cells(lease: Lease) -> TableRow:
        days = rent_late(lease, as_of) or 0
        market = lease.market_rent if isinstance(lease.market_rent, Money) else ABSENT
        about = "market about" if "market_rent" in lease.estimates else "market"
        end = Cell(_until(lease), said("since", lease.lease_start))
        next_on, what = _next_date(lease, as_of)
        return TableRow(
            (
                Cell(name_of(lease.unit), said("tenant", lease.tenant)),
                Cell(lease.status, said("since", lease.moved_out) if lease.status == "vacant" else ""),
                Cell(lease.rent, said(about, market)),
                Cell(
                    lease.paid_through, f"{counted(days, 'day')} late" if days else "", "bad" if days else ""
                ),
                end,
                Cell(lease.deposit_held, said("back on", lease.deposit_returned_on)),
                Cell(next_on, what) if next_on else plain_cell(Blank("n/a")),
            ),
            tone="bad" if days > SOON else "warn" if days else "",
        )

    last = TableRow((Cell("Let units"), "", _let_rent(report, leases), "", "", _held(report, leases), ""))
    return tables.lines("rent-roll", columns, leases, cells, lambda row: name_of(row.unit), last=last)


def _let_rent(report: Report, leases: Sequence[Lease]) -> Figure:
    entity = report.entities[0].entity
    let = [lease for lease in leases if lease.status in LET]
    return report.site.briefing.find("rent_monthly", entity) or total(
        "rent_monthly",
        entity,
        "Rent a month of let units",
        ((one.rent, one.source) for one in let),
        needs="rent_roll",
    )


def _held(report: Report, leases: Sequence[Lease]) -> Figure:
    entity = report.entities[0].entity
    held = [lease for lease in leases if not on(lease.deposit_returned_on)]
    amounts = ((one.deposit_held, one.source) for one in held)
    return report.site.briefing.find("deposits_tenants", entity) or total(
        "deposits_tenants", entity, "Tenants\u2019 deposits", amounts, needs="rent_roll"
    )


def _until(lease: Lease) -> str:
    if isinstance(lease.lease_end, MonthToMonth):
        return "month to month"
    return f"to {value(lease.lease_end)}" if isinstance(lease.lease_end, date) else value(Blank())


def _next_date(lease: Lease, as_of: date) -> tuple[date | None, str]:
    """The next thing that happens to a unit, and what it is."""
    coming = [
        (lease.lease_end if isinstance(lease.lease_end, date) else None, "lease ends"),
        (on(lease.planned_on), f"rent {value(lease.planned_rent)} planned"),
        (return_by(lease), "deposit to settle"),
    ]
    dated = [(when, what) for when, what in coming if when and (when >= as_of or what == "deposit to settle")]
    return min(dated, key=lambda one: one[0], default=(None, ""))


def collections_table(report: Report, leases: Sequence[Lease], tables: Tables) -> Table | None:
    """What each let unit should have paid since the day through which it paid."""
    as_of = report.site.briefing.as_of
    columns = (
        Column("unit", "Unit"),
        Column("due", "Due each month"),
        Column("through", "Paid through"),
        Column("late", "Days late", is_number=True),
        Column("owed", "Due and not written as paid", is_number=True),
    )
    rows = []
    for lease in leases:
        if lease.status in LET:
            months = _rents_due(lease, as_of)
            owed = (
                lease.rent * months
                if isinstance(lease.rent, Money) and months is not None
                else Blank("unknown")
            )
            late = rent_late(lease, as_of)
            head = Cell(name_of(lease.unit), said("tenant", lease.tenant))
            due = f"on day {due_day(lease)}" + ("" if isinstance(lease.due_day, int) else " (assumed)")
            rows.append(
                TableRow((head, due, lease.paid_through, Blank("unknown") if late is None else late, owed))
            )
    return tables.plain("collections", Table(columns, tuple(rows))) if rows else None


def _rents_due(lease: Lease, as_of: date) -> int | None:
    """Rents that fell due after the last day paid."""
    if not isinstance(lease.paid_through, date):
        return None
    count, first = 0, lease.paid_through + timedelta(days=1)
    year, month = first.year, first.month
    while True:
        last = calendar.monthrange(year, month)[1]
        if max(date(year, month, min(due_day(lease), last)), first) > as_of:
            return count
        count, year, month = count + 1, year + month // 12, month % 12 + 1


def calendar_lines(report: Report, leases: Sequence[Lease], tables: Tables) -> Lines | None:
    """Let units by the end of their lease."""
    as_of = report.site.briefing.as_of
    notice = _notice_days(report)
    columns = (
        Column("unit", "Unit"),
        Column("ends", "Lease ends"),
        Column("left", "Days left", is_number=True),
        Column("renewal", "Renewal"),
        Column("rent", "Rent change"),
        Column("last", "Last increase"),
    )

    def cells(lease: Lease) -> TableRow:
        end = lease.lease_end
        left = lease_days_left(end, as_of, notice) if not isinstance(end, Blank) else Blank("unknown")
        planned = lease.planned_rent if isinstance(lease.planned_rent, Money) else None
        change = Cell(planned, said("from", lease.planned_on)) if planned else Cell("none planned")
        step = "within 30 days" if isinstance(left, int) and 0 <= left <= SOON else ""
        return TableRow(
            (
                Cell(name_of(lease.unit), said("tenant", lease.tenant)),
                Cell(
                    end
                    if isinstance(end, date)
                    else "month to month"
                    if isinstance(end, MonthToMonth)
                    else end
                ),
                Cell(left, "notice period" if isinstance(end, MonthToMonth) and notice else step),
                Cell(_renewal(lease), said("notice came", lease.notice_received)),
                change,
                Cell(lease.last_increase),
            )
        )

    let = [lease for lease in leases if lease.status in LET]
    let.sort(key=lambda lease: (str(on(lease.lease_end) or date.max), name_of(lease.unit)))
    return tables.lines("calendar", columns, let, cells, lambda row: name_of(row.unit))


def _notice_days(report: Report) -> int | None:
    """Notice of a lease from month to month, where a policy for them is written."""
    rows = report.site.briefing.of(Policy, report.entities[0].entity)
    days = [
        row.notice_days
        for row in rows
        if row.policy == "cancellation" and "month" in text(row.applies_to).lower()
    ]
    return next((one for one in days if isinstance(one, int)), None)
