"""What an audience could read in a version: the briefing of which its mails are made."""

import gzip

import msgspec

from quarterdeck.changes.pages import NO_LAST_CHANGES, LastChanges
from quarterdeck.changes.pages import decode as decode_changes
from quarterdeck.model.briefing import Briefing, decode
from quarterdeck.model.versions import Manifest
from quarterdeck.publish import keys
from quarterdeck.publish.lists import read_manifest
from quarterdeck.publish.prepared import BRIEFING, CHANGES, briefing_of, changes_of
from quarterdeck.publish.store import Store
from quarterdeck.settings import Audience


def briefing_for(store: Store, version: str, name: str, audience: Audience) -> Briefing | None:
    """The briefing of one audience in a version, chosen before anything is rendered (F-162).

    Args:
        store: Where versions stand.
        version: One that was published.
        name: Of the audience.
        audience: What it may see today.

    Returns:
        None where the version is no longer kept, was not made for this audience, or holds what the audience may not
        see today.

    Raises:
        OutsideError: The store does not answer.
    """
    manifest = read_manifest(store, version)
    if manifest is None or name not in manifest.pages:
        return None
    briefing = _read(store, version, briefing_of(name) if _sees_a_part(manifest, name) else BRIEFING)
    return briefing if briefing and _may_see(audience, briefing) else None


def changes_for(store: Store, version: str, name: str) -> LastChanges:
    """When each page changed last, as a version says it to one audience; ask only where `briefing_for` has an answer.

    Raises:
        OutsideError: The store does not answer.
    """
    manifest = read_manifest(store, version)
    if manifest is None:
        return NO_LAST_CHANGES
    path = changes_of(name) if _sees_a_part(manifest, name) else CHANGES
    found = store.get(keys.private(version, path))
    try:
        return decode_changes(gzip.decompress(found.data)) if found else NO_LAST_CHANGES
    except (msgspec.DecodeError, OSError, EOFError):  # another version of Quarterdeck wrote it
        return NO_LAST_CHANGES


def is_sample(store: Store, version: str) -> bool:
    """Whether every business of a version is a sample, or nobody can tell; such mail never leaves the machine."""
    whole = _read(store, version, BRIEFING)
    return whole is None or whole.is_sample


def _sees_a_part(manifest: Manifest, name: str) -> bool:
    own = briefing_of(name)
    return any(one.path == own for one in manifest.private)


def _read(store: Store, version: str, path: str) -> Briefing | None:
    found = store.get(keys.private(version, path))
    try:
        return decode(gzip.decompress(found.data)) if found else None
    except (msgspec.DecodeError, OSError, EOFError):  # another version of Quarterdeck wrote it
        return None


def _may_see(audience: Audience, briefing: Briefing) -> bool:
    known = {one.entity for one in briefing.entities}
    return set(briefing.roles) <= set(audience.roles) and (
        audience.entities is None or known <= set(audience.entities)
    )
