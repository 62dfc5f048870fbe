"""Checks of what runs by itself when code changes, and with whose rights."""

from collections.abc import Callable

from quarterdeck.checks.registry import check
from quarterdeck.checks.repos.standing import is_live, some
from quarterdeck.model.check import Fail, NotApplicable, Pass, Unknown, Verdict, unread
from quarterdeck.model.deployments import Deployment
from quarterdeck.model.facts import Facts
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.pipelines import Pin, Workflow
from quarterdeck.model.repositories import Repository
from quarterdeck.model.severity import Severity

_MUCH_CODE = 200
"""Lines from which on code is asked for tests."""
_ELSEWHERE = NotApplicable("only workflows of GitHub Actions can have this fault")


def _is_solo(one: Workflow, facts: Facts) -> bool:
    return any(repo.profile == "solo" for repo in facts.of(Repository, one.entity) if repo.name == one.repo)


def _at(one: Workflow, lines: tuple[int, ...]) -> str:
    """Where to look: `jada-site:.github/workflows/ci.yml:12, 14`."""
    return f"{one.subject}:{some(tuple(map(str, lines)))}"


@check(
    "REPO-01",
    of=Repository,
    severity=Severity.LOW,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-19",),
    reads=("Repository.has_ci", "Repository.profile", "Repository.is_production"),
)
def no_ci(one: Repository, _facts: Facts) -> Verdict:
    """Repositories where nothing runs when code changes.

    What it checks: whether any file of a pipeline says that it runs on a push or a pull request.
    Why it matters: what nobody has to remember is done every time.
    How to mend: add a workflow that checks the syntax and runs the tests on each push.
    Known limits: what a host runs without a file in the repository is not seen.
    Source: Quarterdeck's own check.
    """
    if isinstance(one.has_ci, NotCollected):
        return Unknown(one.has_ci)
    if one.has_ci:
        return Pass()
    is_grave = is_live(one) and one.profile != "solo"
    return Fail(f"Nothing runs when {one.name} changes.", Severity.MEDIUM if is_grave else None)


@check(
    "REPO-02",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="M",
    feeds=("R-CTO-19",),
    reads=("Repository.has_tests", "Repository.code_lines"),
)
def no_tests(one: Repository, _facts: Facts) -> Verdict:
    """Repositories with code and no test.

    What it checks: whether any file is a test by the custom of its language, where there are 200 lines of code.
    Why it matters: without tests each change is tried out on customers.
    How to mend: begin with one test of the way to an order.
    Known limits: files are told by their names and folders; whether a test tests anything is not seen.
    Source: Quarterdeck's own check.
    """
    if gap := unread(one.has_tests, one.code_lines):
        return Unknown(gap)
    if one.has_tests:
        return Pass()
    assert isinstance(one.code_lines, int)  # noqa: S101 - it was read
    if one.code_lines < _MUCH_CODE:
        return NotApplicable(f"it has fewer than {_MUCH_CODE} lines of code")
    return Fail(f"{one.name} has {one.code_lines:,} lines of code and no test.")


@check(
    "REPO-03",
    of=Repository,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    feeds=("R-CTO-19",),
    reads=("Repository.has_tests", "Repository.profile", "Workflow.runs_tests", "Workflow.swallowed"),
)
def tests_not_run(one: Repository, facts: Facts) -> Verdict:
    """Repositories whose tests no pipeline runs, or whose pipeline goes on when they fail.

    What it checks: whether any pipeline runs tests, by itself or through a script, Makefile or workflow of the same
    repository; and whether one says that their failure does not count.
    Why it matters: tests that nobody has to pass are soon tests that fail.
    How to mend: run the tests on each push, and take away what lets their failure pass.
    Known limits: commands are told by their names; what a workflow of another repository runs is not known.
    Source: GitHub documentation, workflow syntax: continue-on-error.
    """
    if isinstance(one.has_tests, NotCollected):
        return Unknown(one.has_tests)
    if not one.has_tests:
        return NotApplicable("it has no tests")
    if not facts.evidence.has_read(Workflow, one.entity):
        return Unknown(NotCollected("repos-pipelines", one.name, "its pipelines were not read", one.entity))
    own = [flow for flow in facts.of(Workflow, one.entity) if flow.repo == one.name and flow.triggers]
    if not own:
        return NotApplicable("nothing runs by itself there")
    severity = Severity.LOW if one.profile == "solo" else None
    lost = sorted({place for flow in own if isinstance(flow.swallowed, tuple) for place in flow.swallowed})
    if lost:
        return Fail(f"The tests of {one.name} may fail, and nothing stops: {some(tuple(lost))}.", severity)
    if any(flow.runs_tests is True for flow in own):
        return Pass()
    if gap := unread(*(flow.runs_tests for flow in own)):
        return Unknown(gap)
    return Fail(f"{one.name} has tests, and no pipeline of it runs them.", severity)


_WORDS: dict[Pin, str] = {"branch": "a branch", "tag": "a tag"}


