"""Invoices beside the books, days of payment and losses, with sums worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.billing_audit import figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.ledger import Ledger
from quarterdeck.model.services import Delivery, Invoice, Payment
from quarterdeck.parse.ledger import parse_ledger
from tests.figures.builders import a_handoff, a_row, an_entity, day, share, usd
from tests.figures.quickdump import plain

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure

AS_OF = date(2026, 10, 31)
BOOKS = """
2026-07-01 open Assets:Y:Bank:Checking
2026-07-01 open Assets:Y:Processor:Stripe
2026-07-01 open Assets:Y:Receivable
2026-07-01 open Liabilities:Y:CustomerDeposits
2026-07-01 open Income:Y:Deliveries
2026-07-01 open Income:Y:Refunds
2026-08-01 * "Cove" "Trip" ^yd-1
  invoice: "INV-1"
  Assets:Y:Receivable   1000 USD
  Income:Y:Deliveries
2026-08-31 * "Cove" "INV-1 paid"
  invoice: "INV-1"
  Assets:Y:Bank:Checking   1000 USD
  Assets:Y:Receivable
2026-09-01 * "Gull" "Deposit"
  invoice: "INV-2"
  Assets:Y:Processor:Stripe   200 USD
  Liabilities:Y:CustomerDeposits
2026-09-10 * "Gull" "Trip"
  invoice: "INV-2"
  Assets:Y:Receivable   600 USD
  Liabilities:Y:CustomerDeposits   200 USD
  Income:Y:Deliveries
2026-09-30 * "Gull" "Paid in part"
  invoice: "INV-2"
  Assets:Y:Bank:Checking   350 USD
  Assets:Y:Receivable
2026-10-05 * "Heron" "No number"
  Assets:Y:Receivable   70 USD
  Income:Y:Deliveries
2026-10-06 * "Tern" "In no list"
  invoice: "INV-9"
  Assets:Y:Receivable   40 USD
  Income:Y:Deliveries
