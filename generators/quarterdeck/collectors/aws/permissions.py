"""What the policies of a user or role let it do, judged on the documents alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias

import msgspec

from quarterdeck.collectors.aws.documents import statements, texts

WIDE = ("dynamodb", "iam", "kms", "lambda", "s3", "secretsmanager", "ses", "ssm")
"""Services of which all rights on everything are too many: they hold data, mail, code, keys or rights."""

_KEYS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_EVERYTHING = "*:*"
_PASSED = "iam:passedtoservice"
"""Says for which service a role is passed on; narrows nothing for who holds the right to make something there."""

_WRITES = tuple(
    f"{service}:{action}".casefold()
    for service, actions in {
        "dynamodb": "PutItem UpdateItem DeleteItem BatchWriteItem PartiQLInsert PartiQLUpdate PartiQLDelete "
        "CreateTable UpdateTable DeleteTable",
        "s3": "PutObject DeleteObject PutObjectAcl DeleteObjectVersion PutBucketPolicy DeleteBucketPolicy "
        "CreateBucket DeleteBucket",
        "ses": "SendEmail SendRawEmail SendTemplatedEmail SendBulkEmail SendBulkTemplatedEmail "
        "CreateEmailIdentity DeleteEmailIdentity PutEmailIdentityMailFromAttributes",
        "sns": "Publish CreateTopic DeleteTopic SetTopicAttributes",
        "sqs": "SendMessage DeleteMessage PurgeQueue CreateQueue DeleteQueue SetQueueAttributes",
        "lambda": "CreateFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction AddPermission "
        "PutFunctionConcurrency",
    }.items()
    for action in actions.split()
)

Target = Literal["user", "role", "group", "policy", "function", "any"]
_ITSELF = frozenset({"user", "role", "group", "policy"})

Way: TypeAlias = tuple[str, tuple[tuple[str, Target], ...]]
"""How to get more rights, as a clause, and the actions that it takes, each on a kind of thing."""

_RAISING: tuple[Way, ...] = (
    (
        "hand any role to a new function and use that",
        (("iam:PassRole", "role"), ("lambda:CreateFunction", "function")),
    ),
    ("hand any role to a new stack", (("iam:PassRole", "role"), ("cloudformation:CreateStack", "any"))),
    ("hand any role to a new machine", (("iam:PassRole", "role"), ("ec2:RunInstances", "any"))),
    ("write a new version of a policy", (("iam:CreatePolicyVersion", "policy"),)),
    ("bring back another version of a policy", (("iam:SetDefaultPolicyVersion", "policy"),)),
    ("attach any policy to a user", (("iam:AttachUserPolicy", "user"),)),
    ("attach any policy to a role", (("iam:AttachRolePolicy", "role"),)),
    ("attach any policy to a group", (("iam:AttachGroupPolicy", "group"),)),
    ("write a policy into a user", (("iam:PutUserPolicy", "user"),)),
    ("write a policy into a role", (("iam:PutRolePolicy", "role"),)),
    ("write a policy into a group", (("iam:PutGroupPolicy", "group"),)),
    ("change who may take on a role", (("iam:UpdateAssumeRolePolicy", "role"),)),
)
_AS_OTHERS: tuple[Way, ...] = (
    ("make access keys of other users", (("iam:CreateAccessKey", "user"),)),
    ("give other users a password", (("iam:CreateLoginProfile", "user"),)),
)
"""What raises only where it is done to others."""
_CODE: Way = (
    "put its own code into a function that has more rights",
    (("lambda:UpdateFunctionCode", "function"),),
)


class Document(msgspec.Struct, frozen=True):
    """One policy that somebody holds."""

    name: str
    policy: Any
    """As JSON, or read."""
    is_own: bool = True
    """Whether the account wrote it, and not the provider."""


class Holder(msgspec.Struct, frozen=True):
    """Who holds policies."""

    arn: str
    also: tuple[str, ...] = ()
    """ARNs of its groups, and of the policies attached to it: changing one of these changes its own rights."""


class Rights(msgspec.Struct, frozen=True):
    """What somebody may surely do."""

    allows_all: bool = False
    star_policies: tuple[str, ...] = ()
    wide_services: tuple[str, ...] = ()
    writes: bool = False
    raises: str | None = None
    is_whole: bool = True
    """Whether all documents were understood: without it, a no is not known."""


def rights(
    holder: Holder,
    documents: Iterable[Document],
    boundary: Any = None,  # noqa: ANN401 - any JSON
    *,
    has_strong_function: bool = False,
) -> Rights:
    """What policies let their holder do.

    Conditions are not judged: what is allowed under one counts for writing alone, what is denied under one stays
    allowed.

    Args:
        holder: Who holds them.
        documents: The policies: own, attached and of groups.
        boundary: The policy that limits all of them; None without one.
        has_strong_function: Whether functions run with a role that may do everything.
    """
    held = list(documents)
    granted = [_statements(one.policy) for one in held]
    limit = None if boundary is None else _statements(boundary)
    known = _Granted(
        [each for one in granted if one is not None for each in one],
        limit,
        is_bounded=boundary is not None,
    )
    allows_all = known.everything()
    return Rights(
        allows_all=allows_all,
        star_policies=tuple(
            sorted(
                {one.name for one, read in zip(held, granted, strict=True) if one.is_own and _is_star(read)}
            )
        ),
        wide_services=tuple(service for service in WIDE if known.allows(f"{service}:*", "*")),
        writes=any(known.may(action) for action in _WRITES),
        raises=None if allows_all else _way_up(known, holder, has_strong_function=has_strong_function),
        is_whole=None not in granted and (boundary is None or limit is not None),
    )


class _Statement(msgspec.Struct, frozen=True):
    """One statement; names of actions are in small letters."""

    allows: bool
    actions: tuple[str, ...]
    but_actions: bool
    """Whether it is about all actions but those."""
    resources: tuple[str, ...]
    but_resources: bool
    conditions: frozenset[str]
    """Keys of its conditions, in small letters."""

    def covers(self, action: str) -> bool:
        """Whether it is about all of an action, or of `s3:*`, or of `*:*`."""
        if self.but_actions:
            return not any(_touches(pattern, action) for pattern in self.actions)
        return any(_is_like(action, pattern) for pattern in self.actions)

    def holds_for(self, resource: str) -> bool:
        """Whether it is about a resource, or about all by `*`."""
        if self.but_resources:
            return resource != "*" and not any(_is_like(resource, pattern) for pattern in self.resources)
        return any(_is_like(resource, pattern) for pattern in self.resources)


class _Granted:
    """What statements and a boundary give together."""

    def __init__(
        self, granted: Collection[_Statement], limit: Collection[_Statement] | None, *, is_bounded: bool
    ) -> None:
        """A boundary that is not understood allows nothing for sure."""
        self._granted = granted
        self._limit = limit or ()
        self._is_bounded = is_bounded

    def allows(self, action: str, *resources: str) -> bool:
        """Whether an action is allowed on one of some resources without a condition."""
        return any(
            self._is_allowed(self._granted, action, one)
            and (not self._is_bounded or self._is_allowed(self._limit, action, one))
            and not self._is_denied(action, one)
            for one in resources
        )

    def everything(self) -> bool:
        """Whether all is allowed; who may not touch rights at all may not do everything."""
        return self.allows(_EVERYTHING, "*") and not self._is_denied("iam:*", "*")

    def may(self, action: str) -> bool:
        """Whether an action is allowed on anything, under whatever condition."""
        allowed = any(one.allows and one.covers(action) for one in self._granted)
        limited = self._is_bounded and not any(one.allows and one.covers(action) for one in self._limit)
        return allowed and not limited and not self._is_denied(action, "*")

    def _is_allowed(self, given: Collection[_Statement], action: str, resource: str) -> bool:
        return any(
            one.allows and one.conditions <= {_PASSED} and one.covers(action) and one.holds_for(resource)
            for one in given
        )

    def _is_denied(self, action: str, resource: str) -> bool:
        return any(
            not one.allows and not one.conditions and one.covers(action) and one.holds_for(resource)
            for one in (*self._granted, *self._limit)
        )


def _way_up(granted: _Granted, holder: Holder, *, has_strong_function: bool) -> str | None:
    """The first known way to more rights."""
    for words, needed in _RAISING:
        if all(granted.allows(action.casefold(), *_targets(kind, holder)) for action, kind in needed):
            return words
    others: tuple[Way, ...] = (*_AS_OTHERS, *((_CODE,) if has_strong_function else ()))
    for words, needed in others:
        if all(granted.allows(action.casefold(), _any(kind, holder)) for action, kind in needed):
            return words
    return None


def _targets(kind: Target, holder: Holder) -> Iterator[str]:
    """ARNs that stand for any of a kind, and for what the holder's own rights hang on."""
    yield _any(kind, holder)
    if kind in _ITSELF:
        for arn in (holder.arn, *holder.also):
            if f":{kind}/" in arn:
                yield arn
                yield f"{arn.rpartition('/')[0]}/${{aws:username}}"


