"""Rules of letting: is the rent paid, does the lease go on, is the deposit right, and may the rent rise so far."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.kpis import printed
from quarterdeck.figures.ledger import balance
from quarterdeck.figures.rental import LET, newest_leases, rent_late
from quarterdeck.model.entity import Entity
from quarterdeck.model.holdings import Lease, Property
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, ends, listed, money, percent

_LATE_DAYS = 5
_VERY_LATE_DAYS = 30
_RENEW_WITHIN = 60
_RENEW_NOW = 30
_SETTLE_WITHIN = 21
"""Days after moving out in which a deposit is to be given back or itemised in California."""
_WARN_OF_DEPOSIT = 14
_EMPTY_DAYS = 30


@rule(
    "R-RNT-01",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "the forecast counts on this rent (F-C2)"),),
    action="Give the notice that the lease asks for, today.",
    effort_hours=1,
    reads=(
        "rent_roll.unit",
        "rent_roll.status",
        "rent_roll.paid_through",
        "rent_roll.due_day",
        "rent_roll.rent",
    ),
)
def rent_unpaid(known: Known) -> Iterator[Hit]:
    """A let unit whose rent is more than five days late.

    What it checks: `paid_through` and `due_day` of the Rent roll; more than 30 days late is high.
    Why it matters: rent that is a month late is often never paid, and each step of notice has its own wait.
    How to mend: speak to the tenant, then give the notice that the lease asks for.
    Known limits: it goes by the day that somebody wrote, not by the bank.
    Source: Quarterdeck's own rule.
    """
    for lease in known.facts.of(Lease):
        late = rent_late(lease, known.as_of)
        if late is None or late <= _LATE_DAYS or not isinstance(lease.unit, str):
            continue
        rent = f"; {money(lease.rent)} a month is due there" if isinstance(lease.rent, Money) else ""
        yield Hit(
            entity=lease.entity,
            subject=lease.unit,
            severity=Severity.HIGH if late > _VERY_LATE_DAYS else None,
            message=f"The rent of {lease.unit} is {days(late)} late{rent}.",
            evidence=(lease.source,),
            at_stake=lease.rent if isinstance(lease.rent, Money) else None,
        )


@rule(
    "R-RNT-03",
    severity=Severity.MEDIUM,
    roles=("cfo", "ceo"),
    affects=(("cfo", "the target counts on this rent (F-T1)"),),
    action="Offer the renewal in writing, with rent and term.",
    effort_hours=2,
    reads=(
        "rent_roll.unit",
        "rent_roll.status",
        "rent_roll.lease_end",
        "rent_roll.renewal",
        "rent_roll.notice_received",
        "rent_roll.rent",
    ),
)
def lease_ends_unrenewed(known: Known) -> Iterator[Hit]:
    """A lease that ends within sixty days, and neither a renewal is signed nor notice given.

    What it checks: `lease_end`, `renewal`, `notice_received` and `status` of the Rent roll; within 30 days is high.
    Why it matters: without a word the unit either stands empty or runs on under terms that nobody chose.
    How to mend: offer the renewal, ask for the answer, or agree on the day of leaving.
    Known limits: an offer that nobody answered is no renewal; a lease from month to month has no last day.
    Source: Quarterdeck's own rule.
    """
    for lease in known.facts.of(Lease):
        if (
            lease.status != "occupied"
            or not isinstance(lease.lease_end, date)
            or not isinstance(lease.unit, str)
        ):
            continue
        left = (lease.lease_end - known.as_of).days
        if left > _RENEW_WITHIN or _is_settled(lease):
            continue
        offered = lease.renewal == "offered"
        yield Hit(
            entity=lease.entity,
            subject=lease.unit,
            severity=Severity.HIGH if left <= _RENEW_NOW else None,
            message=(
                f"The lease of {lease.unit} {ends(left)}, and "
                f"{'the renewal that was offered is not signed' if offered else 'no renewal is written down'}."
            ),
            evidence=(lease.source,),
            action="Ask the tenant for an answer, and set a day for it." if offered else "",
            at_stake=lease.rent if isinstance(lease.rent, Money) else None,
        )


def _is_settled(lease: Lease) -> bool:
    """Whether it is plain who goes and who stays."""
    return lease.renewal in {"signed", "declined"} or isinstance(lease.notice_received, date)


@rule(
    "R-RNT-04",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(("accounting", "tenants' deposits are a debt of the books (F-R2)"),),
    action="Ask the adviser how much may be held; post what is held as a liability.",
    effort_hours=2,
    reads=(
        "rent_roll.unit",
        "rent_roll.deposit_held",
        "rent_roll.rent",
        "rent_roll.deposit_returned_on",
        "figure.deposits_tenants",
        "ledger",
    ),
)
def deposit_too_high_or_unbooked(known: Known) -> Iterator[Hit]:
    """A deposit above what may be held, or deposits that the books do not show as owed.

    What it checks: `deposit_held` against `thresholds.deposit_limit_months` times the rent, one by default; and
    the balance of `Liabilities:…:SecurityDeposits` where the business has books.
    Why it matters: a deposit is the tenant's money; what is above the limit can be claimed back with a penalty.
    How to mend: ask the adviser, give back what is too much, post the rest as a liability.
    Known limits: limits differ for older leases and small owners, which only the adviser can say.
    Source: California Civil Code 1950.5.
    """
    limit = known.facts.assumed.deposit_limit_months
    for lease in known.facts.of(Lease):
        held, rent = lease.deposit_held, lease.rent
        if not (isinstance(held, Money) and isinstance(rent, Money) and isinstance(lease.unit, str)):
            continue
        if isinstance(lease.deposit_returned_on, date) or held.currency != rent.currency:
            continue
        if held.amount > rent.amount * limit:
            yield Hit(
                entity=lease.entity,
                subject=lease.unit,
                message=(
                    f"{money(held)} is held as deposit for {lease.unit}; the limit, "
                    f"{printed(limit, 'count', '')} {'month' if limit == 1 else 'months'} of rent, is "
                    f"{money(rent * limit)}."
                ),
                evidence=(lease.source,),
            )
    for entity in known.facts.entities:
        yield from _unbooked(known, entity)


def _unbooked(known: Known, entity: Entity) -> Iterator[Hit]:
    scope, journal = known.scope(entity), known.facts.journal(entity)
    held = known.figure("deposits_tenants", entity.entity)
    if not journal or held is None or not isinstance(held.value, Money) or held.value.amount <= 0:
        return
    account = journal.name("Liabilities", "SecurityDeposits")
    owed = balance(scope, journal, "deposits_booked", "Deposits in the books", [account], sign=-1).value
    if isinstance(owed, Money) and owed.amount <= 0:
        yield Hit(
            entity=entity.entity,
            subject="deposits",
            message=f"{money(held.value)} of tenants' deposits are held, and the books show none of it as owed.",
            evidence=held.sources[:3],
            action=f"Post it to {account}.",
        )


@rule(
    "R-RNT-05",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(("ceo", "the law: a late deposit can cost twice as much again"),),
    action="Itemise what is kept with receipts, and pay the rest.",
    effort_hours=3,
    reads=(
        "rent_roll.unit",
        "rent_roll.moved_out",
        "rent_roll.deposit_held",
        "rent_roll.deposit_returned_on",
    ),
)
def deposit_not_settled(known: Known) -> Iterator[Hit]:
    """A tenant left more than fourteen days ago, and the deposit is still with us.

    What it checks: `moved_out`, `deposit_held` and `deposit_returned_on` of the Rent roll.
    Why it matters: 21 days after moving out the deposit is to be back or itemised; bad faith costs up to twice as
    much again.
    How to mend: itemise what is kept, with receipts, and pay the rest.
    Known limits: what was paid and not written down looks as if it had not been.
    Source: California Civil Code 1950.5.
    """
    for lease in known.facts.of(Lease):
        held = lease.deposit_held
        if not (
            isinstance(lease.moved_out, date) and isinstance(held, Money) and isinstance(lease.unit, str)
        ):
            continue
        gone = (known.as_of - lease.moved_out).days
        if gone <= _WARN_OF_DEPOSIT or not held.amount or not isinstance(lease.deposit_returned_on, Blank):
            continue
        left = _SETTLE_WITHIN - gone
        whole = days(_SETTLE_WITHIN)
        limit = f"{left} of {whole} are left" if left >= 0 else f"the limit is {whole}"
        yield Hit(
            entity=lease.entity,
            subject=lease.unit,
            message=(
                f"The tenant of {lease.unit} left {days(gone)} ago, and the deposit of {money(held)} is not settled; "
                f"{limit}."
            ),
            evidence=(lease.source,),
        )


@rule(
    "R-RNT-06",
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    affects=(("cfo", "rent that the target counts on (F-N7, F-T1)"),),
    action="Look at price, pictures and where it is listed; show it this week.",
    effort_hours=4,
    reads=(
        "entity.status",
        "rent_roll.unit",
        "rent_roll.status",
        "rent_roll.moved_out",
        "rent_roll.market_rent",
        "rent_roll.rent",
    ),
)
def unit_stands_empty(known: Known) -> Iterator[Hit]:
    """A unit of an active business that has stood empty for more than thirty days.

    What it checks: `status` and `moved_out` of the last lease of each unit.
    Why it matters: one empty month costs more than a lower price in most years.
    How to mend: look at the price, the pictures and where it is listed.
    Known limits: without the day on which the tenant left nobody knows how long it is empty.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        for lease in newest_leases(known.facts.of(Lease, entity.entity)):
            if (
                lease.status != "vacant"
                or not isinstance(lease.moved_out, date)
                or not isinstance(lease.unit, str)
            ):
                continue
            empty = (known.as_of - lease.moved_out).days
            rent = lease.market_rent if isinstance(lease.market_rent, Money) else lease.rent
            if empty > _EMPTY_DAYS:
                lost = f"; a new tenant would pay {money(rent)} a month" if isinstance(rent, Money) else ""
                yield Hit(
                    entity=entity.entity,
                    subject=lease.unit,
                    message=f"{lease.unit} has stood empty for {days(empty)}{lost}.",
                    evidence=(lease.source,),
                    at_stake=rent if isinstance(rent, Money) else None,
                )


