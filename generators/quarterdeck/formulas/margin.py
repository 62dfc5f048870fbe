"""What a sale leaves after its own cost."""

from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing


class Contribution(msgspec.Struct, frozen=True):
    """Contribution margin in money and as a share of revenue."""

    cm: Decimal
    cmr: Decimal | Missing


@formula("F-M1", "Contribution margin", unit="money")
def contribution(revenue: Decimal, variable: Decimal) -> Contribution:
    """What revenue leaves after the cost that comes with each sale.

    Args:
        revenue: Money earned, or the price of one unit.
        variable: Cost that comes with those sales, or of one unit.

    Returns:
        cm: Money, revenue - variable; negative where each sale loses money.
        cmr: The same as a ratio of revenue; n/a where revenue is 0.

    Example: `{"revenue": 40000, "variable": 18800}` gives `{"cm": 21200.00, "cmr": 0.530}`.
    """
    cm = revenue - variable
    return Contribution(cm, cm / revenue if revenue else Missing("not_applicable", reason="no revenue"))
