"""The portfolio's figures, and what holds for all figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.formulas.catalogue import BY_ID
from quarterdeck.model.books import Loan
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Figure
from quarterdeck.model.holdings import Asset, Compliance, Lease
from quarterdeck.model.sales import Channel, Lead
from quarterdeck.model.services import Client
from quarterdeck.model.values import UNKNOWN, Money, MoneyRange
from tests.figures.builders import (
    a_booking,
    a_handoff,
    a_row,
    an_entity,
    an_unknown_entity,
    day,
    share,
    some_facts,
    usd,
)
from tests.figures.quickdump import AS_OF, QDN, by_id, plain, the_facts, the_handoff

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.handoff import Handoff


def business(entity: str, *rows: Row, kind: str = "charter", **fields: object) -> Handoff:
    return a_handoff(an_entity(entity, kind, **fields), *rows)  # type: ignore[arg-type]  # one of the kinds


def test_sums_and_shares_are_of_all_entities() -> None:
    facts = some_facts(
        business(
            "a",
            a_booking("1", "a", commission=usd(72), paid=usd(700)),
            a_row(Asset, "a", asset="Boat", type="vessel", value=usd(100), insured_until=AS_OF),
        ),
        business(
            "b",
            a_booking("1", "b", gross=usd(80), commission=share("0.5"), paid=usd(80)),
            a_row(Asset, "b", asset="Van", type="vehicle", value=usd(50), insured_until=day("2026-10-30")),
        ),
        as_of=AS_OF,
    )
    found = by_id(facts)
    assert plain(found["sales_last_month"]) == "800.00"
    assert found["sales_last_month"].label == "October sales, as written"
    assert plain(found["unpaid"]) == "20.00"
    assert plain(found["take_rate"]) == "0.14"  # 112 of 800, not the mean of 10% and 50%
    assert plain(found["assets_insured"]) == "1 of 2"
    assert plain(found["assets_value:vessel"]) == "100.00"
    assert not [code for code in found if code.startswith(("unpaid:", "contribution", "deposit:"))]


def test_an_entity_that_knows_nothing_makes_it_at_least() -> None:
    facts = some_facts(business("a", a_booking("1", "a")), business("b"), business("c"), as_of=AS_OF)
    figure = by_id(facts)["sales_last_month"]
    assert (plain(figure), figure.known, figure.wanted) == ("720.00", 1, 3)


def test_a_gap_inside_one_entity_stays_a_gap() -> None:
    facts = some_facts(
        business("a", a_booking("1", "a"), a_booking("2", "a", gross=UNKNOWN)),
        business("b", a_booking("1", "b")),
        as_of=AS_OF,
    )
    figure = by_id(facts)["sales_last_month"]
    assert (plain(figure), figure.known, figure.wanted) == ("1440.00", 2, 3)


def test_nobody_knows() -> None:
    found = by_id(some_facts(business("a"), business("b"), as_of=AS_OF))
    assert plain(found["sales_last_month"]) == "not_known bookings"
    assert plain(found["take_rate"]) == "not_known bookings"
    assert plain(found["assets_insured"]) == "not_known assets insured_until"
    assert plain(found["next_expiry"]) == "not_known compliance"
    assert plain(found["cash_available"]) == "not_known cash_balance"


def test_samples_stay_out_as_soon_as_one_entity_is_real() -> None:
    sample, real = (
        business("a", a_booking("1", "a"), sample=True),
        business("b", a_booking("1", "b", gross=usd(5))),
    )
    assert plain(by_id(some_facts(sample, real, as_of=AS_OF))["sales_last_month"]) == "5.00"
    assert plain(by_id(some_facts(sample, as_of=AS_OF))["sales_last_month"]) == "720.00"


def test_another_currency_is_left_out_and_said() -> None:
    euros = business("b", a_booking("1", "b", gross=Money(usd(100).amount, "EUR")), currency="EUR")
    facts = some_facts(business("a", a_booking("1", "a")), euros, as_of=AS_OF)
    found = by_id(facts)
    assert plain(found["sales_last_month"]) == "720.00"
    assert found["sales_last_month"].label == "October sales, as written, excludes EUR 100"
    assert plain(by_id(facts, "b")["sales_last_month"]) == "EUR 100.00"
    assert plain(by_id(some_facts(euros, as_of=AS_OF))["sales_last_month"]) == "not_known"


def test_pipeline_of_amounts_and_ranges() -> None:
    facts = some_facts(
        business("a", a_row(Lead, "a", lead="x", value=usd(10), stage="lead")),
        business("b", a_row(Lead, "b", lead="x", value=MoneyRange(usd(1), usd(3)), stage="lead")),
        as_of=AS_OF,
    )
    assert by_id(facts)["pipeline_open"].value == MoneyRange(usd("11.00"), usd("13.00"))


def test_the_nearest_day_names_its_business() -> None:
    facts = some_facts(
        business("a", a_row(Compliance, "a", item="Permit", expires=day("2026-12-01"))),
        business("b", a_row(Compliance, "b", item="Licence", expires=day("2026-11-10"))),
        as_of=AS_OF,
    )
    assert plain(by_id(facts)["next_expiry"]) == "10"
    assert by_id(facts)["next_expiry"].label == "Next expiry, Licence (B)"


def test_ratios_are_computed_again() -> None:
    facts = some_facts(
        business(
            "a",
            a_row(Client, "a", client="x", mrr=usd(300)),
            a_row(Lease, "a", unit="1", status="occupied", rent=usd(90), market_rent=usd(100)),
            a_row(
                Channel, "a", channel="own", kind="direct", state="bookable", reviews=30, rating=usd(5).amount
            ),
        ),
        business(
            "b",
            a_row(Client, "b", client="x", mrr=usd(100)),
            a_row(Lease, "b", unit="1", status="occupied", rent=usd(300), market_rent=usd(300)),
            a_row(Channel, "b", channel="yelp", state="absent", reviews=10, rating=usd(3).amount),
        ),
        as_of=AS_OF,
    )
    found = by_id(facts)
    names = ("top_client_share", "hhi", "loss_to_lease", "rating", "visibility")
    assert [plain(found[name]) for name in names] == ["0.75", "6250", "0.025", "4.5", "0.6"]


def test_loans_of_some() -> None:
    loan = a_row(Loan, "a", lender="Bank", balance=usd(500), payment=usd(10))
    found = by_id(some_facts(business("a", loan), business("b"), as_of=AS_OF))
    assert (plain(found["debt"]), found["debt"].is_partial) == ("500.00", False)


AWKWARD = business(
    "awkward",
    a_booking("<b>", "awkward", offer="Übergröße « ∞ »", gross=Money(usd(1).amount / 3, "USD")),
    a_booking("…", "awkward", gross=UNKNOWN),
    a_row(Client, "awkward", client="日本", mrr=usd(1)),
    a_row(Client, "awkward", client="***", mrr=usd(1)),
    name="A & <B>",
)


@pytest.mark.parametrize(
    "facts",
    [
        the_facts(),
        some_facts(a_handoff(an_unknown_entity())),
        some_facts(AWKWARD),
        some_facts(the_handoff(), AWKWARD),
        Facts((), AS_OF),
    ],
    ids=["worked example", "unknown", "awkward", "both", "nothing"],
)
def test_what_holds_for_all_figures(facts: Facts) -> None:
    figures = all_figures(facts, currency="USD")
    keys = [(one.entity, one.id) for one in figures]
    assert keys == sorted(set(keys))
    assert all(one.label and len(one.sources) <= 12 for one in figures)
    assert all(one.as_of is None or one.as_of <= facts.as_of for one in figures)
    assert all(one.formula in BY_ID for one in figures if one.formula)
    assert all(one.known <= one.wanted for one in figures)
    text = msgspec.json.encode(figures, order="sorted")
    assert msgspec.json.decode(text, type=tuple[Figure, ...]) == figures
    assert not any(word in text for word in (b"Infinity", b"NaN", b'"-0'))
    assert all_figures(facts, currency="USD") == figures
    amounts = [one.value.amount for one in figures if isinstance(one.value, Money)]
    assert all(amount.as_tuple().exponent == -2 for amount in amounts)


def test_the_order_of_rows_and_files_changes_nothing() -> None:
    rows = the_handoff().rows
    back = a_handoff(the_handoff().entity, *reversed(rows))
    assert {code: plain(one) for code, one in by_id(some_facts(back, as_of=AS_OF), QDN).items()} == {
        code: plain(one) for code, one in by_id(the_facts(), QDN).items()
    }
