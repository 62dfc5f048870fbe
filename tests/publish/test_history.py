"""What a store gives back to `evidence/`: records of all versions, and what nothing newer stands for."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import pytest

from quarterdeck.model.errors import OutsideError
from quarterdeck.model.history import Earlier, encode_record, path_of
from quarterdeck.model.versions import Manifest, Moment, PublishedFile
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.history import Recalled, evidence_of, is_evidence, recalled
from quarterdeck.publish.lists import small
from quarterdeck.reports.words import NBSP
from tests.publish.clouds import bucket
from tests.records import COMMIT, a_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from quarterdeck.publish.store import Listed, Store, Stored
    from tests.cloud import Cloud

AnyStore = TypeVar("AnyStore", bound="Store")

BUCKETS = "evidence/aws/main/us-east-1/s3.json"
OLD, NEW = a_record(1), a_record(0)


class Refusing(Folder):
    """A store that does not give out what has some word in its key."""

    def __init__(self, root: Path, word: str) -> None:
        super().__init__(root)
        self.word = word

    def get(self, key: str) -> Stored | None:
        """What stands there, or the refusal."""
        if self.word in key:
            raise OutsideError(f"AccessDenied for {key}.")
        return super().get(key)


class Watched(Folder):
    """A store that notes what it is asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[str] = []

    def get(self, key: str) -> Stored | None:
        """What stands there."""
        self.asked.append(key)
        return super().get(key)

    def listed(self, prefix: str) -> Iterator[Listed]:
        """What begins so."""
        self.asked.append(prefix)
        return super().listed(prefix)


def a_store(root: Path, *records: Earlier, **evidence: Mapping[str, str]) -> Folder:
    """A store with the records of some versions, and evidence by `v` and the day of a version."""
    return filled(Folder(root / "published"), *records, **evidence)


def filled(store: AnyStore, *records: Earlier, **evidence: Mapping[str, str]) -> AnyStore:
    """The same in a store that is there."""
    for one in records:
        put(store, keys.private(one.version, "history/record.json"), encode_record(one))
        for path, text in evidence.get(f"v{one.as_of:%m%d}", {}).items():
            put(store, keys.private(one.version, path), text.encode())
    return store


def put(store: Store, key: str, data: bytes) -> None:
    store.put(small(key, data))


def files(*records: Earlier) -> dict[str, bytes]:
    return {one.path: encode_record(one) for one in records}


def said(found: Recalled) -> list[str]:
    return [line.replace(NBSP, " ") for line in found.sentences()]


def test_an_empty_store_has_nothing_to_bring_back(tmp_path: Path) -> None:
    found = recalled(Folder(tmp_path / "published"), {})
    assert (found.files, found.refused) == ({}, ())
    assert said(found) == [
        "No version was published to the folder published yet: there is nothing to bring back."
    ]


def test_records_of_all_versions_come_and_the_evidence_of_the_newest(tmp_path: Path) -> None:
    evidence = {BUCKETS: "new", "evidence/run.json": "of a run", path_of("2026-10-01-4f1c9ae"): "kept then"}
    store = a_store(tmp_path, OLD, NEW, v1115={BUCKETS: "old"}, v1122=evidence)
    found = recalled(store, {})
    assert found.files == {
        **files(OLD, NEW),
        BUCKETS: b"new",
        path_of("2026-10-01-4f1c9ae"): b"kept then",
    }
    assert list(found.files) == sorted(found.files)
    assert said(found) == [
        "2 records and 2 files of evidence from the folder published, which knows 2 versions."
    ]
    again = recalled(store, found.files)
    assert again.files == {}
    assert said(again) == ["Nothing new from the folder published, which knows 2 versions."]


