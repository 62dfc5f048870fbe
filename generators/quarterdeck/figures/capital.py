"""What may be spent after everything that is spoken for, and which wishes it pays for."""

import datetime as dt
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures import cash
from quarterdeck.figures.derived import Given, derived, made_of
from quarterdeck.figures.names import named
from quarterdeck.figures.scope import Scope, Term, scope_of, terms_of
from quarterdeck.formulas.capital import Candidate, Chosen, select
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.periods import due_days, to_cents
from quarterdeck.model.books import Cost, Option, PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input, Value
from quarterdeck.model.values import UNKNOWN, Blank, Money, MoneyRange, Period, Ratio

COMMITTED_DAYS = 90
MONTHS_OF_BENEFIT = 24
"""For how long a benefit is counted where nobody states how long it lasts."""

SUMS = frozenset({"tax_to_set_aside", "reserve_needed", "options_mandatory"})
"""Figures of the portfolio that are its entities' added up: what one keeps for taxes pays no tax of another."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """What an entity with books may spend, and what each of its options is worth."""
    scope = scope_of(facts, entity, currency)
    yield from _options(scope)
    if not facts.journal(entity).cash_accounts:
        return
    found = {one.id: one for one in cash.of_books(facts, entity, currency)}
    stated = entity.reserve_months
    months = scope.assumed.reserve_months if isinstance(stated, Blank) else stated
    tax, reserve = _tax(scope, found), _reserve(scope, months, found["gross_burn"])
    yield from (tax, reserve)
    yield from _free(scope, months, {**found, tax.id: tax})


def of_portfolio(scope: Scope, made: Mapping[str, Figure]) -> Iterator[Figure]:
    """What all businesses together may spend (F-K1).

    It is computed of what they have and need together. A business below its reserve thereby takes from what is
    free, and so do promises of those that keep no books. The reserve of each stays as long as its own setting
    says, so the months of all are those of each, weighed by what it burns.

    Args:
        scope: The counted entities.
        made: Figures of the portfolio: sums of cash, taxes and reserves, and the gross burn.
    """
    if "cash_total" not in made or "reserve_needed" not in made:
        return
    reserve, gross = made["reserve_needed"], made["gross_burn"]
    months: Figure | Decimal = scope.assumed.reserve_months
    if isinstance(reserve.value, Money) and isinstance(gross.value, Money) and gross.value.amount:
        months = made_of(
            scope.figure(
                "months_of_reserve", "Reserve, months", reserve.value.amount / gross.value.amount, "months"
            ),
            Input("reserve", figure=reserve.id, entity=reserve.entity),
            Input("gross", figure=gross.id, entity=gross.entity),
            of=(reserve, gross),
        )
        yield months
    yield from _free(scope, months, made)


def _reserve(scope: Scope, months: Decimal, gross: Figure) -> Figure:
    """What must stay: so many months of burn."""
    value = (
        Money(gross.value.amount * months, scope.currency) if isinstance(gross.value, Money) else gross.value
    )
    return made_of(
        scope.figure("reserve_needed", "Reserve to keep", value, "money"),
        Input("reserve_months", value=months),
        Input("gross", figure=gross.id, entity=gross.entity),
        of=(gross,),
    )


def _free(scope: Scope, months: Figure | Decimal, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """What is promised, and what is free after everything that is spoken for."""
    committed = _committed(scope)
    yield committed
    yield derived(
        scope,
        "F-K1",
        "deployable",
        "Free to invest",
        note=_partly(found["tax_to_set_aside"]),
        cash=found["cash_total"],
        restricted=found["cash_restricted"],
        reserve_months=months,
        gross=found["gross_burn"],
        committed=committed,
        tax=found["tax_to_set_aside"],
    )


def _partly(tax: Figure) -> str:
    if not (tax.is_partial and tax.is_known):
        return ""
    return f"at most: the taxes to set aside are known for {tax.known} of {tax.wanted}"


def _committed(scope: Scope) -> Figure:
    """What leaves within 90 days and is in no month's burn: yearly and single costs, options, tasks."""
    until = scope.as_of + dt.timedelta(days=COMMITTED_DAYS)
    terms = [
        Term(one, _in_span(one, scope.as_of, until), ("amount", "next_due"))
        for one in (*scope.of(Cost), *_costs_of_tasks(scope))
        if one.cadence in {"annual", "one-time"}
    ]
    terms += [
        Term(one, one.cost, ("cost",))
        for one in scope.of(Option)
        if one.approved is True and (not isinstance(one.due, date) or one.due <= until)
    ]
    return scope.total(
        "committed_90d",
        "Promised for the next 90 days",
        [term for term in terms if isinstance(term.value, Blank) or term.value.amount],
        needs=("cost_due",),
    )


