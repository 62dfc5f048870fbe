"""Reads web sites from outside, as a visitor and a search engine see them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from quarterdeck.collectors.fetch import Answer, ClosedError, Fetcher, NotAnsweredError, NotAskedError
from quarterdeck.collectors.page import Page, bare, read_page, signs
from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.collectors.site import in_sum
from quarterdeck.collectors.vocabulary import split, vocabulary
from quarterdeck.model.observed import Count, Day, Flag, Names, NotCollected, Text
from quarterdeck.model.web import WAIT_STEPS_MS, PageText, SiteCheck, SitePage

MOST_PAGES = 12
_MOST_HEADS = 80
_AT_ONCE = 2
_REST_SECONDS = 60
HEAVY_IMAGE = 500 * 1024
_EMPTY_BELOW = 20
_SERVER_FAILS = 500
_MISSES = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_ASKED_IN_FULL = frozenset({*_MISSES, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_TO_PROGRAMS = frozenset({401, 403, 405, 429, 999})
"""What services answer to programs alone; a person may well get through."""
SIGNS = ("price", "book", "contact", "terms", "privacy", "waiver", "checkout", "sign-in")
"""What pages are read for, beside the home page, in this order."""
_FILES = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|svg|mp4|zip|docx?|xlsx?|ics|css|js)$", re.IGNORECASE)
_ENCRYPTION = ("https", "https_fault", "min_tls", "tls_fault", "tls_issuer", "tls_expires", "hsts_days")
_MADE_UP = "/no-such-page-of-quarterdeck"
_STRANGER = "https://quarterdeck.invalid"
_READABLE = ("text/html", "application/xhtml", "text/xml", "application/xml", "text/plain")
_OPEN_FILES: Mapping[str, re.Pattern[bytes]] = {
    "/.git/HEAD": re.compile(rb"\Aref: refs/|\A[0-9a-f]{40}\s*\Z"),
    "/.env": re.compile(rb"(?m)\A(?!\s*<)(?:[^<]*\n)?[A-Za-z_][A-Za-z0-9_]*\s*="),
    "/.env.production": re.compile(rb"(?m)\A(?!\s*<)(?:[^<]*\n)?[A-Za-z_][A-Za-z0-9_]*\s*="),
    "/backup.zip": re.compile(rb"\APK\x03\x04"),
    "/dump.sql": re.compile(
        rb"(?i)\A(?!\s*<!doctype)[^<]{0,4000}(?:create table|insert into|-- mysql dump|postgresql)"
    ),
    "/wp-config.php.bak": re.compile(rb"<\?php"),
}
"""The files that are asked for where probing is on, and what each looks like where it is really there."""
_SOURCE_MAP = re.compile(rb"\A\s*(?:\)\]\}'?\s*)?\{[^<]*\"(?:mappings|sources)\"")


class NoPageError(NotAnsweredError):
    """Something came, and it is no page: an error that every visitor meets, or a file."""


@collector("web", calls={}, kinds=(SiteCheck, SitePage), is_regional=False)
def sites(scope: Scope, net: Fetcher) -> Found:
    """Every site of the settings: how it answers, and what up to twelve of its pages say."""
    jobs = [(entity, site) for entity in sorted(scope.sites) for site in scope.sites[entity]]
    with ThreadPoolExecutor(scope.workers) as pool:
        for found in pool.map(lambda job: list(_Visit(scope, net, *job).found()), jobs):
            yield from found


class _Visit:
    """One site while it is looked at."""

    def __init__(self, scope: Scope, net: Fetcher, entity: str, site: str) -> None:
        """Nothing is asked yet."""
        self.scope = scope
        self.net = net
        self.entity = entity
        self.site = site
        self.at = site.partition("://")[2].strip("/") or site.strip("/")
        self.pages: list[tuple[SitePage, Page | None]] = []
        self.heads: dict[str, Answer | None] = {}
        self.missed: NotCollected | None = None
        """Why the first of those pages or files did not come that should have."""

    def found(self) -> Found:
        """The site, its pages, and what could not be read of them."""
        host = split(f"https://{self.at}/").hostname or ""
        if "." not in host:
            yield self._gap("it is no address of a site")
            return
        try:
            home = self._home()
        except NotAskedError as error:
            gap = self._gap(str(error))
            yield gap
            yield self._check(answers=gap, robots_refuse=self._robots_refuse(f"https://{self.at}/"))
            return
        except NotAnsweredError as error:
            yield self._check(answers=False, silence=str(error))
            return
        self._read(home)
        yield self._check(answers=True, silence=None, **self._facts(home))
        for page, _ in self.pages:
            yield page
            if isinstance(page.says, NotCollected):
                yield page.says

    def _check(self, **facts: Any) -> SiteCheck:  # noqa: ANN401 - any field
        source = self.scope.source(f"GET {self.site}")
        return SiteCheck(entity=self.entity, source=source, site=self.site, **facts)

    def _gap(self, reason: str, about: str = "") -> NotCollected:
        return NotCollected(self.net.name, about or self.site, reason, self.entity)

    def _home(self) -> Answer:
        """The home page, encrypted where it can be; a site that is silent is asked once more after a minute.

        Raises:
            NotAnsweredError: It stays silent, or must not be asked.
        """
        reason = ""
        for attempt in range(2):
            if attempt:
                self.net.pause(_REST_SECONDS)
            for scheme in ("https", "http"):
                try:
                    answer = self.net.get(f"{scheme}://{self.at}/")
                except NotAskedError:
                    raise
                except NotAnsweredError as error:
                    reason = reason or str(error)
                    continue
                if answer.status < _SERVER_FAILS:
                    return answer
                reason = f"it answers {answer.status}"
        raise NotAnsweredError(reason)

    def _read(self, home: Answer) -> None:
        """The home page, and what it links to that looks like one of the pages we look for."""
        first = self._page(home.address, ("home",), home)
        if first is None:
            return
        self.pages.append(first)
        wanted = self._wanted(home.address, first[1])[: MOST_PAGES - 1] if first[1] else []
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            read = pool.map(lambda one: self._page(*one), wanted)
            self.pages.extend(one for one in read if one is not None)

    def _wanted(self, home: str, content: Page) -> list[tuple[str, tuple[str, ...]]]:
        """Addresses of other pages of the site with what links say they are for, one for each path, best first."""
        purposes: dict[str, tuple[str, ...]] = {}
        addresses: dict[str, str] = {}
        for link in content.links:
            path = _key(link.address)
            if _is_own(link.address, home) and not _FILES.search(path) and path != _key(home):
                addresses.setdefault(path, link.address.partition("#")[0])
                known = purposes.get(path, ())
                purposes[path] = tuple(dict.fromkeys((*known, *signs(link, SIGNS))))
        wanted = [(addresses[path], named) for path, named in purposes.items() if named]
        return sorted(wanted, key=lambda one: min(map(SIGNS.index, one[1])))

    def _page(
        self, address: str, purposes: tuple[str, ...], answer: Answer | None = None
    ) -> tuple[SitePage, Page | None] | None:
        """One page with what it says; None where it leads to another site."""
        content: Page | None = None
        says: PageText | NotCollected
        is_missed = False
        try:
            answer = answer or self.net.get(address)
            self.heads[address] = answer
            if not _is_own(answer.address, address):
                return None
            content = _content(answer)
            says = content.says
        except NotAnsweredError as error:
            says = self._gap(str(error), bare(address))
            is_missed = not _is_settled(error)
        path = split(answer.address if answer else address).path or "/"
        source = self.scope.source(f"GET {self.site}{path}")
        page = SitePage(
            entity=self.entity,
            source=source,
            site=self.site,
            path=path,
            purposes=purposes,
            says=says,
            is_missed=is_missed,
        )
        return page, content

    def _facts(self, home: Answer) -> dict[str, Any]:
        contents = [content for _, content in self.pages if content is not None]
        first = contents[0] if contents else None
        gaps = (page.says for page, _ in self.pages if page.is_missed)
        missed = next((one for one in gaps if isinstance(one, NotCollected)), None)
        again = self._ask(home.address, origin=_STRANGER)
        self._ask_heads(home, contents)
        return {
            **self._encryption(),
            **in_sum([one.says for one in contents], self._gap("no page could be read"), missed),
            "lax_cookies": tuple(_lax_cookies(home.headers.get("set-cookie", ""))),
            "shares_with_all": again if isinstance(again, NotCollected) else _shares(again),
            "first_byte_ms": again
            if isinstance(again, NotCollected)
            else (_step(home.first_byte_ms), _step(again.first_byte_ms)),
            "from_ci": self.net.is_ci,
            "open_files": self._open_files(home, first) if self.scope.web.probe else None,
            "robots_refuse": self._robots_refuse(home.address),
            "has_twin": self._twin(home),
            "broken_links": self._broken(),
            "booking_fault": self._booking_fault(home, contents),
            "card_fault": self._card_fault(first),
            **self._weight(home, first),
            **self._missing(home),
        }

    def _ask(self, address: str, **how: Any) -> Answer | NotCollected:  # noqa: ANN401 - as `get` takes it
        try:
            return self.net.get(address, **how)
        except NotAnsweredError as error:
            return self._gap(str(error), bare(address))

    def _encryption(self) -> dict[str, Any]:
        """How the site answers encrypted and plain, and what its handshake shows."""
        address = f"https://{self.at}/"
        plain = self._ask(f"http://{self.at}/")
        try:
            answer = self.net.get(address, follow=False)
        except ClosedError as error:
            return {"https": False, "https_fault": f"it does not answer encrypted ({error})"}
        except NotAnsweredError as error:
            return dict.fromkeys(_ENCRYPTION, self._gap(str(error)))
        is_plain = (
            isinstance(plain, Answer)
            and plain.status < HTTPStatus.BAD_REQUEST
            and split(plain.address).scheme == "http"
        )
        tls = answer.tls
        ends: Day = (tls.ends if tls else None) or self._gap("the certificate gives no day")
        return {
            "https": not is_plain,
            "https_fault": "it is served unencrypted as well, without sending visitors on"
            if is_plain
            else None,
            "min_tls": self._oldest(address, tls.protocol if tls else ""),
            "tls_fault": (tls.fault or None) if tls else None,
            "tls_issuer": tls.issuer if tls else "",
            "tls_expires": ends,
            "hsts_days": _hsts_days(answer.headers.get("strict-transport-security", "")),
        }

    def _oldest(self, address: str, spoken: str) -> Text:
        try:
            return self.net.oldest_protocol(address) or spoken
        except NotAnsweredError as error:
            return self._gap(str(error))

    def _robots_refuse(self, address: str) -> Flag:
        try:
            robots = self.net.robots(address)
        except NotAskedError as error:
            return self._gap(str(error))
        if robots.fails:
            return self._gap("robots.txt: the server fails")
        return not robots.allows(urljoin(address, "/"), "Googlebot")

    def _twin(self, home: Answer) -> Flag:
        """Whether the site's other name, with `www` or without, answers by itself."""
        host = split(f"https://{self.at}/").hostname or ""
        other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        try:
            answer = self.net.get(f"{split(home.address).scheme}://{other}/")
        except NotAskedError as error:
            return self._gap(str(error), other)
        except NotAnsweredError:
            return False
        ends = {split(one.address).hostname for one in (home, answer)}
        return answer.status == HTTPStatus.OK and len(ends) > 1

    def _ask_heads(self, home: Answer, contents: Iterable[Page]) -> None:
        """What stands above own addresses that pages name, those of the home page's parts first."""
        named: list[str] = []
        for content in contents:
            named += (*content.parts, *content.images)
        for content in contents:
            named += (link.address for link in content.links)
        own = dict.fromkeys(one.partition("#")[0] for one in named if _is_own(one, home.address))
        asked = [one for one in own if one not in self.heads][:_MOST_HEADS]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            self.heads.update(zip(asked, pool.map(self._head, asked), strict=True))

    def _head(self, address: str) -> Answer | None:
        """What stands above an address; asked in full where the server says that it is not there.

        Some servers know no other way of asking.
        """
        try:
            answer = self.net.head(address)
            return self.net.get(address) if answer.status in _ASKED_IN_FULL else answer
        except NotAnsweredError as error:
            if not _is_settled(error):
                self.missed = self.missed or self._gap(str(error), bare(address))
            return None

    def _broken(self) -> Names:
        gone = (address for address, answer in self.heads.items() if answer and answer.status in _MISSES)
        return tuple(sorted({split(one).path for one in gone})) or self.missed or ()

    def _weight(self, home: Answer, first: Page | None) -> dict[str, Any]:
        if first is None:
            return {"page_bytes": len(home.body), "heavy_images": ()} if home.is_cut else {}
        parts = [one for one in dict.fromkeys((*first.parts, *first.images)) if _is_own(one, home.address)]
        sizes = {one: _size(self.heads.get(one)) for one in parts}
        total: Count = len(home.body) + sum(size or 0 for size in sizes.values())
        heavy = (one for one in dict.fromkeys(first.images) if (sizes.get(one) or 0) > HEAVY_IMAGE)
        images: Names = tuple(sorted(split(one).path for one in heavy))
        return {"page_bytes": total, "heavy_images": images or self.missed or ()}

    def _booking_fault(self, home: Answer, contents: Iterable[Page]) -> Text | None:
        """What is wrong with the page that the first booking link leads to."""
        leads_to = next((one.booking for one in contents if one.booking), "")
        if not leads_to:
            return None
        try:
            answer = self.net.get(leads_to)
        except NotAskedError as error:
            return "its server fails" if "fails" in str(error) else self._gap(str(error), bare(leads_to))
        except NotAnsweredError as error:
            return str(error)
        if answer.status in _TO_PROGRAMS and not _is_own(leads_to, home.address):
            return self._gap(f"it answers {answer.status} to programs", bare(leads_to))
        if answer.status >= HTTPStatus.BAD_REQUEST:
            return f"it answers {answer.status}"
        page = read_page(answer.body, answer.address, answer.headers)
        if page.is_parked:
            return "somebody offers the domain for sale there"
        is_empty = page.text_length < _EMPTY_BELOW and not page.says.is_drawn and not page.says.fields
        return "the page is empty" if is_empty else None

    def _card_fault(self, first: Page | None) -> Text | None:
        if first is None or not first.card:
            return None
        try:
            answer = self.net.head(first.card)
        except NotAskedError as error:
            return self._gap(str(error))
        except NotAnsweredError as error:
            return str(error)
        return f"it answers {answer.status}" if answer.status in _MISSES else None

    def _missing(self, home: Answer) -> dict[str, Any]:
        answer = self._ask(urljoin(home.address, _MADE_UP))
        if isinstance(answer, NotCollected):
            return {"missing_page": answer, "missing_leads_home": answer}
        links = read_page(answer.body, answer.address, answer.headers).links
        leads = any(
            _is_own(one.address, home.address) and _key(one.address) == _key(home.address) for one in links
        )
        return {"missing_page": answer.status, "missing_leads_home": leads}

    def _open_files(self, home: Answer, first: Page | None) -> Names:
        """Paths of files that should never be open and are; nothing that stands in them is kept."""
        looks = {urljoin(home.address, path): pattern for path, pattern in _OPEN_FILES.items()}
        if first and first.first_script:
            looks[f"{first.first_script.partition('?')[0]}.map"] = _SOURCE_MAP
        found = []
        for address, pattern in looks.items():
            answer = self._ask(address, follow=False)
            if isinstance(answer, NotCollected) and answer.reason.startswith("no time"):
                return answer
            if (
                isinstance(answer, Answer)
                and answer.status == HTTPStatus.OK
                and pattern.search(answer.body[:20_000])
            ):
                found.append(split(address).path)
        return tuple(found)


