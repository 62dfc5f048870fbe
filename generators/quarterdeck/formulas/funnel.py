"""How far a customer gets on the way to an order."""

from decimal import Decimal

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing


@formula("F-X6", "Funnel completeness", unit="ratio", working="completeness = works ÷ required")
def completeness(works: int, required: int) -> Decimal | Missing:
    """The share of the steps to an order that work.

    Args:
        works: Steps in state `works`.
        required: Steps written in the table, those that do not apply left out.

    Returns:
        Ratio; n/a without a step. A step that is broken, missing or done by hand counts as not working, and
        whatever the ratio, a payment step that does not work leaves no revenue online.

    Example: `{"works": 3, "required": 8}` gives `0.375`.
    Example: `{"works": 0, "required": 0}` gives `"not_applicable"`.
    """
    if not required:
        return Missing("not_applicable", reason="no step is written")
    return Decimal(works) / required


def step_conversion(visitors: int, completions: int) -> Decimal | Missing:
    """The share of those who reached a step and went on from it; n/a where nobody reached it."""
    if not visitors:
        return Missing("not_applicable", reason="nobody reached the step")
    return Decimal(completions) / visitors
