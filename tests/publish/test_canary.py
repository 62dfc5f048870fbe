"""A real site of two audiences: its canary is in no file of those who may not see it, and after a purge in none."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import msgspec
import pytest

from quarterdeck.publish.cleaning import holds
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.plan import hashed
from quarterdeck.publish.purging import names_of, purge, search
from quarterdeck.text.mentions import Wanted
from tests.publish.made import contents, put
from tests.sites import files_of, once
from tests.test_audiences import CANARY, HIDDEN, two_audiences

if TYPE_CHECKING:
    from pathlib import Path

BOTH = ("crew", "owners")


@pytest.fixture
def store(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Folder:
    """The site of `test_audiences`, published; without what is the same for everybody."""
    monkeypatch.setattr("quarterdeck.publish.folder.os.fsync", lambda _: None)
    build = once(tmp_path_factory, "audiences", two_audiences) / "build"
    files = {
        (audience, path): data
        for audience in BOTH
        for path, data in files_of(build / audience / "site")
        if not path.startswith(("assets/", "how/"))
    }
    briefing = gzip.compress((build / "briefing.json").read_bytes(), mtime=0)
    files["", "briefing/briefing.json.gz"] = briefing
    hashes = {key: hashed(data) for key, data in files.items()}
    base = contents({}, audiences=BOTH)
    made = msgspec.structs.replace(base, files=files, hashes=hashes, naming=lambda _: {})
    folder = Folder(tmp_path / "published")
    put(made, folder)
    return folder


def holding(store: Folder, wanted: Wanted) -> set[str]:
    """Keys of files that hold any of the names."""
    found = {one.key: store.get(one.key) for one in store.listed("")}
    return {key for key, one in found.items() if one and holds(key, one.data, wanted)}


def test_F148_the_canary_of_one_business_is_absent_there_from_the_start_and_everywhere_after(
    store: Folder,
) -> None:
    names = names_of(store, HIDDEN)
    assert names == (HIDDEN, f"{CANARY} Name")
    wanted = Wanted([HIDDEN, CANARY])
    before = holding(store, wanted)
    assert before
    assert [key for key in before if key.startswith("pages/crew/")] == []
    looked = search(store, "", wanted, is_entity=True)
    assert {one.key for one in looked.found} == {key for key in before if "/manifests/" not in key}
    proof = purge(store, "", wanted, looked, is_entity=True)
    assert proof.everywhere == ()
    assert holding(store, wanted) == set()
    home = store.get("pages/owners/2026-11-23-aaaaaaa/index.html")
    assert home is not None
    assert b"<h1>Removed</h1>" in home.data
    crew = {one.key for one in store.listed("pages/crew/")}
    assert "pages/crew/2026-11-23-aaaaaaa/reports/entities/boat/index.html" in crew
