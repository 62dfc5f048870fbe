"""Checks of what distributions, zones and firewalls cost."""

from decimal import Decimal

from quarterdeck.checks.bills import month_before
from quarterdeck.checks.leading import is_in_charge
from quarterdeck.checks.prices import EVERYWHERE, free, money, paid_for
from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.apis import ApiStage
from quarterdeck.model.cloud.cost import Balancer, CloudCost, FirewallList
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import Zone
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money

_IDLE_DAYS = 30
_EVERYWHERE = "PriceClass_All"
_WORTH_TELLING = Decimal(5)
_SERVICE = "Amazon CloudFront"


@check(
    "COST-18",
    of=Distribution,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Distribution.is_on", "Distribution.changed", "Distribution.requests_30d"),
)
def distribution_idle(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that are switched off, or that nobody asks.

    What it checks: those that have been off for more than 30 days, and those without a request in 30 days.
    Why it matters: it costs nothing by itself, but its names and what stands behind it stay open.
    How to mend: delete it, and the records that lead to it.
    Known limits: what is used once a year looks idle in the other months.
    Source: Amazon CloudFront Developer Guide, disabling distributions.
    """
    if gap := unread(one.is_on, one.changed):
        return Unknown(gap)
    days = (facts.as_of - one.changed).days  # type: ignore[operator]  # no gap, as asked above
    if days <= _IDLE_DAYS:
        return NotApplicable("it was changed within 30 days")
    if not one.is_on:
        return free(f"Distribution {one.subject} has been switched off for {days} days.")
    if isinstance(one.requests_30d, NotCollected):
        return Unknown(one.requests_30d)
    return (
        Pass()
        if one.requests_30d
        else free(f"Nobody asked distribution {one.subject} for anything in 30 days.")
    )


@check(
    "COST-19",
    of=Distribution,
    severity=Severity.INFO,
    roles=("cto", "cfo"),
    mend="XS",
    reads=("Distribution.price_class", "CloudCost.amount"),
)
def distribution_everywhere(one: Distribution, facts: Facts) -> Verdict:
    """Distributions that answer from the dearest places for guests of one part of the world.

    What it checks: the price class, where the settings keep the business to regions of one part of the world, and
    CloudFront cost 5 or more in the last full month.
    Why it matters: far places cost more for each gigabyte, and the guests are near.
    How to mend: choose the price class with the places where your guests are.
    Known limits: where guests really are is not measured; guests far away would wait a little longer.
    Source: Amazon CloudFront Developer Guide, price class.
    """
    if isinstance(one.price_class, NotCollected):
        return Unknown(one.price_class)
    if one.price_class != _EVERYWHERE:
        return Pass()
    parts = {region.partition("-")[0] for region in facts.evidence.declared.regions.get(one.entity, ())}
    if len(parts) != 1:
        return NotApplicable("the settings do not keep its business to one part of the world")
    spent = _spent(facts)
    if spent is None:
        return Unknown(NotCollected("aws-cost", one.name, "not known what CloudFront cost"))
    if spent.amount < _WORTH_TELLING:
        return Pass("CloudFront costs next to nothing")
    return Fail(
        f"Distribution {one.subject} answers from all over the world for guests of one part of it; CloudFront cost "
        f"{money(spent)} last month."
    )


def _spent(facts: Facts) -> Money | None:
    """What CloudFront cost in the last full month; zero where other services did and it did not."""
    taken = max((line.source.as_of for line in facts.of(CloudCost) if line.source.as_of), default=None)
    if taken is None:
        return None
    month = month_before(taken)
    lines = [line for line in facts.of(CloudCost) if line.by == "service" and line.month == month]
    mine = [line.amount for line in lines if line.name == _SERVICE]
    known = [amount for amount in mine if isinstance(amount, Money)]
    if not lines or len(known) < len(mine):
        return None
    return sum(known[1:], start=known[0]) if known else Money(Decimal(0), "USD")


@check(
    "COST-20",
    of=Zone,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("Zone.records", "Zone.is_private", "Zone.name_servers", "RegisteredDomain.name_servers"),
)
def zone_without_records(zone: Zone, facts: Facts) -> Verdict:
    """Zones that hold no records, or that the world does not ask.

    What it checks: records besides those that every zone has, and whether the registrar names its servers.
    Why it matters: it is paid for, and whoever changes a record there wonders why nothing happens.
    How to mend: delete the zone, or let the registrar name its servers.
    Known limits: whether a private zone is asked is not seen.
    Source: Amazon Route 53 Developer Guide, hosted zones.
    """
    if isinstance(zone.records, NotCollected):
        return Unknown(zone.records)
    if not zone.records:
        return _paid_zone(f"Zone {zone.name} holds no records.", zone, facts)
    asked = True if zone.is_private is True else is_in_charge(zone, facts)
    if isinstance(asked, NotCollected):
        return Unknown(asked)
    if asked:
        return Pass()
    return _paid_zone(f"Nobody asks zone {zone.name}: the registrar names other servers.", zone, facts)


def _paid_zone(words: str, zone: Zone, facts: Facts) -> Fail:
    return paid_for(words, zone, "zone-month", 1, facts, EVERYWHERE)


@check(
    "COST-33",
    of=FirewallList,
    severity=Severity.LOW,
    roles=("cto", "cfo"),
    mend="XS",
    feeds=("R-CTO-18",),
    reads=("FirewallList.arn", "Distribution.firewall", "ApiStage.firewall", "Balancer.region"),
)
def firewall_list_idle(one: FirewallList, facts: Facts) -> Verdict:
    """Firewall lists that guard nothing.

    What it checks: whether a distribution or a stage of an interface has it.
    Why it matters: it is paid by the month, and somebody believes that it guards something.
    How to mend: attach it to what it should guard, or delete it.
    Known limits: what balancers have is not told, so that a list of a region with one is not judged; sign-in pools and
    other services are not seen.
    Source: AWS WAF Developer Guide, web ACLs.
    """
    if one.is_of_edge:
        return _of_edge(one, facts)
    guarding = [each.firewall for each in facts.of(ApiStage) if each.region == one.region]
    if one.arn in guarding:
        return Pass("a stage has it")
    if gap := unread(*guarding):
        return Unknown(gap)
    if any(each.region == one.region for each in facts.of(Balancer)):
        return Unknown(NotCollected("aws-waste", one.name, "not known whether a balancer has it"))
    read = (facts.evidence.has_read(kind, one.entity) for kind in (ApiStage, Balancer))
    return _idle(one, facts) if all(read) else Unknown(_unread(one))


def _of_edge(one: FirewallList, facts: Facts) -> Verdict:
    found = [each.firewall for each in facts.of(Distribution)]
    if one.arn in found:
        return Pass()
    if gap := unread(*found):
        return Unknown(gap)
    return _idle(one, facts) if facts.evidence.has_read(Distribution, one.entity) else Unknown(_unread(one))


def _idle(one: FirewallList, facts: Facts) -> Fail:
    return paid_for(f"Firewall list {one.name} guards nothing.", one, "firewall-list-month", 1, facts)


def _unread(one: FirewallList) -> NotCollected:
    return NotCollected("aws-waste", one.name, "not known what could have it")
