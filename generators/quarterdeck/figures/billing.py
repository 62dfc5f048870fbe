"""Figures of billing: what was earned, billed, paid and left lying, delivery by delivery."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from quarterdeck.figures.months import last_full_month, months_to, span_of
from quarterdeck.figures.names import folded
from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.formulas.billing import (
    Delivered,
    bill_difference_from,
    billing_lag,
    expected_bill,
    expense_recovery,
    open_balance,
    unbilled,
)
from quarterdeck.formulas.receivables import BUCKETS, Bucket, aging, dso, due_date
from quarterdeck.model.assumed import Limit
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, Unit
from quarterdeck.model.services import Client, Delivery, Invoice, Payment
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio

Verdict = Literal[
    "cancelled-with-deposit",
    "cancelled",
    "not-started",
    "in-progress",
    "unbilled",
    "over-billed",
    "under-billed",
    "overdue",
    "open",
    "paid",
    "written-off",
    "not-known",
]
"""The first that fits; `cancelled` (without deposit) and `not-known` (no status, or no invoices) fill the rest."""

NOT_SENT = frozenset({"draft", "void"})
DSO_MONTHS = 3
PROBABLE_WITHIN = Decimal("0.01")


class Receivable(msgspec.Struct, frozen=True):
    """One live invoice with what became of it."""

    invoice: Invoice
    amount: Money | Blank
    """As it was sent, sales tax included."""
    paid: Money | Blank
    written_off: Money | Blank
    open: Money | Blank
    """Negative is credit that we owe."""
    due: date | None
    """As stated, else issued + terms, else issued."""
    bucket: Bucket | Missing
    days_late: int
    """0 while it is not overdue or nothing is open."""

    @property
    def is_open(self) -> bool:
        """Whether something is still owed on it."""
        return isinstance(self.open, Money) and self.open.amount > 0


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery beside its invoices."""

    delivery: Delivery
    contract: bool | Blank
    expected: Money | Missing
    is_estimate: bool
    """Whether the expected bill rests on an estimate, such as days counted from the dates."""
    invoiced: Money | Missing
    """Of live invoices, without the sales tax in them."""
    paid: Money | Missing
    written_off: Money | Missing
    open: Money | Missing
    deposit: Money | Blank
    """Shown beside; it makes nothing billed or paid."""
    difference: Money | Missing
    """Expected - invoiced where it counts (F-L3), else 0; negative is over-billed."""
    verdict: Verdict
    days_late: int
    invoices: tuple[str, ...]
    """Ids of its live invoices."""
    probable: tuple[str, ...]
    """Ids of invoices without a delivery that may be for this one: a person decides, nothing is added up."""


