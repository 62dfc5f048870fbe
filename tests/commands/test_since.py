"""What a build finds changed since the version before: from files alone, and each audience from its own."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import brief
from quarterdeck.changes.pages import NO_LAST_CHANGES, LastChange, LastChanges, OneVersion
from quarterdeck.changes.pages import encode as encode_changes
from quarterdeck.commands.inputs import read
from quarterdeck.commands.past import Portfolio, later_days
from quarterdeck.commands.since import hint, since
from quarterdeck.git.between import commit_named
from quarterdeck.model.briefing import encode
from quarterdeck.model.versions import State
from quarterdeck.model.versions import encode as encode_state
from quarterdeck.publish import keys
from quarterdeck.settings import Publishing
from tests.changes.histories import a_figure, a_finding, a_state, usd
from tests.figures.builders import AS_OF
from tests.sites import BOAT, SETTINGS, a_portfolio, commit, environ_of, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from quarterdeck.commands.since import Since
    from quarterdeck.figures.collect import Made
    from quarterdeck.model.briefing import Briefing

OWN = BOAT.replace("sample: true\n", "")
BEFORE = a_state(a_figure("cash_available", usd(9000)), as_of=AS_OF, commit="a" * 40)
NOW = a_state(a_figure("cash_available", usd(5000)), as_of=AS_OF, commit="b" * 40)
PART = a_state(findings=(a_finding(),), as_of=AS_OF, commit="a" * 40)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A portfolio without anything of a version before."""
    root = a_portfolio(tmp_path / "p")
    write(root, "portfolio.yml", f"{SETTINGS}audiences: {{crew: {{title: Crew}}}}\n")
    return root


def told(root: Path, briefing: Briefing, name: str = "briefing", last: LastChanges | None = None) -> None:
    """Leave what a version told an audience."""
    write(root, f"evidence/before/{name}.json.gz", gzip.compress(encode(briefing)))
    beside = "changes" if name == "briefing" else f"{name}.changes"
    write(root, f"evidence/before/{beside}.json.gz", gzip.compress(encode_changes(last or NO_LAST_CHANGES)))


def ask(root: Path, as_of: date = AS_OF) -> Since:
    environ = environ_of(root)
    portfolio = Portfolio(root, environ, read(root, environ, today=lambda _zone: as_of, as_of=as_of))
    with later_days(portfolio) as later:
        return since(portfolio, later)


@pytest.mark.parametrize(
    ("settings", "state", "is_known", "said"),
    [
        ({}, None, False, ""),
        ({}, State(portfolio="p"), False, ""),
        (
            {},
            State(portfolio="p", latest="2026-11-23-66e97d4"),
            False,
            "What version 2026-11-23-66e97d4 told",
        ),
        ({}, State(portfolio="p", latest="2026-11-23-66e97d4"), True, ""),
        ({}, b"torn", False, ""),
        ({"bucket": "our-reports"}, None, False, "If our-reports holds a version: "),
        ({"bucket": "our-reports"}, None, True, ""),
    ],
)
def test_who_builds_is_told_to_bring_back_what_readers_were_told(
    root: Path, settings: dict[str, str], state: State | bytes | None, said: str, *, is_known: bool
) -> None:
    if state is not None:
        write(root, f"published/{keys.STATE}", state if isinstance(state, bytes) else encode_state(state))
    if is_known:
        told(root, BEFORE)
    found = hint(root, Publishing.model_validate(settings))
    assert said in found
    assert ("quarterdeck collect history" in found) == bool(said)


def a_version(root: Path, on: date) -> Briefing:
    """What a version of the commit that is checked out says on a day; it is left as the version before."""
    made = brief(read(root, environ_of(root), today=lambda _zone: on))
    told(root, made)
    return made


@pytest.mark.parametrize("name", ["", "crew"])
def test_what_the_day_alone_brings_is_told_apart(root: Path, name: str) -> None:
    """Of each audience by its own files; an edit stands first, with what it edited."""
    write(root, "handoffs/boat.md", OWN)
    write(root, ".gitignore", "/evidence/\n")
    commit(root, "2026-11-20")
    whole, later = a_version(root, AS_OF), AS_OF + timedelta(days=40)
    told(root, whole, "audiences/crew")
    found = ask(root, later)(now(root, later), name)
    assert found.versions[0].timed == found.versions[0].total > 0
    assert all(one.with_time for page in found.pages.values() for one in page.rows)
    write(root, "handoffs/boat.md", OWN.replace("$180", "$380"))
    commit(root, "2026-11-21")
    edited = ask(root, later)(now(root, later), name)
    page = edited.pages["reports/entities/boat.md"]
    assert (page.rows[0].with_time, page.rows[0].kind) == (False, "worse")
    assert page.rows[0].commits == (commit_named(root, "HEAD"),)
    (line,) = [at for at, line in enumerate(OWN.split("\n"), 1) if "$180" in line]
    assert [one.line for one in page.rows[0].sources] == [line]
    assert 0 < page.timed < page.total


def now(root: Path, on: date) -> Briefing:
    return brief(read(root, environ_of(root), today=lambda _zone: on))


@pytest.mark.parametrize("lack", ["commit", "git", "committed"])
def test_where_git_lacks_the_version_before_time_is_not_told_apart(root: Path, lack: str) -> None:
    write(root, "handoffs/boat.md", OWN)
    write(root, ".gitignore", "/evidence/\n")
    commit(root, "2026-11-20")
    made = a_version(root, AS_OF)
    if lack == "commit":
        told(root, msgspec.structs.replace(made, commit="a" * 40))
    elif lack == "git":
        (root / ".git").rename(root.parent / "git")
    else:
        told(root, msgspec.structs.replace(made, is_dirty=True))
    later = AS_OF + timedelta(days=40)
    found = ask(root, later)(now(root, later), "")
    assert found.versions[0].is_mixed
    assert {one.kind for one in found.versions[0].rows if one.with_time} <= {"overdue"}


def test_the_past_is_read_once_and_figures_that_stand_are_known(root: Path, tmp_path: Path) -> None:
    write(root, "handoffs/boat.md", OWN)
    write(root, ".gitignore", "/evidence/\n")
    commit(root, "2026-11-20")
    made, later = a_version(root, AS_OF), AS_OF + timedelta(days=40)
    inputs = read(root, environ_of(root), today=lambda _zone: later)
    environ = {**environ_of(root), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    figures: list[bool] = []

    def keep(_rest_on: Iterable[bytes], make: Callable[[], Made]) -> Made:
        figures.append(True)
        return make()

    asked = []
    for _ in range(2):
        with later_days(Portfolio(root, environ, inputs), keep) as past:
            asked.append(past(made, None))
            figures.append(False)
    assert asked[0] == asked[1]
    assert asked[0] is not None
    assert asked[0].briefing.as_of == later
    assert figures[0], "they are asked for"
    assert figures[-2:] == [False, False], "but only once"


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


@pytest.mark.parametrize(
    "data",
    [b"", b"no gzip", gzip.compress(b"{}", mtime=0), gzip.compress(b"no JSON", mtime=0)],
    ids=["empty", "no gzip", "no briefing", "no JSON"],
)
def test_what_cannot_be_read_counts_as_not_there(root: Path, data: bytes) -> None:
    write(root, "evidence/before/briefing.json.gz", data)
    assert ask(root)(NOW, "") == NO_LAST_CHANGES


def test_a_version_that_is_later_than_the_reports_is_none_before_them(root: Path) -> None:
    told(root, msgspec.structs.replace(BEFORE, as_of=date(2027, 1, 1)))
    assert ask(root)(NOW, "") == NO_LAST_CHANGES
