"""Which versions of their languages the files of a repository say that it runs on."""

import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout
from quarterdeck.collectors.repos.deploying.workflows import ACTIONS
from quarterdeck.model.pipelines import LanguageVersion
from quarterdeck.model.source import Source

Named = tuple[str, str, int]
"""Language, version as written, line."""

_VERSION = re.compile(r"v?(\d{1,3})(?:\.(\d{1,3}))?(?:\.(?:\d{1,5}|x|\*))?(?:[-+a-z][\w.-]{0,40})?\Z")
_BY_MAJOR = frozenset({"node"})
"""Languages whose support goes by the first number alone."""
_SPELLED = {
    **dict.fromkeys(("python", "cpython"), "python"),
    **dict.fromkeys(("node", "nodejs", "node.js"), "node"),
    **dict.fromkeys(("go", "golang"), "go"),
    "ruby": "ruby",
    "php": "php",
}
_IMAGE = re.compile(
    r"(?im)^[ \t]*(?:FROM|image:)[ \t]+(?:--platform=\S{1,80}[ \t]+)?[\"']?(?:[\w.-]{1,80}/){0,4}"
    r"(python|node|ruby|php|golang):(\d{1,3}(?:\.\d{1,3})?)"
)
_SET_UP = re.compile(
    r"^[ \t]*-?[ \t]*(python|node|ruby|php|go)-version:[ \t]*[\"']?(v?\d[\w.*]{0,20})[\"']?[ \t]*(?:#.*)?$"
)
_MOST = 50


def versions(source: Source, repo: Checkout) -> Iterator[LanguageVersion]:
    """Each version that a file names, once; ranges without an end name none."""
    pattern = "|".join(f"(?:{one.pattern})" for one in _READERS)
    seen: set[tuple[str, str, str]] = set()
    for file, text in repo.texts(repo.matching(pattern)):
        reader = next(read for known, read in _READERS.items() if known.search(file.path))
        for language, said, line in list(reader(file.name, text))[:_MOST]:
            version = supported(language, said)
            if version and (file.path, language, version) not in seen:
                seen.add((file.path, language, version))
                yield LanguageVersion(
                    entity=repo.entity,
                    source=source,
                    repo=repo.name,
                    path=file.path,
                    line=line,
                    language=language,
                    version=version,
                )


def supported(language: str, said: str) -> str:
    """The part of a version by which support goes: `3.9`, `18`; empty where it is a range or a name."""
    found = _VERSION.match(said.strip())
    if not found:
        return ""
    if language in _BY_MAJOR:
        return found[1]
    return f"{found[1]}.{found[2]}" if found[2] else ""


def _alone(name: str, text: str) -> Iterator[Named]:
    """A file that holds nothing but versions: `.python-version`, `.nvmrc`, `runtime.txt`."""
    language = {".nvmrc": "node", "runtime.txt": "python"}.get(name, name.strip(".").partition("-")[0])
    for number, line in enumerate(text.splitlines(), 1):
        said = line.split("#")[0].strip()
        if said:
            yield _SPELLED.get(language, language), said.removeprefix(f"{language}-"), number


def _tools(_name: str, text: str) -> Iterator[Named]:
    """`.tool-versions`: a tool and its versions on each line."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if words[1:] and words[0] in _SPELLED:
            yield _SPELLED[words[0]], words[1], number


def _images(_name: str, text: str) -> Iterator[Named]:
    for found in _IMAGE.finditer(text):
        yield _SPELLED[found[1].lower()], found[2], text.count("\n", 0, found.start(1)) + 1


def _set_up(_name: str, text: str) -> Iterator[Named]:
    """Versions that a workflow sets up; of several that are tried out, none is what it runs on."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _SET_UP.match(line[:200]):
            yield found[1], found[2], number


def _package(_name: str, text: str) -> Iterator[Named]:
    """`engines` of `package.json`, where it is one version: `18.x`, `^18`."""
    try:
        said = msgspec.json.decode(text)["engines"]["node"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    at = text.find('"engines"')
    if isinstance(said, str):
        yield "node", said.strip().lstrip("^~="), text.count("\n", 0, text.find('"node"', at)) + 1


def _pyproject(_name: str, text: str) -> Iterator[Named]:
    """`requires-python`, where it is one version: `==3.8.*`, `~=3.8.0`."""
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(
            r"\s*requires-python\s*=\s*[\"']\s*(?:==|~=)\s*(\d\.\d{1,2}(?:\.(?:\d{1,3}|\*)))\s*[\"']",
            line[:200],
        )
        if found:
            yield "python", found[1], number


def _pipfile(_name: str, text: str) -> Iterator[Named]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*python_(?:full_)?version\s*=\s*[\"']([\d.]{1,12})[\"']", line[:200]):
            yield "python", found[1], number


def _gemfile(_name: str, text: str) -> Iterator[Named]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*ruby\s+[\"'](\d[\d.]{1,12})[\"']", line[:200]):
            yield "ruby", found[1], number


_READERS: Mapping[re.Pattern[str], Callable[[str, str], Iterator[Named]]] = {
    re.compile(r"(?:^|/)(?:\.(?:python|node|ruby|go|php)-version|\.nvmrc|runtime\.txt)$"): _alone,
    re.compile(r"(?:^|/)\.tool-versions$"): _tools,
    re.compile(
        r"(?:^|/)(?:[\w.-]*Dockerfile(?:\.[\w-]+)?|(?:docker-)?compose[\w.-]*\.ya?ml|\.gitlab-ci\.ya?ml)$"
    ): _images,
    ACTIONS: _set_up,
    re.compile(r"(?:^|/)package\.json$"): _package,
    re.compile(r"(?:^|/)pyproject\.toml$"): _pyproject,
    re.compile(r"(?:^|/)Pipfile$"): _pipfile,
    re.compile(r"(?:^|/)Gemfile$"): _gemfile,
}
