"""What runs by itself when code changes, and what a repository needs to run."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos import actions
from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.collectors.repos.deploying.plain import Block, TooMuchError, at, block, mappings, texts
from quarterdeck.collectors.repos.deploying.shell import commands
from quarterdeck.collectors.repos.deploying.tree import Tree
from quarterdeck.collectors.repos.deploying.workflows import (
    ACTIONS,
    JENKINS,
    OTHERS,
    host_of,
    jenkins_scripts,
    scripts_below,
    started_by,
)
from quarterdeck.collectors.repos.locks import dependencies, summary
from quarterdeck.collectors.repos.testing import SWALLOWS, has_tests, of_package, runs_tests
from quarterdeck.collectors.repos.versions import versions
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.observed import Flag, NotCollected
from quarterdeck.model.pipelines import CHANGES, Dependencies, LanguageVersion, Workflow
from quarterdeck.model.source import Source

_OWN_ACTIONS = re.compile(r"(?:^|/)action\.ya?ml$")
_FILES = f"{ACTIONS.pattern}|{OTHERS.pattern}|{JENKINS.pattern}|{_OWN_ACTIONS.pattern}"
_MOST = 100
"""Places of one kind that are kept of one file."""
_STORED = re.compile(r"\bAWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY)\b")
_CALLED = "workflow_call"
_ASKED = re.compile(r"\bsteps\.([\w-]{1,80})\.(?:outcome|conclusion)\b")
"""Where a later step asks how an earlier one went, its failure is not lost."""
_MOST_TEXT = 500_000
"""Characters of the scripts of one pipeline that are read."""
_DEEPEST = 4


class _Read(msgspec.Struct, frozen=True):
    workflow: Workflow
    parts: tuple[str, ...] = ()
    """Workflows and actions of the same repository that it starts."""


@collector("repos-pipelines", calls={}, kinds=(Workflow, Dependencies, LanguageVersion), is_regional=False)
def pipelines(scope: Scope, repo: Checkout) -> Found:
    """Every pipeline, every manifest with its lock, and every version of a language that is named."""
    source = scope.source("git tree")
    yield from workflows(source, repo)
    yield from dependencies(source, repo)
    yield from versions(source, repo)


def workflows(source: Source, repo: Checkout) -> Iterator[Workflow | NotCollected]:
    """One record for each pipeline; what it starts in the same repository counts as its own."""
    tree = Tree(repo, source)
    found: dict[str, _Read] = {}
    for file, text in repo.texts(repo.matching(_FILES)):
        try:
            read = _read(tree, file, text)
        except TooMuchError:
            yield repo.gap(file.path, "it is deeper or larger than a pipeline that somebody wrote")
            continue
        if read is None:
            yield repo.gap(file.path, "it is no pipeline that can be read")
        else:
            found[file.path] = read
    for one in found.values():
        yield _whole(one, found)


def _read(tree: Tree, file: File, text: str) -> _Read | None:
    if JENKINS.search(file.path):
        return _Read(_plain(tree, file, Block(), list(_few(jenkins_scripts(text))), text))
    told = block(text, file.path)
    if ACTIONS.search(file.path) or _OWN_ACTIONS.search(file.path):
        return _of_actions(tree, file, told, text) if "jobs" in told or "runs" in told else None
    return _Read(_plain(tree, file, told, list(_few(scripts_below(told, 0))), "")) if told else None


def _whole(one: _Read, found: Mapping[str, _Read]) -> Workflow:
    """A pipeline with what the parts say that it starts."""
    reached: dict[str, _Read] = {}
    waiting = list(one.parts)
    for _ in range(_DEEPEST):
        names = (path for part in waiting for path in (part, f"{part}/action.yml", f"{part}/action.yaml"))
        new = {path: found[path] for path in names if path in found and path not in reached}
        reached |= new
        waiting = [part for read in new.values() for part in read.parts]
    parts = [read.workflow for read in reached.values()]
    tests = [part.runs_tests for part in (one.workflow, *parts)]
    unknown = next((each for each in tests if isinstance(each, NotCollected)), False)
    swallowed = sorted({place for part in (one.workflow, *parts) for place in _names(part.swallowed)})
    runs: Flag = True if True in tests else unknown
    return msgspec.structs.replace(one.workflow, runs_tests=runs, swallowed=tuple(swallowed)[:_MOST])


def _names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


# --- GitHub Actions ---------------------------------------------------------------------------------------------


def _of_actions(tree: Tree, file: File, told: Block, text: str) -> _Read:
    is_part = "jobs" not in told
    started = () if is_part else actions.triggers(told)
    keys = actions.stored_keys(told)
    lines, swallowed = _tests(tree, told, text)
    runs: Flag = bool(lines)
    if not lines and actions.is_led_out(told):
        runs = tree.gap(file.path, "it starts a workflow of another repository")
    workflow = Workflow(
        entity=tree.repo.entity,
        source=tree.source,
        repo=tree.repo.name,
        path=file.path,
        system="GitHub Actions",
        host="GitHub Actions",
        triggers=started,
        runs_tests=runs,
        test_lines=lines[:_MOST],
        swallowed=tuple(f"{file.path}:{line}" for line in swallowed)[:_MOST],
        rights="" if is_part or set(started) == {_CALLED} else actions.rights(told),
        steps=tuple(sorted(actions.foreign(told), key=lambda one: one.line))[:_MOST],
        checks_out=_lines(actions.checked_out(told)),
        injects=_lines(actions.injected(told)),
        stored_keys=tuple(sorted(keys))[:_MOST],
        line=min(keys.values(), default=0),
    )
    return _Read(workflow, tuple(dict.fromkeys(actions.local_parts(told))))


def _lines(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(found)))[:_MOST]


def _tests(tree: Tree, told: Block, text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Lines at which tests are run, and those of them whose failure is swallowed."""
    lines: set[int] = set()
    swallowed: set[int] = set()
    asked = set(_ASKED.findall(text))
    left = _MOST_TEXT
    for job, step in actions.steps(told):
        script = step.get("run")
        if not isinstance(script, str):
            if _tests_by_name(step.get("uses")):
                lines.add(step.line("uses"))
            continue
        left -= len(script)
        if left < 0:
            break
        folder = step.get("working-directory")
        start = step.line("run") + ("\n" in script)
        may_fail = actions.continues(job) or (actions.continues(step) and step.get("id") not in asked)
        for line, goes_on in _test_lines(tree, script, start, folder if isinstance(folder, str) else ""):
            lines.add(line)
            if goes_on or may_fail:
                swallowed.add(line)
    return tuple(sorted(lines)), tuple(sorted(swallowed))


