"""Rolling back, pruning and purging in a bucket that keeps former states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quarterdeck.publish import keys
from quarterdeck.publish.cleaning import holds
from quarterdeck.publish.inventory import take_inventory
from quarterdeck.publish.lists import read_manifest, read_versions
from quarterdeck.publish.purging import purge, search
from quarterdeck.publish.upkeep import prune, rollback, verify
from quarterdeck.text.mentions import Wanted
from tests.publish.clouds import NAME, bucket, s3
from tests.publish.made import contents, put, started

if TYPE_CHECKING:
    from quarterdeck.publish.s3 import Bucket
    from tests.cloud import Cloud

A, B, C = "2026-11-23-aaaaaaa", "2026-11-23-bbbbbbb", "2026-11-23-ccccccc"
WANTED = Wanted(["Zanzibar"])


def published(cloud: Cloud) -> Bucket:
    """Three versions, each of which names Zanzibar."""
    store = bucket(cloud)
    for letter in "abc":
        pages = {"index.html": f"Zanzibar {letter}", "boat.html": "boat"}
        put(contents(pages, letter, private={"history/record.json": "{}"}), store)
    return store


def former_states(cloud: Cloud) -> dict[str, bytes]:
    """Everything that the bucket keeps, the states before included."""
    client = s3(cloud.endpoint)
    kept = client.list_object_versions(Bucket=NAME)
    return {
        f"{one['Key']} {one['VersionId']}": client.get_object(
            Bucket=NAME, Key=one["Key"], VersionId=one["VersionId"]
        )["Body"].read()
        for one in kept.get("Versions", ())
    }


def test_F139_F140_F135_a_bucket_is_rolled_back_pruned_and_verified(cloud: Cloud) -> None:
    store = published(cloud)
    state = rollback(store, take_inventory(store, started(store)), B)
    assert state.latest == B
    assert [one.version for one in read_versions(store, state.root, "all") if one.aliases] == [B]
    assert prune(store, take_inventory(store, state), A)
    assert not prune(store, take_inventory(store, state), B)
    assert [one.version for one in read_versions(store, state.root, "all")] == [C, B]
    assert [one.key for one in store.listed("") if A in one.key] == [f"private/history/{A}/record.json"]
    manifest = read_manifest(store, C)
    assert manifest is not None
    assert verify(store, state.root, manifest).is_whole


def test_F148_nothing_of_it_is_left_in_former_states_or_pruned_versions(cloud: Cloud) -> None:
    store = published(cloud)
    state = started(store)
    prune(store, take_inventory(store, state), A)
    assert [key for key, data in former_states(cloud).items() if holds("", data, WANTED)]
    looked = search(store, state.root, WANTED, is_entity=False)
    assert purge(store, state.root, WANTED, looked, is_entity=False).everywhere == ()
    kept = former_states(cloud)
    assert [key for key, data in kept.items() if holds("", data, WANTED)] == []
    assert len(kept) == len(list(store.listed("")))
    assert {key.split(" ")[0] for key in kept if A in key} == {f"reports/private/history/{A}/record.json"}
    manifest = read_manifest(store, C)
    assert manifest is not None
    assert verify(store, state.root, manifest).is_whole
    assert manifest.purged == ("all/index.html",)
    assert keys.parts(state.root, keys.page(state.root, "all", C, "index.html")) == ("all", C, "index.html")
