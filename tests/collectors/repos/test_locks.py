"""Which manifests have a lock, and what of them may change by itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.collectors.repos.locks import is_bounded
from quarterdeck.collectors.repos.manifests import Dependency, Manager
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.pipelines import Dependencies
from quarterdeck.model.repositories import Repository

if TYPE_CHECKING:
    from tests.repos import Repo

COMMIT = "a" * 40


def _needs(repo: Repo, files: dict[str, str], path: str = "") -> Dependencies:
    repo.commit(files)
    facts, _ = repo.collect("repos-pipelines")
    return next(one for one in facts if isinstance(one, Dependencies) and one.path.endswith(path))


NPM = '{"dependencies": {"react": "^18"}}'
PROJECT = '[project]\nname = "x"\ndependencies = ["flask>=3"]\n'


@pytest.mark.parametrize(
    ("path", "files", "lock"),
    [
        ("package.json", {"package.json": NPM}, None),
        ("package.json", {"package.json": NPM, "package-lock.json": "{}"}, "package-lock.json"),
        ("web/package.json", {"web/package.json": NPM, "yarn.lock": ""}, "yarn.lock"),
        ("web/package.json", {"web/package.json": NPM, "api/yarn.lock": ""}, None),
        ("package.json", {"package.json": NPM, "poetry.lock": ""}, None),
        ("pyproject.toml", {"pyproject.toml": PROJECT}, None),
        ("pyproject.toml", {"pyproject.toml": PROJECT, "uv.lock": ""}, "uv.lock"),
        ("pyproject.toml", {"pyproject.toml": PROJECT, "requirements.txt": "flask==3.0"}, "requirements.txt"),
        ("pyproject.toml", {"pyproject.toml": PROJECT, "requirements.txt": "jinja2==3.0"}, None),
        ("pyproject.toml", {"pyproject.toml": PROJECT, "requirements.txt": "flask>=3.0"}, None),
        ("requirements.txt", {"requirements.txt": "flask==3.0\njinja2==3.1"}, "requirements.txt"),
        ("requirements.txt", {"requirements.txt": "flask==3.0\njinja2"}, None),
        ("requirements.txt", {"requirements.txt": "flask==3.*"}, None),
        ("requirements.in", {"requirements.in": "flask", "requirements.txt": "flask==3.0"}, "requirements.txt"),
        ("Pipfile", {"Pipfile": '[packages]\nflask = "*"\n', "Pipfile.lock": "{}"}, "Pipfile.lock"),
        ("composer.json", {"composer.json": '{"require": {"a/b": "^1"}}', "composer.lock": "{}"}, "composer.lock"),
        ("Gemfile", {"Gemfile": 'gem "rails", "~> 7.0"\n'}, None),
        ("go.mod", {"go.mod": "module x\nrequire example.com/a v1.0.0\n", "go.sum": ""}, "go.sum"),
    ],
)  # fmt: skip
def test_the_lock_of_a_manifest(repo: Repo, path: str, files: dict[str, str], lock: str | None) -> None:
    assert _needs(repo, files, path).lock == lock


@pytest.mark.parametrize(
    ("manager", "spec", "expected"),
    [
        ("pip", "==3.0", True),
        ("pip", ">=3,<4", True),
        ("pip", "~=3.1", True),
        ("pip", ">=3", False),
        ("pip", "", False),
        ("pip", "!=3.1", False),
        ("npm", "^18.2.0", True),
        ("npm", "1.2.3", True),
        ("npm", "1.x", True),
        ("npm", "1 - 2", True),
        ("npm", ">=18", False),
        ("npm", "next", False),
        ("npm", "^1 || ^2", True),
        ("npm", "^1 || >=2", False),
        ("npm", "npm:other@^1", True),
        ("bundler", "~> 7.0", True),
        ("bundler", ">= 7.0", False),
        ("poetry", "9.1", True),
        ("go", "v1.2.3", True),
        ("npm", "a folder", True),
    ],
)
def test_a_range_ends_or_does_not(manager: Manager, spec: str, *, expected: bool) -> None:
    assert is_bounded(manager, Dependency("x", spec, 1)) is expected


@pytest.mark.parametrize(
    ("path", "text", "loose", "from_source"),
    [
        ("requirements.txt", "flask\njinja2==3.1\n", ("flask",), ()),
        ("requirements.txt", "-e git+https://h.example/own.git@main#egg=own\n", (), ("own",)),
        ("requirements.txt", f"git+https://h.example/own.git@{COMMIT}\n", (), ()),
        ("requirements.txt", "own @ https://h.example/own-1.0.tar.gz\n", (), ("own",)),
        ("requirements.txt", "# git+https://h.example/own.git\n-r base.txt\n", None, ()),
        ("package.json", '{"dependencies": {"a": "github:b/a#main", "c": "file:../c", "d": "*"}}', ("d",), ("a",)),
        ("package.json", f'{{"dependencies": {{"a": "github:b/a#{COMMIT}"}}}}', (), ()),
        ("package.json", '{"dependencies": {"a": "workspace:*"}}', (), ()),
        ("composer.json", '{"require": {"a/b": "dev-main", "a/c": "^1"}}', ("a/b",), ("a/b",)),
        ("Gemfile", 'gem "a", github: "b/a", branch: "main"\ngem "c", path: "../c"\n', (), ("a",)),
        ("pyproject.toml", '[tool.poetry.dependencies]\na = {git = "https://h.example/a", branch = "x"}\n', (), ("a",)),
        ("pyproject.toml", f'[tool.poetry.dependencies]\na = {{git = "h.example/a", rev = "{COMMIT}"}}\n', (), ()),
    ],
)  # fmt: skip
def test_what_may_change_by_itself(
    repo: Repo, path: str, text: str, loose: tuple[str, ...] | None, from_source: tuple[str, ...]
) -> None:
    repo.commit({path: text})
    facts, _ = repo.collect("repos-pipelines")
    found = [(one.loose, one.from_source) for one in facts if isinstance(one, Dependencies)]
    assert found == ([] if loose is None else [(loose, from_source)])


def test_with_a_lock_nothing_is_loose_but_what_comes_from_a_branch(repo: Repo) -> None:
    text = '{"dependencies": {"a": "github:b/a#main", "d": "*"}}'
    found = _needs(repo, {"package.json": text, "package-lock.json": "{}"})
    assert (found.loose, found.from_source) == ((), ("a",))


def test_the_day_of_a_lock_is_that_of_its_last_change(repo: Repo) -> None:
    repo.commit({"package.json": NPM, "package-lock.json": "{}"}, days_ago=400)
    found = _needs(repo, {"package.json": NPM.replace("18", "19")})
    assert found.lock_changed == date(2025, 10, 16)


def test_of_a_shallow_history_nobody_knows_the_day(repo: Repo) -> None:
    repo.commit({"package.json": NPM, "package-lock.json": "{}"}, days_ago=400)
    repo.commit({"a.txt": "x"})
    (repo.folder / ".git" / "shallow").write_text(f"{repo.git('rev-parse', 'HEAD')}\n", encoding="utf-8")
    found = _needs(repo, {"b.txt": "x"})
    assert isinstance(found.lock_changed, NotCollected)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("package.json", '{"main": "x.js", "dependencies": {"a": "1"}}', True),
        ("package.json", '{"main": "x.js", "private": true, "dependencies": {"a": "1"}}', False),
        ("package.json", '{"dependencies": {"a": "1"}}', False),
        ("pyproject.toml", f"{PROJECT}[build-system]\nrequires = []\n", True),
        ("pyproject.toml", PROJECT, False),
        ("composer.json", '{"type": "library", "require": {"a/b": "1"}}', True),
    ],
)
def test_what_is_made_to_be_installed_by_others(repo: Repo, path: str, text: str, *, expected: bool) -> None:
    assert _needs(repo, {path: text}).is_library is expected


@pytest.mark.parametrize(
    ("files", "locked", "pinned"),
    [
        ({"package.json": NPM, "yarn.lock": ""}, True, True),
        ({"package.json": NPM}, False, False),
        ({"package.json": NPM, "yarn.lock": "", "api/requirements.txt": "flask"}, False, False),
        ({"package.json": '{"dependencies": {"a": "github:b/a"}}', "yarn.lock": ""}, True, False),
    ],
)
def test_what_the_record_of_a_repository_says(
    repo: Repo, files: dict[str, str], *, locked: bool, pinned: bool
) -> None:
    repo.commit(files)
    facts, _ = repo.collect("repos-habits")
    (found,) = (one for one in facts if isinstance(one, Repository))
    assert (found.lockfile, found.dependencies_pinned) == (locked, pinned)


def test_a_repository_that_names_nothing_is_not_said_to_be_loose(repo: Repo) -> None:
    repo.commit({"package.json": "{}"})
    facts, _ = repo.collect("repos-habits")
    (found,) = (one for one in facts if isinstance(one, Repository))
    assert isinstance(found.lockfile, NotCollected)
    assert isinstance(found.dependencies_pinned, NotCollected)


def test_a_manifest_that_cannot_be_read_is_a_gap_and_no_answer(repo: Repo) -> None:
    repo.commit({"package.json": NPM, "yarn.lock": "", "api/package.json": "{"})
    _, gaps = repo.collect("repos-pipelines")
    assert [one.subject for one in gaps] == ["jada-site:api/package.json"]
    facts, _ = repo.collect("repos-habits")
    (found,) = (one for one in facts if isinstance(one, Repository))
    assert found.lockfile == NotCollected("repos-habits", gaps[0].subject, gaps[0].reason, "jada")
