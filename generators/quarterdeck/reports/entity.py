"""The page of one business: open findings, tasks in full, and everything else that its handoff says."""

from decimal import Decimal

import msgspec
from markupsafe import Markup

from quarterdeck.figures.kpis import coverage
from quarterdeck.model.columns import fields_of
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Gap, KpiState
from quarterdeck.model.page import Page
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Ratio
from quarterdeck.reports.built_with import repositories_of
from quarterdeck.reports.businesses import business_row, kind_words, month_of_sales, plan_words, repeats_gap
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Card, Cell, Column, FindingRow, StateKey, Table, TableRow
from quarterdeck.reports.entity_audit import Runs, runs_of
from quarterdeck.reports.entity_books import months_table
from quarterdeck.reports.entity_tables import Link, Section, kpi_values, sections
from quarterdeck.reports.entity_tasks import TaskLine, task_lines
from quarterdeck.reports.home import sales_state
from quarterdeck.reports.records import words
from quarterdeck.reports.skeleton import AUDITS, Report, Site, audit_of, audit_path, entity_path
from quarterdeck.reports.starting import first_fields, named
from quarterdeck.reports.words import age

_OWN_SECTIONS = frozenset({"summary", "tech", "decisions", "questions", "gaps"})
_STATED = "R-GAP-01"
"""Findings of this rule stand on the page as stated gaps."""

_KIND_CARDS: dict[EntityKind, tuple[tuple[str, str, str], ...]] = {
    "charter": (("deposits_held", "Guests\u2019 money", "for services to come"),),
    "concert": (("deposits_held", "Guests\u2019 money", "for services to come"),),
    "hauling": (("unpaid", "Done and unpaid", "of finished jobs"),),
    "agency": (
        ("clients_with_model", "Billing models", "clients that have one"),
        ("effective_rate", "Earned an hour", "over all clients"),
    ),
    "rental": (("occupied", "Units let", ""),),
    "delivery": (("not_collected", "Not collected", "earned, billed or not"),),
    "saas": (
        ("funnel_completeness", "Steps that work", ""),
        ("fixed_costs_monthly", "Fixed costs", "a month"),
    ),
    "generic": (("upcoming_sales", "Booked ahead", ""),),
}
"""Figures of each kind beside its sales, with label and context."""


class Words(msgspec.Struct, frozen=True):
    """Text that somebody wrote under one heading, already sanitised."""

    heading: str
    html: Markup
    source: Source
    anchor: str = ""


class View(msgspec.Struct, frozen=True):
    """What the template prints."""

    entity: Entity
    title: str
    edit: str
    status: str
    """Where it is not active."""
    owner: str
    sales: Figure | None
    against_plan: str
    month: str
    critical: int
    high: int
    parent: Link | None
    parts: Table | None
    books: Table | None
    runs: Runs | None
    repositories: Table | None
    """With language, last commit and what each is built with; None where none was read."""
    """None where no audit looked."""
    tasks: tuple[TaskLine, ...]
    ended: tuple[TaskLine, ...]
    late: int
    findings: tuple[FindingRow, ...]
    more_findings: tuple[FindingRow, ...]
    fields_missing: int
    """Findings that only say that a field is missing."""
    measured: Table | None
    """KPIs that somebody answered for."""
    stale: int
    unmeasured: tuple[KpiState, ...]
    kpi_values: Section | None
    fresh: int
    wanted: int
    sections: tuple[Section, ...]
    summary: tuple[Words, ...]
    gaps: tuple[Words, ...]
    decisions: tuple[Words, ...]
    questions: tuple[Words, ...]
    tech: tuple[Words, ...]
    notes: tuple[Words, ...]
    facts: Table
    first: tuple[Gap, ...]
    inputs: int
    audit: Link | None

    @property
    def first_words(self) -> str:
        """Names of the fields to begin with."""
        return named(self.first)

    @property
    def open_tasks(self) -> int:
        """Tasks that somebody still has to do, their parts included."""
        return sum(1 + len(line.parts) for line in self.tasks)


