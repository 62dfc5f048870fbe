"""`quarterdeck changes` compares commits, versions and files, and says how both sides were made."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.brief import brief
from quarterdeck.commands import changes as command
from quarterdeck.commands.inputs import read
from quarterdeck.git.between import commit_named
from quarterdeck.model.briefing import encode
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.history import PastFinding, encode_record
from quarterdeck.model.severity import Severity
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import small
from quarterdeck.publish.prepared import BRIEFING
from quarterdeck.reports.changed_lists import as_markdown, as_text
from tests.records import a_record
from tests.sites import BOAT, SETTINGS, a_portfolio, commit, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.reports.changed_lists import Told

REAL = BOAT.replace("sample: true\n", "")
DEARER = REAL.replace("$180", "$380").replace("- [ ] Renew", "- [x] Renew")
TODAY = date(2026, 11, 23)
ZEROS = "0" * 40


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A boat whose sail became dearer to give, in two commits."""
    a_portfolio(tmp_path / "p", boat=REAL)
    write(tmp_path / "p", ".gitignore", "/evidence/\n/published/\n")
    commit(tmp_path / "p", "2026-11-20")
    write(tmp_path / "p", "handoffs/boat.md", DEARER)
    commit(tmp_path / "p", "2026-11-21")
    return tmp_path / "p"


def told(root: Path, base: str = "", head: str = "", **options: object) -> Told:
    return command.changes(root, {}, base, head, today=lambda _: TODAY, **options)  # type: ignore[arg-type]


def kinds(found: Told) -> list[tuple[str, str]]:
    return sorted({(one.what, one.kind) for one in found.changes.changes})


def test_the_commit_before_is_compared_where_nothing_is_published(root: Path) -> None:
    found = told(root)
    assert ("action", "done") in kinds(found)
    assert ("figure", "worse") in kinds(found)
    assert [one.subject for one in found.changes.commits] == ["state"]
    assert found.pages["reports/entities/boat.md"]
    assert found.notes == (
        "Both sides are made without evidence of audits.",
        "Both are as of 23\u00a0Nov\u00a02026, so time plays no part.",
    )


def test_what_is_not_committed_counts_against_the_last_commit(root: Path) -> None:
    write(root, "handoffs/boat.md", DEARER.replace("Renew", "Extend"))
    write(root, "data/boat/notes.txt", "new")
    found = told(root)
    assert kinds(found) == []
    assert "Files that are not committed count as they stand." in found.notes


def test_reverted_commits_change_nothing(root: Path) -> None:
    """F-084: what counts is content."""
    write(root, "handoffs/boat.md", REAL)
    commit(root, "2026-11-22")
    assert kinds(told(root, "HEAD~2")) == []


def test_every_name_of_a_state_gives_the_same(root: Path, tmp_path: Path) -> None:
    run(root, "key")
    first = told(root, "HEAD~1", "HEAD")
    before = brief(read(_at(root, tmp_path / "old", "HEAD~1"), {}, today=lambda _: TODAY))
    file = write(tmp_path, "before.json", encode(before))
    zipped = write(tmp_path, "before.json.gz", gzip.compress(encode(before)))
    for base in ("main~1", str(file), str(zipped)):
        found = told(root, base)
        assert [one.key for one in found.changes.changes] == [one.key for one in first.changes.changes], base
    assert told(root, str(file)).notes == ("Each side has the evidence of its own day.",)


def _at(root: Path, into: Path, name: str) -> Path:
    shutil.copytree(root, into)
    shutil.rmtree(into / ".git")
    write(into, "handoffs/boat.md", REAL if name == "HEAD~1" else DEARER)
    return into


def _publish(root: Path, as_of: date, name: str = "HEAD~1") -> str:
    """The first commit as a version of the folder, made on a day."""
    old = _at(root, root.parent / f"old-{as_of}", "HEAD~1")
    made = brief(read(old, {}, today=lambda _: as_of))
    first = commit_named(root, name)
    version = f"{as_of}-{first[:7]}"
    data = gzip.compress(encode(msgspec.structs.replace(made, commit=first)))
    store = Folder(root / "published")
    store.put(small(keys.private(version, BRIEFING), data))
    state = {"portfolio": "Fleet", "latest": version, "newest": {"version": version, "content": ""}}
    state["newest"] |= {"moment": {"commit": first, "committed_at": 1, "as_of": as_of.isoformat()}}  # type: ignore[operator]
    store.put(small(keys.STATE, json.dumps(state).encode()))
    return version


def test_the_newest_version_is_what_is_compared_with(root: Path) -> None:
    version = _publish(root, date(2026, 11, 20))
    assert told(root).changes == told(root, version).changes
    assert told(root).changes.before == told(root, version).changes.before
    assert told(root).notes == ("Each side has the evidence of its own day.",)


def test_a_store_that_does_not_answer_is_not_passed_over(root: Path) -> None:
    write(root, f"published/{keys.STATE}", "{")
    with pytest.raises(OutsideError, match="Or name what to compare with: quarterdeck changes HEAD~1"):
        told(root)
    assert kinds(told(root, "HEAD~1"))


def test_what_the_day_alone_brings_is_told_apart(root: Path) -> None:
    write(root, "handoffs/boat.md", REAL.replace("$180", "$380"))
    commit(root, "2026-11-22")
    version = _publish(root, date(2026, 11, 20), "HEAD~2")
    found = told(root, version, as_of=date(2026, 12, 20)).changes.changes
    timed = {(one.what, one.kind): one.with_time for one in found}
    assert timed["action", "overdue"]
    assert not timed["figure", "worse"]


