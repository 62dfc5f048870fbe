"""What may be spent after everything that is spoken for, and which wishes it pays for."""

import datetime as dt
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures import cash
from quarterdeck.figures.derived import derived
from quarterdeck.figures.names import named
from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.formulas.capital import Candidate, risk_adjusted, select
from quarterdeck.formulas.periods import due_days, to_cents
from quarterdeck.model.books import Cost, Option, PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input
from quarterdeck.model.values import UNKNOWN, Blank, Money, MoneyRange, Period, Ratio

COMMITTED_DAYS = 90
MONTHS_OF_BENEFIT = 24
"""For how long a benefit is counted where nobody states how long it lasts."""

SUMS = frozenset({"deployable", "committed_90d", "tax_to_set_aside"})
"""Figures of the portfolio that are its entities' added up: a surplus covers what another reserve lacks."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """What an entity with books may spend, and what each of its options is worth."""
    scope = scope_of(facts, entity, currency)
    yield from _options(scope)
    if not facts.journal(entity).cash_accounts:
        return
    found = {one.id: one for one in cash.of_books(facts, entity, currency)}
    committed, tax = _committed(scope), _tax(scope, found)
    yield from (committed, tax)
    stated = entity.reserve_months
    months = scope.assumed.reserve_months if isinstance(stated, Blank) else stated
    yield derived(
        scope,
        "F-K1",
        "deployable",
        "Free to invest",
        cash=found["cash_total"],
        restricted=found["cash_restricted"],
        reserve_months=months,
        gross=found["gross_burn"],
        committed=committed,
        tax=tax,
    )


def _committed(scope: Scope) -> Figure:
    """What leaves within 90 days and is in no month's burn: yearly and single costs, options, tasks."""
    until = scope.as_of + dt.timedelta(days=COMMITTED_DAYS)
    terms = [
        Term(one, _in_span(one, scope.as_of, until), ("amount", "next_due"))
        for one in scope.of(Cost)
        if one.cadence in {"annual", "one-time"}
    ]
    terms += [
        Term(one, one.cost, ("cost",))
        for one in scope.of(Option)
        if one.approved is True and (not isinstance(one.due, date) or one.due <= until)
    ]
    made = scope.total(
        "committed_90d",
        "Promised for the next 90 days",
        [term for term in terms if isinstance(term.value, Blank) or term.value.amount],
        needs=("cost_due",),
    )
    tasks = [
        task
        for one in scope.entities
        for task in scope.facts.tasks_of(one.entity)
        if task.is_open and task.cost is not None and task.due is not None and scope.as_of < task.due <= until
    ]
    more = sum((task.cost.amount for task in tasks if task.cost is not None), Decimal(0))
    if not tasks or not isinstance(made.value, Money):
        return made
    return msgspec.structs.replace(
        made,
        value=Money(made.value.amount + to_cents(more), made.value.currency),
        sources=(*made.sources, *(task.source for task in tasks)),
    )


def _in_span(cost: Cost, as_of: date, until: date) -> Money | Blank:
    if isinstance(cost.amount, Blank) or isinstance(cost.cadence, Blank) or isinstance(cost.next_due, Blank):
        return UNKNOWN
    return cost.amount * sum(as_of < day for day in due_days(cost.next_due, cost.cadence, until))


def _tax(scope: Scope, found: Mapping[str, Figure]) -> Figure:
    """What the plan of the year sets aside for taxes, less what is kept for them already."""
    rows = [
        one
        for one in scope.of(PlanLine)
        if one.line == "tax-set-aside"
        and isinstance(one.month, Period)
        and one.month.start.year == scope.as_of.year
        and one.month.start <= scope.as_of
    ]
    planned = sum((scope.amount(one.amount) or Decimal(0) for one in rows), Decimal(0))
    kept = found.get("restricted_tax")
    there = kept.value.amount if kept is not None and isinstance(kept.value, Money) else Decimal(0)
    value = Money(max(Decimal(0), planned - there), scope.currency)
    made = scope.figure("tax_to_set_aside", "Still to set aside for taxes", value, "money", rows=rows)
    return made if rows else msgspec.structs.replace(made, note="no setting aside for taxes is planned")


