"""Publishes one version: claims its name, writes its files, lists it, and gives it to readers last (F-130 to F-135)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Literal

import msgspec

from quarterdeck.history import version_of
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.versions import Manifest, Newest, Properties, State, Version, encode
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.lists import (
    change_state,
    change_versions,
    claim,
    mark_latest,
    read_manifest,
    read_state,
    small,
)
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.publish.plan import Contents, Plan, is_newer, manifest_of, plan
from quarterdeck.publish.store import SIDE_BY_SIDE, Store, TakenError, Upload
from quarterdeck.publish.titles import titled

Descends = Callable[[str, str], bool]
"""Whether the first commit came after the second."""


class Published(msgspec.Struct, frozen=True):
    """What one run did."""

    version: str
    outcome: Literal["published", "listed", "equal", "planned"]
    """`listed`: kept and readable, but a newer one is what readers are given; `equal`: nothing was new."""
    sent: int = 0
    """Files."""
    copied: int = 0
    sent_bytes: int = 0


def publish(
    contents: Contents, state: State, store: Store, *, descends: Descends, dry_run: bool = False
) -> Published:
    """Publish one version, or say which one says the same already.

    May be cut short anywhere and run again, also beside others: readers have the whole former version until the
    state is written, and the whole new one from then on.

    Args:
        contents: What the version holds, whatever its name will be.
        state: That of the store, as read just now.
        store: Where it goes.
        descends: Asks git.
        dry_run: Only say what would be done.

    Raises:
        OutsideError: The store refused, after retries; readers keep what they had.
    """
    if state.newest and state.newest.content == contents.content:
        return Published(state.newest.version, "equal")
    before = read_manifest(store, state.newest.version) if state.newest else None
    own = partial(_standing, store) if dry_run else partial(claim, store)
    planned = _planned(contents, own, before, state.root)
    if dry_run:
        return _told(planned, "planned")
    _write(planned, store)
    _prove(planned.manifest, store, state.root)
    _list(planned.manifest, state, store, descends)
    _refuse_pruned(planned.manifest, store, state.root)
    for record in planned.records:  # a version that never came to be leaves nothing behind for trends
        store.put(record)
    is_given = _give(planned.manifest, store, descends)
    return _told(planned, "published" if is_given else "listed")


def _told(planned: Plan, outcome: Literal["published", "listed", "planned"]) -> Published:
    return Published(
        planned.manifest.version, outcome, len(planned.uploads), len(planned.copies), planned.sent_bytes
    )


def _planned(
    contents: Contents, own: Callable[[Manifest], Manifest], before: Manifest | None, root: str
) -> Plan:
    """The plan under the first name that is free or, after a run that was cut short, already ours."""
    day_and_commit = version_of(contents.moment.as_of, contents.moment.commit)
    for again in count(1):
        name = day_and_commit if again == 1 else f"{day_and_commit}.{again}"
        named = contents.named(name)
        manifest = manifest_of(named, name)
        if own(manifest) == manifest:
            return plan(named, manifest, before, root)
    raise AssertionError("numbers never end")


def _standing(store: Store, manifest: Manifest) -> Manifest:
    """The manifest that stands under that name, or the same where it is free: a claim that writes nothing."""
    return read_manifest(store, manifest.version) or manifest


def _write(planned: Plan, store: Store) -> None:
    """Bring every file to its place, unchanged ones by a copy inside the store."""

    def copied(both: tuple[str, Upload]) -> None:
        source, upload = both
        if not store.copy(source, upload):
            store.put(upload)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        for _ in workers.map(copied, planned.copies):
            pass
        for _ in workers.map(store.put, planned.files):
            pass
    missing = small(keys.NOT_FOUND, NOT_FOUND_PAGE)
    standing = store.get(keys.NOT_FOUND)
    if standing is None or standing.data != NOT_FOUND_PAGE:
        store.put(missing)


def _prove(manifest: Manifest, store: Store, root: str) -> None:
    """See that every page of a version is in its place with its size, before anybody is given it (F-135)."""
    for audience, files in manifest.pages.items():
        tree = keys.page(root, audience, manifest.version, "")
        found = {one.key.removeprefix(tree): one.size_bytes for one in store.listed(tree)}
        wanted = {one.path: one.size_bytes for one in files}
        if wrong := sorted(path for path in wanted if found.get(path) != wanted[path]):
            raise OutsideError(
                f"{store.place}: {wrong[0]} and {len(wrong) - 1} more did not arrive whole. "
                "Readers keep the version before; publish again."
            )


def _list(manifest: Manifest, state: State, store: Store, descends: Descends) -> None:
    """Put a whole version into the list of each audience, marked as the one that readers are about to be given."""
    is_next = state.newest is None or is_newer(manifest.version, manifest.moment, state.newest, descends)
    latest = manifest.version if is_next else state.latest
    for audience in sorted(manifest.pages):
        change_versions(store, state.root, audience, lambda found: with_version(found, manifest, latest))


def _refuse_pruned(manifest: Manifest, store: Store, root: str) -> None:
    """See that nobody removes what was just listed: a dead run's leftover that another goes on with may be pruned."""
    standing = read_manifest(store, manifest.version)
    if standing is not None and not standing.is_pruned:
        return
    for audience in sorted(manifest.pages):
        change_versions(store, root, audience, partial(_without, version=manifest.version))
    state = mark_latest(store, root, sorted(manifest.pages))
    raise OutsideError(
        f"{store.place}: version {manifest.version}, which a run that was cut short had begun, is being pruned. "
        f"Readers keep {state.latest or 'nothing'}. Publish again."
    )


