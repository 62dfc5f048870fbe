"""Rolling back, pinning, pruning and verifying, also cut short and beside others."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from threading import RLock

import pytest

from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.model.versions import LATEST
from quarterdeck.publish import keys
from quarterdeck.publish.folder import Folder
from quarterdeck.publish.inventory import Inventory, take_inventory
from quarterdeck.publish.lists import mark_latest, read_manifest, read_state, read_versions
from quarterdeck.publish.publisher import publish
from quarterdeck.publish.store import Store, Upload
from quarterdeck.publish.upkeep import pin, prune, rollback, verify
from tests.publish.made import Died, Watched, contents, descends, given, listed, put, started, tree

A, B, C = ("2026-11-23-aaaaaaa", "2026-11-23-bbbbbbb", "2026-11-23-ccccccc")
BOTH = ("crew", "owners")
PAGES = {"index.html": "home", "reports/cfo/index.html": "cfo"}
PRIVATE = {
    "briefing/briefing.json.gz": "{}",
    "evidence/aws/main.json": "{}",
    "history/record.json": "{}",
}


def pages(letter: str) -> dict[str, str]:
    return {path: f"{text} {letter}" for path, text in PAGES.items()}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Three versions for two audiences."""
    monkeypatch.setattr("quarterdeck.publish.folder.os.fsync", lambda _: None)
    folder = Folder(tmp_path / "published")
    for letter in "abc":
        put(contents(pages(letter), letter, audiences=BOTH, private=PRIVATE), folder)
    return folder


def inventory(store: Store) -> Inventory:
    return take_inventory(store, started(store))


def marked(store: Store, audience: str) -> list[str]:
    return [one.version for one in read_versions(store, "", audience) if LATEST in one.aliases]


def pinned(store: Store, audience: str = "crew") -> list[str]:
    return [one.version for one in read_versions(store, "", audience) if one.properties.pinned]


def all_keys(store: Store) -> list[str]:
    return [one.key for one in store.listed("") if one.key != keys.STATE]


def test_F139_a_rollback_gives_all_readers_the_older_version(store: Folder) -> None:
    watched = Watched(store)
    state = rollback(watched, inventory(store), A)
    assert state.latest == A
    assert [given(store, audience) for audience in BOTH] == [pages("a"), pages("a")]
    assert [marked(store, audience) for audience in BOTH] == [[A], [A]]
    assert watched.writes == ["swap", "swap", "swap"]  # two lists and the state: nothing is sent


def test_F139_a_rollback_can_be_taken_back_and_repeated(store: Folder) -> None:
    rollback(store, inventory(store), A)
    rollback(store, inventory(store), C)
    watched = Watched(store)
    rollback(watched, inventory(store), C)
    assert given(store, "crew") == pages("c")
    assert watched.writes == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(3))
def test_F139_a_rollback_that_dies_leaves_one_whole_version_and_can_be_run_again(
    store: Folder, at: int, *, after: bool
) -> None:
    with pytest.raises(Died):
        rollback(Watched(store, dies_at=at, after=after), inventory(store), A)
    assert given(store, "crew") in (pages("a"), pages("c"))
    rollback(store, inventory(store), A)
    assert [given(store, audience) for audience in BOTH] == [pages("a"), pages("a")]
    assert [marked(store, audience) for audience in BOTH] == [[A], [A]]


def _remove_page(store: Folder) -> None:
    store.remove([keys.page("", "owners", A, "index.html")])


def _cut_page(store: Folder) -> None:
    (store.root / keys.page("", "owners", A, "index.html")).write_bytes(b"ho")


def _newer_audience(store: Folder) -> None:
    put(contents(pages("d"), "d", audiences=(*BOTH, "tax")), store)


def _prune_it(store: Folder) -> None:
    prune(store, inventory(store), A)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_remove_page, "is not whole: owners/index.html is missing or has another size"),
        (_cut_page, "is not whole: owners/index.html"),
        (_newer_audience, "tax cannot read version"),
        (_prune_it, "There is no version 2026-11-23-aaaaaaa"),
    ],
)
def test_F139_only_to_a_whole_version_that_everybody_has(
    store: Folder, harm: Callable[[Folder], None], words: str
) -> None:
    harm(store)
    before = read_state(store)
    with pytest.raises(UsageError, match=words):
        rollback(store, inventory(store), A)
    assert read_state(store) == before


def test_a_rollback_from_a_version_whose_manifest_is_lost_says_so(store: Folder) -> None:
    store.remove([keys.manifest(C)])
    with pytest.raises(OutsideError, match=f"manifest of version {C} is lost"):
        rollback(store, inventory(store), A)


def test_a_misspelt_version_is_guessed(store: Folder) -> None:
    with pytest.raises(UsageError, match=f"Did you mean {A}"):
        inventory(store).manifest("2026-11-23-aaaaaab")
    with pytest.raises(UsageError, match="quarterdeck versions lists them"):
        inventory(store).manifest("yesterday")


