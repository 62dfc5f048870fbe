"""Reads CloudFront distributions: where they fetch from, what they do with which paths, never a file."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from quarterdeck.collectors.aws.answers import day
from quarterdeck.collectors.aws.asking import Aws
from quarterdeck.collectors.aws.metrics import METRIC_CALLS, Metric, measured
from quarterdeck.collectors.registry import Found, calls, collector
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.cloud.distributions import Behavior, Distribution, Origin
from quarterdeck.model.cloud.hosts import plain, read_host
from quarterdeck.model.observed import Count, Flag, NotCollected, Number, Observed, Text

HOME = "us-east-1"
"""Where what CloudFront measures and logs is kept, wherever it serves."""

_GONE = ("NoSuchDistribution",)
_NAMESPACE = "AWS/CloudFront"
_WRITES = frozenset({"PUT", "POST", "PATCH", "DELETE"})
_UNCACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""The provider's own policy that keeps nothing."""
_SECURE_HEADERS = frozenset(
    {
        "67f7725c-6f97-4210-82d7-5512b31e9d03",
        "e61eb60c-9c35-4d20-a928-2b84e02af89c",
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
    }
)
"""The provider's own policies of headers that tell browsers to come back encrypted."""
_SIGNING_IN = re.compile(r"auth|log-?in|sign-?(?:in|ed)|jwt|token|session|password|cookie", re.IGNORECASE)

Looked: TypeAlias = Mapping[str, Any] | NotCollected
"""What a list says by id, or why it could not be read."""


class _Lists(msgspec.Struct, frozen=True):
    """What all distributions of an account share."""

    controls: Looked
    """Id of an access control -> whether the distribution signs what it asks."""
    key_groups: Looked
    """Id of a group -> whether it holds a key."""
    headers: Looked
    """Id of a policy of headers -> whether it tells browsers to come back encrypted."""
    functions: Looked
    """ARN of a function -> its comment."""
    logged: Looked
    """ARN of a distribution -> whether its log is delivered somewhere."""


@collector(
    "aws-cloudfront",
    calls={
        **calls(
            "cloudfront",
            "ListDistributions",
            "GetDistributionConfig",
            "ListOriginAccessControls",
            "ListKeyGroups",
            "ListResponseHeadersPolicies",
            "ListFunctions",
        ),
        **calls("logs", "DescribeDeliverySources", "DescribeDeliveries"),
        **METRIC_CALLS,
    },
    kinds=(Distribution,),
    is_regional=False,
)
def distributions(scope: Scope, aws: Aws) -> Found:
    """Every distribution of an account with what its verdicts need, and thirty days of its requests."""
    listed = []
    for one in aws.pages("cloudfront:ListDistributions", "DistributionList.Items", of=Distribution):
        if isinstance(one, NotCollected):
            yield one
        else:
            listed.append(one)
    if not listed:
        return
    load = measured(aws, [metric for one in listed for metric in _metrics(one["Id"])], HOME)
    lists = _lists(aws)
    yield from aws.each(listed, lambda one: _distribution(scope, aws, one, lists, load))


def _distribution(
    scope: Scope, aws: Aws, one: Mapping[str, Any], lists: _Lists, load: Mapping[Metric, Any]
) -> Iterator[Observed]:
    name = one["Id"]
    told = aws.ask("cloudfront:GetDistributionConfig", about=name, gone=_GONE, Id=name)
    more = told.get("DistributionConfig") if isinstance(told, dict) else told
    places = _origins(aws, one, lists)
    behaviors = _behaviors(aws, one, lists)
    requests, failed = (load[metric] for metric in _metrics(name))
    yield Distribution(
        entity=scope.entity,
        source=scope.source("ListDistributions"),
        name=name,
        arn=one.get("ARN", ""),
        is_on=_said(aws, one, "Enabled"),
        host=_said(aws, one, "DomainName"),
        aliases=tuple(plain(alias) for alias in _items(one, "Aliases")),
        certificate=_certificate(aws, one),
        min_tls=_min_tls(aws, one),
        waf=bool(one.get("WebACLId")),
        logging=_logging(aws, one, more, lists),
        root=more if isinstance(more, NotCollected) else (more or {}).get("DefaultRootObject") or None,
        has_hsts=_has_hsts(one, lists),
        error_pages=tuple(
            page.get("ErrorCode", 0)
            for page in _items(one, "CustomErrorResponses")
            if page.get("ResponsePagePath")
        ),
        origins=places if isinstance(places, NotCollected) else tuple(place.name for place in places),
        places=places,
        behaviors=behaviors,
        changed=day(aws, one, "LastModifiedTime", name),
        price_class=_said(aws, one, "PriceClass"),
        firewall=one.get("WebACLId") or None,
        requests_30d=_count(requests),
        failed_30d=failed,
    )


