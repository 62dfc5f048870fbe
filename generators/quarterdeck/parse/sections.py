"""Which section of a handoff a heading opens (reports.md 9.3)."""

import re

from quarterdeck.model.tables import SECTIONS, TABLES, Section, Table
from quarterdeck.text.nearest import nearest

_LEADING_NUMBER = re.compile(r"^\W*\d[\d.]*\W*(?=\S)")
_SIGNS = re.compile(r"[\W_]+")
_SHORTEST_GUESS = 5


def _key(heading: str) -> str:
    """A heading without case, punctuation, emoji and spaces."""
    return _SIGNS.sub("", heading).casefold()


_SECTIONS: tuple[Table | Section, ...] = (*TABLES, *SECTIONS)
_KNOWN = {_key(name): section for section in _SECTIONS for name in (section.heading, *section.also)}
NOTES = next(section for section in SECTIONS if section.name == "notes")


def section_of(heading: str) -> Table | Section | None:
    """The table or section that the whole heading names; None for a heading that nobody knows."""
    return _KNOWN.get(_key(heading)) or _KNOWN.get(_key(_LEADING_NUMBER.sub("", heading)))


def nearest_section(heading: str) -> str | None:
    """The canonical heading that a misspelt one was probably meant to be."""
    key = _key(_LEADING_NUMBER.sub("", heading))
    near = nearest(key, _KNOWN) if len(key) >= _SHORTEST_GUESS else None
    return _KNOWN[near].heading if near else None
