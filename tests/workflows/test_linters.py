"""What other tools say of workflows and scripts: actionlint, bash and, where it is there, shellcheck."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from tests.workflows.parsed import FOLDER, NAMES, ROOT

if TYPE_CHECKING:
    from pathlib import Path

ACTIONLINT: Final = ROOT / "tests/vendor/actionlint"
NOT_KNOWN: Final = (
    'label "ubuntu-24.04" is unknown.',
    'undefined variable "vars".',
    'unknown permission scope "attestations".',
)
"""What GitHub has added since; all else that it says is a defect."""
LINT: Final = """
const { readFileSync } = require("node:fs");
const { createLinter } = require(process.argv[1] + "/node.cjs");
createLinter().then((lint) => {
  const told = process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path));
  process.stdout.write(JSON.stringify(told), () => process.exit(0));
});
"""
SCRIPTS: Final = sorted(
    path
    for folder in ("scripts", "scripts/portfolio", ".ci")
    for path in (ROOT / folder).iterdir()
    if path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env bash")
)


def lint(node: str, *paths: str) -> list[dict[str, str]]:
    """What actionlint says of files."""
    words = [node, "--eval", LINT, str(ACTIONLINT), *paths]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    told: list[dict[str, str]] = json.loads(done.stdout)
    return told


@pytest.mark.node
def test_actionlint_finds_nothing_but_words_that_it_does_not_know(node: str) -> None:
    told = lint(node, *(str(FOLDER / f"{name}.yml") for name in NAMES))
    assert [one for one in told if not one["message"].startswith(NOT_KNOWN)] == []
    assert {known for known in NOT_KNOWN for one in told if one["message"].startswith(known)} == {*NOT_KNOWN}


@pytest.mark.node
def test_actionlint_would_notice(node: str, tmp_path: Path) -> None:
    wrong = (FOLDER / "publish.yml").read_text().replace("needs.collect.outputs", "needs.colect.outputs")
    file = tmp_path / "wrong.yml"
    file.write_text(wrong)
    assert any("colect" in one["message"] for one in lint(node, str(file)))


def test_what_is_vendored_is_as_its_page_says() -> None:
    said = re.findall(
        r"^\| `([\w.]+)` \| `([0-9a-f]{64})` \|$", (ACTIONLINT / "README.md").read_text(), re.MULTILINE
    )
    found = {path.name for path in ACTIONLINT.iterdir()} - {"LICENSE", "README.md"}
    assert {name for name, _ in said} == found
    for name, expected in said:
        assert hashlib.sha256((ACTIONLINT / name).read_bytes()).hexdigest() == expected


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_script_says_what_it_does_and_stops_at_a_failure(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert re.match(r"# [A-Z].*[.:)\]]", lines[1])
    assert "set -euo pipefail" in lines


def test_scripts_are_bash_that_shellcheck_has_nothing_against() -> None:
    for path in SCRIPTS:
        subprocess.run(["bash", "-n", str(path)], check=True)
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run([shellcheck, *map(str, SCRIPTS)], capture_output=True, text=True, check=False)
    assert done.stdout == ""


def test_zizmor_looks_at_workflows_with_the_other_linters_and_asks_nobody() -> None:
    assert ".venv/bin/zizmor --offline --no-progress --quiet .github" in (ROOT / "scripts/lint").read_text()
    assert any(
        line.startswith("zizmor==") for line in (ROOT / "requirements/dev.lock").read_text().splitlines()
    )
