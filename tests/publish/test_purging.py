"""A name is taken out of every version for good, and that is proved (F-148)."""

import gzip
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from quarterdeck.model.versions import LATEST
from quarterdeck.publish import keys
from quarterdeck.publish.cleaning import NOTE, holds
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.inventory import take_inventory
from quarterdeck.publish.lists import read_manifest, read_versions
from quarterdeck.publish.plan import Contents, hashed
from quarterdeck.publish.publisher import publish
from quarterdeck.publish.purging import Search, fingerprint, purge, search
from quarterdeck.publish.store import Store
from quarterdeck.publish.upkeep import prune, verify
from quarterdeck.text.mentions import MARK, Wanted
from tests.publish.made import Died, Watched, contents, descends, given, listed, put, started, tree

CANARY = "Zanzibar"
WANTED = Wanted([CANARY])
A, B = "2026-11-23-aaaaaaa", "2026-11-23-bbbbbbb"
BOTH = ("crew", "owners")
OWN_PAGE = "reports/entities/zanzibar/index.html"

COMMON = {"index.html": "<article>Home</article>", "cash.csv": "name,cash\nBoat,8\n"}
SECRET = {
    OWN_PAGE: "<article>Its own</article>",
    "cfo/index.html": "<nav>ZANZIBAR</nav><article><h1>CFO</h1>Zanzi\u00adbar has $7</article>",
    "cto/index.html": "<nav>Zanzibar</nav><article>Boats</article>",
    "cfo.csv": "name,cash\nzanzibar,7\n",
    "search/search_index.json": json.dumps(
        {
            "docs": [
                {"location": "cfo/", "text": "Zanzibar &amp; $7"},
                {"location": "cto/", "text": "Boats"},
            ]
        }
    ),
    "assets/qd.js": "// zanzibar ships with the program",
}
PRIVATE = {
    "briefing/briefing.json.gz": gzip.compress(b'{"entities":["zanzibar"],"cash":7}', mtime=0),
    "evidence/aws/main.json": b'{"bucket":"zan\\u007aibar-site","size":7}',
    "evidence/repos/zanzibar/code.json": b"{}",
    "history/record.json": b'{"figures":[{"entity":"zanzibar"}]}',
}
WRITES = 12
"""One manifest, nine files, and two that erase."""


def with_canary(letter: str) -> Contents:
    """A version in which only the owners' tree and the private part hold the name."""
    base = contents({**COMMON, "index.html": f"<article>Home {letter}</article>"}, letter, audiences=BOTH)
    files = {key: data for key, data in base.files.items() if key[0]}
    files |= {("owners", path): text.encode() for path, text in SECRET.items()}
    files |= {("", path): data for path, data in PRIVATE.items()}
    hashes = {key: hashed(data) for key, data in files.items()}
    record = ("", "history/record.json")
    return msgspec.structs.replace(
        base,
        files=files,
        hashes=hashes,
        records={A: hashes[record][0]} if letter > "a" else {},
        naming=lambda _: {record: PRIVATE["history/record.json"]},
    )


@pytest.fixture
def one_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Nothing here outlives a power cut, so that nothing waits for the disk."""
    monkeypatch.setattr("quarterdeck.publish.folder.os.fsync", lambda _: None)
    folder = Folder(tmp_path / "published")
    put(with_canary("a"), folder)
    return folder


@pytest.fixture
def store(one_version: Folder) -> Folder:
    """Two versions."""
    put(with_canary("b"), one_version)
    return one_version


def everything(store: Store) -> dict[str, bytes]:
    found = {one.key: store.get(one.key) for one in store.listed("")}
    return {key: one.data for key, one in found.items() if one is not None}


def holding(files: Mapping[str, bytes]) -> list[str]:
    """Keys of files that hold the canary, the program's own scripts apart."""
    return sorted(
        key for key, data in files.items() if not key.endswith("qd.js") and holds(key, data, WANTED)
    )


def taken_out(store: Store, *, is_entity: bool = False, through: Store | None = None) -> Search:
    looked = search(store, "", WANTED, is_entity=is_entity)
    return purge(through or store, "", WANTED, looked, is_entity=is_entity)


def is_as_its_manifest_says(store: Store, version: str) -> bool:
    manifest = read_manifest(store, version)
    assert manifest is not None
    return verify(store, "", manifest).is_whole


