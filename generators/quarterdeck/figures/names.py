"""The subjects in figure ids: short, stable and unique names of what people wrote."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from quarterdeck.model.columns import Row
from quarterdeck.model.values import Blank

R = TypeVar("R", bound=Row)

_BETWEEN = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name as names are compared: without case, spaces, punctuation and accents."""
    return _BETWEEN.sub("", _plain(name))


def slug(name: str) -> str:
    """A name as the subject of an id: lower case with hyphens, letters of any script."""
    return _BETWEEN.sub("-", _plain(name)).strip("-") or "unnamed"


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def named(rows: Iterable[R], column: str) -> Iterator[tuple[str, str, R]]:
    """Each row that has a name, with its slug and the name; a second row of one slug gets `-2`, and so on."""
    seen: dict[str, int] = {}
    for row in rows:
        name = getattr(row, column)
        if isinstance(name, Blank):
            continue
        subject = slug(name)
        seen[subject] = seen.get(subject, 0) + 1
        yield subject if seen[subject] == 1 else f"{subject}-{seen[subject]}", name, row
