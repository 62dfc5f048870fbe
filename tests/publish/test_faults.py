"""A publisher whose bucket fails once, at each call in turn: readers have one whole version, and the next run mends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta
from itertools import count
from threading import Barrier, Event
from typing import TYPE_CHECKING

from quarterdeck.collectors.embedded.stubs import ANY, Cut, Refusal
from quarterdeck.model.errors import OutsideError
from tests.publish.clouds import bucket
from tests.publish.made import contents, given, listed, put

if TYPE_CHECKING:
    from quarterdeck.collectors.embedded.stubs import Said
    from tests.cloud import Cloud

MONDAY = date(2026, 11, 23)
CALLS = 10
"""At least so many calls make a version of two pages."""


class _Once:
    """Fails one call of a run."""

    def __init__(self, said: Said, at: int) -> None:
        self.came = False
        self._said, self._at, self._calls = said, at, count()

    def __call__(self, _path: str, _body: bytes) -> Said:
        """The fault, at its call; else what the server says."""
        if next(self._calls) != self._at:
            return None
        self.came = True
        return self._said


FAULTS = (
    Refusal("SlowDown", 503),
    Cut(done=True),
    Refusal("PreconditionFailed", 412),
    Cut(),
    Refusal("ConditionalRequestConflict", 409),
)
"""In turn; what each of them means for each call of a bucket, `test_s3` says."""


def test_F130_F134_a_fault_at_any_call_costs_no_reader_a_page(cloud: Cloud) -> None:
    store = bucket(cloud)
    before = {"index.html": "first", "same.html": "same"}
    put(contents(before), store)
    for number in count():
        pages = {"index.html": f"version {number}", "same.html": "same"}
        made = contents(pages, as_of=MONDAY + timedelta(days=number + 1))
        fault = _Once(FAULTS[number % len(FAULTS)], number)
        cloud.stubs.answer(ANY, fault)
        try:
            put(made, store)
        except OutsideError:
            cloud.stubs.clear()
            assert given(store) in (before, pages), number
            put(made, store)
        cloud.stubs.clear()
        assert given(store) == pages, number
        if not fault.came:
            break
        before = pages
    assert number > CALLS
    assert len(listed(store)) == number + 2


def test_F131_two_publishers_at_once_lose_no_version_and_show_no_half(cloud: Cloud) -> None:
    store = bucket(cloud)
    sites = [{"index.html": f"version {day}", "same.html": f"same {day}"} for day in range(3)]
    put(contents(sites[0]), store)
    together, ended = Barrier(3), Event()

    def publish(day: int) -> None:
        together.wait()
        put(contents(sites[day], as_of=MONDAY + timedelta(days=day)), store)

    def read() -> list[int]:
        together.wait()
        seen = []
        while not ended.is_set():
            seen.append(sites.index(given(store)))
        return seen

    with ThreadPoolExecutor(3) as threads:
        reader = threads.submit(read)
        publishers = [threads.submit(publish, day) for day in (1, 2)]
        wait(publishers)
        ended.set()
    for one in publishers:
        one.result()
    assert reader.result() == sorted(
        reader.result()
    )  # never backwards, and each whole: no mix is in the list
    assert given(store) == sites[2]
    assert listed(store) == ["2026-11-25-aaaaaaa", "2026-11-24-aaaaaaa", "2026-11-23-aaaaaaa"]
