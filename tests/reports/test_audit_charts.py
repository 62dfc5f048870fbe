"""Charts of the audit pages: what they say, what they leave open, and that they add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from quarterdeck.model.holdings import Compliance, Lease
from quarterdeck.model.values import Blank
from quarterdeck.reports import rental_charts
from quarterdeck.reports.charts import lines
from quarterdeck.reports.due_dates import Due, timeline
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, day, usd
from tests.reports.samples import HOSTILE, a_briefing
from tests.reports.test_charts import printed, sample

HOUSE = "3028-51st-st"


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
        Due(f"t{at}", None if days is None else date.fromordinal(AS_OF.toordinal() + days))
        for at, days in enumerate(case.days)
    ]
    chart = timeline(a_briefing(), "dates", "Ends", dues, ("ends",))
    assert chart is not None
    assert spaced(chart.reading) == case.words
    assert sum(one.end is not None for one in chart.spans) == case.drawn
    assert all(one.start <= one.end for one in chart.spans if one.start and one.end)


@pytest.mark.parametrize("days", [(), (366,), (None,)])
def test_without_a_date_of_the_next_twelve_months_there_is_no_timeline(days: tuple[int | None, ...]) -> None:
    dues = [Due("t", None if one is None else date.fromordinal(AS_OF.toordinal() + one)) for one in days]
    assert timeline(a_briefing(), "dates", "Ends", dues, ("ends",)) is None
