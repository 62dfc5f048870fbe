"""What the last mail said that was taken back since (F-177)."""

from collections.abc import Iterator
from typing import Final

from quarterdeck.mail.desk import Desk, short
from quarterdeck.mail.words import news_badge, news_sentence
from quarterdeck.model.change import Change, Held
from quarterdeck.model.figure import Value

MOST_WITHDRAWN: Final = 5
_REVERT: Final = 'Revert "'
"""How git begins the subject of a commit that takes another one back."""


def withdrawn(desk: Desk) -> Iterator[str]:
    """News of the last mail that are exactly as before them now: figures, and all else by a rollback or a revert.

    A finding that somebody mended is resolved, and was not taken back.
    """
    if desk.edition.told is None:
        return
    now = {one.key: one for one in desk.own}
    reverts = {one.hash for one in desk.changes.commits if one.subject.startswith(_REVERT)}
    whole = desk.edition.is_back or desk.changes.is_rewritten
    last = desk.edition.told.of_roles(frozenset(desk.roles))
    said = {one.key: one for one in desk.shown(last.changes)}
    found = []
    for key, told in said.items():
        one = now.get(key)
        if one is None or not _is_undone(told, one):
            continue
        if whole or one.what == "figure" or not reverts.isdisjoint(one.commits):
            found.append(short(f"{news_badge(told, desk.entities)}: {news_sentence(told)}"))
    yield from found[:MOST_WITHDRAWN]
    if len(found) > MOST_WITHDRAWN:
        yield f"and {len(found) - MOST_WITHDRAWN} more"


def _is_undone(told: Change, one: Change) -> bool:
    """Whether a thing is as it was before it was told; of weeks of a series, whether it is the same weeks."""
    are_same = one.what != "figure" or one.title == told.title
    return are_same and _content(one.after) == _content(told.before)


def _content(held: Held | None) -> Value | None:
    return held.value if held else None
