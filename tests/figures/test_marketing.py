"""Figures of being found and chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.marketing import main_offer
from quarterdeck.figures.scope import scope_of
from quarterdeck.model.sales import Campaign, Channel, FunnelStep, Lead
from quarterdeck.model.values import UNKNOWN, Money, MoneyRange
from tests.figures.builders import (
    a_booking,
    a_row,
    an_entity,
    an_offer,
    day,
    facts_of,
    not_applicable,
    share,
    usd,
)
from tests.figures.quickdump import AS_OF, QDN, by_id, changed, plain, the_facts

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("funnel_completeness", "2 of 6"),
        ("funnel_step:landing", "120 of 410"),
        ("funnel_step:price", "61 of 120"),
        ("funnel_worst", "120 of 410"),
        ("visibility", "not_known channels"),
        ("pipeline_open", "not_known pipeline"),
    ],
)
def test_worked_example(figure: str, value: str) -> None:
    assert plain(by_id(the_facts(), QDN)[figure]) == value


def test_worst_step_is_named_and_steps_without_numbers_are_left_out() -> None:
    found = by_id(the_facts(), QDN)
    assert found["funnel_worst"].label == "Worst step, landing"
    assert found["funnel_step:landing"].as_of == day("2026-10-28")
    assert [code for code in found if code.startswith("funnel_step:")] == [
        "funnel_step:landing",
        "funnel_step:price",
    ]


@pytest.mark.parametrize(
    ("case", "columns", "completeness", "step"),
    [
        ("works without numbers", {"state": "works"}, "1 of 1", "not_known funnel_counts"),
        ("nobody came", {"state": "works", "visitors": 0, "completions": 0}, "1 of 1", "not_applicable"),
        ("not known", {"state": UNKNOWN, "visitors": 9, "completions": 3}, "0 of 1", "3 of 9"),
        ("n/a", {"state": not_applicable()}, "not_applicable", None),
    ],
)
def test_funnel(case: str, columns: dict[str, object], completeness: str, step: str | None) -> None:
    found = by_id(facts_of(changed(a_row(FunnelStep, step="payment"), columns), as_of=AS_OF), "jada")
    shown = found.get("funnel_step:payment")
    assert plain(found["funnel_completeness"]) == completeness, case
    assert (None if shown is None else plain(shown)) == step, case


def test_visibility_counts_weights() -> None:
    kinds = [("own", "direct", "bookable"), ("maps", "search", "claimed"), ("viator", "ota", "absent")]
    rows = [a_row(Channel, channel=name, kind=kind, state=state) for name, kind, state in kinds]
    more = [
        a_row(Channel, channel="yelp", state=UNKNOWN),
        a_row(Channel, channel="insta", kind="social", state="active", last_review=AS_OF),
    ]
    figure = by_id(facts_of(*rows, *more, as_of=AS_OF), "jada")["visibility"]
    assert plain(figure) == "0.511"
    assert (figure.known, figure.wanted) == (9, 10)


def test_reviews_and_rating_by_weight() -> None:
    facts = facts_of(
        a_row(Channel, channel="a", reviews=90, rating=usd("4.5").amount),
        a_row(Channel, channel="b", reviews=10, rating=usd("3.5").amount),
        a_row(Channel, channel="c", reviews=0),
        a_row(Channel, channel="d", reviews=5),
        as_of=AS_OF,
    )
    found = by_id(facts, "jada")
    assert (plain(found["reviews"]), plain(found["rating"])) == ("105", "4.4")
    assert (found["rating"].known, found["rating"].wanted) == (2, 3)


@pytest.mark.parametrize(
    ("case", "columns", "value"),
    [
        ("direct pays the card", {"kind": "direct"}, "428.82"),
        ("direct with its own fee", {"kind": "direct", "fee_pct": share("0.01")}, "442.80"),
        ("platform", {"kind": "ota", "commission": share("0.115")}, "367.20"),
        ("platform of unknown commission", {"kind": "ota"}, "not_known channels"),
        ("foreign fee", {"kind": "direct", "fee_fix": Money(usd(1).amount, "EUR")}, "not_known"),
        ("leads people on", {"kind": "search"}, None),
    ],
)
def test_net_per_booking(case: str, columns: dict[str, object], value: str | None) -> None:
    rows: list[Row] = [an_offer(variable_cost=usd(270)), changed(a_row(Channel, channel="Own site"), columns)]
    figure = by_id(facts_of(*rows, as_of=AS_OF), "jada").get("net_per_booking:own-site")
    assert (None if figure is None else plain(figure)) == value, case


def test_main_offer_is_the_one_booked_most() -> None:
    entity = an_entity()
    offers = [an_offer("Sunset sail"), an_offer("Full day")]
    booked = facts_of(*offers, a_booking(offer="full-day"), entity=entity, as_of=AS_OF)
    assert main_offer(scope_of(booked, entity, "USD")) == offers[1]
    assert main_offer(scope_of(facts_of(*offers, entity=entity, as_of=AS_OF), entity, "USD")) == offers[0]
    assert main_offer(scope_of(facts_of(entity=entity, as_of=AS_OF), entity, "USD")) is None


@pytest.mark.parametrize(
    ("case", "fields", "value"),
    [
        ("stated", {"list_suppressed": 276, "list_unsourced": 400}, "3000"),
        ("all of it has a source", {"list_suppressed": 276, "list_source": "bookings"}, "3400"),
        ("no source", {"list_suppressed": 276}, "not_known list_source"),
        ("nothing about who left", {"list_source": "bookings"}, "not_known ses"),
        ("neither", {}, "not_known list_source ses"),
    ],
)
def test_list(case: str, fields: dict[str, object], value: str) -> None:
    entity = changed(an_entity(list_size=3676), fields)
    found = by_id(facts_of(entity=entity, as_of=AS_OF), "jada")
    assert (plain(found["list_size"]), plain(found["list_mailable"])) == ("3676", value), case


def test_who_left_is_counted_from_campaigns() -> None:
    entity = an_entity(list_size=1000, list_source="bookings")
    sent = a_row(Campaign, id="c-1", sent=500, unsubs=7, hard_bounces=13)
    assert plain(by_id(facts_of(sent, entity=entity, as_of=AS_OF), "jada")["list_mailable"]) == "980"
    half = a_row(Campaign, id="c-2", sent=500, unsubs=7)
    found = by_id(facts_of(sent, half, entity=entity, as_of=AS_OF), "jada")
    assert plain(found["list_mailable"]) == "not_known ses"


def test_pipeline_keeps_both_ends_and_halves_what_nobody_touched() -> None:
    facts = facts_of(
        a_row(
            Lead,
            lead="a",
            value=usd(4800),
            stage="verbal",
            probability=share("0.8"),
            last_touch=day("2026-10-02"),
        ),
        a_row(Lead, lead="b", value=MoneyRange(usd(10000), usd(14000)), stage="proposal"),
        a_row(
            Lead,
            lead="c",
            value=usd(2500),
            stage="lead",
            probability=share("0.2"),
            last_touch=day("2026-10-01"),
        ),
        a_row(Lead, lead="d", value=usd(99), stage="won"),
        a_row(Lead, lead="e", value=UNKNOWN, stage="lead"),
        a_row(Lead, lead="f", value=usd(700), stage=UNKNOWN),
        as_of=AS_OF,
    )
    found = by_id(facts, "jada")
    assert found["pipeline_open"].value == MoneyRange(usd("18000"), usd("22000"))
    assert (found["pipeline_open"].known, found["pipeline_open"].wanted) == (4, 5)
    assert plain(found["pipeline_weighted"]) == "8290.00"
    assert (found["pipeline_weighted"].known, found["pipeline_weighted"].wanted) == (3, 5)
    assert "usual ones" in found["pipeline_weighted"].label


def test_claim_of_the_mail_lead() -> None:
    entity = an_entity(kind="concert", list_size=3676, list_suppressed=276, list_source="bookings")
    rows: list[Row] = [
        an_offer("Charter", price=usd(2500)),
        an_offer("Ticket", price=usd(190), unit="ticket"),
        a_row(Lead, lead="blast", value=MoneyRange(usd(10000), usd(50000)), stage="lead", channel="email"),
    ]
    found = by_id(facts_of(*rows, entity=entity, as_of=AS_OF), "jada")
    names = ("claim_orders_low", "claim_orders_high", "claim_rate_low", "claim_rate_high")
    assert [plain(found[name]) for name in names] == ["53", "264", "0.016", "0.08"]
    without_offers = by_id(facts_of(rows[2], entity=entity, as_of=AS_OF), "jada")
    assert plain(without_offers["claim_orders_low"]) == "not_known offers"
    no_list = by_id(facts_of(*rows, as_of=AS_OF), "jada")
    assert [plain(no_list[name]) for name in names[1:3]] == ["264", "not_known list_size"]


def test_own_bounces_count_once_there_are_enough() -> None:
    entity = an_entity(list_size=1000, list_suppressed=0, list_source="bookings")
    lead = a_row(Lead, lead="blast", value=usd(9500), stage="lead", channel="news")
    channel = a_row(Channel, channel="News", kind="email", state="active")
    sent = a_row(Campaign, id="c-1", sent=200, hard_bounces=10)
    found = by_id(facts_of(an_offer(price=usd(100)), lead, channel, sent, entity=entity, as_of=AS_OF), "jada")
    assert plain(found["claim_orders_low"]) == plain(found["claim_orders_high"]) == "95"
    assert plain(found["claim_rate_low"]) == "0.1"
