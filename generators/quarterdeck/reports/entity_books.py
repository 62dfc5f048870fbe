"""The books of one business on its page: each month's profit, and every line between it and the change of cash."""

from collections.abc import Iterator, Sequence

from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.figures.profit import BRIDGE, REST
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure
from quarterdeck.model.values import Money, Period
from quarterdeck.reports.components import Cell, Column, Table, TableRow

_MONTHS = 3
_STATEMENT = ("revenue", "variable", "fixed", "interest", "taxes", "unclassified")


def months_table(briefing: Briefing, entity: str) -> Table | None:
    """A column for each of the last full months; None where the books hold no full month."""
    months = tuple(
        one
        for one in months_to(last_full_month(briefing.as_of), _MONTHS)
        if briefing.find(f"profit:{one.name}", entity)
    )
    if not months:
        return None
    names = [Column(f"m{one.name}", f"{month_name(one)} {one.start.year}", is_number=True) for one in months]
    return Table((Column("line", "Line"), *names), tuple(_rows(briefing, entity, months)), is_sortable=False)


def _rows(briefing: Briefing, entity: str, months: Sequence[Period]) -> Iterator[TableRow]:
    for code in _STATEMENT:
        found = [briefing.find(f"{code}:{one.name}", entity) for one in months]
        if code == "revenue" or any(map(_moves, found)):
            yield _row(found, "costs" if code != "revenue" else "")
    yield _row([briefing.find(f"profit:{one.name}", entity) for one in months], "revenue less all costs")
    for group in (*BRIDGE, *_others(briefing, entity, months), REST):
        found = [briefing.find(f"bridge:{one.name}:{group}", entity) for one in months]
        if any(map(_moves, found)):
            yield _row(found, "moves cash, not profit" if not group.endswith("Depreciation") else "")
    yield _row(
        [briefing.find(f"cash_change:{one.name}", entity) for one in months], "profit and all lines below it"
    )


def _row(found: Sequence[Figure | None], note: str) -> TableRow:
    label = next(one.label for one in found if one is not None)
    cells = [Cell("", "") if one is None else Cell(one, is_plain=True) for one in found]
    return TableRow((Cell(label, note), *cells))


def _moves(figure: Figure | None) -> bool:
    return figure is not None and isinstance(figure.value, Money) and bool(figure.value.amount)


def _others(briefing: Briefing, entity: str, months: Sequence[Period]) -> list[str]:
    """Groups of accounts that the chart does not name, sorted."""
    codes = {one.id.removeprefix("bridge:").partition(":") for one in briefing.figures_of("bridge", entity)}
    names = {month.name for month in months}
    return sorted({group for month, _, group in codes if month in names} - BRIDGE.keys() - {REST})
