"""What manifests name, by the form of each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.manifests import _BY_NAME, Manifest, _requirements, manifests
from quarterdeck.model.observed import NotCollected

if TYPE_CHECKING:
    from tests.repos import Repo


def _read(repo: Repo, path: str, text: str) -> Manifest:
    repo.commit({path: text})
    (found,) = manifests(Checkout(repo.scope()))
    assert isinstance(found, Manifest)
    return found


PYPROJECT = """[project]
name = "jada"
dependencies = [
    "Flask>=3,<4",
    "stripe==9.1; python_version > '3.9'",
]
[project.optional-dependencies]
xlsx = ["XlsxWriter"]
dev = ["ruff>=0.5"]

[dependency-groups]
test = ["pytest", {include-group = "dev"}]

[tool.ruff]
line-length = 100
"""
POETRY = """[tool.poetry]
name = "jada"
[tool.poetry.dependencies]
python = "^3.11"
boto3 = "^1.34"
Stripe = {version = "9.1", extras = ["async"]}
own = {git = "https://example.com/own.git"}
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""
REQUIREMENTS = """# what it takes
-r base.txt
-e git+https://example.com/own.git#egg=own
Flask[async] == 3.0.1  # the web part
stripe==9.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
https://example.com/a.whl
boto3
"""
PACKAGE = json.dumps(
    {
        "scripts": {"react": "echo"},
        "dependencies": {"react": "^18.2.0", "own": "git+ssh://git@example.com/own.git", "next": "latest"},
        "devDependencies": {"vite": "5.0.0"},
    },
    indent=2,
)
GEMFILE = """source "https://rubygems.org"
gem "rails", "~> 7.1"
# gem "sinatra"
group :development, :test do
  gem "rspec"
end
gem 'puma', group: :development
gem "pg"
"""
GO = """module example.com/jada

go 1.22

require github.com/gin-gonic/gin v1.9.1
require (
\tgithub.com/stripe/stripe-go/v76 v76.1.0
\tgolang.org/x/net v0.20.0 // indirect
)
"""
PIPFILE = '[packages]\nflask = "*"\nboto3 = ">=1.34"\n[dev-packages]\npytest = "==8.3.1"\n'
SETUP = (
    "[options]\ninstall_requires =\n    flask>=3\n    stripe\n"
    "[options.extras_require]\ntest =\n    moto\n[flake8]\nmax-line-length = 100\n"
)
COMPOSER = (
    '{"require": {"php": ">=8.1", "stripe/stripe-php": "^13"},\n "require-dev": {"phpunit/phpunit": "^11"}}'
)


@pytest.mark.parametrize(
    ("path", "text", "manager", "named"),
    [
        (
            "pyproject.toml",
            PYPROJECT,
            "pyproject",
            [
                ("flask", "<4,>=3", 4, False),
                ("stripe", "==9.1", 5, False),
                ("xlsxwriter", "", 8, False),
                ("ruff", ">=0.5", 9, True),
                ("pytest", "", 12, True),
            ],
        ),
        (
            "pyproject.toml",
            POETRY,
            "poetry",
            [
                ("boto3", "^1.34", 5, False),
                ("stripe", "9.1", 6, False),
                ("own", "an address", 7, False),
                ("pytest", "", 9, True),
            ],
        ),
        (
            "requirements.txt",
            REQUIREMENTS,
            "pip",
            [
                ("own", "an address", 3, False),
                ("flask", "==3.0.1", 4, False),
                ("stripe", "==9.1", 5, False),
                ("a", "an address", 8, False),
                ("boto3", "", 9, False),
            ],
        ),
        ("requirements/dev.txt", "pytest\n", "pip", [("pytest", "", 1, True)]),
        (
            "web/package.json",
            PACKAGE,
            "npm",
            [
                ("react", "^18.2.0", 6, False),
                ("own", "an address", 7, False),
                ("next", "", 8, False),
                ("vite", "5.0.0", 11, True),
            ],
        ),
        (
            "Gemfile",
            GEMFILE,
            "bundler",
            [
                ("rails", "~> 7.1", 2, False),
                ("rspec", "", 5, True),
                ("puma", "", 7, True),
                ("pg", "", 8, False),
            ],
        ),
        (
            "go.mod",
            GO,
            "go",
            [
                ("github.com/gin-gonic/gin", "v1.9.1", 5, False),
                ("github.com/stripe/stripe-go/v76", "v76.1.0", 7, False),
            ],
        ),
        (
            "Pipfile",
            PIPFILE,
            "pipenv",
            [("flask", "", 2, False), ("boto3", ">=1.34", 3, False), ("pytest", "==8.3.1", 5, True)],
        ),
        (
            "setup.cfg",
            SETUP,
            "setuptools",
            [("flask", ">=3", 3, False), ("stripe", "", 4, False), ("moto", "", 7, True)],
        ),
        (
            "composer.json",
            COMPOSER,
            "composer",
            [("stripe/stripe-php", "^13", 1, False), ("phpunit/phpunit", "^11", 2, True)],
        ),
    ],
)
def test_each_form_names_its_direct_dependencies(
    repo: Repo, path: str, text: str, manager: str, named: list[tuple[str, str, int, bool]]
) -> None:
    found = _read(repo, path, text)
    assert found.manager == manager
    assert [(one.name, one.spec, one.line, one.is_development) for one in found.dependencies] == named


def test_sections_of_tools_and_hashes_are_told(repo: Repo) -> None:
    assert _read(repo, "pyproject.toml", PYPROJECT).tools == (("ruff", 14),)
    assert Manifest("requirements.txt", "pip").ecosystem == "py"
    assert _requirements("requirements.txt", REQUIREMENTS).is_hashed


def test_what_is_vendored_or_another_file_is_no_manifest(repo: Repo) -> None:
    repo.commit({"node_modules/a/package.json": PACKAGE, "docs/setup.md": "flask", "package-lock.json": "{}"})
    assert list(manifests(Checkout(repo.scope()))) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", "{"),
        ("package.json", "[1]"),
        ("package.json", '{"dependencies": ["react"]}'),
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "tool = 3\n"),
        ("setup.cfg", "no section\n"),
        ("Pipfile", "packages = 3\n"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_a_gap(repo: Repo, path: str, text: str) -> None:
    repo.commit({path: text, "a/requirements.txt": "flask\n"})
    found = list(manifests(Checkout(repo.scope())))
    (gap,) = (one for one in found if isinstance(one, NotCollected))
    assert path in gap.subject
    assert [one.path for one in found if isinstance(one, Manifest)] == ["a/requirements.txt"]


@given(text=st.text(max_size=300))
def test_a_list_of_requirements_reads_whatever_stands_there(text: str) -> None:
    found = _requirements("requirements.txt", text)
    assert all(one.name == one.name.lower() for one in found.dependencies)
    last = text.count("\n") + sum(text.count(mark) for mark in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029") + 1
    assert all(1 <= one.line <= last for one in found.dependencies)


@given(text=st.text(max_size=300))
def test_a_gemfile_and_a_module_file_read_whatever_stands_there(text: str) -> None:
    for name in ("Gemfile", "go.mod"):
        assert _BY_NAME[name](name, text).path == name
