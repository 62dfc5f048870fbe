"""Checks of what a repository says of itself, row by row."""

from __future__ import annotations

import pytest

from quarterdeck.model.repositories import Repository
from tests.audits import REFUSED, seen
from tests.checks.judged import judged

GOOD = {"name": "jada-site", "readme": True, "readme_lines": 40, "readme_tells_how": True}


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("REPO-18", "long and clear", {}, "pass"),
        ("REPO-18", "none", {"readme": False, "readme_lines": 0, "readme_tells_how": False}, "fail low"),
        ("REPO-18", "none, one person", {"readme": False, "profile": "solo"}, "fail medium"),
        ("REPO-18", "14 lines, silent", {"readme_lines": 14, "readme_tells_how": False}, "fail low"),
        ("REPO-18", "14 lines, clear", {"readme_lines": 14}, "pass"),
        ("REPO-18", "15 lines, silent", {"readme_lines": 15, "readme_tells_how": False}, "pass"),
        ("REPO-18", "not read", {"readme": REFUSED}, "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Repository, **(GOOD | fields))) == expected, case
