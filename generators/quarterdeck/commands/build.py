"""Builds the site: read, brief, pages, site; each audience aside first, then in place by one rename."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unicodedata import normalize

import msgspec

from quarterdeck import __version__
from quarterdeck.changes.pages import NO_LAST_CHANGES, LastChanges
from quarterdeck.changes.pages import encode as encode_changes
from quarterdeck.commands.briefs import briefs, finished_pages
from quarterdeck.commands.drawings import draw, with_drawings
from quarterdeck.commands.formats import json_text
from quarterdeck.commands.inputs import problems_of, read
from quarterdeck.commands.past import Portfolio, later_days
from quarterdeck.commands.progress import doing
from quarterdeck.commands.since import hint, since
from quarterdeck.commands.workbooks import workbooks
from quarterdeck.figures.inputs import inputs_known
from quarterdeck.git.history import History
from quarterdeck.model.briefing import Briefing, encode
from quarterdeck.model.errors import InputError, OutsideError, Problem, UsageError
from quarterdeck.model.finding import Finding
from quarterdeck.model.page import Drawing, Page
from quarterdeck.model.severity import Severity
from quarterdeck.model.versions import RUN, Run
from quarterdeck.portfolio import DOCS
from quarterdeck.reading import evidence_files, evidence_hash
from quarterdeck.reports.catalogue import catalogue
from quarterdeck.reports.guides import guides_beside
from quarterdeck.reports.handwritten import handwritten
from quarterdeck.reports.pages import Keep, anew, report_pages
from quarterdeck.reports.readers import reader_pages
from quarterdeck.reports.words import counted, day
from quarterdeck.settings import Audience, Settings
from quarterdeck.site.beside import beside, twins
from quarterdeck.site.builder import ASSETS, SIGN_OUT, Builder, nav_of, run_builder, write_config
from quarterdeck.site.twins import Twin

MARKER = ".quarterdeck"
"""Stands in every build folder of ours; a folder without it is never cleaned (F-079)."""
MANIFEST = "manifest.json"
"""Written last into a finished site; without it a site is not complete (F-077)."""

Planned = tuple[str, Briefing, tuple[Page, ...], LastChanges]
"""An audience's name, what it may see, its pages, and when each of them changed last."""
Told = tuple[Briefing, LastChanges]
"""What somebody may see, and when each page of it changed last."""
Extras = tuple[Mapping[str, bytes], Mapping[str, Twin]]
"""Workbooks by their path, and the Markdown of reports by theirs."""
CHANGES = "changes.json"
"""That, beside a tree."""

_ASIDE = ".new-"
_BEFORE = ".old"
_PARTLY = 4


