"""Checks of what a repository says of itself to the next person."""

from quarterdeck.checks.registry import check
from quarterdeck.model.check import Fail, Pass, Unknown, Verdict, unread
from quarterdeck.model.facts import Facts
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity

_SHORT = 15


@check(
    "REPO-18",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto", "ceo"),
    mend="S",
    feeds=("R-CEO-10",),
    reads=("Repository.readme", "Repository.readme_lines", "Repository.readme_tells_how"),
)
def no_readme(one: Repository, _facts: Facts) -> Verdict:
    """Repositories whose readme does not carry the next person.

    What it checks: whether there is a readme, and whether a short one says at least how to run and to deploy.
    Why it matters: when one person holds it all, the readme is the hand-over.
    How to mend: write down how it is run, how it is deployed, and where its secrets are kept.
    Known limits: words are looked for, not whether they are true.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.readme, one.readme_lines, one.readme_tells_how):
        return Unknown(gap)
    severity = Severity.MEDIUM if one.profile == "solo" else None
    if not one.readme:
        return Fail(f"{one.name} has no readme.", severity)
    if isinstance(one.readme_lines, int) and one.readme_lines < _SHORT and not one.readme_tells_how:
        return Fail(f"The readme of {one.name} is short and does not say how to run and deploy it.", severity)
    return Pass()
