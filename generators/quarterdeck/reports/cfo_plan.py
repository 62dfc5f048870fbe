"""Targets, what they rest on, and sales against them, for the CFO."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.months import horizon, last_full_month, month_name, months_to
from quarterdeck.formulas.plan import variance as actual_to_plan
from quarterdeck.model.books import PlanLine
from quarterdeck.model.briefing import Briefing
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
    is_plain,
    keeps_books,
    money_of,
    month_words,
    same_month,
    task_words,
)
from quarterdeck.reports.cells import Tables, figure_or_unknown, grey, said, text
from quarterdeck.reports.cfo_variance import Books, books, unlinked
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import NBSP, counted, day, money, number, percent, value

_COUNTED = {"bookings": "booking", "jobs": "job"}
_CONTRADICTS = ("; the plan counts", "its months come to")


class Need(msgspec.Struct, frozen=True):
    """One thing that a target rests on, and how far it is."""

    words: str
    is_open: bool
    """Whether the target cannot be met by what works today."""


class Resting(msgspec.Struct, frozen=True):
    """A target that rests on something."""

    line: PlanLine
    needs: tuple[Need, ...]
    target: Figure
    """Of the whole month or year."""
    resting: Figure | None
    """How much of it rests on this, where the plan keeps that apart."""
    supported: Figure | None

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
    coming: Table | None
    """What the year comes to for each business, and what its months left must bring to reach its target."""
    broken: tuple[Resting, ...]
    largest: Resting | None
    """The monthly one of those with most money."""
    without: tuple[str, ...]
    """Businesses without a plan for the months ahead."""
    level: tuple[str, ...]
    """Businesses whose targets of a year are spread over equal months."""
    contradicted: tuple[str, ...]
    """Where plan and books, or a year and its months, differ; a sentence for each business."""
    sources: tuple[Source, ...]


def targets(report: Report, tables: Tables) -> Targets:
    """The revenue targets by month and business, what they rest on, and what it takes to reach the year's."""
    ahead = horizon(report.site.briefing.as_of)
    periods = (*ahead, *years(ahead))
    known = {
        one.entity: figures
        for one in in_order(report)
        if (
            figures := [
                made for period in periods if (made := _target(report, one.entity, period)) is not None
            ]
        )
    }
    owners = [one for one in in_order(report) if any(made.is_known for made in known.get(one.entity, ()))]
    lines = report.of(PlanLine)
    resting = tuple(_resting(report, lines, ahead))
    everything = [made for one in owners for made in known[one.entity]]
    return Targets(
        table=_target_table(report, tables, owners, periods) if owners else None,
        resting=tables.plain("needs", _resting_table(report, resting)) if resting else None,
        coming=_coming(report, tables, owners),
        broken=tuple(one for one in resting if one.is_broken),
        largest=max((one for one in resting if one.is_broken and not _is_year(one)), key=_size, default=None),
        without=tuple(
            one.title
            for one in keeps_books(report)
            if not any(
                made.is_known for period in ahead if (made := _target(report, one.entity, period)) is not None
            )
        ),
        level=tuple(
            one.title for one in owners if any("equal months" in made.note for made in known[one.entity])
        ),
        contradicted=tuple(_contradicted(owners, known)),
        sources=tuple(
            {place.path: place for made in reversed(everything) for place in made.sources[::-1]}.values()
        )[::-1],
    )


def _target(report: Report, entity: str, period: Period) -> Figure | None:
    return report.site.briefing.find(f"target:{period.name}", entity)


def _contradicted(owners: list[Entity], known: dict[str, list[Figure]]) -> Iterator[str]:
    """What the first contradicted target of each business says, and how many more there are."""
    for owner in owners:
        found = [one for one in known[owner.entity] if any(words in one.note for words in _CONTRADICTS)]
        if found:
            more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
            yield f"{owner.title}, {found[0].label[:1].lower()}{found[0].label[1:]}: {found[0].note}{more}"


def _is_year(one: Resting) -> bool:
    return isinstance(one.line.month, Period) and one.line.month.name.isdigit()


def _size(one: Resting) -> Decimal:
    return one.line.amount.amount if isinstance(one.line.amount, Money) else Decimal(0)


