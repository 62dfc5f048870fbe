"""Reads what a build made, and refuses what may not be published."""

import gzip
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from quarterdeck.git.history import descends, head
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import UsageError
from quarterdeck.model.history import Earlier, path_of
from quarterdeck.model.versions import RUN, Moment, Run, State
from quarterdeck.portfolio import DOCS, EVIDENCE
from quarterdeck.publish.plan import Content, Contents, hashed
from quarterdeck.publish.records import record_bytes
from quarterdeck.reading import evidence_files, evidence_hash
from quarterdeck.reports.guides import guide_files
from quarterdeck.reports.words import counted

BRIEFING: Final = "briefing/briefing.json.gz"
BRIEFINGS_OF: Final = "briefing/audiences/"
CHANGES: Final = "briefing/changes.json.gz"
RECORD: Final = "history/record.json"
"""Where a version's briefing, those of audiences that see a part, when each page changed last, and its record stand in
its private part."""

_OF_THE_RUN: Final = ("as_of", "commit", "history")
"""Parts of a briefing that say when it was made, and what was published before."""
_OF_TIME: Final = ("age_days", "carried", "first_seen")
"""Parts of a finding that follow from the versions before."""
_PRINTS: Final = ("charts", "reports", "site")
"""Parts of the package that turn a briefing into pages."""

Hashes = Mapping[tuple[str, str], tuple[str, int]]


class Built(msgspec.Struct, frozen=True):
    """What a build left, fit to be published."""

    run: Run
    briefing: Briefing
    """The whole of it."""
    written: bytes
    """The same as it stands in its file."""
    of_audiences: Mapping[str, bytes]
    """Path in the private part -> an audience's own briefing and the last changes of its pages as they stand in their
    files, for those that do not see all of it."""
    changes: bytes
    """The last changes of all pages as they stand in their file."""
    evidence: Mapping[str, bytes]
    """Path below the portfolio -> bytes of what audits saw and of records, as the build read them."""
    files: Mapping[tuple[str, str], Path]
    """Audience and path -> file of its tree."""
    hashes: Hashes
    """The same keys -> hash and size."""
    content: str
    """Hash of what readers are told."""


def read_built(root: Path, build: str, audiences: Iterable[str], commit: str | None = None) -> Built:
    """Read the trees of all audiences, and see that they are whole, of one build, and of this commit.

    Args:
        root: The portfolio.
        build: Name of its build folder.
        audiences: Those of the settings.
        commit: Full hash; the one that is checked out unless given.

    Raises:
        UsageError: Nothing is built, or what is built may not be published; it says why (F-150).
    """
    trees = {audience: root / build / audience for audience in sorted(audiences)}
    runs = {_run(tree) for tree in trees.values()}
    if len(runs) != 1:
        raise _again("The trees of the audiences are of different builds")
    run = runs.pop()
    evidence = evidence_files(root)
    _refuse_other_state(head(root) if commit is None else commit, run, evidence)
    written = (root / build / "briefing.json").read_bytes()
    briefing = msgspec.json.decode(written, type=Briefing)
    if briefing.problems:
        named = ", ".join(dict.fromkeys(one.path for one in briefing.problems))
        raise UsageError(
            f"{counted(len(briefing.problems), 'problem')} to mend first, in {named}: quarterdeck check says how."
        )
    if (briefing.commit, briefing.as_of) != (run.commit, run.as_of):
        raise _again("The briefing is of another build than the pages")
    files = {
        (audience, file.relative_to(tree / "site").as_posix()): file
        for audience, tree in trees.items()
        for file in sorted((tree / "site").rglob("*"))
        if file.is_file()
    }
    hashes = {key: hashed(file) for key, file in files.items()}
    for audience, tree in trees.items():
        _refuse_changed(tree, {path: one for (whose, path), one in hashes.items() if whose == audience})
    changes = (root / build / "changes.json").read_bytes()
    parts = dict(_parts(trees, written))
    return Built(
        run, briefing, written, parts, changes, evidence, files, hashes, _content(root, run, written)
    )


def refuse_past(root: Path, state: State) -> None:
    """Refuse to act on settings and reports that readers are past, as a job of months ago would (F-225).

    Args:
        root: The portfolio, whose commit that is checked out counts.
        state: That of the store.

    Raises:
        UsageError: A version of a commit that came after that one was published.
    """
    here, newest = head(root), state.newest
    if newest and descends(root, newest.moment.commit, here):
        raise UsageError(
            f"Commit {here[:7]} is checked out, and version {newest.version} is of a later one. Nothing was done: who "
            "reads and what they read is older here. Check out the newest commit, build, and try again."
        )


