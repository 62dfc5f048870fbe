"""How long money takes: days of billing that are unpaid, and days until customers pay."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from quarterdeck.figures.billing import live_invoices
from quarterdeck.figures.derived import derived
from quarterdeck.figures.months import holds, last_full_month, months_to
from quarterdeck.figures.scope import Scope, Term
from quarterdeck.formulas.receivables import days_to_pay
from quarterdeck.model.figure import Figure
from quarterdeck.model.services import Invoice, Payment
from quarterdeck.model.values import Period

MONTHS = 12


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
