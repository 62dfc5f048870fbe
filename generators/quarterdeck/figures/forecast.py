"""The next thirteen weeks of cash: what is to come in and go out, what each week ends with, and two other cases."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import msgspec

from quarterdeck.figures import cash
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.exchange import money_in
from quarterdeck.figures.marketing import OPEN_STAGES, chance_of
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import MOST_SOURCES, Scope, scope_of
from quarterdeck.formulas.flows import WEEKS, Excluded, Flow, Horizon, weekly
from quarterdeck.formulas.forecast import Known, Scenarios, coming, scenarios
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.books import Cost, Loan, Option, PlanLine
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Missing, Unit
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Booking, Channel, Lead
from quarterdeck.model.services import Client, Invoice, Payment
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

_ZERO = Decimal(0)
_TABLES = (Invoice, Payment, Booking, Channel, Lease, Client, PlanLine, Cost, Loan, Option)

R = TypeVar("R", bound=Row)

Item = tuple[str, Decimal, tuple[Source, ...]]
"""What moves money in a week: `costs: Slip`, how much of it, and where that stands."""
Flows = tuple[Figure, Figure]
"""What comes in and what goes out in a week."""


class Expected(msgspec.Struct, frozen=True):
    """What the tables say of the weeks ahead."""

    flows: tuple[Flows, ...]
    excluded: Figure | None
    """What should count and does not; None where everything counts."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """The forecast of a business with the tools that are part of it; a part has none of its own."""
    if not entity.is_active or entity.parent:
        return
    own = scope_of(facts, entity, currency)
    members = (entity, *(facts.handoff(part).entity for part in facts.parts_of(entity.entity)))
    scope = Scope(facts, tuple(dict.fromkeys(members)), own.entity, own.currency)
    floor = entity.min_cash
    least = (
        scope.figure("cash_floor", "Floor under cash", floor, "money", rows=[entity], columns=("min_cash",))
        if isinstance(floor, Money) and not scope.is_foreign(floor)
        else None
    )
    if least:
        yield least
    yield from _forecast(scope, cash.available_of(facts, entity, currency), least)


def portfolio(scope: Scope, made: Mapping[str, Figure], available: Figure) -> Iterator[Figure]:
    """The forecast of all businesses together, without what they pay each other.

    Args:
        scope: The counted entities.
        made: Figures of the portfolio that are sums of its entities'; `cash_floor` is one.
        available: Its available cash.
    """
    yield from _forecast(scope, available, made.get("cash_floor"))


def _forecast(scope: Scope, opening: Figure, least: Figure | None) -> Iterator[Figure]:
    horizon = Horizon(scope.as_of, WEEKS, scope.currency)
    expected = expect(scope, horizon)
    flows = expected.flows
    if opening.is_known or any(side.inputs for week in flows for side in week):
        yield from (side for week in flows for side in week)
    if expected.excluded:
        yield expected.excluded
    if not opening.is_known:
        gap = opening.value if isinstance(opening.value, Missing) else Missing()
        yield scope.missing(
            "lowest_week", "Lowest week of the next thirteen", "money", *gap.needs, formula="F-C1"
        )
        return
    yield from _rolled(scope, opening, flows, least)
    yield from _otherwise(scope, opening, flows, least, horizon)


def expect(scope: Scope, horizon: Horizon) -> Expected:
    """Sort what the tables of a scope expect into the weeks; of the portfolio without its own dealings.

    No assumption enters it, so it is worked out once a run.
    """
    ids = tuple(one.entity for one in scope.entities)
    return _expect(scope.facts.in_force, ids, scope.entity, horizon)


@lru_cache(maxsize=64)
def _expect(facts: Facts, ids: tuple[str, ...], entity: str, horizon: Horizon) -> Expected:
    wanted = set(ids)
    members = tuple(one for one in facts.entities if one.entity in wanted)
    scope = Scope(facts, members, entity, horizon.currency)
    sisters = frozenset() if scope.entity else _sisters(scope)
    places: dict[str, tuple[Source, ...]] = {}
    flows: list[Flow] = []
    excluded: list[Excluded] = []
    for business in _businesses(scope):
        known = _known(business, sisters)
        for name, sources in _places(known).items():
            places.setdefault(name, sources)
        for one in coming(known, horizon):
            if isinstance(one, Flow):
                flows.append(one)
            else:
                excluded.append(one)
    unknown = sum(not isinstance(one.amount, Decimal) for one in excluded)
    return Expected(
        tuple(_weeks(scope, flows, horizon, places, unknown)),
        _excluded(scope, excluded, places) if excluded else None,
    )


def _weeks(
    scope: Scope,
    flows: Sequence[Flow],
    horizon: Horizon,
    places: Mapping[str, tuple[Source, ...]],
    unknown: int,
) -> Iterator[Flows]:
    """Both sides of every week; any may lack what the `unknown` rows without an amount would bring."""
    moved: tuple[defaultdict[int, list[Item]], ...] = (defaultdict(list), defaultdict(list))
    for flow in flows:
        for week, amount in _parts_of(flow, horizon):
            item = (f"{flow.what}: {flow.id}", amount, places.get(flow.id, ()))
            moved[flow.amount < 0][week].append(item)
    receipts, payments = moved
    for week, (comes_in, goes_out) in enumerate(weekly(flows, horizon), 1):
        yield (
            _side(scope, ("forecast_receipts", "Comes in", week), comes_in, receipts[week], unknown),
            _side(scope, ("forecast_payments", "Goes out", week), goes_out, payments[week], unknown),
        )


def _parts_of(flow: Flow, horizon: Horizon) -> Iterator[tuple[int, Decimal]]:
    """The weeks that a flow falls into with its part of each; all of them where it has no day."""
    if flow.day is not None:
        number = horizon.week_of(flow.day)
        if number is not None:
            yield number, abs(flow.amount)
        return
    for number, (receipts, payments) in enumerate(weekly((flow,), horizon), 1):
        yield number, receipts + payments


def _businesses(scope: Scope) -> Iterator[Scope]:
    """A scope for each business with its tools: their customers and channels are their own."""
    ids = {one.entity for one in scope.entities}
    members: dict[str, list[Entity]] = {}
    for one in scope.entities:
        members.setdefault(one.parent if one.parent in ids else one.entity, []).append(one)
    return (Scope(scope.facts, tuple(ones), scope.entity, scope.currency) for ones in members.values())


def _known(scope: Scope, sisters: frozenset[str]) -> Known:
    """The rows of a scope, without those between `sisters`.

    What is held for others is left out, for available cash is without it already.
    """
    invoices = (one for one in scope.of(Invoice) if not _names(sisters, one.customer, one.ref))
    return Known(
        invoices=_priced(scope, invoices),
        payments=_priced(scope, scope.of(Payment)),
        bookings=_priced(scope, scope.of(Booking)),
        channels=scope.of(Channel),
        rent_roll=_priced(scope, scope.of(Lease)),
        clients=_priced(
            scope,
            (
                one
                for one in scope.of(Client)
                if scope.entity or not (one.related_party is True or _names(sisters, one.client))
            ),
        ),
        plan=_priced(scope, scope.of(PlanLine)),
        costs=_priced(scope, (one for one in scope.of(Cost) if not _names(sisters, one.vendor))),
        loans=_priced(scope, scope.of(Loan)),
        options=_priced(scope, scope.of(Option)),
        tasks=tuple(task for one in scope.entities for task in scope.facts.tasks_of(one.entity)),
    )


def _priced(scope: Scope, rows: Iterable[R]) -> tuple[R, ...]:
    """Rows with their money in the currency of the scope, at the price of today; as they are without one."""
    return tuple(_row_priced(scope, one) for one in rows) if scope.exchange else tuple(rows)


def _row_priced(scope: Scope, row: R) -> R:
    cells = ((name, getattr(row, name)) for name in row.__struct_fields__)
    foreign = {name: scope.converted(cell, scope.as_of) for name, cell in cells if scope.is_foreign(cell)}
    return msgspec.structs.replace(row, **foreign) if foreign else row


def _sisters(scope: Scope) -> frozenset[str]:
    """The names under which the businesses of the portfolio appear at each other."""
    return frozenset(folded(name) for one in scope.entities for name in (one.entity, one.title))


def _names(sisters: frozenset[str], *cells: object) -> bool:
    return any(isinstance(cell, str) and folded(cell) in sisters for cell in cells)


def _places(known: Known) -> dict[str, tuple[Source, ...]]:
    """Where each row stands, by the name that the forecast has for it."""
    found: dict[str, tuple[Source, ...]] = {}
    named: Iterable[tuple[object, Source]] = (
        *((cell, one.source) for one in known.invoices for cell in (one.id, one.ref)),
        *((one.id, one.source) for one in known.bookings),
        *((cell, one.source) for one in known.rent_roll for cell in (one.unit, one.tenant)),
        *((one.client, one.source) for one in known.clients),
        *((one.item, one.source) for one in known.costs),
        *((one.lender, one.source) for one in known.loans),
        *((cell, one.source) for one in known.options for cell in (one.id, one.name)),
        *((one.id, one.source) for one in known.tasks),
    )
    for name, source in named:
        if isinstance(name, str):
            found.setdefault(name, (source,))
    for line in known.plan:
        if line.line == "tax-refund" and not isinstance(line.month, str) and hasattr(line.month, "name"):
            found.setdefault(f"tax-refund {line.month.name}", (line.source,))
    return found


def _side(
    scope: Scope, named: tuple[str, str, int], total: Decimal, items: Iterable[Item], unknown: int
) -> Figure:
    """One side of a week with what moves it, the largest first."""
    code, label = f"{named[0]}:{named[2]}", f"{named[1]} in week {named[2]}"
    items = sorted(items, key=lambda item: (-item[1], item[0]))
    if unknown and not items:
        reason = f"the amount of {unknown} row{'s' if unknown > 1 else ''} that may fall into it is not known"
        return scope.missing(code, label, "money", reason=reason, formula="F-C2")
    made = scope.figure(code, label, Money(total, scope.currency), "money", formula="F-C2")
    inputs = tuple(
        Input(name, value=Money(to_cents(moved), scope.currency), sources=places)
        for name, moved, places in items
    )
    sources = tuple(dict.fromkeys(place for _, _, places in items for place in places))
    return msgspec.structs.replace(made, inputs=inputs, sources=sources[:MOST_SOURCES])


def _excluded(scope: Scope, excluded: Sequence[Excluded], places: Mapping[str, tuple[Source, ...]]) -> Figure:
    """What should count and does not, each with its reason."""
    known = [one.amount for one in excluded if isinstance(one.amount, Decimal)]
    made = scope.figure(
        "forecast_excluded",
        "Not counted in the forecast",
        Money(sum(known, _ZERO), scope.currency) if known else Missing(),
        "money",
        formula="F-C2",
        known=len(known),
        wanted=len(excluded),
    )
    inputs = tuple(
        Input(
            one.id,
            value=Money(to_cents(one.amount), scope.currency) if isinstance(one.amount, Decimal) else None,
            text=one.reason,
            sources=places.get(one.id, ()),
        )
        for one in excluded
    )
    sources = tuple(dict.fromkeys(place for one in inputs for place in one.sources))
    return msgspec.structs.replace(made, inputs=inputs, sources=sources[:MOST_SOURCES])


def _rolled(scope: Scope, opening: Figure, flows: Sequence[Flows], least: Figure | None) -> Iterator[Figure]:
    yield from _endings(scope, "forecast_ending", "Cash at the end of week", opening, flows)
    minimum = least if least is not None else _ZERO
    lowest, week, below, under = parts(
        scope,
        "F-C1",
        {
            "lowest": ("lowest_week", "Lowest week of the next thirteen"),
            "lowest_week": ("lowest_week_number", "Which week ends lowest"),
            "first_below_minimum": ("forecast_below_floor", "First week below the floor"),
            "first_below_zero": ("forecast_below_zero", "First week below zero"),
        },
        units=_COUNTS,
        opening=opening,
        flows=[_counted(week) for week in flows],
        minimum=minimum,
    )
    yield from (lowest, week, under)
    if least is not None:
        yield below


_COUNTS: Mapping[str, Unit | None] = {
    "lowest_week": "count",
    "first_below_minimum": "count",
    "first_below_zero": "count",
}


def _endings(
    scope: Scope, code: str, label: str, opening: Figure, flows: Sequence[Flows]
) -> Iterator[Figure]:
    """What each week ends with: a step of one week from the end of the week before."""
    before = opening
    for number, week in enumerate(flows, 1):
        before = derived(
            scope,
            "F-C1",
            f"{code}:{number}",
            f"{label} {number}",
            part="lowest",
            opening=before,
            flows=[_counted(week)],
            minimum=_ZERO,
        )
        yield before


Hope = tuple[Lead, int, Decimal, Decimal]
"""An open lead: the week of its expected day, its value, and the chance of winning it."""


def _otherwise(
    scope: Scope,
    opening: Figure,
    flows: Sequence[Flows],
    least: Figure | None,
    horizon: Horizon,
) -> Iterator[Figure]:
    """The same weeks with less money that comes later, and with the leads that are almost won (F-C3)."""
    plain = [(_amount(receipts), _amount(payments)) for receipts, payments in flows]
    worse, least_chance = scope.assumed.downside, scope.assumed.upside_min_probability
    hopes = list(_hopes(scope, horizon))
    cases = scenarios(plain, worse.receipts, worse.delay_weeks, [one[1:] for one in hopes], least_chance)
    likely = [one for one in hopes if one[3] >= least_chance]
    yield from _case(scope, "downside", opening, _less(scope, flows, cases), flows, least)
    yield from _case(scope, "upside", opening, _more(scope, flows, cases, likely), flows, least)


def _hopes(scope: Scope, horizon: Horizon) -> Iterator[Hope]:
    """The open leads whose day falls into the weeks; a range counts with its middle."""
    for lead in scope.of(Lead):
        value, chance = scope.amount(money_in(lead.value)), chance_of(scope, lead)
        number = horizon.week_of(lead.expected) if isinstance(lead.expected, date) else None
        if lead.stage in OPEN_STAGES and number is not None and value is not None and chance is not None:
            yield lead, number, value, chance


def _less(scope: Scope, flows: Sequence[Flows], cases: Scenarios) -> Iterator[Figure]:
    assumed = scope.assumed.downside
    for number, (receipts, _) in enumerate(cases.downside, 1):
        from_week = number - max(0, assumed.delay_weeks)
        base = flows[from_week - 1][0] if from_week > 0 else None
        inputs = [Input("receipts", value=assumed.receipts)]
        if base:
            inputs.append(Input("flows", figure=base.id, entity=base.entity))
        made = _comes_in(scope, "downside", number, receipts, inputs, base.sources if base else ())
        yield made if base is None or base.is_known else msgspec.structs.replace(made, value=base.value)


def _more(scope: Scope, flows: Sequence[Flows], cases: Scenarios, hopes: Sequence[Hope]) -> Iterator[Figure]:
    for number, (receipts, _) in enumerate(cases.upside, 1):
        base = flows[number - 1][0]
        won = [(lead, value) for lead, week, value, _ in hopes if week == number]
        inputs = [Input("flows", figure=base.id, entity=base.entity)]
        inputs += [
            Input(
                f"pipeline: {lead.lead}", value=Money(to_cents(value), scope.currency), sources=(lead.source,)
            )
            for lead, value in won
        ]
        sources = (*base.sources, *(lead.source for lead, _ in won))
        made = _comes_in(scope, "upside", number, receipts, inputs, sources[:MOST_SOURCES])
        yield made if won or base.is_known else msgspec.structs.replace(made, value=base.value)


def _comes_in(
    scope: Scope,
    case: str,
    number: int,
    amount: Decimal,
    inputs: Sequence[Input],
    sources: tuple[Source, ...],
) -> Figure:
    made = scope.figure(
        f"{case}_receipts:{number}",
        f"Comes in in week {number}, {case}",
        Money(amount, scope.currency),
        "money",
        formula="F-C3",
    )
    return msgspec.structs.replace(made, inputs=tuple(inputs), sources=sources)


def _case(
    scope: Scope,
    case: str,
    opening: Figure,
    receipts: Iterable[Figure],
    flows: Sequence[Flows],
    least: Figure | None,
) -> Iterator[Figure]:
    """One other case rolled on: its receipts beside the payments that stay as they are."""
    weeks = [(comes_in, goes_out) for comes_in, (_, goes_out) in zip(receipts, flows, strict=True)]
    yield from (comes_in for comes_in, _ in weeks)
    label = f"{case.capitalize()}: cash at the end of week"
    yield from _endings(scope, f"{case}_ending", label, opening, weeks)
    yield from parts(
        scope,
        "F-C1",
        {
            "lowest": (f"{case}_lowest", f"Lowest week, {case}"),
            "lowest_week": (f"{case}_lowest_number", f"Which week ends lowest, {case}"),
        },
        units=_COUNTS,
        opening=opening,
        flows=[_counted(week) for week in weeks],
        minimum=least if least is not None else _ZERO,
    )


def _counted(week: Flows) -> list[Figure | Decimal]:
    """A week as it is rolled on; a side of which nothing is known adds nothing."""
    return [side if side.is_known else _ZERO for side in week]


def _amount(figure: Figure) -> Decimal:
    return figure.value.amount if isinstance(figure.value, Money) else _ZERO
