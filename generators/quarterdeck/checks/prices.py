"""What a thing costs a month: by its own line of the bill, else by a list price that is not too old."""

from decimal import Decimal

from quarterdeck.figures.kpis import printed
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.check import Fail
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Number, Resource
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.reference import REFERENCE_FILE, unit_prices

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


def at_list_price(words: str, amount: Money | None) -> Fail:
    """A failure that costs so much a month by list prices; None where that is not known."""
    if amount is None:
        return Fail(words)
    listed = Source(REFERENCE_FILE, kind="reference", what="list prices", as_of=unit_prices().checked_on)
    return Fail(words, at_stake=amount, price=listed)


def paid_for(
    words: str, resource: Resource, thing: str, count: Number | int, facts: Facts, region: str = ""
) -> Fail:
    """A failure with what the resource costs a month: by its own line of the bill, else by list prices."""
    billed = resource.cost_per_month
    if isinstance(billed, Money):
        return Fail(f"{words} It costs {money(billed)} a month.", at_stake=billed)
    known = list_price(thing, count, region or resource.region, facts)
    if known is None:
        return Fail(f"{words} Not known what it costs.")
    day = unit_prices().checked_on.isoformat()
    return at_list_price(f"{words} It costs about {money(known)} a month, by list prices of {day}.", known)


def free(words: str) -> Fail:
    """A failure of what is known to cost nothing."""
    return Fail(words, at_stake=Money(Decimal(0), "USD"))
