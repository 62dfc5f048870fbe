"""The client audit: who pays what for how much work, and which client costs money."""

from collections.abc import Sequence
from decimal import Decimal

from quarterdeck.figures.agency import notice_by
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Gap
from quarterdeck.model.page import Page
from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports import client_charts
from quarterdeck.reports.behind import facts_behind
from quarterdeck.reports.billing_held import held
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    figure_or_unknown,
    gap_of,
    grey,
    name_of,
    no_file,
    on,
    said,
)
from quarterdeck.reports.client_numbers import (
    model_table,
    model_words,
    movement_table,
    quadrant_table,
    rate_cell,
    rate_table,
    share_table,
    with_related_words,
)
from quarterdeck.reports.client_standing import Rates, Standing, costly_clients, rates_of, standings_of
from quarterdeck.reports.client_terms import hosting_lines, people_view
from quarterdeck.reports.components import Card, Cell, Column, StateKey, TableRow
from quarterdeck.reports.skeleton import AUDITS, Report, Site, audit_path
from quarterdeck.reports.words import counted, day, money


def page(site: Site, entity: Entity) -> Page:
    """The audit of one client portfolio."""
    rows = site.briefing.of(Client, entity.entity)
    report = Report(
        site,
        audit_path(entity.entity),
        f"{AUDITS['clients']}: {entity.title}",
        "clients",
        (entity,),
        counted(len(rows), "client") if rows else "No client is written down",
        description="Who pays what for how much work, which client costs money, and which contract ends next.",
        section="Audits",
    )
    tables = Tables(report)
    scope = scope_of(facts_behind(site.briefing, entity), entity, site.briefing.currency)
    rates = rates_of(site.briefing, entity.entity)
    standings = standings_of(site.briefing, scope)
    view = _figures(report, entity) | people_view(report, entity, standings, tables)
    view |= {
        "charts": _charts(report, entity, standings, rates),
        "costly": costly_clients(standings, rates),
        "count": len(standings),
        "outside": sum(not one.is_related for one in standings),
        "modelless": [one for one in standings if not one.has_model],
        "rates": rates,
        "with_related": with_related_words(standings),
        "beside_books": held(site.briefing, entity.entity),
        "confirmed": on(entity.updated),
        "unread": _unread(report, entity),
    }
    view |= {
        "clients": _client_table(standings, rates, tables),
        "models": model_table(standings, rates, tables),
        "movement": movement_table(report, standings, tables),
        "rate_table": rate_table(standings, rates, tables),
        "shares": share_table(standings, scope.currency, tables),
        "hosting": hosting_lines(standings, tables),
        "quadrants": quadrant_table(standings, rates, tables),
    }
    return report.page("clients.md.j2", tables.downloads, cards=_cards(report, entity, standings), **view)


def _charts(report: Report, entity: Entity, standings: Sequence[Standing], rates: Rates) -> dict[str, object]:
    briefing = report.site.briefing
    drawn = {
        "movement": client_charts.movement(briefing, entity.entity),
        "shares": client_charts.shares(briefing, standings),
        "quadrant": client_charts.quadrant(briefing, standings, rates),
        "dates": client_charts.dates(briefing, standings),
    }
    return {key: report.charts.add(chart) for key, chart in drawn.items()}


def _figures(report: Report, entity: Entity) -> dict[str, object]:
    name, find = entity.entity, report.site.briefing.find
    return {
        "agree": find("invoices_agree", name),
        "top_earned": find("top_earned_share", name),
        "hhi_earned": find("hhi_earned", name),
        "effective_clients": find("effective_clients", name),
        "unnamed": find("earned_unnamed", name),
        "nrr": find("nrr", name),
        "grr": find("grr", name),
        "mrr": figure_or_unknown(report, "mrr", name, "Monthly recurring revenue"),
        "rate": figure_or_unknown(report, "effective_rate", name, "Effective hourly rate"),
        "top": figure_or_unknown(
            report, "top_client_share", name, "Largest client, of recurring revenue", "ratio"
        ),
        "hhi": figure_or_unknown(report, "hhi", name, "Concentration of clients (HHI)", "score"),
        "with_model": figure_or_unknown(
            report, "clients_with_model", name, "Clients with a billing model", "ratio"
        ),
        "unbilled_hosting": figure_or_unknown(
            report, "hosting_unbilled", name, "Hosting paid and not charged"
        ),
        "at_risk": figure_or_unknown(report, "mrr_at_risk", name, "Recurring revenue at risk, a month"),
        "ending": figure_or_unknown(
            report, "contracts_ending_60d", name, "Contracts that end within 60 days", "count"
        ),
    }


