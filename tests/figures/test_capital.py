"""What may be spent, and which wishes it pays for."""

from __future__ import annotations

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.books import Option
from quarterdeck.model.facts import Facts
from quarterdeck.parse.ledger import MAIN, parse_ledger
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, share, usd

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
    ledger, problems = parse_ledger({MAIN: BOOKS})
    assert not problems
    facts = Facts([a_handoff(an_entity(), wish)], AS_OF, ledger=ledger)
    figures = {(one.entity, one.id): one for one in all_figures(facts, currency="USD")}
    (one,) = [one for one in figures["", "capital_left"].inputs if one.name == "sail"]
    assert one.text == verdict, case


def test_free_to_invest_is_what_the_reserve_leaves() -> None:
    ledger, _ = parse_ledger({MAIN: BOOKS})
    figures = all_figures(Facts([a_handoff()], AS_OF, ledger=ledger), currency="USD")
    assert [one.value for one in figures if one.id == "deployable"] == [usd("6000.00")] * 2
