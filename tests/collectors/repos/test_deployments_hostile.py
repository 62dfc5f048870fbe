"""Readers of deployments against text that nobody meant well with."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.repos.deploying import plain, shell, tools
from quarterdeck.collectors.repos.deploying.environment import read_by
from quarterdeck.collectors.repos.deploying.plain import TooMuchError
from quarterdeck.collectors.repos.deploying.script_tokens import called, constructed, tokens
from quarterdeck.collectors.repos.deploying.terraform import parsed
from quarterdeck.model.deployments import DeclaredFunction
from tests.audits import seen

if TYPE_CHECKING:
    from tests.repos import Repo

_PIECES = (
    *(
        "aws ",
        "s3 ",
        "sync ",
        "s3://",
        "$(",
        "${",
        "`",
        "'",
        '"',
        "\\",
        "\n",
        "<<E\n",
        "&&",
        "#",
        "--delete ",
        "\t",
        "=",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ":",
        "-",
        "&a",
        "*a",
        "!Sub ",
        "new ",
        "process.env",
        "/*",
        "//",
        "resource ",
        ",",
    ),
    *(";", "rsync ", "h:"),
)
hostile = st.lists(st.sampled_from(_PIECES) | st.text(string.printable, max_size=5), max_size=40).map("".join)


@given(hostile)
def test_no_script_raises(text: str) -> None:
    for command in (*shell.commands(text), *shell.make_commands(text)):
        assert command.line >= 1
        found = tools.deployed(shell.bare(command.words))
        assert found is None or found.pattern.startswith("DEP-")


@given(hostile)
def test_no_template_raises_anything_but_that_it_is_too_much(text: str) -> None:
    for path in ("a.yml", "a.json", "a.toml"):
        try:
            assert isinstance(plain.block(text, path), dict)
        except TooMuchError:
            continue


@given(hostile)
def test_no_program_raises(text: str) -> None:
    found = tokens(text)
    assert len([*constructed(found), *called(found, frozenset({"aws", "s3"}))]) <= 2 * len(found)
    assert isinstance(parsed(text).values, dict)
    for path in ("a.py", "a.ts", "a.go"):
        assert read_by(path, text).needs <= read_by(path, text).names


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]"
        for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(TooMuchError):
        plain.block("\n".join(lines), "a.yml")


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "{a: " * 5_000, '{"a":' * 5_000])
def test_depth_is_refused_or_left_without_an_overflow(text: str) -> None:
    for path in ("a.yml", "a.json"):
        try:
            assert not plain.block(text, path)
        except TooMuchError:
            continue


@pytest.mark.parametrize(
    "text",
    [
        "aws s3 sync " + "a" * 150_000,
        "$(" * 50_000,
        '"$(' * 50_000,
        "${" * 50_000,
        "<<E\n" * 30_000,
        "A=$A$A\n" * 20_000,
        "\\\n" * 50_000,
        "(((" * 40_000,
    ],
    ids=range(8),
)
def test_a_hostile_line_is_read_to_the_end(text: str) -> None:
    assert all(len(word) <= 4_096 for one in shell.commands(text) for word in one.words)


@pytest.mark.parametrize(
    "text",
    [
        "/*" * 50_000,
        "new X(" * 20_000,
        "`${" * 30_000,
        "a = [" * 20_000,
        "a = " + "[" * 50_000,
        "<<E\n" * 30_000,
        "{" * 90_000,
    ],
)
def test_a_hostile_program_is_read_to_the_end(text: str) -> None:
    assert isinstance(parsed(text).blocks, list)
    assert all(call.name for call in constructed(tokens(text)))


def test_a_huge_template_is_a_gap_and_not_a_crash(repo: Repo) -> None:
    rows = "\n".join(f"  R{number}: {{Type: AWS::S3::Bucket}}" for number in range(20_000))
    deep = "Resources:\n" + "".join(f"{' ' * (depth + 1)}AWS::a:\n" for depth in range(200))
    repo.commit({"wide.yml": f"Resources:\n{rows}\n", "deep.yml": deep})
    found, gaps = repo.collect("repos-deployments")
    assert [one.subject for one in gaps] == ["jada-site:deep.yml"]
    assert len(found) > 20_000


def test_a_name_of_holes_alone_fits_nothing() -> None:
    def one(name: str) -> DeclaredFunction:
        return seen(DeclaredFunction, repo="r", name=name, pattern="DEP-12", path="a.sh")

    assert not one("${a}${b}-${c}").fits("booking-api")
    assert not one("ab${x}").fits("abc")
    assert one("booking-${stage}-api").fits("booking-prod-api")
    assert not one("booking-${stage}-api").fits("booking--api")
    assert not one("booking-${stage}-api").fits("booking-prod-api-2")
    assert one("${stack}Book${suffix}").fits("jada-Book-1A")
    assert one("a${x}a${y}a-b" + "-${z}" * 40 + "c").fits("a" * 400) is False
