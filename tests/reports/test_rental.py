"""The rental audit: ordinary, of nothing known, and with names that want to break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.books import Cost, Loan, Option, Policy, Statement
from quarterdeck.model.holdings import Compliance, Equipment, Lease, Property
from quarterdeck.model.values import Blank, MonthToMonth
from quarterdeck.reports import rental
from tests.figures.builders import a_handoff, a_row, an_entity, an_unknown_entity, day, share, usd
from tests.reports.samples import HOSTILE, LONG, Golden, a_site, anchors, lead

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.handoff import Handoff
    from quarterdeck.model.page import Page

HOUSE = "house"
SECTIONS = {
    "in-short",
    "rent-roll",
    "collections",
    "noi",
    "returns",
    "debt",
    "vacancy",
    "reserve",
    "calendar",
    "schedule-e",
    "compliance",
    "findings",
    "not-known",
    "sources",
}


def a_lease(unit: str, **columns: object) -> Lease:
    known = {
        "unit": unit,
        "tenant": "T-01",
        "lease_start": day("2024-02-01"),
        "lease_end": day("2027-01-31"),
        "rent": usd(2600),
        "due_day": 1,
        "deposit_held": usd(2600),
        "status": "occupied",
        "market_rent": usd(2800),
        "paid_through": day("2026-11-30"),
    }
    return a_row(Lease, HOUSE, 40, **(known | columns))


def ordinary() -> Handoff:
    return a_handoff(
        an_entity(HOUSE, "rental", name="Elm St"),
        a_lease("a", renewal="offered", planned_rent=usd(2700), planned_on=day("2027-02-01")),
        a_lease("b", lease_end=MonthToMonth(), rent=usd(1950), deposit_held=usd(3600)),
        a_lease("c", status="vacant", paid_through=day("2026-10-31"), moved_out=day("2026-10-31")),
        a_lease("rear", paid_through=day("2026-10-31"), rent=usd(1450), tenant="T-04"),
        a_row(
            Property,
            HOUSE,
            address="Elm St",
            value=usd(985000),
            value_date=day("2026-06-15"),
            building_basis=usd(495000),
            in_service_date=day("2019-07-15"),
            rent_cap_status="unsure",
            policy_kind="landlord",
            adviser="Sample CPA",
        ),
        a_row(
            Loan,
            HOUSE,
            lender="Bank",
            balance=usd(512300),
            rate=share("0.0525"),
            payment=usd(3092),
            resets_on=day("2027-04-01"),
        ),
        a_row(Cost, HOUSE, item="Gardener", amount=usd(120), cadence="monthly", category="Maintenance"),
        a_row(Cost, HOUSE, item="Painting", amount=usd(1150), cadence="one-time", needed_by="c"),
        a_row(Compliance, HOUSE, item="Detectors", type="inspection", expires=day("2026-11-14")),
        a_row(
            Equipment,
            HOUSE,
            item="Water heater",
            installed=day("2014-09-01"),
            life_years=12,
            cost=usd(1900),
            extra=(("Next servise", "2026-12-01"),),
        ),
        a_row(Option, HOUSE, id="o-1", name="New floor", cost=usd(4800), approved=False),
        a_row(Policy, HOUSE, policy="cancellation", applies_to="month-to-month units", notice_days=30),
        a_row(Statement, HOUSE, account="Checking", date=day("2026-10-31"), balance=usd(7960)),
    )


def the_page(handoff: Handoff) -> Page:
    return rental.page(a_site(handoff), handoff.entity)


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    page = the_page(ordinary())
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith("3 of 4 units are let for $6,000 a month; whether that carries the house")
    assert lead(page).endswith("rear is 22 days late.")
    assert page.body == snapshot(extension_class=Golden)


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = the_page(a_handoff(msgspec.structs.replace(an_unknown_entity(HOUSE), kind="rental")))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith(
        "Nothing is known of this house: 0 units are written down. Start with five fields"
    )
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    blank = Blank("unknown")
    page = the_page(
        a_handoff(
            an_entity(HOUSE, "rental", name=LONG),
            a_lease(HOSTILE, tenant=LONG, rent=blank, paid_through=blank, lease_end=blank, status=blank),
            a_lease("b", rent=usd(0), market_rent=blank, deposit_held=blank, due_day=31),
            a_row(Equipment, HOUSE, item=HOSTILE, extra=((HOSTILE, LONG),)),
            a_row(Property, HOUSE, address=HOSTILE, policy_kind="none", rent_cap_status="covered"),
            a_row(Compliance, HOUSE, item=LONG, status=HOSTILE),
            a_row(Loan, HOUSE, lender=HOSTILE),
        )
    )
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


def test_a_misspelt_column_is_kept() -> None:
    assert "column \u201cNext servise\u201d: Water heater 2026-12-01." in the_page(ordinary()).body


def test_the_deposit_of_who_left_is_named_with_its_day() -> None:
    assert "c: the deposit of $2,600 is still held; the 21 days after moving out were over on 21" in the_page(
        ordinary()
    ).body.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("paid_through", "due_day", "owed"),
    [
        ("2026-11-30", 1, "$0"),
        ("2026-10-31", 1, "$2,600"),
        ("2026-09-30", 1, "$5,200"),
        ("2026-10-31", 25, "$0"),
        ("2025-11-30", 1, "$31,200"),
        ("2026-10-14", 15, "$5,200"),
    ],
)
def test_rents_due(paid_through: str, due_day: int, owed: str) -> None:
    handoff = a_handoff(
        an_entity(HOUSE, "rental"), a_lease("a", paid_through=day(paid_through), due_day=due_day)
    )
    body = the_page(handoff).body
    table = body[body.index("{#collections}") : body.index("{#noi}")]
    assert f'<span class="qd-main">{owed}</span>' in table
