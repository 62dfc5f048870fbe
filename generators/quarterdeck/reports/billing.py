"""The billing audit: what was earned and not collected, delivery by delivery."""

from collections.abc import Sequence

from quarterdeck.figures.billing import live_invoices, matches, receivables
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Gap
from quarterdeck.model.page import Page
from quarterdeck.model.services import Delivery, Invoice
from quarterdeck.model.values import Money
from quarterdeck.reports import billing_charts
from quarterdeck.reports.behind import facts_behind
from quarterdeck.reports.billing_bills import (
    TONES,
    draft_of,
    draft_table,
    expense_table,
    match_lines,
    urgency,
    with_verdict,
    wrong_table,
)
from quarterdeck.reports.billing_controls import Control, controls
from quarterdeck.reports.billing_held import held
from quarterdeck.reports.billing_losses import leakage_view
from quarterdeck.reports.billing_owed import (
    aging_lines,
    biggest_debtor,
    in_currency,
    month_ends,
    step_table,
    trend_table,
)
from quarterdeck.reports.cells import (
    Tables,
    figure_or_unknown,
    gap_of,
    no_file,
    on,
)
from quarterdeck.reports.components import Card, Cell, Column, StateKey, Table, TableRow
from quarterdeck.reports.skeleton import AUDITS, Report, Site, audit_path
from quarterdeck.reports.words import counted, limit


def page(site: Site, entity: Entity) -> Page:
    """The audit of one delivery service."""
    deliveries = site.briefing.of(Delivery, entity.entity)
    invoices = site.briefing.of(Invoice, entity.entity)
    covered = f"{counted(len(deliveries), 'delivery', 'deliveries')}, {counted(len(invoices), 'invoice')}"
    report = Report(
        site,
        audit_path(entity.entity),
        f"{AUDITS['billing']}: {entity.title}",
        "billing",
        (entity,),
        covered if deliveries or invoices else "No delivery is written down",
        description="What was earned and not collected: not billed, billed too little, overdue.",
        section="Audits",
    )
    tables = Tables(report)
    scope = scope_of(facts_behind(site.briefing, entity), entity, site.briefing.currency)
    found = sorted(matches(scope), key=urgency)
    everything = receivables(scope)
    owed = in_currency(everything, scope.currency)
    checks = controls(scope.facts, entity, everything, site.briefing.findings)
    ends = month_ends(site.briefing, entity)
    drafts = tuple(draft_of(one, site.briefing.as_of) for one in with_verdict(found, "unbilled"))
    view: dict[str, object] = {
        "charts": {
            "collected": report.charts.add(billing_charts.collected(site.briefing, scope, found)),
            "aging": report.charts.add(billing_charts.aging(site.briefing, owed), has_table=True),
            "dso": report.charts.add(billing_charts.days_unpaid(site.briefing, ends), has_table=True),
        },
        "tolerance": limit(report.assumed.bill_tolerance, site.briefing.currency),
        "match": match_lines(found, tables),
        "unsettled": sum(one.verdict in TONES for one in found),
        "drafts": drafts,
        "draft_table": draft_table(drafts, tables) if drafts else None,
        "wrong": wrong_table(found, live_invoices(scope), tables),
        "expenses": expense_table(found, live_invoices(scope), tables),
        "aging": aging_lines(report, entity, owed, tables),
        "steps": step_table(owed),
        "biggest": biggest_debtor(owed),
        "trend": trend_table(ends, tables),
        "controls": _control_table(checks),
        "alarms": sum(bool(one.found) for one in checks),
        "held": held(site.briefing, entity.entity),
        "confirmed": on(entity.updated),
        "unread": _unread(report, entity),
    }
    view |= leakage_view(scope, found, tables) | _figures(report, entity)
    return report.page("billing.md.j2", tables.downloads, cards=_cards(report, entity), **view)


def _figures(report: Report, entity: Entity) -> dict[str, Figure]:
    wanted = {
        "not_collected": "Earned and not collected",
        "unbilled": "Completed and not billed",
        "under_billed": "Billed too little",
        "over_billed": "Billed too much",
        "overdue": "Overdue",
        "ar_open": "Owed by customers",
        "billed_expected": "Completed work, as it should be billed",
        "expected_loss": "Of what is owed, probably lost",
        "late_fees": "Late fees that could be charged",
    }
    figures = {key: figure_or_unknown(report, key, entity.entity, label) for key, label in wanted.items()}
    for key, label in (
        ("dso", "Days of billing still unpaid"),
        ("dso_count_back", "Days of billing still unpaid, counted back"),
        ("billing_lag", "From arrival to invoice, median"),
        ("days_to_pay", "From invoice to payment, by amount"),
    ):
        figures[key] = figure_or_unknown(report, key, entity.entity, label, "days")
    for key, label in (
        ("expense_recovery", "Expenses billed on"),
        ("collection_effectiveness", "Collected of what could be"),
        ("leakage", "Lost on the way to a bill"),
        ("invoices_agree", "Invoices that agree with the books"),
    ):
        figures[key] = figure_or_unknown(report, key, entity.entity, label, "ratio")
    return figures


def _cards(report: Report, entity: Entity) -> tuple[Card, ...]:
    figures = _figures(report, entity)
    lost, late = figures["not_collected"], figures["overdue"]
    return (
        Card(
            "Not collected",
            lost,
            state=_state(lost),
            context="unbilled, billed too little, overdue",
            source_note="match table",
            source_href="#match",
        ),
        Card(
            "Unbilled",
            figures["unbilled"],
            state=_state(figures["unbilled"]),
            context="work that is done",
            source_note="draft invoices",
            source_href="#unbilled",
        ),
        Card(
            "Overdue",
            late,
            state=_state(late),
            context="past the day due",
            source_note="aging",
            source_href="#aging",
        ),
        Card(
            "DSO",
            figures["dso"],
            context="days of billing still unpaid",
            source_note="computed, three months",
            source_href="#dso",
        ),
    )


def _state(figure: Figure) -> StateKey | None:
    if not isinstance(figure.value, Money):
        return None
    return "act" if figure.value.amount > 0 else "course"


def _control_table(found: Sequence[Control]) -> Table | None:
    if not found:
        return None
    columns = (Column("control", "Control"), Column("found", "Found"))
    rows = tuple(
        TableRow(
            (
                Cell(one.name, one.rule),
                Cell("; ".join(one.found) or "nothing", one.state, "bad" if one.found else ""),
            )
        )
        for one in found
    )
    return Table(columns, rows, is_sortable=False, label="Controls")


def _unread(report: Report, entity: Entity) -> dict[str, Gap]:
    def gap(key: str, what: str, why: str, step: str) -> Gap:
        return gap_of(report, entity.entity, key) or no_file(what, why, step)

    return {
        "deliveries": gap(
            "deliveries",
            "What was delivered",
            "Without the deliveries nobody can say what should have been billed.",
            "Add a Deliveries table to its handoff, or deliveries.csv to its data.",
        ),
        "invoices": gap(
            "invoices",
            "What was billed",
            "Without invoices nothing can be matched, aged or chased.",
            "Add invoices.csv and payments.csv to its data.",
        ),
    }
