"""The next thirteen weeks of cash: what goes in, how it rolls, two other cases, and how good it was."""

# definitions are written with the signs of arithmetic

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec

from quarterdeck.formulas.flows import WEEKS, Excluded, Flow, Horizon, Item, weekly
from quarterdeck.formulas.payments import Held, from_costs, from_held, from_loans, from_options, from_tasks
from quarterdeck.formulas.receipts import (
    from_bookings,
    from_clients,
    from_invoices,
    from_leases,
    from_plan,
    owed,
)
from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.books import Cost, Loan, Option, PlanLine
from quarterdeck.model.columns import Column, Row
from quarterdeck.model.figure import Missing
from quarterdeck.model.handoff import Task
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Booking, Channel
from quarterdeck.model.services import Client, Invoice, Payment
from quarterdeck.model.tables import TABLES, Table
from quarterdeck.model.values import ABSENT, Blank, Money
from quarterdeck.parse.markdown import Cell
from quarterdeck.parse.tables import Grid, Reading, read_rows

R = TypeVar("R", bound=Row)

DOWNSIDE_RECEIPTS = Decimal("0.80")
DOWNSIDE_DELAY_WEEKS = 2
UPSIDE_MIN_PROBABILITY = Decimal("0.75")
_MOST_WEEKS = 520
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_ZERO = Decimal(0)

Week = tuple[Amount, Amount]
"""Receipts and payments."""


class Rolled(msgspec.Struct, frozen=True):
    """Cash at the end of each week, and where it is lowest."""

    endings: tuple[Amount, ...]
    lowest: Amount
    lowest_week: int
    first_below_minimum: int | None
    first_below_zero: int | None


class Expected(msgspec.Struct, frozen=True):
    """Receipts and payments of each week, and what is not counted."""

    flows: tuple[Week, ...]
    excluded: tuple[Excluded, ...]


class Scenarios(msgspec.Struct, frozen=True):
    """The same weeks in a worse and in a better case."""

    downside: tuple[Week, ...]
    upside: tuple[Week, ...]


class Accuracy(msgspec.Struct, frozen=True):
    """How far a week was from its forecast."""

    receipts: Decimal | Missing
    payments: Decimal | Missing


class Known(msgspec.Struct, frozen=True):
    """The rows that a forecast is made of."""

    invoices: Sequence[Invoice] = ()
    payments: Sequence[Payment] = ()
    bookings: Sequence[Booking] = ()
    channels: Sequence[Channel] = ()
    rent_roll: Sequence[Lease] = ()
    clients: Sequence[Client] = ()
    plan: Sequence[PlanLine] = ()
    costs: Sequence[Cost] = ()
    loans: Sequence[Loan] = ()
    options: Sequence[Option] = ()
    tasks: Sequence[Task] = ()
    held: Sequence[Held] = ()


@formula(
    "F-C1",
    "Cash at the end of each week",
    unit="money",
    working="""
    ending of week 1 = opening + receipts − payments
    ending of each next = ending before + receipts − payments
    """,
)
def roll(opening: Decimal, flows: Sequence[Week], minimum: Decimal) -> Rolled | Missing:
    """Carry available cash through the weeks.

    Args:
        opening: Money available before week 1.
        flows: Receipts and payments of each week.
        minimum: Money that should never be undercut.

    Returns:
        endings: Money at the end of each week.
        lowest: Money, the lowest of them.
        lowest_week: Its week, counted from 1; the first of equal ones.
        first_below_minimum: The first week that ends below the minimum, or null.
        first_below_zero: The first week that ends below 0, or null.
        Not known without a week.

    Example: `{"opening": 14200, "flows": [[3100, 5200], [2400, 6900], [5200, 3900], [1800, 8300]],
    "minimum": 5000}` gives `{"endings": [12100.00, 7600.00, 8900.00, 2400.00], "lowest": 2400.00,
    "lowest_week": 4, "first_below_minimum": 4, "first_below_zero": null}`.
    Example: `{"opening": 14200, "flows": [], "minimum": 5000}` gives `"not_known"`.
    """
    endings: list[Decimal] = []
    cash = opening
    for receipts, payments in flows:
        cash += receipts - payments
        endings.append(cash)
    if not endings:
        return Missing(reason="no weeks are given")
    lowest = min(endings)
    return Rolled(
        tuple(endings),
        lowest,
        endings.index(lowest) + 1,
        next((week for week, ending in enumerate(endings, 1) if ending < minimum), None),
        next((week for week, ending in enumerate(endings, 1) if ending < 0), None),
    )