@rule(
    "R-RNT-07",
    severity=Severity.HIGH,
    roles=("accounting", "ceo"),
    affects=(("ceo", "the law: a rent above the cap is to be paid back"),),
    action="Confirm with the adviser whether the house is covered, before any letter goes out.",
    effort_hours=3,
    reads=(
        "property.rent_cap_status",
        "rent_roll.unit",
        "rent_roll.status",
        "rent_roll.rent",
        "rent_roll.planned_rent",
        "figure.rent_ceiling",
    ),
)
def rent_rises_too_far(known: Known) -> Iterator[Hit]:
    """A rent is planned to rise further than the cap allows, or nobody knows whether there is a cap.

    What it checks: `planned_rent` against `rent` of each let unit, the ceiling (F-N17) and `rent_cap_status`.
    Why it matters: what is above the cap is to be paid back, with a penalty where it was done knowingly.
    How to mend: ask the adviser; keep the notice of exemption on file, or plan within the ceiling.
    Known limits: an increase of the last twelve months counts against the same cap and is not added up here.
    Source: California Civil Code 1947.12.
    """
    for entity in known.facts.entities:
        rises = [
            (lease, share)
            for lease in known.facts.of(Lease, entity.entity)
            if lease.status in LET and (share := _rise(lease)) is not None and share > 0
        ]
        house = next(iter(known.facts.of(Property, entity.entity)), None)
        if house and house.rent_cap_status == "unsure" and rises:
            names = listed([f"{lease.unit} by {percent(share)}" for lease, share in rises])
            yield Hit(
                entity=entity.entity,
                subject="rent cap",
                message=f"Rents are to rise, {names}, and nobody knows whether the law caps them.",
                evidence=(house.source, *(lease.source for lease, _ in rises)),
            )
        most = known.number("rent_ceiling", entity.entity)
        for lease, share in rises:
            if most is not None and share > most and isinstance(lease.unit, str):
                yield Hit(
                    entity=entity.entity,
                    subject=lease.unit,
                    message=f"The rent planned for {lease.unit} is {percent(share)} more; {percent(most)} is allowed.",
                    evidence=(lease.source,),
                    action="Plan within the ceiling.",
                )


def _rise(lease: Lease) -> Decimal | None:
    """By what share the planned rent is above today's; None where either is not known."""
    now, then = lease.rent, lease.planned_rent
    if (
        not (isinstance(now, Money) and isinstance(then, Money))
        or not now.amount
        or now.currency != then.currency
    ):
        return None
    return then.amount / now.amount - 1
