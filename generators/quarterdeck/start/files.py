"""What a portfolio shares with this repository to the byte: its workflows, and the scripts that they call."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import quarterdeck

SHARED: Final = tuple(
    (path, path)
    for path in (
        ".github/workflows/audit.yml",
        ".github/workflows/publish.yml",
        ".github/workflows/pull-request.yml",
        "scripts/portfolio/build",
        "scripts/portfolio/collect",
        "scripts/portfolio/comment",
        "scripts/portfolio/feedback",
        "scripts/portfolio/notify",
        "scripts/portfolio/publish",
        "scripts/portfolio/setting",
        "scripts/portfolio/summary",
        "scripts/portfolio/tests",
        "scripts/portfolio/watch",
    )
)
"""Path in the repository of Quarterdeck, and path in a portfolio; a workflow calls scripts by one name in both."""

_PACKED: Final = "start/shared"
"""Where a wheel keeps them, below the package."""


def shared() -> Iterator[tuple[str, bytes]]:
    """Path in a portfolio -> bytes, in the order of `SHARED`; what begins with `#!` is to be executable."""
    package = Path(quarterdeck.__file__).parent
    packed = package / _PACKED
    folder = packed if packed.is_dir() else package.parents[1]
    for here, there in SHARED:
        yield there, (folder / here).read_bytes()
