"""What may be spent, and which wishes it pays for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.books import Cost, Option, PlanLine
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Missing
from quarterdeck.model.values import UNKNOWN, Blank, Money, MoneyRange
from quarterdeck.parse.ledger import MAIN, parse_ledger
from tests.figures.builders import AS_OF, JADA, a_handoff, a_row, a_task, an_entity, day, month, share, usd
from tests.figures.quickdump import plain

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure
    from quarterdeck.model.handoff import Handoff

BOOKS = b"""
2026-09-01 open Assets:JADA:Bank:Checking USD
2026-09-01 open Equity:JADA:Opening USD
2026-09-01 open Expenses:JADA:Fixed:Slip USD
2026-09-01 * "Opening"
  Assets:JADA:Bank:Checking   10000.00 USD
  Equity:JADA:Opening        -10000.00 USD
2026-10-05 * "Slip"
  Assets:JADA:Bank:Checking   -1000.00 USD
  Expenses:JADA:Fixed:Slip     1000.00 USD
"""


TUG = b"""
2026-09-01 open Assets:TUG:Bank:Checking USD
2026-09-01 open Equity:TUG:Opening USD
2026-09-01 open Expenses:TUG:Fixed:Slip USD
2026-09-01 * "Opening"
  Assets:TUG:Bank:Checking   2000.00 USD
  Equity:TUG:Opening        -2000.00 USD
2026-10-05 * "Slip"
  Assets:TUG:Bank:Checking   -1000.00 USD
  Expenses:TUG:Fixed:Slip     1000.00 USD
