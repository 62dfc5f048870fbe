"""Actual against plan."""

from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.formulas.registry import formula
from quarterdeck.model.assumed import DEFAULTS
from quarterdeck.model.figure import Missing


class Variance(msgspec.Struct, frozen=True):
    """A difference from plan and whether somebody must explain it."""

    var: Decimal
    pct: Decimal | Missing
    favourable: bool
    flag: bool


@formula("F-V1", "Variance from plan", unit="money")
def variance(
    actual: Decimal,
    plan: Decimal,
    kind: Literal["income", "expense"],
    flag_from: Decimal = DEFAULTS.variance_flag.absolute,
    flag_share: Decimal = DEFAULTS.variance_flag.ratio,
) -> Variance:
    """How far the actual amount is from the planned one.

    Args:
        actual: Money of the period.
        plan: Money planned for it; a missing plan is no plan of 0, so do not call without one.
        kind: Whether more is better (income) or worse (expense).
        flag_from: Money, `thresholds.variance_flag.abs`.
        flag_share: Ratio of the plan, `thresholds.variance_flag.pct`.

    Returns:
        var: Money, actual - plan.
        pct: The same as a ratio of the plan's size; n/a where the plan is 0.
        favourable: Income not below plan, or expense not above it.
        flag: Whether it reaches both `flag_from` and `flag_share` of the plan; 250 and 10% unless set.

    Example: `{"actual": 18400, "plan": 21000, "kind": "income"}` gives
    `{"var": -2600.00, "pct": -0.124, "favourable": false, "flag": true}`.
    Example: `{"actual": 1320, "plan": 1200, "kind": "expense"}` gives
    `{"var": 120.00, "pct": 0.100, "favourable": false, "flag": false}`.
    """
    var = actual - plan
    return Variance(
        var=var,
        pct=var / abs(plan) if plan else Missing("not_applicable", reason="the plan is 0"),
        favourable=var >= 0 if kind == "income" else var <= 0,
        flag=abs(var) >= max(flag_from, flag_share * abs(plan)),
    )
