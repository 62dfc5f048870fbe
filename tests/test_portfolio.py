"""Reading a portfolio from disk: what is refused, what is left out, and that nothing stops the rest."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from quarterdeck.git.history import NO_HISTORY, history
from quarterdeck.parse.evidence import parse_evidence
from quarterdeck.parse.ledger import MAIN, parse_ledger
from quarterdeck.reading import find_evidence, read_handoffs, with_books, with_evidence

SOUND = b"---\nentity: %s\nname: Boat\nkind: charter\nupdated: 2026-11-01\n---\n\n# Boat\n"


def _write(root: Path, name: str, data: bytes = b"") -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data or SOUND % Path(name).stem.encode())
    return file


def _refused(root: Path) -> list[str]:
    return sorted(problem.path for problem in read_handoffs(root).problems if problem.refused)


def _entities(root: Path) -> list[str]:
    return [handoff.entity.entity for handoff in read_handoffs(root).handoffs]


def test_reads_handoffs_in_order_with_their_csv(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/b.md")
    _write(tmp_path, "handoffs/a.md")
    _write(
        tmp_path,
        "data/a/bookings.csv",
        b"id,service_date,gross,channel,status\nx-1,2026-10-01,$10,phone,completed\n",
    )
    reading = read_handoffs(tmp_path)
    assert [handoff.entity.entity for handoff in reading.handoffs] == ["a", "b"]
    assert [row.source.path for row in reading.handoffs[0].rows] == ["data/a/bookings.csv"]
    assert reading.paths == ("data/a/bookings.csv", "handoffs/a.md", "handoffs/b.md")
    assert reading.problems == ()


def test_F001_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/a.md", b"# ok \xff\n")
    _write(tmp_path, "handoffs/b.md")
    assert _refused(tmp_path) == ["handoffs/a.md"]
    assert _entities(tmp_path) == ["b"]


def test_F014_two_owners_of_one_entity_are_both_refused_and_name_each_other(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/a.md", SOUND % b"boat")
    _write(tmp_path, "handoffs/b.md", SOUND % b"boat")
    _write(tmp_path, "handoffs/c.md")
    reading = read_handoffs(tmp_path)
    assert _entities(tmp_path) == ["c"]
    assert [
        (one.path, "handoffs/b.md" in one.what, "handoffs/a.md" in one.what) for one in reading.problems
    ] == [
        ("handoffs/a.md", True, False),
        ("handoffs/b.md", False, True),
    ]


def test_F072_symbolic_links_are_refused_and_never_read(tmp_path: Path) -> None:
    outside = _write(tmp_path, "outside/secret.md", b"# secret\n")
    root = tmp_path / "portfolio"
    _write(root, "handoffs/b.md")
    (root / "handoffs" / "a.md").symlink_to(outside)
    (root / "handoffs" / "folder").symlink_to(outside.parent)
    assert _refused(root) == ["handoffs/a.md", "handoffs/folder"]
    assert _entities(root) == ["b"]


def test_F072_a_linked_folder_of_handoffs_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "elsewhere/a.md")
    root = tmp_path / "portfolio"
    root.mkdir()
    (root / "handoffs").symlink_to(tmp_path / "elsewhere")
    assert _refused(root) == ["handoffs"]
    assert _entities(root) == []


def test_F073_fifo_and_dangling_link_do_not_hang(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/b.md")
    os.mkfifo(tmp_path / "handoffs" / "a.md")
    (tmp_path / "handoffs" / "c.md").symlink_to(tmp_path / "nowhere.md")
    reading = read_handoffs(tmp_path)
    assert [handoff.entity.entity for handoff in reading.handoffs] == ["b"]
    assert [problem.path for problem in reading.problems] == ["handoffs/a.md", "handoffs/c.md"]


def test_F074_names_that_differ_by_case_or_unicode_form_are_refused(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/boat.md")
    _write(tmp_path, "handoffs/Boat.md", SOUND % b"boat-2")
    _write(tmp_path, "handoffs/caf\u00e9.md", SOUND % b"cafe-1")
    _write(tmp_path, "handoffs/cafe\u0301.md", SOUND % b"cafe-2")
    _write(tmp_path, "handoffs/c.md")
    assert len(_refused(tmp_path)) == 4
    assert _entities(tmp_path) == ["c"]


def test_F074_a_file_beside_its_index_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/a.md")
    _write(tmp_path, "handoffs/a/index.md")
    assert _refused(tmp_path) == ["handoffs/a.md", "handoffs/a/index.md"]


def test_handoff_in_a_subfolder_is_named_and_left_out(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/old/a.md")
    reading = read_handoffs(tmp_path)
    assert reading.handoffs == ()
    assert [(one.path, one.refused) for one in reading.problems] == [("handoffs/old/a.md", False)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_F075_unreadable_file_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/a.md").chmod(0)
    assert _refused(tmp_path) == ["handoffs/a.md"]


def test_F075_a_file_that_vanishes_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "handoffs/a.md")
    _write(tmp_path, "handoffs/b.md")
    opened = Path.open

    def vanish(self: Path, mode: str) -> object:
        if self.name == "a.md":
            raise FileNotFoundError(2, "No such file or directory")
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", vanish)
    assert _refused(tmp_path) == ["handoffs/a.md"]
    assert _entities(tmp_path) == ["b"]


def test_csv_that_no_table_has_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/a.md")
    _write(tmp_path, "data/a/bookigns.csv", b"id\n1\n")
    assert [problem.path for problem in read_handoffs(tmp_path).problems] == ["data/a/bookigns.csv"]


def test_tables_of_no_business_are_named(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/jada.md")
    for name in ("data/jada/bookings.csv", "data/jda/bookings.csv", "data/jda/costs.csv"):
        _write(tmp_path, name, b"id\n")
    (found,) = [one for one in read_handoffs(tmp_path).problems if one.code == "no-business"]
    assert (found.path, found.entity, found.row) == ("data/jda/bookings.csv", "", "data/jda")
    assert found.what == "nothing reads data/jda/: there is no handoffs/jda.md"


def test_books_of_no_business_are_named_once(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/jada.md")
    accounts = ("Assets:JADA:Bank", "Assets:BOAT:Bank", "Income:BOAT:Charter", "Equity:Opening")
    text = "".join(f"2026-01-01 open {one}\n" for one in accounts)
    reading = with_books(read_handoffs(tmp_path), *parse_ledger({MAIN: text.encode()}))
    (found,) = [one for one in reading.problems if one.code == "no-business"]
    assert (found.path, found.line, found.row) == (MAIN, 2, "BOAT")
    assert found.mend == "Add the handoff of that business, with ledger: BOAT."


def test_F080_no_repository_and_no_commit_are_no_history(tmp_path: Path) -> None:
    assert history(tmp_path, ["handoffs"]) == NO_HISTORY
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert history(tmp_path, ["handoffs"]) == NO_HISTORY


def _commit(root: Path, day: str) -> str:
    environ = os.environ | {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": f"{day}T12:00:00Z"}
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    subprocess.run(["git", "commit", "-qm", "change"], cwd=root, check=True, env=environ)
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_history_names_the_commit_that_last_changed_each_file(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    _write(tmp_path, "handoffs/a.md")
    _write(tmp_path, "handoffs/b c\u00e9.md")
    first = _commit(tmp_path, "2026-10-01")
    _write(tmp_path, "handoffs/a.md", b"# changed\n")
    second = _commit(tmp_path, "2026-11-02")
    known = history(tmp_path, ["handoffs"])
    assert known.commit == second
    assert known.changed == {
        "handoffs/a.md": (second, date(2026, 11, 2)),
        "handoffs/b c\u00e9.md": (first, date(2026, 10, 1)),
    }
    assert not known.is_dirty


def test_history_names_the_first_day_of_each_task(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    _write(tmp_path, "handoffs/a.md", b"- [ ] Sell the trailer #A-1 @sam decide\nA word on #A-2\n")
    _commit(tmp_path, "2026-10-01")
    _write(tmp_path, "handoffs/a.md", b"* [/] Sell the trailer soon #a-1 decide\n  - [ ] Ask a dealer #A-2\n")
    _write(tmp_path, "docs/b.md", b"- [ ] Not a task of a business #B-1\n")
    _commit(tmp_path, "2026-11-02")
    seen = {"a-1": date(2026, 10, 1), "a-2": date(2026, 11, 2)}
    assert history(tmp_path, ["handoffs", "docs"]).first_seen == seen


def test_F150_uncommitted_change_makes_it_dirty(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    file = _write(tmp_path, "handoffs/a.md")
    _commit(tmp_path, "2026-10-01")
    file.write_bytes(b"# other\n")
    assert history(tmp_path, ["handoffs"]).is_dirty


def test_F087_settings_of_the_repository_run_nothing(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    file = _write(tmp_path, "handoffs/a.md")
    _commit(tmp_path, "2026-10-01")
    trap = _write(tmp_path, "trap.sh", b"#!/bin/sh\ntouch '%s/ran'\n" % bytes(tmp_path))
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "filter.trap.process",
        "filter.a=b.clean",
        "filter.plain.clean",
    ):
        subprocess.run(["git", "config", key, str(trap)], cwd=tmp_path, check=True)
    for name in ("trap", "a=b", "plain"):
        subprocess.run(["git", "config", f"filter.{name}.required", "true"], cwd=tmp_path, check=True)
        _write(tmp_path, ".git/info/attributes", f"* filter={name}\n".encode())
        file.touch()
        assert history(tmp_path, ["handoffs"]).commit
        assert not history(tmp_path, ["handoffs"]).is_dirty
        assert not (tmp_path / "ran").exists(), name


def test_history_of_a_portfolio_inside_a_larger_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    _write(tmp_path, "books/handoffs/a.md")
    commit = _commit(tmp_path, "2026-10-01")
    assert history(tmp_path / "books", ["handoffs"]).changed == {"handoffs/a.md": (commit, date(2026, 10, 1))}


def test_evidence_is_read_from_the_folders_of_its_collectors_alone(tmp_path: Path) -> None:
    outside = _write(tmp_path, "outside.json", b"{}")
    root = tmp_path / "portfolio"
    for name in ("aws/s3.json", "repos/site/code.json", "history/1.json", "imports/x.json", "aws/notes.txt"):
        _write(root, f"evidence/{name}", b"{}")
    (root / "evidence" / "ses").symlink_to(outside.parent)
    (root / "evidence" / "dns").mkdir()
    (root / "evidence" / "dns" / "a.json").symlink_to(outside)
    files, problems = find_evidence(root)
    assert list(files) == ["evidence/aws/s3.json", "evidence/imports/x.json", "evidence/repos/site/code.json"]
    assert sorted(problem.path for problem in problems) == ["evidence/dns/a.json", "evidence/ses"]


def test_damaged_evidence_refuses_nothing(tmp_path: Path) -> None:
    _write(tmp_path, "handoffs/a.md")
    _write(tmp_path, "evidence/aws/s3.json", b"{")
    files, problems = find_evidence(tmp_path)
    evidence, more = parse_evidence(files)
    reading = with_evidence(read_handoffs(tmp_path), evidence, [*problems, *more])
    assert [one.entity.entity for one in reading.handoffs] == ["a"]
    assert [(one.path, one.rule, one.refused) for one in reading.problems] == [
        ("evidence/aws/s3.json", "R-DAT-09", False)
    ]
