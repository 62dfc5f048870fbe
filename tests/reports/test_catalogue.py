"""The pages that explain the program: each formula once, where its links lead."""

from quarterdeck.formulas.catalogue import FORMULAS
from quarterdeck.reports.catalogue import (
    FORMULA_PAGE,
    RULE_SUBJECTS,
    SUBJECTS,
    catalogue,
    formula_links,
    rule_links,
)
from quarterdeck.reports.components import slug
from quarterdeck.rules.registry import RULES

PAGES = {page.path: page.body for page in catalogue()}


def test_each_formula_stands_on_one_page() -> None:
    assert sorted(one.id for each in SUBJECTS for one in each.formulas) == sorted(one.id for one in FORMULAS)
    assert all(each.formulas for each in SUBJECTS)


def test_links_lead_to_the_formula_and_old_links_to_its_row() -> None:
    assert list(formula_links()) == [one.id for each in SUBJECTS for one in each.formulas]
    for code, link in formula_links().items():
        page, _, anchor = link.partition("#")
        assert f"{{#{anchor}" in PAGES[page] or f'id="{anchor}"' in PAGES[page], code
        assert f'<tr role="row" id="{slug(code)}">' in PAGES[FORMULA_PAGE], code


def test_every_rule_stands_on_one_page() -> None:
    assert sorted(one.code for each in RULE_SUBJECTS for one in each.rules) == sorted(RULES)
    assert sum(bool(each.rules) for each in RULE_SUBJECTS) > 4


def test_every_link_of_a_rule_leads_to_its_heading() -> None:
    pages = {page.path: page.body for page in catalogue()}
    for code, link in rule_links().items():
        path, _, anchor = link.partition("#")
        assert f"{{#{anchor}}}" in pages[path], code
