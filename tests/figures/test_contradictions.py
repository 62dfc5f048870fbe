"""Which facts two places tell differently, and which side counts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.contradictions import contradictions, is_apart
from quarterdeck.model.books import Loan
from quarterdeck.model.cloud.domains import RegisteredDomain
from quarterdeck.model.evidence import Evidence
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Unit
from quarterdeck.model.holdings import Asset, Compliance, Property
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client, Invoice, Payment, TimeEntry
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Money, Ratio
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.reports.words import value
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_handoff,
    a_kpi,
    a_row,
    an_entity,
    day,
    facts_of,
    month,
    usd,
)
from tests.figures.planning import OPENED, budget, in_plan, sold, steady

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.contradiction import Contradiction


def told(facts: Facts) -> tuple[Contradiction, ...]:
    """The contradictions of these facts, no rule having found anything."""
    return contradictions(facts, all_figures(facts, currency="USD"), (), "USD")


def booked(books: str, *rows: Row) -> Facts:
    """The facts of one business with these books."""
    opened = OPENED.format(name="JADA")
    ledger, problems = parse_ledger({"ledger/main.beancount": (opened + books).encode()})
    assert problems == ()
    return Facts([a_handoff(an_entity(ledger="JADA"), *rows)], AS_OF, ledger=ledger)


def in_words(facts: Facts) -> list[tuple[str, str, str]]:
    """Key, the side that counts, and the other one."""
    return [(one.key, plainly(one.used), plainly(one.other)) for one in told(facts)]


def plainly(figure: Figure) -> str:
    """As printed, with spaces that break."""
    return value(figure).replace("\u00a0", " ")


def a_client(**columns: object) -> Client:
    known = a_row(Client, client="harbor-cafe", billing_model="retainer")
    return msgspec.structs.replace(known, **columns)


def a_channel(**columns: object) -> Channel:
    known = a_row(Channel, channel="Own-Site", state="bookable")
    return msgspec.structs.replace(known, **columns)


OLD = a_booking("b-0", channel="own-site", service_date=day("2025-11-03"))
NEW = a_booking("b-1", channel="own-site")
LOG = a_row(TimeEntry, client="harbor-cafe", month=month("2026-10"), hours=Decimal("6.5"))
BILL = a_row(Invoice, id="i-1", ref="harbor-cafe", issued=day("2026-11-02"), amount=usd(300), status="sent")
HULL = a_row(Asset, asset="JADA", type="vessel", insured_until=day("2026-11-01"), encumbrance=usd(40000))
POLICY = a_row(Compliance, item="Hull policy", type="insurance", applies_to="Jada", expires=day("2027-03-01"))
LOAN = a_row(Loan, lender="Sample Bank", balance=usd(37000), secured_by="jada")
HOUSE = a_row(Asset, asset="3028 51st St", type="property", value=usd(900000))


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("nothing", [], []),
        ("as many bookings as the channel says", [OLD, NEW, a_channel(bookings_ttm=2)], []),
        ("more than there are", [OLD, NEW, a_channel(bookings_ttm=5)], [("channel:own-site:bookings", "2", "5")]),
        ("a list that begins late may lack some", [NEW, a_channel(bookings_ttm=5)], []),
        ("but none too many", [NEW, a_channel(bookings_ttm=0)], [("channel:own-site:bookings", "1", "0")]),
        (
            "revenue of the channel",
            [OLD, NEW, a_channel(revenue_ttm=usd(2000))],
            [("channel:own-site:revenue", "$1,440", "$2,000")],
        ),
        ("revenue in tens is rounded", [OLD, NEW, a_channel(revenue_ttm=usd(1440))], []),
        ("a price that is not known", [msgspec.structs.replace(OLD, gross=UNKNOWN), a_channel(revenue_ttm=usd(9))], []),
        ("hours as logged", [LOG, a_client(hours_used=Decimal("6.5"))], []),
        ("other hours", [LOG, a_client(hours_used=Decimal(9))], [("client:harbor-cafe:hours", "6.5 hours", "9 hours")]),
        ("no log, no contradiction", [a_client(hours_used=Decimal(9))], []),
        (
            "a newer invoice",
            [BILL, a_client(last_invoice=day("2026-09-01"))],
            [("client:harbor-cafe:last-invoice", "2 Nov 2026", "1 Sep 2026")],
        ),
        (
            "a yearly fee and a monthly number",
            [a_client(fee=usd(1200), fee_period="annual", mrr=usd(120))],
            [("client:harbor-cafe:fee", "$100", "$120")],
        ),
        (
            "payments of a booking's invoice",
            [
                a_booking(paid=usd(720)),
                msgspec.structs.replace(BILL, ref="b-1"),
                a_row(Payment, id="p-1", date=day("2026-10-02"), invoice="i-1", amount=usd(300)),
            ],
            [("booking:b-1:paid", "$300", "$720")],
        ),
        (
            "a policy that was renewed, and a loan that was paid down",
            [HULL, POLICY, LOAN],
            [("asset:jada:debt", "$37,000", "$40,000"), ("asset:jada:insured", "1 Nov 2026", "1 Mar 2027")],
        ),
        (
            "a building in two tables",
            [HOUSE, a_row(Property, address="3028 51st St", value=usd(950000))],
            [("asset:3028-51st-st:value", "$950,000", "$900,000")],
        ),
        (
            "two buildings cannot be told apart",
            [HOUSE, *[a_row(Property, address=one, value=usd(950000)) for one in ("a", "b")]],
            [],
        ),
    ],
)  # fmt: skip
def test_tables_against_tables(case: str, rows: list[Row], expected: list[tuple[str, str, str]]) -> None:
    assert in_words(facts_of(*rows)) == expected, case


def test_a_plan_against_the_budgets_of_the_books_is_one_line_a_year() -> None:
    rows = [
        in_plan("2026-12", "2520"),
        in_plan("2027-01", "600"),
        in_plan("2027-02", "500"),
        in_plan("2027-03", "700"),
    ]
    facts = booked(budget("500.00"), *rows)
    assert in_words(facts) == [
        ("plan:revenue:2026", "$2,520", "$500"),
        ("plan:revenue:2027", "$1,300", "$1,000"),
    ]


def test_what_two_places_say_alike_is_no_contradiction() -> None:
    assert told(booked(budget("500.00"), in_plan("2026-12", "500"))) == ()


def test_a_kpi_is_held_against_the_books_of_its_own_month() -> None:
    facts = booked(sold(steady("1400.00")), a_kpi("revenue", "2026-10", "1600"))
    (one,) = told(facts)
    assert (one.key, value(one.used), value(one.other)) == ("kpi:revenue", "$1,400", "$1,600")
    assert one.used.lines, "the side that counts is the figure of the books itself"
    assert told(booked(sold(steady("1400.00")), a_kpi("revenue", "2026-10", "1400"))) == ()


def test_a_registrar_beats_what_is_written() -> None:
    paper = a_row(Compliance, item="Domain", applies_to="JADA.example", expires=day("2027-05-01"))
    seen = RegisteredDomain(
        entity="jada",
        source=Source("evidence/aws/domains.json", kind="evidence", as_of=AS_OF),
        domain="jada.example",
        expires=day("2027-01-01"),
    )
    handoffs = [a_handoff(an_entity(), paper)]
    (one,) = told(Facts(handoffs, AS_OF, evidence=Evidence(facts=(seen,))))
    assert (value(one.used), value(one.other), one.apart) == (
        "1\u00a0Jan\u00a02027",
        "1\u00a0May\u00a02027",
        Decimal(120),
    )
    assert one.used.sources == (seen.source,)
    assert told(Facts(handoffs, AS_OF)) == ()


def a_side(content: Money | Ratio | Decimal, unit: Unit = "money", **more: object) -> Figure:
    return msgspec.structs.replace(Figure("x", "jada", "X", content, unit, "stated"), **more)


@pytest.mark.parametrize(
    ("case", "used", "other", "expected"),
    [
        ("cents", a_side(usd("100.40")), a_side(usd("100.00")), False),
        ("more than a dollar", a_side(usd("105.40")), a_side(usd("103.00")), True),
        ("somebody's tens", a_side(usd("10040.00")), a_side(usd("10000.00")), False),
        ("beyond somebody's tens", a_side(usd("10090.00")), a_side(usd("10000.00")), True),
        ("half a point", a_side(Ratio(Decimal("0.253")), "ratio"), a_side(Ratio(Decimal("0.25")), "ratio"), False),
        ("a point", a_side(Ratio(Decimal("0.26")), "ratio"), a_side(Ratio(Decimal("0.25")), "ratio"), True),
        ("one booking", a_side(Decimal(3), "count"), a_side(Decimal(4), "count"), True),
        ("a little runway", a_side(Decimal("5.52"), "months"), a_side(Decimal("5.5"), "months"), False),
        ("half a month", a_side(Decimal(6), "months"), a_side(Decimal("5.5"), "months"), True),
        ("another currency", a_side(usd(5)), a_side(Money(Decimal(9), "EUR")), False),
        ("a sum with a gap", a_side(usd(50), known=1, wanted=2), a_side(usd(900)), False),
    ],
)  # fmt: skip
def test_tolerance(case: str, used: Figure, other: Figure, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_apart(used, other) is expected, case


@given(st.decimals("-1e6", "1e6", places=2), st.decimals("-1e6", "1e6", places=2))
def test_a_contradiction_has_two_values_and_no_average(left: Decimal, right: Decimal) -> None:
    one, another = a_side(Money(left, "USD")), a_side(Money(right, "USD"), kind="computed")
    assert is_apart(one, one) is False
    assert is_apart(one, another) is (abs(left - right) > 1)