def _content(answer: Answer) -> Page:
    """The page that came.

    Raises:
        NoPageError: None is there for anybody.
        NotAnsweredError: None is there for programs, or so long a one that its end is not known.
    """
    if answer.status in _TO_PROGRAMS:
        raise NotAnsweredError(f"it answers {answer.status} to programs")
    if answer.status != HTTPStatus.OK:
        raise NoPageError(f"it answers {answer.status}")
    if not answer.headers.get("content-type", "text/html").startswith(_READABLE):
        raise NoPageError("it is no page")
    if answer.is_cut:
        raise NotAnsweredError("it is too large to be read to its end")
    return read_page(answer.body, answer.address, answer.headers)


def _is_settled(error: NotAnsweredError) -> bool:
    """Whether it is known what stands there, or we keep from asking: nothing was missed by a fault."""
    return isinstance(error, NoPageError) or (
        isinstance(error, NotAskedError) and "no time" not in str(error) and "fails" not in str(error)
    )


def _is_own(address: str, home: str) -> bool:
    """Whether an address is of the same site, with or without `www`."""
    parts, own = split(address), split(home)
    return parts.scheme in {"http", "https"} and _key_host(parts.hostname) == _key_host(own.hostname)


def _key_host(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _key(address: str) -> str:
    return split(address).path.rstrip("/").removesuffix("/index.html")


def _size(answer: Answer | None) -> int | None:
    """How many bytes an address weighs, as its server says; None where it does not."""
    length = answer.headers.get("content-length", "") if answer and answer.status == HTTPStatus.OK else ""
    return int(length) if length.isascii() and length.isdigit() and len(length) < 13 else None  # noqa: PLR2004


def _step(waited_ms: int) -> int:
    """The longest of the waits that matter which this one is over, so that equal sites give equal evidence."""
    return max(step for step in WAIT_STEPS_MS if waited_ms > step or not step)


def _hsts_days(header: str) -> int:
    found = re.search(r"max-age\s*=\s*\"?(\d{1,12})", header, re.IGNORECASE)
    return int(found[1]) // 86_400 if found else 0


def _shares(answer: Answer) -> bool:
    return (
        answer.headers.get("access-control-allow-origin") == _STRANGER
        and answer.headers.get("access-control-allow-credentials", "").casefold() == "true"
    )


def _lax_cookies(lines: str) -> Iterator[str]:
    """Each cookie that lacks something, by name; values are never looked at."""
    for line in filter(None, lines.split("\n")):
        name, _, rest = line.partition("=")
        attributes = {one.partition("=")[0].strip().casefold() for one in rest.split(";")[1:]}
        wanted = ["Secure"]
        if any(one in name.casefold() for one in vocabulary().session_names):
            wanted += ["HttpOnly", "SameSite"]
        lacking = [one for one in wanted if one.casefold() not in attributes]
        if lacking:
            yield f"{name.strip()[:60]} without {', '.join(lacking)}"