def page(site: Site, entity: Entity) -> Page:
    """The page of one business or tool."""
    kind = kind_words(entity)
    parent = f", part of {site.titles.get(entity.parent, entity.parent)}" if entity.parent else ""
    report = Report(
        site,
        entity_path(entity.entity),
        entity.title,
        "ceo",
        (entity,),
        f"{kind[:1].upper()}{kind[1:]}{parent}",
        description=f"Findings, tasks, numbers and everything else that the handoff of {entity.title} says.",
        section="Businesses",
    )
    tables = Tables(report)
    view = _view(report, entity, tables)
    return report.page("entity.md.j2", tables.downloads, view=view, cards=_cards(report, entity, view))


def _view(report: Report, entity: Entity, tables: Tables) -> View:
    site, briefing = report.site, report.briefing
    states = briefing.only(entity.entity).kpis
    fresh, wanted = coverage(states)
    lines = task_lines(report, entity)
    found = _findings(report)
    coverage_of_inputs = report.head().coverage
    return View(
        entity=entity,
        title=entity.title,
        edit=site.links.edit(entity.source.path),
        status="" if entity.is_active or isinstance(entity.status, Blank) else entity.status,
        owner="" if isinstance(entity.owner, Blank) else briefing.person(entity.owner),
        sales=briefing.find("sales_last_month", entity.entity),
        against_plan=plan_words(briefing.find("sales_v_plan", entity.entity))[0],
        month=month_of_sales(site),
        critical=site.findings(entity.entity, Severity.CRITICAL),
        high=site.findings(entity.entity, Severity.HIGH),
        parent=_parent(report, entity),
        runs=runs_of(report),
        repositories=repositories_of(report),
        books=months_table(site.briefing, entity.entity),
        parts=_parts(report, entity),
        tasks=tuple(line for line in lines if line.task.is_open),
        ended=tuple(line for line in lines if not line.task.is_open),
        late=sum(line.late > 0 for one in lines for line in (one, *one.parts)),
        findings=tuple(row for row in found if _is_shown(row)),
        more_findings=tuple(row for row in found if not _is_shown(row)),
        fields_missing=sum(repeats_gap(site, row.finding) for row in report.findings()),
        measured=_measured(states),
        stale=sum(one.state == "stale" for one in states),
        unmeasured=tuple(one for one in states if one.state == "never" and not one.is_optional),
        kpi_values=kpi_values(report, entity, tables),
        fresh=fresh,
        wanted=wanted,
        sections=sections(report, entity, tables),
        summary=_prose(report, "summary"),
        gaps=_bullets(report, "gaps"),
        decisions=(*_prose(report, "decisions"), *_bullets(report, "decisions")),
        questions=(*_prose(report, "questions"), *_bullets(report, "questions")),
        tech=_prose(report, "tech"),
        notes=_prose(report, ""),
        facts=_facts(entity),
        first=first_fields(report),
        inputs=coverage_of_inputs.wanted if coverage_of_inputs else 0,
        audit=_audit(report, entity),
    )


def _findings(report: Report) -> tuple[FindingRow, ...]:
    return tuple(
        row
        for row in report.findings()
        if row.finding.rule != _STATED and not repeats_gap(report.site, row.finding)
    )


def _is_shown(row: FindingRow) -> bool:
    """Whether it stands open on the page: what is low, info or accepted is one tap away."""
    return row.finding.state != "accepted" and row.finding.severity.rank <= Severity.MEDIUM.rank


# --- what it belongs to --------------------------------------------------------------------------------------


def _parent(report: Report, entity: Entity) -> Link | None:
    titles = report.site.titles
    if entity.parent not in titles or entity.parent in {"", entity.entity}:
        return None
    return Link(titles[entity.parent], report.sources.to(entity_path(entity.parent)))


def _parts(report: Report, entity: Entity) -> Table | None:
    parts = [one for one in report.site.briefing.parts_of(entity.entity) if one.entity != entity.entity]
    if not parts:
        return None
    rows = [business_row(report.site, report.path, one) for one in parts]
    return Table(
        (
            Column("part", "Part"),
            Column("state", "State", label="-"),
            Column("critical", "Critical", is_number=True),
            Column("written", "Written"),
        ),
        tuple(TableRow((one.name_cell, one.state_cell, one.critical_cell, one.written_cell)) for one in rows),
    )


