"""What each month must bring: by the plan's months, by a year's season, by the budgets of the books."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.model.figure import Missing
from quarterdeck.model.sales import Lead
from quarterdeck.model.values import UNKNOWN, Money
from tests.figures.builders import (
    JADA,
    a_booking,
    a_handoff,
    a_kpi,
    a_row,
    a_task,
    an_entity,
    share,
    usd,
)
from tests.figures.planning import budget, found, in_plan, of_jada, plain, sold, steady

if TYPE_CHECKING:
    from quarterdeck.model.books import Kpi
    from quarterdeck.model.columns import Row
    from quarterdeck.model.figure import Figure

SEASON = dict(
    zip(
        steady("0"),
        ("400", "300", "500", "500", "700", "800", "1000", "1300", "1400", "1400", "1000", "700"),
        strict=True,
    )
)
"""November 2025 to October 2026, 10,000 in all."""


@pytest.mark.parametrize(
    ("case", "rows", "books", "figure", "value"),
    [
        ("a month of the plan", [in_plan("2026-12", "2520")], "", "target:2026-12", "2520"),
        ("recurring fees as revenue", [in_plan("2026-12", "650", "mrr")], "", "target:2026-12", "650"),
        ("a budget of the books alone", [], budget("12000.00"), "target:2026-12", "12000.00"),
        ("a budget goes on into the next year", [], budget("500.00"), "target:2027-06", "500.00"),
        ("a quarter's budget is a third of it", [], budget("900.00", cadence="quarterly"), "target:2026-12", "300.00"),
        ("a year's budget is a twelfth of it", [], budget("900.00", cadence="yearly"), "target:2026-12", "75.00"),
        ("the plan before the books", [in_plan("2026-12", "2520")], budget("12000.00"), "target:2026-12", "2520"),
        ("an unknown plan", [in_plan("2026-12", UNKNOWN)], budget("7.00"), "target:2026-12", "7.00"),
        ("no plan", [], "", "target:2026-12", "not_known plan"),
        ("a plan that is not known", [in_plan("2026-12", UNKNOWN)], "", "target:2026-12", "not_known plan"),
        ("a year in equal months", [in_plan("2026", "1200")], "", "target:2026-12", "100.00"),
        ("a year by season", [in_plan("2026", "120000")], sold(SEASON), "target:2026-08", "16800.00"),
        (
            "what the months leave of the year",
            [in_plan("2026", "1200"), in_plan("2026-01", "650")],
            "",
            "target:2026-12",
            "50.00",
        ),
        (
            "a year before the books",
            [in_plan("2026", "1200")],
            budget("500.00"),
            "target:2026-12",
            "100.00",
        ),
        (
            "months that come to more than their year",
            [in_plan("2026", "1200"), in_plan("2026-01", "1300")],
            "",
            "target:2026-12",
            "not_known",
        ),
        ("the year itself", [in_plan("2026", "1200")], "", "target:2026", "1200"),
        ("months alone", [in_plan("2026-12", "5"), in_plan("2026-11", "6")], "", "target:2026", "11"),
        ("planned costs", [in_plan("2026-12", "880", "variable")], "", "plan_variable:2026-12", "880"),
        ("no planned costs", [in_plan("2026-12", "880")], "", "plan_fixed:2026-12", "no figure"),
        ("a year's costs, no season", [in_plan("2026", "1200", "variable")], "", "plan_variable:2026-12", "100.00"),
        (
            "a year's costs by season",
            [in_plan("2026", "120000", "variable")],
            sold(SEASON),
            "plan_variable:2026-08",
            "16800.00",
        ),
        (
            "fixed costs fall evenly",
            [in_plan("2026", "1200", "fixed")],
            sold(SEASON),
            "plan_fixed:2026-08",
            "100.00",
        ),
        (
            "what the months leave of a year's costs",
            [in_plan("2026", "1200", "fixed"), in_plan("2026-01", "650", "fixed")],
            "",
            "plan_fixed:2026-12",
            "50.00",
        ),
        (
            "months that cost more than their year",
            [in_plan("2026", "1200", "fixed"), in_plan("2026-01", "1300", "fixed")],
            "",
            "plan_fixed:2026-12",
            "not_known",
        ),
        (
            "budgets of one class",
            [],
            budget("100.00", "Expenses:JADA:Fixed:Slip") + budget("7.00", "Expenses:JADA:Variable:Crew"),
            "plan_fixed:2026-12",
            "100.00",
        ),
        (
            "what a target leaves",
            [in_plan("2026-12", "2520"), in_plan("2026-12", "880", "variable")],
            "",
            "target_contribution:2026-12",
            "1640.00",
        ),
    ],
)  # fmt: skip
def test_a_target(case: str, rows: list[Row], books: str, figure: str, value: str) -> None:
    assert plain(of_jada(rows, books).get(figure)) in {value, f"{value}.00"}, case


def test_a_plan_that_differs_from_the_books_keeps_both_places() -> None:
    target = of_jada([in_plan("2026-12", "2520")], budget("12000.00"))["target:2026-12"]
    assert target.note == "ledger/main.beancount budgets 12,000.00; the plan counts, for it names the month"
    assert [one.path for one in target.sources] == ["handoffs/jada.md", "ledger/main.beancount"]
    assert target.kind == "stated"


def test_a_plan_that_agrees_with_the_books_says_nothing() -> None:
    target = of_jada([in_plan("2026-12", "2520")], budget("2520.00"))["target:2026-12"]
    assert (target.note, len(target.sources)) == ("", 2)


@pytest.mark.parametrize(
    ("case", "rows", "books", "note"),
    [
        (
            "the books",
            [in_plan("2026", "1200")],
            budget("500.00"),
            "ledger/main.beancount budgets 6,000.00; the plan counts, for it names the year",
        ),
        (
            "its own months",
            [in_plan("2026", "1200"), *(in_plan(f"2026-{at:02}", "90") for at in range(1, 13))],
            "",
            "its months come to 1,080.00",
        ),
        ("nothing", [in_plan("2026", "1200")], budget("100.00"), ""),
    ],
)
def test_what_contradicts_a_year(case: str, rows: list[Row], books: str, note: str) -> None:
    assert of_jada(rows, books)["target:2026"].note == note, case


def test_a_year_without_a_season_says_so() -> None:
    assert (
        of_jada([in_plan("2026", "1200")])["target:2026-12"].note == "the season is not known: equal months"
    )
    seasonal = of_jada([in_plan("2026", "120000")], sold(SEASON))["target:2026-12"]
    assert seasonal.note == ""
    assert [one.figure for one in seasonal.inputs][:2] == ["target:2026", "season:01"]


def test_costs_of_a_year_say_why_their_months_are_equal() -> None:
    figures = of_jada([in_plan("2026", "1200", word) for word in ("variable", "fixed")])
    assert figures["plan_variable:2026-12"].note == "the season is not known: equal months"
    assert figures["plan_fixed:2026-12"].note == "fixed costs have no season: equal months"


def test_a_partial_year_is_at_least_its_months() -> None:
    total = of_jada([in_plan("2026-12", "5")])["target:2026"]
    assert (total.known, total.wanted, total.is_partial) == (1, 12, True)


def test_the_months_of_two_years() -> None:
    codes = [one for one in of_jada() if one.startswith("target:2") and len(one) == len("target:2026-01")]
    assert (len(codes), min(codes), max(codes)) == (24, "target:2026-01", "target:2027-12")


# ── catching up (F-T2) ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "annual", "months", "expected"),
    [
        ("behind, by season", "12000", SEASON, ["1542.86", "1157.14"]),
        ("the year is reached", "9000", SEASON, ["target_met", "target_met"]),
        ("equal months without a season", "12000", steady("900", "2026-01", 10), ["1500.00", "1500.00"]),
        ("books that begin in March", "12000", steady("900", "2026-03", 8), ["no figure", "no figure"]),
        ("no books", "12000", {}, ["no figure", "no figure"]),
    ],
)
def test_catching_up(case: str, annual: str, months: dict[str, str], expected: list[str]) -> None:
    figures = of_jada([in_plan("2026", annual)], sold(months))
    assert [plain(figures.get(f"catch_up:2026-{at}")) for at in (11, 12)] == expected, case


# ── bookings and leads (F-T3) ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "rows", "bookings", "leads"),
    [
        ("with a close rate", [a_kpi("close_rate", "2026-10", share("0.22"))], "16", "73"),
        (
            "the newest close rate",
            [a_kpi("close_rate", "2026-10", share("0.5")), a_kpi("close_rate", "2026-09", share("0.1"))],
            "16",
            "32",
        ),
        (
            "one of the future does not count",
            [a_kpi("close_rate", "2027-01", share("0.5"))],
            "16",
            "not_known",
        ),
        ("without one", [a_kpi("close_rate", "2026-10", UNKNOWN)], "16", "not_known"),
    ],
)
def test_what_a_target_takes(case: str, rows: list[Kpi], bookings: str, leads: str) -> None:
    figures = of_jada([in_plan("2026-12", "11250"), a_booking(), a_booking("b-2", gross=usd(690)), *rows])
    assert plain(figures["average_booking"]) == "705.00"
    assert plain(figures["bookings_needed:2026-12"]) == bookings, case
    assert plain(figures["leads_needed:2026-12"]) == leads, case
    assert "bookings_needed:2026-10" not in figures


def test_a_house_needs_no_bookings() -> None:
    assert "average_booking" not in of_jada([in_plan("2026-12", "10"), a_booking()], kind="rental")


# ── what a target rests on ───────────────────────────────────────────────────────────────────────────────────

NEEDS = ("R-QDN-01",)


@pytest.mark.parametrize(
    ("case", "rows", "resting", "supported"),
    [
        (
            "rows of their own",
            [in_plan("2026-12", "2400"), in_plan("2026-12", "3600", needs=NEEDS)],
            "3600.00",
            "2400.00",
        ),
        ("one row that waits", [in_plan("2026-12", "6000", needs=NEEDS)], "no figure", "not_known"),
        ("nothing that waits", [in_plan("2026-12", "6000")], "no figure", "no figure"),
        ("a task that is open", [in_plan("2026-12", "6000", needs=("jad-1",))], "no figure", "not_known"),
        ("a task that is done", [in_plan("2026-12", "6000", needs=("JAD-2",))], "no figure", "no figure"),
        ("a lead that is won", [in_plan("2026-12", "6000", needs=("retreat",))], "no figure", "no figure"),
        ("a month that is over", [in_plan("2026-10", "6000", needs=NEEDS)], "no figure", "no figure"),
    ],
)
def test_what_today_supports(case: str, rows: list[Row], resting: str, supported: str) -> None:
    owner = a_handoff(
        an_entity(JADA),
        *rows,
        a_row(Lead, lead="retreat", stage="won"),
        tasks=[a_task("JAD-1"), a_task("JAD-2", state="done")],
    )
    figures = {code: one for (_, code), one in found(entity="other", others=[owner]).items()}
    month = "2026-10" if "over" in case else "2026-12"
    assert plain(figures.get(f"resting:{month}")) in {resting, resting.removesuffix(".00")}, case
    assert plain(figures.get(f"supported:{month}")) in {supported, supported.removesuffix(".00")}, case


def test_without_a_split_the_dependence_has_no_number() -> None:
    content = of_jada([in_plan("2026-12", "6000", needs=NEEDS)])["supported:2026-12"].value
    assert content == Missing(reason="the plan has no row of its own for what stands without it")


# ── what holds for all of them ───────────────────────────────────────────────────────────────────────────────

cents = st.decimals("0", "1000000", places=2)


@settings(max_examples=25, deadline=None)
@given(
    cents,
    st.dictionaries(st.integers(1, 11), cents, max_size=4),
    st.sampled_from(["", sold(SEASON)]),
)
def test_months_add_up_to_their_year(rest: Decimal, named: dict[int, Decimal], books: str) -> None:
    annual = rest + sum(named.values(), Decimal(0))
    rows = [in_plan("2026", str(annual))]
    rows += [in_plan(f"2026-{at:02}", str(amount)) for at, amount in named.items()]
    figures = of_jada(rows, books)
    assert sum(money(figures[f"target:2026-{at:02}"]) for at in range(1, 13)) == annual


@settings(max_examples=15, deadline=None)
@given(st.lists(st.none() | cents, min_size=2, max_size=2))
def test_targets_of_businesses_add_up(annual: list[Decimal | None]) -> None:
    first, second = (
        [in_plan("2026", str(amount), entity=entity)] if amount is not None else []
        for amount, entity in zip(annual, (JADA, "other"), strict=True)
    )
    figures = found(first, others=[a_handoff(an_entity("other"), *second)])
    for at in range(1, 13):
        whole = figures["", f"target:2026-{at:02}"]
        members = [figures[entity, f"target:2026-{at:02}"] for entity in (JADA, "other")]
        known = [money(one) for one in members if one.is_known]
        assert whole.is_known == bool(known)
        if known:
            assert money(whole) == sum(known)
            assert whole.is_partial == (len(known) < len(members))


def money(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Money), figure
    return figure.value.amount


def test_a_day_at_the_end_of_the_year_has_no_month_to_catch_up() -> None:
    figures = of_jada([in_plan("2026", "12000")], sold(SEASON), as_of="2026-12-31")
    assert "target:2027-12" in figures
    assert not [one for one in figures if one.startswith("catch_up")]