def contents(built: Built, before: Earlier | None, kept: Collection[str] = ()) -> Contents:
    """Everything that goes into a version.

    Args:
        built: What the build left.
        before: The record of the newest version.
        kept: Versions whose records the store keeps; such a record is named by its hash and not stored again.
    """
    known = _records(built.evidence, kept)
    own = {path: data for path, data in built.evidence.items() if path not in known.values()}
    told = {BRIEFING: built.written, CHANGES: built.changes, **built.of_audiences}
    private: dict[tuple[str, str], Content] = {("", path): _packed(data) for path, data in told.items()}
    private |= {("", f"evidence/{_below(path)}"): data for path, data in own.items()}
    return Contents(
        moment=Moment(built.run.commit, built.run.committed_at, built.run.as_of),
        content=built.content,
        builder=built.run.builder,
        quarterdeck=built.run.quarterdeck,
        files={**built.files, **private},
        hashes={**built.hashes, **{key: hashed(data) for key, data in private.items()}},
        records={version: hashed(built.evidence[path])[0] for version, path in known.items()},
        naming=partial(_naming, built, before),
    )


def briefing_of(audience: str) -> str:
    """Where the briefing of an audience stands that does not see all of it."""
    return f"{BRIEFINGS_OF}{audience}.json.gz"


def changes_of(audience: str) -> str:
    """Where it stands when each page of such an audience changed last."""
    return f"{BRIEFINGS_OF}{audience}.changes.json.gz"


def _parts(trees: Mapping[str, Path], written: bytes) -> Iterator[tuple[str, bytes]]:
    """Path in the private part -> what audiences are told that do not see all of a briefing."""
    for audience, tree in sorted(trees.items()):
        told = (tree / "briefing.json").read_bytes()
        if told != written:
            yield briefing_of(audience), told
            yield changes_of(audience), (tree / "changes.json").read_bytes()


def _packed(written: bytes) -> bytes:
    return gzip.compress(written, 9, mtime=0)


def _records(evidence: Mapping[str, bytes], kept: Collection[str]) -> dict[str, str]:
    """Version -> path of its record, for those that the store keeps and that were published, not worked out later."""
    found = {}
    for version in sorted(kept):
        with suppress(KeyError, msgspec.DecodeError):
            if not msgspec.json.decode(evidence[path_of(version)], type=Earlier).is_backfill:
                found[version] = path_of(version)
    return found


def _naming(built: Built, before: Earlier | None, version: str) -> Mapping[tuple[str, str], bytes]:
    """The one file in which a version's own name stands: its record."""
    pages = {
        f"{audience}/{path}": digest
        for (audience, path), (digest, _) in built.hashes.items()
        if path.endswith(".html")
    }
    return {("", RECORD): record_bytes(built.briefing, version, built.run.committed_at, pages, before)}


def _run(tree: Path) -> Run:
    try:
        return msgspec.json.decode((tree / RUN).read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError):
        raise _again(f"Nothing that can be published stands in {tree.parent.name}/{tree.name}") from None


def _refuse_other_state(commit: str, run: Run, evidence: Mapping[str, bytes]) -> None:
    """Refuse what was built of files that no commit holds, or of another commit or evidence than stand here now."""
    if not run.commit:
        raise UsageError(
            "A version is named after its commit, and this portfolio has none. Commit it, then build."
        )
    if run.dirty:
        raise UsageError(
            "The site was built of files that differ from the last commit, or that git is told to ignore. "
            "Commit them, build, then publish."
        )
    if commit != run.commit:
        raise _again(f"The site was built of commit {run.commit[:7]}, and another one is checked out")
    if evidence_hash(evidence) != run.evidence:
        raise _again("What audits saw has changed since the site was built")


def _refuse_changed(tree: Path, found: Mapping[str, tuple[str, int]]) -> None:
    """Refuse pages that are not as the build wrote them."""
    listed = msgspec.json.decode((tree / "manifest.json").read_bytes())["files"]
    built = {path: (one["sha256"], one["size_bytes"]) for path, one in listed.items()}
    if changed := sorted({path for path, _ in built.items() ^ found.items()}):
        raise _again(f"{changed[0]} of {tree.name} is not as it was built")


def _again(why: str) -> UsageError:
    return UsageError(f"{why}. Run quarterdeck build, then publish.")


def _content(root: Path, run: Run, written: bytes) -> str:
    """Hash of what readers are told: the briefing but for its day and commit, and what turns it into pages."""
    whole = sha256(_timeless(written))
    whole.update(f"{run.builder} {run.quarterdeck}".encode())
    package = Path(__file__).parents[1]
    ours = [file for part in _PRINTS for file in sorted((package / part).rglob("*")) if file.suffix != ".pyc"]
    theirs = [*sorted((root / DOCS).rglob("*")), root / "mkdocs.yml"]
    for file in (*ours, *guide_files(), *theirs):
        if file.is_file():
            whole.update(hashed(file)[0].encode())
    return whole.hexdigest()


def _timeless(written: bytes) -> bytes:
    """A briefing without what follows from when it was made."""
    raw: dict[str, Any] = msgspec.json.decode(written)
    for name in _OF_THE_RUN:
        raw.pop(name, None)
    for finding in raw.get("findings", ()):
        for name in _OF_TIME:
            finding.pop(name, None)
    return msgspec.json.encode(raw, order="sorted")


def _below(path: str) -> str:
    """A path of evidence without the folder's own name."""
    return path.removeprefix(f"{EVIDENCE}/")
