"""When money that came in is revenue, and when it is still owed as service."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from quarterdeck.formulas.periods import Month, allocate, to_cents
from quarterdeck.formulas.registry import Amount, formula
from quarterdeck.model.figure import Missing

SalesRole = Literal["principal", "agent", "unsure"]

ENOUGH_BOOKINGS = 20
"""Before that many, the share of refunds among them says nothing."""


class OverTime(msgspec.Struct, frozen=True):
    """A price earned day by day."""

    earned: Amount
    deferred: Amount
    days: int
    total_days: int


class Completion(msgspec.Struct, frozen=True):
    """A price earned as its cost is spent."""

    pct: Decimal | Missing
    cumulative: Amount
    this_period: Amount
    loss_contract: bool | Missing


class Breakage(msgspec.Struct, frozen=True):
    """What of sold cards is revenue though nobody will redeem it, and what is still owed."""

    recognised: Amount
    liability: Amount


class Presented(msgspec.Struct, frozen=True):
    """One sale as the books show it."""

    revenue: Amount
    commission: Amount
    cash: Amount


class BothRoles(msgspec.Struct, frozen=True):
    """One sale in both ways, until somebody says which applies."""

    principal: Presented
    agent: Presented


class TaxInside(msgspec.Struct, frozen=True):
    """A price taken apart."""

    tax: Amount
    net: Amount


class ServiceLine(msgspec.Struct, frozen=True):
    """One posting of revenue with the day on which the service was given."""

    id: str
    service_date: date | None
    amount: Decimal


@formula(
    "F-R1",
    "Price of a bundle by part",
    unit="money",
    working="""
        share = total × ssp ÷ Σ ssp
        each share is cut to the cent; cents left over go to the largest fractions
    """,
)
def bundle_price(total: Decimal, ssp: Sequence[Decimal]) -> tuple[Decimal, ...] | Missing:
    """Split the price of a bundle over what it holds, by what each part costs when sold alone; never by its cost.

    Args:
        total: Money paid for the bundle.
        ssp: Money for each part alone; where one is missing, an estimate that is marked as one.

    Returns:
        Money for each part, in the order given; they add up to the total. n/a where the parts cost nothing alone.

    Example: `{"total": 1600, "ssp": [1400, 350, 150]}` gives `[1178.95, 294.74, 126.31]`.
    Example: `{"total": 1600, "ssp": [1400, null, 150]}` gives `"not_known"`.

    Source: FASB ASC 606-10.
    """
    return allocate(total, ssp)


@formula(
    "F-R2",
    "Deferred revenue at the end",
    unit="money",
    working="closing = opening + received - recognised - refunded - forfeited",
)
def roll_forward(
    opening: Decimal, received: Decimal, recognised: Decimal, refunded: Decimal, forfeited: Decimal
) -> Decimal:
    """Carry what customers paid ahead from the beginning of a period to its end.

    A difference of more than 1 to the balance in the books needs an explanation.

    Args:
        opening: Money held for services to come at the beginning.
        received: Money that came in for services to come.
        recognised: Money earned because the service was given.
        refunded: Money given back.
        forfeited: Money kept because the right to it ended.

    Returns:
        Money held at the end.

    Example: `{"opening": 6200, "received": 4800, "recognised": 5350, "refunded": 300, "forfeited": 250}` gives
    `5100.00`.
    Example: `{"opening": 2400, "received": 360, "recognised": 1200, "refunded": 250, "forfeited": 300}` gives
    `1010.00`.

    Source: FASB ASC 606-10-45-2.
    """
    return opening + received - recognised - refunded - forfeited


@formula(
    "F-R3",
    "Earned over time",
    unit="money",
    working="""
        total_days = end - start + 1
        days = as_of - start + 1, at least 0 and at most total_days
        earned = price × days ÷ total_days
        deferred = price - earned
    """,
)
def over_time(price: Decimal, start: date, end: date | None, as_of: date) -> OverTime | Missing:
    """What of a price for a stretch of time is earned by a day.

    Args:
        price: Money for the whole stretch.
        start: First day.
        end: Last day, included; null where none is stated.
        as_of: Day of the report, included.

    Returns:
        earned: Money to the cent; nothing before the start, the whole price from the last day on.
        deferred: Money still to be earned; both add up to the price.
        days: Days that are over.
        total_days: Days of the whole stretch.
        Not known without an end; n/a where it ends before it starts.

    Example: `{"price": 588, "start": "2026-04-15", "end": "2027-04-14", "as_of": "2026-10-31"}` gives
    `{"earned": 322.19, "deferred": 265.81, "days": 200, "total_days": 365}`.
    Example: `{"price": 588, "start": "2026-04-15", "end": null, "as_of": "2026-10-31"}` gives `"not_known"`.

    Source: FASB ASC 606-10-25.
    """
    if end is None:
        return Missing(reason="no last day is stated")
    total_days = (end - start).days + 1
    days = max(0, min(total_days, (as_of - start).days + 1))
    parts = allocate(price, [Decimal(days), Decimal(total_days - days)]) if total_days > 0 else Missing()
    if isinstance(parts, Missing):
        return Missing("not_applicable", reason="it ends before it starts")
    return OverTime(parts[0], parts[1], days, total_days)


def _completion_notes(est_total_cost: Decimal | None, result: Completion) -> Iterator[str]:
    if result.loss_contract is True:
        yield "loss contract: it will cost more than it brings"
    if not est_total_cost:
        yield "no estimate of the cost: earned up to the cost so far, the rest when the customer accepts"


@formula(
    "F-R4",
    "Earned by percent complete",
    unit="money",
    working="""
        pct = cost_to_date ÷ est_total_cost, at most 1
        cumulative = price × pct
        this_period = cumulative - prior
        loss_contract = est_total_cost > price
    """,
    notes=_completion_notes,
)
def percent_complete(
    price: Decimal, cost_to_date: Decimal, est_total_cost: Decimal | None, prior: Decimal
) -> Completion:
    """What of a project's price is earned by the share of its cost that is spent.

    Args:
        price: Money for the whole project.
        cost_to_date: Money spent on it so far.
        est_total_cost: Money that it will have cost at the end; null or 0 where nobody estimated it.
        prior: Money recognised in periods before.

    Returns:
        pct: Ratio, at most 1; not known without an estimate.
        cumulative: Money earned to date; without an estimate the cost so far, never above the price.
        this_period: Money, negative where too much was recognised before.
        loss_contract: Whether it costs more than it brings; not known without an estimate.

    Example: `{"price": 7200, "cost_to_date": 2700, "est_total_cost": 4500, "prior": 2880}` gives
    `{"pct": 0.60, "cumulative": 4320.00, "this_period": 1440.00, "loss_contract": false}`.
    Example: `{"price": 7200, "cost_to_date": 2700, "est_total_cost": null, "prior": 0}` gives
    `{"pct": "not_known", "cumulative": 2700.00, "this_period": 2700.00, "loss_contract": "not_known"}`.

    Source: FASB ASC 606-10-25.
    """
    if not est_total_cost:
        unknown = Missing(reason="nobody estimated the whole cost")
        earned = min(cost_to_date, price)
        return Completion(unknown, earned, earned - prior, unknown)
    pct = min(Decimal(1), cost_to_date / est_total_cost)
    return Completion(pct, price * pct, price * pct - prior, est_total_cost > price)


@formula(
    "F-R5",
    "Breakage",
    unit="money",
    working="""
        expected = sold × rate
        recognised = expected × redeemed ÷ (sold - expected)
        recognised is at most expected, at most sold - redeemed, and 0 unless allowed
        liability = sold - redeemed - recognised
    """,
)
def breakage(
    sold: Decimal,
    redeemed: Decimal,
    rate: Decimal,
    allowed: bool,  # noqa: FBT001 - an input with its name
) -> Breakage | Missing:
    """What of sold gift cards is revenue because nobody will ever redeem it, in step with what is redeemed.

    Args:
        sold: Money of the cards sold.
        redeemed: Money redeemed from them so far.
        rate: Ratio of sales that is never redeemed.
        allowed: Whether there are 24 months of redemptions, and an adviser noted that balances are not owed to
            the state.

    Returns:
        recognised: Money to date, to the cent; 0 where it is not allowed.
        liability: Money still owed as service.
        n/a where nothing is expected to be redeemed.

    Example: `{"sold": 5000, "redeemed": 2250, "rate": 0.10, "allowed": true}` gives
    `{"recognised": 250.00, "liability": 2500.00}`.
    Example: `{"sold": 5000, "redeemed": 2250, "rate": 0.10, "allowed": false}` gives
    `{"recognised": 0.00, "liability": 2750.00}`.

    Source: FASB ASC 606-10-55-46 to 55-49.
    """
    owed = sold - redeemed
    if not allowed:
        return Breakage(Decimal(0), owed)
    expected = sold * rate
    if sold and sold <= expected:
        return Missing("not_applicable", reason="nothing is expected to be redeemed")
    share = expected * redeemed / (sold - expected) if sold else Decimal(0)
    recognised = to_cents(max(Decimal(0), min(share, expected, owed)))
    return Breakage(recognised, owed - recognised)


@formula(
    "F-R6",
    "Forfeited deposit",
    unit="money",
    working="""
        revenue = deposit once as_of reaches right_ends
        revenue = 0 before
    """,
)
def forfeited(deposit: Decimal, right_ends: date, as_of: date) -> Decimal:
    """What of a deposit is revenue because the customer may no longer have it back or use it.

    Args:
        deposit: Money kept; what became a credit note or another booking is still owed: leave it out.
        right_ends: Day on which the right to a refund or another date ends.
        as_of: Day of the report.

    Returns:
        Money: the deposit from that day on, 0 before.

    Example: `{"deposit": 300, "right_ends": "2026-10-15", "as_of": "2026-10-31"}` gives `300.00`.
    Example: `{"deposit": 300, "right_ends": "2026-10-15", "as_of": "2026-10-14"}` gives `0.00`.
    """
    return deposit if as_of >= right_ends else Decimal(0)


def _role_notes(role: SalesRole) -> Iterator[str]:
    if role == "unsure":
        yield "both ways are shown: somebody must decide who controls the service before it is given"


@formula(
    "F-R7",
    "Revenue gross or net",
    unit="money",
    working="""
        commission = price × rate
        cash = price - commission
        revenue of a principal is price
        revenue of an agent is cash, and there is no line for the commission
    """,
    notes=_role_notes,
)
def gross_or_net(price: Decimal, rate: Decimal, role: SalesRole) -> Presented | BothRoles | Missing:
    """How a sale through a channel stands in the books.

    Args:
        price: Money that the customer pays; of a deal at a net rate whose retail price is not known, the net rate
            with a `rate` of 0.
        rate: Ratio of the price that the channel keeps.
        role: `principal` where we give the service, `agent` where we only sell it, else `unsure`.

    Returns:
        revenue: Money: the whole price, or for an agent what is kept.
        commission: Money that is a cost; 0 for an agent.
        cash: Money that arrives.
        `unsure` gives `principal` and `agent`, with these three each. n/a for a rate under 0 that leaves nothing.

    Example: `{"price": 720, "rate": 0.25, "role": "principal"}` gives
    `{"revenue": 720.00, "commission": 180.00, "cash": 540.00}`.
    Example: `{"price": 720, "rate": 0.25, "role": "agent"}` gives
    `{"revenue": 540.00, "commission": 0.00, "cash": 540.00}`.
    Example: `{"price": 720, "rate": 0.25, "role": "unsure"}` gives
    `{"principal": {"revenue": 720.00, "commission": 180.00, "cash": 540.00},
    "agent": {"revenue": 540.00, "commission": 0.00, "cash": 540.00}}`.

    Source: FASB ASC 606-10-55-36 to 55-40.
    """
    parts = allocate(price, [rate, 1 - rate])
    if isinstance(parts, Missing):
        return parts
    commission, cash = parts
    principal = Presented(commission + cash, commission, cash)
    agent = Presented(cash, Decimal(0), cash)
    if role == "unsure":
        return BothRoles(principal, agent)
    return principal if role == "principal" else agent


def _refund_notes(past_bookings: int) -> Iterator[str]:
    if past_bookings < ENOUGH_BOOKINGS:
        yield f"marked: {past_bookings} past bookings are too few for a rate of our own, {ENOUGH_BOOKINGS} are needed"


@formula(
    "F-R8",
    "Expected refunds",
    unit="money",
    working="""
        refunds = consideration × refund_rate
        0 under 20 past_bookings
    """,
    notes=_refund_notes,
)
def expected_refunds(
    consideration: Decimal, refund_rate: Decimal | None, past_bookings: int
) -> Decimal | Missing:
    """What of money received will probably be given back: owed, and not revenue.

    Args:
        consideration: Money received for services to come.
        refund_rate: Ratio of our own past bookings that were refunded.
        past_bookings: How many bookings that rate rests on.

    Returns:
        Money; 0 and marked under 20 past bookings, not known without a rate.

    Example: `{"consideration": 9600, "refund_rate": 0.06, "past_bookings": 140}` gives `576.00`.
    Example: `{"consideration": 9600, "refund_rate": 0.06, "past_bookings": 19}` gives `0.00`.
    """
    if past_bookings < ENOUGH_BOOKINGS:
        return Decimal(0)
    return Missing(reason="refund_rate not known") if refund_rate is None else consideration * refund_rate


@formula(
    "F-R9",
    "Tax inside a price",
    unit="money",
    working="""
        net = gross ÷ (1 + rate)
        tax = gross - net
    """,
)
def tax_inside(gross: Decimal, rate: Decimal) -> TaxInside | Missing:
    """The sales tax in a price that includes it; only for what is confirmed to be taxable.

    Args:
        gross: Money that the customer pays.
        rate: Ratio of tax on the price without it.

    Returns:
        tax: Money to the cent that belongs to the state.
        net: Money to the cent that is ours; both add up to the price.
        n/a for a rate that makes no sense.

    Example: `{"gross": 538.75, "rate": 0.0775}` gives `{"tax": 38.75, "net": 500.00}`.
    Example: `{"gross": 500, "rate": 0}` gives `{"tax": 0.00, "net": 500.00}`.
    """
    parts = allocate(gross, [rate, Decimal(1)])
    return parts if isinstance(parts, Missing) else TaxInside(*parts)


@formula(
    "F-R10",
    "Contract asset",
    unit="money",
    working="asset = earned - invoiced",
)
def contract_asset(earned: Decimal, invoiced: Decimal) -> Decimal:
    """What is earned on a contract and not invoiced yet.

    Args:
        earned: Money earned to date.
        invoiced: Money invoiced to date.

    Returns:
        Money; negative is deferred revenue.

    Example: `{"earned": 4320, "invoiced": 2880}` gives `1440.00`.
    Example: `{"earned": 2000, "invoiced": 2880}` gives `-880.00`.

    Source: FASB ASC 606-10-45-2.
    """
    return earned - invoiced


def _cut_off_notes(lines: Sequence[ServiceLine]) -> Iterator[str]:
    undated = sum(one.service_date is None for one in lines)
    if undated:
        yield f"not tested, for want of a service date: {undated} of {len(lines)}"


@formula(
    "F-R11",
    "Revenue in the wrong month",
    unit="count",
    working="wrong = lines whose service_date is not in month",
    notes=_cut_off_notes,
)
def cut_off(month: Month, lines: Sequence[ServiceLine]) -> tuple[str, ...]:
    """Revenue posted in a month for a service of another month; each is an error to mend.

    Args:
        month: The month in which the lines are posted, as `2026-10`.
        lines: For each its id, the day of the service, and its money. A line without a day cannot be tested.

    Returns:
        The ids of those whose service is not in the month, in the order given.

    Example: `{"month": "2026-10", "lines": [{"id": "a", "service_date": "2026-10-31", "amount": 640},
    {"id": "b", "service_date": "2026-11-01", "amount": 460}]}` gives `["b"]`.
    Example: `{"month": "2026-10", "lines": []}` gives `[]`.
    """
    return tuple(one.id for one in lines if one.service_date and f"{one.service_date:%Y-%m}" != month)
