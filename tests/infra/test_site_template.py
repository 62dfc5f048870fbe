"""The template of a private site: every property that keeps reports private, row by row."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint import api  # type: ignore[import-untyped]  # it carries no types

from quarterdeck.collectors.policy import policy
from quarterdeck.mail.feedback import STATE
from quarterdeck.publish import keys
from quarterdeck.publish.infrastructure import (
    LARGEST_BYTES,
    edge_code,
    plain_template,
    sign_in_code,
    template,
    template_text,
)
from quarterdeck.site.policy import HEADERS
from signin.app import ORIGIN_HEADER
from signin.config import SHORTEST_SECRET

SITE = template()
RESOURCES: dict[str, Any] = SITE["Resources"]
ROLES = ("AuditRole", "PublishRole", "MailRole")
THIS_DISTRIBUTION = {
    "Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
}

BUCKET = "Bucket.Properties."
EDGE = "Distribution.Properties.DistributionConfig."
PAGES = EDGE + "DefaultCacheBehavior."
AUTH = EDGE + "CacheBehaviors.0."
CACHE = "PagesCache.Properties.CachePolicyConfig."
KEY = CACHE + "ParametersInCacheKeyAndForwardedToOrigin."
ASKED = "SignInRequests.Properties.OriginRequestPolicyConfig."
TABLE = "Table.Properties."

PROPERTIES: list[tuple[str, Any]] = [
    ("Bucket.DeletionPolicy", "Retain"),
    (BUCKET + "PublicAccessBlockConfiguration.BlockPublicAcls", True),
    (BUCKET + "PublicAccessBlockConfiguration.BlockPublicPolicy", True),
    (BUCKET + "PublicAccessBlockConfiguration.IgnorePublicAcls", True),
    (BUCKET + "PublicAccessBlockConfiguration.RestrictPublicBuckets", True),
    (BUCKET + "OwnershipControls.Rules", [{"ObjectOwnership": "BucketOwnerEnforced"}]),
    (BUCKET + "VersioningConfiguration.Status", "Enabled"),
    (
        BUCKET
        + "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm",
        "AES256",
    ),
    (BUCKET + "LifecycleConfiguration.Rules.0.Status", "Enabled"),
    (
        BUCKET + "LifecycleConfiguration.Rules.0.AbortIncompleteMultipartUpload.DaysAfterInitiation",
        7,
    ),
    (BUCKET + "LifecycleConfiguration.Rules.0.NoncurrentVersionExpiration.NoncurrentDays", 90),
    (BUCKET + "WebsiteConfiguration", None),
    (BUCKET + "AccessControl", None),
    ("PagesAccess.Properties.OriginAccessControlConfig.SigningBehavior", "always"),
    ("PagesAccess.Properties.OriginAccessControlConfig.OriginAccessControlOriginType", "s3"),
    (EDGE + "Aliases", [{"Ref": "HostName"}]),
    (EDGE + "HttpVersion", "http2and3"),
    (EDGE + "ViewerCertificate.AcmCertificateArn", {"Ref": "CertificateArn"}),
    (EDGE + "ViewerCertificate.MinimumProtocolVersion", "TLSv1.2_2021"),
    (EDGE + "Logging", None),
    (EDGE + "DefaultRootObject", None),
    (EDGE + "Origins.0.DomainName", {"Fn::GetAtt": ["Bucket", "RegionalDomainName"]}),
    (EDGE + "Origins.0.OriginPath", {"Fn::Sub": "/${Prefix}"}),
    (EDGE + "Origins.0.OriginAccessControlId", {"Fn::GetAtt": ["PagesAccess", "Id"]}),
    (EDGE + "Origins.2", None),
    (EDGE + "Origins.1.CustomOriginConfig.OriginProtocolPolicy", "https-only"),
    (EDGE + "Origins.1.CustomOriginConfig.OriginSSLProtocols", ["TLSv1.2"]),
    (PAGES + "ViewerProtocolPolicy", "redirect-to-https"),
    (PAGES + "AllowedMethods", ["GET", "HEAD"]),
    (PAGES + "Compress", True),
    (PAGES + "CachePolicyId", {"Ref": "PagesCache"}),
    (PAGES + "OriginRequestPolicyId", None),
    (PAGES + "ResponseHeadersPolicyId", {"Ref": "Headers"}),
    (
        PAGES + "FunctionAssociations",
        [{"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["EdgeFunction", "FunctionARN"]}}],
    ),
    (EDGE + "CacheBehaviors.1", None),
    (AUTH + "PathPattern", "/auth/*"),
    (AUTH + "TargetOriginId", "sign-in"),
    (AUTH + "ViewerProtocolPolicy", "redirect-to-https"),
    (AUTH + "CachePolicyId", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"),
    (AUTH + "ResponseHeadersPolicyId", {"Ref": "Headers"}),
    (AUTH + "OriginRequestPolicyId", {"Ref": "SignInRequests"}),
    (AUTH + "LambdaFunctionAssociations", None),
    (CACHE + "MinTTL", 0),
    (CACHE + "DefaultTTL", 0),
    (KEY + "CookiesConfig.CookieBehavior", "none"),
    (KEY + "HeadersConfig.HeaderBehavior", "none"),
    (KEY + "QueryStringsConfig.QueryStringBehavior", "none"),
    (KEY + "EnableAcceptEncodingBrotli", True),
    (KEY + "EnableAcceptEncodingGzip", True),
    (ASKED + "CookiesConfig.Cookies", ["__Host-qd", "__Host-qd-session"]),
    (ASKED + "QueryStringsConfig.QueryStrings", ["next", "t"]),
    (
        ASKED + "HeadersConfig.Headers",
        ["CloudFront-Viewer-Address", "Content-Type", "Origin", "Sec-Fetch-Site"],
    ),
    ("EdgeFunction.Properties.FunctionConfig.Runtime", "cloudfront-js-2.0"),
    ("EdgeFunction.Properties.AutoPublish", True),
    (
        "EdgeFunction.Properties.FunctionConfig.KeyValueStoreAssociations",
        [{"KeyValueStoreARN": {"Fn::GetAtt": ["KeyValueStore", "Arn"]}}],
    ),
    ("KeyValueStore.Properties.ImportSource", None),
    ("SignIn.Properties.Runtime", "python3.13"),
    ("SignIn.Properties.LoggingConfig.LogGroup", {"Ref": "SignInLog"}),
    ("SignIn.Properties.FunctionName", {"Fn::Sub": "${AWS::StackName}-sign-in"}),
    ("SignIn.Properties.Layers", None),
    ("SignInUrl.Properties.AuthType", "NONE"),
    ("SignInUrl.Properties.Cors", None),
    ("SignInByItsUrl.Properties.Action", "lambda:InvokeFunctionUrl"),
    ("SignInByItsUrl.Properties.FunctionUrlAuthType", "NONE"),
    ("SignInByItsUrlAlone.Properties.Action", "lambda:InvokeFunction"),
    ("SignInByItsUrlAlone.Properties.InvokedViaFunctionUrl", True),
    ("OriginSecret.Properties.GenerateSecretString.PasswordLength", 48),
    ("OriginSecret.Properties.GenerateSecretString.ExcludePunctuation", True),
    ("OriginSecret.Properties.GenerateSecretString.SecretStringTemplate", None),
    ("OriginSecret.Properties.SecretString", None),
    ("Table.DeletionPolicy", "Retain"),
    (TABLE + "BillingMode", "PAY_PER_REQUEST"),
    (TABLE + "KeySchema", [{"AttributeName": "pk", "KeyType": "HASH"}]),
    (TABLE + "TimeToLiveSpecification", {"AttributeName": "expires_at", "Enabled": True}),
    (TABLE + "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", True),
    (TABLE + "SSESpecification.SSEEnabled", True),
    (TABLE + "DeletionProtectionEnabled", True),
    ("EdgeLog.Properties.RetentionInDays", 30),
    ("SignInLog.Properties.RetentionInDays", 30),
    ("RequestLog.Properties.RetentionInDays", 30),
    ("GitHubProvider.Properties.ClientIdList", ["sts.amazonaws.com"]),
    ("GitHubProvider.DeletionPolicy", "Retain"),
]


def at(path: str) -> Any:  # noqa: ANN401 - any part of a template
    """What stands there; None where nothing does."""
    found: Any = RESOURCES
    for part in path.split("."):
        if isinstance(found, list):
            found = found[int(part)] if int(part) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, dict) else None
    return found


@pytest.mark.parametrize(("path", "value"), PROPERTIES, ids=[path for path, _ in PROPERTIES])
def test_a_property_that_keeps_reports_private(path: str, value: object) -> None:
    assert at(path) == value


@pytest.mark.parametrize("path", [path for path, value in PROPERTIES if value is None])
def test_what_is_left_out_could_stand_there(path: str) -> None:
    above = at(path.rpartition(".")[0])
    assert isinstance(above, dict | list)


# ── The whole template ───────────────────────────────────────────────────────────────────────────────────────


def test_F202_the_checker_of_templates_finds_nothing() -> None:
    """The one slow test here: the checker reads the whole description of the service."""
    assert [str(found) for found in api.lint(template_text())] == []


def test_the_template_is_small_enough_and_needs_no_file_beside_it() -> None:
    text = template_text()
    assert len(text.encode()) < LARGEST_BYTES
    assert json.loads(text) == SITE
    assert at("EdgeFunction.Properties.FunctionCode") == edge_code()
    assert len(edge_code().encode()) < 10_240


def test_it_is_made_where_certificates_of_cloudfront_are() -> None:
    (rule,) = SITE["Rules"]["OnlyInNorthVirginia"]["Assertions"]
    assert rule["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
    assert SITE["Parameters"]["CertificateArn"]["AllowedPattern"].startswith("arn:aws:acm:us-east-1:")


def test_no_secret_is_a_parameter_or_an_output() -> None:
    assert not [name for name in SITE["Parameters"] if "secret" in name.lower() or "key" in name.lower()]
    outputs = json.dumps(SITE["Outputs"])
    assert "OriginSecret" not in outputs
    assert "resolve" not in outputs


def places(part: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a template, with where it stands."""
    if isinstance(part, dict):
        for name, one in part.items():
            yield from places(one, f"{path}.{name}")
    elif isinstance(part, list):
        for number, one in enumerate(part):
            yield from places(one, f"{path}.{number}")
    elif isinstance(part, str):
        yield path.removeprefix("."), part


