"""One repository while it is looked at: its files at one commit, from git's objects alone."""

import fcntl
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from quarterdeck.collectors.repos.left_out import why_left_out
from quarterdeck.collectors.scope import Place, Scope
from quarterdeck.git.program import Git, fetch
from quarterdeck.model.observed import NotCollected
from quarterdeck.secrets.redact import redact

LARGEST_TEXT = 1 << 20
"""Bytes of a file beyond which it is not read as text."""
MOST_FILES = 200_000
"""Files of one commit that are looked at."""
_HELD = 32 << 20
"""Characters of text that are kept for the next part that asks for them."""
_FETCH_SECONDS = 600
_SNIFFED = 8_000
_POINTER = b"version https://git-lfs.github.com/spec/"
_PARTIAL = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
_NOT_FETCHED = (
    "it is a partial clone, and files of its newest commit were never fetched; clone it anew without a filter"
)


class UnreadableError(Exception):
    """A repository cannot be read; says why, without its address (F-093)."""


class File(msgspec.Struct, frozen=True):
    """One file of a commit."""

    path: str
    """With forward slashes; bytes that are no UTF-8 are marked."""
    oid: str
    """Hash of its content."""
    size: int
    mode: str
    """As git has it: `100644`, `100755`, `120000` for a link, `160000` for a submodule."""
    left_out: str = ""
    """Why it is nobody's own work: `vendored`; empty where it is."""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def is_plain(self) -> bool:
        """Whether it is a file, not a link and not a submodule."""
        return self.mode.startswith("100")


class Checkout:
    """A repository at the commit that is looked at."""

    def __init__(self, scope: Scope) -> None:
        """Find it, or fetch it into the cache.

        Raises:
            UnreadableError: It is nowhere, is no repository, or could not be fetched.
        """
        self.scope = scope
        self.place: Place = scope.repository or Place("", "")
        self.git = Git(_folder(self.place, Path(scope.cache), scope.taken_at.isoformat()))
        if not self.git.word("rev-parse", "--git-dir"):
            raise UnreadableError("there is no git repository at its path")
        self._texts: dict[str, str | None] = {}
        self._held = 0

    @property
    def name(self) -> str:
        """As the settings call it."""
        return self.place.name

    @property
    def entity(self) -> str:
        """The business that it belongs to."""
        return self.place.entity

    @cached_property
    def branch(self) -> str:
        """Name of the branch that is looked at; empty on a detached commit."""
        return self.place.branch or self.git.word("symbolic-ref", "--quiet", "--short", "HEAD")

    @cached_property
    def head(self) -> str:
        """Full hash of the commit that is looked at; empty where there is none yet."""
        at = f"refs/heads/{self.place.branch}" if self.place.branch else "HEAD"
        return self.git.word("rev-parse", "--verify", "--quiet", "--end-of-options", f"{at}^{{commit}}")

    @cached_property
    def state(self) -> str:
        """Changes with every commit, branch and tag, and with how much of history is here."""
        refs = self.git.text("for-each-ref", "--format=%(objectname) %(refname)") or ""
        return sha256(f"{self.head}\n{self.branch}\n{self.is_shallow}\n{refs}".encode()).hexdigest()

    @cached_property
    def is_bare(self) -> bool:
        """Whether it has no working tree."""
        return self.git.word("rev-parse", "--is-bare-repository") == "true"

    @cached_property
    def is_shallow(self) -> bool:
        """Whether its older commits were never fetched."""
        return self.git.word("rev-parse", "--is-shallow-repository") == "true"

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Every file of the commit in order of path, up to a limit; links and submodules among them.

        Raises:
            UnreadableError: Some of them were never fetched (F-086).
        """
        if not self.head:
            return ()
        asked = ("ls-tree", "-r", "-z", "-l", "--full-tree", self.head)
        if self.git.word("config", "--get-regexp", _PARTIAL) and self.git.run(*asked) is None:
            raise UnreadableError(_NOT_FETCHED)
        listed = self.git.records(*asked)
        found = (_file(line) for line, _ in zip(listed, range(MOST_FILES), strict=False))
        return tuple(sorted((one for one in found if one), key=lambda one: one.path))

    @cached_property
    def own(self) -> tuple[File, ...]:
        """The plain files that are somebody's own work."""
        return tuple(one for one in self.files if one.is_plain and not one.left_out)

    @cached_property
    def _by_path(self) -> dict[str, File]:
        return {one.path: one for one in self.files}

    def has(self, path: str) -> bool:
        """Whether the commit holds a file."""
        return path in self._by_path

    def matching(self, pattern: str) -> tuple[File, ...]:
        """The files of one's own whose path a pattern finds, in order of path."""
        known = re.compile(pattern)
        return tuple(one for one in self.own if known.search(one.path))

    def text(self, path: str) -> str | None:
        """What stands in a file; None where it is not there, too large, a pointer, or no text (F-086)."""
        file = self._by_path.get(path)
        return None if file is None else next((text for _, text in self.texts([file])), None)

    def texts(self, files: Iterable[File]) -> Iterator[tuple[File, str]]:
        """What stands in each of some files, in their order; what is no text is left out."""
        files = [one for one in files if one.is_plain and one.size <= LARGEST_TEXT]
        missing = {one.oid: None for one in files if one.oid not in self._texts}
        if not missing:
            yield from ((one, text) for one in files if (text := self._texts[one.oid]) is not None)
            return
        fresh = {one.name: _as_text(one.data) for one in self.git.objects(missing, LARGEST_TEXT)}
        for one in files:
            text = self._texts[one.oid] if one.oid in self._texts else fresh.get(one.oid)
            if text is not None:
                yield one, text
        self._keep(fresh)

    def _keep(self, fresh: dict[str, str | None]) -> None:
        for oid, text in fresh.items():
            size = len(text or "")
            if self._held + size <= _HELD:
                self._texts[oid] = text
                self._held += size

    def gap(self, subject: str, reason: str) -> NotCollected:
        """Something that could not be read of it; empty for the whole of it."""
        about = f"{self.name}:{redact(subject)}" if subject else self.name
        return NotCollected(self.scope.collector, about, reason, self.entity)


