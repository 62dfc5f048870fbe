"""How sure all of it is: gaps, contradictions, files that were refused, and what audits could look at."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change, Held, Kind
from quarterdeck.model.contradiction import Contradiction
from quarterdeck.model.errors import Problem
from quarterdeck.model.finding import ROLES, Gap
from quarterdeck.model.source import Source
from quarterdeck.model.values import Day

T = TypeVar("T")

_EVIDENCE = "evidence"
_OF_MAIL = "ses"


_OF_VERSIONS = "history"
"""The gap that closes by itself once a version was published."""


def changed_gaps(before: Briefing, after: Briefing) -> Iterator[Change]:
    """What is not known any more, or is now; of businesses that both sides have."""
    shared = _in_both(before, after)
    for kind, gap in _opened_and_closed(before.gaps, after.gaps, lambda one: one.id):
        if gap.entity in shared and gap.key != _OF_VERSIONS:
            yield _of_gap(kind, gap)


def _of_gap(kind: Kind, gap: Gap) -> Change:
    return Change(
        what="gap",
        kind=kind,
        entity=gap.entity,
        id=gap.key,
        title=gap.what,
        roles=gap.roles or ROLES,
        unit="words",
        sources=(Source(gap.path, what=gap.heading),),
    )


def changed_contradictions(before: Briefing, after: Briefing) -> Iterator[Change]:
    """Facts of which two places say different things now, or do not any more; of businesses that both sides have."""
    shared = _in_both(before, after)
    for kind, one in _opened_and_closed(before.contradictions, after.contradictions, lambda one: one.id):
        if one.entity in shared:
            yield _of_contradiction(kind, one)


def _of_contradiction(kind: Kind, one: Contradiction) -> Change:
    return Change(
        what="contradiction",
        kind=kind,
        entity=one.entity,
        id=one.key,
        title=one.what,
        roles=(one.role,),
        unit="words",
        is_headline=True,
        sources=(*one.used.sources, *one.other.sources),
    )


def changed_problems(before: Briefing, after: Briefing) -> Iterator[Change]:
    """Files that are left out now, or are read again; one for each file."""
    for kind, one in _opened_and_closed(_refused(before), _refused(after), lambda one: one.path):
        yield Change(
            what="problem",
            kind=kind,
            entity=one.entity,
            id=one.path,
            title=one.what,
            roles=ROLES,
            unit="words",
            is_headline=True,
            sources=(Source(one.path, one.line),),
        )


def _refused(briefing: Briefing) -> Iterable[Problem]:
    return sorted(one for one in briefing.problems if one.refused)


def changed_entities(before: Briefing, after: Briefing) -> Iterator[Change]:
    """Businesses that came or went; what is said of them alone is not told besides."""
    for kind, one in _opened_and_closed(before.entities, after.entities, lambda one: one.entity):
        yield Change(
            what="entity",
            kind=kind,
            entity=one.entity,
            id=one.entity,
            title=one.title,
            roles=ROLES,
            unit="words",
            is_headline=True,
            sources=(one.source,),
        )


def changed_coverage(before: Briefing, after: Briefing) -> Iterator[Change]:
    """What audits could look at before and cannot now, or the other way; one line where one side has none at all."""
    then, now = before.evidence, after.evidence
    if bool(then.snapshots) != bool(now.snapshots):
        yield _coverage(
            "regained" if now.snapshots else "lost", "", _EVIDENCE, "Everything that audits look at"
        )
        return
    shared = _in_both(before, after)
    seen, sees = _looked(before, shared), _looked(after, shared)
    for name in sorted(seen.keys() | sees.keys()):
        if (name in seen) != (name in sees):
            kind: Kind = "regained" if name in sees else "lost"
            source = sees.get(name) or seen.get(name)
            yield _coverage(kind, name[0], name[1], name[1], source)
    old = {(one.entity, one.collector, one.subject) for one in then.gaps if one.entity in shared}
    new = {(one.entity, one.collector, one.subject) for one in now.gaps if one.entity in shared}
    for entity, collector, subject in sorted(old ^ new):
        kind = "lost" if (entity, collector, subject) in new else "regained"
        yield _coverage(kind, entity, f"{collector}/{subject}", f"{collector}: {subject}")


def _looked(briefing: Briefing, shared: Collection[str]) -> Mapping[tuple[str, str], Source]:
    """Business and collector -> file, of every run that is not a former one kept for want of a new one."""
    return {
        (entity, one.collector): one.source
        for one in sorted(briefing.evidence.snapshots)
        if one.tried is None
        for entity in (one.entities or ("",))
        if entity in shared
    }


def _coverage(kind: Kind, entity: str, name: str, title: str, source: Source | None = None) -> Change:
    day = Held(Day(source.as_of)) if source and source.as_of else None
    return Change(
        what="coverage",
        kind=kind,
        entity=entity,
        id=name,
        title=title,
        roles=("cto", "cmo") if name.startswith(_OF_MAIL) else ("cto",),
        unit="date",
        before=day if kind == "lost" else None,
        after=day if kind == "regained" else None,
        is_headline="/" not in name,
        sources=(source,) if source else (),
    )


def _in_both(before: Briefing, after: Briefing) -> frozenset[str]:
    return frozenset({"", *(before.entities_by_id.keys() & after.entities_by_id.keys())})


def _opened_and_closed(
    before: Iterable[T], after: Iterable[T], name: Callable[[T], str]
) -> Iterator[tuple[Kind, T]]:
    """What one side alone has, by name: `new` with the later, `resolved` with the earlier."""
    old, new = {name(one): one for one in before}, {name(one): one for one in after}
    for key in sorted(old.keys() ^ new.keys()):
        yield ("new", new[key]) if key in new else ("resolved", old[key])
