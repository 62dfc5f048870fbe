"""The KPIs that each kind of business measures, and which of them somebody wrote down."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, get_args

import msgspec

from quarterdeck.figures.months import last_full_month
from quarterdeck.formulas.coverage import kpi_coverage
from quarterdeck.model.books import Kpi
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import STATE_WORDS, Figure, Missing
from quarterdeck.model.finding import KpiState
from quarterdeck.model.history import PastKpi
from quarterdeck.model.values import Blank, Money, Period, Ratio, month_of

Unit = Literal[
    "money",
    "money per hour",
    "percent",
    "ratio",
    "rating",
    "count",
    "units",
    "per week",
    "milliseconds",
    "hours",
    "days",
    "months",
    "day of month",
]
Direction = Literal["up", "down", "band"]
"""Which way is good; `band` where both ends are bad."""
KpiCadence = Literal["weekly", "monthly", "quarterly", "annual", "per event", "per send", "per turn"]
Kinds = tuple[EntityKind, ...]


class KpiDefinition(msgspec.Struct, frozen=True):
    """One line of the catalogue."""

    id: str
    """As written in the column KPI: `runway_months`."""
    title: str
    unit: Unit
    direction: Direction
    cadence: KpiCadence
    stale_after_days: int
    """Counted from the last day of the period."""
    source: str
    """Where it can be read or computed, in words."""
    weight: int
    """3 for a headline, 2 for what drives it, 1 for hygiene."""
    what: str
    """Its definition in one phrase."""
    formula: str = ""
    """Id of the formula that computes it; empty where its definition is all there is to it."""
    is_optional: bool = False
    """Shown where measured, and missed by nobody."""
    kinds: Kinds = ()


# One KPI stands on two lines: everything that is looked up, then what it means.
# fmt: off
_GENERIC = (
    KpiDefinition("revenue", "Revenue", "money", "up", "monthly", 45, "ledger", 3,
                  "earned in the month, whenever it was paid"),
    KpiDefinition("cash_available", "Available cash", "money", "up", "weekly", 10, "ledger", 3,
                  "money in bank and till that is not held for others"),
    KpiDefinition("net_burn", "Net burn", "money", "down", "monthly", 45, "ledger", 3,
                  "what operations and debt take in a month beyond what comes in", "F-B2"),
    KpiDefinition("runway_months", "Runway", "months", "up", "monthly", 45, "ledger", 3,
                  "how long available cash lasts at the average net burn", "F-B4"),
    KpiDefinition("contribution_ratio", "Contribution ratio", "percent", "up", "monthly", 45, "ledger", 3,
                  "share of revenue that is left after the cost of each sale", "F-M1"),
    KpiDefinition("operating_income", "Operating income", "money", "up", "monthly", 45, "ledger", 2,
                  "contribution less fixed cost", "F-M3"),
    KpiDefinition("plan_variance", "Revenue against plan", "percent", "up", "monthly", 45,
                  "ledger and plan", 2, "how far revenue is above or below its plan"),
    KpiDefinition("break_even_units", "Break-even units", "units", "down", "quarterly", 100,
                  "ledger and offers", 2, "sales a month at which nothing is lost", "F-E1"),
    KpiDefinition("leads", "New leads", "count", "up", "weekly", 10, "pipeline and funnel", 3,
                  "enquiries that came in"),
    KpiDefinition("close_rate", "Close rate", "percent", "up", "monthly", 45, "pipeline", 3,
                  "won leads of those won or lost in 90 days"),
    KpiDefinition("response_time", "Response time", "hours", "down", "weekly", 14, "stated", 2,
                  "median hours from an enquiry to the first answer"),
    KpiDefinition("cac", "Cost of a new customer", "money", "down", "monthly", 45,
                  "ledger and bookings", 3, "sales spending for each new customer", "F-Q5"),
    KpiDefinition("ltv_cac", "Customer value against cost", "ratio", "up", "quarterly", 100,
                  "ledger and bookings", 2, "what a customer brings over what one costs to win", "F-Q7"),
    KpiDefinition("repeat_rate", "Repeat customers", "percent", "up", "quarterly", 100, "bookings", 2,
                  "customers of the period who had bought before"),
    KpiDefinition("review_count_90d", "New reviews in 90 days", "count", "up", "monthly", 45,
                  "channels, compared with earlier versions", 1, "public reviews that were added"),
    KpiDefinition("rating", "Rating", "rating", "up", "monthly", 45, "channels", 2,
                  "average of all public ratings, by number of reviews"),
    KpiDefinition("ar_overdue_share", "Overdue receivables", "percent", "down", "monthly", 45,
                  "invoices and payments", 2, "share of open invoices that is past due"),
    KpiDefinition("close_day", "Day of closing the books", "day of month", "down", "monthly", 45,
                  "close table", 1, "day on which the month before was closed"),
    KpiDefinition("site_conversion", "Site conversion", "percent", "up", "monthly", 45, "funnel", 3,
                  "orders of all visits to the site"),
    KpiDefinition("cloud_cost", "Cloud cost", "money", "down", "monthly", 45, "AWS", 1,
                  "what the month's cloud bill comes to at the present rate", "F-X1"),
)

_CHARTER = (
    KpiDefinition("sailings", "Sailings", "count", "up", "weekly", 10, "bookings", 3,
                  "sailings that were given"),
    KpiDefinition("utilisation", "Use of capacity", "percent", "up", "monthly", 45,
                  "bookings and `capacity_per_month`", 3, "sailings of those that were possible"),
    KpiDefinition("avg_booking_value", "Average booking", "money", "up", "monthly", 45, "bookings", 3,
                  "full price of all bookings over their number"),
    KpiDefinition("rev_per_available_slot", "Revenue per possible sailing", "money", "up", "monthly", 45,
                  "ledger and `capacity_per_month`", 2, "revenue over the sailings that were possible"),
    KpiDefinition("lead_time_days", "Lead time", "days", "band", "monthly", 45, "bookings", 1,
                  "median days from booking to sailing"),
    KpiDefinition("cancel_rate", "Cancelled bookings", "percent", "down", "monthly", 45, "bookings", 2,
                  "cancelled of those given or cancelled, by cause"),
    KpiDefinition("weather_reschedule_rate", "Moved for weather", "percent", "down", "monthly", 45,
                  "bookings", 1, "sailings that weather moved to another day"),
    KpiDefinition("take_rate", "Take rate", "percent", "down", "monthly", 45, "bookings", 3,
                  "share of sales that channels keep", "F-Q9"),
    KpiDefinition("direct_share", "Direct bookings", "percent", "up", "monthly", 45,
                  "bookings and channels", 2, "bookings that came without an agency or platform"),
    KpiDefinition("deposits_held", "Deposits held", "money", "band", "weekly", 10, "ledger", 3,
                  "guests' money for sailings to come"),
    KpiDefinition("crew_cost_ratio", "Crew cost", "percent", "down", "monthly", 45, "ledger", 2,
                  "captain and crew as a share of revenue"),
    KpiDefinition("waiver_completion", "Waivers signed", "percent", "up", "weekly", 10,
                  "bookings or the waiver tool", 2, "guests who signed before they boarded"),
    KpiDefinition("list_size_mailable", "Addresses that may be mailed", "count", "up", "monthly", 45,
                  "front matter and SES", 2, "the list without those who left or bounced"),
    KpiDefinition("email_click_rate", "Mailing click rate", "percent", "up", "per send", 90,
                  "campaigns", 2, "people who clicked, of those who got the mail", "F-Q14"),
    KpiDefinition("email_revenue", "Mailing revenue", "money", "up", "per send", 90, "campaigns", 2,
                  "revenue of the orders that followed a mailing"),
    KpiDefinition("engine_hours_to_service", "Engine hours to service", "hours", "up", "monthly", 45,
                  "equipment", 1, "hours left on the meter until service is due"),
    KpiDefinition("incidents", "Safety incidents", "count", "down", "monthly", 45, "stated", 2,
                  "accidents and near misses in the month"),
)

_CONCERT = (
    KpiDefinition("seat_fill", "Seats sold", "percent", "up", "per event", 14, "bookings and offers", 3,
                  "tickets sold of the seats of an event"),
    KpiDefinition("event_margin", "Event margin", "money", "up", "per event", 14, "ledger", 3,
                  "what an event brings after performers, crew and catering"),
)

_HAULING = (
    KpiDefinition("jobs", "Jobs", "count", "up", "weekly", 10, "bookings", 3, "jobs that were finished"),
    KpiDefinition("avg_ticket", "Average job", "money", "up", "monthly", 45, "bookings", 3,
                  "revenue over the number of jobs"),
    KpiDefinition("jobs_per_truck_day", "Jobs per truck-day", "ratio", "up", "weekly", 10, "bookings", 2,
                  "jobs over the days on which a truck was out"),
    KpiDefinition("dump_cost_ratio", "Dump fees", "percent", "down", "monthly", 45, "ledger", 3,
                  "disposal as a share of revenue"),
    KpiDefinition("labour_ratio", "Job labour", "percent", "down", "monthly", 45, "ledger", 2,
                  "labour on jobs as a share of revenue"),
    KpiDefinition("fuel_ratio", "Fuel", "percent", "down", "monthly", 45, "ledger", 1,
                  "fuel as a share of revenue"),
    KpiDefinition("quote_to_job", "Quotes that became jobs", "percent", "up", "weekly", 10,
                  "pipeline", 3, "jobs of all quotes given"),
    KpiDefinition("funnel_completeness", "Steps to an order that work", "percent", "up", "monthly", 45,
                  "funnel", 3, "steps of the booking path that work today", "F-X6"),
    KpiDefinition("online_share", "Paid online", "percent", "up", "monthly", 45,
                  "bookings and ledger", 2, "jobs that were paid on the site"),
    KpiDefinition("trailer_days_rented", "Trailer days rented", "percent", "up", "monthly", 45,
                  "bookings", 2, "days out of the days on which a trailer was free"),
    KpiDefinition("missed_calls", "Missed calls", "percent", "down", "weekly", 10, "stated", 2,
                  "calls that nobody answered, of all calls"),
    KpiDefinition("vehicle_downtime", "Vehicle downtime", "days", "down", "monthly", 45, "stated", 1,
                  "days on which a vehicle could not work"),
)

_AGENCY = (
    KpiDefinition("mrr", "Recurring revenue a month", "money", "up", "monthly", 45, "clients", 3,
                  "recurring fees, each turned into a month", "F-G1"),
    KpiDefinition("nrr", "Net retention", "percent", "up", "quarterly", 100,
                  "clients, compared with earlier versions", 2,
                  "what is left of recurring fees, with raises", "F-G5"),
    KpiDefinition("grr", "Gross retention", "percent", "up", "quarterly", 100,
                  "clients, compared with earlier versions", 2,
                  "what is left of recurring fees, without raises", "F-G5"),
    KpiDefinition("effective_rate", "Effective hourly rate", "money per hour", "up", "monthly", 45,
                  "time log and ledger", 3, "fees over the hours that went into them", "F-G2"),
    KpiDefinition("agi_margin", "Client margin", "percent", "up", "monthly", 45, "clients", 3,
                  "what all clients leave after labour and direct cost", "F-G3"),
    KpiDefinition("utilisation_hours", "Billable hours", "percent", "band", "monthly", 45,
                  "time log and `capacity_per_month`", 2,
                  "hours that can be billed, of those there are; 60 to 80% is good", "F-G6"),
    KpiDefinition("clients_with_model", "Clients with a billing model", "percent", "up", "monthly", 45,
                  "clients", 3, "clients for whom it is written what they are billed for"),
    KpiDefinition("top_client_share", "Largest client", "percent", "down", "quarterly", 100, "clients", 2,
                  "share of revenue that one client brings", "F-G4"),
    KpiDefinition("unbilled_hosting", "Hosting nobody pays for", "money", "down", "monthly", 45,
                  "clients and AWS", 2, "hosting cost beyond the hosting fees", "F-G7"),
    KpiDefinition("over_service", "Hours against the fee", "percent", "down", "monthly", 45,
                  "time log and clients", 2, "hours used of the hours in the fee", "F-G8"),
    KpiDefinition("contracts_current", "Contracts in term", "percent", "up", "quarterly", 100,
                  "clients", 2, "clients whose written contract still runs"),
    KpiDefinition("proposal_value", "Open proposals", "money", "up", "monthly", 45, "pipeline", 1,
                  "value of open proposals by their chance", "F-Q13"),
    KpiDefinition("site_uptime", "Site uptime", "percent", "up", "monthly", 45, "web check", 1,
                  "share of the time in which hosted sites answered"),
)

_RENTAL = (
    KpiDefinition("occupancy", "Occupancy", "percent", "up", "monthly", 45, "rent roll", 3,
                  "days let of the days that could be let"),
    KpiDefinition("collection_rate", "Rent collected", "percent", "up", "monthly", 45,
                  "ledger and rent roll", 3, "rent received of the rent that was due"),
    KpiDefinition("noi", "Net operating income", "money", "up", "monthly", 45, "ledger", 3,
                  "rent less the cost of running the building", "F-N3"),
    KpiDefinition("cap_rate", "Cap rate", "percent", "up", "annual", 400, "ledger and property", 1,
                  "a year's net operating income over the value", "F-N4"),
    KpiDefinition("dscr", "Debt cover", "ratio", "up", "quarterly", 100, "ledger and loans", 3,
                  "net operating income over what the loan takes", "F-N5"),
    KpiDefinition("cash_on_cash", "Cash on cash", "percent", "up", "annual", 400,
                  "ledger and property", 2, "a year's cash over the own money put in", "F-N6"),
    KpiDefinition("expense_ratio", "Running cost", "percent", "down", "quarterly", 100, "ledger", 2,
                  "running cost as a share of income", "F-N9"),
    KpiDefinition("reserve_months", "Reserve", "months", "up", "monthly", 45, "ledger", 2,
                  "months of cost and debt that the reserve pays", "F-N13"),
    KpiDefinition("lease_days_left", "Lease days left", "days", "up", "monthly", 45, "rent roll", 2,
                  "days until the next lease ends", "F-N14"),
    KpiDefinition("loss_to_lease", "Rent below the market", "percent", "down", "quarterly", 100,
                  "rent roll", 1, "what a new tenant would pay beyond the present rent", "F-N16"),
    KpiDefinition("turn_days", "Days between tenants", "days", "down", "per turn", 400, "rent roll", 1,
                  "days from moving out to moving in", is_optional=True),
)

_DELIVERY = (
    KpiDefinition("deliveries", "Deliveries", "count", "up", "monthly", 45, "deliveries", 2,
                  "trips that were finished"),
    KpiDefinition("unbilled_value", "Finished and not billed", "money", "down", "weekly", 10,
                  "deliveries", 3, "expected bills of finished trips without an invoice", "F-L2"),
    KpiDefinition("leakage", "Leakage", "percent", "down", "monthly", 45, "deliveries and invoices", 3,
                  "share of what was earned that never reached a bill", "F-L8"),
    KpiDefinition("dso", "Days to collect", "days", "down", "monthly", 45, "invoices", 3,
                  "days of billing that are still unpaid", "F-L6"),
    KpiDefinition("over_60_share", "Over 60 days late", "percent", "down", "monthly", 45, "invoices", 2,
                  "open invoices more than 60 days past due, of all open ones"),
    KpiDefinition("billing_lag", "Billing lag", "days", "down", "monthly", 45,
                  "deliveries and invoices", 2, "median days from arrival to invoice", "F-L9"),
    KpiDefinition("expense_recovery", "Expenses recovered", "percent", "up", "monthly", 45,
                  "deliveries and invoices", 2, "customers' expenses that were billed on", "F-L14"),
    KpiDefinition("rev_per_day_away", "Fee per day away", "money", "up", "quarterly", 100,
                  "deliveries", 2, "fees over the days under way"),
    KpiDefinition("deposit_rate", "Trips with a deposit", "percent", "up", "monthly", 45,
                  "deliveries", 2, "trips whose deposit came before the start"),
)

_SAAS = (
    KpiDefinition("active_users_30d", "Active users in 30 days", "count", "up", "monthly", 45,
                  "export of the tool", 3, "people who did something in it"),
    KpiDefinition("events_run", "Events run", "count", "up", "monthly", 45, "export of the tool", 2,
                  "events that were planned in it and took place"),
    KpiDefinition("checklist_completion", "Checklists done", "percent", "up", "per event", 30,
                  "export of the tool", 2, "items ticked when the event starts"),
    KpiDefinition("login_success", "Logins that work", "percent", "up", "weekly", 14,
                  "export of the tool", 2, "login links used of those sent"),
    KpiDefinition("error_rate", "Error rate", "percent", "down", "weekly", 10, "AWS", 3,
                  "calls that failed, of all calls"),
    KpiDefinition("p95_latency", "Slowest answers", "milliseconds", "down", "weekly", 14, "stated", 1,
                  "time within which 95 of 100 answers come"),
    KpiDefinition("deploy_frequency", "Deployments", "per week", "up", "monthly", 45, "repository", 1,
                  "releases to production, by week", "F-X5"),
    KpiDefinition("change_fail_rate", "Failed changes", "percent", "down", "monthly", 45,
                  "repository", 2, "releases that had to be mended or taken back", "F-X5"),
    KpiDefinition("restore_hours", "Hours to restore", "hours", "down", "quarterly", 100, "stated", 1,
                  "median hours until a failure is over", "F-X5"),
    KpiDefinition("subscription_mrr", "Subscriptions a month", "money", "up", "monthly", 45, "ledger", 2,
                  "fees of customers outside the group", "F-G1", is_optional=True),
    KpiDefinition("churn", "Customers lost", "percent", "down", "monthly", 45, "ledger", 2,
                  "customers who left, of those at the start", is_optional=True),
    KpiDefinition("cost_per_active_user", "Cost of an active user", "money", "down", "monthly", 45,
                  "AWS and export of the tool", 1, "cost of the stack over its active users"),
)
# fmt: on

KINDS: Kinds = get_args(EntityKind)
_LISTS: tuple[tuple[Kinds, tuple[KpiDefinition, ...]], ...] = (
    (KINDS, _GENERIC),
    (("charter", "concert"), _CHARTER),
    (("concert",), _CONCERT),
    (("hauling",), _HAULING),
    (("agency",), _AGENCY),
    (("rental",), _RENTAL),
    (("delivery",), _DELIVERY),
    (("saas",), _SAAS),
)

CATALOGUE: tuple[KpiDefinition, ...] = tuple(
    msgspec.structs.replace(one, kinds=kinds) for kinds, some in _LISTS for one in some
)
"""Every KPI, those of all kinds first; ids are unique."""
KPI_BY_ID = {one.id: one for one in CATALOGUE}


def kind_of(entity: Entity) -> EntityKind:
    """The kind of an entity; `generic` where none is written."""
    return "generic" if isinstance(entity.kind, Blank) else entity.kind


def kpis_of(entity: Entity) -> tuple[KpiDefinition, ...]:
    """The KPIs of an active entity by its kind, optional ones included, in catalogue order; else none."""
    if not entity.is_active:
        return ()
    kind = kind_of(entity)
    return tuple(one for one in CATALOGUE if kind in one.kinds)


def required_kpis(entity: Entity) -> tuple[KpiDefinition, ...]:
    """The KPIs that an active entity of this kind must measure, in catalogue order."""
    return tuple(one for one in kpis_of(entity) if not one.is_optional)


OF_BOOKS: Mapping[str, str] = {
    "revenue": "revenue:{month}",
    "cash_available": "cash_available",
    "net_burn": "net_burn",
    "runway_months": "runway_months",
    "contribution_ratio": "contribution_ratio",
    "operating_income": "operating_income",
    "break_even_units": "break_even_units",
    "deposits_held": "deposits_owed",
    "noi": "noi_month",
    "cap_rate": "cap_rate",
    "dscr": "dscr",
    "cash_on_cash": "cash_on_cash",
    "expense_ratio": "expense_ratio",
    "reserve_months": "reserve_months",
    "collection_rate": "collection_rate",
}
"""KPI -> the figure that measures it where there are books; `{month}` is the last full one."""
OF_VERSIONS = ("nrr", "grr", "review_count_90d")
"""KPIs that figures of the same name measure where earlier versions are kept."""
_MEASURED_BY = {**OF_BOOKS, **{kpi: kpi for kpi in OF_VERSIONS}}


def kpi_states(facts: Facts, currency: str = "USD", figures: Iterable[Figure] = ()) -> tuple[KpiState, ...]:
    """Say of every KPI of every active entity whether it is measured.

    The row with the newest period decides. Rows for a period that has not begun and rows without an answer
    (`?`, not understood) are passed over; `not tracked` and `n/a: reason` are answers.

    Args:
        facts: The `kpis` tables are read; a row there decides.
        currency: Of the portfolio, for money that is written as a bare number.
        figures: Those of the books measure what no row does.

    Returns:
        By entity, then in catalogue order; optional KPIs are among them and marked.

    Source: handoff tables `KPIs` and `data/<entity>/kpis.csv`.
    """
    booked = {(one.entity, one.id): one for one in figures if one.lines or one.inputs}
    return tuple(state for entity in facts.active() for state in _states_of(entity, facts, currency, booked))


def other_kpis(facts: Facts) -> tuple[Kpi, ...]:
    """The newest row of each KPI that `kpi_states` does not speak of, by entity and id.

    These are ids outside the catalogue, KPIs of another kind of business, and whatever an entity that is not
    active measures. They count nowhere and are shown as they were written.
    """
    found: list[Kpi] = []
    for entity in facts.entities:
        listed = {one.id for one in kpis_of(entity)}
        newest = newest_rows(facts, entity.entity)
        found.extend(newest[kpi] for kpi in sorted(newest) if kpi not in listed)
    return tuple(found)


def coverage(states: Iterable[KpiState | PastKpi]) -> tuple[int, int]:
    """Count the fresh KPIs and those that could be (F-S4): `(6, 12)`.

    Args:
        states: Of one entity or of several; optional KPIs do not count.

    Returns:
        Fresh, and required less those that are declared n/a; `not tracked` stays among the latter.
    """
    counted = [one for one in states if not one.is_optional and one.state != "n/a"]
    return sum(one.state == "fresh" for one in counted), len(counted)


def covered(fresh: int, wanted: int) -> Ratio | Missing:
    """The share of the KPIs that could be measured and are, of counts as `coverage` gives them."""
    share = kpi_coverage(wanted, 0, fresh)
    return share if isinstance(share, Missing) else Ratio(share)


def most_important_missing(states: Iterable[KpiState], n: int = 5) -> tuple[KpiState, ...]:
    """The `n` KPIs that are missed most: by weight, never before stale, then id and entity.

    `not tracked` is somebody's answer and is not asked for again.
    """
    missed = [one for one in states if one.state in {"never", "stale"} and not one.is_optional]
    return tuple(sorted(missed, key=_missed_most)[:n])


def _missed_most(state: KpiState) -> tuple[int, bool, str, str]:
    return -state.weight, state.state == "stale", state.kpi, state.entity


def _states_of(
    entity: Entity, facts: Facts, portfolio_currency: str, booked: Mapping[tuple[str, str], Figure]
) -> Iterator[KpiState]:
    rows = newest_rows(facts, entity.entity)
    path = facts.handoff(entity.entity).path
    currency = portfolio_currency if isinstance(entity.currency, Blank) else entity.currency
    for one in kpis_of(entity):
        blank = KpiState(
            kpi=one.id,
            entity=entity.entity,
            state="never",
            title=one.title,
            weight=one.weight,
            add=f"`## KPIs` in {path}: a row `{one.id} | {_last_period(one.cadence, facts.as_of)} | …`",
            is_optional=one.is_optional,
        )
        row = rows.get(one.id)
        if row is not None:
            yield _measured(blank, one, row, facts.as_of, currency)
            continue
        month = last_full_month(facts.as_of)
        figure = booked.get((entity.entity, _MEASURED_BY.get(one.id, "").format(month=month.name)))
        yield blank if figure is None else _by_figure(blank, one, figure, month, facts.as_of)


def _measured(blank: KpiState, kpi: KpiDefinition, row: Kpi, as_of: date, currency: str) -> KpiState:
    """Fill the state of a KPI in from the row that decides about it."""
    period = row.period if isinstance(row.period, Period) else None
    state = msgspec.structs.replace(blank, source=row.source, period=period.name if period else "")
    if isinstance(row.value, Blank):
        return _unmeasured(state, row.value)
    if period and period.start > as_of:
        return msgspec.structs.replace(state, reason="the period has not begun")
    about = "about " if "value" in row.estimates else ""
    state = msgspec.structs.replace(state, value=about + printed(row.value, kpi.unit, currency))
    if period is None:
        return msgspec.structs.replace(state, state="stale", reason="no period is written")
    age = max(0, (as_of - period.end).days)
    if age > kpi.stale_after_days:
        return msgspec.structs.replace(state, state="stale", age_days=age)
    return msgspec.structs.replace(state, state="fresh", age_days=age, add="")


def _by_figure(blank: KpiState, kpi: KpiDefinition, figure: Figure, month: Period, as_of: date) -> KpiState:
    """Fill the state of a KPI in from the books; a state such as generating cash is an answer, too."""
    value = figure.value
    if isinstance(value, Missing) and value.state == "not_known":
        return blank
    if isinstance(value, Missing):
        said = STATE_WORDS[value.state]
    elif isinstance(value, Money | Ratio | Decimal):
        said = printed(value, kpi.unit, value.currency if isinstance(value, Money) else "")
    else:
        return blank
    is_monthly = kpi.cadence == "monthly"
    return msgspec.structs.replace(
        blank,
        state="fresh",
        value=said,
        period=month.name if is_monthly else as_of.isoformat(),
        age_days=(as_of - month.end).days if is_monthly else 0,
        source=figure.sources[0] if figure.sources else None,
        add="",
    )


def _unmeasured(state: KpiState, value: Blank) -> KpiState:
    match value.why:
        case "not tracked":
            return msgspec.structs.replace(state, state="not tracked", reason=value.text, add="")
        case "n/a" if value.text:
            return msgspec.structs.replace(state, state="n/a", reason=value.text, add="")
        case "n/a":
            return msgspec.structs.replace(state, reason="n/a needs a reason")
        case "refused":
            return msgspec.structs.replace(state, reason="what is written was not understood")
        case _:
            return state


def newest_rows(facts: Facts, entity: str) -> dict[str, Kpi]:
    """The row that decides, by id; of two rows of one rank the later one in the file."""
    found: dict[str, Kpi] = {}
    for row in facts.of(Kpi, entity):
        if isinstance(row.kpi, Blank):
            continue
        kpi = _folded(row.kpi)
        if kpi not in found or _rank(row, facts.as_of) >= _rank(found[kpi], facts.as_of):
            found[kpi] = row
    return found


def _folded(written: str) -> str:
    return "_".join(written.casefold().replace("-", " ").replace("_", " ").split())


def _rank(row: Kpi, as_of: date) -> tuple[bool, date, date]:
    """Answers before other rows, then by last and first day: September beats the quarter it ends."""
    start, end = (
        (row.period.start, row.period.end) if isinstance(row.period, Period) else (date.min, date.min)
    )
    is_silent = isinstance(row.value, Blank) and row.value.why not in {"n/a", "not tracked"}
    return not is_silent and start <= as_of, end, start


def _last_period(cadence: KpiCadence, as_of: date) -> str:
    """Name of the last whole period of a cadence that has ended at `as_of`, as people write it."""
    tomorrow = as_of + timedelta(days=1)
    match cadence:
        case "weekly":
            year, week, _ = (as_of - timedelta(days=as_of.isoweekday() % 7)).isocalendar()
            return f"{year}-W{week:02d}"
        case "quarterly":
            first = tomorrow.replace(month=(tomorrow.month - 1) // 3 * 3 + 1, day=1)
            last = first - timedelta(days=1)
            return f"{last.year}-Q{last.month // 3}"
        case "annual":
            return str(tomorrow.year - 1)
        case _:
            return month_of(tomorrow.replace(day=1) - timedelta(days=1)).name


_NBSP = "\u00a0"
_WHOLE_FROM = 1000
_PLACES: dict[Unit, int] = {"ratio": 2, "rating": 1, "months": 1}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def printed(value: Money | Ratio | Decimal, unit: Unit, currency: str) -> str:
    """Print a value in the unit of its KPI: `$1,250`, `16.1%`, `5.5 months`.

    Args:
        value: As written. Where it does not fit the unit it is printed as what it is.
        unit: A bare number is money or a share where the unit says so.
        currency: Of money that is written as a bare number.
    """
    if isinstance(value, Decimal) and unit in {"money", "money per hour"}:
        value = Money(value, currency)
    if isinstance(value, Money):
        return _money(value) + (" an hour" if unit == "money per hour" else "")
    number = value.value if isinstance(value, Ratio) else value
    if unit == "percent" or (isinstance(value, Ratio) and unit != "ratio"):
        return f"{_number(number * 100, 1)}%"
    return _in_words(number, unit)


def _in_words(number: Decimal, unit: Unit) -> str:
    text = _number(number, _PLACES.get(unit))
    match unit:
        case "days" | "hours":
            return f"{text}{_NBSP}{unit[:-1] if number == 1 else unit}"
        case "months" | "per week":
            return f"{text}{_NBSP}{unit}"
        case "milliseconds":
            return f"{text}{_NBSP}ms"
        case "day of month":
            return f"day{_NBSP}{text}"
        case _:
            return text


def _money(money: Money) -> str:
    """Cents stand below a thousand only, and where there are any."""
    cents = _rounded(money.amount, 2)
    places = 0 if abs(cents) >= _WHOLE_FROM or cents == cents.to_integral_value() else 2
    shown = _rounded(cents, places)
    symbol = _SYMBOLS.get(money.currency, "")
    return f"{_minus(shown)}{symbol}{abs(shown):,f}" + ("" if symbol else f"{_NBSP}{money.currency}")


def _number(number: Decimal, places: int | None) -> str:
    shown = _rounded(number, 2 if places is None else places)
    text = f"{abs(shown):,f}"
    return _minus(shown) + (text.rstrip("0").rstrip(".") if places is None else text)


def _minus(number: Decimal) -> str:
    return "\u2212" if number < 0 else ""


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
