"""`quarterdeck init`: a portfolio that builds at once, whatever it is called, and nothing written over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from quarterdeck import cli
from quarterdeck.settings import load_settings
from tests.sites import build, digests, pages_of, run, stub_builder, write

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    "Plain",
    'Tom\'s "Best" Boats',
    "R&D <script>alert(1)</script> <!-- ",
    "Søren & Ærø — 水 Boats 🚤",
    "{{ config }} {% raw %} {#x}",
    "a: b # c - [d] *e* |f| `g` ~h~ \\i",
    "--8<-- 'x' <name> <today> <entity>",
    "x\ny\tz\u202e",
    "yes",
    "2026-02-30",
]


def test_a_new_portfolio_builds_at_once_and_passes_its_check(tmp_path: Path) -> None:
    made = run(tmp_path, "init", "fleet", "--name", 'Our "Fleet" & more', "--business", "Harbor Tours")
    assert (made.returncode, made.stderr) == (0, "")
    root = tmp_path / "fleet"
    assert sorted(digests(root)) == [
        ".gitignore",
        ".quarterdeck/fingerprint-key",
        "README.md",
        "handoffs/harbor-tours.md",
        "portfolio.yml",
    ]
    assert (root / ".quarterdeck" / "fingerprint-key").stat().st_mode & 0o077 == 0, "its owner alone reads it"
    assert made.stdout.splitlines()[-1].startswith("Next: cd fleet && quarterdeck serve")
    checked = run(root, "check", "--fail-on", "info")
    assert (checked.returncode, checked.stdout) == (0, "")
    done = run(root, "build")
    assert (done.returncode, done.stderr) == (0, "")
    pages = pages_of(root / "build" / "all" / "site")
    assert "reports/entities/harbor-tours/index.html" in pages
    assert 'Our "Fleet" & more' in pages["index.html"].titles[0]
    assert build(root).returncode == 0, "and again, on another day"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    stub_builder(monkeypatch)
    root = tmp_path / "p"
    assert cli.main(["init", str(root), "--name", name, "--business", f"Boat {name}"]) == 0
    assert cli.main(["check", str(root), "--fail-on", "low"]) == 0, capsys.readouterr().out
    assert cli.main(["build", "--portfolio", str(root)]) == 0, capsys.readouterr().err
    printed = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    assert load_settings(root, {}).name == printed
    (handoff,) = (root / "handoffs").iterdir()
    assert handoff.name.startswith("boat")


def test_without_a_name_the_folder_s_own_is_taken(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "harbor-group").returncode == 0
    assert load_settings(tmp_path / "harbor-group", {}).name == "harbor-group"
    (tmp_path / "here").mkdir()
    assert run(tmp_path / "here", "init", ".").returncode == 0
    assert load_settings(tmp_path / "here", {}).name == "here"


@pytest.mark.parametrize("held", ["notes.txt", ".hidden", "handoffs/a.md"])
def test_a_folder_that_holds_anything_is_refused(tmp_path: Path, held: str) -> None:
    write(tmp_path, f"p/{held}", "mine")
    before = digests(tmp_path)
    done = run(tmp_path, "init", "p")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "is not empty" in done.stderr
    assert digests(tmp_path) == before


@pytest.mark.parametrize(
    "words", [["a-file"], ["a-file/p"], ["p", "--business", "水"], ["p", "--business", " "], []]
)
def test_F230_bad_use_is_one_line(tmp_path: Path, words: list[str]) -> None:
    write(tmp_path, "a-file", "mine")
    done = run(tmp_path, "init", *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert sorted(digests(tmp_path)) == ["a-file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_F230_a_folder_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    done = run(tmp_path, "init", "locked/p")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
