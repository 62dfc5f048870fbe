"""The next thirty days: what fits into which week, what does not, and what waits for somebody else."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.model.action import Action, Load
from quarterdeck.model.handoff import Task
from quarterdeck.priorities import WEEKS, monday_after
from quarterdeck.reports.components import ActionRow, Cell, Column, Table, TableRow, task_anchor
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.to_do import anchor_of, effort_words
from quarterdeck.reports.words import counted, day_short, number

MOST_LINES = 15
"""Lines that stand open on the page, in the order of work; the others of a week are one tap away."""


class Week(msgspec.Struct, frozen=True):
    """What begins in one week."""

    key: str
    """Part of its anchor."""
    title: str
    hours: str
    """`7 tasks, 23 hours`."""
    open_rows: tuple[ActionRow, ...]
    more: tuple["Line", ...]
    """Those beyond the lines that a page has, in short."""


class Line(msgspec.Struct, frozen=True):
    """An action in one line."""

    anchor: str
    """Empty where nobody wrote a task."""
    text: str
    owner: str
    business: str
    note: str
    """Hours and day, or why it does not fit into thirty days."""


class Waiting(msgspec.Struct, frozen=True):
    """A task that waits for somebody else."""

    task: Task
    anchor: str
    href: str
    business: str


class Agenda(msgspec.Struct, frozen=True):
    """Everything to do on a page, each once."""

    weeks: tuple[Week, ...]
    """This week where something must be done in it, and the four after it."""
    left: tuple[Line, ...]
    """What does not fit into thirty days, in the order of work."""
    waiting: tuple[Waiting, ...]
    owners: Table | None
    open: int
    """How many tasks are open."""
    late: int
    """How many of them are past their day."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do and nothing to wait for."""
        return not self.left and not self.waiting and not any(week.hours for week in self.weeks)


def agenda(report: Report) -> Agenda:
    """Group the page's actions by the week in which they begin, in the order of work."""
    as_of = report.site.briefing.as_of
    actions = report.to_do()
    placed = [one for one in actions if one.weeks]
    shown = {one.id for one in placed[:MOST_LINES]}
    ranks = {one.id: rank for rank, one in enumerate(actions, start=1)}
    tasks = [one for one in actions if one.task]
    return Agenda(
        weeks=tuple(_weeks(report, placed, shown, ranks)),
        left=tuple(_line(report, one, one.no_room) for one in actions if not one.weeks),
        waiting=_waiting(report),
        owners=_owners(report, report.site.briefing.loads),
        open=len(tasks),
        late=sum(one.due is not None and one.due < as_of for one in tasks),
    )


def _weeks(report: Report, placed: list[Action], shown: set[str], ranks: dict[str, int]) -> Iterable[Week]:
    for week, (key, title) in enumerate(_titles(report.site.briefing.as_of)):
        here = [one for one in placed if one.weeks[0].week == week]
        if here or week:
            yield Week(
                key,
                title,
                _hours_words(here),
                tuple(report.row(ranks[one.id], one) for one in here if one.id in shown),
                tuple(_line(report, one, _when(one)) for one in here if one.id not in shown),
            )


def _hours_words(actions: list[Action]) -> str:
    """Say how many actions begin and how long they take: `7 actions, 23 hours`."""
    hours = sum((share.hours for one in actions for share in one.weeks), Decimal(0))
    return f"{counted(len(actions), 'action')}, {counted(hours, 'hour')}" if actions else ""


def _titles(as_of: date) -> tuple[tuple[str, str], ...]:
    monday = monday_after(as_of)
    mondays = [monday + timedelta(days=7 * index) for index in range(WEEKS)]
    return (
        ("week-0", f"This week, to {day_short(monday - timedelta(days=1))}"),
        *((f"week-{index}", f"Week of {day_short(one)}") for index, one in enumerate(mondays, start=1)),
    )


def _line(report: Report, one: Action, note: str) -> Line:
    return Line(
        anchor_of(one),
        one.text,
        report.site.briefing.person(one.owner),
        report.site.titles.get(one.entity, ""),
        note,
    )


def _when(one: Action) -> str:
    due = f"due {day_short(one.due)}" if one.due else ""
    return " · ".join(part for part in (effort_words(one), due) if part)


def _waiting(report: Report) -> tuple[Waiting, ...]:
    tasks = [
        task
        for task in report.site.briefing.tasks
        if task.state == "waiting" and task.entity in report.ids and not task.is_someday
    ]
    ordered = sorted(tasks, key=lambda task: (task.until is None, task.until or date.max, task.id))
    return tuple(
        Waiting(task, task_anchor(task.id), task_href(report, task), report.site.titles.get(task.entity, ""))
        for task in ordered
    )


def task_href(report: Report, task: Task) -> str:
    """Link to a task on the page of its business."""
    return report.sources.to(f"reports/entities/{task.entity}.md", task_anchor(task.id))


def _owners(report: Report, loads: tuple[Load, ...]) -> Table | None:
    """Hours planned of those that each owner has, week by week."""
    by_owner: dict[str, list[Load]] = {}
    for load in loads:
        by_owner.setdefault(load.owner, []).append(load)
    if not by_owner:
        return None
    begins = [load.begins for load in next(iter(by_owner.values()))]
    columns = (
        Column("owner", "Owner"),
        *(
            Column(f"week_{week}", "This week" if week == 0 else day_short(first), is_number=True)
            for week, first in enumerate(begins)
        ),
    )
    rows = (
        TableRow((Cell(report.site.briefing.person(owner) or "Nobody named"), *(_load(one) for one in mine)))
        for owner, mine in sorted(by_owner.items(), key=lambda one: (not one[0], one[0]))
    )
    return Table(columns, tuple(rows))


def _load(load: Load) -> Cell:
    return Cell(f"{number(load.planned)} of {number(load.capacity, 0)} h")