def _metrics(name: str) -> tuple[Metric, Metric]:
    where = (("DistributionId", name), ("Region", "Global"))
    return (
        Metric(_NAMESPACE, "Requests", where),
        Metric(_NAMESPACE, "5xxErrorRate", where, "Average"),
    )


def _count(requests: Number | None) -> Count:
    """Nothing measured is none: the service keeps no point for an hour without a request."""
    return requests if isinstance(requests, NotCollected) else int(requests or Decimal(0))


def _said(aws: Aws, one: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - any field of an answer
    """A field of the list; a gap where it is not said."""
    return one.get(key, NotCollected(aws.name, one.get("Id", ""), f"ListDistributions: no {key}"))


def _items(one: Mapping[str, Any], key: str) -> list[Any]:
    """The items of a list, which the service leaves out where there are none."""
    return list((one.get(key) or {}).get("Items") or ())


def _certificate(aws: Aws, one: Mapping[str, Any]) -> Text | None:
    told = one.get("ViewerCertificate")
    if not told:
        return NotCollected(aws.name, one["Id"], "ListDistributions: no ViewerCertificate")
    return told.get("ACMCertificateArn") or told.get("IAMCertificateId") or None


def _min_tls(aws: Aws, one: Mapping[str, Any]) -> Text | None:
    certificate = _certificate(aws, one)
    if not isinstance(certificate, str):
        return certificate
    missing = NotCollected(aws.name, one["Id"], "ListDistributions: no MinimumProtocolVersion")
    told: Text = one["ViewerCertificate"].get("MinimumProtocolVersion", missing)
    return told


def _logging(aws: Aws, one: Mapping[str, Any], more: object, lists: _Lists) -> Flag:
    """Whether its requests are logged, in the old way or the new one."""
    if isinstance(more, dict) and "Logging" in more and (more["Logging"] or {}).get("Enabled"):
        return True
    logged = lists.logged
    if not isinstance(logged, NotCollected) and one.get("ARN") in logged:
        return True
    if isinstance(more, NotCollected):
        return more
    if isinstance(logged, NotCollected):
        return logged
    is_said = isinstance(more, dict) and "Logging" in more
    return False if is_said else NotCollected(aws.name, one["Id"], "GetDistributionConfig: no Logging")


def _has_hsts(one: Mapping[str, Any], lists: _Lists) -> Flag:
    policy = (one.get("DefaultCacheBehavior") or {}).get("ResponseHeadersPolicyId")
    if not policy or policy in _SECURE_HEADERS:
        return bool(policy)
    headers = lists.headers
    return headers if isinstance(headers, NotCollected) else bool(headers.get(policy))


def _origins(aws: Aws, one: Mapping[str, Any], lists: _Lists) -> tuple[Origin, ...] | NotCollected:
    found = _items(one, "Origins")
    if not found:
        return NotCollected(aws.name, one["Id"], "ListDistributions: no Origins")
    return tuple(_origin(each, lists) for each in found)


def _origin(one: Mapping[str, Any], lists: _Lists) -> Origin:
    host = plain(one.get("DomainName", ""))
    read, custom = read_host(host), one.get("CustomOriginConfig") or {}
    missing = NotCollected("aws-cloudfront", host, "ListDistributions: no OriginProtocolPolicy")
    return Origin(
        id=one.get("Id", ""),
        host=host,
        kind=read.kind,
        name=read.name or host,
        protocol=custom.get("OriginProtocolPolicy", missing) if custom else None,
        tls=tuple(sorted(_items(custom, "OriginSslProtocols"))),
        access=_access(one, lists),
        has_header=bool(_items(one, "CustomHeaders")),
    )


def _access(one: Mapping[str, Any], lists: _Lists) -> Any:  # noqa: ANN401 - one of the words of an origin
    if control := one.get("OriginAccessControlId"):
        controls = lists.controls
        if isinstance(controls, NotCollected):
            return controls
        if controls.get(control):
            return "control"
    return "identity" if (one.get("S3OriginConfig") or {}).get("OriginAccessIdentity") else "none"


def _behaviors(aws: Aws, one: Mapping[str, Any], lists: _Lists) -> tuple[Behavior, ...] | NotCollected:
    default = one.get("DefaultCacheBehavior")
    if not default:
        return NotCollected(aws.name, one["Id"], "ListDistributions: no DefaultCacheBehavior")
    every = [default, *_items(one, "CacheBehaviors")]
    return tuple(_behavior(aws, one["Id"], each, lists) for each in every)


def _behavior(aws: Aws, name: str, one: Mapping[str, Any], lists: _Lists) -> Behavior:
    missing = NotCollected(aws.name, name, "ListDistributions: no ViewerProtocolPolicy")
    functions = [
        (each.get("FunctionARN") or each.get("LambdaFunctionARN") or "", each.get("EventType", ""))
        for key in ("FunctionAssociations", "LambdaFunctionAssociations")
        for each in _items(one, key)
    ]
    return Behavior(
        path=one.get("PathPattern", ""),
        origin=one.get("TargetOriginId", ""),
        protocol=one.get("ViewerProtocolPolicy", missing),
        writes=not _WRITES.isdisjoint(_items(one, "AllowedMethods")),
        is_signed=_is_signed(one, lists),
        signs_in=_signs_in(aws, [arn for arn, when in functions if when.endswith("-request")], lists),
        has_function=bool(functions),
        is_compressed=one.get("Compress", NotCollected(aws.name, name, "ListDistributions: no Compress")),
        is_cached=one.get("CachePolicyId") != _UNCACHED,
    )


def _is_signed(one: Mapping[str, Any], lists: _Lists) -> Flag:
    if (one.get("TrustedSigners") or {}).get("Enabled"):
        return True
    if not (one.get("TrustedKeyGroups") or {}).get("Enabled"):
        return False
    groups = lists.key_groups
    if isinstance(groups, NotCollected):
        return groups
    return any(groups.get(group) for group in _items(one, "TrustedKeyGroups"))


def _signs_in(aws: Aws, functions: list[str], lists: _Lists) -> Flag:
    """Whether a function that sees every request says by name or comment that it asks for a sign-in."""
    if not functions:
        return False
    comments = lists.functions if any(":cloudfront:" in arn for arn in functions) else {}
    said = {} if isinstance(comments, NotCollected) else comments
    # the name alone, since every ARN would match a word of its service or region by chance
    if any(_SIGNING_IN.search(f"{_name(arn)} {said.get(arn, '')}") for arn in functions):
        return True
    if isinstance(comments, NotCollected):
        return comments
    return NotCollected(aws.name, _name(functions[0]), "nobody states what the function in front is for")


def _name(arn: str) -> str:
    """The name of a function, from its ARN at the edge or in a region with its version."""
    if ":function:" in arn:
        return arn.partition(":function:")[2].partition(":")[0]
    return arn.rpartition("/")[2]


def _lists(aws: Aws) -> _Lists:
    return _Lists(
        controls=_looked(
            aws.pages(
                "cloudfront:ListOriginAccessControls", "OriginAccessControlList.Items", about="origins"
            ),
            lambda one: (one["Id"], one.get("SigningBehavior") != "never"),
        ),
        key_groups=_looked(
            aws.pages("cloudfront:ListKeyGroups", "KeyGroupList.Items", about="key groups"),
            lambda one: (one["KeyGroup"]["Id"], bool(one["KeyGroup"]["KeyGroupConfig"].get("Items"))),
        ),
        headers=_looked(
            aws.pages(
                "cloudfront:ListResponseHeadersPolicies",
                "ResponseHeadersPolicyList.Items",
                about="policies of headers",
                Type="custom",
            ),
            _tells_hsts,
        ),
        functions=_looked(
            aws.pages("cloudfront:ListFunctions", "FunctionList.Items", about="functions of the edge"),
            lambda one: (one["FunctionMetadata"]["FunctionARN"], one["FunctionConfig"].get("Comment", "")),
        ),
        logged=_logged(aws),
    )


def _looked(pages: Iterable[Any], read: Callable[[Any], tuple[str, Any]]) -> Looked:
    """A list by id; not known where it, or one thing in it, could not be read."""
    found = {}
    for one in pages:
        if isinstance(one, NotCollected):
            return one
        try:
            key, value = read(one)
        except (KeyError, TypeError):
            return NotCollected("aws-cloudfront", "", "a list is not understood")
        found[key] = value
    return found


def _tells_hsts(one: Mapping[str, Any]) -> tuple[str, bool]:
    policy = one["ResponseHeadersPolicy"]
    security = policy["ResponseHeadersPolicyConfig"].get("SecurityHeadersConfig") or {}
    seconds = (security.get("StrictTransportSecurity") or {}).get("AccessControlMaxAgeSec", 0)
    return policy["Id"], seconds > 0


def _logged(aws: Aws) -> Looked:
    """The newer way of logging is not told with the distribution, but where logs are delivered from."""
    delivered = _looked(
        aws.pages("logs:DescribeDeliveries", "deliveries", about="deliveries of logs", region=HOME),
        lambda one: (one.get("deliverySourceName", ""), True),
    )
    if isinstance(delivered, NotCollected):
        return delivered
    found: dict[str, bool] = {}
    for one in aws.pages(
        "logs:DescribeDeliverySources", "deliverySources", about="deliveries of logs", region=HOME
    ):
        if isinstance(one, NotCollected):
            return one
        if one.get("name") in delivered:
            found |= dict.fromkeys(one.get("resourceArns", ()), True)
    return found
