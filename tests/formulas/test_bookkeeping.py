"""Bookkeeping: edges beside the worked examples, and what holds for all inputs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.bookkeeping import (
    Contractor,
    Reconciliation,
    close_score,
    contractor_total,
    owner_mix,
    reconciliation,
    roadmap_share,
    sales_tax_held,
    straight_line,
    uncategorised_share,
)
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.model.figure import Missing

D = Decimal
THRESHOLDS = {2025: D(600), 2026: D(2000)}

amounts = st.decimals("0", "1000000", places=2)


def test_a_gap_keeps_its_sign_and_age() -> None:
    result = reconciliation(D(100), D("100.50"), date(2026, 9, 30), date(2026, 10, 31))
    assert result == Reconciliation(D("-0.50"), 31)


@pytest.mark.parametrize(
    ("year", "payments", "total", "due"),
    [
        (2026, [("zelle", D("1999.99"))], "1999.99", False),
        (2026, [("Wire", D(1000)), (" cash ", D(1000))], "2000", True),
        (2025, [("check", D(600))], "600", True),
        (2026, [("card", D(9000)), ("platform", D(9000))], "0", False),
        (2026, [], "0", False),
    ],
)
def test_contractor_total(year: int, payments: list[tuple[str, Decimal]], total: str, *, due: bool) -> None:
    assert contractor_total(year, payments, THRESHOLDS) == Contractor(D(total), due)


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2026, "form due, W-9 needed"),
        (2027, "no threshold is set for 2027: add it to thresholds.contractor_threshold"),
    ],
)
def test_contractor_notes(year: int, said: str) -> None:
    inputs = f'{{"year": {year}, "payments": [["ach", 2000]], "thresholds": {{"2026": 2000}}}}'
    assert BY_ID["F-A3"].worked(inputs)[2] == (said,)


def test_shares_of_nothing_have_no_value() -> None:
    assert isinstance(uncategorised_share(D(0), D(0)), Missing)
    assert isinstance(close_score(0, 0), Missing)
    assert isinstance(roadmap_share(0, 0), Missing)
    assert isinstance(owner_mix(0, 0), Missing)
    assert isinstance(straight_line(D(100), D(0), 0, 3), Missing)


def test_nothing_is_used_up_before_the_first_month() -> None:
    assert straight_line(D(6000), D(600), 60, -2) == 0


@given(amounts, st.integers(1, 600))
def test_a_whole_life_uses_up_the_whole_cost(cost: Decimal, life: int) -> None:
    assert straight_line(cost, D(0), life, life) == cost


@given(amounts, amounts, amounts)
def test_tax_held_rolls_forward(opening: Decimal, collected: Decimal, remitted: Decimal) -> None:
    assert sales_tax_held(opening, collected, remitted) + remitted == opening + collected
