"""What audits found, as the CTO page tells it and the page behind it lists it, check by check."""

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.finding import Finding
from quarterdeck.model.page import Page
from quarterdeck.model.severity import Severity
from quarterdeck.reports.audit_areas import AREAS, area_grids, area_table, checked
from quarterdeck.reports.audit_results import Tally, judged, tally
from quarterdeck.reports.audit_runs import Read, Runs, read_of, runs_of
from quarterdeck.reports.audit_stacks import (
    AUDIT_PATH,
    MOST_STACKS,
    Repeated,
    answers,
    blocks,
    repeated,
    stack_table,
    stacks_of,
)
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Table
from quarterdeck.reports.skeleton import Report, Site

TAB = "CTO"
"""Of the two pages, where there are two."""


class Audited(msgspec.Struct, frozen=True):
    """What the CTO page says of the audits."""

    is_there: bool
    """Whether any audit has looked at all."""
    all: Tally
    areas: int
    """Of the eleven areas those in which a check could look."""
    area_table: Table
    stacks: Table | None
    runs: Runs | None
    repeated: Repeated | None
    read: Read
    critical: int
    worst: str
    """The sentence of the worst critical finding that audits prove."""
    href: str
    """The page of every check."""

    @property
    def is_enough(self) -> bool:
        """Whether enough could be looked at to call nothing found good news (F-X4)."""
        return isinstance(self.all.score, int)

    @property
    def reading(self) -> str:
        """What the section on security says first."""
        looked = f"{self.areas} of {len(AREAS)} areas were looked at; {self.all.sentence} checks"
        accepted = f", {self.all.accepted} accepted" if self.all.accepted else ""
        return f"{looked}. What fails: {self.all.failures}{accepted}."


def audited(report: Report, tables: Tables) -> Audited:
    """All of it, for a page over every business."""
    is_there = has_looked(report.site.briefing)
    results = judged(report.site.briefing)
    areas = checked(results)
    critical = _critical(report)
    stacks = stacks_of(report, results)
    table = stack_table(report, stacks) if stacks else None
    return Audited(
        is_there,
        tally(results),
        areas.areas,
        area_table(areas if is_there else None),
        tables.plain("security", table) if table else None,
        runs_of(report, tables) if is_there else None,
        repeated(report, results),
        read_of(report),
        len(critical),
        critical[0].message if critical else "",
        report.sources.to(AUDIT_PATH) if is_there else "",
    )


def has_looked(briefing: Briefing) -> bool:
    """Whether any audit has run, so that there is a page of it."""
    return bool(briefing.evidence.snapshots or briefing.results)


def _critical(report: Report) -> list[Finding]:
    """Critical findings of this page that checks prove, those that are the CTO's first of all."""
    rows = (row.finding for row in report.findings())
    found = [
        one for one in rows if one.severity is Severity.CRITICAL and one.state != "accepted" and one.checks
    ]
    return sorted(found, key=lambda one: one.roles[:1] != ("cto",))


def page(site: Site) -> Page:
    """Every failure by business, what could not be read and why, and what was accepted."""
    report = Report(
        site,
        AUDIT_PATH,
        "CTO: audit, check by check",
        "cto",
        site.briefing.entities,
        "All businesses",
        role="cto",
        description="What each audit check found, business by business, and what could not be read.",
    )
    tables = Tables(report)
    results = judged(site.briefing)
    stacks = stacks_of(report, results)
    shown = tuple(dict.fromkeys(one.entity for one in stacks))
    view = {
        "all": tally(results),
        "areas": checked(results).areas,
        "grids": area_grids(report, shown[:MOST_STACKS], results),
        "blocks": blocks(report, stacks),
        "rest": tuple(one.anchor for one in stacks[MOST_STACKS:]),
        "answers": answers(results, tables),
        "read": read_of(report),
    }
    made = report.page("audit.md.j2", tables.downloads, **view)
    return msgspec.structs.replace(made, section=TAB)