def _folder(place: Place, cache: Path, run: str) -> Path:
    if place.path:
        folder = Path(place.path)
        if not folder.is_dir():
            raise UnreadableError("there is no folder at its path")
        return folder
    if not place.url:
        raise UnreadableError("portfolio.yml names it and does not say where it is; give it a path or a url")
    into = cache / f"{sha256(place.url.encode()).hexdigest()[:16]}.git"
    if why := _fetched(place.url, into, run):
        raise UnreadableError(f"{_host(place.url)}: {why}")
    return into


def _fetched(url: str, into: Path, run: str) -> str:
    """Bring a repository up to date, once in a run however many jobs look at it; says why where it failed."""
    into.parent.mkdir(parents=True, exist_ok=True)
    with into.with_suffix(".run").open("a+", encoding="utf-8") as marker:
        fcntl.flock(marker, fcntl.LOCK_EX)
        marker.seek(0)
        before, _, why = marker.read().partition("\n")
        if before != run:
            why = fetch(url, into, _FETCH_SECONDS)
            marker.truncate(0)
            marker.write(f"{run}\n{why}")
        return why


def _host(url: str) -> str:
    """The host of an address, which is all of it that is ever said."""
    try:
        return urlsplit(url).hostname or url.partition("@")[2].partition(":")[0] or "its address"
    except ValueError:
        return "its address"


_TREE_WORDS = 4


def _file(line: str) -> File | None:
    """One line of `git ls-tree -l`: mode, type, hash and size, a tab, the path."""
    about, _, path = line.partition("\t")
    words = about.split()
    if len(words) != _TREE_WORDS or not path:
        return None
    size = int(words[3]) if words[3].isdigit() else 0
    return File(path, words[2], size, words[0], why_left_out(path))


def is_pointer(data: bytes) -> bool:
    """Whether a file is only a note of what stands in large-file storage (F-086)."""
    return data.startswith(_POINTER)


def _as_text(data: bytes) -> str | None:
    if b"\0" in data[:_SNIFFED] or is_pointer(data):
        return None
    return data.decode("utf-8-sig", "replace")
