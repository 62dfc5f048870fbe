"""Rules of what people set out to do: late, too much, in a circle, undecided, or accepted for too long."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from quarterdeck.figures.exchange import largest
from quarterdeck.formulas.order import circular
from quarterdeck.formulas.score import priority
from quarterdeck.model.finding import ROLES, Effect, Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.rules.data import repeated
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, money, on

_LATE_DAYS = 14
_MATTERS = 5
"""Points of value (5.1) from which a late task is worth a word."""
_HORIZON = timedelta(days=30)
_WEEKS = Decimal(30) / 7
_MOST_TASKS = 12
_WAITING_DAYS = 21
_SHOWN = 5


@rule(
    "R-CEO-12",
    severity=Severity.MEDIUM,
    roles=("ceo",),
    action="Set a day that will be kept, or drop the task.",
    effort_hours=1,
    reads=("tasks", "findings"),
    late=True,
)
def task_long_overdue(known: Known) -> Iterator[Hit]:
    """A task that matters is more than two weeks late.

    What it checks: the due day of open tasks whose value has five points or more, as the agenda counts them: by
    the money that is written, else by the findings that the task resolves.
    Why it matters: a date that passes without a word makes all other dates worth less.
    How to mend: set a day that will be kept, give it to somebody else, or drop it.
    Known limits: a task without impact that resolves no finding counts two points, and is never named.
    Source: Quarterdeck's own rule.
    """
    fixed: dict[str, list[Finding]] = {}
    for one in known.found:
        for name in one.tasks if one.state != "accepted" else ():
            fixed.setdefault(name, []).append(one)
    for task in known.facts.tasks:
        resolves = fixed.get(task.id, [])
        late = (known.as_of - task.due).days if task.due and task.is_open and not task.is_someday else 0
        if late > _LATE_DAYS and _points(task, resolves, known.currency) >= _MATTERS:
            yield Hit(
                entity=task.entity,
                subject=task.id,
                message=f"“{task.text}” is {late} days overdue{_what_it_is_worth(task, resolves)}.",
                evidence=(task.source,),
                affects=tuple(Effect(role, "waits for this task") for role in ROLES if role in task.affects),
            )


def _what_it_is_worth(task: Task, fixed: list[Finding]) -> str:
    if task.impact is not None:
        each = " a month" if task.impact_is_monthly else ""
        return f"; {money(task.impact)}{each} is at stake"
    worst = _worst(task, fixed)
    if task.impact_word or worst is None:
        return f"; its impact is {task.impact_word}" if task.impact_word else ""
    return f"; it would resolve a {worst} finding" if fixed else f"; it is marked {worst}"


def _worst(task: Task, fixed: list[Finding]) -> Severity | None:
    return min((one.severity for one in fixed), key=lambda one: one.rank, default=task.severity)


def _points(task: Task, fixed: list[Finding], currency: str) -> int:
    """The value of a task as its score has it: money of another currency than the portfolio's is not known."""
    worst = _worst(task, fixed)
    stake = largest((one.at_stake for one in fixed if one.at_stake), currency)
    is_stake = task.impact is None and not task.impact_word and stake and stake.currency == currency
    return priority(
        money_month=stake.amount if stake and is_stake else task.impact_a_month(currency),
        days_to_due=None,
        severity=worst.value if worst else None,
        further_roles=0,
        hours=None,
        confidence=None,
    ).value


@rule(
    "R-CEO-13",
    severity=Severity.MEDIUM,
    roles=("ceo",),
    affects=(("ceo", "the agenda of thirty days does not hold"),),
    action="Cut some of it, or give it to somebody with room.",
    effort_hours=1,
    reads=("tasks",),
)
def too_much_for_one(known: Known) -> Iterator[Hit]:
    """One person has more than twelve tasks due within thirty days, or more hours of them than there are.

    What it checks: open tasks with an owner that are overdue or due within thirty days, and their hours against
    the person's hours a week in the settings.
    Why it matters: what does not fit is not done, and nobody chose which.
    How to mend: cut it, move a date, or give some of it to somebody else.
    Known limits: a task without effort adds no hours, and work that is no task is not seen.
    Source: Quarterdeck's own rule.
    """
    until = known.as_of + _HORIZON
    due: dict[str, list[Task]] = {}
    for task in known.facts.tasks:
        if task.owner and task.is_open and not task.is_someday and task.due and task.due <= until:
            due.setdefault(task.owner, []).append(task)
    for owner, tasks in sorted(due.items()):
        hours = sum((task.hours for task in tasks if task.hours is not None), Decimal(0))
        room = _room(known, owner)
        if len(tasks) <= _MOST_TASKS and (room is None or hours <= room):
            continue
        words = f"{len(tasks)} {'task' if len(tasks) == 1 else 'tasks'} due within 30 days"
        if room is not None:
            least = "at least " if any(task.hours is None for task in tasks) else ""
            words += f": {least}{hours:,.0f} hours of work, and {room:,.0f} hours to do it"
        yield Hit(
            entity="",
            subject=owner,
            message=f"{known.person(owner)} has {words}.",
            evidence=tuple(task.source for task in tasks[:_SHOWN]),
        )


