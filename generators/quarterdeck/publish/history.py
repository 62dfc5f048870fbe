"""What a store keeps of earlier versions besides pages: their records, and what audits saw for each.

Only three areas are read, records, evidence and briefings, so that whoever audits may be kept from everything else: a
briefing says nothing that could not be worked out of the others and the files in git.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final

import msgspec

from quarterdeck.model.errors import OutsideError, Problem
from quarterdeck.model.evidence import AREAS
from quarterdeck.model.history import BEFORE, FOLDER, Earlier, path_of
from quarterdeck.model.versions import Manifest
from quarterdeck.parse.history import parse_history
from quarterdeck.portfolio import EVIDENCE
from quarterdeck.publish import keys
from quarterdeck.publish.inventory import side_by_side
from quarterdeck.publish.store import Store
from quarterdeck.reports.words import counted

RECORD: Final = "record.json"
"""Where a version's record stands in its own part of that area."""

_AREA: Final = PurePosixPath(FOLDER).name
_BEFORE: Final = PurePosixPath(BEFORE).name
_BUILT_OF: Final = frozenset({*AREAS, "imports", _AREA})
"""Folders of evidence that a build reads."""


class Recalled(msgspec.Struct, frozen=True):
    """What a store has for `evidence/` that is not there."""

    place: str
    """The store, in words."""
    files: Mapping[str, bytes]
    """Path below the portfolio -> bytes, by path."""
    records: int = 0
    """How many of them are records of versions."""
    told: int = 0
    """How many of them say what the newest version told its readers."""
    kept: int = 0
    """How many versions have a record there."""
    refused: tuple[str, ...] = ()
    """What could not be read or is not understood, in words."""

    def sentences(self) -> Iterator[str]:
        """The result in words."""
        yield from self.refused
        if not self.kept and not self.refused:
            yield f"No version was published to {self.place} yet: there is nothing to bring back."
            return
        evidence = len(self.files) - self.records - self.told
        brought = [
            *([counted(self.records, "record")] if self.records else []),
            *([f"{counted(evidence, 'file')} of evidence"] if evidence else []),
            *(["what the newest version told its readers"] if self.told else []),
        ]
        what = " and ".join([", ".join(brought[:-1]), *brought[-1:]] if len(brought) > 1 else brought)
        what = f"{what[:1].upper()}{what[1:]}" or "Nothing new"
        yield f"{what} from {self.place}, which knows {counted(self.kept, 'version')}."


def recalled(store: Store, here: Mapping[str, bytes]) -> Recalled:
    """Find what a store has for `evidence/`: all records, and what audits saw and readers were told in the newest.

    With what readers were told the next build compares. A record of the store takes the place of one that was worked
    out here for the same day and commit. What audits saw is taken only where nothing stands yet: what a later run sees
    is newer.

    Args:
        store: Where versions stand.
        here: Path -> bytes of what stands in `evidence/` now.
    """
    refused: list[str] = []
    records: dict[str, tuple[Earlier, bytes]] = {}
    evidence: dict[str, bytes] = {}
    told: dict[str, bytes] = {}
    try:
        records = dict(_records(store, refused))
        newest_first = sorted((one for one, _ in records.values()), key=lambda one: one.order, reverse=True)
        evidence = dict(_evidence(store, newest_first, {*here, *records}, refused))
        told = dict(_told(store, newest_first, refused))
    except OutsideError as error:
        refused.append(str(error))
    changed = {path: data for path, (_, data) in records.items() if here.get(path) != data}
    told = {path: data for path, data in told.items() if here.get(path) != data}
    files = dict(sorted((changed | evidence | told).items()))
    return Recalled(store.place, files, len(changed), len(told), len(records), tuple(refused))


def recorded(store: Store) -> frozenset[str]:
    """Versions whose records the store keeps."""
    found = (one.key.removeprefix(keys.RECORDS).partition("/") for one in store.listed(keys.RECORDS))
    return frozenset(version for version, _, name in found if name == RECORD)


