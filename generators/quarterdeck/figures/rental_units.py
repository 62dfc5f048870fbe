"""Unit by unit, what rent roll and books say together: rent due, rent that came, days empty, and turns."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.book_notes import service_day
from quarterdeck.figures.cash import added
from quarterdeck.figures.derived import parts
from quarterdeck.figures.ledger import entry_sources, moved, posted
from quarterdeck.figures.months import span_of
from quarterdeck.figures.names import folded, slug
from quarterdeck.figures.scope import MOST_SOURCES, Scope, Term
from quarterdeck.formulas.periods import prorate
from quarterdeck.model.figure import Figure, Input, Missing
from quarterdeck.model.holdings import Lease
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Entry, Lines, parts_of
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio, month_of

_RENT = frozenset({"rent", "rents", "rental"})


class RentedUnit(msgspec.Struct, frozen=True):
    """One unit: its leases, and the rent that the books name it with."""

    leases: tuple[Lease, ...]
    booked: Mapping[str, Decimal]
    """Month for which it was, such as `2026-10` -> rent booked with this unit."""
    billed: frozenset[str]
    """Those of the months whose rent went through receivables: what was asked, paid or not."""
    entries: tuple[Entry, ...]

    @property
    def stays(self) -> tuple[tuple[Lease, date, date], ...]:
        """Each lease with its first and last day, as far as they are written; the last may be in the future."""
        return tuple(
            (one, one.lease_start, one.moved_out if isinstance(one.moved_out, date) else date.max)
            for one in self.leases
            if isinstance(one.lease_start, date)
            and (isinstance(one.moved_out, date) or one.status != "vacant")
        )

    def let_days(self, month: Period) -> int | None:
        """Days of a month on which somebody lived there; None where nothing tells.

        From the first lease on the rent roll tells. Before it the books do: a month with rent is a month let, one
        without is empty, if they name this unit anywhere.
        """
        stays = self.stays
        if len(stays) == len(self.leases) and min(first for _, first, _ in stays) <= month.start:
            return sum(_overlap(month, first, last) for _, first, last in stays)
        if self.booked:
            return _days(month) if self.booked.get(month.name, Decimal(0)) > 0 else 0
        return None

    def due(self, scope: Scope, month: Period) -> Term | None:
        """Rent of a month: as billed, by the leases of those days, else as booked; None where it stood empty.

        The rent of a lease holds from its first day or the last increase, whichever is later.
        """
        lease, let = self.leases[0], self.let_days(month)
        if let == 0 and month.name not in self.billed:
            return None
        held = [
            (one, days)
            for one, first, last in self.stays
            if (days := _overlap(month, _rent_since(scope, one, first), last))
        ]
        if month.name not in self.billed and sum(days for _, days in held) == let:
            rents = [(scope.amount(one.rent), days) for one, days in held]
            if any(rent is None for rent, _ in rents):
                return Term(lease, UNKNOWN, ("rent",))
            due = sum((prorate(rent, days, _days(month)) for rent, days in rents if rent), Decimal(0))
            return Term(held[0][0], Money(due, scope.currency), ("rent",))
        if month.name in self.booked:
            return Term(lease, Money(self.booked[month.name], scope.currency))
        return Term(lease, UNKNOWN, ("rent",))

    def is_by_books(self, scope: Scope, month: Period) -> bool:
        """Whether the rent due of a month is what the books have, since the rent roll does not reach so far."""
        held = sum(_overlap(month, _rent_since(scope, one, first), last) for one, first, last in self.stays)
        return month.name in self.booked and (month.name in self.billed or held != self.let_days(month))


def rent_accounts(journal: Journal) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Accounts of rent and of other income; where none is named after rent, all of them are rent."""
    used = journal.below((journal.name("Income"),))
    rent = tuple(one for one in used if parts_of(one)[2].casefold() in _RENT)
    return (rent, tuple(one for one in used if one not in rent)) if rent else (used, ())


