"""Home: is the whole safe, what is critical, and what is worth the next hours."""

from collections.abc import Mapping

import msgspec

from quarterdeck.figures.inputs import Page as InputColumn
from quarterdeck.figures.months import last_full_month
from quarterdeck.model.errors import Problem
from quarterdeck.model.figure import Figure, Missing, State
from quarterdeck.model.finding import ROLE_TITLES, Gap, Role
from quarterdeck.model.page import Page
from quarterdeck.model.severity import Severity
from quarterdeck.reports.businesses import (
    businesses,
    count_open,
    critical_card,
    in_totals,
    month_of_sales,
    plan_words,
    sales_cell,
)
from quarterdeck.reports.cells import figure_or_unknown
from quarterdeck.reports.components import Card, Cell, Column, Coverage, Move, StateKey, Table, TableRow, Tone
from quarterdeck.reports.position import Position, position
from quarterdeck.reports.skeleton import (
    AUDITS,
    CONTRADICTIONS_PATH,
    Report,
    Site,
    audit_of,
    audit_path,
    role_path,
)
from quarterdeck.reports.starting import first_fields, named
from quarterdeck.reports.words import counted

PATH = "index.md"

_MOST_FIRST = 3
_QUESTIONS: dict[Role, str] = {
    "ceo": "Are we safe, what is broken, what comes first?",
    "cto": "Is anything exposed or broken today, and what is worth the next engineering hours?",
    "cfo": "How long does the money last, which week hurts, what is free?",
    "cmo": "Where can people find and book us, and where does the next customer come from?",
    "accounting": "Can last month be relied on, and what is in the way?",
}
_AUDIT_QUESTIONS = {
    "rental": "Does the building pay, and which lease or deadline is next?",
    "billing": "Which trips were sailed and not billed, and who has not paid?",
    "clients": "Which clients cost money, and which have no terms?",
}


class Reading(msgspec.Struct, frozen=True):
    """One report in the list: where it is, what it answers, how much is behind it."""

    title: str
    href: str
    question: str
    critical: int
    coverage: Coverage | None


class View(msgspec.Struct, frozen=True):
    """What the template of Home prints."""

    position: Position
    table: Table
    readings: tuple[Reading, ...]
    gap: Gap | None
    """The most useful one."""
    gaps: int
    contradictions: int
    contradictions_href: str
    problems: tuple[Problem, ...]
    first: tuple[Gap, ...]
    """The fields to begin with, where nothing is known."""
    commit: str
    commit_href: str
    is_dirty: bool

    @property
    def first_words(self) -> str:
        """Names of the fields to begin with."""
        return named(self.first)


def page(site: Site) -> Page:
    """The first page of one audience."""
    report = Report(
        site,
        PATH,
        "Where things stand",
        "ceo",
        site.briefing.entities,
        _scope(len(site.briefing.entities)),
        description="Whether the whole is safe, what is critical, and what to do first.",
        is_home=True,
    )
    table, download = report.with_csv("businesses", _table(site))
    made = report.page(
        "home.md.j2",
        (download,),
        view=_view(report, table),
        cards=_cards(report),
        first_actions=report.actions(_MOST_FIRST),
        after_first=report.later(_MOST_FIRST),
    )
    return msgspec.structs.replace(made, title="Home")


def _scope(count: int) -> str:
    return counted(count, "business", "businesses") if count else "No business yet"


def _view(report: Report, table: Table) -> View:
    briefing = report.site.briefing
    gaps = report.gaps()
    return View(
        position=position(report),
        table=table,
        readings=tuple(_readings(report)),
        gap=gaps[0] if gaps else None,
        gaps=len(gaps),
        contradictions=len(briefing.contradictions),
        contradictions_href=report.sources.to(CONTRADICTIONS_PATH),
        problems=tuple(sorted(briefing.problems)),
        first=first_fields(report),
        commit=briefing.commit,
        commit_href=report.site.links.commit(briefing.commit),
        is_dirty=briefing.is_dirty,
    )


def _cards(report: Report) -> tuple[Card, ...]:
    cash = figure_or_unknown(report, "cash_available", "", "Our cash")
    week = figure_or_unknown(report, "lowest_week", "", "Lowest week of the next 13")
    return (
        unknown_card("Our cash", cash, "the books do not tell yet"),
        unknown_card("Lowest week of 13", week, "needs the books"),
        sales_card(report),
        critical_card(report.site, _shortfalls_href(report)),
    )


