"""What audits found, by business and area, on the CTO page: the worst that is open, and what nobody looked at."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from quarterdeck.checks.registry import CHECKS
from quarterdeck.model.check import ASKED, EVALUATED
from quarterdeck.model.entity import Entity
from quarterdeck.model.evidence import RECORDS
from quarterdeck.model.finding import Finding
from quarterdeck.model.observed import Observed
from quarterdeck.model.severity import Severity
from quarterdeck.reports.components import Grid, GridCell, GridGroup, GridRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted
from quarterdeck.rules.registry import RULES

COLUMNS = 4
"""As many businesses as fit side by side on a phone."""
AREA_OF_MODULE: Mapping[str, str] = {
    "cloud.identity": "Access",
    "cloud.secrets": "Access",
    "cloud.buckets": "Data",
    "cloud.tables": "Data",
    "cloud.functions": "Running",
    "cloud.apis": "Running",
    "cloud.distributions": "Running",
    "cloud.messages": "Running",
    "cloud.other": "Running",
    "imported": "Running",
    "cloud.watching": "Watching",
    "cloud.cost": "Cost",
    "repositories": "Code",
    "cloud.domains": "Sites",
    "web": "Sites",
    "mail_account": "Mail",
}
"""Module of a kind of record, below the model -> the area that it belongs to."""
_AREAS = tuple(dict.fromkeys(AREA_OF_MODULE.values()))
_NOT_READ = GridCell("not read", is_unknown=True)
_UNREAD = ASKED - EVALUATED
"""Statuses of a check that could not look at its thing."""
_SHADES = {one: 5 - one.rank for one in Severity}


class Audits(msgspec.Struct, frozen=True):
    """The worst open finding of each area, business by business."""

    grids: tuple[Grid, ...]
    """None of them where no audit has run."""
    reading: str = ""


def audits_of(report: Report) -> Audits:
    """What audits say of the businesses that they looked at."""
    evidence = report.site.briefing.evidence
    looked_at = {entity for one in evidence.snapshots for entity in one.entities}
    seen = [one for one in report.entities if one.entity in looked_at]
    if not seen:
        return Audits(())
    found = _by_place(report)
    parts = [seen[at : at + COLUMNS] for at in range(0, len(seen), COLUMNS)]
    return Audits(tuple(_grid(report, part, found) for part in parts), _reading(report, seen, found))


def area_of(record: type[Observed]) -> str:
    """The area that a kind of record belongs to."""
    return AREA_OF_MODULE[record.__module__.partition("model.")[2]]


_AREA_OF_NAME = {record.__name__: area_of(record) for record in RECORDS}


def _area_of_rule(code: str) -> str:
    """The area of the first kind of record that a rule or check looks at; empty for what reads no evidence."""
    known = RULES.get(code) or CHECKS.get(code)
    names = (one.partition(".")[0] for one in (known.reads if known else ()))
    return next((_AREA_OF_NAME[name] for name in names if name in _AREA_OF_NAME), "")


Places = Mapping[tuple[str, str], Sequence[Finding]]


def _by_place(report: Report) -> Places:
    """Open findings of audits by business and area."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for one in report.site.open_findings:
        if any(source.kind == "evidence" for source in one.evidence) and (area := _area_of_rule(one.rule)):
            found.setdefault((one.entity, area), []).append(one)
    return found


def _grid(report: Report, entities: Sequence[Entity], found: Places) -> Grid:
    unread = Counter(
        (one.entity, _area_of_rule(one.code)) for one in report.site.briefing.results if one.status in _UNREAD
    )
    rows = (
        GridRow(
            area, tuple(_cell(report, one.entity, area, found, unread[one.entity, area]) for one in entities)
        )
        for area in _AREAS
    )
    return Grid(
        "Area",
        tuple(one.title for one in entities),
        (GridGroup("", tuple(rows)),),
        label="Worst open finding of the audits, by area",
    )


def _cell(report: Report, entity: str, area: str, found: Places, unread: int) -> GridCell:
    there = found.get((entity, area), ())
    gap = f"{unread} not read" if unread else ""
    if there:
        worst = min((one.severity for one in there), key=lambda one: one.rank)
        return GridCell(f"{worst}", _SHADES[worst], ", ".join(filter(None, (f"{len(there)} open", gap))))
    evidence = report.site.briefing.evidence
    read = [evidence.has_read(one, entity) for one in RECORDS if area_of(one) == area]
    if all(read) and not gap:
        return GridCell("clear", 0)
    return GridCell("in part", note=gap or "nothing open", is_unknown=True) if any(read) else _NOT_READ


def _reading(report: Report, entities: Sequence[Entity], found: Places) -> str:
    ids = {one.entity for one in entities}
    places = {place: each for place, each in found.items() if place[0] in ids}
    looked = f"Audits looked at {counted(len(entities), 'business', 'businesses')}"
    if not places:
        return f"{looked}; nothing that they found is open."
    count = sum(map(len, places.values()))
    worst = min((one for each in places.values() for one in each), key=lambda one: one.severity.rank)
    return (
        f"{looked}; {counted(count, 'finding')} {'is' if count == 1 else 'are'} open, "
        f"the worst {worst.severity}: {_area_of_rule(worst.rule).lower()} at {report.site.titles[worst.entity]}."
    )
