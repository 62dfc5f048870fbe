"""How much must be sold before anything is earned."""

# definitions are written with the signs of arithmetic

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.formulas.periods import allocate, to_cents
from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing


class BreakEven(msgspec.Struct, frozen=True):
    """What one sale contributes, and how many pay for the fixed cost."""

    cm: Amount
    cmr: Decimal
    units: int
    revenue: Amount


class Mix(msgspec.Struct, frozen=True):
    """Break-even of several products in the proportions in which they sell."""

    cmr: Decimal
    revenue: Amount
    split: tuple[Amount, ...]


def units_to_cover(amount: Decimal, each: Decimal) -> int:
    """How many whole units of `each` (above 0) reach an amount; exact, and never below 0."""
    whole, rest = divmod(amount, each)
    return max(0, int(whole) + (rest > 0))


def _contribution(price: Decimal, var: Decimal) -> Decimal | Missing:
    """What one sale leaves, where it leaves something."""
    cm = price - var
    if cm > 0 and price > 0:
        return cm
    lost = f"each sale loses ${to_cents(-cm):,}" if cm < 0 else "a sale leaves nothing"
    return Missing("no_break_even", reason=lost)


@formula(
    "F-E1",
    "Break-even",
    unit="money",
    working="""
    cm = price − var
    cmr = cm ÷ price
    units = ⌈fixed ÷ cm⌉
    revenue = fixed ÷ cmr
    """,
)
def break_even(fixed: Decimal, price: Decimal, var: Decimal) -> BreakEven | Missing:
    """How many sales pay for the fixed cost.

    Args:
        fixed: Money, the fixed cost of the period: of the last three full months on average.
        price: Money of one unit.
        var: Variable cost of one unit.

    Returns:
        cm: Money that one sale contributes.
        cmr: The same as a ratio of the price.
        units: Count of sales, rounded up to whole ones.
        revenue: Money at which the fixed cost is exactly paid.
        No break-even where a sale contributes nothing; the reason says what each one loses.

    Example: `{"fixed": 9600, "price": 950, "var": 410}` gives
    `{"cm": 540.00, "cmr": 0.5684, "units": 18, "revenue": 16888.89}`.
    Example: `{"fixed": 5000, "price": 180, "var": 205}` gives `"no_break_even"`.

    Source: OpenStax, Principles of Accounting, volume 2: break-even analysis.
    """
    cm = _contribution(price, var)
    if isinstance(cm, Missing):
        return cm
    return BreakEven(cm, cm / price, units_to_cover(fixed, cm), fixed * price / cm)


@formula(
    "F-E2",
    "Units for a profit",
    unit="count",
    working="""
    cm = price − var
    units = ⌈(fixed + profit) ÷ cm⌉
    """,
)
def target_units(fixed: Decimal, price: Decimal, var: Decimal, profit: Decimal) -> int | Missing:
    """How many sales pay for the fixed cost and leave a profit.

    Args:
        fixed: Money, the fixed cost of the period.
        price: Money of one unit.
        var: Variable cost of one unit.
        profit: Money to be left in the period.

    Returns:
        Count of sales, rounded up to whole ones; no break-even where a sale contributes nothing.

    Example: `{"fixed": 9600, "price": 950, "var": 410, "profit": 3000}` gives `24`.
    Example: `{"fixed": 5000, "price": 180, "var": 205, "profit": 100}` gives `"no_break_even"`.
    """
    cm = _contribution(price, var)
    return cm if isinstance(cm, Missing) else units_to_cover(fixed + profit, cm)


@formula(
    "F-E3",
    "Break-even of several products",
    unit="ratio",
    working="""
    cmr = Σ (revenue − variable) of products ÷ Σ revenue of products
    revenue = fixed ÷ cmr
    split = revenue by the revenue of each product
    """,
)
def break_even_mix(fixed: Decimal, products: Sequence[tuple[Decimal, Decimal]]) -> Mix | Missing:
    """The revenue that pays for the fixed cost, if products sell in the same proportions as so far.

    Args:
        fixed: Money, the fixed cost of the period.
        products: Revenue and variable cost of each, over one and the same period.

    Returns:
        cmr: Ratio, the contribution of all over the revenue of all.
        revenue: Money at which the fixed cost is exactly paid.
        split: Money of it for each product in the order given, in cents that add up to it.
        Not known without revenue, for then there are no proportions; no break-even where all products
        together contribute nothing.

    Example: `{"fixed": 9600, "products": [[24000, 10800], [12000, 7200], [4000, 800]]}` gives
    `{"cmr": 0.530, "revenue": 18113.21, "split": [10867.93, 5433.96, 1811.32]}`.
    Example: `{"fixed": 9600, "products": []}` gives `"not_known"`.
    Example: `{"fixed": 9600, "products": [[1000, 1200]]}` gives `"no_break_even"`.

    Source: OpenStax, Principles of Accounting, volume 2: multi-product break-even.
    """
    earned = sum((revenue for revenue, _ in products), Decimal(0))
    if not earned:
        return Missing(reason="no product has revenue")
    contributed = earned - sum((variable for _, variable in products), Decimal(0))
    if contributed / earned <= 0:
        return Missing("no_break_even", reason="all products together contribute nothing")
    revenue = fixed * earned / contributed
    split = allocate(revenue, [max(Decimal(0), one) for one, _ in products])
    return split if isinstance(split, Missing) else Mix(contributed / earned, revenue, split)