def _costs_of_tasks(scope: Scope) -> Iterator[Cost]:
    """What open tasks cost on the day on which they are due, each as a cost that comes once."""
    for entity in scope.entities:
        for task in scope.facts.tasks_of(entity.entity):
            if task.is_open and task.cost is not None and task.due is not None:
                yield Cost(
                    entity=task.entity,
                    source=task.source,
                    item=task.text,
                    amount=task.cost,
                    cadence="one-time",
                    next_due=task.due,
                )


def _in_span(cost: Cost, as_of: date, until: date) -> Money | Blank:
    if isinstance(cost.amount, Blank) or isinstance(cost.cadence, Blank) or isinstance(cost.next_due, Blank):
        return UNKNOWN
    return cost.amount * sum(as_of < day for day in due_days(cost.next_due, cost.cadence, until))


def _tax(scope: Scope, found: Mapping[str, Figure]) -> Figure:
    """What the plan of the year sets aside for taxes, less what is kept for them already.

    Without such a line it is not known: nobody owes no taxes because nobody planned for them.
    """
    code, label = "tax_to_set_aside", "Still to set aside for taxes"
    rows = [
        one
        for one in scope.of(PlanLine)
        if one.line == "tax-set-aside"
        and isinstance(one.month, Period)
        and one.month.start.year == scope.as_of.year
    ]
    amounts = [amount for one in rows if (amount := scope.amount(one.amount)) is not None]
    if not amounts:
        reason = f"the plan of {scope.as_of.year} has no line tax-set-aside; write 0 where none is owed"
        return scope.missing(code, label, "money", "plan", reason=reason, rows=rows)
    kept = found.get("restricted_tax")
    there = kept.value.amount if kept is not None and isinstance(kept.value, Money) else Decimal(0)
    planned = sum(amounts, Decimal(0))
    made = scope.figure(
        code,
        label,
        Money(max(Decimal(0), planned - there), scope.currency),
        "money",
        kind="computed",
        rows=rows,
        columns=("amount",),
        known=len(amounts),
        wanted=len(rows),
    )
    inputs = [Input("plus", value=Money(planned, scope.currency), sources=made.sources)]
    if kept is not None:
        inputs.append(Input("minus", figure=kept.id, entity=kept.entity))
    return msgspec.structs.replace(made, inputs=tuple(inputs))


_WORTH = (
    ("F-K2", "option_payback", "Payback", ""),
    ("F-K3", "option_npv", "Worth today", ""),
    ("F-K4", "option_irr", "Return a year", "annual"),
    ("F-K5", "option_index", "Index", ""),
)
_AT_THE_HURDLE = frozenset({"F-K3", "F-K5"})


def _options(scope: Scope) -> Iterator[Figure]:
    """What each option brings at its chance, and its payback, worth, return and index."""
    duties = [one for one in scope.of(Option) if one.mandatory is True and one.approved is not True]
    if duties:
        label = "Options without a choice, not decided"
        yield scope.total("options_mandatory", label, terms_of(duties, "cost"), needs=("options",))
    for subject, name, one in named(scope.of(Option), "id"):
        benefit = _benefit(scope, one)
        if benefit is None:
            continue
        expected = derived(
            scope,
            "F-K9",
            f"option_benefit:{subject}",
            f"Expected benefit a month: {name}",
            benefit=benefit,
            probability=_chance(one),
        )
        expected = msgspec.structs.replace(
            expected, sources=(one.source,), is_estimate="monthly_benefit" in one.estimates
        )
        yield expected
        yield from _worth(scope, subject, name, one, expected)


def _worth(scope: Scope, subject: str, name: str, option: Option, expected: Figure) -> Iterator[Figure]:
    """Whether an option pays; not known where its cost is not."""
    cost, rate = scope.amount(option.cost), scope.assumed.hurdle_rate
    flows: list[Given] = [*[Decimal(0)] * _wait(option), *[expected] * _life(option)]
    assumed = f"a benefit of {MONTHS_OF_BENEFIT} months is assumed"
    for formula, code, label, part in _WORTH:
        naming = (f"{code}:{subject}", f"{label}: {name}")
        if cost is None:
            unit = BY_ID[formula].unit
            yield scope.missing(*naming, unit, "options", formula=formula, rows=[option])
            continue
        note = assumed if isinstance(option.life_months, Blank) else ""
        if formula in _AT_THE_HURDLE:
            made = derived(scope, formula, *naming, part=part, note=note, rate=rate, cost=cost, flows=flows)
        else:
            made = derived(scope, formula, *naming, part=part, note=note, cost=cost, flows=flows)
        is_estimate = bool({"cost", "monthly_benefit"} & set(option.estimates))
        yield msgspec.structs.replace(made, sources=(option.source,), is_estimate=is_estimate)


