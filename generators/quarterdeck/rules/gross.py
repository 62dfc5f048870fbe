"""Rules of what a sale brings: the whole price, and nothing that belongs to the crew, the state or a tenant."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from quarterdeck.figures.channel_names import key_of, title_of
from quarterdeck.figures.months import year_of
from quarterdeck.figures.names import folded
from quarterdeck.model.entity import Entity
from quarterdeck.model.ledger import Lines, parts_of
from quarterdeck.model.sales import Booking, Channel
from quarterdeck.model.services import Invoice
from quarterdeck.model.severity import Severity
from quarterdeck.model.source import Source
from quarterdeck.model.values import Blank, Money, Ratio
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import money

_TOLERANCE = Decimal(1)
_FEW = 3


def _income_by(known: Known, entity: Entity, key: str) -> Mapping[str, Decimal]:
    """What was posted as income for each booking or invoice, in the currency of the business."""
    journal, currency = known.facts.journal(entity), known.scope(entity).currency
    found: dict[str, Decimal] = {}
    for entry, one in journal.lines(Lines(journal.component, (journal.name("Income"),))):
        name = entry.keys.get(key, "").strip().casefold()
        if name and one.units.currency == currency:
            found[name] = found.get(name, Decimal(0)) - one.units.amount
    return found


def _is_platform(channel: Channel) -> bool:
    """Whether somebody can book through it today and it keeps a commission; who only refers guests is none."""
    takes = isinstance(channel.commission, Ratio) and channel.commission.value > 0
    is_shop = channel.kind == "ota" or (takes and channel.kind in {"directory", "ads", "social"})
    return is_shop and channel.state in {"bookable", "active"}


@rule(
    "R-ACC-09",
    severity=Severity.MEDIUM,
    roles=("accounting", "cmo"),
    affects=(("cmo", "what each channel takes (F-Q9)"), ("cfo", "margin, of too little revenue (F-M1)")),
    action="Settle who is the seller; where we are, post the full price, and the commission as a cost.",
    effort_hours=2,
    reads=(
        "channels.channel",
        "channels.kind",
        "channels.state",
        "channels.role",
        "channels.commission",
        "bookings.id",
        "bookings.channel",
        "bookings.status",
        "bookings.gross",
        "bookings.commission",
        "bookings.refund",
        "ledger",
    ),
)
def platform_sales_net(known: Known) -> Iterator[Hit]:
    """A platform sells for us, and nobody settled who the seller is, or its payout was posted as the price.

    What it checks: `role` of channels that sell for a commission; where we are the seller, whether the income of
    completed bookings is their price, or their price less the commission.
    Why it matters: a payout posted as revenue hides the commission, and the channel looks free.
    How to mend: the seller controls the service and sets the price; where that is us, post the price as income and
    the commission as a cost.
    Known limits: bookings that were paid back in part, and entries without a booking, are not compared.
    Source: FASB ASC 606-10-55-36 to 55-40: principal or agent.
    """
    for entity in known.facts.active():
        income = _income_by(known, entity, "booking")
        completed = _completed_by_channel(known, entity)
        for channel in known.facts.of(Channel, entity.entity):
            if not _is_platform(channel) or not isinstance(channel.channel, str):
                continue
            name = title_of(channel.channel)
            if channel.role == "unsure" or (isinstance(channel.role, Blank) and channel.role.why != "n/a"):
                yield Hit(
                    entity=entity.entity,
                    subject=channel.channel,
                    message=f"Nobody settled who is the seller of what {entity.title} sells through {name}.",
                    evidence=(channel.source,),
                )
                continue
            sold = completed.get(key_of(channel.channel), ())
            net = [one for one in sold if _is_net(one, channel, income.get(str(one.id).casefold()))]
            if channel.role == "principal" and net:
                bookings = "1 booking" if len(net) == 1 else f"{len(net)} bookings"
                yield Hit(
                    entity=entity.entity,
                    subject=f"{channel.channel}/net",
                    message=f"The income of {bookings} through {name} was posted without its commission.",
                    evidence=(channel.source, *(one.source for one in net[:_FEW])),
                )


def _completed_by_channel(known: Known, entity: Entity) -> Mapping[str, list[Booking]]:
    found: dict[str, list[Booking]] = {}
    for one in known.facts.of(Booking, entity.entity):
        if one.status == "completed" and isinstance(one.channel, str):
            found.setdefault(key_of(one.channel), []).append(one)
    return found


def _is_net(booking: Booking, channel: Channel, income: Decimal | None) -> bool:
    if income is None or not isinstance(booking.gross, Money):
        return False
    if isinstance(booking.refund, Money) and booking.refund.amount:
        return False
    gross = booking.gross.amount
    share = booking.commission if not isinstance(booking.commission, Blank) else channel.commission
    match share:
        case Ratio(value=rate):
            kept = gross * rate
        case Money(amount=amount):
            kept = amount
        case _:
            return False
    return kept > _TOLERANCE and abs(income - (gross - kept)) <= _TOLERANCE


_OTHERS = {
    "tips": "tips of the crew",
    "gratuities": "tips of the crew",
    "crewtips": "tips of the crew",
    "salestax": "sales tax",
    "securitydeposits": "security deposits",
    "securitydeposit": "security deposits",
}
"""Folded names of accounts of income that hold what is somebody else's, and whose it is."""


