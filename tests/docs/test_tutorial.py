"""The tutorial, typed as it stands: each block in its order, in an empty folder."""

import email
import email.policy
import re
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from quarterdeck.cli import cli
from tests.docs.test_docs import commands_of, fences_of
from tests.sites import stub_builder

INSTALLED: Final = "pip install"


class Step(NamedTuple):
    """A block of commands, and what was printed by it."""

    commands: list[str]
    said: str


class Typed(NamedTuple):
    """All that was typed, and where it ended."""

    steps: list[Step]
    folder: Path


def typed(block: str, place: Path, shown: pytest.CaptureFixture[str]) -> tuple[Step, Path]:
    """Run the commands of a block from a folder on, and give the folder in which they end."""
    commands = commands_of(block)
    said = []
    for command in commands:
        program, _, rest = command.partition(" ")
        if program == "cd":
            place = place / rest
        elif program == "quarterdeck":
            with pytest.MonkeyPatch.context() as there:
                there.chdir(place)
                words = subprocess.run(
                    ["bash", "-c", f"printf '%s\\0' {rest}"], capture_output=True, check=True, text=True
                ).stdout
                assert not cli.main(words.split("\0")[:-1], "quarterdeck", standalone_mode=False), command
            said.append("".join(shown.readouterr()).replace("\N{NO-BREAK SPACE}", " "))
        else:
            done = subprocess.run(
                ["bash", "-c", command], cwd=place, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
    return Step(commands, "".join(said)), place


@pytest.fixture
def tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """The whole of it; the site builder alone is played, as its own tests make real sites."""
    stub_builder(monkeypatch)
    place, steps = tmp_path, []
    for fence in fences_of("tutorial.md"):
        if fence.language == "sh" and INSTALLED not in fence.text:
            step, place = typed(fence.text, place, capsys)
            steps.append(step)
        elif fence.language == "text":
            assert_said(fence.text, steps[-1])
    return Typed(steps, place)


def assert_said(shown: str, step: Step) -> None:
    """Each line that the page shows was printed; an ellipsis stands for what differs from day to day."""
    for line in shown.splitlines():
        pattern = ".+".join(re.escape(part) for part in line.split("…"))
        assert re.search(rf"^{pattern}$", step.said, re.MULTILINE) or line in step.said, (line, step.said)


def test_from_an_empty_folder_to_the_third_mail(tutorial: Typed) -> None:
    """What each step promises is there at the end: three versions, and one mail for each, to one person."""
    folder = tutorial.folder
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in sorted(
            (folder / "build" / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns
        )
    ]
    assert [str(mail["To"]) for mail in mails] == ["Mia Sandoval <mia@bellharbor.example>"] * 3
    first, second, third = (text_of(mail) for mail in mails)
    assert "This is your first mail from Harbor Group" in first
    assert "Contribution ratio, Sunset tour 66.2% → 52.3%" in second
    assert "Contribution ratio, Sunset tour 52.3% → 66.2%" in third
    page = (folder / "build/all/site/reports/cfo/index.html").read_text(encoding="utf-8")
    assert re.search(r"Contribution ratio, Sunset tour.*52\.3% → 66\.2%", page), "the page tells it, too"
    versions = [path.name for path in (folder / "published" / "private" / "manifests").iterdir()]
    assert len(versions) == 3
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def text_of(mail: email.message.Message) -> str:
    """The plain part, its wrapped lines joined."""
    assert isinstance(mail, email.message.EmailMessage)
    part = mail.get_body(("plain",))
    assert part is not None
    return re.sub(r"\s+", " ", str(part.get_content()))


def test_the_one_block_that_is_not_run_installs_what_there_is() -> None:
    """Its extras and its form are looked at with all other commands, in the tests of the guides."""
    left_out = [
        one.number for one in fences_of("tutorial.md") if one.language == "sh" and INSTALLED in one.text
    ]
    assert left_out == [1]