@pytest.mark.parametrize(
    ("base", "words"),
    [
        (
            "nowhere",
            "'nowhere' is no commit, version or briefing file here. To bring it here: git fetch --all",
        ),
        ("--output=x", "'--output=x' is no commit"),
        ("2026-11-20-abcdef0", "the folder published has no version 2026-11-20-abcdef0"),
    ],
)
def test_a_base_that_is_not_here_is_no_empty_answer(root: Path, base: str, words: str) -> None:
    """F-081."""
    with pytest.raises(UsageError) as error:
        told(root, base)
    assert words in str(error.value)
    assert not (root / "published").exists(), "asking makes nothing"


def test_a_file_that_is_no_briefing_is_refused(root: Path, tmp_path: Path) -> None:
    for name, data in (("a.json", b"{}"), ("b.json.gz", b"\x1f\x8bzip")):
        file = write(tmp_path, name, data)
        with pytest.raises(UsageError, match="is no briefing"):
            told(root, str(file))


def test_a_shallow_clone_says_what_to_fetch(root: Path, tmp_path: Path) -> None:
    """F-081."""
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    with pytest.raises(UsageError, match="fetch-depth: 0"):
        told(tmp_path / "shallow", "HEAD~1")


def test_a_branch_that_was_made_or_removed(root: Path) -> None:
    """F-083: git calls what is not there a row of zeros."""
    assert told(root, ZEROS).changes == told(root).changes
    with pytest.raises(UsageError, match="nothing is left to report"):
        told(root, "HEAD", ZEROS)


def test_a_history_that_was_rewritten_is_compared_by_content(root: Path) -> None:
    """F-082."""
    former = commit_named(root, "HEAD")
    git(root, "reset", "-q", "--hard", "HEAD~1")
    write(root, "handoffs/boat.md", DEARER.replace("$380", "$480"))
    commit(root, "2026-11-22")
    found = told(root, former)
    assert found.changes.is_rewritten
    assert "The later side does not contain the earlier commit: the trees are compared." in found.notes
    assert ("figure", "worse") in kinds(found)


def test_the_first_state_has_nothing_to_compare_with(tmp_path: Path) -> None:
    found = told(a_portfolio(tmp_path / "p", boat=REAL))
    assert as_text(found) == "There is nothing to compare with yet; changes start with the next version.\n"
    assert found.changes.changes == ()


def test_another_name_of_a_business_is_no_change(root: Path) -> None:
    (root / "handoffs/boat.md").unlink()
    write(root, "handoffs/yacht.md", DEARER.replace("entity: boat", "entity: yacht"))
    commit(root, "2026-11-22")
    found = told(root)
    assert found.changes.renamed == {"boat": "yacht"}
    assert kinds(found) == []


@pytest.mark.parametrize(("settings", "author"), [("", ""), ("name_authors: true\n", "Somebody")])
def test_names_are_told_where_settings_let_them(root: Path, settings: str, author: str) -> None:
    git(root, "commit", "-q", "--amend", "--no-edit", "--author", "Somebody <some@body.example>")
    write(root, "portfolio.yml", SETTINGS + settings)
    (one,) = told(root, "HEAD~1").changes.commits
    assert one.author == author
    assert one.paths == ("handoffs/boat.md",)


def test_a_secret_in_the_words_of_a_commit_is_told_nowhere(root: Path) -> None:
    """F-106."""
    secret = "AKIA" + "IOSFODNN7" + "ABCDEFG"
    git(root, "commit", "-q", "--amend", "-m", f"use {secret} again")
    found = told(root)
    for printed in (as_text(found), as_markdown(found), command.as_json(found)):
        assert secret not in printed
        assert "use " in printed


def test_each_side_has_its_own_settings(root: Path) -> None:
    (finding, *_) = [one for one in brief(read(root, {}, today=lambda _: TODAY)).findings if one.entity]
    lived_with = {
        "rule": finding.rule,
        "entity": finding.entity,
        "subject": finding.subject,
        "owner": "sam",
        "until": "2027-03-31",
        "reason": "It waits.",
    }
    write(
        root,
        "portfolio.yml",
        f"{SETTINGS}people:\n  sam: {{name: Sam}}\naccepted:\n  - {json.dumps(lived_with)}\n",
    )
    commit(root, "2026-11-22")
    found = told(root).changes.changes
    assert [(one.kind, one.id) for one in found] == [("accepted", f"{finding.rule}/{finding.subject}")]


def test_what_an_older_version_had_is_back(root: Path) -> None:
    before, after = (told(root, *names).changes for names in (("HEAD", "HEAD~1"), ("HEAD~1", "HEAD")))
    new = [one for one in before.changes if (one.what, one.kind) == ("finding", "new")]
    rule, _, subject = new[0].id.partition("/")
    record = a_record(9, PastFinding(rule, "boat", subject, Severity.HIGH, "open", TODAY))
    write(root, record.path, encode_record(record))
    again = [one for one in told(root, "HEAD", "HEAD~1").changes.changes if one.key == new[0].key]
    assert [one.kind for one in again] == ["reopened"]
    assert len(after.changes) == len(before.changes)


def test_a_role_sees_its_own(root: Path) -> None:
    found = told(root, role="cto")
    assert {one.what for one in found.changes.changes} <= {"finding", "gap", "action", "figure"}
    assert all("cto" in one.roles for one in found.changes.changes)
    assert len(found.changes.changes) < len(told(root).changes.changes)


def test_the_program_prints_each_form(root: Path) -> None:
    for how, printed in (("text", as_text), ("markdown", as_markdown), ("json", command.as_json)):
        done = run(root, "changes", "HEAD~1", "--as-of", "2026-11-23", "--format", how)
        assert (done.returncode, done.stderr) == (0, ""), how
        assert done.stdout == printed(told(root, "HEAD~1")), how


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True)
