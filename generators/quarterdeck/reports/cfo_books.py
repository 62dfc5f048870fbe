"""What the books and the forecast say of cash, for the CFO: position, burn, runway, the weeks ahead."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.cash import AVERAGED, CLASSES
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.figures.profit import BRIDGE
from quarterdeck.formulas.flows import WEEKS, Horizon
from quarterdeck.model.assumed import Assumed
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Input
from quarterdeck.model.values import Money, Period
from quarterdeck.reports.business_rows import (
    business,
    computed,
    figure_cell,
    keeps_books,
    money_of,
    month_words,
)
from quarterdeck.reports.cells import Tables, figure_or_unknown, grey
from quarterdeck.reports.components import Cell, Column, Table, TableRow
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, day_short, money, setting

SHOWN_MONTHS = 6
_NAMED_ITEMS = 2
_MOVERS = 2


class Position(msgspec.Struct, frozen=True):
    """Whose the cash is, by the books."""

    table: Table
    available: Figure
    deposits: Figure | None
    without: tuple[str, ...]
    """Businesses without books."""


class Mover(msgspec.Struct, frozen=True):
    """One kind of cash of one business that changed much from a month to the next."""

    title: str
    words: str
    change: Figure
    rose: bool


class Burnt(msgspec.Struct, frozen=True):
    """What the months consumed."""

    table: Table
    each: Table | None
    movers: tuple[Mover, ...]
    month: str
    bridge: Table | None


class Lasting(msgspec.Struct, frozen=True):
    """How long the cash lasts, by business."""

    table: Table
    shortest: Figure | None
    """The one to manage by: the shortest number of months of the whole portfolio."""
    shortest_words: str


class Below(msgspec.Struct, frozen=True):
    """A business whose cash undercuts its floor or zero."""

    title: str
    floor: date | None
    """Monday of the first such week."""
    zero: date | None


class Asking(msgspec.Struct, frozen=True):
    """The week in which most goes out."""

    monday: date
    sum: Figure
    item: str
    """The largest payment in it."""
    amount: Money


class Forecast(msgspec.Struct, frozen=True):
    """Thirteen weeks."""

    table: Table
    lowest: Figure
    monday: date
    downside: Figure | None
    upside: Figure | None
    assumed: str
    """How the two other cases differ, as a sentence each."""
    asking: Asking | None
    below: tuple[Below, ...]
    excluded: Table | None
    excluded_sum: Figure | None


def position(report: Report, tables: Tables) -> Position | None:
    """Available cash and what stands beside it, by business; None while no books say it."""
    briefing = report.site.briefing
    whole = briefing.find("cash_available")
    if whole is None or not whole.is_known:
        return None
    owners = keeps_books(report)
    with_books = [one for one in owners if _is_known(report, "cash_available", one.entity)]
    rows = tuple(
        row for one in with_books for row in (_row(report, _POSITION, one.entity), *_other_money(report, one))
    )
    last = _row(report, _POSITION, "") if len(with_books) > 1 else None
    return Position(
        tables.plain("position", Table(_POSITION_COLUMNS, rows, total=last)),
        whole,
        briefing.find("deposits_owed"),
        tuple(one.title for one in owners if one not in with_books),
    )


_POSITION_COLUMNS = (
    Column("business", "Business"),
    Column("available", "Free to use", is_number=True),
    Column("restricted", "Set aside", is_number=True),
    Column("guests", "Guests' money", is_number=True),
    Column("transit", "On its way", is_number=True),
    Column("credit", "Credit not drawn", is_number=True),
)
_POSITION = ("cash_available", "cash_restricted", "deposits_owed", "cash_in_transit", "credit_available")


def _other_money(report: Report, entity: Entity) -> Iterator[TableRow]:
    """A line for each other currency at hand, with the price at which it counts, or why it does not."""
    for one in report.site.briefing.figures_of("cash_held", entity.entity):
        if money_of(one):
            blanks = [Cell("")] * (len(_POSITION) - 1)
            yield TableRow(
                (Cell(f"{entity.title}, {one.id.partition(':')[2]}", one.note), Cell(one), *blanks)
            )


def _row(report: Report, names: Iterable[str], entity: str) -> TableRow:
    """One business, or all of them, with some of its figures."""
    cells = (figure_cell(report, name, entity) for name in names)
    return TableRow((business(report, entity) if entity else Cell("All businesses"), *cells))


def burnt(report: Report, tables: Tables) -> Burnt | None:
    """Six months of cash by class, what moved most, and why profit is not cash."""
    briefing = report.site.briefing
    months = [
        one
        for one in months_to(last_full_month(briefing.as_of), SHOWN_MONTHS)
        if briefing.find(f"net_burn:{one.name}")
    ]
    if not months:
        return None
    owners = [one for one in keeps_books(report) if briefing.find(f"net_burn:{months[-1].name}", one.entity)]
    rows = tuple(_month_row(report, one, "") for one in reversed(months))
    average = TableRow(
        (
            Cell("A month, on average", f"last {min(AVERAGED, len(months))}"),
            *(Cell("") for _ in _CLASSES),
            figure_cell(report, "gross_burn", ""),
            figure_cell(report, "net_burn", ""),
        )
    )
    each = tuple(
        _month_row(report, month, entity.entity, entity.title)
        for entity in owners
        for month in reversed(months)
    )
    return Burnt(
        tables.plain("cash_months", Table(_burn_columns("Month"), rows, total=average, is_sortable=False)),
        tables.plain("cash_months_each", Table(_burn_columns("Business and month"), each))
        if len(owners) > 1
        else None,
        _movers(report, owners, months),
        month_name(months[-1]),
        _bridge(report, tables, months[-1]),
    )


_CLASSES = ("operating_in", "operating_out", "one_time_out", "debt_out", "owner_out", "investing_out")


def _burn_columns(first: str) -> tuple[Column, ...]:
    titles = ("In", "Out", "Of it once", "To lenders", "To owners", "Lasting assets")
    return (
        Column("month", first),
        *(Column(code, title, is_number=True) for code, title in zip(_CLASSES, titles, strict=True)),
        Column("gross", "Gross burn", is_number=True),
        Column("net", "Net burn", is_number=True),
    )


def _month_row(report: Report, month: Period, entity: str, title: str = "") -> TableRow:
    """One month; the rows of single businesses are bare numbers, whose sources would be longer than the page."""
    names = [f"{code}:{month.name}" for code in (*_CLASSES, "gross_burn", "net_burn")]
    cells: list[Cell] = []
    for name in names:
        figure = report.site.briefing.find(name, entity)
        is_bare = entity and figure is not None and isinstance(figure.value, Money)
        cells.append(Cell(figure.value) if is_bare and figure else figure_cell(report, name, entity))
    words = month_words(month)
    return TableRow((Cell(title or words, words if title else ""), *cells))


def _movers(report: Report, owners: list[Entity], months: list[Period]) -> tuple[Mover, ...]:
    """The largest changes of the last month from the one before."""
    if len(months) < 2:  # noqa: PLR2004 - a change needs two
        return ()
    found = []
    for entity in owners:
        for code in ("operating_in", "operating_out", "debt_out"):
            before, now = (
                report.site.briefing.find(f"{code}:{month.name}", entity.entity) for month in months[-2:]
            )
            old, new = money_of(before), money_of(now)
            if before is None or now is None or old is None or new is None or old == new:
                continue
            change = computed(
                f"change:{code}",
                entity.entity,
                f"{CLASSES[code]}, change from the month before",
                Money(abs(new - old), report.site.briefing.currency),
                "money",
                "",
                (now, before),
            )
            found.append((abs(new - old), Mover(entity.title, CLASSES[code].lower(), change, new > old)))
    found.sort(key=lambda pair: (-pair[0], pair[1].title, pair[1].words))
    return tuple(mover for _, mover in found[:_MOVERS])


def _bridge(report: Report, tables: Tables, month: Period) -> Table | None:
    """From the profit of a month to its change of cash, line by line."""
    briefing = report.site.briefing
    profit, change = briefing.find(f"profit:{month.name}"), briefing.find(f"cash_change:{month.name}")
    if profit is None or change is None:
        return None
    lines = [briefing.find(f"bridge:{month.name}:{group}") for group in BRIDGE]
    named = [one for one in lines if one is not None and money_of(one)]
    explained = sum((money_of(one) or Decimal(0) for one in (profit, *named)), Decimal(0))
    rest = (money_of(change) or Decimal(0)) - explained
    rows = [
        TableRow((Cell("Profit"), Cell(profit))),
        *(TableRow((Cell(one.label), Cell(one))) for one in named),
    ]
    if rest:
        figure = computed(
            f"bridge_rest:{month.name}",
            "",
            "Between businesses, and other",
            Money(rest, briefing.currency),
            "money",
            "",
            (change,),
        )
        rows.append(TableRow((Cell(figure.label), Cell(figure))))
    columns = (Column("line", "From profit to cash"), Column("amount", "Amount", is_number=True))
    last = TableRow((Cell("Change of cash"), Cell(change)))
    return tables.plain("profit_to_cash", Table(columns, tuple(rows), total=last, is_sortable=False))


_RUNWAYS = (
    ("runway_months", "if the last three months go on"),
    ("runway_zero_revenue", "if nothing more comes in"),
    ("runway_seasonal", "if the year goes as the last one"),
)


def lasting(report: Report, tables: Tables) -> Lasting | None:
    """The ways in which the cash may end, by business, and the one to manage by."""
    briefing = report.site.briefing
    if not _is_known(report, "cash_available", ""):
        return None
    owners = [one for one in keeps_books(report) if _is_known(report, "cash_available", one.entity)]
    rows = tuple(_row(report, _RUNWAY, one.entity) for one in owners)
    last = _row(report, _RUNWAY, "") if len(rows) > 1 else None
    known = [
        (figure.value, words, figure)
        for name, words in _RUNWAYS
        if (figure := briefing.find(name)) is not None and isinstance(figure.value, Decimal)
    ]
    shortest = min(known, key=lambda one: one[0], default=None)
    return Lasting(
        tables.plain("runway", Table(_RUNWAY_COLUMNS, rows, total=last)),
        shortest[2] if shortest else None,
        shortest[1] if shortest else "",
    )


_NEEDED = (
    ("runway_months", "the last three months go on", "cash today and three months of entries"),
    ("runway_zero_revenue", "nothing more comes in", "cash today and what three months took"),
    ("runway_seasonal", "the year goes as the last one", "twelve months of entries"),
    ("lowest_week", "only dated items move: the lowest of 13 weeks", "cash today"),
)


def needed(report: Report, tables: Tables) -> Table:
    """What each way of reckoning needs, for the place of `lasting` where nothing is known."""
    columns = (Column("if", "If"), Column("lasts", "It lasts", is_number=True), Column("needs", "Needs"))
    rows = tuple(
        TableRow((words, figure_or_unknown(report, name, "", f"Runway if {words}", "months"), needs))
        for name, words, needs in _NEEDED
    )
    caption = "Manage by the shortest that is known; none is."
    return tables.plain("runway", Table(columns, rows, caption, is_sortable=False))


_RUNWAY_COLUMNS = (
    Column("business", "Business"),
    Column("net", "Net burn, a month", is_number=True),
    Column("runway", "As it goes now", is_number=True),
    Column("nothing", "Nothing comes in", is_number=True),
    Column("season", "As last year", is_number=True),
    Column("low", "Lowest of 13 weeks", is_number=True),
)
_RUNWAY = ("net_burn", "runway_months", "runway_zero_revenue", "runway_seasonal", "lowest_week")


def forecast(report: Report, tables: Tables) -> Forecast | None:
    """Thirteen weeks of the whole portfolio; None while available cash is not known."""
    briefing = report.site.briefing
    lowest, number = briefing.find("lowest_week"), briefing.find("lowest_week_number")
    if lowest is None or not lowest.is_known or number is None or not isinstance(number.value, Decimal):
        return None
    horizon = Horizon(briefing.as_of, WEEKS, briefing.currency)
    rows = tuple(_week_row(report, week, horizon) for week in range(1, WEEKS + 1))
    excluded = briefing.find("forecast_excluded")
    return Forecast(
        tables.plain("forecast", Table(_WEEK_COLUMNS, rows, is_sortable=False)),
        lowest,
        horizon.monday(int(number.value)),
        briefing.find("downside_lowest"),
        briefing.find("upside_lowest"),
        _cases(report.assumed),
        _asking(report, horizon),
        tuple(below for one in keeps_books(report) if (below := _below(report, one, horizon))),
        tables.plain("not_counted", _excluded(excluded)) if excluded else None,
        excluded,
    )


_WEEK_COLUMNS = (
    Column("week", "Week of"),
    Column("receipts", "Comes in", is_number=True),
    Column("payments", "Goes out", is_number=True),
    Column("ending", "Left at its end", is_number=True),
    Column("downside", "If it goes badly", is_number=True),
    Column("upside", "If it goes well", is_number=True),
    Column("items", "Largest items", label="-"),
)


def _cases(assumed: Assumed) -> str:
    weeks = counted(assumed.downside.delay_weeks, "week")
    return (
        f"If it goes badly: {setting(assumed.downside.receipts)} of what comes in, {weeks} later. If it goes well:"
        f" the leads with a chance of {setting(assumed.upside_min_probability)} or more come in as well, on their"
        " expected day. Both are assumptions."
    )


def _week_row(report: Report, number: int, horizon: Horizon) -> TableRow:
    briefing = report.site.briefing
    monday = horizon.monday(number)
    sides = [briefing.find(f"{code}:{number}") for code in ("forecast_receipts", "forecast_payments")]
    items = sorted(
        (
            (one.value, sign, one)
            for sign, figure in zip("+−", sides, strict=True)
            if figure is not None
            for one in figure.inputs
            if isinstance(one.value, Money)
        ),
        key=lambda item: (-item[0].amount, item[1], item[2].name),
    )
    named = [f"{_item(one)} {sign}{money(moved)}" for moved, sign, one in items[:_NAMED_ITEMS]]
    more = len(items) - len(named)
    words = "; ".join([*named, f"and {more} more"] if more else named)
    flows = (figure_cell(report, f"forecast_{side}:{number}", "") for side in ("receipts", "payments"))
    ends = [_ending(report, f"{case}_ending:{number}") for case in ("forecast", "downside", "upside")]
    cells = (Cell(day_short(monday)), *flows, *ends, Cell(words))
    return TableRow(cells, ends[0].tone, anchor=f"w-{monday}")


def _ending(report: Report, code: str) -> Cell:
    """What a week ends with, and by how much that is under the floor, or under zero where nobody wrote one."""
    cell, briefing = figure_cell(report, code, ""), report.site.briefing
    floor = money_of(briefing.find("cash_floor")) or Decimal(0)
    left = money_of(briefing.find(code))
    if left is None or left >= floor:
        return cell
    words = f"{money(Money(floor - left, briefing.currency))} under {'floor' if floor else 'zero'}"
    return msgspec.structs.replace(cell, note=grey(words, str(cell.note)), tone="bad")


def _asking(report: Report, horizon: Horizon) -> Asking | None:
    """The week with the largest payments, the first of equal ones, with the largest of them."""
    sides = [(week, report.site.briefing.find(f"forecast_payments:{week}")) for week in range(1, WEEKS + 1)]
    found = [(money_of(figure) or Decimal(0), -week, figure) for week, figure in sides if figure is not None]
    most, week, figure = max(found, key=lambda one: one[:2], default=(Decimal(0), 0, None))
    if figure is None or most <= 0:
        return None
    items = [(one.value, _item(one)) for one in figure.inputs if isinstance(one.value, Money)]
    amount, item = max(
        items, key=lambda one: one[0].amount, default=(Money(most, report.site.briefing.currency), "")
    )
    return Asking(horizon.monday(-week), figure, item, amount)


def _item(one: Input) -> str:
    table, _, name = one.name.partition(": ")
    return f"loan of {name}" if table == "loans" else name


def _below(report: Report, entity: Entity, horizon: Horizon) -> Below | None:
    floor, zero = (
        horizon.monday(int(figure.value))
        if (figure := report.site.briefing.find(name, entity.entity)) and isinstance(figure.value, Decimal)
        else None
        for name in ("forecast_below_floor", "forecast_below_zero")
    )
    return Below(entity.title, floor, zero) if floor or zero else None


def _excluded(figure: Figure) -> Table:
    columns = (
        Column("item", "Not counted"),
        Column("amount", "Amount", is_number=True),
        Column("why", "Why", label="-"),
    )
    rows = tuple(
        TableRow(
            (Cell(one.name), Cell(one.value if isinstance(one.value, Money) else "not known"), Cell(one.text))
        )
        for one in figure.inputs
    )
    return Table(columns, rows)


class Free(msgspec.Struct, frozen=True):
    """What may be invested, and what became of each wish."""

    sum: Figure
    verdicts: Table | None
    left: Figure | None


def free(report: Report, tables: Tables) -> Free | None:
    """What is free after everything that is spoken for; None while no books say it."""
    whole, left = (report.site.briefing.find(name) for name in ("deployable", "capital_left"))
    if whole is None or not whole.is_known:
        return None
    table = None
    if left is not None:
        columns = (
            Column("option", "Option"),
            Column("cost", "Cost", is_number=True),
            Column("verdict", "Bought", label="-"),
        )
        rows = tuple(
            TableRow(
                (
                    Cell(one.name),
                    Cell(one.value if isinstance(one.value, Money) else "not known"),
                    Cell(one.text),
                )
            )
            for one in left.inputs
            if not one.figure
        )
        table = tables.plain("verdicts", Table(columns, rows))
    return Free(whole, table, left)


def _is_known(report: Report, name: str, entity: str) -> bool:
    figure = report.site.briefing.find(name, entity)
    return figure is not None and figure.is_known
