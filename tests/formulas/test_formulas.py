"""Edges of the formulas beside their worked examples, and properties that hold for all inputs."""

from datetime import date
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.agency import Concentration, concentration, effective_rate, monthly, over_service
from quarterdeck.formulas.billing import bill_difference, billing_lag, expected_bill, expense_recovery
from quarterdeck.formulas.channels import net_per_booking, take_rate
from quarterdeck.formulas.coverage import kpi_coverage
from quarterdeck.formulas.funnel import completeness, step_conversion
from quarterdeck.formulas.mail import Claim, blast, claim, mailable
from quarterdeck.formulas.margin import Contribution, contribution
from quarterdeck.formulas.periods import allocate, pace, prorate, to_cents
from quarterdeck.formulas.pipeline import weighted
from quarterdeck.formulas.plan import variance
from quarterdeck.formulas.receivables import BUCKETS, aging, dso
from quarterdeck.formulas.rental import lease_days_left, loss_to_lease, occupancy, rent_days_late
from quarterdeck.formulas.visibility import Visibility, channel_points, visibility
from quarterdeck.model.figure import Missing
from quarterdeck.model.sales import ChannelState
from quarterdeck.model.values import MonthToMonth

D = Decimal
AS_OF = date(2026, 10, 31)

amounts = st.decimals("0", "1000000", places=2)
signed = st.decimals("-1000000", "1000000", places=2)


@pytest.mark.parametrize(
    ("active", "of", "expected"), [(0, 30, "0"), (-3, 30, "0"), (30, 30, "1850"), (45, 30, "1850")]
)
def test_prorate_stays_between_nothing_and_the_whole(active: int, of: int, expected: str) -> None:
    assert prorate(D(1850), active, of) == D(expected)


def test_allocate_ties_go_to_the_first_listed() -> None:
    assert allocate(D("0.02"), [D(1), D(1), D(1)]) == (D("0.01"), D("0.01"), D(0))
    assert allocate(D("-100"), [D(1), D(1), D(1)]) == (D("-33.34"), D("-33.33"), D("-33.33"))
    assert allocate(D(1600), [D(1400), D(350), D(150)]) == (D("1178.95"), D("294.74"), D("126.31"))
    assert isinstance(allocate(D(10), [D(0)]), Missing)


def test_pace() -> None:
    assert isinstance(pace(D(100), 6, 30), Missing)
    assert pace(D(100), 7, 28) == D(400)


def test_to_cents_rounds_half_up_and_has_no_negative_zero() -> None:
    assert [str(to_cents(D(text))) for text in ("2.345", "-0.001", "79.9951")] == ["2.35", "0.00", "80.00"]


def test_contribution_edges() -> None:
    assert contribution(D(0), D(5)) == Contribution(D(-5), Missing("not_applicable", reason="no revenue"))
    assert contribution(D(180), D(205)).cm == D(-25)


@pytest.mark.parametrize(
    ("price", "variable", "cm", "percent"),
    [(460, 248, "212.00", "46.1"), (280, 165, "115", "41.1"), (140, 18, "122", "87.1")],
)
def test_contribution_of_the_example_offers(price: int, variable: int, cm: str, percent: str) -> None:
    result = contribution(D(price), D(variable))
    assert result.cm == D(cm)
    assert isinstance(result.cmr, Decimal)
    assert round(result.cmr * 100, 1) == D(percent)


def test_variance_without_plan_share() -> None:
    result = variance(D(300), D(0), "income")
    assert isinstance(result.pct, Missing)
    assert result.flag


def test_funnel() -> None:
    assert isinstance(completeness(0, 0), Missing)
    for share, percent in (
        (completeness(2, 6), "33.3"),
        (step_conversion(410, 120), "29.3"),
        (step_conversion(120, 61), "50.8"),
    ):
        assert isinstance(share, D)
        assert round(100 * share, 1) == D(percent)
    assert isinstance(step_conversion(0, 0), Missing)


