"""Reads DynamoDB tables: what they are like, never an item."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from quarterdeck.collectors.aws.answers import day
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.aws.reach import reach
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.observed import Count, Flag, NotCollected

_GIB = Decimal(1024**3)
_GONE = ("ResourceNotFoundException", "TableNotFoundException")
_NAMESPACE = "AWS/DynamoDB"
_USED = ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
_THROTTLED = ("ReadThrottleEvents", "WriteThrottleEvents")


@collector(
    "aws-dynamodb",
    calls={
        **calls(
            "dynamodb",
            "ListTables",
            "DescribeTable",
            "DescribeContinuousBackups",
            "DescribeTimeToLive",
            "GetResourcePolicy",
            "ListBackups",
        ),
        **calls("application-autoscaling", "DescribeScalableTargets"),
        **calls("backup", "ListProtectedResources"),
        **METRIC_CALLS,
    },
    kinds=(Table,),
)
def tables(scope: Scope, aws: Aws) -> Found:
    """Every table of a region with what its verdicts need, and thirty days of its load."""
    names = []
    for name in aws.pages("dynamodb:ListTables", "TableNames", of=Table):
        if isinstance(name, NotCollected):
            yield name
        else:
            names.append(name)
    copies, scaled = _copies(aws), _scaled(aws)
    load = measured(aws, [metric for name in names for metric in _metrics(name)])
    yield from aws.each(names, lambda name: _table(scope, aws, name, copies, scaled, load))


def _table(
    scope: Scope,
    aws: Aws,
    name: str,
    copies: Mapping[str, date] | NotCollected,
    scaled: frozenset[str] | NotCollected,
    load: Mapping[Metric, Any],
) -> Iterator[Table | NotCollected]:
    told = aws.ask("dynamodb:DescribeTable", about=name, gone=_GONE, TableName=name)
    if not isinstance(told, dict):
        yield told or NotCollected(aws.name, name, "DescribeTable: no answer")
        return
    table = told["Table"]
    arn = table["TableArn"]
    newest = copies if isinstance(copies, NotCollected) else copies.get(arn)
    yield Table(
        entity=scope.entity,
        source=scope.source("DescribeTable"),
        name=name,
        arn=arn,
        region=scope.region,
        has_recovery=_recovery(aws, name),
        newest_copy=newest,
        is_protected=table.get(
            "DeletionProtectionEnabled", NotCollected(aws.name, name, "DescribeTable: not said")
        ),
        on_demand=table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST",
        scales=scaled if isinstance(scaled, NotCollected) else f"table/{name}" in scaled,
        has_own_key="SSEDescription" in table,
        expires=_expires(aws, name),
        reach=_reach(scope, aws, name, arn),
        stream=bool(table.get("StreamSpecification", {}).get("StreamEnabled")),
        stream_arn=table.get("LatestStreamArn"),
        items=table.get("ItemCount", 0),
        size_gb=Decimal(table.get("TableSizeBytes", 0)) / _GIB,
        key_names=tuple(sorted(one["AttributeName"] for one in table.get("AttributeDefinitions", ()))),
        requests_30d=_sum(load, name, _USED),
        throttled_30d=_sum(load, name, _THROTTLED),
        created=day(aws, table, "CreationDateTime", name),
        read_units=_units(table, "ReadCapacityUnits"),
        write_units=_units(table, "WriteCapacityUnits"),
        storage_class=table.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        key=table.get("SSEDescription", {}).get("KMSMasterKeyArn"),
    )


def _units(table: Mapping[str, Any], key: str) -> int | None:
    """None of a table that is paid by request: it says zero, or nothing."""
    units: int = table.get("ProvisionedThroughput", {}).get(key, 0)
    return units or None


def _recovery(aws: Aws, name: str) -> Flag:
    told = aws.ask("dynamodb:DescribeContinuousBackups", about=name, gone=_GONE, TableName=name)
    if not isinstance(told, dict):
        return told or False
    recovery = told["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")


def _expires(aws: Aws, name: str) -> Flag:
    told = aws.ask("dynamodb:DescribeTimeToLive", about=name, gone=_GONE, TableName=name)
    if not isinstance(told, dict):
        return told or False
    return bool(told["TimeToLiveDescription"].get("TimeToLiveStatus") in {"ENABLED", "ENABLING"})


def _reach(scope: Scope, aws: Aws, name: str, arn: str) -> Reached:
    told = aws.ask(
        "dynamodb:GetResourcePolicy",
        about=name,
        none=("PolicyNotFoundException",),
        gone=_GONE,
        ResourceArn=arn,
    )
    if isinstance(told, NotCollected):
        return told
    policy = told.get("Policy") if told else None
    return reach(policy, account=scope.number, known=scope.trusted)


def _copies(aws: Aws) -> Mapping[str, date] | NotCollected:
    """Day of the newest copy by ARN of the table, from its own copies and those of the backup service."""
    newest: dict[str, date] = {}
    own = aws.pages("dynamodb:ListBackups", "BackupSummaries", about="copies of tables")
    central = aws.pages("backup:ListProtectedResources", "Results", about="copies of tables")
    for one in (*own, *central):
        if isinstance(one, NotCollected):
            return one
        arn = one.get("TableArn") or one.get("ResourceArn", "")
        made = one.get("BackupCreationDateTime") or one.get("LastBackupTime")
        if made is not None:
            newest[arn] = max(made.date(), newest.get(arn, made.date()))
    return newest


def _scaled(aws: Aws) -> frozenset[str] | NotCollected:
    found = set()
    for one in aws.pages(
        "application-autoscaling:DescribeScalableTargets",
        "ScalableTargets",
        about="scaling of tables",
        ServiceNamespace="dynamodb",
    ):
        if isinstance(one, NotCollected):
            return one
        found.add(one["ResourceId"])
    return frozenset(found)


def _metrics(name: str) -> Iterator[Metric]:
    for metric in (*_USED, *_THROTTLED):
        yield Metric(_NAMESPACE, metric, (("TableName", name),))


def _sum(load: Mapping[Metric, Any], name: str, metrics: tuple[str, ...]) -> Count:
    """Nothing measured is none: the service keeps no point for an hour in which nothing happened."""
    total = Decimal(0)
    for metric in metrics:
        value = load[Metric(_NAMESPACE, metric, (("TableName", name),))]
        if isinstance(value, NotCollected):
            return value
        total += value or 0
    return int(total)
