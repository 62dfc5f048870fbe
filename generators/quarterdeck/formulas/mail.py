"""What a mailing list can earn, honestly."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

import msgspec

from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.assumed import SendStop
from quarterdeck.model.figure import Missing

SUPPORTED_UP_TO = Decimal("0.03")
"""Share of everyone delivered that may be expected to buy; more is not supported by list benchmarks."""

COMPLAINTS_UNDER = Decimal("0.001")
BOUNCES_UNDER = Decimal("0.05")
RATES_FROM = 200
"""Under that many messages counts are printed, not rates."""


class Blast(msgspec.Struct, frozen=True):
    """What a series of mailings brings; fractions are kept, whole orders are printed."""

    delivered_first: Decimal
    orders: Decimal
    revenue: Amount


class Claim(msgspec.Struct, frozen=True):
    """What must be true for a stated target."""

    orders: int
    rate: Decimal | Missing
    supported: bool | Missing


class Headroom(msgspec.Struct, frozen=True):
    """How many may complain or bounce before a limit is reached."""

    complaints: int
    bounces: int


class Rates(msgspec.Struct, frozen=True):
    """How one mailing went."""

    bounce: Decimal | Missing
    complaint: Decimal | Missing
    click: Decimal | Missing
    unsub: Decimal | Missing


def mailable(list_size: int, suppressed: int, unsourced: int = 0) -> int:
    """The addresses that may be mailed, the first term of F-Q1: size less those who must not be mailed."""
    return max(0, list_size - suppressed - unsourced)


def _capped(result: Blast, aov: Decimal) -> Iterator[str]:
    if result.revenue < result.orders * aov:
        yield "the revenue is what there is room for; the orders would bring more"


@formula(
    "F-Q1",
    "Mailing to the list",
    unit="money",
    working="""
        delivered_first = (list_size - suppressed) × (1 - bounce)
        each mailing: orders + delivered × click × order; delivered × (1 - unsub - complaint); click × decay
        revenue = orders × aov, at most cap
    """,
    notes=_capped,
)
def blast(  # noqa: PLR0913 - the model has these inputs, and each is printed on its own line
    *,
    list_size: int,
    suppressed: int,
    bounce: Decimal,
    click: Decimal,
    order: Decimal,
    aov: Decimal,
    sends: int,
    decay: Decimal = Decimal(1),
    unsub: Decimal = Decimal(0),
    complaint: Decimal = Decimal(0),
    cap: Decimal | None = None,
) -> Blast:
    """What one or more mailings to a list bring. Opens are left out: privacy proxies inflate them.

    Args:
        list_size: Addresses on the list.
        suppressed: Addresses that must not be mailed.
        bounce: Ratio of the first send that does not arrive.
        click: Ratio of those delivered who click.
        order: Ratio of those who click and order.
        aov: Money of one order.
        sends: How many mailings.
        decay: Factor on clicks from one mailing to the next.
        unsub: Ratio that unsubscribes after each.
        complaint: Ratio that complains after each.
        cap: Most revenue that there is room for.

    Returns:
        delivered_first: Count, mailable x (1 - bounce).
        orders: Count over all mailings, not capped.
        revenue: Money, orders x aov, not above the cap.

    Example: `{"list_size": 3676, "suppressed": 276, "bounce": 0.03, "click": 0.01, "order": 0.02, "aov": 190,
    "sends": 3, "decay": 0.8, "unsub": 0.003, "complaint": 0.0003}` gives
    `{"delivered_first": 3298, "orders": 1.60, "revenue": 304.93}`.
    """
    reached = mailable(list_size, suppressed) * (1 - bounce)
    first, orders, clicking = reached, Decimal(0), click
    for _ in range(sends):
        orders += reached * clicking * order
        reached *= 1 - unsub - complaint
        clicking *= decay
    revenue = orders * aov
    return Blast(first, orders, revenue if cap is None else min(revenue, cap))


def over_stop(sent: int, bounced: int, complained: int, stop: SendStop) -> tuple[bool, bool]:
    """Whether so many bounces, and so many complaints, are too many to go on sending.

    Under 200 mails rates say little, so as many are taken for sent; and one complaint alone says nothing of others.

    Example: 8 bounces of 10 mails are too many at 4%, 7 are not.
    """
    base = Decimal(max(sent, RATES_FROM))
    return bounced / base >= stop.bounce, complained > 1 and complained / base >= stop.complaint


def orders_needed(target: Decimal, aov: Decimal) -> int:
    """Whole orders that a target takes: the first term of F-Q2."""
    return int((target / aov).to_integral_value(ROUND_CEILING))


def _unsupported(result: Claim | Missing) -> Iterator[str]:
    if isinstance(result, Claim) and result.supported is False:
        yield "not supported by list benchmarks: more than 3% of those delivered would have to buy"


@formula(
    "F-Q2",
    "What must be true for a claim",
    unit="count",
    working="""
        orders = target ÷ aov, rounded up
        rate = orders ÷ delivered
        supported = rate <= 3%
    """,
    notes=_unsupported,
)
def claim(target: Decimal, aov: Decimal, delivered: Decimal) -> Claim | Missing:
    """How many of those delivered must buy for a target to come true.

    Args:
        target: Money claimed.
        aov: Money of one order, above 0.
        delivered: Count of messages that arrive.

    Returns:
        orders: Count, target / aov rounded up.
        rate: Ratio, orders / delivered; n/a where nothing is delivered.
        supported: Whether the rate is at most 3%, what list benchmarks support.
        n/a where an order brings nothing.

    Example: `{"target": 10000, "aov": 190, "delivered": 3298}` gives
    `{"orders": 53, "rate": 0.0161, "supported": true}`.
    Example: `{"target": 50000, "aov": 190, "delivered": 3298}` gives
    `{"orders": 264, "rate": 0.0800, "supported": false}`.
    """
    if aov <= 0:
        return Missing("not_applicable", reason="an order brings nothing")
    orders = orders_needed(target, aov)
    if delivered <= 0:
        nobody = Missing("not_applicable", reason="nothing is delivered")
        return Claim(orders, nobody, nobody)
    rate = orders / delivered
    return Claim(orders, rate, rate <= SUPPORTED_UP_TO)


@formula(
    "F-Q3",
    "Headroom of a mailing",
    unit="count",
    working="""
        complaints = n × 0.1%, rounded up, - 1
        bounces = n × 5%, rounded up, - 1
    """,
)
def headroom(n: int) -> Headroom | Missing:
    """How many may complain or bounce before the mail service looks into it.

    Args:
        n: Count of messages.

    Returns:
        complaints: Most complaints that stay under 0.1%.
        bounces: Most hard bounces that stay under 5%.
        n/a without messages.

    Example: `{"n": 3676}` gives `{"complaints": 3, "bounces": 183}`.
    Example: `{"n": 3000}` gives `{"complaints": 2, "bounces": 149}`.
    Example: `{"n": 0}` gives `"not_applicable"`.

    Source: Amazon SES, sending review process; Gmail and Yahoo sender rules.
    """
    if n <= 0:
        return Missing("not_applicable", reason="there are no messages")
    return Headroom(_most_under(n, COMPLAINTS_UNDER), _most_under(n, BOUNCES_UNDER))


def _most_under(count: int, share: Decimal) -> int:
    return int((count * share).to_integral_value(ROUND_CEILING)) - 1


@formula(
    "F-Q4",
    "Warming up a list",
    unit="count",
    working="""
        day n = v0 × g to the power of n - 1, cut to whole messages
        at most cap, quota and the rest of total
    """,
    notes=lambda: (
        "newest and most engaged first; stop at 4% bounces or 0.08% complaints of a batch, or at any review",
    ),
)
def ramp(total: int, v0: int, g: Decimal, cap: int, quota: int | None = None) -> tuple[int, ...] | Missing:
    """How many messages go out each day to a list that was never mailed.

    Args:
        total: Count of addresses that may be mailed.
        v0: Count on the first day.
        g: Factor from one day to the next.
        cap: Most on one day.
        quota: Most on one day that the mail service allows.

    Returns:
        Counts by day; they add up to the total, so the last day has the rest. Never where a day comes on which
        nothing may go out.

    Example: `{"total": 3400, "v0": 200, "g": 1.5, "cap": 1500}` gives `[200, 300, 450, 675, 1012, 763]`.
    Example: `{"total": 900, "v0": 200, "g": 1.5, "cap": 1500, "quota": 250}` gives `[200, 250, 250, 200]`.
    Example: `{"total": 900, "v0": 200, "g": 0.1, "cap": 1500}` gives `"never"`.
    Example: `{"total": 0, "v0": 200, "g": 1.5, "cap": 1500}` gives `[]`.
    """
    most = cap if quota is None else min(cap, quota)
    days: list[int] = []
    left, volume = total, Decimal(v0)
    while left > 0:
        today = min(int(volume), most, left)
        if today <= 0:
            return Missing("never", reason=f"nothing may go out on day {len(days) + 1}")
        days.append(today)
        left -= today
        volume = volume * g if volume < most or g < 1 else volume
    return tuple(days)


@formula(
    "F-Q14",
    "Rates of a mailing",
    unit="ratio",
    working="""
        bounce = hard_bounces ÷ sent
        complaint = complaints ÷ delivered
        click = clicks ÷ delivered
        unsub = unsubs ÷ delivered
    """,
)
def rates(
    *,
    sent: int,
    delivered: int | None,
    hard_bounces: int | None,
    complaints: int | None,
    clicks: int | None,
    unsubs: int | None,
) -> Rates | Missing:
    """How one mailing went; opens are left out, since privacy proxies inflate them.

    Args:
        sent: Count of messages.
        delivered: Of those, how many arrived; this and those below are null where not known.
        hard_bounces: Addresses that do not exist.
        complaints: People who called it spam.
        clicks: People who clicked, each once.
        unsubs: People who unsubscribed.

    Returns:
        bounce: Ratio of those sent.
        complaint: Ratio of those delivered.
        click: Ratio of those delivered.
        unsub: Ratio of those delivered.
        Each not known where one of its counts is not, n/a where nothing arrived. Not enough evidence under 200
        messages: the counts say more than rates.

    Example: `{"sent": 3400, "delivered": 3298, "hard_bounces": 102, "complaints": 3, "clicks": 96,
    "unsubs": 10}` gives `{"bounce": 0.030, "complaint": 0.0009, "click": 0.029, "unsub": 0.003}`.
    Example: `{"sent": 199, "delivered": 199, "hard_bounces": 0, "complaints": 0, "clicks": 9, "unsubs": 0}` gives
    `"not_enough_evidence"`.
    """
    if sent < RATES_FROM:
        return Missing("not_enough_evidence", reason=f"{sent} messages are too few for rates")
    return Rates(
        _rate(hard_bounces, sent),
        _rate(complaints, delivered),
        _rate(clicks, delivered),
        _rate(unsubs, delivered),
    )


def _rate(part: int | None, whole: int | None) -> Decimal | Missing:
    if part is None or whole is None:
        return Missing()
    return Decimal(part) / whole if whole else Missing("not_applicable", reason="nothing arrived")
