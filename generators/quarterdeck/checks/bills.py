"""The bill of an account or business, month by month, as checks and rules read it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.formulas.technology import SHORTEST_RUN_DAYS, run_rate, untagged_share
from quarterdeck.model.cloud.cost import CloudCost
from quarterdeck.model.facts import Facts
from quarterdeck.model.values import Money, month_of

_JUMP = Decimal("1.5")
_LEAST_JUMP = Decimal(25)
_MUCH_UNTAGGED = Decimal("0.20")


class Rate(msgspec.Struct, frozen=True):
    """What the running month comes to, beside the one before."""

    lines: tuple[CloudCost, ...]
    rate: Money
    before: Money
    days: int
    """Days of the month that are over."""

    @property
    def has_jumped(self) -> bool:
        """Whether it comes to more than half as much again, and at least 25 more."""
        return self.rate.amount > self.before.amount * _JUMP and self.more.amount >= _LEAST_JUMP

    @property
    def more(self) -> Money:
        """What it comes to beyond the month before."""
        return self.rate - self.before

    @property
    def is_early(self) -> bool:
        """Whether too few days are over to say."""
        return self.days < SHORTEST_RUN_DAYS


class Untagged(msgspec.Struct, frozen=True):
    """What of one month carries no tag of a business."""

    lines: tuple[CloudCost, ...]
    month: str
    nobodys: Money
    total: Money
    share: Decimal

    @property
    def is_much(self) -> bool:
        """Whether it is more than a fifth."""
        return self.share > _MUCH_UNTAGGED


def month(day: date) -> str:
    """The month of a day: `2026-11`."""
    return f"{day:%Y-%m}"


def month_before(day: date) -> str:
    """The last full month of a day."""
    return month(day.replace(day=1) - timedelta(days=1))


def total(lines: Iterable[CloudCost], month: str) -> Money | None:
    """The sum of a month's lines; None where there is none, one is not known, or currencies differ."""
    amounts = [line.amount for line in lines if line.month == month]
    known = [one for one in amounts if isinstance(one, Money)]
    if not known or len(known) < len(amounts) or len({one.currency for one in known}) > 1:
        return None
    return sum(known[1:], start=known[0])


def rate_of(facts: Facts, entity: str) -> Rate | None:
    """By service, else by the tag of a business; None where this month or the last one is not known."""
    lines = [line for line in facts.of(CloudCost, entity) if line.by == "service"]
    lines, taken = _newest(
        lines or [line for line in facts.of(CloudCost, entity) if line.by == "tag" and line.name]
    )
    if taken is None:
        return None
    now, before = total(lines, month(taken)), total(lines, month_before(taken))
    if now is None or before is None or now.currency != before.currency:
        return None
    rate = run_rate(now.amount, taken.day - 1, month_of(taken).end.day, before.amount)
    if not isinstance(rate, Decimal):
        return None
    return Rate(tuple(lines), Money(rate, now.currency), before, taken.day - 1)


def untagged(facts: Facts) -> Untagged | None:
    """Of the last full month, or of this one where there is no other; None where that is not known."""
    lines, taken = _newest([line for line in facts.of(CloudCost) if line.by == "tag"])
    if taken is None:
        return None
    for name in (month_before(taken), month(taken)):
        bare = tuple(line for line in lines if not line.name and line.month == name)
        whole, nobodys = total(lines, name), total(bare, name)
        if whole is None:
            continue
        share = None if nobodys is None else untagged_share(nobodys.amount, whole.amount)
        return Untagged(bare, name, nobodys, whole, share) if nobodys and isinstance(share, Decimal) else None
    return None


def _newest(lines: Sequence[CloudCost]) -> tuple[list[CloudCost], date | None]:
    """The lines that were read last, and when."""
    taken = max((line.source.as_of for line in lines if line.source.as_of), default=None)
    return [line for line in lines if line.source.as_of == taken], taken
