"""Subjects: the news first, under seventy signs, and nothing that a list of mails cannot show."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.mail.subject import LEAD, LONGEST, Weight, cut, subject

ON = date(2026, 11, 23)
RUNWAY = "Runway 5.9 → 5.5 months"
TWO = Weight(2, "new critical", ("QDN", "QoSD"))


@pytest.mark.parametrize(
    ("lead", "weight", "is_sample", "expected"),
    [
        (RUNWAY, TWO, False, "Runway 5.9 → 5.5 months; 2 new critical (QDN, QoSD) · 23 Nov"),
        (RUNWAY, None, False, "Runway 5.9 → 5.5 months · 23 Nov"),
        (RUNWAY, TWO, True, "[SAMPLE] Runway 5.9 → 5.5 months; 2 new critical (QDN, QoSD) · 23 Nov"),
        ("", TWO, False, "2 new critical (QDN, QoSD) · 23 Nov"),
        (
            RUNWAY,
            Weight(4, "new high", ("QueenofSanDiego", "Expert Yacht Delivery", "QDN")),
            False,
            "Runway 5.9 → 5.5 months; 4 new high · 23 Nov",
        ),
        (
            "Cash $1 → $0",
            Weight(4, "new high", ("JADA", "QDN", "Expert Yacht Delivery", "QueenofSanDiego")),
            False,
            "Cash $1 → $0; 4 new high (JADA, QDN and 2 more) · 23 Nov",
        ),
        (
            "Half load haul loses $15 each, and was sold 10 times in 90 days",
            Weight(1, "new critical", ("QuickDumpNow",)),
            False,
            "Half load haul loses $15 each; 1 new critical (QuickDumpNow) · 23 Nov",
        ),
        (
            "Steps that work 2 of 9 → 4 of 9 (Expert Yacht Delivery)",
            Weight(2, "resolved"),
            False,
            "Steps that work 2 of 9 → 4 of 9 (Expert Yacht Delivery) · 23 Nov",
        ),
        (
            "Steps that work 2 of 9 → 4 of 9 (Expert Yacht Delivery)",
            None,
            True,
            "[SAMPLE] Steps that work 2 of 9 → 4 of 9 (Expert Yacht…) · 23 Nov",
        ),
        ("A 🚢 sails \u202eback", Weight(1, "resolved"), False, "A sails back; 1 resolved · 23 Nov"),
        ("No\r\nBcc: all@example.com", None, False, "No Bcc: all@example.com · 23 Nov"),
        ("46° and Ångström ®", None, False, "46° and Ångström ® · 23 Nov"),
    ],
)
def test_a_subject_says_the_news(lead: str, weight: Weight | None, *, is_sample: bool, expected: str) -> None:
    assert subject(lead, weight, ON, is_sample=is_sample) == expected


@given(
    st.text(max_size=200), st.integers(0, 10_000), st.lists(st.text(max_size=80), max_size=5), st.booleans()
)
def test_whatever_people_write_it_is_short_and_on_one_line(
    lead: str, count: int, names: list[str], kind: str
) -> None:
    made = subject(lead, Weight(count, "new critical", tuple(names)), ON, is_sample=kind == "sample")
    assert len(made) <= LONGEST
    assert made.startswith("[SAMPLE] ") == (kind == "sample")
    assert made.endswith(" · 23 Nov")
    assert not [one for one in made if one in "\r\n\0\u2028\u202e"]


def test_a_long_lead_ends_after_a_word() -> None:
    assert (
        cut("Anyone can see the bucket and all waivers of guests", LEAD)
        == "Anyone can see the bucket and all…"
    )


def test_a_title_that_is_cut_leads_on_to_nothing() -> None:
    assert cut("Lowest week of the next thirteen", 20) == "Lowest week…"
