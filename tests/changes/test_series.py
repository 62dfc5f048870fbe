"""The weeks of one series that moved are one change, under one key, there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.changes.compare import Side, changes
from quarterdeck.model.change import Commit, Edits
from quarterdeck.model.figure import Input, Missing
from quarterdeck.model.source import Source
from tests.changes.histories import a_figure, a_state, compared, told, usd
from tests.figures.builders import AS_OF

if TYPE_CHECKING:
    from quarterdeck.model.briefing import Briefing
    from quarterdeck.model.figure import Value

SLIP = Source("handoffs/jada.md", 130)


def weeks(*values: Value | int, entity: str = "jada") -> Briefing:
    """Cash at the end of each week, from the first on, with one cost below it."""
    made = (
        a_figure(
            f"forecast_ending:{week}",
            usd(value) if isinstance(value, int) else value,
            Input("costs: Slip", value=usd(value) if isinstance(value, int) else None, sources=(SLIP,)),
            label=f"Cash at the end of week {week}",
            entity=entity,
        )
        for week, value in enumerate(values, 1)
    )
    return a_state(*made)


@pytest.mark.parametrize(
    ("before", "after", "title", "pair"),
    [
        ((9000, 9000), (9000, 5000), "Cash at the end of week 2", (9000, 5000)),
        ((9000,) * 4, (9000, 8000, 5000, 7000), "Cash at the end of weeks 2 to 4, week 3", (9000, 5000)),
        ((9000,) * 3, (8000, 9000, 5000), "Cash at the end of weeks 1 and 3, week 3", (9000, 5000)),
        (
            (9000,) * 6,
            (5000, 9000, 5000, 5000, 5000, 9000),
            "Cash at the end of weeks 1 and 3 to 5, week 1",
            (9000, 5000),
        ),
        (
            (9000,) * 5,
            (5000, 9000, 5000, 9000, 5000),
            "Cash at the end of weeks 1, 3 and 5, week 1",
            (9000, 5000),
        ),
        ((9000, 9000), (1000, Missing()), "Cash at the end of weeks 1 and 2, week 2", (9000, None)),
    ],
)
def test_weeks_that_moved_are_one_change_of_the_week_that_moved_most(
    before: tuple[int, ...], after: tuple[Value | int, ...], title: str, pair: tuple[int, int | None]
) -> None:
    (there,) = compared(weeks(*before), weeks(*after)).changes
    (back,) = compared(weeks(*after), weeks(*before)).changes
    expected = [Missing() if one is None else usd(one) for one in pair]
    assert (there.id, there.title) == ("forecast_ending", title)
    assert [held.value if held else None for held in (there.before, there.after)] == expected
    assert (back.key, back.title, back.before, back.after) == (
        there.key,
        there.title,
        there.after,
        there.before,
    )


def test_each_business_and_each_series_has_its_own() -> None:
    def both(amount: int) -> Briefing:
        own, of_all = weeks(amount, amount), weeks(amount, amount, entity="")
        rows = [a_figure("target:2027", usd(amount)), a_figure("deposit:3", usd(amount))]
        return msgspec.structs.replace(own, figures=(*own.figures, *of_all.figures, *rows))

    assert sorted(told(compared(both(9000), both(5000)))) == [
        "figure moved deposit:3",
        "figure moved forecast_ending",
        "figure moved forecast_ending",
        "figure moved target:2027",
    ]


def test_it_keeps_cause_lines_and_commits() -> None:
    commit = Commit("a" * 40, AS_OF, "Raise the slip", paths=(SLIP.path,))
    edits = Edits(commits=(commit,), lines={SLIP.path: ((130, 130),)})
    before, after = weeks(9000, 9000), weeks(8000, 5000)
    (one,) = changes(Side(before), Side(after), edits=edits).changes
    assert [(cause.title, cause.before, cause.after) for cause in one.causes] == [
        ("costs: Slip", usd(9000), usd(5000))
    ]
    assert (one.sources, one.commits) == ((SLIP,), (commit.hash,))


def test_a_week_that_was_edited_speaks_for_those_that_time_moved() -> None:
    day = AS_OF.replace(day=AS_OF.day + 1)
    later = msgspec.structs.replace(weeks(1000, 9000, 9000), as_of=day)
    after = msgspec.structs.replace(weeks(1000, 9000, 8000), as_of=day)
    (one,) = compared(weeks(9000, 9000, 9000), after, later).changes
    assert (one.title, one.with_time) == ("Cash at the end of weeks 1 and 3, week 3", False)
    (aged,) = compared(weeks(9000, 9000, 9000), later, later).changes
    assert (aged.title, aged.with_time) == ("Cash at the end of week 1", True)
