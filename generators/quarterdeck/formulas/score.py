"""How urgent a piece of work is: what it is worth and how soon and how badly it is needed, by its size."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import msgspec

from quarterdeck.formulas.registry import formula

Weight = Literal["critical", "high", "medium", "low", "info", "none"]

STEPS = (1, 2, 3, 5, 8, 13)

_VALUE_BELOW = ((250, 1), (1000, 2), (2500, 3), (5000, 5), (10_000, 8))
_TIME_UP_TO = ((-1, 13), (7, 8), (14, 5), (30, 3), (90, 2))
_SIZE_UP_TO = ((2, 1), (4, 2), (8, 3), (24, 5), (40, 8))
_MOST = 13

_RISK: dict[Weight, int] = {"critical": 13, "high": 8, "medium": 5, "low": 2, "info": 1, "none": 1}
_VALUE_ASSUMED: dict[Weight, int] = {"critical": 8, "high": 5, "medium": 3, "low": 1, "info": 1, "none": 2}
_SIZE_ASSUMED = 3
_CONFIDENCE_ASSUMED = Decimal("0.5")

_PLACES = Decimal("0.01")


class Score(msgspec.Struct, frozen=True):
    """Every factor beside the result, so that a reader can argue with an input."""

    value: int
    time: int
    risk: int
    confidence: Decimal
    size: int
    score: Decimal


def _assumed(
    money_month: Decimal | None, hours: Decimal | None, confidence: Decimal | None, result: Score
) -> Iterator[str]:
    if money_month is None:
        yield f"value {result.value} is assumed"
    if hours is None:
        yield f"size {result.size} is assumed"
    if money_month is None or hours is None or confidence is None:
        yield f"confidence is {result.confidence}, since something is assumed"


@formula(
    "5.1",
    "Score of a piece of work",
    unit="score",
    working="""
        value by abs(money_month): < 250 1, < 1,000 2, < 2,500 3, < 5,000 5, < 10,000 8, else 13
        time by days_to_due: < 0 13, <= 7 8, <= 14 5, <= 30 3, <= 90 2, else 1
        risk by severity: critical 13, high 8, medium 5, low 2, else 1; a step up for each of further_roles
        size by hours: <= 2 1, <= 4 2, <= 8 3, <= 24 5, <= 40 8, else 13
        score = (value + time + risk) × confidence ÷ size, two decimals
    """,
    notes=_assumed,
)
def priority(
    *,
    money_month: Decimal | None,
    days_to_due: int | None,
    severity: Weight | None,
    further_roles: int,
    hours: Decimal | None,
    confidence: Decimal | None,
) -> Score:
    """Weighted shortest job first, with confidence. Null is not known: a default stands in for it.

    Args:
        money_month: Money a month at stake, of either sign; an amount that comes once counts a twelfth.
        days_to_due: Days until it is due, negative where overdue; null for no date.
        severity: The worst of the findings that it resolves, `none` or null for none.
        further_roles: Count of roles or businesses affected beside the first.
        hours: Hours that it takes.
        confidence: Ratio: 1 measured, 0.8 stated by the owner, 0.5 assumed.

    Returns:
        value: 1, 2, 3, 5, 8 or 13 by the money; without it 8 for critical, 5 high, 3 medium, 1 low or info, 2 none.
        time: 13 overdue, 8 within 7 days, 5 within 14, 3 within 30, 2 within 90, else 1.
        risk: 13, 8, 5, 2 or 1 by severity, a step up for each further role, at most 13.
        confidence: Ratio as given; 0.5 where money or hours are assumed, or it is not known itself.
        size: 1, 2, 3, 5, 8 or 13 by the hours; 3 where they are not known.
        score: (value + time + risk) x confidence / size, to two decimals.

    Example: `{"money_month": 2400, "days_to_due": 10, "severity": "high", "further_roles": 2, "hours": 24,
    "confidence": 0.8}` gives
    `{"value": 3, "time": 5, "risk": 13, "confidence": 0.8, "size": 5, "score": 3.36}`.
    Example: `{"money_month": 6000, "days_to_due": null, "severity": "critical", "further_roles": 1, "hours": 4,
    "confidence": 1}` gives `{"value": 8, "time": 1, "risk": 13, "confidence": 1, "size": 2, "score": 11.00}`.
    Example: `{"money_month": null, "days_to_due": -3, "severity": null, "further_roles": 0, "hours": null,
    "confidence": null}` gives `{"value": 2, "time": 13, "risk": 1, "confidence": 0.5, "size": 3, "score": 2.67}`.
    Example: `{"money_month": 2400, "days_to_due": 20, "severity": "high", "further_roles": 1, "hours": 8,
    "confidence": 0.8}` gives
    `{"value": 3, "time": 3, "risk": 13, "confidence": 0.8, "size": 3, "score": 5.07}`.
    """
    weight: Weight = severity or "none"
    value = _VALUE_ASSUMED[weight] if money_month is None else _value(abs(money_month))
    time = 1 if days_to_due is None else next((step for most, step in _TIME_UP_TO if days_to_due <= most), 1)
    risk = _raised(_RISK[weight], further_roles)
    size = (
        _SIZE_ASSUMED if hours is None else next((step for most, step in _SIZE_UP_TO if hours <= most), _MOST)
    )
    if money_month is None or hours is None or confidence is None:
        confidence = _CONFIDENCE_ASSUMED
    score = ((value + time + risk) * confidence / size).quantize(_PLACES, ROUND_HALF_UP)
    return Score(value, time, risk, confidence, size, score)


def _value(money: Decimal) -> int:
    return next((step for below, step in _VALUE_BELOW if money < below), _MOST)


def _raised(risk: int, steps: int) -> int:
    """Some steps further up, at most to the highest."""
    return STEPS[min(len(STEPS) - 1, STEPS.index(risk) + max(0, steps))]
