"""Reads templates of stacks: SAM and CloudFormation, and the resources that other tools write in the same form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from quarterdeck.collectors.repos.checkout import File
from quarterdeck.collectors.repos.deploying.plain import Block, TooMuchError, at, block, mappings, texts
from quarterdeck.collectors.repos.deploying.tree import (
    Place,
    Stack,
    Tree,
    first,
    folder_of,
    is_trial,
    joined,
)
from quarterdeck.model.deployments import (
    HOLE,
    DeclaredFunction,
    DeclaredResource,
    DeclaredType,
    Deployment,
)
from quarterdeck.model.observed import NotCollected

PATH = re.compile(r"\.(?:ya?ml|json|template)$")
SYNTHESIZED = re.compile(r"(?:^|/)cdk\.out/[^/]+\.template\.json$")
HINTS = ("AWS::", "Transform", "AWSTemplateFormatVersion")

Said = Deployment | DeclaredFunction | DeclaredResource | NotCollected

_BEGINS = re.compile(r"^\W{0,3}AWSTemplateFormatVersion", re.MULTILINE)
_DEEPEST = 8
_SAM = "AWS::Serverless-2016-10-31"
_STACK = "AWS::StackName"
_SUBSTITUTED = re.compile(r"\$\{(!?)([^{}]{0,200})\}")


class Values:
    """What names in one template stand for."""

    def __init__(self, template: Block, stack: Stack) -> None:
        """Of a template as one run makes it: parameters that are set, then their defaults."""
        parameters = at(template, "Parameters")
        defaults = {
            name: str(one["Default"])
            for name, one in (parameters.items() if isinstance(parameters, dict) else ())
            if isinstance(one, dict) and isinstance(one.get("Default"), str | int) and one["Default"] != ""
        }
        own = {_STACK: stack.name, "AWS::Region": stack.region}
        self.known: Mapping[str, str] = {
            **defaults,
            **{key: one for key, one in own.items() if one},
            **dict(stack.values),
        }
        self.maps = at(template, "Mappings")

    def text(self, value: object, depth: int = 0) -> str:  # noqa: PLR0911 - a case for each form
        """A value as text, with holes for what only a run decides; empty where it is none."""
        if isinstance(value, str):
            return value
        if isinstance(value, int):
            return str(value)
        if not isinstance(value, dict) or len(value) != 1 or depth > _DEEPEST:
            return ""
        ((name, told),) = value.items()
        match name, told:
            case "Ref", str():
                return self.known.get(told, f"${{{told}}}")
            case "Fn::Sub", str():
                return self._substituted(told, {}, depth)
            case "Fn::Sub", [str() as words, dict() as more]:
                return self._substituted(words, more, depth)
            case "Fn::Join", [str() as between, list() as parts]:
                return between.join(self.text(one, depth + 1) or "${part}" for one in parts[:50])
            case "Fn::FindInMap", [*keys]:
                found = at(self.maps, *(self.text(one, depth + 1) for one in keys))
                return str(found) if isinstance(found, str | int) else "${mapping}"
            case "Fn::GetAtt", [str() as of, *_]:
                return f"${{{of}}}"
            case _:
                return "${value}"

    def _substituted(self, words: str, more: Mapping[str, Any], depth: int) -> str:
        def held(found: re.Match[str]) -> str:
            if found[1]:
                return f"${{{found[2]}}}"
            name = found[2].strip()
            if name in more:
                return self.text(more[name], depth + 1) or f"${{{name}}}"
            return self.known.get(name, f"${{{name}}}")

        return _SUBSTITUTED.sub(held, words[:1000])


def template(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What one template declares, for each stack that a script or `samconfig.toml` makes of it."""
    if not any(hint in text for hint in HINTS):
        return
    try:
        told = block(text, file.path)
    except TooMuchError:
        yield tree.gap(file.path, "it is deeper or larger than a template that somebody wrote")
        return
    if not told and _BEGINS.search(text):
        yield tree.gap(file.path, "it is no template that can be read")
    resources = at(told, "Resources")
    if not isinstance(resources, Block) or not any(
        _type(one).startswith("AWS::") for one in resources.values()
    ):
        return
    is_sam = _SAM in texts(at(told, "Transform"))
    pattern, words = ("DEP-01", "SAM") if is_sam else ("DEP-02", "CloudFormation")
    if SYNTHESIZED.search(file.path):
        pattern, words = "DEP-03", "CDK"
    for stack in _stacks(tree, file, is_sam=is_sam):
        yield tree.way(
            pattern, Place(file.path), words, targets=(stack.name,), stage=stack.stage, region=stack.region
        )
        yield from declared(tree, file.path, told, stack, pattern)


