"""Reads alarms, whom they tell, and programs that look whether a site answers."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from quarterdeck.collectors.aws.answers import whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.watching import Alarm, UptimeCheck
from quarterdeck.model.observed import Flag, Names, NotCollected, Observed

_STATES = {"OK": "ok", "ALARM": "alarm", "INSUFFICIENT_DATA": "no data"}
_IN_RULE = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*[\"']?([^\"')]+?)[\"']?\s*\)")
_OF_SERVICES = ("AWS/", "CWAgent")
"""How the namespaces begin of what the provider measures itself."""
_FUNCTION_LOGS = "/aws/lambda/"
_LABELS = frozenset({"Currency", "LoadBalancer", "Operation", "Resource", "Stage", "StorageType", "Type"})
"""Dimensions whose values are no names of anything."""


@collector(
    "aws-cloudwatch",
    calls={
        **calls("cloudwatch", "DescribeAlarms"),
        **calls("synthetics", "DescribeCanaries"),
        **calls("sns", "ListSubscriptions"),
        **calls("logs", "DescribeMetricFilters"),
    },
    kinds=(Alarm, UptimeCheck),
)
def alarms(scope: Scope, aws: Aws) -> Found:
    """Every alarm of a region, those made of others after them, and every canary."""
    listeners, counted = _Listeners(scope, aws), _Counted(aws)
    found: dict[str, Alarm] = {}
    for one in _listed(aws, "MetricAlarm"):
        if isinstance(one, NotCollected):
            yield one
        else:
            found[one["AlarmName"]] = _alarm(scope, aws, one, listeners, counted)
    for one in _listed(aws, "CompositeAlarm"):
        if isinstance(one, NotCollected):
            yield one
            continue
        parts = [found[name] for name in _parts(one) if name in found]
        whole = _alarm(scope, aws, one, listeners, counted)
        unread = next((part.watches for part in parts if isinstance(part.watches, NotCollected)), None)
        watches = unread or tuple(sorted({name for part in parts for name in _names(part)}))
        found[whole.name] = msgspec.structs.replace(whole, metric="composite", watches=watches)
        for part in parts:
            found[part.name] = _heard_through(part, whole)
    yield from found.values()
    yield from _canaries(scope, aws)


def _listed(aws: Aws, kind: str) -> Iterator[Any]:
    return aws.pages("cloudwatch:DescribeAlarms", f"{kind}s", of=Alarm, AlarmTypes=[kind], MaxRecords=100)


def _alarm(
    scope: Scope, aws: Aws, one: Mapping[str, Any], listeners: "_Listeners", counted: "_Counted"
) -> Alarm:
    name = one["AlarmName"]
    unsaid = NotCollected(aws.name, name, "DescribeAlarms: not said")
    since = one.get("StateTransitionedTimestamp") or one.get("StateUpdatedTimestamp")
    measured = [one, *(part.get("MetricStat", {}).get("Metric", {}) for part in one.get("Metrics", ()))]
    missing = one.get("TreatMissingData", "missing")
    compares = one.get("ComparisonOperator", "")
    return Alarm(
        entity=scope.entity,
        source=scope.source("DescribeAlarms"),
        name=name,
        arn=one.get("AlarmArn", ""),
        region=scope.region,
        state=_STATES.get(one.get("StateValue", ""), unsaid),  # type: ignore[arg-type]  # one of the three words
        since=since.date() if isinstance(since, datetime) else unsaid,
        namespace=_first(measured, "Namespace"),
        metric=_first(measured, "MetricName"),
        watches=_watches(measured, counted),
        notices_silence=compares.startswith("LessThan") or missing == "breaching",
        takes_silence_for_fine=missing == "notBreaching",
        targets=tuple(one.get("AlarmActions", ())),
        is_heard=bool(one.get("ActionsEnabled", True)) and listeners.hear(one.get("AlarmActions", ())),
    )


def _first(measured: Iterable[Mapping[str, Any]], key: str) -> str:
    return next((str(one[key]) for one in measured if one.get(key)), "")


def _watched(measured: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in measured:
        for dimension in one.get("Dimensions", ()):
            if dimension["Name"] not in _LABELS:
                yield dimension["Value"]


def _watches(measured: Collection[Mapping[str, Any]], counted: "_Counted") -> Names:
    """What an alarm is about: names among its dimensions, else what writes the lines of a log that it counts."""
    if names := sorted(set(_watched(measured))):
        return tuple(names)
    found: list[str] = []
    for one in measured:
        pair = str(one.get("Namespace", "")), str(one.get("MetricName", ""))
        if not pair[0] or pair[0].startswith(_OF_SERVICES):
            continue
        if isinstance(counted.names, NotCollected):
            return counted.names
        found += counted.names.get(pair, ())
    return tuple(sorted(set(found)))


def _names(alarm: Alarm) -> tuple[str, ...]:
    return () if isinstance(alarm.watches, NotCollected) else alarm.watches


def _parts(composite: Mapping[str, Any]) -> list[str]:
    """Names of the alarms that a rule is made of, which it names by name or ARN."""
    return [name.rpartition(":alarm:")[2] for name in _IN_RULE.findall(composite.get("AlarmRule", ""))]


def _heard_through(part: Alarm, whole: Alarm) -> Alarm:
    """An alarm that itself tells nobody, where another that it is part of does."""
    if part.is_heard is True or whole.is_heard is False:
        return part
    return msgspec.structs.replace(part, is_heard=whole.is_heard)


class _Counted:
    """Whose lines of a log are counted as which metric; asked for once, and only where an alarm has such a metric."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    @cached_property
    def names(self) -> Mapping[tuple[str, str], list[str]] | NotCollected:
        """Functions, else groups of logs, by namespace and name of the metric."""
        told = whole(
            self._aws.pages("logs:DescribeMetricFilters", "metricFilters", about="counted lines of logs")
        )
        if isinstance(told, NotCollected):
            return told
        found: dict[tuple[str, str], list[str]] = {}
        for one in told:
            writer = str(one.get("logGroupName", "")).removeprefix(_FUNCTION_LOGS)
            for metric in one.get("metricTransformations", ()):
                found.setdefault((metric["metricNamespace"], metric["metricName"]), []).append(writer)
        return found


