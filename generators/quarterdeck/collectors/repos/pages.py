"""Reads the pages that stand in a repository, as far as their HTML tells what a site would say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import normpath
from typing import Any
from urllib.parse import unquote

import msgspec

from quarterdeck.collectors.page import Link, Page, read_page, signs
from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.checkout import LARGEST_TEXT, Checkout, File
from quarterdeck.collectors.repos.templating import FILLED, filled, fills_amount, is_template
from quarterdeck.collectors.scope import Scope
from quarterdeck.collectors.site import in_sum
from quarterdeck.collectors.vocabulary import split
from quarterdeck.collectors.web import HEAVY_IMAGE, MOST_PAGES, SIGNS
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.web import SiteCheck, SitePage

_BUILT = re.compile(r"(?:(?P<above>[^/]+)/)?(?P<name>dist|build|public|site|_site|out)/")
_BUILT_ORDER = ("dist", "build", "public", "site", "_site", "out")
_PAGE = re.compile(r"\.(?:html?|php|erb|ejs|hbs|njk|liquid|twig|j2|jinja2?)$", re.IGNORECASE)
_HTML = re.compile(r"\.html?$", re.IGNORECASE)
_NOT_SERVED = re.compile(
    r"(?i)(?:^|/)(?:_layouts|_includes|layouts?|partials?|includes?|components?|macros|e?mails?|tests?|"
    r"storybook-static|coverage|admin|wp-content|wp-admin|wp-includes)/|(?:^|/)(?:base|layout|404|500|google[0-9a-f]+)\.\w+$"
)
_WHOLE = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_ROUTING = re.compile(
    r"(?:^|/)(?:_redirects|netlify\.toml|vercel\.json|firebase\.json|\.htaccess|nginx\.conf|Caddyfile)$"
)
_HOME = ("index", "home", "main", "landing")
_NOWHERE = "repository.invalid"
_MOST_READ = 200
"""Sources that are looked at to find the pages among them."""
_MOST_NAMED = 80
"""Own addresses that are looked for, as on a live site."""


class _Source(msgspec.Struct, frozen=True):
    """One page in a repository, read."""

    file: File
    page: Page
    purposes: tuple[str, ...]
    is_template: bool


@collector("repos-pages", calls={}, kinds=(SiteCheck, SitePage), is_regional=False)
def pages(scope: Scope, repo: Checkout) -> Found:
    """The site that a repository holds, with up to twelve of its pages; nothing where it holds none."""
    found = _Folder(repo)
    sources = found.sources()
    if not sources:
        return
    if len(found.files) > _MOST_READ:
        yield repo.gap(
            "pages", f"{len(found.files)} files may be pages; the first {_MOST_READ} were looked at"
        )
    site = found.host if found.host != _NOWHERE else repo.name
    source = scope.source("git tree")
    gap = repo.gap("pages", "no page could be read")
    yield SiteCheck(
        entity=repo.entity,
        source=source,
        site=site,
        is_live=False,
        **in_sum([one.page.says for one in sources], gap),
        **found.parts(sources),
    )
    for one in sources:
        yield SitePage(
            entity=repo.entity,
            source=source,
            site=site,
            path=found.path_of(one.file),
            is_live=False,
            purposes=one.purposes,
            says=one.page.says,
        )


class _Folder:
    """The folder of a repository whose pages are read: what a build made, else the sources."""

    def __init__(self, repo: Checkout) -> None:
        """Find it, and the name under which it is served where the repository says so."""
        self.repo = repo
        self.root, self.files = _root(repo)
        named = (repo.text(f"{folder}CNAME") or "" for folder in dict.fromkeys((self.root, "")))
        self.host = next(
            (one for text in named if "." in (one := text.strip()) and one.split() == [one]), _NOWHERE
        )

    def sources(self) -> list[_Source]:
        """Up to twelve pages, the home page first."""
        texts = {file.path: (file, text) for file, text in self.repo.texts(self.files[:_MOST_READ])}
        whole = {
            path: (file, filled(text, path, self.repo.text), is_template(text))
            for path, (file, text) in texts.items()
        }
        read = {path: one for path, one in whole.items() if _WHOLE.search(one[1])}
        home = min(read, key=_homely, default="")
        if _stem(home) not in _HOME:
            return []  # pages without a first one are no site: reports, letters, samples
        page = self._read(*read[home][:2])
        purposes = self._purposes(home, page, read)
        wanted = sorted(purposes, key=lambda path: (min(map(SIGNS.index, purposes[path])), path))
        found = [_Source(read[home][0], page, ("home",), read[home][2])]
        for path in wanted[: MOST_PAGES - 1]:
            file, text, is_filled = read[path]
            found.append(_Source(file, self._read(file, text), purposes[path], is_filled))
        return found

    def _read(self, file: File, text: str) -> Page:
        page = read_page(text.encode(), f"https://{self.host}{self.path_of(file)}")
        if not fills_amount(text):
            return page
        return msgspec.structs.replace(page, says=msgspec.structs.replace(page.says, fills_amount=True))

    def _purposes(self, home: str, page: Page, read: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
        """Pages beside the home page with what links to them, or else their names, say that they are for."""
        found: dict[str, tuple[str, ...]] = {}
        for path in read:
            if path != home and (named := signs(Link(f"https://{self.host}/{_stem(path)}", ""), SIGNS)):
                found[path] = named
        for link in page.links:
            path = self._file(link.address)
            if path in read and path != home and (named := signs(link, SIGNS)):
                found[path] = tuple(dict.fromkeys((*named, *found.get(path, ()))))
        return found

    def path_of(self, file: File) -> str:
        """Where a page would be served: `/prices.html`, `/` for the first of its folder."""
        path = f"/{file.path.removeprefix(self.root)}"
        return re.sub(r"/index\.\w+$", "/", path)

    def _file(self, address: str) -> str:
        """The file that an address of one's own leads to; empty where there is none."""
        path = unquote(split(address).path).strip("/")
        for place in dict.fromkeys(
            (self.root, f"{self.root}static/", f"{self.root}public/", "public/", "static/", "")
        ):
            for end in ("", ".html", "/index.html"):
                one = normpath(f"{place}{path}{end}" if path else f"{place}index.html")
                if self.repo.has(one):
                    return one
        return ""

    def parts(self, sources: list[_Source]) -> dict[str, Any]:
        """What the files that its pages name tell: which are absent, and what the home page weighs."""
        home = sources[0].page
        sizes = {one.path: one.size for one in self.repo.files}
        named = [one for one in dict.fromkeys((*home.parts, *home.images)) if self._is_own(one)]
        images = {self._file(one) for one in home.images if self._is_own(one)} - {""}
        return {
            "broken_links": self._broken(sources),
            "page_bytes": sources[0].file.size + sum(sizes.get(self._file(one), 0) for one in named),
            "heavy_images": tuple(sorted(f"/{one}" for one in images if sizes[one] > HEAVY_IMAGE)),
        }

    def _is_own(self, address: str) -> bool:
        parts = split(address)
        return parts.scheme == "https" and parts.hostname == self.host and FILLED not in address

    def _broken(self, sources: list[_Source]) -> tuple[str, ...] | NotCollected:
        """Own addresses without a file; a program may answer those that a template names, or that has routes."""
        if any(one.is_template or not _HTML.search(one.file.path) for one in sources):
            return self.repo.gap(
                "links", "a program makes its pages, and what it answers is not in its files"
            )
        has_routes = any(_ROUTING.search(one.path) for one in self.repo.files)
        named = dict.fromkeys(_named(one.page for one in sources))
        own = [one for one in named if self._is_own(one)][:_MOST_NAMED]
        gone = {split(one).path for one in own if not self._file(one)}
        return tuple(sorted(one for one in gone if not has_routes or "." in one.rpartition("/")[2]))


