"""Reads topics, queues, event rules and schedules: what they are like, never a message."""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from quarterdeck.collectors.aws.answers import listed
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.aws.notifications import NOTIFICATION_CALLS, bucket_events, buckets_named
from quarterdeck.collectors.aws.reach import reach
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.messages import EventBus, EventRule, Queue, Topic
from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.observed import Count, NotCollected, Number, Observed

_GONE_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_OWN_BUS = "default"
_TAKES = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:*", "*")
_HEARS = ("sns:Subscribe", "sns:Receive", "sns:*", "*")


@collector(
    "aws-sns",
    calls={**calls("sns", "ListTopics", "GetTopicAttributes", "ListSubscriptions"), **NOTIFICATION_CALLS},
    kinds=(Topic,),
)
def topics(scope: Scope, aws: Aws) -> Found:
    """Every topic of a region, who may use it and whether anybody hears it."""
    heard: dict[str, list[Mapping[str, str]]] = {}
    gap = None
    for one in aws.pages("sns:ListSubscriptions", "Subscriptions", about="subscriptions"):
        if isinstance(one, NotCollected):
            gap = one
        else:
            heard.setdefault(one["TopicArn"], []).append(one)
    found, unlisted = listed(aws.pages("sns:ListTopics", "Topics", of=Topic))
    yield from unlisted
    buckets: set[str] = set()
    yield from aws.each(found, lambda one: _topic(scope, aws, one["TopicArn"], gap or heard, buckets))
    yield from bucket_events(scope, aws, buckets)


def _topic(
    scope: Scope,
    aws: Aws,
    arn: str,
    heard: Mapping[str, Iterable[Mapping[str, str]]] | NotCollected,
    buckets: set[str],
) -> Iterator[Observed]:
    told = aws.ask("sns:GetTopicAttributes", about=arn, gone=("NotFound", "NotFoundException"), TopicArn=arn)
    policy = _field(told, "Attributes", "Policy")
    buckets.update(buckets_named(policy))
    mine = heard if isinstance(heard, NotCollected) else tuple(heard.get(arn, ()))
    yield Topic(
        entity=scope.entity,
        source=scope.source("GetTopicAttributes"),
        name=arn.rpartition(":")[2],
        arn=arn,
        region=scope.region,
        publish=_reach(scope, policy, ("sns:Publish",)),
        subscribe=_reach(scope, policy, _HEARS),
        confirmed=_count(mine, lambda one: one["SubscriptionArn"].startswith("arn:")),
        pending=_count(mine, lambda one: one["SubscriptionArn"] == "PendingConfirmation"),
        plain_http=_count(mine, lambda one: one.get("Protocol") == "http"),
        key=_field(told, "Attributes", "KmsMasterKeyId"),
    )


@collector(
    "aws-sqs",
    calls={**calls("sqs", "ListQueues", "GetQueueAttributes"), **NOTIFICATION_CALLS, **METRIC_CALLS},
    kinds=(Queue,),
)
def queues(scope: Scope, aws: Aws) -> Found:
    """Every queue of a region, who may use it, what waits in it and for how long."""
    urls, unlisted = listed(aws.pages("sqs:ListQueues", "QueueUrls", of=Queue))
    yield from unlisted
    oldest = measured(aws, [_oldest(url) for url in urls])
    buckets: set[str] = set()
    yield from aws.each(urls, lambda url: _queue(scope, aws, url, oldest[_oldest(url)], buckets))
    yield from bucket_events(scope, aws, buckets)


def _oldest(url: str) -> Metric:
    dimensions = (("QueueName", url.rpartition("/")[2]),)
    return Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, "Maximum", days=1)


def _queue(scope: Scope, aws: Aws, url: str, oldest: Number | None, buckets: set[str]) -> Iterator[Observed]:
    name = url.rpartition("/")[2]
    told = aws.ask(
        "sqs:GetQueueAttributes", about=name, gone=_GONE_QUEUE, QueueUrl=url, AttributeNames=["All"]
    )
    policy = _field(told, "Attributes", "Policy")
    buckets.update(buckets_named(policy))
    yield Queue(
        entity=scope.entity,
        source=scope.source("GetQueueAttributes"),
        name=name,
        arn=_plain(_field(told, "Attributes", "QueueArn")),
        region=scope.region,
        send=_reach(scope, policy, ("sqs:SendMessage",)),
        receive=_reach(scope, policy, _TAKES),
        dead_letters_to=_dead_letters(aws, name, _field(told, "Attributes", "RedrivePolicy")),
        messages=_whole(_field(told, "Attributes", "ApproximateNumberOfMessages")),
        is_encrypted=_encrypted(told),
        retention_s=_whole(_field(told, "Attributes", "MessageRetentionPeriod")),
        oldest_s=oldest,
        key=_field(told, "Attributes", "KmsMasterKeyId"),
    )