def _room(known: Known, owner: str) -> Decimal | None:
    """Hours that a person has in thirty days; None where nobody says how many a week."""
    if known.people is None:
        return None
    return known.people.hours.get(owner, known.people.default_hours) * _WEEKS


@rule(
    "R-CEO-14",
    severity=Severity.MEDIUM,
    roles=("ceo",),
    affects=(("ceo", "the order of the agenda (5.4)"),),
    action="Correct `needs:` of one of them.",
    effort_hours=Decimal("0.25"),
    reads=("tasks", "problems"),
)
def needs_lead_nowhere(known: Known) -> Iterator[Hit]:
    """Tasks need each other in a circle, or one needs a task that stands nowhere.

    What it checks: `needs:` of open tasks over the whole portfolio.
    Why it matters: none of a circle can be first, and what waits for an unknown task waits for ever.
    How to mend: correct the id, or take one of the needs away.
    Known limits: a need for a finding, such as `needs:R-QDN-01`, is followed in the agenda alone.
    Source: Quarterdeck's own rule.
    """
    yield from repeated(known.facts, "R-CEO-14")
    tasks = {task.id.casefold(): task for task in reversed(known.facts.tasks) if task.is_open}
    needs = {name: tuple(need.casefold() for need in task.needs) for name, task in sorted(tasks.items())}
    for one, needed in circular({name: (Decimal(0), wanted) for name, wanted in needs.items()}):
        chain = [tasks[one], *(tasks[name] for name in _way(needs, needed, one))]
        words = ", which needs ".join(f"#{task.id}" for task in chain)
        yield Hit(
            entity=tasks[one].entity,
            subject=f"{tasks[one].id}/{tasks[needed].id}",
            message=f"Nothing can be first: {words}.".replace(", which needs", " needs", 1),
            evidence=tuple(task.source for task in chain[1:]),
        )


def _way(needs: Mapping[str, tuple[str, ...]], start: str, end: str) -> list[str]:
    """The shortest chain of needs from one task to another, both included."""
    before: dict[str, str] = {start: start}
    queue = [start]
    for here in queue:
        for name in needs[here]:
            if name in needs and name not in before:
                before[name] = here
                queue.append(name)
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


@rule(
    "R-CEO-17",
    severity=Severity.LOW,
    roles=("ceo",),
    affects=(("ceo", "whoever waits for the answer goes on without it"),),
    action="Decide; if nobody does by Friday, take the default.",
    effort_hours=1,
    reads=("tasks",),
)
def decision_waits(known: Known) -> Iterator[Hit]:
    """A decision has been waiting for more than three weeks.

    What it checks: open tasks marked `decide`, by the day of the first commit that holds their id.
    Why it matters: work on both sides of it stands still, or goes on as if it had been decided.
    How to mend: decide, with a default that holds where nobody objects.
    Known limits: without the history of the files nobody knows since when, and the rule says nothing; so with
    a decision that has no id of its own.
    Source: Quarterdeck's own rule.
    """
    for task in known.facts.tasks:
        first = known.first_seen.get(task.id.lower())
        if first is None or not (task.is_decision and task.is_open and not task.is_someday):
            continue
        waits = (known.as_of - first).days
        if waits > _WAITING_DAYS:
            yield Hit(
                entity=task.entity,
                subject=task.id,
                message=f"“{task.text}” has waited {waits} days for a decision.",
                evidence=(task.source,),
                affects=tuple(
                    Effect(role, "waits for this decision") for role in ROLES if role in task.affects
                )
                or None,
            )


@rule(
    "R-CEO-18",
    severity=Severity.MEDIUM,
    roles=("ceo",),
    affects=(("ceo", "a risk that nobody answers for any more"),),
    action="Mend it, or accept it again with a new day and a reason.",
    effort_hours=1,
    reads=("accepted",),
)
def accepted_too_long(known: Known) -> Iterator[Hit]:
    """Somebody accepted a finding until a day that has passed.

    What it checks: `accepted` of `portfolio.yml` against the date of the report.
    Why it matters: the finding stands open again, and the person who answered for it should say so.
    How to mend: mend what it was about, or renew the entry; if it is gone, remove the entry.
    Known limits: whether the finding still stands is not asked.
    Source: Quarterdeck's own rule.
    """
    for one in known.lapsed:
        yield Hit(
            entity=one.entity,
            subject=f"{one.rule}/{one.subject}",
            message=(
                f"{known.person(one.owner)} accepted {one.rule} for “{one.subject}” until "
                f"{on(one.until, known.as_of)}, {days((known.as_of - one.until).days)} ago."
            ),
            evidence=(Source("portfolio.yml", kind="settings", what="accepted"),),
        )
