"""The portfolio's figures: what its entities have, added up; ratios are computed again, never averaged."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures import (
    accuracy,
    break_even,
    capital,
    cash,
    debt,
    earlier,
    forecast,
    profit,
    revenue_quality,
    targets,
    variance,
)
from quarterdeck.figures.agency import concentration_of, effective_rate_of
from quarterdeck.figures.billing import billing_lag_of, dso_of, expense_recovery_of
from quarterdeck.figures.exchange import by_currency, excluding, money_in
from quarterdeck.figures.kpis import kind_of
from quarterdeck.figures.marketing import rating_of, visibility_of
from quarterdeck.figures.months import last_full_month, month_name
from quarterdeck.figures.rental import loss_to_lease_of
from quarterdeck.figures.sales import take_rate_of
from quarterdeck.figures.scope import MOST_SOURCES, Scope, no_price, with_prices
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, Value
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, MoneyRange, Ratio, month_of

SUMS = frozenset(
    {
        "sales_last_month",
        "sales_ttm",
        "plan_last_month",
        "sales_v_plan",
        "pace_month",
        "upcoming_sales",
        "deposits_held",
        "unpaid",
        "bookings_last_month",
        "bank_stated",
        "cash_floor",
        "debt",
        "debt_monthly",
        "credit_available",
        "fixed_costs_monthly",
        "costs_due_30d",
        "options_cost",
        "assets_value",
        "compliance_expired",
        "list_size",
        "list_mailable",
        "pipeline_open",
        "pipeline_weighted",
        "reviews",
        "mrr",
        "clients",
        "hosting_unbilled",
        "contracts_ending_60d",
        "billed_expected",
        "unbilled",
        "under_billed",
        "over_billed",
        "overdue",
        "not_collected",
        "ar_open",
        "rent_monthly",
        "units",
        "deposits_tenants",
        "deposits_ledger",
        "gift_cards_ledger",
        "uncategorised",
        "sales_tax_held",
        *capital.SUMS,
        *revenue_quality.SUMS,
        *debt.SUMS,
        *cash.SUMS,
    }
)
SUMS_BY_SUBJECT = frozenset(
    {
        "assets_value",
        "aging",
        *(cash.SUMS_BY_SUBJECT - cash.BETWEEN),
        *profit.SUMS_BY_SUBJECT,
        *targets.SUMS_BY_SUBJECT,
        *variance.SUMS_BY_SUBJECT,
    }
)
"""Figures whose subjects mean the same in every entity."""

SHARES = frozenset({"reconciled", "cancel_rate", "assets_insured", "clients_with_model", "occupied"})
"""Ratios that keep both counts: the counts are added up."""

EXTREMES: dict[str, Callable[[Iterable[Decimal]], Decimal]] = {
    "next_expiry": min,
    "next_lease_days": min,
    "collected_through": max,
}

AGAIN: dict[str, Callable[[Scope], Iterable[Figure]]] = {
    "take_rate": lambda scope: (take_rate_of(scope),),
    "visibility": lambda scope: (visibility_of(scope),),
    "rating": lambda scope: (rating_of(scope),),
    "hhi": lambda scope: [one for one in concentration_of(scope) if one.id == "hhi"],
    "top_client_share": lambda scope: [
        one for one in concentration_of(scope) if one.id == "top_client_share"
    ],
    "effective_rate": lambda scope: (effective_rate_of(scope),),
    "dso": lambda scope: (dso_of(scope),),
    "billing_lag": lambda scope: (billing_lag_of(scope),),
    "expense_recovery": lambda scope: (expense_recovery_of(scope),),
    "payer_top_share": lambda scope: [
        one for one in revenue_quality.payers(scope) if one.id == "payer_top_share"
    ],
    "payer_hhi": lambda scope: [one for one in revenue_quality.payers(scope) if one.id == "payer_hhi"],
    "loss_to_lease": lambda scope: (loss_to_lease_of(scope),),
}
"""Ratios, medians and rates: computed from the rows of every entity that knows the figure."""

_MONTH = re.compile(r":(\d{4}-\d{2})(?::|$)")

LABELS = {
    "sales_last_month": "{month} sales, as written",
    "sales_v_plan": "{month} sales against plan",
}
"""Labels that differ from those of the entities, which sell by the booking, invoice, unit or fee."""


def counted(facts: Facts) -> tuple[Entity, ...]:
    """The entities of the totals: samples stay out as soon as one entity is real."""
    real = tuple(one for one in facts.entities if not one.is_sample)
    return real or facts.entities


def portfolio(scope: Scope, found: Iterable[Figure]) -> Iterator[Figure]:
    """The portfolio's figures.

    Args:
        scope: The counted entities, with the currency of the portfolio.
        found: The figures of those entities.
    """
    by_id: dict[str, list[Figure]] = {}
    for one in found:
        by_id.setdefault(one.id, []).append(one)
    made = {one.id: one for code, members in by_id.items() for one in of_code(scope, code, members)}
    made |= {one.id: one for one in profit.eliminated(scope, made)}
    made |= {one.id: one for one in variance.again(scope, made)}
    yield from made.values()
    yield from accuracy.of_portfolio(scope)
    yield from _retention(scope, by_id)
    lasting = {one.id: one for one in cash.lasting(scope, made)}
    yield from lasting.values()
    yield from forecast.portfolio(scope, made, cash.available(scope, made))
    earned = {one.id: one for one in profit.earned(scope, made)}
    yield from earned.values()
    yield from revenue_quality.of_portfolio(scope, made | earned)
    yield from break_even.of_portfolio(scope, made | earned, by_id)
    free = {one.id: one for one in capital.of_portfolio(scope, made | lasting)}
    yield from free.values()
    indices = [one for code, members in by_id.items() if code.startswith("option_index:") for one in members]
    yield from capital.chosen(scope, free, {f"{one.entity}/{one.id}": one for one in indices})


def _retention(scope: Scope, by_id: Mapping[str, list[Figure]]) -> Iterator[Figure]:
    """What is left of recurring fees, where all that have any sell the same way: fees and usage do not add up."""
    starts = by_id.get("retention_start", [])
    if len({kind_of(scope.facts.handoff(one.entity).entity) for one in starts}) == 1:
        fees = {word: _sum(scope, by_id[f"retention_{word}"]) for word in earlier.RETENTION}
        yield from fees.values()
        yield from earlier.retained(scope, fees)


def of_code(scope: Scope, code: str, members: list[Figure]) -> Iterator[Figure]:
    """The portfolio's figure of one id, made of those of its entities; nothing where it has no such figure."""
    if code in SUMS or code.partition(":")[0] in SUMS_BY_SUBJECT:
        yield _sum(scope, members)
    elif code in SHARES:
        yield _share(scope, members)
    elif code in EXTREMES:
        yield _extreme(scope, members, EXTREMES[code])
    elif code in AGAIN:
        knowing = {one.entity for one in members if one.is_known}
        entities = tuple(one for one in scope.entities if one.entity in knowing)
        if entities:
            yield from AGAIN[code](Scope(scope.facts, entities, "", scope.currency))
        else:
            yield _unknown(scope, members)


