"""Reads Terraform: blocks, literal values, and defaults of variables; nothing is evaluated."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from quarterdeck.collectors.repos.checkout import File
from quarterdeck.collectors.repos.deploying.tree import Place, Tree, folder_of, joined
from quarterdeck.model.deployments import HOLE, DeclaredFunction, DeclaredResource, DeclaredType, Deployment

PATH = re.compile(r"\.tf$")
SETTINGS = re.compile(r"\.tfvars$")

_DEEPEST = 30
_MOST_TOKENS = 200_000
_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|\#[^\n]*|//[^\n]*)
    |(?P<comment>/\*)
    |(?P<text>"(?:[^"\\\n]|\\.)*")
    |(?P<heredoc><<[-~]?[A-Za-z_]\w*)
    |(?P<word>[A-Za-z_][\w.\-]*|\d[\w.]*)
    |(?P<line>\n)
    |(?P<mark>.)""",
    re.VERBOSE,
)
_HELD = re.compile(r"\$\{([^{}]{1,200})\}")


class Token(msgspec.Struct, frozen=True):
    """One word, text or mark."""

    kind: str
    text: str
    line: int


class Body(msgspec.Struct):
    """What stands between two braces."""

    values: dict[str, Any]
    blocks: list["Named"]


class Named(msgspec.Struct):
    """One block: `resource "aws_s3_bucket" "site" {…}`."""

    words: tuple[str, ...]
    line: int
    body: Body


def _tokens(text: str) -> Iterator[Token]:
    line, at = 1, 0
    for _ in range(_MOST_TOKENS):
        found = _TOKEN.match(text, at)
        if found is None:
            return
        kind, at = str(found.lastgroup), found.end()
        if kind == "comment":
            end = text.find("*/", at)
            stop = end + 2 if end >= 0 else len(text)
            line += text.count("\n", at, stop)
            at = stop
            continue
        if kind == "heredoc":
            last = re.compile(rf"^[ \t]*{re.escape(found[0].lstrip('<-~'))}[ \t]*$", re.MULTILINE).search(
                text, at
            )
            yield Token("other", "", line)
            stop = last.end() if last else len(text)
            line += text.count("\n", at, stop)
            at = stop
            continue
        if kind != "skip":
            yield Token(kind, found[0], line)
        line += found[0].count("\n")


