"""A report as a file and on paper, in a browser that has no network."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from quarterdeck.mail.attachment import Imprint, attachment
from quarterdeck.mail.pdf import pdf
from quarterdeck.reports import board
from quarterdeck.reports.pages import role_pages
from tests.browser.tab import PATIENCE_MS
from tests.reports.portfolios import ordinary
from tests.reports.samples import a_site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

LOADED = """document.fonts.ready.then((fonts) => [...fonts]
  .filter((one) => one.status === "loaded").map((one) => one.family.replaceAll('"', "")))"""
"""Families whose letters are there once nothing is under way any more."""

COLOURS = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 22, 29)"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The board pack as a file."""
    site = a_site(*ordinary())
    page = board.page(site, [page for role in site.briefing.roles for page in role_pages(site, role)])
    file = tmp_path_factory.mktemp("attached") / "board.html"
    imprint = Imprint(
        "Harbor Group", "2026-11-23-0123456", "https://reports.harbor.example/2026-11-23-0123456/"
    )
    file.write_bytes(attachment(page, page.body, imprint))
    return file


@pytest.mark.parametrize("scripts", [False, True])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_it_opens_offline_without_a_request_or_a_complaint(
    chromium: Browser, pack: Path, scheme: str, width: int, *, scripts: bool
) -> None:
    context = chromium.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
        java_script_enabled=scripts,
        offline=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(pack.as_uri())
    assert ([one for one in asked if not one.startswith("data:")], said) == ([pack.as_uri()], [])
    assert page.locator("h1").inner_text() == "Board pack"
    if scripts:
        colour = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(colour) == COLOURS[scheme]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert "Inter Variable" in page.evaluate(LOADED)
    context.close()


def test_paper_has_pages_an_outline_tags_and_text(pack: Path) -> None:
    made = pdf(pack.read_bytes(), os.environ)
    assert made.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type /Page\b(?!s)", made)) <= 12
    titles = re.findall(rb"/Title \(([^)]*)\)", made)
    assert [one for one in (b"CEO", b"CFO", b"Findings", b"Sources") if one not in titles] == []
    assert b"/StructTreeRoot" in made
    assert b"/ToUnicode" in made
    assert b"/CreationDate (D:20000101000000" in made
