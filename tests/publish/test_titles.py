"""What readers choose a version by."""

from datetime import date
from itertools import permutations

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion

from quarterdeck.model.versions import Moment, Properties, Version, encode
from quarterdeck.publish.titles import titled


def a_version(name: str, committed_at: int = 0) -> Version:
    """A version whose title and aliases are still those of an older list."""
    day, _, commit = name.partition(".")[0].rpartition("-")
    moment = Moment(commit.ljust(40, "0"), committed_at, date.fromisoformat(day))
    return Version(name, "old", ("latest",), Properties(moment))


def titles(*versions: Version) -> list[tuple[str, str]]:
    """Name and title of each, as listed."""
    return [(one.version, one.title) for one in titled(versions, "")]


ALL = (
    a_version("2026-11-23-66e97d4", 20),
    a_version("2026-11-23-0a1b2c3", 30),
    a_version("2026-11-23-66e97d4.2", 20),
    a_version("2026-11-01-fffffff", 40),
    a_version("2025-12-31-1234567", 10),
)


def test_the_list_is_the_same_in_whatever_order_it_was(snapshot: SnapshotAssertion) -> None:
    lists = {encode(titled(order, "2026-11-01-fffffff")) for order in permutations(ALL)}
    assert len(lists) == 1
    assert lists.pop().decode() == snapshot


def test_one_day_s_versions_are_told_apart_and_counted_as_people_do() -> None:
    again = [a_version(f"2026-11-23-66e97d4{which}") for which in ("", *(f".{n}" for n in range(2, 12)))]
    assert titles(*again)[:3] == [
        ("2026-11-23-66e97d4.11", "23 November 2026 (11)"),
        ("2026-11-23-66e97d4.10", "23 November 2026 (10)"),
        ("2026-11-23-66e97d4.9", "23 November 2026 (9)"),
    ]
    assert titles(*again)[-1] == ("2026-11-23-66e97d4", "23 November 2026")


def test_a_title_stays_when_a_newer_version_comes() -> None:
    before = titles(*ALL)
    after = titles(*ALL, a_version("2026-11-23-9999999", 99), a_version("2026-11-24-9999999", 99))
    assert [one for one in after if one in before] == before


def test_a_title_stays_when_others_are_pruned_or_come_late() -> None:
    before = titled(ALL, "")
    left = [one for one in before if one.version != "2026-11-23-66e97d4"]
    kept = {one.version: one.title for one in before}
    assert {one.version: one.title for one in titled(left, "")} == {
        one.version: kept[one.version] for one in left
    }
    late = a_version("2026-11-23-5555555", 25)  # made before the last of that day, and listed after it
    assert dict(titles(*left, late)) == {
        **{one.version: one.title for one in left},
        "2026-11-23-5555555": "23 November 2026 (4)",
    }


@pytest.mark.parametrize(
    "title", ["", "old", "23 November 2026 (0)", "23 November 2026 (x)", "1 November 2026"]
)
def test_a_title_that_is_none_of_its_day_is_given_anew(title: str) -> None:
    strange = msgspec.structs.replace(ALL[0], title=title)
    assert titles(strange) == [("2026-11-23-66e97d4", "23 November 2026")]


def test_of_two_with_one_title_the_older_keeps_it() -> None:
    both = [msgspec.structs.replace(one, title="23 November 2026 (2)") for one in ALL[:2]]
    assert titles(*both) == [
        ("2026-11-23-0a1b2c3", "23 November 2026 (3)"),
        ("2026-11-23-66e97d4", "23 November 2026 (2)"),
    ]


def test_the_alias_is_on_the_one_that_readers_are_given_alone() -> None:
    given = titled(ALL, "2026-11-23-66e97d4.2")
    assert [one.version for one in given if one.aliases] == ["2026-11-23-66e97d4.2"]
    assert not any(one.aliases for one in titled(ALL, "2026-11-09-gone000")), "a list without it has no alias"
    assert titled((), "") == ()
