"""Reads the source of a page as the page that it becomes: parts put together, and a word for what is filled in."""

import re
from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname, join, normpath

Fetch = Callable[[str], str | None]
"""Text of a file by its path; None where there is none."""

FILLED = "template-"
"""Begins every word that stands for what a template fills in."""

_MOST_PARTS = 100
"""Parts of one page that are put together, however deep they name each other."""
_LONGEST = 1 << 20
_DEEPEST = 10
"""Blocks within blocks."""
_MARK = re.compile(r"\{%-?\s*(?:block\s+(\w{1,60})|(endblock)\b)[^%]{0,80}%\}")
_EXTENDS = re.compile(r"\{%-?\s*(?:extends|layout)\s+[\"']([\w./-]{1,200})[\"']")
_LAYOUT = re.compile(r"\A---[ \t]*\n(?s:(.{0,4000}?))\n---[ \t]*\n")
_NAMED_LAYOUT = re.compile(r"(?m)^layout:\s*[\"']?([\w./-]{1,100})")
_INCLUDE = re.compile(
    r"\{%-?\s*(?:include|render)\s+[\"']?([\w./-]{1,200})[\"']?[^%]{0,200}%\}"
    r"|<\?php\s+(?:include|require)(?:_once)?[\s(]+(?:__DIR__\s*\.\s*)?[\"']/?([\w./-]{1,200})[\"']\)?\s*;?\s*\?>"
)
_CONTENT = re.compile(r"\{\{-?\s*content(?:\s*\|\s*safe)?\s*-?\}\}")
_SAID = re.compile(
    r"\{\{(?P<braces>[^{}]{0,400})\}\}|<\?(?:=|php\s+echo\b)(?P<php>(?s:.{0,400}?))\?>|<%=(?P<erb>[^%]{0,400})%>"
    r"|\$\{(?P<dollar>[^{}]{0,400})\}"
)
_DONE = re.compile(r"\{%[^%]{0,2000}%\}|<\?php\b(?s:.*?)(?:\?>|\Z)|<%[^=%][^%]{0,2000}%>|\{#[^#]{0,2000}#\}")
_AMOUNT = re.compile(rf"\$\s?{FILLED}|{FILLED}[\w-]*(?:price|amount|fare|rate|cost|total)")


def is_template(text: str) -> bool:
    """Whether something is filled into a text."""
    return bool(_SAID.search(text) or _DONE.search(text))


def filled(text: str, path: str, fetch: Fetch) -> str:
    """A page with its layout and parts, and with a word in place of what is filled in.

    Args:
        text: The source.
        path: Where it stands.
        fetch: Gives the text of another file.
    """
    whole = _Parts(fetch).of(text, path)[:_LONGEST]
    stem = re.sub(r"\W+", "-", path.rpartition("/")[2].partition(".")[0])

    def word(found: re.Match[str]) -> str:
        said = next((one for one in found.groups() if one is not None), "")
        inner = "-".join(re.findall(r"[A-Za-z]\w*", said))[:60]
        return f"{FILLED}{stem}-{inner}".rstrip("-").lower()

    return _DONE.sub("", _SAID.sub(word, whole))


def fills_amount(text: str) -> bool:
    """Whether a filled page has an amount that its template fills in."""
    return bool(_AMOUNT.search(text))


class _Parts:
    """One page while it is put together."""

    def __init__(self, fetch: Fetch) -> None:
        """Nothing was asked for yet."""
        self.fetch = fetch
        self.left = _MOST_PARTS

    def of(self, text: str, path: str) -> str:
        """A source with the layout around it and the parts that it names in it."""
        if head := _LAYOUT.match(text):
            body, named = text[head.end() :], _NAMED_LAYOUT.search(head[1])
            layout = self._found(named[1] if named else "", path, ("_layouts/{}.html", "_includes/{}", "{}"))
            text = _CONTENT.sub(lambda _: body, layout, count=1) if layout else body
        base = _EXTENDS.search(text)
        if base and (layout := self._found(base[1], path, ("{}",))):
            text = _with(_blocks(text), self.of(layout, path))

        def part(found: re.Match[str]) -> str:
            return self.of(self._found(found[1] or found[2], path, ("{}", "_includes/{}")), path)

        return _INCLUDE.sub(part, text)

    def _found(self, name: str, path: str, places: tuple[str, ...]) -> str:
        """The text of a part that a page names, from its own folder or one above it; empty where there is none."""
        folder = dirname(path)
        self.left -= 1
        while name and self.left > 0:
            for place in places:
                if text := self.fetch(normpath(join(folder, place.format(name)))):
                    return text
            if not folder:
                break
            folder = dirname(folder)
        return ""


def _spans(text: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Each outermost block: its name, where it begins and ends, and where what is in it does."""
    opened: list[re.Match[str]] = []
    for mark in _MARK.finditer(text):
        if mark[1]:
            opened.append(mark)
        elif opened:
            first = opened.pop()
            if not opened:
                yield first[1], first.start(), mark.end(), first.end(), mark.start()


def _blocks(text: str) -> dict[str, str]:
    return {name: text[inner:last] for name, _, _, inner, last in _spans(text)}


def _with(blocks: Mapping[str, str], layout: str, depth: int = 0) -> str:
    """A layout with the blocks of a page in place of its own."""
    parts, at = [], 0
    for name, start, end, inner, last in _spans(layout) if depth < _DEEPEST else ():
        parts += [layout[at:start], blocks.get(name) or _with(blocks, layout[inner:last], depth + 1)]
        at = end
    return "".join([*parts, layout[at:]])
