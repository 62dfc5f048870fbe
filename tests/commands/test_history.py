"""Records of earlier weeks are worked out from git alone: nothing is checked out, run, fetched or overwritten."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pytest

from quarterdeck.commands import history as command
from quarterdeck.commands.history import backfill, last_of_weeks
from quarterdeck.git.history import Commit
from quarterdeck.model.errors import UsageError
from quarterdeck.model.history import FOLDER, Earlier, encode_record
from quarterdeck.parse.history import parse_history
from quarterdeck.reading import find_history
from quarterdeck.reports.words import NBSP
from tests.records import a_record
from tests.sites import BOAT, SETTINGS, a_portfolio, commit, run, write

if TYPE_CHECKING:
    from pathlib import Path

REAL = BOAT.replace("sample: true\n", "")
TODAY = date(2026, 11, 23)
WEEKS = ("2026-10-28", "2026-11-04", "2026-11-11")
"""Wednesdays, each with a commit."""
SUNDAYS = ["2026-11-01", "2026-11-08", "2026-11-15"]
SHORT_OF_PRICE = REAL.replace(
    "| Sunset sail | $720 | sailing | $180 |", "| Sunset sail | ? | sailing | $180 |"
)
"""The same boat with an offer whose price nobody knows."""
BOOK = """2026-01-01 open Assets:BOAT:Bank:Checking
2026-01-01 open Income:BOAT:Charter
2026-01-02 * "Guest" "A deposit"
  Assets:BOAT:Bank:Checking  {}.00 USD
  Income:BOAT:Charter
"""


def _portfolio(root: Path, *states: str) -> Path:
    """A real business, committed in these states, a week apart."""
    for day, state in zip(WEEKS, states, strict=False):
        a_portfolio(root, boat=state)
        write(root, ".gitignore", "/evidence/\n")
        commit(root, day)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three weeks, in the second of which the price was not known."""
    return _portfolio(tmp_path / "p", REAL, SHORT_OF_PRICE, REAL + "\n")


def filled(root: Path, **options: object) -> list[str]:
    """What the command says, with the cache beside the portfolio."""
    environ = {"XDG_CACHE_HOME": str(root.parent / "cache")}
    lines = backfill(root, environ, today=lambda _zone: TODAY, **options)  # type: ignore[arg-type]  # its options
    return [line.replace(NBSP, " ") for line in lines]


def records(root: Path) -> tuple[Earlier, ...]:
    """What stands there, all of it sound."""
    found, problems = parse_history(find_history(root)[0])
    assert problems == []
    return found


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def test_each_week_leaves_the_record_of_its_last_commit(root: Path) -> None:
    state = git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")
    said = filled(root)
    assert [line[:10] for line in said[:-1]] == SUNDAYS
    assert said[-1] == f"3 records written into {FOLDER}/; 3 weeks looked at."
    found = records(root)
    assert [str(one.as_of) for one in found] == SUNDAYS
    assert [one.commit for one in reversed(found)] == git(root, "rev-list", "HEAD").split()
    assert all(one.is_backfill and not one.has_evidence and not one.pages for one in found)
    assert (git(root, "status", "--porcelain"), git(root, "rev-parse", "HEAD")) == state


def test_a_finding_that_came_back_stands_since_then(tmp_path: Path) -> None:
    root = _portfolio(tmp_path / "p", SHORT_OF_PRICE, REAL, SHORT_OF_PRICE + "\n")
    filled(root)
    first, without, again = records(root)
    gone = set(first.findings_by_id) - set(without.findings_by_id)
    assert gone
    for one in gone:
        assert again.findings_by_id[one].first_seen == again.as_of
    stayed = set(first.findings_by_id) & set(without.findings_by_id) & set(again.findings_by_id)
    assert stayed
    assert {again.findings_by_id[one].first_seen for one in stayed} == {first.as_of}


