"""How far the last month is closed: fourteen items for each business."""

from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.formulas.bookkeeping import close_score
from quarterdeck.model.books import CloseItem
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Period, Ratio
from quarterdeck.reports.business_rows import computed, keeps_books, person, same_month
from quarterdeck.reports.cells import first_places
from quarterdeck.reports.components import Grid, GridCell, GridGroup, GridRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import NBSP, day_short

CLOSE_DAY = 10
ITEMS = (
    "Bank statements in and reconciled",
    "Cards",
    "Processors and platforms, gross to net",
    "Loans split into interest and principal",
    "Receivables aged and agreed to the ledger",
    "Unbilled work billed or accrued",
    "Payables and subscriptions entered",
    "Deposits and gift cards rolled forward",
    "Prepaid and annual costs spread",
    "Payroll, contractors and tips cleared",
    "Sales tax agreed and set aside",
    "Depreciation and list of fixed assets",
    "Between businesses: agrees on both sides",
    "Review: variance notes, owner draws, nothing uncategorised, month locked",
)
"""The close checklist, from item 1."""


class Close(msgspec.Struct, frozen=True):
    """Section 5: the checklist of the last full month."""

    month: str
    grid: Grid | None
    score: Figure | None
    closed: tuple[str, ...]
    without: tuple[str, ...]
    sources: tuple[Source, ...]
    days: int
    """Days since the month ended."""


def close(report: Report) -> Close:
    """The fourteen items of the last full month, by business."""
    briefing = report.site.briefing
    month = last_full_month(briefing.as_of)
    owners = keeps_books(report)
    rows = report.of(CloseItem)
    mine = {one.entity: items_of(report, one.entity, month) for one in owners}
    states = [item.state for items in mine.values() for item in items.values()]
    applicable = [state for state in states if state != "n/a"]
    used = [item.source for items in mine.values() for item in items.values()]
    score = None
    if applicable:
        done = sum(state == "done" for state in applicable)
        done_of_all = close_score(done, len(applicable))
        share = (
            done_of_all
            if isinstance(done_of_all, Missing)
            else Ratio(done_of_all, Decimal(done), Decimal(len(applicable)))
        )
        score = computed(
            "close_score", "", f"Close items of {month_name(month)} done", share, "ratio", "F-A5", used[:12]
        )
    return Close(
        month=month_name(month),
        grid=_close_grid(report, owners, mine, month) if any(mine.values()) else None,
        score=score,
        closed=tuple(one.title for one in owners if mine[one.entity] and is_closed(mine[one.entity])),
        without=tuple(one.title for one in owners if not mine[one.entity]),
        sources=first_places(one for one in rows if same_month(one.month, month)),
        days=(briefing.as_of - month.end).days,
    )


def items_of(report: Report, entity: str, month: Period) -> dict[int, CloseItem]:
    """The items of one business and month, by number."""
    return {
        one.item: one
        for one in report.site.briefing.of(CloseItem, entity)
        if same_month(one.month, month) and isinstance(one.item, int)
    }


def is_closed(items: dict[int, CloseItem]) -> bool:
    """Whether every one of the fourteen is done or does not apply."""
    return all(
        number in items and items[number].state in {"done", "n/a"} for number in range(1, len(ITEMS) + 1)
    )


def _close_grid(
    report: Report, owners: tuple[Entity, ...], mine: dict[str, dict[int, CloseItem]], month: Period
) -> Grid:
    before = months_to(month, 2)[0]
    return Grid(
        corner="Item",
        columns=tuple(one.title for one in owners),
        groups=(
            GridGroup(
                "",
                tuple(
                    GridRow(
                        f"{number} {title}",
                        tuple(_close_cell(mine[one.entity].get(number)) for one in owners),
                    )
                    for number, title in enumerate(ITEMS, start=1)
                ),
            ),
        ),
        summary=GridRow(
            "Done",
            tuple(
                _score_cell(mine[one.entity], items_of(report, one.entity, before), before) for one in owners
            ),
        ),
        label=f"Close checklist of {month_name(month)}",
    )


def _score_cell(items: dict[int, CloseItem], before: dict[int, CloseItem], month: Period) -> GridCell:
    if not items:
        return GridCell("not known", is_unknown=True)
    return GridCell(
        _score(items), note=f"{day_short(month.start).split(NBSP)[1]} {_score(before)}" if before else ""
    )


def _score(items: dict[int, CloseItem]) -> str:
    applicable = [one for one in items.values() if one.state != "n/a"]
    wanted = len(applicable) + len(ITEMS) - len(items)
    return f"{sum(one.state == 'done' for one in applicable)} of {wanted}"


def _close_cell(item: CloseItem | None) -> GridCell:
    if item is None or isinstance(item.state, Blank):
        return GridCell("not known", is_unknown=True)
    if item.state == "done":
        return GridCell("done", step=4, note=day_short(item.date) if isinstance(item.date, date) else "")
    if item.state == "open":
        return GridCell("open", step=1, note=person(item.owner))
    return GridCell("n/a")
