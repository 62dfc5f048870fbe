"""Rules of the books: what the parser says of an entry or a balance comes back as one finding."""

from __future__ import annotations

import pytest

from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.portfolio import Reading, with_books
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF, a_handoff, an_entity

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
