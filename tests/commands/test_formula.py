"""`quarterdeck formula`: what it prints for every worked example, and how it refuses what is wrong."""

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck import cli
from quarterdeck.commands.formula import compute, explained, listed
from quarterdeck.formulas.catalogue import FORMULAS
from quarterdeck.formulas.present import inputs_in_words, significant
from quarterdeck.formulas.registry import Formula
from quarterdeck.model.errors import UsageError

EXAMPLE = re.compile(r"Example: `(.+?)` gives\s`(.+?)`\.", re.DOTALL)
EXAMPLES = [
    pytest.param(one, found[0].replace("\n", " "), found[1], id=f"{one.id}-{number}")
    for one in FORMULAS
    for number, found in enumerate(EXAMPLE.findall(one.text), 1)
]


def answer(code: str, inputs: object) -> dict[str, object]:
    text = inputs if isinstance(inputs, str) else json.dumps(inputs)
    made: dict[str, object] = json.loads(compute(code, text), parse_float=Decimal, parse_int=Decimal)
    return made


@pytest.mark.parametrize(("one", "inputs", "expected"), EXAMPLES)
def test_every_worked_example_is_printed(one: Formula, inputs: str, expected: str) -> None:
    text = compute(one.id, inputs)
    made = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    assert list(made) == ["id", "value", "unit", "state", "working"]
    assert (made["id"], made["unit"]) == (one.id, one.unit)
    assert made["working"][: len(one.working)] == list(one.working)
    assert text.count("\n") == 1
    assert not re.search(r"[:\[,]-0(?:\.0+)?[,}\]]|\dE[+-]?\d", text.partition(',"unit"')[0])
    wanted = json.loads(expected, parse_float=Decimal, parse_int=Decimal)
    if made["state"]:
        assert (made["value"], made["state"]) == (None, wanted)
    else:
        alike(made["value"], wanted)


def alike(made: object, wanted: object) -> None:
    """Compare to the decimals that the example prints."""
    match made, wanted:
        case dict(), dict():
            assert set(made) == set(wanted)
            for name in wanted:
                alike(made[name], wanted[name])
        case list(), list():
            for one, other in zip(made, wanted, strict=True):
                alike(one, other)
        case Decimal(), Decimal():
            assert round(made - wanted, 12).copy_abs() <= Decimal("0.5") * Decimal(1).scaleb(
                min(0, int(wanted.as_tuple().exponent))
            )
        case _:
            assert made == wanted


def test_a_runway_with_its_working() -> None:
    assert compute("F-B4", '{"cash": "24600", "net": "4500"}') == (
        '{"id":"F-B4","value":5.46666666667,"unit":"months","state":null,'
        '"working":["runway = cash ÷ net","24600 ÷ 4500 = 5.46666666667"]}\n'
    )


@pytest.mark.parametrize(
    ("code", "inputs", "value", "state"),
    [
        ("F-B4", {"cash": 0, "net": -300}, None, "depleted"),
        ("F-B4", {"cash": 0, "net": 300}, None, "depleted"),
        ("F-B4", {"cash": 24600, "net": 0}, None, "cash_generating"),
        ("F-B4", {"cash": None, "net": 300}, None, "not_known"),
        ("F-M1", {"revenue": 40000, "variable": 18800}, {"cm": 21200, "cmr": Decimal("0.53")}, None),
        ("F-M1", {"revenue": 0, "variable": 5}, {"cm": -5, "cmr": "not_applicable"}, None),
        ("F-E1", {"fixed": 5000, "price": 180, "var": 205}, None, "no_break_even"),
        ("F-E1", {"fixed": 5000, "price": 180, "var": 180}, None, "no_break_even"),
        (
            "F-E1",
            {"fixed": 9600, "price": 950, "var": 410},
            {
                "cm": 540,
                "cmr": Decimal("0.568421052632"),
                "units": 18,
                "revenue": Decimal("16888.89"),
            },
            None,
        ),
        ("F-K7", {"p": "38000", "annual": "0.0775", "n": 60}, Decimal("765.96"), None),
        ("F-B1", {"op_out": "0.005", "debt_service": 0, "one_time": 0}, Decimal("0.01"), None),
        ("F-B1", {"op_out": "-0.004", "debt_service": 0, "one_time": 0}, 0, None),
        ("f-b2", {"gross": 1, "op_in": 3}, -2, None),
    ],
)
def test_values_and_states(code: str, inputs: object, value: object, state: str | None) -> None:
    made = answer(code, inputs)
    assert (made["value"], made["state"]) == (value, state)


def test_money_is_printed_with_its_cents() -> None:
    assert '"value":{"cm":21200.00,"cmr":0.53}' in compute("F-M1", '{"revenue": 40000, "variable": 18800}')


def test_a_step_that_a_rule_overrode_is_not_shown_as_a_sum() -> None:
    made = answer("F-R7", {"price": 720, "rate": 0.25, "role": "agent"})
    assert isinstance(made["working"], list)
    assert not [line for line in made["working"] if "720 x" in line]


@pytest.mark.parametrize(
    ("code", "inputs", "said"),
    [
        ("F-B99", "{}", "There is no formula F-B99."),
        ("F-ZZZZZ", "{}", "quarterdeck formula"),
        ("F-B4", "{", "F-B4: the inputs are no JSON"),
        ("F-B4", "[1]", "F-B4: the inputs are no JSON object. Write one with cash, net."),
        ("F-B4", '{"cash": 1}', "F-B4 lacks net. Its inputs are cash, net."),
        ("F-B4", '{"cash": 1, "net": 2, "burn": 3}', "F-B4 has no input burn. Its inputs are cash, net."),
        ("F-B4", '{"cash": "much", "net": 2}', "F-B4: cash wants a number"),
        ("F-B4", '{"cash": [1], "net": 2}', "F-B4: cash wants a number"),
        ("F-B5", '{"as_of": "soon", "cash": 1, "net": 2}', "F-B5: as_of wants a day such as 2026-11-23"),
        ("F-B4", '{"cash": "1e999", "net": "1e-999"}', "too large"),
        ("F-B4", '{"cash": "NaN", "net": "1"}', "no numbers"),
        ("F-B4", '{"cash": "Infinity", "net": "1"}', "no numbers"),
        ("F-B1", '{"ledger": ""}', "lacks entity, month"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(
    code: str, inputs: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["formula", code, inputs]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_the_nearest_id_is_offered() -> None:
    with pytest.raises(UsageError, match=r"The nearest is F-B4\."):
        compute("FB4", "{}")


def test_all_are_listed_with_their_inputs() -> None:
    lines = listed().splitlines()
    assert len(lines) == len(FORMULAS)
    assert any(re.fullmatch(r"F-B4 +Runway +cash, net", line) for line in lines)


@pytest.mark.parametrize("one", FORMULAS, ids=lambda one: one.id)
def test_each_is_explained_with_every_input_in_words(one: Formula) -> None:
    text = explained(one.id)
    assert text.startswith(f"{one.id} {one.title}\n")
    for each in inputs_in_words(one.function):
        assert f"  {each.name}: {each.words}" in text
        assert "anything" not in each.words or one.id == "F-C2"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=30, min_value=-(10**20), max_value=10**20))
def test_numbers_keep_twelve_digits(number: Decimal) -> None:
    made = significant(number)
    assert not (made.is_zero() and made.is_signed())
    assert abs(made - number) <= abs(number) * Decimal("1e-11")
