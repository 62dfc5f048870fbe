"""What the section of each table of a handoff asks, the figures it opens with, and where a role reads the same."""

from typing import Literal

import msgspec

from quarterdeck.model.finding import Role

Audit = Literal["rental", "billing", "clients"]


class Subject(msgspec.Struct, frozen=True):
    """The words and links around one table."""

    question: str
    noun: str
    plural: str = ""
    figures: tuple[str, ...] = ()
    """Figures of the business that its first sentence prints."""
    elsewhere: tuple[tuple[Role, str], ...] = ()
    """Role and anchor of the same subject."""
    in_audit: tuple[tuple[Audit, str], ...] = ()
    """Audit and anchor, where the business has that audit."""


SUBJECTS: dict[str, Subject] = {
    "assets": Subject(
        "What does it own, and is it protected?",
        "asset",
        figures=("assets_value", "assets_insured"),
        elsewhere=(("ceo", "assets"),),
    ),
    "offers": Subject(
        "What is sold, and what does one more leave?", "offer", elsewhere=(("cfo", "unit-economics"),)
    ),
    "bookings": Subject(
        "Who comes when, and has paid what?",
        "booking",
        figures=("upcoming_sales", "deposits_held", "unpaid", "cancel_rate"),
        elsewhere=(("accounting", "deposits"), ("cfo", "revenue-quality")),
    ),
    "gift_cards": Subject(
        "Which vouchers can still be used?", "gift card", elsewhere=(("accounting", "gift-cards"),)
    ),
    "channels": Subject(
        "Where can people find and book it?",
        "channel",
        figures=("visibility", "take_rate", "rating"),
        elsewhere=(("cmo", "visibility"),),
    ),
    "campaigns": Subject(
        "What went out to the list, and what came of it?",
        "mailing",
        figures=("list_size", "list_mailable"),
        elsewhere=(("cmo", "email"),),
    ),
    "pipeline": Subject(
        "Which sales may come?",
        "lead",
        figures=("pipeline_open", "pipeline_weighted"),
        elsewhere=(("cmo", "pipeline"),),
    ),
    "funnel": Subject(
        "At which step do people stop?",
        "step",
        figures=("funnel_completeness", "funnel_worst"),
        elsewhere=(("cto", "funnel"),),
    ),
    "costs": Subject(
        "What has to be paid, and when next?",
        "cost",
        figures=("fixed_costs_monthly", "costs_due_30d"),
        elsewhere=(("cfo", "burn"), ("cfo", "weeks")),
    ),
    "plan": Subject(
        "What was planned?",
        "line",
        figures=("plan_last_month", "sales_v_plan"),
        elsewhere=(("cfo", "variance"), ("cfo", "targets")),
    ),
    "compliance": Subject(
        "Which paper runs out when?",
        "paper",
        figures=("compliance_expired", "next_expiry"),
        elsewhere=(("ceo", "shortfalls"),),
    ),
    "options": Subject(
        "What could money be spent on?",
        "request",
        figures=("options_cost",),
        elsewhere=(("cfo", "capital"), ("ceo", "decisions")),
    ),
    "loans": Subject(
        "What is owed, and on which terms?",
        "loan",
        figures=("debt", "debt_monthly"),
        elsewhere=(("cfo", "debt"),),
    ),
    "clients": Subject(
        "Who pays what, under which contract?",
        "client",
        figures=("mrr", "clients_with_model", "top_client_share"),
        in_audit=(("clients", "clients"),),
    ),
    "time_log": Subject(
        "Where did the hours go?",
        "entry",
        "entries",
        figures=("effective_rate",),
        in_audit=(("clients", "rate"),),
    ),
    "deliveries": Subject(
        "Which trips were made, at which rate?",
        "delivery",
        "deliveries",
        figures=("unbilled", "under_billed"),
        in_audit=(("billing", "match"),),
    ),
    "invoices": Subject(
        "What was billed, and is it paid?",
        "invoice",
        figures=("ar_open", "overdue", "dso"),
        in_audit=(("billing", "aging"),),
    ),
    "payments": Subject("What came in?", "payment"),
    "rent_roll": Subject(
        "Who lives where, until when, for how much?",
        "unit",
        figures=("rent_monthly", "occupied", "deposits_tenants"),
        in_audit=(("rental", "rent-roll"),),
    ),
    "property": Subject(
        "What is the building worth, and what did it cost?", "building", in_audit=(("rental", "returns"),)
    ),
    "vendors": Subject("Whose tax form is on file?", "vendor", elsewhere=(("accounting", "contractors"),)),
    "close": Subject("How far is the close of each month?", "item", elsewhere=(("accounting", "close"),)),
    "policies": Subject(
        "What was promised to customers, and who confirmed it?",
        "policy",
        "policies",
        elsewhere=(("accounting", "revenue-recognition"),),
    ),
    "access": Subject("Who can get in when somebody is away?", "line"),
    "equipment": Subject("What needs service, and when?", "piece"),
    "readiness": Subject(
        "What is missing before it can be listed?", "condition", elsewhere=(("cmo", "sequence"),)
    ),
    "statements": Subject(
        "What do the bank statements say?",
        "statement",
        figures=("bank_stated",),
        elsewhere=(("cfo", "cash"),),
    ),
}
"""Every table of a handoff but the KPIs, which the page prints by their state."""
