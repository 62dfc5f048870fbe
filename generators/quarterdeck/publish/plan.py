"""Decides, without touching anything, what publishing a version sends, copies and names."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from quarterdeck.model.versions import Manifest, Moment, Newest, PublishedFile, again_of
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.store import Upload

Content = bytes | Path


class Contents(msgspec.Struct, frozen=True):
    """Everything that goes into one version: the files, by audience and path, and what is known of them."""

    moment: Moment
    content: str
    """Hash of what readers are told; equal for builds that say the same."""
    builder: str
    quarterdeck: str
    files: Mapping[tuple[str, str], Content]
    """Audience and path -> content; the empty audience is the private part."""
    hashes: Mapping[tuple[str, str], tuple[str, int]]
    """The same keys -> hash and size, each of the very content."""
    records: Mapping[str, str]
    """Earlier versions -> hash of their records, of which the trends are made and which the store keeps."""
    naming: Callable[[str], Mapping[tuple[str, str], bytes]]
    """Version -> the few files in which its own name stands, such as its record."""

    def named(self, version: str) -> "Contents":
        """The same with the files that name the version."""
        own = self.naming(version)
        return msgspec.structs.replace(
            self,
            files={**self.files, **own},
            hashes={**self.hashes, **{key: hashed(data) for key, data in own.items()}},
        )


class Plan(msgspec.Struct, frozen=True):
    """What is to be written for one version, before its list and the state."""

    manifest: Manifest
    uploads: tuple[Upload, ...]
    """What the newest version does not hold in the same place, by key."""
    copies: tuple[tuple[str, Upload], ...]
    """Key of the newest version -> the same content under the new version's key."""

    @property
    def records(self) -> tuple[Upload, ...]:
        """What it leaves behind for later versions; written once it is listed."""
        return tuple(one for one in self.uploads if one.key.startswith(keys.RECORDS))

    @property
    def files(self) -> tuple[Upload, ...]:
        """All other uploads."""
        return tuple(one for one in self.uploads if not one.key.startswith(keys.RECORDS))

    @property
    def sent_bytes(self) -> int:
        """How much goes over the line, the small files apart."""
        return sum(_size(one.content) for one in self.uploads)


def manifest_of(contents: Contents, version: str) -> Manifest:
    """What a version of that name consists of."""
    pages: dict[str, list[PublishedFile]] = {}
    for (audience, path), (digest, size) in sorted(contents.hashes.items()):
        pages.setdefault(audience, []).append(PublishedFile(path, digest, size, kinds.content_type(path)))
    private = tuple(pages.pop("", ()))
    return Manifest(
        version=version,
        moment=contents.moment,
        content=contents.content,
        builder=contents.builder,
        quarterdeck=contents.quarterdeck,
        pages={audience: tuple(files) for audience, files in pages.items()},
        private=private,
        records=contents.records,
    )


def plan(contents: Contents, manifest: Manifest, before: Manifest | None, root: str) -> Plan:
    """What to send and what to copy.

    Args:
        contents: Of the version.
        manifest: Its own.
        before: That of the version to copy from; None for none.
        root: The part of every page's key that the edge alone knows.
    """
    known, told = {}, {}
    if before is not None:
        told = {one.sha256: keys.private(before.version, one.path) for one in before.private}
        known = {
            (audience, one.path, one.sha256): keys.any_file(root, audience, before.version, one.path)
            for audience, one in before.everything()
        }
    uploads, copies = [], []
    for audience, one in manifest.everything():
        upload = Upload(
            keys.any_file(root, audience, manifest.version, one.path),
            contents.files[audience, one.path],
            one.sha256,
            one.content_type,
            kinds.cache(one.path) if audience else kinds.PRIVATE,
        )
        source = known.get((audience, one.path, one.sha256)) or (None if audience else told.get(one.sha256))
        if source is None or source == upload.key:
            uploads.append(upload)
        else:
            copies.append((source, upload))
    return Plan(manifest, tuple(uploads), tuple(copies))


def is_newer(version: str, moment: Moment, newest: Newest, descends: Callable[[str, str], bool]) -> bool:
    """Whether a version is newer than the newest one: by the ancestry of their commits, then by day and time.

    Args:
        version: Its name; of one day and commit the higher number is newer.
        moment: Its own.
        newest: What it is held against.
        descends: Whether the first commit came after the second.
    """
    one, other = moment, newest.moment
    if descends(one.commit, other.commit):
        return True
    if descends(other.commit, one.commit):
        return False
    mine = (one.as_of, one.committed_at, again_of(version))
    return mine > (other.as_of, other.committed_at, again_of(newest.version))


def hashed(content: Content) -> tuple[str, int]:
    """Hash and size of a file's content.

    Raises:
        OSError: The file cannot be read.
    """
    data = content if isinstance(content, bytes) else content.read_bytes()
    return sha256(data).hexdigest(), len(data)


def _size(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size
