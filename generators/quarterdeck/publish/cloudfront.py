"""Makes CloudFront forget what it keeps of the pages (F-138)."""

from typing import Any, Final

from quarterdeck.publish.aws import told

REGION: Final = "us-east-1"
"""Where CloudFront is asked, wherever it answers readers."""

_EVERYTHING: Final = "/*"


def forget(client: Any, distribution: str, reference: str) -> None:  # noqa: ANN401 - the library makes classes as it runs
    """Ask a distribution to forget every file that it keeps.

    Args:
        client: For CloudFront.
        distribution: Its id.
        reference: The same for the same content: asked again with it, CloudFront gives the answer of the first time,
            so that trying again costs nothing.

    Raises:
        OutsideError: CloudFront refuses, is busy or does not answer, after retries.
    """
    batch = {"Paths": {"Quantity": 1, "Items": [_EVERYTHING]}, "CallerReference": reference}
    with told(f"distribution {distribution}: cannot make it forget what it keeps"):
        client.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
