"""What people already know to be wrong: the bullets under Gaps, kept as findings."""

from collections.abc import Iterator

from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule


@rule(
    "R-GAP-01",
    severity=Severity.INFO,
    roles=("ceo",),
    action="Turn it into a task with owner and date, or into a row that a rule can read.",
    effort_hours=1,
    reads=("prose",),
)
def stated_gap(known: Known) -> Iterator[Hit]:
    """A gap that somebody wrote down.

    What it checks: every bullet under Gaps.
    Why it matters: people know more than tables; what they wrote is never lost.
    How to mend: write a task for it, or the row that a rule can read.
    Known limits: the sentence is not interpreted.
    Source: Quarterdeck's own rule.
    """
    for bullet in known.facts.bullets:
        if bullet.section == "gaps":
            yield Hit(
                entity=bullet.entity,
                subject=bullet.text,
                message=bullet.text if bullet.text.endswith(".") else f"{bullet.text}.",
                evidence=(bullet.source,),
            )
