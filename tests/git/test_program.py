"""The one door to git: nothing that a repository brings along is run, and odd names and large things come through."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quarterdeck.git.program import Git, fetch
from tests.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository."""
    return Repo(tmp_path / "work")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a mark where anybody runs it."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    return program


HOSTILE = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "diff.external",
    "gpg.program",
    "credential.helper",
    "filter.odd.clean",
    "filter.odd.smudge",
    "filter.odd.process",
    "diff.odd.textconv",
    "diff.odd.command",
    "uploadpack.packObjectsHook",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_program_that_the_settings_name_is_not_run(repo: Repo, trap: Path, name: str) -> None:
    repo.commit({"a.txt": "one\n", ".gitattributes": "*.txt filter=odd diff=odd\n"})
    head = repo.commit({"b.txt": "two\n"})
    repo.git("config", name, str(trap))
    repo.git("config", "log.showSignature", "true")
    repo.write({"a.txt": "changed\n"})
    git = Git(repo.folder)
    assert "a.txt" in (git.status() or "")
    assert git.text("log", "--numstat", "-z", "--format=%H", head)
    assert git.text("ls-tree", "-r", "-z", head)
    assert [one.data for one in git.objects([f"{head}:b.txt"], 100)] == [b"two\n"]
    assert not (trap.parent / "sprung").exists()


def test_a_filter_of_a_worktrees_own_settings_is_not_run(repo: Repo, trap: Path) -> None:
    repo.commit({"a.txt": "one\n", ".gitattributes": "*.txt filter=odd\n"})
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "filter.odd.clean", str(trap))
    repo.write({"a.txt": "changed\n"})
    assert "a.txt" in (Git(repo.folder).status() or "")
    assert not (trap.parent / "sprung").exists()


def test_a_filter_of_a_submodules_settings_is_not_run(repo: Repo, trap: Path) -> None:
    inner = Repo(repo.folder / "sub")
    inner.commit({"a.txt": "one\n", ".gitattributes": "*.txt filter=odd\n"})
    repo.commit({"b.txt": "one\n"})
    inner.git("config", "filter.odd.clean", str(trap))
    inner.write({"a.txt": "changed\n"})
    repo.write({"b.txt": "changed\n"})
    assert Git(repo.folder).status() == " M b.txt\0"
    assert not (trap.parent / "sprung").exists()


def test_a_way_to_fetch_that_the_settings_allow_is_not_taken(repo: Repo, trap: Path) -> None:
    repo.commit({"a.txt": "one\n"})
    repo.git("config", "protocol.ext.allow", "always")
    assert Git(repo.folder).run("fetch", f"ext::{trap}") is None
    assert fetch(f"ext::{trap}", repo.folder / ".git", 60) != ""
    assert not (trap.parent / "sprung").exists()


def test_messages_come_as_utf_8_whatever_the_settings_ask_for(repo: Repo) -> None:
    repo.commit({"a.txt": "one\n"}, "caf\u00e9")
    repo.git("config", "i18n.logOutputEncoding", "UTF-16")
    assert (Git(repo.folder).text("log", "--format=%s") or "").strip() == "caf\u00e9"


@pytest.mark.parametrize(
    "hook", ["post-checkout", "pre-commit", "reference-transaction", "post-index-change"]
)
def test_a_hook_is_not_run(repo: Repo, trap: Path, hook: str) -> None:
    repo.commit({"a.txt": "one\n"})
    (repo.folder / ".git" / "hooks").mkdir(exist_ok=True)
    (repo.folder / ".git" / "hooks" / hook).write_bytes(trap.read_bytes())
    (repo.folder / ".git" / "hooks" / hook).chmod(0o755)
    assert Git(repo.folder).status() is not None
    assert not (trap.parent / "sprung").exists()


ODD = (
    'quo"te.txt',
    "new\nline.txt",
    "-rf.txt",
    "$(touch sprung).txt",
    "tab\there.txt",
    "ümläut.txt",
    " space .txt",
)