def test_the_books_of_that_week_count(tmp_path: Path) -> None:
    root = tmp_path / "p"
    for day, amount in zip(WEEKS, (100, 200, 300), strict=True):
        write(root, "ledger/main.beancount", BOOK.format(amount))
        a_portfolio(root, boat=REAL)
        commit(root, day)
    write(root, "ledger/main.beancount", BOOK.format(999))
    filled(root)
    cash = [
        str(figure.value.amount)  # type: ignore[union-attr]  # money where the books know it
        for one in records(root)
        for figure in one.figures
        if (figure.entity, figure.figure) == ("boat", "cash_available")
    ]
    assert cash == ["100.00", "200.00", "300.00"], "what is not committed is in none"


def test_F150_a_dirty_tree_is_neither_read_nor_changed(root: Path) -> None:
    clean = root.parent / "clean"
    shutil.copytree(root, clean)
    changed = write(root, "handoffs/boat.md", REAL.replace("Sunset sail", "Moonlight sail"))
    write(root, "handoffs/new.md", REAL.replace("entity: boat", "entity: new"))
    before = changed.read_bytes(), git(root, "status", "--porcelain")
    filled(root)
    filled(clean)
    assert records(root) == records(clean)
    assert (changed.read_bytes(), git(root, "status", "--porcelain")) == before


def test_a_dry_run_only_says_which_weeks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(command, "brief")
    said = filled(root, is_dry_run=True)
    assert [line[:10] for line in said[:-1]] == SUNDAYS
    assert said[-1] == "3 weeks to be worked out. Nothing was written: --dry-run only shows."
    assert not (root / "evidence").exists()


@pytest.mark.parametrize(("weeks", "days"), [(1, []), (2, SUNDAYS[2:]), (3, SUNDAYS[1:]), (99, SUNDAYS)])
def test_weeks_say_how_far_to_go_back(root: Path, weeks: int, days: list[str]) -> None:
    assert [line[:10] for line in filled(root, weeks=weeks, is_dry_run=True)[:-1]] == days


def test_a_week_that_has_not_ended_is_not_there(root: Path) -> None:
    said = filled(root, as_of=date(2026, 11, 15), is_dry_run=True)
    assert [line[:10] for line in said[:-1]] == SUNDAYS[:2]


def test_nothing_is_worked_out_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(root)
    before = find_history(root)
    monkeypatch.delattr(command, "brief")
    assert filled(root)[-1] == f"0 records written into {FOLDER}/; 3 weeks looked at."
    assert find_history(root) == before
    shutil.rmtree(root / "evidence")
    filled(root)
    assert find_history(root) == before


def test_other_settings_give_another_record(root: Path) -> None:
    filled(root)
    before = find_history(root)
    rule = "severity_overrides:\n  - {rule: R-CEO-17, severity: low, reason: Ours.}\n"
    write(root, "portfolio.yml", SETTINGS + rule)
    assert filled(root)[-1].startswith("0 records"), "worked out anew, to the same end"
    found = records(root)[0].findings[0]
    rule = f"severity_overrides:\n  - {{rule: {found.rule}, severity: critical, reason: Ours.}}\n"
    write(root, "portfolio.yml", SETTINGS + rule)
    filled(root)
    assert find_history(root) != before
    assert records(root)[0].findings_by_id[found.id].severity == "critical"


def test_F081_a_shallow_clone_is_not_no_change(root: Path) -> None:
    clone = root.parent / "clone"
    git(root.parent, "clone", "-q", "--depth", "1", f"file://{root}", str(clone))
    done = run(clone, "history", "backfill")
    assert done.returncode == 2
    assert done.stderr == "history not available: shallow clone; run git fetch --unshallow\n"
    assert not (clone / "evidence").exists()


