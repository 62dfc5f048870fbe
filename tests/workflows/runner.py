"""Plays GitHub: runs the blocks of a workflow as they are written, in their order, each job in its own checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.workflows.parsed import Job, jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.workflows.parsed import Raw

NOT_RUN: Final = ("scripts/setup", "scripts/portfolio/tests")
"""Blocks that install, or test the program itself."""

NOT_PLAYED: Final = (
    "actions/attest-build-provenance",
    "actions/setup-python",
    "pypa/gh-action-pypi-publish",
)
"""Actions that do nothing here which a block could see."""

_EXPRESSION: Final = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME: Final = re.compile(r"(?<![\w'/.-])(?:github|vars|secrets|steps|needs)(?:\.[\w*-]+)+")
_MAIN: Final = """
import sys
from quarterdeck import cli
if "build" in sys.argv:
    import pytest
    from tests.sites import stub_builder
    stub_builder(pytest.MonkeyPatch())
if "collect" in sys.argv:
    from quarterdeck.commands.collect import COLLECTORS
    assert COLLECTORS.pop("dns") and COLLECTORS.pop("web")
sys.exit(cli.main())
"""
"""The program, but pages go into the site as they stand, for builders are tried elsewhere, and nobody else is asked."""
_GH: Final = """#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$GH_PLAYED/asked"
printf '\\n' >>"$GH_PLAYED/asked"
for word in "$@"; do
    case "$word" in
        body=@*) cp "${word#body=@}" "$GH_PLAYED/body" ;;
    esac
done
case "$*" in
    *--method*) exit 0 ;;
    */comments\\?*) answer=comments ;;
    */issues\\?*) answer=issues ;;
    *) answer="${*: -1}" ;;
