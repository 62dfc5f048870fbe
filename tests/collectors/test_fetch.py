"""The door to the web: what it asks, what it refuses, and where it stops."""

from __future__ import annotations

import gzip
import ssl
import time
import warnings
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.certificate import certificate_ends
from quarterdeck.collectors.fetch import (
    AGENT,
    MOST_BYTES,
    NotAnsweredError,
    NotAskedError,
    Robots,
    may_be_asked,
)
from tests.web import LOCAL, Reply, a_certificate, a_fetcher, a_scope, html, serving, speaking

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.collectors.fetch import Fetcher
    from tests.web import Server

HOME = "http://jada.test/"
SECURE = "https://jada.test/"


def _to(address: str) -> Reply:
    return 302, {"Location": address}, b""


def _net(server: Server, **how: Any) -> Fetcher:  # noqa: ANN401 - as the fetcher takes it
    return a_fetcher(a_scope(), {("jada.test", 80): server}, **how)


def _paths(server: Server) -> list[str]:
    return [path for _, path, _ in server.asked if path != "/robots.txt"]


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("93.184.215.14", True, True),
        ("2606:2800:21f:cb07::1", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.1.2.3", False, True),
        ("172.16.0.1", False, True),
        ("192.168.1.1", False, True),
        ("fd12::1", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00:ec2::254", False, False),
        ("168.63.129.16", False, False),
        ("100.100.100.200", False, False),
        ("100.64.0.1", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - refused
        ("::", False, False),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("64:ff9b::5db8:d70e", True, True),
        ("jada.test", False, False),
        ("", False, False),
    ],
)
def test_which_addresses_may_be_asked(address: str, outside: bool, inside: bool) -> None:  # noqa: FBT001 - a row
    assert may_be_asked(address) is outside
    assert may_be_asked(address, private=True) is inside


def test_a_page_comes_with_its_status_and_headers() -> None:
    with serving({"/a%20b?c=d": html("Hello", **{"X-Odd": "1"})}) as server:
        answer = _net(server).get(f"{HOME}a b?c=d")
    assert (answer.status, answer.headers["x-odd"], b"Hello" in answer.body) == (200, "1", True)


def test_it_says_who_asks_and_keeps_no_cookie() -> None:
    with serving({"/": html("Hello", **{"Set-Cookie": "a=b"})}) as server:
        net = _net(server)
        net.get(HOME)
        net.get(HOME)
    sent = [headers for _, path, headers in server.asked if path == "/"]
    assert [(one["User-Agent"], one["Host"], "Cookie" in one) for one in sent] == [
        (AGENT, "jada.test", False)
    ] * 2


def test_redirects_are_followed_and_told() -> None:
    with serving({"/": _to("/a"), "/a": _to("http://jada.test/b"), "/b": html("Here")}) as server:
        answer = _net(server).get(HOME)
        stayed = _net(server).get(HOME, follow=False)
    assert (answer.address, answer.hops) == ("http://jada.test/b", (HOME, "http://jada.test/a"))
    assert (stayed.status, stayed.address) == (302, HOME)


def test_a_loop_of_redirects_ends() -> None:
    with (
        serving({"/": _to("/a"), "/a": _to("/")}) as server,
        pytest.raises(NotAnsweredError, match="more than 5"),
    ):
        _net(server).get(HOME)
    assert len(_paths(server)) == 6


@pytest.mark.parametrize(
    "there",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://metadata.test/",
        "http://[::ffff:169.254.169.254]/",
    ],
)
def test_a_redirect_to_where_machines_ask_about_themselves_is_refused(there: str) -> None:
    def resolve(host: str, port: int) -> list[tuple[str, int]]:
        inside = {"jada.test": (LOCAL, server.server_port), "metadata.test": ("169.254.169.254", port)}
        return [inside.get(host, (host, port))]

    with serving({"/": _to(there)}) as server, pytest.raises(NotAskedError, match="inside a network"):
        a_fetcher(a_scope(), resolve=resolve).get(HOME)


def test_this_machine_is_asked_only_where_that_is_allowed() -> None:
    with serving({"/": html("Hello")}) as server:
        net = a_fetcher(a_scope(private=False), {("jada.test", 80): server})
        with pytest.raises(NotAskedError):
            net.get(HOME)
    assert server.asked == []


