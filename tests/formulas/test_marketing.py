"""Marketing: edges beside the worked examples, and what holds for all inputs."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.channels import DirectPrice, direct_price, ease_of, net_per_booking, sequence_score
from quarterdeck.formulas.customers import Payback, acquisition_cost, lifetime_value, payback
from quarterdeck.formulas.mail import Headroom, Rates, headroom, ramp, rates
from quarterdeck.formulas.pipeline import weighted
from quarterdeck.model.figure import Missing

D = Decimal

shares = st.decimals("0", "1", places=4)
parts = st.decimals("-2", "2", places=3) | st.none()


@pytest.mark.parametrize(
    ("count", "complaints", "bounces"), [(1, 0, 0), (20, 0, 0), (21, 0, 1), (1000, 0, 49), (1001, 1, 50)]
)
def test_headroom(count: int, complaints: int, bounces: int) -> None:
    assert headroom(count) == Headroom(complaints, bounces)


@pytest.mark.parametrize(
    ("total", "v0", "g", "cap", "quota", "days"),
    [
        (6000, 200, "1.5", 1500, None, (200, 300, 450, 675, 1012, 1500, 1500, 363)),
        (150, 200, "1.5", 1500, None, (150,)),
        (600, 200, "1", 1500, None, (200, 200, 200)),
        (500, 2000, "2", 300, 1000, (300, 200)),
        (150, 100, "0.5", 1500, None, (100, 50)),
    ],
)
def test_ramp(total: int, v0: int, g: str, cap: int, quota: int | None, days: tuple[int, ...]) -> None:
    assert ramp(total, v0, D(g), cap, quota) == days


@pytest.mark.parametrize(
    ("v0", "g", "cap", "quota"),
    [(0, "2", 10, None), (10, "2", 0, None), (10, "2", 10, 0), (10, "0.5", 10, None)],
)
def test_a_ramp_that_stands_still_never_ends(v0: int, g: str, cap: int, quota: int | None) -> None:
    result = ramp(100, v0, D(g), cap, quota)
    assert isinstance(result, Missing)
    assert result.state == "never"


def test_rates_of_what_is_known() -> None:
    found = rates(sent=200, delivered=None, hard_bounces=10, complaints=0, clicks=5, unsubs=None)
    assert found == Rates(D("0.05"), Missing(), Missing(), Missing())
    none = rates(sent=200, delivered=0, hard_bounces=None, complaints=0, clicks=0, unsubs=0)
    assert isinstance(none, Rates)
    assert isinstance(none.click, Missing)
    assert none.click.state == "not_applicable"


def test_money_spent_on_nobody_has_a_word() -> None:
    assert acquisition_cost(D(0), 4) == 0
    result = acquisition_cost(D("0.01"), 0)
    assert isinstance(result, Missing)
    assert result.state == "spend_without_customers"


def test_years_of_a_customer_are_at_least_one_and_at_most_three() -> None:
    assert [lifetime_value(D(100), D(1), D(years), D(1)) for years in ("0.2", "2", "3", "9")] == [
        100,
        200,
        300,
        300,
    ]
    assert lifetime_value(D(100), D(1), D(9), D(1), D(5)) == 500


def test_payback_edges() -> None:
    result = payback(D(100), D(0), D(-1))
    assert isinstance(result.ratio, Missing)
    assert isinstance(result.payback_months, Missing)
    assert (result.ratio.state, result.payback_months.state) == ("not_applicable", "never")
    assert payback(D(90), D(90), D(30)) == Payback(D(1), D(3))


@pytest.mark.parametrize(
    ("code", "inputs", "said"),
    [
        ("F-Q2", '{"target": 50000, "aov": 190, "delivered": 3298}', "not supported"),
        ("F-Q3", '{"n": 10}', ""),
        ("F-Q6", '{"aov": 1, "per_year": 1, "years": 0.5, "cmr": 1}', "marked: fewer than 12"),
        ("F-Q6", '{"aov": 1, "per_year": 1, "years": 1, "cmr": 1}', ""),
        ("F-Q7", '{"ltv": 1, "cac": 2, "monthly_cm": 1}', "a finding"),
        ("F-Q7", '{"ltv": 11, "cac": 2, "monthly_cm": 1}', "above 5"),
        ("F-Q7", '{"ltv": 6, "cac": 2, "monthly_cm": 1}', ""),
        ("F-Q11", '{"channels": [[9, 4], [1, null]]}', "known 90%"),
        ("F-Q12", '{"fit": 1, "reach": null, "net": null, "ease": 1}', "marked: reach, net not known"),
        ("F-Q13", '{"items": [[[100, 300], 0.5, false]]}', "ranges count with their middle: 100 to 300"),
        ("F-Q13", '{"items": [[100, 0.5, true]]}', "1 of 1 untouched"),
    ],
)
def test_what_is_said_beside_a_result(code: str, inputs: str, said: str) -> None:
    found = BY_ID[code].worked(inputs)[2]
    assert found[0].startswith(said) if said else not found


def test_a_capped_mailing_says_so() -> None:
    inputs = '{"list_size": 100, "suppressed": 0, "bounce": 0, "click": 1, "order": 1, "aov": 9, "sends": 1, "cap": 5}'
    assert BY_ID["F-Q1"].worked(inputs)[2][0].startswith("the revenue is what there is room for")
    assert BY_ID["F-Q1"].worked(inputs.replace("5}", "5000}"))[2] == ()


def test_states_of_channels_end_at_five() -> None:
    with pytest.raises(msgspec.ValidationError):
        BY_ID["F-Q11"].compute('{"channels": [[1, 6]]}')


def test_direct_sales_can_cost_more_than_the_site() -> None:
    result = direct_price(D(100), D("0.01"), D(0), D("0.03"), D(0))
    assert isinstance(result, DirectPrice)
    assert isinstance(result.max_discount, Decimal)
    assert result.max_discount < 0
    assert isinstance(direct_price(D(100), D(0), D(0), D(1), D(0)), Missing)


def test_ease() -> None:
    assert [ease_of(D(hours)) for hours in (0, 16, 40, 90)] == [1, D("0.6"), 0, 0]


@given(st.integers(0, 20_000), st.integers(1, 500), st.decimals("1", "3", places=2), st.integers(1, 2000))
def test_ramp_sums_to_the_list(total: int, v0: int, g: Decimal, cap: int) -> None:
    days = ramp(total, v0, g, cap)
    assert isinstance(days, tuple)
    assert sum(days) == total
    assert all(0 < one <= cap for one in days)
    assert list(days[:-1]) == sorted(days[:-1])


@given(st.decimals("1", "5000", places=2), shares, st.decimals("0", "0.5", places=3))
def test_the_direct_price_nets_what_the_site_nets(price: Decimal, commission: Decimal, fee: Decimal) -> None:
    found = direct_price(price, commission, D(0), fee, D("0.30"))
    assert isinstance(found, DirectPrice)
    direct = net_per_booking(found.direct_price, D(0), fee, D("0.30"), D(0))
    assert abs(direct - net_per_booking(price, commission, D(0), D(0), D(0))) < D("0.000001")


@given(parts, parts, parts, parts)
def test_sequence_scores_lie_between_nothing_and_a_hundred(
    fit: Decimal | None, reach: Decimal | None, net: Decimal | None, ease: Decimal | None
) -> None:
    assert 0 <= sequence_score(fit, reach, net, ease) <= 100


@given(st.lists(st.tuples(st.decimals("0", "100000", places=2), shares, st.booleans()), max_size=20))
def test_a_pipeline_is_worth_at_most_its_value(leads: list[tuple[Decimal, Decimal, bool]]) -> None:
    assert 0 <= weighted(leads) <= sum(value for value, _, _ in leads)
