"""`quarterdeck serve --published`: readers' addresses lead to the files of a version, as they do at the edge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from quarterdeck import cli
from quarterdeck.commands.played_edge import Asked, event_of, played_edge
from quarterdeck.commands.published import Server, opened, serve, sign_in_event
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.infrastructure import folder
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.site.policy import HEADERS
from tests.publish.made import contents, put
from tests.sites import a_portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from quarterdeck.commands.played_edge import Answer

SETTINGS = """schema: 1
name: Fleet
audiences:
  crew: {title: Crew}
  owners: {title: Owners}
"""
OLD, NEW = "2026-11-23-aaaaaaa", "2026-11-23-bbbbbbb"
PAGES = {
    "index.html": "Home",
    "reports/cfo/index.html": "Cash",
    "reports/cfo/cash.csv": "month,cash",
    "assets/main.0a1b2c3d.css": "p {}",
    "how to/index.html": "How",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A portfolio with two versions for two audiences, the second with one page more for owners alone."""
    root = a_portfolio(tmp_path / "p", SETTINGS)
    store = Folder(root / "published")
    put(contents(PAGES, "a", audiences=("crew", "owners")), store)
    put(contents(PAGES | {"index.html": "New home"}, "b", audiences=("crew", "owners")), store)
    (root / f"published/pages/owners/{NEW}/ceo.html").write_text("Bonus", encoding="utf-8")
    return root


@contextmanager
def server_of(root: Path, audience: str = "") -> Iterator[Server]:
    """A server that is asked in memory."""
    with opened(root, {}, port=0, audience=audience, sign_in=False, say=lambda _: None) as server:
        yield server


def asked(path: str, method: str = "GET", **headers: str) -> Asked:
    """A request without a query."""
    return Asked(method, path, "", {name.replace("_", "-"): value for name, value in headers.items()}, "::1")


def get(server: Server, path: str, method: str = "GET", **headers: str) -> Answer:
    """What a browser gets that knows the server by its own name."""
    return server.answer(asked(path, method, **{"host": server.place} | headers))


def header(answer: Answer, name: str) -> str:
    """One header; empty where it is not there."""
    return dict(answer.headers).get(name, "")


READ = [
    ("/latest/", "New home", "text/html; charset=utf-8", "private, no-cache"),
    (f"/{OLD}/", "Home", "text/html; charset=utf-8", "private, no-cache"),
    ("/latest/reports/cfo/", "Cash", "text/html; charset=utf-8", "private, no-cache"),
    ("/latest/reports/cfo/cash.csv", "month,cash", "text/csv; charset=utf-8", "private, no-cache"),
    ("/latest/how%20to/", "How", "text/html; charset=utf-8", "private, no-cache"),
    (
        "/latest/assets/main.0a1b2c3d.css",
        "p {}",
        "text/css; charset=utf-8",
        "private, max-age=31536000, immutable",
    ),
]


@pytest.mark.parametrize(("path", "text", "kind", "cache"), READ)
def test_a_file_has_its_type_and_its_time(root: Path, path: str, text: str, kind: str, cache: str) -> None:
    with server_of(root) as server:
        answer = get(server, path)
    assert (answer.status, answer.body.decode()) == (200, text)
    assert (header(answer, "Content-Type"), header(answer, "Cache-Control")) == (kind, cache)


def test_the_list_of_versions_is_the_audiences_own(root: Path) -> None:
    with server_of(root) as server:
        answer = get(server, "/versions.json")
    assert [one["version"] for one in json.loads(answer.body)] == [NEW, OLD]
    assert header(answer, "Cache-Control") == "private, no-cache"


@pytest.mark.parametrize(
    ("path", "status", "place"),
    [
        ("/", 302, "/latest/"),
        ("/latest", 301, "/latest/"),
        (f"/{OLD}.2", 301, f"/{OLD}.2/"),
        ("/latest/reports/cfo", 301, "/latest/reports/cfo/"),
        ("/latest/how%20to", 301, "/latest/how%20to/"),
    ],
)
def test_a_folder_is_given_its_slash(root: Path, path: str, status: int, place: str) -> None:
    with server_of(root) as server:
        answer = get(server, path)
    assert (answer.status, header(answer, "Location")) == (status, place)


