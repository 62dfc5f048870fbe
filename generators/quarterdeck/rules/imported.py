"""What other tools found, among our own findings; never counted among our checks."""

from collections.abc import Iterator

from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Finding
from quarterdeck.model.imported import ImportedFinding


def imported(facts: Facts) -> Iterator[Finding]:
    """Each finding that was brought in; identity is the tool's code, the business and the thing."""
    for one in facts.of(ImportedFinding):
        yield Finding(
            rule=one.code,
            entity=one.entity,
            subject=one.name,
            severity=one.severity,
            message=f"{one.tool.capitalize()} reports: {one.message}",
            action=one.mend or f"See what {one.tool} says of {one.check}.",
            roles=("cto",),
            evidence=(one.source,),
        )