def test_F080_without_a_repository_or_a_commit_there_is_no_history(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p", boat=REAL)
    for _ in range(2):
        with pytest.raises(UsageError, match="no git repository with a commit"):
            filled(root)
        git(root, "init", "-q")


def test_a_version_that_was_published_keeps_its_record(root: Path) -> None:
    filled(root)
    first, second, third = records(root)
    published = msgspec.structs.replace(second, is_backfill=False, findings=(), kpis=())
    file = write(root, second.path, encode_record(published))
    said = filled(root)
    assert file.read_bytes() == encode_record(published)
    assert "2026-11-08" in said[0]
    assert said[0].endswith("left as it is: a version of that week was published")
    known = {one.path: one for one in records(root)}
    assert known[first.path] == first
    assert {one.first_seen for one in known[third.path].findings} == {third.as_of}, "it had no finding"


def test_a_version_of_another_day_keeps_its_week(root: Path) -> None:
    published = a_record(0, as_of=date(2026, 11, 5), version="2026-11-05-4f1c9ae")
    write(root, published.path, encode_record(published))
    filled(root)
    assert [str(one.as_of) for one in records(root)] == ["2026-11-01", "2026-11-05", "2026-11-15"]


def test_a_file_that_cannot_be_read_is_left(root: Path) -> None:
    filled(root)
    path = records(root)[0].path
    write(root, path, "{}")
    assert filled(root)[0].endswith("left as it is: its file cannot be read")
    assert (root / path).read_text(encoding="utf-8") == "{}"


def test_F082_records_of_commits_that_were_replaced_go(root: Path) -> None:
    filled(root)
    former = records(root)[2]
    git(root, "reset", "-q", "--hard", "HEAD~1")
    a_portfolio(root, boat=REAL + "\n\n")
    now = commit(root, WEEKS[2])
    said = filled(root)
    assert any("removed: another commit is the last of that week" in line for line in said)
    assert not (root / former.path).exists()
    assert records(root)[2].commit == now


def test_a_renamed_handoff_is_the_same_business(tmp_path: Path) -> None:
    root = _portfolio(tmp_path / "p", SHORT_OF_PRICE)
    write(root, "data/boat/pipeline.csv", "Lead,Stage\nL-1,lead\n")
    commit(root, WEEKS[1])
    git(root, "mv", "handoffs/boat.md", "handoffs/Boat.md")
    commit(root, WEEKS[2])
    filled(root)
    found = records(root)
    assert {part.entity for one in found for part in one.entities} == {"boat"}
    stayed = set(found[1].findings_by_id) & set(found[2].findings_by_id)
    assert {found[2].findings_by_id[one].first_seen for one in stayed if one in found[0].findings_by_id} == {
        found[0].as_of
    }


def test_F087_settings_of_the_repository_run_nothing(root: Path) -> None:
    trap = write(root, "trap.sh", f"#!/bin/sh\ntouch '{root}/ran'\ncat\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "filter.trap.smudge",
        "filter.trap.process",
        "diff.trap.textconv",
        "alias.log",
        "gpg.program",
        "uploadpack.packObjectsHook",
    ):
        git(root, "config", key, str(trap))
    git(root, "config", "log.showSignature", "true")
    write(root, ".git/info/attributes", "* filter=trap diff=trap\n")
    assert filled(root)[-1].startswith("3 records")
    assert not (root / "ran").exists()


def test_an_object_is_never_taken_for_another_nor_fetched(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD~1:handoffs/boat.md").strip()
    other = git(root, "rev-parse", "HEAD:handoffs/boat.md").strip()
    git(root, "replace", blob, other)
    filled(root)
    first, second, _ = records(root)
    assert set(first.findings_by_id) != set(second.findings_by_id), "it is what the commit holds"
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    trap = write(root, "trap.sh", f"#!/bin/sh\ntouch '{root}/ran'\n")
    trap.chmod(0o755)
    git(root, "config", "core.repositoryFormatVersion", "1")
    git(root, "config", "extensions.partialClone", "origin")
    git(root, "config", "remote.origin.promisor", "true")
    git(root, "config", "remote.origin.url", f"ext::{trap}")
    git(root, "config", "protocol.ext.allow", "always")
    shutil.rmtree(root.parent / "cache")
    with pytest.raises(UsageError, match="git lacks files of commit"):
        filled(root)
    assert not (root / "ran").exists()


def test_links_in_a_commit_are_not_followed(root: Path) -> None:
    (root / "handoffs" / "other.md").symlink_to("/etc/passwd")
    (root / "handoffs" / "boat.md").write_text(REAL + "\n\n\n", encoding="utf-8")
    commit(root, "2026-11-14")
    filled(root)
    assert {part.entity for part in records(root)[-1].entities} == {"boat"}


def test_records_are_written_through_no_link(root: Path) -> None:
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    (root / "evidence").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="symbolic link"):
        filled(root)
    assert list(elsewhere.iterdir()) == []


def test_a_portfolio_inside_a_larger_repository(tmp_path: Path) -> None:
    whole = tmp_path / "p"
    for day, state in zip(WEEKS, (REAL, SHORT_OF_PRICE), strict=False):
        a_portfolio(whole / "books", boat=state)
        commit(whole, day)
    write(whole, "code/app.py", "print()\n")
    commit(whole, WEEKS[2])
    said = filled(whole / "books")
    assert [line[:10] for line in said[:-1]] == SUNDAYS[:2], "a week of code alone has no record"
    assert len(records(whole / "books")) == 2


def test_a_sample_stands_still_on_its_day(tmp_path: Path) -> None:
    root = tmp_path / "p"
    for number, day in enumerate(WEEKS):
        a_portfolio(root, f"{SETTINGS}as_of: 2026-11-10\n", boat=BOAT + "\n" * number)
        commit(root, day)
    filled(root)
    assert [str(one.as_of) for one in records(root)] == ["2026-11-01", "2026-11-08"]
    a_portfolio(root, f"{SETTINGS}as_of: 2026-11-10\n", boat=BOAT + "\n" * 9)
    commit(root, "2026-11-18")
    filled(root)
    assert [str(one.as_of) for one in records(root)] == ["2026-11-01", "2026-11-08", "2026-11-10"]


def _at(moment: str) -> Commit:
    return Commit(moment, int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()))


