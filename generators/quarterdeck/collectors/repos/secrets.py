"""Secrets in a repository: in its files, in everything that was ever committed, in messages and names."""

from collections.abc import Iterable, Iterator
from datetime import date
from secrets import token_hex

import msgspec

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.commits import moment
from quarterdeck.collectors.repos.secret_memory import Memory, Standing, Whole
from quarterdeck.collectors.repos.secret_search import Kept, Looked, look_at_words, look_into
from quarterdeck.collectors.scope import Scope
from quarterdeck.git.program import Git
from quarterdeck.model.observed import NotCollected, Text
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.model.severity import Severity
from quarterdeck.secrets.redact import redact
from quarterdeck.secrets.table import DETECTORS

LARGEST = 5_000_000
"""Bytes of a file beyond which it is looked at by its name only."""
MOST_BYTES = 1 << 30
"""Bytes that one audit searches, the present files first."""
MAKE_KEY = "no fingerprint key; make one with `quarterdeck key`, and collect again"
_LINK = "presigned_link"
_ENDED = {"signed_token_in_file": Severity.INFO, "aws_session_credentials": Severity.LOW}
_MARK = "\x01"
_RAW_WORDS = 5


class Version(msgspec.Struct, frozen=True, order=True):
    """One version of one file."""

    path: str
    oid: str
    size: int
    is_tracked: bool


class Day(msgspec.Struct):
    """When a version was put in, and when it was last put in or taken out."""

    first: date
    last: date
    path: str
    """Where it was put in first."""


@collector("repos-secrets", calls={}, kinds=(FoundSecret,), is_regional=False, is_timed=True)
def secrets(scope: Scope, repo: Checkout) -> Found:
    """One record for each secret in each file that holds it now, and one for each that history alone holds."""
    memory = Memory(scope.cache, f"{repo.place.path}\n{repo.place.url}\n{repo.name}", scope.fingerprint_key)
    at = f"{repo.state} {scope.stamp}"
    if memory.content.at != at:
        whole, looked = _audited(repo, memory, scope.fingerprint_key or token_hex(16))
        memory.keep(looked, at, whole)
    else:
        whole = memory.content.whole
    for one in whole.standing:
        record = _record(scope, repo, one)
        if record is not None:
            yield record
    yield from _gaps(scope, repo, whole)


def _audited(repo: Checkout, memory: Memory, key: str) -> tuple[Whole, dict[str, Looked]]:
    versions, missing = _versions(repo)
    small = [one for one in versions if one.size <= LARGEST]
    within, spent = [], 0
    for one in small:
        spent += one.size
        if spent <= MOST_BYTES:
            within.append(one)
    looked = _looked(repo.git, memory, within, key)
    holding = [
        (one, looked[name].kept)
        for one in within
        if looked.get(name := memory.name(one.oid, one.path), Looked()).kept
    ]
    days = _days(repo.git, {one.oid for one, _ in holding})
    standing = [*_in_files(holding, days), *_in_names(repo, versions, key)]
    whole = Whole(
        tuple(
            sorted(
                standing,
                key=lambda one: (
                    one.path,
                    one.kept.line,
                    one.kept.code,
                    not one.is_tracked,
                    one.origin,
                    one.first or date.min,
                ),
            )
        ),
        too_large=len({one.oid for one in versions}) - len({one.oid for one in small}),
        cut=sum(not one.is_whole for one in looked.values()),
        beyond=len(small) - len(within),
        missing=missing,
    )
    return whole, looked


def _versions(repo: Checkout) -> tuple[list[Version], int]:
    """Every file of the commit, then every other version that any branch or tag leads to, each once.

    Beside them, how many objects are not here (F-086).
    """
    tree = [Version(one.path, one.oid, one.size, is_tracked=True) for one in repo.files if one.is_plain]
    present = {one.oid for one in tree}
    paths: dict[str, str] = {}
    missing = 0
    for line in repo.git.records("rev-list", "--objects", "--all", "--missing=print", mark=b"\n"):
        oid, _, path = line.partition(" ")
        missing += line.startswith("?")
        if path and oid not in present:
            paths.setdefault(oid, path)
    asked = "".join(f"{oid}\n" for oid in paths).encode()
    told = (
        (
            repo.git.run("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", given=asked)
            or b""
        ).decode()
        if paths
        else ""
    )
    older = []
    for line in told.splitlines():
        oid, kind, *size = line.split(" ")
        if kind == "blob" and size:
            older.append(Version(paths[oid], oid, int(size[0]), is_tracked=False))
    return tree + older, missing


def _looked(git: Git, memory: Memory, versions: list[Version], key: str) -> dict[str, Looked]:
    """What each version holds, by its name in the memory; only what is not known yet is read."""
    found: dict[str, Looked] = {}
    missing: dict[str, list[tuple[str, str]]] = {}
    for one in versions:
        name = memory.name(one.oid, one.path)
        known = memory.of(name)
        if known is not None:
            found[name] = known
        else:
            missing.setdefault(one.oid, []).append((name, one.path))
    for blob in git.objects(missing, LARGEST):
        for name, path in missing.get(blob.name, ()):
            found[name] = look_into(blob.data, path, key)
    return found


def _days(git: Git, oids: set[str]) -> dict[str, Day]:
    """When each of some versions came and went, by the commits of all branches; one pass of the history."""
    found: dict[str, Day] = {}
    if not oids:
        return found
    at = date.min
    arguments = ("log", "--all", "--raw", "--no-abbrev", "--no-renames", f"--format={_MARK}%ct")
    for line in git.records(*arguments, mark=b"\n"):
        if line.startswith(_MARK):
            at = moment(line[1:]).date()
        elif line.startswith(":"):
            about, _, path = line.partition("\t")
            words = about.split(" ")
            if len(words) != _RAW_WORDS:
                continue
            for oid, is_put in ((words[2], False), (words[3], True)):
                if oid in oids:
                    _see(found, oid, at, path if is_put else "")
    return found


