"""Which figures move, and how far, when an assumption is a tenth less or a tenth more."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import msgspec

from quarterdeck.figures import billing_audit, capital, cash, debt, forecast, marketing, rental_books
from quarterdeck.figures.collect import Keep, Made, Subject, anew, figures_of, whole
from quarterdeck.figures.grounds import Grounds
from quarterdeck.figures.rollup import of_code
from quarterdeck.figures.scope import Scope
from quarterdeck.model.assumed import Assumed
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.move import Move

_TENTH = Decimal("0.1")
_WAYS = (-1, 1)

READERS: Mapping[str, tuple[Subject, ...]] = {
    "hurdle_rate": (debt.figures, capital.figures),
    "reserve_months": (capital.figures,),
    "downside": (forecast.figures,),
    "upside_min_probability": (forecast.figures,),
    "stage_probability": (marketing.figures, forecast.figures),
    "loss_rates": (billing_audit.figures,),
    "card_fee": (marketing.figures,),
    "channel_weights": (marketing.figures,),
    "email_model": (marketing.figures,),
    "local_cpi": (rental_books.figures,),
}
"""Assumption -> the subjects of which any figure that is watched reads it; a test holds that none is missing."""

_SHARES = frozenset(READERS) - {"reserve_months", "channel_weights"}
"""Assumptions that can be no more than all of something."""

WATCHED = (
    "runway_months",
    "runway_zero_revenue",
    "runway_seasonal",
    "lowest_week",
    "downside_lowest",
    "upside_lowest",
    "break_even_revenue",
    "target",
    "pipeline_weighted",
    "deployable",
    "reserve_needed",
    "debt_dear",
    "visibility",
    "take_rate",
    "net_per_booking",
    "list_mailable",
    "expected_loss",
    "option_npv",
    "rent_ceiling",
)
"""Ids, up to any subject, of the figures that owners steer by."""

Figures = Mapping[tuple[str, str], Figure]
Late = Callable[[Scope, Mapping[str, Figure]], Iterable[Figure]]


class Lever(NamedTuple):
    """One assumption with what it is when it is less, and when it is more."""

    path: str
    at: tuple[Decimal, Decimal]
    less: Assumed
    more: Assumed


def moves(facts: Facts, figures: Iterable[Figure], *, currency: str, keep: Keep = anew) -> tuple[Move, ...]:
    """What every assumption in force moves.

    Args:
        facts: With the assumptions in force.
        figures: Those of the run.
        currency: Of the portfolio, and of every business that names none.
        keep: Remembers what was worked out of one business.

    Returns:
        Only watched figures with a value that differs from the run's on either side; by path, entity and id.
        Whole numbers move by one at least; the five loss rates move together; a share stays below one.
    """
    now = {(one.entity, one.id): one for one in figures}
    every = tuple(levers(facts.assumed))
    sides = [_Side(lever, facts.assuming(one), {}) for lever in every for one in (lever.less, lever.more)]
    grounds = Grounds(facts, currency)
    for entity in facts.entities:  # outside: what rests on no assumption is worked out once for all sides
        made = keep(grounds.of("moves", entity), partial(_made, sides, entity, now, currency))
        for side, changed in zip(sides, made.groups, strict=True):
            side.changed.update(((one.entity, one.id), one) for one in changed)
    of_all = {code: one for (entity, code), one in now.items() if not entity}
    found = []
    for lever, *both in zip(every, sides[::2], sides[1::2], strict=True):
        less, more = (_again(side, now, of_all, currency) for side in both)
        for key in sorted(less.keys() | more.keys()):
            ends = [side.get(key, now[key]) for side in (less, more)]
            if all(one.is_known for one in ends):
                found.append(Move(lever.path, key[1], key[0], lever.at, ends[0].value, ends[1].value))
    return tuple(sorted(found, key=lambda one: (one.path, one.entity, one.figure)))


def is_watched(figure: str) -> bool:
    """Whether owners steer by a figure of that id."""
    return figure.partition(":")[0] in WATCHED


# --- the figures once more -----------------------------------------------------------------------------------------


class _Side(NamedTuple):
    """The facts with one assumption less or more, and which figures of businesses differ then."""

    lever: Lever
    facts: Facts
    changed: dict[tuple[str, str], Figure]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Those that read the assumption."""
        return READERS[self.lever.path.partition(".")[0]]