def _named(read: Iterable[Page]) -> Iterator[str]:
    for page in read:
        yield from (*page.parts, *page.images, *(one.address for one in page.links))


def _root(repo: Checkout) -> tuple[str, list[File]]:
    """The folder that is served, with a slash at its end, and the pages in it, in order of path."""
    built: dict[str, list[File]] = {}
    made = (one for one in repo.files if one.left_out in {"", "generated"} and one.is_plain)
    for one in made:
        folder = _BUILT.match(one.path)
        if folder and one.size <= LARGEST_TEXT and _HTML.search(one.path):
            built.setdefault(folder[0], []).append(one)
    with_home = [
        folder for folder, files in built.items() if any(one.path == f"{folder}index.html" for one in files)
    ]
    if with_home:
        best = min(with_home, key=lambda one: (one.count("/"), _BUILT_ORDER.index(one.split("/")[-2]), one))
        return best, built[best]
    own = [one for one in repo.own if _PAGE.search(one.path) and not _NOT_SERVED.search(one.path)]
    home = min((one.path for one in own), key=_homely, default="")
    return home.rpartition("/")[0] + "/" if "/" in home else "", own


def _homely(path: str) -> tuple[bool, int, int, str]:
    """How much a page is the first of its site: by its name, then by how deep it stands."""
    stem = _stem(path)
    return stem not in _HOME, path.count("/"), _HOME.index(stem) if stem in _HOME else 0, path


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0].lower()
