"""What the workflows may, wait for and take from others, as their YAML says."""

from __future__ import annotations

import json
import os
import re
import tomllib
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

import quarterdeck
from quarterdeck.publish.infrastructure import plain_template
from quarterdeck.start.files import SHARED, shared
from tests.workflows.parsed import FOLDER, NAMES, ROOT, WORKFLOWS, Job, job, jobs

if TYPE_CHECKING:
    from pathlib import Path

READ: Final = {"contents": "read"}
CLOUD: Final = {**READ, "id-token": "write"}
MAY: Final = {
    "audit:collect": CLOUD,
    "audit:feedback": CLOUD,
    "audit:publish": CLOUD,
    "audit:mail": CLOUD,
    "audit:watch": {**READ, "issues": "write"},
    "publish:collect": CLOUD,
    "publish:publish": CLOUD,
    "publish:mail": CLOUD,
    "pull-request:look": READ,
    "pull-request:test": READ,
    "pull-request:comment": {**READ, "pull-requests": "write"},
    "release:build": READ,
    "release:attest": {"attestations": "write", "id-token": "write"},
    "release:publish": {"id-token": "write"},
}
ENVIRONMENTS: Final = {
    "audit:collect": "audit",
    "audit:feedback": "mail",
    "audit:publish": "publish",
    "audit:mail": "mail",
    "publish:collect": "audit",
    "publish:publish": "publish",
    "publish:mail": "mail",
    "release:publish": "pypi",
}
TOLD_BY_OTHERS: Final = re.compile(
    r"github\.(head_ref|base_ref|ref_name|actor|event\.(pull_request\.(title|body|head\.(ref|label))|head_commit|commits))"
)

every_workflow = pytest.mark.parametrize("name", NAMES)
every_job = pytest.mark.parametrize("one", jobs(), ids=str)


# ── What each may (F-215, F-218, F-219) ──────────────────────────────────────────────────────────────────────


def test_F218_each_job_may_what_it_needs_and_a_workflow_nothing() -> None:
    assert {name: one["permissions"] for name, one in WORKFLOWS.items()} == {name: {} for name in NAMES}
    assert {str(one): one.raw["permissions"] for one in jobs()} == MAY


def test_F218_who_takes_a_role_does_so_in_a_protected_environment() -> None:
    assert {str(one): one.raw["environment"] for one in jobs() if "environment" in one.raw} == ENVIRONMENTS
    named = {str(one) for one in jobs() if "id-token" in one.raw["permissions"]}
    assert named - ENVIRONMENTS.keys() == {"release:attest"}  # reaches no cloud: it signs what was built


