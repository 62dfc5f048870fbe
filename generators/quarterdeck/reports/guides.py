"""The guides of Quarterdeck, which are on the site of every portfolio: the same words for each audience."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from quarterdeck.model.page import Page
from quarterdeck.reports.handwritten import read_docs
from quarterdeck.shipped import shipped

_GUIDES: Final = "guide/"
_PLACE: Final = re.compile(r"(\]\((?P<name>[a-z-]+\.md))#[^)\s]+\)")
"""A link from one guide to a heading of another."""


def guide_files() -> tuple[Path, ...]:
    """Their pages and pictures, in order of name."""
    return tuple(sorted((shipped("docs") / _GUIDES).glob("*.*")))


def guide_names() -> frozenset[str]:
    """The same as they are called below `docs/`: `guide/tutorial.md`."""
    return frozenset(f"{_GUIDES}{file.name}" for file in guide_files())


@cache
def guides() -> tuple[Page, ...]:
    """All of them in their order, each with the pictures that it shows; they depend on the package alone."""
    docs = read_docs(shipped("docs"))
    return tuple(
        msgspec.structs.replace(
            page, downloads=tuple(one for one in docs.pictures if Path(one.path).name in page.body)
        )
        for page in docs.pages
        if page.path.startswith(_GUIDES)
    )


def guides_beside(own: Collection[Page]) -> tuple[Page, ...]:
    """The guides but for those in whose place the portfolio has a page of its own.

    A link to a heading of such a guide leads to the top of that page: whether it has the heading is up to its owner.
    """
    taken = {page.path for page in own} | {one.path for page in own for one in page.downloads}

    def link(found: re.Match[str]) -> str:
        return f"{found[1]})" if f"{_GUIDES}{found['name']}" in taken else found[0]

    return tuple(
        msgspec.structs.replace(
            page,
            body=_PLACE.sub(link, page.body),
            downloads=tuple(one for one in page.downloads if one.path not in taken),
        )
        for page in guides()
        if page.path not in taken
    )
