"""Commits that no git would make today, and some that it would: every collector reads on."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.model.code import Suspect
from quarterdeck.model.repositories import Repository

if TYPE_CHECKING:
    from tests.repos import Repo

ODD = {
    "beyond the calendar": "A <a@example.com> 999999999999 +0000",
    "beyond any number": "A <a@example.com> 99999999999999999999999 +0000",
    "before the beginning": "A <a@example.com> -5 +0000",
    "no time": "A <a@example.com>",
    "no name": " <> 1790000000 +0000",
    "nothing of it": "odd",
    "marks in the name": "A\x1eB\x1fC\x01D <a@example.com> 1790000000 +0000",
    "an absurd zone": "A <a@example.com> 1790000000 +9999",
}


def _commit_by(repo: Repo, who: str) -> None:
    """Put a commit on top as somebody's own program may write it."""
    tree, parent = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD")
    told = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nodd\n".encode()
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input=told,
        cwd=repo.folder,
        capture_output=True,
        check=True,
    )
    (repo.folder / ".git/refs/heads/main").write_bytes(made.stdout)


@pytest.mark.parametrize("who", ODD.values(), ids=ODD)
def test_F091_an_odd_author_or_time_stops_no_collector(repo: Repo, who: str) -> None:
    repo.commit(
        {"app.py": "x = 1\n", "package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"}
    )
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("remote", "add", "origin", "https://example.com/x.git")
    _commit_by(repo, who)
    for name in sorted(name for name in COLLECTORS if name.startswith("repos-")):
        repo.collect(name)
    found, _ = repo.collect("repos-habits")
    assert [(one.name, one.unpushed) for one in found if isinstance(one, Repository)] == [("jada-site", 1)]


def test_F088_a_path_with_marks_in_it_is_one_path(repo: Repo) -> None:
    for number in range(3):
        repo.commit({"a\x1eb\x1f\nc.py": f"x = {number}\n"})
    found, _ = repo.collect("repos-habits")
    assert [one.hot_spots for one in found if isinstance(one, Repository)] == [
        ("a\x1eb\x1f\nc.py (3 times)",)
    ]


def test_F092_a_name_that_is_an_address_loses_its_host(repo: Repo) -> None:
    repo.commit({"a.py": ""}, author="ana.b@example.com")
    repo.commit({"b.py": ""}, author="Bo (bo@example.com)")
    found, _ = repo.collect("repos-habits")
    assert [one.authors_365d for one in found if isinstance(one, Repository)] == [("Bo (bo)", "ana.b")]


def test_a_template_without_any_function_is_read(repo: Repo) -> None:
    repo.commit({"template.yaml": "Resources: {}\n", "app.py": "x = 1\n"})
    found, gaps = repo.collect("repos-code")
    assert gaps == []
    assert {one.is_found for one in found if isinstance(one, Suspect)} == {False}
