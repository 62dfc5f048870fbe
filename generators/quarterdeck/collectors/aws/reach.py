"""Who a policy lets in, judged on the document alone."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
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
)
from quarterdeck.collectors.aws.statements import EVERYTHING, Asked, Odd, Statement, covers, read_all, shared
from quarterdeck.model.cloud.reach import Kind, Reach

NOBODY = Reach("nobody", "it has no policy")

_KINDS: tuple[Kind, ...] = get_args(Kind)
_PARTIES = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}|cloudfront):.+", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{12}")
_DELETED = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
"""What stands in a policy for a user or role that is no more."""
_ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
_ALL_CUSTOMERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_LOOSE = frozenset({"open", "by-url", "unknown"})
_SAID = 3


class Accounts(msgspec.Struct, frozen=True):
    """Whose access is no stranger's."""

    own: str
    known: frozenset[str]
    own_id: str = ""
    """The canonical id of the own account."""
    edge_ids: frozenset[str] | None = frozenset()
    """Canonical ids by which distributions of the account ask; None where they could not be read."""

    @property
    def ours(self) -> frozenset[str]:
        """Numbers of all accounts that may have access."""
        return self.known | {self.own}


def reach(
    policy: str | Mapping[str, Any] | None,
    *,
    account: str,
    known: Collection[str] = (),
    actions: Collection[str] = ("*",),
    resource: str = "",
    own_id: str = "",
    edge_ids: frozenset[str] | None = frozenset(),
) -> Reach:
    """The widest circle that a policy lets in.

    Args:
        policy: The document, as JSON or read; None or an empty text where there is none.
        account: The number of the account that it stands in.
        known: Numbers of the portfolio's own accounts and of those that may have access.
        actions: Only statements that allow one of these count: `lambda:InvokeFunction`, `s3:Get*`.
        resource: Only statements that cover this ARN, or something in it, count; any without it.
        own_id: The canonical id of the account, for policies that name people by it.
        edge_ids: Canonical ids by which distributions of the account ask; None where they could not be read.

    Returns:
        The worst of its statements; `unknown` for what cannot be read or is not understood.
    """
    if policy is None or policy == "":
        return NOBODY
    found = read_all(policy, _asked(actions, resource))
    denies = [one for one in found if isinstance(one, Statement) and not one.is_allow]
    whose = Accounts(account, frozenset(known), own_id, edge_ids)
    verdicts: list[Reach] = []
    for one in found:
        if isinstance(one, Odd):
            verdicts.append(_odd(one.reason))
        elif one.is_allow:
            verdicts += _verdicts(one, denies, whose)
    return worst(verdicts) if verdicts else Reach("nobody", "its policy lets nobody in")


