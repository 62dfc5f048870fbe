"""The sections of a business's page that print the tables of its handoff."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.figures.names import named
from quarterdeck.model.books import Kpi, PlanLine
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import ROLE_TITLES
from quarterdeck.model.sales import Offer
from quarterdeck.model.source import Source
from quarterdeck.model.tables import TABLES
from quarterdeck.model.tables import Table as Schema
from quarterdeck.model.values import Blank, Money, Period
from quarterdeck.reports.cells import ExtraColumn, Tables, extras, raw
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.records import LAYOUTS, newest_first, record_table, words
from quarterdeck.reports.skeleton import AUDITS, Report, audit_of, audit_path, role_path
from quarterdeck.reports.subjects import SUBJECTS
from quarterdeck.reports.words import Printable, counted, value

MOST_ROWS = 40
_COUNTED = frozenset({"bookings", "jobs"})
"""Lines of a plan that are no money."""


class Link(msgspec.Struct, frozen=True):
    """Words, and where they lead; nowhere with an empty address."""

    words: str
    href: str


class Section(msgspec.Struct, frozen=True):
    """One table with what stands around it."""

    title: str
    anchor: str
    question: str
    count: str
    """`98 bookings`."""
    figures: tuple[Figure, ...]
    table: Table
    sources: tuple[Source, ...]
    """One for each file."""
    extra: tuple[ExtraColumn, ...]
    hidden: int
    """Rows that stand in the CSV alone."""
    links: tuple[Link, ...]


def sections(report: Report, entity: Entity, tables: Tables) -> tuple[Section, ...]:
    """A section for every table that has rows, in the order of the tables; KPIs stand elsewhere."""
    found = []
    for schema in TABLES:
        rows = report.briefing.of(schema.record, entity.entity)
        if rows and schema.record is not Kpi:
            found.append(_section(report, entity, tables, schema, rows))
    return tuple(found)


def kpi_values(report: Report, entity: Entity, tables: Tables) -> Section | None:
    """Every value that the KPI table holds, newest first."""
    rows = report.briefing.of(Kpi, entity.entity)
    if not rows:
        return None
    schema = next(one for one in TABLES if one.record is Kpi)
    return _section(report, entity, tables, schema, rows)


def _section(report: Report, entity: Entity, tables: Tables, schema: Schema, rows: Sequence[Row]) -> Section:
    subject = SUBJECTS.get(schema.name)
    ordered = newest_first(rows) if len(rows) > MOST_ROWS else tuple(rows)
    shown = ordered[:MOST_ROWS]
    linked = tables.plain(schema.name.replace("_", "-"), raw(ordered))
    briefing = report.briefing
    figures = [briefing.find(name, entity.entity) for name in (subject.figures if subject else ())]
    return Section(
        title=schema.heading,
        anchor=schema.name.replace("_", "-"),
        question=subject.question if subject else "",
        count=counted(len(rows), subject.noun, subject.plural) if subject else counted(len(rows), "value"),
        figures=tuple(figure for figure in figures if figure is not None and _says_something(figure)),
        table=msgspec.structs.replace(_table(report, entity, schema, rows, shown), csv=linked.csv),
        sources=tuple({row.source.path: row.source for row in reversed(rows)}.values())[::-1],
        extra=extras(rows, _name(schema)),
        hidden=0 if schema.record is PlanLine else len(rows) - len(shown),
        links=_links(report, entity, schema),
    )


def _says_something(figure: Figure) -> bool:
    """Whether it has a value; `at least 0` is none."""
    amount = figure.value.amount if isinstance(figure.value, Money) else figure.value
    return figure.is_known and not (figure.is_partial and amount == 0)


def _table(
    report: Report, entity: Entity, schema: Schema, rows: Sequence[Row], shown: Sequence[Row]
) -> Table:
    if schema.record is PlanLine:
        return plan_table([row for row in rows if isinstance(row, PlanLine)])
    if schema.record is Offer:
        return _with_contribution(report, entity, record_table(schema.name, shown), shown)
    return record_table(schema.name, shown)


def _name(schema: Schema) -> Callable[[Row], str]:
    main = LAYOUTS[schema.name][0].main
    return lambda row: words(getattr(row, main)) or "a row without a name"


def _links(report: Report, entity: Entity, schema: Schema) -> tuple[Link, ...]:
    subject = SUBJECTS.get(schema.name)
    if subject is None:
        return ()
    briefing = report.site.briefing
    roles = [
        Link(f"{ROLE_TITLES[role]} page", report.sources.to(role_path(role), anchor))
        for role, anchor in subject.elsewhere
        if role in briefing.roles
    ]
    column = audit_of(briefing, entity)
    for audit, anchor in subject.in_audit:
        if audit == column:
            where = report.sources.to(audit_path(entity.entity), anchor)
            roles.insert(0, Link(AUDITS[audit], where))
    return tuple({link.words: link for link in reversed(roles)}.values())[::-1]


# --- tables that are not printed row by row --------------------------------------------------------------------


def plan_table(rows: Sequence[PlanLine]) -> Table:
    """The plan as months against lines, the newest month first; what it needs and why stands beneath the month."""
    lines = list(dict.fromkeys(words(row.line) or "without a line" for row in rows))
    by_month: dict[Period | None, list[PlanLine]] = {}
    for row in rows:
        by_month.setdefault(row.month if isinstance(row.month, Period) else None, []).append(row)
    months = sorted(
        by_month, key=lambda month: (month is not None, month and (month.end, month.name)), reverse=True
    )
    return Table(
        (Column("month", "Month"), *(Column(line, line.capitalize(), is_number=True) for line in lines)),
        tuple(_plan_row(month, by_month[month], lines) for month in months),
        is_sortable=False,
    )


def _plan_row(month: Period | None, rows: Sequence[PlanLine], lines: Sequence[str]) -> TableRow:
    needs = dict.fromkeys(need for row in rows if not isinstance(row.needs, Blank) for need in row.needs)
    notes = dict.fromkeys(row.note for row in rows if isinstance(row.note, str))
    about = "; ".join([*(["needs " + ", ".join(needs)] if needs else []), *notes])
    cells = []
    for line in lines:
        own = [row for row in rows if (words(row.line) or "without a line") == line]
        cells.append(_plan_cell(own) if own else Cell(""))
    return TableRow((Cell(month.name if month else "without a month", about), *cells))


def _plan_cell(rows: Sequence[PlanLine]) -> Cell:
    """What a month plans of a line: its parts together, as far as they are of one currency."""
    amount: Printable = rows[-1].amount
    parts = [row.amount for row in rows if isinstance(row.amount, Money)]
    if len(parts) == len(rows) and len({one.currency for one in parts}) == 1:
        amount = Money(sum((one.amount for one in parts), Decimal(0)), parts[0].currency)
    if isinstance(amount, Money) and rows[-1].line in _COUNTED:
        amount = amount.amount
    return Cell(amount, "estimate" if any("amount" in row.estimates for row in rows) else "")


def _with_contribution(report: Report, entity: Entity, table: Table, rows: Sequence[Row]) -> Table:
    """Offers with what one more of each leaves, beside what it costs."""
    subjects = {id(row): subject for subject, _, row in named(rows, "offer")}
    cells = []
    for row in rows:
        subject = subjects.get(id(row), "")
        figure = report.briefing.find(f"contribution:{subject}", entity.entity)
        share = report.briefing.find(f"contribution_ratio:{subject}", entity.entity)
        note = f"{value(share)} of the price" if share and share.is_known else ""
        cells.append(Cell(figure, note) if figure else Cell(""))
    if not any(cell.value for cell in cells):
        return table
    at = min(3, len(table.columns))
    return msgspec.structs.replace(
        table,
        columns=(*table.columns[:at], Column("leaves", "Leaves", is_number=True), *table.columns[at:]),
        rows=tuple(
            TableRow((*row.cells[:at], cell, *row.cells[at:]))
            for row, cell in zip(table.rows, cells, strict=True)
        ),
    )
