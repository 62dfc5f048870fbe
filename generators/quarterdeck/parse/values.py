"""The value grammar: one function for each way in which a cell is read."""

import re
from collections.abc import Callable
from functools import cache

from quarterdeck.model.columns import Field, Grammar
from quarterdeck.model.values import Blank
from quarterdeck.parse.amounts import (
    read_count,
    read_kpi_value,
    read_money,
    read_money_or_ratio,
    read_money_range,
    read_number,
    read_ratio,
)
from quarterdeck.parse.dates import read_date, read_date_or_mtm, read_period
from quarterdeck.parse.refusal import Refusal, blank, quoted
from quarterdeck.text.nearest import nearest

Reader = Callable[[str, Field, str], object]
"""Text, column and default currency to a value of the column's type, a `Blank`, or a `Refusal`."""

ENTITY_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""The grammar of ids that become file names and addresses."""

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_GAPS = re.compile(r"[\s_./&+,'’()-]+")  # noqa: RUF001  # the apostrophe that phones write
_DIGIT = re.compile(r"\d")
_LIST = re.compile(r"[,;\n]")
_YES = frozenset(("yes", "y", "true", "x", "[x]", "✓", "✔", "✔️", "✅"))
_NO = frozenset(("no", "n", "false", "none", "[ ]", "✗", "✘", "❌"))
_CLOSED_UP = str.maketrans("", "", " -_\u00a0‑–")  # noqa: RUF001  # hyphens that word processors write
_OTHER_WORDS = {
    "license": "licence",
    "canceled": "cancelled",
    "cheque": "check",
    "yearly": "annual",
    "annually": "annual",
    "once": "one-time",
    "oneoff": "one-time",
    "everymonth": "monthly",
    "permonth": "monthly",
    "everyyear": "annual",
    "peryear": "annual",
}


def read_text(text: str, _field: Field, _currency: str) -> str | Blank:
    """Keep the text as it is."""
    return blank(text) or text


def read_name(text: str, _field: Field, _currency: str) -> str | Blank:
    """Keep the name, with single spaces."""
    return blank(text) or " ".join(text.split())


def read_names(text: str, field: Field, currency: str) -> tuple[str, ...] | Blank:
    """Read names separated by commas or semicolons; `none` is an empty list."""
    if text.lower() == "none":
        return ()
    found = blank(text)
    if found:
        return found
    names = (read_name(part.strip(), field, currency) for part in _LIST.split(text))
    return tuple(name for name in names if isinstance(name, str))


def read_id(text: str, field: Field, _currency: str) -> str | Blank | Refusal:
    """Read an id of ASCII letters, digits and hyphens, with or without `#` before it.

    A number such as `Q-118` keeps its capitals for the page; a word such as `Phone` loses them, and the
    spaces of a name such as `Harbor Bakery` become hyphens (underscores in the id of a KPI).
    """
    if _ID.fullmatch(text):
        return _folded(text, field)
    found = blank(text)
    if found:
        return found
    if not text.isascii() or len(text) > 2 * 63:
        mend = "Write it with the letters a to z, digits and hyphens, at most 63."
        return Refusal(f"{quoted(text)} is no id", mend, "bad-id")
    slug = _GAPS.sub("-", text.removeprefix("#").strip()).strip("-")
    if _ID.fullmatch(slug):
        return _folded(slug, field)
    return Refusal(
        f"{quoted(text)} is no id", "Write it with letters, digits and hyphens, at most 63.", "bad-id"
    )


def _folded(text: str, field: Field) -> str:
    if field.name == "kpi":
        return text.lower().replace("-", "_")
    return text if _DIGIT.search(text) else text.lower()


def read_ids(text: str, field: Field, currency: str) -> tuple[str, ...] | Blank | Refusal:
    """Read ids separated by commas or semicolons; `none` is an empty list."""
    if text.lower() == "none":
        return ()
    found = blank(text)
    if found:
        return found
    ids: list[str] = []
    for part in _LIST.split(text):
        value = read_id(part.strip(), field, currency)
        if isinstance(value, Refusal):
            return value
        if isinstance(value, str):
            ids.append(value)
    return tuple(ids)


def read_flag(text: str, _field: Field, _currency: str) -> bool | Blank | Refusal:
    """Read yes or no."""
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    return blank(text) or Refusal(f"{quoted(text)} is neither yes nor no", "Write yes or no.", "bad-flag")


def read_word(text: str, field: Field, _currency: str) -> str | Blank | Refusal:
    """Read one of a closed set of words, without regard to case, spaces and hyphens."""
    words = _words(field.words)
    word = words.get(text) or words.get(text.lower().translate(_CLOSED_UP))
    if word:
        return word
    found = blank(text)
    if found:
        return found
    near = nearest(text, field.words)
    known = ", ".join(field.words)
    mend = f'Did you mean "{near}"? Known are {known}.' if near else f"Write one of {known}."
    return Refusal(f"{quoted(text)} is not known here", mend, "bad-word")


@cache
def _words(words: tuple[str, ...]) -> dict[str, str]:
    """Every accepted spelling, closed up, to its canonical word."""
    spellings = {word.lower().translate(_CLOSED_UP): word for word in words}
    for other, word in _OTHER_WORDS.items():
        if word in words:
            spellings.setdefault(other, word)
    return {**spellings, **{word: word for word in words}}


READERS: dict[Grammar, Reader] = {
    "money": read_money,
    "money range": read_money_range,
    "money or ratio": read_money_or_ratio,
    "ratio": read_ratio,
    "date": read_date,
    "date or mtm": read_date_or_mtm,
    "period": read_period,
    "count": read_count,
    "number": read_number,
    "flag": read_flag,
    "id": read_id,
    "name": read_name,
    "text": read_text,
    "word": read_word,
    "ids": read_ids,
    "names": read_names,
    "parts": read_names,
    "kpi value": read_kpi_value,
}
NUMERIC: frozenset[Grammar] = frozenset(
    ("money", "money range", "money or ratio", "ratio", "count", "number", "kpi value")
)
"""Grammars in which `~` before the value marks an estimate."""
