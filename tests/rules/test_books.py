"""Rules of the books: entries that cannot be used or followed, balances that fail, and no books at all."""

from __future__ import annotations

import pytest

from quarterdeck.model.books import Statement
from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.reading import Reading, with_books
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    JADA,
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    day,
    facts_of,
    some_facts,
    usd,
)
from tests.rules.accounts import (
    BANK,
    CHARTER,
    CRITICAL,
    DEPOSITS,
    MEDIUM,
    Subjects,
    entry,
    facts_of_books,
    found,
    subjects,
)

OPEN = """2026-01-01 open Assets:JADA:Bank:Checking
2026-01-01 open Income:JADA:Charter
"""
SAIL = """2026-10-03 * "Guest" "Sail"
  Assets:JADA:Bank:Checking   100.00 USD
  Income:JADA:Charter        -100.00 USD
"""
SHORT = SAIL.replace("-100.00", "-91.00")
BALANCE = "2026-11-01 balance Assets:JADA:Bank:Checking  100.00 USD\n"

MAIN = 'include "jada-2026.beancount"\n'


def _found(text: str, main: str = "", entity: str = "jada") -> list[tuple[str, str, Severity]]:
    handoff = a_handoff(an_entity())
    books = {"ledger/main.beancount": MAIN + main, "ledger/jada-2026.beancount": OPEN + text}
    ledger, problems = parse_ledger({path: one.encode() for path, one in books.items()})
    reading = with_books(Reading((handoff,), (), ()), ledger, problems)
    facts = Facts([handoff], AS_OF, reading.problems, ledger=ledger)
    return [
        (one.rule, one.subject, one.severity)
        for one in findings(Known(facts))
        if one.rule in {"R-ACC-12", "R-ACC-13"} and one.entity == entity
    ]


HIGH = Severity.HIGH


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("sound", SAIL + BALANCE, []),
        ("no entry", "", []),
        ("nine left over", SHORT, [("R-ACC-12", "2026-10-03 Guest Sail", HIGH)]),
        (
            "twice the same",
            SHORT + SHORT,
            [("R-ACC-12", "2026-10-03 Guest Sail", HIGH), ("R-ACC-12", "2026-10-03 Guest Sail/2", HIGH)],
        ),
        (
            "balance fails",
            SAIL + BALANCE.replace("100.00", "60.00"),
            [("R-ACC-13", "Assets:JADA:Bank:Checking 2026-11-01", HIGH)],
        ),
        ("balance holds to the cent", SAIL + BALANCE, []),
    ],
)
def test_books(case: str, text: str, expected: list[tuple[str, str, Severity]]) -> None:
    assert _found(text) == expected, case


def test_what_no_business_owns_is_a_finding_of_the_portfolio() -> None:
    assert _found(SAIL, main=SHORT, entity="") == [("R-ACC-12", "2026-10-03 Guest Sail", HIGH)]
    late = SAIL + BALANCE.replace("100.00", "60.00")
    assert _found("", main=late, entity="") == [("R-ACC-13", "Assets:JADA:Bank:Checking 2026-11-01", HIGH)]
    assert _found(SAIL, main=SHORT) == []


def _income(joined: str, bare: str, key: str = "booking") -> str:
    return entry("2026-10-05", BANK, joined, CHARTER, **{key: "BK-1"}) + entry(
        "2026-10-06", BANK, bare, CHARTER, booking=" "
    )


@pytest.mark.parametrize(
    ("case", "text", "loose"),
    [
        ("all joined", _income("100", "0"), False),
        ("by its gift card", _income("100", "0", "gift_card"), False),
        ("a cent is not", _income("100", "0.01"), True),
        ("another key", _income("100", "0", "document"), True),
        ("last year", _income("80", "20").replace("2026", "2025"), False),
        ("no income", entry("2026-10-05", BANK, "5", "Equity:JADA:Owner"), False),
        ("no books", "", False),
    ],
)
def test_income_without_key(case: str, text: str, *, loose: bool) -> None:
    opens = f"2025-01-01 open {BANK}\n2025-01-01 open {CHARTER}\n2025-01-01 open Equity:JADA:Owner\n"
    facts = facts_of_books(opens + text, chart=())
    assert subjects("R-ACC-02", facts) == [("income", HIGH)] * loose, case


