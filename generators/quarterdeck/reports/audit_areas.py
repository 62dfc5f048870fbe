"""The eleven areas of the security audit: which checks answer each, how many did, and the worst that is open."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.check import CheckResult
from quarterdeck.model.severity import Severity
from quarterdeck.reports.audit_results import Tally, severity_of, tally
from quarterdeck.reports.components import Cell, Column, Grid, GridCell, GridGroup, GridRow, Table, TableRow
from quarterdeck.reports.skeleton import Report

T = TypeVar("T")

COLUMNS = 4
"""As many businesses as fit side by side on a phone."""


class Area(msgspec.Struct, frozen=True):
    """One area."""

    title: str
    looked_at: str
    worst: Severity
    """Of a check that fails there."""
    checks: tuple[tuple[str, tuple[int, ...]], ...]
    """Subject of the codes, and their numbers."""

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its checks, those that nobody has written yet among them."""
        return frozenset(f"{subject}-{number:02d}" for subject, numbers in self.checks for number in numbers)


def _to(last: int, first: int = 1) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


AREAS = (
    Area(
        "Identity",
        "second factor of the root user, its keys, users' keys and how old they are, who is admin",
        Severity.CRITICAL,
        (("AWS-IAM", (*_to(7), 11, 15)), ("AWS-LAMBDA", (18,))),
    ),
    Area(
        "Secrets",
        "keys in tracked files, in history and in settings of functions; one key in several places",
        Severity.CRITICAL,
        (
            ("SEC", _to(62)),
            ("REPO", (21, 35)),
            ("AWS-LAMBDA", (8, 9)),
            ("AWS-APIGW", (7,)),
            ("AWS-SM", (3,)),
        ),
    ),
    Area(
        "Data",
        "buckets open to the public, encryption, versions and backups, point-in-time recovery",
        Severity.CRITICAL,
        (("AWS-S3", (*_to(5), 9, 10, 13)), ("AWS-DDB", (*_to(4), 7)), ("REPO", (25,))),
    ),
    Area(
        "Edge",
        "HTTPS only, TLS version, certificates near their end, security headers, logs",
        Severity.HIGH,
        (
            ("AWS-CF", (*_to(9), 11, 12)),
            ("AWS-APIGW", (8,)),
            ("AWS-ACM", _to(3)),
            ("AWS-S3", (14, 15)),
            ("WEB", _to(8, 2)),
        ),
    ),
    Area(
        "Compute",
        "runtimes past their support, errors, functions that anyone can call",
        Severity.CRITICAL,
        (("AWS-LAMBDA", (1, 2, 6, 7, 11, 14)),),
    ),
    Area(
        "Sign-in",
        "how long a login link lives, limits on tries, admin pages, waiver and roster pages",
        Severity.CRITICAL,
        (("REPO", _to(39, 32)), ("AWS-APIGW", (1, 2, 5, 12))),
    ),
    Area(
        "Payments",
        "card data on our servers, signed webhooks, test and live keys apart",
        Severity.CRITICAL,
        (("REPO", (31, 42, 43)), ("SEC", _to(11))),
    ),
    Area(
        "Mail",
        "SPF, DKIM and DMARC, bounces and complaints, one sender for everything",
        Severity.HIGH,
        (("DNS", (*_to(11), 18)), ("SES", (1, *_to(12, 8), *_to(20, 15)))),
    ),
    Area(
        "Domains",
        "registrar lock, days to expiry, how many people reach the registrar",
        Severity.CRITICAL,
        (("AWS-R53", _to(4)), ("DNS", (17,))),
    ),
    Area(
        "Watching",
        "audit trail, budget alarm, alarm when bookings fail, uptime check",
        Severity.HIGH,
        (
            ("AWS-CT", _to(5)),
            ("AWS-BUD", (1,)),
            ("AWS-LAMBDA", (16,)),
            ("AWS-CW", _to(5)),
            ("SES", (30,)),
        ),
    ),
    Area(
        "Supply",
        "pinned dependencies, known holes, branch protection, tests in CI",
        Severity.CRITICAL,
        (("REPO", (1, 3, *_to(12, 5), 27, 28)),),
    ),
)
"""In the order in which they are printed."""
SECURITY = frozenset(code for area in AREAS for code in area.codes)
"""Checks of any area: those that a score counts."""
_AREAS_OF = {code: tuple(area.title for area in AREAS if code in area.codes) for code in sorted(SECURITY)}
_SHADES = {one: 5 - one.rank for one in Severity}


