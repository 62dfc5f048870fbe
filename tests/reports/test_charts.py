"""Charts as pages show them: place, colours in words, the numbers behind, and the sentences under them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import brief
from quarterdeck.charts.spec import Bars, Lines, Waterfall
from quarterdeck.commands import inputs
from quarterdeck.model.figure import Missing
from quarterdeck.model.history import Past, PastVersion
from quarterdeck.model.sales import Lead
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank
from quarterdeck.priorities import first_of
from quarterdeck.reports import accounting_charts, ceo_charts, cmo_channels, cmo_charts, cmo_mail, cto_charts
from quarterdeck.reports.accounting_roadmap import Criterion, Milestone
from quarterdeck.reports.business_rows import money_of
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.charts import MOST, Charts, TooManyChartsError, lines
from quarterdeck.reports.finance_charts import running_month
from quarterdeck.reports.named_charts import NAMED, named_chart
from quarterdeck.reports.render import render
from quarterdeck.reports.sheets import sheet
from quarterdeck.reports.skeleton import Report, Site
from tests.charts.samples import FORMS, LINES, PAIRED, numbers
from tests.reports.samples import HOSTILE, Golden, a_briefing
from tests.reports.trading import trading

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.charts.spec import Chart
    from quarterdeck.model.action import Action
    from quarterdeck.model.briefing import Briefing

ROOT = Path(__file__).parents[2]


@cache
def sample() -> Briefing:
    return brief(inputs.read(ROOT, {}, today=lambda _: date(2026, 11, 23)))


def printed(chart: Chart, *, has_table: bool = False) -> str:
    charts = Charts()
    return render("macro_chart.md.j2", chart=charts.add(chart, has_table=has_table))


def test_a_chart_has_its_place_its_colours_and_its_numbers() -> None:
    body = printed(PAIRED)
    assert '<figure class="qd-chart" id="chart-targets"><figcaption><b>Two of six months' in body
    assert '<span class="qd-key qd-k1">actual</span>' in body
    assert "<!--drawing targets-880-->" in body
    assert "<!--drawing targets-350-->" in body
    assert "</figure>\n<details" in body
    assert body.count("not known") == 2
    assert "<details" not in printed(PAIRED, has_table=True)


def test_lines_are_told_apart_by_more_than_colour() -> None:
    body = printed(LINES)
    assert '<span class="qd-key qd-k1 qd-line">base</span>' in body
    assert '<span class="qd-key qd-k2 qd-dash">downside</span>' in body


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_its_numbers(form: str) -> None:
    charts = Charts()
    made = charts.add(FORMS[form])
    assert made is not None
    assert made.numbers is not None
    assert len(sheet(made.numbers, "Numbers").csv.splitlines()) == 1 + len(made.numbers.rows)
    assert made.numbers.rows
    assert 0 < len(lines(FORMS[form])) <= 8


def test_what_is_not_known_is_said_as_text() -> None:
    assert lines(PAIRED)[4] == "Oct: not known, $16,000"
    assert lines(LINES)[7] == "and 6 more"


def test_hostile_words_stay_words() -> None:
    body = printed(msgspec.structs.replace(PAIRED, reading=HOSTILE, about=HOSTILE, labels=(HOSTILE,) * 6))
    assert "<img" not in body
    assert "{{" not in body


def test_nothing_known_is_no_chart() -> None:
    charts = Charts()
    assert charts.add(None) is None
    assert charts.drawings == []


def test_a_page_has_six_at_most() -> None:
    charts = Charts()
    for _ in range(MOST):
        charts.add(LINES)
    with pytest.raises(TooManyChartsError, match="weeks is chart number 7"):
        charts.add(LINES)


@pytest.mark.parametrize(
    ("name", "entity", "words"),
    [
        ("cash-13-weeks", "", "if it goes badly, the week of"),
        ("cash-13-weeks", "jada", "under the floor."),
        ("burn", "", "June took most, $34,"),
        ("break-even", "", "All costs are paid from $10,"),
        ("targets", "", "of 10\xa0months of 2026 reached their target; April missed it most, by $7,389."),
        (
            "variance",
            "",
            "October left $10,393, $1,177 less than planned; other sales moved it most, by $1,540 down.",
        ),
        ("options", "", "costs $350 and pays for itself soonest, after 2.3\xa0months."),
    ],
)
def test_the_sentence_comes_from_the_numbers(name: str, entity: str, words: str) -> None:
    chart = named_chart(sample(), entity, name)
    assert chart is not None
    assert words in chart.reading


def test_contribution_adds_the_smallest_businesses_up() -> None:
    chart = ceo_charts.contribution(sample(), sample().entities)
    assert chart is not None
    assert len(chart.series) == 5
    assert chart.series[-1].label == "2 others"
    assert chart.reading.startswith("3028 51st St Rental left most of all, $94,")
    assert "the weakest April with $12,009" in chart.reading
    whole = [money_of(sample().find(f"{name}:2026-10")) or Decimal(0) for name in ("revenue", "variable")]
    assert sum(one.values[-2] or 0 for one in chart.series) == whole[0] - whole[1]
    assert (chart.labels[-1], chart.partial) == ("Nov", (12,))


def test_the_month_that_is_not_over_stands_apart() -> None:
    now = [money_of(sample().find(f"so_far_{name}:2026-11", "jada")) for name in ("revenue", "variable")]
    assert None not in now
    october = money_of(sample().find("revenue:2026-10", "jada"))
    assert now[0] != october
    targets, burn = (named_chart(sample(), "", name) for name in ("targets", "burn"))
    assert isinstance(targets, Bars)
    assert isinstance(burn, Bars)
    assert targets.partial == (10,)
    assert targets.series[0].values[10] == money_of(sample().find("so_far_revenue:2026-11"))
    assert targets.series[0].values[11] is None
    assert (burn.labels[-1], burn.partial) == ("Nov", (6,))
    assert burn.net is not None
    assert burn.net.values[-1] is None
    assert burn.about.endswith("; November so far")


def test_at_the_end_of_a_month_no_month_is_running() -> None:
    whole = msgspec.structs.replace(sample(), as_of=date(2026, 11, 30))
    assert running_month(whole, "jada", "so_far_revenue") == ()
    assert [one.name for one in running_month(sample(), "jada", "so_far_revenue")] == ["2026-11"]
    assert running_month(a_briefing(), "jada", "so_far_revenue") == ()


def test_what_is_measured_is_sorted_by_its_share() -> None:
    chart = ceo_charts.measured(sample(), sample().entities)
    assert chart is not None
    shares = [fresh / (fresh + old + never) for fresh, old, never in _columns(chart)]
    assert shares == sorted(shares)
    assert f"{sum(one >= 0.5 for one in shares)} of 8\xa0businesses measure at least half" in chart.reading


def _columns(chart: Bars) -> list[tuple[Decimal, ...]]:
    return list(zip(*([one or Decimal(0) for one in series.values] for series in chart.series), strict=True))


def test_findings_as_a_page_shows_them(snapshot: SnapshotAssertion) -> None:
    versions = tuple(
        PastVersion(f"2026-11-{on:02}-1234567", date(2026, 11, on), critical=9 - on // 4, high=on, medium=3)
        for on in (2, 9, 16)
    )
    chart = ceo_charts.findings(msgspec.structs.replace(a_briefing(), history=Past(versions)))
    assert chart is not None
    assert printed(chart) == snapshot(extension_class=Golden)
    assert len(lines(chart)) == 4


def test_findings_over_the_versions() -> None:
    open_now = sum(
        one.state != "accepted" and one.severity is not Severity.INFO and bool(one.entity)
        for one in sample().findings
    )
    then = PastVersion("2026-11-16-1234567", date(2026, 11, 16), critical=2, high=900, medium=1, low=0)
    chart = ceo_charts.findings(msgspec.structs.replace(sample(), history=Past((then,))))
    assert chart is not None
    assert [one.values[0] for one in chart.series] == [2, 900, 1, 0]
    assert sum(one.values[1] or 0 for one in chart.series) == open_now
    assert chart.labels == ("16\xa0Nov", "today")
    assert f"fell from 903 on 16\xa0Nov to {open_now};" in chart.reading
    assert chart.reading.endswith("of them critical, 2 then.")
    assert ceo_charts.findings(a_briefing()) is None


def test_the_agenda_begins_today_and_goes_on_on_mondays() -> None:
    chart = ceo_charts.agenda(sample(), sample().actions)
    assert chart is not None
    starts = {one.start for one in chart.spans}
    assert date(2026, 11, 23) in starts
    assert all(one == date(2026, 11, 23) or one.weekday() == 0 for one in starts if one)
    assert all(one.end.weekday() == 6 for one in chart.spans if one.end)
    assert 1 < len(chart.groups) <= 5


def test_nothing_to_do_and_nothing_to_measure_is_no_chart() -> None:
    empty = a_briefing()
    assert ceo_charts.agenda(empty, ()) is None
    assert ceo_charts.measured(empty, ()) is None
    assert ceo_charts.contribution(empty, ()) is None


OF_BOOKS = ("break-even", "burn", "cash-13-weeks", "options", "targets", "variance")
WAITING = frozenset({"client-fees", "cloud-cost", "findings"})
"""Charts of history and audits, which the sample need not have."""


@pytest.mark.parametrize("name", NAMED)
def test_every_chart_can_be_asked_for(name: str) -> None:
    made = [
        named_chart(sample(), one, name) for one in ("", *(entity.entity for entity in sample().entities))
    ]
    assert any(made) or name in WAITING
    for chart in (one for one in made if one is not None):
        assert chart.reading.endswith(".")
        assert lines(chart)
    assert name == "milestones" or named_chart(a_briefing(), "", name) is None


@pytest.mark.parametrize("name", OF_BOOKS)
def test_without_books_there_is_no_chart_of_them(name: str) -> None:
    chart = named_chart(a_briefing(), "", name)
    assert chart is None
    other = named_chart(a_briefing(*trading()), "jada", name)
    assert (other is not None) == (name == "options")


def test_revenue_and_costs_meet_at_the_break_even() -> None:
    chart = named_chart(sample(), "", "break-even")
    assert isinstance(chart, Lines)
    revenue, costs = (one.values for one in chart.series)
    assert chart.marked is not None
    assert revenue[chart.marked] == costs[chart.marked]
    assert revenue[0] == 0
    assert chart.labels[1] == "$10,619 sold"


def test_a_waterfall_adds_up() -> None:
    chart = named_chart(sample(), "", "variance")
    assert isinstance(chart, Waterfall)
    first, *changes, last = (one.amount for one in chart.steps)
    assert sum(one for one in (first, *changes) if one is not None) == last


def test_thirteen_weeks_with_their_floor() -> None:
    chart = named_chart(sample(), "", "cash-13-weeks")
    assert isinstance(chart, Lines)
    assert [len(one.values) for one in chart.series] == [13, 13]
    assert chart.thresholds[0].words == "floor $20,000"
    assert chart.is_sample


def report_of(briefing: Briefing) -> Report:
    return Report(Site(briefing), "reports/cmo.md", "CMO", "cmo", briefing.entities, "All businesses")


def test_what_a_booking_leaves_adds_up_to_its_price() -> None:
    report = report_of(sample())
    found = cmo_channels.keeps(report)
    chart = cmo_charts.kept(report, found)
    assert chart is not None
    assert chart.reading == (
        "Discount tickets, QueenofSanDiego takes the largest share, $33.25 of $95 (35.0%), and leaves $30.75."
    )
    assert chart.about.endswith(f"the 12 dearest of {len(found)} channels")
    rows = _columns(chart)
    assert sum(rows[0]) == 95
    shares = [taken / sum((left, taken, cost)) for left, taken, cost in rows]
    assert shares == sorted(shares, reverse=True)
    assert cmo_charts.kept(report, ()) is None


def test_a_claim_stands_beside_what_mail_can_bring() -> None:
    report = report_of(sample())
    (mailing,) = cmo_mail.mail(report, Tables(report)).lists
    chart = cmo_charts.claimed(report, mailing)
    assert chart is not None
    assert mailing.claim is not None
    assert chart.reading == "At best 3\xa0mailings bring 18 orders; the claim needs at least 106."
    assert [(one.low, one.base, one.high) for one in chart.ranges] == [
        numbers(1, 7, 18),
        numbers(106, None, 527),
    ]
    assert chart.ranges[1].label == "$10,000 to $50,000 needs"
    (case,) = mailing.expected[:1]
    never = msgspec.structs.replace(
        mailing.claim, low=msgspec.structs.replace(mailing.claim.low, value=Missing())
    )
    assert cmo_charts.claimed(report, msgspec.structs.replace(mailing, claim=never)) is None
    alone = cmo_charts.claimed(report, msgspec.structs.replace(mailing, expected=(case,)))
    assert alone is not None
    assert alone.ranges[0].low == alone.ranges[0].high
    assert cmo_charts.claimed(report, msgspec.structs.replace(mailing, claim=None)) is None
    assert cmo_charts.claimed(report, msgspec.structs.replace(mailing, expected=())) is None


def test_a_careful_start_reaches_everybody() -> None:
    report = report_of(sample())
    (mailing,) = cmo_mail.mail(report, Tables(report)).lists
    chart = cmo_charts.ramp(report, mailing)
    assert chart is not None
    assert chart.reading.endswith("6\xa0days: 200 addresses on the first, never more than 1,012 on one.")
    assert sum(one or 0 for one in chart.series[0].values) == mailing.mailable.value
    assert cmo_charts.ramp(report, msgspec.structs.replace(mailing, ramp=())) is None


def test_open_leads_stand_in_their_months() -> None:
    briefing = sample()
    leads = [one for one in briefing.of(Lead) if one.stage not in {"won", "lost"}]
    chart = cmo_charts.pipeline(briefing, leads)
    assert chart is not None
    assert chart.reading == "The largest part, $10,578 of $18,638, should close in Mar 2027."
    assert chart.labels == (*MONTHS, "no day")
    drawn = sum(amount for one in chart.series for amount in one.values if amount is not None)
    assert drawn == money_of(briefing.find("pipeline_weighted"))
    nothing = [msgspec.structs.replace(one, value=Blank("unknown")) for one in leads]
    assert cmo_charts.pipeline(briefing, nothing) is None


def test_leads_outside_of_the_months_are_said_to_be() -> None:
    briefing = sample()
    lead = next(one for one in briefing.of(Lead) if one.stage == "verbal")
    for expected, label, words in (
        (date(2026, 11, 22), "before", "should have closed already."),
        (date(2029, 1, 1), "later", "comes later."),
        (Blank("unknown"), "no day", "has no day."),
    ):
        only = msgspec.structs.replace(lead, expected=expected, stage=Blank("unknown"))
        unknown = msgspec.structs.replace(only, value=Blank("unknown"))
        chart = cmo_charts.pipeline(briefing, [only, unknown])
        assert chart is not None
        assert (chart.labels, [one.label for one in chart.series]) == ((label,), ["no stage"])
        assert chart.reading.endswith(words)
        assert chart.about.endswith("1 without a value or chance not drawn")


def test_deposits_go_from_month_to_month() -> None:
    chart = accounting_charts.deposits(report_of(sample()))
    assert chart is not None
    assert chart.reading == (
        "Deposits of customers rose from $5,581 to $7,800 in October: $9,769 came in and $7,000 was earned."
    )
    first, *changes, last = (one.amount or Decimal(0) for one in chart.steps)
    assert first + sum(changes) == last
    assert accounting_charts.deposits(report_of(a_briefing())) is None


def test_deposits_that_one_business_does_not_know_are_a_gap() -> None:
    briefing = sample()
    owner = next(
        one.entity
        for one in briefing.figures
        if one.id == "deposits_received" and money_of(one) and one.entity
    )
    figures = tuple(one for one in briefing.figures if (one.id, one.entity) != ("deposits_received", owner))
    chart = accounting_charts.deposits(report_of(msgspec.structs.replace(briefing, figures=figures)))
    assert chart is not None
    assert chart.steps[1].amount is None
    assert chart.reading.endswith("in October: $7,000 was earned.")


def test_costs_by_line_of_the_tax_form_add_the_smallest_up() -> None:
    chart = accounting_charts.expenses(report_of(sample()))
    assert chart is not None
    assert chart.reading == "Contract labor costs most, $55,280 of $208,934 this year (26.5%)."
    assert len(chart.labels) == 10
    assert chart.labels[-1] == "17 other lines"
    assert round(sum(one or Decimal(0) for one in chart.series[0].values)) == 208934
    assert accounting_charts.expenses(report_of(a_briefing())) is None


def test_what_is_not_known_of_a_step_stands_apart() -> None:
    criteria = tuple(Criterion("a", state) for state in ("met", "open", "not known", "not known"))
    chart = accounting_charts.milestones(report_of(a_briefing()), (Milestone("M1 Books", criteria),))
    (part,) = chart.parts
    assert (part.met, part.open, part.unknown) == (1, 1, 2)
    assert chart.reading == "1 of 4 conditions are met; 2 are not known."


def test_a_funnel_goes_as_far_as_visitors_were_counted() -> None:
    charts = {one.id: one for one in cto_charts.funnels(report_of(sample()))}
    assert len(charts) < MOST
    jada, hauling = charts["funnel-jada"], charts["funnel-quickdumpnow"]
    assert jada.reading == (
        "JADA: 1,840\xa0visitors reach landing, 24 come as far as receipt; most leave at availability, 76.1%."
    )
    assert "124 come as far as price; most leave at landing, 69.9%." in hauling.reading
    assert dict(zip(hauling.labels, hauling.values, strict=True))["Payment: missing"] is None
    assert "Checkout" not in charts["funnel-shipcaptaincrew"].labels
    assert cto_charts.funnels(report_of(a_briefing())) == ()


def test_actions_that_lie_close_share_a_label() -> None:
    report = report_of(sample())
    actions = first_of(sample().actions, "cto", 10)
    chart = cto_charts.quadrant(report, actions)
    assert chart is not None
    said = [place for one in chart.points if one.label for place in one.label.split(", ")]
    assert sorted(map(int, said)) == list(range(1, 11))
    for size in {one.x for one in chart.points}:
        heights = [one.y for one in chart.points if one.x == size and one.label and one.y is not None]
        assert all(high - low >= 6 for high, low in pairwise(heights))
    assert chart.reading == "Number 2 gains most for its size: 23 at a size of 1."
    assert chart.y_split == 10 * sum(map(_gain, actions)) // 10 / Decimal(10)
    assert cto_charts.quadrant(report, actions[:2]) is None


def _gain(action: Action) -> int:
    return action.factors.value + action.factors.time + action.factors.risk


MONTHS = ("Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027", "Mar 2027", "Apr 2027", "May 2027")
