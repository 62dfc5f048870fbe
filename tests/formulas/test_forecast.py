"""The next thirteen weeks: which row falls into which week, and why a row is not counted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.formulas.flows import Excluded, Flow, Horizon, weekly
from quarterdeck.formulas.forecast import (
    Accuracy,
    Expected,
    Known,
    Rolled,
    accuracy,
    coming,
    expected,
    roll,
    scenarios,
)
from quarterdeck.model.figure import Missing
from quarterdeck.model.services import Invoice
from quarterdeck.model.source import Source
from quarterdeck.model.values import Money

D = Decimal
AS_OF = date(2026, 10, 31)
"""A Saturday: week 1 holds Sunday alone."""

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Weeks = dict[int, tuple[str, str]]


def invoice(**cells: Any) -> dict[str, Any]:  # noqa: ANN401 - plain cells
    base = {"id": "inv-1", "ref": "yd-1", "issued": "2026-05-01", "due": "2026-11-10", "amount": 500}
    return {**base, **cells}


def booking(**cells: Any) -> dict[str, Any]:  # noqa: ANN401
    base = {
        "id": "bk-1",
        "service_date": "2026-11-20",
        "gross": 800,
        "channel": "phone",
        "status": "confirmed",
    }
    return {**base, **cells}


def lease(**cells: Any) -> dict[str, Any]:  # noqa: ANN401
    base = {"unit": "1", "tenant": "TS", "lease_start": "2026-01-01", "lease_end": "mtm", "rent": 1850}
    return {**base, "deposit_held": 1850, "status": "occupied", **cells}


def client(**cells: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"client": "acme", "billing_model": "retainer", "mrr": 150, **cells}


def cost(**cells: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"item": "Slip", "amount": 100, "cadence": "monthly", **cells}


VIATOR = {"channel": "viator", "kind": "ota", "state": "active", "commission": "25%", "payout_days": 7}
PAID_LATE = [
    invoice(id="inv-8", customer="HB", due="2026-08-01", status="paid"),
    invoice(id="inv-9", customer="HB", due="2026-09-01"),
]
LATE_PAYMENTS = [
    {"id": "p-1", "date": "2026-08-11", "invoice": "inv-8", "amount": 500},
    {"id": "p-2", "date": "2026-09-21", "invoice": "INV-9", "amount": 500},
]

CASES: list[tuple[str, Tables, Weeks]] = [
    ("nothing", {}, {}),
    ("invoice on its due day", {"invoices": [invoice()]}, {3: ("500", "0")}),
    ("due today: tomorrow", {"invoices": [invoice(due="2026-10-31")]}, {1: ("500", "0")}),
    ("no due day: issued", {"invoices": [invoice(due="", issued="2026-11-02")]}, {2: ("500", "0")}),
    ("overdue", {"invoices": [invoice(due="2026-10-30")]}, {3: ("500", "0")}),
    ("promised", {"invoices": [invoice(due="2026-10-01", promised_on="2026-11-27")]}, {5: ("500", "0")}),
    (
        "broken promise",
        {"invoices": [invoice(due="2026-10-01", promised_on="2026-10-20")]},
        {3: ("500", "0")},
    ),
    ("90 days overdue", {"invoices": [invoice(due="2026-08-02")]}, {3: ("500", "0")}),
    ("draft", {"invoices": [invoice(status="draft")]}, {}),
    ("void", {"invoices": [invoice(status="void")]}, {}),
    ("paid", {"invoices": [invoice(status="paid")]}, {}),
    (
        "the rest of an invoice",
        {
            "invoices": [invoice(write_off=50)],
            "payments": [{"id": "p", "date": "2026-10-20", "invoice": "inv-1", "amount": "200.50"}],
        },
        {3: ("249.50", "0")},
    ),
    (
        "as late as the customer pays: 15 days",
        {"invoices": [*PAID_LATE, invoice(customer="hb")], "payments": LATE_PAYMENTS},
        {5: ("500", "0")},
    ),
    ("booking on its service date", {"bookings": [booking()]}, {4: ("800", "0")}),
    ("booking when its balance is due", {"bookings": [booking(balance_due="2026-11-05")]}, {2: ("800", "0")}),
    ("balance due, service to come", {"bookings": [booking(balance_due="2026-10-05")]}, {1: ("800", "0")}),
    ("booking partly paid", {"bookings": [booking(paid=300)]}, {4: ("500", "0")}),
    ("booking wholly paid", {"bookings": [booking(paid=800)]}, {}),
    ("commission as money", {"bookings": [booking(commission=100)]}, {4: ("700", "0")}),
    ("commission as a share", {"bookings": [booking(commission=0.1)]}, {4: ("720", "0")}),
    (
        "fees of its channel",
        {
            "bookings": [booking(paid=400)],
            "channels": [{"channel": "Phone", "kind": "direct", "fee_pct": "2.9%", "fee_fix": "0.30"}],
        },
        {4: ("388.10", "0")},
    ),
    ("platform", {"bookings": [booking(channel="viator")], "channels": [VIATOR]}, {5: ("600", "0")}),
    (
        "platform, after the service",
        {
            "bookings": [booking(channel="viator", service_date="2026-10-29", status="completed")],
            "channels": [VIATOR],
        },
        {2: ("600", "0")},
    ),
    (
        "platform, long paid out",
        {
            "bookings": [booking(channel="viator", service_date="2026-08-29", status="completed")],
            "channels": [VIATOR],
        },
        {},
    ),
    (
        "booking and its invoice count once",
        {"bookings": [booking()], "invoices": [invoice(ref="bk-1", due="2026-11-03")]},
        {2: ("500", "0"), 4: ("300", "0")},
    ),
    ("quote", {"bookings": [booking(status="quote")]}, {}),
    ("rent", {"rent_roll": [lease()]}, {1: ("1850", "0"), 6: ("1850", "0"), 10: ("1850", "0")}),
    (
        "rent on the 31st",
        {"rent_roll": [lease(due_day=31)]},
        {6: ("1850", "0"), 10: ("1850", "0"), 14: ("1850", "0")},
    ),
    ("rent paid ahead", {"rent_roll": [lease(paid_through="2026-12-31")]}, {10: ("1850", "0")}),
    ("lease that ends", {"rent_roll": [lease(lease_end="2026-11-30")]}, {1: ("1850", "0")}),
    (
        "tenant who stays",
        {"rent_roll": [lease(lease_end="2026-09-30", paid_through="2026-12-31")]},
        {10: ("1850", "0")},
    ),
    ("tenant who goes", {"rent_roll": [lease(status="notice", moved_out="2026-11-15")]}, {1: ("1850", "0")}),
    ("lease to come", {"rent_roll": [lease(lease_start="2026-12-15")]}, {10: ("1850", "0")}),
    ("vacant", {"rent_roll": [lease(status="vacant")]}, {}),
    ("retainer", {"clients": [client()]}, {1: ("150", "0"), 6: ("150", "0"), 10: ("150", "0")}),
    (
        "retainer with terms: the bill of October too",
        {"clients": [client(bill_day=15, terms_days=30)]},
        {3: ("150", "0"), 8: ("150", "0"), 12: ("150", "0")},
    ),
    (
        "retainer that was billed",
        {
            "clients": [client(bill_day=15, terms_days=30)],
            "invoices": [invoice(ref="acme", issued="2026-10-15", due="2026-11-14", amount=150)],
        },
        {3: ("150", "0"), 8: ("150", "0"), 12: ("150", "0")},
    ),
    (
        "quarterly fee",
        {"clients": [client(mrr="", fee=600, fee_period="quarterly", contract_start="2026-02-15")]},
        {3: ("600", "0")},
    ),
    (
        "yearly fee, from the last invoice, with terms",
        {"clients": [client(mrr="", fee=588, fee_period="annual", last_invoice="2025-10-25", terms_days=14)]},
        {2: ("588", "0")},
    ),
    ("contract that ends", {"clients": [client(contract_end="2026-11-30")]}, {1: ("150", "0")}),
    ("project", {"clients": [client(mrr="", billing_model="project", fee=9, fee_period="one-time")]}, {}),
    (
        "tax refund",
        {"plan": [{"month": "2026-11", "line": "tax-refund", "amount": 900}]},
        {6: ("900", "0")},
    ),
    ("plan is no receipt", {"plan": [{"month": "2026-11", "line": "revenue", "amount": 900}]}, {}),
    (
        "cost on the 31st",
        {"costs": [cost(next_due="2026-10-31")]},
        {6: ("0", "100"), 10: ("0", "100"), 14: ("0", "100")},
    ),
    ("single cost", {"costs": [cost(cadence="one-time", next_due="2026-11-08")]}, {2: ("0", "100")}),
    ("single cost that is past", {"costs": [cost(cadence="one-time", next_due="2026-10-08")]}, {}),
    ("yearly cost", {"costs": [cost(cadence="annual", next_due="2025-12-24")]}, {9: ("0", "100")}),
    (
        "weekly cost",
        {"costs": [cost(cadence="weekly", next_due="2026-10-28")]},
        dict.fromkeys(range(2, 15), ("0", "100")),
    ),
    (
        "loan",
        {"loans": [{"lender": "L", "payment": "765.96", "next_due": "2026-11-25", "matures": "2026-12-31"}]},
        {5: ("0", "765.96"), 9: ("0", "765.96")},
    ),
    (
        "loan that is paid off",
        {"loans": [{"lender": "L", "payment": 5, "balance": 0, "next_due": "2026-11-25"}]},
        {},
    ),
    ("task", {"tasks": [{"id": "t-1", "cost": 600, "due": "2026-11-15"}]}, {3: ("0", "600")}),
    ("task that is done", {"tasks": [{"id": "t-1", "cost": 600, "due": "2026-11-15", "state": "done"}]}, {}),
    (
        "approved option",
        {
            "options": [
                {"id": "o-1", "cost": 2600, "approved": True, "due": "2026-12-01"},
                {"id": "o-2", "cost": 600, "approved": False, "due": "2026-12-01"},
                {"id": "o-3", "cost": 600, "due": "2026-12-01"},
            ]
        },
        {6: ("0", "2600")},
    ),
    (
        "held for others",
        {
            "held": [
                {"item": "Crew tips", "amount": 80},
                {"item": "Sales tax", "amount": 40, "due": "2027-01-31"},
            ]
        },
        {1: ("0", "80"), 14: ("0", "40")},
    ),
    ("pipeline is never in it", {"pipeline": [{"lead": "x", "value": 900, "probability": 1}]}, {}),
]


@pytest.mark.parametrize(("case", "tables", "wanted"), CASES, ids=[case for case, _, _ in CASES])
def test_which_week(case: str, tables: Tables, wanted: Weeks) -> None:
    result = expected(AS_OF, tables, 14)
    assert isinstance(result, Expected)
    found = {week: flows for week, flows in enumerate(result.flows, 1) if any(flows)}
    assert found == {week: (D(income), D(paid)) for week, (income, paid) in wanted.items()}, case
    assert result.excluded == ()


@pytest.mark.parametrize(
    ("tables", "code", "reason", "amount"),
    [
        ({"invoices": [invoice(due="2026-08-01")]}, "inv-1", "91 days overdue", "500"),
        ({"invoices": [invoice(due="", issued="?")]}, "inv-1", "neither due nor issued is stated", "500"),
        ({"invoices": [invoice(amount="?")]}, "inv-1", "amount not known", None),
        ({"invoices": [invoice(amount="500 EUR")]}, "inv-1", "500.00 EUR is not converted", None),
        (
            {"bookings": [booking(service_date="2026-10-30")]},
            "bk-1",
            "the balance was due on 2026-10-30",
            "800",
        ),
        (
            {"bookings": [booking(service_date="?")]},
            "bk-1",
            "neither balance due nor service date is known",
            "800",
        ),
        ({"bookings": [booking(paid="?")]}, "bk-1", "what was paid is not known", None),
        ({"bookings": [booking(gross=None)]}, "bk-1", "amount not known", None),
        (
            {"bookings": [booking(channel="viator", service_date="2026-10-20")], "channels": [VIATOR]},
            "bk-1",
            "the payout was to come on 2026-10-27",
            "600",
        ),
        (
            {"bookings": [booking(channel="viator", service_date="?")], "channels": [VIATOR]},
            "bk-1",
            "the day of the service is not known",
            "600",
        ),
        ({"rent_roll": [lease(status="?")]}, "1", "whether there is a tenant is not known", "1850"),
        ({"rent_roll": [lease(rent="?")]}, "1", "amount not known", None),
        ({"clients": [client(mrr="?")]}, "acme", "the fee is not known", None),
        ({"clients": [client(mrr="", fee=5)]}, "acme", "the period of the fee is not known", "5"),
        (
            {"clients": [client(mrr="", fee=5, fee_period="annual")]},
            "acme",
            "the day of the bill is not known",
            "5",
        ),
        ({"clients": [client(mrr="5 EUR")]}, "acme", "5.00 EUR is not converted", None),
        (
            {"plan": [{"month": "2026-11", "line": "tax-refund", "amount": "?"}]},
            "tax-refund 2026-11",
            "amount not known",
            None,
        ),
        ({"costs": [cost(amount="?")]}, "Slip", "amount not known", None),
        ({"costs": [cost(cadence="one-time")]}, "Slip", "the day on which it is due is not known", "100"),
        ({"tasks": [{"id": "t", "cost": 6, "due": "2026-10-15"}]}, "t", "it was due on 2026-10-15", "6"),
        (
            {"options": [{"id": "o", "cost": 6, "approved": "yes"}]},
            "o",
            "the day on which it is due is not known",
            "6",
        ),
        ({"held": [{"item": "Tips", "amount": "?"}]}, "Tips", "amount not known", None),
    ],
)
def test_what_is_not_counted_says_why(tables: Tables, code: str, reason: str, amount: str | None) -> None:
    result = expected(AS_OF, tables)
    assert isinstance(result, Expected)
    wanted = Missing(reason=reason) if amount is None else D(amount)
    assert result.excluded == (Excluded(code, reason, wanted),)
    assert not any(map(any, result.flows))


def test_costs_without_a_day_are_spread_in_cents_that_add_up() -> None:
    result = expected(AS_OF, {"costs": [cost(amount=100)], "loans": [{"lender": "L", "payment": 33}]})
    assert isinstance(result, Expected)
    assert sum(payments for _, payments in result.flows) == D(300 + 99)
    weekly_payments = [payments for _, payments in result.flows]
    assert max(weekly_payments) - min(weekly_payments) <= D("0.02")


def test_notes_name_what_has_no_day_and_what_was_not_understood() -> None:
    inputs = (
        '{"as_of": "2026-10-31", "tables": {"costs": [{"item": "Phone", "amount": 52, "cadence": "monthly"},'
        ' {"item": "Rent", "amount": "much", "cadence": "monthly"}], "cost": []}}'
    )
    notes = BY_ID["F-C2"].worked(inputs)[2]
    assert notes[0] == "there is no table cost"
    assert "much" in notes[1]
    assert notes[2] == "without a due day, spread equally over the weeks: Phone"


@pytest.mark.parametrize(("as_of", "weeks"), [(AS_OF, 0), (AS_OF, 10**9), (date.max, 13), (date.min, 13)])
def test_weeks_that_nobody_can_forecast(as_of: date, weeks: int) -> None:
    assert isinstance(expected(as_of, {}, weeks), Missing)


def test_records_and_plain_rows_say_the_same() -> None:
    usd = Money(D(500), "USD")
    record = Invoice(entity="eyd", source=Source("x"), id="inv-1", due=date(2026, 11, 10), amount=usd)
    assert coming(Known(invoices=[record]), Horizon(AS_OF)) == (
        Flow(date(2026, 11, 10), D(500), "inv-1", "invoices"),
    )


@pytest.mark.parametrize(
    ("as_of", "start"),
    [
        (date(2026, 10, 31), date(2026, 10, 26)),
        (date(2026, 11, 1), date(2026, 11, 2)),
        (date(2026, 11, 2), date(2026, 11, 2)),
    ],
)
def test_week_one_holds_the_next_day(as_of: date, start: date) -> None:
    horizon = Horizon(as_of)
    assert horizon.start == start
    assert horizon.end == start + timedelta(days=90)
    assert horizon.week_of(as_of) is None
    assert horizon.week_of(as_of + timedelta(days=1)) == 1
    assert horizon.week_of(horizon.end) == 13
    assert horizon.week_of(horizon.end + timedelta(days=1)) is None
    assert horizon.since(as_of - timedelta(days=40)).end == horizon.end


def test_roll_edges() -> None:
    assert isinstance(roll(D(1), [], D(0)), Missing)
    below = roll(D(5), [(D(0), D(6)), (D(0), D(0)), (D(0), D(1))], D(0))
    assert below == Rolled((D(-1), D(-1), D(-2)), D(-2), 3, 1, 1)
    equal = roll(D(5), [(D(0), D(0)), (D(0), D(0))], D(5))
    assert equal == Rolled((D(5), D(5)), D(5), 1, None, None)


def test_scenario_edges() -> None:
    flows = [(D(10), D(1))] * 3
    assert scenarios(flows, D("0.5"), 0).downside == ((D(5), D(1)),) * 3
    assert scenarios(flows, D("0.5"), 9).downside == ((D(0), D(1)),) * 3
    late = scenarios(
        flows, pipeline=[(0, D(5), D(1)), (4, D(5), D(1)), (3, D(5), D("0.75")), (3, D(5), D("0.74"))]
    )
    assert late.upside == ((D(10), D(1)), (D(10), D(1)), (D(15), D(1)))


def test_accuracy_edges() -> None:
    none = Missing("not_applicable", reason="nothing was forecast")
    assert accuracy(D(0), D(5), D(10), D(5)) == Accuracy(none, D("-0.5"))


amounts = st.decimals("0", "100000", places=2)
weeks = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=20)


@given(st.decimals("-10000", "100000", places=2), weeks, amounts)
def test_opening_and_receipts_less_payments_is_the_ending(
    opening: Decimal, flows: list[tuple[Decimal, Decimal]], minimum: Decimal
) -> None:
    result = roll(opening, flows, minimum)
    assert isinstance(result, Rolled)
    before = opening
    for (receipts, payments), ending in zip(flows, result.endings, strict=True):
        assert before + receipts - payments == ending
        before = ending
    assert result.lowest == min(result.endings) == result.endings[result.lowest_week - 1]


@given(weeks, st.decimals("0", "1", places=2), st.integers(0, 25))
def test_downside_is_never_better(
    flows: list[tuple[Decimal, Decimal]], receipts: Decimal, delay: int
) -> None:
    result = scenarios(flows, receipts, delay).downside
    assert [payments for _, payments in result] == [payments for _, payments in flows]
    assert sum(income for income, _ in result) <= sum(income for income, _ in flows)


dated = st.builds(
    Flow,
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.decimals("-1000", "1000", places=2),
    st.just("x"),
    st.just("costs"),
)


@given(st.lists(dated, max_size=30), st.dates(date(2026, 6, 1), date(2026, 12, 31)), st.integers(1, 30))
def test_weeks_hold_all_that_is_dated_in_them(flows: list[Flow], as_of: date, count: int) -> None:
    horizon = Horizon(as_of, count)
    result = weekly(flows, horizon)
    counted = sum((one.amount for one in flows if one.day and as_of < one.day <= horizon.end), D(0))
    assert len(result) == count
    assert sum((income - paid for income, paid in result), D(0)) == counted
    assert all(income >= 0 and paid >= 0 for income, paid in result)


cells = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False)
) | st.sampled_from(
    ["", "?", "2026-11-05", "2026-02-31", "9999-12-31", "sent", "monthly", "confirmed", "$5", "25%", "ota"]
)
columns = st.sampled_from(
    [
        "id",
        "ref",
        "issued",
        "due",
        "amount",
        "status",
        "service_date",
        "gross",
        "channel",
        "paid",
        "payout_days",
        "unit",
        "rent",
        "due_day",
        "client",
        "mrr",
        "fee",
        "fee_period",
        "bill_day",
        "terms_days",
        "contract_start",
        "item",
        "cadence",
        "next_due",
        "lender",
        "payment",
        "frequency",
        "cost",
        "approved",
    ]
)
rows = st.lists(st.dictionaries(columns, cells, max_size=8), max_size=3)
names = st.sampled_from(
    [
        "invoices",
        "payments",
        "bookings",
        "channels",
        "rent_roll",
        "clients",
        "costs",
        "loans",
        "options",
        "tasks",
        "held",
        "x",
    ]
)


@given(st.dictionaries(names, rows, max_size=4))
def test_any_cells_give_weeks(tables: Tables) -> None:
    result = expected(AS_OF, tables)
    assert isinstance(result, Expected)
    assert len(result.flows) == 13
