"""What runs where, as audits saw it: of each business what it is made of, what is nobody's, and how old that is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from quarterdeck.model.cloud.buckets import Bucket, BucketEvents
from quarterdeck.model.cloud.distributions import Distribution
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.cloud.functions import EventSource, Function
from quarterdeck.model.cloud.identity import Identity, ServerCertificate
from quarterdeck.model.cloud.messages import Queue
from quarterdeck.model.cloud.tables import Table as StoredTable
from quarterdeck.model.cloud.watching import Alarm, Trail, UptimeCheck
from quarterdeck.model.evidence import RECORDS, Evidence, kind_of
from quarterdeck.model.finding import Gap
from quarterdeck.model.imported import ImportedFinding
from quarterdeck.model.mail_account import ConfigurationSet, MailIdentity
from quarterdeck.model.observed import NotCollected, Observed, Resource, Snapshot
from quarterdeck.model.repositories import Repository, SignIn, Technology
from quarterdeck.model.values import Blank, Money
from quarterdeck.model.web import SiteCheck
from quarterdeck.reports.audit_areas import side_by_side
from quarterdeck.reports.audit_results import noun
from quarterdeck.reports.cells import Tables, no_file, total
from quarterdeck.reports.components import (
    Cell,
    Column,
    Grid,
    GridCell,
    GridGroup,
    GridRow,
    Table,
    TableRow,
    named,
)
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day

_MOST_NAMES = 2
_MOST_BUSINESSES = 12
_MOST_GAPS = 12
_NOT_KNOWN = GridCell("not known", is_unknown=True)
_NONE = GridCell("none")


_OF_ACCOUNTS = (
    Identity,
    ServerCertificate,
    Trail,
    BucketEvents,
    EventSource,
    ImportedFinding,
)
"""Kinds that belong to an account, or tell more of a thing of another kind."""
_HELD: tuple[type[Observed], ...] = tuple(
    one
    for one in RECORDS
    if (issubclass(one, Resource) and not issubclass(one, _OF_ACCOUNTS))
    or one in (RegisteredDomain, MailIdentity, ConfigurationSet)
)
"""What a business can own."""
_SHOWN: tuple[type[Observed], ...] = (*_HELD, SiteCheck, Repository)


class Runs(msgspec.Struct, frozen=True):
    """What audits saw of the businesses."""

    grids: tuple[Grid, ...]
    unseen: tuple[str, ...]
    """Businesses of which they saw nothing."""
    nobodys: Table | None
    unread: Gap | None
    """What only the repositories can say, where nobody read them."""


def runs_of(report: Report, tables: Tables) -> Runs:
    """A column for each business of which anything was seen."""
    evidence = report.site.briefing.evidence
    seen = {one.entity for kind in _SHOWN for one in evidence.of(kind)}
    entities = [one for one in report.entities if one.entity in seen]
    shown = entities[:_MOST_BUSINESSES]
    grids = (
        Grid(
            "Part",
            tuple(one.title for one in part),
            (
                GridGroup(
                    "",
                    tuple(
                        GridRow(title, tuple(made(evidence, one.entity) for one in part))
                        for title, made in _PARTS.items()
                    ),
                ),
            ),
            label="What runs, by business",
            is_wordy=True,
        )
        for part in side_by_side(shown)
    )
    return Runs(
        tuple(grids),
        tuple(one.title for one in report.entities if one.entity not in seen),
        _nobodys(report, tables),
        None if _is_code_read(evidence) else _CODE,
    )


def _is_code_read(evidence: Evidence) -> bool:
    return bool(evidence.of(Repository)) or any(
        kind_of(Repository) in one.kinds for one in evidence.snapshots
    )


_CODE = no_file(
    "Payments, sign-in, repository, CI and tests of each stack",
    "They show in the code, and no audit has read the repositories.",
    "The audit of the repositories will fill them in.",
)


# --- the parts of a stack --------------------------------------------------------------------------------------


def _listed(names: Sequence[str], words: str) -> GridCell:
    first = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return GridCell(words, 1, f"{first} and {more} more" if more > 0 else first)


def _of(evidence: Evidence, entity: str, record: type[Observed], noun: str, plural: str = "") -> GridCell:
    """All of one kind, or whether there is none."""
    names = [one.subject for one in evidence.of(record, entity)]
    if names:
        return _listed(names, counted(len(names), noun, plural))
    return _NONE if evidence.has_read(record, entity) else _NOT_KNOWN


def _hosting(evidence: Evidence, entity: str) -> GridCell:
    edges = [_by_alias(one) for one in evidence.of(Distribution, entity)]
    sites = [one.name for one in evidence.of(Bucket, entity) if one.is_website is True]
    if edges or sites:
        counts = [counted(len(edges), "distribution")] if edges else []
        counts += [counted(len(sites), "bucket")] if sites else []
        return _listed([*edges, *sites], ", ".join(counts))
    is_read = evidence.has_read(Distribution, entity) and evidence.has_read(Bucket, entity)
    return _NONE if is_read else _NOT_KNOWN


def _by_alias(one: Distribution) -> str:
    return one.aliases[0] if isinstance(one.aliases, tuple) and one.aliases else one.name


def _data(evidence: Evidence, entity: str) -> GridCell:
    tables = [one.name for one in evidence.of(StoredTable, entity)]
    buckets = [one.name for one in evidence.of(Bucket, entity) if one.is_website is not True]
    if tables or buckets:
        counts = [counted(len(tables), "table")] if tables else []
        counts += [counted(len(buckets), "bucket")] if buckets else []
        return _listed([*tables, *buckets], ", ".join(counts))
    is_read = evidence.has_read(StoredTable, entity) and evidence.has_read(Bucket, entity)
    return _NONE if is_read else _NOT_KNOWN


def _built_with(category: str) -> Callable[[Evidence, str], GridCell]:
    def made(evidence: Evidence, entity: str) -> GridCell:
        names = [one.name for one in evidence.of(Technology, entity) if one.area == category]
        if names:
            return _listed(list(dict.fromkeys(names)), "yes")
        return _NONE if evidence.has_read(Technology, entity) else _NOT_KNOWN

    return made


def _sign_in(evidence: Evidence, entity: str) -> GridCell:
    found = _built_with("sign-in")(evidence, entity)
    own = [one.repo for one in evidence.of(SignIn, entity)]
    return _listed(list(dict.fromkeys(own)), "its own") if own and found.step is None else found


def _of_repositories(field: str) -> Callable[[Evidence, str], GridCell]:
    def made(evidence: Evidence, entity: str) -> GridCell:
        repos = evidence.of(Repository, entity)
        if not repos:
            return _NONE if evidence.has_read(Repository, entity) else _NOT_KNOWN
        return _share([getattr(one, field) for one in repos], "repositories")

    return made


def _share(flags: Iterable[object], noun: str) -> GridCell:
    """How many of several have something; what is not known is said."""
    known = list(flags)
    there, unknown = sum(one is True for one in known), sum(isinstance(one, NotCollected) for one in known)
    if unknown == len(known):
        return _NOT_KNOWN
    note = f"{noun}, {unknown} not known" if unknown else noun
    return GridCell(f"{there} of {len(known)}", 1 if there else 0, note)


def _backups(evidence: Evidence, entity: str) -> GridCell:
    tables = [one.has_recovery for one in evidence.of(StoredTable, entity)]
    buckets = [one.is_versioned for one in evidence.of(Bucket, entity) if one.is_website is not True]
    if tables or buckets:
        return _share([*tables, *buckets], "tables and buckets")
    is_read = evidence.has_read(StoredTable, entity) and evidence.has_read(Bucket, entity)
    return GridCell("no data") if is_read else _NOT_KNOWN


def _watched(evidence: Evidence, entity: str) -> GridCell:
    """Alarms of the business, and those of the account that are about one of its functions or queues."""
    own = {one.name for kind in (Function, Queue) for one in evidence.of(kind, entity)}
    alarms = [
        one.name
        for one in evidence.of(Alarm)
        if one.entity == entity or (isinstance(one.watches, tuple) and own.intersection(one.watches))
    ]
    alarms += [one.name for one in evidence.of(UptimeCheck, entity)]
    if alarms:
        return _listed(alarms, counted(len(alarms), "alarm"))
    return _NONE if evidence.has_read(Alarm, entity) else _NOT_KNOWN


_PARTS: Mapping[str, Callable[[Evidence, str], GridCell]] = {
    "Site": lambda evidence, entity: _of(evidence, entity, SiteCheck, "site"),
    "Hosting": _hosting,
    "Compute": lambda evidence, entity: _of(evidence, entity, Function, "function"),
    "Data": _data,
    "Mail": lambda evidence, entity: _of(evidence, entity, MailIdentity, "sender"),
    "Payments": _built_with("payment"),
    "Sign-in": _sign_in,
    "Repository": lambda evidence, entity: _of(evidence, entity, Repository, "repository", "repositories"),
    "CI": _of_repositories("has_ci"),
    "Tests": _of_repositories("has_tests"),
    "Backups": _backups,
    "Monitoring": _watched,
}


# --- what is nobody's -----------------------------------------------------------------------------------------


def _nobodys(report: Report, tables: Tables) -> Table | None:
    """What no tag, name or domain gives to a business, by kind, with what it costs where a bill says so."""
    evidence = report.site.briefing.evidence
    columns = (
        Column("kind", "What"),
        Column("count", "How many", is_number=True),
        Column("cost", "A month", is_number=True),
    )
    rows = []
    for record in _HELD:
        found = evidence.of(record, "")
        if found:
            note = named([one.subject for one in found])
            words = noun(record, len(found))
            rows.append(TableRow((Cell(f"{words[:1].upper()}{words[1:]}", note), len(found), _cost(found))))
    return tables.plain("nobodys", Table(columns, tuple(rows), is_sortable=False)) if rows else None


def _cost(found: Sequence[Observed]) -> Cell:
    costs = [getattr(one, "cost_per_month", None) for one in found]
    amounts = (
        (cost if isinstance(cost, Money) else Blank("unknown"), one.source)
        for cost, one in zip(costs, found, strict=True)
    )
    return Cell(total(f"nobodys:{found[0].source.path}", "", "What is nobody\u2019s", amounts))


# --- how old it is --------------------------------------------------------------------------------------------


class Read(msgspec.Struct, frozen=True):
    """When audits looked, and what they could not read."""

    newest: date | None
    oldest: date | None
    table: Table
    failed: int
    """Collectors whose newest run read nothing, so that an older one stands."""
    gaps: Table | None
    unread: int


def read_of(report: Report) -> Read:
    """Every collector with the day of its oldest run that still stands."""
    evidence = report.site.briefing.evidence
    runs: dict[str, list[Snapshot]] = {}
    for one in evidence.snapshots:
        runs.setdefault(one.collector, []).append(one)
    days = [one.source.as_of for one in evidence.snapshots if one.source.as_of]
    columns = (
        Column("collector", "Read by"),
        Column("day", "Last read"),
        Column("gaps", "Could not read", is_number=True),
    )
    rows = tuple(_collector(name, group, evidence.gaps) for name, group in sorted(runs.items()))
    return Read(
        max(days, default=None),
        min(days, default=None),
        Table(columns, rows, is_sortable=False),
        sum(any(one.tried for one in group) for group in runs.values()),
        _gaps(evidence.gaps),
        len(evidence.gaps),
    )


def _collector(name: str, runs: Sequence[Snapshot], gaps: Sequence[NotCollected]) -> TableRow:
    days = [one.source.as_of for one in runs if one.source.as_of]
    tried = max((one.tried for one in runs if one.tried), default=None)
    note = f"a run on {day(tried)} read nothing" if tried else ""
    unread = sum(one.collector == name for one in gaps)
    return TableRow(
        (
            Cell(name, counted(len(runs), "place")),
            Cell(min(days, default=None) or Blank("unknown"), note, "warn" if tried else ""),
            unread,
        )
    )


def _gaps(gaps: Iterable[NotCollected]) -> Table | None:
    """What could not be read at all, by collector and answer."""
    groups: dict[tuple[str, str], list[NotCollected]] = {}
    for one in gaps:
        groups.setdefault((one.collector, one.reason), []).append(one)
    if not groups:
        return None
    ranked = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    rows = tuple(
        TableRow((Cell(reason, collector), Cell(named([one.subject for one in group]))))
        for (collector, reason), group in ranked[:_MOST_GAPS]
    )
    columns = (Column("why", "Why"), Column("what", "What was not read", label="-"))
    return Table(columns, rows, is_sortable=False)
