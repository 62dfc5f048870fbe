"""Charts of clients: on whom the revenue rests, who pays enough, and the days on which terms end."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from quarterdeck.charts.spec import Bars, Point, Scatter, Series, Timeline
from quarterdeck.figures.months import last_full_month, month_name, months_to
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.values import Money, month_of
from quarterdeck.reports.client_numbers import brought
from quarterdeck.reports.client_standing import Rates, Standing
from quarterdeck.reports.due_dates import Due, timeline
from quarterdeck.reports.finance_charts import in_money, month_labels, series_of
from quarterdeck.reports.words import counted, money, percent

_MOST = 12
_MOSTLY = Decimal("0.8")
_PART = 2
_MOST_POINTS = 12
_MONTHS = 12


def shares(briefing: Briefing, standings: Sequence[Standing]) -> Bars | None:
    """What each client brought in twelve months as a share of all, the largest first, with their sum so far."""
    ranked = sorted(((brought(one), one.name) for one in standings), key=lambda one: (-one[0], one[1]))
    ranked = [(amount, name) for amount, name in ranked if amount > 0]
    whole = sum((amount for amount, _ in ranked), Decimal(0))
    if len(ranked) < _PART:
        return None
    parts = [amount / whole for amount, _ in ranked]
    sums = list(accumulate(parts))
    enough = next(at for at, share in enumerate(sums, start=1) if share >= _MOSTLY)
    by_books = any(one.earned for one in standings)
    return Bars(
        id="shares",
        reading=f"{ranked[0][1]} brings {percent(parts[0])} of what clients pay; "
        f"{enough} of {len(ranked)} bring {percent(sums[enough - 1])}.",
        about=f"Share of what was {'earned' if by_books else 'billed'} in twelve full months, and what the clients "
        "down to this one bring together",
        scale="ratio",
        is_sample=briefing.is_sample,
        labels=tuple(name for _, name in ranked[:_MOST]),
        series=(Series("Share", tuple(parts[:_MOST])),),
        is_horizontal=True,
        notes=tuple(f"together {percent(one)}" for one in sums[:_MOST]),
    )


_MOVES = {"new": "new", "churn": "gone", "expansion": "more", "contraction": "less"}
_TAKEN = ("contraction", "churn")


def movement(briefing: Briefing, entity: str) -> Bars | None:
    """How fees a month moved from month to month: above what came, beneath what went, and the sum of both."""
    months = months_to(month_of(briefing.as_of), _MONTHS)
    found = {
        word: series_of(briefing, entity, title, [f"mrr_{word}:{one.name}" for one in months])
        for word, title in _MOVES.items()
    }
    first = next((at for at, one in enumerate(found["new"].values) if one is not None), None)
    if first is None:
        return None
    series = [
        Series(
            one.label,
            tuple(None if n is None else -n if word in _TAKEN else n for n in one.values[first:]),
        )
        for word, one in found.items()
    ]
    net = [
        None if any(n is None for n in column) else sum((n or Decimal(0) for n in column), Decimal(0))
        for column in zip(*(one.values for one in series), strict=True)
    ]
    known = [(amount, month) for amount, month in zip(net, months[first:], strict=True) if amount is not None]
    moved = [n for one in series for n in one.values if n]
    came, went = sum((n for n in moved if n > 0), Decimal(0)), sum((n for n in moved if n < 0), Decimal(0))
    least, month = min(known, key=lambda one: one[0])
    words = f"In {counted(len(known), 'month')} {in_money(briefing, came)} a month came and "
    words += f"{in_money(briefing, -went)} went"
    if least < 0:
        words += f"; {month_name(month)} lost most, {in_money(briefing, -least)}"
    is_over = last_full_month(briefing.as_of) == months[-1]
    return Bars(
        id="movement",
        reading=f"{words}.",
        about=f"Recurring fees by what moved them, {briefing.currency} a month"
        + ("" if is_over else f"; {month_name(months[-1])} so far"),
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=month_labels(months[first:]),
        series=tuple(series),
        net=Series("net", tuple(net)),
        partial=() if is_over else (len(net) - 1,),
    )


def quadrant(briefing: Briefing, standings: Sequence[Standing], rates: Rates) -> Scatter | None:
    """What an hour for each client earns and leaves, by the size of its fee; numbers follow the rate."""
    placed = [
        (one.rate.amount, one.margin, one)
        for one in standings
        if not one.is_related
        and one.rate
        and one.rate.currency == briefing.currency
        and one.margin is not None
    ]
    if not placed:
        return None
    placed.sort(key=lambda each: (-each[0], each[2].name))
    listed = rates.list.amount if rates.list and rates.list.currency == briefing.currency else None
    dear = [one for rate, margin, one in placed if listed is not None and rate >= listed and margin >= 0]
    losing = [one for _, margin, one in placed if margin < 0]
    worst = min(placed, key=lambda each: (each[1], each[2].name))
    words = f"{len(losing) or 'None'} of {counted(len(placed), 'client')} cost more than they bring"
    if listed is not None:
        words += f", {len(dear) or 'none'} pay list price and leave a margin"
    return Scatter(
        id="quadrant",
        reading=f"{words}; {worst[2].name} leaves least, {percent(worst[1])} of what it pays.",
        about="What an hour earns and what is left of the fee; a larger point pays more a month; lines are "
        + (f"list price, {money(Money(listed, briefing.currency))}, and " if listed is not None else "")
        + "no margin",
        scale="ratio",
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        points=tuple(
            Point(str(at), rate, margin, _fee(one), one.name)
            for at, (rate, margin, one) in enumerate(placed[:_MOST_POINTS], start=1)
        ),
        x_title="an hour earns",
        y_title="margin",
        x_scale="money",
        x_split=listed,
        y_split=Decimal(0),
    )


def _fee(one: Standing) -> Decimal | None:
    return one.fee.amount if isinstance(one.fee, Money) else None


def dates(briefing: Briefing, standings: Sequence[Standing]) -> Timeline | None:
    """Ends of contracts that do not renew themselves, and of domains; without a contract there is none to end."""
    contracts = (
        Due(f"{one.name}, contract", one.client.contract_end)
        for one in standings
        if one.client.contract is not False and one.client.auto_renew is not True
    )
    domains = (Due(f"{one.name}, domain", one.client.domain_expires, 1) for one in standings)
    about = "Ends of contracts that do not renew themselves, and of domains,"
    return timeline(briefing, "dates", about, (*contracts, *domains), ("contracts", "domains"))
