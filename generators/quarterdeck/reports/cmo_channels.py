"""What to switch on next, and what a channel leaves of one sale."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.channel_names import title_of
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.formulas.channels import direct_price, ease_of, sequence_score
from quarterdeck.formulas.visibility import STATE_POINTS
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.sales import PREREQUISITES, Booking, Channel, Readiness
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio
from quarterdeck.reports.business_rows import (
    business,
    computed,
    figure_cell,
    in_order,
    money_of,
    offer_of,
    share,
    thing,
)
from quarterdeck.reports.cells import Tables, decimal, first_places, name_of, plain_cell, said, text
from quarterdeck.reports.cmo_visibility import kind_words
from quarterdeck.reports.components import Cell, Column, Table, TableRow, Tone
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import percent, value

_BOOKABLE = STATE_POINTS["bookable"]


_STANDARD = (
    "direct",
    "search",
    "boat",
    "viator",
    "tripadvisor",
    "airbnb",
    "getyourguide",
    "expedia",
    "google-things",
)


class Keeps(msgspec.Struct, frozen=True):
    """What a business keeps of one sale through one channel."""

    channel: Channel
    title: str
    figure: Figure
    price: str
    what: str

    @property
    def is_live(self) -> bool:
        """Whether people can book there."""
        return self.channel.state in {"bookable", "active"}


class Candidate(msgspec.Struct, frozen=True):
    """A channel that could be switched on next."""

    channel: Channel
    score: Figure
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    assumed: int
    net: Figure | None


class Next(msgspec.Struct, frozen=True):
    """What to switch on next, in order."""

    table: Table | None
    first: Candidate | None
    ready: int
    count: int
    sources: tuple[Source, ...]


class Economics(msgspec.Struct, frozen=True):
    """What we keep, by channel."""

    table: Table | None
    take: Table | None
    spent: Figure | None
    sources: tuple[Source, ...]


def keeps(report: Report) -> tuple[Keeps, ...]:
    """What each business keeps of one sale by channel, the best first within a business."""
    briefing = report.site.briefing
    found = []
    for entity in in_order(report):
        mine = []
        for subject, name, channel in named(briefing.of(Channel, entity.entity), "channel"):
            figure = briefing.find(f"net_per_booking:{subject}", entity.entity)
            offer = offer_of(report, figure) if figure is not None else None
            if figure is not None and figure.is_known and offer is not None:
                mine.append(Keeps(channel, title_of(name), figure, value(offer.price), name_of(offer.offer)))
        found += sorted(mine, key=lambda one: (-(money_of(one.figure) or Decimal(0)), one.title))
    return tuple(found)


def by_business(found: Iterable[Keeps]) -> dict[str, list[Keeps]]:
    """What is kept, by business."""
    groups: dict[str, list[Keeps]] = {}
    for one in found:
        groups.setdefault(one.channel.entity, []).append(one)
    return groups


def cheapest(report: Report) -> tuple[Keeps | None, Keeps | None]:
    """The cheapest next customer, and the dearest for contrast, of one business.

    The next customer comes through a channel that brings strangers (search, marketplace, partner, ads), that fits,
    and where people cannot book yet; where there is none, through the one that leaves most. Of several businesses
    the one with the largest gap between its best and its dearest channel is named.
    """
    best: tuple[Keeps | None, Keeps | None] = (None, None)
    widest = Decimal(-1)
    everything = [
        one for one in keeps(report) if one.channel.kind in {"search", "ota", "partner", "ads", "directory"}
    ]
    groups = by_business(everything)
    for entity in report.entities:
        mine = groups.get(entity.entity, [])
        new = [one for one in mine if not one.is_live and one.channel.kind in {"search", "ota"}] or mine
        live = [one for one in mine if one.is_live]
        if not new:
            continue
        first = max(
            new,
            key=lambda one: (money_of(one.figure) or Decimal(0), decimal(one.channel.reach) or Decimal(0)),
        )
        dearest = min(live or mine, key=lambda one: money_of(one.figure) or Decimal(0))
        gap = (money_of(first.figure) or Decimal(0)) - (money_of(dearest.figure) or Decimal(0))
        if gap > widest:
            widest, best = gap, (first, dearest if dearest != first else None)
    return best


def sequence(report: Report, tables: Tables) -> Next:
    """Channels that are not bookable yet: those that lack least first, then by score (F-Q12)."""
    briefing = report.site.briefing
    rows = [
        one
        for one in report.of(Channel)
        if one.kind in {"direct", "search", "ota", "directory", "ads"}
        and briefing.entity(one.entity).kind != "rental"
        and isinstance(one.state, str)
        and STATE_POINTS[one.state] < _BOOKABLE
    ]
    kept = by_business(keeps(report))
    found = [_candidate(report, one, kept.get(one.entity, ())) for one in rows]
    found.sort(key=_sequence_order)
    table = Table(
        _NEXT_COLUMNS, tuple(_next_row(report, rank, one) for rank, one in enumerate(found, start=1))
    )
    return Next(
        table=tables.plain("sequence", table) if found else None,
        first=found[0] if found else None,
        ready=sum(not one.missing and not one.unknown for one in found),
        count=len(found),
        sources=first_places([*rows, *report.of(Readiness)]),
    )


def _sequence_order(one: Candidate) -> tuple[object, ...]:
    score = one.score.value if isinstance(one.score.value, Decimal) else Decimal(0)
    name = text(one.channel.channel)
    standard = next(
        (at for at, part in enumerate(_STANDARD) if part in f"{one.channel.kind} {name}"), len(_STANDARD)
    )
    return (bool(one.missing), bool(one.unknown), -score, standard, one.channel.entity, name)


def _candidate(report: Report, channel: Channel, kept: Sequence[Keeps]) -> Candidate:
    briefing = report.site.briefing
    wanted = tuple(PREREQUISITES) if channel.kind == "ota" else ()
    answers: dict[str, object] = {
        one.item: one.state
        for one in briefing.of(Readiness, channel.entity)
        if isinstance(one.channel, str)
        and folded(one.channel) == folded(text(channel.channel))
        and isinstance(one.item, str)
    }
    net = next((one.figure for one in kept if one.channel.source == channel.source), None)
    score, assumed = _score(channel, net, kept)
    items = dict.fromkeys((*wanted, *answers))
    return Candidate(
        channel=channel,
        score=score,
        missing=tuple(item for item in items if answers.get(item) == "no"),
        unknown=tuple(item for item in items if answers.get(item) not in {"yes", "no"}),
        assumed=assumed,
        net=net,
    )


def _score(channel: Channel, net: Figure | None, kept: Iterable[Keeps]) -> tuple[Figure, int]:
    """Channel sequence score (F-Q12): fit, reach, net and ease; what nobody wrote counts as a half."""
    direct = [money_of(one.figure) for one in kept if one.channel.kind == "direct"]
    base = max((one for one in direct if one is not None), default=None)
    amount = money_of(net)
    hours = decimal(channel.setup_hours)
    fit, reach = decimal(channel.fit), decimal(channel.reach)
    parts = (
        fit / 5 if fit is not None else None,
        reach / 5 if reach is not None else None,
        amount / base if amount is not None and base else None,
        ease_of(hours) if hours is not None else None,
    )
    points = sequence_score(*parts)
    assumed = sum(part is None for part in parts)
    inputs: list[Figure | Source] = [channel.source]
    if net is not None:
        inputs.append(net)
    label = f"Sequence score of {title_of(text(channel.channel))}"
    figure = computed(
        f"sequence:{folded(text(channel.channel))}",
        channel.entity,
        label,
        points,
        "score",
        "F-Q12",
        inputs,
    )
    return msgspec.structs.replace(figure, is_estimate=assumed > 0), assumed


_NEXT_COLUMNS = (
    Column("channel", "Channel"),
    Column("score", "Score", is_number=True),
    Column("net", "We would keep", is_number=True),
    Column("missing", "Missing first", label="-"),
    Column("hours", "Set-up", is_number=True),
)


def _next_row(report: Report, rank: int, one: Candidate) -> TableRow:
    missing = ", ".join(PREREQUISITES[item] for item in one.missing if item in PREREQUISITES)
    unknown = ", ".join(PREREQUISITES[item] for item in one.unknown if item in PREREQUISITES)
    if len(one.unknown) == len(PREREQUISITES):
        unknown = "all seven prerequisites"
    offer = offer_of(report, one.net) if one.net is not None else None
    if isinstance(one.score.value, Decimal):
        score: Cell = Cell(
            msgspec.structs.replace(one.score, value=one.score.value.quantize(Decimal("0.1"))), ""
        )
    else:
        score = Cell(one.score)
    return TableRow(
        (
            thing(
                report,
                f"{rank}. {title_of(text(one.channel.channel))}",
                one.channel.entity,
                text(one.channel.state),
            ),
            msgspec.structs.replace(score, note=f"{one.assumed} of 4 inputs assumed" if one.assumed else ""),
            Cell(one.net or UNKNOWN, f"of {value(offer.price)}" if offer else ""),
            Cell(
                missing or ("nothing" if not unknown else "nothing known"),
                f"not known: {unknown}" if unknown else "",
            ),
            Cell(
                plain_cell(one.channel.setup_hours).value,
                "hours" if decimal(one.channel.setup_hours) is not None else "",
            ),
        )
    )


_ECONOMICS_COLUMNS = (
    Column("channel", "Channel"),
    Column("net", "We keep of one", is_number=True),
    Column("commission", "It keeps", is_number=True),
    Column("bookings", "Completed in 12 months", is_number=True),
    Column("spend", "Spent in 12 months", is_number=True),
    Column("direct", "Direct price that nets the same", is_number=True),
)


def economics(report: Report, tables: Tables) -> Economics:
    """What a booking leaves by channel, and how much came through it."""
    briefing = report.site.briefing
    span = span_of(months_to(last_full_month(briefing.as_of), 12))
    by_source = {one.channel.source: one for one in keeps(report)}
    rows = [one for one in report.of(Channel) if _is_used(one, _through(report, one, span)[0])]
    rows.sort(
        key=lambda one: (
            one.entity,
            -(money_of(by_source[one.source].figure) or 0) if one.source in by_source else 0,
        )
    )
    table = Table(
        _ECONOMICS_COLUMNS,
        tuple(_economics_row(report, one, by_source.get(one.source), span) for one in rows),
    )
    ids = [one.entity for one in report.entities if briefing.find("take_rate", one.entity)]
    take = Table(
        (Column("business", "Business"), Column("take", "Channels keep, of sales", is_number=True)),
        tuple(TableRow((business(report, one), figure_cell(report, "take_rate", one))) for one in ids),
        total=TableRow((Cell("All businesses"), figure_cell(report, "take_rate", "")))
        if len(ids) > 1
        else None,
    )
    spends = [(one.spend_ttm, one.source) for one in rows if isinstance(one.spend_ttm, Money)]
    spent = None
    if spends:
        amount = sum((money.amount for money, _ in spends), Decimal(0))
        spent = computed(
            "spend_ttm",
            "",
            "Spent on channels in twelve months",
            Money(amount, briefing.currency),
            "money",
            "",
            [source for _, source in spends],
        )
    return Economics(
        table=tables.plain("economics", table) if rows else None,
        take=tables.plain("take-rate", take) if ids else None,
        spent=spent,
        sources=first_places(rows),
    )


def _is_used(channel: Channel, count: int) -> bool:
    """Whether anything came through it, was spent on it, or could be booked there."""
    has_spend = isinstance(channel.spend_ttm, Money) and channel.spend_ttm.amount > 0
    return bool(count) or has_spend or channel.state in {"bookable", "active"}


def _through(report: Report, channel: Channel, span: Period) -> tuple[int, Decimal]:
    """Completed bookings of twelve months that came through a channel, and what they brought."""
    mine = [
        one
        for one in report.site.briefing.of(Booking, channel.entity)
        if one.status == "completed"
        and isinstance(one.service_date, date)
        and holds(span, one.service_date)
        and isinstance(one.channel, str)
        and folded(one.channel) == folded(text(channel.channel))
    ]
    return len(mine), sum((one.gross.amount for one in mine if isinstance(one.gross, Money)), Decimal(0))


def _economics_row(report: Report, channel: Channel, kept: Keeps | None, span: Period) -> TableRow:
    count, gross = _through(report, channel, span)
    currency = report.site.briefing.currency
    has_bookings = bool(report.site.briefing.of(Booking, channel.entity))
    sold: Cell = Cell(Decimal(count), value(Money(gross, currency)) if gross else "")
    if not has_bookings:
        sold = Cell(plain_cell(channel.bookings_ttm).value, said("", channel.revenue_ttm).strip())
    amount = money_of(kept.figure) if kept else None
    tone: Tone = "bad" if amount is not None and amount <= 0 else ""
    return TableRow(
        (
            thing(report, title_of(text(channel.channel)), channel.entity, kind_words(channel)),
            Cell(kept.figure if kept else UNKNOWN, f"of {kept.price}, {kept.what}" if kept else "", tone),
            Cell(share(channel.commission), said("fee", share(channel.fee_pct))),
            sold,
            Cell(channel.spend_ttm, ""),
            _direct_price(report, channel, kept),
        )
    )


def _direct_price(report: Report, channel: Channel, kept: Keeps | None) -> Cell:
    """The direct price that leaves as much as the channel does (F-Q10); only where it keeps a commission."""
    offer = offer_of(report, kept.figure) if kept else None
    share = channel.commission.value if isinstance(channel.commission, Ratio) else Decimal(0)
    if offer is None or not isinstance(offer.price, Money) or not share or channel.kind == "direct":
        return Cell(Blank("n/a"))
    fee = channel.fee_pct.value if isinstance(channel.fee_pct, Ratio) else Decimal(0)
    price = offer.price.amount
    card = report.assumed.card_fee
    found = direct_price(price, share, fee, card.ratio, card.fixed)
    if isinstance(found, Missing) or not isinstance(found.max_discount, Decimal) or found.max_discount <= 0:
        return Cell(Blank("n/a"))
    figure = computed(
        f"direct_price:{folded(text(channel.channel))}",
        channel.entity,
        f"Direct price that nets what {title_of(text(channel.channel))} nets",
        Money(found.direct_price.quantize(Decimal("0.01")), offer.price.currency),
        "money",
        "F-Q10",
        (channel.source, offer.source),
    )
    return Cell(figure, f"{percent(found.max_discount)} off")


def unanswered(report: Report) -> tuple[str, int]:
    """How many reviews wait for an answer, and where most of them do."""
    rows = [
        (one.reviews_unanswered, f"{title_of(text(one.channel))} of {report.site.titles.get(one.entity, '')}")
        for one in report.of(Channel)
        if isinstance(one.reviews_unanswered, int) and one.reviews_unanswered
    ]
    return (max(rows)[1] if rows else "", sum(count for count, _ in rows))
