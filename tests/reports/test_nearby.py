"""The page of one business is made from a part of the briefing: it is the page that everything would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.build import read
from quarterdeck.reports import entity
from quarterdeck.reports.catalogue import formula_links, rule_links
from quarterdeck.reports.nearby import nearby
from quarterdeck.reports.skeleton import Site
from tests.reports import portfolios, trading
from tests.reports.samples import a_site
from tests.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


def the_sample() -> Site:
    def today(_zone: str) -> date:
        raise AssertionError("the sample says its own date")

    return Site(brief(read(ROOT, {}, today=today)), formula_links(), rule_links())


PORTFOLIOS: dict[str, Callable[[], Site]] = {
    "sample": the_sample,
    "ordinary": lambda: a_site(*portfolios.ordinary()),
    "empty": lambda: a_site(*portfolios.empty()),
    "awkward": lambda: a_site(*portfolios.awkward()),
    "trading": lambda: a_site(*trading.trading()),
}


@pytest.mark.parametrize("name", PORTFOLIOS)
def test_a_part_gives_the_page_that_everything_gives(name: str) -> None:
    site = PORTFOLIOS[name]()
    parts = list(nearby(site.briefing))
    assert [one.entity for one in parts] == list(site.briefing.entities)
    for one in parts:
        part = Site(one.briefing, site.formulas, site.rules)
        assert entity.page(part, one.entity) == entity.page(site, one.entity)


def test_of_strangers_a_part_holds_names_alone() -> None:
    for one in nearby(the_sample().briefing):
        family = {
            one.entity.entity,
            one.entity.parent,
            *(part.entity for part in one.briefing.parts_of(one.entity.entity)),
        }
        held = [item.entity for item in one.briefing.figures]
        held += [item.entity for item in one.briefing.findings]
        held += [item.entity for item in one.briefing.actions]
        assert one.entity.entity in held
        assert set(held) <= family
        assert all(other.sample is not True for other in one.briefing.entities if other.entity not in family)
