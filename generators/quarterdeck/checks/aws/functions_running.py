"""Checks of how Lambda functions run: runtimes, errors, limits, lost events, alarms, code."""

from datetime import date
from decimal import Decimal

from quarterdeck.checks.ends import last_day
from quarterdeck.checks.failing import share_of_errors
from quarterdeck.checks.registry import check
from quarterdeck.checks.resources import is_on_path
from quarterdeck.figures.names import folded
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.cloud.watching import Alarm
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset
from quarterdeck.model.observed import NOT_READ, NotCollected
from quarterdeck.model.severity import Severity

_NOTICE_DAYS = 90
_THROTTLED = Decimal("0.01")
_NEAR = Decimal("0.9")
_API_SECONDS = 29
_SLOW_MS = 1000
_DEFAULT = (3, 128)
_UNUSED = 3
_STACK_TAG = "aws:cloudformation:stack-name"


def _sells(function: Function, facts: Facts) -> bool:
    return is_on_path(function.name, function.entity, facts, function.tags)


def _sources(function: Function, facts: Facts) -> list[EventSource]:
    return [
        one
        for one in facts.of(EventSource)
        if one.name == function.name and (not one.arn or not function.arn or one.arn == function.arn)
    ]


def _unlinked(function: Function) -> NotCollected:
    """Why nobody knows its repository: what the join of the two says, where it says more than nothing."""
    if isinstance(function.code, NotCollected) and function.code is not NOT_READ and function.code.subject:
        return function.code
    return NotCollected("repos", function.arn, "not known which repository holds its code")


def _end(function: Function, facts: Facts) -> date | NotCollected | NotApplicable:
    """The last day of support of its runtime, from a list that is not too old."""
    if function.runtime is None:
        return NotApplicable("it is an image, which brings its own runtime")
    if isinstance(function.runtime, NotCollected):
        return function.runtime
    return last_day(function.runtime, function.name, facts)


@check(
    "AWS-LAMBDA-06",
    of=Function,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="M",
    feeds=("R-CTO-09",),
    over=("AWS-LAMBDA-07",),
    reads=("Function.runtime",),
)
def function_runtime_ended(function: Function, facts: Facts) -> Verdict:
    """Functions on a runtime whose support has ended.

    What it checks: the runtime against the provider's last days of support.
    Why it matters: no more security updates come, and later the function can no longer be changed.
    How to mend: change the runtime, run the tests, and watch the log for a day.
    Known limits: a runtime that the list of dates lacks is not known, nor is any once the list is a year old.
    Source: AWS Lambda Developer Guide, Lambda runtimes; the dates stand in reference.yml with the day of checking.
    """
    end = _end(function, facts)
    if isinstance(end, NotApplicable):
        return end
    if isinstance(end, NotCollected):
        return Unknown(end)
    if end > facts.as_of:
        return Pass(f"supported until {end}")
    return Fail(f"Support of {function.runtime}, which {function.name} runs on, ended on {end}.")


@check(
    "AWS-LAMBDA-07",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="M",
    feeds=("R-CTO-09",),
    reads=("Function.runtime",),
)
def function_runtime_ending(function: Function, facts: Facts) -> Verdict:
    """Functions on a runtime whose support ends within 90 days.

    What it checks: the runtime against the provider's last days of support.
    Why it matters: a planned move takes half a day; one in a hurry takes the season.
    How to mend: plan the move to a newer runtime, with a smoke test, before that day.
    Known limits: a runtime that the list of dates lacks is not known, nor is any once the list is a year old.
    Source: AWS Lambda Developer Guide, Lambda runtimes; the dates stand in reference.yml with the day of checking.
    """
    end = _end(function, facts)
    if isinstance(end, NotApplicable):
        return end
    if isinstance(end, NotCollected):
        return Unknown(end)
    days = (end - facts.as_of).days
    if days <= 0:
        return NotApplicable("its support has ended, which is another check's affair")
    if days > _NOTICE_DAYS:
        return Pass(f"supported until {end}")
    return Fail(f"Support of {function.runtime}, which {function.name} runs on, ends in {days} days.")