def test_F106_the_secret_is_made_there_and_only_the_distribution_and_the_function_get_it() -> None:
    used = {path: text for path, text in places(SITE) if "OriginSecret" in text or "resolve:" in text}
    given = "Resources." + EDGE + "Origins.1.OriginCustomHeaders.0.HeaderValue.Fn::Sub"
    asked = "Resources.SignIn.Properties.Environment.Variables.ORIGIN_SECRET.Fn::Sub"
    assert used == dict.fromkeys((given, asked), "{{resolve:secretsmanager:${OriginSecret}:SecretString}}")
    assert at("OriginSecret.Properties.GenerateSecretString.PasswordLength") >= SHORTEST_SECRET


def test_only_the_distribution_adds_the_header_and_only_on_its_way_to_the_function() -> None:
    headers = {path: text for path, text in places(plain_template()) if text.lower() == ORIGIN_HEADER}
    assert list(headers) == ["Resources." + EDGE + "Origins.1.OriginCustomHeaders.0.HeaderName"]
    assert at(EDGE + "Origins.1.Id") == at(AUTH + "TargetOriginId") != at(PAGES + "TargetOriginId")
    passed_on = at(ASKED + "HeadersConfig.Headers")
    assert ORIGIN_HEADER not in [name.lower() for name in passed_on]


