"""What `portfolio.yml` sets moves the numbers and stands on the pages; what nobody sets is the one default."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import EverythingRead, brief
from quarterdeck.git.history import NO_HISTORY
from quarterdeck.model.assumed import DEFAULTS, Assumed
from quarterdeck.model.books import Loan, Option, PlanLine
from quarterdeck.model.briefing import Briefing, decode, encode
from quarterdeck.model.holdings import Property
from quarterdeck.model.sales import Channel, Lead
from quarterdeck.model.services import Delivery, Invoice
from quarterdeck.model.values import Money
from quarterdeck.reading import Reading
from quarterdeck.reports import billing, ceo, cfo, cmo, rental
from quarterdeck.reports.skeleton import Site
from quarterdeck.reports.words import value
from quarterdeck.settings import Settings
from tests.figures.builders import (
    AS_OF,
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    an_offer,
    day,
    days_before,
    month,
    share,
    usd,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from quarterdeck.model.handoff import Handoff
    from quarterdeck.model.page import Page


def briefed(*handoffs: Handoff, **settings: object) -> Briefing:
    """The briefing of these handoffs under these settings, as a build makes it."""
    reading = Reading(handoffs, (), ())
    return brief(EverythingRead(reading, Settings.model_validate(settings), NO_HISTORY, AS_OF))


def boat() -> Handoff:
    """One business that has something to move for every setting of these tests."""
    plan = a_row(PlanLine, month=month("2026-10"), amount=usd(980))
    return a_handoff(
        an_entity(),
        an_offer(variable_cost=usd(270)),
        a_booking(),
        msgspec.structs.replace(plan, line="revenue"),
        a_row(Channel, channel="Own site", kind="direct", state="bookable", last_checked=days_before(70)),
        a_row(Channel, channel="Search", kind="search", state="absent", last_checked=days_before(70)),
        a_row(Lead, lead="Retreat", value=usd(4800), stage="verbal"),
        a_row(Loan, lender="Harbor Bank", balance=usd(9000), rate=share("0.13")),
        a_row(Option, id="o-1", name="New sail", cost=usd(400)),
    )


def yard() -> Handoff:
    """A delivery that was billed $40 short."""
    return a_handoff(
        an_entity("yard", "delivery"),
        a_row(
            Delivery,
            "yard",
            id="yd-1",
            end=day("2026-09-26"),
            rate_type="flat",
            rate=usd(1000),
            expenses=usd(0),
            status="completed",
        ),
        a_row(
            Invoice, "yard", id="inv-1", ref="yd-1", issued=day("2026-10-06"), amount=usd(960), status="sent"
        ),
    )


@pytest.mark.parametrize(
    ("figure", "settings", "before", "after"),
    [
        (
            "net_per_booking:own-site",
            {"assumptions": {"card_fee": {"pct": "0.05", "fix": "1"}}},
            "$428.82",
            "$413",
        ),
        ("pipeline_weighted", {"assumptions": {"stage_probability": {"verbal": "0.5"}}}, "$3,360", "$2,400"),
        ("visibility", {"assumptions": {"channel_weights": {"search": "1"}}}, "40.0%", "60.0%"),
        ("visibility", {"assumptions": {"channel_weights": {"Own site": "1.5"}}}, "40.0%", "26.7%"),
        ("under_billed", {"thresholds": {"bill_tolerance": {"abs": "50"}}}, "$40", "$0"),
    ],
)
def test_a_set_value_moves_the_figure(
    figure: str, settings: Mapping[str, object], before: str, after: str
) -> None:
    entity = "yard" if figure == "under_billed" else "jada"
    found = [briefed(boat(), yard(), **one).figure(figure, entity) for one in ({}, settings)]
    assert [value(one) for one in found] == [before, after]


@pytest.mark.parametrize(
    ("page", "settings", "before", "after"),
    [
        (
            cfo.plan_page,
            {"thresholds": {"variance_flag": {"abs": "300"}}},
            "26.5% under plan, flagged",
            "26.5% under plan<",
        ),
        (cfo.plan_page, {"assumptions": {"hurdle_rate": "0.14"}}, "over the hurdle of 12%", "hurdle of 14%"),
        (cmo.page, {"thresholds": {"stale_after": {"channels": 75}}}, "70 days old", ""),
        (ceo.page, {"thresholds": {"approval_limit": "500"}}, "New sail", ""),
    ],
)
def test_a_set_value_moves_the_page(
    page: Callable[[Site], Page], settings: Mapping[str, object], before: str, after: str
) -> None:
    usual, other = (page(Site(briefed(boat(), **one))).body.replace("\u00a0", " ") for one in ({}, settings))
    assert before in usual
    assert before not in other
    assert after in other


def test_a_page_prints_what_it_rests_on_and_whether_somebody_set_it() -> None:
    page = cfo.page(Site(briefed(boat(), assumptions={"hurdle_rate": "0.14"})))
    said = dict(re.findall(r'<li><b>([a-z_.]+):</b> \S+ <span class="qd-kind">([^<]+)</span>', page.body))
    assert said["assumptions.hurdle_rate"] == "set in portfolio.yml"
    assert said["assumptions.card_fee.pct"] == "assumed"
    assert not any(key.startswith(("assumptions.email_model", "thresholds.bill_tolerance")) for key in said)


def test_an_unpaid_invoice_of_a_portfolio_in_euros() -> None:
    bill = a_row(
        Invoice,
        "yard",
        id="inv-1",
        issued=day("2026-09-06"),
        amount=Money(Decimal(5430), "EUR"),
        status="sent",
    )
    made = briefed(a_handoff(an_entity("yard", "delivery"), bill), currency="EUR")
    page = billing.page(Site(made), made.entity("yard"))
    (trend,) = [one.text for one in page.downloads if one.path.endswith("-dso.csv")]
    assert value(made.figure("ar_open", "yard")) == "€5,430"
    assert "5430" in trend
    assert "$" not in page.body


def test_defaults_are_those_of_the_settings() -> None:
    assert Settings().assumed() == DEFAULTS


def test_every_value_in_force_can_be_found_under_its_key() -> None:
    keys = {one.key.split(".")[1] for one in Settings().in_force()}
    assert keys == set(Assumed.__struct_fields__) - {"local_cpi", "personal_payees"}, "which have no default"
    assert all(one.is_default for one in Settings().in_force())


def test_the_rise_of_prices_caps_the_rent_and_stands_on_the_page() -> None:
    house = an_entity("house", "rental")
    facts = a_handoff(house, a_row(Property, "house", rent_cap_status="covered"))
    seen = {"rate": "2.9%", "place": "San Diego", "checked_on": "2026-08-12"}
    usual, told = (briefed(facts, assumptions=one) for one in ({}, {"local_cpi": seen}))
    assert [value(one.figure("rent_ceiling", "house")) for one in (usual, told)] == ["not known", "7.9%"]
    (place,) = [one for one in told.assumptions if one.key == "assumptions.local_cpi.place"]
    assert place.value == "San Diego"
    assert "assumptions.local_cpi.rate" in rental.page(Site(told), told.entity("house")).body


def test_the_briefing_carries_them_to_its_file_and_back() -> None:
    made = briefed(boat(), assumptions={"hurdle_rate": "0.14"}, thresholds={"stale_after": {"channels": 75}})
    assert made.assumed.hurdle_rate == Decimal("0.14")
    assert made.assumed.stale_after["channels"] == 75
    assert decode(encode(made)).assumed == made.assumed
