"""How a repository is kept: its commits, branches and papers, and what is tracked in it."""

from typing import Any

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.branches import branches, protection, work_at_risk
from quarterdeck.collectors.repos.checkout import MOST_FILES, Checkout
from quarterdeck.collectors.repos.commits import (
    MOST_COMMITS,
    QUARTER,
    Commit,
    authors,
    commits_of_a_year,
    hot_spots,
    last_commit,
    merges,
    profile,
)
from quarterdeck.collectors.repos.deployments import shipping
from quarterdeck.collectors.repos.keeping import marks, not_covered, papers, tracked
from quarterdeck.collectors.repos.people import people_lists
from quarterdeck.collectors.repos.pipelines import proving
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.repositories import PeopleList, Repository

_COUNTED = (
    *("commits_90d", "active_days_90d", "authors_90d", "commits_365d", "authors_365d"),
    *("merges_90d", "merges_alone_90d", "hot_spots"),
)
"""The fields that are counted from commits."""


@collector("repos-habits", calls={}, kinds=(Repository, PeopleList), is_regional=False, is_timed=True)
def habits(scope: Scope, repo: Checkout) -> Found:
    """One record for the repository, and one for each tracked file that lists people."""
    commits = commits_of_a_year(repo)
    newest = last_commit(repo)
    no_commit = repo.gap("commits", "it has no commit yet")
    yield Repository(
        entity=repo.entity,
        source=scope.source("git log"),
        name=repo.name,
        head=repo.head or no_commit,
        default_branch=repo.branch or repo.gap("branch", "no branch is checked out"),
        last_commit=newest.date() if newest else no_commit,
        profile=repo.place.profile or profile([] if repo.is_shallow else commits),
        is_public=repo.gap("public", "nobody says whether anybody may read it")
        if repo.place.is_public is None
        else repo.place.is_public,
        is_shallow=repo.is_shallow,
        **_of_commits(scope, repo, commits),
        **branches(repo),
        **protection(repo),
        **work_at_risk(repo),
        **papers(repo),
        **tracked(repo),
        **marks(repo),
        **shipping(scope.source("git tree"), repo),
        **proving(scope.source("git tree"), repo),
    )
    yield from people_lists(scope, repo)
    for subject, why in not_covered(repo).items():
        yield repo.gap(subject, why)
    if len(repo.files) >= MOST_FILES:
        yield repo.gap("files", f"only the first {MOST_FILES:,} files were looked at")
    if len(commits) >= MOST_COMMITS:
        yield repo.gap("commits", f"only the newest {MOST_COMMITS:,} commits were looked at")


def _of_commits(scope: Scope, repo: Checkout, commits: list[Commit]) -> dict[str, Any]:
    """What its history tells; of one whose older commits were never fetched nothing is counted."""
    if repo.is_shallow:
        return dict.fromkeys(_COUNTED, repo.gap("history", "its older commits were never fetched"))
    recent = [one for one in commits if scope.taken_at - one.at <= QUARTER]
    brought = [alone for one, alone in merges(commits) if scope.taken_at - one.at <= QUARTER]
    return {
        "commits_90d": len(recent),
        "active_days_90d": len({one.at.date() for one in recent}),
        "authors_90d": len({one.author for one in recent}),
        "commits_365d": len(commits),
        "authors_365d": authors(commits),
        "merges_90d": len(brought),
        "merges_alone_90d": sum(brought),
        "hot_spots": hot_spots(commits),
    }
