"""Which accounts are named, where costs belong, and what tax and the yearly forms ask for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.figures.chart import LINES, MAY_BE_CAPITAL, form_of
from quarterdeck.figures.names import folded
from quarterdeck.model.books import Cost, Statement, Vendor
from quarterdeck.model.entity import Entity
from quarterdeck.model.sales import Offer
from quarterdeck.model.source import Source
from quarterdeck.model.values import PER_MONTH, UNKNOWN, Blank, Money
from quarterdeck.reports.accounting_revenue import is_tax_settled
from quarterdeck.reports.business_rows import business, keeps_books, thing
from quarterdeck.reports.cells import Lines, Tables, first_places, name_of, plain_cell, said, text, total
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone, joined, named
from quarterdeck.reports.skeleton import Report

_FORMS = {"c": "Schedule C", "e": "Schedule E"}


class Chart(msgspec.Struct, frozen=True):
    """Sections 3 and 4: accounts that are named, and the groups that costs use."""

    accounts: Table | None
    unnamed: tuple[str, ...]
    """Businesses without a name in the ledger."""
    groups: Table | None
    sources: tuple[Source, ...]
    outside: tuple[str, ...]
    """Categories that are in no standard group."""
    without: int
    """Costs without a category."""
    costs: int
    split_vendors: tuple[str, ...]
    large: Lines | None


class Taxes(msgspec.Struct, frozen=True):
    """Section 6: sales tax of each offer, and vendors for the yearly forms."""

    offers: Lines | None
    settled: int
    vendors: Lines | None
    without_w9: int
    contractors: int


def chart(report: Report, tables: Tables) -> Chart:
    """What the handoffs say of accounts, and where their costs belong."""
    costs = report.of(Cost)
    owners = keeps_books(report)
    large = [one for one in costs if _may_be_capital(one, report.assumed.capital_threshold)]
    return Chart(
        accounts=tables.plain(
            "chart", Table(_CHART_COLUMNS, tuple(_chart_row(report, one) for one in owners))
        )
        if any(_has_books(report, one) for one in owners)
        else None,
        unnamed=tuple(one.title for one in owners if isinstance(one.ledger, Blank)),
        groups=_groups(report, tables, costs) if costs else None,
        sources=first_places(costs),
        outside=tuple(
            dict.fromkeys(
                text(one.category) for one in costs if text(one.category) and not _line(report, one)
            )
        ),
        without=sum(not text(one.category) for one in costs),
        costs=len(costs),
        split_vendors=tuple(_split_vendors(costs)),
        large=tables.lines(
            "large", _LARGE_COLUMNS, large, lambda one: _large_row(report, one), lambda one: name_of(one.item)
        ),
    )


_CHART_COLUMNS = (
    Column("business", "Business"),
    Column("ledger", "Name in the ledger"),
    Column("accounts", "Accounts named in statements"),
    Column("basis", "Basis"),
    Column("form", "Tax form"),
)


def _has_books(report: Report, entity: Entity) -> bool:
    """Whether anything about its books is written down."""
    keys = (entity.ledger, entity.accounting_basis, entity.tax_form)
    return bool(report.site.briefing.of(Statement, entity.entity)) or not all(
        isinstance(one, Blank) for one in keys
    )


def _chart_row(report: Report, entity: Entity) -> TableRow:
    statements = report.site.briefing.of(Statement, entity.entity)
    accounts = [text(one.account) for one in statements if text(one.account)]
    wrong = [
        one
        for one in accounts
        if ":" not in one or (isinstance(entity.ledger, str) and one.split(":")[1] != entity.ledger)
    ]
    return TableRow(
        (
            business(report, entity.entity, text(entity.legal_entity)),
            plain_cell(entity.ledger),
            Cell(
                ", ".join(accounts) or UNKNOWN,
                f"outside the chart: {', '.join(wrong)}" if wrong else "",
                "warn" if wrong else "",
            ),
            plain_cell(entity.accounting_basis),
            plain_cell(entity.tax_form),
        )
    )


_GROUP_COLUMNS = (
    Column("group", "Group"),
    Column("line", "Line of the tax form"),
    Column("monthly", "A month", is_number=True),
    Column("once", "Once", is_number=True),
    Column("items", "Items", label="-"),
)


def _line(report: Report, cost: Cost) -> str:
    """The line of the tax form, or nothing where the category is in no standard group."""
    form = form_of(report.site.briefing.entity(cost.entity))
    return LINES[form].get(folded(text(cost.category)), "")


def _line_order(form: str, line: str, category: str) -> tuple[object, ...]:
    """Lines with a number by it, others by name, what is in no line last."""
    number = line.split(" ", maxsplit=1)[0]
    return (form, not line, int(number) if number.isdigit() else 0, line, category.casefold())


def _groups(report: Report, tables: Tables, costs: Sequence[Cost]) -> Table:
    """Costs by category; the page names the first items of each, the CSV all."""
    whole = tables.plain("expenses", Table(_GROUP_COLUMNS, tuple(_group_rows(report, costs, "; ".join))))
    shown = _group_rows(report, costs, lambda items: named(items, "; "))
    return msgspec.structs.replace(whole, rows=tuple(shown))


def _group_rows(
    report: Report, costs: Sequence[Cost], items: Callable[[Iterable[str]], str]
) -> Iterator[TableRow]:
    groups: dict[tuple[str, str, str], list[Cost]] = {}
    for cost in costs:
        form = _FORMS[form_of(report.site.briefing.entity(cost.entity))]
        groups.setdefault((form, _line(report, cost), text(cost.category)), []).append(cost)
    for (form, line, category), mine in sorted(groups.items(), key=lambda pair: _line_order(*pair[0])):
        recurring = [one for one in mine if one.cadence != "one-time"]
        once = [one for one in mine if one.cadence == "one-time"]
        titles = dict.fromkeys(report.site.titles.get(one.entity, "") for one in mine)
        tone: Tone = "" if line else "warn"
        yield TableRow(
            (
                Cell(category or "no category", named(titles)),
                Cell(line or "not in the chart", form if line else "ask the owner", tone),
                Cell(
                    total(
                        f"group:{form}:{category}",
                        "",
                        f"{category or 'No category'} a month, {form}",
                        [_monthly(one) for one in recurring],
                    )
                )
                if recurring
                else Cell("none"),
                Cell(
                    total(
                        f"group_once:{form}:{category}",
                        "",
                        f"{category or 'No category'} once, {form}",
                        [(one.amount, one.source) for one in once],
                    )
                )
                if once
                else Cell("none"),
                Cell(items(name_of(one.item) for one in mine)),
            )
        )


def _monthly(cost: Cost) -> tuple[Money | Blank, Source]:
    if isinstance(cost.amount, Money) and not isinstance(cost.cadence, Blank):
        return cost.amount * PER_MONTH[cost.cadence], cost.source
    return UNKNOWN, cost.source


def _split_vendors(costs: Iterable[Cost]) -> Iterator[str]:
    groups: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for cost in costs:
        if text(cost.vendor) and text(cost.category):
            key = folded(text(cost.vendor))
            names.setdefault(key, text(cost.vendor))
            groups.setdefault(key, {})[folded(text(cost.category))] = text(cost.category)
    for key, categories in groups.items():
        if len(categories) > 1:
            yield f"{names[key]} ({joined(list(categories.values()))})"


def _may_be_capital(cost: Cost, threshold: Decimal) -> bool:
    return (
        isinstance(cost.amount, Money)
        and cost.amount.amount >= threshold
        and folded(text(cost.category)) in MAY_BE_CAPITAL
    )


_LARGE_COLUMNS = (
    Column("item", "Item"),
    Column("amount", "Amount", is_number=True),
    Column("category", "Written as"),
    Column("due", "Next payment"),
)


def _large_row(report: Report, cost: Cost) -> TableRow:
    return TableRow(
        (
            thing(report, cost.item, cost.entity, said("for", cost.needed_by)),
            Cell(cost.amount, text(cost.cadence)),
            plain_cell(cost.category, said("vendor", cost.vendor)),
            Cell(cost.next_due),
        )
    )


def taxes(report: Report, tables: Tables) -> Taxes:
    """Every offer with its tax treatment, unsettled ones first; every vendor with its W-9."""
    offers = sorted(report.of(Offer), key=is_tax_settled)
    vendors = sorted(
        report.of(Vendor),
        key=lambda one: (one.kind != "contractor", one.w9_on_file is True),
    )
    contractors = [one for one in vendors if one.kind == "contractor"]
    return Taxes(
        offers=tables.lines(
            "sales-tax",
            _TAX_COLUMNS,
            offers,
            lambda one: _tax_row(report, one),
            lambda one: name_of(one.offer),
        ),
        settled=sum(map(is_tax_settled, offers)),
        vendors=tables.lines(
            "vendors",
            _VENDOR_COLUMNS,
            vendors,
            lambda one: _vendor_row(report, one),
            lambda one: name_of(one.vendor),
        ),
        without_w9=sum(one.w9_on_file is not True for one in contractors),
        contractors=len(contractors),
    )


_TAX_COLUMNS = (
    Column("offer", "Offer"),
    Column("price", "Price", is_number=True),
    Column("treatment", "Sales tax"),
    Column("confirmed", "Confirmed by"),
)


def _tax_row(report: Report, offer: Offer) -> TableRow:
    is_settled = is_tax_settled(offer)
    note = "" if is_settled else "an adviser must say"
    return TableRow(
        (
            thing(report, offer.offer, offer.entity, "bundle" if offer.bundle is True else ""),
            Cell(offer.price, f"a {offer.unit}" if isinstance(offer.unit, str) else ""),
            Cell(offer.tax_treatment, note, "warn" if note else ""),
            Cell(offer.tax_confirmed_by, said("on", offer.tax_confirmed_on)),
        )
    )


_VENDOR_COLUMNS = (Column("vendor", "Vendor"), Column("kind", "Kind"), Column("w9", "W-9 here"))


def _vendor_row(report: Report, vendor: Vendor) -> TableRow:
    lacks = vendor.kind == "contractor" and vendor.w9_on_file is not True
    note = "ask before the next payment" if lacks else said("of", vendor.w9_date)
    return TableRow(
        (
            thing(report, vendor.vendor, vendor.entity),
            plain_cell(vendor.kind),
            Cell(plain_cell(vendor.w9_on_file).value, note, "warn" if lacks else ""),
        )
    )
