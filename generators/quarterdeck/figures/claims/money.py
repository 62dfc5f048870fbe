"""Claims about what the cloud costs a month, against the bill."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.cash import added
from quarterdeck.figures.claims.claim import Ask, Claim, Dispute
from quarterdeck.figures.names import folded
from quarterdeck.model.books import Cost, Kpi
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.figure import Figure
from quarterdeck.model.source import Source
from quarterdeck.model.values import PER_MONTH, Money, Period

_CLOUD = re.compile(r"\b(?:aws|amazon web services|cloud)\b")
_TENTH = Decimal("0.1")


class _Stated(msgspec.Struct, frozen=True):
    """A row of the table of costs, or of the KPIs."""

    amount: Money
    month: str
    """`2026-10`."""
    source: Source
    serves: frozenset[str]
    """Businesses that it is paid for."""


def _last_month(ask: Ask) -> str:
    return f"{ask.scope.as_of.replace(day=1) - timedelta(days=1):%Y-%m}"


def _stated(ask: Ask) -> Iterator[_Stated]:
    facts = ask.scope.facts
    (entity,) = ask.scope.entities
    own = {ask.entity, *facts.parts_of(entity.entity)}
    for row in ask.scope.of(Cost):
        cells = [one for one in (row.item, row.vendor) if isinstance(one, str)]
        if not any(_CLOUD.search(one.casefold()) for one in cells):
            continue
        if isinstance(row.amount, Money) and isinstance(row.cadence, str) and row.cadence != "one-time":
            for_ = folded(row.needed_by) if isinstance(row.needed_by, str) else ""
            others = {one.entity for one in facts.entities if folded(one.entity) in for_}
            monthly = row.amount * PER_MONTH[row.cadence]
            yield _Stated(monthly, _last_month(ask), row.source, frozenset(own | others))
    for kpi in ask.scope.of(Kpi):
        if kpi.kpi == "cloud_cost" and isinstance(kpi.value, Money) and isinstance(kpi.period, Period):
            yield _Stated(kpi.value, kpi.period.name, kpi.source, frozenset(own))


def _bill(ask: Ask, stated: _Stated) -> tuple[CloudCost, ...]:
    """The lines of a month for these businesses: of an account of their own, else those with their tag."""
    lines: list[CloudCost] = []
    for entity in sorted(stated.serves):
        own = [one for one in ask.scope.facts.of(CloudCost, entity) if one.month == stated.month]
        services = [one for one in own if one.by == "service"]
        lines += services or [one for one in own if one.by == "tag" and one.name]
    return tuple(lines)


def _costs(ask: Ask) -> Iterator[Dispute]:
    """More than a tenth apart; what no tag claims may belong to it, so only beyond that is too much."""
    for stated in _stated(ask):
        lines = _bill(ask, stated)
        bill = added(ask.scope, "cloud_bill", "Cloud bill", [_figure(ask, one) for one in lines])
        if not lines or bill.is_partial or not isinstance(bill.value, Money):
            continue
        bare = [
            one
            for one in ask.shared(CloudCost)
            if one.by == "tag" and not one.name and one.month == stated.month
        ]
        loose = added(ask.scope, "cloud_bare", "Without a tag", [_figure(ask, one) for one in bare])
        if loose.is_partial or not isinstance(loose.value, Money):
            continue
        low, high = bill.value.amount, bill.value.amount + loose.value.amount
        edge = max(Decimal(1), high * _TENTH)
        if (
            stated.amount.currency == bill.value.currency
            and not low - edge <= stated.amount.amount <= high + edge
        ):
            yield Dispute(
                subject=stated.month,
                said=stated.amount,
                said_at=(stated.source,),
                seen=bill.value,
                seen_at=bill.sources,
                unit="money",
                kind="computed",
            )


def _figure(ask: Ask, line: CloudCost) -> Figure:
    """One line of the bill; a refused amount leaves the sum partial."""
    code = f"cloud_line:{line.entity}:{line.name}:{line.month}"
    if not isinstance(line.amount, Money) or line.amount.currency != ask.scope.currency:
        return ask.scope.missing(code, line.name, "money", reason="the bill does not say")
    made = ask.scope.figure(code, line.name, line.amount, "money", kind="actual")
    return msgspec.structs.replace(made, sources=(line.source,), as_of=line.source.as_of)


CLAIMS = (
    Claim(
        key="cloud-cost",
        what="Cost of the cloud, {name}",
        find=_costs,
        why="The bill is what is paid; what carries no tag of a business may come on top.",
        weakens="Margins, burn and the plan take the written amount.",
        mend="Write the bill's amount among the costs, and tag what belongs to the business.",
        role="cfo",
        rules=("R-CTO-17",),
    ),
)
