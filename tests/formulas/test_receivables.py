"""Billing and what customers owe: edges beside the worked examples, and what holds for all inputs."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.billing import Delivered, bill_difference, bill_difference_from, leakage, unbilled
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.receivables import (
    BUCKETS,
    FiveAmounts,
    aging,
    collection_effectiveness,
    days_to_pay,
    dso,
    dso_count_back,
    expected_loss,
    late_fee,
)
from quarterdeck.model.assumed import Limit
from quarterdeck.model.figure import Missing

D = Decimal
AS_OF = date(2026, 10, 31)
BY_DAYS = """{"rate_type": "per-day", "rate": 1, "quantity": null, "expenses": 0,
    "start": "2026-09-01", "end": "2026-09-02"}"""

amounts = st.decimals("0", "1000000", places=2)
positive = st.decimals("0.01", "1000000", places=2)


def test_shares_of_nothing_have_no_value() -> None:
    for nothing in (
        leakage(D(0), D(5), D(0), D(0)),
        dso(D(100), D(0), 92),
        days_to_pay([(D(0), 3)]),
        collection_effectiveness(D(0), D(5), D(5), D(5)),
    ):
        assert isinstance(nothing, Missing)
        assert nothing.state == "not_applicable"


@pytest.mark.parametrize(
    ("ar", "months", "expected"),
    [
        (6200, [(6200, 31), (4800, 30)], 31),
        (3100, [(6200, 31)], "15.5"),
        (100, [(0, 31), (100, 30)], 61),
        (0, [(6200, 31)], 0),
        (-50, [], 0),
    ],
)
def test_count_back(ar: int, months: list[tuple[int, int]], expected: int | str) -> None:
    assert dso_count_back(D(ar), [(D(billed), days) for billed, days in months]) == D(expected)


def test_count_back_runs_out_of_history() -> None:
    assert dso_count_back(D(1), []) == Missing(
        "beyond_history", reason="more is owed than was billed in all of the months"
    )


@pytest.mark.parametrize(
    ("balance", "late", "grace", "expected"),
    [("2850", 3, 10, "0"), ("-100", 30, 0, "0"), ("36500", 1, 0, "12"), ("36500", 11, 10, "12")],
)
def test_late_fee(balance: str, late: int, grace: int, expected: str) -> None:
    assert late_fee(D(balance), D("0.01"), late, grace) == D(expected)


def test_loss_needs_five_buckets() -> None:
    with pytest.raises(msgspec.ValidationError):
        BY_ID["F-L11"].compute('{"buckets": [1, 2, 3, 4]}')


@pytest.mark.parametrize(
    ("code", "inputs", "said"),
    [
        ("F-L1", BY_DAYS, "marked as an estimate"),
        ("F-L5", '{"due": null, "as_of": "2026-10-31", "issued": "2026-10-01"}', "marked: no terms"),
        ("F-L5", '{"due": null, "as_of": "2026-10-31", "issued": "2026-10-01", "terms_days": 14}', "due 14 days"),
        ("F-L6", '{"ar": 9400, "revenue": 0, "days": 92}', "no billing in the period"),
        ("F-L11", '{"buckets": [1, 1, 1, 1, 1]}', "assumption:"),
        ("F-L12", '{"balance": 1, "monthly": 0.01, "days_late": 1, "grace": 0}', "could be charged"),
    ],
)  # fmt: skip
def test_what_is_said_beside_a_result(code: str, inputs: str, said: str) -> None:
    assert BY_ID[code].worked(inputs)[2][0].startswith(said)


@pytest.mark.parametrize(
    ("code", "inputs"),
    [
        ("F-L1", '{"rate_type": "per-day", "rate": 450, "quantity": 9, "expenses": 1380}'),
        ("F-L5", '{"due": "2026-10-01", "as_of": "2026-10-31", "terms_days": 14}'),
        ("F-L6", '{"ar": 9400, "revenue": 1, "days": 92}'),
        ("F-L11", '{"buckets": [1, 1, 1, 1, 1], "rates": [0, 0, 0, 0, 0]}'),
    ],
)
def test_nothing_is_said_where_nothing_is_assumed(code: str, inputs: str) -> None:
    assert BY_ID[code].worked(inputs)[2] == ()


def test_the_tolerance_of_a_portfolio_decides_what_counts() -> None:
    strict = Limit(D(1), D(0))
    assert not bill_difference(D(1000), D(990)).counts
    assert bill_difference_from(D(1000), D(990), strict).counts


def test_only_finished_work_is_unbilled() -> None:
    work = [
        Delivered("a", "cancelled", invoiced=False, expected=D(1)),
        Delivered("b", "completed", invoiced=True, expected=D(2)),
    ]
    assert unbilled(work).ids == ()


@given(st.lists(st.tuples(positive, st.integers(-60, 400)), max_size=30))
def test_buckets_partition_what_is_owed(owed: list[tuple[Decimal, int]]) -> None:
    by_bucket = {bucket: D(0) for bucket in BUCKETS}
    for amount, late in owed:
        bucket = aging(AS_OF - timedelta(days=late), AS_OF)
        assert not isinstance(bucket, Missing)
        by_bucket[bucket] += amount
    assert sum(by_bucket.values()) == sum(amount for amount, _ in owed)


@given(st.lists(st.tuples(positive, st.integers(0, 200)), min_size=1, max_size=20))
def test_days_to_pay_lie_between_the_fastest_and_the_slowest(paid: list[tuple[Decimal, int]]) -> None:
    result = days_to_pay(paid)
    assert isinstance(result, Decimal)
    assert min(days for _, days in paid) - D("1e-9") <= result <= max(days for _, days in paid) + D("1e-9")


@given(amounts, st.lists(st.tuples(amounts, st.integers(28, 31)), max_size=12))
def test_count_back_is_never_longer_than_the_history(ar: Decimal, months: list[tuple[Decimal, int]]) -> None:
    result = dso_count_back(ar, months)
    if isinstance(result, Decimal):
        assert 0 <= result <= sum(days for _, days in months)
    else:
        assert ar > sum(billed for billed, _ in months)


@given(st.tuples(amounts, amounts, amounts, amounts, amounts))
def test_expected_loss_is_less_than_what_is_owed(buckets: FiveAmounts) -> None:
    assert 0 <= expected_loss(buckets) <= sum(buckets)
