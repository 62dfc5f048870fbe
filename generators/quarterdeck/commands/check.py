"""Checks handoffs, and any Markdown files, without building anything."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import msgspec

from quarterdeck.commands.books import read_books
from quarterdeck.commands.cache import Remembered
from quarterdeck.model.errors import Problem, UsageError
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.severity import Severity
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.references import Outline, between, outline, within
from quarterdeck.portfolio import (
    DATA,
    DOCS,
    HANDOFFS,
    LEDGER,
    RULES_FILE,
    SETTINGS_FILES,
    Found,
    find_handoffs,
    find_rules,
    is_portfolio,
    read_file,
)

_MARKDOWN = (".md", ".markdown")
_FEW = 20
"""Reading so few files anew is quicker than remembering them."""
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "site-packages"})


class Checked(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is remembered of one checked file."""

    problems: tuple[Problem, ...] = ()
    outline: Outline | None = None
    """None where the file is refused, or stands alone."""


class CheckResult(msgspec.Struct, frozen=True):
    """What a check found."""

    problems: tuple[Problem, ...]
    """Sorted by file, line and column."""
    files: int


def check(paths: Sequence[Path], here: Path, environ: Mapping[str, str]) -> CheckResult:
    """Check files, folders and portfolios.

    Args:
        paths: What to check; none means the portfolio that holds `here`, else all Markdown files below it.
        here: The folder that printed paths are relative to.
        environ: For the settings and for the place of the cache.

    Raises:
        UsageError: A path does not exist.
    """
    found: dict[Problem, None] = {}
    files = 0
    for path in paths or [portfolio_of(here) or here]:
        if not path.exists():
            raise UsageError(
                f"{path}: there is no such file or folder. Name another, or none for the whole portfolio."
            )
        result = _check_one(path.absolute(), here, environ)
        found.update(dict.fromkeys(result.problems))
        files += result.files
    return CheckResult(tuple(sorted(found)), files)


def portfolio_of(path: Path) -> Path | None:
    """The nearest folder at or above a path that is a portfolio."""
    folder = path.absolute()
    return next((one for one in (folder, *folder.parents) if is_portfolio(one)), None)


def _check_one(path: Path, here: Path, environ: Mapping[str, str]) -> CheckResult:
    root = portfolio_of(path)
    if root is None or not _is_input(path, root):
        return _check_tree(path, here, environ)
    wanted = path.relative_to(root).as_posix()
    return _check_portfolio(root, "" if wanted == "." else wanted, here, environ)


def _is_input(path: Path, root: Path) -> bool:
    """Whether a path is the portfolio itself or one of its inputs; anything else stands alone."""
    parts = path.relative_to(root).parts
    return not parts or parts[0] in {HANDOFFS, DATA, LEDGER} or parts in {(name,) for name in SETTINGS_FILES}


def _check_portfolio(root: Path, wanted: str, here: Path, environ: Mapping[str, str]) -> CheckResult:
    """Every input of a portfolio, compared with each other; only what concerns `wanted` is told."""
    found, problems = find_handoffs(root)
    with _remembered(environ, root, len(found)) as cache:
        checked = [
            cache.get((one.path, one.data, *_flat(one.csv_files)), partial(_handoff, one)) for one in found
        ]
        rules = find_rules(root, problems)
        if rules is not None:
            problems += cache.get((RULES_FILE, rules), partial(_rules, rules)).problems
    problems += [problem for one in checked for problem in one.problems]
    problems += between(one.outline for one in checked if one.outline)
    names = [name for one in found for name in (one.path, *one.csv_files)]
    if any(_concerns(name, wanted) for name in SETTINGS_FILES) and (root / SETTINGS_FILES[0]).is_file():
        real = [one.outline.entity for one in checked if one.outline and not one.outline.is_sample]
        problems += _settings(root, environ, real)
        names.append(SETTINGS_FILES[0])
    if _concerns_folder(LEDGER, wanted):
        books = read_books(root, environ)
        problems += books.problems
        names += [*books.ledger.paths, *([] if rules is None else [RULES_FILE])]
    if _concerns_folder(DOCS, wanted):
        from quarterdeck.reports.guides import (  # noqa: PLC0415 - a check of one handoff needs none of it
            guide_names,
        )
        from quarterdeck.reports.handwritten import (  # noqa: PLC0415
            lost_entities,
            lost_links,
            read_docs,
        )

        found_docs = read_docs(root / DOCS)
        problems += [*found_docs.problems, *lost_links(found_docs, guide_names())]
        if all(one.outline for one in checked):
            problems += lost_entities(found_docs, [one.outline.entity for one in checked if one.outline])
        names += [f"{DOCS}/{name}" for name in found_docs.names]
    told = [problem for problem in problems if _concerns(problem.path, wanted)]
    prefix = os.path.relpath(root, here).replace(os.sep, "/")
    files = sum(_concerns(name, wanted) for name in names)
    if (root / wanted).is_file() and not files:
        raise UsageError(
            f"{wanted} is no handoff, CSV table, book, rules or settings file; nothing in it is checked. "
            "Name one of those, or none for the whole portfolio."
        )
    return CheckResult(tuple(_from_here(told, "" if prefix == "." else prefix)), files)


