"""The accounting page: whether last month can be relied on, when revenue is revenue, and what is next."""

from datetime import date, timedelta

import msgspec

from quarterdeck.model.books import Statement
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import ROLE_TITLES, Gap
from quarterdeck.model.page import Page
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports import (
    accounting_books,
    accounting_charts,
    accounting_close,
    accounting_costs,
    accounting_gap,
    accounting_revenue,
    accounting_roadmap,
    cfo_offers,
)
from quarterdeck.reports.business_rows import keeps_books, ledgers, money_of
from quarterdeck.reports.cells import Tables, figure_or_unknown, no_file, unknown
from quarterdeck.reports.components import Card
from quarterdeck.reports.skeleton import Report, Site, role_path
from quarterdeck.reports.starting import first_fields, named
from quarterdeck.reports.words import counted, money


class Unknown(msgspec.Struct, frozen=True):
    """What each section cannot say before the ledger is read."""

    roll: Gap
    chart: Gap
    expenses: Gap
    tax: Gap
    paid: Gap


def page(site: Site) -> Page:
    """The accounting page over every business of this audience."""
    report = Report(
        site,
        role_path("accounting"),
        "Accounting",
        "accounting",
        site.briefing.entities,
        "All businesses",
        role="accounting",
        description="Whether last month can be relied on, when revenue is revenue, and what is not closed.",
    )
    tables = Tables(report)
    held, closed = accounting_revenue.held(report, tables), accounting_close.close(report)
    taxes = accounting_costs.taxes(report, tables)
    books = accounting_books.books(report, tables)
    milestones = milestones_of(report)
    add = report.charts.add
    view = {
        "start": named(first_fields(report)),
        "revenue": accounting_revenue.revenue(report, tables),
        "held": held,
        "deposits_held": figure_or_unknown(report, "deposits_held", "", "Guests' money for services to come"),
        "chart": accounting_costs.chart(report, tables),
        "books": books,
        "close": closed,
        "taxes": taxes,
        "milestones": milestones,
        "charts": {
            "deposits": add(accounting_charts.deposits(report)),
            "expenses": add(accounting_charts.expenses(report)),
            "milestones": add(accounting_charts.milestones(report, milestones), has_table=True),
        },
        "steps": accounting_roadmap.steps(milestones),
        "gap": accounting_gap.data_gap(report, tables),
        "unknown": _unknown(report),
        "amount": money_of,
        "close_day": accounting_close.CLOSE_DAY,
        "capital_from": money(Money(report.assumed.capital_threshold, site.briefing.currency)),
    }
    return report.page(
        "accounting.md.j2", tables.downloads, cards=_cards(report, held, closed, taxes), **view
    )


def milestones_of(report: Report) -> tuple[accounting_roadmap.Milestone, ...]:
    """The four milestones of the businesses of a report."""
    return accounting_roadmap.roadmap(report, _break_even_known(report))


def steps_met(briefing: Briefing) -> tuple[Figure, ...]:
    """The share that is met of each step of the roadmap, for all businesses of a briefing; none without any."""
    title = ROLE_TITLES["accounting"]
    path = role_path("accounting")
    report = Report(
        Site(briefing), path, title, "accounting", briefing.entities, "All businesses", role="accounting"
    )
    return tuple(one.done for one in milestones_of(report)) if briefing.entities else ()


def _break_even_known(report: Report) -> tuple[int, int]:
    owners = [one for one in keeps_books(report) if one.is_active and one.kind != "rental"]
    found = [cfo_offers.break_even_of(report, one.entity) for one in owners]
    return sum(one is not None and one.is_known for one in found), len(owners)


def _cards(
    report: Report,
    held: accounting_revenue.Held,
    closed: accounting_close.Close,
    taxes: accounting_costs.Taxes,
) -> tuple[Card, ...]:
    is_settled = taxes.offers is not None and taxes.settled == taxes.offers.count
    return (
        _close_card(closed),
        _passed_card(report, held),
        _reconciled_card(report) or _statements_card(report),
        Card(
            "Tax confirmed",
            f"{taxes.settled} of {taxes.offers.count}" if taxes.offers else "not known",
            state="unknown" if not taxes.offers else "course" if is_settled else "watch",
            context="offers whose sales tax an adviser settled",
            source_note="sales tax",
            source_href="#sales-tax",
        ),
    )


