"""Which column of a record a written header means."""

from functools import cache, lru_cache

import msgspec

from quarterdeck.model.columns import Field, Row, fields_of
from quarterdeck.text.nearest import nearest

_CLOSINGS = ("on", "date", "id", "days")
_CLOSED_UP = str.maketrans("", "", " _-\u00a0\t")


class Names(msgspec.Struct, frozen=True):
    """The accepted headers of one record, closed up, each with its column."""

    full: dict[str, Field]
    synonyms: dict[str, Field]
    shortened: dict[str, Field]
    """Headers without their closing on, date, id or days."""

    def find(self, header: str) -> tuple[Field, int] | None:
        """The column and how sure that is (0 by its name, 1 by a synonym, 2 shortened); None for unknown."""
        key = close_up(header)
        for rank, names in enumerate((self.full, self.synonyms, self.shortened)):
            if key in names:
                return names[key], rank
        for closing in _CLOSINGS:
            short = key.removesuffix(closing)
            if short != key and (field := self.full.get(short) or self.synonyms.get(short)):
                return field, 2
        return None

    def nearest(self, header: str) -> str | None:
        """The header that a misspelt one may have been meant to be, as it is printed."""
        return nearest(header.strip(), [field.header.lower() for field in self.full.values()])


def close_up(header: str) -> str:
    """A header without case, spaces, underscores and hyphens."""
    return header.lower().translate(_CLOSED_UP)


@cache
def names_of(record: type[Row]) -> Names:
    """The accepted headers of a record class; where two columns claim one, the first keeps it."""
    full: dict[str, Field] = {}
    synonyms: dict[str, Field] = {}
    shortened: dict[str, Field] = {}
    fields = fields_of(record)
    for field in fields:
        full[close_up(field.name)] = field
        for other in field.column.also:
            synonyms.setdefault(close_up(other), field)
    for field in fields:
        stem, _, closing = field.name.rpartition("_")
        if stem and closing in _CLOSINGS:
            shortened.setdefault(close_up(stem), field)
    return Names(full, synonyms, shortened)


@lru_cache(maxsize=1024)
def match_headers(record: type[Row], headers: tuple[str, ...]) -> tuple[Field | None, ...]:
    """The column that each header means.

    Full names come before synonyms, and synonyms before shortened names; a column is given once, so that
    of `Price` and `Cost` under Offers the first is the price. None for a header without a column.
    """
    taken: set[str] = set()
    result: list[Field | None] = [None] * len(headers)
    for _, index, field in _ranked(names_of(record), headers):
        if field.name not in taken:
            taken.add(field.name)
            result[index] = field
    return tuple(result)


def _ranked(names: Names, headers: tuple[str, ...]) -> list[tuple[int, int, Field]]:
    found = []
    for index, header in enumerate(headers):
        match = names.find(header)
        if match:
            found.append((match[1], index, match[0]))
    return sorted(found, key=lambda one: one[:2])
