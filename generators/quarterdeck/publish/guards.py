"""What guards private pages, in words that can be compared: as the template says it, and as it stands in the account.

Answers of AWS and properties of CloudFormation have nearly the same shapes, so both are read by the same functions.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from quarterdeck.collectors.scope import partition_of
from quarterdeck.publish.infrastructure import edge_code, plain_template, sign_in_file
from quarterdeck.settings import Publishing

Guards: TypeAlias = Mapping[str, tuple[str, ...]]
"""Name of a guard -> what it is set to, sorted; empty where it is off or not there."""
Raw: TypeAlias = Mapping[str, Any]

_OLDEST_REGION: Final = (".s3.amazonaws.com", ".s3.us-east-1.amazonaws.com")
"""A bucket there answers to both names, and both are written."""
SIGN_IN_FILE: Final = "index.py"
"""What CloudFormation calls the file of code that stands in a template."""
NO_CACHE: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""The policy of AWS that keeps nothing."""
_NAMED: Final = re.compile(r"\$\{([^{}!]+)\}")


def wanted(publishing: Publishing) -> Guards:
    """What the template says of the things that the settings name; of the bucket alone where it stands alone."""
    names = _names(publishing)
    template = resolved(plain_template(), names)
    made = template["Resources"]
    properties = {name: one.get("Properties", {}) for name, one in made.items()}
    policy = properties["BucketPolicy"]["PolicyDocument"]
    if publishing.distribution is None:
        denials = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
        return of_bucket(properties["Bucket"], {"Statement": denials})
    controls = {
        f"${{{name}.Id}}": one["OriginAccessControlConfig"]
        for name, one in properties.items()
        if "OriginAccessControlConfig" in one
    }
    policies = {
        f"${{{name}}}": one[kind]
        for name, one in properties.items()
        for kind in ("CachePolicyConfig", "OriginRequestPolicyConfig")
        if kind in one
    }
    edge = properties["EdgeFunction"]["FunctionConfig"]["KeyValueStoreAssociations"]
    guards = {
        **of_bucket(properties["Bucket"], policy),
        **of_distribution(properties["Distribution"]["DistributionConfig"], controls),
        **of_edge(edge_code(), edge),
        **of_policies(properties["Distribution"]["DistributionConfig"], policies),
        **of_headers(properties["Headers"]["ResponseHeadersPolicyConfig"]),
        **of_table(properties["Table"]),
    }
    if publishing.site_url is None:
        guards.pop("names")
    if publishing.table is None:
        guards.pop("table")
    if publishing.stack:
        guards |= of_stack(template["Outputs"]["Settings"]["Value"])
        files = {SIGN_IN_FILE: sign_in_file()}
        guards |= of_sign_in(properties["SignIn"], files, properties["SignInUrl"], is_led_to=True)
    return guards


def _names(publishing: Publishing) -> Mapping[str, str]:
    """What names of the template stand for."""
    region, bucket = publishing.region or "us-east-1", publishing.bucket or ""
    partition = partition_of(region)
    return {
        "AWS::AccountId": publishing.account or "",
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::StackName": publishing.stack or "",
        "Bucket": bucket,
        "Bucket.Arn": f"arn:{partition}:s3:::{bucket}",
        "Bucket.RegionalDomainName": f"{bucket}.s3.{region}.amazonaws.com",
        "Distribution": publishing.distribution or "",
        "HostName": host_of(publishing),
        "KeyValueStore.Arn": publishing.key_value_store or "",
        "Prefix": publishing.prefix,
        "Table": publishing.table or "",
    }


def sign_in_name(publishing: Publishing) -> str:
    """The name of the function that signs readers in."""
    return f"{publishing.stack}-sign-in"


def host_of(publishing: Publishing) -> str:
    """The name under which readers open the site; empty where no address is known."""
    return urlsplit(publishing.site_url or "").netloc


