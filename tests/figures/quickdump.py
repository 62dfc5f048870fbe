"""The rows of the worked example of a hauling business, and ways of asking for its figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import msgspec

from quarterdeck.figures.collect import all_figures
from quarterdeck.model.books import Cost, PlanLine
from quarterdeck.model.columns import Row
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Asset, Compliance
from quarterdeck.model.sales import FunnelStep
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio
from tests.figures.builders import (
    JADA,
    a_booking,
    a_handoff,
    a_row,
    a_source,
    an_entity,
    an_offer,
    day,
    facts_of,
    month,
    usd,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quarterdeck.model.entity import Entity
    from quarterdeck.model.facts import Facts
    from quarterdeck.model.handoff import Handoff

AS_OF = date(2026, 10, 31)
QDN = "quickdumpnow"

R = TypeVar("R", bound=Row)


def the_entity(**fields: object) -> Entity:
    return an_entity(
        QDN, "hauling", name="QuickDumpNow", updated=day("2026-10-30"), sites=("quickdump.example",), **fields
    )


def the_rows() -> list[Row]:
    offers = [
        an_offer(name, QDN, price=usd(price), unit=unit, variable_cost=usd(cost))
        for name, price, unit, cost in (
            ("Half load haul", 280, "job", 165),
            ("Full load haul", 460, "job", 248),
            ("Trailer rental, day", 140, "day", 18),
        )
    ]
    bookings = [
        a_booking(
            name, QDN, service_date=day(on), gross=usd(gross), channel=channel, status=status, paid=usd(paid)
        )
        for name, on, gross, channel, status, paid in (
            ("q-118", "2026-10-07", 460, "phone", "completed", 460),
            ("q-119", "2026-10-15", 280, "phone", "completed", 0),
            ("q-120", "2026-11-04", 460, "referral", "confirmed", 100),
        )
    ]
    steps = [
        a_row(
            FunnelStep,
            QDN,
            step=step,
            state=state,
            visitors=seen,
            completions=on,
            checked_on=day("2026-10-28"),
        )
        for step, state, seen, on in (
            ("landing", "works", 410, 120),
            ("price", "works", 120, 61),
            ("availability", "manual", UNKNOWN, UNKNOWN),
            ("cart", "missing", UNKNOWN, UNKNOWN),
            ("checkout", "missing", UNKNOWN, UNKNOWN),
            ("confirmation", "manual", UNKNOWN, UNKNOWN),
        )
    ]
    return [*offers, *bookings, *steps, *_holdings(), *_money()]


def _holdings() -> list[Row]:
    return [
        a_row(
            Asset,
            QDN,
            31,
            asset="14 ft dump trailer",
            type="trailer",
            value=usd(6200),
            value_date=day("2026-08-01"),
            insured_until=day("2027-03-01"),
        ),
        a_row(
            Asset,
            QDN,
            32,
            asset="2016 pickup",
            type="vehicle",
            value=usd(14000),
            value_date=day("2026-08-01"),
            insured_until=UNKNOWN,
            estimates=("value",),
        ),
        a_row(Compliance, QDN, 91, item="City business tax certificate", expires=day("2027-01-31")),
        a_row(Compliance, QDN, 92, item="Waste hauler registration", expires=UNKNOWN),
    ]


def _money() -> list[Row]:
    return [
        a_row(
            Cost,
            QDN,
            item="Insurance",
            amount=usd(212),
            cadence="monthly",
            nature="fixed",
            next_due=day("2026-11-12"),
        ),
        a_row(
            Cost,
            QDN,
            item="Phone",
            amount=usd(38),
            cadence="monthly",
            nature="fixed",
            next_due=day("2026-11-03"),
        ),
        a_plan("2026-11", usd(5000), QDN),
        a_plan("2026-12", usd(6000), QDN),
    ]


def a_plan(period: str | Period, amount: Money | Blank, entity: str = JADA) -> PlanLine:
    """Planned revenue; a text period is a month."""
    when = month(period) if isinstance(period, str) else period
    return PlanLine(entity=entity, source=a_source(entity, 80), month=when, line="revenue", amount=amount)


def changed(row: R, columns: Mapping[str, object]) -> R:
    """The row with other values in some columns."""
    return msgspec.structs.replace(row, **columns)


def the_handoff() -> Handoff:
    return a_handoff(the_entity(), *the_rows())


def the_facts() -> Facts:
    return facts_of(*the_rows(), entity=the_entity(), as_of=AS_OF)


def by_id(facts: Facts, entity: str = "") -> dict[str, Figure]:
    """The figures of one entity, or of the portfolio."""
    return {one.id: one for one in all_figures(facts, currency="USD") if one.entity == entity}


def plain(figure: Figure) -> object:
    """The bare value: `212.00`, `2 of 6`, `0.461` to three places, or the state with what it needs."""
    match figure.value:
        case Money(amount, currency):
            return f"{amount:.2f}" if currency == "USD" else f"{currency} {amount:.2f}"
        case Ratio(_, part, whole) if part is not None:
            return f"{part} of {whole}"
        case Ratio(share) | (Decimal() as share):
            return f"{share:.3f}".rstrip("0").rstrip(".")
        case Missing(state, needs):
            return " ".join([state, *needs])
    return figure.value