def _audit(report: Report, entity: Entity) -> Link | None:
    column = audit_of(report.site.briefing, entity)
    return Link(AUDITS[column], report.sources.to(audit_path(entity.entity))) if column else None


# --- cards ---------------------------------------------------------------------------------------------------


def _cards(report: Report, entity: Entity, view: View) -> tuple[Card, ...]:
    kind = "generic" if isinstance(entity.kind, Blank) else entity.kind
    own = (("sales_last_month", f"{view.month} sales", ""), *_KIND_CARDS[kind])
    found = [
        _figure_card(label, figure, view, context)
        for name, label, context in own
        if (figure := report.briefing.find(name, entity.entity)) is not None
    ]
    return (*found[:2], _critical_card(report, entity, view), _kpi_card(view))


def _figure_card(label: str, figure: Figure, view: View, context: str) -> Card:
    if not figure.is_known:
        return Card(label, figure, state="unknown", source_note="what is missing")
    if figure.id != "sales_last_month":
        return Card(label, figure, context=context, source_note="the handoff")
    bad = "under plan" in view.against_plan
    return Card(
        label,
        figure,
        state=sales_state(figure, "bad" if bad else "good" if "over plan" in view.against_plan else ""),
        context=view.against_plan,
        source_note="the handoff",
    )


def _critical_card(report: Report, entity: Entity, view: View) -> Card:
    key, _ = report.site.state(entity)
    state: StateKey = "act" if view.critical else key
    return Card(
        "Critical findings",
        view.critical,
        state=state,
        context=f"and {view.high} high" if view.high else "and no high",
        source_note="findings",
        source_href="#findings",
    )


def _kpi_card(view: View) -> Card:
    if not view.wanted:
        return Card("KPIs measured", Missing("not_applicable"), source_note="KPIs", source_href="#kpis")
    share = Ratio(Decimal(view.fresh) / view.wanted, Decimal(view.fresh), Decimal(view.wanted))
    return Card(
        "KPIs measured",
        share,
        context=f"{view.stale} old, {len(view.unmeasured)} never",
        source_note="KPIs",
        source_href="#kpis",
    )


# --- words ---------------------------------------------------------------------------------------------------


def _prose(report: Report, section: str) -> tuple[Words, ...]:
    """Text of one section; of the empty one, all text that has no section of its own."""
    return tuple(
        Words(one.heading, Markup(one.html), one.source)  # noqa: S704 - sanitised where it was read
        for one in report.briefing.prose
        if one.entity in report.ids
        and one.html.strip()
        and (one.section == section if section else one.section not in _OWN_SECTIONS)
    )


def _bullets(report: Report, section: str) -> tuple[Words, ...]:
    return tuple(
        Words("", Markup(one.html), one.source)  # noqa: S704 - sanitised where it was read
        for one in report.briefing.bullets
        if one.entity in report.ids and one.section == section
    )


def _measured(states: tuple[KpiState, ...]) -> Table | None:
    """KPIs with a value or another answer, the catalogue's order kept."""
    rows = [
        TableRow(
            (
                one.title,
                Cell(one.value or ("n/a" if one.state == "n/a" else "not known"), one.reason),
                one.period,
                Cell(one.state, f"{age(one.age_days)} old" if one.state == "stale" and one.age_days else ""),
            )
        )
        for one in states
        if one.state != "never"
    ]
    if not rows:
        return None
    columns = (
        Column("kpi", "KPI"),
        Column("value", "Value", is_number=True),
        Column("period", "Period"),
        Column("state", "State"),
    )
    return Table(columns, tuple(rows), is_sortable=False)


def _facts(entity: Entity) -> Table:
    """The front matter, key by key."""
    rows = [
        TableRow((field.header, Cell(text, "estimate" if field.name in entity.estimates else "")))
        for field in fields_of(Entity)
        if (text := words(getattr(entity, field.name)))
    ]
    rows += [TableRow((key, Cell(text, "a key that nobody reads"))) for key, text in entity.extra]
    return Table((Column("key", "Key"), Column("value", "Value")), tuple(rows), is_sortable=False)
