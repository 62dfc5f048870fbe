"""Actual against plan: by month, quarter and year so far, and what the year comes to."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.figures import targets
from quarterdeck.figures.cash import added
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.ledger import moved
from quarterdeck.figures.months import holds, last_full_month, month_name
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.figures.targets import ACCOUNTS, PlanWord, by_file, earned, months_left, months_of, rows_of
from quarterdeck.formulas.plan import variance
from quarterdeck.model.books import PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal
from quarterdeck.model.sales import Booking
from quarterdeck.model.values import Blank, Money, Period, month_of

WORDS: Mapping[PlanWord, str] = {
    "revenue": "Revenue",
    "variable": "Variable costs",
    "fixed": "Fixed costs",
}
KINDS: Mapping[PlanWord, Literal["income", "expense"]] = {
    "revenue": "income",
    "variable": "expense",
    "fixed": "expense",
}

FLAGGED = "flagged"
NOTE_REQUIRED = "flagged, note required"
"""What the note of a variance says where it reaches `thresholds.variance_flag`."""

SUMS_BY_SUBJECT = frozenset(
    {
        *(f"{what}_{word}" for what in ("actual", "planned", "variance") for word in WORDS),
        "revenue_so_far",
        "plan_to_date",
        "variance_to_date",
        "outlook_plan",
        "outlook_pace",
    }
)
"""Figures of the portfolio that are its entities' added up: a business without a plan is in none of them."""


