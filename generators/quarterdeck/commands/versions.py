"""Lists published versions, and gives an older one to readers again, keeps, removes or examines it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from quarterdeck.commands.formats import json_text
from quarterdeck.commands.publish import follow
from quarterdeck.model.errors import UsageError
from quarterdeck.model.versions import State
from quarterdeck.publish import upkeep
from quarterdeck.publish.inventory import Inventory, take_inventory
from quarterdeck.publish.keeping import Pruning, pruning
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.publisher import begun
from quarterdeck.publish.store import Store
from quarterdeck.publish.stores import edge_of, store_of
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings, load_settings

_DAMAGED = 1
_FAILED = 3
_SHORT = 7


class Opened(NamedTuple):
    """A store that something was published to."""

    settings: Settings
    store: Store
    state: State


def opened(root: Path, environ: Mapping[str, str]) -> Opened:
    """The store of a portfolio.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.

    Raises:
        InputError: The settings are wrong.
        UsageError: Nothing was published, or the store is another portfolio's.
        OutsideError: The store refuses or does not answer.
    """
    settings = load_settings(root, environ)
    store = store_of(settings, root, environ)
    state = read_state(store)
    if state is None and not store.has_edge:
        raise UsageError(f"Nothing is published in {store.place} yet. Run: quarterdeck publish")
    return Opened(settings, store, begun(state, store, settings.name))


class Line(msgspec.Struct, frozen=True):
    """One version, as people are shown it."""

    version: str
    title: str
    commit: str
    """Full hash."""
    as_of: date
    is_latest: bool
    is_pinned: bool
    audiences: tuple[str, ...]
    """Those that can read it."""


class Listing(msgspec.Struct, frozen=True):
    """All versions of a store."""

    place: str
    audiences: tuple[str, ...]
    versions: tuple[Line, ...]
    """Newest first."""
    leftovers: tuple[str, ...]

    def sentences(self) -> Iterator[str]:
        """One line a version, and what runs left that were cut short."""
        width = max((len(one.version) for one in self.versions), default=0)
        titles = max((len(one.title) for one in self.versions), default=0)
        for one in self.versions:
            marks = [
                *(["latest"] if one.is_latest else []),
                *(["pinned"] if one.is_pinned else []),
                *([] if one.audiences == self.audiences else [f"only for {', '.join(one.audiences)}"]),
            ]
            yield (
                f"{one.version:<{width}}  {one.title:<{titles}}  {one.commit[:_SHORT]}  {', '.join(marks)}".rstrip()
            )
        yield f"{counted(len(self.versions), 'version')} in {self.place}."
        if self.leftovers:
            yield (
                f"Not finished, by a run that was cut short or is at work: {', '.join(self.leftovers)}. "
                "quarterdeck prune collects what is older than a day."
            )

    def as_json(self) -> str:
        """The same for programs."""
        content = {"schema": 1, **msgspec.to_builtins(self)}
        return json_text(content)


def versions(root: Path, environ: Mapping[str, str]) -> Listing:
    """List what a store holds; raises as `opened`."""
    _, store, state = opened(root, environ)
    inventory = take_inventory(store, state)
    lines = (
        Line(
            one.version,
            one.title,
            one.properties.moment.commit,
            one.properties.moment.as_of,
            one.version == state.latest,
            one.properties.pinned,
            inventory.audiences_of(one.version),
        )
        for one in inventory.versions
    )
    return Listing(store.place, tuple(sorted(inventory.lists)), tuple(lines), inventory.leftovers)


class Told(NamedTuple):
    """What one run did, in words, and its exit code."""

    sentences: tuple[str, ...]
    exit_code: int


def rollback(root: Path, environ: Mapping[str, str], version: str) -> Told:
    """Give readers an older version again, by the store alone: nothing is built and nobody is mailed (F-139).

    Raises:
        UsageError: Some audience does not have that version, or not whole; readers keep what they had.
        OutsideError: The store refuses or does not answer.
    """
    settings, store, state = opened(root, environ)
    after = upkeep.rollback(store, take_inventory(store, state), version)
    host = urlsplit(settings.publishing.site_url or "").netloc
    pending = follow(store, edge_of(settings, root, environ), host)
    said = [f"Version {after.latest} is what readers are given from {store.place}."]
    if after.newest and after.newest.version != after.latest:
        said.append(f"It stays so until something newer than {after.newest.version} is published.")
    if pending:
        said.append(f"The edge still gives out the version before: {pending} Run it again.")
    return Told(tuple(said), _FAILED if pending else 0)


def pin(root: Path, environ: Mapping[str, str], version: str, *, is_pinned: bool) -> Told:
    """Keep a version whatever the policy says, or leave it to the policy again; raises as `rollback`."""
    _, store, state = opened(root, environ)
    upkeep.pin(store, take_inventory(store, state), version, is_pinned=is_pinned)
    kept = "is kept until it is unpinned" if is_pinned else "is kept or pruned as the others are"
    return Told((f"Version {version} {kept}.",), 0)


class Prune(NamedTuple):
    """What pruning would remove; nothing is removed yet."""

    store: Store
    inventory: Inventory
    plan: Pruning

    def sentences(self) -> Iterator[str]:
        """What goes, line by line, and how much stays for which reason."""
        for one in self.plan.versions:
            yield f"{one}  goes"
        for one in self.plan.leftovers:
            yield f"{one}  goes: a run that was cut short left it"
        reasons = [*self.plan.kept.values()]
        why = ", ".join(f"{reasons.count(reason)} {reason}" for reason in dict.fromkeys(reasons))
        yield f"{counted(len(reasons), 'version')} kept in {self.store.place}: {why}."

    def apply(self) -> Told:
        """Remove them one by one; their records stay for trends.

        Raises:
            OutsideError: The store refuses or does not answer; run it again.
        """
        removed = [upkeep.prune(self.store, self.inventory, one) for one in self.plan.removed]
        left = [one for one, is_gone in zip(self.plan.removed, removed, strict=True) if not is_gone]
        said = [f"{counted(sum(removed), 'version')} removed."]
        said += [f"{one} was left alone: somebody needs it since." for one in left]
        return Told(tuple(said), 0)


def prune(root: Path, environ: Mapping[str, str], *, keep: int | None, now: datetime) -> Prune:
    """Plan what to remove.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        keep: How many of the newest stay; as the settings say unless given.
        now: With its zone, to tell what dead runs left from what is being published.

    Raises:
        InputError, UsageError, OutsideError: As `opened`.
    """
    settings, store, state = opened(root, environ)
    inventory = take_inventory(store, state)
    newest = settings.publishing.keep if keep is None else keep
    return Prune(store, inventory, pruning(inventory, newest, now))


def verify(root: Path, environ: Mapping[str, str], version: str) -> Told:
    """Read every file of a version, and compare it with the manifest; raises as `rollback`."""
    _, store, state = opened(root, environ)
    found = upkeep.verify(store, state.root, take_inventory(store, state).manifest(version))
    said = [
        *(f"{path}: is not what was published" for path in found.changed),
        *(f"{path}: is missing" for path in found.missing),
        *(f"{path}: is of no version" for path in found.extra),
    ]
    files = f"{counted(found.files, 'file')} of version {version} read"
    if found.is_whole:
        return Told((f"{files}: all are as they were published.",), 0)
    said.append(f"{files}: {len(said)} to look at. quarterdeck rebuild {version} makes its pages again.")
    return Told(tuple(said), _DAMAGED)
