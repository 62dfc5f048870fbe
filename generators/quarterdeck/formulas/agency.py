"""What clients pay, and for how much work."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import Amount, formula
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

ENDS_WITHIN_DAYS = 90
OVERDUE_FROM_DAYS = 60


class Concentration(msgspec.Struct, frozen=True):
    """How much hangs on few clients."""

    hhi: Decimal
    top_share: Decimal
    effective_n: Decimal


class ClientMargin(msgspec.Struct, frozen=True):
    """What a client leaves; `agi` is the income without what only passes through us."""

    agi: Amount
    margin: Amount
    pct: Decimal | Missing


class Retention(msgspec.Struct, frozen=True):
    """What is left of recurring fees, with and without raises."""

    nrr: Decimal
    grr: Decimal


class AtRisk(msgspec.Struct, frozen=True):
    """One client as F-G10 looks at it; null is not known."""

    id: str
    mrr: Decimal
    contract: bool | None
    """Whether it is in writing."""
    contract_end: date | None
    overdue_days: int | None
    """Of its oldest open invoice."""

    def is_at_risk(self, as_of: date) -> bool:
        """Whether its fee may end soon; what is not known does not say so."""
        return (
            self.contract is False
            or (self.contract_end is not None and (self.contract_end - as_of).days <= ENDS_WITHIN_DAYS)
            or (self.overdue_days is not None and self.overdue_days >= OVERDUE_FROM_DAYS)
        )


def per_month(fee: Decimal, period: Cadence) -> Decimal:
    """One recurring amount as a month's; one-time is none."""
    times, span = _PER_MONTH[period]
    return fee * times / span


@formula(
    "F-G1",
    "Recurring amounts as a month's",
    unit="money",
    working="""
        monthly = Σ monthly + annual ÷ 12 + quarterly ÷ 3 + weekly × 52 ÷ 12 of items
        one-time counts 0
    """,
)
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


@formula("F-G2", "Effective hourly rate", unit="money", working="rate = (fees - pass_through) ÷ hours")
def effective_rate(fees: Decimal, pass_through: Decimal, hours: Decimal) -> Decimal | Missing:
    """What an hour of work really earned.

    Args:
        fees: Money of the period.
        pass_through: Part of it that only passes through us.
        hours: Hours worked in the same period; where they are not known, neither is the rate.

    Returns:
        Money an hour; n/a without an hour of work.

    Example: `{"fees": 2400, "pass_through": 300, "hours": 35}` gives `60.00`.
    Example: `{"fees": 2400, "pass_through": 300, "hours": null}` gives `"not_known"`.
    """
    if not hours:
        return Missing("not_applicable", reason="no hours were worked")
    return (fees - pass_through) / hours


def _loses_money(result: ClientMargin) -> Iterator[str]:
    if isinstance(result.pct, Missing):
        yield "a finding: nothing is left once what passes through is taken off"


@formula(
    "F-G3",
    "Client margin",
    unit="money",
    working="""
        agi = fees - pass_through
        margin = agi - labour - direct
        pct = margin ÷ agi
    """,
    notes=_loses_money,
)
def client_margin(fees: Decimal, pass_through: Decimal, labour: Decimal, direct: Decimal) -> ClientMargin:
    """What a client leaves after the work and the cost that come with it.

    Args:
        fees: Money of the period.
        pass_through: Part of it that only passes through us.
        labour: Money of the hours worked, the owner's among them at a stated cost.
        direct: Money of other cost that is there only for this client.

    Returns:
        agi: Money, the fees without what passes through.
        margin: Money that is left.
        pct: Ratio of agi; n/a, and a finding, where agi is 0 or less.

    Example: `{"fees": 2400, "pass_through": 300, "labour": 980, "direct": 120}` gives
    `{"agi": 2100.00, "margin": 1000.00, "pct": 0.476}`.
    Example: `{"fees": 300, "pass_through": 300, "labour": 100, "direct": 0}` gives
    `{"agi": 0.00, "margin": -100.00, "pct": "not_applicable"}`.
    """
    agi = fees - pass_through
    margin = agi - labour - direct
    if agi <= 0:
        return ClientMargin(agi, margin, Missing("not_applicable", reason="all of it passes through"))
    return ClientMargin(agi, margin, margin / agi)


