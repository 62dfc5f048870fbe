"""What is read of bills, of what watches over them, and of what is paid whether it is used or not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pytest

from quarterdeck.collectors.aws import costs, waste
from quarterdeck.collectors.embedded import bill
from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.run import Job
from quarterdeck.commands.collect import _with_earlier
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import (
    Address,
    Allowance,
    AnomalyWatch,
    AuditCost,
    Balancer,
    Bill,
    CloudCost,
    CustomerKey,
    DiskCopy,
    FirewallList,
    Gateway,
    Server,
    Volume,
)
from quarterdeck.model.cloud.messages import Queue, Topic
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.values import Money
from quarterdeck.parse.evidence import Header, write_evidence
from tests.cloud import NUMBER, TAKEN_AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.cloud import Cloud

_ = (costs, waste)  # importing them registers the collectors
T = TypeVar("T")

WATCH = {"MonitorArn": "arn:aws:ce::1:anomalymonitor/m", "MonitorName": "m", "MonitorType": "DIMENSIONAL"}
TOLD = {
    "SubscriptionArn": "arn:aws:ce::1:anomalysubscription/s",
    "SubscriptionName": "s",
    "AccountId": NUMBER,
    "Frequency": "DAILY",
    "MonitorArnList": [WATCH["MonitorArn"]],
    "Subscribers": [{"Address": "owner@harbor.example", "Type": "EMAIL", "Status": "CONFIRMED"}],
}


def _of(kind: type[T], found: list[Any]) -> list[T]:
    return [one for one in found if isinstance(one, kind)]


def _billed(cloud: Cloud) -> list[Mapping[str, Any]]:
    """A bill to be read; what it was asked is kept."""
    asked: list[Mapping[str, Any]] = []

    def answer(path: str, body: bytes) -> Mapping[str, Any]:
        asked.append(msgspec.json.decode(body))
        return bill.costs(path, body)

    cloud.stubs.answer("ce:GetCostAndUsage", answer)
    cloud.stubs.answer("ce:GetAnomalyMonitors", {"AnomalyMonitors": []})
    cloud.stubs.answer("ce:GetAnomalySubscriptions", {"AnomalySubscriptions": []})
    cloud.stubs.answer("freetier:GetFreeTierUsage", {"freeTierUsages": []})
    return asked


def test_three_closed_months_and_the_running_one(cloud: Cloud) -> None:
    asked = _billed(cloud)
    found, gaps = cloud.collect("aws-cost", entities=("jada",))
    assert gaps == []
    assert asked[0]["TimePeriod"] == {"Start": "2026-08-01", "End": "2026-11-20"}
    lines = _of(CloudCost, found)
    assert {one.month for one in lines} == {"2026-08", "2026-09", "2026-10", "2026-11"}
    owned = {(one.entity, one.name) for one in lines if one.by == "tag"}
    assert {("jada", "jada"), ("", "queenofsandiego"), ("", "")} <= owned
    assert {one.is_estimated for one in lines if one.month == "2026-11"} == {True}
    (jada,) = [one for one in lines if (one.month, one.name) == ("2026-10", "jada")]
    assert jada.amount == Money(Decimal("21.40"), "USD")
    assert [one.entity for one in _of(Bill, found)] == ["", "jada"]
    assert [one.questions for one in _of(AuditCost, found)] == [4]


def test_closed_months_that_are_held_are_not_asked_again(cloud: Cloud) -> None:
    asked = _billed(cloud)
    first, _ = cloud.collect("aws-cost")
    second, _ = cloud.collect("aws-cost", earlier=tuple(first))
    assert asked[-1]["TimePeriod"] == {"Start": "2026-11-01", "End": "2026-11-20"}
    assert set(_of(CloudCost, second)) == set(_of(CloudCost, first))
    assert [one.questions for one in _of(AuditCost, second)] == [8]


def test_a_month_that_was_estimated_is_asked_again(cloud: Cloud) -> None:
    asked = _billed(cloud)
    first, _ = cloud.collect("aws-cost")
    open_month = tuple(
        msgspec.structs.replace(one, is_estimated=True)
        if isinstance(one, CloudCost) and one.month == "2026-09"
        else one
        for one in first
    )
    second, _ = cloud.collect("aws-cost", earlier=open_month)
    assert asked[-1]["TimePeriod"]["Start"] == "2026-09-01"
    assert set(_of(CloudCost, second)) == set(_of(CloudCost, first))


def test_on_the_first_day_there_is_nothing_of_the_month(cloud: Cloud) -> None:
    asked = _billed(cloud)
    first, _ = cloud.collect("aws-cost", taken_at=datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert asked[0]["TimePeriod"] == {"Start": "2026-08-01", "End": "2026-11-01"}
    cloud.collect("aws-cost", taken_at=datetime(2026, 11, 1, 9, tzinfo=UTC), earlier=tuple(first))
    assert len(asked) == 2


def test_F128_an_amount_that_is_not_said_is_not_known(cloud: Cloud) -> None:
    _billed(cloud)
    group = {"Keys": ["Amazon S3"], "Metrics": {"UnblendedCost": {"Unit": "EUR"}}}
    month = {
        "TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"},
        "Groups": [group],
        "Estimated": False,
    }
    cloud.stubs.answer("ce:GetCostAndUsage", {"ResultsByTime": [month]})
    lines = _of(CloudCost, cloud.collect("aws-cost")[0])
    assert {type(one.amount) for one in lines} == {NotCollected}


@pytest.mark.parametrize(
    ("monitors", "subscriptions", "expected"),
    [
        ([WATCH], [TOLD], True),
        ([], [TOLD], False),
        ([WATCH], [], False),
        ([WATCH], [TOLD | {"MonitorArnList": ["arn:aws:ce::1:anomalymonitor/other"]}], False),
        ([WATCH], [TOLD | {"Subscribers": []}], False),
    ],
)
def test_who_hears_of_costs_out_of_line(
    cloud: Cloud, monitors: list[object], subscriptions: list[object], *, expected: bool
) -> None:
    _billed(cloud)
    cloud.stubs.answer("ce:GetAnomalyMonitors", {"AnomalyMonitors": monitors})
    cloud.stubs.answer("ce:GetAnomalySubscriptions", {"AnomalySubscriptions": subscriptions})
    (watch,) = _of(AnomalyWatch, cloud.collect("aws-cost")[0])
    assert watch.tells is expected
    assert "owner@harbor.example" not in str(watch)


def test_whom_it_tells_may_not_be_known(cloud: Cloud) -> None:
    _billed(cloud)
    cloud.stubs.answer("ce:GetAnomalyMonitors", {"AnomalyMonitors": [WATCH]})
    cloud.stubs.answer("ce:GetAnomalySubscriptions", Refusal())
    (watch,) = _of(AnomalyWatch, cloud.collect("aws-cost")[0])
    assert isinstance(watch.tells, NotCollected)


def test_what_is_free(cloud: Cloud) -> None:
    _billed(cloud)
    usage = {"service": "AWS Lambda", "usageType": "Request", "actualUsageAmount": 5.0, "limit": 10.0}
    usage["freeTierType"] = "Always Free"
    cloud.stubs.answer("freetier:GetFreeTierUsage", {"freeTierUsages": [usage]})
    (one,) = _of(Allowance, cloud.collect("aws-cost")[0])
    assert (one.name, one.used, one.limit) == ("AWS Lambda: Request", Decimal("5.0"), Decimal("10.0"))
    assert one.term == "Always Free"
    assert isinstance(one.forecast, NotCollected)


@pytest.mark.parametrize("name", ["aws-cost", "aws-waste"])
def test_F107_all_refused_is_a_gap_for_each_list(cloud: Cloud, name: str) -> None:
    for call in COLLECTORS[name].calls:
        cloud.stubs.answer(call, Refusal())
    found, gaps = cloud.collect(name)
    assert found == []
    assert {gap.subject for gap in gaps} >= set(COLLECTORS[name].kinds)


def test_what_was_held_stays_where_one_question_is_refused(cloud: Cloud) -> None:
    _billed(cloud)
    first, _ = cloud.collect("aws-cost")
    cloud.stubs.answer("ce:GetCostAndUsage", Refusal())
    second, gaps = cloud.collect("aws-cost", earlier=tuple(first))
    assert {one.month for one in _of(CloudCost, second)} == {"2026-08", "2026-09", "2026-10"}
    assert "cloud-cost" in {gap.subject for gap in gaps}


def test_a_job_is_given_what_it_saw_the_last_time(cloud: Cloud) -> None:
    _billed(cloud)
    found, _ = cloud.collect("aws-cost")
    job = Job("aws-cost", cloud.scope())
    data = write_evidence(Header("aws-cost", TAKEN_AT, ("jada",)), found, ())
    assert len(_with_earlier(job, {job.path: data}).scope.earlier) == len(found)
    assert _with_earlier(job, {}).scope.earlier == ()
    other = Job("aws-s3", cloud.scope())
    assert _with_earlier(other, {other.path: data}) is other


def _server(cloud: Cloud) -> str:
    ec2 = cloud.client("ec2")
    told = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "blog"}]}],
    )
    return str(told["Instances"][0]["InstanceId"])


def test_servers_and_addresses(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    number = _server(cloud)
    taken = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(InstanceId=number, AllocationId=taken["AllocationId"])
    free = ec2.allocate_address(Domain="vpc")
    ec2.stop_instances(InstanceIds=[number])
    found, gaps = cloud.collect("aws-waste")
    assert gaps == []
    (server,) = _of(Server, found)
    assert (server.name, server.what, server.is_running) == ("blog", "server", False)
    assert dict(server.tags)["Name"] == "blog"
    by_name = {one.name: one for one in _of(Address, found)}
    assert by_name[taken["PublicIp"]].attached_to == number
    assert by_name[taken["PublicIp"]].is_stopped is True
    assert by_name[free["PublicIp"]].attached_to is None


def test_databases(cloud: Cloud) -> None:
    cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.t4g.micro", Engine="postgres", AllocatedStorage=20
    )
    (one,) = _of(Server, cloud.collect("aws-waste")[0])
    assert (one.name, one.what, one.type, one.is_running) == ("orders", "database", "db.t4g.micro", True)


def test_disks_remember_since_when_they_are_free(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=40, VolumeType="gp3")
    first = _of(Volume, cloud.collect("aws-waste")[0])
    assert [(one.size_gb, one.type, one.free_since) for one in first] == [
        (Decimal(40), "gp3", TAKEN_AT.date())
    ]
    before = msgspec.structs.replace(first[0], free_since=date(2026, 10, 1))
    (again,) = _of(Volume, cloud.collect("aws-waste", earlier=(before,))[0])
    assert again.free_since == date(2026, 10, 1)


def test_copies_of_disks(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    kept, gone = (ec2.create_volume(AvailabilityZone="us-east-1a", Size=size)["VolumeId"] for size in (8, 9))
    for volume in (kept, gone):
        ec2.create_snapshot(VolumeId=volume, Description="before the move")
    ec2.delete_volume(VolumeId=gone)
    mine = [one for one in _of(DiskCopy, cloud.collect("aws-waste")[0]) if one.is_of_image is False]
    assert {(one.size_gb, one.is_disk_gone) for one in mine} == {(Decimal(8), False), (Decimal(9), True)}
    cloud.stubs.answer("ec2:DescribeVolumes", Refusal())
    found, gaps = cloud.collect("aws-waste")
    assert {type(one.is_disk_gone) for one in _of(DiskCopy, found)} == {NotCollected}
    assert {gap.subject for gap in gaps} == {"volume"}


def test_ways_out_of_a_network_and_what_stands_in_it(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    for kind, service in (("Interface", "sqs"), ("Gateway", "s3")):
        ec2.create_vpc_endpoint(
            VpcId=network, ServiceName=f"com.amazonaws.us-east-1.{service}", VpcEndpointType=kind
        )
    found = _of(Gateway, cloud.collect("aws-waste")[0])
    assert sorted((one.what, one.network, one.neighbours) for one in found) == [
        ("endpoint", network, 0),
        ("gateway", network, 0),
    ]
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet)
    assert {one.neighbours for one in _of(Gateway, cloud.collect("aws-waste")[0])} == {1}
    cloud.stubs.answer("rds:DescribeDBInstances", Refusal())
    assert {type(one.neighbours) for one in _of(Gateway, cloud.collect("aws-waste")[0])} == {NotCollected}


def test_balancers(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=f"us-east-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for at, zone in enumerate("ab")
    ]
    cloud.client("elbv2").create_load_balancer(Name="front", Subnets=subnets)
    (one,) = _of(Balancer, cloud.collect("aws-waste")[0])
    assert (one.name, one.type, one.network, one.traffic_30d) == ("front", "application", network, None)
    assert isinstance(one.made, date)


def test_keys_of_the_accounts_own(cloud: Cloud) -> None:
    kms = cloud.client("kms")
    bare = kms.create_key()["KeyMetadata"]["KeyId"]
    named = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/books", TargetKeyId=named)
    found = _of(CustomerKey, cloud.collect("aws-waste")[0])
    assert {(one.name, one.alias) for one in found} == {(bare, None), ("books", "books")}


def test_keys_of_the_provider_are_not_the_accounts_own(cloud: Cloud) -> None:
    cloud.stubs.answer("kms:ListKeys", {"Keys": [{"KeyId": "k", "KeyArn": "arn:aws:kms:::key/k"}]})
    cloud.stubs.answer("kms:ListAliases", {"Aliases": [{"AliasName": "alias/aws/s3", "TargetKeyId": "k"}]})
    assert _of(CustomerKey, cloud.collect("aws-waste")[0]) == []


@pytest.mark.parametrize(
    ("region", "expected"),
    [("us-east-1", {("here", False), ("edge", True)}), ("us-west-2", set())],
)
def test_firewalls_of_distributions_are_listed_once(
    cloud: Cloud, region: str, expected: set[tuple[str, bool]]
) -> None:
    shown = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    for name, scope in (("here", "REGIONAL"), ("edge", "CLOUDFRONT")):
        cloud.client("wafv2").create_web_acl(
            Name=name, Scope=scope, DefaultAction={"Allow": {}}, VisibilityConfig=shown
        )
    found = _of(FirewallList, cloud.collect("aws-waste", region=region)[0])
    assert {(one.name, one.is_of_edge) for one in found} == expected


KEY = f"arn:aws:kms:us-east-1:{NUMBER}:key/k"


def test_what_a_table_costs_by(cloud: Cloud) -> None:
    client = cloud.client("dynamodb")
    known = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    client.create_table(TableName="a", BillingMode="PAY_PER_REQUEST", **known)
    client.create_table(
        TableName="b", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}, **known
    )
    found = {one.name: one for one in _of(Table, cloud.collect("aws-dynamodb")[0])}
    assert (found["a"].read_units, found["a"].write_units) == (None, None)
    assert (found["b"].read_units, found["b"].write_units) == (5, 2)
    assert (found["b"].storage_class, found["b"].key) == ("STANDARD", None)


def test_keys_that_topics_queues_and_functions_use(cloud: Cloud) -> None:
    cloud.client("sns").create_topic(Name="told", Attributes={"KmsMasterKeyId": KEY})
    cloud.client("sqs").create_queue(QueueName="waiting", Attributes={"KmsMasterKeyId": KEY})
    cloud.client("sqs").create_queue(QueueName="plain")
    (topic,) = _of(Topic, cloud.collect("aws-sns")[0])
    queues = {one.name: one.key for one in _of(Queue, cloud.collect("aws-sqs")[0])}
    assert topic.key == KEY
    assert queues == {"waiting": KEY, "plain": None}


def test_what_a_bucket_costs_by(cloud: Cloud) -> None:
    client = cloud.client("s3")
    for name in ("bare", "kept"):
        client.create_bucket(Bucket=name)
    on = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}}
    rules = [
        on | {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        on | {"ID": "old", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}},
        on | {"ID": "cold", "Transitions": [{"Days": 30, "StorageClass": "INTELLIGENT_TIERING"}]},
    ]
    client.put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration={"Rules": rules})
    found = {one.name: one for one in _of(Bucket, cloud.collect("aws-s3")[0])}
    assert [
        (one.ends_uploads, one.ends_versions, one.cools, one.most_objects_30d, one.key)
        for one in (found["bare"], found["kept"])
    ] == [(False, False, False, 0, None), (True, True, True, 0, None)]
    assert isinstance(found["bare"].created, date)