class Built(msgspec.Struct, frozen=True):
    """What one build made."""

    briefing: Briefing
    sites: Mapping[str, Path]
    """Folder of each audience's site."""
    pages: int
    problems: tuple[Problem, ...]
    """All of them, sorted."""
    hint: str = ""
    """What to run first the next time; empty where nothing is."""

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Those for which a file was left out."""
        return tuple(problem for problem in self.problems if problem.refused)

    @property
    def crashed(self) -> tuple[str, ...]:
        """Codes of the audit checks that crashed on something, sorted (F-123)."""
        return tuple(sorted({one.code for one in self.briefing.results if one.status == "error"}))

    def at_or_above(self, fail_on: Severity) -> tuple[Finding, ...]:
        """Findings that nobody accepted and that weigh so much, worst first."""
        return tuple(
            one
            for one in self.briefing.findings
            if one.state != "accepted" and one.severity.rank <= fail_on.rank
        )

    def exit_code(self, fail_on: Severity | None) -> int:
        """2 where a file is refused, 1 where a finding is at or above `fail_on`, 4 where a check crashed, else 0."""
        if self.refused:
            return 2
        if fail_on is not None and self.at_or_above(fail_on):
            return 1
        return _PARTLY if self.crashed else 0

    def sentences(self) -> Iterator[str]:
        """The result in words."""
        for audience, site in self.sites.items():
            whose = "" if len(self.sites) == 1 else f" for {audience}"
            yield f"The site{whose} is in {site}."
        known, old, wanted = inputs_known(
            self.briefing.inputs, "ceo", [one.entity for one in self.briefing.entities]
        )
        yield (
            f"{counted(self.pages, 'page')} as of {day(self.briefing.as_of)}; "
            f"{known + old} of {wanted} inputs known; {counted(len(self.problems), 'problem')} in the files."
        )
        if self.crashed:
            yield (
                f"{counted(len(self.crashed), 'check')} of the audit crashed: {', '.join(self.crashed)}. "
                "That is a fault in Quarterdeck; what they look at is not known, and all others went on."
            )
        if self.briefing.is_dirty:
            yield (
                "The files differ from the last commit, or git is told to ignore some: "
                "this site is for looking at, not for publishing."
            )
        if not self.briefing.commit:
            yield "The portfolio has no git history: sources link to no commit."

    def as_json(self, code: int) -> str:
        """The result for programs."""
        content = {
            "schema": 1,
            "exit_code": code,
            "as_of": self.briefing.as_of,
            "commit": self.briefing.commit,
            "dirty": self.briefing.is_dirty,
            "pages": self.pages,
            "sites": {audience: str(site) for audience, site in self.sites.items()},
            "problems": self.problems,
        }
        return json_text(content)


def build(
    root: Path,
    environ: Mapping[str, str],
    *,
    today: Callable[[str], date],
    as_of: date | None = None,
    builder: str | None = None,
    past: History | None = None,
    repository: Path | None = None,
) -> Built:
    """Build every audience's site of a portfolio.

    Args:
        root: The portfolio.
        environ: For variables that the settings name, and where the cache is.
        today: The clock: time zone -> date; asked once, and only where nothing else says the date.
        as_of: The date of the reports, before anything that the settings say.
        builder: `mkdocs` or `zensical`, before the settings' own.
        past: What git knows of the files, where they stand outside their repository.
        repository: That repository, which knows the version before.

    Raises:
        InputError: The settings are wrong, or a page would be lost or leave the tree.
        UsageError: The build folder is somebody else's, or another build runs in it.
        OutsideError: The site builder failed; the site before it still stands.
    """
    doing("Reading handoffs, books and evidence")
    evidence = evidence_hash(evidence_files(root))
    inputs = read(root, environ, today=today, as_of=as_of, past=past)
    settings, past = inputs.settings, inputs.history
    target = root / settings.build
    chosen = _builder(builder, settings)
    run = Run(
        inputs.as_of,
        chosen,
        past.commit,
        past.committed_at,
        past.is_dirty,
        evidence,
        __version__,
    )
    with _locked(target):
        doing("Working out figures and findings")
        (whole, last), seen = _briefed(Portfolio(root, environ, inputs, repository))
        doing("Writing pages")
        with finished_pages(root, environ) as kept:
            planned = [
                (name, one, all_pages(one, root, kept.get, changed), changed)
                for name, (one, changed) in seen.items()
            ]
        doing("Drawing charts")
        drawn = draw((page for _, _, pages, _ in planned for page in pages), root, environ)
        sign_out = SIGN_OUT if settings.publishing.table else ""
        with ThreadPoolExecutor(1) as meanwhile:  # while the site builder works, which is another program
            extras = meanwhile.submit(_extras, planned, root, environ)
            _build_audiences(target, root, planned, drawn, extras, run, sign_out)
        _write(target / "briefing.json", encode(whole))
        _write(target / CHANGES, encode_changes(last))
        _remove_former(target, settings.audiences)
    sites = {name: target / name / "site" for name in sorted(settings.audiences)}
    count = sum(len(pages) for _, _, pages, _ in planned)
    return Built(whole, sites, count, problems_of(inputs.reading), hint(root, settings.publishing))


def all_pages(
    briefing: Briefing, root: Path, keep: Keep = anew, last: LastChanges = NO_LAST_CHANGES
) -> tuple[Page, ...]:
    """Every page of one audience in the order of the navigation.

    Raises:
        InputError: Two pages would share an address, or one would leave the tree.
    """
    written = handwritten(root / DOCS, briefing)
    explained = (*reader_pages(briefing), *written, *guides_beside(written), *catalogue())
    found = (*report_pages(briefing, keep, last), *explained)
    _check_paths(found)
    return found


def _check_paths(pages: Sequence[Page]) -> None:
    """Refuse lost pages and paths outside the tree before anything is written (F-071, F-074)."""
    own = (file.relative_to(ASSETS).as_posix() for file in sorted(ASSETS.rglob("*")))
    taken = {f"assets/{name}".casefold(): "a file of the theme" for name in own}
    problems = []
    for path in [name for page in pages for name in _paths(page)]:
        address = _address(path)
        parts = Path(path).parts
        if path.startswith("/") or ".." in parts or not parts:
            problems.append(_lost(path, "would leave the tree of pages"))
        elif parts[0].casefold() == "templates":
            problems.append(_lost(path, "would be left out: MkDocs keeps templates/ for itself"))
        elif address in taken:
            problems.append(_lost(path, f"would take the address of {taken[address]}"))
        taken.setdefault(address, path)
    if problems:
        raise InputError(problems)


def _paths(page: Page) -> Iterator[str]:
    """Where a page and its files stand below `docs/`."""
    yield page.path
    yield from (one.path for one in page.downloads)
    if page.sheets:
        yield page.workbook


def _address(path: str) -> str:
    """Where a site builder puts a file, so far that two of one address clash; a README is an index."""
    name = normalize("NFC", path).casefold()
    stem = name.removesuffix(".md")
    if stem != name and stem.rpartition("/")[2] in {"index", "readme"}:
        return stem.rpartition("/")[0] or "index"
    return stem


def _lost(path: str, what: str) -> Problem:
    return Problem(path, 0, 0, "page-lost", what, "Rename one of the two.", Severity.HIGH, refused=True)


def _builder(asked: str | None, settings: Settings) -> Builder:
    return "zensical" if (asked or settings.builder) == "zensical" else "mkdocs"


def _briefed(portfolio: Portfolio) -> tuple[Told, Mapping[str, Told]]:
    """Everything, and what each audience sees of it by name; each with what changed since the version before."""
    with briefs(portfolio.root, portfolio.environ, portfolio.here) as made:
        whole = made(None)
        audiences = sorted(portfolio.here.settings.audiences.items())
        seen = {name: _seen(made, whole, one) for name, one in audiences}
        with later_days(portfolio, made.figures) as later:
            told = since(portfolio, later)
            last = told(whole, "")
            return (whole, last), {
                name: (one, last if one is whole else told(one, name)) for name, one in seen.items()
            }


def _seen(made: Callable[[Audience | None], Briefing], whole: Briefing, audience: Audience) -> Briefing:
    """What an audience may see; all of it where nothing is kept from it."""
    sees_all = audience.entities is None and audience.roles == whole.roles
    return whole if sees_all else made(audience)


def _build_audiences(
    target: Path,
    root: Path,
    planned: Sequence[Planned],
    drawn: Mapping[Drawing, str],
    extras: Future[Mapping[str, Extras]],
    run: Run,
    sign_out: str,
) -> None:
    """Build the trees of all audiences aside, and put them in place once all are whole.

    A builder that outlives a killed build goes on writing, so no two builds share the name of a tree aside.
    """
    asides = {name: target / f"{name}{_ASIDE}{os.getpid()}" for name, *_ in planned}
    try:
        for name, briefing, pages, last in planned:
            _write_pages(asides[name] / "docs", pages, drawn)
            _write(asides[name] / CHANGES, encode_changes(last))
            doing("Making the site" if len(planned) == 1 else f"Making the site for {name}")
            _build_tree(asides[name], briefing, pages, root, run, sign_out)
            _write_beside(asides[name], briefing, pages, extras.result()[name])
            _write(asides[name] / MANIFEST, _manifest(asides[name] / "site"))
        for name, aside in asides.items():
            _put_in_place(aside, target / name)
    finally:
        for aside in asides.values():
            shutil.rmtree(aside, ignore_errors=True)


def _write_pages(docs: Path, pages: Sequence[Page], drawn: Mapping[Drawing, str]) -> None:
    """Write every page with its pictures, and the files that pages offer."""
    for page in pages:
        _write(docs / page.path, with_drawings(page, drawn).encode())
        for download in page.downloads:
            _write(docs / download.path, download.data)


def _build_tree(
    aside: Path, briefing: Briefing, pages: Sequence[Page], root: Path, run: Run, sign_out: str
) -> None:
    """Build one audience's tree, whose pages are written; files beside its pages and its manifest come after."""
    _write(aside / "briefing.json", encode(briefing))
    write_config(
        aside,
        root / "mkdocs.yml",
        nav_of(pages),
        briefing.name,
        qd={"sample": briefing.is_sample, "briefing": "briefing.json", "has_files": True}
        | ({"sign_out": sign_out} if sign_out else {}),
    )
    run_builder("zensical" if run.builder == "zensical" else "mkdocs", aside, run.as_of)
    _write(aside / RUN, json_text(run).encode())


