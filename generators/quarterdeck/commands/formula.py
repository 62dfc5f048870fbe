"""Computes one formula from the numbers given, and lists all of them."""

import re
from collections.abc import Callable, Mapping

import msgspec

from quarterdeck.formulas.catalogue import BY_ID, FORMULAS
from quarterdeck.formulas.present import Presented, inputs_in_words, presented, working
from quarterdeck.formulas.registry import Formula
from quarterdeck.model.errors import UsageError
from quarterdeck.model.figure import Missing
from quarterdeck.text.nearest import nearest

_PATH = re.compile(r"^(?P<why>.*?)(?: - at `\$\.?(?P<name>\w*)(?P<rest>[^`]*)`)?$", re.DOTALL)
_ENCODER = msgspec.json.Encoder()


def listed() -> str:
    """Every formula: id, title and the names of its inputs, a line each."""
    widest_id = max(len(one.id) for one in FORMULAS)
    widest = max(len(one.title) for one in FORMULAS)
    return "".join(f"{one.id:{widest_id}}  {one.title:{widest}}  {_names(one)}\n" for one in FORMULAS)


def explained(code: str) -> str:
    """One formula in words: definition, inputs with their types, result and worked example."""
    one = _formula(code)
    inputs = (
        f"  {each.name}: {each.words}" + ("" if each.is_needed else f" ({each.default})")
        for each in inputs_in_words(one.function)
    )
    parts = [f"{one.id} {one.title}", *(f"  {line}" for line in one.working), "", *inputs, "", one.text]
    return "\n".join(parts).strip() + "\n"


def compute(code: str, inputs: str) -> str:
    """Compute a formula and print id, value, unit, state and working as one JSON object.

    Args:
        code: Its id; case does not matter.
        inputs: One JSON object with the names of its inputs. Null stands for what is not known.

    Raises:
        UsageError: There is no such formula, or an input is absent, of another name or of another type.
    """
    one = _formula(code)
    _check_names(one, inputs)
    try:
        values, result, notes = one.worked(inputs)
        value = None if isinstance(result, Missing) else presented(one, result)
        steps = working(one, values if isinstance(values, dict) else {}, result, notes)
    except msgspec.ValidationError as error:
        raise UsageError(_type_words(one, error)) from error
    except ArithmeticError as error:
        raise UsageError(
            f"{one.id}: the numbers given are too large, or no numbers. Write them as 1250 or 1250.50."
        ) from error
    content = {
        "id": one.id,
        "value": _raw(value),
        "unit": one.unit,
        "state": result.state if isinstance(result, Missing) else None,
        "working": steps,
    }
    return _ENCODER.encode(content).decode() + "\n"


def _raw(thing: Presented) -> object:
    """The same with its numbers as the JSON that they become, never with an exponent."""
    match thing:
        case dict():
            return {name: _raw(one) for name, one in thing.items()}
        case list():
            return [_raw(one) for one in thing]
        case None | bool() | int() | str():
            return thing
        case _:
            return msgspec.Raw(f"{thing:f}".encode())


def _formula(code: str) -> Formula:
    by_word = {one.casefold(): one for one in BY_ID}
    found = by_word.get(code.casefold())
    if found is None:
        guess = nearest(code, BY_ID)
        near = f" The nearest is {guess}." if guess else ""
        raise UsageError(f"There is no formula {code}.{near} All are listed by: quarterdeck formula")
    return BY_ID[found]


def _names(one: Formula) -> str:
    ways = [one.function, *([one.also] if one.also else [])]
    return "; or ".join(
        ", ".join(f"{each.name}{'' if each.is_needed else '?'}" for each in inputs_in_words(way))
        for way in ways
    )


def _check_names(one: Formula, inputs: str) -> None:
    """Refuse what is no object, and names that are no inputs or lack.

    Raises:
        UsageError: Which, and what the right names are.
    """
    try:
        raw = msgspec.json.decode(inputs)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise UsageError(
            f"{one.id}: the inputs are no JSON: {error}. Write one object with {_names(one)}."
        ) from error
    if not isinstance(raw, dict):
        raise UsageError(f"{one.id}: the inputs are no JSON object. Write one with {_names(one)}.")
    way = _way(one, raw)
    wanted = inputs_in_words(way)
    right = [each.name for each in wanted]
    if wrong := [name for name in raw if name not in right]:
        raise UsageError(f"{one.id} has no input {', '.join(wrong)}. Its inputs are {_names(one)}.")
    if absent := [each.name for each in wanted if each.is_needed and each.name not in raw]:
        raise UsageError(f"{one.id} lacks {', '.join(absent)}. Its inputs are {_names(one)}.")


def _way(one: Formula, raw: Mapping[str, object]) -> Callable[..., object]:
    """The way of computing that was meant: the one that knows more of the names given."""
    if one.also is None:
        return one.function
    also = {each.name for each in inputs_in_words(one.also)}
    own = {each.name for each in inputs_in_words(one.function)}
    return one.also if len(also & raw.keys()) > len(own & raw.keys()) else one.function


def _type_words(one: Formula, error: msgspec.ValidationError) -> str:
    """Name the input that was not understood, and what it wants."""
    found = _PATH.match(str(error))
    name = (found["name"] if found else "") or ""
    for way in (one.function, *([one.also] if one.also else [])):
        for each in inputs_in_words(way):
            if each.name == name:
                why = (found["why"] if found else str(error)).replace("`", "")
                return f"{one.id}: {name}{found['rest'] if found else ''} wants {each.words} ({why})."
    return f"{one.id}: {error}. Its inputs are {_names(one)}."
