"""Where names lead, by the records of the zones that were looked at."""

from collections.abc import Collection

from quarterdeck.checks.targets import is_bucket_there
from quarterdeck.model.cloud.apis import Api
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import RegisteredDomain, Zone, ZoneRecord
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.hosts import Host, is_under
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, Names, NotCollected
from quarterdeck.model.web import DomainCheck


def zones_of(name: str, facts: Facts) -> list[Zone]:
    """The public zones that could answer for a name: all those of the longest domain above it."""
    above = [one for one in facts.of(Zone) if one.is_private is not True and is_under(name, one.name)]
    longest = max((len(one.name) for one in above), default=0)
    return [one for one in above if len(one.name) == longest]


def servers_above(zone: Zone, facts: Facts) -> Names:
    """The name servers that the registrar, the world or the zone above names for a zone."""
    for one in facts.of(RegisteredDomain):
        if one.domain == zone.name and isinstance(one.name_servers, tuple):
            return one.name_servers
    for check in facts.of(DomainCheck):
        if check.domain == zone.name and isinstance(check.name_servers, tuple):
            return check.name_servers
    for record in facts.of(ZoneRecord):
        if record.type == "NS" and record.name == zone.name and isinstance(record.targets, tuple):
            return record.targets
    return NotCollected("aws-domains", zone.name, "not known which name servers the registrar names for it")


def is_in_charge(zone: Zone, facts: Facts) -> Flag:
    """Whether the world asks just the servers of this zone."""
    told = servers_above(zone, facts)
    if isinstance(zone.name_servers, NotCollected):
        return zone.name_servers
    return told if isinstance(told, NotCollected) else set(told) == set(zone.name_servers)


def leads_to(name: str, facts: Facts) -> Names:
    """Hosts and addresses at which a name ends; none where it is in a zone of ours that lacks it.

    Only a zone that the world is known to ask tells where a name leads.
    """
    zones = zones_of(name, facts)
    if not zones:
        return NotCollected("aws-route53", name, "no zone that was looked at answers for it")
    asked = {one.arn: is_in_charge(one, facts) for one in zones}
    if True in asked.values():
        idle = frozenset(arn for arn, in_charge in asked.items() if in_charge is not True)
        return _followed(name, [one for one in facts.of(ZoneRecord) if one.zone not in idle])
    gap = next((one for one in asked.values() if isinstance(one, NotCollected)), None)
    why = "the world asks other name servers than those of its zone"
    return gap or NotCollected("aws-route53", name, why)


def _followed(name: str, records: Collection[ZoneRecord]) -> tuple[str, ...]:
    """The ends of all ways from a name, through other names of ours."""
    ends: dict[str, None] = {}
    waiting, seen = [name], {name}
    while waiting:
        here = waiting.pop(0)
        targets = [target for one in _records_at(here, records) for target in _targets(one)]
        if not targets and here != name:
            ends[here] = None
        waiting += [target for target in targets if target not in seen]
        seen.update(targets)
    return tuple(ends)


def _records_at(name: str, records: Collection[ZoneRecord]) -> list[ZoneRecord]:
    """The records of a name, else those of the nearest asterisk above it."""
    labels = name.split(".")
    for wanted in (name, *(f"*.{'.'.join(labels[at:])}" for at in range(1, len(labels)))):
        if found := [one for one in records if one.name == wanted and one.type != "NS"]:
            return found
    return []


def _targets(record: ZoneRecord) -> tuple[str, ...]:
    return record.targets if isinstance(record.targets, tuple) else ()


def has_address(host: str, facts: Facts) -> Flag:
    """Whether a host outside the provider answers to its name, as far as zones and name servers tell."""
    for one in facts.of(DomainCheck):
        if one.domain == host and isinstance(one.has_address, bool):
            return one.has_address
    ends = leads_to(host, facts)
    if isinstance(ends, NotCollected):
        return NotCollected("dns", host, "not known whether it has an address")
    return bool(ends)


def api_at(host: str, facts: Facts) -> Api | None:
    """The interface that answers at a host of the service."""
    return next((one for one in facts.of(Api) if one.host and one.host == host), None)


def function_at(host: str, facts: Facts) -> Function | None:
    """The function that answers at an address of its own."""
    return next(
        (one for one in facts.of(Function) if isinstance(one.url, str) and host in one.url.casefold()), None
    )


def is_at_service(host: Host, address: str, facts: Facts) -> Flag:
    """Whether what a host of the provider names is in an audited account; not known where nobody listed it."""
    match host.kind:
        case "bucket" | "website":
            return is_bucket_there(host.name, "", facts)
        case "distribution":
            hosts = [one.host for one in facts.of(Distribution)]
            if address in hosts:
                return True
            unread = next((one for one in hosts if isinstance(one, NotCollected)), None)
            is_whole = unread is None and facts.evidence.has_read(Distribution, "")
            return False if is_whole else _unlisted(address)
        case "api":
            return api_at(address, facts) is not None or _unlisted(address)
        case "function":
            return function_at(address, facts) is not None or _unlisted(address)
        case _:
            return _unlisted(address)


def _unlisted(address: str) -> NotCollected:
    return NotCollected("aws", address, "not known whether it is there")
