"""Rules of invoices and payments: what is overdue, how much hangs on one customer, and do the numbers hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from quarterdeck.figures.billing import Receivable, live_invoices, receivables
from quarterdeck.figures.names import folded
from quarterdeck.formulas.receivables import Bucket, days_to_pay
from quarterdeck.model.entity import Entity
from quarterdeck.model.services import Invoice, Payment
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Money
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import a_month, days, listed, money, percent

STEPS: Mapping[Bucket, str] = {
    "current": "Nothing yet.",
    "1-30": "Send a reminder.",
    "31-60": "Call.",
    "61-90": "Send the final notice.",
    "90+": "Decide: a payment plan, small claims, or write it off.",
}
"""What to do about an open invoice by its age."""
_SEVERITY: Mapping[Bucket, Severity] = {
    "31-60": Severity.MEDIUM,
    "61-90": Severity.HIGH,
    "90+": Severity.HIGH,
}
_MUCH_TOO_OLD = Decimal("0.10")
_MOST_OF_ONE = Decimal("0.40")
_OVER_TERMS = 30
_NUMBERED = re.compile(r"^(.*?)(\d+)$")
_TWICE_WITHIN = timedelta(days=3)
_LONGEST_GAP = 20
"""A longer run of numbers is another series, not a gap."""
_FEW = 3


def _billing(known: Known) -> Iterator[Entity]:
    """The businesses that list invoices or payments."""
    for entity in known.facts.entities:
        has_invoices, has_payments = (known.facts.has_table(one, entity.entity) for one in (Invoice, Payment))
        if has_invoices or has_payments:
            yield entity


def customer_of(invoice: Invoice) -> str:
    """Who owes an invoice, as written: the customer, else what it is for."""
    named = [one for one in (invoice.customer, invoice.ref) if isinstance(one, str)]
    return named[0] if named else "a customer who is not written"


@rule(
    "R-DLV-04",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("cfo", "the forecast counts on this receipt (F-C2)"),),
    action="Call.",
    effort_hours=1,
    reads=(
        "invoices.id",
        "invoices.due",
        "invoices.issued",
        "invoices.amount",
        "invoices.write_off",
        "invoices.customer",
        "invoices.promised_on",
        "payments.amount",
        "payments.invoice",
        "figure.ar_open",
    ),
)
def invoice_overdue(known: Known) -> Iterator[Hit]:
    """An invoice is more than thirty days overdue.

    What it checks: open invoices by days past due (F-L5): 31 to 60 is medium, above that high, and above 90
    critical where the invoice is a tenth or more of all that customers owe.
    Why it matters: the older an invoice, the less of it ever comes (F-L11).
    How to mend: a call, then a final notice, then a decision, each on its day.
    Known limits: an invoice whose payments are not known is not judged; a promise to pay does not stop the clock.
    Source: Quarterdeck's own rule.
    """
    for entity in _billing(known):
        scope, whole = known.scope(entity), known.number("ar_open", entity.entity)
        for one in receivables(scope):
            bucket, left = one.bucket, one.open
            if not (
                isinstance(bucket, str)
                and bucket in _SEVERITY
                and isinstance(left, Money)
                and left.amount > 0
            ):
                continue
            heavy = (
                bucket == "90+" and bool(whole) and (scope.amount(left) or 0) >= (whole or 0) * _MUCH_TOO_OLD
            )
            if isinstance(one.invoice.id, str):
                yield Hit(
                    entity=entity.entity,
                    subject=one.invoice.id,
                    severity=Severity.CRITICAL if heavy else _SEVERITY[bucket],
                    message=(
                        f"{customer_of(one.invoice)} owes {money(left)} on {one.invoice.id.upper()}, "
                        f"{days(one.days_late)} overdue{_promise(known, one.invoice)}."
                    ),
                    evidence=(one.invoice.source,),
                    action=STEPS[bucket],
                    at_stake=a_month(left),
                )


def _promise(known: Known, invoice: Invoice) -> str:
    day = invoice.promised_on
    if not isinstance(day, date) or day <= known.as_of:
        return ""
    return f"; payment is promised in {days((day - known.as_of).days)}"


@rule(
    "R-DLV-08",
    severity=Severity.MEDIUM,
    roles=("accounting",),
    affects=(("accounting", "bills and money do not agree (F-L4)"),),
    action="Explain it in a note, or correct the row.",
    effort_hours=1,
    reads=(
        "invoices.id",
        "invoices.status",
        "invoices.issued",
        "invoices.amount",
        "invoices.customer",
        "payments.id",
        "payments.invoice",
        "payments.amount",
        "payments.payer",
        "figure.paid_gap",
        "figure.open_gap",
    ),
)
def numbers_do_not_hold(known: Known) -> Iterator[Hit]:
    """A number is missing among the invoices, one stands there twice, money came for none, or the books differ.

    What it checks: numbers of each series without a gap (a void one is none); live invoices of one customer and
    amount within three days; payments that name no invoice that is there; and what was paid and is open on each
    invoice that entries of the books name.
    Why it matters: a number that is missing is a bill that nobody sent, or one that nobody booked.
    How to mend: a note that says why, or the row that is missing.
    Known limits: numbers more than twenty apart are taken for two series.
    Source: Quarterdeck's own rule.
    """
    for entity in _billing(known):
        invoices = known.facts.of(Invoice, entity.entity)
        yield from _gaps(invoices)
        yield from _doubles(live_invoices(known.scope(entity)))
        if known.facts.has_table(Invoice, entity.entity):
            yield from _payments_for_nothing(known.facts.of(Payment, entity.entity), invoices)
        yield from _books_that_differ(known, entity)


def _gaps(invoices: Sequence[Invoice]) -> Iterator[Hit]:
    series: dict[str, dict[int, Invoice]] = {}
    for one in invoices:
        if isinstance(one.id, str) and (parts := _NUMBERED.match(one.id)):
            series.setdefault(parts[1], {})[int(parts[2])] = one
    for prefix, numbers in series.items():
        for before, after in pairwise(sorted(numbers)):
            if 1 < after - before <= _LONGEST_GAP:
                width = len(str(numbers[before].id)) - len(prefix)
                missing = [f"{prefix}{one:0{width}d}".upper() for one in range(before + 1, after)]
                words = listed(missing) if len(missing) <= _FEW else f"{missing[0]} to {missing[-1]}"
                verb = "is" if len(missing) == 1 else "are"
                yield Hit(
                    entity=numbers[after].entity,
                    subject=f"gap/{missing[0].lower()}",
                    message=(
                        f"{words} {verb} missing between "
                        f"{str(numbers[before].id).upper()} and {str(numbers[after].id).upper()}."
                    ),
                    evidence=(numbers[after].source,),
                )


def _doubles(invoices: Sequence[Invoice]) -> Iterator[Hit]:
    """Two live invoices of one customer and amount within three days; only neighbours by day are compared."""
    same: dict[tuple[str, Money], list[tuple[date, Invoice]]] = {}
    for one in invoices:
        if isinstance(one.customer, str) and isinstance(one.amount, Money) and isinstance(one.issued, date):
            same.setdefault((folded(one.customer), one.amount), []).append((one.issued, one))
    for (_, amount), dated in same.items():
        for (first, one), (then, other) in pairwise(
            sorted(dated, key=lambda item: (item[0], str(item[1].id)))
        ):
            if then - first <= _TWICE_WITHIN:
                yield Hit(
                    entity=other.entity,
                    subject=f"twice/{one.id}/{other.id}",
                    message=(
                        f"{str(one.id).upper()} and {str(other.id).upper()} ask {other.customer} for the same "
                        f"{money(amount)} within {days(_TWICE_WITHIN.days)}."
                    ),
                    evidence=(one.source, other.source),
                )


def _payments_for_nothing(payments: Sequence[Payment], invoices: Sequence[Invoice]) -> Iterator[Hit]:
    ids = {one.id for one in invoices}
    for one in payments:
        if one.invoice in ids and isinstance(one.invoice, str):
            continue
        amount = money(one.amount) if isinstance(one.amount, Money) else "A payment"
        payer = f" from {one.payer}" if isinstance(one.payer, str) else ""
        what = (
            f"names {one.invoice.upper()}, which is not there"
            if isinstance(one.invoice, str)
            else "names no invoice"
        )
        name = one.id if isinstance(one.id, str) else "without a number"
        yield Hit(
            entity=one.entity,
            subject=f"payment/{name}",
            message=f"{name.upper() if name == one.id else 'A payment'}: {amount}{payer} {what}.",
            evidence=(one.source,),
        )


def _books_that_differ(known: Known, entity: Entity) -> Iterator[Hit]:
    """Invoices of which the books and the lists say different things; what was paid goes before what is open."""
    told: set[str] = set()
    for kind, words in (("paid", "was paid"), ("open", "is open")):
        for gap in known.figures_of(f"{kind}_gap", entity.entity):
            invoice = gap.id.partition(":")[2]
            sides = [known.figure(f"{kind}_{side}:{invoice}", entity.entity) for side in ("booked", "listed")]
            amounts = [money(one.value) for one in sides if one and isinstance(one.value, Money)]
            if len(amounts) == len(sides) and invoice not in told:
                told.add(invoice)
                yield Hit(
                    entity=entity.entity,
                    subject=f"books/{invoice}",
                    message=f"{invoice.upper()}: by the books {amounts[0]} {words}, by the lists {amounts[1]}.",
                    evidence=tuple(place for one in sides if one for place in one.sources[:1]),
                )


@rule(
    "R-DLV-09",
    severity=Severity.MEDIUM,
    roles=("cfo", "accounting"),
    affects=(("cfo", "one customer who does not pay is felt at once (F-L4, F-L11)"),),
    action="Set a limit for this customer, and ask for deposits until it owes less.",
    effort_hours=2,
    reads=(
        "entity.status",
        "invoices.customer",
        "invoices.ref",
        "invoices.amount",
        "payments.amount",
        "figure.ar_open",
    ),
)
def one_customer_owes_most(known: Known) -> Iterator[Hit]:
    """One customer owes more than forty percent of all that customers owe.

    What it checks: open balances of live invoices by customer (F-L4), of active businesses.
    Why it matters: what one customer decides then moves the cash of the whole business.
    How to mend: a limit that is written down; deposits above it.
    Known limits: with two or three customers it is so by nature; invoices in another currency are left out.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.active():
        scope, whole = known.scope(entity), known.number("ar_open", entity.entity)
        owed: dict[str, list[tuple[Decimal, Receivable]]] = {}
        for one in receivables(scope):
            amount = scope.amount(one.open)
            if amount is not None and amount > 0:
                owed.setdefault(folded(customer_of(one.invoice)), []).append((amount, one))
        for bills in owed.values():
            total = sum((amount for amount, _ in bills), Decimal(0))
            if whole and total / whole > _MOST_OF_ONE:
                name = customer_of(bills[0][1].invoice)
                yield Hit(
                    entity=entity.entity,
                    subject=name,
                    message=(
                        f"{name} owes {money(Money(total, scope.currency))}, {percent(total / whole)} of all that "
                        f"customers of {entity.title} owe."
                    ),
                    evidence=tuple(one.invoice.source for _, one in bills[:_FEW]),
                )