def coming(known: Known, horizon: Horizon) -> tuple[Item, ...]:
    """Everything that is expected to come in and go out, and what is not counted; table by table."""
    bills = owed(known.invoices, known.payments, horizon)
    return (
        *from_invoices(bills, horizon),
        *from_bookings(known.bookings, known.channels, bills, horizon),
        *from_leases(known.rent_roll, horizon),
        *from_clients(known.clients, bills, horizon),
        *from_plan(known.plan, horizon),
        *from_costs(known.costs, horizon),
        *from_loans(known.loans, horizon),
        *from_options(known.options, horizon),
        *from_tasks(known.tasks, horizon),
        *from_held(known.held, horizon),
    )


def _undated(
    as_of: date, tables: Mapping[str, Sequence[Mapping[str, Any]]], weeks: int, result: object
) -> Iterator[str]:
    known, problems = _read(tables)
    yield from problems
    if not isinstance(result, Expected):
        return
    flows = [one for one in coming(known, Horizon(as_of, weeks)) if isinstance(one, Flow)]
    without_day = [one.id for one in flows if one.day is None]
    if without_day:
        yield f"without a due day, spread equally over the weeks: {', '.join(without_day)}"


@formula(
    "F-C2",
    "Receipts and payments of the next weeks",
    unit="money",
    working="""
    each row of tables on the day on which its money moves
    flows = Σ receipts and Σ payments of each week, Monday to Sunday
    """,
    notes=_undated,
)
def expected(
    as_of: date, tables: Mapping[str, Sequence[Mapping[str, Any]]], weeks: int = WEEKS
) -> Expected | Missing:
    """What the rows of a handoff bring in and take, week by week.

    In: open invoices when due, as late as their customer pays on average; overdue ones on the promised day,
    else in week 3, and not at all when more than 90 days overdue. Confirmed bookings net of commission and
    fees when their balance is due, those of platforms so many days after the service. Rents, retainers with
    their terms, and tax refunds that are planned, at the end of their month. Pipeline is never in it.

    Out: costs and loan payments in their rhythm, open tasks with a cost, approved options, and what is held
    for others (a table `held` with item, amount and due).

    Args:
        as_of: Day of the report; only what is dated after it counts.
        tables: Rows by table: invoices, payments, bookings, channels, rent_roll, clients, plan, costs, loans,
            options, and tasks (id, cost, due, state), with the columns of a handoff. Others are not looked at.
        weeks: Count of weeks; week 1 holds the day after `as_of`.

    Returns:
        flows: Receipts and payments of each week in money, both 0 or more.
        excluded: Id, reason and money of each row that should count and does not. Amounts in other currencies
            than USD are among them.
        A recurring cost without a day is spread equally over the weeks; n/a for less than one week.

    Example: `{"as_of": "2026-10-31", "weeks": 5, "tables": {
    "invoices": [{"id": "inv-7", "ref": "yd-43", "issued": "2026-10-08", "due": "2026-11-07", "amount": 4580},
    {"id": "inv-5", "ref": "yd-40", "issued": "2026-09-01", "due": "2026-10-01", "amount": 2850},
    {"id": "inv-2", "ref": "yd-31", "issued": "2026-05-01", "due": "2026-06-01", "amount": 900}],
    "bookings": [{"id": "bk-9", "service_date": "2026-11-21", "gross": 720, "channel": "viator",
    "status": "confirmed"}],
    "channels": [{"channel": "viator", "kind": "ota", "state": "active", "commission": 0.25, "payout_days": 7}],
    "costs": [{"item": "Slip", "amount": 1150, "cadence": "monthly", "next_due": "2026-10-31"},
    {"item": "Phone", "amount": 52, "cadence": "monthly"}]}}` gives
    `{"flows": [[0.00, 12.00], [4580.00, 12.00], [2850.00, 12.00], [0.00, 12.00], [540.00, 12.00]],
    "excluded": [{"id": "inv-2", "reason": "152 days overdue", "amount": 900.00}]}`.
    Example: `{"as_of": "2026-10-31", "weeks": 0, "tables": {}}` gives `"not_applicable"`.
    """
    if not 0 < weeks <= _MOST_WEEKS:
        return Missing("not_applicable", reason=f"weeks can be 1 to {_MOST_WEEKS}")
    if not _FIRST_YEAR <= as_of.year <= _LAST_YEAR:
        return Missing("not_applicable", reason=f"as_of is outside of {_FIRST_YEAR} to {_LAST_YEAR}")
    horizon = Horizon(as_of, weeks)
    items = coming(_read(tables)[0], horizon)
    return Expected(
        weekly((one for one in items if isinstance(one, Flow)), horizon),
        tuple(one for one in items if isinstance(one, Excluded)),
    )


