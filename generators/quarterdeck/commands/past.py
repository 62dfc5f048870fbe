"""A portfolio as it was: the files of an earlier commit, read and briefed again."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from quarterdeck.brief import EverythingRead, brief
from quarterdeck.changes.compare import Side
from quarterdeck.commands.briefs import EVERYTHING, written
from quarterdeck.commands.cache import Remembered
from quarterdeck.commands.inputs import INPUTS, read
from quarterdeck.figures.collect import Keep, anew
from quarterdeck.git.between import commit_named
from quarterdeck.git.history import export, history, is_shallow
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import InputError, Problem, UsageError
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.history import Earlier
from quarterdeck.portfolio import DATA, EVIDENCE, HANDOFFS, LEDGER, SETTINGS_FILES
from quarterdeck.reports.accounting import steps_met
from quarterdeck.settings import Audience

SHALLOW = " This is a shallow clone: run git fetch --unshallow, or check out with fetch-depth: 0."

_READ = (HANDOFFS, DATA, LEDGER, *SETTINGS_FILES)
"""What a briefing is made of, as far as a commit holds it."""


class Portfolio(msgspec.Struct, frozen=True):
    """What is compared, with the git that knows its past."""

    root: Path
    environ: Mapping[str, str]
    here: EverythingRead
    repository: Path | None = None
    """Where git is asked, for files that stand outside their repository; the portfolio itself unless given."""

    @property
    def as_of(self) -> date:
        """The day of the reports."""
        return self.here.as_of

    @property
    def past(self) -> Path:
        """Where git is asked."""
        return self.repository or self.root


Later = Callable[[Briefing, Audience | None], Side | None]
"""An earlier briefing and whom it was made for -> the files of its commit on the day of the reports."""


def inputs_at(portfolio: Portfolio, commit: str) -> EverythingRead:
    """What a commit holds, its own settings among it, with the evidence and records that are here.

    Raises:
        InputError: Its settings are wrong.
        UsageError: Git lacks some of its files.
    """
    with TemporaryDirectory(prefix="quarterdeck-") as name:
        folder = Path(name, "portfolio")
        folder.mkdir()
        if not export(portfolio.past, commit, folder, _READ):
            why = SHALLOW if is_shallow(portfolio.past) else " Run git fetch --refetch."
            raise UsageError(f"Cannot compare: git lacks files of commit {commit[:7]}.{why}")
        for own in SETTINGS_FILES:
            if (portfolio.root / own).is_file() and not (folder / own).exists():
                shutil.copy(portfolio.root / own, folder / own)
        made = read(
            folder,
            {**portfolio.environ, "XDG_CACHE_HOME": f"{name}/cache"},
            today=lambda _: portfolio.as_of,
            as_of=portfolio.as_of,
            past=history(portfolio.past, INPUTS, commit),
        )
    kept = portfolio.here.reading
    return _with_evidence(made, kept.evidence, kept.problems, kept.records)


def _with_evidence(
    inputs: EverythingRead, evidence: Evidence, problems: Iterable[Problem], records: tuple[Earlier, ...]
) -> EverythingRead:
    """The same with what audits saw and versions left behind, and what was wrong with that."""
    own = (one for one in inputs.reading.problems if not _is_of_evidence(one))
    reading = msgspec.structs.replace(
        inputs.reading,
        evidence=evidence,
        records=records,
        problems=tuple(sorted((*own, *filter(_is_of_evidence, problems)))),
    )
    return msgspec.structs.replace(inputs, reading=reading)


def _is_of_evidence(problem: Problem) -> bool:
    return problem.path.startswith(f"{EVIDENCE}/")


@contextmanager
def later_days(portfolio: Portfolio, keep: Keep = anew) -> Iterator[Later]:
    """Brief the files of earlier versions again, with their own evidence, on the day of the reports.

    What such a briefing says already came with time alone. It is None where that day is the briefing's own, and
    where git lacks its commit or cannot tell its files; see `is_mixed`. Each is remembered by commit, day, evidence
    and whatever else it is made of, so that its files are read once.

    Args:
        portfolio: Its day is that of the reports.
        keep: Figures of businesses, worked out or known; see `briefs`.
    """
    here = portfolio.here
    own = [path.read_bytes() for path in map(portfolio.root.joinpath, SETTINGS_FILES) if path.is_file()]
    of_here = (written(here.reading.records), written(here.settings), *own)
    same: tuple[str | bytes, ...] = (here.as_of.isoformat(), *of_here)
    read_at = cache(partial(inputs_at, portfolio))

    def again(commit: str, before: Briefing, audience: Audience | None) -> Briefing:
        records = here.reading.records
        inputs = _with_evidence(read_at(commit), before.evidence, before.problems, records)
        return brief(inputs, audience, keep)

    with Remembered(
        portfolio.environ, portfolio.root, Briefing, name="later", is_worth_it=True, code=EVERYTHING
    ) as kept:

        def later(before: Briefing, audience: Audience | None) -> Side | None:
            if before.as_of == here.as_of or before.is_dirty or not before.commit:
                return None
            commit = commit_named(portfolio.past, before.commit)
            if not commit:
                return None
            key = (commit, written((before.evidence, before.problems, audience)), *same)
            try:
                made = kept.get(key, partial(again, commit, before, audience))
            except (InputError, UsageError):
                return None
            return Side(made, steps_met(made))

        yield later
