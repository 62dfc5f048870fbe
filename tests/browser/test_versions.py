"""Two published versions side by side: choosing one, the word on older ones, and the page for what is not there."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Final

import pytest

from quarterdeck.commands.published import opened
from quarterdeck.model.versions import Moment
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.publish.plan import Contents, hashed
from tests.browser.site import INDEX, BuiltSite, without_words
from tests.browser.tab import TOO_WIDE
from tests.browser.test_axe import ALL, OF_COLOURS, violations
from tests.browser.test_budget import MOST_REQUESTS, MOST_SHIFT, SHIFT, WATCH_SHIFTS
from tests.publish.made import commit, put
from tests.sites import SETTINGS, files_of, once, sample_by, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser.tab import FreshTab, KeptTab, Scheme, Tab

pytestmark = pytest.mark.browser

OLD: Final = "2026-11-16-aaaaaaa/"
NEW: Final = "2026-11-23-bbbbbbb/"
CFO: Final = "reports/cfo/"
GONE: Final = "guide/bank/"
"""A page that the newest version does not have."""

TITLES: Final = {"16 November 2026": OLD, "23 November 2026": NEW}

TOLD: Final = ".qd-older p"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session", params=["mkdocs", "zensical"])
def by_each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve two versions of the sample by each builder."""
    yield from served(tmp_path_factory, request.param)


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve two versions of the sample as MkDocs builds it."""
    yield from served(tmp_path_factory, "mkdocs")


def served(factory: pytest.TempPathFactory, builder: str) -> Iterator[BuiltSite]:
    """Publish two versions into a folder, and show them as `quarterdeck serve --published` does."""
    site = sample_by(factory, builder) / "build/all/site"
    root = once(factory, f"two-versions-{builder}", lambda root: publish_two(site, root))
    with opened(root, {}, port=0, audience="", sign_in=False, say=str) as server, answering(server):
        yield BuiltSite(site, f"{server.address}/", {})


@contextmanager
def answering(server: ThreadingHTTPServer) -> Iterator[None]:
    """Answer in a thread of its own."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def publish_two(site: Path, root: Path) -> None:
    """Publish a site, and a week later the same with one page changed and one gone."""
    write(root, "portfolio.yml", SETTINGS)
    store = Folder(root / "published")
    pages = dict(files_of(site))
    if INDEX in pages:
        pages[INDEX] = without_words(pages[INDEX])  # nobody searches here
    put(contents(pages, "a", date(2026, 11, 16)), store)
    del pages[f"{GONE}index.html"]
    sitemap, gone = re.subn(rb"<url>\s*<loc>[^<]*/guide/bank/</loc>\s*</url>", b"", pages["sitemap.xml"])
    assert gone == 1
    pages["sitemap.xml"] = sitemap
    pages[f"{CFO}index.html"] += b"<!-- changed -->"
    put(contents(pages, "b", date(2026, 11, 23)), store)


def contents(pages: dict[str, bytes], letter: str, as_of: date) -> Contents:
    """A version of these pages for everybody; its sitemap is as it was built."""
    files = {("all", path): data for path, data in pages.items()}
    return Contents(
        moment=Moment(commit(letter), 1_790_000_000, as_of),
        content=letter,
        builder="mkdocs",
        quarterdeck="0.1.0",
        files=files,
        hashes={key: hashed(data) for key, data in files.items()},
        records={},
        naming=lambda _: {},
    )


def choose(tab: Tab, title: str) -> None:
    """Take a version from the menu, as a reader does, and wait for its page.

    The menu stands at the top: further down, the header names the page in its place.
    """
    tab.ask("() => { scrollTo(0, 0); }")
    tab.page.locator(".md-version").hover()
    tab.page.locator(".md-version__link", has_text=title).click()
    tab.page.wait_for_function("(day) => location.pathname.includes(day)", arg=TITLES[title])


def place(tab: Tab, site: BuiltSite) -> str:
    """Where the tab is, below the host."""
    return tab.page.url.removeprefix(site.url)


