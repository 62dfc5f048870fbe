"""What a page offers besides HTML, and the link of a finding, as people meet them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.browser.site import BuiltSite
    from tests.browser.tab import FreshTab

pytestmark = pytest.mark.browser

CFO: Final = "reports/cfo/"
LISTEN: Final = """() => {
  const status = document.querySelector("article [role=status]");
  window.said = [];
  new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
}"""
"""The words stand for two seconds only, which a busy machine may not look at."""

CLIPBOARD: Final = "() => navigator.clipboard.readText()"


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_menu_opens_without_scripts_and_its_links_lead_to_files(
    width: int, sample: BuiltSite, fresh_tab: FreshTab
) -> None:
    tab = fresh_tab(width, scripts=False)
    tab.open(sample, CFO)
    menu = tab.page.locator("details.qd-get")
    menu.locator("summary").focus()
    tab.page.keyboard.press("Enter")
    menu.locator("a").first.wait_for()
    found = {}
    for link in menu.locator("a").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        answer = tab.page.request.get(link.evaluate("(it) => it.href"))
        assert answer.ok
        found[link.inner_text()] = answer.body()
    book, text, data = found.values()
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()
    assert text.startswith(b"# CFO\n")
    assert data.startswith(b'{"actions":')
    alternate = tab.page.locator("link[rel~=alternate][type='text/markdown']").get_attribute("href")
    assert alternate == "index.md"


def test_the_menu_lies_beside_the_title_and_on_no_paper(sample: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(390)
    tab.open(sample, "reports/audits/3028-51st-st/")
    title, menu = (tab.page.locator(one).bounding_box() for one in ("article h1", "details.qd-get"))
    assert title
    assert menu
    assert abs(title["y"] - menu["y"]) < 24
    tab.page.emulate_media(media="print")
    assert not tab.page.locator("details.qd-get").is_visible()
    assert not tab.page.locator("a.qd-link").first.is_visible()


def test_the_link_of_a_finding_is_copied_and_said(sample: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(1280)
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.open(sample, CFO)
    link = tab.page.locator("a.qd-link").first
    assert link.get_attribute("aria-label") == "Copy the link to this finding"
    link.focus()
    tab.ask(LISTEN)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_function("() => window.said.includes('Link copied')")
    tab.page.wait_for_url("**#f-r-*")
    copied = tab.ask(CLIPBOARD)
    assert copied == tab.page.url
    anchor = copied.partition("#")[2]
    assert anchor.startswith("f-r-")
    assert tab.page.locator(f"[id='{anchor}']").count() == 1
    assert not tab.complaints(sample)


def test_without_scripts_the_link_of_a_finding_is_a_link(sample: BuiltSite, fresh_tab: FreshTab) -> None:
    tab = fresh_tab(390, scripts=False)
    tab.open(sample, CFO)
    link = tab.page.locator("a.qd-link").first
    box = link.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    assert link.get_attribute("aria-label") == "Link to this finding"
    link.click()
    tab.page.wait_for_url("**#f-r-*")
