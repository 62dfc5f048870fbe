"""Reads scripts: shell, Makefiles, package scripts, and programs that start commands or ask the provider themselves."""

import ast
import re
from collections.abc import Iterator

import msgspec

from quarterdeck.collectors.repos.checkout import File
from quarterdeck.collectors.repos.deploying.shell import Command, bare, commands, make_commands
from quarterdeck.collectors.repos.deploying.tools import NAMES, Deployed, deployed
from quarterdeck.collectors.repos.deploying.tree import Place, Tree, folder_of, is_stage
from quarterdeck.model.deployments import DeclaredFunction, Deployment

SHELL = re.compile(r"\.(?:sh|bash|zsh|ksh|fish|command)$|(?:^|/)(?:deploy|release|publish|ship)$")
MAKE = re.compile(r"(?:^|/)(?:GNUm|m|M)akefile$|\.mk$|(?:^|/)[Jj]ustfile$")
PACKAGE = re.compile(r"(?:^|/)(?:package|composer)\.json$")
PYTHON = re.compile(r"\.py$")
PROSE = re.compile(
    r"(?i)^(?:docs?/)?(?:readme|deploy\w*|release\w*|operations|runbook|handoff|hosting|publishing)\.(?:md|markdown|rst|txt)$"
)

Said = Deployment | DeclaredFunction


