"""Reads interfaces of API Gateway: who may call what, and what they call; never a body, and no value of a variable."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from quarterdeck.collectors.aws.answers import whole
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.environment import secrets_in
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.aws.reach import reach
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope, partition_of
from quarterdeck.model.cloud.apis import Api, ApiDomain, ApiRoute, ApiStage
from quarterdeck.model.cloud.reach import Reached
from quarterdeck.model.evidence import kind_of
from quarterdeck.model.observed import Count, Flag, Names, NotCollected, Number, Text
from quarterdeck.model.repositories import FoundSecret

_GONE = ("NotFoundException",)
_GET = "apigateway:GET"
_ACCOUNT_RATE = 10_000
"""Calls in a second that an account takes; a stage that says the same limits nothing."""
_OPEN = "NONE"
_FUNCTION = re.compile(r"functions/(arn:[^/]+)/invocations")
_QUEUE = re.compile(r"arn:([^:]+):apigateway:([^:]+):sqs:path/(\d{12})/([^/?]+)")
_QUEUE_URL = re.compile(r"https://sqs\.([^.]+)\.amazonaws\.com/(\d{12})/([^/?]+)")
_ACCOUNT = 4

_Told = Mapping[str, Any]


class _Listed(msgspec.Struct, frozen=True):
    """One interface as it is listed, REST and HTTP alike; its policy stays in memory."""

    id: str
    name: str
    arn: str
    host: str
    told: _Told
    is_rest: bool
    is_socket: bool = False

    @property
    def calls(self) -> Metric:
        return Metric("AWS/ApiGateway", "Count", self._dimensions, "SampleCount")

    @property
    def errors(self) -> Metric:
        return Metric("AWS/ApiGateway", "5XXError" if self.is_rest else "5xx", self._dimensions)

    @property
    def _dimensions(self) -> tuple[tuple[str, str], ...]:
        return (("ApiName", self.name) if self.is_rest else ("ApiId", self.id),)


class _Around(msgspec.Struct, frozen=True):
    """What is known of all interfaces together."""

    plans: frozenset[tuple[str, str]] | NotCollected
    """Interface and stage that a usage plan limits."""
    load: Mapping[Metric, Number | None]


@collector(
    "aws-apigateway",
    calls={
        **calls(
            "apigateway",
            GetRestApis=_GET,
            GetDomainNames=_GET,
            GetUsagePlans=_GET,
            GetResources=_GET,
            GetStages=_GET,
        ),
        **calls(
            "apigatewayv2",
            GetApis=_GET,
            GetDomainNames=_GET,
            GetRoutes=_GET,
            GetStages=_GET,
            GetIntegrations=_GET,
        ),
        **METRIC_CALLS,
    },
    kinds=(Api, ApiRoute, ApiStage, ApiDomain),
)
def interfaces(scope: Scope, aws: Aws) -> Found:
    """Every interface of a region with its routes and stages, the domains of one's own, and thirty days of load."""
    listed: list[_Listed] = []
    for one in _listed(scope, aws):
        if isinstance(one, NotCollected):
            yield one
        else:
            listed.append(one)
    load = measured(aws, [metric for one in listed for metric in (one.calls, one.errors)])
    plans = _plans(aws) if any(one.is_rest for one in listed) else frozenset()
    around = _Around(plans, load)
    yield from aws.each(listed, lambda one: (_rest if one.is_rest else _http)(scope, aws, one, around))
    yield from _domains(scope, aws)


def _listed(scope: Scope, aws: Aws) -> Iterator[_Listed | NotCollected]:
    for told in aws.pages("apigateway:GetRestApis", "items", of=Api, limit=500):
        if isinstance(told, NotCollected):
            yield told
            continue
        id_ = str(told["id"])
        host = f"{id_}.execute-api.{scope.region}.amazonaws.com"
        yield _Listed(id_, str(told.get("name", id_)), _arn(scope, "restapis", id_), host, told, is_rest=True)
    for told in aws.pages("apigatewayv2:GetApis", "Items", of=Api):
        if isinstance(told, NotCollected):
            yield told
            continue
        id_ = str(told["ApiId"])
        host = str(told.get("ApiEndpoint", "")).partition("://")[2]
        yield _Listed(
            id_,
            str(told.get("Name", id_)),
            _arn(scope, "apis", id_),
            host,
            told,
            is_rest=False,
            is_socket=told.get("ProtocolType") == "WEBSOCKET",
        )


