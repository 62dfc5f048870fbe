"""Every chart by the name with which a hand-written page asks for it."""

from collections.abc import Callable, Mapping

from quarterdeck.charts.spec import Chart
from quarterdeck.figures.billing import matches, receivables
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.briefing import Briefing
from quarterdeck.priorities import first_of
from quarterdeck.reports import (
    accounting_charts,
    assumptions_page,
    billing_charts,
    ceo_charts,
    client_charts,
    cloud_charts,
    cmo_channels,
    cmo_charts,
    cmo_mail,
    cto_charts,
    finance_charts,
    rental_charts,
)
from quarterdeck.reports.accounting import milestones_of
from quarterdeck.reports.behind import facts_behind
from quarterdeck.reports.billing_owed import in_currency, month_ends
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.client_standing import rates_of, standings_of
from quarterdeck.reports.cmo import open_leads
from quarterdeck.reports.cmo_mail import MailingList
from quarterdeck.reports.skeleton import Report, Site

_ACTIONS = 10

OfReport = Callable[[Report], Chart | None]
OfBriefing = Callable[[Briefing, str], Chart | None]
OfScope = Callable[[Report, Scope], Chart | None]


def named_chart(briefing: Briefing, entity: str, name: str) -> Chart | None:
    """A chart of one business, or of all with the empty id; None where its numbers are not known.

    Args:
        briefing: That of the audience.
        entity: Id of a business that it has.
        name: One of `NAMED`.
    """
    owners = tuple(one for one in briefing.entities if entity in {"", one.entity})
    report = Report(Site(briefing), "reports/chart.md", "", "ceo", owners, "")
    return NAMED[name](report, entity)


def _of_report(make: OfReport) -> Callable[[Report, str], Chart | None]:
    return lambda report, _: make(report)


def _of_briefing(make: OfBriefing) -> Callable[[Report, str], Chart | None]:
    return lambda report, entity: make(report.site.briefing, entity)


def _of_scope(make: OfScope) -> Callable[[Report, str], Chart | None]:
    """A chart of one business alone, from its rows."""

    def made(report: Report, entity: str) -> Chart | None:
        if not entity:
            return None
        (owner,) = report.entities
        briefing = report.site.briefing
        return make(report, scope_of(facts_behind(briefing, owner), owner, briefing.currency))

    return made


def _aging(report: Report, scope: Scope) -> Chart | None:
    return billing_charts.aging(report.site.briefing, in_currency(receivables(scope), scope.currency))


def _collected(report: Report, scope: Scope) -> Chart | None:
    return billing_charts.collected(report.site.briefing, scope, matches(scope))


def _dso(report: Report, _: Scope) -> Chart | None:
    briefing, (owner,) = report.site.briefing, report.entities
    return billing_charts.days_unpaid(briefing, month_ends(briefing, owner))


def _client_shares(report: Report, scope: Scope) -> Chart | None:
    return client_charts.shares(report.site.briefing, standings_of(report.site.briefing, scope))


def _client_quadrant(report: Report, scope: Scope) -> Chart | None:
    briefing = report.site.briefing
    return client_charts.quadrant(briefing, standings_of(briefing, scope), rates_of(briefing, scope.entity))


def _client_dates(report: Report, scope: Scope) -> Chart | None:
    return client_charts.dates(report.site.briefing, standings_of(report.site.briefing, scope))


def _list(make: Callable[[Report, MailingList], Chart | None]) -> OfReport:
    """A chart of the first mailing list."""

    def made(report: Report) -> Chart | None:
        lists = cmo_mail.mail(report, Tables(report)).lists
        return make(report, lists[0]) if lists else None

    return made


NAMED: Mapping[str, Callable[[Report, str], Chart | None]] = {
    "actions": lambda report, entity: (
        None
        if entity
        else cto_charts.quadrant(report, first_of(report.site.briefing.actions, "cto", _ACTIONS))
    ),
    "agenda": _of_report(lambda report: ceo_charts.agenda(report.site.briefing, report.to_do())),
    "aging": _of_scope(_aging),
    "assumptions": lambda report, entity: (
        None if entity else assumptions_page.tornado(report, assumptions_page.effects_of(report))
    ),
    "break-even": _of_briefing(finance_charts.break_even),
    "burn": _of_briefing(finance_charts.burn),
    "cash-13-weeks": _of_briefing(finance_charts.weeks),
    "claim": _of_report(_list(cmo_charts.claimed)),
    "client-dates": _of_scope(_client_dates),
    "client-fees": _of_briefing(client_charts.movement),
    "client-quadrant": _of_scope(_client_quadrant),
    "client-shares": _of_scope(_client_shares),
    "cloud-cost": _of_briefing(cloud_charts.costs),
    "collected": _of_scope(_collected),
    "contribution": _of_report(lambda report: ceo_charts.contribution(report.site.briefing, report.entities)),
    "deposits": _of_report(accounting_charts.deposits),
    "dso": _of_scope(_dso),
    "findings": lambda report, entity: None if entity else ceo_charts.findings(report.site.briefing),
    "funnel": lambda report, entity: cto_charts.funnel(report, entity) if entity else None,
    "kept": _of_report(lambda report: cmo_charts.kept(report, cmo_channels.keeps(report))),
    "kpis": _of_report(lambda report: ceo_charts.measured(report.site.briefing, report.entities)),
    "milestones": _of_report(lambda report: accounting_charts.milestones(report, milestones_of(report))),
    "options": _of_briefing(finance_charts.options),
    "pipeline": _of_report(lambda report: cmo_charts.pipeline(report.site.briefing, open_leads(report))),
    "ramp": _of_report(_list(cmo_charts.ramp)),
    "rent": _of_briefing(rental_charts.collections),
    "rental-cash-flow": _of_briefing(rental_charts.cash_flow),
    "rental-dates": _of_briefing(rental_charts.dates),
    "targets": _of_briefing(finance_charts.targets),
    "tax-lines": _of_report(accounting_charts.expenses),
    "variance": _of_briefing(finance_charts.variance),
}
"""Name -> what makes the chart; several are of one business alone, others of all."""
