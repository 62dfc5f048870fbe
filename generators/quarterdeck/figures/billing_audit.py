"""Figures of the billing audit beyond the deliveries: days, losses, and the books beside the lists."""

from collections.abc import Iterator

from quarterdeck.figures import billing_books, billing_days, billing_losses
from quarterdeck.figures.billing import owed_of, receivables
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.services import Delivery, Invoice


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every such figure of a business that writes invoices."""
    scope = scope_of(facts, entity, currency)
    if not scope.has(Invoice):
        return
    yield from billing_days.figures(scope, owed_of(scope, receivables(scope)))
    if scope.has(Delivery):
        yield from billing_losses.figures(scope)
    yield from billing_books.figures(scope, billing_books.journal_of(facts, entity))
