"""Where the whole portfolio stands, as Home and the CEO page say it: what is open, and how much cash there is."""

import msgspec

from quarterdeck.model.figure import Figure
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.reports.businesses import count_open, in_totals
from quarterdeck.reports.cells import figure_or_unknown
from quarterdeck.reports.skeleton import Report


class Position(msgspec.Struct, frozen=True):
    """Counts of findings, and the four figures of cash."""

    businesses: int
    critical: int
    high: int
    critical_in: int
    """Businesses with a critical finding."""
    cash: Figure
    runway: Figure
    stated: Figure | None
    """What bank statements say, in place of cash that is not known."""
    deposits: Figure | None
    """What guests paid for services still to come; None where there is nothing of it."""


def position(report: Report) -> Position:
    """Where all businesses of an audience stand."""
    site, briefing = report.site, report.site.briefing
    stated = briefing.find("bank_stated")
    return Position(
        businesses=len(briefing.entities),
        critical=count_open(site, Severity.CRITICAL),
        high=count_open(site, Severity.HIGH),
        critical_in=sum(site.findings(one.entity, Severity.CRITICAL) > 0 for one in in_totals(site)),
        cash=figure_or_unknown(report, "cash_available", "", "Our cash"),
        runway=figure_or_unknown(report, "runway_months", "", "Runway", "months"),
        stated=stated if stated and stated.is_known else None,
        deposits=above_zero(briefing.find("deposits_held")),
    )


def above_zero(figure: Figure | None) -> Figure | None:
    """A figure of money, where there is any."""
    is_money = figure is not None and isinstance(figure.value, Money) and figure.value.amount > 0
    return figure if is_money else None
