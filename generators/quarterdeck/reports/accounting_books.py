"""What the books themselves tell the accounting page: whether they agree, tie out, and are sorted."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

import msgspec

from quarterdeck.figures.months import last_full_month, month_name
from quarterdeck.figures.names import slug
from quarterdeck.figures.roll_forward import HELD
from quarterdeck.model.bookkeeping import AccountUse, BookLine, ExpenseGroup, VendorPaid
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports.business_rows import business, figure_cell, keeps_books, money_of
from quarterdeck.reports.cells import Tables, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow, named
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, money, value

N = TypeVar("N", AccountUse, BookLine, ExpenseGroup, VendorPaid)

TIES_WITHIN = Decimal(1)
"""A roll-forward and the books may differ by this much money."""
_MOST_UNSORTED = Decimal("0.02")


class Answer(msgspec.Struct, frozen=True):
    """Whether last month can be relied on, with the one reason that weighs most."""

    word: str
    """Yes, Yes except, or No."""
    reason: str
    more: int
    """Other reasons of the same kind."""


class Books(msgspec.Struct, frozen=True):
    """Everything on the page that comes out of the ledger; only of businesses with entries."""

    month: str
    answer: Answer
    without: tuple[str, ...]
    """Businesses without entries."""
    reconciled: Figure | None
    banks: Table
    rolls: dict[str, Table]
    """`deposits` and `gift_cards`, of the month and (`_ytd`) of the year."""
    misplaced: Table | None
    accounts: Table
    expenses: Table | None
    unsorted: Table | None
    """How much of the costs nobody sorted, and how many lines are the owners' own."""
    capital: Table | None
    """Large single costs that may be assets."""
    split: tuple[str, ...]
    sales_tax: Table | None
    vendors: Table | None
    lacking: int
    """Contractors that are due a form and have no W-9."""
    agree: Table | None
    evidence: tuple[str, ...]
    """What the books show of items of the close checklist, by number."""


def books(report: Report, tables: Tables) -> Books | None:
    """The books of the page's businesses, or None where none has entries."""
    briefing = report.site.briefing
    kept = [one for one in keeps_books(report) if _has_entries(report, one)]
    if not kept:
        return None
    vendors = _notes(report, VendorPaid)
    rolls = {
        f"{prefix}{suffix}": _roll(report, kept, prefix, suffix) for prefix in HELD for suffix in ("", "_ytd")
    }
    return Books(
        month=month_name(last_full_month(briefing.as_of)),
        answer=_answer(report, kept),
        without=tuple(one.title for one in keeps_books(report) if one not in kept),
        reconciled=briefing.find("reconciled"),
        banks=tables.plain("reconciliation", _banks(report, kept)),
        rolls={
            name: tables.plain(f"roll-{name.replace('_', '-')}", one)
            for name, one in rolls.items()
            if one.rows
        },
        misplaced=_table(tables, "misplaced", _MISPLACED, _misplaced(report)),
        accounts=tables.plain("accounts", Table(_ACCOUNTS, tuple(_accounts(report, one) for one in kept))),
        expenses=_largest(
            _table(tables, "expense-groups", _EXPENSES, _expenses(report, kept)),
            _expenses(report, kept, _MOST_LINES),
        ),
        unsorted=_table(tables, "unsorted", _UNSORTED, _unsorted(report, kept)),
        capital=_table(tables, "asset-or-repair", _CAPITAL, _capital(report)),
        split=tuple(
            f"{one.vendor} ({', '.join(one.groups)}, {report.site.titles[one.entity]})"
            for one in vendors
            if len(one.groups) > 1
        ),
        sales_tax=_table(tables, "tax-held", _TAX, _sales_tax(report, kept)),
        vendors=_table(tables, "vendors-paid", _VENDORS, _vendors(report, vendors)),
        lacking=sum(_lacks_w9(one) for one in vendors),
        agree=_table(tables, "agreement", _AGREE, _agree(report, kept)),
        evidence=tuple(_evidence(report, kept)),
    )


