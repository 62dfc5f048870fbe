"""Local web servers that play the sites of the sample estate, on an address of this machine alone."""

import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from threading import Lock
from typing import Literal, TypeAlias

import msgspec

from quarterdeck.collectors.embedded.certificates import Authority
from quarterdeck.collectors.embedded.running import running
from quarterdeck.collectors.scope import HERE

_HTML = "text/html; charset=utf-8"
_SECONDS = 20
"""How long a server waits for a question on a connection."""


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page of a site."""

    title: str
    body: str
    description: str = ""


class Encryption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a site is encrypted."""

    by: str
    """Who vouches for it."""
    days: int
    """For how many days its certificate still holds."""
    names: tuple[str, ...] = ()
    """Whom the certificate is for, where that is not the site."""
    oldest: Literal["TLSv1_1", "TLSv1_2"] = "TLSv1_2"


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One site, as the description beside this module has it."""

    pages: Mapping[str, Page]
    encryption: Encryption | None = None
    """None where it is not served encrypted at all."""
    is_open: bool = False
    """Whether whoever comes unencrypted is served so, and not sent on."""
    language: str = "en"
    head: str = ""
    """What stands in the head of every page."""
    foot: str = ""
    """What stands beneath every page."""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    """What comes with every page."""
    files: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Path -> bytes of what pages are made of."""


class Reply(msgspec.Struct, frozen=True):
    """What comes back for one address."""

    status: int
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


Said: TypeAlias = Callable[[socket.socket], None]
"""What is done on the connection in place of an answer; for faults."""


class Sites:
    """What the sites answer, and faults for tests; counts every question."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        """Sites by host."""
        self.sites = sites
        self.asked: Counter[str] = Counter()
        """How often each address was asked: `https://jada.example/`."""
        self._said: dict[str, Reply | Said] = {}
        self._lock = Lock()

    def answer(self, address: str, said: "Reply | Said | None") -> None:
        """Answer an address, such as `https://jada.example/`, so from now on; None undoes it."""
        if said is None:
            self._said.pop(address, None)
        else:
            self._said[address] = said

    def told(self, scheme: str, host: str, path: str) -> "Reply | Said":
        """What an address answers."""
        address = f"{scheme}://{host}{path}"
        with self._lock:
            self.asked[address] += 1
        return self._said.get(address) or self._found(scheme, host, path)

    def _found(self, scheme: str, host: str, path: str) -> Reply:
        site = self.sites.get(host)
        if site is None:
            return Reply(HTTPStatus.NOT_FOUND)
        if scheme == "http" and site.encryption and not site.is_open:
            return Reply(HTTPStatus.MOVED_PERMANENTLY, {"Location": f"https://{host}{path}"})
        if path in site.files:
            return Reply(HTTPStatus.OK, {"Content-Type": "application/octet-stream"}, bytes(site.files[path]))
        page = site.pages.get(path)
        if page is None:
            gone = Page("Not found", "<h1>Not found</h1>")
            return Reply(HTTPStatus.NOT_FOUND, {"Content-Type": _HTML}, _written(site, gone))
        return Reply(HTTPStatus.OK, {"Content-Type": _HTML, **site.headers}, _written(site, page))


def _written(site: Site, page: Page) -> bytes:
    about = f'<meta name="description" content="{escape(page.description)}">' if page.description else ""
    title = f'<meta charset="utf-8"><title>{escape(page.title)}</title>'
    text = (
        f'<!doctype html>\n<html lang="{site.language}"><head>{title}{about}{site.head}</head>\n'
        f"<body>{page.body}{site.foot}</body></html>\n"
    )
    return text.encode()


def sample_sites() -> Sites:
    """The sites of the sample estate."""
    text = resources.files(__package__).joinpath("sites.yml").read_text(encoding="utf-8")
    return Sites(msgspec.yaml.decode(text, type=dict[str, Site]))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, sites: Sites, encryption: ssl.SSLContext | None = None) -> None:
        """A free port of this machine."""
        super().__init__((HERE, 0), _Handler)
        self.sites = sites
        self.scheme = "https" if encryption else "http"
        if encryption:
            self.socket = encryption.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        """Whoever breaks off is of no interest."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SECONDS

    def do_GET(self) -> None:
        said = self.server.sites.told(self.server.scheme, self.headers.get("Host", ""), self.path)
        if not isinstance(said, Reply):
            said(self.connection)
            return
        self.send_response(said.status)
        for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            with suppress(OSError):
                self.wfile.write(said.body)

    do_HEAD = do_GET  # noqa: N815 - as the library names them

    def log_message(self, *_: object) -> None:
        """Stays silent."""


class _Closed:
    """A port on which nobody listens, and that nobody else gets meanwhile."""

    def __init__(self) -> None:
        self._door = socket.socket()
        self._door.bind((HERE, 0))

    @cached_property
    def port(self) -> int:
        return int(self._door.getsockname()[1])

    def close(self) -> None:
        self._door.close()


@contextmanager
def web_servers(sites: Sites, as_of: datetime) -> Iterator[tuple[dict[str, tuple[int, int]], str]]:
    """Serve sites while the block lasts.

    Args:
        sites: What they answer.
        as_of: The moment that their certificates are reckoned from.

    Returns:
        Host -> its ports, unencrypted and encrypted; and the certificates of those who vouch for them.
    """
    by = sorted({site.encryption.by for site in sites.sites.values() if site.encryption})
    authorities = {name: Authority(name, as_of) for name in by}
    with ExitStack() as stack:
        plain, closed = _Server(sites), _Closed()
        stack.callback(closed.close)
        ports, servers = {}, [plain]
        for host, site in sites.sites.items():
            ports[host] = (plain.port, closed.port)
            if site.encryption:
                how = site.encryption
                names, oldest = how.names or (host,), ssl.TLSVersion[how.oldest]
                server = _Server(sites, authorities[how.by].speaking(names, how.days, oldest=oldest))
                servers.append(server)
                ports[host] = (plain.port, server.port)
        stack.enter_context(running(*servers))
        yield ports, "".join(one.certificate for one in authorities.values())
