"""Figures of the rent roll."""

from __future__ import annotations

import pytest

from quarterdeck.model.holdings import Lease
from quarterdeck.model.values import UNKNOWN, MonthToMonth
from tests.figures.builders import a_row, an_entity, day, facts_of, usd
from tests.figures.quickdump import AS_OF, by_id, changed, plain

FLAT = an_entity(kind="rental", billing_model="rent")
UNIT = a_row(
    Lease,
    unit="a",
    status="occupied",
    rent=usd(2600),
    market_rent=usd(2800),
    deposit_held=usd(2600),
    lease_end=day("2027-01-31"),
    paid_through=day("2026-10-31"),
)


@pytest.mark.parametrize(
    ("case", "columns", "expected"),
    [
        (
            "let",
            {},
            {"rent_monthly": "2600.00", "occupied": "1 of 1", "deposits_tenants": "2600.00",
             "next_lease_days": "92", "loss_to_lease": "0.071", "collected_through": "0"},
        ),
        (
            "empty, deposit still here",
            {"status": "vacant"},
            {"rent_monthly": "0.00", "occupied": "0 of 1", "deposits_tenants": "2600.00",
             "next_lease_days": "not_applicable", "collected_through": "not_known rent_roll"},
        ),
        ("deposit given back", {"deposit_returned_on": day("2026-10-20")}, {"deposits_tenants": "0.00"}),
        ("notice given", {"status": "notice"}, {"rent_monthly": "2600.00", "occupied": "1 of 1"}),
        ("month to month", {"lease_end": MonthToMonth()}, {"next_lease_days": "not_applicable"}),
        ("end not known", {"lease_end": UNKNOWN}, {"next_lease_days": "not_known rent_roll"}),
        ("late", {"paid_through": day("2026-09-30")}, {"collected_through": "30"}),
        ("late, due on the fifth", {"paid_through": day("2026-09-30"), "due_day": 5}, {"collected_through": "26"}),
        (
            "status not known",
            {"status": UNKNOWN},
            {"rent_monthly": "not_known rent_roll", "occupied": "not_known rent_roll"},
        ),
        ("market not known", {"market_rent": UNKNOWN}, {"loss_to_lease": "not_known market_rent"}),
    ],
)  # fmt: skip
def test_one_unit(case: str, columns: dict[str, object], expected: dict[str, str]) -> None:
    found = by_id(facts_of(changed(UNIT, columns), entity=FLAT, as_of=AS_OF), "jada")
    assert {name: plain(found[name]) for name in expected} == expected, case


def test_several_units() -> None:
    second = changed(
        UNIT, {"unit": "b", "lease_end": day("2026-11-15"), "paid_through": UNKNOWN, "rent": UNKNOWN}
    )
    found = by_id(facts_of(UNIT, second, entity=FLAT, as_of=AS_OF), "jada")
    assert plain(found["units"]) == "2"
    assert (plain(found["next_lease_days"]), found["next_lease_days"].label) == (
        "15",
        "Next lease ends in, b",
    )
    assert (found["rent_monthly"].known, found["rent_monthly"].wanted) == (1, 2)
    assert (found["collected_through"].known, found["collected_through"].wanted) == (1, 2)


def test_without_a_rent_roll() -> None:
    found = by_id(facts_of(entity=FLAT, as_of=AS_OF), "jada")
    names = ("rent_monthly", "units", "occupied", "next_lease_days", "sales_last_month")
    assert {plain(found[name]) for name in names} == {"not_known rent_roll"}
    assert "units" not in by_id(facts_of(as_of=AS_OF), "jada")