def _sum(scope: Scope, members: list[Figure]) -> Figure:
    """Known members added up; money of another currency that no price converts is left out, and the label says so."""
    wanted = [one for one in members if not _is_without_meaning(one)]
    stated = [
        msgspec.structs.replace(one, value=scope.converted(one.value, _day_of(scope, one))) for one in wanted
    ]
    mine = [one for one in stated if not scope.is_foreign(one.value)]
    known = [one for one in mine if one.is_known]
    if not known:
        is_other = bool(wanted) and not mine
        return _unknown(scope, members, reason=no_price(one.value for one in wanted) if is_other else "")
    own = scope.together((money, _day_of(scope, one)) for one in wanted if (money := money_in(one.value)))
    notes = dict.fromkeys(filter(None, (*(one.note for one in known), own.note)))
    apart = by_currency([*own.apart, *(money for one in known for money in one.apart)])
    total = _joined(scope, _label(scope, known[0]), _added(scope, known), known, _counts(mine, known))
    return with_prices(total, msgspec.structs.replace(own, apart=apart, note="; ".join(notes)))


def _day_of(scope: Scope, figure: Figure) -> date:
    """The day at whose price a member counts: the last of its month, else that of the report."""
    month = _MONTH.search(figure.id)
    return min(month_of(date.fromisoformat(f"{month[1]}-01")).end, scope.as_of) if month else scope.as_of


