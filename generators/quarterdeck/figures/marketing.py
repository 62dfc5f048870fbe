"""Figures of being found and chosen: visibility, list, pipeline, channels, reviews, the way to an order."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import msgspec

from quarterdeck.figures.exchange import money_in
from quarterdeck.figures.months import last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.figures.scope import Scope, scope_of, with_prices
from quarterdeck.formulas.channels import net_per_booking
from quarterdeck.formulas.funnel import completeness, step_conversion
from quarterdeck.formulas.mail import Claim, Rates, claim, mailable, rates
from quarterdeck.formulas.pipeline import STALE_AFTER_DAYS, weighted
from quarterdeck.formulas.visibility import channel_points, visibility
from quarterdeck.model.assumed import CardFee, StageProbability
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, Value
from quarterdeck.model.sales import Booking, Campaign, Channel, FunnelStep, Lead, Offer
from quarterdeck.model.values import Blank, Money, MoneyRange, Ratio

OPEN_STAGES = frozenset(StageProbability.__struct_fields__)
ONLINE_KINDS = frozenset({"charter", "concert", "hauling"})
SELLS_FOR_US = frozenset({"ota", "partner", "direct"})
"""Kinds of channel that bring bookings themselves; the others lead people to one of these."""

MONTHS_OF_A_YEAR = 12
ENOUGH_MAILED = 200
"""Messages under which rates say nothing (F-Q14)."""


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of marketing that has a meaning for an entity."""
    scope = scope_of(facts, entity, currency)
    sells = entity.is_active and not entity.parent
    if scope.of(Channel):
        yield visibility_of(scope)
        yield from _reviews(scope)
        yield from _net_per_booking(scope)
    elif sells and entity.kind != "rental":
        yield scope.missing("visibility", "Visibility", "ratio", "channels", formula="F-Q11")
    yield from _list(scope, entity)
    if scope.has(Lead):
        yield from _pipeline(scope)
        yield from _claim(scope, entity)
    elif sells and entity.kind in ONLINE_KINDS | {"agency", "delivery"}:
        yield scope.missing("pipeline_open", "Open pipeline", "money", "pipeline")
        yield scope.missing(
            "pipeline_weighted", "Pipeline, by its chances", "money", "pipeline", formula="F-Q13"
        )
    yield from _funnel(scope, entity)


def weights_of(scope: Scope) -> list[int]:
    """Weights of all channels, by name, else by kind, else as of `others`; whole numbers in the same proportion."""
    of_all = scope.assumed.channel_weights
    by_name = {folded(name): weight for name, weight in of_all.items()}
    found = []
    for one in scope.of(Channel):
        named = None if isinstance(one.channel, Blank) else by_name.get(folded(one.channel))
        of_kind = of_all["others"] if isinstance(one.kind, Blank) else of_all.get(one.kind, of_all["others"])
        found.append(of_kind if named is None else named)
    places = max((-int(weight.normalize().as_tuple().exponent) for weight in found), default=0)
    return [int(weight.scaleb(max(0, places))) for weight in found]


def visibility_of(scope: Scope) -> Figure:
    """The visibility index (F-Q11); known and wanted are the weights, so that their ratio is `known 90%`."""
    rows = scope.of(Channel)
    pairs: list[tuple[int, int | None]] = [
        (
            weight,
            None
            if isinstance(one.state, Blank)
            else channel_points(one.state, _day(one.last_review), scope.as_of),
        )
        for one, weight in zip(rows, weights_of(scope), strict=True)
    ]
    result = visibility([(Decimal(weight), points) for weight, points in pairs])
    return scope.figure(
        "visibility",
        "Visibility",
        result if isinstance(result, Missing) else Ratio(result.index),
        "ratio",
        formula="F-Q11",
        rows=rows,
        known=sum(weight for weight, points in pairs if points is not None),
        wanted=sum(weight for weight, _ in pairs),
    )


def _day(value: date | Blank) -> date | None:
    return None if isinstance(value, Blank) else value