_DELIVERY_LABELS: tuple[tuple[str, str, Unit, str], ...] = (
    ("billed_expected", "Completed work, as it should be billed", "money", "F-L1"),
    ("unbilled", "Completed and not billed", "money", "F-L2"),
    ("under_billed", "Billed too little", "money", "F-L3"),
    ("over_billed", "Billed too much", "money", "F-L3"),
    ("not_collected", "Earned and not collected", "money", ""),
    ("billing_lag", "From arrival to invoice, median", "days", "F-L9"),
    ("expense_recovery", "Expenses billed on", "ratio", "F-L14"),
)
_LABEL_OF = {code: (label, unit, formula) for code, label, unit, formula in _DELIVERY_LABELS}
_AGING_LABELS: dict[Bucket, tuple[str, str]] = {
    "current": ("aging:current", "Owed, not yet due"),
    "1-30": ("aging:1-30", "Owed, 1 to 30 days late"),
    "31-60": ("aging:31-60", "Owed, 31 to 60 days late"),
    "61-90": ("aging:61-90", "Owed, 61 to 90 days late"),
    "90+": ("aging:90-plus", "Owed, over 90 days late"),
}


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of billing: of deliveries where there are some, of receivables where there are invoices."""
    scope = scope_of(facts, entity, currency)
    delivers = entity.kind == "delivery" or scope.has(Delivery)
    if delivers or scope.has(Invoice):
        yield from _owed(scope)
    if not delivers:
        return
    if not (scope.has(Delivery) and scope.has(Invoice)):
        needs = [
            key for key, record in (("deliveries", Delivery), ("invoices", Invoice)) if not scope.has(record)
        ]
        yield from (
            scope.missing(code, label, unit, *needs, formula=formula)
            for code, label, unit, formula in _DELIVERY_LABELS
        )
        return
    yield from _work(scope)
    yield billing_lag_of(scope)
    yield expense_recovery_of(scope)


def live_invoices(scope: Scope) -> list[Invoice]:
    """The invoices that were sent and not cancelled, and not after the day of the report."""
    return [
        one
        for one in scope.of(Invoice)
        if one.status not in NOT_SENT and (isinstance(one.issued, Blank) or one.issued <= scope.as_of)
    ]


def net_amount(invoice: Invoice) -> Money | Blank:
    """What an invoice asks for without the sales tax in it."""
    if isinstance(invoice.amount, Money) and isinstance(invoice.tax, Money):
        return invoice.amount - invoice.tax if invoice.amount.currency == invoice.tax.currency else UNKNOWN
    return invoice.amount


@lru_cache(maxsize=64)
def receivables(scope: Scope) -> tuple[Receivable, ...]:
    """Every live invoice with its payments, in the order of the table."""
    payments: dict[tuple[str, str], list[Payment]] = {}
    for one in scope.of(Payment):
        if not (isinstance(one.invoice, Blank) or (isinstance(one.date, date) and one.date > scope.as_of)):
            payments.setdefault((one.entity, one.invoice), []).append(one)
    terms = _terms(scope)
    return tuple(
        _receivable(
            scope,
            invoice,
            payments.get((invoice.entity, str(invoice.id)), []),
            terms.get((invoice.entity, str(invoice.ref))),
        )
        for invoice in live_invoices(scope)
    )


def _terms(scope: Scope) -> dict[tuple[str, str], int]:
    """Days to pay by delivery and by client."""
    named = [(one, one.id) for one in scope.of(Delivery)] + [(one, one.client) for one in scope.of(Client)]
    return {
        (row.entity, name): row.terms_days
        for row, name in named
        if isinstance(name, str) and isinstance(row.terms_days, int)
    }


def _receivable(
    scope: Scope, invoice: Invoice, payments: list[Payment], terms_days: int | None
) -> Receivable:
    amount = invoice.amount
    written_off = _given_up(invoice)
    paid = _paid(scope, invoice, payments)
    left: Money | Blank = UNKNOWN
    if isinstance(amount, Money) and isinstance(paid, Money) and isinstance(written_off, Money):
        left = Money(
            open_balance(amount.amount, [paid.amount], written_off.amount),
            amount.currency,
        )
    due = due_date(_day(invoice.due), _day(invoice.issued), terms_days)
    bucket = aging(due, scope.as_of)
    is_late = isinstance(left, Money) and left.amount > 0 and due is not None and due < scope.as_of
    return Receivable(
        invoice=invoice,
        amount=amount,
        paid=paid,
        written_off=written_off,
        open=left,
        due=due,
        bucket=bucket,
        days_late=(scope.as_of - due).days if is_late and due else 0,
    )


def _given_up(invoice: Invoice) -> Money | Blank:
    """What was written off; nothing where the cell is empty."""
    amount, given_up = invoice.amount, invoice.write_off
    if isinstance(amount, Blank):
        return UNKNOWN
    if isinstance(given_up, Blank):
        return amount * 0
    return given_up if given_up.currency == amount.currency else UNKNOWN


def _paid(scope: Scope, invoice: Invoice, payments: list[Payment]) -> Money | Blank:
    """What came in: the payments, else what the status of the invoice says of them.

    An invoice marked paid without a payment row is paid in full; one marked sent, or of a business that lists
    its payments, had nothing paid.
    """
    amount, given_up = invoice.amount, _given_up(invoice)
    if isinstance(amount, Blank):
        return UNKNOWN
    if payments:
        parts = [one.amount for one in payments]
        known = [one.amount for one in parts if isinstance(one, Money) and one.currency == amount.currency]
        return Money(sum(known, Decimal(0)), amount.currency) if len(known) == len(parts) else UNKNOWN
    if invoice.status == "paid":
        return amount - given_up if isinstance(given_up, Money) else UNKNOWN
    has_payments = scope.facts.has_table(Payment, invoice.entity)
    return amount * 0 if invoice.status == "sent" or has_payments else UNKNOWN


def _day(value: date | Blank) -> date | None:
    return None if isinstance(value, Blank) else value


def _owed(scope: Scope) -> Iterator[Figure]:
    """What customers owe, by age; the buckets add up to it. Credit that we owe is in neither."""
    needs = ("invoices",)
    if not scope.has(Invoice):
        yield scope.missing("ar_open", "Owed by customers", "money", *needs, formula="F-L4")
        yield scope.missing("overdue", "Overdue", "money", *needs, formula="F-L5")
        for code, label in _AGING_LABELS.values():
            yield scope.missing(code, label, "money", *needs, formula="F-L5")
        yield scope.missing("dso", "Days of billing still unpaid", "days", *needs, formula="F-L6")
        return
    everything = receivables(scope)
    yield owed_of(scope, everything)
    late = [one for one in everything if _is_late(one)]
    yield scope.total("overdue", "Overdue", _open_terms(late), needs=needs, formula="F-L5")
    yield from aged(scope, everything)
    yield dso_of(scope)


def aged(scope: Scope, everything: Iterable[Receivable]) -> tuple[Figure, ...]:
    """What is owed by age (F-L5), not yet due first."""
    owed = tuple(everything)
    return tuple(
        scope.total(code, label, _open_terms(inside), needs=("invoices",), formula="F-L5")
        for bucket in BUCKETS
        for code, label in (_AGING_LABELS[bucket],)
        for inside in ([one for one in owed if one.bucket == bucket],)
    )


def owed_of(scope: Scope, everything: Iterable[Receivable]) -> Figure:
    """All that customers owe on live invoices (F-L4)."""
    terms = _open_terms(everything)
    return scope.total("ar_open", "Owed by customers", terms, needs=("invoices",), formula="F-L4")


def _is_late(receivable: Receivable) -> bool:
    """Whether something is overdue on it, or may be: a balance that is not known counts as a gap."""
    return bool(receivable.days_late) or (
        isinstance(receivable.open, Blank) and receivable.bucket != "current"
    )


def _open_terms(found: Iterable[Receivable]) -> list[Term]:
    columns = ("amount", "write_off", "due")
    return [
        Term(one.invoice, one.open, columns) for one in found if one.is_open or isinstance(one.open, Blank)
    ]


def dso_of(scope: Scope) -> Figure:
    """What is owed over what was billed in the last three full months, in days (F-L6)."""
    months = months_to(last_full_month(scope.as_of), DSO_MONTHS)
    span = span_of(months)
    owed = [scope.amount(one.open) for one in receivables(scope) if one.is_open]
    billed = [
        one for one in live_invoices(scope) if isinstance(one.issued, date) and _holds(span, one.issued)
    ]
    zero = Decimal(0)
    result = dso(
        sum((one for one in owed if one is not None), zero),
        sum((scope.amount(one.amount) or zero for one in billed), zero),
        (span.end - span.start).days + 1,
    )
    return scope.figure(
        "dso", "Days of billing still unpaid", result, "days", formula="F-L6", rows=scope.of(Invoice)
    )


def _holds(span: Period, day: date) -> bool:
    return span.start <= day <= span.end


@lru_cache(maxsize=64)
def matches(scope: Scope) -> tuple[Match, ...]:
    """Every delivery of a scope beside its live invoices, in the order of the table.

    The key is the invoice's `ref`. An invoice that names no delivery but the same customer, days that overlap
    and an amount within 1% is only named as probable.
    """
    by_ref: dict[tuple[str, str], list[Receivable]] = {}
    everything = receivables(scope)
    for one in everything:
        if isinstance(one.invoice.ref, str):
            by_ref.setdefault((one.invoice.entity, one.invoice.ref), []).append(one)
    known = {(one.entity, one.id) for one in scope.of(Delivery)}
    loose: dict[str, list[Receivable]] = {}
    for one in everything:
        if (one.invoice.entity, one.invoice.ref) not in known and isinstance(one.invoice.customer, str):
            loose.setdefault(folded(one.invoice.customer), []).append(one)
    return tuple(
        _match(scope, delivery, by_ref.get((delivery.entity, str(delivery.id)), []), loose)
        for delivery in scope.of(Delivery)
    )


def _match(
    scope: Scope, delivery: Delivery, bills: list[Receivable], loose: dict[str, list[Receivable]]
) -> Match:
    expected, is_estimate = _expected(delivery)
    has_invoices = scope.facts.has_table(Invoice, delivery.entity)
    currency = expected.currency if isinstance(expected, Money) else scope.currency
    invoiced = _sum((net_amount(one.invoice) for one in bills), currency, is_known=has_invoices)
    left = _sum((one.open for one in bills), currency, is_known=has_invoices)
    written_off = _sum((one.written_off for one in bills), currency, is_known=has_invoices)
    difference = _difference(expected, invoiced, scope.assumed.bill_tolerance)
    days_late = max((one.days_late for one in bills), default=0)
    match = Match(
        delivery=delivery,
        contract=delivery.contract,
        expected=expected,
        is_estimate=is_estimate,
        invoiced=invoiced,
        paid=_sum((one.paid for one in bills), currency, is_known=has_invoices),
        written_off=written_off,
        open=left,
        deposit=delivery.deposit,
        difference=difference,
        verdict="not-known",
        days_late=days_late,
        invoices=tuple(str(one.invoice.id) for one in bills if isinstance(one.invoice.id, str)),
        probable=() if bills else _probable(delivery, expected, loose),
    )
    return msgspec.structs.replace(match, verdict=_verdict(match, has_bills=bool(bills)))


def _expected(delivery: Delivery) -> tuple[Money | Missing, bool]:
    """The expected bill (F-L1) and whether it is an estimate."""
    rate, expenses, kind = delivery.rate, delivery.expenses, delivery.rate_type
    is_nothing = isinstance(expenses, Blank) and expenses.why == "n/a"
    if isinstance(rate, Blank) or isinstance(kind, Blank) or (isinstance(expenses, Blank) and not is_nothing):
        return Missing(needs=("delivery_quantity",)), False
    paid_for = Decimal(0) if isinstance(expenses, Blank) else expenses.amount
    if isinstance(expenses, Money) and expenses.currency != rate.currency:
        return Missing(reason="rate and expenses are in two currencies"), False
    quantity = None if isinstance(delivery.quantity, Blank) else delivery.quantity
    markup = delivery.expense_markup
    bill = expected_bill(
        rate_type=kind,
        rate=rate.amount,
        quantity=quantity,
        expenses=paid_for,
        markup=markup.value if isinstance(markup, Ratio) else Decimal(0),
        start=_day(delivery.start),
        end=_day(delivery.end),
    )
    counted = kind == "per-day" and quantity is None
    written = {"rate", "quantity", "expenses", "expense_markup"} & set(delivery.estimates)
    return Money(bill, rate.currency) if isinstance(bill, Decimal) else bill, counted or bool(written)


def _sum(values: Iterable[Money | Blank], currency: str, *, is_known: bool) -> Money | Missing:
    """A sum of one delivery's invoices; not known where one of them is not."""
    if not is_known:
        return Missing(needs=("invoices",))
    total = Decimal(0)
    for one in values:
        if isinstance(one, Blank):
            return Missing(needs=("invoices",))
        if one.currency != currency:
            return Missing(reason=f"an invoice is in {one.currency}")
        total += one.amount
    return Money(total, currency)


