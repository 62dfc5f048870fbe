"""Rules of where people find and book us: listings, terms, calendars, prices, reviews, and the season ahead."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.figures.channel_names import title_of
from quarterdeck.figures.marketing import main_offer
from quarterdeck.figures.names import folded, named
from quarterdeck.formulas.visibility import BOOKABLE, STATE_POINTS
from quarterdeck.model.entity import Entity
from quarterdeck.model.figure import Figure
from quarterdeck.model.finding import Effect, Role
from quarterdeck.model.sales import PREREQUISITES, Channel, Offer, Readiness
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, listed, money, percent

_ABSENT = frozenset({"absent", "planned"})
_LIVE = frozenset({"bookable", "active"})
_TAKE_LIMIT = Decimal("0.20")
_ENOUGH_REVIEWS = 10
_REVIEW_WITHIN = timedelta(days=90)
_GOOD_RATING = Decimal("4.3")
_SEASON_WITHIN = 60
_SEEN_ENOUGH = Decimal("0.60")
_MONTHS = 12
_IS_PEAK = Decimal("1.25")
"""Times an average month from which the best one is a season."""
_LEAST_MARGIN = Decimal("0.30")
_OWNER: dict[str, Role] = {
    "insurance": "ceo",
    "cancellation": "ceo",
    "calendar": "cto",
    "tracking": "cto",
    "photos": "cmo",
    "reply-time": "cmo",
    "margin": "cfo",
}
"""Whose work each prerequisite of a marketplace is."""


def _channels(known: Known) -> Iterator[tuple[Entity, Channel, str]]:
    """The channels of active businesses that have a name, with it."""
    for entity in known.facts.active():
        for one in known.facts.of(Channel, entity.entity):
            if isinstance(one.channel, str):
                yield entity, one, one.channel


@rule(
    "R-CMO-09",
    severity=Severity.HIGH,
    roles=("cmo", "cfo"),
    affects=(("cfo", "each sale there adds loss (R-CFO-05, F-Q8)"),),
    action="Raise the price there, or leave.",
    effort_hours=2,
    reads=("figure.net_per_booking", "channels.channel", "channels.state"),
)
def channel_that_loses(known: Known) -> Iterator[Hit]:
    """A channel where one booking of the main offer leaves nothing.

    What it checks: price less commission, payment fee and variable cost (F-Q8), where we are listed.
    Why it matters: more sales there make the business poorer.
    How to mend: a higher price there, a lower commission, or none of it.
    Known limits: the main offer stands for all; a channel on which we are not yet is another rule's.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        for subject, name, channel in named(known.facts.of(Channel, entity.entity), "channel"):
            figure = known.figure(f"net_per_booking:{subject}", entity.entity)
            net = figure.value if figure else None
            if isinstance(net, Money) and net.amount <= 0 and channel.state not in _ABSENT:
                yield Hit(
                    entity=entity.entity,
                    subject=name,
                    message=f"One booking through {title_of(name)} leaves {entity.title} {_left(net)}.",
                    evidence=(channel.source,),
                )


def _left(net: Money) -> str:
    return "nothing" if not net.amount else f"{money(-net)} poorer"