class _TaskRow(Row, frozen=True, kw_only=True, omit_defaults=True):
    """A task as a plain row."""

    id: Annotated[str | Blank, Column("Id of the task", required=True, also=("task", "text"))] = ABSENT
    cost: Annotated[Money | Blank, Column("What it costs")] = ABSENT
    due: Annotated[date | Blank, Column("When it is due")] = ABSENT
    state: Annotated[str | Blank, Column("How far it is", also=("status",))] = ABSENT


_TABLES = {
    **{one.name: one for one in TABLES},
    "tasks": Table("tasks", "Tasks", (), _TaskRow, ("id",)),
    "held": Table("held", "Held for others", (), Held, ("item",)),
}
_CLOSED = frozenset({"done", "dropped"})


def _read(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Known, tuple[str, ...]]:
    """Plain rows as records, and what could not be read of them."""
    reading = Reading("", "")
    reading.is_active = False
    unknown = [f"there is no table {name}" for name in sorted(tables) if name not in _TABLES]

    def rows(name: str, record: type[R]) -> tuple[R, ...]:
        read = (_row(_TABLES[name], row, reading) for row in tables.get(name, ()))
        return tuple(row for found in read for row in found if isinstance(row, record))

    known = Known(
        invoices=rows("invoices", Invoice),
        payments=rows("payments", Payment),
        bookings=rows("bookings", Booking),
        channels=rows("channels", Channel),
        rent_roll=rows("rent_roll", Lease),
        clients=rows("clients", Client),
        plan=rows("plan", PlanLine),
        costs=rows("costs", Cost),
        loans=rows("loans", Loan),
        options=rows("options", Option),
        tasks=tuple(map(_task, rows("tasks", _TaskRow))),
        held=rows("held", Held),
    )
    said = (f"{one.table}: {one.what}" for one in reading.problems if one.code != "unknown-column")
    return known, (*unknown, *said)


def _row(table: Table, row: Mapping[str, Any], reading: Reading) -> list[Row]:
    """One plain row as a record; none where all its cells are empty."""
    header = tuple(Cell(name, 0) for name in row)
    cells = tuple(Cell(_text(value), 0) for value in row.values())
    return read_rows(table, Grid(header, (cells,), lambda _: (0, 0), ""), reading)


