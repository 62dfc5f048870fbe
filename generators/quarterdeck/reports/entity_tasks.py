"""The tasks of one business in full: state, owner, dates, what they need, mend and move, and their notes."""

from datetime import date

import msgspec

from quarterdeck.model.entity import Entity
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.model.handoff import Task
from quarterdeck.reports.agenda import task_href
from quarterdeck.reports.businesses import repeats_gap
from quarterdeck.reports.components import joined, slug, task_anchor
from quarterdeck.reports.entity_tables import Link
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import day_short, money

_ORDER = {"started": 0, "open": 0, "waiting": 1, "done": 2, "dropped": 3}


class TaskLine(msgspec.Struct, frozen=True):
    """One task as the page prints it."""

    task: Task
    anchor: str
    state: str
    """In words, with its date: `waits for the lender until 7 Dec`."""
    late: int
    """Days after its due day, where it is still to be done."""
    about: str
    """Owner, effort and the other parts of its grey line that are no links."""
    needs: tuple[Link, ...]
    fixes: tuple[Link, ...]
    stake: str
    stake_note: str
    parts: tuple["TaskLine", ...] = ()


def task_lines(report: Report, entity: Entity) -> tuple[TaskLine, ...]:
    """All tasks, the most pressing first; what waits, was done or was dropped comes after. Parts stand under theirs."""
    tasks = [task for task in report.briefing.tasks if task.entity == entity.entity]
    ids = {task.id for task in tasks}
    by_parent: dict[str, list[Task]] = {}
    for task in tasks:
        is_part = task.parent in ids and task.parent != task.id
        by_parent.setdefault(task.parent if is_part else "", []).append(task)
    return tuple(_line(report, task, by_parent) for task in sorted(by_parent.get("", ()), key=_pressing))


def _pressing(task: Task) -> tuple[object, ...]:
    return _ORDER[task.state], task.is_someday, task.due is None, task.due or date.max, task.id


def _line(report: Report, task: Task, by_parent: dict[str, list[Task]]) -> TaskLine:
    as_of = report.site.briefing.as_of
    late = (as_of - task.due).days if task.due and task.state in {"open", "started"} else 0
    parts = sorted(by_parent.get(task.id, ()), key=_pressing)
    return TaskLine(
        task=task,
        anchor=task_anchor(task.id),
        state=_state(task),
        late=max(0, late),
        about=_about(report, task),
        needs=tuple(_need(report, need) for need in task.needs),
        fixes=tuple(_fix(report, fix) for fix in task.fixes),
        stake=money(task.impact) if task.impact else task.impact_word,
        stake_note=_stake_note(task),
        parts=tuple(_part(report, _line(report, part, by_parent), task) for part in parts),
    )


def _part(report: Report, line: TaskLine, parent: Task) -> TaskLine:
    """A part without what it only takes over from its parent."""
    is_same = line.task.impact == parent.impact and line.task.impact_word == parent.impact_word
    return msgspec.structs.replace(
        line,
        stake="" if is_same else line.stake,
        fixes=() if line.task.fixes == parent.fixes else line.fixes,
        about=_about(report, line.task, parent),
    )


def _state(task: Task) -> str:
    match task.state:
        case "started":
            return "started"
        case "waiting":
            on = f" for {task.waiting_on}" if task.waiting_on else ""
            until = f" until {day_short(task.until)}" if task.until else ""
            return f"waits{on}{until}"
        case "done":
            return f"done {day_short(task.done_on)}" if task.done_on else "done"
        case "dropped":
            return "dropped"
        case _:
            return "someday" if task.is_someday else ""


def _about(report: Report, task: Task, parent: Task | None = None) -> str:
    affects = () if parent and task.affects == parent.affects else task.affects
    roles = [ROLE_TITLES[role] for role in ROLE_TITLES if role in affects]
    others = [one for one in affects if one not in ROLE_TITLES]
    parts = (
        report.site.briefing.person(task.owner) or "nobody named",
        task.effort,
        f"costs {money(task.cost)}" if task.cost else "",
        "a decision" if task.is_decision else "",
        f"moves {joined([*roles, *others])}" if roles or others else "",
        f"{task.severity} by its writer" if task.severity else "",
        "a guess" if task.confidence == "guess" else "measured" if task.confidence == "measured" else "",
        task.id if task.has_own_id else "",
    )
    return " · ".join(part for part in parts if part)


def _stake_note(task: Task) -> str:
    if task.impact:
        return "a month" if task.impact_is_monthly else "once"
    return "impact" if task.impact_word else ""


def _need(report: Report, need: str) -> Link:
    task = report.site.briefing.task(need)
    if task is None:
        return Link(need, "")
    if task.entity in report.ids:
        return Link(need, f"#{task_anchor(task.id)}")
    return Link(need, task_href(report, task))


def _fix(report: Report, fix: str) -> Link:
    rule = fix.partition("/")[0]
    is_open = any(
        row.finding.rule.lower() == rule.lower() and not repeats_gap(report.site, row.finding)
        for row in report.findings()
    )
    return Link(fix, f"#f-{slug(rule)}" if is_open else report.sources.rule(rule))
