"""The registry of missing data, and the gaps that it finds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from quarterdeck.figures.inputs import INPUT_BY_KEY
from quarterdeck.figures.kpis import KINDS, KPI_BY_ID
from quarterdeck.figures.missing.field import HANDOFF, Count
from quarterdeck.figures.missing.gaps import first_five, gap_of, gaps, unlocked
from quarterdeck.figures.missing.registry import FIELD_BY_KEY, FIELDS
from quarterdeck.model.books import Cost, Loan
from quarterdeck.model.columns import fields_of
from quarterdeck.model.facts import Facts
from quarterdeck.model.finding import Gap
from quarterdeck.model.history import PastEntity
from quarterdeck.model.holdings import Asset, Compliance, Lease, Property
from quarterdeck.model.sales import Campaign, Channel, FunnelStep, GiftCard
from quarterdeck.model.services import Client, Delivery, TimeEntry
from quarterdeck.model.tables import TABLES
from quarterdeck.model.values import UNKNOWN, MonthToMonth
from tests.figures.builders import (
    AS_OF,
    JADA,
    NOT_TRACKED,
    REFUSED,
    a_booking,
    a_handoff,
    a_row,
    a_task,
    an_entity,
    an_offer,
    an_unknown_entity,
    facts_of,
    not_applicable,
    share,
    some_facts,
    usd,
)
from tests.records import a_record

if TYPE_CHECKING:
    from quarterdeck.figures.missing.field import MissingField
    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import Entity, EntityKind
    from quarterdeck.model.history import Earlier

OUTSIDE = ("cash_balance", "ledger_months", "aws", "repo", "ses", "history")
PLACE = re.compile(r"(handoffs/[^/]+\.md|ledger/[^/]+\.beancount|evidence/[a-z]+/)\Z")
FORMULA = re.compile(r"F-[A-Z]\d+\Z|1\.7\Z|5\.[14]\Z")


def counted(key: str, facts: Facts, entity: str = JADA) -> tuple[int, int]:
    """How many are known, of how many wanted."""
    count = FIELD_BY_KEY[key].counted(facts.handoff(entity).entity, facts)
    return count.known, count.wanted


def gap(key: str, facts: Facts, entity: str = JADA) -> Gap | None:
    return next((one for one in gaps(facts) if (one.key, one.entity) == (key, entity)), None)


def test_every_table_has_its_field() -> None:
    assert {table.name for table in TABLES} <= set(FIELD_BY_KEY)
    for table in TABLES:
        assert FIELD_BY_KEY[table.name].record is table.record
        assert FIELD_BY_KEY[table.name].heading == table.heading


def test_keys_are_unique() -> None:
    assert len(FIELD_BY_KEY) == len(FIELDS)


@pytest.mark.parametrize(
    "key",
    [
        *("cash_balance", "ledger_months", "billing_model", "offers", "variable_cost"),
        *("capacity_per_month", "plan", "bookings", "deposits", "gift_cards", "funnel"),
        *("channels", "channel_state", "list_source", "ses", "aws", "repo", "tax_treatment"),
        *("insured_until", "property_value", "loans", "delivery_quantity", "delivery_terms"),
        *("time_log", "contract_end", "task_owner", "task_due", "task_effort"),
        *("name", "kind", "updated"),
    ],
)
def test_what_the_reports_speak_of_is_there(key: str) -> None:
    assert key in FIELD_BY_KEY


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_the_words_of_a_field(field: MissingField) -> None:
    assert field.what[0].isupper()
    assert not field.what.endswith(".")
    assert re.fullmatch(r"[A-Z][^.`]*\.", field.why), "one sentence"
    assert field.add
    assert "`" not in field.add
    assert field.roles
    assert field.input in INPUT_BY_KEY or field.key == "history", "which no page counts"
    assert PLACE.match(field.path.format(entity=JADA, year=2026))
    assert bool(field.cell) == bool(field.row)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_what_a_field_unlocks_is_a_formula_or_a_kpi(field: MissingField) -> None:
    assert len(set(field.unlocks)) == len(field.unlocks)
    assert [one for one in field.unlocks if one not in KPI_BY_ID and not FORMULA.match(one)] == []


@pytest.mark.parametrize("field", [one for one in FIELDS if one.record], ids=lambda field: field.key)
def test_the_headers_to_fill_in_are_columns(field: MissingField) -> None:
    assert field.record
    headers = {column.header for column in fields_of(field.record)} | {"MRR", "Fee"}
    named = field.filled or field.add.removeprefix("a table with ").partition(" (")[0]
    for header in re.split(r",? and |, | or | with ", named.rstrip(",")):
        if header:
            assert header.removeprefix("or ").removesuffix(",") in headers | {"Mrr"}, header


@pytest.mark.parametrize("kind", KINDS)
def test_every_gap_names_a_file(kind: EntityKind) -> None:
    entity = replace(an_unknown_entity(), kind=kind)
    found = gaps(facts_of(entity=entity))
    assert found
    for one in found:
        assert PLACE.match(one.path), one.key
        assert one.add
        assert "{" not in one.add


def test_the_real_path_of_the_handoff_is_named() -> None:
    facts = some_facts(a_handoff(an_unknown_entity(), path="handoffs/Jada (old).md"))
    assert {one.path for one in gaps(facts) if FIELD_BY_KEY[one.key].path == HANDOFF} == {
        "handoffs/Jada (old).md"
    }


@pytest.mark.parametrize(
    ("case", "value", "is_gap"),
    [
        ("a value", "per-job", "no"),
        ("does not apply", not_applicable("a tool"), "no"),
        ("nobody tracks it", NOT_TRACKED, "no"),
        ("a question mark", UNKNOWN, "yes"),
        ("not understood", REFUSED, "yes"),
    ],
)
def test_what_counts_as_an_answer(case: str, value: object, is_gap: str) -> None:
    facts = facts_of(entity=an_entity(billing_model=value))
    assert (gap("billing_model", facts) is not None) is (is_gap == "yes"), case


def test_a_gap_of_the_front_matter() -> None:
    facts = facts_of(entity=an_entity(billing_model=UNKNOWN))
    assert gap("billing_model", facts) == Gap(
        key="billing_model",
        entity=JADA,
        what="Billing model",
        why="Money that comes in cannot be called revenue, and targets have nothing to count.",
        add="billing_model",
        path="handoffs/jada.md",
        heading="front matter",
        roles=("accounting", "cfo"),
        unlocks=4,
        pages=2,
    )


def test_a_gap_of_a_table_and_one_of_its_cells() -> None:
    nothing = gap("offers", facts_of())
    assert nothing
    assert (nothing.what, nothing.add) == ("List of offers", "a table with Offer, Price and Unit")
    assert nothing.heading == "Offers"
    assert gap("variable_cost", facts_of()) is None
    some = gap("offers", facts_of(an_offer(), an_offer("Dinner sail", price=UNKNOWN)))
    assert some
    assert (some.what, some.add) == ("Price of 1 of 2 offers", "Price")


def test_long_tables_may_be_exported() -> None:
    one = gap("bookings", facts_of())
    assert one
    assert one.add.endswith("(or the export data/jada/bookings.csv)")


@pytest.mark.parametrize(
    ("known", "wanted", "what"),
    [
        (4, 5, "Variable cost of 1 of 5 offers"),
        (0, 5, "Variable cost of all 5 offers"),
        (0, 1, "Variable cost of the one offer"),
        (5, 5, None),
    ],
)
def test_partly_known_tables_say_how_many(known: int, wanted: int, what: str | None) -> None:
    rows = [an_offer(str(n), variable_cost=usd(9) if n < known else UNKNOWN) for n in range(wanted)]
    one = gap("variable_cost", facts_of(*rows))
    assert (one.what if one else None) == what


def test_a_plural_in_y() -> None:
    trips = [a_row(Delivery, status="planned", terms_days=days) for days in (UNKNOWN, UNKNOWN, 7)]
    one = gap("delivery_terms", facts_of(*trips))
    assert one
    assert one.what == "Terms days of 2 of 3 deliveries"


SETTLED = an_offer(tax_treatment="exempt", tax_confirmed_by="Sample CPA", tax_confirmed_on=AS_OF)
VALUED = a_row(Property, value=usd(1), value_date=AS_OF, value_basis="market")
TERMS = a_row(Loan, balance=usd(1), balance_date=AS_OF, rate=share("0.07"), payment=usd(1))
NO_TAX = an_offer(
    tax_treatment=not_applicable(), tax_confirmed_by=not_applicable(), tax_confirmed_on=not_applicable()
)


@pytest.mark.parametrize(
    ("case", "key", "rows", "count"),
    [
        ("no offer", "tax_treatment", [], (0, 0)),
        ("settled", "tax_treatment", [SETTLED], (1, 1)),
        ("unsure", "tax_treatment", [replace(SETTLED, tax_treatment="unsure")], (0, 1)),
        ("by nobody", "tax_treatment", [replace(SETTLED, tax_confirmed_by=UNKNOWN)], (0, 1)),
        ("undated", "tax_treatment", [replace(SETTLED, tax_confirmed_on=UNKNOWN)], (0, 1)),
        ("n/a", "tax_treatment", [NO_TAX], (1, 1)),
        ("sailed", "deposits", [a_booking(paid=UNKNOWN)], (0, 0)),
        ("ahead and paid", "deposits", [a_booking(status="confirmed", paid=usd(0))], (1, 1)),
        ("ahead, unknown", "deposits", [a_booking(status="hold", paid=UNKNOWN)], (0, 1)),
        ("insured", "insured_until", [a_row(Asset, type="vessel", insured_until=AS_OF)], (1, 1)),
        ("unknown", "insured_until", [a_row(Asset, type="trailer", insured_until=UNKNOWN)], (0, 1)),
        ("excused", "insured_until", [a_row(Asset, type="vehicle", insured_until=not_applicable())], (1, 1)),
        ("a domain", "insured_until", [a_row(Asset, type="domain")], (0, 0)),
        ("of no type", "insured_until", [a_row(Asset)], (0, 0)),
        ("valued", "asset_value", [a_row(Asset, type="property", value=usd(1), value_date=AS_OF)], (1, 1)),
        ("undated value", "asset_value", [a_row(Asset, type="property", value=usd(1))], (0, 1)),
        ("dated permit", "compliance_expires", [a_row(Compliance, expires=AS_OF)], (1, 1)),
        ("undated permit", "compliance_expires", [a_row(Compliance, expires=UNKNOWN)], (0, 1)),
        ("a restore test", "compliance_expires", [a_row(Compliance, type="restore-test")], (0, 0)),
        ("looked at", "channel_state", [a_row(Channel, state="absent")], (1, 1)),
        ("not looked at", "channel_state", [a_row(Channel, state=UNKNOWN)], (0, 1)),
        ("counted", "funnel_counts", [a_row(FunnelStep, state="works", visitors=9, completions=0)], (1, 1)),
        ("half counted", "funnel_counts", [a_row(FunnelStep, state="works", visitors=9)], (0, 1)),
        ("broken", "funnel_counts", [a_row(FunnelStep, state="broken")], (0, 0)),
        ("due", "cost_due", [a_row(Cost, next_due=AS_OF), a_row(Cost, next_due=UNKNOWN)], (1, 2)),
        ("all terms", "loans", [TERMS], (1, 1)),
        ("no rate", "loans", [replace(TERMS, rate=UNKNOWN)], (0, 1)),
        ("no debt", "loans", [a_row(Asset, encumbrance=usd(0))], (0, 0)),
        ("a debt without terms", "loans", [a_row(Asset, encumbrance=usd(9))], (0, 1)),
        ("days", "delivery_quantity", [a_row(Delivery, status="completed", quantity=3)], (1, 1)),
        (
            "start and end",
            "delivery_quantity",
            [a_row(Delivery, status="completed", rate_type="per-day", start=AS_OF, end=AS_OF)],
            (1, 1),
        ),
        (
            "miles need a number",
            "delivery_quantity",
            [a_row(Delivery, status="completed", rate_type="per-nm", start=AS_OF, end=AS_OF)],
            (0, 1),
        ),
        ("flat", "delivery_quantity", [a_row(Delivery, status="completed", rate_type="flat")], (0, 0)),
        ("planned", "delivery_quantity", [a_row(Delivery, status="planned")], (0, 0)),
        ("cancelled", "delivery_terms", [a_row(Delivery, status="cancelled")], (0, 0)),
        ("a model", "client_billing_model", [a_row(Client, billing_model="none")], (1, 1)),
        ("no model", "client_billing_model", [a_row(Client, billing_model=UNKNOWN)], (0, 1)),
        ("mrr", "client_fee", [a_row(Client, billing_model="retainer", mrr=usd(9))], (1, 1)),
        (
            "fee and period",
            "client_fee",
            [a_row(Client, billing_model="hosting", fee=usd(9), fee_period="annual")],
            (1, 1),
        ),
        ("fee alone", "client_fee", [a_row(Client, billing_model="hosting", fee=usd(9))], (0, 1)),
        ("by the hour", "client_fee", [a_row(Client, billing_model="hourly")], (0, 0)),
        ("in term", "contract_end", [a_row(Client, contract=True, contract_end=AS_OF)], (1, 1)),
        ("no end", "contract_end", [a_row(Client, contract=True)], (0, 1)),
        ("perhaps a contract", "contract_end", [a_row(Client)], (0, 1)),
        ("no contract", "contract_end", [a_row(Client, contract=False)], (0, 0)),
        ("market rent", "market_rent", [a_row(Lease, lease_end=MonthToMonth(), market_rent=usd(9))], (1, 1)),
        ("valued building", "property_value", [VALUED], (1, 1)),
        ("no basis", "property_value", [replace(VALUED, value_basis=UNKNOWN)], (0, 1)),
        ("tax basis", "property_basis", [a_row(Property, building_basis=usd(1))], (0, 1)),
        ("own money", "cash_invested", [a_row(Property, cash_invested=usd(1))], (1, 1)),
    ],
)
def test_cells(case: str, key: str, rows: list[Row], count: tuple[int, int]) -> None:
    assert counted(key, facts_of(*rows)) == count, case


@pytest.mark.parametrize(
    ("case", "kind", "fields", "rows", "count"),
    [
        ("a charter", "charter", {}, [], (0, 1)),
        ("a hauler", "hauling", {}, [], (0, 0)),
        ("a hauler that mails", "hauling", {}, [a_row(Campaign, id="m-1")], (0, 1)),
        ("known", "charter", {"list_size": 410}, [], (1, 1)),
        ("empty", "charter", {"list_size": 0}, [], (0, 0)),
        ("none", "charter", {"list_size": not_applicable()}, [], (0, 0)),
    ],
)
def test_size_of_the_mailing_list(
    case: str, kind: EntityKind, fields: dict[str, object], rows: list[Row], count: tuple[int, int]
) -> None:
    entity = an_entity(JADA, kind, **fields)
    assert counted("list_size", facts_of(*rows, entity=entity)) == count, case


def test_a_list_needs_both_source_and_consent_date() -> None:
    half = an_entity(list_size=9, list_source="sign-ups")
    assert counted("list_source", facts_of(entity=half)) == (0, 1)
    both = replace(half, list_updated=AS_OF)
    assert counted("list_source", facts_of(entity=both)) == (1, 1)


@pytest.mark.parametrize(
    ("case", "rows", "count", "what"),
    [
        ("no clients yet", [], (0, 1), "Hours that went into each client"),
        ("clients, no hours", [a_row(Client, client="a")], (0, 1), "Hours that went into each client"),
        (
            "hours of one of two",
            [a_row(Client, client="A"), a_row(Client, client="b"), a_row(TimeEntry, client="a")],
            (1, 2),
            "Hours of 1 of 2 clients",
        ),
        (
            "hours in the client's row",
            [
                a_row(Client, client="a"),
                a_row(Client, client="b", hours_used=3),
                a_row(TimeEntry, client="a"),
            ],
            (2, 2),
            "",
        ),
        ("hours of nobody known", [a_row(TimeEntry, client="z")], (0, 0), ""),
    ],
)
def test_hours(case: str, rows: list[Row], count: tuple[int, int], what: str) -> None:
    facts = facts_of(*rows, entity=an_entity(kind="agency"))
    assert counted("time_log", facts) == count, case
    one = gap("time_log", facts)
    assert (one.what if one else "") == what


def test_loans_are_asked_of_rentals_and_of_whoever_has_the_section() -> None:
    assert counted("loans", facts_of(entity=an_entity(kind="rental"))) == (0, 1)
    assert counted("loans", facts_of()) == (0, 0)
    assert counted("loans", some_facts(a_handoff(tables=["loans"]))) == (0, 1)


def test_tasks() -> None:
    assert gap("tasks", facts_of())
    tasks = [
        a_task("A-1", owner="sam", due=AS_OF, effort_hours=4),
        a_task("A-2", state="waiting"),
        a_task("A-3", state="done"),
        a_task("A-4", is_someday=True),
    ]
    facts = some_facts(a_handoff(tasks=tasks))
    assert gap("tasks", facts) is None
    for key, what in (
        ("task_owner", "Owner of 1 of 2 open tasks"),
        ("task_due", "Due date of 1 of 2 open tasks"),
        ("task_effort", "Effort of 1 of 2 open tasks"),
    ):
        one = gap(key, facts)
        assert one
        assert (one.what, one.heading) == (what, "Tasks")


@pytest.mark.parametrize("key", OUTSIDE)
def test_books_and_audits_are_a_gap_where_there_are_none(key: str) -> None:
    assert gap(key, some_facts(a_handoff()))


@pytest.mark.parametrize(
    ("case", "record", "known"),
    [
        ("a version knew it", a_record(1, entities=(PastEntity(JADA),)), (1, 1)),
        ("versions from before it", a_record(1, entities=(PastEntity("zoe"),)), (0, 1)),
    ],
)
def test_versions_before_this_one_are_the_history_of_whom_they_knew(
    case: str, record: Earlier, known: tuple[int, int]
) -> None:
    facts = Facts([a_handoff()], AS_OF, earlier=(record,))
    assert counted("history", facts) == known, case


def test_a_table_that_does_not_belong_to_the_business_is_no_gap() -> None:
    rental = facts_of(entity=an_entity(kind="rental"))
    assert gap("gift_cards", rental) is None
    assert gap("gift_cards", some_facts(a_handoff(an_entity(kind="rental"), tables=["gift_cards"])))
    assert gap("gift_cards", facts_of(a_row(GiftCard, id="g-1"))) is None


def test_a_part_is_not_asked_for_books_and_billing() -> None:
    tool = an_entity("scc", "saas", part_of=JADA, billing_model=UNKNOWN)
    facts = some_facts(a_handoff(), a_handoff(tool))
    assert {one.key for one in gaps(facts) if one.entity == "scc"} == {"kpis", "tasks", "aws", "repo"}


def test_entities_that_are_not_active_have_no_gaps() -> None:
    assert gaps(facts_of(entity=an_entity(status="winding-down"))) == ()
    assert gaps(some_facts()) == ()


def test_the_gap_that_unlocks_most_comes_first() -> None:
    found = gaps(some_facts(a_handoff(an_entity("zoe")), a_handoff(an_entity("ann"))))
    keys = [(-one.unlocks, one.entity, one.key) for one in found]
    assert keys == sorted(keys)
    assert [(one.key, one.entity) for one in found[:2]] == [
        ("ledger_months", "ann"),
        ("ledger_months", "zoe"),
    ]


@pytest.mark.parametrize(
    ("key", "kind", "ids"),
    [
        ("capacity_per_month", "charter", ("F-E7", "utilisation", "rev_per_available_slot")),
        ("capacity_per_month", "hauling", ("F-E7",)),
        ("capacity_per_month", "agency", ("F-E7", "utilisation_hours")),
        ("delivery_terms", "delivery", ("F-L5",)),
        ("delivery_terms", "charter", ()),
        ("funnel", "hauling", ("site_conversion", "funnel_completeness", "leads")),
        ("funnel", "charter", ("F-X6", "site_conversion", "leads")),
    ],
)
def test_only_figures_of_the_kind_are_unlocked_each_once(
    key: str, kind: EntityKind, ids: tuple[str, ...]
) -> None:
    entity = an_entity(kind=kind)
    assert unlocked(FIELD_BY_KEY[key], entity) == ids
    assert gap_of(FIELD_BY_KEY[key], entity, facts_of(entity=entity)).unlocks == len(ids)


def test_a_single_business_page_counts_where_there_is_one() -> None:
    facts = facts_of(a_row(Cost), a_row(Asset, encumbrance=usd(1)))
    assert gap_of(FIELD_BY_KEY["costs"], an_entity(kind="charter"), facts).pages == 2
    assert gap_of(FIELD_BY_KEY["costs"], an_entity(kind="rental"), facts).pages == 3


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (None, ["kind", "billing_model", "offers", "cash_balance", "assets"]),
        ("charter", ["billing_model", "offers", "cash_balance", "bookings", "assets"]),
        ("rental", ["billing_model", "rent_roll", "cash_balance", "assets", "costs"]),
        ("agency", ["billing_model", "clients", "offers", "cash_balance", "assets"]),
        ("delivery", ["billing_model", "deliveries", "offers", "cash_balance", "assets"]),
    ],
)
def test_five_fields_to_start_with(kind: EntityKind | None, keys: list[str]) -> None:
    blank: Entity = an_unknown_entity()
    entity = replace(blank, kind=kind) if kind else blank
    facts = some_facts(a_handoff(entity), a_handoff(an_entity("zoe")))
    assert [one.key for one in first_five(gaps(facts), JADA)] == keys
    assert {one.entity for one in first_five(gaps(facts), JADA)} == {JADA}


def test_few_gaps_are_filled_up_by_what_they_unlock() -> None:
    known = gaps(facts_of(entity=an_entity()))
    few = [one for one in known if one.key in {"channels", "plan"}]
    assert [one.key for one in first_five(few, JADA)] == [one.key for one in few]
    assert first_five(known, "nobody") == ()


def test_applies_and_is_present() -> None:
    field = FIELD_BY_KEY["bookings"]
    entity = an_entity()
    empty, full = facts_of(), facts_of(a_booking())
    assert field.applies(entity, empty)
    assert not field.is_present(entity, empty)
    assert field.applies(entity, full)
    assert field.is_present(entity, full)
    assert not field.applies(an_entity(kind="rental"), facts_of(entity=an_entity(kind="rental")))
    assert field.counted(entity, full) == Count(1, 1)
