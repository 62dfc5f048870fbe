"""Totals of which one side lacks a business because its file was refused: they moved, and nobody can judge it."""

from collections.abc import Iterable, Iterator

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Cause, Change
from quarterdeck.model.entity import Entity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Word

_JUDGED = frozenset({"better", "worse", "met", "slipped"})
_READ, _LEFT_OUT = Word("read"), Word("left out")


def unjudged_totals(found: Iterable[Change], before: Briefing, after: Briefing) -> Iterator[Change]:
    """The same changes; what one side adds up without a refused business is neither better nor worse.

    They say which business that is, in place of each of its figures that went or came with it.
    """
    gone, back = tuple(_refused(before, after)), tuple(_refused(after, before))
    lacked = {one.entity for one in (*gone, *back)}
    files = {one.source.path for one in (*gone, *back)}
    why = (*(_cause(one, _READ, _LEFT_OUT) for one in gone), *(_cause(one, _LEFT_OUT, _READ) for one in back))
    for one in found:
        rests_on_one = not one.entity or any(cause.entity in lacked for cause in one.causes)
        if not why or one.what not in {"figure", "milestone"} or not rests_on_one:
            yield one
            continue
        others = (
            cause
            for cause in one.causes
            if cause.entity not in lacked and files.isdisjoint(source.path for source in cause.sources)
        )
        kind = "moved" if one.kind in _JUDGED else one.kind
        yield msgspec.structs.replace(one, kind=kind, causes=(*why, *others))


def _refused(whole: Briefing, other: Briefing) -> Iterator[Entity]:
    """Businesses in the totals of one side that the other refused to read."""
    refused = {one.path for one in other.problems if one.refused}
    for one in whole.entities:
        is_counted = whole.is_sample or not one.is_sample
        if is_counted and one.entity not in other.entities_by_id and one.source.path in refused:
            yield one


def _cause(one: Entity, before: Word, after: Word) -> Cause:
    """A cause of the whole portfolio: no business has it as its own."""
    file = Source(one.source.path)
    return Cause(entity="", title=one.title, unit="words", before=before, after=after, sources=(file,))
