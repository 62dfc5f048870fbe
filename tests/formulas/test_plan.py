"""Actual against plan, beside the worked examples."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.plan import full_year, plan_to_date, price_volume
from quarterdeck.model.figure import Missing

D = Decimal

amounts = st.decimals("0", "100000", places=2)
counts = st.integers(0, 1000)


@pytest.mark.parametrize(
    ("done", "planned", "expected"),
    [(None, 12, "500"), (6, None, "500"), (6, 0, "500"), (0, 12, "0"), (6, 12, "600"), (14, 12, "1200")],
)
def test_plan_to_date_goes_by_service_dates_where_both_are_known(
    done: int | None, planned: int | None, expected: str
) -> None:
    assert plan_to_date(D(1200), 10, 24, done, planned) == D(expected)


def test_plan_to_date_says_by_what() -> None:
    by_days = '{"plan": 1, "elapsed_days": 1, "days_in_month": 30}'
    assert BY_ID["F-V3"].worked(by_days)[2] == ("MTD, by days elapsed",)
    by_dates = '{"plan": 1, "elapsed_days": 1, "days_in_month": 30, "done_dates": 1, "planned_dates": 2}'
    assert BY_ID["F-V3"].worked(by_dates)[2] == ("MTD, by service dates",)


def test_outlook_edges() -> None:
    empty = full_year([], [D(5)])
    assert empty.with_plan == D(5)
    assert isinstance(empty.with_pace, Missing)
    assert full_year([D(1), D(2), D(3)], []).with_pace == D(6)


@given(amounts, counts, amounts, counts)
def test_price_and_volume_are_the_whole_difference(
    price: Decimal, units: int, plan: Decimal, of: int
) -> None:
    result = price_volume(price, D(units), plan, D(of))
    assert result.total == price * units - plan * of
