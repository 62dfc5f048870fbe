"""Rules of what is stored: can it be brought back, was that ever tried, and when is it deleted."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.checks.resources import has_retention, why_personal
from quarterdeck.figures.names import folded
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.tables import Table
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Compliance
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.spares import milder_for_spares

_RESTORE_DAYS = 180


@rule(
    "R-CTO-08",
    severity=Severity.HIGH,
    roles=("cto",),
    affects=(
        ("accounting", "evidence of bookings may be lost"),
        ("cfo", "what is owed to guests could not be told (F-R1)"),
    ),
    action="Switch on point-in-time recovery.",
    effort_hours=1,
    reads=("Table.has_recovery", "Table.key_names", "assets.asset", "compliance.applies_to"),
)
def table_not_recoverable(known: Known) -> Iterator[Hit]:
    """A table of bookings, waivers or users cannot be brought back to an earlier moment.

    What it checks: point-in-time recovery of every table that holds data about people.
    Why it matters: one wrong delete, by a person or a program, cannot be undone.
    How to mend: switch it on; it is one click and costs by size.
    Known limits: copies made in other ways are not seen.
    Source: Amazon DynamoDB Developer Guide, point-in-time recovery.
    """
    yield from milder_for_spares(_not_recoverable(known.facts), known.facts)


def _not_recoverable(facts: Facts) -> Iterator[Hit]:
    for table in facts.of(Table):
        why = why_personal(table, facts)
        if table.has_recovery is False and why:
            yield Hit(
                entity=table.entity,
                subject=facts.evidence.subject_of(table),
                severity=Severity.HIGH,
                message=f"Table {table.name} cannot be brought back, and is taken to hold data about people: {why}.",
                evidence=(table.source,),
            )


@rule(
    "R-CTO-21",
    severity=Severity.MEDIUM,
    roles=("cto",),
    affects=(("accounting", "evidence may turn out not to be there"),),
    action="Restore into a scratch table or bucket, and date it under Compliance as restore-test.",
    effort_hours=4,
    reads=("Table.name", "Bucket.name", "compliance.type", "compliance.applies_to", "compliance.done_on"),
)
def restore_not_tested(known: Known) -> Iterator[Hit]:
    """Nobody restored a store of data within 180 days.

    What it checks: tables and buckets with data about people against rows of type restore-test in Compliance.
    Why it matters: a copy that was never restored is a hope.
    How to mend: restore into a scratch place, compare the counts, and write the day into Compliance.
    Known limits: a test counts when somebody wrote it down; one without a name counts for the whole business.
    Source: Quarterdeck's own rule.
    """
    yield from milder_for_spares(_untested(known.facts), known.facts)


def _untested(facts: Facts) -> Iterator[Hit]:
    for store in (*facts.of(Table), *facts.of(Bucket)):
        if not why_personal(store, facts):
            continue
        tests = [row.done_on for row in facts.of(Compliance, store.entity) if _tests(row, store.name)]
        if any(isinstance(day, Blank) for day in tests):
            continue
        newest = max((day for day in tests if isinstance(day, date) and day <= facts.as_of), default=None)
        if newest is None or (facts.as_of - newest).days > _RESTORE_DAYS:
            never = f"Nobody wrote down that {store.name} was ever restored as a test."
            days = 0 if newest is None else (facts.as_of - newest).days
            yield Hit(
                entity=store.entity,
                subject=facts.evidence.subject_of(store),
                severity=Severity.MEDIUM,
                message=f"The last restore test of {store.name} was {days} days ago." if days else never,
                evidence=(store.source,),
            )


def _tests(row: Compliance, store: str) -> bool:
    if row.type != "restore-test":
        return False
    return isinstance(row.applies_to, Blank) or folded(row.applies_to) == folded(store)


@rule(
    "R-CTO-30",
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    affects=(("ceo", "data about people is kept longer than anybody decided"),),
    action="Decide after how many days it is deleted, write it under Policies, and delete the rest.",
    effort_hours=2,
    reads=(
        "Bucket.expires",
        "Table.expires",
        "LogGroup.retention_days",
        "policies.delete_after_days",
        "policies.applies_to",
    ),
)
def personal_data_kept_for_ever(known: Known) -> Iterator[Hit]:
    """Data about people is stored, and nobody said when it is deleted.

    What it checks: tables with data about people that delete nothing by themselves, and lists of people among the
    tracked files, against the retention rows of Policies; buckets and logs that keep everything, by their checks.
    Why it matters: what is not there cannot leak; and keeping papers of guests or tenants needs a reason.
    How to mend: write how long each is kept, and let the store delete what is older.
    Known limits: what a store holds is told by settings, tags, the handoff or its name, never by its content.
    Source: Quarterdeck's own rule.
    """
    yield from milder_for_spares(_kept(known.facts), known.facts)


def _kept(facts: Facts) -> Iterator[Hit]:
    for store in (one for one in facts.of(Table) if one.expires is False):
        why = why_personal(store, facts)
        if why and not has_retention(store.name, store.entity, facts):
            yield Hit(
                entity=store.entity,
                subject=facts.evidence.subject_of(store),
                severity=Severity.MEDIUM,
                message=f"{store.name} keeps everything, and is taken to hold data about people: {why}.",
                evidence=(store.source,),
            )