def amount_of(figure: Figure | None) -> Decimal | None:
    """The amount of a figure of money; None where there is none."""
    return figure.value.amount if figure is not None and isinstance(figure.value, Money) else None


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every variance of an entity that plans or keeps books."""
    scope, journal = scope_of(facts, entity, currency), facts.journal(entity)
    books = earned(facts, entity, currency)
    plans = {one.id: one for one in targets.of_entity(facts, entity, currency)}
    for word in WORDS:
        for name, months in spans(scope).items():
            yield from _against(scope, word, name, months, books, plans)
    yield from _price_volume(scope)
    if journal:
        yield from _to_date(scope, journal, plans)
        yield from _outlook(scope, books, plans)


def again(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """The portfolio's variances, from what its businesses with books and a plan earned, spent and planned.

    Args:
        scope: The portfolio.
        found: Its sums; a variance among them says how many businesses have one.
    """
    for word in WORDS:
        for name, months in spans(scope).items():
            total = found.get(f"variance_{word}:{name}")
            actual, plan = found.get(f"actual_{word}:{name}"), found.get(f"planned_{word}:{name}")
            if total is not None and actual is not None and plan is not None:
                made, share = _differing(scope, word, total.id, total.label, actual, plan)
                said = _flagged(scope, word, actual, plan, months)
                yield share
                yield msgspec.structs.replace(
                    by_file(made), known=total.known, wanted=total.wanted, note=said
                )


def spans(scope: Scope) -> Mapping[str, tuple[Period, ...]]:
    """The last full month, its quarter and its year up to it, by name: `2026-10`, `2026-Q4` and `2026`."""
    last = last_full_month(scope.as_of)
    so_far = tuple(one for one in months_of(last.start.year) if one.start <= last.start)
    first = (last.start.month - 1) // 3 * 3
    quarter = f"{last.start.year}-Q{first // 3 + 1}"
    return {last.name: (last,), quarter: so_far[first:], str(last.start.year): so_far}


def _against(
    scope: Scope,
    word: PlanWord,
    name: str,
    months: tuple[Period, ...],
    books: Mapping[str, Figure],
    plans: Mapping[str, Figure],
) -> Iterator[Figure]:
    """Actual, plan and their difference (F-V1) over the months of a span that know both."""
    code, label = f"variance_{word}:{name}", f"{WORDS[word]} against plan, {name}"
    pairs = [
        (actual, plan)
        for one in months
        if (actual := books.get(f"{word}:{one.name}")) is not None
        and (plan := plans.get(f"{targets.CODES[word]}:{one.name}")) is not None
        and plan.is_known
        and not plan.is_partial
    ]
    if not pairs:
        if any(amount_of(books.get(f"{word}:{one.name}")) for one in months):
            yield scope.missing(code, label, "money", "plan", formula="F-V1")
        elif plans.get(f"{targets.CODES[word]}:{months[-1].name}") is not None:
            yield scope.missing(code, label, "money", "ledger_months", formula="F-V1")
        return
    both = "" if len(pairs) == len(months) else f"{len(pairs)} of {len(months)} months have books and a plan"
    actual = by_file(
        added(scope, f"actual_{word}:{name}", f"{WORDS[word]}, {name}", [one for one, _ in pairs])
    )
    plan = by_file(
        added(scope, f"planned_{word}:{name}", f"{WORDS[word]} planned, {name}", [one for _, one in pairs])
    )
    made, share = _differing(scope, word, code, label, actual, plan)
    said = _flagged(scope, word, actual, plan, months)
    yield from (actual, plan, share)
    yield msgspec.structs.replace(made, note="; ".join(dict.fromkeys(filter(None, (both, said, made.note)))))


def _differing(
    scope: Scope, word: PlanWord, code: str, label: str, actual: Figure, plan: Figure
) -> tuple[Figure, ...]:
    limit = scope.assumed.variance_flag
    name = code.partition(":")[2]
    share = (f"variance_share_{word}:{name}", f"{label}, share of the plan")
    return parts(
        scope,
        "F-V1",
        {"var": (code, label), "pct": share},
        units={"pct": "ratio"},
        actual=actual,
        plan=plan,
        kind=KINDS[word],
        flag_from=limit.absolute,
        flag_share=limit.ratio,
    )


def _flagged(scope: Scope, word: PlanWord, actual: Figure, plan: Figure, months: Sequence[Period]) -> str:
    """What to say of a difference that F-V1 flags; a bad one that no note of the plan explains needs one."""
    if not (isinstance(actual.value, Money) and isinstance(plan.value, Money)):
        return ""
    limit = scope.assumed.variance_flag
    result = variance(actual.value.amount, plan.value.amount, KINDS[word], limit.absolute, limit.ratio)
    if not result.flag:
        return ""
    return FLAGGED if result.favourable or _is_explained(scope, word, months) else NOTE_REQUIRED


def _is_explained(scope: Scope, word: PlanWord, months: Sequence[Period]) -> bool:
    """Whether the plan of any of these months says in a note what happened."""
    rows = (row for one in months for row in rows_of(scope, word, one))
    return any(not isinstance(row.note, Blank) and row.note.strip() for row in rows)


# ── price and volume (F-V2) ──────────────────────────────────────────────────────────────────────────────────


def _price_volume(scope: Scope) -> Iterator[Figure]:
    """How much of last month's difference is price and how much is volume, where units are sold and planned."""
    month = last_full_month(scope.as_of)
    of_plan = _planned_units(scope, month)
    plan = rows_of(scope, "revenue", month)
    amounts = [scope.amount(one.amount) for one in plan]
    sold = _sold(scope, month)
    gross = [scope.amount(one.gross) for one in sold]
    if of_plan is None or not sold or None in gross or not amounts or None in amounts:
        return
    count, counted = of_plan
    planned, actual = sum(filter(None, amounts), Decimal(0)), sum(filter(None, gross), Decimal(0))
    price = _price(scope, f"sold_price:{month.name}", "Average booking", actual / len(sold), sold)
    units = _count(scope, f"sold_units:{month.name}", "Bookings completed", len(sold), sold)
    plan_price = _price(
        scope, f"plan_price:{month.name}", "Average booking planned", planned / count, [*plan, *counted]
    )
    plan_units = _count(scope, f"plan_units:{month.name}", "Bookings planned", count, counted)
    yield from (price, units, plan_price, plan_units)
    named = month_name(month)
    yield from parts(
        scope,
        "F-V2",
        {
            "price": (f"price_effect:{month.name}", f"{named} difference by price"),
            "volume": (f"volume_effect:{month.name}", f"{named} difference by number sold"),
            "total": (f"price_and_volume:{month.name}", f"{named} bookings against plan"),
        },
        actual_price=price,
        actual_units=units,
        plan_price=plan_price,
        plan_units=plan_units,
    )


