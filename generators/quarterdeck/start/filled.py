"""Fills the templates of new files."""

import re
from importlib.resources import files
from typing import Final

_PLACE: Final = re.compile(r"<([A-Za-z]+)>")


def template(name: str) -> str:
    """The text of one template as it stands."""
    return (files("quarterdeck.start") / "templates" / name).read_text(encoding="utf-8")


def filled(name: str, /, **words: str) -> str:
    """A template with words in place of `<name>` and the like; what a word holds is filled in no further.

    Places that no word is given for, such as `data/<business>/`, stay.
    """
    return _PLACE.sub(lambda place: words.get(place[1], place[0]), template(name))
