"""Which versions are kept (F-140)."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.versions import LATEST, Manifest, Moment, Newest, Properties, State, Version
from quarterdeck.publish.inventory import Inventory
from quarterdeck.publish.keeping import pruning, why_kept
from quarterdeck.publish.titles import titled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_version(day: date, again: int = 1, *, is_pinned: bool = False) -> Version:
    name = f"{day}-aaaaaaa" if again == 1 else f"{day}-aaaaaaa.{again}"
    return Version(name, "", (), Properties(Moment("a" * 40, 1_790_000_000, day), pinned=is_pinned))


def names(*days: str) -> list[Version]:
    return [a_version(date.fromisoformat(day)) for day in days]


@pytest.mark.parametrize(
    ("case", "days", "keep", "kept"),
    [
        ("nothing", [], 3, {}),
        ("fewer than asked", ["2026-11-01"], 3, {"2026-11-01": "of the newest"}),
        (
            "month ends",
            ["2026-09-10", "2026-09-30", "2026-10-02", "2026-10-03", "2026-11-01", "2026-11-02"],
            1,
            {
                "2026-11-02": "of the newest",
                "2026-10-03": "last of a month",
                "2026-09-30": "last of a month",
            },
        ),
        (
            "the same month of two years",
            ["2025-11-30", "2026-11-29", "2026-11-30"],
            1,
            {"2026-11-30": "of the newest", "2025-11-30": "last of a month"},
        ),
        ("nof the newest", ["2026-11-01", "2026-11-02"], 0, {"2026-11-02": "last of a month"}),
    ],
)
def test_F140_what_is_kept_and_why(case: str, days: list[str], keep: int, kept: dict[str, str]) -> None:
    found = why_kept(names(*days), (), keep)
    assert found == {f"{day}-aaaaaaa": why for day, why in kept.items()}, case
    assert list(found) == sorted(found, reverse=True), case


def test_F140_current_and_pinned_ones_stay_whatever_their_age() -> None:
    old = names("2026-10-01", "2026-10-02", "2026-10-03", "2026-10-31", "2026-11-01")
    marked = titled([*old[:2], a_version(date(2026, 10, 3), is_pinned=True), *old[3:]], "2026-10-02-aaaaaaa")
    assert why_kept(marked, {"2026-10-01-aaaaaaa"}, 1) == {
        "2026-11-01-aaaaaaa": "of the newest",
        "2026-10-31-aaaaaaa": "last of a month",
        "2026-10-03-aaaaaaa": "pinned",
        "2026-10-02-aaaaaaa": "current",
        "2026-10-01-aaaaaaa": "current",
    }


VERSIONS = st.lists(
    st.builds(
        lambda day, again, is_pinned: a_version(day, again, is_pinned=is_pinned),
        st.dates(date(2025, 11, 1), date(2026, 2, 28)),
        st.integers(1, 12),
        st.booleans(),
    ),
    unique_by=lambda one: one.version,
    max_size=40,
)


@given(VERSIONS, st.integers(0, 10), st.data())
def test_F140_the_policy_holds_for_any_store(versions: list[Version], keep: int, data: st.DataObject) -> None:
    current = data.draw(st.sampled_from([one.version for one in versions] or [""]))
    kept = why_kept(versions, {current}, keep)
    ordered = [one.version for one in sorted(versions, key=lambda one: one.order)]
    assert current in kept or not versions
    assert {one.version for one in versions if one.properties.pinned} <= kept.keys()
    assert set(ordered[len(ordered) - min(keep, len(ordered)) :]) <= kept.keys()
    for month in {name[:7] for name in ordered}:
        assert [name for name in ordered if name.startswith(month)][-1] in kept
    for name in kept.keys() - {current}:  # and nothing else is kept
        (one,) = [each for each in versions if each.version == name]
        is_end = name == [each for each in ordered if each[:7] == name[:7]][-1]
        assert one.properties.pinned or is_end or name in ordered[-keep:]
    again = [one for one in versions if one.version in kept]
    assert why_kept(again, {current}, keep) == kept  # what was pruned once is not pruned further


def an_inventory(*listed: Version, left: dict[str, timedelta], newest: str = "") -> Inventory:
    moment = Moment("a" * 40, 0, date(2026, 11, 1))
    names_ = [*(one.version for one in listed), *left]
    return Inventory(
        State(portfolio="Harbor", latest=listed[-1].version, newest=Newest(newest, moment, "")),
        {
            name: Manifest(
                version=name, moment=moment, content="", builder="", quarterdeck="", pages={"all": ()}
            )
            for name in names_
        },
        {name: NOW - left.get(name, timedelta(days=90)) for name in names_},
        {"all": titled(listed, listed[-1].version)},
    )


def test_F152_what_dead_runs_left_is_collected_after_a_day() -> None:
    left = {
        "dead": timedelta(days=1, seconds=1),
        "at-work": timedelta(hours=23),
        "long-dead": timedelta(days=30),
    }
    found = pruning(an_inventory(*names("2026-11-01"), left=left), 30, NOW)
    assert found.leftovers == ("dead", "long-dead")
    assert found.removed == ("dead", "long-dead")


def test_F140_after_a_rollback_the_newest_stays_too() -> None:
    days = names("2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06", "2026-11-01")
    inventory = an_inventory(*days, left={}, newest="2026-11-05-aaaaaaa")
    found = pruning(inventory, 0, NOW)
    assert found.versions == ("2026-11-03-aaaaaaa", "2026-11-04-aaaaaaa")
    assert found.kept == {
        "2026-11-06-aaaaaaa": "last of a month",
        "2026-11-05-aaaaaaa": "current",
        "2026-11-01-aaaaaaa": "current",
    }


def test_F131_what_was_finished_while_the_inventory_was_taken_is_left() -> None:
    seen = an_inventory(*names("2026-11-03", "2026-11-04", "2026-11-05"), left={})
    late = msgspec.structs.replace(seen, manifests={})
    assert pruning(seen, 1, NOW).versions == ("2026-11-03-aaaaaaa", "2026-11-04-aaaaaaa")
    assert pruning(late, 1, NOW).versions == ()


def test_a_version_that_one_audience_has_pinned_is_pinned() -> None:
    one = a_version(date(2026, 11, 1))
    pinned = a_version(date(2026, 11, 1), is_pinned=True)
    both = Inventory(State(portfolio=""), {}, {}, {"crew": (pinned,), "owners": (one,)})
    assert [each.properties.pinned for each in both.versions] == [True]
    assert both.audiences_of(one.version) == ("crew", "owners")
    assert LATEST not in both.versions[0].aliases