class Checked(msgspec.Struct, frozen=True):
    """What became of each area."""

    tallies: Mapping[str, Tally]
    """By title of the area."""

    @property
    def areas(self) -> int:
        """In how many of them a check could look."""
        return sum(one.evaluated > 0 for one in self.tallies.values())


def checked(results: Iterable[CheckResult]) -> Checked:
    """Count the answers of each area."""
    groups: dict[str, list[CheckResult]] = {area.title: [] for area in AREAS}
    for one in results:
        for title in _AREAS_OF.get(one.code, ()):
            groups[title].append(one)
    return Checked({title: tally(group) for title, group in groups.items()})


def area_table(areas: Checked | None) -> Table:
    """The areas: what was looked at and the worst that is open; without evidence what will be."""
    if areas is None:
        columns = (
            Column("area", "Area"),
            Column("what", "What will be looked at", label="-"),
            Column("worst", "If it fails"),
        )
        unseen = tuple(TableRow((one.title, one.looked_at, f"{one.worst}")) for one in AREAS)
        return Table(columns, unseen, is_sortable=False, label="Areas of the security audit")
    columns = (
        Column("area", "Area"),
        Column("looked", "Looked at", is_number=True),
        Column("worst", "Worst that is open", label="-"),
    )
    rows = tuple(_area_row(area, areas.tallies[area.title]) for area in AREAS)
    return Table(columns, rows, is_sortable=False, label="Areas of the security audit")


def _area_row(area: Area, found: Tally) -> TableRow:
    looked = Cell(f"{found.evaluated} of {found.asked}") if found.asked else Cell("not looked at")
    worst = found.worst
    if worst is None:
        return TableRow(
            (Cell(area.title, area.looked_at), looked, "none" if found.evaluated else "not known")
        )
    level = severity_of(worst)
    where = f"{level.capitalize()}, one of {sum(found.open.values())} open"
    cell = Cell(worst.message, where, "bad" if level is Severity.CRITICAL else "")
    return TableRow((Cell(area.title, area.looked_at), looked, cell))


def area_grids(report: Report, entities: Sequence[str], results: Iterable[CheckResult]) -> tuple[Grid, ...]:
    """The worst that is open by area and business, the empty id being what is nobody's alone."""
    by_entity: dict[str, list[CheckResult]] = {one: [] for one in entities}
    for result in results:
        if result.entity in by_entity:
            by_entity[result.entity].append(result)
    found = {one: checked(group) for one, group in by_entity.items()}
    return tuple(_grid(report, part, found) for part in side_by_side(entities))


def side_by_side(columns: Sequence[T]) -> list[Sequence[T]]:
    """As few grids as hold all columns, each with about as many: five are three and two."""
    grids = -(-len(columns) // COLUMNS)
    wide = -(-len(columns) // grids) if grids else 1
    return [columns[at : at + wide] for at in range(0, len(columns), wide)]


def _grid(report: Report, entities: Sequence[str], found: Mapping[str, Checked]) -> Grid:
    rows = (
        GridRow(area.title, tuple(_cell(report, one, area, found[one]) for one in entities)) for area in AREAS
    )
    titles = tuple(report.site.titles.get(one, one) or "Shared" for one in entities)
    return Grid("Area", titles, (GridGroup("", tuple(rows)),), label="Worst open failure by area")


def _cell(report: Report, entity: str, area: Area, areas: Checked) -> GridCell:
    found = areas.tallies[area.title]
    looked = f"{found.evaluated} of {found.asked}"
    if found.worst is not None:
        level = severity_of(found.worst)
        return GridCell(f"{level}", _SHADES[level], f"{sum(found.open.values())} open, {looked}")
    if found.evaluated:
        return (
            GridCell("clear", 0, looked)
            if not found.unread
            else GridCell("in part", None, looked, is_unknown=True)
        )
    if found.asked:
        return GridCell("not read", None, looked, is_unknown=True)
    return (
        GridCell("nothing there") if _is_read(report, area, entity) else GridCell("not read", is_unknown=True)
    )


def _is_read(report: Report, area: Area, entity: str) -> bool:
    """Whether every kind of thing that the area looks at was listed to the end, and none was there."""
    evidence = report.site.briefing.evidence
    written = [CHECKS[code].of for code in sorted(area.codes) if code in CHECKS]
    is_whole = len(written) == len(area.codes)
    return is_whole and all(evidence.has_read(record, entity) for record in dict.fromkeys(written))
