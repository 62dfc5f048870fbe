"""How a repository is kept, as its own history and files tell."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.collectors.registry import COLLECTORS
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import PeopleList, Repository
from tests.repos import TAKEN_AT

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_merge_of_ones_own_work_has_no_second_person(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"}, days_ago=30)
    for branch, author in (("own", "Lee Nakamura"), ("other", "Ana Beltran")):
        repo.git("switch", "--quiet", "--create", branch)
        repo.commit({f"{branch}.py": "x = 1\n"}, days_ago=20, author=author)
        repo.git("switch", "--quiet", "main")
        repo.git(
            "merge", "--quiet", "--no-ff", "--no-edit", branch, GIT_COMMITTER_DATE="2026-11-10T12:00:00+00:00"
        )
    record = _record(repo)
    assert (record.merges_90d, record.merges_alone_90d) == (2, 1)


def test_sleeping_and_far_branches(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"}, days_ago=200)
    repo.git("branch", "sleeping")
    repo.git("switch", "--quiet", "--create", "far")
    for number in range(51):
        repo.commit({"far.py": f"a = {number}\n"}, days_ago=1)
    repo.git("switch", "--quiet", "main")
    record = _record(repo)
    assert (record.stale_branches, record.far_branches) == (("sleeping",), ("far",))


def test_what_changed_most_often(repo: Repo) -> None:
    for number in range(4):
        repo.commit({"app.py": f"a = {number}\n", "package-lock.json": f"{number}", f"{number}.py": ""})
    assert _record(repo).hot_spots == ("app.py (4 times)",)


def test_work_that_nobody_pushed_or_committed(repo: Repo) -> None:
    head = repo.commit({"a.py": "a = 1\n"}, days_ago=12)
    assert _record(repo).has_remote is False
    repo.git("remote", "add", "origin", "https://git.example/x.git")
    repo.git("update-ref", "refs/remotes/origin/main", head)
    assert (_record(repo).head_on_remote, _record(repo).unpushed) == (True, 0)
    repo.commit({"b.py": "b = 1\n"}, days_ago=9)
    repo.write({"a.py": "a = 2\n", "new.py": ""})
    old = (TAKEN_AT - timedelta(days=10)).timestamp()
    os.utime(repo.folder / "a.py", (old, old))
    record = _record(repo)
    assert (record.head_on_remote, record.unpushed, record.unpushed_days) == (False, 1, 9)
    assert (record.uncommitted, record.uncommitted_days) == (2, 10)


def test_rules_of_the_host_are_read_from_their_export(repo: Repo) -> None:
    rules = '{"target": "branch", "enforcement": "active", "rules": [{"type": "deletion"}, {"type": "pull_request"}]}'
    repo.commit({".github/rulesets/main.json": rules, ".github/rulesets/broken.json": "{"})
    assert _record(repo).protection == ("deletion", "pull_request")
    repo.commit({".github/rulesets/main.json": rules.replace("active", "disabled")})
    assert _record(repo).protection == ()


ROWS = "".join(f"{number},guest{number}@mail.example\n" for number in range(21))
SHORT = "".join(f"{number},guest{number}@mail.example\n" for number in range(20))


@pytest.mark.parametrize(
    ("path", "content", "rows"),
    [
        ("a.csv", f"number,email\n{ROWS}", 21),
        ("short.csv", f"number,email\n{SHORT}", 0),
        ("b.csv", f"number;E-Mail\n{ROWS.replace(',', ';')}", 21),
        ("words.csv", "email\n" + "none\n" * 30, 0),
        ("email_templates.csv", "template,used\n" + "hello,1\n" * 30, 0),
        ("a.tsv", "number\tphone\n" + "2\t619-555-0135\n" * 30, 30),
        ("a.json", json.dumps([{"email": f"a{n}@mail.example"} for n in range(25)]), 25),
        ("nested.json", json.dumps({"guests": [{"email": f"a{n}@mail.example"} for n in range(25)]}), 25),
        ("a.jsonl", "\n".join(json.dumps({"phone": "+16195550134"}) for _ in range(25)), 25),
        ("broken.json", "[" * 100_000, 0),
        (
            "a.sql",
            "INSERT INTO crew (name, email) VALUES\n" + ",\n".join(["('A', 'a@b.example')"] * 30) + ";\n",
            30,
        ),
        ("schema.sql", "CREATE TABLE crew (name text, email text);\n" * 30, 0),
        ("a.xlsx", b"PK\x03\x04 broken", 0),
        ("tests/fixtures/a.csv", f"number,email\n{ROWS}", 21),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_lists_of_people(repo: Repo, path: str, content: str | bytes, rows: int) -> None:
    repo.commit({path: content})
    found, gaps = repo.collect("repos-habits")
    assert gaps == []
    assert [one.rows for one in found if isinstance(one, PeopleList)] == ([rows] if rows else [])


def test_what_should_not_be_tracked(repo: Repo) -> None:
    repo.commit(
        {
            "app.py": "x = 1\n",
            ".env": "TOKEN=abc\n",
            "empty.env": "TOKEN=\n# KEY=x\n",
            ".env.example": "TOKEN=abc\n",
            "node_modules/a/index.js": "",
            "dist/index.html": "",
            "dist/app.js": "",
            "lambda-package.zip": b"PK",
            "deploy.sh": "ssh -i key.pem host\npg_dump shop > dump.sql\n",
            ".gitignore": "*.sql\n",
            "big.bin": b"\0" * (11 << 20),
        }
    )
    record = _record(repo)
    assert record.env_files == (".env",)
    assert record.made_files == ("lambda-package.zip", "node_modules")
    assert record.ignore_gaps == (".env", "key.pem")
    assert (record.large_files, record.large_in_history) == (1, 0)


def test_marks_of_what_is_left_to_do(repo: Repo) -> None:
    repo.commit({"app.py": "# TODO one\nx = 1\n\n", "checkout.js": "// FIXME\n", "vendor/x.js": "// TODO\n"})
    record = _record(repo)
    assert (record.todo_count, record.code_lines, record.todo_on_path) == (2, 3, ("checkout.js",))


def test_F085_F086_what_is_not_looked_at_is_said(repo: Repo) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
    repo.commit({"movie.mp4": pointer, ".gitattributes": "*.mp4 filter=lfs\n"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    repo.git("commit", "--quiet", "--message", "a submodule")
    _, gaps = repo.collect("repos-habits")
    assert [(gap.subject, gap.reason) for gap in gaps] == [
        ("jada-site:submodules", "submodules, which are not followed: 1"),
        ("jada-site:pointers", "files in large-file storage, not fetched: 1"),
    ]


def test_F092_no_address_of_anybody_is_kept(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"}, author="Ana Beltran")
    found, gaps = repo.collect("repos-habits")
    assert b"@" not in msgspec.json.encode([found, gaps])


def test_F091_times_beyond_any_calendar_are_clamped(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    repo.git("commit", "--quiet", "--allow-empty", "--message=far", GIT_COMMITTER_DATE="@9999999999999 +0000")
    assert str(_record(repo).last_commit) == "2026-11-20"


def test_a_shallow_copy_counts_nobody(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a.py": "a = 1\n"}, author="Ana Beltran", days_ago=9)
    repo.commit({"a.py": "a = 2\n"}, days_ago=8)
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "copy"))
    (record,), _ = type(repo)(tmp_path / "copy").collect("repos-habits")
    assert isinstance(record, Repository)
    assert isinstance(record.authors_365d, NotCollected)
    assert isinstance(record.commits_90d, NotCollected)
    assert (record.is_shallow, record.profile) == (True, "team")


def test_rules_nested_without_end_are_none(repo: Repo) -> None:
    repo.commit({".github/rulesets/a.json": '{"a":' * 100_000})
    assert _record(repo).protection == ()


def test_a_pointer_below_a_folder_is_said(repo: Repo) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
    repo.commit({"media/movie.mp4": pointer, "media/.gitattributes": "*.mp4 filter=lfs\n"})
    _, gaps = repo.collect("repos-habits")
    assert [gap.subject for gap in gaps] == ["jada-site:pointers"]


@pytest.mark.parametrize("name", [name for name, one in COLLECTORS.items() if one.kind == "repos"])
@pytest.mark.parametrize(
    "path", ["package.json", "composer.json", "template.json", "cdk.json", "deploy.sh", "data.json"]
)
def test_half_a_character_in_json_stops_no_collector(repo: Repo, name: str, path: str) -> None:
    half = '{"name": "\\ud800", "scripts": {"deploy": "aws s3 sync . s3://\\ud800"}, "dependencies": {"\\ud800": "1"}}'
    repo.commit({path: half, "app.py": "x = 1\n"})
    found, gaps = repo.collect(name)
    assert msgspec.json.encode([found, gaps])


def test_F089_what_lies_beyond_the_limits_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        repo.commit({f"{number}.py": "x = 1\n"})
    monkeypatch.setattr("quarterdeck.collectors.repos.habits.MOST_FILES", 3)
    monkeypatch.setattr("quarterdeck.collectors.repos.checkout.MOST_FILES", 3)
    monkeypatch.setattr("quarterdeck.collectors.repos.habits.MOST_COMMITS", 3)
    monkeypatch.setattr("quarterdeck.collectors.repos.commits.MOST_COMMITS", 3)
    _, gaps = repo.collect("repos-habits")
    assert {gap.reason for gap in gaps} == {
        "only the first 3 files were looked at",
        "only the newest 3 commits were looked at",
    }
