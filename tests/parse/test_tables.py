"""Headings, headers, rows, bullets as rows, and the checks that belong to one row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from quarterdeck.model.books import Cost, Loan, Option, PlanLine
from quarterdeck.model.columns import Row, fields_of
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.holdings import Asset, Compliance, Equipment, Lease, Property
from quarterdeck.model.sales import Booking, Campaign, Channel, Offer
from quarterdeck.model.services import Client, Delivery, Payment
from quarterdeck.model.tables import TABLES, Table
from quarterdeck.model.values import Blank, Money, MoneyRange, MonthToMonth, Period
from quarterdeck.parse.columns import match_headers
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.parse.sections import nearest_section, section_of
from quarterdeck.parse.special import SPECIAL
from quarterdeck.parse.values import READERS

R = TypeVar("R", bound=Row)


def parse(text: str) -> Handoff:
    handoff = parse_handoff(text.encode(), "handoffs/acme.md")
    assert isinstance(handoff, Handoff), handoff
    return handoff


def table(heading: str, header: str, *rows: str) -> str:
    lines = [
        f"## {heading}",
        f"| {header} |",
        "|" + "---|" * (header.count("|") + 1),
        *(f"| {row} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def only(record: type[R], text: str) -> R:
    (row,) = rows_of(record, parse(text))
    return row


def rows_of(record: type[R], handoff: Handoff) -> list[R]:
    return [row for row in handoff.rows if isinstance(row, record)]


def whats(text: str) -> list[str]:
    return [problem.what for problem in parse(text).problems]


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.name)
def test_every_heading_and_synonym_opens_its_table(one: Table) -> None:
    for heading in (one.heading, *one.also):
        assert section_of(heading) is one
        assert section_of(f"3. {heading.upper()}! 🚚") is one


@pytest.mark.parametrize("heading", ["Offers and more", "My assets", "The plan", "Bookings 2026", ""])
def test_the_whole_heading_must_match(heading: str) -> None:
    assert section_of(heading) is None


@pytest.mark.parametrize(
    ("heading", "near"),
    [("Ofers", "Offers"), ("Complience", "Compliance"), ("Charts", None), ("Files", None)],
)
def test_misspelt_headings(heading: str, near: str | None) -> None:
    assert nearest_section(heading) == near


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.name)
def test_every_column_has_a_reader_and_is_found_by_its_header(one: Table) -> None:
    for field in fields_of(one.record):
        assert (one.record, field.name) in SPECIAL or field.grammar in READERS
        for header in (field.header, field.name, field.header.upper(), f" {field.name.replace('_', ' ')} "):
            assert match_headers(one.record, (header,)) == (field,)


@pytest.mark.parametrize(
    ("record", "header", "name"),
    [
        (Offer, "Cost", "price"),
        (Cost, "$", "amount"),
        (Booking, "Sailing date", "service_date"),
        (Booking, "Balance", "balance_due"),
        (Payment, "From", "payer"),
        (Delivery, "From", "from_"),
        (Compliance, "Expires on", "expires"),
        (Offer, "Tax confirmed", "tax_confirmed_on"),
        (Lease, "Monthly rent", "rent"),
        (Channel, "Fee %", "fee_pct"),
    ],
)
def test_header_synonyms(record: type[Row], header: str, name: str) -> None:
    (field,) = match_headers(record, (header,))
    if name == "balance_due":
        assert field is None
    else:
        assert field
        assert field.name == name


def test_a_full_name_wins_over_a_synonym() -> None:
    fields = match_headers(Compliance, ("Fee", "Cost", "Due", "Expires"))
    assert [field.name if field else None for field in fields] == [None, "cost", None, "expires"]


def test_levels_one_to_four_open_sections() -> None:
    for level in range(1, 5):
        handoff = parse(table("Assets", "Asset | Type", "Truck | vehicle").replace("##", "#" * level))
        assert len(handoff.rows) == 1
    handoff = parse(table("Assets", "Asset | Type", "Truck | vehicle").replace("##", "#####"))
    assert handoff.rows == ()
    assert "Truck" in handoff.prose[0].html


@pytest.mark.parametrize("sign", [" - ", " – ", " — ", ": "])  # noqa: RUF001  # the dashes that people write
def test_bullets_are_rows_of_two_columns(sign: str) -> None:
    handoff = parse(f"## Assets\n- Truck{sign}$1,200\n- Old trailer\n")
    truck, trailer = rows_of(Asset, handoff)
    assert (truck.asset, truck.value, truck.source.line) == ("Truck", usd("1200"), 2)
    assert (trailer.asset, trailer.value) == ("Old trailer", Blank("unknown"))


def test_bullets_that_are_no_pairs_are_prose() -> None:
    handoff = parse("## Assets\n- two trucks\n- a trailer\n")
    assert handoff.rows == ()
    assert handoff.prose[0].section == "assets"


def test_costs_take_their_cadence_from_the_amount() -> None:
    text = table("Costs", "Item | Amount", "Phone | $38/mo", "Licence | $120 per year")
    phone, licence = [row for row in parse(text).rows if isinstance(row, Cost)]
    assert (phone.amount, phone.cadence) == (usd("38"), "monthly")
    assert (licence.amount, licence.cadence) == (usd("120"), "annual")
    assert parse(text).problems == ()
    assert only(Loan, table("Loans", "Lender | Payment", "Bank | $90/wk")).frequency == "weekly"
    assert only(Client, table("Clients", "Client | Fee", "Mesa | $90/qtr")).fee_period == "quarterly"


def test_two_cadences_that_differ_are_a_conflict() -> None:
    text = table("Costs", "Item | Amount | Cadence", "Phone | $38/mo | annual")
    assert only(Cost, text).cadence == "annual"
    assert [problem.rule for problem in parse(text).problems] == ["R-DAT-03"]


def test_amounts_by_the_month() -> None:
    client = only(Client, table("Clients", "Client | Billing model | MRR", "Mesa | retainer | $1,200/yr"))
    assert client.mrr == usd("100")


def test_expenses_may_be_a_list() -> None:
    for text, total in (
        ("$120; $45.50", "165.50"),
        ("120 + 45", "165"),
        ("$1,120, $80", "1200"),
        ("$9", "9"),
    ):
        delivery = only(Delivery, table("Deliveries", "Id | Expenses", f"YD-1 | {text}"))
        assert delivery.expenses == usd(total)
    delivery = only(Delivery, table("Deliveries", "Id | Expenses", "YD-1 | fuel 120"))
    assert delivery.expenses == Blank("refused", "fuel 120")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$400", usd("400")),
        ("$1,200/yr", usd("100")),
        ("-$50", usd("-50")),
        ("$100/$250/$400", MoneyRange(usd("100"), usd("400"))),
        ("100 / 250 / 400", MoneyRange(usd("100"), usd("400"))),
        ("$100-$400", MoneyRange(usd("100"), usd("400"))),
        ("400/250/100", Blank("refused", "400/250/100")),
    ],
)
def test_benefit_of_an_option(text: str, value: object) -> None:
    assert only(Option, table("Options", "Id | Monthly benefit", f"o-1 | {text}")).monthly_benefit == value


def test_sites_are_a_number_or_a_list() -> None:
    for text, count in (("3", 3), ("a.example, b.example", 2)):
        assert only(Client, table("Clients", "Client | Sites", f"mesa | {text}")).sites == count


def test_months_of_the_plan() -> None:
    month = only(PlanLine, table("Plan", "Month | Line | Amount", "2026 | revenue | 5")).month
    assert isinstance(month, Period)
    assert month.name == "2026"
    assert only(PlanLine, table("Plan", "Month | Line | Amount", "2026-Q1 | revenue | 5")).month == Blank(
        "refused", "2026-Q1"
    )


@pytest.mark.parametrize(
    "text",
    [
        "## Property\n| Field | Value |\n|---|---|\n| Address | 3028 51st St |\n| Purchase price | $900,000 |\n",
        "## Property\n| Address | 3028 51st St |\n|---|---|\n| Purchase price | $900,000 |\n",
        "## Property\n- Address: 3028 51st St\n- Purchase price: $900,000\n",
        "## Property\n| Address | Purchase price |\n|---|---|\n| 3028 51st St | $900,000 |\n",
        "---\nproperty:\n  address: 3028 51st St\n  purchase_price: $900,000\n---\n",
    ],
)
def test_property_in_five_ways(text: str) -> None:
    row = only(Property, text)
    assert (row.address, row.purchase_price) == ("3028 51st St", usd("900000"))
    assert parse(text).problems == ()


def test_end_before_start_is_impossible() -> None:
    text = table("Jobs", "Id | Service date | Service end", "Q-1 | 2026-10-07 | 2026-10-05")
    booking = only(Booking, text)
    assert (booking.service_date, booking.service_end) == (date(2026, 10, 7), Blank("refused", "2026-10-05"))
    (problem,) = [problem for problem in parse(text).problems if problem.rule == "R-DAT-06"]
    assert problem.what == "service end: 2026-10-05 is before service date 2026-10-07"


def test_required_cells_that_a_row_does_not_need() -> None:
    text = table("Licenses", "Item | Type | Expires", "Restore test of the shop | restore-test | ?")
    text += table("Campaigns", "Id | Status | Sent", "spring | planned | ")
    text += table(
        "Rent roll",
        "Unit | Tenant | Lease start | Lease end | Rent | Deposit held | Status",
        "a | | | | | | vacant",
        "b | J. L. | 2026-01-01 | mtm | $2,000 | $2,000 | occupied",
    )
    assert whats(text) == []
    lease = [row for row in parse(text).rows if isinstance(row, Lease)][1]
    assert lease.lease_end == MonthToMonth()
    assert [type(row) for row in parse(text).rows] == [Compliance, Campaign, Lease, Lease]


def test_entities_that_are_not_active_are_not_asked_for_values() -> None:
    text = table("Offers", "Offer | Price", "Haul | ?")
    assert parse(f"---\nstatus: idea\n---\n{text}").problems == ()
    assert len(parse(f"---\nstatus: active\n---\n{text}").problems) == 2


def test_ids_are_compared_without_case_and_keep_their_first_spelling() -> None:
    text = table("Channels", "Channel | State", "Own Site | active")
    text += table("Jobs", "Id | Channel | Reschedule of", "Q-1 | OWN-SITE | ", "Q-2 | own site | q-1")
    first, second = [row for row in parse(text).rows if isinstance(row, Booking)]
    assert first.channel == second.channel == "own-site"
    assert second.reschedule_of == first.id == "Q-1"


def test_names_are_one_without_case_spaces_and_punctuation() -> None:
    text = table("Equipment", "Item | Cost", "Water-heater | 5", "water heater | 6", "? | 7", "? | 8")
    handoff = parse(text)
    assert [row.cost for row in handoff.rows if isinstance(row, Equipment)] == [usd("5"), usd("7"), usd("8")]
    assert [problem.rule for problem in handoff.problems if problem.code == "duplicate-id"] == ["R-DAT-07"]


def test_parts_of_a_target_are_no_duplicates_where_they_need_other_things() -> None:
    text = table(
        "Plan",
        "Month | Line | Amount | Needs",
        "2026-12 | revenue | 2400 | ",
        "2026-12 | revenue | 3600 | R-QDN-01",
        "2026-12 | revenue | 3600 | r-qdn-01",
        "2026-12 | revenue | 1 | ",
        "2026-12 | revenue | 2 | QDN-12, R-QDN-01",
    )
    handoff = parse(text)
    assert [row.amount for row in handoff.rows if isinstance(row, PlanLine)] == [
        usd("2400"),
        usd("3600"),
        usd("2"),
    ]
    twice = [problem for problem in handoff.problems if problem.code == "duplicate-id"]
    assert [(problem.rule, problem.line) for problem in twice] == [("R-DAT-07", 6), ("R-DAT-07", 7)]
    assert twice[0].mend == "Delete one of them, or write what its part rests on under Needs."


def test_empty_rows_are_skipped_and_short_rows_are_filled() -> None:
    handoff = parse(table("Assets", "Asset | Type | Value", " | | ", "Truck"))
    (row,) = rows_of(Asset, handoff)
    assert row.type == Blank("unknown")


def test_a_table_without_known_columns_is_shown_as_written() -> None:
    handoff = parse(table("Assets", "Foo | Bar", "1 | 2"))
    assert handoff.rows == ()
    assert "<table>" in handoff.prose[0].html
    assert [problem.code for problem in handoff.problems] == ["unknown-table"]


def test_other_currencies() -> None:
    text = "---\ncurrency: eur\nmin_cash: 500\n---\n" + table(
        "Costs", "Item | Amount | Cadence", "Box | 12 | monthly", "Mail | $5 | monthly"
    )
    handoff = parse(text)
    assert handoff.entity.currency == "EUR"
    assert handoff.entity.min_cash == Money(Decimal(500), "EUR")
    amounts: list[Any] = [row.amount for row in handoff.rows if isinstance(row, Cost)]
    assert [money.currency for money in amounts] == ["EUR", "USD"]
    assert whats("---\ncurrency: gold\n---\n") == ['currency: "gold" is no currency that is known']


def test_everything_carries_its_place() -> None:
    text = "---\nname: A\n---\n\n" + table(
        "Fleet 🚚", "Item | Kind", "Truck | vehicle", "**Van** `x` | vehicle"
    )
    first, second = rows_of(Asset, parse(text))
    assert (first.source.path, first.source.line, first.source.what) == ("handoffs/acme.md", 8, "Fleet 🚚")
    assert (second.asset, second.source.line) == ("Van x", 9)


def test_columns_are_counted_in_characters() -> None:
    text = table("Assets", "Asset | Type | Value", "Ключ 🚚 | vehicle | lots")
    (problem,) = parse(text).problems
    assert (problem.line, problem.column) == (4, 22)