@rule(
    "R-CMO-10",
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    affects=(("cfo", "the margin of what is sold (F-M1, F-Q9)"),),
    action="Push direct sales: the price at which they leave as much is worked out for each channel (F-Q10).",
    effort_hours=8,
    reads=("figure.take_rate",),
)
def channels_keep_too_much(known: Known) -> Iterator[Hit]:
    """Channels keep more than a fifth of all sales.

    What it checks: commission over gross of the bookings of twelve full months (F-Q9).
    Why it matters: every fifth sailing is given for those who sent the guests.
    How to mend: give guests a reason to come back by our own site, and a price that shows it.
    Known limits: bookings whose commission is not known are in neither sum.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        figure = known.figure("take_rate", entity.entity)
        if figure and isinstance(figure.value, Ratio) and figure.value.value > _TAKE_LIMIT:
            share = percent(figure.value.value)
            yield Hit(
                entity=entity.entity,
                subject="take_rate",
                message=f"Channels keep {share} of what guests of {entity.title} pay, and 20% is our limit.",
                evidence=figure.sources[:3],
            )


@rule(
    "R-CMO-11",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(("cfo", "customers who look for us and do not find us (F-T3)"),),
    action="Claim the profile, and link it to the page where people can book.",
    effort_hours=3,
    reads=("channels.channel", "channels.kind", "channels.state"),
)
def search_profile_unclaimed(known: Known) -> Iterator[Hit]:
    """The profile in a search engine or map is not there, or nobody has claimed it.

    What it checks: channels of kind `search` in state absent, planned or unclaimed.
    Why it matters: most strangers look there first, and whoever claims it decides what they read.
    How to mend: it costs nothing but a letter or a call to prove who we are.
    Known limits: a business without a row for its profile is not judged.
    Source: Quarterdeck's own rule.
    """
    for entity, one, name in _channels(known):
        if one.kind == "search" and one.state in {*_ABSENT, "unclaimed"}:
            how = "does not exist yet" if one.state in _ABSENT else "is claimed by nobody"
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"The {title_of(name)} of {entity.title} {how}.",
                evidence=(one.source,),
            )


@rule(
    "R-CMO-12",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("cto", "the site sends people away to book (F-X6)"),),
    action="Build the own booking page first.",
    effort_hours=24,
    reads=("channels.channel", "channels.kind", "channels.url", "channels.state"),
)
def bookable_elsewhere_alone(known: Known) -> Iterator[Hit]:
    """People can book us somewhere else, and not on our own site.

    What it checks: the own site (kind `direct` with an address) against all other channels that take bookings.
    Why it matters: each of those bookings costs a commission, and the guest belongs to somebody else.
    How to mend: a booking page of our own, before the next marketplace.
    Known limits: partners and lists do not count as a place where people book; a business whose own site has no
    row is not judged.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        rows = known.facts.of(Channel, entity.entity)
        own = [one for one in rows if one.kind == "direct" and isinstance(one.url, str)]
        points = [STATE_POINTS[one.state] for one in own if isinstance(one.state, str)]
        others = [
            title_of(one.channel)
            for one in rows
            if one.kind in {"ota", "search", "directory", "social", "ads"}
            and one.state in _LIVE
            and isinstance(one.channel, str)
        ]
        if others and points and len(points) == len(own) and max(points) < BOOKABLE:
            yield Hit(
                entity=entity.entity,
                subject="own site",
                message=f"{entity.title} can be booked through {listed(others)}, but not on its own site.",
                evidence=tuple(one.source for one in own),
            )


@rule(
    "R-CMO-13",
    severity=Severity.LOW,
    roles=("cmo",),
    affects=(("cmo", "what is known of being found may no longer be true (F-Q11)"),),
    action="Look at each of them as a customer would, and write the day.",
    effort_hours=1,
    reads=("channels.channel", "channels.last_checked"),
)
def channels_not_looked_at(known: Known) -> Iterator[Hit]:
    """Channels that nobody has looked at for longer than the limit.

    What it checks: `last_checked` of each row against `thresholds.stale_after.channels`, 60 days by default.
    Why it matters: prices, pictures and terms on other people's sites change without telling us.
    How to mend: search for ourselves once in two months.
    Known limits: a row without a day is the matter of a data rule.
    Source: Quarterdeck's own rule.
    """
    limit = known.facts.stale_after["channels"]
    for entity in known.facts.active():
        dated = [
            ((known.as_of - one.last_checked).days, title_of(one.channel), one.source)
            for one in known.facts.of(Channel, entity.entity)
            if isinstance(one.last_checked, date) and isinstance(one.channel, str)
        ]
        old = sorted((one for one in dated if one[0] > limit), reverse=True)
        if old:
            longest, name, _ = old[0]
            what = "The only channel" if len(dated) == 1 else f"{len(old)} of {len(dated)} channels"
            yield Hit(
                entity=entity.entity,
                subject="channels",
                message=(
                    f"{what} of {entity.title} {'was' if len(old) == 1 else 'were'} "
                    f"last looked at more than {days(limit)} ago; {name} {days(longest)} ago."
                ),
                evidence=tuple(source for _, _, source in old[:3]),
            )


