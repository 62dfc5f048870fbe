"""Figures of an agency: recurring fees, concentration, rates, hosting, contracts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import msgspec

from quarterdeck.figures import agency_books
from quarterdeck.figures.agency_books import Moved, income_by_client
from quarterdeck.figures.agency_margin import Work, beyond, hour_of, margins
from quarterdeck.figures.billing import live_invoices, net_amount, receivables
from quarterdeck.figures.ledger import entry_sources
from quarterdeck.figures.months import holds, last_full_month, months_to, span_of
from quarterdeck.figures.names import folded, named
from quarterdeck.figures.scope import MOST_SOURCES, Scope, Term, scope_of
from quarterdeck.formulas.agency import (
    AtRisk,
    Concentration,
    concentration,
    effective_rate,
    hosting_unbilled,
    over_service,
    per_month,
    revenue_at_risk,
)
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure, Missing, Unit
from quarterdeck.model.services import Client, Invoice, TimeEntry
from quarterdeck.model.values import UNKNOWN, Blank, Money, Period, Ratio

MONTHS_OF_A_YEAR = 12
CONTRACT_DAYS = 60
WITHOUT_RECURRING_FEE = frozenset({"none", "project", "hourly", "per-job"})
"""Billing models under which no recurring fee is due unless one is written."""

_LABELS: tuple[tuple[str, str, Unit, str], ...] = (
    ("mrr", "Monthly recurring revenue", "money", "F-G1"),
    ("clients", "Clients", "count", ""),
    ("clients_with_model", "Clients with a billing model", "ratio", ""),
    ("top_client_share", "Largest client, of recurring revenue", "ratio", "F-G4"),
    ("hhi", "Concentration of clients (HHI)", "score", "F-G4"),
    ("effective_rate", "Effective hourly rate", "money", "F-G2"),
    ("hosting_unbilled", "Hosting paid and not charged, a month", "money", "F-G7"),
    ("contracts_ending_60d", "Contracts that end within 60 days", "count", ""),
    ("mrr_at_risk", "Recurring revenue at risk, a month", "money", "F-G10"),
)
_LABEL_OF = {code: (label, unit, formula) for code, label, unit, formula in _LABELS}


def figures(facts: Facts, entity: Entity, currency: str) -> Iterator[Figure]:
    """Every figure of the business that holds the clients table; not known for an agency that has none."""
    scope = scope_of(facts, entity, currency)
    if not scope.of(Client):
        if entity.kind == "agency" and not holders_of_clients(facts, entity):
            yield from (
                scope.missing(code, label, unit, "clients", formula=formula)
                for code, label, unit, formula in _LABELS
            )
        return
    terms = list(fee_terms(facts, [entity]))
    label, _, formula = _LABEL_OF["mrr"]
    yield scope.total("mrr", label, terms, needs=("client_fee",), formula=formula)
    yield from _clients(scope)
    yield from concentration_of(scope)
    price, *others = hour_of(scope, entity)
    yield from (price, *others)
    yield from _rates(scope, price)
    yield _hosting(scope)
    yield from _over_service(scope)
    yield _contracts(scope)
    yield _at_risk(scope, terms)
    yield from agency_books.figures(facts, entity, currency)


def holders_of_clients(facts: Facts, entity: Entity) -> list[Entity]:
    """The business itself where it has clients, else the parts of it that have."""
    if facts.of(Client, entity.entity):
        return [entity]
    parts = facts.parts_of(entity.entity)
    return [facts.handoff(part).entity for part in parts if facts.of(Client, part)]


def fee_terms(facts: Facts, holders: Iterable[Entity]) -> Iterator[Term]:
    """What each client pays a month (F-G1), related parties left out.

    A fee with its period beats `mrr`, which beats the hosting fee. A contract that has ended and does not renew
    itself pays nothing, and so does one that has not begun: that one is pipeline. A client without a written
    contract pays what is written. A client under a model without a recurring fee is no member of the sum.
    """
    for holder in holders:
        for client in facts.of(Client, holder.entity):
            if client.related_party is not True:
                yield Term(client, monthly_fee(client, facts.as_of), ("fee", "mrr", "hosting_fee"))


def monthly_fee(client: Client, as_of: date) -> Money | Blank:
    """The recurring fee of one client as a month's; `n/a` where its model has none."""
    fee, period = client.fee, client.fee_period
    if isinstance(fee, Money) and not isinstance(period, Blank) and period != "one-time":
        month: Money | Blank = Money(per_month(fee.amount, period), fee.currency)
    elif isinstance(client.mrr, Money):
        month = client.mrr
    elif isinstance(client.hosting_fee, Money):
        month = client.hosting_fee
    elif period == "one-time" or client.billing_model in WITHOUT_RECURRING_FEE:
        month = Blank("n/a")
    else:
        month = UNKNOWN
    return month if _runs(client, as_of) else _nothing(month)


