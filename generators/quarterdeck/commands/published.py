"""Shows what was published in a browser of this machine, as its readers would see it."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from quarterdeck.commands.played_edge import Answer, Asked, played_edge
from quarterdeck.model.errors import QuarterdeckError, UsageError
from quarterdeck.model.versions import LATEST, State
from quarterdeck.publish import keys, kinds
from quarterdeck.publish.edge import FileEdge
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.publish.store import Store
from quarterdeck.publish.stores import store_of
from quarterdeck.settings import Settings, load_settings
from quarterdeck.site.builder import SIGN_OUT
from quarterdeck.site.policy import HEADERS

HOST: Final = "127.0.0.1"

_SIGN_IN: Final = "/auth/"
_LIST: Final = "versions.json"
_LARGEST_BODY: Final = 65536
_ENDING: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}$")
"""Of a file; what has none is a folder."""
_FOOT: Final = b'<div class="md-copyright">'
_NO_NAME: Final = re.compile(r"^\.{1,2}$|[\x00-\x1f\x7f-\x9f/\\%?#]")
Front = Callable[[Asked], Answer | str]
"""Answers a request by itself, or says whose file to send: `crew/2026-11-23-0a1b2c3/index.html`, empty for nothing."""
Say = Callable[[str], object]


def serve(
    root: Path, environ: Mapping[str, str], *, port: int, audience: str, sign_in: bool, say: Say
) -> None:
    """Show what was published until interrupted.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        port: On this machine alone; 0 for any that is free.
        audience: Whose reports, for who need not sign in; empty for the first one.
        sign_in: Ask everybody to sign in, by the same two functions as in the cloud.
        say: Tells a line at once.

    Raises:
        InputError: The settings are wrong.
        UsageError: There is no such audience, nothing is published, or the port is taken.
        OutsideError: The store cannot be read, or what sign-in needs is not installed.
    """
    with opened(root, environ, port=port, audience=audience, sign_in=sign_in, say=say) as server:
        say(f"Open {server.address}/ (stop with Ctrl-C)")
        server.serve_forever()


@contextmanager
def opened(
    root: Path, environ: Mapping[str, str], *, port: int, audience: str, sign_in: bool, say: Say
) -> Iterator["Server"]:
    """A server that is ready; as `serve`."""
    settings = load_settings(root, environ)
    store = store_of(settings, root, environ)
    with ExitStack() as stack:
        server = stack.enter_context(_server(port, store, say))
        if sign_in:
            _guard(server, stack, settings, root / settings.build / "outbox")
        else:
            server.front = partial(_open_to_all, server, _audience(settings, audience))
        _state(store)
        yield server


class Server(ThreadingHTTPServer):
    """Answers on this machine alone, several readers at a time."""

    daemon_threads = True
    front: Front
    sign_in: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """What stands behind `/auth/`."""

    def __init__(self, port: int, store: Store, say: Say) -> None:
        """Take the port."""
        super().__init__((HOST, port), _Handler)
        self.store = store
        self.say = say

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.server_port}"

    @property
    def address(self) -> str:
        """What to open, without a slash at the end."""
        return f"http://{self.place}"

    def answer(self, asked: Asked) -> Answer:
        """What a browser gets."""
        if self.sign_in and asked.path.startswith(_SIGN_IN):
            return _as_answer(self.sign_in(sign_in_event(asked)))
        try:
            found = self.front(asked)
            return self._file(found, asked) if isinstance(found, str) else found
        except QuarterdeckError as error:
            self.say(str(error))
            return Answer(503, (("Cache-Control", "no-store"), ("Retry-After", "60")))

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that left before its answer was whole."""

    def _file(self, place: str, asked: Asked) -> Answer:
        """A file of the store; one and the same page for all that is not there (F-147)."""
        audience, _, below = place.partition("/")
        version, _, path = below.partition("/")
        root = _state(self.store).root
        key = keys.page(root, audience, version, path) if path else keys.versions(root, audience)
        found = self.store.get(key) if version else None
        if found is None:
            return Answer(404, _kept(keys.NOT_FOUND, kinds.REVALIDATED), NOT_FOUND_PAGE)
        has_way_out = self.sign_in is not None and path.endswith(".html")
        tag = f'"{found.tag}-out"' if has_way_out else f'"{found.tag}"'
        headers = _kept(key, kinds.cache(path) if path else kinds.REVALIDATED, tag)
        if asked.headers.get("if-none-match") == tag:
            return Answer(304, headers)
        return Answer(200, headers, _with_way_out(found.data) if has_way_out else found.data)


