"""Margins, and how much must be sold before anything is earned."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.break_even import (
    BreakEven,
    Mix,
    break_even,
    break_even_mix,
    capacity_share,
    cash_break_even,
    margin_of_safety,
    operating_leverage,
    target_units,
    units_to_cover,
)
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.margin import ebitda, gross_margin, operating_income
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.figure import Missing

D = Decimal

fixed_costs = st.decimals("0", "1000000", places=2)
prices = st.decimals("0.01", "100000", places=2)


@pytest.mark.parametrize(
    ("price", "var", "reason"),
    [
        ("180", "205", "each sale loses $25.00"),
        ("180", "180", "a sale leaves nothing"),
        ("0", "-5", "a sale leaves nothing"),
    ],
)
def test_no_break_even_says_what_a_sale_loses(price: str, var: str, reason: str) -> None:
    assert break_even(D(5000), D(price), D(var)) == Missing("no_break_even", reason=reason)
    assert target_units(D(5000), D(price), D(var), D(0)) == Missing("no_break_even", reason=reason)


def test_nothing_to_cover_takes_no_sale() -> None:
    assert break_even(D(0), D(10), D(4)) == BreakEven(D(6), D("0.6"), 0, D(0))
    assert units_to_cover(D(-5), D(2)) == 0


def test_mix_edges() -> None:
    assert isinstance(break_even_mix(D(100), [(D(0), D(0))]), Missing)
    result = break_even_mix(D(100), [(D(0), D(10)), (D(100), D(40))])
    assert isinstance(result, Mix)
    assert result.cmr == D("0.5")
    assert result.split == (D(0), D(200))


def test_margin_edges() -> None:
    assert isinstance(gross_margin(D(0), D(1)), Missing)
    assert gross_margin(D(100), D(150)) == D("-0.5")
    assert ebitda(operating_income(D(10), D(30)), D(5)) == D(-15)


def test_ratios_have_no_meaning_over_nothing() -> None:
    assert isinstance(margin_of_safety(D(-1), D(10)), Missing)
    assert isinstance(operating_leverage(D(5), D(0)), Missing)
    assert isinstance(cash_break_even(D(5), D(0), D(0), D("-0.1")), Missing)
    assert isinstance(capacity_share(D(5), D(0)), Missing)


@pytest.mark.parametrize(
    ("code", "inputs", "note"),
    [
        ("F-E4", '{"actual": 100, "be_revenue": 120}', ("below break-even",)),
        ("F-E5", '{"cm": 11937, "op_income": 2337}', ("a 10% fall in sales cuts operating income by 51%",)),
        ("F-E5", '{"cm": 9000, "op_income": -600}', ("below break-even",)),
        ("F-E7", '{"be_units": 30, "capacity": 24}', ("cannot break even at full capacity",)),
        ("F-E7", '{"be_units": 18, "capacity": 24}', ()),
    ],
)
def test_notes(code: str, inputs: str, note: tuple[str, ...]) -> None:
    assert BY_ID[code].worked(inputs)[2] == note


@given(fixed_costs, prices, prices)
def test_break_even_units_pay_for_the_fixed_cost_and_one_less_does_not(
    fixed: Decimal, price: Decimal, var: Decimal
) -> None:
    result = break_even(fixed, price, var)
    if isinstance(result, Missing):
        assert price <= var
        return
    assert result.units * (price - var) - fixed >= 0
    assert result.units == 0 or (result.units - 1) * (price - var) - fixed < 0


@given(fixed_costs, st.lists(st.tuples(prices, prices), max_size=8))
def test_split_of_a_mix_adds_up(fixed: Decimal, products: list[tuple[Decimal, Decimal]]) -> None:
    result = break_even_mix(fixed, products)
    if isinstance(result, Mix):
        assert sum(result.split) == to_cents(result.revenue)
