"""The hand-written pages of a portfolio's `docs/`, taken over as they stand."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import InputError, Problem
from quarterdeck.model.finding import ROLES
from quarterdeck.model.page import GUIDES, HOW_MADE, Download, Page
from quarterdeck.model.severity import Severity
from quarterdeck.parse.frontmatter import split
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
_LIMIT = re.compile(
    r"(?:^|[{,])[ \t\"']*(?P<key>roles?|entit(?:y|ies)|audiences?)[\"']?[ \t]*:(?P<value>.*)$",
    re.MULTILINE | re.IGNORECASE,
)
"""A key that keeps a page from somebody, and what looks like one: a slip of the pen may open no page to all."""
_NAMES = re.compile(
    r"[ \t]*(?P<open>\[)?[ \t]*(?P<names>[a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)[ \t]*(?(open)\])[ \t]*"
)
_LIMIT_MEND = "Write roles: cfo, accounting or entities: jada between the two lines of dashes."


class Limits(msgspec.Struct, frozen=True):
    """Who reads a page: everybody, unless it names roles or businesses."""

    roles: frozenset[str] = frozenset()
    """One of them is enough."""
    entities: frozenset[str] = frozenset()
    """All of them are needed."""

    def admit(self, briefing: Briefing) -> bool:
        """Whether the audience of a briefing reads it."""
        ids = {one.entity for one in briefing.entities}
        return (not self.roles or not self.roles.isdisjoint(briefing.roles)) and self.entities <= ids


class Docs(msgspec.Struct, frozen=True):
    """What stands below `docs/`, and what is wrong with it."""

    pages: tuple[Page, ...]
    """By `order:` in the front matter, then by path."""
    pictures: tuple[Download, ...]
    problems: tuple[Problem, ...]
    names: tuple[str, ...]
    """Every file that is there, whatever is wrong with it."""
    limits: Mapping[str, Limits]
    """Of every page, by path."""


def handwritten(docs: Path, briefing: Briefing) -> tuple[Page, ...]:
    """The Markdown pages below `docs/` that an audience reads, by their `order:` and then by path.

    `roles:` and `entities:` in the front matter keep a page from audiences that read none of those roles, or may
    not see all of those businesses. Pictures (`.svg`) go with the first page, without those that only pages kept
    back name. Macros run only in a page that says `render_macros: true`.

    Raises:
        InputError: A page is not text, has no title, is a link that leads elsewhere, or does not say plainly who
            reads it.
    """
    found = read_docs(docs)
    if found.problems:
        raise InputError(found.problems)
    read = [page for page in found.pages if found.limits[page.path].admit(briefing)]
    kept_back = [page for page in found.pages if page not in read]
    pictures = [one for one in found.pictures if _names(read, one) or not _names(kept_back, one)]
    return _with_pictures(read, pictures)


def _names(pages: Iterable[Page], picture: Download) -> bool:
    return any(posixpath.basename(picture.path) in unquote(page.body) for page in pages)


def lost_links(found: Docs, guides: Collection[str] = ()) -> Iterator[Problem]:
    """Links to pages and pictures that stand neither below `docs/` nor among the guides of Quarterdeck.

    Those to generated pages are not looked at.
    """
    there = {*found.names, *guides}
    for page in found.pages:
        text = _CODE.sub(_same_lines, page.body)
        for link in _LINK.finditer(text):
            folder = posixpath.dirname(page.path)
            target = posixpath.normpath(posixpath.join(folder, unquote(link["path"])))
            if target in there or target.split("/", 1)[0] in _GENERATED:
                continue
            what = f"links to {link['path']}, which is not there"
            line = text.count("\n", 0, link.start("path")) + 1
            problem = _problem(page.path, what, "Correct the link, or add the page.")
            yield msgspec.structs.replace(problem, line=line, code="lost-link")


def lost_entities(found: Docs, entities: Collection[str]) -> Iterator[Problem]:
    """Pages that nobody reads, since they are kept for a business that is not there."""
    for path, limits in found.limits.items():
        for entity in sorted(limits.entities.difference(entities)):
            what = f"is kept for {entity}, which no handoff describes, so nobody reads it"
            yield _problem(path, what, "Name a business by the entity: of its handoff.")


def _same_lines(code: re.Match[str]) -> str:
    return "\n" * code[0].count("\n")


def read_docs(docs: Path) -> Docs:
    """Read every page and picture; what is wrong with one never stops the others."""
    problems: list[Problem] = []
    pages: list[tuple[int, Page]] = []
    pictures: list[Download] = []
    limits: dict[str, Limits] = {}
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
        limits[name] = _limits(name, text, problems)
        title = _TITLE.search(text)
        order = _ORDER.search(text[:400])
        if title is None:
            problems.append(_problem(name, "has no title", "Begin it with a line such as # How we work."))
        else:
            page = Page(name, title[1], text, HOW_MADE, group=GUIDES if name.startswith("guide/") else "")
            pages.append((int(order[1]) if order else 99, page))
    ordered = [page for _, page in sorted(pages, key=lambda pair: (pair[0], pair[1].path))]
    names = tuple(name for _, name in _files(docs))
    return Docs(tuple(ordered), tuple(pictures), tuple(problems), names, limits)


def _limits(name: str, text: str, problems: list[Problem]) -> Limits:
    """Who reads a page; what stands where no front matter is read, or is not plain, is a problem."""
    parts = split(text)
    found: dict[str, frozenset[str]] = {}
    before_title = text if text.startswith("---") else _TITLE.split(text, maxsplit=1)[0]
    for limit in _LIMIT.finditer(parts.yaml or before_title):
        key, names = limit["key"], _NAMES.fullmatch(limit["value"])
        if not parts.yaml or key not in {"roles", "entities"} or key in found or names is None:
            problems.append(
                _problem(name, f"does not say plainly who reads it: {limit[0].strip()}", _LIMIT_MEND)
            )
            continue
        found[key] = frozenset(re.split(r"[ \t]*,[ \t]*", names["names"]))
    if unknown := sorted(found.get("roles", frozenset()) - set(ROLES)):
        problems.append(
            _problem(name, f"names {unknown[0]}, which is no role", f"Roles are {', '.join(ROLES)}.")
        )
    return Limits(**found)


def _with_pictures(pages: list[Page], pictures: list[Download]) -> tuple[Page, ...]:
    if not pages:
        return ()
    first = pages[0]
    return (msgspec.structs.replace(first, downloads=tuple(pictures)), *pages[1:])


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
