"""How code reaches production: every way with the place that shows it, and what differs where it runs."""

from collections.abc import Iterable, Sequence

import msgspec

from quarterdeck.model.deployments import DeclaredFunction, DeclaredResource, Deployment
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.repositories import Repository
from quarterdeck.reports.audit_results import judged
from quarterdeck.reports.audit_stacks import AUDIT_PATH
from quarterdeck.reports.cells import Tables, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow, named, slug
from quarterdeck.reports.skeleton import Report, entity_path
from quarterdeck.reports.words import counted

_DRIFT = "REPO-46"
_MOST = 24
"""Ways that the page prints; all of them are in the CSV."""
_MOST_DRIFTED = 4
_STARTS = {
    "any": "a push to any branch",
    "workflow_dispatch": "somebody, by a button",
    "release": "a release",
    "schedule": "a schedule",
    "workflow_run": "another workflow",
    "pull_request": "a pull request",
}


class Drifted(msgspec.Struct, frozen=True):
    """What one business declares and what runs there differ in."""

    business: str
    href: str
    """Its failures on the page of the audit."""
    words: str
    names: str


class ToProduction(msgspec.Struct, frozen=True):
    """Every way to production of every business."""

    table: Table
    repositories: int
    by_hand: int
    """Repositories of which every way is by hand."""
    hidden: int
    """Ways that stand in the CSV alone."""
    drifted: tuple[Drifted, ...]
    unread: tuple[str, ...]
    """Businesses none of whose repositories was read."""


def to_production(report: Report, tables: Tables) -> ToProduction | None:
    """The section's content; None where no repository was read."""
    evidence = report.site.briefing.evidence
    unread = [one.title for one in report.entities if not evidence.has_read(Deployment, one.entity)]
    ways = [(one.title, way) for one in report.entities for way in _ways(evidence, one.entity)]
    if not ways and not evidence.of(Repository):
        return None
    table = tables.plain("to-production", Table(_COLUMNS, tuple(_row(report, *one) for one in ways)))
    repos = {(way.entity, way.repo) for _, way in ways}
    automatic = {(way.entity, way.repo) for _, way in ways if not way.is_by_hand}
    shown = table.rows if len(ways) <= _MOST + 1 else table.rows[:_MOST]
    return ToProduction(
        msgspec.structs.replace(table, rows=shown),
        len(repos),
        len(repos - automatic),
        len(ways) - len(shown),
        tuple(_drifted(report)),
        tuple(unread),
    )


_COLUMNS = (
    Column("repository", "Repository"),
    Column("way", "How it gets there"),
    Column("touches", "What it touches"),
    Column("starts", "What starts it"),
)


def _ways(evidence: Evidence, entity: str) -> list[Deployment]:
    """The ways of a business: those that run by themselves first, of several by one tool in one file the first."""
    found: dict[tuple[str, str, str, tuple[str, ...]], Deployment] = {}
    ranked = sorted(
        evidence.of(Deployment, entity),
        key=lambda one: (
            one.repo,
            not one.is_production,
            not one.runs,
            one.is_by_hand,
            one.pattern,
            one.path,
            one.line,
        ),
    )
    for one in ranked:
        found.setdefault((one.repo, one.words, one.path, one.targets), one)
    return list(found.values())


def _row(report: Report, business: str, way: Deployment) -> TableRow:
    place = f"{way.path}:{way.line}" if way.line else way.path
    stage = way.stage if way.is_production else grey(way.stage, "to try out")
    rights = grey(
        f"as {way.role}" if way.role else "",
        f"with {named(way.secret_names)}" if way.secret_names else "",
    )
    return TableRow(
        (
            Cell(way.repo, business, href=report.sources.to(entity_path(way.entity))),
            Cell(grey(way.words, stage), place),
            Cell(named(_touched(report, way)) or "no name is written"),
            Cell(_started(way), rights, "warn" if way.is_by_hand else ""),
        )
    )


def _touched(report: Report, way: Deployment) -> Sequence[str]:
    """Its targets; else what the same file declares."""
    if way.targets:
        return way.targets
    evidence = report.site.briefing.evidence
    kinds = (DeclaredFunction, DeclaredResource)
    declared = (one for kind in kinds for one in evidence.of(kind, way.entity))
    return tuple(dict.fromkeys(one.name for one in declared if (one.repo, one.path) == (way.repo, way.path)))


def _started(way: Deployment) -> str:
    if way.is_by_hand:
        return "somebody, by hand"
    told = [_STARTS.get(one, f"a push to {one}") for one in way.branches]
    return named(told) if told else "a pipeline" if way.runs else "no file says"


def _drifted(report: Report) -> Iterable[Drifted]:
    """Failures of the comparison with what runs, by business."""
    failed = [one for one in judged(report.site.briefing) if one.code == _DRIFT and one.status == "fail"]
    for entity in report.entities:
        mine = [one for one in failed if one.entity == entity.entity]
        if mine:
            more = len(mine) - _MOST_DRIFTED
            names = [one.subject for one in mine[:_MOST_DRIFTED]]
            yield Drifted(
                entity.title,
                report.sources.to(AUDIT_PATH, "--".join(("audit", slug(entity.entity)))),
                counted(len(mine), "difference"),
                ", ".join(names) + (f" and {more} more" if more > 0 else ""),
            )
