"""Lists that the books give: accounts, groups of cost, vendors of the year, and entries to look at."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

import msgspec

from quarterdeck.figures.bookkeeping import has_join_key
from quarterdeck.figures.chart import MAY_BE_CAPITAL, group_of, tax_line, unknown_place
from quarterdeck.figures.ledger import entry_sources
from quarterdeck.figures.months import year_of
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.figures.vendors import Paid, paid
from quarterdeck.formulas.bookkeeping import REPORTED_METHODS
from quarterdeck.formulas.periods import to_cents
from quarterdeck.formulas.revenue import ServiceLine, cut_off
from quarterdeck.model.bookkeeping import (
    AccountState,
    AccountUse,
    BookLine,
    BookNote,
    ExpenseGroup,
    VendorPaid,
)
from quarterdeck.model.books import Vendor
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Entry, Lines, Posting
from quarterdeck.model.values import Money, Period

_ZERO = Decimal(0)
_KEYS_OF_DEPOSIT = ("booking", "delivery", "invoice", "client")
_NAMES = ("booking", "invoice", "delivery", "client", "unit", "gift-card")


@lru_cache(maxsize=4)
def book_notes(facts: Facts, currency: str) -> tuple[BookNote, ...]:
    """All lists of all businesses with books: by business, then accounts, groups, vendors and single lines.

    Worked out once a run: rules ask for them as well as pages.
    """
    return tuple(note for entity in facts.entities for note in notes_of(facts, entity, currency))


def notes_of(facts: Facts, entity: Entity, currency: str) -> Iterator[BookNote]:
    """The lists of one business; none of one without entries."""
    journal = facts.journal(entity)
    if not journal:
        return
    scope = scope_of(facts, entity, currency)
    year = year_of(scope.as_of)
    yield from _accounts(scope, journal)
    yield from _groups(scope, entity, journal, year)
    yield from _vendors(scope, journal, year)
    yield from _past_their_day(scope, journal)
    yield from _earned(scope, journal, year)
    yield from _capital(scope, journal, year)


def _accounts(scope: Scope, journal: Journal) -> Iterator[AccountUse]:
    """Every opened account, by name."""
    used = set(journal.used)
    for name in sorted(journal.account):
        wrong = unknown_place(name)
        state: AccountState = "outside the chart" if wrong else "used" if name in used else "never used"
        yield AccountUse(scope.entity, name, state, journal.account[name].source, wrong)


def _lines(scope: Scope, journal: Journal, root: str, span: Period) -> Iterator[tuple[Entry, Posting]]:
    for entry, one in journal.lines(Lines(journal.component, (journal.name(root),), span.start, span.end)):
        if one.units.currency == scope.currency:
            yield entry, one


def _groups(scope: Scope, entity: Entity, journal: Journal, year: Period) -> Iterator[ExpenseGroup]:
    """Every account of cost that this year has lines in, by name; shares are of what they add up to."""
    found: dict[str, list[tuple[Entry, Posting]]] = {}
    for entry, one in _lines(scope, journal, "Expenses", year):
        found.setdefault(one.account, []).append((entry, one))
    sums = {name: sum((one.units.amount for _, one in pairs), _ZERO) for name, pairs in found.items()}
    total = sum(sums.values(), _ZERO)
    for name in sorted(found):
        entries = [entry for entry, _ in found[name]]
        yield ExpenseGroup(
            entity=scope.entity,
            account=name,
            group=group_of(name),
            tax_line=tax_line(name, journal.account.get(name), entity),
            amount=Money(to_cents(sums[name]), scope.currency),
            share=sums[name] / total if total else _ZERO,
            lines=len(entries),
            documented=sum(bool(one.keys.get("document", "").strip()) for one in entries),
            sources=entry_sources(entries),
        )


def _vendors(scope: Scope, journal: Journal, year: Period) -> Iterator[VendorPaid]:
    """What each vendor was paid this year by the methods that count for the form, most first (F-A3)."""
    rows = {folded(one.vendor): one for one in scope.of(Vendor) if isinstance(one.vendor, str)}
    made = [_vendor(scope, rows.get(folded(one.vendor)), one) for one in paid(scope, journal, year)]
    yield from sorted(made, key=lambda one: (-one.reported.amount, one.vendor.casefold()))


def _vendor(scope: Scope, row: Vendor | None, one: Paid) -> VendorPaid:
    amounts = {method: figure.value for method, figure in one.methods if isinstance(figure.value, Money)}
    nothing = Money(_ZERO, scope.currency)
    groups = {
        group_of(posting.account): None
        for entry in one.entries
        for posting in entry.postings
        if posting.account.startswith("Expenses:")
    }
    return VendorPaid(
        entity=scope.entity,
        vendor=one.vendor,
        subject=one.subject,
        kind=row.kind if row is not None and isinstance(row.kind, str) else "",
        has_w9=row.w9_on_file if row is not None and isinstance(row.w9_on_file, bool) else None,
        reported=sum((amounts[name] for name in amounts if name in REPORTED_METHODS), nothing),
        others=sum((amounts[name] for name in amounts if name not in REPORTED_METHODS), nothing),
        is_due=one.is_due,
        methods=tuple(name for name in amounts if name in REPORTED_METHODS and amounts[name].amount),
        groups=tuple(sorted(groups)),
        sources=entry_sources(one.entries),
    )


class _Deposit(msgspec.Struct):
    """What is held for one booking."""

    name: str
    held: Decimal
    day: date | None
    first: Entry


def _past_their_day(scope: Scope, journal: Journal) -> Iterator[BookLine]:
    """Deposits that are still owed though the day of the service is over, the oldest first (R-ACC-05)."""
    deposits: dict[str, _Deposit] = {}
    account = journal.name("Liabilities", "CustomerDeposits")
    for entry, one in journal.lines(Lines(journal.component, (account,), end=scope.as_of)):
        name = next((entry.keys[key] for key in _KEYS_OF_DEPOSIT if entry.keys.get(key)), "")
        if not name or one.units.currency != scope.currency:
            continue
        held = deposits.setdefault(name, _Deposit(name, _ZERO, None, entry))
        held.held -= one.units.amount
        held.day = service_day(entry) or held.day
    late = [
        (one.day, one)
        for one in deposits.values()
        if one.held > 0 and one.day is not None and one.day < scope.as_of
    ]
    for day, held in sorted(late, key=lambda pair: (pair[0], pair[1].name)):
        amount = Money(to_cents(held.held), scope.currency)
        yield BookLine(scope.entity, "past its day", held.name, amount, day, held.first.source)


def service_day(entry: Entry) -> date | None:
    """The day of the service that an entry names, or None."""
    try:
        return date.fromisoformat(entry.keys.get("service-date", "").strip())
    except ValueError:
        return None


def _earned(scope: Scope, journal: Journal, year: Period) -> Iterator[BookLine]:
    """Income of this year that came before its service (F-R11), then income that leads to no row of a handoff.

    What was posted before its day, but in the month of the service, is early only until that day.
    """
    found = list(_lines(scope, journal, "Income", year))
    bare = []
    for entry, one in found:
        day = service_day(entry)
        amount = Money(to_cents(-one.units.amount), scope.currency)
        if day is not None and day > entry.date and amount.amount > 0:
            line = ServiceLine(entry.payee, day, amount.amount)
            if day > scope.as_of or cut_off(f"{entry.date:%Y-%m}", [line]):
                yield BookLine(scope.entity, "earned early", _name(entry), amount, day, entry.source)
        if not has_join_key(entry):
            bare.append(BookLine(scope.entity, "no join key", _name(entry), amount, day, entry.source))
    yield from bare


def _capital(scope: Scope, journal: Journal, year: Period) -> Iterator[BookLine]:
    """Single costs of this year from the stated threshold on, in groups that may hold an asset (R-ACC-15)."""
    for entry, one in _lines(scope, journal, "Expenses", year):
        is_large = one.units.amount >= scope.assumed.capital_threshold
        if is_large and folded(group_of(one.account)) in MAY_BE_CAPITAL:
            amount = Money(to_cents(one.units.amount), scope.currency)
            name = entry.payee or entry.narration
            yield BookLine(scope.entity, "asset or repair", name, amount, None, entry.source, one.account)


def _name(entry: Entry) -> str:
    return next((entry.keys[key] for key in _NAMES if entry.keys.get(key)), entry.payee or entry.narration)
