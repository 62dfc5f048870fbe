"""What each month must bring."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.targets import Needed, catch_up, needed, seasonal_targets
from quarterdeck.model.figure import Missing

D = Decimal

amounts = st.decimals("0.01", "10000000", places=2)
indexes = st.lists(st.decimals("0.1", "100", places=2), min_size=1, max_size=12)


def test_without_an_index_months_are_equal_and_it_is_said() -> None:
    assert seasonal_targets(D(1200), []) == (D(100),) * 12
    assert BY_ID["F-T1"].worked('{"annual": 12, "index": null}')[2] == ("no seasonality index: equal months",)
    assert BY_ID["F-T1"].worked('{"annual": 12, "index": [1]}')[2] == ()
    assert isinstance(seasonal_targets(D(1200), [D(0)]), Missing)


def test_catch_up_edges() -> None:
    assert catch_up(D(10), D(12), [D(1)]) == Missing("target_met", reason="the year's target is reached")
    assert isinstance(catch_up(D(10), D(2), []), Missing)


def test_needed_edges() -> None:
    assert isinstance(needed(D(10), D(0), D("0.5")), Missing)
    assert needed(D(0), D(10), D("0.5")) == Needed(0, 0)
    assert needed(D(10), D(10), D(0)) == Needed(1, Missing("not_applicable", reason="no lead is won"))


@given(amounts, indexes)
def test_targets_add_up_to_the_year(annual: Decimal, index: list[Decimal]) -> None:
    parts = seasonal_targets(annual, index)
    assert isinstance(parts, tuple)
    assert sum(parts) == annual


@given(amounts, amounts, indexes)
def test_catch_up_adds_up_to_what_is_missing(annual: Decimal, ytd: Decimal, index: list[Decimal]) -> None:
    parts = catch_up(annual, ytd, index)
    if isinstance(parts, Missing):
        assert ytd >= annual
    else:
        assert sum(parts) == annual - ytd


@given(amounts, amounts, st.decimals("0.01", "1", places=2))
def test_bookings_reach_the_target_and_leads_reach_the_bookings(
    target: Decimal, aov: Decimal, close: Decimal
) -> None:
    result = needed(target, aov, close)
    assert isinstance(result, Needed)
    assert isinstance(result.leads, int)
    assert (result.bookings - 1) * aov < target <= result.bookings * aov
    assert (result.leads - 1) * close < result.bookings <= result.leads * close
