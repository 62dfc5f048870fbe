"""The shape of a page that explains: entries with a title, text in labelled parts, and a table."""

import re
from collections.abc import Iterable

import msgspec
from markupsafe import Markup

from quarterdeck.model.page import HOW_MADE, Page
from quarterdeck.reports.components import Head, Table
from quarterdeck.reports.escape import safe
from quarterdeck.reports.render import render

_LABEL = re.compile(
    r"^(Args|Returns|Raises|Example|What it checks|Why it matters|How to mend|Known limits|Source):\s*"
)
WORDS = {"Args": "Inputs", "Returns": "Result", "Raises": "Refused"}
"""Label of a docstring -> the word for people."""
_CODE = re.compile(r"`([^`]+)`")


class Item(msgspec.Struct, frozen=True):
    """One entry of a catalogue page."""

    title: str
    anchor: str
    grey: str
    """One line beneath the title."""
    parts: tuple[tuple[str, Markup], ...] = ()
    """Label (empty for the first sentence) and text."""
    table: Table | None = None


def explaining(path: str, title: str, lead: str, items: Iterable[Item]) -> Page:
    """A page of the catalogues; it depends on the package alone."""
    head = Head(title=title, scope="Made from the program itself", description=lead)
    return Page(path, title, render("catalogue.md.j2", head=head, lead=lead, items=tuple(items)), HOW_MADE)


def labelled(text: str) -> tuple[tuple[str, Markup], ...]:
    """A docstring's paragraphs and labelled parts, in their order."""
    parts: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        label = _LABEL.match(line)
        if label:
            parts.append((WORDS.get(label[1], label[1]), [line[label.end() :]]))
        elif parts and line.strip():
            parts[-1][1].append(line.strip())
        elif line.strip() or not parts:
            parts.append(("", [line.strip()]))
        elif parts[-1][1] != [""]:
            parts.append(("", []))
    return tuple((label, marked(" ".join(lines))) for label, lines in parts if "".join(lines).strip())


def marked(text: str) -> Markup:
    """Plain text with `code` in it as HTML."""
    pieces = _CODE.split(text.strip())
    return Markup().join(
        safe(piece) if at % 2 == 0 else Markup("<code>%s</code>") % safe(piece)
        for at, piece in enumerate(pieces)
    )
