"""Buckets of one's own to publish to, and clients that are asked without waiting."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from quarterdeck.publish.aws import Reach, client
from quarterdeck.publish.kinds import REVALIDATED, content_type
from quarterdeck.publish.s3 import Bucket
from quarterdeck.publish.store import Upload
from tests.cloud import NUMBER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cloud import Cloud

NAME = "harbor-reports"
ROOT = "0f" * 16
"""The part of keys that only an edge knows."""


def upload(key: str, content: bytes | Path = b"text", said: bytes | None = None) -> Upload:
    """Something to write; `said` is what its hash is of, where that is something else."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    digest = sha256(data if said is None else said).hexdigest()
    return Upload(key, content, digest, content_type(key), REVALIDATED)


@cache
def s3(endpoint: str, attempts: int = 1) -> Any:  # noqa: ANN401 - the library makes classes as it runs
    """The client that publishing itself would use; made once, for making one costs more than most tests."""
    return client("s3", "us-east-1", Reach(endpoint=endpoint, attempts=attempts))


def bucket(cloud: Cloud, attempts: int = 1, asked_by: Any = None, *, has_edge: bool = True) -> Bucket:  # noqa: ANN401 - likewise
    """An empty bucket that keeps former states, or the one that stands here already."""
    plain = s3(cloud.endpoint)
    if NAME not in {one["Name"] for one in plain.list_buckets()["Buckets"]}:
        plain.create_bucket(Bucket=NAME)
        plain.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    cloud.stubs.asked.clear()
    return Bucket(
        asked_by or s3(cloud.endpoint, attempts), NAME, owner=NUMBER, prefix="reports", has_edge=has_edge
    )