def test_the_function_can_be_called_by_its_address_and_in_no_other_way() -> None:
    doors = [one["Properties"] for one in RESOURCES.values() if one["Type"] == "AWS::Lambda::Permission"]
    assert [one["Principal"] for one in doors] == ["*", "*"]
    assert all(one.get("FunctionUrlAuthType") or one.get("InvokedViaFunctionUrl") for one in doors)
    assert {one["FunctionName"]["Fn::GetAtt"][0] for one in doors} == {"SignIn"}
    functions = [name for name, one in RESOURCES.items() if one["Type"] == "AWS::Lambda::Function"]
    assert functions == ["SignIn"]


# ── Who may read the bucket ──────────────────────────────────────────────────────────────────────────────────


def statements_of(resource: str) -> list[dict[str, Any]]:
    document = at(f"{resource}.Properties.PolicyDocument")
    found: list[dict[str, Any]] = document["Statement"]
    return found


def test_F145_only_this_distribution_reads_and_only_pages() -> None:
    allow, deny = statements_of("BucketPolicy")
    assert allow == {
        "Sid": "PagesForThisDistribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": {"Fn::Sub": f"${{Bucket.Arn}}/${{Prefix}}/{keys.PAGES}*"},
        "Condition": {"StringEquals": {"AWS:SourceArn": THIS_DISTRIBUTION}},
    }
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert deny["Resource"] == [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}]


