"""The score of a piece of work: every step, every default, and what holds for all inputs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.score import STEPS, Score, Weight, priority

D = Decimal

WEIGHTS: tuple[Weight, ...] = ("none", "info", "low", "medium", "high", "critical")


def a_score(
    money: str | None = "100",
    days: int | None = None,
    severity: Weight | None = None,
    roles: int = 0,
    hours: str | None = "1",
    confidence: str | None = "1",
) -> Score:
    return priority(
        money_month=None if money is None else D(money),
        days_to_due=days,
        severity=severity,
        further_roles=roles,
        hours=None if hours is None else D(hours),
        confidence=None if confidence is None else D(confidence),
    )


@pytest.mark.parametrize(
    ("money", "value"),
    [("0", 1), ("249.99", 1), ("250", 2), ("999", 2), ("1000", 3), ("2500", 5), ("5000", 8), ("9999.99", 8),
     ("10000", 13), ("-6000", 8)],
)  # fmt: skip
def test_value(money: str, value: int) -> None:
    assert a_score(money).value == value


@pytest.mark.parametrize(
    ("days", "time"),
    [(-1, 13), (0, 8), (7, 8), (8, 5), (14, 5), (15, 3), (30, 3), (31, 2), (90, 2), (91, 1), (None, 1)],
)
def test_time(days: int | None, time: int) -> None:
    assert a_score(days=days).time == time


@pytest.mark.parametrize(
    ("severity", "roles", "risk"),
    [("critical", 0, 13), ("critical", 4, 13), ("high", 0, 8), ("high", 2, 13), ("medium", 1, 8), ("low", 0, 2),
     ("low", 2, 5), ("info", 0, 1), ("none", 1, 2), (None, 9, 13)],
)  # fmt: skip
def test_risk(severity: Weight | None, roles: int, risk: int) -> None:
    assert a_score(severity=severity, roles=roles).risk == risk


@pytest.mark.parametrize(
    ("hours", "size"),
    [("0.5", 1), ("2", 1), ("2.1", 2), ("4", 2), ("8", 3), ("24", 5), ("40", 8), ("41", 13), (None, 3)],
)
def test_size(hours: str | None, size: int) -> None:
    assert a_score(hours=hours).size == size


@pytest.mark.parametrize(
    ("severity", "value"),
    [("critical", 8), ("high", 5), ("medium", 3), ("low", 1), ("info", 1), ("none", 2), (None, 2)],
)
def test_value_by_severity_where_there_is_no_money(severity: Weight | None, value: int) -> None:
    found = a_score(None, severity=severity, confidence="0.8")
    assert (found.value, found.confidence) == (value, D("0.5"))


def test_what_is_assumed_is_told() -> None:
    asked = (
        '{"money_month": null, "days_to_due": 1, "severity": "low", "further_roles": 0, "hours": null, '
        '"confidence": 1}'
    )
    assert BY_ID["5.1"].worked(asked)[2] == (
        "value 1 is assumed",
        "size 3 is assumed",
        "confidence is 0.5, since something is assumed",
    )
    assert BY_ID["5.1"].worked(asked.replace("null", "5"))[2] == ()
    assert a_score(confidence=None).confidence == D("0.5")


@given(
    st.integers(0, 20_000),
    st.integers(-10, 120),
    st.sampled_from(WEIGHTS),
    st.integers(0, 6),
    st.integers(0, 100),
)
def test_a_score_never_falls_as_a_factor_rises(
    money: int, days: int, severity: Weight, roles: int, hours: int
) -> None:
    here = a_score(str(money), days, severity, roles, str(hours))
    worse = WEIGHTS[min(WEIGHTS.index(severity) + 1, len(WEIGHTS) - 1)]
    assert {here.value, here.time, here.risk, here.size} <= set(STEPS)
    for higher in (
        a_score(str(money * 2), days, severity, roles, str(hours)),
        a_score(str(money), days - 5, severity, roles, str(hours)),
        a_score(str(money), days, worse, roles, str(hours)),
        a_score(str(money), days, severity, roles + 1, str(hours)),
        a_score(str(money), days, severity, roles, str(hours // 2)),
    ):
        assert higher.score >= here.score
    assert a_score(str(money), days, severity, roles, str(hours), "0.8").score <= here.score