def script(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What one script deploys."""
    if not NAMES.search(text):
        return
    found = make_commands(text) if MAKE.search(file.path) else commands(text)
    yield from said(tree, file.path, found)


def said(
    tree: Tree, path: str, found: Iterator[Command] | list[Command], *, is_prose: bool = False
) -> Iterator[Said]:
    """What commands deploy, each once."""
    known: set[str] = set()
    for command in found:
        one = deployed(bare(command.words))
        if one is None or repr(one) in known:
            continue
        known.add(repr(one))
        yield from _records(tree, Place(path, command.line), one, is_prose=is_prose)


def _records(tree: Tree, place: Place, one: Deployed, *, is_prose: bool = False) -> Iterator[Said]:
    if one.stack:
        tree.stacks.append(msgspec.structs.replace(one.stack, template=one.stack.template))
    if is_stage(one.stage) and not is_prose:
        tree.stages.add((folder_of(place.path), one.stage))
    yield tree.way(
        one.pattern,
        place,
        one.words,
        targets=one.targets,
        stage=one.stage[:80],
        region=one.region[:40],
        folder=one.folder[:200],
        access=one.access[:40],
        deletes=one.deletes,
        is_by_hand=one.is_by_hand or is_prose,
    )
    if one.function and not is_prose:
        fields = dict(one.function)
        name, handler = fields.pop("name"), fields.pop("handler", None)
        yield tree.function(
            name,
            one.pattern,
            place,
            **fields,
            **tree.handler(handler, _code(tree, one), fields.get("runtime")),
        )


def _code(tree: Tree, one: Deployed) -> str:
    """The folder that an archive is made of: the one that has its name, else the root."""
    name = folder_of(one.folder)
    return name if name and any(file.path.startswith(f"{name}/") for file in tree.repo.own) else ""


def package(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What the scripts of a package deploy."""
    if not NAMES.search(text):
        return
    try:
        told = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return
    scripts = told.get("scripts") if isinstance(told, dict) else None
    for name, line in (scripts if isinstance(scripts, dict) else {}).items():
        at = text.find(f'"{name}"', max(text.find('"scripts"'), 0))
        place = text.count("\n", 0, max(at, 0)) + 1
        for one in line if isinstance(line, list) else [line]:
            if isinstance(one, str):
                yield from said(tree, file.path, commands(one, place))


_FENCES = ("```", "~~~")


def prose(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What somebody is told to run by hand: commands between fences, never words in a sentence."""
    if not NAMES.search(text):
        return
    fenced: list[str] = []
    is_open = False
    for line in text.split("\n"):
        is_fence = line.lstrip().startswith(_FENCES)
        is_open ^= is_fence
        fenced.append(line.strip().removeprefix("$ ").removeprefix("> ") if is_open and not is_fence else "")
    yield from said(tree, file.path, commands("\n".join(fenced)), is_prose=True)


# --- programs --------------------------------------------------------------------------------------------------

_CALLS = {
    "update_function_code": "update-function-code",
    "create_function": "create-function",
    "update_function_configuration": "update-function-configuration",
    "publish_version": "publish-version",
}
_RUNS = frozenset({"run", "call", "check_call", "check_output", "Popen", "system", "popen", "local", "sh"})
_WALKS = frozenset({"walk", "rglob", "glob", "iglob", "iterdir", "scandir", "listdir"})
_UPLOADS = frozenset({"upload_file", "upload_fileobj", "put_object"})
_PYTHON_HINTS = ("subprocess", "os.system", "update_function", "create_function", "publish_version", "upload_file",
                 "put_object", "create_invalidation", ".run(")  # fmt: skip


def python(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What a Python program deploys, by the commands that it starts and by what it asks the provider."""
    if not any(hint in text for hint in _PYTHON_HINTS):
        return
    try:
        parsed = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    known = _constants(parsed)
    loops = [one for one in ast.walk(parsed) if isinstance(one, ast.For) and _walks(one)]
    uploads = {id(one) for loop in loops for one in ast.walk(loop)}
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        place = Place(file.path, node.lineno)
        if name in _RUNS and (found := _started(node, known)):
            yield from said(tree, file.path, found)
        elif name in _CALLS and (function := _keyword(node, known, "FunctionName")):
            handler, runtime = _keyword(node, known, "Handler"), _keyword(node, known, "Runtime")
            yield tree.way("DEP-12", place, f"boto3 {_CALLS[name]}", targets=(function,), is_by_hand=True)
            fields = {"runtime": runtime} if runtime else {}
            yield tree.function(function, "DEP-12", place, **fields, **tree.handler(handler, "", runtime))
        elif name == "create_invalidation" and (target := _keyword(node, known, "DistributionId")):
            yield tree.way("DEP-13", place, "boto3 create-invalidation", targets=(target,), is_by_hand=True)
        elif name in _UPLOADS and id(node) in uploads:
            yield tree.way("DEP-13", place, "boto3 upload", targets=(_bucket(node, known),), is_by_hand=True)


def _constants(parsed: ast.Module) -> dict[str, str]:
    """Names that a program sets to one text, at its top."""
    found: dict[str, str] = {}
    for node in parsed.body:
        if isinstance(node, ast.Assign) and (value := text_of(node.value, found)):
            found |= {one.id: value for one in node.targets if isinstance(one, ast.Name)}
    return found


def text_of(node: ast.expr | None, known: dict[str, str]) -> str:  # noqa: PLR0911 - a case for each kind of node
    """A text of a program with holes for what only a run decides; empty where it is none."""
    match node:
        case ast.Constant(value=str() as value):
            return value
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return str(value)
        case ast.Name(id=name):
            return known.get(name, f"${{{name}}}")
        case ast.JoinedStr(values=values):
            return "".join(text_of(one, known) for one in values)
        case ast.FormattedValue(value=value):
            return text_of(value, known) or "${value}"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return text_of(left, known) + text_of(right, known)
        case ast.Attribute(attr=name):
            return f"${{{name}}}"
        case ast.Call() | ast.Subscript():
            return "${value}"
        case _:
            return ""


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _started(node: ast.Call, known: dict[str, str]) -> list[Command]:
    given = node.args[0] if node.args else None
    if isinstance(given, ast.List | ast.Tuple):
        words = tuple(text_of(one, known) for one in given.elts)
        return [Command(words, node.lineno)] if words and words[0] else []
    line = text_of(given, known)
    return commands(line, node.lineno) if " " in line and NAMES.search(line) else []


def _keyword(node: ast.Call, known: dict[str, str], name: str) -> str:
    return next((text_of(one.value, known) for one in node.keywords if one.arg == name), "")


def _bucket(node: ast.Call, known: dict[str, str]) -> str:
    second = node.args[1] if len(node.args) > 1 else None
    return _keyword(node, known, "Bucket") or text_of(second, known)


def _walks(loop: ast.For) -> bool:
    """Whether a loop goes through the files of a folder."""
    return any(isinstance(one, ast.Call) and _called(one) in _WALKS for one in ast.walk(loop.iter))
