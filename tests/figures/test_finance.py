"""Figures of money stated beside the ledger."""

from __future__ import annotations

import pytest

from quarterdeck.model.books import Cost, Loan, Option, Statement
from quarterdeck.model.holdings import Asset
from quarterdeck.model.values import UNKNOWN
from tests.figures.builders import a_row, an_entity, day, facts_of, usd
from tests.figures.quickdump import AS_OF, QDN, by_id, changed, plain, the_facts

COST = a_row(
    Cost, item="Slip", amount=usd(900), cadence="monthly", nature="fixed", next_due=day("2026-11-05")
)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("fixed_costs_monthly", "250.00"),
        ("costs_due_30d", "250.00"),
        ("cash_available", "not_known cash_balance"),
        ("net_burn", "not_known ledger_months"),
        ("runway_months", "not_known cash_balance ledger_months"),
        ("lowest_week", "not_known cash_balance"),
        ("bank_stated", "not_known statements"),
    ],
)
def test_worked_example(figure: str, value: str) -> None:
    found = by_id(the_facts(), QDN)
    assert plain(found[figure]) == value
    assert "debt" not in found


@pytest.mark.parametrize(
    ("case", "columns", "monthly", "due"),
    [
        ("monthly", {}, "900.00", "900.00"),
        ("twice in thirty days", {"next_due": day("2026-11-01"), "cadence": "weekly"}, "3900.00", "4500.00"),
        ("quarterly", {"cadence": "quarterly"}, "300.00", "900.00"),
        ("annual, next year", {"cadence": "annual", "next_due": day("2027-02-01")}, "75.00", "0.00"),
        ("past and recurring goes on", {"next_due": day("2026-08-31")}, "900.00", "900.00"),
        ("past and single is over", {"cadence": "one-time", "next_due": day("2026-10-31")}, "0.00", "0.00"),
        ("single", {"cadence": "one-time", "next_due": day("2026-11-30")}, "0.00", "900.00"),
        ("single, a day too late", {"cadence": "one-time", "next_due": day("2026-12-01")}, "0.00", "0.00"),
        ("variable", {"nature": "variable"}, "0.00", "900.00"),
        ("nature not known", {"nature": UNKNOWN}, "not_known costs", "900.00"),
        ("day not known", {"next_due": UNKNOWN}, "900.00", "not_known cost_due"),
        ("amount not known", {"amount": UNKNOWN}, "not_known costs", "not_known cost_due"),
    ],
)
def test_costs(case: str, columns: dict[str, object], monthly: str, due: str) -> None:
    found = by_id(facts_of(changed(COST, columns), as_of=AS_OF), "jada")
    assert (plain(found["fixed_costs_monthly"]), plain(found["costs_due_30d"])) == (monthly, due), case


def test_newest_statement_of_every_account() -> None:
    rows = [
        a_row(Statement, account=account, date=day(on), balance=usd(amount))
        for account, on, amount in (
            ("Checking", "2026-09-30", 100),
            ("checking", "2026-10-31", 250),
            ("Checking", "2026-11-02", 999),
            ("Savings", "2026-06-30", -20),
            ("Liabilities:JADA:CreditCard", "2026-10-31", -800),
        )
    ]
    figure = by_id(facts_of(*rows, as_of=AS_OF), "jada")["bank_stated"]
    assert plain(figure) == "230.00"
    assert figure.as_of == AS_OF


def test_debt() -> None:
    loan = a_row(
        Loan,
        lender="Bank",
        balance=usd(38000),
        payment=usd("765.96"),
        available=usd(500),
        balance_date=day("2026-10-01"),
    )
    weekly = changed(
        loan, {"frequency": "weekly", "payment": usd(30), "available": UNKNOWN, "balance": UNKNOWN}
    )
    found = by_id(facts_of(loan, weekly, as_of=AS_OF), "jada")
    assert plain(found["debt"]) == "38000.00"
    assert found["debt"].is_partial
    assert plain(found["debt_monthly"]) == "895.96"
    assert plain(found["credit_available"]) == "500.00"


def test_debt_is_asked_for_where_there_must_be_one() -> None:
    boat = a_row(Asset, asset="Jada", type="vessel", encumbrance=usd(9000))
    assert plain(by_id(facts_of(boat, as_of=AS_OF), "jada")["debt"]) == "not_known loans"
    flat = by_id(facts_of(entity=an_entity(kind="rental"), as_of=AS_OF), "jada")
    assert plain(flat["debt_monthly"]) == "not_known loans"


def test_options_and_parts() -> None:
    option = a_row(Option, id="o-1", cost=usd(2600))
    assert plain(by_id(facts_of(option, as_of=AS_OF), "jada")["options_cost"]) == "2600.00"
    part = by_id(facts_of(entity=an_entity(kind="saas", part_of="dc"), as_of=AS_OF), "jada")
    assert part == {}
