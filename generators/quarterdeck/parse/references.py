"""Ids that point somewhere: inside one handoff, and between the handoffs of a portfolio."""

from collections.abc import Iterable, Iterator

import msgspec

from quarterdeck.model.columns import Row
from quarterdeck.model.errors import Problem
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.sales import Booking, Channel, Lead, Offer, Readiness
from quarterdeck.model.services import Client, Invoice, Payment, TimeEntry
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.tables import TABLE_OF_RECORD
from quarterdeck.parse.tables import compared
from quarterdeck.text.nearest import nearest


class Mention(msgspec.Struct, frozen=True, omit_defaults=True):
    """One id and the place where it stands."""

    id: str
    line: int
    by: str = ""
    """Who mentions it: the task whose `needs:` it is in."""


class Outline(msgspec.Struct, frozen=True, omit_defaults=True):
    """The ids of one handoff: all that has to be remembered of a file to check it against the others."""

    path: str
    entity: str
    parent: str = ""
    tasks: tuple[Mention, ...] = ()
    """Those that carry an id of their own."""
    needs: tuple[Mention, ...] = ()
    is_sample: bool = False


def outline(handoff: Handoff) -> Outline:
    """What the other files of a portfolio may refer to, and what this one refers to."""
    return Outline(
        path=handoff.path,
        entity=handoff.entity.entity,
        parent=handoff.entity.parent,
        tasks=tuple(Mention(task.id, task.source.line) for task in handoff.tasks if task.has_own_id),
        needs=tuple(
            Mention(need, task.source.line, task.id)
            for task in handoff.tasks
            for need in task.needs
            if not need.upper().startswith("R-")
        ),
        is_sample=handoff.entity.is_sample,
    )


def between(outlines: Iterable[Outline]) -> tuple[Problem, ...]:
    """What does not fit between files: owners of one id, unknown parents, doubled and unknown task ids."""
    files = sorted(outlines, key=lambda one: one.path)
    return tuple(sorted([*_owners(files), *_parents(files), *_doubled_tasks(files), *_unknown_needs(files)]))


def _owners(files: list[Outline]) -> Iterator[Problem]:
    paths: dict[str, list[str]] = {}
    for one in files:
        paths.setdefault(one.entity, []).append(one.path)
    for entity, same in paths.items():
        for path in same:
            others = " and ".join(other for other in same if other != path)
            if others:
                yield Problem(
                    path=path,
                    line=1,
                    column=1,
                    code="two-owners",
                    what=f"entity: {entity} is also described in {others}",
                    mend="Keep one of the files, or give one of them another entity id.",
                    severity=Severity.HIGH,
                    refused=True,
                    rule="R-DAT-09",
                    entity=entity,
                )


def _parents(files: list[Outline]) -> Iterator[Problem]:
    known = {one.entity for one in files}
    for one in files:
        if one.parent and one.parent not in known:
            yield _dangling(Source(one.path, 1), one.entity, "part_of", (one.parent, known))


def _doubled_tasks(files: list[Outline]) -> Iterator[Problem]:
    first: dict[str, tuple[Outline, Mention]] = {}
    for one in files:
        for task in one.tasks:
            owner, earlier = first.setdefault(task.id.lower(), (one, task))
            if owner is not one:
                yield Problem(
                    path=one.path,
                    line=task.line,
                    column=1,
                    code="duplicate-id",
                    what=f"task #{task.id} also stands in {owner.path}, line {earlier.line}",
                    mend="Give one of them another number: a task id is unique in the portfolio.",
                    rule="R-DAT-07",
                    entity=one.entity,
                    table="tasks",
                    field="id",
                    row=task.id,
                )


def _unknown_needs(files: list[Outline]) -> Iterator[Problem]:
    known = {task.id for one in files for task in one.tasks}
    lowered = {task.lower() for task in known}
    for one in files:
        for need in one.needs:
            if need.id.lower() not in lowered:
                found = _dangling(
                    Source(one.path, need.line), one.entity, f"needs of #{need.by}", (need.id, known)
                )
                yield msgspec.structs.replace(found, rule="R-CEO-14")


def _dangling(
    source: Source, entity: str, field: str, ids: tuple[str, Iterable[str]], table: str = ""
) -> Problem:
    written, known = ids
    guess = _guess(written, known)
    return Problem(
        path=source.path,
        line=source.line,
        column=1,
        code="unknown-id",
        what=f"{field}: {written} stands nowhere",
        mend=f"Write {guess}, or add {written}." if guess else f"Correct it, or add {written}.",
        rule="R-DAT-05",
        entity=entity,
        table=table,
        field=field,
        row=written,
    )


def _guess(written: str, known: Iterable[str]) -> str:
    """The known id that was probably meant, as it is spelt there; ids that begin otherwise are other ids."""
    spelt = {one.lower(): one for one in sorted(known) if one[:1].lower() == written[:1].lower()}
    return spelt.get(nearest(written.lower(), sorted(spelt)) or "", "")


_REFERENCES: tuple[tuple[type[Row], str, type[Row], str], ...] = (
    (Booking, "channel", Channel, "channel"),
    (Booking, "offer", Offer, "offer"),
    (Booking, "reschedule_of", Booking, "id"),
    (Lead, "channel", Channel, "channel"),
    (Readiness, "channel", Channel, "channel"),
    (Payment, "invoice", Invoice, "id"),
    (TimeEntry, "client", Client, "client"),
)
"""Which column names a row of which table, by which of its columns."""


def within(handoff: Handoff) -> tuple[Problem, ...]:
    """Names and ids that stand in no row of the table that they point to, where it has any; in order of line."""
    found: list[Problem] = []
    for record, column, target, name in _REFERENCES:
        known = {compared(one): one for row in handoff.rows if (one := _text(row, target, name))}
        table, field = TABLE_OF_RECORD[record].name, column.replace("_", " ")
        for row in handoff.rows if known else ():
            written = _text(row, record, column)
            if written and compared(written) not in known:
                ids = (written, known.values())
                found.append(_dangling(row.source, handoff.entity.entity, field, ids, table))
    return tuple(sorted(found))


def _text(row: Row, record: type[Row], column: str) -> str:
    """What a row says in a column of one table; empty for a row of another, and for a blank."""
    value = getattr(row, column) if isinstance(row, record) else ""
    return value if isinstance(value, str) else ""
