"""What is still to go out: costs, loans, tasks, approved options, and money held for others."""

import datetime as dt
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

from quarterdeck.formulas.agency import per_month
from quarterdeck.formulas.flows import Flow, Horizon, Item, amount_of, excluded, named
from quarterdeck.model.books import Cost, Loan, Option
from quarterdeck.model.columns import Column, Row
from quarterdeck.model.handoff import Task
from quarterdeck.model.values import ABSENT, Blank, Cadence, Money


class Held(Row, frozen=True, kw_only=True, omit_defaults=True):
    """Money of others that has to be handed on, such as crew tips and sales tax."""

    item: Annotated[str | Blank, Column("What it is", required=True, grammar="name")] = ABSENT
    amount: Annotated[Money | Blank, Column("How much is held", required=True)] = ABSENT
    due: Annotated[date | Blank, Column("Day on which it is handed on")] = ABSENT


def from_costs(costs: Iterable[Cost], horizon: Horizon) -> Iterator[Item]:
    """Costs on the days on which they fall due; a recurring one without a day is spread over the weeks."""
    for one in costs:
        yield from _in_rhythm(named(one.item), "costs", one.amount, one.cadence, one.next_due, horizon)


def from_loans(loans: Iterable[Loan], horizon: Horizon) -> Iterator[Item]:
    """Loan payments, monthly unless stated, up to the day of the last; none once nothing is owed."""
    for one in loans:
        if isinstance(one.balance, Money) and one.balance.amount <= 0:
            continue
        cadence = "monthly" if isinstance(one.frequency, Blank) else one.frequency
        last = one.matures if isinstance(one.matures, date) else date.max
        items = _in_rhythm(named(one.lender), "loans", one.payment, cadence, one.next_due, horizon)
        yield from (item for item in items if not (isinstance(item, Flow) and item.day and item.day > last))


def _in_rhythm(
    code: str,
    what: str,
    amount: Money | Blank,
    cadence: Cadence | Blank,
    first: date | Blank,
    horizon: Horizon,
) -> Iterator[Item]:
    money = amount_of(amount, horizon)
    if isinstance(money, str):
        yield excluded(code, money)
    elif isinstance(first, date):
        days = horizon.days(first, "one-time" if isinstance(cadence, Blank) else cadence)
        yield from (Flow(day, -money, code, what) for day in days)
    elif isinstance(cadence, Blank) or cadence == "one-time":
        yield excluded(code, "the day on which it is due is not known", money)
    else:
        yield Flow(None, -per_month(money, cadence), code, what)


def from_tasks(tasks: Iterable[Task], horizon: Horizon) -> Iterator[Item]:
    """Open tasks with a cost, on their due day."""
    for one in tasks:
        if one.is_open and one.cost is not None:
            yield _once(one.id, "tasks", one.cost, one.due, horizon)


def from_options(options: Iterable[Option], horizon: Horizon) -> Iterator[Item]:
    """Approved options, on their due day."""
    for one in options:
        if one.approved is True:
            yield _once(named(one.id, one.name), "options", one.cost, one.due, horizon)


def from_held(held: Iterable[Held], horizon: Horizon) -> Iterator[Item]:
    """Money held for others, on its day; tomorrow where there is none, or it is past."""
    for one in held:
        due = one.due if isinstance(one.due, date) else horizon.tomorrow
        yield _once(named(one.item), "held", one.amount, max(due, horizon.tomorrow), horizon)


def _once(code: str, what: str, amount: Money | Blank, due: dt.date | Blank | None, horizon: Horizon) -> Item:
    money = amount_of(amount, horizon)
    if isinstance(money, str):
        return excluded(code, money)
    if not isinstance(due, date):
        return excluded(code, "the day on which it is due is not known", money)
    if due <= horizon.as_of:
        return excluded(code, f"it was due on {due}", money)
    return Flow(due, -Decimal(money), code, what)
