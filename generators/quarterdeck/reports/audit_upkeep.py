"""What audits say of keeping things alive: copies, alarms, ends of terms, the bill, and what visitors find."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from quarterdeck.figures.months import month_name
from quarterdeck.model.briefing import by_entity
from quarterdeck.model.cloud.buckets import Bucket
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.cloud.domains import Certificate, RegisteredDomain
from quarterdeck.model.cloud.tables import Table as StoredTable
from quarterdeck.model.cloud.watching import Alarm, LogGroup
from quarterdeck.model.figure import Figure
from quarterdeck.model.observed import Flag, NotCollected, Observed
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money
from quarterdeck.model.web import DomainCheck, SiteCheck
from quarterdeck.reports.cells import Tables, grey, total
from quarterdeck.reports.cloud_charts import Billed, bill_lines, bill_of
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone, joined
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import age, counted, number
from quarterdeck.rules.cloud_cost import idle

_MOST_SERVICES = 5
_LIMITS = {"domain": (14, 60), "certificate": (14, 21)}
"""Days before the end from which it is urgent, and from which it is soon."""
_KILOBYTE = 1000


# --- copies and alarms ----------------------------------------------------------------------------------------


def _has_end(one: LogGroup) -> Flag:
    days = one.retention_days
    return days if isinstance(days, NotCollected) else days is not None


class Kept(msgspec.Struct, frozen=True):
    """One thing that all of a kind should have."""

    key: str
    title: str
    record: type[Observed]
    flag: Callable[[Any], Flag]


_KEPT = (
    Kept("tables", "Tables to any moment", StoredTable, lambda one: one.has_recovery),
    Kept("buckets", "Buckets with versions", Bucket, lambda one: one.is_versioned),
    Kept("logs", "Logs with an end", LogGroup, _has_end),
    Kept("alarms", "Alarms that are heard", Alarm, lambda one: one.is_heard),
)


def standing(report: Report, tables: Tables) -> Table | None:
    """Of each business how much can be brought back, and whether anybody is told when it fails."""
    evidence = report.site.briefing.evidence
    found = [by_entity(evidence.of(kept.record)) for kept in _KEPT]
    seen = {entity for groups in found for entity in groups}
    if not seen:
        return None
    ids = [one.entity for one in report.entities if one.entity in seen]
    ids += [""] if "" in seen else []
    rows = tuple(
        TableRow(
            (
                report.site.titles[entity] or "Nobody\u2019s alone",
                *(
                    _n_of_m(
                        [kept.flag(one) for one in groups.get(entity, ())],
                        is_read=evidence.has_read(kept.record, entity),
                    )
                    for kept, groups in zip(_KEPT, found, strict=True)
                ),
            )
        )
        for entity in ids
    )
    columns = (Column("business", "Business"), *(Column(kept.key, kept.title) for kept in _KEPT))
    return tables.plain("standing", Table(columns, rows))


def _n_of_m(known: Sequence[Flag], *, is_read: bool) -> Cell:
    """`2 of 3`, and how many of the others are not known; none only where the list was read to its end."""
    if not known:
        return Cell("none" if is_read else Blank("unknown"))
    there, unknown = sum(one is True for one in known), sum(isinstance(one, NotCollected) for one in known)
    if unknown == len(known):
        return Cell(Blank("unknown"), f"of {len(known)}")
    without = len(known) - there - unknown
    note = grey(f"{without} without" if without else "", f"{unknown} not known" if unknown else "")
    return Cell(f"{there} of {len(known)}", note, "warn" if without else "")


class End(msgspec.Struct, frozen=True, order=True):
    """The day on which a domain or certificate ends."""

    day: date
    name: str
    kind: Literal["domain", "certificate"]
    entity: str
    note: str = ""


def ends(report: Report, tables: Tables) -> Table | None:
    """What ends when, as registries, stores and sites answered; the soonest first."""
    found = sorted(set(_ends(report)))
    if not found:
        return None
    columns = (Column("what", "What"), Column("business", "Business"), Column("ends", "Ends"))
    rows = tuple(_end_row(report, one) for one in found)
    return tables.plain("ends", Table(columns, rows))


def _ends(report: Report) -> Iterator[End]:
    evidence = report.site.briefing.evidence
    registered = set()
    for one in evidence.of(RegisteredDomain):
        registered.add(one.domain)
        if isinstance(one.expires, date):
            locked = "not locked" if one.locked is False else ""
            renews = "does not renew itself" if one.auto_renew is False else ""
            yield End(one.expires, one.domain, "domain", one.entity, grey(renews, locked))
    for name in evidence.of(DomainCheck):
        if isinstance(name.expires, date) and name.domain not in registered:
            yield End(name.expires, name.domain, "domain", name.entity, "by its registry")
    for held in evidence.of(Certificate):
        if isinstance(held.expires, date) and held.in_use is not False:
            yield End(held.expires, held.name, "certificate", held.entity)
    for site in evidence.of(SiteCheck):
        if isinstance(site.tls_expires, date):
            yield End(site.tls_expires, site.site, "certificate", site.entity, "as the site shows it")


def _end_row(report: Report, one: End) -> TableRow:
    left = (one.day - report.site.briefing.as_of).days
    urgent, soon = _LIMITS[one.kind]
    tone: Tone = "bad" if left <= urgent else "warn" if left <= soon else ""
    words = f"in {age(left)}" if left >= 0 else f"ended {age(-left)} ago"
    business = report.site.titles.get(one.entity, one.entity) or "nobody\u2019s alone"
    return TableRow((Cell(one.name, grey(one.kind, one.note)), business, Cell(one.day, words, tone)))


# --- the bill -------------------------------------------------------------------------------------------------


class Paid(msgspec.Struct, frozen=True):
    """The bill of the newest month that was over, or of the running one where there is no other."""

    month: str
    """In words: `October`, `November so far`."""
    amount: Figure
    services: Table | None


def paid(report: Report) -> Paid | None:
    """What the cloud cost in a month, with the five dearest services; None where nobody read the bill."""
    briefing = report.site.briefing
    bill = bill_of(briefing)
    if bill is None:
        return None
    month = bill.months[-1 if bill.last_full is None else bill.last_full]
    words = month_name(month) + (" so far" if bill.last_full is None else "")
    lines = [one for one in bill_lines(briefing) if one.month == month.name]
    return Paid(
        words, _sum("cloud_bill", f"Cloud bill of {words}", lines), _services(report, bill, month.name)
    )


def _sum(name: str, label: str, lines: Sequence[CloudCost]) -> Figure:
    return total(name, "", label, _amounts((one.amount, one.source) for one in lines))


def _amounts(costs: Iterable[tuple[Money | NotCollected, Source]]) -> Iterator[tuple[Money | Blank, Source]]:
    for cost, source in costs:
        yield (cost if isinstance(cost, Money) else Blank("unknown")), source


def _services(report: Report, bill: Billed, month: str) -> Table | None:
    newest: dict[tuple[str, ...], CloudCost] = {}
    lines = [
        one
        for one in report.site.briefing.evidence.of(CloudCost)
        if one.by == "service" and one.month == month
    ]
    for one in sorted(lines, key=lambda each: each.source.as_of or bill.read_on):
        newest[one.source.path, one.entity, one.name] = one
    by_service: dict[str, list[CloudCost]] = {}
    for one in newest.values():
        by_service.setdefault(one.name, []).append(one)
    ranked = [
        (_sum(f"cloud_bill:{name}", f"{name}, {month}", group), name, group)
        for name, group in by_service.items()
    ]
    if not ranked:
        return None
    ranked.sort(key=lambda each: (-_money(each[0]), each[1]))
    rows = [TableRow((Cell(name), amount)) for amount, name, _ in ranked[:_MOST_SERVICES]]
    rest = [line for _, _, group in ranked[_MOST_SERVICES:] for line in group]
    if rest:
        others = counted(len(ranked) - _MOST_SERVICES, "other service")
        rows.append(TableRow((Cell(others), _sum("cloud_bill:others", f"{others}, {month}", rest))))
    columns = (Column("service", "Service"), Column("amount", "In the month", is_number=True))
    return Table(columns, tuple(rows), is_sortable=False)


def _money(figure: Figure) -> Decimal:
    return figure.value.amount if isinstance(figure.value, Money) else Decimal(0)


class Idle(msgspec.Struct, frozen=True):
    """What serves nothing."""

    table: Table
    saving: Figure
    """Of those that have a line of the bill."""
    count: int
    unpriced: int


def idle_of(report: Report, tables: Tables) -> Idle | None:
    """What nobody uses; a saving stands only where a line of the bill is its own."""
    found = list(idle(report.site.briefing.evidence))
    if not found:
        return None
    found.sort(key=lambda each: (not isinstance(each[0].cost_per_month, Money), each[0].entity, each[0].name))
    columns = (
        Column("what", "What"),
        Column("business", "Business"),
        Column("saving", "Saves a month", is_number=True),
    )
    titles = report.site.titles
    rows = tuple(
        TableRow(
            (
                Cell(one.name, why),
                titles.get(one.entity, one.entity) or "nobody\u2019s",
                one.cost_per_month if isinstance(one.cost_per_month, Money) else Blank("unknown"),
            )
        )
        for one, why in found
    )
    costs = _amounts((one.cost_per_month, one.source) for one, _ in found)
    saving = total("idle_saving", "", "What idle things cost a month", costs)
    table = tables.plain("idle", Table(columns, rows))
    return Idle(table, saving, len(found), sum(not isinstance(one.cost_per_month, Money) for one, _ in found))


# --- sites ----------------------------------------------------------------------------------------------------


_FOUND_BY_VISITORS: tuple[tuple[str, Callable[[SiteCheck], object]], ...] = (
    ("price", lambda one: one.price_shown),
    ("free dates", lambda one: one.availability_shown),
    ("booking or payment", lambda one: one.booking_link),
    ("phone view", lambda one: one.viewport),
    ("analytics", lambda one: one.analytics),
    ("structured data", lambda one: one.structured_data),
    ("form", lambda one: one.forms_to),
    ("labels", lambda one: one.labels),
)


class Sites(msgspec.Struct, frozen=True):
    """What visitors find on each site."""

    table: Table
    count: int
    worst: str
    """`jada.example lacks price and analytics`, or nothing."""


def sites_of(report: Report, tables: Tables) -> Sites | None:
    """Each site with what it lacks; None where no audit looked at one."""
    found = report.site.briefing.evidence.of(SiteCheck)
    if not found:
        return None
    columns = (
        Column("site", "Site"),
        Column("weight", "Weight", is_number=True),
        Column("has", "Visitors find"),
        Column("lacks", "Visitors miss"),
        Column("unknown", "Not known"),
    )
    table = tables.plain("sites", Table(columns, tuple(_site_row(report, one) for one in found)))
    lacking = max(found, key=lambda one: (len(_sorted_out(one)[1]), one.site))
    words = _sorted_out(lacking)[1]
    return Sites(table, len(found), f"{lacking.site} lacks most: {joined(words)}." if words else "")


def _sorted_out(one: SiteCheck) -> tuple[list[str], list[str], list[str]]:
    """What is there, what is not, and what nobody could tell."""
    there: list[str] = []
    missing: list[str] = []
    unknown: list[str] = []
    for words, field in _FOUND_BY_VISITORS:
        content = field(one)
        (unknown if isinstance(content, NotCollected) else there if content else missing).append(words)
    return there, missing, unknown


def _site_row(report: Report, one: SiteCheck) -> TableRow:
    there, missing, unknown = map(joined, _sorted_out(one))
    business = report.site.titles.get(one.entity, one.entity)
    silent = "does not answer" if one.answers is False else "" if one.is_live else "by its source"
    weight = (
        Blank("unknown")
        if isinstance(one.page_bytes, NotCollected)
        else f"{number(Decimal(one.page_bytes) / _KILOBYTE, 0)} KB"
    )
    head = Cell(one.site, grey(business, silent), "bad" if one.answers is False else "")
    return TableRow((head, weight, there, missing or "nothing", unknown))
