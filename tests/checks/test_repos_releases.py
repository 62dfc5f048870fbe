"""The check of how releases go, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from quarterdeck.model.repositories import Deploy, Repository
from tests.audits import REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import AS_OF

NOON = datetime.combine(AS_OF, time(12), UTC)


def _deploys(count: int, failed: object, days: int = 0) -> list[Deploy]:
    """So many releases, of which some failed, a day apart."""
    return [
        seen(
            Deploy,
            repo="site",
            commit=NOON - timedelta(days=days + number),
            deployed=NOON - timedelta(days=days + number),
            failed=number < failed if isinstance(failed, int) else failed,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("case", "deploys", "expected"),
    [
        ("3 of 10", _deploys(10, 3), "pass"),
        ("4 of 10", _deploys(10, 4), "fail medium"),
        ("4 of 4", _deploys(4, 4), "n/a"),
        ("5 of 5, long ago", _deploys(5, 5, days=100), "n/a"),
        ("nobody knows", _deploys(10, REFUSED), "unknown"),
        ("none recognised", [], "unknown"),
    ],
)
def test_row(case: str, deploys: list[Deploy], expected: str) -> None:
    assert judged("REPO-29", seen(Repository, name="site"), *deploys) == expected, case