def _benefit(scope: Scope, option: Option) -> Decimal | None:
    benefit = option.monthly_benefit
    return scope.amount(benefit.middle if isinstance(benefit, MoneyRange) else benefit)


def _chance(option: Option) -> Decimal | None:
    return option.probability.value if isinstance(option.probability, Ratio) else None


def _wait(option: Option) -> int:
    return 0 if isinstance(option.starts_in_months, Blank) else option.starts_in_months


def _life(option: Option) -> int:
    return MONTHS_OF_BENEFIT if isinstance(option.life_months, Blank) else option.life_months


class Wish(msgspec.Struct, frozen=True):
    """One option with what the choice rests on."""

    option: Option
    cost: Decimal | None
    index: Decimal | None

    @property
    def candidate(self) -> Candidate:
        """As F-K6 takes it; the cost must be known."""
        one = self.option
        due = one.due if isinstance(one.due, date) else None
        cost = self.cost or Decimal(0)
        return Candidate(f"{one.entity}/{one.id}", cost, self.index, one.mandatory is True, due)

    def said(self, text: str) -> Input:
        """The option with what became of it."""
        cost = self.option.cost
        return Input(
            str(self.option.id),
            value=cost if isinstance(cost, Money) else None,
            text=text,
            sources=(self.option.source,),
        )


def chosen(scope: Scope, made: Mapping[str, Figure], found: Mapping[str, Figure]) -> Iterator[Figure]:
    """Which options of all businesses the money pays for, in order, and why the others are refused.

    Args:
        scope: The counted entities.
        made: Figures of the portfolio; `deployable` is one.
        found: The indices of the options by id and entity, `entity/option_index:…`.

    Yields:
        What is left. Its inputs are what is free, then every option with its verdict: those decided already,
        the chosen ones in order, the refused ones. While what is free is not known, nothing is chosen.
    """
    free, wishes = made.get("deployable"), list(_wishes(scope, found))
    if free is None or not wishes:
        return
    open_ones = [one for one in wishes if one.option.approved is not True and one.cost is not None]
    left: Value = free.value
    if isinstance(free.value, Money):
        result = select(free.value.amount, [one.candidate for one in open_ones])
        left = Money(result.left, scope.currency)
        verdicts = _verdicts(open_ones, result)
    else:
        verdicts = [one.said(_waiting(one)) for one in open_ones]
    decided = [one.said("decided already") for one in wishes if one.option.approved is True]
    unknown = [
        one.said("refused: its cost is not known")
        for one in wishes
        if one.option.approved is not True and one.cost is None
    ]
    first = Input("deployable", figure=free.id, entity=free.entity)
    figure = scope.figure("capital_left", "Left after the options", left, "money", formula="F-K6")
    yield msgspec.structs.replace(
        figure,
        inputs=(first, *decided, *verdicts, *unknown),
        sources=free.sources,
        is_estimate=free.is_estimate,
    )


def _wishes(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Wish]:
    """The options of all entities, by entity and in the order of their tables."""
    for entity in scope.entities:
        for subject, _, one in named(scope.facts.of(Option, entity.entity), "id"):
            index = found.get(f"{one.entity}/option_index:{subject}")
            known = index.value if index is not None and isinstance(index.value, Decimal) else None
            yield Wish(one, scope.amount(one.cost), known)


def _verdicts(wishes: list[Wish], result: Chosen) -> list[Input]:
    """What became of each: the chosen ones in order, then the others by id."""
    place = {code: number for number, code in enumerate(result.chosen)}
    ordered = sorted(wishes, key=lambda one: (place.get(one.candidate.id, len(place)), one.candidate.id))
    return [one.said(_verdict(one.candidate, place)) for one in ordered]


def _verdict(candidate: Candidate, place: Mapping[str, int]) -> str:
    if candidate.id in place:
        return "chosen: no choice" if candidate.mandatory else "chosen"
    if candidate.pi is None:
        return "refused: what it brings is not known"
    if candidate.pi <= 1:
        return f"refused: brings back {to_cents(candidate.pi)} of each dollar"
    return "refused: does not fit into what is free"


def _waiting(wish: Wish) -> str:
    if wish.option.mandatory is True:
        return "needed: no choice"
    return "waits: what is free is not known"
