"""A store that keeps nothing but what it holds in memory, and counts what it is asked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from quarterdeck.publish.store import Listed, Stored, TakenError, Upload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_THEN = datetime(2026, 11, 23, 6, tzinfo=UTC)


class Memory:
    """A store of many files that costs no time."""

    place = "memory"
    has_edge = True

    def __init__(self) -> None:
        """It is empty."""
        self.held: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()
        """How often each call was made."""
        self.sent: dict[str, int] = {}
        """Key -> bytes that came from outside the store, of every write since this was last emptied."""
        self._lock = Lock()

    def get(self, key: str) -> Stored | None:
        """What it holds."""
        with self._lock:
            self.asked["get"] += 1
            data = self.held.get(key)
            return None if data is None else Stored(data, sha256(data).hexdigest())

    def put(self, upload: Upload) -> None:
        """Hold it."""
        with self._lock:
            self.asked["put"] += 1
            self._take(upload)

    def copy(self, source: str, upload: Upload) -> bool:
        """Hold it twice."""
        with self._lock:
            self.asked["copy"] += 1
            data = self.held.get(source)
            if data is None or sha256(data).hexdigest() != upload.sha256:
                return False
            self.held[upload.key] = data
            return True

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Hold it where nothing changed."""
        with self._lock:
            self.asked["swap"] += 1
            data = self.held.get(upload.key)
            if (None if data is None else sha256(data).hexdigest()) != tag:
                raise TakenError(upload.key)
            self._take(upload)
            return upload.sha256

    def listed(self, prefix: str) -> Iterator[Listed]:
        """What it holds, by key."""
        self.asked["listed"] += 1
        found = sorted(key for key in self.held if key.startswith(prefix))
        return (Listed(key, len(self.held[key]), _THEN) for key in found)

    def remove(self, keys: Collection[str]) -> None:
        """Forget keys."""
        self.asked["remove"] += 1
        for key in keys:
            if not key or key.endswith("/"):
                raise ValueError(key)
        for key in keys:
            self.held.pop(key, None)

    def erase(self, prefix: str) -> None:
        """It keeps no former states."""
        self.asked["erase"] += 1
        assert prefix is not None

    def _take(self, upload: Upload) -> None:
        data = upload.whole()
        self.held[upload.key] = data
        self.sent[upload.key] = self.sent.get(upload.key, 0) + len(data)
