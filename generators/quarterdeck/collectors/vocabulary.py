"""The words and services by which pages are read, from one file of this folder."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

ToolKind = Literal["payment", "booking", "counter", "chat", "form"]


class Tool(msgspec.Struct, frozen=True):
    """One service that pages use."""

    name: str
    kind: ToolKind
    at: tuple[str, ...] = ()
    """How its addresses begin: `calendly.com`, `paypal.com/sdk/js`."""
    files: tuple[str, ...] = ()
    """Names of files that are its own, at whatever host."""
    inline: tuple[str, ...] = ()
    """What stands in a script within the page that calls it."""

    def is_at(self, address: str) -> bool:
        """Whether an address is one of its own."""
        if split(address).path.rpartition("/")[2].casefold() in self.files:
            return True
        return begins(address, self.at)


class Vocabulary(msgspec.Struct, frozen=True):
    """All that `web.yml` holds."""

    words: Mapping[str, tuple[str, ...]]
    """Words by what they are a sign of: `book`, `price`."""
    default_titles: tuple[str, ...]
    session_names: tuple[str, ...]
    fitting_types: tuple[str, ...]
    tools: tuple[Tool, ...]

    def says(self, sign: str, text: str) -> bool:
        """Whether a text has one of the words of a sign, whole."""
        return bool(_pattern(sign).search(plain(text)))

    def tool(self, kinds: Iterable[ToolKind], addresses: Iterable[str], inline: str = "") -> Tool | None:
        """The first tool of these kinds that one of the addresses or a script within the page belongs to."""
        wanted, known = frozenset(kinds), tuple(addresses)
        for tool in self.tools:
            if tool.kind in wanted and (
                any(tool.is_at(one) for one in known) or any(one in inline for one in tool.inline)
            ):
                return tool
        return None


@cache
def vocabulary() -> Vocabulary:
    """The words and services of the file beside this module."""
    text = resources.files("quarterdeck.collectors").joinpath("web.yml").read_text(encoding="utf-8")
    return msgspec.yaml.decode(text, type=Vocabulary)


def plain(text: str) -> str:
    """A text in lower case, without accents and with single spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def split(address: str) -> SplitResult:
    """The parts of an address; empty ones where it is none."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port  # raises where it is no number
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


@cache
def _pattern(sign: str) -> re.Pattern[str]:
    words = sorted(vocabulary().words[sign], key=len, reverse=True)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(re.escape(plain(one)) for one in words)})(?![a-z])")


def begins(address: str, known: Iterable[str]) -> bool:
    """Whether an address begins as one of these: host, then path; a host counts with all beneath it."""
    parts = split(address)
    host, path = (parts.hostname or "").casefold(), _path(parts)
    return any(_begins(host, path, one) for one in known)


def _path(parts: SplitResult) -> str:
    return f"{parts.path}?{parts.query}".casefold() if parts.query else parts.path.casefold()


def _begins(host: str, path: str, known: str) -> bool:
    own, slash, rest = known.casefold().partition("/")
    return (host == own or host.endswith(f".{own}")) and path.startswith(slash + rest)
