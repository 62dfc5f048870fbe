"""What stands in files and proves technologies: imports, clients, resources, addresses and names."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TypeAlias

import msgspec

from quarterdeck.collectors.repos.checkout import Checkout, File
from quarterdeck.collectors.repos.comments import BY_END, code_of
from quarterdeck.collectors.repos.markup import Markup, has_markup, takes_zelle
from quarterdeck.collectors.repos.proofs import BY_CODE, BY_PAGE, BY_TEMPLATE, Proof, Sighting, keep
from quarterdeck.collectors.repos.table import Code, Known, name_pattern, pattern_of, technologies
from quarterdeck.collectors.vocabulary import begins

Wants: TypeAlias = Callable[[str], bool]
"""Whether a proof of a technology would be better than the best so far."""

_FOR_TESTS = re.compile(
    r"(?i)(?:^|/)(?:tests?|specs?|__tests__|e2e)/|(?:^|/)(?:test_[^/]*|conftest)\.py$|[._](?:test|spec)\.\w+$"
)
_SCRIPTS = frozenset(["js", "mjs", "cjs", "jsx", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro"])
_PAGES = frozenset(
    [
        "html",
        "htm",
        "vue",
        "svelte",
        "astro",
        "erb",
        "ejs",
        "hbs",
        "njk",
        "liquid",
        "twig",
        "j2",
        "jinja",
        "jinja2",
        "mustache",
    ]
)
_MAY_HOLD_PAGES = frozenset(["py", "php", "rb", "js", "mjs", "cjs", "jsx", "ts", "tsx"])
_NO_CODE = frozenset(["cfg", "ini", "xml", "csproj", "css", "scss", "less", "html", "htm"])
_READ = frozenset({*BY_END, *_PAGES, "json", "template"})
_COUNTER = "track|hit|pixel|beacon"
_CALLED = re.compile(rf"(?<![\w.])(?<!function )(?<!def )({_COUNTER})\s*\(")
_ASKED = re.compile(
    rf"(?:fetch\(|sendBeacon\(|src\s*=|[\"'](?:GET|POST)[\"']\s*,)\s*[\"'`](?:[^\"'`\s]{{0,200}}/)?({_COUNTER})"
    r"(?:\.\w{2,4})?[?\"'`]"
)
_MADE = re.compile(
    rf"\b(?:def|function)\s+({_COUNTER})\b"
    rf"|\b(?:const|let|var)\s+({_COUNTER})\s*=\s*(?:async\s*)?(?:\(|function\b)"
    rf"|[(\[=,{{:]\s*[\"'`](?:(?:GET|POST) )?/(?:[\w-]{{1,40}}/){{0,6}}({_COUNTER})(?:\.\w{{2,4}})?[\"'`]"
)
_PYTHON_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*)", re.MULTILINE)
_SCRIPT_IMPORT = re.compile(
    r"(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)[\"']((?:@[\w.-]{1,100}/)?[\w.-]{1,100})"
)


def is_read(one: File) -> bool:
    """Whether a file is looked into."""
    return _end(one.path) in _READ


def look_into(repo: Checkout, best: dict[str, Proof]) -> None:
    """Look into each file once, in order of path, for what no better place has proved."""
    look = _Look(repo, best)
    for file, text in repo.texts(one for one in repo.own if is_read(one)):
        look.at(_Text(file.path, text))
    keep(best, look.counters())


def _end(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()


class _Text:
    """One file; its comments are taken out only where something asks."""

    def __init__(self, path: str, text: str) -> None:
        """As it stands."""
        self.path = path
        self.text = text
        self.end = _end(path)
        self.is_development = bool(_FOR_TESTS.search(path))

    @cached_property
    def code(self) -> str:
        """Without comments, each line where it was."""
        return code_of(self.path, self.text)

    def line(self, at: int) -> int:
        """The line of a place in `code`."""
        return self.code.count("\n", 0, at) + 1

    def first(self, patterns: tuple[re.Pattern[str], ...]) -> int:
        """The line of the first pattern where all are found; 0 where one is not."""
        found = [one.search(self.code) for one in patterns]
        first = found[0]
        if first is None or None in found:
            return 0
        return self.line(first.start() + len(first[0]) - len(first[0].lstrip()))


# --- signs of the table -------------------------------------------------------------------------------------------


class _Sign(msgspec.Struct, frozen=True):
    """What stands in a file and proves a technology."""

    name: str
    rank: int
    word: str
    """Stands in every such file."""
    patterns: tuple[re.Pattern[str], ...]
    at: re.Pattern[str] | None = None
    """Which files; None for any code."""
    beside: str = ""


_TEMPLATES = ("*.y*ml", "*.json", "*.template")
_CONSTRUCTS = ("*.py", "*.ts", "*.js")


@cache
def _signs() -> tuple[_Sign, ...]:
    return tuple(sign for known in technologies().values() for sign in _signs_of(known))


def _signs_of(known: Known) -> Iterator[_Sign]:
    def sign(rank: int, word: str, pattern: str, at: tuple[str, ...] = ()) -> _Sign:
        return _Sign(known.name, rank, word, (re.compile(pattern),), pattern_of(at) if at else None)

    yield from (_of_code(known.name, one) for one in known.code)
    for client in known.client:
        called = rf"\b(?:client|resource)\(\s*(?:service_name\s*=\s*)?[\"']{re.escape(client)}[\"']"
        yield sign(BY_CODE, client, called, ("*.py",))
    for host in known.host:
        pattern = re.escape(host).replace(r"\*", r"[\w.-]+")
        yield sign(BY_CODE, max(host.split("*"), key=len), rf"(?<![\w-]){pattern}(?![\w-])")
    for kind in known.cfn:
        yield sign(BY_TEMPLATE, kind, rf"(?m)[\"']?\bType[\"']?\s*:\s*[\"']?{kind}(?![\w:])", _TEMPLATES)
    for kind in known.tf:
        yield sign(BY_TEMPLATE, kind, rf"(?m)^\s*resource\s+\"{kind}\"", ("*.tf",))
    for construct in known.cdk:
        family, _, kind = construct.partition(".")
        yield sign(BY_TEMPLATE, f"{family}.", rf"\b(?:aws_)?{family}\.(?:Cfn)?{kind}(?:V2)?\(", _CONSTRUCTS)


def _of_code(name: str, one: Code) -> _Sign:
    return _Sign(name, BY_CODE, one.word, one.patterns, pattern_of(one.at) if one.at else None, one.beside)


@cache
def _signs_at(end: str) -> tuple[_Sign, ...]:
    """The signs that a file with such an end may hold; its path is not looked at yet."""
    is_code = end in BY_END and end not in _NO_CODE
    return tuple(one for one in _signs() if is_code or one.at is not None)


# --- imports ------------------------------------------------------------------------------------------------------


@cache
def _imported(module: str) -> tuple[str, ...]:
    """Technologies that a module of Python is."""
    return tuple(name for name, pattern in _modules() if pattern.match(module))


@cache
def _modules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one.name, name_pattern(one.imports)) for one in technologies().values() if one.imports)


@cache
def _required(package: str) -> tuple[str, ...]:
    """Technologies that a package of JavaScript is."""
    return tuple(name for name, pattern in _packages() if pattern.match(package))


@cache
def _packages() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one.name, name_pattern(one.js)) for one in technologies().values() if one.js)


def _local_modules(repo: Checkout) -> frozenset[str]:
    """Names of one's own modules: each file of Python, and each folder that holds one."""
    paths = [one.path.removesuffix(".py").split("/") for one in repo.files if one.path.endswith(".py")]
    return frozenset(part for parts in paths for part in parts)


