"""How a repository reaches production, what it says is there, which variables its code reads, and its releases."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.collectors.repos.deploying import (
    constructs,
    environment,
    hosts,
    scripts,
    templates,
    terraform,
    workflows,
)
from quarterdeck.collectors.repos.deploying.releases import releases, version_tags
from quarterdeck.collectors.repos.deploying.tree import Tree
from quarterdeck.collectors.repos.memory import recalled
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment, VariablesRead
from quarterdeck.model.observed import NotCollected, Observed
from quarterdeck.model.repositories import Deploy
from quarterdeck.model.source import Source

Reader = Callable[[Tree, File, str], Iterator[Observed | NotCollected]]

_TRIED_OUT = re.compile(r"(?i)(?:^|/)(?:tests?|__tests__|spec|examples?|samples?|benchmarks?)/")
"""Folders whose scripts and templates lead to no production."""
_HELPS = re.compile(
    r"(?i)(?:^|/)(?:scripts?|bin|tools?|ci|tests?|__tests__|infra\w*)/|(?:^|/)(?:conftest|fabfile|tasks|setup)\.py$"
)
"""Code that runs beside the functions: what it does with all variables says nothing of them."""

# Scripts come first: they say which stacks and stages templates are made for.
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (scripts.SHELL, scripts.script),
    (scripts.MAKE, scripts.script),
    (scripts.PACKAGE, scripts.package),
    (scripts.PYTHON, scripts.python),
    (workflows.ACTIONS, workflows.actions),
    (workflows.OTHERS, workflows.others),
    (workflows.JENKINS, workflows.jenkins),
    (scripts.PROSE, scripts.prose),
    *hosts.READERS,
    (constructs.PROJECT, constructs.project),
    (constructs.PATH, constructs.program),
    (constructs.PATH, constructs.asked),
    (templates.SERVERLESS, templates.serverless),
    (templates.PATH, templates.template),
)


@collector(
    "repos-deployments",
    calls={},
    kinds=(Deployment, DeclaredFunction, DeclaredResource, VariablesRead),
    is_regional=False,
)
def deployments(scope: Scope, repo: Checkout) -> Found:
    """Every way to production that files show, what they declare, and the variables that code reads."""
    source = scope.source("git tree")
    tree = Tree(repo, source)
    found = list(shown(tree))
    code = repo.matching(environment.PATH.pattern)
    read = {file.path: environment.read_by(file.path, text) for file, text in repo.texts(code)}
    for one in found:
        yield _with_needs(one, read) if isinstance(one, DeclaredFunction) else one
    yield VariablesRead(
        entity=repo.entity,
        source=source,
        repo=repo.name,
        names=_names(repo, read),
        needs=tuple(
            (path, tuple(sorted(one.needs)))
            for path, one in read.items()
            if one.names and environment.tells_needs(path)
        ),
    )


@collector("repos-releases", calls={}, kinds=(Deploy,), is_regional=False, is_timed=True)
def released(scope: Scope, repo: Checkout) -> Found:
    """The releases of the last year of what reaches production at all."""
    if ways_of(scope.source("git tree"), repo):
        yield from releases(repo, scope.source("git log"), scope.taken_at)


def ways_of(source: Source, repo: Checkout) -> tuple[Deployment, ...]:
    """The ways to production that its files show; remembered, since several collectors ask."""
    return recalled(
        repo,
        "ways to production",
        _WAYS,
        lambda: tuple(one for one in shown(Tree(repo, source)) if isinstance(one, Deployment)),
    )


_WAYS = msgspec.json.Decoder(tuple[Deployment, ...])


def shown(tree: Tree) -> Iterator[Observed | NotCollected]:
    """What the files of a repository show, each once; what a pipeline starts is not by hand."""
    files = [one for one in tree.repo.own if not _TRIED_OUT.search(one.path)]
    files += [one for one in tree.repo.files if one.is_plain and templates.SYNTHESIZED.search(one.path)]
    known: set[bytes] = set()
    for each in list(_read(tree, files)):
        is_started = isinstance(each, Deployment) and each.path in tree.started
        one = msgspec.structs.replace(each, is_by_hand=False) if is_started else each
        mark = msgspec.msgpack.encode(one)
        if mark not in known:
            known.add(mark)
            yield one


def _read(tree: Tree, files: list[File]) -> Iterator[Observed | NotCollected]:
    for pattern, reader in _READERS:
        for file, text in tree.repo.texts(
            one for one in files if pattern.search(one.path) or _is_program(pattern, one)
        ):
            yield from reader(tree, file, text)
    settings = [
        one for one in files if terraform.PATH.search(one.path) or terraform.SETTINGS.search(one.path)
    ]
    yield from terraform.terraform(tree, list(tree.repo.texts(settings)))


def _is_program(pattern: re.Pattern[str], file: File) -> bool:
    """Whether a file without an ending is a script, since it may be run."""
    return pattern is scripts.SHELL and file.mode == "100755" and "." not in file.name


def _with_needs(one: DeclaredFunction, read: Mapping[str, environment.Read]) -> DeclaredFunction:
    path = one.handler_path
    if not isinstance(path, str) or path not in read or not environment.tells_needs(path):
        return one
    return msgspec.structs.replace(one, needs=tuple(sorted(read[path].needs)))


def _names(repo: Checkout, read: Mapping[str, environment.Read]) -> tuple[str, ...] | NotCollected:
    if opened := next((path for path, one in read.items() if one.is_open and not _HELPS.search(path)), ""):
        return repo.gap(opened, "it reads variables whose names it puts together as it runs")
    return tuple(sorted({name for one in read.values() for name in one.names}))


# --- what the record of the repository says of it --------------------------------------------------------------

_BACK = re.compile(
    r"(?i)\broll(?:s|ed|ing)?[ _-]?back\b|\brevert(?:s|ed|ing)? to\b|\bprevious (?:version|release)\b"
)
_BACK_PATH = re.compile(r"(?i)(?:^|/)[\w.-]*(?:roll-?_?back|revert)[\w.-]*$")
_KEEPS = {"DEP-08": "Amplify", "DEP-16": "Netlify", "DEP-17": "Vercel", "DEP-18": "Cloudflare"}
"""Hosts that keep earlier releases, to go back to by one click."""
_VERSIONS = re.compile(r"publish-version|update-alias|AutoPublishAlias|--publish\b")
_MOST_WAYS = 3


def shipping(source: Source, repo: Checkout) -> Mapping[str, Any]:
    """Fields of the record of a repository: how it reaches production, whether it does, and how it goes back."""
    ways = ways_of(source, repo)
    if not ways:
        return {
            "deploy_method": None,
            "is_production": repo.gap("deployment", "nothing in it shows how it reaches production"),
            "way_back": None,
        }
    return {
        "deploy_method": method(ways),
        "is_production": any(one.is_production for one in ways),
        "way_back": _way_back(repo, ways),
    }


def method(ways: Sequence[Deployment]) -> str:
    """In words how code reaches production: pipelines first, scripts with their file."""
    live = [one for one in ways if one.is_production] or ways
    ranked = sorted(live, key=lambda one: (not one.runs, one.is_by_hand, one.pattern, one.path, one.line))
    words = list(
        dict.fromkeys(f"{one.words} in {one.path}" if one.is_by_hand else one.words for one in ranked)
    )
    more = len(words) - _MOST_WAYS
    shown = words[:_MOST_WAYS] if more > 1 else words
    return ", ".join(shown) + (f" and {more} more" if more > 1 else "")


def _way_back(repo: Checkout, ways: Sequence[Deployment]) -> str | NotCollected | None:
    if tags := version_tags(repo):
        return f"tag {max(tags, key=lambda one: (one[1], one[0]))[0]}"
    if path := next((one.path for one in repo.own if _BACK_PATH.search(one.path)), ""):
        return path
    if host := next((_KEEPS[one.pattern] for one in ways if one.pattern in _KEEPS), ""):
        return f"{host} keeps earlier releases"
    files = {one.path for one in ways} | {one.path for one in repo.matching(scripts.PROSE.pattern)}
    for file, text in repo.texts(one for one in repo.own if one.path in files):
        if _BACK.search(text) or _VERSIONS.search(text):
            return file.path
    return repo.gap("tags", "its tags were never fetched") if repo.is_shallow else None
