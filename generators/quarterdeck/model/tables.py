"""Every table a handoff can hold: its name, headings, record class and key."""

import msgspec

from quarterdeck.model.books import CloseItem, Cost, Kpi, Loan, Option, PlanLine, Policy, Statement, Vendor
from quarterdeck.model.columns import Row
from quarterdeck.model.holdings import Access, Asset, Compliance, Equipment, Lease, Property
from quarterdeck.model.sales import Booking, Campaign, Channel, FunnelStep, GiftCard, Lead, Offer, Readiness
from quarterdeck.model.services import Client, Delivery, Invoice, Payment, TimeEntry


class Table(msgspec.Struct, frozen=True):
    """One table by its canonical name."""

    name: str
    """Name of its CSV file and of its attribute in `Rows`: `gift_cards`."""
    heading: str
    """Canonical heading in a handoff: `Gift cards`."""
    also: tuple[str, ...]
    """Other headings that are read as this one, in lower case."""
    record: type[Row]
    key: tuple[str, ...]
    """Columns whose values together name a row; rows without all of them cannot be compared."""
    list_columns: tuple[str, str] | None = None
    """The two columns that a bullet list `Item - value` fills."""
    split_by: str = ""
    """Column of ids in which rows of one name may differ: they are parts of one thing, and all of them count."""


TABLES: tuple[Table, ...] = (
    Table("assets", "Assets", ("inventory", "what we own", "fleet"), Asset, ("asset",), ("asset", "value")),
    Table(
        "offers",
        "Offers",
        ("pricing", "prices", "services", "products", "rates", "packages"),
        Offer,
        ("offer",),
        ("offer", "price"),
    ),
    Table(
        "bookings",
        "Bookings",
        ("reservations", "charters", "jobs", "schedule", "calendar", "events"),
        Booking,
        ("id",),
    ),
    Table("gift_cards", "Gift cards", ("vouchers", "gift certificates"), GiftCard, ("id",), ("id", "face")),
    Table(
        "channels",
        "Channels",
        ("marketing channels", "listings", "distribution", "where we are listed", "otas"),
        Channel,
        ("channel",),
        ("channel", "state"),
    ),
    Table("campaigns", "Campaigns", ("email sends", "blasts", "newsletters"), Campaign, ("id",)),
    Table(
        "pipeline",
        "Pipeline",
        ("leads", "opportunities", "prospects", "deals"),
        Lead,
        ("lead",),
        ("lead", "value"),
    ),
    Table(
        "funnel",
        "Funnel",
        ("booking flow", "checkout", "customer journey", "conversion path"),
        FunnelStep,
        ("step",),
        ("step", "state"),
    ),
    Table(
        "costs",
        "Costs",
        ("expenses", "recurring costs", "subscriptions", "bills", "overhead"),
        Cost,
        ("item",),
        ("item", "amount"),
    ),
    Table(
        "plan",
        "Plan",
        ("budget", "targets", "goals", "forecast"),
        PlanLine,
        ("month", "line"),
        split_by="needs",
    ),
    Table("kpis", "KPIs", ("metrics", "numbers", "scoreboard"), Kpi, ("kpi", "period")),
    Table(
        "compliance",
        "Compliance",
        ("licences", "licenses", "permits", "insurance", "filings", "inspections"),
        Compliance,
        ("item", "applies_to"),
        ("item", "expires"),
    ),
    Table("options", "Options", ("capital requests", "investments", "wish list"), Option, ("id",)),
    Table("loans", "Loans", ("debt", "financing"), Loan, ("lender",), ("lender", "balance")),
    Table(
        "clients",
        "Clients",
        ("customers", "accounts", "contracts", "portfolio"),
        Client,
        ("client",),
        ("client", "mrr"),
    ),
    Table("time_log", "Time log", ("hours", "timesheet"), TimeEntry, ("client", "month", "person")),
    Table("deliveries", "Deliveries", ("trips", "voyages", "jobs delivered"), Delivery, ("id",)),
    Table("invoices", "Invoices", ("billing", "invoiced"), Invoice, ("id",)),
    Table("payments", "Payments", ("receipts", "paid"), Payment, ("id",)),
    Table("rent_roll", "Rent roll", ("units", "leases", "tenants"), Lease, ("unit",)),
    Table("property", "Property", ("building", "property facts"), Property, ("address",)),
    Table(
        "vendors", "Vendors", ("suppliers", "contractors", "w-9s"), Vendor, ("vendor",), ("vendor", "kind")
    ),
    Table(
        "close", "Close", ("month end", "month-end close", "close checklist"), CloseItem, ("month", "item")
    ),
    Table(
        "policies",
        "Policies",
        ("cancellation policy", "terms", "retention"),
        Policy,
        ("policy", "applies_to", "notice_days"),
    ),
    Table("access", "Access", ("who has access", "logins", "keys"), Access, ("thing", "of")),
    Table("equipment", "Equipment", ("systems and appliances",), Equipment, ("item",), ("item", "installed")),
    Table(
        "readiness", "Readiness", ("listing prerequisites", "before we list"), Readiness, ("channel", "item")
    ),
    Table(
        "statements", "Statements", ("bank statements", "statement balances"), Statement, ("account", "date")
    ),
)

TABLE_OF_RECORD: dict[type[Row], Table] = {table.record: table for table in TABLES}
TABLE_BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}


class Section(msgspec.Struct, frozen=True):
    """One heading of a handoff that holds prose, bullets or tasks instead of a table."""

    name: str
    heading: str
    also: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section(
        "summary",
        "Summary",
        ("overview", "status", "where things stand", "tl;dr", "current state", "context"),
    ),
    Section("tech", "Tech", ("stack", "infrastructure", "systems", "hosting", "architecture")),
    Section(
        "tasks", "Tasks", ("to do", "todo", "next steps", "actions", "action items", "backlog", "open items")
    ),
    Section("gaps", "Gaps", ("known gaps", "issues", "problems", "blockers", "risks", "broken")),
    Section("decisions", "Decisions", ("decision log", "decided", "open decisions")),
    Section("questions", "Questions", ("unknowns", "to find out")),
    Section("notes", "Notes", ()),
)


class Rows(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rows of all tables, each in the order of entity, file and line."""

    assets: tuple[Asset, ...] = ()
    offers: tuple[Offer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    gift_cards: tuple[GiftCard, ...] = ()
    channels: tuple[Channel, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    pipeline: tuple[Lead, ...] = ()
    funnel: tuple[FunnelStep, ...] = ()
    costs: tuple[Cost, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    compliance: tuple[Compliance, ...] = ()
    options: tuple[Option, ...] = ()
    loans: tuple[Loan, ...] = ()
    clients: tuple[Client, ...] = ()
    time_log: tuple[TimeEntry, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    rent_roll: tuple[Lease, ...] = ()
    property: tuple[Property, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    close: tuple[CloseItem, ...] = ()
    policies: tuple[Policy, ...] = ()
    access: tuple[Access, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    readiness: tuple[Readiness, ...] = ()
    statements: tuple[Statement, ...] = ()
