"""Invoices held against the books: what came in and what is still owed, invoice by invoice."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.figures.billing import Receivable, live_invoices, owed_of, receivables
from quarterdeck.figures.cash import added
from quarterdeck.figures.derived import derived
from quarterdeck.figures.ledger import balance, entry_sources, moved, posted
from quarterdeck.figures.months import last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, slug
from quarterdeck.figures.scope import Scope, Term
from quarterdeck.formulas.receivables import days_to_pay
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal, is_below, is_money
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.values import Blank, Money, Ratio

QUARTER = 3
_ZERO = Decimal(0)

Kind = Literal["paid", "open"]
_LABELS: Mapping[Kind, str] = {"paid": "Paid", "open": "Open"}


class Posted(msgspec.Struct, frozen=True):
    """What the books say of one invoice, by the `invoice` key of their entries."""

    name: str
    """As the books write it."""
    paid: Decimal
    """Money that its entries brought to bank, cash or processor, deposits among it."""
    open: Decimal
    """What its entries leave on receivables."""
    entries: tuple[Entry, ...]


def journal_of(facts: Facts, entity: Entity) -> Journal:
    """The books of a business; of one that has none, those of the business it is part of."""
    own = facts.journal(entity)
    above = facts.parent(entity)
    return facts.journal(above) if above and not own else own


def figures(scope: Scope, journal: Journal) -> Iterator[Figure]:
    """Paid and owed by the books beside the tables, and each invoice on which the two differ."""
    receivable = journal.name("Assets", "Receivable")
    if not journal.below([receivable]):
        return
    found = posted_invoices(scope, journal)
    listed = {folded(one.invoice.id): one for one in receivables(scope) if isinstance(one.invoice.id, str)}
    yield from _paid(scope, journal, found, list(listed.values()))
    yield _unnamed(scope, journal, receivable)
    yield from _by_invoice(scope, journal, found, listed)
    yield from _days(scope, journal, receivable, found, listed)


def posted_invoices(scope: Scope, journal: Journal) -> dict[str, Posted]:
    """Every invoice that entries name, by its folded number."""
    by_name: dict[str, list[Entry]] = {}
    for entry in journal.entries:
        if name := entry.keys.get("invoice", "").strip():
            by_name.setdefault(folded(name), []).append(entry)
    receivable = journal.name("Assets", "Receivable")
    return {
        key: Posted(
            entries[0].keys["invoice"].strip(),
            sum((_came(scope, journal, one) for one in entries), _ZERO),
            sum((_added(scope, one, receivable) for one in entries), _ZERO),
            tuple(entries),
        )
        for key, entries in by_name.items()
    }


def _came(scope: Scope, journal: Journal, entry: Entry) -> Decimal:
    """Money that an entry brought to the business."""
    return sum(
        (
            one.units.amount
            for one in entry.postings
            if is_money(one.account)
            and one.account.split(":")[1] == journal.component
            and one.units.currency == scope.currency
        ),
        _ZERO,
    )


def _added(scope: Scope, entry: Entry, account: str) -> Decimal:
    return sum(
        (
            one.units.amount
            for one in entry.postings
            if is_below(one.account, account) and one.units.currency == scope.currency
        ),
        _ZERO,
    )


def _paid(
    scope: Scope, journal: Journal, found: Mapping[str, Posted], listed: Sequence[Receivable]
) -> Iterator[Figure]:
    """What was paid on invoices by the books and by the tables, and how far the two are apart."""
    entries = sorted((e for one in found.values() for e in one.entries), key=lambda e: (e.date, e.line))
    money = [entry for entry in entries if _came(scope, journal, entry)]
    total = sum((one.paid for one in found.values()), _ZERO)
    books = posted(scope, "paid_booked", "Paid on invoices, in the books", total, [], money)
    terms = [Term(one.invoice, one.paid, ("amount",)) for one in listed]
    stated = scope.total("paid_listed", "Paid on invoices, as listed", terms, needs=("payments",))
    yield from (books, stated)
    yield added(scope, "paid_gap", "Paid: books less lists", [books], [stated])


def _unnamed(scope: Scope, journal: Journal, receivable: str) -> Figure:
    """What the books have customers owe without saying for which invoice."""
    nameless = [
        (entry, posting.units.amount)
        for entry, posting in journal.lines(Lines(journal.component, (receivable,)))
        if not entry.keys.get("invoice", "").strip() and posting.units.currency == scope.currency
    ]
    return posted(
        scope,
        "receivable_unnamed",
        "Owed in the books without an invoice",
        sum((amount for _, amount in nameless), _ZERO),
        [],
        [entry for entry, _ in nameless],
    )


def _by_invoice(
    scope: Scope, journal: Journal, found: Mapping[str, Posted], listed: Mapping[str, Receivable]
) -> Iterator[Figure]:
    """How many invoices agree with the books, and both sides of each that does not.

    An invoice issued before the first entry of the books is not looked for there.
    """
    begins = journal.entries[0].date
    known = {
        key: one
        for key, one in listed.items()
        if key in found or isinstance(one.invoice.issued, Blank) or one.invoice.issued >= begins
    }
    differing = 0
    for key in sorted({*found, *known}):
        sides = list(_sides(scope, known.get(key), found.get(key)))
        differing += bool(sides)
        yield from sides
    whole = len({*found, *known})
    if whole:
        agreeing = Decimal(whole - differing)
        yield scope.figure(
            "invoices_agree",
            "Invoices that agree with the books",
            Ratio(agreeing / whole, agreeing, Decimal(whole)),
            "ratio",
            kind="computed",
            rows=[one.invoice for one in known.values()],
        )


def _sides(scope: Scope, listed: Receivable | None, books: Posted | None) -> Iterator[Figure]:
    """Both sides of what differs on one invoice, with the difference; nothing where the two agree."""
    name = str(listed.invoice.id) if listed else books.name if books else ""
    for kind, label in _LABELS.items():
        asked = getattr(listed, kind) if listed else Money(_ZERO, scope.currency)
        amount = getattr(books, kind) if books else _ZERO
        if scope.amount(asked) in {None, amount}:
            continue
        subject = slug(name)
        book = posted(
            scope, f"{kind}_booked:{subject}", f"{label} on {name}, in the books", amount, [],
            books.entries if books else (),
        )  # fmt: skip
        terms = [Term(listed.invoice, asked)] if listed else []
        code = f"{kind}_listed:{subject}"
        stated = scope.total(code, f"{label} on {name}, as listed", terms, needs=("invoices",))
        yield from (book, stated)
        yield added(scope, f"{kind}_gap:{subject}", f"{label} on {name}: books less lists", [book], [stated])


def _days(
    scope: Scope,
    journal: Journal,
    receivable: str,
    found: Mapping[str, Posted],
    listed: Mapping[str, Receivable],
) -> Iterator[Figure]:
    """Days of billing unpaid (F-L6) and days from invoice to payment (F-L10), by the books.

    What a business owns of receivables stands among its figures of bookkeeping; here it is for a part without books.
    """
    span = span_of(months_to(last_full_month(scope.as_of), QUARTER))
    owed = balance(scope, journal, "receivable_ledger", "Owed by customers, in the books", [receivable])
    if scope.facts.journal(scope.entities[0]) is not journal:
        label = "Owed by customers: books less invoices"
        yield from (owed, added(scope, "receivable_gap", label, [owed], [owed_of(scope, listed.values())]))
    label = f"Earned from {span.name}, in the books"
    earned = moved(scope, journal, "earned_recent", label, [journal.name("Income")], span, sign=-1)
    yield earned
    label = "Days of billing still unpaid, by the books"
    days = (span.end - span.start).days + 1
    yield derived(scope, "F-L6", "dso_books", label, ar=owed, revenue=earned, days=days)
    issued = {
        folded(str(one.id)): one.issued for one in live_invoices(scope) if not isinstance(one.issued, Blank)
    }
    paid = [
        (amount, (entry.date - issued[key]).days, entry)
        for key, one in found.items()
        if key in issued and key in listed
        for entry in one.entries
        if (amount := _came(scope, journal, entry)) > 0 and entry.date >= issued[key]
    ]
    result = days_to_pay([(amount, waited) for amount, waited, _ in paid])
    made = scope.figure(
        "days_to_pay_books", "From invoice to payment, by the books", result, "days", formula="F-L10"
    )
    entries = sorted((entry for _, _, entry in paid), key=lambda one: (one.date, one.line))
    yield msgspec.structs.replace(
        made, sources=entry_sources(entries), as_of=entries[-1].date if entries else None
    )