def _has_entries(report: Report, entity: Entity) -> bool:
    return any(one.entity == entity.entity for one in report.site.briefing.books)


def _notes(report: Report, kind: type[N]) -> list[N]:
    return [one for one in report.site.briefing.books if isinstance(one, kind) and one.entity in report.ids]


def _table(tables: Tables, key: str, columns: tuple[Column, ...], rows: Iterable[TableRow]) -> Table | None:
    found = tuple(rows)
    return tables.plain(key, Table(columns, found)) if found else None


def _answer(report: Report, kept: list[Entity]) -> Answer:
    """No where a balance fails or an entry is left out; yes except where something else is open."""
    briefing = report.site.briefing
    found = [
        one
        for one in report.site.open_findings
        if one.rule in {"R-ACC-12", "R-ACC-13"}
        and one.severity.rank <= Severity.HIGH.rank
        and one.entity in report.ids
    ]
    if found:
        first = min(found, key=lambda one: (one.rule == "R-ACC-12", one.entity, one.subject))
        title = report.site.titles.get(first.entity, "") or first.evidence[0].path
        words = (
            f"an entry of {title} is left out of the sums"
            if first.rule == "R-ACC-12"
            else f"a balance of {title} does not hold"
        )
        return Answer("No", words, len(found) - 1)
    reasons = [*_reasons(report, kept)]
    without = len(keeps_books(report)) - len(kept)
    if without:
        reasons.append(f"{counted(without, 'business has', 'businesses have')} no books")
    share = briefing.find("reconciled")
    if share is not None and isinstance(share.value, Ratio) and share.value.part != share.value.whole:
        reasons.append("not every account agrees with its bank")
    return Answer("Yes, except", reasons[0], len(reasons) - 1) if reasons else Answer("Yes", "", 0)


def _reasons(report: Report, kept: list[Entity]) -> Iterator[str]:
    for entity in kept:
        if not all(ties(report, entity.entity, prefix) is not False for prefix in HELD):
            yield f"customers' money of {entity.title} does not tie to the books"
        share = report.site.briefing.find("uncategorised_share", entity.entity)
        if share is not None and isinstance(share.value, Ratio) and share.value.value >= _MOST_UNSORTED:
            yield f"{value(share.value)} of the costs of {entity.title} are not sorted"


def _evidence(report: Report, kept: list[Entity]) -> Iterator[str]:
    """Items that postings prove or disprove; the checklist itself stays what people wrote."""
    find = report.site.briefing.find
    share = find("reconciled")
    if share is not None and isinstance(share.value, Ratio):
        yield f"1, 2 and 4: {share.value.part} of {share.value.whole} bank, card and loan accounts agree"
    owed = [one for one in kept if money_of(find("receivable_gap", one.entity)) is not None]
    if owed:
        apart = [one.title for one in owed if money_of(find("receivable_gap", one.entity))]
        yield f"5: receivables agree with the invoices{_except(apart)}"
    if any(ties(report, one.entity, prefix) is not None for one in kept for prefix in HELD):
        apart = [
            one.title for one in kept if any(ties(report, one.entity, prefix) is False for prefix in HELD)
        ]
        yield f"8: deposits and gift cards tie out{_except(apart)}"
    pairs = [
        (one.title, money_of(gap))
        for one in kept
        for gap in report.site.briefing.figures_of("intercompany_gap", one.entity)
    ]
    if pairs:
        apart = list(dict.fromkeys(title for title, amount in pairs if amount))
        yield f"13: sister businesses agree{_except(apart)}"
    unsorted = [one.title for one in kept if money_of(find("uncategorised", one.entity))]
    yield f"14: every cost of the year is sorted{_except(unsorted)}"


def _except(titles: list[str]) -> str:
    return f", except {named(titles)}" if titles else ""


def ties(report: Report, entity: str, prefix: str) -> bool | None:
    """Whether a roll-forward and the books agree; None where the business holds no such money."""
    gap = money_of(report.site.briefing.find(f"{prefix}_difference", entity))
    return None if gap is None else abs(gap) <= TIES_WITHIN


