"""Figures of an agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.sales import Offer
from quarterdeck.model.services import Client, Invoice, TimeEntry
from quarterdeck.model.values import UNKNOWN, Blank
from tests.figures.builders import a_handoff, a_row, an_entity, day, facts_of, month, some_facts, usd
from tests.figures.quickdump import AS_OF, by_id, changed, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENCY = an_entity("dc", "agency")
CLIENT = a_row(Client, "dc", client="mesa", billing_model="retainer", mrr=usd(650), contract=True)


def figures_with(*columns: Mapping[str, object]) -> dict[str, object]:
    rows = [changed(CLIENT, {"client": f"c-{at}", **more}) for at, more in enumerate(columns, 1)]
    return {
        code: plain(one) for code, one in by_id(facts_of(*rows, entity=AGENCY, as_of=AS_OF), "dc").items()
    }


@pytest.mark.parametrize(
    ("case", "columns", "value"),
    [
        ("mrr", {}, "650.00"),
        ("fee beats mrr", {"fee": usd(588), "fee_period": "annual"}, "49.00"),
        ("a third stays whole", {"fee": usd(240), "fee_period": "quarterly"}, "80.00"),
        ("fee without period", {"fee": usd(588)}, "650.00"),
        ("one-time beside a retainer", {"fee": usd(7200), "fee_period": "one-time"}, "650.00"),
        ("project alone", {"fee": usd(7200), "fee_period": "one-time", "mrr": UNKNOWN}, "0.00"),
        ("hosting fee alone", {"mrr": UNKNOWN, "hosting_fee": usd(49)}, "49.00"),
        ("no model, no fee", {"mrr": UNKNOWN, "billing_model": "none"}, "0.00"),
        ("not known", {"mrr": UNKNOWN}, "not_known client_fee"),
        ("ended", {"contract_end": day("2026-10-30")}, "0.00"),
        ("last day", {"contract_end": AS_OF}, "650.00"),
        ("renews itself", {"contract_end": day("2026-08-31"), "auto_renew": True}, "650.00"),
        ("not begun", {"contract_start": day("2026-11-01")}, "0.00"),
        ("without a contract", {"contract": False}, "650.00"),
        ("sister company", {"related_party": True}, "0.00"),
    ],
)
def test_mrr(case: str, columns: dict[str, object], value: str) -> None:
    assert figures_with(columns)["mrr"] == value, case


def test_concentration_leaves_sisters_and_strangers_out() -> None:
    fees = [4200, 2400, 1500, 900, 600, 400]
    found = figures_with(
        *({"mrr": usd(fee)} for fee in fees), {"related_party": True, "mrr": usd(9000)}, {"mrr": UNKNOWN}
    )
    assert (found["hhi"], found["top_client_share"]) == ("2698", "0.42")
    assert found["clients"] == "8"


def test_clients_with_a_model() -> None:
    assert (
        figures_with({}, {"billing_model": "none"}, {"billing_model": UNKNOWN})["clients_with_model"]
        == "1 of 3"
    )


@pytest.mark.parametrize(
    ("case", "columns", "value"),
    [
        ("cost above fee", {"hosting_cost": usd(80), "hosting_fee": usd(40)}, "40.00"),
        ("fee above cost", {"hosting_cost": usd(11), "hosting_fee": usd(49)}, "0.00"),
        ("fee not known", {"hosting_cost": usd(11)}, "not_known clients"),
        ("no model means no fee", {"hosting_cost": usd(11), "billing_model": "none"}, "11.00"),
        ("cost not known", {"sites": 2, "hosting_fee": usd(49)}, "not_known clients"),
        ("hosts nothing", {}, "0.00"),
    ],
)
def test_hosting_unbilled(case: str, columns: dict[str, object], value: str) -> None:
    assert figures_with(columns)["hosting_unbilled"] == value, case


@pytest.mark.parametrize(
    ("case", "columns", "value"),
    [
        ("soon", {"contract_end": day("2026-12-30")}, "1"),
        ("a day later", {"contract_end": day("2026-12-31")}, "0"),
        ("over", {"contract_end": day("2026-10-30")}, "0"),
        ("not known", {"contract_end": UNKNOWN}, "not_known contract_end"),
        ("no contract", {"contract": False}, "0"),
    ],
)
def test_contracts_ending(case: str, columns: dict[str, object], value: str) -> None:
    assert figures_with(columns)["contracts_ending_60d"] == value, case


@pytest.mark.parametrize(
    ("case", "columns", "rate", "over"),
    [
        ("stated hours", {"hours_used": usd(10).amount, "hours_included": usd(8).amount}, "65.00", "1.25"),
        ("none worked", {"hours_used": usd(0).amount}, "not_applicable", None),
        ("hours not known", {"hours_included": usd(8).amount}, "not_known time_log", "not_known time_log"),
        ("fee not known", {"hours_used": usd(10).amount, "mrr": UNKNOWN}, "not_known client_fee", None),
        (
            "none included",
            {"hours_used": usd(5).amount, "hours_included": usd(0).amount},
            "130.00",
            "not_applicable",
        ),
        ("passes through", {"hours_used": usd(10).amount, "pass_through": usd(1200)}, "55.00", None),
    ],
)
def test_rate_of_one_month(case: str, columns: dict[str, object], rate: str, over: str | None) -> None:
    found = figures_with(columns)
    assert (found["effective_rate:c-1"], found.get("over_service:c-1")) == (rate, over), case


@pytest.mark.parametrize(
    ("case", "used", "included", "listed", "expected"),
    [
        ("four above the fee", 14, 10, True, "380.00"),
        ("as many as in the fee", 10, 10, True, None),
        ("fewer", 6, 10, True, None),
        ("no hours in the fee are stated", 14, UNKNOWN, True, None),
        ("no list price", 14, 10, False, "not_known offers"),
    ],
)
def test_hours_beyond_the_fee_at_the_list_price(
    case: str,
    used: int,
    included: int | Blank,
    listed: bool,  # noqa: FBT001 - a row
    expected: str | None,
) -> None:
    fee = included if isinstance(included, Blank) else usd(included).amount
    client = changed(CLIENT, {"hours_used": usd(used).amount, "hours_included": fee})
    offer = [a_row(Offer, "dc", offer="An hour", price=usd(95), unit="hour")] if listed else []
    found = by_id(facts_of(client, *offer, entity=AGENCY, as_of=AS_OF), "dc").get("over_service_value:mesa")
    assert (plain(found) if found else None) == expected, case


def test_rate_over_the_time_log() -> None:
    hours = [
        a_row(TimeEntry, "dc", client="mesa", month=month(name), hours=usd(10).amount)
        for name in ("2026-08", "2026-10")
    ]
    old = a_row(TimeEntry, "dc", client="mesa", month=month("2025-10"), hours=usd(99).amount)
    found = by_id(facts_of(CLIENT, *hours, old, entity=AGENCY, as_of=AS_OF), "dc")
    assert plain(found["effective_rate:mesa"]) == "97.50"
    assert plain(found["effective_rate"]) == "97.50"


def test_rate_by_invoices_where_no_fee_recurs() -> None:
    client = changed(CLIENT, {"mrr": UNKNOWN, "billing_model": "project"})
    hours = a_row(TimeEntry, "dc", client="mesa", month=month("2026-10"), hours=usd(40).amount)
    bills = [
        a_row(Invoice, "dc", id="i-1", ref="mesa", issued=day("2026-10-20"), amount=usd(2400)),
        a_row(Invoice, "dc", id="i-2", ref="mesa", issued=day("2026-09-20"), amount=usd(999)),
    ]
    found = by_id(facts_of(client, hours, *bills, entity=AGENCY, as_of=AS_OF), "dc")
    assert plain(found["effective_rate:mesa"]) == "60.00"


def test_clients_stand_with_the_part_that_holds_them() -> None:
    facts = some_facts(
        a_handoff(AGENCY),
        a_handoff(an_entity("dc-clients", "agency", part_of="dc"), changed(CLIENT, {"entity": "dc-clients"})),
        as_of=AS_OF,
    )
    assert "mrr" not in by_id(facts, "dc")
    assert plain(by_id(facts, "dc-clients")["mrr"]) == plain(by_id(facts)["mrr"]) == "650.00"


@pytest.mark.parametrize(
    ("case", "columns", "value"),
    [
        ("runs on", {"contract_end": day("2027-01-30")}, "0.00"),
        ("ends in 90 days", {"contract_end": day("2027-01-29")}, "650.00"),
        ("renews itself", {"contract_end": day("2027-01-29"), "auto_renew": True}, "0.00"),
        ("no contract", {"contract": False}, "650.00"),
        ("not known whether", {"contract": UNKNOWN}, "0.00"),
        ("sister company", {"contract": False, "related_party": True}, "0.00"),
        ("fee not known", {"contract": False, "mrr": UNKNOWN}, "not_known client_fee"),
    ],
)
def test_recurring_revenue_at_risk(case: str, columns: dict[str, object], value: str) -> None:
    assert figures_with(columns)["mrr_at_risk"] == value, case


@pytest.mark.parametrize(("due", "value"), [("2026-09-01", "650.00"), ("2026-09-02", "0.00")])
def test_sixty_days_overdue_is_a_risk(due: str, value: str) -> None:
    bill = a_row(
        Invoice, "dc", id="i", ref="mesa", issued=day(due), due=day(due), amount=usd(10), status="sent"
    )
    found = by_id(facts_of(CLIENT, bill, entity=AGENCY, as_of=AS_OF), "dc")
    assert plain(found["mrr_at_risk"]) == value


def test_an_agency_without_clients() -> None:
    found = by_id(facts_of(entity=AGENCY, as_of=AS_OF), "dc")
    assert plain(found["mrr"]) == plain(found["sales_last_month"]) == "not_known clients"


def test_hours_above_the_fee_month_by_month() -> None:
    hours = [
        a_row(TimeEntry, "dc", client="mesa", month=month(name), hours=usd(used).amount)
        for name, used in (("2026-09", 12), ("2026-10", 15))
    ]
    known = changed(CLIENT, {"hours_included": usd(10).amount, "hours_used": usd(99).amount})
    found = by_id(facts_of(known, *hours, entity=AGENCY, as_of=AS_OF), "dc")
    assert [plain(found[f"over_service{one}:mesa"]) for one in ("_before", "")] == ["1.2", "1.5"]
    stated = by_id(facts_of(known, entity=AGENCY, as_of=AS_OF), "dc")
    assert plain(stated["over_service_before:mesa"]) == "not_known time_log", "hours used are of last month"


def test_an_hour_has_a_list_price_and_a_cost() -> None:
    hours = [
        a_row(TimeEntry, "clients", client="mesa", hours=usd(3).amount, cost_rate=usd(38)),
        a_row(TimeEntry, "clients", client="mesa", hours=usd(1).amount, cost_rate=usd(30)),
        a_row(TimeEntry, "clients", client="mesa", hours=usd(9).amount, cost_rate=UNKNOWN),
    ]
    client = a_row(Client, "clients", client="mesa")
    agency = a_handoff(AGENCY, a_row(Offer, "dc", offer="Web hour", unit="hour", price=usd(95)))
    part = a_handoff(an_entity("clients", "agency", part_of="dc"), client, *hours)
    found = by_id(some_facts(agency, part, as_of=AS_OF), "clients")
    assert (plain(found["hour_price"]), plain(found["hour_cost"])) == ("95.00", "36.00")
    assert figures_with({})["hour_price"] == "not_known offers"
    assert figures_with({})["hour_cost"] == "not_known time_log"
