"""Readers in front of the very functions of the cloud: they sign in, read, choose a version, and leave."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest

from quarterdeck.commands.published import opened
from quarterdeck.model.versions import Moment
from quarterdeck.publish.edge import FileEdge
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.publish.plan import Contents, hashed
from tests.browser.site import INDEX, BuiltSite, without_words
from tests.browser.tab import TOO_WIDE
from tests.publish.made import commit, put
from tests.sites import a_portfolio, sample_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.tab import FreshTab, Tab

pytestmark = [pytest.mark.browser, pytest.mark.node]

SETTINGS: Final = """schema: 1
name: Harbor
audiences:
  owners: {title: Owners}
  crew: {title: Crew, roles: [cfo]}
people:
  sam: {name: Sam Ortega, address: sam@harbor.example, roles: [ceo], audience: owners}
  pat: {name: Pat Lindqvist, address: pat@harbor.example, roles: [cfo], audience: crew}
"""
OLD, NEW = "2026-11-16-aaaaaaa", "2026-11-23-bbbbbbb"
CEO, CFO = "reports/ceo/", "reports/cfo/"
SAM, PAT = "sam@harbor.example", "pat@harbor.example"
NOT_FOR_CREW: Final = [
    f"/{NEW}/reports/none/",
    f"/{NEW}/{CEO}",
    f"/{OLD}/{CEO}",
    f"/latest/{CEO}index.html",
    "/2026-01-01-0000000/",
    "/pages/owners/versions.json",
    "/private/store.json",
]
"""Another audience's pages, and some that nobody has."""

ANSWERS: Final = """(paths) => Promise.all(paths.map(async (path) => {
  const answer = await fetch(path);
  return [answer.status, await answer.text()];
}))"""


class Reader:
    """Somebody at a browser, and the terminal in which links of mails are told."""

    def __init__(self, tab: Tab, address: str, told: list[str]) -> None:
        self.tab, self.page = tab, tab.page
        self._address, self._told = address, told

    def open(self, path: str) -> int:
        """Go to an address of the site, and give the status of what is shown in the end."""
        answer = self.page.goto(f"{self._address}{path}")
        assert answer
        return answer.status

    @property
    def place(self) -> str:
        """Where the browser is, below the host."""
        return self.page.url.removeprefix(self._address)

    def sign_in(self, mail: str) -> None:
        """Ask for a link on the page that is shown, and use it."""
        self.page.get_by_label("E-mail address").fill(mail)
        self.page.get_by_role("button").click()
        self.page.get_by_role("heading", name="Look into your mailbox").wait_for()
        link = next(line.split()[-1] for line in reversed(self._told) if mail in line)
        self.page.goto(link)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/auth/" not in url)
        self.tab.settle()

    def sign_out(self) -> None:
        """Leave, by the link at the foot of the page that is shown."""
        self.page.get_by_role("contentinfo").get_by_role("link", name="Sign out").click()
        self.page.wait_for_url("**/auth/out")
        self.page.get_by_role("button", name="Sign out").click()
        self.page.get_by_role("heading", name="You are signed out").wait_for()


def version(site: Path, letter: str, as_of: date) -> Contents:
    """A version of a built site in which the CEO's report is for owners alone, and nobody searches."""
    files = {
        (audience, path): without_words(file.read_bytes()) if path == INDEX else file
        for file in sorted(site.rglob("*"))
        if file.is_file()
        for audience in ("crew", "owners")
        if not (path := file.relative_to(site).as_posix()).startswith(CEO) or audience == "owners"
    }
    return Contents(
        moment=Moment(commit(letter), 1_790_000_000 + ord(letter), as_of),
        content=letter,
        builder="mkdocs",
        quarterdeck="0.1.0",
        files=files,
        hashes={key: hashed(file) for key, file in files.items()},
        records={},
        naming=lambda _: {},
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio with two published versions."""
    site = sample_by(tmp_path_factory, "mkdocs") / "build/all/site"
    root = a_portfolio(tmp_path_factory.mktemp("published") / "p", SETTINGS)
    store = Folder(root / "published")
    for letter, as_of in (("a", date(2026, 11, 16)), ("b", date(2026, 11, 23))):
        put(version(site, letter, as_of), store)
    FileEdge(store).write({"latest": NEW}, (), "")
    return root


@contextmanager
def guarded(root: Path) -> Iterator[tuple[BuiltSite, list[str]]]:
    """Serve it to readers who sign in; the list grows with what the terminal is told."""
    told: list[str] = []
    with opened(root, {}, port=0, audience="", sign_in=True, say=told.append) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield BuiltSite(root, f"{server.address}/latest/", {}), told
        finally:
            server.shutdown()
            thread.join()


def test_readers_sign_in_read_choose_a_version_and_leave(root: Path, node: str, fresh_tab: FreshTab) -> None:
    del node
    with guarded(root) as (site, told):
        address = site.url.removesuffix("/latest/")
        reader = Reader(fresh_tab(), address, told)
        page = reader.page

        assert reader.open(f"/latest/{CFO}") == 200
        assert reader.place == "/auth/?next=%2Flatest%2Freports%2Fcfo%2F"
        reader.sign_in(PAT)
        assert reader.place == f"/latest/{CFO}"
        page.get_by_role("heading", level=1).wait_for()
        assert [(one["httpOnly"], one["secure"], one["sameSite"]) for one in page.context.cookies()] == [
            (True, True, "Lax")
        ] * 2

        page.hover(".md-version")
        page.click(f".md-version__link[href*='{OLD}']")
        page.wait_for_url(f"**/{OLD}/{CFO}")
        reader.tab.settle()
        page.locator(".qd-older p").wait_for()
        assert reader.tab.complaints(site) == []

        assert reader.open(f"/{NEW}/{CEO}") == 404
        answers = reader.tab.ask(ANSWERS, NOT_FOR_CREW)
        assert len(answers) == len(NOT_FOR_CREW)
        assert {(status, text) for status, text in answers} == {(404, NOT_FOUND_PAGE.decode())}

        assert reader.open(f"/latest/{CFO}") == 200
        reader.sign_out()
        assert page.context.cookies() == []
        assert reader.open("/latest/") == 200
        assert reader.place == "/auth/?next=%2Flatest%2F"
        reader.sign_in(SAM)
        assert reader.open(f"/latest/{CEO}") == 200
        assert [one for one in reader.tab.complaints(site) if "status of 404" not in one] == []


def test_a_phone_signs_in(root: Path, node: str, fresh_tab: FreshTab) -> None:
    del node
    with guarded(root) as (site, told):
        reader = Reader(fresh_tab(390), site.url.removesuffix("/latest/"), told)
        reader.open("/")
        assert reader.tab.ask(TOO_WIDE) == []
        reader.sign_in(PAT)
        assert reader.place == "/latest/"
        assert reader.tab.ask(TOO_WIDE) == []
        assert reader.tab.complaints(site) == []
