"""Until when a domain is paid for, as its registry says."""

from __future__ import annotations

import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.rdap import REGISTRIES, Rdap, fetched
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = b"""{"services": [
    [["example"], ["http://plain.example/", "https://rdap.example/v1/"]],
    [["co.uk", "uk"], ["https://rdap.uk.example"]],
    [["plain"], ["http://plain.example/"]],
    "odd"
]}"""
ENDS = b'{"events": [{"eventAction": "registration"}, {"eventAction": "expiration", "eventDate": "2027-01-31T0"}]}'


@pytest.mark.parametrize(
    ("domain", "answer", "expected"),
    [
        ("jada.example", ENDS, date(2027, 1, 31)),
        ("jada.example", b'{"events": []}', "RDAP: its registry gives no date"),
        ("jada.example", b'{"events": "x"}', "RDAP: its registry gives no date"),
        (
            "jada.example",
            b'{"events": [{"eventAction": "expiration", "eventDate": "soon"}]}',
            "RDAP: its registry gives no date",
        ),
        ("jada.example", None, "RDAP: its registry does not answer"),
        ("jada.example", b"<html>", "RDAP: its registry does not answer"),
        ("jada.test", ENDS, "RDAP: no registry is known for it"),
        ("jada.plain", ENDS, "RDAP: no registry is known for it"),
    ],
)
def test_a_domain(domain: str, answer: bytes | None, expected: object) -> None:
    found = Rdap({REGISTRIES: LIST, f"https://rdap.example/v1/domain/{domain}": answer}.get).ends(domain)
    assert (found.reason if isinstance(found, NotCollected) else found) == expected


def test_the_longest_ending_decides_and_the_list_is_read_once() -> None:
    asked: list[str] = []

    def get(url: str) -> bytes | None:
        asked.append(url)
        return LIST if url == REGISTRIES else ENDS

    rdap = Rdap(get)
    assert rdap.ends("a.co.uk") == rdap.ends("b.co.uk") == date(2027, 1, 31)
    assert asked == [
        REGISTRIES,
        "https://rdap.uk.example/domain/a.co.uk",
        "https://rdap.uk.example/domain/b.co.uk",
    ]


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["services", "events", "eventDate"]), inner)
    ),
    max_leaves=6,
)


@given(anything, anything)
def test_no_answer_raises(services: object, answer: object) -> None:
    known = {REGISTRIES: msgspec.json.encode(services)}
    rdap = Rdap(lambda url: known.get(url, msgspec.json.encode(answer)))
    assert isinstance(rdap.ends("jada.example"), NotCollected)


class _Page(BaseHTTPRequestHandler):
    """`/ok`, `/away` that leads there, `/big`; nothing else."""

    def do_GET(self) -> None:
        body = {"/ok": b"{}", "/big": b"x" * (2**20 + 1)}.get(self.path, b"")
        self.send_response(200 if body else 302 if self.path == "/away" else 404)
        self.send_header("Location", "/ok")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "expected"), [("ok", b"{}"), ("away", b"{}"), ("big", None), ("gone", None), ("loop/../x", None)]
)
def test_what_stands_at_an_address(address: str, path: str, expected: bytes | None) -> None:
    assert fetched(f"{address}/{path}") == expected


def test_a_server_that_is_not_there() -> None:
    assert fetched("http://127.0.0.1:1/ok") is None
