"""What a job looks at, in every part of the provider."""

from __future__ import annotations

import pytest

from quarterdeck.checks.targets import is_there
from quarterdeck.collectors.aws.notifications import buckets_named
from quarterdeck.collectors.scope import Scope, partition_of
from quarterdeck.model.cloud.functions import Function
from tests.audits import audited, seen
from tests.cloud import NUMBER, TAKEN_AT
from tests.sites import ROOT

PARTS = [
    ("us-east-1", "aws"),
    ("eu-west-1", "aws"),
    ("cn-north-1", "aws-cn"),
    ("us-gov-west-1", "aws-us-gov"),
]


@pytest.mark.parametrize(("region", "partition"), PARTS)
def test_F127_a_region_is_of_a_part_of_the_provider(region: str, partition: str) -> None:
    assert partition_of(region) == partition
    assert Scope(TAKEN_AT, (), region=region).partition == partition


@pytest.mark.parametrize(("region", "partition"), PARTS)
def test_F127_names_of_every_part_are_read_alike(region: str, partition: str) -> None:
    arn = f"arn:{partition}:lambda:{region}:{NUMBER}:function:book"
    facts = audited(seen(Function, name="book", arn=arn))
    assert is_there(arn, "jada", facts) is True
    assert is_there(f"{arn}:live", "jada", facts) is True
    assert is_there(arn.replace("book", "gone"), "jada", facts) is False


@pytest.mark.parametrize(("_region", "partition"), PARTS)
def test_F127_buckets_of_every_part_are_known_by_a_policy(_region: str, partition: str) -> None:
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": "*",
                "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:{partition}:s3:::uploads"}},
            }
        ]
    }
    assert list(buckets_named(policy)) == ["uploads"]


def test_F127_no_collector_takes_the_common_part_for_granted() -> None:
    written = [
        f"{file.name}:{number}"
        for file in sorted((ROOT / "generators/quarterdeck/collectors/aws").glob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if 'f"arn:aws:' in line
    ]
    assert written == []
