"""Figures of the billing audit beyond the deliveries: days, losses, and the books beside the lists."""

from collections.abc import Iterable, Iterator

from quarterdeck.figures import billing_books, billing_days, billing_losses
from quarterdeck.figures.billing import Receivable, aged, owed_of, receivables
from quarterdeck.figures.derived import derived
from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.formulas.receivables import late_fee
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.services import Delivery, Invoice
from quarterdeck.model.values import Money, Ratio


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every such figure of a business that writes invoices."""
    scope = scope_of(facts, entity, currency)
    if not scope.has(Invoice):
        return
    everything = receivables(scope)
    yield from billing_days.figures(scope, owed_of(scope, everything))
    yield from billing_days.collected_of(scope, everything)
    buckets = aged(scope, everything)
    rates = scope.assumed.loss_rates
    yield derived(
        scope, "F-L11", "expected_loss", "Of what is owed, probably lost", buckets=buckets, rates=rates
    )
    if scope.has(Delivery):
        yield late_fees(scope, everything)
        yield from billing_losses.figures(scope)
    yield from billing_books.figures(scope, billing_books.journal_of(facts, entity))


def late_fees(scope: Scope, everything: Iterable[Receivable]) -> Figure:
    """What could be charged for paying late under the contracts that say so (F-L12); without grace days, none."""
    trips = {(one.entity, one.id): one for one in scope.of(Delivery)}
    terms = []
    for one in everything:
        trip = trips.get((one.invoice.entity, one.invoice.ref))
        if trip is None or not one.days_late or not isinstance(trip.late_fee, Ratio):
            continue
        grace = trip.grace_days if isinstance(trip.grace_days, int) else 0
        if isinstance(one.open, Money):
            fee = late_fee(one.open.amount, trip.late_fee.value, one.days_late, grace)
            terms.append(Term(one.invoice, Money(fee, one.open.currency), ("amount", "due")))
    label = "Late fees that could be charged"
    return scope.total("late_fees", label, terms, needs=("invoices",), formula="F-L12")
