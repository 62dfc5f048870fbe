"""Checks of zones and their records: who answers, and whether what they lead to is still yours."""

from collections.abc import Iterable

from quarterdeck.checks.leading import is_at_service, is_in_charge, leads_to, servers_above
from quarterdeck.checks.registry import check
from quarterdeck.checks.sites import few
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import PublicAddresses, Zone, ZoneRecord
from quarterdeck.model.cloud.hosts import read_host
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck
from quarterdeck.reference import region_of


@check(
    "AWS-R53-04",
    of=ZoneRecord,
    severity=Severity.HIGH,
    roles=("cto", "cmo"),
    mend="XS",
    reads=("ZoneRecord.targets", "Bucket.name", "Distribution.host", "SiteCheck.answers"),
)
def record_to_nowhere(one: ZoneRecord, facts: Facts) -> Verdict:
    """Names that lead to something that is no longer there.

    What it checks: names that lead to buckets, distributions, interfaces, load balancers and hosting services,
    against what audited accounts have, and whether the site answers.
    Why it matters: whoever makes that bucket or site anew gets your name with it, and your visitors' trust.
    How to mend: delete the record, or make what it leads to again today.
    Known limits: what nobody listed, and what nobody asked, is not known to be there.
    Source: OWASP Web Security Testing Guide, subdomain takeover.
    """
    if one.type == "NS":
        return NotApplicable("it hands the name on to another zone")
    if isinstance(one.targets, NotCollected):
        return Unknown(one.targets)
    there = {target: _is_there(one, target, facts) for target in one.targets}
    known = {target: found for target, found in there.items() if found is not None}
    if not known:
        return NotApplicable("it leads to no service that could be gone")
    if lost := [target for target, found in known.items() if found is False]:
        return Fail(f"{one.name} leads to {few(lost)}, which no audited account has: it could be taken over.")
    gap = unread(*known.values())
    return Unknown(gap) if gap else Pass()


def _is_there(one: ZoneRecord, target: str, facts: Facts) -> Flag | None:
    """Whether what a name leads to is there; None for what is no service of this kind."""
    host = read_host(target)
    if host.kind == "other":
        return None
    if host.kind == "website" and not host.name:
        # the bucket of a site has the name of the record itself
        host = read_host(f"{one.name}.{target}")
    found = is_at_service(host, target, facts)
    if isinstance(found, NotCollected) and _answers(one.name, facts):
        return True
    return found


def _answers(name: str, facts: Facts) -> bool:
    return any(site.site == name and site.is_live and site.answers is True for site in facts.of(SiteCheck))


@check(
    "AWS-R53-05",
    of=ZoneRecord,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("ZoneRecord.targets", "ZoneRecord.type", "PublicAddresses.addresses", "PublicAddresses.region"),
)
def record_to_lost_address(one: ZoneRecord, facts: Facts) -> Verdict:
    """Names that lead to an address that the provider may give to anybody.

    What it checks: addresses in the provider's ranges against those that audited accounts hold.
    Why it matters: an address that was given back goes to the next customer, and your name with it.
    How to mend: delete the record, or point it at what you run today.
    Known limits: the ranges are a list of July 2025; addresses of load balancers in front are no records of this
    kind. Of regions that no account looks at nothing is known.
    Source: Amazon EC2 User Guide, Elastic IP addresses; the provider's published address ranges.
    """
    if one.type != "A":
        return NotApplicable("it names no address of the older kind")
    if isinstance(one.targets, NotCollected):
        return Unknown(one.targets)
    held = {
        target: _is_held(target, region, facts) for target in one.targets if (region := region_of(target))
    }
    if not held:
        return NotApplicable("it names no address of the provider's")
    if lost := [target for target, found in held.items() if found is False]:
        return Fail(
            f"{one.name} leads to {few(lost)}, an address of the provider's that no audited account holds."
        )
    gap = unread(*held.values())
    return Unknown(gap) if gap else Pass()


def _is_held(address: str, region: str, facts: Facts) -> Flag:
    lists = facts.of(PublicAddresses)
    if any(isinstance(one.addresses, tuple) and address in one.addresses for one in lists):
        return True
    there = [one.addresses for one in lists if one.region == region]
    if not there or not facts.evidence.has_read(PublicAddresses, ""):
        return NotCollected("aws-route53", address, f"no account looks at region {region}")
    return unread(*there) or False


