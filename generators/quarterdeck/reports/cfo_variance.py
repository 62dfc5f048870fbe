"""What the books say against plan: month, quarter and year, price and number, and the month so far."""

from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.figures.months import last_full_month
from quarterdeck.model.figure import Figure
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio, month_of
from quarterdeck.reports.business_rows import business, figure_cell, in_order, is_plain, money_of
from quarterdeck.reports.cells import Tables, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import Printable, percent

Kind = Literal["income", "expense"]

_LINES: tuple[tuple[str, str, Kind], ...] = (
    ("revenue", "Revenue", "income"),
    ("variable", "Variable costs", "expense"),
    ("fixed", "Fixed costs", "expense"),
)
_NOTHING = Cell(Blank("n/a"))


class Books(msgspec.Struct, frozen=True):
    """Actual against plan by the books."""

    spans: Table | None
    """Revenue and costs of each business over the last full month, its quarter and its year."""
    running: Table | None
    price: Table | None
    without: tuple[str, ...]
    """Businesses with books and no plan for the month."""
    flagged: int
    """How many bad differences of the month need a note."""


def books(report: Report, tables: Tables) -> Books:
    """Every table of the section that rests on the books; each None where no business has its figures."""
    briefing = report.site.briefing
    month = last_full_month(briefing.as_of)
    running = month_of(briefing.as_of)
    names = tuple(f"variance_{line}:{month.name}" for line, _, _ in _LINES)
    ids = [*(one.entity for one in in_order(report)), ""]
    of_month = [one for entity in ids if entity for name in names if (one := briefing.find(name, entity))]
    return Books(
        spans=_spans(report, tables, ids, month) if any(one.is_known for one in of_month) else None,
        running=_listed(
            report,
            tables,
            ids,
            "variance-running",
            {
                f"revenue_so_far:{running.name}": "So far",
                f"plan_to_date:{running.name}": "Target so far",
                f"variance_to_date:{running.name}": "Difference",
            },
        ),
        price=_listed(
            report,
            tables,
            ids,
            "variance-price",
            {
                f"price_effect:{month.name}": "By price",
                f"volume_effect:{month.name}": "By number sold",
                f"price_and_volume:{month.name}": "Together",
            },
        ),
        without=tuple(
            one.title
            for one in in_order(report)
            if (made := briefing.find(names[0], one.entity))
            and not made.is_known
            and briefing.find(f"revenue:{month.name}", one.entity)
        ),
        flagged=sum(one.note.endswith("note required") for one in of_month),
    )


def unlinked(thing: Printable) -> Printable:
    """The amount of a figure that is known whole, without its link; everything else as it is."""
    is_whole = isinstance(thing, Figure) and isinstance(thing.value, Money) and not thing.is_partial
    return thing.value if is_whole and isinstance(thing, Figure) else thing


def _spans(report: Report, tables: Tables, ids: list[str], month: Period) -> Table:
    """Revenue of each business, its costs where they are flagged, and the totals; the file has every line."""
    quarter = f"{month.start.year}-Q{(month.start.month + 2) // 3}"
    year = str(month.start.year)
    spans = {month.name: "Difference", quarter: f"{quarter} to then", year: f"{year} to then"}
    if month.start.month % 3 == 1:
        del spans[quarter]  # the quarter is that month
    columns = (
        Column("business", "Business"),
        Column("actual", month.name, is_number=True),
        Column("plan", "Plan", is_number=True),
        *(Column(name, label, is_number=True) for name, label in spans.items()),
    )
    rows, kept = [], []
    for entity in ids:
        for line, label, kind in _LINES:
            if report.site.briefing.find(f"variance_{line}:{year}", entity) is None:
                continue
            found = (report.site.briefing.find(f"variance_{line}:{span}", entity) for span in spans)
            kept.append(
                not entity or line == "revenue" or any(one and "flagged" in one.note for one in found)
            )
            name = business(report, entity, label) if entity else Cell("All businesses", label)
            rows.append(
                TableRow(
                    (
                        name,
                        _first(report, entity, f"actual_{line}:{month.name}", f"{line}:{month.name}"),
                        _first(report, entity, f"planned_{line}:{month.name}"),
                        *(_difference(report, entity, line, span, kind) for span in spans),
                    )
                )
            )
    every = Table(columns, tuple(rows), is_sortable=False)
    shown = tuple(row for row, is_shown in zip(rows, kept, strict=True) if is_shown)
    return msgspec.structs.replace(every, rows=shown, csv=tables.plain("variance-books", every).csv)


def _first(report: Report, entity: str, *names: str) -> Cell:
    found = [name for name in names if report.site.briefing.find(name, entity)]
    cell = figure_cell(report, found[0], entity) if found else Cell(UNKNOWN)
    return msgspec.structs.replace(cell, value=unlinked(cell.value))


def _difference(report: Report, entity: str, line: str, span: str, kind: Kind) -> Cell:
    """A variance with its share of the plan, its judgement, and what it says beside."""
    figure = report.site.briefing.find(f"variance_{line}:{span}", entity)
    amount = money_of(figure)
    if figure is None or amount is None:
        return Cell(figure) if figure is not None else _NOTHING
    share = report.site.briefing.find(f"variance_share_{line}:{span}", entity)
    size = f"{percent(abs(share.value.value))} " if share and isinstance(share.value, Ratio) else ""
    words = f"{size}{'under' if amount < 0 else 'over'} plan" if amount else "on plan"
    members = f"{figure.known} of {figure.wanted} known" if figure.is_partial else ""
    return Cell(figure, grey(words, members, figure.note), _tone(figure, amount, kind))


def _tone(figure: Figure, amount: Decimal, kind: Kind) -> Tone:
    if "flagged" not in figure.note:
        return ""
    return "good" if (amount > 0) == (kind == "income") else "bad"


def _listed(report: Report, tables: Tables, ids: list[str], key: str, names: dict[str, str]) -> Table | None:
    """One figure of each name for each business that has the last of them, and for all at the foot."""
    briefing = report.site.briefing
    last = list(names)[-1]
    known = [one for one in ids if one and (made := briefing.find(last, one)) and made.is_known]
    if not known:
        return None
    columns = (
        Column("business", "Business"),
        *(Column(name.partition(":")[0], label, is_number=True) for name, label in names.items()),
    )
    rows = tuple(
        TableRow((business(report, one), *(_noted(report, name, one) for name in names))) for one in known
    )
    total = None
    if len(known) > 1 and briefing.find(last):
        total = TableRow((Cell("All businesses"), *(figure_cell(report, name, "") for name in names)))
    return tables.plain(key, Table(columns, rows, total=total))


def _noted(report: Report, name: str, entity: str) -> Cell:
    figure = report.site.briefing.find(name, entity)
    if figure is None:
        return Cell(UNKNOWN)
    if name.startswith("revenue_so_far"):
        return Cell(unlinked(figure))
    if name.startswith("plan_to_date"):
        return Cell(unlinked(figure), figure.note if figure.is_known else "")
    return Cell(figure, is_plain=is_plain(figure))
