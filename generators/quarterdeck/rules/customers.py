"""Rules of winning customers: what one costs and brings, how they found us, and leads that nobody calls."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.figures.channel_names import title_of
from quarterdeck.figures.ledger import entry_sources
from quarterdeck.figures.marketing import chance_of, open_leads
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded
from quarterdeck.formulas.customers import LOW, acquisition_cost, lifetime_value, payback
from quarterdeck.formulas.pipeline import STALE_AFTER_DAYS
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Missing
from quarterdeck.model.sales import Booking
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money, MoneyRange
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.selling import ads_of, sums_of
from quarterdeck.rules.words import a_month, days, money, percent

_BOUGHT = frozenset({"confirmed", "completed", "no-show"})
_SPENT_DAYS = 60
_ENOUGH_CUSTOMERS = 10
_AIM = Decimal(3)
"""Times that a customer should bring what one costs to win."""
_WINDOW = timedelta(days=90)
_UNKNOWN_SHARE = Decimal("0.30")
_NOT_WRITTEN = frozenset({"absent", "unknown", "not tracked"})
_WORTH_CALLING = Decimal(1000)
_MONTHS_OF_A_YEAR = 12
_DAYS_OF_A_YEAR = Decimal("365.25")


def _day_of(one: Booking) -> date | None:
    """The day on which it was booked, else that of the service."""
    days = (one.booked_on, one.service_date)
    return next((day for day in days if isinstance(day, date)), None)


def _may_be_sold(one: Booking) -> bool:
    return isinstance(one.status, Blank) or one.status in _BOUGHT


def _first_orders(bookings: Iterable[Booking]) -> list[tuple[date, Booking]]:
    """The first order of each customer that is known by an id, in order of day."""
    first: dict[str, tuple[date, Booking]] = {}
    for one in bookings:
        day = _day_of(one)
        if one.status in _BOUGHT and isinstance(one.customer, str) and day is not None:
            name = folded(one.customer)
            if name not in first or day < first[name][0]:
                first[name] = (day, one)
    return sorted(first.values(), key=lambda pair: pair[0])


@rule(
    "R-CMO-16",
    severity=Severity.HIGH,
    roles=("cmo", "cfo"),
    affects=(("cfo", "burn that brings nobody (F-B1, F-Q5)"),),
    action="Stop the spending, or ask each new customer what brought them.",
    effort_hours=1,
    reads=(
        "ledger",
        "bookings.customer",
        "bookings.channel",
        "bookings.status",
        "bookings.booked_on",
        "bookings.service_date",
    ),
)
def spend_without_customers(known: Known) -> Iterator[Hit]:
    """Money went into ads in the last sixty days, and no new customer came.

    What it checks: what the books hold under `Ads` against the first order of each customer, for each channel
    that the entries name, else for the whole business (F-Q5).
    Why it matters: ads that bring nobody are the easiest cost to stop.
    How to mend: stop them, or find out that the orders come in without saying so.
    Known limits: a booking that names no customer, no channel or no status may be a new one and keeps it quiet.
    Source: Quarterdeck's own rule.
    """
    since = known.as_of - timedelta(days=_SPENT_DAYS - 1)
    for entity in known.facts.active():
        if not known.facts.has_table(Booking, entity.entity):
            continue
        ads = ads_of(known, entity, since, known.as_of)
        for channel in sorted({_channel_of(entry.keys) for entry, _ in ads}):
            lines = [(entry, posting) for entry, posting in ads if _channel_of(entry.keys) == channel]
            spent = sums_of(posting.units for _, posting in lines)
            new = _new_since(known, entity, since, channel)
            if len(spent) == 1 and _brought_nobody(spent[0], new):
                where = f" on {title_of(channel)}" if channel else " on ads"
                yield Hit(
                    entity=entity.entity,
                    subject=channel or "ads",
                    message=(
                        f"{entity.title} spent {money(spent[0])}{where} in the last "
                        f"{_SPENT_DAYS} days, and it brought no new customer."
                    ),
                    evidence=entry_sources(entry for entry, _ in lines),
                    at_stake=spent[0] * Decimal("0.5"),
                )


def _channel_of(keys: Mapping[str, str]) -> str:
    return keys.get("channel", "")


def _brought_nobody(spent: Money, new: int) -> bool:
    cost = acquisition_cost(spent.amount, new)
    return isinstance(cost, Missing) and cost.state == "spend_without_customers"


def _new_since(known: Known, entity: Entity, since: date, channel: str) -> int:
    """Customers whose first order came since a day, and orders that may be one; through a channel if it is named."""
    rows = known.facts.of(Booking, entity.entity)
    maybe = [
        one
        for one in rows
        if _may_be_sold(one) and not (isinstance(one.customer, str) and one.status in _BOUGHT)
    ]
    recent = [one for one in maybe if (_day_of(one) or since) >= since]
    recent += [one for day, one in _first_orders(rows) if day >= since]
    return sum(not channel or isinstance(one.channel, Blank) or _is_through(one, channel) for one in recent)


def _is_through(one: Booking, channel: str) -> bool:
    return isinstance(one.channel, str) and folded(one.channel) == folded(channel)


@rule(
    "R-CMO-17",
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    affects=(("cfo", "each new customer brings too little for what one costs (F-Q7)"),),
    action="Cut the channel that costs most for each customer.",
    effort_hours=4,
    reads=(
        "ledger",
        "figure.contribution_ratio",
        "bookings.customer",
        "bookings.gross",
        "bookings.status",
        "bookings.booked_on",
        "bookings.service_date",
    ),
)
def customers_cost_too_much(known: Known) -> Iterator[Hit]:
    """A new customer brings less than three times what one costs to win; high where it is less than once.

    What it checks: ads of the last twelve full months over the customers who first ordered in them (F-Q5), against
    what a customer orders over the time that bookings reach back (F-Q6, F-Q7), with ten new customers or more.
    Why it matters: under once, every new customer makes the business poorer.
    How to mend: find the channel whose customers cost most, and stop it.
    Known limits: commissions count in the margin of the books, not as a cost of winning. Where one completed
    booking names no customer, price or day, nobody knows.
    Source: common aim of lifetime value over cost, about three to one.
    """
    span = span_of(months_to(last_full_month(known.as_of), _MONTHS_OF_A_YEAR))
    for entity in known.facts.active():
        rows = known.facts.of(Booking, entity.entity)
        lines = ads_of(known, entity, span.start, span.end)
        spent = sums_of(posting.units for _, posting in lines)
        new = sum(holds(span, day) for day, _ in _first_orders(rows))
        ltv = _lifetime_value(known, entity)
        if len(spent) != 1 or ltv is None or new < _ENOUGH_CUSTOMERS or spent[0].currency != ltv.currency:
            continue
        cac = acquisition_cost(spent[0].amount, new)
        ratio = None if isinstance(cac, Missing) else payback(ltv.amount, cac, Decimal(0)).ratio
        if isinstance(cac, Decimal) and isinstance(ratio, Decimal) and ratio < _AIM:
            cost = Money(cac, ltv.currency)
            yield Hit(
                entity=entity.entity,
                subject="customers",
                severity=Severity.HIGH if ratio < LOW else None,
                message=(
                    f"A new customer of {entity.title} costs {money(cost)} in ads and brings "
                    f"{money(ltv)}: {ratio:.1f} times as much, and three times is the aim."
                ),
                evidence=(*entry_sources(entry for entry, _ in lines)[:2], *(one.source for one in rows[:1])),
            )


def _lifetime_value(known: Known, entity: Entity) -> Money | None:
    """What a customer leaves, by completed bookings and the margin of the books; None where one is not known."""
    scope = known.scope(entity)
    margin = known.number("contribution_ratio", entity.entity)
    maybe = [one for one in scope.of(Booking) if isinstance(one.status, Blank) or one.status == "completed"]
    amounts = [scope.amount(one.gross) for one in maybe]
    placed = [_day_of(one) for one in maybe]
    customers = {folded(one.customer) if isinstance(one.customer, str) else None for one in maybe}
    is_known = all(isinstance(one.status, str) for one in maybe)
    if margin is None or not maybe or not is_known or None in customers or None in amounts or None in placed:
        return None
    first = min(day for day in placed if day is not None)
    years = max(Decimal(1), (known.as_of - first).days / _DAYS_OF_A_YEAR)
    gross = sum((amount for amount in amounts if amount is not None), Decimal(0))
    orders = Decimal(len(maybe))
    value = lifetime_value(gross / orders, orders / len(customers) / years, years, margin)
    return Money(value, scope.currency)


@rule(
    "R-CMO-20",
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    affects=(("cfo", "what a new customer costs by channel is not known (F-Q5)"),),
    action="Ask “How did you find us?” with every order, and write the channel into Bookings.",
    effort_hours=2,
    reads=(
        "bookings.customer",
        "bookings.channel",
        "bookings.status",
        "bookings.booked_on",
        "bookings.service_date",
    ),
)
def customers_from_nowhere(known: Known) -> Iterator[Hit]:
    """Three of ten new customers or more came through a channel that nobody wrote down.

    What it checks: the channel of the first order of each customer of the last ninety days; 30% without one is
    too many.
    Why it matters: money goes to the channels that seem to work, not to those that do.
    How to mend: one question in the order form, one word in the table.
    Known limits: an order that names no customer is left out; one by phone counts as through the phone.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        orders = _first_orders(known.facts.of(Booking, entity.entity))
        new = [one for day, one in orders if known.as_of - _WINDOW < day <= known.as_of]
        lost = [one for one in new if isinstance(one.channel, Blank) and one.channel.why in _NOT_WRITTEN]
        if new and Decimal(len(lost)) / len(new) >= _UNKNOWN_SHARE:
            share = percent(Decimal(len(lost)) / len(new))
            yield Hit(
                entity=entity.entity,
                subject="channel",
                message=(
                    f"Of {len(new)} new customers of {entity.title} in 90 days nobody knows how {len(lost)} "
                    f"found us ({share})."
                ),
                evidence=tuple(one.source for one in lost[:3]),
            )


