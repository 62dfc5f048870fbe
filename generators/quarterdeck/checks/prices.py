"""What a thing costs a month: by its own line of the bill, else by a list price that is not too old."""

from decimal import Decimal

from quarterdeck.figures.kpis import printed
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Number, Resource
from quarterdeck.model.values import Money
from quarterdeck.reference import unit_prices

EVERYWHERE = "us-east-1"
"""Stands for the region of what has none: it has one price everywhere."""

_PRICES_HOLD_DAYS = 365


def money(amount: Money) -> str:
    """Print `$1,250`, cents below a thousand only."""
    return printed(amount, "money", amount.currency)


def list_price(thing: str, count: Number | int, region: str, facts: Facts) -> Money | None:
    """What so many of a thing cost a month; None where count, region or price is not known, or too old."""
    listed = unit_prices()
    price = listed.prices.get(thing)
    is_old = (facts.as_of - listed.checked_on).days > _PRICES_HOLD_DAYS
    if price is None or is_old or region not in listed.regions or isinstance(count, NotCollected):
        return None
    return Money(to_cents(price * Decimal(count)), "USD")


def costs(resource: Resource, thing: str, count: Number | int, facts: Facts, region: str = "") -> str:
    """What a resource costs a month, as a sentence."""
    if isinstance(resource.cost_per_month, Money):
        return f"It costs {money(resource.cost_per_month)} a month."
    known = list_price(thing, count, region or resource.region, facts)
    if known is None:
        return "Not known what it costs."
    return f"It costs about {money(known)} a month, by list prices of {unit_prices().checked_on.isoformat()}."