@rule(
    "R-CMO-14",
    severity=Severity.HIGH,
    roles=("cmo", "cto"),
    affects=(("accounting", "two guests for one place mean a refund"),),
    action="Make one calendar the calendar of record, and connect each channel to it before the next one opens.",
    effort_hours=8,
    reads=("channels.channel", "channels.state", "channels.shared_calendar"),
)
def calendars_apart(known: Known) -> Iterator[Hit]:
    """People can book through two channels or more, and one of them does not know what the others sold.

    What it checks: `shared_calendar` of the channels that are bookable or active.
    Why it matters: one day the same seats are sold twice, and somebody stands on the dock.
    How to mend: one calendar of record that all others read.
    Known limits: a channel where the column says n/a, or nothing, is not judged.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        live = [
            one
            for one in known.facts.of(Channel, entity.entity)
            if one.state in _LIVE
            and isinstance(one.channel, str)
            and not (isinstance(one.shared_calendar, Blank) and one.shared_calendar.why == "n/a")
        ]
        apart = [one for one in live if one.shared_calendar is False]
        if apart and len(live) > 1:
            names = ", ".join(title_of(str(one.channel)) for one in apart)
            yield Hit(
                entity=entity.entity,
                subject="calendar",
                message=(
                    f"{len(live)} channels of {entity.title} take bookings, and not all share the calendar. "
                    f"Without it: {names}."
                ),
                evidence=tuple(one.source for one in apart[:3]),
            )


@rule(
    "R-CMO-15",
    severity=Severity.MEDIUM,
    roles=("cmo",),
    action="Set the same price on both, or check that the contract allows another.",
    effort_hours=1,
    reads=("channels.channel", "channels.state", "channels.price_parity"),
)
def price_differs(known: Known) -> Iterator[Hit]:
    """A channel shows another price than our own site.

    What it checks: `price_parity` of the Channels table, where we are listed.
    Why it matters: guests compare, and many contracts ask for the same price everywhere.
    How to mend: align both prices on the same day.
    Known limits: which of the two is the right one, and what the contract says, is not known.
    Source: Quarterdeck's own rule.
    """
    for entity, one, name in _channels(known):
        if one.price_parity is False and one.state not in _ABSENT:
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{title_of(name)} shows another price for {entity.title} than our own site.",
                evidence=(one.source,),
            )


@rule(
    "R-CMO-18",
    severity=Severity.MEDIUM,
    roles=("cmo",),
    action="Ask each guest on the day after the service.",
    effort_hours=2,
    reads=("channels.channel", "channels.state", "channels.reviews", "channels.last_review"),
)
def reviews_too_few(known: Known) -> Iterator[Hit]:
    """A channel where people can book has fewer than ten reviews, or none of the last ninety days.

    What it checks: `reviews` and `last_review` of the channels that are bookable or active.
    Why it matters: people book where others did lately.
    How to mend: ask after each service, with a link; answer every review.
    Known limits: a channel that shows no reviews is not judged: leave both columns empty there.
    Source: Quarterdeck's own rule.
    """
    for entity, one, name in _channels(known):
        if one.state not in _LIVE:
            continue
        says = []
        if isinstance(one.reviews, int) and one.reviews < _ENOUGH_REVIEWS:
            says.append(f"only {one.reviews}" if one.reviews else "none")
        if isinstance(one.last_review, date) and known.as_of - one.last_review > _REVIEW_WITHIN:
            says.append(f"the newest {days((known.as_of - one.last_review).days)} old")
        if says:
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"Reviews of {entity.title} on {title_of(name)}, where people can book: {', '.join(says)}.",
                evidence=(one.source,),
            )


@rule(
    "R-CMO-19",
    severity=Severity.HIGH,
    roles=("cmo", "ceo"),
    affects=(("ceo", "guests are not content"),),
    action="Read the last five reviews, and mend what they have in common.",
    effort_hours=2,
    reads=("channels.channel", "channels.reviews", "channels.rating"),
)
def rating_too_low(known: Known) -> Iterator[Hit]:
    """A rating below 4.3 stars, by ten reviews or more.

    What it checks: `rating` and `reviews` of each channel.
    Why it matters: below that, many people look no further, and sites show us lower down.
    How to mend: read the last five; the cause is mostly the same. Answer all of them.
    Known limits: old reviews count like new ones.
    Source: Quarterdeck's own rule.
    """
    for entity, one, name in _channels(known):
        if isinstance(one.rating, Blank) or isinstance(one.reviews, Blank):
            continue
        if one.rating < _GOOD_RATING and one.reviews >= _ENOUGH_REVIEWS:
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{one.reviews} people give {entity.title} {one.rating:.1f} stars on {title_of(name)}.",
                evidence=(one.source,),
            )


@rule(
    "R-CMO-22",
    severity=Severity.MEDIUM,
    roles=("cmo",),
    affects=(
        ("ceo", "to do first, where they are missing: insurance, a cancellation rule"),
        ("cto", "to do first, where they are missing: one calendar of record, tracking"),
    ),
    action="Get what is missing before the listing goes live.",
    effort_hours=8,
    reads=(
        "channels.channel",
        "channels.kind",
        "channels.state",
        "readiness.channel",
        "readiness.item",
        "readiness.state",
        "offers.price",
        "figure.net_per_booking",
    ),
)
def marketplace_not_ready(known: Known) -> Iterator[Hit]:
    """A marketplace is planned, and something that it asks for is missing.

    What it checks: the Readiness table for channels of kind `ota` in state planned; and that a booking there leaves
    three tenths of its price (F-Q8), where that table does not speak of the margin.
    Why it matters: a listing that starts with a double booking or a loss is hard to mend in public.
    How to mend: do what is missing first; each item says whose work it is.
    Known limits: an item that nobody wrote down is not known, and not missing.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        offer = main_offer(known.scope(entity))
        for subject, name, one in named(known.facts.of(Channel, entity.entity), "channel"):
            if one.kind != "ota" or one.state != "planned":
                continue
            ready = _readiness(known, entity, name)
            missing = [item for item in PREREQUISITES if ready.get(item) == "no"]
            net = known.figure(f"net_per_booking:{subject}", entity.entity)
            if "margin" not in ready and _is_thin(net, offer):
                missing.append("margin")
            if missing:
                words = "; ".join(PREREQUISITES[item] for item in missing)
                whose = dict.fromkeys(_OWNER[item] for item in missing)
                yield Hit(
                    entity=entity.entity,
                    subject=name,
                    message=f"{entity.title} plans to list on {title_of(name)}, and lacks {words}.",
                    evidence=(one.source,),
                    roles=tuple(dict.fromkeys(("cmo", *whose))),
                    affects=tuple(Effect(role, _lacks(role, missing)) for role in whose if role != "cmo"),
                )


