"""The rental audit: whether a house pays, what is due, and which papers and parts wear out."""

from collections.abc import Mapping, Sequence

from quarterdeck.figures.rental import LET
from quarterdeck.model.entity import Entity
from quarterdeck.model.finding import Gap
from quarterdeck.model.holdings import Lease
from quarterdeck.model.page import Page
from quarterdeck.reports import rental_charts
from quarterdeck.reports.cells import (
    Tables,
    figure_or_unknown,
    gap_of,
    no_file,
    on,
    unknown,
)
from quarterdeck.reports.components import Card, StateKey
from quarterdeck.reports.rental_booked import booked
from quarterdeck.reports.rental_leases import (
    RENEWAL_NOTICE,
    SOON,
    Ending,
    Late,
    calendar_lines,
    collections_table,
    empty_units,
    late_tenants,
    next_ending,
    roll_lines,
)
from quarterdeck.reports.rental_money import money_view, schedule_of
from quarterdeck.reports.rental_upkeep import upkeep_view
from quarterdeck.reports.skeleton import AUDITS, Report, Site, audit_path
from quarterdeck.reports.words import counted, day

_OF_BOOKS: Mapping[str, tuple[str, str]] = {
    "collections": (
        "Rent received, month by month",
        "Paid through is what somebody wrote, not what the bank shows.",
    ),
    "noi": ("NOI, rent less running costs", "Whether the house pays before its loan rests on it."),
    "returns": (
        "Cap rate, cash on cash, break-even occupancy and expense ratio",
        "All of them divide the rent that came in, less running costs.",
    ),
    "dscr": ("DSCR, NOI over the loan\u2019s payments", "A lender asks for it before the rate is set anew."),
    "vacancy": (
        "Days empty in a year, and what a turn costs",
        "Both need moves and bills of at least twelve months.",
    ),
    "reserve": ("The reserve", "An account whose purpose is reserve says how many months are covered."),
    "schedule": ("The amounts of Schedule E", "They are sums of what was received and paid in the year."),
}
"""Section -> what only the books can say there, and why it matters."""
_OF_TABLES: Mapping[str, tuple[str, str, str, str]] = {
    "roll": (
        "rent_roll",
        "a Rent roll table",
        "The rent roll",
        "Without units nobody can say what the house earns.",
    ),
    "property": (
        "property",
        "a Property table",
        "What the house cost and is worth",
        "Returns and depreciation rest on it.",
    ),
    "debt": (
        "loans",
        "a Loans table",
        "The loan",
        "Payments, rate reset and maturity decide whether the house carries itself.",
    ),
    "equipment": (
        "equipment",
        "an Equipment table",
        "Roof, heating, water heater and appliances",
        "What wears out next is the next bill.",
    ),
    "papers": (
        "compliance",
        "a Compliance table",
        "Registration, detectors and policies",
        "A paper that ran out can stop the letting.",
    ),
}
"""Section -> key of the gap, the table that brings it, what it is, and why it matters."""


def page(site: Site, entity: Entity) -> Page:
    """The audit of one rental."""
    leases = site.briefing.of(Lease, entity.entity)
    report = Report(
        site,
        audit_path(entity.entity),
        f"{AUDITS['rental']}: {entity.title}",
        "rental",
        (entity,),
        counted(len(leases), "unit") if leases else "No unit is written down",
        description="Whether the house pays, what is due, and which leases, papers and parts come next.",
        section="Audits",
    )
    tables = Tables(report)
    view = (
        _answer(report, entity, leases)
        | money_view(report, entity, tables)
        | upkeep_view(report, entity, tables)
    )
    view |= {
        "roll": roll_lines(report, leases, tables),
        "collections": collections_table(report, leases, tables),
        "calendar": calendar_lines(report, leases, tables),
        "schedule": schedule_of(report, entity)[0],
        "no_lines": schedule_of(report, entity)[1],
        "unread": _unread(report, entity),
        "booked": booked(report, entity.entity),
        "noi": site.briefing.find("noi_year", entity.entity),
        "collection_rate": site.briefing.find("collection_rate", entity.entity),
        "depreciation": site.briefing.find("depreciation_year", entity.entity),
        "days_rented": site.briefing.find("days_rented", entity.entity),
        "confirmed": on(entity.updated),
    }
    charts = {
        "rent": report.charts.add(rental_charts.collections(site.briefing, entity.entity), has_table=True),
        "cash_flow": report.charts.add(rental_charts.cash_flow(site.briefing, entity.entity)),
        "dates": report.charts.add(rental_charts.dates(site.briefing, entity.entity)),
    }
    cards = _cards(report, entity, leases)
    return report.page("rental.md.j2", tables.downloads, cards=cards, charts=charts, **view)


