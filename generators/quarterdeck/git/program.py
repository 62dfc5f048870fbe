"""The one door to git: the program itself, with nothing that a repository brings along ever run (F-087, F-088)."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import IO

import msgspec

_NEUTRAL = (
    "--no-optional-locks",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.quotepath=off"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "core.sshCommand="),
    *("-c", "credential.helper="),
    *("-c", "log.showSignature=false"),
    *("-c", "log.showRoot=true"),
    *("-c", "log.mailmap=true"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "safe.directory=*"),
    *("-c", "status.showUntrackedFiles=normal"),
    *("-c", "submodule.recurse=false"),
)
"""Settings under which nothing that a repository brings along is ever run, and nothing is fetched."""

_FETCHING = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "fetch.fsckObjects=false"),
    *("-c", "submodule.recurse=false"),
)
"""Settings to fetch by, into a folder of our own."""

_ASKING_NOBODY = MappingProxyType({"GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "https:ssh:file"})
"""The three ways to fetch by, and no question to whoever sits there."""

_OBJECT_WORDS = 3
"""Name, type and size; an object that is not there has fewer."""

_AT_ONCE = 200
"""Names that are asked for before the answers are read; they fit into a pipe."""

_CHUNK = 1 << 16


class Object(msgspec.Struct, frozen=True):
    """One object that git holds."""

    name: str
    """Its full hash."""
    data: bytes
    """Cut at the limit that was asked for."""


class Git(msgspec.Struct, frozen=True):
    """Git in one folder: a checkout, a bare repository, or any folder inside one."""

    root: Path

    def run(
        self, *arguments: str, given: bytes = b"", more: Mapping[str, str] = MappingProxyType({})
    ) -> bytes | None:
        """Output of one reading command; None where it fails or git is not installed."""
        run = _started(self.root, _NEUTRAL, arguments, more, given)
        return run.stdout if run is not None and run.returncode == 0 else None

    def text(self, *arguments: str) -> str | None:
        """The same as text; bytes that are none are marked."""
        output = self.run(*arguments)
        return None if output is None else output.decode("utf-8", "replace")

    def word(self, *arguments: str) -> str:
        """The one word that a command prints; empty where it fails."""
        return (self.text(*arguments) or "").strip()

    def status(self, *paths: str) -> str | None:
        """What differs from the commit, NUL-separated, with none of the filters that the repository names.

        What changed within a submodule is left out: git would ask a second git, under the submodule's own settings.
        """
        off: dict[str, str] = {}
        for number, name in enumerate(sorted(self._filters("--local") | self._filters("--worktree"))):
            off |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": ""}
            off["GIT_CONFIG_COUNT"] = str(number + 1)
        found = self.run("status", "--porcelain", "-z", "--ignore-submodules=dirty", "--", *paths, more=off)
        return None if found is None else found.decode("utf-8", "replace")

    def _filters(self, where: str) -> set[str]:
        """Names of the settings by which one file of settings has git run filters."""
        listed = self.text("config", where, "--includes", "-z", "--name-only", "--get-regexp", r"^filter\.")
        return set((listed or "").split("\0")) - {""}

    def records(self, *arguments: str, mark: bytes = b"\0") -> Iterator[str]:
        """Parts of a long output between marks, as they come: never the whole of it in memory.

        Parts that are not UTF-8 have marks in place of what is none (F-090). Ends early where git does.
        """
        rest = b""
        with _piped(self.root, arguments) as (_, output):
            while chunk := output.read(_CHUNK):
                *whole, rest = (rest + chunk).split(mark)
                yield from (one.decode("utf-8", "replace") for one in whole)
        if rest:
            yield rest.decode("utf-8", "replace")

    def objects(self, names: Iterable[str], limit: int) -> Iterator[Object]:
        """Objects by their hashes, in the order asked; those that are not here are left out (F-086).

        Args:
            names: Full hashes, or what git resolves to an object, without a line break.
            limit: Bytes of each that are kept; the rest is read over.
        """
        rest = iter(names)
        with _piped(self.root, ("cat-file", "--batch")) as (asked, output):
            while some := list(islice(rest, _AT_ONCE)):
                asked.write("".join(f"{one}\n" for one in some).encode())
                asked.flush()
                for _ in some:
                    if (found := _object(output, limit)) is not None:
                        yield found


def _object(output: IO[bytes], limit: int) -> Object | None:
    words = output.readline().split()
    if len(words) != _OBJECT_WORDS:
        return None
    size = int(words[2])
    data = output.read(min(size, limit))
    left = size - len(data) + 1
    while left > 0 and (over := output.read(min(left, _CHUNK))):
        left -= len(over)
    return Object(words[0].decode(), data)


def fetch(url: str, into: Path, seconds: int) -> str:
    """Bring every branch and tag of an address into a bare repository of our own, or up to date there.

    The address is kept nowhere, so that what stands in it as a password is not either.

    Returns:
        Why it did not work, without the address; empty where it did.
    """
    into.mkdir(parents=True, exist_ok=True)
    steps: tuple[Sequence[str], ...] = (
        ("init", "--quiet", "--bare", "--", str(into)),
        (
            "fetch",
            "--quiet",
            "--prune",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--end-of-options",
            url,
            "+refs/heads/*:refs/heads/*",
            "+refs/tags/*:refs/tags/*",
        ),
    )
    for step in steps:
        try:
            run = _started(into, _FETCHING, step, _unattended(into), seconds=seconds)
        except subprocess.TimeoutExpired:
            return f"it did not end within {seconds} seconds"
        if run is None:
            return "git is not installed"
        if run.returncode != 0:
            return "git could not fetch it; try `git ls-remote` with the same address"
    _point_head(url, into, seconds)
    return ""


def _unattended(into: Path) -> dict[str, str]:
    """Nobody is asked for a password; a way of one's own to start ssh stays as it is."""
    own = _started(into, (), ("config", "--get", "core.sshCommand"))
    has_own = own is not None and bool(own.stdout.strip())
    return {**_ASKING_NOBODY, **({} if has_own else {"GIT_SSH_COMMAND": "ssh -oBatchMode=yes"})}


