"""Three small portfolios: an ordinary one, one of which nothing is written down, and an awkward one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from quarterdeck.model.books import Cost, Loan, Option, PlanLine, Statement
from quarterdeck.model.handoff import Bullet, Handoff, Prose
from quarterdeck.model.holdings import Asset, Compliance, Lease
from quarterdeck.model.sales import Booking, Channel, FunnelStep, Lead
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import UNKNOWN, Blank
from tests.figures.builders import (
    JADA,
    NOT_TRACKED,
    REFUSED,
    a_booking,
    a_handoff,
    a_kpi,
    a_row,
    a_source,
    a_task,
    an_entity,
    an_offer,
    an_unknown_entity,
    day,
    month,
    share,
    usd,
)
from tests.reports.samples import HOSTILE, LONG

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row

RTL = "\u05d9\u05d0\u05db\u05d8\u05d4 12 \u0642\u0627\u0631\u0628"
"""Two words written from right to left, around a number."""


def ordinary() -> tuple[Handoff, ...]:
    """A charter boat with a tool of its own, a business that waits, and a house."""
    return (_jada(), _crew(), _hauler(), _house())


def empty() -> tuple[Handoff, ...]:
    """One business of which only the file is there."""
    return (a_handoff(an_unknown_entity("newboat")),)


def awkward() -> tuple[Handoff, ...]:
    """Long, hostile and right-to-left names; columns that nobody knows; more rows than a page shows."""
    return (_awkward(), a_handoff(an_entity("plain", name=RTL, updated=UNKNOWN)))


def with_words(handoff: Handoff, *words: Bullet | Prose) -> Handoff:
    """A handoff that also has bullets and prose."""
    return msgspec.structs.replace(
        handoff,
        bullets=tuple(one for one in words if isinstance(one, Bullet)),
        prose=tuple(one for one in words if isinstance(one, Prose)),
    )


def planned(name: str, line: str, amount: int, **columns: object) -> PlanLine:
    """A line of the plan of a month."""
    row = a_row(PlanLine, JADA, 90, month=month(name), amount=usd(amount))
    return msgspec.structs.replace(row, line=line, **columns)


def _jada() -> Handoff:
    rows: tuple[Row, ...] = (
        a_row(
            Asset,
            line=20,
            asset="JADA, 46 ft yawl",
            type="vessel",
            value=usd(68000),
            value_basis="appraisal",
            value_date=day("2026-05-14"),
            insured_until=day("2026-11-01"),
            last_used=day("2026-11-21"),
            encumbrance=usd(37479),
        ),
        a_row(Asset, line=21, asset="Mailing list", type="list", value=UNKNOWN, insured_until=Blank("n/a")),
        an_offer(variable_cost=usd(270), tax_treatment="exempt", tax_confirmed_by="Sample CPA"),
        an_offer("Full-day charter", price=usd(2400), variable_cost=UNKNOWN, tax_treatment="unsure"),
        a_booking("b-1", paid=usd(720), guests=4, waivers=3, booked_on=day("2026-09-01")),
        a_booking("b-2", gross=usd(2400), paid=usd(1200), status="confirmed", service_date=day("2026-12-06")),
        a_row(
            Channel,
            line=60,
            channel="own-site",
            kind="direct",
            state="bookable",
            last_checked=day("2026-11-18"),
        ),
        a_row(Lead, line=64, lead="retreat", value=usd(4800), stage="verbal", expected=day("2026-11-01")),
        a_row(FunnelStep, line=70, step="checkout", state="missing", checked_on=day("2026-11-18")),
        a_row(Cost, line=80, item="Slip", amount=usd(1150), cadence="monthly", nature="fixed", autopay=True),
        planned("2026-10", "revenue", 900),
        planned("2026-12", "revenue", 2400, note="the Christmas parade", needs=("JADA-3",)),
        planned("2026-12", "bookings", 3),
        a_kpi("sailings", "2026-10", "1"),
        a_kpi("cac", "2026-10", NOT_TRACKED),
        a_row(Compliance, line=110, item="City business tax certificate", expires=day("2026-10-31")),
        a_row(
            Option,
            line=120,
            id="opt-photos",
            name="New listing photos",
            cost=usd(600),
            monthly_benefit=usd(140),
            due=day("2026-12-15"),
        ),
        a_row(
            Option,
            line=121,
            id="opt-rigging",
            name="Standing rigging",
            cost=usd(11500),
            monthly_benefit=usd(0),
        ),
        a_row(
            Loan,
            line=130,
            lender="Sample Marine Bank",
            balance=usd("37479.46"),
            rate=share("0.0775"),
            payment=usd("765.96"),
            balance_date=day("2026-10-25"),
        ),
        a_row(Statement, line=140, account="Checking", date=day("2026-10-31"), balance=usd("8223.30")),
    )
    tasks = (
        a_task(
            "JADA-1",
            text="Renew the hull policy",
            due=day("2026-11-16"),
            is_hard=True,
            owner="sam",
            effort="6h",
            effort_hours=Decimal(6),
            cost=usd(4260),
            fixes=("R-CEO-01",),
            affects=("ceo", "cfo"),
            notes=("The survey asks about the through-hulls.",),
        ),
        a_task("JADA-2", text="Letter from the yard", due=day("2026-11-27"), parent="JADA-1", owner="reyes"),
        a_task(
            "JADA-3",
            text="Payment link on the site",
            due=day("2026-12-05"),
            owner="lee",
            effort="M",
            effort_hours=Decimal(8),
            impact=usd(900),
            impact_is_monthly=True,
            needs=("CREW-1",),
            fixes=("R-QDN-01",),
        ),
        a_task(
            "JADA-4",
            text="New rigging, or sell her first",
            is_decision=True,
            due=day("2027-03-01"),
            owner="sam",
        ),
        a_task(
            "JADA-5",
            text="The yard confirms the week",
            state="waiting",
            until=day("2026-12-07"),
            waiting_on="yard",
        ),
        a_task("JADA-6", text="Calendar in the phone", state="done", done_on=day("2026-10-29")),
        a_task("JADA-7", text="Birthday sails", is_someday=True),
        a_task("JADA-8", text="Answer the reviews", impact_word="low"),
    )
    words = (
        Prose(
            "jada", "summary", "Summary", "<p>One boat and one captain.</p>", "One boat.", a_source(line=15)
        ),
        Prose("jada", "tech", "Tech", "<p>Static pages.</p>", "Static pages.", a_source(line=150)),
        Prose("jada", "notes", "Fuel dock", "<p>Closed in January.</p>", "Closed.", a_source(line=155)),
        Bullet("jada", "gaps", "Waivers are sent by hand", "Waivers are sent by hand", a_source(line=160)),
        Bullet("jada", "decisions", "Half is paid ahead", "Half is paid <b>ahead</b>", a_source(line=165)),
        Bullet("jada", "questions", "May a card lapse?", "May a card lapse?", a_source(line=170)),
    )
    entity = an_entity(owner="sam", min_cash=usd(5000), updated=day("2026-11-20"))
    return with_words(a_handoff(entity, *rows, tasks=tasks), *words)


def _crew() -> Handoff:
    entity = an_entity("crew", "saas", name="Crew tool", part_of="jada", billing_model=Blank("n/a"))
    task = a_task(
        "CREW-1", "crew", text="One calendar of record", owner="lee", due=day("2026-12-02"), effort="L"
    )
    return a_handoff(
        entity, a_row(Cost, "crew", item="Cloud", amount=usd(22), cadence="monthly"), tasks=[task]
    )


def _hauler() -> Handoff:
    entity = an_entity("hauler", "hauling", name="Hauler", status="paused", updated=day("2026-08-01"))
    job = a_row(
        Booking,
        "hauler",
        id="h-1",
        service_date=day("2026-10-05"),
        gross=usd(280),
        channel="phone",
        status="completed",
        paid=usd(0),
    )
    return a_handoff(entity, job)


def _house() -> Handoff:
    entity = an_entity("house", "rental", name="51st St", billing_model="rent", ancillary=True)
    lease = a_row(
        Lease,
        "house",
        unit="a",
        tenant="T-01",
        lease_start=day("2025-02-01"),
        lease_end=day("2027-01-31"),
        rent=usd(1850),
        deposit_held=usd(1850),
        status="occupied",
        paid_through=day("2026-11-30"),
    )
    return a_handoff(entity, lease)


def _awkward() -> Handoff:
    name = f"{LONG} {'Ahoy ' * 22}"[:200]
    many = tuple(a_booking(f"b-{number}", offer=HOSTILE, customer=RTL) for number in range(45))
    odd = msgspec.structs.replace(
        an_offer(HOSTILE, price=REFUSED, variable_cost=usd("1000000000")),
        extra=(("Crew {{ x }}", "=HYPERLINK(1)"),),
        estimates=("variable_cost",),
    )
    asset = a_row(Asset, asset=name, type=UNKNOWN, notes=HOSTILE, insured_until=REFUSED)
    tasks = (
        a_task("AWK-1", text=HOSTILE, owner=HOSTILE, needs=("NOBODY-1", "AWK-1"), fixes=("R-NONE-99",)),
        a_task("made-of-text-77", text=RTL, has_own_id=False, severity=Severity.CRITICAL, notes=(HOSTILE,)),
    )
    words = (
        Prose(
            "jada",
            "summary",
            HOSTILE,
            "<p>{{ x }}</p>".replace("{", "&#123;").replace("}", "&#125;"),
            "",
            a_source(),
        ),
        Prose("jada", "notes", HOSTILE, "<p>Kept.</p>", "Kept.", Source("handoffs/jada.md", 9)),
        Bullet("jada", "gaps", HOSTILE, "A gap", a_source(line=30)),
    )
    entity = msgspec.structs.replace(an_entity(name=name, owner=RTL), extra=(("colour", HOSTILE),))
    return with_words(a_handoff(entity, *many, odd, asset, tasks=tasks), *words)
