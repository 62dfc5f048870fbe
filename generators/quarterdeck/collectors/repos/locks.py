"""Which manifests have a lock, and which of their dependencies may change by themselves."""

import re
from collections.abc import Iterable, Iterator, Mapping

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.commits import moment
from quarterdeck.collectors.repos.manifests import ADDRESS, PLACES, Dependency, Manager, Manifest, manifests
from quarterdeck.model.observed import NOT_READ, Day, Flag, NotCollected
from quarterdeck.model.pipelines import Dependencies
from quarterdeck.model.source import Source

_PYTHON = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_LOCKS: Mapping[Manager, tuple[str, ...]] = {
    "pip": (),
    "pyproject": _PYTHON,
    "setuptools": _PYTHON,
    "poetry": ("poetry.lock", "uv.lock"),
    "pipenv": ("Pipfile.lock",),
    "npm": (
        *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"),
        *("bun.lock", "bun.lockb", "deno.lock"),
    ),
    "composer": ("composer.lock",),
    "bundler": ("Gemfile.lock", "gems.locked"),
    "go": ("go.sum",),
}
"""Names of the lock files of each manager; pip's lock is a list of exact versions."""
_FROM_LISTS = frozenset({"pip", "pyproject", "setuptools"})
_PINNED = re.compile(r"={2,3}[^*]{1,100}\Z")
_BOUND = re.compile(
    r"<|==|~=|\^|~|^=?\s*v?\d[\w.*+-]{0,60}$|^v?\d[\w.]{0,30}\s+-\s+v?\d|^npm:.{1,200}@[\^~]?\d"
)
_BRANCH = re.compile(r"^dev-|-dev$|\bdev-\w")
_MOST = 100


def dependencies(
    source: Source, repo: Checkout, *, is_dated: bool = True
) -> Iterator[Dependencies | NotCollected]:
    """One record for each manifest that names something, and what could not be read.

    Args:
        source: Of the records.
        repo: The repository.
        is_dated: Whether history is asked when each lock changed, which takes a walk through it.
    """
    changed: dict[str, Day] = {}
    told = list(manifests(repo))
    yield from (one for one in told if isinstance(one, NotCollected))
    found = [one for one in told if isinstance(one, Manifest) and one.dependencies]
    pinned = {one.path: one for one in found if one.manager == "pip" and is_exact(one)}
    for one in found:
        lock = _lock(repo, one, pinned)
        if lock and is_dated and lock not in changed:
            changed[lock] = _changed(repo, lock)
        yield Dependencies(
            entity=repo.entity,
            source=source,
            repo=repo.name,
            path=one.path,
            manager=one.manager,
            count=len(one.dependencies),
            loose=_names(each for each in one.dependencies if not lock and not is_bounded(one.manager, each)),
            from_source=_names(each for each in one.dependencies if _is_moving(each)),
            lock=lock,
            lock_changed=changed.get(lock or "", NOT_READ),
            is_library=_is_library(repo, one),
        )


def _names(found: Iterable[Dependency]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name[:120] for one in found))[:_MOST]


def is_exact(one: Manifest) -> bool:
    """Whether a list of requirements holds nothing but exact versions, so that it is a lock."""
    return one.is_hashed or all(_PINNED.match(each.spec) or each.spec in PLACES for each in one.dependencies)


def is_bounded(manager: Manager, one: Dependency) -> bool:
    """Whether what is allowed of a dependency ends somewhere; of several ranges, each."""
    if manager == "go" or one.spec in PLACES:
        return True
    ranges = re.split(r"\s*\|\|?\s*", one.spec)
    return all(_BOUND.search(each.strip()) for each in ranges)


def _is_moving(one: Dependency) -> bool:
    """Whether it is taken from a branch or an address, and from no one commit of it."""
    return one.spec == ADDRESS or (_BRANCH.search(one.spec) is not None and "#" not in one.spec)


def _lock(repo: Checkout, one: Manifest, pinned: Mapping[str, Manifest]) -> str | None:
    """The lock of a manifest: beside it or above it, where a workspace keeps one for all."""
    if one.path in pinned:
        return one.path
    folders = _above(one.path)
    for folder in folders:
        for name in _LOCKS[one.manager]:
            if repo.has(f"{folder}{name}"):
                return f"{folder}{name}"
    if one.manager in _FROM_LISTS:
        beside = (path for path in pinned for folder in folders[:1] if path.startswith(folder))
        return next((path for path in sorted(beside) if _covers(pinned[path], one)), None)
    return None


def _covers(lists: Manifest, one: Manifest) -> bool:
    """Whether a list of exact versions holds all that a manifest names for running."""
    held = {each.name for each in lists.dependencies}
    return {each.name for each in one.dependencies if not each.is_development} <= held


def _above(path: str) -> list[str]:
    """The folder of a file and those above it, each with its last stroke; the top is empty."""
    parts = path.split("/")[:-1]
    return ["".join(f"{part}/" for part in parts[:depth]) for depth in range(len(parts), -1, -1)]


def _changed(repo: Checkout, path: str) -> Day:
    """The day of the last commit that changed a file."""
    if repo.is_shallow:
        return repo.gap(path, "history is shallow, so that nobody knows when it was changed")
    told = repo.git.word("log", "-1", "--format=%ct", repo.head, "--", f":(literal){path}")
    return moment(told).date() if told.isdigit() else repo.gap(path, "git does not say when it was changed")


def _is_library(repo: Checkout, one: Manifest) -> bool:
    """Whether a manifest says how to be installed by others."""
    text = repo.text(one.path) or ""
    folder = _above(one.path)[0]
    if one.manager == "npm":
        return (
            '"private"' not in text
            and re.search(r"\"(?:main|module|exports|types|files)\"\s*:", text) is not None
        )
    if one.manager in {"pyproject", "poetry"}:
        return "[build-system]" in text
    if one.manager == "setuptools":
        return "[options]" in text
    if one.manager == "composer":
        return re.search(r"\"type\"\s*:\s*\"library\"", text) is not None
    is_gem = re.compile(rf"{re.escape(folder)}[^/]+\.gemspec")
    return one.manager == "bundler" and any(is_gem.fullmatch(file.path) for file in repo.own)


def summary(repo: Checkout, found: Iterable[Dependencies | NotCollected]) -> dict[str, Flag]:
    """Fields of the record of a repository: whether its manifests have locks, and whether nothing changes by itself."""
    every = list(found)
    known = [one for one in every if isinstance(one, Dependencies)]
    gap = next((one for one in every if isinstance(one, NotCollected)), None)
    if not known:
        none = gap or repo.gap("dependencies", "it names none in a manifest that is read")
        return {"lockfile": none, "dependencies_pinned": none}
    has_locks = all(one.lock for one in known)
    is_held = has_locks and not any(one.from_source for one in known)
    return {"lockfile": has_locks and (gap or True), "dependencies_pinned": is_held and (gap or True)}
