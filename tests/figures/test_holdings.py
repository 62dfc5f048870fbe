"""Figures of what is owned and licensed."""

from __future__ import annotations

import pytest

from quarterdeck.model.holdings import Asset, Compliance, Property
from quarterdeck.model.values import UNKNOWN, Money
from tests.figures.builders import a_row, an_entity, day, facts_of, not_applicable, usd
from tests.figures.quickdump import AS_OF, QDN, by_id, changed, plain, the_facts


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("assets_value", "20200.00"),
        ("assets_value:trailer", "6200.00"),
        ("assets_value:vehicle", "14000.00"),
        ("assets_insured", "1 of 1"),
        ("next_expiry", "92"),
        ("compliance_expired", "0"),
    ],
)
def test_worked_example(figure: str, value: str) -> None:
    assert plain(by_id(the_facts(), QDN)[figure]) == value


def test_unknown_members_are_counted() -> None:
    found = by_id(the_facts(), QDN)
    counts = {
        name: (found[name].known, found[name].wanted) for name in ("assets_insured", "compliance_expired")
    }
    assert counts == {"assets_insured": (1, 2), "compliance_expired": (1, 2)}
    assert found["assets_value"].is_estimate
    assert not found["assets_value:trailer"].is_estimate
    assert found["assets_value"].as_of == day("2026-08-01")
    assert found["next_expiry"].label == "Next expiry, City business tax certificate"


def test_without_tables() -> None:
    found = by_id(facts_of(as_of=AS_OF), "jada")
    assert plain(found["assets_value"]) == "not_known assets"
    assert plain(found["assets_insured"]) == "not_known assets insured_until"
    assert plain(found["next_expiry"]) == plain(found["compliance_expired"]) == "not_known compliance"


def test_an_agency_need_not_own_anything() -> None:
    found = by_id(facts_of(entity=an_entity(kind="agency"), as_of=AS_OF), "jada")
    assert not {"assets_value", "assets_insured", "next_expiry"} & set(found)


def test_lists_and_code_are_worth_what_somebody_states() -> None:
    code = a_row(Asset, asset="booking tool", type="repo", value=UNKNOWN)
    only_code = by_id(facts_of(code, as_of=AS_OF), "jada")
    assert "assets_value" not in only_code
    found = by_id(facts_of(code, changed(code, {"type": "list", "value": usd(900)}), as_of=AS_OF), "jada")
    assert plain(found["assets_value"]) == "900.00"
    assert not found["assets_value"].is_partial


def test_property_table_beats_the_asset() -> None:
    facts = facts_of(
        a_row(Asset, asset="House", type="property", value=usd(700000)),
        a_row(Property, value=usd(985000), value_date=day("2026-06-15")),
        a_row(Asset, asset="Roof rack", type="equipment", value=Money(usd(10).amount, "EUR")),
        as_of=AS_OF,
    )
    found = by_id(facts, "jada")
    assert plain(found["assets_value"]) == "985000.00"
    assert found["assets_value"].label == "Assets, as valued, excludes EUR 10"
    assert plain(found["assets_value:equipment"]) == "not_known"


@pytest.mark.parametrize(
    ("case", "until", "value"),
    [
        ("today", AS_OF, "1 of 1"),
        ("yesterday", day("2026-10-30"), "0 of 1"),
        ("by a policy of its own name", UNKNOWN, "1 of 1"),
    ],
)
def test_insured(case: str, until: object, value: str) -> None:
    boat = changed(a_row(Asset, asset="S/V Jada", type="vessel"), {"insured_until": until})
    rows = [boat]
    if case.startswith("by"):
        policy = a_row(
            Compliance, item="Hull", type="insurance", applies_to="sv jada", expires=day("2027-01-01")
        )
        assert plain(by_id(facts_of(boat, policy, as_of=AS_OF), "jada")["assets_insured"]) == value
    else:
        assert plain(by_id(facts_of(*rows, as_of=AS_OF), "jada")["assets_insured"]) == value, case


@pytest.mark.parametrize(
    ("expires", "days", "expired"),
    [
        ([day("2026-10-30"), day("2026-11-10")], "10", "1"),
        ([AS_OF], "0", "0"),
        ([day("2026-10-01")], "not_applicable", "1"),
        ([UNKNOWN], "not_known compliance_expires", "not_known compliance_expires"),
        ([not_applicable()], "not_applicable", "0"),
    ],
)
def test_compliance(expires: list[object], days: str, expired: str) -> None:
    rows = [a_row(Compliance, item=f"Permit {at}", expires=one) for at, one in enumerate(expires)]
    found = by_id(facts_of(*rows, as_of=AS_OF), "jada")
    assert (plain(found["next_expiry"]), plain(found["compliance_expired"])) == (days, expired)
