"""The second promise: the same commit gives the same bytes, whoever builds it, wherever and whenever."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from quarterdeck.site.builder import Builder
from tests.sites import building, files_of, sample_by, the_sample

if TYPE_CHECKING:
    from pathlib import Path

ELSEWHERE = {
    "PYTHONHASHSEED": "4242",
    "TZ": "America/Los_Angeles",
    "LC_ALL": "C.UTF-8",
    "LANG": "de_DE.UTF-8",
}
"""Environment of the second build; the first is the one that other tests look at."""


@pytest.mark.parametrize("builder", get_args(Builder))
def test_F149_F226_two_builds_give_the_same_bytes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, builder: str
) -> None:
    first, second = sample_by(tmp_path_factory, builder), the_sample(tmp_path / "somewhere else")
    process = building(second, builder, umask=0o077, **ELSEWHERE)
    _, said = process.communicate(timeout=600)
    assert (process.returncode, said) == (0, "")
    one, other = (dict(files_of(root / "build")) for root in (first, second))
    assert {"briefing.json", "all/docs/index.md", "all/site/index.html", "all/manifest.json"} <= set(one)
    assert list(one) == list(other)
    own = {"all/mkdocs.yml"}
    assert [name for name in one if one[name] != other[name] and name not in own] == []


def test_F226_no_place_of_a_machine_stands_in_the_site(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = sample_by(tmp_path_factory, "mkdocs")
    assert "a-folder-with-a-name" in str(root)
    for part in ("site", "docs", "briefing.json", "run.json", "manifest.json"):
        tree = root / "build" / "all" / part
        files = files_of(tree) if tree.is_dir() else [(part, tree.read_bytes())]
        held = [
            name for name, data in files if b"a-folder-with-a-name" in data or bytes(root.parents[1]) in data
        ]
        assert held == []
