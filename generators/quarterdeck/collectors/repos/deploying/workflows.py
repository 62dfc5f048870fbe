"""Reads pipelines: GitHub Actions, and those of other hosts."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from quarterdeck.collectors.repos.checkout import File
from quarterdeck.collectors.repos.deploying.plain import Block, TooMuchError, at, block, mappings, texts
from quarterdeck.collectors.repos.deploying.scripts import said
from quarterdeck.collectors.repos.deploying.shell import (
    LONGEST_SCRIPT,
    Command,
    bare,
    commands,
    make_commands,
)
from quarterdeck.collectors.repos.deploying.tools import Deployed, deployed
from quarterdeck.collectors.repos.deploying.tree import Place, Tree, is_trial, joined
from quarterdeck.model.deployments import DeclaredFunction, Deployment
from quarterdeck.model.observed import NotCollected

ACTIONS = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$")
OTHERS = re.compile(
    r"^(?:\.gitlab-ci\.ya?ml|\.circleci/config\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|azure-pipelines\.ya?ml"
    r"|buildspec[\w.-]*\.ya?ml|\.buildkite/pipeline\.ya?ml|\.drone\.ya?ml|\.woodpecker(?:/[\w-]+)?\.ya?ml)$"
)
JENKINS = re.compile(r"(?:^|/)Jenkinsfile(?:\.\w+)?$")
_HOSTS = {
    ".gitlab-ci": "GitLab CI",
    "config": "CircleCI",
    ".travis": "Travis CI",
    "bitbucket-pipelines": "Bitbucket Pipelines",
    "azure-pipelines": "Azure Pipelines",
    "pipeline": "Buildkite",
    ".drone": "Drone",
    ".woodpecker": "Woodpecker",
}
_USES = {
    "peaceiris/actions-gh-pages": "DEP-19",
    "actions/deploy-pages": "DEP-19",
    "JamesIves/github-pages-deploy-action": "DEP-19",
    "nwtgck/actions-netlify": "DEP-16",
    "netlify/actions/cli": "DEP-16",
    "amondnet/vercel-action": "DEP-17",
    "cloudflare/wrangler-action": "DEP-18",
    "cloudflare/pages-action": "DEP-18",
    "aws-actions/aws-cloudformation-github-deploy": "DEP-02",
    "aws-actions/amazon-ecs-deploy-task-definition": "DEP-20",
    "aws-actions/aws-lambda-deploy": "DEP-12",
    "appleboy/lambda-action": "DEP-12",
    "jakejarvis/s3-sync-action": "DEP-13",
    "reggionick/s3-deploy": "DEP-13",
    "chetan/invalidate-cloudfront-action": "DEP-13",
    "serverless/github-action": "DEP-04",
    "pulumi/actions": "DEP-06",
    "docker/build-push-action": "DEP-20",
    "appleboy/ssh-action": "DEP-20",
    "appleboy/scp-action": "DEP-20",
    "SamKirkland/FTP-Deploy-Action": "DEP-20",
    "superfly/flyctl-actions": "DEP-20",
    "burnett01/rsync-deployments": "DEP-20",
}
"""Actions that deploy by themselves -> the pattern that they stand for."""
_CREDENTIALS = "aws-actions/configure-aws-credentials"
_SECRET = re.compile(r"\$\{\{[^{}]{0,100}\bsecrets\.(\w{1,100})")
_ROLE = re.compile(r":role/([\w+=,.@/-]{1,128})")
_OWN = frozenset({"GITHUB_TOKEN"})
_LOCAL = re.compile(r"(?:^|\s|\./)((?:[\w.-]+/)*[\w.-]+\.sh|deploy)\b")
_MOST = 60

Said = Deployment | DeclaredFunction | NotCollected


def actions(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What one workflow deploys, and with whose rights."""
    try:
        told = block(text, file.path)
    except TooMuchError:
        yield tree.gap(file.path, "it is deeper or larger than a workflow that somebody wrote")
        return
    if not told:
        yield tree.gap(file.path, "it is no workflow that can be read")
    jobs = at(told, "jobs")
    on = told.get("on", told.get("True"))
    branches = _branches(on)
    for name, job in jobs.items() if isinstance(jobs, dict) else ():
        if isinstance(job, dict):
            yield from _job(tree, file, name, job, branches)


