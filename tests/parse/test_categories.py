"""`ledger/rules.yml`: which rule takes a payment, and what is wrong with one, with its line."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.statement import StatementLine
from quarterdeck.parse.categories import CategoryRule, category_of, parse_categories
from quarterdeck.portfolio import RULES_FILE

CHECKING = "Assets:JADA:Bank:Checking"
CARD = "Liabilities:JADA:CreditCard:Visa"

RULES = """rules:
  - payee: stripe
    direction: in
    category: Income:*:Charter
  - payee: [fuel*dock, "marina"]
    at_least: 50
    at_most: "1,000.00"
    category: Expenses:*:Variable:Fuel
    name: Fuel dock
  - amount: 1150.00
    direction: out
    account: Assets:JADA:*
    category: Expenses:JADA:Fixed:Slip
  - account: Liabilities:*:Visa
    direction: in
    category: Assets:*:Bank:Checking
"""


def rules() -> tuple[CategoryRule, ...]:
    found, problems = parse_categories(RULES.encode(), RULES_FILE)
    assert problems == ()
    return found


@pytest.mark.parametrize(
    ("amount", "payee", "account", "category"),
    [
        ("1240", "STRIPE TRANSFER", CHECKING, "Income:JADA:Charter"),
        ("-3.20", "Stripe fee", CHECKING, "Expenses:JADA:Uncategorized"),
        ("-86.40", "HARBOR FUEL  at DOCK 12", CHECKING, "Expenses:JADA:Variable:Fuel"),
        ("-49.99", "FUEL DOCK", CHECKING, "Expenses:JADA:Uncategorized"),
        ("-50", "MARINA", CHECKING, "Expenses:JADA:Variable:Fuel"),
        ("-1000", "MARINA", CHECKING, "Expenses:JADA:Variable:Fuel"),
        ("-1000.01", "MARINA", CHECKING, "Expenses:JADA:Uncategorized"),
        ("-60", "DOCK FUEL", CHECKING, "Expenses:JADA:Uncategorized"),
        ("-1150.00", "Check 12", CHECKING, "Expenses:JADA:Fixed:Slip"),
        ("-1150.00", "Check 12", CARD, "Expenses:JADA:Uncategorized"),
        ("300", "PAYMENT", CARD, "Assets:JADA:Bank:Checking"),
        ("300", "PAYMENT", f"{CARD}Gold", "Expenses:JADA:Uncategorized"),
        ("12", "A guest", CHECKING, "Income:JADA:Uncategorized"),
        ("0", "", CHECKING, "Expenses:JADA:Uncategorized"),
    ],
)
def test_the_first_rule_that_fits_wins(amount: str, payee: str, account: str, category: str) -> None:
    line = StatementLine(date(2026, 1, 2), Decimal(amount), payee)
    assert category_of(rules(), line, account)[0] == category


def test_the_memo_is_looked_at_too() -> None:
    line = StatementLine(date(2026, 1, 2), Decimal(9), "TRANSFER", "from Stripe")
    assert category_of(rules(), line, CHECKING)[0] == "Income:JADA:Charter"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("rules:\n", []),
        ("# nothing yet\n", []),
        ("rules: stripe\n", [("wrong-type", 1)]),
        ("- payee: a\n  category: Income:*:A\n", [("wrong-type", 1)]),
        ("rule:\n  - payee: a\n", [("unknown-key", 1)]),
        ("rules:\n  - stripe\n", [("wrong-type", 2)]),
        ("rules:\n  - payee: a\n", [("missing-key", 2)]),
        ("rules:\n  - category: Income:*:A\n", [("missing-key", 2)]),
        ("rules:\n  - payee: a\n    categry: Income:*:A\n", [("missing-key", 2), ("unknown-key", 3)]),
        ("rules:\n  - payee: a\n    category: Incom:*:A\n", [("bad-account", 3)]),
        ("rules:\n  - payee: a\n    category: Income:A\n", [("bad-account", 3)]),
        ("rules:\n  - payee: a\n    category: Income:*:a\n", [("bad-account", 3)]),
        ("rules:\n  - payee: '*'\n    category: Income:*:A\n", [("bad-payee", 2)]),
        ("rules:\n  - payee: [a, [b]]\n    category: Income:*:A\n", [("bad-payee", 2)]),
        ("rules:\n  - amount: -5\n    category: Income:*:A\n", [("bad-amount", 2)]),
        ("rules:\n  - direction: up\n    category: Income:*:A\n", [("unknown-word", 2)]),
        ("rules:\n  - account: '!'\n    category: Income:*:A\n", [("bad-account", 2)]),
        (
            "rules:\n  - direction: up\n    category: x\n  - payee: ''\n    category: Income:*:A\n",
            [("unknown-word", 2), ("bad-account", 3), ("bad-payee", 4)],
        ),
    ],
)
def test_every_problem_is_told_with_its_line(text: str, expected: list[tuple[str, int]]) -> None:
    _, problems = parse_categories(text.encode(), RULES_FILE)
    assert [(problem.code, problem.line) for problem in problems] == expected


def test_a_misspelt_key_and_root_are_told_with_the_nearest() -> None:
    _, problems = parse_categories(
        b"rules:\n  - payee: a\n    categry: Incme:*:A\n    category: Incme:*:A\n", RULES_FILE
    )
    assert [
        "Did you mean category?" in one.mend or "Did you mean Income:" in one.mend for one in problems
    ] == [
        True,
        True,
    ]


def test_stars_cost_no_time() -> None:
    rule = CategoryRule("Income:*:A", payee=("*a" * 100 + "b",))
    line = StatementLine(date(2026, 1, 2), Decimal(1), "a" * 100_000)
    for _ in range(100):
        assert category_of([rule], line, CHECKING)[1] is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_words_break_a_rule(pattern: str, payee: str) -> None:
    rule = CategoryRule("Income:*:A", payee=(pattern,))
    line = StatementLine(date(2026, 1, 2), Decimal(1), payee)
    assert category_of([rule], line, CHECKING)[0].startswith("Income:JADA:")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    parse_categories(b"rules:\n  - payee: a\n    " + data, RULES_FILE)