def _extras(planned: Sequence[Planned], root: Path, environ: Mapping[str, str]) -> Mapping[str, Extras]:
    """What of each audience's files needs no site builder."""
    books = workbooks(((name, one, pages) for name, one, pages, _ in planned), root, environ)
    return {
        name: ({path: data for (whose, path), data in books.items() if whose == name}, twins(pages, briefing))
        for name, briefing, pages, _ in planned
    }


def _write_beside(aside: Path, briefing: Briefing, pages: Sequence[Page], extras: Extras) -> None:
    """Write what stands beside the pages of a finished site."""
    books, made = extras
    for path, data in (*books.items(), *beside(aside / "site", pages, briefing, made)):
        _write(aside / "site" / path, data)


def _manifest(site: Path) -> bytes:
    """Hash and size of every file of a site, in order of path."""
    files = {}
    for file in sorted(site.rglob("*")):
        if file.is_file():
            data = file.read_bytes()
            files[file.relative_to(site).as_posix()] = {
                "sha256": hashlib.sha256(data).hexdigest(),
                "size_bytes": len(data),
            }
    return json_text({"schema": 1, "files": files}).encode()


def _put_in_place(aside: Path, place: Path) -> None:
    """Swap a finished tree for the one before: between the two renames nothing is lost (F-077)."""
    before = place.with_name(f"{place.name}{_BEFORE}")
    shutil.rmtree(before, ignore_errors=True)
    if place.exists():
        place.rename(before)
    try:
        aside.rename(place)
    finally:
        if before.exists() and not place.exists():
            before.rename(place)
    shutil.rmtree(before, ignore_errors=True)


