"""Ids and printed text from names as people type them: whatever a name holds, it stays text."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from quarterdeck.model.errors import UsageError

LONGEST_ID: Final = 40
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&]")


def id_of(name: str) -> str:
    """Lower-case letters and digits with hyphens, made of a name; empty where nothing of it can stand in an id."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_IDS.sub("-", plain).strip("-")[:LONGEST_ID].strip("-")


def entity_id(business: str) -> str:
    """The id of a business from its name.

    Raises:
        UsageError: Nothing of the name can stand in an id.
    """
    if entity := id_of(business):
        return entity
    raise UsageError(
        f"{business!r} gives no id; name the business in letters a to z, such as harbor-tours. "
        "Its name as printed can be changed in the file afterwards."
    )


def person_id(name: str, taken: Collection[str]) -> str:
    """The id of a person: the first word of the name, else all of it, where that is free.

    Raises:
        UsageError: No id is left, or nothing of the name can stand in one.
    """
    whole = id_of(name)
    for one in (whole.split("-", 1)[0], whole):
        if one and one not in taken:
            return one
    why = f"{whole} is there already" if whole else "nothing of it can stand in an id"
    raise UsageError(f"{name!r} gives no id: {why}. Choose one in letters a to z: --id pat-2")


def plain(text: str) -> str:
    """Text on one line, without signs that nobody sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def quoted(text: str) -> str:
    """A string of YAML or Beancount on one line."""
    line = plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'


def heading(text: str) -> str:
    """Text of a Markdown heading, in which no sign is more than itself."""
    return _MARKDOWN.sub(r"\\\g<0>", plain(text))
