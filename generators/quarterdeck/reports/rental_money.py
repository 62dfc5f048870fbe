"""Money of the rental audit: costs, loan, property, and the lines of the tax form."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from quarterdeck.formulas.agency import per_month
from quarterdeck.model.books import Cost, Loan
from quarterdeck.model.columns import fields_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
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

_SCHEDULE_E: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("3", "Rents received", ()),
    ("5", "Advertising", ("ads", "advertising", "marketing")),
    ("6", "Auto and travel", ("auto", "travel", "vehicle")),
    ("7", "Cleaning and maintenance", ("maintenance", "cleaning")),
    ("8", "Commissions", ("commission", "commissions")),
    ("9", "Insurance", ("insurance",)),
    ("10", "Legal and professional", ("professional", "legal")),
    ("11", "Management", ("management",)),
    ("12", "Mortgage interest to banks", ("interest", "mortgage")),
    ("13", "Other interest", ()),
    ("14", "Repairs", ("repairs", "repair")),
    ("15", "Supplies", ("supplies",)),
    ("16", "Taxes", ("propertytax", "taxes", "tax")),
    ("17", "Utilities", ("utilities",)),
    ("18", "Depreciation", ()),
    ("19", "Other", ()),
)
"""Line, its name, and categories of the Costs table that stand on it."""


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
        "loan_to_value": _loan_to_value(house, loans),
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


def _loan_to_value(house: Property | None, loans: Sequence[Loan]) -> Figure | None:
    """Loans over the stated value, where both are written in one currency."""
    owed = [loan.balance for loan in loans if isinstance(loan.balance, Money)]
    if (
        house is None
        or not isinstance(house.value, Money)
        or not house.value.amount
        or len(owed) != len(loans)
        or not owed
    ):
        return None
    if {one.currency for one in owed} != {house.value.currency}:
        return None
    share = sum((one.amount for one in owed), Decimal(0)) / house.value.amount
    sources = (*(loan.source for loan in loans), house.source)
    return Figure(
        id="loan_to_value",
        entity=house.entity,
        label="Loan over value",
        value=Ratio(share),
        unit="ratio",
        formula="F-N15",
        sources=sources,
        as_of=on(house.value_date),
    )


def schedule_of(report: Report, entity: Entity) -> tuple[Table, tuple[str, ...]]:
    """Lines of the tax form on which something written stands, and the lines without."""
    written = {"3": _rents(report, entity), "12": _interest(report, entity), "18": _basis(report, entity)}
    costs = report.site.briefing.of(Cost, entity.entity)
    rows, empty = [], []
    for line, title, words in _SCHEDULE_E:
        here = [row for row in costs if text(row.category).lower().replace(" ", "") in words]
        parts = [written.get(line, ""), *(f"{name_of(row.item)} {cost_words(row)}" for row in here)]
        listed = "; ".join(part for part in parts if part)
        if listed:
            rows.append(TableRow((Cell(f"{line} {title}"), listed)))
        else:
            empty.append(f"{line} {title}")
    columns = (Column("line", "Line"), Column("stated", "What is written for it"))
    return Table(columns, tuple(rows), is_sortable=False, label="Schedule E, Part I"), tuple(empty)


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
