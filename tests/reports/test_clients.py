"""The client audit: ordinary, of nothing known, with names that want to break it, and the points of risk."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.model.holdings import Access
from quarterdeck.model.sales import Offer
from quarterdeck.model.services import Client, Invoice, TimeEntry
from quarterdeck.model.values import Blank
from quarterdeck.reports import clients
from quarterdeck.reports.client_risk import risk_of
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, an_unknown_entity, day, month, usd
from tests.reports.samples import HOSTILE, LONG, Golden, a_site, anchors, lead

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from quarterdeck.model.handoff import Handoff
    from quarterdeck.model.page import Page

STUDIO = "studio"
SECTIONS = {
    "in-short",
    "clients",
    "models",
    "mrr",
    "rate",
    "concentration",
    "hosting",
    "contracts",
    "custody",
    "decide",
    "findings",
    "not-known",
    "sources",
}


def a_client(client: str, **columns: object) -> Client:
    known = {
        "client": client,
        "billing_model": "retainer",
        "fee": usd(650),
        "fee_period": "monthly",
        "contract": True,
        "contract_start": day("2025-04-01"),
        "contract_end": day("2027-03-31"),
        "notice_days": 60,
        "auto_renew": True,
        "hours_included": Decimal(10),
        "sites": 1,
        "hosting_cost": usd("11.40"),
        "hosting_fee": usd(0),
        "domain_expires": day("2027-05-17"),
        "access_custody": "both",
        "registrar_contact": "client",
    }
    return a_row(Client, STUDIO, 40, **(known | columns))


def hours(client: str, count: int) -> TimeEntry:
    columns = {"client": client, "month": month("2026-10"), "hours": Decimal(count), "cost_rate": usd(38)}
    return a_row(TimeEntry, STUDIO, 40, **columns)


def ordinary() -> Handoff:
    blank = Blank("unknown")
    return a_handoff(
        an_entity(STUDIO, "agency", name="Studio"),
        a_client("dental"),
        a_client(
            "bakery", fee=usd(150), contract_end=day("2027-01-15"), auto_renew=False, access_custody="us"
        ),
        a_client("vet", billing_model="none", fee=blank, contract=False, domain_expires=day("2026-12-08")),
        a_client("jada", billing_model="none", fee=blank, related_party=True, contract=False),
        hours("dental", 13),
        hours("bakery", 6),
        hours("vet", 9),
        a_row(Offer, STUDIO, offer="Web hour", price=usd(95), unit="hour"),
        a_row(Access, STUDIO, thing="client", of="bakery", holders=("lee",), handover_note=False),
        a_row(
            Invoice,
            STUDIO,
            id="dc-1",
            ref="dental",
            issued=day("2026-09-01"),
            due=day("2026-09-16"),
            amount=usd(650),
            status="sent",
        ),
    )


def the_page(handoff: Handoff) -> Page:
    return clients.page(a_site(handoff), handoff.entity)


def test_ordinary(snapshot: SnapshotAssertion) -> None:
    page = the_page(ordinary())
    assert anchors(page) >= SECTIONS
    assert "clients outside the family cost more than they pay" in lead(page)
    assert page.body == snapshot(extension_class=Golden)


def test_nothing_known(snapshot: SnapshotAssertion) -> None:
    page = the_page(a_handoff(msgspec.structs.replace(an_unknown_entity(STUDIO), kind="agency")))
    assert anchors(page) >= SECTIONS
    assert lead(page).startswith(
        "Nothing is known of the clients: 0 are written down. Start with five fields"
    )
    assert page.body == snapshot(extension_class=Golden)


def test_awkward(snapshot: SnapshotAssertion) -> None:
    blank = Blank("unknown")
    page = the_page(
        a_handoff(
            an_entity(STUDIO, "agency", name=LONG),
            a_client(HOSTILE, fee=blank, fee_period=blank, contract_end=blank, access_custody=blank),
            a_client(LONG, hosting_fee=blank, hosting_cost=blank, sites=blank, domain_expires=blank),
            hours(HOSTILE, 0),
            a_row(Access, STUDIO, thing="client", of=LONG, holders=(HOSTILE, LONG)),
        )
    )
    assert anchors(page) >= SECTIONS
    assert "<img src=x" not in page.body
    assert page.body == snapshot(extension_class=Golden)


@pytest.mark.parametrize(
    ("case", "client", "late", "margin", "share", "points", "unknowns"),
    [
        ("nothing wrong", a_client("a"), 0, Decimal("0.5"), Decimal("0.1"), 0, 0),
        (
            "no contract and a domain of forty days",
            a_client("a", contract=False, domain_expires=day("2027-01-02")),
            0,
            Decimal("0.5"),
            None,
            40,
            0,
        ),
        (
            "ends soon and does not renew",
            a_client("a", contract_end=day("2027-01-15"), auto_renew=False),
            0,
            Decimal("0.5"),
            None,
            20,
            0,
        ),
        ("late, thin and large", a_client("a"), 61, Decimal("0.1"), Decimal("0.3"), 45, 0),
        ("what is not known adds nothing", a_client("a", contract=Blank("unknown")), 0, None, None, 0, 2),
    ],
)
def test_risk(
    case: str,
    client: Client,
    late: int,
    margin: Decimal | None,
    share: Decimal | None,
    points: int,
    unknowns: int,
) -> None:
    risk = risk_of(client, AS_OF, late, margin, share, handover_note=True)
    assert (risk.points, risk.unknowns) == (points, unknowns), case
