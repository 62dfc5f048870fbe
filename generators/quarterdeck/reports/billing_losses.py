"""Losses of the billing audit: what was earned and never reached a bill, month by month."""

from collections.abc import Sequence

from quarterdeck.figures.billing import Match
from quarterdeck.figures.billing_losses import Loss, losses
from quarterdeck.figures.scope import Scope
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Money
from quarterdeck.reports.cells import Tables
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.words import money, percent, value


def leakage_view(scope: Scope, found: Sequence[Match], tables: Tables) -> dict[str, object]:
    """Lost of twelve full months and this one, by the month in which the work ended."""
    rows = [(month, loss) for month, loss in losses(scope, found).items() if loss.expected]
    if not rows:
        return {"leaks": None, "leak_words": ""}
    whole = sum((loss for _, loss in rows), Loss())
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
        tuple(_loss_row(Cell(month), loss, scope.currency) for month, loss in rows),
        total=_loss_row(Cell("All"), whole, scope.currency),
        is_sortable=False,
    )
    lost, expected = Money(whole.lost, scope.currency), Money(whole.expected, scope.currency)
    return {"leaks": tables.plain("leakage", table), "leak_words": f"{money(lost)} of {money(expected)}"}


def _loss_row(head: Cell, loss: Loss, currency: str) -> TableRow:
    parts = (loss.expected, loss.unbilled, loss.under, loss.written_off)
    share = percent(loss.share) if loss.share is not None else value(Missing("not_applicable"))
    return TableRow((head, *(Money(part, currency) for part in parts), share))
