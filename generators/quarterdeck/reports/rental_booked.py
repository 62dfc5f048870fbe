"""What the books of a rented house say, by section of its page."""

from collections.abc import Mapping

from quarterdeck.model.figure import Figure
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report

_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "noi": (
        *("rent_year", "other_income_year", "opex_year", "noi_year", "noi_unit"),
        *("rent_month", "opex_month", "noi_month"),
    ),
    "returns": (
        "cap_rate",
        "cash_on_cash",
        "expense_ratio",
        "break_even_occupancy",
        "rent_multiplier",
        "rent_ceiling",
    ),
    "dscr": ("noi_year", "debt_service", "dscr"),
    "vacancy": ("vacancy_loss", "vacancy_rent", "vacancy_days", "days_empty", "days_let"),
    "reserve": ("reserve", "reserve_months"),
}
"""Section -> ids of its figures, in order."""
_MONTHLY = (("rent_due", "Due"), ("rent_received", "Received"), ("rent_short", "Short"))


def booked(report: Report, entity: str) -> dict[str, Table]:
    """A table for each section of which the books know anything."""
    find = report.site.briefing.find
    made = {
        name: _lines([one for code in codes if (one := find(code, entity)) is not None])
        for name, codes in _SECTIONS.items()
    }
    lines = sorted(
        report.site.briefing.figures_of("schedule_e", entity), key=lambda one: int(one.id.partition(":")[2])
    )
    made["schedule"] = _lines(lines)
    made["turns"] = _lines(list(report.site.briefing.figures_of("turn_cost", entity)))
    made["collections"] = _months(report, entity)
    return {name: table for name, table in made.items() if table.rows}


def _lines(figures: list[Figure]) -> Table:
    known = any(one.is_known for one in figures)
    rows = (
        tuple(TableRow((Cell(one.label, one.note), Cell(one, is_plain=True))) for one in figures)
        if known
        else ()
    )
    return Table(
        (Column("what", "By the books"), Column("value", "Amount", is_number=True)), rows, is_sortable=False
    )


def _months(report: Report, entity: str) -> Table:
    """Rent that was due and that came, month by month, the newest first."""
    briefing = report.site.briefing
    months = sorted(
        (one.id.partition(":")[2] for one in briefing.figures_of("rent_due", entity)), reverse=True
    )
    rows = (
        TableRow(
            (
                month,
                *(Cell(briefing.figure(f"{code}:{month}", entity), is_plain=True) for code, _ in _MONTHLY),
            )
        )
        for month in months
    )
    columns = (Column("month", "Month"), *(Column(code, title, is_number=True) for code, title in _MONTHLY))
    return Table(columns, tuple(rows), is_sortable=False)
