"""The registry of missing data: what is not known, why it matters, and where to add it.

The words stand here once, keyed by field, so that every page, finding and mail says the same. Where a table has
rows, a field speaks of them (`Price of 2 of 5 offers`); without a row it asks for the table.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from quarterdeck.figures.inputs import INPUT_OF_TABLE, applies, is_answer, is_wanted
from quarterdeck.figures.kpis import KPI_BY_ID, kind_of, kpis_of
from quarterdeck.formulas.periods import LEAST_MONTHS
from quarterdeck.model.books import CloseItem, Cost, Kpi, Loan, Option, PlanLine, Policy, Statement, Vendor
from quarterdeck.model.columns import Row, fields_of
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Gap, Role
from quarterdeck.model.handoff import Task
from quarterdeck.model.holdings import Access, Asset, Compliance, Equipment, Lease, Property
from quarterdeck.model.journal import Journal, is_cash
from quarterdeck.model.sales import Booking, Campaign, Channel, FunnelStep, GiftCard, Lead, Offer, Readiness
from quarterdeck.model.services import Client, Delivery, Invoice, Payment, TimeEntry
from quarterdeck.model.tables import TABLE_OF_RECORD
from quarterdeck.model.values import Blank, Money

R = TypeVar("R", bound=Row)

Audit = Literal["rental", "billing", "clients"]
_AUDIT_OF: dict[EntityKind, Audit] = {"rental": "rental", "delivery": "billing", "agency": "clients"}

HANDOFF = "handoffs/{entity}.md"
LEDGER = "ledger/{entity}.beancount"
FRONT_MATTER = "front matter"


class Count(msgspec.Struct, frozen=True):
    """How many of the places where a field is wanted hold it."""

    known: int = 0
    wanted: int = 0
    """0 where the field does not apply."""
    of_rows: bool = False
    """Whether rows of a table were counted, and not the table or key itself."""


NOTHING = Count()
Counter = Callable[[Entity, Facts], Count]


class MissingField(msgspec.Struct, frozen=True):
    """One entry of the registry."""

    key: str
    """The table, column or front-matter key that it is named after."""
    what: str
    """What is not known, as a noun: `Billing model`."""
    why: str
    """One sentence for the reader: what cannot be told without it."""
    roles: tuple[Role, ...]
    unlocks: tuple[str, ...]
    """Ids of the formulas and KPIs that need it."""
    counted: Counter
    record: type[Row] | None = None
    """The table that it stands in; None where it is no table."""
    cell: str = ""
    """What is counted where rows are: `Price`."""
    row: str = ""
    """What one of those rows is: `offer`."""
    columns: str = ""
    """Headers of the columns to fill in, where `cell` does not name them."""
    phrase: str = ""
    """What to add, where neither the table's columns nor the key say it."""
    path: str = HANDOFF
    """Template of the file; the handoff's real path takes the place of `HANDOFF`."""
    section: str = FRONT_MATTER
    """Where in the file it stands, if it is no table."""
    belongs_to: str = "entity"
    """Key of its input, if it is no table."""
    audits: tuple[Audit, ...] = ()
    """Pages of single businesses that it weakens, beside those of the roles."""
    rank: int = 0
    """Place among the fields to start with, from 1; 0 for none."""

    @property
    def heading(self) -> str:
        """The section to add it under; empty for a whole file."""
        return TABLE_OF_RECORD[self.record].heading if self.record else self.section

    @property
    def input(self) -> str:
        """Key of the input (`figures/inputs.py`) that it is a piece of."""
        return INPUT_OF_TABLE[self.record] if self.record else self.belongs_to

    @property
    def add(self) -> str:
        """What to add, as a phrase that goes before `to <file>`; `{entity}` stands for the id."""
        return self.phrase or self.filled or (_headers(self.record) if self.record else self.key)

    @property
    def filled(self) -> str:
        """What to fill in where rows are there."""
        return self.columns or self.cell

    def applies(self, entity: Entity, facts: Facts) -> bool:
        """Whether this entity is asked for it, known or not."""
        return self.counted(entity, facts).wanted > 0

    def is_present(self, entity: Entity, facts: Facts) -> bool:
        """Whether all of it is known."""
        count = self.counted(entity, facts)
        return count.known >= count.wanted


@lru_cache(maxsize=2)  # the data rules and the briefing ask for the same
def gaps(facts: Facts) -> tuple[Gap, ...]:
    """List what is not known of the active entities.

    Returns:
        The gap that unlocks most figures first, then by entity and key.
    """
    found = [
        gap_of(one, entity, facts)
        for entity in facts.active()
        for one in FIELDS
        if not one.is_present(entity, facts)
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.unlocks, gap.entity, gap.key)))


