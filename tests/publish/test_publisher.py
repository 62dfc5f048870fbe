"""A version comes whole or not at all, none is lost, and readers never go back by themselves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from pathlib import Path
from threading import Event

import msgspec
import pytest

from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.versions import LATEST
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.lists import change_state, read_manifest, read_state, read_versions
from quarterdeck.publish.publisher import begin, begun, publish
from tests.publish.made import (
    Died,
    Watched,
    contents,
    descends,
    given,
    listed,
    put,
    started,
    tree,
)

OLD = {"index.html": "old home", "reports/cfo/index.html": "old", "assets/qd.css": "same"}
NEW = {"index.html": "new home", "reports/cfo/index.html": "new", "assets/qd.css": "same"}
WRITES_OF_A_VERSION = 10
"""At most so many writes make the small versions here."""


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "published")


def test_a_first_version_is_named_after_its_day_and_commit_and_given_to_readers(store: Folder) -> None:
    done = put(contents(OLD), store)
    assert done.outcome == "published"
    assert done.version == "2026-11-23-aaaaaaa"
    assert given(store) == OLD
    (only,) = read_versions(store, "", "all")
    assert only.aliases == (LATEST,)


def test_what_did_not_change_is_copied_inside_the_store(store: Folder) -> None:
    put(contents(OLD), store)
    watched = Watched(store)
    done = publish(contents(NEW, "b"), started(store), watched, descends=descends)
    sent = [key for kind, key in watched.calls if kind == "put"]
    assert sorted(sent) == [
        "pages/all/2026-11-23-bbbbbbb/index.html",
        "pages/all/2026-11-23-bbbbbbb/reports/cfo/index.html",
    ]
    assert [key for kind, key in watched.calls if kind == "swap"] == [
        "private/manifests/2026-11-23-bbbbbbb.json",
        "pages/all/versions.json",
        "private/store.json",
    ]
    assert (done.sent, done.copied) == (2, 2)
    assert tree(store, done.version) == NEW
    assert tree(store, "2026-11-23-aaaaaaa") == OLD


def test_nothing_new_reads_once_and_writes_nothing(store: Folder) -> None:
    put(contents(OLD), store)
    watched = Watched(store)
    state = read_state(watched)
    assert state is not None
    done = publish(contents(OLD, "b", date(2026, 11, 24)), state, watched, descends=descends)
    assert (done.outcome, done.version) == ("equal", "2026-11-23-aaaaaaa")
    assert watched.calls == [("get", "private/store.json")]


def test_the_same_day_and_commit_with_other_content_gets_a_number(store: Folder) -> None:
    names = [put(contents({**NEW, "index.html": str(turn)}), store).version for turn in range(3)]
    assert names == ["2026-11-23-aaaaaaa", "2026-11-23-aaaaaaa.2", "2026-11-23-aaaaaaa.3"]
    assert listed(store) == names[::-1]
    assert given(store)["index.html"] == "2"


def test_a_dry_run_says_what_would_be_and_writes_nothing(store: Folder) -> None:
    put(contents(OLD), store)
    watched = Watched(store)
    done = publish(contents(NEW, "b"), started(store), watched, descends=descends, dry_run=True)
    assert (done.outcome, done.version, done.sent) == ("planned", "2026-11-23-bbbbbbb", 2)
    assert watched.writes == []


def test_a_manifest_names_every_file_with_hash_size_and_type(store: Folder) -> None:
    done = put(contents(OLD, private={"evidence/aws/main.json": "{}"}), store)
    manifest = read_manifest(store, done.version)
    assert manifest is not None
    assert [(one.path, one.size_bytes, one.content_type) for one in manifest.pages["all"]] == [
        ("assets/qd.css", 4, "text/css; charset=utf-8"),
        ("index.html", 8, "text/html; charset=utf-8"),
        ("reports/cfo/index.html", 3, "text/html; charset=utf-8"),
    ]
    assert [one.path for one in manifest.private] == ["evidence/aws/main.json"]
    assert store.get("private/evidence/2026-11-23-aaaaaaa/aws/main.json") is not None


def test_a_version_leaves_its_record_behind_once_it_is_listed(store: Folder) -> None:
    made = msgspec.structs.replace(
        contents(OLD), naming=lambda version: {("", "history/record.json"): version.encode()}
    )
    watched = Watched(store)
    done = publish(made, started(store), watched, descends=descends)
    written = [key for kind, key in watched.calls if kind in {"put", "swap"}]
    record = f"private/history/{done.version}/record.json"
    assert written.index("pages/all/versions.json") < written.index(record) < written.index(keys.STATE)
    found = store.get(record)
    assert found is not None
    assert found.data.decode() == done.version


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(WRITES_OF_A_VERSION))
def test_F130_a_publisher_that_dies_at_any_write_leaves_the_old_version_or_the_new(
    store: Folder, at: int, *, after: bool
) -> None:
    put(contents(OLD), store)
    dying = Watched(store, dies_at=at, after=after)
    try:
        publish(contents(NEW, "b"), started(store), dying, descends=descends)
        assert len(dying.writes) <= at
    except Died:
        assert given(store) in (OLD, NEW)
        assert all(tree(store, name) in (OLD, NEW) for name in listed(store))
    again = put(contents(NEW, "b"), store)
    assert again.version == "2026-11-23-bbbbbbb"
    assert given(store) == NEW
    assert listed(store) == ["2026-11-23-bbbbbbb", "2026-11-23-aaaaaaa"]


@pytest.mark.parametrize("at", range(WRITES_OF_A_VERSION))
def test_F152_what_a_dead_publisher_left_stands_in_nobodys_way(store: Folder, at: int) -> None:
    put(contents(OLD), store)
    dying = Watched(store, dies_at=at)
    try:
        publish(contents(NEW, "b"), started(store), dying, descends=descends)
    except Died:
        other = {**NEW, "reports/cfo/index.html": "newer still"}
        done = put(contents(other, "b"), store)
        assert given(store) == other
        assert tree(store, done.version) == other


def test_F131_two_publishers_at_once_lose_no_version(tmp_path: Path) -> None:
    for turn in range(5):
        store = Folder(tmp_path / str(turn))
        put(contents(OLD), store)
        versions = [contents({**NEW, "index.html": letter}, letter) for letter in "bcd"]
        state = started(store)
        with ThreadPoolExecutor(3) as workers:
            jobs = [workers.submit(publish, one, state, store, descends=descends) for one in versions]
            done = [job.result() for job in jobs]
        assert sorted(listed(store)) == sorted([*(one.version for one in done), "2026-11-23-aaaaaaa"])
        assert given(store)["index.html"] == "d"
        marked = [one.version for one in read_versions(store, "", "all") if LATEST in one.aliases]
        assert marked == ["2026-11-23-ddddddd"]


def test_F131_two_publishers_of_one_day_and_commit_never_share_a_name(store: Folder) -> None:
    state = started(store)
    versions = [contents({**NEW, "index.html": str(turn)}) for turn in range(4)]
    with ThreadPoolExecutor(4) as workers:
        jobs = [workers.submit(publish, one, state, store, descends=descends) for one in versions]
        names = {job.result().version for job in jobs}
    assert names == set(listed(store))
    assert {tree(store, name)["index.html"] for name in names} == {"0", "1", "2", "3"}


def test_F130_a_reader_meanwhile_never_sees_a_mixture(store: Folder) -> None:
    put(contents(OLD), store)
    versions = [contents(dict.fromkeys(OLD, f"{turn}"), letter) for turn, letter in enumerate("bcdef")]
    seen: list[dict[str, str]] = []
    is_over = Event()

    def read() -> None:
        while not is_over.is_set():
            seen.append(given(store))

    with ThreadPoolExecutor(3) as workers:
        reader = workers.submit(read)
        state = started(store)
        jobs = [workers.submit(publish, one, state, store, descends=descends) for one in versions]
        for job in jobs:
            job.result()
        is_over.set()
        reader.result()
    whole = [OLD, *(dict.fromkeys(OLD, f"{turn}") for turn in range(5))]
    assert seen
    assert all(one in whole for one in seen)
    order = [whole.index(one) for one in seen]
    assert order == sorted(order)
    assert given(store) == whole[-1]


def test_F133_an_older_commit_that_comes_later_is_kept_and_not_given(store: Folder) -> None:
    put(contents(NEW, "c"), store)
    done = put(contents(OLD, "b", date(2026, 11, 24)), store)
    assert done.outcome == "listed"
    assert given(store) == NEW
    assert "2026-11-24-bbbbbbb" in listed(store)
    (marked,) = [one for one in read_versions(store, "", "all") if LATEST in one.aliases]
    assert marked.version == "2026-11-23-ccccccc"


def test_a_rollback_holds_until_something_newer_than_all_comes(store: Folder) -> None:
    put(contents(OLD), store)
    put(contents(NEW, "c"), store)
    change_state(store, lambda state: msgspec.structs.replace(state, latest="2026-11-23-aaaaaaa"))
    assert put(contents({**NEW, "index.html": "between"}, "b"), store).outcome == "listed"
    assert put(contents(NEW, "c"), store).outcome == "equal"
    assert given(store) == OLD
    assert put(contents({**NEW, "index.html": "mended"}, "d"), store).outcome == "published"
    assert given(store)["index.html"] == "mended"


def test_F135_a_file_that_did_not_arrive_whole_is_given_to_nobody(store: Folder) -> None:
    put(contents(OLD), store)

    class Losing(Watched):
        def put(self, upload: object) -> None:
            """Take it, and lose it."""

    with pytest.raises(OutsideError, match="did not arrive whole"):
        publish(contents(NEW, "b"), started(store), Losing(store), descends=descends)
    assert given(store) == OLD
    assert listed(store) == ["2026-11-23-aaaaaaa"]


def test_each_audience_has_its_own_list_and_tree(store: Folder) -> None:
    done = put(contents(OLD, audiences=("crew", "owners")), store)
    assert listed(store, "crew") == listed(store, "owners") == [done.version]
    assert given(store, "crew") == OLD
    assert read_versions(store, "", "all") == ()


def test_F142_a_place_that_holds_something_else_is_never_begun(store: Folder) -> None:
    (store.root / "pages").mkdir(parents=True)
    (store.root / "pages" / "holiday.jpg").write_bytes(b"picture")
    with pytest.raises(OutsideError, match="holds things of others"):
        begin(store, "Harbor", lambda: "x")
    assert store.get(keys.STATE) is None


def test_a_dry_run_begins_nothing(store: Folder) -> None:
    assert begin(store, "Harbor", lambda: "x", dry_run=True).portfolio == "Harbor"
    assert list(store.listed("")) == []


def test_F142_the_store_of_another_portfolio_is_refused(store: Folder) -> None:
    state = begin(store, "Other", lambda: "x")
    with pytest.raises(UsageError, match="is the store of Other, and this is Harbor"):
        begun(state, store, "Harbor")
    with pytest.raises(UsageError, match="quarterdeck publish --begin"):
        begun(None, store, "Harbor")


def test_a_state_that_cannot_be_read_is_never_written_over(store: Folder) -> None:
    put(contents(OLD), store)
    (store.root / keys.STATE).write_bytes(b"{")
    with pytest.raises(OutsideError, match="cannot be read"):
        read_state(store)
    with pytest.raises(OutsideError, match="cannot be read"):
        change_state(store, lambda state: state)
    assert (store.root / keys.STATE).read_bytes() == b"{"


def test_a_change_that_always_loses_ends_in_words(store: Folder) -> None:
    put(contents(OLD), store)
    turns = count()

    def meddled(state: object) -> object:
        turn = next(turns)
        other = (store.root / keys.STATE).read_bytes().rstrip() + b" " * (turn % 7) + b"\n"
        (store.root / keys.STATE).write_bytes(other + b" ")
        return msgspec.structs.replace(state, latest=f"v{turn}")  # type: ignore[type-var]

    with pytest.raises(OutsideError, match="changed again and again"):
        change_state(store, meddled)  # type: ignore[arg-type]
