"""Checks of how repositories reach production, and how they go back."""

from quarterdeck.checks.registry import check
from quarterdeck.checks.repos.standing import some
from quarterdeck.checks.shipped import of_repository, sells
from quarterdeck.figures.names import folded
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.functions import Function
from quarterdeck.model.deployments import Deployment
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity
from quarterdeck.model.web import SiteCheck

_ASLEEP_DAYS = 365
_NOWHERE = NotApplicable("nothing in it shows how it reaches production")
_TRIAL = NotApplicable("it is deployed to try things out alone")


def _stays(one: Repository) -> Verdict | None:
    """The verdict on a repository of which no question about production arises; None where one does."""
    if isinstance(one.deploy_method, NotCollected):
        return Unknown(one.deploy_method)
    if one.deploy_method is None:
        return _NOWHERE
    return _TRIAL if one.is_production is False else None


@check(
    "REPO-04",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CTO-19",),
    over=("REPO-01", "REPO-02"),
    reads=(
        "Repository.deploy_method",
        "Repository.is_production",
        "Repository.has_tests",
        "Repository.has_ci",
    ),
)
def ships_unproved(one: Repository, _facts: Facts) -> Verdict:
    """Repositories that go to production with neither tests nor CI.

    What it checks: how the repository is deployed, whether it has tests, and whether anything runs on a push.
    Why it matters: the first to find a mistake is a customer.
    How to mend: let CI check the syntax and run one smoke test before each release.
    Known limits: tests that somebody runs by hand are not seen.
    Source: Quarterdeck's own check.
    """
    if (stays := _stays(one)) is not None:
        return stays
    if one.has_tests is True or one.has_ci is True:
        return Pass()
    if gap := unread(one.has_tests, one.has_ci):
        return Unknown(gap)
    return Fail(f"{one.name} goes to production by {one.deploy_method}, with no tests and no CI.")


@check(
    "REPO-17",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    reads=("Repository.deploy_method", "Repository.is_production", "Repository.last_commit"),
)
def live_but_asleep(one: Repository, facts: Facts) -> Verdict:
    """Repositories that serve customers and were not touched for a year.

    What it checks: the newest commit of what is deployed, or holds the code of a live function.
    Why it matters: libraries and runtimes age meanwhile, and nobody remembers how it is built.
    How to mend: deploy it once without a change, bring its runtime and libraries up to date, and note what it took.
    Known limits: what is finished and needs no change looks the same.
    Source: Quarterdeck's own check.
    """
    is_linked = any(function.code == one.name for function in facts.of(Function))
    if not is_linked and (stays := _stays(one)) is not None:
        return stays
    if isinstance(one.last_commit, NotCollected):
        return Unknown(one.last_commit)
    days = (facts.as_of - one.last_commit).days
    if days <= _ASLEEP_DAYS:
        return Pass()
    return Fail(f"{one.name} is live, and its newest commit is {days} days old.")


@check(
    "REPO-20",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-27",),
    reads=("Repository.deploy_method", "Repository.is_production", "Repository.way_back"),
)
def no_way_back(one: Repository, facts: Facts) -> Verdict:
    """Repositories that deploy and say nowhere how a release is taken back.

    What it checks: tags of versions, a script or line about rolling back, numbered versions of what is deployed, or
    a host that keeps earlier releases.
    Why it matters: at the moment of a bad release nobody should have to find out how to undo it.
    How to mend: tag each release, and write down the one command that deploys the tag before.
    Known limits: words are looked for, not whether the way was ever tried.
    Source: Quarterdeck's own check.
    """
    if (stays := _stays(one)) is not None:
        return stays
    if isinstance(one.way_back, NotCollected):
        return Unknown(one.way_back)
    if one.way_back:
        return Pass(one.way_back)
    severity = Severity.MEDIUM if sells(one.name, one.entity, facts) else None
    return Fail(
        f"{one.name} is deployed by {one.deploy_method}, and nothing says how a release is taken back.",
        severity,
    )


@check(
    "REPO-30",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto", "ceo"),
    mend="M",
    reads=("Deployment.is_by_hand", "Deployment.runs", "Function.code"),
)
def deploy_by_hand_only(one: Repository, facts: Facts) -> Verdict:
    """Repositories that reach production only when somebody runs a script.

    What it checks: whether every way to production is a hand-rolled script or a command in prose; and whether
    something runs under the repository's name that it shows no way to.
    Why it matters: it goes out from one machine, with what happens to lie there, and only its owner can do it.
    How to mend: let a workflow run the same script on a push to the default branch.
    Known limits: what a person clicks at a host is not seen.
    Source: Quarterdeck's own check.
    """
    if not facts.evidence.has_read(Deployment, one.entity):
        return Unknown(
            NotCollected("repos-deployments", one.name, "not known how it is deployed", one.entity)
        )
    ways = of_repository(one.name, one.entity, facts)
    is_one = one.profile == "solo"
    severity = Severity.MEDIUM if not is_one and sells(one.name, one.entity, facts) else None
    if ways:
        if not all(way.is_by_hand for way in ways):
            return Pass()
        words = some(tuple(sorted({f"{way.words} in {way.path}" for way in ways})))
        return Fail(f"{one.name} reaches production only by hand: {words}.", severity)
    if live := _under_its_name(one, facts):
        return Fail(
            f"{live} runs under the name of {one.name}, which reaches production in a way that it does not show.",
            severity,
        )
    return _NOWHERE


def _under_its_name(one: Repository, facts: Facts) -> str:
    """What is live and has the name of a repository, or its code; empty where nothing does."""
    name = folded(one.name)
    if found := next((each.name for each in facts.of(Function) if each.code == one.name), ""):
        return found
    named = (
        *(each.name for kind in (Function, Bucket) for each in facts.of(kind, one.entity)),
        *(each.site for each in facts.of(SiteCheck, one.entity) if each.is_live),
    )
    return next((each for each in named if folded(each) == name), "")