def test_choosing_a_version_keeps_the_page_and_the_place(by_each: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    tab.open(by_each, f"latest/{CFO}#burn")
    menu = tab.page.locator(".md-version__link")
    assert menu.all_text_contents() == ["23 November 2026", "16 November 2026"]
    assert tab.page.locator(".md-version__current").inner_text() == "23 November 2026"
    choose(tab, "16 November 2026")
    assert place(tab, by_each) == f"{OLD}{CFO}#burn"
    tab.page.wait_for_selector(TOLD)
    choose(tab, "23 November 2026")
    assert place(tab, by_each) == f"{NEW}{CFO}#burn"
    assert not tab.complaints(by_each)


def test_a_page_that_a_version_lacks_leads_to_its_home(two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    tab.open(two, OLD + GONE)
    assert tab.page.locator(TOLD).inner_text() == (
        "You read 16 November 2026. The newest is 23 November 2026, without this page: open its Home."
    )
    assert tab.page.locator(f"{TOLD} a").get_attribute("href") == two.url + NEW
    choose(tab, "23 November 2026")
    assert place(tab, two) == NEW
    assert not tab.complaints(two)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_an_older_version_says_so(width: int, scheme: Scheme, two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(width, scheme)
    tab.page.add_init_script(WATCH_SHIFTS)
    tab.open(two, f"{OLD}{CFO}#burn")
    told = tab.page.locator(TOLD)
    assert (
        told.inner_text()
        == "You read 16 November 2026. The newest is 23 November 2026: open this page there."
    )
    assert told.locator("xpath=..").get_attribute("role") == "status"
    assert tab.ask(SHIFT) <= MOST_SHIFT
    assert len(tab.requests) <= MOST_REQUESTS
    assert not tab.ask(TOO_WIDE) + tab.complaints(two)
    told.locator("a").focus()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**/{NEW}**")
    assert place(tab, two) == f"{NEW}{CFO}#burn"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_everybody_can_use_the_word_on_older_versions(
    width: int, scheme: Scheme, two: BuiltSite, fresh_tab: FreshTab
) -> None:
    tab = fresh_tab(width, scheme)
    tab.open(two, OLD + GONE)
    tab.page.wait_for_selector(TOLD)
    found = violations(tab, {width: ALL if scheme == "light" else OF_COLOURS})
    assert not [one for one in found if ": target-size" not in one], "what lies under it is scrolled to"


@pytest.mark.parametrize(("width", "named"), [(1280, "16 November 2026"), (390, "16 Nov 2026")])
def test_the_version_menu_is_named_by_what_stands_on_it(
    width: int, named: str, two: BuiltSite, kept_tab: KeptTab
) -> None:
    tab = kept_tab(width)
    tab.open(two, OLD)
    button = tab.page.get_by_role("button", name=named, exact=True)
    assert button.inner_text() == named
    assert button.get_attribute("title") == "Select version"


def test_the_end_of_an_older_page_can_be_read(two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(390)
    tab.open(two, OLD + GONE)
    tab.page.wait_for_selector(TOLD)
    tab.ask("() => scrollTo(0, document.body.scrollHeight)")
    bottom = "(one) => document.querySelector(one).getBoundingClientRect()"
    assert tab.ask(f"{bottom}.bottom", ".md-container") <= tab.ask(f"{bottom}.top", TOLD)


def test_paper_says_first_that_it_is_older(two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280, "dark")
    tab.open(two, OLD + CFO)
    tab.page.wait_for_selector(TOLD)
    tab.page.emulate_media(media="print")
    top = "(one) => document.querySelector(one).getBoundingClientRect().top"
    assert 0 <= tab.ask(top, TOLD) < tab.ask(top, "h1")


@pytest.mark.parametrize("version", ["latest/", NEW])
def test_the_newest_says_nothing(version: str, two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    tab.open(two, version + CFO)
    tab.page.wait_for_load_state("networkidle")
    assert tab.page.locator(TOLD).count() == 0
    assert not tab.complaints(two)


def test_a_version_that_was_taken_back_says_so(two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    standing = json.loads(tab.page.request.get(f"{two.url}versions.json").body())
    rolled_back = [one | {"aliases": ["latest"] if one["version"] in OLD else []} for one in standing]
    tab.page.route("**/versions.json", lambda route: route.fulfill(json=rolled_back))
    tab.open(two, NEW + CFO)
    assert tab.page.locator(TOLD).inner_text() == (
        "You read 23 November 2026, which was taken back. What counts is 16 November 2026: open this page there."
    )
    tab.open(two, OLD + CFO)
    tab.page.wait_for_load_state("networkidle")
    assert tab.page.locator(TOLD).count() == 0


def test_the_palette_is_kept_in_every_version(two: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    tab.open(two, f"latest/{CFO}")
    tab.page.locator("label[title='Switch to dark']").click()
    tab.page.wait_for_function("() => document.body.dataset.mdColorScheme === 'slate'")
    tab.open(two, OLD + CFO)
    assert tab.ask("() => document.body.dataset.mdColorScheme") == "slate"
    tab.page.goto(f"{two.url}nothing/")
    assert tab.ask("() => getComputedStyle(document.body).backgroundColor") == "rgb(16, 22, 29)"


def test_without_versions_nobody_asks_for_them(two: BuiltSite, fresh_tab: FreshTab) -> None:
    """As in `quarterdeck serve`, where the site lies at the root of its host."""
    tab = fresh_tab(1280)
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=two.folder)) as server,
        answering(server),
    ):
        plain = BuiltSite(two.folder, f"http://127.0.0.1:{server.server_port}/", {})
        tab.page.goto(plain.url + CFO, wait_until="networkidle")
    assert not [one for one in tab.requests if one.endswith("versions.json")]
    assert not tab.complaints(plain)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_what_is_not_there_has_one_page(
    width: int, scheme: Scheme, two: BuiltSite, fresh_tab: FreshTab
) -> None:
    """F-147: the same bytes whatever was asked for."""
    tab = fresh_tab(width, scheme)
    for address in (
        f"{OLD}reports/none/",
        "latest/none/",
        "2020-01-01-0000000/",
        "latest/none.csv",
        f"{NEW}{GONE}",
    ):
        answer = tab.page.goto(two.url + address)
        assert answer is not None
        assert (answer.status, answer.body()) == (404, NOT_FOUND_PAGE), address
    tab.page.wait_for_load_state("networkidle")
    assert not violations(tab, {width: ALL}) + [one for one in tab.requests if not one.startswith(two.url)]
    tab.page.locator("a").click()
    tab.page.wait_for_url(f"{two.url}latest/")
