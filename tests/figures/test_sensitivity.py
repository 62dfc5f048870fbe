"""What an assumption moves: the same as if all figures were made again, at a fraction of the work."""

from decimal import Decimal

import msgspec
import pytest

from quarterdeck.figures.collect import all_figures
from quarterdeck.figures.sensitivity import READERS, Lever, is_watched, levers, moves
from quarterdeck.model.assumed import DEFAULTS, Assumed, Limit, LocalCpi, StageProbability
from quarterdeck.model.facts import Facts
from quarterdeck.model.figure import Value
from quarterdeck.model.holdings import Lease
from quarterdeck.model.sales import Lead
from quarterdeck.model.values import Money
from tests.figures.builders import AS_OF, a_handoff, a_row, an_entity, day, usd
from tests.sample import sample_facts

D = Decimal
ASSUMED = msgspec.structs.replace(DEFAULTS, local_cpi=LocalCpi(D("0.03"), "San Diego", AS_OF))
FIRST = {one.path.partition(".")[0]: one for one in reversed(list(levers(ASSUMED)))}
"""The first lever of every assumption."""


def watched(facts: Facts) -> dict[tuple[str, str], Value]:
    return {
        (one.entity, one.id): one.value
        for one in all_figures(facts, currency="USD")
        if is_watched(one.id) and one.is_known
    }


@pytest.fixture(scope="module")
def now() -> dict[tuple[str, str], Value]:
    return watched(sample_facts().assuming(ASSUMED))


@pytest.fixture(scope="module")
def moved() -> dict[tuple[str, str, str], Value]:
    """What a tenth more makes of a figure, by path, entity and id."""
    facts = sample_facts().assuming(ASSUMED)
    found = moves(facts, all_figures(facts, currency="USD"), currency="USD")
    return {(one.path, one.entity, one.figure): one.more for one in found}


@pytest.mark.parametrize("lever", FIRST.values(), ids=list(FIRST))
def test_the_short_way_finds_what_the_long_way_finds(
    lever: Lever, now: dict[tuple[str, str], Value], moved: dict[tuple[str, str, str], Value]
) -> None:
    again = watched(sample_facts().assuming(lever.more))
    expected = {key: value for key, value in again.items() if value != now[key]}
    short = {
        key: moved[lever.path, *key] for key in now if moved.get((lever.path, *key), now[key]) != now[key]
    }
    assert short == expected


def test_every_assumption_that_a_watched_figure_reads_is_listed(now: dict[tuple[str, str], Value]) -> None:
    others = msgspec.structs.replace(
        ASSUMED,
        approval_limit=D(9000),
        capital_threshold=D(9000),
        contractor_threshold=((2025, D(1)), (2026, D(1))),
        variance_flag=Limit(D(1), D("0.001")),
        bill_tolerance=Limit(D(900), D("0.9")),
        deposit_limit_months=D(9),
        stale_after=dict.fromkeys(ASSUMED.stale_after, 1),
        rental_reserve_months=D(60),
    )
    changed = {name for name in Assumed.__struct_fields__ if getattr(others, name) != getattr(ASSUMED, name)}
    assert not changed & set(READERS)
    assert watched(sample_facts().assuming(others)) == now


def test_only_watched_figures_that_differ_are_told(moved: dict[tuple[str, str, str], Value]) -> None:
    assert all(is_watched(figure) for _, _, figure in moved)
    assert {path.partition(".")[0] for path, _, _ in moved} >= {
        "reserve_months",
        "downside",
        "stage_probability",
    }
    assert not is_watched("sales_ttm")


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("reserve_months", ("2.7", "3.3")),
        ("downside.delay_weeks", ("1", "3")),
        ("stage_probability.verbal", ("0.855", "1")),
        ("channel_weights.others", ("0.9", "1.1")),
        ("email_model.base.click", ("0.0198", "0.0242")),
        ("loss_rates", ("0.009", "0.011")),
        ("local_cpi.rate", ("0.027", "0.033")),
    ],
)
def test_a_tenth(path: str, at: tuple[str, str]) -> None:
    assumed = msgspec.structs.replace(ASSUMED, stage_probability=StageProbability(verbal=D("0.95")))
    found = {one.path: one for one in levers(assumed)}
    assert tuple(map(str, (one.normalize() for one in found[path].at))) == at
    assert found[path].less != assumed
    assert found[path].more != found[path].less


def test_facts_under_other_assumptions_leave_the_first_ones_alone() -> None:
    lead = a_row(Lead, lead="retreat", value=usd(1000), stage="verbal", expected=day("2026-12-01"))
    facts = Facts([a_handoff(an_entity(), lead)], AS_OF)
    assert facts.rows is facts.rows
    other = facts.assuming(
        msgspec.structs.replace(DEFAULTS, stage_probability=StageProbability(verbal=D("0.5")))
    )
    assert watched(other)["jada", "pipeline_weighted"] == Money(D(500), "USD")
    assert watched(facts)["jada", "pipeline_weighted"] == Money(D(700), "USD")
    assert facts.assumed is DEFAULTS


def test_nothing_known_is_moved_by_nothing() -> None:
    facts = Facts([a_handoff(an_entity(), a_row(Lease, unit="A"))], AS_OF)
    assert moves(facts, all_figures(facts, currency="USD"), currency="USD") == ()
    assert moves(Facts((), AS_OF), (), currency="USD") == ()
