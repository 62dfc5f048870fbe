"""Controls over invoices and payments: gaps, doubles, money without paper and paper without money."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import NOT_SENT, Receivable
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Finding
from quarterdeck.model.services import Delivery, Invoice, Payment
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.cells import name_of, on, text
from quarterdeck.reports.words import counted, day, money


class Control(msgspec.Struct, frozen=True):
    """One control and what it found."""

    name: str
    rule: str
    """What would be right, in a few words."""
    found: tuple[str, ...]
    checked: int = 0

    @property
    def state(self) -> str:
        """Print `2 of 17`, `17 checked`, or that there was nothing to look at."""
        if self.found:
            return f"{len(self.found)} found, {self.checked} checked"
        return f"{self.checked} checked" if self.checked else "there was nothing to check"


def controls(
    facts: Facts, entity: Entity, owed: Sequence[Receivable], findings: Iterable[Finding]
) -> tuple[Control, ...]:
    """Every control, in the order of an auditor's questions; none without an invoice, payment or delivery."""
    name = entity.entity
    if not any((facts.of(Invoice, name), facts.of(Payment, name), facts.of(Delivery, name))):
        return ()
    told = [one for one in findings if one.rule == "R-DLV-08" and one.entity == name]
    return (
        *_of_numbers(facts, entity, owed, told),
        *_of_papers(facts, entity, owed),
        *_of_departures(facts.of(Delivery, name)),
    )


def _of_numbers(
    facts: Facts, entity: Entity, owed: Sequence[Receivable], told: Sequence[Finding]
) -> Iterator[Control]:
    """What the rule on numbers found of each kind."""
    invoices, payments = facts.of(Invoice, entity.entity), facts.of(Payment, entity.entity)
    for kind, name, right, checked in (
        ("gap", "Numbers without a gap", "every number is an invoice or a void one", len(invoices)),
        ("twice", "No invoice twice", "same customer, amount, three days", len(owed)),
        ("payment", "Payments name their invoice", "money has paper", len(payments) if invoices else 0),
    ):
        found = [one.message.removesuffix(".") for one in told if one.subject.startswith(f"{kind}/")]
        yield Control(name, right, tuple(found), checked)


def _of_papers(facts: Facts, entity: Entity, owed: Sequence[Receivable]) -> Iterator[Control]:
    """Invoices beside deliveries: what each is for, why it is void, whether the deposit is on it."""
    invoices, deliveries = facts.of(Invoice, entity.entity), facts.of(Delivery, entity.entity)
    stray = _stray([one.invoice for one in owed], {one.id for one in deliveries})
    void = sum(one.status == "void" for one in invoices)
    with_deposit = sum(_has_deposit(one) for one in deliveries)
    yield Control("Invoices name their delivery", "paper has work", tuple(stray), len(owed))
    yield Control("Voids say why", "a note on each", tuple(_voids(invoices)), void)
    found = tuple(_deposits(deliveries, owed))
    yield Control("Deposits are applied", "a deposit is on an invoice", found, with_deposit)


def _of_departures(deliveries: Sequence[Delivery]) -> Iterator[Control]:
    """What should be there before the lines are cast off."""
    left = [one for one in deliveries if one.status in {"completed", "in-progress"}]
    for name, right, what in (
        ("Contract before departure", "no paper, no departure", "contract"),
        ("Deposit before departure", "no deposit, no departure", "deposit"),
    ):
        yield Control(name, right, tuple(_without(left, what)), len(left))
    words = "days to pay stand with each delivery"
    yield Control("Terms are written", words, tuple(_terms(deliveries)), len(deliveries))


def _number(thing: object) -> str:
    return name_of(thing).upper()


def _money(amount: object) -> str:
    return money(amount) if isinstance(amount, Money) else "an amount that is not known"


def _stray(invoices: Iterable[Invoice], trips: set[str | Blank]) -> Iterator[str]:
    for one in invoices:
        if isinstance(one.ref, Blank) or one.ref not in trips:
            what = (
                "names no delivery"
                if isinstance(one.ref, Blank)
                else f"names {_number(one.ref)}, which is not there"
            )
            yield f"{_number(one.id)}, {_money(one.amount)}, {what}"


def _voids(invoices: Iterable[Invoice]) -> Iterator[str]:
    return (
        f"{_number(one.id)}, {_money(one.amount)}"
        for one in invoices
        if one.status == "void" and not text(one.note)
    )


def _has_deposit(delivery: Delivery) -> bool:
    return isinstance(delivery.deposit, Money) and delivery.deposit.amount > 0


def _deposits(deliveries: Iterable[Delivery], owed: Sequence[Receivable]) -> Iterator[str]:
    """Deposits of trips that ended or were called off, for which no invoice took in as much."""
    for one in deliveries:
        if (
            not isinstance(one.deposit, Money)
            or not one.deposit.amount
            or one.status not in {"completed", "cancelled"}
        ):
            continue
        mine = [bill for bill in owed if bill.invoice.ref == one.id]
        paid = sum((bill.paid.amount for bill in mine if isinstance(bill.paid, Money)), Decimal(0))
        if not mine:
            yield f"{_number(one.id)}: {_money(one.deposit)}, and no invoice"
        elif paid < one.deposit.amount and all(isinstance(bill.paid, Money) for bill in mine):
            came = money(Money(paid, one.deposit.currency))
            yield f"{_number(one.id)}: {money(one.deposit)} written, {came} paid on its invoices"


def _without(deliveries: Iterable[Delivery], what: str) -> Iterator[str]:
    for one in deliveries:
        thing = getattr(one, what)
        started = f", started {day(one.start)}" if on(one.start) and isinstance(one.start, date) else ""
        if thing is False or (isinstance(thing, Money) and not thing.amount):
            yield f"{_number(one.id)}, {name_of(one.customer)}: none{started}"
        elif isinstance(thing, Blank) and thing.why != "n/a":
            yield f"{_number(one.id)}, {name_of(one.customer)}: not known{started}"


def _terms(deliveries: Sequence[Delivery]) -> Iterator[str]:
    bare = [
        one
        for one in deliveries
        if isinstance(one.terms_days, Blank) and one.status not in NOT_SENT | {"cancelled"}
    ]
    if bare:
        names = ", ".join(_number(one.id) for one in bare)
        yield f"{counted(len(bare), 'delivery', 'deliveries')} without: {names}"
