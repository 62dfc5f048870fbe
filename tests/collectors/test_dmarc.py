"""What DMARC records ask of receivers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.collectors.dmarc import POLICIES, Dmarc, read_dmarc, records_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=none", Dmarc("none", subdomains="none")),
        ("v=DMARC1;p=Reject;sp=none;", Dmarc("reject", subdomains="none")),
        ("v=DMARC1; p=reject; sp=colour", Dmarc("reject", subdomains="reject")),
        ("v=DMARC1; p=reject; pct=50; t=y", Dmarc("reject", None, "reject", 50, is_testing=True)),
        ("v=DMARC1; p=reject; pct=-3", Dmarc("reject", subdomains="reject")),
        ("v=DMARC1; p=reject; pct=٣", Dmarc("reject", subdomains="reject")),
        (
            "v=DMARC1; p=none; adkim=s; aspf=s",
            Dmarc("none", subdomains="none", strict=("dkim", "spf")),
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@B.example!10m, https://c.example,mailto:d@e.example",
            Dmarc("none", subdomains="none", reports=("b.example", "e.example")),
        ),
        ("p=none; v=DMARC1", Dmarc(fault="its version does not stand first")),
        ("v=DMARC2; p=none", Dmarc(fault="its version does not stand first")),
        ("v=DMARC1; p=maybe", Dmarc(fault="its policy is none that receivers know")),
        ("v=DMARC1; rua=mailto:a@b.example", Dmarc(fault="it names no policy")),
        ("v=DMARC1 p=none; quarantine", Dmarc(fault="a part of it is not written as name=value")),
    ],
)
def test_a_record(text: str, expected: Dmarc) -> None:
    assert read_dmarc(text) == expected


def test_what_is_meant_as_a_record_counts_as_one() -> None:
    texts = ("v=DMARC1; p=none", "p=none; v = dmarc1", "v=spf1 -all")
    assert records_of(texts) == texts[:2]
    assert records_of(None) == ()


TAGS = st.sampled_from(["v=DMARC1", "p=none", "p=", "sp=reject", "pct=9", "rua=mailto:a@b", "=", "t=y"])


@given(st.lists(TAGS | st.text(max_size=6), max_size=8).map(";".join))
def test_no_record_raises_and_each_is_usable_or_says_why_not(text: str) -> None:
    found = read_dmarc(text)
    assert (found.policy in POLICIES) is (found.fault is None)
    assert 0 <= found.share <= 100