def _branches(on: object) -> tuple[str, ...]:
    """Branches whose pushes start a workflow, or what else does."""
    if isinstance(on, str):
        return (on,) if on != "push" else ("any",)
    if isinstance(on, list):
        return tuple("any" if one == "push" else one for one in texts(on))
    push = at(on, "push")
    found = texts(at(push, "branches")) + tuple(f"tag {one}" for one in texts(at(push, "tags")))
    if isinstance(on, dict):
        found += ("any",) if "push" in on and not found else ()
        found += tuple(
            one for one in ("release", "workflow_dispatch", "schedule", "workflow_run") if one in on
        )
    return found[:_MOST]


def _job(tree: Tree, file: File, name: str, job: dict[str, Any], branches: tuple[str, ...]) -> Iterator[Said]:
    steps = list(mappings(job.get("steps")))
    runs: dict[str, None] = {}
    found: list[Deployed] = []
    line = 0
    inner: list[Said] = []
    for step in steps:
        own, started = _step(tree, file, step)
        inner += started
        for one in own:
            runs.setdefault(one.pattern)
            found.append(one)
            line = line or step.line("run") or step.line("uses") or step.line("name")
    if not runs:
        return
    environment = job.get("environment")
    stage = environment if isinstance(environment, str) else at(environment, "name")
    stage = (
        stage
        if isinstance(stage, str) and "$" not in stage
        else next((one.stage for one in found if one.stage), "")
    )
    leaves = islice((value for step in steps for value in _leaves(step)), _MOST_LEAVES)
    whole = "\n".join(str(value)[:_LONGEST_LEAF] for value in leaves)
    yield tree.way(
        "DEP-14",
        Place(file.path, line),
        "GitHub Actions",
        targets=[name for one in found for name in one.targets],
        stage=stage[:80],
        branches=branches,
        role=_role(whole),
        secret_names=tuple(sorted(set(_SECRET.findall(whole)) - _OWN))[:_MOST],
        runs=tuple(runs),
        is_production=not is_trial(stage) and not is_trial(name),
        region=next((one.region for one in found if one.region), ""),
    )
    yield from (one for one in inner if isinstance(one, DeclaredFunction))


_MOST_LEAVES = 5_000
"""Words of one job that are read; aliases can make any number of them."""
_LONGEST_LEAF = 8_000


def _leaves(value: object) -> Iterator[object]:
    match value:
        case dict():
            for one in value.values():
                yield from _leaves(one)
        case list():
            for one in value:
                yield from _leaves(one)
        case _:
            yield value


def _role(text: str) -> str:
    found = _ROLE.search(text)
    return found[1].rpartition("/")[2] if found else ""


def _step(tree: Tree, file: File, step: Block) -> tuple[list[Deployed], list[Said]]:
    """What one step deploys: by an action, by commands of its own, or by a script of the repository."""
    uses = step.get("uses")
    if isinstance(uses, str):
        name = uses.partition("@")[0]
        pattern = next((code for own, code in _USES.items() if name.startswith(own)), "")
        return ([Deployed(pattern=pattern, words=name)] if pattern else []), []
    script = step.get("run")
    if not isinstance(script, str):
        return [], []
    folder = step.get("working-directory")
    listed = commands(script, step.line("run") + 1)
    return _of(tree, file.path, listed, folder if isinstance(folder, str) else "")


def _of(
    tree: Tree, path: str, listed: Iterable[Command], folder: str = ""
) -> tuple[list[Deployed], list[Said]]:
    """What commands deploy, with those of the scripts, Makefiles and packages that they start."""
    every = list(listed)
    for one in list(every):
        every += started_by(tree, one, folder)
    found = [made for one in every if (made := deployed(bare(one.words)))]
    return found, list(said(tree, path, every)) if found else []


def started_by(tree: Tree, command: Command, folder: str) -> list[Command]:
    """The commands of a script of the repository that a command starts."""
    words = bare(command.words)
    if found := _LOCAL.search(" ".join(command.words)):
        path = joined(folder, found[1])
        if text := tree.repo.text(path):
            tree.started.add(path)
            return commands(text)
    path = joined(folder, "Makefile")
    if words[:1] == ("make",) and (text := tree.repo.text(path)):
        tree.started.add(path)
        return _recipe(text, words[1:])
    return []


def _recipe(text: str, targets: tuple[str, ...]) -> list[Command]:
    wanted = [one for one in targets if one.isidentifier() or "-" in one]
    starts = [
        found.start()
        for one in wanted
        for found in re.finditer(rf"^{re.escape(one)}\s*:", text, re.MULTILINE)
    ]
    if not starts:
        return []
    part = text[starts[0] :]
    end = re.search(r"\n(?=[^\s#])", part)
    variables = "\n".join(one for one in text.split("\n") if re.match(r"[A-Za-z_]\w*\s*[:?]?=", one))
    return list(make_commands(f"{variables}\n{part[: end.start()] if end else part}"))


