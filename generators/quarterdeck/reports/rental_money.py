"""Money of the rental audit: costs, loan, property, and the lines of the tax form."""

from collections.abc import Sequence
from datetime import date

from quarterdeck.figures.rental_tax import DEPRECIATION_LINE, LINE_OF_WORD, LINES, RENT_LINE
from quarterdeck.formulas.agency import per_month
from quarterdeck.model.books import Cost, Loan
from quarterdeck.model.columns import fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.holdings import Property
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    figure_or_unknown,
    grey,
    name_of,
    on,
    plain_cell,
    said,
    text,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import number, value


def cost_words(row: Cost) -> str:
    """A cost with its rhythm: `$40 weekly`."""
    cadence = "" if row.cadence == "one-time" or isinstance(row.cadence, Blank) else f" {row.cadence}"
    return value(row.amount) + cadence if isinstance(row.amount, Money) else "not known"


def money_view(report: Report, entity: Entity, tables: Tables) -> dict[str, object]:
    """Costs, loans and the building: what the page prints of them."""
    briefing = report.site.briefing
    costs = sorted(
        briefing.of(Cost, entity.entity),
        key=lambda row: (str(on(row.next_due) or date.max), name_of(row.item)),
    )
    loans = briefing.of(Loan, entity.entity)
    house = next(iter(briefing.of(Property, entity.entity)), None)
    return {
        "costs": _costs(costs, tables),
        "fixed": figure_or_unknown(
            report, "fixed_costs_monthly", entity.entity, "Fixed costs a month, as stated"
        ),
        "debt": figure_or_unknown(report, "debt", entity.entity, "Owed on loans"),
        "debt_monthly": figure_or_unknown(report, "debt_monthly", entity.entity, "Loan payments a month"),
        "loans": _loans(loans, tables),
        "resets": [
            (name_of(loan.lender), loan.resets_on, (loan.resets_on - briefing.as_of).days)
            for loan in loans
            if isinstance(loan.resets_on, date) and loan.resets_on >= briefing.as_of
        ],
        "house": _house(house, tables),
        "loan_to_value": briefing.find("loan_to_value", entity.entity),
        "property": house,
    }


def _costs(costs: Sequence[Cost], tables: Tables) -> Lines | None:
    columns = (
        Column("item", "What is paid for"),
        Column("amount", "Amount", is_number=True),
        Column("month", "A month", is_number=True),
        Column("due", "Next payment"),
    )

    def cells(row: Cost) -> TableRow:
        about = "about" if "amount" in row.estimates else ""
        recurs = isinstance(row.cadence, str) and row.cadence != "one-time"
        month = (
            Money(per_month(row.amount.amount, row.cadence), row.amount.currency)
            if recurs and isinstance(row.amount, Money) and not isinstance(row.cadence, Blank)
            else None
        )
        pays = "pays itself" if row.autopay is True else "by hand" if row.autopay is False else ""
        return TableRow(
            (
                Cell(
                    name_of(row.item),
                    grey(text(row.category), text(row.vendor), said("for", row.needed_by), text(row.nature)),
                ),
                Cell(row.amount, grey(about, value(row.cadence))),
                Cell(month) if month else Cell("once" if row.cadence == "one-time" else Blank("unknown")),
                Cell(row.next_due, pays),
            )
        )

    return tables.lines("costs", columns, costs, cells, lambda row: name_of(row.item))


def _loans(loans: Sequence[Loan], tables: Tables) -> Lines | None:
    columns = (
        Column("lender", "Lender"),
        Column("balance", "Owed", is_number=True),
        Column("rate", "Rate", is_number=True),
        Column("payment", "Payment", is_number=True),
        Column("resets", "Rate changes"),
        Column("matures", "Last payment"),
    )

    def cells(loan: Loan) -> TableRow:
        return TableRow(
            (
                Cell(
                    name_of(loan.lender),
                    grey(said("secured by", loan.secured_by), said("covenant", loan.covenant)),
                ),
                Cell(loan.balance, said("on", loan.balance_date)),
                Cell(_rate(loan.rate)) if isinstance(loan.rate, Ratio) else loan.rate,
                Cell(loan.payment, grey(text(loan.frequency) or "monthly", said("next", loan.next_due))),
                loan.resets_on,
                Cell(loan.matures, said("undrawn", loan.available)),
            )
        )

    return tables.lines("loans", columns, loans, cells, lambda row: name_of(row.lender))


def _house(house: Property | None, tables: Tables) -> Lines | None:
    """Everything written about the building, a fact a row."""
    if house is None:
        return None
    hidden = {"address"}
    rows = []
    for field in fields_of(Property):
        content = getattr(house, field.name)
        if field.name not in hidden and not (isinstance(content, Blank) and content.why == "absent"):
            rows.append(
                TableRow(
                    (field.header, plain_cell(content) if not isinstance(content, Money) else Cell(content))
                )
            )
    columns = (Column("what", "Fact"), Column("value", "As written"))
    table = tables.plain("property", Table(columns, tuple(rows), is_sortable=False))
    return Lines(table, (house.source,))


def schedule_of(report: Report, entity: Entity) -> tuple[Table, tuple[str, ...]]:
    """Lines of the tax form on which something written stands, and the lines without."""
    written = {
        RENT_LINE: _rents(report, entity),
        LINE_OF_WORD["interest"]: _interest(report, entity),
        DEPRECIATION_LINE: _basis(report, entity),
    }
    costs = report.site.briefing.of(Cost, entity.entity)
    rows, empty = [], []
    for line, title in LINES.items():
        here = [row for row in costs if _line_of(row) == line]
        parts = [written.get(line, ""), *(f"{name_of(row.item)} {cost_words(row)}" for row in here)]
        listed = "; ".join(part for part in parts if part)
        if listed:
            rows.append(TableRow((Cell(f"{line} {title}"), listed)))
        else:
            empty.append(f"{line} {title}")
    columns = (Column("line", "Line"), Column("stated", "What is written for it"))
    return Table(columns, tuple(rows), is_sortable=False, label="Schedule E, Part I"), tuple(empty)


def _line_of(row: Cost) -> int | None:
    """The line of a stated cost by the word of its category; None where no line has that word."""
    return LINE_OF_WORD.get(text(row.category).lower().replace(" ", ""))


def _rents(report: Report, entity: Entity) -> str:
    figure = report.site.briefing.find("rent_monthly", entity.entity)
    return f"rents of let units, {value(figure)} a month" if figure and figure.is_known else ""


def _interest(report: Report, entity: Entity) -> str:
    loans = [one for one in report.site.briefing.of(Loan, entity.entity) if isinstance(one.rate, Ratio)]
    return "; ".join(f"{name_of(one.lender)}, {_rate(one.rate)} on {value(one.balance)}" for one in loans)


def _basis(report: Report, entity: Entity) -> str:
    houses = report.site.briefing.of(Property, entity.entity)
    return "; ".join(
        f"building basis {value(one.building_basis)}, in service since {value(one.in_service_date)}"
        for one in houses
        if isinstance(one.building_basis, Money)
    )


def _rate(rate: Ratio | Blank) -> str:
    """Interest with all of its decimals: `5.25%`."""
    return f"{number(rate.value * 100)}%" if isinstance(rate, Ratio) else value(rate)
