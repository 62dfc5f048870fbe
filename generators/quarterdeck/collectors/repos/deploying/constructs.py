"""Reads CDK, Pulumi and SST by the syntax of Python and TypeScript; no program is run."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from quarterdeck.collectors.repos.checkout import File
from quarterdeck.collectors.repos.deploying.plain import TooMuchError, block
from quarterdeck.collectors.repos.deploying.script_tokens import (
    Call,
    Name,
    called,
    constructed,
    plain_text,
    tokens,
)
from quarterdeck.collectors.repos.deploying.scripts import text_of
from quarterdeck.collectors.repos.deploying.tree import Place, Tree, folder_of, joined
from quarterdeck.model.deployments import HOLE, DeclaredFunction, DeclaredResource, DeclaredType, Deployment

PATH = re.compile(r"\.(?:py|[cm]?[jt]sx?)$")
PROJECT = re.compile(r"(?:^|/)(?:cdk\.json|Pulumi\.ya?ml|sst\.config\.[jt]s|sst\.json)$")

Said = Deployment | DeclaredFunction | DeclaredResource

_LAST: Mapping[str, DeclaredType] = {
    "Bucket": "bucket",
    "BucketV2": "bucket",
    "Table": "table",
    "TableV2": "table",
    "Dynamo": "table",
    "Distribution": "distribution",
    "CloudFrontWebDistribution": "distribution",
    "StaticSite": "site",
    "Nextjs": "site",
    "Astro": "site",
    "RestApi": "api",
    "HttpApi": "api",
    "Api": "api",
    "ApiGatewayV2": "api",
    "Queue": "queue",
    "Topic": "topic",
    "Rule": "schedule",
    "EventRule": "schedule",
    "Cron": "schedule",
    "Schedule": "schedule",
}
"""The last word of a construct -> what it is."""
_FUNCTIONS = frozenset(
    {"Function", "NodejsFunction", "PythonFunction", "DockerImageFunction", "GoFunction", "CallbackFunction"}
)
_NAME_KEYS = {
    "bucket": ("bucketName", "bucket_name", "bucket"),
    "table": ("tableName", "table_name", "name"),
    "api": ("restApiName", "rest_api_name", "apiName", "api_name", "name"),
    "queue": ("queueName", "queue_name", "name"),
    "topic": ("topicName", "topic_name", "name"),
    "schedule": ("ruleName", "rule_name", "name"),
    "site": ("bucketName",),
    "distribution": (),
}
_OF_PYTHON = {
    "memory_size": "memory_mb",
    "memorySize": "memory_mb",
    "timeout": "timeout_s",
    "memory": "memory_mb",
}


class Kit(msgspec.Struct, frozen=True):
    """One tool that makes resources from a program."""

    pattern: str
    words: str
    names_are_final: bool = False
    """Whether the name of a construct is what it is called in the account, before something is added."""


CDK = Kit("DEP-03", "CDK")
PULUMI = Kit("DEP-06", "Pulumi", names_are_final=True)
SST = Kit("DEP-07", "SST")


def _kit(text: str, path: str) -> Kit | None:
    if "aws_cdk" in text or "aws-cdk-lib" in text or "@aws-cdk/" in text:
        return CDK
    if "pulumi_aws" in text or "@pulumi/aws" in text:
        return PULUMI
    if (
        path.endswith(("sst.config.ts", "sst.config.js"))
        or "sst/constructs" in text
        or "@serverless-stack" in text
    ):
        return SST
    return None


def project(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """The file by which a project of one of these tools is known."""
    if file.name == "cdk.json":
        yield tree.way("DEP-03", Place(file.path), "CDK")
    elif file.name.startswith("Pulumi."):
        try:
            name = block(text, file.path).get("name")
        except TooMuchError:
            name = ""
        yield tree.way("DEP-06", Place(file.path), "Pulumi", targets=(name,) if isinstance(name, str) else ())
    else:
        name = next((plain_text(one) for one in _names_in(text)), "")
        yield tree.way("DEP-07", Place(file.path), "SST", targets=(name,))


_APP = re.compile(r"\bname:\s*[\"'`]([^\"'`\n]{1,80})[\"'`]")


def _names_in(text: str) -> list[str]:
    return _APP.findall(text)[:1]


def program(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """The constructs of one program."""
    kit = _kit(text, file.path)
    if kit is None:
        return
    made = _python(text) if file.path.endswith(".py") else _script(text, kit)
    for one in made:
        yield from _record(tree, file, kit, one)


class _Made(msgspec.Struct):
    """One construct: its last word, its id, and what it is given."""

    kind: str
    name: str
    line: int
    held: dict[str, Any]
    texts: dict[str, str]


def _script(text: str, kit: Kit) -> Iterator[_Made]:
    for call in constructed(tokens(text)):
        words = [one for one in call.given if isinstance(one, str) and not isinstance(one, Name)]
        held = next((one for one in call.given if isinstance(one, dict)), {})
        if not words or (kit is CDK and not call.given[1:]):
            continue
        texts = {key: value for key, one in held.items() if (value := _told(one))}
        yield _Made(call.name.rpartition(".")[2], words[0], call.line, held, texts)


def _told(value: object) -> str:
    """A text, or the one word of a call that says as much: `Duration.seconds(30)`, `Code.fromAsset("src")`."""
    if not isinstance(value, Call):
        return plain_text(value)
    last = value.name.rpartition(".")[2]
    given = value.given[0] if value.given else None
    if last == "minutes" and isinstance(given, int):
        return str(60 * given)
    return plain_text(given) if last in {"seconds", "fromAsset", "rate", "expression", "FileArchive"} else ""


def _python(text: str) -> Iterator[_Made]:
    try:
        parsed = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    known: dict[str, str] = {}
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        kind = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        name = next(
            (
                one.value
                for one in node.args[:2]
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ),
            "",
        )
        if (kind in _FUNCTIONS or kind in _LAST) and name:
            texts = {
                one.arg: value for one in node.keywords if one.arg and (value := _of_python(one.value, known))
            }
            held = {one.arg: _names(one.value) for one in node.keywords if one.arg}
            yield _Made(kind, name, node.lineno, held, texts)


def _of_python(node: ast.expr, known: dict[str, str]) -> str:
    match node:
        case ast.Call(
            func=ast.Attribute(attr="seconds" | "from_asset" | "rate" | "expression"), args=[given, *_]
        ):
            return text_of(given, known)
        case ast.Call(func=ast.Attribute(attr="minutes"), args=[ast.Constant(value=int() as minutes), *_]):
            return str(60 * minutes)
        case ast.Call():
            return ""
        case _:
            return text_of(node, known)


def _names(node: ast.expr) -> object:
    """The keys of a mapping, also of one that is handed to a call; the texts of a list."""
    if isinstance(node, ast.Dict):
        return {
            one.value: "" for one in node.keys if isinstance(one, ast.Constant) and isinstance(one.value, str)
        }
    if isinstance(node, ast.List):
        return [text_of(one, {}) for one in node.elts]
    if isinstance(node, ast.Call):
        for one in node.keywords:
            if one.arg == "variables":
                return {"variables": _names(one.value)}
    return None


def _record(tree: Tree, file: File, kit: Kit, made: _Made) -> Iterator[Said]:
    place = Place(file.path, made.line)
    if made.kind in _FUNCTIONS:
        yield tree.function(
            _name(kit, made, ("functionName", "function_name", "name")),
            kit.pattern,
            place,
            **_fields(tree, file, kit, made),
        )
        return
    kind = _LAST.get(made.kind)
    if kind is None:
        return
    if kit is SST and kind == "api":
        yield from _routes(tree, file, kit, made)
    aliases = made.held.get("domainNames") or made.held.get("domain_names") or made.held.get("aliases")
    names = [plain_text(one) for one in aliases] if isinstance(aliases, list) else []
    names += [made.texts[key] for key in ("domain", "customDomain") if key in made.texts]
    yield tree.resource(
        kind,
        _name(kit, made, _NAME_KEYS.get(kind, ())),
        kit.pattern,
        place,
        logical_id=made.name,
        aliases=tuple(one for one in names if one),
        schedule=made.texts.get("schedule") or made.texts.get("scheduleExpression", ""),
    )


def _routes(tree: Tree, file: File, kit: Kit, made: _Made) -> Iterator[DeclaredFunction]:
    routes = made.held.get("routes")
    for route, handler in routes.items() if isinstance(routes, dict) else ():
        if isinstance(handler, str) and not isinstance(handler, Name):
            yield tree.function(
                f"${{app}}-{made.name}-${{suffix}}",
                kit.pattern,
                Place(file.path, made.line),
                routes=(route,),
                **tree.handler(handler, "", "nodejs"),
            )


def _name(kit: Kit, made: _Made, keys: tuple[str, ...]) -> str:
    """A literal name, else what the tool makes of the name of the construct."""
    own = next((made.texts[key] for key in keys if key in made.texts), "")
    if own:
        return own
    return f"{made.name}-${{suffix}}" if kit.names_are_final else f"${{stack}}{made.name}${{suffix}}"


def _fields(tree: Tree, file: File, kit: Kit, made: _Made) -> dict[str, Any]:
    """Fields of a function from what its construct is given."""
    fields: dict[str, Any] = {"logical_id": made.name}
    for key, field in _OF_PYTHON.items():
        number = made.texts.get(key, "").split()[:1]
        if number and number[0].isdigit():
            fields[field] = int(number[0][:6])
    runtime = made.texts.get("runtime", "")
    if runtime:
        fields["runtime"] = _runtime(runtime)
    variables = made.held.get("environment")
    if isinstance(variables, dict) and set(variables) == {"variables"}:
        variables = variables["variables"]
    if isinstance(variables, dict):
        fields["env_names"] = tuple(sorted(variables))
    elif "environment" not in made.held:
        fields["env_names"] = ()
    entry, handler = made.texts.get("entry", ""), made.texts.get("handler", "")
    if entry and not HOLE.search(entry):
        name = handler.rpartition(".")[2] or "handler"
        stem = (
            entry.rpartition(".")[0] if entry.endswith((".ts", ".js", ".mjs", ".tsx")) else f"{entry}/index"
        )
        found = tree.handler(f"{stem}.{name}", "", fields.get("runtime", ""))
        return fields | {
            key: value for key, value in found.items() if key != "handler"
        }  # a bundle has its own
    code = made.texts.get("code", "")
    if kit is SST or handler.startswith("packages/"):
        code = ""
    elif not code:
        code = "${code}"
    return fields | tree.handler(handler, _root(tree, file, code), fields.get("runtime", ""))


def _root(tree: Tree, file: File, code: str) -> str:
    """Where code is, which is told from the folder of the project: the one above the program's that fits."""
    if HOLE.search(code):
        return code
    folder = folder_of(file.path)
    while folder:
        candidate = joined(folder, code)
        if any(one.path.startswith(f"{candidate}/") for one in tree.repo.own):
            return candidate
        folder = folder_of(folder)
    return joined(code)


