"""What clients pay, and for how much work."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Cadence

_PER_MONTH: dict[Cadence, tuple[int, int]] = {
    "weekly": (52, 12),
    "monthly": (1, 1),
    "quarterly": (1, 3),
    "annual": (1, 12),
    "one-time": (0, 1),
}
"""Numerator and denominator, so that a third of 240 is 80 and not 79.99…"""

_POINTS = 10_000


class Concentration(msgspec.Struct, frozen=True):
    """How much hangs on few clients."""

    hhi: Decimal
    top_share: Decimal
    effective_n: Decimal


def per_month(fee: Decimal, period: Cadence) -> Decimal:
    """One recurring amount as a month's; one-time is none."""
    times, span = _PER_MONTH[period]
    return fee * times / span


@formula("F-G1", "Recurring amounts as a month's", unit="money")
def monthly(items: Sequence[tuple[Decimal, Cadence]]) -> Decimal:
    """Recurring amounts of any period, as what falls into one month: MRR of fees, fixed cost of costs.

    Args:
        items: Amount and period of each: monthly, annual, quarterly, weekly or one-time. A contract that has
            ended counts 0 and one not yet signed is pipeline: leave both out.

    Returns:
        Money a month; one-time amounts count nothing. No items give 0.

    Example: `{"items": [[150, "monthly"], [588, "annual"], [240, "quarterly"]]}` gives `279.00`.
    """
    return sum((per_month(fee, period) for fee, period in items), Decimal(0))


@formula("F-G2", "Effective hourly rate", unit="money")
def effective_rate(fees: Decimal, pass_through: Decimal, hours: Decimal) -> Decimal | Missing:
    """What an hour of work really earned.

    Args:
        fees: Money of the period.
        pass_through: Part of it that only passes through us.
        hours: Hours worked in the same period; where they are not known, neither is the rate.

    Returns:
        Money an hour; n/a without an hour of work.

    Example: `{"fees": 2400, "pass_through": 300, "hours": 35}` gives `60.00`.
    """
    if not hours:
        return Missing("not_applicable", reason="no hours were worked")
    return (fees - pass_through) / hours


@formula("F-G4", "Concentration of clients", unit="score")
def concentration(revenues: Sequence[Decimal]) -> Concentration | Missing:
    """How much of the revenue hangs on few clients.

    Args:
        revenues: Money of each client; leave related parties out. Amounts of 0 or less are left out here.

    Returns:
        hhi: Score above 0 and up to 10,000, the sum of the squared shares in percent.
        top_share: Ratio of the largest client.
        effective_n: Count of equal clients that would be as concentrated.
        n/a without revenue.

    Example: `{"revenues": [4200, 2400, 1500, 900, 600, 400]}` gives
    `{"hhi": 2698, "top_share": 0.420, "effective_n": 3.71}`.
    """
    paying = [one for one in revenues if one > 0]
    if not paying:
        return Missing("not_applicable", reason="no client pays")
    whole = sum(paying, Decimal(0))
    squares = sum((one * one for one in paying), Decimal(0)) / (whole * whole)
    return Concentration(squares * _POINTS, max(paying) / whole, 1 / squares)


@formula("F-G7", "Unbilled hosting", unit="money")
def hosting_unbilled(sites: int, cost_each: Decimal, fee: Decimal) -> Decimal:
    """Hosting that we pay and do not charge.

    Args:
        sites: Count of sites of one client.
        cost_each: Money a month that one site costs us.
        fee: Money a month charged for all of them together.

    Returns:
        Money a month, never below 0.

    Example: `{"sites": 7, "cost_each": 11.40, "fee": 40}` gives `39.80`.
    """
    return max(Decimal(0), sites * cost_each - fee)


@formula("F-G8", "Over-service", unit="ratio")
def over_service(used: Decimal, included: Decimal) -> Decimal | Missing:
    """Hours worked for a client against the hours in the fee.

    Args:
        used: Hours worked in the month.
        included: Hours a month in the fee.

    Returns:
        Ratio, above 1 for unpaid work; n/a where no hours are included, then all of them are unbilled.

    Example: `{"used": 14, "included": 10}` gives `1.40`.
    """
    if not included:
        return Missing("not_applicable", reason="no hours are included: all of them are unbilled")
    return used / included