class _Listeners:
    """Topics with a confirmed subscription, asked for once, and only where an alarm tells a topic."""

    def __init__(self, scope: Scope, aws: Aws) -> None:
        self._scope = scope
        self._aws = aws

    def hear(self, targets: Collection[str]) -> Flag:
        """Whether one of some targets of an alarm is a program, or a topic that somebody listens to."""
        topics = [arn for arn in targets if ":sns:" in arn]
        if len(topics) < len(targets):
            return True
        if not topics:
            return False
        if isinstance(self._topics, NotCollected):
            return self._topics
        if self._topics.intersection(topics):
            return True
        foreign = next((arn for arn in topics if f":{self._scope.number}:" not in arn), "")
        if foreign:
            return NotCollected(
                self._aws.name, "a topic", "ListSubscriptions: the topic is another account's"
            )
        return False

    @cached_property
    def _topics(self) -> frozenset[str] | NotCollected:
        found = whole(self._aws.pages("sns:ListSubscriptions", "Subscriptions", about="subscriptions"))
        if isinstance(found, NotCollected):
            return found
        return frozenset(
            one["TopicArn"] for one in found if str(one.get("SubscriptionArn", "")).startswith("arn:")
        )


def _canaries(scope: Scope, aws: Aws) -> Iterator[Observed | NotCollected]:
    for one in aws.pages("synthetics:DescribeCanaries", "Canaries", of=UptimeCheck):
        if isinstance(one, NotCollected):
            yield one
            continue
        name = one["Name"]
        state = one.get("Status", {}).get("State")
        unsaid = NotCollected(aws.name, name, "DescribeCanaries: not said")
        yield UptimeCheck(
            entity=scope.entity,
            source=scope.source("DescribeCanaries"),
            name=name,
            region=scope.region,
            host=None,
            is_on=unsaid if state is None else state in {"RUNNING", "STARTING"},
        )
