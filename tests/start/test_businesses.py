"""The handoff that a business begins with: it counts nothing by itself, and its examples are sound."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, get_args

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands.inputs import read
from quarterdeck.model.entity import EntityKind
from quarterdeck.model.handoff import Handoff
from quarterdeck.model.tables import TABLE_BY_NAME
from quarterdeck.model.values import Money
from quarterdeck.parse.handoff import parse_handoff
from quarterdeck.start.businesses import Business, handoff
from tests.sites import a_portfolio

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 23)
KINDS = get_args(EntityKind)
_MARKS = re.compile(r"^<!--[^\n]*\n(?=## )|^-->\n", re.MULTILINE)


def fresh(kind: EntityKind) -> str:
    return handoff(Business("boat", "Boat & <b>more", kind, "mia"), TODAY)


def parsed(text: str) -> Handoff:
    result = parse_handoff(text.encode(), "handoffs/boat.md")
    assert isinstance(result, Handoff), result
    return result


def test_nothing_is_known_of_a_business_that_nobody_wrote_about(tmp_path: Path) -> None:
    files = {f"our-{kind}": fresh(kind).replace("entity: boat", f"entity: our-{kind}") for kind in KINDS}
    text = {name: text.replace("#BOAT-", f"#{name.upper()}-") for name, text in files.items()}
    figures = brief(read(a_portfolio(tmp_path, **text), {}, today=lambda _: TODAY)).figures
    assert {one.entity for one in figures} >= set(files)
    assert [(one.entity, one.id) for one in figures if isinstance(one.value, Money)] == [], (
        "unknown is no zero"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_handoff_holds_no_table_and_two_tasks(kind: EntityKind) -> None:
    made = parsed(fresh(kind))
    assert (made.problems, made.tables, made.rows, made.prose) == ((), (), (), ())
    assert [(one.id, one.owner, one.due) for one in made.tasks] == [
        ("BOAT-1", "mia", date(2026, 12, 7)),
        ("BOAT-2", "mia", date(2026, 12, 7)),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_example_is_sound_once_its_comment_is_gone(kind: EntityKind) -> None:
    text = fresh(kind)
    made = parsed(_MARKS.sub("", text))
    assert [str(one) for one in made.problems] == []
    named = {type(row) for row in made.rows}
    assert {name for name, _ in made.tables} >= {"costs", "plan", "compliance"}
    assert [name for name, _ in made.tables if TABLE_BY_NAME[name].record not in named] == []
    assert text.count("\n## ") - len(made.tables) <= len(("Summary", "Tasks", "Gaps", "Decisions", "Tech"))
