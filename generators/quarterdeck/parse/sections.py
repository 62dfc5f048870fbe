"""Which section of a handoff a heading opens."""

import re

from quarterdeck.model.tables import SECTIONS, TABLES, Section, Table
from quarterdeck.text.nearest import nearest

_LEADING_NUMBER = re.compile(r"^\W*\d[\d.]*\W*(?=\S)")
_SIGNS = re.compile(r"[\W_]+")
_SHORTEST_GUESS = 5
_LONG_ENOUGH = 9


def _key(heading: str) -> str:
    """A heading without case, punctuation, emoji and spaces."""
    return _SIGNS.sub("", heading).casefold()


_SECTIONS: tuple[Table | Section, ...] = (*TABLES, *SECTIONS)
_KNOWN = {_key(name): section for section in _SECTIONS for name in (section.heading, *section.also)}
_WRITTEN = {
    _key(name): name.capitalize() for section in _SECTIONS for name in (*section.also, section.heading)
}
NOTES = next(section for section in SECTIONS if section.name == "notes")


def section_of(heading: str) -> Table | Section | None:
    """The table or section that the whole heading names; None for a heading that nobody knows."""
    return _KNOWN.get(_key(heading)) or _KNOWN.get(_key(_LEADING_NUMBER.sub("", heading)))


def nearest_section(heading: str) -> str | None:
    """The known heading that a misspelt one was probably meant to be.

    Short words lie near to many others, so they have to differ by one letter added, lost or swapped.
    """
    key = _key(_LEADING_NUMBER.sub("", heading))
    if len(key) < _SHORTEST_GUESS:
        return None
    if len(key) < _LONG_ENOUGH:
        near = next((known for known in _WRITTEN if _is_slip(key, known)), None)
    else:
        near = nearest(key, _WRITTEN)
    return _WRITTEN[near] if near else None


def _is_slip(word: str, known: str) -> bool:
    if abs(len(word) - len(known)) > 1:
        return False
    if len(word) == len(known):
        return sorted(word) == sorted(known)
    shorter, longer = sorted((word, known), key=len)
    letters = iter(longer)
    return all(letter in letters for letter in shorter)
