"""Reads what a page says: bytes in, facts out; nothing is asked, no script runs, and no bytes raise."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

import msgspec

from quarterdeck.collectors.prices import offered, prices
from quarterdeck.collectors.vocabulary import Tool, plain, split, vocabulary
from quarterdeck.model.web import Form, PageText

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_LONGEST = 300
"""Characters that are kept of a title or an address."""
_DRAWN_BELOW = 80
"""Characters of text under which a page with scripts is one that they draw."""
_ENCODINGS = frozenset(
    {"ascii", "us-ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252", "cp1252", "utf-16"}
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+", re.IGNORECASE)
_TOKEN = re.compile(
    r"[?&](?:[\w-]*token|auth|key|session|sid|secret|email|e-mail|mail|password)=[^&]+", re.IGNORECASE
)
_FUNCTION_HOST = re.compile(r"\.lambda-url\.[a-z0-9-]+\.on\.aws$|\.execute-api\.[a-z0-9-]+\.amazonaws\.com$")
_LISTING = re.compile(
    rb"<title>\s*Index of /|<ListBucketResult\b|<h1>\s*Directory listing for /", re.IGNORECASE
)
_LONG_VALUE = re.compile(r"\"[^\"<>]{5000,}\"")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*")
_LONGEST_TAG = 20_000
_DEEPEST = 1000
_SHALLOW = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|dd|dt|tr|td|th|thead|tbody|option",
    re.IGNORECASE,
)
"""Tags that end by themselves, and so do not nest."""
_UNSEEN = ["script", "style", "template", "svg"]
_BUTTONS = frozenset({"hidden", "submit", "button", "image", "reset"})
_SEARCHES = frozenset({"search", *_BUTTONS})


class Link(msgspec.Struct, frozen=True):
    """One link of a page: where it leads, whole, and the words on it."""

    address: str
    words: str


class Page(msgspec.Struct, frozen=True):
    """What a page says, and the addresses that it names."""

    says: PageText
    links: tuple[Link, ...] = ()
    parts: tuple[str, ...] = ()
    """Scripts and styles."""
    images: tuple[str, ...] = ()
    first_script: str = ""
    """The first script of the page's own host."""
    card: str = ""
    """The picture of its share card, whole; empty where there is none."""
    booking: str = ""
    """Where its booking link leads; empty where there is none, or it is a form or a widget in the page."""
    is_parked: bool = False
    """Whether somebody offers the domain for sale."""
    text_length: int = 0


def read_page(html: bytes, address: str, headers: Mapping[str, str] | None = None) -> Page:
    """Read one page.

    Args:
        html: Its bytes, whole or cut.
        address: Where it was found, with scheme.
        headers: What came with it, by name in lower case; none for a file of a repository.
    """
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only where sites are collected

    given = headers or {}
    return _Reader(LexborHTMLParser(tame(_text(html, given))), html, address, given).page()


def _text(html: bytes, headers: Mapping[str, str]) -> str:
    found = _CHARSET.search(headers.get("content-type", "").encode()) or _CHARSET.search(html[:2048])
    name = found[1].decode().lower() if found else "utf-8"
    return html.decode(name if name in _ENCODINGS else "utf-8", errors="replace")


def tame(text: str) -> str:
    """A page up to where it nests or crams so deep that reading it would take the parser for ever."""
    text = _LONG_VALUE.sub('""', text)
    depth = 0
    for tag in _TAG.finditer(text):
        if len(tag[0]) > _LONGEST_TAG or depth > _DEEPEST:
            return text[: tag.start()]
        if not _SHALLOW.fullmatch(tag["name"]):
            depth += -1 if tag["end"] and depth else not tag["end"]
    return text


