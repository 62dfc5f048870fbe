"""What each vendor was paid in the calendar year, by the way it was paid, and whether a form is due (F-A3)."""

from collections.abc import Iterator, Sequence

import msgspec

from quarterdeck.figures.derived import derived
from quarterdeck.figures.ledger import summed
from quarterdeck.figures.months import year_of
from quarterdeck.figures.names import folded, slug
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.formulas.bookkeeping import contractor_total
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.values import Money, Period

_PAID_FROM = (("Assets", "Bank"), ("Assets", "Cash"), ("Assets", "Processor"), ("Liabilities", "CreditCard"))
"""Where money leaves when somebody is paid."""


class Paid(msgspec.Struct, frozen=True):
    """One vendor's year."""

    vendor: str
    """As its last entry writes it."""
    subject: str
    """Of the ids of its figures."""
    entries: tuple[Entry, ...]
    methods: tuple[tuple[str, Figure], ...]
    """Each way of paying that money left by, with how much, in order of the alphabet; empty: none is named."""
    total: Figure
    """By the ways that we report ourselves."""
    is_due: bool | Missing
    """Whether the total reaches the threshold of the year."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """What an entity that keeps books paid each vendor in the calendar year, by method and for the form."""
    journal = facts.journal(entity)
    scope = scope_of(facts, entity, currency)
    for one in paid(scope, journal, year_of(scope.as_of)):
        if one.methods:
            yield from (figure for _, figure in one.methods)
            yield one.total


def paid(scope: Scope, journal: Journal, year: Period) -> Iterator[Paid]:
    """Every vendor that an entry of the year names, in order of name; case and punctuation do not count."""
    found: dict[str, list[Entry]] = {}
    for entry in journal.within(year.start, year.end):
        name = entry.keys.get("vendor", "").strip()
        if name:
            found.setdefault(folded(name), []).append(entry)
    for key in sorted(found):
        yield _paid(scope, journal, found[key], year)


def _paid(scope: Scope, journal: Journal, entries: Sequence[Entry], year: Period) -> Paid:
    vendor = entries[-1].keys["vendor"].strip()
    subject = slug(vendor)
    methods = tuple(_methods(scope, journal, entries, year))
    thresholds = dict(scope.assumed.contractor_threshold)
    total = derived(
        scope,
        "F-A3",
        f"contractor_total:{subject}",
        f"{vendor}, paid this year by transfer, check or cash",
        part="total",
        year=year.end.year,
        payments=methods,
        thresholds=thresholds,
    )
    amounts = [(method, one.value.amount) for method, one in methods if isinstance(one.value, Money)]
    due = contractor_total(year.end.year, amounts, thresholds).due
    return Paid(vendor, subject, tuple(entries), methods, total, due)


def _methods(
    scope: Scope, journal: Journal, entries: Sequence[Entry], year: Period
) -> Iterator[tuple[str, Figure]]:
    """What left by each way of paying; entries that only owe the vendor something are none."""
    spelled = dict.fromkeys(one.keys["vendor"].strip().casefold() for one in entries)
    accounts = tuple(journal.name(root, group) for root, group in _PAID_FROM)
    vendor = entries[-1].keys["vendor"].strip()
    for method in sorted({one.keys.get("pay-method", "").strip().lower() for one in entries}):
        lines = [
            Lines(
                journal.component,
                accounts,
                year.start,
                year.end,
                sign=-1,
                keys=(("vendor", name), ("pay-method", method)),
            )
            for name in spelled
        ]
        if any(any(journal.lines(one)) for one in lines):
            label = (
                f"{vendor}, paid by {method}" if method else f"{vendor}, paid in a way that no entry names"
            )
            yield method, summed(scope, journal, f"paid:{slug(vendor)}:{slug(method)}", label, lines)