def _sold(scope: Scope, month: Period) -> list[Booking]:
    """The completed bookings of a month."""
    return [
        one
        for one in scope.of(Booking)
        if one.status == "completed"
        and not isinstance(one.service_date, Blank)
        and holds(month, one.service_date)
    ]


def _price(
    scope: Scope, code: str, label: str, amount: Decimal, rows: Sequence[Booking | PlanLine]
) -> Figure:
    return scope.figure(code, label, Money(amount, scope.currency), "money", kind="computed", rows=rows)


def _count(
    scope: Scope, code: str, label: str, count: Decimal | int, rows: Sequence[Booking | PlanLine]
) -> Figure:
    return scope.figure(code, label, Decimal(count), "count", rows=rows)


def _planned_units(scope: Scope, month: Period) -> tuple[Decimal, list[PlanLine]] | None:
    """Bookings or jobs that the plan counts on in a month, and its rows; None where it names no number above 0."""
    for word in ("bookings", "jobs"):
        rows = [one for one in scope.of(PlanLine) if one.month == month and one.line == word]
        amounts = [one.amount.amount for one in rows if isinstance(one.amount, Money)]
        if amounts:
            return (sum(amounts, Decimal(0)), rows) if sum(amounts) > 0 else None
    return None


# ── the running month and the year (F-V3, F-V4) ──────────────────────────────────────────────────────────────


def _to_date(scope: Scope, journal: Journal, plans: Mapping[str, Figure]) -> Iterator[Figure]:
    """Revenue of the running month against the part of its target that should have come by now."""
    month = month_of(scope.as_of)
    target = plans.get(f"target:{month.name}")
    if month.end <= scope.as_of or target is None:
        return
    so_far = Period(month.start, scope.as_of, f"{month.name} so far")
    accounts = (journal.name(*ACCOUNTS["revenue"]),)
    label = f"{month_name(month)} revenue so far"
    actual = moved(scope, journal, f"revenue_so_far:{month.name}", label, accounts, so_far, sign=-1)
    yield actual
    done, of = _dates(scope, month)
    yield from (one for one in (done, of) if one is not None)
    plan = derived(
        scope,
        "F-V3",
        f"plan_to_date:{month.name}",
        f"{month_name(month)} target so far",
        plan=target,
        elapsed_days=scope.as_of.day,
        days_in_month=month.end.day,
        done_dates=done,
        planned_dates=of,
    )
    yield plan
    limit = scope.assumed.variance_flag
    made = derived(
        scope,
        "F-V1",
        f"variance_to_date:{month.name}",
        f"{month_name(month)} revenue against its target so far",
        part="var",
        actual=actual,
        plan=plan,
        kind="income",
        flag_from=limit.absolute,
        flag_share=limit.ratio,
    )
    yield by_file(made)


def _dates(scope: Scope, month: Period) -> tuple[Figure | None, Figure | None]:
    """Bookings of the month that are completed, and those that the plan counts on; none without both."""
    units = _planned_units(scope, month)
    if units is None or not scope.has(Booking):
        return None, None
    done = _sold(scope, month)
    return (
        _count(scope, f"sold_units:{month.name}", "Bookings completed", len(done), done),
        _count(scope, f"plan_units:{month.name}", "Bookings planned", *units),
    )


def _outlook(scope: Scope, books: Mapping[str, Figure], plans: Mapping[str, Figure]) -> Iterator[Figure]:
    """The year if the rest goes as planned, and if it goes as it went."""
    year, left = scope.as_of.year, months_left(scope.as_of)
    past = [one for one in months_of(year) if one not in left]
    actual = [books[f"revenue:{one.name}"] for one in past if f"revenue:{one.name}" in books]
    rest = [plans[f"target:{one.name}"] for one in left if f"target:{one.name}" in plans]
    if len(rest) < len(left) or not actual:
        return
    note = "" if len(actual) == len(past) else f"the books hold {len(actual)} of {len(past)} months of {year}"
    made = parts(
        scope,
        "F-V4",
        {
            "with_plan": (f"outlook_plan:{year}", f"{year}, if the rest goes as planned"),
            "with_pace": (f"outlook_pace:{year}", f"{year}, if it goes on as so far"),
        },
        note=note,
        actual=actual,
        plan_rest=rest,
    )
    yield from map(by_file, made)
