"""The page of one business is made from a part of the briefing: it is the page that everything would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.inputs import read
from quarterdeck.model.repositories import Repository, Technology
from quarterdeck.model.stack import Language
from quarterdeck.reports import entity
from quarterdeck.reports.catalogue import formula_links, rule_links
from quarterdeck.reports.nearby import nearby
from quarterdeck.reports.skeleton import Site
from tests.audits import seen
from tests.figures.builders import AS_OF
from tests.reports import portfolios, trading
from tests.reports.samples import a_site
from tests.reports.test_audits import briefed
from tests.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from quarterdeck.model.evidence import Seen


def the_sample() -> Site:
    def today(_zone: str) -> date:
        raise AssertionError("the sample says its own date")

    return Site(brief(read(ROOT, {}, today=today)), formula_links(), rule_links())


def audited() -> Site:
    found: list[Seen] = []
    for business in ("jada", "qos"):
        repo = f"{business}-site"
        found += [
            seen(Repository, entity=business, name=repo, last_commit=AS_OF),
            seen(Language, entity=business, repo=repo, name="Python", bytes=900),
            seen(Technology, entity=business, repo=repo, name="Stripe", area="payment"),
        ]
    return Site(briefed(*found), formula_links(), rule_links())


PORTFOLIOS: dict[str, Callable[[], Site]] = {
    "sample": the_sample,
    "ordinary": lambda: a_site(*portfolios.ordinary()),
    "empty": lambda: a_site(*portfolios.empty()),
    "awkward": lambda: a_site(*portfolios.awkward()),
    "trading": lambda: a_site(*trading.trading()),
    "audited": audited,
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


def test_a_page_lists_the_repositories_of_its_own_business_alone() -> None:
    site = audited()
    for one in nearby(site.briefing):
        page = entity.page(Site(one.briefing, site.formulas, site.rules), one.entity).body
        names = [business for business in ("jada", "qos") if f"{business}-site" in page]
        assert names == [one.entity.entity]
