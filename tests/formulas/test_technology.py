"""Technology: edges beside the worked examples, and what holds for all inputs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.technology import (
    Delivery,
    Deploy,
    Spread,
    cost_per_order,
    delivery,
    month_change,
    run_rate,
    secret_spread,
    security_score,
    untagged_share,
)
from quarterdeck.model.figure import Missing

D = Decimal
AS_OF = date(2026, 10, 31)
NOON = datetime(2026, 10, 31, 12, tzinfo=UTC)

counts = st.integers(0, 20)


def deploys(*days_ago: int, failed: bool = False, restore: str | None = None) -> list[Deploy]:
    hours = None if restore is None else D(restore)
    return [
        Deploy(NOON - timedelta(days=days, hours=2), NOON - timedelta(days=days), failed, hours)
        for days in days_ago
    ]


def test_run_rate_before_the_third_day() -> None:
    assert run_rate(D(30), 3, 30, D(999)) == 300
    assert run_rate(D(30), 2, 30, D(999)) == 999
    assert run_rate(D(30), 2, 30, D(0)) == 0
    assert isinstance(run_rate(D(0), 0, 30), Missing)
    assert BY_ID["F-X1"].worked('{"mtd": 1, "days": 2, "dim": 30}')[2][0].startswith("2 days are too few")
    assert BY_ID["F-X1"].worked('{"mtd": 1, "days": 3, "dim": 30}')[2] == ()


def test_ratios_without_anything_below_the_line() -> None:
    assert isinstance(untagged_share(D(0), D(0)), Missing)
    assert isinstance(month_change(D(9), D("4.99")), Missing)
    assert month_change(D(4), D(5)) == D("-0.2")
    assert isinstance(cost_per_order(D(9), 0), Missing)
    assert BY_ID["F-X7"].worked('{"cost": 9, "orders": 0}')[2] == ("cost with no orders",)
    assert BY_ID["F-X7"].worked('{"cost": 0, "orders": 0}')[2] == ()


@pytest.mark.parametrize(
    ("found", "expected"),
    [((0, 0, 0, 0), 100), ((0, 9, 9, 9), 0), ((2, 0, 0, 1), 49), ((3, 0, 0, 0), 25), ((5, 0, 0, 0), 0)],
)
def test_security_score(found: tuple[int, int, int, int], expected: int) -> None:
    assert security_score(*found, 52, 52) == expected


@pytest.mark.parametrize(
    ("evaluated", "applicable", "is_enough"), [(6, 10, True), (59, 100, False), (0, 0, False)]
)
def test_security_score_needs_evidence(evaluated: int, applicable: int, *, is_enough: bool) -> None:
    result = security_score(0, 0, 0, 0, evaluated, applicable)
    assert isinstance(result, int) is is_enough
    assert is_enough or (isinstance(result, Missing) and result.state == "not_enough_evidence")


def test_only_the_last_ninety_days_count() -> None:
    result = delivery(AS_OF, deploys(0, 1, 2, 3, 89, 90, 400, -1))
    assert isinstance(result, Delivery)
    assert result.per_week == D(35) / 90
    assert result.lead_hours == 2
    assert isinstance(result.restore_hours, Missing)
    assert result.restore_hours.state == "not_applicable"


@pytest.mark.parametrize(("days", "state"), [((), "not_known"), ((0, 1, 2, 3, 90), "not_enough_evidence")])
def test_few_deploys_have_no_rates(days: tuple[int, ...], state: str) -> None:
    result = delivery(AS_OF, deploys(*days))
    assert isinstance(result, Missing)
    assert result.state == state


def test_restoring_is_the_median_of_what_is_written() -> None:
    good = deploys(0, 1, 2, 3)
    result = delivery(AS_OF, [*good, *deploys(4, failed=True, restore="3"), *deploys(5, failed=True)])
    assert isinstance(result, Delivery)
    assert (result.restore_hours, result.change_fail) == (D(3), D(2) / 6)
    unknown = delivery(AS_OF, [*good, *deploys(5, failed=True)])
    assert isinstance(unknown, Delivery)
    assert isinstance(unknown.restore_hours, Missing)
    assert unknown.restore_hours.state == "not_known"


def test_times_with_and_without_a_zone_meet() -> None:
    one = '{"commit": "2026-10-01T08:00:00", "deployed": "2026-10-01T12:00:00+02:00", "failed": true}'
    _, result, said = BY_ID["F-X5"].worked(f'{{"as_of": "2026-10-31", "deploys": [{", ".join([one] * 5)}]}}')
    assert isinstance(result, Delivery)
    assert result.lead_hours == 2
    assert said == ("5 failures without restore_hours are not in their median",)


def test_a_secret_in_two_places_is_told() -> None:
    uses = [("f1", "site", "acme"), ("f1", "tools", "acme"), ("f2", "site", "acme")]
    assert secret_spread(uses) == {"f1": Spread(2, 1), "f2": Spread(1, 1)}
    said = BY_ID["F-X8"].worked(
        '{"uses": [["f1", "site", "acme"], ["f1", "site", "bolt"], ["f2", "a", "b"]]}'
    )[2]
    assert said == ("f1 is cross-domain: repositories 1, businesses 2",)


@given(counts, counts, counts, counts)
def test_more_failures_never_raise_the_score(critical: int, high: int, medium: int, low: int) -> None:
    here = security_score(critical, high, medium, low, 1, 1)
    assert isinstance(here, int)
    assert 0 <= here <= 100
    for more in ((critical + 1, high, medium, low), (critical, high + 1, medium, low)):
        worse = security_score(*more, 1, 1)
        assert isinstance(worse, int)
        assert worse <= here
