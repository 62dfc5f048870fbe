"""Reads the statements of a policy, narrowed to what is asked about."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

import msgspec

from quarterdeck.collectors.aws.conditions import Term, terms
from quarterdeck.collectors.aws.documents import statements, texts

_KEYS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_BESIDE = {
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
    "InvokedViaFunctionUrl": "lambda:InvokedViaFunctionUrl",
}
"""Conditions that some servers write as keys of the statement itself."""
_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


class Odd(msgspec.Struct, frozen=True):
    """A document or statement that is not understood."""

    reason: str


class Asked(msgspec.Struct, frozen=True):
    """What is asked about, as patterns."""

    actions: tuple[str, ...]
    """In lower case."""
    resources: tuple[str, ...]
    """The resource, and what is in it; none for any."""


EVERYTHING = Asked(("*",), ())


class Statement(msgspec.Struct, frozen=True):
    """One statement, narrowed to the actions and resources that are asked about."""

    is_allow: bool
    principals: tuple[tuple[str, str], ...]
    """Kind and value: `("AWS", "*")`."""
    is_all_but: bool
    """Whether everyone but the principals is meant."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """As patterns; each action is meant on each resource."""
    but_actions: tuple[str, ...]
    """What is taken out of the actions again."""
    but_resources: tuple[str, ...]
    conditions: tuple[Term, ...]

    def means(self, party: tuple[str, str]) -> bool:
        """Whether it speaks of a party: by its name, or of everyone."""
        is_named = party in self.principals or ("AWS", "*") in self.principals
        return is_named != self.is_all_but


def read_all(policy: object, asked: Asked) -> list[Statement | Odd]:
    """Every statement of a document."""
    told = statements(policy)
    return [Odd("it is no policy")] if told is None else [read(one, asked) for one in told]


def read(told: object, asked: Asked) -> Statement | Odd:
    """One statement."""
    if not isinstance(told, Mapping):
        return Odd("a statement is none")
    if strange := sorted(str(key) for key in told if key not in _KEYS and key not in _BESIDE):
        return Odd(f"a statement has {strange[0]}, which is not known")
    if told.get("Effect") not in ("Allow", "Deny"):
        return Odd("a statement neither allows nor denies")
    principals = _principals(told.get("Principal", told.get("NotPrincipal")))
    actions = texts(told.get("Action", told.get("NotAction")))
    resources = texts(told.get("Resource", told.get("NotResource", "*")))
    conditions = terms(told.get("Condition", {}))
    beside = terms({"StringEquals": {_BESIDE[key]: told[key] for key in _BESIDE if key in told}})
    if principals is None or actions is None or resources is None or conditions is None or beside is None:
        return Odd("a statement does not have the shape of one")
    low = tuple(action.casefold() for action in actions)
    is_all_actions = "Action" not in told
    is_all_resources = "Resource" not in told and "NotResource" in told
    return Statement(
        is_allow=told["Effect"] == "Allow",
        principals=principals,
        is_all_but="Principal" not in told,
        actions=_narrowed(("*",) if is_all_actions else low, asked.actions),
        resources=_narrowed(("*",) if is_all_resources else resources, asked.resources),
        but_actions=low if is_all_actions else (),
        but_resources=resources if is_all_resources else (),
        conditions=conditions + beside,
    )


def _principals(told: object) -> tuple[tuple[str, str], ...] | None:
    if not isinstance(told, Mapping):
        values = texts(told)
        return None if values is None else tuple(("AWS", value) for value in values)
    found = []
    for kind, named in told.items():
        values = texts(named)
        if values is None or kind not in _PRINCIPALS:
            return None
        found += [(str(kind), value) for value in values]
    return tuple(found)


def _narrowed(told: Iterable[str], asked: tuple[str, ...]) -> tuple[str, ...]:
    """What patterns have in common with those that are asked about; all of them where none is."""
    if not asked:
        return tuple(dict.fromkeys(told))
    both = (shared(one, wanted) for one in told for wanted in asked)
    return tuple(dict.fromkeys(one for one in both if one is not None))


def shared(one: str, other: str) -> str | None:
    """What two patterns have in common, as a pattern; None where nothing."""
    if covers(one, other):
        return other
    if covers(other, one):
        return one
    begins, other_begins = _start(one), _start(other)
    if one == begins or other == other_begins:
        return None
    return one if begins.startswith(other_begins) or other_begins.startswith(begins) else None


def _start(pattern: str) -> str:
    """What stands before its first wildcard; all of it without one."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def covers(wide: str, narrow: str) -> bool:
    """Whether a pattern holds everything that another one holds."""
    return fnmatchcase(narrow, wide.replace("[", "[[]").replace("?", "[!*]"))
