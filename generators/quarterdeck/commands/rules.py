"""Lists the rules, and explains one of them."""

import inspect
from collections.abc import Iterator

import msgspec

from quarterdeck.model.errors import UsageError
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.rules.registry import RULES, Rule
from quarterdeck.rules.run import MODULES
from quarterdeck.text.nearest import nearest

_ = MODULES  # importing them is what fills the list


def listed() -> str:
    """Every rule: code, severity and the first line of its text, a line each."""
    widest = max(map(len, RULES))
    return "".join(
        f"{code:{widest}}  {rule.severity:8}  {_summary(rule)}\n" for code, rule in sorted(RULES.items())
    )


def explained(code: str) -> str:
    """One rule in words: what it checks and why, how to mend it, what it reads and moves.

    Raises:
        UsageError: There is no such rule.
    """
    return "\n".join(_explained(_rule(code))) + "\n"


def as_json(code: str = "") -> str:
    """The same as JSON: one object, or a list of them where no code is given.

    Raises:
        UsageError: There is no such rule.
    """
    found = [_fields(RULES[one]) for one in sorted(RULES)] if not code else _fields(_rule(code))
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=2).decode() + "\n"


def _rule(code: str) -> Rule:
    found = RULES.get(code.upper())
    if found is None:
        guess = nearest(code.upper(), RULES)
        near = f" The nearest is {guess}." if guess else ""
        raise UsageError(f"There is no rule {code}.{near} All are listed by: quarterdeck rules")
    return found


def _summary(rule: Rule) -> str:
    return (inspect.getdoc(rule.check) or rule.name).partition("\n")[0]


def _explained(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} {rule.name}: {rule.severity}"
    yield ""
    yield inspect.getdoc(rule.check) or ""
    yield ""
    yield f"For: {', '.join(ROLE_TITLES[role] for role in rule.roles)}"
    for effect in rule.affects:
        yield f"Also moves {ROLE_TITLES[effect.role]}: {effect.what}"
    yield f"Reads: {', '.join(rule.reads)}"
    yield f"First step: {rule.action}"
    if rule.effort_hours is not None:
        yield f"Takes: about {rule.effort_hours.normalize():f} h"


def _fields(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "roles": rule.roles,
        "affects": rule.affects,
        "reads": rule.reads,
        "action": rule.action,
        "effort_hours": rule.effort_hours,
        "text": inspect.getdoc(rule.check) or "",
    }
