"""`quarterdeck init`: a portfolio that builds at once, whatever it is called, and nothing written over."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING, get_args

import pytest

from quarterdeck import cli
from quarterdeck.commands import init as command
from quarterdeck.commands.answers import Given
from quarterdeck.commands.inputs import read
from quarterdeck.commands.ours import ours
from quarterdeck.model.entity import EntityKind
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.settings import Settings, load_settings
from quarterdeck.start.businesses import KINDS
from quarterdeck.start.readers import reader_of
from quarterdeck.start.record import RECORD, digest, recorded
from tests.sites import digests, pages_of, run, stub_builder, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TODAY = date(2026, 11, 23)
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
OWN = {
    ".gitattributes",
    ".github/CODEOWNERS",
    ".gitignore",
    "README.md",
    "handoffs/harbor-tours.md",
    "ledger/harbor-tours-2026.beancount",
    "ledger/main.beancount",
    "portfolio.yml",
}


def made(given: Given, root: Path, answers: Mapping[str, str] | None = None) -> command.Made:
    """A plan, with answers by a word of the question; every other question gets its default."""
    left = dict(answers or {})

    def ask(question: str, default: str, read: Callable[[str], str]) -> str:
        word = next((word for word in left if word in question), "")
        return read(left.pop(word) if word else default)

    planned = command.plan(root, given, {}, today=lambda _: TODAY, ask=ask)
    assert not left, "every answer was asked for"
    assert not root.exists(), "a plan writes nothing"
    return planned


def settings_of(planned: command.Made) -> Settings:
    return load_settings(planned.directory, {}, planned.files["portfolio.yml"])


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio as its user makes it, with a business of each kind, built."""
    above = tmp_path_factory.mktemp("fleet")
    told = run(above, "init", "fleet", "--name", 'Our "Fleet" & more', "--business", "Harbor Tours")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-1].startswith("Next: cd fleet && quarterdeck serve")
    root = above / "fleet"
    for kind in get_args(EntityKind):
        assert cli.main(["add", "entity", f"Our {kind}", "--kind", kind, "--portfolio", str(root)]) == 0
    checked = run(root, "check", "--fail-on", "info")
    assert (checked.returncode, checked.stdout) == (0, "")
    done = run(root, "build")
    assert (done.returncode, done.stderr) == (0, "")
    return root


def test_a_new_portfolio_builds_at_once_with_a_business_of_every_kind(fleet: Path) -> None:
    pages = pages_of(fleet / "build" / "all" / "site")
    for entity in ("harbor-tours", *(f"our-{kind}" for kind in get_args(EntityKind))):
        page = pages[f"reports/entities/{entity}/index.html"]
        assert not re.search("Liability insurance|\\$0", page.text), (
            "examples are no facts, and unknown is no zero"
        )
    assert 'Our "Fleet" & more' in pages["index.html"].titles[0]


def test_nothing_is_counted_before_somebody_wrote_it(fleet: Path) -> None:
    ledger = read(fleet, {}, today=lambda _: TODAY).reading.ledger
    assert ledger.paths == ("ledger/harbor-tours-2026.beancount", "ledger/main.beancount")
    assert ledger.accounts == (), "an open account without an entry would be a zero"


def test_reports_ask_for_entries_in_the_book_that_is_there(fleet: Path) -> None:
    (file,) = (fleet / "ledger").glob("harbor-tours-*")
    pages = pages_of(fleet / "build" / "all" / "site")
    for path in ("reports/cfo/index.html", "reports/entities/harbor-tours/index.html"):
        assert set(re.findall(r"ledger/harbor-tours[^ ]*?beancount", pages[path].text)) == {
            f"ledger/{file.name}"
        }


