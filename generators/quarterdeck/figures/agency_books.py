"""What each client brought by the books: earned, beside what was billed, and how much hangs on few."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import live_invoices, net_amount
from quarterdeck.figures.billing_books import journal_of
from quarterdeck.figures.cash import added
from quarterdeck.figures.derived import parts
from quarterdeck.figures.ledger import posted
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.journal import Journal
from quarterdeck.model.ledger import Entry, Lines
from quarterdeck.model.services import Client, Invoice
from quarterdeck.model.values import Period

MONTHS = 12
_ZERO = Decimal(0)


class Moved(msgspec.Struct, frozen=True):
    """One line of the books that is about a client."""

    entry: Entry
    amount: Decimal
    """In natural size: income and costs are positive."""


def income_by_client(scope: Scope) -> dict[tuple[str, str], list[Moved]]:
    """Every line of income that leads to a client, by business and folded name; the others under an empty name.

    An entry leads to a client by its `client`, else by its invoice, else by who paid.
    """
    found: dict[tuple[str, str], list[Moved]] = {}
    for entity in scope.entities:
        journal = journal_of(scope.facts, entity)
        for client, moved in _lines(scope, entity, journal, "Income", -1):
            found.setdefault((entity.entity, client), []).append(moved)
    return found


def _lines(
    scope: Scope, entity: Entity, journal: Journal, root: str, sign: int
) -> Iterator[tuple[str, Moved]]:
    clients = {
        folded(one.client) for one in scope.facts.of(Client, entity.entity) if isinstance(one.client, str)
    }
    if not clients:
        return
    of_invoice = {
        folded(one.id): folded(one.ref)
        for one in scope.facts.of(Invoice, entity.entity)
        if isinstance(one.id, str) and isinstance(one.ref, str)
    }
    for entry, posting in journal.lines(Lines(journal.component, (journal.name(root),))):
        if posting.units.currency == scope.currency:
            written = folded(entry.keys.get("client", ""))
            by_bill = of_invoice.get(folded(entry.keys.get("invoice", "")), "")
            payer = folded(entry.payee) if root == "Income" else ""
            name = next((one for one in (written, by_bill, payer) if one in clients), "")
            yield name, Moved(entry, sign * posting.units.amount)


def within(lines: Sequence[Moved], span: Period) -> list[Moved]:
    """Those of some days."""
    return [one for one in lines if holds(span, one.entry.date)]


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Earned and billed of each client in twelve full months; nothing where the books name no client."""
    scope = scope_of(facts, entity, currency)
    income = {name: lines for (_, name), lines in income_by_client(scope).items()}
    if not any(income):
        return
    journal = journal_of(facts, entity)
    span = span_of(months_to(last_full_month(scope.as_of), MONTHS))
    costs: dict[str, list[Moved]] = {}
    for name, moved in _lines(scope, entity, journal, "Expenses", 1):
        costs.setdefault(name, []).append(moved)
    bills = _bills(scope, span)
    earned: list[tuple[Client, Figure]] = []
    for subject, name, client in named(scope.of(Client), "client"):
        made = _sum(
            scope, f"client_earned:{subject}", f"Earned from {name}", income.get(folded(name), []), span
        )
        earned.append((client, made))
        yield made
        if scope.has(Invoice):
            yield from _billed(scope, subject, name, bills.get(name, []), span, made)
        if spent := within(costs.get(folded(name), []), span):
            yield _sum(scope, f"client_spent:{subject}", f"Spent for {name}, in the books", spent, span)
    yield _sum(scope, "earned_unnamed", "Earned without a client named", income.get("", []), span)
    yield from _concentration(scope, earned)


def _sum(scope: Scope, code: str, label: str, lines: Sequence[Moved], span: Period) -> Figure:
    inside = within(lines, span)
    total = sum((one.amount for one in inside), _ZERO)
    entries = [one.entry for one in inside]
    return posted(scope, code, f"{label}, {span.name}", total, [], entries)


def _bills(scope: Scope, span: Period) -> dict[str, list[Term]]:
    """What was billed in some days, without sales tax, by client."""
    found: dict[str, list[Term]] = {}
    for one in live_invoices(scope):
        if isinstance(one.ref, str) and isinstance(one.issued, date) and holds(span, one.issued):
            found.setdefault(one.ref, []).append(Term(one, net_amount(one), ("amount",)))
    return found


def _billed(
    scope: Scope, subject: str, name: str, bills: Sequence[Term], span: Period, earned: Figure
) -> Iterator[Figure]:
    """What was billed in the same months, and how far that is from what was earned, where the two differ."""
    label = f"Billed to {name}, {span.name}"
    billed = scope.total(f"client_billed:{subject}", label, bills, needs=("invoices",), kind="computed")
    yield billed
    if billed.is_known and billed.value != earned.value:
        label = f"{name}: earned in the books less billed"
        yield added(scope, f"client_earned_gap:{subject}", label, [earned], [billed])


def _concentration(scope: Scope, earned: Sequence[tuple[Client, Figure]]) -> Iterator[Figure]:
    """Share of the largest client and HHI (F-G4) of what was earned, without sister companies and with them."""
    ours = [one for client, one in earned if client.related_party is not True]
    label = "Concentration of clients (HHI), by the books"
    wanted: Mapping[str, tuple[str, str]] = {
        "hhi": ("hhi_earned", label),
        "top_share": ("top_earned_share", "Largest client, of what was earned"),
        "effective_n": ("effective_clients", "As many equal clients"),
    }
    units = {"top_share": "ratio", "effective_n": "count"}
    yield from parts(scope, "F-G4", wanted, units=units, revenues=ours)  # type: ignore[arg-type]  # words of Unit
    if len(ours) < len(earned):
        both = {"hhi": ("hhi_earned_all", f"{label}, sister companies as well")}
        yield from parts(scope, "F-G4", both, revenues=[one for _, one in earned])
