"""Data rules over a handoff as somebody writes it: what is missing, points nowhere, or cannot be."""

from __future__ import annotations

import pytest

from quarterdeck.model.facts import Facts
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.severity import Severity
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.references import within
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import AS_OF

HEAD = """---
entity: jada
name: JADA
kind: charter
status: {status}
updated: 2026-11-20
billing_model: per-booking
---

"""


def _table(heading: str, *rows: str) -> str:
    """A section with its table; the first row is the head."""
    line = "|".join("---" for _ in rows[0].split("|"))
    return "\n".join((f"## {heading}", *(f"| {row} |" for row in (rows[0], line, *rows[1:])), "", ""))


def _found(code: str, body: str, status: str = "active") -> list[tuple[str, Severity]]:
    handoff = parse_handoff(f"{HEAD.format(status=status)}{body}".encode(), "handoffs/jada.md")
    assert isinstance(handoff, Handoff)
    facts = Facts([handoff], AS_OF, within(handoff))
    return [(one.subject, one.severity) for one in findings(Known(facts)) if one.rule == code]


HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW

PERMITS = _table("Compliance", "Item | Type | Expires", "Hauler registration | licence | ?")
YELP = _table("Channels", "Channel | State | Last checked", "yelp | ? | 2026-11-20")
READY = _table("Readiness", "Channel | Item | State", "yelp | photos | ?")


@pytest.mark.parametrize(
    ("case", "body", "expected"),
    [
        ("the CEO's page requires it", PERMITS, ("compliance/Hauler registration/expires", HIGH)),
        ("the CMO's page requires it", YELP, ("channels/yelp/state", MEDIUM)),
        ("no page requires it", READY, ("readiness/yelp photos/state", LOW)),
        ("a table that the CFO's page requires", "", ("offers", HIGH)),
        ("a table that no page requires", "", ("policies", LOW)),
    ],
)
def test_what_is_missing_weighs_what_the_pages_ask(
    case: str, body: str, expected: tuple[str, Severity]
) -> None:
    assert expected in _found("R-DAT-01", body), case


def test_nothing_is_asked_of_a_business_that_rests() -> None:
    assert _found("R-DAT-01", PERMITS, status="paused") == []


def _house(value: str, on: str) -> str:
    head = "Address | Value | Value date | Value basis | Building basis | In service date"
    return _table("Property", head, f"1 Main St | {value} | {on} |  | $5 | 2020-01-01")


def _client(model: str, used: str) -> str:
    return _table("Clients", "Client | Billing model | Hours used", f"acme | {model} | {used}")


@pytest.mark.parametrize(
    ("case", "field", "body", "rule"),
    [
        ("insurance", "insured_until", _table("Assets", "Asset | Type", "Van | vehicle"), "R-CEO-02"),
        ("tax", "tax_treatment", _table("Offers", "Offer | Price | Unit", "Sail | $9 | sailing"), "R-ACC-18"),
        ("basis of a value", "property_value", _house("$9", "2026-11-01"), "R-RNT-09"),
        ("terms", "clients/acme/billing_model", _client("?", "5"), "R-CLI-01"),
    ],
)
def test_what_has_a_rule_of_its_own_is_told_once(case: str, field: str, body: str, rule: str) -> None:
    assert field not in [subject for subject, _ in _found("R-DAT-01", body)], case
    assert len(_found(rule, body)) == 1, case


@pytest.mark.parametrize(
    ("case", "field", "body"),
    [
        ("a value without its day", "property_value", _house("$9", "?")),
        ("a client for whom nobody worked", "clients/acme/billing_model", _client("?", "0")),
    ],
)
def test_what_the_other_rule_does_not_say_is_told_here(case: str, field: str, body: str) -> None:
    assert field in [subject for subject, _ in _found("R-DAT-01", body)], case


def test_a_day_that_no_other_rule_asks_for_is_told_here() -> None:
    head = "Offer | Price | Unit | Tax treatment | Tax confirmed by"
    offers = _table("Offers", head, "Sail | $9 | sailing | exempt | Ms Ledger")
    assert ("tax_treatment", HIGH) in _found("R-DAT-01", offers)
    assert _found("R-ACC-18", offers) == []


CHANNELS = _table("Channels", "Channel | State | Last checked", "phone | active | 2026-11-20")
OFFERS = _table("Offers", "Offer | Price | Unit", "Sunset sail | $100 | sailing")
INVOICES = _table(
    "Invoices", "Id | Ref | Issued | Due | Amount", "I-1 | b-1 | 2026-11-01 | 2026-11-15 | $100"
)
CLIENTS = _table("Clients", "Client | Billing model", "acme | hourly")


def _policy(asset: str, expires: str) -> str:
    return _table(
        "Compliance", "Item | Type | Applies to | Expires", f"Policy | insurance | {asset} | {expires}"
    )


def _client_billed(last: str) -> str:
    clients = _table("Clients", "Client | Billing model | Last invoice", f"acme | hourly | {last}")
    head = "Id | Ref | Issued | Due | Amount | Status"
    return clients + _table(
        "Invoices",
        head,
        "I-1 | acme | 2026-11-01 | 2026-11-15 | $9 | sent",
        "I-2 | acme | 2026-11-09 | 2026-11-15 | $9 | draft",
    )


