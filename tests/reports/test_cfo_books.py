"""Both CFO pages of the sample portfolio, whose businesses keep books."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from quarterdeck.brief import brief
from quarterdeck.commands import build, inputs

ROOT = Path(__file__).parents[2]


@cache
def body() -> str:
    read = inputs.read(ROOT, {}, today=lambda _: date(2026, 11, 23))
    paths = {"reports/cfo.md", "reports/cfo-plan.md"}
    return "\n".join(one.body for one in build.all_pages(brief(read), ROOT) if one.path in paths)


@pytest.mark.parametrize(
    "words",
    [
        "is free to use, of which",
        "of it $10,612 paid ahead by guests; besides $10,007 set aside; excludes EUR 140",
        "the largest item JADA-1 with $4,260",
        "excludes EUR 140: the newest price, of 2026-08-31, is older than 7 days on 2026-11-23",
        "By the books, of the last twelve full months",
        "Comes again: retainers, hosting and rent",
        "money for what is not yet given",
        "JADA alone runs out in the week of",
        "Why the profit of October is not its cash",
        "Change of cash",
        "Manage by the shortest",
        "What is not counted",
        "Rebuild the reserve first",
        "refused: does not fit into what is free",
        "What the year comes to",
        "December must bring",
        "flagged, note required",
        "ledger/dc-2026.beancount budgets 1,800.00; the plan counts, for it names the month",
        "MTD, by service dates",
        "All together break even at",
        "QuickDumpNow sells less than its fixed costs take",
        "20.0% of the capacity",
        "for $1,749 a month",
        "1 Duties of law and safety",
        "brings back 2.91 of each dollar",
        "rate, which changes within the year",
        "over the hurdle of 14%",
    ],
)
def test_page_says(words: str) -> None:
    assert words in body()


def test_thirteen_weeks() -> None:
    assert body().count('id="w-20') == 13


@pytest.mark.parametrize(
    "words", ["no books are kept yet", "In the bank", "no ledger is read", "Infinity", "NaN", "-0.00"]
)
def test_page_never_says(words: str) -> None:
    assert words not in body()


def test_a_week_under_the_floor_says_by_how_much() -> None:
    text = body().replace("\u00a0", " ")
    assert '<span class="qd-sub qd-bad">$6,200 under floor</span>' in text, "if it goes badly"
    assert 'class="qd-row-bad"' not in text[text.index("{#weeks}") : text.index("{#targets}")]
