"""How a headline figure moved over the earlier versions: points of a line, and the change in words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure, Unit, Value
from quarterdeck.model.values import Money, Ratio
from quarterdeck.reports.components import Card, Move
from quarterdeck.reports.sparkline import MOST_POINTS, is_drawn
from quarterdeck.reports.words import NBSP, counted, day, day_short, money, number, rounded

_PERCENT = 100
_ABOVE_FLOOR = frozenset({"cash_available", "lowest_week"})
"""Figures whose line is drawn over the floor under cash."""
_NOUNS: dict[Unit, str] = {"months": "month", "days": "day", "hours": "hour"}
_PLACES: dict[Unit, int] = {"months": 1, "hours": 1, "score": 2}


def with_past(card: Card, briefing: Briefing) -> Card:
    """A card with its line and its change, where earlier versions kept what it shows and it has no other."""
    if card.series or card.move or not isinstance(card.value, Figure):
        return card
    figure = card.value
    kept = briefing.history.of(figure.id, figure.entity)
    series = (*(kept.values if kept else ()), figure.value)[-MOST_POINTS:]
    numbers = points(series)
    if not is_drawn(numbers) or numbers[-1] is None:
        return card
    at = max(index for index, one in enumerate(numbers[:-1]) if one is not None)
    before = briefing.history.versions[at - len(series) + 1]
    change = moved(series[at], figure.value, figure.unit)
    floor = briefing.find("cash_floor", figure.entity) if figure.id in _ABOVE_FLOOR else None
    return msgspec.structs.replace(
        card,
        series=numbers,
        move=_move(change, before.as_of, briefing.as_of),
        threshold=points((floor.value, figure.value))[0] if floor else None,
    )


def points(values: Sequence[Value | None]) -> tuple[Decimal | None, ...]:
    """The values as points of a line; a state, or money of another currency than the newest has, is a gap."""
    last = values[-1]
    currency = last.currency if isinstance(last, Money) else ""
    return tuple(_number(one, currency) for one in values)


def _number(value: Value | None, currency: str = "") -> Decimal | None:
    match value:
        case Money(amount, of) if of == currency:
            return amount
        case Ratio(value=share):
            return share
        case Decimal():
            return value
        case _:
            return None


def moved(before: Value | None, now: Value, unit: Unit) -> tuple[Decimal, str] | None:
    """How far a value moved as it is printed, and its size in words; None where one of both has no number."""
    old, new = points((before, now))
    if old is None or new is None:
        return None
    if isinstance(now, Money):
        change = rounded(new - old, 0)
        return change, money(Money(abs(change), now.currency))
    if isinstance(now, Ratio):
        change = rounded((new - old) * _PERCENT, 1)
        return change, counted(abs(change), "point")
    change = rounded(new - old, _PLACES.get(unit, 0))
    noun = _NOUNS.get(unit)
    return change, counted(abs(change), noun) if noun else number(abs(change))


def moved_words(moved: tuple[Decimal, str] | None) -> str:
    """Print `$2,100 less`, or that nothing moved, or that nobody knows."""
    if moved is None:
        return "not known"
    change, size = moved
    return f"{size}{NBSP}{'more' if change > 0 else 'less'}" if change else "unchanged"


def _move(moved: tuple[Decimal, str] | None, before: date, as_of: date) -> Move | None:
    """The line under a card, without a judgement: more is not better for every figure."""
    if moved is None:
        return None
    change = moved[0]
    since = day_since(before, as_of)
    if not change:
        return Move("unchanged", "none", since=f"since {since}")
    return Move(moved_words(moved), "up" if change > 0 else "down", since=f"than on {since}")


def day_since(on: date, as_of: date) -> str:
    """Print a day before that of the report, with its year where that is another one."""
    return day_short(on) if on.year == as_of.year else day(on)
