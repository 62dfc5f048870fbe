"""Reads hosted zones: where their names lead, and which public addresses the account holds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.domains import PublicAddresses, Zone, ZoneRecord
from quarterdeck.model.cloud.hosts import plain
from quarterdeck.model.observed import Flag, Names, NotCollected, Observed
from quarterdeck.reference import region_of

_GONE = ("NoSuchHostedZone",)
_LEADING = frozenset({"A", "AAAA", "CNAME", "NS"})
"""Records that lead somewhere; texts, keys and mail are not kept."""
_OWN = 2
"""Records that every zone has: its servers and its authority."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


@collector(
    "aws-route53",
    calls={
        **calls("route53", "ListHostedZones", "ListResourceRecordSets"),
        **calls("ec2", "DescribeAddresses", "DescribeInstances"),
    },
    kinds=(Zone, ZoneRecord, PublicAddresses),
    is_regional=False,
)
def zones(scope: Scope, aws: Aws) -> Found:
    """Every zone of an account with its records; addresses where a record names one of the provider's."""
    listed = []
    for one in aws.pages("route53:ListHostedZones", "HostedZones", of=Zone):
        if isinstance(one, NotCollected):
            yield one
        else:
            listed.append(one)
    is_at_provider = False
    for found in aws.each(listed, lambda one: _zone(scope, aws, one)):
        is_at_provider = is_at_provider or _names_a_customers(found)
        yield found
    if is_at_provider:
        yield from _addresses(scope, aws)


def _zone(scope: Scope, aws: Aws, one: Mapping[str, Any]) -> Iterator[Observed | NotCollected]:
    number, name = one["Id"].rpartition("/")[2], _name(one.get("Name", ""))
    arn = f"arn:{scope.partition}:route53:::hostedzone/{number}"
    is_private: Flag = (one.get("Config") or {}).get("PrivateZone", False)
    count = one.get("ResourceRecordSetCount")
    records: list[Mapping[str, Any]] = []
    gap: NotCollected | None = None
    asked = aws.pages(
        "route53:ListResourceRecordSets", "ResourceRecordSets", of=ZoneRecord, HostedZoneId=number
    )
    for record in asked:
        if isinstance(record, NotCollected):
            gap = record
            yield record
        else:
            records.append(record)
    own = [
        target
        for record in records
        if record.get("Type") == "NS" and _name(record.get("Name", "")) == name
        for target in _targets(record)
    ]
    yield Zone(
        entity=scope.entity,
        source=scope.source("ListHostedZones"),
        name=name,
        arn=arn,
        records=NotCollected(aws.name, name, "ListHostedZones: no count")
        if count is None
        else max(count - _OWN, 0),
        is_private=is_private,
        name_servers=gap or tuple(sorted(own)),
    )
    if not is_private:
        yield from _records(scope, arn, name, records)


def _records(scope: Scope, zone: str, apex: str, records: Iterable[Mapping[str, Any]]) -> Iterator[Observed]:
    """The names of a zone that lead somewhere, each with all that its sets of one type say together."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    aliases = set()
    for record in records:
        key = (_name(record.get("Name", "")), record.get("Type", ""))
        if key[1] not in _LEADING or key == (apex, "NS"):
            continue
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *_targets(record))))
        aliases |= {key} if record.get("AliasTarget") else set()
    for (name, kind), targets in found.items():
        yield ZoneRecord(
            entity=scope.entity,
            source=scope.source("ListResourceRecordSets"),
            name=name,
            zone=zone,
            type=kind,
            targets=targets,
            is_alias=(name, kind) in aliases,
        )


def _name(raw: str) -> str:
    """A name as people write it; the service escapes the asterisk and others."""
    return plain(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), raw))


def _targets(record: Mapping[str, Any]) -> list[str]:
    alias = (record.get("AliasTarget") or {}).get("DNSName")
    named = [one.get("Value", "") for one in record.get("ResourceRecords") or ()]
    return [plain(one) for one in ([alias] if alias else named)]


def _names_a_customers(found: Observed | NotCollected) -> bool:
    """Whether a record names an address that the provider gives to its customers."""
    if not isinstance(found, ZoneRecord) or found.type != "A" or isinstance(found.targets, NotCollected):
        return False
    return any(region_of(target) for target in found.targets)


def _addresses(scope: Scope, aws: Aws) -> Found:
    for region in scope.account.regions if scope.account else (scope.region,):
        yield PublicAddresses(
            entity=scope.entity,
            source=scope.source("DescribeAddresses"),
            account=scope.account.name if scope.account else "",
            region=region,
            addresses=_held(aws, region),
        )


def _held(aws: Aws, region: str) -> Names:
    """The addresses that are kept, and those that instances have for as long as they run."""
    found = []
    for call, key in (("ec2:DescribeAddresses", "Addresses"), ("ec2:DescribeInstances", "Reservations")):
        for one in aws.pages(call, key, about=f"addresses in {region}", region=region):
            if isinstance(one, NotCollected):
                return one
            found += [
                one.get("PublicIp"),
                *(each.get("PublicIpAddress") for each in one.get("Instances") or ()),
            ]
    return tuple(sorted({address for address in found if address}))
