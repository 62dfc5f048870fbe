"""Where each client stands: fee, hours, rate, margin, debts and risk."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from quarterdeck.figures.agency import last_invoice, log_of, monthly_fee, work_for
from quarterdeck.figures.agency_margin import Work
from quarterdeck.figures.billing import Receivable, live_invoices, net_amount, receivables
from quarterdeck.figures.months import last_full_month, months_to, span_of
from quarterdeck.figures.names import named
from quarterdeck.figures.scope import Scope
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.figure import Figure, Missing
from quarterdeck.model.holdings import Access
from quarterdeck.model.services import Client, TimeEntry
from quarterdeck.model.values import Blank, Money, Period, Ratio
from quarterdeck.reports.cells import (
    name_of,
    text,
)
from quarterdeck.reports.client_risk import Risk, risk_of

MONTHS = 12
_FIGURES = ("effective_rate", "client_margin", "client_earned", "client_earned_gap", "over_service_value")
"""What is worked out of each client, by its subject."""
_RECENT = timedelta(days=90)


class Standing(msgspec.Struct, frozen=True):
    """One client with everything that this page says of it."""

    client: Client
    name: str
    fee: Money | Blank
    """Recurring, a month."""
    work: Work | None
    rate: Money | None
    """What an hour really earned; None where fees or hours are not known."""
    rate_figure: Figure | None
    margin: Decimal | None
    earned: Figure | None
    """Of twelve full months, by the books; None where they name no client."""
    gap: Figure | None
    """Earned less billed, where the two differ."""
    beyond: Figure | None
    """Hours a month beyond the fee at the list price; None where there are none."""
    billed: Money
    """Invoices of twelve full months, without sales tax."""
    open: Money
    days_late: int
    last_invoice: date | None
    hours: Decimal | None
    """Of the months of the time log, at most twelve."""
    recent_hours: Decimal | None
    """Of the last ninety days."""
    risk: Risk

    @property
    def has_model(self) -> bool:
        """Whether it is agreed what the client is billed for."""
        return not isinstance(self.client.billing_model, Blank) and self.client.billing_model != "none"

    @property
    def is_related(self) -> bool:
        """Whether it is a sister company."""
        return self.client.related_party is True


class Rates(msgspec.Struct, frozen=True):
    """What an hour is sold for, and what it costs."""

    list: Money | None
    cost: Money | None


def standings_of(briefing: Briefing, scope: Scope) -> tuple[Standing, ...]:
    """Every client, those that cost money first."""
    owed = receivables(scope)
    clients = scope.of(Client)
    fees = {id(one): monthly_fee(one, scope.as_of) for one in clients}
    whole = sum(
        (scope.amount(fees[id(one)]) or Decimal(0) for one in clients if one.related_party is not True),
        Decimal(0),
    )
    notes = {
        text(row.of): row.handover_note for row in briefing.of(Access, scope.entity) if row.thing == "client"
    }
    log = log_of(scope)
    subjects = {id(row): subject for subject, _, row in named(clients, "client")}
    find = briefing.find

    def standing(client: Client) -> Standing:
        subject = subjects.get(id(client), "")
        figures = {code: find(f"{code}:{subject}", scope.entity) for code in _FIGURES}
        work = work_for(scope, client, log)
        return _standing(scope, client, work, fees[id(client)], whole, owed, notes, figures)

    found = [standing(one) for one in clients]
    return tuple(sorted(found, key=_costliest))


def _standing(
    scope: Scope,
    client: Client,
    found: Work | Missing,
    fee: Money | Blank,
    whole: Decimal,
    owed: Sequence[Receivable],
    notes: dict[str, bool | Blank],
    figures: Mapping[str, Figure | None],
) -> Standing:
    work = found if isinstance(found, Work) else None
    mine = [one for one in owed if one.invoice.ref == client.client and one.is_open]
    left = sum((one.open.amount for one in mine if isinstance(one.open, Money)), Decimal(0))
    late = max((one.days_late for one in mine), default=0)
    rate, kept = figures["effective_rate"], figures["client_margin"]
    margin = kept.value.value if kept and isinstance(kept.value, Ratio) else None
    paid = scope.amount(fee)
    share = paid / whole if paid is not None and whole and client.related_party is not True else None
    return Standing(
        client=client,
        name=name_of(client.client),
        fee=fee,
        work=work,
        rate=rate.value if rate and isinstance(rate.value, Money) else None,
        rate_figure=rate,
        margin=margin,
        earned=figures["client_earned"],
        gap=figures["client_earned_gap"],
        beyond=figures["over_service_value"],
        billed=Money(_billed(scope, client), scope.currency),
        open=Money(left, scope.currency),
        days_late=late,
        last_invoice=last_invoice(scope, client),
        hours=_hours(scope, client, None),
        recent_hours=_hours(scope, client, scope.as_of - _RECENT),
        risk=risk_of(client, scope.as_of, late, margin, share, notes.get(name_of(client.client), Blank())),
    )


def _costliest(one: Standing) -> tuple[object, ...]:
    return (one.rate is None, one.rate.amount if one.rate else Decimal(0), one.name)


def _billed(scope: Scope, client: Client) -> Decimal:
    span = span_of(months_to(last_full_month(scope.as_of), MONTHS))
    amounts = [
        net_amount(one)
        for one in live_invoices(scope)
        if one.ref == client.client and isinstance(one.issued, date) and span.start <= one.issued <= span.end
    ]
    return sum(
        (one.amount for one in amounts if isinstance(one, Money) and one.currency == scope.currency),
        Decimal(0),
    )


def _hours(scope: Scope, client: Client, since: date | None) -> Decimal | None:
    """Hours of the time log, of twelve full months or since a day; None where the log has no line."""
    first = since or months_to(last_full_month(scope.as_of), MONTHS)[0].start
    hours = [
        one.hours
        for one in scope.of(TimeEntry)
        if one.client == client.client
        and isinstance(one.month, Period)
        and one.month.end >= first
        and isinstance(one.hours, Decimal)
    ]
    return sum(hours, Decimal(0)) if hours else None


def rates_of(briefing: Briefing, entity: str) -> Rates:
    """List price of an hour, and what an hour costs, as their figures have them."""
    listed, cost = (briefing.find(code, entity) for code in ("hour_price", "hour_cost"))
    return Rates(
        listed.value if listed and isinstance(listed.value, Money) else None,
        cost.value if cost and isinstance(cost.value, Money) else None,
    )


def costly_clients(standings: Sequence[Standing], rates: Rates) -> tuple[Standing, ...]:
    """Clients outside the family whose hour earns less than it costs."""
    if rates.cost is None:
        return ()
    cost = rates.cost.amount
    return tuple(one for one in standings if not one.is_related and one.rate and one.rate.amount < cost)
