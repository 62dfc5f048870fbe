"""Remembers which files of a portfolio came from Quarterdeck, so that nobody's own words are ever written over."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from quarterdeck import __version__
from quarterdeck.model.errors import UsageError

RECORD: Final = ".quarterdeck.json"
"""The file at the root of a portfolio, in git, that remembers them."""


class _Record(msgspec.Struct, frozen=True):
    version: str
    """Of Quarterdeck, as it wrote them."""
    files: dict[str, str]
    """Path in the portfolio -> SHA-256 of its bytes, in hexadecimal."""
    schema: int = 1


def digest(data: bytes) -> str:
    """What a file is known by: the SHA-256 of its bytes, in hexadecimal."""
    return sha256(data).hexdigest()


def record(files: Mapping[str, bytes], known: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The record of files as they are written now.

    Args:
        files: Path in the portfolio, with slashes -> its bytes.
        known: What was remembered before, of these files and others.
    """
    made = _Record(__version__, {**known, **{path: digest(data) for path, data in files.items()}})
    return msgspec.json.format(msgspec.json.encode(made, order="sorted"), indent=2) + b"\n"


def recorded(root: Path) -> Mapping[str, str]:
    """What is remembered of a portfolio: path -> SHA-256 as Quarterdeck wrote it; empty where nothing is.

    Raises:
        UsageError: The record is damaged, or cannot be read (F-234).
    """
    return _read(root).files


def recorded_version(root: Path) -> str:
    """The version of Quarterdeck that wrote the files; empty where nothing is remembered.

    Raises:
        UsageError: As above.
    """
    return _read(root).version


def _read(root: Path) -> _Record:
    file = root / RECORD
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Record)
    except FileNotFoundError:
        return _Record("", {})
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise UsageError(f"{file} cannot be read: {why}. Mend its permissions, then try again.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UsageError(
            f"{file} is damaged. Bring it back from git, or remove it: then every file that differs counts as yours."
        ) from None