"""


def a_bill(number: str, amount: int, issued: str, **columns: object) -> Invoice:
    known = {"id": number, "ref": f"yd-{number[-1]}", "issued": day(issued), "due": day(issued)}
    return a_row(Invoice, "yard", 40, **(known | {"amount": usd(amount), "status": "sent"} | columns))


def a_payment(number: str, bill: str, amount: int, on: str) -> Payment:
    return a_row(Payment, "yard", 40, id=number, invoice=bill, amount=usd(amount), date=day(on))


LISTS = (
    a_bill("INV-1", 1000, "2026-08-01"),
    a_bill("INV-2", 800, "2026-09-10"),
    a_payment("p-1", "INV-1", 1000, "2026-08-31"),
    a_payment("p-2", "INV-2", 200, "2026-09-01"),
    a_payment("p-3", "INV-2", 400, "2026-09-30"),
)


def of_yard(books: str, *rows: Row) -> dict[str, Figure]:
    ledger, problems = parse_ledger({"ledger/main.beancount": books.encode()}) if books else (Ledger(), ())
    assert problems == ()
    yard = an_entity("yard", "delivery", ledger="Y")
    facts = Facts([a_handoff(yard, *rows)], AS_OF, ledger=ledger)
    return {one.id: one for one in figures(facts, yard, "USD")}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("paid_booked", "1550.00"),  # 1,000 + 200 + 350
        ("paid_listed", "1600.00"),  # 1,000 + 200 + 400
        ("paid_gap", "-50.00"),
        ("receivable_unnamed", "70.00"),
        ("paid_booked:inv-2", "550.00"),
        ("paid_listed:inv-2", "600.00"),
        ("paid_gap:inv-2", "-50.00"),
        ("open_booked:inv-2", "250.00"),  # 600 - 350
        ("open_listed:inv-2", "200.00"),
        ("open_gap:inv-9", "40.00"),
        ("invoices_agree", "1 of 3"),
        ("earned_recent", "1910.00"),  # August to October: 1,000 + 800 + 70 + 40
        ("dso_books", "17.3"),  # 360 / 1,910 x 92
        ("collection_effectiveness", "0.9"),  # (0 + 1,800 - 200) / 1,800
        ("days_to_pay", "27.1"),  # (1,000 x 30 + 400 x 20) / 1,400
        ("days_to_pay_books", "27.4"),  # (1,000 x 30 + 350 x 20) / 1,350
        ("billed:2026-09", "800.00"),
        ("dso_count_back", "38.5"),  # 31 days of October, then 200 of 800 of the 30 of September
    ],
)
def test_books_beside_lists(code: str, value: str) -> None:
    shown = plain(of_yard(BOOKS, *LISTS)[code])
    if "." in value and not value.endswith((".00", "of 3")):
        assert round(float(str(shown)), 1) == float(value)
    else:
        assert shown == value


def test_both_sides_have_their_own_source() -> None:
    found = of_yard(BOOKS, *LISTS)
    assert found["paid_booked:inv-2"].sources[0].path == "ledger/main.beancount"
    assert found["paid_listed:inv-2"].sources[0].path.startswith("handoffs/")
    assert {one.figure for one in found["paid_gap:inv-2"].inputs} == {
        "paid_booked:inv-2",
        "paid_listed:inv-2",
    }


def test_an_invoice_from_before_the_books_is_not_looked_for() -> None:
    old = a_bill("INV-0", 300, "2026-05-01")
    found = of_yard(BOOKS, *LISTS, old)
    assert "open_gap:inv-0" not in found
    young = a_bill("INV-3", 300, "2026-08-02")
    assert plain(of_yard(BOOKS, *LISTS, young)["open_gap:inv-3"]) == "-300.00"


def test_without_books_or_receivables_nothing_is_compared() -> None:
    cash_only = BOOKS.split("2026-08-01 *", maxsplit=1)[0]
    for books in ("", cash_only):
        found = of_yard(books, *LISTS)
        assert "paid_booked" not in found
        assert plain(found["billed:2026-08"]) == "1000.00"


def test_the_parts_books_are_those_of_the_whole() -> None:
    ledger, _ = parse_ledger({"ledger/main.beancount": BOOKS.encode()})
    whole = an_entity("fleet", "agency", ledger="Y")
    part = an_entity("yard", "agency", part_of="fleet")
    facts = Facts([a_handoff(whole), a_handoff(part, *LISTS)], AS_OF, ledger=ledger)
    found = {one.id: one for one in figures(facts, part, "USD")}
    assert plain(found["paid_gap"]) == "-50.00"
    assert plain(found["receivable_ledger"]) == "360.00"


def test_this_month_counts_its_days_so_far() -> None:
    yard = an_entity("yard", "delivery")
    bills = (a_bill("INV-1", 500, "2026-11-05"), a_bill("INV-2", 620, "2026-10-05"))
    facts = Facts([a_handoff(yard, *bills)], date(2026, 11, 10))
    found = {one.id: one for one in figures(facts, yard, "USD")}
    assert plain(found["dso_count_back"]) == "41"


def test_losses_of_twelve_months() -> None:
    trips = [
        a_row(
            Delivery, "yard", 40, id=f"yd-{at}", rate_type="flat", rate=usd(1000), expenses=usd(0),
            end=day(ended), status="completed",
        )
        for at, ended in ((1, "2026-08-01"), (2, "2026-09-01"), (3, "2026-10-01"), (4, "2025-10-01"))
    ]  # fmt: skip
    found = of_yard("", *trips, *LISTS)
    codes = ("leakage_expected", "leakage_unbilled", "leakage_under", "leakage_writeoff")
    assert [plain(found[code]) for code in codes] == ["3000.00", "1000.00", "200.00", "0.00"]
    assert plain(found["leakage"]) == "0.4"
    given_up = a_bill("INV-2", 800, "2026-09-10", write_off=usd(100))
    assert plain(of_yard("", *trips, LISTS[0], given_up)["leakage_writeoff"]) == "100.00"


def test_what_is_probably_lost_and_what_could_be_charged() -> None:
    trip = a_row(Delivery, "yard", 40, id="yd-2", late_fee=share("0.015"), grace_days=5, status="completed")
    bill = a_bill("INV-2", 2850, "2026-09-19")
    found = of_yard("", trip, bill)
    assert plain(found["expected_loss"]) == "142.50"  # 42 days late: 5% of 2,850
    assert plain(found["late_fees"]) == "52.00"  # 2,850 x 1.5% x 12 / 365 x 37
    silent = of_yard("", a_row(Delivery, "yard", 40, id="yd-2", status="completed"), bill)
    assert plain(silent["late_fees"]) == "0.00"


def test_what_was_collected_needs_the_days_of_payments() -> None:
    yard = an_entity("yard", "delivery")
    bills = (a_bill("INV-0", 300, "2026-05-01"), a_bill("INV-1", 500, "2026-09-05"))
    gap = {one.id: one for one in figures(Facts([a_handoff(yard, *bills)], AS_OF), yard, "USD")}
    assert gap["collection_effectiveness"].value == Missing(needs=("payments",))
    paid = a_payment("P-1", "INV-0", 200, "2026-09-20")
    found = {one.id: one for one in figures(Facts([a_handoff(yard, *bills, paid)], AS_OF), yard, "USD")}
    made = found["collection_effectiveness"]
    assert plain(made) == "0.25", "(300 + 500 - 600) / 800"
    assert [one.name for one in made.inputs] == ["opening", "billed", "closing", "closing_current"]
    assert made.label == "Collected of what could be, since 1\u00a0Aug"
