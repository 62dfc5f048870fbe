"""What the tests' browser is started with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.tab import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_what_playwright_switches_off_stays_off(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("chrome://version")
    said = page.locator("#command_line", has_text="--disable-features").inner_text()
    page.close()
    playwright_s, ours = re.findall(r"--disable-features=(\S+)", said)
    missing = set(playwright_s.split(",")) - set(ours.split(","))
    assert not missing, (
        "Chromium heeds only the last list: add these to OFF_IN_PLAYWRIGHT in tests/conftest.py"
    )
