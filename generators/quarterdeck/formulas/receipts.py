"""What is still to come in: invoices, bookings, rents, retainers, tax refunds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from quarterdeck.formulas.billing import open_balance
from quarterdeck.formulas.flows import Flow, Horizon, Item, amount_of, excluded, named
from quarterdeck.formulas.receivables import due_date
from quarterdeck.model.books import PlanLine
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Booking, Channel
from quarterdeck.model.services import Client, Invoice, Payment
from quarterdeck.model.values import Blank, Cadence, Money, Ratio

OVERDUE_IN_WEEK = 3
"""Of an overdue invoice that nobody promised to pay on a day."""
TOO_LATE_DAYS = 90
_MOST_DAYS = 3660
_ZERO = Decimal(0)


class Owed(msgspec.Struct, frozen=True):
    """One live invoice and what is still open of it."""

    invoice: Invoice
    customer: str
    """Without case; the reference where no customer is named."""
    due: date | None
    balance: Decimal | str
    """Money, or why it is not known."""
    last_paid: date | None


def owed(invoices: Iterable[Invoice], payments: Iterable[Payment], horizon: Horizon) -> tuple[Owed, ...]:
    """All invoices but drafts and void ones, with what is still open of each."""
    paid: defaultdict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        if isinstance(payment.invoice, str):
            paid[payment.invoice.casefold()].append(payment)
    return tuple(
        _owed(one, paid.get(named(one.id).casefold(), []), horizon)
        for one in invoices
        if one.status not in {"draft", "void"}
    )


def _owed(invoice: Invoice, paid: Sequence[Payment], horizon: Horizon) -> Owed:
    dates = [one.date for one in paid if isinstance(one.date, date)]
    due, issued = invoice.due, invoice.issued
    return Owed(
        invoice,
        named(invoice.customer, invoice.ref).casefold(),
        due_date(due if isinstance(due, date) else None, issued if isinstance(issued, date) else None, None),
        _ZERO if invoice.status == "paid" else _balance(invoice, paid, horizon),
        max(dates, default=None),
    )


def _balance(invoice: Invoice, paid: Sequence[Payment], horizon: Horizon) -> Decimal | str:
    asked = amount_of(invoice.amount, horizon)
    received = [amount_of(one.amount, horizon) for one in paid]
    given_up = amount_of(invoice.write_off, horizon) if isinstance(invoice.write_off, Money) else _ZERO
    unclear = [one for one in (asked, *received, given_up) if isinstance(one, str)]
    if unclear or isinstance(asked, str) or isinstance(given_up, str):
        return unclear[0]
    return open_balance(asked, [one for one in received if isinstance(one, Decimal)], given_up)


def days_late(bills: Iterable[Owed]) -> dict[str, int]:
    """How many days after the due date each customer pays on average, never below 0; whole days."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in bills:
        is_settled = isinstance(one.balance, Decimal) and one.balance <= 0
        if is_settled and one.last_paid and one.due:
            found[one.customer].append((one.last_paid - one.due).days)
    means = {customer: Decimal(sum(days)) / len(days) for customer, days in found.items()}
    return {customer: max(0, int(mean.to_integral_value(ROUND_HALF_UP))) for customer, mean in means.items()}


def from_invoices(bills: Sequence[Owed], horizon: Horizon) -> Iterator[Item]:
    """Open invoices: on their due day and as late as their customer pays, overdue ones when promised.

    An overdue invoice without a promise that is still to come is counted in week 3, and one that is more than
    90 days overdue not at all.
    """
    late = days_late(bills)
    for one in bills:
        code = named(one.invoice.id, one.invoice.ref)
        if isinstance(one.balance, str):
            yield excluded(code, one.balance)
        elif one.balance > 0:
            yield _from_invoice(code, one, one.balance, late.get(one.customer, 0), horizon)


def _from_invoice(code: str, one: Owed, balance: Decimal, late: int, horizon: Horizon) -> Item:
    if one.due is None:
        return excluded(code, "neither due nor issued is stated", balance)
    overdue = (horizon.as_of - one.due).days
    if overdue > TOO_LATE_DAYS:
        return excluded(code, f"{overdue} days overdue", balance)
    promised = one.invoice.promised_on
    if overdue <= 0:
        day = max(one.due + dt.timedelta(days=late), horizon.tomorrow)
    elif isinstance(promised, date) and promised > horizon.as_of:
        day = promised
    else:
        day = horizon.monday(OVERDUE_IN_WEEK)
    return Flow(day, balance, code, "invoices")


