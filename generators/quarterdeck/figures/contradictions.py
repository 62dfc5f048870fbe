"""Where two places say different things of one fact: a person's word, a single record, the books, an audit.

Single records beat totals, the books beat what is written beside them, a property's own row beats the list of
assets, and what an audit saw beats what a handoff claims (`claims`). Both values stay; which one counts is what all
other figures already do.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

import msgspec

from quarterdeck.figures.agency import monthly_fee
from quarterdeck.figures.billing import live_invoices
from quarterdeck.figures.cash import added
from quarterdeck.figures.claims import disputed
from quarterdeck.figures.kpis import KPI_BY_ID, OF_BOOKS, newest_rows
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, slug
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.figures.targets import CODES, LABELS, PlanWord, budget_plan, written_plan
from quarterdeck.model.books import Loan, PlanLine
from quarterdeck.model.briefing import by_entity
from quarterdeck.model.columns import Row
from quarterdeck.model.contradiction import Contradiction, distance
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Unit, Value
from quarterdeck.model.finding import Finding, Role
from quarterdeck.model.holdings import Asset, Compliance, Property
from quarterdeck.model.sales import Booking, Channel
from quarterdeck.model.services import Client, Invoice, Payment, TimeEntry
from quarterdeck.model.values import Day, Money, Period, Ratio, Word, month_of

_YEAR = 12
_ZERO = Decimal(0)
_ONE = Decimal(1)
_SHARE = Decimal("0.005")
_TENTH = Decimal("0.1")
_WHOLE: frozenset[Unit] = frozenset({"count", "date"})

Figures = Mapping[str, Figure]
"""The figures of one business by id."""
Fact = tuple[str, str, Unit]
"""Key, words and unit of a fact."""
Because = tuple[str, str, Role]
"""Why the records count, what mends the total, and whose that is."""

_BOOKINGS: Because = (
    "Single bookings beat a total.",
    "Correct the total of the channel, or add the bookings that are missing.",
    "cmo",
)
_LOG: Because = (
    "The time log beats the hours in the client's row.",
    "Take the hours out of the row, or add what the log lacks.",
    "ceo",
)
_INVOICES: Because = (
    "The newest invoice beats the day in the client's row.",
    "Correct the day in the row, or add the invoice.",
    "accounting",
)
_FEE: Because = (
    "The fee with its period beats the monthly number beside it.",
    "Correct the one that is wrong in the row.",
    "ceo",
)
_PAYMENTS: Because = (
    "Single payments beat the Paid column.",
    "Correct the Paid column, or add the payment that is missing.",
    "accounting",
)
_LOANS: Because = (
    "The loans beat what the list of assets repeats of them.",
    "Correct the debt in Assets, or the balance in Loans.",
    "cfo",
)


class Pair(msgspec.Struct, frozen=True):
    """Two figures that the books and the tables each give; with a subject where their ids have one."""

    used: str
    other: str
    what: str
    why: str
    mend: str
    rules: tuple[str, ...]
    is_judged: bool = False
    """Whether part of the gap may be in order, so that it counts where one of the rules says so."""


PAIRS: tuple[Pair, ...] = (
    Pair(
        "reconciliation_books",
        "reconciliation_stated",
        "Balance of {subject}",
        "Pages add up the entries of the books; the statement or count shows that one is missing or wrong.",
        "Compare the statement with the books, line by line.",
        ("R-ACC-11",),
    ),
    Pair(
        "deposits_owed",
        "deposits_held",
        "Guests' money for services to come",
        "The books hold what came in; the Paid column is somebody's note of it.",
        "Compare booking by booking until the one that differs is found.",
        ("R-ACC-06",),
        is_judged=True,
    ),
    Pair(
        "receivable_open",
        "receivable_ledger",
        "What customers owe",
        "Single invoices and payments beat the sum of an account.",
        "Compare invoice by invoice, and post what the books lack.",
        ("R-DLV-08",),
    ),
    Pair(
        "paid_listed",
        "paid_booked",
        "Paid on {subject}",
        "The list of payments decides what a customer still owes.",
        "Correct the payment, or the entry that names the invoice.",
        ("R-DLV-08",),
    ),
)
"""The first of each pair counts."""


def contradictions(
    facts: Facts, figures: Iterable[Figure], found: Iterable[Finding], currency: str
) -> tuple[Contradiction, ...]:
    """Every fact of which two places say different things.

    Args:
        facts: Tables, books and what the audits saw.
        figures: Those of the run; where one of them is a side, it stands here as it is.
        found: Findings of the run, for gaps of which a part may be in order.
        currency: Of the portfolio, and of every business that names none.

    Returns:
        In order of entity and key. Sides that differ by rounding alone are no contradiction.
    """
    known, found = by_entity(figures), tuple(found)
    said = {(one.entity, one.rule) for one in found}
    told = [
        one
        for entity in facts.entities
        for own in ({one.id: one for one in known.get(entity.entity, ())},)
        for scope in (scope_of(facts, entity, currency),)
        for one in chain(*(ask(scope, own) for ask in _ASKED), disputed(scope, found))
        if is_apart(one.used, one.other) and _counts(one, said)
    ]
    return tuple(sorted(told, key=lambda one: (one.entity, one.key)))


def _counts(one: Contradiction, said: Collection[tuple[str, str]]) -> bool:
    is_judged = any(pair.is_judged and one.key.startswith(pair.used) for pair in PAIRS)
    return not is_judged or any((one.entity, rule) in said for rule in one.rules)


def is_apart(one: Figure, another: Figure) -> bool:
    """Whether two known sides differ by more than rounding.

    Money by more than one, and by half a per cent where somebody wrote it in tens; shares by half a point, months
    and hours by a tenth; counts and days by anything. A sum with a member that is not known contradicts nothing.
    """
    if one.is_partial or another.is_partial:
        return False
    match distance(one, another):
        case None:
            return (
                isinstance(one.value, Word) and isinstance(another.value, Word) and one.value != another.value
            )
        case Money(amount):
            return amount > max(_ONE, _rounding(another))
        case Ratio(value=share):
            return share > _SHARE
        case gap:
            return gap > (0 if one.unit in _WHOLE else _TENTH)


def _rounding(figure: Figure) -> Decimal:
    is_round = figure.kind == "stated" and isinstance(figure.value, Money) and figure.value.amount % 10 == 0
    return abs(figure.value.amount) * _SHARE if is_round and isinstance(figure.value, Money) else _ZERO


# --- figures that the books and the tables both give -------------------------------------------------------------


def _of_figures(scope: Scope, known: Figures) -> Iterator[Contradiction]:
    for pair in PAIRS:
        has_subject = "{subject}" in pair.what
        for code, used in known.items():
            prefix, colon, subject = code.partition(":")
            other = known.get(f"{pair.other}{colon}{subject}")
            if prefix == pair.used and bool(colon) == has_subject and other is not None:
                yield Contradiction(
                    scope.entity,
                    f"{pair.used}{colon}{slug(subject) if subject else ''}",
                    pair.what.format(subject=subject),
                    used,
                    other,
                    pair.why,
                    pair.mend,
                    "accounting",
                    pair.rules,
                )


def _kpis(scope: Scope, known: Figures) -> Iterator[Contradiction]:
    """A KPI that somebody wrote down, against the figure that the books give for the same period."""
    month = last_full_month(scope.as_of)
    for kpi, row in sorted(newest_rows(scope.facts, scope.entity).items()):
        template = OF_BOOKS.get(kpi)
        if template is None or not isinstance(row.period, Period):
            continue
        is_dated = "{month}" in template
        figure = known.get(template.format(month=row.period.name))
        if figure is None or not (is_dated or row.period.end >= month.end):
            continue
        value = _alike(row.value, figure.value)
        if value is None:
            continue
        title = KPI_BY_ID[kpi].title
        label = f"{title}, {row.period.name}, as written among the KPIs"
        yield Contradiction(
            scope.entity,
            f"kpi:{kpi}",
            f"{title}, {row.period.name}",
            figure,
            scope.figure(f"kpi_stated:{kpi}", label, value, figure.unit, rows=[row]),
            "A KPI that somebody wrote is printed in its own line alone; every formula uses the books.",
            "Write the number of the books among the KPIs, or leave the row out: the books answer it.",
            "cfo",
        )


def _alike(stated: object, computed: Value) -> Value | None:
    """A number as somebody wrote it, in the sort of value that the figure has; None where it is no number."""
    if not isinstance(stated, Decimal):
        return stated if isinstance(stated, Money | Ratio) else None
    match computed:
        case Money(currency=currency):
            return Money(stated, currency)
        case Ratio():
            return Ratio(stated)
        case _:
            return stated


def _plans(scope: Scope, _: Figures) -> Iterator[Contradiction]:
    """The months of a year in which the plan and the budgets of the books differ, added up."""
    journal = scope.facts.journal(scope.entities[0])
    months = {row.month for row in scope.of(PlanLine) if isinstance(row.month, Period)}
    apart: dict[tuple[PlanWord, int], list[tuple[Figure, Figure]]] = {}
    for month in sorted(one for one in months if one == month_of(one.start)):
        for word in CODES:
            plan, budget = written_plan(scope, word, month), budget_plan(scope, journal, word, month)
            if plan is not None and budget is not None and is_apart(plan, budget):
                apart.setdefault((word, month.start.year), []).append((plan, budget))
    for (word, year), sides in apart.items():
        key = f"plan:{word}:{year}"
        count = f"{len(sides)} months" if len(sides) > 1 else "a month"
        what = f"{LABELS[word]}, {count} of {year}"
        yield Contradiction(
            scope.entity,
            key,
            what,
            added(scope, f"plan_differs:{word}:{year}", f"{what}, by the plan", [plan for plan, _ in sides]),
            added(
                scope, f"budget_differs:{word}:{year}", f"{what}, by the budgets", [one for _, one in sides]
            ),
            "The plan names its months; a budget of the books goes on until the next one.",
            "Write the same numbers in both, or take the budget out of the books.",
            "cfo",
        )


# --- totals against the records that they sum up -----------------------------------------------------------------


def _channels(scope: Scope, _: Figures) -> Iterator[Contradiction]:
    """Bookings and revenue of twelve months that a channel states, against the bookings themselves."""
    months = months_to(last_full_month(scope.as_of), _YEAR)
    span = span_of(months)
    bookings = scope.of(Booking)
    days = [one.service_date for one in bookings if isinstance(one.service_date, date)]
    is_whole = bool(days) and min(days) <= months[0].end
    for row in scope.of(Channel):
        if not isinstance(row.channel, str):
            continue
        name = folded(row.channel)
        mine = [
            one
            for one in bookings
            if one.status == "completed"
            and isinstance(one.channel, str)
            and folded(one.channel) == name
            and isinstance(one.service_date, date)
            and holds(span, one.service_date)
        ]
        gross = [scope.amount(one.gross) for one in mine]
        pairs: list[tuple[str, str, object, Value, Unit]] = []
        pairs.append(("bookings", "Bookings", row.bookings_ttm, Decimal(len(mine)), "count"))
        if None not in gross:
            revenue = Money(sum((one for one in gross if one is not None), _ZERO), scope.currency)
            pairs.append(("revenue", "Revenue", row.revenue_ttm, revenue, "money"))
        for key, word, stated, counted, unit in pairs:
            yield from _total(
                scope,
                f"channel:{slug(row.channel)}:{key}",
                f"{word} of twelve months, {row.channel}",
                (row, Decimal(stated) if isinstance(stated, int) else stated, unit),
                (mine, counted),
                _BOOKINGS,
                is_whole=is_whole,
            )


def _total(
    scope: Scope,
    key: str,
    what: str,
    stated: tuple[Row, object, Unit],
    records: tuple[Sequence[Row], Value],
    because: Because,
    *,
    is_whole: bool = True,
) -> Iterator[Contradiction]:
    """A stated total beside its records; records that do not reach back far enough contradict only a lower total."""
    row, value, unit = stated
    rows, counted = records
    if not isinstance(value, Money | Decimal | Day):
        return
    other = scope.figure(f"stated:{key}", f"{what}, as written", value, unit, rows=[row])
    used = scope.figure(
        f"counted:{key}", f"{what}, by the records", counted, unit, kind="computed", rows=rows
    )
    if not is_whole and _size(used) <= _size(other):
        return
    yield Contradiction(scope.entity, key, what, used, other, *because)


def _size(figure: Figure) -> Decimal:
    value = figure.value
    return value.amount if isinstance(value, Money) else value if isinstance(value, Decimal) else _ZERO


def _clients(scope: Scope, _: Figures) -> Iterator[Contradiction]:
    """What a client's row says of its hours, its last invoice and its fee, against log, invoices and contract."""
    for row in scope.of(Client):
        if isinstance(row.client, str):
            yield from _hours(scope, row, row.client)
            yield from _last_invoice(scope, row, row.client)
            yield from _fee(scope, row, row.client)


