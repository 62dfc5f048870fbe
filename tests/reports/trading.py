"""A portfolio that sells, owes, mails and closes its month, for the pages of CFO, CMO and accounting."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from quarterdeck.model.books import CloseItem, Cost, Kpi, Loan, Option, PlanLine, Policy, Statement, Vendor
from quarterdeck.model.handoff import Bullet, Handoff
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Booking, Campaign, Channel, FunnelStep, GiftCard, Lead, Readiness
from quarterdeck.model.services import Client, Delivery, Invoice, TimeEntry
from quarterdeck.model.values import UNKNOWN, Blank, MoneyRange, Period
from tests.figures.builders import (
    a_booking,
    a_handoff,
    a_row,
    a_source,
    a_task,
    an_entity,
    an_offer,
    day,
    month,
    share,
    usd,
)
from tests.reports.samples import HOSTILE, LONG

YEAR = Period(day("2027-01-01"), day("2027-12-31"), "2027")


def trading() -> tuple[Handoff, ...]:
    """A charter boat, concerts with a mailing list, a studio without terms, a skipper and a house."""
    return (boat(), concerts(), studio(), skipper(), house())


def boat() -> Handoff:
    """A charter boat with deposits, channels, a loan and a half-closed month."""
    where = "jada"
    done = [("done", "2026-11-05"), ("open", ""), ("n/a", ""), *[("done", "2026-11-11")] * 11]
    rows = (
        an_offer(
            variable_cost=usd(270),
            tax_treatment="exempt",
            tax_confirmed_by="Sample CPA",
            tax_confirmed_on=day("2026-03-12"),
        ),
        an_offer(
            "Catering platter", price=usd(350), variable_cost=usd(205), tax_treatment="unsure", ssp=usd(350)
        ),
        an_offer(
            "Package",
            price=usd(1000),
            variable_cost=usd(400),
            bundle=True,
            parts=("Sunset sail", "Catering platter"),
        ),
        a_booking("b-1", offer="Sunset sail", paid=usd(720), channel="viator", commission=share("0.25")),
        a_booking(
            "b-2", offer="Sunset sail", paid=usd(720), service_date=day("2026-09-12"), channel="own-site"
        ),
        a_booking(
            "b-3", offer="Sunset sail", paid=usd(360), status="confirmed", service_date=day("2026-12-06")
        ),
        a_booking(
            "b-4", offer="Sunset sail", paid=usd(360), status="confirmed", service_date=day("2026-11-12")
        ),
        a_row(
            GiftCard,
            where,
            66,
            id="gc-1",
            sold_on=day("2026-02-09"),
            face=usd(360),
            redeemed=usd(60),
            status="open",
        ),
        _channel(
            "own-site", "direct", "bookable", reviews=12, rating=Decimal("4.9"), last_review=day("2026-10-12")
        ),
        _channel(
            "viator",
            "ota",
            "active",
            commission=share("0.25"),
            reviews=61,
            rating=Decimal("4.7"),
            last_review=day("2026-11-09"),
            reviews_unanswered=2,
        ),
        _channel(
            "google-profile",
            "search",
            "claimed",
            commission=share("0"),
            fit=Decimal(5),
            reach=Decimal(5),
            setup_hours=Decimal(4),
        ),
        _channel("boatsetter", "ota", "planned", commission=share("0.30"), last_checked=day("2026-08-01")),
        a_row(Readiness, where, 75, channel="boatsetter", item="insurance", state="no"),
        a_row(FunnelStep, where, 76, step="review-ask", state="missing", checked_on=day("2026-11-18")),
        a_row(
            Lead,
            where,
            77,
            lead="retreat",
            value=usd(4800),
            stage="verbal",
            probability=share("0.8"),
            expected=day("2027-03-12"),
            last_touch=day("2026-09-17"),
        ),
        a_row(
            Cost,
            where,
            80,
            item="Slip",
            amount=usd(1150),
            cadence="monthly",
            nature="fixed",
            category="Slip",
            next_due=day("2026-12-01"),
        ),
        a_row(
            Cost,
            where,
            81,
            item="Haul-out",
            amount=usd(3400),
            cadence="annual",
            nature="fixed",
            category="Maintenance",
            next_due=day("2027-01-18"),
        ),
        a_row(
            Cost,
            where,
            82,
            item="Captain",
            amount=usd(1900),
            cadence="monthly",
            nature="variable",
            category="Captain",
        ),
        a_row(
            Cost,
            where,
            83,
            item="Gear",
            amount=UNKNOWN,
            cadence="one-time",
            nature="fixed",
            category="Mystery",
            next_due=day("2026-12-01"),
        ),
        _plan(where, month("2026-10"), "revenue", 900, note="two weekends of wind"),
        _plan(where, month("2026-12"), "revenue", 2520, needs=("JADA-1", "R-QDN-99", "retreat")),
        _plan(where, month("2026-12"), "bookings", 3),
        _plan(where, YEAR, "revenue", 92000, needs=("NOBODY-1",)),
        a_row(
            Option,
            where,
            100,
            id="opt-survey",
            name="Survey",
            cost=usd(1200),
            monthly_benefit=usd(0),
            mandatory=True,
            due=day("2026-12-04"),
        ),
        a_row(
            Option,
            where,
            101,
            id="opt-photos",
            name="Photos",
            cost=usd(600),
            monthly_benefit=usd(140),
            starts_in_months=1,
            probability=share("0.6"),
        ),
        a_row(
            Option,
            where,
            102,
            id="opt-late",
            name="Lights",
            cost=usd(9000),
            monthly_benefit=usd(10),
            life_months=12,
        ),
        a_row(
            Loan,
            where,
            110,
            lender="Sample Marine Bank",
            balance=usd("37479.46"),
            rate=share("0.0775"),
            payment=usd("765.96"),
            balance_date=day("2026-10-25"),
            next_due=day("2026-11-25"),
            matures=day("2031-09-25"),
            secured_by="JADA",
        ),
        a_row(
            Statement,
            where,
            120,
            account="Assets:JADA:Bank:Checking",
            date=day("2026-10-31"),
            balance=usd("8223.30"),
        ),
        a_row(
            Statement,
            where,
            121,
            account="Liabilities:JADA:Loan:Boat",
            date=day("2026-10-25"),
            balance=usd("37479.46"),
        ),
        a_row(Vendor, where, 130, vendor="Sample Captain LLC", kind="contractor", w9_on_file=False),
        a_row(
            Policy,
            where,
            140,
            policy="cancellation",
            applies_to="all charters",
            notice_days=14,
            refund_share=share("1"),
            confirmed_by="sam",
        ),
        *(
            a_row(
                CloseItem,
                where,
                150 + at,
                month=month("2026-10"),
                item=at,
                state=state,
                date=day(on) if on else Blank(),
                owner="pat",
            )
            for at, (state, on) in enumerate(done, start=1)
        ),
    )
    tasks = (
        a_task("JADA-1", text="Renew the hull policy", due=day("2026-12-04"), affects=("cfo",)),
        a_task("JADA-2", text="Claim the profile", due=day("2026-12-10"), fixes=("R-CMO-11",), owner="ana"),
    )
    return a_handoff(an_entity(where, ledger="JADA", capacity_per_month=Decimal(20)), *rows, tasks=tasks)


def concerts() -> Handoff:
    """Concerts with a list, a claim about it, and a mailing planned without our address in it."""
    where = "concerts"
    entity = an_entity(
        where,
        "concert",
        name="QueenofSanDiego",
        billing_model="per-ticket",
        list_size=3676,
        list_suppressed=126,
        list_unsourced=412,
        list_updated=day("2025-03-10"),
        list_source="sign-ups",
        capacity_per_month=Decimal(2),
    )
    rows = (
        an_offer("General ticket", where, price=usd(95), unit="ticket", variable_cost=usd(31), max_guests=40),
        an_offer("Student ticket", where, price=usd(25), unit="ticket", variable_cost=usd(31)),
        an_offer("Private concert", where, price=usd(2500), variable_cost=usd(1350)),
        a_row(
            Booking,
            where,
            60,
            id="q-1",
            offer="General ticket",
            service_date=day("2026-10-31"),
            gross=usd(190),
            channel="email",
            status="completed",
            paid=usd(190),
        ),
        a_row(
            Campaign,
            where,
            70,
            id="c-1",
            status="sent",
            sent_on=day("2025-03-18"),
            sent=240,
            delivered=227,
            hard_bounces=11,
            complaints=1,
            unsubs=4,
            clicks=5,
            orders=1,
            revenue=usd(190),
            one_click=False,
            postal_address=True,
        ),
        a_row(
            Campaign,
            where,
            71,
            id="c-2",
            status="planned",
            sent_on=day("2026-12-15"),
            sent=200,
            one_click=True,
            postal_address=False,
        ),
        a_row(
            Channel, where, 72, channel="email", kind="email", state=UNKNOWN, last_checked=day("2026-05-12")
        ),
        a_row(
            Lead,
            where,
            73,
            lead="list-claim",
            value=MoneyRange(usd(10000), usd(50000)),
            stage="lead",
            channel="email",
        ),
        a_row(Kpi, where, 74, kpi="repeat_rate", period=month("2026-10"), value=share("0.09")),
    )
    words = "There is no data warehouse. Accounting calls it a blocker."
    gap = Bullet(where, "gaps", words, f"<p>{words}</p>", a_source(where, 90, "Gaps"))
    return msgspec.structs.replace(a_handoff(entity, *rows), bullets=(gap,))


def studio() -> Handoff:
    """An agency without terms, with a client and its hours."""
    where = "studio"
    return a_handoff(
        an_entity(where, "agency", billing_model="none"),
        an_offer("Hosting", where, price=usd(49), unit="month", variable_cost=usd(11)),
        an_offer("Small site", where, price=usd(3200), unit="project", variable_cost=usd(1400)),
        an_offer("Site with hosting", where, price=usd(3600), unit="project", bundle=True),
        a_row(Client, where, client="vet", billing_model="none", contract=False),
        a_row(Client, where, client="dental", billing_model="retainer", mrr=usd(650), contract=True),
        a_row(TimeEntry, where, client="vet", month=month("2026-10"), hours=Decimal(3)),
    )


def skipper() -> Handoff:
    """Deliveries, one with an invoice and one without."""
    where = "skipper"
    trip = {
        "customer": "Owner K.",
        "start": day("2026-10-02"),
        "end": day("2026-10-06"),
        "rate_type": "flat",
        "rate": usd(1900),
        "expenses": usd(0),
        "status": "completed",
    }
    return a_handoff(
        an_entity(where, "delivery", billing_model="per-day", ancillary=True),
        an_offer("Coast run", where, price=usd(1900), unit="job", variable_cost=usd(520)),
        a_row(Delivery, where, 60, id="yd-1", contract=True, **trip),
        a_row(Delivery, where, 61, id="yd-2", contract=False, **trip),
        a_row(
            Invoice,
            where,
            70,
            id="inv-1",
            ref="yd-1",
            issued=day("2026-10-08"),
            due=day("2026-10-22"),
            amount=usd(1900),
            status="sent",
        ),
        a_row(Statement, where, 80, account="Checking", date=day("2026-09-30"), balance=usd("3312.75")),
    )


def house() -> Handoff:
    """A flat with a deposit and a loan whose rate changes soon."""
    where = "house"
    return a_handoff(
        an_entity(where, "rental", billing_model="rent", ancillary=True),
        a_row(
            Lease,
            where,
            unit="a",
            tenant="T-01",
            lease_start=day("2025-02-01"),
            lease_end=day("2027-01-31"),
            rent=usd(1850),
            deposit_held=usd(1850),
            status="occupied",
        ),
        a_row(
            Loan,
            where,
            lender="Home Lending",
            balance=usd(512300),
            rate=share("0.0525"),
            payment=usd(3092),
            balance_date=day("2026-11-01"),
            resets_on=day("2027-04-01"),
        ),
        a_row(
            Cost,
            where,
            item="Gardener",
            amount=usd(120),
            cadence="monthly",
            nature="fixed",
            category="Maintenance",
            next_due=day("2026-12-05"),
        ),
    )


def awkward() -> tuple[Handoff, ...]:
    """Names that want to break the page, in every table that the three pages print."""
    where = "odd"
    rows = (
        an_offer(HOSTILE, where, variable_cost=usd(900), duration=LONG, tax_confirmed_by=HOSTILE),
        a_row(
            Booking,
            where,
            60,
            id=HOSTILE,
            offer=HOSTILE,
            customer=LONG,
            service_date=day("2026-10-10"),
            gross=usd(720),
            channel=HOSTILE,
            status="completed",
            paid=usd(0),
        ),
        a_row(
            Booking,
            where,
            61,
            id="late",
            offer=LONG,
            service_date=day("2026-11-01"),
            gross=usd(720),
            channel=LONG,
            status="confirmed",
            paid=usd(20),
        ),
        a_row(
            Channel,
            where,
            62,
            channel=HOSTILE,
            kind=Blank(),
            state="planned",
            url=HOSTILE,
            last_checked=day("2025-01-01"),
        ),
        a_row(Channel, where, 63, channel=LONG, kind="ota", state="claimed", commission=share("0.9")),
        a_row(Lead, where, 64, lead=LONG, value=UNKNOWN, stage=UNKNOWN, next_step=HOSTILE),
        msgspec.structs.replace(
            a_row(
                Cost,
                where,
                65,
                item=HOSTILE,
                amount=usd("1000000000"),
                cadence="monthly",
                nature="fixed",
                category=HOSTILE,
                vendor=LONG,
                next_due=day("2026-01-31"),
            ),
            extra=(("Crew {{ x }}", "=HYPERLINK(1)"),),
        ),
        _plan(where, month("2026-12"), "revenue", 1, needs=(HOSTILE,), note=HOSTILE),
        a_row(
            Option,
            where,
            66,
            id=HOSTILE,
            name=LONG,
            cost=UNKNOWN,
            monthly_benefit=usd(-5),
            probability=share("0"),
        ),
        a_row(
            Loan,
            where,
            67,
            lender=HOSTILE,
            balance=usd(100),
            rate=share("0.9"),
            payment=usd(1),
            secured_by=LONG,
            covenant=HOSTILE,
        ),
        a_row(Statement, where, 68, account=HOSTILE, date=day("2024-01-31"), balance=usd("-1")),
        a_row(Vendor, where, 69, vendor=LONG, kind="contractor"),
        a_row(Policy, where, 70, policy="cancellation", applies_to=HOSTILE, confirmed_by=LONG),
        a_row(
            GiftCard,
            where,
            71,
            id=HOSTILE,
            face=usd(5),
            redeemed=UNKNOWN,
            status="open",
            fee=usd(1),
            sold_via=LONG,
        ),
        a_row(CloseItem, where, 72, month=month("2026-10"), item=3, state="open", owner=HOSTILE),
        a_row(Campaign, where, 73, id=HOSTILE, status="sent", segment=LONG, sent=UNKNOWN),
    )
    task = a_task(
        "ODD-1",
        where,
        text=HOSTILE,
        fixes=("R-CMO-01",),
        affects=("cmo", "cfo", "accounting"),
        due=day("2026-12-01"),
    )
    gap = Bullet(
        where, "gaps", f"No warehouse {HOSTILE}", "<p>No warehouse</p>", a_source(where, 90, HOSTILE)
    )
    entity = an_entity(where, name=f"{LONG} {HOSTILE}"[:160], list_size=10, list_source=HOSTILE, ledger="ODD")
    return (msgspec.structs.replace(a_handoff(entity, *rows, tasks=[task]), bullets=(gap,)),)


def _channel(name: str, kind: str, state: str, **columns: object) -> Channel:
    known = {"channel": name, "kind": kind, "state": state, "last_checked": day("2026-11-18")}
    return a_row(Channel, "jada", 70, **(known | columns))


def _plan(entity: str, when: Period, line: str, amount: int, **columns: object) -> PlanLine:
    row = a_row(PlanLine, entity, 90, month=when, amount=usd(amount))
    return msgspec.structs.replace(row, line=line, **columns)
