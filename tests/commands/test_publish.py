"""`quarterdeck publish`: what it refuses, what it leaves in the store, and when it makes no version."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from quarterdeck import cli
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.errors import OutsideError
from quarterdeck.model.history import Earlier
from quarterdeck.model.versions import Manifest, State
from quarterdeck.publish import prepared
from quarterdeck.publish.edge import FileEdge
from quarterdeck.reports.guides import guide_files
from tests.sites import BOAT, SETTINGS, commit, environ_of, stub_builder, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AUDIENCES = "audiences:\n  crew: {title: Crew, roles: [cmo]}\n  owners: {title: Owners}\n"


class Said(NamedTuple):
    """Exit code and both streams of one command."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command in this process, with pages put into the site as they stand."""
    stub_builder(monkeypatch)
    for name, value in environ_of(tmp_path).items():
        monkeypatch.setenv(name, value)

    def run_here(*words: str) -> Said:
        capsys.readouterr()
        code = cli.main([*words, "--portfolio", str(tmp_path / "fleet")])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code, said.out, said.err)

    return run_here


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A portfolio of one boat, all of it committed."""
    root = tmp_path / "fleet"
    write(root, "portfolio.yml", SETTINGS)
    write(root, "handoffs/boat.md", BOAT)
    write(root, "docs/guide/house.md", "# House rules\n\nKnock first.\n")
    write(root, "mkdocs.yml", "site_name: Fleet\nsite_url: https://reports.example.com/latest/\n")
    write(root, ".gitignore", "build/\nevidence/\npublished/\n.cache/\n")
    commit(root, "2026-11-18")
    return root


def edited(root: Path) -> None:
    """Another price, committed."""
    write(root, "handoffs/boat.md", BOAT.replace("$720", "$750"))
    commit(root, "2026-11-19")


def state(root: Path) -> State:
    """What the store says of itself."""
    return msgspec.json.decode((root / "published/private/store.json").read_bytes(), type=State)


def manifest(root: Path, version: str) -> Manifest:
    """What a version consists of."""
    file = root / f"published/private/manifests/{version}.json"
    return msgspec.json.decode(file.read_bytes(), type=Manifest)


def published(run: Run, as_of: str = "2026-11-23") -> Said:
    """Build, then publish."""
    assert run("build", "--as-of", as_of).code == 0
    return run("publish")


def test_a_first_version_holds_pages_briefing_evidence_and_record(run: Run, fleet: Path) -> None:
    write(fleet, "evidence/aws/main/s3.json", '{"schema": 1}')
    said = published(run)
    version = state(fleet).latest
    assert (said.code, said.err) == (0, "")
    assert f"Version {version} is what readers are given from the folder published" in said.out
    found = manifest(fleet, version)
    assert "index.html" in {one.path for one in found.pages["all"]}
    assert {one.path for one in found.private} == {
        "briefing/briefing.json.gz",
        "briefing/changes.json.gz",
        "evidence/aws/main/s3.json",
        "history/record.json",
    }
    kept = fleet / "published/private"
    whole = gzip.decompress((kept / f"briefing/{version}/briefing.json.gz").read_bytes())
    assert whole == (fleet / "build/briefing.json").read_bytes()
    assert msgspec.json.decode(whole, type=Briefing).name == "Fleet"
    record = msgspec.json.decode((kept / f"history/{version}/record.json").read_bytes(), type=Earlier)
    assert (record.version, record.commit) == (version, found.moment.commit)
    assert "all/index.html" in {one.path for one in record.pages}


def test_the_edge_knows_the_version_that_readers_are_given(run: Run, fleet: Path) -> None:
    published(run)
    edge = json.loads((fleet / "published/private/edge.json").read_bytes())
    assert edge["latest"] == state(fleet).latest


def test_F225_a_job_of_an_older_commit_publishes_nothing(run: Run, fleet: Path) -> None:
    edited(fleet)
    published(run)
    before = _files(fleet / "published")
    subprocess.run(["git", "checkout", "-q", "HEAD~1"], cwd=fleet, check=True)
    said = published(run)
    assert (said.code, said.out) == (2, "")
    assert f"version {state(fleet).latest} is of a later one. Nothing was done" in said.err
    assert _files(fleet / "published") == before


def test_nothing_new_makes_no_version_and_says_which_it_equals(run: Run, fleet: Path) -> None:
    published(run)
    version = state(fleet).latest
    write(fleet, "README.md", "Not part of any report.\n")
    commit(fleet, "2026-11-20")
    before = _files(fleet / "published")
    assert (
        f"What version {version} told is not here. Run first: " in run("build", "--as-of", "2026-11-23").err
    )
    said = run("publish")
    assert said.out == (
        f"Nothing is new: readers would see what version {version} says. No version was made.\n"
    )
    assert _files(fleet / "published") == before


def test_an_edited_handoff_is_a_version_and_the_old_one_stays(run: Run, fleet: Path) -> None:
    published(run)
    first = state(fleet).latest
    before = _files(fleet / f"published/pages/all/{first}")
    edited(fleet)
    said = published(run)
    second = state(fleet).latest
    assert second != first
    assert "copied inside the store" in said.out
    assert _files(fleet / f"published/pages/all/{first}") == before
    names = json.loads((fleet / "published/pages/all/versions.json").read_bytes())
    assert [one["version"] for one in names] == [second, first]
    run("rollback", first)
    assert run("publish").out.splitlines() == [
        f"Nothing is new: readers would see what version {second} says. No version was made.",
        f"They are given {first} since a rollback; it ends with: quarterdeck rollback {second}",
    ]
    told = json.loads(run("publish", "--format", "json").out)
    assert (told["outcome"], told["rolled_back_to"], told["readers"]) == ("equal", first, [])


def test_an_edited_page_of_docs_is_a_version_too(run: Run, fleet: Path) -> None:
    published(run)
    first = state(fleet).latest
    write(fleet, "docs/guide/house.md", "# House rules\n\nDo not knock.\n")
    commit(fleet, "2026-11-19")
    published(run)
    assert state(fleet).latest != first


def test_a_guide_that_an_update_changed_is_a_version_too(
    run: Run, fleet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(run)
    first = state(fleet).latest
    edited = write(tmp_path, "tutorial.md", "# Another tutorial\n")
    monkeypatch.setattr(prepared, "guide_files", lambda: (edited, *guide_files()[1:]))
    published(run)
    assert state(fleet).latest != first


def test_each_audience_gets_its_own_tree(run: Run, fleet: Path) -> None:
    write(fleet, "portfolio.yml", SETTINGS + AUDIENCES)
    commit(fleet, "2026-11-19")
    published(run)
    found = manifest(fleet, state(fleet).latest)
    assert sorted(found.pages) == ["crew", "owners"]
    assert (fleet / f"published/pages/crew/{state(fleet).latest}/index.html").is_file()
    assert {one.path for one in found.private if one.path.startswith("briefing/")} == {
        "briefing/briefing.json.gz",
        "briefing/changes.json.gz",
        "briefing/audiences/crew.json.gz",
        "briefing/audiences/crew.changes.json.gz",
    }


def test_a_page_says_when_it_changed_last_and_every_other_keeps_its_bytes(run: Run, fleet: Path) -> None:
    write(fleet, "handoffs/van.md", BOAT.replace("boat", "van").replace("Sunset Boat", "Van"))
    commit(fleet, "2026-11-18")
    published(run, "2026-11-20")
    first = state(fleet).latest
    pages = fleet / f"published/pages/all/{first}/reports"
    assert "changes start with the next" in (pages / "changes.md").read_text()
    assert "collect" not in run("collect", "history").err
    write(fleet, "handoffs/boat.md", BOAT.replace("- [ ]", "- [x]"))
    commit(fleet, "2026-11-19")
    published(run, "2026-11-20")
    second = state(fleet).latest
    later = fleet / f"published/pages/all/{second}/reports"
    boat = (later / "entities/boat.md").read_text()
    assert 'id="changed">Changed on <time datetime="2026-11-20">' in boat
    assert "Done: Renew the slip lease" in boat
    assert "Sunset Boat: Done: Renew the slip lease" in (later / "changes.md").read_text()
    assert "Done: Renew the slip lease" not in (later / "entities/van.md").read_text()
    assert run("collect", "history").code == 0
    third = run("build", "--as-of", "2026-11-20")
    assert (third.code, third.err) == (0, ""), "what was told is known, so no hint is given"
    for name in ("entities/boat.md", "entities/van.md", "changes.md"):
        assert (fleet / "build/all/site/reports" / name).read_bytes() == (later / name).read_bytes(), name
    assert "Nothing is new" in run("publish").out


def test_a_dry_run_writes_nothing(run: Run, fleet: Path) -> None:
    assert run("build", "--as-of", "2026-11-23").code == 0
    said = run("publish", "--dry-run")
    assert said.code == 0
    assert "would go to the folder published" in said.out
    assert not (fleet / "published").exists()


def test_programs_are_told_as_json(run: Run, fleet: Path) -> None:
    assert run("build", "--as-of", "2026-11-23").code == 0
    told = json.loads(run("publish", "--format", "json").out)
    assert (told["outcome"], told["version"], told["exit_code"]) == ("published", state(fleet).latest, 0)


def test_F150_files_that_no_commit_holds_are_not_published(run: Run, fleet: Path) -> None:
    write(fleet, "handoffs/boat.md", BOAT.replace("$720", "$1"))
    assert run("build", "--as-of", "2026-11-23").code == 0
    said = run("publish")
    assert said.code == 2
    assert "Files differ from the last commit" in said.err
    assert not (fleet / "published").exists()


def test_F150_an_edit_since_the_build_is_not_passed_over(run: Run, fleet: Path) -> None:
    published(run)
    write(fleet, "handoffs/boat.md", BOAT.replace("$720", "$1"))
    said = run("publish")
    assert said.code == 2
    assert said.err.startswith("Files differ from the last commit. Commit them, build, then publish.")


def _other_commit(root: Path) -> None:
    edited(root)


def _new_evidence(root: Path) -> None:
    write(root, "evidence/aws/main/s3.json", "{}")


def _touched_page(root: Path) -> None:
    (root / "build/all/site/index.html").write_text("by hand", encoding="utf-8")


def _stray_page(root: Path) -> None:
    (root / "build/all/site/stray.html").write_text("by hand", encoding="utf-8")


@pytest.mark.parametrize(
    ("meddle", "why"),
    [
        (_other_commit, "another one is checked out"),
        (_new_evidence, "What audits saw has changed"),
        (_touched_page, "index.html of all is not as it was built"),
        (_stray_page, "stray.html of all is not as it was built"),
    ],
)
def test_what_no_longer_fits_is_not_published(
    run: Run, fleet: Path, meddle: Callable[[Path], None], why: str
) -> None:
    assert run("build", "--as-of", "2026-11-23").code == 0
    meddle(fleet)
    said = run("publish")
    assert said.code == 2
    assert why in said.err
    assert "Run quarterdeck build, then publish." in said.err
    assert not (fleet / "published").exists()


def test_what_is_not_built_is_not_published(run: Run, fleet: Path) -> None:
    said = run("publish")
    assert said.code == 2
    assert said.err.startswith("Nothing that can be published stands in build/all.")
    assert not (fleet / "published").exists()


def test_nothing_is_published_while_a_file_is_refused(run: Run, fleet: Path) -> None:
    write(fleet, "handoffs/torn.md", f"{BOAT}\n<<<<<<< mine\n")
    commit(fleet, "2026-11-19")
    assert run("build", "--as-of", "2026-11-23").code == 2
    said = run("publish")
    assert said.code == 2
    assert "handoffs/torn.md" in said.err
    assert not (fleet / "published").exists()


def test_a_bucket_without_its_owner_is_not_asked(run: Run, fleet: Path) -> None:
    write(fleet, "portfolio.yml", f"{SETTINGS}publishing: {{bucket: fleet-reports}}\n")
    commit(fleet, "2026-11-19")
    assert run("build", "--as-of", "2026-11-23").code == 0
    said = run("publish")
    assert said.code == 2
    assert "Add account:" in said.err


def test_F138_an_edge_that_fails_is_pending_and_follows_the_next_time(
    run: Run, fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise OutsideError("The edge is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(FileEdge, "write", refused)
        said = published(run)
    assert said.code == 3
    assert "Published, but the edge still gives out the version before: The edge is busy." in said.out
    again = run("publish")
    assert (again.code, "Nothing is new" in again.out) == (0, True)
    edge = json.loads((fleet / "published/private/edge.json").read_bytes())
    assert edge["latest"] == state(fleet).latest


@pytest.mark.parametrize("folder", ["build", "build/x", "docs", ".", "..", "/", "~", ".git/x"])
def test_versions_never_go_where_other_things_stand(run: Run, fleet: Path, folder: str) -> None:
    written = str(fleet.parent) if folder == "~" else folder
    write(fleet, "portfolio.yml", f"{SETTINGS}publishing: {{folder: '{written}'}}\n")
    said = run("publish")
    assert said.code == 2
    assert "cannot hold what is published" in said.err


def test_a_build_never_goes_where_versions_are(run: Run, fleet: Path) -> None:
    write(fleet, "portfolio.yml", f"{SETTINGS}build: published\n")
    said = run("build", "--as-of", "2026-11-23")
    assert said.code == 2
    assert "build clears its own folder" in said.err


def _files(folder: Path) -> Mapping[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