def test_what_readers_were_told_in_the_newest_comes_and_no_older_one(tmp_path: Path) -> None:
    store = a_store(tmp_path, OLD, NEW)
    told = {"briefing.json.gz": b"new", "changes.json.gz": b"when", "audiences/crew.json.gz": b"part"}
    for version, name, data in [
        (OLD.version, "briefing.json.gz", b"old"),
        *((NEW.version, name, data) for name, data in told.items()),
        (NEW.version, "x.html", b"no part of it"),
    ]:
        put(store, keys.private(version, f"briefing/{name}"), data)
    put(store, keys.private(NEW.version, "evidence/before/briefing.json.gz"), b"that of the one before it")
    found = recalled(store, files(OLD))
    assert found.files == {**files(NEW), **{f"evidence/before/{name}": data for name, data in told.items()}}
    assert said(found) == [
        "1 record and what the newest version told its readers from the folder published, which knows 2 versions."
    ]
    assert recalled(store, {**files(OLD), **found.files}).files == {}


def test_a_briefing_that_is_refused_costs_itself_alone(tmp_path: Path) -> None:
    a_store(tmp_path, NEW, v1122={BUCKETS: "kept"})
    put(Folder(tmp_path / "published"), keys.private(NEW.version, "briefing/briefing.json.gz"), b"told")
    found = recalled(Refusing(tmp_path / "published", keys.BRIEFINGS), {})
    assert found.files == {**files(NEW), BUCKETS: b"kept"}
    assert len(found.refused) == 1


def test_a_role_that_may_read_three_areas_needs_no_more(tmp_path: Path) -> None:
    a_store(tmp_path, OLD, NEW, v1122={BUCKETS: "kept"})
    store = Watched(tmp_path / "published")
    assert recalled(store, {}).files == {**files(OLD, NEW), BUCKETS: b"kept"}
    assert store.asked
    assert [
        one for one in store.asked if not one.startswith((keys.RECORDS, keys.EVIDENCE, keys.BRIEFINGS))
    ] == []


def test_a_bucket_gives_back_the_same(cloud: Cloud) -> None:
    store = filled(bucket(cloud), OLD, NEW, v1115={BUCKETS: "old"}, v1122={BUCKETS: "kept"})
    assert recalled(store, {}).files == {**files(OLD, NEW), BUCKETS: b"kept"}


def test_F122_what_stands_here_is_newer_than_what_the_store_kept(tmp_path: Path) -> None:
    store = a_store(tmp_path, NEW, v1122={BUCKETS: "kept", "evidence/ses/ses.json": "kept"})
    assert recalled(store, {BUCKETS: b"seen today", **files(NEW)}).files == {"evidence/ses/ses.json": b"kept"}


def test_a_version_without_evidence_does_not_hide_the_one_before(tmp_path: Path) -> None:
    store = a_store(tmp_path, OLD, NEW, v1115={BUCKETS: "old"})
    assert recalled(store, files(OLD, NEW)).files == {BUCKETS: b"old"}


def test_of_ten_versions_of_one_day_the_last_is_the_newest(tmp_path: Path) -> None:
    again = [a_record(0, version=f"{NEW.version}.{number}") for number in (9, 10)]
    store = a_store(tmp_path, NEW, *again)
    for one in (NEW, *again):
        put(store, keys.private(one.version, BUCKETS), one.version.encode())
    assert recalled(store, {}).files[BUCKETS] == f"{NEW.version}.10".encode()


def test_what_was_published_takes_the_place_of_what_was_worked_out(tmp_path: Path) -> None:
    worked_out = a_record(0, is_backfill=True)
    store = a_store(tmp_path, NEW)
    here = files(worked_out, a_record(3, is_backfill=True))
    assert recalled(store, here).files == files(NEW)


STRANGE: list[tuple[str, str, bytes, str]] = [
    ("damaged", NEW.version, b"{", "the file is no record of an earlier version"),
    ("another version", NEW.version, encode_record(OLD), "the file is not the version that its name says"),
    ("no name of a version", "..", encode_record(OLD), ""),
    (
        "a newer format",
        NEW.version,
        encode_record(NEW).replace(b"{", b'{"schema": 9,', 1),
        "the file has format 9, and this program reads 1",
    ),
]


