"""A past site is made again byte for byte, from its commit and its evidence, whatever has happened since."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck import __version__
from quarterdeck.changes.pages import decode as decode_changes
from quarterdeck.cli import main
from quarterdeck.cli.failures import USAGE
from quarterdeck.commands.build import build
from quarterdeck.commands.collect import collect
from quarterdeck.commands.publish import run as publish
from quarterdeck.commands.rebuild import MANIFEST, Known, Rebuilt, compared, known_of, rebuild
from quarterdeck.model.errors import InputError, OutsideError, UsageError
from quarterdeck.model.history import encode_record
from quarterdeck.model.versions import Manifest, Moment, PublishedFile
from quarterdeck.parse.evidence import Header, write_evidence
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import small
from quarterdeck.reports.words import NBSP
from tests.records import a_past_finding, a_record
from tests.repos import Repo
from tests.sites import BOAT, a_portfolio, commit, files_of, once, stub_builder, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
REAL = BOAT.replace("sample: true\n", "")
LATER = REAL.replace("$720", "$999")
SETTINGS = "schema: 1\nname: Fleet\naudiences:\n  all: {}\n  crew: {roles: [cto]}\n"
IN_A_BUCKET = 'publishing: {bucket: reports-of-fleet, account: "123456789012", region: us-east-1}\n'
EVIDENCE = "evidence/dns/dns.json"
FIRST = date(2026, 11, 20)
PAST = a_record(3, a_past_finding("Hull"))


@pytest.fixture(autouse=True)
def _no_site_builder(monkeypatch: pytest.MonkeyPatch) -> None:
    stub_builder(monkeypatch)


@pytest.fixture
def root(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A business in git with evidence and a past, of which one version is published."""

    def make(root: Path) -> None:
        a_portfolio(root, SETTINGS, boat=REAL)
        write(root, ".gitignore", "/build/\n/evidence/\n/published/\n")
        write(root, "docs/guide.md", "# Guide\n\nAsk Sam.\n")
        commit(root, "2026-11-18")
        write(root, EVIDENCE, write_evidence(Header("dns", NOW.replace(day=19), ("boat",), ()), ()))
        write(root, PAST.path, encode_record(PAST))
        put_out(root, FIRST)

    copy = tmp_path / "p"
    shutil.copytree(once(tmp_path_factory, "rebuilt", make), copy)
    return copy


def environ_of(root: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(root.parent / "cache")}


def put_out(root: Path, as_of: date) -> str:
    """Build and publish; the version, also where nothing was new."""
    build(root, environ_of(root), today=lambda _zone: as_of)
    return publish(root, environ_of(root), now=NOW).published.version


def store_of(root: Path) -> Folder:
    return Folder(root / "published")


def first_of(root: Path) -> str:
    """The version that the fixture published."""
    return min((root / "published" / keys.MANIFESTS).iterdir()).stem


def trees_of(root: Path, version: str) -> dict[str, dict[str, bytes]]:
    """What readers of each audience are given."""
    pages = root / "published" / "pages"
    return {name: dict(files_of(pages / name / version)) for name in ("all", "crew")}


def again(root: Path, version: str, **options: Path) -> Rebuilt:
    return rebuild(root, environ_of(root), version, **options)


def said(found: Rebuilt) -> list[str]:
    return [line.replace(NBSP, " ") for line in found.sentences()]


def work_goes_on(root: Path) -> None:
    """Other prices, a page more and one less, attributes, another day, other evidence; and half-done work."""
    write(root, "handoffs/boat.md", LATER)
    write(root, ".gitattributes", "*.md -diff text eol=crlf\n")
    (root / "docs" / "guide.md").unlink()
    write(root, "docs/other.md", "# Other\n")
    write(root, EVIDENCE, write_evidence(Header("dns", NOW, ("boat",), ("domain-check",)), ()))
    commit(root, "2026-11-22")
    assert put_out(root, date(2026, 11, 22)).startswith("2026-11-22-")
    collect(root, {}, now=NOW, kinds=["history"])
    write(root, "handoffs/boat.md", "---\n")
    write(root, "repos.env", "SES_SENDER=elsewhere@example.com\n")


