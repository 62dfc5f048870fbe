"""Whole portfolios: one edited handoff changes what it should and nothing else, whichever way things are ordered."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.changes.compare import Side, changes
from quarterdeck.changes.edits import edits_of
from quarterdeck.model.change import Change, Commit, Kind, decode, encode
from quarterdeck.model.figure import Input
from quarterdeck.model.sales import Booking, Offer
from quarterdeck.model.values import UNKNOWN, Ratio
from tests.changes.histories import a_figure, a_state, compared, short, told, usd
from tests.figures.builders import AS_OF, JADA, a_booking, a_handoff, a_task, an_entity, an_offer
from tests.reports.portfolios import ordinary
from tests.reports.samples import a_briefing

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.columns import Row
    from quarterdeck.model.handoff import Handoff


def rows(record: type[Row], **columns: object) -> Callable[[Handoff], Handoff]:
    """Every row of one kind with other columns."""

    def edit(handoff: Handoff) -> Handoff:
        edited = tuple(
            msgspec.structs.replace(row, **columns) if isinstance(row, record) else row
            for row in handoff.rows
        )
        return msgspec.structs.replace(handoff, rows=edited)

    return edit


def tasks(**fields: object) -> Callable[[Handoff], Handoff]:
    """Every task with other fields."""
    return lambda handoff: msgspec.structs.replace(
        handoff, tasks=tuple(msgspec.structs.replace(one, **fields) for one in handoff.tasks)
    )


def down(lines: int) -> Callable[[Handoff], Handoff]:
    """The same further down in its file."""

    def edit(handoff: Handoff) -> Handoff:
        moved = tuple(
            msgspec.structs.replace(
                row, source=msgspec.structs.replace(row.source, line=row.source.line + lines)
            )
            for row in handoff.rows
        )
        return msgspec.structs.replace(handoff, rows=moved)

    return edit


def _jada() -> Handoff:
    return a_handoff(
        an_entity(),
        an_offer(variable_cost=usd(180)),
        a_booking(),
        tasks=[a_task("JAD-1", text="Renew the slip lease")],
    )


EDITS: list[tuple[str, Callable[[Handoff], Handoff], set[str]]] = [
    ("nothing", lambda one: one, set()),
    ("lines moved down", down(7), set()),
    ("a task in other words", tasks(text="Extend the slip lease"), set()),
    ("a note", rows(Offer, extra=(("Colour", "blue"),)), set()),
    (
        "a dearer sail",
        rows(Offer, variable_cost=usd(700)),
        {"figure worse contribution:sunset-sail", "figure worse contribution_ratio:sunset-sail"},
    ),
    (
        "a price that nobody knows",
        rows(Offer, price=UNKNOWN),
        {
            "figure unknown contribution:sunset-sail",
            "figure unknown contribution_ratio:sunset-sail",
            "finding new R-DAT-01/offers",
            "gap new offers",
        },
    ),
    (
        "a task done",
        tasks(state="done"),
        {
            "action done JAD-1",
            *(f"finding resolved R-DAT-01/task_{what}" for what in ("due", "effort", "owner")),
            *(f"gap resolved task_{what}" for what in ("due", "effort", "owner")),
        },
    ),
    (
        "a booking cancelled",
        rows(Booking, status="cancelled"),
        {
            "figure worse sales_last_month",
            "figure worse cancel_rate",
            "figure moved bookings_last_month",
            "figure moved sales_ttm",
            "figure known unpaid",
            "figure unknown average_booking",
            "figure unknown take_rate",
            "finding new R-CEO-07/revenue",
        },
    ),
]


@cache
def _of(edit: int) -> Briefing:
    return a_briefing(EDITS[edit][1](_jada()))


@pytest.mark.parametrize("at", range(len(EDITS)), ids=[one[0] for one in EDITS])
def test_one_edit_changes_what_it_should(at: int) -> None:
    case, _, expected = EDITS[at]
    found = compared(_of(0), _of(at))
    assert {short(one) for one in found.changes} == expected, case


@given(st.sampled_from(range(len(EDITS))))
def test_a_state_does_not_differ_from_itself(at: int) -> None:
    assert compared(_of(at), _of(at)).changes == ()


BACK: dict[Kind, set[Kind]] = {
    "new": {"resolved", "dropped", "done"},
    "resolved": {"new"},
    "worse": {"better"},
    "better": {"worse"},
    "known": {"unknown"},
    "unknown": {"known"},
    "seen": {"unseen"},
    "unseen": {"seen"},
    "moved": {"moved"},
    "done": {"new"},
    "reprioritised": {"reprioritised"},
}


@given(st.sampled_from(range(len(EDITS))), st.sampled_from(range(len(EDITS))))
def test_the_way_back_undoes_the_way_there(first: int, second: int) -> None:
    there, back = compared(_of(first), _of(second)), compared(_of(second), _of(first))
    returned = {one.key: one.kind for one in back.changes}
    for one in there.changes:
        if one.what == "figure" and one.money is not None:
            continue  # a share of the larger side may stay below the limit that the smaller one passes
        assert returned.get(one.key) in BACK[one.kind], short(one)


@cache
def _ordinary() -> tuple[Briefing, Briefing]:
    first, *others = ordinary()
    edited = rows(Offer, price=usd(99))(tasks(state="done")(first))
    return a_briefing(first, *others), a_briefing(edited, *others)


LISTS = (
    "entities",
    "tasks",
    "figures",
    "findings",
    "actions",
    "gaps",
    "contradictions",
    "kpis",
    "problems",
    "results",
)


def _shuffled(briefing: Briefing, chance: random.Random) -> Briefing:
    parts: dict[str, Any] = {name: list(getattr(briefing, name)) for name in LISTS}
    for items in parts.values():
        chance.shuffle(items)
    return msgspec.structs.replace(briefing, **{name: tuple(items) for name, items in parts.items()})


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_briefing_does_not_count(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same orders in every run
    before, after = _ordinary()
    expected = compared(before, after)
    assert len(expected.changes) > 5
    found = compared(_shuffled(before, chance), _shuffled(after, chance))
    assert found.changes == expected.changes
    assert compared(before, _shuffled(before, chance)).changes == ()


def test_the_bytes_are_the_same_for_the_same_two_states() -> None:
    before, after = _ordinary()
    found = compared(before, after)
    assert encode(found) == encode(compared(before, after))
    assert decode(encode(found)) == found
    assert list(found.changes) == sorted(found.changes, key=lambda one: one.order)


def test_nothing_on_one_side_is_no_change() -> None:
    side = Side(_of(0))
    for before, after in ((None, side), (side, None), (None, None)):
        found = changes(before, after)
        assert (found.changes, found.before is None, found.after is None) == (
            (),
            before is None,
            after is None,
        )


def test_time_alone_is_told_apart_by_the_old_files_on_the_new_day() -> None:
    later_day = AS_OF + timedelta(days=40)
    edit = rows(Offer, variable_cost=usd(700))
    first, old, new = (
        a_briefing(handoff, as_of=day)
        for handoff, day in ((_jada(), AS_OF), (_jada(), later_day), (edit(_jada()), later_day))
    )
    idle = compared(first, old, old)
    assert idle.changes
    assert all(one.with_time for one in idle.changes)
    found = {short(one): one for one in compared(first, new, old).changes}
    assert "figure worse contribution:sunset-sail" in found
    assert any(one.with_time for one in found.values())
    assert all(one.with_time for one in compared(first, first).changes)


def test_lines_and_commits_stand_behind_what_they_changed() -> None:
    path = f"handoffs/{JADA}.md"
    text = b"\n".join(f"line {at}".encode() for at in range(1, 61))
    commits = (
        Commit("b" * 40, AS_OF, "Raise the cost", paths=(path,)),
        Commit("a" * 40, AS_OF, "Write", paths=("data/x.csv",)),
    )
    edits = edits_of({path: text}, {path: text.replace(b"line 50\n", b"line fifty\n")}, commits)
    after = a_briefing(rows(Offer, variable_cost=usd(700))(_jada()))
    found = changes(Side(_of(0)), Side(after), edits=edits)
    (one,) = [each for each in found.changes if each.id == "contribution:sunset-sail"]
    assert [(source.path, source.line) for source in one.sources] == [(path, 50)]
    assert one.commits == ("b" * 40,)
    assert found.commits == commits


WRITTEN = [
    ("one stretch elsewhere in its file", [b"line 9"], [(f"handoffs/{JADA}.md", 9)]),
    ("several stretches elsewhere in its file", [b"line 9", b"line 30"], [(f"handoffs/{JADA}.md", 0)]),
    ("its own line among others", [b"line 9", b"line 50"], [(f"handoffs/{JADA}.md", 50)]),
]


@pytest.mark.parametrize(("case", "lines", "expected"), WRITTEN, ids=[one[0] for one in WRITTEN])
def test_where_no_line_of_it_was_edited_its_file_is_named(
    case: str, lines: list[bytes], expected: list[tuple[str, int]]
) -> None:
    path = f"handoffs/{JADA}.md"
    old = b"".join(f"line {at}\n".encode() for at in range(1, 61))
    new = old
    for line in lines:
        new = new.replace(line + b"\n", b"other\n")
    after = a_briefing(rows(Offer, variable_cost=usd(700))(_jada()))
    found = changes(Side(_of(0)), Side(after), edits=edits_of({path: old}, {path: new}))
    (one,) = [each for each in found.changes if each.id == "contribution:sunset-sail"]
    assert [(source.path, source.line) for source in one.sources] == expected, case


def test_a_figure_of_whose_files_none_was_edited_names_no_place() -> None:
    after = a_briefing(rows(Offer, variable_cost=usd(700))(_jada()))
    found = changes(Side(_of(0)), Side(after), edits=edits_of({"data/x.csv": b"a"}, {"data/x.csv": b"b"}))
    assert {one.sources for one in found.changes if one.what == "figure"} == {()}


def test_a_business_with_another_id_is_the_same() -> None:
    moved = a_handoff(
        an_entity("yawl", name="Jada", source=an_entity().source),
        an_offer(entity="yawl", variable_cost=usd(180)),
        a_booking(entity="yawl"),
        tasks=[a_task("JAD-1", "yawl", text="Renew the slip lease")],
    )
    found = compared(_of(0), a_briefing(moved))
    assert found.renamed == {"jada": "yawl"}
    assert told(found) == []


def test_milestones_are_met_slip_or_come_nearer() -> None:
    def side(first: str, second: str) -> Side:
        steps = (("roadmap:m1", first), ("roadmap:m2", second))
        return Side(
            a_state(),
            tuple(a_figure(name, Ratio(Decimal(share)), entity="", unit="ratio") for name, share in steps),
        )

    assert told(changes(side("0.5", "0.2"), side("1", "0.4"))) == [
        "milestone met roadmap:m1",
        "milestone better roadmap:m2",
    ]
    assert told(changes(side("1", "0.4"), side("0.5", "0.2"))) == [
        "milestone slipped roadmap:m1",
        "milestone worse roadmap:m2",
    ]
    assert told(changes(side("1", "1"), side("1", "1"))) == []


def test_bad_news_with_most_money_come_first() -> None:
    def one(kind: Kind, **fields: Any) -> Change:  # noqa: ANN401 - fields of a change
        known: dict[str, Any] = {"what": "figure", "entity": JADA, "id": "a", "title": "A", "unit": "money"}
        return Change(**{**known, "kind": kind, "is_headline": True, **fields})

    expected = [
        one("worse", money=usd(900).amount),
        one("worse", money=usd(100).amount),
        one("worse"),
        one("better", money=usd(5000).amount),
        one("moved", money=usd(9000).amount),
        one("worse", is_headline=False),
        one("overdue", what="action", with_time=True),
    ]
    mixed = [*expected[::2], *expected[1::2]]
    assert sorted(mixed, key=lambda each: each.order) == expected


def test_an_edit_is_because_of_what_was_edited_and_not_of_the_days_between() -> None:
    def a_day(rent: int, due: int, after_days: int = 0) -> Briefing:
        inputs = (Input("rent", value=usd(rent)), Input("due", value=usd(due)))
        figure = a_figure("lowest_week", usd(9000 - rent - due), *inputs)
        return a_state(figure, as_of=AS_OF + timedelta(days=after_days))

    (change,) = compared(a_day(1000, 400), a_day(5000, 900, 8), a_day(1000, 900, 8)).changes
    assert (change.with_time, [one.title for one in change.causes]) == (False, ["rent"])
