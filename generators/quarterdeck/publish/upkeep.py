"""Gives readers an older version again, keeps, removes and examines versions; each may be cut short and run again."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256

import msgspec

from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.versions import LATEST, Manifest, State, Version
from quarterdeck.publish import keys
from quarterdeck.publish.inventory import Inventory, files_of, pinned_as, side_by_side
from quarterdeck.publish.lists import (
    change_manifest,
    change_state,
    change_versions,
    mark_latest,
    read_state,
    read_versions,
)
from quarterdeck.publish.store import Store
from quarterdeck.publish.titles import titled

Lines = tuple[Version, ...]


class Verified(msgspec.Struct, frozen=True):
    """What stands in the store, held against a version's manifest; paths begin with their audience, or `private`."""

    version: str
    files: int
    """How many were read."""
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every file is what it was when it was published."""
        return not (self.changed or self.missing or self.extra)


def rollback(store: Store, inventory: Inventory, version: str) -> State:
    """Give readers a version that they had before; the one command that moves `latest` backwards (F-139).

    Nothing is sent: all files have to be there.

    Args:
        store: Where it stands.
        inventory: What the store holds.
        version: Its name.

    Returns:
        The state that stands afterwards.

    Raises:
        UsageError: An audience does not have that version, or not whole.
    """
    manifest = inventory.manifest(version)
    audiences = _current_audiences(inventory)
    without = [one for one in audiences if one not in inventory.audiences_of(version)]
    if without:
        raise UsageError(
            f"{', '.join(without)} cannot read version {version}. Choose one that everybody has: quarterdeck versions"
        )
    _refuse_torn(store, inventory.state.root, manifest)
    root = inventory.state.root
    for audience in audiences:  # first: what a list marks as the latest is not pruned meanwhile
        change_versions(store, root, audience, partial(_marked, latest=version))
    change_state(store, lambda found: msgspec.structs.replace(found, latest=version))
    state = mark_latest(store, root, audiences)  # a publisher may have marked its own in between
    if state.latest == version and not all(_holds(store, root, one, version) for one in audiences):
        _take_back(store, inventory, audiences, version)
        raise _removed(version)
    return state


def _holds(store: Store, root: str, audience: str, version: str) -> bool:
    return any(one.version == version for one in read_versions(store, root, audience))


def _take_back(store: Store, inventory: Inventory, audiences: tuple[str, ...], version: str) -> None:
    """Give readers what they had: a publisher took the mark away, and somebody pruned the version then."""

    def before(found: State) -> State:
        is_ours = found.latest == version
        return msgspec.structs.replace(found, latest=inventory.state.latest) if is_ours else found

    change_state(store, before)
    mark_latest(store, inventory.state.root, audiences)


def _removed(version: str) -> UsageError:
    return UsageError(f"Version {version} was removed meanwhile. Choose another: quarterdeck versions")


def _current_audiences(inventory: Inventory) -> tuple[str, ...]:
    """Those who read the version that is given now."""
    if inventory.state.latest not in inventory.manifests:
        raise OutsideError(f"The manifest of version {inventory.state.latest} is lost. Publish again.")
    return tuple(sorted(inventory.manifests[inventory.state.latest].pages))


def _refuse_torn(store: Store, root: str, manifest: Manifest) -> None:
    sizes = {one.key: one.size_bytes for one in files_of(store, root, manifest)}
    torn = [
        f"{audience}/{one.path}"
        for audience, one in manifest.everything()
        if audience and sizes.get(keys.page(root, audience, manifest.version, one.path)) != one.size_bytes
    ]
    if torn:
        more = f" and {len(torn) - 1} more" if len(torn) > 1 else ""
        raise UsageError(
            f"Version {manifest.version} is not whole: {torn[0]}{more} is missing or has another size. "
            f"Readers keep what they have. Choose another version, or rebuild this one."
        )


def _marked(found: Lines, latest: str) -> Lines:
    if not any(one.version == latest for one in found):
        raise _removed(latest)
    return titled(found, latest)


def pin(store: Store, inventory: Inventory, version: str, *, is_pinned: bool) -> None:
    """Keep a version whatever the policy says, or leave it to the policy again.

    Raises:
        UsageError: No audience has that version.
    """
    inventory.manifest(version)
    audiences = inventory.audiences_of(version)
    if not audiences:
        raise UsageError(f"Version {version} was never finished. Choose another: quarterdeck versions")

    def changed(found: Lines) -> Lines:
        return tuple(pinned_as(one, is_pinned=is_pinned) if one.version == version else one for one in found)

    for audience in audiences:
        change_versions(store, inventory.state.root, audience, changed)


def prune(store: Store, inventory: Inventory, version: str) -> bool:
    """Remove a version: from the lists first, then its files, its manifest last; its record stays (F-140).

    Before a file goes its manifest says so, and the lists are read once more: a publisher who goes on with what a dead
    run left lists it first and reads the manifest then, so that one of both sees the other (F-152).

    Args:
        store: Where it stands.
        inventory: What the store holds.
        version: Its name.

    Returns:
        False where it was left alone, since somebody gave it to readers, finished or pinned it meanwhile.
    """
    manifest, root = inventory.manifest(version), inventory.state.root
    was_listed = inventory.audiences_of(version)
    for audience in sorted(inventory.lists):
        change = partial(_without, version=version, is_leftover=not was_listed)
        left = change_versions(store, root, audience, change)
        if any(one.version == version for one in left):
            return False
    change_manifest(store, version, partial(msgspec.structs.replace, is_pruned=True))
    state = read_state(store)
    is_given = state is None or state.latest == version
    if is_given or any(_holds(store, root, one, version) for one in inventory.lists):
        change_manifest(store, version, partial(msgspec.structs.replace, is_pruned=False))
        return False
    records = f"{keys.RECORDS}{version}/"
    gone = [one.key for one in files_of(store, root, manifest) if not one.key.startswith(records)]
    if gone:
        store.remove(gone)
    store.remove([keys.manifest(version)])
    return True


def _without(found: Lines, version: str, *, is_leftover: bool) -> Lines:
    """A list without a version, but where somebody needs it; a leftover that is in a list was finished meanwhile."""
    return tuple(
        one
        for one in found
        if one.version != version or is_leftover or one.properties.pinned or LATEST in one.aliases
    )


def verify(store: Store, root: str, manifest: Manifest) -> Verified:
    """Read every file of a version, and hold it against the manifest (F-135)."""
    wanted = {
        keys.any_file(root, audience, manifest.version, one.path): (
            f"{audience or 'private'}/{one.path}",
            one,
        )
        for audience, one in manifest.everything()
    }
    stands = {one.key for one in files_of(store, root, manifest)}
    here = [key for key in wanted if key in stands]
    hashes = dict(zip(here, side_by_side(_hash_of(store), here), strict=True))
    return Verified(
        manifest.version,
        len(here),
        tuple(wanted[key][0] for key in here if hashes[key] not in {wanted[key][1].sha256, ""}),
        tuple(shown for key, (shown, _) in wanted.items() if not hashes.get(key)),
        tuple(_named(keys.parts(root, key) or ("", "", key)) for key in sorted(stands - wanted.keys())),
    )


def _named(parts: tuple[str, str, str]) -> str:
    audience, _, path = parts
    return f"{audience or 'private'}/{path}"


def _hash_of(store: Store) -> Callable[[str], str]:
    def hash_of(key: str) -> str:
        found = store.get(key)
        return sha256(found.data).hexdigest() if found else ""

    return hash_of