def gap_of(field: MissingField, entity: Entity, facts: Facts) -> Gap:
    """The gap of one field in the words of the registry, whether it is known or not.

    Its number of figures counts each figure once: a KPI that only repeats a formula is that formula.
    """
    count = field.counted(entity, facts)
    handoff = facts.handoff(entity.entity).path
    path = handoff if field.path == HANDOFF else field.path.format(entity=entity.entity)
    return Gap(
        key=field.key,
        entity=entity.entity,
        what=_of_rows(field, count) if count.of_rows else field.what,
        why=field.why,
        add=field.filled if count.of_rows else field.add.format(entity=entity.entity),
        path=path,
        heading=field.heading,
        roles=field.roles,
        unlocks=len(unlocked(field, entity)),
        pages=len(field.roles) + (_AUDIT_OF.get(kind_of(entity)) in field.audits),
    )


def unlocked(field: MissingField, entity: Entity) -> tuple[str, ...]:
    """Ids of the figures that an entity of this kind would gain, KPIs after formulas."""
    listed = {one.id for one in kpis_of(entity)}
    kpis = [one for one in field.unlocks if one in listed]
    repeated = {KPI_BY_ID[one].formula for one in kpis}
    formulas = [one for one in field.unlocks if one not in KPI_BY_ID and _is_for(one, entity)]
    return (*(one for one in formulas if one not in repeated), *kpis)


def first_five(found: Iterable[Gap], entity: str) -> tuple[Gap, ...]:
    """The five gaps of an entity to close first, for a page that knows nothing yet.

    Args:
        found: In the order of `gaps`; it decides among fields without a rank.
        entity: Whose.
    """
    mine = [gap for gap in found if gap.entity == entity]
    return tuple(sorted(mine, key=lambda gap: FIELD_BY_KEY[gap.key].rank or len(FIELDS))[:5])


_KINDS_OF_FAMILY: dict[str, tuple[EntityKind, ...]] = {
    "F-N": ("rental",),
    "F-G": ("agency",),
    "F-L": ("delivery", "agency"),
}


def _is_for(formula: str, entity: Entity) -> bool:
    kinds = _KINDS_OF_FAMILY.get(formula[:3])
    return kinds is None or kind_of(entity) in kinds


def _of_rows(field: MissingField, count: Count) -> str:
    missing = count.wanted - count.known
    rows = field.row[:-1] + "ies" if field.row.endswith("y") else field.row + "s"
    if count.wanted == 1:
        return f"{field.cell} of the one {field.row}"
    share = f"all {count.wanted}" if missing == count.wanted else f"{missing} of {count.wanted}"
    return f"{field.cell} of {share} {rows}"


def _one(is_known: bool) -> Count:  # noqa: FBT001 - the one thing that it counts
    return Count(int(is_known), 1)


def _key(*names: str, kinds: Collection[EntityKind] = (), of_parts: bool = True) -> Counter:
    """Keys of the front matter, wanted of some kinds or of all; all of them count as one."""

    def counted(entity: Entity, facts: Facts) -> Count:
        if kinds and kind_of(entity) not in kinds:
            return NOTHING
        if not of_parts and facts.is_part(entity):
            return NOTHING
        return _one(all(is_answer(getattr(entity, name)) for name in names))

    return counted


def _input(key: str) -> Counter:
    """What an audit answers, wanted wherever that input is."""

    def counted(entity: Entity, facts: Facts) -> Count:
        is_known = bool(facts.evidence.of_input(key, entity.entity))
        return Count(int(is_known), int(applies(key, entity, facts)))

    return counted


def _books(has: Callable[[Journal, date], bool]) -> Counter:
    """Something that only the books hold, wanted wherever books are."""

    def counted(entity: Entity, facts: Facts) -> Count:
        return Count(int(has(facts.journal(entity), facts.as_of)), int(applies("ledger", entity, facts)))

    return counted


def _table(record: type[Row]) -> Counter:
    """A table, wanted where the entity keeps one."""

    def counted(entity: Entity, facts: Facts) -> Count:
        if not is_wanted(record, entity, facts):
            return NOTHING
        return _one(bool(facts.of(record, entity.entity)))

    return counted


def _rows(
    record: type[R], is_known: Callable[[R], bool], among: Callable[[R], bool] | None = None
) -> Counter:
    """Rows that are there; a table without any is another field's affair."""

    def counted(entity: Entity, facts: Facts) -> Count:
        rows = [row for row in facts.of(record, entity.entity) if among is None or among(row)]
        return Count(sum(map(is_known, rows)), len(rows), of_rows=True)

    return counted


