"""Rules of closing a month: reconciled, sorted, mirrored, closed, and loans split."""

from __future__ import annotations

import pytest

from quarterdeck.model.books import CloseItem, Statement
from quarterdeck.model.facts import Facts
from quarterdeck.model.values import UNKNOWN, Blank
from quarterdeck.parse.ledger import MAIN, parse_ledger
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, day, days_before, facts_of, month, usd
from tests.rules.accounts import (
    ASK,
    BANK,
    CHARTER,
    CRITICAL,
    HIGH,
    INTEREST,
    LOAN,
    MEDIUM,
    OWNER,
    SLIP,
    Subjects,
    entry,
    facts_of_books,
    found,
    opened,
    subjects,
)

PAID = entry("2026-05-05", SLIP, "100", BANK)


def _statement(days: int, balance: object = usd(-100)) -> Statement:
    return a_row(Statement, account=BANK, date=days_before(days), balance=balance)


@pytest.mark.parametrize(
    ("case", "text", "rows", "expected"),
    [
        ("35 days ago", PAID, [_statement(35)], []),
        ("36 days ago", PAID, [_statement(36)], [(BANK, HIGH)]),
        ("newer one differs", PAID, [_statement(60), _statement(5, usd(-90))], [(BANK, HIGH)]),
        ("never agreed", PAID, [_statement(5, usd(-90))], [(BANK, CRITICAL)]),
        ("no statement", PAID, [], [(BANK, CRITICAL)]),
        ("balance not known", PAID, [_statement(5, UNKNOWN)], [(BANK, CRITICAL)]),
        ("closed since", PAID + "2026-11-01 close Assets:JADA:Bank:Checking\n", [], []),
        ("never used", "", [], []),
    ],
)
def test_reconciled(case: str, text: str, rows: list[Statement], expected: Subjects) -> None:
    assert subjects("R-ACC-11", facts_of_books(text, *rows)) == expected, case


def test_when_it_was_last_reconciled() -> None:
    said = [found("R-ACC-11", facts_of_books(PAID, *rows))[0].message for rows in ([_statement(54)], [])]
    assert said == [
        "Bank:Checking of Jada last agreed with a statement 54\u00a0days ago.",
        "Bank:Checking of Jada never agreed with a statement.",
    ]


@pytest.mark.parametrize(
    ("case", "unsorted", "sorted_", "expected"),
    [
        ("none", "0", "100", []),
        ("under two of a hundred", "1.99", "98.01", []),
        ("two of a hundred", "2", "98", [("uncategorised", MEDIUM)]),
        ("under ten", "9.99", "90.01", [("uncategorised", MEDIUM)]),
        ("ten", "10", "90", [("uncategorised", HIGH)]),
    ],
)
def test_unsorted(case: str, unsorted: str, sorted_: str, expected: Subjects) -> None:
    text = entry("2026-10-05", ASK, unsorted, BANK) + entry("2026-10-06", SLIP, sorted_, BANK)
    assert subjects("R-ACC-14", facts_of_books(text)) == expected, case


def test_without_costs_nothing_is_unsorted() -> None:
    assert subjects("R-ACC-14", facts_of_books(entry("2026-10-05", BANK, "9", CHARTER))) == []


def test_how_much_is_unsorted() -> None:
    text = entry("2026-10-05", ASK, "20", BANK) + entry("2026-10-06", SLIP, "80", BANK)
    (one,) = found("R-ACC-14", facts_of_books(text))
    assert one.message == "$20 of this year's costs of Jada, 20.0% of them, stands in no category."


OWED, OWES = "Assets:DC:DueFrom:JADA", "Liabilities:JADA:DueTo:DC"
DC_BANK = "Assets:DC:Bank:Checking"


def _sisters(*entries: str) -> Facts:
    text = opened(BANK, SLIP, OWED, OWES, DC_BANK) + "".join(entries)
    ledger, problems = parse_ledger({MAIN: text.encode()})
    assert problems == ()
    handoffs = [a_handoff(an_entity()), a_handoff(an_entity("dc", "agency", ledger="DC"))]
    return Facts(handoffs, AS_OF, ledger=ledger)


LENT = entry("2026-10-05", OWED, "66.80", DC_BANK)


