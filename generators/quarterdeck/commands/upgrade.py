"""`quarterdeck upgrade`: brings the files that Quarterdeck gave to a portfolio along with the installed version."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from quarterdeck import __version__
from quarterdeck.commands.formats import json_text
from quarterdeck.commands.ours import ours
from quarterdeck.commands.replace import replace
from quarterdeck.model.errors import UsageError
from quarterdeck.reports.words import counted
from quarterdeck.start.pin import is_newer, pinned
from quarterdeck.start.record import RECORD, digest, recorded, recorded_version
from quarterdeck.start.upgrade import Plan, files_at, plan, with_pin

_OWN: Final = "generators/quarterdeck/__init__.py"
"""What a checkout of Quarterdeck itself holds, and no portfolio of its users."""
_PROGRAM: Final = b"#!"
_WHY: Final[Mapping[str, str]] = {
    "yours": "you changed it; left alone",
    "removed": "you removed it; left away",
    "new": "new",
    "older": "brought along",
}


class Upgrade(msgspec.Struct, frozen=True):
    """What is to be brought along in one portfolio."""

    root: Path
    plan: Plan
    record: bytes | None
    """The record as it stands; None where there is none."""

    @property
    def is_needed(self) -> bool:
        """Whether anything is to be written, be it the record alone."""
        return bool(self.plan.written) or self.plan.record != self.record

    def diff(self) -> Iterator[str]:
        """All that would change, as one unified diff."""
        for step in self.plan.written:
            yield from step.diff()

    def sentences(self) -> Iterator[str]:
        """What was found, in words."""
        for one in self.plan.left:
            yield f"{one.path}: {_WHY[one.what]}. To take that of Quarterdeck {__version__}: --force"
        number = len(self.plan.written)
        if number:
            yield f"{counted(number, 'file')} to bring along with Quarterdeck {__version__}."
        else:
            yield f"All files are those of Quarterdeck {__version__}, or your own."

    def as_json(self, code: int, *, is_written: bool) -> str:
        """The same for programs."""
        content = {
            "schema": 1,
            "exit_code": code,
            "version": __version__,
            "is_written": is_written,
            "written": [{"path": one.path, "what": one.what} for one in self.plan.written],
            "left": [{"path": one.path, "what": one.what} for one in self.plan.left],
            "diff": "".join(f"{line}\n" for line in self.diff()),
        }
        return json_text(content)

    def apply(self) -> None:
        """Write all of it, or nothing; where nothing is to do, nothing is written.

        Raises:
            UsageError: Somebody changed a file meanwhile.
            OutsideError: The disk refused; the old files stand.
        """
        changes = {one.path: (one.before, one.after) for one in self.plan.written}
        if self.plan.record != self.record:
            changes[RECORD] = (self.record, self.plan.record)
        replace(self.root, changes)
        for one in self.plan.written:
            file = self.root / one.path
            if one.after.startswith(_PROGRAM):
                file.chmod(file.stat().st_mode | 0o111)


def upgrade(root: Path, *, is_forced: bool = False) -> Upgrade:
    """What would be brought along; writes nothing.

    Args:
        root: The portfolio.
        is_forced: Also write over what its owner changed.

    Raises:
        UsageError: It is Quarterdeck's own checkout, belongs to a newer version, or a file cannot be read.
    """
    if is_own_checkout(root):
        raise UsageError(
            f"{root} is Quarterdeck's own checkout, where these files come from. Bring it along with: git pull"
        )
    version = recorded_version(root)
    if is_newer(version, __version__):
        raise UsageError(
            f"{RECORD} was written by Quarterdeck {version}, and this is {__version__}. Install that one, or a newer."
        )
    pin = pinned(root)
    wanted = with_pin(ours(), pin)
    found = files_at(root, [*wanted, RECORD])
    known = dict(recorded(root))
    if pin is not None and pin.path in wanted:
        known[pin.path] = digest(pin.data)  # its one line is ours, whatever else was added to the file
    planned = plan(wanted, found, known, is_forced=is_forced)
    return Upgrade(root, planned, found.get(RECORD))


def is_own_checkout(root: Path) -> bool:
    """Whether a folder holds the program itself, and not only a portfolio."""
    return (root / _OWN).is_file()
