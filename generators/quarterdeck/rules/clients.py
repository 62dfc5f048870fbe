"""Rules of terms with clients: is hosting charged, does the contract run, is it billed, and who holds the keys."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from quarterdeck.figures.agency import last_invoice, log_of, monthly_fee, notice_by
from quarterdeck.figures.names import named
from quarterdeck.model.entity import Entity
from quarterdeck.model.holdings import Access
from quarterdeck.model.services import Client, Invoice, TimeEntry
from quarterdeck.model.severity import Severity
from quarterdeck.model.values import Blank, Money, Period
from quarterdeck.rules.known import Known
from quarterdeck.rules.registry import Hit, rule
from quarterdeck.rules.words import days, ends, hours, listed, money, on

_LATELY = timedelta(days=90)
_SOON = 60
_BILL_EVERY = 45
"""Days after which a client who pays monthly should have had another invoice."""


def _named(known: Known) -> Iterator[tuple[str, Client]]:
    """Every client that has a name, with it."""
    for client in known.facts.of(Client):
        if isinstance(client.client, str):
            yield client.client, client


def _fee(known: Known, client: Client) -> Money | None:
    """What a client pays a month; None where it pays nothing or that is not known."""
    fee = monthly_fee(client, known.as_of)
    return fee if isinstance(fee, Money) and fee.amount > 0 else None


@rule(
    "R-CLI-01",
    severity=Severity.CRITICAL,
    roles=("ceo", "accounting"),
    affects=(
        ("accounting", "revenue cannot be recognised (R-ACC-01)"),
        ("cfo", "monthly recurring revenue (F-G1)"),
    ),
    action="Propose a monthly plan to the client, and date it.",
    effort_hours=4,
    reads=(
        "entity.updated",
        "clients.client",
        "clients.related_party",
        "clients.billing_model",
        "clients.hours_used",
        "time_log.client",
        "time_log.month",
        "time_log.hours",
    ),
)
def client_without_model(known: Known) -> Iterator[Hit]:
    """A client for whom we worked of late without having agreed what it pays.

    What it checks: `billing_model` of clients outside the family against the hours of the time log, of whole
    months that reach into the last ninety days; of a client that the log never names, against `hours_used`,
    where the handoff was confirmed in those days.
    Why it matters: the work is given away until somebody writes the terms.
    How to mend: propose a plan; an exit is an answer, too.
    Known limits: work that nobody wrote down is not seen; sister companies have a rule of their own (R-CLI-12).
    Source: Quarterdeck's own rule.
    """
    for name, client in _named(known):
        model = client.billing_model
        is_open = model == "none" or (isinstance(model, Blank) and model.why != "n/a")
        if not is_open or client.related_party is True:
            continue
        worked, when = _worked_lately(known, client)
        if worked:
            yield Hit(
                entity=client.entity,
                subject=name,
                message=f"{hours(worked)} of work for {name} {when}, and no billing model.",
                evidence=(client.source,),
            )


def _worked_lately(known: Known, client: Client) -> tuple[Decimal, str]:
    """Hours of the months that reach into the last ninety days, and in words since when."""
    since = known.as_of - _LATELY
    log = [one for one in known.facts.of(TimeEntry, client.entity) if one.client == client.client]
    updated, used = known.facts.handoff(client.entity).entity.updated, client.hours_used
    if not log and isinstance(used, Decimal) and isinstance(updated, date) and updated >= since:
        return used, "last month"
    recent = [
        (one.month.start, one.hours)
        for one in log
        if isinstance(one.month, Period) and one.month.end >= since and isinstance(one.hours, Decimal)
    ]
    first = min((start for start, _ in recent), default=since)
    return sum((spent for _, spent in recent), Decimal(0)), f"since {on(first, known.as_of)}"


@rule(
    "R-CLI-02",
    severity=Severity.HIGH,
    roles=("cfo", "cto"),
    affects=(("cfo", "hosting that is paid and not charged (F-G7)"), ("cto", "cost of the cloud")),
    action="Charge it from next month, and decide whether to bill the months that have gone.",
    effort_hours=1,
    reads=(
        "clients.client",
        "clients.related_party",
        "clients.billing_model",
        "clients.hosting_cost",
        "clients.hosting_fee",
    ),
)
def hosting_not_charged(known: Known) -> Iterator[Hit]:
    """A client outside the family whose hosting costs money and brings none.

    What it checks: `hosting_cost` above 0 and `hosting_fee` 0, or empty under a billing model of none (F-G7).
    Why it matters: it is small every month and never stops.
    How to mend: a hosting fee from next month; where another fee pays for it, write that part as hosting fee.
    Known limits: an empty fee under another billing model is not known, and says nothing.
    Source: Quarterdeck's own rule.
    """
    for name, client in _named(known):
        cost, fee = client.hosting_cost, client.hosting_fee
        free = fee.amount == 0 if isinstance(fee, Money) else client.billing_model == "none"
        if isinstance(cost, Money) and cost.amount > 0 and free and client.related_party is not True:
            yield Hit(
                entity=client.entity,
                subject=name,
                message=f"Hosting {name} costs {money(cost)} a month, and no hosting fee is charged.",
                evidence=(client.source,),
                at_stake=cost,
            )


@rule(
    "R-CLI-04",
    severity=Severity.HIGH,
    roles=("cfo", "accounting"),
    affects=(("accounting", "without a contract nothing is earned yet (R-ACC-01)"),),
    action="Renew it in writing before the next hour is worked.",
    effort_hours=2,
    reads=(
        "clients.client",
        "clients.contract_end",
        "clients.auto_renew",
        "time_log.client",
        "time_log.month",
        "time_log.hours",
    ),
)
def work_after_the_contract(known: Known) -> Iterator[Hit]:
    """A contract has ended and does not renew itself, and hours were logged since.

    What it checks: hours of months that began after `contract_end`.
    Why it matters: work without terms is work that can be refused payment.
    How to mend: renew it, or stop.
    Known limits: hours of the month in which it ended say nothing, since the log is by month.
    Source: Quarterdeck's own rule.
    """
    for name, client in _named(known):
        end = client.contract_end
        if not isinstance(end, date) or end >= known.as_of or client.auto_renew is True:
            continue
        worked = [
            entry.hours
            for entry in known.facts.of(TimeEntry, client.entity)
            if entry.client == name
            and isinstance(entry.month, Period)
            and entry.month.start > end
            and isinstance(entry.hours, Decimal)
        ]
        if sum(worked) > 0:
            yield Hit(
                entity=client.entity,
                subject=name,
                message=(
                    f"The contract with {name} {ends((end - known.as_of).days)}, and "
                    f"{hours(sum(worked, Decimal(0)))} of work were logged since."
                ),
                evidence=(client.source,),
                at_stake=_fee(known, client),
            )


@rule(
    "R-CLI-05",
    severity=Severity.MEDIUM,
    roles=("cmo", "cfo"),
    affects=(("cfo", "recurring revenue at risk (F-G10)"),),
    action="Call about the renewal, before the day for notice.",
    effort_hours=2,
    reads=(
        "clients.client",
        "clients.contract_end",
        "clients.notice_days",
        "clients.auto_renew",
        "clients.fee",
        "clients.fee_period",
        "clients.mrr",
    ),
)
def contract_ends_soon(known: Known) -> Iterator[Hit]:
    """The contract of a client ends within sixty days, or the last day for notice comes within them.

    What it checks: `contract_end`, and that day less `notice_days`.
    Why it matters: whoever calls before the client thinks about it keeps the client.
    How to mend: a renewal call with what was done and what it will cost.
    Known limits: a contract without a written end never comes up.
    Source: Quarterdeck's own rule.
    """
    for name, client in _named(known):
        end, notice = client.contract_end, notice_by(client)
        if not isinstance(end, date) or end < known.as_of:
            continue
        left = (end - known.as_of).days
        to_notice = (notice - known.as_of).days if notice else -1
        if left > _SOON and not 0 <= to_notice <= _SOON:
            continue
        renews = f"renews itself in {days(left)}" if client.auto_renew is True and left else ends(left)
        by = f"; notice is due within {days(to_notice)}" if to_notice > 0 else ""
        yield Hit(
            entity=client.entity,
            subject=name,
            message=f"The contract with {name} {renews}{by}.",
            evidence=(client.source,),
            at_stake=_fee(known, client),
        )


@rule(
    "R-CLI-07",
    severity=Severity.HIGH,
    roles=("cto", "ceo"),
    affects=(("cto", "the client's site and mail stop"), ("ceo", "it would be our fault")),
    action="Renew it today, and bill it.",
    effort_hours=1,
    reads=("clients.client", "clients.domain_expires", "clients.registrar_contact"),
)
def domain_of_a_client_ends(known: Known) -> Iterator[Hit]:
    """A client's domain ends within sixty days, and the registrar writes to us alone.

    What it checks: `domain_expires` of clients whose `registrar_contact` is us.
    Why it matters: the client never sees the reminder, and loses site and mail on one day.
    How to mend: renew it, bill it, and name the client as contact.
    Known limits: whether it renews itself is not written in this table.
    Source: Quarterdeck's own rule.
    """
    for name, client in _named(known):
        if client.registrar_contact != "us" or not isinstance(client.domain_expires, date):
            continue
        left = (client.domain_expires - known.as_of).days
        if left <= _SOON:
            yield Hit(
                entity=client.entity,
                subject=name,
                message=f"The domain of {name} {ends(left)}, and the registrar writes to us alone.",
                evidence=(client.source,),
            )


@rule(
    "R-CLI-09",
    severity=Severity.HIGH,
    roles=("accounting", "cfo"),
    affects=(("accounting", "months that are earned and not billed (F-R10)"),),
    action="Send the invoice today, and let the next ones go out by themselves.",
    effort_hours=1,
    reads=(
        "clients.client",
        "clients.fee",
        "clients.fee_period",
        "clients.mrr",
        "clients.last_invoice",
        "invoices.ref",
        "invoices.issued",
        "invoices.status",
    ),
)
def monthly_client_not_billed(known: Known) -> Iterator[Hit]:
    """A client who pays by the month has had no invoice for more than 45 days.

    What it checks: the newest live invoice that names the client, else `last_invoice`.
    Why it matters: two months on one bill are argued about; one month is paid.
    How to mend: bill it today; an invoice that goes out by itself is not forgotten.
    Known limits: a client that was never billed has no last invoice; the billing model tells of it.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        scope = known.scope(entity)
        for client in known.facts.of(Client, entity.entity):
            fee = _fee(known, client)
            by_month = client.fee_period == "monthly" or isinstance(client.fee_period, Blank)
            if fee is None or not by_month or not isinstance(client.client, str):
                continue
            billed = last_invoice(scope, client)
            if billed is not None and (since := (known.as_of - billed).days) > _BILL_EVERY:
                yield Hit(
                    entity=entity.entity,
                    subject=client.client,
                    message=f"{client.client} pays {money(fee)} a month and was last billed {days(since)} ago.",
                    evidence=(client.source,),
                    at_stake=fee,
                )


