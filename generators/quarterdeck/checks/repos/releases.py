"""Checks of how releases go."""

from decimal import Decimal

from quarterdeck.checks.registry import check
from quarterdeck.formulas import technology
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Deploy, Repository
from quarterdeck.model.severity import Severity

_MANY_FAILURES = Decimal("0.30")


@check(
    "REPO-29",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="M",
    feeds=("R-CTO-27",),
    reads=("Deploy.failed", "Deploy.deployed"),
)
def deploys_fail_often(one: Repository, facts: Facts) -> Verdict:
    """Repositories whose releases fail often.

    What it checks: the share of releases of 90 days that had to be mended or taken back, where there are at least
    five (F-X5).
    Why it matters: customers meet the failures, and the next release comes later for fear of them.
    How to mend: try each release in a second place first, and script the way back.
    Known limits: a release counts as failed where a commit soon after it says that it mends or reverts.
    Source: DORA, change failure rate.
    """
    deploys = [each for each in facts.of(Deploy, one.entity) if each.repo == one.name]
    if not deploys:
        return Unknown(NotCollected("repos-deployments", one.name, "no releases were recognised", one.entity))
    known = [each for each in deploys if not isinstance(each.failed, NotCollected)]
    if not known:
        return Unknown(
            NotCollected("repos-deployments", one.name, "which releases failed is not known", one.entity)
        )
    found = technology.delivery(facts.as_of, [release(each) for each in known])
    if not isinstance(found, technology.Delivery):
        return NotApplicable("there are fewer than five releases in 90 days")
    if found.change_fail > _MANY_FAILURES:
        return Fail(f"{found.change_fail:.0%} of the releases of {one.name} in 90 days failed.")
    return Pass()


def release(one: Deploy) -> technology.Deploy:
    """A release as the formula takes it."""
    hours = None if isinstance(one.restore_hours, NotCollected) else one.restore_hours
    return technology.Deploy(one.commit, one.deployed, one.failed is True, hours)
