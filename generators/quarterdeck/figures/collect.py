"""All figures of a run: those of every entity, then the portfolio's."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from quarterdeck.figures import (
    accuracy,
    agency,
    billing,
    billing_audit,
    bookkeeping,
    break_even,
    capital,
    cash,
    debt,
    earlier,
    finance,
    forecast,
    holdings,
    marketing,
    profit,
    rental,
    rental_books,
    revenue_quality,
    sales,
    targets,
    variance,
    vendors,
)
from quarterdeck.figures.grounds import Grounds
from quarterdeck.figures.rollup import counted, portfolio
from quarterdeck.figures.scope import Scope
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.values import Blank

Subject = Callable[[Facts, Entity, str], Iterator[Figure]]


class Made(msgspec.Struct, frozen=True):
    """What was worked out of one business: its figures, or those that differ on each side of an assumption."""

    groups: tuple[tuple[Figure, ...], ...]


Keep = Callable[[Iterable[bytes], Callable[[], Made]], Made]
"""Works out figures of one business, or knows them again by all that they rest on."""


def anew(_rest_on: Iterable[bytes], make: Callable[[], Made]) -> Made:
    """Work them out, whatever they rest on."""
    return make()


SUBJECTS: tuple[Subject, ...] = (
    sales.figures,
    holdings.figures,
    marketing.figures,
    agency.figures,
    billing.figures,
    billing_audit.figures,
    rental.figures,
    finance.figures,
    debt.figures,
    cash.figures,
    capital.figures,
    break_even.figures,
    forecast.figures,
    profit.figures,
    revenue_quality.figures,
    rental_books.figures,
    bookkeeping.figures,
    vendors.figures,
    targets.figures,
    variance.figures,
    accuracy.figures,
    earlier.figures,
)


def all_figures(facts: Facts, *, currency: str, keep: Keep = anew) -> tuple[Figure, ...]:
    """Every figure of every entity and of the portfolio.

    Args:
        facts: What the handoffs say.
        currency: ISO code of the portfolio's money, and of every entity that names none.
        keep: Remembers what was worked out of one business.

    Returns:
        In order of entity, the portfolio (the empty one) first, then of id; no id twice for one entity.
    """
    grounds = Grounds(facts, currency)
    of_entities = [
        figure
        for entity in facts.entities
        for figure in keep(grounds.of("figures", entity), partial(_made, facts, entity, currency)).groups[0]
    ]
    scope = whole(facts, currency)
    names = {one.entity for one in scope.entities}
    of_all = portfolio(scope, [one for one in of_entities if one.entity in names])
    return tuple(sorted([*of_all, *of_entities], key=lambda one: (one.entity, one.id)))


def _made(facts: Facts, entity: Entity, currency: str) -> Made:
    return Made((tuple(figures_of(facts, entity, currency=currency)),))


def whole(facts: Facts, currency: str) -> Scope:
    """The entities that the portfolio's totals count, with its currency."""
    return Scope(facts, tuple(_with_currency(one, currency) for one in counted(facts)), "", currency)


def figures_of(
    facts: Facts, entity: Entity, *, currency: str, subjects: Iterable[Subject] = SUBJECTS
) -> Iterator[Figure]:
    """Every figure of one entity, or those of some subjects, in their order."""
    priced = _with_currency(entity, currency)
    for figures in subjects:
        yield from figures(facts, priced, currency)


def _with_currency(entity: Entity, currency: str) -> Entity:
    is_blank = isinstance(entity.currency, Blank)
    return msgspec.structs.replace(entity, currency=currency) if is_blank else entity