def another_branch(root: Path) -> None:
    """A branch that knows nothing of the portfolio, and no evidence."""
    shutil.rmtree(root / "evidence")
    repo = Repo(root)
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.git("rm", "-r", "--quiet", "--force", "handoffs", "docs")
    repo.git("commit", "--quiet", "--message", "Other")


@pytest.mark.parametrize("since", [work_goes_on, another_branch])
def test_F149_a_past_site_is_made_again_whatever_happened_since(
    root: Path, tmp_path: Path, since: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = first_of(root)
    trees = trees_of(root, version)
    since(root)
    before = dict(files_of(root))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    beside = {one.name for one in tmp_path.iterdir()}
    found = again(root, version, to=tmp_path / "out")
    assert found.differ == ()
    assert said(found)[-1] == f"All {found.files} files are the same as published, byte for byte."
    assert {name: dict(files_of(tmp_path / "out" / name)) for name in trees} == trees
    kept = (EVIDENCE, PAST.path, "briefing", "of crew", "changes", "of crew")
    assert found.files == sum(map(len, trees.values())) + len(kept)
    assert dict(files_of(root)) == before, "nothing of the portfolio is touched"
    assert {one.name for one in tmp_path.iterdir()} == beside | {"out"}, "and nothing else is left behind"


def test_what_time_alone_brought_is_told_apart_again(root: Path) -> None:
    """The files of the version before come from git, though those of the past site stand outside it."""
    collect(root, {}, now=NOW, kinds=["history"])
    version = put_out(root, date(2026, 12, 28))
    told = decode_changes((root / "build" / "changes.json").read_bytes()).versions[0]
    assert (told.timed, told.is_mixed) == (told.total, False)
    assert again(root, version).differ == ()


def test_a_portfolio_within_a_larger_repository(tmp_path: Path) -> None:
    root = a_portfolio(tmp_path / "all" / "books", boat=REAL)
    write(tmp_path / "all", ".gitignore", "build/\npublished/\n")
    write(tmp_path / "all", "code/main.py", "1\n")
    committed = write(root, EVIDENCE, write_evidence(Header("dns", NOW, ("boat",), ()), ()))
    commit(tmp_path / "all", "2026-11-18")
    committed.unlink()  # what a commit holds as evidence is not what the version is made of
    version = put_out(root, FIRST)
    write(root, "handoffs/boat.md", LATER)
    commit(tmp_path / "all", "2026-11-21")
    assert again(root, version).differ == ()


def test_of_two_versions_of_one_day_and_commit_each_has_its_own_evidence(root: Path) -> None:
    write(root, "evidence/imports/scan.json", write_evidence(Header("sarif", NOW, ("boat",), ()), ()))
    (root / EVIDENCE).unlink()
    first = first_of(root)
    version = put_out(root, FIRST)
    assert version == f"{first}.2"
    shutil.rmtree(root / "evidence")
    assert again(root, version).differ == ()


def test_a_version_is_not_in_its_own_past(root: Path) -> None:
    version = first_of(root)
    collect(root, {}, now=NOW, kinds=["history"])
    assert (root / "evidence" / "history" / f"{version}.json").is_file()
    assert put_out(root, FIRST) == version, "so that what is built again says nothing new"


def test_without_a_store_evidence_and_git_are_enough(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = first_of(root)
    trees = trees_of(root, version)
    (root / "evidence").rename(tmp_path / "kept")
    shutil.rmtree(root / "published")
    write(root, "portfolio.yml", SETTINGS + IN_A_BUCKET)
    commit(root, "2026-11-22")
    monkeypatch.setattr("quarterdeck.commands.rebuild.store_of", None)  # whoever asks the bucket fails
    found = again(root, version, evidence=tmp_path / "kept", to=tmp_path / "out")
    assert (found.exit_code(), found.has_manifest, found.as_of) == (0, False, FIRST)
    assert said(found)[-1].startswith("Nothing says what was published, so nothing was compared.")
    for name, tree in trees.items():
        made = dict(files_of(tmp_path / "out" / name))
        assert made == tree


def test_a_manifest_beside_the_evidence_says_what_was_published(root: Path, tmp_path: Path) -> None:
    version = first_of(root)
    (root / "evidence").rename(tmp_path / "kept")
    shutil.copy(root / "published" / keys.manifest(version), tmp_path / "kept" / MANIFEST)
    write(tmp_path / "kept", "notes.txt", "not read")
    write(root, "portfolio.yml", SETTINGS + IN_A_BUCKET)
    found = known_of(root, {}, version, tmp_path / "kept")
    assert found.manifest
    assert (found.manifest.version, sorted(found.evidence)) == (version, [EVIDENCE, PAST.path])
    assert found == known_of(a_folder_again(root), {}, version)
    with pytest.raises(UsageError, match=rf"manifest.json is that of version {version}, not of {version}.2"):
        known_of(root, {}, f"{version}.2", tmp_path / "kept")
    write(tmp_path / "kept", MANIFEST, "{")
    with pytest.raises(UsageError, match="is no manifest of a version"):
        known_of(root, {}, version, tmp_path / "kept")


def a_folder_again(root: Path) -> Path:
    write(root, "portfolio.yml", SETTINGS)
    return root


def files(**hashes: str) -> tuple[PublishedFile, ...]:
    return tuple(PublishedFile(path, digest, 1, "text/html") for path, digest in sorted(hashes.items()))


def a_manifest(*, private: tuple[PublishedFile, ...] = (), **fields: object) -> Manifest:
    made: dict[str, object] = {
        "version": "2026-11-20-4f1c9ae",
        "moment": Moment(PAST.commit, 1763640000, FIRST),
        "content": "",
        "builder": "mkdocs",
        "quarterdeck": __version__,
        "pages": {"all": files(a="1", b="2"), "crew": files(a="1")},
        "private": private,
    }
    return Manifest(**(made | fields))  # type: ignore[arg-type]  # by the names of its fields


def held_against(was: Manifest | None, made: Manifest) -> Rebuilt:
    return compared(Known(made.version, made.moment.commit, FIRST, {}, was), made)


DIFFERENT: list[tuple[str, Manifest, tuple[str, ...]]] = [
    ("nothing", a_manifest(), ()),
    (
        "one page of one audience",
        a_manifest(pages={"all": files(a="1", b="2"), "crew": files(a="x")}),
        ("crew/a",),
    ),
    (
        "a page more, one less",
        a_manifest(pages={"all": files(a="1", c="2"), "crew": files(a="1")}),
        ("all/b", "all/c"),
    ),
    ("an audience more", a_manifest(pages={"all": files(a="1", b="2")}), ("crew/a",)),
    ("a file of the private part", a_manifest(private=files(briefing="1")), ("briefing",)),
    (
        "the record, which follows from the versions before",
        a_manifest(private=(PublishedFile("history/record.json", "1", 1, ""),)),
        (),
    ),
    (
        "what was purged",
        a_manifest(pages={"all": files(a="9", b="9"), "crew": files(a="1")}, purged=("all/a",)),
        ("all/b",),
    ),
]


@pytest.mark.parametrize(("case", "was", "differ"), DIFFERENT, ids=[one[0] for one in DIFFERENT])
def test_each_file_that_differs_is_named(case: str, was: Manifest, differ: tuple[str, ...]) -> None:
    found = held_against(was, a_manifest())
    assert found.differ == differ, case
    assert found.exit_code() == (4 if differ else 0)
    assert all(f"  {path}" in said(found) for path in differ)


def test_what_is_said_of_many_differences_and_of_another_program() -> None:
    was = a_manifest(
        pages={"all": files(**{f"p{number:02}": "1" for number in range(30)})},
        private=files(secret="1"),  # noqa: S106 - the name of a file
        quarterdeck="0.0.9",
        purged=("/secret", "all/p00"),
    )
    assert said(held_against(was, msgspec.structs.replace(was, pages={"all": ()}))) == [
        "Version 2026-11-20-4f1c9ae is made again of commit 4f1c9ae, as of 20 Nov 2026.",
        "Something was taken out of 2 files later; they are left aside.",
        f"It was published by Quarterdeck 0.0.9, and this is {__version__}: bytes may differ.",
        "29 of 31 files differ from what was published:",
        *(f"  all/p{number:02}" for number in range(1, 21)),
        "  and 9 more",
    ]


def test_evidence_of_the_store_that_was_changed_is_not_used(root: Path) -> None:
    version = first_of(root)
    store_of(root).put(small(keys.private(version, EVIDENCE), b"{}"))
    with pytest.raises(
        OutsideError, match=r"1.file of evidence .* cannot be used, evidence/dns/dns.json first"
    ):
        again(root, version)


REFUSED = [
    ("2026-11-20-0000000", "There is no version 2026-11-20-0000000 in the folder published"),
    ("latest", "latest is no version"),
    ("../2026-11-20-0000000", "is no version"),
]


@pytest.mark.parametrize(("version", "why"), REFUSED, ids=[one[0] for one in REFUSED])
def test_a_version_that_there_is_not(root: Path, version: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        again(root, version)


def test_git_that_knows_too_little_is_told_how_to_learn_more(root: Path, tmp_path: Path) -> None:
    version = first_of(root)
    write(root, "docs/more.md", "# More\n")
    newest = commit(root, "2026-11-21")[:7]
    shutil.copytree(root / "evidence", tmp_path / "kept")
    Repo(root).git("clone", "--quiet", "--depth=1", f"file://{root}", str(tmp_path / "shallow"))
    shutil.copytree(root / "published", tmp_path / "shallow" / "published")
    with pytest.raises(UsageError, match=r"Commit [0-9a-f]{12} of .* is not here. Run: git fetch --all"):
        again(tmp_path / "shallow", version)
    with pytest.raises(UsageError, match=r"a shallow clone\. Run: git fetch --unshallow"):
        again(tmp_path / "shallow", f"2026-11-21-{newest}", evidence=tmp_path / "kept")
    lost = Repo(root).git("rev-parse", "HEAD:docs/more.md")
    (root / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(OutsideError, match=f"git lacks files of commit {newest}. Run: git fetch --refetch"):
        again(root, f"2026-11-21-{newest}", evidence=tmp_path / "kept")
    with pytest.raises(UsageError, match=r"2026-99-21-\w+ is no version: 2026-99-21 is no date"):
        again(root, f"2026-99-21-{newest}", evidence=tmp_path / "kept")


@pytest.mark.parametrize("there", ["file", "folder with a file"])
def test_nothing_is_written_over(root: Path, tmp_path: Path, there: str) -> None:
    to = tmp_path / "out"
    write(*((tmp_path, "out") if there == "file" else (to, "mine.txt")), "mine")
    with pytest.raises(UsageError, match="is there already"):
        again(root, first_of(root), to=to)


def test_settings_of_that_commit_that_name_a_variable_need_it(root: Path, tmp_path: Path) -> None:
    write(root, "portfolio.yml", SETTINGS.replace("Fleet", "${FLEET}"))
    version = f"2026-11-21-{commit(root, '2026-11-21')[:7]}"
    write(root, "portfolio.yml", SETTINGS)
    with pytest.raises(InputError, match="FLEET is not set"):
        again(root, version, evidence=root / "evidence", to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_tells_what_it_cannot_do(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rebuild", "2026-11-20-0000000", "--portfolio", str(root)]) == USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert "There is no version 2026-11-20-0000000 in the folder published." in said.err
