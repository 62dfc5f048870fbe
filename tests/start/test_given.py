"""What comes with every portfolio: each file is what its reader expects, and current."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from quarterdeck import __version__
from quarterdeck.cli import cli
from quarterdeck.commands.ours import EXTRAS, REQUIREMENTS, ours, snippets
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.tables import TABLES
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.start.pin import pinned
from tests.sites import write

ROOT = Path(__file__).resolve().parents[2]
OURS = ours()
SNIPPETS: dict[str, dict[str, Any]] = json.loads(snippets())
_CHOICE = re.compile(r"\$\{\d+\|([^,|]*)[^|]*\|\}")
_PLACE = re.compile(r"\$\{\d+:([^}]*)\}|\$\d")


def typed(name: str) -> str:
    """A snippet with the first of each choice, and the day."""
    text = "\n".join(SNIPPETS[name]["body"]).replace(
        "$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE", "2026-11-23"
    )
    return _PLACE.sub(lambda place: place[1] or "", _CHOICE.sub(r"\1", text)) + "\n"


def test_schemas_are_those_of_this_repository() -> None:
    for name in ("handoff", "portfolio"):
        path = f"schemas/{name}.schema.json"
        assert OURS[path] == (ROOT / path).read_bytes()


def test_editors_find_the_schemas() -> None:
    settings = json.loads(OURS[".vscode/settings.json"])
    for schema, files in settings["yaml.schemas"].items():
        assert schema in OURS
        assert files in (["portfolio.yml"], ["handoffs/*.md"])
    assert "redhat.vscode-yaml" in json.loads(OURS[".vscode/extensions.json"])["recommendations"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_snippet_of_each_table_is_understood(table: Any) -> None:  # noqa: ANN401 - a row of the parameters
    handoff = parse_handoff(f"---\nname: A\n---\n{typed(table.heading)}".encode(), "handoffs/a.md")
    assert isinstance(handoff, Handoff)
    assert [name for name, _ in handoff.tables] == [table.name]
    assert {one.code for one in handoff.problems} & {
        "unknown-column",
        "missing-column",
        "unknown-table",
    } == set()
    assert SNIPPETS[table.heading]["prefix"].startswith("table-")


def test_the_snippets_of_front_matter_and_task_are_understood() -> None:
    handoff = parse_handoff((typed("handoff") + "\n## Tasks\n" + typed("task")).encode(), "handoffs/id.md")
    assert isinstance(handoff, Handoff)
    assert [str(one) for one in handoff.problems] == []
    assert (handoff.entity.kind, len(handoff.tasks), handoff.tasks[0].owner) == ("charter", 1, "who")


def test_the_hook_checks_what_check_reads() -> None:
    (own,) = yaml.safe_load(OURS[".pre-commit-config.yaml"])["repos"]
    (shared,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (hook,) = own["hooks"]
    assert hook["files"] == shared["files"]
    assert (hook["entry"], shared["entry"]) == (".venv/bin/quarterdeck check", "quarterdeck check")
    assert "check" in cli.commands
    for path in ("handoffs/boat.md", "data/boat/bookings.csv", "ledger/main.beancount", "portfolio.yml"):
        assert re.search(hook["files"], path)
    assert not re.search(hook["files"], "README.md")


def test_the_version_is_pinned_where_upgrade_looks_for_it(tmp_path: Path) -> None:
    write(tmp_path, REQUIREMENTS, OURS[REQUIREMENTS])
    pin = pinned(tmp_path)
    assert pin is not None
    assert (pin.path, pin.version, pin.is_hashed) == (REQUIREMENTS, __version__, False)


PYTHON = """#!/bin/sh
echo "$0 $*" >>"$LOG"
case "$*" in
*venv\\ --clear*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*-m\\ pip*) exit "${PIP:-0}" ;;
esac
"""
"""A Python that makes an environment in no time, installs nothing, and tells what it was asked."""


def set_up(root: Path, **environ: str) -> tuple[int, str, list[str]]:
    """Run the set-up of a portfolio: its code, what it said, and what it asked Python for."""
    log = root / "log"
    log.unlink(missing_ok=True)
    known = {"PATH": f"{root / 'bin'}:{os.environ['PATH']}", "LOG": str(log), **environ}
    done = subprocess.run(
        ["bash", "scripts/setup"], cwd=root, env=known, capture_output=True, text=True, check=False
    )
    asked = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return done.returncode, done.stderr, [line for line in asked if "-m pip" in line]


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """A portfolio's set-up and requirements, and a Python to play with."""
    for path in ("scripts/setup", "requirements.lock", REQUIREMENTS):
        write(tmp_path, path, OURS[path])
    write(tmp_path, "bin/python3", PYTHON).chmod(0o755)
    return tmp_path


def locked(text: str) -> dict[str, str]:
    """Each package of a lock, with its version and hashes."""
    found = re.findall(
        r"^([a-z0-9._-]+(?:\[[^]]*\])?==\S+[^\\\n]*)((?: \\\n +--hash=\S+)+)", text, re.MULTILINE
    )
    return {name.strip(): " ".join(hashes.replace("\\", "").split()) for name, hashes in found}


def test_F223_portfolios_install_the_very_packages_that_the_tests_ran_on() -> None:
    ours = locked(OURS["requirements.lock"].decode())
    everything = locked((ROOT / "requirements" / "all.lock").read_text(encoding="utf-8"))
    assert len(ours) > 40
    assert {name: hashes for name, hashes in ours.items() if everything.get(name) != hashes} == {}


def test_F223_the_lock_holds_every_package_that_portfolios_ask_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(one for extra in EXTRAS for one in project["optional-dependencies"][extra]),
    ]
    names = {re.split(r"[\[<>=~! ]", one)[0].lower().replace("_", "-") for one in asked}
    assert names - {re.split(r"[\[=]", one)[0] for one in locked(OURS["requirements.lock"].decode())} == set()


def test_the_set_up_installs_what_is_pinned_and_does_it_once(portfolio: Path) -> None:
    code, said, asked = set_up(portfolio)
    assert (code, len(asked)) == (0, 2), said
    assert asked[0].endswith("install --quiet --require-hashes -r requirements.lock")
    assert asked[1].endswith("install --quiet --no-deps -r requirements.txt")
    assert set_up(portfolio) == (0, "", []), "it is current"
    write(portfolio, REQUIREMENTS, OURS[REQUIREMENTS].replace(__version__.encode(), b"99.0"))
    assert len(set_up(portfolio)[2]) == 2, "another version is another environment"
    moved = shutil.copytree(portfolio, portfolio / "moved")
    assert len(set_up(moved)[2]) == 2, "an environment does not move"


def test_the_set_up_takes_a_checkout_or_wheel(portfolio: Path) -> None:
    _, _, (_, asked) = set_up(portfolio, QUARTERDECK_SOURCE="../quarterdeck")
    assert asked.endswith("install --quiet --no-deps ../quarterdeck")


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"PIP": "1"}, "Quarterdeck could not be installed"),
        ({"QUARTERDECK_PYTHON": "/no/python"}, "QUARTERDECK_PYTHON=/no/python is no Python 3.11"),
    ],
)
def test_a_failed_set_up_says_what_to_do_and_is_done_again(
    portfolio: Path, environ: dict[str, str], says: str
) -> None:
    code, said, _ = set_up(portfolio, **environ)
    assert code == 1
    assert says in said
    assert len(set_up(portfolio)[2]) == 2