def _cells(record: type[R], *columns: str, among: Callable[[R], bool] | None = None) -> Counter:
    """Rows with all of some columns."""

    def is_known(row: R) -> bool:
        return all(is_answer(getattr(row, column)) for column in columns)

    return _rows(record, is_known, among)


def _first(*counters: Counter) -> Counter:
    """The first count that lacks something, such as the table before its cells; else the last one."""

    def counted(entity: Entity, facts: Facts) -> Count:
        counts = [one(entity, facts) for one in counters]
        return next((one for one in counts if one.known < one.wanted), counts[-1])

    return counted


def _tasks(is_known: Callable[[Task], bool]) -> Counter:
    """Open tasks that somebody means to do."""

    def counted(entity: Entity, facts: Facts) -> Count:
        wanted = [task for task in facts.tasks_of(entity.entity) if task.is_open and not task.is_someday]
        return Count(sum(map(is_known, wanted)), len(wanted), of_rows=True)

    return counted


def _any_task(entity: Entity, facts: Facts) -> Count:
    return _one(bool(facts.tasks_of(entity.entity)))


def _has_list(entity: Entity, facts: Facts) -> bool:
    """Whether it has a mailing list at all; a business with boats is taken to have one."""
    if isinstance(entity.list_size, int):
        return entity.list_size > 0
    is_boat = kind_of(entity) in {"charter", "concert"} and not facts.is_part(entity)
    return not is_answer(entity.list_size) and (is_boat or bool(facts.of(Campaign, entity.entity)))


def _list_size(entity: Entity, facts: Facts) -> Count:
    return _key("list_size")(entity, facts) if _has_list(entity, facts) else NOTHING


def _list_source(entity: Entity, facts: Facts) -> Count:
    return _key("list_source", "list_updated")(entity, facts) if _has_list(entity, facts) else NOTHING


def _loans(entity: Entity, facts: Facts) -> Count:
    """Loans are asked for where there must be one: in a rental, and where an asset secures a debt."""
    rows = facts.of(Loan, entity.entity)
    if rows:
        return _cells(Loan, "balance", "rate", "payment", "balance_date")(entity, facts)
    secures = any(
        isinstance(asset.encumbrance, Money) and asset.encumbrance.amount > 0
        for asset in facts.of(Asset, entity.entity)
    )
    return Count(0, int(secures or kind_of(entity) == "rental" or facts.has_table(Loan, entity.entity)))


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


def _is_insurable(asset: Asset) -> bool:
    return asset.type in {"vessel", "vehicle", "trailer", "property"}


def _is_tax_settled(offer: Offer) -> bool:
    is_plain = is_answer(offer.tax_treatment) and offer.tax_treatment != "unsure"
    return is_plain and is_answer(offer.tax_confirmed_by) and is_answer(offer.tax_confirmed_on)


def _has_quantity(trip: Delivery) -> bool:
    has_days = not isinstance(trip.start, Blank) and not isinstance(trip.end, Blank)
    return is_answer(trip.quantity) or (trip.rate_type == "per-day" and has_days)


def _is_recurring(client: Client) -> bool:
    return client.billing_model in {"retainer", "hosting", "mixed"}


def _has_fee(client: Client) -> bool:
    return is_answer(client.mrr) or (is_answer(client.fee) and is_answer(client.fee_period))


def _headers(record: type[Row]) -> str:
    """The required columns of a table in words: `a table with Offer, Price and Unit`."""
    *some, last = [field.header for field in fields_of(record) if field.column.required]
    table = TABLE_OF_RECORD[record].name
    export = f" (or the export data/{{entity}}/{table}.csv)" if record in _EXPORTED else ""
    return f"a table with {', '.join(some)} and {last}{export}" if some else f"a table with {last}{export}"


_EXPORTED = frozenset({Booking, CloseItem, Delivery, Invoice, Kpi, Payment, PlanLine, Statement, TimeEntry})
"""Long tables that people export instead of writing them."""


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_BANK: tuple[Role, ...] = ("cfo", "ceo")
_BOOKS: tuple[Role, ...] = ("cfo", "accounting", "ceo")
_SALES: tuple[Role, ...] = ("cmo", "cfo")

