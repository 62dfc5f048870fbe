"""The CEO page: are we safe, what is broken, and what comes first."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import msgspec
from markupsafe import Markup

from quarterdeck.figures.kpis import coverage, covered, most_important_missing
from quarterdeck.links import folded
from quarterdeck.model.books import Option
from quarterdeck.model.briefing import Accepted, Briefing
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.finding import Finding, Gap, KpiState
from quarterdeck.model.handoff import Task
from quarterdeck.model.page import Page
from quarterdeck.model.sales import Lead
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports import ceo_charts
from quarterdeck.reports.agenda import Agenda, agenda, task_href
from quarterdeck.reports.businesses import (
    Business,
    businesses,
    count_open,
    critical_card,
    in_totals,
    month_of_sales,
    repeats_gap,
    sales_cell,
)
from quarterdeck.reports.cells import Tables, figure_or_unknown, grey, no_file, text
from quarterdeck.reports.chains import MOST as MOST_CHAINS
from quarterdeck.reports.chains import Blocker, blockers, chains
from quarterdeck.reports.components import (
    ActionRow,
    Card,
    Cell,
    ChainStep,
    Column,
    FindingRow,
    Table,
    TableRow,
)
from quarterdeck.reports.escape import code
from quarterdeck.reports.home import unknown_card
from quarterdeck.reports.html import anchor_link
from quarterdeck.reports.inventory import Inventory, inventory
from quarterdeck.reports.position import Position, above_zero, position
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.starting import first_fields, named
from quarterdeck.reports.trend import Trend, trend
from quarterdeck.reports.words import age, counted, known_of

PATH = role_path("ceo")

_STATED = "R-GAP-01"
_MOST_SHORTFALLS = 12
_MOST_OTHERS = 8
_MOST_FOLDED = 12
_MOST_WAITS = 5
_MOST_MISSING = 5
_SOON = timedelta(days=60)
_OPEN_STAGES = frozenset({"lead", "qualified", "proposal", "verbal"})


class Linked(msgspec.Struct, frozen=True):
    """Words with the place where more stands."""

    words: str
    href: str
    note: str = ""


class Waits(msgspec.Struct, frozen=True):
    """One open task that holds others up."""

    task: Linked
    owner: str
    due: date | None
    behind: tuple[str, ...]


class Folded(msgspec.Struct, frozen=True):
    """A list of findings by how far away each is."""

    shown: tuple[FindingRow, ...]
    more: tuple[FindingRow, ...]
    """One tap away."""
    rest: tuple[FindingRow, ...]
    """On the pages of their businesses alone."""


class View(msgspec.Struct, frozen=True):
    """What the template of the CEO page prints."""

    position: Position
    sales: Figure
    year: Figure
    unpaid: Figure | None
    against_plan: Cell
    month: str
    first_action: ActionRow | None
    kpis_fresh: int
    kpis_wanted: int
    kpis_old_and_never: tuple[int, int]
    kpis_by_business: Table | None
    """None where no business is active."""
    worst_kpi: KpiState | None
    portfolio: Table
    money_gap: Gap | None
    inventory: Inventory | None
    shortfalls: Folded
    fields_missing: int
    """High findings that only say that a field is missing."""
    others: Folded
    known_gaps: tuple[tuple[Linked, tuple[Finding, ...]], ...]
    chains: tuple[tuple[ChainStep, ...], ...]
    more_chains: tuple[tuple[ChainStep, ...], ...]
    waits: tuple[Waits, ...]
    more_waits: tuple[Waits, ...]
    agenda: Agenda
    decisions: Table | None
    more_decisions: Table | None
    """Requests that need an answer later than in sixty days, or have no day."""
    trend: Trend
    first: tuple[Gap, ...]

    @property
    def first_words(self) -> str:
        """Names of the fields to begin with."""
        return named(self.first)


def page(site: Site) -> Page:
    """The CEO page of one audience."""
    entities = site.briefing.entities
    report = Report(
        site,
        PATH,
        "CEO",
        "ceo",
        entities,
        f"All {counted(len(entities), 'business', 'businesses')}" if len(entities) > 1 else "All businesses",
        role="ceo",
        description="Are we safe, what is broken, and what comes first?",
    )
    tables = Tables(report)
    view = _view(report, tables)
    shown, charts = tuple(one for one in entities if one.is_active), report.charts
    drawn = {
        "contribution": charts.add(ceo_charts.contribution(site.briefing, in_totals(site))),
        "measured": charts.add(ceo_charts.measured(site.briefing, shown), has_table=True),
        "findings": charts.add(ceo_charts.findings(site.briefing)),
        "agenda": charts.add(ceo_charts.agenda(site.briefing, report.to_do()), has_table=True),
    }
    return report.page("ceo.md.j2", tables.downloads, view=view, charts=drawn, cards=_cards(report, view))


def _view(report: Report, tables: Tables) -> View:
    site, briefing = report.site, report.site.briefing
    rows = businesses(site, PATH)
    found = chains(report)
    fresh, wanted = coverage(_counted_kpis(site))
    waits = tuple(_waits(report, one) for one in blockers(report))
    pressing, unhurried = _decisions(report)
    sales = figure_or_unknown(report, "sales_last_month", "", "Sales")
    return View(
        position=position(report),
        sales=sales,
        year=figure_or_unknown(report, "sales_ttm", "", "Sales of twelve months"),
        unpaid=above_zero(briefing.find("unpaid")),
        against_plan=sales_cell(sales, briefing.find("sales_v_plan")),
        month=month_of_sales(site),
        first_action=next(iter(report.actions(1)), None),
        kpis_fresh=fresh,
        kpis_wanted=wanted,
        kpis_old_and_never=_old_and_never(_counted_kpis(site)),
        kpis_by_business=_kpi_table(report, tables),
        worst_kpi=next(iter(most_important_missing(_counted_kpis(site), 1)), None),
        portfolio=tables.plain("portfolio", _portfolio(site, rows)),
        money_gap=None if _knows_burn(site) else _money_gap(),
        inventory=inventory(report, tables),
        shortfalls=_folded(_shortfalls(report), _MOST_SHORTFALLS),
        fields_missing=sum(
            _is_worst(finding.severity) and repeats_gap(site, finding) for finding in site.open_findings
        ),
        others=_folded(_others(report), _MOST_OTHERS),
        known_gaps=_stated(report),
        chains=found[:MOST_CHAINS],
        more_chains=found[MOST_CHAINS : 2 * MOST_CHAINS],
        waits=waits[:_MOST_WAITS],
        more_waits=waits[_MOST_WAITS:],
        agenda=agenda(report),
        decisions=_decision_table(tables, "decisions", pressing),
        more_decisions=_decision_table(tables, "decisions-later", unhurried),
        trend=trend(report, fresh, wanted),
        first=first_fields(report),
    )


def _knows_burn(site: Site) -> bool:
    burn = site.briefing.find("net_burn")
    return burn is not None and burn.is_known


def _money_gap() -> Gap:
    return no_file(
        "Net burn, contribution after all costs, and what sister businesses bill each other",
        "All three need the books.",
        "The ledger brings them: one file for each business in ledger/, with three full months.",
    )


# --- cards -------------------------------------------------------------------------------------------------


def _cards(report: Report, view: View) -> tuple[Card, ...]:
    return (
        unknown_card("Our cash", view.position.cash, "the books do not tell yet"),
        unknown_card("Runway", view.position.runway, "needs cash and net burn"),
        critical_card(report.site, "#shortfalls"),
        _kpi_card(view),
    )


def _kpi_card(view: View) -> Card:
    share = covered(view.kpis_fresh, view.kpis_wanted)
    if isinstance(share, Missing):
        return Card("KPIs measured", share, context="no active business")
    stale, never = view.kpis_old_and_never
    return Card(
        "KPIs measured",
        share,
        context=f"{view.kpis_fresh} of {view.kpis_wanted}; {stale} old, {never} never",
        source_note="KPI tables",
        source_href="#missing-kpis",
    )


# --- the portfolio -----------------------------------------------------------------------------------------


def _portfolio(site: Site, rows: Iterable[Business]) -> Table:
    shown = tuple(rows)
    return Table(
        (
            Column("business", "Business"),
            Column("state", "State", label="-"),
            Column("cash", "Available cash", is_number=True),
            Column("net_burn", "Net burn, a month", is_number=True),
            Column("sales_year", "Twelve months", is_number=True),
            Column("sales_month", f"{month_of_sales(site)} sales", is_number=True),
            Column("critical", "Critical", is_number=True),
            Column("written", "Written"),
        ),
        tuple(_portfolio_row(site, one) for one in shown),
        total=_portfolio_total(site) if len(shown) > 1 else None,
        layout="tight",
    )


def _portfolio_row(site: Site, one: Business) -> TableRow:
    year = site.briefing.find("sales_ttm", one.entity.entity)
    return TableRow(
        (
            one.name_cell,
            one.state_cell,
            *_money_cells(site, one.entity.entity),
            Cell(Missing("not_applicable")) if year is None else _year_cell(year),
            one.sales_cell,
            one.critical_cell,
            one.written_cell,
        )
    )


def _money_cells(site: Site, entity: str) -> tuple[Cell, Cell]:
    """What a business can spend, and what an average month takes beyond what it brings."""
    cash, burn = (site.briefing.find(name, entity) for name in ("cash_available", "net_burn"))
    none = Cell(Missing("not_applicable"))
    return Cell(cash, is_plain=True) if cash else none, Cell(burn, is_plain=True) if burn else none


def _year_cell(year: Figure) -> Cell:
    months = f"{year.known} of {year.wanted} months" if year.is_known and year.is_partial else ""
    return Cell(year, months, is_plain=True)


def _portfolio_total(site: Site) -> TableRow:
    briefing = site.briefing
    year, sales = briefing.find("sales_ttm"), briefing.find("sales_last_month")
    high = count_open(site, Severity.HIGH)
    return TableRow(
        (
            Cell("All", "sales between sister businesses not taken off"),
            "",
            *_money_cells(site, ""),
            Cell(year, known_of(year) if year.is_known else "", is_plain=True) if year else "",
            sales_cell(sales, briefing.find("sales_v_plan")) if sales else "",
            Cell(count_open(site, Severity.CRITICAL), f"and {high} high"),
            "",
        )
    )


# --- findings ----------------------------------------------------------------------------------------------


def _folded(rows: tuple[FindingRow, ...], most: int) -> Folded:
    return Folded(rows[:most], rows[most:][:_MOST_FOLDED], rows[most + _MOST_FOLDED :])


def _shortfalls(report: Report) -> tuple[FindingRow, ...]:
    """Critical and high findings of every role; a field that is missing stands under Not known instead."""
    worst = [
        finding
        for finding in report.site.open_findings
        if finding.entity in report.ids
        and _is_worst(finding.severity)
        and not repeats_gap(report.site, finding)
    ]
    rows = folded(worst, lambda entity: _family(report.site.briefing, entity))
    return tuple(
        FindingRow(
            finding,
            report.site.titles.get(finding.entity, ""),
            here="ceo",
            owner=_owner(report, finding),
            under=under,
        )
        for finding, under in rows
    )


def _family(briefing: Briefing, entity: str) -> tuple[str, ...]:
    """The business that one belongs to, and its parts."""
    parts = (one.entity for one in briefing.parts_of(entity))
    return (briefing.entity(entity).parent, *parts) if entity else ()


def _owner(report: Report, finding: Finding) -> str:
    """Who owns the first task that mends it, else who owns the business."""
    tasks = (report.site.briefing.task(one) for one in finding.tasks)
    task = next((one for one in tasks if one and one.owner), None)
    if task:
        return report.site.briefing.person(task.owner)
    owner = report.site.briefing.entity(finding.entity).owner if finding.entity else Blank("unknown")
    return "" if isinstance(owner, Blank) else report.site.briefing.person(owner)


def _others(report: Report) -> tuple[FindingRow, ...]:
    """What the CEO page lists beside them."""
    return tuple(
        row
        for row in report.findings()
        if row.finding.rule != _STATED
        and (not _is_worst(row.finding.severity) or row.finding.state == "accepted")
    )


def _stated(report: Report) -> tuple[tuple[Linked, tuple[Finding, ...]], ...]:
    """The gaps that people stated themselves, by business."""
    by_entity: dict[str, list[Finding]] = {}
    for finding in report.site.open_findings:
        if finding.rule == _STATED and finding.entity in report.ids:
            by_entity.setdefault(finding.entity, []).append(finding)
    return tuple(
        (
            Linked(
                report.site.titles.get(entity, entity),
                report.sources.to(f"reports/entities/{entity}.md", "stated-gaps"),
            ),
            tuple(findings),
        )
        for entity, findings in by_entity.items()
    )


def _is_worst(severity: Severity) -> bool:
    return severity in {Severity.CRITICAL, Severity.HIGH}


def _waits(report: Report, one: Blocker) -> Waits:
    task = one.task
    return Waits(
        Linked(task.text, task_href(report, task), task.id if task.has_own_id else ""),
        report.site.briefing.person(task.owner),
        task.due,
        one.waiting,
    )


# --- KPIs --------------------------------------------------------------------------------------------------


def _counted_kpis(site: Site) -> tuple[KpiState, ...]:
    shown = {entity.entity for entity in in_totals(site)}
    return tuple(one for one in site.briefing.kpis if one.entity in shown)


def _kpi_table(report: Report, tables: Tables) -> Table | None:
    """How many KPIs of each active business are fresh, old and never measured, and which are wanted most."""
    columns = (
        Column("business", "Business"),
        Column("measured", "Measured", is_number=True),
        Column("old", "Old", is_number=True),
        Column("never", "Never", is_number=True),
        Column("wanted", "Most wanted", label="-"),
    )
    rows = tuple(_kpi_row(report, entity) for entity in report.site.briefing.entities if entity.is_active)
    return tables.plain("missing_kpis", Table(columns, rows, layout="tight")) if rows else None


def _kpi_row(report: Report, entity: Entity) -> TableRow:
    states = report.site.briefing.only(entity.entity).kpis
    fresh, wanted = coverage(states)
    missing = most_important_missing(states, _MOST_MISSING)
    return TableRow(
        (
            Cell(entity.title, href=report.sources.to(f"reports/entities/{entity.entity}.md", "kpis")),
            Cell(covered(fresh, wanted), f"{fresh} of {wanted}"),
            *_old_and_never(states),
            Cell(", ".join(map(_wanted, missing)) or "nothing", _kpis_in(report, entity.source.path)),
        )
    )


def _old_and_never(states: Iterable[KpiState]) -> tuple[int, int]:
    """How many of those that count have an old value, and how many none."""
    required = [one.state for one in states if not one.is_optional]
    return required.count("stale"), required.count("never")


def _wanted(kpi: KpiState) -> str:
    if kpi.state == "stale" and kpi.age_days is not None:
        return f"{kpi.title} ({age(kpi.age_days)} old)"
    return kpi.title


def _kpis_in(report: Report, path: str) -> Markup:
    """Where they are written."""
    return Markup("under KPIs in {}").format(anchor_link(code(f"`{path}`"), report.site.links.edit(path)))


# --- decisions ---------------------------------------------------------------------------------------------


def _decisions(report: Report) -> tuple[list[TableRow], list[TableRow]]:
    """Tasks marked `decide`, requests nobody decided, sales past their day, and acceptances that end.

    Requests without hurry come apart.
    """
    until = report.site.briefing.as_of + _SOON
    requests = _undecided(report)
    pressing = [
        *(_task_decision(report, task) for task in _open_decisions(report)),
        *(_option_decision(report, one) for one in requests if _day(one.due) <= until),
        *(_lead_decision(report, lead) for lead in _overdue_leads(report)),
        *(_accepted_decision(report, one) for one in _expiring(report)),
    ]
    return pressing, [_option_decision(report, one) for one in requests if _day(one.due) > until]


def _decision_table(tables: Tables, key: str, rows: list[TableRow]) -> Table | None:
    if not rows:
        return None
    table = Table(
        (
            Column("question", "Question"),
            Column("by", "By"),
            Column("cost", "Costs", is_number=True),
            Column("waiting", "Waiting costs", is_number=True),
        ),
        tuple(rows),
        layout="tight",
    )
    return tables.plain(key, table)


def _open_decisions(report: Report) -> list[Task]:
    tasks = [
        task
        for task in report.site.briefing.tasks
        if task.is_decision and task.is_open and task.entity in report.ids and not task.is_someday
    ]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max, task.id))


def _task_decision(report: Report, task: Task) -> TableRow:
    title = report.site.titles.get(task.entity, task.entity)
    note = grey(
        title, "task" + (f" {task.id}" if task.has_own_id else ""), report.site.briefing.person(task.owner)
    )
    return TableRow(
        (
            Cell(task.text, note, href=task_href(report, task)),
            _by_cell(report, task.due),
            Cell(task.cost or ""),
            _impact_cell(task),
        )
    )


def _by_cell(report: Report, due: date | None) -> Cell:
    if due is None:
        return Cell(Missing())
    late = (report.site.briefing.as_of - due).days
    return Cell(due, f"{age(late)} late" if late > 0 else "", "bad" if late > 0 else "")


def _impact_cell(task: Task) -> Cell:
    if task.impact:
        return Cell(task.impact, "a month" if task.impact_is_monthly else "once")
    return Cell(f"{task.impact_word} impact") if task.impact_word else Cell(Missing())


def _undecided(report: Report) -> list[Option]:
    options = [one for one in report.of(Option) if one.approved is not True and _is_for_ceo(report, one)]
    return sorted(options, key=lambda one: (_day(one.due), -_amount(one.cost), text(one.id)))


def _is_for_ceo(report: Report, option: Option) -> bool:
    """What surely costs less than `thresholds.approval_limit` is decided without the CEO, a duty never."""
    cost, briefing = option.cost, report.site.briefing
    is_small = isinstance(cost, Money) and cost.currency == briefing.currency
    return option.mandatory is True or not (is_small and _amount(cost) < report.assumed.approval_limit)


def _day(due: object) -> date:
    return due if isinstance(due, date) else date.max


def _amount(cost: object) -> Decimal:
    return cost.amount if isinstance(cost, Money) else Decimal(0)


def _option_decision(report: Report, option: Option) -> TableRow:
    title = report.site.titles.get(option.entity, option.entity)
    due = option.due if isinstance(option.due, date) else None
    must = option.mandatory is True
    brings = option.monthly_benefit
    return TableRow(
        (
            Cell(
                f"Approve “{text(option.name) or text(option.id) or 'a request without a name'}”?",
                grey(title, f"request {text(option.id)}", "there is no choice" if must else ""),
                href=report.sources.to(f"reports/entities/{option.entity}.md", "options"),
            ),
            _by_cell(report, due),
            Cell(option.cost),
            Cell("no choice") if must else Cell(brings, "" if isinstance(brings, Blank) else "a month"),
        )
    )


def _overdue_leads(report: Report) -> list[Lead]:
    as_of = report.site.briefing.as_of
    leads = [
        one
        for one in report.of(Lead)
        if one.stage in _OPEN_STAGES and isinstance(one.expected, date) and one.expected < as_of
    ]
    return sorted(leads, key=lambda one: (_day(one.expected), text(one.lead)))


def _lead_decision(report: Report, lead: Lead) -> TableRow:
    title = report.site.titles.get(lead.entity, lead.entity)
    expected = lead.expected if isinstance(lead.expected, date) else None
    return TableRow(
        (
            Cell(
                f"Go on with {text(lead.lead) or 'a lead without a name'}, or give it up?",
                grey(title, f"lead, {text(lead.stage)}", text(lead.next_step)),
                href=report.sources.to(f"reports/entities/{lead.entity}.md", "pipeline"),
            ),
            _by_cell(report, expected),
            "",
            Cell(lead.value, "if won"),
        )
    )


def _expiring(report: Report) -> list[Accepted]:
    until = report.site.briefing.as_of + _SOON
    found = [one for one in report.site.briefing.accepted if one.until <= until and one.entity in report.ids]
    return sorted(found, key=lambda one: (one.until, one.rule, one.entity, one.subject))


def _accepted_decision(report: Report, one: Accepted) -> TableRow:
    title = report.site.titles.get(one.entity, one.entity)
    return TableRow(
        (
            Cell(
                f"Live on with {one.subject}?",
                grey(title, f"{one.rule}, accepted by {report.site.briefing.person(one.owner)}", one.reason),
            ),
            _by_cell(report, one.until),
            "",
            Cell("open again after it"),
        )
    )