@check(
    "AWS-LAMBDA-10",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.code", "Function.env_missing", "Function.env_unused"),
)
def function_environment_drift(function: Function, facts: Facts) -> Verdict:
    """Functions whose variables and code do not fit.

    What it checks: variables that the linked code reads without a default and the function lacks, and three or
    more that no code reads.
    Why it matters: what is missing fails at night, in the one branch that nobody tries.
    How to mend: set what is missing, and take away what nothing reads.
    Known limits: names that the code puts together as it runs are not seen.
    Source: Quarterdeck's own check.
    """
    if function.code is None:
        return NotApplicable("no repository is known to hold its code")
    if isinstance(function.code, NotCollected):
        return Unknown(_unlinked(function))
    if gap := unread(function.env_missing, function.env_unused):
        return Unknown(gap)
    if missing := function.env_missing if isinstance(function.env_missing, tuple) else ():
        return Fail(
            f"The code of {function.name} reads {', '.join(missing)}, which the function does not have.",
            Severity.HIGH if _sells(function, facts) else None,
        )
    unused = function.env_unused if isinstance(function.env_unused, tuple) else ()
    if len(unused) >= _UNUSED:
        return Fail(
            f"No code reads {len(unused)} variables of {function.name}: {', '.join(unused)}.", Severity.LOW
        )
    return Pass()


@check(
    "AWS-LAMBDA-11",
    of=Function,
    severity=Severity.HIGH,
    roles=("cto", "cfo"),
    mend="M",
    feeds=("R-CTO-10",),
    reads=("Function.errors_30d", "Function.invocations_30d"),
)
def function_error_rate(function: Function, facts: Facts) -> Verdict:
    """Functions that fail in one call of a hundred or more.

    What it checks: errors over calls of 30 days where there were at least 50 calls; high from five of a hundred.
    Why it matters: each failed call is a customer, a payment or a mail that went nowhere.
    How to mend: read the log of the failed calls, mend the cause, and let an alarm tell you the next time.
    Known limits: an error that the code catches and answers politely is not counted.
    Source: AWS Lambda Developer Guide, metrics Errors and Invocations.
    """
    return share_of_errors(function.name, function.errors_30d, function.invocations_30d)


@check(
    "AWS-LAMBDA-12",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.throttles_30d", "Function.invocations_30d"),
)
def function_throttled(function: Function, facts: Facts) -> Verdict:
    """Functions that were turned away because too many ran at once.

    What it checks: calls of 30 days that were turned away, as a share of all; any on the way to a booking.
    Why it matters: each of them is a page that failed or an event that came late.
    How to mend: raise or take away the reservation, or ask the provider for more at a time.
    Known limits: whether a call that was turned away came through later is not seen.
    Source: AWS Lambda Developer Guide, concurrency.
    """
    throttled, calls = function.throttles_30d, function.invocations_30d
    if isinstance(throttled, NotCollected):
        return Unknown(throttled)
    if throttled == 0:
        return Pass()
    if not _sells(function, facts):
        if isinstance(calls, NotCollected):
            return Unknown(calls)
        if Decimal(throttled) / (calls + throttled) < _THROTTLED:
            return Pass(f"{throttled} of {calls + throttled:,}")
    return Fail(f"{function.name} was turned away {throttled:,} times in 30 days.")


@check(
    "AWS-LAMBDA-13",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.timeout_s", "Function.longest_ms", "Function.is_behind_api"),
)
def function_near_timeout(function: Function, facts: Facts) -> Verdict:
    """Functions that run nearly as long as they may, or may run longer than anybody waits.

    What it checks: the longest run of 30 days against the limit; and a limit over 29 seconds behind an interface.
    Why it matters: what is cut off in the middle has charged the card and not written the booking.
    How to mend: make it faster or raise the limit; behind an interface answer at once and work later.
    Known limits: a run that was cut off counts as long as the limit.
    Source: AWS Lambda Developer Guide, function timeout.
    """
    limit, longest = function.timeout_s, function.longest_ms
    if isinstance(limit, NotCollected):
        return Unknown(limit)
    severity = Severity.HIGH if _sells(function, facts) else None
    if isinstance(longest, Decimal) and longest >= _NEAR * limit * 1000:
        ran = (longest / 1000).quantize(Decimal("0.1"))
        return Fail(f"{function.name} ran {ran} of the {limit} seconds that it may.", severity)
    if limit > _API_SECONDS and function.is_behind_api is True:
        return Fail(
            f"{function.name} may run {limit} seconds, and its interface gives up after {_API_SECONDS}.",
            severity,
        )
    gap = unread(longest, function.is_behind_api if limit > _API_SECONDS else False)
    return Unknown(gap) if gap else Pass()