class _Reader:
    """Reads blocks one after the other; what it does not understand it passes over."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0

    def _next(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def body(self, depth: int = 0) -> Body:
        """Everything up to the brace that closes."""
        made = Body({}, [])
        words: list[str] = []
        line = 0
        while (token := self._next()) is not None:
            self.at += 1
            if token.text == "}" and token.kind == "mark":
                return made
            if token.kind in {"word", "text"}:
                line = line if words else token.line
                words.append(token.text.strip('"'))
            elif token.text in {"=", ":"} and words:
                made.values[words[-1]] = self._value(depth + 1)
                words = []
            elif token.text == "{":
                inner = self.body(depth + 1) if depth < _DEEPEST else self._skipped()
                if words:
                    made.blocks.append(Named(tuple(words), line, inner))
                words = []
            elif token.kind in {"line", "mark"}:
                words = []
        return made

    def _skipped(self) -> Body:
        depth = 1
        while depth and (token := self._next()) is not None:
            self.at += 1
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
        return Body({}, [])

    def _value(self, depth: int) -> Any:  # noqa: ANN401 - a text, a list, a mapping, or what only a run decides
        """One value up to the end of its line: literals stay, all else is a name in a hole."""
        token = self._next()
        if token is None:
            return ""
        self.at += 1
        if depth > _DEEPEST:
            return ""
        value: Any = ""
        if token.text == "{":
            inner = self.body(depth + 1)
            value = inner.values
        elif token.text == "[":
            value = self._items(depth + 1)
        elif token.kind == "text":
            value = token.text[1:-1]
        elif token.kind == "word":
            value = (
                token.text
                if token.text in {"true", "false"} or token.text[0].isdigit()
                else f"${{{token.text}}}"
            )
        return value if self._ends() else "${value}"

    def _ends(self) -> bool:
        """Whether a value is whole; what follows it on the line is passed over where it is not."""
        token = self._next()
        if token is None or token.kind == "line" or token.text in {",", "}", "]"}:
            return True
        depth = 0
        while (token := self._next()) is not None:
            if depth <= 0 and (token.kind == "line" or token.text in {"}", "]", ","}):
                break
            depth += (
                {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
                if token.kind == "mark"
                else 0
            )
            self.at += 1
        return False

    def _items(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while (token := self._next()) is not None:
            if token.text == "]" and token.kind == "mark":
                self.at += 1
                return found
            if token.kind in {"line", "skip"} or token.text == ",":
                self.at += 1
                continue
            found.append(self._value(depth))
        return found


def parsed(text: str) -> Body:
    """The blocks and values of one file; as far as it is understood."""
    return _Reader(text).body()


_RESOURCES: Mapping[str, tuple[DeclaredType, str]] = {
    "aws_s3_bucket": ("bucket", "bucket"),
    "aws_dynamodb_table": ("table", "name"),
    "aws_cloudfront_distribution": ("distribution", ""),
    "aws_api_gateway_rest_api": ("api", "name"),
    "aws_apigatewayv2_api": ("api", "name"),
    "aws_sqs_queue": ("queue", "name"),
    "aws_sns_topic": ("topic", "name"),
    "aws_cloudwatch_event_rule": ("schedule", "name"),
    "aws_scheduler_schedule": ("schedule", "name"),
    "aws_iam_role": ("role", "name"),
    "aws_route53_zone": ("domain", "name"),
    "aws_ses_domain_identity": ("domain", "domain"),
    "aws_sesv2_email_identity": ("domain", "email_identity"),
}


def terraform(
    tree: Tree, files: list[tuple[File, str]]
) -> Iterator[Deployment | DeclaredFunction | DeclaredResource]:
    """What all files of a repository declare, each folder by itself.

    Args:
        tree: The repository.
        files: Its `.tf` and `.tfvars` files.
    """
    folders: dict[str, list[tuple[File, Body]]] = {}
    for file, text in files:
        folders.setdefault(folder_of(file.path), []).append((file, parsed(text)))
    for folder in sorted(folders):
        known = _known(folders[folder])
        for file, body in folders[folder]:
            if PATH.search(file.path):
                yield from _file(tree, file, body, known)


def _known(files: list[tuple[File, Body]]) -> dict[str, str]:
    """What `var.x` and `local.x` stand for: settings that every run reads, then defaults."""
    found: dict[str, str] = {}
    for file, body in files:
        if SETTINGS.search(file.path) and (
            file.name == "terraform.tfvars" or file.name.endswith(".auto.tfvars")
        ):
            found |= {f"var.{key}": one for key, one in body.values.items() if isinstance(one, str)}
    for _, body in files:
        for one in body.blocks:
            default = one.body.values.get("default")
            if one.words[0] == "variable" and len(one.words) > 1 and isinstance(default, str) and default:
                found.setdefault(f"var.{one.words[1]}", default)
            if one.words[0] == "locals":
                found |= {
                    f"local.{key}": value for key, value in one.body.values.items() if isinstance(value, str)
                }
    return found


def _text(value: object, known: Mapping[str, str]) -> str:
    if not isinstance(value, str):
        return ""
    for _ in range(3):
        value = _HELD.sub(lambda found: known.get(found[1].strip(), found[0]), value[:1000])
    return value


_TYPED = 3


def _file(
    tree: Tree, file: File, body: Body, known: Mapping[str, str]
) -> Iterator[Deployment | DeclaredFunction | DeclaredResource]:
    is_told = False
    for one in body.blocks:
        if len(one.words) < _TYPED or one.words[0] != "resource" or not one.words[1].startswith("aws_"):
            continue
        if not is_told:
            yield tree.way("DEP-05", Place(file.path, one.line), "Terraform")
            is_told = True
        place = Place(file.path, one.line)
        if one.words[1] == "aws_lambda_function":
            yield _function(tree, place, one, known)
        elif one.words[1] in _RESOURCES:
            yield _resource(tree, place, one, known)


def _function(tree: Tree, place: Place, one: Named, known: Mapping[str, str]) -> DeclaredFunction:
    held = one.body.values
    fields: dict[str, Any] = {}
    for key, field in (("memory_size", "memory_mb"), ("timeout", "timeout_s")):
        number = _text(held.get(key), known)
        if number.isdigit():
            fields[field] = int(number[:6])
    runtime = _text(held.get("runtime"), known)
    if runtime and not HOLE.search(runtime):
        fields["runtime"] = runtime
    names: set[str] = set()
    for inner in one.body.blocks:
        variables = inner.body.values.get("variables") if inner.words == ("environment",) else None
        names |= set(variables) if isinstance(variables, dict) else set()
    code = _text(held.get("filename"), known).replace("${path.module}/", "")
    root = joined(folder_of(place.path), code) if code else "${archive}"
    return tree.function(
        _text(held.get("function_name"), known) or "${function}",
        "DEP-05",
        place,
        **fields,
        env_names=tuple(sorted(names)),
        logical_id=one.words[2],
        **tree.handler(_text(held.get("handler"), known), root, fields.get("runtime")),
    )


def _resource(tree: Tree, place: Place, one: Named, known: Mapping[str, str]) -> DeclaredResource:
    kind, key = _RESOURCES[one.words[1]]
    held = one.body.values
    fields: dict[str, Any] = {}
    if kind == "distribution":
        aliases = held.get("aliases")
        fields["aliases"] = tuple(_text(one, known) for one in (aliases if isinstance(aliases, list) else ()))
    if kind == "schedule":
        fields["schedule"] = _text(held.get("schedule_expression"), known)
        fields["is_on"] = held.get("is_enabled") != "false" and held.get("state") != "DISABLED"
    name = _text(held.get(key), known) or f"${{{one.words[1]}.{one.words[2]}}}"
    return tree.resource(kind, name, "DEP-05", place, logical_id=one.words[2], **fields)
