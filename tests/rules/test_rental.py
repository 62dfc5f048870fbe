"""Rules of a rented house and its tenants: good, bad, at the edge, and not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.assumed import DEFAULTS
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Lease, Property
from quarterdeck.model.values import UNKNOWN, MonthToMonth, Ratio
from quarterdeck.parse.ledger import parse_ledger
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    a_handoff,
    a_row,
    a_source,
    an_entity,
    day,
    days_before,
    not_applicable,
    usd,
)

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import Entity
    from quarterdeck.model.figure import Value
    from quarterdeck.model.finding import Finding

HOUSE = "house"
Told = list[tuple[str, str]]


def a_house(**fields: object) -> Entity:
    return an_entity(HOUSE, "rental", ledger="H", **fields)


def a_lease(**columns: object) -> Lease:
    let = {"unit": "b", "status": "occupied", "rent": usd(1000)}
    return msgspec.structs.replace(a_row(Lease, HOUSE), **let | columns)


def a_property(**columns: object) -> Property:
    known = {
        "address": "12 Elm St",
        "value": usd(500000),
        "value_date": days_before(365),
        "value_basis": "market",
        "building_basis": usd(300000),
        "in_service_date": day("2019-07-15"),
        "policy_kind": "landlord",
    }
    return msgspec.structs.replace(a_row(Property, HOUSE), **known | columns)


def a_figure(code: str, value: Value) -> Figure:
    return Figure(id=code, entity=HOUSE, label=code, value=value, unit="count", sources=(a_source(HOUSE),))


def _found(code: str, known: Known) -> list[Finding]:
    return [one for one in findings(known) if one.rule == code]


def _told(code: str, known: Known) -> Told:
    return [(one.subject, one.severity.value) for one in _found(code, known)]


def facts_of(*rows: Row, books: str = "", entity: Entity | None = None) -> Facts:
    ledger, problems = parse_ledger({"ledger/main.beancount": books.encode()})
    assert problems == ()
    return Facts([a_handoff(entity or a_house(), *rows)], AS_OF, ledger=ledger)


def _paid(days_late: int, **columns: object) -> Lease:
    """Paid up to the day before the rent that is so many days late."""
    return a_lease(paid_through=days_before(days_late + 1), due_day=1, **columns)


def _ends(days: int, **columns: object) -> Lease:
    return a_lease(lease_end=days_before(-days), **columns)


def _left(days: int, **columns: object) -> Lease:
    gone = {"status": "vacant", "moved_out": days_before(days), "deposit_held": usd(900)}
    return a_lease(**gone | columns)


ROWS: list[tuple[str, str, list[Row], Told]] = [
    ("R-RNT-01", "five days late", [_paid(5)], []),
    ("R-RNT-01", "six days late", [_paid(6)], [("b", "medium")]),
    ("R-RNT-01", "thirty days late", [_paid(30)], [("b", "medium")]),
    ("R-RNT-01", "31 days late", [_paid(31)], [("b", "high")]),
    ("R-RNT-01", "somebody who gave notice pays", [_paid(6, status="notice")], [("b", "medium")]),
    ("R-RNT-01", "empty", [_paid(40, status="vacant")], []),
    ("R-RNT-01", "nobody wrote until when", [a_lease(paid_through=UNKNOWN)], []),
    ("R-RNT-03", "61 days", [_ends(61)], []),
    ("R-RNT-03", "60 days", [_ends(60)], [("b", "medium")]),
    ("R-RNT-03", "31 days", [_ends(31)], [("b", "medium")]),
    ("R-RNT-03", "30 days", [_ends(30)], [("b", "high")]),
    ("R-RNT-03", "has ended", [_ends(-2)], [("b", "high")]),
    ("R-RNT-03", "offered is not signed", [_ends(40, renewal="offered")], [("b", "medium")]),
    ("R-RNT-03", "signed", [_ends(9, renewal="signed")], []),
    ("R-RNT-03", "declined", [_ends(9, renewal="declined")], []),
    ("R-RNT-03", "notice came", [_ends(9, notice_received=days_before(3))], []),
    ("R-RNT-03", "status notice", [_ends(9, status="notice")], []),
    ("R-RNT-03", "month to month", [a_lease(lease_end=MonthToMonth())], []),
    ("R-RNT-03", "not known", [a_lease(lease_end=UNKNOWN)], []),
    ("R-RNT-04", "one month", [a_lease(deposit_held=usd(1000))], []),
    ("R-RNT-04", "a dollar more", [a_lease(deposit_held=usd(1001))], [("b", "high")]),
    (
        "R-RNT-04",
        "given back",
        [a_lease(deposit_held=usd(2000), deposit_returned_on=days_before(3))],
        [],
    ),
    ("R-RNT-04", "not known", [a_lease(deposit_held=UNKNOWN)], []),
    ("R-RNT-04", "rent not known", [a_lease(deposit_held=usd(2000), rent=UNKNOWN)], []),
    ("R-RNT-05", "14 days", [_left(14)], []),
    ("R-RNT-05", "15 days", [_left(15)], [("b", "high")]),
    ("R-RNT-05", "settled", [_left(15, deposit_returned_on=days_before(2))], []),
    ("R-RNT-05", "nothing was held", [_left(15, deposit_held=usd(0))], []),
    ("R-RNT-05", "not known what was held", [_left(15, deposit_held=UNKNOWN)], []),
    ("R-RNT-05", "not known when", [_left(15, moved_out=UNKNOWN)], []),
    ("R-RNT-06", "30 days", [_left(30)], []),
    ("R-RNT-06", "31 days", [_left(31)], [("b", "medium")]),
    ("R-RNT-06", "let anew", [_left(60), a_lease()], []),
    ("R-RNT-06", "not known since when", [_left(31, moved_out=UNKNOWN)], []),
    ("R-RNT-09", "365 days", [a_property()], []),
    ("R-RNT-09", "366 days", [a_property(value_date=days_before(366))], [("12 Elm St", "low")]),
    ("R-RNT-09", "no basis", [a_property(value_basis=UNKNOWN)], [("12 Elm St", "low")]),
    ("R-RNT-09", "no value", [a_property(value=UNKNOWN, value_basis=UNKNOWN)], []),
    ("R-RNT-10", "both", [a_property()], []),
    ("R-RNT-10", "no basis", [a_property(building_basis=UNKNOWN)], [("12 Elm St", "medium")]),
    ("R-RNT-10", "no first day", [a_property(in_service_date=UNKNOWN)], [("12 Elm St", "medium")]),
    ("R-RNT-10", "rents a room of a flat", [a_property(building_basis=not_applicable("sublet"))], []),
    ("R-RNT-10", "no table", [], []),
    ("R-RNT-11", "landlord", [a_property()], []),
    ("R-RNT-11", "none", [a_property(policy_kind="none")], [("12 Elm St", "critical")]),
    ("R-RNT-11", "owner", [a_property(policy_kind="owner-occupier")], [("12 Elm St", "critical")]),
    ("R-RNT-11", "unsure", [a_property(policy_kind="unsure")], []),
    ("R-RNT-11", "not known", [a_property(policy_kind=UNKNOWN)], []),
]


@pytest.mark.parametrize(("code", "case", "rows", "expected"), ROWS)
def test_rule_of_rows(code: str, case: str, rows: list[Row], expected: Told) -> None:
    assert _told(code, Known(facts_of(*rows))) == expected, case


FIGURES: list[tuple[str, str, str, Value, Told]] = [
    ("R-RNT-02", "dscr", "carries", Decimal("1.25"), []),
    ("R-RNT-02", "dscr", "just under", Decimal("1.2499"), [("dscr", "medium")]),
    ("R-RNT-02", "dscr", "one", Decimal(1), [("dscr", "medium")]),
    ("R-RNT-02", "dscr", "under one", Decimal("0.99"), [("dscr", "critical")]),
    ("R-RNT-02", "dscr", "no debt", Missing("not_applicable"), []),
    ("R-RNT-02", "dscr", "not known", Missing(), []),
    ("R-RNT-08", "reserve_months", "three", Decimal(3), []),
    ("R-RNT-08", "reserve_months", "under three", Decimal("2.9"), [("reserve", "medium")]),
    ("R-RNT-08", "reserve_months", "one", Decimal(1), [("reserve", "medium")]),
    ("R-RNT-08", "reserve_months", "under one", Decimal("0.9"), [("reserve", "high")]),
    ("R-RNT-08", "reserve_months", "not known", Missing(), []),
    ("R-RNT-12", "break_even_occupancy", "at 95%", Ratio(Decimal("0.95")), []),
    ("R-RNT-12", "break_even_occupancy", "above", Ratio(Decimal("0.951")), [("break-even", "medium")]),
    ("R-RNT-12", "break_even_occupancy", "not known", Missing(), []),
]


@pytest.mark.parametrize(("code", "figure", "case", "value", "expected"), FIGURES)
def test_rule_of_a_figure(code: str, figure: str, case: str, value: Value, expected: Told) -> None:
    known = Known(facts_of(), [a_figure(figure, value)])
    assert _told(code, known) == expected, case


@pytest.mark.parametrize(
    ("case", "status", "planned", "ceiling", "expected"),
    [
        ("at the ceiling", "covered", usd(1079), Ratio(Decimal("0.079")), []),
        ("above it", "covered", usd(1080), Ratio(Decimal("0.079")), [("b", "high")]),
        ("no figure", "covered", usd(2000), Missing(), []),
        ("exempt", "exempt", usd(2000), Missing("not_applicable"), []),
        ("unsure", "unsure", usd(1001), Missing(), [("rent cap", "high")]),
        ("unsure, nothing planned", "unsure", UNKNOWN, Missing(), []),
        ("unsure, the same rent", "unsure", usd(1000), Missing(), []),
        ("status not known", UNKNOWN, usd(2000), Missing(), []),
    ],
)
def test_rent_cap(case: str, status: object, planned: object, ceiling: Value, expected: Told) -> None:
    facts = facts_of(a_lease(planned_rent=planned), a_property(rent_cap_status=status))
    assert _told("R-RNT-07", Known(facts, [a_figure("rent_ceiling", ceiling)])) == expected, case


OPEN = """2026-01-01 open Assets:H:Bank:Deposits
2026-01-01 open Liabilities:H:SecurityDeposits
2026-01-01 open Income:H:Rent
"""
BOOKED = """2026-02-01 * "T" "{what}"
  Assets:H:Bank:Deposits   900.00 USD
  {account}
