"""Reads the handoffs of a portfolio, and remembers each until a file of it changes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from quarterdeck.commands.cache import Remembered
from quarterdeck.model.errors import Problem
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.tables import TABLE_OF_RECORD, Rows
from quarterdeck.portfolio import Found
from quarterdeck.reading import Reading, parsed, read_handoffs


class HandoffRead(msgspec.Struct, frozen=True, omit_defaults=True):
    """One handoff as it is remembered, or why it is refused."""

    handoff: Handoff | None = None
    """Without its rows, whose kinds its own bytes would not tell."""
    rows: Rows = Rows()
    order: tuple[str, ...] = ()
    """The table of each row, in file order."""
    problems: tuple[Problem, ...] = ()


def remembered_handoffs(root: Path, environ: Mapping[str, str], currency: str) -> Reading:
    """Read all handoffs as `read_handoffs` does, each anew only where one of its files, or our code, changed.

    Args:
        root: The portfolio.
        environ: Says where the cache is.
        currency: Of the portfolio.
    """
    with Remembered(environ, root, HandoffRead, name="handoffs", is_worth_it=True) as cache:

        def parse(one: Found, currency: str) -> Handoff | Sequence[Problem]:
            files = (part for file in one.csv_files.items() for part in file)
            read = cache.get((currency, one.path, one.data, *files), lambda: _kept(parsed(one, currency)))
            return read.problems if read.handoff is None else _with_rows(read.handoff, read)

        return read_handoffs(root, currency, parse)


def _kept(result: Handoff | Sequence[Problem]) -> HandoffRead:
    if not isinstance(result, Handoff):
        return HandoffRead(problems=tuple(result))
    order = tuple(TABLE_OF_RECORD[type(row)].name for row in result.rows)
    rows = {
        name: tuple(row for row, table in zip(result.rows, order, strict=True) if table == name)
        for name in dict.fromkeys(order)
    }
    by_table = Rows(**rows)  # type: ignore[arg-type]  # by table name
    return HandoffRead(msgspec.structs.replace(result, rows=()), by_table, order)


def _with_rows(handoff: Handoff, read: HandoffRead) -> Handoff:
    left = {name: iter(getattr(read.rows, name)) for name in dict.fromkeys(read.order)}
    return msgspec.structs.replace(handoff, rows=tuple(next(left[name]) for name in read.order))
