"""Small versions to publish, and stores that count, die or are read meanwhile."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from hashlib import sha256

from quarterdeck.model.versions import Moment, State
from quarterdeck.publish import keys
from quarterdeck.publish.lists import read_state, read_versions
from quarterdeck.publish.plan import Contents, hashed
from quarterdeck.publish.publisher import Published, begin, publish
from quarterdeck.publish.store import Listed, Store, Stored, Upload

WRITES = ("put", "copy", "swap", "remove", "erase")

COMMITS = ("a", "b", "c", "d", "e", "f")
"""One after the other."""


class Died(BaseException):
    """The publisher is gone, in the middle of things."""


def commit(letter: str) -> str:
    """The full hash of a commit that is named by a letter."""
    return letter * 40


def descends(one: str, other: str) -> bool:
    """Whether a commit came after another: by the alphabet."""
    return one > other


def contents(
    pages: Mapping[str, str],
    letter: str = "a",
    as_of: date = date(2026, 11, 23),
    audiences: Collection[str] = ("all",),
    private: Mapping[str, str] | None = None,
) -> Contents:
    """A version of a few pages, each audience having all of them."""
    files = {(audience, path): text.encode() for audience in audiences for path, text in pages.items()}
    files |= {
        ("", path): text.encode() for path, text in (private or {"briefing/briefing.json": "{}"}).items()
    }
    said = sha256(repr(sorted(pages.items())).encode()).hexdigest()
    return Contents(
        moment=Moment(commit(letter), 1_790_000_000 + COMMITS.index(letter), as_of),
        content=said,
        builder="mkdocs",
        quarterdeck="0.1.0",
        files=files,
        hashes={key: hashed(data) for key, data in files.items()},
        records={},
        naming=lambda _: {},
    )


def started(store: Store) -> State:
    """The state of a store, which becomes ours where it is nobody's."""
    return read_state(store) or begin(store, "Harbor", lambda: "0f" * 16)


def put(made: Contents, store: Store) -> Published:
    """Publish one version."""
    return publish(made, started(store), store, descends=descends)


def given(store: Store, audience: str = "all") -> dict[str, str]:
    """What a reader who opens the newest version gets: path -> text; empty before the first.

    The pointer is read once, as one click does; the pages come after it.
    """
    state = read_state(store)
    if state is None or not state.latest:
        return {}
    return tree(store, state.latest, audience)


def tree(store: Store, version: str, audience: str = "all") -> dict[str, str]:
    """The pages of one version: path -> text."""
    state = started(store)
    start = keys.page(state.root, audience, version, "")
    found = {one.key.removeprefix(start): store.get(one.key) for one in store.listed(start)}
    return {path: one.data.decode() for path, one in found.items() if one is not None}


def listed(store: Store, audience: str = "all") -> list[str]:
    """Names in the list of an audience, newest first."""
    return [one.version for one in read_versions(store, started(store).root, audience)]


class Watched:
    """A store that notes each call, and may die before or after one of its writes."""

    def __init__(self, store: Store, *, dies_at: int | None = None, after: bool = False) -> None:
        self.store = store
        self.calls: list[tuple[str, str]] = []
        self.sent = 0
        self._dies_at, self._after = dies_at, after

    @property
    def place(self) -> str:
        """Its name."""
        return self.store.place

    @property
    def has_edge(self) -> bool:
        """As its store."""
        return self.store.has_edge

    @property
    def writes(self) -> list[str]:
        """Kind of each write, in order."""
        return [kind for kind, _ in self.calls if kind in WRITES]

    @property
    def reads(self) -> list[str]:
        """Keys that were read or listed, in order."""
        return [key for kind, key in self.calls if kind not in WRITES]

    def _noted(self, kind: str, key: str) -> bool:
        """Note a call; True where it is the one after which the publisher dies."""
        self.calls.append((kind, key))
        dies = kind in WRITES and len(self.writes) - 1 == self._dies_at
        if dies and not self._after:
            raise Died
        return dies

    def get(self, key: str) -> Stored | None:
        """Note it, and read."""
        self._noted("get", key)
        return self.store.get(key)

    def put(self, upload: Upload) -> None:
        """Note it, and write."""
        dies = self._noted("put", upload.key)
        self.sent += len(upload.content) if isinstance(upload.content, bytes) else 0
        self.store.put(upload)
        if dies:
            raise Died

    def copy(self, source: str, upload: Upload) -> bool:
        """Note it, and copy."""
        dies = self._noted("copy", upload.key)
        done = self.store.copy(source, upload)
        if dies:
            raise Died
        return done

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Note it, and write on a condition."""
        dies = self._noted("swap", upload.key)
        new = self.store.swap(upload, tag)
        if dies:
            raise Died
        return new

    def listed(self, prefix: str) -> Iterator[Listed]:
        """Note it, and list."""
        self._noted("listed", prefix)
        return self.store.listed(prefix)

    def remove(self, wanted: Collection[str]) -> None:
        """Note it, and remove."""
        dies = self._noted("remove", next(iter(wanted), ""))
        self.store.remove(wanted)
        if dies:
            raise Died

    def erase(self, prefix: str) -> None:
        """Note it, and erase."""
        self._noted("erase", prefix)
        self.store.erase(prefix)