def test_one_address_inside_a_network_spoils_a_name() -> None:
    net = a_fetcher(
        a_scope(private=False), resolve=lambda _, port: [("93.184.215.14", port), ("10.0.0.1", port)]
    )
    with pytest.raises(NotAskedError):
        net.get(HOME)


def test_a_name_is_asked_once_for_each_question_so_that_it_cannot_be_moved_in_between() -> None:
    names: list[str] = []

    def resolve(host: str, _: int) -> list[tuple[str, int]]:
        names.append(host)
        return [(LOCAL, server.server_port)]

    with serving({"/": html("Hello")}) as server:
        net = a_fetcher(a_scope(), resolve=resolve)
        assert net.get(HOME).status == 200
    assert names == ["jada.test", "jada.test"]  # robots.txt, then the page, at the very addresses told


def test_more_than_three_megabytes_are_not_read() -> None:
    with serving({"/": (200, {}, b"x" * (MOST_BYTES + 7)), "/b": (200, {}, b"x" * MOST_BYTES)}) as server:
        answer, whole = _net(server).get(HOME), _net(server).get(f"{HOME}b")
    assert (len(answer.body), answer.is_cut) == (MOST_BYTES, True)
    assert (len(whole.body), whole.is_cut) == (MOST_BYTES, False)


def test_what_is_packed_small_and_huge_is_stopped() -> None:
    bomb = gzip.compress(b"\0" * (20 * MOST_BYTES))
    small = gzip.compress(b"Hello")
    packed = {"Content-Encoding": "gzip"}
    with serving({"/": (200, packed, bomb), "/b": (200, packed, small)}) as server:
        answer = _net(server).get(HOME)
        assert _net(server).get(f"{HOME}b").body == b"Hello"
    assert (len(answer.body), answer.is_cut) == (MOST_BYTES, True)


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"Content-Encoding": "gzip"}, b"no gzip", "cannot be unpacked"),
        ({"Content-Encoding": "br"}, b"x", "nobody asked for"),
        ({"Content-Length": "99"}, b"short", "breaks off"),
        ({"Transfer-Encoding": "chunked", "Content-Length": ""}, b"zzz", "no usable answer"),
    ],
)
def test_an_answer_that_cannot_be_used_says_why(headers: dict[str, str], body: bytes, reason: str) -> None:
    with serving({"/": (200, headers, body)}) as server, pytest.raises(NotAnsweredError, match=reason):
        _net(server).get(HOME)


def test_an_answer_that_takes_too_long_is_cut() -> None:
    go_on = Event()

    def slow() -> Reply:
        go_on.wait(20)
        return html("Late")

    with serving({"/": slow}) as server:
        net = _net(server, seconds=0.2)
        with pytest.raises(NotAnsweredError, match="longer than"):
            net.get(HOME)
        go_on.set()


class _Dripping(StreamRequestHandler):
    """Sends a page byte by byte, each sooner than any single wait would end."""

    def handle(self) -> None:
        self.rfile.readline()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with suppress(OSError):
            for _ in range(1000):
                self.wfile.write(b"x")
                time.sleep(0.02)


def test_an_answer_that_drips_is_cut() -> None:
    with ThreadingTCPServer((LOCAL, 0), _Dripping) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        net = a_fetcher(a_scope(), {("jada.test", 80): (LOCAL, server.server_address[1])}, seconds=0.2)
        with pytest.raises(NotAnsweredError, match="longer than"):
            net.get(HOME)
        server.shutdown()
        thread.join()


def test_when_no_time_is_left_nothing_is_asked() -> None:
    ticks = iter([0.0, 901.0, 902.0])
    with serving({}) as server:
        net = _net(server, clock=lambda: next(ticks))
        with pytest.raises(NotAskedError, match="no time"):
            net.get(HOME)
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["ftp://jada.test/", "jada.test", "", "http://", "http://[", "http://jada.test:x/"]
)
def test_what_is_no_web_address_is_not_asked(address: str) -> None:
    with pytest.raises(NotAnsweredError):
        a_fetcher(a_scope()).get(address)


def test_a_name_that_leads_nowhere_and_a_door_that_is_shut() -> None:
    with serving({}) as server:
        shut = (LOCAL, server.server_port)
    with pytest.raises(NotAnsweredError, match="leads nowhere"):
        a_fetcher(a_scope()).get(HOME)
    with pytest.raises(NotAnsweredError, match="no connection"):
        a_fetcher(a_scope(), {("jada.test", 80): shut}).get(HOME)