NOT_THERE = [
    "/latest/none/",
    "/latest/ceo.html",
    "/2026-01-01-0000000/",
    "/owners/2026-11-23-bbbbbbb/ceo.html",
    "/latest/../../owners/2026-11-23-bbbbbbb/ceo.html",
    "/latest/%2e%2e/%2e%2e/owners/2026-11-23-bbbbbbb/ceo.html",
    "/latest/..%2f..%2fowners/",
    "/latest/%00.html",
    "//latest/",
    "/private/store.json",
    "/latest/%2e%2e/%2e%2e/%2e%2e/private/store.json",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_anothers_is_answered_as_what_is_not_there(root: Path, path: str) -> None:
    with server_of(root, "crew") as server:
        answer, missing = get(server, path), get(server, "/latest/no.html")
    assert answer == missing
    assert (answer.status, answer.body) == (404, NOT_FOUND_PAGE)


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "127.0.0.1:1", ""])
def test_who_comes_under_another_name_gets_nothing(root: Path, host: str) -> None:
    with server_of(root) as server:
        assert get(server, "/latest/", host=host).status == 404
        assert get(server, "/latest/", host=f"localhost:{server.server_port}").status == 200


def test_an_audience_reads_its_own_page(root: Path) -> None:
    with server_of(root, "owners") as server:
        assert get(server, "/latest/ceo.html").body == b"Bonus"


def test_a_page_that_the_browser_has_is_not_sent_again(root: Path) -> None:
    with server_of(root) as server:
        tag = header(get(server, "/latest/"), "ETag")
        again = get(server, "/latest/", if_none_match=tag)
    assert (again.status, again.body, header(again, "ETag")) == (304, b"", tag)


def test_what_goes_wrong_is_told_here_and_not_to_readers(root: Path) -> None:
    told: list[str] = []
    with opened(root, {}, port=0, audience="", sign_in=False, say=told.append) as server:
        (root / "published" / keys.STATE).write_text("{", encoding="utf-8")
        answer = get(server, "/latest/")
    assert (answer.status, answer.body) == (503, b"")
    assert [keys.STATE in one for one in told] == [True]


def test_a_rollback_is_seen_at_once(root: Path) -> None:
    state = root / "published" / keys.STATE
    with server_of(root) as server:
        state.write_text(
            state.read_text(encoding="utf-8").replace(f'"latest": "{NEW}"', f'"latest": "{OLD}"')
        )
        assert get(server, "/latest/").body == b"Home"


def test_over_the_line(root: Path) -> None:
    with server_of(root) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        line = http.client.HTTPConnection(server.place, timeout=20)
        said = []
        for method, path, body, headers in [
            ("GET", "/latest/?h=cash", None, {}),
            ("HEAD", "/latest/", None, {}),
            ("POST", "/latest/", b"x", {}),
            ("GET", "/versions.json?x", None, {}),
            ("PUT", "/latest/", None, {"Content-Length": "70000"}),
        ]:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            said.append((answer.status, len(answer.read())))
            missing = {name: value for name, value in HEADERS.items() if answer.headers[name] != value}
            assert missing == {}
        line.close()
        server.shutdown()
        thread.join()
    assert said[:3] == [(200, 8), (200, 0), (405, 0)]
    assert said[3][0] == 200
    assert said[4] == (413, 0)


