"""Clients: edges beside the worked examples, and what holds for all inputs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.agency import (
    AtRisk,
    ClientMargin,
    Retention,
    client_margin,
    hosting_unbilled,
    over_service_value,
    retention,
    revenue_at_risk,
    utilisation,
)
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.client_risk import answers_to, client_risk, risk_of_answers
from quarterdeck.model.figure import Missing

D = Decimal
AS_OF = date(2026, 10, 31)

amounts = st.decimals("0", "1000000", places=2)
answers = st.booleans() | st.none()


def test_margin_of_a_client_that_only_passes_money_on() -> None:
    result = client_margin(D(300), D(500), D(0), D(0))
    assert result == ClientMargin(
        D(-200), D(-200), Missing("not_applicable", reason="all of it passes through")
    )
    said = BY_ID["F-G3"].worked('{"fees": 300, "pass_through": 500, "labour": 0, "direct": 0}')[2]
    assert said[0].startswith("a finding")


def test_shares_of_nothing_have_no_value() -> None:
    assert isinstance(retention(D(0), D(1), D(1), D(1)), Missing)
    assert isinstance(utilisation(D(1), D(0)), Missing)


def test_unused_hours_have_a_negative_value() -> None:
    assert over_service_value(D(6), D(10), D(95)) == -380


@pytest.mark.parametrize(
    ("contract", "end", "overdue", "is_at_risk"),
    [
        (False, None, 0, True),
        (True, date(2026, 10, 1), 0, True),
        (True, date(2027, 1, 29), 0, True),
        (True, date(2027, 1, 30), 0, False),
        (True, None, 60, True),
        (True, None, 59, False),
        (None, None, None, False),
    ],
)
def test_revenue_at_risk(
    *, contract: bool | None, end: date | None, overdue: int | None, is_at_risk: bool
) -> None:
    client = AtRisk("a", D(150), contract, end, overdue)
    assert revenue_at_risk(AS_OF, [client]) == (150 if is_at_risk else 0)


def test_what_is_not_known_of_a_client_is_told() -> None:
    client = '{"id": "a", "mrr": 1, "contract": true, "contract_end": null, "overdue_days": 0}'
    said = BY_ID["F-G10"].worked(f'{{"as_of": "2026-10-31", "clients": [{client}]}}')[2]
    assert said == ("something is not known of 1 of 1 clients, and says nothing against them",)
    assert BY_ID["F-G10"].worked('{"as_of": "2026-10-31", "clients": []}')[2] == ()


def a_risk(**changed: object) -> tuple[int, str, int]:
    calm: dict[str, Any] = {
        "contract": True,
        "days_to_end": 300,
        "overdue_days": 0,
        "margin": D("0.20"),
        "share": D("0.25"),
        "sole_custody": False,
        "handover_note": False,
        "domain_days": 61,
    }
    found = client_risk(**(calm | changed))
    return found.points, found.band, found.unknowns


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (0, "low", 0)),
        ({"contract": False, "days_to_end": None}, (25, "low", 0)),
        ({"contract": False, "domain_days": 60}, (40, "watch", 0)),
        ({"days_to_end": 60}, (20, "low", 0)),
        ({"days_to_end": -5, "overdue_days": 60, "margin": D("0.19")}, (55, "watch", 0)),
        ({"days_to_end": 1, "overdue_days": 60, "domain_days": -3, "share": D("0.26")}, (65, "act", 0)),
        ({"sole_custody": True}, (5, "low", 0)),
        ({"sole_custody": True, "handover_note": True}, (0, "low", 0)),
        ({"sole_custody": True, "handover_note": None}, (0, "low", 1)),
        ({"days_to_end": None, "margin": None}, (0, "low", 2)),
    ],
)
def test_client_risk(changed: dict[str, object], expected: tuple[int, str, int]) -> None:
    assert a_risk(**changed) == expected


def test_points_stop_at_a_hundred() -> None:
    everything = dict.fromkeys(
        answers_to(
            contract=None,
            days_to_end=None,
            overdue_days=None,
            margin=None,
            share=None,
            sole_custody=None,
            handover_note=None,
            domain_days=None,
        ),
        True,
    )
    assert risk_of_answers(everything).points == 100


@given(amounts, amounts, amounts, amounts)
def test_a_margin_comes_in_steps(fees: Decimal, passed: Decimal, labour: Decimal, direct: Decimal) -> None:
    result = client_margin(fees, passed, labour, direct)
    assert result.margin + labour + direct + passed == fees
    assert isinstance(result.pct, Missing) is (result.agi <= 0)


@given(st.decimals("0.01", "1000000", places=2), amounts, amounts, amounts)
def test_raises_never_lower_retention(start: Decimal, more: Decimal, less: Decimal, gone: Decimal) -> None:
    result = retention(start, more, less, gone)
    assert isinstance(result, Retention)
    assert result.nrr >= result.grr


@given(st.integers(0, 50), amounts, amounts)
def test_unbilled_hosting_is_never_below_zero(sites: int, cost: Decimal, fee: Decimal) -> None:
    assert hosting_unbilled(sites, cost, fee) >= 0


@given(contract=answers, sole_custody=answers, handover_note=answers, days=st.integers(-99, 400) | st.none())
def test_not_knowing_never_adds_points(
    *, contract: bool | None, sole_custody: bool | None, handover_note: bool | None, days: int | None
) -> None:
    known = a_risk(
        contract=contract, sole_custody=sole_custody, handover_note=handover_note, domain_days=days
    )
    unknown = a_risk(contract=None, sole_custody=None, handover_note=None, domain_days=None)
    assert unknown[0] <= known[0] <= 100
