"""The list that readers choose from: newest first, with titles as a person says a day."""

from collections import Counter
from collections.abc import Iterable, Iterator

from quarterdeck.model.values import MONTHS
from quarterdeck.model.versions import LATEST, Version


def titled(versions: Iterable[Version], latest: str) -> tuple[Version, ...]:
    """Put versions newest first, each with its title, and the alias on the one that readers are given.

    Args:
        versions: In any order, each once.
        latest: The version that readers are given without asking; empty for none.

    Returns:
        The first of a day is `23 November 2026`; those that came after it are `23 November 2026 (2)`, `(3)` and so
        on, so that a title stays while newer versions come.
    """
    return tuple(_oldest_first(versions, latest))[::-1]


def _oldest_first(versions: Iterable[Version], latest: str) -> Iterator[Version]:
    of_the_day: Counter[str] = Counter()
    for one in sorted(versions, key=lambda one: one.order):
        on = one.properties.moment.as_of
        day = f"{on.day} {MONTHS[on.month - 1]} {on.year}"
        of_the_day[day] += 1
        title = day if of_the_day[day] == 1 else f"{day} ({of_the_day[day]})"
        yield Version(one.version, title, (LATEST,) if one.version == latest else (), one.properties)