def _reviews(scope: Scope) -> Iterator[Figure]:
    """Public reviews of all channels that have any, and their rating."""
    rows = [one for one in scope.of(Channel) if isinstance(one.reviews, int)]
    if not rows:
        return
    total = sum(one.reviews for one in rows if isinstance(one.reviews, int))
    yield scope.figure("reviews", "Public reviews", Decimal(total), "count", rows=rows, columns=("reviews",))
    yield rating_of(scope)


def rating_of(scope: Scope) -> Figure:
    """The mean rating, each channel by its number of reviews."""
    rows = [one for one in scope.of(Channel) if isinstance(one.reviews, int) and one.reviews > 0]
    known = [
        (one.rating, one.reviews)
        for one in rows
        if isinstance(one.rating, Decimal) and isinstance(one.reviews, int)
    ]
    value: Decimal | Missing = Missing(needs=("channels",))
    if known:
        stars = sum((rating * reviews for rating, reviews in known), Decimal(0))
        value = stars / sum(reviews for _, reviews in known)
    elif not rows:
        value = Missing("not_applicable", reason="no reviews yet")
    return scope.figure(
        "rating",
        "Rating",
        value,
        "score",
        kind="computed",
        rows=rows,
        columns=("rating",),
        known=len(known),
        wanted=len(rows),
    )


def main_offer(scope: Scope) -> Offer | None:
    """The offer with most completed bookings of the last twelve full months, else the one listed first."""
    offers = [one for one in scope.of(Offer) if not isinstance(one.offer, Blank)]
    span = span_of(months_to(last_full_month(scope.as_of), MONTHS_OF_A_YEAR))
    counts = Counter(
        folded(one.offer)
        for one in scope.of(Booking)
        if isinstance(one.offer, str)
        and one.status == "completed"
        and isinstance(one.service_date, date)
        and span.start <= one.service_date <= span.end
    )
    return max(offers, key=lambda one: counts[folded(str(one.offer))], default=None)


def _net_per_booking(scope: Scope) -> Iterator[Figure]:
    """What one booking of the main offer leaves, by channel (F-Q8)."""
    offer = main_offer(scope)
    for subject, name, channel in named(scope.of(Channel), "channel"):
        is_own = isinstance(channel.kind, Blank) or channel.kind in SELLS_FOR_US
        if offer is None or not (is_own or isinstance(channel.commission, Ratio)):
            continue
        code, label = f"net_per_booking:{subject}", f"Net of one {offer.offer}, {name}"
        value = _net(scope, offer, channel)
        columns = ("price", "variable_cost", "commission", "fee_pct", "fee_fix")
        yield scope.figure(
            code, label, value, "money", formula="F-Q8", rows=[channel, offer], columns=columns
        )


def _net(scope: Scope, offer: Offer, channel: Channel) -> Value:
    """A missing fee is none, but a direct channel pays the usual card fee and no commission."""
    price, cost, is_direct = offer.price, offer.variable_cost, channel.kind == "direct"
    if isinstance(price, Blank):
        return Missing(needs=("offers",))
    if isinstance(cost, Blank) or cost.currency != price.currency:
        return Missing(needs=("variable_cost",))
    if isinstance(channel.commission, Blank) and not is_direct:
        return Missing(needs=("channels",))
    fix = channel.fee_fix
    if isinstance(fix, Money) and fix.currency != price.currency:
        return Missing(reason=f"the payment fee is in {fix.currency}")
    has_fee = isinstance(channel.fee_pct, Ratio) or isinstance(fix, Money)
    nothing, usual = CardFee(Decimal(0), Decimal(0)), scope.assumed.card_fee
    default = usual if is_direct and not has_fee else nothing
    net = net_per_booking(
        price.amount,
        channel.commission.value if isinstance(channel.commission, Ratio) else Decimal(0),
        channel.fee_pct.value if isinstance(channel.fee_pct, Ratio) else default.ratio,
        fix.amount if isinstance(fix, Money) else default.fixed,
        cost.amount,
    )
    return Money(net, price.currency)


