"""What the page of one business may print: itself, its family, tasks that its own wait for, and names of all others.

The page is made from that alone. So a finished page can be known again by the same bytes: nothing else is in it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.entity import Entity
from quarterdeck.model.evidence import NO_EVIDENCE, Evidence, kind_of
from quarterdeck.model.history import NO_PAST
from quarterdeck.model.repositories import Repository, Technology
from quarterdeck.model.stack import Language
from quarterdeck.model.tables import Rows

_PATH = re.compile(rb'"path":"([^"]*)"')
_OF_FAMILY = ("bullets", "prose", "figures", "findings", "results", "actions", "gaps", "kpis", "inputs")
_NOT_PRINTED = ("moves", "books", "contradictions", "loads", "problems", "accepted", "files", "tasks")

_SEEN = (Repository, Language, Technology)
"""Records of audits that the page prints itself; what checks make of all others stands in the results."""


class Nearby(msgspec.Struct, frozen=True):
    """A briefing cut down to what one page may print."""

    entity: Entity
    briefing: Briefing
    key: tuple[bytes, ...]
    """Bytes that differ wherever two such briefings, or the businesses that they are for, do."""


def nearby(whole: Briefing) -> Iterator[Nearby]:
    """The part of a briefing for the page of each of its businesses, in their order."""
    bare = _bare(whole)
    shared = _bytes(bare)
    place = {one.entity: number for number, one in enumerate(whole.entities)}
    files = {file.path.encode(): file for file in whole.files}
    for entity in whole.entities:
        family = _family(whole, entity)
        own = _said_of(whole, family)
        written = _bytes((entity.entity, family, own))
        cited = tuple(files[path] for path in sorted({*_PATH.findall(written)} & files.keys()))
        entities = list(bare.entities)
        for one in family:
            entities[place[one.entity]] = one
        part = msgspec.structs.replace(bare, entities=tuple(entities), files=cited, **own)
        yield Nearby(entity, part, (shared, written, _bytes(cited)))


def _bare(whole: Briefing) -> Briefing:
    """What every page may print: settings, and of each business its name and what it is part of."""
    named = (
        Entity(entity=one.entity, source=one.source, name=one.name, part_of=one.part_of)
        for one in whole.entities
    )
    nothing: dict[str, Any] = dict.fromkeys((*_OF_FAMILY, *_NOT_PRINTED), ())
    return msgspec.structs.replace(
        whole,
        commit="",
        is_dirty=False,
        entities=tuple(named),
        rows=Rows(),
        evidence=NO_EVIDENCE,
        history=NO_PAST,
        **nothing,
    )


def _family(whole: Briefing, entity: Entity) -> tuple[Entity, ...]:
    """The business, the one that it is part of, and its own parts; by id."""
    above = [one for one in (whole.entities_by_id.get(entity.parent),) if one]
    found = {one.entity: one for one in (entity, *above, *whole.parts_of(entity.entity))}
    return tuple(found[name] for name in sorted(found))


def _said_of(whole: Briefing, family: tuple[Entity, ...]) -> Mapping[str, Any]:
    """Every list of the businesses, and the first task of each id that theirs wait for, whoever has it."""
    parts = [whole.only(one.entity) for one in family]
    said = {name: tuple(one for part in parts for one in getattr(part, name)) for name in _OF_FAMILY}
    said["actions"] = tuple(
        msgspec.structs.replace(one, rank=0, weeks=(), no_room="") for one in said["actions"]
    )
    tasks = [task for part in parts for task in part.tasks]
    mine = {one.entity for one in family}
    needed = {need: whole.task(need) for task in tasks for need in task.needs}
    tasks += [one for one in needed.values() if one is not None and one.entity not in mine]
    rows = {
        name: tuple(row for part in parts for row in getattr(part.rows, name))
        for name in Rows.__struct_fields__
    }
    ordered = tuple(sorted(tasks, key=lambda task: task.entity))
    return {**said, "tasks": ordered, "rows": Rows(**rows), "evidence": _seen_of(whole.evidence, mine)}


def _seen_of(evidence: Evidence, entities: set[str]) -> Evidence:
    """What the page prints of the repositories of some businesses, and whether they were read to the end."""
    kinds = {kind_of(record) for record in _SEEN}
    facts = tuple(one for one in evidence.facts if isinstance(one, _SEEN) and one.entity in entities)
    runs = (one for one in evidence.snapshots if kinds.intersection(one.kinds))
    return Evidence(facts, snapshots=tuple(one for one in runs if entities.intersection(one.entities)))


def _bytes(thing: object) -> bytes:
    return msgspec.json.encode(thing, order="deterministic")
