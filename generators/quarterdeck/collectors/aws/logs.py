"""Reads groups of logs: how long and how much they keep, never a line of them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.watching import LogGroup
from quarterdeck.model.observed import Day, NotCollected

_GIB = Decimal(1024**3)


@collector("aws-logs", calls=calls("logs", "DescribeLogGroups"), kinds=(LogGroup,))
def log_groups(scope: Scope, aws: Aws) -> Found:
    """Every group of logs of a region."""
    for one in aws.pages("logs:DescribeLogGroups", "logGroups", of=LogGroup):
        if isinstance(one, NotCollected):
            yield one
            continue
        name = one["logGroupName"]
        unsaid = NotCollected(aws.name, name, "DescribeLogGroups: not said")
        size = one.get("storedBytes")
        yield LogGroup(
            entity=scope.entity,
            source=scope.source("DescribeLogGroups"),
            name=name,
            arn=one.get("logGroupArn") or one.get("arn", "").removesuffix(":*"),
            region=scope.region,
            retention_days=one.get("retentionInDays"),
            size_gb=unsaid if size is None else Decimal(size) / _GIB,
            created=_day(one.get("creationTime"), unsaid),
        )


def _day(milliseconds: Any, unsaid: NotCollected) -> Day:  # noqa: ANN401 - what a service says
    if not isinstance(milliseconds, int):
        return unsaid
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date()
