"""The repository's own sample portfolio, built once a run by either builder, and tabs that look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.site import INDEX, served, without_words
from tests.browser.tab import Tab
from tests.sites import sample_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser.site import BuiltSite
    from tests.browser.tab import FreshTab, KeptTab, Scheme


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve the sample as MkDocs builds it, but for the words to search: for all that is no search and no measure."""
    folder = sample_by(tmp_path_factory, "mkdocs") / "build/all/site"
    with served(folder, instead={INDEX: without_words((folder / INDEX).read_bytes())}) as site:
        yield site


@pytest.fixture(scope="session")
def whole_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve the sample to the last byte as MkDocs builds it: its search finds."""
    with served(sample_by(tmp_path_factory, "mkdocs") / "build/all/site") as site:
        yield site


@pytest.fixture(scope="session")
def by_zensical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve the sample as Zensical builds it."""
    with served(sample_by(tmp_path_factory, "zensical") / "build/all/site") as site:
        yield site


@pytest.fixture(scope="session")
def kept_tab(chromium: Browser) -> Iterator[KeptTab]:
    """Give one tab for each width and palette; kept, so that style sheets are fetched once."""
    tabs: dict[tuple[int, Scheme], Tab] = {}

    def get(width: int = 1280, scheme: Scheme = "light") -> Tab:
        if (width, scheme) not in tabs:
            tabs[width, scheme] = Tab.of(chromium, width, scheme)
        return tabs[width, scheme]

    yield get
    for one in tabs.values():
        one.page.context.close()


@pytest.fixture
def fresh_tab(chromium: Browser) -> Iterator[FreshTab]:
    """Give tabs that nothing was opened in before, for tests that change or count something."""
    tabs: list[Tab] = []

    def get(width: int = 1280, scheme: Scheme = "light", *, scripts: bool = True) -> Tab:
        tabs.append(Tab.of(chromium, width, scheme, scripts=scripts))
        return tabs[-1]

    yield get
    for one in tabs:
        one.page.context.close()