def resolved(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any part of a template
    """A part of a template with the names put in that are known; of others `${name}` stays."""
    match value:
        case {"Ref": str() as name, **rest} if not rest:
            return names.get(name, f"${{{name}}}")
        case {"Fn::GetAtt": [of, attribute], **rest} if not rest:
            return names.get(f"{of}.{attribute}", f"${{{of}.{attribute}}}")
        case {"Fn::Sub": str() as text, **rest} if not rest:
            return _NAMED.sub(lambda found: names.get(found[1], found[0]), text)
        case dict():
            return {key: resolved(one, names) for key, one in value.items()}
        case list():
            return [resolved(one, names) for one in value]
        case _:
            return value


def of_bucket(bucket: Raw, policy: Raw, grants: Iterable[str] = ()) -> Guards:
    """How a bucket is closed, and what it keeps.

    Args:
        bucket: As a template writes its properties.
        policy: Its policy document.
        grants: Who else than its owner its access list lets in.
    """
    encryption = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", ())
    return {
        "public access": _sorted(
            name for name, is_on in bucket.get("PublicAccessBlockConfiguration", {}).items() if is_on is True
        ),
        "policy": _sorted(_statement(one) for one in _listed(policy.get("Statement"))),
        "ownership": _sorted(
            one["ObjectOwnership"] for one in bucket.get("OwnershipControls", {}).get("Rules", ())
        ),
        "access list": _sorted(grants),
        "website": ("on",) if bucket.get("WebsiteConfiguration") else (),
        "versioning": _given(bucket.get("VersioningConfiguration", {}).get("Status")),
        "encryption": _sorted(one["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for one in encryption),
        "lifecycle": _sorted(_lifecycle(bucket.get("LifecycleConfiguration", {}).get("Rules", ()))),
    }


def _lifecycle(rules: Iterable[Raw]) -> Iterator[str]:
    """What rules of the whole bucket do; a rule of a part, or one that is off, guards nothing."""
    for rule in rules:
        if rule.get("Status") != "Enabled" or rule.get("Prefix") or any(rule.get("Filter", {}).values()):
            yield "a rule that is off, or for a part of the bucket"
            continue
        if days := rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"):
            yield f"incomplete uploads end after {days} days"
        if days := rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays"):
            yield f"former states end after {days} days"
        if ends := {"Days", "Date", "ExpirationInDays", "ExpirationDate"} & {
            *rule,
            *rule.get("Expiration", {}),
        }:
            yield f"objects end ({min(ends)})"


def of_distribution(config: Raw, controls: Mapping[str, Raw]) -> Guards:
    """How a distribution lets readers in, and itself into the bucket.

    Args:
        config: Of a template, or as the service answers.
        controls: Origin access controls by id.
    """
    ways = _ways(config)
    return {
        "names": _sorted(_listed(config.get("Aliases"))),
        "origins": _sorted(_origin(one, controls) for one in _listed(config.get("Origins"))),
        "ways": _sorted(f"{path} leads to {one.get('TargetOriginId')}" for path, one in ways.items()),
        "protocols": _sorted(f"{path} {one.get('ViewerProtocolPolicy')}" for path, one in ways.items()),
        "TLS": _given(config.get("ViewerCertificate", {}).get("MinimumProtocolVersion")),
        "functions": _sorted(
            f"{path} {kind} {one['EventType']}"
            for path, way in ways.items()
            for kind in ("Function", "LambdaFunction")
            for one in _listed(way.get(f"{kind}Associations"))
        ),
        "answers": _sorted(
            f"{one['ErrorCode']} becomes {one.get('ResponseCode')} {one.get('ResponsePagePath')}"
            for one in _listed(config.get("CustomErrorResponses"))
        ),
    }


def _ways(config: Raw) -> Mapping[str, Raw]:
    """Path -> how it is answered; `*` for whatever no other path fits."""
    ways = {"*": config.get("DefaultCacheBehavior", {})}
    return ways | {str(one["PathPattern"]): one for one in _listed(config.get("CacheBehaviors"))}


def _origin(origin: Raw, controls: Mapping[str, Raw]) -> str:
    control = controls.get(str(origin.get("OriginAccessControlId", "")), {})
    signs = " ".join(
        str(control.get(name))
        for name in ("OriginAccessControlOriginType", "SigningBehavior", "SigningProtocol")
    )
    custom = origin.get("CustomOriginConfig")
    bucket = f"{origin['DomainName']}{origin.get('OriginPath', '')}".replace(*_OLDEST_REGION)
    where = custom["OriginProtocolPolicy"] if custom else bucket
    added = _listed(origin.get("OriginCustomHeaders") or origin.get("CustomHeaders"))
    ways = [f"signed {signs}"] * bool(control) + [f"with {one['HeaderName']}" for one in added]
    return f"{origin['Id']}: {where}, {' and '.join(ways) or 'without access control'}"


def of_policies(config: Raw, policies: Mapping[str, Raw]) -> Guards:
    """What is kept of answers, and what of a request goes on to where it is answered.

    Args:
        config: Of a distribution.
        policies: Cache and request policies by id; one of AWS itself is known by its id alone.
    """
    return {
        "caching": _sorted(
            f"{path} {_kept(str(way.get('CachePolicyId')), policies)}" for path, way in _ways(config).items()
        ),
        "forwarding": _sorted(
            f"{path} {_passed_on(policies[name]) if name in policies else name}"
            for path, way in _ways(config).items()
            if (name := way.get("OriginRequestPolicyId"))
        ),
    }


def _kept(name: str, policies: Mapping[str, Raw]) -> str:
    if name not in policies:
        return f"by {name}"
    policy = policies[name]
    seconds = "/".join(str(policy.get(f"{which}TTL")) for which in ("Min", "Default", "Max"))
    return f"{seconds} seconds by {_passed_on(policy.get('ParametersInCacheKeyAndForwardedToOrigin', {}))}"


def _passed_on(parts: Raw) -> str:
    """Of cookies, headers and query strings: none, or which."""
    said = []
    for one in ("Cookie", "Header", "QueryString"):
        told = parts.get(f"{one}sConfig", {})
        said += [
            f"{one}s {' '.join([str(told.get(f'{one}Behavior')), *_sorted(_listed(told.get(f'{one}s')))])}"
        ]
    return ", ".join(said)


def of_edge(code: str, stores: object) -> Guards:
    """The function in front of the pages; its code only by its hash."""
    return {
        "code": (_hash(code),),
        "values": _sorted(str(one["KeyValueStoreARN"]) for one in _listed(stores)),
    }


def _hash(code: str) -> str:
    return f"SHA-256 {hashlib.sha256(code.encode()).hexdigest()[:16]}"


def of_headers(config: Raw) -> Guards:
    """What every answer tells a browser."""
    security = config.get("SecurityHeadersConfig", {})
    transport = security.get("StrictTransportSecurity")
    found = {
        "Content-Security-Policy": security.get("ContentSecurityPolicy", {}).get("ContentSecurityPolicy"),
        "Referrer-Policy": security.get("ReferrerPolicy", {}).get("ReferrerPolicy"),
        "Strict-Transport-Security": transport and _transport(transport),
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in security else None,
        "X-Frame-Options": security.get("FrameOptions", {}).get("FrameOption"),
    }
    found |= {one["Header"]: one["Value"] for one in _listed(config.get("CustomHeadersConfig"))}
    return {"headers": _sorted(f"{name}: {value}" for name, value in found.items() if value)}


def _transport(transport: Raw) -> str:
    within = "; includeSubDomains" if transport.get("IncludeSubdomains") else ""
    return f"max-age={transport.get('AccessControlMaxAgeSec')}{within}"


def of_table(table: Raw) -> Guards:
    """How the table of readers is kept, and which of its rows end by themselves."""
    lasting = table.get("TimeToLiveSpecification", {})
    recovery = table.get("PointInTimeRecoverySpecification", {})
    keys = (str(one["AttributeName"]) for one in table.get("KeySchema", ()))
    said = {
        f"key {' '.join(keys)}": True,
        f"rows end by {lasting.get('AttributeName')}": lasting.get("Enabled"),
        "protected from deletion": table.get("DeletionProtectionEnabled"),
        "any moment of the last weeks can be brought back": recovery.get("PointInTimeRecoveryEnabled"),
    }
    return {"table": _sorted(name for name, is_so in said.items() if is_so)}


def of_sign_in(function: Raw, files: Mapping[str, str], url: Raw, *, is_led_to: bool) -> Guards:
    """The function that signs readers in: its code by hashes, its variables by names alone.

    Args:
        function: Its properties.
        files: Name -> text of every file that it is made of.
        url: Properties of its address.
        is_led_to: Whether that is where the distribution leads.
    """
    return {
        "sign-in code": _sorted(
            [
                f"begins at {function.get('Handler')}",
                *(f"{name} {_hash(text)}" for name, text in files.items()),
                *(f"layer {one['Arn']}" for one in function.get("Layers", ())),
            ]
        ),
        "sign-in settings": _sorted(function.get("Environment", {}).get("Variables", {})),
        "sign-in address": _sorted(
            [
                f"AuthType {url.get('AuthType')}",
                *["the distribution leads there"] * is_led_to,
                *["open to pages of other sites"] * bool(url.get("Cors")),
            ]
        ),
    }


def of_stack(settings: str) -> Guards:
    """What the stack says that the settings are."""
    return {"stack": _sorted(line.strip() for line in settings.strip().splitlines()[1:])}


def _statement(statement: Raw) -> str:
    """A statement without its name, written in one way."""
    principal = statement.get("Principal")
    said = {
        "Effect": statement.get("Effect"),
        "Principal": "*" if principal == {"AWS": "*"} else principal,
        "Condition": {
            how: {key.lower(): value for key, value in terms.items()}
            for how, terms in statement.get("Condition", {}).items()
        },
        **{
            key: one for key, one in statement.items() if key.endswith(("Action", "Resource", "NotPrincipal"))
        },
    }
    return json.dumps(_plain(said), sort_keys=True)


def _plain(value: object) -> object:
    """One text for a list of one, lists sorted: in policies both mean the same."""
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case [one]:
            return one
        case list():
            return sorted(value)
        case bool():
            return str(value).lower()
        case _:
            return value


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any part of an answer
    """A list as templates write it, or as CloudFront answers it with its length."""
    if isinstance(value, dict):
        return list(value.get("Items", [value] if "Effect" in value else ()))
    return list(value or ())


def _given(value: object) -> tuple[str, ...]:
    return (str(value),) if value else ()


def _sorted(texts: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted(str(one) for one in texts))