def _hours(scope: Scope, row: Client, name: str) -> Iterator[Contradiction]:
    month = last_full_month(scope.as_of)
    log = [one for one in scope.of(TimeEntry) if one.client == name and one.month == month]
    hours = [one.hours for one in log if isinstance(one.hours, Decimal)]
    if log and len(hours) == len(log):
        key, what = f"client:{slug(name)}:hours", f"Hours of {month.name}, {name}"
        yield from _total(scope, key, what, (row, row.hours_used, "hours"), (log, sum(hours, _ZERO)), _LOG)


def _last_invoice(scope: Scope, row: Client, name: str) -> Iterator[Contradiction]:
    bills = [
        (one.issued, one) for one in live_invoices(scope) if one.ref == name and isinstance(one.issued, date)
    ]
    if bills and isinstance(row.last_invoice, date):
        newest = max(issued for issued, _ in bills)
        rows = [one for issued, one in bills if issued == newest]
        key, what = f"client:{slug(name)}:last-invoice", f"Last invoice, {name}"
        yield from _total(
            scope, key, what, (row, Day(row.last_invoice), "date"), (rows, Day(newest)), _INVOICES
        )


def _fee(scope: Scope, row: Client, name: str) -> Iterator[Contradiction]:
    fee = monthly_fee(row, scope.as_of)
    if isinstance(row.fee, Money) and isinstance(row.mrr, Money) and isinstance(fee, Money):
        key, what = f"client:{slug(name)}:fee", f"Fee a month, {name}"
        yield from _total(scope, key, what, (row, row.mrr, "money"), ([row], fee), _FEE)


