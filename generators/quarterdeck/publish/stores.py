"""Chooses the store that a portfolio names."""

from pathlib import Path

from quarterdeck.model.errors import UsageError
from quarterdeck.publish.aws import HERE, Reach, client
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.s3 import Bucket
from quarterdeck.publish.store import Store
from quarterdeck.settings import Publishing


def store_of(publishing: Publishing, root: Path, reach: Reach = HERE) -> Store:
    """The bucket that the settings name, else their folder; nothing is asked or made yet.

    Args:
        publishing: Of the portfolio.
        root: The portfolio's folder.
        reach: How AWS is reached; by default with the credentials of the machine.

    Raises:
        UsageError: A bucket is named without its owner (F-142).
        OutsideError: There are no credentials.
    """
    if publishing.bucket is None:
        return Folder(root / publishing.folder)
    if publishing.account is None:
        raise UsageError(
            f"publishing: names the bucket {publishing.bucket}, and not whose it is. "
            "Add account: and the 12 digits of its owner to portfolio.yml."
        )
    return Bucket(
        client("s3", publishing.region, reach),
        publishing.bucket,
        owner=publishing.account,
        prefix=publishing.prefix,
        has_edge=publishing.key_value_store is not None,
    )
