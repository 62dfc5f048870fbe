"""How much must be sold before anything is earned, from the costs that the books say."""

from collections.abc import Iterator, Mapping

from quarterdeck.figures import profit
from quarterdeck.figures.derived import derived, parts
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure

_NEEDED = ("fixed_monthly", "revenue_year", "variable_year", "revenue_monthly")


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Break-even of an entity with books."""
    scope = scope_of(facts, entity, currency)
    yield from needed(scope, {one.id: one for one in profit.figures(facts, entity, currency)})


def needed(scope: Scope, found: Mapping[str, Figure]) -> Iterator[Figure]:
    """The revenue of a month that pays for its fixed costs, and how far sales may fall.

    Args:
        scope: An entity or the portfolio, whose mix is that of its year.
        found: Its figures of profit.
    """
    if any(name not in found for name in _NEEDED):
        return
    fixed, revenue, variable, monthly = (found[name] for name in _NEEDED)
    ratio, least = parts(
        scope,
        "F-E3",
        {
            "cmr": ("break_even_ratio", "Left of each dollar sold"),
            "revenue": ("break_even_revenue", "Break-even revenue, a month"),
        },
        units={"cmr": "ratio", "revenue": "money"},
        fixed=fixed,
        products=[(revenue, variable)],
    )
    yield from (ratio, least)
    yield derived(scope, "F-E4", "margin_of_safety", "Sales may fall by", actual=monthly, be_revenue=least)