def _difference(expected: Money | Missing, invoiced: Money | Missing, tolerance: Limit) -> Money | Missing:
    if isinstance(expected, Missing):
        return expected
    if isinstance(invoiced, Missing):
        return invoiced
    found = bill_difference_from(expected.amount, invoiced.amount, tolerance)
    return Money(found.diff if found.counts else Decimal(0), expected.currency)


def _verdict(match: Match, *, has_bills: bool) -> Verdict:
    """The first that fits, in the order of the list above."""
    delivery = match.delivery
    deposit = delivery.deposit
    has_deposit = isinstance(deposit, Money) and deposit.amount > 0
    match delivery.status:
        case "cancelled" if has_deposit:
            verdict: Verdict = "cancelled-with-deposit"
        case "cancelled" if not has_bills:
            verdict = "cancelled"
        case "planned":
            verdict = "not-started"
        case "in-progress":
            verdict = "in-progress"
        case "completed" if isinstance(match.invoiced, Missing) and not has_bills:
            verdict = "not-known"
        case "completed" if not has_bills:
            verdict = "unbilled"
        case "completed" | "cancelled":
            verdict = _verdict_of_bills(match)
        case _:
            verdict = "not-known"
    return verdict


def _verdict_of_bills(match: Match) -> Verdict:
    difference = match.difference if match.delivery.status == "completed" else None
    if isinstance(difference, Money) and difference.amount:
        return "over-billed" if difference.amount < 0 else "under-billed"
    if isinstance(match.open, Missing):
        return "not-known"
    if match.open.amount > 0:
        return "overdue" if match.days_late else "open"
    given_up = isinstance(match.written_off, Money) and match.written_off.amount > 0
    return "written-off" if given_up else "paid"


