"""Charts of marketing: what a booking leaves by channel, what mail can bring, how it starts, what may close when."""

from collections.abc import Sequence
from decimal import Decimal

from quarterdeck.charts.spec import Bars, Range, Ranges, Series
from quarterdeck.figures.months import holds, horizon
from quarterdeck.formulas.pipeline import STALE_AFTER_DAYS, Item, weighted
from quarterdeck.model.assumed import StageProbability
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.sales import Lead
from quarterdeck.model.values import Blank, Money, MoneyRange, Ratio
from quarterdeck.reports.business_rows import money_of, offer_of
from quarterdeck.reports.cells import on
from quarterdeck.reports.cmo_channels import Keeps
from quarterdeck.reports.cmo_mail import MailingList
from quarterdeck.reports.skeleton import Report
from quarterdeck.reports.words import counted, money, number, percent, rounded, value

_MOST_CHANNELS = 12
_STAGES = (*StageProbability.__struct_fields__, "no stage")
_BEFORE, _LATER, _NO_DAY = "before", "later", "no day"


def kept(report: Report, found: Sequence[Keeps]) -> Bars | None:
    """What one booking leaves, what the channel keeps and what else it costs, the dearest channel first."""
    currency = report.site.briefing.currency
    rows: list[tuple[Decimal, Decimal, Decimal, str]] = []
    for one in found:
        offer, net, share = offer_of(report, one.figure), money_of(one.figure), one.channel.commission
        if (
            offer is not None
            and isinstance(offer.price, Money)
            and offer.price.currency == currency
            and net is not None
        ):
            taken = offer.price.amount * (share.value if isinstance(share, Ratio) else Decimal(0))
            label = f"{one.title}, {report.site.titles[one.channel.entity]}"
            rows.append((taken, net, offer.price.amount, label))
    if not rows:
        return None
    rows.sort(key=lambda row: (-row[0] / row[2] if row[2] else Decimal(0), row[3]))
    taken, net, price, label = rows[0]
    words = "No channel takes a commission that is written down"
    if taken:
        words = (
            f"{label} takes the largest share, {_said(currency, taken)} of {_said(currency, price)} "
            f"({percent(taken / price)}), and leaves {_said(currency, net)}"
        )
    shown = rows[:_MOST_CHANNELS]
    parts = (
        Series("left to us", tuple(one for _, one, _, _ in shown)),
        Series("commission", tuple(one for one, _, _, _ in shown)),
        Series("fees and own cost", tuple(whole - one - left for one, left, whole, _ in shown)),
    )
    first = f", the {_MOST_CHANNELS} dearest of {len(rows)} channels" if len(rows) > len(shown) else ""
    return Bars(
        id="kept",
        reading=f"{words}.",
        about=f"One sale of the main offer by who gets it, {currency}{first}",
        currency=currency,
        is_sample=report.site.briefing.is_sample,
        labels=tuple(label for *_, label in shown),
        series=parts,
        is_horizontal=True,
        notes=tuple(f"leaves {_said(currency, left)}" for _, left, _, _ in shown),
    )