def test_F219_roles_trust_the_environments_of_these_workflows_and_no_others() -> None:
    resources = plain_template()["Resources"]
    trusted = {
        statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]["Fn::Sub"]
        for one in resources.values()
        if one["Type"] == "AWS::IAM::Role"
        for statement in one["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    }
    taking = [one for one in jobs() if any(one.using("aws-actions/configure-aws-credentials"))]
    assert trusted == {f"repo:${{Repository}}:environment:{one.raw['environment']}" for one in taking}
    assert {str(one) for one in taking} == ENVIRONMENTS.keys() - {"release:publish"}


def test_F215_nothing_runs_what_a_stranger_wrote_with_more_than_a_reading_token() -> None:
    assert [one["on"] for one in WORKFLOWS.values()] == [
        {"schedule": [{"cron": "23 9 * * *"}], "workflow_dispatch": ""},
        {"push": {"branches": ["main"]}, "workflow_dispatch": ""},
        "pull_request",
        {"push": {"tags": ["v*"]}},
    ]
    text = (FOLDER / "pull-request.yml").read_text()
    assert "secrets." not in text
    assert "vars." not in text
    assert "id-token" not in text


def test_F215_the_comment_runs_nothing_of_the_branch() -> None:
    one = job("pull-request", "comment")
    (checkout,) = one.using("actions/checkout")
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert "github.event.pull_request.head.repo.full_name == github.repository" in one.raw["if"]
    assert one.blocks == ['scripts/portfolio/comment "$NUMBER" told/summary.md']


@pytest.mark.parametrize("one", [one for one in jobs() if one.workflow in {"audit", "publish"}], ids=str)
def test_what_reaches_readers_is_of_main_alone(one: Job) -> None:
    needed = one
    while "needs" in needed.raw:
        first = needed.raw["needs"]
        needed = job(one.workflow, first if isinstance(first, str) else first[0])
    assert needed.raw["if"] == "${{ github.ref == 'refs/heads/main' }}"


# ── What they take from others (F-216, F-217, F-220, F-221) ──────────────────────────────────────────────────


def test_F217_actions_are_pinned_to_one_commit_each_with_its_version() -> None:
    lines = {line.strip() for name in NAMES for line in (FOLDER / f"{name}.yml").read_text().splitlines()}
    used = sorted({line.removeprefix("- ") for line in lines if "uses:" in line})
    found = [re.fullmatch(r"uses: ([\w.-]+/[\w.-]+)@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in used]
    assert None not in found
    actions = [one[1] for one in found if one]
    assert actions == [
        "actions/attest-build-provenance",
        "actions/checkout",
        "actions/download-artifact",
        "actions/setup-python",
        "actions/upload-artifact",
        "aws-actions/configure-aws-credentials",
        "pypa/gh-action-pypi-publish",
    ]


@every_job
def test_F216_no_expression_stands_in_what_is_run(one: Job) -> None:
    assert [block for block in one.blocks if "${{" in block] == []
    for step in one.steps:
        told = {key: value for key, value in step.items() if key != "env"}
        assert TOLD_BY_OTHERS.search(json.dumps(told)) is None
        assert "$" not in re.sub(r'"[^"]*"', "", step.get("run", "")), "a variable stands outside quotes"


@every_job
def test_F220_F221_nothing_is_taken_from_other_runs_or_left_behind(one: Job) -> None:
    assert all(step["with"]["persist-credentials"] == "false" for step in one.using("actions/checkout"))
    assert all(step["with"].keys() == {"name", "path"} for step in one.using("actions/download-artifact"))
    assert all(step["with"].keys() == {"python-version"} for step in one.using("actions/setup-python"))
    assert all("cache" not in step.get("uses", "") for step in one.steps)


@every_job
def test_F228_what_is_handed_on_is_gone_in_days(one: Job) -> None:
    days = {
        step["with"]["name"]: step["with"]["retention-days"] for step in one.using("actions/upload-artifact")
    }
    assert set(days.values()) <= {"1", "3"}
    assert days.get("site", "3") == "3"


# ── How long, and beside what (F-224) ────────────────────────────────────────────────────────────────────────


@every_job
def test_F224_every_job_has_a_limit(one: Job) -> None:
    assert 0 < int(one.raw["timeout-minutes"]) <= 60
    assert one.raw["runs-on"] == "ubuntu-24.04"


@every_workflow
def test_every_block_is_run_by_bash_that_stops_at_a_failure(name: str) -> None:
    assert WORKFLOWS[name]["defaults"] == {"run": {"shell": "bash"}}
    assert not any("shell" in step for one in jobs() if one.workflow == name for step in one.steps)


def test_F224_who_writes_to_readers_is_never_cut_off_by_the_next_run() -> None:
    shared_by = {"group": "readers-${{ github.ref }}", "cancel-in-progress": "false"}
    assert [WORKFLOWS[name]["concurrency"] for name in ("audit", "publish")] == [shared_by, shared_by]
    assert WORKFLOWS["release"]["concurrency"]["cancel-in-progress"] == "false"


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("audit", ["collect", "feedback", "publish", "mail", "watch"]),
        ("publish", ["collect", "publish", "mail"]),
        ("release", ["build", "attest", "publish"]),
    ],
)
def test_jobs_come_one_after_the_other(name: str, order: list[str]) -> None:
    found = WORKFLOWS[name]["jobs"]
    assert list(found) == order
    for before, after in pairwise(order):
        needs = found[after]["needs"]
        assert before in ([needs] if isinstance(needs, str) else needs)


# ── What they call, and who has it ───────────────────────────────────────────────────────────────────────────


def _called(one: Job) -> set[str]:
    return {word for block in one.blocks for word in block.split() if word.startswith("scripts/")}


def test_F227_workflows_call_scripts_that_are_there_and_run_anywhere() -> None:
    called = {path for one in jobs() for path in _called(one)}
    for path in called:
        assert os.access(ROOT / path, os.X_OK), path
    of_portfolios = {path for one in jobs() if one.workflow != "release" for path in _called(one)}
    given = {there for _, there in SHARED}
    assert of_portfolios - given == {"scripts/setup"}  # a portfolio has its own


def test_a_portfolio_gets_all_that_its_workflows_need() -> None:
    scripts = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scripts/portfolio").iterdir()}
    workflows = {f".github/workflows/{name}.yml" for name in NAMES if name != "release"}
    assert [here for here, _ in SHARED] == sorted(scripts | workflows)
    assert dict(shared()) == {there: (ROOT / here).read_bytes() for here, there in SHARED}


def test_a_wheel_carries_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    targets: Any = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    package = tmp_path / "quarterdeck"
    for here, there in targets["wheel"]["force-include"].items():
        source, copied = ROOT / here, tmp_path / there
        for file in [source] if source.is_file() else source.iterdir():
            to = copied if source.is_file() else copied / file.name
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
    expected = dict(shared())
    monkeypatch.setattr(quarterdeck, "__file__", str(package / "__init__.py"))
    assert dict(shared()) == expected
    packed = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    guides = {f"docs/guide/{file.name}" for file in (ROOT / "docs/guide").iterdir()}
    assert packed == {f"start/shared/{path}" for path in expected} | guides


def test_F222_owners_are_asked_about_files_that_are_there() -> None:
    lines = [line.split() for line in (ROOT / ".github/CODEOWNERS").read_text().splitlines() if line.strip()]
    paths = [words[0] for words in lines if not words[0].startswith("#")]
    assert [path for path in paths if not (ROOT / path.strip("/")).exists()] == []
    assert {"/portfolio.yml", "/.github/", "/infra/", "/scripts/"} <= {*paths}
    assert all(len(words) > 1 for words in lines if not words[0].startswith("#"))
