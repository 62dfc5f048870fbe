"""Figures count from their thresholds on, in the direction that is good for them, and say which inputs moved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quarterdeck.changes.causes import title_of
from quarterdeck.changes.moves import moved_figures
from quarterdeck.changes.watched import WATCHED, roles_of
from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.kpis import KPI_BY_ID
from quarterdeck.model.figure import Input, Missing
from quarterdeck.model.source import Source
from quarterdeck.model.values import Day, Money, MoneyRange, Ratio
from quarterdeck.settings import ChangeThresholds
from tests.changes.histories import a_figure, a_state, compared, told, usd
from tests.figures.builders import a_handoff, a_kpi, an_entity
from tests.reports.samples import a_briefing
from tests.sample import sample_facts

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.figure import Value


def share(text: str) -> Ratio:
    return Ratio(Decimal(text))


NUMBERS = [
    ("cash under both limits", "cash_available", usd(10000), usd(10200), None),
    ("cash over the amount, under the share", "cash_available", usd(10000), usd(10999), None),
    ("cash over the share, under the amount", "cash_available", usd(1000), usd(1249), None),
    ("cash at both limits", "cash_available", usd(2500), usd(2750), "better"),
    ("cash falls", "cash_available", usd(2750), usd(2500), None),
    ("cash falls far", "cash_available", usd(3000), usd(2500), "worse"),
    ("from nothing", "cash_available", usd(0), usd(250), "better"),
    ("below zero", "cash_available", usd(-1000), usd(-2000), "worse"),
    ("burn rises", "net_burn", usd(1000), usd(2000), "worse"),
    ("burn falls", "net_burn", usd(2000), usd(1000), "better"),
    ("money that is neither good nor bad", "deposits_owed", usd(1000), usd(2000), "moved"),
    ("another currency", "cash_available", usd(100), Money(Decimal(100), "EUR"), "moved"),
    ("a range", "debt", MoneyRange(usd(1000), usd(2000)), MoneyRange(usd(2000), usd(3000)), "worse"),
    ("a share under five points", "contribution_ratio", share("0.50"), share("0.549"), None),
    ("a share of five points", "contribution_ratio", share("0.50"), share("0.55"), "better"),
    (
        "a share counted otherwise",
        "reconciled",
        share("0.5"),
        Ratio(Decimal("0.5"), Decimal(1), Decimal(2)),
        None,
    ),
    ("known to not known", "cash_available", usd(5), Missing(), "unknown"),
    ("not known to known", "cash_available", Missing(), usd(5), "known"),
    ("not known in other words", "cash_available", Missing(reason="a"), Missing(needs=("b",)), None),
    ("not known for another reason", "cash_available", Missing(), Missing("not_applicable"), None),
    ("no break-even", "break_even_revenue", usd(5), Missing("no_break_even"), "worse"),
]
MONTHS = [
    ("half a month", Decimal("5.9"), Decimal("5.4"), "worse"),
    ("under half a month", Decimal("5.9"), Decimal("5.5"), None),
    ("cash runs out", Decimal("0.4"), Missing("depleted"), "worse"),
    ("cash comes in", Decimal("0.4"), Missing("cash_generating"), "better"),
    ("from the best to the worst", Missing("cash_generating"), Missing("depleted"), "worse"),
    ("one good answer for another", Missing("cash_generating"), Missing("beyond_horizon"), "moved"),
]


@pytest.mark.parametrize(("case", "name", "old", "new", "kind"), NUMBERS, ids=[one[0] for one in NUMBERS])
def test_a_figure_counts_from_its_threshold_on(
    case: str, name: str, old: Value, new: Value, kind: str | None
) -> None:
    found = compared(a_state(a_figure(name, old)), a_state(a_figure(name, new)))
    assert told(found) == ([f"figure {kind} {name}"] if kind else []), case


@pytest.mark.parametrize(("case", "old", "new", "kind"), MONTHS, ids=[one[0] for one in MONTHS])
def test_months_count_by_halves_and_states_are_answers(
    case: str, old: Value, new: Value, kind: str | None
) -> None:
    sides = [a_state(a_figure("runway_months", one, unit="months")) for one in (old, new)]
    assert told(compared(*sides)) == ([f"figure {kind} runway_months"] if kind else []), case


def test_counts_and_days_count_by_their_own_measure() -> None:
    old = a_state(
        a_figure("reviews", Decimal(3), unit="count"),
        a_figure("zero_cash_date", Day(date(2027, 4, 15)), unit="date"),
    )
    soon = a_state(
        a_figure("reviews", Decimal(4), unit="count"),
        a_figure("zero_cash_date", Day(date(2027, 4, 20)), unit="date"),
    )
    late = a_state(
        a_figure("reviews", Decimal(3), unit="count"),
        a_figure("zero_cash_date", Day(date(2027, 3, 1)), unit="date"),
    )
    assert told(compared(old, soon)) == ["figure better reviews"]
    assert told(compared(old, late)) == ["figure worse zero_cash_date"]


def test_settings_move_every_threshold() -> None:
    old, new = a_state(a_figure("cash_available", usd(1000))), a_state(a_figure("cash_available", usd(1010)))
    tight = ChangeThresholds(money=Decimal(10), money_ratio=Decimal("0.01"))
    assert [one.kind for one in moved_figures(old, new, tight)] == ["better"]
    assert not list(moved_figures(old, new, ChangeThresholds()))


def test_a_row_more_is_no_change_and_a_new_headline_is() -> None:
    rows = a_state(a_figure("deposit:b-1", usd(900)), a_figure("mrr", usd(900)))
    assert told(compared(a_state(), rows)) == ["figure known mrr"]
    assert told(compared(rows, a_state())) == ["figure unknown mrr"]


@pytest.mark.parametrize(
    ("name", "label", "title"),
    [
        ("revenue:2026-10", "Revenue", "Revenue, October 2026"),
        ("net_burn:2026-10", "Net burn, 2026-10", "Net burn, 2026-10"),
        ("target:2026-10", "Revenue target, October 2026", "Revenue target, October 2026"),
        ("sales:2026-10", "October sales", "October sales"),
        ("target:2026", "Revenue target, 2026", "Revenue target, 2026"),
        ("cash_available", "Free to use", "Free to use"),
    ],
)
def test_figures_of_two_months_have_two_titles(name: str, label: str, title: str) -> None:
    assert title_of(a_figure(name, usd(1), label=label)) == title


def test_a_number_in_a_row_without_a_name_is_no_cause() -> None:
    def a_day(week: int) -> Briefing:
        inputs = (Input("flows[2][0]", value=usd(week)), Input("rent", value=usd(week)))
        return a_state(a_figure("lowest_week", usd(9000 - week), *inputs))

    (change,) = compared(a_day(1000), a_day(8000)).changes
    assert [one.title for one in change.causes] == ["rent"]


def due(amount: int, known: int) -> Briefing:
    """What is due, of three costs."""
    return a_state(msgspec.structs.replace(a_figure("costs_due_30d", usd(amount)), known=known, wanted=3))


def lowest(amount: int, slip: Value) -> Briefing:
    """The lowest week, with one cost below it."""
    return a_state(a_figure("lowest_week", usd(amount), Input("slip", value=slip)))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (due(6000, 3), due(5000, 2), "moved"),
        (due(6000, 2), due(5000, 2), "better"),
        (due(6000, 2), due(5000, 3), "better"),
        (due(5000, 3), due(6000, 2), "worse"),
        (lowest(4000, usd(1150)), lowest(5150, Missing()), "moved"),
        (lowest(4000, usd(1150)), lowest(5150, usd(0)), "better"),
        (lowest(5000, usd(1150)), lowest(4000, Missing()), "worse"),
    ],
)
def test_nothing_is_better_because_less_is_known(before: Briefing, after: Briefing, kind: str) -> None:
    (change,) = compared(before, after).changes
    assert change.kind == kind


def test_causes_go_down_to_what_moved() -> None:
    burn = Input("net", figure="net_burn")
    cash = Input("cash", figure="cash_available")
    paid = Source("ledger/jada.beancount", 7)

    def state(out: int, runway: str) -> Briefing:
        return a_state(
            a_figure("runway_months", Decimal(runway), cash, burn, unit="months"),
            a_figure("cash_available", usd(24600)),
            a_figure("net_burn", usd(out - 9000), Input("out", figure="out"), Input("in", figure="in")),
            a_figure("out", usd(out), sources=(paid,)),
            a_figure("in", usd(9000)),
        )

    (runway,) = [
        one for one in compared(state(13000, "6.2"), state(14000, "4.9")).changes if one.id == "runway_months"
    ]
    assert [(one.figure, one.before, one.after, one.sources) for one in runway.causes] == [
        ("out", usd(13000), usd(14000), (paid,))
    ]


def test_inputs_that_run_in_a_circle_end() -> None:
    def state(amount: int) -> Briefing:
        return a_state(
            a_figure("mrr", usd(amount), Input("a", figure="debt")),
            a_figure("debt", usd(amount), Input("b", figure="mrr")),
        )

    found = compared(state(1000), state(2000))
    assert sorted(told(found)) == ["figure better mrr", "figure worse debt"]


def test_the_portfolio_names_the_businesses_that_moved_it() -> None:
    def state(amount: int) -> Briefing:
        return a_state(a_figure("mrr", usd(amount), entity=""), a_figure("mrr", usd(amount)))

    (whole,) = [one for one in compared(state(1000), state(2000)).changes if not one.entity]
    assert [(one.entity, one.figure) for one in whole.causes] == [("jada", "mrr")]


def test_a_stated_kpi_is_a_figure_with_the_direction_of_its_catalogue() -> None:
    sides = [a_briefing(a_handoff(an_entity(), a_kpi("leads", "2026-10", many))) for many in ("20", "12")]
    (leads,) = [one for one in compared(*sides).changes if one.what == "figure"]
    assert (leads.id, leads.kind, leads.title) == ("kpi:leads", "worse", KPI_BY_ID["leads"].title)
    assert leads.roles == ("ceo", "cmo")
    assert leads.is_headline


def test_every_watched_figure_exists() -> None:
    """Those that need evidence or two versions are not of the sample."""
    there = {one.id.partition(":")[0] for one in all_figures(sample_facts(), currency="USD")}
    assert {name for name in WATCHED if name not in there} <= {"kpi_coverage"}


def test_what_is_not_watched_stands_where_its_formula_does() -> None:
    assert roles_of(a_figure("anything", usd(1), formula="F-B9")) == ("cfo",)
    assert roles_of(a_figure("anything", usd(1), formula="F-N3")) == ()
    assert roles_of(a_figure("anything", usd(1))) == ()


_LEAST = ChangeThresholds()
answers = st.one_of(
    st.integers(-(10**6), 10**6).map(usd), st.just(Missing()), st.sampled_from([Missing("no_break_even")])
)


@given(answers, answers)
def test_the_other_way_round_is_the_opposite(old: Value, new: Value) -> None:
    if isinstance(old, Money) and isinstance(new, Money):
        # a share of the larger side may stay below the limit that the same share of the smaller one passes
        far, larger = abs(old.amount - new.amount), max(abs(old.amount), abs(new.amount))
        assume(not far or (far >= _LEAST.money and far >= larger * _LEAST.money_ratio))
    there = compared(a_state(a_figure("debt", old)), a_state(a_figure("debt", new)))
    back = compared(a_state(a_figure("debt", new)), a_state(a_figure("debt", old)))
    opposite = {"better": "worse", "worse": "better", "known": "unknown", "unknown": "known"}
    assert [opposite[one.kind] for one in there.changes] == [one.kind for one in back.changes]
    assert bool(there.changes) == (old != new)