@check(
    "AWS-R53-06",
    of=Zone,
    severity=Severity.MEDIUM,
    roles=("cto", "cmo"),
    mend="S",
    reads=(
        "Zone.name_servers",
        "Zone.is_private",
        "RegisteredDomain.name_servers",
        "DomainCheck.name_servers",
        "ZoneRecord.targets",
    ),
)
def zone_not_in_charge(one: Zone, facts: Facts) -> Verdict:
    """Zones that the world does not ask.

    What it checks: the zone's own name servers against those of the registrar, of the world, or of the zone above.
    Why it matters: what you change here changes nothing out there, and nobody notices until it matters.
    How to mend: name this zone's servers at the registrar, or delete the zone.
    Known limits: a zone that is about to take over is told, too.
    Source: Amazon Route 53 Developer Guide, adding or changing name servers for a domain.
    """
    if one.is_private is True:
        return NotApplicable("it answers inside your own networks")
    in_charge = is_in_charge(one, facts)
    if gap := unread(one.is_private, in_charge):
        return Unknown(gap)
    if in_charge:
        return Pass()
    told = servers_above(one, facts)
    return Fail(
        f"The world asks {few(told) if isinstance(told, tuple) else 'others'} for {one.name}, not its zone."
    )


@check(
    "AWS-R53-07",
    of=Zone,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    reads=("Zone.name", "Zone.is_private"),
)
def zone_twice(one: Zone, facts: Facts) -> Verdict:
    """Public zones that there are two of.

    What it checks: the names of all public zones of all audited accounts.
    Why it matters: the world asks one of them, and somebody changes the other.
    How to mend: find the one that the registrar names, move over what it lacks, and delete the other.
    Known limits: which one counts is another check's affair.
    Source: Amazon Route 53 Developer Guide, working with public hosted zones.
    """
    if one.is_private is True:
        return NotApplicable("it answers inside your own networks")
    same = [zone for zone in facts.of(Zone) if zone.name == one.name and zone.is_private is not True]
    if gap := unread(*(zone.is_private for zone in same)):
        return Unknown(gap)
    if len(same) > 1:
        return Fail(f"There are {len(same)} public zones of {one.name}.")
    if facts.evidence.has_read(Zone, ""):
        return Pass()
    return Unknown(NotCollected("aws-route53", one.name, "not known which other zones there are"))


@check(
    "AWS-R53-08",
    of=Zone,
    severity=Severity.LOW,
    roles=("cmo", "cto"),
    mend="XS",
    reads=(
        "Zone.name",
        "Zone.is_private",
        "ZoneRecord.targets",
        "SiteCheck.has_twin",
        "Distribution.aliases",
    ),
)
def site_name_half_there(one: Zone, facts: Facts) -> Verdict:
    """Sites that are there with www and not without, or the other way round.

    What it checks: whether the bare name and the one with www both lead somewhere; medium where they are two sites.
    Why it matters: half of the people type it the other way, and believe that you are closed.
    How to mend: point the other name at the same place, and let it redirect.
    Known limits: whether two places are one site is told where the site was read alone.
    Source: Quarterdeck's own check.
    """
    if one.is_private is True:
        return NotApplicable("it answers inside your own networks")
    names = (one.name, f"www.{one.name}")
    sites = [site for site in facts.of(SiteCheck) if site.site in names]
    served = bool(sites) or _is_served(names, facts)
    if isinstance(served, NotCollected):
        return Unknown(served)
    if not served:
        return NotApplicable("no site is known there")
    ends = {name: leads_to(name, facts) for name in names}
    if gap := unread(one.is_private, *ends.values()):
        return Unknown(gap)
    lost = [name for name, at in ends.items() if not at]
    if len(lost) == len(names):
        return Fail(f"Neither {names[0]} nor {names[1]} leads anywhere.")
    if lost:
        return Fail(
            f"{few(lost)} leads nowhere, and the site is at {few([n for n in names if n not in lost])}."
        )
    bare, www = (ends[name] for name in names)
    if isinstance(bare, tuple) and isinstance(www, tuple) and set(bare) == set(www):
        return Pass()
    return _two_places(names, sites)


def _two_places(names: tuple[str, str], sites: Iterable[SiteCheck]) -> Verdict:
    """Whether one of two names sends visitors to the other, as the site itself answers."""
    twins = [site.has_twin for site in sites if site.is_live and not isinstance(site.has_twin, NotCollected)]
    if not twins:
        return Unknown(NotCollected("web", names[0], "not known whether one name leads to the other"))
    if not any(twins):
        return Pass("one leads to the other")
    words = f"{names[0]} and {names[1]} lead to different places, and neither to the other."
    return Fail(words, Severity.MEDIUM)


def _is_served(names: tuple[str, ...], facts: Facts) -> Flag:
    """Whether settings name the site, or a distribution answers to it."""
    if any(name in sites for sites in facts.evidence.declared.sites.values() for name in names):
        return True
    aliases = [one.aliases for one in facts.of(Distribution)]
    if any(name in each for each in aliases if isinstance(each, tuple) for name in names):
        return True
    if not facts.evidence.has_read(Distribution, ""):
        return NotCollected("aws-cloudfront", names[0], "not known which distributions answer to it")
    return unread(*aliases) or False