def _any(kind: Target, holder: Holder) -> str:
    parts = (*holder.arn.split(":"), *[""] * 5)
    partition, number = parts[1] or "aws", parts[4]
    match kind:
        case "any":
            return "*"
        case "function":
            return f"arn:{partition}:lambda:us-east-1:{number}:function:any"
        case _:
            return f"arn:{partition}:iam::{number}:{kind}/any"


def _is_star(read: Collection[_Statement] | None) -> bool:
    return any(
        one.allows and not one.conditions and one.covers(_EVERYTHING) and one.holds_for("*")
        for one in read or ()
    )


def _is_like(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.replace("[", "[[]"))


def _touches(pattern: str, action: str) -> bool:
    """Whether a pattern of actions takes anything out of what is asked."""
    service, _, rest = action.partition(":")
    if service == "*":
        return True
    return _is_like(service, pattern.partition(":")[0]) if rest == "*" else _is_like(action, pattern)


def _statements(policy: object) -> list[_Statement] | None:
    """The statements of a policy; None where one of them is not understood."""
    told = statements(policy)
    if told is None:
        return None
    read = [_statement(one) for one in told]
    known = [one for one in read if one is not None]
    return known if len(known) == len(read) else None


def _statement(told: object) -> _Statement | None:
    if (
        not isinstance(told, dict)
        or not _KEYS.issuperset(told)
        or told.get("Effect") not in ("Allow", "Deny")
    ):
        return None
    actions = _either(told, "Action")
    resources = _either(told, "Resource")
    conditions = _conditions(told.get("Condition", {}))
    if actions is None or resources is None or conditions is None:
        return None
    return _Statement(
        allows=told["Effect"] == "Allow",
        actions=tuple(one.casefold() for one in actions),
        but_actions="NotAction" in told,
        resources=resources,
        but_resources="NotResource" in told,
        conditions=conditions,
    )


def _either(told: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """The texts under a key or its negation; None where there is not one of both, or they are no texts."""
    names = [name for name in (key, f"Not{key}") if name in told]
    if len(names) != 1:
        return None
    return texts(told[names[0]])


def _conditions(told: object) -> frozenset[str] | None:
    if not isinstance(told, dict) or not all(isinstance(keys, dict) for keys in told.values()):
        return None
    return frozenset(key.casefold() for keys in told.values() for key in keys)