@rule(
    "R-CLI-10",
    severity=Severity.MEDIUM,
    roles=("cto", "ceo"),
    affects=(("ceo", "clients' sites hang on the memory of one person"),),
    action="Write down for each client where its logins are and what to do without whoever holds them.",
    effort_hours=8,
    reads=("access.thing", "access.of", "access.handover_note"),
)
def client_without_handover_note(known: Known) -> Iterator[Hit]:
    """Clients whose logins we hold without a note for whoever has to step in.

    What it checks: `handover_note` of the rows for clients in the Access table.
    Why it matters: an illness of one person then stops the sites of others.
    How to mend: one page for each client: logins, backups, whom to call.
    Known limits: whether the note is any good is not read; an empty cell is not known.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        held = [
            row
            for row in known.facts.of(Access, entity.entity)
            if row.thing == "client" and isinstance(row.of, str)
        ]
        without = [row for row in held if row.handover_note is False]
        if without:
            yield Hit(
                entity=entity.entity,
                subject="client access",
                message=(
                    f"{len(without)} of {len(held)} clients have no hand-over note: "
                    f"{listed([str(row.of) for row in without])}."
                ),
                evidence=tuple(row.source for row in without[:3]),
            )


@rule(
    "R-CLI-12",
    severity=Severity.MEDIUM,
    roles=("accounting", "cfo"),
    affects=(("accounting", "what sister companies owe each other"),),
    action="Record the hours at cost rate, on both sides.",
    effort_hours=2,
    reads=(
        "clients.client",
        "clients.related_party",
        "time_log.client",
        "time_log.hours",
        "invoices.ref",
        "figure.client_earned",
        "figure.client_labour",
    ),
)
def sister_company_for_nothing(known: Known) -> Iterator[Hit]:
    """Hours were worked for a sister company, and neither an invoice nor an entry tells of them.

    What it checks: hours of the time log in twelve months for related clients, against live invoices and what the
    books earned from them.
    Why it matters: one business looks cheaper and the other poorer than it is.
    How to mend: an invoice or an entry at cost rate each month, in both books.
    Known limits: without a list of invoices and without books that name clients nothing is said.
    Source: Quarterdeck's own rule.
    """
    for entity in known.facts.entities:
        yield from _unbilled_sisters(known, entity)


def _unbilled_sisters(known: Known, entity: Entity) -> Iterator[Hit]:
    scope = known.scope(entity)
    log = log_of(scope)
    for subject, name, client in named(known.facts.of(Client, entity.entity), "client"):
        entries = log.entries.get((entity.entity, name), [])
        worked = sum((one.hours for one in entries if isinstance(one.hours, Decimal)), Decimal(0))
        if client.related_party is not True or not worked:
            continue
        earned = known.number(f"client_earned:{subject}", entity.entity)
        is_listed = known.facts.has_table(Invoice, entity.entity) or earned is not None
        if is_listed and not earned and not log.invoices.get((entity.entity, name)):
            cost = known.figure(f"client_labour:{subject}", entity.entity)
            worth = cost.value if cost else None
            at_cost = f", {money(worth)} at cost" if isinstance(worth, Money) else ""
            yield Hit(
                entity=entity.entity,
                subject=name,
                message=f"{hours(worked)} were worked for {name} in twelve months{at_cost}, and no book tells of it.",
                evidence=(client.source,),
            )