FRONT: tuple[MissingField, ...] = (
    MissingField(
        "name",
        "Name of the business",
        "Pages and mails call it by the name of its file.",
        ("ceo",),
        (),
        _key("name"),
        rank=11,
    ),
    MissingField(
        "kind",
        "Kind of business",
        "Which KPIs, figures and duties belong to it rests on what kind of business it is.",
        ("ceo", "cfo", "cmo"),
        _ids("F-S4"),
        _key("kind"),
        phrase="kind (charter, concert, hauling, agency, rental, delivery, saas or generic)",
        rank=1,
    ),
    MissingField(
        "updated",
        "Date on which somebody last confirmed the handoff",
        "Nobody can tell whether what it says is still so.",
        ("ceo",),
        (),
        _key("updated"),
        rank=10,
    ),
    MissingField(
        "billing_model",
        "Billing model",
        "Money that comes in cannot be called revenue, and targets have nothing to count.",
        ("accounting", "cfo"),
        _ids("F-T1 F-T3 F-A6 revenue"),
        _key("billing_model", of_parts=False),
        rank=2,
    ),
    MissingField(
        "capacity_per_month",
        "Capacity a month",
        "Whether enough can be sold to break even cannot be told.",
        ("cfo",),
        _ids("F-E7 F-G6 utilisation rev_per_available_slot utilisation_hours"),
        _key("capacity_per_month", kinds=("charter", "concert", "hauling", "agency", "delivery")),
        audits=("clients",),
    ),
    MissingField(
        "list_size",
        "Size of the mailing list",
        "What a mailing could bring, and how slowly it has to start, cannot be worked out.",
        ("cmo",),
        _ids("F-Q1 F-Q2 F-Q3 F-Q4 list_size_mailable"),
        _list_size,
        phrase="list_size (0 if there is none)",
    ),
    MissingField(
        "list_source",
        "Source and consent date of the mailing list",
        "Addresses of unknown origin must not be mailed, however many they are.",
        ("cmo", "ceo"),
        _ids("F-Q1 list_size_mailable"),
        _list_source,
        phrase="list_source and list_updated",
    ),
)

OUTSIDE: tuple[MissingField, ...] = (
    MissingField(
        "cash_balance",
        "Cash balance",
        "Nobody can say how long the money lasts, how low it gets or what may be spent.",
        _BANK,
        _ids("F-B4 F-B5 F-B6 F-B7 F-C1 F-K1 F-A1 F-N13 cash_available runway_months reserve_months"),
        _books(lambda journal, _: any(is_cash(name) for name in journal.used)),
        phrase="an opening entry and a balance line for every bank account",
        path=LEDGER,
        section="",
        belongs_to="ledger",
        audits=("rental",),
        rank=5,
    ),
    MissingField(
        "ledger_months",
        "Record of three full months in the books",
        "Burn, margin and break-even rest on guesses until three months are posted.",
        _BOOKS,
        _ids(
            "1.7 F-B1 F-B2 F-B3 F-B8 F-M1 F-M2 F-M3 F-M4 F-E1 F-E3 F-E4 F-E5 F-E6 F-P5 F-P6 F-V1 F-V4 F-C4 "
            "F-R2 F-R11 F-A2 F-A4 F-A8 F-N2 F-N3 F-N4 F-N5 F-N6 F-N8 F-N9 F-N12 F-G2 revenue net_burn "
            "contribution_ratio operating_income plan_variance break_even_units cac ltv_cac "
            "rev_per_available_slot deposits_held crew_cost_ratio event_margin dump_cost_ratio "
            "labour_ratio fuel_ratio online_share effective_rate collection_rate noi cap_rate dscr "
            "cash_on_cash expense_ratio"
        ),
        _books(lambda journal, as_of: len(journal.full_months(as_of)) >= LEAST_MONTHS),
        phrase="the entries of the last three months",
        path=LEDGER,
        section="",
        belongs_to="ledger",
        audits=("rental", "billing", "clients"),
        rank=9,
    ),
    MissingField(
        "aws",
        "Last audit of the AWS account",
        "Without one the stack counts as not examined, which is not the same as safe.",
        ("cto",),
        _ids(
            "F-X1 F-X2 F-X3 F-X4 F-X7 cloud_cost unbilled_hosting site_uptime error_rate cost_per_active_user"
        ),
        _input("aws"),
        phrase="the result of an audit (quarterdeck collect aws)",
        path="evidence/aws/",
        section="",
        belongs_to="aws",
        audits=("clients",),
    ),
    MissingField(
        "repo",
        "Last audit of the code",
        "Secrets in the code, missing tests and the pace of releases stay unseen.",
        ("cto",),
        _ids("F-X4 F-X5 F-X8 deploy_frequency change_fail_rate"),
        _input("repo"),
        phrase="the result of an audit (quarterdeck collect repos)",
        path="evidence/repos/",
        section="",
        belongs_to="repo",
        audits=("clients",),
    ),
    MissingField(
        "ses",
        "Reputation and limits of the mail account",
        "Whether a mailing would arrive, and how much may be sent a day, cannot be told.",
        ("cmo", "cto"),
        _ids("F-Q4 list_size_mailable"),
        _input("ses"),
        phrase="the result of an audit (quarterdeck collect ses)",
        path="evidence/ses/",
        section="",
        belongs_to="ses",
    ),
)

