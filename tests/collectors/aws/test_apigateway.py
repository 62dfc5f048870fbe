"""Interfaces, as a server has them."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, TypeVar

import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.model.cloud.apis import Api, ApiDomain, ApiRoute, ApiStage
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import FoundSecret

if TYPE_CHECKING:
    from quarterdeck.model.observed import Observed
    from tests.cloud import Cloud

O = TypeVar("O")  # noqa: E741 - as in the model

WHERE = "us-east-1:123456789012"
FUNCTION = f"arn:aws:lambda:{WHERE}:function:f"


def _of(found: list[Observed], kind: type[O]) -> list[O]:
    return [one for one in found if isinstance(one, kind)]


def _invokes(function: str) -> str:
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"


def _rest(cloud: Cloud, auth: str = "NONE", uri: str = _invokes(FUNCTION), **fields: object) -> str:
    client = cloud.client("apigateway")
    api = client.create_rest_api(name="shop", **{"endpointConfiguration": {"types": ["REGIONAL"]}} | fields)[
        "id"
    ]
    root = client.get_resources(restApiId=api)["items"][0]["id"]
    path = client.create_resource(restApiId=api, parentId=root, pathPart="refund")["id"]
    for method in ("POST", "OPTIONS"):
        client.put_method(restApiId=api, resourceId=path, httpMethod=method, authorizationType=auth)
        client.put_integration(
            restApiId=api,
            resourceId=path,
            httpMethod=method,
            type="HTTP" if uri.startswith("http") else "AWS",
            integrationHttpMethod="POST",
            uri=uri,
        )
    deployed = client.create_deployment(restApiId=api)["id"]
    client.create_stage(restApiId=api, stageName="prod", deploymentId=deployed)
    return str(api)


def _http(cloud: Cloud, *routes: str, kind: str = "HTTP", **fields: object) -> str:
    client = cloud.client("apigatewayv2")
    api = client.create_api(
        Name="book", ProtocolType=kind, RouteSelectionExpression="$request.body.x", **fields
    )
    target = client.create_integration(
        ApiId=api["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    for route in routes:
        client.create_route(ApiId=api["ApiId"], RouteKey=route, Target=f"integrations/{target}")
    return str(api["ApiId"])


def test_a_rest_interface(cloud: Cloud) -> None:
    id_ = _rest(cloud, tags={"entity": "jada"})
    found, gaps = cloud.collect("aws-apigateway")
    (api,), (route,), (stage,) = _of(found, Api), _of(found, ApiRoute), _of(found, ApiStage)
    assert gaps == []
    assert (api.name, api.arn, api.sort) == ("shop", f"arn:aws:apigateway:us-east-1::/restapis/{id_}", "rest")
    assert (api.is_private, api.reach, api.answers_at_host, api.tags) == (
        False,
        None,
        True,
        (("entity", "jada"),),
    )
    assert (api.targets, api.calls_30d, api.errors_30d) == ((FUNCTION,), 0, 0)
    assert (route.subject, route.auth, route.target, route.needs_key) == (
        "shop POST /refund",
        None,
        FUNCTION,
        False,
    )
    assert (stage.name, stage.api, stage.is_limited, stage.has_plan) == ("shop/prod", api.arn, False, False)
    assert (stage.has_waf, stage.firewall, stage.is_logged, stage.secret_names) == (False, None, False, ())


POLICY = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
FIXED = {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}


@pytest.mark.parametrize(
    ("statement", "kind", "auth"),
    [
        (POLICY, "public", None),
        (POLICY | FIXED, "restricted", "policy"),
        ({"Effect": "Allow"}, "unknown", "not understood"),
    ],
)
@pytest.mark.parametrize("is_escaped", [False, True], ids=["plain", "escaped"])
def test_a_policy_stands_before_the_routes(
    cloud: Cloud, statement: object, kind: str, auth: str | None, *, is_escaped: bool
) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    _rest(cloud, policy=policy.replace('"', '\\"') if is_escaped else policy)
    found, _ = cloud.collect("aws-apigateway")
    (api,), (route,) = _of(found, Api), _of(found, ApiRoute)
    assert isinstance(api.reach, Reach)
    assert api.reach.kind == kind
    if kind == "unknown":
        assert isinstance(route.auth, NotCollected)
    else:
        assert route.auth == auth


def test_what_asks_for_a_sign_in_or_is_private_is_not_open(cloud: Cloud) -> None:
    _rest(cloud, auth="AWS_IAM")
    _rest(cloud, endpointConfiguration={"types": ["PRIVATE"]})
    found, _ = cloud.collect("aws-apigateway")
    assert sorted(str(one.auth) for one in _of(found, ApiRoute)) == ["AWS_IAM", "private network"]


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        (_invokes(f"{FUNCTION}:live"), f"{FUNCTION}:live"),
        ("arn:aws:apigateway:us-east-1:sqs:path/123456789012/orders", f"arn:aws:sqs:{WHERE}:orders"),
        ("https://maps.example/v1", "maps.example"),
        ("arn:aws:apigateway:us-east-1:dynamodb:action/PutItem", None),
        (
            _invokes("arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.name}"),
            "named by a variable",
        ),
        (_invokes("arn:aws:lambda:us-east-1:998877664821:function:f"), "of the account ending 4821"),
    ],
)
def test_what_a_route_leads_to(cloud: Cloud, uri: str, target: str | None) -> None:
    _rest(cloud, uri=uri)
    found, _ = cloud.collect("aws-apigateway")
    (route,) = _of(found, ApiRoute)
    if isinstance(route.target, NotCollected):
        assert str(target) in route.target.reason
    else:
        assert route.target == target
    assert "998877664821" not in repr(found)


def test_limits_logs_and_plans_of_a_stage(cloud: Cloud) -> None:
    limited, planned = _rest(cloud), _rest(cloud)
    client = cloud.client("apigateway")
    client.update_stage(
        restApiId=limited,
        stageName="prod",
        patchOperations=[
            {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "5"},
            {"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"},
        ],
    )
    client.create_usage_plan(
        name="p", apiStages=[{"apiId": planned, "stage": "prod"}], throttle={"rateLimit": 5, "burstLimit": 5}
    )
    found, _ = cloud.collect("aws-apigateway")
    stages = {one.api.rpartition("/")[2]: one for one in _of(found, ApiStage)}
    said = {key: (one.is_limited, one.is_logged, one.has_plan) for key, one in stages.items()}
    assert said == {limited: (True, True, False), planned: (False, False, True)}


def test_a_variable_that_holds_a_secret_is_told_by_name(cloud: Cloud) -> None:
    secret = f"sk_live_{secrets.token_hex(16)}"
    api = _http(cloud)
    cloud.client("apigatewayv2").create_stage(
        ApiId=api, StageName="prod", StageVariables={"KEY": secret, "TABLE": "rides"}
    )
    found, _ = cloud.collect("aws-apigateway")
    (stage,), (held,) = _of(found, ApiStage), _of(found, FoundSecret)
    assert (stage.secret_names, stage.secrets_are_grave) == (("KEY",), True)
    assert (held.place, held.path, held.use) == ("book/prod", "KEY", "payment")
    assert secret not in repr(found)


def test_an_http_interface(cloud: Cloud) -> None:
    cors = {"AllowOrigins": ["*"], "AllowHeaders": ["Authorization"]}
    api = _http(cloud, "POST /booking", "OPTIONS /booking", "$default", CorsConfiguration=cors)
    cloud.client("apigatewayv2").create_stage(
        ApiId=api, StageName="prod", DefaultRouteSettings={"ThrottlingRateLimit": 5.0}
    )
    found, gaps = cloud.collect("aws-apigateway")
    (one,), (stage,) = _of(found, Api), _of(found, ApiStage)
    assert gaps == []
    assert (one.sort, one.cors, one.is_private, one.reach) == ("http", "authorization", False, None)
    assert one.host == f"{api}.execute-api.us-east-1.amazonaws.com"
    assert {route.subject for route in _of(found, ApiRoute)} == {"book POST /booking", "book ANY $default"}
    assert {route.auth for route in _of(found, ApiRoute)} == {None}
    assert (stage.is_limited, stage.is_logged) == (True, False)


def test_an_open_line_is_judged_by_who_may_open_it(cloud: Cloud) -> None:
    _http(cloud, "$connect", "say", kind="WEBSOCKET")
    found, _ = cloud.collect("aws-apigateway")
    (api,) = _of(found, Api)
    assert api.sort == "websocket"
    assert [route.subject for route in _of(found, ApiRoute)] == ["book ANY $connect"]


@pytest.mark.parametrize(
    ("cors", "said"),
    [
        ({"AllowOrigins": ["https://jada.example"], "AllowCredentials": True}, None),
        ({"AllowOrigins": ["https://*"], "AllowCredentials": True}, "credentials"),
        ({"AllowOrigins": ["*"], "AllowHeaders": ["content-type"]}, None),
    ],
)
def test_whose_pages_may_use_it(cloud: Cloud, cors: dict[str, object], said: str | None) -> None:
    _http(cloud, CorsConfiguration=cors)
    found, _ = cloud.collect("aws-apigateway")
    (api,) = _of(found, Api)
    assert api.cors == said


def test_domains_of_both_kinds_each_once(cloud: Cloud) -> None:
    cloud.client("apigateway").create_domain_name(domainName="old.jada.example", securityPolicy="TLS_1_0")
    new = cloud.client("apigatewayv2")
    for name in ("old.jada.example", "api.jada.example"):
        new.create_domain_name(DomainName=name, DomainNameConfigurations=[{"SecurityPolicy": "TLS_1_2"}])
    found, gaps = cloud.collect("aws-apigateway")
    assert gaps == []
    assert [(one.name, one.min_tls) for one in _of(found, ApiDomain)] == [
        ("old.jada.example", "TLS_1_0"),
        ("api.jada.example", "TLS_1_2"),
    ]


def test_what_is_refused_is_a_gap_where_it_matters(cloud: Cloud) -> None:
    _rest(cloud)
    _http(cloud, "POST /booking")
    for call in ("apigateway:GetResources", "apigatewayv2:GetIntegrations", "apigateway:GetUsagePlans"):
        cloud.stubs.answer(call, Refusal())
    found, gaps = cloud.collect("aws-apigateway")
    assert gaps == [NotCollected("aws-apigateway", "api-route", "GetResources: AccessDenied")]
    rest, http = _of(found, Api)
    assert isinstance(rest.targets, NotCollected)
    assert isinstance(http.targets, NotCollected)
    (route,) = _of(found, ApiRoute)
    assert (route.auth, isinstance(route.target, NotCollected)) == (None, True)
    (stage,) = _of(found, ApiStage)
    assert stage.has_plan == NotCollected("aws-apigateway", "usage plans", "GetUsagePlans: AccessDenied")


def test_an_interface_that_is_gone_is_left_out(cloud: Cloud) -> None:
    _rest(cloud)
    cloud.stubs.answer("apigateway:GetResources", Refusal("NotFoundException", 404))
    found, gaps = cloud.collect("aws-apigateway")
    assert (found, gaps) == ([], [])


def test_calls_and_errors_are_counted(cloud: Cloud) -> None:
    _http(cloud)
    id_by_order = [{"Id": "m0", "Values": [120.0]}, {"Id": "m1", "Values": [6.0]}]
    cloud.stubs.answer("cloudwatch:GetMetricData", {"MetricDataResults": id_by_order})
    found, _ = cloud.collect("aws-apigateway")
    (api,) = _of(found, Api)
    assert (api.calls_30d, api.errors_30d) == (120, 6)