def _probable(
    delivery: Delivery, expected: Money | Missing, loose: dict[str, list[Receivable]]
) -> tuple[str, ...]:
    if isinstance(expected, Missing) or isinstance(delivery.customer, Blank):
        return ()
    return tuple(
        one.invoice.id
        for one in loose.get(folded(delivery.customer), [])
        if isinstance(one.invoice.id, str)
        and _overlap(delivery, one.invoice)
        and _is_near(net_amount(one.invoice), expected)
    )


def _overlap(delivery: Delivery, invoice: Invoice) -> bool:
    days = (delivery.start, delivery.end, invoice.period_start, invoice.period_end)
    start, end, from_day, to_day = (_day(one) for one in days)
    if start is None or end is None or from_day is None or to_day is None:
        return False
    return start <= to_day and from_day <= end


def _is_near(amount: Money | Blank, expected: Money) -> bool:
    if isinstance(amount, Blank) or amount.currency != expected.currency:
        return False
    return abs(amount.amount - expected.amount) <= PROBABLE_WITHIN * abs(expected.amount)


def _work(scope: Scope) -> Iterator[Figure]:
    done = [one for one in matches(scope) if one.delivery.status == "completed"]
    terms = [_term(one, one.expected) for one in done]
    yield _total(scope, "billed_expected", terms, estimate=done)
    bare = [one for one in done if one.verdict == "unbilled"]
    ids = set(unbilled([_delivered(one, at) for at, one in enumerate(done)]).ids)
    yield _total(
        scope,
        "unbilled",
        [_term(one, one.expected) for at, one in enumerate(done) if str(at) in ids],
        estimate=bare,
    )
    billed = [one for one in done if one not in bare]
    under = _total(scope, "under_billed", [_term(one, _part(one, under=True)) for one in billed])
    yield under
    yield _total(scope, "over_billed", [_term(one, _part(one, under=False)) for one in billed])
    yield _not_collected(scope, done)