def _arn(scope: Scope, kind: str, id_: str) -> str:
    return f"arn:{scope.partition}:apigateway:{scope.region}::/{kind}/{id_}"


def _plans(aws: Aws) -> frozenset[tuple[str, str]] | NotCollected:
    found = whole(aws.pages("apigateway:GetUsagePlans", "items", about="usage plans", limit=500))
    if isinstance(found, NotCollected):
        return found
    return frozenset(
        (str(stage.get("apiId")), str(stage.get("stage")))
        for plan in found
        for stage in plan.get("apiStages", ())
        if plan.get("throttle") or plan.get("quota") or stage.get("throttle")
    )


def _rest(scope: Scope, aws: Aws, one: _Listed, around: _Around) -> Found:
    policy = _policy(scope, one.told.get("policy"))
    private = _is_private(aws, one)
    resources = whole(
        aws.pages(
            "apigateway:GetResources",
            "items",
            of=ApiRoute,
            gone=_GONE,
            restApiId=one.id,
            embed=["methods"],
            limit=500,
        )
    )
    methods = [
        (str(resource.get("path", "")), name, method)
        for resource in ([] if isinstance(resources, NotCollected) else resources)
        for name, method in sorted(resource.get("resourceMethods", {}).items())
        if name != "OPTIONS"
    ]
    targets = [_target(scope, aws, one, method.get("methodIntegration", {})) for *_, method in methods]
    yield _api(
        scope,
        one,
        around,
        is_private=private,
        reach=policy,
        cors=None,
        targets=resources if isinstance(resources, NotCollected) else _named(targets),
    )
    for (path, name, method), target in zip(methods, targets, strict=True):
        auth = _said(aws, one, method.get("authorizationType"), "authorizationType")
        yield _route(scope, one, path, name, _behind(auth, private, policy), _key(method), target)
    yield from () if not isinstance(resources, NotCollected) else (resources,)
    yield from _rest_stages(scope, aws, one, around)


def _http(scope: Scope, aws: Aws, one: _Listed, around: _Around) -> Found:
    routes = whole(aws.pages("apigatewayv2:GetRoutes", "Items", of=ApiRoute, gone=_GONE, ApiId=one.id))
    integrations = whole(
        aws.pages("apigatewayv2:GetIntegrations", "Items", about=one.arn, gone=_GONE, ApiId=one.id)
    )
    targets: Mapping[str, Text | None] | NotCollected = (
        integrations
        if isinstance(integrations, NotCollected)
        else {
            f"integrations/{each.get('IntegrationId')}": _target(scope, aws, one, each)
            for each in integrations
        }
    )
    yield _api(
        scope,
        one,
        around,
        is_private=False,
        reach=None,
        cors=_cors(one.told.get("CorsConfiguration", {})),
        targets=targets if isinstance(targets, NotCollected) else _named(targets.values()),
    )
    if isinstance(routes, NotCollected):
        yield routes
        routes = []
    for each in routes:
        method, _, path = str(each.get("RouteKey", "")).rpartition(" ")
        if method == "OPTIONS" or (one.is_socket and path != "$connect"):
            continue  # what is said over an open line was let in when the line was opened
        auth = _said(aws, one, each.get("AuthorizationType"), "AuthorizationType")
        target = targets if isinstance(targets, NotCollected) else targets.get(str(each.get("Target")))
        yield _route(scope, one, path, method or "ANY", None if auth == _OPEN else auth, _key(each), target)
    yield from _http_stages(scope, aws, one)


def _api(
    scope: Scope,
    one: _Listed,
    around: _Around,
    *,
    is_private: Flag,
    reach: Reached | None,
    cors: Text | None,
    targets: Names,
) -> Api:
    off = one.told.get("disableExecuteApiEndpoint", one.told.get("DisableExecuteApiEndpoint"))
    return Api(
        entity=scope.entity,
        source=scope.source("GetRestApis" if one.is_rest else "GetApis"),
        name=one.name,
        arn=one.arn,
        region=scope.region,
        tags=_tags(one.told),
        sort="rest" if one.is_rest else "websocket" if one.is_socket else "http",
        host=one.host,
        is_private=is_private,
        reach=reach,
        answers_at_host=not off
        if isinstance(off, bool)
        else NotCollected("aws-apigateway", one.arn, "the answer lacks disableExecuteApiEndpoint"),
        cors=cors,
        targets=targets,
        calls_30d=_count(around.load[one.calls]),
        errors_30d=_count(around.load[one.errors]),
    )