def _without(found: tuple[Version, ...], version: str) -> tuple[Version, ...]:
    return tuple(one for one in found if one.version != version)


def with_version(found: tuple[Version, ...], manifest: Manifest, latest: str) -> tuple[Version, ...]:
    """A list with one version more; as it was where it holds it already."""
    others = [one for one in found if one.version != manifest.version]
    mine = next((one for one in found if one.version == manifest.version), None)
    line = mine or Version(manifest.version, "", (), Properties(manifest.moment))
    return titled([*others, line], latest)


def _give(manifest: Manifest, store: Store, descends: Descends) -> bool:
    """Give a version to readers where it is newer than all that they were ever given; says whether they have it."""
    mine = Newest(manifest.version, manifest.moment, manifest.content)

    def given(state: State) -> State:
        if state.newest and not is_newer(manifest.version, manifest.moment, state.newest, descends):
            return state
        return msgspec.structs.replace(state, latest=manifest.version, newest=mine)

    state = change_state(store, given)
    state = mark_latest(store, state.root, sorted(manifest.pages))  # another publisher may have been first
    return state.latest == manifest.version


def begin(store: Store, portfolio: str, random: Callable[[], str], *, dry_run: bool = False) -> State:
    """Make an empty store this portfolio's own; gives the state that stands afterwards.

    Args:
        store: One that holds nothing, else it is refused (F-142).
        portfolio: Its name.
        random: Gives a word that nobody can guess, for the part of the keys that only an edge knows.
        dry_run: Only give the state that would stand.

    Raises:
        OutsideError: The store holds something that is not ours.
    """
    if next(iter(store.listed("")), None) is not None:
        raise OutsideError(
            f"{store.place} holds things of others, and no {keys.STATE}. Name an empty place under publishing: "
            "in portfolio.yml."
        )
    state = State(portfolio=portfolio, root=random() if store.has_edge else "")
    if dry_run:
        return state
    try:
        store.swap(small(keys.STATE, encode(state), kinds.PRIVATE), None)
    except TakenError:
        return begun(read_state(store), store, portfolio)
    return state


def begun(state: State | None, store: Store, portfolio: str) -> State:
    """The state of a store that this portfolio began.

    Raises:
        UsageError: Nobody began it, or it is another portfolio's (F-142).
    """
    if state is None:
        raise UsageError(
            f"{store.place} has no {keys.STATE}, so it is not known to be this portfolio's. If it is the right place, "
            "run: quarterdeck publish --begin"
        )
    if state.portfolio != portfolio:
        raise UsageError(
            f"{store.place} is the store of {state.portfolio}, and this is {portfolio}. Correct publishing: in "
            "portfolio.yml."
        )
    return state
