"""The shape that all policies share."""

import json
from collections.abc import Mapping
from typing import Any


def statements(policy: object) -> list[Any] | None:
    """The statements of a policy, as JSON or read; None where it is none."""
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except (ValueError, RecursionError):
            return None
    told = policy.get("Statement") if isinstance(policy, Mapping) else None
    if isinstance(told, Mapping):
        return [told]
    return told if isinstance(told, list) else None


def texts(told: object) -> tuple[str, ...] | None:
    """One text or a list of texts as a list; None where it is neither."""
    values = told if isinstance(told, list) else [told]
    found = tuple(value for value in values if isinstance(value, str))
    return found if len(found) == len(values) else None
