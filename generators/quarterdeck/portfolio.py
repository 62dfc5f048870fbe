"""Reads a portfolio's files from disk, each once, as bytes."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from unicodedata import normalize

import msgspec

from quarterdeck.model.errors import Problem
from quarterdeck.model.severity import Severity
from quarterdeck.model.tables import TABLE_BY_NAME
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


class Found(msgspec.Struct, frozen=True):
    """One handoff file with the CSV files that belong to it, as bytes."""

    path: str
    data: bytes
    csv_files: dict[str, bytes] = {}
    """Path -> bytes, in order of path."""


def is_portfolio(folder: Path) -> bool:
    """Whether a folder holds handoffs or settings."""
    return (folder / HANDOFFS).is_dir() or (folder / "portfolio.yml").is_file()


def find_handoffs(root: Root) -> tuple[list[Found], list[Problem]]:
    """The bytes of every handoff and its CSV files, in order of path, and what could not be read."""
    problems: list[Problem] = []
    names = [name for name in files_below(root, HANDOFFS, problems) if name.endswith(".md")]
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


def find_ledger(root: Root) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of every book below `ledger/`, in order of path, and what could not be read."""
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    names = [name for name in files_below(root, LEDGER, problems) if name.endswith(BOOKS)]
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


def json_files(root: Root, folders: Iterable[str]) -> tuple[dict[str, bytes], list[Problem]]:
    """Path -> bytes of the JSON files below some folders, in order of path, and what could not be read."""
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for folder in folders:
        for name in files_below(root, folder, problems):
            data = _read(root, name, problems) if name.endswith(".json") else None
            if data is not None:
                files[name] = data
    return files, problems


def _csv_files(root: Root, entity: str, problems: list[Problem]) -> dict[str, bytes]:
    files = {}
    for name in files_below(root, f"{DATA}/{entity}", problems):
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


def files_below(root: Root, folder: str, problems: list[Problem]) -> list[str]:
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
