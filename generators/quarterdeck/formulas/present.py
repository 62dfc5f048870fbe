"""What a formula was given and gives, as people and programs read it: rounded once, with the working."""

import ast
import datetime as dt
import inspect
import operator
import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from quarterdeck.formulas.periods import Month, to_cents
from quarterdeck.formulas.registry import MONEY, Formula
from quarterdeck.model.figure import STATE_WORDS, Missing

Presented = Decimal | int | bool | str | None | list["Presented"] | dict[str, "Presented"]
"""A result of plain parts; its decimals are final, and print as they stand."""

SIGNIFICANT = 12
"""Digits that a number keeps which is no money."""
MOST_DIGITS = 24
"""Before the point; a number with more is a slip of the keyboard."""

_PRECISE = Context(prec=SIGNIFICANT, rounding=ROUND_HALF_UP)
_NAME = re.compile(r"[A-Za-z_]\w*")
_SIGNS = (("−", "-"), ("×", "*"), ("÷", "/"), (" x ", " * "), ("^", "**"))
_SHARES = re.compile(r"[/÷]")
_SMALL_WORDS = frozenset({"x", "at", "least", "most", "days"})
"""Words of a definition that are no names, unless an input has that name."""
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_PLAIN_WORDS = {
    Decimal: "a number",
    int: "a whole number",
    bool: "true or false",
    str: "text",
    dt.date: "a day such as 2026-11-23",
    dt.datetime: "a time such as 2026-11-23T09:30:00Z",
}


