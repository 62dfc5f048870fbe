"""Joins what rules find with the audit checks that prove it, so that nothing is said twice."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from quarterdeck.checks.registry import CHECKS, HOURS, how_to_mend
from quarterdeck.model.check import CheckResult
from quarterdeck.model.finding import Finding
from quarterdeck.rules.registry import RULES, Rule


def failed_by_rule(results: Iterable[CheckResult]) -> Mapping[str, tuple[CheckResult, ...]]:
    """Failures that no other says already, by the rule that prints them, else by their own code."""
    groups: dict[str, list[CheckResult]] = {}
    for one in results:
        if one.status == "fail" and not one.beneath:
            feeds = (one.rule, *CHECKS[one.code].feeds)
            code = next((code for code in feeds if code in RULES), one.code)
            groups.setdefault(code, []).append(one)
    return {code: tuple(group) for code, group in groups.items()}


def proven(found: Iterable[Finding], rule: Rule, failed: Iterable[CheckResult]) -> Iterator[Finding]:
    """The findings of a rule with the failed checks that prove them, then those that checks alone show.

    A finding is as bad as the worst of what proves it. What checks alone show is mended as they say: a rule may
    ask for more than the one fault takes.
    """
    by_subject: dict[tuple[str, str], list[CheckResult]] = {}
    for one in failed:
        by_subject.setdefault((one.entity, one.about or one.subject), []).append(one)
    for finding in found:
        yield _with(finding, by_subject.pop((finding.entity, finding.subject), []))
    for group in by_subject.values():
        first = worst(group)
        alone = finding_of(first)
        yield _with(
            msgspec.structs.replace(alone, rule=rule.code, affects=rule.affects, roles=rule.roles),
            group,
        )


def finding_of(result: CheckResult) -> Finding:
    """What a failed check finds by itself."""
    check = CHECKS[result.code]
    return Finding(
        rule=result.code,
        entity=result.entity,
        subject=result.about or result.subject,
        severity=result.severity or check.severity,
        message=result.message,
        action=how_to_mend(check),
        roles=check.roles,
        evidence=(result.source,) if result.source else (),
        effort_hours=HOURS[check.mend],
        checks=(result.id,),
    )


def with_accepted(results: Iterable[CheckResult], found: Iterable[Finding]) -> tuple[CheckResult, ...]:
    """The same in the same order, each failure that proves an accepted finding marked as accepted."""
    lived_with = {name for finding in found if finding.state == "accepted" for name in finding.checks}
    return tuple(
        msgspec.structs.replace(one, status="accepted") if one.id in lived_with else one for one in results
    )


def worst(results: Iterable[CheckResult]) -> CheckResult:
    """The worst of several failures; of equals one about its own subject, then the first by code."""
    return min(results, key=lambda one: (one.severity.rank if one.severity else 0, bool(one.about), one.code))


def _with(finding: Finding, failed: list[CheckResult]) -> Finding:
    if not failed:
        return finding
    severity = worst(failed).severity or finding.severity
    sources = (one.source for one in failed if one.source is not None)
    return msgspec.structs.replace(
        finding,
        severity=min(severity, finding.severity, key=lambda one: one.rank),
        evidence=tuple(dict.fromkeys((*finding.evidence, *sources))),
        checks=tuple(one.id for one in failed),
    )