def _dead_letters(aws: Aws, name: str, raw: object) -> str | NotCollected | None:
    if raw is None or isinstance(raw, NotCollected):
        return raw
    try:
        return str(json.loads(str(raw))["deadLetterTargetArn"])
    except (ValueError, KeyError, TypeError):
        return NotCollected(aws.name, name, "GetQueueAttributes: its redrive policy is not understood")


def _encrypted(told: object) -> bool | NotCollected:
    managed = _field(told, "Attributes", "SqsManagedSseEnabled")
    key = _field(told, "Attributes", "KmsMasterKeyId")
    return managed if isinstance(managed, NotCollected) else managed == "true" or bool(key)


@collector(
    "aws-events",
    calls={
        **calls("events", "ListEventBuses", "ListRules", "ListTargetsByRule"),
        **calls("scheduler", "ListSchedules"),
        **METRIC_CALLS,
    },
    kinds=(EventBus, EventRule),
)
def events(scope: Scope, aws: Aws) -> Found:
    """Every bus with its rules, and every schedule."""
    buses, unlisted = listed(aws.pages("events:ListEventBuses", "EventBuses", of=EventBus))
    yield from unlisted
    for bus in buses:
        yield EventBus(
            entity=scope.entity,
            source=scope.source("ListEventBuses"),
            name=bus["Name"],
            arn=bus.get("Arn", ""),
            region=scope.region,
            put=_reach(scope, bus.get("Policy"), ("events:PutEvents", "events:*", "*")),
        )
    rules: list[tuple[str, Mapping[str, Any]]] = []
    for bus in buses:
        mine, gaps = listed(aws.pages("events:ListRules", "Rules", of=EventRule, EventBusName=bus["Name"]))
        yield from gaps
        rules += ((bus["Name"], one) for one in mine)
    failed = measured(aws, [_failed(bus, one["Name"]) for bus, one in rules])
    yield from aws.each(rules, lambda one: _rule(scope, aws, *one, failed[_failed(one[0], one[1]["Name"])]))
    yield from _schedules(scope, aws)


def _failed(bus: str, rule: str) -> Metric:
    """Calls that did not arrive: the service counts those of the account's own bus by the rule alone."""
    by_bus = () if bus == _OWN_BUS else (("EventBusName", bus),)
    return Metric("AWS/Events", "FailedInvocations", (*by_bus, ("RuleName", rule)))


def _rule(
    scope: Scope, aws: Aws, bus: str, rule: Mapping[str, Any], failed: Number | None
) -> Iterator[Observed]:
    name = rule["Name"]
    targets, gaps = listed(
        aws.pages("events:ListTargetsByRule", "Targets", about=name, Rule=name, EventBusName=bus)
    )
    yield EventRule(
        entity=scope.entity,
        source=scope.source("ListTargetsByRule"),
        name=name,
        arn=rule.get("Arn", ""),
        region=scope.region,
        bus="" if bus == _OWN_BUS else bus,
        is_on=rule.get("State") != "DISABLED",
        schedule=rule.get("ScheduleExpression"),
        targets=gaps[0] if gaps else tuple(one["Arn"] for one in targets),
        failed_30d=failed if isinstance(failed, NotCollected) else int(failed or 0),
    )


def _schedules(scope: Scope, aws: Aws) -> Found:
    for one in aws.pages("scheduler:ListSchedules", "Schedules", of=EventRule):
        if isinstance(one, NotCollected):
            yield one
            continue
        target = one.get("Target", {}).get("Arn")
        yield EventRule(
            entity=scope.entity,
            source=scope.source("ListSchedules"),
            name=one["Name"],
            arn=one.get("Arn", ""),
            region=scope.region,
            is_on=one.get("State") != "DISABLED",
            schedule="as scheduled",
            targets=(target,) if target else (),
            failed_30d=NotCollected(aws.name, one["Name"], "not counted for schedules"),
        )


def _field(told: object, *keys: str) -> Any:  # noqa: ANN401 - any part of an answer
    """A part of an answer; why there is no answer; None where the answer lacks it."""
    for key in keys:
        if isinstance(told, NotCollected):
            return told
        told = told.get(key) if isinstance(told, dict) else None
    return told


def _reach(scope: Scope, policy: object, actions: tuple[str, ...]) -> Reached:
    if isinstance(policy, NotCollected):
        return policy
    known = policy if isinstance(policy, str) else None
    return reach(known, account=scope.number, known=scope.trusted, actions=actions)


def _count(mine: tuple[Mapping[str, str], ...] | NotCollected, counts: Any) -> Count:  # noqa: ANN401 - a condition
    return mine if isinstance(mine, NotCollected) else sum(1 for one in mine if counts(one))


def _whole(raw: object) -> Count:
    if isinstance(raw, NotCollected):
        return raw
    return (
        int(Decimal(str(raw)))
        if str(raw).isdigit()
        else NotCollected("aws-sqs", "", "the answer does not say")
    )


def _plain(raw: object) -> str:
    return raw if isinstance(raw, str) else ""
