"""How checks and rules say days."""

from decimal import Decimal

from quarterdeck.figures.kpis import printed


def days(count: int) -> str:
    """Print `1 day`, `22 days`."""
    return printed(Decimal(count), "days", "")


def ends(left: int) -> str:
    """When something ends by the days left: `ends in 5 days`, `ends tomorrow`, `ends today`, `ended yesterday`."""
    near = {-1: "ended yesterday", 0: "ends today", 1: "ends tomorrow"}
    far = f"ends in {days(left)}" if left > 0 else f"ended {days(-left)} ago"
    return near.get(left, far)
