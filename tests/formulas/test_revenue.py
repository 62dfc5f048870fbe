"""Revenue: edges beside the worked examples, and what holds for all inputs."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.periods import to_cents
from quarterdeck.formulas.revenue import (
    Breakage,
    Completion,
    OverTime,
    Presented,
    ServiceLine,
    TaxInside,
    breakage,
    bundle_price,
    contract_asset,
    cut_off,
    expected_refunds,
    forfeited,
    gross_or_net,
    over_time,
    percent_complete,
    roll_forward,
    tax_inside,
)
from quarterdeck.model.figure import Missing

D = Decimal
START, END = date(2026, 4, 15), date(2027, 4, 14)

amounts = st.decimals("0", "1000000", places=2)
shares = st.decimals("0", "1", places=4)
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))


def test_a_bundle_of_free_parts_has_no_shares() -> None:
    assert isinstance(bundle_price(D(100), [D(0), D(0)]), Missing)


@pytest.mark.parametrize(
    ("as_of", "earned", "deferred", "elapsed"),
    [
        (START - timedelta(days=1), "0", "588", 0),
        (START, "1.61", "586.39", 1),
        (END, "588", "0", 365),
        (END + timedelta(days=90), "588", "0", 365),
    ],
)
def test_over_time_is_clamped(as_of: date, earned: str, deferred: str, elapsed: int) -> None:
    assert over_time(D(588), START, END, as_of) == OverTime(D(earned), D(deferred), elapsed, 365)


def test_over_time_of_one_day_and_of_none() -> None:
    assert over_time(D(90), START, START, START) == OverTime(D(90), D(0), 1, 1)
    assert over_time(D(90), END, START, START) == Missing("not_applicable", reason="it ends before it starts")


@pytest.mark.parametrize(
    ("cost", "estimate", "prior", "expected"),
    [
        ("9000", "4500", "7200", Completion(D(1), D(7200), D(0), loss_contract=False)),
        ("100", "8000", "0", Completion(D("0.0125"), D(90), D(90), loss_contract=True)),
        ("2250", "4500", "4320", Completion(D("0.5"), D(3600), D(-720), loss_contract=False)),
    ],
)
def test_percent_complete(cost: str, estimate: str, prior: str, expected: Completion) -> None:
    assert percent_complete(D(7200), D(cost), D(estimate), D(prior)) == expected


def test_without_an_estimate_only_the_cost_is_earned() -> None:
    for estimate in (None, D(0)):
        result = percent_complete(D(1000), D(1500), estimate, D(200))
        assert (result.cumulative, result.this_period) == (D(1000), D(800))
        assert isinstance(result.pct, Missing)
        assert isinstance(result.loss_contract, Missing)


def test_percent_complete_says_a_loss_at_once() -> None:
    _, _, said = BY_ID["F-R4"].worked('{"price": 100, "cost_to_date": 10, "est_total_cost": 120, "prior": 0}')
    assert said == ("loss contract: it will cost more than it brings",)
    _, _, said = BY_ID["F-R4"].worked(
        '{"price": 100, "cost_to_date": 10, "est_total_cost": null, "prior": 0}'
    )
    assert "no estimate" in said[0]


@pytest.mark.parametrize(
    ("redeemed", "rate", "recognised"),
    [
        ("0", "0.1", "0"),
        ("4500", "0.1", "500"),
        ("4800", "0.1", "200"),
        ("5000", "0.1", "0"),
        ("100", "0", "0"),
    ],
)
def test_breakage_stays_under_both_limits(redeemed: str, rate: str, recognised: str) -> None:
    result = breakage(D(5000), D(redeemed), D(rate), allowed=True)
    assert result == Breakage(D(recognised), 5000 - D(redeemed) - D(recognised))


def test_breakage_of_everything_or_of_nothing() -> None:
    assert isinstance(breakage(D(5000), D(0), D(1), allowed=True), Missing)
    assert breakage(D(0), D(0), D("0.1"), allowed=True) == Breakage(D(0), D(0))


def test_deposit_is_revenue_on_the_day_the_right_ends() -> None:
    assert forfeited(D(300), START, START) == 300
    assert forfeited(D(300), START, START - timedelta(days=1)) == 0


def test_a_sale_without_commission_is_the_same_for_both_roles() -> None:
    same = Presented(D(720), D(0), D(720))
    assert gross_or_net(D(720), D(0), "principal") == gross_or_net(D(720), D(0), "agent") == same


def test_unsure_role_and_few_bookings_are_marked() -> None:
    _, _, said = BY_ID["F-R7"].worked('{"price": 1, "rate": 0, "role": "unsure"}')
    assert said[0].startswith("both ways")
    _, result, said = BY_ID["F-R8"].worked('{"consideration": 1, "refund_rate": null, "past_bookings": 3}')
    assert result == 0
    assert said[0].startswith("marked: 3 past bookings")


def test_refunds_without_a_rate_are_not_known() -> None:
    assert isinstance(expected_refunds(D(100), None, 20), Missing)
    assert expected_refunds(D(100), D("0.06"), 20) == 6


def test_cut_off_leaves_out_what_has_no_day() -> None:
    lines = [ServiceLine("a", date(2026, 9, 30), D(1)), ServiceLine("b", None, D(1))]
    assert cut_off("2026-10", lines) == ("a",)
    _, _, said = BY_ID["F-R11"].worked(
        '{"month": "2026-10", "lines": [{"id": "b", "service_date": null, "amount": 1}]}'
    )
    assert said == ("not tested, for want of a service date: 1 of 1",)


def test_a_month_is_written_as_one() -> None:
    with pytest.raises(msgspec.ValidationError):
        BY_ID["F-R11"].compute('{"month": "2026-13", "lines": []}')


@given(amounts, amounts, amounts, amounts, amounts)
def test_roll_forward_closes(
    opening: Decimal, in_: Decimal, earned: Decimal, out: Decimal, kept: Decimal
) -> None:
    closing = roll_forward(opening, in_, earned, out, kept)
    assert closing + earned + out + kept == opening + in_


@given(amounts, days, st.integers(0, 2000), days)
def test_earned_and_deferred_add_up_to_the_price(
    price: Decimal, start: date, length: int, as_of: date
) -> None:
    result = over_time(price, start, start + timedelta(days=length), as_of)
    assert isinstance(result, OverTime)
    assert result.earned + result.deferred == price
    assert 0 <= result.days <= result.total_days


@given(amounts, shares)
def test_parts_of_a_sale_add_up_to_the_cent(price: Decimal, rate: Decimal) -> None:
    sale, taxed = gross_or_net(price, rate, "principal"), tax_inside(price, rate)
    assert isinstance(sale, Presented)
    assert isinstance(taxed, TaxInside)
    assert sale.commission + sale.cash == sale.revenue == price
    assert taxed.tax + taxed.net == price
    assert taxed.tax == to_cents(taxed.tax)


@given(sold=amounts, redeemed_share=shares, rate=st.decimals("0", "0.99", places=2), allowed=st.booleans())
def test_cards_are_redeemed_recognised_or_owed(
    sold: Decimal, redeemed_share: Decimal, rate: Decimal, *, allowed: bool
) -> None:
    redeemed = to_cents(sold * redeemed_share)
    result = breakage(sold, redeemed, rate, allowed)
    assert isinstance(result, Breakage)
    assert redeemed + result.recognised + result.liability == sold
    assert result.recognised >= 0
    assert result.liability >= 0


@given(amounts, amounts)
def test_contract_asset_has_a_sign(earned: Decimal, invoiced: Decimal) -> None:
    assert contract_asset(earned, invoiced) == -contract_asset(invoiced, earned)