def test_odd_names_come_through_whole(repo: Repo) -> None:
    head = repo.commit(dict.fromkeys(ODD, "x\n"))
    listed = list(Git(repo.folder).records("ls-tree", "-r", "-z", "--name-only", head))
    assert sorted(listed) == sorted(ODD)
    assert not (repo.folder / "sprung").exists()


def test_F090_a_message_in_another_encoding_is_read_and_a_name_that_is_no_utf_8_is_marked(repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "latin1")
    Path(os.fsdecode(os.fsencode(repo.folder) + b"/caf\xe9.txt")).write_bytes(b"x")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--message", "caf\udce9")
    git = Git(repo.folder)
    assert [one.strip() for one in git.records("log", "-z", "--format=%B")] == ["caf\u00e9"]
    assert list(git.records("ls-tree", "-r", "-z", "--name-only", "HEAD")) == ["caf\ufffd.txt"]


def test_an_object_is_cut_at_the_limit_and_the_next_one_is_whole(repo: Repo) -> None:
    head = repo.commit({"large": b"L" * 300_000, "small": b"s"})
    names = [f"{head}:large", f"{head}:small"]
    assert [len(one.data) for one in Git(repo.folder).objects(names, 1000)] == [1000, 1]


def test_what_git_does_not_hold_is_left_out(repo: Repo) -> None:
    head = repo.commit({"a": "x"})
    names = ["0" * 40, f"{head}:nowhere", f"{head}:a"]
    assert [one.data for one in Git(repo.folder).objects(names, 10)] == [b"x"]


def test_more_objects_than_are_asked_for_at_once(repo: Repo) -> None:
    head = repo.commit({f"f{number}": f"{number}" for number in range(450)})
    found = Git(repo.folder).objects((f"{head}:f{number}" for number in range(450)), 10)
    assert [one.data for one in found] == [str(number).encode() for number in range(450)]


def test_a_folder_that_is_no_repository_answers_nothing(tmp_path: Path) -> None:
    git = Git(tmp_path)
    assert git.run("log") is None
    assert git.word("rev-parse", "HEAD") == ""
    assert list(git.records("log", "-z")) == []


def test_fetching_brings_branches_tags_and_the_default_one(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit({"a": "x"})
    repo.git("branch", "other")
    repo.git("tag", "v1")
    into = tmp_path / "cache.git"
    assert fetch(f"file://{repo.folder}", into, 60) == ""
    git = Git(into)
    assert git.word("rev-parse", "HEAD") == head
    assert git.word("symbolic-ref", "HEAD") == "refs/heads/main"
    assert (git.text("for-each-ref", "--format=%(refname)") or "").split() == [
        "refs/heads/main",
        "refs/heads/other",
        "refs/tags/v1",
    ]
    newer = repo.commit({"a": "y"})
    repo.git("branch", "--delete", "other")
    assert fetch(f"file://{repo.folder}", into, 60) == ""
    assert git.word("rev-parse", "HEAD") == newer
    assert "other" not in (git.text("for-each-ref") or "")


def test_an_address_is_kept_nowhere(tmp_path: Path) -> None:
    into = tmp_path / "cache.git"
    word = "word-of-nobody"
    assert fetch(f"https://nobody:{word}@127.0.0.1:1/none.git", into, 60) != ""
    kept = b"".join(file.read_bytes() for file in into.rglob("*") if file.is_file())
    assert word.encode() not in kept


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch% sprung",
        "--upload-pack=touch sprung",
        "http://127.0.0.1:1/a.git",
        "git://127.0.0.1:1/a",
    ],
)
def test_an_address_of_another_kind_is_refused(tmp_path: Path, address: str) -> None:
    assert fetch(address, tmp_path / "cache.git", 60) != ""
    assert not list(tmp_path.rglob("sprung"))


def test_ssh_asks_nobody_for_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path / "asked"}\nexit 1\n', encoding="utf-8")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fetch("ssh://git@git.example/jada.git", tmp_path / "cache.git", 60) != ""
    assert "BatchMode=yes" in (tmp_path / "asked").read_text(encoding="utf-8")
