"""Numbers the sources of one page and links them to the repository."""

import itertools
import posixpath
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import msgspec

from quarterdeck.model.figure import Figure, Kind
from quarterdeck.model.source import Source, SourceKind
from quarterdeck.reports.components import slug

if TYPE_CHECKING:
    from quarterdeck.reports.components import Grid, Table

KIND_WORDS: dict[Kind, str] = {
    "actual": "actual",
    "stated": "stated",
    "computed": "computed",
    "assumption": "assumed",
    "benchmark": "benchmark",
}

_IN_REPOSITORY: frozenset[SourceKind] = frozenset({"handoff", "csv", "ledger", "settings"})
"""Evidence and reference data are not in the portfolio's git."""

_PLACES = 2
"""How many places one entry lists before it only counts the rest; one alone is not left out."""

_INPUTS = 3
"""How many figures that went into it."""


def href(here: str, there: str, anchor: str = "") -> str:
    """Link from one page to another, both named by their Markdown file below `docs/`.

    Both builders use folder addresses: `reports/cfo.md` is read at `reports/cfo/`.
    """
    return _path(here, there) + (f"#{anchor}" if anchor else "")


@lru_cache(maxsize=4096)
def _path(here: str, there: str) -> str:
    path = posixpath.relpath(_address(there), _address(here))
    return path if posixpath.splitext(path)[1] else f"{path}/"


class Links(msgspec.Struct, frozen=True):
    """Where the files of the portfolio can be read and edited, and where rules and formulas are explained."""

    repository: str = ""
    """Address of the repository's start page; without it nothing is linked."""
    branch: str = "main"
    folder: str = ""
    """Where the portfolio stands in the repository: `books/`, or empty at the top."""
    commits: Mapping[str, str] = {}
    """Path -> the commit that last changed it; the branch stands in for others."""
    formulas: Mapping[str, str] = {}
    """Formula id -> page below `docs/`, with its anchor if any: `how/formulas.md#f-b4`."""
    rules: Mapping[str, str] = {}
    """Rule code -> page, likewise."""

    def line(self, source: Source) -> str:
        """Address of the line, or of the file; empty where there is none to link to."""
        if source.kind not in _IN_REPOSITORY or not source.path:
            return ""
        commit = self.commits.get(source.path, self.branch)
        address = self._address("blob", commit, source.path)
        return f"{address}#L{source.line}" if address and source.line else address

    def edit(self, path: str) -> str:
        """Address at which a person can change the file; empty for a folder, and without a repository."""
        return "" if path.endswith("/") else self._address("edit", self.branch, path)

    def commit(self, commit: str) -> str:
        """Address of a commit; empty without a repository or a commit."""
        return self._address("commit", commit, "").rstrip("/") if commit else ""

    def _address(self, verb: str, at: str, path: str) -> str:
        if urlsplit(self.repository).scheme not in ("https", "http"):
            return ""
        base = self.repository.rstrip("/").removesuffix(".git")
        return f"{base}/{verb}/{quote(at, safe='/')}/{quote(self.folder + path, safe='/')}"


