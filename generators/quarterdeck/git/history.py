"""What git knows of the portfolio's own files; a folder without history is fine."""

import os
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from quarterdeck.git.program import Git
from quarterdeck.portfolio import HANDOFFS
from quarterdeck.text.decode import SIZE_LIMIT

_RECORD = "\x1e"
_FIELD = "\x1f"

_WHOLE = 1 << 40
"""Bytes of a file that are written: all of them."""
_LEADS_OUT = frozenset({"", ".", "..", ".git"})
"""Parts of a path that no commit should have."""

_ADDED_TASK = re.compile(r"^\+[ \t]*[-*+][ \t]+\[.\](.*)$", re.MULTILINE)
_TASK_ID = re.compile(r"(?<!\S)#([A-Za-z][\w-]*)")


class History(msgspec.Struct, frozen=True):
    """The commit that is checked out, and which commit last changed each file."""

    commit: str = ""
    """Full hash; empty where this is no repository or has no commit."""
    committed_at: int = 0
    """Unix time of that commit."""
    is_dirty: bool = False
    """Whether files differ from that commit, or stand there though git is told to ignore them."""
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
    git = Git(root)
    head = git.text("log", "-1", "--format=%H %ct", at)
    if not head:
        return NO_HISTORY
    commit, committed_at = head.split()
    log = git.text(
        "log", f"--format={_RECORD}%H{_FIELD}%cs", "--name-only", "-z", "--relative", at, "--", *paths
    )
    changed: dict[str, tuple[str, date]] = {}
    for record in (log or "").split(_RECORD)[1:]:
        head, _, names = record.partition("\0")
        name, _, day = head.strip().partition(_FIELD)
        for path in names.split("\0"):
            if path.strip():
                changed.setdefault(path.strip("\n"), (name, date.fromisoformat(day.strip())))
    is_dirty = at == "HEAD" and bool(git.status(*paths) or _ignored(git, paths))
    prefix = git.word("rev-parse", "--show-prefix")
    return History(commit, int(committed_at), is_dirty, changed, prefix, _first_seen(git, at))


def _ignored(git: Git, paths: Sequence[str]) -> list[str]:
    """Files that a build reads and no commit will ever hold; hidden ones are not read."""
    listed = git.text("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *paths)
    names = (listed or "").split("\0")
    return [name for name in names if name and "/." not in f"/{name}" and not name.endswith("~")]


def head(root: Path) -> str:
    """The full hash of the commit that is checked out; empty where there is none."""
    return Git(root).word("rev-parse", "--verify", "--quiet", "HEAD")


def descends(root: Path, one: str, other: str) -> bool:
    """Whether one commit came after the other; False also where git does not know one of them."""
    return one != other and Git(root).word("merge-base", one, other) == other


def is_shallow(root: Path) -> bool:
    """Whether the older commits of the repository were never fetched."""
    return Git(root).word("rev-parse", "--is-shallow-repository") == "true"


def commits(root: Path, paths: Sequence[str]) -> tuple[Commit, ...]:
    """The commits of the branch that is checked out which changed some paths, newest first.

    What a merge brought counts as the merge, on the day on which it came.
    """
    log = Git(root).text("log", "--first-parent", "--format=%H %ct", "HEAD", "--", *paths)
    return tuple(Commit(name, int(at)) for name, at in (line.split() for line in (log or "").splitlines()))


def files_at(root: Path, commit: str, paths: Sequence[str]) -> dict[str, bytes] | None:
    """The files of a commit below some paths, from git's objects alone: the checkout is neither read nor changed.

    Returns:
        Path below the root -> bytes, not beyond the limit of a file by more than one; links and submodules are
        left out. None where git no longer holds all of them.
    """
    git = Git(root)
    listed = git.text("ls-tree", "-r", "-z", commit, "--", *paths)
    if listed is None:
        return None
    objects: dict[str, str] = {}
    for line in listed.split("\0"):
        about, _, path = line.partition("\t")
        if about.startswith("100"):
            objects[path] = about.split()[2]
    held = {one.name: one.data for one in git.objects(objects.values(), SIZE_LIMIT + 1)}
    if any(name not in held for name in objects.values()):
        return None
    return {path: held[name] for path, name in objects.items()}


def named(root: Path, beginning: str) -> str:
    """The full hash of the commit whose hash begins so; empty where git knows none, or several."""
    return Git(root).word("rev-parse", "--verify", "--quiet", f"{beginning}^{{commit}}")


def export(root: Path, commit: str, into: Path, paths: Sequence[str] = ()) -> bool:
    """Write the files of a commit into a folder, as git holds them: no filter runs, and no checkout is touched.

    Args:
        root: The portfolio; of a larger repository its own folder alone.
        commit: Full hash.
        into: An empty folder of ours.
        paths: Files and folders, relative to the root; all of them unless given.

    Returns:
        Whether git holds all of them. Submodules are left out; links come last, so that no file goes through one.
    """
    git = Git(root)
    places: dict[str, list[tuple[Path, bool]]] = {}
    for line in (git.run("ls-tree", "-r", "-z", commit, "--", *paths) or b"").split(b"\0"):
        about, _, path = os.fsdecode(line).partition("\t")
        if about.startswith(("100", "120")) and not _LEADS_OUT.intersection(path.casefold().split("/")):
            places.setdefault(about.split()[2], []).append((into / path, about.startswith("120")))
    links: dict[Path, bytes] = {}
    held = 0
    for one in git.objects(places, _WHOLE):
        held += 1
        for place, is_link in places[one.name]:
            if is_link:
                links[place] = one.data
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(one.data)
    for place, target in links.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.fsdecode(target))
    return held == len(places)


def _first_seen(git: Git, at: str) -> dict[str, date]:
    """The day of the first commit that wrote each task id into a handoff."""
    log = git.text(
        "log",
        "--reverse",
        f"--format={_RECORD}%cs",
        "--patch",
        "--unified=0",
        "--text",
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