def _payments(scope: Scope, _: Figures) -> Iterator[Contradiction]:
    """What is paid on a booking by its own row, against the payments that name it or its invoice."""
    booking_of = {
        folded(one.id): folded(one.ref)
        for one in scope.of(Invoice)
        if isinstance(one.id, str) and isinstance(one.ref, str)
    }
    came: dict[str, list[Payment]] = {}
    for one in scope.of(Payment):
        if isinstance(one.invoice, str):
            came.setdefault(booking_of.get(folded(one.invoice), folded(one.invoice)), []).append(one)
    for row in scope.of(Booking):
        if not isinstance(row.id, str) or folded(row.id) not in came:
            continue
        rows = came[folded(row.id)]
        amounts = [amount for one in rows if (amount := scope.amount(one.amount)) is not None]
        if len(amounts) == len(rows):
            yield from _total(
                scope,
                f"booking:{slug(row.id)}:paid",
                f"Paid on booking {row.id}",
                (row, row.paid, "money"),
                (rows, Money(sum(amounts, _ZERO), scope.currency)),
                _PAYMENTS,
            )


# --- one thing in two tables -------------------------------------------------------------------------------------


def _holdings(scope: Scope, _: Figures) -> Iterator[Contradiction]:
    """An asset's insurance against its policy, its debt against its loans, and a building's value in two tables."""
    for row in scope.of(Asset):
        if isinstance(row.asset, str):
            yield from _insured(scope, row, row.asset)
            yield from _secured(scope, row, row.asset)
            yield from _valued(scope, row, row.asset)