_RUNTIME = re.compile(r"(PYTHON|NODEJS|RUBY|JAVA|DOTNET)_(\w+)")


def _runtime(told: str) -> str:
    """`NODEJS_20_X` as the service writes it: `nodejs20.x`; `PYTHON_3_12` is `python3.12`."""
    found = _RUNTIME.search(told)
    if not found:
        return told if not HOLE.search(told) else "${runtime}"
    return found[1].lower() + found[2].lower().replace("_", ".")


# --- JavaScript that starts commands or asks the provider ------------------------------------------------------

STARTS = frozenset({"exec", "execSync", "execFileSync", "execFile", "spawn", "spawnSync", "execa", "run"})
COMMANDS: Mapping[str, str] = {
    "UpdateFunctionCodeCommand": "update-function-code",
    "CreateFunctionCommand": "create-function",
    "UpdateFunctionConfigurationCommand": "update-function-configuration",
    "PublishVersionCommand": "publish-version",
}
_METHODS = {"updateFunctionCode": "update-function-code", "createFunction": "create-function"}


def asked(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What a program of JavaScript asks the provider to deploy."""
    if not any(name in text for name in (*COMMANDS, *_METHODS, "CreateInvalidationCommand")):
        return
    found = tokens(text)
    names = frozenset({*COMMANDS, *_METHODS, "CreateInvalidationCommand"})
    for call in called(found, names):
        held = call.given[0] if call.given and isinstance(call.given[0], dict) else {}
        place = Place(file.path, call.line)
        verb = COMMANDS.get(call.name) or _METHODS.get(call.name)
        if verb and (name := plain_text(held.get("FunctionName"))):
            yield tree.way("DEP-12", place, f"sdk {verb}", targets=(name,), is_by_hand=True)
            yield tree.function(name, "DEP-12", place)
        elif call.name == "CreateInvalidationCommand":
            target = plain_text(held.get("DistributionId"))
            yield tree.way("DEP-13", place, "sdk create-invalidation", targets=(target,), is_by_hand=True)
