"""Zones and their records, as a server has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from quarterdeck.collectors.embedded.stubs import Broken, Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.domains import PublicAddresses, Zone, ZoneRecord
from quarterdeck.model.observed import NotCollected
from tests.cloud import ACCOUNT

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list

CUSTOMERS = "3.5.140.7"
"""An address that the provider gives to customers."""
DOCUMENTED = "192.0.2.7"
"""One of nobody."""


def record(name: str, kind: str, *values: str, **fields: object) -> dict[str, Any]:
    plain = {"Name": name, "Type": kind, "TTL": 300, "ResourceRecords": [{"Value": one} for one in values]}
    return plain | fields


def alias(name: str, target: str) -> dict[str, Any]:
    led = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": target, "EvaluateTargetHealth": False}
    return {"Name": name, "Type": "A", "AliasTarget": led}


def made(cloud: Cloud, *records: dict[str, Any], domain: str = "jada.example") -> str:
    """A public zone with records; gives its ARN."""
    route53 = cloud.client("route53")
    number = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    changes = [{"Action": "CREATE", "ResourceRecordSet": one} for one in records]
    if changes:
        route53.change_resource_record_sets(HostedZoneId=number, ChangeBatch={"Changes": changes})
    return f"arn:aws:route53:::hostedzone/{number.rpartition('/')[2]}"


def seen(cloud: Cloud) -> tuple[list[Zone], dict[tuple[str, str], ZoneRecord], list[NotCollected]]:
    found, gaps = cloud.collect("aws-route53")
    records = {(one.name, one.type): one for one in found if isinstance(one, ZoneRecord)}
    return [one for one in found if isinstance(one, Zone)], records, gaps


def test_a_zone_and_where_its_names_lead(cloud: Cloud) -> None:
    arn = made(
        cloud,
        alias("jada.example", "d1.cloudfront.net."),
        record("www.jada.example", "CNAME", "Jada.example."),
        record("*.jada.example", "CNAME", "box.s3-website-us-east-1.amazonaws.com"),
        record("jada.example", "TXT", '"v=spf1 -all"'),
        record("jada.example", "MX", "10 mail.jada.example"),
        record("crew.jada.example", "NS", "ns1.other.example.", "ns2.other.example."),
    )
    (zone,), records, gaps = seen(cloud)
    assert gaps == []
    assert (zone.name, zone.arn, zone.is_private) == ("jada.example", arn, False)
    assert isinstance(zone.name_servers, tuple)
    assert len(zone.name_servers) > 0
    assert isinstance(zone.records, int)
    assert {key: one.targets for key, one in records.items()} == {
        ("jada.example", "A"): ("d1.cloudfront.net",),
        ("www.jada.example", "CNAME"): ("jada.example",),
        ("*.jada.example", "CNAME"): ("box.s3-website-us-east-1.amazonaws.com",),
        ("crew.jada.example", "NS"): ("ns1.other.example", "ns2.other.example"),
    }
    assert records["jada.example", "A"].is_alias
    assert not records["www.jada.example", "CNAME"].is_alias
    assert {one.zone for one in records.values()} == {arn}


def test_an_escaped_name_is_read(cloud: Cloud) -> None:
    made(cloud)
    answer = {
        "ResourceRecordSets": [record("\\052.jada.example.", "CNAME", "jada.example.")],
        "IsTruncated": False,
        "MaxItems": "100",
    }
    cloud.stubs.answer("route53:ListResourceRecordSets", answer)
    assert list(seen(cloud)[1]) == [("*.jada.example", "CNAME")]


def test_sets_of_one_name_are_told_together(cloud: Cloud) -> None:
    weighed = [
        record("jada.example", "A", DOCUMENTED, SetIdentifier="a", Weight=1),
        record("jada.example", "A", "192.0.2.8", SetIdentifier="b", Weight=1),
    ]
    made(cloud, *weighed)
    assert seen(cloud)[1]["jada.example", "A"].targets == (DOCUMENTED, "192.0.2.8")


def test_a_private_zone_is_told_without_its_names(cloud: Cloud) -> None:
    cloud.client("route53").create_hosted_zone(
        Name="inside.example",
        CallerReference="1",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-1"},
    )
    (zone,), records, _ = seen(cloud)
    assert (zone.is_private, records) == (True, {})


def test_records_that_are_refused_are_not_known(cloud: Cloud) -> None:
    made(cloud, record("www.jada.example", "CNAME", "jada.example"))
    cloud.stubs.answer("route53:ListResourceRecordSets", Refusal())
    (zone,), records, gaps = seen(cloud)
    refused = NotCollected("aws-route53", "zone-record", "ListResourceRecordSets: AccessDenied")
    assert (zone.name_servers, records, gaps) == (refused, {}, [refused])


def test_zones_that_are_refused_are_not_listed(cloud: Cloud) -> None:
    cloud.stubs.answer("route53:ListHostedZones", Broken())
    zones, _, gaps = seen(cloud)
    assert zones == []
    assert [gap.subject for gap in gaps] == ["zone"]


def test_addresses_are_asked_only_where_a_record_names_one_of_the_providers(cloud: Cloud) -> None:
    made(cloud, record("old.jada.example", "A", DOCUMENTED))
    assert [one for one in cloud.collect("aws-route53")[0] if isinstance(one, PublicAddresses)] == []
    assert cloud.stubs.asked["ec2:DescribeAddresses"] == 0


def test_the_addresses_of_every_region_that_is_looked_at(cloud: Cloud) -> None:
    made(cloud, record("old.jada.example", "A", CUSTOMERS))
    held = cloud.client("ec2", "us-west-2").allocate_address(Domain="vpc")["PublicIp"]
    cloud.stubs.answer("ec2:DescribeInstances", {"Reservations": []})
    account = msgspec.structs.replace(ACCOUNT, regions=("us-east-1", "us-west-2"))
    found, gaps = cloud.collect("aws-route53", account=account)
    addresses = {one.region: one.addresses for one in found if isinstance(one, PublicAddresses)}
    assert gaps == []
    assert addresses == {"us-east-1": (), "us-west-2": (held,)}


def test_an_address_of_an_instance_counts(cloud: Cloud) -> None:
    made(cloud, record("old.jada.example", "A", CUSTOMERS))
    instance = {"InstanceId": "i-1", "PublicIpAddress": CUSTOMERS}
    cloud.stubs.answer("ec2:DescribeInstances", {"Reservations": [{"Instances": [instance]}]})
    (one,) = [one for one in cloud.collect("aws-route53")[0] if isinstance(one, PublicAddresses)]
    assert one.addresses == (CUSTOMERS,)


def test_addresses_that_are_refused_are_not_known(cloud: Cloud) -> None:
    made(cloud, record("old.jada.example", "A", CUSTOMERS))
    cloud.stubs.answer("ec2:DescribeAddresses", Refusal())
    (one,) = [one for one in cloud.collect("aws-route53")[0] if isinstance(one, PublicAddresses)]
    assert one.subject == "main us-east-1"
    refused = NotCollected("aws-route53", "addresses in us-east-1", "DescribeAddresses: AccessDenied")
    assert one.addresses == refused
