"""Which inputs the pages need of each business, and whether they are known, old or missing.

An input is asked of the kinds whose business has it: a rent roll is no input of a charter boat. It is asked
of any other entity too that keeps the table anyway. A tool or portfolio that is part of a business leaves
the books, the offers and the papers to that business. What an agency keeps once (clients, hours, invoices,
payments) is asked of the business or of its part, not of both.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

import msgspec

from quarterdeck.figures.kpis import kind_of
from quarterdeck.formulas.periods import LEAST_MONTHS
from quarterdeck.model.books import CloseItem, Cost, Kpi, Loan, Option, PlanLine, Policy, Statement, Vendor
from quarterdeck.model.columns import Row
from quarterdeck.model.entity import Entity, EntityKind
from quarterdeck.model.evidence import AUDITED
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import InputState
from quarterdeck.model.holdings import Access, Asset, Compliance, Equipment, Lease, Property
from quarterdeck.model.sales import Booking, Campaign, Channel, FunnelStep, GiftCard, Lead, Offer, Readiness
from quarterdeck.model.services import Client, Delivery, Invoice, Payment, TimeEntry
from quarterdeck.model.values import Blank

Page = Literal["ceo", "cto", "accounting", "cmo", "cfo", "rental", "billing", "clients"]
PAGES: tuple[Page, ...] = get_args(Page)
Kinds = frozenset[EntityKind]

ALL: Kinds = frozenset(get_args(EntityKind))
NONE: Kinds = frozenset()
_BOATS: Kinds = frozenset({"charter", "concert"})
_BOOKED: Kinds = _BOATS | {"hauling"}
_SELLING: Kinds = ALL - {"rental"}
_SITES: Kinds = ALL - {"rental", "delivery", "agency"}
_AGENCY: Kinds = frozenset({"agency"})
_BILLING: Kinds = _AGENCY | {"delivery"}


class Keeper(msgspec.Struct, frozen=True):
    """Who is asked for something."""

    kinds: Kinds
    parts: Kinds = NONE
    """Kinds that are asked for it even where they are part of another entity."""
    is_kept_once: bool = False
    """Where a business or one of its parts keeps it, the others are not asked."""


KEEPERS: Mapping[type[Row], Keeper] = {
    Asset: Keeper(ALL),
    Offer: Keeper(_SELLING),
    Booking: Keeper(_BOOKED),
    GiftCard: Keeper(_BOATS),
    Channel: Keeper(_SELLING),
    Campaign: Keeper(_BOATS),
    Lead: Keeper(_SELLING),
    FunnelStep: Keeper(_SITES),
    Cost: Keeper(ALL),
    PlanLine: Keeper(ALL),
    Kpi: Keeper(ALL, ALL),
    Compliance: Keeper(ALL),
    Option: Keeper(ALL),
    Loan: Keeper(ALL),
    Client: Keeper(_AGENCY, _AGENCY, is_kept_once=True),
    TimeEntry: Keeper(_AGENCY, _AGENCY, is_kept_once=True),
    Delivery: Keeper(frozenset({"delivery"})),
    Invoice: Keeper(_BILLING, _AGENCY, is_kept_once=True),
    Payment: Keeper(_BILLING, _AGENCY, is_kept_once=True),
    Lease: Keeper(frozenset({"rental"})),
    Property: Keeper(frozenset({"rental"})),
    Vendor: Keeper(ALL),
    CloseItem: Keeper(ALL),
    Policy: Keeper(ALL),
    Access: Keeper(ALL),
    Equipment: Keeper(_BOATS | {"rental"}),
    Readiness: Keeper(_BOATS),
    Statement: Keeper(ALL),
}
"""Who keeps each table of a handoff."""


class Dated(msgspec.Struct, frozen=True):
    """The column whose newest date tells how old an input is."""

    record: type[Row]
    column: str
    limit: str
    """Key of `thresholds.stale_after`."""


class Input(msgspec.Struct, frozen=True):
    """One line of the table of inputs."""

    key: str
    title: str
    home: str
    """Where it stands, in words."""
    required: tuple[Page, ...]
    """Pages that have no answer without it."""
    optional: tuple[Page, ...] = ()
    """Pages that it makes better."""
    records: tuple[type[Row], ...] = ()
    """Its tables; empty where it is no table."""
    needs: tuple[type[Row], ...] = ()
    """Tables without which it is missing, as far as the entity keeps them; if empty any table will do."""
    dated: Dated | None = None
    """None: as old as the handoff's `updated`."""
    keeper: Keeper = Keeper(ALL, ALL)
    """Who is asked for it, where it is no table."""
    names: tuple[str, ...] = ()
    """Keys of the front matter that say that there is such a thing."""


_OUTSIDE = Keeper(_SELLING, frozenset({"saas"}))

