"""The repository's own sample portfolio, built once a run by either builder, and tabs that look at it."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from quarterdeck.commands.build import build
from tests.browser.site import POLICY, served
from tests.browser.tab import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from quarterdeck.site.builder import Builder
    from tests.browser.site import BuiltSite
    from tests.browser.tab import FreshTab, KeptTab, Scheme

ROOT: Final = Path(__file__).resolve().parents[2]
PORTFOLIO: Final = ("handoffs", "ledger", "data", "docs", "portfolio.yml", "mkdocs.yml")
AS_OF: Final = date(2026, 11, 23)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve the sample as MkDocs builds it."""
    with served(_built_once(_shared(tmp_path_factory), "mkdocs")) as site:
        yield site


@pytest.fixture(scope="session")
def by_zensical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Serve the sample as Zensical builds it; its own script writes a style into the page."""
    policy = f"{POLICY} 'unsafe-inline'"
    with served(_built_once(_shared(tmp_path_factory), "zensical"), policy) as site:
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


def _shared(factory: pytest.TempPathFactory) -> Path:
    """Folder that all workers of the run see."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _built_once(shared: Path, builder: Builder) -> Path:
    """Build the sample unless another worker has; the folder of its site."""
    root = shared / f"sample-{builder}"
    site = root / "build" / "all" / "site"
    with _alone(shared / f"sample-{builder}.lock"):
        if not site.is_dir():
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir()
            for name in PORTFOLIO:
                source = ROOT / name
                (shutil.copytree if source.is_dir() else shutil.copyfile)(source, root / name)
            build(root, {}, today=lambda _: AS_OF, builder=builder)
    return site


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other worker is at it."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
