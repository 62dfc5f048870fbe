"""Checkboxes and their tags, from `data/tasks.md`."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.model.handoff import Handoff, Task
from quarterdeck.parse.handoff import parse_handoff
from tests.parse.cases import cases


def parse(text: str) -> Handoff:
    handoff = parse_handoff(f"---\nowner: kim\n---\n## To do\n{text}\n".encode(), "handoffs/acme.md")
    assert isinstance(handoff, Handoff)
    return handoff


def shown(task: Task) -> str:
    name = task.id if task.has_own_id else "?"
    impact = f"{task.impact.amount.normalize():f} {task.impact.currency}" if task.impact else task.impact_word
    tags = {
        "owner": task.owner,
        "due": f"{task.due or ''}{'!' if task.is_hard else ''}",
        "impact": impact + ("/mo" if task.impact_is_monthly else ""),
        "effort": f"{task.effort}={task.effort_hours}h" if task.effort_hours else "",
        "severity": task.severity or "",
        "needs": ",".join(task.needs),
        "fixes": ",".join(task.fixes),
        "affects": ",".join(task.affects),
        "cost": f"{task.cost.amount.normalize():f} {task.cost.currency}" if task.cost else "",
        "confidence": "" if task.confidence == "stated" else task.confidence,
        "done": str(task.done_on or ""),
        "until": str(task.until or ""),
        "waiting_on": task.waiting_on,
        "parent": task.parent,
        "note": "; ".join(task.notes),
    }
    words = [f"{key}={value}" for key, value in tags.items() if value]
    words += ["decide"] * task.is_decision + ["someday"] * task.is_someday
    return f"{task.source.line} {task.state} {name}: {task.text}\n  {' '.join(words)}"


@pytest.mark.parametrize(("title", "text", "expected"), cases("tasks"))
def test_tasks(title: str, text: str, expected: str) -> None:
    handoff = parse(text)
    lines = [shown(task) for task in handoff.tasks]
    problems = [problem for problem in handoff.problems if problem.table == "tasks"]
    lines += sorted(f"! {problem.line} {problem.code} {problem.what}" for problem in problems)
    # the fixture's line 1 is line 5 of the handoff
    assert "\n".join(lines) == expected, title


def test_made_ids_follow_the_text_alone() -> None:
    first = parse("- [ ] Call the bank due:2026-12-01").tasks[0]
    moved = parse("- [ ] Other\n- [x] Call  the **bank**").tasks[1]
    assert first.id == moved.id
    assert first.id.startswith("acme-")
    assert not first.has_own_id
    assert parse("- [ ] Call the banks").tasks[0].id != first.id


def test_tasks_with_the_same_text_have_different_ids() -> None:
    ids = [task.id for task in parse("- [ ] Call\n- [ ] Call\n").tasks]
    assert len(set(ids)) == 2


def test_checkboxes_under_other_headings_are_tasks_too() -> None:
    handoff = parse(
        "\n## Known gaps\n- [ ] Mend the lock #A-1\n- No key\n\n## Diary\n- [ ] Look #A-2\n- note\n"
    )
    assert [task.id for task in handoff.tasks] == ["A-1", "A-2"]
    assert [bullet.text for bullet in handoff.bullets] == ["No key"]
    assert [prose.text for prose in handoff.prose] == ["note"]


def test_a_ticked_line_takes_its_bare_day_as_the_day_it_was_done() -> None:
    handoff = parse("# A\n\n## Tasks\n- [x] Photographs #A-1 2026-11-18\n- [ ] Call about 2026-11-18 #A-2\n")
    done, open_one = handoff.tasks
    assert (done.done_on, done.text) == (date(2026, 11, 18), "Photographs")
    assert (open_one.done_on, open_one.text) == (None, "Call about 2026-11-18")
