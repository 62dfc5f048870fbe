"""Cuts JavaScript and TypeScript into tokens that join to the text again, whatever the text is."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal["space", "comment", "name", "number", "text", "template", "regex", "sign"]


class Token(msgspec.Struct, frozen=True):
    """One token."""

    kind: Kind
    """A template with expressions in it is several: its parts, and between them the tokens of the expressions."""
    text: str
    line: int
    """Of its first character, from 1."""


_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n\u2028\u2029]*|/\*(?s:.*?)\*/|\A\#![^\n]*)
    | (?P<name>[A-Za-z_$\u0080-\U0010ffff#@][\w$\u0080-\U0010ffff]*)
    | (?P<number>(?:\d|\.\d)[\w.]*)
    | (?P<text>"(?:[^"\\\n]|\\(?s:.))*"|'(?:[^'\\\n]|\\(?s:.))*')
    | (?P<sign>\?\?=|\?\.(?!\d)|\?\?|=>|===|!==|==|!=|<=|>=|&&|\|\||\.\.\.|\+\+|--|\+=|-=|.)
    """,
    re.VERBOSE,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+/[a-z]*")
_CHUNK = re.compile(r"(?:[^`\\$]|\\(?s:.)|\$(?!\{))*")

_QUOTES = frozenset({"'", '"'})

_BEFORE_VALUE = frozenset(
    {
        "return",
        "typeof",
        "case",
        "in",
        "of",
        "delete",
        "void",
        "throw",
        "new",
        "else",
        "do",
        "await",
        "yield",
    }
)
"""After these words a slash begins a pattern."""


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens in order; joined they are the text."""
    at, line, last = 0, 1, ""
    depths: list[int] = []
    """How many braces are open in each template that is being read."""
    dead: dict[str, int] = {}
    """Up to where what begins with a sign is known never to end, so that it is looked for once (F-102)."""
    while at < len(text):
        kind, stop = _next(text, at, last, depths, dead)
        part = text[at:stop]
        yield Token(kind, part, line)
        line += part.count("\n")
        at = stop
        if kind not in {"space", "comment"}:
            last = part if kind in {"sign", "name"} else kind


def _next(text: str, at: int, last: str, depths: list[int], dead: dict[str, int]) -> tuple[Kind, int]:
    sign = text[at]
    if sign == "`":
        return "template", _template(text, at + 1, depths)
    if depths and sign in "{}":
        depths[-1] += 1 if sign == "{" else -1
        if not depths[-1]:
            depths.pop()
            return "template", _template(text, at + 1, depths)
    begins = text[at : at + 2] if text.startswith(("/*", "//"), at) else sign
    if at < dead.get(begins, 0):
        return "sign", at + 1
    is_pattern = sign == "/" and begins == "/" and _may_begin_value(last)
    if is_pattern and (pattern := _REGEX.match(text, at)):
        return "regex", pattern.end()
    found = _TOKEN.match(text, at)
    stop = found.end() if found else at + 1
    if (begins in _QUOTES and stop == at + 1) or is_pattern:
        end = text.find("\n", at)
        dead[begins] = len(text) if end < 0 else end
    elif begins == "/*" and stop == at + 1:
        dead[begins] = len(text)
    return (found.lastgroup, stop) if found else ("sign", stop)  # type: ignore[return-value]  # named so


def _template(text: str, at: int, depths: list[int]) -> int:
    """Where the part of a template ends that begins there: after its end, or after the brace of an expression."""
    found = _CHUNK.match(text, at)
    stop = found.end() if found else at
    if text.startswith("${", stop):
        depths.append(1)
        return stop + 2
    return min(stop + 1, len(text))


def _may_begin_value(last: str) -> bool:
    if not last or last in _BEFORE_VALUE:
        return True
    return last == "sign" or (not last[-1].isalnum() and last[-1] not in "_$)]}")
