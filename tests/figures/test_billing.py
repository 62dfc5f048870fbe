"""Figures of billing, and the match of deliveries with invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.billing import Match, matches
from quarterdeck.figures.scope import scope_of
from quarterdeck.formulas.periods import to_cents
from quarterdeck.model.figure import Missing
from quarterdeck.model.services import Client, Delivery, Invoice, Payment
from quarterdeck.model.values import UNKNOWN, Money
from tests.figures.builders import a_row, an_entity, day, days_before, facts_of, not_applicable, share, usd
from tests.figures.quickdump import AS_OF, by_id, changed, plain

if TYPE_CHECKING:
    from decimal import Decimal

    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure

EYD = an_entity("eyd", "delivery")
TRIP = a_row(
    Delivery,
    "eyd",
    id="yd-1",
    customer="Pelican Yachts",
    start=day("2026-09-18"),
    end=day("2026-09-26"),
    rate_type="per-day",
    rate=usd(450),
    quantity=usd(9).amount,
    expenses=usd(1380),
    status="completed",
)
BILL = a_row(
    Invoice,
    "eyd",
    id="inv-1",
    ref="yd-1",
    issued=day("2026-10-06"),
    due=day("2026-10-20"),
    amount=usd(5430),
    reimbursed=usd(1180),
    status="sent",
)
PAID = a_row(Payment, "eyd", id="p-1", date=day("2026-10-30"), invoice="inv-1", amount=usd(5430))
NO_BILL = changed(BILL, {"ref": "other", "status": "void"})


def the_match(*rows: Row) -> Match:
    return matches(scope_of(facts_of(*rows, entity=EYD, as_of=AS_OF), EYD, "USD"))[0]


def figures_of(*rows: Row) -> dict[str, Figure]:
    return by_id(facts_of(*rows, entity=EYD, as_of=AS_OF), "eyd")


@pytest.mark.parametrize(
    ("case", "trip", "bill", "payments", "verdict"),
    [
        ("unbilled", {}, None, [], "unbilled"),
        ("draft only", {}, {"status": "draft"}, [], "unbilled"),
        ("dated tomorrow", {}, {"issued": day("2026-11-01")}, [], "unbilled"),
        ("over-billed", {}, {"amount": usd(5485)}, [PAID], "over-billed"),
        ("under-billed", {}, {"amount": usd(5050)}, [], "under-billed"),
        ("inside tolerance", {}, {"amount": usd(5400)}, [], "overdue"),
        ("tax inside", {}, {"amount": usd(5930), "tax": usd(500)}, [], "overdue"),
        ("overdue", {}, {}, [], "overdue"),
        ("due today", {}, {"due": AS_OF}, [], "open"),
        ("paid", {}, {}, [PAID], "paid"),
        ("marked paid", {}, {"status": "paid"}, [], "paid"),
        ("written off", {}, {"write_off": usd(430), "status": "paid"}, [], "written-off"),
        ("planned", {"status": "planned"}, {}, [], "not-started"),
        ("under way", {"status": "in-progress"}, {}, [], "in-progress"),
        ("cancelled", {"status": "cancelled"}, None, [], "cancelled"),
        (
            "cancelled, deposit",
            {"status": "cancelled", "deposit": usd(750)},
            {},
            [],
            "cancelled-with-deposit",
        ),
        ("cancelled, billed", {"status": "cancelled"}, {"due": AS_OF}, [], "open"),
        ("no status", {"status": UNKNOWN}, {}, [], "not-known"),
        ("amount not known", {}, {"amount": UNKNOWN}, [], "not-known"),
        ("expected not known", {"expenses": UNKNOWN}, {}, [PAID], "paid"),
    ],
)
def test_verdicts(
    case: str, trip: dict[str, object], bill: dict[str, object] | None, payments: list[Payment], verdict: str
) -> None:
    bills = [NO_BILL] if bill is None else [changed(BILL, bill)]
    assert the_match(changed(TRIP, trip), *bills, *payments).verdict == verdict, case


def test_match_in_full() -> None:
    part = changed(PAID, {"amount": usd(2000)})
    late = changed(PAID, {"id": "p-2", "date": day("2026-11-02")})
    match = the_match(changed(TRIP, {"contract": True, "deposit": usd(500)}), BILL, part, late)
    money = (match.expected, match.invoiced, match.paid, match.written_off, match.open, match.deposit)
    assert money == (usd(5430), usd(5430), usd(2000), usd(0), usd(3430), usd(500))
    assert (match.contract, match.days_late, match.invoices, match.probable) == (True, 11, ("inv-1",), ())


def test_without_an_invoices_table_nothing_is_called_unbilled() -> None:
    match = the_match(TRIP)
    assert match.verdict == "not-known"
    assert match.invoiced == Missing(needs=("invoices",))
    found = figures_of(TRIP)
    assert {plain(found[name]) for name in ("unbilled", "not_collected", "ar_open", "dso")} == {
        "not_known invoices"
    }
    assert plain(figures_of()["unbilled"]) == "not_known deliveries invoices"


@pytest.mark.parametrize(
    ("case", "columns", "expected", "is_estimate"),
    [
        ("days from the dates", {"quantity": UNKNOWN}, "5430.00", True),
        ("markup", {"expense_markup": share("0.1")}, "5568.00", False),
        ("flat", {"rate_type": "flat", "quantity": UNKNOWN}, "1830.00", False),
        ("miles not known", {"rate_type": "per-nm", "quantity": UNKNOWN}, None, False),
        ("no expenses", {"expenses": not_applicable()}, "4050.00", False),
        ("written with ~", {"estimates": ("quantity",)}, "5430.00", True),
        ("two currencies", {"expenses": Money(usd(1).amount, "EUR")}, None, False),
    ],
)
def test_expected(case: str, columns: dict[str, object], expected: str | None, *, is_estimate: bool) -> None:
    match = the_match(changed(TRIP, columns), BILL)
    shown = f"{match.expected.amount:.2f}" if isinstance(match.expected, Money) else None
    assert (shown, match.is_estimate) == (expected, is_estimate), case


@pytest.mark.parametrize(
    ("case", "columns", "probable"),
    [
        ("customer, days and amount", {}, ("inv-1",)),
        ("another customer", {"customer": "Owner L. N."}, ()),
        ("other days", {"period_start": day("2026-09-27"), "period_end": day("2026-09-30")}, ()),
        ("no days", {"period_start": UNKNOWN}, ()),
        ("amount two percent off", {"amount": usd(5540)}, ()),
    ],
)
def test_probable_is_only_named(case: str, columns: dict[str, object], probable: tuple[str, ...]) -> None:
    loose = changed(
        BILL,
        {
            "ref": UNKNOWN,
            "customer": "pelican yachts",
            "period_start": day("2026-09-20"),
            "period_end": day("2026-09-26"),
            "amount": usd(5480),
        },
    )
    match = the_match(TRIP, changed(loose, columns))
    assert (match.verdict, match.probable) == ("unbilled", probable), case


def test_the_one_number() -> None:
    unbilled = changed(TRIP, {"id": "yd-2", "quantity": UNKNOWN, "expenses": usd(0)})
    under = changed(TRIP, {"id": "yd-3"})
    over = changed(TRIP, {"id": "yd-4"})
    bills = [
        BILL,
        changed(BILL, {"id": "inv-3", "ref": "yd-3", "amount": usd(5050), "status": "paid"}),
        changed(BILL, {"id": "inv-4", "ref": "yd-4", "amount": usd(5500), "status": "paid"}),
    ]
    found = figures_of(TRIP, unbilled, under, over, *bills)
    names = ("billed_expected", "unbilled", "under_billed", "over_billed", "overdue", "not_collected")
    assert [plain(found[name]) for name in names] == [
        "20340.00", "4050.00", "380.00", "70.00", "5430.00", "9860.00",
    ]  # fmt: skip
    assert [found[name].is_estimate for name in names] == [True, True, False, False, False, True]


def test_unknown_work_makes_it_at_least() -> None:
    found = figures_of(TRIP, changed(TRIP, {"id": "yd-2", "rate": UNKNOWN}), NO_BILL)
    assert (plain(found["unbilled"]), found["unbilled"].known, found["unbilled"].wanted) == ("5430.00", 1, 2)
    assert found["not_collected"].is_partial


def test_receivables() -> None:
    bills = [
        changed(BILL, {"id": "a", "due": AS_OF, "amount": usd(1)}),
        changed(BILL, {"id": "b", "due": days_before(30, AS_OF), "amount": usd(2)}),
        changed(BILL, {"id": "c", "due": days_before(60, AS_OF), "amount": usd(4)}),
        changed(BILL, {"id": "d", "due": days_before(90, AS_OF), "amount": usd(8)}),
        changed(BILL, {"id": "e", "due": days_before(91, AS_OF), "amount": usd(16)}),
        changed(BILL, {"id": "f", "due": UNKNOWN, "issued": days_before(40, AS_OF), "amount": usd(32)}),
        changed(BILL, {"id": "g", "amount": usd(100)}),
    ]
    credit = changed(PAID, {"invoice": "g", "amount": usd(150)})
    terms = changed(TRIP, {"terms_days": 30})
    found = figures_of(terms, *bills, credit)
    ages = ("current", "1-30", "31-60", "61-90", "90-plus")
    assert [plain(found[f"aging:{age}"]) for age in ages] == ["1.00", "34.00", "4.00", "8.00", "16.00"]
    assert (plain(found["ar_open"]), plain(found["overdue"])) == ("63.00", "62.00")


def test_terms_of_a_client_count_too() -> None:
    client = a_row(Client, client="mesa", terms_days=15)
    bill = changed(BILL, {"entity": "jada", "ref": "mesa", "due": UNKNOWN, "issued": days_before(15, AS_OF)})
    found = by_id(facts_of(client, bill, entity=an_entity(kind="agency"), as_of=AS_OF), "jada")
    assert plain(found["aging:current"]) == "5430.00"
    assert "unbilled" not in found


def test_days_lag_and_recovery() -> None:
    found = figures_of(TRIP, BILL)
    assert (plain(found["dso"]), plain(found["billing_lag"]), plain(found["expense_recovery"])) == (
        "92",
        "10",
        "0.855",
    )
    silent = figures_of(TRIP, changed(BILL, {"reimbursed": UNKNOWN}))["expense_recovery"]
    assert (plain(silent), silent.known, silent.wanted) == ("not_known invoices", 0, 1)
    nothing = figures_of(TRIP, NO_BILL)
    assert {plain(nothing[name]) for name in ("dso", "billing_lag", "expense_recovery")} == {"not_applicable"}


@pytest.mark.parametrize(
    ("case", "columns", "with_payments", "ar"),
    [
        ("sent", {}, False, "5430.00"),
        ("no status, payments are listed", {"status": UNKNOWN}, True, "5430.00"),
        ("no status, no payments table", {"status": UNKNOWN}, False, "not_known invoices"),
        ("euros", {"amount": Money(usd(5430).amount, "EUR")}, False, "not_known"),
    ],
)
def test_what_is_open(case: str, columns: dict[str, object], ar: str, *, with_payments: bool) -> None:
    others = [changed(PAID, {"invoice": "inv-9"})] if with_payments else []
    assert plain(figures_of(TRIP, changed(BILL, columns), *others)["ar_open"]) == ar, case


money = st.decimals("0", "9999", places=2)


@given(st.lists(st.tuples(money, money, st.integers(-200, 200)), max_size=12))
def test_buckets_add_up_to_what_is_owed(bills: list[tuple[Decimal, Decimal, int]]) -> None:
    rows: list[Row] = []
    for at, (amount, paid, late) in enumerate(bills):
        due = days_before(late, AS_OF)
        issued = min(due, AS_OF)
        rows += [
            changed(BILL, {"id": f"i-{at}", "amount": usd(str(amount)), "issued": issued, "due": due}),
            changed(PAID, {"id": f"p-{at}", "invoice": f"i-{at}", "amount": usd(str(paid))}),
        ]
    found = figures_of(TRIP, NO_BILL, *rows)
    aged = [
        one.value.amount
        for code, one in found.items()
        if code.startswith("aging:") and isinstance(one.value, Money)
    ]
    owed = sum(
        (max(amount - paid, to_cents(amount * 0)) for amount, paid, _ in bills), to_cents(usd(0).amount)
    )
    assert found["ar_open"].value == usd(str(owed))
    assert sum(aged) == owed
