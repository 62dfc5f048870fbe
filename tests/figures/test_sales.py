"""Figures of selling: the worked example, gaps, other currencies, where the sales of each kind come from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.sales import sales_from
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client, Invoice
from quarterdeck.model.values import UNKNOWN, Money, Period
from tests.figures.builders import (
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    an_offer,
    day,
    facts_of,
    share,
    some_facts,
    usd,
)
from tests.figures.quickdump import AS_OF, QDN, a_plan, by_id, changed, plain, the_facts

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("contribution:full-load-haul", "212.00"),
        ("contribution_ratio:full-load-haul", "0.461"),
        ("contribution:half-load-haul", "115.00"),
        ("contribution_ratio:half-load-haul", "0.411"),
        ("contribution:trailer-rental-day", "122.00"),
        ("contribution_ratio:trailer-rental-day", "0.871"),
        ("sales_last_month", "740.00"),
        ("sales_ttm", "740.00"),
        ("plan_last_month", "not_known plan"),
        ("sales_v_plan", "not_known plan"),
        ("upcoming_sales", "460.00"),
        ("deposits_held", "100.00"),
        ("deposit:q-120", "100.00"),
        ("unpaid", "280.00"),
        ("unpaid:q-119", "280.00"),
        ("bookings_last_month", "2"),
        ("cancel_rate", "0 of 2"),
        ("pace_month", "740.00"),
    ],
)
def test_worked_example(figure: str, value: str) -> None:
    assert plain(by_id(the_facts(), QDN)[figure]) == value


def test_a_year_with_one_month_of_bookings_is_at_least() -> None:
    figure = by_id(the_facts(), QDN)["sales_ttm"]
    assert (figure.known, figure.wanted, figure.is_partial) == (1, 12, True)


def test_labels_sources_and_kind() -> None:
    figure = by_id(the_facts(), QDN)["sales_last_month"]
    assert figure.label == "October sales, as written"
    assert figure.kind == "stated"
    assert figure.as_of == day("2026-10-30")
    assert [source.path for source in figure.sources] == ["handoffs/quickdumpnow.md"]
    assert by_id(the_facts(), QDN)["contribution:full-load-haul"].kind == "computed"


@pytest.mark.parametrize(
    ("case", "columns", "value", "known"),
    [
        ("unknown gross", {"gross": UNKNOWN}, "720.00", (1, 2)),
        ("unknown status", {"status": UNKNOWN}, "720.00", (1, 2)),
        ("unknown day", {"service_date": UNKNOWN}, "720.00", (1, 2)),
        ("another month", {"service_date": day("2026-09-30")}, "720.00", (1, 1)),
        ("last day of the month", {"service_date": day("2026-10-31")}, "1440.00", (2, 2)),
        ("cancelled", {"status": "cancelled"}, "720.00", (1, 1)),
        ("euros", {"gross": Money(usd(500).amount, "EUR")}, "720.00", (1, 1)),
    ],
)
def test_sales_of_the_last_month(
    case: str, columns: dict[str, object], value: str, known: tuple[int, int]
) -> None:
    facts = facts_of(a_booking("b-1"), changed(a_booking("b-2"), columns), as_of=AS_OF)
    figure = by_id(facts, "jada")["sales_last_month"]
    assert (plain(figure), (figure.known, figure.wanted)) == (value, known), case
    assert ("excludes EUR 500" in figure.label) is (case == "euros")


def test_nothing_but_unknown_is_not_known_and_never_zero() -> None:
    facts = facts_of(a_booking(gross=UNKNOWN, paid=UNKNOWN), as_of=AS_OF)
    found = by_id(facts, "jada")
    assert plain(found["sales_last_month"]) == "not_known bookings"
    assert plain(found["unpaid"]) == "not_known bookings"


def test_an_empty_table_is_zero() -> None:
    found = by_id(some_facts(a_handoff(an_entity(), tables=["bookings"]), as_of=AS_OF), "jada")
    assert plain(found["sales_last_month"]) == "0.00"
    assert plain(found["deposits_held"]) == "0.00"
    assert plain(found["cancel_rate"]) == "not_applicable"


def test_without_the_table_it_is_not_known() -> None:
    found = by_id(facts_of(as_of=AS_OF), "jada")
    names = ("sales_last_month", "sales_ttm", "upcoming_sales", "unpaid", "bookings_last_month", "take_rate")
    assert {plain(found[name]) for name in names} == {"not_known bookings"}
    assert plain(found["contribution"]) == "not_known offers"


def test_refund_and_unknown_deposits() -> None:
    ahead = {"status": "hold", "service_date": day("2026-11-20")}
    facts = facts_of(
        changed(a_booking("b-1", paid=usd(300), refund=usd(100)), ahead),
        changed(a_booking("b-2", paid=UNKNOWN), ahead),
        changed(a_booking("b-3", paid=usd(0)), ahead),
        a_booking("b-4", paid=usd(50), status="confirmed", service_date=AS_OF),
        as_of=AS_OF,
    )
    found = by_id(facts, "jada")
    assert plain(found["deposits_held"]) == "200.00"
    assert (found["deposits_held"].known, found["deposits_held"].wanted) == (2, 3)
    assert [code for code in found if code.startswith("deposit:")] == ["deposit:b-1"]


def test_equal_ids_stay_apart() -> None:
    facts = facts_of(a_booking("b-1", paid=usd(0)), a_booking("B 1", paid=usd(20)), as_of=AS_OF)
    found = by_id(facts, "jada")
    assert (plain(found["unpaid:b-1"]), plain(found["unpaid:b-1-2"])) == ("720.00", "700.00")


@pytest.mark.parametrize(
    ("case", "columns", "channel", "value", "known"),
    [
        ("money", {"commission": usd(72)}, {}, "0.1", (1, 1)),
        ("share of gross", {"commission": share("0.25")}, {}, "0.25", (1, 1)),
        ("of its channel", {"channel": "viator"}, {"commission": share("0.2")}, "0.2", (1, 1)),
        ("own channel by kind", {"channel": "viator"}, {"kind": "direct"}, "0", (1, 1)),
        ("by phone", {"channel": "phone"}, {}, "0", (1, 1)),
        ("not known", {"channel": "viator"}, {"kind": "ota"}, "not_known channels", (0, 1)),
        ("no channel", {"channel": UNKNOWN}, {}, "not_known channels", (0, 1)),
    ],
)
def test_take_rate(
    case: str, columns: dict[str, object], channel: dict[str, object], value: str, known: tuple[int, int]
) -> None:
    facts = facts_of(
        changed(a_booking(), columns), changed(a_row(Channel, channel="Viator"), channel), as_of=AS_OF
    )
    figure = by_id(facts, "jada")["take_rate"]
    assert (plain(figure), (figure.known, figure.wanted)) == (value, known), case


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([a_plan("2026-10", usd(700))], "700.00"),
        ([a_plan("2026-10", usd(700)), a_plan("2026-10", usd(300))], "1000.00"),
        ([a_plan("2026-10", UNKNOWN)], "not_known plan"),
        ([a_plan(Period(day("2026-01-01"), day("2026-12-31"), "2026"), usd(9000))], "not_known plan"),
    ],
)
def test_plan(rows: list[Row], value: str) -> None:
    found = by_id(facts_of(a_booking(), *rows, as_of=AS_OF), "jada")
    assert plain(found["plan_last_month"]) == value
    difference = f"{720 - Decimal(value):.2f}" if value[0].isdigit() else value
    assert plain(found["sales_v_plan"]) == difference


def test_each_kind_sells_by_its_own_table() -> None:
    facts = some_facts(
        a_handoff(an_entity("dc", "agency")),
        a_handoff(
            an_entity("dc-clients", "agency", part_of="dc"),
            a_row(Client, "dc-clients", client="mesa", billing_model="retainer", mrr=usd(650)),
        ),
        a_handoff(
            an_entity("eyd", "delivery"),
            a_row(Invoice, "eyd", id="i-1", issued=day("2026-10-05"), amount=usd(1100), tax=usd(100)),
            a_row(Invoice, "eyd", id="i-2", issued=day("2026-10-06"), amount=usd(9), status="void"),
        ),
        a_handoff(
            an_entity("flat", "rental"),
            a_row(Lease, "flat", unit="a", status="occupied", rent=usd(2600)),
            a_row(Lease, "flat", unit="b", status="vacant", rent=usd(1900)),
        ),
        a_handoff(an_entity("tool", "saas", part_of="dc")),
        as_of=AS_OF,
    )
    value = {one.entity: by_id(facts, one.entity).get("sales_last_month") for one in facts.entities}
    assert {name: plain(one) for name, one in value.items() if one} == {
        "dc": "650.00",
        "eyd": "1000.00",
        "flat": "2600.00",
    }
    assert plain(by_id(facts)["sales_last_month"]) == "4250.00"
    assert sales_from(facts, facts.handoff("dc-clients").entity) == "nowhere"


def test_offers_without_a_cost_or_a_name() -> None:
    facts = facts_of(
        an_offer("Sunset sail"),
        an_offer("Gift", price=UNKNOWN, variable_cost=usd(1)),
        changed(an_offer(), {"offer": UNKNOWN}),
        as_of=AS_OF,
    )
    found = by_id(facts, "jada")
    assert plain(found["contribution:sunset-sail"]) == "not_known variable_cost"
    assert plain(found["contribution_ratio:gift"]) == "not_known offers"
    assert len([code for code in found if code.startswith("contribution")]) == 4


def test_an_estimate_stays_an_estimate() -> None:
    offer = an_offer(variable_cost=usd(270), estimates=("variable_cost",))
    found = by_id(facts_of(offer, as_of=AS_OF), "jada")
    assert found["contribution:sunset-sail"].is_estimate
