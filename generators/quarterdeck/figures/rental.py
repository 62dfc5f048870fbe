"""Figures of the rent roll: rent, units, deposits, leases, and who is behind."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.formulas.rental import lease_days_left, loss_to_lease, occupancy, rent_days_late
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, Unit
from quarterdeck.model.holdings import Lease
from quarterdeck.model.values import UNKNOWN, Blank, Ratio

LET = frozenset({"occupied", "notice"})
"""A tenant who gave notice still lives there and pays."""

FIRST_OF_MONTH = 1

_LABELS: tuple[tuple[str, str, Unit], ...] = (
    ("rent_monthly", "Rent of let units, a month", "money"),
    ("units", "Units", "count"),
    ("occupied", "Units let", "ratio"),
    ("deposits_tenants", "Tenants' deposits", "money"),
    ("next_lease_days", "Next lease ends in", "days"),
    ("loss_to_lease", "Rents below market", "ratio"),
    ("collected_through", "Rent late, worst unit", "days"),
)


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of a rent roll; not known for a rental without one."""
    scope = scope_of(facts, entity, currency)
    if not scope.of(Lease):
        if entity.kind == "rental":
            yield from (scope.missing(code, label, unit, "rent_roll") for code, label, unit in _LABELS)
        return
    rows = scope.of(Lease)
    yield scope.total("rent_monthly", "Rent of let units, a month", rent_terms(scope), needs=("rent_roll",))
    yield scope.figure("units", "Units", Decimal(len(rows)), "count", rows=rows)
    yield _occupied(scope, rows)
    yield _deposits(scope, rows)
    yield _next_lease(scope, rows)
    yield loss_to_lease_of(scope)
    yield _collected(scope, rows)


def rent_terms(scope: Scope) -> list[Term]:
    """The month's rent of every let unit; a unit whose status is not known is a member that is not."""
    return [
        Term(one, UNKNOWN if isinstance(one.status, Blank) else one.rent, ("rent",))
        for one in scope.of(Lease)
        if isinstance(one.status, Blank) or one.status in LET
    ]


def _occupied(scope: Scope, rows: tuple[Lease, ...]) -> Figure:
    """Let units over the units whose status is known."""
    known = [one for one in rows if not isinstance(one.status, Blank)]
    let = [one for one in known if one.status in LET]
    share = occupancy(len(let), len(known))
    value: Ratio | Missing = Missing(needs=("rent_roll",))
    if isinstance(share, Decimal):
        value = Ratio(share, Decimal(len(let)), Decimal(len(known)))
    return scope.figure(
        "occupied",
        "Units let",
        value,
        "ratio",
        kind="computed",
        rows=rows,
        known=len(known),
        wanted=len(rows),
    )


def _deposits(scope: Scope, rows: tuple[Lease, ...]) -> Figure:
    """Deposits that were not given back yet, those of units that stand empty among them."""
    held = [
        Term(one, one.deposit_held, ("deposit_held",))
        for one in rows
        if isinstance(one.deposit_returned_on, Blank)
    ]
    return scope.total("deposits_tenants", "Tenants' deposits", held, needs=("rent_roll",))


def _next_lease(scope: Scope, rows: tuple[Lease, ...]) -> Figure:
    """Days to the next end of a lease with a last day; those from month to month have none to wait for."""
    let = [one for one in rows if one.status in LET]
    ends = [(one.lease_end, one) for one in let if isinstance(one.lease_end, date)]
    code, label = "next_lease_days", "Next lease ends in"
    if not ends:
        if any(isinstance(one.lease_end, Blank) for one in let):
            return scope.missing(code, label, "days", "rent_roll", formula="F-N14", rows=let)
        none = Missing("not_applicable", reason="no let unit has a lease with a last day")
        return scope.figure(code, label, none, "days", formula="F-N14", rows=let)
    first, row = min(ends, key=lambda one: one[0])
    days = lease_days_left(first, scope.as_of)
    value = Decimal(days) if isinstance(days, int) else days
    if not isinstance(row.unit, Blank):
        label = f"Next lease ends in, {row.unit}"
    return scope.figure(code, label, value, "days", formula="F-N14", rows=[row])


def loss_to_lease_of(scope: Scope) -> Figure:
    """How far the rents of let units lie below the market, over the units for which both are known (F-N16)."""
    let = [one for one in scope.of(Lease) if one.status in LET]
    both = [(scope.amount(one.market_rent), scope.amount(one.rent)) for one in let]
    known = [(market, rent) for market, rent in both if market is not None and rent is not None]
    result: Decimal | Missing = Missing(needs=("market_rent",))
    if known:
        market = sum((one for one, _ in known), Decimal(0))
        result = loss_to_lease(market, sum((rent for _, rent in known), Decimal(0)))
    return scope.figure(
        "loss_to_lease",
        "Rents below market",
        Ratio(result) if isinstance(result, Decimal) else result,
        "ratio",
        formula="F-N16",
        rows=let,
        columns=("market_rent", "rent"),
        known=len(known),
        wanted=len(let),
    )


def newest_leases(leases: Iterable[Lease]) -> tuple[Lease, ...]:
    """The last lease of each unit: earlier ones of a unit that was let anew are its past."""
    last: dict[object, Lease] = {}
    for number, lease in enumerate(leases):
        last[number if isinstance(lease.unit, Blank) else lease.unit] = lease
    return tuple(last.values())


def rent_late(lease: Lease, as_of: date) -> int | None:
    """Days that the rent of a let unit is late; None where it is not let or nobody wrote until when it is paid."""
    if lease.status not in LET or not isinstance(lease.paid_through, date):
        return None
    return rent_days_late(lease.paid_through, due_day(lease), as_of)


def due_day(lease: Lease) -> int:
    """Day of the month on which the rent is due; the first where it is not written."""
    return FIRST_OF_MONTH if isinstance(lease.due_day, Blank) else lease.due_day


def _collected(scope: Scope, rows: tuple[Lease, ...]) -> Figure:
    """Days that the rent of the worst let unit is late, counted from the due day after what is paid."""
    let = [one for one in rows if one.status in LET]
    late = [(days, one) for one in let if (days := rent_late(one, scope.as_of)) is not None]
    code, label = "collected_through", "Rent late, worst unit"
    if not late:
        return scope.missing(code, label, "days", "rent_roll", rows=let)
    days, row = max(late, key=lambda one: one[0])
    if days and not isinstance(row.unit, Blank):
        label = f"Rent late, {row.unit}"
    return scope.figure(
        code,
        label,
        Decimal(days),
        "days",
        kind="computed",
        rows=[row],
        known=len(late),
        wanted=len(let),
    )