class NumberTooLargeError(ArithmeticError):
    """A result with more digits than any business has."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the result is too large, or no number")


# ── results ──────────────────────────────────────────────────────────────────────────────────────────────────


def presented(formula: Formula, result: object) -> Presented:
    """A result in plain parts: money to the cent, other decimals to twelve digits, a state as its word.

    Raises:
        NumberTooLargeError: A number in it is infinite or too long.
    """
    wanted = get_type_hints(formula.function, include_extras=True)["return"]
    return _presented(
        result, wanted, is_money=formula.unit == MONEY and not isinstance(result, msgspec.Struct)
    )


def _presented(thing: object, wanted: Any, *, is_money: bool) -> Presented:  # noqa: ANN401 - any type
    match thing:
        case None | bool() | str():
            made: Presented = thing
        case Missing(state=state):
            made = state
        case dt.date():
            made = thing.isoformat()
        case Decimal() | int() if is_money or _is_money(wanted):
            made = to_cents(_sane(Decimal(thing)))
        case int():
            made = thing
        case Decimal():
            made = significant(_sane(thing))
        case msgspec.Struct():
            hints = get_type_hints(type(thing), include_extras=True)
            made = {
                name: _presented(getattr(thing, name), hints[name], is_money=False)
                for name in thing.__struct_fields__
            }
        case Mapping():
            inner = _inside(wanted, Mapping)
            made = {
                str(key): _presented(one, inner[-1] if inner else Any, is_money=is_money)
                for key, one in thing.items()
            }
        case Sequence():
            made = [
                _presented(one, kind, is_money=is_money)
                for one, kind in zip(thing, _members(wanted, len(thing)), strict=True)
            ]
        case _:
            raise NoResultError(thing)
    return made


class NoResultError(TypeError):
    """A formula gave something that has no form of print; a defect of ours."""

    def __init__(self, thing: object) -> None:
        """Name its type."""
        super().__init__(f"{type(thing).__name__} is no result of a formula")


def significant(number: Decimal) -> Decimal:
    """A number to twelve significant digits, without zeros at its end and never a negative zero."""
    exact = Decimal(f"{_PRECISE.plus(number).normalize():f}")
    return exact or Decimal(0)


def _sane(number: Decimal) -> Decimal:
    if not number.is_finite() or number.adjusted() > MOST_DIGITS:
        raise NumberTooLargeError
    return number


def _alternatives(wanted: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any type
    return get_args(wanted) if get_origin(wanted) in (Union, types.UnionType) else (wanted,)


def _is_money(wanted: Any) -> bool:  # noqa: ANN401 - any type
    return any(get_origin(one) is Annotated and MONEY in one.__metadata__ for one in _alternatives(wanted))


def _inside(wanted: Any, kind: type) -> tuple[Any, ...]:  # noqa: ANN401 - any type
    """The arguments of the first alternative that is a collection of that kind."""
    for one in _alternatives(wanted):
        origin = get_origin(one)
        if isinstance(origin, type) and issubclass(origin, kind):
            return get_args(one)
    return ()


def _members(wanted: Any, count: int) -> tuple[Any, ...]:  # noqa: ANN401 - any type
    inner = _inside(wanted, Sequence)
    if len(inner) == count > 1 and Ellipsis not in inner:
        return inner
    return (inner[0] if inner else Any,) * count


# ── inputs ───────────────────────────────────────────────────────────────────────────────────────────────────


class InputOf(msgspec.Struct, frozen=True):
    """One input of a formula, for people."""

    name: str
    words: str
    """What to write: `a list of numbers`."""
    is_needed: bool
    default: str = ""
    """As it would be written, where it may be left out."""


def inputs_in_words(function: Callable[..., object]) -> tuple[InputOf, ...]:
    """The inputs of a function in its order, with their types in words."""
    hints = get_type_hints(function, include_extras=True)
    return tuple(
        InputOf(name, type_in_words(hints[name]), is_needed=True)
        if one.default is one.empty
        else InputOf(name, type_in_words(hints[name]), is_needed=False, default=_written(one.default))
        for name, one in inspect.signature(function).parameters.items()
    )


def _written(default: object) -> str:
    match default:
        case None:
            return "not known"
        case bool():
            return str(default).lower()
        case tuple():
            return f"[{', '.join(map(_written, default))}]"
        case _:
            return str(default)


def type_in_words(wanted: Any) -> str:  # noqa: ANN401 - any type
    """What to write for a type: `a number`, `a list of [a day, a number]`, `current, 1-30 or 90+`."""
    alternatives = [one for one in _alternatives(wanted) if one not in (type(None), Missing)]
    words = _either([_one_in_words(one) for one in alternatives])
    return f"{words}, or null" if type(None) in _alternatives(wanted) else words


def _one_in_words(wanted: Any) -> str:  # noqa: ANN401 - any type
    origin, inside = get_origin(wanted), get_args(wanted)
    if wanted == Month:
        return "a month such as 2026-10"
    if origin is Annotated:
        return "money" if MONEY in wanted.__metadata__ else type_in_words(inside[0])
    if origin is Literal:
        return _either([str(one) for one in inside])
    if origin is tuple and Ellipsis not in inside:
        return f"[{', '.join(map(type_in_words, inside))}]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"an object: {type_in_words(inside[0])} → {type_in_words(inside[1])}"
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return f"a list, each {type_in_words(inside[0])}"
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        optional = {one.name for one in msgspec.structs.fields(wanted) if not one.required}
        hints = get_type_hints(wanted, include_extras=True)
        parts = (
            f"{name}{'?' if name in optional else ''}: {type_in_words(hints[name])}"
            for name in wanted.__struct_fields__
        )
        return f"{{{'; '.join(parts)}}}"
    return _PLAIN_WORDS.get(wanted, "anything")


def _either(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if words[1:] else "".join(words)


# ── working ──────────────────────────────────────────────────────────────────────────────────────────────────


def working(
    formula: Formula, values: Mapping[str, object], result: object, notes: Sequence[str]
) -> tuple[str, ...]:
    """The definition, then each step with its numbers put in, then what there is to say beside it.

    Args:
        formula: Which.
        values: Its inputs by name, as they were read.
        result: What it gave.
        notes: Of this result.
    """
    lines = [*formula.working, *_steps(formula, values, result), *notes]
    if isinstance(result, Missing):
        lines.append(": ".join(filter(None, (STATE_WORDS[result.state], result.reason))))
    return tuple(lines)


def _steps(formula: Formula, values: Mapping[str, object], result: object) -> Iterator[str]:
    """Each line of the definition whose names are plain inputs or came out of a line before."""
    shown = presented(formula, result)
    known: dict[str, Presented] = {
        name: _presented(one, Any, is_money=False) if not isinstance(one, dt.date) else one.isoformat()
        for name, one in values.items()
        if isinstance(one, Decimal | int | dt.date) and not isinstance(one, bool)
    }
    exact: dict[str, object] = {
        name: Decimal(one) if isinstance(one, int) else one for name, one in values.items() if name in known
    }
    equations = [line.partition(" = ") for line in formula.working if " = " in line]
    if isinstance(result, Missing):
        equations = [one for one in equations[:-1][:1] if not _SHARES.search(one[2])]
    for number, (left, _, right) in enumerate(equations, 1):
        is_last = number == len(equations)
        given = shown.get(left) if isinstance(shown, dict) else shown if is_last else None
        computed = _computed(right, exact)
        found = given if _is_number(given) or isinstance(given, list) else computed
        names = set(_NAME.findall(right)) - _SMALL_WORDS
        if found is not None and names and names <= known.keys() and _agree(found, computed):
            yield f"{_put_in(right, known)} = {text_of(found)}"
        if _is_number(found) and _NAME.fullmatch(left) and left not in values:
            known[left] = found
            exact[left] = computed if _agree(found, computed) and computed is not None else found


def _is_number(thing: object) -> bool:
    return isinstance(thing, Decimal | int) and not isinstance(thing, bool)


def _agree(found: Presented, computed: Presented) -> bool:
    """Whether a line's own sum is what came out; it is not where a rule beside the line decided."""
    if not isinstance(computed, Decimal | int):
        return computed is None
    return found in (computed, to_cents(Decimal(computed)))


