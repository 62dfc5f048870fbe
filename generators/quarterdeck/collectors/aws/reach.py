"""Who a policy lets in, judged on the document alone."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, get_args

import msgspec

from quarterdeck.collectors.aws.conditions import (
    Effect,
    Term,
    has_audience,
    has_caller,
    narrowed,
    numbers,
    said,
    spared,
    terms,
)
from quarterdeck.collectors.aws.documents import texts
from quarterdeck.model.cloud.reach import Kind, Reach

NOBODY = Reach("nobody", "it has no policy")

_KINDS: tuple[Kind, ...] = get_args(Kind)
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
_PARTIES = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}|cloudfront):.+", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{12}")
_DELETED = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
"""What stands in a policy for a user or role that is no more."""
_ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
_ALL_CUSTOMERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_SAID = 3


class Accounts(msgspec.Struct, frozen=True):
    """Whose access is no stranger's."""

    own: str
    known: frozenset[str]
    own_id: str = ""
    """The canonical id of the own account."""

    @property
    def ours(self) -> frozenset[str]:
        """Numbers of all accounts that may have access."""
        return self.known | {self.own}


class _Statement(msgspec.Struct, frozen=True):
    """One statement, narrowed to the actions and resources that are asked about."""

    is_allow: bool
    principals: tuple[tuple[str, str], ...]
    """Kind and value: `("AWS", "*")`."""
    is_all_but: bool
    """Whether everyone but the principals is meant."""
    does: tuple[tuple[str, str], ...]
    """Pairs of an action and a resource that it speaks of, as patterns."""
    but_actions: tuple[str, ...]
    but_resources: tuple[str, ...]
    conditions: tuple[Term, ...]


class _Asked(msgspec.Struct, frozen=True):
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """Patterns: the resource, and what is in it; none for any."""


def reach(
    policy: str | Mapping[str, Any] | None,
    *,
    account: str,
    known: Collection[str] = (),
    actions: Collection[str] = ("*",),
    resource: str = "",
    own_id: str = "",
) -> Reach:
    """The widest circle that a policy lets in.

    Args:
        policy: The document, as JSON or read; None or an empty text where there is none.
        account: The number of the account that it stands in.
        known: Numbers of the portfolio's own accounts and of those that may have access.
        actions: Only statements that allow one of these count: `lambda:InvokeFunction`, `s3:Get*`.
        resource: Only statements that cover this ARN, or something in it, count; any without it.
        own_id: The canonical id of the account, for policies that name people by it.

    Returns:
        The worst of its statements; `unknown` for what cannot be read or is not understood.
    """
    found = _statements(policy)
    if isinstance(found, Reach):
        return found
    asked = _Asked(
        tuple(action.casefold() for action in actions),
        (resource, f"{resource}{_within(resource)}*") if resource else (),
    )
    statements = [_statement(one, asked) for one in found]
    read = [one for one in statements if isinstance(one, _Statement)]
    denies = [one for one in read if not one.is_allow]
    whose = Accounts(account, frozenset(known), own_id)
    verdicts = [one for one in statements if isinstance(one, Reach)]
    for one in read:
        if one.is_allow:
            verdicts += _verdicts(one, denies, whose)
    return worst(verdicts) if verdicts else Reach("nobody", "its policy lets nobody in")


_ANYTHING = _Asked(("*",), ())


class Denial(msgspec.Struct, frozen=True):
    """A statement that denies everyone, or all but some, all of what is asked about."""

    conditions: tuple[Term, ...]
    is_all_but: bool
    """Whether the parties that it names are spared."""


def denials(
    policy: str | Mapping[str, Any] | None, *, actions: Collection[str], resource: str
) -> tuple[Denial, ...]:
    """The statements that deny everyone, or all but some, every one of some actions on a resource and in it.

    What cannot be read denies nothing.
    """
    found = _statements(policy)
    if isinstance(found, Reach):
        return ()
    asked = _Asked(tuple(map(str.casefold, actions)), (resource, f"{resource}{_within(resource)}*"))
    whole = {(action, place) for action in asked.actions for place in asked.resources}
    return tuple(
        Denial(one.conditions, one.is_all_but)
        for one in (_statement(told, asked) for told in found)
        if isinstance(one, _Statement)
        and not one.is_allow
        and (one.is_all_but or ("AWS", "*") in one.principals)
        and not (one.but_actions or one.but_resources)
        and whole <= set(one.does)
    )


def _within(resource: str) -> str:
    """What parts a resource from what is in it: versions from functions, objects from buckets."""
    return ":" if re.match(r"arn:[^:]*:(lambda|logs):", resource) else "/"


def worst(verdicts: Collection[Reach]) -> Reach:
    """The widest of several circles, one or more, with all strangers of all of them."""
    widest = max(verdicts, key=lambda one: (_KINDS.index(one.kind), not one.is_by_url, one.reason))
    return msgspec.structs.replace(
        widest,
        is_unscoped=any(one.is_unscoped for one in verdicts),
        strangers=tuple(sorted({name for one in verdicts for name in one.strangers})),
    )


