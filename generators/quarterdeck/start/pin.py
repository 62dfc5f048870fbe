"""Which version of Quarterdeck a portfolio asks for in its requirements."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from quarterdeck.model.errors import UsageError

_PLACES: Final = ("requirements.txt", "requirements/*.txt", "requirements/*.lock")
_LINE: Final = re.compile(
    rb"^(quarterdeck(?:\[[^\]\n]*\])?[ \t]*==[ \t]*)([^\s;#,\\]+)([^\n]*)$", re.MULTILINE
)


class Pin(NamedTuple):
    """The line of a requirements file that names one exact version."""

    path: str
    """Below the portfolio, with slashes."""
    version: str
    data: bytes
    """The whole file."""
    is_hashed: bool
    """Whether hashes follow, which belong to that version alone."""

    def moved_to(self, version: str) -> bytes:
        """The file with another version in that line, and nothing else changed."""
        return _LINE.sub(lambda line: line[1] + version.encode() + line[3], self.data, count=1)


def pinned(root: Path) -> Pin | None:
    """The first such line of a portfolio; None where no requirements file has one.

    Raises:
        UsageError: A requirements file cannot be read.
    """
    for pattern in _PLACES:
        for file in sorted(root.glob(pattern)):
            try:
                data = file.read_bytes()
            except OSError as error:
                why = (error.strerror or "no reason given").lower()
                raise UsageError(f"{file} cannot be read: {why}. Mend that, then try again.") from None
            if line := _LINE.search(data):
                is_hashed = b"\\" in line[3] or b"--hash" in line[3]
                path = file.relative_to(root).as_posix()
                return Pin(path, line[2].decode("ascii", "replace"), data, is_hashed)
    return None


def is_newer(one: str, other: str) -> bool:
    """Whether a version comes after another, by its numbers alone."""
    return _numbers(one) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in re.findall(r"[0-9]+", version)]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
