"""Rules of winning customers: good, bad, at the edge and not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.sales import Booking, Lead
from quarterdeck.model.values import UNKNOWN, MoneyRange, Ratio
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    NOT_TRACKED,
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    days_before,
    facts_of,
    share,
    usd,
)

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import Entity
    from quarterdeck.model.figure import Value
    from quarterdeck.model.finding import Finding

Told = list[tuple[str, str]]

OPEN = "2025-01-01 open Expenses:JADA:Fixed:Ads USD\n2025-01-01 open Assets:JADA:Bank:Checking USD\n"
"""The two accounts of an ad."""


def _ad(amount: int, days: int, channel: str = "") -> str:
    """A payment for ads so many days ago."""
    key = f'  channel: "{channel}"\n' if channel else ""
    return (
        f'{days_before(days)} * "Ads"\n{key}'
        f"  Expenses:JADA:Fixed:Ads  {amount} USD\n  Assets:JADA:Bank:Checking\n"
    )


def _facts(rows: list[Row], *ads: str, owner: Entity | None = None) -> Facts:
    ledger, problems = parse_ledger({"ledger/main.beancount": (OPEN + "\n".join(ads)).encode()})
    assert problems == ()
    return Facts([a_handoff(owner, *rows, tables=["bookings"])], AS_OF, ledger=ledger)


def _of(code: str, facts: Facts, *figures: Figure) -> list[Finding]:
    known = Known(facts, figures or all_figures(facts, currency="USD"))
    return [one for one in findings(known) if one.rule == code]


def _told(found: list[Finding]) -> Told:
    return [(one.subject, one.severity.value) for one in found]


def _order(customer: object = "G-1", days: int = 10, **columns: object) -> Booking:
    known = a_booking(f"b-{customer}-{days}", customer=customer, booked_on=days_before(days))
    return msgspec.structs.replace(known, **columns)


ADS = [("ads", "high")]


@pytest.mark.parametrize(
    ("case", "rows", "ads", "expected"),
    [
        ("nothing spent", [], [], []),
        ("nobody came", [], [_ad(100, 5)], ADS),
        ("one came", [_order()], [_ad(100, 5)], []),
        ("who had come before", [_order(), _order(days=90)], [_ad(100, 5)], ADS),
        ("on the first day", [_order(days=59)], [_ad(100, 5)], []),
        ("the day before it", [_order(days=60)], [_ad(100, 5)], ADS),
        ("spent on the first day", [], [_ad(100, 59)], ADS),
        ("spent before it", [], [_ad(100, 60)], []),
        ("a quote is no customer", [_order(status="quote")], [_ad(100, 5)], ADS),
        ("paid back", [], [_ad(100, 5), _ad(-100, 4)], []),
        ("customer not known", [_order(customer=UNKNOWN)], [_ad(100, 5)], []),
        ("status not known", [_order(status=UNKNOWN)], [_ad(100, 5)], []),
        ("came another way", [_order(channel="phone")], [_ad(100, 5, "viator")], [("viator", "high")]),
        ("came this way", [_order(channel="Viator")], [_ad(100, 5, "viator")], []),
        ("way not known", [_order(channel=UNKNOWN)], [_ad(100, 5, "viator")], []),
    ],
)
def test_spend_without_customers(case: str, rows: list[Row], ads: list[str], expected: Told) -> None:
    assert _told(_of("R-CMO-16", _facts(rows, *ads))) == expected, case


def test_spend_of_a_business_that_writes_no_bookings_or_is_paused() -> None:
    ledger, _ = parse_ledger({"ledger/main.beancount": (OPEN + _ad(100, 5)).encode()})
    assert _of("R-CMO-16", Facts([a_handoff()], AS_OF, ledger=ledger)) == []
    assert _of("R-CMO-16", _facts([], _ad(100, 5), owner=an_entity(status="paused"))) == []


def test_spend_without_customers_says_what_it_costs_a_month() -> None:
    (found,) = _of("R-CMO-16", _facts([], _ad(300, 5), _ad(100, 40)))
    assert found.message == "Jada spent $400 on ads in the last 60 days, and it brought no new customer."
    assert found.at_stake == usd(200)


# ── what a customer costs and brings ─────────────────────────────────────────────────────────────────────────


def _customers(count: int, **columns: object) -> list[Row]:
    """So many customers with one order of 100 dollars each, 100 days ago."""
    return [_order(f"G-{at}", 100, gross=usd(100), **columns) for at in range(count)]


def _margin(value: Value) -> Figure:
    return Figure("contribution_ratio", "jada", "Contribution ratio", value, "ratio")


MARGIN = _margin(Ratio(Decimal("0.6")))
"""A customer of 100 dollars brings 60."""


@pytest.mark.parametrize(
    ("case", "rows", "spent", "margin", "expected"),
    [
        ("three times", _customers(10), 200, MARGIN, []),
        ("less than three times", _customers(10), 201, MARGIN, [("customers", "medium")]),
        ("once", _customers(10), 600, MARGIN, [("customers", "medium")]),
        ("less than once", _customers(10), 601, MARGIN, [("customers", "high")]),
        ("nine customers", _customers(9), 1000, MARGIN, []),
        ("they come again", [*_customers(10), *_customers(10)], 400, MARGIN, []),
        ("margin not known", _customers(10), 1000, _margin(Missing()), []),
        ("one customer not known", [*_customers(10), _order(UNKNOWN)], 1000, MARGIN, []),
        ("one price not known", [*_customers(10), _order("G-0", gross=UNKNOWN)], 1000, MARGIN, []),
        ("one status not known", [*_customers(10), _order("G-0", status=UNKNOWN)], 1000, MARGIN, []),
        ("no bookings", [], 1000, MARGIN, []),
    ],
)
def test_cost_of_customers(case: str, rows: list[Row], spent: int, margin: Figure, expected: Told) -> None:
    assert _told(_of("R-CMO-17", _facts(rows, _ad(spent, 100)), margin)) == expected, case


def test_customers_cost_nothing_without_books() -> None:
    assert _of("R-CMO-17", facts_of(*_customers(10)), MARGIN) == []


def test_cost_of_customers_is_said_with_its_numbers() -> None:
    (found,) = _of("R-CMO-17", _facts(_customers(10), _ad(1000, 100)), MARGIN)
    assert found.message == (
        "A new customer of Jada costs $100 in ads and brings $60: 0.6 times as much, and three times is the aim."
    )


# ── how they found us ────────────────────────────────────────────────────────────────────────────────────────


def _unknown(lost: int, of: int) -> list[Row]:
    return [_order(f"G-{at}", channel=UNKNOWN if at < lost else "phone") for at in range(of)]


FROM_NOWHERE = [("channel", "medium")]


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("all known", _unknown(0, 10), []),
        ("just under", _unknown(2, 7), []),
        ("three of ten", _unknown(3, 10), FROM_NOWHERE),
        ("not tracked", [_order(channel=NOT_TRACKED)], FROM_NOWHERE),
        ("89 days ago", [_order(days=89, channel=UNKNOWN)], FROM_NOWHERE),
        ("90 days ago", [_order(days=90, channel=UNKNOWN)], []),
        ("came again", [_order(channel=UNKNOWN), _order(days=200)], []),
        ("customer not known", [_order(UNKNOWN, channel=UNKNOWN)], []),
        ("no bookings", [], []),
    ],
)
def test_customers_from_nowhere(case: str, rows: list[Row], expected: Told) -> None:
    assert _told(_of("R-CMO-20", facts_of(*rows))) == expected, case


# ── leads ────────────────────────────────────────────────────────────────────────────────────────────────────


def _lead(amount: object = None, days: int = 30, **columns: object) -> Lead:
    known = a_row(Lead, lead="gala", stage="proposal", last_touch=days_before(days))
    return msgspec.structs.replace(known, value=usd(1000) if amount is None else amount, **columns)


GALA = [("gala", "medium")]


@pytest.mark.parametrize(
    ("case", "lead", "expected"),
    [
        ("30 days", _lead(), GALA),
        ("29 days", _lead(days=29), []),
        ("worth a little less", _lead(usd("999.99")), []),
        ("a range by its middle", _lead(MoneyRange(usd(500), usd(1500))), GALA),
        ("a range below", _lead(MoneyRange(usd(500), usd(1499))), []),
        ("won", _lead(stage="won"), []),
        ("stage not known", _lead(stage=UNKNOWN), GALA),
        ("value not known", _lead(UNKNOWN), []),
        ("day not known", _lead(last_touch=UNKNOWN), []),
    ],
)
def test_lead_that_nobody_calls(case: str, lead: Lead, expected: Told) -> None:
    assert _told(_of("R-CMO-21", facts_of(lead))) == expected, case


def test_a_lead_weighs_its_value_by_its_chance() -> None:
    (stated,) = _of("R-CMO-21", facts_of(_lead(usd(12_000), probability=share("0.5"))))
    (usual,) = _of("R-CMO-21", facts_of(_lead(usd(12_000))))
    assert (stated.at_stake, usual.at_stake) == (usd("500.00"), usd("350.00"))
    message = stated.message.replace("\N{NO-BREAK SPACE}", " ")
    assert message == "Nobody has touched gala, a lead of Jada ($12,000), for 30 days."
