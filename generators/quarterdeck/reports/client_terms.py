"""Terms with clients: hosting, domains, contracts, and who holds the logins."""

from collections.abc import Sequence
from datetime import date

from quarterdeck.figures.agency import monthly_fee, notice_by
from quarterdeck.model.entity import Entity
from quarterdeck.model.holdings import Access
from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    first_places,
    name_of,
    on,
    said,
    text,
)
from quarterdeck.reports.client_standing import Standing
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone, joined
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age, counted

_SOON = 60


def hosting_lines(standings: Sequence[Standing], tables: Tables) -> Lines | None:
    """Sites and domains of clients, the domain that ends next first."""
    hosted = [
        one
        for one in standings
        if isinstance(one.client.sites, int)
        or isinstance(one.client.hosting_cost, Money)
        or on(one.client.domain_expires)
    ]
    if not hosted:
        return None
    ranked = sorted(hosted, key=lambda one: (str(on(one.client.domain_expires) or date.max), one.name))
    columns = (
        Column("client", "Client"),
        Column("cost", "Costs us a month", is_number=True),
        Column("fee", "Fee a month", is_number=True),
        Column("gap", "Not charged", is_number=True),
        Column("domain", "Domain ends"),
        Column("registrar", "Registrar writes to"),
    )
    rows = tuple(_hosting_row(one) for one in ranked)
    table = tables.plain("hosting", Table(columns, rows))
    return Lines(table, first_places(one.client for one in ranked), (), len(rows))


def _hosting_row(one: Standing) -> TableRow:
    client, cost, fee = one.client, one.client.hosting_cost, one.client.hosting_fee
    if isinstance(fee, Blank) and client.billing_model == "none" and isinstance(cost, Money):
        fee = cost * 0
    gap: Money | Blank = Blank("unknown")
    if isinstance(cost, Money) and isinstance(fee, Money) and cost.currency == fee.currency:
        gap = cost - fee if cost.amount > fee.amount else cost * 0
    left = one.risk.domain_days
    tone: Tone = (
        "bad"
        if left is not None and left <= _SOON // 2
        else "warn"
        if left is not None and left <= _SOON
        else ""
    )
    words = "" if left is None else f"in {age(left)}" if left >= 0 else "has ended"
    sites = counted(client.sites, "site") if isinstance(client.sites, int) else "sites not known"
    contact = {"us": "us", "client": "the client"}.get(text(client.registrar_contact))
    return TableRow(
        (
            Cell(one.name, sites),
            cost,
            fee,
            gap,
            Cell(client.domain_expires, words, tone),
            contact or Blank("unknown"),
        )
    )


def people_view(
    report: Report, entity: Entity, standings: Sequence[Standing], tables: Tables
) -> dict[str, object]:
    """Contracts and custody: what the page prints of both."""
    access = [row for row in report.site.briefing.of(Access, entity.entity) if row.thing == "client"]
    return {
        "contracts": _contract_table(report, standings, tables),
        "uncontracted": [one.name for one in standings if one.client.contract is False],
        "custody": _custody_table(report, standings, access, tables),
        "noteless": sum(row.handover_note is not True for row in access),
        "held": len(access),
    }


def _contract_table(report: Report, standings: Sequence[Standing], tables: Tables) -> Lines | None:
    as_of = report.site.briefing.as_of
    dated = [one.client for one in standings if on(one.client.contract_end)]
    dated.sort(key=lambda client: (str(client.contract_end), name_of(client.client)))
    columns = (
        Column("client", "Client"),
        Column("end", "Ends"),
        Column("notice", "Notice by"),
        Column("renews", "Renews itself"),
        Column("fee", "At stake a month", is_number=True),
    )

    def cells(client: Client) -> TableRow:
        end, notice = on(client.contract_end), notice_by(client)
        left = (end - as_of).days if end else 0
        tone: Tone = (
            "bad" if left < 0 and client.auto_renew is not True else "warn" if 0 <= left <= _SOON else ""
        )
        words = f"in {age(left)}" if left >= 0 else f"ended {age(-left)} ago"
        passed = "has passed" if notice and notice < as_of else said("", client.notice_days, "days of notice")
        fee = monthly_fee(client, as_of)
        return TableRow(
            (
                Cell(name_of(client.client), said("since", client.contract_start)),
                Cell(end, words, tone) if end else Cell(Blank()),
                Cell(notice or Blank("unknown"), passed),
                {True: "yes", False: "no"}.get(client.auto_renew is True, "no")
                if isinstance(client.auto_renew, bool)
                else Blank("unknown"),
                fee,
            )
        )

    return tables.lines("contracts", columns, dated, cells, lambda row: name_of(row.client))


def _custody_table(
    report: Report, standings: Sequence[Standing], access: Sequence[Access], tables: Tables
) -> Table | None:
    """Who holds the logins of each client, and whether a note says what to do without them."""
    holders = {text(row.of): row for row in access}
    columns = (
        Column("client", "Client"),
        Column("logins", "Logins are with"),
        Column("who", "People"),
        Column("note", "Hand-over note"),
    )
    where = {"us": "us alone", "client": "the client", "both": "us and the client"}
    rows = []
    for one in sorted(standings, key=lambda one: one.name):
        row = holders.get(one.name)
        people = (
            joined([report.site.briefing.person(who) for who in row.holders])
            if row and not isinstance(row.holders, Blank)
            else Blank("unknown")
        )
        note = (
            {True: "yes", False: "no"}[row.handover_note is True]
            if row and isinstance(row.handover_note, bool)
            else Blank("unknown")
        )
        rows.append(
            TableRow(
                (Cell(one.name), where.get(text(one.client.access_custody)) or Blank("unknown"), people, note)
            )
        )
    return tables.plain("custody", Table(columns, tuple(rows))) if rows else None
