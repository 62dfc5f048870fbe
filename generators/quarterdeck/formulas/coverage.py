"""How much of what should be measured is measured."""

from decimal import Decimal

from quarterdeck.formulas.registry import formula
from quarterdeck.model.figure import Missing


@formula("F-S4", "KPI coverage", unit="ratio", working="coverage = fresh ÷ (required - na)")
def kpi_coverage(
    required: int,
    na: int,
    fresh: int,
    stale: int = 0,  # noqa: ARG001 - stated for the reader of the working: a stale KPI does not count as covered
) -> Decimal | Missing:
    """The share of the required KPIs that have a fresh value.

    Args:
        required: KPIs in the catalogue for this kind of business.
        na: Of those, declared not applicable with a reason.
        fresh: Of those, with a value not older than its stale-after.
        stale: Of those, with an older value; counts as not covered.

    Returns:
        Ratio, fresh / (required - na); n/a where nothing is required.

    Example: `{"required": 14, "na": 2, "fresh": 6, "stale": 2}` gives `0.500`.
    Example: `{"required": 2, "na": 2, "fresh": 0}` gives `"not_applicable"`.
    """
    wanted = required - na
    return Decimal(fresh) / wanted if wanted > 0 else Missing("not_applicable", reason="nothing is required")