def _delivered(match: Match, at: int) -> Delivered:
    expected = match.expected.amount if isinstance(match.expected, Money) else Decimal(0)
    return Delivered(str(at), "completed", match.verdict != "unbilled", expected)


def _term(match: Match, value: Money | Missing) -> Term:
    return Term(
        match.delivery, UNKNOWN if isinstance(value, Missing) else value, ("rate", "quantity", "expenses")
    )


def _part(match: Match, *, under: bool) -> Money | Missing:
    """The difference as a positive amount where it goes that way, else 0."""
    if isinstance(match.difference, Missing):
        return match.difference
    amount = match.difference.amount if under else -match.difference.amount
    return Money(max(Decimal(0), amount), match.difference.currency)


def _total(scope: Scope, code: str, terms: list[Term], estimate: Iterable[Match] = ()) -> Figure:
    label, _, formula = _LABEL_OF[code]
    is_estimate = any(one.is_estimate for one in estimate)
    return scope.total(
        code, label, terms, needs=("delivery_quantity",), formula=formula, is_estimate=is_estimate
    )


def _not_collected(scope: Scope, done: list[Match]) -> Figure:
    """One number for the question of the page: unbilled + billed too little + overdue."""
    terms = [
        _term(one, one.expected if one.verdict == "unbilled" else _part(one, under=True)) for one in done
    ]
    late = [one for one in receivables(scope) if _is_late(one)]
    label, _, _ = _LABEL_OF["not_collected"]
    return scope.total(
        "not_collected",
        label,
        [
            *(term for term in terms if not (isinstance(term.value, Money) and not term.value.amount)),
            *_open_terms(late),
        ],
        needs=("delivery_quantity", "invoices"),
        kind="computed",
        is_estimate=any(one.is_estimate for one in done if one.verdict == "unbilled"),
    )