def from_bookings(
    bookings: Iterable[Booking], channels: Iterable[Channel], bills: Sequence[Owed], horizon: Horizon
) -> Iterator[Item]:
    """What confirmed bookings still bring, net of commission and fees.

    What is still to come is the gross less what was paid and less open invoices for the booking. On a platform
    (a channel of kind ota) it comes so many days after the service, for completed bookings too; else on the
    day on which the balance is due, or of the service, and tomorrow where that day is past and the service
    still to come. A column `paid` that is absent stands for nothing paid; one written as unknown does not.
    """
    known = {named(one.channel).casefold(): one for one in channels}
    billed = _billed(bills)
    for one in bookings:
        channel = known.get(named(one.channel).casefold())
        is_platform = channel is not None and channel.kind == "ota"
        if one.status == "confirmed" or (is_platform and one.status == "completed"):
            yield from _from_booking(one, channel if is_platform else None, channel, billed, horizon)


def _from_booking(
    booking: Booking,
    platform: Channel | None,
    channel: Channel | None,
    billed: Mapping[str, Decimal],
    horizon: Horizon,
) -> Iterator[Item]:
    code = named(booking.id)
    net = _net(booking, channel, billed.get(code.casefold(), _ZERO), horizon)
    day = _paid_on(booking, platform, horizon)
    if net == 0 or (booking.status == "completed" and not isinstance(day, date)):
        return
    if isinstance(net, str):
        yield excluded(code, net)
    elif isinstance(day, str):
        yield excluded(code, day, net)
    else:
        yield Flow(day, net, code, "bookings")