def claimed(report: Report, mailing: MailingList) -> Ranges | None:
    """Orders that mailings would bring from the worst to the best case, over those that the claim takes."""
    claim = mailing.claim
    if claim is None or not mailing.expected or not isinstance(claim.lead.value, MoneyRange | Money):
        return None
    least, most = (one.value if isinstance(one.value, Decimal) else None for one in (claim.low, claim.high))
    if least is None:
        return None
    cases = [rounded(count, 0) for _, count in mailing.expected]
    low, base, high = cases[0], cases[len(cases) // 2], cases[-1]
    mailings = counted(report.assumed.email_model.sends, "mailing")
    return Ranges(
        id="claim",
        reading=f"At best {mailings} bring {_orders(high)}; the claim needs at least {number(least)}.",
        about=f"Orders that mailings would bring, and those that {value(claim.lead.value)} would take",
        scale="count",
        is_sample=report.site.briefing.is_sample,
        ranges=(
            Range(f"{mailings} bring", low, base, high),
            Range(f"{value(claim.lead.value)} needs", least, None, most, 1),
        ),
        groups=("expected, the stroke is the base case", "needed"),
    )


def _orders(count: Decimal) -> str:
    return f"{number(count, 0)} {'order' if round(count) == 1 else 'orders'}"


def ramp(report: Report, mailing: MailingList) -> Bars | None:
    """How many addresses a careful start reaches each day."""
    days = mailing.ramp
    if not days:
        return None
    return Bars(
        id="ramp",
        reading=f"A careful start takes {counted(len(days), 'day')}: {number(days[0])} addresses on the first, "
        f"never more than {number(max(days))} on one.",
        about=f"Addresses of {mailing.entity.title} a day, {number(sum(days))} in all",
        scale="count",
        is_sample=report.site.briefing.is_sample,
        labels=tuple(f"day {at}" for at in range(1, len(days) + 1)),
        series=(Series("addresses", tuple(map(Decimal, days))),),
    )


def pipeline(briefing: Briefing, leads: Sequence[Lead]) -> Bars | None:
    """What open leads are worth by their chances, by stage and the month in which they should close."""
    found: dict[tuple[str, str], list[Item]] = {}
    for lead in leads:
        item = _item(briefing, lead)
        if item is not None:
            found.setdefault((_month(briefing, lead), _stage(lead)), []).append(item)
    if not found:
        return None
    sums = {key: weighted(items) for key, items in found.items()}
    places = _places(briefing, {month for month, _ in sums})
    by_month = {
        one: sum((sums.get((one, stage), Decimal(0)) for stage in _STAGES), Decimal(0)) for one in places
    }
    best, whole = max(places, key=lambda one: by_month[one]), sum(sums.values(), Decimal(0))
    known = sum(map(len, found.values()))
    left_out = len(leads) - known
    where = {_BEFORE: "should have closed already", _LATER: "comes later", _NO_DAY: "has no day"}
    return Bars(
        id="pipeline",
        reading=f"The largest part, {_said(briefing.currency, by_month[best])} of {_said(briefing.currency, whole)}, "
        f"{where.get(best, f'should close in {best}')}.",
        about=f"Open leads by their chances, {briefing.currency}, in the month in which they should close"
        + (f"; {left_out} without a value or chance not drawn" if left_out else ""),
        currency=briefing.currency,
        is_sample=briefing.is_sample,
        labels=places,
        series=tuple(
            Series(stage, tuple(sums.get((one, stage)) for one in places))
            for stage in _STAGES
            if any(key[1] == stage for key in sums)
        ),
    )


def _item(briefing: Briefing, lead: Lead) -> Item | None:
    """Value, chance and whether it is stale; None where the first two are not both known in our currency."""
    worth = lead.value
    if isinstance(worth, Blank):
        return None
    ends = (worth.low, worth.high) if isinstance(worth, MoneyRange) else (worth, worth)
    chance = lead.probability.value if isinstance(lead.probability, Ratio) else None
    if chance is None and not isinstance(lead.stage, Blank):
        chance = briefing.assumed.stage_probability.of(lead.stage)
    if chance is None or any(one.currency != briefing.currency for one in ends):
        return None
    touched = on(lead.last_touch)
    is_stale = touched is not None and (briefing.as_of - touched).days >= STALE_AFTER_DAYS
    return (ends[0].amount, ends[1].amount), chance, is_stale


def _stage(lead: Lead) -> str:
    return _STAGES[-1] if isinstance(lead.stage, Blank) else lead.stage


def _month(briefing: Briefing, lead: Lead) -> str:
    """`Jan 2027`, or why a lead is in no month that is drawn."""
    expected = on(lead.expected)
    if expected is None:
        return _NO_DAY
    if expected < briefing.as_of:
        return _BEFORE
    ahead = any(holds(one, expected) for one in horizon(briefing.as_of))
    return f"{expected:%b %Y}" if ahead else _LATER


def _places(briefing: Briefing, used: set[str]) -> tuple[str, ...]:
    """Every month from this one to the last with a lead, with what is in no month before and behind them."""
    months = [f"{one.start:%b %Y}" for one in horizon(briefing.as_of)]
    last = max((at for at, one in enumerate(months, start=1) if one in used), default=0)
    return tuple(one for one in (_BEFORE, *months[:last], _LATER, _NO_DAY) if one in used or one in months)


def _said(currency: str, amount: Decimal) -> str:
    return money(Money(amount, currency))
