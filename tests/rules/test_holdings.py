"""Rules of what is owned: guests on a vessel without a certificate, one holder of a key, and what stands idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.books import Cost
from quarterdeck.model.holdings import Access, Asset, Compliance
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import UNKNOWN, Blank, Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    AS_OF,
    a_row,
    an_entity,
    an_offer,
    days_before,
    facts_of,
    not_applicable,
    usd,
)

if TYPE_CHECKING:
    from datetime import date

    from quarterdeck.model.columns import Row
    from quarterdeck.model.facts import Facts
    from quarterdeck.model.finding import Finding

CRITICAL, MEDIUM, LOW = Severity.CRITICAL, Severity.MEDIUM, Severity.LOW

Subjects = list[tuple[str, Severity]]


def _of(code: str, facts: Facts) -> list[Finding]:
    return [one for one in findings(Known(facts)) if one.rule == code]


def _subjects(code: str, *rows: Row, kind: str = "charter") -> Subjects:
    facts = facts_of(*rows, entity=an_entity(kind=kind))  # type: ignore[arg-type]  # one of the kinds
    return [(one.subject, one.severity) for one in _of(code, facts)]


BOAT = a_row(Asset, asset="JADA", type="vessel")
CERTIFICATE = a_row(Compliance, item="Certificate of inspection", type="inspection", expires=UNKNOWN)
EXTINGUISHERS = a_row(Compliance, item="Fire extinguishers", type="inspection", expires=AS_OF)


@pytest.mark.parametrize(
    ("case", "kind", "rows", "expected"),
    [
        ("six", "charter", [BOAT, an_offer(asset="jada", max_guests=6)], []),
        ("seven", "charter", [BOAT, an_offer(asset="jada", max_guests=7)], [("Sunset sail", CRITICAL)]),
        ("on no named vessel", "concert", [an_offer(max_guests=7)], [("Sunset sail", CRITICAL)]),
        ("in a hall", "generic", [an_offer(max_guests=40)], []),
        ("ashore", "charter", [BOAT, an_offer(asset="the dock", max_guests=40)], []),
        ("with the certificate", "charter", [CERTIFICATE, an_offer(max_guests=40)], []),
        (
            "another inspection",
            "charter",
            [EXTINGUISHERS, an_offer(max_guests=7)],
            [("Sunset sail", CRITICAL)],
        ),
        ("not known", "charter", [an_offer(max_guests=UNKNOWN)], []),
    ],
)
def test_guests_without_certificate(case: str, kind: str, rows: list[Row], expected: Subjects) -> None:
    assert _subjects("R-CEO-06", *rows, kind=kind) == expected, case


def test_guests_are_counted_in_the_message() -> None:
    (found,) = _of("R-CEO-06", facts_of(an_offer(max_guests=10)))
    assert found.message == (
        "Sunset sail takes 10 guests, and no inspection certificate for more than 6 is written down."
    )


def _access(thing: str, of: str, *holders: str, **columns: object) -> Access:
    return a_row(Access, thing=thing, of=of, holders=holders or UNKNOWN, **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("two", [_access("bank", "checking", "sam", "pat")], []),
        ("one", [_access("bank", "checking", "sam")], [("bank/checking", MEDIUM)]),
        ("one each in two rows", [_access("cloud", "aws", "sam"), _access("cloud", "aws", "lee")], []),
        (
            "a domain and its registrar are one",
            [_access("domain", "jada.example", "sam"), _access("registrar", "jada.example", "sam")],
            [("domain/jada.example", MEDIUM)],
        ),
        ("keys of a vessel", [BOAT, _access("keys", "Jada", "sam")], [("keys/Jada", MEDIUM)]),
        ("keys of a van", [BOAT, _access("keys", "van", "sam")], []),
        ("a client's", [_access("client", "acme", "sam")], []),
        ("not known", [_access("bank", "checking")], []),
    ],
)
def test_one_holder(case: str, rows: list[Row], expected: Subjects) -> None:
    assert _subjects("R-CEO-10", *rows) == expected, case


@pytest.mark.parametrize(
    ("note", "message"),
    [
        (True, "Only Sam can get into the bank account “checking”."),
        (
            False,
            "Only Sam can get into the bank account “checking”, and no note helps who stands in for Sam.",
        ),
    ],
)
def test_one_holder_tells_of_the_note(note: bool, message: str) -> None:  # noqa: FBT001 - a case of the table
    (found,) = _of("R-CEO-10", facts_of(_access("bank", "checking", "sam", handover_note=note)))
    assert found.message == message


def _asset(
    last_used: date | Blank,
    value: Money | Blank = UNKNOWN,
    cost: Money | Blank = UNKNOWN,
    kind: str = "equipment",
) -> Asset:
    return a_row(Asset, asset="Lathe", type=kind, last_used=last_used, value=value, cost=cost)


RENT = a_row(Cost, item="Shed", amount=usd(80), cadence="monthly", needed_by="lathe")
ONCE = a_row(Cost, item="Blade", amount=usd(80), cadence="one-time", needed_by="lathe")


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("half a year", [_asset(days_before(180), usd(9000))], []),
        ("a day more", [_asset(days_before(181), usd(9000))], [("Lathe", LOW)]),
        ("worth 5,000", [_asset(days_before(181), usd(5000))], [("Lathe", LOW)]),
        ("worth less", [_asset(days_before(181), usd(4999))], []),
        ("worth less, but paid for", [_asset(days_before(181), usd(4999), usd(1))], [("Lathe", LOW)]),
        ("a running cost", [_asset(days_before(181)), RENT], [("Lathe", LOW)]),
        ("a single cost", [_asset(days_before(181)), ONCE], []),
        ("value not known", [_asset(days_before(181))], []),
        ("use not known", [_asset(UNKNOWN, usd(5000))], [("Lathe", LOW)]),
        ("use does not apply", [_asset(not_applicable("stands by"), usd(5000))], []),
        ("a domain serves unseen", [_asset(UNKNOWN, usd(5000), kind="domain")], []),
    ],
)
def test_idle_asset(case: str, rows: list[Row], expected: Subjects) -> None:
    assert _subjects("R-CEO-16", *rows) == expected, case


def test_idle_asset_tells_days_and_worth() -> None:
    (found,) = _of("R-CEO-16", facts_of(_asset(days_before(220), usd(14000))))
    assert found.message == "Lathe has not earned or served for 220 days; it is worth $14,000."