def test_how_much_income_is_without_key() -> None:
    (loose,) = found("R-ACC-02", facts_of_books(_income("80", "20")))
    assert loose.message == (
        "$20 of this year's income of Jada, in 1 line, leads to no booking, invoice, client, delivery, unit or "
        "gift card."
    )
    assert [place.line for place in loose.evidence] == [15]


NAMED = _income("80", "0")
"""Entries that name booking BK-1 alone."""


@pytest.mark.parametrize(
    ("case", "text", "bookings", "is_apart"),
    [
        ("all named", NAMED, [("bk-1", "80")], False),
        ("under a fifth is not", NAMED, [("BK-1", "80.01"), ("BK-2", "19.99")], False),
        ("a fifth is not", NAMED, [("BK-1", "80"), ("BK-2", "20")], True),
        ("none is", NAMED, [("BK-2", "20")], True),
        ("what has no price weighs nothing", NAMED, [("BK-1", "80"), ("BK-2", "?")], False),
        (
            "a deposit names it, too",
            entry("2026-10-01", BANK, "9", DEPOSITS, booking="BK-2"),
            [("BK-2", "20")],
            False,
        ),
        ("by its invoice alone", _income("80", "0", "invoice"), [("BK-1", "80")], True),
        ("no bookings", NAMED, [], False),
        ("no books", "", [("BK-2", "20")], False),
    ],
)
def test_bookings_apart_from_books(
    case: str, text: str, bookings: list[tuple[str, str]], *, is_apart: bool
) -> None:
    rows = [a_booking(id_, gross=UNKNOWN if gross == "?" else usd(gross)) for id_, gross in bookings]
    assert subjects("R-ACC-26", facts_of_books(text, *rows)) == [("join-key", MEDIUM)] * is_apart, case


@pytest.mark.parametrize(
    ("case", "columns"),
    [
        ("still to come", {"status": "confirmed"}),
        ("last year", {"service_date": day("2025-10-05")}),
        ("after the day of the report", {"service_date": day("2026-12-05")}),
    ],
)
def test_bookings_of_another_time_may_stand_apart(case: str, columns: dict[str, object]) -> None:
    facts = facts_of_books(NAMED, a_booking("BK-1"), a_booking("BK-2", JADA, **columns))
    assert subjects("R-ACC-26", facts) == [], case


def test_how_many_bookings_stand_apart() -> None:
    facts = facts_of_books(NAMED, a_booking("BK-1", gross=usd(60)), a_booking("BK-2", gross=usd(40)))
    (apart,) = found("R-ACC-26", facts)
    assert apart.message == (
        "1 of 2 bookings that Jada completed this year, 40.0% of their price, are named by no entry of the books."
    )
    assert [place.line for place in apart.evidence] == [60]
    assert [one.subject for one in found("R-ACC-02", facts)] == []


BY_BANK = a_row(Statement, account="Harbor Bank", date=AS_OF, balance=usd(100))


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        ("statements alone", facts_of(BY_BANK), [("books", CRITICAL)]),
        ("accounts, but no entry", facts_of_books("", BY_BANK), [("books", CRITICAL)]),
        ("books", facts_of_books(entry("2026-10-05", BANK, "5", CHARTER), BY_BANK), []),
        ("neither", facts_of(), []),
        ("paused", facts_of(BY_BANK, entity=an_entity(status="paused")), []),
        (
            "its books are those of the business that it is part of",
            some_facts(a_handoff(an_entity(part_of="qos"), BY_BANK), a_handoff(an_entity("qos"))),
            [],
        ),
    ],
)
def test_statements_without_books(case: str, facts: Facts, expected: Subjects) -> None:
    assert subjects("R-ACC-25", facts) == expected, case
