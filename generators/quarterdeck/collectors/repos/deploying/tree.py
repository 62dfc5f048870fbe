"""What every reader is given: the files of a repository, and how records of them are made."""

import posixpath
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.model.deployments import HOLE, DeclaredFunction, DeclaredResource, DeclaredType, Deployment
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.source import Source

LONGEST = 256
"""Characters of a name; the rest of a longer one is cut."""

_TRIAL = frozenset(
    {
        "dev",
        "develop",
        "development",
        "test",
        "testing",
        "staging",
        "stage",
        "preview",
        "sandbox",
        "demo",
        "qa",
    }
)
_WORD = re.compile(r"[a-z]+")
_STAGE = re.compile(r"(?!stage$|env$|environment$)[a-z][\w-]{0,40}")
_EMPTY = re.compile(r"\s+")


class Place(msgspec.Struct, frozen=True):
    """A line of a file."""

    path: str
    line: int = 0


class Stack(msgspec.Struct, frozen=True):
    """A template as one run of a tool makes it."""

    name: str = ""
    stage: str = ""
    region: str = ""
    values: tuple[tuple[str, str], ...] = ()
    """Parameters and what they are set to."""
    template: str = ""
    """The file that it names; empty for the one that the tool finds."""


class Tree:
    """One repository while the ways that lead out of it are read."""

    def __init__(self, repo: Checkout, source: Source) -> None:
        """Of a checkout, with the source of its records."""
        self.repo = repo
        self.source = source
        self.stacks: list[Stack] = []
        """What its scripts say of how its templates are made."""
        self.stages: set[tuple[str, str]] = set()
        """Stages that its scripts name, each with the folder of the script."""
        self.started: set[str] = set()
        """Scripts that its pipelines start."""

    def has(self, path: str) -> bool:
        """Whether the repository holds a file."""
        return self.repo.has(path)

    def near(self, path: str, name: str) -> str | None:
        """The text of a file in the same folder; None where it is not there."""
        return self.repo.text(joined(folder_of(path), name))

    def stages_of(self, path: str) -> list[str]:
        """The stages for which scripts of its own folder, or of one above it, make a template."""
        return sorted(
            {stage for folder, stage in self.stages if f"{path}/".startswith(f"{folder}/" if folder else "")}
        )

    def way(self, pattern: str, place: Place, words: str, **fields: Any) -> Deployment:  # noqa: ANN401 - its fields
        """One way to production."""
        stage = str(fields.get("stage", ""))
        targets = dict.fromkeys(name for one in fields.pop("targets", ()) if (name := short(one)))
        fields.setdefault("is_production", not is_trial(stage))
        return Deployment(
            entity=self.repo.entity,
            source=self.source,
            repo=self.repo.name,
            pattern=pattern,
            path=place.path,
            line=place.line,
            words=words,
            targets=tuple(targets),
            **fields,
        )

    def function(self, name: str, pattern: str, place: Place, **fields: Any) -> DeclaredFunction:  # noqa: ANN401
        """One function that it declares."""
        return DeclaredFunction(
            entity=self.repo.entity,
            source=self.source,
            repo=self.repo.name,
            name=short(name),
            pattern=pattern,
            path=place.path,
            line=place.line,
            **fields,
        )

    def resource(
        self,
        kind: DeclaredType,
        name: str,
        pattern: str,
        place: Place,
        **fields: Any,  # noqa: ANN401 - fields of the record
    ) -> DeclaredResource:
        """One other thing that it declares."""
        return DeclaredResource(
            entity=self.repo.entity,
            source=self.source,
            repo=self.repo.name,
            type=kind,
            name=short(name),
            pattern=pattern,
            path=place.path,
            line=place.line,
            **fields,
        )

    def gap(self, path: str, reason: str) -> NotCollected:
        """A file that could not be read as what it is."""
        return self.repo.gap(path, reason)

    def handler(self, handler: object, root: str, runtime: object) -> dict[str, Any]:
        """Fields of a function that its handler tells: the file that it names below a folder, and whether it is there.

        Args:
            handler: As declared; a part that only a run decides is a hole.
            root: The folder of its code.
            runtime: As declared, or what is not known.
        """
        if not isinstance(handler, str) or not handler:
            return {}
        known: dict[str, Any] = {"handler": short(handler)}
        if HOLE.search(handler) or HOLE.search(root) or _is_made(root):
            return known
        found = [joined(root, one) for one in _files_of(handler, runtime if isinstance(runtime, str) else "")]
        if not found or any(_is_made(one) for one in found):
            return known
        there = next((one for one in found if self.has(one)), None)
        return known | {"handler_path": there or found[0], "handler_exists": there is not None}


_OF_PLUGINS = frozenset({"wsgi_handler", "rack_adapter"})
"""Files that a plugin of the framework puts beside the code when it is deployed."""
_MADE = frozenset({"dist", "build", "out", ".aws-sam", ".build", "target", "bin", ".serverless", ".webpack"})


def _is_made(path: str) -> bool:
    """Whether a build makes what stands there, or an archive holds it."""
    return path.endswith((".zip", ".jar")) or "://" in path or not _MADE.isdisjoint(path.split("/"))


def _files_of(handler: str, runtime: str) -> list[str]:
    """The files that a handler may mean, by the customs of its runtime."""
    module, dot, name = handler.rpartition(".")
    if module in _OF_PLUGINS or not dot or "::" in handler or not module or "/" in name:
        return []
    dotted = module.replace(".", "/")
    python = [f"{one}.py" for one in dict.fromkeys((dotted, module))]
    script = [f"{module}{end}" for end in (".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx")]
    if runtime.startswith("python"):
        return python
    if runtime.startswith("nodejs"):
        return script
    if runtime.startswith("ruby"):
        return [f"{module}.rb"]
    return [] if runtime else [*script, *python]


def is_trial(stage: str) -> bool:
    """Whether the words of a stage say that it is for trying out; unsure is production."""
    return not _TRIAL.isdisjoint(_WORD.findall(stage.casefold()))


def is_stage(word: str) -> bool:
    """Whether a word names a stage, and does not only stand where one is to be put."""
    return _STAGE.fullmatch(word) is not None


def short(name: object) -> str:
    """A name as it is kept: one line, not too long."""
    return _EMPTY.sub(" ", str(name)).strip()[:LONGEST]


def folder_of(path: str) -> str:
    """The folder of a file; empty for the root."""
    return path.rpartition("/")[0]


def joined(*parts: str) -> str:
    """A path below the root, without `./` and `../`; empty for the root itself."""
    path = posixpath.normpath(posixpath.join("", *parts)).lstrip("/")
    return "" if path == "." else path


def first(*values: object) -> Any:  # noqa: ANN401 - whatever is first
    """The first value that is there."""
    return next((one for one in values if one not in (None, "")), None)


def by_path(files: Iterable[File], pattern: re.Pattern[str]) -> list[File]:
    """The files whose path a pattern finds."""
    return [one for one in files if pattern.search(one.path)]