def _list(scope: Scope, entity: Entity) -> Iterator[Figure]:
    """The mailing list and the part of it that may be mailed."""
    if isinstance(entity.list_size, Blank):
        if scope.of(Campaign):
            yield scope.missing("list_size", "Mailing list", "count", "list_size")
            yield scope.missing("list_mailable", "May be mailed", "count", "list_size", formula="F-Q1")
        return
    size = Decimal(entity.list_size)
    yield scope.figure("list_size", "Mailing list", size, "count", rows=[entity], columns=("list_size",))
    count = mailable_count(scope, entity)
    value: Decimal | Missing = count if isinstance(count, Missing) else Decimal(count)
    columns = ("list_size", "list_suppressed", "list_unsourced")
    yield scope.figure(
        "list_mailable", "May be mailed", value, "count", formula="F-Q1", rows=[entity], columns=columns
    )


def mailable_count(scope: Scope, entity: Entity) -> int | Missing:
    """The size less the suppressed and those without a source.

    Suppressed as stated, else the unsubscribes and hard bounces of the campaigns. Where the source of the list
    is stated and no part is said to lack one, the whole list has it.
    """
    size, suppressed, unsourced = entity.list_size, entity.list_suppressed, entity.list_unsourced
    if isinstance(size, Blank):
        return Missing(needs=("list_size",))
    gone = _lost_in_campaigns(scope) if isinstance(suppressed, Blank) else suppressed
    if isinstance(unsourced, Blank) and isinstance(entity.list_source, Blank):
        return Missing(needs=("list_source",) if gone is not None else ("list_source", "ses"))
    if gone is None:
        return Missing(needs=("ses",))
    return mailable(size, gone, 0 if isinstance(unsourced, Blank) else unsourced)


def _lost_in_campaigns(scope: Scope) -> int | None:
    sent = [one for one in scope.of(Campaign) if isinstance(one.sent, int) and one.sent > 0]
    lost = [
        one.unsubs + one.hard_bounces
        for one in sent
        if isinstance(one.unsubs, int) and isinstance(one.hard_bounces, int)
    ]
    return sum(lost) if sent and len(lost) == len(sent) else None


def rates_of(campaign: Campaign) -> Rates | Missing:
    """How one mailing went (F-Q14); not known without the number of messages."""
    if isinstance(campaign.sent, Blank):
        return Missing(needs=("campaigns",))
    return rates(
        sent=campaign.sent,
        delivered=_count(campaign.delivered),
        hard_bounces=_count(campaign.hard_bounces),
        complaints=_count(campaign.complaints),
        clicks=_count(campaign.clicks),
        unsubs=_count(campaign.unsubs),
    )


def _count(cell: int | Blank) -> int | None:
    return None if isinstance(cell, Blank) else cell


def open_leads(scope: Scope) -> list[Lead]:
    """Leads that are neither won nor lost; one without a stage is open."""
    return [one for one in scope.of(Lead) if isinstance(one.stage, Blank) or one.stage in OPEN_STAGES]


def _pipeline(scope: Scope) -> Iterator[Figure]:
    """The open leads, whole and by their chances."""
    stated = [
        one for one in open_leads(scope) if not (isinstance(one.value, Blank) and one.value.why == "n/a")
    ]
    found = scope.together((money, scope.as_of) for one in stated if (money := money_in(one.value)))
    wanted = [msgspec.structs.replace(one, value=scope.converted(one.value, scope.as_of)) for one in stated]
    mine = [one for one in wanted if not scope.is_foreign(one.value)]
    known = [one for one in mine if not isinstance(one.value, Blank)]
    chances = [(one, chance) for one in known if (chance := chance_of(scope, one)) is not None]
    whole = _pipeline_figure(scope, ("pipeline_open", "Open pipeline", ""), _span(scope, known), known, mine)
    yield with_prices(whole, found)
    has_default = any(isinstance(one.probability, Blank) for one, _ in chances)
    label = "Pipeline, by its chances" + (" (usual ones where none is written)" if has_default else "")
    items = [(_ends(one), chance, is_stale(scope, one)) for one, chance in chances]
    value = Money(weighted(items), scope.currency)
    rows = [one for one, _ in chances]
    likely = _pipeline_figure(scope, ("pipeline_weighted", label, "F-Q13"), value, rows, mine)
    yield with_prices(likely, found)


