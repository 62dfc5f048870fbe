"""Every check of interfaces: good, bad, edge, not known, and where the question does not arise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.check import Fail
from quarterdeck.model.cloud.apis import Api, ApiDomain, ApiRoute, ApiStage
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.cloud.reach import Reach
from quarterdeck.model.declared import Declared
from quarterdeck.model.repositories import Handler, Repository
from tests.audits import REFUSED, audited, seen
from tests.checks.judged import judged

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

OPEN, SHUT, ODD = Reach("public", "anyone"), Reach("restricted"), Reach("unknown", "odd")
REGION = "us-west-2"
ARN = f"arn:aws:apigateway:{REGION}::/apis/a1"
HOST = f"a1.execute-api.{REGION}.amazonaws.com"
WHERE = f"{REGION}:123456789012"
FUNCTION = f"arn:aws:lambda:{WHERE}:function:f"


def _route(path: str, method: str = "POST", **fields: object) -> ApiRoute:
    known = {"name": "shop", "arn": ARN, "region": REGION, "auth": None}
    return seen(ApiRoute, route=path, method=method, **known | fields)


def _api(**fields: object) -> Api:
    return seen(Api, **{"name": "shop", "arn": ARN, "region": REGION, "host": HOST} | fields)


def _stage(**fields: object) -> ApiStage:
    limits = {"is_limited": False, "has_plan": False, "has_waf": False}
    known = {"name": "shop/prod", "arn": f"{ARN}/stages/prod", "api": ARN}
    return seen(ApiStage, **known | limits | fields)


def _domain(**fields: object) -> ApiDomain:
    return seen(ApiDomain, **{"name": "api.jada.example", "region": REGION} | fields)


CODE = seen(Function, name="f", arn=FUNCTION, code="site")
SITE = seen(Repository, name="site")
GUARDED, BARE, DIM = (
    seen(Handler, repo="site", path="api.py", route="POST /rides", is_guarded=answer)
    for answer in (True, False, REFUSED)
)
CALLED = seen(Function, name="f", arn=FUNCTION, code="site", handler="api.handler")
BEHIND, LOOSE, READING = (
    seen(
        Handler,
        repo="site",
        path="src/api.py",
        route=route,
        function="src/api.handler",
        changes_data=changes,
        is_guarded=guarded,
    )
    for route, changes, guarded in (
        ("POST /a", True, True),
        ("POST /b", True, False),
        ("GET /c", False, False),
    )
)

ROUTES = [
    ("AWS-APIGW-01", _route("/rides", "GET"), (), "n/a"),
    ("AWS-APIGW-01", _route("/rides", auth="JWT"), (), "pass"),
    ("AWS-APIGW-01", _route("/rides"), (), "fail high"),
    ("AWS-APIGW-01", _route("/rides", needs_key=True), (), "fail high"),
    ("AWS-APIGW-01", _route("$default", "ANY"), (), "fail high"),
    ("AWS-APIGW-01", _route("/rides", "DELETE"), (), "fail critical"),
    ("AWS-APIGW-01", _route("/refund"), (), "fail critical"),
    ("AWS-APIGW-01", _route("/contact"), (), "fail medium"),
    ("AWS-APIGW-01", _route("/contact/delete"), (), "fail critical"),
    ("AWS-APIGW-01", _route("/booking/{id}", "PUT"), (), "fail critical"),
    ("AWS-APIGW-01", _route("/stripe-webhook"), (), "n/a"),
    ("AWS-APIGW-01", _route("/rides", auth=REFUSED), (), "unknown"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CODE, SITE, GUARDED), "pass"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CODE, SITE, BARE), "fail high"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CODE, SITE, DIM), "unknown"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CODE,), "unknown"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CALLED, SITE, BEHIND), "pass"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CALLED, SITE, BEHIND, LOOSE), "fail high"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CALLED, SITE, BEHIND, READING), "pass"),
    ("AWS-APIGW-01", _route("/rides", target=FUNCTION), (CODE, SITE, BEHIND), "fail high"),
    ("AWS-APIGW-02", _route("/rides", "GET"), (), "n/a"),
    ("AWS-APIGW-02", _route("/booking"), (), "n/a"),
    ("AWS-APIGW-02", _route("/booking/{id}", "GET"), (), "fail high"),
    ("AWS-APIGW-02", _route("/booking/{id}", "GET", auth="AWS_IAM"), (), "pass"),
    ("AWS-APIGW-02", _route("/booking/{id}", "GET", auth=REFUSED), (), "unknown"),
]


@pytest.mark.parametrize(("code", "route", "others", "expected"), ROUTES)
def test_a_route(code: str, route: ApiRoute, others: tuple[Seen, ...], expected: str) -> None:
    assert judged(code, route, *others) == expected


@pytest.mark.parametrize("named", ["POST /booking", "/booking"])
def test_a_route_that_is_declared_public_may_be_open(named: str) -> None:
    declared = Declared(public_routes=frozenset({named}))
    assert judged("AWS-APIGW-01", _route("/booking"), declared=declared) == "pass"
    assert judged("AWS-APIGW-01", _route("/other"), declared=declared) == "fail high"


def test_the_sentence_says_what_is_not_known() -> None:
    route = _route("/rides", needs_key=True)
    verdict = CHECKS["AWS-APIGW-01"].judge(route, audited(route))
    assert isinstance(verdict, Fail)
    assert verdict.message == (
        "Anyone may call POST /rides of shop, which may change data. A key must be sent, which is no sign-in. "
        "Not known whether its code asks who calls."
    )


JWT, IAM = _route("/mine", auth="JWT"), _route("/own", auth="AWS_IAM")
SAID = {"calls_30d": 100, "errors_30d": 0}
ELSEWHERE = "arn:aws:lambda:eu-west-1:210987654321:function:g"
THERE = seen(Function, name="f", arn=FUNCTION)

APIS = [
    ("AWS-APIGW-03", _api(is_private=False), (), "n/a"),
    ("AWS-APIGW-03", _api(sort="rest", is_private=False), (), "n/a"),
    ("AWS-APIGW-03", _api(sort="rest", is_private=REFUSED), (), "unknown"),
    ("AWS-APIGW-03", _api(sort="rest", is_private=True, reach=None), (), "pass"),
    ("AWS-APIGW-03", _api(sort="rest", is_private=True, reach=SHUT), (), "pass"),
    ("AWS-APIGW-03", _api(sort="rest", is_private=True, reach=OPEN), (), "fail medium"),
    ("AWS-APIGW-03", _api(sort="rest", is_private=True, reach=ODD), (), "unknown"),
    ("AWS-APIGW-04", _api(answers_at_host=False), (), "pass"),
    ("AWS-APIGW-04", _api(answers_at_host=True), (), "n/a"),
    ("AWS-APIGW-04", _api(answers_at_host=True), (_domain(region="eu-west-1"),), "n/a"),
    ("AWS-APIGW-04", _api(answers_at_host=True), (_domain(),), "fail low"),
    ("AWS-APIGW-04", _api(answers_at_host=REFUSED), (_domain(),), "unknown"),
    ("AWS-APIGW-04", _api(answers_at_host=True), (_domain(), _api(name="b")), "unknown"),
    ("AWS-APIGW-09", _api(sort="rest", cors=None), (), "n/a"),
    ("AWS-APIGW-09", _api(cors=None), (), "pass"),
    ("AWS-APIGW-09", _api(cors="credentials"), (), "fail medium"),
    ("AWS-APIGW-09", _api(cors="authorization"), (), "fail medium"),
    ("AWS-APIGW-09", _api(cors=REFUSED), (), "unknown"),
    ("AWS-APIGW-10", _api(calls_30d=49, errors_30d=49), (), "n/a"),
    ("AWS-APIGW-10", _api(calls_30d=1000, errors_30d=9), (), "pass"),
    ("AWS-APIGW-10", _api(calls_30d=1000, errors_30d=10), (), "fail medium"),
    ("AWS-APIGW-10", _api(calls_30d=1000, errors_30d=50), (), "fail high"),
    ("AWS-APIGW-10", _api(calls_30d=REFUSED, errors_30d=1), (), "unknown"),
    ("AWS-APIGW-10", _api(calls_30d=1000, errors_30d=REFUSED), (), "unknown"),
    ("AWS-APIGW-11", _api(targets=()), (), "n/a"),
    ("AWS-APIGW-11", _api(targets=("maps.example",)), (), "n/a"),
    ("AWS-APIGW-11", _api(targets=(FUNCTION,)), (THERE,), "pass"),
    ("AWS-APIGW-11", _api(targets=(f"{FUNCTION}:live",)), (THERE,), "pass"),
    ("AWS-APIGW-11", _api(targets=(f"{FUNCTION}-gone",)), (THERE,), "fail high"),
    ("AWS-APIGW-11", _api(targets=(ELSEWHERE,)), (THERE,), "unknown"),
    ("AWS-APIGW-11", _api(targets=(ELSEWHERE, f"{FUNCTION}-gone")), (THERE,), "fail high"),
    ("AWS-APIGW-11", _api(targets=("box.s3.amazonaws.com",)), (seen(Bucket, name="box"),), "pass"),
    ("AWS-APIGW-11", _api(targets=("box.s3.amazonaws.com",)), (), "fail high"),
    ("AWS-APIGW-11", _api(targets=REFUSED), (), "unknown"),
    ("AWS-APIGW-12", _api(), (_route("/rides"),), "n/a"),
    ("AWS-APIGW-12", _api(), (_route("/rides"), IAM), "n/a"),
    ("AWS-APIGW-12", _api(), (JWT, IAM), "pass"),
    ("AWS-APIGW-12", _api(), (JWT, _route("/rides")), "fail medium"),
    ("AWS-APIGW-12", _api(), (JWT, _route("/rides", "GET")), "pass"),
    ("AWS-APIGW-12", _api(), (JWT, _route("/webhook")), "pass"),
    ("AWS-APIGW-12", _api(), (JWT, _route("/rides", arn="other")), "pass"),
    ("AWS-APIGW-12", _api(), (JWT, _route("/rides", auth=REFUSED)), "unknown"),
    ("AWS-APIGW-12", _api(), (_route("/rides"), _route("/b", auth=REFUSED)), "unknown"),
]


@pytest.mark.parametrize(("code", "api", "others", "expected"), APIS)
def test_an_interface(code: str, api: Api, others: tuple[Seen, ...], expected: str) -> None:
    assert judged(code, api, *others) == expected


DOOR = _route("/contact")
LOGIN = _route("/sign-in", auth="CUSTOM")
FRONT = seen(Distribution, name="d", origins=(HOST,), waf=True)

STAGES = [
    ("AWS-APIGW-05", _stage(is_limited=True), (DOOR,), "pass"),
    ("AWS-APIGW-05", _stage(has_plan=True), (DOOR,), "pass"),
    ("AWS-APIGW-05", _stage(has_waf=True, is_limited=REFUSED), (DOOR,), "pass"),
    ("AWS-APIGW-05", _stage(), (JWT,), "n/a"),
    ("AWS-APIGW-05", _stage(), (DOOR,), "fail medium"),
    ("AWS-APIGW-05", _stage(), (LOGIN,), "fail medium"),
    ("AWS-APIGW-05", _stage(), (_route("/mine", auth=REFUSED),), "unknown"),
    ("AWS-APIGW-05", _stage(has_plan=REFUSED), (DOOR,), "unknown"),
    ("AWS-APIGW-05", _stage(), (DOOR, _api(), FRONT), "pass"),
    ("AWS-APIGW-05", _stage(), (DOOR, _api(), seen(Distribution, name="d", origins=REFUSED)), "unknown"),
    ("AWS-APIGW-06", _stage(is_logged=True), (), "pass"),
    ("AWS-APIGW-06", _stage(is_logged=False), (), "fail low"),
    ("AWS-APIGW-06", _stage(is_logged=False), (_route("/booking"),), "fail medium"),
    ("AWS-APIGW-06", _stage(is_logged=False, name="pay/prod"), (), "fail medium"),
    ("AWS-APIGW-06", _stage(is_logged=REFUSED), (), "unknown"),
    ("AWS-APIGW-07", _stage(secret_names=()), (), "pass"),
    ("AWS-APIGW-07", _stage(secret_names=("KEY",), secrets_are_grave=False), (), "fail high"),
    ("AWS-APIGW-07", _stage(secret_names=("KEY",), secrets_are_grave=True), (), "fail critical"),
    ("AWS-APIGW-07", _stage(secret_names=REFUSED), (), "unknown"),
]


@pytest.mark.parametrize(("code", "stage", "others", "expected"), STAGES)
def test_a_stage(code: str, stage: ApiStage, others: tuple[Seen, ...], expected: str) -> None:
    assert judged(code, stage, *others) == expected


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        ("TLS_1_0", "fail medium"),
        ("TLS_1_2", "pass"),
        ("SecurityPolicy_TLS13_1_3_2025_09", "pass"),
        ("TLS_9", "unknown"),
        (REFUSED, "unknown"),
    ],
)
def test_a_domain(tls: object, expected: str) -> None:
    assert judged("AWS-APIGW-08", _domain(min_tls=tls)) == expected


@pytest.mark.parametrize(
    ("code", "record"),
    [
        ("AWS-APIGW-01", _route("/rides", target=FUNCTION)),
        ("AWS-APIGW-04", _api(answers_at_host=True)),
        ("AWS-APIGW-05", _stage()),
        ("AWS-APIGW-11", _api(targets=(FUNCTION,))),
        ("AWS-APIGW-12", _api()),
    ],
)
def test_without_the_lists_it_is_not_known(code: str, record: Seen) -> None:
    assert judged(code, record, CODE, snapshots=()) == ("unknown" if code != "AWS-APIGW-11" else "pass")
