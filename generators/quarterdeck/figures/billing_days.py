"""How long money takes: days of billing that are unpaid, days until customers pay, and what was collected."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.billing import Receivable, aged, live_invoices, owed_of, receivables
from quarterdeck.figures.derived import derived
from quarterdeck.figures.months import holds, last_full_month, months_to, on
from quarterdeck.figures.scope import Scope, Term, scope_of
from quarterdeck.formulas.receivables import days_to_pay
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.services import Invoice, Payment
from quarterdeck.model.values import Period

MONTHS = 12
COLLECTED_MONTHS = 3
"""Full months over which collecting is judged, and this one as far as it has gone."""


def figures(scope: Scope, owed: Figure) -> Iterator[Figure]:
    """What was billed in each month, days of billing counted back (F-L7), and days until customers pay (F-L10)."""
    months = _newest_first(scope.as_of)
    billed = [_billed(scope, one) for one in months]
    yield from billed
    yield derived(
        scope,
        "F-L7",
        "dso_count_back",
        "Days of billing still unpaid, counted back",
        note="this month's billing counts with the days that have gone",
        ar=owed,
        months=[
            (bill, (month.end - month.start).days + 1) for bill, month in zip(billed, months, strict=True)
        ],
    )
    yield days_to_pay_of(scope)


def _newest_first(as_of: date) -> list[Period]:
    """Twelve full months, and before them this one as far as it has gone."""
    full = months_to(last_full_month(as_of), MONTHS)
    this_one = Period(date(as_of.year, as_of.month, 1), as_of, f"{as_of:%Y-%m}")
    return [*([] if this_one.name == full[-1].name else [this_one]), *reversed(full)]


def _billed(scope: Scope, month: Period) -> Figure:
    bills = [
        Term(one, one.amount, ("amount",))
        for one in live_invoices(scope)
        if isinstance(one.issued, date) and holds(month, one.issued)
    ]
    return scope.total(f"billed:{month.name}", "Billed", bills, needs=("invoices",), kind="computed")


def days_to_pay_of(scope: Scope) -> Figure:
    """Days from invoice to payment by amount (F-L10); what was paid before its invoice is no waiting."""
    label = "From invoice to payment, by amount"
    if not scope.has(Payment):
        return scope.missing("days_to_pay", label, "days", "payments", formula="F-L10")
    paid = list(_waited(scope))
    result = days_to_pay([(amount, days) for amount, days, _ in paid])
    rows = [row for _, _, row in paid]
    return scope.figure(
        "days_to_pay", label, result, "days", formula="F-L10", rows=rows, columns=("amount", "date")
    )


def _waited(scope: Scope) -> Iterator[tuple[Decimal, int, Payment]]:
    issued: dict[tuple[str, str], Invoice] = {
        (one.entity, one.id): one for one in scope.of(Invoice) if isinstance(one.id, str)
    }
    for one in scope.of(Payment):
        bill = issued.get((one.entity, str(one.invoice)))
        amount = scope.amount(one.amount)
        if bill is None or amount is None or not isinstance(one.date, date) or one.date > scope.as_of:
            continue
        if isinstance(bill.issued, date) and one.date >= bill.issued:
            yield amount, (one.date - bill.issued).days, one


def collected_of(scope: Scope, everything: tuple[Receivable, ...]) -> Iterator[Figure]:
    """The share of what could be collected since three full months ago that was (F-L13), after what goes into it.

    An invoice that is marked paid without a payment has no day on which it was: without a table of payments it is
    not known, nor with an amount that nobody wrote down. What was written off counts as if it never was.
    """
    start = months_to(last_full_month(scope.as_of), COLLECTED_MONTHS)[0].start
    code, label = "collection_effectiveness", f"Collected of what could be, since {on(start, scope.as_of)}"
    if not scope.has(Payment):
        yield scope.missing(code, label, "ratio", "payments", formula="F-L13")
        return
    before = _day_before(scope, start)
    opening, closing = owed_of(before, receivables(before)), owed_of(scope, everything)
    bills = [
        Term(one, one.amount, ("amount",))
        for one in live_invoices(scope)
        if isinstance(one.issued, date) and one.issued >= start
    ]
    opening = msgspec.structs.replace(opening, id="ar_opening", label=f"Owed before {on(start, scope.as_of)}")
    billed = scope.total("billed_since", "Billed since", bills, needs=("invoices",), kind="computed")
    yield from (opening, billed)
    if any(one.is_partial for one in (opening, billed, closing)):
        yield scope.missing(
            code, label, "ratio", "invoices", reason="an invoice has no amount", formula="F-L13"
        )
        return
    current = aged(scope, everything)[0]
    yield derived(
        scope, "F-L13", code, label, opening=opening, billed=billed, closing=closing, closing_current=current
    )


def _day_before(scope: Scope, day: date) -> Scope:
    """The same business as it stood at the end of the day before."""
    facts = scope.facts
    handoffs = [facts.handoff(one.entity) for one in scope.entities]
    then = Facts(handoffs, day - timedelta(days=1), assumed=facts.assumed, ledger=facts.ledger)
    return scope_of(then, scope.entities[0], scope.currency)
