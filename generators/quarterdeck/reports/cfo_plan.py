"""Targets, what they rest on, and sales against them, for the CFO."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.formulas.plan import variance as actual_to_plan
from quarterdeck.model.books import PlanLine
from quarterdeck.model.briefing import Briefing, by_entity
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Finding
from quarterdeck.model.handoff import Task
from quarterdeck.model.sales import Campaign, Lead
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period
from quarterdeck.reports.business_rows import (
    business,
    figure_cell,
    in_order,
    keeps_books,
    money_of,
    month_words,
    same_month,
    task_words,
)
from quarterdeck.reports.cells import Tables, first_places, grey, text, total
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import NBSP, counted, day, money, number, percent, value

_MONTHS_AHEAD = 12
_COUNTED = {"bookings": "booking", "jobs": "job"}


class Need(msgspec.Struct, frozen=True):
    """One thing that a target rests on, and how far it is."""

    words: str
    is_open: bool
    """Whether the target cannot be met by what works today."""


class Resting(msgspec.Struct, frozen=True):
    """A target that rests on something."""

    line: PlanLine
    needs: tuple[Need, ...]

    @property
    def is_broken(self) -> bool:
        """Whether anything that it rests on is not there yet."""
        return any(need.is_open for need in self.needs)

    @property
    def missing(self) -> str:
        """The first thing that is not there yet."""
        return next((need.words for need in self.needs if need.is_open), "")


class Targets(msgspec.Struct, frozen=True):
    """What each month must bring."""

    table: Table | None
    resting: Table | None
    broken: tuple[Resting, ...]
    largest: Resting | None
    """The monthly one of those with most money."""
    without: tuple[str, ...]
    """Businesses without a plan for the months ahead."""
    sources: tuple[Source, ...]


class Variance(msgspec.Struct, frozen=True):
    """Last month against plan."""

    month: str
    table: Table | None
    worst: Figure | None
    """The largest shortfall."""
    best: Figure | None


def targets(report: Report, tables: Tables) -> Targets:
    """The revenue plan by month and business, and what it rests on."""
    lines = [one for one in report.site.briefing.of(PlanLine) if one.entity in report.ids]
    by_owner = by_entity(lines)
    owners = [one for one in keeps_books(report) if one.entity in by_owner]
    months = horizon(report.site.briefing.as_of)
    planned = {
        line.entity
        for line in lines
        if line.line == "revenue" and any(same_month(line.month, one) for one in months)
    }
    resting = tuple(_resting(report, lines, months))
    table = None
    if owners:
        columns = (
            Column("month", "Month"),
            *(Column(one.entity, one.title, is_number=True) for one in owners),
            Column("all", "All", is_number=True),
        )
        rows = tuple(_month_row(owners, lines, month) for month in (*months, *years(months)))
        table = tables.plain("targets", Table(columns, rows, is_sortable=False))
    return Targets(
        table=table,
        resting=tables.plain("needs", _resting_table(report, resting)) if resting else None,
        broken=tuple(one for one in resting if one.is_broken),
        largest=max((one for one in resting if one.is_broken and not _is_year(one)), key=_size, default=None),
        without=tuple(one.title for one in keeps_books(report) if one.entity not in planned),
        sources=first_places(lines),
    )


def _is_year(one: Resting) -> bool:
    return isinstance(one.line.month, Period) and one.line.month.name.isdigit()


def _size(one: Resting) -> Decimal:
    return one.line.amount.amount if isinstance(one.line.amount, Money) else Decimal(0)


def horizon(as_of: date) -> tuple[Period, ...]:
    """This month, the rest of its year, and at least twelve months from here."""
    this = Period(as_of.replace(day=1), as_of, "")
    last = max((as_of.year, 12), (as_of.year + 1, as_of.month))
    count = (last[0] - this.start.year) * 12 + last[1] - this.start.month + 1
    end = last_full_month(date(last[0] + last[1] // 12, last[1] % 12 + 1, 1))
    return months_to(end, count)


def years(months: tuple[Period, ...]) -> tuple[Period, ...]:
    """The years that some months lie in."""
    found = dict.fromkeys(month.start.year for month in months)
    return tuple(Period(date(year, 1, 1), date(year, 12, 31), str(year)) for year in found)


def _month_row(owners: list[Entity], lines: list[PlanLine], month: Period) -> TableRow:
    of_month = by_entity(line for line in lines if same_month(line.month, month))
    cells = [_target(of_month.get(one.entity, [])) for one in owners]
    members = [
        (line.amount, line.source)
        for one in owners
        for line in of_month.get(one.entity, ())
        if line.line == "revenue"
    ]
    figure = total(f"targets:{month.name}", "", f"Revenue targets of {month.name}", members)
    if isinstance(figure.value, Money):
        figure = msgspec.structs.replace(figure, wanted=len(owners))
    note = f"{figure.known} of {figure.wanted} known" if figure.is_partial and figure.is_known else ""
    title = f"All of {month.name}" if month.name.isdigit() else day(month.start).split(NBSP, 1)[1]
    return TableRow((Cell(title), *cells, Cell(figure, note)))


def _target(lines: list[PlanLine]) -> Cell:
    revenue = next((line for line in lines if line.line == "revenue"), None)
    counts = (
        counted(line.amount.amount, _COUNTED[line.line])
        for line in lines
        if line.line in _COUNTED and isinstance(line.amount, Money) and not isinstance(line.line, Blank)
    )
    if revenue is None:
        return Cell(UNKNOWN, grey(*counts))
    return Cell(revenue.amount, grey(*counts))


def _resting(report: Report, lines: list[PlanLine], months: tuple[Period, ...]) -> Iterator[Resting]:
    """Targets of the months ahead and of their years that name what they need, the nearest first."""
    wanted = [*months, *years(months)]
    named = _Named.of(report.site.briefing)
    found = [
        Resting(line, tuple(_need(named, line.entity, need) for need in line.needs))
        for line in lines
        if line.line == "revenue"
        and isinstance(line.needs, tuple)
        and any(same_month(line.month, month) for month in wanted)
    ]
    return iter(
        sorted(
            found,
            key=lambda one: (isinstance(one.line.month, Period) and one.line.month.end, one.line.entity),
        )
    )


class _Named(msgspec.Struct, frozen=True):
    """What a plan may need, by its name in lower case; of two that share a name the first."""

    as_of: date
    tasks: dict[str, Task]
    findings: dict[str, list[Finding]]
    leads: dict[str, Lead]
    campaigns: dict[str, Campaign]

    @classmethod
    def of(cls, briefing: Briefing) -> "_Named":
        """Everything of that kind that a briefing holds."""
        findings: dict[str, list[Finding]] = {}
        for one in briefing.findings:
            findings.setdefault(one.rule.casefold(), []).append(one)
        return cls(
            briefing.as_of,
            {one.id.casefold(): one for one in reversed(briefing.tasks)},
            findings,
            {text(one.lead).casefold(): one for one in reversed(briefing.of(Lead))},
            {text(one.id).casefold(): one for one in reversed(briefing.of(Campaign))},
        )


def _need(named: _Named, entity: str, need: str) -> Need:
    """What somebody wrote under *needs*: a task, a rule, a lead or a mailing."""
    name = need.casefold()
    task = named.tasks.get(name)
    if task:
        return Need(task_words(task, named.as_of), task.is_open)
    findings = named.findings.get(name, [])
    mine = [one for one in findings if one.entity == entity] or findings
    if need.upper().startswith("R-"):
        worst = mine[0].severity.value if mine else ""
        return Need(
            f"{need.upper()}, {worst}, open" if mine else f"{need.upper()}, no finding open", bool(mine)
        )
    lead = named.leads.get(name)
    if lead:
        stage = text(lead.stage) or "stage not known"
        return Need(f"lead {need}, {stage}", lead.stage != "won")
    campaign = named.campaigns.get(name)
    if campaign:
        return Need(
            f"mailing {need}, {text(campaign.status) or 'state not known'}", campaign.status != "sent"
        )
    return Need(f"{need}, not found in any handoff", is_open=True)


def _resting_table(report: Report, resting: tuple[Resting, ...]) -> Table:
    columns = (
        Column("business", "Target of"),
        Column("amount", "Target", is_number=True),
        Column("needs", "Rests on", label="-"),
        Column("note", "Note", label="-"),
    )
    rows = []
    for one in resting:
        needs = Cell(
            "; ".join(need.words for need in one.needs), "" if one.is_broken else "all there", "good"
        )
        rows.append(
            TableRow(
                (
                    business(report, one.line.entity, month_words(one.line.month)),
                    Cell(one.line.amount),
                    needs,
                    Cell(text(one.line.note) or "none"),
                )
            )
        )
    return Table(columns, tuple(rows))


_VARIANCE_COLUMNS = (
    Column("business", "Business"),
    Column("sales", "Sold", is_number=True),
    Column("plan", "Plan", is_number=True),
    Column("variance", "Difference", is_number=True),
    Column("volume", "Bookings completed", is_number=True),
)


def variance(report: Report, tables: Tables) -> Variance:
    """Sales of the last full month against plan, by business."""
    briefing = report.site.briefing
    month = last_full_month(briefing.as_of)
    ids = [one.entity for one in in_order(report) if briefing.find("sales_last_month", one.entity)]
    rows = [_variance_row(report, entity, month) for entity in ids]
    last = _variance_row(report, "", month) if len(ids) > 1 and briefing.find("sales_last_month") else None
    table = Table(_VARIANCE_COLUMNS, tuple(rows), total=last)
    found = [
        figure for entity in ids if (figure := briefing.find("sales_v_plan", entity)) and figure.is_known
    ]
    found.sort(key=lambda figure: money_of(figure) or Decimal(0))
    return Variance(
        month=month_name(month),
        table=tables.plain("variance", table)
        if any(_is_known(report, "sales_last_month", one) for one in ids)
        else None,
        worst=found[0] if found and (money_of(found[0]) or 0) < 0 else None,
        best=found[-1] if found and (money_of(found[-1]) or 0) > 0 else None,
    )


def _is_known(report: Report, name: str, entity: str) -> bool:
    figure = report.site.briefing.find(name, entity)
    return figure is not None and figure.is_known


def _variance_row(report: Report, entity: str, month: Period) -> TableRow:
    briefing = report.site.briefing
    lines = [line for line in briefing.of(PlanLine, entity) if same_month(line.month, month)]
    notes = [text(line.note) for line in lines if text(line.note)]
    sales = briefing.find("sales_last_month", entity)
    how = sales.label.removesuffix(", as written") if sales and entity and "sales" not in sales.label else ""
    volume = figure_cell(report, "bookings_last_month", entity) if entity else Cell("")
    planned = next((line.amount for line in lines if line.line in _COUNTED), None)
    if isinstance(planned, Money):
        volume = Cell(volume.value, f"{number(planned.amount)} planned", is_plain=volume.is_plain)
    return TableRow(
        (
            business(report, entity, grey(how, *notes)) if entity else Cell("All businesses"),
            figure_cell(report, "sales_last_month", entity),
            figure_cell(report, "plan_last_month", entity, UNKNOWN),
            difference(report, entity),
            volume,
        )
    )


def difference(report: Report, entity: str) -> Cell:
    """Sales against plan: the amount, its share of the plan, and the judgement as a word."""
    figure = report.site.briefing.find("sales_v_plan", entity)
    amount = money_of(figure)
    if figure is None or amount is None:
        return Cell(figure or UNKNOWN)
    words, tone = judged(report, entity, amount)
    return Cell(figure, words, tone)


def judged(report: Report, entity: str, amount: Decimal) -> tuple[str, Tone]:
    """`12.4% under plan, flagged` and its tone; a difference below `thresholds.variance_flag` has none."""
    plan = money_of(report.site.briefing.find("plan_last_month", entity))
    share = f"{percent(abs(amount / plan))} " if plan else ""
    if not amount:
        return "on plan", "good"
    words = f"{share}{'under' if amount < 0 else 'over'} plan"
    limit = report.assumed.variance_flag
    if plan is None or not actual_to_plan(plan + amount, plan, "income", limit.absolute, limit.ratio).flag:
        return words, ""
    return f"{words}, flagged", "bad" if amount < 0 else "good"


def gap_words(figure: Figure) -> str:
    """`$2,600 under plan`, without a link."""
    amount = figure.value
    if not isinstance(amount, Money):
        return value(figure)
    if not amount.amount:
        return "on plan"
    size = Money(abs(amount.amount), amount.currency)
    return f"{money(size)} {'under' if amount.amount < 0 else 'over'} plan"
