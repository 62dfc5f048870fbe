"""What a page weighs and how still it stands while it loads."""

import gzip
from pathlib import Path
from typing import Final

import pytest

from quarterdeck.site.builder import ASSETS
from tests.browser.site import BuiltSite
from tests.browser.tab import FreshTab

pytestmark = pytest.mark.browser

KB: Final = 1000
MOST_HTML: Final = 40 * KB
MOST_CSS: Final = 12 * KB
MOST_SCRIPT: Final = 4 * KB
MOST_FONT: Final = 60 * KB
MOST_REQUESTS: Final = 15
MOST_SHIFT: Final = 0.01

WATCH_SHIFTS: Final = """
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach((one) => window.shifts.push(one.value)))
    .observe({ type: "layout-shift", buffered: true });
"""
SHIFT: Final = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  setTimeout(() => done(window.shifts.reduce((sum, one) => sum + one, 0)), 100))))"""


def zipped(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 6))


def test_pages_are_light(sample: BuiltSite) -> None:
    sizes = {address: zipped(sample.folder / address / "index.html") for address in sample.pages}
    heavy = {address: size for address, size in sizes.items() if size > MOST_HTML}
    assert not heavy


def test_style_script_and_font_are_light() -> None:
    assert zipped(ASSETS / "qd.css") <= MOST_CSS
    assert zipped(ASSETS / "qd.js") <= MOST_SCRIPT
    (font,) = ASSETS.rglob("*.woff2")
    assert font.stat().st_size <= MOST_FONT


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", ["", "reports/cfo/", "reports/entities/jada/"])
def test_a_first_visit_is_small_and_still(
    address: str, width: int, whole_sample: BuiltSite, fresh_tab: FreshTab
) -> None:
    tab = fresh_tab(width)
    tab.page.add_init_script(WATCH_SHIFTS)
    tab.open(whole_sample, address)
    assert tab.ask(SHIFT) <= MOST_SHIFT
    asked = [one for one in tab.requests if not one.startswith(("data:", "about:"))]
    assert len(asked) <= MOST_REQUESTS, asked
    assert sum(one.endswith(".woff2") for one in asked) == 1
