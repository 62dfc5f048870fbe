"""What git tells of the way from one commit to another."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from quarterdeck.git.history import descends
from quarterdeck.git.program import Git
from quarterdeck.model.change import Commit
from quarterdeck.secrets.redact import redact

_RECORD = "\x1e"
_FIELD = "\x1f"
_MOST = 200
"""Commits that are told; of more the newest."""
_PARTS = 4


def commit_named(root: Path, name: str) -> str:
    """The full hash of the commit that a branch, a tag or the beginning of a hash stands for; empty for none."""
    return Git(root).word("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def parent_of(root: Path, commit: str) -> str:
    """The commit before, on the branch itself where it is a merge; empty for the first one."""
    return commit_named(root, f"{commit}^1")


def is_rewritten(root: Path, base: str, head: str) -> bool:
    """Whether the later commit does not contain the earlier one (F-082)."""
    return base != head and not descends(root, head, base)


def commits_between(
    root: Path, base: str, head: str, paths: Sequence[str], *, with_names: bool
) -> tuple[Commit, ...]:
    """The commits of one side that the other has not and that changed some paths, newest first; merges left out.

    Args:
        root: The portfolio, which may be a folder inside a larger repository.
        base: Full hash of the earlier commit.
        head: Full hash of the later one.
        paths: Files and folders, relative to the root.
        with_names: Whether authors are told.
    """
    form = _FIELD.join(("%H", "%cs", "%an" if with_names else "", "%s"))
    log = Git(root).text(
        "log",
        "--no-merges",
        f"--max-count={_MOST}",
        f"--format={_RECORD}{form}",
        "--name-only",
        "-z",
        "--relative",
        f"{base}..{head}",
        "--",
        *paths,
    )
    return tuple(_commit(one) for one in (log or "").split(_RECORD)[1:] if one.count(_FIELD) >= _PARTS - 1)


def _commit(record: str) -> Commit:
    """One record of the log; its words may hold a secret, which is told nowhere (F-106)."""
    about, _, names = record.partition("\0")
    name, day, author, subject = about.split(_FIELD, _PARTS - 1)
    paths = sorted(path.strip("\n") for path in names.split("\0") if path.strip())
    return Commit(name, date.fromisoformat(day), redact(subject), redact(author), tuple(paths))