def units_of(scope: Scope, journal: Journal) -> tuple[RentedUnit, ...]:
    """Every unit of the rent roll, in its order, with the rents that the books name it with."""
    leases: dict[str, list[Lease]] = {}
    for number, lease in enumerate(scope.of(Lease)):
        name = str(number) if isinstance(lease.unit, Blank) else folded(lease.unit)
        leases.setdefault(name, []).append(lease)
    rents: dict[str, list[tuple[Entry, Decimal]]] = {}
    for entry, posting in journal.lines(Lines(journal.component, rent_accounts(journal)[0])):
        if posting.units.currency == scope.currency:
            name = folded(entry.keys.get("unit", ""))
            rents.setdefault(name, []).append((entry, -posting.units.amount))
    owed = journal.name("Assets", "Receivable")
    return tuple(_unit(tuple(found), rents.get(name, []), owed) for name, found in leases.items())


def _unit(leases: tuple[Lease, ...], rents: Sequence[tuple[Entry, Decimal]], owed: str) -> RentedUnit:
    booked: dict[str, Decimal] = {}
    billed: set[str] = set()
    for entry, rent in rents:
        month = month_of(service_day(entry) or entry.date).name
        booked[month] = booked.get(month, Decimal(0)) + rent
        if any(one.account.startswith(owed) for one in entry.postings):
            billed.add(month)
    return RentedUnit(leases, booked, frozenset(billed), tuple(entry for entry, _ in rents))


def collected(
    scope: Scope, journal: Journal, months: tuple[Period, ...], units: Sequence[RentedUnit]
) -> Iterator[Figure]:
    """Rent due and rent received month by month, what is short of it, and the share of the last month."""
    due = got = None
    for month in months:
        due, got = _due(scope, month, units), _received(scope, journal, month)
        yield from (due, *got)
        yield added(scope, f"rent_short:{month.name}", "Due and not received", [due], [got[-1]])
    if due is None or got is None:
        return
    share: Ratio | Missing = Missing(needs=("rent_roll",))
    wanted, came = due.value, got[-1].value
    if isinstance(wanted, Money) and isinstance(came, Money) and wanted.amount:
        share = Ratio(came.amount / wanted.amount)
    made = scope.figure("collection_rate", "Rent collected", share, "ratio", kind="computed")
    yield msgspec.structs.replace(
        made,
        inputs=(_input("received", got[-1]), _input("due", due)),
        sources=got[-1].sources,
        as_of=got[-1].as_of,
        note=due.note,
    )


def _due(scope: Scope, month: Period, units: Sequence[RentedUnit]) -> Figure:
    code, label = f"rent_due:{month.name}", "Rent due"
    if not units:
        return scope.missing(code, label, "money", "rent_roll")
    terms = [term for one in units if (term := one.due(scope, month)) is not None]
    made = scope.total(code, label, terms, needs=("rent_roll",), kind="computed")
    booked = [one for one in units if one.is_by_books(scope, month)]
    if not booked:
        return made
    entries = [entry for one in booked for entry in one.entries if _is_for(entry, month)]
    sources = tuple(dict.fromkeys((*made.sources, *entry_sources(entries))))[:MOST_SOURCES]
    note = f"{len(booked)} of {len(units)} units as booked: their rent of then is not in the rent roll"
    return msgspec.structs.replace(made, sources=sources, note=note)


def _received(scope: Scope, journal: Journal, month: Period) -> tuple[Figure, ...]:
    """Rent that came in: the rent of the books, less what of it customers still owe; the last is the result."""
    code, label = f"rent_received:{month.name}", "Rent received"
    accounts, owed = rent_accounts(journal)[0], (journal.name("Assets", "Receivable"),)
    if not journal.below(owed):
        return (moved(scope, journal, code, label, accounts, month, sign=-1),)
    booked = moved(scope, journal, f"rent_booked:{month.name}", "Rent booked", accounts, month, sign=-1)
    more = moved(scope, journal, f"rent_owed:{month.name}", "More owed by tenants", owed, month)
    return booked, more, added(scope, code, label, [booked], [more])


