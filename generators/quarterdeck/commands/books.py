"""Reads the books of a portfolio, and remembers them until a file of them changes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from quarterdeck.commands.cache import Remembered
from quarterdeck.model.errors import Problem
from quarterdeck.model.ledger import Ledger
from quarterdeck.portfolio import find_ledger


class BooksRead(msgspec.Struct, frozen=True, omit_defaults=True):
    """The books, and everything that is wrong with them."""

    ledger: Ledger = Ledger()
    problems: tuple[Problem, ...] = ()


def read_books(root: Path, environ: Mapping[str, str]) -> BooksRead:
    """Read every file below `ledger/`; Beancount is loaded only where one of them changed.

    Args:
        root: The portfolio.
        environ: Says where the cache is.
    """
    files, problems = find_ledger(root)
    if not files:
        return BooksRead(problems=tuple(sorted(problems)))
    with Remembered(environ, root, BooksRead, name="books", is_worth_it=True) as cache:
        read = cache.get(_flat(files), lambda: _read(files))
    return msgspec.structs.replace(read, problems=tuple(sorted([*problems, *read.problems])))


def _flat(files: Mapping[str, bytes]) -> Iterator[str | bytes]:
    for name, data in files.items():
        yield name
        yield data


def _read(files: Mapping[str, bytes]) -> BooksRead:
    from quarterdeck.parse.ledger import parse_ledger  # noqa: PLC0415 - Beancount takes 60 ms to load

    return BooksRead(*parse_ledger(files))
