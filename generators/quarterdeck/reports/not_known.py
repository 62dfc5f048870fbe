"""Not known: every gap of the portfolio, what each one unlocks, and who can close it where."""

from collections.abc import Iterable, Iterator

import msgspec

from quarterdeck.model.books import Kpi
from quarterdeck.model.columns import Row, fields_of
from quarterdeck.model.finding import Finding, Gap
from quarterdeck.model.page import Page
from quarterdeck.model.source import Source
from quarterdeck.model.tables import TABLES
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, Column, Table, TableRow, slug
from quarterdeck.reports.owners import owner_of
from quarterdeck.reports.skeleton import NOT_KNOWN_PATH, SURENESS, Report, Site, entity_path
from quarterdeck.reports.starting import first_fields
from quarterdeck.reports.words import counted, day

_FIRST = 5
"""How many of the first gaps the lead adds up."""
_OF_A_GAP = "R-DAT-01"
_TWO_VALUES = "R-DAT-03"


class View(msgspec.Struct, frozen=True):
    """What the template of the page prints."""

    gaps: Table | None
    all_businesses: int
    count: int
    businesses: int
    """Businesses that lack something."""
    unlocks: int
    """Figures that all gaps together keep back."""
    first_unlocks: int
    """Those that the first few keep back."""
    first: int
    unread: Table | None
    """What an audit could not read."""
    answers: Table | None
    """What somebody said is not tracked, or has no meaning here."""
    wrong: Table | None
    """Values that were not understood, by file and line."""
    wrong_count: int
    never: int
    """KPIs that nobody ever wrote down."""
    start: tuple[Gap, ...]
    """The fields to begin with, where nothing is known."""


def page(site: Site) -> Page:
    """The list of everything that one audience's pages cannot say."""
    report = Report(
        site,
        NOT_KNOWN_PATH,
        "Not known",
        "ceo",
        site.briefing.entities,
        "All businesses",
        description="Everything that no page can say yet, the most useful gap first.",
    )
    tables = Tables(report)
    made = report.page("not_known.md.j2", tables.downloads, view=_view(report, tables))
    return msgspec.structs.replace(made, section=SURENESS)


def _view(report: Report, tables: Tables) -> View:
    gaps = report.gaps()
    wrong = [one for one in report.site.open_findings if _is_wrong(one, report.site)]
    return View(
        gaps=_linked(tables, "gaps", _gaps(report, gaps)),
        all_businesses=len(report.entities),
        count=len(gaps),
        businesses=len({gap.entity for gap in gaps}),
        unlocks=sum(gap.unlocks for gap in gaps),
        first_unlocks=sum(gap.unlocks for gap in gaps[:_FIRST]),
        first=min(_FIRST, len(gaps)),
        unread=_linked(tables, "unread", _unread(report)),
        answers=_linked(tables, "answers", _answers(report)),
        wrong=_linked(tables, "wrong", _wrong(report, wrong)),
        wrong_count=len(wrong),
        never=sum(kpi.state == "never" and not kpi.is_optional for kpi in report.site.briefing.kpis),
        start=first_fields(report),
    )


def _linked(tables: Tables, key: str, table: Table) -> Table | None:
    """The table with its download; None where it has no row."""
    return tables.plain(key, table) if table.rows else None


def _gaps(report: Report, gaps: Iterable[Gap]) -> Table:
    """One row for each gap: what and why, where to add it, what it unlocks, and whose it is."""
    return Table(
        (
            Column("what", "What", label="-"),
            Column("business", "Business"),
            Column("add", "Where to add it", label="Add it to"),
            Column("unlocks", "Unlocks", is_number=True),
            Column("owner", "Who"),
        ),
        tuple(
            TableRow(
                (
                    Cell(gap.what, gap.why),
                    _business(report, gap.entity),
                    _place(report, gap),
                    _unlocks(gap),
                    _owner(report, gap),
                ),
                anchor=f"g-{slug(gap.key)}-{slug(gap.entity)}",
            )
            for gap in gaps
        ),
        label="Everything that is not known",
    )


def _business(report: Report, entity: str) -> Cell:
    title = report.site.titles.get(entity, "")
    return Cell(title or "All", href=report.sources.to(entity_path(entity)) if title else "")


