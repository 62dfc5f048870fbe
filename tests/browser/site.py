"""What the tests of the finished site share: a server for it, and what a page's file says without a browser."""

import json
import mimetypes
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from quarterdeck.site.policy import HEADERS

PREFIX: Final = "/latest/"
"""Where every version of the site lies below its host; 404.html says it, too."""

VERSIONS: Final = b'[{"version":"latest","title":"23 Nov 2026","aliases":[]}]'
"""What the publisher writes beside the versions, and the theme's version menu reads."""

INDEX: Final = "search/search_index.json"
"""What the theme searches, as MkDocs builds it."""

VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "path",
        "circle",
        "rect",
        "line",
    ]
)
HEADING: Final = re.compile(r"h[1-6]")
NOT_TO_KEEP: Final = re.compile(r"s\d+|__.*")
"""Ids of sources, which are numbered anew on each day, and of the theme."""
REFERENCES: Final = ("aria-controls", "aria-describedby", "aria-labelledby")


class Link(NamedTuple):
    """A link as it stands in the text of a page."""

    href: str
    is_figure: bool


class PageFile(HTMLParser):
    """One page as published, before any script ran."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address = address
        """Relative to the site, as a browser asks for it: `reports/cfo/`, empty for Home."""
        self.title = ""
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        """Ids in the text that a mail or a bookmark may use: all but those of sources and of drawings."""
        self.links: list[Link] = []
        """Of the text alone, not those of the theme."""
        self.all_links: list[str] = []
        self.named: list[str] = []
        """Ids that attributes name."""
        self.forbidden: list[str] = []
        """Markup that the site's policy refuses or that only a hostile handoff would bring."""
        self._in_title = False
        self._article = 0
        self._drawing = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what counts of one element."""
        values = {name: value or "" for name, value in attrs}
        self._count(tag, 1)
        self._in_title = tag == "title" and not self._drawing
        if HEADING.fullmatch(tag):
            self.headings.append(int(tag[1]))
        self._note_ids(tag, values)
        self._note_links(tag, values)
        self._note_forbidden(tag, values)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._count(tag, -1)
        self._in_title = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<path/>` for what it is."""
        self.handle_starttag(tag, attrs)
        self._count(tag, -1)

    def handle_data(self, data: str) -> None:
        """Keep the words of the title."""
        if self._in_title:
            self.title += data

    def _count(self, tag: str, step: int) -> None:
        if tag == "article":
            self._article += step
        elif tag in {"svg", "symbol"}:
            self._drawing += step

    def _note_ids(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.ids.append(values["id"])
            is_other = self._drawing or tag == "svg" or NOT_TO_KEEP.fullmatch(values["id"])
            if self._article and not is_other:
                self.anchors.append(values["id"])
        self.named += [one for name in REFERENCES for one in values.get(name, "").split()]
        if tag == "label" and "for" in values:
            self.named.append(values["for"])

    def _note_links(self, tag: str, values: dict[str, str]) -> None:
        if tag != "a" or "href" not in values:
            return
        self.all_links.append(values["href"])
        if self._article and "headerlink" not in values.get("class", ""):
            self.links.append(Link(values["href"], "qd-fig" in values.get("class", "").split()))

    def _note_forbidden(self, tag: str, values: dict[str, str]) -> None:
        where = f"<{tag}>" + (f" #{values['id']}" if "id" in values else "")
        if tag in {"base", "embed", "iframe", "object", "style"}:
            self.forbidden.append(where)
        for name, value in values.items():
            if (
                name == "style"
                or name.startswith("on")
                or (name in {"href", "src", "action", "xlink:href"} and not _is_harmless(value))
            ):
                self.forbidden.append(f"{where} {name}={value}")


def _is_harmless(address: str) -> bool:
    return urlsplit(address.strip()).scheme.lower() in {"", "http", "https", "mailto"}


class BuiltSite(NamedTuple):
    """A site as built, and where it is served."""

    folder: Path
    url: str
    """Of Home; ends in a slash."""
    pages: dict[str, PageFile]
    """By address, without the page for what is not there."""

    def target(self, page: str, href: str) -> tuple[str, str] | None:
        """Address within the site and fragment that a link of a page leads to; none for other hosts."""
        whole = urlsplit(urljoin(f"http://site{PREFIX}{page}", href))
        if whole.netloc != "site" or not whole.path.startswith(PREFIX):
            return None
        return whole.path.removeprefix(PREFIX), whole.fragment


def read_pages(folder: Path) -> dict[str, PageFile]:
    """Every page of a site but 404.html, sorted by address."""
    files = sorted(folder.rglob("index.html"))
    addresses = [file.parent.relative_to(folder).as_posix() for file in files]
    pages = [
        PageFile("" if address == "." else f"{address}/", file.read_text(encoding="utf-8"))
        for address, file in zip(addresses, files, strict=True)
    ]
    return {page.address: page for page in pages}


class _Handler(BaseHTTPRequestHandler):
    """Answers as the published site does: below /latest/, with the page 404.html and the headers of every answer."""

    folder: ClassVar[Path]
    instead: ClassVar[Mapping[str, bytes]]
    """What is given in place of some files, by name."""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/versions.json":
            self._answer(200, "application/json", VERSIONS)
            return
        name = path.removeprefix(PREFIX)
        if path.endswith("/"):
            name += "index.html"
        file = (self.folder / name).resolve()
        if path.startswith(PREFIX) and file.is_relative_to(self.folder) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._answer(200, kind, self.instead.get(name) or file.read_bytes())
        else:
            self._answer(404, "text/html", (self.folder / "404.html").read_bytes())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that left before its answer was whole."""


def without_words(index: bytes) -> bytes:
    """A search index with the settings of the real one, in which nothing can be found.

    The theme reads all of the real one on each page that is opened, which takes most of its time.
    """
    return json.dumps(json.loads(index) | {"docs": []}).encode()


@contextmanager
def served(folder: Path, *, instead: Mapping[str, bytes] | None = None) -> Iterator[BuiltSite]:
    """Serve a built site on this machine alone, with other bytes in place of some of its files."""
    handler = type("_HandlerOfSite", (_Handler,), {"folder": folder.resolve(), "instead": instead or {}})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield BuiltSite(folder, f"http://127.0.0.1:{server.server_port}{PREFIX}", read_pages(folder))
        finally:
            server.shutdown()
            thread.join()