def callers(policy: str | Mapping[str, Any] | None) -> Mapping[str, frozenset[str]]:
    """The services of the provider that a policy lets in: name -> ARNs that they act for; none for any."""
    found: dict[str, frozenset[str]] = {}
    told = _statements(policy)
    for one in () if isinstance(told, Reach) else (_statement(each, _ANYTHING) for each in told):
        if not isinstance(one, _Statement) or not one.is_allow:
            continue
        arns = {value for line in one.conditions if line.key == "aws:sourcearn" for value in line.values}
        for kind, name in one.principals:
            if kind == "Service":
                found[name] = found.get(name, frozenset()) | arns
    return found


def _statements(policy: object) -> list[object] | Reach:
    """The statements of a document, or the verdict that needs none."""
    if policy is None or policy == "":
        return NOBODY
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except (ValueError, RecursionError):
            return _odd("it is no JSON")
    if not isinstance(policy, Mapping) or "Statement" not in policy:
        return _odd("it has no statements")
    told = policy["Statement"]
    return told if isinstance(told, list) else [told]


def _odd(reason: str) -> Reach:
    return Reach("unknown", reason)


def _statement(told: object, asked: _Asked) -> _Statement | Reach:
    if not isinstance(told, Mapping):
        return _odd("a statement is none")
    if strange := sorted(str(key) for key in told if key not in _KEYS and key not in _BESIDE):
        return _odd(f"a statement has {strange[0]}, which is not known")
    if told.get("Effect") not in ("Allow", "Deny"):
        return _odd("a statement neither allows nor denies")
    principals = _principals(told.get("Principal", told.get("NotPrincipal")))
    actions = texts(told.get("Action", told.get("NotAction")))
    resources = texts(told.get("Resource", told.get("NotResource", "*")))
    conditions = terms(told.get("Condition", {}))
    if principals is None or actions is None or resources is None or conditions is None:
        return _odd("a statement does not have the shape of one")
    beside = terms({"StringEquals": {_BESIDE[key]: told[key] for key in _BESIDE if key in told}})
    if beside is None:
        return _odd("a statement does not have the shape of one")
    low = tuple(action.casefold() for action in actions)
    is_allow = told["Effect"] == "Allow"
    but_actions = low if "Action" not in told else ()
    but_resources = resources if "Resource" not in told and "NotResource" in told else ()
    said_actions = ("*",) if but_actions else low
    said_resources = ("*",) if but_resources else resources
    return _Statement(
        is_allow=is_allow,
        principals=principals,
        is_all_but="Principal" not in told,
        does=tuple(_does(said_actions, said_resources, asked)),
        but_actions=but_actions,
        but_resources=but_resources,
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


def _does(actions: Iterable[str], resources: Iterable[str], asked: _Asked) -> Iterator[tuple[str, str]]:
    """What a statement says of what is asked about, each time in the narrower of the two patterns."""
    told = tuple(resources)
    for action in actions:
        for wanted in asked.actions:
            if (shared := _shared(action, wanted)) is None:
                continue
            for resource in told:
                for place in asked.resources or (resource,):
                    if (where := _shared(resource, place)) is not None:
                        yield shared, where


def _shared(one: str, other: str) -> str | None:
    """What two patterns have in common, as a pattern; None where nothing."""
    if _covers(one, other):
        return other
    if _covers(other, one):
        return one
    begins, other_begins = _start(one), _start(other)
    if one == begins or other == other_begins:
        return None
    return one if begins.startswith(other_begins) or other_begins.startswith(begins) else None


def _start(pattern: str) -> str:
    """What stands before its first wildcard; all of it without one."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def _covers(wide: str, narrow: str) -> bool:
    """Whether a pattern holds everything that another one holds."""
    return fnmatchcase(narrow, wide.replace("[", "[[]").replace("?", "[!*]"))


def _verdicts(one: _Statement, denies: list[_Statement], whose: Accounts) -> Iterator[Reach]:
    """Whom a statement that allows lets in, each after what other statements deny."""
    does = [
        pair
        for pair in one.does
        if not any(_covers(but, pair[0]) for but in one.but_actions)
        and not any(_covers(but, pair[1]) for but in one.but_resources)
    ]
    parties = (("AWS", "*"),) if one.is_all_but else dict.fromkeys(one.principals)
    for party in parties:
        left = [pair for pair in does if not any(_takes_away(deny, party, pair) for deny in denies)]
        if not left:
            continue
        spares = [
            {spared(deny.conditions, whose.ours) for deny in denies if _speaks_of(deny, party, pair)}
            for pair in left
        ]
        effect: Effect = narrowed(one.conditions, whose.ours)
        if effect in {"open", "by-url", "unknown"} and all(spare - {"open"} for spare in spares):
            effect = "foreign" if any("foreign" in spare for spare in spares) else "restricted"
        yield _verdict(one, party, _may(left), effect, whose)


def _takes_away(deny: _Statement, party: tuple[str, str], pair: tuple[str, str]) -> bool:
    return not deny.conditions and not deny.is_all_but and _speaks_of(deny, party, pair)


def _speaks_of(deny: _Statement, party: tuple[str, str], pair: tuple[str, str]) -> bool:
    """Whether a statement that denies means this party, action and resource."""
    is_named = party in deny.principals or ("AWS", "*") in deny.principals
    if is_named == deny.is_all_but:
        return False
    if any(_shared(but, pair[0]) is not None for but in deny.but_actions):
        return False
    if any(_shared(but, pair[1]) is not None for but in deny.but_resources):
        return False
    return any(_covers(action, pair[0]) and _covers(where, pair[1]) for action, where in deny.does)


def _may(does: list[tuple[str, str]]) -> str:
    names = list(dict.fromkeys(action for action, _ in does))
    more = f" and {len(names) - _SAID} more" if len(names) > _SAID else ""
    words = ", ".join(names[:_SAID]) + more
    return "do anything" if "*" in names else f"call {words}"


def _verdict(one: _Statement, party: tuple[str, str], may: str, effect: Effect, whose: Accounts) -> Reach:
    kind, value = party
    match kind:
        case "Service":
            return _service(one, value, may, whose)
        case "Federated":
            return _federated(one, value, may)
        case "CanonicalUser":
            return _canonical(one, value, may, effect, whose)
    if value == "*" or _is_any_account(one, value):
        return _anyone(one, may, effect, whose)
    if "*" in value or "?" in value:
        return _odd("a statement names accounts by a pattern")
    if _DELETED.fullmatch(value):
        return Reach("nobody", "it names somebody who is no more")
    number = value if _NUMBER.fullmatch(value) else (_PARTIES.fullmatch(value) or ("", ""))[1]
    if number == "cloudfront":
        return Reach("service", f"a distribution may {may}")
    return _account(number, may, whose) if number else _odd("a statement names somebody in an unknown way")


def _is_any_account(one: _Statement, value: str) -> bool:
    """Buses of events write "anyone" as an ARN without an account."""
    return value.startswith("arn:") and "::*:" in value and all(a.startswith("events:") for a, _ in one.does)


def _account(number: str, may: str, whose: Accounts) -> Reach:
    if number == whose.own:
        return Reach("same-account", f"only this account may {may}")
    if number in whose.known:
        return Reach("known-account", f"the known account ending {number[-4:]} may {may}")
    return _stranger(f"account ending {number[-4:]}", may)


def _stranger(name: str, may: str) -> Reach:
    return Reach("foreign-account", f"the unknown {name} may {may}", strangers=(name,))


def _anyone(one: _Statement, may: str, effect: Effect, whose: Accounts) -> Reach:
    looks = (
        f"under conditions of {said(one.conditions)}" if one.conditions else "under conditions of a denial"
    )
    match effect:
        case "foreign":
            numbered = sorted({number[-4:] for number in numbers(one.conditions) if number not in whose.ours})
            return _stranger(f"account ending {numbered[0]}" if numbered else "account of a denial", may)
        case "restricted":
            return Reach("restricted", f"only {looks} anyone may {may}")
        case "unknown":
            return _odd(f"what {said(one.conditions)} does is not known, and without it anyone may {may}")
        case "by-url":
            return Reach("public", f"anyone may {may} by the function's address", is_by_url=True)
        case _:
            return Reach("public", f"anyone may {may}")


def _service(one: _Statement, name: str, may: str, whose: Accounts) -> Reach:
    if strange := sorted({number for number in numbers(one.conditions) if number not in whose.ours}):
        return _stranger(f"account ending {strange[0][-4:]}", f"{may} through {name}")
    scoped = has_caller(one.conditions)
    whom = "" if scoped else " for any customer of the provider"
    return Reach("service", f"{name} may {may}{whom}", is_unscoped=not scoped)


def _federated(one: _Statement, name: str, may: str) -> Reach:
    if has_audience(one.conditions):
        return Reach("restricted", f"only whom {name} signs in for it may {may}")
    return Reach("public", f"anyone whom {name} signs in may {may}")


def _canonical(one: _Statement, value: str, may: str, effect: Effect, whose: Accounts) -> Reach:
    if value == _ALL_USERS:
        return _anyone(one, may, effect, whose)
    if value == _ALL_CUSTOMERS:
        return Reach("any-aws-user", f"anyone with an account of the provider may {may}")
    if whose.own_id and value == whose.own_id:
        return Reach("same-account", f"only this account may {may}")
    return _stranger(f"user ending {value[-4:]}", may)