def vacancy(
    scope: Scope, months: tuple[Period, ...], units: Sequence[RentedUnit], rent: Figure, full: Figure
) -> Iterator[Figure]:
    """Days that units stood empty, of how many, and both rates of vacancy (F-N7)."""
    rows = scope.of(Lease)
    told = [(days, month) for one in units for month in months if (days := one.let_days(month)) is not None]
    available = sum(_days(month) for _, month in told)
    let = sum(days for days, _ in told)
    names = {"physical": ("vacancy_days", "Days empty"), "economic": ("vacancy_rent", "Rent lost")}
    if told:
        yield from _days_of(scope, months, told, len(units) * len(months))
    else:
        yield scope.missing("vacancy_days", "Days empty", "ratio", "rent_roll", formula="F-N7", rows=rows)
        names = {"economic": names["economic"]}
    gaps = len(units) * len(months) - len(told)
    note = f"{gaps} of {len(units) * len(months)} months of units are not known and left out" if gaps else ""
    yield from parts(
        scope, "F-N7", names, note=note,
        vacant_days=available - let, available_days=available, collected=rent, gpr=full,
    )  # fmt: skip


def _days_of(
    scope: Scope, months: tuple[Period, ...], told: Sequence[tuple[int, Period]], wanted: int
) -> Iterator[Figure]:
    """Days let and days empty of the span, and days let of the newest calendar year in it, over all units."""
    year = months[-1].start.year
    let = sum(days for days, _ in told)
    rented = [days for days, month in told if month.start.year == year]
    of_year = sum(one.start.year == year for one in months)
    for code, label, days, known, all_of_them in (
        ("days_let", f"Days let, {span_of(months).name}", let, len(told), wanted),
        ("days_empty", f"Days without a tenant, {span_of(months).name}",
         sum(_days(month) for _, month in told) - let, len(told), wanted),
        ("days_rented", f"Days rented in {year}", sum(rented), len(rented), wanted * of_year // len(months)),
    ):  # fmt: skip
        yield scope.figure(
            code, label, Decimal(days), "days", kind="computed",
            rows=scope.of(Lease), known=known, wanted=all_of_them,
        )  # fmt: skip


def turns(scope: Scope, journal: Journal, units: Sequence[RentedUnit]) -> Iterator[Figure]:
    """What the books name an empty unit with since its tenant gave notice or left: the cost of the turn so far."""
    lines = Lines(journal.component, (journal.name("Expenses"),))
    spent = [
        (folded(entry.keys["unit"]), entry, posting.units.amount)
        for entry, posting in journal.lines(lines)
        if entry.keys.get("unit") and posting.units.currency == scope.currency
    ]
    for one in units:
        lease = one.leases[-1]
        left = lease.notice_received if isinstance(lease.notice_received, date) else lease.moved_out
        if lease.status != "vacant" or isinstance(lease.unit, Blank) or not isinstance(left, date):
            continue
        mine = [(e, amount) for name, e, amount in spent if name == folded(lease.unit) and e.date >= left]
        cost = sum((amount for _, amount in mine), Decimal(0))
        label = f"Spent on the turn of {lease.unit} so far"
        yield posted(
            scope, f"turn_cost:{slug(lease.unit)}", label, cost, [], [entry for entry, _ in mine],
            note=f"since {left.isoformat()}; what the books name this unit with",
        )  # fmt: skip


def _is_for(entry: Entry, month: Period) -> bool:
    return month_of(service_day(entry) or entry.date) == month


def _rent_since(scope: Scope, lease: Lease, first: date) -> date:
    raised = lease.last_increase
    return max(first, raised) if isinstance(raised, date) and raised <= scope.as_of else first


def _days(span: Period) -> int:
    return (span.end - span.start).days + 1


def _overlap(span: Period, first: date, last: date) -> int:
    """Days of a span from one day to another, both included."""
    return max(0, (min(span.end, last) - max(span.start, first)).days + 1)


def _input(name: str, figure: Figure) -> Input:
    return Input(name, figure=figure.id, entity=figure.entity)
