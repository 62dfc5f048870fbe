"""How problems lead to each other: from the finding that is the cause to the numbers that it moves."""

import re
from decimal import Decimal
from itertools import groupby

import msgspec

from quarterdeck.model.finding import ROLE_TITLES, ROLES, Finding, Role
from quarterdeck.model.handoff import Task
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.reports.components import ChainStep
from quarterdeck.reports.skeleton import Report, role_path
from quarterdeck.reports.words import money

MOST = 5
_MOST_CONSEQUENCES = 2
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
    """The cause, the numbers that it moves by role, and what else is wrong because of them."""
    worst = findings[0]
    more = f" And {len(findings) - 1} more like it." if len(findings) > 1 else ""
    steps = [ChainStep(ROLE_TITLES[_own_role(worst)], f"{worst.message}{more}", money=_stake(findings))]
    ordered = sorted(worst.affects, key=lambda effect: (ROLES.index(effect.role), effect.what))
    for role, effects in groupby(ordered, key=lambda effect: effect.role):
        words = "; ".join(_CODES.sub("", effect.what) for effect in effects)
        steps.append(ChainStep(ROLE_TITLES[role], f"{words[:1].upper()}{words[1:]}", _href(report, role)))
    led_to = dict.fromkeys(other for one in findings for other in report.site.consequences.get(one.id, ()))
    for other in list(led_to)[:_MOST_CONSEQUENCES]:
        found = report.site.finding(other)
        role = _own_role(found)
        steps.append(ChainStep(ROLE_TITLES[role], found.message, _href(report, role)))
    return tuple(steps)


def _own_role(finding: Finding) -> Role:
    """Whose finding it is: the first reader whose number is not only moved, the CEO last."""
    moved = {effect.role for effect in finding.affects}
    others = [role for role in finding.roles if role not in moved]
    return next((role for role in others if role != "ceo"), others[0] if others else finding.roles[0])


def _stake(findings: list[Finding]) -> str:
    """What all of them together put at stake a month, in words."""
    known = [one.at_stake for one in findings if one.at_stake]
    if not known or len({one.currency for one in known}) > 1:
        return "not known by how much"
    total = Money(sum((one.amount for one in known), Decimal(0)), known[0].currency)
    at_least = "at least " if len(known) < len(findings) else ""
    return f"{at_least}{money(total)} a month at stake"


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
