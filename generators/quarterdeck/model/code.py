"""What lines of code look like that nobody should leave as they are; never a line of it, and no value."""

from typing import Literal, TypeAlias

from quarterdeck.model.observed import NOT_READ, Flag, Observed

Pattern: TypeAlias = Literal[
    "admin in the browser", "debug", "input", "card data", "mixed keys", "personal log", "campaign"
]
"""What is looked for."""


class Suspect(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One pattern in one file, or in none of a repository."""

    repo: str
    what: Pattern
    path: str = ""
    """Empty where it is the repository as a whole that was searched, and no file has it."""
    lines: tuple[int, ...] = ()
    """Where, from 1, in order."""
    detail: str = ""
    """The first of them in words of ours: `request text reaches a shell`."""
    is_found: Flag = NOT_READ
    """False for a repository without it; not known where none of its code could be read."""

    @property
    def subject(self) -> str:
        """The file, or the repository."""
        return f"{self.repo}:{self.path}" if self.path else self.repo

    @property
    def place(self) -> str:
        """Where to look: `site:app.py:12`."""
        return f"{self.subject}:{self.lines[0]}" if self.lines else self.subject
