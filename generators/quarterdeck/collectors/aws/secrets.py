"""Reads secrets and parameters: their names, dates and who may read them; a value is never asked for."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from quarterdeck.collectors.aws.answers import day
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.reach import reach
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.cloud.secrets import Parameter, Secret
from quarterdeck.model.observed import NotCollected

_PAGE = 50


@collector(
    "aws-secrets",
    calls={
        **calls("secretsmanager", "ListSecrets", "GetResourcePolicy"),
        **calls("ssm", "DescribeParameters"),
    },
    kinds=(Secret, Parameter),
)
def secrets(scope: Scope, aws: Aws) -> Found:
    """Every secret of a region, those that are about to go among them, and every parameter."""
    listed = []
    for one in aws.pages("secretsmanager:ListSecrets", "SecretList", of=Secret, IncludePlannedDeletion=True):
        if isinstance(one, NotCollected):
            yield one
        else:
            listed.append(one)
    yield from aws.each(listed, lambda one: _secret(scope, aws, one))
    for one in aws.pages("ssm:DescribeParameters", "Parameters", of=Parameter, MaxResults=_PAGE):
        yield one if isinstance(one, NotCollected) else _parameter(scope, aws, one)


def _secret(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Iterator[Secret]:
    read = one.get("LastAccessedDate")
    deleted = one.get("DeletedDate")
    created = day(aws, one, "CreatedDate", one["Name"])
    yield Secret(
        entity=scope.entity,
        source=scope.source("ListSecrets"),
        name=one["Name"],
        arn=one["ARN"],
        region=scope.region,
        tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in one.get("Tags", ()))),
        created=created,
        last_changed=day(aws, one, "LastChangedDate", one["Name"]) if "LastChangedDate" in one else created,
        last_read=read.date() if isinstance(read, datetime) else None,
        rotates=bool(one.get("RotationEnabled")),
        deleted_on=deleted.date() if isinstance(deleted, datetime) else None,
        reach=_reach(scope, aws, one),
        key=one.get("KmsKeyId"),
    )


def _reach(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Reached:
    if "DeletedDate" in one:
        return NotCollected(aws.name, one["ARN"], "GetResourcePolicy: not asked of what is deleted")
    told = aws.ask(
        "secretsmanager:GetResourcePolicy",
        about=one["ARN"],
        gone=("ResourceNotFoundException",),
        SecretId=one["ARN"],
    )
    if isinstance(told, NotCollected):
        return told
    policy = told.get("ResourcePolicy") if told else None
    return reach(policy, account=scope.number, known=scope.trusted)


def _parameter(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Parameter:
    kind = one.get("Type")
    unsaid = NotCollected(aws.name, one["Name"], "DescribeParameters: not said")
    return Parameter(
        entity=scope.entity,
        source=scope.source("DescribeParameters"),
        name=one["Name"],
        arn=one.get("ARN", ""),
        region=scope.region,
        is_encrypted=unsaid if kind is None else kind == "SecureString",
        last_changed=day(aws, one, "LastModifiedDate", one["Name"]),
    )
