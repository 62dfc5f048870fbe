"""How a repository is kept: its commits, branches and papers."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.repositories import Profile, Repository

_README = r"(?i)^(?:docs/|\.github/)?readme(?:\.\w+)?$"
_RUN = re.compile(r"(?i)\b(?:run|start|serve|install|usage|getting started|quick ?start|develop)")
_DEPLOY = re.compile(r"(?i)\b(?:deploy|release|publish|ship|go(?:es)? live|production)")
_YEAR = timedelta(days=365)
_QUARTER = timedelta(days=90)
_SOLO = 0.95
"""The share of a year's commits by one author from which a repository is one person's."""
_FIELD = "\x1f"


class Commit(msgspec.Struct, frozen=True):
    """One commit of the branch that is looked at."""

    hash: str
    author: str
    """The name, as the mailmap has it; never the address (F-092)."""
    at: datetime


@collector("repos-habits", calls={}, kinds=(Repository,), is_regional=False)
def habits(scope: Scope, repo: Checkout) -> Found:
    """One record for the repository."""
    commits = list(_commits(repo))
    newest = max((one.at for one in commits), default=None)
    yield Repository(
        entity=repo.entity,
        source=scope.source("git log"),
        name=repo.name,
        head=repo.head or repo.gap("head", "it has no commit yet"),
        default_branch=repo.branch or repo.gap("branch", "no branch is checked out"),
        profile=scope.repository.profile
        if scope.repository and scope.repository.profile
        else _profile(scope, commits),
        last_commit=_day(newest, scope) if newest else repo.gap("commits", "it has no commit yet"),
        commits_90d=sum(scope.taken_at - one.at <= _QUARTER for one in commits),
        authors_90d=len({one.author for one in commits if scope.taken_at - one.at <= _QUARTER}),
        **_readme(repo),
    )


def _commits(repo: Checkout) -> Iterator[Commit]:
    """Commits that the branch holds, newest first."""
    if not repo.head:
        return
    for record in repo.git.records("log", "-z", f"--format=%H{_FIELD}%aN{_FIELD}%ct", repo.head):
        name, author, at = record.split(_FIELD)
        yield Commit(name, author, datetime.fromtimestamp(int(at), UTC))


def _day(at: datetime, scope: Scope) -> date:
    """The day of a commit; one that says it comes from the future counts as today (F-091)."""
    return min(at, scope.taken_at).date()


def _profile(scope: Scope, commits: list[Commit]) -> Profile:
    year = Counter(one.author for one in commits if scope.taken_at - one.at <= _YEAR)
    most = max(year.values(), default=0)
    return "solo" if most and most >= _SOLO * year.total() else "team"


def _readme(repo: Checkout) -> Mapping[str, Any]:
    found = repo.matching(_README)
    text = "\n".join(text for _, text in repo.texts(found))
    return {
        "readme": bool(found),
        "readme_lines": sum(bool(line.strip()) for line in text.splitlines()),
        "readme_tells_how": bool(_RUN.search(text)) and bool(_DEPLOY.search(text)),
    }
