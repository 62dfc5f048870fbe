"""The decorator that makes a function a formula, and what is kept of it."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

import msgspec

from quarterdeck.model.figure import Unit

F = TypeVar("F", bound=Callable[..., object])


class Formula(msgspec.Struct, frozen=True):
    """One formula with everything that its page, its test and `quarterdeck formula` need."""

    id: str
    """As in the reports: `F-M1`."""
    title: str
    unit: Unit
    """Of the result, or of its first part where it has several."""
    function: Callable[..., object]

    @property
    def text(self) -> str:
        """The docstring: inputs, result, edges and a worked example."""
        return inspect.getdoc(self.function) or ""

    def compute(self, inputs: str) -> object:
        """Compute from one JSON object with the names of the inputs.

        Numbers may be written as JSON numbers or as text; both are read exactly, as decimals.

        Raises:
            msgspec.ValidationError: An input is absent, of another type, or has a name that is no input.
        """
        given = msgspec.json.decode(inputs, type=self._inputs(), strict=False)
        return self.function(**{name: getattr(given, name) for name in given.__struct_fields__})

    def _inputs(self) -> type[msgspec.Struct]:
        types = get_type_hints(self.function)
        fields: list[Any] = [
            (name, types[name])
            if parameter.default is parameter.empty
            else (name, types[name], parameter.default)
            for name, parameter in inspect.signature(self.function).parameters.items()
        ]
        return msgspec.defstruct("Inputs", fields, forbid_unknown_fields=True)


class FormulaTwiceError(ValueError):
    """Two functions claim one id; a defect of ours."""

    def __init__(self, code: str) -> None:
        """Name it."""
        super().__init__(f"{code} is the id of two formulas")


FOUND: dict[str, Formula] = {}
"""By id, in order of import; `catalogue.FORMULAS` has all of them in order of id."""


def formula(code: str, title: str, *, unit: Unit) -> Callable[[F], F]:
    """Register the function as the formula `code`; the function itself stays as it is.

    Raises:
        FormulaTwiceError: Another function has that id.
    """

    def register(function: F) -> F:
        if code in FOUND:
            raise FormulaTwiceError(code)
        FOUND[code] = Formula(code, title, unit, function)
        return function

    return register
