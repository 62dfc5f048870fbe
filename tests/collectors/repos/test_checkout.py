"""A repository while it is looked at: what is there, what is somebody's own, and what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.repos.checkout import Checkout, UnreadableError
from quarterdeck.collectors.repos.left_out import looks_minified, why_left_out
from quarterdeck.collectors.scope import Place
from tests.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def _open(repo: Repo, path: str = "", url: str = "", branch: str = "") -> Checkout:
    return Checkout(repo.scope(repository=Place("jada-site", "jada", path, url, branch)))


def test_files_are_those_of_the_commit_not_of_the_folder(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n", "b/c.py": "c = 1\n"})
    repo.write({"a.py": "changed\n", "new.py": "new\n"})
    checkout = _open(repo, path=str(repo.folder))
    assert [one.path for one in checkout.files] == ["a.py", "b/c.py"]
    assert checkout.text("a.py") == "a = 1\n"
    assert checkout.text("new.py") is None


def test_a_branch_of_the_settings_is_looked_at(repo: Repo) -> None:
    repo.commit({"a.py": "main\n"})
    repo.git("switch", "--quiet", "--create", "live")
    repo.commit({"a.py": "live\n"})
    repo.git("switch", "--quiet", "main")
    assert _open(repo, path=str(repo.folder), branch="live").text("a.py") == "live\n"


def test_a_repository_without_a_commit_has_no_files(repo: Repo) -> None:
    checkout = _open(repo, path=str(repo.folder))
    assert (checkout.head, checkout.files) == ("", ())


def test_links_submodules_pointers_and_binary_files_are_no_text(repo: Repo) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
    repo.commit(
        {"secret.txt": "x", "movie.mp4": pointer, "logo.bin": b"\0\1\2", "large.txt": "x" * 1_100_000}
    )
    (repo.folder / "link").symlink_to("/etc/passwd")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    repo.git("add", "link")
    repo.git("commit", "--quiet", "--message", "odd things")
    checkout = _open(repo, path=str(repo.folder))
    assert {one.path: one.mode for one in checkout.files if not one.is_plain} == {
        "link": "120000",
        "sub": "160000",
    }
    assert [one.path for one, _ in checkout.texts(checkout.files)] == ["secret.txt"]


def test_an_object_that_was_never_fetched_is_left_out(repo: Repo) -> None:
    repo.commit({"a.txt": "a", "b.txt": "b"})
    oid = repo.git("rev-parse", "HEAD:a.txt")
    (repo.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    checkout = _open(repo, path=str(repo.folder))
    assert [one.path for one, _ in checkout.texts(checkout.files)] == ["b.txt"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"path": "/nowhere/at/all"}, "no folder at its path"),
        ({}, "does not say where it is"),
        ({"url": "https://name:word@127.0.0.1:1/jada.git"}, "127.0.0.1: git could not fetch it"),
    ],
)
def test_what_cannot_be_opened_says_why_and_not_its_address(
    repo: Repo, place: dict[str, str], words: str
) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        _open(repo, **place)
    assert "name:word" not in str(caught.value)


def test_a_folder_without_git_is_none(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(UnreadableError, match="no git repository"):
        _open(repo, path=str(tmp_path / "plain"))


def test_several_jobs_of_one_run_fetch_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "x"})
    asked: list[str] = []

    def refused(url: str, _into: Path, _seconds: int) -> str:
        asked.append(url)
        return "nobody is there"

    monkeypatch.setattr("quarterdeck.collectors.repos.checkout.fetch", refused)
    for _ in range(2):
        with pytest.raises(UnreadableError, match="nobody is there"):
            _open(repo, url="file:///jada")
    assert asked == ["file:///jada"]


def test_a_repository_that_is_fetched_is_read_like_a_folder(repo: Repo) -> None:
    head = repo.commit({"a.py": "a = 1\n"})
    checkout = _open(repo, url=f"file://{repo.folder}")
    assert (checkout.head, checkout.is_bare, checkout.branch) == (head, True, "main")
    assert checkout.text("a.py") == "a = 1\n"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("src/app.py", ""),
        ("node_modules/x/index.js", "vendored"),
        ("web/vendor/jquery.js", "vendored"),
        ("vendors.py", ""),
        ("dist/app.js", "generated"),
        ("distance.py", ""),
        ("a/b_pb2.py", "generated"),
        ("site/app.min.js", "minified"),
        ("admin.js", ""),
        ("yarn.lock", "a lock file"),
        ("tests/fixtures/a.json", "a fixture"),
        ("tests/test_app.py", ""),
    ],
)
def test_F094_what_is_nobodys_own_work(path: str, why: str) -> None:
    assert why_left_out(path) == why


def test_long_lines_look_minified() -> None:
    assert looks_minified("a" * 3000)
    assert not looks_minified("short\n" * 3000)
    assert not looks_minified("")


def test_F086_a_partial_clone_without_its_files_is_not_read_as_an_empty_one(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit({"a.py": "x = 1\n", "README.md": "# A\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    far, copy = f"file://{repo.folder}", tmp_path / "copy"
    repo.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", far, str(copy))
    with pytest.raises(UnreadableError, match="partial clone"):
        _ = Checkout(Repo(copy).scope()).files
    repo.git("clone", "--quiet", "--filter=blob:none", far, str(tmp_path / "whole"))
    assert [one.path for one in Checkout(Repo(tmp_path / "whole").scope()).files] == ["README.md", "a.py"]
