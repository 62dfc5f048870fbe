"""Actions that came, were done or dropped, are overdue, or moved in time or weight."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from quarterdeck.model.action import Action
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.change import Change, Held, Kind
from quarterdeck.model.finding import Role
from quarterdeck.model.handoff import Task
from quarterdeck.model.values import Day

_LEAST_SHIFT = Decimal("0.25")
"""Of its score, from which an action counts as weighed anew."""
_LEAST_ALIKE = Decimal("0.5")
"""Of the words of two tasks, from which one is the other reworded."""
_MOST_COMPARED = 2000

Key = tuple[str, str]
"""Entity and id of a task; ids that people write are unique in all of a portfolio."""


def changed_actions(before: Briefing, after: Briefing) -> Iterator[Change]:
    """Every task that is otherwise than before, and every action that weighs otherwise, by entity and id.

    What only a finding asks for comes and goes with that finding, which tells it.
    """
    reworded = _reworded(before.tasks, after.tasks)
    old = {reworded.get(_key(one), _key(one)): one for one in before.tasks}
    new = {_key(one): one for one in after.tasks}
    ranks = {one.id: one for one in before.actions}, {one.id: one for one in after.actions}
    names = {to[1]: key[1] for key, to in reworded.items()}
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        kind = _kind(was, now, before.as_of, after.as_of)
        if kind is not None:
            yield _of_task(kind, was, now, ranks[1].get(key[1]) or ranks[0].get(names.get(key[1], key[1])))
        elif now is not None and now.is_open:
            yield from _weighed(ranks[0].get(names.get(key[1], key[1])), ranks[1].get(key[1]))
    for name in sorted(ranks[1]):
        if not ranks[1][name].task:
            yield from _weighed(ranks[0].get(name), ranks[1][name])


def _kind(was: Task | None, now: Task | None, then: date, today: date) -> Kind | None:
    """What became of a task; what is done counts before anything else, and being late before a new day."""
    was_open, is_open = was is not None and was.is_open, now is not None and now.is_open
    if not is_open:
        if not was_open:
            return None
        return "done" if now is not None and now.state == "done" else "dropped"
    if not was_open:
        return "new"
    if _is_late(now, today) and not _is_late(was, then):
        return "overdue"
    return "rescheduled" if was and now and was.due != now.due else None


def _is_late(task: Task | None, on: date) -> bool:
    return task is not None and task.due is not None and task.due < on


def _of_task(kind: Kind, was: Task | None, now: Task | None, action: Action | None) -> Change:
    shown = now or was
    assert shown is not None  # noqa: S101 - one of both is always there
    return Change(
        what="action",
        kind=kind,
        entity=shown.entity,
        id=shown.id,
        title=shown.text,
        roles=_roles(action),
        unit="date",
        before=_due(was),
        after=_due(now),
        severity=shown.severity or (action.severity if action else None),
        is_headline=kind in {"done", "overdue"},
        sources=(shown.source,),
    )


def _roles(action: Action | None) -> tuple[Role, ...]:
    """Who reads of it: the CEO of everything that is to be done."""
    return tuple(dict.fromkeys(("ceo", *(action.roles if action else ()))))


def _due(task: Task | None) -> Held | None:
    return Held(Day(task.due)) if task and task.due else None


def _weighed(was: Action | None, now: Action | None) -> Iterator[Change]:
    """An action whose own score moved by a quarter and which has another place; its place alone moves with others."""
    if was is None or now is None or was.rank == now.rank or not _is_weighed_anew(was, now):
        return
    yield Change(
        what="action",
        kind="reprioritised",
        entity=now.entity,
        id=now.id,
        title=now.text,
        roles=_roles(now),
        unit="count",
        before=Held(Decimal(was.rank)),
        after=Held(Decimal(now.rank)),
        severity=now.severity,
        sources=now.sources,
    )


def _is_weighed_anew(was: Action, now: Action) -> bool:
    if was.is_pinned != now.is_pinned:
        return True
    return abs(now.effective - was.effective) >= _LEAST_SHIFT * max(was.effective, now.effective)


def _key(task: Task) -> Key:
    return (task.entity, task.id)


def _reworded(before: Iterable[Task], after: Iterable[Task]) -> Mapping[Key, Key]:
    """Tasks without an id of their own that are gone -> those that came in their place with much the same words."""
    gone, come = _nameless(before), _nameless(after)
    found: dict[Key, Key] = {}
    for entity, tasks in come.items():
        left = [one for one in gone.get(entity, []) if _key(one) not in {_key(other) for other in tasks}]
        stood = {_key(one) for one in gone.get(entity, [])}
        fresh = [one for one in tasks if _key(one) not in stood]
        if len(left) * len(fresh) > _MOST_COMPARED:
            continue
        for task in fresh:
            best = max(left, key=lambda one, task=task: _alike(one, task), default=None)  # type: ignore[misc]
            if best is not None and _alike(best, task) >= _LEAST_ALIKE:
                found[_key(best)] = _key(task)
                left.remove(best)
    return found


def _nameless(tasks: Iterable[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for one in sorted(tasks, key=_key):
        if not one.has_own_id:
            found.setdefault(one.entity, []).append(one)
    return found


def _alike(one: Task, other: Task) -> Decimal:
    """The share of words that two tasks have in common; 0 where what they mend differs."""
    if one.fixes != other.fixes:
        return Decimal(0)
    left, right = set(one.text.lower().split()), set(other.text.lower().split())
    return Decimal(len(left & right)) / (len(left | right) or 1)
