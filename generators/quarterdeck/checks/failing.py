"""What a check answers about calls that fail."""

from decimal import Decimal

from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.observed import Count, NotCollected
from quarterdeck.model.severity import Severity

ENOUGH_CALLS = 50
"""Fewer calls than this in 30 days tell nothing."""
SOME = Decimal("0.01")
MANY = Decimal("0.05")


def share_of_errors(name: str, errors: Count, calls: Count) -> Verdict:
    """Judge the errors of 30 days: medium from one of a hundred calls, as bad as the check from five."""
    if isinstance(calls, NotCollected):
        return Unknown(calls)
    if calls < ENOUGH_CALLS:
        return NotApplicable(f"it had {calls} calls in 30 days, which is too few to tell")
    if isinstance(errors, NotCollected):
        return Unknown(errors)
    share = Decimal(errors) / calls
    if share < SOME:
        return Pass(f"{errors} of {calls:,}")
    severity = None if share >= MANY else Severity.MEDIUM
    return Fail(f"{name} failed in {errors:,} of {calls:,} calls in 30 days ({share:.1%}).", severity)
