"""MkDocs and Zensical make the same site of the same pages."""

import pytest

from tests.browser.site import BuiltSite
from tests.browser.tab import TOO_WIDE, KeptTab
from tests.browser.test_pages import dead_links, faults_of

pytestmark = pytest.mark.browser


def test_both_make_the_same_pages(sample: BuiltSite, by_zensical: BuiltSite) -> None:
    assert list(sample.pages) == list(by_zensical.pages)
    for address, page in sample.pages.items():
        other = by_zensical.pages[address]
        assert page.title.split() == other.title.split(), address
        assert page.headings == other.headings, address
        assert page.anchors == other.anchors, address


def test_both_link_the_same_way(sample: BuiltSite, by_zensical: BuiltSite) -> None:
    for address, page in sample.pages.items():
        links = [
            [(site.target(address, link.href) or link.href, link.is_figure) for link in one.links]
            for site, one in ((sample, page), (by_zensical, by_zensical.pages[address]))
        ]
        assert links[0] == links[1], address


def test_every_page_of_zensical_is_sound(by_zensical: BuiltSite) -> None:
    faults = [
        f"{address or 'Home'}: {one}"
        for address, page in by_zensical.pages.items()
        for one in faults_of(page)
    ]
    assert not faults + dead_links(by_zensical), "\n".join(faults)


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_pages_of_zensical_open_quietly_and_fit(
    width: int, by_zensical: BuiltSite, kept_tab: KeptTab
) -> None:
    tab = kept_tab(width)
    faults = []
    for address in ("", "reports/cfo/", "reports/entities/jada/", "how/handoff-format/"):
        assert tab.open(by_zensical, address) == 200
        found = tab.ask(TOO_WIDE) + tab.complaints(by_zensical)
        faults += [f"{address or 'Home'}: {one}" for one in found]
    assert not faults, "\n".join(faults)
