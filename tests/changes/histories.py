"""Small portfolios for tests of what changed, each in two states."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from quarterdeck.changes.compare import Side, changes
from quarterdeck.model.check import CheckResult
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.figure import Figure, Input
from quarterdeck.model.finding import Finding
from quarterdeck.model.observed import NotCollected, Snapshot
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money
from tests.figures.builders import JADA, an_entity
from tests.reports.samples import a_briefing

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.change import Change, Changes
    from quarterdeck.model.figure import Unit, Value
    from quarterdeck.model.handoff import Handoff

S3 = "evidence/aws/main/s3.json"
BUCKET = Source(S3, kind="evidence")


def a_state(*figures: Figure, **parts: object) -> Briefing:
    """A briefing of one charter business with these figures, and of nothing else that is not given."""
    bare = msgspec.structs.replace(_nothing(), entities=(an_entity(),), figures=figures)
    return msgspec.structs.replace(bare, **parts)


@cache
def _nothing() -> Briefing:
    return msgspec.structs.replace(a_briefing(), findings=(), gaps=(), kpis=())


def a_figure(
    name: str, value: Value, *inputs: Input, entity: str = JADA, unit: Unit = "money", **fields: object
) -> Figure:
    """A figure that is called by its id."""
    made = Figure(name, entity, name.replace("_", " ").capitalize(), value, unit, inputs=inputs)
    return msgspec.structs.replace(made, **fields)


def a_finding(subject: str = "checkout", **fields: object) -> Finding:
    """A written finding of high severity about something of the charter."""
    made = Finding(
        "R-CEO-02",
        JADA,
        subject,
        Severity.HIGH,
        f"{subject} does not work.",
        "Mend it.",
        ("ceo",),
        evidence=(Source("handoffs/jada.md", 40),),
    )
    return msgspec.structs.replace(made, **fields)


def an_audited(subject: str = "logs", **fields: object) -> Finding:
    """The same, found by one check of a bucket."""
    check = f"AWS-S3-03/{JADA}/{subject}"
    return a_finding(subject, rule="R-CTO-11", evidence=(BUCKET,), checks=(check,), **fields)


def a_result(status: str, subject: str = "logs") -> CheckResult:
    """What that check says of it."""
    return CheckResult("AWS-S3-03", JADA, subject, status)  # type: ignore[arg-type]  # one of the statuses


def seen(
    *gaps: NotCollected, tried: date | None = None, collectors: tuple[str, ...] = ("aws-s3",)
) -> Evidence:
    """Evidence of a run over the buckets of the charter."""
    return Evidence(
        gaps=gaps,
        snapshots=tuple(Snapshot(one, BUCKET, (JADA,), ("bucket",), tried) for one in collectors),
    )


def a_gap(reason: str = "ListBuckets: AccessDenied") -> NotCollected:
    """Something of the buckets that could not be read."""
    return NotCollected("aws-s3", "buckets", reason, JADA)


def usd(amount: int | str) -> Money:
    """Dollars."""
    return Money(Decimal(amount), "USD")


def compared(before: Briefing, after: Briefing, later: Briefing | None = None) -> Changes:
    """What changed, by the default thresholds."""
    return changes(Side(before), Side(after), later=None if later is None else Side(later))


def told(found: Changes) -> list[str]:
    """Every change in short: `figure worse runway_months`, with `(time)` where the day alone brought it."""
    return [short(one) for one in found.changes]


def short(one: Change) -> str:
    """One change in short."""
    return f"{one.what} {one.kind} {one.id}{' (time)' if one.with_time else ''}"


def of_handoffs(before: tuple[Handoff, ...], after: tuple[Handoff, ...]) -> Changes:
    """What changed between what handoffs say, everything computed as a build does."""
    return compared(a_briefing(*before), a_briefing(*after))