def test_the_book_is_sound_once_its_lines_are_used(fleet: Path, tmp_path: Path) -> None:
    root = shutil.copytree(fleet, tmp_path / "p", ignore=shutil.ignore_patterns("build", ".git"))
    (file,) = (root / "ledger").glob("harbor-tours-*")
    used = re.sub(r"^; (\d{4}-| )", r"\1", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(used, encoding="utf-8")
    books = read(root, {}, today=lambda _: TODAY).reading
    assert [str(one) for one in books.problems] == []
    assert len(books.ledger.accounts) == 6


def test_it_holds_what_its_owner_changes_and_what_comes_with_every_portfolio(tmp_path: Path) -> None:
    planned = made(Given(business="Harbor Tours"), tmp_path / "p")
    assert set(planned.files) == {*OWN, *ours(), RECORD}
    assert {path: planned.files[path] for path in ours()} == ours()
    assert ".github/workflows/pull-request.yml" in ours()


def test_files_of_ours_are_remembered_and_scripts_may_be_run(fleet: Path) -> None:
    assert recorded(fleet) == {path: digest(data) for path, data in ours().items()}
    for path, data in ours().items():
        assert (fleet / path).read_bytes() == data
        assert os.access(fleet / path, os.X_OK) == data.startswith(b"#!"), path
    assert os.access(fleet / "scripts" / "setup", os.X_OK)
    key = fleet / ".quarterdeck" / "fingerprint-key"
    assert key.stat().st_mode & 0o077 == 0, "its owner alone reads it"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    stub_builder(monkeypatch)
    root = tmp_path / "p"
    person = f"{re.sub('[<>]', '', name)} <pat@harbor.example> cfo"
    words = ["--name", name, "--business", f"Boat {name}", "--person", f"Pat {person}"]
    assert cli.main(["init", str(root), *words]) == 0
    assert cli.main(["check", str(root), "--fail-on", "low"]) == 0, capsys.readouterr().out
    assert cli.main(["build", "--portfolio", str(root)]) == 0, capsys.readouterr().err
    settings = load_settings(root, {})
    assert settings.name == " ".join("".join(c if c.isprintable() else " " for c in name).split())
    assert [one.name.startswith("Pat ") for one in settings.people.values()] == [True]
    (handoff,) = (root / "handoffs").iterdir()
    assert handoff.name.startswith("boat")


def test_without_a_name_the_folder_s_own_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.main(["init", str(tmp_path / "harbor-group")]) == 0
    assert load_settings(tmp_path / "harbor-group", {}).name == "harbor-group"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert cli.main(["init", "."]) == 0
    assert load_settings(tmp_path / "here", {}).name == "here"


# ── questions and options ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "answers", "expected"),
    [
        (Given(), {}, {"name": "p", "timezone": "UTC", "currency": "USD"}),
        (Given(), {"portfolio called": "  Harbor \t Group "}, {"name": "Harbor Group"}),
        (Given(name="Said"), {}, {"name": "Said"}),
        (
            Given(timezone="Europe/Lisbon", currency="eur"),
            {},
            {"timezone": "Europe/Lisbon", "currency": "EUR"},
        ),
        (
            Given(),
            {"Who reads": "Mia Sandoval", "address": "mia@harbor.example", "Whose reports": "ceo cmo"},
            {"people": {"mia": ("Mia Sandoval", "mia@harbor.example", ("ceo", "cmo"))}},
        ),
        (Given(), {"Who reads": "Mia"}, {"people": {"mia": ("Mia", None, ("ceo", "cfo"))}}),
        (
            Given(
                people=(
                    reader_of("Pat Lindqvist <pat@harbor.example> cfo, accounting"),
                    reader_of("Pat Other <other@harbor.example> ceo"),
                )
            ),
            {},
            {
                "people": {
                    "pat": ("Pat Lindqvist", "pat@harbor.example", ("cfo", "accounting")),
                    "pat-other": ("Pat Other", "other@harbor.example", ("ceo",)),
                }
            },
        ),
        (
            Given(),
            {"bucket": "s3://harbor-reports/", "AWS account": "1234-5678-9012", "region": "us-west-2"},
            {"publishing": ("harbor-reports", "123456789012", "us-west-2")},
        ),
        (Given(bucket=""), {}, {"publishing": (None, None, None)}),
        (Given(bucket="harbor-reports"), {}, {"publishing": ("harbor-reports", None, "us-east-1")}),
    ],
)
def test_what_is_answered_stands_in_the_settings(
    tmp_path: Path, given: Given, answers: dict[str, str], expected: dict[str, object]
) -> None:
    settings = settings_of(made(given, tmp_path / "p", answers))
    publishing = settings.publishing
    found = {
        "name": settings.name,
        "timezone": settings.timezone,
        "currency": settings.currency,
        "people": {key: (one.name, one.address, one.roles) for key, one in settings.people.items()},
        "publishing": (publishing.bucket, publishing.account, publishing.region),
    }
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("kind", get_args(EntityKind))
def test_the_kind_decides_what_is_asked_for(tmp_path: Path, kind: EntityKind) -> None:
    answers = {"first business": "3rd Street", "Which kind": kind.upper(), "Who reads": "Mia"}
    text = made(Given(), tmp_path / "p", answers).files["handoffs/3rd-street.md"].decode()
    assert f"\nkind: {kind}\n" in text
    assert "\nowner: mia\n" in text
    assert "updated: 2026-11-23\n" in text
    assert "#B-3RD-STREET-1 effort:S due:2026-12-07\n" in text
    assert not re.search(r"<(?!!--)", text), "every place is filled"


