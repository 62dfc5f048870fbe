"""Losses of the billing audit: what was earned and never reached a bill, month by month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import Match
from quarterdeck.figures.months import last_full_month, months_to
from quarterdeck.formulas.billing import leakage
from quarterdeck.model.figure import Missing
from quarterdeck.model.services import Invoice
from quarterdeck.model.values import Money, Period
from quarterdeck.reports.billing_owed import MONTHS, within
from quarterdeck.reports.cells import (
    Tables,
    text,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import money, percent, value


class Loss(msgspec.Struct, frozen=True):
    """What leaked away in one month or in twelve."""

    expected: Decimal
    unbilled: Decimal
    under: Decimal
    written_off: Decimal

    @property
    def share(self) -> Decimal | None:
        """Lost over expected; None without anything expected."""
        share = leakage(self.expected, self.unbilled, self.under, self.written_off)
        return share if isinstance(share, Decimal) else None

    def __add__(self, other: "Loss") -> "Loss":
        """Add up month by month."""
        return Loss(
            self.expected + other.expected,
            self.unbilled + other.unbilled,
            self.under + other.under,
            self.written_off + other.written_off,
        )


_NO_LOSS = Loss(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def leakage_view(
    report: Report, found: Sequence[Match], invoices: Sequence[Invoice], tables: Tables
) -> dict[str, object]:
    """Lost of twelve full months and this one, by the month in which the work ended."""
    as_of = report.site.briefing.as_of
    last = last_full_month(as_of)
    months = (*months_to(last, MONTHS), Period(date(as_of.year, as_of.month, 1), as_of, f"{as_of:%Y-%m}"))
    done = [one for one in found if one.delivery.status == "completed" and isinstance(one.expected, Money)]
    currency = next((one.expected.currency for one in done if isinstance(one.expected, Money)), "")
    done = [one for one in done if isinstance(one.expected, Money) and one.expected.currency == currency]
    losses = {
        month: _loss([one for one in done if within(one.delivery.end, month)], invoices) for month in months
    }
    rows = [(month, loss) for month, loss in losses.items() if loss.expected]
    whole = sum((loss for _, loss in rows), _NO_LOSS)
    if not rows:
        return {"leaks": None, "leak_share": "", "leak_words": ""}
    columns = (
        Column("month", "Work ended in"),
        Column("expected", "Expected", is_number=True),
        Column("unbilled", "Not billed", is_number=True),
        Column("under", "Billed too little", is_number=True),
        Column("off", "Written off, no note", is_number=True),
        Column("share", "Lost", is_number=True),
    )
    table = Table(
        columns,
        tuple(_loss_row(Cell(month), loss, currency) for month, loss in rows),
        total=_loss_row(Cell("All"), whole, currency),
        is_sortable=False,
    )
    lost = Money(whole.unbilled + whole.under + whole.written_off, currency)
    words = f"{money(lost)} of {money(Money(whole.expected, currency))}"
    return {
        "leaks": tables.plain("leakage", table),
        "leak_share": percent(whole.share or Decimal(0)),
        "leak_words": words,
    }


def _loss(found: Sequence[Match], invoices: Sequence[Invoice]) -> Loss:
    zero = Decimal(0)
    loss = _NO_LOSS
    for one in found:
        expected = one.expected.amount if isinstance(one.expected, Money) else zero
        unbilled = expected if one.verdict == "unbilled" else zero
        under = (
            max(zero, one.difference.amount) if isinstance(one.difference, Money) and not unbilled else zero
        )
        off = sum(
            (
                bill.write_off.amount
                for bill in invoices
                if bill.id in one.invoices and isinstance(bill.write_off, Money) and not text(bill.note)
            ),
            zero,
        )
        loss += Loss(expected, unbilled, under, off)
    return loss


def _loss_row(head: Cell, loss: Loss, currency: str) -> TableRow:
    parts = (loss.expected, loss.unbilled, loss.under, loss.written_off)
    share = percent(loss.share) if loss.share is not None else value(Missing("not_applicable"))
    return TableRow((head, *(Money(part, currency) for part in parts), share))
