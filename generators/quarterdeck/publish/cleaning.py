"""Takes a name out of one file of a version, whatever kind of file it is (F-148)."""

import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final, Literal, NamedTuple

import msgspec

from quarterdeck.text.mentions import Wanted

How = Literal["text", "page", "file"]
"""The name was replaced in a text; a page became a note; the file goes altogether."""

NOTE: Final = "\n<h1>Removed</h1>\n<p>What stood here was taken out of this version.</p>\n"
"""In the place of a page about something that was removed; the frame around it stays."""

_TEXTS: Final = frozenset({".css", ".csv", ".html", ".js", ".json", ".map", ".md", ".svg", ".txt", ".xml"})
_SHIPPED: Final = frozenset({".css", ".js", ".map", ".woff2"})
_INDEXES: Final = {"search/search_index.json": "docs", "search.json": "items"}
"""Where each site builder keeps what can be searched, and under which key."""
_ARTICLE = re.compile(r"(?<=<article\b)([^>]*>)(.*)(?=</article>)", re.DOTALL)


class Cleaned(NamedTuple):
    """What is to become of a file that holds a name."""

    data: bytes | None
    """What is to stand in its place; None where it goes."""
    how: How
    places: int
    """In how many places it holds the name."""


def is_shipped(path: str) -> bool:
    """Whether a page's file is the program's own, the same for every portfolio: scripts, styles and the font."""
    return path.startswith("assets/") and PurePosixPath(path).suffix in _SHIPPED


def holds(path: str, data: bytes, wanted: Wanted) -> bool:
    """Whether a name stands in a file or in its path."""
    return wanted.is_in(path) or wanted.is_in(_text(path, data))


def cleaned(path: str, data: bytes, wanted: Wanted, *, is_private: bool, is_entity: bool) -> Cleaned | None:
    """Take a name out of one file.

    Args:
        path: Below its audience's tree, or below the private part.
        data: What stands there.
        wanted: The name.
        is_private: Whether no reader can reach it.
        is_entity: The name is that of a business: what tells of it is not readable without it, and goes as well.

    Returns:
        None where the file does not hold it. A file goes where its path holds the name, where it is no text, or
        where it would not be readable without it.
    """
    text = _text(path, data)
    places = len(wanted.spans(text)) if wanted.is_in(text) else 0
    if wanted.is_in(path):
        return Cleaned(None, "file", places + 1)
    if not places:
        return None
    plain = PurePosixPath(path.removesuffix(".gz"))
    if plain.suffix not in _TEXTS or (is_entity and (is_private or _is_download(path))):
        return Cleaned(None, "file", places)
    rest, how = _told_without(path, text, wanted) if is_entity else (text, "text")
    after, _ = wanted.taken_out(rest)
    if wanted.is_in(after) or (plain.suffix == ".json" and not _is_json(after)):
        return Cleaned(None, "file", places)
    raw = after.encode("utf-8", "surrogateescape")
    return Cleaned(gzip.compress(raw, 9, mtime=0) if path.endswith(".gz") else raw, how, places)


def _is_download(path: str) -> bool:
    """Whether a file is neither a page nor part of the site's frame."""
    return (
        not path.endswith(".html") and path not in _INDEXES and path != "sitemap.xml" and not is_shipped(path)
    )


def _told_without(path: str, text: str, wanted: Wanted) -> tuple[str, How]:
    """A page whose own text holds the name becomes a note, and the search index forgets such pages."""
    if path in _INDEXES:
        return _index_without(text, _INDEXES[path], wanted), "text"
    found = _ARTICLE.search(text)
    if path.endswith(".html") and found and wanted.is_in(found[2]):
        return f"{text[: found.start(2)]}{NOTE}{text[found.end(2) :]}", "page"
    return text, "text"


def _index_without(text: str, key: str, wanted: Wanted) -> str:
    """A search index without the pages of which any part holds the name."""
    if not _is_json(text):
        return text
    index: dict[str, Any] = json.loads(text)
    entries = index.get(key, [])
    pages = {_page(one) for one in entries if wanted.is_in(json.dumps(one, ensure_ascii=False))}
    index[key] = [one for one in entries if _page(one) not in pages]
    return json.dumps(index, ensure_ascii=False, separators=(",", ":"))


def _page(entry: dict[str, Any]) -> str:
    return str(entry.get("location", "")).partition("#")[0]


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text.encode("utf-8", "surrogateescape"))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False
    return True


def _text(path: str, data: bytes) -> str:
    """Everything that can be read in a file; bytes that are no text stay what they are."""
    return "\n".join(part.decode("utf-8", "surrogateescape") for part in _parts(path, data))


def _parts(path: str, data: bytes) -> Iterator[bytes]:
    if path.endswith(".gz"):
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError):
            yield data
    elif zipfile.is_zipfile(io.BytesIO(data)):  # a spreadsheet is one
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield packed.read(name)
    else:
        yield data
