"""Questions to real name servers on this machine: answers, refusals, silence, and two that differ."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from quarterdeck.collectors.resolver import Resolver
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.observed import NotCollected
from tests.cloud import TAKEN_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dns.message import Message

RECORDS: dict[tuple[str, str], list[tuple[str, str, str]]] = {
    ("jada.example.", "TXT"): [("jada.example.", "TXT", '"v=spf1 " "-all"'), ("jada.example.", "TXT", '"b"')],
    ("jada.example.", "MX"): [("jada.example.", "MX", "10 mail.jada.example.")],
    ("www.jada.example.", "TXT"): [
        ("www.jada.example.", "CNAME", "jada.example."),
        ("jada.example.", "TXT", '"far"'),
    ],
    ("xn--mller-kva.example.", "TXT"): [("xn--mller-kva.example.", "TXT", '"own script"')],
    ("ns.example.", "A"): [("ns.example.", "A", "127.0.0.1")],
    ("signed.example.", "TXT"): [("signed.example.", "TXT", '"unchecked"')],
}
CODES = {
    "none.example.": dns.rcode.NXDOMAIN,
    "fails.example.": dns.rcode.SERVFAIL,
    "refuses.example.": dns.rcode.REFUSED,
}


def _reply(question: Message) -> bytes | None:
    asked = question.question[0]
    name, kind = asked.name.to_text().lower(), dns.rdatatype.to_text(asked.rdtype)
    reply = dns.message.make_response(question)
    if name == "silent.example.":
        return None
    if name == "garbage.example.":
        return b"\x00"
    if name == "signed.example." and not question.flags & dns.flags.CD:
        reply.set_rcode(dns.rcode.SERVFAIL)
        return reply.to_wire()
    reply.set_rcode(CODES.get(name, dns.rcode.NOERROR))
    for owner, type_, text in RECORDS.get((name, kind), ()):
        reply.answer.append(dns.rrset.from_text(owner, 60, "IN", type_, text))
    return reply.to_wire()


@contextmanager
def _server(address: str, port: int, reply: Callable[[Message], bytes | None] = _reply) -> Iterator[int]:
    """A name server until the block ends; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind((address, port))

        def serve() -> None:
            while True:
                data, client = door.recvfrom(4096)
                if not data:
                    return
                answer = reply(dns.message.from_wire(data))
                if answer is not None:
                    with suppress(OSError):
                        door.sendto(answer, client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", door.getsockname())
            thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with _server("127.0.0.1", 0) as number:
        yield number


def _resolver(port: int, *servers: str, seconds: float = 20, limit: int = 900) -> Resolver:
    scope = Scope(TAKEN_AT, (), resolvers=servers or ("127.0.0.1",), seconds=limit)
    return Resolver(scope, port=port, seconds=seconds)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("jada.example", "TXT", ("b", "v=spf1 -all")),
        ("JADA.example.", "TXT", ("b", "v=spf1 -all")),
        ("jada.example", "MX", ("10 mail.jada.example.",)),
        ("www.jada.example", "TXT", ("far",)),
        ("müller.example", "TXT", ("own script",)),
        ("jada.example", "CAA", None),
        ("none.example", "TXT", None),
        ("a..example", "TXT", None),
        ("x" * 64 + ".example", "TXT", None),
        ("fails.example", "TXT", "TXT: SERVFAIL"),
        ("refuses.example", "TXT", "TXT: REFUSED"),
        ("silent.example", "TXT", "TXT: no answer"),
    ],
)
def test_an_answer(port: int, name: str, kind: str, expected: object) -> None:
    found = _resolver(port, seconds=0.2 if name == "silent.example" else 20).ask(name, kind)
    assert (found.reason if isinstance(found, NotCollected) else found) == expected


def test_an_answer_that_is_garbage_is_not_known(port: int) -> None:
    found = _resolver(port).ask("garbage.example", "TXT")
    assert isinstance(found, NotCollected)


