"""Debts of the billing audit: who owes what since when, and how many days of billing are unpaid."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from quarterdeck.figures import billing_days
from quarterdeck.figures.billing import Receivable, dso_of, owed_of, receivables
from quarterdeck.figures.months import last_full_month, months_to
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.formulas.receivables import BUCKETS, Bucket
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Missing
from quarterdeck.model.services import Invoice
from quarterdeck.model.values import Money, Period
from quarterdeck.reports.behind import facts_behind
from quarterdeck.reports.billing_bills import paper_number
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    figure_or_unknown,
    first_places,
    grey,
    name_of,
    on,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day, number, percent, value
from quarterdeck.rules.invoices import STEPS

_TREND = 6
BUCKET_WORDS: dict[Bucket, str] = {
    "current": "not yet due",
    "1-30": "1 to 30 days late",
    "31-60": "31 to 60 days late",
    "61-90": "61 to 90 days late",
    "90+": "over 90 days late",
}


def _open(owed: Iterable[Receivable]) -> list[Receivable]:
    return [one for one in owed if one.is_open]


def in_currency(owed: Iterable[Receivable], currency: str) -> list[Receivable]:
    """Those of one currency: amounts of two are never added."""
    return [one for one in owed if not isinstance(one.open, Money) or one.open.currency == currency]


def who(one: Receivable) -> str:
    """Name of the customer of an invoice."""
    return name_of(one.invoice.customer, name_of(one.invoice.ref, "customer not written"))


def aging_lines(report: Report, entity: Entity, owed: Sequence[Receivable], tables: Tables) -> Lines | None:
    """What each customer owes by age, the largest debtor first."""
    by_customer: dict[str, list[Receivable]] = {}
    for one in _open(owed):
        by_customer.setdefault(who(one), []).append(one)
    if not by_customer:
        return None
    ranked = sorted(by_customer.items(), key=lambda item: (-_total(item[1]), item[0]))
    columns = (
        Column("customer", "Customer"),
        Column("open", "Owes", is_number=True),
        *(Column(bucket, BUCKET_WORDS[bucket].capitalize(), is_number=True) for bucket in BUCKETS),
    )
    rows = tuple(_aging_row(name, bills) for name, bills in ranked)
    keys = {bucket: f"aging:{bucket.replace('+', '-plus')}" for bucket in BUCKETS}
    sums = (
        figure_or_unknown(report, keys[bucket], entity.entity, BUCKET_WORDS[bucket]) for bucket in BUCKETS
    )
    last = TableRow(
        (Cell("All"), figure_or_unknown(report, "ar_open", entity.entity, "Owed by customers"), *sums)
    )
    table = tables.plain("aging", Table(columns, rows, total=last))
    return Lines(table, first_places(one.invoice for one in _open(owed)), (), len(rows))


def _aging_row(name: str, bills: Sequence[Receivable]) -> TableRow:
    worst = max(bills, key=lambda one: one.days_late)
    promised = [one.invoice for one in bills if on(one.invoice.promised_on)]
    note = grey(
        ", ".join(paper_number(one.invoice.id) for one in bills),
        f"up to {counted(worst.days_late, 'day')} late" if worst.days_late else "",
        *(
            f"{paper_number(one.id)} promised for {day(when)}"
            for one in promised
            if (when := on(one.promised_on))
        ),
    )
    inside = [[one for one in bills if one.bucket == bucket] for bucket in BUCKETS]
    cells = [_money(group) if group else "" for group in inside]
    return TableRow((Cell(name, note), _money(bills), *cells))


def _money(bills: Sequence[Receivable]) -> Money:
    first = next(one.open for one in bills if isinstance(one.open, Money))
    return Money(_total(bills), first.currency)


def _total(bills: Iterable[Receivable]) -> Decimal:
    return sum((one.open.amount for one in bills if isinstance(one.open, Money)), Decimal(0))


def step_table(owed: Sequence[Receivable]) -> Table | None:
    """The next step for each age at which something is owed."""
    rows = []
    for bucket in reversed(BUCKETS):
        inside = [one for one in _open(owed) if one.bucket == bucket]
        if inside:
            bills = ", ".join(f"{paper_number(one.invoice.id)} {who(one)}" for one in inside)
            rows.append(
                TableRow(
                    (Cell(BUCKET_WORDS[bucket].capitalize()), _money(inside), Cell(STEPS[bucket], bills))
                )
            )
    undated = [one for one in _open(owed) if isinstance(one.bucket, Missing)]
    if undated:
        bills = ", ".join(f"{paper_number(one.invoice.id)} {who(one)}" for one in undated)
        rows.append(TableRow((Cell("Age not known"), _money(undated), Cell("Write the day due.", bills))))
    columns = (Column("age", "Age"), Column("open", "Owed", is_number=True), Column("step", "Next step"))
    return Table(columns, tuple(rows), is_sortable=False, label="Next step by age") if rows else None


def biggest_debtor(owed: Sequence[Receivable]) -> str:
    """Who owes the largest part, in a sentence."""
    everything = _total(_open(owed))
    shares: dict[str, Decimal] = {}
    for one in _open(owed):
        shares[who(one)] = shares.get(who(one), Decimal(0)) + _total([one])
    if not shares or not everything:
        return ""
    name, amount = max(shares.items(), key=lambda item: (item[1], item[0]))
    return f"{name} owes {percent(amount / everything)} of it."


class MonthEnd(msgspec.Struct, frozen=True):
    """What was owed at the end of a month."""

    month: Period
    owed: Money
    late: Money
    dso: Decimal | Missing
    """Days, over the three months before."""
    counted_back: Decimal | Missing
    """Days, month by month."""


def month_ends(briefing: Briefing, entity: Entity) -> tuple[MonthEnd, ...]:
    """The ends of the last full months, from the days of invoices and payments; none without invoices."""
    if not briefing.of(Invoice, entity.entity):
        return ()
    return tuple(
        _month_end(scope_of(facts_behind(briefing, entity, month.end), entity, briefing.currency), month)
        for month in months_to(last_full_month(briefing.as_of), _TREND)
    )


def _month_end(scope: Scope, month: Period) -> MonthEnd:
    everything = receivables(scope)
    owed = in_currency(_open(everything), scope.currency)
    days = {
        one.id: one.value for one in (dso_of(scope), *billing_days.figures(scope, owed_of(scope, everything)))
    }
    over, back = (
        one if isinstance(one, Decimal | Missing) else Missing()
        for one in (days["dso"], days["dso_count_back"])
    )
    late = Money(_total(one for one in owed if one.days_late), scope.currency)
    return MonthEnd(month, Money(_total(owed), scope.currency), late, over, back)


def trend_table(ends: Sequence[MonthEnd], tables: Tables) -> Table | None:
    """What was owed at the end of each of the last months, and how many days of billing that is."""
    if not ends:
        return None
    columns = (
        Column("month", "End of"),
        Column("owed", "Owed", is_number=True),
        Column("late", "Of it late", is_number=True),
        Column("dso", "DSO, days", is_number=True),
        Column("counted_back", "Counted back, days", is_number=True),
    )
    rows = tuple(
        TableRow((one.month, one.owed, one.late, _days(one.dso), _days(one.counted_back))) for one in ends
    )
    return tables.plain("dso", Table(columns, rows, is_sortable=False))


def _days(days: Decimal | Missing) -> str:
    return number(days, 0) if isinstance(days, Decimal) else value(days)
