"""Checks of branches, work at risk, and what is tracked, row by row."""

from __future__ import annotations

import pytest

from quarterdeck.model.holdings import Access
from quarterdeck.model.repositories import PeopleList, Repository
from tests.audits import ANY_SOURCE, REFUSED, seen
from tests.checks.judged import judged
from tests.figures.builders import JADA

LIVE = {"name": "jada-booking", "is_production": True}
IDLE = {"name": "jada-notes", "is_production": False}
BOTH = ("deletion", "non_fast_forward")
KEPT = {"has_remote": True, "uncommitted": 0, "unpushed": 0}
TIDY = {"stale_branches": (), "far_branches": ()}
ALONE = {"authors_365d": ("Lee",), "commits_365d": 30}
SMALL = {"large_files": 0, "large_in_history": 0}
CODE = {"todo_count": 0, "code_lines": 1000, "todo_on_path": ()}


@pytest.mark.parametrize(
    ("code", "case", "fields", "expected"),
    [
        ("REPO-12", "no export", LIVE, "unknown"),
        ("REPO-12", "not live", IDLE, "n/a"),
        ("REPO-12", "said to be open", {**LIVE, "is_protected": False}, "fail medium"),
        ("REPO-12", "said to be closed", {**LIVE, "is_protected": True}, "pass"),
        ("REPO-12", "no rules", {**LIVE, "protection": ()}, "fail medium"),
        (
            "REPO-12",
            "may be deleted",
            {**LIVE, "protection": ("non_fast_forward", "pull_request")},
            "fail medium",
        ),
        ("REPO-12", "team, no review", {**LIVE, "protection": BOTH}, "fail medium"),
        ("REPO-12", "one person, no review", {**LIVE, "protection": BOTH, "profile": "solo"}, "pass"),
        ("REPO-12", "team, green run", {**LIVE, "protection": (*BOTH, "required_status_checks")}, "pass"),
        ("REPO-13", "half alone", {"merges_90d": 4, "merges_alone_90d": 2}, "pass"),
        ("REPO-13", "most alone", {"merges_90d": 4, "merges_alone_90d": 3}, "fail low"),
        ("REPO-13", "none", {"merges_90d": 0, "merges_alone_90d": 0}, "n/a"),
        ("REPO-13", "not read", {"merges_90d": REFUSED}, "unknown"),
        ("REPO-13", "one person with CI", {"profile": "solo", "has_ci": True}, "pass"),
        ("REPO-13", "one person without", {"profile": "solo", "has_ci": False}, "fail low"),
        ("REPO-13", "one person, not known", {"profile": "solo", "has_ci": REFUSED}, "unknown"),
        ("REPO-14", "all pushed", {**LIVE, **KEPT}, "pass"),
        ("REPO-14", "fresh changes", {**LIVE, **KEPT, "uncommitted": 3, "uncommitted_days": 7}, "pass"),
        ("REPO-14", "eight days", {**LIVE, **KEPT, "uncommitted": 3, "uncommitted_days": 8}, "fail medium"),
        ("REPO-14", "a month, live", {**LIVE, **KEPT, "uncommitted": 1, "uncommitted_days": 31}, "fail high"),
        (
            "REPO-14",
            "a month, idle",
            {**IDLE, **KEPT, "uncommitted": 1, "uncommitted_days": 31},
            "fail medium",
        ),
        ("REPO-14", "unpushed", {**LIVE, **KEPT, "unpushed": 1, "unpushed_days": 2}, "fail medium"),
        ("REPO-14", "no remote", {**LIVE, "has_remote": False, "uncommitted": 0}, "fail medium"),
        ("REPO-14", "not read", {**LIVE, **KEPT, "uncommitted": REFUSED}, "unknown"),
        ("REPO-14", "remotes not read", LIVE, "unknown"),
        ("REPO-15", "one of a team", {**LIVE, **ALONE}, "fail medium"),
        ("REPO-15", "one person", {**LIVE, **ALONE, "profile": "solo"}, "fail low"),
        ("REPO-15", "two", {**LIVE, **ALONE, "authors_365d": ("Ana", "Lee")}, "pass"),
        ("REPO-15", "nobody", {**LIVE, "authors_365d": (), "commits_365d": 0}, "n/a"),
        ("REPO-15", "not live", {**IDLE, **ALONE}, "n/a"),
        ("REPO-15", "not read", LIVE, "unknown"),
        ("REPO-16", "tidy", TIDY, "pass"),
        ("REPO-16", "five", {**TIDY, "stale_branches": tuple("abcde")}, "pass"),
        ("REPO-16", "six", {**TIDY, "stale_branches": tuple("abcdef")}, "fail low"),
        ("REPO-16", "far", {**TIDY, "far_branches": ("big",)}, "fail low"),
        ("REPO-16", "far, one person", {**TIDY, "far_branches": ("big",), "profile": "solo"}, "fail info"),
        ("REPO-16", "not read", {}, "unknown"),
        ("REPO-19", "private", {"is_public": False}, "n/a"),
        ("REPO-19", "public, MIT", {"is_public": True, "license": "MIT"}, "pass"),
        ("REPO-19", "public, none", {"is_public": True, "license": None}, "fail low"),
        ("REPO-19", "nobody says", {"license": None}, "unknown"),
        ("REPO-21", "none", {"env_files": ()}, "pass"),
        ("REPO-21", "one", {"env_files": (".env",)}, "fail high"),
        ("REPO-21", "not read", {}, "unknown"),
        ("REPO-22", "none", {"ignore_gaps": ()}, "pass"),
        ("REPO-22", "one", {"ignore_gaps": (".env",)}, "fail low"),
        ("REPO-22", "not read", {}, "unknown"),
        ("REPO-23", "small", SMALL, "pass"),
        ("REPO-23", "in the tree", {**SMALL, "large_files": 1}, "fail low"),
        ("REPO-23", "in history", {**SMALL, "large_in_history": 2}, "fail info"),
        ("REPO-23", "not read", {"large_files": 0}, "unknown"),
        ("REPO-24", "none", {"made_files": ()}, "pass"),
        ("REPO-24", "packages", {"made_files": ("node_modules",)}, "fail low"),
        ("REPO-24", "not read", {}, "unknown"),
        ("REPO-26", "clean", CODE, "pass"),
        ("REPO-26", "ten", {**CODE, "todo_count": 10}, "pass"),
        ("REPO-26", "eleven", {**CODE, "todo_count": 11}, "fail info"),
        ("REPO-26", "on the way", {**CODE, "todo_count": 1, "todo_on_path": ("pay.py",)}, "fail low"),
        ("REPO-26", "no code", {**CODE, "code_lines": 0}, "n/a"),
        ("REPO-26", "not read", {}, "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row(code: str, case: str, fields: dict[str, object], expected: str) -> None:
    assert judged(code, seen(Repository, **({"name": "jada-site"} | fields))) == expected, case


def test_a_list_of_people_fails() -> None:
    listed = seen(PeopleList, repo="crew", path="a.csv", rows=21, columns=("email",))
    assert judged("REPO-25", listed) == "fail high"
    assert listed.subject == "crew:a.csv"


def test_a_second_holder_of_the_code_is_enough() -> None:
    second = Access(entity=JADA, source=ANY_SOURCE, thing="cloud", of="jada-booking", holders=("lee", "sam"))
    assert judged("REPO-15", seen(Repository, **LIVE, **ALONE), rows=(second,)) == "pass"