def _pipeline_figure(
    scope: Scope, names: tuple[str, str, str], value: Value, known: list[Lead], wanted: list[Lead]
) -> Figure:
    code, label, formula = names
    return scope.figure(
        code,
        label,
        value if known or not wanted else Missing(needs=("pipeline",)),
        "money",
        formula=formula,
        rows=wanted,
        columns=("value", "probability") if formula else ("value",),
        known=len(known),
        wanted=len(wanted),
    )


def _ends(lead: Lead) -> Decimal | tuple[Decimal, Decimal]:
    if isinstance(lead.value, MoneyRange):
        return (lead.value.low.amount, lead.value.high.amount)
    return Decimal(0) if isinstance(lead.value, Blank) else lead.value.amount


def _span(scope: Scope, leads: list[Lead]) -> Money | MoneyRange:
    """The sum of amounts and ranges: a range where any is one."""
    ends = [(one, one) if isinstance(one, Decimal) else one for one in map(_ends, leads)]
    low = Money(sum((one for one, _ in ends), Decimal(0)), scope.currency)
    high = Money(sum((one for _, one in ends), Decimal(0)), scope.currency)
    return low if low == high else MoneyRange(low, high)


def chance_of(scope: Scope, lead: Lead) -> Decimal | None:
    """The chance as written, else the usual one of its stage; None where neither is known."""
    """The chance that an open lead is won: as written, else that of its stage; None where neither is known."""
    if isinstance(lead.probability, Ratio):
        return lead.probability.value
    return None if isinstance(lead.stage, Blank) else scope.assumed.stage_probability.of(lead.stage)


def is_stale(scope: Scope, lead: Lead) -> bool:
    """Whether nobody touched it for thirty days."""
    touched = lead.last_touch
    return isinstance(touched, date) and scope.as_of - touched >= timedelta(days=STALE_AFTER_DAYS)


def _claim(scope: Scope, entity: Entity) -> Iterator[Figure]:
    """How many orders the first open lead of an email channel needs, at both ends of its value (F-Q2).

    The order is one ticket where tickets are sold, else the main offer; delivered is the mailable list less
    the bounces of our own campaigns, or the usual ones while fewer than 200 messages went out.
    """
    kinds = {folded(str(one.channel)): one.kind for one in scope.of(Channel)}
    lead = next((one for one in open_leads(scope) if _is_by_email(one, kinds)), None)
    if lead is None or isinstance(lead.value, Blank):
        return
    tickets = [one for one in scope.of(Offer) if one.unit == "ticket"]
    offer = tickets[0] if tickets else main_offer(scope)
    ends = (lead.value.low, lead.value.high) if isinstance(lead.value, MoneyRange) else (lead.value,) * 2
    for word, end in zip(("low", "high"), ends, strict=True):
        yield from _claim_at(scope, entity, (word, lead), end, offer)


def _is_by_email(lead: Lead, kinds: Mapping[str, object]) -> bool:
    if isinstance(lead.channel, Blank):
        return False
    return kinds.get(folded(lead.channel), lead.channel) == "email"


def _claim_at(
    scope: Scope, entity: Entity, named_lead: tuple[str, Lead], target: Money, offer: Offer | None
) -> Iterator[Figure]:
    word, lead = named_lead
    labels = (
        f"Orders for the {word} end of the mail claim",
        f"Share of all delivered, {word} end of the mail claim",
    )
    codes = (f"claim_orders_{word}", f"claim_rate_{word}")
    price = None if offer is None else offer.price
    if offer is None or not isinstance(price, Money) or price.currency != target.currency:
        yield scope.missing(codes[0], labels[0], "count", "offers", formula="F-Q2", rows=[lead])
        yield scope.missing(codes[1], labels[1], "ratio", "offers", formula="F-Q2", rows=[lead])
        return
    delivered = _delivered(scope, entity)
    result = claim(target.amount, price.amount, Decimal(0) if isinstance(delivered, Missing) else delivered)
    rows, columns = [lead, offer, entity], ("value", "price", "list_size")
    orders: Value = Decimal(result.orders) if isinstance(result, Claim) else result
    rate: Value = delivered if isinstance(delivered, Missing) else Missing("not_applicable")
    if isinstance(result, Claim) and isinstance(result.rate, Decimal):
        rate = Ratio(result.rate)
    yield scope.figure(codes[0], labels[0], orders, "count", formula="F-Q2", rows=rows, columns=columns)
    yield scope.figure(codes[1], labels[1], rate, "ratio", formula="F-Q2", rows=rows, columns=columns)