def test_every_kind_is_offered() -> None:
    assert tuple(KINDS) == get_args(EntityKind)
    option = next(one for one in cli.cli.commands["init"].params if one.name == "kind")
    assert list(option.type.choices) == list(KINDS)  # type: ignore[attr-defined]  # it is a choice


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (Given(timezone="Mars"), "The time zone 'Mars' does not fit: expected a time zone such as"),
        (Given(currency="dollars"), "expected a currency code such as USD"),
        (Given(bucket="My_Bucket"), "expected the name of an S3 bucket"),
        (Given(account="123456789012"), "--account and --region say where --bucket is"),
        (Given(region="us-west-2"), "--account and --region say where --bucket is"),
        (Given(bucket="harbor-reports", account="12"), "expected an AWS account number of 12 digits"),
        (Given(bucket="harbor-reports", region="west"), "expected an AWS region such as us-west-2"),
        (Given(business="水"), "name the business in letters a to z"),
        (Given(business=" "), "name the business in letters a to z"),
        (Given(kind="boat"), "Kinds are charter, concert"),
        (Given(kind="chater"), "Did you mean charter?"),
        (Given(owner="pat"), "write @pat"),
        (Given(owner="@pat\n* @eve"), "write @pat"),
        (Given(name="n" * 201), "expected text on one line, at most 200 characters"),
        (Given(people=(reader_of("水 <pat@harbor.example> cfo"),)), "--id pat-2"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_written(
    tmp_path: Path, given: Given, says: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        made(given, tmp_path / "p")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    "text", ["Pat", "pat@harbor.example", "Pat <pat@harbor.example> boss", "<pat@harbor.example> cfo", ""]
)
def test_a_person_that_is_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no (person|role)"):
        reader_of(text)


class _Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """Whether anybody is here to ask."""
        return True


def test_whoever_sits_at_a_terminal_is_asked_and_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["Harbor Group", "Bell Kayaks", "boat", "charter", "", "My_Bucket", ""]
    monkeypatch.setattr("sys.stdin", _Terminal("".join(f"{line}\n" for line in typed)))
    monkeypatch.setenv("TZ", "Europe/Lisbon")
    assert cli.main(["init", str(tmp_path / "p")]) == 0
    told = capsys.readouterr()
    assert told.err.count("'boat' is no kind of business") == 1
    assert told.err.count("a house that is let") == 1, "the kinds are listed once"
    assert told.err.count("Error:") == 2
    assert len(typed) - told.err.count("Error:") == 5, "as the help says"
    assert "Days begin in Europe/Lisbon, and money is USD" in told.out
    settings = load_settings(tmp_path / "p", {})
    assert (settings.name, settings.timezone, settings.people) == ("Harbor Group", "Europe/Lisbon", {})
    assert "kind: charter" in (tmp_path / "p" / "handoffs" / "bell-kayaks.md").read_text()


@pytest.mark.parametrize("words", [["--yes"], ["--dry-run", "--yes"]])
def test_yes_asks_nothing_and_a_dry_run_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal(""))
    assert cli.main(["init", str(tmp_path / "p"), *words]) == 0
    assert (tmp_path / "p").exists() == ("--dry-run" not in words)
    assert f"made {tmp_path / 'p' / 'portfolio.yml'}" in capsys.readouterr().out


def test_F231_who_leaves_in_the_middle_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal("Harbor Group\n"))
    assert cli.main(["init", str(tmp_path / "p")]) == 130
    assert not (tmp_path / "p").exists()