def _roll(report: Report, kept: list[Entity], prefix: str, suffix: str) -> Table:
    parts = ("opening", "received", "recognised", "refunded", "forfeited", "closing", "ledger")
    rows = []
    for entity in kept:
        gap = report.site.briefing.find(f"{prefix}_difference{suffix}", entity.entity)
        amount = money_of(gap)
        if amount is None:
            continue
        is_tied = abs(amount) <= TIES_WITHIN
        note = "ties" if is_tied else f"differs by {money(Money(amount, report.site.briefing.currency))}"
        cells = [figure_cell(report, f"{prefix}_{part}{suffix}", entity.entity) for part in parts]
        cells[-1] = msgspec.structs.replace(cells[-1], note=note, tone="" if is_tied else "warn")
        rows.append(TableRow((business(report, entity.entity), *cells)))
    return Table(_ROLL, tuple(rows))


_ROLL = (
    Column("business", "Business"),
    Column("opening", "Before", is_number=True),
    Column("received", "Received", is_number=True),
    Column("recognised", "Earned", is_number=True),
    Column("refunded", "Paid back", is_number=True),
    Column("forfeited", "Kept", is_number=True),
    Column("closing", "After", is_number=True),
    Column("books", "In the books", is_number=True),
)
_BANKS = (
    Column("account", "Account"),
    Column("gap", "Books less statement", is_number=True),
    Column("age", "Last agreed", is_number=True),
)


def _banks(report: Report, kept: list[Entity]) -> Table:
    """Every bank, till, card and loan with its gap; those that do not agree first."""
    limit = report.assumed.stale_after["reconciled"]
    rows = []
    for entity in kept:
        for gap in report.site.briefing.figures_of("reconciliation_gap", entity.entity):
            account = gap.id.partition(":")[2]
            age = report.site.briefing.find(f"reconciliation_age:{account}", entity.entity)
            days = age.value if age is not None and isinstance(age.value, Decimal) else None
            is_apart = bool(money_of(gap))
            note = "not known" if days is None else f"over {limit} days" if days > limit else ""
            shown = f"{counted(int(days), 'day')} ago" if days is not None else "never"
            rows.append(
                (
                    not is_apart,
                    -(days if days is not None else Decimal(10000)),
                    TableRow(
                        (
                            Cell(account, entity.title),
                            Cell(gap, "does not agree" if is_apart else "", "warn" if is_apart else ""),
                            Cell(shown, note, "warn" if note else ""),
                        )
                    ),
                )
            )
    return Table(_BANKS, tuple(row for _, _, row in sorted(rows, key=lambda one: one[:2])))


_MISPLACED = (
    Column("name", "What"),
    Column("amount", "Amount", is_number=True),
    Column("day", "Day of service"),
    Column("why", "Why it is here"),
)
_WHY = {
    "past its day": "still owed though the day is over: earn it, pay it back or move it",
    "earned early": "income before the service: belongs to customers' deposits until then",
    "no join key": "leads to no booking, invoice, client or unit",
}


def _misplaced(report: Report) -> Iterator[TableRow]:
    for one in _notes(report, BookLine):
        if one.reason in {"past its day", "earned early"}:
            yield TableRow(
                (
                    Cell(one.name, report.site.titles.get(one.entity, "")),
                    Cell(one.amount),
                    Cell(one.day or "not known"),
                    Cell(one.reason, grey(_WHY[one.reason], f"{one.source.path}:{one.source.line}"), "warn"),
                )
            )


_ACCOUNTS = (
    Column("business", "Business"),
    Column("used", "Used", is_number=True),
    Column("outside", "Outside the chart"),
    Column("unused", "Opened, never used"),
)


