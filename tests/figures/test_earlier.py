"""Figures that compare today with a version of a year or a quarter ago."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.earlier import version_of_then
from quarterdeck.figures.kpis import kpi_states
from quarterdeck.model.history import PastChannel, PastClient
from quarterdeck.model.sales import Channel
from quarterdeck.model.services import Client
from quarterdeck.model.values import UNKNOWN, Ratio
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, some_facts, usd
from tests.records import a_record, dollars

if TYPE_CHECKING:
    from quarterdeck.model.columns import Row
    from quarterdeck.model.entity import EntityKind
    from quarterdeck.model.facts import Facts
    from quarterdeck.model.figure import Figure
    from quarterdeck.model.history import Earlier

D = Decimal


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def a_version(
    days: int, *, fees: dict[str, int] | None = None, reviews: dict[str, int] | None = None
) -> Earlier:
    return a_record(
        0,
        as_of=days_ago(days),
        version=f"{days_ago(days)}-4f1c9ae",
        clients=tuple(PastClient("jada", name, dollars(fee)) for name, fee in (fees or {}).items()),
        channels=tuple(PastChannel("jada", name, count) for name, count in (reviews or {}).items()),
    )


def facts_of(versions: tuple[Earlier, ...], *rows: Row) -> Facts:
    facts = some_facts(a_handoff(an_entity(kind="agency"), *rows))
    facts.earlier = versions
    return facts


def found(versions: tuple[Earlier, ...], *rows: Row) -> dict[str, Figure]:
    figures = all_figures(facts_of(versions, *rows), currency="USD")
    return {one.id: one for one in figures if one.entity == "jada"}


def a_client(name: str, fee: object) -> Client:
    return a_row(Client, client=name, mrr=fee)


def share(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Ratio), figure
    return round(figure.value.value, 3)


def test_what_is_left_of_the_fees_of_a_year_ago() -> None:
    before = a_version(366, fees={"A": 1000, "B": 1500, "C": 300, "D": 200})
    rows = (
        a_client("A", usd(1200)),
        a_client("B", usd(1350)),
        a_client("D", usd(200)),
        a_client("New", usd(900)),
    )
    figures = found((before,), *rows)
    sums = {
        word: figures[f"retention_{word}"].value for word in ("start", "expansion", "contraction", "churn")
    }
    assert sums == {"start": usd(3000), "expansion": usd(200), "contraction": usd(150), "churn": usd(300)}
    assert (share(figures["nrr"]), share(figures["grr"])) == (D("0.917"), D("0.850"))
    assert figures["nrr"].note == f"since {days_ago(366)}"
    assert figures["retention_start"].sources[0].path == before.path


@pytest.mark.parametrize(
    ("case", "kind", "shares"),
    [
        ("two agencies: 2,300 of 2,500", "agency", (D("0.920"), D("0.880"))),
        ("fees of an agency and of a tool do not add up", "saas", None),
    ],
)
def test_what_is_left_of_the_fees_of_all(
    case: str, kind: EntityKind, shares: tuple[Decimal, Decimal] | None
) -> None:
    before = a_version(366, fees={"A": 1000})
    other = PastClient("zoe", "Z", dollars(1500))
    versions = (msgspec.structs.replace(before, clients=(*before.clients, other)),)
    facts = some_facts(
        a_handoff(an_entity(kind="agency"), a_client("A", usd(1100))),
        a_handoff(an_entity("zoe", kind), a_row(Client, entity="zoe", client="Z", mrr=usd(1200))),
    )
    facts.earlier = versions
    figures = {one.id: one for one in all_figures(facts, currency="USD") if not one.entity}
    assert ("nrr" in figures) is (shares is not None), case
    if shares:
        assert (share(figures["nrr"]), share(figures["grr"])) == shares
        assert figures["retention_start"].value == usd(2500)


def test_a_fee_that_nobody_knows_is_in_neither_sum() -> None:
    figures = found(
        (a_version(95, fees={"A": 100, "B": 100}),), a_client("A", usd(100)), a_client("B", UNKNOWN)
    )
    start = figures["retention_start"]
    assert (start.value, start.known, start.wanted) == (usd(100), 1, 2)
    assert share(figures["nrr"]) == 1
    assert "nrr" not in found((a_version(95, fees={"B": 100}),), a_client("B", UNKNOWN))


def test_the_name_of_a_client_may_change_its_case() -> None:
    figures = found((a_version(95, fees={"Harbor Bakery": 100}),), a_client("harbor bakery", usd(100)))
    assert figures["retention_churn"].value == usd(0)


NO_VERSION = [
    ("none", ()),
    ("too new", (a_version(60, fees={"A": 1}),)),
    ("too old", (a_version(300, fees={"A": 1}),)),
]


@pytest.mark.parametrize(("case", "versions"), NO_VERSION, ids=[one[0] for one in NO_VERSION])
def test_without_a_version_of_then_nothing_is_said(case: str, versions: tuple[Earlier, ...]) -> None:
    assert "nrr" not in found(versions, a_client("A", usd(1))), case


def test_a_year_counts_before_a_quarter_and_the_newest_of_each() -> None:
    versions = tuple(a_version(days) for days in (390, 370, 100, 92, 10))
    facts = facts_of(versions)
    assert version_of_then(facts, 365) == versions[1]
    assert version_of_then(facts, 90) == versions[3]
    assert version_of_then(facts, 180) is None


def test_new_reviews_of_the_channels_that_there_were() -> None:
    before = a_version(91, reviews={"Search": 10, "Guide": 8})
    rows = [
        a_row(Channel, channel=name, reviews=count)
        for name, count in (("Search", 14), ("Guide", 7), ("New", 5))
    ]
    figure = found((before,), *rows)["review_count_90d"]
    assert (figure.value, figure.known, figure.wanted) == (D(4), 2, 3)
    assert [one.value for one in figure.inputs] == [D(14), D(10), D(7), D(8)]


def test_kpis_are_measured_by_them() -> None:
    versions = (a_version(91, fees={"A": 100}, reviews={"Search": 10}),)
    facts = facts_of(versions, a_client("A", usd(80)), a_row(Channel, channel="Search", reviews=14))
    states = {one.kpi: one for one in kpi_states(facts, "USD", all_figures(facts, currency="USD"))}
    assert {kpi: states[kpi].state for kpi in ("nrr", "grr", "review_count_90d")} == {
        "nrr": "fresh",
        "grr": "fresh",
        "review_count_90d": "fresh",
    }
    assert states["review_count_90d"].value == "4"


fees = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 5000), min_size=1)


@given(fees, fees)
def test_gross_retention_is_never_above_one_nor_above_net(then: dict[str, int], now: dict[str, int]) -> None:
    figures = found((a_version(95, fees=then),), *(a_client(name, usd(fee)) for name, fee in now.items()))
    net, gross = figures["nrr"].value, figures["grr"].value
    assert isinstance(net, Ratio)
    assert isinstance(gross, Ratio)
    assert 0 <= gross.value <= min(D(1), net.value)
    left = sum(now.get(name, 0) for name in then)
    assert round(net.value * sum(then.values())) == left


def moves(figures: dict[str, Figure], month: str) -> dict[str, object]:
    return {
        code.removeprefix("mrr_").removesuffix(f":{month}"): one.value
        for code, one in figures.items()
        if code.startswith("mrr_") and code.endswith(month)
    }


def test_how_fees_moved_from_month_to_month() -> None:
    october = a_version(30, fees={"A": 100, "B": 200, "C": 300})
    september = a_version(60, fees={"A": 150, "C": 300, "D": 50})
    figures = found((september, october), a_client("a", usd(180)), a_client("B", usd(200)))
    assert moves(figures, "2026-10") == {
        "new": usd(200),
        "expansion": usd(0),
        "contraction": usd(50),
        "churn": usd(50),
    }
    assert moves(figures, "2026-11") == {
        "new": usd(0),
        "expansion": usd(80),
        "contraction": usd(0),
        "churn": usd(300),
    }
    assert [one.path for one in figures["mrr_churn:2026-10"].sources] == [september.path, october.path]
    assert figures["mrr_churn:2026-11"].sources[0].path == october.path


def test_the_last_version_of_a_month_counts_and_a_month_without_one_is_a_gap() -> None:
    august = a_version(90, fees={"A": 1})
    first, last = a_version(45, fees={"A": 5}), a_version(30, fees={"A": 9})
    figures = found((august, first, last), a_client("A", usd(10)))
    assert moves(figures, "2026-10") == moves(figures, "2026-09") == {}
    assert moves(figures, "2026-11")["expansion"] == usd(1)


def test_a_fee_of_today_that_nobody_knows_has_not_moved() -> None:
    figures = found((a_version(30, fees={"A": 5, "B": 7}),), a_client("A", UNKNOWN), a_client("B", usd(7)))
    assert list(moves(figures, "2026-11").values()) == [usd(0)] * 4
    assert moves(found((a_version(30, fees={"A": 5}),), a_client("A", UNKNOWN)), "2026-11") == {}
