"""What holds for every store, whichever it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeAlias

import pytest

from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish.aws import ENDPOINT
from quarterdeck.publish.edge import FileEdge, KeyValues
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.s3 import Bucket
from quarterdeck.publish.store import TakenError
from quarterdeck.publish.stores import edge_of, store_of
from quarterdeck.settings import Settings
from tests.cloud import NUMBER
from tests.publish.clouds import NAME, bucket, upload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cloud import Cloud

AnyStore: TypeAlias = Folder | Bucket


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> AnyStore:
    if request.param == "folder":
        return Folder(tmp_path / "published")
    cloud: Cloud = request.getfixturevalue("cloud")
    return bucket(cloud)


def _text(store: AnyStore, key: str) -> str | None:
    found = store.get(key)
    return None if found is None else found.data.decode()


def test_what_is_written_is_read_until_something_else_is_written(store: AnyStore) -> None:
    assert store.get("pages/all/index.html") is None
    store.put(upload("pages/all/index.html", b"one"))
    first = store.get("pages/all/index.html")
    store.put(upload("pages/all/index.html", b"two"))
    second = store.get("pages/all/index.html")
    assert first is not None
    assert second is not None
    assert (first.data, second.data) == (b"one", b"two")
    assert first.tag != second.tag


def test_a_file_is_written_from_the_disk(store: AnyStore, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"<h1>Page</h1>")
    store.put(upload("page.html", tmp_path / "page.html"))
    assert _text(store, "page.html") == "<h1>Page</h1>"


@pytest.mark.parametrize("gone", [False, True])
def test_F135_what_changed_since_it_was_hashed_is_not_taken_in(
    store: AnyStore, tmp_path: Path, *, gone: bool
) -> None:
    (tmp_path / "page.html").write_bytes(b"before")
    late = upload("pages/page.html", tmp_path / "page.html")
    (tmp_path / "page.html").write_bytes(b"after")
    if gone:
        (tmp_path / "page.html").unlink()
    with pytest.raises(OutsideError, match=r"changed while it was published\. Build again"):
        store.put(late)
    with pytest.raises(OutsideError, match="changed while it was published"):
        store.swap(late, None)
    assert list(store.listed("")) == []


def test_F132_a_conditional_write_replaces_only_what_was_read(store: AnyStore) -> None:
    first = store.swap(upload("list.json", b"[1]"), None)
    with pytest.raises(TakenError):
        store.swap(upload("list.json", b"[]"), None)
    second = store.swap(upload("list.json", b"[2]"), first)
    with pytest.raises(TakenError):
        store.swap(upload("list.json", b"[3]"), first)
    with pytest.raises(TakenError):
        store.swap(upload("other.json", b"[3]"), second)
    found = store.get("list.json")
    assert found is not None
    assert found == (b"[2]", second)
    assert store.get("other.json") is None


def test_F131_of_those_who_create_at_once_one_wins(store: AnyStore) -> None:
    together = Barrier(6)

    def create(number: int) -> int | None:
        together.wait()
        try:
            store.swap(upload("claim.json", str(number).encode()), None)
        except TakenError:
            return None
        return number

    with ThreadPoolExecutor(6) as threads:
        won = [number for number in threads.map(create, range(6)) if number is not None]
    assert [_text(store, "claim.json")] == [str(number) for number in won]


def test_F132_nothing_is_lost_when_several_change_the_same(store: AnyStore) -> None:
    def add_one(_: int) -> None:
        while True:
            found = store.get("count")
            after = str(int(found.data) + 1 if found else 1).encode()
            try:
                store.swap(upload("count", after), found.tag if found else None)
            except TakenError:
                continue
            return

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_one, range(12)))
    assert _text(store, "count") == "12"


def test_a_listing_is_sorted_by_key_and_knows_sizes(store: AnyStore) -> None:
    named = ["a/b", "a.b", "a/ü ber+100%&.html", "a/B", "ab", "b"]
    for key in named:
        store.put(upload(key, key.encode()))
    assert [(one.key, one.size_bytes) for one in store.listed("a")] == [
        (key, len(key.encode())) for key in ["a.b", "a/B", "a/b", "a/ü ber+100%&.html", "ab"]
    ]
    assert [one.key for one in store.listed("a/b")] == ["a/b"]
    assert list(store.listed("none/")) == []
    assert all(one.changed_at.tzinfo for one in store.listed(""))


def test_what_is_unchanged_is_copied_and_nothing_else_is(store: AnyStore) -> None:
    store.put(upload("one/a b+ü.html", b"same"))
    assert store.copy("one/a b+ü.html", upload("two/a b+ü.html", b"same"))
    assert _text(store, "two/a b+ü.html") == "same"
    assert not store.copy("one/a b+ü.html", upload("two/b.html", b"other"))
    assert not store.copy("one/none.html", upload("two/c.html", b"same"))
    assert store.get("two/c.html") is None
    store.put(upload("one/a b+ü.html", b"new"))
    assert _text(store, "two/a b+ü.html") == "same"


def test_copying_again_changes_nothing(store: AnyStore) -> None:
    store.put(upload("one/a.html", b"same"))
    for _ in range(2):
        assert store.copy("one/a.html", upload("two/a.html", b"same"))
    assert [one.key for one in store.listed("")] == ["one/a.html", "two/a.html"]


@pytest.mark.parametrize("key", ["", "pages/", "/"])
def test_F140_a_key_that_would_mean_everything_is_never_removed(store: AnyStore, key: str) -> None:
    store.put(upload("pages/a.html"))
    with pytest.raises(ValueError, match=r"^(pages)?/?$"):
        store.remove(["pages/a.html", key])
    assert _text(store, "pages/a.html") == "text"


def test_removing_may_be_repeated(store: AnyStore) -> None:
    for key in ("one/a", "one/b", "two/a"):
        store.put(upload(key))
    for _ in range(2):
        store.remove(["one/a", "two/a"])
    store.remove([])
    assert [one.key for one in store.listed("")] == ["one/b"]


def test_F148_erasing_leaves_what_stands_there_now(store: AnyStore) -> None:
    for text in (b"first", b"second"):
        store.put(upload("pages/a", text))
    store.erase("pages/")
    assert _text(store, "pages/a") == "second"


_FOLDER: Mapping[str, object] = {"folder": "published"}
_BUCKET: Mapping[str, object] = {"bucket": NAME, "account": NUMBER, "region": "us-west-2"}
_VALUES = "arn:aws:cloudfront::123456789012:key-value-store/0f0f"


def test_without_a_bucket_the_store_is_a_folder_with_a_file_for_an_edge(tmp_path: Path) -> None:
    settings = Settings.model_validate({"publishing": _FOLDER})
    store, edge = store_of(settings, tmp_path, {}), edge_of(settings, tmp_path, {})
    assert isinstance(store, Folder)
    assert isinstance(edge, FileEdge)
    assert (store.root, store.has_edge) == (tmp_path / "published", False)
    assert not (tmp_path / "published").exists()


def test_a_bucket_is_asked_as_the_settings_say(tmp_path: Path, cloud: Cloud) -> None:
    environ = {ENDPOINT: cloud.endpoint}
    alone = Settings.model_validate({"publishing": _BUCKET})
    behind = Settings.model_validate({"publishing": {**_BUCKET, "key_value_store": _VALUES}})
    store = store_of(behind, tmp_path, environ)
    assert isinstance(store, Bucket)
    assert (store.place, store.has_edge) == (f"s3://{NAME}/reports", True)
    assert isinstance(edge_of(behind, tmp_path, environ), KeyValues)
    assert not store_of(alone, tmp_path, environ).has_edge
    assert edge_of(alone, tmp_path, environ) is None
    assert cloud.stubs.asked == {}


def test_F142_a_bucket_without_its_owner_is_refused(tmp_path: Path) -> None:
    settings = Settings.model_validate({"publishing": {"bucket": NAME}})
    with pytest.raises(UsageError, match=f"{NAME}, and not whose it is. Add account:"):
        store_of(settings, tmp_path, {})


@pytest.mark.parametrize("address", ["http://10.0.0.1:80", "http://127.0.0.1:80@test.example", "x"])
def test_aws_is_played_on_this_machine_alone(tmp_path: Path, address: str) -> None:
    settings = Settings.model_validate({"publishing": _BUCKET})
    with pytest.raises(UsageError, match="no address of this machine"):
        store_of(settings, tmp_path, {ENDPOINT: address})
