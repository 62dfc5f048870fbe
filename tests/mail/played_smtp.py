"""A small mail server on this machine, with TLS, that says what a test wants and keeps what it took."""

from __future__ import annotations

from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

CUT = 0
"""In place of a number: the line is cut."""
WELL = {
    "EHLO": 250,
    "MAIL": 250,
    "RCPT": 250,
    "DATA": 354,
    ".": 250,
    "AUTH": 235,
    "STARTTLS": 220,
    "QUIT": 221,
}


class MailServer(ThreadingTCPServer):
    """Says a number to each command; a list of numbers one after the other."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, says: dict[str, Any], *, has_tls: bool, is_tls: bool) -> None:
        """On a free port."""
        self.context, self.has_tls, self.is_tls = context, has_tls, is_tls
        self.says: dict[str, Any] = {**WELL, **says}
        self.heard: list[str] = []
        self.open: list[str] = []
        """What was said before anything was encrypted."""
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def port(self) -> int:
        """The port."""
        return int(self.server_address[1])

    def answer(self, verb: str) -> int:
        """What it says now."""
        said = self.says.get(verb, 502)
        return int(said.pop(0) if isinstance(said, list) else said)

    def handle_error(self, *_: object) -> None:
        """A line that was cut is nothing to tell."""


class Session(StreamRequestHandler):
    """One connection."""

    server: MailServer

    def handle(self) -> None:
        """Talk until the other side leaves, or the line is to be cut."""
        self.is_safe = False
        if self.server.is_tls:
            self.encrypt()
        self.say(220)
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            self.server.heard.append(f"{verb} {rest}".rstrip())
            if not self.is_safe:
                self.server.open.append(verb)
            code = self.server.answer(verb)
            if code == CUT:
                return
            self.say(
                code,
                "STARTTLS" if verb == "EHLO" and self.server.has_tls and not self.is_safe else "AUTH PLAIN",
            )
            if verb == "STARTTLS":
                self.encrypt()
            if verb == "DATA" and code == 354 and not self.take():
                return

    def encrypt(self) -> None:
        """Go on in TLS."""
        super().finish()
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.setup()
        self.is_safe = True

    def finish(self) -> None:
        """Leave nothing open."""
        super().finish()
        self.request.close()

    def take(self) -> bool:
        """The mail itself; False where the line is cut after it."""
        data = b""
        while not data.endswith(b"\r\n.\r\n"):
            data += self.rfile.readline()
        self.server.taken.append(data.removesuffix(b".\r\n"))
        code = self.server.answer(".")
        if code != CUT:
            self.say(code)
        return code != CUT

    def say(self, code: int, more: str = "as you say") -> None:
        """One answer; that to EHLO has a line for what is offered."""
        self.wfile.write(f"{code}-here\r\n{code} {more}\r\n".encode())


@contextmanager
def mail_server(
    context: ssl.SSLContext,
    *,
    has_tls: bool = True,
    is_tls: bool = False,
    **says: Any,  # noqa: ANN401 - numbers
) -> Iterator[MailServer]:
    """Run one while the block lasts; `at_end` is what it says to a whole mail."""
    if "at_end" in says:
        says["."] = says.pop("at_end")
    with MailServer(context, says, has_tls=has_tls, is_tls=is_tls) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
