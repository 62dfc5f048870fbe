"""Whom buckets tell of their objects; asked only of buckets that a function, topic or queue names as its caller."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.statements import EVERYTHING, Statement, read_all
from quarterdeck.collectors.registry import Found, calls
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.buckets import BucketEvents
from quarterdeck.model.observed import NotCollected

NOTIFICATION_CALLS = calls("s3", GetBucketNotificationConfiguration="s3:GetBucketNotification")
"""What a collector that reads such policies declares beside its own calls."""

_BUCKET = re.compile(r"arn:[^:]*:s3:::([^/*?]+)")
_TARGETS: Mapping[str, str] = {
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}


def buckets_named(policy: object) -> Iterator[str]:
    """Names of the buckets on whose behalf a policy lets somebody in."""
    for one in read_all(policy, EVERYTHING):
        if isinstance(one, Statement) and one.is_allow:
            arns = (value for line in one.conditions if line.key == "aws:sourcearn" for value in line.values)
            yield from (bucket[1] for arn in arns if (bucket := _BUCKET.fullmatch(arn)))


def bucket_events(scope: Scope, aws: Aws, names: Iterable[str]) -> Found:
    """Whom each of some buckets tells; what is gone is left out."""
    yield from aws.each(sorted(set(names)), lambda name: (_events(scope, aws, name),))


def _events(scope: Scope, aws: Aws, name: str) -> BucketEvents:
    told = aws.ask("s3:GetBucketNotificationConfiguration", about=name, gone=("NoSuchBucket",), Bucket=name)
    targets = () if isinstance(told, NotCollected) else tuple(_targets(told or {}))
    mine = tuple(target for target in targets if f":{scope.number}:" in target)
    return BucketEvents(
        entity=scope.entity,
        source=scope.source("GetBucketNotificationConfiguration"),
        name=name,
        arn=f"arn:{scope.partition}:s3:::{name}",
        region=scope.region,
        targets=told if isinstance(told, NotCollected) else mine,
        elsewhere=told if isinstance(told, NotCollected) else len(targets) - len(mine),
    )


def _targets(told: Mapping[str, Any]) -> Iterator[str]:
    for key, arn in _TARGETS.items():
        yield from (str(one[arn]) for one in told.get(key, ()))
