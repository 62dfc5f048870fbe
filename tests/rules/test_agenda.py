"""Rules of what people set out to do: late, too much, circular, undecided, accepted for too long."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.action import People
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN
from quarterdeck.parse.references import between, outline
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF, a_handoff, a_row, a_task, an_entity, days_before, some_facts, usd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.model.finding import Finding
    from quarterdeck.model.handoff import Task

LOW, MEDIUM = Severity.LOW, Severity.MEDIUM

Subjects = list[tuple[str, str, Severity]]


def _known(*tasks: Task, people: People | None = None, first_seen: Mapping[str, date] | None = None) -> Known:
    van = a_row(Asset, asset="Van", type="vehicle", insured_until=UNKNOWN)  # R-CEO-02, high
    handoff = a_handoff(an_entity(), van, tasks=tasks)
    facts = Facts([handoff], AS_OF, between([outline(handoff)]))
    return Known(facts, people=people, first_seen=first_seen or {})


def _of(code: str, known: Known, *accepted: Accepted) -> list[Finding]:
    return [one for one in findings(known, accepted=accepted) if one.rule == code]


def _subjects(code: str, known: Known) -> Subjects:
    return [(one.entity, one.subject, one.severity) for one in _of(code, known)]


# --- late --------------------------------------------------------------------------------------------------------


def _late(**fields: object) -> Task:
    return a_task("JAD-1", "jada", **({"due": days_before(15)} | fields))


@pytest.mark.parametrize(
    ("case", "task", "expected"),
    [
        ("a day less", a_task(due=days_before(14), impact_word="high"), []),
        ("of high impact", _late(impact_word="high"), [("jada", "JAD-1", MEDIUM)]),
        ("of medium impact", _late(impact_word="medium"), []),
        (
            "2,500 a month",
            _late(impact=usd(2500), impact_is_monthly=True),
            [("jada", "JAD-1", MEDIUM)],
        ),
        ("less", _late(impact=usd(2499), impact_is_monthly=True), []),
        ("once", _late(impact=usd(2500)), []),
        ("resolves a high finding", _late(fixes=("R-CEO-02",)), [("jada", "JAD-1", MEDIUM)]),
        ("marked high", _late(severity=Severity.HIGH), [("jada", "JAD-1", MEDIUM)]),
        ("impact is not known", _late(), []),
        ("done", _late(impact_word="high", state="done"), []),
        ("someday", _late(impact_word="high", is_someday=True), []),
        ("without a day", a_task(impact_word="high"), []),
    ],
)
def test_task_long_overdue(case: str, task: Task, expected: Subjects) -> None:
    assert _subjects("R-CEO-12", _known(task)) == expected, case


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (_late(impact=usd(2400), impact_is_monthly=True, severity=Severity.HIGH), ""),
        (_late(impact=usd(3000), impact_is_monthly=True), "; $3,000 a month is at stake"),
        (_late(impact_word="high"), "; its impact is high"),
        (_late(fixes=("R-CEO-02",)), "; it would resolve a high finding"),
        (_late(severity=Severity.CRITICAL), "; it is marked critical"),
    ],
)
def test_late_task_says_why_it_matters(task: Task, said: str) -> None:
    expected = [f"“Ask the insurer” is 15 days overdue{said}."] if said else []
    assert [one.message for one in _of("R-CEO-12", _known(task))] == expected


# --- too much ----------------------------------------------------------------------------------------------------


def _tasks(count: int, **fields: object) -> list[Task]:
    return [a_task(f"T-{at}", "jada", **({"owner": "sam", "due": AS_OF} | fields)) for at in range(count)]


SOON, LATER = AS_OF + timedelta(days=30), AS_OF + timedelta(days=31)
SAM = People(hours={"sam": Decimal(7)}, default_hours=Decimal(100))
"""Seven hours a week are thirty in thirty days."""
TOO_MUCH: Subjects = [("", "sam", MEDIUM)]


@pytest.mark.parametrize(
    ("case", "tasks", "people", "expected"),
    [
        ("twelve", _tasks(12), None, []),
        ("thirteen", _tasks(13), None, TOO_MUCH),
        ("thirteen on the last day", _tasks(13, due=SOON), None, TOO_MUCH),
        ("thirteen after it", _tasks(13, due=LATER), None, []),
        ("thirteen of nobody", _tasks(13, owner=""), None, []),
        ("thirteen done", _tasks(13, state="done"), None, []),
        ("as many hours as there are", _tasks(3, effort_hours=Decimal(10)), SAM, []),
        ("more hours", _tasks(4, effort_hours=Decimal(10)), SAM, TOO_MUCH),
        ("hours by word", _tasks(4, effort="M"), SAM, TOO_MUCH),
        ("hours are not known", _tasks(4), SAM, []),
        ("nobody says how many there are", _tasks(4, effort_hours=Decimal(90)), None, []),
        ("the usual week", _tasks(4, effort_hours=Decimal(90), owner="pat"), SAM, []),
    ],
)
def test_too_much_for_one(case: str, tasks: list[Task], people: People | None, expected: Subjects) -> None:
    assert _subjects("R-CEO-13", _known(*tasks, people=people)) == expected, case


def test_a_finding_of_the_whole_portfolio_can_be_accepted() -> None:
    accepted = Accepted("R-CEO-13", "", "sam", SOON, "Two weeks of holiday follow.", "pat")
    (found,) = _of("R-CEO-13", _known(*_tasks(13)), accepted)
    assert (found.entity, found.state, found.accepted_by) == ("", "accepted", "pat")
    assert _of("R-DAT-05", _known(*_tasks(13)), accepted) == []


def test_too_much_counts_the_hours_that_are_known() -> None:
    tasks = [*_tasks(4, effort_hours=Decimal(10)), a_task("T-9", owner="sam", due=AS_OF)]
    (found,) = _of("R-CEO-13", _known(*tasks, people=SAM))
    assert found.message == (
        "Sam has 5 tasks due within 30 days: at least 40 hours of work, and 30 hours to do it."
    )


# --- needs -------------------------------------------------------------------------------------------------------


def _needing(task: str, *needs: str, state: str = "open") -> Task:
    return a_task(task, needs=needs, state=state)


@pytest.mark.parametrize(
    ("case", "tasks", "expected"),
    [
        ("a chain", [_needing("A-1", "A-2"), _needing("A-2")], []),
        ("a circle", [_needing("A-1", "a-2"), _needing("A-2", "A-1")], [("jada", "A-1/A-2", MEDIUM)]),
        ("itself", [_needing("A-1", "A-1")], [("jada", "A-1/A-1", MEDIUM)]),
        ("half of it is done", [_needing("A-1", "A-2"), _needing("A-2", "A-1", state="done")], []),
        ("an unknown task", [_needing("A-1", "A-9")], [("jada", "A-9/needs of #A-1", MEDIUM)]),
        ("a finding", [_needing("A-1", "R-QDN-01")], []),
    ],
)
def test_needs_lead_nowhere(case: str, tasks: list[Task], expected: Subjects) -> None:
    assert _subjects("R-CEO-14", _known(*tasks)) == expected, case


def test_a_circle_is_told_all_around() -> None:
    circle = [_needing("A-1", "A-2"), _needing("A-2", "A-3"), _needing("A-3", "A-1")]
    forward, backward = (_of("R-CEO-14", _known(*tasks)) for tasks in (circle, circle[::-1]))
    assert [one.message for one in forward] == [
        "Nothing can be first: #A-2 needs #A-3, which needs #A-1, which needs #A-2."
    ]
    assert [one.id for one in forward] == [one.id for one in backward]


def test_an_unknown_task_is_told_once() -> None:
    known = _known(_needing("A-1", "A-9"))
    assert _of("R-DAT-05", known) == []
    assert [one.message for one in _of("R-CEO-14", known)] == ["Needs of #A-1: A-9 stands nowhere."]


# --- undecided ---------------------------------------------------------------------------------------------------

DECISION = a_task(is_decision=True, affects=("cfo",))


@pytest.mark.parametrize(
    ("case", "task", "first", "expected"),
    [
        ("three weeks", DECISION, {"jad-1": days_before(21)}, []),
        ("a day more", DECISION, {"jad-1": days_before(22)}, [("jada", "JAD-1", LOW)]),
        ("no decision", a_task(), {"jad-1": days_before(99)}, []),
        ("decided", a_task(is_decision=True, state="done"), {"jad-1": days_before(99)}, []),
        ("not known", DECISION, {}, []),
    ],
)
def test_decision_waits(case: str, task: Task, first: dict[str, date], expected: Subjects) -> None:
    assert _subjects("R-CEO-17", _known(task, first_seen=first)) == expected, case


def test_whoever_waits_for_a_decision_is_named() -> None:
    (found,) = _of("R-CEO-17", _known(DECISION, first_seen={"jad-1": days_before(30)}))
    assert found.message == "“Ask the insurer” has waited 30 days for a decision."
    assert [one.role for one in found.affects] == ["cfo"]


# --- accepted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "until", "expected"),
    [
        ("on its last day", AS_OF, []),
        (
            "the day after",
            days_before(1),
            ["Sam accepted R-CEO-02 for “Van” until 22\N{NO-BREAK SPACE}Nov, 1\N{NO-BREAK SPACE}day ago."],
        ),
    ],
)
def test_accepted_too_long(case: str, until: date, expected: list[str]) -> None:
    accepted = Accepted("R-CEO-02", "jada", "Van", until, "sold next week", "sam")
    found = _of("R-CEO-18", _known(), accepted)
    assert [one.message for one in found] == expected, case
    assert [(one.subject, one.severity) for one in found] == [("R-CEO-02/Van", MEDIUM)] * len(expected)


def test_nothing_accepted_is_nothing_lapsed() -> None:
    assert _of("R-CEO-18", Known(some_facts(a_handoff(an_entity())))) == []
