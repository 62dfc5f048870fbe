"""A business with another id is the same business: the earlier side is read under the names of the later one."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from quarterdeck.model.action import Action
from quarterdeck.model.briefing import Briefing, OfEntity
from quarterdeck.model.change import Edits
from quarterdeck.model.check import CheckResult
from quarterdeck.model.contradiction import Contradiction
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.tables import Rows

T = TypeVar("T", bound=OfEntity)
Names = Mapping[str, str]


def renamed_entities(before: Briefing, after: Briefing, edits: Edits) -> dict[str, str]:
    """Businesses whose id changed, in order: their handoff stands at the same path, or git says where it went."""
    come = {one.source.path: one.entity for one in after.entities if one.entity not in before.entities_by_id}
    gone = [one for one in before.entities if one.entity not in after.entities_by_id]
    moved = {one.entity: edits.renamed.get(one.source.path, one.source.path) for one in gone}
    return {entity: come[path] for entity, path in sorted(moved.items()) if path in come}


def under_names(briefing: Briefing, names: Names) -> Briefing:
    """The same briefing as if its businesses had always been called so; what is compared of it, and no more."""
    if not names:
        return briefing
    parts = {
        name: tuple(_named(one, names) for one in getattr(briefing, name))
        for name in ("entities", "tasks", "findings", "actions", "gaps", "contradictions", "kpis", "problems")
    }
    evidence = msgspec.structs.replace(
        briefing.evidence,
        gaps=tuple(_named(one, names) for one in briefing.evidence.gaps),
        snapshots=tuple(
            msgspec.structs.replace(one, entities=tuple(names.get(each, each) for each in one.entities))
            for one in briefing.evidence.snapshots
        ),
    )
    return msgspec.structs.replace(
        briefing,
        rows=_rows(briefing.rows, names),
        figures=tuple(_figure(one, names) for one in briefing.figures),
        results=tuple(_named(one, names) for one in briefing.results),
        evidence=evidence,
        **parts,
    )


def _rows(rows: Rows, names: Names) -> Rows:
    tables = {name: getattr(rows, name) for name in Rows.__struct_fields__}
    return Rows(**{name: tuple(_named(row, names) for row in table) for name, table in tables.items()})


def _named(one: T, names: Names) -> T:
    """One part under the new name, with the identities that hold the old one."""
    new = names.get(one.entity)
    more: dict[str, object] = {"entity": one.entity if new is None else new}
    match one:
        case Task() | Action() if new is not None and not one.has_own_id:
            more["id"] = _identity(one.id, one.entity, new)
        case Finding():
            more |= {
                "subject": names.get(one.subject, one.subject),
                "checks": tuple(_check(each, names) for each in one.checks),
            }
        case CheckResult():
            more["subject"] = names.get(one.subject, one.subject)
        case Contradiction():
            more |= {"used": _figure(one.used, names), "other": _figure(one.other, names)}
    if isinstance(one, Action) and one.task and not one.has_own_id:
        more["task"] = more.get("id", one.task)
    return msgspec.structs.replace(one, **more)  # type: ignore[type-var]  # everything that a briefing holds is a struct


def _identity(name: str, old: str, new: str) -> str:
    """A made id, of a task `old-9f3a` or of a finding `R-CFO-01/old/subject`, with the new name in it."""
    if name.startswith(f"{old}-"):
        return f"{new}{name.removeprefix(old)}"
    rule, _, rest = name.partition(f"/{old}/")
    return f"{rule}/{new}/{rest}" if rest else name


def _check(name: str, names: Names) -> str:
    code, _, rest = name.partition("/")
    entity, _, subject = rest.partition("/")
    return f"{code}/{names.get(entity, entity)}/{names.get(subject, subject)}"


def _figure(figure: Figure, names: Names) -> Figure:
    inputs: Iterable[str] = {one.entity for one in figure.inputs}
    if figure.entity not in names and not names.keys() & set(inputs):
        return figure
    return msgspec.structs.replace(
        figure,
        entity=names.get(figure.entity, figure.entity),
        inputs=tuple(
            msgspec.structs.replace(one, entity=names.get(one.entity, one.entity)) for one in figure.inputs
        ),
    )
