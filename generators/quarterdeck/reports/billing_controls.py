"""Controls over invoices and payments: gaps, doubles, money without paper and paper without money."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

import msgspec

from quarterdeck.figures.billing import NOT_SENT, Receivable
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.services import Delivery, Invoice, Payment
from quarterdeck.model.values import Blank, Money
from quarterdeck.reports.cells import name_of, on, text
from quarterdeck.reports.words import counted, day, money

_NUMBERED = re.compile(r"^(.*?)(\d+)$")
_NEAR = timedelta(days=3)
_LONGEST_GAP = 20
"""A longer run of numbers is another series, not a gap."""


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


def controls(facts: Facts, entity: Entity, owed: Sequence[Receivable]) -> tuple[Control, ...]:
    """Every control, in the order of an auditor's questions; none without an invoice, payment or delivery."""
    invoices = facts.of(Invoice, entity.entity)
    payments = facts.of(Payment, entity.entity)
    deliveries = facts.of(Delivery, entity.entity)
    if not (invoices or payments or deliveries):
        return ()
    live = [one.invoice for one in owed]
    ids = {one.id for one in invoices}
    trips = {one.id for one in deliveries}
    left = [one for one in deliveries if one.status in {"completed", "in-progress"}]
    return (
        Control(
            "Numbers without a gap",
            "every number is an invoice or a void one",
            tuple(_gaps(invoices)),
            checked=len(invoices),
        ),
        Control(
            "No invoice twice", "same customer, amount, three days", tuple(_doubles(live)), checked=len(live)
        ),
        Control(
            "Payments name their invoice",
            "money has paper",
            tuple(_loose(payments, ids)),
            checked=len(payments),
        ),
        Control(
            "Invoices name their delivery", "paper has work", tuple(_stray(live, trips)), checked=len(live)
        ),
        Control(
            "Voids say why",
            "a note on each",
            tuple(_voids(invoices)),
            checked=sum(one.status == "void" for one in invoices),
        ),
        Control(
            "Deposits are applied",
            "a deposit is on an invoice",
            tuple(_deposits(deliveries, owed)),
            checked=sum(_has_deposit(one) for one in deliveries),
        ),
        Control(
            "Contract before departure",
            "no paper, no departure",
            tuple(_without(left, "contract")),
            checked=len(left),
        ),
        Control(
            "Deposit before departure",
            "no deposit, no departure",
            tuple(_without(left, "deposit")),
            checked=len(left),
        ),
        Control(
            "Terms are written",
            "days to pay stand with each delivery",
            tuple(_terms(deliveries)),
            checked=len(deliveries),
        ),
    )


def _number(thing: object) -> str:
    return name_of(thing).upper()


def _gaps(invoices: Iterable[Invoice]) -> Iterator[str]:
    series: dict[str, set[int]] = {}
    width: dict[str, int] = {}
    for one in invoices:
        parts = _NUMBERED.match(one.id) if isinstance(one.id, str) else None
        if parts:
            series.setdefault(parts[1], set()).add(int(parts[2]))
            width[parts[1]] = len(parts[2])
    for prefix, numbers in series.items():
        for before, after in pairwise(sorted(numbers)):
            if 1 < after - before <= _LONGEST_GAP:
                missing = range(before + 1, after)
                yield (
                    ", ".join(f"{prefix}{one:0{width[prefix]}d}".upper() for one in missing)
                    + " is no invoice"
                )


def _doubles(invoices: Sequence[Invoice]) -> Iterator[str]:
    dated = [one for one in invoices if isinstance(one.issued, date) and isinstance(one.amount, Money)]
    for one, other in combinations(dated, 2):
        same = (
            one.customer == other.customer
            and not isinstance(one.customer, Blank)
            and one.amount == other.amount
        )
        if (
            same
            and isinstance(one.issued, date)
            and isinstance(other.issued, date)
            and abs(one.issued - other.issued) <= _NEAR
        ):
            yield f"{_number(one.id)} and {_number(other.id)}, both {_money(one.amount)} to {name_of(one.customer)}"


def _money(amount: object) -> str:
    return money(amount) if isinstance(amount, Money) else "an amount that is not known"


def _loose(payments: Iterable[Payment], ids: set[str | Blank]) -> Iterator[str]:
    for one in payments:
        if isinstance(one.invoice, Blank) or one.invoice not in ids:
            what = (
                "names no invoice"
                if isinstance(one.invoice, Blank)
                else f"names {_number(one.invoice)}, which is not there"
            )
            when = f" of {day(one.date)}" if isinstance(one.date, date) else ""
            yield f"{_number(one.id)}: {_money(one.amount)}{when} from {name_of(one.payer, 'nobody named')} {what}"


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