def test_what_only_signatures_stop(port: int) -> None:
    net = _resolver(port)
    checked = net.ask("signed.example", "TXT")
    assert isinstance(checked, NotCollected)
    assert net.ask("signed.example", "TXT", unchecked=True) == ("unchecked",)


def test_a_server_of_the_zone_itself(port: int) -> None:
    net = _resolver(port)
    assert net.ask("jada.example", "MX", at="ns.example") == ("10 mail.jada.example.",)
    lost = net.ask("jada.example", "MX", at="none.example")
    assert isinstance(lost, NotCollected)
    assert lost.reason == "MX: none.example has no address"


def _other(question: Message) -> bytes:
    """A server that tells the same name otherwise."""
    name = question.question[0].name.to_text()
    reply = dns.message.make_response(question)
    reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", '"other"'))
    return reply.to_wire()


def _cut(question: Message) -> bytes:
    """An answer that did not fit, so that it must be asked for again on a connection."""
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def test_a_long_answer_is_fetched_on_a_connection() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        _server("127.0.0.1", door.getsockname()[1], _cut) as port,
    ):

        def serve() -> None:
            client, _ = door.accept()
            with client:
                size = int.from_bytes(client.recv(2), "big")
                reply = _reply(dns.message.from_wire(client.recv(size))) or b""
                client.sendall(len(reply).to_bytes(2, "big") + reply)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert _resolver(port).ask("jada.example", "TXT") == ("b", "v=spf1 -all")
        thread.join()


def test_two_servers_that_differ_are_not_known(port: int) -> None:
    with _server("127.0.0.2", port, _other):
        found = _resolver(port, "127.0.0.1", "127.0.0.2").ask("jada.example", "TXT")
    assert isinstance(found, NotCollected)
    assert found.reason == "TXT: two name servers tell different things"


@pytest.mark.parametrize("name", ["fails.example", "none.example"])
def test_one_that_fails_beside_one_that_answers_is_not_known(port: int, name: str) -> None:
    with _server("127.0.0.2", port, _other):
        assert isinstance(_resolver(port, "127.0.0.1", "127.0.0.2").ask(name, "TXT"), NotCollected)


def test_one_that_is_silent_does_not_count(port: int) -> None:
    with _server("127.0.0.2", port, lambda _: None):
        for name, expected in (("jada.example", ("10 mail.jada.example.",)), ("none.example", None)):
            assert _resolver(port, "127.0.0.2", "127.0.0.1", seconds=0.5).ask(name, "MX") == expected


def test_a_server_that_stays_silent_is_asked_no_more() -> None:
    heard: list[str] = []

    def silent(question: Message) -> None:
        heard.append(question.question[0].name.to_text())

    with _server("127.0.0.1", 0, silent) as number:
        net = _resolver(number, seconds=0.1)
        gaps = [net.ask(f"{one}.example", "TXT") for one in range(20)]
    assert all(isinstance(one, NotCollected) for one in gaps)
    assert len(heard) == 6


def test_a_question_is_asked_once() -> None:
    heard: list[str] = []

    def count(question: Message) -> bytes | None:
        heard.append(question.question[0].name.to_text())
        return _reply(question)

    with _server("127.0.0.1", 0, count) as number:
        net = _resolver(number)
        assert net.ask("jada.example", "TXT") == net.ask("Jada.Example.", "TXT")
    assert len(heard) == 1


def test_after_its_time_nothing_is_asked(port: int) -> None:
    found = _resolver(port, limit=-1).ask("jada.example", "TXT")
    assert isinstance(found, NotCollected)
    assert found.reason == "TXT: no time was left"


def test_a_machine_without_name_servers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quarterdeck.collectors.resolver._of_machine", lambda: ())
    found = Resolver(Scope(TAKEN_AT, ())).ask("jada.example", "TXT")
    assert isinstance(found, NotCollected)
    assert found.reason == "TXT: this machine knows no name server"
