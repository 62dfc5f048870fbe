"""Checks of groups of logs."""

from decimal import Decimal

from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path, why_personal
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.watching import LogGroup, Trail
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity

_MUCH_GB = 5
_LEAST_DAYS = 30


@check(
    "AWS-LOG-01",
    of=LogGroup,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-30",),
    reads=("LogGroup.retention_days", "LogGroup.size_gb"),
)
def log_kept_forever(group: LogGroup, facts: Facts) -> Verdict:
    """Groups of logs that nothing is ever deleted from.

    What it checks: whether a group says after how many days its lines go; medium where it holds 5 GB or more, or
    data about people.
    Why it matters: it is paid for every month, and what names of guests stand in it stay for ever.
    How to mend: set how many days the group keeps its lines.
    Known limits: what a group holds is told by settings, tags, the handoff or its name, never by its lines.
    Source: Amazon CloudWatch Logs User Guide, log retention.
    """
    if isinstance(group.retention_days, NotCollected):
        return Unknown(group.retention_days)
    if group.retention_days is not None:
        return Pass(f"{group.retention_days} days")
    if why := why_personal(group, facts):
        held = f"{group.name} keeps everything, and is taken to hold data about people: {why}."
        return Fail(held, Severity.MEDIUM)
    if isinstance(group.size_gb, NotCollected):
        return Fail(f"Log {group.name} keeps everything; not known how much that is.")
    if group.size_gb >= _MUCH_GB:
        return Fail(f"Log {group.name} keeps everything, {_gb(group.size_gb)} so far.", Severity.MEDIUM)
    return Fail(f"Log {group.name} keeps everything.")


def _gb(size: Decimal) -> str:
    return f"{size:,.0f} GB"


@check(
    "AWS-LOG-02",
    of=LogGroup,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("LogGroup.retention_days", "Trail.log_group"),
)
def log_too_short(group: LogGroup, facts: Facts) -> Verdict:
    """Groups of logs of booking, payment or the account itself that are gone within a month.

    What it checks: groups of functions on the booking path, and those that a trail writes to, for 30 days.
    Why it matters: a guest complains after three weeks, and there is nothing left to look at.
    How to mend: let the group keep its lines for at least 30 days.
    Known limits: which logs belong to the booking path is told by settings and names.
    Source: Amazon CloudWatch Logs User Guide, log retention.
    """
    is_trail = any(one.log_group == group.name for one in facts.of(Trail))
    names = (group.name, group.name.rpartition("/")[2])
    if not is_trail and not any(is_on_path(name, group.entity, facts, group.tags) for name in names):
        return NotApplicable("it serves neither booking nor payment, and no trail")
    if isinstance(group.retention_days, NotCollected):
        return Unknown(group.retention_days)
    if group.retention_days is None or group.retention_days >= _LEAST_DAYS:
        return Pass()
    whose = "what is done in the account" if is_trail else "booking or payment"
    days = "1 day" if group.retention_days == 1 else f"{group.retention_days} days"
    return Fail(f"Log {group.name} keeps {whose} for {days} only.")


@check(
    "AWS-LOG-03",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.log_group", "Function.invocations_30d", "LogGroup.name"),
)
def function_without_log(function: Function, facts: Facts) -> Verdict:
    """Functions that run and write no log.

    What it checks: functions with calls in 30 days, and whether the group that they write to is there.
    Why it matters: when it fails, nobody can see why.
    How to mend: give the role of the function the right to write its log.
    Known limits: logs that a program sends elsewhere by itself are not seen.
    Source: AWS Lambda Developer Guide, logs of functions.
    """
    if isinstance(function.invocations_30d, NotCollected):
        return Unknown(function.invocations_30d)
    if function.invocations_30d == 0:
        return NotApplicable("it did not run in 30 days")
    written = function.log_group
    name = f"/aws/lambda/{function.name}" if isinstance(written, NotCollected) else written
    if any(one.name == name and one.region == function.region for one in facts.of(LogGroup)):
        return Pass()
    if not facts.evidence.has_read(LogGroup, function.entity):
        return Unknown(NotCollected("aws-logs", function.arn, "not known which groups of logs there are"))
    return Fail(f"{function.name} ran {function.invocations_30d:,} times in 30 days and has no log.")