def _tags(told: _Told) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((told.get("tags") or told.get("Tags") or {}).items()))


def _count(value: Number | None) -> Count:
    return value if isinstance(value, NotCollected) else int(value or 0)


def _policy(scope: Scope, raw: object) -> Reached | None:
    """Who a policy lets call; the service gives it with the quotes in it escaped."""
    if not raw:
        return None
    text = str(raw)
    if text.startswith('{\\"'):
        with suppress(ValueError):  # then it is read as it is: not understood
            text = json.loads(f'"{text}"')
    return reach(text, account=scope.number, known=scope.trusted, actions=("execute-api:Invoke",))


def _is_private(aws: Aws, one: _Listed) -> Flag:
    kinds = one.told.get("endpointConfiguration", {}).get("types")
    if not kinds:
        return NotCollected(aws.name, one.arn, "GetRestApis: no kind of endpoint")
    return "PRIVATE" in kinds


def _said(aws: Aws, one: _Listed, value: object, what: str) -> Text:
    return str(value) if value else NotCollected(aws.name, one.arn, f"the answer lacks {what}")


def _behind(auth: Text, private: Flag, policy: Reached | None) -> Text | None:
    """Who may call a route of a REST interface: what the route asks for, else what stands before all of them."""
    if auth != _OPEN:
        return auth
    if private is True:
        return "private network"
    if isinstance(policy, NotCollected):
        return policy
    if isinstance(private, NotCollected):
        return private
    if policy is None or policy.is_open:
        return None
    if policy.kind == "unknown":
        return NotCollected("aws-apigateway", "policy", f"it is not understood: {policy.reason}")
    return "policy"


def _key(method: _Told) -> bool:
    return bool(method.get("apiKeyRequired") or method.get("ApiKeyRequired"))


def _route(
    scope: Scope, one: _Listed, path: str, method: str, auth: Text | None, key: Flag, target: Text | None
) -> ApiRoute:
    return ApiRoute(
        entity=scope.entity,
        source=scope.source("GetResources" if one.is_rest else "GetRoutes"),
        name=one.name,
        arn=one.arn,
        region=scope.region,
        tags=_tags(one.told),
        route=path,
        method=method.upper(),
        auth=auth,
        needs_key=key,
        target=target,
    )


def _target(scope: Scope, aws: Aws, one: _Listed, told: _Told) -> Text | None:
    """What is called: an ARN or a host; None for what answers by itself, or of a service that needs no name."""
    uri = str(told.get("uri") or told.get("IntegrationUri") or "")
    uri = uri or str(told.get("RequestParameters", {}).get("QueueUrl", ""))
    if "${" in uri or "$request" in uri:
        return NotCollected(aws.name, one.arn, "what it calls is named by a variable")
    arn = _target_arn(uri)
    if arn and (number := arn.split(":")[_ACCOUNT]) not in {scope.number, *scope.trusted}:
        return NotCollected(aws.name, one.arn, f"it calls something of the account ending {number[-4:]}")
    if arn:
        return arn
    host = re.match(r"https?://([^/:@?]+)", uri)
    return host[1] if host else None


def _target_arn(uri: str) -> str:
    if found := _FUNCTION.search(uri):
        return found[1]
    if found := _QUEUE.match(uri):
        return f"arn:{found[1]}:sqs:{found[2]}:{found[3]}:{found[4]}"
    if found := _QUEUE_URL.match(uri):
        return f"arn:{partition_of(found[1])}:sqs:{found[1]}:{found[2]}:{found[3]}"
    is_plain = uri.startswith("arn:") and ":apigateway:" not in uri and uri.count(":") > _ACCOUNT
    return uri if is_plain else ""


def _named(targets: Iterable[Text | None]) -> Names:
    """All of them once; the gap where one is not known."""
    found = list(targets)
    gap = next((one for one in found if isinstance(one, NotCollected)), None)
    return gap or tuple(sorted({one for one in found if isinstance(one, str)}))


def _cors(told: _Told) -> str | None:
    if not any(origin in {"*", "https://*", "http://*"} for origin in told.get("AllowOrigins", ())):
        return None
    if told.get("AllowCredentials"):
        return "credentials"
    names = {str(name).casefold() for name in told.get("AllowHeaders", ())}
    return "authorization" if "authorization" in names else None


