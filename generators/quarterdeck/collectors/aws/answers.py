"""Small readings of what AWS answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.model.observed import Day, NotCollected


def whole(items: Iterable[Any]) -> list[Any] | NotCollected:
    """All items of a list, or why it could not be read to the end."""
    found = []
    for one in items:
        if isinstance(one, NotCollected):
            return one
        found.append(one)
    return found


def listed(items: Iterable[Any]) -> tuple[list[Any], list[NotCollected]]:
    """The items of a list, each once (F-113), and why it broke off where it did."""
    every = list(items)
    gaps = [one for one in every if isinstance(one, NotCollected)]
    found = {str(one): one for one in every if not isinstance(one, NotCollected)}
    return list(found.values()), gaps


def day(aws: Aws, told: Mapping[str, Any], key: str, about: str) -> Day:
    """The day under a key; a gap where the answer does not say one."""
    value = told.get(key)
    return value.date() if isinstance(value, datetime) else NotCollected(aws.name, about, f"{key}: not said")
