"""Reads a portfolio's files from disk, each once; everything after this works on values."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from unicodedata import normalize

import msgspec

from quarterdeck.model.errors import NO_BUSINESS, Problem
from quarterdeck.model.evidence import AREAS, NO_EVIDENCE, Evidence
from quarterdeck.model.facts import NO_BOOKS
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.history import FOLDER as RECORDS
from quarterdeck.model.history import Earlier
from quarterdeck.model.ledger import Account, Ledger
from quarterdeck.model.severity import Severity
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.references import between, outline, within
from quarterdeck.text.decode import SIZE_LIMIT

HANDOFFS = "handoffs"
DATA = "data"
DOCS = "docs"
LEDGER = "ledger"
EVIDENCE = "evidence"
BOOKS = ".beancount"
"""How the name of a file of the books ends."""
RULES_FILE = f"{LEDGER}/rules.yml"
"""Which payments belong to which account, for the import of statements."""
SETTINGS_FILES = ("portfolio.yml", "repos.env")


Root = Path | Mapping[str, bytes]
"""A portfolio: the folder that it stands in, or the bytes of its files by path, as a commit holds them."""

_ACCOUNT = re.compile(r"\b(?:Assets|Liabilities|Equity|Income|Expenses):([^\s:]+)")
_YEAR = re.compile(r"-\d{4}$")


class Found(msgspec.Struct, frozen=True):
    """One handoff file with the CSV files that belong to it, as bytes."""

    path: str
    data: bytes
    csv_files: dict[str, bytes] = {}
    """Path -> bytes, in order of path."""


class Reading(msgspec.Struct, frozen=True):
    """The handoffs that are sound, and everything that is wrong."""

    handoffs: tuple[Handoff, ...]
    problems: tuple[Problem, ...]
    """Of refused files and between files; each handoff carries its own besides."""
    paths: tuple[str, ...]
    """Every file that was read, refused ones too."""
    ledger: Ledger = NO_BOOKS
    evidence: Evidence = NO_EVIDENCE
    records: tuple[Earlier, ...] = ()
    """What other versions left behind, oldest first."""


def is_portfolio(folder: Path) -> bool:
    """Whether a folder holds handoffs or settings."""
    return (folder / HANDOFFS).is_dir() or (folder / "portfolio.yml").is_file()


Parse = Callable[[Found, str], Handoff | Sequence[Problem]]
"""Makes a handoff of its files and the portfolio's currency; of one that is refused, why."""


def parsed(one: Found, currency: str) -> Handoff | Sequence[Problem]:
    """Parse one handoff with its CSV files."""
    return parse_handoff(one.data, one.path, csv_files=one.csv_files, currency=currency)


def read_handoffs(root: Root, currency: str = "USD", parse: Parse = parsed) -> Reading:
    """Parse all handoffs of a portfolio, whose base currency amounts without one are in.

    Args:
        root: The portfolio.
        currency: Its own.
        parse: Parses one of them, or remembers it.

    Returns:
        Handoffs in order of path. A file that cannot be read, or two that claim one entity, are left out and
        named in the problems; whatever is wrong never stops the others.
    """
    found, problems = find_handoffs(root)
    handoffs: list[Handoff] = []
    for one in found:
        result = parse(one, currency)
        if isinstance(result, Handoff):
            handoffs.append(result)
        else:
            problems.extend(result)
    cross = [*between(outline(handoff) for handoff in handoffs), *_tables_of_nobody(root)]
    refused = {problem.path for problem in cross if problem.refused}
    sound = [_with_references(handoff) for handoff in handoffs if handoff.path not in refused]
    paths = sorted({path for one in found for path in (one.path, *one.csv_files)})
    return Reading(tuple(sound), tuple(sorted([*problems, *cross])), tuple(paths))


def _tables_of_nobody(root: Root) -> Iterator[Problem]:
    """Folders of tables whose business has no handoff, so that nothing reads them."""
    handoffs = {Path(name).stem for name in _files(root, HANDOFFS, [])}
    for entity, name in {name.split("/")[1]: name for name in reversed(_files(root, DATA, []))}.items():
        if entity not in handoffs and name.count("/") > 1:
            what = f"nothing reads {DATA}/{entity}/: there is no {HANDOFFS}/{entity}.md"
            yield _of_nobody(
                name, 0, what, f"{DATA}/{entity}", f"Add {HANDOFFS}/{entity}.md, or rename the folder."
            )