def _remembered(environ: Mapping[str, str], folder: Path, files: int) -> Remembered[Checked]:
    return Remembered(environ, folder, Checked, name="check", is_worth_it=files > _FEW)


def _flat(files: Mapping[str, bytes]) -> Iterator[str | bytes]:
    for name, data in files.items():
        yield name
        yield data


def _handoff(one: Found) -> Checked:
    result = parse_handoff(one.data, one.path, csv_files=one.csv_files)
    if not isinstance(result, Handoff):
        return Checked(tuple(sorted(result)))
    return Checked(tuple(sorted([*result.problems, *within(result)])), outline(result))


def _rules(data: bytes) -> Checked:
    from quarterdeck.parse.categories import parse_categories  # noqa: PLC0415 - few portfolios import statements

    return Checked(parse_categories(data, RULES_FILE)[1])


def frozen_date(as_of: date | None, real: Sequence[str]) -> tuple[Problem, ...]:
    """What is wrong with a date in the settings: it would freeze the reports of what is no sample."""
    if as_of is None or not real:
        return ()
    what = f"as_of: {as_of} would freeze the reports of {real[0]}, which is no sample"
    mend = "Remove as_of, or mark every handoff with sample: true."
    return (Problem("portfolio.yml", 0, 0, "as-of-with-real-data", what, mend, Severity.HIGH, refused=True),)


def _settings(root: Path, environ: Mapping[str, str], real: Sequence[str]) -> tuple[Problem, ...]:
    from quarterdeck.model.errors import InputError  # noqa: PLC0415 - settings bring pydantic
    from quarterdeck.settings import load_settings  # noqa: PLC0415

    try:
        settings = load_settings(root, environ)
    except InputError as error:
        return error.problems
    return frozen_date(settings.as_of, real)


def _concerns_folder(folder: str, wanted: str) -> bool:
    return not wanted or wanted.split("/", 1)[0] == folder


def _concerns(path: str, wanted: str) -> bool:
    return not wanted or path == wanted or path.startswith(f"{wanted}/")


def _from_here(problems: Iterable[Problem], prefix: str) -> Iterator[Problem]:
    for problem in problems:
        yield msgspec.structs.replace(problem, path=f"{prefix}/{problem.path}") if prefix else problem


def _check_tree(path: Path, here: Path, environ: Mapping[str, str]) -> CheckResult:
    """Markdown files that are no handoffs of a portfolio: each stands alone, ids are not compared."""
    if path.is_file() and path.suffix.lower() not in _MARKDOWN:
        raise UsageError(
            f"{path.name} is no Markdown file; nothing in it is checked. Name one that ends in .md."
        )
    problems: list[Problem] = []
    names = [path] if path.is_file() else sorted(_markdown_below(path))
    with _remembered(environ, path, len(names)) as cache:
        for name in names:
            shown = os.path.relpath(name, here).replace(os.sep, "/")
            data = read_file(name, shown, problems)
            if data is not None:
                problems += cache.get((shown, data), partial(_alone, data, shown)).problems
    return CheckResult(tuple(sorted(problems)), len(names))


def _alone(data: bytes, path: str) -> Checked:
    result = parse_handoff(data, path, stand_alone=True)
    return Checked(tuple(sorted(result.problems if isinstance(result, Handoff) else result)))


def _markdown_below(folder: Path) -> Iterator[Path]:
    """Markdown files below a folder; hidden folders, installed packages and links are left out."""
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                if entry.is_dir():
                    if entry.name not in _SKIPPED_FOLDERS:
                        pending.append(Path(entry.path))
                elif entry.name.lower().endswith(_MARKDOWN) and entry.is_file():
                    yield Path(entry.path)
