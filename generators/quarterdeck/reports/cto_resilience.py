"""Resilience on the CTO page: restore tests, ends of domains, and what only one person can open."""

from collections.abc import Sequence
from datetime import date

import msgspec

from quarterdeck.model.books import Cost
from quarterdeck.model.holdings import Access, Asset, Compliance
from quarterdeck.model.services import Client
from quarterdeck.model.values import Blank
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    extras,
    first_places,
    grey,
    name_of,
    on,
    said,
    text,
)
from quarterdeck.reports.components import (
    Cell,
    Column,
    Table,
    TableRow,
    Tone,
    joined,
)
from quarterdeck.reports.cto_systems import system_names
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age

_DOMAIN_SOON, _DOMAIN_URGENT = 60, 14


class Restores(msgspec.Struct, frozen=True):
    """What was restored as a test, and what never was."""

    lines: Lines | None
    untested: tuple[str, ...]
    """Businesses with a stack or a repository and no restore test."""
    oldest: str
    """`the oldest test is 12 months old`, or nothing."""


class Held(msgspec.Struct, frozen=True):
    """What only one person can open."""

    lines: Lines | None
    alone: int
    everything: int
    without_note: int


def restores_of(report: Report, tables: Tables) -> Restores:
    """The restore tests that are written, oldest first."""
    briefing = report.site.briefing
    tests = [row for row in briefing.of(Compliance) if row.type == "restore-test"]
    tested = {row.entity for row in tests}
    days = [day for row in tests if (day := on(row.done_on))]
    columns = (
        Column("store", "What was restored"),
        Column("business", "Business"),
        Column("done", "Last time"),
    )

    def cells(row: Compliance) -> TableRow:
        note = grey(
            text(row.status), said("next by", row.expires), said("cost", row.cost), text(row.document)
        )
        done = on(row.done_on)
        days = (briefing.as_of - done).days if done else 0
        last = Cell(done, f"{age(days)} ago") if done else Cell(Blank("unknown"))
        head = Cell(name_of(row.item), grey(text(row.applies_to), note))
        return TableRow((head, report.site.titles[row.entity], last))

    tests.sort(key=lambda row: (str(on(row.done_on) or date.min), row.entity))
    return Restores(
        tables.lines("restores", columns, tests, cells, lambda row: name_of(row.item)),
        tuple(
            entity.title
            for entity in report.entities
            if entity.entity not in tested and any(system_names(entity)[1:])
        ),
        f"the oldest is {age((briefing.as_of - min(days)).days)} old" if days else "",
    )


def domain_lines(report: Report, tables: Tables) -> Lines | None:
    """Domains of clients with their dates, then our own with what is written of their end."""
    briefing = report.site.briefing
    columns = (Column("domain", "Domain"), Column("business", "Business"), Column("ends", "Ends"))
    clients = [row for row in briefing.of(Client) if on(row.domain_expires)]
    clients.sort(key=lambda row: (str(row.domain_expires), name_of(row.client)))
    own = [row for row in briefing.of(Asset) if row.type == "domain"]
    bills = {(row.entity, name_of(row.item)): row for row in briefing.of(Cost)}
    rows = [_client_domain(report, row) for row in clients]
    rows += [_own_domain(report, row, bills.get((row.entity, name_of(row.asset)))) for row in own]
    if not rows:
        return None
    table = tables.plain("domains", Table(columns, tuple(rows)))
    return Lines(table, first_places((*clients, *own)), (), len(rows))


def _client_domain(report: Report, row: Client) -> TableRow:
    ends = on(row.domain_expires)
    left = (ends - report.site.briefing.as_of).days if ends else 0
    tone: Tone = "bad" if left <= _DOMAIN_URGENT else "warn" if left <= _DOMAIN_SOON else ""
    contact = said("registrar writes to", row.registrar_contact)
    words = f"in {age(left)}" if left >= 0 else f"ended {age(-left)} ago"
    head = Cell(name_of(row.client), grey("a client\u2019s domain", contact))
    return TableRow((head, report.site.titles[row.entity], Cell(ends or Blank(), words, tone)))


def _own_domain(report: Report, row: Asset, bill: Cost | None) -> TableRow:
    """One of ours; its end is a note that nobody reads as a date, so it is quoted."""
    paid = grey(said("next payment", bill.next_due), said("", bill.amount)) if bill else ""
    note = f"“{row.notes}”" if isinstance(row.notes, str) else ""
    head = Cell(name_of(row.asset), said("held by", row.owner_of_record))
    return TableRow((head, report.site.titles[row.entity], Cell(Blank("unknown"), grey(note, paid))))


def held_alone(report: Report, tables: Tables) -> Held:
    """What one person alone can open, by person and kind of thing, most first."""
    rows = report.site.briefing.of(Access)
    alone = [row for row in rows if not isinstance(row.holders, Blank) and len(row.holders) == 1]
    groups: dict[tuple[str, str], list[Access]] = {}
    for row in alone:
        holders = row.holders if not isinstance(row.holders, Blank) else ()
        groups.setdefault((holders[0], text(row.thing) or "thing"), []).append(row)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    columns = (
        Column("who", "Held by"),
        Column("what", "What nobody else can open", label="-"),
        Column("notes", "Hand-over notes"),
    )
    table = Table(columns, tuple(_held_row(report, *key, group) for key, group in ranked))
    lines = (
        Lines(tables.plain("access", table), first_places(alone), extras(alone, lambda row: name_of(row.of)))
        if alone
        else None
    )
    everything = sum(not isinstance(row.holders, Blank) for row in rows)
    return Held(lines, len(alone), everything, sum(row.handover_note is not True for row in alone))


def _held_row(report: Report, who: str, thing: str, group: Sequence[Access]) -> TableRow:
    things = ", ".join(name_of(row.of, "not named") for row in group)
    businesses = joined(list(dict.fromkeys(report.site.titles[row.entity] for row in group)))
    notes = sum(row.handover_note is True for row in group)
    head = Cell(report.site.briefing.person(who), f"{len(group)} \u00d7 {thing}")
    return TableRow((head, Cell(things, businesses), f"{notes} of {len(group)}"))
