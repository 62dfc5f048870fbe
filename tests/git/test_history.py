"""What git knows of a portfolio: any commit comes out as it was, whatever happened to the repository since."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.git.history import export, history, named
from tests.repos import Repo
from tests.sites import files_of

if TYPE_CHECKING:
    from pathlib import Path

PATHS = ("handoffs", "docs", "repos.env")
TASK = "## Tasks\n- [ ] Renew the lease #B-1\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository."""
    return Repo(tmp_path / "work")


def out(root: Path, commit: str, into: Path) -> dict[str, bytes]:
    into.mkdir()
    assert export(root, commit, into)
    return dict(files_of(into))


def test_a_commit_comes_out_whole_and_nothing_else(repo: Repo, tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "handoffs/a.md": "# A\r\n",
        "docs/same.md": "# A\r\n",
        "docs/picture.png": bytes(range(256)) * 20_000,
        "docs/Größe 1.md": "ä\n",
        ".gitattributes": "*.md text eol=lf filter=odd ident\n",
    }
    first = repo.commit(files)
    repo.git("config", "filter.odd.smudge", "false")
    repo.commit({"handoffs/a.md": "# Later\n", "docs/later.md": "x"})
    before = dict(files_of(repo.folder / ".git")), repo.git("status", "--porcelain")
    found = out(repo.folder, first, tmp_path / "out")
    assert found.keys() == files.keys()
    assert found["docs/picture.png"] == files["docs/picture.png"]
    assert found["handoffs/a.md"] == repo.git("cat-file", "blob", f"{first}:handoffs/a.md").encode() + b"\n"
    assert (dict(files_of(repo.folder / ".git")), repo.git("status", "--porcelain")) == before


def test_only_the_portfolio_s_own_folder_comes_out(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit(
        {"books/handoffs/a.md": "# A\n", "code/main.py": "1\n", "portfolio.yml": "name: X\n"}
    )
    assert out(repo.folder / "books", commit, tmp_path / "out") == {"handoffs/a.md": b"# A\n"}


def test_links_come_out_as_links_and_lead_no_file_elsewhere(repo: Repo, tmp_path: Path) -> None:
    repo.folder.joinpath("docs").symlink_to(tmp_path)
    commit = repo.commit({"handoffs/a.md": "# A\n"})
    out(repo.folder, commit, tmp_path / "out")
    assert (tmp_path / "out" / "docs").readlink() == tmp_path
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out", "work"]


def test_a_commit_that_is_not_here_whole_is_told(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit({"handoffs/a.md": "# A\n", "handoffs/b.md": "# B\n"})
    lost = repo.git("rev-parse", f"{commit}:handoffs/b.md")
    (repo.folder / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    assert not export(repo.folder, commit, tmp_path / "out")


def test_a_commit_is_found_by_the_beginning_of_its_hash(repo: Repo) -> None:
    commit = repo.commit({"a": "1"})
    tree = repo.git("rev-parse", f"{commit}^{{tree}}")
    assert named(repo.folder, commit[:7]) == commit
    assert [named(repo.folder, one) for one in ("0" * 40, "0000000", tree[:10])] == ["", "", ""]


def test_an_older_commit_is_told_as_it_was_told_when_it_was_the_newest(repo: Repo) -> None:
    repo.commit({"handoffs/a.md": TASK}, days_ago=9)
    commit = repo.commit({"handoffs/b.md": "# B\n"}, days_ago=8)
    then = history(repo.folder, PATHS)
    repo.commit({"handoffs/a.md": "# A\n", ".gitattributes": "*.md binary -diff\n"}, days_ago=1)
    repo.write({"handoffs/b.md": "# Not committed\n"})
    assert history(repo.folder, PATHS, commit) == then
    assert then.first_seen == {"b-1": date(2026, 11, 11)}


IGNORED: list[tuple[str, str, bool]] = [
    ("repos.env", "repos.env", True),
    ("docs/draft.md", "draft.md", True),
    ("docs/.DS_Store", ".DS_Store", False),
    ("docs/.drafts/one.md", ".drafts/", False),
    ("handoffs/a.md~", "*~", False),
    ("build/index.html", "/build/", False),
]


@pytest.mark.parametrize(("path", "pattern", "is_dirty"), IGNORED, ids=[one[0] for one in IGNORED])
def test_F150_what_git_ignores_and_a_build_reads_is_in_no_commit(
    repo: Repo, path: str, pattern: str, *, is_dirty: bool
) -> None:
    repo.commit({"handoffs/a.md": "# A\n", ".gitignore": f"{pattern}\n"})
    assert not history(repo.folder, PATHS).is_dirty
    repo.write({path: "SES_SENDER=reports@example.com\n"})
    assert repo.git("status", "--porcelain") == ""
    assert history(repo.folder, PATHS).is_dirty is is_dirty


def test_a_name_that_is_no_text_comes_out(repo: Repo, tmp_path: Path) -> None:
    name = os.fsdecode(b"docs/\xff.md")
    commit = repo.commit({name: "# Odd\n"})
    assert out(repo.folder, commit, tmp_path / "out") == {name: b"# Odd\n"}
