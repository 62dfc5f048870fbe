"""Converting, a year from months, the season, and the days on which something falls due."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.periods import annualise, due_days, fx, months_after, seasonality
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import Cadence

D = Decimal
DAY = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([(DAY, "2")], "20"),
        ([(DAY - timedelta(days=7), "2")], "20"),
        ([(DAY, "3"), (DAY - timedelta(days=1), "2")], "30"),
        ([(DAY - timedelta(days=8), "2")], None),
        ([(DAY + timedelta(days=1), "2")], None),
        ([], None),
    ],
)
def test_fx(prices: list[tuple[date, str]], expected: str | None) -> None:
    result = fx(D(10), DAY, [(day, D(rate)) for day, rate in prices])
    assert isinstance(result, Missing) if expected is None else result == D(expected)


def test_a_year_counts_the_newest_twelve_months() -> None:
    assert annualise([D(1000), *[D(1)] * 12]) == D(12)
    assert isinstance(annualise([D(1)] * 2), Missing)
    note = "annualised from 3 months, season unknown"
    assert BY_ID["F-P5"].worked('{"months": [1, 2, 3]}')[2] == (note,)
    assert BY_ID["F-P5"].worked('{"months": [1, 2]}')[2] == ()


def year(number: int, *amounts: int) -> list[tuple[str, Decimal]]:
    return [(f"{number}-{month:02}", D(amount)) for month, amount in enumerate(amounts, 1)]


def test_season_averages_the_same_months_from_two_years_on() -> None:
    flat, summer = [10] * 12, [0] * 6 + [20] * 6
    two = seasonality([*year(2024, *flat), *year(2025, *summer)])
    assert isinstance(two, tuple)
    assert two[0] == D(5) / D(120) * 100
    one = seasonality([*year(2024, *flat)[6:], *year(2025, *summer)])
    assert isinstance(one, tuple)
    assert one[0] == 0


def test_season_edges() -> None:
    assert isinstance(seasonality(year(2025, *[0] * 12)), Missing)
    twice = [*year(2024, *[1] * 11), *year(2025, *[1] * 11)]
    assert isinstance(seasonality(twice), Missing)


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("one-time", ["2026-10-31"]),
        ("weekly", ["2026-10-31", "2026-11-07", "2026-11-14"]),
        ("monthly", ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
        ("quarterly", ["2026-10-31", "2027-01-31", "2027-04-30"]),
        ("annual", ["2026-10-31", "2027-10-31"]),
    ],
)
def test_due_days(cadence: Cadence, expected: list[str]) -> None:
    wanted = [date.fromisoformat(one) for one in expected]
    assert list(due_days(DAY, cadence, wanted[-1])) == wanted


def test_months_before_and_after() -> None:
    assert months_after(DAY, 4) == date(2027, 2, 28)
    assert months_after(DAY, -8) == date(2026, 2, 28)


@given(st.lists(st.decimals("0.01", "100000", places=2), min_size=12, max_size=12))
def test_shares_of_a_season_are_a_hundred(amounts: list[Decimal]) -> None:
    result = seasonality([(f"2025-{month:02}", amount) for month, amount in enumerate(amounts, 1)])
    assert isinstance(result, tuple)
    assert abs(sum(result, D(0)) - 100) < D("1e-20")
