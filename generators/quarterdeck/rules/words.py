"""How a message says days, money and shares: as pages print them."""

from datetime import date
from decimal import Decimal

from quarterdeck.checks.words import days, ends
from quarterdeck.figures.kpis import printed
from quarterdeck.figures.months import month_name, on
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.values import Money, month_of

__all__ = ["a_month", "days", "ends", "hours", "listed", "money", "month_short", "months", "on", "percent"]

_MONTHS = 12
_NBSP = "\N{NO-BREAK SPACE}"


def hours(count: Decimal) -> str:
    """Print `1 hour`, `20.5 hours`."""
    return printed(count, "hours", "")


def months(count: Decimal) -> str:
    """Print `5.5 months`."""
    return printed(count, "months", "")


def month_short(day: date) -> str:
    """Print the month of a day: `Nov 2026`."""
    return f"{month_name(month_of(day))[:3]}{_NBSP}{day.year}"


def money(amount: Money) -> str:
    """Print `$1,250`, cents below a thousand only."""
    return printed(amount, "money", amount.currency)


def percent(share: Decimal) -> str:
    """Print `16.1%`."""
    return printed(share, "percent", "")


def listed(names: list[str]) -> str:
    """Print `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def a_month(once: Money) -> Money:
    """What something that happens once weighs beside what happens every month: its twelfth."""
    return Money(to_cents(once.amount / _MONTHS), once.currency)
