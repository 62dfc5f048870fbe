"""Distributions, as a server has them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.collectors.embedded.stubs import Refusal
from quarterdeck.collectors.run import MODULES
from quarterdeck.model.cloud.distributions import Behavior, Distribution, Origin
from quarterdeck.model.observed import NotCollected
from tests.cloud import in_turn

if TYPE_CHECKING:
    from tests.cloud import Cloud

_ = MODULES  # importing them is what fills the list

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
OWN = {
    "ACMCertificateArn": CERTIFICATE,
    "SSLSupportMethod": "sni-only",
    "MinimumProtocolVersion": "TLSv1.2_2021",
}
GUARD = "arn:aws:cloudfront::123456789012:function/guard"
SIGN_IN = {
    "Name": "guard",
    "FunctionConfig": {"Comment": "asks for a login", "Runtime": "cloudfront-js-2.0"},
    "FunctionMetadata": {
        "FunctionARN": GUARD,
        "LastModifiedTime": "2026-01-01T00:00:00Z",
    },
}


def behavior(origin: str = "box", **fields: object) -> dict[str, Any]:
    plain = {
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "redirect-to-https",
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        "MinTTL": 0,
    }
    return plain | fields


def from_bucket(**fields: object) -> dict[str, Any]:
    host = "box.s3.us-west-2.amazonaws.com"
    return {"Id": "box", "DomainName": host, "S3OriginConfig": {"OriginAccessIdentity": ""}} | fields


def from_host(host: str, **fields: object) -> dict[str, Any]:
    asked = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "https-only",
        "OriginSslProtocols": {"Quantity": 2, "Items": ["TLSv1.2", "TLSv1"]},
    }
    return {"Id": host, "DomainName": host, "CustomOriginConfig": asked} | fields


def of(*items: object) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


def made(cloud: Cloud, **fields: object) -> dict[str, Any]:
    """A distribution that fetches from a bucket; gives what the service says of it."""
    plain = {
        "CallerReference": "one",
        "Comment": "",
        "Enabled": True,
        "Aliases": of("Jada.example"),
        "Origins": of(from_bucket()),
        "DefaultCacheBehavior": behavior(),
    }
    made = cloud.client("cloudfront").create_distribution(DistributionConfig=plain | fields)
    cloud.stubs.answer("cloudfront:ListResponseHeadersPolicies", _headers())
    known: dict[str, Any] = made["Distribution"]
    return known


def listed(cloud: Cloud, **fields: object) -> None:
    """The same, with what the local server would lose on its way."""
    known = made(cloud)
    item = {
        "Id": known["Id"],
        "ARN": known["ARN"],
        "DomainName": known["DomainName"],
        "Enabled": True,
        "Origins": of(from_bucket()),
        "DefaultCacheBehavior": behavior(),
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    }
    page = {"Marker": "", "MaxItems": 100, "IsTruncated": False} | of(item | fields)
    cloud.stubs.answer("cloudfront:ListDistributions", {"DistributionList": page})


def _headers(*items: object) -> dict[str, Any]:
    return {"ResponseHeadersPolicyList": {"MaxItems": 100} | of(*items)}


def seen(cloud: Cloud) -> Distribution:
    (one,), gaps = cloud.collect("aws-cloudfront")
    assert gaps == []
    assert isinstance(one, Distribution)
    return one


def test_a_plain_distribution(cloud: Cloud) -> None:
    known = made(cloud)
    one = seen(cloud)
    assert (one.name, one.arn, one.host) == (known["Id"], known["ARN"], known["DomainName"])
    assert (one.subject, one.aliases, one.origins) == ("jada.example", ("jada.example",), ("box",))
    assert (one.is_on, one.certificate, one.min_tls) == (True, None, None)
    assert (one.waf, one.logging, one.root, one.has_hsts, one.error_pages) == (False, False, None, False, ())
    assert (one.requests_30d, one.failed_30d) == (0, None)
    place = Origin(id="box", host="box.s3.us-west-2.amazonaws.com", kind="bucket", name="box")
    assert one.places == (place,)
    (all_paths,) = one.behaviors if isinstance(one.behaviors, tuple) else ()
    assert all_paths == Behavior(
        origin="box",
        protocol="redirect-to-https",
        is_signed=False,
        signs_in=False,
        is_compressed=all_paths.is_compressed,
    )


def test_what_a_distribution_says_is_kept(cloud: Cloud) -> None:
    made(
        cloud,
        ViewerCertificate=OWN,
        WebACLId="acl",
        DefaultRootObject="index.html",
        Origins=of(from_bucket(), from_host("api.jada.example", CustomHeaders=of(_header()))),
        CacheBehaviors=of(
            behavior(
                "api.jada.example",
                PathPattern="/book/*",
                ViewerProtocolPolicy="allow-all",
                AllowedMethods=of("GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS", "DELETE")
                | {"CachedMethods": of("GET", "HEAD")},
                CachePolicyId="4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            )
        ),
        CustomErrorResponses=of(
            {"ErrorCode": 404, "ResponsePagePath": "/gone.html", "ResponseCode": "404"}, {"ErrorCode": 403}
        ),
        Logging={"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""},
    )
    one = seen(cloud)
    assert (one.certificate, one.min_tls) == (CERTIFICATE, "TLSv1.2_2021")
    assert (one.waf, one.root, one.error_pages, one.logging) == (True, "index.html", (404,), True)
    assert isinstance(one.places, tuple)
    assert isinstance(one.behaviors, tuple)
    _, host = one.places
    assert (host.kind, host.protocol, host.tls, host.has_header) == (
        "other",
        "https-only",
        ("TLSv1", "TLSv1.2"),
        True,
    )
    assert "-secret-" not in repr(one), "values of headers stay away"
    _, booking = one.behaviors
    assert (booking.path, booking.protocol) == ("/book/*", "allow-all")
    assert (booking.writes, booking.is_cached) == (True, False)


def _header() -> dict[str, str]:
    return {"HeaderName": "x-origin", "HeaderValue": "-secret-"}


def test_who_the_bucket_lets_in(cloud: Cloud) -> None:
    control = cloud.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "box",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]
    identity = {"OriginAccessIdentity": "origin-access-identity/cloudfront/E1"}
    listed(
        cloud,
        Origins=of(
            from_bucket(OriginAccessControlId=control),
            from_bucket(Id="old", S3OriginConfig=identity),
            from_bucket(Id="lost", OriginAccessControlId="gone"),
        ),
    )
    places = seen(cloud).places
    assert isinstance(places, tuple)
    assert [one.access for one in places] == ["control", "identity", "none"]


def test_who_sees_a_file_first(cloud: Cloud) -> None:
    groups = of("g1") | {"Enabled": True}
    functions = of({"FunctionARN": GUARD, "EventType": "viewer-request"})
    edge = "arn:aws:lambda:us-east-1:123456789012:function:rewrite:3"
    cloud.stubs.answer(
        "cloudfront:ListKeyGroups",
        {"KeyGroupList": {"MaxItems": 100} | of({"KeyGroup": _key_group("g1", "k1")})},
    )
    cloud.stubs.answer("cloudfront:ListFunctions", {"FunctionList": {"MaxItems": 100} | of(SIGN_IN)})
    listed(
        cloud,
        DefaultCacheBehavior=behavior(TrustedKeyGroups=groups),
        CacheBehaviors=of(
            behavior(PathPattern="/a", FunctionAssociations=functions),
            behavior(
                PathPattern="/b",
                LambdaFunctionAssociations=of(
                    {"LambdaFunctionARN": edge, "EventType": "origin-request", "IncludeBody": False}
                ),
            ),
        ),
    )
    behaviors = seen(cloud).behaviors
    assert isinstance(behaviors, tuple)
    signed, guarded, rewritten = behaviors
    assert (signed.is_signed, signed.signs_in, signed.has_function) == (True, False, False)
    assert (guarded.is_signed, guarded.signs_in, guarded.has_function) == (False, True, True)
    why = "nobody states what the function in front is for"
    assert rewritten.signs_in == NotCollected("aws-cloudfront", "rewrite", why)


def _key_group(name: str, *keys: str) -> dict[str, Any]:
    return {
        "Id": name,
        "LastModifiedTime": "2026-01-01T00:00:00Z",
        "KeyGroupConfig": {"Name": name, "Items": list(keys)},
    }


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("67f7725c-6f97-4210-82d7-5512b31e9d03", True), ("p1", True), ("p2", False), ("p3", False)],
)
def test_headers_of_a_policy(cloud: Cloud, policy: str, expected: bool) -> None:  # noqa: FBT001 - a case
    year = {"StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 31536000}}
    made(cloud, DefaultCacheBehavior=behavior(ResponseHeadersPolicyId=policy))
    cloud.stubs.answer(
        "cloudfront:ListResponseHeadersPolicies", _headers(_policy("p1", year), _policy("p2", {}))
    )
    assert seen(cloud).has_hsts is expected


def _policy(name: str, security: dict[str, Any]) -> dict[str, Any]:
    config = {"Name": name, "SecurityHeadersConfig": security}
    return {
        "Type": "custom",
        "ResponseHeadersPolicy": {
            "Id": name,
            "LastModifiedTime": "2026-01-01T00:00:00Z",
            "ResponseHeadersPolicyConfig": config,
        },
    }


@pytest.mark.parametrize(("delivered", "expected"), [(("web",), True), ((), False)])
def test_the_newer_way_of_logging(cloud: Cloud, delivered: tuple[str, ...], expected: bool) -> None:  # noqa: FBT001 - a case
    arn = made(cloud)["ARN"]
    cloud.stubs.answer(
        "logs:DescribeDeliverySources", {"deliverySources": [{"name": "web", "resourceArns": [arn]}]}
    )
    deliveries = [{"id": "1", "deliverySourceName": name} for name in delivered]
    cloud.stubs.answer("logs:DescribeDeliveries", {"deliveries": deliveries})
    assert seen(cloud).logging is expected


def test_requests_are_measured_where_the_service_counts_them(cloud: Cloud) -> None:
    made(cloud)
    cloud.stubs.answer(
        "cloudwatch:GetMetricData",
        {"MetricDataResults": [{"Id": "m0", "Values": [1200.0]}, {"Id": "m1", "Values": [2.5]}]},
    )
    one = seen(cloud)
    assert (one.requests_30d, one.failed_30d) == (1200, Decimal("2.5"))


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("cloudfront:GetDistributionConfig", {"root", "logging"}),
        ("logs:DescribeDeliveries", {"logging"}),
        ("logs:DescribeDeliverySources", {"logging"}),
        ("cloudwatch:GetMetricData", {"requests_30d", "failed_30d"}),
        ("cloudfront:ListOriginAccessControls", set()),
    ],
)
def test_what_is_refused_is_not_known_and_the_rest_is(cloud: Cloud, call: str, fields: set[str]) -> None:
    made(cloud)
    cloud.stubs.answer("logs:DescribeDeliveries", {"deliveries": [{"id": "1", "deliverySourceName": "w"}]})
    cloud.stubs.answer(call, Refusal())
    one = seen(cloud)
    unknown = {
        name
        for name in Distribution.__struct_fields__
        if isinstance(getattr(one, name), NotCollected) and name != "cost_per_month"
    }
    assert unknown == fields


def test_a_control_that_may_not_be_read_is_not_known(cloud: Cloud) -> None:
    listed(cloud, Origins=of(from_bucket(OriginAccessControlId="c1")))
    cloud.stubs.answer("cloudfront:ListOriginAccessControls", Refusal())
    places = seen(cloud).places
    assert isinstance(places, tuple)
    refused = NotCollected("aws-cloudfront", "origins", "ListOriginAccessControls: AccessDenied")
    assert [one.access for one in places] == [refused]


def test_a_list_that_is_not_understood_is_not_known(cloud: Cloud) -> None:
    groups = of("g1") | {"Enabled": True}
    made(cloud, DefaultCacheBehavior=behavior(TrustedKeyGroups=groups))
    cloud.stubs.answer("cloudfront:ListKeyGroups", {"KeyGroupList": {"MaxItems": 100} | of({"KeyGroup": {}})})
    behaviors = seen(cloud).behaviors
    assert isinstance(behaviors, tuple)
    assert isinstance(behaviors[0].is_signed, NotCollected)


def test_a_list_that_is_refused_is_not_whole(cloud: Cloud) -> None:
    cloud.stubs.answer("cloudfront:ListDistributions", Refusal())
    found, gaps = cloud.collect("aws-cloudfront")
    assert found == []
    assert gaps == [NotCollected("aws-cloudfront", "distribution", "ListDistributions: AccessDenied")]


def test_a_distribution_that_is_gone_is_left_out(cloud: Cloud) -> None:
    made(cloud)
    cloud.stubs.answer("cloudfront:GetDistributionConfig", Refusal("NoSuchDistribution", 404))
    assert cloud.collect("aws-cloudfront") == ([], [])


def test_an_answer_with_almost_nothing_in_it_is_not_known(cloud: Cloud) -> None:
    bare = {"DistributionList": {"Marker": "", "MaxItems": 100, "IsTruncated": False} | of({"Id": "E1"})}
    cloud.stubs.answer("cloudfront:ListDistributions", in_turn(bare))
    cloud.stubs.answer("cloudfront:GetDistributionConfig", {"DistributionConfig": {"CallerReference": "x"}})
    cloud.stubs.answer("cloudfront:ListResponseHeadersPolicies", _headers())
    one = seen(cloud)
    unread = (one.is_on, one.host, one.certificate, one.min_tls, one.places, one.behaviors)
    assert all(isinstance(field, NotCollected) for field in (*unread, one.logging))
