"""Two places that say different things of one fact."""

from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Role
from quarterdeck.model.values import Money, Ratio

Apart = Money | Ratio | Decimal | None
"""How far the sides are from each other, never negative; days for two dates, None where no number tells it."""


class Contradiction(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fact with two values, both kept: nothing is averaged, and one of them counts."""

    entity: str
    key: str
    """Stable name of the fact, unique in its entity: `kpi:runway_months`."""
    what: str
    """The fact as a noun: `Deposits held`."""
    used: Figure
    """The side that counts on every page."""
    other: Figure
    why: str
    """Why the other one does not count, as a sentence."""
    mend: str
    """The next step in the imperative."""
    role: Role = "accounting"
    """Whose it is to mend where the business names no owner."""
    rules: tuple[str, ...] = ()
    """Rules that speak of the same fact."""
    weakens: str = ""
    """What is less sure while both stand, as a sentence."""

    @property
    def id(self) -> str:
        """Identity: `jada/kpi:runway_months`."""
        return f"{self.entity}/{self.key}"

    @property
    def apart(self) -> Apart:
        """How far the sides are from each other."""
        return distance(self.used, self.other)


def distance(one: Figure, another: Figure) -> Apart:
    """How far two figures are from each other; None where they are not of one sort or one is not known."""
    match one.value, another.value:
        case Money(amount=left, currency=currency), Money(amount=right, currency=same) if currency == same:
            return Money(abs(left - right), currency)
        case Ratio(value=left), Ratio(value=right):
            return Ratio(abs(left - right))
        case Decimal() as left, Decimal() as right:
            return abs(left - right)
        case _:
            return _days(one, another)


def _days(one: Figure, another: Figure) -> Apart:
    days = [getattr(side.value, "date", None) for side in (one, another)]
    left, right = days
    return Decimal(abs((left - right).days)) if isinstance(left, date) and isinstance(right, date) else None