def _books_of_nobody(ledger: Ledger, handoffs: Iterable[Handoff]) -> Iterator[Problem]:
    """Components of the books that no handoff keeps its books under, so that no figure counts them."""
    owned = {handoff.entity.component for handoff in handoffs}
    opened: dict[str, Account] = {}
    for one in ledger.accounts:
        root, component, _, _ = one.parts
        if root != "Equity" and component and component not in owned:
            opened.setdefault(component, one)
    for component, one in opened.items():
        what = f"no figure counts {component}: no handoff keeps its books there"
        mend = f"Add the handoff of that business, with ledger: {component}."
        yield _of_nobody(one.source.path, one.source.line, what, component, mend)


def _of_nobody(path: str, line: int, what: str, row: str, mend: str) -> Problem:
    return Problem(path, line, 0, NO_BUSINESS, what, mend, rule="R-DAT-05", row=row)


def _with_references(handoff: Handoff) -> Handoff:
    dangling = within(handoff)
    if not dangling:
        return handoff
    return msgspec.structs.replace(handoff, problems=tuple(sorted([*handoff.problems, *dangling])))


def find_handoffs(root: Root) -> tuple[list[Found], list[Problem]]:
    """The bytes of every handoff and its CSV files, in order of path, and what could not be read."""
    problems: list[Problem] = []
    names = [name for name in _files(root, HANDOFFS, problems) if name.endswith(".md")]
    clashes = set(_clashes(names, problems))
    found = []
    for name in names:
        if name in clashes:
            continue
        if name.count("/") > 1:
            problems.append(
                _left_out(name, "handoffs are files directly in handoffs/", "Move it up.", Severity.LOW)
            )
            continue
        data = _read(root, name, problems)
        if data is not None:
            found.append(Found(name, data, _csv_files(root, Path(name).stem, problems)))
    return found, problems


def with_books(reading: Reading, ledger: Ledger, problems: Iterable[Problem]) -> Reading:
    """A reading with the books, whose problems get the business of the file that they stand in."""
    owners = {handoff.entity.component.casefold(): handoff.entity.entity for handoff in reading.handoffs}
    owners |= {handoff.entity.entity: handoff.entity.entity for handoff in reading.handoffs}
    owned = [msgspec.structs.replace(one, entity=_owner_of_fault(one, owners)) for one in problems]
    owned += _books_of_nobody(ledger, reading.handoffs)
    return msgspec.structs.replace(
        reading,
        ledger=ledger,
        problems=tuple(sorted([*reading.problems, *owned])),
        paths=tuple(sorted({*reading.paths, *ledger.paths})),
    )


def _owner_of_fault(problem: Problem, owners: Mapping[str, str]) -> str:
    """The entity whose book a problem is in; nobody's where its words name an account of another one."""
    book = owners.get(book_of(problem.path), "")
    words = f"{problem.what} {problem.row}"
    named = {owners.get(one.casefold(), "") for one in _ACCOUNT.findall(words)}
    return book if named <= {book} else ""


def book_of(path: str) -> str:
    """The entity or component that names a book: `jada` of `ledger/jada-2026.beancount`."""
    return _YEAR.sub("", Path(path).stem).casefold()


def find_ledger(root: Root) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of every book below `ledger/`, in order of path, and what could not be read."""
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    names = [name for name in _files(root, LEDGER, problems) if name.endswith(BOOKS)]
    clashes = set(_clashes(names, problems, "file where case does not count"))
    for name in names:
        data = None if name in clashes else _read(root, name, problems)
        if data is not None:
            files[name] = data
    return files, problems


def find_rules(root: Path, problems: list[Problem]) -> bytes | None:
    """The bytes of the category rules; None where there are none, and for a link, which `find_ledger` names."""
    file = root / RULES_FILE
    if file.parent.is_symlink() or file.is_symlink() or not file.is_file():
        return None
    return read_file(file, RULES_FILE, problems)


def find_evidence(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of what collectors wrote below `evidence/`, in order of path, and what could not be read."""
    return _json_files(root, [f"{EVIDENCE}/{area}" for area in sorted({*AREAS, "imports"})])


