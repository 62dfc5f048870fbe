"""Reads what is paid by the hour or by size: addresses, gateways, disks, servers, balancers, keys, firewalls."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from quarterdeck.collectors.aws.answers import day, whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.cost import (
    Address,
    Balancer,
    CustomerKey,
    DiskCopy,
    FirewallList,
    Gateway,
    Server,
    Volume,
)
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Count, Flag, NotCollected, Number, Observed, Resource

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

_EDGE = "us-east-1"
"""Where firewalls of distributions are kept."""

_OFF = frozenset({"stopped", "stopping", "terminated", "shutting-down"})
_NO_DATABASE = frozenset({"stopped", "stopping", "deleting"})
_GONE = frozenset({"deleted", "deleting", "failed"})
_IMAGE = re.compile(r"\bami-|CreateImage")
_TRAFFIC = {
    "application": ("AWS/ApplicationELB", "RequestCount"),
    "network": ("AWS/NetworkELB", "ProcessedBytes"),
    "gateway": ("AWS/GatewayELB", "ProcessedBytes"),
}


@collector(
    "aws-waste",
    calls={
        **calls(
            "ec2",
            "DescribeAddresses",
            "DescribeNatGateways",
            "DescribeVpcEndpoints",
            "DescribeVolumes",
            "DescribeSnapshots",
            "DescribeInstances",
        ),
        **calls("elbv2", "DescribeLoadBalancers", prefix="elasticloadbalancing"),
        **calls("rds", "DescribeDBInstances"),
        **calls("kms", "ListKeys", "ListAliases"),
        **calls("wafv2", "ListWebACLs"),
        **METRIC_CALLS,
    },
    kinds=(Address, Gateway, Volume, DiskCopy, Server, Balancer, CustomerKey, FirewallList),
    recalls=True,
)
def waste(scope: Scope, aws: Aws) -> Found:
    """What a region holds that costs money whether it is used or not."""
    servers, balancers = list(_servers(scope, aws)), list(_balancers(scope, aws))
    volumes = list(_volumes(scope, aws))
    yield from servers
    yield from balancers
    yield from volumes
    yield from _addresses(scope, aws, servers)
    yield from _gateways(scope, aws, [*servers, *balancers])
    yield from _copies(scope, aws, volumes)
    yield from _keys(scope, aws)
    yield from _firewalls(scope, aws)


def _tags(told: Iterable[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((one["Key"], one["Value"]) for one in told))


def _name(one: Mapping[str, Any], otherwise: str) -> str:
    """The name that a tag gives, where one does."""
    return dict(_tags(one.get("Tags", ()))).get("Name") or otherwise


def _arn(scope: Scope, kind: str, name: str) -> str:
    return f"arn:{scope.partition}:ec2:{scope.region}:{scope.number}:{kind}/{name}"


def _servers(scope: Scope, aws: Aws) -> Found:
    for one in aws.pages("ec2:DescribeInstances", "Reservations", of=Server):
        if isinstance(one, NotCollected):
            yield one
            continue
        for each in one.get("Instances", ()):
            number = each["InstanceId"]
            state = each.get("State", {}).get("Name")
            if state == "terminated":
                continue
            yield Server(
                entity=scope.entity,
                source=scope.source("DescribeInstances"),
                name=_name(each, number),
                arn=_arn(scope, "instance", number),
                region=scope.region,
                tags=_tags(each.get("Tags", ())),
                what="server",
                type=_said(aws, each, "InstanceType", number),
                is_running=_state(aws, state, number, _OFF),
                network=each.get("VpcId"),
            )
    for one in aws.pages("rds:DescribeDBInstances", "DBInstances", of=Server):
        if isinstance(one, NotCollected):
            yield one
            continue
        name = one["DBInstanceIdentifier"]
        yield Server(
            entity=scope.entity,
            source=scope.source("DescribeDBInstances"),
            name=name,
            arn=one.get("DBInstanceArn", ""),
            region=scope.region,
            tags=_tags(one.get("TagList", ())),
            what="database",
            type=_said(aws, one, "DBInstanceClass", name),
            is_running=_state(aws, one.get("DBInstanceStatus"), name, _NO_DATABASE),
            network=one.get("DBSubnetGroup", {}).get("VpcId"),
        )


def _said(aws: Aws, one: Mapping[str, Any], key: str, about: str) -> Any:  # noqa: ANN401 - any field of an answer
    return one.get(key, NotCollected(aws.name, about, f"{key}: not said"))


def _state(aws: Aws, state: str | None, about: str, off: frozenset[str]) -> Flag:
    return NotCollected(aws.name, about, "its state is not said") if state is None else state not in off


def _balancers(scope: Scope, aws: Aws) -> Found:
    found = []
    for one in aws.pages("elbv2:DescribeLoadBalancers", "LoadBalancers", of=Balancer):
        if isinstance(one, NotCollected):
            yield one
        else:
            found.append(one)
    load = measured(aws, [metric for one in found if (metric := _traffic(one))])
    for one in found:
        name, metric = one["LoadBalancerName"], _traffic(one)
        unsaid = NotCollected(aws.name, name, "DescribeLoadBalancers: a type that is not known")
        yield Balancer(
            entity=scope.entity,
            source=scope.source("DescribeLoadBalancers"),
            name=name,
            arn=one["LoadBalancerArn"],
            region=scope.region,
            type=_said(aws, one, "Type", name),
            made=day(aws, one, "CreatedTime", name),
            network=one.get("VpcId"),
            traffic_30d=load[metric] if metric else unsaid,
        )


def _traffic(one: Mapping[str, Any]) -> Metric | None:
    """What shows that it is used; None for a type that is not known."""
    kind = _TRAFFIC.get(one.get("Type", ""))
    where = one["LoadBalancerArn"].partition(":loadbalancer/")[2]
    return Metric(*kind, (("LoadBalancer", where),)) if kind else None


def _volumes(scope: Scope, aws: Aws) -> Found:
    """Every disk; since when one is free, the evidence of earlier runs knows."""
    free = {
        one.name: one.free_since
        for one in scope.earlier
        if isinstance(one, Volume) and isinstance(one.free_since, date)
    }
    today = scope.taken_at.date()
    for one in aws.pages("ec2:DescribeVolumes", "Volumes", of=Volume):
        if isinstance(one, NotCollected):
            yield one
            continue
        name, state = one["VolumeId"], one.get("State")
        since = free.get(name, today) if state == "available" else None
        yield Volume(
            entity=scope.entity,
            source=scope.source("DescribeVolumes"),
            name=name,
            arn=_arn(scope, "volume", name),
            region=scope.region,
            tags=_tags(one.get("Tags", ())),
            size_gb=_gb(aws, one, "Size", name),
            type=_said(aws, one, "VolumeType", name),
            free_since=NotCollected(aws.name, name, "its state is not said") if state is None else since,
        )


def _gb(aws: Aws, one: Mapping[str, Any], key: str, about: str) -> Number:
    size = one.get(key)
    return NotCollected(aws.name, about, f"{key}: not said") if size is None else Decimal(size)


def _addresses(scope: Scope, aws: Aws, servers: Iterable[Observed | NotCollected]) -> Found:
    listed = _all_of(Server, servers)
    known = (
        listed if isinstance(listed, NotCollected) else {one.arn.rpartition("/")[2]: one for one in listed}
    )
    for one in aws.pages("ec2:DescribeAddresses", "Addresses", of=Address):
        if isinstance(one, NotCollected):
            yield one
            continue
        server = one.get("InstanceId")
        yield Address(
            entity=scope.entity,
            source=scope.source("DescribeAddresses"),
            name=one["PublicIp"],
            arn=_arn(scope, "elastic-ip", one["AllocationId"]) if "AllocationId" in one else "",
            region=scope.region,
            tags=_tags(one.get("Tags", ())),
            attached_to=server or one.get("NetworkInterfaceId") or one.get("AssociationId"),
            is_stopped=_is_stopped(server, known),
        )


def _is_stopped(server: str | None, known: Mapping[str, Server] | NotCollected) -> Flag:
    if not server:
        return False
    if isinstance(known, NotCollected):
        return known
    if server not in known:
        return False
    running = known[server].is_running
    return running if isinstance(running, NotCollected) else not running


def _all_of(kind: type[O], found: Iterable[Observed | NotCollected]) -> list[O] | NotCollected:
    """The records of a kind among what was read, or why its list is not whole."""
    records = []
    for one in found:
        if isinstance(one, NotCollected):
            return one
        if isinstance(one, kind):
            records.append(one)
    return records


def _gateways(scope: Scope, aws: Aws, neighbours: Iterable[Observed | NotCollected]) -> Found:
    """What leads out of private networks, with how much stands in each."""
    around = _all_of(Resource, neighbours)
    for one in aws.pages("ec2:DescribeNatGateways", "NatGateways", of=Gateway):
        if isinstance(one, NotCollected):
            yield one
        elif one.get("State") not in _GONE:
            yield _gateway(scope, aws, one, one["NatGatewayId"], around)
    for one in aws.pages("ec2:DescribeVpcEndpoints", "VpcEndpoints", of=Gateway):
        if isinstance(one, NotCollected):
            yield one
        elif one.get("VpcEndpointType") == "Interface" and str(one.get("State")).casefold() not in _GONE:
            yield _gateway(scope, aws, one, one["VpcEndpointId"], around)


def _gateway(
    scope: Scope,
    aws: Aws,
    one: Mapping[str, Any],
    number: str,
    around: list[Resource] | NotCollected,
) -> Gateway:
    is_endpoint = "VpcEndpointId" in one
    network = one.get("VpcId")
    return Gateway(
        entity=scope.entity,
        source=scope.source("DescribeVpcEndpoints" if is_endpoint else "DescribeNatGateways"),
        name=_name(one, number),
        arn=_arn(scope, "vpc-endpoint" if is_endpoint else "natgateway", number),
        region=scope.region,
        tags=_tags(one.get("Tags", ())),
        what="endpoint" if is_endpoint else "gateway",
        network=_said(aws, one, "VpcId", number),
        zones=len(one.get("SubnetIds", ())) or 1,
        neighbours=_count(network, around),
    )


def _count(network: str | None, around: list[Resource] | NotCollected) -> Count:
    if isinstance(around, NotCollected):
        return around
    return sum(isinstance(one, (Server, Balancer)) and one.network == network for one in around)


def _copies(scope: Scope, aws: Aws, volumes: Iterable[Observed | NotCollected]) -> Found:
    disks = _all_of(Volume, volumes)
    there = disks if isinstance(disks, NotCollected) else {one.name for one in disks}
    for one in aws.pages("ec2:DescribeSnapshots", "Snapshots", of=DiskCopy, OwnerIds=["self"]):
        if isinstance(one, NotCollected):
            yield one
            continue
        name = one["SnapshotId"]
        yield DiskCopy(
            entity=scope.entity,
            source=scope.source("DescribeSnapshots"),
            name=name,
            arn=_arn(scope, "snapshot", name),
            region=scope.region,
            tags=_tags(one.get("Tags", ())),
            made=day(aws, one, "StartTime", name),
            size_gb=_gb(aws, one, "VolumeSize", name),
            is_disk_gone=there if isinstance(there, NotCollected) else one.get("VolumeId") not in there,
            is_of_image=bool(_IMAGE.search(one.get("Description") or "")),
        )


def _keys(scope: Scope, aws: Aws) -> Found:
    """Keys of the account's own; those that the provider made for itself have its alias."""
    aliases = whole(aws.pages("kms:ListAliases", "Aliases", of=CustomerKey))
    if isinstance(aliases, NotCollected):
        yield aliases
        return
    names = {one.get("TargetKeyId"): one["AliasName"].removeprefix("alias/") for one in aliases}
    for one in aws.pages("kms:ListKeys", "Keys", of=CustomerKey):
        if isinstance(one, NotCollected):
            yield one
            continue
        alias = names.get(one["KeyId"])
        if alias and alias.startswith("aws/"):
            continue
        yield CustomerKey(
            entity=scope.entity,
            source=scope.source("ListKeys"),
            name=alias or one["KeyId"],
            arn=one.get("KeyArn", ""),
            region=scope.region,
            alias=alias,
        )


def _firewalls(scope: Scope, aws: Aws) -> Found:
    """Those of a region, and in an account's first region those of its distributions."""
    kept = {"REGIONAL": scope.region}
    if scope.account is None or scope.region == scope.account.regions[0]:
        kept["CLOUDFRONT"] = _EDGE
    about = kind_of(FirewallList)
    for what, region in kept.items():
        # a hundred is the most that a region has; the marker that comes with the last page leads nowhere
        told = aws.ask("wafv2:ListWebACLs", about=about, region=region, Scope=what, Limit=100)
        if not isinstance(told, dict):
            yield told or NotCollected(aws.name, about, "ListWebACLs: no answer")
            continue
        for one in told.get("WebACLs", ()):
            yield FirewallList(
                entity=scope.entity,
                source=scope.source("ListWebACLs"),
                name=one["Name"],
                arn=one.get("ARN", ""),
                region=region,
                is_of_edge=what == "CLOUDFRONT",
            )