def _stacks(tree: Tree, file: File, *, is_sam: bool) -> list[Stack]:
    """The stacks that are made of a template; one without a name where nothing tells."""
    found = list(_configured(tree, file)) if is_sam else []
    for one in tree.stacks:
        named = HOLE.sub("", one.template)
        fits = named.endswith(file.name) if named else is_sam and not found
        if fits and all(one.name != other.name for other in found):
            found.append(one)
    return [one for one in found if one.name] or [Stack()]


def _configured(tree: Tree, file: File) -> Iterator[Stack]:
    """The stacks of a `samconfig.toml` beside the template."""
    for name in ("samconfig.toml", "samconfig.yaml", "samconfig.yml"):
        told = block(tree.near(file.path, name) or "", name)
        for stage, one in told.items():
            common = at(one, "global", "parameters") or {}
            own = at(one, "deploy", "parameters")
            if not isinstance(own, dict) or not isinstance(common, dict):
                continue
            held = {**common, **own}
            words = held.get("parameter_overrides")
            listed = words.split() if isinstance(words, str) else texts(words)
            values = tuple(
                (key, value.strip("\"'"))
                for key, _, value in (pair.partition("=") for pair in listed)
                if value
            )
            name_ = held.get("stack_name")
            if isinstance(name_, str):
                yield Stack(name_, "" if stage == "default" else stage, str(held.get("region") or ""), values)


def declared(
    tree: Tree, path: str, told: Block, stack: Stack, pattern: str
) -> Iterator[DeclaredFunction | DeclaredResource]:
    """Every function and resource of a template's list of resources."""
    values = Values(told, stack)
    resources = at(told, "Resources")
    if not isinstance(resources, Block):
        return
    shared = at(told, "Globals", "Function")
    for name, one in resources.items():
        properties = at(one, "Properties")
        held = properties if isinstance(properties, dict) else Block()
        made = _One(tree, Place(path, resources.line(name)), name, values, stack, pattern)
        kind = _type(one)
        if kind in {"AWS::Serverless::Function", "AWS::Lambda::Function"}:
            yield made.function(held, shared if isinstance(shared, dict) else {}, one)
            yield from made.scheduled(held)
        elif kind in _RESOURCES:
            yield made.resource(held, *_RESOURCES[kind])


_RESOURCES: Mapping[str, tuple[DeclaredType, str]] = {
    "AWS::S3::Bucket": ("bucket", "BucketName"),
    "AWS::DynamoDB::Table": ("table", "TableName"),
    "AWS::DynamoDB::GlobalTable": ("table", "TableName"),
    "AWS::Serverless::SimpleTable": ("table", "TableName"),
    "AWS::CloudFront::Distribution": ("distribution", ""),
    "AWS::ApiGateway::RestApi": ("api", "Name"),
    "AWS::ApiGatewayV2::Api": ("api", "Name"),
    "AWS::Serverless::Api": ("api", "Name"),
    "AWS::Serverless::HttpApi": ("api", "Name"),
    "AWS::SQS::Queue": ("queue", "QueueName"),
    "AWS::SNS::Topic": ("topic", "TopicName"),
    "AWS::Events::Rule": ("schedule", "Name"),
    "AWS::Scheduler::Schedule": ("schedule", "Name"),
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::Route53::HostedZone": ("domain", "Name"),
    "AWS::SES::EmailIdentity": ("domain", "EmailIdentity"),
}
"""Types of CloudFormation -> what they are here, and the property that names one."""