def _text(value: object) -> str:
    """A plain value as a person would write it in a cell."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{Decimal(repr(value)):f}"
        case list():
            return ", ".join(map(_text, value))
    return str(value).strip()


def _task(row: _TaskRow) -> Task:
    is_closed = isinstance(row.state, str) and row.state.casefold() in _CLOSED
    return Task(
        id=row.id if isinstance(row.id, str) else "no name",
        entity=row.entity,
        text="",
        source=row.source,
        state="done" if is_closed else "open",
        due=row.due if isinstance(row.due, date) else None,
        cost=row.cost if isinstance(row.cost, Money) else None,
    )


@formula(
    "F-C3",
    "Downside and upside",
    unit="money",
    working="""
    downside: receipts × each week's receipts, delay_weeks later; its payments unchanged
    upside: each week's receipts + value of pipeline with probability ≥ min_probability in that week
    """,
)
def scenarios(
    flows: Sequence[Week],
    receipts: Decimal = DOWNSIDE_RECEIPTS,
    delay_weeks: int = DOWNSIDE_DELAY_WEEKS,
    pipeline: Sequence[tuple[int, Decimal, Decimal]] = (),
    min_probability: Decimal = UPSIDE_MIN_PROBABILITY,
) -> Scenarios:
    """The same weeks, once with less and later money, once with the leads that are almost won.

    Args:
        flows: Receipts and payments of each week.
        receipts: Ratio of receipts that come in the downside, `assumptions.downside.receipts`.
        delay_weeks: Count of weeks by which they come later, `assumptions.downside.delay_weeks`.
        pipeline: For each open lead the week of its expected date, counted from 1, its value, and the chance
            of winning it.
        min_probability: Ratio from which a lead counts in the upside, `assumptions.upside_min_probability`.

    Returns:
        downside: Receipts and payments of each week in money; receipts that move beyond the last week are
            not in it.
        upside: The same with the whole value of the leads that count, for a lead is won or lost and never
            half paid.

    Example: `{"flows": [[3100, 5200], [2400, 6900], [5200, 3900], [1800, 8300]],
    "pipeline": [[2, 4800, 0.8], [3, 12000, 0.35]]}` gives
    `{"downside": [[0.00, 5200.00], [0.00, 6900.00], [2480.00, 3900.00], [1920.00, 8300.00]],
    "upside": [[3100.00, 5200.00], [7200.00, 6900.00], [5200.00, 3900.00], [1800.00, 8300.00]]}`.
    Example: `{"flows": []}` gives `{"downside": [], "upside": []}`.
    """
    delay = max(0, delay_weeks)
    later = [_ZERO] * min(delay, len(flows)) + [income * receipts for income, _ in flows]
    won = [_ZERO] * len(flows)
    for week, value, probability in pipeline:
        if 1 <= week <= len(flows) and probability >= min_probability:
            won[week - 1] += value
    return Scenarios(
        tuple((less, paid) for less, (_, paid) in zip(later, flows, strict=False)),
        tuple((income + more, paid) for more, (income, paid) in zip(won, flows, strict=True)),
    )


@formula(
    "F-C4",
    "Accuracy of the forecast",
    unit="ratio",
    working="""
    receipts = (actual_receipts − forecast_receipts) ÷ forecast_receipts
    payments = (actual_payments − forecast_payments) ÷ forecast_payments
    """,
)
def accuracy(
    forecast_receipts: Decimal,
    actual_receipts: Decimal,
    forecast_payments: Decimal,
    actual_payments: Decimal,
) -> Accuracy:
    """How far the first week of the last forecast was from what happened.

    Args:
        forecast_receipts: Money that was to come in.
        actual_receipts: Money that came in.
        forecast_payments: Money that was to go out.
        actual_payments: Money that went out.

    Returns:
        receipts: Ratio of the forecast, negative where less came in; n/a where nothing was forecast.
        payments: Ratio of the forecast, negative where less went out; n/a where nothing was forecast.

    Example: `{"forecast_receipts": 3100, "actual_receipts": 2480, "forecast_payments": 5200,
    "actual_payments": 5460}` gives `{"receipts": -0.20, "payments": 0.05}`.
    Example: `{"forecast_receipts": 0, "actual_receipts": 2480, "forecast_payments": 5200,
    "actual_payments": 5200}` gives `{"receipts": "not_applicable", "payments": 0}`.
    """
    return Accuracy(_off_by(actual_receipts, forecast_receipts), _off_by(actual_payments, forecast_payments))


def _off_by(actual: Decimal, forecast: Decimal) -> Decimal | Missing:
    if not forecast:
        return Missing("not_applicable", reason="nothing was forecast")
    return (actual - forecast) / forecast