def notice_by(client: Client) -> date | None:
    """The last day for notice, where end and notice are written."""
    if isinstance(client.contract_end, date) and isinstance(client.notice_days, int):
        return client.contract_end - timedelta(days=client.notice_days)
    return None


def last_invoice(scope: Scope, client: Client) -> date | None:
    """The newest invoice that is there, else the day that is written with the client."""
    days = [
        one.issued
        for one in live_invoices(scope)
        if one.ref == client.client and isinstance(one.issued, date)
    ]
    stated = client.last_invoice
    return max(days, default=None if isinstance(stated, Blank) else stated)


def _runs(client: Client, as_of: date) -> bool:
    starts, ends = client.contract_start, client.contract_end
    has_begun = not isinstance(starts, date) or starts <= as_of
    return has_begun and (not isinstance(ends, date) or ends >= as_of or client.auto_renew is True)


def _nothing(fee: Money | Blank) -> Money | Blank:
    return fee * 0 if isinstance(fee, Money) else Blank("n/a")


def _clients(scope: Scope) -> Iterator[Figure]:
    """How many clients there are, related ones among them, and how many are billed by some model."""
    rows = scope.of(Client)
    yield scope.figure("clients", "Clients", Decimal(len(rows)), "count", rows=rows)
    billed = [one for one in rows if not isinstance(one.billing_model, Blank) and one.billing_model != "none"]
    part, whole = Decimal(len(billed)), Decimal(len(rows))
    label, unit, _ = _LABEL_OF["clients_with_model"]
    value = Ratio(part / whole, part, whole)
    yield scope.figure("clients_with_model", label, value, unit, kind="computed", rows=rows)


def concentration_of(scope: Scope) -> Iterator[Figure]:
    """Share of the largest client and HHI, both of recurring fees without related parties (F-G4)."""
    terms = [term for term in fee_terms(scope.facts, scope.entities) if term.is_wanted]
    known = [(amount, term.row) for term in terms if (amount := scope.amount(term.value)) is not None]
    result: Concentration | Missing = Missing(needs=("client_fee",))
    if known or not terms:
        result = concentration([amount for amount, _ in known])
    values: tuple[tuple[str, Ratio | Decimal | Missing], ...] = (
        ("top_client_share", result if isinstance(result, Missing) else Ratio(result.top_share)),
        ("hhi", result if isinstance(result, Missing) else result.hhi),
    )
    for code, value in values:
        label, unit, formula = _LABEL_OF[code]
        yield scope.figure(
            code,
            label,
            value,
            unit,
            formula=formula,
            rows=[term.row for term in terms],
            columns=("fee", "mrr", "hosting_fee"),
            known=len(known),
            wanted=len(terms),
        )


class Log(msgspec.Struct, frozen=True):
    """The hours and bills of the clients of some businesses, by business and client."""

    months: dict[str, tuple[Period, ...]]
    """By business: from the first to the last month of its time log, inside the last twelve full months."""
    entries: dict[tuple[str, str], list[TimeEntry]]
    invoices: dict[tuple[str, str], list[Invoice]]
    earned: dict[tuple[str, str], list[Moved]]
    """Income of the books, by business and folded name of the client."""


@lru_cache(maxsize=64)
def log_of(scope: Scope) -> Log:
    """Sort hours and invoices by client, once for all of them."""
    year = months_to(last_full_month(scope.as_of), MONTHS_OF_A_YEAR)
    seen: dict[str, set[Period]] = {}
    entries: dict[tuple[str, str], list[TimeEntry]] = {}
    for one in scope.of(TimeEntry):
        if isinstance(one.client, str) and one.month in year:
            seen.setdefault(one.entity, set()).add(one.month)
            entries.setdefault((one.entity, one.client), []).append(one)
    invoices: dict[tuple[str, str], list[Invoice]] = {}
    for bill in live_invoices(scope):
        if isinstance(bill.ref, str):
            invoices.setdefault((bill.entity, bill.ref), []).append(bill)
    months = {
        entity: tuple(one for one in year if min(held) <= one <= max(held)) for entity, held in seen.items()
    }
    return Log(months, entries, invoices, income_by_client(scope))


