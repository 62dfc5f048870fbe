"""Sign-in in a real browser: what it sends with forms, what it keeps, and whether everybody can use the pages."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from quarterdeck.collectors.embedded.running import running
from tests.browser.tab import PATIENCE_MS
from tests.infra.played_signin import CONFIG, PAT, InMemory, Played, event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

AXE: Final = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
VIOLATIONS: Final = "axe.run(document).then((found) => found.violations.map((one) => one.id))"


class Site(ThreadingHTTPServer):
    """Hands what a browser asks below `/auth/` to the function; every other page is one line."""

    daemon_threads = True

    def __init__(self) -> None:
        """A free port of this machine."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.door = Played(InMemory(), CONFIG._replace(site_url=self.url))
        self.origins: list[tuple[str, str]] = []
        """What came with each form: Origin and Sec-Fetch-Site."""


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        names = ("Origin", "Sec-Fetch-Site", "Content-Type")
        pairs = (one.strip().partition("=") for one in self.headers.get("Cookie", "").split(";"))
        made = event(
            self.command,
            self.path,
            headers={name.lower(): self.headers.get(name) for name in names},
            cookies={name: value for name, _, value in pairs if name},
            body=self.rfile.read(length).decode(),
        )
        if self.command == "POST":
            self.server.origins.append((self.headers["Origin"], self.headers["Sec-Fetch-Site"]))
        given = self.server.door.sign_in.answer(made)
        if not self.path.startswith("/auth/"):
            given = {
                "statusCode": 200,
                "headers": {"content-type": "text/html"},
                "cookies": [],
                "body": "Reports",
            }
        self.send_response(given["statusCode"])
        for name, value in given["headers"].items():
            self.send_header(name, value)
        for cookie in given["cookies"]:
            self.send_header("set-cookie", cookie)
        self.end_headers()
        self.wfile.write(given["body"].encode())

    do_POST = do_GET  # noqa: N815 - as the library names them

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    with running(one):
        yield one


def opened(chromium: Browser, width: int, scheme: str) -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": 700}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def look(page: Page) -> None:
    """See that no page is wider than the screen, or keeps anybody out."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.title()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(VIOLATIONS) == [], page.title()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_a_reader_signs_in_and_out_without_a_complaint(
    chromium: Browser, site: Site, width: int, scheme: str
) -> None:
    complaints: list[str] = []
    context = opened(chromium, width, scheme)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{site.url}/auth/?next=/latest/reports/cfo/")
    look(page)
    page.get_by_label("E-mail address").fill(PAT)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/auth/sent")
    look(page)
    page.goto(f"{site.url}/auth/link?t={site.door.token()}")
    look(page)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/latest/reports/cfo/")
    kept = {
        one["name"]: (one["secure"], one["httpOnly"], one["sameSite"]) for one in context.cookies(site.url)
    }
    page.goto(f"{site.url}/auth/out")
    look(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    look(page)
    left = context.cookies()
    context.close()

    assert kept == dict.fromkeys(("__Host-qd", "__Host-qd-session"), (True, True, "Lax"))
    assert left == []
    assert complaints == []
    assert site.origins == [("null", "same-origin")] * 3, (
        "a page that keeps its address to itself sends no origin"
    )


def test_a_form_of_another_site_is_refused_F_197(chromium: Browser, site: Site) -> None:
    form = f'<form method=post action="{site.url}/auth/"><input name=address value={PAT}><button>Go</button></form>'
    context = opened(chromium, 1280, "light")
    context.route("https://evil.example/", lambda route: route.fulfill(content_type="text/html", body=form))
    page = context.new_page()
    page.goto("https://evil.example/")
    page.get_by_role("button").click()
    page.get_by_role("heading", name="That did not work").wait_for()
    context.close()

    assert [where for _, where in site.origins] == ["cross-site"]
    assert site.door.mails == []
