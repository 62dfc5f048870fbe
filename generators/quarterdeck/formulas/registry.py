"""The decorator that makes a function a formula, and what is kept of it."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec

from quarterdeck.model.figure import Missing, Unit

F = TypeVar("F", bound=Callable[..., object])
Notes = Callable[..., Iterable[str]]

MONEY = "money"
Amount = Annotated[Decimal, MONEY]
"""Money in a result of several parts; `quarterdeck formula` rounds it to the cent, once, at the end."""


class Formula(msgspec.Struct, frozen=True):
    """One formula with everything that its page, its test and `quarterdeck formula` need."""

    id: str
    """As in the reports: `F-M1`."""
    title: str
    unit: Unit
    """Of the result, or of its first part where it has several."""
    function: Callable[..., object]
    working: tuple[str, ...] = ()
    """The definition in the names of the inputs, a step a line: `cm = revenue - variable`."""
    notes: Notes | None = None
    """What to say beside a result; takes any of the inputs, and `result`."""
    also: Callable[..., object] | None = None
    """The same from other inputs, such as the text of a ledger."""

    @property
    def text(self) -> str:
        """The docstring: inputs, result, edges and a worked example."""
        return inspect.getdoc(self.function) or ""

    def compute(self, inputs: str) -> object:
        """Compute from one JSON object with the names of the inputs.

        Numbers may be written as JSON numbers or as text; both are read exactly, as decimals. An input that is
        null, or has a null in it, where the formula has no use for one makes the result not known.

        Raises:
            msgspec.ValidationError: An input is absent, of another type, or has a name that is no input.
        """
        return self.worked(inputs)[1]

    def worked(self, inputs: str) -> tuple[Mapping[str, object], object, tuple[str, ...]]:
        """The inputs as they were read, the result, and the notes beside it; raises as `compute` does."""
        raw = msgspec.json.decode(inputs)
        function = self._function_for(raw)
        types = get_type_hints(function, include_extras=True)
        unknown = _unknown(raw, types)
        if unknown:
            return raw, Missing(reason=f"{' and '.join(unknown)} not known"), ()
        given = msgspec.json.decode(inputs, type=inputs_of(function), strict=False)
        values = {name: getattr(given, name) for name in given.__struct_fields__}
        result = function(**values)
        return values, result, self.said(values, result)

    def _function_for(self, raw: object) -> Callable[..., object]:
        """The one of the two ways of computing that has all of the names given."""
        if (
            self.also
            and isinstance(raw, dict)
            and raw.keys() <= inspect.signature(self.also).parameters.keys()
        ):
            return self.also
        return self.function

    def said(self, values: Mapping[str, object], result: object) -> tuple[str, ...]:
        """What there is to say beside a result of these inputs."""
        if self.notes is None:
            return ()
        wanted = inspect.signature(self.notes).parameters
        known = {**values, "result": result}
        return (
            tuple(self.notes(**{name: known[name] for name in wanted}))
            if wanted.keys() <= known.keys()
            else ()
        )


def inputs_of(function: Callable[..., object]) -> type[msgspec.Struct]:
    """The inputs of a formula as a record whose fields are its parameters."""
    types = get_type_hints(function, include_extras=True)
    fields: list[Any] = [
        (name, types[name]) if one.default is one.empty else (name, types[name], one.default)
        for name, one in inspect.signature(function).parameters.items()
    ]
    return msgspec.defstruct("Inputs", fields, forbid_unknown_fields=True)


def _unknown(raw: object, types: Mapping[str, Any]) -> list[str]:
    """Names of inputs that hold a null where their type has no place for one."""
    if not isinstance(raw, dict):
        return []
    return [
        name
        for name, value in raw.items()
        if name in types and _has_null(value) and not _takes_null(value, types[name])
    ]


def _has_null(value: object) -> bool:
    match value:
        case dict():
            return any(map(_has_null, value.values()))
        case list():
            return any(map(_has_null, value))
        case _:
            return value is None


def _takes_null(value: object, wanted: Any) -> bool:  # noqa: ANN401 - any type of an input
    try:
        msgspec.convert(value, type=wanted, strict=False)
    except msgspec.ValidationError as error:
        return "got `null`" not in str(error)
    return True


class FormulaTwiceError(ValueError):
    """Two functions claim one id; a defect of ours."""

    def __init__(self, code: str) -> None:
        """Name it."""
        super().__init__(f"{code} is the id of two formulas")


FOUND: dict[str, Formula] = {}
"""By id, in order of import; `catalogue.FORMULAS` has all of them in order of id."""


def formula(
    code: str,
    title: str,
    *,
    unit: Unit,
    working: str = "",
    notes: Notes | None = None,
    also: Callable[..., object] | None = None,
) -> Callable[[F], F]:
    """Register the function as the formula `code`; the function itself stays as it is.

    Args:
        code: Its id.
        title: Its name, for people.
        unit: Of the result, or of its first part.
        working: The definition in the names of the inputs, a step a line; the catalogue prints it, and
            `quarterdeck formula` prints it again with the numbers put in.
        notes: What to say beside a result, such as how far it can be trusted.
        also: Computes the same from other inputs.

    Raises:
        FormulaTwiceError: Another function has that id.
    """

    def register(function: F) -> F:
        if code in FOUND:
            raise FormulaTwiceError(code)
        steps = tuple(line.strip() for line in working.strip().splitlines())
        FOUND[code] = Formula(code, title, unit, function, steps, notes, also)
        return function

    return register