def test_weighted_of_nothing_is_zero() -> None:
    assert weighted([]) == 0


@pytest.mark.parametrize(
    ("state", "last_review", "points"),
    [
        ("planned", None, 0),
        ("complete", AS_OF, 3),
        ("bookable", None, 4),
        ("bookable", date(2026, 8, 2), 5),
        ("active", None, 5),
        ("active", date(2026, 8, 1), 4),
    ],
)
def test_channel_points(state: ChannelState, last_review: date | None, points: int) -> None:
    assert channel_points(state, last_review, AS_OF) == points


def test_visibility_unknown() -> None:
    assert visibility([(D(3), None)]) == Missing(needs=("channels",))
    assert visibility([]) == Missing(needs=("channels",))


@pytest.mark.parametrize(
    ("click", "order", "orders", "revenue"),
    [
        ("0.010", "0.02", "1.60", "304.93"),
        ("0.022", "0.04", "7.06", "1341.70"),
        ("0.030", "0.08", "19.26", "3659.17"),
    ],
)
def test_blast_scenarios(click: str, order: str, orders: str, revenue: str) -> None:
    result = blast(
        list_size=3676,
        suppressed=276,
        bounce=D("0.03"),
        click=D(click),
        order=D(order),
        aov=D(190),
        sends=3,
        decay=D("0.8"),
        unsub=D("0.003"),
        complaint=D("0.0003"),
    )
    assert round(result.orders, 2) == D(orders)
    assert to_cents(result.revenue) == D(revenue)


def test_blast_cap_limits_revenue_only() -> None:
    result = blast(
        list_size=1000, suppressed=0, bounce=D(0), click=D(1), order=D(1), aov=D(10), sends=1, cap=D(500)
    )
    assert (result.orders, result.revenue) == (D(1000), D(500))


def test_mailable() -> None:
    assert mailable(3676, 276) == 3400
    assert mailable(100, 80, 40) == 0


def test_claim_edges() -> None:
    result = claim(D(10000), D(2500), D(0))
    assert isinstance(result, Claim)
    assert result.orders == 4
    assert isinstance(result.rate, Missing)
    assert isinstance(claim(D(10000), D(0), D(3298)), Missing)


def test_channel_edges() -> None:
    assert net_per_booking(D(100), D("0.5"), D(0), D(0), D(60)) == D(-10)
    assert isinstance(take_rate(D(0), D(0)), Missing)


def test_agency_edges() -> None:
    assert monthly([(D(240), "quarterly"), (D(7200), "one-time")]) == D(80)
    assert round(monthly([(D(40), "weekly")]), 2) == D("173.33")
    assert isinstance(effective_rate(D(1), D(0), D(0)), Missing)
    assert isinstance(over_service(D(18), D(0)), Missing)
    assert isinstance(concentration([D(0), D(-50)]), Missing)
    assert concentration([D(100), D(-50)]) == Concentration(D(10_000), D(1), D(1))


def test_lease_days() -> None:
    assert lease_days_left(date(2026, 10, 30), AS_OF) == -1
    assert lease_days_left(MonthToMonth(), AS_OF, 30) == 30
    assert isinstance(lease_days_left(MonthToMonth(), AS_OF), Missing)


@pytest.mark.parametrize(
    ("paid_through", "due_day", "late"),
    [
        (date(2026, 10, 31), 1, 0),
        (date(2026, 9, 30), 1, 30),
        (date(2026, 9, 30), 5, 26),
        (date(2026, 9, 30), 31, 0),
        (date(2027, 1, 31), 31, 0),
        (date(2026, 9, 14), 1, 46),
    ],
)
def test_rent_days_late(paid_through: date, due_day: int, late: int) -> None:
    assert rent_days_late(paid_through, due_day, AS_OF) == late


def test_rental_edges() -> None:
    assert isinstance(loss_to_lease(D(0), D(100)), Missing)
    assert occupancy(3, 4) == D("0.75")
    assert isinstance(occupancy(0, 0), Missing)


