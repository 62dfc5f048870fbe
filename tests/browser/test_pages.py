"""Every page of the sample: sound markup, links that lead somewhere, quiet consoles, no sideways scroll."""

from collections import Counter
from itertools import pairwise

import pytest

from tests.browser.site import PREFIX, BuiltSite, PageFile
from tests.browser.tab import TOO_WIDE, FreshTab, KeptTab, Scheme

pytestmark = pytest.mark.browser

NARROWEST = 320
MISSING = "no-such-page/"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_page_opens_quietly_and_fits(
    width: int, scheme: Scheme, sample: BuiltSite, kept_tab: KeptTab
) -> None:
    """Hold for the whole site; the other two pairs hold for a page of each template in test_axe.py."""
    tab = kept_tab(width, scheme)
    faults = []
    for address in sample.pages:
        status = tab.open(sample, address)
        found = [] if status == 200 else [f"status {status}"]
        found += tab.ask(TOO_WIDE)
        if width == 390:
            tab.resize(NARROWEST)
            found += tab.ask(TOO_WIDE)
            tab.resize(width)
        faults += [f"{address or 'Home'}: {one}" for one in found + tab.complaints(sample)]
    assert not faults, "\n".join(faults)


def test_what_is_missing_has_a_page(sample: BuiltSite, kept_tab: KeptTab) -> None:
    tab = kept_tab(390)
    assert tab.open(sample, MISSING) == 404
    assert tab.page.locator("h1").inner_text().startswith("This page is not in this version")
    assert not tab.ask(TOO_WIDE)
    assert tab.page.locator("article a", has_text="Home").get_attribute("href") == f"{PREFIX}index.html"


def test_every_page_is_sound(sample: BuiltSite) -> None:
    faults = [
        f"{address or 'Home'}: {one}" for address, page in sample.pages.items() for one in faults_of(page)
    ]
    assert not faults, "\n".join(faults)


def faults_of(page: PageFile) -> list[str]:
    """What is wrong with the markup of one page."""
    faults = [f"forbidden: {one}" for one in page.forbidden]
    if page.headings.count(1) != 1:
        faults.append(f"{page.headings.count(1)} h1")
    if page.headings[0] != 1:
        faults.append(f"starts with h{page.headings[0]}")
    faults += [f"h{later} follows h{one}" for one, later in pairwise(page.headings) if later > one + 1]
    faults += [f"id {one} stands {times} times" for one, times in Counter(page.ids).items() if times > 1]
    ids = set(page.ids)
    faults += [f"names #{one}, which is not there" for one in sorted(set(page.named) - ids)]
    return faults


def test_every_link_within_the_site_leads_somewhere(sample: BuiltSite) -> None:
    assert not dead_links(sample), "\n".join(dead_links(sample))


def dead_links(site: BuiltSite) -> list[str]:
    """Links to pages, files or anchors that do not exist, and figures of reports that leave their page."""
    dead = []
    for address, page in site.pages.items():
        for link in page.links:
            target = site.target(address, link.href)
            is_of_report = not address or address.startswith("reports/")
            if is_of_report and link.is_figure and not link.href.startswith("#"):
                dead.append(f"{address or 'Home'}: figure link to {link.href}")
            if target is None:
                continue
            where, anchor = target
            there = site.pages.get(where)
            if there is None and not (site.folder / where).is_file():
                dead.append(f"{address or 'Home'}: {link.href}: no such page")
            elif there and anchor and anchor not in there.ids:
                dead.append(f"{address or 'Home'}: {link.href}: no such anchor")
    return dead


@pytest.mark.parametrize("address", ["", "reports/ceo/", "guide/writing/"])
def test_without_scripts_the_text_is_the_same(
    address: str, sample: BuiltSite, kept_tab: KeptTab, fresh_tab: FreshTab
) -> None:
    with_scripts, without = kept_tab(1280), fresh_tab(1280, scripts=False)
    with_scripts.open(sample, address)
    without.open(sample, address)
    texts = [" ".join(tab.page.locator("article").inner_text().split()) for tab in (with_scripts, without)]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 500
