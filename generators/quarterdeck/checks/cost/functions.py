"""Checks of what functions cost."""

import re
from collections.abc import Iterator
from decimal import Decimal

from quarterdeck.checks.prices import at_list_price, free, list_price, money
from quarterdeck.checks.registry import check
from quarterdeck.figures.kpis import printed
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.messages import EventRule
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

_NEW_DAYS = 30
_BIG_MB = 1024
_QUICK_MS = 200
_WORTH_TELLING = Decimal(1)
_MANY_VERSIONS = 20
_FULL = Decimal("0.5")
_INTERPRETED = re.compile(r"python|nodejs|ruby")


@check(
    "COST-08",
    of=Function,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Function.invocations_30d", "Function.last_modified", "EventRule.targets", "EventRule.is_on"),
)
def function_idle(function: Function, facts: Facts) -> Verdict:
    """Functions that nobody called for a month, and that no schedule calls.

    What it checks: calls of 30 days, and schedules that name the function.
    Why it matters: it costs nothing, but it keeps its rights and grows old, and nobody looks at it.
    How to mend: keep its code, then delete it.
    Known limits: what is called once a year looks idle in the other months.
    Source: AWS Lambda Developer Guide, metrics.
    """
    if isinstance(function.invocations_30d, NotCollected):
        return Unknown(function.invocations_30d)
    if function.invocations_30d:
        return Pass()
    if isinstance(function.last_modified, NotCollected):
        return Unknown(function.last_modified)
    if (facts.as_of - function.last_modified).days <= _NEW_DAYS:
        return NotApplicable("it was changed within 30 days")
    schedules = list(_schedules(function, facts))
    if True in schedules:
        return Pass("a schedule calls it")
    if gap := unread(*schedules):
        return Unknown(gap)
    if not facts.evidence.has_read(EventRule, function.entity):
        return Unknown(NotCollected("aws-events", function.name, "not known which schedules there are"))
    return free(
        f"Function {function.name} was not called in 30 days. Removing it saves nothing by itself; what it may do "
        "stays open until then."
    )


def _schedules(function: Function, facts: Facts) -> Iterator[bool | NotCollected]:
    """Whether each schedule calls it."""
    for one in facts.of(EventRule):
        if one.schedule is None or one.is_on is False:
            continue
        if isinstance(one.targets, NotCollected):
            yield one.targets
        elif any(arn == function.arn or arn.startswith(f"{function.arn}:") for arn in one.targets):
            yield one.is_on if isinstance(one.is_on, NotCollected) else True


def _cost(function: Function, processor: str | NotCollected, facts: Facts) -> Money | NotCollected | None:
    """What its running time costs a month on a processor, calls and what is free left out; None without a price."""
    if gap := unread(function.memory_mb, function.invocations_30d, function.average_ms):
        return gap
    gigabytes = Decimal(function.memory_mb) / 1024  # type: ignore[arg-type]  # no gap, as asked above
    seconds = Decimal(function.invocations_30d) * Decimal(function.average_ms or 0) / 1000  # type: ignore[arg-type]  # likewise
    thing = "function-gb-second-arm64" if processor == "arm64" else "function-gb-second"
    return list_price(thing, gigabytes * seconds, function.region, facts)


def _no_price(function: Function) -> NotCollected:
    return NotCollected(
        "reference", function.name, f"no price is known for {function.region or 'its region'}"
    )


@check(
    "COST-09",
    of=Function,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="S",
    reads=("Function.memory_mb", "Function.average_ms", "Function.invocations_30d", "Function.processor"),
)
def function_overbuilt(function: Function, facts: Facts) -> Verdict:
    """Functions with much memory that are done in no time.

    What it checks: 1,024 MB or more, under 200 ms on average, and a dollar or more a month for running time.
    Why it matters: memory is paid for by the millisecond, used or not.
    How to mend: halve its memory, and look whether it takes longer; go on until it does.
    Known limits: how much memory it really uses stands in its log, which is not read.
    Source: AWS Lambda Developer Guide, memory.
    """
    if gap := unread(function.memory_mb, function.average_ms):
        return Unknown(gap)
    if function.average_ms is None:
        return NotApplicable("it did not run")
    memory, average = function.memory_mb, Decimal(function.average_ms)  # type: ignore[arg-type]  # no gap, as asked above
    if isinstance(memory, NotCollected) or memory < _BIG_MB or average >= _QUICK_MS:
        return Pass()
    cost = _cost(function, function.processor, facts)
    if cost is None or isinstance(cost, NotCollected):
        return Unknown(cost or _no_price(function))
    if cost.amount < _WORTH_TELLING:
        return Pass("it costs less than a dollar a month")
    return at_list_price(
        f"Function {function.name} has {memory:,} MB and is done in {average:.0f} ms; its running time costs about "
        f"{money(cost)} a month.",
        cost,
    )


@check(
    "COST-10",
    of=Function,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Function.versions", "Function.code_share"),
)
def function_versions_pile(function: Function, facts: Facts) -> Verdict:
    """Functions that keep every version they ever had.

    What it checks: more than 20 numbered versions, or any where half of what the account may keep of code is used.
    Why it matters: once the quota is full, nothing can be deployed, on the day on which it must be.
    How to mend: delete versions that no alias names, and let the deployment do so from now on.
    Known limits: which versions an alias names is not counted.
    Source: AWS Lambda Developer Guide, quotas.
    """
    if isinstance(function.versions, NotCollected):
        return Unknown(function.versions)
    if function.versions > _MANY_VERSIONS:
        return Fail(f"Function {function.name} keeps {function.versions} versions.")
    if not function.versions:
        return Pass()
    if isinstance(function.code_share, NotCollected):
        return Unknown(function.code_share)
    if function.code_share < _FULL:
        return Pass()
    share = printed(function.code_share, "percent", "")
    return Fail(
        f"Function {function.name} keeps {function.versions} versions, and {share} of the space for code is used."
    )


@check(
    "COST-34",
    of=Function,
    severity=Severity.INFO,
    roles=("cto",),
    mend="S",
    reads=("Function.processor", "Function.runtime", "Function.layers", "Function.invocations_30d"),
)
def function_on_dearer_processor(function: Function, facts: Facts) -> Verdict:
    """Functions that could run on the cheaper processor as they are.

    What it checks: interpreted code without layers on x86_64, that costs a dollar or more a month.
    Why it matters: the other processor costs a fifth less for each millisecond.
    How to mend: switch its architecture to arm64, and run its tests.
    Known limits: code that brings compiled parts with it is not told apart, and must be built anew.
    Source: AWS Lambda Developer Guide, instruction sets.
    """
    if gap := unread(function.processor, function.runtime, function.layers):
        return Unknown(gap)
    if function.processor != "x86_64":
        return Pass()
    if not _INTERPRETED.match(str(function.runtime)) or function.layers:
        return NotApplicable("it may bring compiled code")
    cost = _cost(function, function.processor, facts)
    if cost is None or isinstance(cost, NotCollected):
        return Unknown(cost or _no_price(function))
    if cost.amount < _WORTH_TELLING:
        return Pass("it costs less than a dollar a month")
    words = f"Function {function.name} runs on the dearer processor; its running time costs about {money(cost)} a month"
    cheaper = _cost(function, "arm64", facts)
    if not isinstance(cheaper, Money):
        return Fail(f"{words}.")
    return at_list_price(f"{words}, and about {money(cost - cheaper)} less on the other.", cost - cheaper)