def test_F148_a_search_finds_every_file_and_says_what_becomes_of_it(store: Folder) -> None:
    found = search(store, "", WANTED, is_entity=True)
    assert (found.files, found.versions, found.fixed, found.shipped) == (len(everything(store)), 2, (), 2)
    of_one = [one for one in found.found if one.version == A]
    assert [(one.audience, one.path, one.how, one.places) for one in of_one] == [
        ("owners", "cfo.csv", "file", 1),
        ("owners", "cfo/index.html", "page", 2),
        ("owners", "cto/index.html", "text", 1),
        ("owners", OWN_PAGE, "file", 1),
        ("owners", "search/search_index.json", "text", 1),
        ("", "evidence/aws/main.json", "file", 1),
        ("", "evidence/repos/zanzibar/code.json", "file", 1),
        ("", "history/record.json", "file", 1),
        ("", "briefing/briefing.json.gz", "file", 1),
    ]
    assert found.found[-1].path == "briefing/briefing.json.gz"


def test_F148_the_canary_is_absent_from_the_other_audience_s_tree_from_the_start(store: Folder) -> None:
    files = everything(store)
    assert [key for key in holding(files) if "/crew/" in key] == []
    assert [key for key in holding(files) if "/owners/" in key]


@pytest.mark.parametrize("is_entity", [False, True])
def test_F148_then_it_is_absent_everywhere_and_all_else_stays(store: Folder, *, is_entity: bool) -> None:
    before = everything(store)
    proof = taken_out(store, is_entity=is_entity)
    after = everything(store)
    assert (proof.everywhere, proof.versions, proof.files) == ((), 2, len(after))
    assert holding(after) == []
    untouched = [key for key in before if key not in holding(before) and "manifests" not in key]
    assert {key: after.get(key) for key in untouched} == {key: before[key] for key in untouched}
    assert [is_as_its_manifest_says(store, version) for version in (A, B)] == [True, True]
    assert (listed(store, "crew"), listed(store, "owners")) == ([B, A], [B, A])
    assert [one.version for one in read_versions(store, "", "owners") if LATEST in one.aliases] == [B]


def test_F148_a_term_is_replaced_in_place(store: Folder) -> None:
    taken_out(store)
    assert tree(store, A, "owners") == {
        "index.html": "<article>Home a</article>",
        "cash.csv": COMMON["cash.csv"],
        "cfo/index.html": f"<nav>{MARK}</nav><article><h1>CFO</h1>{MARK} has $7</article>",
        "cto/index.html": f"<nav>{MARK}</nav><article>Boats</article>",
        "cfo.csv": f"name,cash\n{MARK},7\n",
        "search/search_index.json": SECRET["search/search_index.json"].replace(CANARY, MARK),
        "assets/qd.js": SECRET["assets/qd.js"],
    }
    briefing = store.get(keys.private(A, "briefing/briefing.json.gz"))
    assert briefing is not None
    assert json.loads(gzip.decompress(briefing.data)) == {"entities": [MARK], "cash": 7}
    assert store.get(keys.private(A, "history/record.json")) is not None


def test_F148_what_tells_of_a_business_goes_with_it(store: Folder) -> None:
    taken_out(store, is_entity=True)
    assert tree(store, B, "owners") == {
        "index.html": "<article>Home b</article>",
        "cash.csv": COMMON["cash.csv"],
        "cfo/index.html": f"<nav>{MARK}</nav><article>{NOTE}</article>",
        "cto/index.html": f"<nav>{MARK}</nav><article>Boats</article>",
        "search/search_index.json": '{"docs":[{"location":"cto/","text":"Boats"}]}',
        "assets/qd.js": SECRET["assets/qd.js"],
    }
    assert [key for key in everything(store) if key.startswith(f"private/evidence/{B}")] == []


def test_F148_the_manifest_says_what_was_touched_without_the_name(store: Folder) -> None:
    taken_out(store)
    manifest = read_manifest(store, A)
    assert manifest is not None
    assert manifest.purged == (
        "/briefing/briefing.json.gz",
        "/evidence/aws/main.json",
        f"/evidence/repos/{MARK}/code.json",
        "/history/record.json",
        "owners/cfo.csv",
        "owners/cfo/index.html",
        "owners/cto/index.html",
        f"owners/reports/entities/{MARK}/index.html",
        "owners/search/search_index.json",
    )


@pytest.mark.parametrize("is_entity", [False, True])
def test_F148_manifests_of_later_versions_know_what_became_of_a_record(
    store: Folder, *, is_entity: bool
) -> None:
    taken_out(store, is_entity=is_entity)
    manifest, record = read_manifest(store, B), store.get(keys.private(A, "history/record.json"))
    assert manifest is not None
    assert manifest.records == ({A: hashed(record.data)[0]} if record else {})
    assert (record is None) == is_entity


