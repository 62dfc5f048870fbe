"""Rules of earning: what a customer is billed for, and whether tax on it is settled."""

from collections.abc import Iterator
from datetime import date, timedelta

from quarterdeck.model.facts import Facts
from quarterdeck.model.sales import Booking, Offer
from quarterdeck.model.services import Delivery, TimeEntry
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Period
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule

_RECENT = timedelta(days=90)


def _worked_recently(facts: Facts, entity: str) -> bool:
    """Whether a booking, delivery or hours of the last ninety days are written down, for it or a part of it."""
    family = {entity, *facts.parts_of(entity)}
    since = facts.as_of - _RECENT
    sailed = any(
        booking.status == "completed"
        and isinstance(booking.service_date, date)
        and booking.service_date >= since
        for member in family
        for booking in facts.of(Booking, member)
    )
    delivered = any(
        trip.status == "completed" and isinstance(trip.end, date) and trip.end >= since
        for member in family
        for trip in facts.of(Delivery, member)
    )
    return (
        sailed
        or delivered
        or any(
            isinstance(entry.month, Period) and entry.month.end >= since
            for member in family
            for entry in facts.of(TimeEntry, member)
        )
    )


@rule(
    "R-ACC-01",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(("cfo", "the revenue target has no basis (F-T1)"), ("ceo", "revenue of the portfolio")),
    action="Choose what each client or offer is billed for, write the terms, then invoice.",
    effort_hours=8,
    reads=(
        "entity.billing_model",
        "bookings.status",
        "bookings.service_date",
        "deliveries.status",
        "deliveries.end",
        "time_log.month",
    ),
)
def no_billing_model(known: Known) -> Iterator[Hit]:
    """An active business that has not decided what a customer is billed for.

    What it checks: `billing_model` of the front matter.
    Why it matters: without terms there is no contract, and money received stays a liability.
    How to mend: choose a model per client or offer and write it down.
    Known limits: critical only where work of the last ninety days is written down.
    Source: FASB ASC 606-10-25-7: no contract, and what was received stays a liability.
    """
    for entity in known.facts.active():
        if entity.parent:
            continue
        absent = isinstance(entity.billing_model, Blank) and entity.billing_model.why != "n/a"
        if entity.billing_model == "none" or absent:
            worked = _worked_recently(known.facts, entity.entity)
            yield Hit(
                entity=entity.entity,
                subject="billing_model",
                severity=Severity.CRITICAL if worked else None,
                message=f"{entity.title} works without a billing model"
                + (", and delivered work in the last 90 days." if worked else "."),
                evidence=(entity.source,),
            )


@rule(
    "R-ACC-18",
    severity=Severity.HIGH,
    roles=("accounting",),
    affects=(("cfo", "sales tax may be owed that nobody set aside"),),
    action="Ask the tax adviser; write the answer, the name and the day into Offers.",
    effort_hours=2,
    reads=("offers.offer", "offers.tax_treatment", "offers.tax_confirmed_by"),
)
def tax_not_confirmed(known: Known) -> Iterator[Hit]:
    """An offer on sale whose sales tax nobody has confirmed.

    What it checks: `tax_treatment` and `tax_confirmed_by` of the Offers table.
    Why it matters: tax that was not collected is still owed.
    How to mend: a named adviser decides; write name and day.
    Known limits: we never decide whether something is taxable.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        for offer in known.facts.of(Offer, entity.entity):
            if not isinstance(offer.offer, str):
                continue
            if offer.tax_treatment == "unsure" or isinstance(offer.tax_treatment, Blank):
                says = "nobody knows whether tax is due"
            elif isinstance(offer.tax_confirmed_by, Blank):
                says = f"it is sold as {offer.tax_treatment}, and no adviser is named"
            else:
                continue
            yield Hit(
                entity=entity.entity,
                subject=offer.offer,
                message=f"Sales tax on {offer.offer}: {says}.",
                evidence=(offer.source,),
            )
