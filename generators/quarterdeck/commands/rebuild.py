"""Makes a past site again from its commit and its evidence, and holds every file against what was published."""

import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from quarterdeck import __version__
from quarterdeck.commands.build import build
from quarterdeck.commands.inputs import INPUTS
from quarterdeck.git.history import export, history, is_shallow, named
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.history import VERSION
from quarterdeck.model.versions import Manifest, decode
from quarterdeck.portfolio import EVIDENCE, files_below, is_portfolio
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.history import evidence_of, is_evidence
from quarterdeck.publish.lists import read_manifest
from quarterdeck.publish.plan import Contents, manifest_of
from quarterdeck.publish.prepared import RECORD, contents, read_built
from quarterdeck.publish.stores import store_of
from quarterdeck.reports.words import counted, day
from quarterdeck.settings import Settings, load_settings

MANIFEST: Final = "manifest.json"
"""What a copy of a version's evidence may have beside it, to hold the files against."""

_PARTLY: Final = 4
_MOST_NAMED: Final = 20
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_NO_CACHE: Final = {"HOME": "", "XDG_CACHE_HOME": ""}
"""Nothing remembered takes part, and nothing of a folder that is gone afterwards is remembered."""


class Rebuilt(msgspec.Struct, frozen=True):
    """A site that was made again."""

    version: str
    commit: str
    as_of: date
    files: int
    """How many were held against the manifest."""
    made_by: str
    """The Quarterdeck that published it; empty where nothing says."""
    has_manifest: bool
    differ: tuple[str, ...] = ()
    """Audience and path of the files that are not as they were published; those of the private part begin with it."""
    purged: tuple[str, ...] = ()
    """Files of which something was taken out after they were published."""
    folder: Path | None = None
    """Where the sites stand, with a folder for each audience; None where they were only held against the manifest."""

    def exit_code(self) -> int:
        """4 where a file differs, else 0."""
        return _PARTLY if self.differ else 0

    def sentences(self) -> Iterator[str]:
        """The result in words, worst news last."""
        yield f"Version {self.version} is made again of commit {self.commit[:7]}, as of {day(self.as_of)}."
        if self.folder:
            yield f"The site of each audience is in {self.folder}."
        if not self.has_manifest:
            yield (
                f"Nothing says what was published, so nothing was compared. Put the version's manifest as {MANIFEST} "
                "beside its evidence."
            )
        elif not self.differ:
            yield f"All {counted(self.files, 'file')} are the same as published, byte for byte."
        if self.purged:
            yield f"Something was taken out of {counted(len(self.purged), 'file')} later; they are left aside."
        if self.made_by not in {"", __version__}:
            yield f"It was published by Quarterdeck {self.made_by}, and this is {__version__}: bytes may differ."
        yield from self._differences()

    def _differences(self) -> Iterator[str]:
        if self.differ:
            yield f"{len(self.differ)} of {counted(self.files, 'file')} differ from what was published:"
            yield from (f"  {path}" for path in self.differ[:_MOST_NAMED])
        if len(self.differ) > _MOST_NAMED:
            yield f"  and {len(self.differ) - _MOST_NAMED} more"


class Known(msgspec.Struct, frozen=True):
    """What is kept of a version that is to be made again."""

    version: str
    commit: str
    """Full hash."""
    as_of: date
    evidence: Mapping[str, bytes]
    """Path below the portfolio -> bytes."""
    manifest: Manifest | None


def rebuild(
    root: Path,
    environ: Mapping[str, str],
    version: str,
    *,
    to: Path | None = None,
    evidence: Path | None = None,
) -> Rebuilt:
    """Make a past site again, aside: nothing of the portfolio is touched, and no store is written to.

    Args:
        root: The portfolio.
        environ: For variables that the settings of that commit name.
        version: Its name.
        to: A folder for the sites, new or empty; without it they are thrown away once they are compared.
        evidence: A folder with the version's evidence; that of the store unless given. With it no bucket is asked.

    Raises:
        InputError: The settings, of today or of that commit, are wrong.
        UsageError: There is no such version or commit, or the folder is not empty.
        OutsideError: The store refused, or a file of the evidence is not what the manifest says.
    """
    if to and to.exists() and not (to.is_dir() and not any(to.iterdir())):
        raise UsageError(f"{to} is there already. Name a new folder, or an empty one.")
    known = known_of(root, environ, version, evidence)
    with TemporaryDirectory(prefix="quarterdeck-") as aside:
        copy = Path(aside) / "portfolio"
        _lay_out(root, known, copy)
        made = _made(root, environ, known, copy)
        if to:
            _keep(made, to)
    return compared(known, manifest_of(made, version), to)


