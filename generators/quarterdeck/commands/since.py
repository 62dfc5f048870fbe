"""What changed since the version before, for a build: of files below `evidence/before/`, and of git for time's part."""

import gzip
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from quarterdeck.brief import EverythingRead
from quarterdeck.changes.pages import NO_LAST_CHANGES, LastChanges, last_changes
from quarterdeck.changes.pages import decode as decode_changes
from quarterdeck.commands.changes import State, over_days
from quarterdeck.commands.past import Later, Portfolio
from quarterdeck.model.briefing import Briefing, decode
from quarterdeck.model.errors import OutsideError
from quarterdeck.model.history import BEFORE
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import read_state
from quarterdeck.reading import find_before
from quarterdeck.reports.changed import scopes
from quarterdeck.settings import Publishing

BRIEFING = "briefing.json.gz"
"""All that the version before knew, below its folder."""
CHANGES = "changes.json.gz"

T = TypeVar("T")
Since = Callable[[Briefing, str], LastChanges]
"""Briefing and name of an audience, empty for whoever sees everything -> when each of its pages changed last."""


class Told(msgspec.Struct, frozen=True):
    """What the version before told one audience."""

    briefing: Briefing
    last: LastChanges


def since(portfolio: Portfolio, later: Later) -> Since:
    """Compare briefings with those of the version before, where `collect history` brought them.

    An audience that sees a part is compared with what it was told itself, never with the whole: one that is new, or
    that saw everything before, begins anew.

    Args:
        portfolio: Whose reports are built.
        later: Its earlier files on the day of the reports, to tell apart what that day alone brings.
    """
    inputs = portfolio.here
    files = {path.removeprefix(f"{BEFORE}/"): data for path, data in find_before(portfolio.root).items()}
    whole = cache(lambda: _told(files, BRIEFING, CHANGES, inputs))

    def told(name: str) -> Told | None:
        before = whole()
        if not name or before is None:
            return before
        mine = _told(files, f"audiences/{name}.json.gz", f"audiences/{name}.changes.json.gz", inputs)
        same = mine and (mine.briefing.commit, mine.briefing.as_of) == (
            before.briefing.commit,
            before.briefing.as_of,
        )
        return mine if same else None

    def found(briefing: Briefing, name: str) -> LastChanges:
        before = told(name)
        if before is None:
            return NO_LAST_CHANGES
        audience = inputs.settings.audiences[name] if name else None
        past = State(before.briefing, before.briefing.commit, is_made=False)
        changes = over_days(portfolio, past, State(briefing, "", is_made=False), later, audience)
        return last_changes(changes, scopes(briefing, changes.renamed), _still_seen(before, briefing))

    return found


def hint(root: Path, publishing: Publishing) -> str:
    """What to run first, where a version is published and a build does not know what it told; empty elsewhere.

    A build needs no network: a bucket is not asked whether it holds a version.
    """
    step = "Run first: quarterdeck collect history. Then reports tell what changed."
    if find_before(root):
        return ""
    if publishing.bucket:
        return f"What was told before is not here. If {publishing.bucket} holds a version: {step}"
    try:
        state = read_state(Folder(root / publishing.folder))
    except OutsideError:  # publishing says so, and a build goes on without it
        return ""
    return f"What version {state.latest} told is not here. {step}" if state and state.latest else ""


def _told(files: Mapping[str, bytes], briefing: str, changed: str, inputs: EverythingRead) -> Told | None:
    """What stands in two of the files; None where that is nothing, not readable, or later than the reports."""
    before = _unpacked(files.get(briefing), decode)
    if before is None or before.as_of > inputs.as_of:
        return None
    return Told(before, _unpacked(files.get(changed), decode_changes) or NO_LAST_CHANGES)


def _unpacked(data: bytes | None, read: Callable[[bytes], T]) -> T | None:
    """Content of a packed file; None where it is not there, or another version of Quarterdeck wrote it."""
    try:
        return None if data is None else read(gzip.decompress(data))
    except (msgspec.DecodeError, OSError, EOFError):
        return None


def _still_seen(before: Told, briefing: Briefing) -> LastChanges:
    """What the version before said of changes, as far as this audience may still see it."""
    seen = briefing.entities_by_id.keys()
    if before.briefing.entities_by_id.keys() <= seen and {*before.briefing.roles} <= {*briefing.roles}:
        return before.last
    return before.last.of_businesses(seen)
