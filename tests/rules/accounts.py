"""Small books for tests of rules: one business, a chart of accounts, and entries written in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.severity import Severity
from quarterdeck.parse.ledger import MAIN, parse_ledger
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF, a_handoff, an_entity

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import Entity
    from quarterdeck.model.finding import Finding

CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM

Subjects = list[tuple[str, Severity]]

BANK = "Assets:JADA:Bank:Checking"
DEPOSITS = "Liabilities:JADA:CustomerDeposits"
CARDS = "Liabilities:JADA:GiftCards"
LOAN = "Liabilities:JADA:Loan:Boat"
TAX = "Liabilities:JADA:SalesTax"
CHARTER = "Income:JADA:Charter"
SLIP = "Expenses:JADA:Fixed:Slip"
REPAIRS = "Expenses:JADA:Fixed:Repairs"
ASK = "Expenses:JADA:Ask"
INTEREST = "Expenses:JADA:Interest"
OWNER = "Equity:JADA:Owner"
_CHART = (BANK, DEPOSITS, LOAN, TAX, CHARTER, SLIP, REPAIRS, ASK, INTEREST, OWNER)


def opened(*accounts: str) -> str:
    """What opens accounts on 1 January."""
    return "".join(f"2026-01-01 open {name}\n" for name in accounts)


def entry(on: str, debit: str, amount: str, credit: str, *, tag: str = "", **keys: str) -> str:
    """An entry that moves an amount from one account to another; a key's `_` is a hyphen."""
    head = f'{on} * "Payee" "What for" {tag}'.rstrip()
    meta = "".join(f'  {key.replace("_", "-")}: "{value}"\n' for key, value in keys.items())
    return f"{head}\n{meta}  {debit} {amount} USD\n  {credit}\n"


def facts_of_books(
    text: str, *rows: Row, entity: Entity | None = None, as_of: date = AS_OF, chart: tuple[str, ...] = _CHART
) -> Facts:
    """A business with these books, without the lines that open the chart, and these rows."""
    ledger, problems = parse_ledger({MAIN: (opened(*chart) + text).encode()})
    assert problems == (), problems
    return Facts([a_handoff(entity or an_entity(), *rows)], as_of, ledger=ledger)


def found(code: str, facts: Facts) -> list[Finding]:
    """What one rule finds, in order of subject."""
    known = Known(facts, all_figures(facts, currency="USD"))
    return sorted((one for one in findings(known) if one.rule == code), key=lambda one: one.subject)


def subjects(code: str, facts: Facts) -> Subjects:
    """Subjects and severities of what one rule finds."""
    return [(one.subject, one.severity) for one in found(code, facts)]
