"""The hand-written pages of a portfolio's `docs/`, taken over as they stand."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec

from quarterdeck.model.errors import InputError, Problem
from quarterdeck.model.page import HOW_MADE, Download, Page
from quarterdeck.model.severity import Severity
from quarterdeck.portfolio import read_file
from quarterdeck.text.decode import Text, decode

_LEFT_OUT = frozenset({"adr"})
"""Folders of `docs/` that are for those who build, not for readers."""

_TITLE = re.compile(r"^# +(.+?)(?: *\{[^}]*\})? *$", re.MULTILINE)
_LIVE = re.compile(
    r"<\s*(?:script|foreignObject|style|iframe|animate|set)\b|\son[a-z]+\s*=|javascript:|href\s*=\s*[\"'](?!#)|<!ENTITY",
    re.IGNORECASE,
)
"""What a picture may not hold: it is served from the address of the site (F-068)."""
_DEAD = "Draw it with shapes and text alone; links may point to its own parts (#name)."
_ORDER = re.compile(r"^order: *(\d+) *$", re.MULTILINE)
_CODE = re.compile(r"^(?P<fence>```|~~~).*?^(?P=fence)|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(
    r"(?:\]\(\s*|^\[[^\]\n]+\]:\s*)<?(?![\w+.-]+:|[/#{])(?P<path>[^\s>)#]+\.(?:md|svg))\b", re.MULTILINE
)
"""A link to a page or picture of ours, inline or by reference."""
_GENERATED = ("reports", "how", "index.md")
"""What a build makes: whether one of these is there depends on the handoffs."""


class Docs(msgspec.Struct, frozen=True):
    """What stands below `docs/`, and what is wrong with it."""

    pages: tuple[Page, ...]
    """By `order:` in the front matter, then by path."""
    pictures: tuple[Download, ...]
    problems: tuple[Problem, ...]
    names: tuple[str, ...]
    """Every file that is there, whatever is wrong with it."""


def handwritten(docs: Path) -> tuple[Page, ...]:
    """Every Markdown page below `docs/`, by its `order:` in the front matter and then by path.

    Pictures (`.svg`) go with the first page. Macros run only in a page that says `render_macros: true`.

    Raises:
        InputError: A page is not text, has no title, or is a link that leads elsewhere.
    """
    found = read_docs(docs)
    if found.problems:
        raise InputError(found.problems)
    return _with_pictures(list(found.pages), list(found.pictures))


def lost_links(found: Docs) -> Iterator[Problem]:
    """Links to pages and pictures below `docs/` that are not there; those to generated pages are not looked at."""
    for page in found.pages:
        text = _CODE.sub(_same_lines, page.body)
        for link in _LINK.finditer(text):
            folder = posixpath.dirname(page.path)
            target = posixpath.normpath(posixpath.join(folder, unquote(link["path"])))
            if target in found.names or target.split("/", 1)[0] in _GENERATED:
                continue
            what = f"links to {link['path']}, which is not there"
            line = text.count("\n", 0, link.start("path")) + 1
            problem = _problem(page.path, what, "Correct the link, or add the page.")
            yield msgspec.structs.replace(problem, line=line, code="lost-link")


def _same_lines(code: re.Match[str]) -> str:
    return "\n" * code[0].count("\n")


def read_docs(docs: Path) -> Docs:
    """Read every page and picture; what is wrong with one never stops the others."""
    problems: list[Problem] = []
    pages: list[tuple[int, Page]] = []
    pictures: list[Download] = []
    if docs.is_symlink():
        problems.append(_linked(""))
    for file, name in _files(docs):
        text = _text(file, name, problems)
        if text is None:
            continue
        if name.endswith(".svg"):
            if found := _LIVE.search(text):
                problems.append(
                    _problem(name, f"holds {found[0]!r}, which could run or fetch something", _DEAD)
                )
            pictures.append(Download(name, text))
            continue
        title = _TITLE.search(text)
        order = _ORDER.search(text[:400])
        if title is None:
            problems.append(_problem(name, "has no title", "Begin it with a line such as # How we work."))
        else:
            pages.append((int(order[1]) if order else 99, Page(name, title[1], text, HOW_MADE)))
    ordered = [page for _, page in sorted(pages, key=lambda pair: (pair[0], pair[1].path))]
    names = tuple(name for _, name in _files(docs))
    return Docs(tuple(ordered), tuple(pictures), tuple(problems), names)


def _with_pictures(pages: list[Page], pictures: list[Download]) -> tuple[Page, ...]:
    if not pages:
        return ()
    first = pages[0]
    return (Page(first.path, first.title, first.body, first.section, tuple(pictures)), *pages[1:])


def _files(docs: Path) -> Iterator[tuple[Path, str]]:
    if not docs.is_dir() or docs.is_symlink():
        return
    for file in sorted(docs.rglob("*")):
        name = file.relative_to(docs)
        is_ours = not any(part.startswith(".") for part in name.parts) and name.parts[0] not in _LEFT_OUT
        is_linked_folder = file.is_symlink() and file.is_dir()
        if is_ours and (file.suffix in {".md", ".svg"} or is_linked_folder):
            yield file, name.as_posix()


def _text(file: Path, name: str, problems: list[Problem]) -> str | None:
    if file.is_symlink() or not file.is_file():
        problems.append(_linked(name))
        return None
    data = read_file(file, f"docs/{name}", problems)
    if data is None:
        return None
    text = decode(data, f"docs/{name}")
    if not isinstance(text, Text):
        problems.append(text)
        return None
    return text.text


def _linked(name: str) -> Problem:
    return _problem(name, "is a link or no file", "Put the file itself here; links are never followed.")


def _problem(name: str, what: str, mend: str) -> Problem:
    return Problem(f"docs/{name}".rstrip("/"), 0, 0, "bad-page", what, mend, Severity.HIGH, refused=True)