class _Reader:
    """One page while it is read."""

    def __init__(
        self, tree: "LexborHTMLParser", html: bytes, address: str, headers: Mapping[str, str]
    ) -> None:
        """Take scripts out, and what they say aside."""
        self.tree = tree
        self.html = html
        self.address = address
        self.headers = headers
        self.host = split(address).hostname or ""
        self.base = _joined(address, next(self._values("base[href]", "href"), ""))
        self.scripts = tuple(self._addresses("script[src]", "src"))
        self.inline = "\n".join(one.text() for one in tree.css("script:not([src])"))
        self.data = [one.text() for one in tree.css('script[type="application/ld+json"]')]
        self.frames = tuple(self._addresses("iframe[src]", "src"))
        tree.strip_tags(_UNSEEN, recursive=True)
        self.text = " ".join(tree.body.text(separator=" ").split()) if tree.body else ""
        self.links = tuple(self._links())
        self.called = (*self.scripts, *self.frames, *(one.address for one in self.links))

    def page(self) -> Page:
        booking, leads_to = self._booking()
        card = self._card_image()
        entries, is_broken = _entries(self.data)
        types = (
            *_types(entries),
            *(kind.rpartition("/")[2] for kind in self._values("[itemtype]", "itemtype")),
        )
        styles = tuple(self._addresses('link[rel~="stylesheet"]', "href"))
        images = tuple(self._addresses("img[src]", "src"))
        own = (one for one in self.scripts if split(one).hostname == self.host)
        says = PageText(
            is_drawn=self._is_drawn(),
            is_listing=bool(_LISTING.search(self.html[:4096])),
            is_hidden="noindex"
            in f"{self._meta('robots')} {self.headers.get('x-robots-tag', '')}".casefold(),
            **self._guards(),
            title=(title := _words(self.tree.css_first("title"))),
            is_default_title=plain(title or "") in vocabulary().default_titles,
            description=self._meta("description"),
            language=_attribute(self.tree.css_first("html"), "lang"),
            viewport=self._meta("viewport"),
            canonical=next(map(bare, self._addresses('link[rel~="canonical"]', "href")), None),
            card_title=self._property("og:title"),
            card_image=bare(card) if card else None,
            levels=tuple(int((one.tag or "h0")[1]) for one in self.tree.css("h1, h2, h3, h4, h5, h6")),
            nameless=sum(not self._name(one) for one in self.tree.css("a[href], button")),
            **self._bare(),
            **self._unencrypted(styles, images),
            leaky_addresses=sum(map(_leaks, (self.address, *self._own_links()))),
            prices=(*prices(self.text), *offered(entries)),
            booking=booking,
            shows_dates=self._shows_dates(),
            contact=tuple(self._contact(types)),
            has_terms=any(_signs("terms", one) for one in self.links),
            has_privacy=any(_signs("privacy", one) for one in self.links),
            collects=any(self._asks(one) for one in self.tree.css("form")),
            signs_in=self.tree.css_first("input[type=password]") is not None,
            analytics=_named(vocabulary().tool(["counter"], (*self.scripts, *images), self.inline)),
            structured=tuple(sorted(set(types).intersection(vocabulary().fitting_types))),
            is_broken_data=is_broken,
            forms=tuple(self._forms()),
        )
        return Page(
            says,
            self.links,
            (*self.scripts, *styles),
            images,
            next(own, ""),
            card,
            leads_to,
            vocabulary().says("parked", self.text),
            len(self.text),
        )

    def _values(self, selector: str, name: str) -> Iterator[str]:
        for node in self.tree.css(selector):
            if value := _attribute(node, name):
                yield value

    def _addresses(self, selector: str, name: str) -> Iterator[str]:
        for value in self._values(selector, name):
            if address := _joined(self.base, value):
                yield address

    def _meta(self, name: str) -> str | None:
        return _attribute(self.tree.css_first(f'meta[name="{name}" i]'), "content")

    def _property(self, name: str) -> str | None:
        return _attribute(self.tree.css_first(f'meta[property="{name}"], meta[name="{name}"]'), "content")

    def _card_image(self) -> str:
        return _joined(self.base, self._property("og:image") or "") if self._property("og:image") else ""

    def _links(self) -> Iterator[Link]:
        for node in self.tree.css("a[href]"):
            if address := _joined(self.base, _attribute(node, "href") or ""):
                yield Link(address, self._name(node))

    def _own_links(self) -> Iterator[str]:
        return (one.address for one in self.links if split(one.address).hostname == self.host)

    def _name(self, node: "LexborNode") -> str:
        """The words by which a link or button is read out."""
        said = (node.text(), _attribute(node, "aria-label"), _attribute(node, "title"))
        pictures = (_attribute(one, "alt") for one in node.css("img"))
        return " ".join(" ".join(one for one in (*said, *pictures) if one).split())[:_LONGEST]

    def _is_drawn(self) -> bool:
        is_bare = len(self.text) < _DRAWN_BELOW and not self.links and self.tree.css_first("h1") is None
        return is_bare and bool(self.scripts or self.inline)

    def _guards(self) -> dict[str, Any]:
        """What headers, or their likes in the page, protect it from."""
        header = self.headers.get("content-security-policy", "").casefold()
        meta = (
            _attribute(self.tree.css_first('meta[http-equiv="content-security-policy" i]'), "content") or ""
        )
        return {
            "has_frame_guard": "frame-ancestors" in header or bool(self.headers.get("x-frame-options")),
            "has_nosniff": "nosniff" in self.headers.get("x-content-type-options", "").casefold(),
            "has_policy": any(one and not _is_open(one) for one in (header, meta.casefold())),
            "has_referrer_policy": bool(self.headers.get("referrer-policy") or self._meta("referrer")),
        }

    def _bare(self) -> dict[str, Any]:
        """Pictures and fields, and how many of them say nothing."""
        images = [
            one
            for one in self.tree.css("img")
            if _attribute(one, "aria-hidden") != "true"
            and _attribute(one, "role") not in {"presentation", "none"}
            and _attribute(one, "width") not in {"0", "1"}
        ]
        labels = set(self._values("label[for]", "for"))
        inside = {one.mem_id for one in self.tree.css("label input, label select, label textarea")}
        fields = [one for one in self.tree.css("input, select, textarea") if _type(one) not in _BUTTONS]
        named = ("aria-label", "aria-labelledby", "title")
        return {
            "images": len(images),
            "bare_images": sum("alt" not in one.attributes for one in images),
            "fields": len(fields),
            "bare_fields": sum(
                one.mem_id not in inside
                and _attribute(one, "id") not in labels
                and not any(_attribute(one, name) for name in named)
                for one in fields
            ),
        }

    def _unencrypted(self, styles: Iterable[str], images: Iterable[str]) -> dict[str, Any]:
        """What an encrypted page loads or posts in the open."""
        if split(self.address).scheme != "https":
            return {}
        actions = self._addresses("form[action]", "action")
        return {
            "plain_parts": sum(map(_is_plain, (*self.scripts, *self.frames, *styles))),
            "plain_images": sum(map(_is_plain, images)),
            "plain_forms": sum(map(_is_plain, actions)),
        }

    def _booking(self) -> tuple[str | None, str]:
        """How one books here, for people, and the address that it leads to."""
        known = vocabulary()
        for link in self.links:
            if tool := known.tool(["booking", "payment"], [link.address]):
                return tool.name, link.address
        for link in self.links:
            if split(link.address).scheme in {"http", "https"} and (
                _signs("book", link) or _signs("checkout", link)
            ):
                return bare(link.address), link.address
        if tool := known.tool(["booking", "payment"], (*self.scripts, *self.frames), self.inline):
            return tool.name, ""
        for form in self.tree.css("form"):
            words = f"{form.text()} {' '.join(filter(None, (_attribute(one, 'value') for one in form.css('input'))))}"
            if self._asks(form) and known.says("book", words):
                return "a form", ""
        return None, ""

    def _shows_dates(self) -> bool:
        fields = "input[type=date], input[type=datetime-local], input[type=month]"
        calendars = '[class*="calendar" i], [id*="calendar" i], [class*="datepicker" i]'
        return (
            self.tree.css_first(f"{fields}, {calendars}") is not None
            or vocabulary().tool(["booking"], self.frames) is not None
            or vocabulary().says("dates", self.text)
        )

    def _contact(self, types: Iterable[str]) -> Iterator[str]:
        schemes = {split(one.address).scheme for one in self.links}
        ways = {
            "tel": "tel" in schemes,
            "mail": "mailto" in schemes,
            "form": any(one.css_first("textarea, input[type=email]") for one in self.tree.css("form")),
            "chat": vocabulary().tool(["chat"], self.called, self.inline),
            "address": self.tree.css_first("address") is not None or "PostalAddress" in types,
        }
        return (way for way, is_there in ways.items() if is_there)

    def _asks(self, form: "LexborNode") -> bool:
        fields = form.css("input, textarea, select")
        return any(_type(one) not in _SEARCHES and _attribute(one, "name") != "q" for one in fields)

    def _forms(self) -> Iterator[Form]:
        for form in self.tree.css("form"):
            to = _joined(self.base, _attribute(form, "action") or "") or self.address
            parts = split(to)
            host = parts.hostname or ""
            if parts.scheme == "mailto":
                yield Form("mail")
            elif host.removeprefix("www.") == self.host.removeprefix("www.") or not host:
                yield Form("own", host)
            elif _FUNCTION_HOST.search(host):
                yield Form("function", host)
            elif vocabulary().tool(["form", "booking", "payment"], [to]):
                yield Form("tool", host)
            else:
                yield Form("foreign", host)


