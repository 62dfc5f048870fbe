"""Rules of clients: their terms and what they bring; good, bad, at the edge, and not known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.books import Kpi
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Access
from quarterdeck.model.services import Client, Invoice, TimeEntry
from quarterdeck.model.values import UNKNOWN, Blank
from quarterdeck.rules.known import Known
from quarterdeck.rules.run import findings
from tests.figures.builders import (
    a_row,
    a_source,
    an_entity,
    day,
    days_before,
    facts_of,
    month,
    share,
    usd,
)

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Value
    from quarterdeck.model.finding import Finding

DC = "dc"
Told = list[tuple[str, str]]


def a_client(**columns: object) -> Client:
    return msgspec.structs.replace(a_row(Client, DC, client="vet"), **columns)


def a_fee(**columns: object) -> Client:
    return a_client(**{"fee": usd(150), "fee_period": "monthly", "billing_model": "retainer"} | columns)


def worked(name: str, hours: str = "3", client: str = "vet") -> TimeEntry:
    return a_row(TimeEntry, DC, client=client, month=month(name), hours=Decimal(hours), cost_rate=usd(38))


def billed(days_ago: int, **columns: object) -> Invoice:
    known = {
        "id": "dc-1",
        "ref": "vet",
        "issued": days_before(days_ago),
        "amount": usd(150),
        "status": "sent",
    }
    return msgspec.structs.replace(a_row(Invoice, DC), **known | columns)


def held(name: str, note: object) -> Access:
    return msgspec.structs.replace(a_row(Access, DC, thing="client", of=name), handover_note=note)


def a_figure(code: str, value: Value) -> Figure:
    return Figure(id=code, entity=DC, label=code, value=value, unit="count", sources=(a_source(DC),))


def _found(code: str, rows: list[Row], figures: dict[str, Value], status: str = "active") -> list[Finding]:
    facts = facts_of(*rows, entity=an_entity(DC, "agency", status=status))
    known = Known(facts, [a_figure(name, value) for name, value in figures.items()])
    return [one for one in findings(known) if one.rule == code]


def _told(code: str, rows: list[Row], figures: dict[str, Value], status: str = "active") -> Told:
    return [(one.subject, one.severity.value) for one in _found(code, rows, figures, status)]


CRITICAL, HIGH, MEDIUM = [("vet", "critical")], [("vet", "high")], [("vet", "medium")]

ROWS: list[tuple[str, str, list[Row], Told]] = [
    ("R-CLI-01", "agreed", [a_fee(), worked("2026-10")], []),
    ("R-CLI-01", "none", [a_client(billing_model="none"), worked("2026-10")], CRITICAL),
    ("R-CLI-01", "not asked", [a_client(billing_model=Blank("n/a", "a friend")), worked("2026-10")], []),
    ("R-CLI-01", "not known", [a_client(billing_model=UNKNOWN), worked("2026-10")], CRITICAL),
    (
        "R-CLI-01",
        "a month that reaches into it",
        [a_client(billing_model="none"), worked("2026-08")],
        CRITICAL,
    ),
    ("R-CLI-01", "long ago", [a_client(billing_model="none"), worked("2026-07")], []),
    ("R-CLI-01", "as stated", [a_client(billing_model="none", hours_used=Decimal(18))], CRITICAL),
    ("R-CLI-01", "none worked", [a_client(billing_model="none", hours_used=Decimal(0))], []),
    (
        "R-CLI-01",
        "the log goes first",
        [a_client(billing_model="none", hours_used=Decimal(18)), worked("2026-07")],
        [],
    ),
    (
        "R-CLI-01",
        "a sister company",
        [a_client(billing_model="none", related_party=True), worked("2026-10")],
        [],
    ),
    ("R-CLI-02", "charged", [a_client(hosting_cost=usd(11), hosting_fee=usd(5))], []),
    ("R-CLI-02", "free", [a_client(hosting_cost=usd(11), hosting_fee=usd(0))], HIGH),
    ("R-CLI-02", "no model, no fee", [a_client(hosting_cost=usd(11), billing_model="none")], HIGH),
    ("R-CLI-02", "costs nothing", [a_client(hosting_cost=usd(0), hosting_fee=usd(0))], []),
    (
        "R-CLI-02",
        "a sister company",
        [a_client(hosting_cost=usd(11), hosting_fee=usd(0), related_party=True)],
        [],
    ),
    ("R-CLI-02", "fee not known", [a_client(hosting_cost=usd(11), billing_model="retainer")], []),
    ("R-CLI-02", "cost not known", [a_client(hosting_cost=UNKNOWN, hosting_fee=usd(0))], []),
    ("R-CLI-04", "runs", [a_fee(contract_end=days_before(-1)), worked("2026-10")], []),
    ("R-CLI-04", "ended, no work", [a_fee(contract_end=day("2026-08-31")), worked("2026-08")], []),
    ("R-CLI-04", "ended, and work", [a_fee(contract_end=day("2026-08-31")), worked("2026-09")], HIGH),
    ("R-CLI-04", "of the same month", [a_fee(contract_end=day("2026-09-02")), worked("2026-09")], []),
    (
        "R-CLI-04",
        "renewed itself",
        [a_fee(contract_end=day("2026-08-31"), auto_renew=True), worked("2026-09")],
        [],
    ),
    ("R-CLI-04", "not known", [a_fee(contract_end=UNKNOWN), worked("2026-09")], []),
    ("R-CLI-05", "61 days", [a_fee(contract_end=days_before(-61))], []),
    ("R-CLI-05", "60 days", [a_fee(contract_end=days_before(-60))], MEDIUM),
    ("R-CLI-05", "ends today", [a_fee(contract_end=days_before(0))], MEDIUM),
    ("R-CLI-05", "has ended", [a_fee(contract_end=days_before(1))], []),
    ("R-CLI-05", "notice in 60", [a_fee(contract_end=days_before(-90), notice_days=30)], MEDIUM),
    ("R-CLI-05", "notice in 61", [a_fee(contract_end=days_before(-91), notice_days=30)], []),
    ("R-CLI-05", "notice has passed", [a_fee(contract_end=days_before(-61), notice_days=62)], []),
    ("R-CLI-05", "not known", [a_fee(contract_end=UNKNOWN, notice_days=30)], []),
    ("R-CLI-07", "61 days", [a_client(domain_expires=days_before(-61), registrar_contact="us")], []),
    ("R-CLI-07", "60 days", [a_client(domain_expires=days_before(-60), registrar_contact="us")], HIGH),
    ("R-CLI-07", "ended", [a_client(domain_expires=days_before(2), registrar_contact="us")], HIGH),
    ("R-CLI-07", "the client's", [a_client(domain_expires=days_before(2), registrar_contact="client")], []),
    ("R-CLI-07", "contact not known", [a_client(domain_expires=days_before(2))], []),
    ("R-CLI-07", "day not known", [a_client(domain_expires=UNKNOWN, registrar_contact="us")], []),
    ("R-CLI-09", "45 days", [a_fee(), billed(45)], []),
    ("R-CLI-09", "46 days", [a_fee(), billed(46)], HIGH),
    ("R-CLI-09", "a draft is none", [a_fee(), billed(46), billed(2, status="draft")], HIGH),
    ("R-CLI-09", "as stated", [a_fee(last_invoice=days_before(46))], HIGH),
    ("R-CLI-09", "the table beats it", [a_fee(last_invoice=days_before(46)), billed(9)], []),
    ("R-CLI-09", "by the quarter", [a_fee(fee_period="quarterly"), billed(80)], []),
    ("R-CLI-09", "by its monthly revenue", [a_client(mrr=usd(9)), billed(46)], HIGH),
    ("R-CLI-09", "the contract has ended", [a_fee(contract_end=days_before(50)), billed(80)], []),
    ("R-CLI-09", "not known", [a_fee()], []),
    ("R-CLI-10", "a note", [held("vet", note=True)], []),
    ("R-CLI-10", "none", [held("vet", note=False), held("bakery", note=True)], [("client access", "medium")]),
    ("R-CLI-10", "not known", [held("vet", UNKNOWN)], []),
    ("R-CLI-12", "billed", [a_client(related_party=True), worked("2026-10"), billed(9)], []),
    (
        "R-CLI-12",
        "no bill",
        [a_client(related_party=True), worked("2026-10"), billed(9, ref="other")],
        MEDIUM,
    ),
    ("R-CLI-12", "no work", [a_client(related_party=True), billed(9, ref="other")], []),
    ("R-CLI-12", "not a sister", [a_client(), worked("2026-10"), billed(9, ref="other")], []),
    ("R-CLI-12", "no invoices are listed", [a_client(related_party=True), worked("2026-10")], []),
]


@pytest.mark.parametrize(("code", "case", "rows", "expected"), ROWS)
def test_rule_of_rows(code: str, case: str, rows: list[Row], expected: Told) -> None:
    assert _told(code, rows, {}) == expected, case


RATE, COST, PRICE = "effective_rate:vet", "hour_cost", "hour_price"
LAST, BEFORE = "over_service:vet", "over_service_before:vet"
FEES, TOP, BOOKS, TOP_BOOKS = "hhi", "top_client_share", "hhi_earned", "top_earned_share"
FEW = [("concentration", "medium")]

FIGURES: list[tuple[str, str, dict[str, Value], Told]] = [
    ("R-CLI-03", "at cost", {RATE: usd(38), COST: usd(38)}, []),
    ("R-CLI-03", "under cost", {RATE: usd(37), COST: usd(38)}, HIGH),
    ("R-CLI-03", "sixty percent", {RATE: usd(57), COST: usd(38), PRICE: usd(95)}, []),
    ("R-CLI-03", "under it", {RATE: usd("56.99"), COST: usd(38), PRICE: usd(95)}, MEDIUM),
    ("R-CLI-03", "under both", {RATE: usd(20), COST: usd(38), PRICE: usd(95)}, HIGH),
    ("R-CLI-03", "cost not known", {RATE: usd(20), COST: Missing(), PRICE: usd(95)}, MEDIUM),
    ("R-CLI-03", "neither known", {RATE: usd(20), COST: Missing(), PRICE: Missing()}, []),
    ("R-CLI-03", "rate not known", {RATE: Missing(), COST: usd(38), PRICE: usd(95)}, []),
    ("R-CLI-06", "even", {FEES: Decimal(1800), TOP: share("0.40")}, []),
    ("R-CLI-06", "above 1,800", {FEES: Decimal(1801), TOP: share("0.30")}, FEW),
    ("R-CLI-06", "one is large", {FEES: Decimal(1801), TOP: share("0.401")}, [("concentration", "high")]),
    (
        "R-CLI-06",
        "what was earned goes first",
        {FEES: Decimal(9000), TOP: share("0.9"), BOOKS: Decimal(1200), TOP_BOOKS: share("0.2")},
        [],
    ),
    ("R-CLI-06", "not known", {FEES: Missing(), TOP: Missing()}, []),
    ("R-CLI-08", "both at 120%", {LAST: share("1.2"), BEFORE: share("1.2")}, []),
    ("R-CLI-08", "both above", {LAST: share("1.21"), BEFORE: share("1.3")}, MEDIUM),
    ("R-CLI-08", "one month alone", {LAST: share("2"), BEFORE: share("1.2")}, []),
    ("R-CLI-08", "not known", {LAST: share("2"), BEFORE: Missing()}, []),
]


@pytest.mark.parametrize(("code", "case", "figures", "expected"), FIGURES)
def test_rule_of_figures(code: str, case: str, figures: dict[str, Value], expected: Told) -> None:
    assert _told(code, [a_client(hours_included=Decimal(10))], figures) == expected, case


def test_sister_companies_have_no_rate_and_no_scope() -> None:
    sister = [a_client(related_party=True)]
    assert _told("R-CLI-03", list(sister), {RATE: usd(1), COST: usd(38)}) == []
    assert _told("R-CLI-08", list(sister), {LAST: share("2"), BEFORE: share("2")}) == []


@pytest.mark.parametrize(("earned", "expected"), [(usd(0), MEDIUM), (usd(100), []), (Missing(), [])])
def test_a_sister_company_in_the_books(earned: Value, expected: Told) -> None:
    rows: list[Row] = [a_client(related_party=True), worked("2026-10")]
    assert _told("R-CLI-12", rows, {"client_earned:vet": earned}) == expected


@pytest.mark.parametrize(
    ("case", "kept", "expected"),
    [
        ("85%", [("2026-Q3", share("0.85"))], []),
        ("under it", [("2026-Q3", share("0.84"))], [("grr", "high")]),
        ("the newest counts", [("2026-08", share("0.5")), ("2026-10", share("0.9"))], []),
        ("not known", [("2026-Q3", UNKNOWN)], []),
        ("nothing stated", [], []),
    ],
)
def test_fees_that_are_kept(case: str, kept: list[tuple[str, object]], expected: Told) -> None:
    rows: list[Row] = [
        msgspec.structs.replace(
            a_row(Kpi, DC, kpi="grr"), period=month(name.replace("Q3", "09")), value=value
        )
        for name, value in kept
    ]
    assert _told("R-CLI-11", rows, {}) == expected, case
    assert _told("R-CLI-11", rows, {}, "winding-down") == []


@pytest.mark.parametrize(
    ("code", "rows", "figures", "message", "at_stake"),
    [
        (
            "R-CLI-03",
            [a_client(), worked("2026-09", "10"), worked("2026-10", "20"), billed(30)],
            {RATE: usd(30), COST: usd(38)},
            "An hour for vet earns $30 and costs $38.",
            usd(120),
        ),
        (
            "R-CLI-03",
            [a_client()],
            {RATE: usd(-1), COST: usd(38)},
            "An hour for vet earns nothing and costs $38.",
            None,
        ),
        (
            "R-CLI-04",
            [a_fee(contract_end=day("2026-08-31")), worked("2026-09"), worked("2026-10", "1.5")],
            {},
            "The contract with vet ended 84 days ago, and 4.5 hours of work were logged since.",
            None,
        ),
        (
            "R-CLI-05",
            [a_fee(contract_end=days_before(-50), notice_days=30, auto_renew=True)],
            {},
            "The contract with vet renews itself in 50 days; notice is due within 20 days.",
            usd(150),
        ),
        (
            "R-CLI-06",
            [a_client()],
            {BOOKS: Decimal("2872.97"), TOP_BOOKS: share("0.447")},
            (
                "The largest client is 44.7% of what clients brought in twelve months; concentration (HHI) is 2,873; "
                "above 1,800 it hangs on few."
            ),
            None,
        ),
        (
            "R-CLI-08",
            [a_client(hours_included=Decimal(10))],
            {LAST: share("1.5"), BEFORE: share("1.4"), PRICE: usd(95)},
            "vet took 140.0%, then 150.0% of the hours in its fee; the hours above it are worth $475 a month at list.",
            usd(475),
        ),
    ],
)
def test_message(
    code: str, rows: list[Row], figures: dict[str, Value], message: str, at_stake: object
) -> None:
    (one,) = _found(code, rows, figures)
    assert one.message.replace("\u00a0", " ") == message
    assert one.at_stake == at_stake
    assert one.evidence


@pytest.mark.parametrize(
    ("case", "rows", "said"),
    [
        (
            "whole months",
            [a_client(billing_model="none"), worked("2026-08"), worked("2026-10")],
            "of work for vet since 1\N{NO-BREAK SPACE}Aug, and no billing model.",
        ),
        (
            "as stated",
            [a_client(billing_model="none", hours_used=Decimal(18))],
            "hours of work for vet last month, and no billing model.",
        ),
    ],
)
def test_work_without_terms_says_since_when(case: str, rows: list[Row], said: str) -> None:
    (one,) = _found("R-CLI-01", rows, {})
    assert said in one.message, case
