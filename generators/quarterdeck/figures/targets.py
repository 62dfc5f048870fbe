"""What each month must bring: months that the plan names, a year's target by its season, and what it takes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from quarterdeck.figures import profit
from quarterdeck.figures.cash import HISTORY, added
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.months import holds, last_full_month, month_name, months_to, span_of
from quarterdeck.figures.sales import sales_from
from quarterdeck.figures.scope import Scope, scope_of, terms_of
from quarterdeck.formulas.agency import per_month
from quarterdeck.formulas.periods import YEAR, to_cents
from quarterdeck.model.books import Kpi, PlanLine
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.journal import Journal, is_below
from quarterdeck.model.ledger import Budget, BudgetCadence
from quarterdeck.model.sales import Booking
from quarterdeck.model.values import Blank, Cadence, Money, Period, Ratio, month_of

PlanWord = Literal["revenue", "variable", "fixed"]

ACCOUNTS: Mapping[PlanWord, tuple[str, ...]] = {
    "revenue": ("Income",),
    "variable": ("Expenses", "Variable"),
    "fixed": ("Expenses", "Fixed"),
}
"""Where the books keep what a line of the plan plans: root and group."""
CODES: Mapping[PlanWord, str] = {"revenue": "target", "variable": "plan_variable", "fixed": "plan_fixed"}
LABELS: Mapping[PlanWord, str] = {
    "revenue": "Revenue target",
    "variable": "Planned variable costs",
    "fixed": "Planned fixed costs",
}

SUMS_BY_SUBJECT = frozenset({*CODES.values(), "target_contribution"})

_CADENCES: Mapping[BudgetCadence, Cadence] = {
    "weekly": "weekly",
    "monthly": "monthly",
    "quarterly": "quarterly",
    "yearly": "annual",
}
_EQUAL = "the season is not known: equal months"
_EQUAL_COSTS = "fixed costs have no season: equal months"


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every target of an entity: of all months of this year, and of each year that the next twelve months touch."""
    yield from of_entity(facts, entity, currency)


@lru_cache(maxsize=64)
def of_entity(facts: Facts, entity: Entity, currency: str) -> tuple[Figure, ...]:
    """The same at once, worked out once a run: variances ask for it again."""
    return tuple(_figures(facts, entity, currency))


@lru_cache(maxsize=64)
def earned(facts: Facts, entity: Entity, currency: str) -> Mapping[str, Figure]:
    """An entity's figures of profit by id."""
    return {one.id: one for one in profit.figures(facts, entity, currency)}


def years(as_of: date) -> tuple[int, ...]:
    """This year, and the next one, which the coming twelve months touch."""
    return (as_of.year, as_of.year + 1)


def months_of(year: int) -> tuple[Period, ...]:
    """The twelve months of a year."""
    return months_to(month_of(date(year, YEAR, 1)), YEAR)


def span_of_year(year: int) -> Period:
    """A year as a plan names it."""
    return Period(date(year, 1, 1), date(year, YEAR, 31), str(year))


def spoken(period: Period) -> str:
    """`December 2026` or `2026`."""
    return period.name if period.name.isdigit() else f"{month_name(period)} {period.start.year}"


def by_file(figure: Figure) -> Figure:
    """A figure of many months with the first place of each file: its inputs lead to the others."""
    first = {place.path: place for place in reversed(figure.sources)}
    kept = tuple(place for place in dict.fromkeys(figure.sources) if first[place.path] == place)
    return msgspec.structs.replace(figure, sources=kept)


def months_left(as_of: date) -> tuple[Period, ...]:
    """The months of this year that are not over, the running one first."""
    return tuple(one for one in months_of(as_of.year) if one.end > as_of)


def _figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    scope, journal = scope_of(facts, entity, currency), facts.journal(entity)
    is_planned = scope.has(PlanLine) or bool(journal.budgets)
    sells = entity.is_active and not entity.parent and sales_from(facts, entity) != "nowhere"
    if not is_planned and not sells:
        return
    books = earned(facts, entity, currency)
    season = tuple(_season(scope, books))
    yield from season
    found: dict[str, Figure] = {}
    for year in years(scope.as_of):
        found |= {one.id: one for one in _year(scope, journal, year, season)}
    found |= {one.id: one for one in _costs(scope, journal, "variable", season)}
    found |= {one.id: one for one in _costs(scope, journal, "fixed", ())}
    yield from found.values()
    yield from _left(scope, found)
    yield from _needed(scope, entity, found)
    yield from _catch_up(scope, found, books, season)
    for year in years(scope.as_of):
        for period in (*months_of(year), span_of_year(year)):
            if period.end > scope.as_of:
                yield from _supported(scope, period)