class _One:
    """One resource of a template while its record is made."""

    def __init__(
        self, tree: Tree, place: Place, name: str, values: Values, stack: Stack, pattern: str
    ) -> None:
        self.tree, self.place, self.logical = tree, place, name
        self.values, self.stack, self.pattern = values, stack, pattern

    def _common(self) -> dict[str, Any]:
        return {
            "stack": self.stack.name,
            "logical_id": self.logical[:200],
            "is_production": not is_trial(self.stack.stage),
        }

    def _name(self, told: object) -> str:
        """Its own name, or what the service makes of the names of stack and resource."""
        own = self.values.text(told)
        return own or f"{self.stack.name or f'${{{_STACK}}}'}-{self.logical}-${{suffix}}"

    def function(self, held: Mapping[str, Any], shared: Mapping[str, Any], one: object) -> DeclaredFunction:
        """A function, with what is set for all of them."""
        runtime = self.values.text(first(held.get("Runtime"), shared.get("Runtime"))) or None
        fields: dict[str, Any] = {}
        for key, field in (("MemorySize", "memory_mb"), ("Timeout", "timeout_s")):
            number = self.values.text(first(held.get(key), shared.get(key)))
            if number.isdigit():
                fields[field] = int(number[:6])
        if runtime and not HOLE.search(runtime):
            fields["runtime"] = runtime
        variables = [at(each, "Environment", "Variables") for each in (shared, held)]
        names = {name for each in variables if isinstance(each, dict) for name in each}
        code = self.values.text(first(held.get("CodeUri"), held.get("Code"), shared.get("CodeUri")))
        handler = self.values.text(first(held.get("Handler"), shared.get("Handler")))
        is_built = bool(at(one, "Metadata", "BuildMethod"))
        if isinstance(held.get("Code"), dict) and not code:
            code = "${inline}"
        where = (
            "${build}"
            if is_built
            else code
            if HOLE.search(code)
            else joined(folder_of(self.place.path), code)
        )
        events = at(held, "Events")
        listed = list(events.values()) if isinstance(events, dict) else []
        return self.tree.function(
            self._name(held.get("FunctionName")),
            self.pattern,
            self.place,
            **fields,
            env_names=tuple(sorted(names)),
            routes=tuple(route for each in listed if (route := _route(each))),
            schedules=tuple(when for each in listed if (when := self._when(each))),
            **self.tree.handler(handler, where, fields.get("runtime")),
            **self._common(),
        )

    def _when(self, event: object) -> str:
        told = at(event, "Properties")
        if not _type(event).startswith("Schedule"):
            return ""
        return self.values.text(first(at(told, "Schedule"), at(told, "ScheduleExpression")))

    def scheduled(self, held: Mapping[str, Any]) -> Iterator[DeclaredResource]:
        """The schedules that a function of SAM brings along."""
        events = at(held, "Events")
        for name, event in events.items() if isinstance(events, dict) else ():
            if not (when := self._when(event)):
                continue
            told = at(event, "Properties")
            own = self.values.text(at(told, "Name"))
            name_ = own or f"{self.stack.name or f'${{{_STACK}}}'}-{self.logical}{name}-${{suffix}}"
            yield self.tree.resource(
                "schedule",
                name_,
                self.pattern,
                self.place,
                schedule=when,
                is_on=_is_on(told),
                **self._common(),
            )

    def resource(self, held: Mapping[str, Any], kind: DeclaredType, key: str) -> DeclaredResource:
        """Any other resource."""
        fields: dict[str, Any] = {}
        if kind == "distribution":
            aliases = at(held, "DistributionConfig", "Aliases")
            listed = (self.values.text(one) for one in (aliases if isinstance(aliases, list) else ()))
            fields["aliases"] = tuple(one for one in listed if one)
        if kind == "schedule":
            fields |= {"schedule": self.values.text(held.get("ScheduleExpression")), "is_on": _is_on(held)}
        name = self._name(held.get(key))
        return self.tree.resource(
            kind,
            name.lower() if kind == "bucket" and not held.get(key) and not HOLE.search(name) else name,
            self.pattern,
            self.place,
            **fields,
            **self._common(),
        )


def _is_on(told: object) -> bool:
    return at(told, "State") != "DISABLED" and at(told, "Enabled") is not False


def _route(event: object) -> str:
    told = at(event, "Properties")
    path, method = at(told, "Path"), at(told, "Method")
    if _type(event) not in {"Api", "HttpApi"} or not isinstance(path, str):
        return ""
    return f"{str(method or 'ANY').upper()} {path}"


def _type(one: object) -> str:
    told = at(one, "Type")
    return told if isinstance(told, str) else ""


# --- Serverless Framework --------------------------------------------------------------------------------------

SERVERLESS = re.compile(r"(?:^|/)serverless(?:[.-][\w-]+)?\.(?:ya?ml|json)$")
_TOLD = re.compile(r"\$\{([^{}]{1,200})\}")
_OWN = re.compile(r"self:([\w.]+)|(?:opt|sls):(?:stage)")


