"""What became of tasks: by their ids, whatever their words and places; a new day alone makes none of them worse."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.changes.histories import compared, short
from tests.figures.builders import AS_OF, a_handoff, a_task, an_entity
from tests.reports.samples import a_briefing

if TYPE_CHECKING:
    from quarterdeck.model.change import Changes
    from quarterdeck.model.handoff import Task

SOON, LATE = date(2026, 12, 5), date(2026, 11, 1)


def nameless(task: str, text: str, **fields: object) -> Task:
    """A task to which nobody gave an id."""
    return msgspec.structs.replace(a_task(task), text=text, has_own_id=False, **fields)


CASES: list[tuple[str, list[Task], list[Task], list[str]]] = [
    ("as it was", [a_task()], [a_task()], []),
    ("reworded", [a_task()], [a_task(text="Ring the insurer")], []),
    ("in another order", [a_task("A"), a_task("B")], [a_task("B"), a_task("A")], []),
    ("added", [], [a_task()], ["action new JAD-1"]),
    ("done", [a_task()], [a_task(state="done")], ["action done JAD-1"]),
    ("taken out", [a_task()], [], ["action dropped JAD-1"]),
    ("given up", [a_task()], [a_task(state="dropped")], ["action dropped JAD-1"]),
    ("done and then taken out", [a_task(state="done")], [], []),
    ("written down when it was done", [], [a_task(state="done")], []),
    ("opened again", [a_task(state="done")], [a_task()], ["action new JAD-1"]),
    ("put off", [a_task(due=SOON)], [a_task(due=date(2027, 1, 5))], ["action rescheduled JAD-1"]),
    ("given a day", [a_task()], [a_task(due=SOON)], ["action rescheduled JAD-1"]),
    ("put off into the past", [a_task(due=SOON)], [a_task(due=LATE)], ["action overdue JAD-1"]),
    ("still overdue", [a_task(due=LATE)], [a_task(due=LATE)], []),
    (
        "reworded without an id",
        [nameless("jada-1", "Ask the insurer for a quote")],
        [nameless("jada-2", "Ask the insurer for a better quote")],
        [],
    ),
    (
        "another one without an id",
        [nameless("jada-1", "Ask the insurer")],
        [nameless("jada-2", "Paint the hull")],
        ["action dropped jada-1", "action new jada-2"],
    ),
    (
        "reworded and done",
        [nameless("jada-1", "Ask the insurer for a quote")],
        [nameless("jada-2", "Ask the insurer for the quote", state="done")],
        ["action done jada-2"],
    ),
]


def _compared(before: list[Task], after: list[Task], *days: date) -> Changes:
    first, second = days or (AS_OF, AS_OF)
    sides = [
        a_briefing(a_handoff(an_entity(), tasks=tasks), as_of=day)
        for tasks, day in ((before, first), (after, second))
    ]
    return compared(*sides)


def _told(found: Changes) -> list[str]:
    return sorted(short(one) for one in found.changes if one.what == "action" and one.kind != "reprioritised")


@pytest.mark.parametrize(("case", "before", "after", "expected"), CASES, ids=[one[0] for one in CASES])
def test_what_became_of_a_task(case: str, before: list[Task], after: list[Task], expected: list[str]) -> None:
    assert _told(_compared(before, after)) == expected, case


def test_a_day_that_passes_is_told_as_time() -> None:
    task = a_task(due=date(2026, 11, 24))
    assert _told(_compared([task], [task], AS_OF, date(2026, 11, 25))) == ["action overdue JAD-1 (time)"]


def test_a_task_that_weighs_more_moves_up() -> None:
    light, heavy = a_task("A", impact_word="low"), a_task("A", impact_word="high")
    other = a_task("B", impact_word="medium")
    found = [one for one in _compared([light, other], [heavy, other]).changes if one.kind == "reprioritised"]
    assert [(one.id, str(one.before), str(one.after)) for one in found if one.id == "A"] != []
    assert all(one.id != "B" for one in found), "its place moved with the other alone"