def _cards(report: Report, entity: Entity, standings: Sequence[Standing]) -> tuple[Card, ...]:
    figures = _figures(report, entity)
    bare = sum(not one.has_model for one in standings)
    state: StateKey = "act" if bare else "course"
    without: Figure | int = bare if standings else _as_figure(figures["with_model"])
    return (
        Card(
            "MRR",
            _as_figure(figures["mrr"]),
            context="a month, sister companies left out",
            source_note="clients",
            source_href="#mrr",
        ),
        Card(
            "Effective rate",
            _as_figure(figures["rate"]),
            context="an hour, over the time log",
            source_note="rates",
            source_href="#rate",
        ),
        Card(
            "Top client share",
            _as_figure(figures["top"]),
            context="of recurring revenue",
            source_note="concentration",
            source_href="#concentration",
        ),
        Card(
            "Without model",
            without,
            state=state if standings else "unknown",
            context=f"of {counted(len(standings), 'client')}" if standings else "",
            source_note="billing models",
            source_href="#models",
        ),
    )


def _as_figure(thing: object) -> Figure:
    if not isinstance(thing, Figure):
        raise TypeError(thing)
    return thing


def _client_table(standings: Sequence[Standing], rates: Rates, tables: Tables) -> Lines | None:
    by_client = {id(one.client): one for one in standings}
    columns = (
        Column("client", "Client"),
        Column("fee", "A month", is_number=True),
        Column("hours", "Hours", is_number=True),
        Column("rate", "An hour earns", is_number=True),
        Column("contract", "Contract ends"),
        Column("invoice", "Last invoice"),
        Column("risk", "Risk points"),
    )

    def cells(client: Client) -> TableRow:
        one = by_client[id(client)]
        brought = one.earned.value if one.earned and isinstance(one.earned.value, Money) else one.billed
        verb = "earned" if one.earned else "billed"
        billed = f"{verb} {money(brought)} in 12 months" if brought.amount else ""
        terms = grey(model_words(one), "sister company" if one.is_related else "", billed)
        return TableRow(
            (
                Cell(one.name, terms),
                one.fee,
                Cell(one.hours if one.hours is not None else _stated_hours(client), _included(client)),
                rate_cell(one, rates),
                _contract_cell(one),
                _invoice_cell(one),
                Cell(
                    one.risk.points,
                    one.risk.words,
                    "bad" if one.risk.word == "act" else "warn" if one.risk.word == "watch" else "",
                ),
            )
        )

    return tables.lines(
        "clients", columns, [one.client for one in standings], cells, lambda row: name_of(row.client)
    )


def _stated_hours(client: Client) -> Decimal | Blank:
    return client.hours_used


def _included(client: Client) -> str:
    return said("", client.hours_included, "in the fee")


def _contract_cell(one: Standing) -> Cell:
    client = one.client
    if client.contract is False:
        return Cell("no contract", said("written until", client.contract_end))
    notice = notice_by(client)
    return Cell(
        client.contract_end, f"notice by {day(notice)}" if notice else said("since", client.contract_start)
    )


def _invoice_cell(one: Standing) -> Cell:
    owed = f"{money(one.open)} open" if one.open.amount else ""
    late = f"{counted(one.days_late, 'day')} late" if one.days_late else ""
    return Cell(one.last_invoice or "none written", grey(owed, late), "bad" if late else "")


def _unread(report: Report, entity: Entity) -> dict[str, Gap]:
    name = entity.entity

    def gap(what: str, why: str, step: str, *keys: str) -> Gap:
        return gap_of(report, name, *keys) or no_file(what, why, step)

    return {
        "clients": gap(
            "Who the clients are",
            "Without them nobody can say who pays, and for what.",
            "Add a Clients table to its handoff.",
            "clients",
        ),
        "hours": gap(
            "Hours by client",
            "Without hours nobody can say which client costs money.",
            "Add a Time log to its handoff, or time_log.csv to its data.",
            "time_log",
            "hours",
        ),
        "retention": gap(
            "Retention of recurring revenue (NRR and GRR)",
            "It compares what the same clients paid a year apart.",
            "It is worked out as soon as an earlier report of this business is kept.",
        ),
        "contracts": gap(
            "When contracts end",
            "A renewal then comes as a surprise.",
            "Write Contract end and Notice days into the Clients table.",
            "contract_end",
        ),
        "custody": gap(
            "Who holds the clients\u2019 logins",
            "If that person is away, a client\u2019s site cannot be mended.",
            "Add rows for clients to the Access table.",
            "access",
        ),
        "hosting": gap(
            "What hosting costs, and who pays",
            "Hosting that nobody charges is given away.",
            "Write Sites, Hosting cost and Hosting fee into the Clients table.",
            "hosting",
        ),
    }
