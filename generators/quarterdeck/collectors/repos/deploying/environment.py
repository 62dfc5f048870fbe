"""Names of the variables that code reads, and which of them it cannot do without."""

import ast
import re
from collections.abc import Iterator, Sequence

import msgspec

from quarterdeck.collectors.repos.deploying.script_tokens import Token, tokens
from quarterdeck.model.deployments import is_given

PATH = re.compile(r"\.(?:py|[cm]?[jt]sx?|go|java|kt|rb|rs|php|cs)$")
_OTHER = re.compile(
    r"(?:[gG]etenv|LookupEnv|env::var|env!|GetEnvironmentVariable|ENV\.fetch|ENV)\s{0,3}[(\[]\s{0,3}[\"'](\w{1,120})"
)

_NAME = re.compile(r"[A-Za-z_]\w{0,120}\Z")
_CAN_DO_WITHOUT = frozenset({"||", "??", "&&", "?", "===", "!==", "==", "!=", "?.", "in"})
_ASKS = frozenset({"!", "&&", "||", "if", "===", "!==", "typeof", "delete"})


class Read(msgspec.Struct, frozen=True):
    """What one file reads."""

    names: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    """Without a default, and not only asked for."""
    is_open: bool = False
    """Whether it reads names that it puts together as it runs, or all of them."""


def read_by(path: str, text: str) -> Read:
    """The variables that one program reads; nothing where it reads none or is not understood."""
    if path.endswith(".py"):
        return _python(text) if "environ" in text or "getenv" in text else Read()
    if not path.endswith(("js", "ts", "jsx", "tsx")):
        return Read(frozenset(_OTHER.findall(text)))
    return _script(tokens(text)) if "process" in text and "env" in text else Read()


def _read(names: set[str], needs: set[str], *, is_open: bool) -> Read:
    return Read(
        frozenset(one for one in names if _NAME.match(one)),
        frozenset(one for one in needs if _NAME.match(one) and not is_given(one)),
        is_open,
    )


def tells_needs(path: str) -> bool:
    """Whether what a file cannot do without is told by its syntax."""
    return path.endswith((".py", "js", "ts", "jsx", "tsx"))


# --- Python ----------------------------------------------------------------------------------------------------


def _python(text: str) -> Read:
    try:
        parsed = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Read(is_open=True)
    names, needs = set[str](), set[str]()
    known: set[int] = set()
    is_open = False
    spared = set(_spared(parsed))
    for node in ast.walk(parsed):
        match node:
            case ast.Subscript(value=value, slice=key, ctx=ast.Load()) if _is_environ(value):
                known.add(id(value))
                is_open |= not _add(names, key)
                if id(node) not in spared:
                    _add(needs, key)
            case ast.Call(
                func=ast.Attribute(value=value, attr="get" | "pop" | "setdefault"), args=[key, *_]
            ) if _is_environ(value):
                known.add(id(value))
                is_open |= not _add(names, key)
            case ast.Call(func=ast.Attribute(attr="getenv") | ast.Name(id="getenv"), args=[key, *_]):
                is_open |= not _add(names, key)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[value]) if _is_environ(
                value
            ):
                known.add(id(value))
                _add(names, key)
            case ast.Subscript(value=value) if _is_environ(value):
                known.add(id(value))
    is_open |= any(_is_environ(node) and id(node) not in known for node in ast.walk(parsed))
    return _read(names, needs, is_open=is_open)


def _spared(parsed: ast.Module) -> Iterator[int]:
    """Nodes whose failure is caught, so that what they read can be missing."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Try) and any(_catches(one) for one in node.handlers):
            yield from (id(inner) for part in node.body for inner in ast.walk(part))


def _catches(handler: ast.ExceptHandler) -> bool:
    kind = handler.type
    names = {one.id for one in ast.walk(kind) if isinstance(one, ast.Name)} if kind else {"Exception"}
    return not {"KeyError", "LookupError", "Exception"}.isdisjoint(names)


def _is_environ(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ") | ast.Name(id="environ", ctx=ast.Load()):
            return True
        case _:
            return False


def _add(names: set[str], key: ast.expr) -> bool:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        names.add(key.value)
        return True
    return False


# --- JavaScript and TypeScript ---------------------------------------------------------------------------------


def _script(found: Sequence[Token]) -> Read:
    names, needs = set[str](), set[str]()
    is_open = False
    for at in range(len(found) - 2):
        if [one.text for one in found[at : at + 3]] != ["process", ".", "env"] or found[at].kind != "word":
            continue
        name, end = _member(found, at + 3)
        if name:
            names.add(name)
            before = found[at - 1].text if at else ""
            after = found[end].text if end < len(found) else ""
            asks = before in _ASKS or (
                before == "(" and at > 1 and found[at - 2].text in {"if", "Boolean", "while"}
            )
            if after not in _CAN_DO_WITHOUT and after != "=" and not asks:
                needs.add(name)
            continue
        taken = list(_taken(found, at - 1))
        names |= {one for one, _ in taken}
        needs |= {one for one, has_default in taken if not has_default}
        is_open |= not taken
    return _read(names, needs, is_open=is_open)


def _member(found: Sequence[Token], at: int) -> tuple[str, int]:
    """The name that is read, and the place behind it; empty where none is written."""
    if at + 1 < len(found) and found[at].text in {".", "?."} and found[at + 1].kind == "word":
        return found[at + 1].text, at + 2
    if (
        at + 2 < len(found)
        and found[at].text == "["
        and found[at + 1].kind == "text"
        and found[at + 2].text == "]"
    ):
        return found[at + 1].text, at + 3
    return "", at


_MOST_TAKEN = 400


def _taken(found: Sequence[Token], at: int) -> Iterator[tuple[str, bool]]:
    """The names of `const { A, B = "x" } = process.env`, each with whether it has a default."""
    if at < 1 or found[at].text != "=" or found[at - 1].text != "}":
        return
    start = at - 1
    while start > 0 and found[start].text != "{" and at - start < _MOST_TAKEN:
        start -= 1
    for place in range(start + 1, at - 1):
        one = found[place]
        if one.kind == "word" and found[place - 1].text in {"{", ","}:
            behind = place + 3 if found[place + 1].text == ":" else place + 1
            yield one.text, found[behind].text == "="
