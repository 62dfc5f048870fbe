"""Finds what stated gaps of several businesses name alike; what is not written is not guessed."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
from markupsafe import Markup

from quarterdeck.model.entity import Entity
from quarterdeck.model.handoff import Bullet, Task
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import written

_WORD = re.compile(r"[a-z][a-z0-9-]*")
_TECHNICAL = frozenset(
    [
        "access",
        "account",
        "alarm",
        "api",
        "app",
        "availability",
        "backup",
        "bcc",
        "bucket",
        "calendar",
        "cart",
        "certificate",
        "checkout",
        "cloud",
        "code",
        "coded",
        "credential",
        "dashboard",
        "data",
        "database",
        "deploy",
        "domain",
        "error",
        "function",
        "hard-coded",
        "identity",
        "key",
        "link",
        "log",
        "login",
        "mail",
        "monitoring",
        "observability",
        "password",
        "payment",
        "pipeline",
        "recovery",
        "registrar",
        "repository",
        "restore",
        "secret",
        "sender",
        "server",
        "signing",
        "site",
        "stack",
        "stripe",
        "table",
        "token",
        "uptime",
        "waiver",
        "warehouse",
        "webhook",
    ]
)
"""A phrase counts only where one of its words is one of these: money and people are other pages' affair."""
_FILLERS = frozenset(
    [
        "a",
        "about",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "each",
        "every",
        "everything",
        "for",
        "from",
        "goes",
        "has",
        "have",
        "in",
        "into",
        "is",
        "it",
        "its",
        "leave",
        "no",
        "nobody",
        "not",
        "of",
        "old",
        "on",
        "one",
        "only",
        "or",
        "other",
        "out",
        "same",
        "so",
        "still",
        "than",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "up",
        "us",
        "way",
        "we",
        "what",
        "which",
        "with",
        "without",
        "written",
    ]
)


class Voice(msgspec.Struct, frozen=True):
    """One bullet as somebody wrote it."""

    business: str
    bullet: Bullet

    @property
    def html(self) -> Markup:
        """The bullet as it enters a page."""
        return written(self.bullet.html)


class Pattern(msgspec.Struct, frozen=True):
    """One thing that several businesses name."""

    name: str
    """The words that they share, or the repository, site or stack of a sister business."""
    businesses: tuple[str, ...]
    voices: tuple[Voice, ...]
    tasks: tuple[Task, ...] = ()
    """Open tasks that name it, too."""
    is_shared_thing: bool = False
    """One business names what belongs to another; otherwise the same words stand in several handoffs."""


def patterns(
    bullets: Sequence[Bullet], entities: Sequence[Entity], tasks: Iterable[Task]
) -> tuple[Pattern, ...]:
    """Phrases that gaps of two or more businesses share, widest spread first; then things named across businesses.

    A phrase whose bullets all belong to a wider one is left out, and so is a bullet that a phrase already has.
    """
    gaps = [bullet for bullet in bullets if bullet.section == "gaps"]
    titles = {entity.entity: entity.title for entity in entities}
    open_tasks = [task for task in tasks if task.is_open]
    found = [_pattern(phrase, said, titles, open_tasks) for phrase, said in _shared(gaps)]
    taken = {voice.bullet for pattern in found for voice in pattern.voices}
    rest = [bullet for bullet in gaps if bullet not in taken]
    return (*found, *_across(rest, entities, titles))


def _shared(gaps: Sequence[Bullet]) -> list[tuple[str, list[Bullet]]]:
    said: dict[str, list[Bullet]] = {}
    for bullet in gaps:
        for phrase in dict.fromkeys(_phrases(bullet.text)):
            said.setdefault(phrase, []).append(bullet)
    wide = [(phrase, them) for phrase, them in said.items() if len({one.entity for one in them}) > 1]
    wide.sort(key=lambda item: (-len({one.entity for one in item[1]}), -len(item[1]), item[0]))
    kept: list[tuple[str, list[Bullet]]] = []
    for phrase, them in wide:
        if not any(set(map(id, them)) <= set(map(id, others)) for _, others in kept):
            kept.append((phrase, them))
    return kept


def _phrases(text: str) -> list[str]:
    words = [_singular(word) for word in _WORD.findall(text.lower())]
    return [
        f"{left} {right}"
        for left, right in pairwise(words)
        if not {left, right} & _FILLERS and {left, right} & _TECHNICAL
    ]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004


def _pattern(phrase: str, said: Sequence[Bullet], titles: dict[str, str], tasks: Sequence[Task]) -> Pattern:
    return Pattern(
        name=phrase[:1].upper() + phrase[1:],
        businesses=tuple(dict.fromkeys(titles[one.entity] for one in said)),
        voices=tuple(Voice(titles[one.entity], one) for one in said),
        tasks=tuple(task for task in tasks if phrase in _phrases(task.text)),
    )


def _across(bullets: Sequence[Bullet], entities: Sequence[Entity], titles: dict[str, str]) -> list[Pattern]:
    """Bullets that name a repository, site or stack of another business."""
    owned = [
        (name, entity.entity)
        for entity in entities
        for names in (entity.repos, entity.sites, entity.aws_stacks)
        if not isinstance(names, Blank)
        for name in names
    ]
    found = []
    for bullet in bullets:
        for name, owner in owned:
            if owner != bullet.entity and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", bullet.text):
                businesses = (titles[bullet.entity], titles[owner])
                voices = (Voice(titles[bullet.entity], bullet),)
                found.append(Pattern(name, businesses, voices, is_shared_thing=True))
                break
    return found