def bare(address: str) -> str:
    """An address without what follows a question mark, for that may hold a token."""
    parts = split(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:_LONGEST]


def _signs(sign: str, link: Link) -> bool:
    """Whether a link's words, or else its path, have a word of a sign."""
    path = re.sub(r"[-_/.]+", " ", unquote(split(link.address).path))
    return vocabulary().says(sign, link.words) or vocabulary().says(sign, path)


def signs(link: Link, among: Iterable[str]) -> tuple[str, ...]:
    """What a link says that its page is for, of some signs in their order."""
    return tuple(sign for sign in among if _signs(sign, link))


def _joined(base: str, address: str) -> str:
    """An address, whole; empty where it leads nowhere, as scripts and data within the page do."""
    try:
        joined = urljoin(base, address.strip())
    except ValueError:
        return ""
    return joined if split(joined).scheme in {"http", "https", "mailto", "tel", "sms"} else ""


def _attribute(node: "LexborNode | None", name: str) -> str | None:
    """What an attribute holds, without blanks around it and not too long; None where it holds nothing."""
    value = node.attributes.get(name) if node is not None else None
    return (value.strip()[:2000] or None) if value else None


def _type(node: "LexborNode") -> str:
    return (_attribute(node, "type") or "").casefold() if node.tag == "input" else node.tag or ""


