"""Runs every check on every record, and folds failures that say the same."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages

import msgspec

from quarterdeck import checks
from quarterdeck.checks.registry import CHECKS, Check
from quarterdeck.model.check import CheckResult, Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import Observed, Resource

MODULES = tuple(
    import_module(found.name)
    for found in sorted(walk_packages(checks.__path__, f"{checks.__name__}."), key=lambda found: found.name)
    if found.name != __name__
)
"""Every module of this folder: importing it registers its checks."""

_STACK_TAG = "aws:cloudformation:stack-name"


def results(facts: Facts) -> tuple[CheckResult, ...]:
    """What every check says of every record of its kind, in order of code, entity and subject.

    A check that crashes on a record is an error there, and the others go on (F-123). Of several records of one
    name and place, the worst answer counts.
    """
    found: dict[str, CheckResult] = {}
    for code in sorted(CHECKS):
        for result in _of_check(CHECKS[code], facts):
            before = found.get(result.id)
            if before is None or _badness(result) < _badness(before):
                found[result.id] = result
    folded = _folded(found.values())
    return tuple(sorted(folded, key=lambda one: (one.code, one.entity, one.subject)))


def _of_check(check: Check, facts: Facts) -> Iterator[CheckResult]:
    for record in facts.of(check.of):
        if check.when is not None and not check.when(record):
            continue
        try:
            verdict = check.judge(record, facts)
        except Exception as error:  # noqa: BLE001 - a check that crashes is an error of that check alone
            yield _result(check, record, facts, "error", f"the check itself failed: {type(error).__name__}")
        else:
            yield _told(check, record, verdict, facts)


def _told(check: Check, record: Observed, verdict: Verdict, facts: Facts) -> CheckResult:
    match verdict:
        case Pass(note):
            return _result(check, record, facts, "pass", note)
        case Unknown(gap):
            return _result(check, record, facts, "unknown", gap.reason)
        case NotApplicable(reason):
            return _result(check, record, facts, "n/a", reason)
        case Fail(message, severity, about, rule, at_stake, price):
            worst = severity or check.severity
            if record.subject in facts.evidence.declared.spare:
                worst, message = worst.lowered, f"{message} It is no production resource, by portfolio.yml."
            failed = _result(check, record, facts, "fail", message)
            return msgspec.structs.replace(
                failed, severity=worst, about=about, rule=rule, at_stake=at_stake, price=price
            )


def _result(check: Check, record: Observed, facts: Facts, status: str, message: str) -> CheckResult:
    tags: Mapping[str, str] = dict(record.tags) if isinstance(record, Resource) else {}
    return CheckResult(
        check.code,
        record.entity,
        facts.evidence.subject_of(record),
        status,  # type: ignore[arg-type]  # one of the statuses, as the callers above say
        message,
        source=record.source,
        stack=tags.get(_STACK_TAG, ""),
    )


_ORDER = ("fail", "accepted", "error", "unknown", "pass", "n/a")


def _badness(result: CheckResult) -> tuple[int, int]:
    rank = result.severity.rank if result.severity else len(_ORDER)
    return (_ORDER.index(result.status), rank)


def _folded(found: Iterable[CheckResult]) -> Iterator[CheckResult]:
    """The same, with each failure that another of the same subject says already under that one."""
    every = list(found)
    failed = {(one.entity, one.subject, one.code) for one in every if one.status == "fail"}
    above: dict[str, list[str]] = {}
    for check in CHECKS.values():
        for code in check.over:
            above.setdefault(code, []).append(check.code)
    for one in every:
        says = (code for code in above.get(one.code, ()) if (one.entity, one.subject, code) in failed)
        beneath = next(says, "") if one.status == "fail" else ""
        yield msgspec.structs.replace(one, beneath=beneath) if beneath else one
