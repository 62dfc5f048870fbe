"""A finished page is remembered, and is never another one than a run without memory makes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import quarterdeck
from quarterdeck.brief import brief
from quarterdeck.commands.briefs import PRINTED, finished_pages
from quarterdeck.commands.inputs import read
from quarterdeck.reports import entity
from quarterdeck.reports.catalogue import formula_links, rule_links
from quarterdeck.reports.pages import business_pages
from quarterdeck.reports.skeleton import Site
from quarterdeck.settings import Audience
from tests.sites import BOAT, a_portfolio, write

if TYPE_CHECKING:
    from quarterdeck.model.entity import Entity
    from quarterdeck.model.page import Page

DAY = date(2026, 11, 23)
SITE = """---
entity: shop
name: Shop
kind: saas
part_of: boat
status: active
updated: 2026-11-01
sample: true
---

## Tasks
- [ ] Mend the form #S-1 @sam due:2026-12-01 needs:B-1,H-1
"""
HAUL = """---
entity: haul
name: Haul
kind: hauling
status: active
updated: 2026-10-01
min_cash: $2000
sample: true
---

## Offers
| Offer | Price | Unit |
|---|---|---|
| Truck | $90 | hour |

## Tasks
- [ ] Paint the truck #H-1 @lee due:2026-11-20
"""
TEXTS = {"boat": BOAT, "shop": SITE, "haul": HAUL}
LOADED = """import sys, quarterdeck.reports.pages
print(*(one.__file__ for name, one in sys.modules.items() if name.partition(".")[0] == "quarterdeck"))"""
"""Prints the files of all modules that a page needs."""

EDITS = (
    ("handoffs/boat.md", "$720", "$9,720"),
    ("handoffs/boat.md", "name: Sunset Boat", "name: Late Boat"),
    ("handoffs/boat.md", "updated: 2026-11-01", "updated: 2025-11-01"),
    ("handoffs/boat.md", "#B-1", "#B-2"),
    ("handoffs/boat.md", "- [ ] Renew", "- [x] Renew"),
    ("handoffs/boat.md", "Sails at sunset.", "Sails at dawn."),
    ("handoffs/boat.md", "status: active", "status: paused"),
    ("handoffs/shop.md", "part_of: boat", "part_of: haul"),
    ("handoffs/shop.md", "Mend the form", "Mend both forms"),
    ("handoffs/shop.md", "needs:B-1,H-1", "needs:H-1 sev:critical"),
    ("handoffs/shop.md", "name: Shop", "name: Store"),
    ("handoffs/haul.md", "#H-1", "#B-1"),
    ("handoffs/haul.md", "$2000", "$900000"),
    ("handoffs/haul.md", "name: Haul", "name: Trucks"),
    ("handoffs/haul.md", "\n## Tasks", "| Van | $50 | hour |\n\n## Tasks"),
    ("portfolio.yml", "schema: 1", "schema: 1\ncurrency: EUR"),
    ("portfolio.yml", "schema: 1", "schema: 1\nassumptions: {reserve_months: 9}"),
    ("portfolio.yml", "schema: 1", "schema: 1\nthresholds: {stale_after: {handoff: 5}}"),
)
"""File, what stands in it, and what comes in its place; done again it goes back."""
AUDIENCES = (None, Audience(entities=("boat", "shop")), Audience(entities=("shop",), roles=("cto",)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A boat with its shop, and a truck."""
    return a_portfolio(tmp_path / "p", **TEXTS)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The businesses whose page was made and not remembered."""
    calls: list[str] = []
    page = entity.page

    def noted(site: Site, one: Entity) -> Page:
        calls.append(one.entity)
        return page(site, one)

    monkeypatch.setattr(entity, "page", noted)
    return calls


def warm(root: Path, audience: Audience | None = None, day: date = DAY) -> tuple[Page, ...]:
    """As a run makes them, with the cache beside the portfolio; the same as a run without memory makes."""
    briefing = brief(read(root, {}, today=lambda _zone: day), audience)
    site = Site(briefing, formula_links(), rule_links())
    with finished_pages(root, {"XDG_CACHE_HOME": str(root.parent / "cache")}) as kept:
        pages = tuple(business_pages(site, kept.get))
    assert pages == tuple(business_pages(site))
    return pages


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    write(root, path, text.replace(new, old, 1) if new in text else text.replace(old, new, 1))


@pytest.mark.parametrize(
    "change", [one for one in EDITS if one[0] != "portfolio.yml"], ids=lambda one: one[2][:20]
)
def test_no_change_leaves_an_old_page(root: Path, change: tuple[str, str, str]) -> None:
    before = warm(root)
    edit(root, *change)
    assert warm(root) != before
    edit(root, *change)
    assert warm(root) == before


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(EDITS), st.sampled_from(AUDIENCES), st.integers(0, 40)),
        min_size=1,
        max_size=4,
    )
)
def test_after_any_edits_what_is_remembered_is_what_is_made(
    steps: list[tuple[tuple[str, str, str], Audience | None, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = a_portfolio(Path(folder) / "p", **TEXTS)
        warm(root)
        for change, audience, day in steps:
            edit(root, *change)
            assert warm(root, audience, date.fromordinal(DAY.toordinal() + day))


def test_a_stranger_costs_no_page_of_others(root: Path, made: list[str]) -> None:
    warm(root)
    cold = made.copy()
    made.clear()
    edit(root, "handoffs/haul.md", "$2000", "$900000")
    warm(root)
    assert cold == ["boat", "haul", "shop"] * 2
    assert made == ["haul", "boat", "haul", "shop"], "one for the run, and three for the run without memory"


def test_a_change_of_our_code_is_one(root: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    warm(root)
    made.clear()
    monkeypatch.setattr("quarterdeck.commands.cache.__version__", "0.0.other")
    warm(root)
    assert made == ["boat", "haul", "shop"] * 2


def test_every_part_that_a_page_is_made_of_is_watched() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    package = Path(str(quarterdeck.__file__)).parent
    loaded = {str(Path(file).parent.relative_to(package)) for file in done.stdout.split()}
    templates = {str(file.parent.relative_to(package)) for file in package.rglob("*.j2")}
    assert loaded | templates <= set(PRINTED)


def test_F234_a_damaged_memory_is_filled_again(root: Path) -> None:
    first = warm(root)
    (file,) = (root.parent / "cache" / "quarterdeck").glob("pages-*")
    file.write_bytes(file.read_bytes().partition(b"\n")[0] + b"\n{")
    assert warm(root) == first
