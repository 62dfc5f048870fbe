"""A local name server that plays the domains of the sample estate, on an address of this machine alone."""

import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer, ThreadingUDPServer
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from quarterdeck.collectors.embedded.running import running
from quarterdeck.collectors.scope import HERE

if TYPE_CHECKING:
    from dns.message import Message
    from dns.rrset import RRset

Said: TypeAlias = Callable[["Message", bool], bytes | None]
"""What is answered to a question, and whether it came on a connection; None for silence."""

_ALIASES = 8
"""Names in a row that may each lead to the next."""
_TRIES = 20
_TTL = 300
_DKIM_BITS = 2048
_SIGNED = ("jadakey1.dkim.amazonses.com", "jadakey2.dkim.amazonses.com")
"""Names at the mail service under which keys stand."""


class Names:
    """What names have, and faults for tests; counts every question."""

    def __init__(self, zone: str) -> None:
        """Read names.

        Args:
            zone: A name, a type and a value in each line, as zones are written; no name is cut short. Lines that
                begin with a semicolon are for people.
        """
        import dns.rrset  # noqa: PLC0415 - needs a library of its own

        self.asked: Counter[str] = Counter()
        """How often each question was asked: `TXT jada.example`."""
        self._said: dict[str, Said] = {}
        self._records: defaultdict[str, dict[str, RRset]] = defaultdict(dict)
        self._lock = Lock()
        values: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for line in zone.splitlines():
            if line and not line.startswith(";"):
                name, kind, value = line.split(None, 2)
                values[name, kind].append(value)
        for (name, kind), those in values.items():
            self._records[name][kind] = dns.rrset.from_text(f"{name}.", _TTL, "IN", kind, *those)

    def answer(self, question: str, said: Said | None) -> None:
        """Answer a question, such as `TXT jada.example`, so from now on; None undoes it."""
        if said is None:
            self._said.pop(question, None)
        else:
            self._said[question] = said

    def told(self, data: bytes, *, on_connection: bool) -> bytes | None:
        """The answer to a question as it came; None for silence."""
        import dns.message  # noqa: PLC0415 - needs a library of its own

        question = dns.message.from_wire(data)
        kind, name = _kind(question.question[0]), _plain(question.question[0])
        with self._lock:
            self.asked[f"{kind} {name}"] += 1
        said = self._said.get(f"{kind} {name}")
        return said(question, on_connection) if said else self._found(question, name, kind).to_wire()

    def _found(self, question: "Message", name: str, kind: str) -> "Message":
        import dns.message  # noqa: PLC0415 - as above
        import dns.rcode  # noqa: PLC0415 - as above

        reply = dns.message.make_response(question, recursion_available=True)
        if not self._is_there(name):
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply
        for _ in range(_ALIASES):
            records: Mapping[str, RRset] = self._records.get(name, {})
            found = records.get(kind) or records.get("CNAME")
            if found is None:
                break
            reply.answer.append(found)
            if _kind(found) == kind:
                break
            name = str(found[0]).rstrip(".").casefold()
        return reply

    def _is_there(self, name: str) -> bool:
        """Whether a name has something, or stands above one that does."""
        return name in self._records or any(one.endswith(f".{name}") for one in self._records)


def _plain(one: "RRset") -> str:
    return one.name.to_text().casefold().rstrip(".")


def _kind(one: "RRset") -> str:
    from dns.rdatatype import to_text  # noqa: PLC0415 - needs a library of its own

    return to_text(one.rdtype)


def sample_names() -> Names:
    """The domains of the sample estate."""
    zone = resources.files(__package__).joinpath("names.zone").read_text(encoding="utf-8")
    return Names(zone + "".join(f"{name} TXT {_key()}\n" for name in _SIGNED))


def _key() -> str:
    """A DKIM record whose key has the length of a real one; nobody has its other half."""
    from base64 import b64encode  # noqa: PLC0415 - for this alone

    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - heavy, and only to try things out
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers  # noqa: PLC0415 - likewise

    key = RSAPublicNumbers(65537, (1 << _DKIM_BITS) - 1).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = f"v=DKIM1; k=rsa; p={b64encode(der).decode()}"
    return " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))


class _Datagrams(ThreadingUDPServer):
    daemon_threads = True

    def __init__(self, names: Names, port: int) -> None:
        self.names = names
        super().__init__((HERE, port), _Datagram)


class _Datagram(BaseRequestHandler):
    server: _Datagrams

    def handle(self) -> None:
        data, door = self.request
        answer = self.server.names.told(data, on_connection=False)
        if answer is not None:
            with suppress(OSError):
                door.sendto(answer, self.client_address)


class _Connections(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, names: Names) -> None:
        self.names = names
        super().__init__((HERE, 0), _Connection)


class _Connection(StreamRequestHandler):
    server: _Connections

    def handle(self) -> None:
        (length,) = struct.unpack("!H", self.rfile.read(2))
        answer = self.server.names.told(self.rfile.read(length), on_connection=True)
        if answer is not None:
            self.wfile.write(struct.pack("!H", len(answer)) + answer)


@contextmanager
def name_server(names: Names) -> Iterator[int]:
    """Answer questions about names while the block lasts; gives the port, the same for both ways of asking."""
    connections, datagrams = _on_one_port(names)
    with running(connections, datagrams):
        yield int(connections.server_address[1])


def _on_one_port(names: Names) -> tuple[_Connections, _Datagrams]:
    """Two servers on a port that is free for both.

    Raises:
        OSError: There is none.
    """
    for _ in range(_TRIES - 1):
        connections = _Connections(names)
        try:
            return connections, _Datagrams(names, int(connections.server_address[1]))
        except OSError:
            connections.server_close()
    connections = _Connections(names)
    return connections, _Datagrams(names, int(connections.server_address[1]))