# ── nothing is written over ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("held", ["notes.txt", ".hidden", "handoffs/a.md"])
def test_a_folder_that_holds_anything_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], held: str
) -> None:
    write(tmp_path, f"p/{held}", "mine")
    before = digests(tmp_path)
    assert cli.main(["init", str(tmp_path / "p")]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert digests(tmp_path) == before


@pytest.mark.parametrize(
    "words",
    [
        ["a-file"],
        ["a-file/p"],
        ["p", "--business", "水"],
        ["p", "--from", "a-file"],
        ["p", "--from", "no"],
        [],
    ],
)
def test_F230_bad_use_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    write(tmp_path, "a-file", "mine")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init", *words]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert sorted(digests(tmp_path)) == ["a-file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_F230_a_folder_that_cannot_be_written_to_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    assert cli.main(["init", str(tmp_path / "locked" / "p")]) == 2
    assert "it may not be written to" in capsys.readouterr().err


@pytest.mark.parametrize("at", [0, 7, 20])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    planned = made(Given(), tmp_path / "p")
    calls: list[int] = []

    def sync(handle: int) -> None:
        calls.append(handle)
        if len(calls) > at:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", sync)
    with pytest.raises(OutsideError, match="no space left on device"):
        list(command.apply(planned, {}, today=lambda _: TODAY))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_somebody_makes_meanwhile_stays(tmp_path: Path) -> None:
    planned = made(Given(), tmp_path / "p")
    write(tmp_path, "p/README.md", "mine")
    with pytest.raises(UsageError, match="changed by somebody else"):
        list(command.apply(planned, {}, today=lambda _: TODAY))
    assert sorted(digests(tmp_path)) == ["p/README.md"]


# ── git ──────────────────────────────────────────────────────────────────────────────────────────────────────


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_everything_but_the_key_is_in_the_first_commit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["init", str(tmp_path / "p"), "--business", "Harbor Tours"]) == 0
    root = tmp_path / "p"
    assert set(git(root, "ls-files").splitlines()) == {*OWN, *ours(), RECORD}
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "log", "--format=%s %an") == "A new portfolio Test Author"
    assert f"committed as {git(root, 'rev-parse', '--short', 'HEAD')} on main" in capsys.readouterr().out


def test_a_fresh_clone_of_an_empty_repository_is_filled(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    git(tmp_path / "p", "init", "--quiet", "--initial-branch=trunk")
    assert cli.main(["init", str(tmp_path / "p")]) == 0
    assert git(tmp_path / "p", "log", "--format=%s", "trunk") == "A new portfolio"


def test_a_repository_of_others_is_not_committed_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    assert cli.main(["init", str(tmp_path / "p")]) == 0
    assert f"Not committed: it stands in the repository {tmp_path}" in capsys.readouterr().out
    assert not (tmp_path / "p" / ".git").exists()


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"), "who you are"),
        (("PATH",), "git is not installed"),
    ],
)
def test_without_a_name_or_git_the_files_are_there_and_the_next_command_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    names: tuple[str, ...],
    says: str,
) -> None:
    for name in names:
        monkeypatch.delenv(name)
    if "PATH" in names:
        monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["init", str(tmp_path / "p")]) == 0
    out = capsys.readouterr().out
    assert says in out
    assert 'git add --all && git commit -m "A new portfolio"' in out
    assert (tmp_path / "p" / "portfolio.yml").is_file()


def test_in_the_repository_of_other_work_the_new_folder_alone_is_to_be_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outer = tmp_path / "our work"
    subprocess.run(["git", "init", "-q", outer], check=True)
    (outer / "draft.md").write_text("not yet")
    assert cli.main(["init", str(outer / "new reports")]) == 0
    (steps,) = re.findall(r"Commit it there, alone: (.*)", capsys.readouterr().out)
    subprocess.run(["sh", "-c", steps], check=True, cwd=tmp_path, capture_output=True)
    left = subprocess.run(["git", "status", "--short"], cwd=outer, check=True, capture_output=True, text=True)
    assert left.stdout == "?? draft.md\n"


def test_owners_of_what_matters_are_named_or_left_as_a_comment(tmp_path: Path) -> None:
    named = made(Given(owner="@harbor/owners"), tmp_path / "p").files[".github/CODEOWNERS"].decode()
    assert re.findall(r"^/portfolio\.yml +@harbor/owners$", named, re.MULTILINE)
    assert re.findall(r"^/\.github/ +@harbor/owners$", named, re.MULTILINE)
    nobody = made(Given(), tmp_path / "p").files[".github/CODEOWNERS"].decode()
    assert all(line.startswith("#") for line in nobody.splitlines())
