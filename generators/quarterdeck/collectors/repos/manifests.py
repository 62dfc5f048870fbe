"""Reads what a repository says that it needs: each manifest with its direct dependencies, as they stand there."""

import configparser
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.model.observed import NotCollected

Manager: TypeAlias = Literal[
    "pip", "pyproject", "poetry", "pipenv", "setuptools", "npm", "composer", "bundler", "go"
]
"""What reads a manifest. A `pyproject` without a section of Poetry's is the standard's own."""

Ecosystem: TypeAlias = Literal["py", "js", "php", "rb", "go"]
"""Where names of dependencies come from."""


class Dependency(msgspec.Struct, frozen=True):
    """One direct dependency, as its manifest has it."""

    name: str
    """As its registry spells it: lower case and with hyphens for Python, otherwise as written."""
    spec: str
    """The versions that are allowed, as written: `>=2,<3`; empty where any is.

    Never an address: in its place stands one of `PLACES`."""
    line: int
    is_development: bool = False
    """Whether only those who work on the code need it."""


ADDRESS, COMMIT, FOLDER = PLACES = ("an address", "a commit", "a folder")
"""What a dependency is taken from that comes from no registry: a branch or file elsewhere, one commit, or near by."""
_COMMIT = re.compile(r"[@#][0-9a-f]{40}\b")
_NEAR = re.compile(r"(?:file|link|workspace|portal|catalog):|\.{0,2}/|~/")
_NAMED = re.compile(r"(?:-e\s+)?(?:git|hg|svn)\+\S{1,2000}|https?://\S{1,2000}")


class Manifest(msgspec.Struct, frozen=True):
    """One manifest of a repository's own."""

    path: str
    manager: Manager
    dependencies: tuple[Dependency, ...] = ()
    """In the order in which they stand."""
    tools: tuple[tuple[str, int], ...] = ()
    """Tools that have a section of settings in it, with its line: `poetry`, `pytest`."""
    is_hashed: bool = False
    """Whether it names hashes of the files to install."""

    @property
    def ecosystem(self) -> Ecosystem:
        """Where names of its dependencies come from."""
        return _ECOSYSTEMS.get(self.manager, "py")


_ECOSYSTEMS: Mapping[str, Ecosystem] = {"npm": "js", "composer": "php", "bundler": "rb", "go": "go"}

_DEVELOPMENT = re.compile(
    r"(?i)(?:^|[^a-z])(?:dev|develop|development|tests?|testing|lint|docs?|ci|typing)(?:[^a-z]|$)"
)
_MOST = 2_000
"""Dependencies of one manifest that are kept."""


def manifests(repo: Checkout) -> Iterator[Manifest | NotCollected]:
    """Every manifest of one's own in order of path; what cannot be read is said."""
    known = {file.path: reader for file in repo.own if (reader := _reader(file)) is not None}
    for file, text in repo.texts(one for one in repo.own if one.path in known):
        try:
            yield known[file.path](file.path, text)
        except (
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,
            configparser.Error,
        ) as error:
            # what a stranger wrote may have any form: a list where a table is meant is no fault of ours
            yield repo.gap(file.path, f"it cannot be read as a list of dependencies: {type(error).__name__}")


def _reader(file: File) -> "Callable[[str, str], Manifest] | None":
    folder, name = file.path.rpartition("/")[0].rpartition("/")[2], file.name
    if name in _BY_NAME:
        return _BY_NAME[name]
    is_list = name.endswith((".txt", ".in")) and (name.startswith("requirements") or folder == "requirements")
    return _requirements if is_list or name.endswith("-requirements.txt") else None


# --- Python -----------------------------------------------------------------------------------------------------


