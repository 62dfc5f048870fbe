"""What a repository is built with: languages by bytes, and each technology with the one place that proves it best."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache

import msgspec

from quarterdeck.collectors.registry import Found, collector
from quarterdeck.collectors.repos.checkout import LARGEST_TEXT, Checkout
from quarterdeck.collectors.repos.left_out import LOCK
from quarterdeck.collectors.repos.manifests import PLACES, Ecosystem, Manifest, manifests
from quarterdeck.collectors.repos.proofs import BY_MANIFEST, BY_PATH, BY_TEMPLATE, Proof, Sighting, keep
from quarterdeck.collectors.repos.signs import is_read, look_into
from quarterdeck.collectors.repos.table import Known, name_pattern, pattern_of, technologies
from quarterdeck.collectors.scope import Scope
from quarterdeck.model.observed import NOT_READ, NotCollected, Text
from quarterdeck.model.repositories import Technology
from quarterdeck.model.stack import Language

_SHELL = re.compile(r"#![^\n]{0,80}\b(?:ba|da|k|z)?sh\b")
_EXECUTABLE = "100755"


@collector("repos-technologies", calls={}, kinds=(Technology, Language), is_regional=False)
def stack(scope: Scope, repo: Checkout) -> Found:
    """Languages, largest first, then technologies in the order of their table."""
    spoken = _languages(repo)
    whole = Decimal(sum(one.bytes for one in spoken.values())) or Decimal(1)
    for name, one in sorted(spoken.items(), key=lambda each: (-each[1].bytes, each[0])):
        yield Language(
            entity=repo.entity,
            source=scope.source("git tree"),
            repo=repo.name,
            name=name,
            bytes=one.bytes,
            share=(one.bytes / whole).quantize(Decimal("0.0001")),
        )
    read = list(manifests(repo))
    yield from (one for one in read if isinstance(one, NotCollected))
    yield from _skipped(repo)
    best: dict[str, Proof] = {}
    keep(best, _by_manifest(one for one in read if isinstance(one, Manifest)))
    keep(best, (*_by_language(spoken), *_by_path(repo), *_by_branch(repo)))
    look_into(repo, best)
    for known in technologies().values():
        if known.name in best and best.keys().isdisjoint(known.unless):
            yield _record(scope, repo, known, best[known.name])


def _record(scope: Scope, repo: Checkout, known: Known, proof: Proof) -> Technology:
    version: Text | None = NOT_READ if proof.version == "" else proof.version
    return Technology(
        entity=repo.entity,
        source=scope.source("git tree"),
        repo=repo.name,
        name=known.name,
        area=known.area,
        version=version,
        path=proof.path,
        line=proof.line,
        is_development=proof.is_development,
    )


def _skipped(repo: Checkout) -> Iterator[NotCollected]:
    large = [one for one in repo.own if is_read(one) and one.size > LARGEST_TEXT]
    if large:
        yield repo.gap(large[0].path, f"{len(large)} files are too large to be read, this one among them")


# --- languages --------------------------------------------------------------------------------------------------


class _Spoken(msgspec.Struct, frozen=True):
    """One language of a repository."""

    bytes: int
    first: str
    """The first file in it, in order of path."""


def _languages(repo: Checkout) -> dict[str, _Spoken]:
    by_end = {end: known.name for known in technologies().values() for end in known.ext}
    files = [(name, one) for one in repo.own if (name := by_end.get(_end(one.path)))]
    scripts = (one for one in repo.own if "." not in one.name and one.mode == _EXECUTABLE)
    files += [("Shell", one) for one, text in repo.texts(scripts) if _SHELL.match(text)]
    sizes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for name, one in sorted(files, key=lambda file: file[1].path):
        sizes[name] += one.size
        first.setdefault(name, one.path)
    return {name: _Spoken(sizes[name], path) for name, path in first.items()}


def _end(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()


def _by_language(spoken: Mapping[str, _Spoken]) -> Iterator[Sighting]:
    whole = sum(one.bytes for one in spoken.values())
    for name, one in spoken.items():
        if one.bytes * 100 >= technologies()[name].share * whole:
            yield name, Proof(BY_PATH, is_development=False, path=one.first)


# --- by manifest and path ---------------------------------------------------------------------------------------


@cache
def _names(ecosystem: Ecosystem) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = ((known, getattr(known, ecosystem)) for known in technologies().values())
    return tuple((known.name, name_pattern(names)) for known, names in rows if names)


@cache
def _named(ecosystem: Ecosystem, dependency: str) -> tuple[str, ...]:
    """Technologies that a dependency is."""
    return tuple(name for name, pattern in _names(ecosystem) if pattern.match(dependency))


def _by_manifest(read: Iterable[Manifest]) -> Iterator[Sighting]:
    sections = {one: known.name for known in technologies().values() for one in known.section}
    for manifest in read:
        for one in manifest.dependencies:
            for name in _named(manifest.ecosystem, one.name):
                spec = None if one.spec in {"", *PLACES} else one.spec
                yield name, Proof(BY_MANIFEST, one.is_development, manifest.path, one.line, spec)
        for tool, line in manifest.tools:
            if name := sections.get(tool, ""):
                is_development = technologies()[name].area == "testing and quality"
                yield name, Proof(BY_TEMPLATE, is_development, manifest.path, line)


@cache
def _paths() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    rows = [(known.name, known.file) for known in technologies().values() if known.file]
    anything = pattern_of(tuple(one for _, files in rows for one in files))
    return anything, tuple((name, pattern_of(files)) for name, files in rows)


def _by_path(repo: Checkout) -> Iterator[Sighting]:
    anything, each = _paths()
    for one in repo.files:
        if one.is_plain and one.left_out in {"", LOCK} and anything.match(one.path):
            for name, pattern in each:
                if pattern.match(one.path):
                    yield name, Proof(BY_PATH, is_development=False, path=one.path)


def _by_branch(repo: Checkout) -> Iterator[Sighting]:
    branches = set((repo.git.text("for-each-ref", "--format=%(refname)") or "").split())
    for known in technologies().values():
        for name in known.branch:
            if not branches.isdisjoint({f"refs/heads/{name}", f"refs/remotes/origin/{name}"}):
                yield known.name, Proof(BY_PATH, is_development=False, path=name)