def _words(node: "LexborNode | None") -> str | None:
    return (" ".join(node.text().split())[:_LONGEST] or None) if node is not None else None


def _named(tool: Tool | None) -> str | None:
    return tool.name if tool else None


def _is_plain(address: str) -> bool:
    return split(address).scheme == "http"


def _is_open(policy: str) -> bool:
    """Whether a content policy allows whatever stands in the page, from wherever: as good as none."""
    return "'unsafe-inline'" in policy and bool(re.search(r"(?:^|\s)\*(?:\s|;|$)", policy))


def _leaks(address: str) -> bool:
    parts = split(address)
    if parts.scheme not in {"http", "https"}:
        return False
    return bool(_TOKEN.search(f"?{parts.query}") or _MAIL.search(f"{parts.path}?{parts.query}"))


def _entries(texts: Iterable[str]) -> tuple[list[dict[str, Any]], bool]:
    """Every object of the structured data, and whether some of it cannot be read."""
    found: list[dict[str, Any]] = []
    is_broken = False
    for text in texts:
        try:
            waiting: list[Any] = [json.loads(text)]
        except (ValueError, RecursionError):
            is_broken = True
            continue
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, dict):
                found.append(one)
                waiting.extend(one.values())
            elif isinstance(one, list):
                waiting.extend(one)
    return found, is_broken


def _types(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        kinds = entry.get("@type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            if isinstance(kind, str):
                yield kind.rpartition("/")[2]
