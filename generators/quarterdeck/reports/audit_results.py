"""Answers of audit checks as pages count and list them: evaluated n of m, the worst first, each thing said once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from quarterdeck.checks.registry import CHECKS
from quarterdeck.formulas.technology import security_score
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.check import ASKED, EVALUATED, CheckResult
from quarterdeck.model.cloud.apis import Api, ApiRoute, ApiStage
from quarterdeck.model.cloud.buckets import BucketEvents
from quarterdeck.model.cloud.cost import Bill, CloudCost
from quarterdeck.model.cloud.functions import EventSource
from quarterdeck.model.code import Suspect
from quarterdeck.model.evidence import RECORDS, kind_of
from quarterdeck.model.figure import Missing
from quarterdeck.model.observed import Observed
from quarterdeck.model.pipelines import Dependencies
from quarterdeck.model.repositories import FoundSecret, Handler, PeopleList
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import DomainCheck, SiteCheck, SitePage
from quarterdeck.reports.components import joined

FAILED = frozenset({"fail", "accepted"})
UNREAD = ASKED - EVALUATED
"""Statuses of a check that could not look at its thing."""
_NOUNS: Mapping[type[Observed], str] = {
    SiteCheck: "site",
    DomainCheck: "domain",
    Api: "interface",
    ApiRoute: "route",
    Handler: "route in code",
    FoundSecret: "secret in code",
}
_PARTS: frozenset[type[Observed]] = frozenset(
    {SitePage, BucketEvents, EventSource, Bill, CloudCost, ApiStage, Suspect, Dependencies, PeopleList}
)


class Tally(msgspec.Struct, frozen=True):
    """How many checks looked, and what they found."""

    evaluated: int
    asked: int
    """Checks that apply, those that could not look among them."""
    open: Mapping[Severity, int]
    """Failures that nobody accepted, by severity; what another says already is left out."""
    accepted: int
    score: int | Missing
    """0 to 100 (F-X4); accepted failures count in it."""
    worst: CheckResult | None
    """Of those that are open."""

    @property
    def unread(self) -> int:
        """Checks that could not look."""
        return self.asked - self.evaluated

    @property
    def sentence(self) -> str:
        """Print `evaluated 41 of 52`."""
        return f"evaluated {self.evaluated} of {self.asked}"

    @property
    def failures(self) -> str:
        """Print `2 critical and 5 high`, or `none`."""
        parts = [f"{count} {one}" for one in Severity if (count := self.open.get(one, 0))]
        return joined(parts) or "none"


def tally(results: Iterable[CheckResult]) -> Tally:
    """Count what does not apply in neither of the two."""
    asked = [one for one in results if one.status in ASKED]
    failed = [one for one in asked if one.status in FAILED and not one.beneath]
    still_open = [one for one in failed if one.status == "fail"]
    bad = Counter(severity_of(one) for one in failed)
    evaluated = sum(one.status in EVALUATED for one in asked)
    return Tally(
        evaluated,
        len(asked),
        Counter(severity_of(one) for one in still_open),
        len(failed) - len(still_open),
        security_score(
            bad[Severity.CRITICAL],
            bad[Severity.HIGH],
            bad[Severity.MEDIUM],
            bad[Severity.LOW],
            evaluated,
            len(asked),
        ),
        min(still_open, key=badness, default=None),
    )


def judged(briefing: Briefing) -> tuple[CheckResult, ...]:
    """Every answer, each failure as bad as the finding that it proves: rules and settings may raise or lower it."""
    by_id = {one.id: one for one in briefing.results if one.status in FAILED}
    said: dict[str, Severity] = {}
    for finding in briefing.findings:
        proofs = [by_id[name] for name in finding.checks if name in by_id]
        if proofs:
            said[min(proofs, key=badness).id] = finding.severity
    return tuple(
        msgspec.structs.replace(one, severity=said[one.id]) if one.id in said else one
        for one in briefing.results
    )


def severity_of(result: CheckResult) -> Severity:
    """Of a failure; the check's own where it names no other."""
    return result.severity or CHECKS[result.code].severity


def badness(result: CheckResult) -> tuple[object, ...]:
    """The worst first, then by code, business and subject."""
    return (severity_of(result).rank, result.code, result.entity, result.subject)


def worst_first(results: Iterable[CheckResult]) -> Sequence[CheckResult]:
    """Failures that no other says already, accepted ones last."""
    failed = (one for one in results if one.status in FAILED and not one.beneath)
    return sorted(failed, key=lambda one: (one.status == "accepted", badness(one)))


def beneath(results: Iterable[CheckResult]) -> Mapping[tuple[str, str, str], Sequence[CheckResult]]:
    """What others say already, by entity, subject and code of those."""
    found: dict[tuple[str, str, str], list[CheckResult]] = {}
    for one in results:
        if one.beneath:
            found.setdefault((one.entity, one.subject, one.beneath), []).append(one)
    return found


def things(results: Iterable[CheckResult]) -> int:
    """How many different things were judged."""
    return len({(CHECKS[one.code].of, one.entity, one.subject) for one in results})


def kinds(results: Iterable[CheckResult]) -> str:
    """How many of each kind: `2 functions, 1 table`; what is only looked at with another thing is left out."""
    found = {(CHECKS[one.code].of, one.entity, one.subject) for one in results}
    count = Counter(kind for kind, _, _ in found)
    return ", ".join(
        f"{number}\u00a0{noun(kind, number)}"
        for kind in RECORDS
        if (number := count[kind]) and kind not in _PARTS
    )


def noun(record: type[Observed], count: int) -> str:
    """What people call one or several of a kind: `event bus`, `mail identities`."""
    word = _NOUNS.get(record) or kind_of(record).replace("-", " ")
    if count == 1:
        return word
    if " in code" in word:
        return word.replace(" in", "s in")
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"
