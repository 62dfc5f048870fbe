"""Reads JavaScript and TypeScript by their tokens and brackets, without running any of it."""

import re
from collections.abc import Iterator

from quarterdeck.collectors.repos.reading.tokens import Token, tokens_of
from quarterdeck.collectors.repos.reading.tree import (
    NOTHING,
    Assign,
    Block,
    Branch,
    Call,
    Code,
    Compare,
    Import,
    Named,
    NotReadError,
    Value,
)

_CUT = 200
_TOKENS = 400
"""Tokens of one expression that are looked at."""
_CHAIN = 16
"""Parts of one chain of names."""
_NESTED = 4
_DEEPEST = 200
_MOST = 250_000
"""Tokens of a file beyond which it is not read."""
_STEPS = 64
"""Steps to the end of an expression, brackets jumped over."""

_OPEN = {"(": ")", "[": "]", "{": "}"}
_SHUT = frozenset(_OPEN.values())
_WORDS = frozenset(
    {
        *(
            "if",
            "for",
            "while",
            "switch",
            "catch",
            "function",
            "return",
            "typeof",
            "await",
            "new",
            "of",
            "in",
        ),
        *("case", "delete", "void", "throw", "else", "do", "yield", "const", "let", "var", "async", "export"),
        *("default", "import", "from", "as", "extends", "class", "try", "finally", "instanceof"),
    }
)
_COMPARED = frozenset({"===", "==", "!==", "!="})
_ENDS = frozenset({",", ";", "&&", "||", "??", "?", ":", "=>", "=", *_COMPARED})
_BEGINS = _ENDS | {"(", "[", "{", "}", "return", "if", "case", "!"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def read_javascript(path: str, text: str) -> Code:
    """Read a file of JavaScript or TypeScript; what is not understood is passed over.

    Raises:
        NotReadError: It is too long, or nested too deep.
    """
    return _Reader(text).code(path)


class _Reader:
    """One file while it is read: its tokens without spaces and comments, and which brackets belong together."""

    def __init__(self, text: str) -> None:
        self.tokens = [one for one in tokens_of(text) if one.kind not in {"space", "comment"}]
        if len(self.tokens) > _MOST:
            raise NotReadError("longer than what is read")
        self.partner, self.around = _brackets(self.tokens)
        self.back = {stop: start for start, stop in self.partner.items()}

    def code(self, path: str) -> Code:
        return Code(
            path,
            blocks=tuple(sorted(self._blocks(), key=lambda one: one.at)),
            calls=tuple(sorted(self._calls(), key=lambda one: one.at)),
            assigns=tuple(sorted(self._assigns(), key=lambda one: one.at)),
            compares=tuple(self._compares()),
            branches=tuple(self._branches()),
            named=tuple(self._named()),
            texts=tuple(
                Named(line=one.line, at=at, name=_plain(one))
                for at, one in enumerate(self.tokens)
                if one.kind in {"text", "template"}
            ),
            imports=tuple(self._imports()),
        )

    def _is(self, at: int, *signs: str) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].text in signs

    def _is_name(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].kind == "name"

    def _chain(self, at: int) -> tuple[str, int]:
        """The chain of names that ends at a token, and where it starts: `db.collection`, calls left out."""
        parts: list[str] = []
        start = at
        for _ in range(_CHAIN):
            while self._is(at, ")", "]") and at in self.back:
                inside = self.tokens[self.back[at] + 1] if self.back[at] + 2 == at else None
                if self._is(at, "]") and inside and inside.kind == "text":
                    parts.append(_plain(inside))
                at = self.back[at] - 1
                at -= self._is(at, "?.")
            if not self._is_name(at) or self.tokens[at].text in _WORDS:
                break
            parts.append(self.tokens[at].text)
            start = at
            if not self._is(at - 1, ".", "?."):
                break
            if at > 1 and self.tokens[at - 2].kind in {"regex", "text", "template"}:
                parts.append("")
                break
            at -= 2
            at -= self._is(at, "!")
        return ".".join(reversed(parts)), start

    def _named(self) -> Iterator[Named]:
        for at, one in enumerate(self.tokens):
            if one.kind == "name" and one.text not in _WORDS:
                yield Named(line=one.line, at=at, name=self._chain(at)[0])
            elif one.text == "]" and at in self.back and not self._is(at + 1, ".", "?.", "["):
                name = self._chain(at)[0]
                if name:
                    yield Named(line=one.line, at=at, name=name)

    def _calls(self) -> Iterator[Call]:
        for at, one in enumerate(self.tokens):
            stop = self.partner.get(at)
            if one.text != "(" or stop is None:
                continue
            end = at - 2 if self._is(at - 1, "?.") else self._before_types(at - 1)
            if not (self._is_name(end) or self._is(end, "]")) or self._is(end - 1, "function"):
                continue
            name, start = self._chain(end)
            if not name or (self._is(stop + 1, "{") and self._is_method(start)):
                continue
            args = list(self._split(at + 1, stop))
            options = [
                entry for first, last in args if self._is(first, "{") for entry in self._entries(first)
            ]
            yield Call(
                name=name,
                line=self.tokens[end].line,
                at=end,
                stop=stop,
                args=tuple(self._value(first, last) for first, last in args),
                options=tuple((entry.name, entry.value) for entry in options),
            )

    def _before_types(self, at: int) -> int:
        """The token before type arguments such as `<string>` that end there."""
        if not self._is(at, ">"):
            return at
        for back in range(at - 1, max(at - 12, -1), -1):
            if self._is(back, "<"):
                return back - 1
        return at

    def _is_method(self, at: int) -> bool:
        """Whether a name with brackets and a body is the head of a method, no call."""
        return self._is(at - 1, "{", "}", ";", ",", "async", "static", "get", "set", "*") or at == 0

    def _split(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Parts between commas, each from its first token to behind its last."""
        first = at = start
        while at < stop:
            if self._is(at, ","):
                yield first, at
                first = at + 1
            at = min(self.partner.get(at, at), stop) + 1
        if first < stop:
            yield first, stop

    def _entries(self, start: int, depth: int = 0) -> Iterator[Assign]:
        """Entries of an object that begins at a brace, nested ones among them."""
        stop = self.partner.get(start)
        if stop is None or depth > _NESTED:
            return
        for first, last in self._split(start + 1, stop):
            key = self.tokens[first]
            if last == first + 1 and key.kind == "name":
                yield Assign(line=key.line, at=first, name=key.text, value=Value(key.text, names=(key.text,)))
            elif key.kind in {"name", "text"} and self._is(first + 1, ":"):
                yield Assign(line=key.line, at=first, name=_plain(key), value=self._value(first + 2, last))
                if self._is(first + 2, "{"):
                    yield from self._entries(first + 2, depth + 1)

    def _value(self, start: int, stop: int) -> Value:
        if stop <= start:
            return NOTHING
        some = self.tokens[start : min(stop, start + _TOKENS)]
        if len(some) == 1 and _is_plain(some[0]):
            return Value("'…'", _plain(some[0]), texts=(_plain(some[0]),))
        names = [
            self._chain(start + at)[0]
            for at, one in enumerate(some)
            if (one.kind == "name" and one.text not in _WORDS and not self._goes_on(start + at))
            or one.text == "]"
        ]
        texts = tuple(_plain(one) for one in some if one.kind in {"text", "template"})
        is_filled = any(one.kind == "template" and one.text.endswith("${") for one in some[:1])
        is_joined = any(one.text == "+" for one in some) and any(one.kind == "text" for one in some)
        text = " ".join(one.text for one in some[:60])[:_CUT].replace(" . ", ".")
        is_built = bool(names) and (is_filled or (is_joined and not self._is(start, "{")))
        return Value(text, None, is_built, tuple(filter(None, names)), texts)

    def _goes_on(self, at: int) -> bool:
        """Whether a name is the beginning of a longer chain, or the key of an object."""
        if self._is(at + 1, "[") and self._is(at + 3, "]"):
            return self.tokens[at + 2].kind == "text"
        return self._is(at + 1, ".", "?.") or (self._is(at + 1, ":") and self._is(at - 1, "{", ","))

    def _until(self, at: int) -> int:
        """Behind the last token of an expression that begins there, as far as its line or brackets tell."""
        first = at
        for _ in range(_STEPS):
            if at >= len(self.tokens) or self.tokens[at].text in {",", ";", ")", "]", "}"}:
                break
            if at > first and self.tokens[at].line > self.tokens[at - 1].line and self._begins(at):
                break
            at = self.partner.get(at, at) + 1
        return at

    def _begins(self, at: int) -> bool:
        """Whether a statement may begin with a token that is the first of its line."""
        goes_on = self.tokens[at].kind == "sign" and self.tokens[at].text not in {"{", "}", "@"}
        open_end = self.tokens[at - 1].kind == "sign" and not self._is(at - 1, ")", "]", "}")
        return not goes_on and not open_end

    def _assigns(self) -> Iterator[Assign]:
        for at, one in enumerate(self.tokens):
            if one.text == "=" and at:
                end = self._annotated(at - 1)
                name, _ = self._chain(end)
                if name:
                    value = self._value(at + 1, self._until(at + 1))
                    yield Assign(line=self.tokens[end].line, at=end, name=name, value=value)
            elif (
                one.text == ":"
                and self._is(at - 2, "{", ",")
                and self.tokens[at - 1].kind in {"name", "text"}
            ):
                value = self._value(at + 1, self._until(at + 1))
                yield Assign(line=one.line, at=at - 1, name=_plain(self.tokens[at - 1]), value=value)

    def _annotated(self, at: int) -> int:
        """The name before a type that ends there: `const port: number`."""
        for back in range(at, max(at - 8, 0), -1):
            if self._is(back, ":") and self._is(back - 2, "const", "let", "var"):
                return back - 1
            if self._is(back, ";", "{", "}", "=", "("):
                break
        return at

    def _compares(self) -> Iterator[Compare]:
        for at, one in enumerate(self.tokens):
            if one.text in _COMPARED:
                left, right = self._value(self._from(at), at), self._value(at + 1, self._operand(at + 1))
                yield Compare(line=one.line, at=at, left=left, right=right)

    def _from(self, at: int) -> int:
        """The first token of the expression that ends before a sign."""
        for _ in range(_STEPS):
            if not at or self.tokens[at - 1].text in _BEGINS:
                break
            at = self.back.get(at - 1, at - 1)
        return at

    def _operand(self, at: int) -> int:
        """Behind the last token of what stands on the right of a sign."""
        stop = self._until(at)
        for _ in range(_STEPS):
            if at >= stop or self.tokens[at].text in _ENDS:
                break
            at = self.partner.get(at, at) + 1
        return min(at, stop)

    def _branches(self) -> Iterator[Branch]:
        for at, one in enumerate(self.tokens):
            if one.text == "if" and self._is(at + 1, "(") and at + 1 in self.partner:
                shut = self.partner[at + 1]
                body = shut + 1
                stop = self.partner.get(body, self._until(body)) if self._is(body, "{") else self._until(body)
                yield Branch(line=one.line, at=body, stop=stop, test=self._value(at + 2, shut))
            elif one.text == "case":
                yield from self._case(at)

    def _case(self, at: int) -> Iterator[Branch]:
        colon = next(
            (one for one in range(at + 1, min(at + 8, len(self.tokens))) if self._is(one, ":")), None
        )
        if colon is None:
            return
        stop = colon + 1
        while stop < len(self.tokens) and not self._is(stop, "case", "default", "}"):
            stop = self.partner.get(stop, stop) + 1
        around = self.around[at]
        subject = self._value(self.back.get(around - 1, around), around)
        test = self._value(at + 1, colon)
        both = Value(names=(*subject.names, *test.names), texts=test.texts)
        yield Branch(line=self.tokens[at].line, at=colon + 1, stop=stop, test=both)

    def _blocks(self) -> Iterator[Block]:
        for at, one in enumerate(self.tokens):
            if one.text == "=>":
                yield self._arrow(at)
            elif one.text == "{" and at in self.partner:
                found = self._function(at)
                if found is not None:
                    yield found

    def _arrow(self, at: int) -> Block:
        head = self._before_result(at - 1)
        start = self.back.get(head, head) if self._is(head, ")") else at - 1
        params = self._params(start, at)
        start -= self._is(start - 1, "async")
        body = at + 1
        stop = self.partner.get(body, body) if self._is(body, "{") else self._until(body)
        name, first = self._given_name(start)
        return Block(
            name=name,
            line=self.tokens[start].line,
            at=start,
            stop=stop,
            params=params,
            is_exported=self._is_exported(first),
        )

    def _given_name(self, start: int) -> tuple[str, int]:
        """The name that a value gets which begins there, and where that stands."""
        at = start - 1
        while self._is(at, "(") and self._is_name(at - 1) and start - at < _CHAIN:
            at = self._chain(at - 1)[1] - 1
        if self._is(at, "=", ":"):
            end = self._annotated(at - 1)
            name, first = self._chain(end)
            return (name or (_plain(self.tokens[end]) if end >= 0 else "")).rpartition(".")[2], first
        if self._is(at, "default"):
            return "default", at
        return "", start

    def _is_exported(self, at: int) -> bool:
        return any(self._is(at - back, "export", "exports", "module") for back in range(4))

    def _params(self, start: int, stop: int) -> tuple[str, ...]:
        if not self._is(start, "("):
            return (self.tokens[start].text,) if self._is_name(start) else ()
        shut = self.partner.get(start, start)
        return tuple(
            self.tokens[first].text if self.tokens[first].kind == "name" else ""
            for first, _ in self._split(start + 1, min(shut, stop))
        )

    def _function(self, at: int) -> Block | None:
        """The function whose body begins at a brace; None where that is another brace."""
        shut = self._before_result(at - 1)
        if not self._is(shut, ")") or shut not in self.back:
            return None
        start = self.back[shut]
        end = start - 1
        if self._is(end, "if", "for", "while", "switch", "catch", "with"):
            return None
        name, first = "", end
        if self._is(end, "function", "*"):
            name, first = self._given_name(end - self._is(end - 1, "async"))
        elif self._is_name(end):
            name = self.tokens[end].text
            is_function = self._is(end - 1, "function", "*")
            if not is_function and not self._is_method(end):
                return None
            first = end - 1 - self._is(end - 2, "async") if is_function else end
            if is_function and self._is(first - 1, "default"):
                name, first = "default", first - 1
        else:
            return None
        return Block(
            name=name,
            line=self.tokens[end].line if end >= 0 else 1,
            at=max(end, 0),
            stop=self.partner[at],
            params=self._params(start, shut + 1),
            is_exported=self._is_exported(first),
        )

    def _before_result(self, at: int) -> int:
        """The token before the type of a result: `): Promise<void>`."""
        if self._is(at, ")"):
            return at
        for back in range(at, max(at - 16, 0), -1):
            if self._is(back, ":") and self._is(back - 1, ")"):
                return back - 1
            if self._is(back, ";", "{", "}", "=", "=>", "("):
                break
        return at

    def _imports(self) -> Iterator[Import]:
        for at, one in enumerate(self.tokens):
            if one.text == "require" and self._is(at + 1, "(") and self._is(at + 3, ")"):
                module = _plain(self.tokens[at + 2])
                if self._is(at - 1, "="):
                    yield from self._bound(at - 2, module)
            elif one.text == "import" and not self._is(at + 1, "(", "."):
                yield from self._import(at)

    def _bound(self, at: int, module: str) -> Iterator[Import]:
        """What `const … =` before a call of require names."""
        if self._is_name(at):
            yield Import(self.tokens[at].text, module)
        elif self._is(at, "}") and at in self.back:
            yield from self._picked(self.back[at], at, module)

    def _picked(self, start: int, stop: int, module: str) -> Iterator[Import]:
        for first, last in self._split(start + 1, stop):
            if self._is_name(first) and self._is_name(last - 1):
                yield Import(self.tokens[last - 1].text, module, self.tokens[first].text)

    def _import(self, at: int) -> Iterator[Import]:
        stop = next(
            (one for one in range(at + 1, min(at + 80, len(self.tokens))) if self.tokens[one].kind == "text"),
            None,
        )
        if stop is None:
            return
        module = _plain(self.tokens[stop])
        step = at + 1
        while step < stop:
            if self._is(step, "{") and step in self.partner:
                yield from self._picked(step, self.partner[step], module)
                step = self.partner[step]
            elif self._is_name(step) and not self._is(step, "from", "as", "type"):
                yield Import(self.tokens[step].text, module)
            step += 1


def _brackets(tokens: list[Token]) -> tuple[dict[int, int], list[int]]:
    """Where each opening bracket is shut, as far as it is; and the bracket around each token, 0 outside all."""
    partner: dict[int, int] = {}
    around: list[int] = []
    waiting: list[int] = []
    for at, one in enumerate(tokens):
        around.append(waiting[-1] if waiting else 0)
        if one.kind != "sign":
            continue
        if one.text in _OPEN:
            waiting.append(at)
            if len(waiting) > _DEEPEST:
                raise NotReadError("nested too deep")
        elif one.text in _SHUT:
            fit = next((back for back in range(1, len(waiting) + 1) if _fits(tokens, waiting[-back], one)), 0)
            if fit:
                partner[waiting[-fit]] = at
                del waiting[-fit:]
    return partner, around


def _fits(tokens: list[Token], start: int, shut: Token) -> bool:
    return _OPEN[tokens[start].text] == shut.text


def _is_plain(token: Token) -> bool:
    return token.kind == "text" or (token.kind == "template" and not token.text.endswith("${"))


def _plain(token: Token) -> str:
    """What a text says, or a part of a template; names as they are."""
    if token.kind == "template":
        return token.text.removesuffix("${").strip("`").removeprefix("}")
    return _ESCAPE.sub(r"\1", token.text[1:-1]) if token.kind == "text" else token.text
