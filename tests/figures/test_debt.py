"""Loans: what of a payment is interest, what twelve months pay off, and what is not known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.books import Loan
from quarterdeck.model.values import UNKNOWN, Money
from tests.figures.builders import JADA, a_handoff, a_row, an_entity, day, facts_of, share, some_facts, usd
from tests.figures.quickdump import by_id, plain

if TYPE_CHECKING:
    from decimal import Decimal

    from quarterdeck.model.facts import Facts
    from quarterdeck.model.figure import Figure

BOAT = {
    "lender": "Bank",
    "balance": usd(38000),
    "rate": share("0.0775"),
    "payment": usd("765.96"),
    "next_due": day("2026-12-01"),
    "matures": day("2031-11-01"),
}


def a_loan(entity: str = JADA) -> Loan:
    return msgspec.structs.replace(a_row(Loan, entity), **BOAT)


def of_loan(**columns: object) -> dict[str, Figure]:
    return by_id(facts_of(msgspec.structs.replace(a_loan(), **columns)), JADA)


@pytest.mark.parametrize(
    ("case", "columns", "interest", "principal", "of_year", "paid_off", "left"),
    [
        ("equal payments", {}, "245.42", "520.54", "2718.28", "6473.24", "31526.76"),
        ("interest only", {"payment": usd("245.42")}, "245.42", "0.00", "2945.04", "0.00", "38000.00"),
        ("too little", {"payment": usd(200)}, "245.42", "-45.42", "2964.80", "-564.80", "38564.80"),
        ("paid off", {"balance": usd(0)}, "0.00", "0.00", "0.00", "0.00", "0.00"),
        ("paid off, rate unknown", {"balance": usd(0), "rate": UNKNOWN}, *["0.00"] * 5),
        ("without interest", {"rate": share("0")}, "0.00", "765.96", "0.00", "9191.52", "28808.48"),
        ("paid off within the year", {"balance": usd(1000)}, "6.46", "759.50", "8.01", "1000.00", "0.00"),
        (
            "the rest is due within the year",
            {"matures": day("2027-03-01")},
            "245.42",
            "520.54",
            "961.41",
            "38000.00",
            "0.00",
        ),
        ("by the quarter", {"frequency": "quarterly"}, "736.25", "29.71", "2941.50", "122.34", "37877.66"),
        ("rate unknown", {"rate": UNKNOWN}, *["not_known loans"] * 5),
        ("payment unknown", {"payment": UNKNOWN}, *["not_known loans"] * 5),
        ("balance unknown", {"balance": UNKNOWN}, *["not_known loans"] * 5),
        ("paid back at once", {"frequency": "one-time"}, *["not_applicable"] * 5),
    ],
)
def test_parts_of_the_payments(
    case: str,
    columns: dict[str, object],
    interest: str,
    principal: str,
    of_year: str,
    paid_off: str,
    left: str,
) -> None:
    found = of_loan(**columns)
    names = ("loan_interest", "loan_principal", "loan_interest_12m", "loan_principal_12m", "loan_left_12m")
    shown = [plain(found[f"{name}:bank"]) for name in names]
    assert shown == [interest, principal, of_year, paid_off, left], case


@pytest.mark.parametrize(
    ("case", "columns", "needed"),
    [
        ("sixty payments", {}, "765.96"),
        ("too little is paid", {"payment": usd(200)}, "765.96"),
        ("rate unknown", {"rate": UNKNOWN}, "not_known loans"),
        ("no end", {"matures": UNKNOWN}, None),
        ("nothing is owed", {"balance": usd(0)}, None),
    ],
)
def test_the_payment_that_would_do(case: str, columns: dict[str, object], needed: str | None) -> None:
    found = of_loan(**columns).get("loan_needed:bank")
    assert (plain(found) if found else None) == needed, case


@pytest.mark.parametrize(
    ("case", "columns", "note"),
    [
        ("equal payments", {}, ""),
        ("interest only", {"payment": usd("245.42")}, "interest only"),
        ("too little", {"payment": usd(200)}, "the payment does not cover the interest: the debt grows"),
        ("reset", {"resets_on": day("2027-04-01")}, "at today's rate, which changes within the year"),
        ("reset in two years", {"resets_on": day("2028-04-01")}, ""),
        ("paid off", {"balance": usd(0), "resets_on": day("2027-04-01")}, ""),
    ],
)
def test_what_is_said_beside_it(case: str, columns: dict[str, object], note: str) -> None:
    assert of_loan(**columns)["loan_principal_12m:bank"].note == note, case


def test_the_balance_that_the_right_payment_leaves() -> None:
    found = of_loan(payment=usd(200))
    assert plain(found["loan_left_needed:bank"]) == "31526.70"
    assert plain(found["loan_left_12m:bank"]) == "38564.80"


def test_security_and_covenant_are_named() -> None:
    found = of_loan(secured_by="JADA, 46 ft yawl", covenant="hull insured at all times")
    note = "secured by JADA, 46 ft yawl; covenant: hull insured at all times"
    assert found["loan_balance:bank"].note == note


def two_loans(**columns: object) -> Facts:
    card = {"lender": "Card", "balance": usd(2000), "rate": share("0.219"), "payment": usd(100)} | columns
    return some_facts(
        a_handoff(an_entity(), a_loan()),
        a_handoff(an_entity("qdn"), msgspec.structs.replace(a_row(Loan, "qdn"), **card)),
    )


def test_the_rate_is_held_against_the_hurdle() -> None:
    facts = two_loans()
    assert plain(by_id(facts, JADA)["loan_over_hurdle:bank"]) == "-0.042"
    assert plain(by_id(facts, "qdn")["loan_over_hurdle:card"]) == "0.099"
    assert [plain(by_id(facts, one)["debt_dear"]) for one in (JADA, "qdn", "")] == [
        "0.00",
        "2000.00",
        "2000.00",
    ]


def test_totals_say_how_much_of_them_is_known() -> None:
    found = by_id(two_loans(rate=UNKNOWN))
    assert plain(found["debt"]) == "40000.00"
    for name, amount in (
        ("debt_interest_12m", "2718.28"),
        ("debt_principal_12m", "6473.24"),
        ("debt_dear", "0.00"),
    ):
        assert (plain(found[name]), found[name].known, found[name].wanted) == (amount, 1, 2), name


def test_a_figure_leads_to_the_row_of_its_loan() -> None:
    found = of_loan()
    year = found["loan_principal_12m:bank"]
    assert [one.figure or one.name for one in year.inputs] == [
        "loan_balance:bank",
        "loan_rate:bank",
        "loan_payment:bank",
        "k",
    ]
    assert year.sources == found["loan_rate:bank"].sources == (a_loan().source,)


@given(
    st.decimals("0", "100000", places=2),
    st.decimals("0", "0.5", places=4),
    st.decimals("0", "5000", places=2),
    st.sampled_from(["weekly", "monthly", "quarterly", "annual"]),
)
def test_the_parts_of_a_payment_add_up(balance: Decimal, rate: Decimal, payment: Decimal, often: str) -> None:
    found = of_loan(
        balance=usd(str(balance)), rate=share(str(rate)), payment=usd(str(payment)), frequency=often
    )
    interest, principal, left = (
        found[f"{name}:bank"].value for name in ("loan_interest", "loan_principal", "loan_left_12m")
    )
    assert isinstance(interest, Money)
    assert isinstance(principal, Money)
    assert isinstance(left, Money)
    paid = interest.amount + principal.amount
    assert paid == payment or (paid < payment and principal.amount == balance)
    assert left.amount >= 0
