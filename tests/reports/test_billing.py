"""The billing audit: ordinary, of nothing known, with names that want to break it, and its controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.billing import receivables
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.services import Delivery, Invoice, Payment
from quarterdeck.model.values import Blank
from quarterdeck.reports import billing
from quarterdeck.reports.billing_controls import controls
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import a_handoff, a_row, an_entity, an_unknown_entity, day, facts_of, share, usd
from tests.reports.samples import HOSTILE, LONG, Golden, a_site, anchors, lead

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.columns import Row
    from quarterdeck.model.handoff import Handoff
    from quarterdeck.model.page import Page

YARD = "yard"
SECTIONS = {
    "in-short",
    "match",
    "unbilled",
    "wrong",
    "expenses",
    "aging",
    "dso",
    "leakage",
    "controls",
    "process",
    "findings",
    "not-known",
    "sources",
}


def a_trip(trip: str, **columns: object) -> Delivery:
    known = {
        "id": trip,
        "customer": "Cove",
        "vessel": "42 ft sloop",
        "start": day("2026-09-18"),
        "end": day("2026-09-25"),
        "rate_type": "per-day",
        "rate": usd(450),
        "quantity": 8,
        "expenses": usd(980),
        "terms_days": 14,
        "contract": True,
        "deposit": usd(500),
        "status": "completed",
    }
    return a_row(Delivery, YARD, 40, **(known | columns))


def a_bill(bill: str, trip: str, asked: int, **columns: object) -> Invoice:
    known = {
        "id": bill,
        "ref": trip,
        "issued": day("2026-10-01"),
        "due": day("2026-10-15"),
        "amount": usd(asked),
        "status": "sent",
        "customer": "Cove",
    }
    return a_row(Invoice, YARD, 40, **(known | columns))


def a_payment(payment: str, bill: str | Blank, amount: int, **columns: object) -> Payment:
    known = {"id": payment, "invoice": bill, "amount": usd(amount), "date": day("2026-10-20")}
    return a_row(Payment, YARD, 40, **(known | columns))


def ordinary() -> Handoff:
    return a_handoff(
        an_entity(YARD, "delivery", name="Yard"),
        a_trip("yd-1"),
        a_trip("yd-2", expense_markup=share("0.1")),
        a_trip("yd-3"),
        a_trip("yd-4"),
        a_trip("yd-5", status="planned", start=day("2027-01-10"), end=day("2027-01-12")),
        a_bill("inv-1", "yd-2", 4130, reimbursed=usd(980)),
        a_bill("inv-2", "yd-3", 4580, reimbursed=usd(980), status="paid"),
        a_bill("inv-4", "yd-4", 4580, reimbursed=usd(980), promised_on=day("2026-12-01")),
        a_payment("p-1", "inv-1", 4130),
        a_payment("p-2", "inv-2", 4580),
        a_payment("p-3", Blank("unknown"), 500, payer="Cove"),
    )


def the_page(handoff: Handoff) -> Page:
    return billing.page(a_site(handoff), handoff.entity)


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    page = the_page(ordinary())
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith(
        "We earned and did not collect $9,708: $4,580 never billed, $548 billed too little"
    )
    assert page.body == snapshot(extension_class=Golden)


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = the_page(a_handoff(msgspec.structs.replace(an_unknown_entity(YARD), kind="delivery")))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith(
        "Nothing is known of what was earned: 0 deliveries are written down. Start with five"
    )
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    blank = Blank("unknown")
    page = the_page(
        a_handoff(
            an_entity(YARD, "delivery", name=HOSTILE),
            a_trip(HOSTILE, vessel=LONG, customer=HOSTILE, terms_days=blank, rate=blank),
            a_trip("yd-2", quantity=blank, start=blank, customer=LONG),
            a_trip("yd-3", status=blank, contract=blank, deposit=blank),
            a_bill(LONG, HOSTILE, 10, customer=LONG, due=blank, issued=blank),
            a_bill("inv-9", "nothing", 10, amount=blank, status="void"),
            a_payment("p-1", HOSTILE, 10, payer=LONG, date=blank),
        )
    )
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


def test_the_draft_adds_up() -> None:
    body = the_page(ordinary()).body.replace("\u00a0", " ")
    draft = body[body.index('id="draft-yd-1"') :].split("</table>")[0]
    assert '8 days at $450.00</th><td class="qd-n">$3,600.00' in draft
    assert 'Total</th><td class="qd-n">$4,580.00' in draft
    assert 'Left to pay</th><td class="qd-n">$4,080.00' in draft


def test_the_lines_of_all_drafts_are_one_file_of_exact_numbers() -> None:
    files = {one.path: one.text for one in the_page(ordinary()).downloads}
    lines = files["reports/audits/yard-drafts.csv"].split("\r\n")
    assert lines[0] == "invoice,line,amount (USD)"
    assert any(line.endswith(",8 days at $450.00,3600") for line in lines)
    assert any(line.endswith(",Left to pay,4080") for line in lines)


def test_the_reason_tells_markup_from_days() -> None:
    body = the_page(ordinary()).body.replace("\u00a0", " ")
    wrong = body[body.index("{#wrong}") : body.index("{#expenses}")]
    assert "the markup on expenses of $98 not billed and 1 day at $450 not billed" in wrong


@pytest.mark.parametrize(
    ("control", "rows", "found"),
    [
        (
            "Numbers without a gap",
            (a_bill("inv-1", "t", 1), a_bill("inv-4", "t", 2)),
            ("INV-2 and INV-3 are missing between INV-1 and INV-4",),
        ),
        ("Numbers without a gap", (a_bill("inv-1", "t", 1), a_bill("inv-900", "t", 2)), ()),
        (
            "No invoice twice",
            (a_bill("inv-1", "t", 9), a_bill("inv-2", "t", 9, issued=day("2026-10-03"))),
            ("INV-1 and INV-2 ask Cove for the same $9 within 3 days",),
        ),
        (
            "No invoice twice",
            (a_bill("inv-1", "t", 9), a_bill("inv-2", "t", 9, issued=day("2026-10-05"))),
            (),
        ),
        (
            "Payments name their invoice",
            (a_bill("inv-1", "t", 9), a_payment("p-1", "inv-7", 20)),
            ("P-1: $20 names INV-7, which is not there",),
        ),
        (
            "Invoices name their delivery",
            (a_bill("inv-1", "t", 5),),
            ("INV-1, $5, names T, which is not there",),
        ),
        ("Voids say why", (a_bill("inv-1", "t", 5, status="void"),), ("INV-1, $5",)),
        ("Voids say why", (a_bill("inv-1", "t", 5, status="void", note="wrong vessel"),), ()),
        ("Deposits are applied", (a_trip("yd-1"),), ("YD-1: $500, and no invoice",)),
        (
            "Deposits are applied",
            (a_trip("yd-1"), a_bill("inv-1", "yd-1", 4580), a_payment("p-1", "inv-1", 100)),
            ("YD-1: $500 written, $100 paid on its invoices",),
        ),
        (
            "Contract before departure",
            (a_trip("yd-1", contract=False),),
            ("YD-1, Cove: none, started 18 Sep 2026",),
        ),
        ("Contract before departure", (a_trip("yd-1", contract=False, status="planned"),), ()),
        (
            "Deposit before departure",
            (a_trip("yd-1", deposit=Blank("unknown")),),
            ("YD-1, Cove: not known, started 18 Sep 2026",),
        ),
        ("Terms are written", (a_trip("yd-1", terms_days=Blank("unknown")),), ("1 delivery without: YD-1",)),
    ],
)
def test_controls(control: str, rows: tuple[Row, ...], found: tuple[str, ...]) -> None:
    entity = an_entity(YARD, "delivery")
    facts = facts_of(*rows, entity=entity)
    owed = receivables(scope_of(facts, entity, "USD"))
    results = controls(facts, entity, owed, findings(Known(facts)))
    (result,) = [one for one in results if one.name == control]
    assert tuple(one.replace("\u00a0", " ") for one in result.found) == found
