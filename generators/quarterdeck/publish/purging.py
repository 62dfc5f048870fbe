"""Finds a name in everything that a store holds, takes it out, and proves that it is gone (F-148)."""

import gzip
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final, NamedTuple

import msgspec

from quarterdeck.model.versions import Manifest, PublishedFile, State, Version, decode, encode
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.cleaning import Cleaned, How, cleaned, holds, is_shipped
from quarterdeck.publish.inventory import side_by_side, take_inventory
from quarterdeck.publish.lists import change_manifest
from quarterdeck.publish.prepared import BRIEFING, RECORD
from quarterdeck.publish.store import Store, Upload
from quarterdeck.text.mentions import SHORTEST, Wanted

EVERYTHING: Final = (keys.PAGES, "private/")
"""The beginnings of all keys."""


class Found(msgspec.Struct, frozen=True):
    """A file that holds the name."""

    key: str
    audience: str
    """Empty for the private part."""
    version: str
    path: str
    places: int
    how: How
    sha256: str = ""
    size_bytes: int = 0
    """Of what is to stand in its place; empty where it goes."""


class Search(msgspec.Struct, frozen=True):
    """Where a name stands in a store."""

    files: int
    """How many were read."""
    versions: int
    """Of how many versions, those that were never finished and records of former ones included."""
    found: tuple[Found, ...]
    """What can be taken out, by key; what names a business goes before the list of names does."""
    named: tuple[str, ...]
    """Versions whose manifest names a file so."""
    fixed: tuple[str, ...]
    """Keys of files that hold the name and cannot do without, such as the store's own state."""
    shipped: int
    """How many of the program's own scripts and styles hold those letters; they are no part of any report."""

    @property
    def everywhere(self) -> tuple[str, ...]:
        """Keys of all that holds the name."""
        return (*(one.key for one in self.found), *map(keys.manifest, self.named), *self.fixed)


class _Looked(NamedTuple):
    key: str
    cleaned: Cleaned | None = None
    manifest: str = ""
    """The version whose manifest it is, where that names a file so."""
    is_fixed: bool = False
    is_shipped: bool = False


def names_of(store: Store, entity: str) -> tuple[str, ...]:
    """The id of a business, and every name that a version ever gave it, as its briefings say.

    Raises:
        OutsideError: The store refuses or does not answer.
    """
    briefings = [one.key for one in store.listed(f"private/{BRIEFING.split('/')[0]}/")]
    named = {name for found in side_by_side(partial(_names, store, entity), briefings) for name in found}
    return (entity, *sorted(name for name in named if len(name) >= SHORTEST))


def _names(store: Store, entity: str, key: str) -> list[str]:
    stored = store.get(key)
    if stored is None:
        return []
    try:
        known = msgspec.json.decode(gzip.decompress(stored.data))["entities"]
        return [one["name"] for one in known if one["entity"] == entity and isinstance(one["name"], str)]
    except (OSError, EOFError, msgspec.DecodeError, LookupError, TypeError):
        return []  # what is no briefing names nobody


def search(store: Store, root: str, wanted: Wanted, *, is_entity: bool) -> Search:
    """Read everything that a store holds, also what no list names any more.

    Args:
        store: Where the versions stand.
        root: The part of every page's key that the edge alone knows.
        wanted: The name.
        is_entity: It is that of a business; see `cleaned`.

    Raises:
        OutsideError: The store refuses or does not answer.
    """
    each = [one.key for start in EVERYTHING for one in store.listed(start)]
    known: dict[tuple[str, bool, str], Cleaned | None] = {}
    look = partial(_looked, store, root, wanted, known, is_entity=is_entity)
    looked = [one for one in side_by_side(look, each) if one is not None]
    found = [_found(root, one.key, one.cleaned) for one in looked if one.cleaned]
    versions = {parts[1] for one in looked if (parts := keys.parts(root, one.key))}
    return Search(
        len(looked),
        len(versions),
        tuple(sorted(found, key=lambda one: (one.path == BRIEFING, one.key))),
        tuple(one.manifest for one in looked if one.manifest),
        tuple(one.key for one in looked if one.is_fixed),
        sum(one.is_shipped for one in looked),
    )


def _looked(
    store: Store,
    root: str,
    wanted: Wanted,
    known: dict[tuple[str, bool, str], Cleaned | None],
    key: str,
    *,
    is_entity: bool,
) -> _Looked | None:
    """One file; None where it is gone. What stands in many versions alike is looked through once."""
    stored = store.get(key)
    if stored is None:
        return None
    parts = keys.parts(root, key)
    if parts is None:
        return _looked_own(key, stored.data, wanted)
    audience, _, path = parts
    if audience and is_shipped(path):
        return _Looked(key, is_shipped=holds(path, stored.data, wanted))
    name = (path, bool(audience), sha256(stored.data).hexdigest())
    if name not in known:
        known[name] = cleaned(path, stored.data, wanted, is_private=not audience, is_entity=is_entity)
    return _Looked(key, known[name])


