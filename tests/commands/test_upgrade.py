"""`quarterdeck upgrade`: an older portfolio is brought along, and what its owner wrote stays."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from quarterdeck import __version__, cli
from quarterdeck.commands.ours import ours
from quarterdeck.start.record import RECORD, digest, record, recorded
from tests.sites import a_portfolio, digests, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETUP, FLOW, OWN = "scripts/setup", ".github/workflows/publish.yml", ".pre-commit-config.yaml"
NEW = {SETUP: b"#!/bin/sh\necho new\n", FLOW: b"name: New\n", OWN: b"repos: []\n"}
OLD = {SETUP: b"#!/bin/sh\necho old\n", FLOW: b"name: Old\n", OWN: b"repos: [old]\n"}
PINNED = "pyyaml\nquarterdeck[mail]==0.0.1\n"


class Said(NamedTuple):
    """Exit code and both streams of one command."""

    code: int
    out: str
    err: str


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portfolio as an earlier version made it, one file of which its owner changed since."""
    monkeypatch.setattr("quarterdeck.commands.upgrade.ours", lambda: NEW)
    root = a_portfolio(tmp_path / "fleet")
    for path, data in OLD.items():
        write(root, path, data)
    write(root, RECORD, record(OLD))
    write(root, OWN, b"repos: [mine]\n")
    write(root, "requirements.txt", PINNED)
    return root


@pytest.fixture
def run(older: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run it in that portfolio."""

    def run_here(*words: str) -> Said:
        capsys.readouterr()
        code = cli.main(["upgrade", "--portfolio", str(older), *words])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run_here


def test_what_is_older_is_brought_along_and_what_is_changed_is_left(
    older: Path, run: Callable[..., Said]
) -> None:
    said = run("--yes")
    assert said.code == 0
    assert (older / SETUP).read_bytes() == NEW[SETUP]
    assert os.access(older / SETUP, os.X_OK)
    assert (older / FLOW).read_bytes() == NEW[FLOW]
    assert (older / OWN).read_bytes() == b"repos: [mine]\n"
    assert (older / "requirements.txt").read_text() == PINNED.replace("0.0.1", __version__)
    assert said.out.splitlines()[:6] == [
        f"--- a/{FLOW}",
        f"+++ b/{FLOW}",
        "@@ -1 +1 @@",
        "-name: Old",
        "+name: New",
        "--- a/requirements.txt",
    ]
    assert (
        f"{OWN}: you changed it; left alone. To take that of Quarterdeck {__version__}: --force" in said.err
    )
    assert recorded(older)[OWN] == digest(OLD[OWN])


def test_a_second_run_finds_nothing_to_do(older: Path, run: Callable[..., Said]) -> None:
    run("--yes")
    before = digests(older)
    said = run()
    assert (said.code, said.out) == (0, "")
    assert f"All files are those of Quarterdeck {__version__}, or your own.\n" in said.err
    assert digests(older) == before


@pytest.mark.parametrize("words", [("--dry-run",), ()])
def test_nothing_is_written_unless_somebody_says_so(
    older: Path, run: Callable[..., Said], words: tuple[str, ...]
) -> None:
    before = digests(older)
    said = run(*words)
    assert "+name: New" in said.out
    assert "Nothing was written" in said.err
    assert digests(older) == before


def test_force_takes_the_place_of_what_was_changed_or_removed(older: Path, run: Callable[..., Said]) -> None:
    (older / FLOW).unlink()
    assert f"{FLOW}: you removed it; left away" in run("--dry-run").err
    assert run("--force", "--yes").code == 0
    assert {path: (older / path).read_bytes() for path in NEW} == NEW


def test_a_portfolio_from_before_there_were_records_loses_nothing(
    older: Path, run: Callable[..., Said]
) -> None:
    (older / RECORD).unlink()
    (older / FLOW).unlink()
    assert run("--yes").code == 0
    assert (older / FLOW).read_bytes() == NEW[FLOW]
    assert (older / SETUP).read_bytes() == OLD[SETUP]


def test_programs_get_the_diff_as_json(run: Callable[..., Said]) -> None:
    said = json.loads(run("--dry-run", "--format", "json").out)
    assert [one["path"] for one in said["written"]] == [FLOW, "requirements.txt", SETUP]
    assert said["left"] == [{"path": OWN, "what": "yours"}]
    assert "+name: New\n" in said["diff"]
    assert (said["schema"], said["exit_code"], said["is_written"]) == (1, 0, False)


@pytest.mark.parametrize(
    ("path", "text", "says"),
    [
        ("requirements.txt", "quarterdeck==99.0\n", "asks for Quarterdeck 99.0"),
        (RECORD, '{"version": "99.0", "files": {}, "schema": 1}', "was written by Quarterdeck 99.0"),
        (RECORD, "{", "is damaged"),
        ("generators/quarterdeck/__init__.py", "", "own checkout"),
    ],
)
def test_what_would_go_back_or_is_not_understood_is_refused(
    older: Path, run: Callable[..., Said], path: str, text: str, says: str
) -> None:
    write(older, path, text)
    before = digests(older)
    said = run("--yes", "--format", "json")
    assert (said.code, says in json.loads(said.out)["error"]) == (2, True)
    assert digests(older) == before


def test_F230_a_folder_in_the_place_of_a_file_is_one_line(older: Path, run: Callable[..., Said]) -> None:
    (older / FLOW).unlink()
    (older / FLOW).mkdir()
    said = run("--yes")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "cannot be read: is a directory" in said.err
    assert (older / SETUP).read_bytes() == OLD[SETUP]


def test_a_disk_that_refuses_leaves_everything_as_it_was(
    older: Path, run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("quarterdeck.commands.replace.os.fsync", full)
    before = digests(older)
    said = run("--yes")
    assert (said.code, "no space left on device" in said.err) == (3, True)
    assert digests(older) == before


def test_what_every_portfolio_is_given_is_brought_along() -> None:
    given = ours()
    assert {SETUP, OWN, FLOW, "requirements.txt", ".vscode/settings.json"} <= set(given)
    assert not {path for path in given if path.startswith(("handoffs/", "portfolio.yml", "ledger/"))}
