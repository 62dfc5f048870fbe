"""Records of money and bookkeeping that people write down beside the ledger."""

import datetime as dt
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from quarterdeck.model.columns import Column, Row
from quarterdeck.model.values import ABSENT, Blank, Cadence, Money, MoneyRange, Period, Ratio


class Cost(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One running or coming cost."""

    item: Annotated[
        str | Blank,
        Column("What is paid for", required=True, grammar="name", also=("what", "name", "subscription")),
    ] = ABSENT
    amount: Annotated[
        Money | Blank,
        Column("Amount of one payment", required=True, also=("price", "fee", "$", "usd", "cost", "total")),
    ] = ABSENT
    cadence: Annotated[
        Cadence | Blank, Column("How often it is paid", required=True, also=("frequency", "every", "period"))
    ] = ABSENT
    nature: Annotated[
        Literal["fixed", "variable"] | Blank, Column("Whether it depends on how much is sold", also=("type",))
    ] = ABSENT
    category: Annotated[str | Blank, Column("Group of cost", grammar="name")] = ABSENT
    vendor: Annotated[str | Blank, Column("Who is paid", grammar="name", also=("supplier", "payee"))] = ABSENT
    next_due: Annotated[
        date | Blank, Column("Day of the next payment", also=("due", "due date", "renews"))
    ] = ABSENT
    autopay: Annotated[bool | Blank, Column("Whether it is paid by itself")] = ABSENT
    needed_by: Annotated[
        str | Blank, Column("Feature, site or asset that needs it", grammar="name", also=("for",))
    ] = ABSENT


class PlanLine(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the plan for a month or year."""

    month: Annotated[
        Period | Blank, Column("Month, or year for its target", required=True, also=("period",))
    ] = ABSENT
    line: Annotated[
        Literal["revenue", "variable", "fixed", "bookings", "jobs", "mrr", "tax-set-aside", "tax-refund"]
        | Blank,
        Column("What is planned", required=True, also=("item", "what")),
    ] = ABSENT
    amount: Annotated[
        Money | Blank,
        Column(
            "Planned amount, or number for bookings and jobs",
            required=True,
            also=("price", "fee", "$", "usd", "cost", "total", "target"),
        ),
    ] = ABSENT
    needs: Annotated[
        tuple[str, ...] | Blank, Column("Rules, tasks, leads or campaigns that it rests on", grammar="ids")
    ] = ABSENT
    note: Annotated[str | Blank, Column("Why", also=("notes", "comment"))] = ABSENT


class Option(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that money could be spent on."""

    id: Annotated[str | Blank, Column("Id of the request", required=True, grammar="id")] = ABSENT
    name: Annotated[
        str | Blank, Column("What it is", required=True, grammar="name", also=("option", "what", "item"))
    ] = ABSENT
    cost: Annotated[Money | Blank, Column("What it costs", required=True, also=("price", "amount"))] = ABSENT
    monthly_benefit: Annotated[
        Money | MoneyRange | Blank,
        Column("What it brings a month", required=True, signed=True, also=("benefit",)),
    ] = ABSENT
    starts_in_months: Annotated[int | Blank, Column("Months until the benefit starts")] = ABSENT
    life_months: Annotated[int | Blank, Column("Months for which it lasts")] = ABSENT
    probability: Annotated[Ratio | Blank, Column("Chance that it works")] = ABSENT
    mandatory: Annotated[bool | Blank, Column("Whether there is no choice")] = ABSENT
    approved: Annotated[bool | Blank, Column("Whether it is decided")] = ABSENT
    due: Annotated[date | Blank, Column("When the money is needed", also=("due date", "deadline", "by"))] = (
        ABSENT
    )


class Loan(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One debt and its terms."""

    lender: Annotated[
        str | Blank, Column("Who lent the money", required=True, grammar="name", also=("loan", "bank"))
    ] = ABSENT
    balance: Annotated[
        Money | Blank, Column("Owed on the balance date", required=True, also=("owed", "principal"))
    ] = ABSENT
    rate: Annotated[Ratio | Blank, Column("Interest a year", required=True, also=("interest", "apr"))] = (
        ABSENT
    )
    payment: Annotated[Money | Blank, Column("One payment", required=True)] = ABSENT
    frequency: Annotated[
        Cadence | Blank, Column("How often it is paid; monthly if absent", also=("cadence",))
    ] = ABSENT
    next_due: Annotated[date | Blank, Column("Day of the next payment", also=("due",))] = ABSENT
    matures: Annotated[date | Blank, Column("Day of the last payment", also=("maturity", "ends"))] = ABSENT
    resets_on: Annotated[date | Blank, Column("Day on which the rate changes", also=("rate reset",))] = ABSENT
    balance_date: Annotated[date | Blank, Column("Day of the balance", required=True, also=("as of",))] = (
        ABSENT
    )
    secured_by: Annotated[str | Blank, Column("What secures it", grammar="name", also=("collateral",))] = (
        ABSENT
    )
    covenant: Annotated[str | Blank, Column("What the lender demands")] = ABSENT
    available: Annotated[Money | Blank, Column("Credit not drawn", also=("undrawn",))] = ABSENT


class Kpi(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One measured number of one period, as stated."""

    kpi: Annotated[
        str | Blank, Column("Id of the KPI", required=True, grammar="id", also=("metric", "measure", "name"))
    ] = ABSENT
    period: Annotated[
        Period | Blank, Column("Month, quarter, year, week or day", required=True, also=("month", "date"))
    ] = ABSENT
    value: Annotated[
        Money | Ratio | Decimal | Blank,
        Column("The number, `not tracked` or `n/a: reason`", required=True, signed=True, grammar="kpi value"),
    ] = ABSENT
    origin: Annotated[str | Blank, Column("Where the number was read", also=("source",))] = ABSENT
    note: Annotated[str | Blank, Column("What to know about it", also=("notes", "comment"))] = ABSENT


class Vendor(Row, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who is paid, for the yearly tax forms."""

    vendor: Annotated[
        str | Blank,
        Column("Name of the vendor", required=True, grammar="name", also=("supplier", "contractor", "name")),
    ] = ABSENT
    w9_on_file: Annotated[
        bool | Blank, Column("Whether the W-9 is here", also=("w-9", "w9", "w-9 on file"))
    ] = ABSENT
    w9_date: Annotated[date | Blank, Column("Date of the W-9", also=("w-9 date",))] = ABSENT
    kind: Annotated[
        Literal["contractor", "company", "exempt"] | Blank, Column("What the vendor is", also=("type",))
    ] = ABSENT


class CloseItem(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One of the fourteen items of a month's close."""

    month: Annotated[Period | Blank, Column("Month that is closed", required=True)] = ABSENT
    item: Annotated[
        int | Blank, Column("Number of the item, 1 to 14", required=True, low=1, high=14, also=("no", "#"))
    ] = ABSENT
    state: Annotated[
        Literal["done", "open", "n/a"] | Blank, Column("Whether it is done", required=True, also=("status",))
    ] = ABSENT
    date: Annotated[dt.date | Blank, Column("When it was done", also=("done on",))] = ABSENT
    owner: Annotated[str | Blank, Column("Who does it", grammar="name")] = ABSENT


class Policy(Row, frozen=True, kw_only=True, omit_defaults=True):
    """One promise to customers, with the adviser who confirmed it."""

    policy: Annotated[
        Literal["cancellation", "retention", "privacy", "gift-card"] | Blank,
        Column("Which policy", required=True),
    ] = ABSENT
    applies_to: Annotated[
        str | Blank, Column("Offer, customer or data it is for", required=True, grammar="name", also=("for",))
    ] = ABSENT
    notice_days: Annotated[int | Blank, Column("Days before the service", also=("notice",))] = ABSENT
    refund_share: Annotated[Ratio | Blank, Column("Share that is paid back", also=("refund",))] = ABSENT
    delete_after_days: Annotated[
        int | Blank, Column("Days after which data is deleted", also=("delete after",))
    ] = ABSENT
    confirmed_by: Annotated[str | Blank, Column("Who confirmed it", grammar="name")] = ABSENT
    confirmed_on: Annotated[date | Blank, Column("When")] = ABSENT


class Statement(Row, frozen=True, kw_only=True, omit_defaults=True):
    """The balance of one bank or card statement."""

    account: Annotated[
        str | Blank,
        Column("Ledger account, or the bank's name", required=True, grammar="name", also=("bank",)),
    ] = ABSENT
    date: Annotated[
        dt.date | Blank, Column("Day of the statement", required=True, also=("statement date", "as of"))
    ] = ABSENT
    balance: Annotated[
        Money | Blank, Column("Balance on that day", required=True, signed=True, also=("amount",))
    ] = ABSENT