def _options(scope: Scope) -> Iterator[Figure]:
    """Payback, worth and index of every option whose cost and benefit are known."""
    for subject, name, one in named(scope.of(Option), "id"):
        cost, flows = scope.amount(one.cost), flows_of(scope, one)
        if cost is None or flows is None:
            continue
        rate = scope.assumed.hurdle_rate
        made = (
            derived(scope, "F-K2", f"option_payback:{subject}", f"Payback: {name}", cost=cost, flows=flows),
            derived(
                scope,
                "F-K3",
                f"option_npv:{subject}",
                f"Worth today: {name}",
                rate=rate,
                cost=cost,
                flows=flows,
            ),
            derived(
                scope, "F-K5", f"option_index:{subject}", f"Index: {name}", rate=rate, cost=cost, flows=flows
            ),
        )
        for figure in made:
            note = (
                f"a benefit of {MONTHS_OF_BENEFIT} months is assumed"
                if isinstance(one.life_months, Blank)
                else ""
            )
            yield msgspec.structs.replace(figure, sources=(one.source,), note=note or figure.note)


def flows_of(scope: Scope, option: Option) -> tuple[Decimal, ...] | None:
    """What an option brings each month, times its chance; None where that is not known."""
    benefit = option.monthly_benefit
    if isinstance(benefit, MoneyRange):
        benefit = benefit.middle
    each = scope.amount(benefit)
    if each is None:
        return None
    chance = option.probability.value if isinstance(option.probability, Ratio) else None
    wait = 0 if isinstance(option.starts_in_months, Blank) else option.starts_in_months
    life = MONTHS_OF_BENEFIT if isinstance(option.life_months, Blank) else option.life_months
    return (Decimal(0),) * wait + (risk_adjusted(each, chance),) * life


def chosen(scope: Scope, made: Mapping[str, Figure], found: Mapping[str, Figure]) -> Iterator[Figure]:
    """Which options of all businesses the money pays for, in order, and why the others are refused.

    Args:
        scope: The counted entities.
        made: Figures of the portfolio that are sums; `deployable` is one.
        found: The indices of the options by id and entity, `entity/option_index:…`.
    """
    free = made.get("deployable")
    options = [
        (subject, one)
        for entity in scope.entities
        for subject, _, one in named(scope.facts.of(Option, entity.entity), "id")
    ]
    if free is None or not isinstance(free.value, Money) or not options:
        return
    candidates, unknown, decided = [], [], []
    for subject, one in options:
        cost = scope.amount(one.cost)
        index = found.get(f"{one.entity}/option_index:{subject}")
        pi = index.value if index is not None and isinstance(index.value, Decimal) else None
        if one.approved is True:
            text = "decided already"
            decided.append(
                Input(
                    str(one.id),
                    value=one.cost if isinstance(one.cost, Money) else None,
                    text=text,
                    sources=(one.source,),
                )
            )
        elif cost is None:
            unknown.append(Input(str(one.id), text="refused: its cost is not known", sources=(one.source,)))
        else:
            due = one.due if isinstance(one.due, date) else None
            candidates.append(
                (one, Candidate(f"{one.entity}/{one.id}", cost, pi, one.mandatory is True, due))
            )
    result = select(free.value.amount, [candidate for _, candidate in candidates])
    place = {code: number for number, code in enumerate(result.chosen)}
    candidates.sort(key=lambda pair: (place.get(pair[1].id, len(place)), pair[1].id))
    inputs = tuple(
        Input(
            str(one.id),
            value=Money(candidate.cost, scope.currency),
            text=_verdict(candidate, candidate.id in place),
            sources=(one.source,),
        )
        for one, candidate in candidates
    )
    left = scope.figure(
        "capital_left", "Left after the options", Money(result.left, scope.currency), "money", formula="F-K6"
    )
    yield msgspec.structs.replace(
        left,
        inputs=(Input("deployable", figure=free.id, entity=free.entity), *decided, *inputs, *unknown),
        sources=free.sources,
    )


def _verdict(candidate: Candidate, is_chosen: bool) -> str:  # noqa: FBT001 - one of two words
    if is_chosen:
        return "chosen: no choice" if candidate.mandatory else "chosen"
    if candidate.pi is None:
        return "refused: what it brings is not known"
    if candidate.pi <= 1:
        return f"refused: brings back {to_cents(candidate.pi)} of each dollar"
    return "refused: does not fit into what is free"