def evidence_of(store: Store, manifest: Manifest) -> dict[str, bytes]:
    """What audits had seen when a version was made, and the records that it knew, each as its manifest says.

    Returns:
        Path below the portfolio -> bytes.

    Raises:
        OutsideError: A file cannot be read, is not there any more, or is another one.
    """
    own = {one.path: one.sha256 for one in manifest.private if is_evidence(one.path)}
    places = {keys.private(manifest.version, path): path for path in own}
    places |= {keys.private(version, f"{_AREA}/{RECORD}"): path_of(version) for version in manifest.records}
    wanted = own | {path_of(version): digest for version, digest in manifest.records.items()}
    found: dict[str, bytes] = {}
    for path, data in _read(store, places):
        if isinstance(data, OutsideError):
            raise data
        if sha256(data).hexdigest() == wanted[path]:
            found[path] = data
    if lost := sorted(wanted.keys() - found.keys()):
        raise OutsideError(
            f"{store.place}: {counted(len(lost), 'file')} of evidence of {manifest.version} cannot be used, "
            f"{lost[0]} first: gone, or not what the manifest says. Bring back the state before, or name a copy "
            "with --evidence."
        )
    return found


def is_evidence(path: str) -> bool:
    """Whether a path of a store may be written below `evidence/`: a plain name of a file that a build reads."""
    folder, *rest = path.split("/")
    return (
        folder == EVIDENCE
        and len(rest) > 1
        and (
            (rest[0] in _BUILT_OF and path.endswith(".json"))
            or (rest[0] == _BEFORE and path.endswith(".json.gz"))
        )
        and not any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in rest)
    )


def _records(store: Store, refused: list[str]) -> Iterator[tuple[str, tuple[Earlier, bytes]]]:
    """Path here -> each record of the store, with its bytes."""
    wanted = {}
    for one in store.listed(keys.RECORDS):
        version, _, name = one.key.removeprefix(keys.RECORDS).partition("/")
        if name == RECORD:
            wanted[one.key] = path_of(version)
    for path, data in _read(store, wanted):
        if isinstance(data, OutsideError):
            refused.append(str(data))
            continue
        found, problems = parse_history({path: data})
        refused += map(_words, problems)
        yield from ((path, (one, data)) for one in found)


def _evidence(
    store: Store, newest_first: Iterable[Earlier], known: set[str], refused: list[str]
) -> Iterator[tuple[str, bytes]]:
    """What audits saw for the newest version that has any evidence, without what is known here.

    It comes as it stands: a build takes no evidence on trust, and says what is wrong with it.
    """
    for version in newest_first:
        area = keys.private(version.version, f"{EVIDENCE}/")
        paths = {one.key: f"{EVIDENCE}/{one.key.removeprefix(area)}" for one in store.listed(area)}
        wanted = {
            key: path
            for key, path in paths.items()
            if is_evidence(path) and path not in known and not path.startswith(f"{BEFORE}/")
        }
        for path, data in _read(store, wanted):
            if isinstance(data, OutsideError):
                refused.append(str(data))
            else:
                yield path, data
        if paths:
            return


def _told(store: Store, newest_first: Iterable[Earlier], refused: list[str]) -> Iterator[tuple[str, bytes]]:
    """Path here -> what the newest version told its readers, as it stands."""
    newest = next((one.version for one in newest_first if not one.is_backfill), "")
    if not newest:
        return
    area = f"{keys.BRIEFINGS}{newest}/"
    paths = {one.key: f"{BEFORE}/{one.key.removeprefix(area)}" for one in store.listed(area)}
    for path, data in _read(store, {key: path for key, path in paths.items() if is_evidence(path)}):
        if isinstance(data, OutsideError):
            refused.append(str(data))
        else:
            yield path, data


def _read(store: Store, wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes | OutsideError]]:
    """Path -> bytes of what stands under each key, or why it cannot be read; what vanished meanwhile is left out."""

    def read(key: str) -> bytes | OutsideError | None:
        try:
            found = store.get(key)
        except OutsideError as error:
            return error
        return found.data if found else None

    answers = side_by_side(read, wanted)
    return ((path, data) for path, data in zip(wanted.values(), answers, strict=True) if data is not None)


def _words(problem: Problem) -> str:
    return f"{problem.path}: {problem.what}; it is left out."
