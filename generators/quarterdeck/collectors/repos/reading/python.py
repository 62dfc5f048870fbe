"""Reads Python by its own grammar, without running any of it."""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from quarterdeck.collectors.repos.reading.tree import (
    Assign,
    Block,
    Branch,
    Call,
    Code,
    Compare,
    Import,
    Named,
    NotReadError,
    Placed,
    Value,
)

_CUT = 200
_NODES = 200
"""Parts of one expression that are looked at."""
_LINE = 1 << 20
_DEEPEST = 100

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_python(path: str, text: str) -> Code:
    """Read a file of Python.

    Raises:
        NotReadError: It is of another version, or of no version.
    """
    if _deepest(text) > _DEEPEST:
        raise NotReadError("nested too deep")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotReadError("syntax of another version") from error
    return _Reader(text).code(path, tree)


_BRACKETS = re.compile(r"[(\[{]|[)\]}]")


def _deepest(text: str) -> int:
    """How deep brackets are nested at most, those in texts counted like all others."""
    depth = deepest = 0
    for one in _BRACKETS.finditer(text):
        depth = depth + 1 if one[0] in "([{" else max(0, depth - 1)
        deepest = max(depth, deepest)
    return deepest


class _Reader:
    """One file while it is read."""

    def __init__(self, text: str) -> None:
        self._lines = [line.encode() for line in text.split("\n")]

    def code(self, path: str, tree: ast.Module) -> Code:
        found: dict[type, list[Any]] = {
            kind: [] for kind in (Block, Call, Assign, Compare, Branch, Named, Import)
        }
        texts: list[Named] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(Named(line=node.lineno, at=_at(node), name=node.value))
            for one in (*self._of_statement(node), *self._of_expression(node)):
                found[type(one)].append(one)
        return Code(
            path,
            blocks=_in_order(found[Block]),
            calls=_in_order(found[Call]),
            assigns=_in_order(found[Assign]),
            compares=_in_order(found[Compare]),
            branches=_in_order(found[Branch]),
            named=_in_order(found[Named]),
            texts=_in_order(texts),
            imports=tuple(found[Import]),
        )

    def _of_statement(self, node: ast.AST) -> Iterator[object]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield self._block(node)
            case ast.If():
                yield self._branch(node, node.test, node.body)
            case ast.Match():
                yield from (
                    self._branch(one.body[0], one.pattern, one.body, node.subject) for one in node.cases
                )
            case ast.Import():
                for alias in node.names:
                    yield Import(alias.asname or alias.name.split(".")[0], alias.name)
            case ast.ImportFrom():
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    yield Import(alias.asname or alias.name, module, alias.name)

    def _of_expression(self, node: ast.AST) -> Iterator[object]:
        match node:
            case ast.Call():
                yield self._call(node)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() if node.value:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                value = self._value(node.value)
                for one in targets:
                    yield Assign(line=node.lineno, at=_at(node), name=dotted(one), value=value)
            case ast.Dict():
                yield from self._entries(node)
            case ast.Compare():
                left, right = self._value(node.left), self._value(node.comparators[0])
                yield Compare(line=node.lineno, at=_at(node), left=left, right=right)
            case ast.Attribute() | ast.Name() | ast.Subscript():
                yield Named(line=node.lineno, at=_at(node), name=dotted(node))

    def _block(self, node: _Function | ast.ClassDef) -> Block:
        marks = tuple(
            self._call(one)
            if isinstance(one, ast.Call)
            else Call(line=one.lineno, at=_at(one), name=dotted(one), stop=_at(one))
            for one in node.decorator_list
        )
        params: tuple[str, ...] = ()
        said: Iterable[ast.AST | None] = ()
        if isinstance(node, ast.ClassDef):
            said = node.bases
        else:
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            params = tuple(one.arg for one in every)
            said = [*node.args.defaults, *node.args.kw_defaults, *(one.annotation for one in every)]
        return Block(
            name=node.name,
            line=node.lineno,
            at=_at(node),
            stop=_stop(node),
            params=params,
            defaults=tuple(self._value(one) for one in said if one is not None),
            marks=marks,
            is_class=isinstance(node, ast.ClassDef),
            is_exported=True,
        )

    def _call(self, node: ast.Call) -> Call:
        options = [(one.arg or "", self._value(one.value)) for one in node.keywords]
        for one in (*node.args, *(one.value for one in node.keywords)):
            if isinstance(one, ast.Dict):
                options += [(entry.name, entry.value) for entry in self._entries(one)]
        return Call(
            name=dotted(node.func),
            line=node.lineno,
            at=_at(node),
            stop=_stop(node),
            args=tuple(self._value(one) for one in node.args),
            options=tuple(options),
        )

    def _entries(self, node: ast.Dict) -> Iterator[Assign]:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                known = self._value(key)
                name = known.literal if known.literal is not None else " ".join(known.texts)
                yield Assign(line=key.lineno, at=_at(key), name=name, value=self._value(value))

    def _branch(
        self, node: ast.stmt, test: ast.AST, body: list[ast.stmt], subject: ast.AST | None = None
    ) -> Branch:
        value = self._value(test)
        if subject is not None:
            known = self._value(subject)
            value = Value(
                value.text, value.literal, value.is_built, (*known.names, *value.names), value.texts
            )
        return Branch(line=node.lineno, at=_at(body[0]), stop=_stop(body[-1]), test=value)

    def _value(self, node: ast.AST) -> Value:
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            return Value(repr(node.value)[:_CUT])
        if isinstance(node, ast.Constant):
            return Value("'…'", str(node.value), texts=(str(node.value),))
        names: list[str] = []
        texts: list[str] = []
        varies = is_text = False
        open_nodes: list[ast.AST] = [node]
        for _ in range(_NODES):
            if not open_nodes:
                break
            one = open_nodes.pop(0)
            if isinstance(one, ast.Attribute | ast.Name | ast.Subscript | ast.Call | ast.Await):
                names.append(dotted(one))
                varies = True
                open_nodes += _beside(one)
                continue
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                texts.append(one.value)
            is_text = is_text or isinstance(one, ast.JoinedStr)
            open_nodes += ast.iter_child_nodes(one)
        is_joined = isinstance(node, ast.BinOp) and bool(texts) and isinstance(node.op, ast.Add | ast.Mod)
        is_filled = (
            isinstance(node, ast.Call) and dotted(node.func).endswith("format") and _is_text(node.func)
        )
        is_built = varies and (is_text or is_joined or is_filled)
        return Value(self._text(node), None, is_built, tuple(filter(None, names)), tuple(texts))

    def _text(self, node: ast.AST) -> str:
        if not isinstance(node, ast.expr) or node.end_lineno is None or node.end_col_offset is None:
            return ""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else b""
        stop = node.end_col_offset if node.end_lineno == node.lineno else len(line)
        return line[node.col_offset : stop].decode("utf-8", "replace")[:_CUT]


