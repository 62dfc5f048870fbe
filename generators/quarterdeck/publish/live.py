"""Asks AWS how the things stand that guard private pages; changes nothing."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import Reach, client, code_of, told
from quarterdeck.publish.cloudfront import REGION
from quarterdeck.publish.guards import (
    Guards,
    Raw,
    of_bucket,
    of_distribution,
    of_edge,
    of_headers,
    of_stack,
    of_table,
)
from quarterdeck.settings import Publishing

_NONE: Final = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchWebsiteConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)
"""What S3 calls a thing that was never set."""


class Asker:
    """One account, asked as the credentials of the machine allow."""

    def __init__(self, region: str | None, reach: Reach) -> None:
        """Ask nothing yet.

        Args:
            region: Where all but the distribution stands.
            reach: How AWS is reached.
        """
        self._region = region
        self._reach = reach
        self._clients: dict[str, Any] = {}

    def ask(self, service: str, operation: str, about: str, key: str = "", /, **asked: object) -> Any:  # noqa: ANN401 - an answer of any operation
        """One answer, or what it holds under a key; an empty one where S3 says that there is none.

        Raises:
            OutsideError: It cannot be asked, refuses, or answers without that key.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 - heavy, and only when AWS is asked

        if service not in self._clients:
            region = REGION if service == "cloudfront" else self._region
            self._clients[service] = client(service, region, self._reach)
        with told(f"{about}: cannot read how it stands ({operation})"):
            try:
                answer: Raw = getattr(self._clients[service], operation)(**asked)
            except ClientError as error:
                if code_of(error) in _NONE:
                    return {}
                raise
            if "FunctionCode" in answer:
                return answer["FunctionCode"].read().decode(errors="replace")
        if key and key not in answer:
            raise _odd(about, operation)
        return answer[key] if key else answer


def _odd(about: str, operation: str) -> OutsideError:
    return OutsideError(
        f"{about}: cannot read how it stands ({operation}): the answer is not understood. Try again."
    )


def standing(publishing: Publishing, asker: Asker) -> Guards:
    """How everything stands that the settings name.

    Raises:
        OutsideError: AWS cannot be asked about one of them.
    """
    guards = dict(bucket(asker, publishing))
    if publishing.distribution:
        guards |= distribution(asker, publishing.distribution)
    if publishing.table:
        guards |= table(asker, publishing.table)
    if publishing.distribution and publishing.stack:
        guards |= stack(asker, publishing.stack)
    return guards


def bucket(asker: Asker, publishing: Publishing) -> Guards:
    """The bucket of the versions."""
    about = f"bucket {publishing.bucket}"

    def ask(operation: str) -> Raw:
        whose = {"Bucket": publishing.bucket, "ExpectedBucketOwner": publishing.account}
        answer: Raw = asker.ask("s3", operation, about, "", **whose)
        return answer

    rules = ask("get_bucket_encryption").get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    encryption = [
        {"ServerSideEncryptionByDefault": one["ApplyServerSideEncryptionByDefault"]}
        for one in rules
        if "ApplyServerSideEncryptionByDefault" in one
    ]
    website = ask("get_bucket_website")
    properties = {
        **ask("get_public_access_block"),
        **ask("get_bucket_ownership_controls"),
        "VersioningConfiguration": ask("get_bucket_versioning"),
        "BucketEncryption": {"ServerSideEncryptionConfiguration": encryption},
        "LifecycleConfiguration": ask("get_bucket_lifecycle_configuration"),
        "WebsiteConfiguration": website.keys() - {"ResponseMetadata"},
    }
    try:
        policy = msgspec.json.decode(ask("get_bucket_policy").get("Policy", "{}"), type=dict[str, Any])
    except msgspec.DecodeError:
        raise _odd(about, "get_bucket_policy") from None
    return of_bucket(properties, policy, _grants(ask("get_bucket_acl")))


def _grants(acl: Raw) -> Iterator[str]:
    owner = acl.get("Owner", {}).get("ID")
    for one in acl.get("Grants", ()):
        whom = one.get("Grantee", {})
        if whom.get("ID", "") != owner:
            name = str(whom.get("URI") or whom.get("ID") or "somebody").rpartition("/")[2]
            yield f"{one.get('Permission')} for {name}"


def distribution(asker: Asker, name: str) -> Guards:
    """The distribution, with the function and the headers in the way of its pages."""
    about = f"distribution {name}"
    config = asker.ask("cloudfront", "get_distribution", about, "Distribution", Id=name)["DistributionConfig"]
    controls = {}
    for origin in config.get("Origins", {}).get("Items", ()):
        if control := origin.get("OriginAccessControlId"):
            answer = asker.ask(
                "cloudfront", "get_origin_access_control", about, "OriginAccessControl", Id=control
            )
            controls[control] = answer["OriginAccessControlConfig"]
    guards = dict(of_distribution(config, controls))
    way = config["DefaultCacheBehavior"]
    functions = way.get("FunctionAssociations", {}).get("Items", ())
    if functions:
        guards |= _edge(asker, functions[0]["FunctionARN"].rpartition("/")[2])
    if headers := way.get("ResponseHeadersPolicyId"):
        answer = asker.ask(
            "cloudfront", "get_response_headers_policy", about, "ResponseHeadersPolicy", Id=headers
        )
        guards |= of_headers(answer["ResponseHeadersPolicyConfig"])
    return guards


def _edge(asker: Asker, name: str) -> Guards:
    about = f"edge function {name}"
    code = asker.ask("cloudfront", "get_function", about, Name=name, Stage="LIVE")
    summary = asker.ask("cloudfront", "describe_function", about, "FunctionSummary", Name=name, Stage="LIVE")
    return of_edge(code, summary["FunctionConfig"].get("KeyValueStoreAssociations"))


def table(asker: Asker, name: str) -> Guards:
    """The table of readers and sign-ins."""
    about = f"table {name}"
    made = asker.ask("dynamodb", "describe_table", about, "Table", TableName=name)
    lasting = asker.ask("dynamodb", "describe_time_to_live", about, "TimeToLiveDescription", TableName=name)
    is_on = lasting.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    said = {"AttributeName": lasting.get("AttributeName"), "Enabled": is_on}
    return of_table({**made, "TimeToLiveSpecification": said})


def stack(asker: Asker, name: str) -> Guards:
    """What the stack says of the settings."""
    (found,) = asker.ask("cloudformation", "describe_stacks", f"stack {name}", "Stacks", StackName=name)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    return of_stack(outputs.get("Settings", ""))