@check(
    "REPO-07",
    of=Workflow,
    severity=Severity.LOW,
    roles=("cto",),
    mend="XS",
    reads=("Workflow.steps", "Repository.profile"),
)
def actions_loose(one: Workflow, facts: Facts) -> Verdict:
    """Workflows that run what others wrote, at a branch or tag that may be moved.

    What it checks: each step, workflow and image of others: whether it is held at a commit. Those of the host itself
    are left alone.
    Why it matters: whoever takes over that branch or tag runs their program with your secrets.
    How to mend: write the full commit behind the name, with the version as a comment, and let a bot renew it.
    Known limits: a branch that is named like a version counts as a tag.
    Source: GitHub documentation, security hardening for GitHub Actions: using third-party actions.
    """
    if one.system != "GitHub Actions":
        return _ELSEWHERE
    if not one.steps:
        return NotApplicable("it runs no step of others")
    loose = [step for step in one.steps if step.pin != "commit"]
    if not loose:
        return Pass()
    moving = [step for step in loose if step.pin == "branch"]
    worst = moving or loose
    names = tuple(dict.fromkeys(f"{step.name} (line {step.line})" for step in worst))
    is_grave = bool(moving) and not _is_solo(one, facts)
    return Fail(
        f"{one.subject} takes steps of others at {_WORDS[worst[0].pin]}: {some(names)}.",
        Severity.MEDIUM if is_grave else None,
    )


def _on_lines(one: Workflow, lines: tuple[int, ...], says: Callable[[str], str]) -> Verdict:
    if one.system != "GitHub Actions":
        return _ELSEWHERE
    return Fail(says(_at(one, lines))) if lines else Pass()


@check(
    "REPO-08",
    of=Workflow,
    severity=Severity.HIGH,
    roles=("cto",),
    mend="S",
    reads=("Workflow.checks_out", "Workflow.triggers"),
)
def workflow_trigger_unsafe(one: Workflow, _facts: Facts) -> Verdict:
    """Workflows that fetch the code of outsiders while they hold rights and secrets of the repository.

    What it checks: workflows that a pull request from outside, another workflow or a comment starts, for steps that
    check out the code of that pull request. A condition that lets in nobody from outside is a pass.
    Why it matters: anybody can send code that runs with your secrets.
    How to mend: start it on pull_request instead, or fetch the code in a workflow that has no rights and no secrets.
    Known limits: code that comes as a file of another workflow is not followed; labels are no safe condition.
    Source: GitHub documentation, security hardening for GitHub Actions: untrusted checkout.
    """
    return _on_lines(
        one,
        one.checks_out,
        lambda at: f"{at} looks like it runs code from outside with rights of the repository.",
    )


@check("REPO-09", of=Workflow, severity=Severity.HIGH, roles=("cto",), mend="XS", reads=("Workflow.injects",))
def workflow_text_injection(one: Workflow, _facts: Facts) -> Verdict:
    """Workflows that write the text of outsiders into a script before it runs.

    What it checks: scripts of steps for expressions with titles, bodies, names of branches, messages and names of
    commits, directly or by a variable of the workflow.
    Why it matters: a title can be a command, and it then runs with your secrets.
    How to mend: hand the text over as an environment variable, and use that in quotes.
    Known limits: text that comes through the output of another step is not followed.
    Source: GitHub documentation, security hardening for GitHub Actions: script injections.
    """
    return _on_lines(one, one.injects, lambda at: f"{at} looks like it runs text that anybody can write.")


@check(
    "REPO-10",
    of=Workflow,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="XS",
    reads=("Workflow.rights", "Repository.profile"),
)
def workflow_rights_wide(one: Workflow, facts: Facts) -> Verdict:
    """Workflows whose token may do more than they say.

    What it checks: whether the workflow, or each of its jobs, says what its token may do, and not everything.
    Why it matters: a step that goes wrong can do all that the token may.
    How to mend: write permissions with contents set to read at the top, and more only for the job that needs it.
    Known limits: what the host gives without a word may be little; that is a setting there and is not seen.
    Source: GitHub documentation, controlling permissions for GITHUB_TOKEN.
    """
    if one.system != "GitHub Actions":
        return _ELSEWHERE
    if not one.triggers or one.triggers == ("workflow_call",):
        return NotApplicable("it has the rights of what starts it")
    severity = Severity.LOW if _is_solo(one, facts) else None
    if one.rights == "all":
        return Fail(f"{one.subject} lets its token write everything.", severity)
    if one.rights == "none said":
        return Fail(f"{one.subject} does not say what its token may do.", severity)
    return Pass()


@check(
    "REPO-11",
    of=Workflow,
    severity=Severity.MEDIUM,
    roles=("cto",),
    mend="S",
    feeds=("R-CTO-06",),
    reads=("Workflow.stored_keys", "Deployment.path"),
)
def deploy_key_long_lived(one: Workflow, facts: Facts) -> Verdict:
    """Pipelines that deploy with a stored key of a cloud.

    What it checks: pipelines that deploy, for secrets that hold keys of a cloud in place of a role for the run alone.
    Why it matters: a stored key works for ever, from anywhere, for whoever gets hold of it.
    How to mend: let the cloud trust the host's own identity (OIDC) for this repository, and delete the key.
    Known limits: of hosts other than GitHub Actions only keys that the file names are seen.
    Source: GitHub documentation, about security hardening with OpenID Connect.
    """
    if not one.stored_keys:
        return Pass()
    if not facts.evidence.has_read(Deployment, one.entity):
        return Unknown(
            NotCollected("repos-deployments", one.subject, "not known whether it deploys", one.entity)
        )
    ways = facts.of(Deployment, one.entity)
    if not any(way.repo == one.repo and way.path == one.path for way in ways):
        return NotApplicable("it deploys nothing")
    place = f"{one.subject}:{one.line}" if one.line else one.subject
    return Fail(f"{place} deploys with a stored key: {some(one.stored_keys)}.")