P = TypeVar("P", bound=Placed)


def _in_order(some: list[P]) -> tuple[P, ...]:
    return tuple(sorted(some, key=lambda one: one.at))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Constant | ast.JoinedStr)


def _at(node: ast.AST) -> int:
    known: tuple[int, int] = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
    return known[0] * _LINE + known[1]


def _stop(node: ast.AST) -> int:
    known: tuple[int, int] = (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)
    return known[0] * _LINE + known[1]


def _beside(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in the brackets of a chain of names."""
    while True:
        match node:
            case ast.Attribute(value=inner) | ast.Await(value=inner):
                node = inner
            case ast.Subscript(value=inner, slice=inside):
                yield inside
                node = inner
            case ast.Call(func=inner, args=args, keywords=keywords):
                yield from args
                yield from (one.value for one in keywords)
                node = inner
            case ast.Name():
                return
            case _:
                yield node
                return


def dotted(node: ast.AST) -> str:
    """A chain of names, with texts in brackets as parts, and calls left out."""
    parts: list[str] = []
    while True:
        match node:
            case ast.Attribute(attr=name, value=inner):
                parts.append(name)
                node = inner
            case ast.Subscript(value=inner, slice=ast.Constant(value=str() as key)):
                parts.append(key)
                node = inner
            case (
                ast.Subscript(value=inner)
                | ast.Call(func=inner)
                | ast.Await(value=inner)
                | ast.Starred(value=inner)
            ):
                node = inner
            case ast.Name(id=name):
                parts.append(name)
                break
            case _:
                break
    return ".".join(reversed(parts))