def _shortfalls_href(report: Report) -> str:
    """The list of critical findings, where this audience reads the CEO page; else the businesses."""
    if "ceo" in report.site.briefing.roles:
        return report.sources.to(role_path("ceo"), "shortfalls")
    return "#businesses"


_ANSWERS: Mapping[State, StateKey] = {"cash_generating": "course", "depleted": "act"}


def unknown_card(label: str, figure: Figure, why: str) -> Card:
    """A card of a figure that may still be not known, and why; a state such as generating cash is an answer."""
    if figure.is_known:
        return Card(label, figure, source_note="computed")
    if isinstance(figure.value, Missing) and figure.value.state in _ANSWERS:
        return Card(label, figure, state=_ANSWERS[figure.value.state], source_note="computed")
    return Card(label, figure, state="unknown", context=why, source_note="what is missing")


def sales_card(report: Report) -> Card:
    """Sales of the last full month against the plan."""
    sales = figure_or_unknown(report, "sales_last_month", "", "Sales")
    against = report.site.briefing.find("sales_v_plan")
    words, tone = plan_words(against)
    label = f"{month_of_sales(report.site)} sales"
    if not sales.is_known:
        return unknown_card(label, sales, "no sale of it is written down")
    return Card(
        label,
        sales,
        state=sales_state(sales, tone),
        move=_move(words, tone),
        context="as the businesses wrote them",
        source_note=f"bookings, invoices, {last_full_month(report.site.briefing.as_of).name}",
    )


def sales_state(sales: Figure, tone: Tone) -> StateKey | None:
    """Watch where sales are under plan; no word where a part of them or the plan is not known."""
    if sales.is_partial:
        return None
    return {"bad": "watch", "good": "course"}.get(tone)  # type: ignore[return-value]  # the words are states


def _move(words: str, tone: Tone) -> Move:
    direction = {"bad": "down", "good": "up"}.get(tone, "none")
    return Move(words, direction, tone)  # type: ignore[arg-type]  # one of the four


def _table(site: Site) -> Table:
    rows = [
        TableRow((one.name_cell, one.state_cell, one.sales_cell, one.critical_cell, one.written_cell))
        for one in businesses(site, PATH)
    ]
    return Table(
        (
            Column("business", "Business"),
            Column("state", "State", label="-"),
            Column("sales", f"{month_of_sales(site)} sales", is_number=True, label="-"),
            Column("critical", "Critical", is_number=True, label="critical"),
            Column("written", "Written", label="-"),
        ),
        tuple(rows),
        total=_total(site) if len(rows) > 1 else None,
        layout="home",
        is_index=True,
    )


def _total(site: Site) -> TableRow:
    briefing = site.briefing
    sales = briefing.find("sales_last_month")
    high = count_open(site, Severity.HIGH)
    return TableRow(
        (
            "All",
            "",
            sales_cell(sales, briefing.find("sales_v_plan")) if sales else "",
            Cell(count_open(site, Severity.CRITICAL), f"and {high} high"),
            "",
        )
    )


def _readings(report: Report) -> list[Reading]:
    """The reports of this audience: roles, then audits."""
    site = report.site
    roles = [
        _reading(report, ROLE_TITLES[role], role_path(role), role, _QUESTIONS[role], _critical_of(site, role))
        for role in site.briefing.roles
    ]
    audits = []
    for entity in site.briefing.entities:
        column = audit_of(site.briefing, entity)
        if column:
            title = f"{AUDITS[column]} of {entity.title}"
            critical = site.findings(entity.entity, Severity.CRITICAL)
            question = _AUDIT_QUESTIONS[column]
            audits.append(
                _reading(report, title, audit_path(entity.entity), column, question, critical, entity.entity)
            )
    return [*roles, *audits]


def _reading(
    report: Report, title: str, path: str, column: InputColumn, question: str, critical: int, entity: str = ""
) -> Reading:
    briefing = report.site.briefing
    entities = (briefing.entity(entity),) if entity else briefing.entities
    frame = Report(report.site, path, title, column, entities, "")
    return Reading(title, report.sources.to(path), question, critical, frame.head().coverage)


def _critical_of(site: Site, role: Role) -> int:
    shown = {entity.entity for entity in in_totals(site)}
    return sum(
        finding.severity is Severity.CRITICAL
        and finding.entity in shown
        and (role in finding.roles or any(effect.role == role for effect in finding.affects))
        for finding in site.open_findings
    )
