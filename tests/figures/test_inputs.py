"""Which inputs are asked of which business, and how old they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.inputs import (
    INPUTS,
    KEEPERS,
    PAGES,
    applies,
    input_states,
    inputs_known,
    is_wanted,
)
from quarterdeck.figures.missing.gaps import gaps
from quarterdeck.model.books import Cost, Kpi, Option, Policy, Statement
from quarterdeck.model.holdings import Asset, Compliance, Lease, Property
from quarterdeck.model.sales import Campaign, Channel, FunnelStep, GiftCard
from quarterdeck.model.services import Client, Delivery, Invoice, TimeEntry
from quarterdeck.model.tables import TABLES
from quarterdeck.model.values import UNKNOWN
from tests.audits import a_snapshot, audited
from tests.figures.builders import (
    AS_OF,
    JADA,
    a_booking,
    a_handoff,
    a_kpi,
    a_row,
    a_task,
    an_entity,
    an_offer,
    an_unknown_entity,
    days_before,
    facts_of,
    not_applicable,
    some_facts,
)

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import EntityKind
    from quarterdeck.model.facts import Facts
    from quarterdeck.model.finding import InputState


def the_input(facts: Facts, key: str, entity: str = JADA) -> InputState:
    return next(one for one in input_states(facts) if (one.key, one.entity) == (key, entity))


def asked_of(facts: Facts, entity: str = JADA) -> list[str]:
    return [one.key for one in input_states(facts) if one.entity == entity]


def test_every_table_has_a_keeper_and_stands_in_one_input() -> None:
    records = {table.record for table in TABLES}
    assert set(KEEPERS) == records
    assert sorted(record.__name__ for one in INPUTS for record in one.records) == sorted(
        record.__name__ for record in records
    )


def test_every_page_requires_the_front_matter() -> None:
    assert INPUTS[0].required == PAGES
    assert len(INPUTS) == len({one.key for one in INPUTS}) == 20


@pytest.mark.parametrize(
    ("page", "required", "optional"),
    [
        ("ceo", 6, 11),
        ("cto", 5, 5),
        ("accounting", 5, 8),
        ("cmo", 7, 5),
        ("cfo", 6, 11),
        ("rental", 5, 5),
        ("billing", 2, 3),
        ("clients", 2, 8),
    ],
)
def test_cells_of_a_page(page: str, required: int, optional: int) -> None:
    assert sum(page in one.required for one in INPUTS) == required
    assert sum(page in one.optional for one in INPUTS) == optional
    assert not any(page in one.required and page in one.optional for one in INPUTS)


EVERYBODY = ["entity", "plan", "ledger", "assets", "costs", "kpis", "tasks", "close", "access"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("charter", ["offers", "bookings", "gift_cards", "channels", "funnel", "aws", "repo", "ses"]),
        ("concert", ["offers", "bookings", "gift_cards", "channels", "funnel", "aws", "repo", "ses"]),
        ("hauling", ["offers", "bookings", "channels", "funnel", "aws", "repo"]),
        ("agency", ["offers", "channels", "aws", "repo", "deliveries", "clients"]),
        ("rental", ["rent_roll"]),
        ("delivery", ["offers", "channels", "aws", "deliveries"]),
        ("saas", ["offers", "channels", "funnel", "aws", "repo"]),
        ("generic", ["offers", "channels", "funnel", "aws", "repo"]),
        (UNKNOWN, ["offers", "channels", "funnel", "aws", "repo"]),
    ],
)
def test_a_kind_is_asked_for_what_its_business_has(kind: EntityKind, more: list[str]) -> None:
    assert sorted(asked_of(facts_of(entity=an_entity(kind=kind)))) == sorted(EVERYBODY + more)


def test_a_table_that_is_there_is_an_input_whatever_the_kind() -> None:
    rental = an_entity(kind="rental")
    assert "gift_cards" not in asked_of(facts_of(entity=rental))
    assert "gift_cards" in asked_of(facts_of(a_row(GiftCard, id="g-1"), entity=rental))
    heading = some_facts(a_handoff(rental, tables=["gift_cards"]))
    assert the_input(heading, "gift_cards").state == "missing"


def test_a_part_leaves_books_and_papers_to_its_business() -> None:
    tool = an_entity("scc", "saas", part_of=JADA)
    facts = some_facts(a_handoff(), a_handoff(tool))
    assert asked_of(facts, "scc") == ["entity", "kpis", "tasks", "aws", "repo"]
    with_costs = some_facts(a_handoff(), a_handoff(tool, a_row(Cost, "scc", item="Hosting")))
    assert "costs" in asked_of(with_costs, "scc")
    assert the_input(with_costs, "costs").state == "missing"


@pytest.mark.parametrize("whole", [JADA, "scc", "nobody"])
def test_a_part_of_itself_or_of_nobody_is_a_whole(whole: str) -> None:
    facts = facts_of(entity=an_entity("scc", "saas", part_of=whole))
    assert "ledger" in asked_of(facts, "scc")


def test_clients_are_asked_of_the_agency_or_its_portfolio_not_of_both() -> None:
    agency = an_entity("dc", "agency")
    portfolio = an_entity("dc-clients", "agency", part_of="dc")
    held = [
        a_row(Client, "dc-clients", client="c"),
        a_row(TimeEntry, "dc-clients", client="c"),
    ]
    facts = some_facts(a_handoff(agency), a_handoff(portfolio, *held))
    assert "clients" not in asked_of(facts, "dc")
    assert the_input(facts, "clients", "dc-clients").state == "known"
    assert is_wanted(Invoice, portfolio, facts)
    neither = some_facts(a_handoff(agency), a_handoff(portfolio))
    assert "clients" in asked_of(neither, "dc")
    turned = some_facts(a_handoff(agency, a_row(Client, "dc", client="c")), a_handoff(portfolio))
    assert not is_wanted(Client, portfolio, turned)


@pytest.mark.parametrize(
    ("case", "key", "kind", "fields", "asked"),
    [
        ("a rental with a site", "aws", "rental", {"sites": ("home.example",)}, "asked"),
        ("a charter that says it has none", "aws", "charter", {"sites": not_applicable()}, "asked"),
        (
            "nor stacks",
            "aws",
            "charter",
            {"sites": not_applicable(), "aws_stacks": not_applicable()},
            "not asked",
        ),
        ("a delivery service with a repository", "repo", "delivery", {"repos": ("site",)}, "asked"),
        (
            "a charter without code",
            "repo",
            "charter",
            {"repos": not_applicable("made by a builder")},
            "not asked",
        ),
        ("a hauler with a list", "ses", "hauling", {"list_size": 40}, "asked"),
        ("a charter without a list", "ses", "charter", {"list_size": not_applicable()}, "not asked"),
    ],
)
def test_the_front_matter_says_what_there_is_to_check(
    case: str, key: str, kind: EntityKind, fields: dict[str, object], asked: str
) -> None:
    entity = an_entity(JADA, kind, **fields)
    assert applies(key, entity, facts_of(entity=entity)) is (asked == "asked"), case


@pytest.mark.parametrize(
    ("case", "missing", "state"),
    [
        ("all there", {}, "known"),
        ("no name", {"name": UNKNOWN}, "missing"),
        ("no kind", {"kind": UNKNOWN}, "missing"),
        ("never confirmed", {"updated": UNKNOWN}, "missing"),
        ("no billing model", {"billing_model": UNKNOWN}, "missing"),
        ("billing does not apply", {"billing_model": not_applicable("a hobby")}, "known"),
        ("confirmed long ago", {"updated": days_before(46)}, "old"),
        ("just in time", {"updated": days_before(45)}, "known"),
    ],
)
def test_front_matter(case: str, missing: dict[str, object], state: str) -> None:
    the_front_matter = msgspec.structs.replace(an_entity(), **missing)
    assert the_input(facts_of(entity=the_front_matter), "entity").state == state, case


def test_a_part_needs_no_billing_model() -> None:
    tool = an_entity("scc", "saas", part_of=JADA, billing_model=UNKNOWN)
    facts = some_facts(a_handoff(), a_handoff(tool))
    assert the_input(facts, "entity", "scc").state == "known"


@pytest.mark.parametrize(
    ("case", "key", "row", "state"),
    [
        ("walked in time", "funnel", a_row(FunnelStep, checked_on=days_before(30)), "known"),
        ("walked long ago", "funnel", a_row(FunnelStep, checked_on=days_before(31)), "old"),
        ("walked tomorrow", "funnel", a_row(FunnelStep, checked_on=days_before(-1)), "known"),
        ("never dated", "funnel", a_row(FunnelStep, checked_on=UNKNOWN), "known"),
        ("looked at in time", "channels", a_row(Channel, last_checked=days_before(60)), "known"),
        ("looked at long ago", "channels", a_row(Channel, last_checked=days_before(61)), "old"),
        ("valued in time", "assets", a_row(Asset, value_date=days_before(365)), "known"),
        ("valued long ago", "assets", a_row(Asset, value_date=days_before(366)), "old"),
        ("reconciled in time", "close", a_row(Statement, date=days_before(35)), "known"),
        ("reconciled long ago", "close", a_row(Statement, date=days_before(36)), "old"),
        ("no statement, but a policy", "close", a_row(Policy, policy="privacy"), "known"),
        ("an option is no cost", "costs", a_row(Option, id="o-1"), "missing"),
        ("a permit is no asset", "assets", a_row(Compliance, item="Permit"), "missing"),
        ("a mailing is no channel", "channels", a_row(Campaign, id="m-1"), "missing"),
        ("one offer is enough", "offers", an_offer(), "known"),
        ("one booking", "bookings", a_booking(), "known"),
        ("one KPI of long ago", "kpis", a_kpi("sailings", "2024-01", "3"), "known"),
    ],
)
def test_known_old_or_missing(case: str, key: str, row: Row, state: str) -> None:
    assert the_input(facts_of(row), key).state == state, case


def test_the_newest_date_counts() -> None:
    rows = [a_row(FunnelStep, checked_on=days_before(days)) for days in (90, 12, 40)]
    one = the_input(facts_of(*rows), "funnel")
    assert (one.state, one.as_of) == ("known", days_before(12))


def test_tables_without_a_date_are_as_old_as_the_handoff() -> None:
    one = the_input(facts_of(an_offer(), entity=an_entity(updated=days_before(46))), "offers")
    assert (one.state, one.as_of) == ("old", days_before(46))
    undated = the_input(facts_of(an_offer(), entity=an_entity(updated=UNKNOWN)), "offers")
    assert (undated.state, undated.as_of) == ("known", None)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([Delivery, Invoice], "known"),
        ([Delivery], "missing"),
        ([Invoice], "missing"),
        ([], "missing"),
    ],
)
def test_a_delivery_service_needs_trips_and_invoices(rows: list[type[Row]], state: str) -> None:
    facts = facts_of(*(a_row(record) for record in rows), entity=an_entity(kind="delivery"))
    assert the_input(facts, "deliveries").state == state


def test_an_agency_needs_invoices_alone() -> None:
    facts = facts_of(a_row(Invoice, id="i-1"), entity=an_entity(kind="agency"))
    assert the_input(facts, "deliveries").state == "known"


def test_a_rental_needs_rent_roll_and_property() -> None:
    rental = an_entity(kind="rental")
    assert the_input(facts_of(a_row(Lease), entity=rental), "rent_roll").state == "missing"
    assert the_input(facts_of(a_row(Lease), a_row(Property), entity=rental), "rent_roll").state == "known"


def test_tasks_are_known_where_there_is_one() -> None:
    assert the_input(facts_of(), "tasks").state == "missing"
    assert the_input(some_facts(a_handoff(tasks=[a_task(state="done")])), "tasks").state == "known"


@pytest.mark.parametrize("key", ["ledger", "aws", "repo", "ses"])
def test_books_and_audits_are_missing_where_there_are_none(key: str) -> None:
    assert the_input(facts_of(), key).state == "missing"


def test_an_entity_without_anything_misses_everything() -> None:
    states = input_states(facts_of(entity=an_unknown_entity()))
    assert {one.state for one in states} == {"missing"}


def test_entities_that_are_not_active_are_asked_for_nothing() -> None:
    assert input_states(facts_of(entity=an_entity(status="idea"))) == ()
    assert input_states(some_facts()) == ()


def test_states_come_by_entity_then_in_order_of_the_table() -> None:
    states = input_states(some_facts(a_handoff(an_entity("zoe")), a_handoff(an_entity("ann"))))
    order = [one.key for one in INPUTS]
    assert [(one.entity, one.key) for one in states] == sorted(
        ((one.entity, one.key) for one in states), key=lambda pair: (pair[0], order.index(pair[1]))
    )


def test_known_old_and_wanted_of_a_page() -> None:
    facts = some_facts(
        a_handoff(an_entity(), an_offer(), a_row(FunnelStep, checked_on=days_before(90))),
        a_handoff(an_entity("zoe"), a_row(Kpi, "zoe", kpi="leads")),
    )
    states = input_states(facts)
    assert inputs_known(states, "cmo", {JADA}) == (2, 1, 12)
    assert inputs_known(states, "cmo", {JADA, "zoe"}) == (4, 1, 24)
    assert inputs_known(states, "billing", {JADA}) == (1, 0, 4)
    assert inputs_known(states, "cmo", set()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("key", "collector"), [("aws", "aws-s3"), ("aws", "dns"), ("repo", "repos"), ("ses", "ses")]
)
def test_an_audit_answers_its_input_until_it_is_old(key: str, collector: str) -> None:
    known = the_input(audited(snapshots=(a_snapshot(collector),)), key)
    assert (known.state, known.as_of) == ("known", AS_OF)
    old = audited(snapshots=(a_snapshot(collector, days_before(15)),))
    assert the_input(old, key).state == "old"
    assert the_input(audited(snapshots=(a_snapshot(collector, entities=("qos",)),)), key).state == "missing"
    assert key not in {gap.key for gap in gaps(old) if gap.entity == JADA}
    assert key in {gap.key for gap in gaps(audited(snapshots=())) if gap.entity == JADA}
