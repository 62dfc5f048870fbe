"""A report as one file: the page as the site shows it, with everything inside and nothing to fetch."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.mail.attachment import Imprint, attachment
from quarterdeck.mail.pdf import pdf
from quarterdeck.model.errors import UsageError
from quarterdeck.model.page import Page
from quarterdeck.reports import board
from quarterdeck.reports.pages import role_pages
from tests.reports.portfolios import awkward, ordinary
from tests.reports.samples import a_site

if TYPE_CHECKING:
    from pathlib import Path

SITE = "https://reports.harbor.example/2026-11-23-0123456/"
IMPRINT = Imprint("Harbor Group", "2026-11-23-0123456", SITE)
PAGE = Page(
    "reports/cfo.md",
    "CFO",
    """---
title: "CFO"
---

# CFO {#top}

<p class="qd-lead">Of our cash <a class="qd-fig" href="#s1">$50,302</a> is free.
<a href="../ceo/#agenda">Agenda</a> <a href="../../how/">How</a> <a href="https://git.example/x">Line</a></p>

## Cash {#cash}

Plain *words* with &#123;braces&#125;.
""",
)


class Seen(HTMLParser):
    """Addresses, names of elements and anchors of a file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: set[str] = set()
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name in {"src", "srcset", "data", "poster", "action"} or name.startswith("on"):
                self.loaded.append(f"{name}={value}")


def made(page: Page = PAGE, imprint: Imprint = IMPRINT) -> str:
    return attachment(page, page.body, imprint).decode()


@pytest.mark.parametrize(
    ("site", "links"),
    [
        (
            SITE,
            [
                f"{SITE}reports/cfo/",
                "#s1",
                f"{SITE}reports/ceo/#agenda",
                f"{SITE}how/",
                "https://git.example/x",
            ],
        ),
        ("", ["#s1", "https://git.example/x"]),
    ],
    ids=["site", "no site"],
)
def test_links_lead_to_the_version_or_stay_words(site: str, links: list[str]) -> None:
    text = made(imprint=msgspec.structs.replace(IMPRINT, site=site))
    assert Seen(text).links == links
    assert ">Agenda</a>" in text


def test_the_page_is_read_as_the_site_reads_it() -> None:
    text = made()
    assert '<h2 id="cash">Cash</h2>' in text
    assert "<em>words</em>" in text
    assert "title: " not in text


def test_nothing_is_loaded_and_nothing_runs() -> None:
    for page in (*role_pages(a_site(*awkward()), "ceo"), *role_pages(a_site(*ordinary()), "cfo")):
        text = made(page)
        seen = Seen(text)
        assert seen.loaded == []
        assert seen.tags.isdisjoint({"script", "img", "link", "iframe", "object", "embed", "base", "form"})
        assert "default-src 'none'" in text
        styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
        assert {one[:5] for one in re.findall(r"url\([\"']?([^\"')]+)", styles)} == {"data:"}
        assert "@import" not in styles
        assert {one[1:] for one in seen.links if one.startswith("#")} <= seen.ids


def test_dark_is_the_reader_s_own_choice_without_a_script() -> None:
    text = made()
    assert "[data-md-color-scheme=slate]" not in text.replace('"', "")
    dark = text[text.index("@media screen and (prefers-color-scheme:dark)") :]
    assert "--qd-bg: #10161d" in dark[:400]
    assert '<meta name="color-scheme" content="light dark">' in text


def test_a_sample_says_so_and_the_same_page_has_the_same_bytes() -> None:
    sample = made(imprint=msgspec.structs.replace(IMPRINT, is_sample=True))
    assert '<p class="qd-sample"><b>SAMPLE</b>' in sample
    assert "<title>SAMPLE: CFO - Harbor Group</title>" in sample
    assert "<b>SAMPLE" not in made()
    assert made() == made()


def test_names_are_printed_and_never_read_as_markup() -> None:
    text = made(msgspec.structs.replace(PAGE, title="<b>x"), Imprint("<i>&", "v", ""))
    assert "<title>&lt;b&gt;x - &lt;i&gt;&amp;</title>" in text
    assert "&lt;i&gt;&amp; · version v</p>" in text


def test_a_missing_chromium_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Install one, or send --attach html"):
        pdf(b"<p>x</p>", {"PATH": str(tmp_path)})


def test_the_board_pack_holds_the_reports_and_no_other_anchor() -> None:
    site = a_site(*ordinary())
    pack = board.page(site, [page for role in site.briefing.roles for page in role_pages(site, role)])
    assert {"ceo", "cfo", "findings", "sources"} <= Seen(made(pack)).ids