def _below_break_even(result: object) -> Iterator[str]:
    if isinstance(result, Decimal) and result < 0:
        yield "below break-even"


@formula(
    "F-E4",
    "Margin of safety",
    unit="ratio",
    working="margin = (actual − be_revenue) ÷ actual",
    notes=_below_break_even,
)
def margin_of_safety(actual: Decimal, be_revenue: Decimal) -> Decimal | Missing:
    """How far sales may fall before nothing is earned.

    Args:
        actual: Money earned in the period.
        be_revenue: Money, the break-even revenue of the same period (F-E1).

    Returns:
        Ratio of the actual revenue; negative below break-even; n/a without revenue.

    Example: `{"actual": 21000, "be_revenue": 16888.89}` gives `0.196`.
    Example: `{"actual": 0, "be_revenue": 16888.89}` gives `"not_applicable"`.
    """
    if actual <= 0:
        return Missing("not_applicable", reason="no revenue")
    return (actual - be_revenue) / actual


def _leverage_in_words(result: object) -> Iterator[str]:
    yield from _below_break_even(result)
    if isinstance(result, Decimal) and result > 0:
        yield f"a 10% fall in sales cuts operating income by {to_cents(result * 10).quantize(Decimal(1))}%"


@formula(
    "F-E5",
    "Operating leverage",
    unit="score",
    working="leverage = cm ÷ op_income",
    notes=_leverage_in_words,
)
def operating_leverage(cm: Decimal, op_income: Decimal) -> Decimal | Missing:
    """How many times stronger than sales the operating income moves.

    Args:
        cm: Money, the contribution margin of the period.
        op_income: Money, the operating income of the same period (F-M3).

    Returns:
        Times; negative below break-even; n/a where the operating income is 0.

    Example: `{"cm": 11937, "op_income": 2337}` gives `5.11`.
    Example: `{"cm": 9600, "op_income": 0}` gives `"not_applicable"`.
    Example: `{"cm": 9000, "op_income": -600}` gives `-15`.
    """
    if not op_income:
        return Missing("not_applicable", reason="operating income is 0")
    return cm / op_income


@formula(
    "F-E6",
    "Revenue at which cash breaks even",
    unit="money",
    working="revenue = (fixed − dep + principal) ÷ cmr",
)
def cash_break_even(fixed: Decimal, dep: Decimal, principal: Decimal, cmr: Decimal) -> Decimal | Missing:
    """The revenue at which a period takes no cash.

    Args:
        fixed: Money, the fixed cost of the period, without interest.
        dep: Money, the depreciation in it: it takes no cash.
        principal: Money paid to lenders, with the interest.
        cmr: Contribution as a ratio of revenue.

    Returns:
        Money; no break-even where the ratio is 0 or less.

    Example: `{"fixed": 9600, "dep": 700, "principal": 1150, "cmr": 0.568421052631579}` gives `17680.56`.
    Example: `{"fixed": 9600, "dep": 700, "principal": 1150, "cmr": 0}` gives `"no_break_even"`.
    """
    if cmr <= 0:
        return Missing("no_break_even", reason="sales contribute nothing")
    return (fixed - dep + principal) / cmr


def _over_capacity(be_units: Decimal, capacity: Decimal) -> Iterator[str]:
    if be_units > capacity > 0:
        yield "cannot break even at full capacity"


@formula(
    "F-E7",
    "Share of capacity to break even",
    unit="ratio",
    working="share = be_units ÷ capacity",
    notes=_over_capacity,
)
def capacity_share(be_units: Decimal, capacity: Decimal) -> Decimal | Missing:
    """How much of what can be sold must be sold before anything is earned.

    Args:
        be_units: Count of units to break even in a month (F-E1).
        capacity: Count of units that can be sold in a month.

    Returns:
        Ratio, above 1 where full capacity does not break even; n/a without capacity.

    Example: `{"be_units": 18, "capacity": 24}` gives `0.750`.
    Example: `{"be_units": 18, "capacity": 0}` gives `"not_applicable"`.
    """
    if capacity <= 0:
        return Missing("not_applicable", reason="no capacity")
    return be_units / capacity
