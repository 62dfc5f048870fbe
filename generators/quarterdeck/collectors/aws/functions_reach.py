"""Who may call a function: by its policy, by those of its aliases, and by its address."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from quarterdeck.collectors.aws.reach import NOBODY, oddity, reach, worst
from quarterdeck.model.cloud.reach import Reach, Reached
from quarterdeck.model.observed import Flag, Names, NotCollected, Text

_TWO_RIGHTS = datetime(2025, 10, 1, tzinfo=UTC)
"""Addresses made since then need the right to invoke, too."""
_WRITES = frozenset({"*", "POST", "PUT", "PATCH", "DELETE"})


class Doors(msgspec.Struct, frozen=True):
    """What all policies of a function say together."""

    invokes: Reached
    """Who may invoke it, by whatever way."""
    calls_url: Reached
    """Who may use its address."""
    strangers: Names
    is_unscoped: Flag

    @property
    def is_public(self) -> Flag:
        """Whether anyone may invoke it by other ways than its address."""
        if isinstance(self.invokes, NotCollected):
            return self.invokes
        if self.invokes.kind == "unknown":
            return NotCollected("aws-lambda", "policy", f"it is not understood: {self.invokes.reason}")
        return self.invokes.is_open and not self.invokes.is_by_url


class Url(msgspec.Struct, frozen=True):
    """What is known of the address of a function."""

    address: Text | None
    is_open: Flag
    cors: Text | None = None
    note: str = ""


def doors(policies: Collection[Text | None], account: str, known: Collection[str]) -> Doors:
    """Who gets in by the policies of a function and its aliases; a gap where one was not read and none is open."""
    invokes = _widest(policies, "lambda:InvokeFunction", account, known)
    calls_url = _widest(policies, "lambda:InvokeFunctionUrl", account, known)
    everything = _widest(policies, "*", account, known)
    gap = next(filter(None, map(_gap, policies)), None)
    if isinstance(everything, NotCollected):
        return Doors(invokes, calls_url, everything, everything)
    return Doors(
        invokes,
        calls_url,
        gap or everything.strangers,
        everything.is_unscoped or gap or False,
    )


def _gap(policy: Text | None) -> NotCollected | None:
    """Why it is not known what a policy says, or what some of it does."""
    if isinstance(policy, NotCollected):
        return policy
    reason = oddity(policy)
    return NotCollected("aws-lambda", "policy", f"GetPolicy: {reason}") if reason else None


def _widest(policies: Iterable[Text | None], action: str, account: str, known: Collection[str]) -> Reached:
    found = [NOBODY]
    gap = None
    for policy in policies:
        if isinstance(policy, NotCollected):
            gap = policy
        else:
            found.append(reach(policy, account=account, known=known, actions=(action,)))
    widest = worst(found)
    return gap if gap and not widest.is_open else widest


def is_reached_by_url(opened: Doors) -> bool:
    """Whether an address would matter: somebody may use one, or that could not be read."""
    return isinstance(opened.calls_url, NotCollected) or opened.calls_url.kind != "nobody"


def open_url(opened: Doors, urls: Collection[Mapping[str, Any]] | NotCollected | None) -> Url:
    """Whether strangers may call a function by its address.

    Args:
        opened: What its policies say.
        urls: Its addresses; None where they were not asked for, since no policy lets anybody use one.
    """
    if urls is None:
        return Url(NotCollected("aws-lambda", "url", "not asked: nobody may use one"), is_open=False)
    if isinstance(urls, NotCollected):
        is_shut = isinstance(opened.calls_url, Reach) and not _may_be_open(opened.calls_url)
        return Url(urls, is_open=False) if is_shut else Url(urls, is_open=urls, cors=urls)
    if not urls:
        return Url(None, is_open=False)
    judged = [_judged(opened, url) for url in urls]
    return min(judged, key=lambda one: _ORDER.index(_state(one.is_open)))


_ORDER = ("open", "unknown", "shut")


def _state(flag: Flag) -> str:
    return "unknown" if isinstance(flag, NotCollected) else "open" if flag else "shut"


def _may_be_open(way: Reach) -> bool:
    return way.is_open or way.kind == "unknown"


def _judged(opened: Doors, url: Mapping[str, Any]) -> Url:
    is_free = url.get("AuthType") != "AWS_IAM"
    ways = [opened.calls_url, *([opened.invokes] if _needs_both(url) else ())]
    known = Url(url.get("FunctionUrl"), is_open=True, cors=_cors(url, is_free=is_free))
    if any(isinstance(way, Reach) and not _may_be_open(way) for way in ways):
        note = "it has an address that strangers may not use" if is_free else ""
        return msgspec.structs.replace(known, is_open=False, note=note)
    for way in ways:
        if isinstance(way, NotCollected):
            return msgspec.structs.replace(known, is_open=way)
        if way.kind == "unknown":
            gap = NotCollected("aws-lambda", "policy", f"it is not understood: {way.reason}")
            return msgspec.structs.replace(known, is_open=gap)
    note = "" if is_free else "of those with an account of the provider"
    return msgspec.structs.replace(known, note=note)


def _needs_both(url: Mapping[str, Any]) -> bool:
    try:
        made = datetime.fromisoformat(str(url.get("CreationTime")))
    except ValueError:
        return False
    return (made if made.tzinfo else made.replace(tzinfo=UTC)) >= _TWO_RIGHTS


def _cors(url: Mapping[str, Any], *, is_free: bool) -> str | None:
    """What pages of any site may do: use who is signed in, or change things without anybody being so."""
    rules = url.get("Cors") or {}
    if "*" not in rules.get("AllowOrigins", ()):
        return None
    if rules.get("AllowCredentials"):
        return "credentials"
    return "writes" if is_free and _WRITES.intersection(rules.get("AllowMethods", ())) else None