"""


@pytest.mark.parametrize(
    ("case", "columns", "verdict"),
    [
        ("pays", {}, "chosen"),
        ("a duty", {"monthly_benefit": usd(0), "mandatory": True}, "chosen: no choice"),
        ("loses", {"monthly_benefit": usd(10)}, "refused: brings back 0.21 of each dollar"),
        (
            "too dear",
            {"cost": usd(9000), "monthly_benefit": usd(900)},
            "refused: does not fit into what is free",
        ),
        ("decided", {"approved": True}, "decided already"),
    ],
)
def test_an_option_is_chosen_or_refused(case: str, columns: dict[str, object], verdict: str) -> None:
    known = {"id": "sail", "name": "Sail", "cost": usd(1000), "monthly_benefit": usd(100)}
    wish = msgspec.structs.replace(a_row(Option), **(known | {"probability": share("1")} | columns))
    figures = of_books(wish, set_aside(0))
    (one,) = [one for one in figures["", "capital_left"].inputs if one.name == "sail"]
    assert one.text == verdict, case


def of_books(*rows: Row, others: tuple[Handoff, ...] = ()) -> dict[tuple[str, str], Figure]:
    """The figures of a boat with 10,000 in the bank that burns 1,000 a month, and of others beside it."""
    ledger, problems = parse_ledger({MAIN: BOOKS + (TUG if others else b"")})
    assert not problems
    facts = Facts([a_handoff(an_entity(), *rows), *others], AS_OF, ledger=ledger)
    return {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}


def set_aside(amount: Money | Blank | int, entity: str = JADA, when: str = "2026-12") -> PlanLine:
    known = usd(amount) if isinstance(amount, int) else amount
    row = a_row(PlanLine, entity, month=month(when), amount=known)
    return msgspec.structs.replace(row, line="tax-set-aside")


def test_free_to_invest_is_what_the_reserve_leaves() -> None:
    figures = of_books(set_aside(0))
    assert [plain(figures[one, "deployable"]) for one in (JADA, "")] == ["6000.00"] * 2
    assert plain(figures[JADA, "reserve_needed"]) == "3000.00"


@pytest.mark.parametrize(
    ("case", "rows", "tax", "free"),
    [
        ("no line", (), "not_known plan", "not_known plan"),
        ("an amount that nobody knows", (set_aside(UNKNOWN),), "not_known plan", "not_known plan"),
        ("a line of next year", (set_aside(600, when="2027-01"),), "not_known plan", "not_known plan"),
        ("zero, as written", (set_aside(0),), "0.00", "6000.00"),
        ("two lines of the year", (set_aside(600), set_aside(400, when="2026-03")), "1000.00", "5000.00"),
    ],
)
def test_taxes_are_zero_only_where_somebody_says_so(
    case: str, rows: tuple[Row, ...], tax: str, free: str
) -> None:
    figures = of_books(*rows)
    assert (plain(figures[JADA, "tax_to_set_aside"]), plain(figures[JADA, "deployable"])) == (tax, free), case


def test_what_is_missing_says_where_to_write_it() -> None:
    value = of_books()[JADA, "tax_to_set_aside"].value
    assert isinstance(value, Missing)
    assert value.reason == "the plan of 2026 has no line tax-set-aside; write 0 where none is owed"


def test_while_what_is_free_is_not_known_nothing_is_bought() -> None:
    wishes = [
        a_row(Option, id="duty", cost=usd(10), monthly_benefit=usd(0), mandatory=True),
        a_row(Option, line=41, id="sail", cost=usd(10), monthly_benefit=usd(100)),
        a_row(Option, line=42, id="radio", cost=UNKNOWN, monthly_benefit=usd(100)),
    ]
    left = of_books(*wishes)["", "capital_left"]
    assert plain(left) == "not_known plan"
    assert [(one.name, one.text) for one in left.inputs[1:]] == [
        ("duty", "needed: no choice"),
        ("sail", "waits: what is free is not known"),
        ("radio", "refused: its cost is not known"),
    ]


@pytest.mark.parametrize(
    ("case", "months", "tug", "whole", "reserve"),
    [
        ("below its reserve it takes from the others", 3, "-2000.00", "4000.00", "6000.00"),
        ("its own reserve counts", 1, "0.00", "6000.00", "4000.00"),
    ],
)
def test_a_business_below_its_reserve_takes_from_what_is_free(
    case: str, months: int, tug: str, whole: str, reserve: str
) -> None:
    other = a_handoff(an_entity("tug", reserve_months=Decimal(months), ledger="TUG"), set_aside(0, "tug"))
    figures = of_books(set_aside(0), others=(other,))
    assert plain(figures["tug", "deployable"]) == tug, case
    assert plain(figures["", "deployable"]) == whole, case
    assert plain(figures["", "reserve_needed"]) == reserve, case


def test_promises_of_a_business_without_books_take_from_what_is_free() -> None:
    bill = a_row(Cost, "crew", item="Domain", amount=usd(90), cadence="annual", next_due=day("2026-12-24"))
    figures = of_books(set_aside(0), others=(a_handoff(an_entity("crew"), bill),))
    assert (plain(figures["", "committed_90d"]), plain(figures["", "deployable"])) == ("90.00", "5910.00")


def test_what_open_tasks_cost_is_promised_each_in_its_currency() -> None:
    soon = day("2026-12-24")
    tasks = (
        a_task("CRW-1", "crew", cost=usd(90), due=soon),
        a_task("CRW-2", "crew", cost=Money(Decimal(50), "EUR"), due=soon),
        a_task("CRW-3", "crew", cost=usd(7), due=soon, state="done"),
        a_task("CRW-4", "crew", cost=usd(7), due=day("2027-02-22")),
    )
    crew = a_handoff(an_entity("crew"), tasks=tasks)
    promised = of_books(set_aside(0), others=(crew,))["", "committed_90d"]
    assert (plain(promised), promised.apart) == ("90.00", (Money(Decimal(50), "EUR"),))
    assert promised.label == "Promised for the next 90 days, excludes EUR 50"


def test_taxes_known_of_some_make_it_at_most() -> None:
    other = a_handoff(an_entity("tug", ledger="TUG"))
    whole = of_books(set_aside(0), others=(other,))["", "deployable"]
    assert "at most: the taxes to set aside are known for 1 of 2" in whole.note
    assert whole.is_estimate


@pytest.mark.parametrize(
    ("case", "columns", "worth"),
    [
        (
            "at its chance",
            {"monthly_benefit": usd(100), "probability": share("0.5"), "starts_in_months": 2},
            ["50.00", "14", "448.67", "0.872", "1.748"],
        ),
        ("no chance is a half", {"monthly_benefit": usd(100)}, ["50.00", "12", "468.66", "1.127", "1.781"]),
        (
            "the middle of a range",
            {"monthly_benefit": MoneyRange(usd(50), usd(150)), "probability": share("1")},
            ["100.00", "6", "1537.32", "5.069", "3.562"],
        ),
        (
            "no benefit never pays",
            {"monthly_benefit": usd(0)},
            ["0.00", "not_within_horizon", "-600.00", "not_applicable", "0"],
        ),
        (
            "cost unknown",
            {"monthly_benefit": usd(100), "cost": UNKNOWN},
            ["50.00", *["not_known options"] * 4],
        ),
    ],
)
def test_worth_of_an_option(case: str, columns: dict[str, object], worth: list[str]) -> None:
    wish = msgspec.structs.replace(a_row(Option, id="sail", cost=usd(600)), **columns)
    figures = of_books(wish)
    names = ("benefit", "payback", "npv", "irr", "index")
    assert [plain(figures[JADA, f"option_{name}:sail"]) for name in names] == worth, case
    assert figures[JADA, "option_npv:sail"].sources == (wish.source,)
