"""What a sale leaves after its own cost, and what is left after all others."""

# definitions are written with the signs of arithmetic

from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing


class Contribution(msgspec.Struct, frozen=True):
    """Contribution margin in money and as a share of revenue."""

    cm: Amount
    cmr: Decimal | Missing


@formula(
    "F-M1",
    "Contribution margin",
    unit="money",
    working="""
    cm = revenue − variable
    cmr = cm ÷ revenue
    """,
)
def contribution(revenue: Decimal, variable: Decimal) -> Contribution:
    """What revenue leaves after the cost that comes with each sale.

    Args:
        revenue: Money earned, or the price of one unit.
        variable: Cost that comes with those sales, or of one unit.

    Returns:
        cm: Money, revenue - variable; negative where each sale loses money.
        cmr: The same as a ratio of revenue; n/a where revenue is 0.

    Example: `{"revenue": 40000, "variable": 18800}` gives `{"cm": 21200.00, "cmr": 0.530}`.
    Example: `{"revenue": 0, "variable": 5}` gives `{"cm": -5.00, "cmr": "not_applicable"}`.

    Source: OpenStax, Principles of Accounting, volume 2: contribution margin.
    """
    cm = revenue - variable
    return Contribution(cm, cm / revenue if revenue else Missing("not_applicable", reason="no revenue"))


@formula(
    "F-M2",
    "Gross margin",
    unit="ratio",
    working="margin = (revenue − delivery_cost) ÷ revenue",
)
def gross_margin(revenue: Decimal, delivery_cost: Decimal) -> Decimal | Missing:
    """The share of revenue that delivering the service leaves, before the cost of selling it.

    Args:
        revenue: Money earned.
        delivery_cost: Money spent to deliver what was sold.

    Returns:
        Ratio, negative where delivery costs more than it earns; n/a where revenue is 0.

    Example: `{"revenue": 40000, "delivery_cost": 17000}` gives `0.575`.
    Example: `{"revenue": 0, "delivery_cost": 17000}` gives `"not_applicable"`.
    """
    if not revenue:
        return Missing("not_applicable", reason="no revenue")
    return (revenue - delivery_cost) / revenue


@formula("F-M3", "Operating income", unit="money", working="op_income = cm − fixed")
def operating_income(cm: Decimal, fixed: Decimal) -> Decimal:
    """What is left after variable and fixed cost, before interest and taxes.

    Args:
        cm: Money, the contribution margin of the period (F-M1).
        fixed: Money, the fixed cost of the same period.

    Returns:
        Money; negative for a loss.

    Example: `{"cm": 11937, "fixed": 9600}` gives `2337.00`.
    Example: `{"cm": 9000, "fixed": 9600}` gives `-600.00`.
    """
    return cm - fixed


@formula("F-M4", "EBITDA", unit="money", working="ebitda = op_income + dep")
def ebitda(op_income: Decimal, dep: Decimal) -> Decimal:
    """Operating income before depreciation; interest and taxes are not in it to begin with.

    Args:
        op_income: Money, the operating income of the period (F-M3).
        dep: Money, depreciation among the fixed cost of the same period.

    Returns:
        Money; negative for a loss even so.

    Example: `{"op_income": 2337, "dep": 700}` gives `3037.00`.
    """
    return op_income + dep