def _found(root: str, key: str, one: Cleaned) -> Found:
    audience, version, path = keys.parts(root, key) or ("", "", "")
    if one.data is None:
        return Found(key, audience, version, path, one.places, one.how)
    digest = sha256(one.data).hexdigest()
    return Found(key, audience, version, path, one.places, one.how, digest, len(one.data))


def _looked_own(key: str, data: bytes, wanted: Wanted) -> _Looked:
    """A file of the store's own: what people can read in it; its hashes and random values say nothing."""
    try:
        if key.startswith(keys.MANIFESTS):
            manifest = decode(data, Manifest)
            paths = [*(one.path for _, one in manifest.everything()), *manifest.purged]
            return _Looked(key, manifest=manifest.version if wanted.is_in("\n".join(paths)) else "")
        return _Looked(key, is_fixed=wanted.is_in(_said(key, data)))
    except msgspec.DecodeError:
        return _Looked(key, is_fixed=wanted.is_in(data.decode("utf-8", "surrogateescape")))


def _said(key: str, data: bytes) -> str:
    if key == keys.EDGE:
        return ""
    if key == keys.STATE:
        return decode(data, State).portfolio
    if key.endswith("/versions.json"):
        return "\n".join(one.title for one in decode(data, tuple[Version, ...]))
    return data.decode("utf-8", "surrogateescape")


def purge(store: Store, root: str, wanted: Wanted, looked: Search, *, is_entity: bool) -> Search:
    """Take a name out of everything, and search again; may be cut short anywhere and run again.

    Manifests come first: they say what is to stand in the store, so that a later run knows it from damage.

    Args:
        store: Where the versions stand.
        root: The part of every page's key that the edge alone knows.
        wanted: The name.
        looked: Where it was found.
        is_entity: As for `search`.

    Returns:
        What a search finds afterwards: nothing, or what somebody put there meanwhile.

    Raises:
        OutsideError: The store refuses or does not answer; run it again.
    """
    by_version: dict[str, dict[tuple[str, str], Found]] = {}
    for one in looked.found:
        by_version.setdefault(one.version, {})[one.audience, one.path] = one
    records = {one.version: one.sha256 for one in looked.found if one.path == RECORD}
    for version in [PurePosixPath(one.key).stem for one in store.listed(keys.MANIFESTS)]:
        change_manifest(store, version, _rewriting(by_version.get(version, {}), records, wanted))
    for is_last in (False, True):  # a business is known by its briefings: they go when all else is gone
        part = [one for one in looked.found if (one.path == BRIEFING) == is_last]
        side_by_side(partial(_replace, store, wanted, is_entity=is_entity), part)
    for start in EVERYTHING:
        store.erase(start)
    return search(store, root, wanted, is_entity=is_entity)


def _replace(store: Store, wanted: Wanted, one: Found, *, is_entity: bool) -> None:
    stored = store.get(one.key)
    after = stored and cleaned(
        one.path, stored.data, wanted, is_private=not one.audience, is_entity=is_entity
    )
    if not after:
        return  # somebody was faster
    if after.data is None:
        store.remove([one.key])
        return
    digest = sha256(after.data).hexdigest()
    cache = kinds.cache(one.path) if one.audience else kinds.PRIVATE
    store.put(Upload(one.key, after.data, digest, kinds.content_type(one.path), cache))


def _rewriting(
    found: Mapping[tuple[str, str], Found], records: Mapping[str, str], wanted: Wanted
) -> Callable[[Manifest], Manifest]:
    """What a version's manifest says of files that hold the name, once it is gone from them."""

    def files(audience: str, each: tuple[PublishedFile, ...]) -> tuple[PublishedFile, ...]:
        return tuple(
            one if mine is None else PublishedFile(one.path, mine.sha256, mine.size_bytes, one.content_type)
            for one in each
            if not wanted.is_in(one.path)
            and ((mine := found.get((audience, one.path))) is None or mine.sha256)
        )

    def rewritten(manifest: Manifest) -> Manifest:
        lost = {(audience, one.path) for audience, one in manifest.everything() if wanted.is_in(one.path)}
        touched = {*manifest.purged, *(f"{audience}/{path}" for audience, path in found.keys() | lost)}
        return msgspec.structs.replace(
            manifest,
            pages={audience: files(audience, each) for audience, each in manifest.pages.items()},
            private=files("", manifest.private),
            records={
                version: now
                for version, was in manifest.records.items()
                if (now := records.get(version, was))
            },
            purged=tuple(sorted({wanted.taken_out(path)[0] for path in touched})),
        )

    return rewritten


def fingerprint(store: Store, state: State) -> str:
    """A word for what the store holds now: the same until something is published, pruned or taken out."""
    manifests = take_inventory(store, state).manifests
    whole = sha256(b"".join(encode(manifests[version]) for version in sorted(manifests)))
    return whole.hexdigest()[:32]
