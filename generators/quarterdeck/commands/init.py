"""Makes a new portfolio: all that it needs, under git from its first commit; it builds at once."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from quarterdeck.brief import brief
from quarterdeck.commands.answers import Ask, Given, answers
from quarterdeck.commands.first_commit import first_commit
from quarterdeck.commands.inputs import read
from quarterdeck.commands.key import key
from quarterdeck.commands.ours import ours
from quarterdeck.commands.replace import replace
from quarterdeck.model.errors import Problem, UsageError
from quarterdeck.model.page import HOW_MADE
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.reports.words import counted
from quarterdeck.settings import Settings, load_settings
from quarterdeck.start.brought import Brought, Left, bring
from quarterdeck.start.names import quoted
from quarterdeck.start.portfolio import files
from quarterdeck.start.record import RECORD, record

_SHOWN = 5
"""Problems of one file that are printed."""


class Made(NamedTuple):
    """A portfolio that is planned, and not yet there."""

    directory: Path
    files: Mapping[str, bytes]
    """Path below the folder -> bytes."""
    ours: frozenset[str]
    """Those that are the same in every portfolio."""
    settings: Settings
    brought: tuple[Brought, ...] = ()
    left: tuple[Left, ...] = ()

    def sentences(self) -> Iterator[str]:
        """What is made, a line each; what comes with every portfolio in one."""
        own = [path for path in self.files if path not in self.ours]
        for path in own:
            yield f"made {self.directory / path}"
        yield f"made {counted(len(self.ours), 'file')} besides: for GitHub Actions, editors, git and the set-up"
        zone, currency = self.settings.timezone, self.settings.currency
        yield f"Days begin in {zone}, and money is {currency}: portfolio.yml can say otherwise."
        for one in self.left:
            yield f"left out {one.here}: {one.why}."

    @property
    def first(self) -> str:
        """The handoff to begin with."""
        return next(path for path in self.files if path.startswith("handoffs/"))


def plan(
    directory: Path, given: Given, environ: Mapping[str, str], *, today: Callable[[str], date], ask: Ask
) -> Made:
    """Work out every file of a new portfolio, and write none.

    Args:
        directory: Made where it does not exist; must hold nothing, or a repository without any file.
        given: What is not asked for any more.
        environ: HOME, which no portfolio may write over, and the time zone of this computer.
        today: The day in a time zone: on which handoffs were last confirmed.
        ask: For what nobody said.

    Raises:
        UsageError: The folder holds files already or cannot be written to, or an answer does not fit.
        InputError: The settings would be wrong.
    """
    _refuse_what_is_there(directory)
    brought, left = bring(given.folder) if given.folder else ((), ())
    made = answers(directory, given, environ, ask, is_brought=bool(brought))
    taken = {one.entity for one in brought} | {Path(one.path).stem for one in brought}
    for one in made.businesses:
        if one.entity in taken:
            raise UsageError(
                f"--from brings {one.entity} already; leave --business out, or name another one."
            )
    own = files(made, {one.path: one.data for one in brought}, today(made.timezone))
    kept = ours()
    settings = load_settings(directory, environ, own["portfolio.yml"])
    everything = {**own, **kept, RECORD: record(kept)}
    return Made(directory, everything, frozenset([*kept, RECORD]), settings, brought, left)


def apply(made: Made, environ: Mapping[str, str], *, today: Callable[[str], date]) -> Iterator[str]:
    """Write all files or none, the private key, and the first commit.

    Yields:
        What was made, what was understood of what was brought, and what to do next, a line each.

    Raises:
        OutsideError: The disk refused; nothing of the portfolio is left.
        UsageError: Somebody else made one of the files meanwhile.
    """
    root = made.directory
    folders = {
        root,
        *(parent for path in made.files for parent in (root / path).parents if root in parent.parents),
    }
    new = sorted((one for one in folders if not one.exists()), reverse=True)
    with ExitStack() as undo:
        undo.callback(_remove_empty, new)
        replace(root, {path: (None, data) for path, data in made.files.items()})
        undo.pop_all()
    for path, data in made.files.items():
        if data.startswith(b"#!"):
            (root / path).chmod(0o755)
    yield from made.sentences()
    key(root)
    yield from _understood(made, environ, today)
    yield first_commit(root, environ)
    step = f"Next: cd {root} && quarterdeck serve, then write into {made.first}."
    yield f"{step} The guides are on the site, under {HOW_MADE}."


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _refuse_what_is_there(directory: Path) -> None:
    if directory.exists():
        try:
            held = not directory.is_dir() or any(one.name != ".git" for one in directory.iterdir())
        except OSError as error:
            why = (error.strerror or "no reason given").lower()
            raise UsageError(f"{directory} cannot be read: {why}. Name a new folder.") from None
        if held:
            raise UsageError(f"{directory} is not empty. Name a new folder; nothing is ever written over.")
    above = next(one for one in (directory, *directory.absolute().parents) if one.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        why = "it may not be written to" if above.is_dir() else "it is a file"
        raise UsageError(f"{directory} cannot be made in {above}: {why}. Name a folder elsewhere.")


def _understood(made: Made, environ: Mapping[str, str], today: Callable[[str], date]) -> Iterator[str]:
    """What is read of each handoff that was brought, and what is wrong with it."""
    if not made.brought:
        return
    figures = brief(read(made.directory, environ, today=today)).figures
    known = Counter(one.entity for one in figures if one.is_known)
    for one in made.brought:
        if one.handoff is None:
            yield f"{one.path}: brought in, and not understood:"
        else:
            kind = one.handoff.entity.kind
            tables = [TABLE_BY_NAME[name].heading for name, _ in one.handoff.tables if name in TABLE_BY_NAME]
            facts = (
                f"{one.title}, {one.entity}",
                f"kind {kind}" if isinstance(kind, str) else "no kind",
                f"{counted(len(tables), 'table')}{': ' if tables else ''}{', '.join(dict.fromkeys(tables))}",
                counted(len(one.handoff.tasks), "task"),
                f"{counted(known.get(one.entity, 0), 'figure')} known",
            )
            yield f"{one.path}: {'; '.join(facts)}."
        if one.title != one.entity and not one.is_named:
            yield f"  Reports call it {one.entity}: write name: {quoted(one.title)} between its first ---."
        if one.looks_like:
            yield f"  It looks like the kind {one.looks_like}: write kind: {one.looks_like} between its first ---."
        yield from _problems(one.problems)


def _problems(problems: Iterable[Problem]) -> Iterator[str]:
    listed = sorted(problems)
    for problem in listed[:_SHOWN]:
        yield f"  {problem}"
    if len(listed) > _SHOWN:
        yield f"  and {counted(len(listed) - _SHOWN, 'problem')} more: quarterdeck check"
