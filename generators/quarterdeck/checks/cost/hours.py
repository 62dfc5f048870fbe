"""Checks of what is paid by the hour or by size, whether it is used or not."""

from datetime import date

from quarterdeck.checks.prices import paid_for
from quarterdeck.checks.registry import check
from quarterdeck.figures.names import folded
from quarterdeck.model.books import Cost
from quarterdeck.model.check import NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.cost import Address, Balancer, DiskCopy, Gateway, Server, Volume
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.other import Stack, TaggedResource
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset
from quarterdeck.model.observed import NotCollected, Resource
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity

_FREE_DAYS = 14
_OLD_DAYS = 365
_NEW_DAYS = 30
_STACK_TAG = "aws:cloudformation:stack-name"
_ADDRESS = "address-month"
_BALANCER = "balancer-month"


@check(
    "COST-22",
    of=Gateway,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="M",
    feeds=("R-CTO-18",),
    reads=("Gateway.network", "Gateway.neighbours", "Function.network"),
)
def network_gateway_for_little(gateway: Gateway, facts: Facts) -> Verdict:
    """Gateways and endpoints of private networks that only functions use, or nothing at all.

    What it checks: servers, databases and balancers in the network of each gateway and interface endpoint.
    Why it matters: it is paid by the hour, and functions get to the internet without it.
    How to mend: take the functions out of the network if nothing in it needs them there, and delete the gateway.
    Known limits: containers and caches in the network are not seen.
    Source: Amazon VPC User Guide, NAT gateways and interface endpoints.
    """
    if gap := unread(gateway.network, gateway.neighbours):
        return Unknown(gap)
    if gateway.neighbours:
        return Pass()
    inside = [one.network for one in facts.of(Function)]
    users = sum(network == gateway.network for network in inside)
    if not users and (gap := unread(*inside)):
        return Unknown(gap)
    if not users and not facts.evidence.has_read(Function, gateway.entity):
        return Unknown(
            NotCollected("aws-lambda", gateway.name, "not known which functions are in its network")
        )
    what = "Network gateway" if gateway.what == "gateway" else "Interface endpoint"
    whom = (
        f"{users} functions alone"
        if users > 1
        else "one function alone"
        if users
        else "nothing that was found"
    )
    thing = "gateway-month" if gateway.what == "gateway" else "endpoint-month"
    return paid_for(f"{what} {gateway.name} serves {whom}.", gateway, thing, gateway.zones, facts)


@check(
    "COST-23",
    of=Address,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Address.attached_to", "Address.is_stopped"),
)
def address_idle(address: Address, facts: Facts) -> Verdict:
    """Public addresses that nothing has, or something that is switched off.

    What it checks: what each address that the account keeps is attached to.
    Why it matters: it is paid by the hour, and a name may still lead to it.
    How to mend: remove the names that lead to it, then release it.
    Known limits: an address that is kept for a restart looks idle.
    Source: Amazon EC2 User Guide, Elastic IP addresses.
    """
    if isinstance(address.attached_to, NotCollected):
        return Unknown(address.attached_to)
    if address.attached_to is None:
        return paid_for(f"Address {address.name} is attached to nothing.", address, _ADDRESS, 1, facts)
    if isinstance(address.is_stopped, NotCollected):
        return Unknown(address.is_stopped)
    if not address.is_stopped:
        return Pass()
    words = f"Address {address.name} is attached to a server that is off."
    return paid_for(words, address, _ADDRESS, 1, facts)


@check(
    "COST-24",
    of=Volume,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Volume.free_since", "Volume.size_gb", "Volume.type"),
)
def disk_unattached(volume: Volume, facts: Facts) -> Verdict:
    """Disks that no server has had for two weeks.

    What it checks: since when audits have seen the disk free; over 14 days.
    Why it matters: it is paid by size, and nobody looks after what is on it.
    How to mend: take a copy, then delete it.
    Known limits: the service does not say since when; the first audit that saw it counts.
    Source: Amazon EBS User Guide, volumes.
    """
    if isinstance(volume.free_since, NotCollected):
        return Unknown(volume.free_since)
    if volume.free_since is None:
        return Pass()
    days = (facts.as_of - volume.free_since).days
    if days <= _FREE_DAYS:
        return Pass(f"seen free since {volume.free_since.isoformat()} only")
    kind = volume.type if isinstance(volume.type, str) else ""
    words = f"No server has had disk {volume.name} for {days} days."
    return paid_for(words, volume, f"disk-{kind}-gb-month", volume.size_gb, facts)


