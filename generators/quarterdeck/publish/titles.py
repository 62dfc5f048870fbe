"""The list that readers choose from: newest first, with titles as a person says a day."""

from collections.abc import Iterable

from quarterdeck.model.versions import LATEST, Version
from quarterdeck.reports.words import day


def titled(versions: Iterable[Version], latest: str) -> tuple[Version, ...]:
    """Put versions newest first, each with its title, and the alias on the one that readers are given.

    Args:
        versions: In any order, each once.
        latest: The version that readers are given without asking; empty for none.
    """
    return tuple(
        Version(
            one.version,
            day(one.properties.moment.as_of),
            (LATEST,) if one.version == latest else (),
            one.properties,
        )
        for one in sorted(versions, key=lambda one: one.order, reverse=True)
    )
