"""`quarterdeck build`: how it ends, what it refuses, and that no failure costs the site before it."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from quarterdeck import cli
from quarterdeck.commands import build as stages
from quarterdeck.model.briefing import Briefing
from quarterdeck.model.check import CheckResult
from quarterdeck.model.page import Download, Page
from quarterdeck.reports.pages import Keep, report_pages
from tests.sites import (
    AS_OF,
    BOAT,
    SETTINGS,
    Dom,
    a_portfolio,
    boat_by,
    build,
    command,
    commit,
    digests,
    environ_of,
    files_of,
    pages_of,
    run,
    stub_builder,
    the_sample,
    write,
)

if TYPE_CHECKING:
    from quarterdeck.changes.pages import LastChanges

CONFLICT = f"{BOAT}\n<<<<<<< mine\nA\n=======\nB\n>>>>>>> theirs\n"
COVERAGE = re.compile(r"\b\d+ of \d+ inputs\b")
OURS = {".quarterdeck", "all", "briefing.json", "changes.json"}

Build = Callable[..., "Done"]


class Done:
    """What one run in this process gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        """Keep exit code and both streams."""
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def build_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Build:
    """Build in this process, with pages put into the site as they stand."""
    stub_builder(monkeypatch)

    def run_here(root: Path, *words: str, as_of: str = AS_OF) -> Done:
        capsys.readouterr()
        dated = ["--as-of", as_of] if as_of else []
        code = cli.main(["build", "--portfolio", str(root), *dated, *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Done(code, said.out, said.err)

    return run_here


def home_of(root: Path, audience: str = "all") -> str:
    return (root / "build" / audience / "docs" / "index.md").read_text(encoding="utf-8")


def is_whole(place: Path) -> bool:
    """Whether a tree is what its manifest says, to the byte."""
    manifest = json.loads((place / "manifest.json").read_bytes())["files"]
    return {name: file["sha256"] for name, file in manifest.items()} == digests(place / "site")


# How it ends


@pytest.mark.parametrize(
    ("handoff", "words", "code"),
    [
        (BOAT, [], 0),
        (BOAT, ["--fail-on", "info"], 1),
        (CONFLICT, [], 2),
        (CONFLICT, ["--fail-on", "critical"], 2),
        (BOAT, ["--builder", "sphinx"], 2),
        (BOAT, ["--as-of", "2026-02-30"], 2),
    ],
)
def test_F230_exit_codes(
    tmp_path: Path, build_here: Build, handoff: str, words: list[str], code: int
) -> None:
    done = build_here(a_portfolio(tmp_path, boat=handoff), *words)
    assert done.code == code


@pytest.mark.parametrize(("status", "code"), [("error", 4), ("fail", 0)])
def test_F123_a_check_that_crashed_is_told_and_the_build_is_partly_done(
    status: Literal["error", "fail"], code: int
) -> None:
    result = CheckResult("AWS-S3-05", "boat", "logs", status)
    briefing = Briefing(
        name="Fleet", as_of=date.fromisoformat(AS_OF), currency="USD", timezone="UTC", results=(result,)
    )
    done = stages.Built(briefing, {}, 0, ())
    assert done.exit_code(None) == code
    assert ("AWS-S3-05" in " ".join(done.sentences())) == (status == "error")


def test_F230_a_folder_that_is_no_portfolio_is_bad_use(tmp_path: Path) -> None:
    done = run(tmp_path, "build")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "init" in done.stderr


def test_a_refused_handoff_is_named_on_home_and_the_others_are_built(
    tmp_path: Path, build_here: Build
) -> None:
    root = a_portfolio(tmp_path, boat=BOAT, ferry=CONFLICT.replace("boat", "ferry"))
    done = build_here(root)
    assert done.code == 2
    assert done.err.startswith("handoffs/ferry.md:")
    assert "handoffs/ferry.md" in home_of(root)
    reports = root / "build" / "all" / "docs" / "reports" / "entities"
    assert [page.name for page in sorted(reports.glob("*.md"))] == ["boat.md"]


def test_F233_json_of_a_build(tmp_path: Path, build_here: Build) -> None:
    root = a_portfolio(tmp_path, boat=BOAT, ferry=CONFLICT.replace("boat", "ferry"))
    done = build_here(root, "--format", "json")
    said = json.loads(done.out)
    assert (done.code, said["exit_code"], said["as_of"], said["dirty"]) == (2, 2, AS_OF, False)
    assert said["sites"] == {"all": str(root / "build" / "all" / "site")}
    assert {problem["path"] for problem in said["problems"] if problem.get("refused")} == {
        "handoffs/ferry.md"
    }


@pytest.mark.parametrize(
    "settings", ["schema: 2\n", "schema: 1\ntimezoen: UTC\n", "schema: 1\nbuild: handoffs\n", "{"]
)
def test_F233_json_of_a_failure(tmp_path: Path, build_here: Build, settings: str) -> None:
    done = build_here(a_portfolio(tmp_path, settings), "--format", "json")
    said = json.loads(done.out)
    assert (done.code, said["exit_code"]) == (2, 2)
    assert said["error"] == done.err.rstrip("\n")


# What the settings may not say


@pytest.mark.parametrize(
    "folder", ["/", "..", ".", "handoffs", "docs", "../elsewhere", "~", "a/b", ".git", '"a\\0b"']
)
def test_F038_no_output_folder_among_sources_or_elsewhere(
    tmp_path: Path, build_here: Build, folder: str
) -> None:
    root = a_portfolio(tmp_path / "p", f"{SETTINGS}build: {folder}\n")
    before = digests(tmp_path)
    done = build_here(root)
    assert done.code == 2
    assert all(line.startswith("portfolio.yml:3:") for line in done.err.splitlines())
    assert digests(tmp_path) == before


@pytest.mark.parametrize("wrong", ["timezoen: UTC\n", "as_of: 2026-10-31\n"])
def test_wrong_settings_hide_no_refused_file(tmp_path: Path, build_here: Build, wrong: str) -> None:
    real = BOAT.replace("sample: true\n", "")
    root = a_portfolio(
        tmp_path, f"{SETTINGS}{wrong}", boat=real, tug=f"{real}<<<<<<< mine\n=======\n>>>>>>> theirs\n"
    )
    write(root, "ledger/main.beancount", 'plugin "os"\n')
    done = build_here(root, as_of="")
    assert done.code == 2
    assert [line.partition(":")[0] for line in done.err.splitlines()] == [
        "handoffs/tug.md",
        "ledger/main.beancount",
        "portfolio.yml",
    ]
    assert not (root / "build").exists()


def test_F038_nor_the_home_folder(tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    root = a_portfolio(tmp_path / "p", f"{SETTINGS}build: out\n")
    monkeypatch.setenv("HOME", str(root / "out"))
    assert build_here(root).code == 2


def test_F040_a_newer_schema_names_what_is_needed(tmp_path: Path, build_here: Build) -> None:
    done = build_here(a_portfolio(tmp_path, "schema: 2\nname: Fleet\n"))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "schema 2" in done.err
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize("value", [None, "", "   "])
def test_F037_a_variable_that_is_not_set_is_named(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    if value is not None:
        monkeypatch.setenv("FLEET_SENDER", value)
    done = build_here(a_portfolio(tmp_path, f"{SETTINGS}mail:\n  sender: ${{FLEET_SENDER}}\n"))
    assert done.code == 2
    assert "FLEET_SENDER" in done.err
    assert not (tmp_path / "build").exists()


# The date of the reports


def test_as_of_is_asked_of_the_clock_once_and_only_where_nothing_says_it(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def clock(zone: str) -> date:
        asked.append(zone)
        return date(2027, 3, 1)

    monkeypatch.setattr("quarterdeck.cli.reports.today", clock)
    root = a_portfolio(tmp_path, f"{SETTINGS}timezone: America/Los_Angeles\n")
    assert json.loads(build_here(root, "--format", "json", as_of="").out)["as_of"] == "2027-03-01"
    assert asked == ["America/Los_Angeles"]
    assert json.loads(build_here(root, "--format", "json").out)["as_of"] == AS_OF
    write(root, "portfolio.yml", f"{SETTINGS}as_of: 2026-10-31\n")
    assert json.loads(build_here(root, "--format", "json", as_of="").out)["as_of"] == "2026-10-31"
    assert asked == ["America/Los_Angeles"], "neither option nor settings leave anything to ask"


def test_F237_the_clock_changes_no_byte(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = a_portfolio(tmp_path)
    trees = []
    for today in (date(2001, 1, 1), date(2040, 12, 31)):
        monkeypatch.setattr("quarterdeck.cli.reports.today", lambda _zone, today=today: today)
        assert build_here(root).code == 0
        trees.append(digests(root / "build"))
    assert trees[0] == trees[1]


def test_as_of_in_the_settings_is_for_samples_alone(tmp_path: Path, build_here: Build) -> None:
    root = a_portfolio(
        tmp_path,
        f"{SETTINGS}as_of: 2026-10-31\n",
        boat=BOAT.replace("sample: true\n", "").replace("Sunset B", "B"),
    )
    done = build_here(root, as_of="")
    assert done.code == 2
    assert done.err.startswith("portfolio.yml: ")
    assert "as_of: 2026-10-31 would freeze the reports of boat" in done.err
    assert not (root / "build").exists()


# Git


def test_F080_without_git_the_build_goes_on(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = a_portfolio(tmp_path / "p")
    commit(root)
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    done = build_here(root)
    assert done.code == 0
    assert "no git history" in done.out
    assert json.loads((root / "build" / "all" / "run.json").read_bytes())["commit"] == ""


def test_F150_a_site_of_uncommitted_changes_says_so(tmp_path: Path, build_here: Build) -> None:
    root = a_portfolio(tmp_path)
    write(root, ".gitignore", "build/\n")
    head = commit(root)

    def state() -> tuple[bool, bool, bool, str]:
        said = json.loads(build_here(root, "--format", "json").out)
        noted = json.loads((root / "build" / "all" / "run.json").read_bytes())
        return said["dirty"], noted["dirty"], "never published" in home_of(root), said["commit"]

    assert state() == (False, False, False, head)
    write(root, "notes.txt", "not an input")
    assert state() == (False, False, False, head)
    write(root, "docs/new.md", "# New\n")
    assert state() == (True, True, True, head)
    (root / "docs" / "new.md").unlink()
    (root / "handoffs" / "boat.md").write_text(BOAT.replace("$720", "$740"), encoding="utf-8")
    assert state() == (True, True, True, head)
    assert "differ from the last commit" in build_here(root).out


# Paths


@pytest.mark.parametrize("entity", ["../../x", "/tmp/x", "a\\b", "%2e%2e", '"a\\0b"', "Über", "-a", "a.b"])  # noqa: S108 - refused
def test_F071_an_id_that_is_no_plain_word_is_refused(tmp_path: Path, build_here: Build, entity: str) -> None:
    root = a_portfolio(tmp_path / "p", boat=BOAT, bad=BOAT.replace("entity: boat", f"entity: {entity}"))
    done = build_here(root)
    assert done.code == 2
    assert done.err.startswith("handoffs/bad.md:2:")
    assert {path.name for path in tmp_path.iterdir()} == {"p"}
    assert not (root / "build" / "all" / "docs" / "reports" / "entities" / "bad.md").exists()


@pytest.mark.parametrize("path", ["../x.md", "/x.md", "a/../../x.md", ""])
@pytest.mark.parametrize("is_download", [False, True])
def test_F071_no_page_leaves_the_tree(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch, path: str, *, is_download: bool
) -> None:
    pages = report_pages

    def with_another(briefing: Briefing, keep: Keep, last: LastChanges) -> tuple[Page, ...]:
        page = Page("x.md", "X", "", "", (Download(path, ""),)) if is_download else Page(path, "X", "")
        return (*pages(briefing, keep, last), page)

    root = a_portfolio(tmp_path / "p")
    assert build_here(root).code == 0
    before = digests(tmp_path)
    monkeypatch.setattr(stages, "report_pages", with_another)
    assert build_here(root).code == 2
    assert digests(tmp_path) == before


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["index.md"], "index.md"),
        (["reports/ceo.md"], "reports/ceo.md"),
        (["Reports/CEO.md"], "Reports/CEO.md"),
        (["reports/entities/boat/index.md"], "reports/entities/boat/index.md"),
        (["how/rules.md"], "how/rules.md"),
        (["a.md", "a/index.md"], "a/index.md"),
        (["a.md", "A.md"], "a.md"),
        (["caf\u00e9.md", "cafe\u0301.md"], "caf\u00e9.md"),
        (["a.svg", "A.svg", "b.md"], "a.svg"),
        (["assets/qd.css.md", "assets/favicon.svg"], "assets/favicon.svg"),
    ],
)
def test_F074_two_pages_of_one_address_are_refused_before_anything_is_written(
    tmp_path: Path, build_here: Build, names: list[str], told: str
) -> None:
    root = a_portfolio(tmp_path)
    for name in names:
        write(root, f"docs/{name}", "# A page\n")
    done = build_here(root)
    assert done.code == 2
    assert told in done.err
    assert {path.name for path in (root / "build").iterdir()} <= {".quarterdeck"}


def test_F072_links_in_docs_are_refused_and_never_read(tmp_path: Path, build_here: Build) -> None:
    write(tmp_path, "outside/secret.md", "# Secret\n")
    root = a_portfolio(tmp_path / "p")
    write(root, "docs/ours.md", "# Ours\n")
    (root / "docs" / "page.md").symlink_to(tmp_path / "outside" / "secret.md")
    (root / "docs" / "folder").symlink_to(tmp_path / "outside")
    (root / "docs" / "gone.md").symlink_to(tmp_path / "nowhere.md")
    os.mkfifo(root / "docs" / "pipe.md")
    done = build_here(root)
    assert done.code == 2
    assert [line.partition(":")[0] for line in done.err.splitlines()] == [
        "docs/folder",
        "docs/gone.md",
        "docs/page.md",
        "docs/pipe.md",
    ]
    shutil.rmtree(root / "docs")
    (root / "docs").symlink_to(tmp_path / "outside")
    done = build_here(root)
    assert (done.code, done.err.partition(":")[0]) == (2, "docs")
    assert {path.name for path in (root / "build").iterdir()} == {".quarterdeck"}


def test_F079_a_folder_of_others_is_never_cleaned(tmp_path: Path, build_here: Build) -> None:
    root = a_portfolio(tmp_path)
    kept = write(root, "build/thesis.txt", "years of work")
    done = build_here(root)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "holds files of others" in done.err
    assert dict(files_of(root / "build")) == {"thesis.txt": b"years of work"}
    kept.unlink()
    assert build_here(root).code == 0


def test_F079_a_file_or_link_in_place_of_the_folder_is_refused(tmp_path: Path, build_here: Build) -> None:
    root = a_portfolio(tmp_path / "p")
    write(root, "build", "a file")
    done = build_here(root)
    assert (done.code, done.err.count("\n")) == (2, 1)
    (root / "build").unlink()
    (tmp_path / "outside").mkdir()
    (root / "build").symlink_to(tmp_path / "outside")
    assert build_here(root).code == 2
    assert list((tmp_path / "outside").iterdir()) == []


# Failures on the way


class Disk:
    """Counts what is written below a folder, and fails at the n-th time, or from then on."""

    WAYS = ("write_bytes", "write_text", "mkdir", "replace", "rename")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
        """Stand between the program and the disk."""
        self.left, self.code, self.lasts, self.count = 0, 0, False, 0
        for way in self.WAYS:
            monkeypatch.setattr(Path, way, self._wrapped(getattr(Path, way), root))

    def fail(self, at: int, code: int, *, lasts: bool = False) -> None:
        """Fail at that write, counted from 1; never with 0."""
        self.left, self.code, self.lasts, self.count = at, code, lasts, 0

    def _wrapped(self, real: Callable[..., object], root: Path) -> Callable[..., object]:
        @wraps(real)
        def call(path: Path, *words: object, **options: object) -> object:
            if root in path.parents or path == root:
                self.count += 1
                is_now = self.count >= self.left if self.lasts else self.count == self.left
                if self.left and is_now and (real.__name__ != "rename" or not self.lasts):
                    raise OSError(self.code, os.strerror(self.code), str(path))
            return real(path, *words, **options)

        return call


@pytest.fixture
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pages and a download: how often something is written counts here, not what is in it."""

    def pages(briefing: Briefing, root: Path, keep: Keep, last: LastChanges) -> tuple[Page, ...]:
        del root, keep, last
        price = str(briefing.rows.offers[0].price)
        return (
            Page("index.md", "Home", price, "", (Download("index.csv", price),)),
            Page("reports/ceo.md", "CEO", price),
        )

    monkeypatch.setattr(stages, "all_pages", pages)


@pytest.mark.parametrize(("code", "lasts"), [(errno.ENOSPC, True), (errno.EROFS, False)])
@pytest.mark.usefixtures("few_pages")
def test_F076_no_failing_write_costs_the_site_before(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch, code: int, *, lasts: bool
) -> None:
    settings = f"{SETTINGS}audiences:\n  crew: {{title: Crew, roles: [cmo]}}\n  owners: {{title: Owners}}\n"
    root = a_portfolio(tmp_path, settings)
    disk = Disk(monkeypatch, root / "build")
    assert build_here(root).code == 0
    old, writes = trees_of(root), disk.count
    write(root, "handoffs/boat.md", BOAT.replace("$720", "$740"))
    seen = []
    for at in range(1, writes + 10):
        disk.fail(at, code, lasts=lasts)
        done = build_here(root)
        if done.code == 0:
            break
        assert (done.code, done.err.count("\n")) == (3, 1), done.err
        assert os.strerror(code).lower() in done.err
        seen.append(trees_of(root))
    new = trees_of(root)
    assert len(seen) >= writes - 8 > 20
    assert all(new[name] != old[name] for name in ("crew", "owners", "briefing.json"))
    for trees in seen:
        assert set(trees) == OURS - {"all"} | {"crew", "owners"}, "nothing half done is left"
        assert all(tree in (old[name], new[name]) for name, tree in trees.items()), "old or new, never a mix"
    switching = 3 * len(new.keys() - {".quarterdeck"})
    assert [trees == old for trees in seen].count(True) >= len(seen) - switching, (
        "nothing is switched before the end"
    )


def trees_of(root: Path) -> dict[str, object]:
    """What stands in the build folder: for each name its bytes, or those below it."""
    return {
        path.name: dict(files_of(path)) if path.is_dir() else path.read_bytes()
        for path in (root / "build").iterdir()
    }


@pytest.mark.parametrize("stage", ["run_builder", "json_text", "_manifest", "_put_in_place"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(errno.EIO, "")])
def test_F077_a_first_build_that_fails_leaves_no_site(
    tmp_path: Path,
    build_here: Build,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    failure: BaseException | type[BaseException],
) -> None:
    root = a_portfolio(tmp_path)

    def fail(*_words: object) -> object:
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(stages, stage, fail)
        assert build_here(root).code == (130 if failure is KeyboardInterrupt else 3)
        assert {path.name for path in (root / "build").iterdir()} == {".quarterdeck"}
    assert build_here(root).code == 0
    assert is_whole(root / "build" / "all")


def test_F077_killed_between_the_two_renames(
    tmp_path: Path, build_here: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = a_portfolio(tmp_path)
    assert build_here(root).code == 0
    place = root / "build" / "all"
    before = digests(place)
    place.rename(root / "build" / "all.old")
    write(root, "build/all.new-77/docs/index.md", "half")

    def fail(*_words: object) -> object:
        raise OSError(errno.EIO, "")

    with monkeypatch.context() as patch:
        patch.setattr(stages, "run_builder", fail)
        assert build_here(root).code == 3
    assert digests(place) == before, "the next run brings the site back, even where it makes no new one"
    shutil.copytree(place, root / "build" / "all.old")
    assert build_here(root).code == 0
    assert {path.name for path in (root / "build").iterdir()} == OURS
    assert digests(place) == before


def test_F077_killed_at_any_moment_the_next_build_recovers(tmp_path: Path, whole_site: Path) -> None:
    root = shutil.copytree(whole_site, tmp_path / "p")
    old = trees_of(root)
    write(root, "handoffs/boat.md", BOAT.replace("Sails", "Races"))
    moments = random.Random(77)  # noqa: S311 - any moments do, the same ones each time
    started = []
    for stage in ("docs/index.md", "mkdocs.yml", "site", "manifest.json"):
        with subprocess.Popen(
            command("build", "--as-of", AS_OF),
            cwd=root,
            env=environ_of(root),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            started.append(process.pid)
            wait_for(partial(_is_at, root, stage, process))
            time.sleep(moments.random() / 5)
            process.kill()
        place = root / "build" / "all"
        assert dict(files_of(place)) == old["all"] or is_whole(place)
    assert build(root).returncode == 0, "while a builder of a killed one may still be writing"
    new = trees_of(root)
    assert is_whole(root / "build" / "all")
    assert new["all"] != old["all"]
    for group in started:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    assert build(root).returncode == 0
    assert trees_of(root) == {name: new[name] for name in OURS}, "and nothing of the killed ones is left"


def _is_at(root: Path, stage: str, process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> bool:
    return any((root / "build").glob(f"all.new-*/{stage}".rstrip("/"))) or process.poll() is not None


def wait_for(condition: Callable[[], bool], seconds: float = 180) -> None:
    """Wait until something holds; a generous limit that only catches what hangs."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_F078_of_two_builds_at_once_the_second_is_refused(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    words = command("build", "--as-of", AS_OF)
    with subprocess.Popen(
        words, cwd=root, env=environ_of(root), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as first:
        wait_for(partial(_is_at, root, "", first))
        first.send_signal(
            signal.SIGSTOP
        )  # so that it is still at work, however long the second takes to start
        second = build(root)
        assert first.poll() is None, "the first is still at work"
        first.send_signal(signal.SIGCONT)
        _, said = first.communicate(timeout=180)
    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (2, "", 1)
    assert "Another build is at work" in second.stderr
    assert (first.returncode, said) == (0, "")
    assert is_whole(root / "build" / "all")


def test_F231_an_interrupt_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "p")
    words = command("build", "--as-of", AS_OF)
    with subprocess.Popen(
        words, cwd=root, env=environ_of(root), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        wait_for(partial(_is_at, root, "mkdocs.yml", process))
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=180)
    assert process.returncode == 130
    assert said.strip() == "interrupted; nothing half done is left behind"
    assert {path.name for path in (root / "build").iterdir()} == {".quarterdeck"}


@pytest.mark.parametrize("damage", ["empty", "garbage", "gone"])
def test_F234_a_damaged_state_is_made_anew(tmp_path: Path, build_here: Build, damage: str) -> None:
    root = a_portfolio(tmp_path)
    assert build_here(root).code == 0
    before = trees_of(root)
    for file in [
        path for path in (root / "build").rglob("*") if path.is_file() and path.name != ".quarterdeck"
    ]:
        if damage == "gone":
            file.unlink()
        else:
            file.write_bytes(b"" if damage == "empty" else b"\xff{]")
    assert build_here(root).code == 0
    assert trees_of(root) == before


def test_a_former_audience_goes_and_what_is_not_ours_stays(tmp_path: Path, build_here: Build) -> None:
    root = a_portfolio(tmp_path, f"{SETTINGS}audiences:\n  crew: {{title: Crew}}\n")
    assert build_here(root).code == 0
    write(root, "build/notes/mine.txt", "mine")
    write(root, "portfolio.yml", SETTINGS)
    assert build_here(root).code == 0
    assert {path.name for path in (root / "build").iterdir()} == OURS | {"notes"}


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("---\nrender_macros: true\n---\n# Ours\n\n{{ figure('boat', 'no_such') }}\n", "no_such"),
        ("---\nrender_macros: true\n---\n# Ours\n\n{% if %}\n", "guide"),
        ("# Ours\n\n[gone](gone.md)\n", "gone.md"),
        ("# Ours\n\n[gone](#gone)\n", "gone"),
    ],
)
def test_F056_F057_an_error_or_warning_of_the_builder_fails_the_build(
    tmp_path: Path, page: str, told: str, whole_site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(whole_site, tmp_path / "p")
    before = trees_of(root)
    write(root, "docs/guide.md", page)
    code, said = cli.main(["build", "--portfolio", str(root), "--as-of", AS_OF]), capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert trees_of(root) == before


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio of one boat with its site by the real builder."""
    return boat_by(tmp_path_factory, "mkdocs")


def test_F235_a_builder_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "zensical" else find(name))
    root = a_portfolio(tmp_path)
    words = ["build", "--portfolio", str(root), "--as-of", AS_OF, "--builder", "zensical"]
    assert cli.main(words) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "pip install 'quarterdeck[zensical]'" in said.err
    assert {path.name for path in (root / "build").iterdir()} == {".quarterdeck"}


def test_F236_every_report_says_how_much_of_its_input_is_known(whole_site: Path) -> None:
    site = whole_site / "build" / "all" / "site"
    no_reports = ("reports/sure/", "reports/board/", "reports/changes/")
    reports = {
        name: page
        for name, page in pages_of(site).items()
        if name.startswith("reports/") and not name.startswith(no_reports)
    }
    assert len(reports) == 7
    for name, page in {**reports, "index.html": pages_of(site)["index.html"]}.items():
        assert COVERAGE.search(page.text), name


def test_the_sample_of_this_repository_builds(tmp_path: Path, build_here: Build) -> None:
    the_sample(tmp_path)
    done = build_here(tmp_path, as_of="")
    assert (done.code, done.err) == (0, "")
    assert Dom(home_of(tmp_path)).text


# The way out of a site that readers sign in to


@pytest.mark.parametrize(
    ("publishing", "is_there"), [("", False), ("publishing: {table: harbor-table}\n", True)]
)
def test_pages_lead_out_where_readers_sign_in(
    tmp_path: Path, build_here: Build, publishing: str, *, is_there: bool
) -> None:
    root = a_portfolio(tmp_path, SETTINGS + publishing)
    assert build_here(root).code == 0
    config = (root / "build" / "all" / "mkdocs.yml").read_text(encoding="utf-8")
    assert ("sign_out: /auth/out\n" in config) is is_there