@check(
    "AWS-LAMBDA-14",
    of=Function,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Function.timeout_s", "Function.memory_mb", "Function.average_ms"),
)
def function_default_limits(function: Function, facts: Facts) -> Verdict:
    """Slow functions whose limits nobody ever set.

    What it checks: three seconds and 128 MB, both as they come, where a run takes more than a second on average.
    Why it matters: more memory is more speed, often for the same money; and three seconds are soon over.
    How to mend: try 512 MB and a limit of three times the longest run.
    Known limits: slowness of what it calls is not told apart.
    Source: AWS Lambda Developer Guide, memory and timeout.
    """
    if gap := unread(function.timeout_s, function.memory_mb):
        return Unknown(gap)
    if (function.timeout_s, function.memory_mb) != _DEFAULT:
        return Pass()
    if isinstance(function.average_ms, NotCollected):
        return Unknown(function.average_ms)
    if function.average_ms is None or function.average_ms <= _SLOW_MS:
        return Pass()
    seconds = (function.average_ms / 1000).quantize(Decimal("0.1"))
    return Fail(f"{function.name} takes {seconds} seconds on average, with the limits that it came with.")


@check(
    "AWS-LAMBDA-15",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="S",
    reads=(
        "Function.is_async",
        "Function.keeps_failed",
        "EventSource.source_arn",
        "EventSource.keeps_failed",
    ),
)
def function_loses_events(function: Function, facts: Facts) -> Verdict:
    """Functions whose failed events are lost.

    What it checks: functions that services hand events to, or that read a stream: whether failed ones are kept.
    Why it matters: after two more tries a paid order is gone, and nothing tells that it ever was.
    How to mend: name a queue as destination on failure, and an alarm on it.
    Known limits: what a queue does with failed messages is another check's affair.
    Source: AWS Lambda Developer Guide, error handling for asynchronous invocation.
    """
    streams = [one for one in _sources(function, facts) if ":sqs:" not in one.source_arn]
    lost = [one for one in streams if one.keeps_failed is False]
    severity = Severity.HIGH if _sells(function, facts) else None
    if function.is_async is True and function.keeps_failed is False:
        return Fail(f"Events that {function.name} fails on are lost: nothing keeps them.", severity)
    if lost and function.keeps_failed is not True:
        return Fail(f"What {function.name} fails on in its stream is lost: nothing keeps it.", severity)
    if function.is_async is True and isinstance(function.keeps_failed, NotCollected):
        return Unknown(function.keeps_failed)
    if gap := unread(function.is_async, *(one.keeps_failed for one in streams)):
        return Unknown(gap)
    if not facts.evidence.has_read(EventSource, function.entity):
        return Unknown(NotCollected("aws-lambda", function.arn, "not known what it reads from"))
    if function.is_async or streams:
        return Pass()
    return NotApplicable("whoever calls it waits for the answer")


def is_alarmed(function: Function, facts: Facts) -> bool | None:
    """Whether an alarm on its errors tells somebody; None where an alarm could be one and was not read whole."""
    unsure = False
    for alarm in facts.of(Alarm):
        if isinstance(alarm.watches, tuple) and alarm.watches and function.name not in alarm.watches:
            continue
        if isinstance(alarm.metric, str) and "error" not in alarm.metric.casefold():
            continue
        if alarm.is_heard is True and isinstance(alarm.watches, tuple) and isinstance(alarm.metric, str):
            return True
        unsure = unsure or alarm.is_heard is not False
    return None if unsure else False