def _counts(mine: list[Figure], known: list[Figure]) -> tuple[int, int]:
    """How much of a total is known: entities while one of them knows nothing, else the members of their sums."""
    if len(known) < len(mine):
        return len(known), len(mine)
    return sum(one.known for one in known), sum(one.wanted for one in known)


def _added(scope: Scope, known: list[Figure]) -> Value:
    if all(isinstance(one.value, Decimal) for one in known):
        return sum((one.value for one in known if isinstance(one.value, Decimal)), Decimal(0))
    low, high = Money(Decimal(0), scope.currency), Money(Decimal(0), scope.currency)
    for one in known:
        if isinstance(one.value, MoneyRange):
            low, high = low + one.value.low, high + one.value.high
        elif isinstance(one.value, Money):
            low, high = low + one.value, high + one.value
    return low if low == high else MoneyRange(low, high)


def _share(scope: Scope, members: list[Figure]) -> Figure:
    """The counts of every known share added up; members are counted as their entities count them."""
    part, whole = Decimal(0), Decimal(0)
    for one in members:
        if isinstance(one.value, Ratio) and one.value.part is not None and one.value.whole is not None:
            part, whole = part + one.value.part, whole + one.value.whole
    if not whole:
        return _unknown(scope, members)
    counts = (sum(one.known for one in members), sum(one.wanted for one in members))
    return _joined(scope, members[0].label, Ratio(part / whole, part, whole), members, counts)


def _extreme(scope: Scope, members: list[Figure], choose: Callable[[Iterable[Decimal]], Decimal]) -> Figure:
    """The one entity whose figure is the nearest or worst, by name; unknown ones may be worse still."""
    known = [(one.value, one) for one in members if isinstance(one.value, Decimal)]
    if not known:
        return _unknown(scope, members)
    value = choose([number for number, _ in known])
    first = next(one for number, one in known if number == value)
    label = f"{first.label} ({scope.facts.handoff(first.entity).entity.title})"
    wanted = len([one for one in members if not _is_without_meaning(one)])
    counts = (len(known), wanted) if choose is max else (0, 0)
    return _joined(scope, label, value, [first], counts)


def _unknown(scope: Scope, members: list[Figure], reason: str = "") -> Figure:
    gaps = [one.value for one in members if isinstance(one.value, Missing)]
    needs = tuple(dict.fromkeys(key for gap in gaps for key in gap.needs))
    has_none = bool(gaps) and all(gap.state == "not_applicable" for gap in gaps)
    content = (
        Missing("not_applicable", reason=gaps[0].reason) if has_none else Missing(needs=needs, reason=reason)
    )
    return _joined(scope, _label(scope, members[0]), content, members, (0, 0))


def _label(scope: Scope, first: Figure) -> str:
    month = month_name(last_full_month(scope.as_of))
    own = first.label.removesuffix(excluding(first.apart))
    return LABELS.get(first.id, own).replace("{month}", month)


def _joined(scope: Scope, label: str, value: Value, members: list[Figure], counts: tuple[int, int]) -> Figure:
    first = members[0]
    formulas = {one.formula for one in members}
    return Figure(
        id=first.id,
        entity=scope.entity,
        label=label,
        value=value,
        unit=first.unit,
        kind="computed" if any(one.kind == "computed" for one in members) else first.kind,
        formula=first.formula if len(formulas) == 1 else "",
        sources=_sources(members),
        as_of=max((one.as_of for one in members if one.as_of), default=None),
        known=counts[0],
        wanted=counts[1],
        is_estimate=any(one.is_estimate for one in members),
    )


def _sources(members: list[Figure]) -> tuple[Source, ...]:
    """All places of the members while they are few, else the first place of each."""
    everything = tuple(dict.fromkeys(place for one in members for place in one.sources))
    if len(everything) <= MOST_SOURCES:
        return everything
    return tuple(dict.fromkeys(one.sources[0] for one in members if one.sources))[:MOST_SOURCES]


def _is_without_meaning(figure: Figure) -> bool:
    return isinstance(figure.value, Missing) and figure.value.state == "not_applicable"
