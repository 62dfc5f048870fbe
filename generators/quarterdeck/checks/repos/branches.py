"""Checks of branches, of who works on them, and of work that one machine alone holds."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.repos.standing import is_live, some
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Access
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity

_DAYS_UNCOMMITTED = 7
_DAYS_GRAVE = 30
_MANY_BRANCHES = 5


@check(
    "REPO-12",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-20",),
    reads=("Repository.is_protected", "Repository.protection", "Repository.profile"),
)
def branch_unprotected(one: Repository, _facts: Facts) -> Verdict:
    """Default branches that anybody with access can rewrite, delete, or change unseen.

    What it checks: rules of the host against forced pushes and deletion; where several people work, also that a
    change needs a review or a green run.
    Why it matters: one wrong command takes away what customers use.
    How to mend: turn on branch rules at the host, and keep their export in .github/rulesets.
    Known limits: rules are read from that export alone; without one it is not known, and nothing is guessed.
    Source: GitHub documentation, About rulesets.
    """
    if not is_live(one):
        return NotApplicable("nothing of it is used by customers")
    if isinstance(one.protection, NotCollected):
        if one.is_protected is True:
            return Pass()
        if one.is_protected is False:
            return Fail(f"The default branch of {one.name} is unprotected.")
        return Unknown(
            NotCollected("repos-habits", one.name, "the rules of its host are not known", one.entity)
        )
    lacking = [words for rule, words in _PROTECTS.items() if rule not in one.protection]
    if one.profile == "team" and not {"pull_request", "required_status_checks"} & set(one.protection):
        lacking.append("be changed without a review or a green run")
    return Fail(f"The default branch of {one.name} may {' and '.join(lacking)}.") if lacking else Pass()


_PROTECTS = {"non_fast_forward": "be rewritten by a forced push", "deletion": "be deleted"}


@check(
    "REPO-13",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=(
        "Repository.merges_90d",
        "Repository.merges_alone_90d",
        "Repository.protection",
        "Repository.has_ci",
    ),
)
def merged_unreviewed(one: Repository, _facts: Facts) -> Verdict:
    """Repositories where most changes come in without a second person.

    What it checks: merges of the last 90 days whose work nobody but its author brought in; of a repository of one
    person only whether anything runs before a merge.
    Why it matters: a second pair of eyes finds what the first has stopped to see.
    How to mend: let a second person merge; alone, let the tests run before each merge.
    Known limits: a review at the host that leaves no trace in git is not seen.
    Source: Quarterdeck's own check.
    """
    if one.profile == "solo":
        if isinstance(one.has_ci, NotCollected):
            return Unknown(one.has_ci)
        if one.has_ci:
            return Pass("one person, and something runs on each change")
        return Fail(f"Nothing runs before a change of {one.name} comes in, and one person makes them all.")
    if gap := unread(one.merges_90d, one.merges_alone_90d):
        return Unknown(gap)
    merges, alone = one.merges_90d, one.merges_alone_90d
    assert isinstance(merges, int)  # noqa: S101 - both were read
    assert isinstance(alone, int)  # noqa: S101 - likewise
    if not merges:
        return NotApplicable("nothing was merged in 90 days")
    if alone * 2 > merges:
        return Fail(f"{alone} of {merges} merges of 90 days in {one.name} had no second person.")
    return Pass()


@check(
    "REPO-14",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="XS",
    feeds=("R-CTO-20",),
    reads=("Repository.uncommitted", "Repository.unpushed", "Repository.has_remote"),
)
def work_at_risk(one: Repository, _facts: Facts) -> Verdict:
    """Work that one machine alone holds.

    What it checks: changes that nobody committed for a week, commits that are on no remote, and repositories
    without any remote.
    Why it matters: a lost or broken laptop loses what customers use today.
    How to mend: commit what is meant, and push it.
    Known limits: seen only where the checkout itself is looked at; of what is fetched nothing can be at risk.
    Source: Quarterdeck's own check.
    """
    if isinstance(one.has_remote, NotCollected):
        return Unknown(one.has_remote)
    faults = []
    days = _number(one.uncommitted_days)
    if _number(one.uncommitted) and days > _DAYS_UNCOMMITTED:
        faults.append(f"changes that nobody committed for {days} days")
    if not one.has_remote:
        faults.append("no remote at all")
    elif unpushed := _number(one.unpushed):
        faults.append(f"{unpushed} {'commit' if unpushed == 1 else 'commits'} on no remote")
        days = max(days, _number(one.unpushed_days))
    if faults:
        is_grave = is_live(one) and days > _DAYS_GRAVE
        return Fail(f"{one.name} has {' and '.join(faults)}.", Severity.HIGH if is_grave else None)
    if gap := unread(one.uncommitted, one.unpushed):
        return Unknown(gap)
    return Pass()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


@check(
    "REPO-15",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("ceo", "cto"),
    mend="S",
    feeds=("R-CEO-10",),
    reads=("Repository.authors_365d", "Repository.commits_365d", "access.holders"),
)
def one_committer(one: Repository, facts: Facts) -> Verdict:
    """Live code that one person alone has worked on for a year.

    What it checks: who made the commits of 365 days, and whether the Access table names a second holder of the
    code.
    Why it matters: when that person is away, nobody can mend it.
    How to mend: write a hand-over note, and let a second person change something small with it.
    Known limits: who could work on it, and did not, is not seen.
    Source: Quarterdeck's own check.
    """
    if not is_live(one):
        return NotApplicable("nothing of it is used by customers")
    if gap := unread(one.authors_365d, one.commits_365d):
        return Unknown(gap)
    names = one.authors_365d if isinstance(one.authors_365d, tuple) else ()
    if len(names) != 1:
        return Pass() if names else NotApplicable("nobody committed anything in 365 days")
    if _has_second_holder(one, facts):
        return Pass("the Access table names a second holder")
    if one.profile == "solo":
        return Fail(f"{names[0]} alone works on {one.name}; a hand-over note is needed.", Severity.LOW)
    return Fail(f"{names[0]} alone has worked on {one.name} for a year, and customers use it.")


def _has_second_holder(one: Repository, facts: Facts) -> bool:
    return any(
        isinstance(row.of, str)
        and isinstance(row.holders, tuple)
        and len(row.holders) > 1
        and (row.of == one.name or "git" in row.of.lower())
        for row in facts.of(Access, one.entity)
    )


@check(
    "REPO-16",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Repository.stale_branches", "Repository.far_branches"),
)
def branches_stale(one: Repository, _facts: Facts) -> Verdict:
    """Repositories with sleeping or far branches.

    What it checks: more than five branches without a commit for 90 days, or one that is over 50 commits ahead.
    Why it matters: work that is never brought in is work lost, and nobody remembers which branch counts.
    How to mend: bring in or delete each of them.
    Known limits: up to 200 branches are looked at.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.stale_branches, one.far_branches):
        return Unknown(gap)
    severity = Severity.INFO if one.profile == "solo" else None
    if isinstance(one.far_branches, tuple) and one.far_branches:
        return Fail(f"{one.name} has a branch over 50 commits ahead: {some(one.far_branches)}.", severity)
    stale = one.stale_branches if isinstance(one.stale_branches, tuple) else ()
    if len(stale) > _MANY_BRANCHES:
        return Fail(f"{len(stale)} branches of {one.name} have slept for 90 days: {some(stale)}.", severity)
    return Pass()
