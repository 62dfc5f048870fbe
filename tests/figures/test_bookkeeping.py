"""What the books tell of themselves: roll-forwards, reconciliation, vendors, and entries in the wrong place."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures import vendors
from quarterdeck.figures.book_notes import notes_of
from quarterdeck.figures.bookkeeping import figures
from quarterdeck.figures.roll_forward import MOVEMENTS, amounts_of
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.bookkeeping import AccountUse, BookLine, BookNote, ExpenseGroup, VendorPaid
from quarterdeck.model.books import Statement, Vendor
from quarterdeck.model.facts import Facts
from quarterdeck.model.services import Invoice
from quarterdeck.model.values import Money
from quarterdeck.parse.ledger import MAIN, parse_ledger
from quarterdeck.portfolio import find_ledger
from quarterdeck.reading import read_handoffs, with_books
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, day, usd
from tests.figures.quickdump import plain

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "ledger" / "sample-9-6.beancount"

OPEN = "".join(
    f"2026-01-01 open {name}\n"
    for name in (
        "Assets:JADA:Bank:Checking",
        "Assets:JADA:Receivable",
        "Liabilities:JADA:CustomerDeposits",
        "Liabilities:JADA:SalesTax",
        "Income:JADA:Charter",
        "Expenses:JADA:Fixed:Slip",
        "Expenses:JADA:Fixed:Rent",
        "Expenses:JADA:Ask",
        "Equity:JADA:Owner",
    )
)


def _facts(text: str, *rows: Row, as_of: str = "2026-11-23") -> Facts:
    ledger, _ = parse_ledger({MAIN: text.encode()})
    return Facts([a_handoff(an_entity(), *rows)], day(as_of), ledger=ledger)


def _figures(text: str, *rows: Row, as_of: str = "2026-11-23") -> dict[str, object]:
    facts = _facts(text, *rows, as_of=as_of)
    return {one.id: plain(one) for one in figures(facts, facts.entities[0], "USD")}


def _notes(text: str, *rows: Row) -> list[BookNote]:
    facts = _facts(text, *rows)
    return list(notes_of(facts, facts.entities[0], "USD"))


def _entry(on: str, *postings: str, keys: str = "", tag: str = "") -> str:
    lines = [f'{on} * "Payee" "What for" {tag}'.rstrip()]
    lines += [f"  {one}" for one in keys.splitlines()]
    lines += [f"  {one}" for one in postings]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def worked() -> dict[str, object]:
    return _figures(SAMPLE.read_text(), as_of="2026-10-31")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("deposits_opening", "2400.00"),
        ("deposits_received", "360.00"),
        ("deposits_recognised", "1200.00"),
        ("deposits_refunded", "250.00"),
        ("deposits_forfeited", "300.00"),
        ("deposits_others", "0.00"),
        ("deposits_closing", "1010.00"),
        ("deposits_ledger", "1010.00"),
        ("deposits_difference", "0.00"),
        ("deposits_opening_ytd", "2400.00"),
        ("deposits_closing_ytd", "1010.00"),
        ("gift_cards_closing", "800.00"),
        ("uncategorised_share", "0"),
    ],
)
def test_worked_example(worked: dict[str, object], code: str, value: str) -> None:
    assert worked[code] == value


OWING = OPEN + "2026-01-01 open Liabilities:JADA:Loan:Boat\n2026-01-01 open Expenses:JADA:Interest\n"
BILL = _entry(
    "2026-10-02",
    "Assets:JADA:Receivable  1050 USD",
    "Income:JADA:Charter  -1000 USD",
    "Liabilities:JADA:SalesTax",
)
PART = _entry(
    "2026-10-03",
    "Assets:JADA:Receivable  300 USD",
    "Assets:JADA:Bank:Checking  200 USD",
    "Income:JADA:Charter",
)
CAME = _entry("2026-10-20", "Assets:JADA:Bank:Checking  400 USD", "Assets:JADA:Receivable")
BACK = _entry("2026-10-21", "Assets:JADA:Receivable  40 USD", "Assets:JADA:Bank:Checking")
LOST = _entry("2026-10-22", "Income:JADA:Charter  60 USD", "Assets:JADA:Receivable")
LENT = _entry(
    "2026-10-02",
    "Assets:JADA:Bank:Checking  9800 USD",
    "Expenses:JADA:Interest  200 USD",
    "Liabilities:JADA:Loan:Boat",
)
RATE = _entry(
    "2026-10-15",
    "Liabilities:JADA:Loan:Boat  700 USD",
    "Expenses:JADA:Interest  50 USD",
    "Assets:JADA:Bank:Checking",
)
ADDS = _entry("2026-10-16", "Expenses:JADA:Interest  30 USD", "Liabilities:JADA:Loan:Boat")
BEFORE = _entry("2026-09-30", "Assets:JADA:Receivable  500 USD", "Income:JADA:Charter")


@pytest.mark.parametrize(
    ("case", "entries", "prefix", "expected"),
    [
        (
            "billed, and a part paid at once",
            BILL + PART,
            "receivables",
            ("0.00", "1350.00", "0.00", "0.00", "1350.00", "0.00"),
        ),
        (
            "collected",
            BEFORE + BILL + CAME,
            "receivables",
            ("500.00", "1050.00", "400.00", "0.00", "1150.00", "0.00"),
        ),
        ("given back", BILL + BACK, "receivables", ("0.00", "1050.00", "0.00", "0.00", "1050.00", "40.00")),
        ("written off", BILL + LOST, "receivables", ("0.00", "1050.00", "0.00", "60.00", "990.00", "0.00")),
        (
            "lent with a fee, a part paid off",
            LENT + RATE,
            "loans",
            ("0.00", "10000.00", "700.00", "0.00", "9300.00", "0.00"),
        ),
        ("interest on top", LENT + ADDS, "loans", ("0.00", "10000.00", "0.00", "0.00", "10000.00", "30.00")),
    ],
)
def test_what_is_owed_is_rolled_forward(
    case: str, entries: str, prefix: str, expected: tuple[str, ...]
) -> None:
    found = _figures(OWING + entries)
    words = {"receivables": ("billed", "collected", "let_go"), "loans": ("borrowed", "paid_off", "let_go")}[
        prefix
    ]
    for suffix in ("", "_ytd") if BEFORE not in entries else ("",):
        codes = ("opening", *words, "closing", "difference")
        assert tuple(found[f"{prefix}_{code}{suffix}"] for code in codes) == expected, case
    ledger, closing, difference = (
        Decimal(str(found[f"{prefix}_{one}"])) for one in ("ledger", "closing", "difference")
    )
    assert ledger == closing + difference


def test_who_owes_nothing_and_borrows_nothing_has_nothing_to_roll_forward() -> None:
    found = _figures(
        OPEN.replace("2026-01-01 open Assets:JADA:Receivable\n", "")
        + _entry("2026-10-20", "Assets:JADA:Bank:Checking  400 USD", "Income:JADA:Charter")
    )
    assert not [one for one in found if one.startswith(("receivables_", "loans_"))]


def test_statement_of_the_worked_example_agrees_on_its_day() -> None:
    found = _figures(SAMPLE.read_text(), as_of="2026-11-01")
    assert found["reconciliation_gap:Assets:JADA:Bank:Checking"] == "0.00"
    assert found["reconciliation_age:Assets:JADA:Bank:Checking"] == "1"


def test_loan_of_the_worked_example_against_the_lender() -> None:
    loan = "Liabilities:JADA:Loan:Boat"
    row = a_row(Statement, account=loan, date=day("2026-10-25"), balance=usd("37479.46"))
    found = _figures(SAMPLE.read_text(), row, as_of="2026-11-01")
    assert found[f"reconciliation_books:{loan}"] == "37479.46"
    assert found[f"reconciliation_gap:{loan}"] == "0.00"


@pytest.mark.parametrize(
    ("case", "postings", "moved"),
    [
        (
            "fee taken from the deposit",
            ("Assets:JADA:Bank:Checking 97 USD", "Expenses:JADA:Fixed:Slip 3 USD"),
            {"received": "100.00"},
        ),
        ("billed and not paid", ("Assets:JADA:Receivable 100 USD",), {"others": "100.00"}),
        ("earned by mistake before", ("Income:JADA:Charter 100 USD",), {"recognised": "-100.00"}),
    ],
)
def test_more_is_owed(case: str, postings: tuple[str, ...], moved: dict[str, str]) -> None:
    text = OPEN + _entry("2026-10-05", *postings, "Liabilities:JADA:CustomerDeposits -100 USD")
    found = _figures(text)
    kinds = {
        kind: found[f"deposits_{kind}"]
        for kind in ("received", "recognised", "refunded", "forfeited", "others")
        if found[f"deposits_{kind}"] != "0.00"
    }
    assert kinds == moved, case


def test_half_paid_back_and_half_earned() -> None:
    text = OPEN + _entry(
        "2026-10-05",
        "Liabilities:JADA:CustomerDeposits 100 USD",
        "Assets:JADA:Bank:Checking -40 USD",
        "Income:JADA:Charter -60 USD",
    )
    found = _figures(text)
    assert (found["deposits_refunded"], found["deposits_recognised"]) == ("40.00", "60.00")


def test_what_moved_in_another_way_is_the_difference() -> None:
    text = OPEN + _entry(
        "2026-10-05", "Assets:JADA:Receivable 100 USD", "Liabilities:JADA:CustomerDeposits -100 USD"
    )
    assert _figures(text)["deposits_difference"] == "100.00"


PAID = ("Expenses:JADA:Fixed:Slip 100 USD", "Assets:JADA:Bank:Checking -100 USD")


@pytest.mark.parametrize(
    ("case", "lines", "gap", "age"),
    [
        ("agrees", "2026-11-01 balance Assets:JADA:Bank:Checking -100 USD\n", "0.00", "23"),
        ("fails", "2026-11-01 balance Assets:JADA:Bank:Checking -140 USD\n", "40.00", "not_known statements"),
        ("nothing to compare", "", "not_known statements", "not_known statements"),
        (
            "of tomorrow",
            "2026-11-24 balance Assets:JADA:Bank:Checking -100 USD\n",
            "not_known statements",
            "not_known statements",
        ),
        (
            "failed after one that held",
            (
                "2026-10-07 balance Assets:JADA:Bank:Checking -100 USD\n"
                "2026-11-01 balance Assets:JADA:Bank:Checking -140 USD\n"
            ),
            "40.00",
            "48",
        ),
    ],
)
def test_reconciliation(case: str, lines: str, gap: str, age: str) -> None:
    found = _figures(OPEN + _entry("2026-10-05", *PAID) + lines)
    assert found["reconciliation_gap:Assets:JADA:Bank:Checking"] == gap, case
    assert found["reconciliation_age:Assets:JADA:Bank:Checking"] == age, case


def test_a_correction_does_not_hide_what_nobody_sorted() -> None:
    text = OPEN + _entry("2026-10-05", *PAID)
    text += _entry("2026-10-06", "Expenses:JADA:Ask 50 USD", "Assets:JADA:Bank:Checking -50 USD")
    text += _entry("2026-10-07", "Expenses:JADA:Ask -50 USD", "Assets:JADA:Bank:Checking 50 USD")
    found = _figures(text)
    assert (found["uncategorised"], found["uncategorised_share"]) == ("100.00", "0.5")


def test_sales_tax_held() -> None:
    text = OPEN + _entry(
        "2025-12-30", "Assets:JADA:Bank:Checking 310 USD", "Liabilities:JADA:SalesTax -310 USD"
    )
    text = text.replace("2026-01-01 open", "2025-01-01 open")
    text += _entry("2026-10-01", "Assets:JADA:Bank:Checking 155 USD", "Liabilities:JADA:SalesTax -155 USD")
    text += _entry("2026-10-31", "Assets:JADA:Bank:Checking -310 USD", "Liabilities:JADA:SalesTax 310 USD")
    assert _figures(text)["sales_tax_held"] == "155.00"


def test_owners_lines_are_counted_in_business_accounts() -> None:
    text = OPEN + _entry("2026-10-05", *PAID)
    text += _entry(
        "2026-10-06", "Equity:JADA:Owner 50 USD", "Assets:JADA:Bank:Checking -50 USD", tag="#owner"
    )
    assert _figures(text)["owner_mix"] == "0.5"


def test_owners_lines_are_told_by_their_payee_too() -> None:
    text = OPEN + _entry("2026-10-05", *PAID)
    text += _entry("2026-10-06", *PAID).replace('"Payee"', '"Étoile Grocery, 5th Ave"')
    facts = _facts(text)
    for personal, share in (((), "0"), (("etoile grocery",), "0.5"), (("grocer", "5"), "0")):
        assumed = msgspec.structs.replace(facts.assumed, personal_payees=personal)
        told = Facts(facts.handoffs, facts.as_of, assumed=assumed, ledger=facts.ledger)
        found = {one.id: plain(one) for one in figures(told, told.entities[0], "USD")}
        assert found["owner_mix"] == share, personal


def test_receivable_against_open_invoices() -> None:
    row = a_row(
        Invoice, id="INV-1", issued=day("2026-10-05"), amount=usd(90), due=day("2026-11-05"), status="sent"
    )
    text = OPEN + _entry("2026-10-05", "Assets:JADA:Receivable 100 USD", "Income:JADA:Charter -100 USD")
    assert _figures(text, row)["receivable_gap"] == "10.00"


def test_no_entries_no_figures() -> None:
    assert _figures(OPEN) == {}
    assert _notes(OPEN) == []


def test_costs_by_line_of_the_form_add_up() -> None:
    text = OPEN.replace("Fixed:Rent", 'Fixed:Rent\n  tax-line: "other"')
    for account, amount in (("Fixed:Slip", 90), ("Fixed:Rent", 40), ("Ask", 7), ("Fixed:Slip", -20)):
        text += _entry(
            "2026-10-05", f"Expenses:JADA:{account} {amount} USD", f"Assets:JADA:Bank:Checking {-amount} USD"
        )
    found = {code: value for code, value in _figures(text).items() if code.startswith("tax_line:")}
    assert found == {"tax_line:rent": "70.00", "tax_line:other": "40.00", "tax_line:unnamed": "7.00"}


def _vendor(amount: int, method: str) -> str:
    keys = f'vendor: "Bay Divers"\npay-method: "{method}"'
    cash = f"Assets:JADA:Bank:Checking -{amount} USD"
    return _entry("2026-10-05", f"Expenses:JADA:Fixed:Slip {amount} USD", cash, keys=keys)


@pytest.mark.parametrize(
    ("case", "payments", "reported", "others", "is_due"),
    [
        ("transfer and check", (("ach", 1400), ("check", 700), ("card", 900)), "2100.00", "900.00", True),
        ("one dollar less", (("ach", 1999),), "1999.00", "0.00", False),
        ("exactly", (("zelle", 2000),), "2000.00", "0.00", True),
        ("by card alone", (("card", 9000),), "0.00", "9000.00", False),
    ],
)
def test_vendor_of_the_year(
    case: str, payments: tuple[tuple[str, int], ...], reported: str, others: str, *, is_due: bool
) -> None:
    text = OPEN + "".join(_vendor(amount, method) for method, amount in payments)
    row = a_row(Vendor, vendor="Bay divers", kind="contractor", w9_on_file=False)
    (vendor,) = [one for one in _notes(text, row) if isinstance(one, VendorPaid)]
    assert (vendor.reported.amount, vendor.others.amount) == (Decimal(reported), Decimal(others)), case
    assert (vendor.is_due, vendor.has_w9, vendor.kind) == (is_due, False, "contractor"), case


def test_each_way_of_paying_a_vendor_is_a_figure_of_its_own() -> None:
    text = OPEN + _vendor(1400, "ach") + _vendor(700, "Check") + _vendor(900, "card")
    text += _vendor(250, "ach").replace("Bay Divers", "bay divers") + _vendor(30, "")
    facts = _facts(text)
    made = {one.id: plain(one) for one in vendors.figures(facts, facts.entities[0], "USD")}
    assert made == {
        "paid:bay-divers:unnamed": "30.00",
        "paid:bay-divers:ach": "1650.00",
        "paid:bay-divers:card": "900.00",
        "paid:bay-divers:check": "700.00",
        "contractor_total:bay-divers": "2350.00",
    }


@pytest.mark.parametrize(
    ("case", "posted", "service", "early"),
    [
        ("next month", "2026-11-17", "2026-12-16", True),
        ("later this month, still to come", "2026-11-17", "2026-11-30", True),
        ("earlier month, past", "2026-09-17", "2026-10-16", True),
        ("same month, past", "2026-10-02", "2026-10-16", False),
        ("on the day", "2026-10-02", "2026-10-02", False),
        ("paid after the service", "2026-10-02", "2026-09-02", False),
        ("no day", "2026-10-02", "", False),
        ("not a day", "2026-10-02", "soon", False),
    ],
)
def test_earned_early(case: str, posted: str, service: str, *, early: bool) -> None:
    keys = f'booking: "BK-1"\nservice-date: "{service}"'
    text = OPEN + _entry(posted, "Assets:JADA:Bank:Checking 9 USD", "Income:JADA:Charter -9 USD", keys=keys)
    found = [one.reason for one in _notes(text) if isinstance(one, BookLine)]
    assert found == ["earned early"] * early, case


def test_balances_brought_forward_this_year_are_no_movement() -> None:
    text = OPEN + "2026-01-01 open Equity:JADA:Opening\n"
    for account in ("CustomerDeposits", "SalesTax"):
        text += _entry("2026-01-01", "Equity:JADA:Opening 80 USD", f"Liabilities:JADA:{account} -80 USD")
    found = _figures(text)
    assert (found["deposits_opening_ytd"], found["deposits_received_ytd"]) == ("80.00", "0.00")
    assert (found["sales_tax_opening"], found["sales_tax_collected"]) == ("80.00", "0.00")
    assert found["sales_tax_held"] == "80.00"


def test_every_part_leads_to_its_entries() -> None:
    facts = _facts(SAMPLE.read_text(), as_of="2026-10-31")
    made = {one.id: one for one in figures(facts, facts.entities[0], "USD")}
    journal, scope = facts.journal(facts.entities[0]), scope_of(facts, facts.entities[0], "USD")
    for kind in MOVEMENTS:
        figure = made[f"deposits_{kind}"]
        assert isinstance(figure.value, Money), kind
        (lines,) = figure.lines
        entries = list(amounts_of(lines, journal, scope.exchange, "USD"))
        assert sum((amount for _, amount in entries), Decimal(0)) == figure.value.amount, kind
        assert bool(entries) == bool(figure.value.amount), kind


@pytest.mark.parametrize(
    ("case", "account", "amount", "is_asked"),
    [
        ("on the threshold", "Fixed:Repairs", "2500", True),
        ("a cent less", "Fixed:Repairs", "2499.99", False),
        ("paid back", "Fixed:Repairs", "-3000", False),
        ("a group without assets", "Fixed:Slip", "9000", False),
    ],
)
def test_asset_or_repair(case: str, account: str, amount: str, *, is_asked: bool) -> None:
    text = OPEN + "2026-01-01 open Expenses:JADA:Fixed:Repairs\n"
    text += _entry("2026-10-05", f"Expenses:JADA:{account} {amount} USD", "Equity:JADA:Owner")
    found = [(one.reason, one.account) for one in _notes(text) if isinstance(one, BookLine)]
    assert found == [("asset or repair", "Expenses:JADA:Fixed:Repairs")] * is_asked, case


# The sample portfolio holds a few mistakes on purpose; each must be found.


@cache
def _sample() -> Facts:
    reading = read_handoffs(ROOT)
    files, problems = find_ledger(ROOT)
    ledger, more = parse_ledger(files)
    reading = with_books(reading, ledger, [*problems, *more])
    return Facts(reading.handoffs, AS_OF, reading.problems, ledger=reading.ledger)


def _of_sample(entity: str) -> dict[str, object]:
    facts = _sample()
    return {one.id: plain(one) for one in figures(facts, facts.handoff(entity).entity, "USD")}


def _sample_notes(entity: str) -> list[BookNote]:
    facts = _sample()
    return list(notes_of(facts, facts.handoff(entity).entity, "USD"))


@pytest.mark.parametrize(
    ("entity", "code", "value"),
    [
        ("jada", "uncategorised", "186.40"),
        ("dangerouscentaur", "intercompany_gap:QOS", "16.70"),
        ("queenofsandiego", "intercompany_gap:DC", "-16.70"),
        ("dangerouscentaur", "intercompany_gap:JADA", "0.00"),
        ("dangerouscentaur", "receivable_gap", "10.00"),
        ("quickdumpnow", "reconciliation_gap:Assets:QDN:Cash:Till", "40.00"),
        ("jada", "gift_cards_closing", "800.00"),
    ],
)
def test_mistakes_of_the_sample_in_figures(entity: str, code: str, value: str) -> None:
    assert _of_sample(entity)[code] == value


@pytest.mark.parametrize("entity", [one.entity for one in _sample().entities])
def test_every_roll_forward_of_the_sample_ties(entity: str) -> None:
    gaps = {code: value for code, value in _of_sample(entity).items() if "_difference" in code}
    assert set(gaps.values()) <= {"0.00"}, gaps


def test_mistakes_of_the_sample_in_lists() -> None:
    lines = {
        (one.reason, one.name)
        for entity in _sample().entities
        for one in _sample_notes(entity.entity)
        if isinstance(one, BookLine)
    }
    assert lines >= {
        ("past its day", "BK-2046"),
        ("past its day", "Q-125"),
        ("earned early", "INV-518"),
    }


def test_accounts_of_the_sample() -> None:
    states = {
        one.account: one.state
        for entity in ("quickdumpnow", "dangerouscentaur")
        for one in _sample_notes(entity)
        if isinstance(one, AccountUse) and one.state != "used"
    }
    assert states == {
        "Expenses:QDN:TruckStuff": "outside the chart",
        "Expenses:DC:Fixed:Training": "never used",
    }


def test_a_vendor_of_the_sample_stands_in_two_groups() -> None:
    (divers,) = [
        one for one in _sample_notes("jada") if isinstance(one, VendorPaid) and one.vendor == "Bay Divers"
    ]
    assert divers.groups == ("Maintenance", "Repairs")


def test_groups_of_cost_add_up() -> None:
    groups = [one for one in _sample_notes("jada") if isinstance(one, ExpenseGroup)]
    assert abs(sum((one.share for one in groups), Decimal(-1))) < Decimal("1e-20")
    assert all(one.documented <= one.lines for one in groups)