def _rates(scope: Scope, price: Figure) -> Iterator[Figure]:
    log = log_of(scope)
    for subject, name, client in named(scope.of(Client), "client"):
        code, label = f"effective_rate:{subject}", f"Effective hourly rate, {name}"
        if client.related_party is True:
            label += " (related)"
        work = work_for(scope, client, log)
        if isinstance(work, Missing):
            yield scope.missing(code, label, "money", *work.needs, formula="F-G2", rows=[client])
        else:
            yield _rate(scope, code, label, [work])
            yield from margins(scope, subject, name, work)
            yield from beyond(scope, subject, name, work, price)
    yield effective_rate_of(scope)


def effective_rate_of(scope: Scope) -> Figure:
    """The rate over all clients whose fees and hours are known; the others are counted (F-G2)."""
    rows, log = scope.of(Client), log_of(scope)
    known = [work for one in rows if isinstance(work := work_for(scope, one, log), Work)]
    label, _, formula = _LABEL_OF["effective_rate"]
    if not known:
        return scope.missing("effective_rate", label, "money", "time_log", formula=formula, rows=rows)
    figure = _rate(scope, "effective_rate", label, known)
    return msgspec.structs.replace(figure, known=len(known), wanted=len(rows))


def _rate(scope: Scope, code: str, label: str, works: list[Work]) -> Figure:
    zero = Decimal(0)
    result = effective_rate(
        sum((one.fees for one in works), zero),
        sum((one.pass_through for one in works), zero),
        sum((one.hours for one in works), zero),
    )
    value = Money(result, scope.currency) if isinstance(result, Decimal) else result
    rows = [row for one in works for row in (one.client, *one.entries)]
    columns = ("fee", "mrr", "hours", "hours_used", "pass_through")
    made = scope.figure(code, label, value, "money", formula="F-G2", rows=rows, columns=columns)
    booked = [moved.entry for one in works for moved in one.booked]
    if not booked:
        return made
    sources = tuple(dict.fromkeys((*entry_sources(booked), *made.sources)))[:MOST_SOURCES]
    return msgspec.structs.replace(made, sources=sources, note="fees as earned in the books")


def work_for(scope: Scope, client: Client, log: Log) -> Work | Missing:
    """Fees and hours of one client over the months of the time log, at most the last twelve full ones.

    Fees are what the books have of the client in those months. Where they never name it, fees are the invoices
    of those months if the log holds all twelve or no recurring fee is known, else the recurring fee. Without a
    time log it is one month: the fee and `hours_used`. Money that passes through is stated for twelve months and
    taken by its part; an empty cell is none.
    """
    key = (client.entity, str(client.client))
    entries = log.entries.get(key, [])
    months = log.months.get(client.entity, ()) if entries else ()
    hours = _hours(client.hours_used, entries)
    if hours is None:
        return Missing(needs=("time_log",))
    booked = log.earned.get((client.entity, folded(key[1])), []) if months else []
    inside = tuple(agency_books.within(booked, span_of(months))) if months else ()
    fees = (
        sum((one.amount for one in inside), Decimal(0))
        if booked
        else _fees(scope, client, months, log.invoices.get(key, []))
    )
    if fees is None:
        return Missing(needs=("client_fee",))
    through = scope.amount(client.pass_through) or Decimal(0)
    return Work(client, fees, through * max(1, len(months)) / MONTHS_OF_A_YEAR, hours, tuple(entries), inside)


def _fees(
    scope: Scope, client: Client, months: tuple[Period, ...], invoices: list[Invoice]
) -> Decimal | None:
    recurring = scope.amount(monthly_fee(client, scope.as_of))
    is_whole_year = len(months) == MONTHS_OF_A_YEAR
    if months and (is_whole_year or recurring is None) and scope.facts.has_table(Invoice, client.entity):
        span = span_of(months)
        parts = [
            scope.amount(net_amount(one))
            for one in invoices
            if isinstance(one.issued, date) and holds(span, one.issued)
        ]
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(parts) else None
    return None if recurring is None else recurring * max(1, len(months))


def _hosting(scope: Scope) -> Figure:
    """What hosting costs us beyond the hosting fees, over all clients, related ones among them (F-G7).

    An empty fee is not known, save where the billing model is none: then nothing is charged.
    """
    label, _, formula = _LABEL_OF["hosting_unbilled"]
    columns = ("hosting_cost", "hosting_fee")
    terms = [
        Term(one, _hosting_gap(scope, one), columns)
        for one in scope.of(Client)
        if not isinstance(one.hosting_cost, Blank) or (isinstance(one.sites, int) and one.sites > 0)
    ]
    return scope.total("hosting_unbilled", label, terms, needs=("clients",), formula=formula)


