"""Invoices beside the books: what was paid and is owed by either, and each invoice on which they differ."""

from collections.abc import Iterator

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure
from quarterdeck.reports.components import Cell, Column, Table, TableRow

_COLUMNS = (
    Column("what", "What"),
    Column("books", "In the books", is_number=True),
    Column("lists", "As listed", is_number=True),
    Column("gap", "Books less lists", is_number=True),
)
_PAIRS = (
    ("Paid on invoices", "paid_booked", "paid_listed", "paid_gap"),
    ("Owed by customers", "receivable_ledger", "ar_open", "receivable_gap"),
    ("Of it without an invoice", "receivable_unnamed", "", ""),
    ("Days of billing unpaid (DSO)", "dso_books", "dso", ""),
    ("From invoice to payment", "days_to_pay_books", "days_to_pay", ""),
)


def held(briefing: Briefing, entity: str) -> Table | None:
    """A row for each thing that books and lists both tell, then one for each side of an invoice that differs."""
    if briefing.find("paid_booked", entity) is None:
        return None
    rows = [
        TableRow((head, *(_cell(briefing.find(code, entity)) for code in codes)))
        for head, *codes in _PAIRS
        if briefing.find(codes[0], entity) is not None
    ]
    rows += _differing(briefing, entity)
    return Table(_COLUMNS, tuple(rows), is_sortable=False, label="Books and lists")


def _differing(briefing: Briefing, entity: str) -> Iterator[TableRow]:
    for kind in ("paid", "open"):
        for gap in briefing.figures_of(f"{kind}_gap", entity):
            subject = gap.id.partition(":")[2]
            sides = [briefing.find(f"{kind}_{side}:{subject}", entity) for side in ("booked", "listed")]
            head = gap.label.partition(":")[0]
            yield TableRow((Cell(head), *(_cell(one) for one in sides), _cell(gap)), tone="warn")


def _cell(figure: Figure | None) -> Cell:
    return Cell(figure, is_plain=True) if figure is not None else Cell("")