def _requirements(path: str, text: str) -> Manifest:
    """A file of requirements; other files that it names are found by themselves."""
    is_development = bool(_DEVELOPMENT.search(path))
    found = []
    for number, line in _joined(text):
        said = re.split(r"(?:^|\s)#|\s--hash", line, maxsplit=1)[0].strip().removesuffix("\\").strip()
        is_option = said.startswith("-") and not said.startswith(("-e ", "--editable "))
        if said and not is_option and (one := _required(said, number, is_development=is_development)):
            found.append(one)
    return Manifest(path, "pip", tuple(found[:_MOST]), is_hashed="--hash=" in text)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that go on after a backslash, each under the number of its first."""
    start = 1
    parts: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        start = start if parts else number
        parts.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            yield start, " ".join(parts)
            parts = []
    if parts:
        yield start, " ".join(parts)


def _required(said: str, line: int, *, is_development: bool) -> Dependency | None:
    """What a requirement says; None where it is a file without a name."""
    try:
        one = Requirement(said)
    except InvalidRequirement:
        return _at_address(said, line, is_development=is_development)
    spec = _place(one.url) if one.url else str(one.specifier)
    return Dependency(canonicalize_name(one.name), spec, line, is_development)


def _at_address(said: str, line: int, *, is_development: bool) -> Dependency | None:
    """A requirement that is nothing but an address; its name is the one that it tells, else its last part."""
    if not _NAMED.match(said):
        return None
    told = re.search(r"[#&]egg=([\w.-]{1,100})", said)
    path = re.split(r"[#?]|(?<=\w)@(?=[^/]*$)", said, maxsplit=1)[0]
    last = re.sub(
        r"(?:\.git|(?:[-_]\d[\w.+-]*)?\.(?:whl|zip|tar\.gz))$", "", path.rstrip("/").rpartition("/")[2]
    )
    name = told[1] if told else last[:100]
    return Dependency(canonicalize_name(name), _place(said), line, is_development) if name else None


def _place(address: str) -> str:
    """From where a dependency is taken."""
    if _NEAR.match(address):
        return FOLDER
    return COMMIT if _COMMIT.search(address) else ADDRESS


def _pyproject(path: str, text: str) -> Manifest:
    read, lines = tomllib.loads(text), _Lines(text)
    tools: Mapping[str, Any] = read.get("tool", {})
    project: Mapping[str, Any] = read.get("project", {})
    named: list[tuple[str, bool]] = [(one, False) for one in project.get("dependencies", [])]
    for group, some in project.get("optional-dependencies", {}).items():
        named += [(one, bool(_DEVELOPMENT.search(group))) for one in some]
    for some in read.get("dependency-groups", {}).values():
        named += [(one, True) for one in some if isinstance(one, str)]
    named += [(one, True) for one in tools.get("uv", {}).get("dev-dependencies", [])]
    named += [
        (one, True) for some in tools.get("pdm", {}).get("dev-dependencies", {}).values() for one in some
    ]
    found = [one for said, dev in named if (one := _required(said, lines.of(said), is_development=dev))]
    poetry = tools.get("poetry", {})
    found += _pairs(poetry.get("dependencies", {}), lines, is_development=False)
    found += _pairs(poetry.get("dev-dependencies", {}), lines, is_development=True)
    for group, held in poetry.get("group", {}).items():
        found += _pairs(held.get("dependencies", {}), lines, is_development=group != "main")
    sections = tuple((name, lines.matching(rf"^\s*\[+\s*tool\.{re.escape(name)}\b")) for name in tools)
    return Manifest(path, "poetry" if poetry else "pyproject", tuple(found[:_MOST]), sections)


def _pipfile(path: str, text: str) -> Manifest:
    read, lines = tomllib.loads(text), _Lines(text)
    found = [
        one
        for key, dev in (("packages", False), ("dev-packages", True))
        for one in _pairs(read.get(key, {}), lines, is_development=dev)
    ]
    return Manifest(path, "pipenv", tuple(found[:_MOST]))


def _pairs(pairs: Mapping[str, Any], lines: "_Lines", *, is_development: bool) -> Iterator[Dependency]:
    """Names with what is allowed of each, as Poetry and Pipenv write them."""
    for name, said in pairs.items():
        if name == "python":
            continue
        version = _given(said) if isinstance(said, dict) else said
        spec = "" if version == "*" or not isinstance(version, str) else version
        line = lines.matching(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=")
        yield Dependency(canonicalize_name(name), spec, line, is_development)


def _given(said: Mapping[str, Any]) -> object:
    """The version of a dependency that is a table, or from where it is taken."""
    if "path" in said or "workspace" in said or "file" in said:
        return FOLDER
    rev = said.get("rev") or (said.get("ref") if "git" in said else "")
    return said.get("version") or _place(f"@{rev}")


def _setup_cfg(path: str, text: str) -> Manifest:
    read, lines = configparser.ConfigParser(interpolation=None, strict=False), _Lines(text)
    read.read_string(text)
    named = [(one, False) for one in read.get("options", "install_requires", fallback="").splitlines()]
    named += [(one, True) for one in read.get("options", "tests_require", fallback="").splitlines()]
    extras = read["options.extras_require"] if read.has_section("options.extras_require") else {}
    for group in extras:
        named += [(one, bool(_DEVELOPMENT.search(group))) for one in extras[group].splitlines()]
    found = [
        one
        for said, dev in named
        if said.strip() and (one := _required(said.strip(), lines.of(said.strip()), is_development=dev))
    ]
    sections = tuple(
        (name.removeprefix("tool:"), lines.matching(rf"^\[{re.escape(name)}\]")) for name in read.sections()
    )
    return Manifest(path, "setuptools", tuple(found[:_MOST]), sections)


class _Lines:
    """The lines of a text, to say where something stands in it."""

    def __init__(self, text: str) -> None:
        """Nothing is looked for yet."""
        self.text = text

    def of(self, said: str) -> int:
        """The line that has a requirement between quotes or by itself; the first where none has."""
        return self.matching(rf"(?:^|[\"',\[])\s*{re.escape(said)}")

    def matching(self, pattern: str, after: int = 0) -> int:
        """The first line at which a pattern matches, from a place on."""
        found = re.compile(pattern, re.MULTILINE).search(self.text, after)
        return (
            self.text.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1
            if found
            else 1
        )


# --- JavaScript, PHP, Ruby, Go ----------------------------------------------------------------------------------------

_NPM = {
    "dependencies": False,
    "optionalDependencies": False,
    "peerDependencies": False,
    "devDependencies": True,
}
_COMPOSER = {"require": False, "require-dev": True}
_GEM = re.compile(
    r"""^\s*gem[\s(]+["']([\w.-]{1,100})["'](?:\s*,\s*["']([^"'\n]{0,100})["'])?([^\n]{0,300})"""
)
_GROUP = re.compile(r"^\s*group\b([^\n]{0,200}?)\bdo\b")
_MODULE = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w-]+(?:/[\w.~-]+)*)\s+(v[\w.+-]+)(\s*//\s*indirect)?")


def _package_json(path: str, text: str) -> Manifest:
    return Manifest(path, "npm", tuple(_of_json(text, _NPM))[:_MOST])


def _composer_json(path: str, text: str) -> Manifest:
    found = (one for one in _of_json(text, _COMPOSER) if "/" in one.name)  # the rest is PHP and its parts
    return Manifest(path, "composer", tuple(found)[:_MOST])


def _of_json(text: str, keys: Mapping[str, bool]) -> Iterator[Dependency]:
    read, lines = msgspec.json.decode(text), _Lines(text)
    for key, is_development in keys.items():
        opened = re.search(rf"\"{key}\"\s*:\s*\{{", text)
        for name, said in read.get(key, {}).items():
            line = lines.matching(rf"\"{re.escape(name)}\"\s*:", opened.end() if opened else 0)
            yield Dependency(name, _npm_spec(said), line, is_development)


def _npm_spec(said: object) -> str:
    """The versions that are allowed; an address may hold a token, so it is never kept."""
    if not isinstance(said, str) or said in {"*", "latest", ""}:
        return ""
    return _place(said) if re.search(r"[:/]", said) and not said.startswith("npm:") else said


def _gemfile(path: str, text: str) -> Manifest:
    found: list[Dependency] = []
    is_development = False
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _GROUP.match(line):
            is_development = "production" not in opened[1] and bool(_DEVELOPMENT.search(opened[1]))
        elif line.strip() == "end":
            is_development = False
        elif gem := _GEM.match(line):
            own = re.search(r"group:|groups:|:group", gem[3]) and _DEVELOPMENT.search(gem[3])
            found.append(Dependency(gem[1], _gem_spec(gem), number, is_development or bool(own)))
    return Manifest(path, "bundler", tuple(found[:_MOST]))


def _gem_spec(gem: re.Match[str]) -> str:
    """The versions that are allowed of a gem, or from where it is taken."""
    if re.search(r"\bpath\b", gem[3]):
        return FOLDER
    if re.search(r"\b(?:git|github|gist|bitbucket)\b", gem[3]):
        return COMMIT if re.search(r"ref\W{1,9}[0-9a-f]{40}\b", gem[3]) else ADDRESS
    return gem[2] or ""


def _go_mod(path: str, text: str) -> Manifest:
    found: list[Dependency] = []
    is_open = False
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("//")[0].split()
        if words[:1] == ["require"] and words[-1] == "(":
            is_open = True
        elif words == [")"]:
            is_open = False
        elif (is_open or words[:1] == ["require"]) and (one := _MODULE.match(line)) and not one[3]:
            found.append(Dependency(one[1], one[2], number))
    return Manifest(path, "go", tuple(found[:_MOST]))


_BY_NAME: Mapping[str, Callable[[str, str], Manifest]] = {
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "setup.cfg": _setup_cfg,
    "package.json": _package_json,
    "composer.json": _composer_json,
    "Gemfile": _gemfile,
    "go.mod": _go_mod,
}


def dependencies(found: Iterable[Manifest], ecosystem: Ecosystem) -> Iterator[tuple[Manifest, Dependency]]:
    """What some manifests name of one ecosystem, each with its manifest."""
    return ((one, each) for one in found if one.ecosystem == ecosystem for each in one.dependencies)
