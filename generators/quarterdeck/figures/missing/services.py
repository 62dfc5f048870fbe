"""Clients, deliveries and their bills, as fields of the registry."""

from quarterdeck.figures.inputs import is_answer
from quarterdeck.figures.missing.counted import NOTHING, cells, first_of, rows_with, table
from quarterdeck.figures.missing.field import Count, MissingField, headers, ids
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.services import Client, Delivery, Invoice, Payment, TimeEntry
from quarterdeck.model.values import Blank


def _hours(entity: Entity, facts: Facts) -> Count:
    """Clients with hours in the time log or in their own row; without any hours the time log is asked for."""
    clients = facts.of(Client, entity.entity)
    logged = {
        row.client.casefold() for row in facts.of(TimeEntry, entity.entity) if isinstance(row.client, str)
    }
    known = [
        is_answer(one.hours_used) or (isinstance(one.client, str) and one.client.casefold() in logged)
        for one in clients
    ]
    return Count(sum(known), len(known), of_rows=True) if any(known) else NOTHING


def _has_quantity(trip: Delivery) -> bool:
    has_days = not isinstance(trip.start, Blank) and not isinstance(trip.end, Blank)
    return is_answer(trip.quantity) or (trip.rate_type == "per-day" and has_days)


def _is_recurring(client: Client) -> bool:
    return client.billing_model in {"retainer", "hosting", "mixed"}


def _has_fee(client: Client) -> bool:
    return is_answer(client.mrr) or (is_answer(client.fee) and is_answer(client.fee_period))


SERVICES: tuple[MissingField, ...] = (
    MissingField(
        "clients",
        "List of clients",
        "Who pays what, for what and until when cannot be seen.",
        ("cfo", "accounting"),
        ids(
            "F-G1 F-G3 F-G4 F-G5 F-G7 F-G10 F-G11 mrr nrr grr agi_margin clients_with_model "
            "top_client_share unbilled_hosting contracts_current"
        ),
        table(Client),
        record=Client,
        audits=("clients",),
        rank=3,
    ),
    MissingField(
        "client_billing_model",
        "Billing model of the clients",
        "Work for a client that nobody agreed to bill may never be paid.",
        ("cfo", "accounting"),
        ids("F-G1 F-G4 mrr clients_with_model"),
        cells(Client, "billing_model"),
        record=Client,
        cell="Billing model",
        row="client",
        audits=("clients",),
    ),
    MissingField(
        "client_fee",
        "Recurring fee of the clients",
        "Recurring revenue is a lower bound while a retainer has no amount.",
        ("cfo",),
        ids("F-G1 F-G4 F-G5 mrr nrr grr top_client_share"),
        rows_with(Client, _has_fee, _is_recurring),
        record=Client,
        cell="Fee",
        row="recurring client",
        columns="MRR, or Fee with Fee period,",
        audits=("clients",),
    ),
    MissingField(
        "contract_end",
        "Last day of the clients' contracts",
        "A contract that runs out is noticed when the client leaves.",
        ("cfo",),
        ids("F-G10 F-G11 contracts_current"),
        cells(Client, "contract_end", among=lambda row: row.contract is not False),
        record=Client,
        cell="Contract end",
        row="client",
        audits=("clients",),
    ),
    MissingField(
        "time_log",
        "Hours that went into each client",
        "Which client costs more than it pays cannot be told.",
        ("cfo",),
        ids("F-G2 F-G3 F-G6 F-G8 F-G9 effective_rate agi_margin utilisation_hours over_service"),
        first_of(table(TimeEntry), _hours),
        record=TimeEntry,
        cell="Hours",
        row="client",
        phrase=headers(TimeEntry),
        audits=("clients",),
    ),
    MissingField(
        "deliveries",
        "List of deliveries",
        "What was earned on each trip, and whether it was billed, cannot be matched.",
        ("cfo", "accounting"),
        ids(
            "F-L1 F-L2 F-L3 F-L8 F-L9 F-L14 deliveries unbilled_value leakage billing_lag "
            "expense_recovery rev_per_day_away deposit_rate"
        ),
        table(Delivery),
        record=Delivery,
        audits=("billing",),
        rank=3,
    ),
    MissingField(
        "delivery_quantity",
        "Days or miles of the deliveries",
        "The bill that was due cannot be worked out, so what is lost looks smaller than it is.",
        ("cfo", "accounting"),
        ids("F-L1 F-L2 F-L3 F-L8 unbilled_value leakage"),
        rows_with(
            Delivery,
            _has_quantity,
            lambda row: row.rate_type != "flat" and row.status in {"in-progress", "completed"},
        ),
        record=Delivery,
        cell="Quantity",
        row="delivery",
        audits=("billing",),
    ),
    MissingField(
        "delivery_terms",
        "Terms of payment of the deliveries",
        "A bill without terms is taken to be due at once, and late from the first day.",
        ("cfo",),
        ids("F-L5"),
        cells(Delivery, "terms_days", among=lambda row: row.status != "cancelled"),
        record=Delivery,
        cell="Terms days",
        row="delivery",
        audits=("billing",),
    ),
    MissingField(
        "invoices",
        "List of invoices",
        "Who owes us what, and since when, cannot be told.",
        ("cfo", "accounting"),
        ids(
            "F-L2 F-L3 F-L4 F-L5 F-L6 F-L7 F-L8 F-L9 F-L11 F-L13 F-L14 ar_overdue_share "
            "unbilled_value leakage dso over_60_share billing_lag expense_recovery"
        ),
        table(Invoice),
        record=Invoice,
        audits=("billing", "clients"),
    ),
    MissingField(
        "payments",
        "List of payments received",
        "Every invoice looks unpaid.",
        ("cfo", "accounting"),
        ids("F-L4 F-L6 F-L7 F-L10 F-L13 ar_overdue_share dso over_60_share"),
        table(Payment),
        record=Payment,
        audits=("billing", "clients"),
    ),
)
