"""A table as values: what its CSV and its sheet of a workbook are written from."""

import csv
import io
from typing import Literal

import msgspec

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First signs that some spreadsheet takes for the begin of a formula (F-053)."""


class Value(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """One cell: a word, an exact number or a day, and never anything that a spreadsheet works out."""

    text: str = ""
    """A number without separators: `-1250.50`; a day as `2026-11-23`; empty where it is not known."""
    kind: Literal["text", "number", "day"] = "text"
    unit: str = ""
    """Of a number: a currency such as `USD`, `share` (0.25 is a quarter), `months`, `days`, `hours`; empty for none."""

    @property
    def harmless(self) -> str:
        """As a CSV holds it: text that begins like a formula has an apostrophe in front.

        A number of ours keeps its minus, since it is one by its type and not by its look; text that only looks like
        one is somebody's text.
        """
        is_text = self.kind == "text" and self.text.startswith(_BEGINS_A_FORMULA)
        return f"'{self.text}" if is_text else self.text


class Head(msgspec.Struct, frozen=True):
    """The head of a column."""

    key: str
    """Stable name: `balance`; in a CSV with its unit behind it."""
    title: str
    """As the page has it."""
    unit: str = ""
    """Of every number beneath it."""


class Sheet(msgspec.Struct, frozen=True):
    """One table of a page."""

    title: str
    """In words of ours: `Cash position`."""
    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]
    has_total: bool = False
    """Whether the last row adds up the others."""

    @property
    def csv(self) -> str:
        """As RFC 4180 has it: a head with units, then a line for each row; numbers bare, days as `2026-11-23`."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        named = (Value(f"{head.key} ({head.unit})" if head.unit else head.key) for head in self.heads)
        writer.writerow([one.harmless for one in named])
        for row in self.rows:
            writer.writerow([one.harmless for one in row])
        return out.getvalue()
