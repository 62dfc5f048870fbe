"""Runs every rule and turns hits into findings: overrides, acceptance, acknowledgement, order."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import msgspec

from quarterdeck import rules
from quarterdeck.figures.exchange import exchange_of, largest
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.finding import Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.rules.imported import imported
from quarterdeck.rules.known import Known
from quarterdeck.rules.proof import failed_by_rule, finding_of, gathered, proven
from quarterdeck.rules.registry import RULES, Hit, Rule

_TasksByFix = Mapping[tuple[str, str | None], list[Task]]

MODULES = tuple(
    import_module(f"{rules.__name__}.{found.name}")
    for found in sorted(iter_modules(rules.__path__), key=lambda found: found.name)
    if found.name != "run"
)
"""Every module of this folder: importing it registers its rules."""


class Override(msgspec.Struct, frozen=True):
    """A severity that `portfolio.yml` sets, with the reason that is printed."""

    rule: str
    severity: Severity
    reason: str
    entity: str = ""


def findings(
    known: Known, *, overrides: Iterable[Override] = (), accepted: Iterable[Accepted] = ()
) -> tuple[Finding, ...]:
    """All findings, worst first, then most money, then identity; for each rule, entity and subject the worst.

    A failed check proves the finding of the rule that it feeds, or is a finding by itself. Late rules see what
    the others found, with severities set and what is accepted marked.
    """
    accepted = tuple(accepted)
    lapsed = expired(accepted, known.as_of)
    lived_with = {(one.rule, one.entity, one.subject): one for one in accepted if one not in lapsed}
    weigh = _Weigh({(one.rule, one.entity): one for one in overrides}, lived_with, known)
    failed = failed_by_rule(known.results)
    named = _named(accepted, known.facts.tasks)
    own = (finding_of(one) for code, group in failed.items() if code not in RULES for one in group)
    alone = gathered(own, named)
    found = {one.id: one for one in map(weigh, (*alone, *imported(known.facts)))}
    for late in (False, True):
        asked = known.having(found.values(), lapsed)
        for rule in (RULES[code] for code in sorted(RULES) if RULES[code].late == late):
            hits = (_finding(rule, hit) for hit in rule.check(asked))
            proofs = proven(hits, rule, failed.get(rule.code, ()))
            for finding in map(weigh, gathered(proofs, named)):
                worst = found.get(finding.id)
                if worst is None or finding.severity.rank < worst.severity.rank:
                    found[finding.id] = finding
    for finding in _accepted_in_vain(lived_with.values(), found):
        found.setdefault(finding.id, finding)
    return tuple(sorted((_valued(one, known) for one in found.values()), key=lambda finding: finding.order))


def _named(accepted: Iterable[Accepted], tasks: Iterable[Task]) -> frozenset[str]:
    """Identities of findings that settings or open tasks name, in lower case."""
    lived_with = (f"{one.rule}/{one.entity}/{one.subject}" for one in accepted)
    to_mend = (fix for task in tasks if task.is_open for fix in task.fixes)
    return frozenset(name.lower() for name in (*lived_with, *to_mend))


class _Weigh:
    """Gives a finding the severity, money and state that settings and tasks say."""

    def __init__(
        self,
        overrides: Mapping[tuple[str, str], Override],
        lived_with: Mapping[tuple[str, str, str], Accepted],
        known: Known,
    ) -> None:
        """Overrides by rule and entity, what is accepted by rule, entity and subject."""
        self.overrides = overrides
        self.lived_with = lived_with
        self.tasks = _tasks_by_fix(known.facts.tasks)
        self.currency = known.currency

    def __call__(self, finding: Finding) -> Finding:
        override = self.overrides.get((finding.rule, finding.entity)) or self.overrides.get(
            (finding.rule, "")
        )
        finding = _with_stake(_overridden(finding, override), self.tasks, self.currency)
        accepted = self.lived_with.get((finding.rule, finding.entity, finding.subject))
        return _with_state(finding, accepted, self.tasks)


def _overridden(finding: Finding, override: Override | None) -> Finding:
    if override is None:
        return finding
    return msgspec.structs.replace(finding, severity=override.severity, severity_reason=override.reason)


def _finding(rule: Rule, hit: Hit) -> Finding:
    return Finding(
        rule=rule.code,
        entity=hit.entity,
        subject=hit.subject,
        severity=hit.severity or rule.severity,
        message=hit.message,
        action=hit.action or rule.action,
        roles=hit.roles or rule.roles,
        affects=rule.affects if hit.affects is None else hit.affects,
        evidence=hit.evidence,
        at_stake=hit.at_stake,
        effort_hours=rule.effort_hours,
    )


def _tasks_by_fix(tasks: Iterable[Task]) -> _TasksByFix:
    """Open tasks by what they say they fix, a rule's code or a finding's whole identity: of all, and by entity."""
    fixes: dict[tuple[str, str | None], list[Task]] = {}
    for task in tasks:
        for fix in task.fixes if task.is_open else ():
            for entity in (None, task.entity):
                fixes.setdefault((fix.lower(), entity), []).append(task)
    return fixes


def _mending(finding: Finding, tasks: _TasksByFix) -> tuple[Task, ...]:
    """The open tasks that mend a finding; a task of another entity names the whole identity to count."""
    return (
        *tasks.get((finding.id.lower(), None), ()),
        *tasks.get((finding.rule.lower(), finding.entity), ()),
    )


def _with_stake(finding: Finding, tasks: _TasksByFix, currency: str) -> Finding:
    """Where the rule knows no money, the most a month that a task which mends it says to bring.

    What comes once is no such amount.
    """
    if finding.at_stake is not None:
        return finding
    named = _mending(finding, tasks)
    stated = (task.impact for task in named if task.impact and task.impact_is_monthly)
    return msgspec.structs.replace(finding, at_stake=largest(stated, currency))


def _valued(finding: Finding, known: Known) -> Finding:
    """A finding with what is at stake in the portfolio's currency, at the price of the day of the report."""
    if finding.at_stake is None:
        return finding
    stake = exchange_of(known.facts).converted(finding.at_stake, known.as_of, known.currency)
    worth = stake.amount if stake.currency == known.currency else None
    return msgspec.structs.replace(finding, worth=worth)


