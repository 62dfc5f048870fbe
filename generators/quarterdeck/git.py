"""What git knows of the portfolio's own files; a folder without history is fine."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from quarterdeck.portfolio import HANDOFFS

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
)
"""Settings under which nothing that a repository brings along is ever run."""

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


def history(root: Path, paths: Sequence[str]) -> History:
    """Ask git about some paths below a portfolio's root.

    Args:
        root: The portfolio, which may be a folder inside a larger repository.
        paths: Files and folders, relative to the root.

    Returns:
        `NO_HISTORY` where git is not installed, the folder is in no repository, or nothing is committed.
    """
    head = _git(root, "log", "-1", "--format=%H %ct")
    if not head:
        return NO_HISTORY
    commit, committed_at = head.split()
    log = _git(
        root, "log", f"--format={_RECORD}%H{_FIELD}%cs", "--name-only", "-z", "--relative", "--", *paths
    )
    changed: dict[str, tuple[str, date]] = {}
    for record in (log or "").split(_RECORD)[1:]:
        head, _, names = record.partition("\0")
        name, _, day = head.strip().partition(_FIELD)
        for path in names.split("\0"):
            if path.strip():
                changed.setdefault(path.strip("\n"), (name, date.fromisoformat(day.strip())))
    status = _git(root, "status", "--porcelain", "-z", "--", *paths)
    prefix = (_git(root, "rev-parse", "--show-prefix") or "").strip()
    return History(commit, int(committed_at), bool(status), changed, prefix, _first_seen(root))


def _first_seen(root: Path) -> dict[str, date]:
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
    program = shutil.which("git")
    if program is None:
        return None
    environ = {name: word for name, word in os.environ.items() if not name.startswith("GIT_")}
    run = subprocess.run(  # noqa: S603 - fixed program, no shell, arguments of our own
        [program, *_NEUTRAL, "-C", str(root), *arguments], capture_output=True, check=False, env=environ
    )
    return run.stdout.decode("utf-8", "replace") if run.returncode == 0 else None
