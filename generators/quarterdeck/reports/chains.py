"""How problems lead to each other: from the finding that is the cause to the numbers that it moves."""

import re
from itertools import groupby

import msgspec

from quarterdeck.model.finding import ROLE_TITLES, ROLES, Finding, Role
from quarterdeck.model.handoff import Task
from quarterdeck.model.severity import Severity
from quarterdeck.reports.components import ChainStep
from quarterdeck.reports.skeleton import Report, role_path

MOST = 5
_CODES = re.compile(r"\s*\([FR]-[A-Z0-9, -]+\)")
"""Codes of formulas and rules, which are no words of a sentence."""


def chains(report: Report) -> tuple[tuple[ChainStep, ...], ...]:
    """One chain a rule, worst first; findings of one rule share a chain."""
    wanted = [
        finding
        for finding in report.site.open_findings
        if finding.entity in report.ids
        and finding.affects
        and finding.severity in {Severity.CRITICAL, Severity.HIGH}
    ]
    by_rule: dict[str, list[Finding]] = {}
    for finding in wanted:
        by_rule.setdefault(finding.rule, []).append(finding)
    return tuple(_chain(report, findings) for findings in by_rule.values())


def _chain(report: Report, findings: list[Finding]) -> tuple[ChainStep, ...]:
    worst = findings[0]
    moved = {effect.role for effect in worst.affects}
    others = [role for role in worst.roles if role not in moved]
    first = next((role for role in others if role != "ceo"), others[0] if others else worst.roles[0])
    more = f" And {len(findings) - 1} more like it." if len(findings) > 1 else ""
    steps = [ChainStep(ROLE_TITLES[first], f"{worst.message}{more}")]
    ordered = sorted(worst.affects, key=lambda effect: (ROLES.index(effect.role), effect.what))
    for role, effects in groupby(ordered, key=lambda effect: effect.role):
        words = "; ".join(_CODES.sub("", effect.what) for effect in effects)
        steps.append(ChainStep(ROLE_TITLES[role], f"{words[:1].upper()}{words[1:]}", _href(report, role)))
    return tuple(steps)


def _href(report: Report, role: Role) -> str:
    is_read = role in report.site.briefing.roles and role != report.role
    return report.sources.to(role_path(role)) if is_read else ""


class Blocker(msgspec.Struct, frozen=True):
    """An open task that others wait for."""

    task: Task
    waiting: tuple[str, ...]
    """Ids of the open tasks that need it, through others too."""


def blockers(report: Report) -> tuple[Blocker, ...]:
    """Open tasks that other open tasks need, the one with most behind it first."""
    tasks = {
        task.id: task for task in report.site.briefing.tasks if task.is_open and task.entity in report.ids
    }
    needed_by: dict[str, list[str]] = {}
    for task in tasks.values():
        for need in task.needs:
            needed_by.setdefault(need, []).append(task.id)
    found = [Blocker(tasks[one], tuple(sorted(_behind(one, needed_by)))) for one in needed_by if one in tasks]
    return tuple(sorted(found, key=lambda one: (-len(one.waiting), one.task.id)))


def _behind(start: str, needed_by: dict[str, list[str]]) -> set[str]:
    """Everything that waits for a task; a circle ends where it began."""
    seen: set[str] = set()
    pending = list(needed_by.get(start, ()))
    while pending:
        one = pending.pop()
        if one not in seen and one != start:
            seen.add(one)
            pending.extend(needed_by.get(one, ()))
    return seen
