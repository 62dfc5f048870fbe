"""`quarterdeck versions`, `rollback`, `pin`, `prune` and `verify`, as their user types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pytest

from quarterdeck import cli
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish import keys
from quarterdeck.publish.edge import FileEdge
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.publisher import publish
from tests.publish.made import Died, Watched, contents, descends, given, listed, put, started
from tests.sites import environ_of, write

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = "2026-10-05-aaaaaaa", "2026-11-20-bbbbbbb", "2026-11-23-ccccccc"
BOTH = ("crew", "owners")


class Said(NamedTuple):
    """Exit code and both streams of one command."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portfolio with three versions for two audiences; nothing of it is built here."""
    monkeypatch.setattr("quarterdeck.publish.folder.os.fsync", lambda _: None)
    for name, value in environ_of(tmp_path).items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "harbor"
    write(folder, "portfolio.yml", "schema: 1\nname: Harbor\n")
    for letter, day in (("a", date(2026, 10, 5)), ("b", date(2026, 11, 20)), ("c", date(2026, 11, 23))):
        put(contents({"index.html": f"home {letter}"}, letter, day, BOTH), Folder(folder / "published"))
    return folder


@pytest.fixture
def store(root: Path) -> Folder:
    return Folder(root / "published")


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_here(*words: str) -> Said:
        code = cli.main([*words, "--portfolio", str(root)])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run_here


def test_versions_are_listed_newest_first_with_marks(run: Run, store: Folder) -> None:
    assert run("pin", A) == (0, f"Version {A} is kept until it is unpinned.\n", "")
    put(contents({"index.html": "alone"}, "d", date(2026, 11, 24), ("crew",)), store)
    assert run("versions").out.replace("\u00a0", " ").splitlines() == [
        "2026-11-24-ddddddd  24 November 2026  ddddddd  latest, only for crew",
        "2026-11-23-ccccccc  23 November 2026  ccccccc",
        "2026-11-20-bbbbbbb  20 November 2026  bbbbbbb",
        "2026-10-05-aaaaaaa  5 October 2026    aaaaaaa  pinned",
        "4 versions in the folder published.",
    ]


def test_programs_get_the_list_as_json(run: Run) -> None:
    found = json.loads(run("versions", "--format", "json").out)
    assert (found["schema"], found["audiences"], found["leftovers"]) == (1, list(BOTH), [])
    assert found["versions"][0] == {
        "version": C,
        "title": "23 November 2026",
        "commit": "c" * 40,
        "as_of": "2026-11-23",
        "is_latest": True,
        "is_pinned": False,
        "audiences": list(BOTH),
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", C), [f"3 files of version {C} read: all are as they were published."]),
        (("pin", A), [f"Version {A} is kept until it is unpinned."]),
        (("rollback", C), [f"Version {C} is what readers are given from the folder published."]),
        (
            ("prune", "--keep", "9", "--yes"),
            ["3 versions kept in the folder published: 1 current, 2 of the newest."],
        ),
        (
            ("prune", "--keep", "1", "--yes"),
            [
                f"{B}  goes",
                "2 versions kept in the folder published: 1 current, 1 last of a month.",
                "1 version removed.",
            ],
        ),
        (
            ("prune", "--keep", "1"),
            [f"{B}  goes", "2 versions kept in the folder published: 1 current, 1 last of a month."],
        ),
    ],
)
def test_F233_programs_get_what_was_done_as_json(run: Run, words: tuple[str, ...], said: list[str]) -> None:
    found = json.loads(run(*words, "--format", "json").out)
    assert [line.replace("\u00a0", " ") for line in found.pop("said")] == said
    assert found == {"schema": 1, "exit_code": 0}


def test_F152_what_a_dead_run_left_is_named_and_stays_a_day(run: Run, store: Folder) -> None:
    with pytest.raises(Died):
        publish(contents({"x.html": "x"}, "d"), started(store), Watched(store, dies_at=1), descends=descends)
    assert "at work: 2026-11-23-ddddddd. quarterdeck prune collects" in run("versions").out
    assert "2026-11-23-ddddddd" not in run("prune", "--yes").out
    assert store.get(keys.manifest("2026-11-23-ddddddd")) is not None


def test_F139_a_rollback_reaches_readers_lists_and_edge(run: Run, root: Path, store: Folder) -> None:
    said = run("rollback", A)
    assert said.code == 0
    assert said.out.splitlines() == [
        f"Version {A} is what readers are given from the folder published.",
        f"It stays so until something newer than {C} is published.",
    ]
    assert given(store, "crew") == {"index.html": "home a"}
    assert FileEdge(Folder(root / "published")).read().values["latest"] == A
    assert run("rollback", C).out == f"Version {C} is what readers are given from the folder published.\n"


