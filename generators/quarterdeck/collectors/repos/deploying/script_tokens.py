"""JavaScript and TypeScript as tokens that know texts, templates and comments, and the plain values among them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

_MOST = 300_000
_MOST_STEPS = 2_000_000
"""Tokens that are looked at again for calls inside calls."""
_DEEPEST = 20
_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|//[^\n]*)
    |(?P<comment>/\*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<template>`)
    |(?P<word>[A-Za-z_$][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<mark>\?\?|\|\||&&|===|!==|==|!=|=>|\?\.|\.\.\.|.)""",
    re.VERBOSE,
)
_REGULAR = re.compile(r"/(?![*/\s])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,400}/[a-z]{0,8}")
_INSIDE = re.compile(r"\$\{\s*([\w$.?!]{1,80})[^{}`]{0,200}\}")
_BEFORE_REGULAR = frozenset("(,=:[!&|?{};+") | {"return", "&&", "||", "=>", "==="}


class Token(msgspec.Struct, frozen=True):
    """One word, text, number or mark."""

    kind: str
    text: str
    """Of a text what stands between its quotes; of a template with `${name}` for what is put in."""
    line: int


def tokens(text: str) -> list[Token]:
    """The tokens of a program, comments left out; as far as it is understood."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at, line, before = 0, 1, ""
    for _ in range(_MOST):
        if text[at : at + 1] == "/" and (not before or before in _BEFORE_REGULAR):
            regular = _REGULAR.match(text, at)
            if regular:
                at, before = regular.end(), "regular"
                yield Token("other", "", line)
                continue
        found = _TOKEN.match(text, at)
        if found is None:
            return
        kind, end, said = str(found.lastgroup), found.end(), found[0]
        if kind == "comment":
            close = text.find("*/", end)
            end = close + 2 if close >= 0 else len(text)
        elif kind == "template":
            end = _template_end(text, end)
            said = _INSIDE.sub(
                lambda one: f"${{{one[1].rstrip('?!').rpartition('.')[2]}}}", text[at + 1 : end - 1]
            )
            yield Token("text", said[:2000], line)
        elif kind != "skip":
            yield Token(kind, said[1:-1] if kind == "text" else said, line)
        if kind not in {"skip", "comment"}:
            before = said if kind in {"mark", "word"} else kind
        line += text.count("\n", at, end)
        at = end


def _template_end(text: str, at: int) -> int:
    """Where a template ends; what is put into it may hold templates of its own."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "$" and text[at + 1 : at + 2] == "{":
            depth, at = depth + 1, at + 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "`" and not depth:
            return at + 1
        at += 1
    return len(text)


class Name(str):
    """A value that is a name or a call, by its dotted words: `Runtime.NODEJS_20_X`."""

    __slots__ = ()


class Call(msgspec.Struct):
    """A call or construction with what is handed to it."""

    name: str
    line: int
    given: list[Any]


class Values:
    """Reads plain values out of tokens; what is none is passed over."""

    def __init__(self, found: Sequence[Token]) -> None:
        """Of the tokens of one program."""
        self.found = found
        self.at = 0
        self.steps = 0

    def is_at(self, text: str) -> bool:
        """Whether the next token is a mark or word."""
        return (
            self.at < len(self.found)
            and self.found[self.at].text == text
            and self.found[self.at].kind != "text"
        )

    def value(self, depth: int = 0) -> Any:  # noqa: ANN401 - a text, number, mapping, list, name, or None
        """The value that begins here, up to where its expression ends."""
        start = self.at
        made = self.simple(depth)
        if self._is_over():
            return made
        self._pass_over()
        return made if isinstance(made, Call) or (isinstance(made, str) and self._is_joined(start)) else None

    def _is_joined(self, start: int) -> bool:
        return start + 1 < len(self.found) and self.found[start + 1].text in {"as", "!"}

    def _is_over(self) -> bool:
        return self.at >= len(self.found) or (
            self.found[self.at].kind == "mark" and self.found[self.at].text in ",;)]}"
        )

    def _pass_over(self) -> None:
        depth = 0
        while self.at < len(self.found):
            one = self.found[self.at]
            if depth == 0 and one.kind == "mark" and one.text in ",;)]}":
                return
            if one.kind == "mark":
                depth += (one.text in "([{") - (one.text in ")]}")
            self.at += 1
            self.steps += 1

    def simple(self, depth: int = 0) -> Any:  # noqa: ANN401 - as above
        """The value that begins here, without what may follow it in its expression."""
        if self.at >= len(self.found) or depth > _DEEPEST:
            return None
        one = self.found[self.at]
        self.at += 1
        if one.kind == "text":
            return one.text
        if one.kind == "number":
            digits = one.text.replace("_", "")
            return int(digits[:9]) if digits.isdigit() else None
        if one.text == "{" and one.kind == "mark":
            return self._mapping(depth)
        if one.text == "[" and one.kind == "mark":
            return self._list("]", depth)
        if one.kind == "word":
            return self._named(one, depth)
        return None

    def _named(self, one: Token, depth: int) -> Any:  # noqa: ANN401 - as above
        if one.text in {"true", "false"}:
            return one.text == "true"
        if one.text in {"new", "await"}:
            return self.simple(depth)
        words = [one.text]
        while self.at + 1 < len(self.found) and self.found[self.at].text in {".", "?."}:
            if self.found[self.at + 1].kind != "word":
                break
            words.append(self.found[self.at + 1].text)
            self.at += 2
        if self.is_at("("):
            self.at += 1
            return Call(".".join(words), one.line, self._list(")", depth))
        return Name(".".join(words))

    def _list(self, close: str, depth: int) -> list[Any]:
        made = []
        while self.at < len(self.found) and not self.is_at(close):
            before = self.at
            if self.is_at(","):
                self.at += 1
                continue
            made.append(self.value(depth + 1))
            if self.at == before:
                self.at += 1
        self.at += 1
        return made

    def _mapping(self, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while self.at < len(self.found) and not self.is_at("}"):
            one = self.found[self.at]
            self.at += 1
            if one.kind not in {"word", "text", "number"}:
                continue
            if self.is_at(":"):
                self.at += 1
                made[one.text] = self.value(depth + 1)
            elif self.is_at(",") or self.is_at("}"):
                made[one.text] = Name(one.text)
            else:
                self._pass_over()
        self.at += 1
        return made


def constructed(found: Sequence[Token]) -> Iterator[Call]:
    """Every `new X(…)` of a program, those inside others among them."""
    yield from _calls(
        found, [at + 1 for at, one in enumerate(found) if one.text == "new" and one.kind == "word"]
    )


def called(found: Sequence[Token], names: frozenset[str]) -> Iterator[Call]:
    """Every call whose first word is one of some names."""
    yield from _calls(found, [at for at, one in enumerate(found) if one.kind == "word" and one.text in names])


def _calls(found: Sequence[Token], places: Sequence[int]) -> Iterator[Call]:
    reader = Values(found)
    for at in places:
        reader.at = at
        made = reader.simple()
        if isinstance(made, Call):
            yield made
        if reader.steps > _MOST_STEPS:
            return


def plain_text(value: object) -> str:
    """A value as text with holes; empty where there is none."""
    if isinstance(value, Name):
        return f"${{{value.rpartition('.')[2]}}}"
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
