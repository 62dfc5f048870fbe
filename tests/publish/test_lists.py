"""What people are told of the files that publishers change together: never the part that the edge alone knows."""

from __future__ import annotations

import pytest

from quarterdeck.model.errors import OutsideError
from quarterdeck.publish import keys
from quarterdeck.publish.lists import change_versions, read_versions
from quarterdeck.publish.store import TakenError, Upload
from tests.publish.clouds import ROOT
from tests.publish.made import contents, put
from tests.publish.memory import Memory


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (
            keys.page(ROOT, "all", "2026-11-23-aaaaaaa", "index.html"),
            "pages/…/all/2026-11-23-aaaaaaa/index.html",
        ),
        (keys.versions(ROOT, "all"), "pages/…/all/versions.json"),
        (f"pages/{ROOT}/", "pages/…/"),
        (keys.NOT_FOUND, keys.NOT_FOUND),
        (keys.STATE, keys.STATE),
        (keys.private("2026-11-23-aaaaaaa", "evidence/pages/x.json"),) * 2,
    ],
)
def test_a_key_is_shown_without_its_root(key: str, shown: str) -> None:
    assert keys.shown(key) == shown


def test_a_list_that_is_none_is_told_without_its_root() -> None:
    store = Memory()
    store.held[keys.versions(ROOT, "all")] = b"[1]"
    with pytest.raises(OutsideError, match=r"pages/…/all/versions\.json of memory cannot be read") as raised:
        read_versions(store, ROOT, "all")
    assert ROOT not in str(raised.value)


class _Contested(Memory):
    """A store in which somebody else is always first."""

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Lose."""
        raise TakenError(f"{keys.shown(upload.key)} is no longer {tag}")


def test_F131_a_list_that_is_never_won_ends_in_words_without_its_root() -> None:
    whole, store = Memory(), _Contested()
    put(contents({"index.html": "one"}), whole)
    store.held |= whole.held
    with pytest.raises(
        OutsideError, match=r"pages/…/all/versions\.json of memory is changed again"
    ) as raised:
        change_versions(store, ROOT, "all", lambda _: ())
    assert ROOT not in str(raised.value)
    assert store.held == whole.held