def test_F148_former_states_are_erased_after_all_else(store: Folder) -> None:
    watched = Watched(store)
    taken_out(store, through=watched)
    writes = [(kind, key) for kind, key in watched.calls if kind in {"swap", "put", "remove", "erase"}]
    assert [kind for kind, _ in writes[:2]] == ["swap", "swap"]
    assert writes[-2:] == [("erase", "pages/"), ("erase", "private/")]
    assert {kind for kind, _ in writes[2:-2]} == {"put", "remove"}


@pytest.mark.parametrize("is_entity", [False, True])
@pytest.mark.parametrize("at", range(WRITES))
def test_F148_a_run_that_dies_is_finished_by_the_next(
    one_version: Folder, at: int, *, is_entity: bool
) -> None:
    with pytest.raises(Died):
        taken_out(one_version, is_entity=is_entity, through=Watched(one_version, dies_at=at))
    assert given(one_version, "crew")["index.html"] == "<article>Home a</article>"
    assert taken_out(one_version, is_entity=is_entity).everywhere == ()
    assert holding(everything(one_version)) == []
    assert is_as_its_manifest_says(one_version, A)


def test_F148_a_second_run_writes_nothing_and_erases_again(store: Folder) -> None:
    taken_out(store)
    before = everything(store)
    watched = Watched(store)
    taken_out(store, through=watched)
    assert watched.writes == ["erase", "erase"]
    assert everything(store) == before


def test_F131_two_at_once_end_as_one(store: Folder) -> None:
    with ThreadPoolExecutor(2) as workers:
        jobs = [workers.submit(taken_out, store) for _ in range(2)]
        for job in jobs:
            job.result()
    assert search(store, "", WANTED, is_entity=False).found == ()
    assert [is_as_its_manifest_says(store, version) for version in (A, B)] == [True, True]


def test_F148_what_somebody_publishes_meanwhile_is_found_by_the_proof(store: Folder) -> None:
    looked = search(store, "", WANTED, is_entity=False)
    put(with_canary("c"), store)
    proof = purge(store, "", WANTED, looked, is_entity=False)
    assert {one.version for one in proof.found} == {"2026-11-23-ccccccc"}


def test_F148_leftovers_and_records_of_pruned_versions_are_searched_too(store: Folder) -> None:
    prune(store, take_inventory(store, started(store)), A)
    with pytest.raises(Died):
        publish(with_canary("c"), started(store), Watched(store, dies_at=10), descends=descends)
    looked = search(store, "", WANTED, is_entity=False)
    assert {one.version for one in looked.found} == {A, B, "2026-11-23-ccccccc"}
    assert purge(store, "", WANTED, looked, is_entity=False).found == ()
    assert holding(everything(store)) == []


def test_F148_what_the_store_cannot_do_without_is_named(store: Folder) -> None:
    proof = purge(
        store, "", Wanted(["Harbor"]), search(store, "", Wanted(["Harbor"]), is_entity=False), is_entity=False
    )
    assert proof.fixed == (keys.STATE,)
    assert search(store, "", Wanted(["23 November"]), is_entity=False).fixed == tuple(
        keys.versions("", audience) for audience in BOTH
    )


def test_hashes_are_no_words(store: Folder) -> None:
    """A hash holds any three letters by chance; only what people can read is searched in the store's own files."""
    assert search(store, "", Wanted(["aaaaaaa"]), is_entity=False).fixed == ()


def test_a_file_of_the_store_s_own_that_cannot_be_read_is_searched_as_it_is(store: Folder) -> None:
    (store.root / "private" / "manifests" / f"{A}.json").write_bytes(b"{ Zanzibar")
    assert search(store, "", WANTED, is_entity=False).fixed == (keys.manifest(A),)


def test_F148_a_manifest_that_names_a_lost_file_forgets_it(store: Folder) -> None:
    store.remove([keys.page("", "owners", version, OWN_PAGE) for version in (A, B)])
    assert search(store, "", WANTED, is_entity=False).named == (A, B)
    assert taken_out(store).everywhere == ()
    assert [is_as_its_manifest_says(store, version) for version in (A, B)] == [True, True]


def test_a_fingerprint_changes_with_what_the_store_holds(store: Folder) -> None:
    before = fingerprint(store, started(store))
    assert fingerprint(store, started(store)) == before
    taken_out(store)
    after = fingerprint(store, started(store))
    assert after != before
    taken_out(store)
    assert fingerprint(store, started(store)) == after
