"""Chooses the store that a portfolio names, and the edge in front of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from quarterdeck.model.errors import UsageError
from quarterdeck.publish.aws import client, reach_of
from quarterdeck.publish.edge import Edge, FileEdge, KeyValues
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.s3 import Bucket
from quarterdeck.publish.store import Store
from quarterdeck.settings import Settings

_EDGE_REGION: Final = "us-east-1"
"""Calls to the edge's values are signed for all regions at once; a client has to name one all the same."""


def store_of(settings: Settings, root: Path, environ: Mapping[str, str]) -> Store:
    """The bucket that the settings name, else their folder; nothing is asked or made yet.

    Args:
        settings: Of the portfolio.
        root: The portfolio's folder.
        environ: Says where AWS is played, if it is.

    Raises:
        UsageError: A bucket is named without its owner (F-142).
        OutsideError: There are no credentials.
    """
    publishing = settings.publishing
    if publishing.bucket is None:
        return Folder(root / publishing.folder)
    if publishing.account is None:
        raise UsageError(
            f"publishing: names the bucket {publishing.bucket}, and not whose it is. "
            "Add account: and the 12 digits of its owner to portfolio.yml."
        )
    return Bucket(
        client("s3", publishing.region, reach_of(environ)),
        publishing.bucket,
        owner=publishing.account,
        prefix=publishing.prefix,
        has_edge=publishing.key_value_store is not None,
    )


def edge_of(settings: Settings, root: Path, environ: Mapping[str, str]) -> Edge | None:
    """The edge in front of the store: CloudFront's values, or a file of the folder; None for a bucket without one.

    Args:
        settings: Of the portfolio.
        root: The portfolio's folder.
        environ: Says where AWS is played, if it is.

    Raises:
        OutsideError: There are no credentials.
    """
    publishing = settings.publishing
    if publishing.bucket is None:
        return FileEdge(Folder(root / publishing.folder))
    if publishing.key_value_store is None:
        return None
    return KeyValues(
        client("cloudfront-keyvaluestore", _EDGE_REGION, reach_of(environ)), publishing.key_value_store
    )
