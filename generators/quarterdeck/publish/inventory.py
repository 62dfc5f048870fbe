"""What a store holds: every version that was ever claimed in it, and the lists that readers choose from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeVar

import msgspec

from quarterdeck.model.errors import UsageError
from quarterdeck.model.versions import Manifest, State, Version
from quarterdeck.publish import keys
from quarterdeck.publish.lists import all_versions, read_manifest
from quarterdeck.publish.store import SIDE_BY_SIDE, Listed, Store
from quarterdeck.text.nearest import nearest

T = TypeVar("T")
R = TypeVar("R")


class Inventory(msgspec.Struct, frozen=True, dict=True):
    """Everything of a store but the files themselves."""

    state: State
    manifests: Mapping[str, Manifest]
    """By version."""
    claimed_at: Mapping[str, datetime]
    """Version -> when its manifest was last written."""
    lists: Mapping[str, tuple[Version, ...]]
    """Audience -> the list that it chooses from."""

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """Each version that readers of any audience can choose, newest first."""
        each = {one.version: one for found in self.lists.values() for one in found}
        pinned = {one.version for found in self.lists.values() for one in found if one.properties.pinned}
        return tuple(
            one if one.properties.pinned or one.version not in pinned else pinned_as(one, is_pinned=True)
            for one in sorted(each.values(), key=lambda one: one.order, reverse=True)
        )

    @cached_property
    def leftovers(self) -> tuple[str, ...]:
        """Versions that are in no list: a run that was cut short began or removed them, or is at work."""
        named = {one.version for one in self.versions}
        return tuple(sorted(self.manifests.keys() - named))

    def audiences_of(self, version: str) -> tuple[str, ...]:
        """Those that can choose a version, sorted."""
        return tuple(
            audience
            for audience, found in sorted(self.lists.items())
            if any(one.version == version for one in found)
        )

    def manifest(self, version: str) -> Manifest:
        """What a version consists of.

        Raises:
            UsageError: There is none of that name.
        """
        if version in self.manifests:
            return self.manifests[version]
        near = nearest(version, self.manifests)
        hint = f"Did you mean {near}?" if near else "quarterdeck versions lists them."
        raise UsageError(f"There is no version {version} in the store. {hint}")


def take_inventory(store: Store, state: State) -> Inventory:
    """Read all manifests and lists.

    Raises:
        OutsideError: The store refuses or does not answer.
    """
    found = {
        PurePosixPath(one.key).stem: one for one in store.listed(keys.MANIFESTS) if one.key.endswith(".json")
    }
    read = side_by_side(lambda version: read_manifest(store, version), found)
    manifests = {version: one for version, one in zip(found, read, strict=True) if one is not None}
    audiences = sorted({audience for one in manifests.values() for audience in one.pages})
    return Inventory(
        state,
        manifests,
        {version: found[version].changed_at for version in manifests},
        all_versions(store, state.root, audiences),
    )


def files_of(store: Store, root: str, manifest: Manifest) -> Iterator[Listed]:
    """Everything that stands under a version's name, by area and audience; its manifest apart.

    Args:
        store: Where it stands.
        root: The part of every page's key that the edge alone knows.
        manifest: Its own; what else stands beside its files is found too.
    """
    areas = sorted({"briefing", "evidence", "history", *(one.path.split("/")[0] for one in manifest.private)})
    for area in areas:
        yield from store.listed(keys.private(manifest.version, f"{area}/"))
    for audience in sorted(manifest.pages):
        yield from store.listed(keys.page(root, audience, manifest.version, ""))


def side_by_side(do: Callable[[T], R], each: Iterable[T]) -> list[R]:
    """Do something for each, many at a time; results in the order given."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        return list(workers.map(do, each))


def pinned_as(version: Version, *, is_pinned: bool) -> Version:
    """The same line of a list, to be kept whatever the policy says, or not."""
    properties = msgspec.structs.replace(version.properties, pinned=is_pinned)
    return msgspec.structs.replace(version, properties=properties)
