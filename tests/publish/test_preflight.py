"""Whether what guards private pages still stands as the template says: a row for everything that may deviate."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

from quarterdeck.cli import main
from quarterdeck.collectors.embedded.stubs import Broken, Refusal
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish import live
from quarterdeck.publish.aws import ENDPOINT, Reach
from quarterdeck.publish.edge import FileEdge
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.guards import Guards, resolved, sign_in_name, wanted
from quarterdeck.publish.infrastructure import plain_template, sign_in_file
from quarterdeck.publish.live import Asker, standing
from quarterdeck.publish.preflight import CHECKS, Deviation, compare, deviations, of_values, refusals, unseen
from quarterdeck.settings import Publishing, Settings
from tests.cloud import NUMBER
from tests.publish.harbor import (
    MADE,
    SETTINGS,
    STORE,
    Harbor,
    secret,
    settings_names,
    with_lengths,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cloud import Cloud


@cache
def asker(endpoint: str) -> Asker:
    """Asks as `infra check` does; made once, likewise."""
    return Asker("us-east-1", Reach(endpoint=endpoint, attempts=1))


@pytest.fixture
def harbor(cloud: Cloud) -> Harbor:
    return Harbor(cloud)


def found_at(cloud: Cloud, settings: Publishing = SETTINGS) -> list[Deviation]:
    return list(compare(wanted(settings), standing(settings, asker(cloud.endpoint)), settings))


def test_all_is_well(cloud: Cloud, harbor: Harbor) -> None:
    assert found_at(cloud) == []
    assert list(of_values(harbor.values, SETTINGS, {})) == []


def open_to_all(harbor: Harbor) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    harbor.s3.delete_public_access_block(Bucket="harbor-reports")
    policy = json.loads(harbor.s3.get_bucket_policy(Bucket="harbor-reports")["Policy"])
    policy["Statement"].append(everybody | {"Resource": "arn:aws:s3:::harbor-reports/*"})
    harbor.s3.put_bucket_policy(Bucket="harbor-reports", Policy=json.dumps(policy))


def weaken(harbor: Harbor, old: str, new: str) -> None:
    policy = harbor.s3.get_bucket_policy(Bucket="harbor-reports")["Policy"]
    assert old in policy
    harbor.s3.put_bucket_policy(Bucket="harbor-reports", Policy=policy.replace(old, new))


def unblock(harbor: Harbor) -> None:
    block = MADE["Bucket"]["Properties"]["PublicAccessBlockConfiguration"] | {"RestrictPublicBuckets": False}
    harbor.s3.put_public_access_block(Bucket="harbor-reports", PublicAccessBlockConfiguration=block)


def host_a_website(harbor: Harbor) -> None:
    site = {"IndexDocument": {"Suffix": "index.html"}}
    harbor.s3.put_bucket_website(Bucket="harbor-reports", WebsiteConfiguration=site)


def own(harbor: Harbor) -> None:
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    harbor.s3.put_bucket_ownership_controls(Bucket="harbor-reports", OwnershipControls=rules)


def grant(harbor: Harbor) -> None:
    everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
    harbor.stubs.answer(
        "s3:GetBucketAcl",
        {
            "Owner": {"ID": "me"},
            "Grants": [
                {"Grantee": {"Type": "CanonicalUser", "ID": "me"}, "Permission": "FULL_CONTROL"},
                {"Grantee": {"Type": "Group", "URI": everybody}, "Permission": "READ"},
            ],
        },
    )


def let_control(harbor: Harbor, name: str, value: str) -> None:
    control = harbor.answers["GetOriginAccessControl"]["CONTROL1"]["OriginAccessControl"]
    control["OriginAccessControlConfig"][name] = value


def header(harbor: Harbor, name: str, **said: object) -> None:
    harbor.headers["SecurityHeadersConfig"][name] |= said


def cached(harbor: Harbor, **said: object) -> None:
    config = harbor.answers["GetCachePolicy"]["CachePolicy"]["CachePolicyConfig"]
    config["ParametersInCacheKeyAndForwardedToOrigin"] |= said


def passed_on(harbor: Harbor, *headers: str) -> None:
    policy = harbor.answers["GetOriginRequestPolicy"]["OriginRequestPolicy"]["OriginRequestPolicyConfig"]
    policy["HeadersConfig"]["Headers"] = with_lengths(list(headers))


def variables(harbor: Harbor, **said: str) -> None:
    harbor.function["Environment"]["Variables"] |= said


def drop_header(harbor: Harbor) -> None:
    items = harbor.headers["CustomHeadersConfig"]
    items["Items"] = [one for one in items["Items"] if one["Header"] != "X-Robots-Tag"]
    items["Quantity"] = len(items["Items"])


def other_store(harbor: Harbor) -> None:
    summary = harbor.answers["DescribeFunction"]["FunctionSummary"]["FunctionConfig"]
    summary["KeyValueStoreAssociations"]["Items"][0]["KeyValueStoreARN"] = STORE + "-other"


def no_function(harbor: Harbor) -> None:
    harbor.way["FunctionAssociations"] = {"Quantity": 0}


def origin(harbor: Harbor, number: int, **said: object) -> None:
    harbor.config["Origins"]["Items"][number] |= said


ROWS: list[tuple[str, Callable[[Harbor], object], str, str]] = [
    ("block off", open_to_all, "public access", "misses BlockPublicAcls and BlockPublicPolicy"),
    ("block half off", unblock, "public access", "misses RestrictPublicBuckets"),
    ("policy for all", open_to_all, "policy", '"Principal": "*"'),
    ("policy of another distribution", lambda h: weaken(h, "E2EXAMPLE1", "E2OTHERS"), "policy", "E2OTHERS"),
    ("policy too wide", lambda h: weaken(h, "reports/pages/*", "reports/*"), "policy", "team/reports/*"),
    ("policy in the open", lambda h: weaken(h, "Deny", "Allow"), "policy", "has {"),
    ("no policy", lambda h: h.s3.delete_bucket_policy(Bucket="harbor-reports"), "policy", "misses {"),
    ("access lists on", own, "ownership", "misses BucketOwnerEnforced, and has ObjectWriter"),
    (
        "no ownership",
        lambda h: h.s3.delete_bucket_ownership_controls(Bucket="harbor-reports"),
        "ownership",
        "misses BucketOwnerEnforced",
    ),
    ("access list for all", grant, "access list", "has READ for AllUsers"),
    ("website", host_a_website, "website", "has on"),
    (
        "versioning suspended",
        lambda h: h.s3.put_bucket_versioning(
            Bucket="harbor-reports", VersioningConfiguration={"Status": "Suspended"}
        ),
        "versioning",
        "misses Enabled, and has Suspended",
    ),
    ("another key", lambda h: h.encrypt("aws:kms"), "encryption", "has aws:kms"),
    (
        "uploads stay",
        lambda h: h.end_leftovers({"Status": "Disabled"}),
        "lifecycle",
        "misses former states end after 90 days and incomplete uploads end after 7 days",
    ),
    (
        "former states end early",
        lambda h: h.end_leftovers({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}),
        "lifecycle",
        "has former states end after 1 days",
    ),
    (
        "pages end",
        lambda h: h.end_leftovers({"Expiration": {"Days": 30}}),
        "lifecycle",
        "has objects end (Days)",
    ),
    ("another name", lambda h: h.config["Aliases"].update(Items=["x.example"]), "names", "has x.example"),
    (
        "no access control",
        lambda h: origin(h, 0, OriginAccessControlId=""),
        "origins",
        "without access control",
    ),
    (
        "nothing is added for the sign-in",
        lambda h: h.config["Origins"]["Items"][1].pop("CustomHeaders"),
        "origins",
        "misses sign-in: https-only, with X-Quarterdeck-Origin",
    ),
    (
        "another function in the way of forms",
        lambda h: h.config["CacheBehaviors"]["Items"][0].update(
            LambdaFunctionAssociations=with_lengths(
                [
                    {
                        "EventType": "origin-request",
                        "LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:x:1",
                    }
                ]
            )
        ),
        "functions",
        "has /auth/* LambdaFunction origin-request",
    ),
    (
        "sign-in is kept",
        lambda h: h.config["CacheBehaviors"]["Items"][0].update(CachePolicyId="the-cache"),
        "caching",
        "misses /auth/* by 4135ea2d",
    ),
    (
        "kept by cookie",
        lambda h: cached(h, CookiesConfig={"CookieBehavior": "all"}),
        "caching",
        "by Cookies all, Headers none, QueryStrings none",
    ),
    (
        "kept whatever pages say",
        lambda h: h.answers["GetCachePolicy"]["CachePolicy"]["CachePolicyConfig"].update(MinTTL=86400),
        "caching",
        "has * 86400/0/31536000 seconds",
    ),
    (
        "no policy of what is kept",
        lambda h: h.way.pop("CachePolicyId"),
        "caching",
        "has * by None",
    ),
    (
        "the reader's network is lost",
        lambda h: passed_on(h, "Content-Type", "Origin", "Sec-Fetch-Site"),
        "forwarding",
        "has /auth/* Cookies whitelist __Host-qd __Host-qd-session, Headers whitelist Content-Type Origin",
    ),
    (
        "pages get what readers send",
        lambda h: h.way.update(OriginRequestPolicyId="the-requests"),
        "forwarding",
        "has * Cookies whitelist",
    ),
    (
        "sign-in of somebody else",
        lambda h: h.pack({"index.py": "x"}),
        "sign-in code",
        "has index.py SHA-256 2d7",
    ),
    (
        "a file beside it",
        lambda h: h.pack({"index.py": sign_in_file(), "boto3.py": "x"}),
        "sign-in code",
        "code has boto3.py SHA-256 2d711642b726b044",
    ),
    (
        "begins elsewhere",
        lambda h: h.function.update(Handler="cfnresponse.handler"),
        "sign-in code",
        "misses begins at index.handler, and has begins at cfnresponse.handler",
    ),
    (
        "a layer",
        lambda h: h.function.update(Layers=[{"Arn": "arn:aws:lambda:us-east-1:1:layer:x:1"}]),
        "sign-in code",
        "has layer arn:aws:lambda:us-east-1:1:layer:x:1",
    ),
    (
        "a large package",
        lambda h: h.function.update(CodeSize=90_000_000),
        "sign-in code",
        "has a package of 90000000 bytes",
    ),
    (
        "a package that unpacks to more",
        lambda h: h.pack({"index.py": "x" * 2_000_000}),
        "sign-in code",
        "has a package that unpacks to more",
    ),
    ("an image", lambda h: setattr(h, "location", ""), "sign-in code", "misses index.py SHA-256"),
    (
        "another variable",
        lambda h: variables(h, PYTHONPATH="/tmp"),  # noqa: S108 - nothing is written
        "sign-in settings",
        "has PYTHONPATH",
    ),
    (
        "a variable less",
        lambda h: h.function["Environment"]["Variables"].pop("ORIGIN_SECRET"),
        "sign-in settings",
        "misses ORIGIN_SECRET",
    ),
    (
        "signed calls only",
        lambda h: h.url.update(AuthType="AWS_IAM"),
        "sign-in address",
        "misses AuthType NONE, and has AuthType AWS_IAM",
    ),
    (
        "another sign-in",
        lambda h: origin(h, 1, DomainName="evil.lambda-url.us-east-1.on.aws"),
        "sign-in address",
        "misses the distribution leads there",
    ),
    (
        "other sites may ask",
        lambda h: h.url.update(Cors={"AllowOrigins": ["*"]}),
        "sign-in address",
        "has open to pages of other sites",
    ),
    ("asks unsigned", lambda h: let_control(h, "SigningBehavior", "never"), "origins", "s3 never sigv4"),
    (
        "another bucket",
        lambda h: origin(h, 0, DomainName="x.s3.amazonaws.com"),
        "origins",
        "pages: x.s3.us-east-1",
    ),
    ("above the prefix", lambda h: origin(h, 0, OriginPath=""), "origins", "amazonaws.com, signed"),
    (
        "sign-in in the open",
        lambda h: h.config["Origins"]["Items"][1]["CustomOriginConfig"].update(
            OriginProtocolPolicy="http-only"
        ),
        "origins",
        "sign-in: http-only",
    ),
    ("unencrypted", lambda h: h.way.update(ViewerProtocolPolicy="allow-all"), "protocols", "has * allow-all"),
    ("pages elsewhere", lambda h: h.way.update(TargetOriginId="sign-in"), "ways", "has * leads to sign-in"),
    (
        "old TLS",
        lambda h: h.config["ViewerCertificate"].update(MinimumProtocolVersion="TLSv1"),
        "TLS",
        "has TLSv1",
    ),
    ("no edge function", no_function, "functions", "misses * Function viewer-request"),
    (
        "errors tell",
        lambda h: h.config.update(CustomErrorResponses={"Quantity": 0}),
        "answers",
        "misses 403 becomes 404 /pages/404.html",
    ),
    (
        "other code",
        lambda h: h.answers["GetFunction"].update(FunctionCode="x"),
        "code",
        "has SHA-256 2d711642b726b044",
    ),
    ("other keys", other_store, "values", "-other"),
    (
        "unsafe policy",
        lambda h: header(h, "ContentSecurityPolicy", ContentSecurityPolicy="default-src *"),
        "headers",
        "has Content-Security-Policy: default-src *",
    ),
    (
        "short HSTS",
        lambda h: header(h, "StrictTransportSecurity", AccessControlMaxAgeSec=60),
        "headers",
        "max-age=60",
    ),
    ("may be indexed", drop_header, "headers", "misses X-Robots-Tag: noindex, nofollow"),
    (
        "no headers",
        lambda h: h.way.pop("ResponseHeadersPolicyId"),
        "headers",
        "misses Content-Security-Policy",
    ),
    (
        "no moment can be brought back",
        lambda h: h.keep_moments(is_on=False),
        "table",
        "misses any moment of the last weeks can be brought back",
    ),
    ("rows stay", lambda h: h.let_rows_end(is_on=False), "table", "misses rows end by expires_at"),
    (
        "table unprotected",
        lambda h: h.table.update_table(TableName="harbor-table", DeletionProtectionEnabled=False),
        "table",
        "misses protected from deletion",
    ),
    (
        "other settings",
        lambda h: h.outputs.update(Settings="publishing:\n  bucket: other"),
        "stack",
        "has bucket: other",
    ),
    ("stack without settings", lambda h: h.outputs.clear(), "stack", "misses account"),
]


def part(where: str, cloud: Cloud) -> Guards:
    """What is read of one thing alone, which is a fraction of everything."""
    ask = asker(cloud.endpoint)
    match where:
        case "bucket":
            return live.bucket(ask, SETTINGS)
        case "table":
            return live.table(ask, "harbor-table")
        case "stack":
            return live.stack(ask, "harbor")
        case "sign-in":
            return live.sign_in(ask, "E2EXAMPLE1", "harbor-sign-in")
        case _:
            return live.distribution(ask, "E2EXAMPLE1")


@pytest.mark.parametrize(("name", "break_it", "guard", "says"), ROWS, ids=[name for name, *_ in ROWS])
def test_F141_whatever_deviates_is_named(
    name: str, break_it: Callable[[Harbor], object], guard: str, says: str, cloud: Cloud
) -> None:
    del name
    check = CHECKS[guard]
    break_it(Harbor(cloud, (check.where,)))
    found = compare({guard: wanted(SETTINGS)[guard]}, part(check.where, cloud), SETTINGS)
    (one,) = found
    assert says in one.what
    assert one.what.startswith(check.about)
    assert (one.why, one.mend, one.by_publishing) == (check.why, check.mend, False)
    assert str(one) == f"{one.where}: {one.what}; {one.why}. {one.mend}"


def test_every_guard_has_a_row_and_stands_in_the_template() -> None:
    assert {guard for _, _, guard, _ in ROWS} == set(CHECKS) == set(wanted(SETTINGS))


CALLS: Final = {
    "bucket": (
        "s3:GetBucketAcl",
        "s3:GetBucketEncryption",
        "s3:GetBucketLifecycleConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetPublicAccessBlock",
    ),
    "distribution": (
        "cloudfront:DescribeFunction",
        "cloudfront:GetCachePolicy",
        "cloudfront:GetDistribution",
        "cloudfront:GetFunction",
        "cloudfront:GetOriginAccessControl",
        "cloudfront:GetOriginRequestPolicy",
        "cloudfront:GetResponseHeadersPolicy",
    ),
    "table": ("dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"),
    "sign-in": ("lambda:GetFunction", "lambda:GetFunctionUrlConfig"),
    "stack": ("cloudformation:DescribeStacks",),
}
"""Everything that is asked about each part."""


@pytest.mark.parametrize(("where", "call"), [(part, call) for part, calls in CALLS.items() for call in calls])
def test_what_cannot_be_read_is_never_taken_for_well(where: str, call: str, cloud: Cloud) -> None:
    harbor = Harbor(cloud, (where,))
    for said in (Refusal("AccessDenied"), Refusal("ServiceUnavailable", 503), Broken()):
        harbor.stubs.answer(call, said)
        if call == "cloudfront:GetFunction" and isinstance(
            said, Broken
        ):  # code is any text, and this is other text
            assert part(where, cloud)["code"] != wanted(SETTINGS)["code"]
            continue
        with pytest.raises(OutsideError, match="cannot read how it stands"):
            part(where, cloud)


def test_those_are_all_the_calls_there_are(cloud: Cloud, harbor: Harbor) -> None:
    harbor.stubs.asked.clear()
    found_at(cloud)
    of_code = {""}  # what is had at a signed address is no call of the service
    assert set(harbor.stubs.asked) - of_code == {call for calls in CALLS.values() for call in calls}


def test_F142_a_bucket_of_another_account_is_not_even_read(cloud: Cloud, harbor: Harbor) -> None:
    del harbor
    asked: list[str] = []
    one = asker(cloud.endpoint)
    one.ask("s3", "head_bucket", "bucket", Bucket="harbor-reports")
    one._clients["s3"].meta.events.register(  # noqa: SLF001 - what is sent is what counts
        "before-send.s3",
        lambda request, **_: asked.append(str(request.headers.get("x-amz-expected-bucket-owner"))),
    )
    found_at(cloud)
    assert len(asked) == 8
    assert {owner.removeprefix("b'").removesuffix("'") for owner in asked} == {NUMBER}


def test_a_bucket_without_a_distribution_is_for_nobody(cloud: Cloud, harbor: Harbor) -> None:
    alone = Publishing(bucket="harbor-reports", account=NUMBER, region="us-east-1", prefix="team/reports")
    (one,) = found_at(cloud, alone)
    assert "cloudfront.amazonaws.com" in one.what
    deny = MADE["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][1]
    harbor.s3.put_bucket_policy(Bucket="harbor-reports", Policy=json.dumps({"Statement": deny}))
    assert found_at(cloud, alone) == []


def test_the_sign_in_has_the_name_that_the_template_gives_it() -> None:
    made = resolved(plain_template(), settings_names())["Resources"]["SignIn"]["Properties"]
    assert made["FunctionName"] == sign_in_name(SETTINGS)


def test_code_that_cannot_be_had_is_never_taken_for_well(cloud: Cloud) -> None:
    harbor = Harbor(cloud, ("sign-in",))
    for location in (
        harbor.location.replace("sign-in.zip", "nothing.zip"),
        "https://code.example/sign-in.zip",
        "file:///etc/hostname",
        f"{cloud.endpoint}0/sign-in.zip",
    ):
        harbor.location = location
        with pytest.raises(OutsideError, match="harbor-sign-in: cannot read"):
            part("sign-in", cloud)
    harbor.keep(b"no package")
    with pytest.raises(OutsideError, match="the answer is not understood"):
        part("sign-in", cloud)


def test_F185_no_value_of_a_variable_is_told(cloud: Cloud) -> None:
    harbor = Harbor(cloud, ("sign-in",))
    variables(harbor, ORIGIN_SECRET=secret("origin"), ANOTHER=secret("another"))
    told = str([*part("sign-in", cloud).values()]) + str(
        list(compare(wanted(SETTINGS), part("sign-in", cloud), SETTINGS))
    )
    assert "ANOTHER" in told
    assert secret("origin") not in told
    assert secret("another") not in told


def test_both_names_of_a_bucket_in_the_oldest_region_are_the_same(cloud: Cloud) -> None:
    origin(Harbor(cloud, ()), 0, DomainName="harbor-reports.s3.amazonaws.com")
    assert part("distribution", cloud)["origins"] == wanted(SETTINGS)["origins"]


@pytest.mark.parametrize(
    ("setting", "guards"),
    [
        ("site_url", {"names"}),
        ("table", {"table"}),
        ("stack", {"stack", "sign-in address", "sign-in code", "sign-in settings"}),
    ],
)
def test_what_the_settings_do_not_name_is_not_compared(setting: str, guards: set[str]) -> None:
    fewer = SETTINGS.model_copy(update={setting: None})
    assert set(CHECKS) - set(wanted(fewer)) == guards


@pytest.mark.parametrize("guard", sorted(CHECKS))
def test_a_guard_that_is_off_is_a_deviation(guard: str) -> None:
    well = wanted(SETTINGS)
    off: Guards = {**well, guard: () if well[guard] else ("on",)}
    (one,) = compare(well, off, SETTINGS)
    assert one.what.startswith(CHECKS[guard].about)
    assert one.mend.endswith(".")


# ── what the edge knows ──────────────────────────────────────────────────────────────────────────────────────

VALUES: list[tuple[str, dict[str, str | None], str, bool]] = [
    ("no root", {"root": None}, "root is not there", True),
    ("no latest", {"latest": None}, "latest is not there", True),
    ("no host", {"host": None}, "host is not there", True),
    ("another host", {"host": "x.example"}, "host is not that of site_url", True),
    ("no key", {"key:a": None, "key:b": None}, "no key signs", True),
    ("short", {"key:a": secret("one")[:40]}, "key:a is no key of 32 bytes", False),
    ("no base64", {"key:a": "ö" * 50}, "key:a is no key of 32 bytes", False),
    ("alike", {"key:b": base64.urlsafe_b64encode(b"a" * 32).decode()}, "key:b is no random key", False),
    ("twice", {"key:b": secret("one")}, "key:b is the same as key:a", False),
    (
        "of another stage",
        {"key:b": secret("elsewhere")},
        "key:b is also known to the folder published",
        False,
    ),
]


@pytest.mark.parametrize(
    ("name", "change", "says", "by_publishing"), VALUES, ids=[name for name, *_ in VALUES]
)
def test_F185_keys_are_named_and_never_shown(
    name: str, change: dict[str, str | None], says: str, *, by_publishing: bool
) -> None:
    del name
    well: dict[str, str | None] = {
        "root": secret("root"),
        "latest": "2026-11-23-abc1234",
        "host": "reports.example.com",
        "key:a": secret("one"),
        "key:b": secret("two"),
    }
    values = {key: value for key, value in (well | change).items() if value is not None}
    (one,) = of_values(values, SETTINGS, {"the folder published": {"key:a": secret("elsewhere")}})
    assert (one.what, one.by_publishing) == (says, by_publishing)
    assert not [
        value for value in values.values() if value in str(one) and not value.startswith(("2026", "reports"))
    ]


# ── the command, and what publishing asks ────────────────────────────────────────────────────────────────────

SETTINGS_FILE: Final = "schema: 1\nname: Harbor\npublishing:\n" + "".join(
    f'  {key}: "{value}"\n' for key, value in SETTINGS.model_dump(exclude_unset=True).items()
)


@pytest.fixture
def portfolio(tmp_path: Path, cloud: Cloud, harbor: Harbor, monkeypatch: pytest.MonkeyPatch) -> Path:
    del harbor
    (tmp_path / "portfolio.yml").write_text(SETTINGS_FILE, encoding="utf-8")
    monkeypatch.setenv(ENDPOINT, cloud.endpoint)
    return tmp_path


def test_the_command_says_that_all_is_well(portfolio: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infra", "check", "--portfolio", str(portfolio)]) == 0
    assert capsys.readouterr() == ("", "Everything stands as the template says.\n")


def test_the_command_lists_what_deviates_and_refusals_leave_out_what_publishing_mends(
    portfolio: Path, cloud: Cloud, harbor: Harbor, capsys: pytest.CaptureFixture[str]
) -> None:
    host_a_website(harbor)
    harbor.values.pop("root")
    FileEdge(Folder(portfolio / "published")).write({"key:a": harbor.values["key:a"]}, (), "")
    assert main(["infra", "check", "--portfolio", str(portfolio)]) == 1
    said = capsys.readouterr()
    assert [line.partition(";")[0] for line in said.out.splitlines()] == [
        "bucket harbor-reports: website hosting has on",
        "key-value store: root is not there",
        "key-value store: key:a is also known to the folder published",
    ]
    assert said.err == "3\u00a0things to mend before anything private is published.\n"
    settings = Settings(publishing=SETTINGS)
    found = refusals(settings, portfolio, {ENDPOINT: cloud.endpoint})
    assert [one.where for one in found] == ["bucket harbor-reports", "key-value store"]


def test_the_command_ends_with_3_where_aws_refuses(
    portfolio: Path, harbor: Harbor, capsys: pytest.CaptureFixture[str]
) -> None:
    harbor.stubs.answer("s3:GetBucketPolicy", Refusal("AccessDenied"))
    assert main(["infra", "check", "--portfolio", str(portfolio)]) == 3
    assert "bucket harbor-reports: cannot read how it stands (get_bucket_policy)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("distribution", ["distribution"]),
        ("key_value_store", ["key_value_store"]),
        ("table", ["table"]),
        ("stack", ["stack"]),
        ("site_url", ["site_url"]),
    ],
)
def test_what_was_not_looked_at_is_told_with_the_setting_that_lacks(setting: str, names: list[str]) -> None:
    told = unseen(SETTINGS.model_copy(update={setting: None}))
    assert [one.rpartition(" names no ")[2] for one in told] == [f"{name}." for name in names]
    assert unseen(SETTINGS) == ()


def test_of_a_bucket_alone_the_command_does_not_say_that_everything_is_well(
    portfolio: Path, harbor: Harbor, capsys: pytest.CaptureFixture[str]
) -> None:
    deny = MADE["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][1]
    harbor.s3.put_bucket_policy(Bucket="harbor-reports", Policy=json.dumps({"Statement": deny}))
    kept = [
        line for line in SETTINGS_FILE.splitlines() if not re.match("  (distr|key|table|stack|site)", line)
    ]
    (portfolio / "portfolio.yml").write_text("\n".join(kept), encoding="utf-8")
    assert main(["infra", "check", "--portfolio", str(portfolio)]) == 4
    lines = capsys.readouterr().err.splitlines()
    assert [one.rpartition(" names no ")[2] for one in lines[:-1]] == [
        "distribution.",
        "key_value_store.",
        "table.",
    ]
    assert lines[0].startswith("Not looked at: the distribution, its edge function")
    assert lines[-1].startswith("All else stands as the template says.")
    assert main(["infra", "check", "--format", "json", "--portfolio", str(portfolio)]) == 4
    told = json.loads(capsys.readouterr().out)
    assert (told["exit_code"], told["deviations"], len(told["unseen"])) == (4, [], 3)


def test_without_a_bucket_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no bucket"):
        deviations(Settings(), tmp_path, {})


def test_the_command_prints_the_template(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infra", "template"]) == 0
    assert json.loads(capsys.readouterr().out)["Resources"]["EdgeFunction"]["Properties"]["FunctionCode"]