@check(
    "AWS-LAMBDA-16",
    of=Function,
    severity=Severity.HIGH,
    roles=("cto", "cfo"),
    mend="S",
    feeds=("R-CTO-15",),
    reads=("Function.name", "Alarm.watches", "Alarm.metric", "Alarm.is_heard"),
)
def path_function_without_alarm(function: Function, facts: Facts) -> Verdict:
    """Functions on the way to a booking or payment that may fail without anybody being told.

    What it checks: alarms on errors of the function, of all functions, or joined ones, that tell somebody.
    Why it matters: you learn of a broken checkout from the bank statement.
    How to mend: set an alarm on errors, and one on silence, both to a mailbox that somebody reads.
    Known limits: watching by a program outside the account is not seen.
    Source: Quarterdeck's own check.
    """
    if not _sells(function, facts):
        return NotApplicable("it serves neither booking nor payment, as far as is known")
    told = is_alarmed(function, facts)
    if told:
        return Pass()
    if told is None:
        return Unknown(NotCollected("aws-watching", function.arn, "not known what an alarm watches"))
    if not facts.evidence.has_read(Alarm, function.entity):
        return Unknown(NotCollected("aws-watching", function.arn, "not known which alarms there are"))
    return Fail(f"Nobody is told when {function.name} fails, and it serves booking or payment.")


@check(
    "AWS-LAMBDA-20",
    of=Function,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Function.is_stopped", "EventSource.is_on", "EventSource.fault"),
)
def function_source_stopped(function: Function, facts: Facts) -> Verdict:
    """Functions that are stopped, or whose queue or stream is not read.

    What it checks: sources that are switched off or whose last read failed, and a reservation of none at a time.
    Why it matters: what waits there is not worked on, and after some days it is gone.
    How to mend: mend what made it stop, switch the source on, and see what waits go down.
    Known limits: who stopped it, and whether on purpose, is not seen.
    Source: AWS Lambda Developer Guide, event source mappings.
    """
    sources = _sources(function, facts)
    faults = ["none of it may run at a time"] if function.is_stopped is True else []
    for one in sources:
        name = one.source_arn.split(":", 5)[-1].partition("/stream/")[0]
        if one.is_on is False:
            faults.append(f"{name} is switched off")
        elif isinstance(one.fault, str):
            faults.append(f"the last read of {name} failed ({one.fault})")
    if faults:
        severity = Severity.HIGH if _sells(function, facts) else None
        return Fail(f"{function.name} does not get its work: {', '.join(faults)}.", severity)
    if gap := unread(function.is_stopped, *(field for one in sources for field in (one.is_on, one.fault))):
        return Unknown(gap)
    if not facts.evidence.has_read(EventSource, function.entity):
        return Unknown(NotCollected("aws-lambda", function.arn, "not known what it reads from"))
    return Pass()


@check(
    "AWS-LAMBDA-21",
    of=Function,
    severity=Severity.LOW,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CEO-10",),
    reads=("Function.invocations_30d", "Function.code", "assets.asset"),
)
def function_without_known_code(function: Function, facts: Facts) -> Verdict:
    """Functions that work, and nobody knows where their code is.

    What it checks: functions with calls: a stack among their tags, a repository, or a line of the handoff.
    Why it matters: what cannot be found cannot be mended, and leaves with whoever made it.
    How to mend: find the code, keep it in a repository, and deploy it from there.
    Known limits: a repository that was not audited is not seen.
    Source: Quarterdeck's own check.
    """
    calls = function.invocations_30d
    if isinstance(calls, NotCollected):
        return Unknown(calls)
    if not calls:
        return NotApplicable("it was not called in 30 days")
    if stack := dict(function.tags).get(_STACK_TAG):
        return Pass(f"stack {stack}")
    assets = (asset.asset for asset in facts.of(Asset, function.entity))
    if any(isinstance(one, str) and folded(one) == folded(function.name) for one in assets):
        return Pass("the handoff names it")
    if isinstance(function.code, NotCollected):
        return Unknown(_unlinked(function))
    if function.code:
        return Pass(function.code)
    return Fail(
        f"Nobody knows where the code of {function.name} is, and it was called {calls:,} times in 30 days.",
        Severity.MEDIUM if _sells(function, facts) else None,
    )