def known_of(root: Path, environ: Mapping[str, str], version: str, evidence: Path | None = None) -> Known:
    """What git, the store and a folder of evidence keep of a version; as `rebuild`."""
    name = VERSION.fullmatch(version)
    if name is None:
        raise UsageError(f"{version} is no version: one is called like 2026-11-23-66e97d4.")
    manifest, files = _kept(root, environ, version, evidence)
    if manifest and manifest.version != version:
        raise UsageError(
            f"{MANIFEST} is that of version {manifest.version}, not of {version}. "
            "Name the evidence of that one: --evidence"
        )
    beginning = manifest.moment.commit if manifest else name[2]
    commit = named(root, beginning) if _COMMIT.fullmatch(beginning) else ""
    if not commit:
        raise UsageError(f"Commit {beginning[:12]} of {version} is not here. Run: git fetch --all")
    if is_shallow(root):
        raise UsageError("Not all of git's history is here: a shallow clone. Run: git fetch --unshallow")
    try:
        as_of = manifest.moment.as_of if manifest else date.fromisoformat(name[1])
    except ValueError:
        raise UsageError(
            f"{version} is no version: {name[1]} is no date. All are listed by: quarterdeck versions"
        ) from None
    return Known(version, commit, as_of, files, manifest)


def _kept(
    root: Path, environ: Mapping[str, str], version: str, evidence: Path | None
) -> tuple[Manifest | None, Mapping[str, bytes]]:
    """The manifest of a version, where it can be had without credentials, and its evidence."""
    settings = load_settings(root, environ)
    if evidence is None:
        store = store_of(settings, root, environ)
        manifest = read_manifest(store, version)
        if manifest is None:
            raise UsageError(
                f"There is no version {version} in {store.place}. quarterdeck versions lists them."
            )
        return manifest, evidence_of(store, manifest)
    if not evidence.is_dir():
        raise UsageError(f"{evidence} is no folder. Name the one that the version's evidence is in.")
    names = {
        name: f"{EVIDENCE}/{name.partition('/')[2]}"
        for name in files_below(evidence.parent, evidence.name, [])
    }
    files = {path: (evidence.parent / name).read_bytes() for name, path in names.items() if is_evidence(path)}
    return _manifest_beside(evidence, settings, root, version), files


def _manifest_beside(evidence: Path, settings: Settings, root: Path, version: str) -> Manifest | None:
    """The manifest in a folder of evidence, else that of a store that is a folder."""
    file = evidence / MANIFEST
    if not file.is_file():
        is_folder = settings.publishing.bucket is None
        return read_manifest(Folder(root / settings.publishing.folder), version) if is_folder else None
    try:
        return decode(file.read_bytes(), Manifest)
    except msgspec.DecodeError as error:
        raise UsageError(
            f"{file} is no manifest of a version: {error}. Bring it from the store again."
        ) from None


def _lay_out(root: Path, known: Known, copy: Path) -> None:
    """Write the files of the commit and the evidence of the version into a folder of ours."""
    if not export(root, known.commit, copy):
        raise OutsideError(f"git lacks files of commit {known.commit[:7]}. Run: git fetch --refetch")
    if not is_portfolio(copy):
        raise UsageError(
            f"Commit {known.commit[:7]} holds no portfolio in this folder. Run it in the folder of then."
        )
    shutil.rmtree(
        copy / EVIDENCE, ignore_errors=True
    )  # what a commit holds there is not what the version was made of
    for path, data in known.evidence.items():
        file = copy / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _made(root: Path, environ: Mapping[str, str], known: Known, copy: Path) -> Contents:
    """Build the site of every audience, and read it as `publish` does."""
    environ = {**environ, **_NO_CACHE}
    built = build(
        copy,
        environ,
        today=lambda _zone: known.as_of,
        as_of=known.as_of,
        builder=known.manifest.builder if known.manifest else None,
        past=history(root, INPUTS, known.commit),
        repository=root,
    )
    if built.refused:
        raise UsageError(
            f"This Quarterdeck refuses {built.refused[0].path} of commit {known.commit[:7]}: {built.refused[0].what}. "
            "Make it again with the one that published it."
        )
    settings = load_settings(copy, environ)
    ready = read_built(copy, settings.build, settings.audiences, known.commit)
    return contents(ready, None, known.manifest.records if known.manifest else ()).named(known.version)


def _keep(made: Contents, to: Path) -> None:
    """Put every audience's site into a folder, as readers of that version had it."""
    for (audience, path), content in made.files.items():
        if audience:
            file = to / audience / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.read_bytes())


def compared(known: Known, made: Manifest, folder: Path | None = None) -> Rebuilt:
    """Hold what was made against what was published, as far as anything says what that was.

    The version's own record is left aside: it follows from the versions before. What was purged is named apart.
    """
    mine, theirs = _hashes(made), _hashes(known.manifest) if known.manifest else {}
    purged = tuple(one.lstrip("/") for one in known.manifest.purged) if known.manifest else ()
    differ = {path for path in mine.keys() | theirs.keys() if mine.get(path) != theirs.get(path)}
    return Rebuilt(
        known.version,
        known.commit,
        known.as_of,
        len(mine.keys() | theirs.keys()),
        known.manifest.quarterdeck if known.manifest else "",
        known.manifest is not None,
        tuple(sorted(differ - {*purged})) if known.manifest else (),
        purged,
        folder,
    )


def _hashes(manifest: Manifest) -> dict[str, str]:
    """`<audience>/<path>`, and `<area>/<path>` of the private part -> hash."""
    return {
        f"{audience}/{one.path}" if audience else one.path: one.sha256
        for audience, one in manifest.everything()
        if audience or one.path != RECORD
    }
