"""Renders the text that people wrote to HTML that is safe on every page, and says what was taken out."""

import html as escapes
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

import msgspec
import nh3

from quarterdeck.model.severity import Severity
from quarterdeck.parse.markdown import Document, to_html
from quarterdeck.parse.refusal import quoted
from quarterdeck.parse.tables import Reading

_ALLOWED = (
    "a abbr b blockquote br code dd del dl dt em h5 h6 hr i kbd li ol p pre s strong sub sup table tbody td"
    " th thead tr u ul"
)
_TAGS = frozenset(_ALLOWED.split())
_REMOVED_WHOLE = frozenset(("iframe", "math", "noscript", "object", "script", "style", "svg", "template"))
_SCHEMES = frozenset(("http", "https", "mailto"))
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff\ufffd]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="[^"]*")? ?/?>')
_TAG = re.compile(r"<\s*([A-Za-z][\w:-]{0,30})")
_ATTRIBUTE = re.compile(r"[\s/\"'](on[a-z]{3,20}|style|srcdoc|formaction)\s*=", re.IGNORECASE)
_MARKED = re.compile(r"[*_`\[\]<>&\\~!:@#|\n]|https?|www\.|^\s|^\d+[.)]|^[-+=]")
_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:[^\n]{1,500}$", re.MULTILINE)
_MOST_DEFINITIONS = 100

_SIGNED = ("X-Amz-", "X-Goog-", "Signature=", "sig=")
_SIGNED_PART = re.compile(
    r"([?&](?:X-Amz-[A-Za-z-]{1,30}|X-Goog-[A-Za-z-]{1,30}|AWSAccessKeyId|GoogleAccessId|Signature|sig)=)"
    r"(?!removed\b)[^&\s)>\"'\]|]{1,4000}"
)
_PRIVATE = (
    (
        ("/home/", "/Users/", "\\Users\\"),
        re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\Users\\)[\w.-]{1,64}"),
        "a path with a user name",
    ),
    (
        ("10.", "192.168.", "172."),
        re.compile(
            r"(?<![\d.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\d.])"
        ),
        "a private host",
    ),
    (
        (".internal", ".local", ".lan"),
        re.compile(r"(?<![\w.-])(?:[\w-]{1,63}\.){1,8}(?:internal|local|lan)(?![\w.-])"),
        "a private host",
    ),
)


class Renderer(msgspec.Struct, frozen=True):
    """Turns Markdown of one file into sanitised HTML."""

    path: str
    definitions: str = ""
    """Link definitions of the file, so that a part of it can use them."""

    def block(self, markdown: str) -> str:
        """The text as paragraphs, lists, tables and code; braces are entities, which no template engine reads."""
        if self.definitions and "[" in markdown:
            markdown = f"{markdown}\n\n{self.definitions}"
        html = _IMAGE.sub(_picture, to_html(markdown))
        return _inert(_cleaner(posixpath.dirname(self.path)).clean(html)).strip()

    def line(self, markdown: str) -> str:
        """The text of one bullet, without a paragraph around it."""
        if not _MARKED.search(markdown):
            return _inert(escapes.escape(markdown, quote=False)).strip()
        html = self.block(markdown)
        match = _PARAGRAPH.fullmatch(html)
        return match[1].strip() if match else html


def renderer(path: str, document: Document) -> Renderer:
    """The renderer of a file, with its link definitions."""
    if b"]:" not in document.raw:
        return Renderer(path)
    found = _DEFINITION.findall(document.raw.decode())
    return Renderer(path, "\n".join(found[:_MOST_DEFINITIONS]))


def _inert(html: str) -> str:
    html = html.replace("{", "&#123;").replace("}", "&#125;")
    return html.replace("--8&lt;--", "&#45;-8&lt;--").replace("--8<--", "&#45;-8&lt;--")


def _picture(match: re.Match[str]) -> str:
    """A picture as a link, for a page asks no other host for anything; embedded data as its description."""
    target, description = match[1], match[2] or "picture"
    if target.lower().startswith("data:"):
        return description
    return f'<a href="{target}">{description}</a>'


@lru_cache(maxsize=64)
def _cleaner(folder: str) -> nh3.Cleaner:
    def attribute(_tag: str, name: str, value: str) -> str | None:
        return value if name != "href" or is_safe(value, folder) else None

    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_REMOVED_WHOLE),
        attributes={"a": {"href"}, "ol": {"start"}},
        attribute_filter=attribute,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )


def is_safe(target: str, folder: str) -> bool:
    """Whether a link may stay: http, https, mailto, or a path that stays inside the tree (F-059, F-062).

    Args:
        target: As written; signs that browsers skip are skipped here too.
        folder: Of the file that holds the link, relative to the root of the tree.
    """
    bare = _UNSEEN.sub("", escapes.unescape(target))
    if scheme := _SCHEME.match(bare):
        return scheme[1].lower() in _SCHEMES
    path = _UNSEEN.sub("", unquote(bare.split("#")[0].split("?")[0]))
    if path.startswith("/") or "\\" in path or "\0" in path or _SCHEME.match(path):
        return False
    return not posixpath.normpath(posixpath.join(folder, path)).startswith("..")


def report_removed(document: Document, reading: Reading) -> None:
    """Say once for each kind what rendering takes out: HTML, links that lead astray, embedded pictures."""
    if document.html:
        _report_html(document, reading)
    folder = posixpath.dirname(reading.path)
    for link in document.links:
        place = document.place(link.at)
        if link.is_image and link.target.lower().lstrip().startswith("data:"):
            what, mend = (
                "a picture is embedded here as data; it is left out",
                "Put the picture in a file and link it.",
            )
            reading.problem(place, "embedded-picture", what, mend, severity=Severity.LOW)
        elif not is_safe(link.target, folder):
            what = f"a link leads to {quoted(_UNSEEN.sub('', link.target))}; only its text is kept"
            mend = "Link http, https, mailto, or a file inside the portfolio."
            reading.problem(place, "unsafe-link", what, mend, severity=Severity.LOW)


def _report_html(document: Document, reading: Reading) -> None:
    removed: Counter[str] = Counter()
    first = None
    for piece in document.html:
        if piece.text.lstrip().startswith("<!--"):
            continue
        names = [name for name in map(str.lower, _TAG.findall(piece.text)) if name not in _TAGS]
        names += map(str.lower, _ATTRIBUTE.findall(piece.text))
        if names and first is None:
            first = piece.at
        removed.update(names)
    if first is not None:
        counted = ", ".join(f"{name} ({count})" for name, count in sorted(removed.items()))
        what = f"HTML is left out of the page: {counted}"
        reading.problem(
            document.place(first), "removed-html", what, "Write it as Markdown.", severity=Severity.LOW
        )


def without_signatures(text: str) -> tuple[str, int | None]:
    """Take the signed parts out of presigned links; also the offset of the first, None for none (F-066)."""
    if not any(mark in text for mark in _SIGNED):
        return text, None
    first = _SIGNED_PART.search(text)
    if first is None:
        return text, None
    return _SIGNED_PART.sub(r"\1removed", text), first.start()


def private_places(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of paths with user names and of private hosts, the first of each kind (F-066)."""
    for marks, pattern, kind in _PRIVATE:
        if any(mark in text for mark in marks) and (match := pattern.search(text)):
            yield match.start(), f"{kind} {quoted(match[0])}"