@pytest.mark.parametrize(
    ("robots", "open_paths"),
    [
        ((404, {}, b""), {"/", "/a", "/b"}),
        ((200, {}, b"User-agent: *\nDisallow: /a\n"), {"/", "/b"}),
        ((200, {}, b"User-agent: quarterdeck\nDisallow: /b\n\nUser-agent: *\nDisallow: /\n"), {"/", "/a"}),
        ((200, {}, b"User-agent: *\nDisallow: /\n"), set()),
        ((200, {}, b"\xff\xfe\x00 nonsense"), {"/", "/a", "/b"}),
        ((503, {}, b""), {"/"}),
    ],
)
def test_robots_txt_is_honoured(robots: Reply, open_paths: set[str]) -> None:
    pages = {path: html("Here") for path in ("/", "/a", "/b")}
    with serving({"/robots.txt": robots, **pages}) as server:
        net = _net(server)
        for path in pages:
            if path in open_paths:
                assert net.get(f"http://jada.test{path}").status == 200
            else:
                with pytest.raises(NotAskedError, match=r"robots\.txt"):
                    net.get(f"http://jada.test{path}")
    assert set(_paths(server)) == open_paths
    assert [path for _, path, _ in server.asked].count("/robots.txt") == 1


@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_robots_txt_raises(lines: list[str]) -> None:
    assert Robots(tuple(lines)).allows(HOME) in {True, False}


def test_a_certificate_that_is_trusted_shows_its_end_and_issuer(tmp_path: Path) -> None:
    made = a_certificate(tmp_path, days=30)
    with serving({"/": html("Hello")}, speaking(made)) as server:
        tls = a_fetcher(a_scope(), {("jada.test", 443): server}, trust=made[0]).get(SECURE).tls
    assert tls
    assert (tls.fault, tls.issuer, tls.protocol) == ("", "Test authority", "TLSv1.3")
    assert tls.ends
    assert abs((tls.ends - datetime.now(UTC).date()) - timedelta(days=30)) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "days", "is_trusted", "fault"),
    [
        ("jada.test", 30, False, "self-signed"),
        ("other.test", 30, True, "jada.test"),
        ("jada.test", -3, True, "expired"),
    ],
)
def test_a_certificate_that_browsers_refuse_is_told_and_the_page_is_read(
    tmp_path: Path,
    name: str,
    days: int,
    is_trusted: bool,  # noqa: FBT001 - a row of the table
    fault: str,
) -> None:
    made = a_certificate(tmp_path, name, days)
    with serving({"/": html("Hello")}, speaking(made)) as server:
        net = a_fetcher(a_scope(), {("jada.test", 443): server}, trust=made[0] if is_trusted else None)
        answer = net.get(SECURE)
    assert b"Hello" in answer.body
    assert answer.tls
    assert fault in answer.tls.fault
    assert answer.tls.ends


def test_a_server_without_encryption_does_not_answer_encrypted() -> None:
    with serving({"/": html("Hello")}) as server, pytest.raises(NotAnsweredError, match="encryption fails"):
        a_fetcher(a_scope(), {("jada.test", 443): server}).get(SECURE)


@pytest.mark.parametrize(
    ("least", "oldest"),
    [(ssl.TLSVersion.TLSv1, "TLSv1"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, None)],
)
def test_the_oldest_protocol_that_is_accepted(
    tmp_path: Path, least: ssl.TLSVersion, oldest: str | None
) -> None:
    context = speaking(a_certificate(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an old server is what is played here
        context.minimum_version = least
    context.set_ciphers("ALL:@SECLEVEL=0")
    with serving({}, context) as server:
        net = a_fetcher(a_scope(), {("jada.test", 443): server})
        assert net.oldest_protocol(SECURE) == oldest


def test_a_machine_that_cannot_speak_old_protocols_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(version: ssl.TLSVersion) -> ssl.SSLContext:
        raise ValueError(version)

    monkeypatch.setattr("quarterdeck.collectors.fetch._speaking", refuse)
    with pytest.raises(NotAnsweredError, match="cannot speak TLSv1"):
        a_fetcher(a_scope(), {("jada.test", 443): (LOCAL, 1)}).oldest_protocol(SECURE)


@given(st.binary(max_size=80))
def test_no_bytes_of_a_certificate_raise(der: bytes) -> None:
    assert certificate_ends(der) is None
