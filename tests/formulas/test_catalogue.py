"""Every formula has an id, a page and a worked example that holds."""

import json
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import pytest

from quarterdeck.formulas.catalogue import BY_ID, FORMULAS
from quarterdeck.formulas.registry import Formula, FormulaTwiceError, formula
from quarterdeck.model.figure import Missing

EXAMPLE = re.compile(r"Example: `(.+?)` gives\s`(.+?)`\.", re.DOTALL)
EXAMPLES = [
    pytest.param(one, *found, id=f"{one.id}-{number}")
    for one in FORMULAS
    for number, found in enumerate(EXAMPLE.findall(one.text), 1)
]


def same(actual: object, expected: object) -> bool:
    """Compare as a page would: each number to the decimals that the example prints."""
    match actual, expected:
        case Missing(state=state), str():
            equal = state == expected
        case date(), str():
            equal = actual.isoformat() == expected
        case msgspec.Struct(), dict():
            names = actual.__struct_fields__
            equal = set(names) == set(expected) and all(
                same(getattr(actual, name), expected[name]) for name in names
            )
        case dict(), dict():
            equal = set(actual) == set(expected) and all(
                same(actual[name], expected[name]) for name in actual
            )
        case tuple(), list():
            equal = len(actual) == len(expected) and all(
                same(one, other) for one, other in zip(actual, expected, strict=True)
            )
        case (Decimal() | int(), Decimal()):
            equal = rounded(actual, expected) == expected
        case _:
            equal = actual == expected
    return equal


def rounded(actual: Decimal | int, like: Decimal) -> Decimal:
    return Decimal(actual).quantize(like, ROUND_HALF_UP)


@pytest.mark.parametrize(("one", "inputs", "expected"), EXAMPLES)
def test_worked_example(one: Formula, inputs: str, expected: str) -> None:
    wanted = json.loads(expected, parse_float=Decimal, parse_int=Decimal)
    actual = one.compute(inputs.replace("\n", " "))
    assert same(actual, wanted), actual


@pytest.mark.parametrize("one", FORMULAS, ids=lambda one: one.id)
def test_docstring_is_a_page(one: Formula) -> None:
    assert "Args:" in one.text
    assert "Returns:" in one.text
    assert EXAMPLE.search(one.text)
    assert one.title[0].isupper()


def test_ids_are_well_formed_unique_and_in_order() -> None:
    ids = [one.id for one in FORMULAS]
    assert all(re.fullmatch(r"F-[A-Z]\d+|\d\.\d", code) for code in ids)
    assert len(set(ids)) == len(ids) == len(BY_ID)
    assert ids.index("F-Q2") < ids.index("F-Q11") < ids.index("F-X6") < ids.index("1.7")


def test_second_claim_to_an_id_is_refused() -> None:
    with pytest.raises(FormulaTwiceError, match="F-M1 is the id of two formulas"):
        formula("F-M1", "Again", unit="money")(rounded)


@pytest.mark.parametrize(
    "inputs",
    ['{"revenue": 1}', '{"revenue": 1, "variable": 1, "price": 1}', '{"revenue": "much", "variable": 1}'],
)
def test_wrong_inputs_are_refused(inputs: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        BY_ID["F-M1"].compute(inputs)


def test_numbers_are_read_exactly() -> None:
    assert BY_ID["F-L4"].compute('{"invoice": 0.3, "payments": ["0.1", 0.2], "write_offs": 0}') == 0
