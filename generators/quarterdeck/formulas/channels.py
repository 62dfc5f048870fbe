"""What a booking leaves by the channel that brought it, and which channel should come next."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing

_WEIGHTS = (Decimal("0.35"), Decimal("0.25"), Decimal("0.25"), Decimal("0.15"))
"""Of fit, reach, net and ease."""

_UNKNOWN = Decimal("0.5")
_HOURS_WITHOUT_EASE = 40


class DirectPrice(msgspec.Struct, frozen=True):
    """How far the price of direct sales could go down."""

    direct_price: Amount
    max_discount: Decimal | Missing


@formula(
    "F-Q8",
    "Net per booking",
    unit="money",
    working="net = price × (1 - commission) - price × fee_pct - fee_fix - var",
)
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


@formula("F-Q9", "Blended take rate", unit="ratio", working="rate = commission ÷ gross")
def take_rate(commission: Decimal, gross: Decimal) -> Decimal | Missing:
    """The share of all sales that channels keep, those without commission included.

    Args:
        commission: Money kept by channels.
        gross: Money paid by customers, over the same bookings.

    Returns:
        Ratio; n/a without sales.

    Example: `{"commission": 1150, "gross": 9200}` gives `0.125`.
    Example: `{"commission": 0, "gross": 0}` gives `"not_applicable"`.
    """
    return commission / gross if gross else Missing("not_applicable", reason="no sales")


@formula(
    "F-Q10",
    "Deepest direct discount",
    unit="money",
    working="""
        direct_price = (price × (1 - commission - site_fee) + fee_fix) ÷ (1 - fee_pct)
        max_discount = (price - direct_price) ÷ price
    """,
    notes=lambda: ("the contract with the site may ask for the same price everywhere: check it first",),
)
def direct_price(
    price: Decimal, commission: Decimal, site_fee: Decimal, fee_pct: Decimal, fee_fix: Decimal
) -> DirectPrice | Missing:
    """The lowest price at which a direct sale leaves as much as one through a site.

    Args:
        price: Money that the customer pays on the site.
        commission: Ratio of it that the site keeps.
        site_fee: Ratio of it that payment on the site costs us besides.
        fee_pct: Ratio of the direct price that the payment costs.
        fee_fix: Money that the payment costs besides.

    Returns:
        direct_price: Money.
        max_discount: Ratio of the price; negative where direct sales cost more than the site, n/a without a price.
        n/a where the payment takes the whole price.

    Example: `{"price": 720, "commission": 0.25, "site_fee": 0, "fee_pct": 0.029, "fee_fix": 0.30}` gives
    `{"direct_price": 556.44, "max_discount": 0.227}`.
    Example: `{"price": 0, "commission": 0.25, "site_fee": 0, "fee_pct": 0, "fee_fix": 0}` gives
    `{"direct_price": 0.00, "max_discount": "not_applicable"}`.
    """
    if fee_pct >= 1:
        return Missing("not_applicable", reason="the payment takes the whole price")
    direct = (price * (1 - commission - site_fee) + fee_fix) / (1 - fee_pct)
    none = Missing("not_applicable", reason="there is no price")
    return DirectPrice(direct, (price - direct) / price if price else none)


def _halves(
    fit: Decimal | None, reach: Decimal | None, net: Decimal | None, ease: Decimal | None
) -> Iterator[str]:
    parts = (("fit", fit), ("reach", reach), ("net", net), ("ease", ease))
    unknown = [name for name, part in parts if part is None]
    if unknown:
        yield f"marked: {', '.join(unknown)} not known, counted as 0.5"


@formula(
    "F-Q12",
    "Channel sequence score",
    unit="score",
    working="""
        each input at least 0 and at most 1
        score = 100 × (0.35 × fit + 0.25 × reach + 0.25 × net + 0.15 × ease)
    """,
    notes=_halves,
)
def sequence_score(
    fit: Decimal | None, reach: Decimal | None, net: Decimal | None, ease: Decimal | None
) -> Decimal:
    """Which channel to set up next: the one with most points.

    Args:
        fit: Ratio, how well its customers fit.
        reach: Ratio, how many see it.
        net: What a booking leaves there over what a direct one leaves.
        ease: Ratio, 1 - set-up hours / 40.

    Returns:
        Points, 0 to 100. Each input counts between 0 and 1; null counts as a half and is marked.

    Example: `{"fit": 0.9, "reach": 0.8, "net": 0.6296, "ease": 0.6}` gives `76.2`.
    Example: `{"fit": null, "reach": null, "net": null, "ease": null}` gives `50`.
    Example: `{"fit": 1.2, "reach": 1, "net": -0.1, "ease": 0}` gives `60`.
    """
    parts = (
        _UNKNOWN if one is None else min(Decimal(1), max(Decimal(0), one)) for one in (fit, reach, net, ease)
    )
    return 100 * sum((weight * part for weight, part in zip(_WEIGHTS, parts, strict=True)), Decimal(0))


def ease_of(setup_hours: Decimal) -> Decimal:
    """How easy a channel is to set up, an input of F-Q12."""
    return max(Decimal(0), 1 - setup_hours / _HOURS_WITHOUT_EASE)