def _insured(scope: Scope, row: Asset, name: str) -> Iterator[Contradiction]:
    for policy in _policies(scope, name):
        if isinstance(row.insured_until, date) and isinstance(policy.expires, date):
            fact: Fact = (f"asset:{slug(name)}:insured", f"Insured until, {name}", "date")
            own, paper = (row, Day(row.insured_until)), (policy, Day(policy.expires))
            yield _two_rows(scope, fact, own, paper, "The asset's own row beats the list of papers.")


def _secured(scope: Scope, row: Asset, name: str) -> Iterator[Contradiction]:
    loans = [one for one in scope.of(Loan) if _is_for(one.secured_by, name)]
    owed = [amount for one in loans if (amount := scope.amount(one.balance)) is not None]
    if loans and len(owed) == len(loans):
        counted = (loans, Money(sum(owed, _ZERO), scope.currency))
        key, what = f"asset:{slug(name)}:debt", f"Debt on {name}"
        yield from _total(scope, key, what, (row, row.encumbrance, "money"), counted, _LOANS)


def _valued(scope: Scope, row: Asset, name: str) -> Iterator[Contradiction]:
    """Of a business with one building, that building in both tables."""
    houses = [(one, one.value) for one in scope.of(Property) if isinstance(one.value, Money)]
    if row.type == "property" and len(houses) == 1 and isinstance(row.value, Money):
        fact: Fact = (f"asset:{slug(name)}:value", f"Value of {name}", "money")
        why = "The table of the building beats the list of assets."
        yield _two_rows(scope, fact, houses[0], (row, row.value), why)


def _policies(scope: Scope, asset: str) -> Iterator[Compliance]:
    rows = scope.of(Compliance)
    return (one for one in rows if one.type == "insurance" and _is_for(one.applies_to, asset))


def _is_for(named: object, asset: str) -> bool:
    return isinstance(named, str) and folded(named) == folded(asset)


def _two_rows(
    scope: Scope,
    fact: Fact,
    used: tuple[Row, Value],
    other: tuple[Row, Value],
    why: str,
) -> Contradiction:
    key, what, unit = fact
    return Contradiction(
        scope.entity,
        key,
        what,
        scope.figure(f"used:{key}", what, used[1], unit, rows=[used[0]]),
        scope.figure(f"other:{key}", f"{what}, elsewhere", other[1], unit, rows=[other[0]]),
        why,
        "Correct the one that is wrong.",
        "ceo",
    )


_ASKED: tuple[Callable[[Scope, Figures], Iterator[Contradiction]], ...] = (
    _of_figures,
    _kpis,
    _plans,
    _channels,
    _clients,
    _payments,
    _holdings,
)