# ── what is planned ──────────────────────────────────────────────────────────────────────────────────────────


def rows_of(scope: Scope, word: PlanWord, period: Period) -> list[PlanLine]:
    """Rows of the plan for exactly this month or year; an agency may plan recurring fees as its revenue."""
    of_period = [one for one in scope.of(PlanLine) if one.month == period]
    rows = [one for one in of_period if one.line == word]
    return rows or [one for one in of_period if one.line == "mrr" and word == "revenue"]


def planned(scope: Scope, journal: Journal, word: PlanWord, month: Period) -> Figure | None:
    """What is planned for a month: by the handoff, which names the month, else by the budgets of the books.

    Where both are there and differ, the handoff counts; the figure keeps both places and says so.
    """
    written = written_plan(scope, word, month)
    budget = budget_plan(scope, journal, word, month)
    if written is None or (not written.is_known and budget is not None):
        return budget
    if budget is None:
        return written
    note = ""
    if budget.value != written.value and isinstance(budget.value, Money):
        where = budget.sources[0].path
        note = f"{where} budgets {budget.value.amount:,f}; the plan counts, for it names the month"
    return msgspec.structs.replace(written, sources=(*written.sources, *budget.sources), note=note)


def written_plan(scope: Scope, word: PlanWord, period: Period) -> Figure | None:
    """What the handoff plans for exactly this month or year; None where it says nothing of it."""
    rows = rows_of(scope, word, period)
    if not rows:
        return None
    code = f"{CODES[word]}:{period.name}"
    return scope.total(code, label_of(word, period), terms_of(rows, "amount"), needs=("plan",))


def label_of(word: PlanWord, period: Period) -> str:
    """Name a plan, such as `Revenue target, December 2026`."""
    return f"{LABELS[word]}, {spoken(period)}"


def budget_plan(scope: Scope, journal: Journal, word: PlanWord, month: Period) -> Figure | None:
    """The budgets in force at the end of a month, each account's newest one as a month's."""
    above = journal.name(*ACCOUNTS[word])
    newest: dict[str, Budget] = {
        one.account: one for one in journal.budgets if one.date <= month.end and is_below(one.account, above)
    }
    mine = [one for one in newest.values() if not scope.is_foreign(one.amount)]
    if not mine:
        return None
    other = sorted({one.amount.currency for one in newest.values()} - {scope.currency})
    amount = sum((per_month(abs(one.amount.amount), _CADENCES[one.cadence]) for one in mine), Decimal(0))
    made = scope.figure(
        f"{CODES[word]}:{month.name}",
        label_of(word, month),
        Money(amount, scope.currency),
        "money",
        kind="stated",
        formula="F-G1",
    )
    return msgspec.structs.replace(
        made,
        sources=tuple(one.source for one in mine),
        as_of=max(one.date for one in mine),
        note=f"without budgets in {' and '.join(other)}" if other else "",
    )


def _costs(scope: Scope, journal: Journal, word: PlanWord, season: Sequence[Figure]) -> Iterator[Figure]:
    """The planned costs of every month for which there are any; what is planned for a year is spread."""
    for year in years(scope.as_of):
        months, annual = months_of(year), written_plan(scope, word, span_of_year(year))
        if annual is not None and annual.is_known:
            yield from _allotted(scope, journal, word, annual, months, season)
            continue
        found = (planned(scope, journal, word, month) for month in months)
        yield from (one for one in found if one is not None)


# ── a year and its months (F-T1) ─────────────────────────────────────────────────────────────────────────────


def _season(scope: Scope, books: Mapping[str, Figure]) -> Iterator[Figure]:
    """The share of each month in a year of the books (F-P6), January first; none before twelve full months."""
    months = [
        (one.name, books[f"revenue:{one.name}"])
        for one in months_to(last_full_month(scope.as_of), HISTORY)
        if f"revenue:{one.name}" in books
    ]
    if len(months) < YEAR:
        return
    shares = parts(
        scope,
        "F-P6",
        {str(at): (f"season:{at:02}", f"Share of month {at} in a year") for at in range(1, YEAR + 1)},
        months=months,
    )
    if all(isinstance(one.value, Decimal) and one.value >= 0 for one in shares):
        yield from shares


def _weights(season: Sequence[Figure], months: Sequence[Period]) -> list[Figure | Decimal]:
    """The weight of each month, equal ones without a season or where all of these months have none in it."""
    shares: list[Figure | Decimal] = [season[one.start.month - 1] for one in months] if season else []
    is_any = any(isinstance(one, Figure) and one.value for one in shares)
    return shares if is_any else [Decimal(1)] * len(months)


