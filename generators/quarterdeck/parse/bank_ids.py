"""What a bank's own id of a payment says: a line that stands twice in a file is one payment."""

from collections.abc import Iterable

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.statement import StatementLine
from quarterdeck.parse.bank_text import refused


class Again(msgspec.Struct, frozen=True):
    """The lines of one file whose id stood above already."""

    lines: frozenset[int]
    notes: tuple[str, ...]
    """One sentence for each line that is left out."""
    problems: tuple[Problem, ...]
    """One for each id that two payments share."""


def again(lines: Iterable[StatementLine], path: str, mend: str) -> Again:
    """Find what a file, perhaps put together from two, holds twice by the bank's id.

    Args:
        lines: In order of the file.
        path: Of the file.
        mend: What to do where one id stands for two payments.
    """
    seen: dict[str, StatementLine] = {}
    notes: dict[int, str] = {}
    problems: dict[int, Problem] = {}
    for one in lines:
        first = seen.setdefault(one.bank_id, one) if one.bank_id else one
        if first is one:
            continue
        if (first.date, first.amount) == (one.date, one.amount):
            notes[one.line] = f"Line {one.line} is line {first.line} again, by the bank's id: left out."
        else:
            what = f"the id of line {first.line} stands here again, for another payment"
            problems[one.line] = refused(path, one.line, "id-twice", what, mend)
    return Again(frozenset({*notes, *problems}), tuple(notes.values()), tuple(problems.values()))
