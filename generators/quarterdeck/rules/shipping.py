"""Rules of how software is made and shipped: tested, kept safe, and how often it fails."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from quarterdeck.formulas import technology
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Deploy, Repository
from quarterdeck.model.severity import Severity
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule

_MANY_FAILURES = Decimal("0.30")


def _in_production(facts: Facts) -> Iterator[Repository]:
    """Repositories whose code customers use; where nobody knows, it counts as one."""
    for one in facts.of(Repository):
        if one.is_production is True or (one.is_production is not False and one.deploy_method is not None):
            yield one


@rule(
    "R-CTO-19",
    severity=Severity.MEDIUM,
    roles=("cto",),
    action="Let CI check the syntax and run one smoke test before each release.",
    effort_hours=4,
    reads=("Repository.deploy_method", "Repository.has_tests", "Repository.has_ci"),
)
def ships_untested(known: Known) -> Iterator[Hit]:
    """A repository goes to production with neither tests nor CI.

    What it checks: how the repository is deployed, whether it has tests, and whether anything runs on a push.
    Why it matters: the first to find a mistake is a customer.
    How to mend: a syntax check and one test of the way to an order are enough to begin with.
    Known limits: tests that somebody runs by hand are not seen.
    Source: Quarterdeck's own rule.
    """
    for one in _in_production(known.facts):
        if isinstance(one.deploy_method, str) and one.has_tests is False and one.has_ci is False:
            yield Hit(
                entity=one.entity,
                subject=one.name,
                message=f"{one.name} goes to production by {one.deploy_method}, with no tests and no CI.",
                evidence=(one.source,),
            )


@rule(
    "R-CTO-20",
    severity=Severity.MEDIUM,
    roles=("cto",),
    affects=(("ceo", "work rests on one machine and one person"),),
    action="Push, and protect the default branch.",
    effort_hours=1,
    reads=("Repository.uncommitted", "Repository.head_on_remote", "Repository.is_protected"),
)
def work_at_risk(known: Known) -> Iterator[Hit]:
    """Code in production is not committed, not pushed, or can be rewritten by one command.

    What it checks: files that differ from the last commit, whether that commit is on a remote, and whether the
    default branch is protected.
    Why it matters: a lost laptop or one wrong push loses what customers use today.
    How to mend: commit and push; then forbid forced pushes and deletion on the default branch.
    Known limits: protection is read where the host answers; else it is not known, and nothing is told of it.
    Source: Quarterdeck's own rule.
    """
    for one in _in_production(known.facts):
        faults = []
        if isinstance(one.uncommitted, int) and one.uncommitted > 0:
            faults.append(f"has {one.uncommitted} uncommitted {'file' if one.uncommitted == 1 else 'files'}")
        if one.head_on_remote is False:
            faults.append("has commits that are on no remote")
        if one.is_protected is False:
            faults.append("has an unprotected default branch")
        if faults:
            yield Hit(
                entity=one.entity,
                subject=one.name,
                message=f"{one.name} {' and '.join(faults)}.",
                evidence=(one.source,),
            )


@rule(
    "R-CTO-27",
    severity=Severity.MEDIUM,
    roles=("cto",),
    action="Try each release in a staging place first, and script the way back.",
    effort_hours=16,
    reads=("Deploy.failed", "Deploy.deployed"),
)
def releases_fail_often(known: Known) -> Iterator[Hit]:
    """More than three of ten releases had to be mended or taken back.

    What it checks: the releases of the last 90 days of each repository, where there are at least five (F-X5).
    Why it matters: customers meet the failures, and the next release comes later for fear of them.
    How to mend: a place to try it first, and one command that goes back.
    Known limits: a release of which nobody knows whether it failed is not counted.
    Source: DORA, change failure rate.
    """
    repos: dict[tuple[str, str], list[Deploy]] = {}
    for one in known.facts.of(Deploy):
        if not isinstance(one.failed, NotCollected):
            repos.setdefault((one.entity, one.repo), []).append(one)
    for (entity, repo), deploys in repos.items():
        result = technology.delivery(known.as_of, [_release(one) for one in deploys])
        if isinstance(result, technology.Delivery) and result.change_fail > _MANY_FAILURES:
            yield Hit(
                entity=entity,
                subject=repo,
                message=f"{result.change_fail:.0%} of the releases of {repo} in 90 days failed{_told_by(deploys)}.",
                evidence=tuple(sorted({one.source for one in deploys})),
            )


def _told_by(deploys: Iterable[Deploy]) -> str:
    """What the releases were told by, as a clause."""
    told = sorted({one.told_by for one in deploys} - {""})
    return f", as its {' and '.join(told)} tell" if told else ""


def _release(one: Deploy) -> technology.Deploy:
    hours = None if isinstance(one.restore_hours, NotCollected) else one.restore_hours
    return technology.Deploy(one.commit, one.deployed, one.failed is True, hours)
