"""Lists the rules, the audit checks and the detectors of secrets, and explains one of them."""

import inspect
from collections.abc import Iterator

from quarterdeck.checks.registry import CHECKS, HOURS, Check, how_to_mend
from quarterdeck.checks.run import MODULES as CHECK_MODULES
from quarterdeck.commands.formats import json_text
from quarterdeck.model.errors import UsageError
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.rules.registry import RULES, Rule
from quarterdeck.rules.run import MODULES
from quarterdeck.secrets.shapes import Detector
from quarterdeck.secrets.table import DETECTORS
from quarterdeck.text.nearest import nearest

_ = (MODULES, CHECK_MODULES)  # importing them is what fills the lists

EVERY: dict[str, Rule | Check | Detector] = {
    **{code: RULES[code] for code in sorted(RULES)},
    **{code: CHECKS[code] for code in sorted(CHECKS)},
    **DETECTORS,
}
"""Every rule, then every check, then every detector, by code."""


def listed() -> str:
    """Every rule, then every check and detector: code, severity and the first line of its text, a line each."""
    widest = max(map(len, EVERY))
    return "".join(
        f"{code:{widest}}  {one.severity:8}  {_summary(_text(one), one.name)}\n"
        for code, one in EVERY.items()
    )


def explained(code: str) -> str:
    """One rule, check or detector in words: what it checks and why, how to mend it, what it reads and moves.

    Raises:
        UsageError: There is no such rule.
    """
    one = _one(code)
    return "\n".join(_words(one)) + "\n"


def as_json(code: str = "") -> str:
    """The same as JSON: one object, or a list of them where no code is given.

    Raises:
        UsageError: There is no such rule.
    """
    found = [_fields(one) for one in EVERY.values()] if not code else _fields(_one(code))
    return json_text(found)


def _one(code: str) -> Rule | Check | Detector:
    found = EVERY.get(code.upper())
    if found is None:
        guess = nearest(code.upper(), EVERY)
        near = f" The nearest is {guess}." if guess else ""
        raise UsageError(f"There is no rule {code}.{near} All are listed by: quarterdeck rules")
    return found


def _words(one: Rule | Check | Detector) -> Iterator[str]:
    match one:
        case Rule():
            yield from _explained(one)
        case Check():
            yield from _check_explained(one)
        case Detector():
            yield from _detector_explained(one)


def _text(one: Rule | Check | Detector) -> str:
    if isinstance(one, Detector):
        return one.finds
    return inspect.getdoc(one.check if isinstance(one, Rule) else one.judge) or ""


def _summary(text: str, name: str) -> str:
    return (text or name).partition("\n")[0]


def _detector_explained(detector: Detector) -> Iterator[str]:
    yield f"{detector.code} {detector.name}: {detector.severity}"
    yield ""
    yield detector.finds
    yield f"Does not count: {detector.passes}"
    yield "In prose too." if detector.is_precise else "In the files of repositories only."
    if detector.vendors:
        yield f"Knows: {', '.join(detector.vendors)}"


def _check_explained(check: Check) -> Iterator[str]:
    yield f"{check.code} {check.name}: {check.severity}"
    yield ""
    yield _text(check)
    yield ""
    yield f"For: {', '.join(ROLE_TITLES[role] for role in check.roles)}"
    if check.feeds:
        yield f"Proves: {', '.join(check.feeds)}"
    yield f"Reads: {', '.join(check.reads)}"
    yield f"Takes: about {HOURS[check.mend].normalize():f} h"


def _explained(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.name}: {rule.severity}"
    yield ""
    yield _text(rule)
    yield ""
    yield f"For: {', '.join(ROLE_TITLES[role] for role in rule.roles)}"
    for effect in rule.affects:
        yield f"Also moves {ROLE_TITLES[effect.role]}: {effect.what}"
    yield f"Reads: {', '.join(rule.reads)}"
    yield f"First step: {rule.action}"
    if rule.effort_hours is not None:
        yield f"Takes: about {rule.effort_hours.normalize():f} h"


def _fields(one: Rule | Check | Detector) -> dict[str, object]:
    if isinstance(one, Detector):
        return {
            "code": one.code,
            "name": one.name,
            "severity": one.severity,
            "use": one.use,
            "text": one.finds,
            "passes": one.passes,
            "vendors": one.vendors,
        }
    both = {
        "code": one.code,
        "name": one.name,
        "severity": one.severity,
        "roles": one.roles,
        "reads": one.reads,
        "text": _text(one),
    }
    if isinstance(one, Check):
        return both | {"effort_hours": HOURS[one.mend], "feeds": one.feeds, "action": how_to_mend(one)}
    return both | {"affects": one.affects, "action": one.action, "effort_hours": one.effort_hours}
