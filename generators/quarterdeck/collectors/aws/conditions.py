"""What the conditions of a policy's statement do to who gets in."""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

Effect: TypeAlias = Literal["open", "by-url", "unknown", "foreign", "restricted"]
"""What is left of "anyone": anyone, anyone by a function's address, not known, a stranger's account, a few."""

_WIDEST: tuple[Effect, ...] = ("open", "by-url", "unknown", "foreign", "restricted")
"""Several values of one key are joined by *or*: the first of these counts."""
_NARROWEST: tuple[Effect, ...] = ("foreign", "restricted", "unknown", "by-url", "open")
"""Several conditions are joined by *and*: the first of these counts."""

_ACCOUNT_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
    }
)
_ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_FIXED_KEYS = frozenset(
    {
        "aws:principalorgid",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
_OPEN_KEYS = frozenset(
    {
        "aws:currenttime",
        "aws:referer",
        "aws:securetransport",
        "aws:useragent",
        "s3:prefix",
        "s3:signatureversion",
        "s3:x-amz-acl",
    }
)
"""What anyone can send, or what does not narrow who."""
_OBJECT_TAG = "s3:existingobjecttag/"
_CALLER_KEYS = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid"})
"""What ties a service of the provider to the resource or account on whose behalf it acts."""
_OPERATORS = re.compile(
    r"(string(not)?(equals(ignorecase)?|like)|arn(not)?(equals|like)|(not)?ipaddress|bool|binaryequals"
    r"|(numeric|date)(not)?(equals|lessthan(equals)?|greaterthan(equals)?))"
)
_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([^:]*):(.*)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{12}")
_WIDEST_PREFIX = {4: 8, 6: 32}


class Term(msgspec.Struct, frozen=True):
    """One line of conditions: an operator, one key, its values."""

    operator: str
    """In lower case, without what stands before and behind it."""
    key: str
    """In lower case."""
    values: tuple[str, ...]
    holds_without: bool
    """Whether it also holds for a request that does not have the key."""
    is_any: bool
    """Whether one of several values of the request is enough."""

    @property
    def is_negated(self) -> bool:
        """Whether it holds for everything but its values."""
        return "not" in self.operator

    @property
    def is_understood(self) -> bool:
        """Whether its operator is one that compares with values."""
        return bool(_OPERATORS.fullmatch(self.operator))


def terms(condition: object) -> tuple[Term, ...] | None:
    """The lines of a statement's conditions; None where they do not have the shape of conditions."""
    if not isinstance(condition, Mapping):
        return None
    found = []
    for operator, keys in condition.items():
        if not isinstance(keys, Mapping):
            return None
        for key, told in keys.items():
            values = told if isinstance(told, list) else [told]
            if not all(isinstance(value, str | bool | int | float) for value in values):
                return None
            found.append(_term(str(operator), str(key), values))
    return tuple(found)


def _term(operator: str, key: str, values: list[Any]) -> Term:
    scope, _, name = operator.casefold().rpartition(":")
    return Term(
        operator=name.removesuffix("ifexists"),
        key=key.casefold(),
        values=tuple(value if isinstance(value, str) else str(value).casefold() for value in values),
        holds_without=name.endswith("ifexists") or scope == "forallvalues",
        is_any=scope == "foranyvalue",
    )


def narrowed(lines: tuple[Term, ...], ours: Collection[str]) -> Effect:
    """What conditions leave of a statement that allows anyone.

    Args:
        lines: The conditions; none leaves it open.
        ours: Numbers of all accounts that may have access.
    """
    effects = {_effect(line, ours) for line in lines}
    return next((effect for effect in _NARROWEST if effect in effects), "open")


def _effect(line: Term, ours: Collection[str]) -> Effect:
    if not line.is_understood:
        return "unknown"
    if line.is_negated:
        return "open"
    effect = _widest(line, ours)
    return "open" if line.holds_without and effect != "unknown" else effect


def spared(lines: tuple[Term, ...], ours: Collection[str]) -> Effect:
    """Whom a statement that denies everyone under conditions leaves in.

    Returns:
        `open` where it does not narrow who gets in: only a condition that is itself the negation of a narrowing
        one, "unless it comes from this network", does.
    """
    effects = {
        _widest(line, ours) if line.is_understood and line.is_negated and not line.is_any else "open"
        for line in lines
    }
    if not effects or effects - {"foreign", "restricted"}:
        return "open"
    return "foreign" if "foreign" in effects else "restricted"


def _widest(line: Term, ours: Collection[str]) -> Effect:
    effects = {_value(line.key, value, ours) for value in line.values}
    return next((effect for effect in _WIDEST if effect in effects), "open")


def _value(key: str, value: str, ours: Collection[str]) -> Effect:
    if key in _OPEN_KEYS or key.startswith(_OBJECT_TAG):
        return "open"
    if "${" in value or key not in _READ:
        return "unknown"
    return _READ[key](value, ours)


def _is_wild(value: str) -> bool:
    return not value or "*" in value or "?" in value


def _account(number: str, ours: Collection[str]) -> Effect:
    if _NUMBER.fullmatch(number):
        return "restricted" if number in ours else "foreign"
    return "open" if _is_wild(number) else "unknown"


def _arn(value: str, ours: Collection[str]) -> Effect:
    arn = _ARN.fullmatch(value)
    return _account(arn[1], ours) if arn else "open"


def _fixed(value: str, _: Collection[str]) -> Effect:
    return "open" if _is_wild(value) else "restricted"


def _paths(value: str, ours: Collection[str]) -> Effect:
    return _fixed(value.partition("/")[0], ours)


def _address(value: str, _: Collection[str]) -> Effect:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return "open" if value == "*" else "unknown"
    if network.prefixlen >= _WIDEST_PREFIX[network.version]:
        return "restricted"
    return "restricted" if network.prefixlen and network.is_private else "open"


def _signed(value: str, _: Collection[str]) -> Effect:
    return "restricted" if value == "AWS_IAM" else "by-url"


def _through_address(value: str, _: Collection[str]) -> Effect:
    return "by-url" if value.casefold() == "true" else "open"


_READ: Mapping[str, Callable[[str, Collection[str]], Effect]] = {
    **dict.fromkeys(_ACCOUNT_KEYS, _account),
    **dict.fromkeys(_ARN_KEYS, _arn),
    **dict.fromkeys(_FIXED_KEYS, _fixed),
    "aws:sourceip": _address,
    "aws:vpcsourceip": _address,
    "aws:principalorgpaths": _paths,
    "lambda:functionurlauthtype": _signed,
    "lambda:invokedviafunctionurl": _through_address,
}
"""What one value of a key leaves of "anyone"."""


def numbers(lines: tuple[Term, ...]) -> Iterator[str]:
    """Numbers of the accounts that conditions name, by themselves or in an ARN."""
    for line in lines:
        if line.is_negated or line.key not in _ACCOUNT_KEYS | _ARN_KEYS:
            continue
        for value in line.values:
            arn = _ARN.fullmatch(value)
            number = arn[1] if arn else value
            if _NUMBER.fullmatch(number):
                yield number


def has_caller(lines: tuple[Term, ...]) -> bool:
    """Whether conditions tie a service of the provider to one resource, account or organisation."""
    return any(
        _is_firm(line) and line.key in _CALLER_KEYS and not any(map(_is_any_caller, line.values))
        for line in lines
    )


def _is_any_caller(value: str) -> bool:
    arn = _ARN.fullmatch(value)
    if not arn:
        return _is_wild(value)
    return _is_wild(arn[1]) and (not arn[2] or arn[2].startswith(("*", "?")))


def has_audience(lines: tuple[Term, ...]) -> bool:
    """Whether conditions fix for whom, or to whom, another's sign-in was issued."""
    return any(
        _is_firm(line)
        and line.key.endswith((":aud", ":sub"))
        and not any(re.fullmatch(r"(\w+:)?[*?]*", value) for value in line.values)
        for line in lines
    )


def _is_firm(line: Term) -> bool:
    return bool(line.values) and line.is_understood and not line.is_negated and not line.holds_without


def said(lines: tuple[Term, ...]) -> str:
    """The keys that conditions look at, as a list for a sentence."""
    return ", ".join(dict.fromkeys(line.key for line in lines))