SELLING: tuple[MissingField, ...] = (
    MissingField(
        "offers",
        "List of offers",
        "What one more sale earns cannot be told, nor how many are needed to break even.",
        ("cfo", "cmo", "accounting"),
        _ids("F-E1 F-E2 F-E3 F-E7 F-M1 F-Q2 F-Q8 F-Q10 F-R1 F-V2 break_even_units seat_fill"),
        _first(_table(Offer), _cells(Offer, "price")),
        Offer,
        "Price",
        "offer",
        phrase=_headers(Offer),
        rank=4,
    ),
    MissingField(
        "variable_cost",
        "Variable cost of the offers",
        "An offer may lose money on every sale without anybody seeing it.",
        _SALES,
        _ids("F-E1 F-E2 F-E3 F-E7 F-M1 F-Q8 break_even_units"),
        _cells(Offer, "variable_cost"),
        Offer,
        "Variable cost",
        "offer",
    ),
    MissingField(
        "tax_treatment",
        "Confirmed tax treatment of the offers",
        "Sales tax may be owed that nobody has set aside.",
        ("accounting", "cfo"),
        _ids("F-R9 F-A4"),
        _rows(Offer, _is_tax_settled),
        Offer,
        "Confirmed tax treatment",
        "offer",
        "Tax treatment, Tax confirmed by and Tax confirmed on",
    ),
    MissingField(
        "bookings",
        "List of bookings",
        "What is sold, what is still owed and through whom it came cannot be added up.",
        ("cmo", "accounting", "cfo"),
        _ids(
            "F-C2 F-Q5 F-Q6 F-Q9 F-R2 F-R8 F-T3 F-V2 F-V3 cac ltv_cac repeat_rate sailings "
            "utilisation avg_booking_value lead_time_days cancel_rate weather_reschedule_rate "
            "take_rate direct_share waiver_completion seat_fill jobs avg_ticket jobs_per_truck_day "
            "online_share trailer_days_rented"
        ),
        _table(Booking),
        Booking,
        rank=6,
    ),
    MissingField(
        "deposits",
        "Money paid ahead on bookings",
        "Guests' money looks like our own until it is written beside each booking.",
        ("ceo", "cfo", "accounting"),
        _ids("F-C2 F-R2 F-R6"),
        _cells(Booking, "paid", among=lambda row: row.status in {"hold", "confirmed"}),
        Booking,
        "Paid",
        "booking ahead",
    ),
    MissingField(
        "gift_cards",
        "List of gift cards",
        "Cards that were sold and not used are a debt that no page shows.",
        ("accounting", "cfo"),
        _ids("F-R5"),
        _table(GiftCard),
        GiftCard,
    ),
    MissingField(
        "channels",
        "List of channels",
        "Where customers can find and book us, and what each place costs, cannot be compared.",
        ("cmo",),
        _ids("F-Q8 F-Q10 F-Q11 F-Q12 rating review_count_90d direct_share"),
        _table(Channel),
        Channel,
    ),
    MissingField(
        "channel_state",
        "State of the channels",
        "The visibility index leaves out every channel that nobody has looked at.",
        ("cmo",),
        _ids("F-Q11"),
        _cells(Channel, "state"),
        Channel,
        "State",
        "channel",
    ),
    MissingField(
        "campaigns",
        "Record of mailings",
        "What a mailing brought and whom it annoyed is not there to learn from.",
        ("cmo",),
        _ids("F-Q1 F-Q14 email_click_rate email_revenue"),
        _table(Campaign),
        Campaign,
        phrase="a table with Id, Sent on, Sent, Clicks, Orders and Revenue",
    ),
    MissingField(
        "pipeline",
        "List of leads",
        "Which sales may come, how likely and when, is in nobody's numbers.",
        _SALES,
        _ids("F-C3 F-Q13 F-T3 leads close_rate quote_to_job proposal_value"),
        _table(Lead),
        Lead,
    ),
    MissingField(
        "funnel",
        "State of the steps to an order",
        "The step at which customers are lost cannot be seen.",
        ("cto", "cmo", "ceo"),
        _ids("F-X6 site_conversion funnel_completeness leads"),
        _table(FunnelStep),
        FunnelStep,
    ),
    MissingField(
        "funnel_counts",
        "Visitors of the steps to an order",
        "How many of those who come go on to buy cannot be told.",
        ("cto", "cmo"),
        _ids("F-X7 site_conversion"),
        _cells(FunnelStep, "visitors", "completions", among=lambda row: row.state == "works"),
        FunnelStep,
        "Visitors and Completions",
        "working step",
    ),
    MissingField(
        "readiness",
        "Readiness for the next listing",
        "What must be there before the next platform is opened has not been gone through.",
        ("cmo",),
        (),
        _table(Readiness),
        Readiness,
    ),
)

