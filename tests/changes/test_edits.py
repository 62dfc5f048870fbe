"""Lines that were written, and files that are the same under another name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.changes.edits import edits_of, written
from quarterdeck.model.source import Source

HANDOFF = b"# Jada\n\nSails.\n\n| Offer | Price |\n|---|---|\n| Sail | $720 |\n| Watch | $900 |\n"
PATH = "handoffs/jada.md"

CASES = [
    ("as it was", "a b c", "a b c", []),
    ("a line changed", "a b c", "a x c", [(2, 2)]),
    ("lines added", "a c", "a b b c", [(2, 3)]),
    ("a line taken out", "a b c", "a c", []),
    ("at both ends", "a b c", "x b y", [(1, 1), (3, 3)]),
    ("everything", "a b", "x y z", [(1, 3)]),
    ("from nothing", "", "a b", [(1, 2)]),
    ("the same line twice", "a a", "a a a", [(3, 3)]),
]


@pytest.mark.parametrize(("case", "old", "new", "expected"), CASES, ids=[one[0] for one in CASES])
def test_stretches_are_numbered_as_in_the_later_file(
    case: str, old: str, new: str, expected: list[tuple[int, int]]
) -> None:
    sides = [[word.encode() for word in text.split()] for text in (old, new)]
    assert list(written(*sides)) == expected, case


lines = st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=12)


@given(lines, lines)
def test_every_line_outside_a_stretch_stood_there_before_in_that_order(
    old: list[bytes], new: list[bytes]
) -> None:
    inside = {at for first, last in written(old, new) for at in range(first, last + 1)}
    kept = [line for at, line in enumerate(new, 1) if at not in inside]
    rest = iter(old)
    assert all(any(line == other for other in rest) for line in kept)
    assert inside <= set(range(1, len(new) + 1))


def test_of_a_long_rewrite_all_of_it_counts() -> None:
    old, new = ([f"{word}{at}".encode() for at in range(4000)] for word in ("a", "b"))
    assert list(written([b"head", *old], [b"head", *new])) == [(2, 4001)]


def test_a_source_is_touched_by_its_line_and_a_file_by_any() -> None:
    edits = edits_of({PATH: HANDOFF}, {PATH: HANDOFF.replace(b"$720", b"$800")})
    assert edits.lines == {PATH: ((7, 7),)}
    assert edits.touches(Source(PATH, 7))
    assert not edits.touches(Source(PATH, 8))
    assert edits.touches(Source(PATH))
    assert not edits.touches(Source("handoffs/qdn.md"))


def test_a_file_under_another_name_is_the_same_file() -> None:
    moved = edits_of({PATH: HANDOFF}, {"handoffs/yawl.md": HANDOFF})
    assert (moved.renamed, moved.lines) == ({PATH: "handoffs/yawl.md"}, {})
    edited = edits_of({PATH: HANDOFF}, {"handoffs/yawl.md": HANDOFF.replace(b"$720", b"$800")})
    assert (edited.renamed, edited.lines) == ({PATH: "handoffs/yawl.md"}, {"handoffs/yawl.md": ((7, 7),)})


def test_files_that_share_little_are_two() -> None:
    other = edits_of({PATH: HANDOFF}, {"handoffs/qdn.md": b"# Hauling\n\nHauls.\nSells.\nBuys.\n"})
    assert other.renamed == {}
    assert sorted(other.lines) == ["handoffs/jada.md", "handoffs/qdn.md"]
    assert edits_of({PATH: HANDOFF}, {"data/jada.md": HANDOFF}).renamed == {}, "in another folder"