def _readiness(known: Known, entity: Entity, channel: str) -> dict[str, str]:
    """What is written of each prerequisite of a channel: yes or no."""
    return {
        one.item: one.state
        for one in known.facts.of(Readiness, entity.entity)
        if isinstance(one.channel, str)
        and folded(one.channel) == folded(channel)
        and isinstance(one.item, str)
        and isinstance(one.state, str)
    }


def _is_thin(net: Figure | None, offer: Offer | None) -> bool:
    """Whether a booking leaves less than three tenths of its price; not where either is unknown."""
    if net is None or offer is None or not isinstance(net.value, Money) or not isinstance(offer.price, Money):
        return False
    return net.value.amount < offer.price.amount * _LEAST_MARGIN


def _lacks(role: Role, missing: list[str]) -> str:
    return f"to do first: {'; '.join(PREREQUISITES[item] for item in missing if _OWNER[item] == role)}"


@rule(
    "R-CMO-24",
    severity=Severity.HIGH,
    roles=("cmo", "cfo"),
    affects=(("cfo", "the target of the best month (F-T1)"),),
    action="Sprint on listings: claim, complete and open the channels with the largest weight.",
    effort_hours=16,
    reads=("figure.season", "figure.visibility"),
)
def season_without_visibility(known: Known) -> Iterator[Hit]:
    """The best month of the year is two months away or less, and we are seen in fewer places than we should be.

    What it checks: the month with the largest share of a year's revenue (F-P6), and the visibility index (F-Q11)
    against 60%.
    Why it matters: listings take weeks until they bring somebody; after the season they bring nobody.
    How to mend: open the channels that weigh most, one in two weeks.
    Known limits: without twelve months of books the season is not known; a best month that is less than a quarter
    above the average is no season.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        figure = known.figure("visibility", entity.entity)
        seen = figure.value if figure else None
        shares = known.figures_of("season", entity.entity)
        values = [one.value for one in shares if isinstance(one.value, Decimal)]
        if (
            figure is None
            or not isinstance(seen, Ratio)
            or seen.value >= _SEEN_ENOUGH
            or len(values) < _MONTHS
        ):
            continue
        best = max(values)
        starts = min(
            _next_start(int(one.id.partition(":")[2]), known.as_of) for one in shares if one.value == best
        )
        left = (starts - known.as_of).days
        if left <= _SEASON_WITHIN and best * _MONTHS >= _IS_PEAK * sum(values):
            when = f"begins in {days(left)}" if left > 0 else "is here"
            yield Hit(
                entity=entity.entity,
                subject="season",
                message=(
                    f"The best month of {entity.title} {when}, and its visibility is "
                    f"{percent(seen.value)} of what it could be; 60% is the least."
                ),
                evidence=figure.sources[:3],
            )


def _next_start(month: int, as_of: date) -> date:
    """The first day of the next such month, or of this one."""
    return date(as_of.year + (month < as_of.month), month, 1)
