"""The detectors of secrets as checks: each judges what it found itself, and counts in the audit as others do."""

from collections.abc import Callable

from quarterdeck.checks.registry import CHECKS, Check
from quarterdeck.model.check import Fail, NotApplicable, Pass, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.model.severity import Severity
from quarterdeck.secrets.shapes import Detector
from quarterdeck.secrets.table import DETECTORS

_DOC = """{finds}

What it checks: every tracked file, all of history, messages and names of a repository. Does not count: {passes}
Why it matters: whoever can read the repository, now or in a copy, can use it.
How to mend: revoke it at its provider, put a new one into a store, and clean the history.
Known limits: whether it still works is never tried; what is compressed or encrypted is not covered.
Source: Quarterdeck's own detector.
"""


def _judge(detector: Detector) -> Callable[[FoundSecret, Facts], Verdict]:
    def judge(one: FoundSecret, facts: Facts) -> Verdict:
        if one.ignored is not None and one.ignored.holds(facts.as_of):
            return Pass(f"{one.ignored.owner} answers for it until {one.ignored.until}")
        if one.is_tracked is not True and one.in_history is not True:
            return NotApplicable("it stands in no repository")
        at = f" in line {one.line}" if one.line else ""
        holds = "holds" if one.is_tracked is True else "held in its history"
        of = f" of {one.vendor}" if one.vendor else ""
        rule = "R-CTO-01" if one.is_grave else "R-CTO-03"
        return Fail(f"{one.known_by} {holds} {detector.name}{of}{at}.", one.severity, rule=rule)

    judge.__name__ = detector.name
    judge.__doc__ = _DOC.format(finds=detector.finds, passes=detector.passes)
    return judge


def _is_of(code: str) -> Callable[[FoundSecret], bool]:
    return lambda one: one.code == code and one.severity is not Severity.INFO


CHECKS.update(
    {
        one.code: Check(
            code=one.code,
            of=FoundSecret,
            judge=_judge(one),
            severity=one.severity,
            roles=("cto", "ceo") if one.severity is Severity.CRITICAL else ("cto",),
            mend="M",
            feeds=("R-CTO-01", "R-CTO-03"),
            reads=("FoundSecret.code", "FoundSecret.is_tracked", "FoundSecret.in_history"),
            when=_is_of(one.code),
        )
        for one in DETECTORS.values()
    }
)
