"""Plan, costs, loans and the close, as fields of the registry."""

from quarterdeck.figures.kpis import kind_of
from quarterdeck.figures.missing.counted import cells, table
from quarterdeck.figures.missing.field import Count, MissingField, headers, ids
from quarterdeck.model.books import CloseItem, Cost, Kpi, Loan, Option, PlanLine, Policy, Statement, Vendor
from quarterdeck.model.entity import Entity
from quarterdeck.model.facts import Facts
from quarterdeck.model.holdings import Asset
from quarterdeck.model.values import Money


def _loans(entity: Entity, facts: Facts) -> Count:
    """Loans are asked for where there must be one: in a rental, and where an asset secures a debt."""
    rows = facts.of(Loan, entity.entity)
    if rows:
        return cells(Loan, "balance", "rate", "payment", "balance_date")(entity, facts)
    secures = any(
        isinstance(asset.encumbrance, Money) and asset.encumbrance.amount > 0
        for asset in facts.of(Asset, entity.entity)
    )
    return Count(0, int(secures or kind_of(entity) == "rental" or facts.has_table(Loan, entity.entity)))


BOOKS: tuple[MissingField, ...] = (
    MissingField(
        "plan",
        "Plan by month",
        "Whether we are on plan has no answer where there is none.",
        ("cfo", "ceo"),
        ids("F-T1 F-T2 F-T3 F-V1 F-V2 F-V3 F-V4 plan_variance"),
        table(PlanLine),
        record=PlanLine,
    ),
    MissingField(
        "costs",
        "List of running costs",
        "The coming weeks show money coming in and none going out.",
        ("cfo", "cto"),
        ids("F-C1 F-C2 F-C3 F-K1"),
        table(Cost),
        record=Cost,
        audits=("rental",),
        rank=8,
    ),
    MissingField(
        "cost_due",
        "Due day of running costs",
        "A cost without a day is spread over all weeks and hides the tight one.",
        ("cfo",),
        ids("F-C1 F-C2"),
        cells(Cost, "next_due"),
        record=Cost,
        cell="Next due",
        row="cost",
        audits=("rental",),
    ),
    MissingField(
        "options",
        "List of things to spend on",
        "Free money cannot be put where it earns most while nobody lists the choices.",
        ("cfo", "ceo"),
        ids("F-K2 F-K3 F-K4 F-K5 F-K6 F-K9"),
        table(Option),
        record=Option,
    ),
    MissingField(
        "loans",
        "Terms of the loans",
        "What the debt takes each month, and when its rate changes, cannot be planned for.",
        ("cfo", "ceo"),
        ids("F-C2 F-K7 F-K8 F-N5 F-N6 F-N8 F-N15 dscr cash_on_cash"),
        _loans,
        record=Loan,
        cell="Balance, Balance date, Rate and Payment",
        row="loan",
        phrase=headers(Loan),
        audits=("rental",),
    ),
    MissingField(
        "kpis",
        "Record of measured KPIs",
        "Whether the business gets better or worse is a matter of opinion.",
        ("ceo",),
        ids("F-S4"),
        table(Kpi),
        record=Kpi,
        audits=("rental", "billing", "clients"),
    ),
    MissingField(
        "vendors",
        "List of vendors",
        "Who must get a 1099, and whose W-9 is not here, comes up in January.",
        ("accounting",),
        ids("F-A3"),
        table(Vendor),
        record=Vendor,
        phrase="a table with Vendor, W9 on file and Kind",
    ),
    MissingField(
        "close",
        "Checklist of the last month's close",
        "Whether last month's numbers are final cannot be told.",
        ("accounting",),
        ids("F-A5 close_day"),
        table(CloseItem),
        record=CloseItem,
    ),
    MissingField(
        "statements",
        "Balance of bank and card statements",
        "Nothing outside the books says that their balances are right.",
        ("accounting", "cfo"),
        ids("F-A1"),
        table(Statement),
        record=Statement,
    ),
    MissingField(
        "policies",
        "Policy for cancellations and personal data",
        "What a guest gets back, and when data is deleted, is decided anew each time.",
        ("accounting", "ceo"),
        (),
        table(Policy),
        record=Policy,
        phrase="a table with Policy, Applies to, Notice days, Refund share and Delete after days",
    ),
)
