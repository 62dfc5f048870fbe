"""The list that readers choose from: newest first, with titles as a person says a day."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from quarterdeck.model.values import MONTHS
from quarterdeck.model.versions import LATEST, Version

_NUMBER: Final = re.compile(r" \(([1-9][0-9]*)\)")


def titled(versions: Iterable[Version], latest: str) -> tuple[Version, ...]:
    """Put versions newest first, each with its title, and the alias on the one that readers are given.

    Args:
        versions: In any order, each once.
        latest: The version that readers are given without asking; empty for none.

    Returns:
        The first of a day is `23 November 2026`; those that came after it are `23 November 2026 (2)`, `(3)` and so
        on. A title that was given stays, whatever comes or is pruned: people cite it.
    """
    return tuple(_oldest_first(versions, latest))[::-1]


def _oldest_first(versions: Iterable[Version], latest: str) -> Iterator[Version]:
    lines = sorted(versions, key=lambda one: one.order)
    given: dict[str, dict[int, str]] = {}
    for one in lines:
        if number := _number(one):
            given.setdefault(_day(one), {}).setdefault(number, one.version)
    for one in lines:
        taken, number = given.setdefault(_day(one), {}), _number(one)
        if taken.get(number) != one.version:
            number = max(taken, default=0) + 1
            taken[number] = one.version
        title = _day(one) if number == 1 else f"{_day(one)} ({number})"
        yield Version(one.version, title, (LATEST,) if one.version == latest else (), one.properties)


def _day(version: Version) -> str:
    on = version.properties.moment.as_of
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def _number(version: Version) -> int:
    """Which of its day it was called; 0 for one without a title of its day."""
    rest = version.title.removeprefix(_day(version))
    if not version.title or rest == version.title:
        return 0
    found = _NUMBER.fullmatch(rest)
    return int(found[1]) if found else 0 if rest else 1