def _kpi(name: str, value: str) -> str:
    return _table("KPIs", "KPI | Period | Value", f"{name} | 2026-10 | {value}")


def _booking(**cells: str) -> str:
    known = {"Id": "b-1", "Date": "2026-10-01", "Gross": "$100", "Channel": "phone", "Status": "completed"}
    return _table("Bookings", " | ".join(known | cells), " | ".join((known | cells).values()))


@pytest.mark.parametrize(
    ("case", "body", "expected"),
    [
        ("channel of a booking", CHANNELS + _booking(Channel="fone"), ["bookings/fone/channel"]),
        ("a channel that is there", CHANNELS + _booking(), []),
        ("no channels are written", _booking(Channel="fone"), []),
        ("offer of a booking", OFFERS + _booking(Offer="Sunrise sail"), ["bookings/Sunrise sail/offer"]),
        ("an offer spelt otherwise", OFFERS + _booking(Offer="sunset-sail"), []),
        ("a booking that was moved", _booking(**{"Reschedule of": "b-9"}), ["bookings/b-9/reschedule of"]),
        (
            "invoice of a payment, of which R-DLV-08 tells",
            INVOICES + _table("Payments", "Id | Date | Amount | Invoice", "p-1 | 2026-11-09 | $100 | I-2"),
            [],
        ),
        (
            "client of hours",
            CLIENTS + _table("Time log", "Client | Month | Hours", "acne | 2026-10 | 3"),
            ["time_log/acne/client"],
        ),
        (
            "channel of a lead",
            CHANNELS + _table("Pipeline", "Lead | Value | Stage | Channel", "acme | $100 | lead | ?"),
            [],
        ),
    ],
)
def test_what_points_nowhere(case: str, body: str, expected: list[str]) -> None:
    assert _found("R-DAT-05", body) == [(one, MEDIUM) for one in expected], case


def test_a_payment_for_an_invoice_that_is_nowhere_is_told_once() -> None:
    body = INVOICES + _table("Payments", "Id | Date | Amount | Invoice", "p-1 | 2026-11-09 | $100 | I-2")
    assert _found("R-DLV-08", body) == [("payment/p-1", MEDIUM)]


@pytest.mark.parametrize(
    ("case", "body", "expected"),
    [
        (
            "more went on than came",
            _table(
                "Funnel",
                "Step | State | Visitors | Completions | Checked",
                "cart | works | 9 | 10 | 2026-11-20",
            ),
            ["funnel/cart/completions"],
        ),
        (
            "all went on",
            _table(
                "Funnel",
                "Step | State | Visitors | Completions | Checked",
                "cart | works | 9 | 9 | 2026-11-20",
            ),
            [],
        ),
        (
            "more bounced than were sent",
            _table("Campaigns", "Id | Status | Sent | Hard bounces", "may | sent | 100 | 101"),
            ["campaigns/may/hard_bounces"],
        ),
        ("more let than there is", _kpi("occupancy", "101%"), ["kpis/occupancy 2026-10/value"]),
        ("all is let", _kpi("occupancy", "100%"), []),
        ("a share that may be more", _kpi("expense_recovery", "101%"), []),
        ("nobody knows", _kpi("occupancy", "?"), []),
        (
            "nobody counted",
            _table("Campaigns", "Id | Status | Sent | Hard bounces", "may | sent | ? | 101"),
            [],
        ),
    ],
)
def test_what_cannot_be(case: str, body: str, expected: list[str]) -> None:
    assert _found("R-DAT-06", body) == [(one, MEDIUM) for one in expected], case


ASSETS = _table("Assets", "Asset | Type | Value | Insured until", "House | property | $900,000 | 2027-03-01")
FEES = "Client | Billing model | Fee | Fee period | MRR | Last invoice"


@pytest.mark.parametrize(
    ("case", "body", "expected"),
    [
        ("insured alike", ASSETS + _policy("house", "2027-03-01"), []),
        ("insured otherwise", ASSETS + _policy("house", "2027-02-01"), ["House/insured_until"]),
        ("a policy of something else", ASSETS + _policy("boat", "2027-02-01"), []),
        ("a policy without a day", ASSETS + _policy("house", "?"), []),
        ("worth as much", ASSETS + _table("Property", "Address | Value", "1 A St | $900,000"), []),
        ("worth less", ASSETS + _table("Property", "Address | Value", "1 A St | $890,000"), ["House/value"]),
        ("one fee", _table("Clients", FEES, "acme | retainer | $240 | quarterly | $80 | "), []),
        ("two fees", _table("Clients", FEES, "acme | retainer | $240 | quarterly | $90 | "), ["acme/fee"]),
        ("a fee that comes once", _table("Clients", FEES, "acme | project | $240 | one-time | $90 | "), []),
        ("billed on its day", _client_billed("2026-11-01"), []),
        ("billed since", _client_billed("2026-10-01"), ["acme/last_invoice"]),
        ("nobody knows", _client_billed("?"), []),
    ],
)
def test_what_stands_twice(case: str, body: str, expected: list[str]) -> None:
    assert _found("R-DAT-03", body) == [(one, MEDIUM) for one in expected], case