def _with_state(finding: Finding, accepted: Accepted | None, tasks: _TasksByFix) -> Finding:
    """Accepted before acknowledged."""
    ids = tuple(sorted({task.id for task in _mending(finding, tasks)}))
    if accepted:
        return msgspec.structs.replace(
            finding,
            state="accepted",
            accepted_until=accepted.until,
            accepted_by=accepted.owner,
            accepted_reason=accepted.reason,
            tasks=ids,
        )
    return msgspec.structs.replace(finding, state="acknowledged", tasks=ids) if ids else finding


def _accepted_in_vain(accepted: Iterable[Accepted], found: Mapping[str, Finding]) -> Iterator[Finding]:
    """What `portfolio.yml` accepts although no rule finds it: gone, or a slip of the pen."""
    for one in accepted:
        if f"{one.rule}/{one.entity}/{one.subject}" not in found:
            whole, or_entity = ("", "") if one.entity else (" of the whole portfolio", " or name its entity")
            yield _finding(
                RULES["R-DAT-05"],
                Hit(
                    entity=one.entity,
                    subject=f"accepted/{one.rule}/{one.subject}",
                    severity=Severity.LOW,
                    message=f"{one.rule} is accepted for “{one.subject}”{whole}, but no such finding stands.",
                    evidence=(Source("portfolio.yml", kind="settings", what="accepted"),),
                    action=f"Correct the subject{or_entity}, or remove the entry from portfolio.yml.",
                ),
            )


def expired(accepted: Iterable[Accepted], as_of: date) -> tuple[Accepted, ...]:
    """Decisions to live with something whose date has passed; the finding is open again (F-124)."""
    return tuple(one for one in accepted if one.until < as_of)
