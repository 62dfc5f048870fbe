"""The complete example of the specification, built: what must come out of its rows at 31 October 2026."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.build import all_pages
from quarterdeck.commands.inputs import read
from quarterdeck.model.figure import Missing
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Ratio
from tests.sites import BOAT, a_portfolio, pages_of, run

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing

AS_OF = date(2026, 10, 31)
QDN = "quickdumpnow"
EXAMPLE = Path(__file__).parent / "data" / "quickdumpnow-9-5"


def briefing_of(root: Path) -> Briefing:
    return brief(read(root, {}, today=lambda _zone: AS_OF))


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    return briefing_of(EXAMPLE)


def subjects(briefing: Briefing, rule: str) -> list[str]:
    return sorted(one.subject for one in briefing.findings if one.rule == rule and one.entity == QDN)


def test_checkout_is_missing_and_moves_two_more_roles(briefing: Briefing) -> None:
    (finding,) = [one for one in briefing.findings if one.rule == "R-QDN-01"]
    assert {effect.role for effect in finding.affects} >= {"cfo", "cmo"}


def test_insurance_of_the_pickup_is_unknown(briefing: Briefing) -> None:
    (finding,) = [one for one in briefing.findings if one.rule == "R-CEO-02"]
    assert "2016 pickup" in finding.subject + finding.message


def test_three_offers_have_no_confirmed_tax_treatment(briefing: Briefing) -> None:
    assert len(subjects(briefing, "R-ACC-18")) == 3


def test_the_registration_expires_nobody_knows_when(briefing: Briefing) -> None:
    missing = [
        one for one in briefing.findings if one.rule == "R-DAT-01" and "hauler" in one.subject.casefold()
    ]
    assert len(missing) == 1
    assert "expires" in missing[0].subject.casefold() + missing[0].message.casefold()


def test_two_gaps_are_stated(briefing: Briefing) -> None:
    stated = [one.subject for one in briefing.findings if one.severity is Severity.INFO]
    assert sorted(stated) == ["No way to pay online", "Nobody owns missed calls"]


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("unpaid", 280),
        ("unpaid:q-119", 280),
        ("deposits_held", 100),
        ("deposit:q-120", 100),
        ("contribution:full-load-haul", 212),
        ("contribution:half-load-haul", 115),
        ("contribution:trailer-rental-day", 122),
    ],
)
def test_money(briefing: Briefing, figure: str, expected: int) -> None:
    assert briefing.figure(figure, QDN).value == Money(Decimal(expected), "USD")


@pytest.mark.parametrize(
    ("figure", "percent"),
    [
        ("contribution_ratio:full-load-haul", "46.1"),
        ("contribution_ratio:half-load-haul", "41.1"),
        ("contribution_ratio:trailer-rental-day", "87.1"),
        ("funnel_step:landing", "29.3"),
        ("funnel_step:price", "50.8"),
        ("funnel_completeness", "33.3"),
    ],
)
def test_shares(briefing: Briefing, figure: str, percent: str) -> None:
    value = briefing.figure(figure, QDN).value
    assert isinstance(value, Ratio)
    assert round(value.value * 100, 1) == Decimal(percent)


def test_the_funnel_has_two_steps_of_six(briefing: Briefing) -> None:
    value = briefing.figure("funnel_completeness", QDN).value
    assert isinstance(value, Ratio)
    assert (value.part, value.whole) == (Decimal(2), Decimal(6))


def test_missed_calls_were_never_measured(briefing: Briefing) -> None:
    (kpi,) = [one for one in briefing.kpis if one.kpi == "missed_calls"]
    assert (kpi.state, kpi.value) == ("not tracked", "")
    assert not kpi.is_optional, "it stays in the denominator of coverage"


def test_every_page_of_the_site_bears_the_banner(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "p")
    done = run(root, "build", "--as-of", AS_OF.isoformat())
    assert (done.returncode, done.stderr) == (0, "")
    pages = pages_of(root / "build" / "all" / "site")
    assert {"index.html", "reports/ceo/index.html", f"reports/entities/{QDN}/index.html"} <= set(pages)
    for name, page in pages.items():
        assert "SAMPLE Every figure and person here is invented." in page.text, name
        assert page.titles[0].startswith("SAMPLE: "), name


def test_beside_a_real_business_it_is_in_no_total(tmp_path: Path, briefing: Briefing) -> None:
    real = BOAT.replace("sample: true\n", "").replace("Sunset Boat", "Northwind")
    root = a_portfolio(tmp_path, boat=real)
    alone = briefing_of(root)
    shutil.copytree(EXAMPLE / "handoffs", root / "handoffs", dirs_exist_ok=True)
    both = briefing_of(root)
    assert not both.is_sample
    assert {one.entity for one in both.entities} == {"boat", QDN}
    assert totals(both) == totals(alone)
    assert totals(briefing), "a portfolio of samples alone has totals"
    pages = {page.path: page.body for page in all_pages(both, root)}
    assert "Every figure of QuickDumpNow is invented and in no total." in pages["index.md"]
    assert "Every figure and person here is invented." in pages[f"reports/entities/{QDN}.md"]
    assert "invented" not in pages["reports/entities/boat.md"]


def totals(briefing: Briefing) -> dict[str, object]:
    return {
        one.id: one.value
        for one in briefing.figures
        if one.entity == "" and not isinstance(one.value, Missing)
    }