def billing_lag_of(scope: Scope) -> Figure:
    """Median days from the end of a completed delivery to its first invoice (F-L9)."""
    first: dict[tuple[str, str], date] = {}
    for one in live_invoices(scope):
        if isinstance(one.ref, str) and isinstance(one.issued, date):
            key = (one.entity, one.ref)
            first[key] = min(first.get(key, one.issued), one.issued)
    pairs = [
        (row.end, first[row.entity, str(row.id)], row)
        for row in scope.of(Delivery)
        if row.status == "completed" and isinstance(row.end, date) and (row.entity, str(row.id)) in first
    ]
    result = billing_lag([(end, issued) for end, issued, _ in pairs])
    label, _, formula = _LABEL_OF["billing_lag"]
    rows = [row for _, _, row in pairs]
    return scope.figure("billing_lag", label, result, "days", formula=formula, rows=rows)


def expense_recovery_of(scope: Scope) -> Figure:
    """Expenses on invoices over expenses paid, of completed deliveries that were billed (F-L14).

    A delivery whose invoices do not tell the expenses inside them is left out of both, and counted.
    """
    inside: dict[tuple[str, str], list[Decimal | None]] = {}
    for one in live_invoices(scope):
        inside.setdefault((one.entity, str(one.ref)), []).append(scope.amount(one.reimbursed))
    rows, known = [], []
    for row in scope.of(Delivery):
        parts = inside.get((row.entity, str(row.id)), [])
        if row.status != "completed" or not parts or scope.amount(row.expenses) == 0:
            continue
        rows.append(row)
        paid, told = scope.amount(row.expenses), [part for part in parts if part is not None]
        if paid is not None and told:
            known.append((sum(told, Decimal(0)), paid))
    zero = Decimal(0)
    result: Decimal | Missing = Missing(needs=("invoices",))
    if known or not rows:
        result = expense_recovery(sum((one for one, _ in known), zero), sum((one for _, one in known), zero))
    label, _, formula = _LABEL_OF["expense_recovery"]
    return scope.figure(
        "expense_recovery",
        label,
        Ratio(result) if isinstance(result, Decimal) else result,
        "ratio",
        formula=formula,
        rows=rows,
        columns=("expenses",),
        known=len(known),
        wanted=len(rows),
    )