@pytest.mark.parametrize(("case", "version", "data", "why"), STRANGE, ids=[one[0] for one in STRANGE])
def test_a_record_that_is_none_costs_itself_alone(
    tmp_path: Path, case: str, version: str, data: bytes, why: str
) -> None:
    store = a_store(tmp_path, OLD)
    if version != "..":
        put(store, keys.private(version, "history/record.json"), data)
    else:
        put(store, f"{keys.RECORDS}-../record.json", data)
    found = recalled(store, {})
    assert found.files == files(OLD), case
    assert len(found.refused) == 1
    assert why in found.refused[0]
    assert found.refused[0].endswith("it is left out.")


@pytest.mark.parametrize(
    ("word", "left"),
    [(OLD.version, files(NEW) | {BUCKETS: b"kept"}), ("s3.json", files(OLD, NEW)), ("private/", {})],
)
def test_what_the_store_refuses_costs_itself_alone(tmp_path: Path, word: str, left: dict[str, bytes]) -> None:
    a_store(tmp_path, OLD, NEW, v1122={BUCKETS: "kept"})
    found = recalled(Refusing(tmp_path / "published", word), {})
    assert found.files == left
    assert found.refused
    assert all("AccessDenied" in one for one in found.refused)


def test_a_store_that_does_not_answer_costs_no_evidence(tmp_path: Path) -> None:
    class Silent(Folder):
        def listed(self, prefix: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - never gives anything
            raise OutsideError(f"{prefix}: no answer.")

    found = recalled(Silent(tmp_path), {BUCKETS: b"seen"})
    assert (found.files, found.refused) == ({}, ("private/history/: no answer.",))


PATHS: list[tuple[str, bool]] = [
    (BUCKETS, True),
    ("evidence/repos/jada/jada-site/habits.json", True),
    ("evidence/imports/prowler.json", True),
    ("evidence/history/2026-11-22-4f1c9ae.json", True),
    ("evidence/run.json", False),
    ("evidence/s3.json", False),
    ("evidence/other/s3.json", False),
    ("evidence/aws/../../../home/x.json", False),
    ("evidence/aws/.hidden/x.json", False),
    ("evidence/aws//x.json", False),
    ("evidence/aws/x.py", False),
    ("handoffs/jada.md", False),
    ("briefing/briefing.json", False),
    ("evidence/aws/a\\..\\b.json", False),
    ("/evidence/aws/x.json", False),
]


@pytest.mark.parametrize(("path", "is_one"), PATHS, ids=[one[0] for one in PATHS])
def test_only_what_a_build_reads_is_written(path: str, *, is_one: bool) -> None:
    assert is_evidence(path) is is_one


def a_manifest(files: Mapping[str, bytes]) -> Manifest:
    return Manifest(
        version=NEW.version,
        moment=Moment(COMMIT, 1763900000, date(2026, 11, 22)),
        content="",
        builder="mkdocs",
        quarterdeck="0",
        pages={},
        private=tuple(
            PublishedFile(path, sha256(data).hexdigest(), len(data), "application/json")
            for path, data in sorted(files.items())
        ),
    )


KEPT = {BUCKETS: b"kept", path_of(OLD.version): encode_record(OLD)}


def test_the_evidence_of_a_version_is_what_its_manifest_names(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    manifest = a_manifest({**KEPT, "briefing/briefing.json.gz": b"no evidence"})
    for path, data in {**KEPT, "evidence/aws/more.json": b"not named"}.items():
        put(store, keys.private(NEW.version, path), data)
    assert evidence_of(store, manifest) == KEPT


@pytest.mark.parametrize("change", ["other", "gone", "refused"])
def test_F135_evidence_that_is_not_what_the_manifest_says_is_not_used(tmp_path: Path, change: str) -> None:
    store = a_store(tmp_path)
    for path, data in KEPT.items():
        put(store, keys.private(NEW.version, path), data)
    key = keys.private(NEW.version, BUCKETS)
    if change == "other":
        put(store, key, b"changed")
    elif change == "gone":
        store.remove([key])
    else:
        store = Refusing(tmp_path / "published", BUCKETS.removeprefix("evidence/"))
    with pytest.raises(OutsideError, match="AccessDenied" if change == "refused" else BUCKETS):
        evidence_of(store, a_manifest(KEPT))
