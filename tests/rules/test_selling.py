"""Rules of selling: the steps to an order, good, bad, at the edge and not known; and ads for a shop that is shut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.briefing import Accepted
from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN, Blank
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, days_before, facts_of, usd

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.finding import Finding

CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM

Subjects = list[tuple[str, Severity]]


def _of(code: str, facts: Facts, accepted: tuple[Accepted, ...] = ()) -> list[Finding]:
    known = Known(facts, all_figures(facts, currency="USD"))
    return [one for one in findings(known, accepted=accepted) if one.rule == code]


def _subjects(code: str, facts: Facts) -> Subjects:
    return [(one.subject, one.severity) for one in _of(code, facts)]


def _step(
    step: str,
    state: str | Blank = "works",
    visitors: int | Blank = UNKNOWN,
    completions: int | Blank = UNKNOWN,
    checked_on: date | Blank = AS_OF,
) -> FunnelStep:
    return a_row(
        FunnelStep,
        step=step,
        state=state,
        visitors=visitors,
        completions=completions,
        checked_on=checked_on,
    )


@pytest.mark.parametrize(
    ("code", "kind", "case", "rows", "expected"),
    [
        ("R-QDN-02", "hauling", "works", [_step("price")], []),
        ("R-QDN-02", "hauling", "missing", [_step("price", "missing")], [("price", HIGH)]),
        ("R-QDN-02", "hauling", "broken", [_step("price", "broken")], [("price", HIGH)]),
        ("R-QDN-02", "hauling", "told by hand", [_step("price", "manual")], []),
        ("R-QDN-02", "hauling", "not known", [_step("price", UNKNOWN)], []),
        ("R-QDN-03", "charter", "works", [_step("availability")], []),
        ("R-QDN-03", "charter", "missing", [_step("availability", "missing")], [("availability", HIGH)]),
        ("R-QDN-03", "hauling", "missing", [_step("availability", "missing")], [("availability", HIGH)]),
        ("R-QDN-03", "concert", "a concert has its day", [_step("availability", "missing")], []),
        ("R-QDN-03", "charter", "told by hand", [_step("availability", "manual")], []),
        ("R-QDN-03", "charter", "not known", [_step("availability", UNKNOWN)], []),
        ("R-QDN-04", "charter", "one went on", [_step("cart", visitors=100, completions=1)], []),
        ("R-QDN-04", "charter", "nobody", [_step("cart", visitors=100, completions=0)], [("cart", CRITICAL)]),
        ("R-QDN-04", "charter", "too few", [_step("cart", visitors=99, completions=0)], []),
        ("R-QDN-04", "charter", "missing", [_step("cart", "missing", visitors=100, completions=0)], []),
        ("R-QDN-04", "charter", "not known", [_step("cart", visitors=100)], []),
        ("R-QDN-05", "charter", "a fifth goes on", [_step("cart", visitors=100, completions=20)], []),
        ("R-QDN-05", "charter", "fewer", [_step("cart", visitors=100, completions=19)], [("cart", HIGH)]),
        ("R-QDN-05", "charter", "too few", [_step("cart", visitors=99, completions=1)], []),
        ("R-QDN-05", "charter", "nobody: R-QDN-04", [_step("cart", visitors=100, completions=0)], []),
        (
            "R-QDN-05",
            "charter",
            "nobody passes what is missing",
            [_step("cart", "missing", visitors=100, completions=0)],
            [("cart", HIGH)],
        ),
        ("R-QDN-05", "charter", "not known", [_step("cart", visitors=1000)], []),
        ("R-QDN-07", "charter", "on the day", [_step("cart", checked_on=days_before(30))], []),
        ("R-QDN-07", "charter", "later", [_step("cart", checked_on=days_before(31))], [("funnel", MEDIUM)]),
        ("R-QDN-07", "charter", "not known", [_step("cart", checked_on=UNKNOWN)], []),
        ("R-QDN-08", "charter", "works", [_step("confirmation"), _step("receipt")], []),
        ("R-QDN-08", "charter", "by hand", [_step("receipt", "manual")], []),
        (
            "R-QDN-08",
            "charter",
            "both missing",
            [_step("confirmation", "missing"), _step("receipt", "missing")],
            [("confirmation", MEDIUM), ("receipt", MEDIUM)],
        ),
        ("R-QDN-08", "charter", "not known", [_step("receipt", UNKNOWN)], []),
        ("R-QDN-09", "charter", "works", [_step("waiver")], []),
        ("R-QDN-09", "charter", "by hand", [_step("waiver", "manual")], [("waiver", MEDIUM)]),
        ("R-QDN-09", "concert", "missing", [_step("waiver", "missing")], [("waiver", MEDIUM)]),
        ("R-QDN-09", "hauling", "nobody goes on board", [_step("waiver", "missing")], []),
        ("R-QDN-09", "charter", "not known", [_step("waiver", UNKNOWN)], []),
    ],
)
def test_rule(code: str, kind: str, case: str, rows: list[Row], expected: Subjects) -> None:
    entity = an_entity(kind=kind)  # type: ignore[arg-type]  # one of the kinds
    assert _subjects(code, facts_of(*rows, entity=entity)) == expected, case


@pytest.mark.parametrize("code", [f"R-QDN-0{number}" for number in (1, 2, 3, 4, 5, 7, 8, 9)])
def test_a_paused_business_sells_nothing(code: str) -> None:
    rows = [
        _step(name, "missing", 100, 0, days_before(90))
        for name in ("price", "availability", "payment", "receipt", "waiver")
    ]
    stuck = _step("cart", "works", 100, 0)
    assert _of(code, facts_of(*rows, stuck))
    assert _of(code, facts_of(*rows, stuck, entity=an_entity(status="paused"))) == []


def _with_ads(*rows: Row, on: date = AS_OF, amount: str = "30.00") -> Facts:
    text = f"""2026-01-01 open Assets:JADA:Bank:Checking
