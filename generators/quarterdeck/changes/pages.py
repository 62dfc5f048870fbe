"""What changed on each page, and when a page changed last."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from quarterdeck.model.change import Change, Changes, What
from quarterdeck.model.finding import Role

SCHEMA = 1
MOST_ROWS = 5
"""Changes that are kept of a page; the others are counted."""


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


class LastChanges(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file `changes.json` of one version: every page that ever changed, by path."""

    schema: int = SCHEMA
    pages: dict[str, LastChange] = {}


def affected(changes: Changes, scopes: Iterable[Scope]) -> Mapping[str, tuple[Change, ...]]:
    """The pages on which anything changed, in the order given -> its changes in their order."""
    found = {one.path: tuple(filter(one.shows, changes.changes)) for one in scopes}
    return {path: rows for path, rows in found.items() if rows}


def last_changes(changes: Changes, scopes: Iterable[Scope], earlier: LastChanges | None) -> LastChanges:
    """Every page's last change: today's, else what the version before says of it.

    A page that never changed since the first version is absent, and so are pages that are no more.
    """
    listed = tuple(scopes)
    today = affected(changes, listed)
    before = earlier.pages if earlier else {}
    pages: dict[str, LastChange] = {}
    for one in sorted(listed, key=lambda one: one.path):
        rows = today.get(one.path)
        if rows and changes.after:
            pages[one.path] = LastChange(
                changes.after.as_of, len(rows), rows[:MOST_ROWS], changes.after.commit
            )
        elif kept := before.get(one.path) or before.get(one.formerly):
            pages[one.path] = kept
    return LastChanges(pages=pages)


def encode(pages: LastChanges) -> bytes:
    """The bytes of `changes.json`: sorted keys, indent 2, final newline, equal for equal pages."""
    return msgspec.json.format(msgspec.json.encode(pages, order="sorted"), indent=2) + b"\n"


def decode(data: bytes) -> LastChanges:
    """Read `changes.json`.

    Raises:
        msgspec.ValidationError: The bytes are no such file.
    """
    return msgspec.json.decode(data, type=LastChanges)
