"""What one more sale earns and how many it takes, what money could be spent on, and how sure revenue is."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_CEILING, Decimal

import msgspec

from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.model.books import Option
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure, Missing, Value
from quarterdeck.model.sales import Booking, Channel, Offer
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Money, MoneyRange, Period, Ratio
from quarterdeck.reports.business_rows import (
    business,
    computed,
    figure_cell,
    in_order,
    keeps_books,
    money_of,
    no_value,
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
from quarterdeck.reports.cmo_visibility import title_of
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, number, percent, value

_YEAR = 12


class Sold(msgspec.Struct, frozen=True):
    """An offer with its figures, and how often it was sold in twelve months."""

    offer: Offer
    contribution: Figure
    ratio: Figure
    count: int
    gross: Decimal


class BreakEven(msgspec.Struct, frozen=True):
    """What each business must sell to pay its fixed costs."""

    table: Table | None
    below: tuple[str, ...]
    """Businesses that sold less than that last month."""
    unknown: tuple[str, ...]


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


class Quality(msgspec.Struct, frozen=True):
    """How sure revenue is."""

    table: Table | None
    clients: Figure | None
    hhi: Figure | None


def sold(report: Report, entity: str) -> tuple[Sold, ...]:
    """The offers of a business with what each leaves, in the order of its table."""
    briefing = report.site.briefing
    span = span_of(months_to(last_full_month(briefing.as_of), _YEAR))
    done = [one for one in briefing.of(Booking, entity) if _is_completed(one, span)]
    found = []
    for subject, name, offer in named(briefing.of(Offer, entity), "offer"):
        mine = [one for one in done if isinstance(one.offer, str) and folded(one.offer) == folded(name)]
        money = figure_or_unknown(report, f"contribution:{subject}", entity, f"Contribution, {name}")
        ratio = figure_or_unknown(
            report, f"contribution_ratio:{subject}", entity, f"Contribution ratio, {name}", "ratio"
        )
        gross = sum((one.gross.amount for one in mine if isinstance(one.gross, Money)), Decimal(0))
        found.append(Sold(offer, money, ratio, len(mine), gross))
    return tuple(found)


def _is_completed(booking: Booking, span: Period) -> bool:
    when = booking.service_date
    return booking.status == "completed" and isinstance(when, date) and holds(span, when)


_BREAK_COLUMNS = (
    Column("business", "Business"),
    Column("fixed", "Fixed costs a month", is_number=True),
    Column("ratio", "Left of each dollar", is_number=True),
    Column("revenue", "Break-even a month", is_number=True),
    Column("sold", "Sold last month", is_number=True),
    Column("units", "In units of what sells most"),
)


def break_even(report: Report, tables: Tables) -> BreakEven:
    """Fixed costs over what is left of each dollar, by business (F-E3)."""
    rows: list[TableRow] = []
    below: list[str] = []
    unknown: list[str] = []
    for entity in keeps_books(report):
        if entity.kind == "rental":
            continue
        offers = sold(report, entity.entity)
        ratio = _mix_ratio(entity, offers)
        figure = _break_even(report, entity, ratio)
        rows.append(_break_row(report, entity, offers, ratio, figure))
        amount, last = (
            money_of(figure),
            money_of(report.site.briefing.find("sales_last_month", entity.entity)),
        )
        if not figure.is_known:
            unknown.append(entity.title)
        elif amount is not None and last is not None and last < amount:
            below.append(entity.title)
    has_any = len(unknown) < len(rows)
    table = tables.plain("break-even", Table(_BREAK_COLUMNS, tuple(rows))) if has_any else None
    return BreakEven(table, tuple(below), tuple(unknown))


def break_even_of(report: Report, entity: Entity) -> Figure:
    """The revenue a month at which a business pays its fixed costs."""
    return _break_even(report, entity, _mix_ratio(entity, sold(report, entity.entity)))


def _mix_ratio(entity: Entity, offers: tuple[Sold, ...]) -> Figure:
    """What is left of each dollar, offers weighted by what was sold of them."""
    label = "Contribution of the mix sold"
    known_ones = [one for one in offers if isinstance(one.ratio.value, Ratio) and one.gross]
    gross = sum((one.gross for one in known_ones), Decimal(0))
    if not gross:
        return no_value("mix_ratio", entity.entity, label, "ratio", "no sales by offer are written down")
    left = sum(
        (one.gross * one.ratio.value.value for one in known_ones if isinstance(one.ratio.value, Ratio)),
        Decimal(0),
    )
    return computed(
        "mix_ratio",
        entity.entity,
        label,
        Ratio(left / gross),
        "ratio",
        "F-E3",
        (one.ratio for one in known_ones),
    )


def _break_even(report: Report, entity: Entity, ratio: Figure) -> Figure:
    label = "Break-even revenue a month"
    fixed = report.site.briefing.find("fixed_costs_monthly", entity.entity)
    amount = money_of(fixed)
    if (
        fixed is None
        or amount is None
        or not isinstance(ratio.value, Ratio)
        or not isinstance(fixed.value, Money)
    ):
        return no_value("break_even", entity.entity, label, "money")
    content: Value
    if ratio.value.value <= 0:
        content = Missing("no_break_even")
    else:
        content = Money((amount / ratio.value.value).quantize(Decimal("0.01")), fixed.value.currency)
    figure = computed("break_even", entity.entity, label, content, "money", "F-E3", (fixed, ratio))
    return msgspec.structs.replace(
        figure, known=fixed.known, wanted=fixed.wanted, is_estimate=fixed.is_estimate
    )


def _break_row(
    report: Report, entity: Entity, offers: tuple[Sold, ...], ratio: Figure, figure: Figure
) -> TableRow:
    amount, last = money_of(figure), money_of(report.site.briefing.find("sales_last_month", entity.entity))
    words, tone = "", ""
    if amount is not None and last is not None:
        words, tone = ("below break-even", "bad") if last < amount else ("above break-even", "good")
    last_cell = figure_cell(report, "sales_last_month", entity.entity)
    return TableRow(
        (
            business(report, entity.entity),
            figure_cell(report, "fixed_costs_monthly", entity.entity, UNKNOWN),
            Cell(ratio, ratio.value.reason if isinstance(ratio.value, Missing) else "mix of 12 months"),
            Cell(figure),
            Cell(
                last_cell.value,
                words or last_cell.note,
                "bad" if tone == "bad" else "good" if tone else "",
                is_plain=True,
            ),
            _units_cell(report, entity, offers),
        )
    )


def _units_cell(report: Report, entity: Entity, offers: tuple[Sold, ...]) -> Cell:
    """How many of the offer that sells most would pay the fixed costs alone (F-E1, F-E7)."""
    fixed = money_of(report.site.briefing.find("fixed_costs_monthly", entity.entity))
    usable = [one for one in offers if (money_of(one.contribution) or 0) > 0 and one.count]
    if not usable or fixed is None:
        return Cell(UNKNOWN)
    most = max(usable, key=lambda one: one.gross)
    left = money_of(most.contribution) or Decimal(1)
    count = (fixed / left).to_integral_value(ROUND_CEILING)
    capacity = decimal(entity.capacity_per_month)
    share = ""
    if capacity and most.offer.unit != "ticket":
        share = f"{percent(count / capacity)} of a capacity of {number(capacity)}"
    name = name_of(most.offer.offer)
    figure = computed(
        "break_even_units",
        entity.entity,
        f"Break-even in units of {name}",
        count,
        "count",
        "F-E1",
        (most.contribution,),
    )
    return Cell(figure, grey(f"of {name} a month", share))


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
        channel_sources=first_places(
            one for one in report.site.briefing.of(Channel) if one.entity in report.ids
        ),
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
    Column("state", "State"),
    Column("due", "Money needed"),
)


def options(report: Report, tables: Tables) -> Options:
    """Duties first, by day; then what pays for itself soonest, reckoned with its chance."""
    rows = [one for one in report.site.briefing.of(Option) if one.entity in report.ids]
    rows.sort(key=_order)
    mandatory = tuple(one for one in rows if one.mandatory is True)
    lines = tables.lines(
        "options", _OPTION_COLUMNS, rows, lambda one: _option_row(report, one), lambda one: name_of(one.name)
    )
    return Options(
        lines=lines,
        mandatory=mandatory,
        cost=figure_or_unknown(report, "options_cost", "", "All options"),
        mandatory_cost=total(
            "mandatory_options", "", "Options without a choice", [(one.cost, one.source) for one in mandatory]
        ),
    )


def _order(option: Option) -> tuple[object, ...]:
    months = payback(option)
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


def payback(option: Option) -> Decimal | None:
    """Months from the start until the expected benefit has paid the cost; a chance that nobody wrote is 0.5 (F-K9)."""
    benefit = (
        option.monthly_benefit.middle
        if isinstance(option.monthly_benefit, MoneyRange)
        else option.monthly_benefit
    )
    if not isinstance(benefit, Money) or not isinstance(option.cost, Money) or benefit.amount <= 0:
        return None
    chance = option.probability.value if isinstance(option.probability, Ratio) else Decimal("0.5")
    wait = decimal(option.starts_in_months) or Decimal(0)
    return wait + option.cost.amount / (benefit.amount * chance) if chance else None


def _chance(option: Option) -> str:
    if isinstance(option.probability, Ratio):
        return f"chance {share(option.probability)}"
    return "chance 50%, assumed"


def _option_row(report: Report, option: Option) -> TableRow:
    months = payback(option)
    life = decimal(option.life_months) or Decimal(24)
    wait = decimal(option.starts_in_months) or Decimal(0)
    pays = Cell("a duty") if option.mandatory is True and not months else Cell(UNKNOWN)
    if months is not None:
        is_late = months > life + wait
        note = f"not within {number(life)} months" if is_late else ""
        pays = Cell(f"{number(months, 1)} months", note, "bad" if is_late else "")
    elif isinstance(option.monthly_benefit, Money) and option.mandatory is not True:
        pays = Cell("never" if not option.monthly_benefit.amount else UNKNOWN)
    flags = [
        "no choice" if option.mandatory is True else "",
        "decided" if option.approved is True else "not decided",
    ]
    as_of = report.site.briefing.as_of
    is_past = isinstance(option.due, date) and option.due < as_of
    return TableRow(
        (
            thing(report, option.name, option.entity, text(option.id)),
            Cell(option.cost),
            Cell(
                option.monthly_benefit,
                grey(
                    _chance(option) if months is not None else "",
                    f"starts in {counted(wait, 'month')}" if wait else "",
                    f"lasts {counted(life, 'month')}",
                ),
            ),
            pays,
            Cell(grey(*flags)),
            Cell(option.due, "the day is past" if is_past else "", "bad" if is_past else ""),
        )
    )


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
        clients=next((one for one in shares if one.is_known), None),
        hhi=next((one for one in indexes if one.is_known), None),
    )


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
