"""Fixture files in the form of markdown-it-py's: title, dot, input, dot, expected, dot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parent / "data"


def cases(name: str) -> list[tuple[str, str, str]]:
    """Title, input and expected output of each case in `tests/parse/data/<name>.md`."""
    found = []
    lines = iter((DATA / f"{name}.md").read_text(encoding="utf-8").splitlines())
    for line in lines:
        if not line.strip():
            continue
        if next(lines) != ".":
            raise ValueError(line)
        found.append((line, _until_dot(lines), _until_dot(lines)))
    return found


def _until_dot(lines: Iterator[str]) -> str:
    block = []
    for line in lines:
        if line == ".":
            break
        block.append(line)
    return "\n".join(block)
