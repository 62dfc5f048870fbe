"""The whole path, as one owner goes it: from an empty folder to the mail that takes back what was told."""

from __future__ import annotations

import http.client
import re
import secrets
import subprocess
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

import pytest

from quarterdeck import cli
from quarterdeck.collectors.embedded.running import running
from quarterdeck.collectors.embedded.server import server
from quarterdeck.commands import build as stages
from quarterdeck.commands.played_edge import played_edge
from quarterdeck.commands.published import Server
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.publish.aws import ENDPOINT
from quarterdeck.publish.infrastructure import folder
from quarterdeck.publish.lists import read_state
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.publish.stores import edge_of, store_of
from quarterdeck.settings import load_settings
from quarterdeck.site.builder import run_builder
from signin.app import ORIGIN_HEADER, SignIn
from signin.config import Config
from signin.mail import by_ses
from signin.table import Table
from tests.cloud import NUMBER, Cloud
from tests.infra.played_signin import ORIGIN_SECRET
from tests.mail.fleet import AUDITED_AT, CANARY, HIDDEN, OWN, SENDER_CHECK, priced, without_pictures
from tests.mail.played_ses import SENDER, may_send
from tests.mail.posts import InSes
from tests.publish.harbor import SETTINGS, Harbor
from tests.publish.key_values import PlayedKeyValues
from tests.sites import Dom, environ_of, stub_builder, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from quarterdeck.site.builder import Builder, BuildLog
    from tests.mail.posts import Mail

