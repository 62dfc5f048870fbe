"""Rules of the cloud's bill: does anybody notice when it grows, whose is it, and what is paid for nothing."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from quarterdeck.checks.bills import rate_of, untagged
from quarterdeck.model.cloud.cost import CloudCost, IdleResource
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import Zone
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Resource
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import money, percent

_WORTH_TELLING = Decimal(1)


@rule(
    "R-CTO-16",
    severity=Severity.MEDIUM,
    roles=("cto",),
    affects=(("cfo", "burn grows unseen (F-B3)"),),
    action="Set a budget alarm, and find the service that grew.",
    effort_hours=1,
    reads=("AccountWatch.has_budget_alarm", "CloudCost.amount", "CloudCost.month"),
)
def bill_unwatched_or_jumping(known: Known) -> Iterator[Hit]:
    """No budget alarm tells anybody of the bill, or the month comes to half as much again as the last one.

    What it checks: budgets that notify, by the check of them; and the run-rate of the month (F-X1) against the
    last full month, where it is more than 1.5 times and at least 25 more (high).
    Why it matters: a loop or a stolen key costs more in a night than the business earns in a month.
    How to mend: a budget with a notification takes five minutes; then read the bill by service.
    Known limits: before the third day over, the month says nothing; credits are part of the amounts.
    Source: AWS Cost Management User Guide, budgets.
    """
    for entity in sorted({line.entity for line in known.facts.of(CloudCost)}):
        yield from _jump(known.facts, entity)


def _jump(facts: Facts, entity: str) -> Iterator[Hit]:
    rate = rate_of(facts, entity)
    if rate is None or not rate.has_jumped:
        return
    yield Hit(
        entity=entity,
        subject="run-rate",
        severity=Severity.HIGH,
        message=(
            f"The cloud comes to {money(rate.rate)} this month, after {money(rate.before)} the month before."
        ),
        evidence=_sources(rate.lines),
        at_stake=rate.more,
    )


def _sources(lines: Iterable[CloudCost]) -> tuple[Source, ...]:
    return tuple(sorted({line.source for line in lines}))


@rule(
    "R-CTO-17",
    severity=Severity.MEDIUM,
    roles=("cto",),
    affects=(("cfo", "burn of each business is wrong by what is nobody's (F-B3, F-X2)"),),
    action="Tag each stack with its business.",
    effort_hours=4,
    reads=("CloudCost.by", "CloudCost.name", "CloudCost.amount"),
)
def cost_without_owner(known: Known) -> Iterator[Hit]:
    """More than a fifth of the cloud's bill carries no tag of a business.

    What it checks: the cost by tag of the last full month, or of this one where there is no other (F-X2).
    Why it matters: nobody's cost is nobody's care, and each business looks cheaper than it is.
    How to mend: tag every stack with the id of its business; tags count from that day on.
    Known limits: what the settings assign by name or domain may carry no tag, and still counts as untagged here.
    Source: AWS Cost Management User Guide, cost allocation tags.
    """
    found = untagged(known.facts)
    if found is not None and found.is_much:
        yield Hit(
            entity=found.lines[0].entity,
            subject="untagged cost",
            message=(
                f"{money(found.nobodys)} of {money(found.total)} of {found.month} carry no tag of a business "
                f"({percent(found.share)})."
            ),
            evidence=_sources(found.lines),
        )


@rule(
    "R-CTO-18",
    severity=Severity.LOW,
    roles=("cto",),
    affects=(("cfo", "money is paid for nothing (F-B3)"),),
    action="Take a snapshot, then remove it.",
    effort_hours=1,
    reads=(
        "Function.invocations_30d",
        "Table.requests_30d",
        "Distribution.requests_30d",
        "Zone.records",
        "IdleResource.cost_per_month",
    ),
)
def idle_resource(known: Known) -> Iterator[Hit]:
    """Something that nobody uses costs a dollar a month or more.

    What it checks: functions, tables and distributions without a call in 30 days, zones without records, and
    unattached disks and addresses, where a line of the bill is their own.
    Why it matters: small amounts run for years, and what is forgotten is not patched either.
    How to mend: keep a copy, remove it, and note the day.
    Known limits: without a line of the bill no saving is claimed and nothing is told. What is used once a year
    looks idle in the other months.
    Source: Quarterdeck's own rule.
    """
    for resource, why in idle(known.facts.evidence):
        cost = resource.cost_per_month
        if isinstance(cost, Money) and cost.amount >= _WORTH_TELLING:
            yield Hit(
                entity=resource.entity,
                subject=known.facts.evidence.subject_of(resource),
                message=f"{resource.name} {why}, and costs {money(cost)} a month.",
                evidence=(resource.source,),
                at_stake=cost,
            )


def idle(evidence: Evidence) -> Iterator[tuple[Resource, str]]:
    """What serves nothing, and how that shows."""
    yield from (
        (one, "was not called in 30 days") for one in evidence.of(Function) if one.invocations_30d == 0
    )
    yield from ((one, "was not asked in 30 days") for one in evidence.of(Table) if one.requests_30d == 0)
    yield from (
        (one, "was not asked in 30 days") for one in evidence.of(Distribution) if one.requests_30d == 0
    )
    yield from ((one, "holds no records") for one in evidence.of(Zone) if one.records == 0)
    yield from ((one, f"is an {one.what}") for one in evidence.of(IdleResource))