HOLDINGS: tuple[MissingField, ...] = (
    MissingField(
        "assets",
        "List of what we own",
        "What there is, what it is worth and whether it is protected cannot be shown.",
        ("ceo", "cfo"),
        _ids("F-A7"),
        _table(Asset),
        Asset,
        rank=7,
    ),
    MissingField(
        "asset_value",
        "Value of vessels, vehicles and buildings",
        "The total of what we own stays a lower bound.",
        ("ceo",),
        (),
        _cells(Asset, "value", "value_date", among=_is_insurable),
        Asset,
        "Value and Value date",
        "asset",
    ),
    MissingField(
        "insured_until",
        "Insurance of vessels, vehicles and buildings",
        "If the policy has lapsed, one accident can take the whole business.",
        _BANK,
        (),
        _cells(Asset, "insured_until", among=_is_insurable),
        Asset,
        "Insured until",
        "asset",
    ),
    MissingField(
        "compliance",
        "List of licences, permits and policies",
        "What runs out next, and what must stop when it does, cannot be told.",
        ("ceo",),
        (),
        _table(Compliance),
        Compliance,
    ),
    MissingField(
        "compliance_expires",
        "Last day of licences and permits",
        "A permit without a date can lapse unnoticed, and the work that it allows with it.",
        ("ceo",),
        (),
        _cells(Compliance, "expires", among=lambda row: row.type != "restore-test"),
        Compliance,
        "Expires",
        "duty",
    ),
    MissingField(
        "equipment",
        "List of equipment with its service dates",
        "What wears out next and when service is due comes as a surprise.",
        ("ceo",),
        _ids("engine_hours_to_service"),
        _table(Equipment),
        Equipment,
        phrase="a table with Item, Installed, Life years, Cost and Next service",
        audits=("rental",),
    ),
    MissingField(
        "access",
        "Record of who can get in",
        "If one person is away, nobody knows who else reaches bank, domains and keys.",
        ("ceo", "cto"),
        _ids("F-G11"),
        _table(Access),
        Access,
        audits=("clients",),
    ),
)

BOOKS: tuple[MissingField, ...] = (
    MissingField(
        "plan",
        "Plan by month",
        "Whether we are on plan has no answer where there is none.",
        _BANK,
        _ids("F-T1 F-T2 F-T3 F-V1 F-V2 F-V3 F-V4 plan_variance"),
        _table(PlanLine),
        PlanLine,
    ),
    MissingField(
        "costs",
        "List of running costs",
        "The coming weeks show money coming in and none going out.",
        ("cfo", "cto"),
        _ids("F-C1 F-C2 F-C3 F-K1"),
        _table(Cost),
        Cost,
        audits=("rental",),
        rank=8,
    ),
    MissingField(
        "cost_due",
        "Due day of running costs",
        "A cost without a day is spread over all weeks and hides the tight one.",
        ("cfo",),
        _ids("F-C1 F-C2"),
        _cells(Cost, "next_due"),
        Cost,
        "Next due",
        "cost",
        audits=("rental",),
    ),
    MissingField(
        "options",
        "List of things to spend on",
        "Free money cannot be put where it earns most while nobody lists the choices.",
        _BANK,
        _ids("F-K2 F-K3 F-K4 F-K5 F-K6 F-K9"),
        _table(Option),
        Option,
    ),
    MissingField(
        "loans",
        "Terms of the loans",
        "What the debt takes each month, and when its rate changes, cannot be planned for.",
        _BANK,
        _ids("F-C2 F-K7 F-K8 F-N5 F-N6 F-N8 F-N15 dscr cash_on_cash"),
        _loans,
        Loan,
        "Balance, Balance date, Rate and Payment",
        "loan",
        phrase=_headers(Loan),
        audits=("rental",),
    ),
    MissingField(
        "kpis",
        "Record of measured KPIs",
        "Whether the business gets better or worse is a matter of opinion.",
        ("ceo",),
        _ids("F-S4"),
        _table(Kpi),
        Kpi,
        audits=("rental", "billing", "clients"),
    ),
    MissingField(
        "vendors",
        "List of vendors",
        "Who must get a 1099, and whose W-9 is not here, comes up in January.",
        ("accounting",),
        _ids("F-A3"),
        _table(Vendor),
        Vendor,
        phrase="a table with Vendor, W9 on file and Kind",
    ),
    MissingField(
        "close",
        "Checklist of the last month's close",
        "Whether last month's numbers are final cannot be told.",
        ("accounting",),
        _ids("F-A5 close_day"),
        _table(CloseItem),
        CloseItem,
    ),
    MissingField(
        "statements",
        "Balance of bank and card statements",
        "Nothing outside the books says that their balances are right.",
        ("accounting", "cfo"),
        _ids("F-A1"),
        _table(Statement),
        Statement,
    ),
    MissingField(
        "policies",
        "Policy for cancellations and personal data",
        "What a guest gets back, and when data is deleted, is decided anew each time.",
        ("accounting", "ceo"),
        (),
        _table(Policy),
        Policy,
        phrase="a table with Policy, Applies to, Notice days, Refund share and Delete after days",
    ),
)