def _accounts(report: Report, entity: Entity) -> TableRow:
    mine = [one for one in _notes(report, AccountUse) if one.entity == entity.entity]
    outside = [one for one in mine if one.state == "outside the chart"]
    unused = [one.account for one in mine if one.state == "never used"]
    return TableRow(
        (
            business(report, entity.entity),
            Decimal(sum(one.state == "used" for one in mine)),
            Cell(
                named(one.account for one in outside) or "none",
                named(dict.fromkeys(one.why for one in outside)),
                "warn" if outside else "",
            ),
            Cell(named(unused) or "none"),
        )
    )


_MOST_LINES = 4
"""Lines of the tax form that a page shows of each business."""
_EXPENSES = (
    Column("line", "Line of the tax form"),
    Column("amount", "This year", is_number=True),
    Column("share", "Share", is_number=True),
    Column("documents", "With a receipt", is_number=True),
    Column("groups", "Groups", label="-"),
)


def _largest(whole: Table | None, rows: Iterable[TableRow]) -> Table | None:
    """The table with the largest rows alone; its file has every one."""
    return None if whole is None else msgspec.structs.replace(whole, rows=tuple(rows))


def _expenses(report: Report, kept: list[Entity], most: int | None = None) -> Iterator[TableRow]:
    """Costs of the year by business and line of its form, in the order of the businesses, largest first.

    Args:
        report: The page.
        kept: Businesses with books.
        most: Lines of one business, besides what is in none; None for all.
    """
    for entity in kept:
        lines: dict[str, list[ExpenseGroup]] = {}
        for one in _notes(report, ExpenseGroup):
            if one.entity == entity.entity:
                lines.setdefault(one.tax_line, []).append(one)
        sums = {
            line: sum((one.amount.amount for one in groups), Decimal(0)) for line, groups in lines.items()
        }
        ordered = sorted(lines, key=lambda name: (-sums[name], name))
        for line in (one for at, one in enumerate(ordered) if most is None or at < most or not one):
            groups = lines[line]
            count, there = sum(one.lines for one in groups), sum(one.documented for one in groups)
            yield TableRow(
                (
                    Cell(
                        line or "in no line",
                        grey(entity.title, "" if line else "ask the owner"),
                        "" if line else "warn",
                    ),
                    Cell(report.site.briefing.figure(f"tax_line:{slug(line)}", entity.entity)),
                    Cell(Ratio(sum((one.share for one in groups), Decimal(0)))),
                    Cell(f"{there} of {count}", "" if there == count else f"{count - there} without"),
                    Cell(named(one.group for one in groups)),
                )
            )


_UNSORTED = (
    Column("business", "Business"),
    Column("costs", "All costs", is_number=True),
    Column("unsorted", "Not sorted", is_number=True),
    Column("share", "Share", is_number=True),
    Column("owners", "Owners' own lines", is_number=True),
)
_MOST_OF_OWNERS = Decimal("0.03")


def _unsorted(report: Report, kept: list[Entity]) -> Iterator[TableRow]:
    """Costs in no group, and owners' lines in business accounts, each business of the books with any cost."""
    limits = {"uncategorised_share": _MOST_UNSORTED, "owner_mix": _MOST_OF_OWNERS}
    for entity in kept:
        if report.site.briefing.find("expenses_ytd", entity.entity) is None:
            continue
        cells = [
            figure_cell(report, name, entity.entity)
            for name in ("expenses_ytd", "uncategorised", "uncategorised_share", "owner_mix")
        ]
        for at, (name, limit) in enumerate(limits.items(), start=2):
            share = report.site.briefing.find(name, entity.entity)
            if share is not None and isinstance(share.value, Ratio) and share.value.value >= limit:
                cells[at] = msgspec.structs.replace(
                    cells[at], note=f"{value(Ratio(limit))} or more", tone="warn"
                )
        yield TableRow((business(report, entity.entity), *cells))


_CAPITAL = (
    Column("name", "Paid to"),
    Column("amount", "Amount", is_number=True),
    Column("day", "Booked on"),
    Column("account", "Booked as"),
)