def this_year(report: Report) -> tuple[Period, ...]:
    """The months of this year, those that are over too."""
    year = report.site.briefing.as_of.year
    return months_to(last_full_month(date(year, 12, 31)), 12)


def years(months: tuple[Period, ...]) -> tuple[Period, ...]:
    """The years that some months lie in."""
    found = dict.fromkeys(month.start.year for month in months)
    return tuple(Period(date(year, 1, 1), date(year, 12, 31), str(year)) for year in found)


def _target_table(report: Report, tables: Tables, owners: list[Entity], periods: tuple[Period, ...]) -> Table:
    """The months ahead; its file also has those of this year that are over, and what each target takes and leaves."""
    columns = (
        Column("month", "Month"),
        *(Column(one.entity, one.title, is_number=True) for one in owners),
        Column("all", "All", is_number=True),
    )
    rows = []
    for period in periods:
        title = f"All of {period.name}" if period.name.isdigit() else day(period.start).split(NBSP, 1)[1]
        cells = [_target_cell(report, one, period) for one in (*owners, None)]
        rows.append(TableRow((Cell(title), *cells)))
    shown = Table(columns, tuple(rows), is_sortable=False)
    return msgspec.structs.replace(
        shown, csv=tables.plain("targets", _every_target(report, owners, periods)).csv
    )


def _target_cell(report: Report, owner: Entity | None, period: Period) -> Cell:
    """A target; in this year with what it takes and leaves.

    In months of another year its number leads nowhere, to keep the page light: the year's names its places.
    """
    briefing, entity = report.site.briefing, owner.entity if owner else ""
    cell = figure_cell(report, f"target:{period.name}", entity, UNKNOWN)
    if not period.name.isdigit() and period.start.year > briefing.as_of.year:
        return Cell(unlinked(cell.value), cell.note)
    left = briefing.find(f"target_contribution:{period.name}", entity)
    leaves = said("leaves", left.value) if left and left.is_known else ""
    note = grey(cell.note, _units(report, entity, period) if owner else "", leaves)
    return Cell(cell.value, note, is_plain=cell.is_plain)


def _every_target(report: Report, owners: list[Entity], periods: tuple[Period, ...]) -> Table:
    """A row for each month and business, with everything that is known of its target."""
    names = {
        "target": "Target",
        "revenue": "Earned",
        "target_contribution": "Contribution",
        "bookings_needed": "Bookings",
        "leads_needed": "Leads",
        "catch_up": "To catch up",
    }
    columns = (
        Column("month", "Month"),
        Column("business", "Business"),
        *(Column(name, label, is_number=True) for name, label in names.items()),
    )
    months = (*(one for one in this_year(report) if one not in periods), *periods)
    rows = (
        TableRow(
            (
                Cell(month.name),
                Cell(owner.title),
                *(figure_cell(report, f"{name}:{month.name}", owner.entity, UNKNOWN) for name in names),
            )
        )
        for month in months
        for owner in owners
    )
    return Table(columns, tuple(rows))


def _units(report: Report, entity: str, period: Period) -> str:
    """The bookings and leads that a target takes, else the bookings or jobs that the plan counts on."""
    briefing = report.site.briefing
    words = [
        counted(one.value, thing)
        for name, thing in (("bookings_needed", "booking"), ("leads_needed", "lead"))
        if (one := briefing.find(f"{name}:{period.name}", entity)) and isinstance(one.value, Decimal)
    ]
    if words:
        return ", ".join(words)
    lines = (one for one in briefing.of(PlanLine, entity) if same_month(one.month, period))
    return grey(
        *(
            counted(one.amount.amount, _COUNTED[one.line])
            for one in lines
            if not isinstance(one.line, Blank) and one.line in _COUNTED and isinstance(one.amount, Money)
        )
    )


