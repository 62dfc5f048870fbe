"""What the doctor looks at, and what it tells of each thing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from quarterdeck.settings import Settings

State = Literal["ok", "wrong", "not looked at"]


class Sign(msgspec.Struct, frozen=True):
    """How one thing stands, in words for people."""

    subject: str
    """What was looked at, such as `git`."""
    state: State
    what: str
    """How it stands, without a full stop."""
    mend: str = ""
    """What to do next, as whole sentences; empty where nothing is to be done."""
    is_failed: bool = False
    """Whether it could not be looked at because a service refused or did not answer."""
    is_outside: bool = False
    """Whether a network was asked."""

    def __str__(self) -> str:
        """One line: the subject, how it stands, and what to do next."""
        said = f"{self.subject}: {self.what.removesuffix('.')}."
        return f"{said} {self.mend}".rstrip()


class Patient(NamedTuple):
    """The portfolio that is looked at."""

    root: Path
    environ: Mapping[str, str]
    settings: Settings


def ok(subject: str, what: str, mend: str = "") -> Sign:
    """All is well; what may be done besides."""
    return Sign(subject, "ok", what, mend)


def wrong(subject: str, what: str, mend: str) -> Sign:
    """Something is to be mended."""
    return Sign(subject, "wrong", what, mend)


def unseen(subject: str, why: str, mend: str = "", *, is_failed: bool = False) -> Sign:
    """Nobody looked, and why."""
    return Sign(subject, "not looked at", why, mend, is_failed)