def test_a_version_is_pinned_for_all_audiences_and_back(store: Folder) -> None:
    pin(store, inventory(store), A, is_pinned=True)
    assert [pinned(store, audience) for audience in BOTH] == [[A], [A]]
    assert not prune(store, inventory(store), A)
    assert tree(store, A, "crew") == pages("a")
    pin(store, inventory(store), A, is_pinned=False)
    assert [pinned(store, audience) for audience in BOTH] == [[], []]


def test_publishing_keeps_pins(store: Folder) -> None:
    pin(store, inventory(store), A, is_pinned=True)
    put(contents(pages("d"), "d", audiences=BOTH), store)
    assert pinned(store) == [A]


def test_what_was_never_finished_cannot_be_pinned(store: Folder) -> None:
    with pytest.raises(Died):
        publish(contents(pages("d"), "d"), started(store), Watched(store, dies_at=2), descends=descends)
    with pytest.raises(UsageError, match="was never finished"):
        pin(store, inventory(store), "2026-11-23-ddddddd", is_pinned=True)


def test_F140_a_pruned_version_leaves_its_record_and_nothing_else(store: Folder) -> None:
    assert prune(store, inventory(store), A)
    assert [key for key in all_keys(store) if A in key] == [f"private/history/{A}/record.json"]
    assert listed(store, "crew") == listed(store, "owners") == [C, B]
    assert (tree(store, B, "crew"), given(store, "owners")) == (pages("b"), pages("c"))


def test_F140_lists_first_then_files_the_manifest_last(store: Folder) -> None:
    watched = Watched(store)
    prune(watched, inventory(store), A)
    writes = [(kind, key) for kind, key in watched.calls if kind in {"swap", "remove"}]
    assert [kind for kind, _ in writes] == ["swap", "swap", "swap", "remove", "remove"]
    assert [key for kind, key in writes if kind == "swap"] == [
        "pages/crew/versions.json",
        "pages/owners/versions.json",
        keys.manifest(A),
    ]
    assert writes[-1] == ("remove", keys.manifest(A))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(5))
def test_F152_a_pruning_that_dies_is_finished_by_the_next(store: Folder, at: int, *, after: bool) -> None:
    with pytest.raises(Died):
        prune(Watched(store, dies_at=at, after=after), inventory(store), A)
    for audience in BOTH:
        assert all(tree(store, name, audience) for name in listed(store, audience))
    found = inventory(store)
    assert set(found.leftovers) <= {A}
    if A in found.manifests:
        assert prune(store, found, A)
    assert [key for key in all_keys(store) if A in key] == [f"private/history/{A}/record.json"]


def test_F140_what_readers_are_given_is_never_removed(store: Folder) -> None:
    before = all_keys(store)
    assert not prune(store, inventory(store), C)
    assert all_keys(store) == before


@pytest.mark.parametrize("meanwhile", ["rollback", "pin"])
def test_F140_what_somebody_gives_or_pins_meanwhile_stays(store: Folder, meanwhile: str) -> None:
    looked = inventory(store)
    if meanwhile == "rollback":
        rollback(store, inventory(store), A)
    else:
        pin(store, inventory(store), A, is_pinned=True)
    assert not prune(store, looked, A)
    assert tree(store, A, "owners") == pages("a")


def test_F152_a_leftover_that_is_finished_meanwhile_stays(store: Folder) -> None:
    made = contents(pages("d"), "d", audiences=BOTH)
    with pytest.raises(Died):
        publish(made, started(store), Watched(store, dies_at=3), descends=descends)
    looked = inventory(store)
    assert looked.leftovers == ("2026-11-23-ddddddd",)
    put(made, store)
    assert not prune(store, looked, "2026-11-23-ddddddd")
    assert given(store, "crew") == pages("d")


class _Meanwhile(Watched):
    """A store in which something else happens, whole, just before one of its calls."""

    def __init__(self, store: Store, at: int, what: Callable[[], object]) -> None:
        super().__init__(store)
        self.left, self._what = at, what
        self._alone = RLock()

    def _noted(self, kind: str, key: str) -> bool:
        with self._alone:
            self.left -= 1
            if self.left == -1:
                self._what()
            return super()._noted(kind, key)


D = "2026-11-23-ddddddd"
MADE = contents(pages("d"), "d", audiences=BOTH)


def at_every_call(
    store: Folder,
    root: Path,
    run: Callable[[Store, Folder], object],
    what: Callable[[Folder, Inventory], object],
    newest: str = "d",
) -> int:
    """Let something happen before each call of a run in turn, on what a dead run left of D; gives how many it makes.

    Whatever comes of it, readers of each audience have all pages of whatever they can choose, and after a run that
    follows they are given D, or what was published after it.
    """
    with pytest.raises(Died):
        publish(MADE, started(store), Watched(store, dies_at=3), descends=descends)
    for at in count():
        shutil.copytree(store.root, root / str(at))
        one = Folder(root / str(at))
        beside = _Meanwhile(one, at, partial(what, one, inventory(one)))
        with suppress(OutsideError):
            run(beside, one)
        for _ in range(2):
            for audience in BOTH:
                for name in listed(one, audience):
                    assert tree(one, name, audience) == pages(name[11]), (at, audience, name)
            put(MADE, one)
        assert given(one, "crew") == given(one, "owners") in map(pages, newest), at
        if beside.left >= 0:
            return at
    raise AssertionError


