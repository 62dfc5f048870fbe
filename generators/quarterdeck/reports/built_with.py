"""What repositories are built with: of each business its technologies with their proof, and its repositories."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.model.evidence import Evidence
from quarterdeck.model.observed import NotCollected
from quarterdeck.model.repositories import Repository, Technology
from quarterdeck.model.stack import AREAS, Language
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import Tables, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow, named
from quarterdeck.reports.skeleton import Report, entity_path
from quarterdeck.reports.words import counted, day, percent

_LANGUAGE = "language"
_MOST_LANGUAGES = 3
_SMALL = Decimal("0.005")
"""Languages below this share are not named."""
_MOST_TECHNOLOGIES = 6
_FOR_USERS = (
    "framework",
    "front end",
    "site builder",
    "payment",
    "booking and scheduling",
    "sign-in",
    "mail and messages",
    "data",
    "AI and maps",
    "infrastructure",
)
"""What a repository is built with, before what it is built by."""


class Built(msgspec.Struct, frozen=True):
    """What one business is built with."""

    business: str
    href: str
    words: str
    """Its languages, and how many technologies in how many repositories."""
    table: Table


class Inside(msgspec.Struct, frozen=True):
    """What every business is built with, as far as its repositories were read."""

    businesses: tuple[Built, ...]
    unread: tuple[str, ...]
    """Businesses none of whose repositories was read."""
    technologies: int
    """Different ones."""


def built_with(report: Report, tables: Tables) -> Inside | None:
    """The section's content; None where no repository was read."""
    evidence = report.site.briefing.evidence
    found = {one.entity: _found(evidence, one.entity) for one in report.entities}
    if not any(found.values()):
        return None
    everything = tables.plain(
        "technologies", _everything(report, (one for some in found.values() for one in some))
    )
    businesses = tuple(
        Built(
            one.title,
            report.sources.to(entity_path(one.entity)),
            _words(evidence, one.entity, found[one.entity]),
            msgspec.structs.replace(_by_area(found[one.entity]), csv=everything.csv),
        )
        for one in report.entities
        if found[one.entity]
    )
    return Inside(
        businesses,
        tuple(one.title for one in report.entities if not _is_read(evidence, one.entity)),
        len({one.name for some in found.values() for one in some if one.area != _LANGUAGE}),
    )


def _is_read(evidence: Evidence, entity: str) -> bool:
    return bool(evidence.of(Technology, entity) or evidence.of(Language, entity)) or evidence.has_read(
        Technology, entity
    )


def _found(evidence: Evidence, entity: str) -> list[Technology]:
    """The technologies of a business by area and name, then by repository."""
    known = {area: at for at, area in enumerate(AREAS)}
    found = evidence.of(Technology, entity)
    return sorted(
        found, key=lambda one: (known.get(one.area, len(known)), one.area, one.name.casefold(), one.repo)
    )


def _words(evidence: Evidence, entity: str, found: Sequence[Technology]) -> str:
    names = {one.name for one in found if one.area != _LANGUAGE}
    repos = {one.repo for one in found}
    places = counted(len(repos), "repository", "repositories")
    counts = f"{counted(len(names), 'technology', 'technologies')} in {places}"
    return grey(languages(evidence.of(Language, entity)), counts)


def languages(found: Iterable[Language]) -> str:
    """The largest languages of some repositories together: `Python 90%, HTML 8%`; empty where none is known."""
    sizes: dict[str, int] = {}
    for one in found:
        if isinstance(one.bytes, int):
            sizes[one.name] = sizes.get(one.name, 0) + one.bytes
    whole = sum(sizes.values())
    largest = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))[:_MOST_LANGUAGES]
    shares = [(name, Decimal(size) / whole) for name, size in largest if whole]
    return ", ".join(f"{name} {percent(share)}" for name, share in shares if share >= _SMALL)


def _by_area(found: Sequence[Technology]) -> Table:
    columns = (
        Column("area", "What for"),
        Column("technologies", "Built with"),
        Column("proof", "Where it shows"),
    )
    areas: dict[str, dict[str, list[Technology]]] = {}
    for one in found:
        areas.setdefault(one.area, {}).setdefault(one.name, []).append(one)
    rows = (
        TableRow(
            (_capital(area), named(map(_name, names.values())), named(map(_proofs, names.values()), "; "))
        )
        for area, names in areas.items()
    )
    return Table(columns, tuple(rows), is_sortable=False)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _name(found: Sequence[Technology]) -> str:
    """A technology with the version that is allowed, and whether only those who work on the code need it."""
    version = next((one.version for one in found if isinstance(one.version, str)), "")
    is_development = all(one.is_development is True for one in found)
    return f"{found[0].name}{f' {version}' if version else ''}{' (development)' if is_development else ''}"


def _proofs(found: Sequence[Technology]) -> str:
    return ", ".join(map(proof, found))


def proof(one: Technology) -> str:
    """Where a technology shows: `jada-site app.py:3`."""
    place = f"{one.path}:{one.line}" if one.line else one.path
    return f"{one.repo} {place}".strip()


def _everything(report: Report, found: Iterable[Technology]) -> Table:
    columns = (
        Column("business", "Business"),
        Column("repository", "Repository"),
        Column("area", "What for"),
        Column("technology", "Technology"),
        Column("version", "Version"),
        Column("development", "Development only"),
        Column("path", "Path"),
        Column("line", "Line", is_number=True),
    )
    rows = (
        TableRow(
            (
                report.site.titles.get(one.entity, one.entity),
                one.repo,
                one.area,
                one.name,
                one.version if isinstance(one.version, str) else "",
                "yes" if one.is_development is True else "no" if one.is_development is False else "",
                one.path,
                one.line or "",
            )
        )
        for one in found
    )
    return Table(columns, tuple(rows))


# --- on the page of a business ------------------------------------------------------------------------------------


def repositories_of(report: Report) -> Table | None:
    """The repositories of one business with language, last commit and what they are built with; None without any."""
    evidence = report.briefing.evidence
    mine = [one for business in report.entities for one in evidence.of(Repository, business.entity)]
    repos = sorted(mine, key=lambda one: one.name)
    if not repos:
        return None
    columns = (
        Column("repository", "Repository"),
        Column("languages", "Languages"),
        Column("last", "Last commit"),
        Column("built", "Built with"),
    )
    rows = tuple(_repository(evidence, one) for one in repos)
    return Table(columns, rows, is_sortable=False)


def _repository(evidence: Evidence, one: Repository) -> TableRow:
    spoken = [each for each in evidence.of(Language, one.entity) if each.repo == one.name]
    found = [each for each in evidence.of(Technology, one.entity) if each.repo == one.name]
    parts = [each for each in found if each.area in _FOR_USERS and each.is_development is not True]
    parts.sort(key=lambda each: (_FOR_USERS.index(each.area), each.name.casefold()))
    names = [each.name for each in parts[:_MOST_TECHNOLOGIES]]
    more = len(found) - len(names) - sum(each.area == _LANGUAGE for each in found)
    is_read = _is_read(evidence, one.entity)
    last = Blank("unknown") if isinstance(one.last_commit, NotCollected) else day(one.last_commit)
    return TableRow(
        (
            one.name,
            languages(spoken) or (Blank("n/a") if is_read else Blank("unknown")),
            last,
            Cell(
                ", ".join(names) or (Blank("unknown") if not is_read else "nothing that we know"),
                f"and {counted(more, 'more', 'more')} to build and run it" if names and more else "",
            ),
        )
    )
