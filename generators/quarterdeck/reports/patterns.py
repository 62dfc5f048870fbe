"""Finds what stated gaps of several businesses name alike; what is not written is not guessed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec
from markupsafe import Markup

from quarterdeck.model.entity import Entity
from quarterdeck.model.handoff import Bullet, Task
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import written

_WORD = re.compile(r"[a-z][a-z0-9-]*")
_RUN = re.compile(r"[\w-]+")
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
    named = _by_phrase(task for task in tasks if task.is_open)
    found = [_pattern(phrase, said, titles, named.get(phrase, ())) for phrase, said in _shared(gaps)]
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
    phrases_of: dict[int, set[str]] = {}
    for phrase, them in wide:
        if not set.intersection(*(phrases_of.get(id(one), set()) for one in them)):
            kept.append((phrase, them))
            for one in them:
                phrases_of.setdefault(id(one), set()).add(phrase)
    return kept


def _by_phrase(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    named: dict[str, list[Task]] = {}
    for task in tasks:
        for phrase in dict.fromkeys(_phrases(task.text)):
            named.setdefault(phrase, []).append(task)
    return named


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
        tasks=tuple(tasks),
    )


def _across(bullets: Sequence[Bullet], entities: Sequence[Entity], titles: dict[str, str]) -> list[Pattern]:
    """Bullets that name a repository, site or stack of another business."""
    things = _Things(entities)
    found = []
    for bullet in bullets:
        named = things.named_in(bullet)
        if named:
            name, owner = named
            voices = (Voice(titles[bullet.entity], bullet),)
            found.append(Pattern(name, (titles[bullet.entity], titles[owner]), voices, is_shared_thing=True))
    return found


class _Things:
    """Repositories, sites and stacks of all businesses, found in a text by the word that each begins with."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._owners: dict[str, list[tuple[int, str]]] = {}
        """Place in the order of entities, and entity, by name; no more than two owners, since one may be asking."""
        self._by_start: dict[str, list[str]] = {}
        for place, (name, owner) in enumerate(_owned(entities)):
            if name not in self._owners:
                start = _RUN.match(name)
                self._by_start.setdefault(start.group() if start else "", []).append(name)
            owners = self._owners.setdefault(name, [])
            if len(owners) < 2 and all(one != owner for _, one in owners):  # noqa: PLR2004
                owners.append((place, owner))

    def named_in(self, bullet: Bullet) -> tuple[str, str] | None:
        """The first thing of another business that a bullet names, with its owner."""
        found = [
            (*owned, name)
            for start in ("", *dict.fromkeys(_RUN.findall(bullet.text)))
            for name in self._by_start.get(start, ())
            if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", bullet.text)
            for owned in self._owners[name]
            if owned[1] != bullet.entity
        ]
        if not found:
            return None
        _, owner, name = min(found)
        return name, owner


def _owned(entities: Iterable[Entity]) -> Iterator[tuple[str, str]]:
    for entity in entities:
        for names in (entity.repos, entity.sites, entity.aws_stacks):
            if not isinstance(names, Blank):
                yield from ((name, entity.entity) for name in names)
