"""Asks AWS how the things stand that guard private pages; changes nothing."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import Reach, client, code_of, told
from quarterdeck.publish.cloudfront import REGION
from quarterdeck.publish.guards import (
    NO_CACHE,
    Guards,
    Raw,
    of_bucket,
    of_distribution,
    of_edge,
    of_headers,
    of_policies,
    of_sign_in,
    of_stack,
    of_table,
    sign_in_name,
)
from quarterdeck.publish.infrastructure import LARGEST_BYTES
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
_NEVER_RUN: Final = "cfnresponse.py"
"""What CloudFormation may put beside code of a template; ours does not import it."""


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

    def file(self, address: str, about: str) -> bytes:
        """What AWS holds ready at a signed address, for which nothing else is sent.

        Raises:
            OutsideError: It cannot be had.
        """
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - heavy, and only when AWS is asked
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415 - likewise

        own = self._reach.endpoint or "https://"
        if not address.startswith(own):
            raise _odd(about, "its code")
        with told(f"{about}: cannot read its code"):
            answer = URLLib3Session(timeout=10).send(AWSRequest("GET", address).prepare())
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP
            raise _odd(about, "its code")
        return bytes(answer.content)


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
        guards |= sign_in(asker, publishing.distribution, sign_in_name(publishing))
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
    config = _config(asker, name)
    controls = {}
    for origin in config.get("Origins", {}).get("Items", ()):
        if control := origin.get("OriginAccessControlId"):
            answer = asker.ask(
                "cloudfront", "get_origin_access_control", about, "OriginAccessControl", Id=control
            )
            controls[control] = answer["OriginAccessControlConfig"]
    guards = {**of_distribution(config, controls), **of_policies(config, _policies(asker, config, about))}
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


def _config(asker: Asker, name: str) -> Raw:
    found: Raw = asker.ask("cloudfront", "get_distribution", f"distribution {name}", "Distribution", Id=name)
    config: Raw = found["DistributionConfig"]
    return config


def _policies(asker: Asker, config: Raw, about: str) -> Mapping[str, Raw]:
    """What is kept and passed on, by the id of each policy that a way names."""
    ways = [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", {}).get("Items", ())]
    found: dict[str, Raw] = {}
    for kind, operation in (
        ("CachePolicy", "get_cache_policy"),
        ("OriginRequestPolicy", "get_origin_request_policy"),
    ):
        for name in sorted({way[f"{kind}Id"] for way in ways if way.get(f"{kind}Id")} - {NO_CACHE}):
            answer = asker.ask("cloudfront", operation, about, kind, Id=name)
            found[name] = answer[f"{kind}Config"]
    return found


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
    backups = asker.ask(
        "dynamodb", "describe_continuous_backups", about, "ContinuousBackupsDescription", TableName=name
    )
    moments = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    recovery = {"PointInTimeRecoveryEnabled": moments == "ENABLED"}
    return of_table({**made, "TimeToLiveSpecification": said, "PointInTimeRecoverySpecification": recovery})


def sign_in(asker: Asker, distribution: str, name: str) -> Guards:
    """The function that signs readers in; of its variables the names alone are looked at."""
    about = f"function {name}"
    answer = asker.ask("lambda", "get_function", about, FunctionName=name)
    url = asker.ask("lambda", "get_function_url_config", about, FunctionName=name)
    if "Configuration" not in answer or "AuthType" not in url:
        raise _odd(about, "get_function")
    host = str(url.get("FunctionUrl", "")).removeprefix("https://").rstrip("/")
    origins = _config(asker, distribution).get("Origins", {}).get("Items", ())
    return of_sign_in(
        answer["Configuration"],
        _files(asker, answer, about),
        url,
        is_led_to=any(one["Id"] == "sign-in" and one["DomainName"] == host for one in origins),
    )


def _files(asker: Asker, function: Raw, about: str) -> Mapping[str, str]:
    """Name -> text of all that a function is made of; ours is small, so that of a large one only that is told."""
    address = function.get("Code", {}).get("Location", "")
    size = function.get("Configuration", {}).get("CodeSize", 0)
    if not address or size > LARGEST_BYTES:
        return {f"a package of {size} bytes": ""}
    data = asker.file(address, about)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_BYTES:
                return {"a package that unpacks to more": ""}
            return {
                name: packed.read(name).decode(errors="replace")
                for name in packed.namelist()
                if name != _NEVER_RUN
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise _odd(about, "its code") from None


def stack(asker: Asker, name: str) -> Guards:
    """What the stack says of the settings."""
    (found,) = asker.ask("cloudformation", "describe_stacks", f"stack {name}", "Stacks", StackName=name)
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    return of_stack(outputs.get("Settings", ""))
