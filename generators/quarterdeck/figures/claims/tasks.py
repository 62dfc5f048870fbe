"""Claims of tasks that are done: what they say that they fix, against what still speaks."""

from collections.abc import Iterator, Sequence

from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.claims.switches import shortened
from quarterdeck.figures.months import on
from quarterdeck.model.finding import Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.source import Source
from quarterdeck.model.values import Word


def _fixed(ask: Ask) -> Iterator[Dispute]:
    """A done task whose finding was seen again later; of a rule with several findings nobody knows which was meant."""
    own = [one for one in ask.found if one.entity == ask.entity and one.state == "open"]
    for task in ask.scope.facts.tasks_of(ask.entity):
        if task.state == "done" and task.done_on is not None:
            for fix in task.fixes:
                meant = _meant(fix, own)
                later = _seen_after(task, meant) if meant else ()
                if meant and later:
                    yield Dispute(
                        subject=task.id,
                        said=Word(f"“{shortened(task.text)}”, done {on(task.done_on)}"),
                        said_at=(task.source,),
                        seen=Word(shortened(meant.message)),
                        seen_at=later,
                    )


def _meant(fix: str, found: Sequence[Finding]) -> Finding | None:
    """The finding with that identity, or the only one of that rule."""
    by_name = [one for one in found if one.id.casefold() == fix.casefold()]
    by_rule = [one for one in found if one.rule.casefold() == fix.casefold()]
    hits = by_name or by_rule
    return hits[0] if len(hits) == 1 else None


def _seen_after(task: Task, finding: Finding) -> tuple[Source, ...]:
    """What an audit saw of it on the day or later."""
    return tuple(
        one
        for one in finding.evidence
        if one.kind == "evidence"
        and one.as_of is not None
        and task.done_on is not None
        and one.as_of >= task.done_on
    )


CLAIMS = (
    Claim(
        key="done",
        what="Task{subject}",
        find=_fixed,
        why="The audit looked after the task was ticked.",
        weakens="The task counts as done, so nobody is asked to do it.",
        mend="Open the task again, or finish what is left of it.",
        role="ceo",
    ),
)