_BY_NAME = re.compile(r"^cypress-io/github-action@|[/-](?:pytest|phpunit|run-tests?)(?:-action)?@")


def _tests_by_name(uses: object) -> bool:
    return isinstance(uses, str) and _BY_NAME.search(uses) is not None


def _test_lines(tree: Tree, script: str, start: int, folder: str = "") -> Iterator[tuple[int, bool]]:
    """Lines of a script that run tests, by themselves or through what they start, and whether their failure is lost."""
    written = script.split("\n")
    for one in commands(script, start):
        scripts = list(of_package(tree.repo, one.words, folder))
        if any(isinstance(each, str) and "no test specified" in each for each in scripts):
            continue
        inner = [each for each in (*scripts, *started_by(tree, one, folder)) if not isinstance(each, str)]
        if not runs_tests(one.words) and not any(runs_tests(each.words) for each in inner):
            continue
        at_line = one.line - start
        line = written[at_line] if 0 <= at_line < len(written) else ""
        while line.endswith("\\") and at_line + 1 < len(written):
            at_line += 1
            line = line[:-1] + written[at_line]
        lost = any(
            SWALLOWS.search(each[:4_000])
            for each in (line, *(one for one in scripts if isinstance(one, str)))
        )
        yield one.line, lost


# --- other hosts ------------------------------------------------------------------------------------------------


def _plain(tree: Tree, file: File, told: Block, scripts: list[tuple[int, str]], text: str) -> Workflow:
    """A pipeline of another host: whether it runs on changes, runs tests, and lets their failure pass."""
    found = [one for line, script in scripts for one in _test_lines(tree, script, line)]
    host = "Jenkins" if JENKINS.search(file.path) else host_of(file)
    loose = _lets_pass(told, text)
    keys = sorted({name for _, script in scripts for name in _STORED.findall(script)} | _variables(told))
    return Workflow(
        entity=tree.repo.entity,
        source=tree.source,
        repo=tree.repo.name,
        path=file.path,
        host=host,
        triggers=_started_on(host, told),
        runs_tests=bool(found) or _by_custom(host, told),
        test_lines=tuple(sorted({line for line, _ in found}))[:_MOST],
        swallowed=tuple(f"{file.path}:{line}" for line, lost in found if lost or loose(line))[:_MOST],
        stored_keys=tuple(keys),
        line=scripts[0][0] if keys and scripts else 0,
    )