def _year(scope: Scope, journal: Journal, year: int, season: Sequence[Figure]) -> Iterator[Figure]:
    """The target of a year and of its months.

    Without a target for the year the budgets of the books count, and the year is the sum of its months.
    """
    months, annual = months_of(year), written_plan(scope, "revenue", span_of_year(year))
    if annual is not None and annual.is_known:
        yield from _allotted(scope, journal, "revenue", annual, months, season)
        return
    named = []
    for one in months:
        figure = planned(scope, journal, "revenue", one)
        if figure is not None and figure.is_known:
            named.append(figure)
        else:
            figure = scope.missing(
                f"target:{one.name}", label_of("revenue", one), "money", "plan", formula="F-T1"
            )
        yield figure
    yield _summed(scope, year, named)


def _allotted(
    scope: Scope,
    journal: Journal,
    word: PlanWord,
    annual: Figure,
    months: Sequence[Period],
    season: Sequence[Figure],
) -> Iterator[Figure]:
    """What is planned for a year and for its months.

    A month that the plan names keeps its amount; the rest of the year is spread over the others by season.
    """
    named = {
        one.name: figure
        for one in months
        if rows_of(scope, word, one)
        and (figure := planned(scope, journal, word, one)) is not None
        and figure.is_known
    }
    yield from named.values()
    others = [one for one in months if one.name not in named]
    yield _compared(scope, annual, list(named.values()), _budgeted(scope, journal, word, months), others)
    if others:
        yield from _spread(scope, word, annual, list(named.values()), others, season)


def _summed(scope: Scope, year: int, named: list[Figure]) -> Figure:
    """The year as what is known of its months."""
    code, label = f"target:{year}", label_of("revenue", span_of_year(year))
    if not named:
        return scope.missing(code, label, "money", "plan", formula="F-T1")
    return msgspec.structs.replace(added(scope, code, label, named), known=len(named), wanted=YEAR)


def _spread(
    scope: Scope,
    word: PlanWord,
    annual: Figure,
    named: list[Figure],
    others: list[Period],
    season: Sequence[Figure],
) -> Iterator[Figure]:
    """What is left of a year's plan, over the months that it does not name."""
    code, year = CODES[word], others[0].start.year
    rest = annual
    if named:
        rest = added(scope, f"{code}_rest:{year}", f"Left for other months of {year}", [annual], named)
        yield rest
    labels = {one.name: label_of(word, one) for one in others}
    if isinstance(rest.value, Money) and rest.value.amount < 0:
        whole = "target" if word == "revenue" else "amount"
        reason = f"the months that the plan names come to more than its {whole} for {year}"
        for name, label in labels.items():
            yield scope.missing(f"{code}:{name}", label, "money", reason=reason, formula="F-T1")
        return
    weights = _weights(season, others)
    equal = _EQUAL_COSTS if word == "fixed" else _EQUAL
    yield from parts(
        scope,
        "F-T1",
        {str(at): (f"{code}:{name}", label) for at, (name, label) in enumerate(labels.items(), 1)},
        note="" if isinstance(weights[0], Figure) else equal,
        annual=rest,
        index=weights,
    )


def _budgeted(scope: Scope, journal: Journal, word: PlanWord, months: Sequence[Period]) -> list[Figure]:
    found = [budget_plan(scope, journal, word, one) for one in months]
    return [one for one in found if one is not None]


def _compared(
    scope: Scope, annual: Figure, named: list[Figure], budgets: list[Figure], others: list[Period]
) -> Figure:
    """The plan of a year, with what contradicts it: its own months, or the budgets of the books."""
    target = scope.amount(annual.value)
    notes = []
    months = sum((scope.amount(one.value) or Decimal(0) for one in named), Decimal(0))
    if not others and months != target:
        notes.append(f"its months come to {months:,f}")
    books = to_cents(sum((scope.amount(one.value) or Decimal(0) for one in budgets), Decimal(0)))
    if len(budgets) == YEAR and books != target:
        where = budgets[0].sources[0].path
        notes.append(f"{where} budgets {books:,f}; the plan counts, for it names the year")
    places = tuple(dict.fromkeys(place for one in budgets for place in one.sources))
    return msgspec.structs.replace(annual, note="; ".join(notes), sources=(*annual.sources, *places))


# ── what a target takes and leaves ───────────────────────────────────────────────────────────────────────────


