"""Every command on every terminal: completion, colour, code pages, closed pipes, and JSON also where it fails."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import click
import pytest

from quarterdeck import __version__, cli
from quarterdeck.start.parts import PARTS
from quarterdeck.start.record import RECORD
from tests.sites import ROOT, a_portfolio, command, environ_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCTOR = ("doctor", "--offline")
NEEDED = {
    "purge": ["a-word"],
    "explain": ["cash_total"],
    "rules": ["R-NONE-01"],
    "send": ["ceo", "--to", "a@b.example"],
    "mail resolve": ["sam", "sent"],
    "init": ["."],
    "add entity": ["Boat", "--kind", "saas"],
    "add person": ["Mia"],
    "formula": ["F-NONE"],
    "key": ["--portfolio", "nowhere"],
    "import bank": ["bank.csv", "--account", "Assets:Boat:Checking"],
    **{
        f"import {kind}": ["found.json"]
        for kind in ("prowler", "sarif", "gitleaks", "trufflehog", "pip-audit", "osv", "npm-audit")
    },
    **{name: ["2026-11-20-abc1234"] for name in ("rollback", "pin", "verify", "rebuild")},
}
"""Words that a command cannot do without."""


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    """Every command, by all of its words."""
    for name, one in sorted(group.commands.items()):
        if isinstance(one, click.Group):
            yield from commands(one, *above, name)
        else:
            yield " ".join((*above, name)), one


def formats(one: click.Command) -> list[str]:
    """What a command prints as."""
    found: list[Any] = [option.type for option in one.params if "--format" in option.opts]
    return [str(choice) for kind in found for choice in kind.choices]


WITH_JSON = [name for name, one in commands(cli.cli) if "json" in formats(one)]


# -- JSON


def test_every_command_with_a_result_speaks_json() -> None:
    without = [name for name, _ in commands(cli.cli) if name not in WITH_JSON]
    assert without == ["completion", "infra template", "serve"], "code for a shell, JSON anyway, and no end"


def test_what_was_said_is_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "portfolio.yml").write_text("schema: 1\n")
    words = ["add", "entity", "Boat", "--kind", "saas", "--portfolio", str(tmp_path), "--format", "json"]
    for more, first in ((["--dry-run"], "--- /dev/null"), ([], "made handoffs/boat.md")):
        assert cli.main([*words, *more]) == 0
        known = json.loads(capsys.readouterr().out)
        assert (known["exit_code"], known["said"][0]) == (0, first)


@pytest.mark.parametrize("name", WITH_JSON)
@pytest.mark.parametrize("format_", [["--format", "json"], ["--format=json"]])
def test_F233_what_fails_is_json_too(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    format_: list[str],
) -> None:
    (tmp_path / "portfolio.yml").write_text("schema: 1\nno_such_key: 1\n")
    (tmp_path / RECORD).write_text("{")
    monkeypatch.chdir(tmp_path)
    code = cli.main([*name.split(), *NEEDED.get(name, []), *format_])
    said = capsys.readouterr()
    known = json.loads(said.out)
    assert (known["schema"], known["exit_code"]) == (1, code)
    assert code != 0
    assert said.err


@pytest.mark.parametrize("name", WITH_JSON)
def test_F233_wrong_use_is_json_too(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert cli.main([*name.split(), "--no-such-option", "--format", "json"]) == 2
    known = json.loads(capsys.readouterr().out)
    assert (known["schema"], known["exit_code"]) == (1, 2)
    assert "--no-such-option" in known["error"]


def test_F233_a_fault_of_ours_is_json_too_and_leaves_its_traceback_for_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr("quarterdeck.commands.doctor.examine", broken)
    root = a_portfolio(tmp_path / "p")
    with pytest.raises(ZeroDivisionError):
        cli.main(["doctor", "--portfolio", str(root), "--format", "json"])
    known = json.loads(capsys.readouterr().out)
    assert (known["exit_code"], "fault in Quarterdeck" in known["error"]) == (1, True)


@pytest.mark.parametrize(
    ("module", "extra"), [("boto3", "collect"), ("botocore.session", "collect"), ("css_inline", "mail")]
)
def test_F235_a_part_that_is_not_installed_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
    extra: str,
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr("quarterdeck.commands.doctor.examine", missing)
    assert cli.main(["doctor", "--portfolio", str(a_portfolio(tmp_path / "p"))]) == 2
    said = f"This takes {module}, which is not installed. Run: pip install 'quarterdeck[{extra}]=={__version__}'\n"
    assert capsys.readouterr().err == said


def test_F235_every_part_of_the_package_is_known() -> None:
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(PARTS) == set(known) - {"dev", "e2e"}


# -- completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_our_own_program(
    capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"_QUARTERDECK_COMPLETE={shell}_complete" in script
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("quarterdeck doc", "plain,doctor\n"),
        ("quarterdeck mail r", "plain,resolve\n"),
        ("quarterdeck doctor --off", "plain,--offline\n"),
        ("quarterdeck completion z", "plain,zsh\n"),
    ],
)
def test_commands_options_and_choices_are_completed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, expected: str
) -> None:
    monkeypatch.setenv("_QUARTERDECK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 0
    assert capsys.readouterr().out == expected


# -- terminals


def on_a_terminal(root: Path, **environ: str) -> str:
    """All that a terminal is given."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        done = subprocess.Popen(
            command(*DOCTOR), cwd=root, env=environ_of(root, **environ), stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        read = b""
        try:
            while part := screen.read(4096):
                read += part
        except OSError:  # the last one who wrote has left
            pass
        assert done.wait() == 1
    return read.decode()


def test_a_terminal_shows_colour_and_steps_and_NO_COLOR_takes_the_colour_away(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    shown = on_a_terminal(root, TERM="xterm")
    assert "\x1b[32mok" in shown
    assert "Looking at git ...\r\x1b[K" in shown
    plain = on_a_terminal(root, TERM="dumb", NO_COLOR="1", COLUMNS="20")
    assert "\x1b" not in plain
    assert "ok             settings: portfolio.yml is sound" in plain


def test_F232_another_code_page_gets_words_that_it_has(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p", "schema: 1\nname: Søren \N{EN DASH} 水\n")
    said = {}
    for page, words in (("cp850", DOCTOR), ("ascii", (*DOCTOR, "--format", "json"))):
        environ = environ_of(root, PYTHONIOENCODING=page, LC_ALL="C")
        done = subprocess.run(command(*words), cwd=root, env=environ, capture_output=True, check=False)
        assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
        said[page] = done.stdout
    assert r"portfolio.yml is sound: Søren - \u6c34" in said["cp850"].decode("cp850")
    assert "水" in json.loads(said["ascii"])["signs"][0]["what"]


def test_F232_a_closed_pipe_leaves_no_traceback(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    script = f"{' '.join(command(*DOCTOR))} | true"
    done = subprocess.run(
        ["sh", "-c", script], cwd=root, env=environ_of(root), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
