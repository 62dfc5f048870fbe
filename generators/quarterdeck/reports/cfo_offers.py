"""What one more sale earns and how many it takes, what money could be spent on, and how sure revenue is."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.break_even import TRIED
from quarterdeck.figures.capital import MONTHS_OF_BENEFIT
from quarterdeck.figures.channel_names import title_of
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.model.books import Option
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.sales import Booking, Channel, Offer
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank, Period, Ratio
from quarterdeck.reports.business_rows import (
    NOT_HERE,
    business,
    figure_cell,
    in_order,
    keeps_books,
    money_of,
    offer_of,
    share,
    thing,
)
from quarterdeck.reports.cells import (
    Lines,
    Tables,
    decimal,
    figure_or_unknown,
    first_places,
    grey,
    name_of,
    text,
    total,
)
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, number, percent, setting, value

_YEAR = 12


class Sold(msgspec.Struct, frozen=True):
    """An offer with its figures, and how often it was sold in twelve months."""

    offer: Offer
    contribution: Figure
    ratio: Figure
    count: int


class BreakEven(msgspec.Struct, frozen=True):
    """What each business must sell to pay its fixed costs."""

    table: Table | None
    tried: Table | None
    """The same at other prices and costs, and what the planned profit takes."""
    whole: Figure | None
    """Of all businesses, in the proportions in which they sell."""
    below: tuple[str, ...]
    """Businesses that sell less than that."""
    never: tuple[str, ...]
    """Businesses whose sales leave nothing to pay fixed costs with."""
    unknown: Mapping[str, tuple[str, ...]]
    """Why it is not known -> titles of the businesses."""


class Units(msgspec.Struct, frozen=True):
    """What one more sale leaves."""

    lines: Lines | None
    losing: tuple[Sold, ...]
    best: Sold | None
    channels: Table | None
    channel_sources: tuple[Source, ...]


class Options(msgspec.Struct, frozen=True):
    """What money could be spent on."""

    lines: Lines | None
    mandatory: tuple[Option, ...]
    cost: Figure
    mandatory_cost: Figure
    order: Table | None
    """What asks for money before options do, the first first."""
    waits: str
    """Why what is free is not known, where the books are there."""


class Quality(msgspec.Struct, frozen=True):
    """How sure revenue is."""

    table: Table | None
    booked: Table | None
    """The same by the books."""
    clients: Figure | None
    hhi: Figure | None


def sold(report: Report, entity: str) -> tuple[Sold, ...]:
    """The offers of a business with what each leaves, in the order of its table."""
    briefing = report.site.briefing
    span = span_of(months_to(last_full_month(briefing.as_of), _YEAR))
    done = [one for one in briefing.of(Booking, entity) if _is_completed(one, span)]
    found = []
    for subject, name, offer in named(briefing.of(Offer, entity), "offer"):
        count = sum(isinstance(one.offer, str) and folded(one.offer) == folded(name) for one in done)
        money = figure_or_unknown(report, f"contribution:{subject}", entity, f"Contribution, {name}")
        ratio = figure_or_unknown(
            report, f"contribution_ratio:{subject}", entity, f"Contribution ratio, {name}", "ratio"
        )
        found.append(Sold(offer, money, ratio, count))
    return tuple(found)


def _is_completed(booking: Booking, span: Period) -> bool:
    when = booking.service_date
    return booking.status == "completed" and isinstance(when, date) and holds(span, when)


_BREAK_COLUMNS = (
    Column("business", "Business"),
    Column("fixed", "Fixed costs a month", is_number=True),
    Column("ratio", "Left of each dollar", is_number=True),
    Column("revenue", "Break-even a month", is_number=True),
    Column("sold", "Sold a month", is_number=True),
    Column("cash", "Cash break-even", is_number=True),
    Column("units", "Sales needed a month", is_number=True),
)


def break_even(report: Report, tables: Tables) -> BreakEven:
    """What each business and all together must sell, by the books or as written (F-E1 to F-E7)."""
    briefing = report.site.briefing
    found = [(one, figure) for one in keeps_books(report) if (figure := break_even_of(report, one.entity))]
    whole = break_even_of(report, "")
    shown = [one.entity for one, figure in found if not _is_open(figure)]
    table = tried = None
    if shown:
        rows = tuple(_break_row(report, entity) for entity in shown)
        total_row = _break_row(report, "") if whole and len(rows) > 1 else None
        table = tables.plain("break-even", Table(_BREAK_COLUMNS, rows, total=total_row))
        rows = tuple(_tried_row(report, entity) for entity in shown)
        total_row = _tried_row(report, "") if total_row else None
        tried = tables.plain("break-even-tried", Table(_TRIED_COLUMNS, rows, total=total_row))
    return BreakEven(
        table,
        tried,
        whole if len(shown) > 1 else None,
        tuple(one.title for one, _ in found if _is_below(briefing.find("margin_of_safety", one.entity))),
        tuple(one.title for one, figure in found if not figure.is_known and not _is_open(figure)),
        {
            why: tuple(one.title for one, figure in found if _is_open(figure) and _why(figure) == why)
            for why in dict.fromkeys(_why(figure) for _, figure in found if _is_open(figure))
        },
    )


def break_even_of(report: Report, entity: str) -> Figure | None:
    """The revenue a month at which a business, or all of them, pays its fixed costs."""
    return report.site.briefing.find("break_even_revenue", entity)


def _is_open(figure: Figure) -> bool:
    """Whether it is not known; that there is none is known."""
    return isinstance(figure.value, Missing) and figure.value.state == "not_known"


def _why(figure: Figure) -> str:
    return figure.value.reason if isinstance(figure.value, Missing) else ""


def _is_below(safety: Figure | None) -> bool:
    return safety is not None and isinstance(safety.value, Ratio) and safety.value.value < 0


def _break_row(report: Report, entity: str) -> TableRow:
    is_booked = report.site.briefing.find("fixed_monthly", entity) is not None
    fixed, sells = (
        ("fixed_monthly", "revenue_monthly") if is_booked else ("fixed_costs_monthly", "sales_last_month")
    )
    basis = "by the books" if is_booked else "as written"
    title = business(report, entity, basis) if entity else Cell("All businesses", basis)
    return TableRow(
        (
            title,
            figure_cell(report, fixed, entity, UNKNOWN),
            figure_cell(report, "break_even_ratio", entity, UNKNOWN),
            figure_cell(report, "break_even_revenue", entity, UNKNOWN),
            _sold_cell(report, sells, entity),
            figure_cell(report, "cash_break_even", entity, UNKNOWN),
            _units_cell(report, entity) if entity else Cell(NOT_HERE),
        )
    )


def _sold_cell(report: Report, sells: str, entity: str) -> Cell:
    """What is sold, and how far that may fall (F-E4)."""
    cell = figure_cell(report, sells, entity)
    safety = report.site.briefing.find("margin_of_safety", entity)
    if safety is None or not isinstance(safety.value, Ratio):
        return cell
    if _is_below(safety):
        return Cell(cell.value, "below break-even", "bad", is_plain=True)
    return Cell(cell.value, f"may fall by {percent(safety.value)}", "good", is_plain=True)


def _units_cell(report: Report, entity: str) -> Cell:
    """How many sales pay the fixed costs, in a week, and of what can be sold (F-E1, F-E7)."""
    briefing = report.site.briefing
    week, room = (briefing.find(name, entity) for name in ("break_even_units_week", "capacity_share"))
    per_week = f"{value(week)} a week" if week and week.is_known else ""
    share_of = f"{value(room)} of the capacity" if room and room.is_known else ""
    is_over = room is not None and isinstance(room.value, Ratio) and room.value.value > 1
    cell = figure_cell(report, "break_even_units", entity)
    return Cell(cell.value, grey(per_week, share_of), "bad" if is_over else "", is_plain=cell.is_plain)


_TRIED_COLUMNS = (
    Column("business", "Business"),
    Column("price_up", "Prices +10%", is_number=True),
    Column("price_down", "Prices −10%", is_number=True),
    Column("cost_up", "Costs +10%", is_number=True),
    Column("cost_down", "Costs −10%", is_number=True),
    Column("leverage", "Leverage", is_number=True),
    Column("target", "Sales for the planned profit", is_number=True),
)


def _tried_row(report: Report, entity: str) -> TableRow:
    """Break-even revenue at other prices and costs, with the sales beneath it; what sales do to profit."""
    return TableRow(
        (
            business(report, entity) if entity else Cell("All businesses"),
            *(_tried_cell(report, case, entity) for case in TRIED),
            figure_cell(report, "operating_leverage", entity),
            _target_cell(report, entity),
        )
    )


def _tried_cell(report: Report, case: str, entity: str) -> Cell:
    cell = figure_cell(report, f"break_even_revenue:{case}", entity, UNKNOWN)
    units = report.site.briefing.find(f"break_even_units:{case}", entity)
    words = counted(units.value, "sale") if units and isinstance(units.value, Decimal) else ""
    return Cell(cell.value, words, is_plain=True)


def _target_cell(report: Report, entity: str) -> Cell:
    target = report.site.briefing.find("target_profit", entity)
    cell = figure_cell(report, "target_units", entity)
    return Cell(
        cell.value, f"for {value(target)} a month" if target and target.is_known else "", is_plain=True
    )


_OFFER_COLUMNS = (
    Column("offer", "Offer"),
    Column("price", "Price", is_number=True),
    Column("variable", "Cost of one", is_number=True),
    Column("left", "Left", is_number=True),
    Column("sold", "Orders in 12 months", is_number=True),
)


def units(report: Report, tables: Tables) -> Units:
    """Every offer with what one more sale leaves, and every channel with what it leaves."""
    everything = [one for entity in in_order(report) for one in sold(report, entity.entity)]
    by_row = {id(one.offer): one for one in everything}
    lines = tables.lines(
        "offers",
        _OFFER_COLUMNS,
        [one.offer for one in everything],
        lambda offer: _offer_row(report, by_row[id(offer)]),
        lambda offer: name_of(offer.offer),
    )
    priced = [one for one in everything if isinstance(one.ratio.value, Ratio)]
    channels = tuple(_channel_rows(report))
    table = tables.plain("by-channel", Table(_CHANNEL_COLUMNS, channels)) if channels else None
    return Units(
        lines=lines,
        losing=tuple(one for one in priced if (money_of(one.contribution) or 0) <= 0),
        best=max(priced, key=lambda one: money_of(one.contribution) or Decimal(0), default=None),
        channels=table,
        channel_sources=first_places(report.of(Channel)),
    )


def _offer_row(report: Report, one: Sold) -> TableRow:
    offer = one.offer
    left = money_of(one.contribution)
    share = value(one.ratio) + " of the price" if isinstance(one.ratio.value, Ratio) else ""
    tone: Tone = ""
    if left is not None and left <= 0:
        share, tone = "each sale loses money", "bad"
    guests = decimal(offer.max_guests)
    return TableRow(
        (
            thing(
                report,
                offer.offer,
                offer.entity,
                text(offer.duration),
                counted(guests, "guest") if guests else "",
            ),
            Cell(offer.price, f"a {offer.unit}" if isinstance(offer.unit, str) else ""),
            Cell(offer.variable_cost),
            Cell(one.contribution, share, tone),
            Cell(Decimal(one.count), "") if report.site.briefing.of(Booking, offer.entity) else Cell(UNKNOWN),
        )
    )


_CHANNEL_COLUMNS = (
    Column("channel", "Channel"),
    Column("commission", "It keeps", is_number=True),
    Column("net", "We keep of one booking", is_number=True),
)


def _channel_rows(report: Report) -> Iterator[TableRow]:
    """Channels that are live and keep something, by business, the best first."""
    briefing = report.site.briefing
    for entity in in_order(report):
        found = []
        for subject, name, channel in named(briefing.of(Channel, entity.entity), "channel"):
            figure = briefing.find(f"net_per_booking:{subject}", entity.entity)
            if figure is not None and figure.is_known and _takes_its_share(channel):
                found.append((-(money_of(figure) or 0), name, channel, figure))
        for _, name, channel, figure in sorted(found, key=lambda one: one[:2]):
            tone: Tone = "bad" if (money_of(figure) or 0) <= 0 else ""
            yield TableRow(
                (
                    thing(report, title_of(name), entity.entity, text(channel.state)),
                    Cell(share(channel.commission)),
                    Cell(figure, "each booking loses money" if tone else _after(report, figure), tone),
                )
            )


def _takes_its_share(channel: Channel) -> bool:
    """Whether people can book there, and it or the payment keeps a part of the price."""
    has_commission = isinstance(channel.commission, Ratio) and channel.commission.value > 0
    return channel.state in {"bookable", "active"} and (has_commission or channel.kind == "direct")


def _after(report: Report, figure: Figure) -> str:
    """The offer that was reckoned with: `of $720, Sunset sail`."""
    offer = offer_of(report, figure)
    return f"of {value(offer.price)}, {name_of(offer.offer)}" if offer else ""


_OPTION_COLUMNS = (
    Column("option", "Option"),
    Column("cost", "Costs", is_number=True),
    Column("benefit", "Brings a month", is_number=True),
    Column("pays", "Pays for itself", is_number=True),
    Column("worth", "Worth today", is_number=True),
    Column("state", "State"),
    Column("due", "Money needed"),
)

Rated = tuple[Option, str]
"""An option, and the subject of its figures."""


def options(report: Report, tables: Tables) -> Options:
    """Duties first, by day; then what pays for itself soonest, reckoned with its chance."""
    briefing = report.site.briefing
    subjects = {
        id(one): subject
        for entity in report.entities
        for subject, _, one in named(briefing.of(Option, entity.entity), "id")
    }
    rows = sorted(report.of(Option), key=lambda one: _order(report, (one, subjects.get(id(one), ""))))
    mandatory = tuple(one for one in rows if one.mandatory is True)
    verdicts = _verdicts(report)
    lines = tables.lines(
        "options",
        _OPTION_COLUMNS,
        rows,
        lambda one: _option_row(report, (one, subjects.get(id(one), "")), verdicts),
        lambda one: name_of(one.name),
    )
    free = briefing.find("deployable")
    return Options(
        lines=lines,
        mandatory=mandatory,
        cost=figure_or_unknown(report, "options_cost", "", "All options"),
        mandatory_cost=total(
            "mandatory_options", "", "Options without a choice", [(one.cost, one.source) for one in mandatory]
        ),
        order=tables.plain("order_of_use", _order_of_use(report)) if free is not None else None,
        waits=_why(free) if free is not None else "",
    )


def _order(report: Report, rated: Rated) -> tuple[object, ...]:
    option, subject = rated
    pays = report.site.briefing.find(f"option_payback:{subject}", option.entity)
    months = pays.value if pays is not None and isinstance(pays.value, Decimal) else None
    due = option.due if isinstance(option.due, date) else date.max
    is_duty = option.mandatory is True
    return (
        not is_duty,
        due if is_duty else date.max,
        months is None,
        months or 0,
        text(option.id),
        option.entity,
    )


def _verdicts(report: Report) -> Mapping[Source, str]:
    """What became of each option, by its place: chosen, refused and why, decided."""
    left = report.site.briefing.find("capital_left")
    return {place: one.text for one in (left.inputs if left else ()) if one.text for place in one.sources}


def _option_row(report: Report, rated: Rated, verdicts: Mapping[Source, str]) -> TableRow:
    option, subject = rated
    decided = "decided" if option.approved is True else "not decided"
    flags = ("no choice" if option.mandatory is True else "", decided)
    is_past = isinstance(option.due, date) and option.due < report.site.briefing.as_of
    return TableRow(
        (
            thing(report, option.name, option.entity, text(option.id)),
            Cell(option.cost),
            Cell(option.monthly_benefit, _benefit_words(option)),
            _pays_cell(report, rated),
            _worth_cell(report, option.entity, subject),
            Cell(grey(*flags), verdicts.get(option.source, "")),
            Cell(option.due, "the day is past" if is_past else "", "bad" if is_past else ""),
        )
    )


def _benefit_words(option: Option) -> str:
    """The chance that it works, when it starts and how long it lasts."""
    wait, life = decimal(option.starts_in_months), decimal(option.life_months)
    chance = f"chance {share(option.probability)}" if isinstance(option.probability, Ratio) else ""
    assumed = "" if chance else "chance 50%, assumed"
    return grey(
        "" if isinstance(option.monthly_benefit, Blank) else chance or assumed,
        f"starts in {counted(wait, 'month')}" if wait else "",
        f"lasts {counted(life or MONTHS_OF_BENEFIT, 'month')}",
    )


def _pays_cell(report: Report, rated: Rated) -> Cell:
    """After how many months its benefits have paid for it (F-K2)."""
    option, subject = rated
    cell = figure_cell(report, f"option_payback:{subject}", option.entity, UNKNOWN)
    figure = cell.value
    if not isinstance(figure, Figure) or figure.is_known:
        return cell
    if option.mandatory is True:
        return Cell("a duty")
    return Cell(figure, _why(figure), "" if _is_open(figure) else "bad", is_plain=True)


def _worth_cell(report: Report, entity: str, subject: str) -> Cell:
    """Present value, with the index and the return of a year beneath it (F-K3 to F-K5)."""
    index, rate = (
        report.site.briefing.find(f"{name}:{subject}", entity) for name in ("option_index", "option_irr")
    )
    if index is not None and index.value == 0:
        return Cell(NOT_HERE)
    words = []
    if index is not None and isinstance(index.value, Decimal):
        words.append(f"brings back {number(index.value)} of each dollar")
    if rate is not None and isinstance(rate.value, Ratio):
        yearly = percent(rate.value) if rate.value.value <= _MOST_RETURN else f"over {setting(_MOST_RETURN)}"
        words.append(f"{yearly} a year")
    return Cell(
        figure_cell(report, f"option_npv:{subject}", entity, UNKNOWN).value, grey(*words), is_plain=True
    )


_MOST_RETURN = Decimal(10)
"""A return of a year above which a number says no more."""


def _order_of_use(report: Report) -> Table:
    """What asks for money before the options do, and what is left for them."""
    asks = (
        ("cash_total", "There is", "bank and cash"),
        ("options_mandatory", "1 Duties of law and safety", "options without a choice"),
        ("tax_to_set_aside", "2 Taxes", "still to set aside"),
        ("cash_restricted", "2 Money of others", ""),
        ("reserve_needed", "3 Reserve", _months_of_reserve(report)),
        ("debt_dear", "4 Dear debt", f"dearer than {setting(report.assumed.hurdle_rate)}"),
        ("options_cost", "5 Options", "all of them; by what each dollar brings back"),
        ("capital_left", "6 The owner", "what the chosen options leave"),
    )
    rows = tuple(TableRow((Cell(title, note), figure_cell(report, name, ""))) for name, title, note in asks)
    columns = (Column("use", "Use"), Column("amount", "Amount", is_number=True))
    return Table(columns, rows, is_sortable=False)


def _months_of_reserve(report: Report) -> str:
    figure = report.site.briefing.find("months_of_reserve")
    return f"{value(figure)} of what all burn" if figure is not None and figure.is_known else ""


_QUALITY_COLUMNS = (
    Column("business", "Business"),
    Column("recurring", "Recurring a month", is_number=True),
    Column("ahead", "Booked ahead", is_number=True),
    Column("deposits", "Paid ahead by guests", is_number=True),
    Column("cancelled", "Cancelled in 12 months", is_number=True),
    Column("pipeline", "Hoped for, not counted", is_number=True),
)


def quality(report: Report, tables: Tables) -> Quality:
    """What recurs, what is booked, what is only hoped for: the pipeline never adds to the rest."""
    briefing = report.site.briefing
    names = ("mrr", "upcoming_sales", "deposits_held", "cancel_rate", "pipeline_open")
    ids = [one.entity for one in in_order(report) if any(briefing.find(name, one.entity) for name in names)]
    found = [briefing.find(name, entity) for entity in ids for name in names]
    has_any = any(figure is not None and figure.is_known for figure in found)
    rows = tuple(_quality_row(report, entity) for entity in ids)
    last = _quality_row(report, "") if len(ids) > 1 else None
    shares = briefing.figures_of("top_client_share") or tuple(
        one for one in briefing.figures if one.id == "top_client_share" and one.entity
    )
    indexes = tuple(one for one in briefing.figures if one.id == "hhi" and one.entity)
    return Quality(
        table=tables.plain("quality", Table(_QUALITY_COLUMNS, rows, total=last)) if has_any else None,
        booked=_booked_quality(report, tables),
        clients=next((one for one in shares if one.is_known), None),
        hhi=next((one for one in indexes if one.is_known), None),
    )


_BOOKED_COLUMNS = (
    Column("business", "Business"),
    Column("recurring", "Comes again", is_number=True),
    Column("largest", "Largest payer", is_number=True),
    Column("concentration", "Concentration", is_number=True),
    Column("guests", "Guests' money in cash", is_number=True),
    Column("refunds", "Given back", is_number=True),
)
_BOOKED = ("recurring_share", "payer_top_share", "payer_hhi", "deposits_share", "refunds_year")


def _booked_quality(report: Report, tables: Tables) -> Table | None:
    """How sure revenue is, by the books of each business; None where nobody keeps any."""
    briefing = report.site.briefing
    ids = [one.entity for one in keeps_books(report) if briefing.find("recurring_share", one.entity)]
    if not ids:
        return None
    names = [*ids, ""] if len(ids) > 1 else ids
    rows = [
        TableRow(
            (
                business(report, entity) if entity else Cell("All businesses"),
                *(figure_cell(report, name, entity) for name in _BOOKED),
            )
        )
        for entity in names
    ]
    total = rows.pop() if len(ids) > 1 else None
    return tables.plain("quality_booked", Table(_BOOKED_COLUMNS, tuple(rows), total=total))


def _quality_row(report: Report, entity: str) -> TableRow:
    pipeline = figure_cell(report, "pipeline_open", entity)
    weighted = report.site.briefing.find("pipeline_weighted", entity)
    if weighted is not None and weighted.is_known:
        pipeline = Cell(pipeline.value, f"{value(weighted)} by chance", is_plain=True)
    return TableRow(
        (
            business(report, entity) if entity else Cell("All businesses"),
            figure_cell(report, "mrr", entity),
            figure_cell(report, "upcoming_sales", entity),
            figure_cell(report, "deposits_held", entity),
            figure_cell(report, "cancel_rate", entity) if entity else Cell(""),
            pipeline,
        )
    )