def _place(report: Report, gap: Gap) -> Cell:
    """The file, as a link to where it can be edited, and what goes into it."""
    where = f", section {gap.heading}" if gap.heading else ""
    return Cell(gap.path, f"{gap.add}{where}", href=report.site.links.edit(gap.path))


def _unlocks(gap: Gap) -> Cell:
    return Cell(gap.unlocks, f"on {counted(gap.pages, 'page')}" if gap.pages else "")


def _owner(report: Report, gap: Gap) -> Cell:
    """Who is asked: the owner of the business, else of the role; and since when it has been so, if known."""
    briefing = report.site.briefing
    entity = briefing.entity(gap.entity)
    owner = owner_of(briefing, gap.entity, gap.roles)
    if isinstance(entity.updated, Blank):
        return Cell(owner, "age not known")
    return Cell(owner, f"open since {day(entity.updated)} or before")


def _unread(report: Report) -> Table:
    """What the audits asked for and did not get."""
    columns = (Column("what", "What"), Column("business", "Business"), Column("answer", "What was answered"))
    rows = (
        TableRow((Cell(gap.subject, gap.collector), _business(report, gap.entity), gap.reason))
        for gap in report.site.briefing.evidence.gaps
    )
    return Table(columns, tuple(rows), label="What the audits could not read")


def _answers(report: Report) -> Table:
    """Everything that somebody said is not tracked, and KPIs that have no meaning for a business."""
    columns = (
        Column("what", "What"),
        Column("business", "Business"),
        Column("answer", "Answer"),
        Column("place", "Where"),
    )
    rows = (
        TableRow((what, _business(report, entity), Cell(answer, reason), _line(report, source)))
        for what, entity, answer, reason, source in _answered(report)
    )
    return Table(columns, tuple(rows), label="What is not tracked on purpose")


def _answered(report: Report) -> Iterator[tuple[str, str, str, str, Source]]:
    """What, whose, which answer, why and where; KPIs first, then cells in the order of the tables."""
    briefing = report.site.briefing
    for kpi in briefing.kpis:
        if kpi.state in {"not tracked", "n/a"} and kpi.source:
            yield kpi.title, kpi.entity, kpi.state, kpi.reason, kpi.source
    for table in TABLES:
        if table.record is not Kpi:
            for row in briefing.of(table.record):
                yield from _untracked(row, table.heading)


def _untracked(row: Row, heading: str) -> Iterator[tuple[str, str, str, str, Source]]:
    for field in fields_of(type(row)):
        cell = getattr(row, field.name)
        if isinstance(cell, Blank) and cell.why == "not tracked":
            yield f"{field.header} in {heading}", row.entity, cell.why, cell.text, row.source


def _line(report: Report, source: Source) -> Cell:
    place = report.sources.place(source)
    return Cell(place.text, href=place.href)


def _is_wrong(finding: Finding, site: Site) -> bool:
    """Whether it says that something written is wrong; what only repeats a gap, or has its own page, does not."""
    if not finding.rule.startswith("R-DAT") or finding.rule == _TWO_VALUES:
        return False
    return finding.rule != _OF_A_GAP or (finding.entity, finding.subject) not in site.gap_keys


def _wrong(report: Report, found: Iterable[Finding]) -> Table:
    """What was found in the files, in their order, line by line."""
    columns = (
        Column("place", "Where"),
        Column("what", "What is so", label="-"),
        Column("mend", "What mends it", label="-"),
        Column("rule", "Rule"),
    )
    rows = (
        TableRow(
            (
                _line(report, source),
                Cell(finding.message, report.site.titles.get(finding.entity, "")),
                finding.action.replace("`", ""),
                Cell(finding.rule, href=report.sources.rule(finding.rule)),
            )
        )
        for source, finding in sorted(_placed(found), key=lambda one: (one[0], one[1].order))
    )
    return Table(columns, tuple(rows), label="What is wrong in the files")


def _placed(found: Iterable[Finding]) -> Iterator[tuple[Source, Finding]]:
    for finding in found:
        yield (finding.evidence[0] if finding.evidence else Source("")), finding