SERVICES: tuple[MissingField, ...] = (
    MissingField(
        "clients",
        "List of clients",
        "Who pays what, for what and until when cannot be seen.",
        ("cfo", "accounting"),
        _ids(
            "F-G1 F-G3 F-G4 F-G5 F-G7 F-G10 F-G11 mrr nrr grr agi_margin clients_with_model "
            "top_client_share unbilled_hosting contracts_current"
        ),
        _table(Client),
        Client,
        audits=("clients",),
        rank=3,
    ),
    MissingField(
        "client_billing_model",
        "Billing model of the clients",
        "Work for a client that nobody agreed to bill may never be paid.",
        ("cfo", "accounting"),
        _ids("F-G1 F-G4 mrr clients_with_model"),
        _cells(Client, "billing_model"),
        Client,
        "Billing model",
        "client",
        audits=("clients",),
    ),
    MissingField(
        "client_fee",
        "Recurring fee of the clients",
        "Recurring revenue is a lower bound while a retainer has no amount.",
        ("cfo",),
        _ids("F-G1 F-G4 F-G5 mrr nrr grr top_client_share"),
        _rows(Client, _has_fee, _is_recurring),
        Client,
        "Fee",
        "recurring client",
        "MRR, or Fee with Fee period,",
        audits=("clients",),
    ),
    MissingField(
        "contract_end",
        "Last day of the clients' contracts",
        "A contract that runs out is noticed when the client leaves.",
        ("cfo",),
        _ids("F-G10 F-G11 contracts_current"),
        _cells(Client, "contract_end", among=lambda row: row.contract is not False),
        Client,
        "Contract end",
        "client",
        audits=("clients",),
    ),
    MissingField(
        "time_log",
        "Hours that went into each client",
        "Which client costs more than it pays cannot be told.",
        ("cfo",),
        _ids("F-G2 F-G3 F-G6 F-G8 F-G9 effective_rate agi_margin utilisation_hours over_service"),
        _first(_table(TimeEntry), _hours),
        TimeEntry,
        "Hours",
        "client",
        phrase=_headers(TimeEntry),
        audits=("clients",),
    ),
    MissingField(
        "deliveries",
        "List of deliveries",
        "What was earned on each trip, and whether it was billed, cannot be matched.",
        ("cfo", "accounting"),
        _ids(
            "F-L1 F-L2 F-L3 F-L8 F-L9 F-L14 deliveries unbilled_value leakage billing_lag "
            "expense_recovery rev_per_day_away deposit_rate"
        ),
        _table(Delivery),
        Delivery,
        audits=("billing",),
        rank=3,
    ),
    MissingField(
        "delivery_quantity",
        "Days or miles of the deliveries",
        "The bill that was due cannot be worked out, so what is lost looks smaller than it is.",
        ("cfo", "accounting"),
        _ids("F-L1 F-L2 F-L3 F-L8 unbilled_value leakage"),
        _rows(
            Delivery,
            _has_quantity,
            lambda row: row.rate_type != "flat" and row.status in {"in-progress", "completed"},
        ),
        Delivery,
        "Quantity",
        "delivery",
        audits=("billing",),
    ),
    MissingField(
        "delivery_terms",
        "Terms of payment of the deliveries",
        "A bill without terms is taken to be due at once, and late from the first day.",
        ("cfo",),
        _ids("F-L5"),
        _cells(Delivery, "terms_days", among=lambda row: row.status != "cancelled"),
        Delivery,
        "Terms days",
        "delivery",
        audits=("billing",),
    ),
    MissingField(
        "invoices",
        "List of invoices",
        "Who owes us what, and since when, cannot be told.",
        ("cfo", "accounting"),
        _ids(
            "F-L2 F-L3 F-L4 F-L5 F-L6 F-L7 F-L8 F-L9 F-L11 F-L13 F-L14 ar_overdue_share "
            "unbilled_value leakage dso over_60_share billing_lag expense_recovery"
        ),
        _table(Invoice),
        Invoice,
        audits=("billing", "clients"),
    ),
    MissingField(
        "payments",
        "List of payments received",
        "Every invoice looks unpaid.",
        ("cfo", "accounting"),
        _ids("F-L4 F-L6 F-L7 F-L10 F-L13 ar_overdue_share dso over_60_share"),
        _table(Payment),
        Payment,
        audits=("billing", "clients"),
    ),
)