def serverless(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What one service of the Serverless Framework declares, for each stage that a script names."""
    try:
        told = block(text, file.path)
    except TooMuchError:
        yield tree.gap(file.path, "it is deeper or larger than a service that somebody wrote")
        return
    if not told:
        yield tree.gap(file.path, "it is no YAML that can be read")
    service = at(told, "service", "name") or told.get("service")
    if not isinstance(service, str) or not isinstance(at(told, "provider"), dict | str):
        return
    provider = told["provider"] if isinstance(told["provider"], dict) else Block()
    fixed = str(provider.get("stage") or "")
    stages = [fixed] if fixed and "$" not in fixed else tree.stages_of(file.path) or [""]
    for stage in stages:
        known = _Service(tree, file, told, provider, stage)
        yield tree.way(
            "DEP-04",
            Place(file.path),
            "Serverless Framework",
            targets=(f"{service}-{stage or '${stage}'}",),
            stage=stage,
            region=known.text(provider.get("region"))[:40],
        )
        if (provider.get("name") or told["provider"]) != "aws":
            continue
        yield from known.functions(service)
        inner = at(told, "resources")
        for one in mappings(inner):
            yield from declared(
                tree,
                file.path,
                known.resolved(one),
                Stack(f"{service}-{stage or '${stage}'}", stage),
                "DEP-04",
            )


class _Service:
    """One service at one stage."""

    def __init__(self, tree: Tree, file: File, told: Block, provider: Mapping[str, Any], stage: str) -> None:
        self.tree, self.file, self.told, self.provider, self.stage = tree, file, told, provider, stage

    def text(self, value: object, depth: int = 0) -> str:
        """A value with what the file says itself put in; anything else is a hole."""
        if not isinstance(value, str | int) or isinstance(value, bool):
            return ""

        def held(found: re.Match[str]) -> str:
            key = found[1].split(",")[0].strip()
            if key in {"opt:stage", "sls:stage", "self:provider.stage"}:
                return self.stage or "${stage}"
            inner = at(self.told, *key.removeprefix("self:").split(".")) if key.startswith("self:") else None
            if isinstance(inner, dict):
                inner = inner.get("name")
            if isinstance(inner, str | int) and depth < _DEEPEST:
                return self.text(inner, depth + 1)
            return f"${{{key[:60]}}}"

        return _TOLD.sub(held, str(value)[:1000])

    def resolved(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any part of the document
        """The same part of the document with its texts resolved."""
        if depth > 3 * _DEEPEST:
            return value
        if isinstance(value, Block):
            made = Block()
            made.lines = value.lines
            for key, one in value.items():
                made[key] = self.resolved(one, depth + 1)
            return made
        if isinstance(value, list):
            return [self.resolved(one, depth + 1) for one in value]
        return self.text(value) if isinstance(value, str) else value

    def functions(self, service: str) -> Iterator[DeclaredFunction | DeclaredResource]:
        """The functions of the service."""
        for listed in mappings(self.told.get("functions")):
            for name, one in listed.items():
                if isinstance(one, dict):
                    yield self._function(service, name, one, listed.line(name))

    def _function(self, service: str, name: str, one: Mapping[str, Any], line: int) -> DeclaredFunction:
        fields: dict[str, Any] = {}
        for key, field in (("memorySize", "memory_mb"), ("timeout", "timeout_s")):
            number = self.text(first(one.get(key), self.provider.get(key)))
            if number.isdigit():
                fields[field] = int(number[:6])
        runtime = self.text(first(one.get("runtime"), self.provider.get("runtime")))
        if runtime and not HOLE.search(runtime):
            fields["runtime"] = runtime
        variables = [each.get("environment") for each in (self.provider, one)]
        names = {name for each in variables if isinstance(each, dict) for name in each}
        events = one.get("events")
        routes, schedules = [], []
        for event in events if isinstance(events, list) else ():
            routes += _served(event)
            schedules += [self.text(when) for when in _timed(event)]
        return self.tree.function(
            self.text(one.get("name")) or f"{service}-{self.stage or '${stage}'}-{name}",
            "DEP-04",
            Place(self.file.path, line),
            **fields,
            env_names=tuple(sorted(names)),
            routes=tuple(routes),
            schedules=tuple(when for when in schedules if when),
            stack=f"{service}-{self.stage}" if self.stage else "",
            is_production=not is_trial(self.stage),
            **self.tree.handler(
                self.text(one.get("handler")), folder_of(self.file.path), fields.get("runtime")
            ),
        )


def _served(event: object) -> list[str]:
    for key in ("http", "httpApi"):
        told = at(event, key)
        if isinstance(told, str):
            method, _, path = told.partition(" ")
            return [f"{method.upper()} /{path.lstrip('/')}"]
        if isinstance(told, dict) and isinstance(told.get("path"), str):
            return [f"{str(told.get('method') or 'ANY').upper()} /{told['path'].lstrip('/')}"]
    return []


def _timed(event: object) -> list[object]:
    told = at(event, "schedule")
    rate = at(told, "rate")
    return [told] if isinstance(told, str) else rate if isinstance(rate, list) else [rate] if rate else []
