"""Two briefings -> what changed: one pure function, for pages, mails, pull requests and people alike."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from quarterdeck.changes.findings import changed_findings
from quarterdeck.changes.moves import milestone_changes, moved_figures
from quarterdeck.changes.refused import unjudged_totals
from quarterdeck.changes.renames import renamed_entities, under_names
from quarterdeck.changes.series import folded_weeks
from quarterdeck.changes.sureness import (
    changed_contradictions,
    changed_coverage,
    changed_entities,
    changed_gaps,
    changed_problems,
)
from quarterdeck.changes.tasks import changed_actions
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import NO_EDITS, Change, Changes, Compared, Edits
from quarterdeck.model.figure import Figure
from quarterdeck.model.source import Source
from quarterdeck.settings import ChangeThresholds

Key = tuple[str, str, str]
"""What, entity and id of a change."""

MOST_SOURCES = 3
"""Lines that are named for one change."""


class Side(msgspec.Struct, frozen=True):
    """One of two states that are compared."""

    briefing: Briefing
    milestones: tuple[Figure, ...] = ()
    """The share that is met of each step of the roadmap, as the reports work it out."""


def changes(
    before: Side | None,
    after: Side | None,
    *,
    thresholds: ChangeThresholds | None = None,
    later: Side | None = None,
    edits: Edits = NO_EDITS,
    stood: Collection[str] = (),
) -> Changes:
    """All that is otherwise on the later side, in one order; that some text, place or order differs is no change.

    Args:
        before: The earlier side; None where there is none, and then nothing counts as changed.
        after: The later side; None where nothing is left.
        thresholds: How far a figure moves before it counts; the defaults unless given.
        later: The files of the earlier side as of the day of the later one. What it says already came with time
            alone; without it only what is overdue can be told so.
        edits: What git tells of the commits between the two.
        stood: Identities of findings of all versions before the earlier side.
    """
    sides = [one for one in (before, after) if one is not None]
    made = Changes(
        currency=sides[-1].briefing.currency if sides else "USD",
        before=_compared(before),
        after=_compared(after),
        entities={one.entity: one.title for side in sides for one in side.briefing.entities},
        commits=edits.commits,
        is_rewritten=edits.is_rewritten,
    )
    if before is None or after is None:
        return made
    limits = thresholds or ChangeThresholds()
    found, names = _compare(before, after, limits, edits, stood)
    edited = None
    is_mixed = later is None and before.briefing.as_of != after.briefing.as_of
    if later is not None:
        edited = {one.key: one for one in _compare(later, after, limits, edits, stood)[0]}
    timed = (_with_time(one, before, after, edited) for one in found)
    told = (_placed(one, edits) for one in folded_weeks(timed))
    return msgspec.structs.replace(
        made, renamed=names, is_mixed=is_mixed, changes=tuple(sorted(told, key=lambda one: one.order))
    )


def _compare(
    before: Side, after: Side, limits: ChangeThresholds, edits: Edits, stood: Collection[str]
) -> tuple[list[Change], dict[str, str]]:
    new = after.briefing
    names = renamed_entities(before.briefing, new, edits)
    old = under_names(before.briefing, names)
    found = [
        *moved_figures(old, new, limits),
        *changed_findings(old, new, limits, stood),
        *changed_actions(old, new),
        *milestone_changes(before.milestones, after.milestones),
        *changed_gaps(old, new),
        *changed_contradictions(old, new),
        *changed_coverage(old, new),
        *changed_problems(old, new),
        *changed_entities(old, new),
    ]
    return list(unjudged_totals(_of_shared(found, old, new), old, new)), names


def _of_shared(found: list[Change], old: Briefing, new: Briefing) -> Iterator[Change]:
    """What concerns businesses of both sides; of one that came, its findings besides."""
    both = {"", *(old.entities_by_id.keys() & new.entities_by_id.keys())}
    for one in found:
        has_come = one.entity in new.entities_by_id and one.what == "finding"
        if one.entity in both or one.what in {"entity", "problem"} or has_come:
            yield one


def _with_time(change: Change, before: Side, after: Side, edited: Mapping[Key, Change] | None) -> Change:
    """The same, told apart where no edit brought it; what an edit brought is because of what was edited alone."""
    if before.briefing.as_of == after.briefing.as_of:
        return change
    if edited is None:
        is_late = change.kind == "overdue" and change.before == change.after
        return msgspec.structs.replace(change, with_time=is_late)
    if change.key not in edited:
        return msgspec.structs.replace(change, with_time=True)
    return msgspec.structs.replace(change, causes=edited[change.key].causes or change.causes)


def _placed(change: Change, edits: Edits) -> Change:
    """The same with the lines behind it: those that were edited, and the commits that did.

    A figure of which no line was edited names none: where all of its inputs stand says nothing.
    """
    if change.with_time or not edits.lines:
        return msgspec.structs.replace(change, sources=change.sources[:MOST_SOURCES])
    below = (source for cause in change.causes for source in cause.sources)
    touched = _touched((*change.sources, *below), edits)
    causes = tuple(
        msgspec.structs.replace(one, sources=_touched(one.sources, edits)[:MOST_SOURCES] or one.sources[:1])
        for one in change.causes
    )
    stands = () if change.what == "figure" else change.sources
    paths = {one.path for one in touched or change.sources}
    return msgspec.structs.replace(
        change,
        causes=causes,
        sources=(touched or stands)[:MOST_SOURCES],
        commits=tuple(one.hash for one in edits.commits if not paths.isdisjoint(one.paths)),
    )


def _touched(sources: Iterable[Source], edits: Edits) -> tuple[Source, ...]:
    """Those of some places that were edited; where no line was, what was written in their files."""
    listed = tuple(dict.fromkeys(one for one in sources if one.path in edits.lines))
    by_line = tuple(one for one in listed if edits.touches(one))
    return by_line or tuple(dict.fromkeys(_written(one, edits) for one in listed))


def _written(source: Source, edits: Edits) -> Source:
    """The file of a place, with the line that was written in it where there is one stretch alone."""
    stretches = edits.lines[source.path]
    return Source(source.path, stretches[0][0] if len(stretches) == 1 else 0, source.kind)


def _compared(side: Side | None) -> Compared | None:
    if side is None:
        return None
    one = side.briefing
    return Compared(one.as_of, one.commit, bool(one.evidence.snapshots))
