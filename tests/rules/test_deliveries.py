"""Rules of deliveries, invoices and payments: good, bad, at the edge, and not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures import billing
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.services import Delivery, Invoice, Payment
from quarterdeck.model.values import UNKNOWN
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import a_row, a_source, an_entity, days_before, facts_of, share, usd

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Value
    from quarterdeck.model.finding import Finding

YARD = "yard"
Told = list[tuple[str, str]]


def a_trip(**columns: object) -> Delivery:
    """A flat run for 1,000 dollars that ended ten days ago."""
    known = {
        "id": "yd-1",
        "customer": "Owner E. C.",
        "rate_type": "flat",
        "rate": usd(1000),
        "expenses": usd(0),
        "status": "completed",
        "end": days_before(10),
    }
    return msgspec.structs.replace(a_row(Delivery, YARD), **known | columns)


def a_bill(number: str = "inv-1", late: int = 0, amount: int = 1000, **columns: object) -> Invoice:
    """A live invoice that was due so many days ago, fourteen days after it went out."""
    known = {
        "id": number,
        "ref": "yd-1",
        "issued": days_before(late + 14),
        "due": days_before(late),
        "amount": usd(amount),
        "status": "sent",
        "customer": "Owner E. C.",
    }
    return msgspec.structs.replace(a_row(Invoice, YARD), **known | columns)


def a_payment(invoice: object, amount: int = 1000, **columns: object) -> Payment:
    known = {"id": "p-1", "date": days_before(1), "invoice": invoice, "amount": usd(amount)}
    return msgspec.structs.replace(a_row(Payment, YARD), **known | columns)


def a_figure(code: str, value: Value) -> Figure:
    return Figure(id=code, entity=YARD, label=code, value=value, unit="ratio", sources=(a_source(YARD),))


def _found(code: str, rows: list[Row], status: str = "active") -> list[Finding]:
    yard = an_entity(YARD, "delivery", status=status)
    facts = facts_of(*rows, entity=yard)
    known = Known(facts, billing.figures(facts, yard, "USD"))
    return [one for one in findings(known) if one.rule == code]


def _told(code: str, rows: list[Row], status: str = "active") -> Told:
    return [(one.subject, one.severity.value) for one in _found(code, rows, status)]


def _thirty_each() -> list[Row]:
    return [
        a_bill(f"inv-{number}", amount=30, ref=f"t-{number}", customer=f"Owner {number}") for number in (2, 3)
    ]


OTHER = a_bill("inv-2", amount=9000, ref="yd-9", customer="Pelican Yachts")
"""Nine of ten dollars that customers owe, not yet due."""
LARGER = a_bill("inv-2", amount=9001, ref="yd-9", customer="Pelican Yachts")

ROWS: list[tuple[str, str, list[Row], Told]] = [
    ("R-DLV-01", "seven days", [a_trip(end=days_before(7)), OTHER], []),
    ("R-DLV-01", "eight days", [a_trip(end=days_before(8)), OTHER], [("yd-1", "high")]),
    ("R-DLV-01", "billed", [a_trip(), a_bill()], []),
    ("R-DLV-01", "a draft is no bill", [a_trip(), a_bill(status="draft")], [("yd-1", "high")]),
    ("R-DLV-01", "under way", [a_trip(status="in-progress"), OTHER], []),
    ("R-DLV-01", "no day of arrival", [a_trip(end=UNKNOWN), OTHER], []),
    ("R-DLV-01", "amount not known", [a_trip(rate=UNKNOWN), OTHER], [("yd-1", "high")]),
    ("R-DLV-01", "no invoices are listed", [a_trip()], []),
    ("R-DLV-02", "as agreed", [a_trip(), a_bill()], []),
    ("R-DLV-02", "under the tolerance", [a_trip(), a_bill(amount=976)], []),
    ("R-DLV-02", "at the tolerance", [a_trip(), a_bill(amount=975)], [("yd-1", "high")]),
    ("R-DLV-02", "not known", [a_trip(rate=UNKNOWN), a_bill(amount=10)], []),
    ("R-DLV-03", "under the tolerance", [a_trip(), a_bill(amount=1024)], []),
    ("R-DLV-03", "at the tolerance", [a_trip(), a_bill(amount=1025)], [("yd-1", "medium")]),
    ("R-DLV-03", "not known", [a_trip(rate=UNKNOWN), a_bill(amount=9999)], []),
    ("R-DLV-04", "30 days", [a_bill(late=30)], []),
    ("R-DLV-04", "31 days", [a_bill(late=31)], [("inv-1", "medium")]),
    ("R-DLV-04", "60 days", [a_bill(late=60)], [("inv-1", "medium")]),
    ("R-DLV-04", "61 days", [a_bill(late=61)], [("inv-1", "high")]),
    ("R-DLV-04", "90 days", [a_bill(late=90)], [("inv-1", "high")]),
    ("R-DLV-04", "91 days, a tenth", [a_bill(late=91), OTHER], [("inv-1", "critical")]),
    ("R-DLV-04", "91 days, less", [a_bill(late=91), LARGER], [("inv-1", "high")]),
    ("R-DLV-04", "paid", [a_bill(late=91), a_payment("inv-1")], []),
    ("R-DLV-04", "not known what was paid", [a_bill(late=91, status=UNKNOWN)], []),
    ("R-DLV-04", "no day at all", [a_bill(due=UNKNOWN, issued=UNKNOWN)], []),
    ("R-DLV-07", "both are there", [a_trip(contract=True, deposit=usd(100)), OTHER], []),
    ("R-DLV-07", "no contract", [a_trip(contract=False), OTHER], [("yd-1", "high")]),
    ("R-DLV-07", "no deposit", [a_trip(deposit=usd(0)), OTHER], [("yd-1", "high")]),
    ("R-DLV-07", "under way", [a_trip(contract=False, status="in-progress")], [("yd-1", "high")]),
    ("R-DLV-07", "planned", [a_trip(contract=False, status="planned"), OTHER], []),
    ("R-DLV-07", "paid", [a_trip(contract=False), a_bill(), a_payment("inv-1")], []),
    ("R-DLV-07", "not known", [a_trip(contract=UNKNOWN, deposit=UNKNOWN), OTHER], []),
    ("R-DLV-08", "one after the other", [a_bill("inv-8"), a_bill("inv-9", amount=2)], []),
    ("R-DLV-08", "a gap", [a_bill("inv-08"), a_bill("inv-10", amount=2)], [("gap/inv-09", "medium")]),
    (
        "R-DLV-08",
        "void is no gap",
        [a_bill("a-1"), a_bill("a-2", status="void"), a_bill("a-3", amount=2)],
        [],
    ),
    ("R-DLV-08", "twenty is a gap", [a_bill("a-1"), a_bill("a-21", amount=2)], [("gap/a-2", "medium")]),
    ("R-DLV-08", "more is another series", [a_bill("a-1"), a_bill("a-22", amount=2)], []),
    (
        "R-DLV-08",
        "twice in three days",
        [a_bill("a-1"), a_bill("a-2", late=3)],
        [("twice/a-2/a-1", "medium")],
    ),
    ("R-DLV-08", "four days apart", [a_bill("a-1"), a_bill("a-2", late=4)], []),
    (
        "R-DLV-08",
        "customers not known",
        [a_bill("a-1", customer=UNKNOWN), a_bill("a-2", customer=UNKNOWN)],
        [],
    ),
    ("R-DLV-08", "a payment for an invoice", [a_bill(), a_payment("inv-1")], []),
    ("R-DLV-08", "for none", [a_bill(), a_payment(UNKNOWN)], [("payment/p-1", "medium")]),
    ("R-DLV-08", "for one that is not there", [a_bill(), a_payment("inv-7")], [("payment/p-1", "medium")]),
    ("R-DLV-08", "no invoices are listed", [a_payment("inv-7")], []),
    ("R-DLV-09", "forty of a hundred", [a_bill(amount=40), *_thirty_each()], []),
    ("R-DLV-09", "41 of 101", [a_bill(amount=41), *_thirty_each()], [("Owner E. C.", "medium")]),
    (
        "R-DLV-09",
        "in two bills",
        [a_bill(amount=40), a_bill("inv-9", amount=1), *_thirty_each()],
        [("Owner E. C.", "medium")],
    ),
    ("R-DLV-09", "nothing is owed", [a_bill(), a_payment("inv-1")], []),
    ("R-DLV-09", "not known what was paid", [a_bill(status=UNKNOWN)], []),
]


@pytest.mark.parametrize(("code", "case", "rows", "expected"), ROWS)
def test_rule_of_rows(code: str, case: str, rows: list[Row], expected: Told) -> None:
    assert _told(code, rows) == expected, case


FIGURES: list[tuple[str, str, str, Value, Told]] = [
    ("R-DLV-05", "leakage", "under two percent", share("0.0199"), []),
    ("R-DLV-05", "leakage", "two percent", share("0.02"), [("leakage", "medium")]),
    ("R-DLV-05", "leakage", "under five", share("0.0499"), [("leakage", "medium")]),
    ("R-DLV-05", "leakage", "five percent", share("0.05"), [("leakage", "high")]),
    ("R-DLV-05", "leakage", "not known", Missing(), []),
    ("R-DLV-06", "expense_recovery", "95%", share("0.95"), []),
    ("R-DLV-06", "expense_recovery", "under it", share("0.949"), [("expenses", "medium")]),
    ("R-DLV-06", "expense_recovery", "not known", Missing(), []),
    ("R-DLV-10", "dso", "terms and thirty", Decimal(44), []),
    ("R-DLV-10", "dso", "more", Decimal("44.1"), [("dso", "medium")]),
    ("R-DLV-10", "dso", "nothing was billed", Missing("not_applicable"), []),
]


@pytest.mark.parametrize(("code", "figure", "case", "value", "expected"), FIGURES)
def test_rule_of_a_figure(code: str, figure: str, case: str, value: Value, expected: Told) -> None:
    known = Known(facts_of(a_bill(), entity=an_entity(YARD, "delivery")), [a_figure(figure, value)])
    assert [(one.subject, one.severity.value) for one in findings(known) if one.rule == code] == expected, (
        case
    )


@pytest.mark.parametrize(
    ("case", "paid", "left", "expected"),
    [
        ("agree", None, None, []),
        (
            "paid differs",
            (usd(210), usd(220)),
            None,
            ["INV-1: by the books $210 was paid, by the lists $220."],
        ),
        ("open differs", None, (usd(10), usd(0)), ["INV-1: by the books $10 is open, by the lists $0."]),
        ("both", (usd(1), usd(2)), (usd(2), usd(1)), ["INV-1: by the books $1 was paid, by the lists $2."]),
        ("one side is not known", (usd(210), Missing()), None, []),
    ],
)
def test_books_beside_lists(
    case: str, paid: tuple[Value, Value] | None, left: tuple[Value, Value] | None, expected: list[str]
) -> None:
    made = [
        a_figure(f"{kind}_{side}:inv-1", value)
        for kind, sides in (("paid", paid), ("open", left))
        if sides
        for side, value in (("booked", sides[0]), ("listed", sides[1]), ("gap", usd(1)))
    ]
    known = Known(facts_of(a_bill(), entity=an_entity(YARD, "delivery")), made)
    hits = [one for one in findings(known) if one.rule == "R-DLV-08"]
    assert [one.message for one in hits] == expected, case
    assert [one.subject for one in hits] == ["books/inv-1"] * len(expected), case


def test_without_terms_nobody_pays_late() -> None:
    facts = facts_of(a_bill(issued=UNKNOWN), entity=an_entity(YARD, "delivery"))
    known = Known(facts, [a_figure("dso", Decimal(200))])
    assert [one for one in findings(known) if one.rule == "R-DLV-10"] == []


def test_a_business_that_stops_has_no_customer_of_its_own() -> None:
    rows: list[Row] = [a_trip(), a_bill(late=40)]
    assert _told("R-DLV-09", rows, "winding-down") == []
    assert _told("R-DLV-04", rows, "winding-down") == [("inv-1", "medium")]


def test_what_leaks_is_told_in_money() -> None:
    parts = [a_figure(f"leakage_{one}", usd(600)) for one in ("unbilled", "under", "writeoff")]
    known = Known(facts_of(a_bill(), entity=an_entity(YARD)), [a_figure("leakage", share("0.1")), *parts])
    (one,) = [one for one in findings(known) if one.rule == "R-DLV-05"]
    assert one.message == "10.0% of a year's work never reached a bill, $1,800."
    assert one.at_stake == usd(150)


@pytest.mark.parametrize(
    ("code", "rows", "message"),
    [
        ("R-DLV-01", [a_trip(), OTHER], "YD-1 for Owner E. C. ended 10 days ago and is not billed: $1,000."),
        (
            "R-DLV-02",
            [a_trip(), a_bill(amount=900)],
            "YD-1 for Owner E. C. was billed $100 too little: $1,000 was agreed, $900 billed.",
        ),
        (
            "R-DLV-04",
            [a_bill(late=65, promised_on=days_before(-3))],
            "Owner E. C. owes $1,000 on INV-1, 65 days overdue; payment is promised in 3 days.",
        ),
        (
            "R-DLV-07",
            [a_trip(contract=False, deposit=usd(0)), OTHER],
            "YD-1 for Owner E. C. started without a contract and without a deposit, and is not paid in full.",
        ),
        (
            "R-DLV-08",
            [a_bill("a-1"), a_bill("a-4", amount=2)],
            "A-2 and A-3 are missing between A-1 and A-4.",
        ),
        ("R-DLV-08", [a_bill(), a_payment("inv-7")], "P-1: $1,000 names INV-7, which is not there."),
    ],
)
def test_message(code: str, rows: list[Row], message: str) -> None:
    (one,) = _found(code, rows)
    assert one.message.replace("\u00a0", " ") == message
    assert one.evidence
