"""Evidence for tests of rules, built in code: no file, no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from quarterdeck.model.declared import NOTHING_DECLARED, Declared
from quarterdeck.model.evidence import RECORDS, Evidence, kind_of
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected, Observed, Snapshot
from quarterdeck.model.source import Source
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF, JADA, a_handoff, an_entity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.finding import Finding

O = TypeVar("O", bound=Observed)  # noqa: E741 - as in the model

REFUSED = NotCollected("aws-s3", "arn:aws:s3:::logs", "GetBucketAcl: AccessDenied")
"""What a field holds that could not be read."""

EVERY_KIND = tuple(kind_of(record) for record in RECORDS)


def seen(record: type[O], **fields: object) -> O:
    """A record of evidence of the first business, taken on `AS_OF`; what is not given is not known.

    Raises:
        TypeError: The record has no such field, or lacks one that it must have.
    """
    source = Source(f"evidence/{kind_of(record)}.json", kind="evidence", what="List", as_of=AS_OF)
    make: Callable[..., O] = record
    return make(**{"entity": JADA, "source": source} | fields)


def a_snapshot(
    collector: str = "aws-s3", taken: date = AS_OF, entities: tuple[str, ...] = (JADA, "qos")
) -> Snapshot:
    """A run that listed everything to the end."""
    source = Source(f"evidence/{collector}.json", kind="evidence", as_of=taken)
    return Snapshot(collector, source, entities, EVERY_KIND)


def audited(
    *observed: Observed,
    rows: tuple[Row, ...] = (),
    declared: Declared = NOTHING_DECLARED,
    snapshots: tuple[Snapshot, ...] = (a_snapshot(),),
    as_of: date = AS_OF,
) -> Facts:
    """Two businesses, what was seen of them, and rows of the first one's handoff."""
    evidence = Evidence(observed, (), snapshots, declared)
    handoffs = [a_handoff(an_entity(), *rows), a_handoff(an_entity("qos"))]
    return Facts(handoffs, as_of, evidence=evidence)


def found(code: str, facts: Facts) -> list[Finding]:
    """The findings of one rule."""
    return [one for one in findings(Known(facts)) if one.rule == code]


def told(code: str, facts: Facts) -> list[tuple[str, str, str]]:
    """Entity, subject and severity of the findings of one rule."""
    return [(one.entity, one.subject, one.severity.value) for one in found(code, facts)]
