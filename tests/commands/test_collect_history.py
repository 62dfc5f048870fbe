"""`quarterdeck collect history`: what the store of versions keeps comes back, before anything is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quarterdeck.commands.collect import MANIFEST, Collected, collect, plan
from quarterdeck.model.errors import UsageError
from quarterdeck.model.history import encode_record
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import small
from quarterdeck.reading import evidence_files
from quarterdeck.reports.words import NBSP
from tests.cloud import TAKEN_AT
from tests.records import a_record
from tests.sites import a_portfolio, files_of, write

if TYPE_CHECKING:
    from pathlib import Path

BUCKETS = "evidence/aws/main/us-east-1/s3.json"
PUBLISHED = a_record(1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A portfolio that looks at nothing outside."""
    return a_portfolio(tmp_path / "p")


def publish(root: Path) -> Folder:
    """A store with one version, its record and its evidence."""
    store = Folder(root / "published")
    held = {"history/record.json": encode_record(PUBLISHED), BUCKETS: b"kept"}
    for path, data in held.items():
        store.put(small(keys.private(PUBLISHED.version, path), data))
    return store


def run(root: Path, *kinds: str) -> Collected:
    return collect(root, {}, now=TAKEN_AT, kinds=kinds)


def test_what_the_store_keeps_comes_back_and_nothing_else_is_touched(root: Path) -> None:
    publish(root)
    write(root, MANIFEST, "of the last run")
    write(root, "evidence/dns/dns.json", "seen here")
    done = run(root, "history")
    assert done.exit_code() == 0
    assert [line.replace(NBSP, " ") for line in done.sentences()] == [
        "1 record and 1 file of evidence from the folder published, which knows 1 version."
    ]
    assert dict(files_of(root / "evidence")) == {
        "aws/main/us-east-1/s3.json": b"kept",
        "dns/dns.json": b"seen here",
        f"history/{PUBLISHED.version}.json": encode_record(PUBLISHED),
        "run.json": b"of the last run",
    }
    before = dict(files_of(root))
    assert run(root, "history").exit_code() == 0
    assert dict(files_of(root)) == before


@pytest.mark.parametrize(
    ("kinds", "comes"), [((), True), (("history",), True), (("history", "dns"), True), (("dns",), False)]
)
def test_a_run_of_all_kinds_reads_the_store_where_there_is_one(
    root: Path, kinds: tuple[str, ...], *, comes: bool
) -> None:
    assert "history" not in " ".join(plan(root, {}, now=TAKEN_AT))
    assert list(run(root).sentences()) == [f"0{NBSP}records in 0{NBSP}files."]
    publish(root)
    told = list(plan(root, {}, now=TAKEN_AT, kinds=kinds))
    assert any("from the folder published" in line for line in told) is comes
    done = run(root, *kinds)
    assert (done.recalled is not None) is comes
    assert (BUCKETS in evidence_files(root)) is comes


def test_a_run_of_one_account_leaves_the_store_alone(root: Path) -> None:
    publish(root)
    write(root, "portfolio.yml", 'schema: 1\naws: {accounts: {main: {account: "123456789012"}}}\n')
    assert not any("published" in line for line in plan(root, {}, now=TAKEN_AT, account="main"))


def test_a_record_that_cannot_be_read_costs_itself_alone(root: Path) -> None:
    bad = a_record(0)
    publish(root).put(small(keys.private(bad.version, "history/record.json"), b"{"))
    done = run(root, "history")
    assert done.exit_code() == 4
    assert [line for line in done.sentences() if bad.version in line]
    assert BUCKETS in evidence_files(root)


def test_a_bucket_without_credentials_stops_nothing_else(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*_: object) -> Folder:
        from quarterdeck.model.errors import OutsideError  # noqa: PLC0415 - for this stand-in alone

        raise OutsideError("There are no AWS credentials here.")

    monkeypatch.setattr("quarterdeck.commands.collect.store_of", without)
    settings = 'publishing: {bucket: reports-of-harbor, account: "123456789012", region: us-east-1}\n'
    write(root, "portfolio.yml", f"schema: 1\n{settings}")
    done = run(root)
    assert done.exit_code() == 4
    assert next(iter(done.sentences())) == "There are no AWS credentials here."


@pytest.mark.parametrize("name", ["evidence", "evidence/aws", "evidence/aws/main"])
def test_nothing_is_written_through_a_link(root: Path, tmp_path: Path, name: str) -> None:
    publish(root)
    (tmp_path / "elsewhere").mkdir()
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match=f"{name} is a symbolic link"):
        run(root, "history")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_is_a_link_stays_one(root: Path, tmp_path: Path) -> None:
    publish(root)
    (root / BUCKETS).parent.mkdir(parents=True)
    (root / BUCKETS).symlink_to(write(tmp_path, "elsewhere.json", "{}"))
    assert run(root, "history").exit_code() == 0
    assert (tmp_path / "elsewhere.json").read_bytes() == b"{}"
    assert (root / BUCKETS).is_symlink()


def test_a_run_that_is_cut_short_leaves_whole_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(root)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("quarterdeck.commands.replace._unchanged", broken)
        with pytest.raises(KeyboardInterrupt):
            run(root, "history")
    assert dict(files_of(root / "evidence")) == {}
    assert run(root, "history").exit_code() == 0
    assert len(evidence_files(root)) == 2