def find_history(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of what earlier versions left behind, in order of path, and what could not be read."""
    return _json_files(root, [RECORDS])


def _json_files(root: Root, folders: Iterable[str]) -> tuple[dict[str, bytes], list[Problem]]:
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for folder in folders:
        for name in _files(root, folder, problems):
            data = _read(root, name, problems) if name.endswith(".json") else None
            if data is not None:
                files[name] = data
    return files, problems


def with_evidence(reading: Reading, evidence: Evidence, problems: Iterable[Problem]) -> Reading:
    """A reading with what the audits saw."""
    return msgspec.structs.replace(
        reading,
        evidence=evidence,
        problems=tuple(sorted([*reading.problems, *problems])),
        paths=tuple(sorted({*reading.paths, *(one.source.path for one in evidence.snapshots)})),
    )


def with_records(reading: Reading, records: tuple[Earlier, ...], problems: Iterable[Problem]) -> Reading:
    """A reading with what other versions left behind."""
    return msgspec.structs.replace(
        reading, records=records, problems=tuple(sorted([*reading.problems, *problems]))
    )


def _csv_files(root: Root, entity: str, problems: list[Problem]) -> dict[str, bytes]:
    files = {}
    for name in _files(root, f"{DATA}/{entity}", problems):
        stem = Path(name).stem
        if not name.endswith(".csv") or stem not in TABLE_BY_NAME:
            problems.append(
                _left_out(
                    name,
                    "no table has that name",
                    f"Name it after a table of the handoff, such as {DATA}/{entity}/bookings.csv.",
                    Severity.LOW,
                )
            )
            continue
        data = _read(root, name, problems)
        if data is not None:
            files[name] = data
    return files


def _files(root: Root, folder: str, problems: list[Problem]) -> list[str]:
    """Regular files below a folder as relative paths in sorted order; what leads elsewhere is refused."""
    if not isinstance(root, Path):
        return sorted(name for name in root if name.startswith(f"{folder}/") and "/." not in name)
    found = []
    if (root / folder).is_symlink():
        problems.append(_linked(folder))
    for entry, name in _walk(root, folder, problems):
        if entry.is_symlink():
            problems.append(_linked(name))
        elif not entry.is_file(follow_symlinks=False):
            problems.append(_left_out(name, "is no regular file", "Remove it.", Severity.LOW))
        else:
            found.append(name)
    return sorted(found)


def _walk(root: Path, folder: str, problems: list[Problem]) -> Iterator[tuple["os.DirEntry[str]", str]]:
    """Everything below a folder that is no folder itself; hidden names are skipped, links are not entered."""
    start = root / folder
    if start.is_symlink() or not start.is_dir():
        return
    pending = [(start, folder)]
    while pending:
        directory, prefix = pending.pop()
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError as error:
            problems.append(_unreadable(prefix, error))
            continue
        for entry in entries:
            name = f"{prefix}/{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append((Path(entry.path), name))
            else:
                yield entry, name


def _clashes(names: Iterable[str], problems: list[Problem], what: str = "page") -> Iterator[str]:
    """Names that would meet on one page: equal but for case or Unicode form, or `a.md` and `a/index.md`."""
    pages: dict[str, list[str]] = {}
    for name in names:
        page = normalize("NFC", name).casefold().removesuffix("/index.md").removesuffix(".md")
        pages.setdefault(page, []).append(name)
    for same in pages.values():
        for name in same:
            others = " and ".join(other for other in same if other != name)
            if others:
                problems.append(
                    _refused(name, f"would be the same {what} as {others}", "Rename one of them.")
                )
                yield name


def _read(root: Root, name: str, problems: list[Problem]) -> bytes | None:
    """The bytes of one file of a portfolio."""
    return read_file(root / name, name, problems) if isinstance(root, Path) else root[name]


def read_file(file: Path, name: str, problems: list[Problem]) -> bytes | None:
    """The bytes of one file, read once and not beyond the limit; None and a problem where that fails."""
    try:
        with file.open("rb") as stream:
            return stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        problems.append(_unreadable(name, error))
        return None


def _unreadable(path: str, error: OSError) -> Problem:
    reason = error.strerror or type(error).__name__
    return _refused(path, f"cannot be read: {reason.lower()}", "Give it back, or make it readable.")


def _linked(path: str) -> Problem:
    return _refused(path, "is a symbolic link", "Put the file itself here; links are never followed.")


def _refused(path: str, what: str, mend: str) -> Problem:
    return Problem(
        path,
        0,
        0,
        "unreadable",
        what,
        mend,
        Severity.HIGH,
        refused=True,
        rule="R-DAT-09",
        entity=owner_of(path),
    )


def _left_out(path: str, what: str, mend: str, severity: Severity) -> Problem:
    return Problem(path, 0, 0, "left-out", what, mend, severity, entity=owner_of(path))


def owner_of(path: str) -> str:
    """The entity that a file belongs to by its name, such as `jada` of `data/jada/bookings.csv`."""
    parts = Path(path).parts
    return parts[1].removesuffix(".md").casefold() if len(parts) > 1 else ""
