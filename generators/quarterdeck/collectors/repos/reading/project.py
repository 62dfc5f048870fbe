"""The code of one repository while it is looked at: each file read once, and helpers followed one import away."""

import posixpath
import re
from collections.abc import Iterator

import msgspec

from quarterdeck.collectors.repos.checkout import LARGEST_TEXT, Checkout, File
from quarterdeck.collectors.repos.left_out import looks_minified
from quarterdeck.collectors.repos.reading.javascript import read_javascript
from quarterdeck.collectors.repos.reading.python import read_python
from quarterdeck.collectors.repos.reading.tree import Block, Code, NotReadError, Reader, Stretch

_SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
READERS: dict[str, Reader] = {".py": read_python, **dict.fromkeys(_SCRIPTS, read_javascript)}
"""Each ending of a name that somebody here can read."""

_TEST = re.compile(
    r"(?i)(?:^|/)(?:tests?|specs?|__tests__|e2e|cypress|examples?|docs|migrations|alembic|node_modules)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|tests?|[^/]*_tests?)\.py$|\.(?:test|spec|stories|d|config)\.[cm]?[jt]sx?$"
)
_CONCERNS = re.compile(
    r"(?i)route|handler|request|\breq\b|event|jwt|token|secret|webhook|session|password|\beval\b|subprocess|system"
    r"|debug|stripe|card|mail|log\w*\.|print|console|api|\bapp\b|\.use\(|urlpatterns|localstorage|document|@\w+\.\w+\("
)
_ROOTS = ("", "src/", "app/", "src/lib/", "lib/", "backend/", "server/", "api/")
_LOCAL_STEPS = 3
"""Calls of helpers in the same file that are followed, one after the other."""
_MOST_STRETCHES = 40


def is_own_code(file: File) -> bool:
    """Whether a file is code of a language that is read, and neither a test nor an example."""
    return posixpath.splitext(file.path)[1] in READERS and not _TEST.search(file.path)


class Target(msgspec.Struct, frozen=True):
    """A function somewhere in the repository."""

    code: Code
    block: Block

    @property
    def stretch(self) -> Stretch:
        """All of it."""
        return Stretch(self.code, self.block.at, self.block.stop)


class Project:
    """One repository's code."""

    def __init__(self, repo: Checkout) -> None:
        """Nothing is read yet."""
        self.repo = repo
        self.unread: dict[str, str] = {}
        """Why a file could not be read, by its path."""
        self._codes: dict[str, Code | None] = {}

    def codes(self) -> Iterator[Code]:
        """The files that may concern anybody here, in order of path, read as they come."""
        files = [one for one in self.repo.own if is_own_code(one)]
        for one in files:
            if one.size > LARGEST_TEXT:
                self.unread[one.path] = "larger than what is read"
        for file, text in self.repo.texts(files):
            if _CONCERNS.search(text) and (code := self._read(file.path, text)) is not None:
                yield code

    def _read(self, path: str, text: str) -> Code | None:
        if path not in self._codes:
            self._codes[path] = None
            if looks_minified(text):
                return None
            try:
                self._codes[path] = READERS[posixpath.splitext(path)[1]](path, text)
            except NotReadError as error:
                self.unread[path] = str(error)
        return self._codes[path]

    def code(self, path: str) -> Code | None:
        """One file; None where it is not there or cannot be read."""
        if path not in self._codes:
            text = self.repo.text(path)
            return None if text is None else self._read(path, text)
        return self._codes[path]

    def target(self, code: Code, name: str) -> Target | None:
        """The function that a name in a file leads to: of the file itself, or one import away."""
        head, _, rest = name.partition(".")
        last = name.rpartition(".")[2]
        found = code.imported.get(head)
        if found is None:
            block = code.by_name.get(last) if not rest or head in {"self", "this", "cls", "exports"} else None
            return Target(code, block) if block else None
        for path, wanted in _places(code.path, found.module, found.name, last if rest else ""):
            there = self.code(path) if self.repo.has(path) else None
            if there is None:
                continue
            block = there.by_name.get(wanted or last) or there.by_name.get("default")
            return Target(there, block) if block else None
        return None

    def module(self, code: Code, name: str) -> str:
        """The file of the repository that a name in a file comes from; empty where it comes from elsewhere."""
        found = code.imported.get(name.partition(".")[0])
        if found is None:
            return ""
        places = _places(code.path, found.module, found.name, "")
        return next((path for path, _ in places if self.repo.has(path)), "")

    def reach(self, *stretches: Stretch) -> list[Stretch]:
        """Some parts of the code, and all helpers that they call: in the same file, and one import away."""
        found: list[Stretch] = []
        waiting = [(one, 0, False) for one in stretches]
        known = {(one.code.path, one.start) for one in stretches}
        while waiting and len(found) < _MOST_STRETCHES:
            one, steps, is_away = waiting.pop(0)
            found.append(one)
            for call in one.calls if steps < _LOCAL_STEPS else ():
                there = self.target(one.code, call.name)
                if there is None:
                    continue
                goes_away = there.code.path != one.code.path
                place = (there.code.path, there.block.at)
                if place in known or (goes_away and is_away):
                    continue
                known.add(place)
                waiting.append((there.stretch, steps + 1, is_away or goes_away))
        return found


def _places(path: str, module: str, name: str, last: str) -> Iterator[tuple[str, str]]:
    """Each file that an import may mean, with what is wanted of it."""
    folder = posixpath.dirname(path)
    if path.endswith(".py"):
        yield from _python_places(folder, module, name, last)
        return
    if module.startswith("."):
        bases = [posixpath.normpath(posixpath.join(folder, module))]
    elif module[:1] in {"@", "~", "$", "#"} and "/" in module:
        tail = module.partition("/")[2]
        bases = [f"{root}{tail}" for root in _ROOTS]
    else:
        return
    for base in bases:
        stem = posixpath.splitext(base)[0] if base.endswith(_SCRIPTS) else base
        for one in (base, *(f"{stem}{end}" for end in _SCRIPTS), *(f"{base}/index{end}" for end in _SCRIPTS)):
            yield one, last or name


def _python_places(folder: str, module: str, name: str, last: str) -> Iterator[tuple[str, str]]:
    dots = len(module) - len(module.lstrip("."))
    inner = module.lstrip(".").replace(".", "/")
    if dots:
        for _ in range(dots - 1):
            folder = posixpath.dirname(folder)
        folders = [folder]
    else:
        parts = folder.split("/") if folder else []
        folders = ["/".join(parts[:count]) for count in range(len(parts), -1, -1)] + ["src"]
    for one in folders:
        base = posixpath.join(one, inner) if inner else one
        if last:
            yield posixpath.join(base, f"{name}.py") if name else f"{base}.py", last
        yield f"{base}.py", last or name
        yield posixpath.join(base, "__init__.py"), last or name
