"""Charts of the audit pages: what they say, what they leave open, and that they add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.billing import matches, receivables
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Compliance, Lease
from quarterdeck.model.services import Client, Delivery, Invoice, Payment
from quarterdeck.model.values import Blank
from quarterdeck.reports import billing_charts, client_charts, rental_charts
from quarterdeck.reports.behind import facts_behind
from quarterdeck.reports.billing_owed import in_currency, month_ends
from quarterdeck.reports.charts import lines
from quarterdeck.reports.client_standing import Rates, standings_of
from quarterdeck.reports.due_dates import Due, timeline
from quarterdeck.reports.skeleton import Site
from tests.charts.samples import numbers
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, day, usd
from tests.reports.samples import HOSTILE, Golden, a_briefing, a_site
from tests.reports.test_charts import printed, sample

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.figures.scope import Scope
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.columns import Row
    from quarterdeck.reports.client_standing import Standing

HOUSE, YARD, STUDIO = "3028-51st-st", "expert-yacht-delivery", "dc-client-portfolio"


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_rent_due_and_received() -> None:
    chart = rental_charts.collections(sample(), HOUSE)
    assert chart is not None
    assert spaced(chart.reading) == "Of $94,200 due in 12 months $94,200 came; no month fell short."
    assert [one.label for one in chart.series] == ["due", "received"]
    assert not chart.is_stacked


def test_the_waterfall_of_a_house_adds_up_twice() -> None:
    chart = rental_charts.cash_flow(sample(), HOUSE)
    assert chart is not None
    assert chart.reading == (
        "Of $101,400 that a full house would bring, $40,214 was left after running costs and loan; "
        "the loan took most, $37,104."
    )
    level = Decimal(0)
    for step in chart.steps:
        assert step.amount is not None
        if step.is_total and step is not chart.steps[0]:
            assert step.amount == level
        level = step.amount if step.is_total else level + step.amount


def test_dates_of_a_house_name_what_passed_and_what_is_next() -> None:
    chart = rental_charts.dates(sample(), HOUSE)
    assert chart is not None
    assert spaced(chart.reading) == (
        "1 of 5 dates has passed: Smoke and CO detectors, 14 Nov 2026; next is Rental unit registration, "
        "31 Dec 2026, in 38 days; of 1 more the day is not known."
    )
    assert "Rent cap notice: not known, not known" in lines(chart)


def test_a_house_without_books_has_its_dates_alone() -> None:
    house = a_briefing(
        a_handoff(
            an_entity("house", "rental"),
            a_row(Lease, "house", unit="a", rent=usd(100), status="occupied", lease_end=day("2026-12-01")),
            a_row(Lease, "house", unit="b", status="vacant", lease_end=day("2026-12-02")),
            a_row(Compliance, "house", item=HOSTILE, expires=Blank("unknown")),
        )
    )
    assert rental_charts.collections(house, "house") is None
    assert rental_charts.cash_flow(house, "house") is None
    chart = rental_charts.dates(house, "house")
    assert chart is not None
    assert [one.label for one in chart.spans] == ["a, lease", HOSTILE]
    assert "<img" not in printed(chart)


@dataclass(frozen=True)
class Dates:
    """Days from today, the sentence, and how many are drawn."""

    days: tuple[int | None, ...]
    words: str
    drawn: int


@pytest.mark.parametrize(
    "case",
    [
        Dates((0,), "Next is t0, 23 Nov 2026, in 0 days.", 1),
        Dates((1, 365), "Next is t0, 24 Nov 2026, in 1 day.", 2),
        Dates((10, 366), "Next is t0, 3 Dec 2026, in 10 days.", 1),
        Dates((-1,), "1 of 1 date has passed: t0, 22 Nov 2026.", 1),
        Dates((-1, -30), "2 of 2 dates have passed, the oldest: t1, 24 Oct 2026.", 2),
        Dates((5, None), "Next is t0, 28 Nov 2026, in 5 days; of 1 more the day is not known.", 1),
        Dates(tuple(range(1, 20)), "Next is t0, 24 Nov 2026, in 1 day.", 12),
    ],
)
def test_dates_that_come(case: Dates) -> None:
    dues = [
        Due(f"t{at}", Blank("unknown") if days is None else date.fromordinal(AS_OF.toordinal() + days))
        for at, days in enumerate(case.days)
    ]
    chart = timeline(a_briefing(), "dates", "Ends", dues, ("ends",))
    assert chart is not None
    assert spaced(chart.reading) == case.words
    assert sum(one.end is not None for one in chart.spans) == case.drawn
    assert all(one.start <= one.end for one in chart.spans if one.start and one.end)


@pytest.mark.parametrize("days", [(), (366,), (None,)])
def test_without_a_date_of_the_next_twelve_months_there_is_no_timeline(days: tuple[int | None, ...]) -> None:
    dues = [
        Due("t", Blank("n/a") if one is None else date.fromordinal(AS_OF.toordinal() + one)) for one in days
    ]
    assert timeline(a_briefing(), "dates", "Ends", dues, ("ends",)) is None


def billed(briefing: Briefing, entity: str) -> Scope:
    owner = next(one for one in briefing.entities if one.entity == entity)
    return scope_of(facts_behind(briefing, owner), owner, "USD")


def a_yard(*rows: Row) -> Briefing:
    return a_briefing(a_handoff(an_entity("yard", "delivery"), *rows))


def an_invoice(number: str, customer: str, amount: int | Blank, **columns: object) -> Invoice:
    known: dict[str, object] = {
        "id": number,
        "ref": f"d-{number}",
        "customer": customer,
        "amount": amount if isinstance(amount, Blank) else usd(amount),
        "issued": day("2026-10-01"),
        "due": day("2026-10-31"),
        "status": "sent",
    }
    return a_row(Invoice, "yard", 40, **(known | columns))


def test_aging_by_customer() -> None:
    chart = billing_charts.aging(sample(), in_currency(receivables(billed(sample(), YARD)), "USD"))
    assert chart is not None
    assert chart.reading == (
        "Of $17,477 owed $13,257 is past its day; most of all, $6,015, is 61 to 90 days late."
    )
    assert sum(one or 0 for series in chart.series for one in series.values) == 17477


def test_the_smallest_debtors_are_added_up_and_gaps_are_said() -> None:
    unknown = an_invoice("x", HOSTILE, Blank("unknown"))
    undated = an_invoice("y", "Z", 7, issued=Blank("unknown"), due=Blank("unknown"))
    yard = a_yard(*(an_invoice(str(at), f"C{at}", at * 100) for at in range(1, 8)), unknown, undated)
    chart = billing_charts.aging(yard, receivables(billed(yard, "yard")))
    assert chart is not None
    assert [one.label for one in chart.series] == ["C7", "C6", "C5", "C4", "3 others"]
    assert spaced(chart.reading).startswith(
        "Of at least $2,800, 1 balance not known, owed $2,800 is past its day"
    )
    assert chart.about.endswith("$7 without a day due left out")


def test_the_way_from_finished_work_to_money_adds_up() -> None:
    scope = billed(sample(), YARD)
    chart = billing_charts.collected(sample(), scope, matches(scope))
    assert chart is not None
    assert chart.reading == "Of $62,462 earned $38,310 was collected; most of the rest is open, $14,327."
    assert "1 delivery of which not all is known left out" in spaced(chart.about)
    *others, last = (one.amount for one in chart.steps)
    assert sum(one or 0 for one in others) == last


def test_sales_tax_stands_apart() -> None:
    work = a_row(
        Delivery,
        "yard",
        id="d-1",
        customer="C",
        status="completed",
        rate_type="flat",
        rate=usd(1000),
        expenses=usd(0),
    )
    bill = an_invoice("1", "C", 1080, tax=usd(80), write_off=usd(0))
    yard = a_yard(work, bill, a_row(Payment, "yard", invoice="1", amount=usd(1080), date=day("2026-11-01")))
    scope = billed(yard, "yard")
    chart = billing_charts.collected(yard, scope, matches(scope))
    assert chart is not None
    assert {one.label: one.amount for one in chart.steps}["tax, small"] == 80
    assert chart.reading == "Of $1,000 earned $1,080 was collected."


def test_days_of_billing_both_ways() -> None:
    owner = next(one for one in sample().entities if one.entity == YARD)
    chart = billing_charts.days_unpaid(sample(), month_ends(sample(), owner))
    assert chart is not None
    assert chart.reading == (
        "DSO rose from 0 days at the end of May to 87 at the end of October; counted back it was 88."
    )
    assert [len(one.values) for one in chart.series] == [6, 6]


def test_a_month_in_which_nothing_was_billed_is_a_gap() -> None:
    yard = a_yard(an_invoice("1", "C", 100))
    chart = billing_charts.days_unpaid(yard, month_ends(yard, yard.entities[0]))
    assert chart is not None
    assert [one is None for one in chart.series[0].values] == [True] * 5 + [False]
    assert chart.reading.startswith("DSO was 92 days at the end of October")


def test_without_invoices_there_is_nothing_to_draw() -> None:
    yard = a_yard()
    scope = billed(yard, "yard")
    assert billing_charts.aging(yard, receivables(scope)) is None
    assert billing_charts.collected(yard, scope, matches(scope)) is None
    assert billing_charts.days_unpaid(yard, month_ends(yard, yard.entities[0])) is None


def studio(site: Site, entity: str) -> tuple[Standing, ...]:
    return standings_of(site.briefing, billed(site.briefing, entity))


def a_studio(*rows: Row) -> Site:
    return a_site(a_handoff(an_entity("studio", "agency"), *rows))


def test_shares_are_sorted_and_add_up() -> None:
    standings = studio(Site(sample()), STUDIO)
    chart = client_charts.shares(sample(), standings)
    assert chart is not None
    assert chart.reading == "mesa-dental brings 44.7% of what clients pay; 3 of 7 bring 80.5%."
    values = [one or Decimal(0) for one in chart.series[0].values]
    assert values == sorted(values, reverse=True)
    assert round(sum(values), 9) == 1
    assert spaced(chart.notes[-1]) == "together 100.0%"


def test_clients_by_what_an_hour_earns_and_leaves() -> None:
    standings = studio(Site(sample()), STUDIO)
    rates = Rates(usd(50), usd(40))
    chart = client_charts.quadrant(sample(), standings, rates)
    assert chart is not None
    assert [one.label for one in chart.points] == [str(at) for at in range(1, len(chart.points) + 1)]
    earned = [one.x or Decimal(0) for one in chart.points]
    assert earned == sorted(earned, reverse=True)
    assert spaced(chart.reading) == (
        "4 of 6 clients cost more than they bring, 1 pay list price and leave a margin; "
        "north-park-yoga leaves least, −153.6% of what it pays."
    )
    assert (chart.x_split, chart.y_split) == (Decimal(50), Decimal(0))
    assert '<span class="qd-key qd-k0 qd-word">1 mesa-dental</span>' in printed(chart)
    bare = client_charts.quadrant(sample(), standings, Rates(None, None))
    assert bare is not None
    assert bare.x_split is None
    assert "list" not in bare.reading + bare.about
    assert client_charts.quadrant(sample(), [], rates) is None


MOVED = {
    "2026-08": {"new": 500, "expansion": 100, "contraction": 0, "churn": 50},
    "2026-09": {"new": 0, "expansion": 0, "contraction": 80, "churn": 200},
    "2026-11": {"new": 70, "expansion": 0, "contraction": 0, "churn": 0},
}


def with_moves(moved: dict[str, dict[str, int]]) -> Briefing:
    figures = [
        Figure(f"mrr_{word}:{month}", "studio", "Moved", usd(amount), "money")
        for month, amounts in moved.items()
        for word, amount in amounts.items()
    ]
    return msgspec.structs.replace(a_briefing(), figures=tuple(figures))


def test_fees_that_moved_as_a_page_shows_them(snapshot: SnapshotAssertion) -> None:
    chart = client_charts.movement(with_moves(MOVED), "studio")
    assert chart is not None
    assert printed(chart) == snapshot(extension_class=Golden)


def test_fees_move_from_month_to_month() -> None:
    chart = client_charts.movement(with_moves(MOVED), "studio")
    assert chart is not None
    assert spaced(chart.reading) == "In 3 months $670 a month came and $330 went; September lost most, $280."
    assert chart.labels == ("Aug", "Sep", "Oct", "Nov")
    assert {one.label: one.values for one in chart.series} == {
        "new": numbers(500, 0, None, 70),
        "gone": numbers(-50, -200, None, 0),
        "more": numbers(100, 0, None, 0),
        "less": numbers(0, -80, None, 0),
    }
    assert chart.net is not None
    assert chart.net.values == numbers(550, -280, None, 70)
    assert chart.partial == (3,)
    assert chart.about.endswith("November so far")
    assert client_charts.movement(a_briefing(), "studio") is None


def test_contracts_and_domains_that_end() -> None:
    standings = studio(Site(sample()), STUDIO)
    chart = client_charts.dates(sample(), standings)
    assert chart is not None
    assert spaced(chart.reading).endswith("next is lakeside-vet, domain, 8 Dec 2026, in 15 days.")
    assert {one.label for one in chart.spans if one.group == 0} <= {
        f"{one.name}, contract" for one in standings
    }


def test_a_contract_that_renews_itself_or_is_none_does_not_end() -> None:
    ends: dict[str, object] = {"contract_end": day("2026-12-31"), "domain_expires": Blank("n/a")}
    site = a_studio(
        a_row(Client, "studio", 40, client="a", contract=True, auto_renew=True, **ends),
        a_row(Client, "studio", 40, client="b", contract=False, **ends),
        a_row(Client, "studio", 40, client=HOSTILE, contract=True, auto_renew=False, **ends),
    )
    standings = studio(site, "studio")
    chart = client_charts.dates(site.briefing, standings)
    assert chart is not None
    assert [one.label for one in chart.spans] == [f"{HOSTILE}, contract"]
    assert client_charts.shares(site.briefing, standings) is None
