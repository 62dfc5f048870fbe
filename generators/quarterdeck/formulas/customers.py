"""What a new customer costs, and what one brings."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing

SHORTEST_LIFE = Decimal(1)
"""Years that a customer counts with before there are twelve months of customers."""

LOW, HIGH = 1, 5
"""Between them lies what is usual of lifetime value over cost; about 3 is the aim."""


class Payback(msgspec.Struct, frozen=True):
    """Lifetime value over cost, and how soon the cost is back."""

    ratio: Decimal | Missing
    payback_months: Decimal | Missing


@formula("F-Q5", "Cost of a new customer", unit="money", working="cac = spend ÷ new")
def acquisition_cost(spend: Decimal, new: int) -> Decimal | Missing:
    """What winning one customer costs.

    Args:
        spend: Money for media, fees, commission and tools of the channel.
        new: Count of new customers in the same months.

    Returns:
        Money for each; `spend_without_customers`, a finding, where money went out and nobody came; not known where
        neither was there.

    Example: `{"spend": 1260, "new": 14}` gives `90.00`.
    Example: `{"spend": 300, "new": 0}` gives `"spend_without_customers"`.
    Example: `{"spend": 0, "new": 0}` gives `"not_known"`.
    """
    if new:
        return spend / new
    if spend > 0:
        return Missing("spend_without_customers", reason="money was spent and no customer came")
    return Missing(reason="nothing was spent and no customer came")


def _short_history(years: Decimal) -> Iterator[str]:
    if years < SHORTEST_LIFE:
        yield "marked: fewer than 12 months of customers, so they count with one year"


@formula(
    "F-Q6",
    "Lifetime value of a customer",
    unit="money",
    working="""
        years at least 1 and at most cap_years
        ltv = aov × per_year × years × cmr
    """,
    notes=_short_history,
)
def lifetime_value(
    aov: Decimal, per_year: Decimal, years: Decimal, cmr: Decimal, cap_years: Decimal = Decimal(3)
) -> Decimal:
    """What a customer leaves over the years, after the cost that comes with each order.

    Args:
        aov: Money of one order.
        per_year: Orders of one customer a year.
        years: Years that one stays.
        cmr: Contribution margin, ratio of F-M1.
        cap_years: Most years that count.

    Returns:
        Money. Under a year, for which there is no history yet, counts as one and is marked.

    Example: `{"aov": 905, "per_year": 1.3, "years": 2, "cmr": 0.57}` gives `1341.21`.
    Example: `{"aov": 100, "per_year": 1, "years": 8, "cmr": 0.50}` gives `150.00`.
    Example: `{"aov": 100, "per_year": 1, "years": 0.5, "cmr": 0.50}` gives `50.00`.
    """
    return aov * per_year * max(SHORTEST_LIFE, min(years, cap_years)) * cmr


def _too_low_or_high(result: Payback) -> Iterator[str]:
    if isinstance(result.ratio, Decimal) and result.ratio < LOW:
        yield "a finding: a customer costs more than one brings"
    if isinstance(result.ratio, Decimal) and result.ratio > HIGH:
        yield "above 5: more could be spent on winning customers"


@formula(
    "F-Q7",
    "Lifetime value over cost, and payback",
    unit="ratio",
    working="""
        ratio = ltv ÷ cac
        payback_months = cac ÷ monthly_cm
    """,
    notes=_too_low_or_high,
)
def payback(ltv: Decimal, cac: Decimal, monthly_cm: Decimal) -> Payback:
    """What a customer brings over what one costs to win, and how long that takes.

    Args:
        ltv: Money by F-Q6.
        cac: Money by F-Q5.
        monthly_cm: Contribution a month of one customer.

    Returns:
        ratio: Times; n/a where winning one costs nothing.
        payback_months: Months; never where a month brings nothing.

    Example: `{"ltv": 1341.21, "cac": 90, "monthly_cm": 55}` gives `{"ratio": 14.9, "payback_months": 1.6}`.
    Example: `{"ltv": 80, "cac": 90, "monthly_cm": 0}` gives `{"ratio": 0.89, "payback_months": "never"}`.
    """
    return Payback(
        ltv / cac if cac > 0 else Missing("not_applicable", reason="winning a customer costs nothing"),
        cac / monthly_cm if monthly_cm > 0 else Missing("never", reason="a month brings nothing"),
    )