@formula(
    "F-G4",
    "Concentration of clients",
    unit="score",
    working="""
        share = each of revenues above 0 ÷ their sum
        hhi = Σ (share × 100) squared
        top_share = largest share
        effective_n = 1 ÷ Σ share squared
    """,
)
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
    Example: `{"revenues": [0, -50]}` gives `"not_applicable"`.

    Source: the index is that of the US Merger Guidelines of 2023, borrowed for clients.
    """
    paying = [one for one in revenues if one > 0]
    if not paying:
        return Missing("not_applicable", reason="no client pays")
    whole = sum(paying, Decimal(0))
    squares = sum((one * one for one in paying), Decimal(0)) / (whole * whole)
    return Concentration(squares * _POINTS, max(paying) / whole, 1 / squares)


@formula(
    "F-G5",
    "Retention of recurring fees",
    unit="ratio",
    working="""
        nrr = (start + expansion - contraction - churn) ÷ start
        grr = (start - contraction - churn) ÷ start
    """,
)
def retention(
    start: Decimal, expansion: Decimal, contraction: Decimal, churn: Decimal
) -> Retention | Missing:
    """What is left of the recurring fees that there were at the beginning; new clients do not count.

    Args:
        start: Money a month at the beginning.
        expansion: Money a month by which those clients pay more.
        contraction: Money a month by which they pay less.
        churn: Money a month of those who left.

    Returns:
        nrr: Ratio with raises.
        grr: Ratio without them.
        n/a where there were no fees.

    Example: `{"start": 3000, "expansion": 200, "contraction": 150, "churn": 300}` gives
    `{"nrr": 0.917, "grr": 0.850}`.
    Example: `{"start": 0, "expansion": 200, "contraction": 0, "churn": 0}` gives `"not_applicable"`.
    """
    if not start:
        return Missing("not_applicable", reason="there were no recurring fees")
    kept = start - contraction - churn
    return Retention((kept + expansion) / start, kept / start)


@formula("F-G6", "Utilisation", unit="ratio", working="utilisation = billable ÷ available")
def utilisation(billable: Decimal, available: Decimal) -> Decimal | Missing:
    """The share of working hours that can be billed.

    Args:
        billable: Hours that can be billed.
        available: Hours that there are.

    Returns:
        Ratio; n/a without hours. For staff who deliver, 65 to 80% is usual.

    Example: `{"billable": 92, "available": 140}` gives `0.657`.
    Example: `{"billable": 0, "available": 0}` gives `"not_applicable"`.
    """
    return billable / available if available else Missing("not_applicable", reason="no hours are available")


@formula(
    "F-G7",
    "Unbilled hosting",
    unit="money",
    working="unbilled = sites × cost_each - fee, at least 0",
)
def hosting_unbilled(sites: int, cost_each: Decimal, fee: Decimal) -> Decimal:
    """Hosting that we pay and do not charge.

    Args:
        sites: Count of sites of one client.
        cost_each: Money a month that one site costs us.
        fee: Money a month charged for all of them together.

    Returns:
        Money a month, never below 0.

    Example: `{"sites": 7, "cost_each": 11.40, "fee": 40}` gives `39.80`.
    Example: `{"sites": 1, "cost_each": 11.40, "fee": 40}` gives `0.00`.
    """
    return max(Decimal(0), sites * cost_each - fee)


@formula("F-G8", "Over-service", unit="ratio", working="ratio = used ÷ included")
def over_service(used: Decimal, included: Decimal) -> Decimal | Missing:
    """Hours worked for a client against the hours in the fee.

    Args:
        used: Hours worked in the month.
        included: Hours a month in the fee.

    Returns:
        Ratio, above 1 for unpaid work; n/a where no hours are included, then all of them are unbilled.

    Example: `{"used": 14, "included": 10}` gives `1.40`.
    Example: `{"used": 14, "included": 0}` gives `"not_applicable"`.
    """
    if not included:
        return Missing("not_applicable", reason="no hours are included: all of them are unbilled")
    return used / included


@formula(
    "F-G9",
    "Value of over-service",
    unit="money",
    working="value = (used - included) × list_rate",
)
def over_service_value(used: Decimal, included: Decimal, list_rate: Decimal) -> Decimal:
    """What the hours beyond the fee would bring at the list price.

    Args:
        used: Hours worked in the month.
        included: Hours a month in the fee.
        list_rate: Money for an hour at the list price.

    Returns:
        Money; negative for hours in the fee that were not used.

    Example: `{"used": 14, "included": 10, "list_rate": 95}` gives `380.00`.
    Example: `{"used": 14, "included": null, "list_rate": 95}` gives `"not_known"`.
    """
    return (used - included) * list_rate


def _risk_gaps(clients: Sequence[AtRisk]) -> Iterator[str]:
    gaps = sum(
        one.contract is None
        or one.overdue_days is None
        or (one.contract is True and one.contract_end is None)
        for one in clients
    )
    if gaps:
        yield f"something is not known of {gaps} of {len(clients)} clients, and says nothing against them"


@formula(
    "F-G10",
    "Revenue at risk",
    unit="money",
    working="""
        at risk = Σ mrr of clients where one of these holds, each client once:
        contract = false; contract_end - as_of <= 90; overdue_days >= 60
    """,
    notes=_risk_gaps,
)
def revenue_at_risk(as_of: date, clients: Sequence[AtRisk]) -> Decimal:
    """Recurring fees that may end soon.

    Args:
        as_of: Day of the report.
        clients: For each its id, fee a month, whether the contract is in writing, its last day, and days overdue
            of its oldest invoice; null for what is not known, and for the last day of a contract without one.

    Returns:
        Money a month of clients without a contract, with one that ends within 90 days or has ended, or at least
        60 days overdue; a client counts once.

    Example: `{"as_of": "2026-10-31", "clients": [
    {"id": "a", "mrr": 150, "contract": false, "contract_end": null, "overdue_days": 75},
    {"id": "b", "mrr": 80, "contract": true, "contract_end": "2027-01-29", "overdue_days": 0},
    {"id": "c", "mrr": 49, "contract": true, "contract_end": "2027-01-30", "overdue_days": 59}]}` gives `230.00`.
    Example: `{"as_of": "2026-10-31", "clients": []}` gives `0.00`.
    """
    return sum((one.mrr for one in clients if one.is_at_risk(as_of)), Decimal(0))
