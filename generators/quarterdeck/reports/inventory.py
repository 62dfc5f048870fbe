"""What the businesses own, by type: how many, what it is worth, whether it is insured and used."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Asset, AssetType
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.reports.audit_results import things
from quarterdeck.reports.businesses import in_totals
from quarterdeck.reports.cells import ExtraColumn, Tables, grey, known, said, text, total
from quarterdeck.reports.cells import extras as extra_columns
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report, entity_path
from quarterdeck.reports.words import known_of

_GROUPS: tuple[tuple[str, str, tuple[AssetType, ...]], ...] = (
    ("vessels", "Vessels", ("vessel",)),
    ("vehicles", "Vehicles and trailers", ("vehicle", "trailer")),
    ("property", "Property", ("property",)),
    ("equipment", "Equipment", ("equipment",)),
    ("sites", "Domains and sites", ("domain", "site")),
    ("code", "Code", ("repo",)),
    ("lists", "Lists", ("list",)),
    ("accounts", "Accounts and listings", ("account",)),
    ("ip", "Rights and know-how", ("ip",)),
)
_INSURED = frozenset({"vessel", "vehicle", "trailer", "property"})
_IN_USE = timedelta(days=90)


class Inventory(msgspec.Struct, frozen=True):
    """The two tables of the section, and what the reading sentence counts."""

    by_type: Table
    every: Table | None
    extra: tuple[ExtraColumn, ...]
    worth: Figure
    count: int
    uninsured: int
    """Vessels, vehicles, trailers and buildings without cover, or of which nobody wrote it down."""
    insurable: int


def inventory(report: Report, tables: Tables) -> Inventory | None:
    """The inventory of everything that totals hold; None where no asset is written down."""
    shown = {one.entity for one in in_totals(report.site)}
    assets = [one for one in report.site.briefing.of(Asset) if one.entity in shown]
    if not assets:
        return None
    worth = report.site.briefing.find("assets_value") or _worth("assets_value", "All assets", assets)
    insurable = [one for one in assets if one.type in _INSURED]
    return Inventory(
        by_type=tables.plain("assets-by-type", _by_type(report, assets, worth, shown)),
        every=_every(report, tables, assets),
        extra=extra_columns(assets, lambda row: text(row.asset)),
        worth=worth,
        count=len(assets),
        uninsured=sum(not _is_covered(one, report.site.briefing.as_of) for one in insurable),
        insurable=len(insurable),
    )


def _by_type(report: Report, assets: list[Asset], worth: Figure, shown: Collection[str]) -> Table:
    rows = []
    for key, title, types in _GROUPS:
        members = [one for one in assets if one.type in types]
        if members:
            rows.append(_type_row(report, key, title, members))
    others = [one for one in assets if isinstance(one.type, Blank)]
    if others:
        rows.append(_type_row(report, "other", "Without a type", others))
    rows += [row for row in (_cash_row(report), _list_row(report), _cloud_row(report, shown)) if row]
    return Table(
        (
            Column("type", "Type"),
            Column("count", "Pieces", is_number=True),
            Column("value", "Worth", is_number=True),
            Column("insured", "Insured"),
            Column("used", "Used in 90 days"),
        ),
        tuple(rows),
        total=TableRow(
            ("All", Cell(len(assets)), Cell(worth, f"{_valued(assets)} of {len(assets)} valued"), "", "")
        ),
        is_sortable=False,
    )


def _type_row(report: Report, key: str, title: str, members: list[Asset]) -> TableRow:
    as_of = report.site.briefing.as_of
    worth = _worth(f"worth:{key}", f"{title}, worth", members)
    covered = [one for one in members if one.type in _INSURED]
    insured = sum(_is_covered(one, as_of) for one in covered)
    used_known = [one for one in members if isinstance(one.last_used, date)]
    used = sum(isinstance(one.last_used, date) and one.last_used >= as_of - _IN_USE for one in members)
    return TableRow(
        (
            Cell(title, ", ".join(_names(members)[:3]) + ("…" if len(members) > 3 else "")),  # noqa: PLR2004
            Cell(len(members)),
            Cell(worth, known_of(worth) if worth.is_known else ""),
            _share_cell(insured, len(covered), "n/a", "bad"),
            _share_cell(used, len(members), "", "", f"{len(members) - len(used_known)} not known"),
        )
    )


def _share_cell(part: int, whole: int, none: str, tone: str, note: str = "") -> Cell:
    if not whole:
        return Cell(none)
    share = Ratio(Decimal(part) / whole, Decimal(part), Decimal(whole))
    missing = whole - part
    if tone:
        return Cell(share, f"{missing} without cover or date" if missing else "", "bad" if missing else "")
    return Cell(share, "" if note.startswith("0 ") else note)


def _worth(name: str, label: str, members: Iterable[Asset]) -> Figure:
    return total(name, "", label, ((one.value, one.source) for one in members), needs="assets")


def _cash_row(report: Report) -> TableRow | None:
    stated = report.site.briefing.find("bank_stated")
    if stated is None or not stated.is_known:
        return None
    return TableRow(
        (Cell("Cash", "newest bank statements, not among the total"), "", Cell(stated), "n/a", "")
    )


def _list_row(report: Report) -> TableRow | None:
    size = report.site.briefing.find("list_size")
    if size is None or not size.is_known:
        return None
    return TableRow(
        (Cell("Mailing lists", "addresses; nobody stated what they are worth"), Cell(size), "", "n/a", "")
    )


def _cloud_row(report: Report, shown: Collection[str]) -> TableRow | None:
    """What audits saw, of businesses that totals hold and of nobody."""
    seen = [one for one in report.site.briefing.results if one.entity in shown or not one.entity]
    if not seen:
        return None
    head = Cell("In the cloud", "functions, stores, sites, as audits saw them; worth not stated")
    return TableRow((head, Cell(things(seen)), "", "n/a", ""))


def _valued(assets: list[Asset]) -> int:
    return sum(isinstance(one.value, Money) for one in assets)


def _names(members: list[Asset]) -> list[str]:
    return [text(one.asset) or "without a name" for one in members]


def _is_covered(asset: Asset, as_of: date) -> bool:
    return isinstance(asset.insured_until, date) and asset.insured_until >= as_of


def _every(report: Report, tables: Tables, assets: list[Asset]) -> Table | None:
    titles = report.site.titles
    lines = tables.lines(
        "assets",
        (
            Column("asset", "Asset"),
            Column("value", "Worth", is_number=True),
            Column("insured_until", "Insured until"),
            Column("last_used", "Last used"),
            Column("owner", "Owned by"),
        ),
        sorted(assets, key=_by_worth),
        lambda one: _asset_row(report, one, titles.get(one.entity, one.entity)),
        lambda one: text(one.asset),
    )
    return lines.table if lines else None


def _by_worth(asset: Asset) -> tuple[Decimal, str, int]:
    worth = asset.value.amount if isinstance(asset.value, Money) else Decimal(0)
    return -worth, asset.entity, asset.source.line


def _asset_row(report: Report, asset: Asset, business: str) -> TableRow:
    as_of = report.site.briefing.as_of
    until = asset.insured_until
    ended = isinstance(until, date) and until < as_of
    is_bare = isinstance(until, Blank) and until.why != "n/a" and asset.type in _INSURED
    return TableRow(
        (
            Cell(
                text(asset.asset) or "without a name",
                grey(text(asset.type), business, text(asset.condition), text(asset.notes)),
                href=report.sources.to(entity_path(asset.entity), "assets"),
            ),
            Cell(
                asset.value,
                grey(
                    text(asset.value_basis),
                    "estimate" if "value" in asset.estimates and asset.value_basis != "estimate" else "",
                    said("", asset.value_date),
                    said("debt", asset.encumbrance),
                ),
            ),
            Cell(
                until,
                "ended" if ended else "nobody wrote it down" if is_bare else _why(until),
                "bad" if ended or is_bare else "",
            ),
            Cell(known(asset.last_used) or ""),
            Cell(text(asset.owner_of_record)),
        )
    )


def _why(blank: date | Blank) -> str:
    return blank.text if isinstance(blank, Blank) and blank.why == "n/a" else ""
