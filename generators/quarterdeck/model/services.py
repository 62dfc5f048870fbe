"""Records of work for customers: agency clients, hours, deliveries, invoices, payments."""

import datetime as dt
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from quarterdeck.model.columns import Column, Row
from quarterdeck.model.values import ABSENT, Blank, Cadence, Money, Period, Ratio

ClientBilling = Literal["retainer", "hosting", "project", "hourly", "mixed", "per-job", "none"]


class Client(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One customer of an agency and the terms with it."""

    client: Annotated[
        str | Blank,
        Column("Id or name of the client", required=True, grammar="id", also=("customer", "name")),
    ] = ABSENT
    related_party: Annotated[bool | Blank, Column("Whether it is a sister company", also=("related",))] = (
        ABSENT
    )
    billing_model: Annotated[
        ClientBilling | Blank, Column("What it is billed for", required=True, also=("billing", "model"))
    ] = ABSENT
    mrr: Annotated[
        Money | Blank, Column("Recurring fee a month", per="monthly", also=("monthly", "monthly fee"))
    ] = ABSENT
    fee: Annotated[Money | Blank, Column("Fee of one period", also=("price", "amount", "$", "usd"))] = ABSENT
    fee_period: Annotated[Cadence | Blank, Column("Period of the fee", also=("cadence", "per"))] = ABSENT
    bill_day: Annotated[int | Blank, Column("Day of the month on which it is billed", low=1, high=31)] = (
        ABSENT
    )
    terms_days: Annotated[int | Blank, Column("Days to pay", also=("terms",))] = ABSENT
    contract: Annotated[
        bool | Blank, Column("Whether there is a written contract", also=("written contract",))
    ] = ABSENT
    contract_start: Annotated[date | Blank, Column("First day of the contract")] = ABSENT
    contract_end: Annotated[
        date | Blank, Column("Last day of the contract", also=("term ends", "renewal date"))
    ] = ABSENT
    notice_days: Annotated[int | Blank, Column("Days of notice", also=("notice",))] = ABSENT
    auto_renew: Annotated[bool | Blank, Column("Whether it renews by itself", also=("renews",))] = ABSENT
    hours_included: Annotated[Decimal | Blank, Column("Hours a month in the fee", low=0)] = ABSENT
    hours_used: Annotated[Decimal | Blank, Column("Hours used last month", low=0, also=("hours",))] = ABSENT
    sites: Annotated[int | Blank, Column("Sites that we host")] = ABSENT
    hosting_cost: Annotated[Money | Blank, Column("What hosting costs us a month", per="monthly")] = ABSENT
    hosting_fee: Annotated[Money | Blank, Column("What we charge for hosting a month", per="monthly")] = (
        ABSENT
    )
    last_invoice: Annotated[date | Blank, Column("Date of the last invoice", also=("invoiced",))] = ABSENT
    domain_expires: Annotated[date | Blank, Column("When its domain runs out")] = ABSENT
    labour_cost: Annotated[Money | Blank, Column("Labour of twelve months", also=("labor cost",))] = ABSENT
    direct_cost: Annotated[Money | Blank, Column("Other direct cost of twelve months")] = ABSENT
    pass_through: Annotated[Money | Blank, Column("Money of twelve months that only passes through")] = ABSENT
    est_total_cost: Annotated[
        Money | Blank, Column("Estimated cost of the whole project", also=("estimated cost",))
    ] = ABSENT
    accepted_on: Annotated[date | Blank, Column("When the project was accepted")] = ABSENT
    access_custody: Annotated[
        Literal["us", "client", "both"] | Blank, Column("Who holds the logins", also=("custody",))
    ] = ABSENT
    registrar_contact: Annotated[
        Literal["us", "client"] | Blank, Column("Who the registrar writes to", also=("registrar",))
    ] = ABSENT


class TimeEntry(Row, frozen=True, kw_only=True, omit_defaults=True):
    """Hours of one person for one client in one month."""

    client: Annotated[str | Blank, Column("Client", required=True, grammar="id", also=("customer",))] = ABSENT
    month: Annotated[Period | Blank, Column("Month", required=True)] = ABSENT
    hours: Annotated[Decimal | Blank, Column("Hours", required=True, low=0)] = ABSENT
    person: Annotated[str | Blank, Column("Who worked", grammar="name", also=("who",))] = ABSENT
    cost_rate: Annotated[Money | Blank, Column("What an hour costs us", also=("rate",))] = ABSENT
    billable: Annotated[bool | Blank, Column("Whether the hours can be billed")] = ABSENT


class Delivery(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One trip of a vessel for a customer."""

    id: Annotated[
        str | Blank,
        Column("Number of the delivery", required=True, grammar="id", also=("delivery", "trip", "no")),
    ] = ABSENT
    vessel: Annotated[str | Blank, Column("The vessel", grammar="name", also=("boat",))] = ABSENT
    customer: Annotated[
        str | Blank, Column("Initials or id of the customer", required=True, grammar="name", also=("client",))
    ] = ABSENT
    from_: Annotated[str | Blank, Column("Port of departure", grammar="name", also=("departure",))] = ABSENT
    to: Annotated[str | Blank, Column("Port of arrival", grammar="name", also=("destination", "arrival"))] = (
        ABSENT
    )
    start: Annotated[date | Blank, Column("First day under way", required=True, also=("departed",))] = ABSENT
    end: Annotated[date | Blank, Column("Last day under way", also=("arrived",))] = ABSENT
    rate_type: Annotated[
        Literal["per-day", "per-nm", "flat"] | Blank,
        Column("What the rate is for", required=True, also=("rate per",)),
    ] = ABSENT
    rate: Annotated[Money | Blank, Column("Agreed rate", required=True, also=("price",))] = ABSENT
    quantity: Annotated[
        Decimal | Blank, Column("Days or nautical miles", low=0, also=("qty", "days", "miles", "nm"))
    ] = ABSENT
    expenses: Annotated[Money | Blank, Column("Expenses that the customer pays back", required=True)] = ABSENT
    expense_markup: Annotated[Ratio | Blank, Column("Markup on expenses", also=("markup",))] = ABSENT
    deposit: Annotated[Money | Blank, Column("Deposit received")] = ABSENT
    terms_days: Annotated[int | Blank, Column("Days to pay; due on receipt if absent", also=("terms",))] = (
        ABSENT
    )
    late_fee: Annotated[Ratio | Blank, Column("Late fee a month")] = ABSENT
    grace_days: Annotated[int | Blank, Column("Days of grace", also=("grace",))] = ABSENT
    contract: Annotated[bool | Blank, Column("Whether there is a written contract")] = ABSENT
    status: Annotated[
        Literal["planned", "in-progress", "completed", "cancelled"] | Blank,
        Column("How far it is", required=True, also=("state",)),
    ] = ABSENT


class Invoice(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One bill that we sent."""

    id: Annotated[
        str | Blank,
        Column("Number of the invoice", required=True, grammar="id", also=("invoice", "number", "no")),
    ] = ABSENT
    ref: Annotated[
        str | Blank,
        Column(
            "Delivery, client, booking or lease that it is for",
            required=True,
            grammar="id",
            also=("for", "delivery", "client", "booking"),
        ),
    ] = ABSENT
    issued: Annotated[date | Blank, Column("Day of the invoice", required=True, also=("date", "sent on"))] = (
        ABSENT
    )
    due: Annotated[
        date | Blank, Column("Day on which it is due", required=True, also=("due date", "deadline", "by"))
    ] = ABSENT
    amount: Annotated[
        Money | Blank,
        Column("What it asks for", required=True, also=("price", "fee", "$", "usd", "cost", "total")),
    ] = ABSENT
    tax: Annotated[Money | Blank, Column("Sales tax in it")] = ABSENT
    status: Annotated[
        Literal["draft", "sent", "paid", "void"] | Blank, Column("How it stands", also=("state",))
    ] = ABSENT
    write_off: Annotated[Money | Blank, Column("Given up")] = ABSENT
    customer: Annotated[str | Blank, Column("Initials or id of the customer", grammar="name")] = ABSENT
    period_start: Annotated[date | Blank, Column("First day that it covers")] = ABSENT
    period_end: Annotated[date | Blank, Column("Last day that it covers")] = ABSENT
    reimbursed: Annotated[Money | Blank, Column("Expenses inside the amount")] = ABSENT
    promised_on: Annotated[date | Blank, Column("Day on which payment was promised", also=("promised",))] = (
        ABSENT
    )
    note: Annotated[str | Blank, Column("What to know about it", also=("notes", "comment"))] = ABSENT


class Payment(Row, frozen=True, kw_only=True, omit_defaults=True):
    """Money that came in."""

    id: Annotated[
        str | Blank, Column("Number of the payment", required=True, grammar="id", also=("payment", "no"))
    ] = ABSENT
    date: Annotated[
        dt.date | Blank, Column("Day on which it came", required=True, also=("received", "paid on"))
    ] = ABSENT
    invoice: Annotated[str | Blank, Column("Invoice that it pays", grammar="id", also=("for", "ref"))] = (
        ABSENT
    )
    amount: Annotated[
        Money | Blank,
        Column("How much", required=True, also=("price", "fee", "$", "usd", "cost", "total", "paid")),
    ] = ABSENT
    method: Annotated[
        Literal["card", "ach", "check", "cash", "wire", "zelle", "platform"] | Blank,
        Column("How it came", also=("by", "via")),
    ] = ABSENT
    payer: Annotated[str | Blank, Column("Who paid", grammar="name", also=("from", "customer"))] = ABSENT