2026-01-01 open Expenses:JADA:Fixed:Ads
{on} * "Search engine" "Ads"
  Expenses:JADA:Fixed:Ads       {amount} USD
  Assets:JADA:Bank:Checking
"""
    ledger, problems = parse_ledger({"ledger/main.beancount": text.encode()})
    assert problems == ()
    return Facts([a_handoff(an_entity(), *rows)], AS_OF, ledger=ledger)


SHUT = _step("payment", "missing")
STUCK = _step("cart", visitors=100, completions=0)


@pytest.mark.parametrize(
    ("case", "facts", "expected"),
    [
        ("people can pay", _with_ads(_step("payment")), []),
        ("nobody can pay", _with_ads(SHUT), [("ads", HIGH)]),
        ("nobody gets past the cart", _with_ads(STUCK), [("ads", HIGH)]),
        ("on the thirtieth day", _with_ads(SHUT, on=days_before(29)), [("ads", HIGH)]),
        ("before that", _with_ads(SHUT, on=days_before(30)), []),
        ("money came back", _with_ads(SHUT, amount="-30.00"), []),
        ("no books", facts_of(SHUT), []),
    ],
)
def test_ads_for_a_shop_that_is_shut(case: str, facts: Facts, expected: Subjects) -> None:
    assert _subjects("R-QDN-06", facts) == expected, case


def test_ads_name_their_amount_and_entry() -> None:
    (found,) = _of("R-QDN-06", _with_ads(SHUT))
    assert found.message == "Jada spent $30 on ads in the last 30 days, and nobody can order online."
    assert found.at_stake == usd(30)
    assert [(one.path, one.line) for one in found.evidence] == [("ledger/main.beancount", 3)]


def test_ads_are_no_matter_where_the_shut_shop_is_accepted() -> None:
    accepted = Accepted("R-QDN-01", "jada", "checkout", AS_OF, "we sell by phone", "sam")
    assert _of("R-QDN-06", _with_ads(SHUT), (accepted,)) == []


@pytest.mark.parametrize(
    ("code", "row", "message"),
    [
        (
            "R-QDN-04",
            _step("cart", visitors=1200, completions=0),
            "Of 1,200 people who reached cart at Jada in 30 days, nobody went on.",
        ),
        (
            "R-QDN-05",
            _step("cart", visitors=1120, completions=190),
            "83.0% of the 1,120 people who reached cart at Jada in 30 days turned back.",
        ),
        (
            "R-QDN-07",
            _step("cart", checked_on=days_before(43)),
            "Nobody walked 1 of 1 steps to an order at Jada in the last 30 days; cart was last tried 43 days ago.",
        ),
    ],
)
def test_message(code: str, row: Row, message: str) -> None:
    assert [one.message for one in _of(code, facts_of(row))] == [message]
