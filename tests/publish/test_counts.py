"""What a version costs: what changed is sent, the rest is copied, and nothing new costs next to nothing."""

from __future__ import annotations

from datetime import date

from quarterdeck.publish.lists import read_state
from quarterdeck.publish.publisher import publish
from tests.publish.made import contents, descends, given, put
from tests.publish.memory import Memory

SITE = {f"reports/{number:04}/index.html": f"<h1>{number}</h1>{'text ' * 400}" for number in range(2000)}
CHANGED = {**SITE, "reports/1234/index.html": "<h1>Changed</h1>"}


def test_of_two_thousand_files_the_one_that_changed_is_sent() -> None:
    store = Memory()
    put(contents(SITE), store)
    store.asked.clear()
    store.sent.clear()
    done = put(contents(CHANGED, "b"), store)
    tree = f"pages/{'0f' * 16}/all/{done.version}"
    small = {
        f"private/manifests/{done.version}.json",
        f"pages/{'0f' * 16}/all/versions.json",
        "private/store.json",
    }
    assert store.sent.keys() == {f"{tree}/reports/1234/index.html", *small}
    assert sum(store.sent.values()) < 1_000_000
    assert (store.asked["put"], store.asked["swap"], store.asked["copy"]) == (1, 3, 2000)
    assert (done.sent, done.copied) == (1, 2000)
    assert given(store) == CHANGED


def test_a_site_that_says_the_same_costs_one_read_and_no_write() -> None:
    store = Memory()
    put(contents(SITE), store)
    store.asked.clear()
    state = read_state(store)
    assert state is not None
    done = publish(contents(SITE, "b", date(2026, 11, 24)), state, store, descends=descends)
    assert done.outcome == "equal"
    assert store.asked == {"get": 1}
