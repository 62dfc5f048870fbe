"""Figures of money that people state beside the ledger."""

from collections.abc import Iterator
from datetime import date, timedelta

from quarterdeck.figures.scope import Scope, Term, scope_of, terms_of
from quarterdeck.formulas.agency import per_month
from quarterdeck.formulas.periods import due_days
from quarterdeck.model.books import Cost, Option, Statement
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.values import UNKNOWN, Blank, Cadence, Money

DUE_DAYS = 30
_OWED_ACCOUNTS = "Liabilities:"


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of money that has a meaning for an entity; a part has its money with its business."""
    scope = scope_of(facts, entity, currency)
    is_business = entity.is_active and not entity.parent
    if is_business or scope.has(Statement):
        yield _bank(scope)
    if is_business or scope.has(Cost):
        yield from _costs(scope)
    if scope.of(Option):
        yield scope.total(
            "options_cost", "Wished for", terms_of(scope.of(Option), "cost"), needs=("options",)
        )


def _bank(scope: Scope) -> Figure:
    """The newest statement of every account, cards and loans left out: what banks say, not yet cash."""
    code, label = "bank_stated", "In the bank, by statement"
    if not scope.has(Statement):
        return scope.missing(code, label, "money", "statements")
    newest: dict[tuple[str, str], Statement] = {}
    for one in scope.of(Statement):
        if isinstance(one.account, Blank) or one.account.startswith(_OWED_ACCOUNTS):
            continue
        if isinstance(one.date, Blank) or one.date > scope.as_of:
            continue
        key = (one.entity, one.account.casefold())
        known = newest.get(key)
        if known is None or isinstance(known.date, Blank) or known.date <= one.date:
            newest[key] = one
    if not newest:
        return scope.missing(code, label, "money", "statements")
    return scope.total(code, label, terms_of(newest.values(), "balance"), needs=("statements",))


def _monthly(amount: Money | Blank, cadence: Cadence | Blank) -> Money | Blank:
    if isinstance(amount, Blank) or isinstance(cadence, Blank):
        return UNKNOWN
    return Money(per_month(amount.amount, cadence), amount.currency)


def _costs(scope: Scope) -> Iterator[Figure]:
    """Fixed costs as a month's (F-G1), and what falls due in the next 30 days."""
    fixed, due = "Fixed costs, a month", "Costs due within 30 days"
    if not scope.has(Cost):
        yield scope.missing("fixed_costs_monthly", fixed, "money", "costs", formula="F-G1")
        yield scope.missing("costs_due_30d", due, "money", "costs")
        return
    rows = scope.of(Cost)
    monthly = [
        Term(one, _fixed(one), ("amount",))
        for one in rows
        if one.nature != "variable" and one.cadence != "one-time"
    ]
    yield scope.total("fixed_costs_monthly", fixed, monthly, needs=("costs",), formula="F-G1")
    coming = [Term(one, _falls_due(one, scope.as_of), ("amount", "next_due")) for one in rows]
    soon = [term for term in coming if isinstance(term.value, Blank) or term.value.amount]
    yield scope.total("costs_due_30d", due, soon, needs=("cost_due",))


def _fixed(cost: Cost) -> Money | Blank:
    """A fixed cost as a month's; one of unknown nature may be fixed or not."""
    return UNKNOWN if isinstance(cost.nature, Blank) else _monthly(cost.amount, cost.cadence)


def _falls_due(cost: Cost, as_of: date) -> Money | Blank:
    """What a cost takes in the 30 days after a day, once for each time that it falls due.

    A recurring cost whose next day is past goes on in its rhythm; a single one that is past is over.
    """
    if isinstance(cost.amount, Blank) or isinstance(cost.cadence, Blank) or isinstance(cost.next_due, Blank):
        return UNKNOWN
    until = as_of + timedelta(days=DUE_DAYS)
    times = sum(as_of < day for day in due_days(cost.next_due, cost.cadence, until))
    return cost.amount * times
