"""Assumptions: what is in force and what it moves, for a trading, an empty and an awkward portfolio."""

import re
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.figures.sensitivity import moves
from quarterdeck.model.books import Loan
from quarterdeck.model.briefing import Assumption, Briefing
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.sales import Lead
from quarterdeck.reports import assumptions_page
from quarterdeck.reports.skeleton import Site
from quarterdeck.settings import Settings
from tests.figures.builders import a_handoff, a_row, an_entity, day, share, some_facts, usd
from tests.reports.portfolios import RTL, awkward, empty
from tests.reports.samples import HOSTILE, Golden, a_briefing, anchors, lead
from tests.reports.trading import trading

ANCHORS = {"top", "changed", "effect", "in-force", "benchmarks", "not-known", "sources"}


def hopeful(title: str = "Jada", lead_name: str = "retreat") -> Handoff:
    """One lead that is nearly won."""
    row = a_row(Lead, lead=lead_name, value=usd(1000), stage="verbal", expected=day("2026-12-01"))
    return a_handoff(an_entity(name=title), row)


CASES = {
    "trading": trading(),
    "empty": empty(),
    "awkward": (hopeful(RTL, HOSTILE), *awkward()[1:]),
    "nothing": (),
}


def assumed(*handoffs: Handoff, settings: Settings | None = None) -> Briefing:
    """The briefing with the assumptions in force, and what they move."""
    briefing, known = a_briefing(*handoffs), settings or Settings()
    facts = some_facts(*handoffs).assuming(known.assumed())
    return msgspec.structs.replace(
        briefing,
        assumptions=tuple(Assumption(*one) for one in known.in_force()),
        moves=moves(facts, briefing.figures, currency="USD"),
        references=known.references(),
    )


@pytest.mark.parametrize("case", CASES)
def test_page(case: str, snapshot: SnapshotAssertion) -> None:
    page = assumptions_page.page(Site(assumed(*CASES[case])))
    assert (page.path, page.title, page.section) == ("reports/sure/assumptions.md", "Assumptions", "How sure")
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize("case", CASES)
def test_every_section_is_there(case: str) -> None:
    assert anchors(assumptions_page.page(Site(assumed(*CASES[case])))) >= ANCHORS


def test_the_largest_effect_comes_first_with_both_sides() -> None:
    briefing = assumed(hopeful())
    page = assumptions_page.page(Site(briefing))
    assert "assumptions.stage_probability.verbal: a tenth of it moves" in lead(page)
    assert "now $700, to $630 or $770" in lead(page)
    table = page.body[page.body.index("How far numbers move with each") : page.body.index("{#in-force}")]
    rows = re.findall(r'role="rowheader".*?<span class="qd-sub">([^<]+)</span></td>', table, re.DOTALL)
    shares = [Decimal(one) for one in re.findall(r'<span class="qd-main">([\d.]+)%</span>', table)]
    assert len(shares) == len(briefing.moves) == len(rows) == 2
    assert rows[0] == "All businesses"


def test_what_is_zero_now_has_no_share_and_comes_last() -> None:
    loan = a_row(
        Loan,
        lender="Sample Bank",
        balance=usd(6120),
        rate=share("0.115"),
        payment=usd(200),
        balance_date=day("2026-11-01"),
    )
    leads = hopeful()
    page = assumptions_page.page(Site(assumed(msgspec.structs.replace(leads, rows=(*leads.rows, loan)))))
    table = page.body[page.body.index("How far numbers move with each") : page.body.index("{#in-force}")]
    found = re.findall(r'<span class="qd-main">([\d.]+%|from zero)</span>', table)
    assert found == ["10.0%", "from zero", "10.0%", "from zero"]
    assert "$6,120" in table
    assert "stage_probability.verbal" in lead(page)


def test_every_assumption_stands_once_and_says_whose_it_is() -> None:
    settings = Settings.model_validate({"assumptions": {"hurdle_rate": "9%"}}, by_alias=True, by_name=False)
    body = assumptions_page.page(Site(assumed(settings=settings))).body
    rows = re.findall(r'<tr role="row" id="a-([a-z0-9-]+)">(.*?)</tr>', body, re.DOTALL)
    assert len(rows) == len({key for key, _ in rows}) == len(settings.in_force())
    assert [key for key, row in rows if "portfolio.yml</span>" in row] == ["assumptions-hurdle-rate"]
    assert "CFO" in dict(rows)["assumptions-hurdle-rate"]


def test_a_link_to_an_assumption_leads_to_its_row() -> None:
    body = assumptions_page.page(Site(assumed(*trading()))).body
    links = re.findall(r'href="#(a-[a-z0-9-]+)"', body)
    assert links
    assert set(links) <= set(re.findall(r'id="(a-[a-z0-9-]+)"', body))


def test_a_benchmark_older_than_a_year_says_so() -> None:
    briefing = assumed()
    one = msgspec.structs.replace(briefing.references[0], checked_on=date(2025, 11, 1))
    body = assumptions_page.page(Site(msgspec.structs.replace(briefing, references=(one,)))).body
    assert '<span class="qd-sub qd-warn">old</span>' in body
    assert "1 is old" in body
    assert "qd-warn" not in assumptions_page.page(Site(briefing)).body


def test_a_benchmark_of_the_portfolio_takes_the_place_of_ours() -> None:
    own = {"assumptions": {"benchmarks": {"dscr": {"figure": "1.4", "checked_on": "2026-11-20"}}}}
    settings = Settings.model_validate(own, by_alias=True, by_name=False)
    (one,) = [each for each in settings.references() if each.topic == "dscr"]
    assert (one.figure, one.source, one.checked_on) == ("1.4", "portfolio.yml", date(2026, 11, 20))
    assert len(settings.references()) == len(Settings().references())