class Place(msgspec.Struct, frozen=True):
    """One place of an entry: its file, its line if it has one, and the link if there is one."""

    path: str
    line: int
    href: str
    what: str = ""

    @property
    def text(self) -> str:
        """As printed: `handoffs/jada.md:14`."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Entry(msgspec.Struct, frozen=True):
    """One numbered source of a page."""

    number: int
    what: str
    kind: str
    places: tuple[Place, ...]
    more: int
    """Places beyond those listed."""
    as_of: date | None
    formula: str
    formula_href: str
    inputs: tuple[tuple[int, str], ...] = ()
    """Number and words of the entries of the same page that went into it."""
    more_inputs: int = 0
    """Such entries beyond those listed."""


class Sources:
    """The sources of one page, numbered in order of first use; made afresh for each page."""

    def __init__(
        self,
        links: Links | None = None,
        page: str = "index.md",
        *,
        is_listed: bool = True,
        has_files: bool = False,
    ) -> None:
        """Collect for the page at that path below `docs/`.

        Args:
            links: Where files, formulas and rules are read.
            page: Its path.
            is_listed: Without a list, figures link to their file.
            has_files: Whether each of its tables is offered as a file, too.
        """
        self.is_listed = is_listed
        self.has_files = has_files
        self.offered: list[tuple[str, str, Table | Grid]] = []
        """Path and title of every table that no report named a file for, as it was printed."""
        self.links = links or Links()
        self.page = page
        self._numbers: dict[tuple[str, ...] | Source, int] = {}
        self._things: list[Figure | Source] = []
        self._anchors: set[str] = set()
        self._files: set[str] = set()
        self._section = ("page", "Page")

    def enter(self, title: str, anchor: str) -> str:
        """Begin a section: its tables are named after it. Prints nothing."""
        self._section = (anchor, title)
        return ""

    def offer(self, key: str) -> str:
        """The path of a file beside the page, such as `reports/cfo-cash.csv`."""
        name = f"{self.page.removesuffix('.md')}-{key}.csv"
        self._files.add(name)
        return name

    def file_of(self, table: "Table | Grid", key: str = "") -> str:
        """The link to the file of a table; its own, or else a new one named by the key, its label or its section."""
        if table.csv or not self.has_files:
            return table.csv
        anchor, title = (slug(table.label), table.label) if table.label else self._section
        if key:
            anchor, title = key, f"{title}, {key.partition('-')[0]}"
        names = (f"{anchor}-{count}" if count > 1 else anchor for count in itertools.count(1))
        stem = self.page.removesuffix(".md")
        name = self.offer(next(one for one in names if f"{stem}-{one}.csv" not in self._files))
        self.offered.append((name, title, table))
        return self.to(name)

    def mark(self, thing: Figure | Source) -> int:
        """Give the number of its entry; the same figure or place has one number on a page."""
        key = ("figure", thing.entity, thing.id) if isinstance(thing, Figure) else thing
        if key not in self._numbers:
            self._things.append(thing)
            self._numbers[key] = len(self._things)
        return self._numbers[key]

    def first(self, anchor: str) -> bool:
        """Whether this anchor was not yet given out on this page; it is from now on."""
        is_first = anchor not in self._anchors
        self._anchors.add(anchor)
        return is_first

    def to(self, page: str, anchor: str = "") -> str:
        """Link from this page to another one, as `href`."""
        return href(self.page, page, anchor)

    def rule(self, code: str) -> str:
        """Link to the page of a rule; empty where there is none."""
        return self._explained(self.links.rules.get(code, ""))

    def direct(self, thing: Figure | Source) -> str:
        """Address of the first place of a figure that can be read; empty where there is none."""
        places = (thing,) if isinstance(thing, Source) else thing.sources
        return next((address for address in map(self.links.line, places) if address), "")

    def place(self, source: Source) -> Place:
        """A place with its link."""
        return Place(source.path, source.line, self.links.line(source), source.what)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries so far, in the order of their numbers."""
        return tuple(self._entry(number, thing) for number, thing in enumerate(self._things, start=1))

    def _entry(self, number: int, thing: Figure | Source) -> Entry:
        if isinstance(thing, Source):
            what, place = thing.what or thing.path, self.place(thing)
            return Entry(number, what, thing.kind, (place,), 0, thing.as_of, "", "")
        inputs = dict(self._inputs(thing))
        said = {place for one in inputs.values() for place in one.sources}
        own = (source for source in thing.sources if source not in said)
        places = tuple(dict.fromkeys(map(self.place, own)))
        if not (thing.sources or thing.formula or inputs):
            places = (_looked_through(thing),)
        listed = places if len(places) <= _PLACES + 1 else places[:_PLACES]
        return Entry(
            number,
            thing.label,
            "estimate" if thing.is_estimate else KIND_WORDS[thing.kind],
            listed,
            len(places) - len(listed),
            thing.as_of,
            thing.formula,
            self._explained(self.links.formulas.get(thing.formula, "")),
            tuple((at, one.label) for at, one in list(inputs.items())[:_INPUTS]),
            max(0, len(inputs) - _INPUTS),
        )

    def _inputs(self, figure: Figure) -> Iterator[tuple[int, Figure]]:
        """Those figures that went in and stand on this page themselves, where their own places are listed."""
        for one in figure.inputs:
            number = self._numbers.get(("figure", one.entity, one.figure)) if one.figure else None
            given = self._things[number - 1] if number else None
            if number and isinstance(given, Figure) and given is not figure:
                yield number, given

    def _explained(self, target: str) -> str:
        page, _, anchor = target.partition("#")
        return self.to(page, anchor) if page else ""


def _looked_through(figure: Figure) -> Place:
    """Where the rows or entries of a sum would stand that has none."""
    if figure.kind == "stated":
        return Place("handoffs/", 0, "", "nothing written down")
    accounts = (name for lines in figure.lines for name in lines.accounts)
    return Place(next(accounts, "ledger/"), 0, "", "nothing booked")


def _address(page: str) -> str:
    if not page.endswith(".md"):
        return page
    return posixpath.normpath(page.removesuffix(".md").removesuffix("index") or ".")