def _see(found: dict[str, Day], oid: str, at: date, path: str) -> None:
    day = found.setdefault(oid, Day(at, at, path))
    if path and (at, path) <= (day.first, day.path or path):
        day.path = path
    day.first, day.last = min(day.first, at), max(day.last, at)


def _in_files(
    holding: Iterable[tuple[Version, tuple[Kept, ...]]], days: dict[str, Day]
) -> Iterator[Standing]:
    """Each secret at each present place, or at its last place in history."""
    by_secret: dict[str, list[tuple[Version, Kept]]] = {}
    for version, every in holding:
        for kept in every:
            by_secret.setdefault(kept.fingerprint, []).append((version, kept))
    for places in by_secret.values():
        yield from _of_one(places, days)


def _of_one(places: list[tuple[Version, Kept]], days: dict[str, Day]) -> Iterator[Standing]:
    """One secret, wherever it stands or stood."""
    known = [days[version.oid] for version, _ in places if version.oid in days]
    first = min((one.first for one in known), default=None)
    last = max((one.last for one in known), default=None)
    began = sorted((one.first, one.path) for one in known if one.path)
    present = [(version, kept) for version, kept in places if version.is_tracked]
    was = any(not version.is_tracked for version, _ in places)
    if not present:
        latest = max(
            places, key=lambda each: (days[each[0].oid].last if each[0].oid in days else date.min, each[0])
        )
        present = [latest]
    for version, kept in present:
        origin = _origin(version, began, days, is_alone=len(present) == 1)
        yield Standing(
            redact(version.path),
            redact(origin),
            version.is_tracked,
            was or not version.is_tracked,
            first,
            last,
            kept,
        )


def _origin(version: Version, began: list[tuple[date, str]], days: dict[str, Day], *, is_alone: bool) -> str:
    """The file in which a secret stood first; where it stands in several now, each is known by its own."""
    if is_alone:
        return began[0][1] if began else version.path
    if any(path == version.path for _, path in began):
        return version.path
    return days[version.oid].path or version.path if version.oid in days else version.path


def _in_names(repo: Checkout, versions: Iterable[Version], key: str) -> Iterator[Standing]:
    """Secrets in messages of commits and tags, in names of branches and tags, and in names of files (F-097)."""
    seen = set()
    for where, text, day, is_tracked in _words(repo, versions):
        for kept in look_at_words(text, key):
            if (where, kept.fingerprint) not in seen:
                seen.add((where, kept.fingerprint))
                yield Standing(where, where, is_tracked, not is_tracked, day, day, kept)


def _words(repo: Checkout, versions: Iterable[Version]) -> Iterator[tuple[str, str, date | None, bool]]:
    """Where words stand, the words, their day, and whether they are there now."""
    for record in repo.git.records("log", "--all", "-z", "--format=%h %ct %B"):
        name, at, message = record.split(" ", 2)
        yield f"message of commit {name}", message, moment(at).date(), False
    for record in repo.git.records("for-each-ref", "--format=%(refname)%00%(contents)%00%01", mark=b"\x01"):
        name, _, message = record.strip("\n").partition("\0")
        yield "name of a branch or tag", name, None, False
        if name.startswith("refs/tags/"):
            yield redact(f"message of {name.removeprefix('refs/')}"), message, None, False
    for path, is_tracked in sorted({(one.path, one.is_tracked) for one in versions}):
        yield redact(path), path, None, is_tracked


def _record(scope: Scope, repo: Checkout, one: Standing) -> FoundSecret | None:
    detector = DETECTORS[one.kept.code]
    severity = one.kept.severity
    ends = one.kept.expires
    if ends is not None:
        if detector.name == _LINK and one.first is not None and ends < one.first:
            return None
        if ends < scope.taken_at.date():
            severity = _ENDED.get(detector.name, severity)
    return FoundSecret(
        entity=repo.entity,
        source=scope.source("git tree" if one.is_tracked else "git history"),
        place=repo.name,
        path=one.path,
        line=one.kept.line,
        origin=one.origin if one.origin != one.path else "",
        detector=detector.name,
        code=detector.code,
        vendor=one.kept.vendor,
        use=detector.use,
        severity=severity,
        is_test=one.kept.is_test,
        fingerprint=_print(scope, one.kept),
        is_tracked=one.is_tracked,
        in_history=one.in_history,
        first_seen=one.first or repo.gap(one.path, "no commit says when it came"),
        last_seen=one.last or repo.gap(one.path, "no commit says when it came"),
        ignored=one.kept.ignored,
    )


def _print(scope: Scope, kept: Kept) -> Text:
    if scope.fingerprint_key:
        return kept.fingerprint
    return NotCollected(scope.collector, "fingerprint", MAKE_KEY, scope.entity)


def _gaps(scope: Scope, repo: Checkout, whole: Whole) -> Iterator[NotCollected]:
    if not scope.fingerprint_key:
        yield repo.gap("fingerprints", MAKE_KEY)
    if repo.is_shallow:
        yield repo.gap("history", "history not covered: its older commits were never fetched")
    for count, subject, what in (
        (whole.too_large, "large files", "files over 5 MB, looked at by their names only"),
        (whole.cut, "long files", "files not searched to the end, since too much in them looks like secrets"),
        (whole.beyond, "old versions", "versions of files beyond the first gigabyte, not searched"),
        (whole.missing, "missing", "objects of its history that are not here, not searched"),
    ):
        if count:
            yield repo.gap(subject, f"{what}: {count}")