def _close_card(closed: accounting_close.Close) -> Card:
    score = closed.score or unknown("close_score", "", "Close items done", "ratio", "close")
    is_whole = isinstance(score.value, Ratio) and score.value.part == score.value.whole and not closed.without
    late = closed.days - accounting_close.CLOSE_DAY
    words = f"; {counted(late, 'day')} past day {accounting_close.CLOSE_DAY}" if late > 0 else ""
    return Card(
        "Close items done",
        score,
        state="unknown" if not score.is_known else "course" if is_whole else "act" if late > 0 else "watch",
        context=closed.month + words,
        source_note="the checklist",
        source_href="#close",
    )


def _passed_card(report: Report, held: accounting_revenue.Held) -> Card:
    """Bookings that are still to come though their day is over, and what was paid for them."""
    deposits = report.site.briefing.find("deposits_held")
    is_known = deposits is not None and deposits.is_known
    count = held.passed.count if held.passed else 0
    context = "no bookings are written down"
    if count:
        context = f"paid for {counted(count, 'booking')} whose day is over"
    elif is_known:
        context = "no paid booking is past its day"
    nothing = unknown("deposits_passed", "", "Paid for days that are past", "money", "bookings")
    return Card(
        "Past, unresolved",
        held.passed_sum if count else "none" if is_known else nothing,
        state="watch" if count else "course" if is_known else "unknown",
        context=context,
        source_note="held money",
        source_href="#deposits",
    )


def _reconciled_card(report: Report) -> Card | None:
    """How many bank, card and loan accounts agree with their newest statement; None without books."""
    share = report.site.briefing.find("reconciled")
    if share is None or not isinstance(share.value, Ratio) or share.value.whole is None:
        return None
    part, whole = share.value.part, share.value.whole
    days = report.assumed.stale_after["reconciled"]
    return Card(
        "Reconciled",
        f"{part} of {whole}",
        state="course" if part == whole else "watch",
        context=f"accounts agree with a statement of the last {days} days",
        source_note="the accounts",
        source_href="#reconciliation",
    )


def _statements_card(report: Report) -> Card:
    """Statements that are too old to reconcile with; whether the others agree no ledger says."""
    rows = report.of(Statement)
    days = report.assumed.stale_after["reconciled"]
    limit = report.site.briefing.as_of - timedelta(days=days)
    old = [one for one in rows if not isinstance(one.date, date) or one.date < limit]
    words = (
        f"no ledger to compare {counted(len(rows), 'statement')} with" if rows else "no statement, no ledger"
    )
    late = f"; {len(old)} over {days} days old" if old else ""
    return Card(
        "Reconciled",
        unknown("reconciled", "", "Accounts reconciled", "count", "ledger"),
        state="unknown",
        context=words + late,
        source_note="the roadmap",
        source_href="#roadmap",
    )


def _unknown(report: Report) -> Unknown:
    where = ledgers(report)
    return Unknown(
        roll=no_file(
            "Whether deposits and gift cards tie to the books",
            "What came in, what was earned and what was paid back stand in the ledger alone.",
            f"Enter what is owed on deposits and gift cards, with the booking id on every entry, in {where}.",
        ),
        chart=no_file(
            "Which accounts are used",
            "No entry is read, so accounts outside the chart and one vendor in two groups cannot be seen.",
            f"Enter the past three months in {where}.",
        ),
        expenses=no_file(
            "Whether every dollar has its place and its paper",
            "Stated costs are to be paid; what was paid, and whether a receipt is there, no entry says.",
            f"Enter expenses with their group and document in {where}.",
        ),
        tax=no_file(
            "Sales tax held and paid on",
            "What was collected and what was paid on stand in the ledger; no rate is written down for any place.",
            f"Post collected tax to its own account in {where}, and add the rate with place and day to portfolio.yml.",
        ),
        paid=no_file(
            "What each vendor was paid this year",
            "Only payments by transfer, check or cash count for the yearly form, and the ledger is not read.",
            f"Enter payments with vendor and method in {where}. Forms are due on 31 January.",
        ),
    )
