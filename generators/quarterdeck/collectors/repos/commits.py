"""Commits of a repository: who made them, when, what they changed, and who brought in whose work."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.left_out import why_left_out
from quarterdeck.collectors.repos.memory import recalled
from quarterdeck.model.repositories import Profile

MOST_COMMITS = 50_000
"""Commits of a year that are looked at."""
YEAR = timedelta(days=365)
QUARTER = timedelta(days=90)
_SOLO = 0.95
"""The share of a year's commits by one author from which a repository is one person's."""
_MARK = b"\0" * 3
"""Before each commit; no name, message or path can hold it."""
_HOST = re.compile(r"@[^\s@<>()]+")
"""What makes an address of a name."""
_MERGED = 2
_SHOWN = 5
_OFTEN = 3
_NUMBERS = 3
"""Lines added, lines taken away, path."""
_MOST_AUTHORS = 10
_MOST_SECONDS = 253_402_300_799
"""The last second of the year 9999."""


class Commit(msgspec.Struct, frozen=True):
    """One commit."""

    hash: str
    parents: tuple[str, ...]
    author: str
    """The name, as the mailmap has it; never the address (F-092)."""
    at: datetime
    paths: tuple[str, ...] = ()
    """What it changed; empty for a merge."""


_COMMITS = msgspec.json.Decoder(tuple[Commit, ...])


def commits_of_a_year(repo: Checkout) -> list[Commit]:
    """Commits of the branch that is looked at in the last 365 days, newest first, up to a limit.

    Read from the beginning of a month on, so that the next days of it find them as they were read.
    """
    since = repo.scope.taken_at - YEAR
    month = since.replace(day=1, hour=0, minute=0, second=0)
    known = recalled(repo, f"commits since {month:%Y-%m}", _COMMITS, lambda: tuple(_commits(repo, month)))
    return [one for one in known if one.at >= since]


def _commits(repo: Checkout, since: datetime) -> Iterator[Commit]:
    """All of it from one run of git, with what each changed."""
    if not repo.head:
        return
    shown = "--format=%x00%x00%x00%H %P%x00a%aN%x00t%ct%x00"
    records = repo.git.records(
        "log",
        "-z",
        "--numstat",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        f"--since={int(since.timestamp())}",
        f"--max-count={MOST_COMMITS}",
        shown,
        repo.head,
        mark=_MARK,
    )
    yield from (_commit(record) for record in records if record.strip("\0\n"))


def last_commit(repo: Checkout) -> datetime | None:
    """When the commit that is looked at was made; never later than now (F-091)."""
    at = repo.git.word("log", "-1", "--format=%ct", repo.head) if repo.head else ""
    return min(moment(at), repo.scope.taken_at) if at else None


def moment(seconds: str) -> datetime:
    """A time of git's; what lies beyond any calendar is its end, and none at all its beginning (F-091)."""
    return datetime.fromtimestamp(max(0, min(int(seconds or 0), _MOST_SECONDS)), UTC)


def _commit(record: str) -> Commit:
    about, author, at, *rest = record.strip("\0").split("\0")
    name, *parents = about.split()
    changed = (line.lstrip("\n").split("\t", 2) for line in rest)
    paths = tuple(words[2] for words in changed if len(words) == _NUMBERS)
    return Commit(name, tuple(parents), _HOST.sub("", author[1:]), moment(at[1:]), paths)


def authors(commits: Iterable[Commit]) -> tuple[str, ...]:
    """Names of those who made some commits, those of the most first, then by name."""
    counted = Counter(one.author for one in commits)
    return tuple(sorted(counted, key=lambda name: (-counted[name], name)))[:_MOST_AUTHORS]


def profile(commits: Iterable[Commit]) -> Profile:
    """Whether nearly all commits of a year are one person's."""
    counted = Counter(one.author for one in commits)
    most = max(counted.values(), default=0)
    return "solo" if most and most >= _SOLO * counted.total() else "team"


def merges(commits: Iterable[Commit]) -> Iterator[tuple[Commit, bool]]:
    """Each merge among some commits, and whether its author brought in nobody's work but their own."""
    known = {one.hash: one for one in commits}
    mainline = set(_mainline(known))
    for one in known.values():
        if len(one.parents) >= _MERGED:
            brought = _side(known, one.parents[1], mainline)
            yield one, all(other.author == one.author for other in brought)


def _mainline(known: Mapping[str, Commit]) -> Iterator[str]:
    """The newest commit, its first parent, and so on."""
    at = next(iter(known), "")
    while at in known:
        yield at
        at = next(iter(known[at].parents), "")


def _side(known: Mapping[str, Commit], start: str, mainline: set[str]) -> Iterator[Commit]:
    """The commits of a branch up to where it left the main line."""
    waiting, seen = [start], set(mainline)
    while waiting:
        at = waiting.pop()
        if at in known and at not in seen:
            seen.add(at)
            yield known[at]
            waiting += known[at].parents


def hot_spots(commits: Iterable[Commit]) -> tuple[str, ...]:
    """The files that were changed most often, three times at least, with how often; those left out apart."""
    counted = Counter(path for one in commits for path in one.paths if not why_left_out(path))
    often = sorted((one for one in counted.items() if one[1] >= _OFTEN), key=lambda one: (-one[1], one[0]))
    return tuple(f"{path} ({times} times)" for path, times in often[:_SHOWN])