SUNDAY_NIGHT, MONDAY_NIGHT = "2026-11-09T05:00", "2026-11-10T05:00"


@pytest.mark.parametrize(
    ("case", "zone", "moments", "expected"),
    [
        ("none", "UTC", [], []),
        ("the last of a week", "UTC", ["2026-11-11T09:00", "2026-11-10T09:00"], [("2026-11-15", 0)]),
        (
            "Monday there is still Sunday here",
            "America/Los_Angeles",
            [MONDAY_NIGHT, SUNDAY_NIGHT],
            [("2026-11-08", 1), ("2026-11-15", 0)],
        ),
        ("in another zone it is one week", "UTC", [MONDAY_NIGHT, SUNDAY_NIGHT], [("2026-11-15", 0)]),
        (
            "a clock that was ahead",
            "UTC",
            ["2026-11-11T09:00", "2030-01-01T09:00", "2026-11-03T09:00"],
            [("2026-11-08", 2), ("2026-11-15", 0)],
        ),
        (
            "weeks without a commit",
            "UTC",
            ["2026-11-11T09:00", "2026-01-01T09:00"],
            [("2026-01-04", 1), ("2026-11-15", 0)],
        ),
    ],
)
def test_weeks_run_from_monday_in_the_zone_of_the_portfolio(
    case: str, zone: str, moments: list[str], expected: list[tuple[str, int]]
) -> None:
    made = [_at(moment) for moment in moments]
    found = [(str(on), made.index(one)) for on, one in last_of_weeks(made, ZoneInfo(zone))]
    assert found == expected, case


def test_the_command_prints_what_it_does(root: Path) -> None:
    done = run(root, "history", "backfill", "--as-of", str(TODAY), "--weeks", "2")
    assert (done.returncode, done.stderr) == (0, "")
    head = git(root, "rev-parse", "--short=7", "HEAD").strip()
    assert (
        done.stdout.replace(NBSP, " ")
        == f"2026-11-15  {head}  worked out\n1 record written into {FOLDER}/; 1 week looked at.\n"
    )
    assert [one.name for one in (root / FOLDER).iterdir()] == [f"2026-11-15-{head}.json"]