def _made(sides: Iterable[_Side], entity: Entity, now: Figures, currency: str) -> Made:
    """The figures of one business that differ on each of the sides."""
    again = (figures_of(one.facts, entity, currency=currency, subjects=one.subjects) for one in sides)
    return Made(tuple(tuple(one for one in group if _differs(one, now)) for group in again))


def _again(
    side: _Side, now: Figures, of_all: Mapping[str, Figure], currency: str
) -> dict[tuple[str, str], Figure]:
    """Watched figures, the portfolio's with them, that differ from the run's on one side."""
    scope = whole(side.facts, currency)
    again = _of_all(scope, side.changed, now, dict(of_all), side.subjects)
    changed = side.changed | {("", one.id): one for one in again if _differs(one, now)}
    return {key: one for key, one in changed.items() if is_watched(key[1])}


def _differs(one: Figure, now: Figures) -> bool:
    before = now.get((one.entity, one.id))
    return before is not None and before.is_known and before.value != one.value


def _of_all(
    scope: Scope, changed: Figures, now: Figures, made: dict[str, Figure], subjects: Iterable[Subject]
) -> Iterator[Figure]:
    """The portfolio's figures that rest on those that changed, or read assumptions themselves; `made` takes them."""
    codes = dict.fromkeys(code for _, code in changed)
    for code in codes:
        both = (changed.get((one.entity, code), now.get((one.entity, code))) for one in scope.entities)
        members = [one for one in both if one is not None]
        made |= {one.id: one for one in of_code(scope, code, members)} if members else {}
    yield from (made[code] for code in codes if code in made)
    for subject in subjects:
        yield from _LATE.get(subject, _nothing)(scope, made)


def _forecast(scope: Scope, made: Mapping[str, Figure]) -> Iterable[Figure]:
    return forecast.portfolio(scope, made, cash.available(scope, made))


def _nothing(_scope: Scope, _made: Mapping[str, Figure]) -> Iterable[Figure]:
    return ()


_LATE: Mapping[Subject, Late] = {forecast.figures: _forecast, capital.figures: capital.of_portfolio}
"""What the portfolio works out of its sums again."""


# --- a tenth less, a tenth more ------------------------------------------------------------------------------------


def levers(assumed: Assumed) -> Iterator[Lever]:
    """Every number that is assumed and that a watched figure may rest on, in the order of `READERS`."""
    for name in READERS:
        for one in _steps(getattr(assumed, name), is_share=name in _SHARES):
            less, more = (msgspec.structs.replace(assumed, **{name: side}) for side in one.sides)
            yield Lever(f"{name}.{one.path}" if one.path else name, one.at, less, more)


class Step(NamedTuple):
    """One number somewhere in an assumption, and the assumption with that number less and more."""

    path: str
    sides: tuple[object, object]
    at: tuple[Decimal, Decimal]


def _steps(value: object, *, is_share: bool) -> Iterator[Step]:
    match value:
        case int() | Decimal():
            less, more = (_moved(value, way, is_share=is_share) for way in _WAYS)
            yield Step("", (less, more), (Decimal(less), Decimal(more)))
        case tuple():
            all_less, all_more = (
                tuple(_moved(one, way, is_share=is_share) for one in value) for way in _WAYS
            )
            yield Step("", (all_less, all_more), (Decimal(all_less[0]), Decimal(all_more[0])))
        case Mapping():
            yield from _inside(value.items(), lambda name, side: {**value, name: side}, is_share=is_share)
        case msgspec.Struct():
            parts = ((name, getattr(value, name)) for name in value.__struct_fields__)
            put = partial(_put, value)
            yield from _inside(parts, put, is_share=is_share)


def _put(whole: msgspec.Struct, name: str, side: object) -> object:
    return msgspec.structs.replace(whole, **{name: side})


def _inside(
    parts: Iterable[tuple[str, object]], put: Callable[[str, object], object], *, is_share: bool
) -> Iterator[Step]:
    """The numbers of every part, each inside the whole."""
    for name, part in parts:
        for one in _steps(part, is_share=is_share):
            less, more = (put(name, side) for side in one.sides)
            yield Step(f"{name}.{one.path}" if one.path else name, (less, more), one.at)


def _moved(value: Decimal | int, way: int, *, is_share: bool) -> Decimal | int:
    if isinstance(value, int):
        return max(0, value + way * max(1, round(value * _TENTH)))
    moved = value * (1 + way * _TENTH)
    return min(moved, Decimal(1)) if is_share and value <= 1 else moved
