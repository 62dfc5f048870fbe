"""Figures that a formula makes of other figures: the value and the way to it come from one call."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.scope import MOST_SOURCES, Scope
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.figure import Figure, Input, Missing, Unit, Value
from quarterdeck.model.source import Source
from quarterdeck.model.values import Day, Money, MoneyRange, Ratio

Given = Figure | Decimal | int | str | bool | date | None | Sequence["Given"] | Mapping[int, "Given"]
"""What an input can be: a figure, a plain value, or a list, pair or numbered lines of these."""


def derived(
    scope: Scope,
    formula: str,
    code: str,
    label: str,
    *,
    part: str = "",
    unit: Unit | None = None,
    note: str = "",
    **inputs: Given,
) -> Figure:
    """Compute a figure by a formula and keep what went in.

    Args:
        scope: Whose figure it is.
        formula: Id of the formula, such as `F-B4`.
        code: Id of the figure.
        label: As printed in front of it.
        part: Which field of a result that has several; of a list its number, from 1.
        unit: Of the result, where it is another than the formula's own.
        note: What to say beside it, before what the formula itself says.
        inputs: By the names that the formula has for them.

    Returns:
        The figure; not known, with what is missing, where an input is a figure that is not known. A state that
        a formula gives for an input that is none (n/a and the like) is passed on.
    """
    return parts(
        scope, formula, {part: (code, label)}, note=note, units={part: unit} if unit else {}, **inputs
    )[0]


def parts(
    scope: Scope,
    formula: str,
    wanted: Mapping[str, tuple[str, str]],
    *,
    note: str = "",
    units: Mapping[str, Unit | None] | None = None,
    **inputs: Given,
) -> tuple[Figure, ...]:
    """Compute several figures by one call of a formula that gives several parts.

    Args:
        scope: Whose figures they are.
        formula: Id of the formula.
        wanted: Part -> id and label of its figure.
        note: As for `derived`.
        units: Part -> unit, where it is another than the formula's own.
        inputs: As for `derived`.
    """
    one = BY_ID[formula]
    figures = tuple(_figures_in(inputs.values()))
    missing = _missing(figures)
    values = {name: _plain(given) for name, given in inputs.items()}
    result = missing or one.function(**values)
    notes = () if missing else one.said(values, result)
    said = "; ".join(dict.fromkeys(filter(None, (note, *(each.note for each in figures), *notes))))
    named = tuple(made for name, given in inputs.items() for made in _inputs(name, given))
    return tuple(
        Figure(
            id=code,
            entity=scope.entity,
            label=label,
            value=_value(scope, _part(result, part), (units or {}).get(part) or one.unit),
            unit=(units or {}).get(part) or one.unit,
            kind="computed",
            formula=formula,
            sources=_sources(figures),
            as_of=max((each.as_of for each in figures if each.as_of), default=None),
            is_estimate=any(each.is_estimate or each.is_partial for each in figures),
            inputs=named,
            note=said,
        )
        for part, (code, label) in wanted.items()
    )


def made_of(made: Figure, *inputs: Input, of: tuple[Figure, ...]) -> Figure:
    """A figure that no formula of the catalogue gives, with what it was made of."""
    return msgspec.structs.replace(
        made,
        kind="computed",
        inputs=inputs,
        sources=tuple(dict.fromkeys(place for one in of for place in one.sources))[:MOST_SOURCES],
        as_of=max((one.as_of for one in of if one.as_of), default=None),
        is_estimate=any(one.is_estimate or one.is_partial for one in of),
    )


def _figures_in(given: Iterable[Given]) -> Iterator[Figure]:
    for one in given:
        if isinstance(one, Figure):
            yield one
        elif isinstance(one, Mapping):
            yield from _figures_in(one.values())
        elif isinstance(one, Sequence) and not isinstance(one, str):
            yield from _figures_in(one)


def _missing(figures: Iterable[Figure]) -> Missing | None:
    """Why the result cannot be known: what the inputs need, or the state that one of them is in."""
    gaps = [one.value for one in figures if isinstance(one.value, Missing)]
    if not gaps:
        return None
    states = {gap.state for gap in gaps}
    needs = tuple(dict.fromkeys(key for gap in gaps for key in gap.needs))
    reason = "; ".join(dict.fromkeys(gap.reason for gap in gaps if gap.reason))
    return Missing(gaps[0].state if len(states) == 1 else "not_known", needs, reason)


def _plain(given: Given) -> object:
    """A figure or a list of figures as the formula takes it."""
    match given:
        case Figure(value=value):
            return _number(value)
        case str() | Decimal() | int() | date() | None:
            return given
        case Mapping():
            return {number: _plain(one) for number, one in given.items()}
        case _:
            return tuple(_plain(one) for one in given)


def _number(value: Value) -> object:
    match value:
        case Money(amount):
            return amount
        case Ratio(value=share):
            return share
        case Day(date=on):
            return on
        case MoneyRange():
            return value.middle.amount
        case _:
            return value


def _inputs(name: str, given: Given) -> Iterator[Input]:
    """What went in, by name; members of lists by their number, from 1, lines by their own."""
    match given:
        case Figure():
            yield Input(name, figure=given.id, entity=given.entity)
        case None:
            yield Input(name, value=Missing())
        case bool() | str() | date():
            yield Input(name, text=given.isoformat() if isinstance(given, date) else str(given).lower())
        case Decimal() | int():
            yield Input(name, value=Decimal(given))
        case Mapping():
            for number, one in given.items():
                yield from _inputs(f"{name}[{number}]", one)
        case _:
            for number, one in enumerate(given, 1):
                yield from _inputs(f"{name}[{number}]", one)


def _part(result: object, part: str) -> object:
    if not part or isinstance(result, Missing):
        return result
    return result[int(part) - 1] if isinstance(result, tuple) else getattr(result, part)


def _value(scope: Scope, result: object, unit: Unit) -> Value:
    match result:
        case Missing():
            return result
        case date():
            return Day(result)
        case None:
            return Missing("not_applicable")
        case Decimal() | int() if unit == "money":
            return Money(to_cents(Decimal(result)), scope.currency)
        case Decimal() | int() if unit == "ratio":
            return Ratio(Decimal(result))
        case Decimal() | int():
            return Decimal(result)
        case _:
            raise NoFigureError(result)


class NoFigureError(TypeError):
    """A formula's result that is no single number; name the part of it. A defect of ours."""

    def __init__(self, result: object) -> None:
        """Name its type."""
        super().__init__(f"{type(result).__name__} is no value of a figure")


def _sources(figures: Sequence[Figure]) -> tuple[Source, ...]:
    everything = tuple(dict.fromkeys(place for one in figures for place in one.sources))
    if len(everything) <= MOST_SOURCES:
        return everything
    return tuple(dict.fromkeys(one.sources[0] for one in figures if one.sources))[:MOST_SOURCES]
