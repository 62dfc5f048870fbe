"""The second promise: the same commit gives the same bytes, whoever builds it, wherever and whenever."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands.build import INPUTS
from tests.sites import ROOT, a_sample, command, commit, environ_of, files_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CIRCUMSTANCES: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("here", 0o022, {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C", "COLUMNS": "40"}),
    (
        "somewhere else",
        0o077,
        {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
    ),
)
"""Folder, umask and environment of each of the two builds."""


def whole_sample(root: Path) -> Path:
    for name in INPUTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name)
        elif source.is_file():
            root.mkdir(exist_ok=True)
            shutil.copy(source, root / name)
    return root


def two_boats(root: Path) -> Path:
    return a_sample(root, "quickdumpnow", "shipcaptaincrew")


@pytest.mark.parametrize(("portfolio", "builder"), [(whole_sample, "mkdocs"), (two_boats, "zensical")])
def test_F149_F226_two_builds_give_the_same_bytes(
    tmp_path: Path, portfolio: Callable[[Path], Path], builder: str
) -> None:
    running = []
    for folder, umask, circumstances in CIRCUMSTANCES:
        root = portfolio(tmp_path / folder)
        (root / ".gitignore").write_text("build/\n", encoding="utf-8")
        commit(root)
        running.append(
            subprocess.Popen(
                command("build", "--builder", builder),
                cwd=root,
                env=environ_of(root, **circumstances),
                umask=umask,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    for process in running:
        _, said = process.communicate(timeout=600)
        assert (process.returncode, said) == (0, "")
    one, other = (dict(files_of(tmp_path / folder / "build")) for folder, _, _ in CIRCUMSTANCES)
    assert {"briefing.json", "all/docs/index.md", "all/site/index.html", "all/manifest.json"} <= set(one)
    assert list(one) == list(other)
    own = {"all/mkdocs.yml"}
    assert [name for name in one if one[name] != other[name] and name not in own] == []


def test_F226_no_place_of_a_machine_stands_in_the_site(tmp_path: Path) -> None:
    root = two_boats(tmp_path / "a-folder-with-a-name")
    done = subprocess.run(
        command("build"), cwd=root, env=environ_of(root), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for part in ("site", "docs", "briefing.json", "run.json", "manifest.json"):
        tree = root / "build" / "all" / part
        files = files_of(tree) if tree.is_dir() else [(part, tree.read_bytes())]
        held = [name for name, data in files if b"a-folder-with-a-name" in data or bytes(tmp_path) in data]
        assert held == []
