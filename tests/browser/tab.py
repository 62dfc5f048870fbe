"""A browser's tab that notes every complaint, and what the tests ask a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from tests.browser.site import BuiltSite

Scheme = Literal["light", "dark"]

PATIENCE_MS: Final = 60_000
"""A busy machine must not fail a property that holds."""

HEIGHTS: Final = {1280: 800, 390: 844, 320: 640}

TOO_WIDE: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (element) => element !== document.body && element !== document.documentElement &&
    ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX);
  const culprits = [...document.querySelectorAll("body *")].filter((element) => {
    if (element.getBoundingClientRect().right <= room + 1) return false;
    for (let at = element; at; at = at.parentElement) if (scrolls(at)) return false;
    return true;
  });
  const deepest = culprits.filter((one) => !culprits.some((other) => one !== other && one.contains(other)));
  return [`${document.documentElement.scrollWidth} px wide in ${room}`]
    .concat(deepest.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)));
}"""


class Tab:
    """One page of a browser, the errors it told of and the addresses it asked for."""

    def __init__(self, page: Page, *, scripts: bool) -> None:
        self.page = page
        self.requests: list[str] = []
        """Since the last opening."""
        self._complaints: list[str] = []
        self._scripts = scripts
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(f"script failed: {error}"))
        page.on("request", self._note)

    @classmethod
    def of(cls, browser: Browser, width: int, scheme: Scheme, *, scripts: bool = True) -> Tab:
        """Open a tab with a memory of its own."""
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme=scheme,
            java_script_enabled=scripts,
            has_touch=width < 600,
        )
        context.set_default_timeout(PATIENCE_MS)
        return cls(context.new_page(), scripts=scripts)

    def open(self, site: BuiltSite, address: str = "") -> int:
        """Go to a page, wait until it stands still, and give its status."""
        self.requests.clear()
        self._complaints.clear()
        if self.page.url.split("#")[0] == site.url + address:
            self.page.goto("about:blank")
        answer = self.page.goto(site.url + address)
        if self._scripts:
            self.settle()
        return answer.status if answer else 0

    def settle(self) -> None:
        """Wait until the page stands still: its theme is at work and its letters are drawn."""
        self.page.wait_for_selector(".md-version__current", state="attached")
        self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def resize(self, width: int) -> None:
        """Look at the same page on another screen."""
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        self.page.wait_for_function("(width) => innerWidth === width", arg=width)

    def complaints(self, site: BuiltSite) -> list[str]:
        """Errors since the last opening, and requests to anywhere but the site."""
        host = site.url.removesuffix("latest/")
        outside = [one for one in self.requests if not one.startswith((host, "data:", "about:"))]
        return [*self._complaints, *(f"asks {one}" for one in outside)]

    def ask(self, script: str, argument: object = None) -> Any:  # noqa: ANN401 - JSON of whatever shape the script gives
        """Run a function in the page."""
        return self.page.evaluate(script, argument)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)


class KeptTab(Protocol):
    """The tab of a width and palette."""

    def __call__(self, width: int = 1280, scheme: Scheme = "light") -> Tab:
        """Give it, however it was left."""


class FreshTab(Protocol):
    """A tab with nothing remembered."""

    def __call__(self, width: int = 1280, scheme: Scheme = "light", *, scripts: bool = True) -> Tab:
        """Open another."""
