"""What a page or a piece of one names, as far as it proves what a repository is built with."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from quarterdeck.collectors.page import tame

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_NAMED = (
    ("script[src]", "src"),
    ("iframe[src]", "src"),
    ("img[src]", "src"),
    ("a[href]", "href"),
    ("link[href]", "href"),
    ("form[action]", "action"),
)
_HAS_TAGS = re.compile(r"<(?:script|iframe|img|a|link|form|meta|div|body|html)\b", re.IGNORECASE)
_ZELLE = re.compile(r"\bzelle\b[^$\n]{0,80}\$\s?\d|\$\s?\d[^\n]{0,80}\bzelle\b", re.IGNORECASE)


def has_markup(text: str) -> bool:
    """Whether a text holds tags of a page."""
    return bool(_HAS_TAGS.search(text))


def takes_zelle(text: str) -> bool:
    """Whether a page asks for money by Zelle: the word beside a price."""
    if "zelle" not in text.casefold():
        return False
    tree = _tree(text)
    tree.strip_tags(["script", "style", "template"], recursive=True)
    return bool(tree.body and _ZELLE.search(" ".join(tree.body.text(separator=" ").split())))


def _tree(text: str) -> "LexborHTMLParser":
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only where something is collected

    return LexborHTMLParser(tame(text.replace('\\"', '"').replace("\\'", "'")))


class Markup:
    """One page, or code with pieces of one."""

    def __init__(self, text: str) -> None:
        """Comments are out already; a quote that code escapes is one of the page."""
        self.tree = _tree(text)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of scripts, frames, pictures, links and forms, as they stand."""
        return tuple(self._values())

    def _values(self) -> Iterator[str]:
        for selector, name in _NAMED:
            for node in self.tree.css(selector):
                if value := (node.attributes.get(name) or "").strip():
                    yield value

    @cached_property
    def inline(self) -> str:
        """The scripts within it."""
        return "\n".join(one.text() for one in self.tree.css("script:not([src])"))

    def has(self, selectors: tuple[str, ...]) -> str:
        """A word of what one of its parts matches, where each selector has such a part; empty where one has none."""
        found = [self.tree.css_first(one) for one in selectors]
        return f"<{found[0].tag}" if found[0] is not None and None not in found else ""
