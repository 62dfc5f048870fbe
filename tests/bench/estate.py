"""Serves a large estate until its standard input ends: python -m tests.bench.estate SIZE."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

from quarterdeck.collectors.embedded.estate import Put
from quarterdeck.collectors.embedded.lacking import answer_what_is_lacking
from quarterdeck.collectors.embedded.server import server
from quarterdeck.collectors.embedded.stubs import Stubs

BUCKETS, FUNCTIONS, DISTRIBUTIONS, TABLES, ROLES, USERS, IDENTITIES = 300, 200, 50, 50, 100, 100, 20
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def fill(put: Put, size: int) -> None:
    """So many of everything, times a size; a third of the buckets blocks strangers, a tenth has a policy."""
    _buckets(put.client("s3"), BUCKETS * size)
    iam = put.client("iam")
    for number in range(ROLES * size):
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=TRUST)
    for number in range(USERS * size):
        iam.create_user(UserName=f"user-{number}")
    _functions(put.client("lambda"), FUNCTIONS * size)
    for number in range(TABLES * size):
        put.client("dynamodb").create_table(
            TableName=f"table-{number}",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    for number in range(IDENTITIES * size):
        put.client("sesv2").create_email_identity(EmailIdentity=f"mail{number}.example")
    for number in range(DISTRIBUTIONS * size):
        _distribution(put.client("cloudfront"), number)


def _buckets(s3: Any, count: int) -> None:  # noqa: ANN401 - boto3 makes classes as it runs
    for number in range(count):
        name = f"bucket-{number}"
        s3.create_bucket(Bucket=name)
        if number % 3 == 0:
            flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(flags, True))
        elif number % 10 == 0:
            statement = {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/*",
            }
            s3.put_bucket_policy(
                Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            )


def _functions(functions: Any, count: int) -> None:  # noqa: ANN401 - likewise
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    for number in range(count):
        functions.create_function(
            FunctionName=f"function-{number}",
            Runtime="python3.13",
            Role="arn:aws:iam::123456789012:role/role-0",
            Handler="app.handler",
            Code={"ZipFile": code.getvalue()},
        )


def _distribution(cloudfront: Any, number: int) -> None:  # noqa: ANN401 - likewise
    origin = {
        "Id": "site",
        "DomainName": f"bucket-{number}.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": str(number),
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "redirect-to-https",
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
                "MinTTL": 0,
            },
        }
    )


if __name__ == "__main__":
    stubs = Stubs()
    with server(stubs=stubs) as address:
        fill(Put(address), int(sys.argv[1]))
        answer_what_is_lacking(stubs)
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()