def _answer(report: Report, entity: Entity, leases: Sequence[Lease]) -> dict[str, object]:
    late = late_tenants(leases, report.site.briefing.as_of)
    ending = next_ending(leases, report.site.briefing.as_of)
    rent = figure_or_unknown(report, "rent_monthly", entity.entity, "Rent a month of let units")
    return {
        "late": late,
        "ending": ending,
        "empty": empty_units(report, entity, leases),
        "rent": rent,
        "deposits": figure_or_unknown(report, "deposits_tenants", entity.entity, "Tenants\u2019 deposits"),
        "loss": figure_or_unknown(report, "loss_to_lease", entity.entity, "Loss to lease", "ratio"),
        "let": sum(lease.status in LET for lease in leases),
        "units": len(leases),
    }


def _cards(report: Report, entity: Entity, leases: Sequence[Lease]) -> tuple[Card, ...]:
    as_of = report.site.briefing.as_of
    return (
        _rent_card(report, entity, late_tenants(leases, as_of)),
        _books_card(report, entity, "NOI", "noi_year", "rent less running costs, twelve months", "#noi"),
        _books_card(report, entity, "DSCR", "dscr", "NOI over loan payments", "#debt"),
        _lease_card(report, entity, next_ending(leases, as_of)),
    )


def _rent_card(report: Report, entity: Entity, late: Sequence[Late]) -> Card:
    rent = figure_or_unknown(report, "rent_monthly", entity.entity, "Rent a month of let units")
    if not rent.is_known:
        return Card("Rent a month", rent, source_note="rent roll")
    behind = (
        f"{late[0].unit} is {counted(late[0].days, 'day')} late" if late else "nobody is late, as written"
    )
    state: StateKey = "course"
    if late:
        state = "act" if late[0].days > SOON else "watch"
    return Card("Rent a month", rent, state=state, context=behind, source_note="rent roll")


def _books_card(report: Report, entity: Entity, title: str, code: str, words: str, where: str) -> Card:
    """What only the books can say, or that they are missing."""
    figure = report.site.briefing.find(code, entity.entity) or unknown(
        title.lower(), entity.entity, words, "money" if title == "NOI" else "score", "ledger"
    )
    context = words if figure.is_known else f"{words}; needs the ledger"
    note = "books" if figure.is_known else "what is missing"
    return Card(title, figure, context=context, source_note=note, source_href=where)


def _lease_card(report: Report, entity: Entity, ending: Ending | None) -> Card:
    figure = figure_or_unknown(report, "next_lease_days", entity.entity, "Days to the next lease end", "days")
    if ending is None:
        return Card("Next lease date", figure, source_note="rent roll", source_href="#calendar")
    is_open = ending.renewal != "renewal signed"
    state = (
        "act"
        if is_open and ending.days <= SOON
        else "watch"
        if is_open and ending.days <= RENEWAL_NOTICE
        else "course"
    )
    return Card(
        "Next lease date",
        figure,
        state=state,  # type: ignore[arg-type]  # one of the three words above
        context=f"{ending.unit}, {day(ending.on)}; {ending.renewal}",
        source_note="rent roll",
    )


def _unread(report: Report, entity: Entity) -> dict[str, Gap]:
    """What is not known, by section; the registry's own gap where it has one."""
    found = {
        section: no_file(what, why, "The ledger of this house brings it; none is read yet.")
        for section, (what, why) in _OF_BOOKS.items()
    }
    found["noi"] = gap_of(report, entity.entity, "ledger_months", "cash_balance") or found["noi"]
    for section, (key, table, what, why) in _OF_TABLES.items():
        gap = gap_of(report, entity.entity, key)
        found[section] = gap or no_file(what, why, f"Add {table} to its handoff.")
    return found
