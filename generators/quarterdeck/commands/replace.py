"""Puts new contents in the place of several files: all of them or none."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from quarterdeck.model.errors import OutsideError, UsageError

Change = tuple[bytes | None, bytes]
"""What a file holds before, None where there is none, and after."""


def replace(root: Path, changes: Mapping[str, Change]) -> None:
    """Write all files, or leave every one as it was.

    Each is written aside and on the disk before the first takes its place; a crash in between leaves whole files.

    Args:
        root: Folder that the paths are in.
        changes: Path -> bytes before and after, in the order in which they take their places.

    Raises:
        UsageError: A file is not what it was when it was read, or is a link: somebody else is at work.
        OutsideError: The disk refused; the old files stand.
    """
    lost: list[str] = []
    try:
        with contextlib.ExitStack() as undo:  # whatever stops it, nothing half done stays
            made: dict[str, Path] = {}
            done: list[str] = []
            for path, (_, after) in changes.items():
                made[path] = _aside(root / path, after)
                undo.callback(_remove, made[path])
            undo.callback(lambda: lost.extend(_put_back(root, changes, done)))
            _unchanged(root, changes)
            for path in changes:
                _unchanged(root, {path: changes[path]})
                made[path].replace(root / path)
                done.append(path)
            for folder in dict.fromkeys((root / path).parent for path in changes):
                _sync(folder)
            undo.pop_all()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        told = (
            f" {', '.join(lost)} could not be put back either."
            if lost
            else " The files are as they were; mend that, then run it again."
        )
        raise OutsideError(f"The files cannot be written: {reason}.{told}") from error


def refuse_links(root: Path, folders: Iterable[str]) -> None:
    """Refuse to write below folders that lead elsewhere.

    Raises:
        UsageError: One of them is a symbolic link.
    """
    for name in folders:
        if (root / name).is_symlink():
            raise UsageError(
                f"{name} is a symbolic link. Put a folder in its place; links are never followed."
            )


def _aside(file: Path, data: bytes) -> Path:
    """Write beside a file, with its rights, all the way to the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".new", dir=file.parent)
    aside = Path(name)
    with contextlib.ExitStack() as undo:
        undo.callback(_remove, aside)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        aside.chmod(stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o666 & ~_umask())
        undo.pop_all()
    return aside


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unchanged(root: Path, changes: Mapping[str, Change]) -> None:
    for path, (before, _) in changes.items():
        file = root / path
        now = None if not file.exists() and not file.is_symlink() else file.read_bytes()
        if file.is_symlink() or now != before:
            raise UsageError(
                f"{path} was changed by somebody else meanwhile. Nothing is written; run it again."
            )


def _put_back(root: Path, changes: Mapping[str, Change], done: list[str]) -> Iterator[str]:
    """Give replaced files their old bytes back; yields those where that fails."""
    for path in reversed(done):
        before = changes[path][0]
        try:
            if before is None:
                (root / path).unlink(missing_ok=True)
            else:
                _aside(root / path, before).replace(root / path)
        except OSError:
            yield path


def _sync(folder: Path) -> None:
    """Make the renames in a folder last; not every system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
