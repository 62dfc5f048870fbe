"""Rental: edges beside the worked examples, and what holds for all inputs."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.rental import (
    Vacancy,
    break_even_occupancy,
    cap_rate,
    cash_on_cash,
    debt_service_coverage,
    effective_gross_income,
    expense_ratio,
    gross_rent_multiplier,
    lease_days,
    lease_days_left,
    loan_to_value,
    loss_to_lease,
    net_operating_income,
    rent_ceiling,
    reserve_months,
    residential_depreciation,
    schedule_e_net,
    vacancy,
)
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import MonthToMonth

D = Decimal
AS_OF = date(2026, 10, 31)

amounts = st.decimals("0", "1000000", places=2)


def test_ratios_without_anything_below_the_line() -> None:
    for nothing in (
        cap_rate(D(1), D(0)),
        debt_service_coverage(D(1), D(0)),
        cash_on_cash(D(1), D(1), D(0)),
        break_even_occupancy(D(1), D(1), D(0), D(0)),
        expense_ratio(D(1), D(0)),
        expense_ratio(D(1), D(-5)),
        gross_rent_multiplier(D(1), D(0)),
        reserve_months(D(1), D(0), D(0)),
        loan_to_value(D(1), D(0)),
        loss_to_lease(D(0), D(1)),
    ):
        assert isinstance(nothing, Missing)
        assert nothing.state == "not_applicable"


@pytest.mark.parametrize(
    ("value_date", "as_of", "is_known"),
    [
        (None, None, True),
        (date(2025, 10, 31), AS_OF, True),
        (date(2025, 10, 30), AS_OF, False),
        (date(2027, 2, 28), date(2028, 2, 29), True),
        (None, AS_OF, False),
        (AS_OF, None, False),
    ],
)
def test_cap_rate_needs_a_value_of_the_last_year(
    value_date: date | None, as_of: date | None, *, is_known: bool
) -> None:
    assert isinstance(cap_rate(D(21650), D(640000), value_date, as_of), Decimal) is is_known


def test_one_vacancy_can_be_known_without_the_other() -> None:
    result = vacancy(28, 0, D(30800), D(33600))
    assert isinstance(result, Vacancy)
    assert isinstance(result.physical, Missing)
    assert isinstance(result.economic, Decimal)


def test_a_house_that_loses_money_when_full_is_told() -> None:
    _, _, said = BY_ID["F-N8"].worked('{"opex": 20000, "debt_service": 20000, "gpr": 33600, "other": 0}')
    assert said == ("above 100%: it loses money even when full",)
    _, _, said = BY_ID["F-N8"].worked('{"opex": 1, "debt_service": 1, "gpr": 33600, "other": 0}')
    assert said == ()


@pytest.mark.parametrize(
    ("month", "year", "expected"),
    [
        (1, 1, "11500"),
        (1, 28, "6500"),
        (1, 29, "0"),
        (6, 28, "11500"),
        (6, 29, "0"),
        (7, 28, "12000"),
        (7, 29, "500"),
        (12, 1, "500"),
        (12, 29, "5500"),
        (12, 30, "0"),
        (7, 0, "0"),
    ],
)
def test_depreciation_of_first_and_last_years(month: int, year: int, expected: str) -> None:
    assert residential_depreciation(D(330000), month, year) == D(expected)


@pytest.mark.parametrize(
    ("code", "inputs"),
    [
        ("F-N11", '{"basis": 1, "month": 13, "year": 1}'),
        ("F-N12", '{"rents": 1, "lines": {"20": 1}}'),
        ("F-N12", '{"rents": 1, "lines": {"4": 1}}'),
        ("F-N14", '{"lease_end": "soon", "as_of": "2026-10-31"}'),
        ("F-N14", '{"lease_end": "2026-02-30", "as_of": "2026-10-31"}'),
        ("F-N17", '{"cpi": 0.03, "status": "maybe"}'),
    ],
)
def test_inputs_out_of_range_are_refused(code: str, inputs: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        BY_ID[code].compute(inputs)


def test_lease_days_reads_what_people_write() -> None:
    assert lease_days("2026-10-30", AS_OF) == lease_days_left(date(2026, 10, 30), AS_OF) == -1
    assert lease_days("mtm", AS_OF, 30) == lease_days_left(MonthToMonth(), AS_OF, 30) == 30


@pytest.mark.parametrize("status", ["exempt", "unsure"])
def test_ceiling_without_a_figure_says_what_to_ask(status: str) -> None:
    _, result, said = BY_ID["F-N17"].worked(f'{{"cpi": null, "status": "{status}"}}')
    assert isinstance(result, Missing)
    assert len(said) == 1


def test_ceiling_needs_prices_where_covered() -> None:
    assert rent_ceiling(None, "covered") == Missing(reason="cpi not known")
    assert BY_ID["F-N17"].worked('{"cpi": 0.01, "status": "covered"}')[2] == ()


@given(amounts, st.integers(1, 12))
def test_all_years_of_depreciation_add_up_to_the_basis(basis: Decimal, month: int) -> None:
    years = [residential_depreciation(basis, month, year) for year in range(1, 31)]
    assert abs(sum(years) - basis) < D("0.0001")
    assert all(one >= 0 for one in years)


@given(amounts, amounts, amounts, amounts)
def test_income_comes_in_steps(gpr: Decimal, lost: Decimal, other: Decimal, opex: Decimal) -> None:
    assert net_operating_income(gpr, lost, other, opex) + opex == effective_gross_income(gpr, lost, other)


@given(amounts, st.dictionaries(st.integers(5, 19), amounts))
def test_schedule_e_adds_up(rents: Decimal, lines: dict[int, Decimal]) -> None:
    assert schedule_e_net(rents, lines) + sum(lines.values()) == rents


@given(st.decimals("-0.05", "0.3", places=3))
def test_the_ceiling_never_passes_ten_percent(cpi: Decimal) -> None:
    result = rent_ceiling(cpi, "covered")
    assert isinstance(result, Decimal)
    assert result <= D("0.10")
