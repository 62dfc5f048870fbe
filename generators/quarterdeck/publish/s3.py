"""A store in a bucket of S3 that belongs to a stated account; of two conditional writers one wins."""

from base64 import b64encode
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, closing
from typing import Any, Final

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.aws import code_of, is_doubtful, meaning, told
from quarterdeck.publish.keys import shown
from quarterdeck.publish.store import Listed, Stored, TakenError, Upload

_TRIES: Final = 3
"""Of what the client library does not try again itself: answers that break off, and outcomes that nobody knows."""
_AT_ONCE: Final = 1000
"""Keys that one call removes; the most that S3 takes."""
_NOT_THERE: Final = frozenset({"NoSuchKey", "404"})
_LOST: Final = _NOT_THERE | {"PreconditionFailed", "412"}
_MEANWHILE: Final = frozenset({"ConditionalRequestConflict", "OperationAborted", "409"})
"""Somebody else wrote while we did: neither done nor lost."""


class Bucket:
    """One prefix of a bucket; keys are relative to it. All threads share its client."""

    def __init__(self, client: Any, name: str, *, owner: str, prefix: str, has_edge: bool) -> None:  # noqa: ANN401 - the library makes classes as it runs
        """Ask nothing yet.

        Args:
            client: Of S3, which tries again by itself.
            name: The bucket's.
            owner: 12 digits of the account that it must belong to; S3 refuses every call otherwise (F-142).
            prefix: Where in the bucket the versions stand, without slashes at its ends.
            has_edge: Whether an edge stands in front of it.
        """
        self.has_edge = has_edge
        self.place = f"s3://{name}/{prefix}"
        self._client = client
        self._name = name
        self._owner = owner
        self._prefix = f"{prefix}/"

    def get(self, key: str) -> Stored | None:
        """What stands there now; the tag is the service's own."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - heavy, and only when AWS is asked

        with self._told("read", key):
            try:
                return self._read(key)
            except ClientError as error:
                if code_of(error) in _NOT_THERE:
                    return None
                raise

    def put(self, upload: Upload) -> None:
        """Write a key, whatever stood there; S3 compares the hash (F-135)."""
        with self._told("write", upload.key):
            self._send(upload)

    def copy(self, source: str, upload: Upload) -> bool:
        """Copy inside the bucket; S3 hashes what it copied, and that has to be what is wanted."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

        with self._told("copy", source):
            try:
                answer = self._ask(
                    "copy_object",
                    Key=self._prefix + upload.key,
                    CopySource={"Bucket": self._name, "Key": self._prefix + source},
                    ExpectedSourceBucketOwner=self._owner,
                    MetadataDirective="REPLACE",
                    ContentType=upload.content_type,
                    CacheControl=upload.cache,
                    ChecksumAlgorithm="SHA256",
                )
            except ClientError as error:
                if code_of(error) in _LOST:
                    return False
                raise
        return bool(answer.get("CopyObjectResult", {}).get("ChecksumSHA256") == _checksum(upload))

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Write a key on condition; where nobody knows whether it was done, what stands there tells."""
        from botocore.exceptions import ClientError, HTTPClientError  # noqa: PLC0415 - as above

        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        is_open = False
        with self._told("write", upload.key):
            for again in range(1, _TRIES + 1):
                try:
                    return self._send(upload, **condition)
                except (ClientError, HTTPClientError) as error:
                    code = code_of(error) if isinstance(error, ClientError) else ""
                    is_open = is_open or code in _MEANWHILE or is_doubtful(error)
                    if not is_open and code not in _LOST:
                        raise
                    standing = self.get(upload.key) if is_open else None
                    if standing and standing.data == upload.whole():
                        return standing.tag
                    if not is_open or (standing.tag if standing else None) != tag:
                        raise TakenError(shown(upload.key)) from None
                    if again == _TRIES:
                        raise
        raise AssertionError("the last try returns or raises")

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Every key that begins so, sorted, page by page."""
        with self._told("list", prefix):
            for page in self._pages("list_objects_v2", prefix):
                for one in page.get("Contents", ()):
                    yield Listed(one["Key"].removeprefix(self._prefix), one["Size"], one["LastModified"])

    def remove(self, keys: Collection[str]) -> None:
        """Put a marker over each key; a versioned bucket keeps what stood there (F-140)."""
        for key in keys:
            if not key or key.endswith("/"):
                raise ValueError(shown(key))
        self._delete([{"Key": self._prefix + key} for key in keys])

    def erase(self, prefix: str) -> None:
        """Delete former states, and only then the markers over them: without its marker a state would be back."""
        for kind in ("Versions", "DeleteMarkers"):
            with self._told("list the former states of", prefix):
                former = [
                    {"Key": one["Key"], "VersionId": one["VersionId"]}
                    for page in self._pages("list_object_versions", prefix)
                    for one in page.get(kind, ())
                    if kind == "DeleteMarkers" or not one["IsLatest"]
                ]
            self._delete(former)

    def _delete(self, objects: list[dict[str, str]]) -> None:
        for start in range(0, len(objects), _AT_ONCE):
            left = objects[start : start + _AT_ONCE]
            for again in range(1, _TRIES + 1):
                left = self._deleted(left, is_last=again == _TRIES)
                if not left:
                    break

    def _deleted(self, objects: list[dict[str, str]], *, is_last: bool) -> list[dict[str, str]]:
        """Delete objects by one call; gives those that are refused, which are told only at the last try."""
        one = shown(objects[0]["Key"].removeprefix(self._prefix))
        with self._told("remove", one):
            answer = self._ask("delete_objects", Delete={"Objects": objects, "Quiet": True})
        refused = {(error["Key"], error.get("VersionId")): error for error in answer.get("Errors", ())}
        if refused and is_last:
            error = next(iter(refused.values()))
            why = meaning(error["Code"], error.get("Message", ""))
            raise OutsideError(f"{self.place}: cannot remove {one}, and {len(refused) - 1} more: {why}")
        return [one for one in objects if (one["Key"], one.get("VersionId")) in refused]

    def _read(self, key: str) -> Stored:
        from botocore.exceptions import FlexibleChecksumError, HTTPClientError  # noqa: PLC0415 - as above

        for again in range(1, _TRIES + 1):
            answer = self._ask("get_object", Key=self._prefix + key)
            try:
                with closing(answer["Body"]) as body:
                    return Stored(body.read(), answer["ETag"])
            except (FlexibleChecksumError, HTTPClientError):
                if again == _TRIES:
                    raise
        raise AssertionError("the last try returns or raises")

    def _send(self, upload: Upload, **condition: str) -> str:
        answer = self._ask(
            "put_object",
            Key=self._prefix + upload.key,
            Body=upload.whole(),
            ContentType=upload.content_type,
            CacheControl=upload.cache,
            ChecksumSHA256=_checksum(upload),
            **condition,
        )
        return str(answer["ETag"])

    def _ask(self, operation: str, **asked: object) -> Any:  # noqa: ANN401 - the answer of any operation
        return getattr(self._client, operation)(Bucket=self._name, ExpectedBucketOwner=self._owner, **asked)

    def _pages(self, operation: str, prefix: str) -> Iterator[Any]:
        pages = self._client.get_paginator(operation)
        yield from pages.paginate(
            Bucket=self._name, ExpectedBucketOwner=self._owner, Prefix=self._prefix + prefix
        )

    def _told(self, what: str, key: str) -> AbstractContextManager[None]:
        return told(f"{self.place}: cannot {what} {shown(key)}")


def _checksum(upload: Upload) -> str:
    return b64encode(bytes.fromhex(upload.sha256)).decode()