RENTAL: tuple[MissingField, ...] = (
    MissingField(
        "rent_roll",
        "Rent roll",
        "Who lives where, until when and for how much is not there to check the rent against.",
        ("cfo", "accounting"),
        _ids("F-N1 F-N7 F-N14 F-N16 occupancy collection_rate lease_days_left loss_to_lease turn_days"),
        _table(Lease),
        Lease,
        audits=("rental",),
        rank=3,
    ),
    MissingField(
        "market_rent",
        "Market rent of the units",
        "What the building could bring, beyond what it brings now, cannot be told.",
        ("cfo",),
        _ids("F-N1 F-N16 loss_to_lease"),
        _cells(Lease, "market_rent"),
        Lease,
        "Market rent",
        "unit",
        audits=("rental",),
    ),
    MissingField(
        "property",
        "Record of the building",
        "Return, loan to value and depreciation all rest on what the building cost and is worth.",
        ("cfo", "accounting"),
        _ids("F-N4 F-N6 F-N10 F-N11 F-N12 F-N15 F-N17 cap_rate cash_on_cash"),
        _table(Property),
        Property,
        phrase="a table with Address, Value, Value date, Value basis, Cash invested, Building basis and "
        "In service date",
        audits=("rental",),
    ),
    MissingField(
        "property_value",
        "Value of the building with its date",
        "Without a dated value the return on it and the loan against it cannot be told.",
        ("cfo", "ceo"),
        _ids("F-N4 F-N10 F-N15 cap_rate"),
        _cells(Property, "value", "value_date", "value_basis"),
        Property,
        "Value, Value date and Value basis",
        "property",
        audits=("rental",),
    ),
    MissingField(
        "property_basis",
        "Tax basis of the building",
        "Depreciation, the largest line of the tax preview, cannot be worked out.",
        ("accounting",),
        _ids("F-N11 F-N12"),
        _cells(Property, "building_basis", "in_service_date"),
        Property,
        "Building basis and In service date",
        "property",
        audits=("rental",),
    ),
    MissingField(
        "cash_invested",
        "Own money put into the building",
        "What the money in it earns cannot be compared with any other use.",
        ("cfo",),
        _ids("F-N6 cash_on_cash"),
        _cells(Property, "cash_invested"),
        Property,
        "Cash invested",
        "property",
        audits=("rental",),
    ),
)

TASKS: tuple[MissingField, ...] = (
    MissingField(
        "tasks",
        "List of tasks",
        "There is nothing to put into the thirty-day agenda.",
        ("ceo", "cto", "cmo"),
        _ids("5.1 5.4"),
        _any_task,
        phrase="one line per task, such as “- [ ] Call the insurer @sam due:2026-12-01 effort:S”,",
        section="Tasks",
        belongs_to="tasks",
        rank=9,
    ),
    MissingField(
        "task_owner",
        "Owner of the open tasks",
        "A task of nobody waits for nobody.",
        ("ceo",),
        _ids("5.1"),
        _tasks(lambda task: bool(task.owner)),
        cell="Owner",
        row="open task",
        columns="@name",
        section="Tasks",
        belongs_to="tasks",
    ),
    MissingField(
        "task_due",
        "Due date of the open tasks",
        "The agenda ranks a task without a date as if it could wait.",
        ("ceo",),
        _ids("5.1"),
        _tasks(lambda task: task.due is not None),
        cell="Due date",
        row="open task",
        columns="due:",
        section="Tasks",
        belongs_to="tasks",
    ),
    MissingField(
        "task_effort",
        "Effort of the open tasks",
        "The agenda counts a default instead of the hours that the task will take.",
        ("ceo",),
        _ids("5.1"),
        _tasks(lambda task: task.effort_hours is not None),
        cell="Effort",
        row="open task",
        columns="effort:",
        section="Tasks",
        belongs_to="tasks",
    ),
)

FIELDS: tuple[MissingField, ...] = FRONT + OUTSIDE + SELLING + HOLDINGS + BOOKS + SERVICES + RENTAL + TASKS
"""Every entry of the registry."""
FIELD_BY_KEY = {one.key: one for one in FIELDS}