def _billed(bills: Iterable[Owed]) -> dict[str, Decimal]:
    """What is open on invoices, by what they are for."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in bills:
        if isinstance(one.balance, Decimal) and isinstance(one.invoice.ref, str):
            found[one.invoice.ref.casefold()] += max(_ZERO, one.balance)
    return dict(found)


def _net(booking: Booking, channel: Channel | None, billed: Decimal, horizon: Horizon) -> Decimal | str:
    """What is still to come of a booking; 0 where it is paid."""
    gross = amount_of(booking.gross, horizon)
    nothing = isinstance(booking.paid, Blank) and booking.paid.why == "absent"
    paid = _ZERO if nothing else amount_of(booking.paid, horizon)
    if isinstance(gross, str):
        return gross
    if isinstance(paid, str):
        return "what was paid is not known"
    to_come = gross - paid - billed
    if to_come <= 0:
        return _ZERO
    return to_come - _commission(booking, channel, gross) - _fees(channel, to_come)


def _commission(booking: Booking, channel: Channel | None, gross: Decimal) -> Decimal:
    agreed = booking.commission
    if isinstance(agreed, Blank) and channel is not None:
        agreed = channel.commission
    match agreed:
        case Money(amount=amount):
            return amount
        case Ratio(value=share):
            return gross * share
    return _ZERO


def _fees(channel: Channel | None, to_come: Decimal) -> Decimal:
    if channel is None:
        return _ZERO
    share = channel.fee_pct.value if isinstance(channel.fee_pct, Ratio) else _ZERO
    return to_come * share + (channel.fee_fix.amount if isinstance(channel.fee_fix, Money) else _ZERO)


def _paid_on(booking: Booking, platform: Channel | None, horizon: Horizon) -> date | str:
    """When the rest of a booking comes, or why that is not known."""
    service = booking.service_date
    if platform is not None:
        if isinstance(service, Blank):
            return "the day of the service is not known"
        day = service + _days(platform.payout_days)
        return day if day > horizon.as_of else f"the payout was to come on {day}"
    due = service if isinstance(booking.balance_due, Blank) else booking.balance_due
    if isinstance(due, Blank):
        return "neither balance due nor service date is known"
    if due <= horizon.as_of and (isinstance(service, Blank) or service <= horizon.as_of):
        return f"the balance was due on {due}"
    return max(due, horizon.tomorrow)


def _days(count: int | Blank) -> dt.timedelta:
    return dt.timedelta(days=0 if isinstance(count, Blank) else min(count, _MOST_DAYS))


def from_leases(leases: Iterable[Lease], horizon: Horizon) -> Iterator[Item]:
    """The rent of units with a tenant on its day of each month, but for what is paid already.

    It ends with the lease or when the tenant leaves; a lease that had ended before, with the tenant still in
    the unit, goes on.
    """
    for one in leases:
        code = named(one.unit, one.tenant)
        rent = amount_of(one.rent, horizon)
        if one.status == "vacant":
            continue
        if isinstance(one.status, Blank):
            yield excluded(code, "whether there is a tenant is not known", rent)
        elif isinstance(rent, str):
            yield excluded(code, rent)
        else:
            due_day = one.due_day if isinstance(one.due_day, int) else 1
            days = (day for day in horizon.days_of_month(due_day) if _is_rented(one, day, horizon))
            yield from (Flow(day, rent, code, "rent_roll") for day in days)


def _is_rented(lease: Lease, day: date, horizon: Horizon) -> bool:
    """Whether rent is still to come for a day."""
    if isinstance(lease.lease_start, date) and day < lease.lease_start:
        return False
    if isinstance(lease.paid_through, date) and day <= lease.paid_through:
        return False
    if isinstance(lease.moved_out, date) and day > lease.moved_out:
        return False
    ends = lease.lease_end
    return not isinstance(ends, date) or day <= ends or (lease.status == "occupied" and ends <= horizon.as_of)


def from_clients(clients: Iterable[Client], bills: Sequence[Owed], horizon: Horizon) -> Iterator[Item]:
    """Retainers on the day of each bill and its terms.

    A bill of a day that is over counts only while the invoices show none for the client in that month. A fee
    of another period than a month runs from the start of the contract, else from the last invoice.
    """
    months: defaultdict[str, set[str]] = defaultdict(set)
    for bill in bills:
        if isinstance(bill.invoice.issued, date):
            for name in {bill.customer, named(bill.invoice.ref).casefold()}:
                months[name].add(f"{bill.invoice.issued:%Y-%m}")
    for one in clients:
        billed = months.get(named(one.client).casefold(), set())
        fee = one.mrr if isinstance(one.mrr, Money) else one.fee
        cadence = "monthly" if isinstance(one.mrr, Money) else one.fee_period
        if isinstance(fee, Blank):
            if one.billing_model in {"retainer", "hosting"}:
                yield excluded(named(one.client), "the fee is not known")
        elif cadence != "one-time":
            yield from _from_client(one, fee, cadence, billed, horizon)


def _from_client(
    client: Client, fee: Money, cadence: Cadence | Blank, billed: set[str], horizon: Horizon
) -> Iterator[Item]:
    code, amount = named(client.client), amount_of(fee, horizon)
    terms = _days(client.terms_days)
    days = _bill_days(client, cadence, horizon.since(horizon.tomorrow - terms))
    if isinstance(amount, str):
        yield excluded(code, amount)
    elif isinstance(days, str):
        yield excluded(code, days, amount)
    else:
        for day in days:
            is_billed = day <= horizon.as_of and f"{day:%Y-%m}" in billed
            if horizon.holds(day + terms) and not is_billed and _is_under_contract(client, day):
                yield Flow(day + terms, amount, code, "clients")


def _bill_days(client: Client, cadence: Cadence | Blank, horizon: Horizon) -> Iterator[date] | str:
    """The days of bills, or why they are not known."""
    if isinstance(cadence, Blank):
        return "the period of the fee is not known"
    if cadence == "monthly":
        return horizon.days_of_month(client.bill_day if isinstance(client.bill_day, int) else 1)
    anchor = client.last_invoice if isinstance(client.contract_start, Blank) else client.contract_start
    return "the day of the bill is not known" if isinstance(anchor, Blank) else horizon.days(anchor, cadence)


def _is_under_contract(client: Client, day: date) -> bool:
    if isinstance(client.contract_start, date) and day < client.contract_start:
        return False
    return (
        not isinstance(client.contract_end, date) or day <= client.contract_end or client.auto_renew is True
    )


def from_plan(lines: Iterable[PlanLine], horizon: Horizon) -> Iterator[Item]:
    """Tax refunds that are planned, at the end of their month."""
    for one in lines:
        if one.line != "tax-refund" or isinstance(one.month, Blank):
            continue
        amount = amount_of(one.amount, horizon)
        if isinstance(amount, str):
            yield excluded(f"tax-refund {one.month.name}", amount)
        else:
            yield Flow(one.month.end, amount, f"tax-refund {one.month.name}", "plan")