@check(
    "COST-25",
    of=Server,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="M",
    feeds=("R-CTO-18",),
    reads=("Server.is_running", "Stack.name", "assets.asset", "costs.item", "Repository.name"),
)
def server_in_serverless(server: Server, facts: Facts) -> Verdict:
    """Running servers and databases that nothing explains.

    What it checks: whether a stack that still is made it, or assets, costs or a repository of the handoff name it.
    Why it matters: it is paid by the hour, and nobody patches what nobody knows of.
    How to mend: write down what it is for and who looks after it, or take a copy and remove it.
    Known limits: what it costs depends on its size and is not known here.
    Source: Quarterdeck's own check.
    """
    if isinstance(server.is_running, NotCollected):
        return Unknown(server.is_running)
    if not server.is_running:
        return NotApplicable("it is switched off")
    if why := _explained(server, facts):
        return Pass(why)
    unsure = (
        ""
        if facts.evidence.has_read(Repository, server.entity)
        else " Not known whether a repository explains it."
    )
    words = f"{server.what.capitalize()} {server.name} runs, and no stack and no handoff explains it.{unsure}"
    return paid_for(words, server, server.what, 1, facts)


def _explained(one: Resource, facts: Facts) -> str:
    """What says why a thing is there; empty where nothing does."""
    stack = dict(one.tags).get(_STACK_TAG)
    if stack and _is_there(stack, one, facts):
        return f"stack {stack} made it"
    name = folded(one.name)
    cells = (
        *(row.asset for row in facts.of(Asset)),
        *(cell for row in facts.of(Cost) for cell in (row.item, row.vendor)),
    )
    if any(isinstance(cell, str) and folded(cell) == name for cell in cells):
        return "a handoff names it"
    if any(folded(repository.name) == name for repository in facts.of(Repository)):
        return "a repository has its name"
    return ""


def _is_there(stack: str, one: Resource, facts: Facts) -> bool:
    """Whether a stack still is, or may be: what it leaves behind keeps its name."""
    is_listed = any(each.name == stack for each in facts.of(Stack))
    return is_listed or not facts.evidence.has_read(Stack, one.entity)


@check(
    "COST-30",
    of=DiskCopy,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("DiskCopy.made", "DiskCopy.is_disk_gone", "DiskCopy.is_of_image"),
)
def copy_orphaned(copy: DiskCopy, facts: Facts) -> Verdict:
    """Copies of disks that are long gone.

    What it checks: copies over a year old, whose disk is gone, and that were not made for an image.
    Why it matters: it is paid by size, for ever.
    How to mend: look what is on it; keep it with a tag that says why, or delete it.
    Known limits: what a copy really holds is at most the size of the disk; the price is for that.
    Source: Amazon EBS User Guide, snapshots.
    """
    if gap := unread(copy.made, copy.is_disk_gone, copy.is_of_image):
        return Unknown(gap)
    days = (facts.as_of - copy.made).days if isinstance(copy.made, date) else 0
    if days <= _OLD_DAYS or not copy.is_disk_gone or copy.is_of_image:
        return Pass()
    words = f"Copy {copy.name} is {days} days old, and its disk is gone."
    return paid_for(words, copy, "disk-copy-gb-month", copy.size_gb, facts)


@check(
    "COST-31",
    of=Balancer,
    severity=Severity.MEDIUM,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Balancer.made", "Balancer.traffic_30d", "Balancer.tags", "Stack.name"),
)
def balancer_for_nothing(balancer: Balancer, facts: Facts) -> Verdict:
    """Load balancers without traffic, or that nothing explains.

    What it checks: those over 30 days old, their traffic of 30 days, and whether a stack that still is made them.
    Why it matters: it is paid by the hour, with or without guests.
    How to mend: delete it and its target groups, or write down what it is for.
    Known limits: older kinds of balancers are not seen.
    Source: Elastic Load Balancing User Guide, metrics.
    """
    if isinstance(balancer.made, NotCollected):
        return Unknown(balancer.made)
    if (facts.as_of - balancer.made).days <= _NEW_DAYS:
        return NotApplicable("it was made within 30 days")
    if not isinstance(balancer.traffic_30d, NotCollected) and not balancer.traffic_30d:
        words = f"Nothing went through balancer {balancer.name} in 30 days."
        return paid_for(words, balancer, _BALANCER, 1, facts)
    if not _explained(balancer, facts):
        if not facts.evidence.has_read(TaggedResource, balancer.entity):
            return Unknown(NotCollected("aws-tags", balancer.name, "not known which stack made it"))
        words = f"Balancer {balancer.name} runs, and no stack and no handoff explains it."
        return paid_for(words, balancer, _BALANCER, 1, facts)
    return Unknown(balancer.traffic_30d) if isinstance(balancer.traffic_30d, NotCollected) else Pass()