def _left(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """What a month's target leaves after its planned variable costs (F-M1)."""
    for year in years(scope.as_of):
        for month in months_of(year):
            target, variable = found.get(f"target:{month.name}"), found.get(f"plan_variable:{month.name}")
            if target is not None and variable is not None:
                code, label = (
                    f"target_contribution:{month.name}",
                    f"Contribution of the target, {spoken(month)}",
                )
                yield derived(scope, "F-M1", code, label, part="cm", revenue=target, variable=variable)


def _needed(scope: Scope, entity: Entity, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """Bookings and leads that the targets of the months to come take (F-T3), where sales are bookings."""
    if sales_from(scope.facts, entity) != "bookings" or not scope.of(Booking):
        return
    price, close = average_booking(scope), _close_rate(scope)
    yield price
    if close is not None:
        yield close
    for year in years(scope.as_of):
        for month in months_of(year):
            target = found[f"target:{month.name}"]
            if month.end > scope.as_of and target.is_known and price.is_known:
                yield from parts(
                    scope,
                    "F-T3",
                    {
                        "bookings": (f"bookings_needed:{month.name}", f"Bookings for {spoken(month)}"),
                        "leads": (f"leads_needed:{month.name}", f"Leads for {spoken(month)}"),
                    },
                    target=target,
                    aov=price,
                    close=close,
                )


def average_booking(scope: Scope) -> Figure:
    """What a completed booking of the last twelve full months brought on average."""
    span = span_of(months_to(last_full_month(scope.as_of), YEAR))
    code, label = "average_booking", "Average booking"
    rows = [
        one
        for one in scope.of(Booking)
        if one.status == "completed" and isinstance(one.service_date, date) and holds(span, one.service_date)
    ]
    amounts = [amount for one in rows if (amount := scope.amount(one.gross)) is not None]
    if not amounts:
        return scope.missing(code, label, "money", "bookings")
    return scope.figure(
        code,
        label,
        Money(sum(amounts, Decimal(0)) / len(amounts), scope.currency),
        "money",
        kind="computed",
        rows=rows,
        columns=("gross",),
        is_estimate=len(amounts) < len(rows),
    )


def _close_rate(scope: Scope) -> Figure | None:
    """The newest close rate that somebody wrote down."""
    rows = [
        one
        for one in scope.of(Kpi)
        if one.kpi == "close_rate" and isinstance(one.value, Ratio) and isinstance(one.period, Period)
    ]
    rows = [one for one in rows if isinstance(one.period, Period) and one.period.start <= scope.as_of]
    if not rows:
        return None
    newest = max(rows, key=lambda one: one.period.end if isinstance(one.period, Period) else date.min)
    value = newest.value
    return scope.figure(
        "close_stated",
        "Leads that book",
        value if isinstance(value, Ratio) else Missing(),
        "ratio",
        rows=[newest],
    )


def _catch_up(
    scope: Scope, found: Mapping[str, Figure], books: Mapping[str, Figure], season: Sequence[Figure]
) -> Iterator[Figure]:
    """What the months left must bring to reach the year's target after all (F-T2)."""
    year, left = scope.as_of.year, months_left(scope.as_of)
    past = [books.get(f"revenue:{one.name}") for one in months_of(year) if one not in left]
    known = [one for one in past if one is not None]
    annual = found[f"target:{year}"]
    if not left or not known or len(known) < len(past) or not annual.is_known or annual.is_partial:
        return
    label = f"Revenue of {len(known)} full months of {year}"
    so_far = by_file(added(scope, f"revenue_to_date:{year}", label, known))
    yield so_far
    weights = _weights(season, left)
    yield from parts(
        scope,
        "F-T2",
        {
            str(at): (f"catch_up:{one.name}", f"Catch-up target, {spoken(one)}")
            for at, one in enumerate(left, 1)
        },
        note="" if isinstance(weights[0], Figure) else _EQUAL,
        annual=annual,
        ytd=so_far,
        index=weights,
    )


# ── what a target rests on ───────────────────────────────────────────────────────────────────────────────────


def _supported(scope: Scope, period: Period) -> Iterator[Figure]:
    """How much of a target waits for something, and how much today's process supports.

    Only rows of their own can tell: a single row that waits says that the target depends, and not by how much.
    """
    rows = rows_of(scope, "revenue", period)
    waiting = [one for one in rows if _waits(scope, one)]
    if not waiting:
        return
    standing = [one for one in rows if one not in waiting]
    code, label = f"supported:{period.name}", f"Supported by today's process, {spoken(period)}"
    if not standing:
        reason = "the plan has no row of its own for what stands without it"
        yield scope.missing(code, label, "money", reason=reason, rows=waiting)
        return
    resting = f"Resting on what is not there yet, {spoken(period)}"
    yield scope.total(f"resting:{period.name}", resting, terms_of(waiting, "amount"), needs=("plan",))
    yield scope.total(code, label, terms_of(standing, "amount"), needs=("plan",))


def _waits(scope: Scope, row: PlanLine) -> bool:
    """Whether anything that a row needs is not there; a rule that it names counts as open while it is named."""
    if isinstance(row.needs, Blank):
        return False
    return any(need.casefold() not in scope.facts.settled for need in row.needs)
