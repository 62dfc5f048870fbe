"""Figures that compare today with an earlier version: retention of fees, and new reviews."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.agency import monthly_fee
from quarterdeck.figures.derived import parts
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input
from quarterdeck.model.history import Earlier
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

YEAR_DAYS = 365
QUARTER_DAYS = 90
_LEEWAY = timedelta(days=31)
"""How much older than asked a version may be."""
_ZERO = Decimal(0)


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """What an entity can tell of itself by a version of a year or a quarter ago; nothing where none is kept."""
    scope = scope_of(facts, entity, currency)
    yield from _retention(scope)
    yield from _new_reviews(scope)


def version_of_then(facts: Facts, days: int) -> Earlier | None:
    """The newest version that is at least so many days old, and not a month older."""
    then = facts.as_of - timedelta(days=days)
    return next((one for one in reversed(facts.earlier) if then - _LEEWAY <= one.as_of <= then), None)


def _place(record: Earlier) -> Source:
    return Source(record.path, kind="evidence", what=f"version {record.version}", as_of=record.as_of)


def _retention(scope: Scope) -> Iterator[Figure]:
    """What is left of the fees that clients paid a year ago, else a quarter ago (F-G5).

    A client whose fee of today nobody knows is in neither sum. One that is listed no more has left.
    """
    record = version_of_then(scope.facts, YEAR_DAYS) or version_of_then(scope.facts, QUARTER_DAYS)
    before = {
        folded(one.client): one.mrr
        for one in (record.clients if record else ())
        if one.entity == scope.entity and not scope.is_foreign(one.mrr)
    }
    if record is None or not before:
        return
    rows = [one for one in scope.of(Client) if isinstance(one.client, str)]
    now = {folded(one.client): monthly_fee(one, scope.as_of) for one in rows if isinstance(one.client, str)}
    fees = {name: now.get(name, Money(_ZERO, scope.currency)) for name in before}
    moved = {
        name: fee.amount - before[name].amount
        for name, fee in fees.items()
        if isinstance(fee, Money) and not scope.is_foreign(fee)
    }
    if not moved:
        return
    made = {}
    for word, (label, amount) in _movement(before, moved).items():
        money = Money(amount, scope.currency)
        figure = scope.figure(f"retention_{word}", label, money, "money", kind="computed", rows=rows)
        made[word] = msgspec.structs.replace(
            figure, sources=(_place(record), *figure.sources), known=len(moved), wanted=len(before)
        )
    yield from made.values()
    yield from parts(
        scope,
        "F-G5",
        {"nrr": ("nrr", "Net retention of fees"), "grr": ("grr", "Gross retention of fees")},
        note=f"since {record.as_of.isoformat()}",
        start=made["start"],
        expansion=made["expansion"],
        contraction=made["contraction"],
        churn=made["churn"],
    )


def _movement(before: Mapping[str, Money], moved: Mapping[str, Decimal]) -> Mapping[str, tuple[str, Decimal]]:
    """The inputs of F-G5: of clients with what they paid then, and how much that moved."""
    gone = {name for name, change in moved.items() if change == -before[name].amount}
    less = (-change for name, change in moved.items() if change < 0 and name not in gone)
    return {
        "start": ("Fees a month then", sum((before[one].amount for one in moved), _ZERO)),
        "expansion": ("More from the same clients", sum((one for one in moved.values() if one > 0), _ZERO)),
        "contraction": ("Less from the same clients", sum(less, _ZERO)),
        "churn": ("From clients who left", sum((before[one].amount for one in gone), _ZERO)),
    }


def _new_reviews(scope: Scope) -> Iterator[Figure]:
    """Reviews that the channels of a quarter ago have more; a channel that is new since then is not counted."""
    record = version_of_then(scope.facts, QUARTER_DAYS)
    then = {
        folded(one.channel): one for one in (record.channels if record else ()) if one.entity == scope.entity
    }
    rows = [one for one in scope.of(Channel) if isinstance(one.channel, str) and isinstance(one.reviews, int)]
    both = [(one, before) for one in rows if (before := then.get(folded(str(one.channel))))]
    if record is None or not both:
        return
    added = sum(max(0, int(str(one.reviews)) - before.reviews) for one, before in both)
    made = scope.figure(
        "review_count_90d",
        "New reviews in 90 days",
        Decimal(added),
        "count",
        kind="computed",
        rows=[one for one, _ in both],
        columns=("reviews",),
        known=len(both),
        wanted=len(rows),
    )
    inputs = [
        (
            Input(f"now[{number}]", value=Decimal(str(one.reviews)), sources=(one.source,)),
            Input(f"then[{number}]", value=Decimal(before.reviews), sources=(_place(record),)),
        )
        for number, (one, before) in enumerate(both, 1)
    ]
    yield msgspec.structs.replace(
        made,
        inputs=tuple(each for pair in inputs for each in pair),
        sources=(_place(record), *made.sources),
        note=f"since {record.as_of.isoformat()}",
    )
