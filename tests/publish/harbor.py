"""A site in the cloud that stands as the template says, until a test breaks something."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from quarterdeck.collectors.embedded.stubs import Broken
from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.guards import resolved
from quarterdeck.publish.infrastructure import edge_code, plain_template, sign_in_file
from quarterdeck.settings import Publishing
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.cloud import Cloud

STORE: Final = f"arn:aws:cloudfront::{NUMBER}:key-value-store/8e169e08"
SETTINGS: Final = Publishing(
    bucket="harbor-reports",
    account=NUMBER,
    region="us-east-1",
    prefix="team/reports",
    distribution="E2EXAMPLE1",
    key_value_store=STORE,
    table="harbor-table",
    stack="harbor",
    site_url="https://reports.example.com/",
)
NAMES: Final = {
    "AWS::AccountId": NUMBER,
    "AWS::Partition": "aws",
    "Bucket": "harbor-reports",
    "Bucket.Arn": "arn:aws:s3:::harbor-reports",
    "Bucket.RegionalDomainName": "harbor-reports.s3.us-east-1.amazonaws.com",
    "Distribution": "E2EXAMPLE1",
    "HostName": "reports.example.com",
    "KeyValueStore.Arn": STORE,
    "Prefix": "team/reports",
    "EdgeFunction.FunctionARN": f"arn:aws:cloudfront::{NUMBER}:function/harbor-edge",
    "Headers": "the-headers",
    "PagesAccess.Id": "CONTROL1",
    "PagesCache": "the-cache",
    "SignInRequests": "the-requests",
}
SIGN_IN_HOST: Final = "abc.lambda-url.us-east-1.on.aws"
MADE: Final = resolved(plain_template(), NAMES)["Resources"]


def secret(of: str) -> str:
    """A key as the edge knows it; made here, and nowhere else."""
    return base64.urlsafe_b64encode(hashlib.sha256(of.encode()).digest()).decode().rstrip("=")


def with_lengths(value: Any) -> Any:  # noqa: ANN401 - any part of a template
    """The same as CloudFront answers: every list with its length."""
    if isinstance(value, dict) and value.keys() == {"Items"}:
        return with_lengths(value["Items"])
    if isinstance(value, dict):
        return {key: with_lengths(one) for key, one in value.items()}
    if isinstance(value, list):
        return {"Quantity": len(value), "Items": [with_lengths(one) for one in value]}
    return value


@cache
def of_cloudfront() -> str:
    """What CloudFront answers where all is well: operation -> answer, as JSON."""
    config = with_lengths(MADE["Distribution"]["Properties"]["DistributionConfig"])
    sign_in = config["Origins"]["Items"][1]
    sign_in |= {"DomainName": SIGN_IN_HOST, "CustomHeaders": sign_in.pop("OriginCustomHeaders")}
    config["Origins"]["Items"][1]["CustomOriginConfig"] |= {"HTTPPort": 80, "HTTPSPort": 443}
    for way in (config["DefaultCacheBehavior"], config["CacheBehaviors"]["Items"][0]):
        way.pop("AllowedMethods")
    for one in config["CustomErrorResponses"]["Items"]:
        one["ResponseCode"] = str(one["ResponseCode"])
    config |= {"CallerReference": "1"}
    headers = with_lengths(MADE["Headers"]["Properties"]["ResponseHeadersPolicyConfig"])
    edge = with_lengths(MADE["EdgeFunction"]["Properties"]["FunctionConfig"])
    about = {"LastModifiedTime": "2026-11-20T06:00:00Z"}
    return json.dumps(
        {
            "GetDistribution": {
                "Distribution": {
                    "Id": "E2EXAMPLE1",
                    "ARN": "arn",
                    "Status": "Deployed",
                    "InProgressInvalidationBatches": 0,
                    "DomainName": "d1.cloudfront.net",
                    "DistributionConfig": config,
                    **about,
                }
            },
            "GetResponseHeadersPolicy": {
                "ResponseHeadersPolicy": {
                    "Id": "the-headers",
                    "ResponseHeadersPolicyConfig": headers,
                    **about,
                }
            },
            "GetOriginAccessControl": {
                one: {"OriginAccessControl": {"Id": one, "OriginAccessControlConfig": control}}
                for one, control in (
                    ("CONTROL1", MADE["PagesAccess"]["Properties"]["OriginAccessControlConfig"]),
                )
            },
            "GetCachePolicy": {
                "CachePolicy": {
                    "Id": "the-cache",
                    "CachePolicyConfig": with_lengths(MADE["PagesCache"]["Properties"]["CachePolicyConfig"]),
                    **about,
                }
            },
            "GetOriginRequestPolicy": {
                "OriginRequestPolicy": {
                    "Id": "the-requests",
                    "OriginRequestPolicyConfig": with_lengths(
                        MADE["SignInRequests"]["Properties"]["OriginRequestPolicyConfig"]
                    ),
                    **about,
                }
            },
            "DescribeFunction": {
                "FunctionSummary": {
                    "Name": "harbor-edge",
                    "FunctionConfig": edge,
                    "FunctionMetadata": {"FunctionARN": "arn", **about},
                }
            },
            "GetFunction": {"FunctionCode": edge_code()},
        }
    )


PARTS: Final = ("bucket", "table", "sign-in", "values")


class Harbor:
    """A site that stands as the template says, until a row breaks something."""

    def __init__(self, cloud: Cloud, parts: tuple[str, ...] = PARTS) -> None:
        """Make all of it: S3 and the table on the server, CloudFront and the stack as answers in front of it."""
        self.stubs = cloud.stubs
        self.s3: Any
        self.table: Any
        self.s3, self.table = clients(cloud.endpoint)
        self.answers: dict[str, Any] = json.loads(of_cloudfront())
        self.outputs: dict[str, str] = {
            "Settings": resolved(plain_template(), settings_names())["Outputs"]["Settings"]["Value"]
        }
        self.values = {
            "root": secret("root"),
            "latest": "2026-11-23-abc1234",
            "host": "reports.example.com",
            "key:a": secret("one"),
            "key:b": secret("two"),
        }
        if "bucket" in parts:
            self._make_bucket()
        if "table" in parts:
            self._make_table()
        self.function: dict[str, Any] = {
            "Handler": "index.handler",
            "CodeSize": 30_000,
            "Environment": {
                "Variables": dict.fromkeys(MADE["SignIn"]["Properties"]["Environment"]["Variables"], "x")
            },
        }
        self.url: dict[str, Any] = {"AuthType": "NONE", "FunctionUrl": f"https://{SIGN_IN_HOST}/"}
        self.location = ""
        if "sign-in" in parts:
            self.pack({"index.py": sign_in_file(), "cfnresponse.py": "of CloudFormation"})
        self._stub()
        if "values" in parts:
            self._stub_values()

    def _make_bucket(self) -> None:
        made = MADE["Bucket"]["Properties"]
        ask, name = self.s3, {"Bucket": "harbor-reports"}
        ask.create_bucket(**name, ObjectOwnership="BucketOwnerEnforced")
        ask.put_public_access_block(
            **name, PublicAccessBlockConfiguration=made["PublicAccessBlockConfiguration"]
        )
        ask.put_bucket_policy(**name, Policy=json.dumps(MADE["BucketPolicy"]["Properties"]["PolicyDocument"]))
        ask.put_bucket_versioning(**name, VersioningConfiguration={"Status": "Enabled"})
        self.encrypt("AES256")
        self.end_leftovers({})

    def open_to_tests(self) -> None:
        """Tell of the bucket's policy, and do not hold it against who asks without TLS, as the server is asked."""
        policy = self.s3.get_bucket_policy(Bucket="harbor-reports")["Policy"]
        self.s3.delete_bucket_policy(Bucket="harbor-reports")
        self.stubs.answer("s3:GetBucketPolicy", Broken(policy.encode()))

    def encrypt(self, algorithm: str) -> None:
        """Encrypt by default."""
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
        self.s3.put_bucket_encryption(
            Bucket="harbor-reports", ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def end_leftovers(self, other: Mapping[str, object]) -> None:
        """Set the lifecycle rule of the template, with something else in it."""
        rule: dict[str, object] = {
            "ID": "leftovers",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
        }
        self.s3.put_bucket_lifecycle_configuration(
            Bucket="harbor-reports", LifecycleConfiguration={"Rules": [{**rule, **other}]}
        )

    def pack(self, files: Mapping[str, str]) -> None:
        """Put the code of the sign-in where the service holds it ready."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in files.items():
                packed.writestr(name, text)
        self.keep(data.getvalue())

    def keep(self, data: bytes) -> None:
        """The same for any bytes."""
        place = {"Bucket": "code-of-functions", "Key": "sign-in.zip"}
        self.s3.create_bucket(Bucket=place["Bucket"])
        self.s3.put_object(**place, Body=data)
        self.location = self.s3.generate_presigned_url("get_object", Params=place)

    def _function(self) -> dict[str, Any]:
        return {"Configuration": self.function, "Code": {"Location": self.location}}

    def _make_table(self) -> None:
        self.table.create_table(
            TableName="harbor-table",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=True,
        )
        self.let_rows_end(is_on=True)
        self.keep_moments(is_on=True)

    def keep_moments(self, *, is_on: bool) -> None:
        """Switch it."""
        said = {"PointInTimeRecoveryEnabled": is_on}
        self.table.update_continuous_backups(TableName="harbor-table", PointInTimeRecoverySpecification=said)

    def let_rows_end(self, *, is_on: bool) -> None:
        """Switch it."""
        said = {"AttributeName": "expires_at", "Enabled": is_on}
        self.table.update_time_to_live(TableName="harbor-table", TimeToLiveSpecification=said)

    def _stub(self) -> None:
        for operation in (
            "GetDistribution",
            "GetResponseHeadersPolicy",
            "DescribeFunction",
            "GetCachePolicy",
            "GetOriginRequestPolicy",
        ):
            self.stubs.answer(f"cloudfront:{operation}", self._said(operation))
        self.stubs.answer(
            "cloudfront:GetOriginAccessControl",
            lambda path, _: self.answers["GetOriginAccessControl"][path.rpartition("/")[2]],
        )
        self.stubs.answer(
            "cloudfront:GetFunction",
            lambda *_: {"FunctionCode": self.answers["GetFunction"]["FunctionCode"].encode()},
        )
        self.stubs.answer("lambda:GetFunction", lambda *_: self._function())
        self.stubs.answer("lambda:GetFunctionUrlConfig", lambda *_: self.url)
        self.stubs.answer("cloudformation:DescribeStacks", lambda *_: {"Stacks": [self._stack()]})

    def _stub_values(self) -> None:
        self.stubs.answer(
            "cloudfront-keyvaluestore:DescribeKeyValueStore",
            {"ETag": "T1", "ItemCount": 5, "TotalSizeInBytes": 9, "KvsARN": STORE, "Created": 0},
        )
        self.stubs.answer("cloudfront-keyvaluestore:ListKeys", lambda *_: {"Items": self._items()})

    def _said(self, operation: str) -> Callable[[str, bytes], Any]:
        return lambda *_: self.answers[operation]

    def _stack(self) -> dict[str, Any]:
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {
            "StackName": "harbor",
            "StackStatus": "CREATE_COMPLETE",
            "CreationTime": 0,
            "Outputs": outputs,
        }

    def _items(self) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in sorted(self.values.items())]

    @property
    def config(self) -> dict[str, Any]:
        """Of the distribution, to be changed."""
        found: dict[str, Any] = self.answers["GetDistribution"]["Distribution"]["DistributionConfig"]
        return found

    @property
    def way(self) -> dict[str, Any]:
        """The behaviour of all pages, to be changed."""
        found: dict[str, Any] = self.config["DefaultCacheBehavior"]
        return found

    @property
    def headers(self) -> dict[str, Any]:
        """Of the headers policy, to be changed."""
        policy = self.answers["GetResponseHeadersPolicy"]["ResponseHeadersPolicy"]
        found: dict[str, Any] = policy["ResponseHeadersPolicyConfig"]
        return found


def settings_names() -> dict[str, str]:
    """Names that the outputs of the stack need besides."""
    return NAMES | {"AWS::Region": "us-east-1", "AWS::StackName": "harbor", "Table": "harbor-table"}


@cache
def clients(endpoint: str) -> tuple[Any, Any]:
    """To put things there; made once, for making one costs more than a row."""
    reach = Reach(endpoint=endpoint, attempts=1)
    return client("s3", "us-east-1", reach), client("dynamodb", "us-east-1", reach)