def _python_imports(text: _Text, local: frozenset[str], wants: Wants) -> Iterator[tuple[str, int]]:
    said = (part.strip() for found in _PYTHON_IMPORT.finditer(text.text) for part in found[1].split(","))
    if not any(wants(name) for one in said for name in _imported(one.partition(".")[0])):
        return  # nothing new: most files are never taken apart
    try:
        tree = ast.parse(text.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for module in {one.partition(".")[0] for one in names} - local:
            for name in _imported(module):
                yield name, getattr(node, "lineno", 1)


def _script_imports(text: _Text, wants: Wants) -> Iterator[tuple[str, int]]:
    said = (_package(found[1]) for found in _SCRIPT_IMPORT.finditer(text.text))
    if any(wants(name) for one in said for name in _required(one)):
        for found in _SCRIPT_IMPORT.finditer(text.code):
            for name in _required(_package(found[1])):
                yield name, text.line(found.start())


def _package(said: str) -> str:
    return said if said.startswith("@") else said.partition("/")[0]


# --- a repository -------------------------------------------------------------------------------------------------


class _Look:
    """The files of a repository while they are looked into, in order of path."""

    def __init__(self, repo: Checkout, best: dict[str, Proof]) -> None:
        """Nothing was looked into yet."""
        self.best = best
        self.local = _local_modules(repo)
        self.folders = {part for one in repo.own for part in one.path.split("/")[:-1]}
        self.called: set[str] = set()
        self.made: dict[str, Proof] = {}

    def at(self, text: _Text) -> None:
        """Look into one file."""
        self._signs(text)

        def wants(name: str) -> bool:
            return self._wants(name, BY_CODE, text)

        if text.end == "py":
            self._keep(BY_CODE, text, _python_imports(text, self.local, wants))
        elif text.end in _SCRIPTS:
            self._keep(BY_CODE, text, _script_imports(text, wants))
        if text.end in _PAGES or (text.end in _MAY_HOLD_PAGES and has_markup(text.text)):
            self._page(text)
        if not text.is_development and any(one in text.text for one in _COUNTER.split("|")):
            self._counter(text)

    def counters(self) -> Iterator[Sighting]:
        """A counter of one's own: a function or route that a page calls."""
        names = [known.name for known in technologies().values() if known.by == "counter"]
        return ((name, proof) for name in names for word, proof in self.made.items() if word in self.called)

    def _wants(self, name: str, rank: int, text: _Text) -> bool:
        """Whether a proof in this file would be better than the best: files come in order of path."""
        known = self.best.get(name)
        return known is None or (rank, text.is_development) < (known.rank, known.is_development)

    def _keep(self, rank: int, text: _Text, found: Iterator[tuple[str, int]]) -> None:
        keep(self.best, ((name, Proof(rank, text.is_development, text.path, line)) for name, line in found))

    def _signs(self, text: _Text) -> None:
        for sign in _signs_at(text.end):
            is_here = sign.word in text.text and (sign.at is None or sign.at.match(text.path))
            is_here = is_here and (not sign.beside or sign.beside in self.folders)
            if is_here and self._wants(sign.name, sign.rank, text) and (line := text.first(sign.patterns)):
                self._keep(sign.rank, text, iter([(sign.name, line)]))

    def _page(self, text: _Text) -> None:
        markup, plain = Markup(text.code), text.code.casefold()
        for known in technologies().values():
            if self._wants(known.name, BY_PAGE, text) and (said := _on_page(known, markup, text.code)):
                at = max(plain.find(said.casefold()), 0)
                self._keep(BY_PAGE, text, iter([(known.name, text.line(at))]))

    def _counter(self, text: _Text) -> None:
        if text.end in _PAGES or text.end in _SCRIPTS:
            for pattern in (_CALLED, _ASKED):
                self.called.update(found[1] for found in pattern.finditer(text.code))
        asked = {found.start(1) for found in _ASKED.finditer(text.code)}
        for found in _MADE.finditer(text.code):
            at = next(one for one in range(1, 4) if found[one])
            if found.start(at) not in asked:
                proof = Proof(BY_CODE, is_development=False, path=text.path, line=text.line(found.start(at)))
                self.made.setdefault(found[at], proof)


def _on_page(known: Known, markup: Markup, text: str) -> str:
    """What stands in a page and proves a technology, as it stands there; empty where nothing does."""
    if known.html:
        said = next((one for one in markup.addresses if begins(one, known.html)), "")
        if said:
            return said
    if piece := next((one for one in known.inline if one in markup.inline), ""):
        return piece
    if part := next((found for one in known.select if (found := markup.has(one))), ""):
        return part
    return "zelle" if known.by == "zelle" and takes_zelle(text) else ""