def test_F147_what_is_refused_and_what_is_not_there_look_the_same() -> None:
    answers = {one.pop("ErrorCode"): one for one in template_errors()}
    assert sorted(answers) == [403, 404]
    assert answers[403] == answers[404]
    assert answers[404]["ResponseCode"] == 404
    assert answers[404]["ResponsePagePath"] == f"/{keys.NOT_FOUND}"


def template_errors() -> list[dict[str, Any]]:
    return [dict(one) for one in at(EDGE + "CustomErrorResponses")]


def test_F146_headers_are_those_of_the_policy() -> None:
    config = at("Headers.Properties.ResponseHeadersPolicyConfig")
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    found = {one["Header"]: one["Value"] for one in config["CustomHeadersConfig"]["Items"]} | {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={transport['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if transport["IncludeSubdomains"] else ""),
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in security else "",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
    }
    assert found == HEADERS


def test_F146_nothing_of_a_page_may_weaken_a_header_but_those_the_sign_in_makes_stricter() -> None:
    config = at("Headers.Properties.ResponseHeadersPolicyConfig")
    may = {name for name, one in config["SecurityHeadersConfig"].items() if not one["Override"]}
    assert may == {"ContentSecurityPolicy", "ReferrerPolicy"}
    assert all(one["Override"] for one in config["CustomHeadersConfig"]["Items"])


# ── Roles ────────────────────────────────────────────────────────────────────────────────────────────────────


def grants(role: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Action, resource and statement of everything a role may do."""
    for document in at(f"{role}.Properties.Policies"):
        for one in document["PolicyDocument"]["Statement"]:
            assert one["Effect"] == "Allow"
            actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
            yield from ((action, one["Resource"], one) for action in actions)


@pytest.mark.parametrize(("role", "environment"), list(zip(ROLES, ("audit", "publish", "mail"), strict=True)))
def test_a_role_is_for_one_environment_of_one_repository(role: str, environment: str) -> None:
    (trust,) = at(f"{role}.Properties.AssumeRolePolicyDocument.Statement")
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {
                "Fn::Sub": f"repo:${{Repository}}:environment:{environment}"
            },
        }
    }
    assert list(trust["Principal"]) == ["Federated"]
    assert "*" not in SITE["Parameters"]["Repository"]["AllowedPattern"].replace("]*", "").replace("]+", "")


def test_the_audit_may_what_its_collectors_declare_and_read_earlier_evidence() -> None:
    told = list(grants("AuditRole"))
    declared = json.loads(policy())["Statement"][0]["Action"]
    assert [action for action, resource, _ in told if resource == "*"] == declared
    others = {action: resource for action, resource, _ in told if resource != "*"}
    assert others == {
        "s3:GetObject": [
            {"Fn::Sub": f"${{Bucket.Arn}}/${{Prefix}}/{keys.EVIDENCE}*"},
            {"Fn::Sub": f"${{Bucket.Arn}}/${{Prefix}}/{keys.RECORDS}*"},
            {"Fn::Sub": f"${{Bucket.Arn}}/${{Prefix}}/{keys.BRIEFINGS}*"},
        ],
        "s3:ListBucket": {"Fn::GetAtt": ["Bucket", "Arn"]},
    }


def test_the_inline_policies_of_a_role_fit_into_their_limit() -> None:
    size = sum(len(json.dumps(one["PolicyDocument"])) for one in at("AuditRole.Properties.Policies"))
    assert size < 10_240


@pytest.mark.parametrize("role", [*ROLES, "SignInRole"])
def test_no_role_deletes_what_is_published_or_opens_it(role: str) -> None:
    never = re.compile(
        r"(?:s3|iam|kms|lambda|cloudfront):(?:Delete|PutBucket|PutObjectAcl|Update|Create|Attach|\*)"
    )
    assert [action for action, *_ in grants(role) if never.match(action)] == []


@pytest.mark.parametrize("role", ["PublishRole", "MailRole", "SignInRole"])
def test_a_role_names_what_it_may_touch(role: str) -> None:
    everywhere = {action for action, resource, _ in grants(role) if resource == "*"}
    assert everywhere <= {"ses:GetAccount", "ses:GetSuppressedDestination"}
    assert [action for action, *_ in grants(role) if "*" in action] == []


ROWS: list[tuple[str, str, set[str]]] = [
    ("PublishRole", "dynamodb:PutItem", {"person#*", "key#*"}),
    ("PublishRole", "dynamodb:DeleteItem", {"person#*", "key#*", "session#*"}),
    ("SignInRole", "dynamodb:BatchGetItem", {"person#*", "key#*"}),
    ("SignInRole", "dynamodb:PutItem", {"link#*", "session#*", "count#*", "familiar#*", "quiet#*"}),
    ("SignInRole", "dynamodb:UpdateItem", {"link#*", "session#*", "count#*", "familiar#*"}),
    ("SignInRole", "dynamodb:DeleteItem", {"link#*", "session#*", "count#*", "familiar#*"}),
    ("MailRole", "dynamodb:PutItem", {"stop#*"}),
    ("MailRole", "dynamodb:GetItem", {"quiet#*"}),
]


@pytest.mark.parametrize(("role", "action", "rows"), ROWS)
def test_a_role_changes_only_its_own_rows(role: str, action: str, rows: set[str]) -> None:
    found = [one["Condition"] for named, _, one in grants(role) if named == action]
    assert found
    assert {row for one in found for row in one["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]} == rows


def test_the_sign_in_may_touch_the_rows_that_its_code_names_and_no_others() -> None:
    code = at("SignIn.Properties.Code.ZipFile")
    named = {f"{row}#*" for row in re.findall(r"\"([a-z]+)#", code)}
    allowed = [
        set(one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])
        for action, _, one in grants("SignInRole")
        if action.startswith("dynamodb:")
    ]
    assert set().union(*allowed) == named


def test_whoever_publishes_asks_only_for_what_the_code_asks() -> None:
    told = {action for action, *_ in grants("PublishRole") if action.startswith(("dynamodb:", "cloudfront-"))}
    assert told == {
        *("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Scan"),
        *("dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"),
        *("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:ListKeys"),
        "cloudfront-keyvaluestore:UpdateKeys",
    }


def test_whoever_publishes_stays_below_the_prefix() -> None:
    objects = [
        resource
        for action, resource, _ in grants("PublishRole")
        if action in {"s3:GetObject", "s3:PutObject"}
    ]
    assert objects == [{"Fn::Sub": "${Bucket.Arn}/${Prefix}/*"}] * 2
    (listing,) = [one for action, _, one in grants("PublishRole") if action == "s3:ListBucket"]
    assert listing["Condition"] == {"StringLikeIfExists": {"s3:prefix": {"Fn::Sub": "${Prefix}/*"}}}


@pytest.mark.parametrize("role", ["MailRole", "SignInRole"])
def test_mail_goes_out_under_one_address(role: str) -> None:
    sends = [(resource, one) for action, resource, one in grants(role) if action.startswith("ses:Send")]
    assert {action for action, _, _ in grants(role)} >= {"ses:SendEmail", "ses:SendRawEmail"}
    for resource, one in sends:
        assert resource == {"Ref": "SenderIdentityArn"}
        assert one["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "Sender"}}}


def test_whoever_mails_reads_no_page_and_no_evidence() -> None:
    read = json.dumps([resource for action, resource, _ in grants("MailRole") if action == "s3:GetObject"])
    assert keys.PAGES not in read
    assert keys.EVIDENCE not in read
    assert keys.RECORDS not in read


def test_whoever_mails_keeps_what_it_needs_to_send_nothing_twice() -> None:
    written = json.dumps([resource for action, resource, _ in grants("MailRole") if action == "s3:PutObject"])
    for place in (keys.MAILINGS, keys.mail("", ""), STATE):
        assert f"${{Prefix}}/{'/'.join(place.split('/')[:2])}/*" in written
    assert "manifests" not in written


# ── Logs and alarms ──────────────────────────────────────────────────────────────────────────────────────────


def test_F178_requests_are_logged_without_who_what_and_cookie() -> None:
    fields = set(at("RequestDelivery.Properties.RecordFields"))
    assert fields & {"date", "sc-status", "x-edge-result-type"} == {"date", "sc-status", "x-edge-result-type"}
    assert not [
        one for one in fields if one.startswith(("c-", "cs-uri", "cs(", "x-forwarded", "x-host", "asn"))
    ]


def test_every_log_ends() -> None:
    logs = [name for name, one in RESOURCES.items() if one["Type"] == "AWS::Logs::LogGroup"]
    assert len(logs) == 3
    assert all(at(f"{name}.Properties.RetentionInDays") == 30 for name in logs)


def test_alarms_reach_a_person() -> None:
    alarms = {name: one["Properties"] for name, one in RESOURCES.items() if one["Type"].endswith("::Alarm")}
    assert {one["MetricName"] for one in alarms.values()} == {
        "5xxErrorRate",
        "Errors",
        "FunctionExecutionErrors",
        "FunctionThrottles",
        "Throttles",
    }
    assert all(one["AlarmActions"] == [{"Ref": "Alarms"}] for one in alarms.values())
    assert at("Alarms.Properties.Subscription") == [
        {"Protocol": "email", "Endpoint": {"Ref": "AlarmAddress"}}
    ]
    only, _ = statements_of("AlarmsPolicy")
    assert only["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


# ── Code that the template carries ───────────────────────────────────────────────────────────────────────────


def test_the_sign_in_runs_as_one_file(tmp_path: Path) -> None:
    """As Lambda begins it: the settings of the template are all that it asks for; who calls it directly is refused."""
    (tmp_path / "index.py").write_text(at("SignIn.Properties.Code.ZipFile"), encoding="utf-8")
    told = dict.fromkeys(at("SignIn.Properties.Environment.Variables"), "x") | {
        "SITE_URL": "https://reports.example.com",
        "MAIL_FROM": "reports@example.com",
        "MAIL_REGION": "us-east-1",
        "ORIGIN_SECRET": base64.b64encode(hashlib.sha256(b"a test").digest()).decode(),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    asks = (
        "import os, index;"
        "event = {'requestContext': {'http': {'method': 'GET'}}, 'rawPath': '/auth/style.css',"
        " 'headers': {'x-quarterdeck-origin': os.environ['ORIGIN_SECRET']}};"
        "print(index.handler(event, None)['statusCode']);"
        "event['headers'] = {};"
        "print(index.handler(event, None)['statusCode'])"
    )
    assert at("SignIn.Properties.Handler") == "index.handler"
    found = subprocess.run(
        [sys.executable, "-c", asks],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"} | told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.stdout, found.stderr) == ("200\n400\n", "")


def test_modules_stand_after_those_that_they_need() -> None:
    made = sign_in_code({"signin.a": "from signin.b import X\n", "signin.b": "X = 1\n", "signin": ""})
    assert made.index('module("signin.b"') < made.index('module("signin.a"')


def test_a_module_that_would_end_its_own_text_is_refused() -> None:
    with pytest.raises(ValueError, match=r"signin\.a"):
        sign_in_code({"signin.a": "X = '''no'''\n"})


def test_settings_to_paste_are_settings() -> None:
    lines = SITE["Outputs"]["Settings"]["Value"]["Fn::Sub"].splitlines()
    assert lines[0] == "publishing:"
    from quarterdeck.settings import Publishing  # noqa: PLC0415 - only here

    assert {line.strip().partition(":")[0] for line in lines[1:]} <= set(Publishing.model_fields)


def test_what_is_put_in_stands_in_the_plain_template_as_a_name() -> None:
    plain = plain_template()["Resources"]
    assert plain["EdgeFunction"]["Properties"]["FunctionCode"] == "edge.js"
    assert plain["SignIn"]["Properties"]["Code"]["ZipFile"] == "signin"
