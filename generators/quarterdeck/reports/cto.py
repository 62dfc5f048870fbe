"""The CTO page: what runs, what could be attacked or lost, what it costs, where customers drop out, what to do."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from quarterdeck.formulas.agency import per_month
from quarterdeck.model.action import Action
from quarterdeck.model.books import Cost
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.figure import Figure
from quarterdeck.model.page import Page
from quarterdeck.model.repositories import FoundSecret
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.priorities import first_of
from quarterdeck.reports import audit_upkeep, cloud_charts, cto_charts
from quarterdeck.reports.audit_areas import AREAS
from quarterdeck.reports.audit_upkeep import Paid
from quarterdeck.reports.audits import TAB, Audited, audited
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    grey,
    name_of,
    plain_cell,
    said,
    text,
    total,
    unknown,
)
from quarterdeck.reports.components import (
    ActionRow,
    Card,
    Cell,
    Column,
    Table,
    TableRow,
    Tone,
)
from quarterdeck.reports.cto_cycle import cycle, shared_secrets
from quarterdeck.reports.cto_funnel import Funnels, funnels_of
from quarterdeck.reports.cto_resilience import domain_lines, held_alone, restores_of
from quarterdeck.reports.cto_systems import inventory_of, unread_systems
from quarterdeck.reports.patterns import patterns
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.to_production import to_production
from quarterdeck.reports.words import age, counted, value

_ACTIONS = 10
_TECH_CATEGORIES = frozenset({"hosting", "software", "cloud", "domain", "domains", "it", "saas"})
_DELIVERY_KPIS = ("deploy_frequency", "change_fail_rate", "restore_hours", "site_uptime", "error_rate")


class Act(msgspec.Struct, frozen=True):
    """The engineering actions and the sentence about their number."""

    actions: tuple[Action, ...]
    rows: tuple[ActionRow, ...]
    everything: int


def page(site: Site) -> Page:
    """The CTO page over every business of this audience."""
    entities = site.briefing.entities
    report = Report(
        site,
        role_path("cto"),
        "CTO",
        "cto",
        entities,
        "All businesses",
        role="cto",
        description="What runs, what may be exposed, what it costs, and which step to an order is broken.",
    )
    tables = Tables(report)
    inventory = inventory_of(report, tables)
    held, funnels, spend = held_alone(report, tables), funnels_of(report), _spend(report)
    seen, bill = audited(report, tables), audit_upkeep.paid(report)
    actions = _actions(report)
    add = report.charts.add
    view = {
        "cloud_chart": add(cloud_charts.costs(site.briefing)),
        "audit": seen,
        "bill": bill,
        "standing": audit_upkeep.standing(report, tables),
        "ends": audit_upkeep.ends(report, tables),
        "idle": audit_upkeep.idle_of(report, tables),
        "web": audit_upkeep.sites_of(report, tables),
        "cycle": cycle(report, tables),
        "shared_secrets": shared_secrets(report, tables),
        "funnel_charts": [add(one) for one in cto_charts.funnels(report)],
        "quadrant": add(cto_charts.quadrant(report, actions.actions), has_table=True),
        "cards": _cards(report, funnels, spend, seen, bill),
        "critical": _critical(report),
        "inventory": inventory,
        "ships": to_production(report, tables),
        "patterns": patterns(site.briefing.bullets, entities, site.briefing.tasks),
        "restores": restores_of(report, tables),
        "domains": domain_lines(report, tables),
        "held": held,
        "spend": spend,
        "costs": _costs(report, tables),
        "funnels": funnels,
        "funnel_old_after": report.assumed.stale_after["funnel"],
        "measured": _measured(report, tables),
        "businesses": len(entities),
        "acts": actions,
        "every_act": report.later(0),
        "accepted": _accepted(report),
        "unread": unread_systems(),
        "is_empty": not (
            inventory.stacks
            or inventory.repos
            or inventory.sites
            or funnels.grids
            or spend.wanted
            or seen.is_there
        ),
        "titles_of": site.titles,
    }
    made = report.page("cto.md.j2", tables.downloads, **view)
    return msgspec.structs.replace(made, section=TAB) if seen.is_there else made


def _cards(
    report: Report, funnels: Funnels, spend: Figure, seen: Audited, bill: Paid | None
) -> tuple[Card, ...]:
    critical = _critical(report)
    return (
        Card(
            "Critical findings",
            critical,
            state="act" if critical else "course" if seen.is_enough else "unknown",
            state_text="" if critical or seen.is_enough else "too few checks",
            context="from audits and handoffs" if seen.is_there else "from handoffs alone",
            source_note="what moves these numbers",
            source_href="#findings",
        ),
        _cost_card(spend, bill),
        Card(
            "Worst funnel step",
            funnels.worst_step or unknown("funnel_worst", "", "Worst funnel step", "score", "funnel"),
            state=("act" if funnels.is_stopped else "watch") if funnels.worst_step else "unknown",
            context=funnels.worst_where,
            source_note="handoffs, Funnel",
            source_href="#funnel",
        ),
        Card(
            "Areas checked",
            f"{seen.areas} of {len(AREAS)}",
            state=None if seen.is_enough else "unknown",
            state_text="" if seen.is_enough else "too few checks",
            context=seen.all.sentence if seen.is_there else "AWS and code are not read",
            source_note="security audit",
            source_href="#security",
        ),
    )


def _cost_card(spend: Figure, bill: Paid | None) -> Card:
    if bill is None:
        return Card(
            "Stated tech cost",
            spend,
            context="a month; the AWS bill is not read",
            source_note="handoffs, Costs",
        )
    stated = f"; {value(spend)} a month is stated" if spend.is_known else ""
    return Card(
        "Cloud bill", bill.amount, context=f"{bill.month}{stated}", source_note="the audit of the bill"
    )


def _critical(report: Report) -> int:
    return sum(
        row.finding.severity is Severity.CRITICAL and row.finding.state != "accepted"
        for row in report.findings()
    )


def _dearest(row: Cost) -> tuple[object, ...]:
    month = _month(row)
    return (-month.amount if isinstance(month, Money) else Decimal(0), row.entity, name_of(row.item))


def _tech_costs(report: Report) -> list[Cost]:
    rows = [row for row in report.site.briefing.of(Cost) if text(row.category).lower() in _TECH_CATEGORIES]
    return sorted(rows, key=_dearest)


def _month(row: Cost) -> Money | Blank:
    """A cost as a month's; not known without amount or rhythm."""
    if isinstance(row.amount, Blank) or isinstance(row.cadence, Blank):
        return Blank("unknown")
    return Money(per_month(row.amount.amount, row.cadence), row.amount.currency)


