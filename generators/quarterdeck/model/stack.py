"""What a repository is written in."""

from typing import Literal, TypeAlias, get_args

from quarterdeck.model.observed import NOT_READ, Count, Number, Observed

Area: TypeAlias = Literal[
    "language",
    "framework",
    "front end",
    "site builder",
    "build and package",
    "testing and quality",
    "payment",
    "booking and scheduling",
    "analytics and marketing",
    "mail and messages",
    "data",
    "sign-in",
    "AI and maps",
    "infrastructure",
    "hosting and CI",
    "watching and support",
]
"""What a technology is for."""

AREAS: tuple[str, ...] = get_args(Area)
"""In the order in which pages print them."""


class Language(Observed, frozen=True, kw_only=True, omit_defaults=True):
    """One language of a repository's own files; what is vendored or generated is not counted."""

    repo: str
    name: str
    bytes: Count = NOT_READ
    share: Number = NOT_READ
    """Of all bytes in a language that is known: 0.25 is a quarter."""
