"""What can be wrong: problems as values that are listed, errors that are raised."""

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from quarterdeck.model.severity import Severity

NO_BUSINESS = "no-business"
"""Code of the problem that books or tables belong to no handoff."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, order=True):
    """One thing that is wrong in one place, in words for the person who mends it.

    Problems sort by file, line and column, the order in which they are printed.
    """

    path: str
    line: int
    column: int
    """Both counted from 1; 0 where the whole file is meant."""
    code: str
    """Stable kebab-case name of the kind of problem, such as `bad-date`."""
    what: str
    """What was read, such as `due: "2026-02-30" is no date`."""
    mend: str
    """What to write instead, as a sentence."""
    severity: Severity = Severity.MEDIUM
    refused: bool = False
    """True where the whole file is left out; publishing and mailing then wait."""
    rule: str = ""
    """The data rule that repeats it on a page, such as `R-DAT-02`; empty for none."""
    entity: str = ""
    table: str = ""
    """Table or section that it concerns, by its canonical name."""
    field: str = ""
    why: str = ""
    row: str = ""
    """Key of the row that it is in, or the id that it is about; part of what a finding is known by."""

    def __str__(self) -> str:
        """The one line that people and editors read: `path:line:col: what; why. mend`.

        A file that is left out altogether says so: `path:line:col: refused: what; why. mend`.
        """
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        why = f"; {self.why}" if self.why else ""
        refused = "refused: " if self.refused else ""
        return f"{place}: {refused}{self.what}{why}. {self.mend}"


class QuarterdeckError(Exception):
    """A failure with a sentence for the user; caught once, in `cli.main`."""

    exit_code: ClassVar[int] = 2


class InputError(QuarterdeckError):
    """One or more files or options are wrong; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems sorted by place."""
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(QuarterdeckError):
    """The command cannot do what was asked: what, where, and what to type instead."""


class OutsideError(QuarterdeckError):
    """A program or service that we need failed."""

    exit_code = 3
