"""What SPF records amount to, with all that they include."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.spf import MOST_LOOKUPS, Spf, read_spf, records_of, terms
from tests.resolvers import BROKEN, Names

if TYPE_CHECKING:
    from quarterdeck.collectors.resolver import Answer
    from quarterdeck.model.observed import NotCollected

DOMAIN = "jada.example"
ZONE: dict[tuple[str, str], Answer] = {
    ("ses.example", "TXT"): ("v=spf1 ip4:192.0.2.0/24 -all",),
    ("deep.example", "TXT"): ("v=spf1 include:ses.example a mx ptr exists:e.example ~all",),
    ("deep.example", "A"): ("192.0.2.1",),
    ("deep.example", "MX"): ("10 mail.example.",),
    ("e.example", "A"): ("192.0.2.2",),
    ("loop.example", "TXT"): ("v=spf1 include:loop.example -all",),
    ("ring.example", "TXT"): ("v=spf1 include:jada.example -all",),
    ("broken.example", "TXT"): BROKEN,
    ("wide.example", "TXT"): ("v=spf1 " + "include:ses.example " * 11 + "-all",),
    ("all.example", "TXT"): ("v=spf1 +all",),
    ("none.example", "TXT"): ("hello",),
}
NAMES = Names(ZONE)


def _read(record: str) -> Spf | NotCollected:
    return read_spf(DOMAIN, record, NAMES.ask)


@pytest.mark.parametrize(
    ("record", "lookups", "voids", "says"),
    [
        ("v=spf1 -all", 0, 0, "fail"),
        ("v=spf1", 0, 0, None),
        ("V=SPF1 ?ALL", 0, 0, "neutral"),
        ("v=spf1 ~all include:ses.example", 0, 0, "softfail"),
        ("v=spf1 include:ses.example -all", 1, 0, "fail"),
        ("v=spf1 include:deep.example -all", 6, 0, "fail"),
        ("v=spf1 include:wide.example -all", 12, 0, "fail"),
        ("v=spf1 redirect=all.example", 1, 0, "pass"),
        ("v=spf1 redirect=none.example", 1, 0, None),
        ("v=spf1 redirect=all.example -all", 0, 0, "fail"),
        ("v=spf1 a:gone.example mx:gone.example -all", 2, 2, "fail"),
        ("v=spf1 include:gone.example -all", 1, 1, "fail"),
        ("v=spf1 exists:%{i}.gone.example -all", 1, 0, "fail"),
        ("v=spf1 include:loop.example -all", 11, 0, "fail"),
        ("v=spf1 include:ring.example -all", 11, 0, "fail"),
        ("v=spf1 ip6:2001:db8::/32 ip4:192.0.2.1 exp=e.example -all", 0, 0, "fail"),
        ("v=spf1 a/24 ~all", 1, 1, "softfail"),
    ],
)
def test_a_record(record: str, lookups: int, voids: int, says: str | None) -> None:
    found = _read(record)
    assert isinstance(found, Spf)
    assert (found.lookups, found.voids, found.all) == (lookups, voids, says)


@pytest.mark.parametrize(
    ("record", "allows"),
    [
        ("v=spf1 -all", False),
        ("v=spf1 -ip4:192.0.2.1 -all", False),
        ("v=spf1 ip4:192.0.2.1 -all", True),
        ("v=spf1 +all", True),
        ("v=spf1 include:ses.example -all", True),
    ],
)
def test_whether_anybody_may_send(record: str, allows: bool) -> None:  # noqa: FBT001 - a row
    found = _read(record)
    assert isinstance(found, Spf)
    assert found.allows_some is allows


def test_what_it_includes() -> None:
    found = _read("v=spf1 include:Deep.Example. ptr -all")
    assert isinstance(found, Spf)
    assert found.includes == ("deep.example", "ses.example")
    assert found.uses_ptr


def test_an_include_that_nobody_can_read_is_not_known() -> None:
    assert _read("v=spf1 include:broken.example -all") == BROKEN


def test_too_many_questions_are_too_many_whatever_the_rest_says() -> None:
    found = _read("v=spf1 include:broken.example include:wide.example -all")
    assert isinstance(found, Spf)
    assert found.lookups > MOST_LOOKUPS


def test_only_texts_that_begin_so_are_records() -> None:
    texts = ("v=spf1 -all", "v=spf10 -all", "x v=spf1", "V=SPF1", "")
    assert records_of(texts) == ("v=spf1 -all", "V=SPF1")
    assert records_of(None) == ()


WORDS = st.sampled_from(
    ["include:", "redirect=", "a", "mx:", "ptr", "exists:", "~", "-all", "%{i}", " ", "/24", "ip4:", ":", "="]
) | st.sampled_from([name for name, _ in ZONE])


@given(st.lists(WORDS | st.text(max_size=5), max_size=30).map("".join))
def test_no_record_raises_and_none_is_followed_for_ever(record: str) -> None:
    assert all(one.name == one.name.casefold() for one in terms(record))
    found = _read(f"v=spf1 {record}")
    assert found == BROKEN or (isinstance(found, Spf) and found.voids <= found.lookups <= len(record) + 60)


@given(
    st.dictionaries(
        st.sampled_from("abcd"),
        st.lists(st.sampled_from("abcd").map(lambda one: f"include:{one}"), max_size=4).map(" ".join),
    )
)
def test_records_that_lead_to_each_other_come_to_an_end(table: dict[str, str]) -> None:
    zone = Names({(name, "TXT"): (f"v=spf1 {record} -all",) for name, record in table.items()})
    found = read_spf("a", "v=spf1 include:a include:b", zone.ask)
    assert isinstance(found, Spf)
    assert found.lookups > MOST_LOOKUPS, "a name that leads to itself is too many"