class Edge:
    """A key, a token of it, and the values that an edge has of a folder store."""

    def __init__(self) -> None:
        secret = secrets.token_bytes(32)
        self.values = {"latest": NEW, "root": "", "key:a": self._text(secret)}
        self._secret = secret

    def cookie(self, place: str, see: str = "crew") -> str:
        """Of a reader who just signed in."""
        now = int(time.time())
        claims = {"iss": "quarterdeck", "aud": place, "sub": "sam", "see": see, "iat": now, "exp": now + 900}
        head = {"alg": "HS256", "typ": "JWT", "kid": "a"}
        text = ".".join(self._text(json.dumps(one).encode()) for one in (head, claims))
        signature = hmac.new(self._secret, text.encode(), hashlib.sha256).digest()
        return f"__Host-qd={text}.{self._text(signature)}"

    @staticmethod
    def _text(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.node
def test_without_sign_in_addresses_lead_where_the_edge_leads(root: Path, node: str) -> None:
    del node
    paths = [*(row[0] for row in READ), *NOT_THERE, "/", "/latest", "/versions.json", "/latest/reports/cfo"]
    edge = Edge()
    with server_of(root, "crew") as server, played_edge(folder() / "edge.js", server.place) as ask:
        known = {"host": server.place, "cookie": edge.cookie(server.place)}
        for path in paths:
            plain = get(server, path)
            server.front, kept = (lambda one: ask(one, edge.values)), server.front
            guarded = get(server, path, **known)
            server.front = kept
            assert (guarded.status, guarded.body) == (plain.status, plain.body), path
            assert header(guarded, "location") == header(plain, "Location"), path


@pytest.mark.node
@pytest.mark.parametrize(
    ("case", "changed", "headers", "expected"),
    [
        ("nobody", {}, {"cookie": ""}, 302),
        ("twice", {}, {"cookie": "{0}; {0}"}, 401),
        ("a foreign host", {}, {"host": "evil.test"}, 404),
        ("no keys", {"latest": ""}, {}, 503),
    ],
)
def test_the_edge_guards_the_same_server(
    root: Path, node: str, case: str, changed: Mapping[str, str], headers: Mapping[str, str], expected: int
) -> None:
    del node, case
    edge = Edge()
    with server_of(root) as server, played_edge(folder() / "edge.js", server.place) as ask:
        server.front = lambda one: ask(one, edge.values | dict(changed))
        cookie = edge.cookie(server.place)
        known = {"host": server.place, "cookie": cookie} | dict(headers)
        known["cookie"] = known["cookie"].format(cookie)
        path = "/versions.json" if "{" in headers.get("cookie", "") else "/latest/"
        assert get(server, path, **known).status == expected


@pytest.mark.node
def test_an_edge_that_ended_lets_nobody_through(root: Path, node: str, tmp_path: Path) -> None:
    function = tmp_path / "edge.js"
    function.write_text("async function handler() { return null.x; }", encoding="utf-8")
    told: list[str] = []
    del node
    with (
        opened(root, {}, port=0, audience="", sign_in=False, say=told.append) as server,
        played_edge(function, server.place) as ask,
    ):
        server.front = lambda one: ask(one, {})
        assert [get(server, "/latest/").status for _ in range(2)] == [503, 503]
    assert told == ["The edge function ended in Node.js. Start quarterdeck serve again."] * 2


def test_without_node_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(OutsideError, match=r"Node\.js, which is not installed"),
        played_edge(tmp_path, "127.0.0.1:1"),
    ):
        raise AssertionError("nothing is played")


def test_events_are_those_of_the_two_services() -> None:
    one = Asked(
        "POST", "/auth/", "next=%2F", {"cookie": "a=1; b=2; a=3", "accept": "*/*"}, "127.0.0.1", b"x=1"
    )
    assert event_of(one)["request"] == {
        "method": "POST",
        "uri": "/auth/",
        "querystring": {},
        "headers": {"accept": {"value": "*/*"}},
        "cookies": {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "3"}]}, "b": {"value": "2"}},
    }
    event = sign_in_event(one)
    assert event["cookies"] == ["a=1", "b=2", "a=3"]
    assert base64.b64decode(event["body"]) == b"x=1"
    assert (event["rawPath"], event["rawQueryString"]) == ("/auth/", "next=%2F")
    assert event["headers"] == {"accept": "*/*", "cloudfront-viewer-address": "127.0.0.1:443"}


def test_nothing_is_published_yet(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing is published in the folder published yet"):
        serve(a_portfolio(tmp_path), {}, port=0, audience="", sign_in=False, say=print)


def test_an_audience_that_is_not_there(root: Path) -> None:
    with pytest.raises(UsageError, match="There is no audience guests; there is crew, owners"):
        serve(root, {}, port=0, audience="guests", sign_in=False, say=print)


def test_sign_in_is_played_before_a_folder_alone(root: Path) -> None:
    (root / "portfolio.yml").write_text(
        f"{SETTINGS}publishing: {{bucket: fleet-reports, account: '123456789012', region: us-east-1}}\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match="names a bucket, which has its own"):
        serve(root, {}, port=0, audience="", sign_in=True, say=print)


def test_a_port_that_is_taken(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} cannot be used: .*Name another: --port 8001"):
            serve(root, {}, port=port, audience="", sign_in=False, say=print)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--sign-in"], "add --published"),
        (["--published", "--as-of", "2026-11-23"], "--published builds nothing"),
        (["--published", "--builder", "mkdocs"], "--published builds nothing"),
        (["--published", "--sign-in", "--audience", "crew"], "leave --audience out"),
    ],
)
def test_options_that_do_not_go_together(
    root: Path, words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["serve", "--portfolio", str(root), *words]) == 2
    assert why in capsys.readouterr().err