def prune_left(store: Store, looked: Inventory) -> bool:
    """Prune what the dead run left, as it was found."""
    return prune(store, looked, D)


def test_F152_a_run_that_goes_on_with_a_leftover_that_is_pruned_meanwhile(
    store: Folder, tmp_path: Path
) -> None:
    def resumed(beside: Store, one: Folder) -> None:
        publish(MADE, started(one), beside, descends=descends)

    assert at_every_call(store, tmp_path, resumed, prune_left) > 20


def test_F152_a_leftover_that_is_finished_while_it_is_pruned(store: Folder, tmp_path: Path) -> None:
    def pruned(beside: Store, one: Folder) -> None:
        prune_left(beside, inventory(one))

    def finished(one: Folder, _: Inventory) -> None:
        put(MADE, one)
        put(contents(pages("e"), "e", audiences=BOTH), one)

    assert at_every_call(store, tmp_path, pruned, finished, newest="de") > 8


def test_F131_pruned_and_rolled_back_at_once_readers_keep_a_whole_version(tmp_path: Path) -> None:
    for turn in range(3):
        store = Folder(tmp_path / str(turn))
        for letter in "abc":
            put(contents(pages(letter), letter, audiences=BOTH, private=PRIVATE), store)
        looked = inventory(store)
        with ThreadPoolExecutor(2) as workers:
            pruned = workers.submit(prune, store, looked, A)
            back = workers.submit(rollback, store, looked, A)
        is_refused = isinstance(back.exception(), UsageError)
        assert is_refused == pruned.result()
        assert [given(store, audience) for audience in BOTH] == [pages("c" if is_refused else "a")] * 2


class _PrunedBeforeTheState(Watched):
    """A store in which the mark of a rollback is lost to a publisher, and its version to a pruning."""

    is_lost = False

    def swap(self, upload: Upload, tag: str | None) -> str:
        """Both happen just before the state is written."""
        if upload.key == keys.STATE and not self.is_lost:
            self.is_lost = True
            mark_latest(self.store, "", BOTH)
            assert prune(self.store, inventory(self.store), A)
        return super().swap(upload, tag)


def test_F131_what_is_pruned_in_the_middle_of_a_rollback_is_not_what_readers_are_left_with(
    store: Folder,
) -> None:
    with pytest.raises(UsageError, match=f"{A} was removed meanwhile"):
        rollback(_PrunedBeforeTheState(store), inventory(store), A)
    assert [given(store, audience) for audience in BOTH] == [pages("c"), pages("c")]
    assert [marked(store, audience) for audience in BOTH] == [[C], [C]]


def test_F131_two_prunings_at_once_end_as_one(store: Folder) -> None:
    looked = inventory(store)
    with ThreadPoolExecutor(2) as workers:
        for job in [workers.submit(prune, store, looked, A) for _ in range(2)]:
            job.result()
    assert [key for key in all_keys(store) if A in key] == [f"private/history/{A}/record.json"]
    assert listed(store, "crew") == [C, B]


def test_F135_a_whole_version_is_verified(store: Folder) -> None:
    manifest = read_manifest(store, A)
    assert manifest is not None
    found = verify(store, "", manifest)
    assert found.is_whole
    assert found.files == 2 * 2 + 3


def test_F135_each_kind_of_damage_is_named(store: Folder) -> None:
    manifest = read_manifest(store, A)
    assert manifest is not None
    (store.root / keys.page("", "crew", A, "index.html")).write_bytes(b"home z")
    (store.root / keys.private(A, "evidence/aws/main.json")).write_bytes(b"[]")
    store.remove([keys.page("", "owners", A, "reports/cfo/index.html")])
    (store.root / keys.page("", "owners", A, "left.html")).write_bytes(b"left")
    found = verify(store, "", manifest)
    assert not found.is_whole
    assert found.changed == ("private/evidence/aws/main.json", "crew/index.html")
    assert found.missing == ("owners/reports/cfo/index.html",)
    assert found.extra == ("owners/left.html",)


@pytest.mark.parametrize(
    ("root", "key", "parts"),
    [
        ("", "pages/all/v1/reports/cfo/index.html", ("all", "v1", "reports/cfo/index.html")),
        ("0f", "pages/0f/all/v1/index.html", ("all", "v1", "index.html")),
        ("0f", "private/evidence/v1/aws/main.json", ("", "v1", "evidence/aws/main.json")),
        ("0f", "private/briefing/v1/briefing.json.gz", ("", "v1", "briefing/briefing.json.gz")),
        ("0f", "pages/404.html", None),
        ("", "pages/404.html", None),
        ("", "pages/all/versions.json", None),
        ("0f", "pages/0f/all/versions.json", None),
        ("", "private/store.json", None),
        ("", "private/manifests/v1.json", None),
        ("", "elsewhere", None),
    ],
)
def test_a_key_says_whose_file_of_which_version_it_is(
    root: str, key: str, parts: tuple[str, str, str] | None
) -> None:
    assert keys.parts(root, key) == parts
    if parts:
        assert keys.any_file(root, *parts) == key
