"""How a repository is kept, as its own history and files tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository

if TYPE_CHECKING:
    from tests.repos import Repo


def _record(repo: Repo) -> Repository:
    (record,), gaps = repo.collect("repos-habits")
    assert gaps == []
    assert isinstance(record, Repository)
    return record


def test_commits_and_authors_of_the_last_quarter(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"}, days_ago=200)
    repo.commit({"b.py": "b = 1\n"}, days_ago=20, author="Ana Beltran")
    head = repo.commit({"c.py": "c = 1\n"}, days_ago=3)
    record = _record(repo)
    assert (record.head, record.commits_90d, record.authors_90d) == (head, 2, 2)
    assert str(record.last_commit) == "2026-11-17"
    assert record.profile == "team"


def test_nearly_all_commits_by_one_person_make_a_repository_of_one(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"}, author="Ana Beltran", days_ago=500)
    repo.commit({"b.py": "b = 1\n"})
    assert _record(repo).profile == "solo"


def test_a_repository_without_a_commit_says_so(repo: Repo) -> None:
    record = _record(repo)
    assert isinstance(record.head, NotCollected)
    assert "no commit yet" in record.head.reason


def test_the_readme_is_read_for_how_to_run_and_deploy(repo: Repo) -> None:
    repo.commit({"README.md": "# Jada\n\nRun `make serve`.\n\nDeploy with `make ship`.\n"})
    record = _record(repo)
    assert (record.readme, record.readme_lines, record.readme_tells_how) == (True, 3, True)


def test_a_date_from_the_future_counts_as_today(repo: Repo) -> None:
    repo.commit({"a.py": ""}, days_ago=-4000)
    assert str(_record(repo).last_commit) == "2026-11-20"