def _point_head(url: str, into: Path, seconds: int) -> None:
    """Let HEAD name the branch that the other side calls its default."""
    try:
        asked = ("ls-remote", "--symref", "--end-of-options", url, "HEAD")
        run = _started(into, _FETCHING, asked, _unattended(into), seconds=seconds)
    except subprocess.TimeoutExpired:
        return
    first = run.stdout.split(b"\t")[0].decode("utf-8", "replace") if run is not None else ""
    if first.startswith("ref: refs/heads/"):
        Git(into).run("symbolic-ref", "HEAD", first.removeprefix("ref: "))


def _started(
    root: Path,
    settings: Sequence[str],
    arguments: Sequence[str],
    more: Mapping[str, str] = MappingProxyType({}),
    given: bytes = b"",
    seconds: int | None = None,
) -> subprocess.CompletedProcess[bytes] | None:
    program = shutil.which("git")
    if program is None:
        return None
    return subprocess.run(  # noqa: S603 - fixed program, no shell, arguments of our own
        [program, *settings, "-C", str(root), *arguments],
        capture_output=True,
        check=False,
        env={**_environ(), **more},
        input=given,
        timeout=seconds,
    )


@contextmanager
def _piped(root: Path, arguments: Sequence[str]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """A reading command while it runs: what it is asked through, and what it answers through."""
    program = shutil.which("git") or "git"
    with subprocess.Popen(  # noqa: S603 - as above
        [program, *_NEUTRAL, "-C", str(root), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environ(),
    ) as running:
        assert running.stdin is not None  # noqa: S101 - both are asked for above
        assert running.stdout is not None  # noqa: S101 - likewise
        try:
            yield running.stdin, running.stdout
        finally:
            running.kill()


def _environ() -> dict[str, str]:
    """The environment without what points git elsewhere, and with nothing fetched behind our back.

    The ways to fetch stand here because a repository's `protocol.<way>.allow` counts for more than `-c protocol.allow`,
    and because git before 2.45 does not know that nothing is to be fetched lazily.
    """
    kept = {name: word for name, word in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ALLOW_PROTOCOL": "none"}