"""


@pytest.mark.parametrize(
    ("case", "account", "expected"),
    [
        ("posted", "Liabilities:H:SecurityDeposits", []),
        ("taken for income", "Income:H:Rent", [("deposits", "high")]),
    ],
)
def test_a_deposit_is_owed_in_the_books(case: str, account: str, expected: Told) -> None:
    facts = facts_of(a_lease(deposit_held=usd(900)), books=OPEN + BOOKED.format(what=case, account=account))
    assert _told("R-RNT-04", Known(facts, [a_figure("deposits_tenants", usd(900))])) == expected, case
    assert _told("R-RNT-04", Known(facts, [a_figure("deposits_tenants", Missing())])) == [], case


def test_the_limit_of_deposits_can_be_set() -> None:
    facts = facts_of(a_lease(deposit_held=usd(2000)))
    wide = msgspec.structs.replace(DEFAULTS, deposit_limit_months=Decimal(2))
    assert _told("R-RNT-04", Known(Facts(facts.handoffs, AS_OF, assumed=wide))) == []


def test_a_house_that_is_given_up_has_no_empty_unit() -> None:
    known = Known(facts_of(_left(60), entity=a_house(status="winding-down")), [a_figure("dscr", Decimal(0))])
    assert _told("R-RNT-06", known) == _told("R-RNT-02", known) == []
    assert _told("R-RNT-05", known) == [("b", "high")]


@pytest.mark.parametrize(
    ("code", "rows", "message", "at_stake"),
    [
        ("R-RNT-01", [_paid(6)], "The rent of b is 6 days late; $1,000 a month is due there.", usd(1000)),
        ("R-RNT-03", [_ends(0)], "The lease of b ends today, and no renewal is written down.", usd(1000)),
        (
            "R-RNT-04",
            [a_lease(deposit_held=usd(1500))],
            "$1,500 is held as deposit for b; the limit, 1 month of rent, is $1,000.",
            None,
        ),
        (
            "R-RNT-05",
            [_left(16)],
            "The tenant of b left 16 days ago, and the deposit of $900 is not settled; 5 of 21 days are left.",
            None,
        ),
        (
            "R-RNT-10",
            [a_property(building_basis=UNKNOWN, in_service_date=UNKNOWN)],
            "12 Elm St: the basis of the building and the first day in service are not written.",
            None,
        ),
    ],
)
def test_message(code: str, rows: list[Row], message: str, at_stake: object) -> None:
    (one,) = _found(code, Known(facts_of(*rows)))
    assert one.message.replace("\u00a0", " ") == message
    assert one.at_stake == at_stake
    assert one.evidence
