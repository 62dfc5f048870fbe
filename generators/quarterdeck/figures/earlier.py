"""Figures that compare today with earlier versions: how fees moved, what is left of them, and new reviews."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec

from quarterdeck.figures.agency import monthly_fee
from quarterdeck.figures.derived import parts
from quarterdeck.figures.months import months_to
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import Scope, scope_of
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Input
from quarterdeck.model.history import Earlier
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money, month_of

YEAR_DAYS = 365
QUARTER_DAYS = 90
_LEEWAY = timedelta(days=31)
"""How much older than asked a version may be."""
RETENTION = ("start", "expansion", "contraction", "churn")
"""What retention is made of: figures `retention_start` and so on."""
_ZERO = Decimal(0)


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """What an entity can tell of itself by a version of a year or a quarter ago; nothing where none is kept."""
    scope = scope_of(facts, entity, currency)
    yield from _retention(scope)
    yield from _by_month(scope)
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
    record = _compared_with(scope.facts)
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
    yield from retained(scope, made)


def retained(scope: Scope, fees: Mapping[str, Figure]) -> tuple[Figure, ...]:
    """Net and gross retention (F-G5) of fees by `RETENTION`, of one business or of all that sell alike."""
    record = _compared_with(scope.facts)
    return parts(
        scope,
        "F-G5",
        {"nrr": ("nrr", "Net retention of fees"), "grr": ("grr", "Gross retention of fees")},
        note=f"since {record.as_of.isoformat()}" if record else "",
        start=fees["start"],
        expansion=fees["expansion"],
        contraction=fees["contraction"],
        churn=fees["churn"],
    )


def _compared_with(facts: Facts) -> Earlier | None:
    return version_of_then(facts, YEAR_DAYS) or version_of_then(facts, QUARTER_DAYS)


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


MOVES: Mapping[str, str] = {
    "new": "From new clients",
    "expansion": "More from the same clients",
    "contraction": "Less from the same clients",
    "churn": "From clients who left",
}
"""How fees a month move, with the label of each."""
MONTHS = 12


class _Fees(msgspec.Struct, frozen=True):
    """What clients paid a month when a month ended, or what they pay today."""

    fees: Mapping[str, Decimal]
    place: Source | None
    unknown: frozenset[str] = frozenset()
    """Clients whose fee nobody knows; they are in no sum."""


def _by_month(scope: Scope) -> Iterator[Figure]:
    """How fees moved from one month to the next, by the last version of each, and to today.

    A month without a version, or without a fee, is a gap, and so is the one that follows it. Versions keep only
    fees that were known: a client whose fee was not counts as gone.
    """
    then = _month_ends(scope)
    if not then:
        return
    rows = [one for one in scope.of(Client) if isinstance(one.client, str)]
    months = months_to(month_of(scope.as_of), MONTHS)
    for before, month in pairwise(months):
        old, new = (then.get(one.name) for one in (before, month))
        if month is months[-1]:
            new = _fees_of_today(scope, rows)
        if old is None or new is None:
            continue
        places = tuple(one.place for one in (old, new) if one.place)
        for word, amount in _moves(old, new).items():
            code, label = f"mrr_{word}:{month.name}", f"{MOVES[word]}, {month.name}"
            money = Money(amount, scope.currency)
            figure = scope.figure(
                code, label, money, "money", kind="computed", rows=() if new.place else rows
            )
            yield msgspec.structs.replace(figure, sources=(*places, *figure.sources))


def _month_ends(scope: Scope) -> dict[str, _Fees]:
    """Fees by month, of the last version of each that knew any."""
    found = {}
    for record in scope.facts.earlier:
        fees = {
            folded(one.client): one.mrr.amount
            for one in record.clients
            if one.entity == scope.entity and not scope.is_foreign(one.mrr)
        }
        if fees:
            found[month_of(record.as_of).name] = _Fees(fees, _place(record))
    return found


def _fees_of_today(scope: Scope, rows: Sequence[Client]) -> _Fees | None:
    now = {folded(str(one.client)): scope.amount(monthly_fee(one, scope.as_of)) for one in rows}
    known = {name: fee for name, fee in now.items() if fee is not None}
    return _Fees(known, None, frozenset(now) - frozenset(known)) if known else None


def _moves(old: _Fees, new: _Fees) -> dict[str, Decimal]:
    """What each of `MOVES` comes to; never below zero."""
    names = sorted((old.fees.keys() | new.fees.keys()) - old.unknown - new.unknown)
    moved = dict.fromkeys(MOVES, _ZERO)
    for name in names:
        before, now = (one.fees.get(name, _ZERO) for one in (old, new))
        if now > before:
            moved["expansion" if before else "new"] += now - before
        elif now < before:
            moved["contraction" if now else "churn"] += before - now
    return moved


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