class _Handler(BaseHTTPRequestHandler):
    """Hands each request to the server, with the headers of every answer."""

    protocol_version = "HTTP/1.1"
    server: Server
    timeout = 60

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", "0") or 0)
        if length > _LARGEST_BODY:
            self.close_connection = True
            self._send(Answer(413))
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        source = self.client_address[0]
        self._send(self.server.answer(Asked(self.command, path, query, headers, source, body)))

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_GET  # noqa: N815 - as the library names them

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        own = {name.lower() for name, _ in answer.headers}
        for name, value in answer.headers:
            self.send_header(name, value)
        for name, value in HEADERS.items():
            if name.lower() not in own:
                self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _open_to_all(server: Server, audience: str, asked: Asked) -> Answer | str:
    """What the edge does for a reader of one audience: the latest version and index files."""
    if asked.headers.get("host") not in {server.place, f"localhost:{server.server_port}"}:
        return ""  # a page elsewhere gave this machine a name of its own, to read along
    if asked.method not in {"GET", "HEAD"}:
        return Answer(405, (("Allow", "GET, HEAD"),))
    names = [unquote(name) for name in asked.path.split("/")[1:]]
    if names == [""]:
        return _moved(302, f"/{LATEST}/")
    if names == [_LIST]:
        return f"{audience}/{_LIST}"
    if "" in names[:-1] or any(_NO_NAME.search(name) for name in names):
        return ""
    if names[-1] and (len(names) == 1 or not _ENDING.search(names[-1])):
        return _moved(301, quote(f"/{'/'.join(names)}/"))
    version = _state(server.store).latest if names[0] == LATEST else names[0]
    return "/".join([audience, version, *names[1:-1], names[-1] or "index.html"])


def _guard(server: Server, stack: ExitStack, settings: Settings, outbox: Path) -> None:
    """Put the two functions of the cloud in front of a server: the edge, and the sign-in."""
    from quarterdeck.publish.infrastructure import folder  # noqa: PLC0415 - heavy, and only to try things out
    from quarterdeck.publish.signin import sign_in_here  # noqa: PLC0415 - likewise

    if not isinstance(server.store, Folder):
        raise UsageError(
            "--sign-in plays the sign-in in front of a folder, and portfolio.yml names a bucket, which has its own. "
            "Leave --sign-in out, or open site_url."
        )
    infra, edge = folder(), FileEdge(server.store)
    ask = stack.enter_context(played_edge(infra / "edge.js", server.place))
    server.front = lambda asked: ask(asked, edge.read().values)
    server.sign_in = stack.enter_context(
        sign_in_here(
            settings, site_url=server.address, outbox=outbox, edge=edge, infra=infra, told=server.say
        )
    )


def _with_way_out(page: bytes) -> bytes:
    """A page with the link to sign out at its foot: one that was built for readers who need not sign in has none."""
    link = f'<a class="qd-out" href="{SIGN_OUT}">Sign out</a>'.encode()
    return page if link in page else page.replace(_FOOT, _FOOT + link, 1)


def sign_in_event(asked: Asked) -> dict[str, Any]:
    """A request as the address of a function hands it on.

    Source: AWS Lambda Developer Guide, "Invoking Lambda function URLs", payload format 2.0.
    """
    headers = {name: value for name, value in asked.headers.items() if name != "cookie"}
    cookies = [one.strip() for one in asked.headers.get("cookie", "").split(";") if one.strip()]
    return {
        "version": "2.0",
        "rawPath": asked.path,
        "rawQueryString": asked.query,
        "cookies": cookies,
        "headers": headers | {"cloudfront-viewer-address": f"{asked.source}:443"},
        "requestContext": {
            "http": {"method": asked.method, "path": asked.path, "sourceIp": asked.source},
        },
        "body": base64.b64encode(asked.body).decode(),
        "isBase64Encoded": True,
    }


def _as_answer(given: Mapping[str, Any]) -> Answer:
    body = given.get("body", "")
    data = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode()
    headers = [*given.get("headers", {}).items(), *(("Set-Cookie", one) for one in given.get("cookies", ()))]
    return Answer(given["statusCode"], tuple(headers), data)


@contextmanager
def _server(port: int, store: Store, say: Say) -> Iterator[Server]:
    try:
        server = Server(port, store, say)
    except OSError as error:
        raise unusable(port, error) from error
    with server:
        yield server


def unusable(port: int, error: OSError) -> UsageError:
    """A port that is taken or may not be had."""
    return UsageError(f"Port {port} cannot be used: {error.strerror}. Name another: --port 8001")


def _audience(settings: Settings, audience: str) -> str:
    if audience and audience not in settings.audiences:
        raise UsageError(f"There is no audience {audience}; there is {', '.join(settings.audiences)}")
    return audience or next(iter(settings.audiences))


def _state(store: Store) -> State:
    state = read_state(store)
    if state is None or not state.latest:
        raise UsageError(f"Nothing is published in {store.place} yet. Run: quarterdeck publish")
    return state


def _moved(status: int, place: str) -> Answer:
    return Answer(status, (("Location", place), ("Cache-Control", "no-store")))


def _kept(path: str, cache: str, tag: str = "") -> tuple[tuple[str, str], ...]:
    """How a browser takes and keeps a file."""
    headers = (("Content-Type", kinds.content_type(path)), ("Cache-Control", cache))
    return (*headers, ("ETag", tag)) if tag else headers
