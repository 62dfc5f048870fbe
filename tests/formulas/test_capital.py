"""What may be spent, on what, and what debt costs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.capital import (
    Candidate,
    Chosen,
    Repaid,
    Return,
    balance_after,
    irr,
    monthly_rate,
    npv,
    payback,
    pmt,
    profitability_index,
    repaid,
    risk_adjusted,
    select,
)
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.figure import Missing

D = Decimal
SHIP = [D(0), D(150), *[D(420)] * 22]

amounts = st.decimals("0.01", "100000", places=2)
flows = st.lists(st.decimals("-1000", "10000", places=2), min_size=1, max_size=36)
rates = st.decimals("0.001", "0.6", places=3)


def test_deployable_says_the_gap() -> None:
    short = '{"cash": 1, "restricted": 0, "reserve_months": 3, "gross": 1000, "committed": 0, "tax": 0}'
    note = "no deployable capital: rebuild reserve first, 2,999.00 short"
    assert BY_ID["F-K1"].worked(short)[2] == (note,)


@pytest.mark.parametrize(
    ("cost", "months", "expected"),
    [("0", (), "0"), ("100", ("100",), "1"), ("100", ("50", "100"), "1.5"), ("100", ("-50", "200"), "1.75")],
)
def test_payback(cost: str, months: tuple[str, ...], expected: str) -> None:
    assert payback(D(cost), [D(one) for one in months]) == D(expected)


def test_payback_that_is_never_reached() -> None:
    assert payback(D(10), [D(3)] * 3) == Missing("not_within_horizon", reason="does not pay back in 3 months")
    assert isinstance(payback(D(10), []), Missing)


def test_worth_edges() -> None:
    assert isinstance(npv(D("-1.5"), D(1), []), Missing)
    assert npv(D(0), D(10), [D(4), D(4)]) == D(-2)
    assert isinstance(profitability_index(D(-1), D(10), [D(4)]), Missing)
    assert isinstance(profitability_index(D(0), D(0), [D(4)]), Missing)


@pytest.mark.parametrize(
    ("cost", "months", "expected"),
    [
        ("100", ("100",), "0"),
        ("100", ("110",), "0.1"),
        ("100", ("1",), "-0.99"),
        ("100", ("0", "121"), "0.1"),
        ("-100", ("-110",), "0.1"),
        ("100", ("250", "-154"), "0.1"),
    ],
)
def test_irr(cost: str, months: tuple[str, ...], expected: str) -> None:
    result = irr(D(cost), [D(one) for one in months])
    assert isinstance(result, Return)
    assert round(result.monthly, 18) == D(expected)


@pytest.mark.parametrize(
    ("cost", "months"), [("0", ()), ("100", ()), ("100", ("-5",)), ("0", ("5",)), ("100", ("90", "-90"))]
)
def test_irr_without_a_rate(cost: str, months: tuple[str, ...]) -> None:
    assert isinstance(irr(D(cost), [D(one) for one in months]), Missing)


def test_select_order_and_ties() -> None:
    options = [
        Candidate("b", D(10), D(2)),
        Candidate("a", D(10), D(2)),
        Candidate("dear", D(20), D(2)),
        Candidate("late", D(5), None, mandatory=True, due=date(2027, 1, 1)),
        Candidate("undated", D(5), None, mandatory=True),
        Candidate("soon", D(5), D("0.1"), mandatory=True, due=date(2026, 12, 1)),
        Candidate("even", D(1), D(1)),
        Candidate("unknown", D(1), None),
    ]
    assert select(D(100), options) == Chosen(("soon", "late", "undated", "a", "b", "dear"), D(45))
    assert select(D(0), []) == Chosen((), D(0))


def test_select_says_what_breaks_the_reserve() -> None:
    inputs = '{"deployable": 5, "options": [{"id": "a", "cost": 8, "pi": null, "mandatory": true}]}'
    note = "what is mandatory takes 3.00 more than may be spent"
    assert BY_ID["F-K6"].worked(inputs)[2] == (note,)


def test_loan_edges() -> None:
    assert repaid(D(38000), D("0.0775"), D("765.96"), 1) == Repaid(D("245.42"), D("520.54"), D("37479.46"))
    note = "first interest 245.42, principal 520.54"
    assert BY_ID["F-K7"].worked('{"p": 38000, "annual": 0.0775, "n": 60}')[2] == (note,)
    assert BY_ID["F-K7"].worked('{"p": 38000, "annual": 0.0775, "n": 0}')[2] == ()
    assert isinstance(balance_after(D(1), D(0), 0, 0), Missing)
    assert balance_after(D(100), D("0.1"), 10, 12) == 0


def test_a_chance_that_nobody_stated_is_marked() -> None:
    assert risk_adjusted(D(100), D(0)) == 0
    note = "probability not stated: 0.5 is assumed"
    assert BY_ID["F-K9"].worked('{"benefit": 420, "probability": null}')[2] == (note,)
    assert BY_ID["F-K9"].worked('{"benefit": 420, "probability": 0.5}')[2] == ()


@given(amounts, flows)
def test_an_investment_is_worth_nothing_at_its_own_rate(cost: Decimal, months: list[Decimal]) -> None:
    result = irr(cost, months)
    if isinstance(result, Return):
        factor = 1 / (1 + result.monthly)
        worth = sum((flow * factor ** (at + 1) for at, flow in enumerate(months)), -cost)
        scale = sum((abs(flow) * factor ** (at + 1) for at, flow in enumerate(months)), cost)
        assert abs(worth) <= scale * D("1e-18")


@given(amounts, st.lists(st.decimals("0.01", "10000", places=2), min_size=1, max_size=36))
def test_what_only_comes_back_has_a_rate(cost: Decimal, months: list[Decimal]) -> None:
    result = irr(cost, months)
    if isinstance(result, Return):
        assert (result.monthly >= 0) is (sum(months) >= cost)


@given(rates)
def test_twelve_months_are_a_year(annual: Decimal) -> None:
    assert abs((1 + monthly_rate(annual)) ** 12 - 1 - annual) < D("1e-24")


options = st.lists(
    st.builds(
        Candidate,
        st.uuids().map(str),
        amounts,
        st.none() | st.decimals("-1", "5", places=2),
        st.booleans(),
        st.none() | st.dates(),
    ),
    max_size=12,
)


@given(st.decimals("-10000", "500000", places=2), options)
def test_never_more_than_deployable_but_for_what_is_mandatory(
    deployable: Decimal, given_options: list[Candidate]
) -> None:
    result = select(deployable, given_options)
    by_id = {one.id: one for one in given_options}
    chosen = [by_id[code] for code in result.chosen]
    assert result.left == deployable - sum((one.cost for one in chosen), D(0))
    assert all(one in chosen for one in given_options if one.mandatory)
    assert result.left >= 0 or all(one.mandatory for one in chosen)


@given(amounts, rates, st.integers(1, 120))
def test_payments_pay_the_loan_off(p: Decimal, annual: Decimal, n: int) -> None:
    payment, i = pmt(p, annual, n), annual / 12
    assert isinstance(payment, Decimal)
    left = p
    for k in range(1, n + 1):
        left = left * (1 + i) - payment
        if k < n:
            owed = balance_after(p, annual, n, k)
            assert isinstance(owed, Decimal)
            assert to_cents(left) == to_cents(owed)
    assert abs(left) < D("1e-15")


@given(
    amounts, rates, st.decimals("0", "5000", places=2), st.integers(0, 60), st.sampled_from([1, 4, 12, 52])
)
def test_interest_and_principal_are_what_is_paid(
    p: Decimal, annual: Decimal, payment: Decimal, count: int, a_year: int
) -> None:
    result = repaid(p, annual, payment, count, a_year)
    assert result.principal + result.left == p
    assert result.left >= 0
    if result.left:
        assert result.interest + result.principal == payment * count
    else:
        assert result.interest + result.principal <= payment * count


@given(amounts, rates, st.integers(1, 120), st.integers(0, 120))
def test_equal_payments_leave_the_balance_of_the_formula(p: Decimal, annual: Decimal, n: int, k: int) -> None:
    payment, left = pmt(p, annual, n), balance_after(p, annual, n, k)
    assert isinstance(payment, Decimal)
    assert isinstance(left, Decimal)
    grown = (
        1 + annual / 12
    ) ** k  # each payment and each interest is rounded once, and the cents bear interest
    assert abs(repaid(p, annual, to_cents(payment), k).left - left) <= D("0.01") * (k + 1) * grown