@rule(
    "R-DLV-10",
    severity=Severity.MEDIUM,
    roles=("cfo", "accounting"),
    affects=(("cfo", "cash comes later than the work is done (F-L6)"),),
    action="Ask for larger deposits, and send reminders on the day after an invoice is due.",
    effort_hours=2,
    reads=("figure.dso", "invoices.issued", "invoices.due", "invoices.amount", "payments.amount"),
)
def customers_pay_late(known: Known) -> Iterator[Hit]:
    """Billing stays unpaid for more than thirty days longer than the terms allow.

    What it checks: days of billing still unpaid (F-L6) against the days from invoice to due, by amount, of the
    open invoices.
    Why it matters: the business lends its customers money that it has to earn or borrow itself.
    How to mend: deposits, reminders on the first day, the final notice on the sixtieth.
    Known limits: where billing is lumpy the count-back beside it (F-L7) is truer; invoices without a day due have
    no terms.
    Source: Quarterdeck's own rule.
    """
    for entity in _billing(known):
        figure, waited = known.figure("dso", entity.entity), known.number("dso", entity.entity)
        allowed = _terms(receivables(known.scope(entity)))
        if (
            figure is not None
            and waited is not None
            and allowed is not None
            and waited > allowed + _OVER_TERMS
        ):
            yield Hit(
                entity=entity.entity,
                subject="dso",
                message=(
                    f"{entity.title} waits {days(round(waited))} for its money; its open invoices allow "
                    f"{days(round(allowed))}."
                ),
                evidence=figure.sources[:_FEW],
            )


def _terms(found: Sequence[Receivable]) -> Decimal | None:
    """Days from invoice to due by amount, of what is open; None where no such day is known."""
    stated = [
        (one.open.amount, (one.due - one.invoice.issued).days)
        for one in found
        if one.is_open
        and isinstance(one.open, Money)
        and one.due is not None
        and isinstance(one.invoice.issued, date)
        and one.due >= one.invoice.issued
    ]
    result = days_to_pay(stated)
    return result if isinstance(result, Decimal) else None