INPUTS: tuple[Input, ...] = (
    Input("entity", "Front matter", "top of the handoff", PAGES),
    Input(
        "ledger",
        "Ledger of three full months or more",
        "ledger",
        ("ceo", "accounting", "cfo", "rental"),
        ("cmo", "billing", "clients"),
        keeper=Keeper(ALL),
    ),
    Input("plan", "Plan", "handoff or ledger", ("cfo",), ("ceo", "accounting", "rental"), (PlanLine,)),
    Input("offers", "Offers", "handoff", ("accounting", "cmo", "cfo"), ("ceo", "clients"), (Offer,)),
    Input(
        "bookings",
        "Bookings",
        "handoff or CSV",
        ("accounting", "cmo", "cfo"),
        ("ceo", "cto"),
        (Booking,),
    ),
    Input("gift_cards", "Gift cards", "handoff", ("accounting",), ("cfo",), (GiftCard,)),
    Input(
        "channels",
        "Channels, campaigns, pipeline",
        "handoff",
        ("cmo",),
        ("ceo", "cfo", "clients"),
        (Channel, Campaign, Lead),
        (Channel,),
        Dated(Channel, "last_checked", "channels"),
    ),
    Input(
        "funnel",
        "Steps to an order",
        "handoff",
        ("ceo", "cto", "cmo"),
        ("cfo",),
        (FunnelStep,),
        dated=Dated(FunnelStep, "checked_on", "funnel"),
    ),
    Input(
        "assets",
        "Assets and compliance",
        "handoff",
        ("ceo", "rental"),
        ("cto", "accounting", "cmo", "cfo"),
        (Asset, Compliance),
        (Asset,),
        Dated(Asset, "value_date", "values"),
    ),
    Input(
        "costs",
        "Costs, loans, options",
        "handoff",
        ("cfo", "rental"),
        ("ceo", "cto", "accounting"),
        (Cost, Loan, Option),
        (Cost,),
    ),
    Input("kpis", "KPIs", "handoff or CSV", ("ceo",), ("cmo", "cfo", "rental", "billing", "clients"), (Kpi,)),
    Input(
        "tasks",
        "Tasks",
        "handoff",
        ("ceo", "cto", "cmo"),
        ("accounting", "cfo", "rental", "billing", "clients"),
    ),
    Input(
        "aws",
        "AWS, DNS and web checks",
        "evidence",
        ("cto",),
        ("ceo", "cmo", "cfo", "clients"),
        keeper=_OUTSIDE,
        names=("sites", "aws_stacks"),
    ),
    Input(
        "repo",
        "Repository checks",
        "evidence",
        ("cto",),
        ("ceo", "clients"),
        keeper=Keeper(_SELLING - {"delivery"}, frozenset({"saas"})),
        names=("repos",),
    ),
    Input(
        "ses",
        "Mail statistics",
        "evidence",
        ("cmo",),
        ("cto",),
        keeper=Keeper(_BOATS),
        names=("list_size",),
    ),
    Input(
        "deliveries",
        "Deliveries, invoices, payments",
        "handoff or CSV",
        ("billing",),
        ("ceo", "accounting", "cfo"),
        (Delivery, Invoice, Payment),
        (Delivery, Invoice),
    ),
    Input(
        "clients",
        "Clients and hours",
        "handoff or CSV",
        ("clients",),
        ("ceo", "accounting", "cfo"),
        (Client, TimeEntry),
        (Client,),
    ),
    Input(
        "rent_roll",
        "Rent roll and property",
        "handoff",
        ("rental",),
        ("ceo", "accounting", "cfo"),
        (Lease, Property),
        (Lease, Property),
    ),
    Input(
        "close",
        "Vendors, close, policies, statements",
        "handoff or CSV",
        (),
        ("accounting", "cfo", "rental"),
        (Vendor, CloseItem, Policy, Statement),
        dated=Dated(Statement, "date", "reconciled"),
    ),
    Input(
        "access",
        "Access, equipment, readiness",
        "handoff",
        (),
        ("ceo", "cto", "cmo", "rental", "clients"),
        (Access, Equipment, Readiness),
    ),
)
"""Every input in the order in which pages count them."""
INPUT_BY_KEY = {one.key: one for one in INPUTS}
INPUT_OF_TABLE: Mapping[type[Row], str] = {record: one.key for one in INPUTS for record in one.records}


def is_answer(value: object) -> bool:
    """Whether a cell says something: a value, `n/a` or `not tracked`, but no `?` and nothing left empty."""
    return not isinstance(value, Blank) or value.why in {"n/a", "not tracked"}


def is_asked(keeper: Keeper, entity: Entity, facts: Facts) -> bool:
    """Whether an entity of this kind, part or whole, has such a thing."""
    return kind_of(entity) in (keeper.parts if facts.is_part(entity) else keeper.kinds)


