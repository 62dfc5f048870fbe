"""The KPI catalogue, and what the rows that people write make of it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from quarterdeck.figures.kpis import (
    CATALOGUE,
    KINDS,
    KpiDefinition,
    Unit,
    coverage,
    covered,
    kpi_states,
    kpis_of,
    most_important_missing,
    other_kpis,
    printed,
    required_kpis,
)
from quarterdeck.model.books import Kpi
from quarterdeck.model.figure import Missing
from quarterdeck.model.finding import KpiState
from quarterdeck.model.values import ABSENT, UNKNOWN, Money, Period, Ratio
from quarterdeck.reports import words
from tests.figures.builders import (
    AS_OF,
    JADA,
    NOT_TRACKED,
    REFUSED,
    a_handoff,
    a_kpi,
    a_row,
    an_entity,
    day,
    days_before,
    facts_of,
    month,
    not_applicable,
    share,
    single_day,
    some_facts,
    usd,
)

if TYPE_CHECKING:
    from quarterdeck.model.entity import EntityKind


def state_of(kpi: str, *rows: tuple[object, object], kind: EntityKind = "charter") -> KpiState:
    """The state of one KPI after rows of period and value."""
    written = [a_kpi(kpi, period, value) for period, value in rows]  # type: ignore[arg-type]  # of the table
    facts = facts_of(*written, entity=an_entity(kind=kind))
    return next(one for one in kpi_states(facts) if one.kpi == kpi)


def a_state(kpi: str, state: str, weight: int = 3, **fields: object) -> KpiState:
    known = {"kpi": kpi, "entity": JADA, "state": state, "title": kpi, "weight": weight}
    return KpiState(**(known | fields))  # type: ignore[arg-type]  # a plain dict of its fields


def test_the_catalogue_has_ninety_six_kpis_with_unique_ids() -> None:
    assert len(CATALOGUE) == 96
    for kind in KINDS:
        ids = Counter(one.id for one in CATALOGUE if kind in one.kinds)
        assert ids
        assert set(ids.values()) == {1}, kind
    assert len({one.id for one in CATALOGUE}) == 96


@pytest.mark.parametrize(
    ("kind", "listed", "required"),
    [
        ("generic", 20, 20),
        ("charter", 37, 37),
        ("concert", 39, 39),
        ("hauling", 32, 32),
        ("agency", 33, 33),
        ("rental", 31, 30),
        ("delivery", 29, 29),
        ("saas", 32, 30),
    ],
)
def test_each_kind_has_its_list(kind: EntityKind, listed: int, required: int) -> None:
    entity = an_entity(kind=kind)
    assert (len(kpis_of(entity)), len(required_kpis(entity))) == (listed, required)


def test_only_concerts_count_seats() -> None:
    assert "seat_fill" not in {one.id for one in required_kpis(an_entity(kind="charter"))}
    assert "seat_fill" in {one.id for one in required_kpis(an_entity(kind="concert"))}


def test_without_a_kind_the_generic_list_is_asked_for() -> None:
    assert required_kpis(an_entity(kind=UNKNOWN)) == required_kpis(an_entity(kind="generic"))


@pytest.mark.parametrize("one", CATALOGUE, ids=lambda one: one.id)
def test_a_definition_can_be_read(one: KpiDefinition) -> None:
    assert one.title[0].isupper()
    assert one.what
    assert not one.what.endswith(".")
    assert one.weight in {1, 2, 3}
    assert one.stale_after_days > 0


def test_an_entity_that_is_not_active_requires_nothing() -> None:
    paused = an_entity(status="paused")
    facts = facts_of(a_kpi("sailings", "2026-10", "8"), entity=paused)
    assert required_kpis(paused) == ()
    assert kpi_states(facts) == ()
    assert [one.kpi for one in other_kpis(facts)] == ["sailings"]


MONTHLY = "rating"
"""A monthly KPI; its value is stale after 45 days."""


@pytest.mark.parametrize(
    ("case", "period", "state", "age"),
    [
        ("last month", month("2026-10"), "fresh", 23),
        ("the last fresh day", single_day(days_before(45)), "fresh", 45),
        ("one day older", single_day(days_before(46)), "stale", 46),
        ("the running month", month("2026-11"), "fresh", 0),
        ("as of itself", single_day(AS_OF), "fresh", 0),
        ("a whole year", Period(day("2025-01-01"), day("2025-12-31"), "2025"), "stale", 327),
        ("a month that has not begun", month("2026-12"), "never", None),
        ("no period", UNKNOWN, "stale", None),
    ],
)
def test_age_counts_from_the_end_of_the_period(
    case: str, period: object, state: str, age: int | None
) -> None:
    one = state_of(MONTHLY, (period, "4.6"))
    assert (one.state, one.age_days) == (state, age), case


@pytest.mark.parametrize(
    ("case", "value", "state", "reason"),
    [
        ("a number", Decimal("4.6"), "fresh", ""),
        ("zero is a value", Decimal(0), "fresh", ""),
        ("not known", UNKNOWN, "never", ""),
        ("no such column", ABSENT, "never", ""),
        ("not understood", REFUSED, "never", "what is written was not understood"),
        ("not tracked", NOT_TRACKED, "not tracked", ""),
        ("n/a with a reason", not_applicable("no reviews yet"), "n/a", "no reviews yet"),
        ("n/a without one", not_applicable(), "never", "n/a needs a reason"),
    ],
)
def test_what_a_value_makes_of_it(case: str, value: object, state: str, reason: str) -> None:
    one = state_of(MONTHLY, ("2026-10", value))
    assert (one.state, one.reason) == (state, reason), case
    assert one.source is not None
    assert bool(one.add) == (state in {"never", "stale"}), case


Q3 = Period(day("2026-07-01"), day("2026-09-30"), "2026-Q3")


@pytest.mark.parametrize(
    ("case", "rows", "value"),
    [
        ("in any order", [("2026-10", "4.5"), ("2026-09", "4.1")], "4.5"),
        ("the month before the quarter that it ends", [("2026-09", "4.1"), (Q3, "4.2")], "4.1"),
        ("a later row of the same month", [("2026-10", "4.5"), ("2026-10", "4.7")], "4.7"),
        ("a question mark is passed over", [("2026-09", "4.1"), ("2026-10", UNKNOWN)], "4.1"),
        ("so is a month to come", [("2026-10", "4.5"), ("2027-01", "4.9")], "4.5"),
        ("and a row without a period", [("2026-09", "4.1"), (UNKNOWN, "4.9")], "4.1"),
        ("an answer without a number is an answer", [("2026-09", "4.1"), ("2026-10", NOT_TRACKED)], ""),
    ],
)
def test_the_newest_period_wins(case: str, rows: list[tuple[object, object]], value: str) -> None:
    assert state_of(MONTHLY, *rows).value == value, case


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("money", usd(1250), "$1,250"),
        ("money", usd("79.1"), "$79.10"),
        ("money", usd("1250.55"), "$1,251"),
        ("money", usd(-680), "\u2212$680"),
        ("money", usd("-0.001"), "$0"),
        ("money", Decimal(10300), "$10,300"),
        ("money", Money(Decimal(1200), "CHF"), "1,200\u00a0CHF"),
        ("money per hour", usd(60), "$60 an hour"),
        ("percent", Ratio(Decimal(5) / 31, Decimal(5), Decimal(31)), "16.1%"),
        ("percent", share("1.4"), "140.0%"),
        ("percent", Decimal("0.25"), "25.0%"),
        ("percent", share("-0.124"), "\u221212.4%"),
        ("percent", usd(3), "$3"),
        ("ratio", Decimal("14.902"), "14.90"),
        ("ratio", share("1.09"), "1.09"),
        ("count", Decimal(3676), "3,676"),
        ("count", Decimal("4.50"), "4.5"),
        ("count", Ratio(Decimal("0.5")), "50.0%"),
        ("rating", Decimal("4.64"), "4.6"),
        ("months", Decimal("5.47"), "5.5\u00a0months"),
        ("days", Decimal(1), "1\u00a0day"),
        ("hours", Decimal("3.5"), "3.5\u00a0hours"),
        ("milliseconds", Decimal(820), "820\u00a0ms"),
        ("per week", Decimal("1.5"), "1.5\u00a0per week"),
        ("day of month", Decimal(10), "day\u00a010"),
    ],
)
def test_a_value_is_printed_in_its_unit(unit: Unit, value: Money | Ratio | Decimal, shown: str) -> None:
    assert printed(value, unit, "USD") == shown


@pytest.mark.parametrize("amount", ["0", "-0.004", "7", "-7.5", "999.99", "999.999", "1000.5", "-24600.49"])
def test_money_is_printed_as_pages_print_it(amount: str) -> None:
    assert printed(usd(amount), "money", "USD") == words.money(usd(amount))
    assert printed(Decimal(amount), "count", "USD") == words.number(Decimal(amount))
    assert printed(share(amount), "percent", "USD") == words.percent(share(amount))


def test_a_bare_number_is_money_in_the_currency_of_the_business() -> None:
    row = a_kpi("revenue", "2026-10", "900")
    euros = facts_of(row, entity=an_entity(currency="EUR"))
    assert next(one for one in kpi_states(euros) if one.kpi == "revenue").value == "€900"
    plain = facts_of(row)
    assert next(one for one in kpi_states(plain, "GBP") if one.kpi == "revenue").value == "£900"


def test_an_estimate_says_so() -> None:
    facts = facts_of(a_kpi("sailings", "2026-10", "8", estimates=("value",)))
    assert next(one for one in kpi_states(facts) if one.kpi == "sailings").value == "about 8"


@pytest.mark.parametrize("written", ["lead_time_days", "Lead time days", "lead-time-days", "LEAD_TIME_DAYS"])
def test_an_id_is_found_however_it_is_written(written: str) -> None:
    states = kpi_states(facts_of(a_kpi(written, "2026-10", "12")))
    assert next(one for one in states if one.kpi == "lead_time_days").state == "fresh"


@pytest.mark.parametrize(
    ("kpi", "as_of", "period"),
    [
        ("runway_months", "2026-11-23", "2026-10"),
        ("runway_months", "2026-11-30", "2026-11"),
        ("runway_months", "2026-01-15", "2025-12"),
        ("leads", "2026-11-23", "2026-W47"),
        ("leads", "2026-11-22", "2026-W47"),
        ("leads", "2027-01-01", "2026-W52"),
        ("break_even_units", "2026-11-23", "2026-Q3"),
        ("break_even_units", "2026-12-31", "2026-Q4"),
        ("break_even_units", "2027-02-01", "2026-Q4"),
        ("cap_rate", "2026-11-23", "2025"),
        ("cap_rate", "2026-12-31", "2026"),
        ("turn_days", "2026-11-23", "2026-10"),
    ],
)
def test_what_to_add_names_the_file_and_the_last_whole_period(kpi: str, as_of: str, period: str) -> None:
    handoff = a_handoff(an_entity(kind="rental"), path="handoffs/Old name.md")
    state = next(one for one in kpi_states(some_facts(handoff, as_of=day(as_of))) if one.kpi == kpi)
    assert state.add == f"`## KPIs` in handoffs/Old name.md: a row `{kpi} | {period} | …`"


def test_coverage_is_fresh_over_required_without_na() -> None:
    states = [
        *(a_state(f"fresh{n}", "fresh") for n in range(6)),
        *(a_state(f"stale{n}", "stale") for n in range(2)),
        *(a_state(f"never{n}", "never") for n in range(3)),
        a_state("untracked", "not tracked"),
        *(a_state(f"na{n}", "n/a") for n in range(2)),
        a_state("optional", "fresh", is_optional=True),
    ]
    assert coverage(states) == (6, 12)
    assert covered(*coverage(states)) == Ratio(Decimal("0.5"))
    assert coverage([]) == (0, 0)
    assert covered(0, 0) == Missing("not_applicable", reason="nothing is required")


def test_the_most_missed_come_by_weight_then_never_then_id() -> None:
    states = [
        a_state("b", "never", 2),
        a_state("d", "stale", 3),
        a_state("c", "never", 3),
        a_state("a", "never", 3),
        a_state("e", "stale", 1),
        a_state("fresh", "fresh"),
        a_state("untracked", "not tracked"),
        a_state("na", "n/a"),
        a_state("optional", "never", is_optional=True),
    ]
    assert [one.kpi for one in most_important_missing(states)] == ["a", "c", "d", "b", "e"]
    assert [one.kpi for one in most_important_missing(states, 2)] == ["a", "c"]
    assert most_important_missing([]) == ()


def test_rows_of_no_list_are_kept() -> None:
    rows = [
        a_kpi("ice_cream_sold", "2026-09", "31"),
        a_kpi("ice_cream_sold", "2026-10", "12"),
        a_kpi("jobs", "2026-10", "3"),
        a_kpi("sailings", "2026-10", "8"),
        a_kpi("ghost", "2026-10", UNKNOWN),
    ]
    nameless = a_row(Kpi, period=month("2026-10"), value=Decimal(1))
    facts = facts_of(*rows, nameless)
    assert other_kpis(facts) == (rows[4], rows[1], rows[2])
    assert "jobs" not in {one.kpi for one in kpi_states(facts)}


def test_an_empty_portfolio_measures_nothing() -> None:
    assert kpi_states(some_facts()) == ()
    assert other_kpis(some_facts()) == ()


def test_states_come_by_entity_and_catalogue() -> None:
    facts = some_facts(a_handoff(an_entity("zoe", "generic")), a_handoff(an_entity("ann", "generic")))
    states = kpi_states(facts)
    assert [one.entity for one in states] == ["ann"] * 20 + ["zoe"] * 20
    assert [one.kpi for one in states[:20]] == [one.id for one in CATALOGUE[:20]]
