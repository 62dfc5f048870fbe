"""The files of a new business: its handoff with prompts for its kind, and its book."""

from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from quarterdeck.model.entity import EntityKind
from quarterdeck.model.errors import UsageError
from quarterdeck.model.ledger import BOOK
from quarterdeck.start.filled import filled, template
from quarterdeck.start.names import heading, plain, quoted
from quarterdeck.text.nearest import nearest

KINDS: Final = MappingProxyType[EntityKind, str](
    {
        "charter": "trips that guests book, such as on a boat",
        "concert": "evenings with tickets",
        "hauling": "jobs with a truck or trailer",
        "agency": "clients who pay by the month, hour or project, such as web sites",
        "rental": "a house that is let",
        "delivery": "boats or vehicles brought from place to place",
        "saas": "a tool that others use, or that is part of another business",
        "generic": "anything else",
    }
)
"""Every kind of business, and what it means to somebody who has to choose."""

_FIRST_TASKS = timedelta(days=14)


class Business(NamedTuple):
    """A business that a file is begun for."""

    entity: str
    """Its id."""
    name: str
    kind: EntityKind
    owner: str = ""
    """Id of the person who does its tasks."""


def kind_of(text: str) -> EntityKind:
    """The kind that a word names.

    Raises:
        UsageError: It names none.
    """
    word = text.strip().lower()
    for kind in KINDS:
        if kind == word:
            return kind
    guess = nearest(word, KINDS)
    hint = f" Did you mean {guess}?" if guess else ""
    raise UsageError(f"{text!r} is no kind of business.{hint} Kinds are {', '.join(KINDS)}.")


def handoff(business: Business, today: date) -> str:
    """The handoff of a business that nobody has written about yet; its tables wait in comments.

    A table without rows says that there are none, and is counted; so no heading stands outside of its comment.
    """
    own, _, tables = template(f"kinds/{business.kind}.md").partition("---\n")
    words = {
        "entity": business.entity,
        "name": quoted(business.name),
        "kind": business.kind,
        "owner": f"owner: {business.owner}\n" if business.owner else "",
        "today": today.isoformat(),
        "soon": (today + _FIRST_TASKS).isoformat(),
        "own": own,
        "heading": heading(business.name),
        "tables": tables.replace("<entity>", business.entity),
        "TASK": f"{'' if business.entity[0].isalpha() else 'B-'}{business.entity.upper()}",
    }
    return filled("handoff.md", **words)


def book(business: Business, year: int, currency: str) -> str:
    """The skeleton of a business's book: all of it comments, so that nothing is counted before somebody wrote it."""
    return filled(
        "book.beancount",
        name=plain(business.name),
        year=f"{year:04}",
        COMPONENT=business.entity.upper(),
        currency=currency,
    )


def book_path(business: Business, year: int) -> str:
    """Where a business's book of a year stands."""
    return BOOK.format(entity=business.entity, year=year)