# --- other hosts -----------------------------------------------------------------------------------------------

_SCRIPTS = frozenset(
    {"script", "run", "command", "commands", "after_success", "deploy", "before_script", "bash"}
)


def others(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What a pipeline of another host deploys, job by job."""
    try:
        told = block(text, file.path)
    except TooMuchError:
        yield tree.gap(file.path, "it is deeper or larger than a pipeline that somebody wrote")
        return
    host = host_of(file)
    listed = [one for line, script in scripts_below(told, 0) for one in commands(script, line)]
    yield from _one(tree, file, host, listed, _branch_words(told))
    if host == "Travis CI" and isinstance(provider := at(told, "deploy", "provider"), str):
        pattern = {"s3": "DEP-13", "pages": "DEP-19", "lambda": "DEP-12", "netlify": "DEP-16"}.get(
            provider, "DEP-20"
        )
        yield tree.way(
            "DEP-15",
            Place(file.path, told.line("deploy")),
            host,
            runs=(pattern,),
            branches=_branch_words(told),
        )


def host_of(file: File) -> str:
    """Who runs a pipeline, by the name of its file."""
    name = file.name.rsplit(".", 1)[0]
    return "CodeBuild" if name.startswith("buildspec") else _HOSTS.get(name, "CI")


def jenkins(tree: Tree, file: File, text: str) -> Iterator[Said]:
    """What a Jenkinsfile deploys, by its steps of shell."""
    found = [one for line, script in jenkins_scripts(text) for one in commands(script, line)]
    yield from _one(tree, file, "Jenkins", found, ())


def jenkins_scripts(text: str) -> Iterator[tuple[int, str]]:
    """The steps of shell of a Jenkinsfile, each with its line."""
    for one in re.finditer(
        r"\bsh\s{0,9}\(?\s{0,9}(?:script\s{0,9}:\s{0,9})?('''|\"\"\"|'|\")", text[:200_000]
    ):
        end = text.find(one[1], one.end())
        if end > 0:
            yield text.count("\n", 0, one.start()) + 1, text[one.end() : end]


def _one(
    tree: Tree, file: File, host: str, listed: list[Command], branches: tuple[str, ...]
) -> Iterator[Said]:
    found, inner = _of(tree, file.path, listed)
    if not found:
        return
    line = next(one.line for one in listed if deployed(bare(one.words)) or started_by(tree, one, ""))
    stage = next((one.stage for one in found if one.stage), "")
    yield tree.way(
        "DEP-15",
        Place(file.path, line),
        host,
        targets=[name for one in found for name in one.targets],
        stage=stage[:80],
        branches=branches,
        runs=tuple(dict.fromkeys(one.pattern for one in found)),
    )
    yield from (one for one in inner if isinstance(one, DeclaredFunction))


def scripts_below(value: object, depth: int) -> Iterator[tuple[int, str]]:
    """Every script below a mapping, with its line."""
    if depth > 12:  # noqa: PLR2004 - deeper than jobs and steps stand in any of these files
        return
    if isinstance(value, list):
        for one in value:
            yield from scripts_below(one, depth + 1)
    if not isinstance(value, Block):
        return
    for key, one in value.items():
        if key in _SCRIPTS:
            text = _joined(texts(one))
            if text:
                yield value.line(key) + (not isinstance(one, str)), text
        if isinstance(one, dict | list):
            yield from scripts_below(one, depth + 1)


def _joined(lines: tuple[str, ...]) -> str:
    """The lines of a script as one text, as far as one is read: an alias can make gigabytes of a small file."""
    left = LONGEST_SCRIPT
    kept: list[str] = []
    for one in lines:
        left -= len(one) + 1
        if left < 0 and kept:
            break
        kept.append(one)
    return "\n".join(kept)


def _branch_words(told: Block) -> tuple[str, ...]:
    """Branches that any job of a pipeline names."""
    found: dict[str, None] = {}
    branches = at(told, "pipelines", "branches")
    for name in branches if isinstance(branches, dict) else ():
        found.setdefault(name)
    for job in told.values():
        for name in (
            texts(at(job, "only")) + texts(at(job, "branches", "only")) + texts(at(job, "only", "refs"))
        ):
            found.setdefault(name)
        for rule in mappings(at(job, "rules")):
            if match := re.search(r"\$CI_COMMIT_BRANCH\s*==\s*[\"'](\w[\w./-]{0,80})", str(rule.get("if"))):
                found.setdefault(match[1])
    return tuple(found)[:_MOST]
