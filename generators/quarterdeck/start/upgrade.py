"""Plans how the files of an older portfolio are brought along; writes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Literal

import msgspec

from quarterdeck import __version__
from quarterdeck.model.errors import UsageError
from quarterdeck.start.pin import Pin, is_newer
from quarterdeck.start.record import digest, record

What = Literal["current", "new", "older", "yours", "removed", "kept"]
"""How a file stands: as this version has it; not there yet; as an earlier version wrote it; changed, or removed, by its
owner while this version has something newer; the same with nothing newer."""


class Step(msgspec.Struct, frozen=True):
    """One file, and what this version has for it."""

    path: str
    """Below the portfolio, with slashes."""
    what: What
    before: bytes | None
    """As it stands; None where it is not there."""
    after: bytes
    """As this version has it."""

    def diff(self) -> Iterator[str]:
        """What would change, as lines of a unified diff without line ends."""
        old = "/dev/null" if self.before is None else f"a/{self.path}"
        yield from unified_diff(
            _lines(self.before or b""), _lines(self.after), old, f"b/{self.path}", lineterm=""
        )


class Plan(msgspec.Struct, frozen=True):
    """What an upgrade does."""

    steps: tuple[Step, ...]
    """By path; those that need nothing, too."""
    record: bytes
    """What is remembered once all is done."""
    is_forced: bool = False

    @property
    def written(self) -> tuple[Step, ...]:
        """Files that are brought along."""
        return tuple(one for one in self.steps if _is_written(one, is_forced=self.is_forced))

    @property
    def left(self) -> tuple[Step, ...]:
        """Files for which this version has something newer, and that stay as their owner has them."""
        return tuple(one for one in self.steps if one.what in {"yours", "removed"} and not self.is_forced)

    @property
    def kept(self) -> tuple[Step, ...]:
        """Files that their owner changed or removed, and for which this version has nothing newer."""
        return tuple(one for one in self.steps if one.what == "kept" and not self.is_forced)


def plan(
    wanted: Mapping[str, bytes],
    found: Mapping[str, bytes],
    known: Mapping[str, str],
    *,
    is_forced: bool = False,
) -> Plan:
    """What to do with every file that this version gives to portfolios.

    Args:
        wanted: Path -> bytes as this version has them.
        found: Path -> bytes of those that are there.
        known: Path -> SHA-256 as Quarterdeck wrote it last.
        is_forced: Also write over what the owner changed, and bring back what they removed.
    """
    steps = tuple(
        Step(path, _what(found.get(path), after, known.get(path, "")), found.get(path), after)
        for path, after in sorted(wanted.items())
    )
    ours = {
        one.path: one.after for one in steps if one.what == "current" or _is_written(one, is_forced=is_forced)
    }
    return Plan(steps, record(ours, known), is_forced)


def with_pin(wanted: Mapping[str, bytes], pin: Pin | None) -> Mapping[str, bytes]:
    """The same, with the requirements of the portfolio asking for this version.

    Raises:
        UsageError: They ask for a newer one, or name hashes that only a tool can make again.
    """
    if pin is None or pin.version == __version__:
        return {path: data for path, data in wanted.items() if pin is None or path != pin.path}
    if is_newer(pin.version, __version__):
        raise UsageError(
            f"{pin.path} asks for Quarterdeck {pin.version}, and this is {__version__}. "
            "Install what it asks for: scripts/setup, or pip install -r "
            f"{pin.path}"
        )
    if pin.is_hashed:
        raise UsageError(
            f"{pin.path} names hashes of Quarterdeck {pin.version}. Make it again for {__version__} with the tool "
            "that made it, then run quarterdeck upgrade."
        )
    return {**wanted, pin.path: pin.moved_to(__version__)}


def files_at(root: Path, paths: Iterable[str]) -> Mapping[str, bytes]:
    """What stands at some paths of a portfolio; those that are not there are left out.

    Raises:
        UsageError: One cannot be read, or leads out of the portfolio.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        file = root / path
        try:
            if not file.resolve().is_relative_to(root.resolve()):
                raise UsageError(f"{file} leads out of the portfolio. Put a file in place of the link.")
            found[path] = file.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            why = (error.strerror or "no reason given").lower()
            raise UsageError(f"{file} cannot be read: {why}. Mend that, then try again.") from None
    return found


def _what(before: bytes | None, after: bytes, known: str) -> What:
    if before == after:
        return "current"
    if before is None and not known:
        return "new"
    if before is not None and digest(before) == known:
        return "older"
    if digest(after) == known:
        return "kept"
    return "removed" if before is None else "yours"


def _is_written(step: Step, *, is_forced: bool) -> bool:
    return step.what in {"new", "older"} or (is_forced and step.what != "current")


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
