"""Checks of what runs by itself, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.checks.run import results
from quarterdeck.model.deployments import Deployment
from quarterdeck.model.pipelines import Step, Workflow
from quarterdeck.model.repositories import Repository
from tests.audits import REFUSED, audited, proven, seen
from tests.checks.judged import judged

if TYPE_CHECKING:
    from quarterdeck.model.evidence import Seen

CI = ".github/workflows/ci.yml"
SHIPS = {"deploy_method": "SAM", "is_production": True}
SOLO = {"profile": "solo"}


def _repo(**fields: Any) -> Repository:  # noqa: ANN401 - fields of the record
    return seen(Repository, **({"name": "jada-site"} | fields))


def _flow(**fields: Any) -> Workflow:  # noqa: ANN401 - fields of the record
    known = {"repo": "jada-site", "path": CI, "host": "GitHub Actions", "system": "GitHub Actions"}
    return seen(Workflow, **(known | {"triggers": ("push",), "runs_tests": True} | fields))


ELSEWHERE = {"system": "another", "host": "GitLab CI"}
ONE = _repo(**SOLO)
BRANCH, TAG, HELD = Step(5, "a/5", "branch"), Step(6, "a/6", "tag"), Step(7, "a/7", "commit")
DEPLOYS = seen(Deployment, repo="jada-site", pattern="DEP-14", path=CI, words="GitHub Actions")
OTHER = seen(Deployment, repo="qos-site", pattern="DEP-14", path=CI, words="GitHub Actions")
KEY = {"stored_keys": ("AWS_KEY",), "line": 9}

OF_REPOSITORY: list[tuple[str, str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("REPO-01", "has it", {"has_ci": True}, (), "pass"),
    ("REPO-01", "none, never shipped", {"has_ci": False, "deploy_method": None}, (), "fail low"),
    ("REPO-01", "none, to try out", {"has_ci": False, "is_production": False}, (), "fail low"),
    ("REPO-01", "none, live", SHIPS | {"has_ci": False}, (), "fail medium"),
    ("REPO-01", "none, unsure counts as live", {"has_ci": False}, (), "fail medium"),
    ("REPO-01", "none, live, one person", SHIPS | SOLO | {"has_ci": False}, (), "fail low"),
    ("REPO-01", "not known", {"has_ci": REFUSED}, (), "unknown"),
    ("REPO-02", "has some", {"has_tests": True, "code_lines": 900}, (), "pass"),
    ("REPO-02", "200 lines", {"has_tests": False, "code_lines": 200}, (), "fail medium"),
    ("REPO-02", "199 lines", {"has_tests": False, "code_lines": 199}, (), "n/a"),
    ("REPO-02", "one person", SOLO | {"has_tests": False, "code_lines": 200}, (), "fail medium"),
    ("REPO-02", "lines not known", {"has_tests": False, "code_lines": REFUSED}, (), "unknown"),
    ("REPO-02", "tests not known", {"has_tests": REFUSED, "code_lines": 900}, (), "unknown"),
    ("REPO-03", "run", {"has_tests": True}, (_flow(),), "pass"),
    ("REPO-03", "run at night", {"has_tests": True}, (_flow(triggers=("schedule",)),), "pass"),
    ("REPO-03", "never run", {"has_tests": True}, (_flow(runs_tests=False),), "fail medium"),
    ("REPO-03", "one person", SOLO | {"has_tests": True}, (_flow(runs_tests=False),), "fail low"),
    ("REPO-03", "one of two", {"has_tests": True}, (_flow(runs_tests=False), _flow(path="b.yml")), "pass"),
    ("REPO-03", "swallowed", {"has_tests": True}, (_flow(swallowed=(f"{CI}:9",)),), "fail medium"),
    ("REPO-03", "led out", {"has_tests": True}, (_flow(runs_tests=REFUSED),), "unknown"),
    ("REPO-03", "only a part", {"has_tests": True}, (_flow(triggers=()),), "n/a"),
    ("REPO-03", "of another", {"has_tests": True}, (_flow(repo="qos-site"),), "n/a"),
    ("REPO-03", "no tests", {"has_tests": False}, (_flow(runs_tests=False),), "n/a"),
    ("REPO-03", "tests not known", {"has_tests": REFUSED}, (_flow(),), "unknown"),
]

OF_WORKFLOW: list[tuple[str, str, dict[str, Any], tuple[Seen, ...], str]] = [
    ("REPO-07", "held", {"steps": (HELD,)}, (), "pass"),
    ("REPO-07", "tag", {"steps": (HELD, TAG)}, (), "fail low"),
    ("REPO-07", "branch", {"steps": (TAG, BRANCH)}, (), "fail medium"),
    ("REPO-07", "branch, one person", {"steps": (BRANCH,)}, (ONE,), "fail low"),
    ("REPO-07", "none of others", {}, (), "n/a"),
    ("REPO-07", "another host", ELSEWHERE, (), "n/a"),
    ("REPO-08", "safe", {}, (), "pass"),
    ("REPO-08", "fetches", {"checks_out": (7,)}, (), "fail high"),
    ("REPO-08", "one person", {"checks_out": (7,)}, (ONE,), "fail high"),
    ("REPO-08", "another host", ELSEWHERE, (), "n/a"),
    ("REPO-09", "safe", {}, (), "pass"),
    ("REPO-09", "injects", {"injects": (7, 8)}, (), "fail high"),
    ("REPO-09", "one person", {"injects": (7,)}, (ONE,), "fail high"),
    ("REPO-09", "another host", ELSEWHERE, (), "n/a"),
    ("REPO-10", "told", {}, (), "pass"),
    ("REPO-10", "none said", {"rights": "none said"}, (), "fail medium"),
    ("REPO-10", "all", {"rights": "all"}, (), "fail medium"),
    ("REPO-10", "one person", {"rights": "all"}, (ONE,), "fail low"),
    ("REPO-10", "called by others", {"triggers": ("workflow_call",), "rights": "none said"}, (), "n/a"),
    ("REPO-10", "a part", {"triggers": ()}, (), "n/a"),
    ("REPO-10", "another host", ELSEWHERE, (), "n/a"),
    ("REPO-11", "no key", {}, (DEPLOYS,), "pass"),
    ("REPO-11", "a key", KEY, (DEPLOYS,), "fail medium"),
    ("REPO-11", "one person", KEY, (DEPLOYS, ONE), "fail medium"),
    ("REPO-11", "deploys nothing", KEY, (OTHER,), "n/a"),
]


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    OF_REPOSITORY,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row_of_a_repository(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    assert judged(code, _repo(**fields), *others) == expected, case


@pytest.mark.parametrize(
    ("code", "case", "fields", "others", "expected"),
    OF_WORKFLOW,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_row_of_a_workflow(
    code: str, case: str, fields: dict[str, Any], others: tuple[Seen, ...], expected: str
) -> None:
    assert judged(code, _flow(**fields), *others) == expected, case


def test_what_was_never_listed_is_not_known() -> None:
    assert judged("REPO-03", _repo(has_tests=True), snapshots=()) == "unknown"
    assert judged("REPO-11", _flow(**KEY), snapshots=()) == "unknown"


def test_neither_tests_nor_ci_is_one_finding() -> None:
    bare = _repo(**SHIPS, has_tests=False, has_ci=False, code_lines=900)
    (finding,) = proven("R-CTO-19", audited(bare))
    assert (finding.subject, finding.severity) == ("jada-site", "medium")
    beneath = {one.code: one.beneath for one in results(audited(bare)) if one.status == "fail"}
    assert beneath["REPO-01"] == beneath["REPO-02"] == "REPO-04"


def test_a_failure_names_its_lines() -> None:
    failed = [one for one in results(audited(_flow(injects=(12, 14)))) if one.status == "fail"]
    assert f"jada-site:{CI}:12, 14" in failed[0].message
    assert failed[0].subject == f"jada-site:{CI}"
