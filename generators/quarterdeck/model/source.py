"""Where a fact stands: the file and line that a page links to."""

from datetime import date
from typing import Literal

import msgspec

SourceKind = Literal["handoff", "csv", "ledger", "evidence", "settings", "reference"]


class Source(msgspec.Struct, frozen=True, omit_defaults=True, order=True):
    """One place in the portfolio, as precise as it is known."""

    path: str
    """Relative to the portfolio's root, with forward slashes."""
    line: int = 0
    """Counted from 1 in the file as it was written; 0 means the whole file."""
    kind: SourceKind = "handoff"
    what: str = ""
    """The heading, table or key in the words of the writer, for people."""
    as_of: date | None = None
    """The day for which the fact was stated, where it names one."""