@rule(
    "R-CMO-21",
    severity=Severity.MEDIUM,
    roles=("cmo", "ceo"),
    affects=(("cfo", "an open lead counts with half its chance (F-Q13)"),),
    action="Call today, and write the day and the next step.",
    effort_hours=1,
    reads=(
        "pipeline.lead",
        "pipeline.value",
        "pipeline.stage",
        "pipeline.probability",
        "pipeline.last_touch",
    ),
)
def lead_that_nobody_calls(known: Known) -> Iterator[Hit]:
    """An open lead of a thousand or more that nobody has touched for thirty days.

    What it checks: `last_touch` and `value` of every open row of the Pipeline table; a range counts with its middle.
    Why it matters: a lead that hears nothing books elsewhere.
    How to mend: call, then write the day and what happens next; or close it as lost.
    Known limits: a lead without a day or a value is not judged. The money is its value by its chance, over a year.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        scope = known.scope(entity)
        for lead in open_leads(scope):
            value = scope.converted(lead.value, known.as_of)
            middle = value.middle if isinstance(value, MoneyRange) else value
            amount = scope.amount(middle)
            if amount is None or amount < _WORTH_CALLING or not isinstance(middle, Money):
                continue
            if isinstance(lead.last_touch, date) and isinstance(lead.lead, str):
                rests = (known.as_of - lead.last_touch).days
                chance = chance_of(scope, lead)
                if rests >= STALE_AFTER_DAYS:
                    yield Hit(
                        entity=entity.entity,
                        subject=lead.lead,
                        message=(
                            f"Nobody has touched {lead.lead}, a lead of {entity.title} ({_worth(value)}), "
                            f"for {days(rests)}."
                        ),
                        evidence=(lead.source,),
                        at_stake=None if chance is None else a_month(middle * chance),
                    )


def _worth(value: object) -> str:
    if isinstance(value, MoneyRange):
        return f"{money(value.low)} to {money(value.high)}"
    return money(value) if isinstance(value, Money) else "value not known"
