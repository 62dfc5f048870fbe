"""What a build finds changed since the version before: from files alone, and each audience from its own."""

from __future__ import annotations

import gzip
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.changes.pages import NO_LAST_CHANGES, LastChange, LastChanges, OneVersion
from quarterdeck.changes.pages import encode as encode_changes
from quarterdeck.commands.inputs import read
from quarterdeck.commands.since import since
from quarterdeck.model.briefing import encode
from tests.changes.histories import a_figure, a_finding, a_state, usd
from tests.figures.builders import AS_OF
from tests.sites import a_portfolio, environ_of, write

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.commands.since import Since
    from quarterdeck.model.briefing import Briefing

BEFORE = a_state(a_figure("cash_available", usd(9000)), as_of=AS_OF, commit="a" * 40)
NOW = a_state(a_figure("cash_available", usd(5000)), as_of=AS_OF, commit="b" * 40)
PART = a_state(findings=(a_finding(),), as_of=AS_OF, commit="a" * 40)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A portfolio without anything of a version before."""
    return a_portfolio(tmp_path / "p")


def told(root: Path, briefing: Briefing, name: str = "briefing", last: LastChanges | None = None) -> None:
    """Leave what a version told an audience."""
    write(root, f"evidence/before/{name}.json.gz", gzip.compress(encode(briefing)))
    beside = "changes" if name == "briefing" else f"{name}.changes"
    write(root, f"evidence/before/{beside}.json.gz", gzip.compress(encode_changes(last or NO_LAST_CHANGES)))


def ask(root: Path, as_of: date = AS_OF) -> Since:
    return since(root, read(root, environ_of(root), today=lambda _zone: as_of, as_of=as_of))


def test_without_a_version_before_nothing_counts_as_changed(root: Path) -> None:
    assert ask(root)(NOW, "") == NO_LAST_CHANGES
    assert ask(root)(NOW, "crew") == NO_LAST_CHANGES


def test_a_figure_that_moved_is_the_last_change_of_its_pages(root: Path) -> None:
    told(root, BEFORE)
    found = ask(root)(NOW, "")
    assert {"index.md", "reports/cfo.md", "reports/entities/jada.md"} <= found.pages.keys()
    assert [(one.on, one.commit, one.total) for one in found.versions] == [(AS_OF, "b" * 40, 1)]


def test_what_did_not_change_keeps_what_the_version_before_said(root: Path) -> None:
    first = LastChanges(pages={"reports/cmo.md": LastChange(date(2026, 11, 2), 0, ())})
    told(root, BEFORE, last=first)
    assert ask(root)(BEFORE, "") == first


def test_F070_an_audience_is_compared_with_what_it_was_told_itself(root: Path) -> None:
    told(root, BEFORE)
    assert ask(root)(NOW, "crew") == NO_LAST_CHANGES, "it is new, or saw everything before"
    told(root, PART, "audiences/crew")
    kinds = {row.what for one in ask(root)(NOW, "crew").versions for row in one.rows}
    assert "finding" in kinds, "the whole had none"
    stale = msgspec.structs.replace(PART, commit="c" * 40)
    told(root, stale, "audiences/crew")
    assert ask(root)(NOW, "crew") == NO_LAST_CHANGES, "what it was told is of another version"


def test_F070_an_audience_that_lost_a_business_keeps_nothing_of_it(root: Path) -> None:
    moved = ask_rows(root)
    last = LastChanges(
        pages={"index.md": moved},
        versions=(OneVersion(AS_OF, moved.total, moved.rows),),
    )
    told(root, BEFORE, last=last)
    without = msgspec.structs.replace(NOW, entities=(), figures=())
    found = ask(root)(without, "")
    assert all(row.what == "entity" for one in found.versions for row in one.rows)


def ask_rows(root: Path) -> LastChange:
    """The last change of Home where its cash moved."""
    told(root, BEFORE)
    return ask(root)(NOW, "").pages["index.md"]


@pytest.mark.parametrize("data", [b"", b"no gzip", gzip.compress(b"{}"), gzip.compress(b"no JSON")])
def test_what_cannot_be_read_counts_as_not_there(root: Path, data: bytes) -> None:
    write(root, "evidence/before/briefing.json.gz", data)
    assert ask(root)(NOW, "") == NO_LAST_CHANGES


def test_a_version_that_is_later_than_the_reports_is_none_before_them(root: Path) -> None:
    told(root, msgspec.structs.replace(BEFORE, as_of=date(2027, 1, 1)))
    assert ask(root)(NOW, "") == NO_LAST_CHANGES