def _spend(report: Report) -> Figure:
    """What the handoffs say software and hosting cost a month."""
    amounts = ((_month(row), row.source) for row in _tech_costs(report))
    label = "Software and hosting a month, as stated"
    return total("tech_cost_monthly", "", label, amounts, formula="F-G1", needs="costs")


def _costs(report: Report, tables: Tables) -> Lines | None:
    columns = (
        Column("item", "What is paid for"),
        Column("business", "Business"),
        Column("month", "A month", is_number=True),
        Column("due", "Next payment"),
    )

    def cells(row: Cost) -> TableRow:
        about = "about" if "amount" in row.estimates else ""
        is_monthly = row.cadence == "monthly" or isinstance(row.amount, Blank)
        note = grey(about, "" if is_monthly else f"{value(row.amount)} {value(row.cadence)}")
        autopay = "pays itself" if row.autopay is True else "by hand" if row.autopay is False else ""
        head = Cell(name_of(row.item), grey(text(row.category), text(row.vendor), said("for", row.needed_by)))
        return TableRow(
            (head, report.site.titles[row.entity], Cell(_month(row), note), plain_cell(row.next_due, autopay))
        )

    rows = _tech_costs(report)
    last = TableRow((Cell("All"), "", _spend(report), "")) if rows else None
    return tables.lines("costs", columns, rows, cells, lambda row: name_of(row.item), last=last)


def _measured(report: Report, tables: Tables) -> Table | None:
    """Numbers of the development cycle that somebody stated."""
    stated = [one for one in report.site.briefing.kpis if one.kpi in _DELIVERY_KPIS and one.value]
    columns = (
        Column("kpi", "Measure"),
        Column("business", "Business"),
        Column("value", "Stated", is_number=True),
        Column("period", "For"),
    )
    rows = tuple(
        TableRow(
            (
                one.title,
                report.site.titles[one.entity],
                one.value,
                Cell(one.period, f"{age(one.age_days)} old" if one.state == "stale" and one.age_days else ""),
            )
        )
        for one in stated
    )
    return tables.plain("cycle", Table(columns, rows)) if rows else None


def _actions(report: Report) -> Act:
    """The first ten that are the CTO's work or move the CTO's numbers, and what those need."""
    briefing = report.site.briefing
    rows = first_of(briefing.actions, "cto", _ACTIONS)
    everything = max(len(rows), sum("cto" in one.roles for one in briefing.actions))
    return Act(rows, tuple(report.row(rank, one) for rank, one in enumerate(rows, start=1)), everything)


def _accepted(report: Report) -> Table | None:
    """Decisions to live with something that is on this page: checks of the CTO, and access held by one person."""
    briefing = report.site.briefing
    ours = {finding.rule for finding in briefing.findings if "cto" in finding.roles}
    rows = [
        one
        for one in briefing.accepted
        if one.rule in ours or not one.rule.startswith("R-") or _is_ours(one.rule)
    ]
    rows += _answered_for(report)
    columns = (
        Column("what", "What"),
        Column("business", "Business"),
        Column("why", "Why"),
        Column("until", "Until"),
    )
    return Table(columns, tuple(_accepted_row(report, one) for one in rows)) if rows else None


def _answered_for(report: Report) -> Iterator[Accepted]:
    """Secrets that a comment beside them answers for: with a reason, an owner and a day (F-101)."""
    for one in report.site.briefing.evidence.of(FoundSecret):
        comment = one.ignored
        if comment is not None and comment.until is not None and not comment.lacks:
            yield Accepted(
                rule=one.code,
                entity=one.entity,
                subject=one.known_by,
                until=comment.until,
                reason=comment.reason,
                owner=comment.owner,
            )


def _is_ours(rule: str) -> bool:
    return rule.startswith("R-CTO") or rule == "R-CEO-10"


def _accepted_row(report: Report, one: Accepted) -> TableRow:
    days = (one.until - report.site.briefing.as_of).days
    left = f"{counted(days, 'day')} left" if days >= 0 else "ran out; the finding is open again"
    tone: Tone = "" if days >= 0 else "bad"
    who = f"by {report.site.briefing.person(one.owner)}" if one.owner else ""
    return TableRow(
        (
            Cell(one.subject, one.rule),
            report.site.titles.get(one.entity, one.entity) or "All businesses",
            Cell(one.reason, who),
            Cell(one.until, left, tone),
        )
    )