def _recover(target: Path) -> None:
    """Bring back what a build that was killed between the two renames had moved away."""
    for before in target.glob(f"*{_BEFORE}"):
        place = before.with_name(before.name.removesuffix(_BEFORE))
        if not place.exists():
            before.rename(place)
        else:
            shutil.rmtree(before, ignore_errors=True)
    for aside in target.glob(f"*{_ASIDE}*"):
        shutil.rmtree(aside, ignore_errors=True)


def _remove_former(target: Path, audiences: Collection[str]) -> None:
    """Remove the trees of audiences that no longer exist."""
    for folder in target.iterdir():
        if folder.is_dir() and folder.name not in audiences and (folder / MANIFEST).is_file():
            shutil.rmtree(folder)


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the build folder for one build; make it ours, or refuse it where it is not (F-078, F-079)."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} is no folder. Move it, or name another as build: in portfolio.yml.")
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _marker(target).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UsageError(f"Another build is at work in {target}. Wait for it to end.") from error
            _recover(target)
            yield
    except OSError as error:
        if error.errno is None or isinstance(error, BlockingIOError):
            raise
        raise OutsideError(_disk_words(error, target)) from error


def claim(folder: Path) -> None:
    """Mark a build folder as ours where nothing was built yet, so that a later build takes it for no one else's."""
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / MARKER).touch()


def _marker(target: Path) -> Path:
    marker = target / MARKER
    if not marker.exists() and any(target.iterdir()):
        raise UsageError(
            f"{target} holds files of others. Move them, or name another folder as build: in portfolio.yml."
        )
    return marker


def _disk_words(error: OSError, target: Path) -> str:
    why = os.strerror(error.errno or 0).lower()
    return f"{error.filename or target}: {why}; the site before this build still stands"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}~")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