def _coming(report: Report, tables: Tables, owners: list[Entity]) -> Table | None:
    """Target and outlook of the year, and the months left of a business that ends below it as planned."""
    briefing = report.site.briefing
    year = str(briefing.as_of.year)
    names = {
        f"target:{year}": f"Target of {year}",
        f"outlook_plan:{year}": "With the rest as planned",
        f"outlook_pace:{year}": "If it goes on as so far",
    }
    left = {
        f"catch_up:{one.name}": f"{month_name(one)} must bring"
        for one in this_year(report)
        if any(briefing.find(f"catch_up:{one.name}", owner.entity) for owner in owners)
    }
    known = [one for one in owners if briefing.find(f"outlook_plan:{year}", one.entity)]
    if not known:
        return None
    rows = []
    for owner in known:
        goal, outlook = (money_of(briefing.find(name, owner.entity)) for name in list(names)[:2])
        is_behind = goal is not None and outlook is not None and outlook < goal
        cells = (figure_cell(report, name, owner.entity, UNKNOWN) for name in names)
        missing = (figure_cell(report, name, owner.entity) if is_behind else Cell("") for name in left)
        rows.append(TableRow((business(report, owner.entity), *cells, *missing)))
    columns = (
        Column("business", "Business"),
        *(
            Column(name.partition(":")[0] if name in names else name.partition(":")[2], label, is_number=True)
            for name, label in {**names, **left}.items()
        ),
    )
    whole = (figure_cell(report, name, "", UNKNOWN) for name in names)
    total = TableRow((Cell("All businesses"), *whole, *(Cell("") for _ in left)))
    return tables.plain("outlook", Table(columns, tuple(rows), total=total if len(known) > 1 else None))


def _resting(report: Report, lines: Iterable[PlanLine], months: tuple[Period, ...]) -> Iterator[Resting]:
    """Targets of the months ahead and of their years that name what they need, the nearest first."""
    briefing, wanted = report.site.briefing, [*months, *years(months)]
    named = _Named.of(briefing)
    found = []
    for line in lines:
        period = next((one for one in wanted if same_month(line.month, one)), None)
        if line.line not in {"revenue", "mrr"} or not isinstance(line.needs, tuple) or period is None:
            continue
        needs = tuple(_need(named, line.entity, need) for need in line.needs)
        target = figure_or_unknown(report, f"target:{period.name}", line.entity, "Target")
        parts = (briefing.find(f"{name}:{period.name}", line.entity) for name in ("resting", "supported"))
        found.append(Resting(line, needs, target, *parts))
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
        Column("resting", "Of it rests on that", is_number=True),
        Column("supported", "Supported today", is_number=True),
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
                    Cell(one.target, is_plain=is_plain(one.target)),
                    needs,
                    Cell(one.resting or UNKNOWN) if one.is_broken else Cell(""),
                    Cell(one.supported or UNKNOWN) if one.is_broken else Cell(one.target),
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


class Variance(msgspec.Struct, frozen=True):
    """Last month against plan."""

    month: str
    table: Table | None
    """As written in the handoffs, of businesses whose books do not say it."""
    whole: Figure | None
    """Of all businesses together, by the books where they know it."""
    worst: Figure | None
    """The largest shortfall."""
    best: Figure | None
    books: Books
    accuracy: Figure | None
    """How far receipts were from the forecast before."""


def variance(report: Report, tables: Tables) -> Variance:
    """The last full month against plan: by the books, and as written where a business has none."""
    briefing = report.site.briefing
    month = last_full_month(briefing.as_of)
    by_books = {
        one.entity: made
        for one in in_order(report)
        if (made := briefing.find(f"variance_revenue:{month.name}", one.entity)) and made.is_known
    }
    ids = [
        one.entity
        for one in in_order(report)
        if one.entity not in by_books and _is_known(report, "sales_last_month", one.entity)
    ]
    rows = [_variance_row(report, entity, month) for entity in ids]
    last = _variance_row(report, "", month) if len(ids) > 1 and not by_books else None
    written = (briefing.find("sales_v_plan", entity) for entity in ids)
    found = [one for one in (*by_books.values(), *written) if one is not None and one.is_known]
    found.sort(key=lambda figure: money_of(figure) or Decimal(0))
    wholes = (briefing.find(f"variance_revenue:{month.name}"), briefing.find("sales_v_plan"))
    return Variance(
        month=month_name(month),
        table=tables.plain("variance", Table(_VARIANCE_COLUMNS, tuple(rows), total=last)) if rows else None,
        whole=next((one for one in wholes if one is not None and one.is_known), None),
        worst=found[0] if found and (money_of(found[0]) or 0) < 0 else None,
        best=found[-1] if found and (money_of(found[-1]) or 0) > 0 else None,
        books=books(report, tables),
        accuracy=briefing.find("forecast_error_receipts"),
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