def _capital(report: Report) -> Iterator[TableRow]:
    """Single costs of the year that are large enough to be an asset, with the place of each entry."""
    for one in _notes(report, BookLine):
        if one.reason == "asset or repair":
            yield TableRow(
                (
                    Cell(one.name, report.site.titles.get(one.entity, "")),
                    Cell(one.amount),
                    Cell(one.source.as_of or "not known"),
                    Cell(one.account, f"{one.source.path}:{one.source.line}"),
                )
            )


_TAX = (
    Column("business", "Business"),
    Column("opening", "At new year", is_number=True),
    Column("collected", "Collected", is_number=True),
    Column("remitted", "Paid on", is_number=True),
    Column("held", "Held", is_number=True),
)


def _sales_tax(report: Report, kept: list[Entity]) -> Iterator[TableRow]:
    for entity in kept:
        if report.site.briefing.find("sales_tax_held", entity.entity) is not None:
            parts = ("opening", "collected", "remitted", "held")
            cells = (figure_cell(report, f"sales_tax_{part}", entity.entity) for part in parts)
            yield TableRow((business(report, entity.entity), *cells))


_VENDORS = (
    Column("vendor", "Vendor"),
    Column("reported", "By transfer, check, cash", is_number=True),
    Column("others", "By card or platform", is_number=True),
    Column("form", "Form"),
    Column("w9", "W-9 here"),
)


def _lacks_w9(vendor: VendorPaid) -> bool:
    return vendor.kind == "contractor" and vendor.is_due is True and vendor.has_w9 is not True


def _vendors(report: Report, vendors: list[VendorPaid]) -> Iterator[TableRow]:
    """Contractors, and whoever else was paid enough for a form; those without a W-9 first."""
    wanted = [one for one in vendors if one.kind == "contractor" or one.is_due is True]
    for one in sorted(wanted, key=lambda one: not _lacks_w9(one)):
        lacks = _lacks_w9(one)
        form = (
            "threshold not known" if isinstance(one.is_due, Missing) else "due" if one.is_due else "not due"
        )
        if one.is_due is True and one.kind != "contractor":
            form = "say what kind it is" if not one.kind else "none for its kind"
        shown = "not known" if one.has_w9 is None else "yes" if one.has_w9 else "no"
        yield TableRow(
            (
                Cell(one.vendor, grey(report.site.titles.get(one.entity, ""), one.kind)),
                Cell(_reported(report, one), ", ".join(one.methods)),
                Cell(one.others),
                Cell(form),
                Cell(shown, "ask before the next payment" if lacks else "", "warn" if lacks else ""),
            )
        )


def _reported(report: Report, one: VendorPaid) -> Figure | Money:
    return report.site.briefing.find(f"contractor_total:{one.subject}", one.entity) or one.reported


_AGREE = (
    Column("what", "What"),
    Column("ours", "In the books", is_number=True),
    Column("theirs", "By the other", is_number=True),
    Column("gap", "Difference", is_number=True),
)


def _agree(report: Report, kept: list[Entity]) -> Iterator[TableRow]:
    """Receivables against invoices, and what sister businesses owe each other, from the side that is owed."""
    briefing = report.site.briefing
    for entity in kept:
        pairs = [("receivable_ledger", "receivable_open", "receivable_gap")]
        pairs += [
            (one.id, f"due_from_mirror:{sister}", f"intercompany_gap:{sister}")
            for one in briefing.figures_of("due_from", entity.entity)
            if (sister := one.id.partition(":")[2])
        ]
        for ours, theirs, gap in pairs:
            mine, other, apart = (briefing.find(name, entity.entity) for name in (ours, theirs, gap))
            if mine is None or other is None or apart is None:
                continue
            differs = bool(money_of(apart))
            yield TableRow(
                (
                    Cell(mine.label.removesuffix(", in the books"), entity.title),
                    Cell(mine),
                    Cell(other, "open invoices" if ours == "receivable_ledger" else "its own books"),
                    Cell(apart, "does not agree" if differs else "agrees", "warn" if differs else ""),
                )
            )
