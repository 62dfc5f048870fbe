"""Reads all that reports are made of: settings, handoffs, books, evidence and history of a portfolio."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from quarterdeck.brief import EverythingRead
from quarterdeck.commands.books import read_books
from quarterdeck.commands.check import frozen_date
from quarterdeck.commands.handoffs import remembered_handoffs
from quarterdeck.git.history import History, history
from quarterdeck.model.errors import InputError, Problem
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.parse.history import parse_history
from quarterdeck.portfolio import DATA, DOCS, HANDOFFS, LEDGER, SETTINGS_FILES
from quarterdeck.reading import Reading, find_evidence, find_history, with_books, with_evidence, with_records
from quarterdeck.settings import Settings, load_settings

INPUTS = (HANDOFFS, DATA, LEDGER, DOCS, "mkdocs.yml", *SETTINGS_FILES)
"""What a build depends on, relative to the portfolio's root."""


def read(
    root: Path,
    environ: Mapping[str, str],
    *,
    today: Callable[[str], date],
    as_of: date | None = None,
    past: History | None = None,
) -> EverythingRead:
    """Settings, handoffs and history of a portfolio, and the date of its reports.

    Args:
        root: The portfolio.
        environ: For variables that the settings name, and where the cache is.
        today: The clock: time zone -> date; asked once, and only where nothing else says the date.
        as_of: The date of the reports, before anything that the settings say.
        past: What git knows of the files, where they stand outside their repository.

    Raises:
        InputError: The settings are wrong; every refused file is told with them.
    """
    try:
        settings = load_settings(root, environ)
    except InputError as error:
        reading = _reading(root, environ, Settings().currency)
        raise InputError([*error.problems, *_refused(reading)]) from error
    reading = _reading(root, environ, settings.currency)
    return EverythingRead(
        reading,
        settings,
        past or history(root, INPUTS),
        as_of or _as_of(settings, reading) or today(settings.timezone),
    )


def _reading(root: Path, environ: Mapping[str, str], currency: str) -> Reading:
    """Handoffs, books, evidence and history of a portfolio, each with what is wrong in it."""
    books = read_books(root, environ)
    reading = with_books(remembered_handoffs(root, environ, currency), books.ledger, books.problems)
    seen, unread = find_evidence(root)
    evidence, problems = parse_evidence(seen)
    reading = with_evidence(reading, evidence, [*unread, *problems])
    kept, lost = find_history(root)
    records, strange = parse_history(kept)
    return with_records(reading, records, [*lost, *strange])


def _as_of(settings: Settings, reading: Reading) -> date | None:
    """The date in the settings, which only a portfolio of samples may carry."""
    real = [handoff.entity.entity for handoff in reading.handoffs if not handoff.entity.is_sample]
    if problems := frozen_date(settings.as_of, real):
        raise InputError([*problems, *_refused(reading)])
    return settings.as_of


def _refused(reading: Reading) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems_of(reading) if problem.refused)


def problems_of(reading: Reading) -> tuple[Problem, ...]:
    """Everything that is wrong with what was read, sorted."""
    return tuple(
        sorted([*reading.problems, *(one for handoff in reading.handoffs for one in handoff.problems)])
    )