HOST: Final = urlsplit(SETTINGS.site_url or "").netloc
AUDIENCES: Final = """audiences:
  owners: {title: Owners}
  crew: {title: Crew, roles: [cfo], entities: [boat]}
"""
MAIL: Final = f"""mail:
  {{through: ses, sender: {SENDER}, account: "{NUMBER}", region: us-east-1, configuration_set: reports}}
"""
OLD, NEW = "75.0%", "47.2%"
"""What a sail leaves of its price, before and after it costs more."""
CFO: Final = "/latest/reports/cfo/"
NOT_FOR_CREW: Final = ["/latest/reports/ceo/", "/latest/reports/entities/undertow/", "/latest/reports/none/"]
"""Pages that only others have, and one that nobody has."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """An empty account, whose edges keep values, too."""
    stubs = PlayedKeyValues()
    with server(stubs=stubs) as address:
        yield Cloud(address, stubs)


@pytest.fixture
def pasted(cloud: Cloud) -> str:
    """The settings that the stack prints once it stands, for its owner to paste; the account may send mail."""
    harbor = Harbor(cloud, ("bucket", "table", "sign-in"))
    harbor.open_to_tests()
    may_send(cloud)
    return harbor.outputs["Settings"]


class Owner:
    """Somebody at a terminal, who types commands in the folder of the portfolio."""

    def __init__(self, place: Path, shown: pytest.CaptureFixture[str]) -> None:
        """Begin in an empty folder."""
        self.place, self._shown = place, shown

    def quarterdeck(self, *words: str) -> str:
        """Run a command that has to go well; gives what it printed."""
        self._shown.readouterr()
        with pytest.MonkeyPatch.context() as there:
            there.chdir(self.place)
            code = cli.main(words)
        said = "".join(self._shown.readouterr())
        assert code == 0, said
        return said

    def git(self, *words: str) -> None:
        """Run git."""
        subprocess.run(["git", *words], cwd=self.place, check=True, capture_output=True)

    def commit(self, **handoffs: str) -> None:
        """Write handoffs, and commit everything."""
        for name, text in handoffs.items():
            write(self.place, f"handoffs/{name}.md", text)
        self.git("add", "--all")
        self.git("commit", "-m", "What is known")

    def publish(self, *words: str) -> None:
        """Build upon what readers were told last, and publish."""
        self.quarterdeck("collect", "history")
        self.quarterdeck("build")
        self.quarterdeck("publish", *words)


@pytest.fixture
def owner(
    tmp_path: Path, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Owner:
    for name, value in environ_of(tmp_path / "p", **{ENDPOINT: cloud.endpoint}).items():
        monkeypatch.setenv(name, value)
    without_pictures(monkeypatch)
    return Owner(tmp_path, capsys)


def begin(owner: Owner, pasted: str) -> None:
    """A portfolio of two businesses and four readers, whose settings name the stack and the mail service."""
    business = ("--name", "Fleet", "--business", "Boat", "--kind", "charter")
    mia = "Mia Sandoval <mia@harbor.example> ceo,cfo"
    owner.quarterdeck("init", "p", "--yes", *business, "--person", mia)
    owner.place /= "p"
    file = owner.place / "portfolio.yml"
    text = file.read_text().replace("people:\n", f"{AUDIENCES}people:\n", 1)
    text = text.replace("    roles: [ceo, cfo]\n", "    roles: [ceo, cfo]\n    audience: owners\n", 1)
    file.write_text(f"{text[: text.index('publishing:')]}{pasted}\n{MAIL}")
    owner.quarterdeck("add", "entity", "Undertow", "--kind", "charter")
    for name, role, audience in (("Kim", "cfo", "crew"), ("Pat", "cfo", "owners"), ("Sam", "cto", "owners")):
        address = f"{name.lower()}@harbor.example"
        owner.quarterdeck("add", "person", name, "--address", address, "--role", role, "--audience", audience)
    write(owner.place, "evidence/dns/dns.json", write_evidence(Header("dns", AUDITED_AT), [SENDER_CHECK]))
    owner.commit(boat=OWN, undertow=HIDDEN)
    owner.git("init", "--bare", "../origin.git")
    owner.git("remote", "add", "origin", "../origin.git")
    owner.git("push", "origin", "main")


class Reader:
    """Somebody at a browser that keeps cookies and follows no redirect."""

    def __init__(self, port: int) -> None:
        """Come without a cookie."""
        self._port = port
        self._cookies: dict[str, str] = {}

    def ask(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Open a page, or send a form; gives status, where it leads to, and text."""
        headers = {"Host": HOST, "Cookie": "; ".join(f"{name}={one}" for name, one in self._cookies.items())}
        if fields:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}
            headers["Sec-Fetch-Site"] = "same-origin"
        line = http.client.HTTPConnection("127.0.0.1", self._port)
        line.request("POST" if fields else "GET", path, urlencode(fields) if fields else None, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        for one in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def sign_in(self, address: str, mails: Callable[[], list[Mail]], goal: str) -> None:
        """Ask for a link, and use the one that the mail holds."""
        status, to, _ = self.ask(goal)
        assert (status, to) == (302, f"/auth/?{urlencode({'next': goal})}")
        before = len(mails())
        assert self.ask("/auth/", address=address, next=goal)[0] == 303
        (mail,) = mails()[before:]
        (token,) = {*re.findall(rf"https://{HOST}/auth/link\?t=([\w-]+)", mail.text)}
        assert self.ask("/auth/link", t=token)[:2] == (303, goal)


@contextmanager
def as_they_stand(*, but: str = "") -> Iterator[None]:
    """Let pages go into the site as they stand, but for one audience: a site builder takes most of the time."""
    with pytest.MonkeyPatch.context() as quick:
        stub_builder(quick)
        played: Callable[[Builder, Path, date], BuildLog] = vars(stages)["run_builder"]

        def chosen(builder: Builder, tree: Path, as_of: date) -> BuildLog:
            return (run_builder if but in tree.parts else played)(builder, tree, as_of)

        quick.setattr(stages, "run_builder", chosen)
        yield


@contextmanager
def site(owner: Owner, cloud: Cloud) -> Iterator[Callable[[], Reader]]:
    """What stands before the bucket: the edge function and sign-in, with the values and the table of the cloud."""
    environ = {ENDPOINT: cloud.endpoint}
    settings = load_settings(owner.place, environ)
    store, edge = store_of(settings, owner.place, environ), edge_of(settings, owner.place, environ)
    assert edge
    config = Config(SETTINGS.table or "", f"https://{HOST}", "Fleet", SENDER, "", ORIGIN_SECRET)
    rows = Table(cloud.client("dynamodb"), config.table)
    door = SignIn(config, rows, by_ses(cloud.client("sesv2")), lambda: int(time.time()), secrets.token_bytes)
    state, values = read_state(store), edge.read().values
    assert state
    assert (values["latest"], values["root"], values["host"]) == (state.latest, state.root, HOST)
    with Server(0, store, print) as one, played_edge(folder() / "edge.js", HOST) as ask:
        one.front = lambda asked: ask(asked, edge.read().values)
        one.sign_in = lambda event: door.answer(
            {**event, "headers": event["headers"] | {ORIGIN_HEADER: ORIGIN_SECRET}}
        )
        with running(one):
            yield lambda: Reader(one.server_port)


def news() -> dict[str, list[str]]:
    """Person -> the texts of their mails about versions, in order."""
    found: dict[str, list[str]] = {}
    for one in InSes(()).arrived:
        if not is_link(one):
            part = message_from_bytes(one.data, policy=policy.default).get_body(("plain",))
            assert part
            found.setdefault(one.person, []).append(" ".join(part.get_content().split()))
    return found


def how_many(mails: Mapping[str, list[str]]) -> dict[str, int]:
    return {person: len(texts) for person, texts in mails.items()}


def links() -> list[Mail]:
    """All mails that hold a link to sign in."""
    return [one for one in InSes(()).arrived if is_link(one)]


def is_link(mail: Mail) -> bool:
    return "/auth/link?t=" in mail.text


@pytest.mark.node
def test_from_an_empty_folder_to_the_mail_that_takes_it_back(
    owner: Owner, cloud: Cloud, pasted: str, node: str
) -> None:
    del node
    begin(owner, pasted)
    with as_they_stand():
        owner.quarterdeck("build")
    owner.quarterdeck("publish", "--begin")
    owner.quarterdeck("notify")
    assert how_many(news()) == {"kim": 1, "mia": 1, "pat": 1, "sam": 1}

    owner.git("switch", "-c", "dearer")
    owner.commit(boat=priced(380))
    assert f"{OLD} → {NEW}" in owner.quarterdeck("changes", "origin/main", "--format", "markdown")
    owner.git("switch", "main")
    owner.git("merge", "dearer")
    with as_they_stand(but="crew"):
        owner.publish()
    for _ in range(2):
        owner.quarterdeck("notify")
    second = news()
    assert how_many(second) == {"kim": 2, "mia": 2, "pat": 2, "sam": 1}

    with site(owner, cloud) as come:
        kim = come()
        kim.sign_in("kim@harbor.example", links, CFO)
        status, _, page = kim.ask(CFO)
        assert status == 200
        assert f"{OLD} → {NEW}" in Dom(page).text
        assert CANARY not in page
        (mailed, *_) = re.findall(rf"https://{HOST}(/[^#\s]+/)#", second["kim"][1])
        assert kim.ask(mailed) == (200, "", page)
        assert {kim.ask(path) for path in NOT_FOR_CREW} == {(404, "", NOT_FOUND_PAGE.decode())}
        pat = come()
        pat.sign_in("pat@harbor.example", links, "/latest/")
        assert [pat.ask(path)[0] for path in NOT_FOR_CREW] == [200, 200, 404]

    owner.git("revert", "--no-edit", "HEAD")
    with as_they_stand():
        owner.publish()
    for _ in range(2):
        owner.quarterdeck("notify")
    third = news()
    assert how_many(third) == {"kim": 3, "mia": 3, "pat": 3, "sam": 1}
    for _, told, withdrawn in (third[person] for person in ("kim", "mia", "pat")):
        assert f"{OLD} → {NEW}" in told
        assert "Taken back" not in told
        assert re.search(rf"Taken back since the last mail: .*{OLD} → {NEW}.*{NEW} → {OLD}", withdrawn)
    assert CANARY not in "".join(third["kim"])
