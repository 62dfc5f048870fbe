"""Money at hand and money owed, for the CFO: statements, stated costs, dated payments, loans."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.debt import frequency
from quarterdeck.figures.names import named
from quarterdeck.formulas.periods import due_days
from quarterdeck.model.books import Cost, Loan, Statement
from quarterdeck.model.briefing import by_entity
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.source import Source
from quarterdeck.model.values import PER_MONTH, UNKNOWN, Blank, Cadence, Money, Ratio
from quarterdeck.reports.business_rows import (
    aged,
    business,
    figure_cell,
    in_order,
    keeps_books,
    money_of,
    share,
    thing,
)
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    figure_or_unknown,
    first_places,
    grey,
    known,
    name_of,
    on,
    said,
    text,
    total,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import day, day_short, money, setting, value

WEEKS = 13
_WEEK = timedelta(days=7)
_NAMED_ITEMS = 3


class Cash(msgspec.Struct, frozen=True):
    """What is in the bank, by statements, and whose it is."""

    by_business: Table | None
    sources: tuple[Source, ...]
    accounts: Lines | None
    oldest: date | None
    newest: date | None
    without: tuple[str, ...]
    """Businesses without any statement."""


class Burn(msgspec.Struct, frozen=True):
    """What the stated costs come to in a month."""

    table: Table | None
    sources: tuple[Source, ...]
    fixed: Figure
    debt: Figure


class Due(msgspec.Struct, frozen=True):
    """One payment that somebody wrote down with its day."""

    on: date
    what: str
    entity: str
    amount: Money | Blank
    source: Source


class WeekDue(msgspec.Struct, frozen=True):
    """One of the thirteen weeks."""

    monday: date
    sum: Figure
    items: tuple[Due, ...]
    """Largest first."""


class Weeks(msgspec.Struct, frozen=True):
    """Stated payments by week."""

    table: Table | None
    worst: WeekDue | None
    undated: Figure | None
    """Running costs a month that name no day."""
    sources: tuple[Source, ...]


class Debt(msgspec.Struct, frozen=True):
    """What is owed, and what it costs."""

    lines: Lines | None
    soon: tuple[Loan, ...]
    """Loans whose rate changes or that end within half a year."""


def cash(report: Report, tables: Tables) -> Cash:
    """Bank balances by business and by account."""
    statements = report.of(Statement)
    banks = [one for one in statements if is_bank(one)]
    dates = [one.date for one in banks if isinstance(one.date, date)]
    owners = keeps_books(report)
    there = {one.entity for one in banks}
    table = None
    if banks:
        rows = tuple(_cash_row(report, entity, banks) for entity in owners)
        table = tables.plain("cash", Table(_CASH_COLUMNS, rows, total=_cash_total(report, owners)))
    return Cash(
        by_business=table,
        sources=first_places(banks),
        accounts=tables.lines(
            "accounts",
            _ACCOUNT_COLUMNS,
            statements,
            lambda one: _account(report, one),
            lambda one: name_of(one.account),
        ),
        oldest=min(dates, default=None),
        newest=max(dates, default=None),
        without=tuple(one.title for one in owners if one.entity not in there),
    )


def is_bank(statement: Statement) -> bool:
    """Whether it is money that we have: no loan, no card."""
    return not text(statement.account).casefold().startswith("liabilities")


_CASH_COLUMNS = (
    Column("business", "Business"),
    Column("bank", "In the bank", is_number=True),
    Column("guests", "Guests' money", is_number=True),
    Column("tenants", "Tenants' money", is_number=True),
    Column("credit", "Credit not drawn", is_number=True),
)


def _cash_row(report: Report, entity: Entity, banks: Iterable[Statement]) -> TableRow:
    mine = [one for one in banks if one.entity == entity.entity]
    dates = [one.date for one in mine if isinstance(one.date, date)]
    words, is_old = aged(
        min(dates, default=None), report.site.briefing.as_of, report.assumed.stale_after["reconciled"]
    )
    name = business(report, entity.entity, f"statement of {words}" if words else "no statement")
    return TableRow(
        (
            msgspec.structs.replace(name, tone="bad" if is_old else ""),
            figure_cell(report, "bank_stated", entity.entity, UNKNOWN),
            figure_cell(report, "deposits_held", entity.entity),
            figure_cell(report, "deposits_tenants", entity.entity),
            figure_cell(report, "credit_available", entity.entity),
        )
    )


def _cash_total(report: Report, owners: tuple[Entity, ...]) -> TableRow | None:
    if len(owners) < 2:  # noqa: PLR2004 - one row is its own total
        return None
    names = ("bank_stated", "deposits_held", "deposits_tenants", "credit_available")
    return TableRow((Cell("All businesses"), *(figure_cell(report, name, "") for name in names)))


_ACCOUNT_COLUMNS = (
    Column("account", "Account"),
    Column("balance", "Balance", is_number=True),
    Column("date", "Statement of"),
)


def _account(report: Report, one: Statement) -> TableRow:
    words, is_old = aged(on(one.date), report.site.briefing.as_of, report.assumed.stale_after["reconciled"])
    shown, _, note = words.partition(", ")
    return TableRow(
        (
            thing(report, one.account, one.entity, "" if is_bank(one) else "owed"),
            Cell(one.balance),
            Cell(shown or one.date, note, "bad" if is_old else ""),
        )
    )


_BURN_COLUMNS = (
    Column("business", "Business"),
    Column("fixed", "Fixed costs a month", is_number=True),
    Column("variable", "Variable costs a month", is_number=True),
    Column("debt", "Loan payments a month", is_number=True),
    Column("once", "Once, still to pay", is_number=True),
)


def burn(report: Report, tables: Tables) -> Burn:
    """Stated costs as a month, by business; what only the ledger can tell is left to the template."""
    costs = report.of(Cost)
    table = None
    if costs:
        mine = by_entity(costs)
        ids = [entity.entity for entity in in_order(report) if entity.entity in mine]
        rows = tuple(_burn_row(report, entity, mine[entity]) for entity in ids)
        last = _burn_row(report, "", costs) if len(rows) > 1 else None
        table = tables.plain("costs", Table(_BURN_COLUMNS, rows, total=last))
    return Burn(
        table=table,
        sources=first_places(costs),
        fixed=figure_or_unknown(report, "fixed_costs_monthly", "", "Fixed costs a month"),
        debt=figure_or_unknown(report, "debt_monthly", "", "Loan payments a month"),
    )


def _burn_row(report: Report, entity: str, costs: Sequence[Cost]) -> TableRow:
    variable = [one for one in costs if one.nature == "variable" and one.cadence != "one-time"]
    as_of = report.site.briefing.as_of
    once = [one for one in costs if one.cadence == "one-time" and not _is_past(one.next_due, as_of)]
    return TableRow(
        (
            business(report, entity) if entity else Cell("All businesses"),
            figure_cell(report, "fixed_costs_monthly", entity),
            _sum_cell(
                "variable_costs", entity, "Variable costs a month", [_monthly(one) for one in variable]
            ),
            figure_cell(report, "debt_monthly", entity),
            _sum_cell(
                "one_time_costs", entity, "Costs to pay once", [(one.amount, one.source) for one in once]
            ),
        )
    )


def _is_past(due: object, as_of: date) -> bool:
    return isinstance(due, date) and due <= as_of


def _sum_cell(name: str, entity: str, label: str, amounts: list[tuple[Money | Blank, Source]]) -> Cell:
    if not amounts:
        return Cell("none")
    figure = total(name, entity, label, amounts)
    return Cell(figure, f"{figure.known} of {figure.wanted} known" if figure.is_partial else "")


def _monthly(cost: Cost) -> tuple[Money | Blank, Source]:
    if isinstance(cost.amount, Money) and not isinstance(cost.cadence, Blank):
        return cost.amount * PER_MONTH[cost.cadence], cost.source
    return UNKNOWN, cost.source


_WEEK_COLUMNS = (
    Column("week", "Week of"),
    Column("due", "Stated payments", is_number=True),
    Column("items", "Largest items", label="-"),
)


def weeks(report: Report, tables: Tables) -> Weeks:
    """Costs and loan payments that are dated, by week."""
    briefing = report.site.briefing
    start = briefing.as_of + timedelta(days=1)
    monday = start - timedelta(days=start.weekday())
    dues = [one for one in payments(report) if start <= one.on < monday + WEEKS * _WEEK]
    all_weeks = [_week(monday + index * _WEEK, dues) for index in range(WEEKS)]
    undated = [
        _monthly(one)
        for one in report.of(Cost)
        if isinstance(one.next_due, Blank) and one.cadence != "one-time"
    ]
    with_money = [week for week in all_weeks if money_of(week.sum)]
    worst = max(with_money, key=lambda week: money_of(week.sum) or Decimal(0), default=None)
    table = Table(_WEEK_COLUMNS, tuple(_week_row(report, week) for week in all_weeks), is_sortable=False)
    return Weeks(
        table=tables.plain("weeks", table) if dues else None,
        worst=worst,
        undated=total("undated", "", "Running costs without a day, a month", undated) if undated else None,
        sources=tuple({one.source.path: one.source for one in reversed(dues)}.values()),
    )


def payments(report: Report) -> tuple[Due, ...]:
    """Every dated cost and loan payment of the next thirteen weeks and the past day or two, in order of day."""
    briefing = report.site.briefing
    end = briefing.as_of + (WEEKS + 1) * _WEEK
    found = [
        Due(when, name_of(one.item), one.entity, one.amount, one.source)
        for one in report.of(Cost)
        for when in _days(on(one.next_due), known(one.cadence), briefing.as_of, end)
    ]
    found += [
        Due(when, f"loan of {name_of(one.lender)}", one.entity, one.payment, one.source)
        for one in report.of(Loan)
        for when in _days(on(one.next_due), frequency(one), briefing.as_of, end)
        if not (isinstance(one.matures, date) and when > one.matures)
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.entity, one.what)))


def _days(first: date | None, cadence: Cadence | None, as_of: date, end: date) -> Iterator[date]:
    """The days after `as_of` on which something falls due; without a rhythm, once."""
    if first is not None:
        yield from (day for day in due_days(first, cadence or "one-time", end) if as_of < day <= end)


def _week(monday: date, dues: Iterable[Due]) -> WeekDue:
    mine = [one for one in dues if monday <= one.on < monday + _WEEK]
    mine.sort(
        key=lambda one: (-(one.amount.amount if isinstance(one.amount, Money) else 0), one.on, one.what)
    )
    name = f"due:{monday.isoformat()}"
    label = f"Stated payments in the week of {day(monday)}"
    return WeekDue(monday, total(name, "", label, [(one.amount, one.source) for one in mine]), tuple(mine))


def _week_row(report: Report, week: WeekDue) -> TableRow:
    if not week.items:
        return TableRow((Cell(day_short(week.monday)), Cell("none"), Cell("")), anchor=f"w-{week.monday}")
    named = [
        f"{item_words(one)} {money(one.amount) if isinstance(one.amount, Money) else 'not known'}"
        for one in week.items[:_NAMED_ITEMS]
    ]
    more = len(week.items) - len(named)
    last = f"and {more} more" if more else ""
    titles = dict.fromkeys(report.site.titles.get(one.entity, "") for one in week.items[:_NAMED_ITEMS])
    return TableRow(
        (
            Cell(day_short(week.monday)),
            Cell(week.sum),
            Cell("; ".join([*named, last] if last else named), ", ".join(titles)),
        ),
        anchor=f"w-{week.monday}",
    )


def item_words(due: Due) -> str:
    """What is paid, beginning as a sentence does."""
    return due.what[:1].upper() + due.what[1:]


_DEBT_COLUMNS = (
    Column("lender", "Lender"),
    Column("balance", "Owed", is_number=True),
    Column("rate", "Interest a year", is_number=True),
    Column("payment", "Payment", is_number=True),
    Column("principal", "Paid off in 12 months", is_number=True),
    Column("left", "Owed in 12 months", is_number=True),
    Column("ends", "Ends"),
)


def debt(report: Report, tables: Tables, hurdle: Decimal) -> Debt:
    """Every loan, the dearest first."""
    briefing = report.site.briefing
    loans = sorted(
        report.of(Loan), key=lambda one: -(one.rate.value if isinstance(one.rate, Ratio) else Decimal(-1))
    )
    subjects = {
        id(one): subject
        for entity in report.entities
        for subject, _, one in named(briefing.of(Loan, entity.entity), "lender")
    }
    half_a_year = briefing.as_of + timedelta(days=180)
    soon = [
        one
        for one in loans
        if any(
            isinstance(when, date) and briefing.as_of < when <= half_a_year
            for when in (one.resets_on, one.matures)
        )
    ]
    lines = tables.lines(
        "loans",
        _DEBT_COLUMNS,
        loans,
        lambda one: _loan(report, one, subjects.get(id(one), ""), hurdle),
        lambda one: name_of(one.lender),
        last=_debt_total(report) if len(loans) > 1 else None,
    )
    return Debt(lines, tuple(soon))


def _debt_total(report: Report) -> TableRow:
    interest = _said(report, "debt_interest_12m", "", "and interest of")
    return TableRow(
        (
            Cell("All loans", said("credit not drawn", _credit(report))),
            figure_cell(report, "debt", ""),
            Cell("", _said(report, "debt_dear", "", "dearer than the hurdle:")),
            figure_cell(report, "debt_monthly", ""),
            _noted(figure_cell(report, "debt_principal_12m", ""), interest),
            Cell(""),
            Cell(""),
        )
    )


def _credit(report: Report) -> Money | None:
    figure = report.site.briefing.find("credit_available")
    return figure.value if figure is not None and isinstance(figure.value, Money) else None


def _said(report: Report, name: str, entity: str, words: str) -> str:
    """`and interest of $2,676`, or nothing where it is not known."""
    figure = report.site.briefing.find(name, entity)
    return f"{words} {value(figure)}" if figure is not None and figure.is_known else ""


def _noted(cell: Cell, *notes: str, tone: Tone = "") -> Cell:
    return msgspec.structs.replace(cell, note=grey(str(cell.note), *notes), tone=tone)


def _loan(report: Report, loan: Loan, subject: str, hurdle: Decimal) -> TableRow:
    is_dear = isinstance(loan.rate, Ratio) and loan.rate.value > hurdle

    def cell(name: str, *notes: str, tone: Tone = "") -> Cell:
        return _noted(figure_cell(report, f"{name}:{subject}", loan.entity, UNKNOWN), *notes, tone=tone)

    def part(name: str, words: str) -> str:
        return _said(report, f"{name}:{subject}", loan.entity, words)

    year = report.site.briefing.find(f"loan_principal_12m:{subject}", loan.entity)
    rate = share(loan.rate)
    compared = f"over the hurdle of {setting(hurdle)}" if is_dear else f"hurdle {setting(hurdle)}"
    return TableRow(
        (
            thing(
                report,
                loan.lender,
                loan.entity,
                said("secured by", loan.secured_by),
                said("covenant:", loan.covenant),
            ),
            cell("loan_balance", said("on", loan.balance_date), said("not drawn", loan.available)),
            Cell(
                rate,
                grey(compared if isinstance(rate, str) else "", said("changes on", loan.resets_on)),
                "warn" if is_dear else "",
            ),
            cell(
                "loan_payment",
                frequency(loan),
                said("next", loan.next_due),
                part("loan_interest", "interest"),
                part("loan_principal", "principal"),
            ),
            cell("loan_principal_12m", part("loan_interest_12m", "interest"), year.note if year else ""),
            cell("loan_left_12m"),
            Cell(loan.matures, _too_little(report, loan, subject)),
        )
    )


def _too_little(report: Report, loan: Loan, subject: str) -> str:
    """What a payment would have to be where the one that is paid leaves a rest at the end."""
    needed = report.site.briefing.find(f"loan_needed:{subject}", loan.entity)
    amount = money_of(needed)
    if needed is None or amount is None or not isinstance(loan.payment, Money):
        return ""
    is_short = amount - loan.payment.amount >= 1
    return f"paid off by then with {value(needed)} a payment" if is_short else ""