def _rest_stages(scope: Scope, aws: Aws, one: _Listed, around: _Around) -> Found:
    told = aws.ask("apigateway:GetStages", about=kind_of(ApiStage), gone=_GONE, restApiId=one.id)
    if isinstance(told, NotCollected):
        yield told
        return
    for stage in (told or {}).get("item", ()):
        name, settings = str(stage.get("stageName", "")), stage.get("methodSettings", {})
        is_told = stage.get("accessLogSettings", {}).get("destinationArn") or any(
            each.get("loggingLevel", "OFF") != "OFF" for each in settings.values()
        )
        yield from _stage(
            scope,
            one,
            name,
            stage.get("variables", {}),
            is_limited=_is_limited(each.get("throttlingRateLimit") for each in settings.values()),
            has_plan=around.plans
            if isinstance(around.plans, NotCollected)
            else (one.id, name) in around.plans,
            firewall=stage.get("webAclArn") or None,
            is_logged=bool(is_told),
        )


def _http_stages(scope: Scope, aws: Aws, one: _Listed) -> Found:
    for stage in aws.pages("apigatewayv2:GetStages", "Items", of=ApiStage, gone=_GONE, ApiId=one.id):
        if isinstance(stage, NotCollected):
            yield stage
            continue
        settings = (stage.get("DefaultRouteSettings", {}), *stage.get("RouteSettings", {}).values())
        yield from _stage(
            scope,
            one,
            str(stage.get("StageName", "")),
            stage.get("StageVariables", {}),
            is_limited=_is_limited(each.get("ThrottlingRateLimit") for each in settings),
            has_plan=False,
            firewall=None,
            is_logged=bool(stage.get("AccessLogSettings", {}).get("DestinationArn")),
        )


def _is_limited(rates: Iterable[float | None]) -> bool:
    return any(rate is not None and 0 <= rate < _ACCOUNT_RATE for rate in rates)


def _stage(
    scope: Scope,
    one: _Listed,
    name: str,
    variables: Mapping[str, str],
    *,
    is_limited: Flag,
    has_plan: Flag,
    firewall: str | None,
    is_logged: Flag,
) -> Found:
    secrets = list(secrets_in(variables))
    yield ApiStage(
        entity=scope.entity,
        source=scope.source("GetStages"),
        name=f"{one.name}/{name}",
        arn=f"{one.arn}/stages/{name}",
        region=scope.region,
        tags=_tags(one.told),
        api=one.arn,
        is_limited=is_limited,
        has_plan=has_plan,
        has_waf=firewall is not None,
        firewall=firewall,
        is_logged=is_logged,
        secret_names=tuple(each.name for each in secrets),
        secrets_are_grave=any(each.is_grave for each in secrets),
    )
    for found in secrets:
        yield FoundSecret(
            entity=scope.entity,
            source=scope.source("GetStages"),
            place=f"{one.name}/{name}",
            path=found.name,
            detector=found.detector,
            use=found.use,
            is_test=found.is_test,
            severity=found.severity,
            code=found.code,
        )


def _domains(scope: Scope, aws: Aws) -> Found:
    """Domains of REST interfaces, then of HTTP interfaces what is not among them."""
    seen: set[str] = set()
    for one in aws.pages("apigateway:GetDomainNames", "items", of=ApiDomain, limit=500):
        if isinstance(one, NotCollected):
            yield one
            continue
        seen.add(str(one.get("domainName")))
        yield _domain(scope, aws, str(one.get("domainName")), [one.get("securityPolicy")], one)
    for one in aws.pages("apigatewayv2:GetDomainNames", "Items", of=ApiDomain):
        if isinstance(one, NotCollected):
            yield one
        elif str(one.get("DomainName")) not in seen:
            policies = [each.get("SecurityPolicy") for each in one.get("DomainNameConfigurations", ())]
            yield _domain(scope, aws, str(one.get("DomainName")), policies, one)


def _domain(scope: Scope, aws: Aws, name: str, policies: Collection[object], told: _Told) -> ApiDomain:
    known = sorted(str(policy) for policy in policies if policy)
    arn = _arn(scope, "domainnames", name)
    return ApiDomain(
        entity=scope.entity,
        source=scope.source("GetDomainNames"),
        name=name,
        arn=arn,
        region=scope.region,
        tags=_tags(told),
        min_tls=next(
            (policy for policy in known if policy == "TLS_1_0"),
            known[0] if known else NotCollected(aws.name, arn, "GetDomainNames: no protocol"),
        ),
    )
