"""Tasks, as fields of the registry."""

from quarterdeck.figures.missing.counted import open_tasks, single
from quarterdeck.figures.missing.field import Count, MissingField, ids
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts


def _any_task(entity: Entity, facts: Facts) -> Count:
    return single(bool(facts.tasks_of(entity.entity)))


TASKS: tuple[MissingField, ...] = (
    MissingField(
        "tasks",
        "List of tasks",
        "There is nothing to put into the thirty-day agenda.",
        ("ceo", "cto", "cmo"),
        ids("5.1 5.4"),
        _any_task,
        phrase="one line per task, such as “- [ ] Call the insurer @sam due:2026-12-01 effort:S”,",
        section="Tasks",
        belongs_to="tasks",
        rank=9,
    ),
    MissingField(
        "task_owner",
        "Owner of the open tasks",
        "A task of nobody waits for nobody.",
        ("ceo",),
        ids("5.1"),
        open_tasks(lambda task: bool(task.owner)),
        cell="Owner",
        row="open task",
        columns="@name",
        section="Tasks",
        belongs_to="tasks",
    ),
    MissingField(
        "task_due",
        "Due date of the open tasks",
        "The agenda ranks a task without a date as if it could wait.",
        ("ceo",),
        ids("5.1"),
        open_tasks(lambda task: task.due is not None),
        cell="Due date",
        row="open task",
        columns="due:",
        section="Tasks",
        belongs_to="tasks",
    ),
    MissingField(
        "task_effort",
        "Effort of the open tasks",
        "The agenda counts a default instead of the hours that the task will take.",
        ("ceo",),
        ids("5.1"),
        open_tasks(lambda task: task.effort_hours is not None),
        cell="Effort",
        row="open task",
        columns="effort:",
        section="Tasks",
        belongs_to="tasks",
    ),
)
