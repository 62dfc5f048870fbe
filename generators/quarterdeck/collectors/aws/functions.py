"""Reads Lambda functions: how they are set up and who may call them, never code, and no value of a variable."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.environment import literals_in, secrets_in, secrets_named_in
from quarterdeck.collectors.aws.functions_reach import Doors, doors, is_reached_by_url, open_url
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.aws.notifications import NOTIFICATION_CALLS, bucket_events, buckets_named
from quarterdeck.collectors.aws.reach import callers
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.observed import Count, Flag, Names, NotCollected, Number, Text
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.secrets.redact import redact

_GONE = ("ResourceNotFoundException",)
_NAMESPACE = "AWS/Lambda"
_SUMS = ("Invocations", "Errors", "Throttles")
_ASYNC = re.compile(r"^(s3|sns|events|ses|logs|iot|cognito-idp|cognito-sync)\.")
_API = re.compile(r"^apigateway\.")
_LAYER = re.compile(r"arn:[^:]*:lambda:[^:]*:([0-9]{12}):layer:([^:]+)")
_PUBLISHERS = frozenset(
    {
        "017000801446",  # Powertools
        "027255383542",  # AppConfig
        "114300393969",  # Lumigo
        "177933569100",  # Parameters and Secrets
        "336392948345",  # SDK for pandas
        "451483290750",  # New Relic
        "464622532012",  # Datadog
        "534081306603",  # Bref
        "580247275435",  # Lambda Insights
        "725887861453",  # Dynatrace
        "770693421928",  # Klayers
        "901920570463",  # OpenTelemetry
        "943013980633",  # Sentry
    }
)
"""Accounts that publish layers for everyone."""


class _Listed(msgspec.Struct, frozen=True):
    """One function as it is listed; its variables stay in memory."""

    told: Mapping[str, Any]
    versions: int
    """Numbered ones."""

    @property
    def name(self) -> str:
        return str(self.told["FunctionName"])

    @property
    def arn(self) -> str:
        """Without a version."""
        return ":".join(str(self.told["FunctionArn"]).split(":")[:7])


class _Around(msgspec.Struct, frozen=True):
    """What is known of all functions together."""

    load: Mapping[Metric, Number | None]
    settings: Mapping[str, Any] | NotCollected | None

    @property
    def has_reservations(self) -> Flag:
        """Whether any function of the region has a number of its own that may run at a time."""
        if isinstance(self.settings, NotCollected):
            return self.settings
        limit = (self.settings or {}).get("AccountLimit", {})
        return bool(limit.get("UnreservedConcurrentExecutions") != limit.get("ConcurrentExecutions"))

    @property
    def code_share(self) -> Number:
        """Share of what the account may keep of code in the region that is used."""
        if isinstance(self.settings, NotCollected):
            return self.settings
        told = self.settings or {}
        used, limit = (told.get(key, {}).get("TotalCodeSize") for key in ("AccountUsage", "AccountLimit"))
        if used is None or not limit:
            return NotCollected("aws-lambda", "account settings", "GetAccountSettings: no size of code")
        return Decimal(used) / Decimal(limit)


@collector(
    "aws-lambda",
    calls={
        **calls(
            "lambda",
            "ListFunctions",
            "GetPolicy",
            "GetAccountSettings",
            "ListEventSourceMappings",
            "ListAliases",
            "ListFunctionUrlConfigs",
            "GetFunctionConcurrency",
            "ListFunctionEventInvokeConfigs",
        ),
        **NOTIFICATION_CALLS,
        **METRIC_CALLS,
    },
    kinds=(Function, EventSource),
)
def functions(scope: Scope, aws: Aws) -> Found:
    """Every function of a region with what its verdicts need, what it reads from, and thirty days of its load."""
    listed: dict[str, _Listed] = {}
    for one in aws.pages("lambda:ListFunctions", "Functions", of=Function, FunctionVersion="ALL"):
        if isinstance(one, NotCollected):
            yield one
            continue
        name, is_latest = one["FunctionName"], one.get("Version") in (None, "$LATEST")
        before = listed.get(name)
        told = one if is_latest or before is None else before.told
        listed[name] = _Listed(told, (before.versions if before else 0) + (not is_latest))
    around = _Around(
        measured(aws, [metric for name in listed for metric in _metrics(name)]),
        aws.ask("lambda:GetAccountSettings", about="account settings"),
    )
    buckets: set[str] = set()

    def describe(one: _Listed) -> Iterable[Function | FoundSecret | NotCollected]:
        policies = _policies(aws, one)
        buckets.update(name for policy in policies for name in buckets_named(policy))
        yield _function(scope, aws, one, policies, around)
        yield from _secrets(scope, one)

    yield from aws.each(listed.values(), describe)
    yield from _sources(scope, aws)
    yield from bucket_events(scope, aws, buckets)


def _policies(aws: Aws, one: _Listed) -> list[Text | None]:
    """The policy of the function, and those of its aliases."""
    qualifiers: list[dict[str, Any]] = [{}]
    found: list[Text | None] = []
    if one.versions:
        for alias in aws.pages("lambda:ListAliases", "Aliases", about=one.name, FunctionName=one.name):
            if isinstance(alias, NotCollected):
                found.append(alias)
            else:
                qualifiers.append({"Qualifier": alias["Name"]})
    for qualifier in qualifiers:
        told = aws.ask("lambda:GetPolicy", about=one.name, none=_GONE, FunctionName=one.name, **qualifier)
        found.append(told.get("Policy") if isinstance(told, dict) else told)
    return found


def _function(
    scope: Scope,
    aws: Aws,
    one: _Listed,
    policies: Collection[Text | None],
    around: _Around,
) -> Function:
    told, opened = one.told, doors(policies, scope.number, scope.trusted)
    url = open_url(opened, _urls(aws, one, opened))
    variables = _variables(aws, one)
    secrets = variables if isinstance(variables, NotCollected) else list(secrets_in(variables))
    load = {name: _sum(around.load, one.name, name) for name in _SUMS}
    named = {service for policy in policies if isinstance(policy, str) for service in callers(policy)}
    matters = isinstance(url.address, str) or not _runs(load)
    reserved = _reserved(aws, one, around, matters=matters)
    return Function(
        entity=scope.entity,
        source=scope.source("ListFunctions"),
        name=one.name,
        arn=one.arn,
        region=scope.region,
        runtime=_runtime(aws, one),
        handler=_called(aws, one),
        memory_mb=told.get("MemorySize", 128),
        timeout_s=told.get("Timeout", 3),
        last_modified=_day(aws, one),
        env_names=_names(variables),
        secret_names=secrets if isinstance(secrets, NotCollected) else tuple(two.name for two in secrets),
        secrets_are_grave=secrets
        if isinstance(secrets, NotCollected)
        else any(two.is_grave for two in secrets),
        literal_names=variables if isinstance(variables, NotCollected) else literals_in(variables),
        refers_to=variables
        if isinstance(variables, NotCollected)
        else secrets_named_in(variables, region=scope.region, account=scope.number),
        role=told.get("Role", NotCollected(aws.name, one.name, "ListFunctions: no role")),
        url=url.address,
        is_url_open=url.is_open,
        url_note=url.note,
        url_cors=url.cors,
        is_public=opened.is_public,
        reach=opened.invokes,
        strangers=opened.strangers,
        is_unscoped=opened.is_unscoped,
        is_behind_api=_is_called(policies, named, _API),
        is_async=_is_called(policies, named, _ASYNC),
        keeps_failed=_keeps_failed(aws, one, named),
        is_stopped=_is_stopped(load, reserved),
        reserved=reserved,
        foreign_layers=_foreign_layers(scope, told.get("Layers", ())),
        log_group=told.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{one.name}"),
        invocations_30d=load["Invocations"],
        errors_30d=load["Errors"],
        throttles_30d=load["Throttles"],
        longest_ms=around.load[_duration(one.name, "Maximum")],
        average_ms=around.load[_duration(one.name, "Average")],
        versions=one.versions,
        code_share=around.code_share,
        processor=told.get("Architectures", ("x86_64",))[0],
        layers=len(told.get("Layers", ())),
        network=told.get("VpcConfig", {}).get("VpcId") or None,
        key=told.get("KMSKeyArn") or None,
    )


def _runtime(aws: Aws, one: _Listed) -> str | NotCollected | None:
    if one.told.get("PackageType") == "Image":
        return None
    runtime: str | NotCollected = one.told.get(
        "Runtime", NotCollected(aws.name, one.name, "ListFunctions: no runtime")
    )
    return runtime


def _called(aws: Aws, one: _Listed) -> str | NotCollected | None:
    if one.told.get("PackageType") == "Image":
        return None
    named: str | NotCollected = one.told.get(
        "Handler", NotCollected(aws.name, one.name, "ListFunctions: no handler")
    )
    return named


def _day(aws: Aws, one: _Listed) -> date | NotCollected:
    try:
        return datetime.fromisoformat(str(one.told.get("LastModified"))).astimezone(UTC).date()
    except ValueError:
        return NotCollected(aws.name, one.name, "ListFunctions: no day")


def _variables(aws: Aws, one: _Listed) -> Mapping[str, str] | NotCollected:
    environment = one.told.get("Environment", {})
    if error := environment.get("Error"):
        code = error.get("ErrorCode", "no values")
        return NotCollected(aws.name, one.name, f"ListFunctions: variables: {code}")
    variables: Mapping[str, str] = environment.get("Variables", {})
    return variables


def _names(variables: Mapping[str, str] | NotCollected) -> Names:
    if isinstance(variables, NotCollected):
        return variables
    return tuple(redact(name) for name in sorted(variables))


def _secrets(scope: Scope, one: _Listed) -> Iterator[FoundSecret]:
    """A record for each variable that holds a secret; without its value, and without the length of it."""
    for found in secrets_in(one.told.get("Environment", {}).get("Variables", {})):
        yield FoundSecret(
            entity=scope.entity,
            source=scope.source("ListFunctions"),
            place=one.name,
            path=found.name,
            detector=found.detector,
            use=found.use,
            is_test=found.is_test,
            severity=found.severity,
            code=found.code,
        )


def _urls(aws: Aws, one: _Listed, opened: Doors) -> list[Mapping[str, Any]] | NotCollected | None:
    """Its addresses; None where no policy lets anybody use one, so that they were not asked for."""
    if not is_reached_by_url(opened):
        return None
    found = []
    for url in aws.pages(
        "lambda:ListFunctionUrlConfigs", "FunctionUrlConfigs", about=one.name, FunctionName=one.name
    ):
        if isinstance(url, NotCollected):
            return url
        found.append(url)
    return found


def _is_called(policies: Iterable[Text | None], named: Iterable[str], pattern: re.Pattern[str]) -> Flag:
    """Whether a service may call it; where a policy could not be read, only a yes is known."""
    if any(pattern.match(service) for service in named):
        return True
    return next((policy for policy in policies if isinstance(policy, NotCollected)), False)


def _keeps_failed(aws: Aws, one: _Listed, named: Iterable[str]) -> Flag | None:
    """Whether what fails goes somewhere; asked further only of what is called without waiting."""
    if one.told.get("DeadLetterConfig", {}).get("TargetArn"):
        return True
    if not any(_ASYNC.match(service) for service in named):
        return None
    for config in aws.pages(
        "lambda:ListFunctionEventInvokeConfigs",
        "FunctionEventInvokeConfigs",
        about=one.name,
        FunctionName=one.name,
    ):
        if isinstance(config, NotCollected):
            return config
        if config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            return True
    return False


def _runs(load: Mapping[str, Count]) -> bool:
    """Whether it is known to be called and never turned away."""
    calls_30d = load["Invocations"]
    return isinstance(calls_30d, int) and calls_30d > 0 and load["Throttles"] == 0


def _reserved(aws: Aws, one: _Listed, around: _Around, *, matters: bool) -> Count | None:
    """How many of it may run at a time; None without a number of its own. Asked only where it matters."""
    if around.has_reservations is False:
        return None
    if not matters:
        return NotCollected(aws.name, one.name, "how many of it may run at a time was not asked")
    told = aws.ask("lambda:GetFunctionConcurrency", about=one.name, gone=_GONE, FunctionName=one.name)
    return told.get("ReservedConcurrentExecutions") if isinstance(told, dict) else told


def _is_stopped(load: Mapping[str, Count], reserved: Count | None) -> Flag:
    """Whether none of it may run; what runs without being turned away is not stopped."""
    if _runs(load):
        return False
    return reserved if isinstance(reserved, NotCollected) else reserved == 0


def _foreign_layers(scope: Scope, layers: Iterable[Mapping[str, Any]]) -> Names:
    found = []
    for layer in layers:
        arn = _LAYER.match(str(layer.get("Arn")))
        if arn and arn[1] not in {scope.number, *scope.trusted} | _PUBLISHERS:
            found.append(f"{arn[2]} of account ending {arn[1][-4:]}")
    return tuple(found)


def _sources(scope: Scope, aws: Aws) -> Iterator[EventSource | NotCollected]:
    for one in aws.pages("lambda:ListEventSourceMappings", "EventSourceMappings", of=EventSource):
        if isinstance(one, NotCollected):
            yield one
            continue
        arn = ":".join(str(one.get("FunctionArn", "")).split(":")[:7])
        state = one.get("State", "")
        result = str(one.get("LastProcessingResult") or "")
        yield EventSource(
            entity=scope.entity,
            source=scope.source("ListEventSourceMappings"),
            name=arn.rpartition(":")[2],
            arn=arn,
            region=scope.region,
            source_arn=one.get("EventSourceArn", ""),
            is_on=state not in {"Disabled", "Disabling"}
            if state
            else NotCollected(aws.name, arn, "ListEventSourceMappings: no state"),
            fault=redact(result) if result.startswith("PROBLEM") else None,
            keeps_failed=bool(one.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")),
        )


def _metrics(name: str) -> Iterator[Metric]:
    yield from (_metric(name, metric) for metric in _SUMS)
    yield from (_duration(name, statistic) for statistic in ("Maximum", "Average"))


def _metric(name: str, metric: str) -> Metric:
    return Metric(_NAMESPACE, metric, (("FunctionName", name),))


def _duration(name: str, statistic: Any) -> Metric:  # noqa: ANN401 - one of the words of a metric
    return Metric(_NAMESPACE, "Duration", (("FunctionName", name),), statistic)


def _sum(load: Mapping[Metric, Number | None], name: str, metric: str) -> Count:
    """Nothing measured is none: the service keeps no point for an hour in which nothing happened."""
    value = load[_metric(name, metric)]
    return value if isinstance(value, NotCollected) else int(value or 0)