def is_wanted(record: type[Row], entity: Entity, facts: Facts) -> bool:
    """Whether a table is asked of an entity: it has the section, or its kind of business keeps one."""
    if facts.has_table(record, entity.entity):
        return True
    keeper = KEEPERS[record]
    is_elsewhere = keeper.is_kept_once and any(facts.of(record, one) for one in facts.family(entity))
    return is_asked(keeper, entity, facts) and not is_elsewhere


def applies(key: str, entity: Entity, facts: Facts) -> bool:
    """Whether an input is asked of an entity, whatever its status; see the module for the rule.

    Raises:
        KeyError: No such input.
    """
    one = INPUT_BY_KEY[key]
    if one.records:
        return any(is_wanted(record, entity, facts) for record in one.records)
    answers = [getattr(entity, name) for name in one.names]
    if any(not isinstance(answer, Blank) for answer in answers):
        return True
    if answers and all(answer.why == "n/a" for answer in answers):
        return False
    return is_asked(one.keeper, entity, facts)


@lru_cache(maxsize=2)  # the data rules and the briefing ask for the same
def input_states(facts: Facts) -> tuple[InputState, ...]:
    """Say of every input of every active entity whether it is known, old or missing.

    Args:
        facts: The handoffs, books and audits; an input is known where its tables have rows, and old after the
            days of the setting `thresholds.stale_after`.

    Returns:
        By entity, then in the order of `INPUTS`; what is not asked of an entity is left out. `as_of` is the
        date that was compared with the limit, None where the input carries none.
    """
    return tuple(_states(facts))


def inputs_known(states: Iterable[InputState], page: Page, entities: Collection[str]) -> tuple[int, int, int]:
    """Count what a page has of what it wants: `34 of 47 inputs known, 3 old`.

    Args:
        states: Of any entities.
        page: Inputs that this page neither requires nor uses are left out.
        entities: Ids of the entities on the page.

    Returns:
        Known and not old, old, and wanted; the three never count one input twice, missing is the rest.
    """
    shown = frozenset(entities)
    wanted = [one.state for one in states if one.entity in shown and page in (*one.required, *one.optional)]
    return wanted.count("known"), wanted.count("old"), len(wanted)


def _states(facts: Facts) -> Iterator[InputState]:
    for entity in facts.active():
        for one in INPUTS:
            if not applies(one.key, entity, facts):
                continue
            blank = InputState(
                key=one.key,
                entity=entity.entity,
                title=one.title,
                state="missing",
                required=one.required,
                optional=one.optional,
            )
            if _is_known(one, entity, facts):
                yield _aged(blank, one, entity, facts)
            else:
                yield blank


def _is_known(one: Input, entity: Entity, facts: Facts) -> bool:
    match one.key:
        case "entity":
            return all(is_answer(value) for value in _front_matter(entity, facts))
        case "tasks":
            return bool(facts.tasks_of(entity.entity))
        case "ledger":
            return len(facts.journal(entity).full_months(facts.as_of)) >= LEAST_MONTHS
        case key if key in AUDITED:
            return bool(facts.evidence.of_input(key, entity.entity))
        case "plan" if facts.journal(entity).budgets:
            return True
        case _:
            needed = [record for record in one.needs if is_wanted(record, entity, facts)]
            if needed:
                return all(facts.of(record, entity.entity) for record in needed)
            return any(facts.of(record, entity.entity) for record in one.records)


def _front_matter(entity: Entity, facts: Facts) -> tuple[object, ...]:
    """The keys without which sections stand empty; a part bills through the business that it belongs to."""
    keys = (entity.name, entity.kind, entity.updated)
    return keys if facts.is_part(entity) else (*keys, entity.billing_model)


def _aged(blank: InputState, one: Input, entity: Entity, facts: Facts) -> InputState:
    newest, limit = _newest(one, entity, facts)
    is_old = newest is not None and (facts.as_of - newest).days > facts.stale_after[limit]
    return msgspec.structs.replace(blank, state="old" if is_old else "known", as_of=newest)


def _newest(one: Input, entity: Entity, facts: Facts) -> tuple[date | None, str]:
    """The newest date in an input that is not after `as_of`, and the limit that it is held to."""
    if one.key == "ledger":
        return facts.journal(entity).entries[-1].date, "handoff"
    if one.key in AUDITED:
        days = (run.source.as_of for run in facts.evidence.of_input(one.key, entity.entity))
        return max((day for day in days if day and day <= facts.as_of), default=None), "evidence"
    if one.dated:
        rows = facts.of(one.dated.record, entity.entity)
        dates = [value for row in rows if isinstance(value := getattr(row, one.dated.column), date)]
        past = [day for day in dates if day <= facts.as_of]
        if past:
            return max(past), one.dated.limit
    return (entity.updated if isinstance(entity.updated, date) else None), "handoff"
