"""A web of one's own: servers on free ports of this machine, under whatever names a test gives them."""

from __future__ import annotations

import ssl
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from quarterdeck.collectors.fetch import Fetcher
from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.collectors.scope import Scope, WebLimits
from quarterdeck.collectors.web import sites
from quarterdeck.model.observed import NotCollected, Observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

TAKEN_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
LOCAL = "127.0.0.1"

Reply = tuple[int, "Mapping[str, str]", bytes]
"""Status, headers and body."""


def html(body: str, head: str = "", **headers: str) -> Reply:
    """A page with a title and language."""
    text = (
        f"<!doctype html><html lang=en><head><title>Jada sails</title>{head}</head><body>{body}</body></html>"
    )
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, text.encode()


class Server(ThreadingHTTPServer):
    """Answers what it is told to, and remembers what it was asked."""

    daemon_threads = True

    def __init__(
        self, replies: Mapping[str, Reply | Callable[[], Reply]], tls: ssl.SSLContext | None
    ) -> None:
        """A free port of this machine; what has no reply is not there."""
        super().__init__((LOCAL, 0), _Handler)
        self.replies = dict(replies)
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_: object) -> None:
        """Whoever breaks off is of no interest."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        reply = self.server.replies.get(self.path, (404, {}, b"<a href=/>Home</a>"))
        status, headers, body = reply() if callable(reply) else reply
        self.send_response(status)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            with suppress(OSError):
                self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - as the library names them

    def log_message(self, *_: object) -> None:
        """Stays silent."""


@contextmanager
def serving(
    replies: Mapping[str, Reply | Callable[[], Reply]], tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server that runs while the block does."""
    server = Server(replies, tls)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_certificate(folder: Path, name: str = "jada.test", days: int = 90) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key, made for this test alone."""
    from cryptography import x509  # noqa: PLC0415 - heavy
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - likewise
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - likewise

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Test authority")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def speaking(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """The settings of a server with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def a_scope(*names: str, probe: bool = False, private: bool = True) -> Scope:
    """One job over sites of the first business."""
    return Scope(
        TAKEN_AT, ("jada",), sites={"jada": names}, web=WebLimits(probe=probe, private=private), workers=2
    )


def a_fetcher(
    scope: Scope,
    names: Mapping[tuple[str, int], Server | tuple[str, int]] | None = None,
    trust: Path | None = None,
    **how: Any,  # noqa: ANN401 - as the fetcher takes it
) -> Fetcher:
    """Asks servers of this machine under the names that a test gives them; every other name leads nowhere."""

    def resolve(host: str, port: int) -> list[tuple[str, int]]:
        where = (names or {}).get((host, port))
        if where is None and host == LOCAL:
            return [(host, port)]
        if where is None:
            raise OSError(host)
        return [where] if isinstance(where, tuple) else [(LOCAL, where.server_port)]

    known: dict[str, Any] = {
        "clock": time.monotonic,
        "pause": lambda _: None,
        "is_ci": False,
        "resolve": resolve,
        "trust": lambda: ssl.create_default_context(cafile=trust),
    }
    return Fetcher(scope, **(known | how))


def collected(scope: Scope, net: Fetcher) -> tuple[list[Observed], list[NotCollected]]:
    """What the collector sees, and what it could not read."""
    assert COLLECTORS["web"].collect is sites
    everything = list(sites(scope, net))
    return (
        [one for one in everything if isinstance(one, Observed)],
        [one for one in everything if isinstance(one, NotCollected)],
    )
