"""What strangers may do with a bucket: its policy and its access list, after what is blocked."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from quarterdeck.model.cloud.reach import Kind, Reach, Reached
from quarterdeck.model.observed import Flag, NotCollected, Text

Group: TypeAlias = Literal["nobody", "any-aws-user", "public"]
"""The widest group that an access list gives something to."""

_GROUPS: Mapping[str, Group] = {"AuthenticatedUsers": "any-aws-user", "AllUsers": "public"}
_WIDER: tuple[Group, ...] = ("nobody", "any-aws-user", "public")
_LOG_GROUP = "LogDelivery"
_LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
"""The provider's own user that delivers logs of distributions."""
_LISTS = frozenset({"READ", "FULL_CONTROL"})
_WRITES = frozenset({"WRITE", "WRITE_ACP", "FULL_CONTROL"})
DOES: Mapping[str, str] = {"lists": "list", "reads": "read", "writes": "write"}
"""The three things that are done with a bucket, in the order in which they are said."""
_HARMLESS: tuple[Kind, ...] = ("nobody", "same-account", "known-account", "service", "foreign-account")
_EVIL: tuple[Kind, ...] = ("restricted", "unknown", "any-aws-user", "public")


class Grants(msgspec.Struct, frozen=True):
    """What an access list gives to others than the owner."""

    lists: Group = "nobody"
    writes: Group = "nobody"
    strangers: tuple[str, ...] = ()
    """Users of other accounts: `user ending 9f1c`."""
    has_logs: bool = False
    """Whether logs are delivered by it."""

    @property
    def is_plain(self) -> bool:
        """Whether it gives nothing to anyone but the owner and the delivery of logs."""
        return self.lists == self.writes == "nobody" and not self.strangers


def granted(acl: Mapping[str, Any]) -> Grants:
    """What the answer to `GetBucketAcl` gives to whom."""
    owner = acl.get("Owner", {}).get("ID")
    lists: set[Group] = {"nobody"}
    writes: set[Group] = {"nobody"}
    strangers = set()
    has_logs = False
    for grant in acl.get("Grants", ()):
        grantee, right = grant.get("Grantee", {}), grant.get("Permission")
        group = str(grantee.get("URI", "")).rpartition("/")[2]
        if group == _LOG_GROUP or grantee.get("ID") == _LOG_DELIVERY:
            has_logs = True
        elif group in _GROUPS:
            lists |= {_GROUPS[group]} if right in _LISTS else set()
            writes |= {_GROUPS[group]} if right in _WRITES else set()
        elif (name := str(grantee.get("ID") or grantee.get("EmailAddress") or "")) and name != owner:
            strangers.add(f"user ending {name[-4:]}")
    return Grants(
        max(lists, key=_WIDER.index), max(writes, key=_WIDER.index), tuple(sorted(strangers)), has_logs
    )


def effective(
    policy: Reached, group: Group | NotCollected, *, restricts: Flag, ignores: Flag, may: str
) -> Reached:
    """Who really gets in by policy or access list.

    Args:
        policy: Whom the policy lets in for one kind of action.
        group: Whom the access list lets in for it.
        restricts: Whether public policies are cut off (`RestrictPublicBuckets`), by account or bucket.
        ignores: Whether public access lists are (`IgnorePublicAcls`).
        may: What is done, for the reason: `list`.

    Returns:
        The worse of the two ways; a gap where what could not be read decides it.
    """
    ways = (_by_policy(policy, restricts), _by_list(group, ignores, may))
    return max(ways, key=_evil)


def _evil(way: Reached) -> int:
    """A gap weighs as what is not known: worse than a restriction, milder than anyone."""
    kind: Kind = "unknown" if isinstance(way, NotCollected) else way.kind
    return _EVIL.index(kind) + 1 if kind in _EVIL else 0


def _by_policy(policy: Reached, restricts: Flag) -> Reached:
    if isinstance(policy, Reach) and (policy.kind in _HARMLESS or policy.kind == "restricted"):
        return policy
    if restricts is True:
        return Reach("nobody", "public policies are cut off")
    if isinstance(policy, Reach) and isinstance(restricts, NotCollected):
        return restricts
    return policy


def _by_list(group: Group | NotCollected, ignores: Flag, may: str) -> Reached:
    if group == "nobody":
        return Reach("nobody", "its access list lets no stranger in")
    if ignores is True:
        return Reach("nobody", "public access lists are ignored")
    if isinstance(group, NotCollected):
        return group
    if isinstance(ignores, NotCollected):
        return ignores
    who = "anyone" if group == "public" else "anyone with an account of the provider"
    return Reach(group, f"{who} may {may} by its access list")


def stricter(policies: Mapping[str, Reached]) -> Mapping[str, Reached]:
    """Whom a policy lets in that the service itself calls public, though it is not plain to us why.

    Of what it is doubtful about, the mildest is taken to be public, and the rest is not known: the service does not
    say what anyone may do.

    Args:
        policies: Who gets in, by what is done.
    """
    doubtful = [
        name
        for name in ("reads", "lists", "writes")
        if isinstance(way := policies[name], Reach) and way.kind in {"restricted", "unknown"}
    ]
    told: dict[str, Reached] = dict(policies)
    for name in doubtful:
        told[name] = Reach("unknown", f"the service calls it public, and not whether anyone may {DOES[name]}")
    if doubtful:
        told[doubtful[0]] = Reach("public", "the service itself calls its policy public")
    return told


def openings(ways: Mapping[str, Reached]) -> Text | None:
    """What strangers may do, as words: `list and read`; None where nothing, a gap where that is not known.

    Args:
        ways: Who gets in, by what is done: `lists`, `reads`, `writes`.
    """
    done = [DOES[name] for name in DOES if isinstance(way := ways[name], Reach) and way.is_open]
    if done:
        return " and ".join(filter(None, (", ".join(done[:-1]), done[-1])))
    for way in ways.values():
        if isinstance(way, NotCollected):
            return way
        if way.kind == "unknown":
            return NotCollected("aws-s3", "policy", way.reason)
    return None