def _asked(actions: Iterable[str], resource: str) -> Asked:
    places = (resource, f"{resource}{_within(resource)}*") if resource else ()
    return Asked(tuple(action.casefold() for action in actions), places)


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
    asked = _asked(actions, resource)
    return tuple(
        Denial(one.conditions, one.is_all_but)
        for one in read_all(policy, asked)
        if isinstance(one, Statement)
        and not one.is_allow
        and (one.is_all_but or ("AWS", "*") in one.principals)
        and not (one.but_actions or one.but_resources)
        and set(asked.actions) <= set(one.actions)
        and set(asked.resources) <= set(one.resources)
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


def oddity(policy: str | Mapping[str, Any] | None) -> str:
    """Why a policy, or one of its statements, is not understood; empty where all of it is, or there is none."""
    if policy is None or policy == "":
        return ""
    return next((one.reason for one in read_all(policy, EVERYTHING) if isinstance(one, Odd)), "")


def callers(policy: str | Mapping[str, Any] | None) -> frozenset[str]:
    """The services of the provider that a policy lets in, by name."""
    return frozenset(
        name
        for one in read_all(policy, EVERYTHING)
        if isinstance(one, Statement) and one.is_allow
        for kind, name in one.principals
        if kind == "Service"
    )


def _odd(reason: str) -> Reach:
    return Reach("unknown", reason)


def _verdicts(one: Statement, denies: Iterable[Statement], whose: Accounts) -> Iterator[Reach]:
    """Whom a statement that allows lets in, each after what other statements deny."""
    places = frozenset(
        place for place in one.resources if not any(covers(but, place) for but in one.but_resources)
    )
    does = {
        action: places for action in one.actions if not any(covers(but, action) for but in one.but_actions)
    }
    for party in (("AWS", "*"),) if one.is_all_but else dict.fromkeys(one.principals):
        mine = [deny for deny in denies if deny.means(party)]
        left = _beyond(does, (deny for deny in mine if not deny.conditions and not deny.is_all_but))
        if not left:
            continue
        effect: Effect = narrowed(one.conditions, whose.ours)
        spares = [(deny, spared(deny.conditions, whose.ours)) for deny in mine]
        if effect in _LOOSE and not _beyond(left, (deny for deny, kept in spares if kept != "open")):
            effect = "foreign" if any(kept == "foreign" for _, kept in spares) else "restricted"
        yield _verdict(one, party, _may(left), effect, whose)


def _beyond(does: Mapping[str, frozenset[str]], denies: Iterable[Statement]) -> Mapping[str, frozenset[str]]:
    """What is left of actions, each on its resources, after what statements deny."""
    left = dict(does)
    for deny in denies:
        places = frozenset().union(*left.values())
        taken = frozenset(_covered(places, deny.resources, deny.but_resources))
        for action in _covered(left, deny.actions, deny.but_actions):
            left[action] -= taken
    return {action: places for action, places in left.items() if places}


def _covered(told: Iterable[str], wide: tuple[str, ...], but: tuple[str, ...]) -> Iterator[str]:
    """The patterns that others hold whole, and of which none is taken out again."""
    for one in told:
        if any(covers(each, one) for each in wide) and all(shared(each, one) is None for each in but):
            yield one


def _may(does: Iterable[str]) -> str:
    names = list(does)
    more = f" and {len(names) - _SAID} more" if len(names) > _SAID else ""
    words = ", ".join(names[:_SAID]) + more
    return "do anything" if "*" in names else f"call {words}"


def _verdict(one: Statement, party: tuple[str, str], may: str, effect: Effect, whose: Accounts) -> Reach:
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


def _is_any_account(one: Statement, value: str) -> bool:
    """Buses of events write "anyone" as an ARN without an account."""
    return (
        value.startswith("arn:")
        and "::*:" in value
        and all(action.startswith("events:") for action in one.actions)
    )


def _account(number: str, may: str, whose: Accounts) -> Reach:
    if number == whose.own:
        return Reach("same-account", f"only this account may {may}")
    if number in whose.known:
        return Reach("known-account", f"the known account ending {number[-4:]} may {may}")
    return _stranger(f"account ending {number[-4:]}", may)


def _stranger(name: str, may: str) -> Reach:
    return Reach("foreign-account", f"the unknown {name} may {may}", strangers=(name,))


def _anyone(one: Statement, may: str, effect: Effect, whose: Accounts) -> Reach:
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


def _service(one: Statement, name: str, may: str, whose: Accounts) -> Reach:
    if strange := sorted({number for number in numbers(one.conditions) if number not in whose.ours}):
        return _stranger(f"account ending {strange[0][-4:]}", f"{may} through {name}")
    scoped = has_caller(one.conditions)
    whom = "" if scoped else " for any customer of the provider"
    return Reach("service", f"{name} may {may}{whom}", is_unscoped=not scoped)


def _federated(one: Statement, name: str, may: str) -> Reach:
    if has_audience(one.conditions):
        return Reach("restricted", f"only whom {name} signs in for it may {may}")
    return Reach("public", f"anyone whom {name} signs in may {may}")


def _canonical(one: Statement, value: str, may: str, effect: Effect, whose: Accounts) -> Reach:
    if value == _ALL_USERS:
        return _anyone(one, may, effect, whose)
    if value == _ALL_CUSTOMERS:
        return Reach("any-aws-user", f"anyone with an account of the provider may {may}")
    if whose.own_id and value == whose.own_id:
        return Reach("same-account", f"only this account may {may}")
    if whose.edge_ids is None:
        return _odd("whether a statement names a distribution of the account is not known")
    if value in whose.edge_ids:
        return Reach("service", f"a distribution may {may}")
    return _stranger(f"user ending {value[-4:]}", may)
