"""`quarterdeck purge`: from where something stands to the proof that it is gone (F-148, F-138)."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from quarterdeck import cli
from quarterdeck.model.errors import OutsideError
from quarterdeck.publish.cleaning import holds
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.plan import hashed
from quarterdeck.text.mentions import MARK, Wanted
from tests.publish.made import contents, put, started, tree
from tests.sites import environ_of, write

if TYPE_CHECKING:
    from pathlib import Path

    from quarterdeck.publish.plan import Contents

A, B = "2026-11-23-aaaaaaa", "2026-11-23-bbbbbbb"
KNOWN = (
    "Former states of all files are erased with it, so that nothing can be brought back; a version that loses "
    "something can no longer be rebuilt byte for byte."
)
PAGES = {
    "index.html": "<article>Kimball, Kim and <b>Zanzibar &amp; Sons</b></article>",
    "boat/index.html": "<article>Boat</article>",
    "reports/entities/zan/index.html": "<article>Cash: $7</article>",
    "zan.csv": "name,cash\nZanzibar & Sons,7\n",
    "assets/x.js": "// kim",
}


class Said(NamedTuple):
    """Exit code and both streams of one command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Without hard spaces."""
        return self.out.replace("\u00a0", " ").splitlines()


def made(letter: str, name: str) -> Contents:
    """A version with a briefing that gives the business a name."""
    base = contents({**PAGES, "now.html": letter}, letter)
    briefing = json.dumps({"entities": [{"entity": "zan", "name": name}, {"entity": "boat"}]})
    packed = gzip.compress(briefing.encode(), mtime=0)
    key = ("", "briefing/briefing.json.gz")
    files = {one: data for one, data in base.files.items() if one[0]} | {key: packed}
    hashes = {one: hashed(data) for one, data in files.items()}
    return msgspec.structs.replace(base, files=files, hashes=hashes)


Run = Callable[..., Said]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("quarterdeck.publish.folder.os.fsync", lambda _: None)
    for name, value in environ_of(tmp_path).items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "harbor"
    write(folder, "portfolio.yml", "schema: 1\nname: Harbor\n")
    put(made("a", "Old Zan Name"), Folder(folder / "published"))
    put(made("b", "Zanzibar & Sons"), Folder(folder / "published"))
    return folder


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_here(*words: str) -> Said:
        code = cli.main(["purge", *words, "--portfolio", str(root)])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run_here


def holding(root: Path, *names: str) -> list[str]:
    """Files of the store that hold any of the names."""
    store, wanted = Folder(root / "published"), Wanted(names)
    found = {one.key: store.get(one.key) for one in store.listed("")}
    return [key for key, one in found.items() if one and holds(key, one.data, wanted)]


def test_F148_a_term_is_shown_taken_out_and_proved_to_be_gone(run: Run, root: Path) -> None:
    shown = run("Zanzibar & Sons", "--dry-run")
    assert shown.lines == [
        f"all/index.html  in 2 versions: {MARK} takes its place",
        f"all/zan.csv  in 2 versions: {MARK} takes its place",
        f"private/briefing/briefing.json.gz  in 1 version: {MARK} takes its place",
        "19 files of 2 versions searched: 5 files to change.",
        KNOWN,
    ]
    assert shown.err == "Nothing was written: --dry-run only shows.\n"
    assert holding(root, "Zanzibar")
    done = run("Zanzibar & Sons", "--yes")
    assert done.code == 0
    assert done.lines[len(shown.lines)] == "19 files of 2 versions searched again: none holds it."
    assert done.lines[-1].startswith("Not touched: the files and the git history of the portfolio")
    assert holding(root, "Zanzibar") == []
    assert (
        tree(Folder(root / "published"), A)["index.html"]
        == f"<article>Kimball, Kim and <b>{MARK}</b></article>"
    )


def test_F148_nothing_happens_unasked(run: Run, root: Path) -> None:
    before = holding(root, "Zanzibar")
    assert run("Zanzibar").err == "Nothing was written: nobody is here to ask. Add --yes to write this.\n"
    assert holding(root, "Zanzibar") == before


def test_F148_a_business_goes_by_its_id_and_by_each_name_it_ever_had(run: Run, root: Path) -> None:
    done = run("--entity", "zan", "--yes")
    assert done.code == 0
    assert "searched for zan and Old Zan Name and Zanzibar & Sons: 8 files to change." in "\n".join(
        done.lines
    )
    assert "all/index.html  in 2 versions: the page becomes a note" in done.lines
    assert "all/reports/entities/zan/index.html  in 2 versions: the file goes" in done.lines
    assert holding(root, "zan", "Zanzibar") == []
    assert set(tree(Folder(root / "published"), A)) == {
        "index.html",
        "boat/index.html",
        "assets/x.js",
        "now.html",
    }


def test_F148_a_business_that_no_version_names_is_looked_for_by_its_id_alone(run: Run) -> None:
    done = run("--entity", "boat", "--dry-run")
    assert "19 files of 2 versions searched for boat: 4 files to change." in done.lines
    assert (
        "No briefing here gives a business of that id a name, so the id alone was looked for." in done.lines
    )


def test_F148_whole_words_alone_where_asked(run: Run, root: Path) -> None:
    done = run("Kim", "--word", "--yes")
    assert f"<article>Kimball, {MARK} and" in tree(Folder(root / "published"), B)["index.html"]
    assert "2 scripts and styles of the program itself hold those letters too" in "\n".join(done.lines)
    assert done.code == 0


def test_F148_what_is_nowhere_has_its_former_states_erased_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased: list[str] = []
    monkeypatch.setattr(Folder, "erase", lambda _, prefix: erased.append(prefix))
    done = run("Atlantis", "--yes")
    assert done.lines[0] == "19 files of 2 versions searched: none holds it."
    assert (done.code, erased) == (0, ["pages/", "private/"])


def test_F148_a_term_is_read_from_the_standard_input_and_not_printed(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Zanzibar & Sons\n"))
    done = run("-", "--yes")
    assert done.code == 0
    assert "Sons" not in done.out + done.err
    assert holding(root, "Zanzibar & Sons") == []


def test_F148_a_rest_is_named_with_code_1(run: Run) -> None:
    done = run("Harbor", "--yes")
    assert done.code == 1
    assert "private/store.json  cannot do without it" in done.out
    assert "searched again: it still stands in 1 file. Run it again." in "\n".join(done.lines)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Name one thing to take out"),
        (["Zanzibar", "--entity", "zan"], "Name one thing to take out"),
        (["Zz"], "'Zz' cannot be told from chance"),
        (["removed"], "'removed' cannot be told from chance"),
    ],
)
def test_what_cannot_be_taken_out_is_refused(run: Run, words: list[str], said: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.fixture
def references(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """With which reference CloudFront is asked each time; it answers the second time only."""
    asked: list[str] = []

    def forget(_client: object, distribution: str, reference: str) -> None:
        asked.append(reference)
        if len(asked) == 1:
            raise OutsideError(f"distribution {distribution}: the service is busy.")

    monkeypatch.setattr("quarterdeck.commands.purge.forget", forget)
    monkeypatch.setattr("quarterdeck.commands.purge.client", lambda *_: None)
    return asked


def test_F138_caches_are_pending_until_cloudfront_forgets(
    run: Run, root: Path, references: list[str]
) -> None:
    write(root, "portfolio.yml", "schema: 1\nname: Harbor\npublishing: {distribution: E2QWRUHAPOMQZL}\n")
    done = run("Zanzibar & Sons", "--yes")
    assert done.code == 3
    assert (
        "Purged, cache pending: distribution E2QWRUHAPOMQZL: the service is busy. Run it again." in done.out
    )
    assert run("Zanzibar & Sons", "--yes").code == 0
    assert len(set(references)) == 1  # the same content has the same reference
    assert run("Kimball", "--yes").code == 0
    assert len(set(references)) == 2
    assert started(Folder(root / "published")).latest == B
