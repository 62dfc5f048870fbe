"""What git knows of the portfolio's own files; a folder without history is fine."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

import msgspec

from quarterdeck.portfolio import HANDOFFS
from quarterdeck.text.decode import SIZE_LIMIT

_NEUTRAL = (
    "--no-optional-locks",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.quotepath=off",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.showRoot=true",
    "-c",
    "status.showUntrackedFiles=normal",
    "-c",
    "protocol.allow=never",
)
"""Settings under which nothing that a repository brings along is ever run, and nothing is fetched."""

_OBJECT_WORDS = 3
"""Name, type and size; an object that is not there has fewer."""

_RECORD = "\x1e"
_FIELD = "\x1f"

_ADDED_TASK = re.compile(r"^\+[ \t]*[-*+][ \t]+\[.\](.*)$", re.MULTILINE)
_TASK_ID = re.compile(r"(?<!\S)#([A-Za-z][\w-]*)")


class History(msgspec.Struct, frozen=True):
    """The commit that is checked out, and which commit last changed each file."""

    commit: str = ""
    """Full hash; empty where this is no repository or has no commit."""
    committed_at: int = 0
    """Unix time of that commit."""
    is_dirty: bool = False
    changed: dict[str, tuple[str, date]] = {}
    """Path -> hash and day of the commit that last changed it."""
    prefix: str = ""
    """Where the portfolio stands in its repository: `books/`, or empty at the top."""
    first_seen: dict[str, date] = {}
    """Task id in lower case -> day of the first commit with it in a handoff."""


NO_HISTORY = History()


class Commit(msgspec.Struct, frozen=True):
    """One commit."""

    hash: str
    committed_at: int
    """Unix time."""


def history(root: Path, paths: Sequence[str], at: str = "HEAD") -> History:
    """Ask git about some paths below a portfolio's root.

    Args:
        root: The portfolio, which may be a folder inside a larger repository.
        paths: Files and folders, relative to the root.
        at: An older commit, of which nothing is dirty; the one that is checked out unless given.

    Returns:
        `NO_HISTORY` where git is not installed, the folder is in no repository, or nothing is committed.
    """
    head = _git(root, "log", "-1", "--format=%H %ct", at)
    if not head:
        return NO_HISTORY
    commit, committed_at = head.split()
    log = _git(
        root, "log", f"--format={_RECORD}%H{_FIELD}%cs", "--name-only", "-z", "--relative", at, "--", *paths
    )
    changed: dict[str, tuple[str, date]] = {}
    for record in (log or "").split(_RECORD)[1:]:
        head, _, names = record.partition("\0")
        name, _, day = head.strip().partition(_FIELD)
        for path in names.split("\0"):
            if path.strip():
                changed.setdefault(path.strip("\n"), (name, date.fromisoformat(day.strip())))
    status = _status(root, paths) if at == "HEAD" else ""
    prefix = (_git(root, "rev-parse", "--show-prefix") or "").strip()
    return History(commit, int(committed_at), bool(status), changed, prefix, _first_seen(root, at))


def _status(root: Path, paths: Sequence[str]) -> str | None:
    """What differs from the commit, with none of the filters that the repository's own settings name."""
    listed = _git(root, "config", "--local", "--includes", "-z", "--name-only", "--get-regexp", r"^filter\.")
    off: dict[str, str] = {}
    for number, name in enumerate(sorted(set((listed or "").split("\0")) - {""})):
        off |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": ""}
        off["GIT_CONFIG_COUNT"] = str(number + 1)
    found = _run(root, "status", "--porcelain", "-z", "--", *paths, more=off)
    return None if found is None else found.decode("utf-8", "replace")


def is_shallow(root: Path) -> bool:
    """Whether the older commits of the repository were never fetched."""
    return (_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true"


def commits(root: Path, paths: Sequence[str]) -> tuple[Commit, ...]:
    """The commits of the branch that is checked out which changed some paths, newest first.

    What a merge brought counts as the merge, on the day on which it came.
    """
    log = _git(root, "log", "--first-parent", "--format=%H %ct", "HEAD", "--", *paths)
    return tuple(Commit(name, int(at)) for name, at in (line.split() for line in (log or "").splitlines()))


def files_at(root: Path, commit: str, paths: Sequence[str]) -> dict[str, bytes] | None:
    """The files of a commit below some paths, from git's objects alone: the checkout is neither read nor changed.

    Returns:
        Path below the root -> bytes, not beyond the limit of a file by more than one; links and submodules are
        left out. None where git no longer holds all of them.
    """
    listed = _git(root, "ls-tree", "-r", "-z", commit, "--", *paths)
    if listed is None:
        return None
    objects: dict[str, str] = {}
    for line in listed.split("\0"):
        about, _, path = line.partition("\t")
        if about.startswith("100"):
            objects[path] = about.split()[2]
    held = _run(root, "cat-file", "--batch", given="".join(f"{one}\n" for one in objects.values()).encode())
    return None if held is None else _contents(objects, held)


def _contents(objects: Mapping[str, str], held: bytes) -> dict[str, bytes] | None:
    """The parts of what `git cat-file --batch` prints: for each object a line with its size, then its bytes."""
    files: dict[str, bytes] = {}
    at = 0
    for path in objects:
        end = held.find(b"\n", at)
        words = held[at:end].split()
        if len(words) != _OBJECT_WORDS:
            return None
        size = int(words[2])
        files[path] = held[end + 1 : end + 1 + min(size, SIZE_LIMIT + 1)]
        at = end + 1 + size + 1
    return files


def _first_seen(root: Path, at: str) -> dict[str, date]:
    """The day of the first commit that wrote each task id into a handoff."""
    log = _git(
        root,
        "log",
        "--reverse",
        f"--format={_RECORD}%cs",
        "--patch",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        at,
        "--",
        HANDOFFS,
    )
    found: dict[str, date] = {}
    for record in (log or "").split(_RECORD)[1:]:
        day, _, patch = record.partition("\n")
        for line in _ADDED_TASK.findall(patch):
            for task in _TASK_ID.findall(line):
                found.setdefault(task.lower(), date.fromisoformat(day.strip()))
    return found


def _git(root: Path, *arguments: str) -> str | None:
    """Output of one reading git command; None where it fails, which here means there is no history."""
    output = _run(root, *arguments)
    return None if output is None else output.decode("utf-8", "replace")


def _run(
    root: Path, *arguments: str, given: bytes = b"", more: Mapping[str, str] = MappingProxyType({})
) -> bytes | None:
    program = shutil.which("git")
    if program is None:
        return None
    environ = {name: word for name, word in os.environ.items() if not name.startswith("GIT_")}
    run = subprocess.run(  # noqa: S603 - fixed program, no shell, arguments of our own
        [program, *_NEUTRAL, "-C", str(root), *arguments],
        capture_output=True,
        check=False,
        env={**environ, "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", **more},
        input=given,
    )
    return run.stdout if run.returncode == 0 else None