def _delivered(scope: Scope, entity: Entity) -> Decimal | Missing:
    """What arrives of one mailing to everybody who may be mailed."""
    sent = [
        (one.sent, one.hard_bounces)
        for one in scope.of(Campaign)
        if isinstance(one.sent, int) and isinstance(one.hard_bounces, int)
    ]
    mailed = sum(messages for messages, _ in sent)
    usual = scope.assumed.email_model.bounce
    own = Decimal(sum(bounces for _, bounces in sent)) / mailed if mailed >= ENOUGH_MAILED else usual
    count = mailable_count(scope, entity)
    return count if isinstance(count, Missing) else count * (1 - own)


def _funnel(scope: Scope, entity: Entity) -> Iterator[Figure]:
    """How many steps to an order work, and how many people go on from each."""
    rows = [one for one in scope.of(FunnelStep) if not isinstance(one.step, Blank)]
    if not rows:
        has_sites = isinstance(entity.sites, tuple) and bool(entity.sites)
        if entity.is_active and entity.kind in ONLINE_KINDS and (has_sites or not entity.parent):
            yield scope.missing("funnel_completeness", "Steps that work", "ratio", "funnel", formula="F-X6")
        return
    yield _completeness(scope, rows)
    steps = sorted(rows, key=_order_of)
    shares = [(share, one) for one in steps if (share := _conversion(one)) is not None]
    for share, one in shares:
        label = f"Go on from {one.step}"
        columns = ("visitors", "completions")
        yield scope.figure(
            f"funnel_step:{one.step}", label, share, "ratio", kind="computed", rows=[one], columns=columns
        )
    yield _worst(scope, shares)


def _order_of(step: FunnelStep) -> int:
    words = get_args(get_args(FunnelStep.__annotations__["step"])[0])
    return next((at for at, word in enumerate(words) if step.step in get_args(word)), 0)


def _completeness(scope: Scope, rows: list[FunnelStep]) -> Figure:
    """Steps that work over the steps written, those that do not apply left out; an unknown one does not work."""
    required = [one for one in rows if not (isinstance(one.state, Blank) and one.state.why == "n/a")]
    works = sum(one.state == "works" for one in required)
    share = completeness(works, len(required))
    value: Value = share
    if isinstance(share, Decimal):
        value = Ratio(share, Decimal(works), Decimal(len(required)))
    return scope.figure(
        "funnel_completeness",
        "Steps that work",
        value,
        "ratio",
        formula="F-X6",
        rows=rows,
        known=sum(not isinstance(one.state, Blank) for one in required),
        wanted=len(required),
    )


def _conversion(step: FunnelStep) -> Ratio | Missing | None:
    """The share of one step; None where it has no numbers and need not have any, since nobody gets through."""
    visitors, completions = step.visitors, step.completions
    if isinstance(visitors, Blank) or isinstance(completions, Blank):
        return Missing(needs=("funnel_counts",)) if step.state == "works" else None
    share = step_conversion(visitors, completions)
    if isinstance(share, Missing):
        return share
    return Ratio(share, Decimal(completions), Decimal(visitors))


def _worst(scope: Scope, shares: list[tuple[Ratio | Missing, FunnelStep]]) -> Figure:
    known = [(share, one) for share, one in shares if isinstance(share, Ratio)]
    if not known:
        return scope.missing("funnel_worst", "Worst step", "ratio", "funnel_counts")
    worst, step = min(known, key=lambda one: one[0].value)
    columns = ("visitors", "completions")
    label = f"Worst step, {step.step}"
    return scope.figure("funnel_worst", label, worst, "ratio", kind="computed", rows=[step], columns=columns)