def _hosting_gap(scope: Scope, client: Client) -> Money | Blank:
    cost, fee = client.hosting_cost, client.hosting_fee
    if isinstance(fee, Blank) and client.billing_model == "none":
        fee = Money(Decimal(0), scope.currency)
    if isinstance(cost, Blank) or isinstance(fee, Blank):
        return UNKNOWN
    if fee.amount and fee.currency != cost.currency:
        return UNKNOWN
    return Money(hosting_unbilled(1, cost.amount, fee.amount), cost.currency)


def _over_service(scope: Scope) -> Iterator[Figure]:
    """Hours of each of the last two full months against the hours in the fee, where some are stated (F-G8)."""
    before, last = months_to(last_full_month(scope.as_of), 2)
    for subject, name, client in named(scope.of(Client), "client"):
        if isinstance(client.hours_included, Blank):
            continue
        label = f"Hours used of those included, {name}"
        yield _used(scope, client, last, f"over_service:{subject}", label, client.hours_used)
        label = f"{label}, the month before"
        yield _used(scope, client, before, f"over_service_before:{subject}", label, UNKNOWN)


def _used(
    scope: Scope, client: Client, month: Period, code: str, label: str, stated: Decimal | Blank
) -> Figure:
    """Hours of one month by the time log, else as stated, over those in the fee."""
    logged = log_of(scope).entries.get((client.entity, str(client.client)), [])
    entries = [one for one in logged if one.month == month]
    used, included = _hours(stated, entries), client.hours_included
    if used is None or isinstance(included, Blank):
        return scope.missing(code, label, "ratio", "time_log", formula="F-G8", rows=[client])
    result = over_service(used, included)
    value = Ratio(result) if isinstance(result, Decimal) else result
    rows, columns = (client, *entries), ("hours_included", "hours_used", "hours")
    return scope.figure(code, label, value, "ratio", formula="F-G8", rows=rows, columns=columns)


def _hours(stated: Decimal | Blank, entries: list[TimeEntry]) -> Decimal | None:
    """Hours by the time log, else as stated with the client."""
    parts = [one.hours for one in entries if isinstance(one.hours, Decimal)]
    if entries:
        return sum(parts, Decimal(0)) if len(parts) == len(entries) else None
    return None if isinstance(stated, Blank) else stated


def _contracts(scope: Scope) -> Figure:
    """Contracts whose last day is within the next 60 days, renewing ones among them."""
    rows = [
        one
        for one in scope.of(Client)
        if not isinstance(one.contract_end, Blank)
        or (one.contract is not False and one.contract_end.why != "n/a")
    ]
    known = [one for one in rows if isinstance(one.contract_end, date)]
    until = scope.as_of + timedelta(days=CONTRACT_DAYS)
    ending = [
        one
        for one in known
        if isinstance(one.contract_end, date) and scope.as_of <= one.contract_end <= until
    ]
    label, unit, _ = _LABEL_OF["contracts_ending_60d"]
    if rows and not known:
        return scope.missing("contracts_ending_60d", label, unit, "contract_end", rows=rows)
    return scope.figure(
        "contracts_ending_60d",
        label,
        Decimal(len(ending)),
        unit,
        rows=ending or known,
        known=len(known),
        wanted=len(rows),
    )


def _at_risk(scope: Scope, terms: Sequence[Term]) -> Figure:
    """Fees of clients without a contract, with one that ends soon, or long overdue, each once (F-G10).

    A contract that renews itself ends on no day.
    """
    overdue: dict[tuple[str, str], int] = {}
    for one in receivables(scope):
        key = (one.invoice.entity, str(one.invoice.ref))
        overdue[key] = max(overdue.get(key, 0), one.days_late)
    label, unit, formula = _LABEL_OF["mrr_at_risk"]
    wanted = [term for term in terms if term.is_wanted and isinstance(term.row, Client)]
    known = [(term.row, fee) for term in wanted if (fee := scope.amount(term.value)) is not None]
    if wanted and not known:
        return scope.missing("mrr_at_risk", label, unit, "client_fee", formula=formula)
    result = revenue_at_risk(
        scope.as_of,
        [
            AtRisk(
                str(row.client),
                fee,
                None if isinstance(row.contract, Blank) else row.contract,
                row.contract_end
                if isinstance(row.contract_end, date) and row.auto_renew is not True
                else None,
                overdue.get((row.entity, str(row.client)), 0) if scope.has(Invoice) else None,
            )
            for row, fee in known
            if isinstance(row, Client)
        ],
    )
    value = Money(result, scope.currency)
    return scope.figure(
        "mrr_at_risk", label, value, unit, formula=formula,
        rows=[row for row, _ in known], known=len(known), wanted=len(wanted),
    )  # fmt: skip