def _put_in(right: str, known: Mapping[str, Presented]) -> str:
    """An expression with its names as numbers; one below zero stands in parentheses."""

    def number(name: re.Match[str]) -> str:
        text = text_of(known[name[0]]) if name[0] in known else name[0]
        return f"({text})" if text.startswith("-") else text

    return _NAME.sub(number, right)


def _computed(right: str, exact: Mapping[str, object]) -> Presented:
    """An expression over known names; None where it is more than arithmetic, n/a where it has no result."""
    for sign, plain in _SIGNS:
        right = right.replace(sign, plain)
    try:
        found = _evaluated(ast.parse(right.strip(), mode="eval").body, exact)
    except ArithmeticError:
        return STATE_WORDS["not_applicable"]
    except (SyntaxError, TypeError, KeyError):
        return None
    if isinstance(found, dt.timedelta):
        return found.days
    if isinstance(found, Decimal) and found.is_finite() and found.adjusted() <= MOST_DIGITS:
        return significant(found)
    return None


def _evaluated(node: ast.expr, exact: Mapping[str, object]) -> object:
    match node:
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_evaluated(left, exact), _evaluated(right, exact))
        case ast.UnaryOp(ast.USub(), inner):
            return Decimal(0) - Decimal(str(_evaluated(inner, exact)))
        case ast.Name(name):
            return exact[name]
        case ast.Constant(value) if isinstance(value, int | float):
            return Decimal(str(value))
        case _:
            raise TypeError(type(node))


def text_of(thing: Presented) -> str:
    """A part of a result as it stands in a line of text."""
    match thing:
        case Decimal():
            return f"{thing:f}"
        case list():
            return f"[{', '.join(map(text_of, thing))}]"
        case dict():
            return f"{{{', '.join(f'{name}: {text_of(one)}' for name, one in thing.items())}}}"
        case None:
            return "none"
        case bool():
            return str(thing).lower()
        case _:
            return str(thing)