def test_coverage_edges() -> None:
    assert isinstance(kpi_coverage(2, 2, 0), Missing)
    assert kpi_coverage(4, 0, 0, 4) == 0


def test_expected_bill_edges() -> None:
    start, end = date(2026, 9, 18), date(2026, 9, 25)
    by_days = expected_bill(
        rate_type="per-day", rate=D(450), quantity=None, expenses=D(980), start=start, end=end
    )
    assert by_days == D(4580)
    flat = expected_bill(rate_type="flat", rate=D(1900), quantity=None, expenses=D(100), markup=D("0.1"))
    assert flat == D(2010)
    miles = expected_bill(rate_type="per-nm", rate=D(4), quantity=None, expenses=D(0), start=start, end=end)
    assert miles == Missing(needs=("delivery_quantity",))


def test_bill_difference_counts_from_the_larger_tolerance() -> None:
    assert [bill_difference(D(1000), D(1000 - off)).counts for off in (24, 25, -24, -25)] == [False, True] * 2
    assert not bill_difference(D(6000), D(5941)).counts


@pytest.mark.parametrize(
    ("due", "issued", "terms", "bucket"),
    [
        (date(2026, 9, 1), None, None, "31-60"),
        (date(2026, 8, 31), None, None, "61-90"),
        (date(2026, 8, 1), None, None, "90+"),
        (None, date(2026, 10, 1), 30, "current"),
        (None, date(2026, 10, 1), 29, "1-30"),
        (None, date(2026, 10, 1), None, "1-30"),
    ],
)
def test_aging(due: date | None, issued: date | None, terms: int | None, bucket: str) -> None:
    assert aging(due, AS_OF, issued, terms) == bucket


def test_aging_without_any_date() -> None:
    assert isinstance(aging(None, AS_OF), Missing)


def test_billing_edges() -> None:
    assert isinstance(dso(D(100), D(0), 92), Missing)
    assert isinstance(billing_lag([]), Missing)
    assert isinstance(expense_recovery(D(0), D(0)), Missing)


@given(amounts, st.integers(0, 400), st.integers(1, 366))
def test_prorate_is_never_more_than_the_amount(amount: Decimal, active: int, period: int) -> None:
    assert 0 <= prorate(amount, active, period) <= amount


@given(signed, st.lists(amounts, min_size=1, max_size=20))
def test_allocated_parts_add_up(total: Decimal, weights: list[Decimal]) -> None:
    parts = allocate(total, weights)
    if not sum(weights):
        assert isinstance(parts, Missing)
    else:
        assert isinstance(parts, tuple)
        assert sum(parts) == total
        assert all(part == to_cents(part) for part in parts)


@given(st.lists(signed, max_size=30))
def test_hhi_is_above_zero_and_at_most_ten_thousand(revenues: list[Decimal]) -> None:
    result = concentration(revenues)
    if isinstance(result, Missing):
        assert not any(one > 0 for one in revenues)
    else:
        assert 0 < result.hhi <= 10_000
        assert 0 < result.top_share <= 1
        assert result.effective_n >= 1


@given(st.lists(st.tuples(amounts, st.integers(0, 5) | st.none()), max_size=12))
def test_visibility_is_a_share(channels: list[tuple[Decimal, int | None]]) -> None:
    result = visibility(channels)
    if isinstance(result, Visibility):
        assert 0 <= result.index <= 1
        assert 0 < result.known <= 1


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_an_invoice_has_one_bucket_and_moves_on_with_time(due: date, as_of: date) -> None:
    bucket = aging(due, as_of)
    assert bucket in BUCKETS
    assert (bucket == "current") is (as_of <= due)


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-30, 90)), min_size=1))
def test_billing_lag_lies_between_the_shortest_and_the_longest(trips: list[tuple[date, int]]) -> None:
    pairs = [(end, date.fromordinal(end.toordinal() + lag)) for end, lag in trips]
    assert billing_lag(pairs) == median(D(lag) for _, lag in trips)
