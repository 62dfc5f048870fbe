"""What changed on each page, and when a page changed last."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TypeVar

import msgspec

from quarterdeck.model.change import Change, Changes, What
from quarterdeck.model.finding import Role

SCHEMA = 1
MOST_ROWS = 5
"""Changes that are kept of a page; the others are counted."""
MOST_VERSIONS = 30
"""Versions whose changes are kept."""
MOST_OF_THE_NEWEST = 400
"""Changes that are kept of the newest version; the others are counted."""
MOST_OF_A_VERSION = 40
"""Changes that are kept of each version before it."""


class Scope(msgspec.Struct, frozen=True):
    """Which changes one page shows; all that is given must hold."""

    path: str
    """Below `docs/`."""
    role: Role | None = None
    entity: str | None = None
    whats: tuple[What, ...] = ()
    """Only these kinds of things; all unless given."""
    is_short: bool = False
    """Whether it shows headlines alone."""
    formerly: str = ""
    """Path of the same page before its business got another id."""

    def shows(self, change: Change) -> bool:
        """Whether a change stands on it."""
        return (
            (self.role is None or self.role in change.roles)
            and (self.entity is None or self.entity == change.entity)
            and (not self.whats or change.what in self.whats)
            and (change.is_headline or not self.is_short)
        )


class LastChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a page changed last, and what did."""

    on: date
    """The day of the version that brought it."""
    total: int
    rows: tuple[Change, ...]
    """The first of them."""
    commit: str = ""
    timed: int = 0
    """How many of all time alone brought."""
    is_mixed: bool = False
    """Whether nobody can tell how many that are."""


class OneVersion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one version brought."""

    on: date
    """Its day."""
    total: int
    rows: tuple[Change, ...]
    """The first of them, without the lines and commits behind each."""
    commit: str = ""
    timed: int = 0
    """How many of all time alone brought."""
    is_mixed: bool = False
    """Whether nobody can tell how many that are."""
    since: date | None = None
    """The day of the version that it was compared with."""
    since_commit: str = ""


class LastChanges(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file `changes.json` of one version: every page that ever changed, by path, and the versions that did it."""

    schema: int = SCHEMA
    pages: dict[str, LastChange] = {}
    versions: tuple[OneVersion, ...] = ()
    """The last that brought any change, newest first."""

    def of_businesses(self, entities: Collection[str]) -> "LastChanges":
        """What tells of these businesses alone: nothing of others, and nothing of totals that held them."""
        pages = {path: _of(one, entities) for path, one in self.pages.items()}
        pages = {path: one for path, one in pages.items() if one.rows}
        versions = tuple(one for one in (_of(each, entities) for each in self.versions) if one.rows)
        return msgspec.structs.replace(self, pages=pages, versions=versions)


NO_LAST_CHANGES = LastChanges()

Entry = TypeVar("Entry", LastChange, OneVersion)


def _of(entry: Entry, entities: Collection[str]) -> Entry:
    rows = tuple(
        one
        for one in entry.rows
        if one.entity in entities and all(cause.entity in entities for cause in one.causes)
    )
    if rows == entry.rows:
        return entry
    return msgspec.structs.replace(entry, total=len(rows), rows=rows, timed=_timed(rows))


def affected(changes: Changes, scopes: Iterable[Scope]) -> Mapping[str, tuple[Change, ...]]:
    """The pages on which anything changed, in the order given -> its changes in their order."""
    found = {one.path: tuple(filter(one.shows, changes.changes)) for one in scopes}
    return {path: rows for path, rows in found.items() if rows}


def last_changes(changes: Changes, scopes: Iterable[Scope], earlier: LastChanges | None) -> LastChanges:
    """Every page's last change: today's, else what the version before says of it.

    A page that never changed since the first version is absent, and so are pages that are no more. A version that
    brought no change is not among the versions.
    """
    listed = tuple(scopes)
    today = affected(changes, listed)
    before = earlier.pages if earlier else {}
    pages: dict[str, LastChange] = {}
    for one in sorted(listed, key=lambda one: one.path):
        rows = today.get(one.path)
        if rows and changes.after:
            pages[one.path] = LastChange(
                changes.after.as_of,
                len(rows),
                rows[:MOST_ROWS],
                changes.after.commit,
                _timed(rows),
                changes.is_mixed,
            )
        elif kept := before.get(one.path) or before.get(one.formerly):
            pages[one.path] = kept
    return LastChanges(pages=pages, versions=_versions(changes, today, earlier))


def _versions(
    changes: Changes, today: Mapping[str, tuple[Change, ...]], earlier: LastChanges | None
) -> tuple[OneVersion, ...]:
    """The versions with this one, where it brought anything that any page shows."""
    before = earlier.versions if earlier else ()
    shown = {one.key for rows in today.values() for one in rows}
    found = [one for one in changes.changes if one.key in shown]
    if not found or changes.after is None:
        return before
    since = changes.before
    mine = OneVersion(
        changes.after.as_of,
        len(found),
        tuple(map(_bare, found[:MOST_OF_THE_NEWEST])),
        changes.after.commit,
        _timed(found),
        changes.is_mixed,
        since.as_of if since else None,
        since.commit if since else "",
    )
    return (mine, *map(_shortened, before))[:MOST_VERSIONS]


def _timed(changes: Iterable[Change]) -> int:
    return sum(one.with_time for one in changes)


def _bare(change: Change) -> Change:
    """The same without the lines and commits behind it."""
    causes = tuple(msgspec.structs.replace(one, sources=()) for one in change.causes)
    return msgspec.structs.replace(change, causes=causes, sources=(), commits=())


def _shortened(version: OneVersion) -> OneVersion:
    """An earlier version, of which less is kept."""
    return msgspec.structs.replace(version, rows=version.rows[:MOST_OF_A_VERSION])


def encode(pages: LastChanges) -> bytes:
    """The bytes of `changes.json`: sorted keys, indent 2, final newline, equal for equal pages."""
    return msgspec.json.format(msgspec.json.encode(pages, order="sorted"), indent=2) + b"\n"


def decode(data: bytes) -> LastChanges:
    """Read `changes.json`.

    Raises:
        msgspec.ValidationError: The bytes are no such file.
    """
    return msgspec.json.decode(data, type=LastChanges)
