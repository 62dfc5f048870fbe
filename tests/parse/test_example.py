"""The complete example of the specification, read into the facts that it states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from quarterdeck.model.books import Cost, Kpi, PlanLine
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.sales import Booking, FunnelStep, Offer
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.parse.handoff import parse_handoff

ROOT = Path(__file__).parents[1] / "data" / "quickdumpnow-9-5"
PATH = "handoffs/quickdumpnow.md"


def example() -> Handoff:
    handoff = parse_handoff((ROOT / PATH).read_bytes(), PATH)
    assert isinstance(handoff, Handoff)
    return handoff


def rows(record: type) -> list[Any]:
    return [row for row in example().rows if isinstance(row, record)]


def usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


def test_entity() -> None:
    entity = example().entity
    assert (entity.entity, entity.name, entity.kind, entity.billing_model) == (
        "quickdumpnow",
        "QuickDumpNow",
        "hauling",
        "per-job",
    )
    assert entity.updated == date(2026, 10, 30)
    assert entity.sites == ("quickdump.example",)
    assert entity.capacity_per_month == Decimal(44)
    assert entity.min_cash == usd(3000)
    assert entity.is_sample


def test_the_only_problem_is_the_gap_that_stands_in_it() -> None:
    (problem,) = example().problems
    assert str(problem) == (
        'handoffs/quickdumpnow.md:71:31: expires of "Waste hauler registration" is not known. '
        "Write it under Expires: last day of validity."
    )
    assert (problem.rule, problem.code, problem.table, problem.field) == (
        "R-DAT-01",
        "missing-value",
        "compliance",
        "expires",
    )


def test_assets() -> None:
    trailer, pickup = rows(Asset)
    assert (trailer.value, trailer.insured_until, trailer.estimates) == (usd(6200), date(2027, 3, 1), ())
    assert (pickup.value, pickup.insured_until, pickup.estimates) == (
        usd(14000),
        Blank("unknown"),
        ("value",),
    )
    assert pickup.source.line == 29
    assert pickup.source.what == "Assets"


def test_offers() -> None:
    offers = rows(Offer)
    assert [(offer.offer, offer.price, offer.variable_cost, offer.tax_treatment) for offer in offers] == [
        ("Half load haul", usd(280), usd(165), "exempt"),
        ("Full load haul", usd(460), usd(248), "exempt"),
        ("Trailer rental, day", usd(140), usd(18), "unsure"),
    ]


def test_funnel() -> None:
    steps = rows(FunnelStep)
    assert [(step.step, step.state) for step in steps] == [
        ("landing", "works"),
        ("price", "works"),
        ("availability", "manual"),
        ("cart", "missing"),
        ("checkout", "missing"),
        ("confirmation", "manual"),
    ]
    assert (steps[0].visitors, steps[0].completions) == (410, 120)
    assert steps[3].visitors == Blank("unknown")


def test_bookings() -> None:
    bookings = rows(Booking)
    assert [(one.id, one.service_date, one.gross, one.paid) for one in bookings] == [
        ("Q-118", date(2026, 10, 7), usd(460), usd(460)),
        ("Q-119", date(2026, 10, 15), usd(280), usd(0)),
        ("Q-120", date(2026, 11, 4), usd(460), usd(100)),
    ]
    assert [one.status for one in bookings] == ["completed", "completed", "confirmed"]


def test_costs_plan_compliance_and_kpis() -> None:
    assert [(cost.amount, cost.cadence) for cost in rows(Cost)] == [
        (usd(212), "monthly"),
        (usd(38), "monthly"),
    ]
    assert [(line.month.name, line.line, line.amount) for line in rows(PlanLine)] == [
        ("2026-11", "revenue", usd(5000)),
        ("2026-12", "revenue", usd(6000)),
    ]
    assert [item.expires for item in rows(Compliance)] == [date(2027, 1, 31), Blank("unknown")]
    missed, rented = rows(Kpi)
    assert (missed.kpi, missed.value) == ("missed_calls", Blank("not tracked"))
    assert rented.value == Ratio(Decimal(5) / 31, Decimal(5), Decimal(31))


def test_tasks_gaps_and_prose() -> None:
    handoff = example()
    assert [(task.id, task.owner, task.effort) for task in handoff.tasks] == [
        ("QDN-12", "sam", "M"),
        ("QDN-13", "sam", "L"),
        ("QDN-14", "pat", "XS"),
        ("QDN-15", "sam", "XS"),
    ]
    assert handoff.tasks[2].is_hard
    assert [bullet.text for bullet in handoff.bullets] == ["No way to pay online", "Nobody owns missed calls"]
    (prose,) = handoff.prose
    assert prose.section == "summary"
    assert prose.html == ("<p>Phone jobs only. The site shows what we do but nobody can pay on it.</p>")
    assert dict(handoff.tables)["bookings"] == 48