def _few(scripts: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The scripts of a pipeline up to a limit of text."""
    left = _MOST_TEXT
    for line, script in scripts:
        left -= len(script)
        if left < 0:
            return
        yield line, script


def _variables(told: Block) -> set[str]:
    """Names of stored keys among the variables of a pipeline."""
    every = (told, *(one for one in told.values() if isinstance(one, Block)))
    return {
        str(name)
        for one in every
        for where in ("variables", "env", "environment")
        for held in mappings(one.get(where))
        for name in held
        if _STORED.match(str(name))
    }


def _started_on(host: str, told: Block) -> tuple[str, ...]:
    """What starts a pipeline: on most hosts every push does, unless it says otherwise."""
    if host == "Bitbucket Pipelines":
        named = at(told, "pipelines")
        known = {"default": "push", "branches": "push", "pull-requests": "pull_request", "tags": "tag"}
        return (
            tuple(sorted({known.get(str(key), "by hand") for key in named}))
            if isinstance(named, dict)
            else ()
        )
    if host == "Azure Pipelines" and told.get("trigger") == "none" and told.get("pr", "none") == "none":
        return ("by hand",)
    jobs = [one for one in told.values() if isinstance(one, Block) and "script" in one]
    if host == "GitLab CI" and jobs and all(_is_rare(job) for job in jobs):
        return ("schedule",)
    return ("push",)


_RARE = re.compile(r"\$CI_PIPELINE_SOURCE\s*==\s*[\"'](?:schedule|web|trigger|api)|\$CI_COMMIT_TAG\b")


def _is_rare(job: Block) -> bool:
    """Whether a job of GitLab's runs only by a clock, by hand or on tags."""
    only = texts(job.get("only")) or texts(at(job, "only", "refs"))
    if only:
        return set(only) <= {"schedules", "web", "triggers", "tags", "api"}
    rules = list(mappings(job.get("rules")))
    return bool(rules) and all(
        _RARE.search(str(rule.get("if", ""))) or rule.get("when") in {"never", "manual"} for rule in rules
    )


def _lets_pass(told: Block, text: str) -> Any:  # noqa: ANN401 - a function of a line
    """A function that says of a line whether the job around it may fail: by the last job that begins before it."""
    spans = sorted((told.line(name), _may_fail(job)) for name, job in told.items() if isinstance(job, Block))
    spans += sorted(
        (jobs.line(name), _may_fail(job))
        for jobs in mappings(told.get("jobs"))
        for name, job in jobs.items()
        if isinstance(job, Block)
    )
    is_loose = "catchError" in text

    def loose(line: int) -> bool:
        before = [may for start, may in sorted(spans) if start <= line]
        return is_loose or (bool(before) and before[-1])

    return loose


def _may_fail(job: Block) -> bool:
    return job.get("allow_failure") is True or actions.continues(job)


def _by_custom(host: str, told: Block) -> bool:
    """Whether a host runs tests by itself where a pipeline does not say what to run, as Travis does."""
    return host == "Travis CI" and "script" not in told and "jobs" not in told and "language" in told


# --- what the record of the repository says of it --------------------------------------------------------------------


def proving(source: Source, repo: Checkout) -> dict[str, Any]:
    """Fields of the record of a repository: what proves its code, and whether what it needs is locked."""
    return {
        "has_ci": _runs_on_changes(workflows(source, repo)),
        "has_tests": has_tests(repo),
        **summary(repo, dependencies(source, repo, is_dated=False)),
    }


def _runs_on_changes(found: Iterable[Workflow | NotCollected]) -> Flag:
    """Whether anything runs on a push or a pull request; not known where a pipeline cannot be read."""
    gap: Flag = False
    for one in found:
        if isinstance(one, NotCollected):
            gap = one
        elif isinstance(one.triggers, tuple) and CHANGES.intersection(one.triggers):
            return True
    return gap
