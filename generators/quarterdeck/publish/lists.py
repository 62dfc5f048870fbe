"""Changes what several publishers may change at once: the state of a store, and the lists that readers choose from.

Each change is read, decided and written by one conditional write; who loses reads again and decides anew.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from quarterdeck.model.errors import OutsideError
from quarterdeck.model.versions import Manifest, State, Version, decode, encode
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.store import Store, TakenError, Upload
from quarterdeck.publish.titles import titled

T = TypeVar("T")
"""What a file of the store holds: a struct, or a tuple of them."""

_TRIES: Final = 50
"""Publishers that meet are two or three; more losses in a row are a defect."""


def small(key: str, data: bytes, cache: str = kinds.REVALIDATED) -> Upload:
    """A small file that is written whole."""
    return Upload(key, data, sha256(data).hexdigest(), kinds.content_type(key), cache)


def read_state(store: Store) -> State | None:
    """Whose the store is and what its readers are given; None for a store that nobody began.

    Raises:
        OutsideError: It cannot be read.
    """
    return read_file(store, keys.STATE, State)[0]


def change_state(store: Store, change: Callable[[State], State]) -> State:
    """Change the state of a store by one conditional write; nothing is written where nothing changes.

    Args:
        store: One that was begun.
        change: Called again for each state that somebody else wrote meanwhile.

    Returns:
        The state that stands afterwards.
    """

    def changed(state: State | None) -> State:
        if state is None:
            raise OutsideError(f"{store.place} has lost {keys.STATE}. Bring it back, then publish again.")
        return change(state)

    return change_file(store, keys.STATE, State, changed, kinds.PRIVATE)


def read_versions(store: Store, root: str, audience: str) -> tuple[Version, ...]:
    """The list that an audience chooses from, newest first; empty before its first version."""
    return read_file(store, keys.versions(root, audience), tuple[Version, ...])[0] or ()


def change_versions(
    store: Store,
    root: str,
    audience: str,
    change: Callable[[tuple[Version, ...]], tuple[Version, ...]],
) -> tuple[Version, ...]:
    """Change the list of an audience by one conditional write; as `change_state`."""
    key = keys.versions(root, audience)
    return change_file(store, key, tuple[Version, ...], lambda found: change(found or ()), kinds.REVALIDATED)


def read_manifest(store: Store, version: str) -> Manifest | None:
    """What a version consists of; None where no such name was ever claimed."""
    return read_file(store, keys.manifest(version), Manifest)[0]


def claim(store: Store, manifest: Manifest) -> Manifest:
    """Write a manifest where none of that name stands; gives the one that stands there then."""
    key = keys.manifest(manifest.version)
    try:
        store.swap(small(key, encode(manifest), kinds.PRIVATE), None)
    except TakenError:
        standing = read_manifest(store, manifest.version)
        if standing is not None:
            return standing
        raise OutsideError(f"{key} comes and goes: another command removes it. Publish again.") from None
    return manifest


def change_manifest(store: Store, version: str, change: Callable[[Manifest], Manifest]) -> None:
    """Change what a version consists of by one conditional write; nothing is done where it has no manifest."""

    def changed(found: Manifest | None) -> Manifest:
        if found is None:
            raise LookupError(version)
        return change(found)

    with suppress(LookupError):  # of a version that was pruned only its record is left
        change_file(store, keys.manifest(version), Manifest, changed, kinds.PRIVATE)


def all_versions(store: Store, root: str, audiences: Iterable[str]) -> dict[str, tuple[Version, ...]]:
    """Audience -> its list."""
    return {audience: read_versions(store, root, audience) for audience in audiences}


def mark_latest(store: Store, root: str, audiences: Iterable[str]) -> State:
    """Mark in each list the version that readers are given, whoever else moves it meanwhile.

    Returns:
        The state that the lists agree with.
    """
    each = tuple(audiences)
    state: State | None = None
    for _ in range(_TRIES):
        before, state = state, read_state(store)
        if state is None:
            raise OutsideError(f"{store.place} has lost {keys.STATE}. Bring it back, then publish again.")
        if before and before.latest == state.latest:
            return state
        for audience in each:
            change_versions(store, root, audience, partial(titled, latest=state.latest))
    raise OutsideError(
        f"{keys.STATE} of {store.place} is changed again and again by others. Try again later."
    )


def read_file(store: Store, key: str, kind: type[T]) -> tuple[T | None, str | None]:
    """What a small file holds, and the tag to replace exactly that; None for both where it is not there."""
    found = store.get(key)
    if found is None:
        return None, None
    try:
        return decode(found.data, kind), found.tag
    except msgspec.DecodeError as error:
        raise OutsideError(
            f"{keys.shown(key)} of {store.place} cannot be read: {error}. "
            "Bring back the state before it, then try again."
        ) from error


def change_file(store: Store, key: str, kind: type[T], change: Callable[[T | None], T], cache: str) -> T:
    """Change a small file by one conditional write, deciding anew whenever somebody else was first."""
    for _ in range(_TRIES):
        before, tag = read_file(store, key, kind)
        after = change(before)
        if after == before:
            return after
        try:
            store.swap(small(key, encode(after), cache), tag)
        except TakenError:
            continue
        return after
    raise OutsideError(
        f"{keys.shown(key)} of {store.place} is changed again and again by others. Try again later."
    )