esac
if [[ -f "$GH_PLAYED/answer-$answer" ]]; then cat "$GH_PLAYED/answer-$answer"; fi
"""
"""Writes down what it is asked, keeps texts, and answers as a test told it to."""


class Runner:
    """One run of one workflow."""

    def __init__(
        self, folder: Path, origin: Path, known: Mapping[str, str], environ: Mapping[str, str]
    ) -> None:
        """Nothing has run yet.

        Args:
            folder: For checkouts, artefacts and what `gh` was asked.
            origin: The repository.
            known: Name of a value that GitHub gives -> the value; `vars.AWS_ROLE` is that of every environment.
            environ: Of the machine.
        """
        self.folder, self.origin, self.environ = folder, origin, dict(environ)
        self.known = {"github.token": "token-of-the-run", "github.repository": "harbor/fleet", **known}
        self.ran: list[str] = []
        """Blocks, in order."""
        self.said: dict[str, str] = {}
        """Job -> all that it said."""
        self.codes: dict[str, int] = {}
        """Block that failed -> its code."""
        self.artefacts = folder / "artefacts"
        self.gh = folder / "gh"
        for made in (self.artefacts, self.gh, folder / "bin"):
            made.mkdir(parents=True, exist_ok=True)
        _program(folder / "bin/gh", _GH)

    def answer(self, asked: str, text: str) -> None:
        """What `gh` says when it is asked for `comments` or `issues`, or for one field such as `.sha`."""
        (self.gh / f"answer-{asked}").write_text(text)

    @property
    def asked(self) -> list[list[str]]:
        """What `gh` was asked."""
        file = self.gh / "asked"
        lines = file.read_text().split("\0\n") if file.exists() else []
        return [line.split("\0") for line in lines if line]

    def run(self, name: str) -> dict[str, str]:
        """Run all jobs of a workflow in their order; gives how each ended."""
        results: dict[str, str] = {}
        for one in jobs():
            if one.workflow == name:
                results[one.name] = self._job(one, results)
                self.known[f"needs.{one.name}.result"] = results[one.name]
        return results

    def run_one(self, one: Job, results: Mapping[str, str], **outputs: str) -> str:
        """Run one job after others that ended so, and put these out."""
        self.known |= {
            f"needs.{name}.outputs.{key}": value for name in results for key, value in outputs.items()
        }
        return self._job(one, results)

    def _job(self, one: Job, results: Mapping[str, str]) -> str:
        needs = one.raw.get("needs", [])
        before = [results[name] for name in ([needs] if isinstance(needs, str) else needs)]
        condition = one.raw.get("if", "")
        self.known["needs.*.result"] = " ".join(before)
        has_own = "always()" in condition or "!cancelled()" in condition
        if (not has_own and {*before} - {"success"}) or not self._holds(condition):
            return "skipped"
        checkout = self.folder / "work" / one.name
        steps: dict[str, str] = {"hash": str(checkout)}
        environ = dict(self.environ)
        failed = False
        for step in one.steps:
            condition = step.get("if", "")
            skipped = (failed and "!cancelled()" not in condition) or not self._holds(condition, steps)
            done = "skipped" if skipped else self._step(step, one.name, checkout, environ, steps)
            failed = failed or done == "failure"
            steps[f"steps.{step.get('id', '-')}.outcome"] = done
        for name, expression in one.raw.get("outputs", {}).items():
            self.known[f"needs.{one.name}.outputs.{name}"] = self._filled(expression, steps)
        return "failure" if failed else "success"

    def _step(
        self, step: Raw, job: str, checkout: Path, environ: dict[str, str], steps: dict[str, str]
    ) -> str:
        with_ = {key: self._filled(value, steps) for key, value in step.get("with", {}).items()}
        action = step.get("uses", "run").partition("@")[0]
        match action:
            case "run":
                return self._block(step, job, checkout, environ, steps)
            case "actions/checkout":
                _checkout(self.origin, checkout, with_.get("ref") or self.known["github.sha"])
            case "aws-actions/configure-aws-credentials":
                environ |= {"AWS_REGION": with_["aws-region"], "TAKEN_ROLE": with_["role-to-assume"]}
            case "actions/upload-artifact":
                for found in sorted(checkout.glob(with_["path"])):
                    to = self.artefacts / with_["name"] / (found.name if found.is_file() else "")
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copytree(found, to, dirs_exist_ok=True) if found.is_dir() else shutil.copy(
                        found, to
                    )
            case "actions/download-artifact":
                shutil.copytree(self.artefacts / with_["name"], checkout / with_["path"], dirs_exist_ok=True)
            case _:
                assert action in NOT_PLAYED
        return "success"

    def _block(
        self, step: Raw, job: str, checkout: Path, environ: Mapping[str, str], steps: dict[str, str]
    ) -> str:
        """Run one block as GitHub does where its shell is bash."""
        block = step["run"]
        self.ran.append(block)
        if block in NOT_RUN:
            return "success"
        output, summary = self.folder / f"output-{job}", self.folder / "summary.md"
        output.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", block],
            cwd=checkout,
            env={
                **environ,
                "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_REPOSITORY": self.known["github.repository"],
                "GITHUB_RUN_ID": "1",
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_STEP_SUMMARY": str(summary),
                "GH_PLAYED": str(self.gh),
                **{name: self._filled(value, steps) for name, value in step.get("env", {}).items()},
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.said[job] = self.said.get(job, "") + done.stdout + done.stderr
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            steps[f"steps.{step['id']}.outputs.{name}"] = value
        if done.returncode:
            self.codes[block] = done.returncode
        return "failure" if done.returncode else "success"

    def _filled(self, text: str, steps: Mapping[str, str] | None = None) -> str:
        """A value with its expressions worked out."""
        return _EXPRESSION.sub(lambda found: str(self._value(found[1], steps or {})), text)

    def _holds(self, condition: str, steps: Mapping[str, str] | None = None) -> bool:
        found = _EXPRESSION.fullmatch(condition.strip())
        return not condition or (found is not None and bool(self._value(found[1], steps or {})))

    def _value(self, expression: str, steps: Mapping[str, str]) -> Any:  # noqa: ANN401 - a text or a truth
        """What an expression of ours gives; a name that nobody gave a value is empty, as on GitHub."""
        known = {**self.known, **steps}
        words = _NAME.sub(lambda found: repr(known.get(found[0], "")), expression.strip())
        for theirs, ours in (("&&", " and "), ("||", " or "), ("!cancelled()", "True"), ("always()", "True")):
            words = words.replace(theirs, ours)
        names = {
            "hashFiles": lambda path: "x" * Path(steps["hash"], path).exists(),
            "join": lambda found, _: found,
        }
        return eval(" ".join(words.split()), {"__builtins__": {}}, names)  # noqa: S307 - of our own files


def _checkout(origin: Path, to: Path, commit: str) -> None:
    """A clone with a commit checked out, and the program where a set-up would have put it."""
    subprocess.run(["git", "clone", "-q", str(origin), str(to)], check=True)
    subprocess.run(["git", "checkout", "-q", commit], cwd=to, check=True)
    python = f"#!/bin/sh\nexec '{sys.executable}'"
    _program(to / ".venv/bin/python", f'{python} "$@"\n')
    _program(to / ".venv/bin/quarterdeck", f"{python} -c '{_MAIN}' \"$@\"\n")


def _program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
