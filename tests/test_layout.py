"""The parts of the package import in one direction only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generators" / "quarterdeck"

ORDER = (
    ("model",),
    ("text",),
    ("secrets",),
    ("reference", "settings", "settings_check", "settings_file", "settings_types"),
    ("parse",),
    ("formulas",),
    ("figures",),
    ("checks",),
    ("rules", "priorities", "links"),
    ("git", "history", "portfolio", "reading", "shipped"),
    ("brief",),
    ("changes",),
    ("collectors",),
    ("charts",),
    ("reports",),
    ("site",),
    ("publish",),
    ("mail",),
    ("start",),
    ("commands",),
    ("cli", "__main__", "__init__"),
)
"""Each part imports from parts in its own line or in lines above it."""

RANK = {part: rank for rank, parts in enumerate(ORDER) for part in parts}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("quarterdeck."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == "quarterdeck":
            yield from (alias.name for alias in node.names if alias.name in RANK)
        elif isinstance(node, ast.Import):
            yield from (one.name.split(".")[1] for one in node.names if one.name.startswith("quarterdeck."))


def _part(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(file for file in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_part_imports_only_from_parts_above_it(file: Path) -> None:
    above = RANK[_part(file)]
    below = [name for name in _imported(file) if RANK[name] > above]
    assert below == []


def test_every_part_has_its_place() -> None:
    assert {_part(file) for file in FILES} == set(RANK)