def test_F138_an_edge_that_fails_is_told_and_follows_the_next_time(
    run: Run, store: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise OutsideError("the edge is busy.")

    with monkeypatch.context() as patched:
        patched.setattr(FileEdge, "write", refused)
        said = run("rollback", A)
    assert said.code == 3
    assert "The edge still gives out the version before: the edge is busy. Run it again." in said.out
    assert run("rollback", A).code == 0
    assert FileEdge(store).read().values["latest"] == A


@pytest.mark.parametrize("command", ["rollback", "pin", "verify"])
def test_a_version_that_is_not_there_is_guessed(run: Run, command: str) -> None:
    said = run(command, "2026-10-05-aaaaaab")
    assert (said.code, said.out) == (2, "")
    assert f"There is no version 2026-10-05-aaaaaab in the store. Did you mean {A}?" in said.err


def test_a_pin_is_taken_off(run: Run) -> None:
    run("pin", A)
    assert "is kept or pruned as the others are" in run("pin", A, "--off").out
    assert "pinned" not in run("versions").out


def test_F140_prune_lists_and_removes_only_when_told(run: Run, store: Folder) -> None:
    shown = run("prune", "--keep", "1", "--dry-run")
    assert shown.out.replace("\u00a0", " ").splitlines() == [
        f"{B}  goes",
        "2 versions kept in the folder published: 1 current, 1 last of a month.",
    ]
    assert shown.err == "Nothing was written: --dry-run only shows.\n"
    asked = run("prune", "--keep", "1")
    assert asked.err == "Nothing was written: nobody is here to ask. Add --yes to write this.\n"
    assert listed(store, "crew") == [C, B, A]
    done = run("prune", "--keep", "1", "--yes")
    assert done.out.replace("\u00a0", " ").endswith("1 version removed.\n")
    assert listed(store, "crew") == listed(store, "owners") == [C, A]
    assert run("prune", "--keep", "1", "--yes").err == "Nothing is to be removed.\n"


def test_F140_without_a_number_the_settings_say_how_many(run: Run, root: Path) -> None:
    assert run("prune", "--yes").err == "Nothing is to be removed.\n"
    write(root, "portfolio.yml", "schema: 1\nname: Harbor\npublishing: {keep: 1}\n")
    assert run("prune", "--dry-run").out.startswith(f"{B}  goes\n")


def test_F140_a_version_that_is_given_to_readers_meanwhile_is_left(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quarterdeck.publish.upkeep.prune", lambda *_: False)
    assert f"{B} was left alone: somebody needs it since." in run("prune", "--keep", "1", "--yes").out


@pytest.mark.parametrize("command", [["prune"], ["purge", "Zanzibar"]])
def test_yes_and_dry_run_do_not_go_together(run: Run, command: list[str]) -> None:
    said = run(*command, "--yes", "--dry-run")
    assert said.code == 2
    assert "--yes writes and --dry-run does not" in said.err


def test_F135_verify_says_that_all_is_well_or_what_is_not(run: Run, store: Folder) -> None:
    said = run("verify", A)
    assert (said.code, said.err) == (0, "")
    assert (
        said.out.replace("\u00a0", " ") == f"3 files of version {A} read: all are as they were published.\n"
    )
    (store.root / keys.page("", "crew", A, "index.html")).write_bytes(b"home z")
    store.remove([keys.page("", "owners", A, "index.html")])
    write(store.root, keys.page("", "owners", A, "left.html"), b"")
    said = run("verify", A)
    assert said.code == 1
    assert said.out.replace("\u00a0", " ").splitlines() == [
        "crew/index.html: is not what was published",
        "owners/index.html: is missing",
        "owners/left.html: is of no version",
        f"2 files of version {A} read: 3 to look at. quarterdeck rebuild {A} makes its pages again.",
    ]


@pytest.mark.parametrize(
    "words", [["versions"], ["rollback", A], ["pin", A], ["prune"], ["verify", A], ["purge", "Zanzibar"]]
)
def test_before_the_first_version_each_command_says_so(run: Run, root: Path, words: list[str]) -> None:
    (root / "published").rename(root / "elsewhere")
    said = run(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err == "Nothing is published in the folder published yet. Run: quarterdeck publish\n"


@pytest.mark.parametrize("words", [["versions"], ["rollback", A], ["prune", "--yes"], ["purge", "Zanzibar"]])
def test_F142_the_store_of_another_portfolio_is_not_touched(run: Run, root: Path, words: list[str]) -> None:
    write(root, "portfolio.yml", "schema: 1\nname: Other\n")
    said = run(*words)
    assert said.code == 2
    assert "is the store of Harbor, and this is Other" in said.err
