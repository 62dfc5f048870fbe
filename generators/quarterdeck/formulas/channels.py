"""What a booking leaves by the channel that brought it."""

from decimal import Decimal

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing


@formula("F-Q8", "Net per booking", unit="money")
def net_per_booking(
    price: Decimal, commission: Decimal, fee_pct: Decimal, fee_fix: Decimal, var: Decimal
) -> Decimal:
    """What one booking leaves after the channel, the payment and its own cost.

    Args:
        price: Money that the customer pays.
        commission: Ratio of the price that the channel keeps.
        fee_pct: Ratio of the price that the payment costs.
        fee_fix: Money that the payment costs besides.
        var: Variable cost of one unit.

    Returns:
        Money; 0 or less means that each booking there loses.

    Example: `{"price": 720, "commission": 0, "fee_pct": 0.029, "fee_fix": 0.30, "var": 270}` gives `428.82`.
    Example: `{"price": 720, "commission": 0.115, "fee_pct": 0, "fee_fix": 0, "var": 270}` gives `367.20`.
    Example: `{"price": 720, "commission": 0.25, "fee_pct": 0, "fee_fix": 0, "var": 270}` gives `270.00`.
    """
    return price * (1 - commission) - price * fee_pct - fee_fix - var


@formula("F-Q9", "Blended take rate", unit="ratio")
def take_rate(commission: Decimal, gross: Decimal) -> Decimal | Missing:
    """The share of all sales that channels keep, those without commission included.

    Args:
        commission: Money kept by channels.
        gross: Money paid by customers, over the same bookings.

    Returns:
        Ratio; n/a without sales.

    Example: `{"commission": 1150, "gross": 9200}` gives `0.125`.
    """
    return commission / gross if gross else Missing("not_applicable", reason="no sales")
