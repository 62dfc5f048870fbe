"""The next thirty days: open tasks by the week in which they are due, what waits, what has no date."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import msgspec

from quarterdeck.model.handoff import EFFORT_HOURS, Task
from quarterdeck.reports.components import ActionRow, Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day_short, number

WEEKS = 4
_SHOWN = {"late": 3, "week-0": 3}
_SHOWN_ELSEWHERE = 2
"""Lines that stand open; the others of a week are one tap away."""


class Week(msgspec.Struct, frozen=True):
    """The tasks of one week, or those before and after the four."""

    key: str
    """Part of its anchor."""
    title: str
    hours: str
    """`7 tasks, at least 23 hours`."""
    rows: tuple[ActionRow, ...]
    shown: int

    @property
    def open_rows(self) -> tuple[ActionRow, ...]:
        """Those that stand on the page."""
        return self.rows[: self.shown]

    @property
    def more(self) -> tuple[ActionRow, ...]:
        """Those one tap away; a single one is not hidden."""
        return self.rows[self.shown :]


class Waiting(msgspec.Struct, frozen=True):
    """A task that waits for somebody else."""

    task: Task
    anchor_href: str
    business: str


class Agenda(msgspec.Struct, frozen=True):
    """All open tasks of a page, each once."""

    weeks: tuple[Week, ...]
    """In order; the ones without a task are among them only where they are one of the four."""
    waiting: tuple[Waiting, ...]
    owners: Table | None
    open: int
    late: int

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote a task that is open."""
        return not self.open and not self.waiting


def agenda(report: Report) -> Agenda:
    """Group the page's tasks by week, in the order of `Report.tasks`."""
    as_of = report.site.briefing.as_of
    groups: dict[str, list[Task]] = {key: [] for key, _ in _titles(as_of)}
    tasks = report.tasks()
    for task in tasks:
        groups[_group(task, as_of)].append(task)
    ranks = count(1)
    weeks = tuple(
        Week(
            key,
            title,
            hours_words(groups[key]),
            tuple(report.action(next(ranks), task) for task in groups[key]),
            _shown(key, len(groups[key])),
        )
        for key, title in _titles(as_of)
        if groups[key] or key.startswith("week")
    )
    return Agenda(weeks, _waiting(report), _owners(groups), len(tasks), len(groups["late"]))


def hours_of(task: Task) -> Decimal | None:
    """The hours that somebody wrote, or those of the word."""
    if task.effort_hours is not None:
        return task.effort_hours
    word = task.effort.upper()
    return Decimal(EFFORT_HOURS[word]) if word in EFFORT_HOURS else None


def hours_words(tasks: Sequence[Task]) -> str:
    """Say how many tasks there are and how long they take: `7 tasks, at least 23 hours`."""
    hours = [hours_of(task) for task in tasks]
    known = [one for one in hours if one is not None]
    if not tasks:
        return "nothing is due"
    words = counted(len(tasks), "task")
    if not known:
        return f"{words}, hours not known"
    at_least = "at least " if len(known) < len(hours) else ""
    return f"{words}, {at_least}{counted(sum(known, Decimal(0)), 'hour')}"


def _shown(key: str, size: int) -> int:
    most = _SHOWN.get(key, _SHOWN_ELSEWHERE)
    return size if size == most + 1 else most


def _titles(as_of: date) -> tuple[tuple[str, str], ...]:
    sunday = _sunday(as_of)
    mondays = [sunday + timedelta(days=1 + 7 * index) for index in range(WEEKS)]
    return (
        ("late", "Late"),
        ("week-0", f"This week, to {day_short(sunday)}"),
        *((f"week-{index}", f"Week of {day_short(monday)}") for index, monday in enumerate(mondays, start=1)),
        ("later", "After that"),
        ("undated", "Without a date"),
    )


def _sunday(as_of: date) -> date:
    return as_of + timedelta(days=6 - as_of.weekday())


def _group(task: Task, as_of: date) -> str:
    if task.due is None:
        return "undated"
    if task.due < as_of:
        return "late"
    week = -(-(task.due - _sunday(as_of)).days // 7)
    return f"week-{max(0, week)}" if week <= WEEKS else "later"


def _waiting(report: Report) -> tuple[Waiting, ...]:
    tasks = [
        task
        for task in report.site.briefing.tasks
        if task.state == "waiting" and task.entity in report.ids and not task.is_someday
    ]
    ordered = sorted(tasks, key=lambda task: (task.until is None, task.until or date.max, task.id))
    return tuple(
        Waiting(task, task_href(report, task), report.site.titles.get(task.entity, "")) for task in ordered
    )


def task_href(report: Report, task: Task) -> str:
    """Link to a task on the page of its business."""
    return report.sources.to(f"reports/entities/{task.entity}.md", task_anchor(task))


def task_anchor(task: Task) -> str:
    """Anchor of a task on the page of its business: `t-qdn-12`."""
    return ActionRow(0, "", task=task.id).anchor


def _owners(groups: dict[str, list[Task]]) -> Table | None:
    """Hours that each owner has late, this week, and in the four weeks after it."""
    columns = (("late",), ("week-0",), tuple(f"week-{index}" for index in range(1, WEEKS + 1)))
    names = {task.owner for key in sum(columns, ()) for task in groups.get(key, ())}
    if not names:
        return None
    rows = [
        TableRow(
            (
                Cell(owner.capitalize() or "Nobody named"),
                *(
                    _hours_cell(task for key in keys for task in groups[key] if task.owner == owner)
                    for keys in columns
                ),
            )
        )
        for owner in sorted(names, key=lambda name: (not name, name))
    ]
    return Table(
        (
            Column("owner", "Owner"),
            Column("late_hours", "Late", is_number=True),
            Column("week_hours", "This week", is_number=True),
            Column("month_hours", "Four weeks after", is_number=True),
        ),
        tuple(rows),
    )


def _hours_cell(tasks: Iterable[Task]) -> Cell:
    own = list(tasks)
    hours = [hours_of(task) for task in own]
    known = sum((one for one in hours if one is not None), Decimal(0))
    if not own:
        return Cell("")
    text = f"{'at least ' if None in hours else ''}{number(known)} h"
    return Cell(text if known or None not in hours else "not known", counted(len(own), "task"))
