"""Rules of the whole: revenue, plan, measures, age, and what rests on one business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, Value
from quarterdeck.model.finding import ROLES, KpiState
from quarterdeck.model.holdings import Lease
from quarterdeck.model.services import Client, Delivery, Invoice
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    days_before,
    facts_of,
    some_facts,
    usd,
)
from tests.figures.quickdump import a_plan

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import Entity
    from quarterdeck.model.finding import Finding
    from quarterdeck.model.sales import Booking

HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM

Subjects = list[tuple[str, str, Severity]]


def _of(code: str, known: Known) -> list[Finding]:
    return [one for one in findings(known) if one.rule == code]


def _subjects(code: str, known: Known) -> Subjects:
    return [(one.entity, one.subject, one.severity) for one in _of(code, known)]


# --- revenue -----------------------------------------------------------------------------------------------------


def _sailed(days_ago: int, status: str = "completed") -> Booking:
    return a_booking(f"b{days_ago}", service_date=days_before(days_ago), status=status)


QUIET: Subjects = [("jada", "revenue", HIGH)]


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("sailed sixty days ago", [_sailed(60)], []),
        ("a day more", [_sailed(61)], QUIET),
        ("never", [_sailed(5, "cancelled")], QUIET),
        ("confirmed ahead", [_sailed(61), _sailed(-9, "confirmed")], []),
        ("confirmed for a day that has passed", [_sailed(61), _sailed(9, "confirmed")], QUIET),
        ("only asked for", [_sailed(61), _sailed(-9, "quote")], QUIET),
        ("a status is not known", [_sailed(61), a_booking("b-2", status=UNKNOWN)], []),
        ("a day is not known", [_sailed(61), a_booking("b-2", service_date=UNKNOWN)], []),
        ("no table of sales", [], []),
        ("invoiced since", [_sailed(61), a_row(Invoice, issued=days_before(20), status="sent")], []),
        ("a draft is no invoice", [_sailed(61), a_row(Invoice, issued=AS_OF, status="draft")], QUIET),
        ("under way", [_sailed(61), a_row(Delivery, status="in-progress")], []),
        ("delivered", [a_row(Delivery, status="completed", start=days_before(9))], []),
        ("delivered long ago", [a_row(Delivery, status="completed", end=days_before(61))], QUIET),
        ("let", [a_row(Lease, status="occupied")], []),
        ("empty", [a_row(Lease, status="vacant")], QUIET),
        ("a client who pays", [a_row(Client, mrr=usd(90))], []),
        ("a client who does not", [a_row(Client, mrr=usd(0))], QUIET),
    ],
)
def test_no_revenue(case: str, rows: list[Row], expected: Subjects) -> None:
    assert _subjects("R-CEO-07", Known(facts_of(*rows))) == expected, case


@pytest.mark.parametrize("entity", [an_entity(status="paused"), an_entity(part_of="qos")])
def test_revenue_is_asked_of_active_businesses(entity: Entity) -> None:
    assert _of("R-CEO-07", Known(facts_of(_sailed(90), entity=entity))) == []


def _with_income(on: date, *rows: Row) -> Facts:
    text = f"""2026-01-01 open Assets:JADA:Bank:Checking
2026-01-01 open Income:JADA:Charter
{on} * "Guest" "Sail"
  Assets:JADA:Bank:Checking   100.00 USD
  Income:JADA:Charter
