"""Rules over the audits: what is repeated in several businesses, and what is old."""

from collections.abc import Iterable, Iterator
from datetime import date

from quarterdeck.model.finding import Finding
from quarterdeck.model.observed import Snapshot
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import RULES, Hit, rule

_OVER_OTHERS = frozenset({"R-CTO-02", "R-CTO-28", "R-CTO-29"})
"""Rules that speak of several businesses or of the audit itself."""


@rule(
    "R-CTO-28",
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    affects=(("ceo", "one mistake is made in several businesses"),),
    action="Mend it once as a template, and use that in all places.",
    effort_hours=4,
    reads=("findings",),
    late=True,
)
def fault_repeated(known: Known) -> Iterator[Hit]:
    """Two or more businesses have the same fault.

    What it checks: open findings of the technical rules, by rule; one step worse than the worst of them.
    Why it matters: a habit makes the next business with it; mending each alone costs as much again.
    How to mend: mend it once as a template, and use that in all places.
    Known limits: two findings of one rule may have two causes.
    Source: Quarterdeck's own rule.
    """
    titles = {entity.entity: entity.title for entity in known.facts.entities}
    for code, found in sorted(_by_rule(known.found).items()):
        entities = sorted({one.entity for one in found if one.entity})
        if len(entities) < 2:  # noqa: PLR2004 - two make it a habit
            continue
        worst = min((one.severity for one in found), key=lambda severity: severity.rank)
        names = ", ".join(titles.get(entity, entity) for entity in entities)
        yield Hit(
            entity="",
            subject=code,
            severity=worst.raised,
            message=f"{len(entities)} businesses share one fault ({RULES[code].name}, {code}): {names}.",
            evidence=tuple(sorted({source for one in found for source in one.evidence})),
        )


def _by_rule(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Open findings of the technical rules that speak of one business each."""
    by_rule: dict[str, list[Finding]] = {}
    for one in found:
        if one.rule.startswith("R-CTO-") and one.rule not in _OVER_OTHERS and one.state != "accepted":
            by_rule.setdefault(one.rule, []).append(one)
    return by_rule


@rule(
    "R-CTO-29",
    severity=Severity.MEDIUM,
    roles=("cto",),
    affects=(("cto", "every figure of the audit may no longer be true"),),
    action="Run the audit again with `quarterdeck collect`.",
    effort_hours=1,
    reads=("evidence",),
)
def audit_old(known: Known) -> Iterator[Hit]:
    """The last audit is older than its limit.

    What it checks: the day of every collector's last run against `thresholds.stale_after.evidence`.
    Why it matters: what was safe then may be open today.
    How to mend: run the audit again, or let it run every night.
    Known limits: an audit that never ran is a gap, and no finding.
    Source: Quarterdeck's own rule.
    """
    limit = known.facts.stale_after["evidence"]
    for (entity, collector), source in sorted(_oldest(known.facts.evidence.snapshots).items()):
        days = (known.as_of - source.as_of).days if source.as_of else 0
        if days > limit:
            yield Hit(
                entity=entity,
                subject=collector,
                message=f"The last audit by {collector} is {days} days old, over the limit of {limit}.",
                evidence=(source,),
            )


def _oldest(snapshots: Iterable[Snapshot]) -> dict[tuple[str, str], Source]:
    """The file of the oldest last run, by entity and collector."""
    oldest: dict[tuple[str, str], Source] = {}
    for one in sorted(snapshots, key=lambda one: one.source.as_of or date.max, reverse=True):
        for entity in one.entities or ("",):
            oldest[entity, one.collector] = one.source
    return oldest
