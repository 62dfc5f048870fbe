"""How far the reports of a mail can be trusted: what is known of what they ask for, and what is old."""

from collections.abc import Iterable, Iterator
from typing import Final

from quarterdeck.figures.inputs import inputs_known
from quarterdeck.mail.desk import Desk, short
from quarterdeck.model.finding import ROLE_TITLES, InputState
from quarterdeck.reports.words import counted, day

MOST_NOT_FRESH: Final = 3


def coverage(desk: Desk) -> str:
    """How much of what each report asks for is known: `CFO 34 of 47 inputs`."""
    ids = [one.entity for one in desk.after.entities if one.entity not in desk.samples]
    found = []
    for role in desk.roles:
        known, old, wanted = inputs_known(desk.after.inputs, role, ids)
        if wanted:
            found.append(f"{ROLE_TITLES[role]} {known + old} of {wanted} inputs")
    return ", ".join(found)


def not_fresh(desk: Desk) -> Iterator[str]:
    """Sources that are old, business by business, and what audits could not read."""
    shown = frozenset(desk.roles)
    old: dict[str, list[InputState]] = {}
    for one in desk.after.inputs:
        if one.state == "old" and not shown.isdisjoint((*one.required, *one.optional)):
            old.setdefault(one.entity, []).append(one)
    lines = [
        f"{short(one.title, 60)} ({counted(len(old[one.entity]), 'input')}{_since(old[one.entity])})"
        for one in desk.after.entities
        if one.entity in old and one.entity not in desk.samples
    ]
    yield from lines[:MOST_NOT_FRESH]
    if len(lines) > MOST_NOT_FRESH:
        yield counted(len(lines) - MOST_NOT_FRESH, "more business", "more businesses")
    if shown.isdisjoint({"cto", "cmo"}):
        return
    evidence = desk.after.evidence
    if former := [one for one in evidence.snapshots if one.tried]:
        yield f"{counted(len(former), 'audit')} that could not be repeated"
    if evidence.gaps:
        yield f"{counted(len(evidence.gaps), 'thing')} that audits could not read"


def _since(inputs: Iterable[InputState]) -> str:
    oldest = min((one.as_of for one in inputs if one.as_of), default=None)
    return f" since {day(oldest)}" if oldest else ""
