"""Joins what rules find with the audit checks that prove it, so that nothing is said twice."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.checks.prices import money
from quarterdeck.checks.registry import CHECKS, HOURS, Check, how_to_mend
from quarterdeck.checks.sites import few
from quarterdeck.figures.exchange import largest
from quarterdeck.model.check import CheckResult
from quarterdeck.model.finding import Finding
from quarterdeck.model.values import Money
from quarterdeck.rules.registry import RULES, Rule

_LITTLE = Money(Decimal(1), "USD")
"""A month; what is worth less is told together with its like. List prices are in dollars, and so are most bills."""


def failed_by_rule(results: Iterable[CheckResult]) -> Mapping[str, tuple[CheckResult, ...]]:
    """Failures that no other says already, by the rule that prints them, else by their own code."""
    groups: dict[str, list[CheckResult]] = {}
    for one in results:
        if one.status == "fail" and not one.beneath:
            feeds = (one.rule,) if one.rule else CHECKS[one.code].feeds
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
        evidence=tuple(one for one in (result.source, result.price) if one),
        at_stake=result.at_stake,
        effort_hours=HOURS[check.mend],
        checks=(result.id,),
    )


def gathered(found: Iterable[Finding], named: Container[str]) -> Iterator[Finding]:
    """The same, with what one check finds of little worth as one finding for each business, where it is several.

    Args:
        found: What rules and checks find.
        named: Identities, in lower case, that settings or tasks name: those stand by themselves.
    """
    little: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        if _is_little(one) and one.id.lower() not in named:
            little.setdefault((one.checks[0].partition("/")[0], one.entity), []).append(one)
        else:
            yield one
    for (code, _), several in little.items():
        yield _together(CHECKS[code], several) if several[1:] else several[0]


def _is_little(finding: Finding) -> bool:
    stake = finding.at_stake
    return (
        len(finding.checks) == 1
        and stake is not None
        and stake.currency == _LITTLE.currency
        and stake.amount < _LITTLE.amount
    )


def _together(check: Check, several: Sequence[Finding]) -> Finding:
    """Several findings of one check as one, whose subject is the check's name: that stays while its things change."""
    total = sum((one.at_stake.amount for one in several if one.at_stake), Decimal(0))
    stake = Money(total, _LITTLE.currency)
    title = check.title[0].lower() + check.title[1:].removesuffix(".")
    names = few(sorted(one.subject for one in several))
    return msgspec.structs.replace(
        min(several, key=lambda one: (one.severity.rank, one.subject)),
        subject=check.name,
        message=f"{len(several)} {title}, {money(stake)} a month together: {names}.",
        evidence=tuple(dict.fromkeys(source for one in several for source in one.evidence)),
        at_stake=stake,
        effort_hours=HOURS[check.mend] * len(several),
        checks=tuple(name for one in several for name in one.checks),
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
    sources = (source for one in failed for source in (one.source, one.price) if source is not None)
    stakes = [one.at_stake for one in failed if one.at_stake]
    return msgspec.structs.replace(
        finding,
        severity=min(severity, finding.severity, key=lambda one: one.rank),
        evidence=tuple(dict.fromkeys((*finding.evidence, *sources))),
        at_stake=finding.at_stake or (largest(stakes, stakes[0].currency) if stakes else None),
        checks=tuple(one.id for one in failed),
    )