@pytest.mark.parametrize(
    ("case", "entries", "expected"),
    [
        ("agree", [LENT, entry("2026-10-05", SLIP, "66.80", OWES)], []),
        ("a cent apart", [LENT, entry("2026-10-05", SLIP, "66.79", OWES)], [("dc", "jada")]),
        (
            "one side has no such account",
            [LENT, entry("2026-10-05", SLIP, "5", BANK)],
            [("dc", "jada")],
        ),
        (
            "the side that is owed has none",
            [entry("2026-10-05", SLIP, "5", OWES), entry("2026-10-05", DC_BANK, "5", "Assets:DC:Cash:Till")],
            [("jada", "dc")],
        ),
        ("the books of one are not here", [LENT], []),
    ],
)
def test_sisters(case: str, entries: list[str], expected: list[tuple[str, str]]) -> None:
    facts = _sisters(opened("Assets:DC:Cash:Till"), *entries)
    assert [(one.entity, one.subject) for one in found("R-ACC-21", facts)] == expected, case


def test_what_either_side_says() -> None:
    (one,) = found("R-ACC-21", _sisters(LENT, entry("2026-10-05", SLIP, "50.10", OWES)))
    assert one.message == "The books of Dc say that Jada owes it $66.80; those of Jada say $50.10."


def _closed(
    name: str, *, still: tuple[int, ...] = (), state: str | Blank = "open", without: int = 0
) -> list[CloseItem]:
    return [
        a_row(
            CloseItem, month=month(name), item=item, state=state if item in still else "done", line=100 + item
        )
        for item in range(1, 15)
        if item != without
    ]


@pytest.mark.parametrize(
    ("case", "as_of", "rows", "expected"),
    [
        ("all done", "2026-11-16", _closed("2026-10"), []),
        ("one open, day 15", "2026-11-15", _closed("2026-09") + _closed("2026-10", still=(4,)), []),
        ("one open, day 16", "2026-11-16", _closed("2026-10", still=(4,)), [("close", MEDIUM)]),
        ("does not apply", "2026-11-16", _closed("2026-10", still=(4,), state="n/a"), []),
        ("not known", "2026-11-16", _closed("2026-10", still=(4,), state=UNKNOWN), [("close", MEDIUM)]),
        ("not in the table", "2026-11-16", _closed("2026-10", without=9), [("close", MEDIUM)]),
        ("month not in the table", "2026-11-16", _closed("2026-09"), [("close", MEDIUM)]),
        ("month before, day 15", "2026-11-15", _closed("2026-09", still=(1,)), [("close", MEDIUM)]),
        ("last day of the month", "2026-10-31", _closed("2026-09"), []),
        ("no table", "2026-11-16", [], []),
    ],
)
def test_closed(case: str, as_of: str, rows: list[CloseItem], expected: Subjects) -> None:
    assert subjects("R-ACC-22", facts_of(*rows, as_of=day(as_of))) == expected, case


def test_what_is_open() -> None:
    rows = _closed("2026-10", still=(2, 4, 6, 9))
    (one,) = found("R-ACC-22", facts_of(*rows))
    assert one.message == "October is not closed at Jada, 23\u00a0days after its end: 4 of 14 items are open."
    assert [place.line for place in one.evidence] == [102, 104, 106]


def _split(on: str) -> str:
    return f'{on} * "Lender" "Payment"\n  {LOAN} 480 USD\n  {INTEREST} 20 USD\n  {BANK} -500 USD\n'


WHOLE = entry("2026-10-25", LOAN, "500", BANK)


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("split", _split("2026-10-25"), []),
        ("whole", WHOLE, [(LOAN, MEDIUM)]),
        ("whole in one month of two", _split("2026-09-25") + WHOLE, [(LOAN, MEDIUM)]),
        ("more in a month that has its interest", _split("2026-10-20") + WHOLE, []),
        ("interest comes by itself", entry("2026-10-24", INTEREST, "20", LOAN) + WHOLE, []),
        ("last year", entry("2025-10-25", LOAN, "500", BANK), []),
        ("borrowed", entry("2026-10-25", BANK, "500", LOAN), []),
        ("let go without money", entry("2026-10-25", LOAN, "500", OWNER), []),
        ("no loan", PAID, []),
    ],
)
def test_loan_payment(case: str, text: str, expected: Subjects) -> None:
    chart = (BANK, LOAN, INTEREST, OWNER, SLIP)
    opens = "".join(f"2025-01-01 open {name}\n" for name in chart)
    assert subjects("R-ACC-23", facts_of_books(opens + text, chart=())) == expected, case


def test_how_many_payments() -> None:
    (one,) = found("R-ACC-23", facts_of_books(WHOLE + entry("2026-09-25", LOAN, "500", BANK)))
    assert (
        one.message
        == "2 payments on Loan:Boat of Jada this year went whole against the loan, without interest."
    )
    assert len(one.evidence) == 2