@rule(
    "R-ACC-10",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(
        ("cfo", "revenue that is owed to others (F-M1)"),
        ("accounting", "tax on what is not income (F-A4)"),
    ),
    action="Move it to CrewTips, SalesTax or SecurityDeposits.",
    effort_hours=1,
    reads=(
        "bookings.id",
        "bookings.gross",
        "bookings.tips",
        "invoices.id",
        "invoices.amount",
        "invoices.tax",
        "ledger",
    ),
)
def others_money_in_income(known: Known) -> Iterator[Hit]:
    """Tips, sales tax or security deposits were posted as income.

    What it checks: accounts of income that have such a name, this year; the income of a booking that is its price
    and its tips together; the income of an invoice that is its amount with the tax in it.
    Why it matters: it belongs to the crew, the state or a tenant; whoever spends it owes it twice.
    How to mend: move it to the liability that says whose it is.
    Known limits: what was posted under another name together with something else is not seen.
    Source: FASB ASC 606-10-32-2: amounts collected for others are no revenue.
    """
    for entity in known.facts.entities:
        found: dict[str, list[tuple[Decimal, Source]]] = {}
        for kind, amount, source in (*_named_so(known, entity), *_inside(known, entity)):
            found.setdefault(kind, []).append((amount, source))
        for kind, lines in found.items():
            total = Money(sum((amount for amount, _ in lines), Decimal(0)), known.scope(entity).currency)
            if total.amount > 0:
                yield Hit(
                    entity=entity.entity,
                    subject=kind,
                    message=f"{money(total)} of {kind} was posted as income of {entity.title}.",
                    evidence=tuple(source for _, source in lines[:_FEW]),
                )


def _named_so(known: Known, entity: Entity) -> Iterator[tuple[str, Decimal, Source]]:
    """Lines of this year in accounts of income that are named after what is not ours."""
    journal, currency, year = known.facts.journal(entity), known.scope(entity).currency, year_of(known.as_of)
    for account in journal.below([journal.name("Income")]):
        _, _, group, leaf = parts_of(account)
        kind = next((_OTHERS[name] for name in map(folded, (group, leaf)) if name in _OTHERS), "")
        if kind:
            for entry, one in journal.lines(Lines(journal.component, (account,), year.start, year.end)):
                if one.units.currency == currency:
                    yield kind, -one.units.amount, entry.source


def _inside(known: Known, entity: Entity) -> Iterator[tuple[str, Decimal, Source]]:
    """Tips inside the income of a booking, and tax inside that of an invoice, to the cent."""
    scope = known.scope(entity)
    family = (entity.entity, *known.facts.parts_of(entity.entity))
    income = _income_by(known, entity, "booking")
    for booking in (row for one in family for row in known.facts.of(Booking, one)):
        gross, tips = scope.amount(booking.gross), scope.amount(booking.tips)
        if gross is not None and tips and income.get(str(booking.id).casefold()) == gross + tips:
            yield "tips of the crew", tips, booking.source
    income = _income_by(known, entity, "invoice")
    for invoice in (row for one in family for row in known.facts.of(Invoice, one)):
        amount, tax = scope.amount(invoice.amount), scope.amount(invoice.tax)
        if amount and tax and income.get(str(invoice.id).casefold()) == amount:
            yield "sales tax", tax, invoice.source
