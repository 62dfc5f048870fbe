"""A store in a folder of this machine: what S3 does, for trying things out and for sites that never leave the house."""

import errno
import fcntl
import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.store import Listed, Stored, TakenError, Upload

_ASIDE = "~"
_LOCK = ".lock"


class Folder:
    """A folder; a key is a path below it. Files are written aside and renamed, so that a reader sees whole ones."""

    has_edge = False

    def __init__(self, root: Path) -> None:
        """Make nothing yet.

        Args:
            root: The folder; made by the first write.
        """
        self.root = root

    @property
    def place(self) -> str:
        """The folder's name."""
        return f"the folder {self.root.name}"

    def get(self, key: str) -> Stored | None:
        """What stands there now."""
        with self._told("read", key):
            try:
                data = self._file(key).read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None
            return Stored(data, hashlib.sha256(data).hexdigest())

    def put(self, upload: Upload) -> None:
        """Write a key, whatever stood there."""
        data = upload.whole()
        with self._told("write", upload.key):
            self._write(upload.key, data)

    def copy(self, source: str, upload: Upload) -> bool:
        """Give a file a second name where it holds what is wanted; nothing in the store is ever changed in place."""
        found = self.get(source)
        if found is None or found.tag != upload.sha256:
            return False
        with self._told("write", upload.key):
            aside = self._aside(upload.key)
            aside.unlink(missing_ok=True)
            aside.hardlink_to(self._file(source))
            aside.replace(self._file(upload.key))
            aside.unlink(missing_ok=True)  # renaming one name of a file onto another leaves both
        return True

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Write a key only if it still holds what had this tag, one writer at a time."""
        with self._told("write", upload.key), self._alone():
            before = self.get(upload.key)
            if (before.tag if before else None) != tag:
                raise TakenError(upload.key)
            self.put(upload)
        return upload.sha256

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Every key that begins so, sorted."""
        folder = self._file(prefix.rpartition("/")[0]) if "/" in prefix else self.root
        with self._told("list", prefix):
            for file in sorted(_files(folder), key=Path.as_posix):
                key = file.relative_to(self.root).as_posix()
                if key.startswith(prefix) and not file.name.endswith((_ASIDE, _LOCK)):
                    with suppress(FileNotFoundError):  # removed since it was seen
                        about = file.stat()
                        yield Listed(key, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))

    def remove(self, keys: Collection[str]) -> None:
        """Remove files, and the folders that are empty then."""
        for key in keys:
            if not key or key.endswith("/"):
                raise ValueError(key)
        with self._told("remove", next(iter(keys), "")):
            for key in keys:
                file = self._file(key)
                file.unlink(missing_ok=True)
                for folder in file.parents:
                    if folder == self.root or not _is_removed(folder):
                        break

    def erase(self, prefix: str) -> None:
        """A folder keeps no former states."""

    def _file(self, key: str) -> Path:
        file = self.root / key
        if ".." in Path(key).parts or Path(key).is_absolute():
            raise ValueError(key)
        return file

    def _aside(self, key: str) -> Path:
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.with_name(f".{file.name}.{uuid4().hex}{_ASIDE}")

    def _write(self, key: str, data: bytes) -> None:
        aside = self._aside(key)
        try:
            with aside.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(self._file(key))
        finally:
            aside.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / _LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _told(self, what: str, key: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno is None:
                raise
            why = os.strerror(error.errno).lower()
            raise OutsideError(
                f"{self.place}: cannot {what} {key}: {why}. Readers keep what they had; mend it, and run it again."
            ) from error


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder; what others remove meanwhile is not there."""

    def refused(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for place, _, names in os.walk(folder, onerror=refused):
        yield from (Path(place, name) for name in names)


def _is_removed(folder: Path) -> bool:
    """Remove a folder that is empty; whether it is gone then."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            return False
        raise
    return True