"""
    ledger, problems = parse_ledger({"ledger/main.beancount": text.encode()})
    assert problems == ()
    return Facts([a_handoff(an_entity(), *rows)], AS_OF, ledger=ledger)


def test_revenue_of_the_books_counts() -> None:
    assert _of("R-CEO-07", Known(_with_income(days_before(60), _sailed(90)))) == []
    (found,) = _of("R-CEO-07", Known(_with_income(days_before(81), _sailed(90))))
    assert found.message == (
        "Jada has had no revenue since 3\u00a0Sep, 81\u00a0days ago, and none is confirmed ahead."
    )


# --- plan --------------------------------------------------------------------------------------------------------


def _figure(name: str, value: Value, entity: str = "jada") -> Figure:
    return Figure(id=name, entity=entity, label=name, value=value, unit="money")


def _burns(*amounts: str | Missing) -> list[Figure]:
    """Net burn of August to October."""
    months = ("2026-08", "2026-09", "2026-10")
    return [
        _figure(f"net_burn:{month}", amount if isinstance(amount, Missing) else usd(amount))
        for month, amount in zip(months, amounts, strict=False)
    ]


@pytest.mark.parametrize(
    ("case", "burns", "rows", "expected"),
    [
        ("three months", _burns("900", "600", "300"), [], [("jada", "plan", HIGH)]),
        ("with a plan", _burns("900", "600", "300"), [a_plan("2026-12", usd(900))], []),
        ("one month came out even", _burns("900", "0", "300"), [], []),
        ("two months of books", _burns("900", "600"), [], []),
        ("one month is not known", _burns("900", Missing(), "300"), [], []),
        ("no books", [], [], []),
    ],
)
def test_burns_without_plan(case: str, burns: list[Figure], rows: list[Row], expected: Subjects) -> None:
    assert _subjects("R-CEO-08", Known(facts_of(*rows), burns)) == expected, case


def test_burn_is_what_is_at_stake() -> None:
    (found,) = _of("R-CEO-08", Known(facts_of(), _burns("900", "600", "300.40")))
    assert found.message == "Jada used up cash three months in a row ($900, $600, $300.40), and has no plan."
    assert found.at_stake == usd("600.13")


# --- measures ----------------------------------------------------------------------------------------------------


def _kpis(fresh: int, never: int, **others: int) -> list[KpiState]:
    states: list[tuple[Literal["fresh", "never", "n/a", "not tracked"], int]] = [
        ("fresh", fresh),
        ("never", never),
        ("n/a", others.get("na", 0)),
        ("not tracked", others.get("not_tracked", 0)),
    ]
    names = [state for state, count in states for _ in range(count)]
    return [
        KpiState(kpi=f"kpi-{at}", entity="jada", state=state, title=f"Measure {at}", weight=2)
        for at, state in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("case", "kpis", "expected"),
    [
        ("half", _kpis(6, 6), []),
        ("less than half", _kpis(5, 6), [("jada", "kpis", HIGH)]),
        ("what does not apply is left out", _kpis(6, 6, na=2), []),
        ("what nobody tracks is not", _kpis(6, 6, not_tracked=1), [("jada", "kpis", HIGH)]),
        ("nothing applies", _kpis(0, 0, na=3), []),
        ("nothing is known", [], []),
    ],
)
def test_few_measures(case: str, kpis: list[KpiState], expected: Subjects) -> None:
    assert _subjects("R-CEO-09", Known(facts_of(), (), kpis)) == expected, case


def test_few_measures_names_five() -> None:
    (found,) = _of("R-CEO-09", Known(facts_of(), (), _kpis(2, 7)))
    assert found.message == "2 of the 9 KPIs that Jada should know have a fresh value (22.2%)."
    assert found.action == (
        "Add to the KPI table first: Measure 2, Measure 3, Measure 4, Measure 5, Measure 6."
    )
    assert ("ceo", *(one.role for one in found.affects)) == ROLES


# --- age ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "entity", "expected"),
    [
        ("on the day", an_entity(updated=days_before(45)), []),
        ("a day later", an_entity(updated=days_before(46)), [("jada", "updated", MEDIUM)]),
        ("paused", an_entity(updated=days_before(90), status="paused"), []),
        ("not known", an_entity(updated=UNKNOWN), []),
    ],
)
def test_handoff_not_confirmed(case: str, entity: Entity, expected: Subjects) -> None:
    assert _subjects("R-CEO-11", Known(facts_of(entity=entity))) == expected, case


# --- what rests on one -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "values", "expected"),
    [
        ("seventy percent", {"jada": usd(700), "qos": usd(300)}, []),
        ("more", {"jada": usd(701), "qos": usd(299)}, [("jada", "contribution", MEDIUM)]),
        ("the other loses", {"jada": usd(700), "qos": usd(-100)}, [("jada", "contribution", MEDIUM)]),
        ("all lose", {"jada": usd(-700), "qos": usd(-100)}, []),
        ("one business alone", {"jada": usd(700)}, []),
        ("one is not known", {"jada": usd(900), "qos": usd(1), "qdn": Missing()}, []),
    ],
)
def test_rests_on_one(case: str, values: dict[str, Value], expected: Subjects) -> None:
    facts = some_facts(*(a_handoff(an_entity(name)) for name in values))
    figures = [_figure("contribution_month", value, name) for name, value in values.items()]
    assert _subjects("R-CEO-15", Known(facts, figures)) == expected, case


def test_the_share_is_told() -> None:
    facts = some_facts(a_handoff(an_entity()), a_handoff(an_entity("qos")))
    figures = [_figure("contribution_month", usd(amount), name) for name, amount in (("jada", 9), ("qos", 1))]
    (found,) = _of("R-CEO-15", Known(facts, figures))
    assert found.message == "Jada brings 90.0% of what all businesses contribute."
