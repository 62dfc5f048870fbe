"""Rules of what the tax preparer asks: large costs, forms of vendors, tax set aside, and private lines."""

from __future__ import annotations

import msgspec
import pytest

from quarterdeck.model.books import Vendor
from quarterdeck.model.facts import Facts
from quarterdeck.model.values import UNKNOWN, Blank
from tests.figures.builders import a_row, day
from tests.rules.accounts import (
    BANK,
    CHARTER,
    HIGH,
    MEDIUM,
    OWNER,
    REPAIRS,
    SLIP,
    TAX,
    Subjects,
    entry,
    facts_of_books,
    found,
    subjects,
)


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("on the threshold", entry("2026-10-05", REPAIRS, "2500", BANK), [("Payee", MEDIUM)]),
        ("a cent less", entry("2026-10-05", REPAIRS, "2499.99", BANK), []),
        ("rent", entry("2026-10-05", SLIP, "9000", BANK), []),
        ("no cost", entry("2026-10-05", BANK, "9000", CHARTER), []),
    ],
)
def test_large_cost(case: str, text: str, expected: Subjects) -> None:
    assert subjects("R-ACC-15", facts_of_books(text)) == expected, case


def test_a_threshold_that_somebody_set_holds() -> None:
    facts = facts_of_books(entry("2026-10-05", REPAIRS, "600", BANK))
    assumed = msgspec.structs.replace(facts.assumed, capital_threshold=facts.assumed.capital_threshold / 5)
    (one,) = found("R-ACC-15", Facts(facts.handoffs, facts.as_of, assumed=assumed, ledger=facts.ledger))
    assert one.message == "$600 to Payee stands under Repairs: is it an asset or a repair?"


def _paid(amount: str, method: str = "ach") -> str:
    return entry("2026-10-05", SLIP, amount, BANK, vendor="Bay Divers", pay_method=method)


def _vendor(*, w9: bool | Blank = False, kind: str | Blank = "contractor") -> Vendor:
    return a_row(Vendor, vendor="bay divers", w9_on_file=w9, kind=kind)


@pytest.mark.parametrize(
    ("case", "text", "rows", "due", "nearly"),
    [
        ("on the threshold", _paid("2000"), [_vendor()], True, False),
        ("a cent less", _paid("1999.99"), [_vendor()], False, True),
        ("three quarters", _paid("1500"), [_vendor()], False, True),
        ("under three quarters", _paid("1499.99"), [_vendor()], False, False),
        ("the form is here", _paid("2000"), [_vendor(w9=True)], False, False),
        ("nobody says", _paid("2000"), [_vendor(w9=UNKNOWN)], False, False),
        ("no row", _paid("2000"), [], False, False),
        ("a company", _paid("2000"), [_vendor(kind="company")], False, False),
        ("exempt", _paid("1600"), [_vendor(kind="exempt")], False, False),
        ("kind not known", _paid("2000"), [_vendor(kind=UNKNOWN)], True, False),
        ("by card", _paid("2000", "card"), [_vendor()], False, False),
    ],
)
def test_forms(case: str, text: str, rows: list[Vendor], *, due: bool, nearly: bool) -> None:
    facts = facts_of_books(text, *rows)
    assert subjects("R-ACC-16", facts) == [("bay-divers", HIGH)] * due, case
    assert subjects("R-ACC-17", facts) == [("bay-divers", MEDIUM)] * nearly, case


def test_a_year_without_a_threshold_is_not_judged() -> None:
    facts = facts_of_books(_paid("9000").replace("2026", "2027"), _vendor(), as_of=day("2027-12-01"))
    assert subjects("R-ACC-16", facts) == subjects("R-ACC-17", facts) == []


def test_what_is_said_of_forms() -> None:
    (due,) = found("R-ACC-16", facts_of_books(_paid("2100"), _vendor()))
    assert (
        due.message == "Bay Divers was paid $2,100 this year; from $2,000 a 1099 is due, and there is no W-9."
    )
    (nearly,) = found("R-ACC-17", facts_of_books(_paid("1600"), _vendor()))
    assert (
        nearly.message
        == "Bay Divers was paid $1,600 of the $2,000 that make a 1099 due, and there is no W-9."
    )


KEPT = "Assets:JADA:Bank:Tax"
COLLECTED = entry("2026-10-05", BANK, "155", TAX)
ASIDE = entry("2026-10-06", KEPT, "155", BANK)


def _kept(words: str) -> str:
    return f"2026-01-01 open {KEPT}\n{words}"


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("nothing aside", COLLECTED, [("sales-tax", MEDIUM)]),
        ("set aside", _kept('  purpose: "sales-tax"\n') + COLLECTED + ASIDE, []),
        ("restricted", _kept("  restricted: TRUE\n") + COLLECTED + ASIDE, []),
        ("account is empty", _kept('  purpose: "sales-tax"\n') + COLLECTED, [("sales-tax", MEDIUM)]),
        (
            "for another purpose",
            _kept('  restricted: TRUE\n  purpose: "deposits"\n') + COLLECTED + ASIDE,
            [("sales-tax", MEDIUM)],
        ),
        ("an account like any other", _kept("") + COLLECTED + ASIDE, [("sales-tax", MEDIUM)]),
        ("a cent held", entry("2026-10-05", BANK, "0.01", TAX), [("sales-tax", MEDIUM)]),
        ("paid on", COLLECTED + entry("2026-10-31", TAX, "155", BANK), []),
        ("paid too much", COLLECTED + entry("2026-10-31", TAX, "160", BANK), []),
        ("no sales tax", entry("2026-10-05", BANK, "155", CHARTER), []),
    ],
)
def test_tax_aside(case: str, text: str, expected: Subjects) -> None:
    assert subjects("R-ACC-19", facts_of_books(text)) == expected, case


def _lines(count: int, tag: str = "", cost: str = SLIP) -> str:
    return "".join(entry(f"2026-10-{1 + at % 28:02}", cost, "10", BANK, tag=tag) for at in range(count))


@pytest.mark.parametrize(
    ("case", "text", "expected"),
    [
        ("three of a hundred", _lines(97) + _lines(3, "#owner", OWNER), [("owner-lines", MEDIUM)]),
        ("fewer", _lines(98) + _lines(3, "#owner", OWNER), []),
        ("a draw among the costs", _lines(98) + _lines(1, "#owner"), [("owner-draws", MEDIUM)]),
        (
            "both",
            _lines(9) + _lines(1, "#owner"),
            [("owner-draws", MEDIUM), ("owner-lines", MEDIUM)],
        ),
        (
            "a draw that was moved to Owner",
            _lines(98) + _lines(1, "#owner") + entry("2026-10-30", OWNER, "10", SLIP, tag="#owner"),
            [],
        ),
        ("no lines", "", []),
    ],
)
def test_private(case: str, text: str, expected: Subjects) -> None:
    assert subjects("R-ACC-20", facts_of_books(text)) == expected, case


def test_what_is_said_of_private_lines() -> None:
    draws, lines = found("R-ACC-20", facts_of_books(_lines(9) + _lines(1, "#owner")))
    assert draws.message == "$10 that Jada paid for its owner stands among its costs."
    assert lines.message == "10.0% of this year's lines in the accounts of Jada are the owner's own."
